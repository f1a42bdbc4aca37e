"""FollowTheMoney entities as JSON lines, for OpenAleph and the tools around it.

An act and a meeting are `Event`s, parties `Person`, `Organization`, `PublicBody` (a state or its body) or `LegalEntity`, an article an
`Article`, an office held an `Occupancy` of a `Position`. Written as plain JSON: the library needs ICU and a compiler to install. Schema:
https://followthemoney.tech/explorer/ (version 4). An `Event` has no direction: its name and summary say who acted on whom.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from dragoman.export.codes import countries
from dragoman.records import Article, Event, Meeting, Participant, Place, Tenure, When, make_id
from dragoman.selection import Selection

__all__ = ["write_ftm"]

Entity = dict[str, Any]

_SCHEMAS = {"person": "Person", "organization": "Organization", "place": "PublicBody", "nationality": "PublicBody"}
# FollowTheMoney's codes of states that are gone: those of ISO 3166-3, in full.
_GONE = {"SUN": "suhh", "YUG": "yucs", "CSK": "cshh", "DDR": "dd"}
_LINKS = frozenset(("involved", "organizer", "holder", "post", "proof"))
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d)?)?)?)?")
_WEB = re.compile(r"https?://[^\s<>\"]+")


def _entity(key: str, schema: str, /, **properties: str | Iterable[str | None] | None) -> Entity:
    """An entity; properties that are unknown are left out, and every value is a list."""
    held: dict[str, list[str]] = {}
    for name, value in properties.items():
        values = [value] if isinstance(value, str) or value is None else list(value)
        found = list(dict.fromkeys(" ".join(each.split()) for each in values if each and each.strip()))
        if found:
            held[name] = found
    for name in _LINKS & set(held):
        held[name] = [_id(each) for each in held[name]]
    return {"id": _id(key), "schema": schema, "properties": held}


def _id(key: str) -> str:
    """Our id with a hyphen: FollowTheMoney allows no underscore in one."""
    return key.replace("_", "-")


def _country(code: str | None) -> str | None:
    known = countries().get(code or "")
    if code in _GONE:
        return _GONE[code]
    # Codes of our own for states that never had one mean nothing elsewhere.
    return known.iso2.lower() if known and known.iso2 and known.iso3 not in ("BIA", "RVN", "UAR", "ZAN") else None


def _dates(when: When) -> dict[str, str | None]:
    """`date` where the time is one day, month or year; `startDate` and `endDate` (the last day) where it is an interval."""
    if when.edtf and _DATE.fullmatch(when.edtf) and when.precision in ("day", "month", "year"):
        return {"date": when.edtf}
    if when.start is None or when.end is None:
        return {}
    last = when.end - dt.timedelta(microseconds=1)
    return {"startDate": when.start.date().isoformat(), "endDate": last.date().isoformat()}


def _party(party: Participant) -> Entity:
    schema = _SCHEMAS.get(party.kind, "LegalEntity")
    if party.kind == "organization" and party.sector in ("GOV", "MIL", "COP", "SPY", "JUD", "LEG"):
        schema = "PublicBody"
    properties: dict[str, Any] = {"name": party.name, "country": _country(party.country), "sector": party.sector}
    if schema == "Person":
        properties["position"] = party.office
    return _entity(party.id, schema, **properties)


def _merged(entities: Iterable[Entity]) -> Iterator[Entity]:
    """Each entity once, with all its values."""
    found: dict[str, Entity] = {}
    for entity in entities:
        held = found.setdefault(entity["id"], entity)
        if held is not entity:
            for name, values in entity["properties"].items():
                before = held["properties"].setdefault(name, [])
                before.extend(value for value in values if value not in before)
            # A wider schema takes what a narrower one may not have: a person stays a person.
            if held["schema"] != "Person" and entity["schema"] == "Person":
                held["schema"] = "Person"
            if held["schema"] != "Person":
                held["properties"].pop("position", None)
    yield from found.values()


def _web(url: str | None) -> str | None:
    return url if url and _WEB.fullmatch(url) else None


def _article(article: Article) -> Entity:
    published = article.published.edtf or ""
    return _entity(
        article.id,
        "Article",
        title=article.title,
        fileName=f"{article.id}.txt",
        author=article.authors,
        publisher=article.outlet,
        publishedAt=published
        if _DATE.fullmatch(published)
        else published[:10]
        if _DATE.fullmatch(published[:10])
        else None,
        sourceUrl=_web(article.url),
        language={"en": "eng"}.get(
            article.language or "", article.language if len(article.language or "") == 3 else None
        ),
        bodyText=article.text,
        contentHash=article.raw_sha256 if re.fullmatch(r"[0-9a-f]{40}", article.raw_sha256) else None,
    )


def _place(place: Place | None) -> str | None:
    parts = (place.name, place.admin1, place.country) if place else ()
    return ", ".join(dict.fromkeys(part for part in parts if part)) or None


def _words(record: Event | Meeting) -> str | None:
    for entry in record.sources:
        if entry.field == "sentence" and entry.sources:
            return entry.sources[0].text
    return None


def _event(event: Event, articles: Iterable[Article]) -> Entity:
    who = ", ".join(party.name for party in event.actors) or "?"
    whom = ", ".join(party.name for party in event.recipients)
    code = " ".join(part for part in (event.type, event.mode) if part)
    told = list(articles)
    return _entity(
        event.id,
        "Event",
        name=f"{who}: {code}" + (f" → {whom}" if whom else ""),
        involved=[party.id for party in (*event.actors, *event.recipients)],
        location=_place(event.place),
        country=_country(event.place.country) if event.place else None,
        summary=_words(event),
        keywords=[event.type, *([f"{event.type}-{event.mode}"] if event.mode else []), event.status, *event.contexts],
        notes=f"status {event.status}; confidence {event.confidence:.2f}; told by {len(told)} articles",
        proof=[article.id for article in told],
        sourceUrl=[_web(article.url) for article in told],
        publisher=[article.outlet for article in told],
        recordId=event.id,
        **_dates(event.when),
    )


def _acts(selection: Selection, articles: dict[str, Article]) -> Iterator[Entity]:
    for act in selection.counted():
        told = [articles[name] for name in act.articles if name in articles]
        yield from map(_party, (*act.event.actors, *act.event.recipients))
        yield from map(_article, told)
        yield _event(act.event, told)


def _meetings(selection: Selection, articles: dict[str, Article]) -> Iterator[Entity]:
    for meeting in selection.records("meetings"):
        yield from map(_party, (*meeting.hosts, *meeting.participants))
        told = articles.get(meeting.article_id)
        if told is not None:
            yield _article(told)
        yield _entity(
            meeting.id,
            "Event",
            name=meeting.name,
            organizer=[party.id for party in meeting.hosts],
            involved=[party.id for party in meeting.participants],
            location=_place(meeting.place),
            country=_country(meeting.place.country) if meeting.place else None,
            summary=_words(meeting),
            keywords=["meeting", meeting.status, *([meeting.series] if meeting.series else [])],
            proof=told.id if told else None,
            sourceUrl=_web(told.url) if told else None,
            publisher=told.outlet if told else None,
            recordId=meeting.id,
            **_dates(meeting.when),
        )


def _tenures(selection: Selection) -> Iterator[Entity]:
    actors = {actor.id: actor for actor in selection.stored("actors")}
    for tenure in selection.records("tenures"):
        actor = actors.get(tenure.actor_id)
        if actor is None or actor.kind != "person":
            continue  # an Occupancy is held by a person
        post = make_id("po", tenure.office, tenure.organization, tenure.country)
        yield _entity(actor.id, "Person", name=actor.name, alias=actor.aliases, country=_country(actor.country))
        yield _entity(post, "Position", name=tenure.office, country=_country(tenure.country))
        yield _occupancy(tenure, post)


def _occupancy(tenure: Tenure, post: str) -> Entity:
    first, last = (_dates(when) if when else {} for when in (tenure.start, tenure.end))
    return _entity(
        tenure.id,
        "Occupancy",
        holder=tenure.actor_id,
        post=post,
        startDate=first.get("date") or first.get("startDate"),
        endDate=last.get("date") or last.get("endDate"),
        proof=[source.article_id for source in tenure.sources],
        summary=[source.text for source in tenure.sources],
        recordId=tenure.id,
    )


def write_ftm(selection: Selection, what: str) -> Iterator[bytes]:
    """Entities, one a line, each once: the records asked for, and the parties and articles that they name."""
    articles = {article.id: article for article in selection.stored("articles")}
    if what == "articles":
        entities: Iterable[Entity] = map(_article, selection.records("articles"))
    elif what == "meetings":
        entities = _meetings(selection, articles)
    elif what == "tenures":
        entities = _tenures(selection)
    else:
        entities = _acts(selection, articles)
    for entity in _merged(entities):
        yield json.dumps(entity, ensure_ascii=False).encode("utf-8") + b"\n"
