"""Check the promises of a dataset: that its bytes are those that were written, and that every record rests on its text.

Parts are checked one after the other, so that memory holds one part, however large the dataset; a damaged part is named with what to
code again, and the rest is checked all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeVar

from dragoman.judgements import Judgements
from dragoman.parts import read_json
from dragoman.records import STATUSES, Article, Event, Mention, Participant, Source, Statement, When
from dragoman.store import Dataset

__all__ = ["audit", "broken_promises"]

Found = TypeVar("Found")
_CHECKED = ("articles", "actors", "mentions", "events", "statements", "meetings", "pledges", "tenures", "categories")


def _inside(value: object, kind: type[Found]) -> Iterator[Found]:
    """Every record of a kind within a record."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _inside(item, kind)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _inside(getattr(value, name), kind)


def broken_promises(name: str, row: Any, articles: Mapping[str, Article]) -> Iterator[str]:
    """What is wrong with one record of the type `name`, in words; nothing for a sound one.

    Every source and every participant's phrase stands in the text at its place; an event has a trigger, a sentence and a source for
    each field that it gives; times are in order; confidences are from 0 to 1.
    """
    for found in _inside(row, Source):
        article = articles.get(found.article_id)
        if article is None:
            yield f"rests on an article that is not there: {found.article_id}"
        elif article.text[found.span.start : found.span.end] != found.text:
            yield f"the text at {found.span.start} is not {found.text!r}"
    own = articles.get(getattr(row, "article_id", ""))
    if own is not None:
        for party in _inside(row, Participant):
            if own.text[party.start : party.end] != party.text:
                yield f"the text at {party.start} is not {party.text!r}"
        if isinstance(row, Mention) and own.text[row.span.start : row.span.end] != row.text:
            yield f"the text at {row.span.start} is not {row.text!r}"
    elif hasattr(row, "article_id"):
        yield f"belongs to an article that is not there: {row.article_id}"
    for when in _inside(row, When):
        if when.start is not None and when.end is not None and when.start >= when.end:
            yield f"a time ends before it starts: {when.edtf}"
    if not 0.0 <= getattr(row, "confidence", 0.0) <= 1.0:
        yield f"confidence {row.confidence} is not from 0 to 1"
    if name in ("events", "statements", "meetings", "pledges", "categories") and not row.sources:
        yield "has no source"
    if isinstance(row, Event):
        given = {entry.field for entry in row.sources if entry.sources}
        needed = {"trigger", "sentence"} | {field for field in ("actors", "recipients", "place") if getattr(row, field)}
        if needed - given:
            yield f"has no source for {', '.join(sorted(needed - given))}"
        if row.status not in STATUSES:
            yield f"has the unknown status {row.status!r}"
    if isinstance(row, Statement) and not row.content:
        yield "has no content"


def audit(dataset: Dataset) -> list[str]:
    """Every broken promise of a dataset, in words: damaged files, sources that do not match, records without sources."""
    damage = dataset.damage()
    problems = [*map(str, damage), *_beside(dataset)]
    sound = dataset.without(each.part for each in damage)
    articles: set[str] = set()
    events: set[str] = set()
    for part in sound.parts():
        problems += _audit_part(sound, part, articles, events)
    if not any(each.part for each in damage):  # stories over parts that are gone name what is gone
        for story in sound.records("stories"):
            missing = [each for each in story.article_ids if each not in articles]
            missing += [each for group in story.canonical_events for each in group if each not in events]
            problems += [f"stories {story.id} names a record that is not there: {each}" for each in missing]
    return problems


def _beside(dataset: Dataset) -> Iterator[str]:
    """What is wrong with the files of a dataset that hold no records: what a watch remembers, and what people judged."""
    feeds = dataset.root / "feeds.json"
    try:
        if feeds.exists():
            read_json(feeds, only=("feeds",))
    except (OSError, ValueError) as error:
        yield f"feeds.json {error}: made again by the next watch"
    yield from Judgements(dataset.root).damage()


def _audit_part(dataset: Dataset, part: str, articles: set[str], events: set[str]) -> Iterator[str]:
    """What is wrong within one part; the ids of its articles and events are added to those of the parts before."""
    rows = {name: dataset.part(part, name) for name in _CHECKED}
    texts = {article.id: article for article in rows["articles"]}
    ids = {name: {row.id for row in rows[name]} for name in _CHECKED}
    for name in _CHECKED:
        yield from _twice(name, (row.id for row in rows[name]))
        for row in rows[name]:
            yield from (f"{name} {row.id}: {what}" for what in broken_promises(name, row, texts))
    yield from (f"articles {each} is there twice" for each in sorted(ids["articles"] & articles))
    for event in rows["events"]:
        lost = [party.name for party in (*event.actors, *event.recipients) if party.id not in ids["actors"]]
        yield from (f"events {event.id}: {who!r} is no actor of the dataset" for who in lost)
    for row in rows["categories"]:
        if row.record_id is not None and row.record_id not in ids["events"] | ids["statements"]:
            yield f"categories {row.id} names a record that is not there: {row.record_id}"
    for link in dataset.part(part, "links"):
        if link.mention_id not in ids["mentions"]:
            yield f"a link names a mention that is not there: {link.mention_id}"
    articles |= ids["articles"]
    events |= ids["events"]


def _twice(name: str, ids: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            yield f"{name} {each} is there twice"
        seen.add(each)
