"""Who speaks in a quotation, by the words around its marks: the "we" of a minister is his state.

This reads no cue table and knows no actors: spans go in, a span comes out. `attribution` finds far more, but after actors are known; here
only what stands right at a verb of saying is believed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.quotes import Quote

__all__ = ["first_persons", "voice_of"]

Run = tuple[int, int]
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


def first_persons(text: str, quote: Quote) -> list[Run]:
    """The places of "we", "us" and "our" in a quotation."""
    return [
        match.span()
        for start, end in quote.pieces
        for match in _FIRST.finditer(text, start, end)
        if not text[match.start() : match.end()].isupper()  # "the US"
    ]


def voice_of(text: str, quote: Quote, phrases: Sequence[Run]) -> Run | None:
    """The phrase that a verb of saying in the quotation's paragraph names as the speaker, the nearest to the marks; `None` where none is.

    >>> from dragoman.quotes import find_quotes
    >>> text = "“We met,” Ruiz said in Lima."
    >>> text[slice(*voice_of(text, find_quotes(text)[0], [(10, 14), (23, 27)]))]
    'Ruiz'
    """
    low = max(text.rfind("\n", 0, quote.start) + 1, quote.start - _FAR)
    line = text.find("\n", quote.end)
    high = min(line if line >= 0 else len(text), quote.end + _FAR)
    found: list[tuple[int, int, Run]] = []
    for start, end in phrases:
        if not (low <= start and end <= high) or (start < quote.end and quote.start < end):
            continue
        if not (_SAYS.match(text, end, high) or _SAID_BY.search(text, max(low, start - 40), start)):
            continue
        far = start - quote.end if start >= quote.end else quote.start - end
        found.append((far, start - end, (start, end)))
    return min(found)[2] if found else None
