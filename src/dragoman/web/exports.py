"""The view in hand, taken away: the very rows of a view in any format of `dragoman.export`, and how to cite it.

People's judgements win: a rejected record is left out, a corrected one is written as corrected.
"""

from __future__ import annotations

from typing import Any

from dragoman.acts import representative
from dragoman.export.citation import dataset_citation
from dragoman.filters import Filter
from dragoman.judgements import Judgements
from dragoman.selection import Selection
from dragoman.store import Dataset
from dragoman.web.filters import Filters
from dragoman.web.index import Index
from dragoman.web.queries import hits_of, settled

__all__ = ["View", "chosen_ids", "citation"]


class View(Selection):
    """The records of one type that a view shows, as judged, as a dataset that any export reads."""

    def __init__(self, dataset: Dataset, what: str, ids: list[str], parts: list[str], filters: Filters) -> None:
        # The ids are those of the filters; the status tells layouts without one that it was asked for.
        super().__init__(dataset, Filter(status=filters.status if what == "events" else None), count=filters.count)
        self._what, self._ids, self._parts = what, ids, set(parts)

    def stored(self, name: str) -> list[Any]:
        """All records of a type; of the type that is shown, only those shown, in their order."""
        if name != self._what:
            return super().stored(name)
        found = {row.id: row for row in self._rows(name)}
        return [found[name] for name in self._ids if name in found]

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


def chosen_ids(index: Index, filters: Filters) -> tuple[list[str], list[str]]:
    """The ids that a view shows over all its pages, in its order, and the parts that hold them."""
    filters = settled(index, filters)
    kind = filters.what
    hits, _ = hits_of(index, filters)
    where, values = filters.where(hits)
    rows = index.rows(f"SELECT id, part FROM web_{kind} w WHERE {where} ORDER BY w.starts NULLS LAST, w.n", values)
    if kind == "events" and filters.count == "acts":
        rows = _as_people_chose(index, rows)
    return [row["id"] for row in rows], sorted({row["part"] for row in rows})


def _as_people_chose(index: Index, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The acts of a view, each by the telling that stands for it once people have judged its tellings."""
    verdicts = Judgements(index.dataset.root).verdicts()
    if not verdicts:
        return rows
    tellings = index.rows(
        "SELECT id, part, act, confidence FROM web_events WHERE act IN "
        "(SELECT act FROM web_events WHERE id IN (SELECT unnest(?::VARCHAR[])))",
        [list(verdicts)],
    )
    acts: dict[str, dict[str, dict[str, Any]]] = {}
    for telling in tellings:
        acts.setdefault(telling["act"], {})[telling["id"]] = telling
    act_of = {telling["id"]: telling["act"] for telling in tellings}
    chosen = {
        act: members.get(representative({name: row["confidence"] for name, row in members.items()}, verdicts) or "")
        for act, members in acts.items()
    }
    found = (chosen[act_of[row["id"]]] if row["id"] in act_of else row for row in rows)
    return [row for row in found if row is not None]


def citation(index: Index, view: str) -> dict[str, Any]:
    """How to cite a view: plain, BibTeX and CSL-JSON, with what made the records and which data they are."""
    return dataset_citation(index.dataset, view)
