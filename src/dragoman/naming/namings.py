"""Where a text names countries: by name, nationality, capital, seat, body, or a town that only one country has.

`anchors_of` gives every such place of a text. The other functions say what one known word or one name tells, for those who read phrases
by their parts.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache, lru_cache
from typing import NamedTuple

from dragoman.naming.holders import only_surname, person_named
from dragoman.naming.learned import of_what_was_agreed
from dragoman.naming.offices import is_grade
from dragoman.records import Mention
from dragoman.reference import Entry, Hit, Reference, rows_of
from dragoman.text import ByPlace

__all__ = [
    "NOT_OF_HERE",
    "NO_STATE",
    "OF_MANY",
    "RELATED",
    "SEVERAL_STATES",
    "Namings",
    "Run",
    "anchors_of",
    "begins_a_body",
    "bodies_of_others",
    "country_by_whole_name",
    "country_of_place",
    "country_of_town",
    "era_of",
    "in_year",
    "is_bracketed",
    "nation_of",
    "short_forms",
    "then_called",
]

Run = tuple[int, int]

NO_STATE = frozenset(("IGO", "UNO", "NGO", "MNC", "ISM", "IMG"))
"""Codes of bodies that count as a country and are none."""

_BODY_FOLLOWS = re.compile(
    r"\s+(?:Commission|Committee|Council|Ministry|Department|Office|Bureau|Minister|Secretary|Association|Institute|Conference|Forum|Board)\b"
    r"|(?:\s+[A-Z][\w’'-]*){0,3}?\s+(?:Commission|Committee|Council|Ministry|Assembly|Authority|Agency|Army|Bank|Front|Guard|Party|Police)\b"
)

_POST_OF = re.compile(
    r"\b(?:Secretary|Minister|Ministry|Department|Commissioner|Commission|Committee|Adviser|Advisor|Chair\w*)\s+(?:of|for|on)\s+$"
)


def begins_a_body(text: str, hit: Hit) -> bool:
    """Whether a paper's name is only a piece of a body's or an office's: the Foreign Affairs Committee is no magazine."""
    entry = hit.of("organization")
    if entry is None or entry.sector != "JRN":
        return False
    return (
        _BODY_FOLLOWS.match(text, hit.end) is not None
        or _POST_OF.search(text, max(0, hit.start - 24), hit.start) is not None
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
    told = {text[hit.start : hit.end] for hit in hits if is_bracketed(text, hit)}
    for hit in hits:
        entry = nation_of(hit, year) or hit.of("organization")
        town = entry is not None and entry.kind in ("capital", "seat")
        if begins_a_body(text, hit) or (town and of_what_was_agreed(text, hit.end)):
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


_BODIES = frozenset((*NO_STATE, "EUR"))


class _ShortForm(NamedTuple):
    """A row of the table; `longer` finds names that end with the form, `here` says that only the paragraph counts for `unless`."""

    names: tuple[str, ...]
    pattern: re.Pattern[str]
    bare: re.Pattern[str]
    longer: re.Pattern[str] | None
    cues: re.Pattern[str] | None
    unless: re.Pattern[str] | None
    here: bool
    own: frozenset[str]
    """The words of the body's name, and the cues."""
    code: str
    body: str


@cache
def _short_forms() -> tuple[_ShortForm, ...]:
    """The rows of the table."""

    def words(cell: str | None) -> re.Pattern[str] | None:
        if not cell:
            return None
        # "LIMA" of a dateline too
        forms = dict.fromkeys(form for word in cell.split("|") for form in (word, word.upper()))
        return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, forms))})(?!\w)")

    found = []
    for row in rows_of("short_forms.tsv"):
        names = "|".join(map(re.escape, row["names"].split("|")))
        article = (
            r"(?<!\w)[Tt]he\s+"
            if row["article"] == "1"
            else r"(?<!\w)(?<!\bin )(?<!\bat )(?<!\bnear )(?<!\bfrom )(?<!\bto )"
        )
        # Not the beginning of a longer name, nor of what is told in small letters: "the Commission President", "the North coast".
        pattern = re.compile(rf"{article}(?P<name>{names})(?![\w-])(?!\s+(?!Korea)[A-Z]|\s+of\b)")
        body = row["code"] in _BODIES
        longer = rf"(?<!\w)((?:(?!The\b)[A-Z][\w.-]+\s+(?:of\s+|for\s+|and\s+)?){{1,5}})(?:{names})(?!\w)"
        found.append(
            _ShortForm(
                names=tuple(row["names"].split("|")),
                pattern=pattern,
                bare=re.compile(rf"(?<![\w-])(?:{names})(?![\w-])"),
                # A state or a city needs no such look: "On Tuesday Brussels", "the Far North".
                longer=re.compile(longer) if body and row["article"] == "1" else None,
                cues=words(row["cues"]),
                unless=words(row["unless"]),
                here=not body and not row["cues"],
                own=frozenset(re.split(r"[| ]", f"{row['cues']}|{row['body']}")),
                code=row["code"],
                body=row["body"],
            )
        )
    return tuple(found)


def short_forms(text: str, named: AbstractSet[str] | None = None) -> dict[Run, tuple[str, str]]:
    """Where an article calls a body or a state by a short form that its other words explain: [start, end) to code and name.

    `named` are the states that the article names; a body of none of them is not meant where the article is about one with such a body.

    >>> short_forms("Seoul said the North had fired.")
    {(15, 20): ('PRK', 'North Korea')}
    >>> short_forms("Rain fell in the North.")
    {}
    """
    found: dict[Run, tuple[str, str]] = {}
    for form in _short_forms():
        if not any(name in text for name in form.names):
            continue
        places = [match.span("name") for match in form.pattern.finditer(text)]
        if not places or (form.cues and not form.cues.search(text)):
            continue
        if form.unless and form.here:
            free = _paragraphs_of(form, text, places, named)
            places = [run for run in places if _paragraph(text, run) in free]
        elif form.unless and form.unless.search(text):
            continue
        others = (match[1].split() for match in form.longer.finditer(text)) if form.longer else ()
        if all(form.own.issuperset(words) for words in others):
            found |= {place: (form.code, form.body) for place in places if place not in found}
    return found


def _paragraphs_of(form: _ShortForm, text: str, places: Iterable[Run], named: AbstractSet[str] | None) -> set[Run]:
    """The paragraphs in which a form is the body's of the table: "the Senate" is another state's where they name one that has a senate."""
    assert form.unless is not None
    if named is not None and form.code not in named and form.unless.search(text):
        return set()
    around = {_paragraph(text, run) for run in places}
    return {span for span in around if form.unless.search(text, *span) is None}


def bodies_of_others(text: str, named: AbstractSet[str]) -> set[Run]:
    """Where a word that alone would mean a body of one state means another state's: "Congress", in a text on Peru.

    >>> bodies_of_others("Peru's president fell. Congress removed him.", {"PER"})
    {(23, 31)}
    >>> bodies_of_others("The American president fell. Congress removed him.", {"USA"})
    set()
    """
    found: set[Run] = set()
    for form in _short_forms():
        if form.unless and form.here:
            places = [match.span() for match in form.bare.finditer(text)]
            free = _paragraphs_of(form, text, places, named)
            found.update(run for run in places if _paragraph(text, run) not in free)
    return found


def _paragraph(text: str, run: Run) -> Run:
    start, end = text.rfind("\n", 0, run[0]) + 1, text.find("\n", run[1])
    return start, end if end >= 0 else len(text)


_BYGONE = re.compile(r"(?:\b(?:former|ex|old|post|late|defunct|then|anti|pro|neo|onetime)[\s-]+)$", re.IGNORECASE)
_OF_OLD = re.compile(
    r"[’'s]{0,2}(?:-(?:era|built|made|style|trained|designed|type|installed|supplied)"
    r"|\s+(?:times|days|era|past|rule|legacy))\b"
)
_YEAR = re.compile(r"(?<![\d,.])(?:1[89]|20)\d\d(?![\d,])")


@cache
def _seats() -> tuple[tuple[str, str, int | None, int | None], ...]:
    """Capitals with the states that sat in them, from and to which year."""

    def year(cell: str) -> int | None:
        return int(cell) if cell else None

    rows = rows_of("countries.tsv")
    return tuple(
        (name, row["iso3"], year(row["start_year"]), year(row["end_year"]))
        for row in rows
        for name in row["capital"].split("|")
        if name
    )


@cache
def _heirs() -> dict[str, set[str]]:
    """The states of today that sit in the capital of one that is no more: SUN and RUS."""
    found: dict[str, set[str]] = {}
    for name, code, _, end in _seats():
        if end:
            found.setdefault(code, set()).update(c for other, c, _, last in _seats() if other == name and not last)
    return found


@lru_cache(maxsize=4096)
def then_called(code: str, year: int | None) -> str:
    """The code of the state that in a year sat where a state of today sits: what was Russia's in 1986 was the Soviet Union's.

    Only of a state that began when the other, twenty years old at least, ended: Serbs were Serbs in Yugoslavia.

    >>> then_called("RUS", 1986), then_called("RUS", 2016), then_called("SRB", 1999)
    ('SUN', 'RUS', 'SRB')
    """
    own = {name: start for name, c, start, _ in _seats() if c == code and start and year is not None and year < start}
    before = (
        c
        for name, c, start, end in _seats()
        if name in own and start and end and year is not None and start + 20 <= end and start <= year <= end
        if own[name] - end in (0, 1)
    )
    return next(before, code)


def era_of(text: str, reference: Reference) -> int | None:
    """The year in which an undated text may be read: states that are no more are named as if they were there.

    The last year that is printed of those in which they all were there, else the last whole one of them. `None` where no such state is
    named, or where its successor is too, by its name, or by its people more often, or where years or persons of a later time are.

    >>> from dragoman.reference import load_reference
    >>> era_of("Soviet troops left Prague, and Moscow was silent.", load_reference())
    1990
    >>> era_of("The former Soviet republic turned to Moscow.", load_reference())
    """
    gone: dict[str, tuple[int, int]] = {}
    told: Counter[str] = Counter()
    named: set[str] = set()
    earliest: list[int] = []  # the first year in office of each person who is named in full
    for hit in reference.scan(text):
        entry = hit.of("country", "demonym")
        if hit.of("leader") is not None:
            earliest += _first_years(hit)
        if entry is None or entry.country is None:
            continue
        first, last = entry.years
        if last is None:
            told[entry.country] += 1
            named.update([entry.country] if entry.kind == "country" else [])
        elif not (
            _BYGONE.search(text, max(0, hit.start - 12), hit.start)
            or text[hit.start : hit.end].lower().startswith("former")
            or _OF_OLD.match(text, hit.end)
        ):
            told[entry.country] += 1
            gone[entry.country] = (first or 0, last)
    heirs = {heir for code in gone for heir in _heirs().get(code, ())}
    low, high = max((a for a, _ in gone.values()), default=0), min((b for _, b in gone.values()), default=0)
    if not gone or low > high or heirs & named:
        return None
    printed = [int(match[0]) for match in _YEAR.finditer(text)]
    of_today = sum(told[code] for code in heirs) > sum(told[code] for code in gone)
    if of_today or any(year > high for year in (*printed, *earliest)):
        return None  # "Russian" more often than "Soviet", a later year, somebody who came later: the old state is remembered
    return max((year for year in printed if low <= year < high), default=high - 1)


def _first_years(hit: Hit) -> list[int]:
    """The year in which the first term began of whom a name means; the earliest of all who bear it."""
    starts = [term.start for entry in hit.entries for term in entry.terms]
    years = [int(start[:4]) for start in starts if start and start[:4].isdigit()]
    return [min(years)] if years and len(years) == len(starts) else []


def nation_of(hit: Hit, year: int | None) -> Entry | None:
    """The state that a known word names in that year, or `None`: "Turkish", "Ankara", "the Kremlin"."""
    found = [entry for entry in hit.entries if entry.kind in ("country", "demonym", "capital", "seat", "region")]
    entry = in_year(found, year)
    if entry is not None and entry.country and (code := then_called(entry.country, year)) != entry.country:
        return replace(entry, country=code)
    return entry


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
            if len(name) < 4 - (name in _short_regions()) or name.lower() in _COMMON_WORDS:
                continue
            at = text.find(name, match.start())
            if any(a < at + len(name) and at < b for a, b in known):
                continue
            country = _country_of(name)
            if country is not None:
                return name, country
    return None


@cache
def _short_regions() -> frozenset[str]:
    """Regions whose names have three letters: Goa."""
    rows = (*rows_of("places_extra.tsv"), *rows_of("divisions.tsv"))
    return frozenset(row["name"] for row in rows if row["kind"] == "region" and len(row["name"]) == 3)


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
    if regions and best is regions[0]:
        sites = [s for s in sites if s.name == name]  # a town whose name has other accents is no rival of a region
    rivals = any(s.country != best.country and s.population * 4 > weight for s in sites)
    return None if rivals else best.country or None


def country_by_whole_name(name: str) -> str | None:
    """The country of a town or region that bears a whole name, and not only a piece of it, as `country_of_place` finds it.

    >>> country_by_whole_name("Izmir"), country_by_whole_name("Izmir Market")
    ('TUR', None)
    """
    site = country_of_place(name)
    return site[1] if site is not None and site[0] == name else None


def country_of_town(name: str) -> str | None:
    """The country of what is known to be a place, by its whole name: the far largest by that name, or all are in one country.

    >>> country_of_town("Tromsø"), country_of_town("Golden Temple")
    ('NOR', None)
    """
    from dragoman.gazetteer import load_gazetteer

    name = _POSSESSIVE.sub("", name)
    country = country_by_whole_name(name)
    if country is not None:
        return country
    codes = {site.country for site in load_gazetteer().find(name)} if len(name) > 3 else set()
    return next(iter(codes)) if len(codes) == 1 else None


# "The army said in Peru", "police in northern Peru"
_WITHIN = re.compile(r"\b(?:in|inside|across|throughout|around|at|near|outside|from|of)\s+(?:[a-z-]+\s+){0,3}$")
# "In Damascus, |officials|", "In Peru's capital, Lima, |police|"
_FRONTED = re.compile(r"[\s“\"]*(?:In|At|Across|Outside|Inside|Near|Throughout)\s+(?:the\s+)?(?:[a-z-]+\s+){0,3}")
_TO_SUBJECT = re.compile(r"(?:[’']s\s[^,.;:\n]{1,30})?(?:,\s[^,.;:\n]{1,40})?,\s+")
_ABOUT = re.compile(r"\s+(?:on|about)\s+(?:the\s+)?(?=[A-Z])")
_ARTICLE = re.compile(r"^(?:[Tt]he|[Aa]n?)\s+")


# "its neighbour", "their allies": of another country, which the words do not tell.
RELATED = re.compile(
    r"(?:(?:its|their|his|her|the|a|an|both|all|some|several)\s+)?(?:[a-z-]+\s+){0,2}(?:neighbou?rs?|rivals?|arch-?rivals?|allies|ally|partners?"
    r"|adversar(?:y|ies)|foes?|enem(?:y|ies))$",
    re.I,
)
# "representatives of industry, ministers and experts from the countries of the region"
OF_MANY = re.compile(
    r"(?:,?\s+(?:(?:and|of|or|as\s+well\s+as)\s+)?[\w-]+){0,12}?\s+from\s+(?:(?:over|more|than|about|some|nearly|many|several|various|other"
    r"|different|around|the|all|a|number|of|\d[\d,.]*)\s+)+(?:[a-z-]+\s+)?(?:countries|states|nations)\b"
)
NOT_OF_HERE = re.compile(
    r"\b(?:countries|states|nations|international|foreign|world|western|european|african|asian|regional|experts?|delegates"
    r"|academics|diplomats|media|other|various|many|several governments)\b",
    re.IGNORECASE,
)
# "The three leaders" are of three states.
SEVERAL_STATES = re.compile(
    r"(?:the\s+)?(?:two|three|four|five|six|seven|eight|nine|ten|twelve|several|other|assembled|visiting)\s+"
    r"(?:(?!union|party|opposition|tribal|militia|rebel|religious|labou?r|student|church|community|protest|gang|cabinet|government|local|city|military)[a-z]+\s+)?(?:leaders|presidents|premiers"
    r"|ministers|statesmen|heads|sides|delegations|governments|envoys|negotiators|powers|monarchs|kings|chancellors|ambassadors|signatories)\b",
    re.I,
)
# Who travels: "In Vienna, negotiators" are of any state.
_TRAVELLERS = re.compile(
    r"\b(?:envoys?|negotiators?|mediators?|delegat(?:es?|ions?)|leaders|ministers|presidents|premiers|observers?|inspectors?|monitors?"
    r"|peacekeepers?|representatives?|ambassadors?|tourists?|visitors?|both|two|participants?|members|finalists?)\b",
    re.I,
)


class Namings:
    """Where one article names states, and bodies that count as one, in the article's year.

    `worded` are their own names and the short forms of the table, `all` also the towns of one country and the persons who headed a state.
    Of an undated article the year is that of the states it names (`era_of`).
    """

    def __init__(self, text: str, reference: Reference, date: str | None, mentions: Sequence[Mention]) -> None:
        self.text = text
        self.year = int(date[:4]) if date else era_of(text, reference)
        hits = reference.scan(text)
        known = [e for hit in hits if (e := hit.of("country", "demonym", "capital", "seat")) and e.country]
        named = frozenset(entry.country for entry in known if entry.country)
        self.shorts = short_forms(text, named)
        self.of_others = bodies_of_others(text, named)
        self.short_forms = ByPlace(self.shorts.items(), lambda form: form[0])
        bearers = {m.span.start: m.span.end for m in mentions if m.kind == "person"}
        ended = {end: start for start, end in bearers.items()}
        own = (
            each
            for each in anchors_of(text, reference, self.year)
            if each[1] >= bearers.get(each[0], 0)
            and ended.get(each[1], each[0]) >= each[0]
            and not self.short_forms.touching(*each[:2])
            and each[:2] not in self.of_others
        )
        worded = sorted((*own, *((a, b, code) for (a, b), (code, _) in self.shorts.items())))
        self.worded = ByPlace(worded, lambda naming: naming[:2])
        self.near = frozenset(entry.country for entry in known if entry.kind != "seat" and entry.country)
        """The countries that the article names by themselves."""
        self.all = sorted({*worded, *self._by_the_way(mentions, reference, date)})
        self.codes = frozenset(code for _, _, code in self.all)
        media = {(h.start, h.end) for h in hits if (body := h.of("organization")) is not None and body.sector == "JRN"}
        news = [(at, code) for at, end, code in self.all if (at, end) not in media]
        self.by_media = self.codes - {code for _, code in news}
        """The states that only outlets name: who speaks to one tells nothing of the state that the text is about."""
        self._states = [(at, code) for at, code in news if code not in NO_STATE]
        self._starts = [at for at, _ in self._states]
        self._counts = Counter(code for _, code in self._states)

    def _by_the_way(
        self, mentions: Sequence[Mention], reference: Reference, date: str | None
    ) -> Iterator[tuple[int, int, str]]:
        """Towns of one country, and persons who head a state or have headed it: "Thatcher" is a naming of Britain."""
        told: dict[str, str | None] = {}
        for mention in mentions:
            if mention.kind not in ("place", "person") or self.worded.touching(mention.span.start, mention.span.end):
                continue
            name = (
                mention.chain.partition("/person:")[2] if mention.kind == "person" else _ARTICLE.sub("", mention.text)
            )
            if name and name not in told:
                if mention.kind == "place":
                    told[name] = None if of_what_was_agreed(self.text, mention.span.end) else country_of_town(name)
                else:
                    before = (self.text[max(0, mention.span.start - 16) : mention.span.start].split() or [""])[-1]
                    grade = before if is_grade(before) else None
                    holder = (
                        person_named(name, reference, date)
                        if " " in name
                        else only_surname(name, reference, date, (), grade, self.near)
                    )
                    code = holder[0].country if holder is not None else None
                    told[name] = then_called(code, self.year) if code else None
            if code := told.get(name):
                yield mention.span.start, mention.span.end, code

    def topics(self, end: int) -> frozenset[str]:
        """The states that the phrase which ends here is about and not of: China, in "the House committee |on China"."""
        match = _ABOUT.match(self.text, end)
        about = self.worded.touching(match.end(), match.end() + 1) if match else ()
        return frozenset(code for _, _, code in about)

    def fronted(self, span: Run) -> str | None:
        """The state of the place that opens a sentence, for its subject: "In Damascus, |officials| said", but not "|envoys|"."""
        start, words = span[0], self.text[slice(*span)]
        if self.worded.touching(*span) or NOT_OF_HERE.search(words) or _TRAVELLERS.search(words):
            return None
        low = max(self.text.rfind("\n", 0, start), self.text.rfind(". ", 0, start)) + 1
        match = _FRONTED.match(self.text, low, start)
        if match is None:
            return None
        at = bisect_left(self.all, (match.end(),))
        names = self.all[at : at + 1]
        fits = (code for a, b, code in names if a == match.end() and _TO_SUBJECT.fullmatch(self.text, b, start))
        return next((code for code in fits if code not in NO_STATE), None)

    def around(self, span: Run, *, own: bool, public: bool, state: bool) -> tuple[str, str] | None:
        """The country that the text around a phrase is about, and why: for "the police", "rebels", "parliament".

        `own` is for "his ...": what follows does not tell whose. A `public` body may be of one of several countries named in its
        sentence; an organ of the `state` is not of the one country that its sentence says something is done to.
        """
        text, (start, end) = self.text, span
        low = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start)) + 1
        high = min(x if x >= 0 else len(text) for x in (text.find("\n", end), text.find(". ", end)))
        first, stop = bisect_left(self._starts, low), bisect_right(self._starts, high)
        here, before = self._states[first:stop], self._states[max(0, first - 4) : first]
        if own:
            # "his negotiators in Geneva": of his country, which what follows does not tell
            here, before = [(at, code) for at, code in here if at < start], []
        topics = self.topics(end)
        here = [(at, code) for at, code in here if code not in topics]
        codes = list(dict.fromkeys(code for _, code in here))
        if len(codes) == 1 and self._tells_where(here, end):
            return codes[0], "the only country named in the sentence"
        if len(codes) > 1 and public:
            near = [code for at, code in here if at < start]
            return (near[-1:] or codes)[0], "the country named just before in the sentence"
        if before:
            counts = {code: self._counts[code] for _, code in before}
            best = max(counts, key=lambda code: counts[code])
            told = best if counts[best] * 2 > sum(counts.values()) else before[-1][1]
            # "The president accused Peru", in a text on Peru: whose president, nobody says; rebels who attack a town of Peru are of Peru.
            return None if codes == [told] and state else (told, "the country that the text before is about")
        return None

    def _tells_where(self, here: Sequence[tuple[int, str]], end: int) -> bool:
        """Whether the one country of a sentence may be a phrase’s own: named before its end, or where it happens, not what is acted on."""
        at = min(at for at, _ in here)
        return at < end or _WITHIN.search(self.text, max(0, at - 40), at) is not None
