"""Plain news sentences: who takes part is found by the rules alone, without a model. The sentences are in `evals/cases/plain.tsv`."""

from __future__ import annotations

import pytest

from dragoman import actors, mentions
from dragoman.evaluate import _article
from dragoman.naming.learned import joined_states, no_party
from dragoman.records import Participant
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from evals.plain import Case, cause, load, misread

LEFT_TO_THE_MODEL = 39
"""Sentences in which a party is found by the model's reading alone; none may be added."""


def parties(text: str, published: str = "2018-05-04") -> tuple[Participant, ...]:
    article = _article({"id": text, "text": text, "published": published})
    spans = tuple(sentences(text))
    reference = load_reference()
    found = mentions.find_mentions(article, spans, reference, load_tagger())
    return actors.resolve_actors(article, found, reference).participants


def test_the_parties_of_plain_sentences_are_found_with_their_countries() -> None:
    wrong = {case.text: misread(case, parties(case.text, case.published)) for case in load()}
    left = {text: why for text, why in wrong.items() if why}
    assert len(left) <= LEFT_TO_THE_MODEL, left


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("New Mexico police left.", {("New Mexico police", "USA", "COP")}),
        ("They flew to the South Pole.", {("the South Pole", None, None)}),
        ("Georgia Governor Ana Ruiz left.", {("Georgia Governor Ana Ruiz", "USA", "GOV")}),
        ("Georgia left.", {("Georgia", "GEO", None)}),
        ("They met in Lebanon, Pennsylvania.", {("Lebanon", "USA", None)}),
        ("Peru arrested two Germans.", {("Peru", "PER", None), ("two Germans", "DEU", "CVL")}),
        ("Peru arrested a Malaysian.", {("Peru", "PER", None), ("a Malaysian", "MYS", "CVL")}),
        ("Iraq frees 30 Kuwaitis.", {("Iraq", "IRQ", None), ("30 Kuwaitis", "KWT", "CVL")}),
        ("The two Koreas left.", {("The two Koreas", "PRK", None), ("The two Koreas", "KOR", None)}),
        ("The pope left.", {("The pope", "VAT", "REL")}),
        ("In 1979 Zaire left.", {("Zaire", "COD", None)}),
        (
            "Peru accused Chile of arming rebels.",
            {("Peru", "PER", None), ("Chile", "CHL", None), ("rebels", "CHL", "REB")},
        ),
    ],
)
def test_names_numbers_and_verbs_beside_a_party(text: str, told: set[tuple[str, str | None, str | None]]) -> None:
    assert {(p.text, p.country, p.sector) for p in parties(text)} == told


def test_a_neighbour_is_of_no_state_that_the_words_tell() -> None:
    assert [p.country for p in parties("Thailand accused its neighbour.") if "neighbour" in p.text] == [None]


def test_two_states_that_a_hyphen_joins_are_two_and_a_sea_is_none() -> None:
    reference = load_reference()
    assert joined_states("China-Russia", reference) == ["CHN", "RUS"]
    assert joined_states("Guinea-Bissau", reference) == []
    assert joined_states("Bosnia-Herzegovina", reference) == []
    assert no_party("Drills in the Pacific.", 10, 21, reference)
    assert no_party("They spoke of security.", 14, 22, reference)
    assert not no_party("They spoke of Peru.", 14, 18, reference)


def test_what_is_wrong_with_a_sentence_is_told() -> None:
    case = Case(
        set="first",
        published="2018-05-04",
        text="Peru left Chile.",
        events=(("RETREAT", frozenset({"PER"}), frozenset({"CHL"}), "occurred"),),
        parties=frozenset({("PER", "MIL"), ("CHL", "")}),
        also=frozenset(),
    )
    assert misread(case, parties("Peru left.")) == ["lacks CHL", "lacks PER:MIL"]
    assert cause(case, ()) == "no event"
