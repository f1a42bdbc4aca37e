"""Place phrases to coordinates, offline, each with its reasons; and the place of an act.

`find_places` finds the names that say where something is, `resolve` settles one name that is given, `place_of` says where an
act took place. A name that acts ("Washington condemned"), describes ("Russian officials") or belongs to another name
("Moscow Conference", "Paris Hilton") is no place. Candidates come from `gazetteer`; which one is meant is told by what the
article names beside it: the state or division after a comma, other places near it, the countries it speaks of, and how many
people live there. Nothing is ever placed at 0, 0: what is not known has no coordinates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from dragoman.gazetteer import Gazetteer, Site, load_gazetteer
from dragoman.placenames import (
    MOST,
    Name,
    Survey,
    Word,
    holds,
    in_longer_name,
    placewords,
    rank,
    shipped_survey,
    sites_of,
    survey_of,
    to_place,
)
from dragoman.records import Article, Participant, Place, PlacePhrase, Reason, make_id
from dragoman.reference import Reference, load_reference, rows_of
from dragoman.text import index_at

__all__ = ["find_places", "name_places", "only_named", "place_of", "resolve"]


def _phrase(name: Name, reason: str) -> PlacePhrase:
    assert name.best is not None
    chosen = name.best
    division = f"{chosen.admin1}, " if chosen.admin1 and chosen.admin1 != chosen.name else ""
    detail = f"{chosen.name}, {division}{chosen.country or 'no state'}"
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
    return PlacePhrase(start=name.start, end=name.end, place=to_place(chosen), score=score, why=tuple(why))


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
    low = max(0, start - MOST // 2)
    piece = text[low : low + MOST]
    survey = shipped_survey(piece)
    phrase = text[start:end]
    same = next((name for name in survey.names if (name.start + low, name.end + low) == (start, end)), None)
    if same is None or _stray(same, survey, phrase):
        words = survey.words
        first = next((i for i, word in enumerate(words) if word.end > start - low), len(words))
        last = next((i for i, word in enumerate(words) if word.start >= end - low), len(words))
        sites = _of_the_sort(phrase, text[max(0, start - 80) : start], text[end : end + 60], gazetteer, reference)
        if same is None:
            sites = sites or _given_sites(phrase, gazetteer, reference)
        if sites and _COUNTY.search(
            phrase
        ):  # a county bears the name of many towns: only those of a division told count
            regions = survey.regions(phrase)
            sites = tuple(site for site in sites if (site.country or "", site.admin1 or "") in regions)
        same = Name(first, last, start - low, end - low, sites)
        if not sites:
            return _only_country(same, survey, phrase, start, end)
        rank(same, survey, piece, others=survey.around(same))
        if _stray(same, survey, phrase):
            return _only_country(same, survey, phrase, start, end)
    found = _phrase(same, "the phrase was given")
    return replace(found, start=start, end=end)


def _stray(name: Name, survey: Survey, text: str) -> bool:
    """Whether the name fits only small places in states that the article never speaks of, while it speaks much of others."""
    best = name.best
    if best is None or best.population > 500_000 or best.precision in ("country", "macroregion", "water"):
        return False
    countries = survey.countries(text, name.start)
    if sum(countries.values()) < 1.5 or countries.get(best.country or "") or "follows" in " ".join(name.why):
        return False
    # A long name that one place alone goes by is believed anywhere.
    return not (best.main and name.second is None and len(text) > 5)


def _only_country(name: Name, survey: Survey, phrase: str, start: int, end: int) -> PlacePhrase | None:
    """A name that the gazetteer does not know: placed in what is named right behind it, in the only division or state told.

    The coordinates are those of the division, at its precision; with a state alone there are none.
    """
    words = survey.words
    holder: Site | None = None
    if name.last + 1 < len(words) and words[name.last].text in (",", "("):
        behind = survey.firsts.get(name.last + 1)
        holder, told = (behind.best if behind is not None and behind.margin > 0.5 else None), "is named right behind it"
    countries = sorted(survey.countries(phrase, name.start).items(), key=lambda item: (-item[1], item[0]))
    if holder is None or holder.precision == "country":
        regions = sorted(survey.regions(phrase, name.start).items(), key=lambda item: (-item[1], item[0]))
        alone = len(regions) == 1 or (len(regions) > 1 and regions[0][1] >= 2 * regions[1][1])
        if alone and countries and countries[0][0] == regions[0][0][0]:
            holder, told = (
                next(
                    (
                        site
                        for site in load_gazetteer().find(regions[0][0][1])
                        if site.feature == "ADM1" and site.country == regions[0][0][0]
                    ),
                    holder,
                ),
                "is the division that the article speaks of",
            )
    if holder is not None:
        detail = f"not in the gazetteer; {holder.name} {told}"
        place = replace(
            to_place(holder), id=make_id("pl", phrase, holder.name, holder.country), name=phrase, geonames_id=None
        )
        if holder.precision == "country":
            place = replace(place, latitude=None, longitude=None)
        elif place.precision == "city":
            place = replace(place, precision="region")
        return PlacePhrase(
            start=start, end=end, place=place, score=0.4, why=(Reason(step="places", by="holder", detail=detail),)
        )
    if not countries:
        return None
    close = len(countries) > 1 and countries[0][1] < 1.2 * countries[1][1]
    nearest = min(survey.grounds, key=lambda ground: abs(ground[0] - name.start), default=None)
    if close and (nearest is None or nearest[2] != countries[0][0]):
        return None  # two states are as likely
    country = countries[0][0]
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


_SORTS = re.compile(r"^(?:, [A-Z][\w ]{2,20}| and [A-Z][\w ]{2,20}){1,3} (province|region|district|county|state)s\b")
_SORTS_OF = re.compile(r"\b(province|region|district|county|state)s of (?:[A-Z][\w ]{1,20}(?:, | and )){0,4}$")
_COUNTY = re.compile(r"\s(?:County|Parish|District)$")
_ARTICLE = re.compile(r"^(?:the|The)\s+")
_SORT = re.compile(
    r"\s+(?:province|state|region|county|district|prefecture|governorate|oblast|city|town|village|municipality|department"
    r"|area|suburb|parish|valley|(?:international )?airport|air ?base|dam|basin|delta|harbou?r|beach|square|peninsula|border"
    r"|crossing|mountains|hills|heights)$",
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
        sites = sites_of(form.strip(" .,"), gazetteer, reference)
        if sites and not (
            form == forms[-1] and _COMPASS.match(phrase) and not any(s.population > 500_000 and s.main for s in sites)
        ):
            return sites
    return ()


def _of_the_sort(phrase: str, before: str, after: str, gazetteer: Gazetteer, reference: Reference) -> tuple[Site, ...]:
    """ "Western" of "Western and Nyanza provinces": the name with the sort that follows its list."""
    match = _SORTS.search(after) or _SORTS_OF.search(before)
    return sites_of(f"{phrase} {match[1].capitalize()}", gazetteer, reference) if match else ()


def find_places(
    article: Article, sentences: Sequence[tuple[int, int]], participants: Sequence[Participant], reference: Reference
) -> tuple[PlacePhrase, ...]:
    """The names of an article that say where, each with the place it means and why; left to right.

    States and capitals count only where something is put there ("in Moscow", "visited Oman", a dateline): elsewhere they act.
    """
    return tuple(place for place in name_places(article, participants, reference) if not only_named(place))


def name_places(article: Article, participants: Sequence[Participant], reference: Reference) -> tuple[PlacePhrase, ...]:
    """Every name of a place in an article; of those where nothing is put there (`only_named`) an act may tell all the same."""
    survey = survey_of(article.text, reference)
    acting = {(one.start, one.end) for one in participants}
    people = {(one.start, one.end) for one in participants if one.kind == "person"}
    longer = [
        *people,
        *((hit.start, hit.end) for hit in survey.hits if hit.of("organization", "meeting", "leader", "country")),
    ]
    other = ("demonym", "organization", "meeting", "leader", "body")
    nations = {
        (hit.start, hit.end) for hit in survey.hits if hit.of(*other) and not hit.of("country", "capital", "seat")
    }
    found: list[PlacePhrase] = []
    told: set[int] = set()  # the last words of names that are places
    for name in survey.names:
        run = (name.start, name.end)
        if run in people or run in nations or _slight(name, article.text):
            continue
        if any(a <= name.start and name.end <= b and (a, b) != run for a, b in longer):
            continue
        reason = _use(name, survey, article.text, acting, told, reference)
        if reason:
            told.add(name.last)
            found.append(_phrase(name, reason))
        elif _likely(name, survey, article.text, reference):
            found.append(_phrase(name, _NAMED))
    found.extend(_capitals(article.text, survey))
    return tuple(sorted(found, key=lambda place: place.start))


_NAMED = "it is only named there"
_TOWN, _CITY = 20_000, 100_000  # people


def _likely(name: Name, survey: Survey, text: str, reference: Reference) -> bool:
    """Whether a name where nothing is put means a place that is known by it, and no village, nor a part of another name."""
    best, words = name.best, text[name.start : name.end]
    assert best is not None
    if in_longer_name(survey.words, name, reference) or words.lower() in placewords()["generic"]:
        return False
    small = best.precision in ("city", "district") and best.feature != "PPLC" and best.population < _TOWN
    known = best.main or best.feature == "PPLC" or best.population >= _CITY
    return known and not small and not _stray(name, survey, words)


def only_named(place: PlacePhrase) -> bool:
    """Whether the words around a name do not put anything there."""
    return place.why[0].detail == _NAMED


_CAPITAL = re.compile(
    r"\s+capital\b(?!\s+(?:[A-Z]|markets?\b|flows?\b|investment|city\s+of\b|goods\b|controls?\b|punishment\b))(?!,\s+[A-Z])"
)


def _capitals(text: str, survey: Survey) -> Iterator[PlacePhrase]:
    """ "The Omani capital" is Muscat, where the words do not go on with its name."""
    for hit in survey.hits:
        entry = hit.of("demonym")
        after = (
            _CAPITAL.match(text, hit.end)
            if entry is not None and text[hit.start - 4 : hit.start].lower() == "the "
            else None
        )
        town = _capital_of(entry.country) if after is not None and entry is not None and entry.country else None
        if town is not None and after is not None:
            why = Reason(step="places", by="use", detail=f"the capital of {town.place.country} is {town.place.name}")
            yield replace(town, start=hit.start, end=after.end(), why=(why, *town.why[1:]))


@lru_cache(maxsize=256)
def _capital_of(country: str) -> PlacePhrase | None:
    row = next((row for row in rows_of("countries.tsv") if row["iso3"] == country and row["capital"]), None)
    if row is None:
        return None
    town = row["capital"].split("|")[0]
    return resolve(f"{town}, {row['name']}", 0, len(town))


def _slight(name: Name, text: str) -> bool:
    """A short word that only a small place goes by, under another name: "Cai", "Pan"."""
    best = name.best
    assert best is not None
    return (
        not best.main
        and best.feature.startswith("PPL")
        and best.population < 500_000
        and name.end - name.start < 5
        and not text[name.start : name.end].isupper()
    )


def _use(
    name: Name,
    survey: Survey,
    text: str,
    acting: set[tuple[int, int]],
    told: set[int],
    reference: Reference,
) -> str:
    """Why the name is a place there; "" where it is none."""
    words, lists, best = survey.words, placewords(), name.best
    assert best is not None
    if _in_dateline(name, words, text):
        return "the dateline"
    if in_longer_name(words, name, reference):
        return ""
    after = words[name.last] if name.last < len(words) else None
    owns = (after is not None and after.text in ("’s", "'s")) or text[name.end : name.end + 2] in ("’s", "'s")
    at = name.first - 1
    while at >= 0 and (
        words[at].low in lists["part"] or words[at].low in ("the", "capital", "city", "town", "village", "port")
    ):
        at -= 1
    before = words[at].low if at >= 0 else ""
    listed = before in ("and", "or", ",") and at > 0
    if owns:  # "in Sudan's Darfur region" puts it in Sudan; "Sudan's army" is no place
        return f"“{before}” puts something there" if before in _STRONG else ""
    article_before = name.first > 0 and words[name.first - 1].low == "the" and best.precision == "city"
    if article_before and (after is None or after.low not in lists["head"]):
        return ""  # "the Sharon government"
    if text[name.start : name.end].lower() in lists["generic"]:
        return ""
    if before in lists["before"] and not _acts(words, at, name):
        return f"“{before}” puts something there"
    if before == "of" and at > 0 and words[at - 1].low in lists["of"]:
        return f"“{words[at - 1].low} of” puts something there"
    if before in lists["verb"]:
        return f"“{before}” is done to a place"
    if after is not None and after.low in lists["head"] and best.precision != "country":
        return f"“{after.low}” says that it is a place"
    if listed:
        earlier = survey.lasts.get(at)
        earlier = None if earlier is None or (earlier.start, earlier.end) in acting else earlier
        if earlier is not None and (holds(best, earlier.best) if earlier.best else False):
            return "it holds the place before it"
        if earlier is not None and at in told:
            return "listed beside a place"
    small = best.precision in ("city", "district") and best.feature != "PPLC" and best.population >= 50_000
    if (
        small
        and (name.start, name.end) not in acting
        and len(text[name.start : name.end]) > 4
        and best.main
        and name.margin > 1.5
        and name.first
        and words[name.first - 1].text not in (".",)
    ):
        supported = survey.countries(text[name.start : name.end], name.start).get(best.country or "")
        return "a town named there, in a state that the article speaks of" if supported else ""
    return ""


_STRONG = frozenset("in at near across throughout inside outside within around".split())


def _acts(words: Sequence[Word], at: int, name: Name) -> bool:
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


_DATELINE = re.compile(r"[^\n]{0,60}?(?:\(|--|–|—|\s-\s|:)|,[^.\n]{0,40}\s\d{1,2}\.\s")


def _in_dateline(name: Name, words: Sequence[Word], text: str) -> bool:
    """ "MOSCOW, April 28 (ChinaMil) --" at the head of a paragraph."""
    line = text.rfind("\n", 0, name.start) + 1
    if name.start - line > 30 or not text[name.start : name.end].isupper() or len(text[name.start : name.end]) < 4:
        return False
    rest = text[name.end : name.end + 80].split("\n")[0]
    return bool(_DATELINE.match(rest)) and text[line : name.start].strip(" ,/").upper() == text[
        line : name.start
    ].strip(" ,/")


def place_of(
    article: Article,
    sentences: Sequence[tuple[int, int]],
    places: Sequence[PlacePhrase],
    start: int,
    end: int,
    shares: Mapping[tuple[int, int], float] | None = None,
) -> PlacePhrase | None:
    """Where the act whose trigger is `text[start:end]` took place; the last reason says from where.

    A place in its own clause first, then the dateline for an act that is told as done in the first three sentences, then
    the only place of its sentence. `None` where none of these says it.

    `shares` tells of names in its sentence how likely each is the act's place, where a model is asked: the likeliest is taken before
    all that rules say, and one that is not likely by no rule. Nor is one that is `only_named`.

    >>> import dataclasses
    >>> from dragoman import edtf
    >>> text = "GENEVA, April 14 (NWS) -- The ministers signed the accords. Fighting went on in Kabul."
    >>> names = {field.name: None for field in dataclasses.fields(Article)}
    >>> page = Article(**{**names, "text": text, "published": edtf.unknown()})
    >>> runs = [(0, 59), (60, len(text))]
    >>> found = find_places(page, runs, (), load_reference())
    >>> place_of(page, runs, found, 43, 49).place.country, place_of(page, runs, found, 60, 68).place.country
    ('CHE', 'AFG')
    """
    text = article.text
    index = index_at(sentences, start)
    if index is None:
        return None
    first, last = sentences[index]
    inside = [place for place in places if first <= place.start < last and not _is_dateline(place)]
    told = shares or {}
    likely = [place for place in inside if told.get((place.start, place.end), 0.0) >= _OWN]
    if likely:
        best = max(likely, key=lambda place: told[place.start, place.end])
        return _because(_finest(best, likely), "in the sentence of the act, as the model reads it")
    inside = [place for place in inside if (place.start, place.end) not in told and not only_named(place)]
    clause = [place for place in inside if _joined(text, place, start, end)]
    if clause:
        best = min(clause, key=lambda place: (place.start < start, min(abs(place.start - end), abs(start - place.end))))
        return _because(_finest(best, clause), "named in the clause of the act")
    line = _dateline_of(article, places)
    told_as_done = not _AHEAD.search(text[max(first, start - 40) : end])
    if line is not None and index < 3 and told_as_done:
        return _because(line, "no place in its clause; the dateline, for an act told at the head")
    if len({place.place.id for place in inside}) == 1:
        return _because(inside[0], "the only place of its sentence")
    return None


_OWN = 0.25
"""How likely a name must be the act's place to be taken for it: chosen on the corpus' development files."""
_CLAUSE = re.compile(
    r"[;:“”]|,? (?:and|but|while|after|before|when|which|who|that|where|because|although|as|under)\b|, \w+ing\b"
    r"|\b(?:said|says|told|announced|reported|added)\b"
)
_TO = re.compile(r"\bto (?!the\b|an?\b|its\b|his\b|her\b|their\b)[a-z]+")
_AHEAD = re.compile(r"\b(?:will|would|may|might|could|should|to)\s+(?:\w+\s+){0,2}\S*$")


def _joined(text: str, place: PlacePhrase, start: int, end: int) -> bool:
    """Whether the place stands in the clause of the act: no clause or infinitive of another verb between them."""
    after = place.start >= end
    between = text[end : place.start] if after else text[place.end : start]
    return _CLAUSE.search(between) is None and not (after and _TO.search(between))


def _dateline_of(article: Article, places: Sequence[PlacePhrase]) -> PlacePhrase | None:
    """The place in the dateline of the text, or one named anywhere that is the place of the byline ("By Ren Qi in Moscow")."""
    line = next((place for place in places if _is_dateline(place)), None)
    if line is not None or not article.dateline:
        return line
    town = article.dateline.split(",")[0].strip().lower()
    return next((place for place in places if article.text[place.start : place.end].lower() == town), None)


def _because(place: PlacePhrase, detail: str) -> PlacePhrase:
    return replace(place, why=(*place.why, Reason(step="places", by="place_of", detail=detail)))


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
