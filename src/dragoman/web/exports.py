"""The view in hand, taken away: the very rows of a view in any format of `dragoman.export`, and how to cite it.

People's judgements win: a rejected record is left out, a corrected one is written as corrected.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import dragoman
from dragoman.store import Dataset
from dragoman.web.filters import Filters
from dragoman.web.index import Index
from dragoman.web.judgements import Judgement, Judgements

__all__ = ["View", "chosen_ids", "citation"]


class View(Dataset):
    """The records of one type that a view shows, as a dataset that any export reads."""

    def __init__(self, dataset: Dataset, what: str, ids: list[str], parts: list[str]) -> None:
        super().__init__(dataset.root)
        self.manifest = dataset.manifest
        self._what, self._ids, self._parts = what, ids, set(parts)
        self._judged = Judgements(dataset.root).verdicts()

    def records(self, name: str) -> list[Any]:
        """All records of a type; of the type that is shown, only those shown, in their order, as judged."""
        if name != self._what:
            return super().records(name)
        wanted = set(self._ids)
        found = {row.id: row for row in self._rows(name) if row.id in wanted}
        judged = (_judge(found[name], self._judged.get(name)) for name in self._ids if name in found)
        return [row for row in judged if row is not None]

    def _rows(self, name: str) -> list[Any]:
        import pyarrow as pa
        import pyarrow.parquet as pq

        from dragoman.records import RECORDS
        from dragoman.tables import from_table, schema_of

        files = [
            path for path in self.files(name) if path.parent.name in self._parts or path.parent.parent.name == "derived"
        ]
        schema = schema_of(RECORDS[name])
        tables = (
            [pq.read_table(path, schema=schema, filters=[("id", "in", self._ids)]) for path in files]
            if self._ids
            else []
        )
        return from_table(RECORDS[name], pa.concat_tables(tables)) if tables else []


def _judge(record: Any, judgement: Judgement | None) -> Any:
    """A record as people judged it: `None` where it was rejected."""
    if judgement is None or judgement.verdict == "accept":
        return record
    if judgement.verdict == "reject":
        return None
    known = {
        name: value
        for name, value in judgement.correction.items()
        if name in ("type", "status") and hasattr(record, name)
    }
    if "type" in known:
        from dragoman.codebook import load_codebook

        book = load_codebook()
        type_ = book.type(known["type"])
        return replace(
            record, **known, mode=None, quad=type_.quad, scale=type_.scale, cameo=book.to_cameo.get(type_.name)
        )
    return replace(record, **known)


def chosen_ids(index: Index, filters: Filters) -> tuple[list[str], list[str]]:
    """The ids that a view shows over all its pages, in its order, and the parts that hold them."""
    kind = filters.what
    hits = index.find_words(kind, filters.q) if filters.q and kind in ("articles", "statements", "events") else None
    where, values = filters.where(hits)
    rows = index.rows(f"SELECT id, part FROM web_{kind} w WHERE {where} ORDER BY w.starts NULLS LAST, w.n", values)
    return [row["id"] for row in rows], sorted({row["part"] for row in rows})


def citation(index: Index, view: str) -> dict[str, Any]:
    """How to cite a view: plain, BibTeX and CSL-JSON, with what made the records and which data they are."""
    about = index.dataset.manifest.get("about", {})
    today = dt.datetime.now(dt.UTC).date()
    note = (
        f"codebook {about.get('codebook', '?')}, coder {about.get('coder', '?')}, threshold {about.get('threshold', '?')}, "
        f"data {index.version}, view {view}"
    )
    title = f"Dragoman dataset {index.dataset.root.resolve().name}"
    plain = f"{title}. Coded with Dragoman {dragoman.__version__} ({note}). Accessed {today.isoformat()}."
    safe = (
        note.replace("\\", "")
        .replace("{", "(")
        .replace("}", ")")
        .replace("%", r"\%")
        .replace("&", r"\&")
        .replace("_", r"\_")
        .replace("#", r"\#")
    )
    bibtex = (
        f"@misc{{dragoman-{index.version},\n  title = {{{title}}},\n  howpublished = {{Coded with Dragoman {dragoman.__version__}}},\n"
        f"  year = {{{today.year}}},\n  note = {{{safe}; accessed {today.isoformat()}}}\n}}"
    )
    csl = {
        "id": f"dragoman-{index.version}", "type": "dataset", "title": title, "version": index.version, "note": note,
        "accessed": {"date-parts": [[today.year, today.month, today.day]]}, "publisher": f"Dragoman {dragoman.__version__}",
    }  # fmt: skip
    return {"plain": plain, "bibtex": bibtex, "csl": csl}
