"""Scores on cases small enough to be worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman import cluster, evaluate, gazetteer, runner
from dragoman.errors import GoldError, UsageError
from dragoman.evaluate import evaluate_rows


def values(task: str, rows: list[dict[str, Any]]) -> dict[str, float]:
    scores, predictions = evaluate_rows(task, rows)
    assert [made["id"] for made in predictions] == [row["id"] for row in rows]
    assert all(set(made) == {"id", "predicted", "confidence"} for made in predictions)
    json.dumps(predictions)
    return {name: metric.value for name, metric in scores.metrics.items()}


# --- relations -----------------------------------------------------------------------------------------------------------------


def test_macro_f1_by_hand() -> None:
    pairs = [("A", "A"), ("A", "B"), ("B", "B"), ("C", "A")]
    # A: 1 hit, 2 guessed, 2 true: 1/2. B: 1 hit, 2 guessed, 1 true: 2/3. C: never guessed: 0.
    assert evaluate._macro_f1(pairs, ["A", "B", "C"]) == pytest.approx((1 / 2 + 2 / 3 + 0) / 3)
    assert evaluate._macro_f1([], []) is None


def pair(name: str, kind: str, **more: object) -> dict[str, Any]:
    text = "Norway thanked Peru."
    return {"id": name, "text": text, "actor": [0, 6], "recipient": [15, 19], "expect": {"type": kind, **more}}


def guesses(monkeypatch: pytest.MonkeyPatch, *types: dict[str, float]) -> None:
    def classify(pairs: Sequence[object], *, older: bool = False) -> list[dict[str, float]]:
        assert len(pairs) == len(types)
        return [dict(each) for each in types]

    monkeypatch.setattr(runner, "classify_pairs", classify)


def test_relations_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses(
        monkeypatch,
        {"AGREE": 0.9, "ASSAULT": 0.1},
        {"AGREE": 0.9, "ASSAULT": 0.1},
        {"AGREE": 0.2, "ASSAULT": 0.5, "SUPPORT": 0.3},
    )
    rows = [pair("a", "AGREE"), pair("b", "ASSAULT"), pair("c", "ASSAULT")]
    found = values("relations", rows)
    assert found["type_accuracy"] == pytest.approx(2 / 3)
    # AGREE: 1 hit, 2 guessed, 1 true: 2/3. ASSAULT: 1 hit, 1 guessed, 2 true: 2/3.
    assert found["type_macro_f1"] == pytest.approx(2 / 3)
    # AGREE is quad 1, ASSAULT quad 4: the same table again, and so for cooperation and conflict.
    assert found["quad_macro_f1"] == pytest.approx(2 / 3)
    assert found["binary_macro_f1"] == pytest.approx(2 / 3)
    # Two at 0.9 with one right, |1.8 - 1|; one at 0.5, right, |0.5 - 1|; over three.
    assert found["ece"] == pytest.approx((0.8 + 0.5) / 3)


def test_near_misses_count_in_the_quads(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses(monkeypatch, {"SUPPORT": 1.0}, {"COERCE": 1.0})
    found = values("relations", [pair("a", "AGREE"), pair("b", "ASSAULT")])
    assert found["type_accuracy"] == 0
    assert found["quad_macro_f1"] == 1
    assert found["binary_macro_f1"] == 1


def test_yield_stands_for_concede_and_retreat(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses(
        monkeypatch,
        {"CONCEDE": 0.3, "RETREAT": 0.2, "AGREE": 0.4, "NONE": 0.1},
        {"CONCEDE": 0.1, "RETREAT": 0.1, "AGREE": 0.6, "NONE": 0.2},
    )
    rows = [pair("a", "YIELD", quad=2), pair("b", "AGREE", quad=1)]
    scores, predictions = evaluate_rows("relations", rows)
    assert scores.metrics["type_accuracy"].value == 1
    assert scores.metrics["quad_macro_f1"].value == 1
    merged = predictions[0]["predicted"]["types"]
    assert merged == pytest.approx({"YIELD": 0.5 / 0.9, "AGREE": 0.4 / 0.9, "NONE": 0.0})
    assert predictions[0]["predicted"]["type"] == "YIELD"


def test_concede_is_a_type_of_its_own_where_the_gold_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    guesses(monkeypatch, {"CONCEDE": 0.6, "NONE": 0.4}, {"NONE": 0.9, "AGREE": 0.1})
    scores, predictions = evaluate_rows("relations", [pair("a", "CONCEDE"), pair("b", "NONE")])
    assert scores.metrics["type_accuracy"].value == 1
    assert predictions[1]["predicted"]["types"]["NONE"] == 0.9


# --- events, statements, stories ------------------------------------------------------------------------------------------------


def event(kind: str, actors: str, recipients: str, status: str = "occurred") -> SimpleNamespace:
    parties = [[SimpleNamespace(country=code) for code in names.split()] for names in (actors, recipients)]
    when = SimpleNamespace(start=None, end=None)
    return SimpleNamespace(
        type=kind, actors=parties[0], recipients=parties[1], status=status, when=when, place=None, confidence=0.8
    )


def test_events_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    found = {
        "a": [event("CONSULT", "RUS CHN", "", "planned"), event("CONSULT", "CHN RUS", ""), event("AID", "FRA", "MLI")],
        "b": [],
    }
    monkeypatch.setattr(evaluate, "_coding", lambda row: SimpleNamespace(events=found[row["id"]]))
    monkeypatch.setattr(evaluate, "event_row", lambda e: {
        "type": e.type, "actors": evaluate._codes(e.actors), "recipients": evaluate._codes(e.recipients),
        "status": e.status, "confidence": e.confidence,
    })  # fmt: skip
    gold = [
        {"type": "CONSULT", "actors": ["CHN", "RUS"], "recipients": [], "status": "occurred"},
        {"type": "AID", "actors": ["FRA"], "status": "planned"},  # recipients are not asked for
        {"type": "AID", "actors": ["USA"], "recipients": ["MLI"]},
    ]
    rows = [
        {"id": "a", "text": "x", "expect": {"events": gold}},
        {"id": "b", "text": "x", "expect": {"events": gold[:1]}},
    ]
    scores = values("events", rows)
    # Three predicted, four true, two match; of the two CONSULTs the one with the right status is taken.
    assert scores["precision"] == pytest.approx(2 / 3)
    assert scores["recall"] == pytest.approx(2 / 4)
    assert scores["f1"] == pytest.approx(2 * 2 / (3 + 4))
    assert scores["status_accuracy"] == pytest.approx(1 / 2)


def test_statements_by_hand() -> None:
    gold: list[dict[str, Any]] = [
        {"speaker": [0, 5], "content": [[10, 20]], "form": "quote"},
        {"speaker": [30, 35], "content": [[40, 50], [60, 70]], "form": "mixed"},
        {"content": [[80, 90]]},
    ]
    found: list[dict[str, Any]] = [
        {"speaker": [0, 5], "content": [[10, 15]]},  # half of it: 5 of 10
        {"speaker": [36, 39], "content": [[40, 50], [60, 75]]},  # 20 of 25, another speaker
        {"speaker": None, "content": [[95, 99]]},
    ]
    tally = evaluate._statements_tally(gold, found)
    assert tally["hits"] == pytest.approx(0.5 + 0.8)
    measured = evaluate._statements_measure([tally])
    assert measured["content_f1"] == pytest.approx(2 * 1.3 / 6)
    assert measured["speaker_accuracy"] == pytest.approx(1 / 2)


def test_one_statement_matches_once() -> None:
    gold: list[dict[str, Any]] = [{"content": [[0, 10]]}]
    found: list[dict[str, Any]] = [{"speaker": None, "content": [[0, 8]]}, {"speaker": None, "content": [[0, 10]]}]
    tally = evaluate._statements_tally(gold, found)
    assert tally["hits"] == 1.0  # the better one


def test_bcubed_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    def stories(articles: Sequence[Any], _events: object) -> list[SimpleNamespace]:
        a, b, c = (article.id for article in articles)
        return [SimpleNamespace(article_ids=(a,)), SimpleNamespace(article_ids=(b, c))]

    monkeypatch.setattr(cluster, "find_stories", stories)
    articles = [{"id": name, "text": f"Text {name}."} for name in "abc"]
    row = {"id": "s", "articles": articles, "expect": {"stories": [["a", "b"], ["c"]]}}
    # Precision: a 1, b 1/2, c 1/2. Recall: a 1/2, b 1/2, c 1. Both 2/3.
    assert values("stories", [row])["bcubed_f1"] == pytest.approx(2 / 3)


# --- reading, places, dates ---------------------------------------------------------------------------------------------------------


def test_reading_by_hand() -> None:
    expect = {
        "text": "one two three four five",
        "title": "A  Title",
        "published": "2011-05-04T10:00",
        "authors": ["B", "a"],
    }
    found = {
        "text": "One two three four five six",
        "title": "a title",
        "published": "2011-05-04",
        "authors": ["A", "b"],
    }
    tally = evaluate._reading_tally(expect, {**found, "outlet": "X"})
    # Two runs of four words in the gold, three in the text, two shared.
    assert tally["body"] == pytest.approx(2 * 2 / 5)
    assert (tally["title"], tally["published"], tally["authors"]) == (1, 1, 1)
    assert "outlet" not in tally  # not asked for
    nothing: dict[str, Any] = {"text": "", "title": None, "published": None, "authors": [], "outlet": None}
    none = evaluate._reading_tally({"published": None, "title": None, "authors": []}, nothing)
    assert (none["published"], none["title"], none["authors"]) == (1, 1, 1)


def test_distances() -> None:
    london, paris = (51.507, -0.128), (48.857, 2.352)
    assert gazetteer.distance_km(london, paris) == pytest.approx(344, abs=1)
    assert gazetteer.distance_km(paris, paris) == 0
    assert gazetteer.distance_km((0, 0), (0, 180)) == pytest.approx(6371 * 3.14159265, rel=1e-6)


def test_dates_by_hand() -> None:
    text = "They met on May 4, 2011 and in June 2012."
    rows = [
        {"id": "a", "text": text, "span": [12, 23], "expect": {"start": "2011-05-04", "end": "2011-05-05"}},
        {"id": "b", "text": text, "span": [31, 40], "expect": {"start": "2012-06-01", "end": "2012-07-01"}},
        {"id": "c", "text": text, "span": [31, 40], "expect": {"start": "2012-06-02"}},
        {"id": "d", "text": text, "span": [31, 40], "expect": {"end": "2012-07-01"}},
    ]
    assert values("dates", rows) == {"exact": 3 / 4}


# --- intervals and gold files ----------------------------------------------------------------------------------------------------------


def ratio(outcomes: Sequence[bool]) -> evaluate.Metric:
    tallies = [{"right": float(each), "all": 1.0} for each in outcomes]
    return evaluate._intervals(tallies, evaluate._ratios(exact=("right", "all")))["exact"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.booleans(), min_size=1, max_size=40))
def test_an_interval_holds_its_value(outcomes: list[bool]) -> None:
    metric = ratio(outcomes)
    assert 0 <= metric.low <= metric.value <= metric.high <= 1
    assert metric == ratio(outcomes)  # the same on every run


def test_intervals_are_as_wide_as_chance_makes_them() -> None:
    metric = ratio([True, False] * 50)
    # The normal interval of 50 in 100 is 0.402 to 0.598.
    assert metric.low == pytest.approx(0.402, abs=0.03)
    assert metric.high == pytest.approx(0.598, abs=0.03)
    assert ratio([True] * 9) == evaluate.Metric(value=1, low=1, high=1)


def test_what_gold_does_not_ask_for_is_not_scored() -> None:
    row = {"id": "a", "text": "the French Defence Ministry", "expect": {"country": "FRA"}}
    assert set(values("actors", [row])) == {"country_accuracy"}
    assert values("actors", [{**row, "expect": {"country": {"any_of": ["FRA", "EUR"]}}}]) == {"country_accuracy": 1.0}


def test_a_phrase_that_tells_no_country_is_of_the_one_state_that_its_context_names() -> None:
    row = {"id": "a", "text": "the interior ministry", "expect": {"country": "KEN"}}
    told = ("Kenya", "Kenya and Somalia", None)
    assert [values("actors", [{**row, "context": each}])["country_accuracy"] for each in told] == [1.0, 0.0, 0.0]


@pytest.mark.parametrize("task", sorted(evaluate.TASKS))
def test_a_row_that_lacks_something_is_named(task: str) -> None:
    with pytest.raises(GoldError, match="row 1 has no"):
        evaluate_rows(task, [{"id": "a"}])
    with pytest.raises(GoldError, match="no row"):
        evaluate_rows(task, [])


def test_unknown_tasks_and_unwritable_predictions(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no task"):
        evaluate_rows("cats", [])
    gold = tmp_path / "g.jsonl"
    gold.write_text('{"id": "a", "text": "in 2011", "span": [3, 7], "expect": {"start": "2011-01-01"}}\n')
    with pytest.raises(UsageError, match="cannot write"):
        evaluate.evaluate_file("dates", gold, predictions=tmp_path / "none" / "out.jsonl")
