"""Who is a party of an act, from the phrases that the model tags: speakers and own bodies are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from dragoman.coding.coder import (
    _both_before,
    _doubted,
    _without_offices,
    _without_pronouns,
    _without_speakers,
    _without_states,
    placed_indices,
)
from dragoman.coding.pieces import Pieces, Read, Window, cleaned_runs
from dragoman.models import Act, Part
from dragoman.records import Participant
from dragoman.text import ByPlace


def act_in(text: str, trigger: str, *parts: tuple[str, int]) -> Act:
    """An act whose tagged phrases are given, with nothing else known of it."""
    vectors = np.zeros((0, 4), dtype=np.float32)
    read = Read(Window(0, len(text)), text, Pieces([], [], []), vectors, vectors, ((0, len(text)),))
    tagged = tuple(Part(text.index(said), text.index(said) + len(said), role, 0.9) for said, role in parts)
    at = text.index(trigger)
    return Act(at, at + len(trigger), {"CONSULT": 0.9, "NONE": 0.1}, {}, None, (), tagged, read, vectors)


def party(text: str, said: str, kind: str) -> Participant:
    start = text.index(said)
    return Participant(
        id="ac_x", name=said, country="CHN", sector=None, office=None, text=said, start=start, end=start + len(said), kind=kind
    )  # fmt: skip


def said(act: Act) -> list[str]:
    return [act.read.text[part.start : part.end] for part in _without_speakers(act)]


def test_who_speaks_after_a_closed_quotation_does_not_act_in_it() -> None:
    text = "“The two envoys have met twice this year,” Ruiz said."
    assert said(act_in(text, "met", ("The two envoys", 0), ("Ruiz", 0))) == ["The two envoys"]
    # Where the quotation names nobody on that side, the speaker may be whom it means.
    assert said(act_in(text, "met", ("Ruiz", 0))) == ["Ruiz"]
    text = "Peru “will answer” Chile, Ruiz said."
    assert said(act_in(text, "answer", ("Peru", 0), ("Chile", 1))) == ["Peru", "Chile"]


def test_a_body_that_tells_somebodys_office_is_no_party_beside_him() -> None:
    text = "Tan, who is also a member of the Central Committee, praised the accord."
    both = [party(text, "Tan", "person"), party(text, "the Central Committee", "organization")]
    assert _without_offices(act_in(text, "praised"), [0, 1], both) == [0]
    text = "Tan and the Central Committee praised the accord."
    both = [party(text, "Tan", "person"), party(text, "the Central Committee", "organization")]
    assert _without_offices(act_in(text, "praised"), [0, 1], both) == [0, 1]


def test_a_state_goes_beside_its_organs_and_stays_beside_its_rebels() -> None:
    text = "China and its army talked with rebels."
    state, army, rebels = party(text, "China", "place"), party(text, "army", "group"), party(text, "rebels", "group")
    sides = [state, replace(army, sector="MIL"), replace(rebels, sector="REB")]
    assert _without_states([0, 1], sides) == [1]
    assert _without_states([0, 2], sides) == [0, 2]


def test_a_party_ends_with_none_of_the_words_that_lead_on() -> None:
    text = "Vice Chairman of the Board, Ruiz"
    offsets = [(0, 4), (5, 13), (14, 16), (17, 20), (21, 26), (26, 27), (28, 32)]
    vectors = np.zeros((len(offsets), 4), dtype=np.float32)
    read = Read(Window(0, len(text)), text, Pieces([0] * 7, [0] * 7, offsets), vectors, vectors, ((0, len(text)),))
    assert list(cleaned_runs([(1, 4, 0)], read, text)) == [(1, 2, 0)]
    assert list(cleaned_runs([(0, 6, 0)], read, text)) == [(0, 5, 0)]
    assert list(cleaned_runs([(2, 4, 0)], read, text)) == []


def test_a_country_not_in_the_words_yields_to_one_that_is_named_near() -> None:
    text = "The minister signed with Chad."
    state = replace(party(text, "Chad", "place"), country="TCD")
    guessed = replace(party(text, "The minister", "person"), country="MLI")
    namings = ByPlace([(text.index("Chad"), text.index("Chad") + 4, "TCD")], lambda naming: naming[:2])
    assert _doubted(guessed, {"TCD": (0.1, 0.9)}, namings)
    assert not _doubted(state, {"TCD": (0.1, 0.9)}, namings)
    assert not _doubted(guessed, {"MLI": (0.4, 0.1), "TCD": (0.1, 0.9)}, namings)


def test_the_two_sides_right_before_an_act_are_its_subject() -> None:
    text = "The two sides later signed a pact, and Chad left. Chad also met him."
    both = [party(text, "The two sides", "place"), replace(party(text, "The two sides", "place"), country="RUS")]
    cast = [*both, party(text, "Chad", "place")]
    assert _both_before(act_in(text, "signed"), cast, placed_indices(cast)) == [0, 1]
    assert _both_before(act_in(text, "left"), cast, placed_indices(cast)) == []  # one, and not several
    assert _both_before(act_in(text, "pact"), cast, placed_indices(cast)) == []  # a verb stands between


def test_they_beside_whom_they_are_is_left_out_and_stays_alone() -> None:
    text = "The Houthis said they would fight."
    houthis, they = party(text, "The Houthis", "group"), party(text, "they", "group")
    assert _without_pronouns([0, 1], [houthis, they]) == [0]
    assert _without_pronouns([0, 1], [houthis, replace(they, country=None)]) == [0]
    assert _without_pronouns([0, 1], [houthis, replace(they, country="PER")]) == [0, 1]
    assert _without_pronouns([1], [houthis, they]) == [1]
