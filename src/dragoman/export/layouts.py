"""The tab-separated layouts of event data sets: POLECAT, ICEWS, GDELT 2.0 events and mentions.

Existing scripts read them as they are: the columns, their order and types are those of the data sets. Only acts that took place are
written unless a status is asked for, since none of these layouts tells a plan from a deed. A date that is not known to the day stays
empty, since an interval is not its first day. docs/guides/exports.md lists every mapping that loses something.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import dragoman
from dragoman.acts import Act, columns_of, pairs
from dragoman.codebook import Codebook, load_codebook
from dragoman.export.codes import CAMEO_TYPES, ICEWS_SECTORS, countries, country_name, day, numbers
from dragoman.export.tidy import cell
from dragoman.records import Article, Event, Participant, Place, Source
from dragoman.selection import Selection

__all__ = [
    "GDELT_COLUMNS",
    "ICEWS_COLUMNS",
    "MENTION_COLUMNS",
    "POLECAT_COLUMNS",
    "write_gdelt",
    "write_gdelt_mentions",
    "write_icews",
    "write_polecat",
]

POLECAT_COLUMNS = (
    "Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts", "Actor Name", "Actor Country",
    "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title", "Actor Name Raw", "Wikipedia Actor ID", "Recipient Name",
    "Recipient Country", "Recipient COW", "Primary Recipient Sector", "Recipient Sectors", "Recipient Title", "Recipient Name Raw",
    "Wikipedia Recipient ID", "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude", "GeoNames ID",
    "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People", "Story Organizations", "Story Locations",
    "Language", "Version",
)  # fmt: skip
"""The 40 columns of POLECAT."""

ICEWS_COLUMNS = (
    "Event ID", "Event Date", "Source Name", "Source Sectors", "Source Country", "Event Text", "CAMEO Code", "Intensity",
    "Target Name", "Target Sectors", "Target Country", "Story ID", "Sentence Number", "Publisher", "City", "District", "Province",
    "Country", "Latitude", "Longitude",
)  # fmt: skip
"""The 20 columns of ICEWS."""

_GDELT_ACTOR = (
    "Code", "Name", "CountryCode", "KnownGroupCode", "EthnicCode", "Religion1Code", "Religion2Code", "Type1Code", "Type2Code", "Type3Code",
)  # fmt: skip
_GDELT_GEO = ("Type", "FullName", "CountryCode", "ADM1Code", "ADM2Code", "Lat", "Long", "FeatureID")

GDELT_COLUMNS = (
    "GLOBALEVENTID", "SQLDATE", "MonthYear", "Year", "FractionDate",
    *(f"Actor{n}{name}" for n in (1, 2) for name in _GDELT_ACTOR),
    "IsRootEvent", "EventCode", "EventBaseCode", "EventRootCode", "QuadClass", "GoldsteinScale", "NumMentions", "NumSources",
    "NumArticles", "AvgTone", *(f"{who}Geo_{name}" for who in ("Actor1", "Actor2", "Action") for name in _GDELT_GEO),
    "DATEADDED", "SOURCEURL",
)  # fmt: skip
"""The 61 columns of GDELT 2.0 events; the file has no header."""

MENTION_COLUMNS = (
    "GLOBALEVENTID", "EventTimeDate", "MentionTimeDate", "MentionType", "MentionSourceName", "MentionIdentifier", "SentenceID",
    "Actor1CharOffset", "Actor2CharOffset", "ActionCharOffset", "InRawText", "Confidence", "MentionDocLen", "MentionDocTone",
    "MentionDocTranslationInfo", "Extras",
)  # fmt: skip
"""The 16 columns of GDELT 2.0 mentions; the file has no header."""


def _line(values: Iterable[Any], missing: str) -> bytes:
    """One line; a text that could be taken for a formula or for several cells is neutralised as in CSV."""
    return "\t".join(cell(value) or missing for value in values).encode("utf-8") + b"\n"


def _rows(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], *, missing: str, header: bool) -> Iterator[bytes]:
    if header:
        yield _line(columns, missing)
    for row in rows:
        yield _line((row.get(column) for column in columns), missing)


def _articles(selection: Selection) -> dict[str, Article]:
    return {article.id: article for article in selection.stored("articles")}


def _joined(values: Iterable[str | None]) -> str:
    return "; ".join(dict.fromkeys(value for value in values if value))


def _first(event: Event, name: str) -> Source | None:
    return next((entry.sources[0] for entry in event.sources if entry.field == name and entry.sources), None)


def _year(event: Event) -> int | None:
    """The year of an event, where its whole time lies in one."""
    start, end = event.when.start, event.when.end
    if start is None or end is None:
        return None
    last = datetime.fromtimestamp(end.timestamp() - 1, tz=end.tzinfo)
    return start.year if start.year == last.year else None


# --- POLECAT -----------------------------------------------------------------------------------------------------------------


def _cow(party: Participant, year: int | None) -> str | None:
    known = countries().get(party.country or "")
    return known.in_year("cow", year) if known else None


def _polecat_side(side: str, parties: Sequence[Participant], year: int | None) -> dict[str, Any]:
    sectors = [party.sector for party in parties if party.sector]
    return {
        f"{side} Name": _joined(party.name for party in parties),
        f"{side} Country": _joined(party.country for party in parties),
        f"{side} COW": _joined(_cow(party, year) for party in parties),
        f"Primary {side} Sector": sectors[0] if sectors else None,
        f"{side} Sectors": _joined(sectors),
        f"{side} Title": _joined(party.office for party in parties),
        f"{side} Name Raw": _joined(party.text for party in parties),
    }


_STORY = {"person": "Story People", "organization": "Story Organizations", "place": "Story Locations"}


def _in_story(selection: Selection) -> dict[str, dict[str, str]]:
    """The names that each article speaks of, by column."""
    mentions = columns_of(selection, "mentions", ("article_id", "kind", "text"))
    found: dict[str, dict[str, list[str]]] = {}
    for article, kind, text in zip(*(mentions[name] for name in ("article_id", "kind", "text")), strict=True):
        if kind in _STORY:
            found.setdefault(article, {}).setdefault(_STORY[kind], []).append(text)
    return {article: {name: _joined(texts) for name, texts in columns.items()} for article, columns in found.items()}


def _polecat(event: Event, article: Article | None, names: Mapping[str, str], book: Codebook) -> dict[str, Any]:
    place, year = event.place, _year(event)
    told = day(article.published) if article else None
    when, raw = day(event.when), _first(event, "place")
    row: dict[str, Any] = {
        "Event ID": f"{event.article_id.partition('_')[2]}_{event.id.partition('_')[2]}",
        "Event Date": when.date().isoformat() if when else None,
        "Event Type": event.type,
        "Event Mode": event.mode,
        "Intensity": float(event.scale),
        "Quad Code": book.quads[event.quad].upper(),
        "Contexts": _joined(event.contexts),
        "Raw Placename": raw.text if raw else None,
        "Source": article.outlet if article else None,
        "Publication Date": told.date().isoformat() if told else None,
        "Language": article.language if article else None,
        "Version": f"dragoman {dragoman.__version__} {book.version}",
        **names,
        **_polecat_side("Actor", event.actors, year),
        **_polecat_side("Recipient", event.recipients, year),
    }
    if place is not None:
        row |= {
            "Placename": place.name,
            "City": place.name if place.precision == "city" else None,
            "Province": place.admin1,
            "Country": place.country,
            "Latitude": place.latitude,
            "Longitude": place.longitude,
            "GeoNames ID": place.geonames_id,
            "Feature Type": place.precision,
        }
    return row


def write_polecat(selection: Selection, what: str) -> Iterator[bytes]:
    """POLECAT: a header, 40 columns, `None` for missing, several values joined by `; `. `Event ID` is article, underscore, event."""
    book, articles, names = load_codebook(), _articles(selection), _in_story(selection)
    rows = (
        _polecat(act.event, articles.get(act.event.article_id), names.get(act.event.article_id, {}), book)
        for act in selection.counted(done=True)
    )
    return _rows(rows, POLECAT_COLUMNS, missing="None", header=True)


# --- ICEWS and GDELT: one row a directed pair -----------------------------------------------------------------------------------


def _paired(
    acts: Iterable[Act],
) -> Iterator[tuple[str, Act, Participant | None, Participant | None]]:
    """Every directed pair of every act, with an id of its own."""
    for act in acts:
        for number, (actor, recipient) in enumerate(pairs(act.event)):
            # The number of the pair goes in front of the digits: pairs of one act differ, and none is another act's.
            prefix, _, digits = act.event.id.partition("_")
            yield f"{prefix}_{digits}{number:02x}" if number else act.event.id, act, actor, recipient


def _sentence_number(article: Article | None, event: Event, known: dict[str, list[tuple[int, int]]]) -> int | None:
    """Which sentence of its article tells the event, from 1."""
    from dragoman.text import sentences

    found = _first(event, "sentence") or _first(event, "trigger")
    if article is None or found is None:
        return None
    if article.id not in known:
        known.clear()  # events come by time, often several of one article in a row
        known[article.id] = sentences(article.text)
    return max(1, sum(start <= found.span.start for start, _ in known[article.id]))


def _icews_side(side: str, party: Participant | None) -> dict[str, Any]:
    if party is None:
        return {}
    sector = ICEWS_SECTORS.get(party.sector or "")
    return {f"{side} Name": party.name, f"{side} Sectors": sector, f"{side} Country": country_name(party.country)}


def _icews_place(place: Place | None) -> dict[str, Any]:
    if place is None:
        return {}
    return {
        "City": place.name if place.precision == "city" else None,
        "Province": place.admin1 if place.precision != "region" else place.name,
        "Country": country_name(place.country),
        "Latitude": place.latitude,
        "Longitude": place.longitude,
    }


def write_icews(selection: Selection, what: str) -> Iterator[bytes]:
    """ICEWS: a header, 20 columns, `NULL` for missing, no quoting; a row for each directed pair of an act."""
    book, articles = load_codebook(), _articles(selection)
    found = list(_paired(selection.counted(done=True)))
    ids, stories = numbers(name for name, *_ in found), numbers(articles)
    known: dict[str, list[tuple[int, int]]] = {}

    def rows() -> Iterator[dict[str, Any]]:
        for name, act, actor, recipient in found:
            event = act.event
            root = book.cameo_roots.get((event.cameo or "")[:2])
            article, when = articles.get(event.article_id), day(event.when)
            yield {
                "Event ID": ids[name],
                "Event Date": when.date().isoformat() if when else None,
                "Event Text": root.name.capitalize() if root else None,
                "CAMEO Code": event.cameo,
                "Intensity": root.goldstein if root else None,
                "Story ID": stories.get(event.article_id),
                "Sentence Number": _sentence_number(article, event, known),
                "Publisher": article.outlet if article else None,
                **_icews_side("Source", actor),
                **_icews_side("Target", recipient),
                **_icews_place(event.place),
            }

    return _rows(rows(), ICEWS_COLUMNS, missing="NULL", header=True)


def _gdelt_actor(number: int, party: Participant | None) -> dict[str, Any]:
    if party is None:
        return {}
    known = countries().get(party.country or "")
    group = party.country if party.country and known is None else None
    country = known.cameo if known else None
    kind = CAMEO_TYPES.get(party.sector or "")
    made = {
        "Code": f"{country or group or ''}{kind or ''}",
        "Name": party.name.upper(),
        "CountryCode": country,
        "KnownGroupCode": group,
        "Type1Code": kind or ("IGO" if group in ("IGO", "UNO", "EUR") else group),
    }
    return {f"Actor{number}{name}": value for name, value in made.items()}


def _gdelt_place(place: Place | None) -> dict[str, Any]:
    """The place of the act; GDELT's geography writes countries in FIPS 10-4, its actors in CAMEO's codes."""
    if place is None:
        return {}
    known = countries().get(place.country or "")
    inside_us = place.country == "USA"
    kinds = {"country": 1, "region": 2 if inside_us else 5, "city": 3 if inside_us else 4}
    parts = (place.name, place.admin1, known.name if known else None)
    return {
        "ActionGeo_Type": kinds.get(place.precision),
        "ActionGeo_FullName": ", ".join(dict.fromkeys(part for part in parts if part)),
        "ActionGeo_CountryCode": known.fips if known else None,
        "ActionGeo_Lat": place.latitude,
        "ActionGeo_Long": place.longitude,
    }


def _gdelt_time(event: Event, article: Article | None) -> dict[str, Any]:
    """As much of the date as is known: a month gives MonthYear and Year, a year Year."""
    row: dict[str, Any] = {"Year": _year(event)}
    start, when = event.when.start, day(event.when)
    if start is not None and event.when.precision in ("day", "minute", "month"):
        row["MonthYear"] = int(f"{start:%Y%m}")
    if when is not None:
        row["SQLDATE"] = int(f"{when:%Y%m%d}")
        # GDELT's own formula, which December would carry into the next year.
        row["FractionDate"] = round(when.year + min(0.9999, (when.month * 30 + when.day) / 365), 4)
    told = day(article.published) if article else None
    row["DATEADDED"] = int(f"{told:%Y%m%d%H%M%S}") if told else None
    return row


def _address(article: Article | None, article_id: str) -> str:
    return (article.url if article else None) or f"urn:dragoman:{article_id}"


def write_gdelt(selection: Selection, what: str) -> Iterator[bytes]:
    """GDELT 2.0 events: no header, 61 columns, empty for missing; a row for each directed pair of an act."""
    book, articles = load_codebook(), _articles(selection)
    found = list(_paired(selection.counted(done=True)))
    ids = numbers(name for name, *_ in found)

    def rows() -> Iterator[dict[str, Any]]:
        for name, act, actor, recipient in found:
            event, code = act.event, act.event.cameo or ""
            root = book.cameo_roots.get(code[:2])
            article, trigger = articles.get(event.article_id), _first(event, "trigger")
            lead = article.text.find("\n") if article else -1
            yield {
                "GLOBALEVENTID": ids[name],
                "IsRootEvent": int(trigger is not None and (lead < 0 or trigger.span.start < lead)),
                "EventCode": code,
                "EventBaseCode": code[:3],
                "EventRootCode": code[:2],
                "QuadClass": root.quad_gdelt if root else None,
                "GoldsteinScale": root.goldstein if root else None,
                "NumMentions": len(act.tellings),
                "NumSources": len(act.outlets),
                "NumArticles": len(act.articles),
                "SOURCEURL": _address(article, event.article_id),
                **_gdelt_time(event, article),
                **_gdelt_actor(1, actor),
                **_gdelt_actor(2, recipient),
                **_gdelt_place(event.place),
            }

    return _rows(rows(), GDELT_COLUMNS, missing="", header=False)


def write_gdelt_mentions(selection: Selection, what: str) -> Iterator[bytes]:
    """GDELT 2.0 mentions: no header, 16 columns; a row for every telling of every row of `write_gdelt`, with its places in the text."""
    articles = _articles(selection)
    told = {event.id: event for event in selection.judged("events")}
    found = list(_paired(selection.counted(done=True)))
    ids = numbers(name for name, *_ in found)
    known: dict[str, list[tuple[int, int]]] = {}

    def rows() -> Iterator[dict[str, Any]]:
        for name, act, actor, recipient in found:
            for telling in act.tellings:
                if telling not in told:
                    continue
                event = told[telling]
                article, trigger = articles.get(event.article_id), _first(event, "trigger")
                when, seen = day(event.when), day(article.published) if article else None
                own = event.id == act.event.id
                yield {
                    "GLOBALEVENTID": ids[name],
                    "EventTimeDate": int(f"{when:%Y%m%d%H%M%S}") if when else None,
                    "MentionTimeDate": int(f"{seen:%Y%m%d%H%M%S}") if seen else None,
                    "MentionType": 1,
                    "MentionSourceName": article.outlet if article else None,
                    "MentionIdentifier": _address(article, event.article_id),
                    "SentenceID": _sentence_number(article, event, known),
                    "Actor1CharOffset": actor.start if actor and own else _start(event.actors),
                    "Actor2CharOffset": recipient.start if recipient and own else _start(event.recipients),
                    "ActionCharOffset": trigger.span.start if trigger else None,
                    "InRawText": 1,
                    "Confidence": round(event.confidence * 100),
                    "MentionDocLen": len(article.text) if article else None,
                }

    return _rows(rows(), MENTION_COLUMNS, missing="", header=False)


def _start(parties: Sequence[Participant]) -> int | None:
    return parties[0].start if parties else None
