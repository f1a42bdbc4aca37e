"""The same passage about other states: names, nationalities and seats of states are exchanged for those of others, marks and all.

Who acts must not tell a coder what is done, and the words around a phrase must tell whose it is. The exchange is done anew in every
epoch; a passage in which a town would still betray the old state is left as it is.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from dragoman.naming.namings import anchors_of
from dragoman.reference import load_reference, rows_of
from train.corpus import Offsets, Passage

__all__ = ["renamed", "swapped"]

_WITH_ARTICLE = frozenset(
    ("USA", "GBR", "NLD", "PHL", "ARE", "MDV", "GMB", "BHS", "CZE", "COM", "COG", "COD", "DOM", "SDN")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    name: str
    adjective: str
    people: str
    seat: str


@cache
def _states() -> dict[str, _State]:
    found = {}
    for row in rows_of("countries.tsv"):
        demonyms = row["demonyms"].split("|")
        if row["iso2"] and not row["end_year"] and row["capital"] and demonyms[0] and not row["parent"]:
            people = next((word for word in demonyms if word.endswith("s") and word != demonyms[0]), demonyms[0])
            found[row["iso3"]] = _State(
                name=row["name"], adjective=demonyms[0], people=people, seat=row["capital"].split("|")[0]
            )
    return found


def swapped(passage: Passage, draw: random.Random) -> Passage:
    """The passage with its states exchanged for others at random, or the passage itself where that cannot be done cleanly."""
    pieces = _namings(passage.text)
    codes = sorted({code for _, _, code, _ in pieces})
    if not codes:
        return passage
    others = draw.sample([code for code in _states() if code not in codes], len(codes))
    made = _moved(passage, pieces, dict(zip(codes, others, strict=True)))
    if {code for _, _, code in anchors_of(made.text, load_reference(), None)} & set(codes):
        return passage  # a town or body still names the old state
    return made


def renamed(passage: Passage, chosen: Mapping[str, str]) -> Passage | None:
    """The passage with each state of `chosen` (ISO 3166-1 alpha-3) named as another; two can change places. None where not all of them can.

    What a phrase names is read by the rules before and after: every naming must be that of the new state, and no other may change.
    """
    if any(code not in _states() for pair in chosen.items() for code in pair):
        return None
    made = _moved(passage, [piece for piece in _namings(passage.text) if piece[2] in chosen], chosen)
    before = [code for _, _, code in anchors_of(passage.text, load_reference(), None)]
    after = [code for _, _, code in anchors_of(made.text, load_reference(), None)]
    return made if after == [chosen.get(code, code) for code in before] else None


Piece = tuple[int, int, str, str]
"""Where a text names a state [start, end), its code, and the form of the name."""


def _namings(text: str) -> list[Piece]:
    states = _states()
    pieces: list[Piece] = []
    for hit in load_reference().scan(text):
        entry = hit.of("country", "demonym", "capital", "seat")
        if entry is not None and entry.country in states and len({e.country for e in hit.entries}) == 1:
            words = text[hit.start : hit.end]
            form = {"country": "name", "demonym": "people" if words.endswith("s") else "adjective"}.get(
                entry.kind, "seat"
            )
            pieces.append((hit.start, hit.end, entry.country, form))
    return pieces


def _moved(passage: Passage, pieces: list[Piece], chosen: Mapping[str, str]) -> Passage:
    """The passage with these namings written as those of other states, and its marks where they lie then."""
    text, moved = _rewritten(passage.text, pieces, chosen)

    def spans(found: tuple[Offsets, ...]) -> tuple[Offsets, ...]:
        return tuple(moved(span) for span in found)

    return replace(
        passage,
        id=f"{passage.id}~{'-'.join(chosen[code] for code in sorted(chosen))}",
        text=text,
        entities=tuple(
            replace(e, country=chosen.get(e.country or "", e.country), mentions=spans(e.mentions))
            for e in passage.entities
        ),
        events=tuple(replace(e, trigger=moved(e.trigger)) for e in passage.events),
        statements=tuple(replace(s, cue=moved(s.cue), content=spans(s.content)) for s in passage.statements),
    )


def _rewritten(text: str, pieces: list[Piece], chosen: Mapping[str, str]) -> tuple[str, Callable[[Offsets], Offsets]]:
    """The new text, and where a span of the old one lies in it."""
    out: list[str] = []
    cuts: list[tuple[int, int, int, int]] = []  # old start, old end, new start, new end
    at = length = 0
    for start, end, code, form in pieces:
        new = getattr(_states()[chosen[code]], form)
        if form == "name":
            start, new = _article(text, start, chosen[code], new)
        if start < at:
            continue
        out += [text[at:start], new]
        length += start - at
        cuts.append((start, end, length, length + len(new)))
        length += len(new)
        at = end
    out.append(text[at:])

    def place(position: int, last: bool) -> int:
        shift = 0
        for old_start, old_end, new_start, new_end in cuts:
            if old_end <= position:
                shift = new_end - old_end
            elif old_start < position or (old_start == position and not last):
                return new_end if last else new_start
        return position + shift

    return "".join(out), lambda span: (place(span[0], False), place(span[1], True))


def _article(text: str, start: int, code: str, name: str) -> tuple[int, str]:
    """ "the United States" becomes "Chad", "Chad" becomes "the United States": the article goes with the name."""
    before = text[max(0, start - 4) : start]
    if before.lower() == "the ":
        return (start, name) if code in _WITH_ARTICLE else (start - 4, name)
    if code in _WITH_ARTICLE:
        return start, ("The " if start == 0 else "the ") + name
    return start, name
