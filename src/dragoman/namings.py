"""Where a text names countries: by name, nationality, capital, seat, body, or a town that only one country has.

`anchors_of` gives every such place of a text. The other functions say what one known word or one name tells, for those who read phrases
by their parts.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from dragoman.reference import Entry, Hit, Reference
from dragoman.text import ByPlace

__all__ = ["NO_STATE", "anchors_of", "begins_a_body", "country_of_place", "in_year", "is_bracketed", "nation_of"]

NO_STATE = frozenset(("IGO", "UNO", "NGO", "MNC", "ISM", "IMG"))
"""Codes of bodies that count as a country and are none."""

_BODY_FOLLOWS = re.compile(
    r"\s+(?:Commission|Committee|Council|Ministry|Department|Office|Bureau|Minister|Secretary|Association|Institute|Conference|Forum|Board)\b"
)


def begins_a_body(text: str, hit: Hit) -> bool:
    """Whether a paper's name is only the beginning of a body's: the Foreign Affairs Committee is no magazine."""
    entry = hit.of("organization")
    return entry is not None and entry.sector == "JRN" and _BODY_FOLLOWS.match(text, hit.end) is not None


def anchors_of(text: str, reference: Reference, year: int | None) -> list[tuple[int, int, str]]:
    """Where the text itself names a country or an organization that counts as one: (start, end, code), in order.

    By name, nationality, capital, seat, body, or a town that only one country has. `year` decides which state a name means then.

    >>> from dragoman.reference import load_reference
    >>> anchors_of("Turkish jets left Izmir.", load_reference(), None)[0]
    (0, 7, 'TUR')
    """
    found = []
    hits = reference.scan(text)
    told = {text[hit.start : hit.end] for hit in hits if is_bracketed(text, hit)}
    for hit in hits:
        entry = nation_of(hit, year) or hit.of("organization")
        if begins_a_body(text, hit):
            continue
        own = (
            text[hit.start : hit.end] in told and hit.of("country") is None
        )  # the text itself says what the acronym stands for
        if entry is not None and entry.country and len(entry.country) == 3 and not own:
            found.append((hit.start, hit.end, entry.country))
    known = ByPlace(hits)
    for match in re.finditer(
        r"\b(?:in|at|near|of|from|outside)\s+(?:the\s+\w+\s+of\s+)?([A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?)", text
    ):
        if not known.touching(match.start(1), match.start(1) + 1):
            site = country_of_place(match[1])
            if site is not None:
                found.append((match.start(1), match.end(1), site[1]))
    return sorted(found)


def nation_of(hit: Hit, year: int | None) -> Entry | None:
    """The state that a known word names in that year, or `None`: "Turkish", "Ankara", "the Kremlin"."""
    found = [entry for entry in hit.entries if entry.kind in ("country", "demonym", "capital", "seat", "region")]
    return in_year(found, year)


def in_year(entries: Sequence[Entry], year: int | None) -> Entry | None:
    """The entry that was there in that year: "Moscow" is SUN in 1986; without a year the one that is there today."""
    alive = [
        entry
        for entry in entries
        if (entry.years[0] is None or entry.years[0] <= (year or 9999))
        and (entry.years[1] is None or (year or 9999) <= entry.years[1])
    ]
    return next(iter(alive or entries), None)


def is_bracketed(text: str, hit: Hit) -> bool:
    """Whether a known word stands alone in brackets: such an acronym repeats what stands before it."""
    return text[max(0, hit.start - 1) : hit.start] == "(" and text[hit.end : hit.end + 1] == ")"


_PLACE = re.compile(r"[A-Z][\w’'-]+(?:\s(?:(?:de|do|da|del|la|al|el|of)\s){0,2}[A-Z][\w’'-]+)?")
_POSSESSIVE = re.compile(r"[’']s$")
_REGION = 200_000  # inhabitants that a region of unknown population counts for
_COMMON_WORDS = frozenset(
    "western eastern northern southern central north south east west national new old the state republic general chief minister council"
    " front popular democratic people party united union liberation national committee congress foreign affairs monday tuesday wednesday"
    " thursday friday saturday sunday january february march april may june july august september october november december police army".split()  # noqa: E501
)


def country_of_place(text: str, known: Sequence[tuple[int, int]] = ()) -> tuple[str, str] | None:
    """The town or region in a name and its country ("Kano State government"), where one place by that name is far the largest.

    Words at `known` [start, end) are passed over: they mean something else.

    >>> country_of_place("Izmir")
    ('Izmir', 'TUR')
    """
    for match in _PLACE.finditer(text):
        for name in (match[0], *(word for word in match[0].split() if word[0].isupper())):
            name = _POSSESSIVE.sub("", name)
            if len(name) < 4 or name.lower() in _COMMON_WORDS:
                continue
            at = text.find(name, match.start())
            if any(a < at + len(name) and at < b for a, b in known):
                continue
            country = _country_of(name)
            if country is not None:
                return name, country
    return None


@lru_cache(maxsize=20_000)
def _country_of(name: str) -> str | None:
    """The country of the town or region of this name, where one is far the largest."""
    from dragoman.gazetteer import load_gazetteer

    sites = sorted(load_gazetteer().find(name), key=lambda s: -s.population)
    if not sites or sites[0].country is None or any(s.precision == "macroregion" for s in sites):
        return None
    regions = [s for s in sites if s.precision == "region" and s.name == name]
    if sites[0].population < 50_000 and not regions:
        return None
    # Of many regions the gazetteer does not know the population; a state or province outweighs a town.
    weight = (regions[0].population or _REGION) if regions else 0
    best = regions[0] if weight >= sites[0].population / 10 else sites[0]
    weight = weight if regions and best is regions[0] else best.population
    rivals = any(s.country != best.country and s.population * 4 > weight for s in sites)
    return None if rivals else best.country or None
