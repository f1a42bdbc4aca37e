"""What people judged, as a person reads it in a terminal: every judgement that stands, the newest first. Nothing is decided here."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from dragoman.doubts import print_table
from dragoman.judgements import SAID, Judgement, Judgements

if TYPE_CHECKING:
    from dragoman.store import Dataset

__all__ = ["print_judgements", "said_of"]


def said_of(judgement: Judgement, names: dict[str, str]) -> str:
    """What a judgement is about, in words: a correction, two names, or the words of the record; `names` are those of actors by id.

    >>> one = Judgement(n=1, at="", who="ann", kind="events", id="ev_1", article_id="ar_1", start=0, quote="They met.",
    ...     verdict="correct", correction={"type": "AGREE", "was": {"type": "CONSULT"}}, sample="random")
    >>> said_of(one, {})
    'type is AGREE, was CONSULT: They met.'
    """
    if judgement.verdict in SAID:
        pair = [names.get(name, name) for name in judgement.correction.get("actors", ())]
        kept = judgement.correction.get("keep")
        return " and ".join(pair) + (f", as {names.get(kept, kept)}" if kept else "")
    was = judgement.correction.get("was", {})
    changed = []
    for name, value in judgement.correction.items():
        if name != "was":
            before = f", was {_plain(was[name])}" if was.get(name) not in (None, value) else ""
            changed.append(f"{name} is {_plain(value)}{before}")
    return "; ".join(changed) + (": " if changed else "") + judgement.quote


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(piece.get("text", "") for piece in value) or "nobody"
    return str(value)


def print_judgements(dataset: Dataset, *, limit: int) -> None:
    """A table of the judgements that stand: when, who, what they said of what, and its id."""
    rows = [judgement for by_who in Judgements(dataset.root).standing().values() for judgement in by_who.values()]
    if not rows:
        print("no judgements: nobody judged a record of this dataset yet (`dragoman serve DATASET --review`)")
        return
    names = {actor.id: actor.name for actor in dataset.records("actors")}
    words = {"same": "one", "apart": "two"}
    cells = [
        (
            row.at[:16].replace("T", " "),
            row.who,
            words.get(row.verdict, row.verdict),
            row.kind,
            said_of(row, names),
            row.id,
        )
        for row in sorted(rows, key=lambda row: -row.n)[:limit]
    ]
    print_table(("when", "who", "verdict", "of", "what", "id"), cells, whole=("when", "verdict", "of", "id"))
    if len(rows) > limit:
        print(f"{limit} of {len(rows)} rows; --limit {len(rows)} shows all", file=sys.stderr)
