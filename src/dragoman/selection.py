"""Records chosen from a dataset, as people judged them, each party as the person it is: what every export and every notebook reads.

A `Selection` is a dataset whose records are those of the dataset that a filter lets through, corrected where people corrected them,
without those that people rejected. Where acts are counted, an act is there once, however many articles tell it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from dragoman.acts import Act, acts_of, columns_of
from dragoman.filters import Filter
from dragoman.judgements import VERDICTS, Judgement, Judgements, as_judged, carried
from dragoman.persons import Persons
from dragoman.records import RECORDS, Category
from dragoman.store import Dataset

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["DONE", "Count", "Selection"]

Count = Literal["acts", "tellings"]
"""How events are counted: each act once, or every article's telling of it."""

DONE = ("occurred", "ongoing")
"""The statuses of acts that took place."""

_UNJUDGED = frozenset(
    (
        "articles",
        "mentions",
        "actors",
        "links",
        "places",
        "stories",
        "rejections",
        "tenures",
        "identities",
        "categories",
    )
)


class Selection(Dataset):
    """A dataset read through a filter and through people's judgements.

    `count` says whether `records("events")` gives acts or tellings; `acts()` always gives the acts.
    """

    def __init__(self, dataset: Dataset, chosen: Filter | None = None, *, count: Count = "tellings") -> None:
        super().__init__(dataset.root)
        self.manifest = dataset.manifest  # as the dataset saw it, though it may have grown since
        self._dataset = dataset
        self.chosen = chosen or Filter()
        self.count: Count = count

    @cached_property
    def verdicts(self) -> dict[str, Judgement]:
        """The judgement that counts, by record id; judgements of records that a new coding says otherwise are carried to those."""
        found = Judgements(self.root).verdicts()
        return found | self._carried(found) if found else found

    def _carried(self, found: dict[str, Judgement]) -> dict[str, Judgement]:
        import pyarrow.parquet as pq

        from dragoman.tables import from_table

        moved: dict[str, Judgement] = {}
        for kind in ("events", "statements"):
            mine = {name: j for name, j in found.items() if j.kind == kind and j.verdict in VERDICTS}
            if not mine:
                continue
            papers = sorted({j.article_id for j in mine.values()})
            tables = [pq.read_table(path, filters=[("article_id", "in", papers)]) for path in self.files(kind)]
            ids = {name for table in tables for name in table["id"].to_pylist()}
            lost = [j for name, j in mine.items() if name not in ids]
            if lost:
                rows: list[Any] = []
                for table in tables:
                    every: list[Any] = from_table(RECORDS[kind], table)
                    rows.extend(each for each in every if each.id not in mine)
                moved |= carried(lost, rows)
        return moved

    def judged(self, name: str) -> list[Any]:
        """All records of a type as people judged them, before the filter."""
        rows = self.stored(name)
        if name not in _UNJUDGED and self.verdicts:
            rows = [row for each in rows if (row := as_judged(each, self.verdicts.get(each.id))) is not None]
        return self.persons.records(name, rows)

    @cached_property
    def persons(self) -> Persons:
        """The persons of the dataset, as people judged them."""
        return Persons.of(self._dataset)

    @cached_property
    def own_categories(self) -> dict[str, Category]:
        """The category of the user's own codebook, by the id of the event or statement that has one."""
        return {row.record_id: row for row in self.stored("categories") if row.record_id is not None}

    def stored(self, name: str) -> list[Any]:
        """All records of a type as they were coded."""
        return self._dataset.records(name)

    def records(self, name: str) -> list[Any]:
        """The records of a type: as judged, and only what the filter lets through."""
        if name == "events" and self.count == "acts":
            return [act.event for act in self.acts()]
        return [row for row in self.judged(name) if self.chosen.accepts(row)]

    def table(self, name: str) -> pa.Table:
        """The chosen records of a type as an Arrow table, in the stored layout."""
        from dragoman.tables import to_table

        if name not in RECORDS:
            return self._dataset.table(name)  # which says what is wrong
        return to_table(RECORDS[name], self.records(name))

    def counted(self, *, done: bool = False) -> list[Act]:
        """What is counted: acts, or with `count="tellings"` each telling as an act of its own.

        With `done`, only acts that took place (occurred or ongoing), for layouts that have no place for a status; where the filter asks for
        a status, that one.
        """
        if self.count == "acts":
            acts = self.acts()
        else:
            papers = columns_of(self, "articles", ("id", "outlet"))
            outlets = {a: (o,) if o else () for a, o in zip(papers["id"], papers["outlet"], strict=True)}
            acts = [
                Act(event=e, tellings=(e.id,), articles=(e.article_id,), outlets=outlets.get(e.article_id, ()))
                for e in self.records("events")
            ]
        if done and self.chosen.status is None:
            return [act for act in acts if act.event.status in DONE]
        return acts

    @cached_property
    def _acts(self) -> tuple[Act, ...]:
        return tuple(acts_of(self, self.judged("events"), self.verdicts))

    def acts(self, *, every: bool = False) -> list[Act]:
        """Each act once; the filter asks about the telling that stands for it. With `every`, all acts there are."""
        return [act for act in self._acts if every or self.chosen.accepts(act.event)]
