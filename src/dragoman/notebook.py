"""A dataset in a notebook: `dragoman.open("D").events(actor="RUS")` shows itself as a table and gives Arrow, Polars or pandas on demand.

Filters have the names that the command line gives them, and records come as people judged them. Nothing is read before it is asked for,
and neither Polars nor pandas is needed until one of them is.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.errors import UsageError
from dragoman.filters import Filter
from dragoman.selection import Count, Selection
from dragoman.store import Dataset, open_dataset

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

__all__ = ["Opened", "Rows", "open_for_notebook"]

_SHOWN_ROWS = 20
_SHOWN_CHARACTERS = 90
_FIRST = {
    "events": (
        "when", "actors_name", "type", "mode", "recipients_name", "status", "place_name", "confidence", "sentence", "act_articles", "id",
    ),
    "statements": ("when", "speaker_name", "speaker_country", "form", "stance", "issues", "content", "confidence", "article_outlet", "id"),
    "articles": ("published", "outlet", "title", "language", "url", "id"),
    "meetings": ("when", "name", "series", "edition", "status", "participants_name", "place_name", "id"),
    "pledges": ("when", "by_name", "to_name", "what", "issues", "id"),
}  # fmt: skip
"""The columns that a table shows, by record type; all others are in `arrow()`."""


class Rows:
    """Records of one type, chosen by a filter. They are read when first looked at, and then kept.

    `arrow()`, `polars()` and `pandas()` give one tidy row a record, with the columns of the CSV export; `nested()` the stored table.
    Any library that takes the Arrow C stream reads a `Rows` as it is: `polars.DataFrame(rows)`, `pandas.DataFrame.from_arrow`, DuckDB.
    """

    def __init__(self, selection: Selection, what: str) -> None:
        self.selection = selection
        self.what = what

    @cached_property
    def _records(self) -> list[Any]:
        return self.selection.records(self.what)

    @cached_property
    def _table(self) -> pa.Table:
        from dragoman.export.tidy import tidy_table

        return tidy_table(self.selection, self.what, self._records)

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._records)

    def __getitem__(self, number: int) -> Any:
        return self._records[number]

    def records(self) -> list[Any]:
        """The records themselves, with every source and reason."""
        return list(self._records)

    def arrow(self) -> pa.Table:
        """An Arrow table, one tidy row a record; bounds of times are UTC timestamps, half-open, and unknown is null."""
        return self._table

    def nested(self) -> pa.Table:
        """An Arrow table in the stored layout, with parties, sources and reasons nested."""
        from dragoman.records import RECORDS
        from dragoman.tables import to_table

        return to_table(RECORDS[self.what], self._records)

    def polars(self) -> pl.DataFrame:
        """A Polars frame. Raises `UsageError` where Polars is not installed."""
        try:
            import polars as pl
        except ImportError:
            raise UsageError("polars is not installed", hint="pip install polars, or use .arrow()") from None
        frame: pl.DataFrame = pl.from_arrow(self._table)
        return frame

    def pandas(self) -> pd.DataFrame:
        """A pandas frame. Raises `UsageError` where pandas is not installed."""
        try:
            import pandas as pd  # noqa: F401
        except ImportError:
            raise UsageError("pandas is not installed", hint="pip install pandas, or use .arrow()") from None
        frame: pd.DataFrame = self._table.to_pandas()
        return frame

    def export(self, layout: str, path: str | Path) -> Path:
        """Write the rows in a format of `dragoman export`; returns the path."""
        from dragoman.export import export

        list(export(self.selection, self.what, layout, Path(path), count=self.selection.count))
        return Path(path)

    def cite(self) -> str:
        """How to cite these rows, in plain text."""
        from dragoman.export.citation import dataset_citation

        return str(dataset_citation(self.selection, self._asked() or None)["plain"])

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._table.__arrow_c_stream__(requested_schema)

    def _asked(self) -> str:
        chosen = self.selection.chosen
        given = [(name, getattr(chosen, name)) for name in chosen.__dataclass_fields__]
        return ", ".join(f"{name}={value!r}" for name, value in given if value not in (None, 0.0))

    def _caption(self) -> str:
        unit = f" ({self.selection.count})" if self.what == "events" else ""
        asked = self._asked()
        shown = f"; the first {_SHOWN_ROWS} are shown" if len(self) > _SHOWN_ROWS else ""
        return f"{len(self):,} {self.what}{unit}" + (f" where {asked}" if asked else "") + shown

    def __repr__(self) -> str:
        return f"<{self._caption()}>"

    def _repr_html_(self) -> str:
        """A table of the first rows for Jupyter: every cell escaped and cut, so that no text of an article can do anything there."""
        table = self._table.slice(0, _SHOWN_ROWS)
        names = [name for name in _FIRST.get(self.what, table.column_names) if name in table.column_names]
        head = "".join(f"<th>{html.escape(name)}</th>" for name in names)
        body = "".join(
            "<tr>" + "".join(f"<td>{_cell(row[name])}</td>" for name in names) + "</tr>"
            for row in table.select(names).to_pylist()
        )
        caption = f"<caption>{html.escape(self._caption())}</caption>"
        return f"<table>{caption}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: Any) -> str:
    if value is None:
        return ""
    text = f"{value:.3g}" if isinstance(value, float) else " ".join(str(value).split())
    return html.escape(text if len(text) <= _SHOWN_CHARACTERS else text[: _SHOWN_CHARACTERS - 1] + "…")


class Opened:
    """A dataset opened for looking. Each method gives `Rows`; filters are those of `dragoman show`."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset

    def events(
        self,
        *,
        actor: str | None = None,
        recipient: str | None = None,
        type: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        status: str | None = None,
        min_confidence: float = 0.0,
        count: Count = "acts",
    ) -> Rows:
        """Who did what to whom. `count="acts"` gives each act once, with the number of articles that tell it; `"tellings"` every telling.

        `from_` and `to` are ISO days, half-open, for `--from` and `--to`. Raises `UsageError` for an unknown type, status or date.
        """
        chosen = _filter(
            actor=actor,
            recipient=recipient,
            type=type,
            start=from_,
            end=to,
            status=status,
            min_confidence=min_confidence,
        )
        if count not in ("acts", "tellings"):
            raise UsageError(f"no count {count!r}", hint="count is acts or tellings")
        return Rows(Selection(self.dataset, chosen, count=count), "events")

    def statements(
        self,
        *,
        actor: str | None = None,
        recipient: str | None = None,
        issue: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        min_confidence: float = 0.0,
    ) -> Rows:
        """Who said what; `actor` is the speaker, `recipient` an addressee or target."""
        return self._rows(
            "statements",
            actor=actor,
            recipient=recipient,
            issue=issue,
            start=from_,
            end=to,
            min_confidence=min_confidence,
        )

    def meetings(
        self, *, actor: str | None = None, from_: str | None = None, to: str | None = None, min_confidence: float = 0.0
    ) -> Rows:
        """Meetings, visits, calls, conferences; `actor` is a host or participant."""
        return self._rows("meetings", actor=actor, start=from_, end=to, min_confidence=min_confidence)

    def pledges(
        self,
        *,
        actor: str | None = None,
        recipient: str | None = None,
        issue: str | None = None,
        from_: str | None = None,
        to: str | None = None,
        min_confidence: float = 0.0,
    ) -> Rows:
        """Who promised what to whom."""
        return self._rows(
            "pledges",
            actor=actor,
            recipient=recipient,
            issue=issue,
            start=from_,
            end=to,
            min_confidence=min_confidence,
        )

    def articles(self, *, from_: str | None = None, to: str | None = None) -> Rows:
        """The articles, by the day of publication."""
        return self._rows("articles", start=from_, end=to)

    def records(self, what: str) -> Rows:
        """The records of any type: actors, places, mentions, links, tenures, stories, rejections. Raises `UsageError` for another."""
        from dragoman.records import RECORDS

        if what not in RECORDS:
            raise UsageError(f"no records called {what!r}", hint=f"there are {', '.join(RECORDS)}")
        return self._rows(what)

    def actors(self) -> Rows:
        """Everybody who acts, each once."""
        return self._rows("actors")

    def stories(self) -> Rows:
        """Articles that tell the same news."""
        return self._rows("stories")

    def rejections(self) -> Rows:
        """What was not read or not coded, and why."""
        return self._rows("rejections")

    def countries(self) -> pa.Table:
        """Country codes: a row for each country, state system (`cow` or `gw`) and stretch of years in which it was a member.

        Columns: country (ISO 3166-1 alpha-3, as in the records), name, system, code, first_year, last_year (null: to this day).
        """
        import pyarrow as pa

        from dragoman.export.codes import countries

        rows = [
            {
                "country": known.iso3,
                "name": known.name,
                "system": system,
                "code": int(code),
                "first_year": first,
                "last_year": last,
            }
            for known in countries().values()
            for system, terms in (("cow", known.cow), ("gw", known.gw))
            for code, first, last in terms
        ]
        fields = [("country", pa.string()), ("name", pa.string()), ("system", pa.string())]
        numbers = [(name, pa.int32()) for name in ("code", "first_year", "last_year")]
        return pa.Table.from_pylist(rows, schema=pa.schema(fields + numbers))

    def sql(self, query: str) -> pa.Table:
        """The result of one read-only SELECT over the tables, as coded (judgements do not enter)."""
        return self.dataset.sql(query)

    def _rows(self, what: str, **asked: Any) -> Rows:
        return Rows(Selection(self.dataset, _filter(**asked)), what)

    def __repr__(self) -> str:
        counts = self.dataset.manifest.get("counts", {})
        held = ", ".join(f"{counts.get(name, 0):,} {name}" for name in ("articles", "events", "statements", "meetings"))
        return f"<dataset {self.dataset.root}: {held}>"


def _filter(**asked: Any) -> Filter:
    """A filter whose every word is known. Raises `UsageError` for a type, status or date that there is not."""
    import datetime as dt

    from dragoman.codebook import load_codebook
    from dragoman.records import STATUSES

    if asked.get("type") is not None:
        asked["type"] = load_codebook().type(asked["type"].upper()).name
    if asked.get("status") not in (None, *STATUSES):
        raise UsageError(f"no status {asked['status']!r}", hint=f"one of {', '.join(STATUSES)}")
    for name in ("start", "end"):
        try:
            if asked.get(name) is not None:
                asked[name] = dt.date.fromisoformat(str(asked[name])).isoformat()
        except ValueError:
            raise UsageError(f"{asked[name]!r} is no date", hint="write it as 2018-08-16") from None
    return Filter(**asked)


def open_for_notebook(path: str | Path) -> Opened:
    """Open a dataset for a notebook; `dragoman.open` is this."""
    return Opened(open_dataset(path))
