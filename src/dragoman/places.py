"""Place phrases to coordinates, offline, each with its reasons; and the place of an act.

`find_places` finds the names that say where something is, `resolve` settles one name that is given, `place_of` says where an
act took place. A name that acts ("Washington condemned"), describes ("Russian officials") or belongs to another name
("Moscow Conference", "Paris Hilton") is no place. Candidates come from `gazetteer`; which one is meant is told by what the
article names beside it: the state or division after a comma, other places near it, the countries it speaks of, and how many
people live there. Nothing is ever placed at 0, 0: what is not known has no coordinates.
"""

from __future__ import annotations

import csv
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from importlib.resources import files

from dragoman.gazetteer import Gazetteer, Site, distance_km, load_gazetteer
from dragoman.records import Article, Participant, Place, PlacePhrase, Reason, make_id
from dragoman.reference import Hit, Reference, load_reference

__all__ = ["find_places", "place_of", "resolve"]

_WORD = re.compile(r"(?:[A-Z]\.){2,}|[^\W\d_]+(?:[’'‘\-][^\W\d_]+)*\.?|\d+|[^\w\s]")
_LINKS = frozenset(
    "of de la le el al del des da do di du the and upon am sur en les las los a an der ed ad bin ibn os e i y".split()
)
_TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september"
    " october november december jan feb mar apr jun jul aug sept sep oct nov dec".split()
)
_LONGEST = 6
_MOST = 20_000  # characters looked at for context


@cache
def placewords() -> Mapping[str, Mapping[str, str]]:
    """The word lists of `data/placewords.tsv`: part, then word, then sort."""
    table: dict[str, dict[str, str]] = {}
    text = files("dragoman").joinpath("data/placewords.tsv").read_text(encoding="utf-8")
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    for row in csv.DictReader(lines, delimiter="\t"):
        table.setdefault(row["part"], {})[row["word"]] = row["sort"] or ""
    return table


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    low: str

    @property
    def capital(self) -> bool:
        return self.text[:1].isupper()


@dataclass(slots=True)
class _Name:
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


def _words(text: str) -> list[_Word]:
    found = []
    for match in _WORD.finditer(text):
        word, end = match[0], match.end()
        if word.endswith(".") and len(word) > 4:  # the stop of a sentence, not of an abbreviation
            word, end = word[:-1], end - 1
        found.append(_Word(match.start(), end, word, word.lower().rstrip(".")))
    return found


def _sites(name: str, gazetteer: Gazetteer, reference: Reference) -> tuple[Site, ...]:
    """What a name may mean: from the gazetteer, and states by all their names."""
    found = list(gazetteer.find(name))
    divisions = {site.country for site in found if site.feature == "ADM1" and site.main}
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


def _names(words: Sequence[_Word], text: str, gazetteer: Gazetteer, reference: Reference) -> Iterator[_Name]:
    """Runs of capitalised words that the gazetteer knows, longest first, left to right."""
    at = 0
    while at < len(words):
        word = words[at]
        if not word.capital or len(word.text) < 2 or word.low in _TIMES:
            at += 1
            continue
        for size in range(min(_LONGEST, len(words) - at), 0, -1):
            run = words[at : at + size]
            tail = run[-1]
            if (
                not tail.capital
                or any(not w.capital and w.low not in _LINKS for w in run)
                or "\n" in text[word.start : tail.end]
            ):
                continue
            name = text[word.start : tail.end]
            sites = _sites(name, gazetteer, reference)
            if not sites and name.endswith(("’s", "'s")):
                name = name[:-2]
                sites = _sites(name, gazetteer, reference)
            if sites:
                yield _Name(at, at + size, word.start, word.start + len(name), sites)
                at += size - 1
                break
        at += 1


@dataclass(frozen=True, slots=True)
class _Survey:
    """What an article says of places: its words, its names, and how much it speaks of each state and division."""

    words: tuple[_Word, ...]
    names: tuple[_Name, ...]
    hits: tuple[Hit, ...]
    countries: Mapping[str, float]
    regions: Mapping[tuple[str, str], float]


@lru_cache(maxsize=4)
def _shipped_survey(text: str) -> _Survey:
    """The survey with the reference data that ship; kept for the next phrase of the same text."""
    return _survey(text, load_reference())


def _survey(text: str, reference: Reference) -> _Survey:
    gazetteer = load_gazetteer()
    text = text[:_MOST]
    words = _words(text)
    hits = reference.scan(text)
    names = list(_names(words, text, gazetteer, reference))
    countries: Counter[str] = Counter()
    regions: Counter[tuple[str, str]] = Counter()
    for hit in hits:
        entry = hit.of("country", "demonym")
        known = [name for name in names if name.start == hit.start]
        if (
            entry
            and entry.country
            and not (known and len({site.country for site in known[0].sites if site.feature in ("PCLI", "ADM1")}) > 1)
        ):
            countries[entry.country] += 0.5
    for name in names:
        large = [site for site in name.sites if site.feature in ("ADM1", "PPLC") or site.population >= 100_000]
        if not large or any(site.feature == "PCLI" for site in name.sites) or _in_longer_name(words, name, reference):
            continue
        best = max(large, key=lambda site: _size(site) + site.main)
        rivals = [
            site
            for site in large
            if site.country != best.country and _size(site) + site.main > _size(best) + best.main - 1.2
        ]
        if not rivals and best.country:
            countries[best.country] += 0.7
            if best.admin1:
                regions[best.country, best.admin1] += 1
    survey = _Survey(tuple(words), tuple(names), tuple(hits), countries, regions)
    for name in names:
        _rank(name, survey, text)
    for name in names:
        _rank(name, survey, text, others=names)
    return survey


def _size(site: Site) -> float:
    """How likely a place is meant when nothing else is known, in powers of ten of people."""
    feature = site.feature
    if feature == "PCLI":
        return 8.0
    if feature == "ADM1":
        return 6.3
    if site.precision in ("water", "macroregion"):
        return 7.0
    if not feature.startswith("PPL"):
        return 5.8
    size = math.log10(max(site.population, 500))
    return size + {"PPLC": 1.5, "PPLA": 0.6, "PPLA2": 0.2, "PPLX": -0.8}.get(feature, 0.0)


def _rank(name: _Name, survey: _Survey, text: str, others: Sequence[_Name] = ()) -> None:
    """Sets the name's best site, its score and why."""
    total = sum(survey.countries.values()) or 1.0
    scored: list[tuple[float, Site, list[str]]] = []
    why: list[str]
    for site in name.sites:
        why = []
        score = _size(site) + (1.0 if _goes_by(site, name) else -0.5)
        sort_of = any(s.feature == "PCLI" and s.main and s.country == site.country for s in name.sites)
        if sort_of and site.feature != "PCLI" and not site.main:
            score -= 3.0  # the state, not its capital under the state's name
        share = survey.countries.get(site.country or "", 0.0) / total
        if share:
            score += 1.2 + 2.0 * share
            why.append(f"the article speaks of {site.country}")
        if site.admin1 and site.feature != "ADM1" and survey.regions.get((site.country or "", site.admin1)):
            score += 1.0
            why.append(f"it speaks of {site.admin1}")
        near, told = _neighbours(name, site, survey, text)
        score += near
        why += told
        if others:
            beside, who = _company(name, site, others)
            score += beside
            why += who
        scored.append((score, site, why))
    scored = _city_before_division(scored)
    scored.sort(key=lambda item: (-item[0], item[1].row))
    name.score, name.best, name.why = scored[0]
    name.second = scored[1][1] if len(scored) > 1 else None
    name.margin = scored[0][0] - scored[1][0] if len(scored) > 1 else 3.0


def _goes_by(site: Site, name: _Name) -> bool:
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
        if same and site.main and site.population >= 150_000 and site.name == best[1].name:
            scored[index] = (best[0] + 0.1, site, [*why, "the city rather than its division of that name"])
            break
    return scored


def _neighbours(name: _Name, site: Site, survey: _Survey, text: str) -> tuple[float, list[str]]:
    """What the words right beside a name say: ", Texas" after it, "province" after it, "the city of" before it."""
    words, score, why = survey.words, 0.0, []
    lists = placewords()
    after = words[name.last] if name.last < len(words) else None
    if after is not None and after.text in (",", "("):
        for size in (4, 3, 2, 1):
            if name.last + 1 + size > len(words):
                continue
            run = words[name.last + 1 : name.last + 1 + size]
            holder = next(
                (other for other in survey.names if other.start == run[0].start and other.end == run[-1].end), None
            )
            if holder is None or not run[0].capital:
                continue
            inside = [other for other in holder.sites if _holds(other, site)]
            if inside and any(other.feature in ("PCLI", "ADM1") for other in name.sites) and site.population < 100_000:
                score += 0.5  # "California, Pennsylvania and Ohio" is a list of states
            elif inside:
                score += 6.0
                why.append(f"“{text[holder.start : holder.end]}” follows, which holds it")
            break
    if name.first >= 2 and words[name.first - 1].text in (",", "(") and site.feature in ("ADM1", "PCLI", "ADM2"):
        before = next((other for other in survey.names if other.last == name.first - 1), None)
        if before is not None and any(_holds(site, inner) for inner in before.sites):
            score += 4.0
            why.append(f"it holds “{text[before.start : before.end]}”, named before it")
    if site.feature in ("PCLI", "ADM1"):
        peers = _peers(name, survey)
        if any(
            other.feature == site.feature and (site.feature == "PCLI" or other.country == site.country)
            for other in peers
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


def _peers(name: _Name, survey: _Survey) -> list[Site]:
    """The states and divisions right beside it in a list, known so far."""
    found = []
    for other in survey.names:
        gap = name.first - other.last if other.last <= name.first else other.first - name.last
        if 1 <= gap <= 2 and other is not name and other.best is not None and other.margin > 0.5:
            middle = survey.words[min(other.last, name.last) : max(other.first, name.first)]
            if middle and all(word.text == "," or word.low in ("and", "or") for word in middle):
                found.append(other.best)
    return found


def _holds(outer: Site, inner: Site) -> bool:
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


def _company(name: _Name, site: Site, others: Sequence[_Name]) -> tuple[float, list[str]]:
    """Places named beside it: the nearer on the map, the likelier."""
    if site.feature == "PCLI" or math.isnan(site.latitude):
        return 0.0, []
    best, told = 0.0, ""
    for other in others:
        far = abs(other.start - name.start)
        if (
            other is name
            or other.best is None
            or far > 1500
            or other.best.feature == "PCLI"
            or other.best.row == site.row
        ):
            continue
        if other.best.name == site.name or math.isnan(other.best.latitude):
            continue
        km = distance_km((site.latitude, site.longitude), (other.best.latitude, other.best.longitude))
        weight = max(0.0, 1.5 - km / 300) * (1.0 if far < 500 else 0.6) * min(1.0, 0.4 + other.margin / 3)
        if weight > best:
            best, told = weight, f"{other.best.name} is {km:.0f} km away"
    return best, [told] if told else []


def _in_longer_name(words: Sequence[_Word], name: _Name, reference: Reference) -> bool:
    """Whether capitals run on before or behind it, so that it is a part of another name."""
    lists = placewords()
    before = words[name.first - 1] if name.first else None
    after = words[name.last] if name.last < len(words) else None
    if after is not None and after.start - words[name.last - 1].end <= 1 and after.capital:
        if after.low in lists["org"]:
            return True
        known = reference.lookup(after.text)
        if after.low not in _TIMES and after.low not in lists["head"] and after.low not in lists["title"] and not known:
            return True
    if (after is not None and after.text == "-") or (before is not None and before.text == "-"):
        return True
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


def _to_place(site: Site) -> Place:
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


def _phrase(name: _Name, reason: str) -> PlacePhrase:
    assert name.best is not None
    chosen = name.best
    detail = f"{chosen.name}, {chosen.admin1 + ', ' if chosen.admin1 and chosen.admin1 != chosen.name else ''}{chosen.country or 'no state'}"
    if name.why:
        detail += ": " + "; ".join(name.why[:3])
    elif name.second is not None:
        detail += ": the largest of that name"
    why = [Reason(step="places", by="use", detail=reason), Reason(step="places", by="rank", detail=detail)]
    if name.second is not None and name.margin < 1.0:
        other = name.second
        why.append(
            Reason(
                step="places",
                by="rival",
                detail=f"close: {other.name}, {other.admin1 or ''} {other.country or ''}".strip(),
            )
        )
    score = round(0.5 + 0.5 * min(1.0, max(0.0, name.margin) / 3), 3)
    return PlacePhrase(start=name.start, end=name.end, place=_to_place(chosen), score=score, why=tuple(why))


def resolve(text: str, start: int, end: int) -> PlacePhrase | None:
    """The place that the name `text[start:end]` means there; None where the gazetteer knows none.

    >>> text = "A court in Austin, Indiana, heard the case."
    >>> found = resolve(text, 11, 17)
    >>> found.place.admin1, found.place.country
    ('Indiana', 'USA')
    """
    if not 0 <= start < end <= len(text):
        return None
    reference, gazetteer = load_reference(), load_gazetteer()
    low = max(0, start - _MOST // 2)
    piece = text[low : low + _MOST]
    survey = _shipped_survey(piece)
    phrase = text[start:end]
    same = next((name for name in survey.names if (name.start + low, name.end + low) == (start, end)), None)
    if same is None or _stray(same, survey):
        words = survey.words
        first = next((i for i, word in enumerate(words) if word.end > start - low), len(words))
        last = next((i for i, word in enumerate(words) if word.start >= end - low), len(words))
        sites = () if same is not None else _given_sites(phrase, gazetteer, reference)
        same = _Name(first, last, start - low, end - low, sites)
        if not sites:
            return _only_country(same, survey, phrase, start, end)
        _rank(same, survey, piece, others=survey.names)
        if _stray(same, survey):
            return _only_country(same, survey, phrase, start, end)
    found = _phrase(same, "the phrase was given")
    return replace(found, start=start, end=end)


def _stray(name: _Name, survey: _Survey) -> bool:
    """Whether the name fits only a small place under another name, in a state that the article never speaks of."""
    best = name.best
    if best is None or best.main or best.population > 500_000 or best.feature in ("PCLI", "ADM1"):
        return False
    return sum(survey.countries.values()) > 1 and not survey.countries.get(best.country or "")


def _only_country(name: _Name, survey: _Survey, phrase: str, start: int, end: int) -> PlacePhrase | None:
    """A name that the gazetteer does not know: what follows it in the text, or the one state that the article is about.

    The coordinates are those of the place named right behind it, at that place's precision; with a state alone there are none.
    """
    words = survey.words
    if name.last + 1 < len(words) and words[name.last].text in (",", "("):
        holder = next(
            (other for other in survey.names if other.first == name.last + 1 and other.best is not None), None
        )
        if holder is not None and holder.best is not None:
            site = replace(holder.best, geonames_id=None)
            why = (
                Reason(
                    step="places",
                    by="holder",
                    detail=f"not in the gazetteer; {holder.best.name} is named right behind it",
                ),
            )
            place = replace(_to_place(site), name=phrase, id=make_id("pl", phrase, site.name, site.country))
            return PlacePhrase(start=start, end=end, place=place, score=0.5, why=why)
    ranked = sorted(survey.countries.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or (len(ranked) > 1 and ranked[0][1] < 2 * ranked[1][1]):
        return None
    country = ranked[0][0]
    why = (
        Reason(step="places", by="country", detail=f"not in the gazetteer; the article speaks of {country} above all"),
    )
    place = Place(
        id=make_id("pl", phrase, country),
        name=phrase,
        latitude=None,
        longitude=None,
        country=country,
        admin1=None,
        geonames_id=None,
        precision="country",
    )
    return PlacePhrase(start=start, end=end, place=place, score=0.3, why=why)


_ARTICLE = re.compile(r"^(?:the|The)\s+")
_SORT = re.compile(
    r"\s+(?:province|state|region|county|district|prefecture|governorate|oblast|city|town|village|municipality|department|area|suburb|airport)$",
    re.IGNORECASE,
)
_PART = re.compile(
    r"^(?:north|south|east|west|central|northern|southern|eastern|western|greater|upper|lower|downtown)[\s-]+",
    re.IGNORECASE,
)
_COMPASS = re.compile(r"(?:North|South|East|West|Central)\s+\S")
_OF = re.compile(
    r"^(?:city|town|village|province|state|district|port|capital|island|republic) of (?:the )?", re.IGNORECASE
)


def _given_sites(phrase: str, gazetteer: Gazetteer, reference: Reference) -> tuple[Site, ...]:
    """The places of a given phrase, its generic words taken away one after the other."""
    forms = [phrase, _ARTICLE.sub("", phrase)]
    forms.append(_SORT.sub("", forms[-1]))
    forms.append(_OF.sub("", forms[-1]))
    forms.append(_PART.sub("", forms[-1]))
    if "," in phrase:
        forms.append(phrase.split(",")[0])
    for form in dict.fromkeys(forms):
        sites = _sites(form.strip(" .,"), gazetteer, reference)
        if sites and not (
            form == forms[-1] and _COMPASS.match(phrase) and not any(s.population > 500_000 and s.main for s in sites)
        ):
            return sites
    return ()


def find_places(
    article: Article, sentences: Sequence[tuple[int, int]], participants: Sequence[Participant], reference: Reference
) -> tuple[PlacePhrase, ...]:
    """The names of an article that say where, each with the place it means and why; left to right.

    States and capitals count only where something is put there ("in Moscow", "visited Oman", a dateline): elsewhere they act.
    """
    survey = _survey(article.text, reference)
    acting = {(one.start, one.end) for one in participants}
    people = [(one.start, one.end) for one in participants if one.kind == "person"]
    names = [(hit.start, hit.end) for hit in survey.hits if hit.of("organization", "meeting", "leader")]
    found = []
    for name in survey.names:
        if any(a <= name.start and name.end <= b and (a, b) != (name.start, name.end) for a, b in (*people, *names)):
            continue
        reason = _use(name, survey, article.text, sentences, acting, reference)
        if reason:
            found.append(_phrase(name, reason))
    return tuple(found)


def _use(
    name: _Name,
    survey: _Survey,
    text: str,
    sentences: Sequence[tuple[int, int]],
    acting: set[tuple[int, int]],
    reference: Reference,
) -> str:
    """Why the name is a place there; "" where it is none."""
    words, lists, best = survey.words, placewords(), name.best
    assert best is not None
    if _in_dateline(name, words, text):
        return "the dateline"
    if _in_longer_name(words, name, reference):
        return ""
    after = words[name.last] if name.last < len(words) else None
    if (after is not None and after.text in ("’s", "'s")) or text[name.end : name.end + 2] in ("’s", "'s"):
        return ""
    at = name.first - 1
    while at >= 0 and (
        words[at].low in lists["part"] or words[at].low in ("the", "capital", "city", "town", "village", "port")
    ):
        at -= 1
    before = words[at].low if at >= 0 else ""
    listed = before in ("and", "or", ",") and at > 0
    if before in lists["before"] and not _acts(words, at, name):
        return f"“{before}” puts something there"
    if before == "of" and at > 0 and words[at - 1].low in lists["of"]:
        return f"“{words[at - 1].low} of” puts something there"
    if before in lists["verb"]:
        return f"“{before}” is done to a place"
    if after is not None and after.low in lists["head"] and best.precision != "country":
        return f"“{after.low}” says that it is a place"
    if listed:
        earlier = next(
            (other for other in survey.names if other.last == at and (other.start, other.end) not in acting), None
        )
        if earlier is not None and (_holds(best, earlier.best) if earlier.best else False):
            return "it holds the place before it"
        if (
            earlier is not None
            and earlier.best is not None
            and _use(earlier, survey, text, sentences, acting, reference)
        ):
            return "listed beside a place"
    small = (
        best.precision in ("city", "district")
        and best.feature != "PPLC"
        and (best.population > 15_000 or not name.second)
    )
    if (
        small
        and (name.start, name.end) not in acting
        and len(text[name.start : name.end]) > 4
        and best.main
        and name.margin > 1.5
        and name.first
        and words[name.first - 1].text not in (".",)
    ):
        return "a town named there"
    return ""


_MOTION = frozenset("said told according urged called appealed from to".split())


def _acts(words: Sequence[_Word], at: int, name: _Name) -> bool:
    """ "warned to Moscow", "support from Beijing": a capital behind "to" or "from" that gives or takes rather than lies."""
    assert name.best is not None
    if words[at].low not in ("from", "to", "toward", "towards", "over") or (
        name.best.precision == "city" and name.best.feature != "PPLC"
    ):
        return False
    verbs = {
        "went",
        "go",
        "goes",
        "going",
        "flew",
        "fly",
        "flies",
        "travel",
        "traveled",
        "travelled",
        "traveling",
        "travelling",
        "return",
        "returned",
        "returning",
        "visit",
        "trip",
        "came",
        "arrived",
        "sent",
        "fled",
        "flight",
        "moved",
        "withdrew",
        "withdraw",
        "headed",
        "journey",
        "tour",
        "deported",
        "back",
        "route",
        "troops",
        "forces",
        "invited",
    }
    return not any(word.low in verbs for word in words[max(0, at - 5) : at])


_DATELINE = re.compile(r"[^\n]{0,60}?(?:\(|--|–|—|\s-\s|:)")


def _in_dateline(name: _Name, words: Sequence[_Word], text: str) -> bool:
    """ "MOSCOW, April 28 (ChinaMil) --" at the head of a paragraph."""
    line = text.rfind("\n", 0, name.start) + 1
    if name.start - line > 30 or not text[name.start : name.end].isupper() or len(text[name.start : name.end]) < 4:
        return False
    rest = text[name.end : name.end + 80].split("\n")[0]
    return bool(_DATELINE.match(rest)) and text[line : name.start].strip(" ,/").upper() == text[
        line : name.start
    ].strip(" ,/")


def place_of(
    article: Article, sentences: Sequence[tuple[int, int]], places: Sequence[PlacePhrase], start: int, end: int
) -> PlacePhrase | None:
    """Where the act whose trigger is `text[start:end]` took place: its clause, its sentence, or the dateline.

    The dateline counts for acts told in the first three sentences. The answer carries the reason as its last one.
    """
    text = article.text
    index = next((i for i, (a, b) in enumerate(sentences) if a <= start < b), None)
    if index is None:
        return None
    first, last = sentences[index]
    inside = [place for place in places if first <= place.start < last and not _is_dateline(place)]
    clause = [place for place in inside if _CLAUSE.search(text[min(end, place.end) : max(start, place.start)]) is None]
    for group, where in (
        (clause, "the clause of the act"),
        (inside if not clause and len({p.place.id for p in inside}) == 1 else [], "its sentence"),
    ):
        if group:
            best = min(
                group, key=lambda place: (place.start < start, min(abs(place.start - end), abs(start - place.end)))
            )
            best = _finest(best, group)
            return replace(best, why=(*best.why, Reason(step="places", by="place_of", detail=f"named in {where}")))
    line = next((place for place in places if _is_dateline(place)), None)
    if line is not None and index < 3:
        return replace(
            line,
            why=(
                *line.why,
                Reason(
                    step="places",
                    by="place_of",
                    detail="no place in the sentence; the dateline, for an act told at the head",
                ),
            ),
        )
    return None


_CLAUSE = re.compile(
    r"[;:“”]|,? (?:and|but|while|after|before|when|which|who|that|where|because|although|as)\b|\b(?:said|says|told|announced|reported|added)\b"
)


def _is_dateline(place: PlacePhrase) -> bool:
    return any(reason.by == "use" and reason.detail == "the dateline" for reason in place.why)


def _finest(best: PlacePhrase, group: Sequence[PlacePhrase]) -> PlacePhrase:
    """The town rather than the state that is named right behind it."""
    order = {"country": 3, "macroregion": 4, "region": 2, "water": 1}
    for other in group:
        if (
            other.place.country == best.place.country
            and 0 < best.start - other.end < 4
            and order.get(other.place.precision, 0) < order.get(best.place.precision, 0)
        ):
            return other
    return best
