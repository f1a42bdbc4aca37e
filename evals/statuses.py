"""Codes short passages with marked acts and tells how many are found, and with the right type, status and sides.

    python -m evals.statuses [--set fresh] [--show]

`cases/statuses.tsv`: 151 passages of our own, written before any of them was coded, by what tells the status: a modal verb, a condition, a
plan, a denial, a noun, the perfect, a habit, a past told in a later story. Acts that are not marked are not scored; a marked word with
"-" names no act, and nothing may be found there. The status is that of the acts found with their type, as on corpus files.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.records import Coding, Event
from evals.intervals import share

CASES = Path(__file__).parent / "cases" / "statuses.tsv"
_MARK = re.compile(r"\[([^\]]*)\]")
MEASURES = ("found", "type", "status", "occurred", "sides")


@dataclass(frozen=True, slots=True)
class Act:
    """A marked act; `type` is `None` where the marked words name none."""

    start: int
    end: int
    type: str | None
    actors: frozenset[str]
    recipients: frozenset[str]
    status: str


@dataclass(frozen=True, slots=True)
class Case:
    """A passage with its marked acts in order; `construct` is what tells the status."""

    set: str
    construct: str
    published: str | None
    text: str
    acts: tuple[Act, ...]


def load(path: Path = CASES) -> Iterator[Case]:
    """The passages of the case file, in its order.

    >>> case = next(load())
    >>> case.text[case.acts[0].start : case.acts[0].end], case.acts[0].type
    ('shelled', 'ASSAULT')
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "set\t")):
            continue
        name, construct, published, marked, told = line.split("\t")
        spans = [(m.start() - 2 * n, m.end() - 2 * n - 2) for n, m in enumerate(_MARK.finditer(marked))]
        acts = [_act(span, each) for span, each in zip(spans, told.split(" ; "), strict=True)]
        day = None if published == "-" else published
        yield Case(name, construct, day, _MARK.sub(r"\1", marked), tuple(acts))


def _act(span: tuple[int, int], told: str) -> Act:
    if told == "-":
        return Act(*span, None, frozenset(), frozenset(), "")
    type_, sides, status = told.split()
    actors, recipients = (frozenset(filter(None, side.split("+"))) for side in sides.split(">"))
    return Act(*span, type_, actors, recipients, status)


def compared(case: Case, events: Sequence[Event]) -> Iterator[tuple[Act, Event | None, dict[str, bool]]]:
    """Each marked act with the event at its words, and what is right; the status and the sides are asked of those of the right type."""
    for act in case.acts:
        there = [event for event in events if _names(event, act)]
        event = max(there, key=lambda event: (event.type == act.type, event.status == act.status), default=None)
        if act.type is None or event is None:
            yield act, event, {"found": (act.type is None) == (event is None)}
            continue
        right = {"found": True, "type": event.type == act.type}
        if right["type"]:
            right["status"] = event.status == act.status
            right["occurred"] = (event.status == "occurred") == (act.status == "occurred")
            right["sides"] = (_codes(event.actors), _codes(event.recipients)) == (act.actors, act.recipients)
        yield act, event, right


def _names(event: Event, act: Act) -> bool:
    triggers = (source.span for entry in event.sources if entry.field == "trigger" for source in entry.sources)
    return any(span.start < act.end and act.start < span.end for span in triggers)


def _codes(parties: Sequence[Any]) -> frozenset[str]:
    return frozenset(party.country for party in parties if party.country)


def coded(case: Case) -> Coding:
    """The passage as the package codes it."""
    from dragoman.config import Settings
    from dragoman.evaluate import _article
    from dragoman.pipeline import code_article
    from dragoman.runner import load_tools

    return code_article(
        _article({"id": case.text, "text": case.text, "published": case.published}), load_tools(), Settings()
    )


def main() -> None:
    """Print the shares right, of all and by what tells the status, and with `--show` what is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=("first", "fresh"))
    parser.add_argument("--show", action="store_true", help="print what is wrong")
    given = parser.parse_args()
    answers: dict[str, list[dict[str, bool]]] = {}
    for case in load():
        if given.set not in (None, case.set):
            continue
        for act, event, right in compared(case, coded(case).events):
            answers.setdefault(case.construct, []).append(right)
            if given.show and not all(right.values()):
                made = (
                    f"{event.type} {set(_codes(event.actors))}>{set(_codes(event.recipients))} {event.status}"
                    if event
                    else "nothing"
                )
                wanted = f"{act.type} {set(act.actors)}>{set(act.recipients)} {act.status}"
                print(
                    f"{case.construct}: {case.text[: act.start]}[{case.text[act.start : act.end]}]{case.text[act.end :]}"
                )
                print(f"    wanted {wanted}; made {made}")
                for reason in event.why if event else ():
                    if "status" in reason.by or "codebook" in reason.by:
                        print("      ", reason.by, reason.detail)
    every = [right for rights in answers.values() for right in rights]
    for name, rights in (("all", every), *answers.items()):
        shares = {measure: [(r[measure],) for r in rights if measure in r] for measure in MEASURES}
        told = (
            f"{m} {e.told() if (e := share(rows)) and name == 'all' else f'{sum(r[0] for r in rows)}/{len(rows)}'}"
            for m, rows in shares.items()
        )
        print(f"{name:10} {', '.join(told)}")


if __name__ == "__main__":
    main()
