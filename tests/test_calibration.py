"""The calibration error by hand, the match of events, and the picture."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.evaluate import evaluate_rows
from evals import calibration
from evals.calibration import Panel, bins, ece, matched, picture
from evals.intervals import Estimate, bootstrap, share

ANSWERS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=60)


def test_the_error_is_weighed_by_what_a_bin_holds() -> None:
    answers = [(0.9, True)] * 9 + [(0.9, False)] + [(0.5, True)] * 10
    assert ece(answers) == pytest.approx((10 * 0.0 + 10 * 0.5) / 20)
    assert ece([]) is None


@settings(deadline=None)
@given(ANSWERS)
def test_bins_hold_every_answer_once(answers: list[tuple[float, bool]]) -> None:
    held = bins(answers)
    assert sum(each.count for each in held) == len(answers)
    assert all(each.low - 1e-9 <= each.confidence <= each.high + 1e-9 for each in held)
    error = ece(answers)
    assert error is not None
    assert 0 <= error <= 1


def test_one_expected_event_is_matched_once() -> None:
    made = [
        {"type": "ACCUSE", "actors": ["IRN"], "recipients": ["IRQ"], "status": "planned", "confidence": 0.9},
        {"type": "ACCUSE", "actors": ["IRN"], "recipients": ["IRQ"], "status": "occurred", "confidence": 0.6},
        {"type": "AID", "actors": ["IRN"], "recipients": [], "status": "occurred", "confidence": 0.3},
    ]
    expected = [{"type": "ACCUSE", "actors": ["IRN"], "recipients": ["IRQ"], "status": "occurred"}]
    assert matched(expected, made) == [(0.9, False), (0.6, True), (0.3, False)]
    assert matched([{"type": "AID"}], made)[2] == (0.3, True)


def test_events_are_right_where_evaluate_counts_them() -> None:
    text = "Norway condemned Myanmar on Monday. Iraq bombed Iranian villages. Peru praised Chile."
    expect = {
        "events": [
            {"type": "ACCUSE", "actors": ["NOR"], "recipients": ["MMR"]},
            {"type": "ASSAULT", "actors": ["IRQ"], "recipients": ["IRN"]},
        ]
    }
    rows = [{"id": "1", "text": text, "published": None, "expect": expect}]
    answers = [answer for unit in calibration.event_answers(rows) for answer in unit]
    scores, _ = evaluate_rows("events", rows)
    assert sum(right for _, right in answers) / len(answers) == pytest.approx(scores.metrics["precision"].value)


def test_given_pairs_take_the_probability_of_their_type() -> None:
    row = {
        "id": "1",
        "text": "Iran condemned Iraq.",
        "actor": [0, 4],
        "recipient": [15, 19],
        "expect": {"type": "ACCUSE"},
    }
    ((answer,),) = calibration.pair_answers([row])
    assert 0 < answer[0] <= 1
    assert answer[1] is True


@settings(deadline=None)
@given(ANSWERS)
def test_the_picture_is_drawn_to_scale(answers: list[tuple[float, bool]]) -> None:
    error = Estimate(value=0.1, low=0.05, high=0.2)
    drawn = ElementTree.fromstring(picture([Panel(title="a < b", answers=tuple(answers), error=error)] * 2))
    bars = [rect for rect in drawn.iter("{http://www.w3.org/2000/svg}rect") if rect.get("class") == "b"]
    assert len(bars) == 2 * len(bins(answers))
    tall = [float(bar.get("height", "0")) for bar in bars[: len(bars) // 2]]
    assert tall == [pytest.approx(240 * each.right, abs=0.06) for each in bins(answers)]
    told = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text") if text.get("class") == "n"]
    assert told[: len(told) // 2] == [str(each.count) for each in bins(answers)]


def test_the_command_writes_what_it_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    svg, figures = tmp_path / "r.svg", tmp_path / "r.json"
    code = calibration.main(["--splits", "dev", "--sample", "3", "--svg", str(svg), "--json", str(figures)])
    assert code == 0
    told = capsys.readouterr().out
    assert "Events end to end, corpus dev" in told
    assert svg.exists() == ("calibration error" in told)


def test_intervals_draw_whole_sentences() -> None:
    together = share([[True] * 10, [False] * 10])
    apart = share([[True], [False]] * 10)
    assert together is not None
    assert apart is not None
    assert together.value == apart.value == 0.5
    assert together.high - together.low > apart.high - apart.low
    assert share([]) is None
    assert bootstrap([1, 2, 3], lambda sample: None) is None
