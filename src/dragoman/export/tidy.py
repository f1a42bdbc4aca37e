"""One tidy row a record: what CSV writes, and what a notebook gets as Arrow, Polars or pandas.

Lists of parties become `; `-joined columns, times EDTF with bounds, the sentence and the article stand beside the record. Events say which
act they tell and how many articles and outlets tell it. The columns are the same whatever the rows hold.
"""

from __future__ import annotations

import csv
import io
import typing
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from dragoman.acts import Act
from dragoman.export.shape import moment
from dragoman.records import RECORDS, Article, Category, CategoryShare, Participant, Place, Source, When
from dragoman.selection import Selection

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["cell", "tidy_columns", "tidy_rows", "tidy_table", "write_csv"]

_LEFT_OUT = frozenset(("why", "sources", "raw_runs", "relations"))
_PLACE = ("name", "country", "admin1", "latitude", "longitude", "geonames_id")
_PARTIES = ("name", "country", "sector")
_PARTY = ("name", "country", "sector", "office")
_ARTICLE = {"article_title": str, "article_outlet": str, "article_published": str, "article_url": str}
_ACT = {"act_id": str, "act_stands_for": bool, "act_articles": int, "act_outlets": int}
_OWN = {"category": str, "category_label": str, "category_probability": float, "category_codebook": str}
_KINDS = {"latitude": float, "longitude": float, "geonames_id": int}


def _of(hint: Any, kind: type) -> bool:
    return kind.__name__ in str(hint)


@cache
def tidy_columns(what: str) -> Mapping[str, type]:
    """The columns of a record type and what they hold (`str`, `int`, `float`, `bool` or `datetime`), in order.

    >>> list(tidy_columns("articles"))[:3]
    ['id', 'text', 'title']
    """
    columns: dict[str, type] = {}
    hints = typing.get_type_hints(RECORDS[what])
    for name, hint in hints.items():
        written = str(hint)
        many = "tuple" in written
        if name in _LEFT_OUT:
            continue
        if _of(hint, When):
            columns |= {name: str, f"{name}_start": datetime, f"{name}_end": datetime, f"{name}_precision": str}
        elif _of(hint, Place) and not many:
            columns |= {f"{name}_{key}": _KINDS.get(key, str) for key in _PLACE}
        elif _of(hint, Participant):
            columns |= {f"{name}_{key}": str for key in (_PARTIES if many else _PARTY)}
        else:
            bare = next((kind for kind in (int, float) if not many and kind in (hint, *typing.get_args(hint))), str)
            columns[name] = bare
    if "sources" in hints and what != "tenures":
        columns["sentence"] = str
    if "article_id" in hints:
        columns |= _ARTICLE
    if what == "events":
        columns |= _ACT
    if what in ("events", "statements"):
        columns |= _OWN
    return columns


def _joined(values: Iterable[Any]) -> str:
    return "; ".join(str(value) for value in values if value is not None and value != "")


def _texts(value: tuple[Any, ...]) -> str:
    if value and isinstance(value[0], Source):
        return " […] ".join(item.text for item in value)
    if value and isinstance(value[0], tuple):
        return "; ".join("+".join(map(str, item)) for item in value)
    if value and isinstance(value[0], CategoryShare):
        return "; ".join(f"{item.code} {item.probability:.4f}" for item in value)
    return _joined(value)


def _row(record: Any, article: Article | None, act: Act | None, own: Category | None) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for field in fields(record):
        name, value = field.name, getattr(record, field.name)
        if name in _LEFT_OUT:
            continue
        if isinstance(value, When):
            row |= {name: value.edtf, f"{name}_start": value.start, f"{name}_end": value.end}
            row[f"{name}_precision"] = value.precision
        elif isinstance(value, Place):
            row |= {f"{name}_{key}": getattr(value, key) for key in _PLACE}
        elif isinstance(value, Participant):
            row |= {f"{name}_{key}": getattr(value, key) for key in _PARTY}
        elif isinstance(value, Source):
            row[name] = value.text
        elif isinstance(value, tuple) and value and isinstance(value[0], Participant):
            row |= {f"{name}_{key}": _joined(getattr(party, key) for party in value) for key in _PARTIES}
        elif isinstance(value, tuple):
            row[name] = _texts(value)
        elif hasattr(value, "start") and hasattr(value, "end"):
            row[name] = f"{value.start}-{value.end}"
        else:
            row[name] = value
    for entry in getattr(record, "sources", ()):
        if getattr(entry, "field", None) == "sentence" and entry.sources:
            row["sentence"] = entry.sources[0].text
    if article is not None:
        row |= {
            "article_title": article.title,
            "article_outlet": article.outlet,
            "article_published": article.published.edtf,
            "article_url": article.url,
        }
    if act is not None:
        row |= {
            "act_id": act.event.id,
            "act_stands_for": act.event.id == record.id,
            "act_articles": len(act.articles),
            "act_outlets": len(act.outlets),
        }
    if own is not None:
        row |= {
            "category": own.category,
            "category_label": own.label,
            "category_probability": own.confidence,
            "category_codebook": own.codebook,
        }
    return row


def tidy_rows(selection: Selection, what: str, records: list[Any] | None = None) -> Iterator[dict[str, Any]]:
    """The rows of a record type, values as Python has them; a column that a row lacks is unknown.

    Events and statements have the category of the user's own codebook; where it is not sure enough, only its probability.
    An act's `act_id` is the id of the telling that stands for it.
    """
    rows = selection.records(what) if records is None else records
    articles = {article.id: article for article in selection.stored("articles")} if what != "articles" else {}
    acts = {name: act for act in selection.acts(every=True) for name in act.tellings} if what == "events" else {}
    own = selection.own_categories if what in ("events", "statements") else {}
    known = tidy_columns(what)
    for record in rows:
        name = getattr(record, "id", "")
        row = _row(record, articles.get(getattr(record, "article_id", "")), acts.get(name), own.get(name))
        yield {name: row[name] for name in known if name in row}


def tidy_table(selection: Selection, what: str, records: list[Any] | None = None) -> pa.Table:
    """The rows of a record type as an Arrow table; bounds of times are UTC timestamps, half-open."""
    import pyarrow as pa

    kinds = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        datetime: pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema([(name, kinds[kind]) for name, kind in tidy_columns(what).items()])
    return pa.Table.from_pylist(list(tidy_rows(selection, what, records)), schema=schema)


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cell(value: Any) -> str:
    """One cell of a table in text: no line breaks or tabs, and nothing that a spreadsheet would run as a formula.

    The characters that begin a formula are those that OWASP lists under CSV injection; an apostrophe before them makes them text.

    >>> cell("=1+1"), cell(-9.5), cell("two\\nlines"), cell(None)
    ("'=1+1", '-9.5', 'two lines', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, datetime):
        return moment(value) or ""
    text = " ".join(str(value).split())
    return "'" + text if text.startswith(_FORMULA) else text


def write_csv(selection: Selection, what: str) -> Iterator[bytes]:
    """CSV in UTF-8 with a header, a piece a row; unknown is an empty cell."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(tidy_columns(what)), restval="")
    writer.writeheader()
    for row in tidy_rows(selection, what):
        writer.writerow({name: cell(value) for name, value in row.items()})
        yield buffer.getvalue().encode("utf-8")
        buffer.seek(0)
        buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode("utf-8")
