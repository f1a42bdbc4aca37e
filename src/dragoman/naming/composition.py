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

from dragoman.naming.bodies import body_sector
from dragoman.naming.holders import Held, by_surname, office_held, person_named
from dragoman.naming.names import (
    NAME_ENDS,
    PERSON_NAME,
    bare_name,
    is_holders_name,
    is_persons_name,
    is_surname,
    only_names,
)
from dragoman.naming.namings import (
    NO_STATE,
    begins_a_body,
    country_by_whole_name,
    country_of_place,
    is_bracketed,
    nation_of,
    then_called,
)
from dragoman.records import Reason
from dragoman.reference import Entry, Hit, Reference, TermOfOffice
from dragoman.spelling import is_name

__all__ = ["Composition", "compose"]

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


# "Iran-backed militias", "pro-Russian separatists": whose help or side they are on, and not whose they are.
_BACKED = re.compile(
    r"(?:[’']s)?\s?-\s?(?:backed|supported|funded|financed|armed|trained|sponsored|aligned|allied|linked|friendly|made|bound|occupied|held"
    r"|style|influenced|inspired|directed|proxy)\b|[\s-]speak(?:ing|ers?)\b",
    re.I,
)
_SIDING = re.compile(r"\b(?:pro|anti|inter|pan|trans|intra)\s?-\s?$", re.I)
_TAIL_PERSON = re.compile(
    r"\b(?:of|to|by|with|behind)\s+(?:the\s+)?(?:[a-z]+(?:-[a-z]+)?\s+){0,3}"
    r"((?:[A-Z][\w’'.-]*\s+(?:(?:al|el|bin|ibn|de|da|van|von|der)[\s-]+)*){0,6}[A-Z][\w’'-]+)$"
)
# Somebody of another country than where he stands, or sent by one that is not told.
_SENT = re.compile(
    r"\b(?:ambassador|envoy|diplomat|attach[eé]|consul|emissary|embassy|consulate|mission|delegation|delegate|representative|negotiator|mediator"
    r"|tourist|hostage|expatriate|foreigner|mercenar|peacekeep|observer|monitor|inspector|foreign(?!\s+minist)|western|international|european|arab|asian"
    r"|african|visitor|correspondent|coalition|allied|captive|exile|migrant worker|aid worker|interlocutor|counterpart)\w*",
    re.I,
)
_ARMED = frozenset(("REB", "UAF", "PRM"))
# "thousands of protesters in Tbilisi": how many they are is no part of who they are.
_QUANTITY = re.compile(
    r"(?:(?:about|around|some|nearly|almost|more|than|at|least|over|up|to|the|an?|as|many|few|several|two|three|large|small|vast)\s+)*"
    r"(?:(?:tens|hundreds)\s+of\s+)?(?:thousands|hundreds|tens|dozens|scores|millions|crowds?|groups?|bands?|mobs?|number|handful|majority"
    r"|most|many|some|several|members|gangs?|columns?|convoys?|families)\s+of\s+(?:the\s+|an?\s+)?(?=\S)"
)
# "the Karzai administration", "Assad's forces": whose they are is told by who leads.
_OF_A_LEADER = re.compile(
    r"(?:(?:[Tt]he|an?|[Tt]roops|[Ff]orces|[Ss]upporters|[Mm]embers|of|in|from)\s+)*((?:[A-Z][\w’'-]*\s+){0,2}[A-Z][\w-]+)(?:[’']s?)?\s+"
    r"(?:[a-z-]+\s+)?(?:administration|government|regime|cabinet|presidency|dictatorship|forces|troops|army|loyalists|supporters|backers|allies|aides?"
    r"|followers|party|family|camp|clan|officials?|critics|opponents)\b"
)
_OWN_SOLDIERS = re.compile(
    r"\b(?:mutin\w+|rebel|renegade|rebellious|breakaway|disgruntled|former|child|retired|conscripts?)\b", re.I
)
_ETHNIC = re.compile(r"\bethnic\s+$", re.I)
_PLAIN_FOLK = re.compile(
    r"\b(?:ordinary|young|poor|elderly|rural|displaced|starving|hungry|middle-class|angry)\s+$", re.I
)
_ENDS_IN_NAMES = re.compile(r"(?<=[a-z])\s+(?=((?:[A-Z][\w’'-]+\s){0,1}[A-Z][\w’'-]+)$)")
_LINKS = re.compile(r"\b(?:wal|wa|ut|ur|us|e|i)\b[\s-]*")
_LEADING = re.compile(r"^(?:the|an?)\s+", re.I)
_BASED = re.compile(r"\s?-\s?based\b", re.I)
_BORN = re.compile(r"\s?-\s?(?:born|raised|educated)\b", re.I)


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
    text: str, reference: Reference, *, date: str | None = None, near: AbstractSet[str] | None = None
) -> Composition:
    """What a phrase says of an actor, read by its parts.

    `date` (ISO, any precision) decides which state and which office are meant; without one, those of today. Of several bodies with one
    name, those of the countries in `near` come first; `near` is given for a phrase of an article, which tells the rest elsewhere. Without
    it the phrase is all there is, and a surname alone means who held high office under it.

    >>> from dragoman.reference import load_reference
    >>> found = compose("a senior Turkish foreign ministry official", load_reference())
    >>> found.country, found.sector
    ('TUR', 'GOV')
    """
    year = int(date[:4]) if date and date[:4].isdigit() else None
    text = _QUANTITY.sub("", text, count=1) if _QUANTITY.match(text) else text
    parts = _whole_names_only(_parts(text, reference, near or frozenset(), year), reference)
    countries, from_country = _countries(parts, year)
    sector, hit, from_sector = _sector(parts, year)
    body = _without_its_place(text)
    if _names_a_body(body, hit):
        sector = hit = None  # "Kurdish Medical Association": the people is in the name of a body
    if sector is None and hit is None and _unknown_body(text, parts) and (sector := body_sector(body)) is not None:
        from_sector = "the words of the body's name"
    office = name = None
    kind = "phrase"
    reasons = [Reason(step="actors", by="compose", detail=f"country from {from_country}; sector from {from_sector}")]
    entry = hit.of("office", "collective", "body", "organization") if hit else None
    if entry is not None and hit is not None:
        kind = {"office": "person", "collective": "group"}.get(entry.kind, "organization")
        kind = "group" if kind == "person" and entry.detail == "plural" and near is not None else kind
        office = text[hit.start : hit.end] if entry.kind == "office" and hit in parts.head else None
        # "the Planning Bureau of the Trade Union" is not the union itself.
        name = entry.name if entry.kind == "organization" and hit in parts.head else None
        if entry.former_eli and _FORMER.search(text[: hit.start]):
            sector = "ELI"
            reasons.append(Reason(step="actors", by="former", detail="a former holder of the office"))
    elif countries:
        kind = "place" if sector is None else "organization"
    if sector is None and hit is None and (_minority(parts) or _nationals(parts)):
        sector, kind = "CVL", "person" if _ONE_OF_THEM.match(text) else "group"
    if sector is None and hit is None and (title := _title(parts, reference)) is not None:
        sector, office, kind = title.sector, title.name.capitalize(), "person"  # "King Abdullah", known whole
    if sector == "PTY" and _PARTIES.fullmatch(text.strip()):
        sector = None  # "the interests of all parties": those to a quarrel or a treaty
        reasons.append(Reason(step="actors", by="parties", detail="parties to something, and no political ones"))
    if sector == "PTY" and _is_side(parts):
        sector = "GOV"  # as "the Peruvian side"
        reasons.append(
            Reason(step="actors", by="parties", detail="one of the parties to something, and no political one")
        )
    kin = _FAMILY.search(text)
    known = any(hit.of("office", "leader") for hit in (*parts.head, *(hit for _, hit in parts.tail)))
    if kin and (kind == "person" or known) and (sector or kin.start() < 12):
        sector = "ELI"
    person = None
    if entry is None or entry.kind == "office":
        person = _named_person(text, parts, reference, date, countries, alone=near is None)
    if person is not None:
        holder, term = person
        name, kind = holder.name, "person"
        countries = countries or ((then_called(holder.country, year),) if holder.country else ())
        if entry is None or (entry.weak and sector in (None, "GOV") and term is not None):
            held_office, held_sector, held = office_held(holder, term, reference, date)
            office, sector = office or held_office, held_sector or sector
            reasons.append(held)
    elif not countries:
        countries, told = _countries_around(text, parts, entry, reference, date, near)
        if countries:
            reasons.append(told)
            kind = "place" if kind == "phrase" else kind
    return Composition(countries=countries, sector=sector, office=office, name=name, kind=kind, why=tuple(reasons))


def _countries_around(
    text: str,
    parts: _Parts,
    entry: Entry | None,
    reference: Reference,
    date: str | None,
    near: AbstractSet[str] | None,
) -> tuple[tuple[str, ...], Reason]:
    """The country of a phrase that names none: of the post itself, of a person or a place that it names; with the reason."""
    own = next((e.country for hit in parts.head if (e := hit.of("office", "collective", "body")) and e.country), None)
    if own is None:
        # "CIA director": a post that is listed whole, with the body it is of.
        posts = [hit for hit in parts.head if hit.of("office", "body") and " " in text[hit.start : hit.end]]
        within = (
            e
            for hit in posts
            for h in reference.scan(text, hit.start, text.rindex(" ", hit.start, hit.end))
            for e in h.entries
        )
        own = next((e.country for e in within if e.country and e.kind in ("organization", "seat")), None)
    if own is not None and (near is None or own in near or own in NO_STATE or _names_nation(text, own, reference)):
        return (own,), Reason(step="actors", by="compose", detail=f"a post of {own}")
    follower = _leader_of(text, reference, date, alone=near is None)
    if follower is not None and follower[0].country:
        detail = f"{follower[0].name}, whom the phrase names, is of {follower[0].country}"
        return (follower[0].country,), Reason(step="actors", by="leaders", detail=detail)
    if is_persons_name(text, reference) or (near is None and not parts.head and only_names(text)):
        return (), Reason(step="actors", by="compose", detail="the name of a person, which tells no country")
    armed = _of_no_place(entry) and (near is not None or _SENT.search(text) or _people(parts))
    site = (
        None if armed else country_of_place(text, _no_sites(parts, None if entry is None else _role_of(parts, entry)))
    )
    if site is not None:
        return (site[1],), Reason(step="actors", by="place", detail=f"“{site[0]}” is in {site[1]}")
    return (), Reason(step="actors", by="compose", detail="no country in the phrase")


def _is_side(parts: _Parts) -> bool:
    """Whether a capital is all that makes a party of a nationality: "the Peruvian Party" to a treaty."""
    if len(parts.head) != 2 or parts.tail or parts.head[0].of("demonym") is None:
        return False
    words = parts.text[parts.head[0].end :].strip()
    return words in ("Party", "Parties") and _LEADING.sub("", parts.text).startswith(
        parts.text[parts.head[0].start : parts.head[0].end]
    )


def _title(parts: _Parts, reference: Reference) -> Entry | None:
    """The office that is the first word of a person's known name: "King Abdullah", "Pope Francis"."""
    whole = next((hit for hit in parts.head if hit.of("leader")), None)
    first, _, rest = parts.text[whole.start : whole.end].partition(" ") if whole is not None else ("", "", "")
    return next((e for e in reference.lookup(first) if e.kind == "office" and rest), None)


def _names_nation(text: str, code: str, reference: Reference) -> bool:
    """Whether a word of the phrase by itself names that state: the "Somali" of "Somali pirates", or the post is of one alone."""
    named = (entry for word in text.split() for entry in reference.lookup(word))
    return code == "VAT" or any(e.country == code and e.kind in ("country", "demonym") for e in named)


def _leader_of(text: str, reference: Reference, date: str | None, *, alone: bool) -> Held | None:
    """The known person whose forces, government or family a phrase names: "forces loyal to Assad", "the Karzai administration"."""
    match = _TAIL_PERSON.search(text) or _OF_A_LEADER.match(text)
    name = bare_name(match[1]) if match else ""
    if " " in name:
        return person_named(name, reference, date)
    return by_surname(name, reference, date, (), None, titled=False) if name and (alone or date) else None


def _role_of(parts: _Parts, entry: Entry) -> Hit | None:
    return next((hit for hit in reversed(parts.head) if entry in hit.entries), None)


def _people(parts: _Parts) -> bool:
    """Whether a people without a state of its own is named ("Kurdish fighters")."""
    return any((e := hit.of("organization")) is not None and e.detail == "people" for hit in parts.head)


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


def _parts(text: str, reference: Reference, near: AbstractSet[str] = frozenset(), year: int | None = None) -> _Parts:
    every = _whole_group(text, reference.scan(text), reference)
    near = near | {e.country for hit in every if (e := hit.of("country", "demonym")) is not None and e.country}
    # An acronym in brackets repeats what stands before it, and means something else elsewhere.
    repeated = {entry.name for hit in every if is_bracketed(text, hit) for entry in hit.entries}
    hits = [
        _nearer(hit, near, year, repeated)
        for hit in every
        if not is_bracketed(text, hit)
        and not begins_a_body(text, hit)
        and not _no_word_of_its_own(text, hit)
        and not is_surname(text, hit, every)
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


def _whole_group(text: str, hits: list[Hit], reference: Reference) -> list[Hit]:
    """The known words of a phrase, or the one group that it names in another romanization ("Kataib Hizbollah")."""
    name = _LEADING.sub("", text.strip())
    start = text.find(name)
    known = any(hit.start <= start and start + len(name) <= hit.end for hit in hits)
    if (
        known
        or not is_name(_LINKS.sub("", name))
        or any(hit.of("country", "demonym", "office", "leader") for hit in hits)
    ):
        return hits
    entry = reference.group_spelt(name)
    return hits if entry is None else [Hit(start=start, end=start + len(name), entries=(entry,))]


def _no_word_of_its_own(text: str, hit: Hit) -> bool:
    """Whether a known word is only how another is meant: the Iran of "Iran-backed", the "National" of a body's name."""
    after = text[hit.end : hit.end + 12]
    if hit.of("country", "demonym", "capital", "seat"):
        return (
            _BACKED.match(text, hit.end) is not None
            or _SIDING.search(text, max(0, hit.start - 6), hit.start) is not None
        )
    words = text[hit.start : hit.end].lower()
    if words == "national":
        return re.match(r"\s+(?!of\b|in\b|from\b|who\b|was\b)[A-Za-z]", after) is not None
    # "deputy commander", "deputy police chief": of whatever follows.
    return words in ("deputy", "vice") and re.match(r"\s+(?!of\b|in\b|from\b|who\b|for\b)[a-z]", after) is not None


def _nearer(hit: Hit, near: AbstractSet[str], year: int | None, repeated: AbstractSet[str]) -> Hit:
    """A hit whose likelier organizations come first: meant by the acronym in brackets, of a country spoken of, alive then."""
    if len(hit.entries) < 2:
        return hit
    first = hit.entries[0]
    alone = first.kind == "organization" and first.detail == "ministry"  # "the State Department"
    if near and not alone and hit.of("body") is not None and not any(entry.country in near for entry in hit.entries):
        # "the National Security Council" of a state that is not spoken of is no body of the article's
        own = tuple(
            e for e in hit.entries if e.kind != "organization" or len(e.country or "") != 3 or e.country in NO_STATE
        )
        return replace(hit, entries=own or hit.entries)

    def rank(entry: Entry) -> tuple[bool, bool, bool]:
        first, last = entry.years
        there = year is None or entry.kind != "organization" or ((first or 0) <= year <= (last or 9999))
        return entry.name not in repeated, entry.country not in near, not there

    return replace(hit, entries=tuple(sorted(hit.entries, key=rank)))


def _countries(parts: _Parts, year: int | None) -> tuple[tuple[str, ...], str]:
    """The countries a phrase belongs to, and in words from what."""
    nations = [
        (hit, entry)
        for hit in parts.head
        if (entry := nation_of(hit, year)) is not None and entry.country and not _given_name(parts, hit)
    ]
    if any(hit.of("organization") and not hit.of("country", "demonym") for hit in parts.head):
        # "the London-based Amnesty International": where it sits, and not whose it is.
        nations = [(hit, entry) for hit, entry in nations if _BASED.match(parts.text, hit.end) is None]
    if any(_BORN.match(parts.text, hit.end) is None for hit, _ in nations) or any(
        nation_of(h, year) for _, h in parts.tail
    ):
        # "a Peruvian-born senator of Chile": where somebody is from tells whose he is where nothing else does.
        nations = [(hit, entry) for hit, entry in nations if _BORN.match(parts.text, hit.end) is None]
    elsewhere = [hit for p, hit in parts.tail if p == "in" and hit.of("country", "capital")]
    if elsewhere and len(nations) == 1 and _ETHNIC.search(parts.text[: nations[0][0].start]):
        nations = []  # "ethnic Uzbeks in Kyrgyzstan"
    if len(nations) > 1:
        between = [parts.text[a.end : b.start] for (a, _), (b, _) in itertools.pairwise(nations)]
        if not all(re.fullmatch(r"\s*(?:,|and|-|–|/|,\s*and)\s*|[’']s\s+and\s+", gap) for gap in between):
            nations = nations[:1]
    if nations:
        codes = tuple(dict.fromkeys(entry.country for _, entry in nations if entry.country))
        return codes, f"“{parts.text[nations[0][0].start : nations[-1][0].end]}” in the phrase"
    sender = next((e for hit in parts.head if (e := hit.of("organization")) is not None and e.country), None)
    sent = _SENT.search(parts.text[: parts.tail[0][1].start]) if parts.tail else None
    for preposition, hit in parts.tail:
        entry = nation_of(hit, year) or hit.of("organization")
        if preposition in ("for", "to", "on", "with", "against") and (sender is not None or sent is not None):
            continue  # "the U.N. envoy for Yemen"
        if (
            entry is not None
            and entry.country
            and preposition not in _PLACE_PREPOSITIONS - {"from", "at"}
            and not _only_a_site(parts.text, preposition, hit)
        ):
            return _joined_nations(
                parts, hit, entry.country, year
            ), f"“{preposition} … {parts.text[hit.start : hit.end]}”"
    if (sender is None or sender.detail == "party") and sent is None:
        for preposition, hit in parts.tail:
            entry = nation_of(hit, year)
            if preposition == "in" and entry is not None and entry.country and _is_of_its_place(parts):
                return (entry.country,), f"who is “in {parts.text[hit.start : hit.end]}” and of no other place"
    for hit in parts.head:
        entry = hit.of("organization", "meeting")
        if entry is not None and entry.country:
            return (then_called(entry.country, year),), f"{entry.name} belongs there"
    return (), "no country in the phrase"


def _unknown_body(text: str, parts: _Parts) -> bool:
    """Whether a phrase may name a body that no table knows: no known one, and more than "the council"."""
    if any((e := hit.of("organization", "meeting")) is not None and e.detail != "people" for hit in parts.head):
        return False
    return len(re.sub(r"^(?:the|an?|its|their|his|her|our|this|that)\s+", "", text.strip(), flags=re.I).split()) > 1


def _without_its_place(text: str) -> str:
    """A body's name without the place that is added to it: "Harbour Workers Alliance Northern Territory"."""
    if body_sector(text) is not None:
        return text
    for match in _ENDS_IN_NAMES.finditer(text):
        if country_by_whole_name(match[1]) is not None and body_sector(text[: match.start()]) is not None:
            return text[: match.start()]
    return text


def _names_a_body(text: str, hit: Hit | None) -> bool:
    """Whether a people's name is followed by the words, all with capitals, of a body's name."""
    people = hit.of("organization") if hit is not None else None
    if people is None or hit is None or people.detail != "people":
        return False
    rest = text[hit.end :].split()
    proper = bool(rest) and all(word[:1].isupper() or word in ("of", "for", "and", "the") for word in rest)
    return proper and body_sector(text) is not None


def _minority(parts: _Parts) -> bool:
    """Whether a people that lives among another is named: "Kosovo Albanians", "Serbs in northern Kosovo"."""
    last = parts.head[-1] if parts.head else None
    before = parts.text[: last.start] if last is not None and last.of("demonym") else ""
    if _PLAIN_FOLK.search(before) or _ETHNIC.search(before):
        return True
    if (
        last is None
        or last.of("demonym") is None
        or last.of("country", "organization")
        or parts.text[last.end - 1] != "s"
    ):
        return False
    if re.search(r"[a-z]\s[A-Z]", parts.text[last.start : last.end]):
        return True
    return any(preposition == "in" and hit.of("country", "capital") for preposition, hit in parts.tail)


_ONE_OF_THEM = re.compile(r"(?:an?|one|another)\s", re.I)
_COUNTED = re.compile(
    r"(?:(?:at\s+least|about|around|more\s+than|over|nearly|almost|some|up\s+to|the|these|those|other|another|all)\s+)*"
    r"(?:\d[\d,.]*|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens\s+of|hundreds\s+of|thousands\s+of|several|many|some|few"
    r"|other|another)\s+(?:[a-z-]+\s+){0,2}$",
    re.I,
)


def _nationals(parts: _Parts) -> bool:
    """Whether a phrase counts people by nothing but their nationality: "two Germans", "an injured Spaniard"."""
    last = parts.head[-1] if parts.head else None
    if last is None or last.of("demonym") is None or last.end < len(parts.text.rstrip()):
        return False
    return _COUNTED.match(parts.text[: last.start]) is not None


def _is_of_its_place(parts: _Parts) -> bool:
    """Whether somebody "in Peru" is of Peru: who holds a post there, protests, works; no army, no fighters of a people without a state."""
    roles = [e for hit in parts.head if (e := hit.of("office", "body", "collective")) is not None]
    if any((e := hit.of("organization")) is not None and e.detail == "party" for hit in parts.head):
        return True  # "the Social Democrats in Sweden"
    if not roles and parts.head and parts.head[-1].of("demonym"):
        return True
    if not roles:
        return body_sector(parts.text) is not None
    if any(entry.sector == "MIL" for entry in roles) and not _OWN_SOLDIERS.search(parts.text):
        return False
    return not (roles[-1].sector in _ARMED and _people(parts))


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
    """The countries and bodies of "of China, Russia and the European Union", from the first on."""
    codes = [code]
    last = first
    for _, hit in parts.tail:
        entry = nation_of(hit, year) or hit.of("organization") if hit.start > last.end else None
        if (
            entry is not None
            and entry.country
            and re.fullmatch(r"\s*(?:,|and|,\s*and)\s*(?:the\s+)?", parts.text[last.end : hit.start])
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
    business = _officer_of(parts, roles, year)
    if business is not None:
        return business, roles[-1], "the body named before the post"
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
        if groups[0] == "GOV" and last.sector == "REB":
            return "REB", roles[0], "fighters of a group that governs"
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
        if entry.detail == "people" and roles[-1].of("office") is not None:
            continue  # "a Kurdish official"
        words = parts.text[hit.start : hit.end]
        if not entry.weak and entry.sector_in(year):
            return entry.sector_in(year), hit, f"“{words}”"
    others = list(roles[:-1]) + [
        hit for p, hit in parts.tail if hit.of("organization", "body", "collective") and p not in ("in", "near")
    ]
    for hit in others:
        entry = hit.of("organization", "body", "collective")
        if entry is not None and entry.detail == "people" and roles and roles[-1].of("office") is not None:
            continue  # "a Kurdish official"
        if entry is not None and entry.sector_in(year):
            return entry.sector_in(year), roles[-1] if roles else hit, f"“{parts.text[hit.start : hit.end]}” beside it"
    if roles:
        entry = roles[-1].of("office", "collective", "body", "organization")
        assert entry is not None
        return entry.sector_in(year), roles[-1], f"“{parts.text[roles[-1].start : roles[-1].end]}”"
    return None, None, "no office or body in the phrase"


_CIVIL = frozenset("BUS JRN LAB SOC EDU MED REL".split())


def _officer_of(parts: _Parts, roles: Sequence[Hit], year: int | None) -> str | None:
    """The sector of the company or society whose officer is told right behind its name: "Acme Steel chief executive"."""
    if len(roles) < 2 or (post := roles[-1].of("office")) is None or (body := roles[-2].of("organization")) is None:
        return None
    between = parts.text[roles[-2].end : roles[-1].start]
    headed = post.name.split()[-1] in _HEADABLE and re.fullmatch(r"(?:[’']s?)?\s(?:[a-z-]+\s)?", between) is not None
    return body.sector_in(year) if headed and body.sector_in(year) in _CIVIL else None


_HEADABLE = frozenset(
    "president chairman chairwoman chair head chief director leader secretary secretary-general member spokesman spokeswoman spokesperson"
    " official founder coordinator executive officer manager boss owner representative vice-president deputy".split()
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


def _named_person(
    text: str,
    parts: _Parts,
    reference: Reference,
    date: str | None,
    countries: Sequence[str],
    *,
    alone: bool,
) -> tuple[Entry, TermOfOffice | None] | None:
    """The office-holder whom the phrase names, with the office held that day; `None` where nobody or several fit."""
    role = next(
        (hit for hit in reversed(parts.head) if hit.of("office", "collective") and hit.of("leader") is None), None
    )
    nation = next(
        (hit for hit in reversed(parts.head) if hit.of("country", "demonym") and hit.of("leader") is None), None
    )
    start = max([0, *(hit.end for hit in (role, nation) if hit is not None and hit.end < len(text))])
    cut = NAME_ENDS.search(text, start)
    name = bare_name(text[start : cut.start() if cut else len(text)])
    if PERSON_NAME.fullmatch(name) is None:
        return None
    if any(hit.of("organization", "body") and hit.start >= start and hit.of("leader") is None for hit in parts.head):
        return None
    office = text[role.start : role.end] if role is not None else None
    if " " in name:
        return person_named(name, reference, date, countries=countries if role is not None else (), office=office)
    title = office or (text[start:].strip() != name)
    if (
        not alone
        or (nation is not None and role is None)
        or any(hit.of("capital", "country") for hit in parts.head if hit.start >= start)
    ):
        return None
    return by_surname(name, reference, date, countries, office, titled=bool(title))


def _of_no_place(entry: Entry | None) -> bool:
    """Whether a place in the phrase says nothing of a country: fighters in a place need not be of it."""
    return entry is not None and entry.kind == "collective" and entry.sector in ("REB", "UAF", "PRM")


def _no_sites(parts: _Parts, role: Hit | None) -> list[tuple[int, int]]:
    """Where no town is looked for: known words, what "at" and "to" lead to, and the name behind an office ("Senator Austin")."""
    known = [*parts.known(), *(match.span(1) for match in _SITED.finditer(parts.text))]
    if role is not None and role.of("office") is not None and role in parts.head:
        name = re.match(r"\s+[A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*)*", parts.text[role.end :])
        known += [(role.end, role.end + name.end())] if name is not None else []
    return known


def _whole_names_only(parts: _Parts, reference: Reference) -> _Parts:
    """The parts without known words that are only a piece of a longer name ("Sabah" in "Nawaf Al-Sabah")."""
    person = is_persons_name(parts.text, reference)

    def whole(hit: Hit) -> bool:
        if person and " " not in parts.text[hit.start : hit.end] and hit.of("leader") is None:
            return False  # "Alex Saab" is no company, "Thierry Breton" no Breton
        if hit.of("leader") is None and hit.of("organization") is None:
            return True
        before, after = parts.text[: hit.start], parts.text[hit.end :]
        words = parts.text[hit.start : hit.end]
        single = " " not in words
        body = hit.of("organization") is not None and parts.text[hit.start : hit.end].lower() in _BODY_SECTORS
        known = hit.of("organization")
        if single and known is not None and known.detail in ("media", "party") and not words.isupper():
            if _UNKNOWN_BEFORE.search(before) and not any(other.end == hit.start - 1 for other in parts.head):
                return False  # the Renaissance of "Islamic Renaissance Party"
            if known.sector == "JRN" and re.match(r"\s+of\s+[A-Z]", after):
                return False  # "for the Liberation of Angola"
        if single and body and re.search(r"[A-Z][\w’']*\s$", before) and not _LEADING.fullmatch(before):
            return any(other.end == hit.start - 1 and other.of("country", "demonym") for other in parts.head)
        goes_on = re.match(r"\s+[A-Z][a-z]+\b", after) is not None and hit.of("leader") is not None
        if not after.strip(" ’'s") and is_holders_name(parts.text, parts.head, hit):
            return False
        return not goes_on and not (
            single
            and re.search(r"[A-Z][\w'’]*[ -](?:[Aa]l-)?$", before)
            and hit.of("office", "country") is None
            and _looks_like_given(before)
        )

    tail = tuple((preposition, h) for preposition, h in parts.tail if not h.of("organization") or whole(h))
    return _Parts(text=parts.text, head=tuple(h for h in parts.head if whole(h)), tail=tail)


_UNKNOWN_BEFORE = re.compile(
    r"\b(?!(?:The|A|An|Senior|Former|Top|Veteran|Late|Leading|Pro|Anti|Both|Some|Two)\b)[A-Z][a-z]+\s$"
)


def _looks_like_given(before: str) -> bool:
    return re.search(r"\b[Aa]l-$", before) is not None
