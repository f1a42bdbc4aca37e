"""Gold rows for `dragoman evaluate` from a split of the corpus.

python -m train.gold events test > build/events_test.jsonl
python -m train.gold relations|statements|mentions SPLIT
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from train.corpus import Passage
from train.data import load_corpus, pairs_of

Row = dict[str, Any]


def events(passages: Sequence[Passage]) -> Iterator[Row]:
    """Type, country sets of both sides, status; nothing given but the text."""
    for passage in passages:
        people = {entity.id: entity for entity in passage.entities}

        def codes(ids: Sequence[str], people: dict[str, Any] = people) -> list[str]:
            return sorted({people[i].country for i in ids if people[i].country})

        rows = [
            {"type": e.type, "actors": codes(e.actors), "recipients": codes(e.recipients), "status": e.status}
            for e in passage.events
        ]
        yield {"id": passage.id, "text": passage.text, "published": None, "expect": {"events": rows}}


def relations(passages: Sequence[Passage]) -> Iterator[Row]:
    """A marked pair and the type that its marks give most weight."""
    for row in pairs_of(passages, seed=0):
        best = max(row.labels, key=lambda item: item[1])[0]
        yield {
            "id": row.id,
            "text": row.text,
            "actor": list(row.actor),
            "recipient": list(row.recipient),
            "expect": {"type": best},
        }


def statements(passages: Sequence[Passage]) -> Iterator[Row]:
    """Contents with the nearest mention of the speaker."""
    for passage in passages:
        people = {entity.id: entity for entity in passage.entities}
        rows = []
        for s in passage.statements:
            row: Row = {"content": [list(span) for span in s.content], "form": s.form}
            if s.speaker:
                mentions = people[s.speaker].mentions
                nearest = min(mentions, key=lambda m: min(abs(m[0] - s.cue[1]), abs(s.cue[0] - m[1])))
                row["speaker"] = list(nearest)
            rows.append(row)
        yield {"id": passage.id, "text": passage.text, "expect": {"statements": rows}}


def mentions(passages: Sequence[Passage]) -> Iterator[Row]:
    """Nationalities, meetings and dates: the kinds that the corpus cuts as names everywhere."""
    for passage in passages:
        rows = [
            {"span": list(m), "kind": e.kind}
            for e in passage.entities
            for m in e.mentions
            if e.kind in ("nationality", "meeting", "date")
        ]
        yield {"id": passage.id, "text": passage.text, "expect": {"mentions": rows}}


TASKS: dict[str, Callable[[Sequence[Passage]], Iterator[Row]]] = {
    "events": events,
    "relations": relations,
    "statements": statements,
    "mentions": mentions,
}


def main(arguments: Sequence[str]) -> int:
    """Print the gold rows of a task for a split."""
    if len(arguments) != 2 or arguments[0] not in TASKS:
        print(__doc__, file=sys.stderr)
        return 2
    for row in TASKS[arguments[0]](load_corpus(Path("corpus"))[arguments[1]]):
        print(json.dumps(row, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
