"""What follows a pledge: only what the words bear out, in any order of input."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import replace

from dragoman import edtf
from dragoman.diplomacy.followups import RELATIONS, follow_up, promised_acts
from dragoman.records import Event, FieldSources, Participant, Pledge, Source, Span, Statement, When, make_id


def party(country: str, name: str | None = None) -> Participant:
    name = name or country.title()
    return Participant(
        id=f"ac_{country}",
        name=name,
        country=country,
        sector=None,
        office=None,
        text=name,
        start=0,
        end=len(name),
        kind="place",
    )


def src(text: str, article: str) -> tuple[Source, ...]:
    return (Source(article_id=article, span=Span(start=0, end=len(text)), text=text),)


def day(number: int) -> When:
    return edtf.day(dt.date(2011, 5, 1) + dt.timedelta(days=number), basis="phrase")


def pledge(what: str, *, by: str = "EGY", to: str | None = "SDN", on: int = 0, article: str = "ar_1") -> Pledge:
    return Pledge(
        id=make_id("pl", what, on, article),
        article_id=article,
        by=(party(by),),
        to=(party(to),) if to else (),
        what=what,
        issues=(),
        made=make_id("ev", what, on, article),
        when=day(on),
        followed_by=(),
        sources=(FieldSources(field="what", sources=src(what, article)),),
        confidence=0.8,
        why=(),
    )


def event(
    sentence: str,
    trigger: str,
    *,
    by: str = "EGY",
    to: str | None = "SDN",
    on: int = 9,
    status: str = "occurred",
    article: str = "ar_2",
) -> Event:
    return Event(
        id=make_id("ev", sentence, trigger, on),
        article_id=article,
        type="COOPERATE",
        mode=None,
        contexts=(),
        actors=(party(by),),
        recipients=(party(to),) if to else (),
        status=status,
        when=day(on),
        place=None,
        quad=2,
        scale=1.0,
        cameo=None,
        sources=(
            FieldSources(field="trigger", sources=src(trigger, article)),
            FieldSources(field="sentence", sources=src(sentence, article)),
        ),
        reported_by=(),
        confidence=0.9,
        why=(),
    )


def said(content: str, *, by: str, of: str, on: int = 9, article: str = "ar_3") -> Statement:
    return Statement(
        id=make_id("st", content, by),
        article_id=article,
        speaker=party(by),
        standing="official",
        cue=None,
        form="paraphrase",
        content=src(content, article),
        addressees=(),
        issues=(),
        targets=(party(of),),
        stance=None,
        venue=None,
        when=day(on),
        reported_by=(),
        sources=(),
        confidence=0.9,
        why=(),
    )


def relations(found: tuple[Pledge, ...]) -> list[tuple[str, str]]:
    return [(r.by, later) for p in found for r, later in zip(p.why, p.followed_by, strict=True)]


PROMISE = pledge("pledged to withdraw its troops from the river district")


def after(*later: Event | Statement, promise: Pledge = PROMISE) -> list[str]:
    events = [row for row in later if isinstance(row, Event)]
    words = [row for row in later if isinstance(row, Statement)]
    found = follow_up([promise], events, words, {})
    assert all(
        r.by in RELATIONS and later in r.detail for p in found for r, later in zip(p.why, p.followed_by, strict=True)
    )
    return [relation for relation, _ in relations(found)]


def test_a_later_act_of_the_same_party_on_the_same_object_fulfils() -> None:
    done = "Egypt withdrew the last troops from the river district on Tuesday."
    assert after(event(done, "withdrew")) == ["fulfils"]
    assert after(event(done, "withdrew", on=0)) == []  # the same day: the same news
    assert after(event(done, "withdrew", by="ETH")) == []
    assert after(event(done, "withdrew", to="ETH")) == []
    assert after(event(done, "withdrew", status="planned")) == []
    assert after(event(done, "withdrew", status="denied")) == []
    assert after(event("Egypt withdrew a complaint about dates.", "withdrew", to=None)) == []
    assert after(event("Egypt counted the troops of the river district.", "counted")) == []


def test_an_act_that_undoes_it_breaks_it_and_so_does_a_breach() -> None:
    assert after(event("Egypt reinforced its troops in the river district.", "reinforced")) == ["breaks"]
    assert after(event("Egypt violated the ceasefire along the river district.", "violated")) == ["breaks"]
    never = pledge("will never deploy missiles along the canal", to=None)
    assert after(event("Egypt deployed missiles along the canal.", "deployed", to=None), promise=never) == ["breaks"]


def test_other_arms_than_those_promised_fulfil_nothing() -> None:
    grain = pledge("promised to send grain")
    assert after(event("Egypt sent rifles to Sdn.", "sent"), promise=grain) == []
    assert after(event("Egypt sent a first shipload of grain to Sdn.", "sent"), promise=grain) == ["fulfils"]


def test_that_it_was_broken_is_said_by_others_only() -> None:
    words = "Egypt broke its promise to leave the river district"
    assert after(said(words, by="SDN", of="EGY")) == ["said to break"]
    assert after(said(words, by="EGY", of="SDN")) == []
    assert after(said("The weather in the river district was fine", by="SDN", of="EGY")) == []


def test_repeats_and_conditions() -> None:
    again = pledge(
        "would withdraw its troops from the river district in full, a spokesman repeated", on=20, article="ar_4"
    )
    limited = pledge("will withdraw troops from the river district only if guards are posted", on=30, article="ar_5")
    copy = pledge("pledged to withdraw its troops from the river district", on=1, article="ar_6")
    found = follow_up([PROMISE, again, limited, copy], [], [], {})
    first = next(p for p in found if p.id == PROMISE.id)
    assert [r.by for r in first.why] == ["repeats", "qualifies"]
    assert first.followed_by == (again.made, limited.made)


def test_without_times_nothing_follows() -> None:
    undated = replace(PROMISE, when=edtf.unknown())
    done = event("Egypt withdrew the last troops from the river district.", "withdrew")
    assert after(done, promise=undated) == []


def test_the_order_of_the_input_does_not_matter() -> None:
    rows = [PROMISE, pledge("would withdraw its troops from the river district in full", on=20, article="ar_4")]
    events = [event(f"Egypt withdrew troops from the river district, day {n}.", "withdrew", on=n) for n in (9, 12, 30)]
    first = {p.id: p for p in follow_up(rows, events, [], {})}
    for seed, order in itertools.product(range(3), itertools.permutations(rows)):
        random.Random(seed).shuffle(events)
        assert {p.id: p for p in follow_up(order, events, [], {})} == first


def test_the_table_of_acts() -> None:
    acts = promised_acts()
    assert len(acts) > 15
    for does, undoes in acts.values():
        assert does
        assert undoes
        assert not set(does) & set(undoes)
