"""The reference data: countries, organizations, groups, offices, leaders, read from the tables in `data/`.

A `Reference` answers one question fast: which known words stand in this text, and what do they mean? (`scan`). It knows
nothing of grammar; `mentions` and `actors` do. Names match as printed, offices in any case. Built once, never changed, and
passed around as a value; a user's own actors are added with `with_actors`.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from types import MappingProxyType

from dragoman.errors import UsageError

__all__ = ["Entry", "Hit", "Reference", "TermOfOffice", "load_reference", "rows_of"]

_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W_]+|[^\w\s]")
_SPACE = re.compile(r"\s+")
_APOSTROPHES = dict.fromkeys("’‘ʼʻ", "'")
"""What pages print for an apostrophe: "National People’s Congress", "Sana’a"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermOfOffice:
    """A person in an office or role; `start` and `end` are EDTF or `None`, `certainty` is sure or likely.

    `sector` is told for roles whose words do not tell it (a founder, a writer); for offices the words do.
    """

    person: str
    country: str | None
    office: str
    start: str | None
    end: str | None
    source: str
    certainty: str
    sector: str | None = None

    def covers(self, date: str) -> bool:
        """Whether an ISO date lies within the term; open ends cover everything beyond."""
        start = (self.start or "")[: len(date)]
        end = self.end or ""
        return start <= date[: len(start) or None] and (not end or date[: len(end)] <= end)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a known phrase means.

    `kind` is country, demonym, capital, seat, organization, meeting, office, collective, body or leader. `name` is the canonical name.
    `sectors` lists (sector, first year, last year) where a group's sector changed over time, as the Taliban's.
    """

    kind: str
    name: str
    country: str | None = None
    sector: str | None = None
    detail: str | None = None
    weak: bool = False
    person: bool = False
    former_eli: bool = False
    qid: str | None = None
    years: tuple[int | None, int | None] = (None, None)
    sectors: tuple[tuple[str, int | None, int | None], ...] = ()
    terms: tuple[TermOfOffice, ...] = ()

    @property
    def public(self) -> bool:
        """Whether a person ever held a public office; who only is known (a founder, a rebel) did not."""
        return any(term.sector in (None, "GOV", "MIL", "LEG", "JUD") for term in self.terms)

    def sector_in(self, year: int | None) -> str | None:
        """The sector in a year; without a year the latest."""
        for sector, first, last in reversed(self.sectors):
            if year is None or ((first or 0) <= year <= (last or 9999)):
                return sector
        return self.sector


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A known phrase at its place in a text; several entries where it may mean several things."""

    start: int
    end: int
    entries: tuple[Entry, ...]

    def of(self, *kinds: str) -> Entry | None:
        """The first entry of one of these kinds."""
        for entry in self.entries:
            if entry.kind in kinds:
                return entry
        return None


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of a table in `data/`: tab-separated with a header; `#` opens a comment line.

    >>> any(row["iso3"] == "OMN" for row in rows_of("countries.tsv"))
    True
    """
    path = files("dragoman") / "data" / name
    lines = (line for line in path.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _split(cell: str | None) -> list[str]:
    return [part.strip() for part in (cell or "").split("|") if part.strip()]


def _year(cell: str | None) -> int | None:
    match = re.match(r"-?\d{4}", cell or "")
    return int(match[0]) if match else None


def _countries() -> Iterator[tuple[str, Entry]]:
    for row in rows_of("countries.tsv"):
        years = (_year(row["start_year"]), _year(row["end_year"]))
        code = row["parent"] if row.get("pre") == "1" and row["parent"] else row["iso3"]
        base = Entry(
            kind="country",
            name=row["name"],
            country=code,
            sector="PRE" if row.get("pre") == "1" else None,
            qid=row["qid"] or None,
            years=years,
        )
        for name in {row["name"], *_split(row["names"])}:
            yield name, base
        for name in _split(row["demonyms"]):
            yield name, replace(base, kind="demonym")
        for name in _split(row["capital"]):
            yield name, replace(base, kind="capital", sector="GOV", detail=row["name"])
        for name in _split(row["seats"]):
            if name not in _split(row["capital"]):
                yield name, replace(base, kind="seat", sector="GOV", detail=row["name"])


_MEETING_KINDS = frozenset(("forum", "conference_series"))
_GROUP_KINDS = frozenset(("armed_group", "party", "movement", "cartel"))


_PLACE_KINDS = ("country", "capital", "seat")


def _namesakes() -> Iterator[tuple[str, Entry]]:
    """Places and things that bear the name of a state: "New Mexico", "the South Pole", "the Panama Papers"."""
    for row in rows_of("namesakes.tsv"):
        if row["kind"] in ("region", "thing"):
            for name in _split(row["names"]):
                yield name, Entry(kind=row["kind"], name=name, country=row["iso3"] or None)


@cache
def _in_divisions() -> tuple[re.Pattern[str], dict[str, str]]:
    """What a division behind a town looks like (", Pennsylvania"), and the country of each."""
    rows = [row for row in rows_of("namesakes.tsv") if row["kind"] == "state"]
    codes = {name: row["iso3"] for row in rows for name in _split(row["names"])}
    return re.compile(r",\s(" + "|".join(map(re.escape, sorted(codes, key=len, reverse=True))) + r")(?!\w)"), codes


@cache
def _beside() -> dict[str, tuple[str, frozenset[str]]]:
    """Names of states that mean another place beside some words, with its country: "Georgia" before "Governor"."""
    rows = (row for row in rows_of("namesakes.tsv") if row["kind"] == "beside")
    return {name: (row["iso3"], frozenset(_split(row["words"]))) for row in rows for name in _split(row["names"])}


def _as_meant(text: str, begin: int, stop: int, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries of a known phrase, or the place elsewhere that its neighbours show it to be: "Lebanon, Pennsylvania"."""
    if not any(entry.kind in _PLACE_KINDS for entry in entries):
        return entries
    name = text[begin:stop]
    if text[stop : stop + 1] == ",":
        pattern, codes = _in_divisions()
        match = pattern.match(text, stop)
        if match is not None:
            return (Entry(kind="region", name=name, country=codes[match[1]]),)
    if any(f"{name}," in words and text.startswith(f", {other}", stop) for other, (_, words) in _beside().items()):
        return (
            Entry(
                kind="region",
                name=name,
                country=next(code for code, words in _beside().values() if f"{name}," in words),
            ),
        )
    told = _beside().get(name)
    if told is not None:
        after = re.match(r"\s(\w+)", text[stop : stop + 20])
        before = text[max(0, begin - 14) : begin].split()[-1:]
        if (after is not None and after[1] in told[1]) or (before and before[0] in told[1]):
            return (Entry(kind="region", name=name, country=told[0]),)
    return entries


def _organizations(table: str) -> Iterator[tuple[str, Entry]]:
    for row in rows_of(table):
        sectors = []
        for tenure in _split(row.get("tenures")):
            sector, _, span = tenure.partition(":")
            first, _, last = span.partition("-")
            sectors.append((sector, _year(first), _year(last)))
        entry = Entry(
            kind="meeting" if row["kind"] in _MEETING_KINDS else "organization",
            name=row["name"],
            country=row["country"] or None,
            sector=row["sector"] or None,
            detail=row["kind"],
            qid=row.get("qid") or None,
            years=(_year(row["founded"]), _year(row["ended"])),
            sectors=tuple(sectors),
        )
        for name in {row["name"], *_split(row["aliases"])}:
            yield name, entry


def _offices() -> Iterator[tuple[str, Entry]]:
    for row in rows_of("offices.tsv"):
        entry = Entry(
            kind=row["kind"],
            name=row["pattern"],
            country=row["country"] or None,
            sector=row["sector"] or None,
            detail="singular",
            weak=row["strength"] == "weak",
            person=row["person"] == "1",
            former_eli=row["former_eli"] == "1",
        )
        yield row["pattern"], entry
        for plural in _split(row["plural"]):
            if plural != row["pattern"]:
                yield plural, replace(entry, detail="plural")


_ONE_AT_A_TIME = frozenset(
    ("president", "prime minister", "chancellor", "premier", "head of government", "vice president", "leader")
)
_HEADS = frozenset(("president", "prime minister", "chancellor", "premier", "head of government", "king", "queen"))


def _closed(rows: Sequence[dict[str, str]]) -> None:
    """End the terms of which a source only knows that they lasted until its edition ("[2021-12-09..]"): with the successor's first day."""
    starts: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        starts[row["iso3"], row["office"]].append((row["start"], row["name"]))
    ends: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        if row["end"].startswith("[") and row["office"] in _ONE_AT_A_TIME:
            later = [
                start
                for start, name in starts[row["iso3"], row["office"]]
                if name != row["name"] and start > row["start"] and start >= row["end"][1:8]
            ]
            row["end"] = min(later, default=row["end"])
        if row["office"] in _HEADS:
            ends[row["iso3"], row["name"]].append(row["end"])
    for row in rows:
        own = ends.get((row["iso3"], row["name"]), [])
        if row["office"] == "leader" and row["end"].startswith("[") and own and all(e and e[0] != "[" for e in own):
            row["end"] = max(own)


def _usual_names(rows: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], str]:
    """The name by which news calls a person whom one source lists by it and another in full: Jimmy Carter, James Earl Carter.

    The full name gives the other as its alias, and both hold office of one state on the same day.
    """
    terms: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in rows:
        terms[row["iso3"], row["name"]].append((row["start"], row["end"] or "9999"))
    found = {}
    for row in rows:
        for alias in _split(row["aliases"]):
            own = (row["start"], row["end"] or "9999")
            if any(a < own[1] and own[0] < b for a, b in terms.get((row["iso3"], alias), ())):
                found[row["iso3"], row["name"]] = alias
    return found


def _leaders() -> Iterator[tuple[str, Entry]]:
    people: dict[tuple[str, str], list[TermOfOffice]] = defaultdict(list)
    aliases: dict[tuple[str, str], set[str]] = defaultdict(set)
    listed = rows_of("leaders.tsv")
    _closed(listed)
    usual = _usual_names(listed)
    for row in (*listed, *rows_of("notables.tsv")):
        key = (row["iso3"], usual.get((row["iso3"], row["name"]), row["name"]))
        people[key].append(
            TermOfOffice(
                person=key[1],
                country=row["iso3"] or None,
                office=row["office"],
                start=row["start"] or None,
                end=row["end"] or None,
                source=row.get("source") or "general knowledge",
                certainty=row.get("certainty") or "sure",
                sector=row.get("sector") or None,
            )
        )
        aliases[key].update((row["name"], *_split(row["aliases"])))
    for (country, name), terms in people.items():
        entry = Entry(kind="leader", name=name, country=country or None, sector="GOV", person=True, terms=tuple(terms))
        for alias in sorted({name, *aliases[(country, name)]}):
            yield alias, entry


Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """Known phrases by their words. `exact` matches as printed, `folded` in any case (offices)."""

    exact: MappingProxyType[Key, tuple[Entry, ...]]
    folded: MappingProxyType[Key, tuple[Entry, ...]]
    longest: MappingProxyType[str, int]
    by_code: MappingProxyType[str, tuple[Entry, ...]]
    by_surname: MappingProxyType[str, tuple[Entry, ...]]
    _memory: dict[tuple[str, int, int | None], tuple[Hit, ...]] = field(default_factory=dict, compare=False, repr=False)
    _spelt: dict[str, list[str]] = field(default_factory=dict, compare=False, repr=False)
    _given: set[str] = field(default_factory=set, compare=False, repr=False)
    _groups: dict[str, list[tuple[str, Entry]]] = field(default_factory=dict, compare=False, repr=False)
    _looked: dict[str, tuple[Entry, ...]] = field(default_factory=dict, compare=False, repr=False)
    _begins: dict[str, dict[str | None, tuple[int, ...]]] = field(default_factory=dict, compare=False, repr=False)

    def people(self, name: str) -> tuple[Entry, ...]:
        """Known office-holders whom a printed name may mean: same surname, and no given name that differs.

        Spelling is folded (accents, hyphens, "al-"), given names may be missing, initials or short forms. Where nobody has the surname as
        printed, it is compared in the one writing of all romanizations.

        >>> {entry.country for entry in load_reference().people("Kassym-Jomart Tokayev")}
        {'KAZ'}
        >>> {entry.name for entry in load_reference().people("Muammar Kadhafi")}
        {'Muammar Gaddafi'}
        >>> {entry.name for entry in load_reference().people("Xi")}
        {'Xi Jinping'}
        """
        given, surname = _name_parts(name)
        found = self.by_surname.get(surname, ())
        if not given:
            found = tuple(entry for entry in found if _family_name(entry) in (None, surname))
        fits = tuple(entry for entry in found if not given or _same_given(given, _name_parts(entry.name)[0]))
        if not fits and given:
            # "Tseng Hou-jen" stands in the table as another writing of Harry Tseng's name.
            fits = tuple(entry for entry in self.lookup(name) if entry.kind == "leader")
        if not fits and given and len(surname) > 4:
            others = [other for other in self._alike(surname) if other != surname]
            fits = tuple(
                entry
                for other in others
                for entry in self.by_surname[other]
                if (own := _name_parts(entry.name)[0]) and _same_given(given, own)
            )
        return fits

    def is_given_name(self, word: str) -> bool:
        """Whether several known persons are called so: "William"; the list of all is made at the first question.

        >>> load_reference().is_given_name("William"), load_reference().is_given_name("Izmir")
        (True, False)
        """
        if not self._given:
            people = {
                entry.name for found in self.by_surname.values() for entry in found if _family_name(entry) is None
            }
            counts = Counter(name.split()[0].lower() for name in people)
            self._given.update(name for name, count in counts.items() if count > 1 and len(name) > 2)
        return word.lower() in self._given

    def _alike(self, surname: str) -> list[str]:
        """Surnames that are the same in the one writing of all romanizations; the list of all is made at the first question."""
        from dragoman.spelling import written

        if not self._spelt:
            for other in self.by_surname:
                if len(other) > 4:
                    self._spelt.setdefault(written(other), []).append(other)
        return self._spelt.get(written(surname), [])

    def group_spelt(self, name: str) -> Entry | None:
        """The armed group or party whose name is another romanization of this one; `None` where none is, or several are.

        >>> load_reference().group_spelt("Asaeb Ahl al-Haqq").name
        "Asa'ib Ahl al-Haq"
        >>> load_reference().group_spelt("Democratic Party of Arcadia") is None
        True
        """
        from dragoman.spelling import bones, same_in_writing, solid

        if not self._groups:
            names = [(" ".join(key), e) for key, found in self.exact.items() for e in found if e.detail in _GROUP_KINDS]
            for printed, entry in names:
                self._groups.setdefault(bones(solid(printed))[:2], []).append((solid(printed), entry))
        own = solid(name)
        found = {e.name: e for other, e in self._groups.get(bones(own)[:2], ()) if same_in_writing(own, other)}
        return next(iter(found.values())) if len(found) == 1 else None

    def lookup(self, phrase: str) -> tuple[Entry, ...]:
        """The entries of a whole phrase.

        >>> [entry.country for entry in load_reference().lookup("Omani")]
        ['OMN']
        """
        found = self._looked.get(phrase)
        if found is None:
            if len(self._looked) > 4096:
                self._looked.clear()
            key = _words(phrase)
            found = (*self.exact.get(key, ()), *self.folded.get(tuple(word.lower() for word in key), ()))
            self._looked[phrase] = found
        return found

    def scan(self, text: str, start: int = 0, end: int | None = None) -> list[Hit]:
        """Known phrases in a run of text, left to right, longest first, never overlapping.

        >>> [(hit.entries[0].kind, hit.entries[0].country) for hit in load_reference().scan("Omani foreign minister")]
        [('demonym', 'OMN'), ('office', None)]
        """
        # Several steps scan the same text and the same sentences; the last few hundred answers are kept.
        key = (text, start, end)
        found = self._memory.get(key)
        if found is None:
            if len(self._memory) > 512:
                self._memory.clear()
            found = self._memory[key] = tuple(self._scan(text, start, len(text) if end is None else end))
        return list(found)

    def _scan(self, text: str, start: int, end: int) -> Iterator[Hit]:
        spans, words, lowered = _printed(text, start, end)
        known = self._lengths()
        at = 0
        for first, word in enumerate(lowered):
            if first < at or word not in known:
                continue
            # A dateline or a headline is in capitals, all of its words.
            capitals = len(words[first]) > 2 and (words[first].isupper() or not words[first].isalpha())
            for size in self._sizes(lowered, first):
                key = tuple(words[first : first + size])
                found = self.exact.get(key, ())
                if not found and capitals and all(word.isupper() for word in key if word.isalpha()):
                    found = self.exact.get(tuple(word.capitalize() for word in key), ())
                folded = self.folded.get(tuple(lowered[first : first + size]), ())
                if found or folded:
                    if size > 1 and (not found or word == "the") and self._broken(words, lowered, first, size):
                        continue
                    begin, stop = spans[first][0], spans[first + size - 1][1]
                    # Words that are apart by a line break are no phrase.
                    if "\n" in text[begin:stop]:
                        continue
                    yield Hit(start=begin, end=stop, entries=_as_meant(text, begin, stop, (*found, *folded)))
                    at = first + size
                    break

    def _lengths(self) -> dict[str, dict[str | None, tuple[int, ...]]]:
        """How many words the phrases have that begin with a word, by the word behind it (`None`: any other); longest first.

        Two words decide nearly always: few phrases are then left to be compared. Made at the first question.
        """
        if not self._begins:
            found: dict[str, dict[str | None, set[int]]] = defaultdict(lambda: defaultdict(set))
            for key in (*self.exact, *self.folded):
                second = key[1].lower() if len(key) > 1 else None
                found[key[0].lower()][second].add(len(key))
            for first, sizes in found.items():
                alone = sizes[None]
                self._begins[first] = {each: tuple(sorted(own | alone, reverse=True)) for each, own in sizes.items()}
        return self._begins

    def _sizes(self, lowered: Sequence[str], first: int) -> tuple[int, ...]:
        """How many words, from this one on, may make a known phrase; longest first."""
        sizes = self._lengths().get(lowered[first])
        if sizes is None:
            return ()
        left = len(lowered) - first
        found = sizes.get(lowered[first + 1]) if left > 1 else None
        found = sizes[None] if found is None else found
        return found if not found or found[0] <= left else tuple(size for size in found if size <= left)

    def _broken(self, words: Sequence[str], lowered: Sequence[str], first: int, size: int) -> bool:
        """Whether a longer name would be torn apart: "opposition Movement for Democratic Change", "the Sudan People's Liberation Army".

        At the end of the text a name need not be longer, only known to go on.
        """
        if not (words[first].islower() or words[first] == "The"):
            return False
        for at in range(first + 1, first + size):
            if not words[at][:1].isupper():
                continue
            least = first + size - at + 1
            if self.longest.get(lowered[at], 0) < least:
                continue
            least -= first + size == len(words)
            if any(n >= least and tuple(words[at : at + n]) in self.exact for n in self._sizes(lowered, at)):
                return True
        return False

    def lookup_country(self, code: str) -> tuple[Entry, ...]:
        """The country entries of an ISO 3166-1 alpha-3 code, dissolved states included.

        >>> {entry.name for entry in load_reference().lookup_country("OMN")}
        {'Oman'}
        """
        return self.by_code.get(code, ())

    def with_actors(self, rows: Iterable[tuple[str, Entry]]) -> Reference:
        """A reference that knows a user's own actors as well; they come before ours."""
        return _build([*rows], self)


_Printed = tuple[Sequence[tuple[int, int]], Sequence[str], Sequence[str]]
"""The places of the words of a text, the words, and the words in small letters."""
_LONG = 400  # characters of a text whose words are kept


def _printed(text: str, start: int, end: int) -> _Printed:
    """The words of a run of a text. Those of whole articles are kept, for their sentences and what stands around a name are asked for."""
    if len(text) < _LONG:
        return _cut(text, start, end)
    spans, words, lowered = _of_article(text)
    first, last = bisect_left(spans, (start, 0)), bisect_left(spans, (end, 0))
    if (first and spans[first - 1][1] > start) or (last > first and spans[last - 1][1] > end):
        # A run that begins or ends within a word: what is left of it is read anew.
        low = spans[first - 1][1] if first and spans[first - 1][1] > start else start
        cut = last > first and spans[last - 1][1] > end
        last -= cut
        high = spans[last][0] if cut else end
        if low > high:
            return _cut(text, start, end)
        left, right = _cut(text, start, low), _cut(text, high, end)
        return (
            [*left[0], *spans[first:last], *right[0]],
            [*left[1], *words[first:last], *right[1]],
            [*left[2], *lowered[first:last], *right[2]],
        )
    return spans[first:last], words[first:last], lowered[first:last]


def _cut(text: str, start: int, end: int) -> _Printed:
    spans = [match.span() for match in _WORD.finditer(text, start, end)]
    words = [_APOSTROPHES.get(text[a:b], text[a:b]) for a, b in spans]
    return spans, words, [word.lower() for word in words]


@lru_cache(maxsize=2)
def _of_article(text: str) -> _Printed:
    return _cut(text, 0, len(text))


def _words(phrase: str) -> tuple[str, ...]:
    """The words and marks of a phrase, as names are looked up by them."""
    return tuple(_APOSTROPHES.get(word, word) for word in _WORD.findall(phrase))


@lru_cache(maxsize=20_000)
def _name_parts(name: str) -> tuple[tuple[str, ...], str]:
    """Given names and surname, folded to plain lower-case letters; particles are dropped."""
    plain = unicodedata.normalize("NFKD", name.replace("’", "'")).encode("ascii", "ignore").decode().lower()
    parts = [
        part
        for part in re.findall(r"[a-z]+", re.sub(r"\b(?:al|el|ul|bin|ibn|abu|de|da|dos|von|van|der)[- ]", " ", plain))
        if part != "jr"
    ]
    return tuple(parts[:-1]), parts[-1] if parts else ""


def _same_given(one: Sequence[str], two: Sequence[str]) -> bool:
    """Whether two lists of given names may be one person's: the first ones agree, as words, beginnings or initials."""
    if not one or not two:
        return True
    a, b = (_short_forms().get(each, each) for each in (one[0], two[0]))
    if a == b or _one_writing(a, b) or (len(a) == 1 and b.startswith(a)) or (len(b) == 1 and a.startswith(b)):
        return True
    return (len(a) > 3 and b.startswith(a)) or (len(b) > 3 and a.startswith(b)) or a in two or b in one


_FAMILY_FIRST = frozenset(("CHN", "TWN", "HKG", "KOR", "PRK", "SGP", "UNO"))


@cache
def _family_names() -> frozenset[str]:
    return frozenset(row["family"] for row in rows_of("family_names.tsv"))


def _family_name(entry: Entry) -> str | None:
    """The family name where it stands first, as in Chinese and Korean names ("Xi Jinping"); `None` for all others."""
    given, _ = _name_parts(entry.name)
    first = given[0] if given and entry.country in _FAMILY_FIRST else None
    return first if first in _family_names() else None


@cache
def _short_forms() -> dict[str, str]:
    """Short forms of English given names: "liz" -> "elizabeth"."""
    return {row["short"]: row["name"] for row in rows_of("given_names.tsv")}


def _one_writing(one: str, two: str) -> bool:
    """Whether two given names are romanizations of one: Sergey, Sergei."""
    from dragoman.spelling import written

    return len(one) > 3 and len(two) > 3 and one[0] == two[0] and written(one) == written(two)


def _composable(
    key: Key, country: str | None, exact: dict[Key, tuple[Entry, ...]], folded: dict[Key, tuple[Entry, ...]]
) -> bool:
    """Whether a name is only a nationality and an office or body ("Russian armed forces"): it is read by its parts."""
    nation = exact.get(key[:1], ())
    return (
        any(e.kind == "demonym" and e.country == country for e in nation)
        and tuple(word.lower() for word in key[1:]) in folded
    )


def _build(pairs: Sequence[tuple[str, Entry]], base: Reference | None = None) -> Reference:
    exact: dict[Key, tuple[Entry, ...]] = dict(base.exact) if base else {}
    folded: dict[Key, tuple[Entry, ...]] = dict(base.folded) if base else {}
    longest: dict[str, int] = dict(base.longest) if base else {}
    codes: dict[str, tuple[Entry, ...]] = dict(base.by_code) if base else {}
    surnames: dict[str, tuple[Entry, ...]] = dict(base.by_surname) if base else {}
    for phrase, entry in pairs:
        key = _words(_SPACE.sub(" ", phrase))
        if entry.kind == "leader" and len(key) < 2:
            key = ()  # a bare surname names nobody by itself; it is found through `people`
            surname = _name_parts(phrase)[1]
            if entry not in surnames.get(surname, ()):
                surnames[surname] = (*surnames.get(surname, ()), entry)
        if not key or (entry.kind == "organization" and _composable(key, entry.country, exact, folded)):
            continue
        lowered = tuple(word.lower() for word in key)
        # An office written with capitals only ("Army", a proper body) matches as printed; the rest in any case.
        if entry.kind in ("office", "collective", "body") and phrase == phrase.lower():
            table, key = folded, lowered
        else:
            table = exact
        before = table.get(key, ())
        if entry not in before:
            table[key] = (entry, *before) if base else (*before, entry)
        longest[lowered[0]] = max(longest.get(lowered[0], 0), len(key))
        if entry.kind == "leader":
            for surname in {_name_parts(phrase)[1], _family_name(entry) or _name_parts(phrase)[1]}:
                if entry not in surnames.get(surname, ()):
                    surnames[surname] = (*surnames.get(surname, ()), entry)
        if entry.kind == "country" and entry.country and entry not in codes.get(entry.country, ()):
            codes[entry.country] = (*codes.get(entry.country, ()), entry)
    return Reference(
        MappingProxyType(exact),
        MappingProxyType(folded),
        MappingProxyType(longest),
        MappingProxyType(codes),
        MappingProxyType(surnames),
    )


@cache
def load_reference() -> Reference:
    """The reference data that ship with this version."""
    pairs: list[tuple[str, Entry]] = [*_countries(), *_namesakes(), *_offices()]
    for table in ("organizations.tsv", "groups.tsv"):
        if (files("dragoman") / "data" / table).is_file():
            pairs.extend(_organizations(table))
    if (files("dragoman") / "data" / "leaders.tsv").is_file():
        pairs.extend(_leaders())
    return _first_meanings(_build(pairs))


def _first_meanings(built: Reference) -> Reference:
    """The reference in which a name that several organizations have means first the one that news means where nothing else is told."""
    exact = dict(built.exact)
    for row in rows_of("first_meanings.tsv"):
        key = _words(row["name"])
        exact[key] = tuple(sorted(exact.get(key, ()), key=lambda entry: entry.country != row["country"]))
    return replace(built, exact=MappingProxyType(exact))


def read_own_actors(rows: Iterable[dict[str, str]]) -> Iterator[tuple[str, Entry]]:
    """A user's own actors from rows with `name`, and optionally `aliases`, `country`, `sector`, `qid`, `kind`.

    Raises `UsageError` naming the row that has no name.
    """
    for number, row in enumerate(rows, 1):
        if not row.get("name"):
            raise UsageError(f"row {number} of the actors file has no name", hint="give a column `name`")
        entry = Entry(
            kind=row.get("kind") or "organization",
            name=row["name"],
            country=row.get("country") or None,
            sector=row.get("sector") or None,
            detail="own",
            qid=row.get("qid") or None,
        )
        for name in {row["name"], *_split(row.get("aliases"))}:
            yield name, entry
