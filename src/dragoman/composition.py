"""What one phrase says of an actor, read by its parts: country, sector, office, name.

"A senior Turkish foreign ministry official" is TUR GOV; "Kurdish fighters in northern Syria" is no army of Syria. The phrase's known words
are cut at its first preposition: what stands before is the head's own, what follows tells of what. Nothing of the article around it is
read here; `actors` does that for whole chains.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from dragoman.namings import NO_STATE, begins_a_body, country_of_place, is_bracketed, nation_of
from dragoman.records import Reason
from dragoman.reference import Entry, Hit, Reference, TermOfOffice

__all__ = ["Composition", "compose", "office_held", "person_named"]

_PREPOSITION = re.compile(r"\b(?:of|for|from|under|at|to|with|in|on|near|across|against|by|who|which|that)\b")
_PLACE_PREPOSITIONS = frozenset(("in", "near", "across", "on", "from", "at"))
_FORMER = re.compile(r"\b(?:former|ex|ousted|deposed|exiled|late|retired|one-time|onetime)\b[\s-]*", re.IGNORECASE)
_EVENT_FOLLOWS = re.compile(
    r"\s+(?:[A-Z][\w-]+\s+){0,2}(?:Conference|Forum|Summit|Congress|Treaty|Agreement|Accords?|Talks|Protocol|Declaration|Dialogue|Pact"
    r"|Process|Final\s+Act|Charter)\b"
)
_SITED = re.compile(r"\b(?:at|to)\s+(?:the\s+)?([A-Z][\w’'-]*(?:\s+[A-Z][\w’'-]*)*)")
_PARTIES = re.compile(
    r"(?:(?:all|both|the|these|those|other|two|three|several|interested|concerned|third|signatory|contracting)\s+)*parties"
    r"(?:\s+(?:concerned|involved))?",
    re.I,
)
_FAMILY = re.compile(
    r"\b(?:wife|widow|husband|son|daughter|brother|sister|family|relatives|nephew|niece|mother|father)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """What one phrase says of an actor. `countries` has several members for "Chinese and Russian armed forces"."""

    countries: tuple[str, ...]
    sector: str | None
    office: str | None
    name: str | None
    kind: str
    why: tuple[Reason, ...]

    @property
    def country(self) -> str | None:
        """The one country, or `None` where there is none or more than one."""
        return self.countries[0] if len(self.countries) == 1 else None


def compose(
    text: str, reference: Reference, *, date: str | None = None, near: AbstractSet[str] = frozenset()
) -> Composition:
    """What a phrase says of an actor, read by its parts.

    `date` (ISO, any precision) decides which state and which office are meant; without one, those of today. Of several bodies with one
    name, those of the countries in `near` come first.

    >>> from dragoman.reference import load_reference
    >>> found = compose("a senior Turkish foreign ministry official", load_reference())
    >>> found.country, found.sector
    ('TUR', 'GOV')
    """
    year = int(date[:4]) if date and date[:4].isdigit() else None
    parts = _whole_names_only(_parts(text, reference, near))
    countries, from_country = _countries(parts, year)
    sector, hit, from_sector = _sector(parts, year)
    office = name = None
    kind = "phrase"
    reasons = [Reason(step="actors", by="compose", detail=f"country from {from_country}; sector from {from_sector}")]
    entry = hit.of("office", "collective", "body", "organization") if hit else None
    if entry is not None and hit is not None:
        kind = {"office": "person", "collective": "group"}.get(entry.kind, "organization")
        office = text[hit.start : hit.end] if entry.kind == "office" and hit in parts.head else None
        # "the Planning Bureau of the Trade Union" is not the union itself.
        name = entry.name if entry.kind == "organization" and hit in parts.head else None
        if entry.former_eli and _FORMER.search(text[: hit.start]):
            sector = "ELI"
            reasons.append(Reason(step="actors", by="former", detail="a former holder of the office"))
    elif countries:
        kind = "place"
    if sector == "PTY" and _PARTIES.fullmatch(text.strip()):
        sector = None  # "the interests of all parties": those to a quarrel or a treaty
        reasons.append(Reason(step="actors", by="parties", detail="parties to something, and no political ones"))
    if sector and _FAMILY.search(text) and kind == "person":
        sector = "ELI"
    person = _named_person(text, parts, reference, date) if entry is None or entry.kind == "office" else None
    if person is not None:
        holder, term = person
        name, kind = holder.name, "person"
        countries = countries or ((holder.country,) if holder.country else ())
        if entry is None:
            office, sector, held = office_held(holder, term, reference, date)
            reasons.append(held)
    elif (
        not countries
        and not _of_no_place(entry)
        and (site := country_of_place(text, _no_sites(parts, hit))) is not None
    ):
        countries = (site[1],)
        reasons.append(Reason(step="actors", by="place", detail=f"“{site[0]}” is in {site[1]}"))
        kind = "place" if kind == "phrase" else kind
    return Composition(countries=countries, sector=sector, office=office, name=name, kind=kind, why=tuple(reasons))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """A phrase's known words, those before the first preposition (the head's own phrase) and those after."""

    text: str
    head: tuple[Hit, ...]
    tail: tuple[tuple[str, Hit], ...]

    def known(self) -> list[tuple[int, int]]:
        """Where the known words stand, but for names of bodies, which may hold the name of a place."""
        hits = (*self.head, *(hit for _, hit in self.tail))
        return [(hit.start, hit.end) for hit in hits if not hit.of("organization")]


def _parts(text: str, reference: Reference, near: AbstractSet[str] = frozenset()) -> _Parts:
    # An acronym in brackets repeats what stands before it, and means something else elsewhere.
    hits = [
        _nearer(hit, near)
        for hit in reference.scan(text)
        if not is_bracketed(text, hit) and not begins_a_body(text, hit)
    ]
    cuts = [match for match in _PREPOSITION.finditer(text) if not any(h.start <= match.start() < h.end for h in hits)]
    first = cuts[0].start() if cuts else len(text)
    head = tuple(hit for hit in hits if hit.end <= first)
    tail = []
    for hit in hits:
        if hit.start >= first:
            before = [match for match in cuts if match.start() < hit.start]
            tail.append((before[-1][0].lower() if before else "of", hit))
    return _Parts(text=text, head=head, tail=tuple(tail))


def _nearer(hit: Hit, near: AbstractSet[str]) -> Hit:
    """A hit whose organizations of the countries in `near` come first: an acronym means the body of a country that is spoken of."""
    if len(hit.entries) < 2 or not near:
        return hit
    if hit.of("body") is not None and not any(entry.country in near for entry in hit.entries):
        # "the National Security Council" of a state that is not spoken of is no body of the article's
        own = tuple(
            e for e in hit.entries if e.kind != "organization" or len(e.country or "") != 3 or e.country in NO_STATE
        )
        return replace(hit, entries=own or hit.entries)
    return replace(hit, entries=tuple(sorted(hit.entries, key=lambda entry: entry.country not in near)))


def _countries(parts: _Parts, year: int | None) -> tuple[tuple[str, ...], str]:
    """The countries a phrase belongs to, and in words from what."""
    nations = [
        (hit, entry)
        for hit in parts.head
        if (entry := nation_of(hit, year)) is not None and entry.country and not _given_name(parts, hit)
    ]
    if len(nations) > 1:
        between = [parts.text[a.end : b.start] for (a, _), (b, _) in itertools.pairwise(nations)]
        if not all(re.fullmatch(r"\s*(?:,|and|-|–|/|,\s*and)\s*|[’']s\s+and\s+", gap) for gap in between):
            nations = nations[:1]
    if nations:
        codes = tuple(dict.fromkeys(entry.country for _, entry in nations if entry.country))
        return codes, f"“{parts.text[nations[0][0].start : nations[-1][0].end]}” in the phrase"
    for preposition, hit in parts.tail:
        entry = nation_of(hit, year) or hit.of("organization")
        if (
            entry is not None
            and entry.country
            and preposition not in _PLACE_PREPOSITIONS - {"from", "at"}
            and not _only_a_site(parts.text, preposition, hit)
        ):
            return _joined_nations(
                parts, hit, entry.country, year
            ), f"“{preposition} … {parts.text[hit.start : hit.end]}”"
    seated = [
        hit
        for hit in parts.head
        if (e := hit.of("office", "body")) is not None and e.sector not in ("MIL", "REB", "UAF", "PRM")
    ]
    for preposition, hit in parts.tail:
        if seated and preposition == "in" and (entry := nation_of(hit, year)) is not None and entry.country:
            return (entry.country,), f"a post “in {parts.text[hit.start : hit.end]}”"
    for hit in parts.head:
        entry = hit.of("organization", "meeting")
        if entry is not None and entry.country:
            return (entry.country,), f"{entry.name} belongs there"
    return (), "no country in the phrase"


def _given_name(parts: _Parts, hit: Hit) -> bool:
    """A capital's name between an office and a surname: "Minister Santiago Ruiz"."""
    if hit.of("country", "demonym") is not None or not re.match(r"\s+[A-Z]", parts.text[hit.end :]):
        return False
    return any(other.of("office") is not None and other.end + 1 == hit.start for other in parts.head)


def _only_a_site(text: str, preposition: str, hit: Hit) -> bool:
    """A state or city that tells where, whither or which: "met at Geneva", "moved to Peru", "delegates of the Lima Conference"."""
    if hit.of("demonym", "organization") is not None and hit.of("country", "capital") is None:
        return False
    if _EVENT_FOLLOWS.match(text, hit.end):
        return True
    return preposition in ("at", "to") and text[hit.end : hit.end + 1] not in ("'", "’")


def _joined_nations(parts: _Parts, first: Hit, code: str, year: int | None) -> tuple[str, ...]:
    """The countries of "of China and Russia", from the first on."""
    codes = [code]
    last = first
    for _, hit in parts.tail:
        entry = nation_of(hit, year) if hit.start > last.end else None
        if (
            entry is not None
            and entry.country
            and re.fullmatch(r"\s*(?:,|and|,\s*and)\s*", parts.text[last.end : hit.start])
        ):
            codes.append(entry.country)
            last = hit
    return tuple(dict.fromkeys(codes))


def _sector(parts: _Parts, year: int | None) -> tuple[str | None, Hit | None, str]:
    """The sector, the office or body that gives it, and why."""
    roles = [hit for hit in parts.head if hit.of("office", "collective", "body", "organization")]
    body = _headed_body(parts, roles)
    if body is not None:
        return body, roles[-1], "the body that the office is of"
    groups = [
        e.sector_in(year) for hit in parts.head if (e := hit.of("organization")) is not None and e.detail != "people"
    ]
    if (
        groups
        and groups[0]
        and roles
        and (last := roles[-1].of("collective")) is not None
        and last.sector in ("UAF", "REB", "CVL")
    ):
        return groups[0], roles[0], "the group they belong to"
    if not roles:
        roles = [hit for _, hit in parts.tail if hit.of("organization", "body")][:1]
        nations = [hit for hit in parts.head if (e := nation_of(hit, year)) is not None and e.sector]
        if nations and not roles:
            entry = nation_of(nations[-1], year)
            assert entry is not None
            return entry.sector, None, f"“{parts.text[nations[-1].start : nations[-1].end]}” stands for a government"
    for hit in reversed(roles):
        entry = hit.of("office", "collective", "body", "organization")
        assert entry is not None
        words = parts.text[hit.start : hit.end]
        if not entry.weak and entry.sector_in(year):
            return entry.sector_in(year), hit, f"“{words}”"
    others = list(roles[:-1]) + [
        hit for p, hit in parts.tail if hit.of("organization", "body", "collective") and p not in ("in", "near")
    ]
    for hit in others:
        entry = hit.of("organization", "body", "collective")
        if entry is not None and entry.sector_in(year):
            return entry.sector_in(year), roles[-1] if roles else hit, f"“{parts.text[hit.start : hit.end]}” beside it"
    if roles:
        entry = roles[-1].of("office", "collective", "body", "organization")
        assert entry is not None
        return entry.sector_in(year), roles[-1], f"“{parts.text[roles[-1].start : roles[-1].end]}”"
    return None, None, "no office or body in the phrase"


_HEADABLE = frozenset(
    "president chairman chairwoman chair head chief director leader secretary secretary-general member spokesman spokeswoman spokesperson"
    " official founder coordinator executive representative vice-president deputy".split()
)
_BODY_SECTORS = {
    "league": "SOC", "association": "SOC", "society": "SOC", "foundation": "SOC", "network": "SOC", "committee": None, "union": "LAB",
    "federation": "SOC", "congress": None, "university": "EDU", "college": "EDU", "school": "EDU", "institute": "EDU", "center": "EDU",
    "centre": "EDU", "bank": "BUS", "company": "BUS", "corporation": "BUS", "group": None, "church": "REL", "mosque": "REL", "diocese": "REL",  # noqa: E501
    "party": "PTY", "court": "JUD", "tribunal": "JUD", "hospital": "MED", "newspaper": "JRN", "magazine": "JRN", "parliament": "LEG",
    "assembly": "LEG", "senate": "LEG", "police": "COP", "club": "SOC", "chamber": "BUS", "syndicate": "LAB",
}  # fmt: skip


def _headed_body(parts: _Parts, roles: Sequence[Hit]) -> str | None:
    """The sector of the body that somebody is president or member of ("President of the Human Rights League" is SOC, not GOV)."""
    if not roles or roles[-1].of("office") is None:
        return None
    if parts.text[roles[-1].start : roles[-1].end].lower().split()[-1] not in _HEADABLE:
        return None
    match = re.match(r"\s+of\s+(?:the\s+)?((?:[A-Z][\w’'-]*\s*(?:of\s+|for\s+|and\s+)?)+)", parts.text[roles[-1].end :])
    if match is None:
        return None
    words = [word.lower() for word in re.findall(r"[A-Za-z]+", match[1])]
    return next((_BODY_SECTORS[word] for word in reversed(words) if _BODY_SECTORS.get(word)), None)


def _term(entry: Entry, date: str | None) -> TermOfOffice | None:
    """The office held on a date: of several the one whose term began last; without a date the one held today."""
    fits = [
        term for term in entry.terms if (term.covers(date) if date else term.end is None or term.end.startswith("["))
    ]
    return max(fits, key=lambda term: (term.office != "leader", term.start or ""), default=None)


def _named_person(
    text: str, parts: _Parts, reference: Reference, date: str | None
) -> tuple[Entry, TermOfOffice | None] | None:
    """The office-holder whom the phrase names, with the office held that day; `None` where nobody or several fit."""
    match = _PERSON_NAME.search(text)
    if match is None or any(
        hit.of("organization", "country") and hit.end >= match.end() for hit in parts.head if hit.start >= match.start()
    ):
        return None
    return person_named(match[0].strip(), reference, date)


def _known_then(entry: Entry, date: str | None) -> bool:
    """Whether somebody is known by name around a date although out of office: ambassadors are not, nor is anybody a generation away."""
    terms = [t for t in entry.terms if not t.office.startswith("Ambassador")]
    if date is None or not date[:4].isdigit():
        return bool(terms)
    return any(
        int(t.start[:4]) - 30 <= int(date[:4]) <= int(t.start[:4]) + 40
        for t in terms
        if t.start and t.start[:4].isdigit()
    )


def _office_words(office: str) -> frozenset[str]:
    return frozenset(office.lower().replace("defence", "defense").split()) - {"of", "the", "and", "for", "to"}


_Held = tuple[Entry, TermOfOffice | None]


def person_named(
    name: str, reference: Reference, date: str | None, *, countries: Sequence[str] = (), office: str | None = None
) -> _Held | None:
    """The known office-holder that a name means on a date: unique after what the text tells of country and office.

    Somebody in office that day comes before somebody who was or will be; when two remain, the answer is `None`.
    """
    found: list[_Held] = [(entry, _term(entry, date)) for entry in reference.people(name)]
    if countries:
        found = [(entry, term) for entry, term in found if entry.country in countries]
    chosen: list[_Held] = [(entry, term) for entry, term in found if term is not None]
    words = _office_words(office or "")
    if chosen:
        fits: list[_Held] = [
            (e, t) for e, t in chosen if t and (t.office == "leader" or words & _office_words(t.office))
        ]
        chosen = fits if office and fits else chosen
    elif " " in name:
        chosen = [(entry, term) for entry, term in found if _known_then(entry, date)]
    elif date is None:
        # "President Reagan" on a page without a date: all who ever held that office under this name are of one country.
        chosen = [(e, None) for e, _ in found if any(words & _office_words(t.office) for t in e.terms)]
    # A co-prince or a monarch of many realms is of the country where most of the offices are.
    # One person may stand in the sources under two spellings; the same name in the same country's offices is one.
    people = {entry.country for entry, _ in chosen if entry.country != "AND"}
    if len(people) == 1 and chosen:
        return max(chosen, key=lambda item: (item[0].country != "AND", len(item[0].terms)))
    return None


_PERSON_NAME = re.compile(r"(?:[A-Z][\w’'.-]*\s+(?:(?:al|el|bin|ibn|de|da|van|von|der)[\s-]+)*){1,4}[A-Z][\w’'-]+$")


def _of_no_place(entry: Entry | None) -> bool:
    """Whether a place in the phrase says nothing of a country: fighters in a place need not be of it."""
    return entry is not None and entry.kind == "collective" and entry.sector in ("REB", "UAF", "PRM")


def office_held(
    holder: Entry, term: TermOfOffice | None, reference: Reference, date: str | None
) -> tuple[str | None, str | None, Reason]:
    """Office and sector of a known person on a date, from the reference data."""
    if term is not None:
        found = [
            e
            for h in reference.scan(term.office)
            for e in h.entries
            if e.kind in ("office", "organization", "body") and e.sector
        ]
        sector = next((e.sector for e in found if not e.weak), "GOV")
        detail = f"{holder.name}, {term.office} from {term.start} ({term.source})"
        return term.office, sector, Reason(step="actors", by="leaders", detail=detail)
    ended = date is None or all(t.end and t.end.strip("[].") <= date for t in holder.terms)
    detail = f"{holder.name} held no listed office {'on ' + date if date else 'when the table was last checked'}"
    return None, "ELI" if ended else None, Reason(step="actors", by="leaders", detail=detail)


def _no_sites(parts: _Parts, role: Hit | None) -> list[tuple[int, int]]:
    """Where no town is looked for: known words, what "at" and "to" lead to, and the name behind an office ("Senator Austin")."""
    known = [*parts.known(), *(match.span(1) for match in _SITED.finditer(parts.text))]
    if role is not None and role.of("office") is not None and role in parts.head:
        name = re.match(r"\s+[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*)*", parts.text[role.end :])
        known += [(role.end, role.end + name.end())] if name is not None else []
    return known


def _whole_names_only(parts: _Parts) -> _Parts:
    """The parts without known words that are only a piece of a longer name ("Sabah" in "Nawaf Al-Sabah")."""

    def whole(hit: Hit) -> bool:
        if hit.of("leader") is None and hit.of("organization") is None:
            return True
        before, after = parts.text[: hit.start], parts.text[hit.end :]
        single = " " not in parts.text[hit.start : hit.end]
        goes_on = re.match(r"\s+[A-Z][a-z]+\b", after) is not None and hit.of("leader") is not None
        return not goes_on and not (
            single
            and re.search(r"[A-Z][\w'’]*[ -](?:[Aa]l-)?$", before)
            and hit.of("office", "country") is None
            and _looks_like_given(before)
        )

    return _Parts(text=parts.text, head=tuple(h for h in parts.head if whole(h)), tail=parts.tail)


def _looks_like_given(before: str) -> bool:
    return re.search(r"\b[Aa]l-$", before) is not None
