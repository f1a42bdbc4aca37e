"""Pronouns: what they may stand for, and which "it" stands for nothing."""

from __future__ import annotations

import time

import pytest

from dragoman.naming.pronouns import sorts_of, stands_for_nothing


@pytest.mark.parametrize(
    "text",
    [
        "It is not yet clear whether the truce holds.",
        "It was wrong of the army to shell the port.",
        "It is important for both sides to talk.",
        "It was asserted by the court that he lied.",
        "It was in Lima that they signed.",
        "It is the navy that pays.",
        "It is 20 years since the war.",
        "It took three months to mend.",
        "It turned out that nobody had paid.",
        "It became apparent that the port was shut.",
    ],
)
def test_an_it_for_nothing(text: str) -> None:
    assert stands_for_nothing(text, 0)
    assert stands_for_nothing("He said. " + text, 9)


@pytest.mark.parametrize(
    "text",
    [
        "It is ready to talk.",
        "It is confident that the truce holds.",
        "It was told that the port was shut.",
        "It has signed the treaty.",
        "It said that it would sign.",
        "It was forced to leave.",
        "It is the largest town on the island.",
        "It took the hill.",
        "It is seeking to buy jets.",
    ],
)
def test_an_it_for_somebody(text: str) -> None:
    assert not stands_for_nothing(text, 0)


def test_made_it_clear() -> None:
    text = "The court made it clear that it would not yield."
    assert stands_for_nothing(text, text.index("it clear"))
    assert not stands_for_nothing(text, text.index("it would"))


def test_words_that_are_no_pronouns_have_no_sorts() -> None:
    assert sorts_of("himself") == ("person",)
    assert sorts_of("the") == ()


def test_hostile_text_takes_no_time() -> None:
    began = time.perf_counter()
    for text in ("it is " + "very " * 5000, "it is the " + "Aa " * 5000, "made it " + "a" * 90_000):
        stands_for_nothing(text, 0)
    assert time.perf_counter() - began < 0.1
