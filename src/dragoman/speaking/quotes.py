"""The mechanics of quotation marks: where quoted words begin and end.

Marks come curly, straight, doubled (`` ''), mixed up ("…trainings,“ he said), or are missing. Nothing is believed of a
mark but what stands around it: after white space and before a letter it opens, after a letter or full stop and before
white space it closes; where neither tells, an open quotation is closed.

Who speaks in a quotation is read off the words at its marks (`voice_of`): the "we" of a minister is his state. That reads no cue table and
knows no actors; `attribution` finds far more, but after actors are known, and here only what stands right at a verb of saying is believed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from dragoman.text import ByPlace, paragraphs, trim

__all__ = ["Quote", "find_quotes", "first_persons", "voice_of"]

Run = tuple[int, int]
_MARK = re.compile(r"``|''|‘‘|’’|[\"“”„«»]")
_SINGLE = re.compile(r"[‘’']")
_END_OF_SENTENCE = ".!?…,"
_MAX_SINGLE = 600
"""Characters a quotation in single marks may run to; an apostrophe taken for a mark must not swallow a page."""
_VERB = (
    r"(?:said|says|say|told|tells|added|adds|wrote|writes|stressed|noted|explained|declared|warned|stated|announced|insisted|argued|remarked"
    r"|concluded|continued|replied|recalled|pledged|promised|vowed|tweeted)"
)
_SAYS = re.compile(
    rf"(?:,[^,”“\"]{{0,120}},)?\s+(?:(?:also|further|then|later|had|has)\s+)?{_VERB}\b|\s+as\s+(?:saying|telling)\b",
    re.S,
)
_SAID_BY = re.compile(
    rf"(?:\b(?!tells?\b|told\b){_VERB}|\bby|\bquoted|\baccording\s+to|\bquoting)\s+(?:the\s+)?$", re.I
)
_FIRST = re.compile(r"\b(?:we|us|our|ours)\b", re.I)
_FAR = 240  # characters between the marks and who speaks


@dataclass(frozen=True, slots=True)
class Quote:
    """One quotation: `start` and `end` with its marks, `pieces` without them (one a paragraph), `closed` if it has an end."""

    start: int
    end: int
    pieces: tuple[tuple[int, int], ...]
    closed: bool


def find_quotes(text: str) -> tuple[Quote, ...]:
    """Outermost quotations, in order, never overlapping; a quotation runs over paragraphs that each open with a mark.

    >>> [text[a:b] for text in ['“Drills help,“ he said.'] for q in find_quotes(text) for a, b in q.pieces]
    ['Drills help,']
    >>> page = '“We met.\\n\\n“We agreed,” she said.'
    >>> [len(q.pieces) for q in find_quotes(page)]
    [2]
    """
    found: list[Quote] = []
    carried: Quote | None = None
    for start, end in paragraphs(text):
        marks = _pairs(text, start, end)
        if carried is not None and marks and marks[0][0] == start and text[marks[0][1] : marks[0][2]].strip():
            # The paragraph before was left open and this one opens with a mark: the same words go on.
            found.remove(carried)
            first = marks.pop(0)
            carried = _joined(text, carried, first)
            found.append(carried)
            carried = None if carried.closed else carried
        else:
            carried = None
        for opening, inner_start, inner_end, closing in marks:
            closed = closing > inner_end
            piece = trim(text, inner_start, inner_end)
            if piece[0] >= piece[1]:
                continue
            found.append(Quote(opening, closing, (piece,), closed))
            carried = None if closed else found[-1]
    return tuple(found)


def first_persons(text: str, quote: Quote) -> list[Run]:
    """The places of "we", "us" and "our" in a quotation."""
    return [
        match.span()
        for start, end in quote.pieces
        for match in _FIRST.finditer(text, start, end)
        if not text[match.start() : match.end()].isupper()  # "the US"
    ]


def voice_of(text: str, quote: Quote, phrases: ByPlace[Run]) -> Run | None:
    """The phrase that a verb of saying in the quotation's paragraph names as the speaker, the nearest to the marks; `None` where none is.

    >>> text = "“We met,” Ruiz said in Lima."
    >>> text[slice(*voice_of(text, find_quotes(text)[0], ByPlace([(10, 14), (23, 27)], lambda run: run)))]
    'Ruiz'
    """
    low = max(text.rfind("\n", 0, quote.start) + 1, quote.start - _FAR)
    line = text.find("\n", quote.end)
    high = min(line if line >= 0 else len(text), quote.end + _FAR)
    found: list[tuple[int, int, Run]] = []
    for start, end in phrases.inside(low, high):
        if start < quote.end and quote.start < end:
            continue
        if not (_SAYS.match(text, end, high) or _SAID_BY.search(text, max(low, start - 40), start)):
            continue
        far = start - quote.end if start >= quote.end else quote.start - end
        found.append((far, start - end, (start, end)))
    return min(found)[2] if found else None


def _joined(text: str, carried: Quote, mark: tuple[int, int, int, int]) -> Quote:
    _, inner_start, inner_end, closing = mark
    return Quote(carried.start, closing, (*carried.pieces, trim(text, inner_start, inner_end)), closing > inner_end)


def _pairs(text: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
    """Quotations of one paragraph as (opening, inner start, inner end, closing); an open one has closing == inner end."""
    found: list[tuple[int, int, int, int]] = []
    depth: list[tuple[int, int]] = []
    for match in _MARK.finditer(text, start, end):
        role = _role(text, match.start(), match.end(), start, end, bool(depth))
        again = role == "stray" and bool(found) and match.group() == '"' and text[match.end() : match.end() + 1] == " "
        if role == "open" or again:  # `" No , " he said , " not yet . "` in texts whose marks stand apart
            depth.append(match.span())
        elif role == "close" and depth:
            opening = depth.pop()
            if not depth:
                found.append((opening[0], opening[1], match.start(), match.end()))
        elif role == "stray" and not found and text[start : match.start()].rstrip()[-1:] in (",", ".", "!", "?"):
            # The page lost the opening mark: ... to the region," the message said.
            found.append((start, start, match.start(), match.end()))
    if depth:
        # Never closed: to the end of the paragraph, from the outermost mark.
        opening = depth[0]
        found = [pair for pair in found if pair[3] <= opening[0]]
        found.append((opening[0], opening[1], end, end))
    taken = [(pair[0], pair[3]) for pair in found]
    found.extend(
        pair for pair in _single_pairs(text, start, end) if not any(a < pair[3] and pair[0] < b for a, b in taken)
    )
    return sorted(found)


def _role(text: str, start: int, end: int, low: int, high: int, inside: bool) -> str:
    mark = text[start:end]
    before = text[start - 1] if start > low else " "
    after = text[end] if end < high else " "
    opens = (before.isspace() or before in "([—–-‘'") and not after.isspace() and end < high
    if mark == '"' and start == low and not inside:
        return "open"
    closes = not before.isspace() and start > low and (after.isspace() or not after.isalnum())
    if mark in ("``", "‘‘"):
        return "open"
    if mark in ("''", "’’"):
        # The wires of the eighties typed both marks of a pair so: ''I gave peace its chance,'' she said.
        return "close" if inside else "open" if opens and not closes else "stray"
    if mark == '"' and before.isspace() and after.isspace() and start > low and end < high:
        return "close" if inside else "stray" if text[low:start].rstrip()[-1:] in (",", ".", "!", "?") else "open"
    if opens and not closes:
        # “He said “no” to us”: a second opening mark nests only where the two marks of a pair differ.
        return (
            "close"
            if inside and mark in '"»' and not before.isspace()
            else ("open" if not inside or mark in "“„«" else "close")
        )
    if closes and not opens:
        # An inch sign or a stray mark with nothing open is nothing.
        return "close" if inside else "stray"
    if inside:
        return "close"
    return "open" if mark in "“„«" or opens else "none"


def _single_pairs(text: str, start: int, end: int) -> list[tuple[int, int, int, int]]:
    found: list[tuple[int, int, int, int]] = []
    place = start
    while (opening := _SINGLE.search(text, place, end)) is not None:
        place = opening.end()
        before = text[opening.start() - 1] if opening.start() > start else " "
        after = text[opening.end()] if opening.end() < end else " "
        doubled = after in "'‘’" or before in "'‘’"
        if doubled or opening.group() == "’" or not (before.isspace() or before in "(—–") or not after.isalnum():
            continue
        closing = _single_close(text, opening.end(), min(end, opening.end() + _MAX_SINGLE), end, opening.group())
        if closing is not None:
            found.append((opening.start(), opening.end(), closing, closing + 1))
            place = closing + 1
    return found


def _single_close(text: str, start: int, limit: int, end: int, mark: str) -> int | None:
    """A closing single mark: one after a stop or comma, else the first after a letter and before no letter ('tis, leaders')."""
    wanted = "’" if mark == "‘" else "'’"
    weak: int | None = None
    owner: int | None = None
    for place in range(start + 1, limit):
        if text[place] not in wanted:
            continue
        after = text[place + 1] if place + 1 < end else " "
        if after.isalnum() or after in wanted:
            continue
        if text[place - 1] in _END_OF_SENTENCE:
            return place
        # "the leaders' summit" is a genitive; a curly pair around a few words is a quotation.
        if after == " " and text[place + 2 : place + 3] in ("-", "–", "—"):
            after = "—"  # 'No more talks' - rebels
        if weak is None and not text[place - 1].isspace() and (text[place - 1] != "s" or after in ",.;:!?)—"):
            weak = place
        # "Kenya 'will not send troops' to Haiti": nothing else closes what was opened before a small letter.
        if owner is None and text[place - 1] == "s" and text[start].islower() and " " in text[start:place]:
            owner = place
    return weak if weak is not None else owner
