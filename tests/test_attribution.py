"""Attributions: the cases of `tests/cases/statements`, and laws that hold for any text."""

from __future__ import annotations

import time
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dragoman.speaking.attribution import Attribution, find_attributions, make_units
from dragoman.speaking.cues import load_cues
from dragoman.speaking.quotes import find_quotes
from dragoman.tagger import load_tagger
from dragoman.text import sentences

CASES = tomllib.loads((Path(__file__).parent / "cases/statements/attributions.toml").read_text(encoding="utf-8"))[
    "case"
]


def find(text: str) -> list[Attribution]:
    quotes = find_quotes(text)
    units = make_units(text, sentences(text), quotes, load_tagger(), load_cues())
    return find_attributions(units, quotes, load_cues())


def form(text: str, made: Attribution) -> str:
    pieces = [piece for quote in find_quotes(text) for piece in quote.pieces]
    inside = sum(max(0, min(b, d) - max(a, c)) for a, b in made.content for c, d in pieces)
    total = sum(b - a for a, b in made.content)
    return "paraphrase" if not inside else "quote" if inside == total else "mixed"


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_case(case: dict[str, Any]) -> None:
    text = case["text"]
    found = [
        [
            text[slice(*made.speaker)] if made.speaker else "",
            text[slice(*made.cue)],
            " ;; ".join(text[a:b] for a, b in made.content),
            form(text, made),
        ]
        for made in find(text)
    ]
    for wanted in case["found"]:
        assert wanted in found
    if case.get("only"):
        assert found == case["found"]


@settings(max_examples=150, deadline=None)
@example(["according to", "said", ","])
@given(
    st.lists(
        st.sampled_from(
            [
                *"“”\"',.;:()-—’",
                "said",
                "that",
                "he",
                "Moscow",
                "told",
                "reporters",
                "according to",
                "\n\n",
                "to",
                "leave",
                "was",
            ]
        ),
        max_size=40,
    )
)
def test_spans_lie_in_the_text_and_in_their_unit(parts: list[str]) -> None:
    text = " ".join(parts)
    quotes = find_quotes(text)
    units = make_units(text, sentences(text), quotes, load_tagger(), load_cues())
    for made in find_attributions(units, quotes, load_cues()):
        assert made.content
        for start, end in (made.cue, *made.content, *([made.speaker] if made.speaker else [])):
            assert 0 <= start < end <= len(text)
            assert not text[start:end].isspace()
        unit = units[made.unit]
        assert unit.start <= made.cue[0] < made.cue[1] <= unit.end


@pytest.mark.parametrize(
    "text",
    ['"' * 20000, "he said that " * 3000, "A-" * 10000, "(" * 9000, "“a " * 5000, "Forum Of The " * 4000, "'a " * 5000],
)
def test_hostile_text_is_bounded(text: str) -> None:
    started = time.perf_counter()
    find(text)
    assert time.perf_counter() - started < 8
