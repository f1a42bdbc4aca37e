"""Which date and which place of a sentence is an act's: what is seen of a phrase, the scorer, and what is made of its answers."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from dragoman import dates, edtf, places
from dragoman.coding.adjuncts import KINDS, rows_of, shares_of
from dragoman.config import Settings
from dragoman.models import load_model
from dragoman.pipeline import code_article
from dragoman.records import Event
from dragoman.reference import load_reference
from dragoman.runner import load_tools
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import article

PAGE = edtf.day(dt.date(2018, 8, 16), basis="page")


def span(text: str, phrase: str) -> tuple[int, int]:
    start = text.index(phrase)
    return start, start + len(phrase)


def test_what_is_seen_of_a_phrase_changes_with_the_words_between() -> None:
    text = "The envoys met in Oslo on Monday, and the rebels who seized Bergen in March left."
    phrases = [span(text, "Monday"), span(text, "March")]
    met, seized = (rows_of(text, (0, len(text)), span(text, word), phrases) for word in ("met", "seized"))
    assert met.shape == seized.shape == (2, met.shape[1])
    assert not np.array_equal(met, seized)
    assert (rows_of(text, (0, len(text)), span(text, "met"), phrases[:1])[0] != met[0]).any()  # the only date there


def test_hostile_text_between_is_not_read_on() -> None:
    text = "met " + "and to go, " * 50_000 + "Monday"
    assert np.isfinite(rows_of(text, (0, len(text)), (0, 3), [span(text, "Monday")])).all()


def test_a_share_is_that_of_two_layers() -> None:
    weights = {
        "date.mean": np.array([1.0, 0.0], np.float32), "date.scale": np.array([2.0, 1.0], np.float32),
        "date.0.weight": np.array([[1.0, -1.0], [0.0, 0.0]], np.float32), "date.0.bias": np.zeros(2, np.float32),
        "date.1.weight": np.array([1.0, 5.0], np.float32), "date.1.bias": np.array(-2.0, np.float32),
    }  # fmt: skip
    vectors, rows = np.array([[2.0], [1.0], [0.0]], np.float32), np.zeros((3, 1), np.float32)
    # The hidden layer gives (2, 0), (0, 0) and (0, 2): scores 0, -2 and 8.
    assert shares_of("date", vectors, rows, weights) == pytest.approx([0.5, 1 / (1 + np.exp(2)), 1 / (1 + np.exp(-8))])


def test_the_model_gives_each_act_its_own_date_and_place() -> None:
    model = load_model()
    assert model is not None
    text = "Norway's foreign minister met the Peruvian envoy in Oslo on Monday. Rebels shelled Lima in March."
    spans = tuple(sentences(text))
    acts = {text[act.start : act.end]: act.start for act in model.told(text, spans)}
    for kind, phrases in zip(KINDS, (("Monday", "March"), ("Oslo", "Lima")), strict=True):
        found = model.adjuncts(kind, text, spans, [span(text, phrase) for phrase in phrases])
        assert set(found) <= set(acts.values())
        assert list(found[acts["met"]]) == [span(text, phrases[0])]  # of its own sentence alone
        assert found[acts["met"]][span(text, phrases[0])] > 0.5
        assert found[acts["shelled"]][span(text, phrases[1])] > 0.5
    assert model.adjuncts("date", text, spans, []) == {}


def test_the_likeliest_date_goes_before_rules_and_an_unlikely_one_is_none() -> None:
    text = "The envoys met on Monday after rebels had seized the port on Sunday."
    page, runs = article(text, published=PAGE), sentences(text)
    times = dates.find_times(page, runs, load_tagger())
    monday, sunday = span(text, "Monday"), span(text, "Sunday")
    where = span(text, "met")
    assert dates.when_of(page, runs, times, *where).phrase == "Monday"
    turned = dates.when_of(page, runs, times, *where, {monday: 0.1, sunday: 0.9})
    assert turned.phrase == "Sunday"
    assert "model" in turned.why[-1].detail
    neither = dates.when_of(page, runs, times, *where, {monday: 0.1, sunday: 0.1})
    assert (neither.edtf, neither.basis) == ("2018-08-16", "publication")
    assert dates.when_of(page, runs, times, *where, {sunday: 0.1}).phrase == "Monday"  # not asked of: left to the rules


def test_the_preposition_still_bounds_a_date_that_the_model_chose() -> None:
    text = "The army must leave the valley by Friday."
    page, runs = article(text, published=PAGE), sentences(text)
    times = dates.find_times(page, runs, load_tagger())
    found = dates.when_of(page, runs, times, *span(text, "leave"), {span(text, "Friday"): 0.9})
    assert found.edtf == "2018-08-16/2018-08-17"


def test_a_name_where_nothing_is_put_is_a_place_for_the_model_alone() -> None:
    text = "Soldiers patrolled Nairobi, and the talks in Oslo went on."
    page, runs = article(text), sentences(text)
    named = places.name_places(page, (), load_reference())
    assert [text[one.start : one.end] for one in named] == ["Nairobi", "Oslo"]
    assert [places.only_named(one) for one in named] == [True, False]
    assert places.find_places(page, runs, (), load_reference()) == named[1:]
    nairobi, oslo = span(text, "Nairobi"), span(text, "Oslo")
    where = span(text, "patrolled")
    asked = places.place_of(page, runs, named, *where, {nairobi: 0.9, oslo: 0.01})
    assert asked is not None
    assert asked.place.country == "KEN"
    assert "model" in asked.why[-1].detail
    assert places.place_of(page, runs, named, *where, {nairobi: 0.01, oslo: 0.01}) is None
    alone = places.place_of(page, runs, named, *where)
    assert alone is not None
    assert alone.place.country == "NOR"  # no model was asked: the only place that the sentence puts anything in


def coded(text: str) -> dict[str, Event]:
    """The events of a page by the words that name them."""
    found = code_article(article(text, published=PAGE), load_tools(), Settings())
    named = {place.id for place in found.places}
    assert all(event.place is None or event.place.id in named for event in found.events)
    return {s.text: event for event in found.events for f in event.sources if f.field == "trigger" for s in f.sources}


def test_an_article_gives_dates_and_places_to_their_own_acts() -> None:
    found = coded(
        "The president of Chile met Peru's president in Lima on Monday. Police arrested Brazil's envoy on Tuesday."
    )
    met = next(event for words, event in found.items() if "met" in words)
    assert met.when.edtf == "2018-08-13"
    assert met.place is not None
    assert met.place.country == "PER"
    arrested = next(event for words, event in found.items() if "arrested" in words)
    assert arrested.when.edtf == "2018-08-14"
    assert arrested.place is None
