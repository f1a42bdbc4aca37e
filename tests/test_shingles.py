"""Near-duplicates: containment, boilerplate, and candidates that are enough."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.shingles import containment, near_pairs, runs_of, without_boilerplate

WORDS = [
    f"{a}{b}"
    for a in ("ka", "lo", "mi", "ne", "ru", "su", "to")
    for b in ("ban", "del", "fir", "gos", "hum", "jal", "kep", "lin", "mor")
]


def text(seed: int, count: int = 120) -> str:
    rng = random.Random(seed)
    return " ".join(rng.choice(WORDS) + rng.choice("aeiou") for _ in range(count))


def test_a_cut_copy_with_a_byline_is_contained() -> None:
    whole = text(1)
    words = whole.split()
    pairs = near_pairs(runs_of([whole, "By a writer " + " ".join(words[:84]), text(2)]), 0.16)
    assert list(pairs) == [(0, 1)]
    assert pairs[0, 1] > 0.9


def test_two_reports_under_one_foot_are_no_copies() -> None:
    foot = text(99, 60)
    texts = [f"{text(seed, 60)} {foot}" for seed in range(12)]
    runs = runs_of(texts)
    assert near_pairs(runs, 0.3)
    assert near_pairs(without_boilerplate(runs), 0.16) == {}


def test_many_copies_are_all_linked_and_are_no_boilerplate() -> None:
    texts = [f"{text(500 + n, 8)} {text(1)}" for n in range(40)]
    pairs = near_pairs(without_boilerplate(runs_of(texts)), 0.6)
    linked = {0}
    while True:
        more = {two for one, two in pairs if one in linked} | {one for one, two in pairs if two in linked}
        if more <= linked:
            break
        linked |= more
    assert linked == set(range(40))
    assert len(pairs) < 40 * 20  # not all with all


def test_short_and_empty_texts() -> None:
    runs = runs_of(["", "One.", "One.", "Two words.", "!!!"])
    assert near_pairs(without_boilerplate(runs), 0.5) == {(1, 2): 1.0}


@given(st.lists(st.sampled_from(WORDS), max_size=60), st.lists(st.sampled_from(WORDS), max_size=60))
@settings(max_examples=50, deadline=None)
def test_containment_is_a_share_and_does_not_depend_on_the_order(one: list[str], two: list[str]) -> None:
    a, b = runs_of([" ".join(one), " ".join(two)])
    assert 0.0 <= containment(a, b) <= 1.0
    assert containment(a, b) == containment(b, a)
    if one:
        assert containment(a, a) == 1.0
