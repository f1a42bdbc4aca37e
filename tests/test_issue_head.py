"""The learned head of issues: its features, a head fitted and loaded again, the trainer's arithmetic, and the lists beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.coding.heads import WIDTH
from dragoman.errors import ModelError
from dragoman.speaking.issue_head import FILE, IssueHead, around, issue_vectors, issue_words
from dragoman.speaking.stance import load_stance_head
from dragoman.statements import IssueGuess, StanceGuess, find_statements
from dragoman.text import sentences
from evals.statements import bare_article
from train.issues import KEYS, Example, calibrated, fit, listed_guess, micro_f1, own_arrays, thresholds, wanted
from train.linear import Table, write

Span = tuple[int, int]


@dataclass
class Window:
    start: int
    end: int


@dataclass
class Pieces:
    offsets: list[Span]


@dataclass
class Part:
    window: Window
    pieces: Pieces
    hidden: np.ndarray


class Letters:
    """A model whose vector of a character is one place of the alphabet."""

    name = "letters@1"

    def __init__(self) -> None:
        self.card: dict[str, object] = {"sha256": {}}
        self.encoder = "a" * 64

    def read(self, text: str, sentences: list[Span]) -> list[Part]:
        hidden = np.zeros((len(text), WIDTH), np.float32)
        for i, letter in enumerate(text):
            hidden[i, ord(letter) % 32] = 1
        return [Part(Window(0, len(text)), Pieces([(i, i + 1) for i in range(len(text))]), hidden)]


TEXT = "Chad said the truce held. Libya wanted oil."


def example(said: str, *issues: str) -> Example:
    text = f"Chad said {said}."
    spans = sentences(text)
    words, listed = issue_words(text, spans, [(10, 10 + len(said))], (5, 9))
    dense = issue_vectors(Letters(), text, spans, [(10, 10 + len(said))], (5, 9))  # type: ignore[arg-type]
    return Example(dense, frozenset(words), frozenset(listed), frozenset(issues))


ROWS = [
    *(example(f"the truce held {n}", "ceasefire") for n in ("again", "today", "well", "there", "here")),
    *(example(f"oil was dear {n}", "energy") for n in ("again", "today", "well", "there", "here")),
    *(example(f"nobody came {n}") for n in ("again", "today", "well", "there", "here")),
]


def test_vectors_are_means_over_said_cue_sentence_and_paragraph() -> None:
    vectors = issue_vectors(Letters(), TEXT, sentences(TEXT), [(10, 24)], (5, 9)).reshape(4, WIDTH)  # type: ignore[arg-type]
    assert vectors[1, ord("a") % 32] == pytest.approx(0.25)
    assert vectors.sum(1) == pytest.approx(np.ones(4))


def test_listed_issues_say_how_near_they_are() -> None:
    _, listed = issue_words(TEXT, sentences(TEXT), [(10, 24)], (5, 9))
    assert {name for name in listed if "energy" in name} == {"paragraph energy"}
    assert TEXT[slice(*listed["said ceasefire"])] == "truce"


@given(st.text(alphabet="ab. \n", max_size=40), st.integers(0, 39), st.integers(1, 5))
def test_a_sentence_lies_in_its_paragraph(text: str, at: int, size: int) -> None:
    cue = (min(at, len(text)), min(at + size, len(text)))
    sentence, paragraph = around(text, sentences(text), cue)
    assert 0 <= paragraph[0] <= sentence[0] <= sentence[1] <= paragraph[1] <= len(text)


def test_the_sparse_table_multiplies_as_a_full_one() -> None:
    index = {"truce": 0, "oil": 1, "the": 2, "again": 3}
    table = Table(ROWS, index, np.array([1.0, 2.0, 3.0, 4.0], np.float32))
    full = np.zeros((len(ROWS), 4), np.float32)
    full[table.rows, table.columns] = table.values
    weights = np.arange(8, dtype=np.float32).reshape(4, 2)
    assert table.times(weights) == pytest.approx(full @ weights)
    values = np.arange(2 * len(ROWS), dtype=np.float32).reshape(-1, 2)
    assert table.turned(values) == pytest.approx(full.T @ values)


def test_a_fitted_head_reads_as_the_trainer_does(tmp_path: Path) -> None:
    made = fit(ROWS, (1.0, 0.1, 0.1))
    y = wanted(ROWS)
    logits = made.logits(ROWS)
    line = calibrated(logits, y)
    odds = 1 / (1 + np.exp(-(line[0] * logits + line[1])))
    assert micro_f1(y, odds >= 0.5) == 1.0
    write(tmp_path / FILE, "a" * 64, made, **own_arrays(made, line, np.full(len(KEYS), 0.5, np.float32)))
    head = IssueHead(Letters(), tmp_path / FILE)  # type: ignore[arg-type]
    text = "Chad said the truce held again."
    (guess,) = head.read(text, sentences(text), [(10, 30)], (5, 9))
    assert (guess.key, guess.by) == ("ceasefire", "issues of letters@1")
    assert guess.span is not None
    assert text[slice(*guess.span)] == "truce"
    assert guess.score == pytest.approx(float(odds[0, KEYS.index("ceasefire")]), abs=0.02)
    assert head.labels == KEYS


def test_a_head_of_another_encoder_is_refused(tmp_path: Path) -> None:
    made = fit(ROWS, (1.0, 0.1, 0.1), steps=2)
    own = own_arrays(made, np.array([1.0, 0.0], np.float32), np.full(len(KEYS), 0.5, np.float32))
    write(tmp_path / FILE, "b" * 64, made, **own)
    with pytest.raises(ModelError):
        IssueHead(Letters(), tmp_path / FILE)  # type: ignore[arg-type]


def test_calibration_finds_the_line_that_made_the_answers() -> None:
    draw = np.random.default_rng(1)
    logits = draw.normal(size=(4000, 1)).astype(np.float32) * 2
    y = (draw.random((4000, 1)) < 1 / (1 + np.exp(-(0.5 * logits - 1)))).astype(np.float32)
    assert calibrated(logits, y) == pytest.approx([0.5, -1], abs=0.12)


def test_thresholds_move_only_where_marks_bear_it_out() -> None:
    y = np.zeros((20, 2), np.float32)
    y[:10, 0] = y[0, 1] = 1
    odds = np.where(y > 0, 0.5, 0.3).astype(np.float32)
    odds[10:, 0] = 0.46
    found = thresholds(odds, y)
    assert micro_f1(y, odds >= found) == 1.0
    assert found.dtype == np.float32


def test_the_lists_answer_from_the_nearest_place() -> None:
    rows = [Example(np.zeros(1), frozenset(), frozenset({"paragraph energy", "said trade"}), frozenset())]
    assert [KEYS[i] for i in np.flatnonzero(listed_guess(rows)[0])] == ["trade"]


class Topics:
    """A reader of one issue with two labels."""

    labels = ("trade", "ceasefire")

    def read(self, text: str, sentences: object, content: object, cue: Span) -> tuple[IssueGuess, ...]:
        return (IssueGuess("trade", 0.8, None, "topics"),)


class Reader:
    issues = Topics()
    targets = None

    def read(self, *_: object) -> StanceGuess:
        return StanceGuess("neutral", 0.6, (), "always")


def test_the_lists_go_on_for_issues_that_the_head_does_not_know() -> None:
    text = "Chad said that the truce would hold if the oil talks went on."
    (made,) = find_statements(bare_article(text), tuple(sentences(text)), (), (), Reader())
    assert made.issues == ("trade", "energy")
    details = {reason.by: (reason.detail, reason.score) for reason in made.why}
    assert details["topics"] == ("trade: by the sense of the whole", 0.8)
    assert details["issue"] == ("energy: “oil”", None)


@pytest.mark.skipif(
    (found := load_stance_head()) is None or found.issues is None, reason="no head of issues for the installed encoder"
)
@pytest.mark.parametrize(
    ("text", "issue"),
    [
        ("Norway said new tariffs on its fish would hurt trade.", "trade"),
        ("Egypt's army said the truce had been broken twice.", "ceasefire"),
    ],
)
def test_plain_cases(text: str, issue: str) -> None:
    made = find_statements(bare_article(text), tuple(sentences(text)), (), (), load_stance_head())[0]
    assert issue in made.issues
