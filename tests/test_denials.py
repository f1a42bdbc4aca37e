"""Acts that a construct denies: positives and negatives of `tests/cases/events/denied.toml`, and how they join a coder's own proposals."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.coding.denials import Denying, denied_slots
from dragoman.coding.lexicon import LexiconCoder
from dragoman.events import Proposal
from dragoman.records import Participant
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import participant

CASES = tomllib.loads((Path(__file__).parent / "cases/events/denied.toml").read_text())["case"]


class Fixed:
    """A coder that proposes what it is told."""

    name = "fixed@1"

    def __init__(self, *proposals: Proposal) -> None:
        self.proposals = proposals

    def propose(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        people: Sequence[Participant],
        namings: Sequence[tuple[int, int, str]] = (),
    ) -> Sequence[Proposal]:
        return self.proposals


def denied(text: str, people: Sequence[Participant], *known: Proposal) -> list[Proposal]:
    coder = Denying(Fixed(*known), LexiconCoder(load_tagger()))
    return coder.propose(text, sentences(text), people)[len(known) :]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"][:50])
def test_what_a_construct_denies(case: dict[str, Any]) -> None:
    people = [participant(case["text"], name) for name in case["parties"]]
    found = denied(case["text"], people)
    if "act" not in case:
        assert found == []
        return
    (made,) = found
    assert case["text"][made.start : made.end] == case["act"]
    assert (made.type, made.status) == (case["type"], "denied")
    assert [people[i].text for i in made.actors] == case["actors"]
    assert [people[i].text for i in made.recipients] == case.get("recipients", [])
    assert made.by.startswith("denial: “")


def test_what_the_coder_proposes_in_the_denial_stands() -> None:
    text = "Sweden has no plans to attack Latvia."
    people = [participant(text, "Sweden"), participant(text, "Latvia")]
    at = text.index("has no plans")
    known = Proposal(
        start=at, end=at + 12, type="REJECT", mode=None, actors=(0,), recipients=(1,), status=None, score=0.4, by="fixed@1"
    )  # fmt: skip
    assert denied(text, people, known) == []
    elsewhere = Proposal(
        start=0, end=6, type="AGREE", mode=None, actors=(0,), recipients=(1,), status=None, score=0.4, by="fixed@1"
    )  # fmt: skip
    assert [made.type for made in denied(text, people, elsewhere)] == ["ASSAULT"]


def test_nobody_who_would_do_it_no_act() -> None:
    assert denied("It does not mean the dismantling of the pact.", []) == []
    text = "The reform does not mean the dismantling of the pact with Ghana."
    assert denied(text, [participant(text, "Ghana")]) == []


@given(st.text(st.sampled_from("has no plans to does not mean is planned ,.”'\n"), max_size=400))
def test_slots_lie_within_the_sentence(text: str) -> None:
    for slot in denied_slots(text, 0, len(text)):
        assert 0 <= slot.start <= slot.end <= len(text)
        assert 0 <= slot.by_start < slot.by_end <= len(text)
