"""Who and what is meant by words that name nobody: "the city" after Izmir, "the country" after Peru, the "I" of who writes.

Of places and states only what the text names before counts, the last of its sort: a town for "the city", a state for "the country", a
name with the word in it for "the lake". Where nothing fits, or the words go on ("the city of Lima"), they stand for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from dragoman.quotes import Quote
from dragoman.records import Mention

__all__ = ["SPEAKER", "author_words", "named_again"]

SPEAKER = re.compile(r"\bI(?=[’']|\s+[a-z])|\b(?:[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")
"""The words of one who speaks of himself."""
_OUTSIDE = (
    (SPEAKER, "self:I"),
    (re.compile(r"\b(?:[Ww]e|us|[Oo]ur|[Oo]urs|[Oo]urselves)\b"), "self:we"),
    (re.compile(r"\b(?:[Yy]ou|[Yy]our|[Yy]ours|[Yy]ourself|[Yy]ourselves)\b"), "self:you"),
)

_STATE = frozenset("country nation republic kingdom".split())
_TOWN = frozenset("city town village".split())
_AGAIN = re.compile(
    r"\b(?:[Tt]he|[Tt]his|[Tt]hat)\s+(?:(?:whole|entire|small|tiny|vast|impoverished|landlocked|war-torn|troubled|besieged|ancient|historic"
    r"|southern|northern|eastern|western|coastal|seaside|inland)\s+)?"
    r"(?P<noun>country|nation|republic|kingdom|city|town|village|island|lake|river|valley|province|region|district|park|peninsula)"
    r"\b(?![’'-])(?!\s+(?:of|in|that|where|which|on|with)\b)(?!\s+(?:council|hall|centre|center|mayor|government|court|police|manager|officials?)\b)"
)
_FAR = 1500  # characters back to the name


def named_again(text: str, mentions: Iterable[Mention]) -> Iterator[tuple[int, int, str]]:
    """Where a place or a state is named by its sort alone: start, end, and the chain of the name before it.

    >>> from dragoman.records import Mention, Span
    >>> text = "Izmir was shelled. The city burned."
    >>> izmir = Mention(id="me_0", article_id="ar_0", span=Span(start=0, end=5), text="Izmir", kind="place", chain="ar_0/place:Izmir")
    >>> [(text[a:b], chain) for a, b, chain in named_again(text, [izmir])]
    [('The city', 'ar_0/place:Izmir')]
    """
    found = sorted(mentions, key=lambda m: m.span.start)
    taken = [(m.span.start, m.span.end) for m in found if m.kind in ("phrase", "pronoun")]
    names = [m for m in found if "/place:" in m.chain or "/country:" in m.chain]
    for match in _AGAIN.finditer(text):
        start, end = match.span()
        if any(a < end and start < b for a, b in taken):
            continue
        before = [m for m in names if start - _FAR <= m.span.end <= start and _fits(m, match["noun"])]
        if before:
            yield start, end, before[-1].chain


def _fits(mention: Mention, noun: str) -> bool:
    """Whether a name may be called by a noun: a state a country, a town a city, a Crater Lake a lake."""
    sort, _, name = mention.chain.rpartition("/")[2].partition(":")
    if noun in _STATE:
        return sort == "country"
    if sort != "place":
        return False
    kinds = re.compile(
        r"\b(?:Islands?|Lake|River|Valley|Province|Region|District|Park|Peninsula|Sea|Ocean|Gulf|Mountains?|Street)\b"
    )
    if noun in _TOWN:
        return kinds.search(name) is None
    return noun.capitalize() in name


def author_words(text: str, quotes: Sequence[Quote]) -> Iterator[tuple[int, int, str]]:
    """ "I" outside of quotations is who writes, "we" those he writes for, "you" who reads: start, end, and the label of a chain each.

    >>> [(a, label) for a, _, label in author_words("I told you.", ())]
    [(0, 'self:I'), (7, 'self:you')]
    """
    for pattern, label in _OUTSIDE:
        for match in pattern.finditer(text):
            if not any(quote.start <= match.start() < quote.end for quote in quotes):
                yield match.start(), match.end(), label
