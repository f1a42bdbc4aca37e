"""What the grammar tells of the status of an act, and how it is weighed against a coder's reading. Sentences are our own."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import pytest

from dragoman import edtf
from dragoman.codebook import load_codebook
from dragoman.coding.status import FIRED, Clause, clause_of, decided, told
from dragoman.events import Proposal, code_events
from dragoman.records import When
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import article, participant

CASES = tomllib.loads((Path(__file__).parent / "cases" / "events" / "status.toml").read_text(encoding="utf-8"))["case"]


def clause(text: str, words: str) -> Clause:
    at = text.index(words)
    return clause_of(text, (0, len(text)), at, at + len(words), load_tagger())


@pytest.mark.parametrize("case", CASES, ids=[case["text"] for case in CASES])
def test_a_rule_tells_the_status_and_shows_its_words(case: dict[str, Any]) -> None:
    found = {(each.status, each.rule) for each in told(clause(case["text"], case["act"]), case["type"])}
    wanted = {(case["status"], case["rule"])} if "rule" in case else set()
    assert found == wanted


def test_every_rule_has_its_count_and_its_case() -> None:
    assert {case["rule"] for case in CASES if "rule" in case} == set(FIRED)
    assert all(right <= fired for right, fired in FIRED.values())


def test_the_surer_of_coder_and_rule_decides() -> None:
    will = clause("Dockers will block ships from Peru.", "will block")
    assert decided(will, "PROTEST", "occurred", 0.8)[0] == "planned"
    assert decided(will, "PROTEST", "occurred", 0.99) == ("occurred", None)
    assert decided(clause("Peru blocked ships.", "blocked"), "COERCE", "ongoing", 0.4) == ("ongoing", None)


def test_without_a_coder_an_act_that_no_rule_tells_of_occurred() -> None:
    assert decided(clause("Peru blocked ships.", "blocked"), "COERCE", None, 1.0) == ("occurred", None)


def test_a_reason_names_the_rule_and_shows_the_words() -> None:
    status, reason = decided(clause("Peru denied having shelled Chile.", "shelled"), "ASSAULT", "occurred", 0.8)
    assert status == "denied"
    assert reason is not None
    assert (reason.by, reason.detail) == ("status: denied", "“denied having shelled”")


class Past:
    """A coder that reads every act as a past beyond the story."""

    name = "past"

    def __init__(self, text: str, words: str) -> None:
        self.start, self.end = text.index(words), text.index(words) + len(words)

    def propose(self, *_: object) -> list[Proposal]:
        return [
            Proposal(
                start=self.start, end=self.end, type="ACCUSE", mode=None, actors=(0,), recipients=(1,), status="historical",
                score=0.9, by="past", status_sure=0.99,
            )
        ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "published", "status"),
    [
        ("Peru sued Chile in April 1984.", None, "occurred"),
        ("Peru sued Chile in April 1984.", "2019-05-01", "historical"),
        ("Peru, which sued Chile in April 1984, signed on Friday.", None, "historical"),
        ("Peru had sued Chile in April 1984.", None, "historical"),
        ("Peru sued Chile in April 1984. The court sat later.", None, "historical"),
        ("Peru sued Chile over the mine.", None, "historical"),
    ],
)
def test_the_date_of_a_single_sentence_of_no_known_day_is_the_storys_own(
    text: str, published: str | None, status: str
) -> None:
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    told_on: When = edtf.day(dt.date.fromisoformat(published), basis="publication") if published else edtf.unknown()
    [event] = code_events(
        article(text, published=told_on), sentences(text), people, Past(text, "sued"), load_codebook(), tagger=load_tagger(),
        when_of=lambda start, end: edtf.unknown(), place_of=lambda start, end: None, reported_by=lambda start, end: (),
    )  # fmt: skip
    assert event.status == status
