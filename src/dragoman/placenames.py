"""Names of places in a text, and which place each one means: candidates from the gazetteer, ranked by what the text says.

What counts, from strong to weak: the state or division right behind a name ("Austin, Indiana"), the words that say its sort
("the province of"), other places of that division or near it on the map, the states that the article speaks of, and how many
people live there. Every ground that counted is kept in words.
"""

from __future__ import annotations

import csv
import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import takewhile
from typing import NamedTuple

from dragoman.gazetteer import Gazetteer, Site, distance_km, load_gazetteer
from dragoman.records import Place, make_id
from dragoman.reference import Hit, Reference, load_reference

__all__ = [
    "MOST",
    "Name",
    "Survey",
    "Word",
    "holds",
    "in_longer_name",
    "placewords",
    "rank",
    "shipped_survey",
    "sites_of",
    "survey_of",
    "to_place",
]

_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:[’'‘\-][^\W\d_]+)*\.?|\d+|[^\w\s]")
_LINKS = frozenset(
    "of de la le el al del des da do di du the and upon am sur en les las los a an der ed ad bin ibn os e i y".split()
)
_TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september"
    " october november december jan feb mar apr jun jul aug sept sep oct nov dec".split()
)
_PUT = re.compile(r"\b(?:in|across|throughout|near|outside|inside|within|around) (?:the |\w{4,8}ern )?$")
_LONGEST = 6
_GROUNDS = 400  # what an article says of states is told by then; hostile text is not read on
_FEDERATIONS = frozenset(("USA", "CAN", "AUS"))  # whose states are as well known as their cities
_FAR = math.radians(4.5)  # of latitude: some 500 km
_NEAR = 300  # characters: about two sentences
MOST = 20_000  # characters looked at for context


@cache
def placewords() -> Mapping[str, Mapping[str, str]]:
    """The word lists of `data/placewords.tsv`: part, then word, then sort."""
    table: dict[str, dict[str, str]] = {}
    text = files("dragoman").joinpath("data/placewords.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t"):
        table.setdefault(row["part"], {})[row["word"]] = row["sort"] or ""
    return table


class Word(NamedTuple):
    start: int
    end: int
    text: str
    low: str

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


@dataclass(slots=True)
class Name:
    """A name in the text with the places it may mean. Lives for one call."""

    first: int  # index of its first word
    last: int  # index after its last word
    start: int
    end: int
    sites: tuple[Site, ...]
    given: bool = False
    best: Site | None = None
    score: float = 0.0
    second: Site | None = None
    margin: float = 0.0
    why: list[str] = field(default_factory=list)
    alone: list[tuple[float, tuple[str, ...]]] | None = None  # what is known of each site before its neighbours are


class _Spot(NamedTuple):
    """A place named near another one: how far in the text, its latitude in radians."""

    far: int
    site: Site
    latitude: float
    margin: float


def _words(text: str) -> list[Word]:
    found = []
    for match in _WORD.finditer(text):
        word, end = match[0], match.end()
        if word.endswith(".") and len(word) > 4:  # the stop of a sentence, not of an abbreviation
            word, end = word[:-1], end - 1
        found.append(Word(match.start(), end, word, word.lower().rstrip(".")))
    return found


def sites_of(name: str, gazetteer: Gazetteer, reference: Reference) -> tuple[Site, ...]:
    """What a name may mean: from the gazetteer, and states by all their names."""
    found = list(gazetteer.find(name))
    divisions = {site.country for site in found if site.main and (site.feature == "ADM1" or site.population >= 50_000)}
    known = bool(found)
    if not any(site.feature == "PCLI" for site in found):
        codes = {entry.country: entry for entry in reference.lookup(name) if entry.kind == "country" and entry.country}
        for code, entry in codes.items():
            country = gazetteer.country(code or "")
            if code in divisions:
                continue  # England is a part of the state, though the state may go by its name
            if country is not None:
                # "Gold Coast" was Ghana once; where a town has the name now, the town comes first.
                found.append(replace(country, main=name == country.name or not known))
            elif entry.country and not known:
                nowhere = math.nan
                found.append(
                    Site(
                        row=-1,
                        name=entry.name,
                        latitude=nowhere,
                        longitude=nowhere,
                        country=code,
                        admin1=None,
                        geonames_id=None,
                        feature="PCLI",
                        population=1_000_000,
                    )
                )
    return tuple(found)


def _names(words: Sequence[Word], text: str, gazetteer: Gazetteer, reference: Reference) -> Iterator[Name]:
    """Runs of capitalised words that the gazetteer knows, longest first, left to right."""
    at = 0
    while at < len(words):
        word = words[at]
        if not word.capital or len(word.text) < 2 or word.low in _TIMES:
            at += 1
            continue
        run = list(takewhile(lambda w: w.capital or w.low in _LINKS, words[at : at + _LONGEST]))
        for size in range(len(run), 0, -1):
            tail = run[size - 1]
            if not tail.capital or "\n" in text[word.start : tail.end]:
                continue
            name = text[word.start : tail.end]
            sites = sites_of(name, gazetteer, reference)
            if not sites and name.endswith(("’s", "'s")):
                name = name[:-2]
                sites = sites_of(name, gazetteer, reference)
            if sites:
                yield Name(at, at + size, word.start, word.start + len(name), sites)
                at += size - 1
                break
        at += 1


@dataclass(frozen=True, slots=True)
class Survey:
    """What an article says of places: its words, its names, and how much it speaks of each state and division."""

    words: tuple[Word, ...]
    names: tuple[Name, ...]
    hits: tuple[Hit, ...]
    grounds: tuple[
        tuple[int, str, str, str | None, float], ...
    ]  # where, the words, the state, the division, the weight

    firsts: Mapping[int, Name]  # names by their first word, and by the word after their last
    lasts: Mapping[int, Name]

    def around(self, name: Name) -> Sequence[Name]:
        """The names near one in the text, at most sixty."""
        at = bisect_left(self.names, name.start, key=lambda other: other.start)
        return self.names[max(0, at - 30) : at + 30]

    def countries(self, but: str = "", at: int | None = None) -> dict[str, float]:
        """How much the article speaks of each state, more so near `at`; what the words `but` themselves say is left out."""
        found: dict[str, float] = {}
        for start, words, country, _, weight in self.grounds:
            if words != but:
                near = 1.0 if at is None else 0.15 + 1.85 * math.exp(-abs(start - at) / _NEAR)
                found[country] = found.get(country, 0.0) + weight * near
        return found

    def regions(self, but: str = "", at: int | None = None) -> dict[tuple[str, str], float]:
        """How much it speaks of each division, near `at` alone where that is given."""
        found: dict[tuple[str, str], float] = {}
        for start, words, country, division, weight in self.grounds:
            if division and words != but and (at is None or abs(start - at) < _NEAR):
                found[country, division] = found.get((country, division), 0.0) + weight
        return found


@lru_cache(maxsize=4)
def shipped_survey(text: str) -> Survey:
    """The survey with the reference data that ship; kept for the next phrase of the same text."""
    return survey_of(text, load_reference())


def survey_of(text: str, reference: Reference) -> Survey:
    gazetteer = load_gazetteer()
    text = text[:MOST]
    words = _words(text)
    hits = reference.scan(text)
    names = list(_names(words, text, gazetteer, reference))
    grounds: list[tuple[int, str, str, str | None, float]] = []
    starts = {name.start: name for name in names}
    for hit in hits:
        entry = hit.of("country", "demonym")
        if entry is None or not entry.country:
            continue
        name = starts.get(hit.start)
        if name is None or len({site.country for site in name.sites if site.feature in ("PCLI", "ADM1")}) < 2:
            put = _PUT.search(text, max(0, hit.start - 24), hit.start)  # "in Peru" says more than "a Peruvian firm"
            grounds.append((hit.start, text[hit.start : hit.end], entry.country, None, 0.9 if put else 0.5))
    for name in names:
        best = _sure(name)
        if best is not None and best.country and not in_longer_name(words, name, reference):
            grounds.append((name.start, text[name.start : name.end], best.country, best.admin1, 0.7))
    firsts, lasts = {name.first: name for name in names}, {name.last: name for name in names}
    found = Survey(tuple(words), tuple(names), tuple(hits), tuple(grounds[:_GROUNDS]), firsts, lasts)
    for name in names:
        rank(name, found, text)
    for name in names:
        rank(name, found, text, others=found.around(name))
    return found


def _sure(name: Name) -> Site | None:
    """The place of a name that hardly means another: a large one without a rival of like size in another state."""
    large = [site for site in name.sites if site.feature in ("ADM1", "PPLC", "region") or site.population >= 100_000]
    if not large or any(site.feature == "PCLI" for site in name.sites):
        return None
    best = max(large, key=lambda site: _size(site) + site.main)
    rivals = (site for site in large if site.country != best.country)
    return None if any(_size(site) + site.main > _size(best) + best.main - 1.2 for site in rivals) else best


def _size(site: Site) -> float:
    """How likely a place is meant when nothing else is known, in powers of ten of people."""
    feature = site.feature
    if feature == "PCLI":
        return 8.0
    if feature == "ADM1":
        return 6.3 if site.country in _FEDERATIONS else 5.7
    if site.precision in ("water", "macroregion"):
        return 7.0
    if not feature.startswith("PPL"):
        return 5.8
    size = math.log10(max(site.population, 500))
    return size + {"PPLC": 1.5, "PPLA": 0.6, "PPLA2": 0.2, "PPLX": -0.8}.get(feature, 0.0)


def rank(name: Name, survey: Survey, text: str, others: Sequence[Name] = ()) -> None:
    """Sets the name's best site, its score and why."""
    if name.alone is None:
        name.alone = _alone(name, survey, text)
    scored: list[tuple[float, Site, list[str]]] = []
    divided = any(site.feature == "ADM1" and site.main for site in name.sites)
    peers = _peers(name, survey) if any(site.feature in ("PCLI", "ADM1") for site in name.sites) else []
    spots = _spots(name, others)
    for site, (score, known) in zip(name.sites, name.alone, strict=True):
        near, told = _neighbours(name, site, survey, text, peers)
        score += near
        if site.feature.startswith("PPL") and site.population < 100_000 and near < 5 and divided:
            score -= 2.0  # "Florida" alone is hardly the village in New York
        why = [*known, *told]
        if others:
            beside, who = _company(site, spots)
            score += beside
            why += who
        scored.append((score, site, why))
    scored = _city_before_division(scored)
    scored.sort(key=lambda item: (-item[0], item[1].row))
    name.score, name.best, name.why = scored[0]
    name.second = scored[1][1] if len(scored) > 1 else None
    name.margin = scored[0][0] - scored[1][0] if len(scored) > 1 else 3.0


def _alone(name: Name, survey: Survey, text: str) -> list[tuple[float, tuple[str, ...]]]:
    """For each of its sites what speaks for it whatever stands beside the name: its size, and what the article speaks of."""
    own = text[name.start : name.end]
    countries, regions = survey.countries(own, name.start), survey.regions(own)
    total = sum(countries.values()) or 1.0
    states = {s.country for s in name.sites if s.feature == "PCLI" and s.main}
    found = []
    for site in name.sites:
        why: list[str] = []
        score = _size(site) + (1.0 if _goes_by(site, name) else -0.5)
        if site.country in states and site.feature != "PCLI" and not site.main:
            score -= 3.0  # the state, not its capital under the state's name
        share = countries.get(site.country or "", 0.0) / total
        if share:
            score += 1.2 + 2.0 * share
            why.append(f"the article speaks of {site.country}")
        if site.admin1 and site.feature != "ADM1" and regions.get((site.country or "", site.admin1)):
            score += 1.0 + min(1.5, regions[site.country or "", site.admin1])
            why.append(f"it speaks of {site.admin1}")
        found.append((score, tuple(why)))
    return found


def _goes_by(site: Site, name: Name) -> bool:
    """Whether the place is best known by this name: its first one, or that of a city of millions."""
    return site.main or (site.population > 3_000_000 and site.feature.startswith("PPL"))


def _city_before_division(scored: list[tuple[float, Site, list[str]]]) -> list[tuple[float, Site, list[str]]]:
    """Kandahar is the city rather than its province, unless words beside it say otherwise."""
    if not scored:
        return scored
    best = max(scored, key=lambda item: item[0])
    if best[1].feature != "ADM1" or any("holds" in reason or "division" in reason for reason in best[2]):
        return scored
    for index, (_, site, why) in enumerate(scored):
        same = (
            site.country == best[1].country and site.admin1 == best[1].name and site.feature in ("PPLA", "PPLC", "PPL")
        )
        # The states of the large federations are as well known as their cities: there the city must bear the very name.
        federal = site.country in _FEDERATIONS and not site.main
        if same and not federal and site.population >= 150_000:
            scored[index] = (best[0] + 0.1, site, [*why, "the city rather than its division of that name"])
            break
    return scored


def _neighbours(name: Name, site: Site, survey: Survey, text: str, peers: Sequence[Site]) -> tuple[float, list[str]]:
    """What the words right beside a name say: ", Texas" after it, "province" after it, "the city of" before it."""
    words, score, why = survey.words, 0.0, []
    lists = placewords()
    after = words[name.last] if name.last < len(words) else None
    if after is not None and after.text in (",", "("):
        for size in (4, 3, 2, 1):
            if name.last + 1 + size > len(words):
                continue
            run = words[name.last + 1 : name.last + 1 + size]
            holder = survey.firsts.get(name.last + 1)
            holder = holder if holder is not None and holder.end == run[-1].end else None
            if holder is None or not run[0].capital:
                continue
            inside = [other for other in holder.sites if holds(other, site)]
            if inside and any(other.feature in ("PCLI", "ADM1") for other in name.sites) and site.population < 100_000:
                score += 0.5  # "California, Pennsylvania and Ohio" is a list of states
            elif inside:
                score += 6.0
                why.append(f"“{text[holder.start : holder.end]}” follows, which holds it")
            break
    if name.first >= 2 and words[name.first - 1].text in (",", "(") and site.feature in ("ADM1", "PCLI", "ADM2"):
        before = survey.lasts.get(name.first - 1)
        if before is not None and any(holds(site, inner) for inner in before.sites):
            score += 4.0
            why.append(f"it holds “{text[before.start : before.end]}”, named before it")
    if site.feature in ("PCLI", "ADM1") and any(
        other.feature == site.feature and (site.feature == "PCLI" or other.country == site.country) for other in peers
    ):
        score += 2.0
        why.append("listed beside its like")
    sort = lists["head"].get(after.low, "") if after is not None else ""
    if name.first >= 2 and words[name.first - 1].low == "of":
        sort = sort or lists["of"].get(words[name.first - 2].low, "")
    if sort:
        division = site.precision == "region"
        fits = division if sort == "division" else site.feature.startswith("PPL")
        score += 2.0 if fits else -1.0
        if fits:
            why.append(f"the words beside it say that it is a {sort}")
    return score, why


def _peers(name: Name, survey: Survey) -> list[Site]:
    """The states and divisions right beside it in a list, known so far."""
    found = []
    for other in survey.around(name):
        gap = name.first - other.last if other.last <= name.first else other.first - name.last
        if 1 <= gap <= 2 and other is not name and other.best is not None and other.margin > 0.5:
            middle = survey.words[min(other.last, name.last) : max(other.first, name.first)]
            if middle and all(word.text == "," or word.low in ("and", "or") for word in middle):
                found.append(other.best)
    return found


def holds(outer: Site, inner: Site) -> bool:
    """Whether one place lies in the other: a town in its state or division."""
    if outer.row == inner.row or outer.country != inner.country or inner.feature == "PCLI":
        return False
    if outer.feature == "PCLI":
        return True
    if outer.feature == "ADM1":
        return inner.feature != "ADM1" and inner.admin1 in (outer.admin1, outer.name)
    if math.isnan(outer.latitude) or math.isnan(inner.latitude) or inner.feature.startswith("ADM"):
        return False
    near = distance_km((outer.latitude, outer.longitude), (inner.latitude, inner.longitude)) < 60
    return near and outer.population > inner.population


def _spots(name: Name, others: Sequence[Name]) -> list[_Spot]:
    """The places named near a name, as far as they are known by now, but for states."""
    found = []
    for other in others:
        best, far = other.best, abs(other.start - name.start)
        if other is name or best is None or far > 1500 or best.feature == "PCLI" or math.isnan(best.latitude):
            continue
        found.append(_Spot(far, best, math.radians(best.latitude), other.margin))
    return found


def _company(site: Site, spots: Sequence[_Spot]) -> tuple[float, list[str]]:
    """Places named beside it: the nearer on the map, the likelier."""
    if site.feature == "PCLI" or math.isnan(site.latitude):
        return 0.0, []
    best, told = 0.0, ""
    latitude = math.radians(site.latitude)
    for spot in spots:
        # More than 450 km away counts nothing, and a degree of latitude is 111 km.
        if abs(spot.latitude - latitude) > _FAR or spot.site.row == site.row or spot.site.name == site.name:
            continue
        km = distance_km((site.latitude, site.longitude), (spot.site.latitude, spot.site.longitude))
        weight = max(0.0, 1.5 - km / 300) * (1.0 if spot.far < 500 else 0.6) * min(1.0, 0.4 + spot.margin / 3)
        if weight > best:
            best, told = weight, f"{spot.site.name} is {km:.0f} km away"
    return best, [told] if told else []


def in_longer_name(words: Sequence[Word], name: Name, reference: Reference) -> bool:
    """Whether capitals run on before or behind it, so that it is a part of another name."""
    lists = placewords()
    before = words[name.first - 1] if name.first else None
    after = words[name.last] if name.last < len(words) else None
    if after is not None and after.start - words[name.last - 1].end <= 1 and after.capital:
        if after.low in lists["org"]:
            return True
        known = (
            any(entry.kind in ("demonym", "office") for entry in reference.lookup(after.text))
            and len(name.sites[0].name) > 4
        )
        if after.low not in _TIMES and after.low not in lists["head"] and after.low not in lists["title"] and not known:
            return True
    if (after is not None and after.text == "-") or (before is not None and before.text == "-"):
        return True
    if before is not None and before.text.endswith(("'s", "’s")):
        return False  # "Sudan's Darfur"
    if before is not None and before.capital and before.end + 1 >= words[name.first].start and before.text[0].isalpha():
        if before.low in lists["title"]:
            return True
        opens = name.first < 2 or words[name.first - 2].text in (".", "\n", "”", "“", '"', "?", "!")
        plain = (
            before.low in lists["part"]
            or before.low in lists["before"]
            or before.low in lists["of"]
            or before.low in _TIMES
        )
        if not plain and not opens and not any(entry.kind == "demonym" for entry in reference.lookup(before.text)):
            return True
    return False


def to_place(site: Site) -> Place:
    known = not math.isnan(site.latitude)
    identity = (
        (site.geonames_id,)
        if site.geonames_id
        else (site.name, site.country, site.latitude if known else None, site.admin1)
    )
    return Place(
        id=make_id("pl", *identity),
        name=site.name,
        latitude=site.latitude if known else None,
        longitude=site.longitude if known else None,
        country=site.country,
        admin1=site.admin1,
        geonames_id=site.geonames_id,
        precision=site.precision,
    )
