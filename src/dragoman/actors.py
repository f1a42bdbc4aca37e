"""Turn phrases and chains into actors: country, sector, office, name.

`compose` reads one phrase by its parts ("a senior Turkish foreign ministry official" is TUR GOV; "Kurdish fighters in northern
Syria" is no army of Syria). `resolve_actors` does so for all mentions of an article: what one phrase of a chain tells holds for
the whole chain, offices told in the text come before those of the reference data, and neither overwrites the other.

The best existing tool (NGEC) asks a 12 GB index of Wikipedia, 0.28 s a mention, and answers for the day the index was made. Ours
composes from small tables in microseconds, takes the office as the reporting gives it, and says why.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from typing import Protocol

from dragoman.offices import demonym, foremost, ministry_name, office_run, organization_of
from dragoman.records import Actor, Article, Link, Mention, Participant, Reason, Source, Span, Tenure, make_id
from dragoman.reference import Entry, Hit, Reference, TermOfOffice

__all__ = ["Composition", "Linker", "Resolution", "anchors_of", "compose", "resolve_actors"]

_PREPOSITION = re.compile(r"\b(?:of|for|from|under|at|to|with|in|on|near|across|against|by|who|which|that)\b")
_PLACE_PREPOSITIONS = frozenset(("in", "near", "across", "on", "from", "at"))
_FORMER = re.compile(r"\b(?:former|ex|ousted|deposed|exiled|late|retired|one-time|onetime)\b[\s-]*", re.IGNORECASE)
_POSSESSIVES = frozenset(("his", "its", "their", "her", "our", "hers"))
_ARTICLE = re.compile(
    r"^(?:the|a|an|this|that|these|those|his|her|its|their|our|some|several|two|three)\s+", re.IGNORECASE
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """An article's actors and what links them to its words."""

    participants: tuple[Participant, ...]
    actors: tuple[Actor, ...]
    links: tuple[Link, ...]
    tenures: tuple[Tenure, ...]
    namings: tuple[tuple[int, int, str], ...]
    """Where the text names countries, and people and bodies whose country is known: (start, end, code)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    """A phrase's known words, those before the first preposition (the head's own phrase) and those after."""

    text: str
    head: tuple[Hit, ...]
    tail: tuple[tuple[str, Hit], ...]


def _parts(text: str, reference: Reference, near: AbstractSet[str] = frozenset()) -> _Parts:
    # An acronym in brackets repeats what stands before it, and means something else elsewhere.
    hits = [_nearer(hit, near) for hit in reference.scan(text) if not _bracketed(text, hit) and not _piece(text, hit)]
    cuts = [match for match in _PREPOSITION.finditer(text) if not any(h.start <= match.start() < h.end for h in hits)]
    first = cuts[0].start() if cuts else len(text)
    head = tuple(hit for hit in hits if hit.end <= first)
    tail = []
    for hit in hits:
        if hit.start >= first:
            before = [match for match in cuts if match.start() < hit.start]
            tail.append((before[-1][0].lower() if before else "of", hit))
    return _Parts(text=text, head=head, tail=tuple(tail))


_BODY_FOLLOWS = re.compile(
    r"\s+(?:Commission|Committee|Council|Ministry|Department|Office|Bureau|Minister|Secretary|Association|Institute|Conference|Forum|Board)\b"
)


def _piece(text: str, hit: Hit) -> bool:
    """Whether a paper's name is only the beginning of a body's: the Foreign Affairs Committee is no magazine."""
    entry = hit.of("organization")
    return entry is not None and entry.sector == "JRN" and _BODY_FOLLOWS.match(text, hit.end) is not None


def _nearer(hit: Hit, near: AbstractSet[str]) -> Hit:
    """A hit whose organizations of the countries in `near` come first: an acronym means the body of a country that is spoken of."""
    if len(hit.entries) < 2 or not near:
        return hit
    if hit.of("body") is not None and not any(entry.country in near for entry in hit.entries):
        # "the National Security Council" of a state that is not spoken of is no body of the article's
        own = tuple(
            e for e in hit.entries if e.kind != "organization" or len(e.country or "") != 3 or e.country in _NO_STATE
        )
        return replace(hit, entries=own or hit.entries)
    return replace(hit, entries=tuple(sorted(hit.entries, key=lambda entry: entry.country not in near)))


def _bracketed(text: str, hit: Hit) -> bool:
    return text[max(0, hit.start - 1) : hit.start] == "(" and text[hit.end : hit.end + 1] == ")"


def _nation(hit: Hit, year: int | None) -> Entry | None:
    found = [entry for entry in hit.entries if entry.kind in ("country", "demonym", "capital", "seat")]
    return _in_year(found, year)


def _in_year(entries: Sequence[Entry], year: int | None) -> Entry | None:
    """The entry that was there in that year: "Moscow" is SUN in 1986; without a year the one that is there today."""
    alive = [
        entry
        for entry in entries
        if (entry.years[0] is None or entry.years[0] <= (year or 9999))
        and (entry.years[1] is None or (year or 9999) <= entry.years[1])
    ]
    return next(iter(alive or entries), None)


def _countries(parts: _Parts, year: int | None) -> tuple[tuple[str, ...], str]:
    """The countries a phrase belongs to, and in words from what."""
    nations = [(hit, entry) for hit in parts.head if (entry := _nation(hit, year)) is not None and entry.country]
    if len(nations) > 1:
        between = [parts.text[a.end : b.start] for (a, _), (b, _) in itertools.pairwise(nations)]
        if not all(re.fullmatch(r"\s*(?:,|and|-|–|/|,\s*and)\s*|[’']s\s+and\s+", gap) for gap in between):
            nations = nations[:1]
    if nations:
        codes = tuple(dict.fromkeys(entry.country for _, entry in nations if entry.country))
        return codes, f"“{parts.text[nations[0][0].start : nations[-1][0].end]}” in the phrase"
    for preposition, hit in parts.tail:
        entry = _nation(hit, year) or hit.of("organization")
        if entry is not None and entry.country and preposition not in _PLACE_PREPOSITIONS - {"from", "at"}:
            return _joined_nations(
                parts, hit, entry.country, year
            ), f"“{preposition} … {parts.text[hit.start : hit.end]}”"
    seated = [
        hit
        for hit in parts.head
        if (e := hit.of("office", "body")) is not None and e.sector not in ("MIL", "REB", "UAF", "PRM")
    ]
    for preposition, hit in parts.tail:
        if seated and preposition == "in" and (entry := _nation(hit, year)) is not None and entry.country:
            return (entry.country,), f"a post “in {parts.text[hit.start : hit.end]}”"
    for hit in parts.head:
        entry = hit.of("organization", "meeting")
        if entry is not None and entry.country:
            return (entry.country,), f"{entry.name} belongs there"
    return (), "no country in the phrase"


def _joined_nations(parts: _Parts, first: Hit, code: str, year: int | None) -> tuple[str, ...]:
    """The countries of "of China and Russia", from the first on."""
    codes = [code]
    last = first
    for _, hit in parts.tail:
        entry = _nation(hit, year) if hit.start > last.end else None
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
        nations = [hit for hit in parts.head if (e := _nation(hit, year)) is not None and e.sector]
        if nations and not roles:
            entry = _nation(nations[-1], year)
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


def person_named(
    name: str, reference: Reference, date: str | None, *, countries: Sequence[str] = (), office: str | None = None
) -> tuple[Entry, TermOfOffice | None] | None:
    """The known office-holder that a name means on a date: unique after what the text tells of country and office.

    Somebody in office that day comes before somebody who was or will be; when two remain, the answer is `None`.
    """
    found = [(entry, _term(entry, date)) for entry in reference.people(name)]
    if countries:
        found = [(entry, term) for entry, term in found if entry.country in countries]
    holding = [(entry, term) for entry, term in found if term is not None]
    if office and holding:
        words = set(office.lower().replace("defence", "defense").split())
        fitting = [
            (e, t)
            for e, t in holding
            if t is not None and (words & set(t.office.lower().split()) or t.office == "leader")
        ]
        holding = fitting or holding
    chosen = holding or ([] if " " not in name else found)
    # A co-prince or a monarch of many realms is of the country where most of the offices are.
    # One person may stand in the sources under two spellings; the same surname in the same country's offices that day is one.
    people = {entry.country if holding else entry.name for entry, _ in chosen if entry.country != "AND"}
    if len(people) == 1 and chosen:
        return max(chosen, key=lambda item: (item[0].country != "AND", len(item[0].terms)))
    return None


_PERSON_NAME = re.compile(r"(?:[A-Z][\w’'.-]*\s+(?:(?:al|el|bin|ibn|de|da|van|von|der)[\s-]+)*){1,4}[A-Z][\w’'-]+$")


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
    if sector and _FAMILY.search(text) and kind == "person":
        sector = "ELI"
    person = _named_person(text, parts, reference, date) if entry is None or entry.kind == "office" else None
    if person is not None:
        holder, term = person
        name, kind = holder.name, "person"
        countries = countries or ((holder.country,) if holder.country else ())
        if entry is None:
            office, sector, held = _held(holder, term, reference, date)
            reasons.append(held)
    elif not countries:
        countries, reason = _by_place(text, parts, entry)
        reasons.extend([reason] if reason else [])
        kind = "place" if countries and kind == "phrase" else kind
    return Composition(countries=countries, sector=sector, office=office, name=name, kind=kind, why=tuple(reasons))


def _held(
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


_COMMON_WORDS = frozenset(
    "western eastern northern southern central north south east west national new old the state republic general chief minister council"
    " front popular democratic people party united union liberation national committee congress foreign affairs monday tuesday wednesday"
    " thursday friday saturday sunday january february march april may june july august september october november december police army".split()  # noqa: E501
)


def _by_place(text: str, parts: _Parts, entry: Entry | None) -> tuple[tuple[str, ...], Reason | None]:
    """The country of a town or region in the name of a body ("Kano State government"), where one place by that name is far the largest."""
    if entry is not None and entry.kind == "collective" and entry.sector in ("REB", "UAF", "PRM"):
        return (), None  # fighters in a place need not be of it
    from dragoman.gazetteer import load_gazetteer

    known = [(hit.start, hit.end) for hit in (*parts.head, *(h for _, h in parts.tail)) if not hit.of("organization")]
    for match in re.finditer(r"[A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?", text):
        for name in (match[0], *match[0].split()):
            if name.lower() in _COMMON_WORDS:
                continue
            at = text.find(name, match.start())
            if any(a < at + len(name) and at < b for a, b in known) or len(name) < 4:
                continue
            sites = sorted(load_gazetteer().find(name), key=lambda s: -s.population)
            if not sites or sites[0].country is None or any(s.precision == "macroregion" for s in sites):
                continue
            regions = [s for s in sites if s.precision == "region"]
            if sites[0].population < 50_000 and not regions:
                continue
            best = regions[0] if regions and regions[0].population >= sites[0].population / 10 else sites[0]
            rivals = [s for s in sites if s.country != best.country and s.population * 4 > max(best.population, 1)]
            if not rivals and best.country:
                return (best.country,), Reason(step="actors", by="place", detail=f"“{name}” is in {best.country}")
    return (), None


_OFFICE_TAIL = re.compile(
    r"(?:\s+(?:of|for|from|under|at|to|in charge of)\s+(?:the\s+)?[A-Z][^,;:.()\n]{0,80}?(?:\s+and\s+[A-Z]\w+)?(?=\s+(?:of|for|under|at|to|in)\s|[,;:.(]|\s+[a-z]|$))+"  # noqa: E501
)


def _extended(text: str, mention: Mention) -> str:
    """A phrase with the "of ..." that follows it, where the country of an office often stands."""
    match = _OFFICE_TAIL.match(text, mention.span.end)
    return text[mention.span.start : match.end() if match else mention.span.end]


@dataclass(slots=True)
class _Known:
    """What the phrases of one chain tell together; lives for one call."""

    countries: tuple[str, ...] = ()
    sector: str | None = None
    office: str | None = None
    name: str | None = None
    kind: str = "phrase"
    why: tuple[Reason, ...] = ()
    posts: list[tuple[str, int, int]] = field(default_factory=list)


_OF_THE_STATE = frozenset(("GOV", "MIL", "LEG", "COP", "SPY"))
_INHERITS = frozenset("GOV COP MIL LEG JUD REB PTY OPP SPY CVL LAB EDU AGR MED REL UAF CRM BUS PRM ELI SOC".split())
# "the Iberian Peninsula", "the Persian Gulf": named after one state, and shared by several.
_FEATURE = re.compile(
    r"\b(?:Peninsula|Seas?|Ocean|Gulf|Straits?|Rivers?|Mountains?|Bay|Basin|Delta|Subcontinent|Islands)$"
)
_QUANTIFIED = re.compile(r"(?:any|all|each|every|no|both|\d[\d,.]*|dozens|hundreds|thousands|we|our|us)\b", re.I)
# "representatives of industry, ministers and experts from the countries of the region"
_OF_MANY = re.compile(
    r"(?:,?\s+(?:(?:and|of|or|as\s+well\s+as)\s+)?[\w-]+){0,12}?\s+from\s+(?:(?:over|more|than|about|some|nearly|many|several|various|other"
    r"|different|around|the|all|a|number|of|\d[\d,.]*)\s+)+(?:[a-z-]+\s+)?(?:countries|states|nations)\b"
)
_NOT_OF_HERE = re.compile(
    r"\b(?:countries|states|nations|international|foreign|world|western|european|african|asian|regional|experts?|delegates"
    r"|academics|diplomats|media|other|various|many|several governments)\b",
    re.IGNORECASE,
)


def anchors_of(text: str, reference: Reference, year: int | None) -> list[tuple[int, int, str]]:
    """Where the text itself names a country or an organization that counts as one: (start, end, code), in order.

    By name, nationality, capital, seat, body, or a town that only one country has. `year` decides which state a name means then.

    >>> from dragoman.reference import load_reference
    >>> anchors_of("Turkish jets left Izmir.", load_reference(), None)[0]
    (0, 7, 'TUR')
    """
    found = []
    hits = reference.scan(text)
    told = {text[hit.start : hit.end] for hit in hits if _bracketed(text, hit)}
    for hit in hits:
        entry = _nation(hit, year) or hit.of("organization")
        if _piece(text, hit):
            continue
        own = (
            text[hit.start : hit.end] in told and hit.of("country") is None
        )  # the text itself says what the acronym stands for
        if entry is not None and entry.country and len(entry.country) == 3 and not own:
            found.append((hit.start, hit.end, entry.country))
    for match in re.finditer(
        r"\b(?:in|at|near|of|from|outside)\s+(?:the\s+\w+\s+of\s+)?([A-Z][\w’'-]+(?:\s[A-Z][\w’'-]+)?)", text
    ):
        if not any(h.start <= match.start(1) < h.end for h in hits):
            codes, _ = _by_place(match[1], _Parts(text=match[1], head=(), tail=()), None)
            found.extend((match.start(1), match.end(1), code) for code in codes)
    return sorted(found)


_NO_STATE = frozenset(("IGO", "UNO", "NGO", "MNC", "ISM", "IMG"))


class Linker(Protocol):
    """What a learned reader must offer: for each phrase, how likely it is of each country named near it, and of none (`None`)."""

    def link(
        self,
        text: str,
        sentences: Sequence[tuple[int, int]],
        phrases: Sequence[tuple[int, int]],
        namings: Sequence[tuple[int, int, str]],
    ) -> Sequence[Mapping[str | None, float] | None]: ...


_LINKED = 0.45  # a country must be at least this likely for a phrase whose words tell none
_OVERRULED = 0.75  # and this likely to come before what the rules of coreference say
_Links = Mapping[tuple[int, int], Mapping[str | None, float]]


def _links(
    article: Article,
    mentions: Sequence[Mention],
    anchors: Sequence[tuple[int, int, str]],
    linker: Linker,
    sentences: Sequence[tuple[int, int]],
) -> _Links:
    """For each phrase without a country in its own words, how likely each country named near it is its own."""
    spans = sorted(
        {
            (m.span.start, m.span.end)
            for m in mentions
            if m.kind in ("phrase", "pronoun") and not any(a < m.span.end and m.span.start < b for a, b, _ in anchors)
        }
    )
    linked = linker.link(article.text, sentences, spans, anchors)
    return {span: shares for span, shares in zip(spans, linked, strict=True) if shares is not None}


class _Resolver:
    def __init__(
        self,
        article: Article,
        reference: Reference,
        mentions: Sequence[Mention] = (),
    ) -> None:
        self.links: _Links = {}
        self.mentions = mentions
        self.pairs = {
            m.span.start: tuple(m.chain.rpartition("pair:")[2].split("+")) for m in mentions if "/pair:" in m.chain
        }
        self.article = article
        self.reference = reference
        self._near: frozenset[str] | None = None
        self.date = article.published.edtf if article.published.start is not None else None
        self.year = int(self.date[:4]) if self.date else None
        self.anchors = anchors_of(article.text, reference, self.year)
        self._evidence = [(at, code) for at, _, code in self.anchors if code not in _NO_STATE]

    def chain(self, label: str, mentions: Sequence[Mention]) -> _Known:
        sort, _, rest = label.partition(":")
        known = _Known()
        if sort in ("country", "government"):
            return self.state(sort, rest)
        if sort == "place":
            return self.town(rest)
        if sort == "pair":
            known.countries = tuple(rest.split("+"))
            known.kind = "group"
            known.why = (Reason(step="actors", by="pair", detail="the two countries named together before"),)
            return known
        weak: list[Composition] = []
        for mention in mentions:
            if mention.kind not in ("phrase", "person", "organization"):
                continue
            composition = compose(
                _extended(self.article.text, mention), self.reference, date=self.date, near=self.near()
            )
            self.learn(known, composition, mention, weak)
            known.countries = known.countries or self.pair_after(mention)
        known.office = foremost([office for office, _, _ in known.posts]) or known.office
        for composition in weak:
            if known.sector is None:
                known.sector, known.office, known.why = composition.sector, composition.office, composition.why
        if sort == "person":
            known.kind = "person"
            self.identify(known, rest)
        elif sort == "org":
            known.kind = "organization"
            known.name = known.name or rest
        else:
            known.name = known.name or (self.bare(mentions[0]) if mentions else rest)
            known.kind = known.kind if known.kind != "place" else "group"
        open_to_context = sort in ("person", "role", "org") and not known.countries and mentions
        if open_to_context and not self.of_nobody(sort, rest, mentions) and not self.linked(known, mentions):
            self.inherit(known, mentions[0])
        if sort in ("org", "role") and known.name:
            known.name = ministry_name(known.name, _only(known.countries), self.reference) or known.name
            known.name = re.sub(r"^(?:[Tt]he|[Aa]n?)\s+", "", known.name) or known.name
        return known

    def near(self) -> frozenset[str]:
        """The countries that the article names."""
        if self._near is None:
            hits = self.reference.scan(self.article.text)
            found = (hit.of("country", "demonym", "capital") for hit in hits)
            self._near = frozenset(entry.country for entry in found if entry is not None and entry.country)
        return self._near

    def of_nobody(self, sort: str, name: str, mentions: Sequence[Mention]) -> bool:
        """Whether no state is meant: "any missions", "500 officers from 80 states", "we", the agency of the dateline."""
        text = self.article.text
        if sort == "org":
            return name in (self.article.outlet, *self.article.agencies)
        if sort == "person":
            return any(compose(m.text, self.reference).sector in ("EDU", "SOC") for m in mentions if m.kind == "phrase")
        if sort != "role":
            return False
        after = text[mentions[0].span.end : mentions[0].span.end + 120]
        return bool(_QUANTIFIED.match(mentions[0].text) or _OF_MANY.match(after))

    def bare(self, mention: Mention) -> str:
        """A nominal without its article, and without the capital that only a sentence's beginning gives it."""
        name = _ARTICLE.sub("", mention.text)
        begins = (
            not self.article.text[: mention.span.start].rstrip()
            or self.article.text[: mention.span.start].rstrip()[-1] in '.!?:“"'
        )
        return name[:1].lower() + name[1:] if begins and name[1:].islower() else name

    def linked(self, known: _Known, mentions: Sequence[Mention]) -> bool:
        """Take the country that the model links the chain's phrases to; whether the model has decided, be it for none."""
        # A name in full stands beside what tells whose it is; a surname further down stands beside anything.
        full = [m for m in mentions if "/person:" not in m.chain or " " in m.text.strip()] or mentions
        asked = [found for m in full if (found := self.links.get((m.span.start, m.span.end))) is not None]
        if not asked:
            return False
        code, share = max(((c, p) for found in asked for c, p in found.items()), key=lambda item: item[1])
        if code is None:
            return share >= _LINKED
        if share < _LINKED:
            return False
        known.countries = (code,)
        known.why = (
            *known.why,
            Reason(step="actors", by="link", detail=f"the model ties the phrase to {code} named near it", score=share),
        )
        return True

    def overruled(self, known: _Known, mention: Mention) -> _Known:
        """What a phrase stands for where the model is sure that it is of another country than its chain."""
        found = self.links.get((mention.span.start, mention.span.end))
        if not found or "/person:" in mention.chain:
            return known  # who bears a name does not change country with the sentence
        sort, _, name = mention.chain.rpartition("/")[2].partition(":")
        if self.of_nobody(sort, name, [mention]):
            return known
        code, share = max(found.items(), key=lambda item: item[1])
        if code is None or code in known.countries or share < _OVERRULED:
            return known
        reason = Reason(
            step="actors", by="link", detail=f"the model ties the phrase to {code} named near it", score=share
        )
        if known.kind == "place" or mention.text.lower() in _THINGS:
            return replace(self.state("country", code), why=(reason,))
        return replace(known, countries=(code,), name=_ARTICLE.sub("", mention.text), why=(*known.why, reason))

    def inherit(self, known: _Known, mention: Mention) -> None:
        """The country of "the police", "rebels", "parliament" where the text around them is about one country."""
        if known.sector not in _INHERITS or _NOT_OF_HERE.search(_extended(self.article.text, mention)):
            return
        text = self.article.text
        if re.match(r"\s+(?:from|of)\s+(?:\d|over|more|many|several|the\s+countries)", text[mention.span.end :]):
            return
        start = max(text.rfind("\n", 0, mention.span.start), text.rfind(". ", 0, mention.span.start)) + 1
        stop = min(
            x if x >= 0 else len(text) for x in (text.find("\n", mention.span.end), text.find(". ", mention.span.end))
        )
        here = [(at, code) for at, code in self._evidence if start <= at <= stop]
        before = [(at, code) for at, code in self._evidence if at < start]
        codes = list(dict.fromkeys(code for _, code in here))
        detail = ""
        if len(codes) == 1:
            detail = "the only country named in the sentence"
        elif codes and known.sector in ("GOV", "COP", "MIL", "LEG", "JUD", "REB", "OPP", "PTY", "CVL"):
            near = [code for at, code in here if at < mention.span.start]
            codes = near[-1:] or codes[:1]
            detail = "the country named just before in the sentence"
        elif before:
            last = list(dict.fromkeys(code for _, code in before[-4:]))
            counts = {code: sum(c == code for _, c in self._evidence) for code in last}
            best = max(counts, key=lambda code: counts[code])
            codes = [best] if counts[best] * 2 > sum(counts.values()) else [before[-1][1]]
            detail = "the country that the text before is about"
        if codes:
            known.countries = (codes[0],)
            known.why = (*known.why, Reason(step="actors", by="context", detail=detail, score=0.6))

    def pair_after(self, mention: Mention) -> tuple[str, ...]:
        """The countries of "both countries" in "senior delegations from both countries", of "the two sides" before "their leaders"."""
        if mention.text.lower().startswith("their "):
            low = max(self.article.text.rfind(mark, 0, mention.span.start) for mark in ("\n", ". "))
            before = [codes for start, codes in self.pairs.items() if low < start < mention.span.start]
            if before:
                return before[-1]
        for start, codes in self.pairs.items():
            if mention.span.end < start < mention.span.end + 8 and re.fullmatch(
                r"\s+(?:of|from|in)\s+", self.article.text[mention.span.end : start]
            ):
                return codes
        return ()

    def identify(self, known: _Known, name: str) -> None:
        """The full name and country of a person, from the reference data, where the text does not tell them."""
        office = known.office or ""
        found = (
            person_named(name, self.reference, self.date, countries=known.countries, office=office)
            if self.date or " " in name
            else None
        )
        if found is not None and known.name and found[0].name != known.name and " " in name:
            found = None
        known.name = name
        if found is None:
            return
        holder, term = found
        if " " not in name and (term is None or not office):
            return  # a bare surname without an office is nobody's in particular
        known.countries = known.countries or ((holder.country,) if holder.country else ())
        known.name = name if " " in name else holder.name
        if known.sector is None:
            known.office, known.sector, reason = _held(holder, term, self.reference, self.date)
            known.why = (*known.why, reason)

    def learn(self, known: _Known, composition: Composition, mention: Mention, weak: list[Composition]) -> None:
        known.countries = known.countries or composition.countries
        if any(reason.by == "leaders" for reason in composition.why):
            weak.append(composition)  # what the text tells of the office comes before what the reference data say
            return
        if composition.sector and known.sector is None:
            known.sector = composition.sector
            known.why = (*known.why, *composition.why)
        if composition.office:
            self.post(known, composition.office, mention)
        known.name = known.name or composition.name
        known.kind = composition.kind if known.kind == "phrase" else known.kind

    def post(self, known: _Known, printed: str, mention: Mention) -> None:
        """Note an office of the chain, whole as printed; "his Russian counterpart" holds the office named before."""
        text = self.article.text
        at = text.find(printed, mention.span.start, mention.span.end)
        if printed.lower() == "counterpart":
            low = max(text.rfind("\n", 0, mention.span.start), mention.span.start - 160)
            before = [
                m
                for m in self.mentions
                if m.kind == "office" and low < m.span.start < mention.span.start and m.text.lower() != "counterpart"
            ]
            if not before or ". " in text[before[-1].span.end : mention.span.start]:
                return
            printed = before[-1].text
            known.office = known.office or printed
            known.sector = compose(printed, self.reference, date=self.date).sector or known.sector
            return
        if at < 0:
            return
        end = at + len(printed)
        names = [m.span.start for m in self.mentions if m.kind == "person" and m.span.start >= end]
        phrase = (mention.span.start, mention.span.end)
        start, end = office_run(text, at, end, phrase=phrase, stop=min(names, default=None), reference=self.reference)
        said = {office.lower().replace("defence", "defense") for office, _, _ in known.posts}
        if text[start:end].lower().replace("defence", "defense") not in said:
            known.posts.append((text[start:end], min(start, mention.span.start), max(end, mention.span.end)))

    def town(self, name: str) -> _Known:
        """A place that may take part (a town shelled, a capital dealt with), with its country where that is plain."""
        hit = None if _FEATURE.search(name) else next(iter(self.reference.scan(name)), None)
        nation = _nation(hit, self.year) if hit is not None else None
        codes = (
            (nation.country,)
            if nation is not None and nation.country
            else ()
            if _FEATURE.search(name)
            else _by_place(name, _Parts(text=name, head=(), tail=()), None)[0]
        )
        why = (Reason(step="actors", by="place", detail="a place named as such"),)
        return _Known(countries=codes, name=name, kind="place", why=why)

    def spoken_for(self, known: _Known, actor: Actor) -> tuple[_Known, Actor]:
        """For whom "we" speaks: an official for the state, everybody else for the body or the person that speaks."""
        if actor.kind == "place" or known.sector not in _OF_THE_STATE or actor.country is None:
            return known, actor
        state = self.state("country", actor.country)
        why = Reason(step="actors", by="voice", detail=f"“we” in the words of {actor.name}, who speaks for the state")
        state = replace(state, why=(*state.why, why))
        return state, _actor(state, actor.country, ())

    def state(self, sort: str, code: str) -> _Known:
        entry = _in_year([e for e in self.reference.lookup_country(code) if e.kind == "country"], self.year)
        name = entry.name if entry else code
        sector = "GOV" if sort == "government" else entry.sector if entry else None
        detail = (
            "a capital or seat that stands for the government" if sort == "government" else "a country named as such"
        )
        return _Known(
            countries=(code,),
            sector=sector,
            name=name if sort == "country" else f"Government of {name}",
            kind="place" if sort == "country" else "organization",
            why=(Reason(step="actors", by=sort, detail=detail),),
        )


def _only(countries: Sequence[str]) -> str | None:
    return countries[0] if len(countries) == 1 else None


def _actor(known: _Known, country: str | None, aliases: Sequence[str], reference: Reference | None = None) -> Actor:
    name = known.name or "unnamed"
    if reference is not None and len(known.countries) > 1 and known.kind != "place":
        name = _share(name, country, reference)
    return Actor(
        id=make_id(
            "ac", known.kind, name.lower(), country, known.sector if known.kind not in ("person", "place") else None
        ),
        name=name,
        kind=known.kind,
        country=country,
        sector=known.sector,
        aliases=tuple(sorted(set(aliases) - {name})),
        external_ids=(),
    )


def _share(name: str, country: str | None, reference: Reference) -> str:
    """What "Chilean and Peruvian officers" and "officers" of the two name in one of the countries: "Chilean officers"."""
    nation = demonym(country or "")
    nations = [hit for hit in reference.scan(name) if hit.of("demonym", "country")]
    if nation is None or (nations and nations[0].start > 0):
        return name
    rest = name[nations[-1].end :].removeprefix("’s").removeprefix("'s").strip() if nations else name
    return f"{nation} {rest}" if rest else name


def _tenures(article: Article, known: _Known, actor: Actor, reference: Reference) -> list[Tenure]:
    """A claim for each office that the article tells of a person it names: "presidents" and "the head" hold none to keep."""
    found = []
    for office, start, end in known.posts:
        longer = (other.lower() for other, _, _ in known.posts if len(other) > len(office))
        if any(office.lower().replace("defence", "defense") in other.replace("defence", "defense") for other in longer):
            continue
        source = Source(article_id=article.id, span=Span(start=start, end=end), text=article.text[start:end])
        found.append(
            Tenure(
                id=make_id("te", actor.id, office.lower(), article.id),
                actor_id=actor.id,
                office=office,
                organization=organization_of(office, reference),
                country=actor.country,
                start=article.published if article.published.edtf else None,
                end=None,
                basis="reporting",
                sources=(source,),
            )
        )
    return found


_THINGS = frozenset(("it", "its", "they", "them", "their"))


def resolve_actors(
    article: Article,
    mentions: Sequence[Mention],
    reference: Reference,
    linker: Linker | None = None,
    sentences: Sequence[tuple[int, int]] = (),
) -> Resolution:
    """The actors of an article, every phrase that stands for one of them, and the offices the article tells.

    A phrase for several ("Chinese and Russian armed forces", "the two sides") gives one `Participant` for each, with the same span.
    `linker`, where a model is installed, ties phrases such as "the police" or "its army" to a country named near them, in the sentences
    that it read.
    """
    resolver = _Resolver(article, reference, mentions)
    if linker is not None:
        resolver.links = _links(article, mentions, resolver.anchors, linker, sentences)
    by_chain: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_chain[mention.chain].append(mention)
    participants: list[Participant] = []
    actors: dict[str, Actor] = {}
    links: list[Link] = []
    tenures: list[Tenure] = []
    made: dict[str, list[tuple[_Known, Actor]]] = {}
    # "We" and "the two ministers" stand for others, who must be known first.
    for chain, members in sorted(by_chain.items(), key=lambda item: _stands_for(item[0], article.id) is not None):
        label = chain.removeprefix(f"{article.id}/")
        # A possessive takes part in an act only where it was cut as a phrase: where the model says so.
        acting = [
            m for m in members if m.kind == "phrase" or (m.kind == "pronoun" and m.text.lower() not in _POSSESSIVES)
        ]
        others = _stands_for(chain, article.id)
        if others is not None:
            owners = [
                resolver.spoken_for(*each) if label.startswith("voice:") else each
                for o in others
                for each in made.get(o, [])
            ]
        elif label.split(":")[0] in ("person", "org", "country", "government", "pair", "role", "place") and acting:
            known = resolver.chain(label, members)
            owners = [(known, actor) for actor in _actors(resolver, known, label, members)]
            if label.startswith("person:") and owners[0][1].kind == "person":
                tenures.extend(_tenures(article, known, owners[0][1], reference))
        else:
            continue
        made[label] = owners
        actors.update((actor.id, actor) for _, actor in owners)
        for mention in acting if owners else ():
            own = owners
            if others is None and (other := resolver.overruled(owners[0][0], mention)) is not owners[0][0]:
                own = [(other, _actor(other, other.countries[0], ()))]
                actors[own[0][1].id] = own[0][1]
            participants.extend(_participant(actor, known, mention) for known, actor in own)
            links.append(_link(own, mention))
    return Resolution(
        participants=tuple(sorted(participants, key=lambda p: (p.start, -p.end, p.id))),
        actors=tuple(actors.values()),
        links=tuple(links),
        tenures=tuple(tenures),
        namings=tuple(sorted({*resolver.anchors, *_named(participants, resolver.anchors)})),
    )


def _named(
    participants: Sequence[Participant], anchors: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """People and bodies with names of their own, where no naming of a country stands."""
    for p in participants:
        proper = p.kind in ("person", "organization") and all(w[:1].isupper() for w in p.text.split())
        if proper and p.country and not any(a < p.end and p.start < b for a, b, _ in anchors):
            yield p.start, p.end, p.country


def _stands_for(chain: str, article_id: str) -> list[str] | None:
    """The chains that a chain stands for: the speaker of "we", the two persons of "the two ministers"; `None` for all others."""
    sort, _, rest = chain.removeprefix(f"{article_id}/").partition(":")
    return rest.split("+") if sort in ("voice", "both") else None


def _actors(resolver: _Resolver, known: _Known, label: str, members: Sequence[Mention]) -> list[Actor]:
    """The actors of a chain, one for each of its countries."""
    names = [m.text for m in members if m.kind in ("person", "organization")]
    found = []
    for country in known.countries or (None,):
        if len(known.countries) > 1 and label.startswith("pair"):
            found.append(_actor(resolver.state("country", country or ""), country, ()))
        else:
            found.append(_actor(known, country, names, resolver.reference))
    return found


def _link(own: Sequence[tuple[_Known, Actor]], mention: Mention) -> Link:
    known, actor = own[0]
    return Link(
        mention_id=mention.id,
        target_id=actor.id if len(own) == 1 else None,
        target_kind="actor",
        office=known.office,
        score=0.9 if known.countries else 0.5,
        why=known.why or (Reason(step="actors", by="chain", detail="nothing in the phrase tells more"),),
    )


def _participant(actor: Actor, known: _Known, mention: Mention) -> Participant:
    return Participant(
        id=actor.id,
        name=actor.name,
        country=actor.country,
        sector=actor.sector,
        office=known.office,
        text=mention.text,
        start=mention.span.start,
        end=mention.span.end,
        kind=actor.kind,
    )
