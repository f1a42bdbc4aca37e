"""Transcripts: what is a turn, whose it is, and what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.records import Participant
from dragoman.speaking.turns import find_turns, turn_labels
from dragoman.statements import find_statements
from dragoman.text import sentences
from evals.statements import bare_article

BRIEFING = (
    "QUESTION: Has the envoy left? MR. HALE: He has. He flew on Monday. QUESTION: And the talks? MR. HALE: They go on."
)


def test_turns_of_a_briefing() -> None:
    turns = find_turns(BRIEFING)
    assert [(BRIEFING[slice(*t.label)], BRIEFING[slice(*t.words)], t.asks) for t in turns] == [
        ("QUESTION", "Has the envoy left?", True),
        ("MR. HALE", "He has. He flew on Monday.", False),
        ("QUESTION", "And the talks?", True),
        ("MR. HALE", "They go on.", False),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Rain: a guide. Bring a coat.",
        "PARIS: The talks ended. Geneva: no date was set.",
        "The vote was 5:3. At 10:15 the hall was empty.",
        "Premier: we will not yield. More rain expected.",
    ],
)
def test_prose_has_no_turns(text: str) -> None:
    assert find_turns(text) == ()


@given(st.text(alphabet="AQb: .?\n", max_size=60))
def test_turns_never_overlap(text: str) -> None:
    end = 0
    for turn in find_turns(text):
        assert end <= turn.label[0] < turn.label[1] < turn.words[0] < turn.words[1] <= len(text)
        end = turn.words[1]


def test_labels_are_small_and_single() -> None:
    assert all(label == label.lower().strip() for label in turn_labels())
    assert set(turn_labels().values()) == {"asks", "nobody"}


def test_answers_are_quotations_of_who_is_labelled() -> None:
    hale = Participant(
        id="ac_hale",
        name="Robert Hale",
        country="USA",
        sector="GOV",
        office=None,
        text="MR. HALE",
        start=30,
        end=38,
        kind="person",
    )
    assert BRIEFING[30:38] == "MR. HALE"
    made = find_statements(bare_article(BRIEFING), tuple(sentences(BRIEFING)), (hale,), ())
    said = [(s.content[0].text, s.form, s.speaker.id if s.speaker else None) for s in made if s.form == "quote"]
    assert said == [("He has. He flew on Monday.", "quote", "ac_hale"), ("They go on.", "quote", "ac_hale")]


def test_a_bare_letter_names_nobody() -> None:
    text = "Q: Is the road open? A: We opened it in May and it stays open."
    assert [turn.role for turn in find_turns(text)] == ["asks", "nobody"]
    assert find_statements(bare_article(text), tuple(sentences(text)), (), ()) == ()


def test_a_label_that_always_asks_asks_where_another_answers() -> None:
    text = "Nile Post: The dam is full. Is it safe? HALE: It is. MENA: Will it rain? HALE: It may. Q: And later? A: We wait."
    assert [turn.role for turn in find_turns(text)] == ["asks", "answers", "asks", "answers", "asks", "nobody"]
    made = find_statements(bare_article(text), tuple(sentences(text)), (), ())
    assert {s.speaker.text for s in made if s.speaker} == {"HALE"}
    assert "We wait." in {s.content[0].text for s in made}
    assert all(turn.role == "answers" for turn in find_turns("ADA: Is it? ADA: Was it? ADA: Will it be?"))
