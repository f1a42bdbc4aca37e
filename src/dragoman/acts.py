"""Acts: what many articles tell, counted once.

A story groups the events that are one act (`Story.canonical_events`). Here each act gets the telling that stands for it, the articles
and the outlets that tell it, and its parties as directed pairs. Exports, notebooks and counts all take their acts from here.

GDELT and the like count reports: one bombing told by forty papers is forty events, and nothing says that they are one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from dragoman.judgements import Judgement
from dragoman.records import Event, Participant
from dragoman.store import Dataset

__all__ = ["TWO_SIDED", "Act", "acts_of", "columns_of", "pairs", "representative"]

TWO_SIDED = frozenset(("AGREE", "CONSULT", "COOPERATE"))
"""Types whose actors, where no recipient is told, act on each other: those who met, agreed or cooperated. Not ASSAULT: in "American
and British jets bombed", with nobody named beneath the bombs, neither bombed the other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: `event` is the telling that stands for it; `tellings` are ids of events, `articles` of articles; `outlets` are names."""

    event: Event
    tellings: tuple[str, ...]
    articles: tuple[str, ...]
    outlets: tuple[str, ...]


def columns_of(dataset: Dataset, name: str, columns: Iterable[str]) -> dict[str, list[Any]]:
    """A few columns of a record type, as lists; no other column is read."""
    import pyarrow.parquet as pq

    wanted = list(columns)
    found: dict[str, list[Any]] = {column: [] for column in wanted}
    for path in dataset.files(name):
        table = pq.read_table(path, columns=wanted)
        for column in wanted:
            found[column].extend(table[column].to_pylist())
    return found


def representative(members: Mapping[str, float], verdicts: Mapping[str, Judgement]) -> str | None:
    """The id of the telling that stands for an act, of its tellings with their confidence; `None` where people rejected the act.

    A telling that people accepted or corrected comes first, then the surest. Reviewers see one telling of an act: where they rejected
    it, and accepted no other, the act is gone, whichever telling is the surest after the next run.

    >>> representative({"ev_1": 0.4, "ev_2": 0.9}, {})
    'ev_2'
    """
    judged = {name: verdicts[name].verdict for name in members if name in verdicts}
    kept = [name for name, verdict in judged.items() if verdict != "reject"]
    if judged and not kept:
        return None
    return max(kept or members, key=lambda name: (members[name], name), default=None)


def acts_of(dataset: Dataset, events: Iterable[Event], verdicts: Mapping[str, Judgement]) -> list[Act]:
    """Each act of a dataset once, in the order of time; `events` are its events as judged, `verdicts` what people said of them."""
    by_id = {event.id: event for event in events}
    told = columns_of(dataset, "events", ("id", "article_id"))
    article_of = dict(zip(told["id"], told["article_id"], strict=True))
    papers = columns_of(dataset, "articles", ("id", "outlet"))
    outlet_of = dict(zip(papers["id"], papers["outlet"], strict=True))
    groups = [
        group for row in columns_of(dataset, "stories", ["canonical_events"])["canonical_events"] for group in row
    ]
    grouped = {name for group in groups for name in group}
    groups.extend([name] for name in by_id if name not in grouped)
    found: list[Act] = []
    seen: set[str] = set()
    for group in groups:
        # Those that were rejected, or that a view leaves out, are not among the events, and belong to the act all the same.
        members = {name: by_id[name].confidence if name in by_id else 0.0 for name in group if name in article_of}
        chosen = representative(members, verdicts)
        if chosen is None or chosen not in by_id or chosen in seen:
            continue
        seen.add(chosen)
        refused = {name for name in members if name in verdicts and verdicts[name].verdict == "reject"}
        tellings = tuple(sorted(name for name in members if name not in refused))
        articles = tuple(sorted({article_of[name] for name in tellings}))
        outlets = tuple(sorted({outlet_of[name] for name in articles if outlet_of.get(name)}))
        found.append(Act(event=by_id[chosen], tellings=tellings, articles=articles, outlets=outlets))
    return sorted(found, key=_order)


def _order(act: Act) -> tuple[bool, str, str]:
    start = act.event.when.start
    return (start is None, start.isoformat() if start else "", act.event.id)


def pairs(event: Event) -> list[tuple[Participant | None, Participant | None]]:
    """Who acts on whom, as directed pairs; nobody acts on itself.

    Every actor with every recipient. Where a two-sided act (`TWO_SIDED`) tells no recipient, its actors act on each other, both ways:
    "Sadat and Begin met" is two pairs. An act with one side only gives pairs whose other half is `None`.
    """
    actors, recipients = _once(event.actors), _once(event.recipients)
    if actors and recipients:
        found: list[tuple[Participant | None, Participant | None]] = [
            (a, r) for a in actors for r in recipients if a.id != r.id
        ]
        return found or [(actors[0], None)]
    if len(actors) > 1 and event.type in TWO_SIDED:
        return [(a, b) for a in actors for b in actors if a.id != b.id]
    return [(a, None) for a in actors] or [(None, r) for r in recipients]


def _once(parties: Iterable[Participant]) -> list[Participant]:
    return list({party.id: party for party in parties}.values())
