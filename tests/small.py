"""A small dataset written by hand, every value known: three articles, two of them telling one act."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

from dragoman import edtf
from dragoman.codebook import load_codebook
from dragoman.judgements import Judgements
from dragoman.records import (
    Article,
    Coding,
    Event,
    FieldSources,
    Participant,
    Place,
    Reason,
    Source,
    Span,
    Statement,
    Story,
    When,
    make_id,
)
from dragoman.store import Batch, Dataset, InputRow, Writer, open_dataset
from tests import builders
from tests.builders import article

OSLO = Place(
    id="pl_oslo",
    name="Oslo",
    latitude=59.913,
    longitude=10.739,
    country="NOR",
    admin1="Oslo",
    geonames_id=3143244,
    precision="city",
)
TEXTS = (
    "Norway’s foreign minister met Ōta Kenji of Japan in Oslo on Tuesday. Sweden may send 🚀 troops to Norway next month.",
    "OSLO — Norway’s foreign minister met Ōta Kenji of Japan in Oslo on Tuesday.",
    "The Soviet Union and East Germany signed a treaty in December 1987. “We shall keep it,” said Mikhail Gorbachev.",
)
OUTLETS = ("=SUM(A1)", "The Daily\tPost", "The Daily\tPost")


def participant(text: str, phrase: str, **given: Any) -> Participant:
    """A participant with an id as the coder makes them."""
    made = builders.participant(text, phrase, **given)
    return replace(made, id=make_id("ac", made.name, made.country))


def span_of(article_: Article, words: str) -> Source:
    """The first place where words stand in an article."""
    start = article_.text.index(words)
    return Source(article_id=article_.id, span=Span(start=start, end=start + len(words)), text=words)


def event(
    article_: Article,
    type_: str,
    trigger: str,
    actors: tuple[Participant, ...],
    recipients: tuple[Participant, ...],
    *,
    when: When,
    mode: str | None = None,
    status: str = "occurred",
    place: Place | None = None,
    confidence: float = 0.5,
) -> Event:
    """An event as the coder would make it."""
    book = load_codebook()
    word = span_of(article_, trigger)
    ends = [at for at, mark in enumerate(article_.text) if mark == "."]
    start = max((end + 2 for end in ends if end < word.span.start), default=0)
    end = min(end + 1 for end in ends if end >= word.span.end)
    sentence = Source(article_id=article_.id, span=Span(start=start, end=end), text=article_.text[start:end])
    fields = [FieldSources(field="trigger", sources=(word,)), FieldSources(field="sentence", sources=(sentence,))]
    if place is not None:
        fields.append(FieldSources(field="place", sources=(span_of(article_, place.name),)))
    return Event(
        id=make_id("ev", article_.id, type_, word.span.start),
        article_id=article_.id,
        type=type_,
        mode=mode,
        contexts=("diplomatic",),
        actors=actors,
        recipients=recipients,
        status=status,
        when=when,
        place=place,
        quad=book.type(type_).quad,
        scale=book.scale(type_, mode),
        cameo=book.cameo(type_, mode),
        sources=tuple(fields),
        reported_by=(article_.outlet or "",),
        confidence=confidence,
        why=(Reason(step="events", by="test", detail="made by hand"),),
    )


def codings() -> list[Coding]:
    """The three articles with their events and one statement."""
    days = (dt.date(2018, 3, 7), dt.date(2018, 3, 8), dt.date(1987, 12, 30))
    made = [
        replace(
            article(text, published=edtf.day(day, basis="metadata"), outlet=outlet, title=f"+Title {number}"),
            id=make_id("ar", number),
            url=f"https://news.example/{number}" if number else None,
            authors=("Ann Author",),
        )
        for number, (text, day, outlet) in enumerate(zip(TEXTS, days, OUTLETS, strict=True))
    ]
    tuesday = edtf.day(dt.date(2018, 3, 6), basis="phrase")
    december = When(
        edtf="1987-12",
        start=dt.datetime(1987, 12, 1, tzinfo=dt.UTC),
        end=dt.datetime(1988, 1, 1, tzinfo=dt.UTC),
        precision="month",
        basis="phrase",
    )
    found = []
    for number, base in enumerate(made[:2]):
        minister = participant(
            base.text,
            "Norway’s foreign minister",
            country="NOR",
            sector="GOV",
            kind="person",
            office="foreign minister",
        )
        kenji = participant(base.text, "Ōta Kenji of Japan", country="JPN", name="Ōta Kenji", kind="person")
        events = [
            event(
                base, "CONSULT", "met", (minister, kenji), (), when=tuesday, mode="visit", place=OSLO, confidence=0.6 + number / 10
            )
        ]  # fmt: skip
        if number == 0:
            sweden = participant(base.text, "Sweden", country="SWE")
            norway = participant(base.text, "Norway", country="NOR", number=2)
            events.append(
                event(
                    base, "MOBILIZE", "send 🚀 troops", (sweden,), (norway,), when=edtf.unknown(), status="hypothetical"
                )
            )
        found.append(Coding(article=base, events=tuple(events)))
    base = made[2]
    union = participant(base.text, "The Soviet Union", country="SUN", name="Soviet Union")
    germany = participant(base.text, "East Germany", country="DDR")
    gorbachev = participant(base.text, "Mikhail Gorbachev", country="SUN", sector="GOV", kind="person")
    said = Statement(
        id=make_id("st", base.id),
        article_id=base.id,
        speaker=gorbachev,
        standing="official",
        cue=span_of(base, "said"),
        form="quote",
        content=(span_of(base, "We shall keep it"),),
        addressees=(),
        issues=("arms_control",),
        targets=(),
        stance="support",
        venue=None,
        when=edtf.unknown(),
        reported_by=("The Daily Post",),
        sources=(
            FieldSources(field="sentence", sources=(span_of(base, "“We shall keep it,” said Mikhail Gorbachev."),)),
        ),
        confidence=0.9,
        why=(),
    )
    signed = event(base, "COOPERATE", "signed a treaty", (union,), (germany,), when=december)
    found.append(Coding(article=base, events=(signed,), statements=(said,)))
    return found


def small(root: Path) -> Dataset:
    """The dataset at `root`, written by the one writer there is."""
    made = codings()
    about = {
        "codebook": "plover-2.0-dragoman-1",
        "coder": "hand@1",
        "threshold": 0.0,
        "model_sha256": {"upper.onnx": "0" * 64},
    }
    with Writer(root, about) as writer:
        inputs = tuple(InputRow(key=str(n), outcome=coding.article.id) for n, coding in enumerate(made))
        writer.add(Batch(inputs=inputs, codings=tuple(made), rejections=()))
        first, second, third = (coding.article.id for coding in made)
        met = tuple(coding.events[0].id for coding in made[:2])
        writer.derive(
            {
                "stories": [
                    Story(
                        id="sy_1",
                        article_ids=(first, second),
                        relations=("original", "copy"),
                        canonical_events=(met, (made[0].events[1].id,)),
                        why=(),
                    ),
                    Story(
                        id="sy_2",
                        article_ids=(third,),
                        relations=("original",),
                        canonical_events=((made[2].events[0].id,),),
                        why=(),
                    ),
                ]
            }
        )
    return open_dataset(root)


def judge(dataset: Dataset, record: Event | Statement, verdict: str, **correction: str) -> None:
    """One judgement upon a record."""
    kind = "events" if isinstance(record, Event) else "statements"
    Judgements(dataset.root).add(
        who="ann", kind=kind, id=record.id, article_id=record.article_id, start=0, quote="", verdict=verdict,
        correction=correction, sample="random",
    )  # fmt: skip
