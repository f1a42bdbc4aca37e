"""Sums in long integers must pick the tags that plain addition picks; rows are kept whole."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.tagger import _PARTS, Weights, features, load_tagger, shape, words

ROW = st.dictionaries(st.integers(0, 48), st.integers(-50_000, 50_000), max_size=49)
TABLE = st.dictionaries(st.sampled_from("abcdefghij"), ROW, max_size=10)


def flat(table: dict[str, dict[int, int]]) -> dict[str, list[int]]:
    return {name: [value for pair in sorted(row.items()) for value in pair] for name, row in table.items()}


def plain(weights: Weights, names: Sequence[str], count: int) -> int:
    scores = [0.0] * count
    for name in names:
        for number, weight in weights.get(name, ()):
            scores[number] += weight
    return max(range(count), key=scores.__getitem__)


@settings(deadline=None)
@given(TABLE, st.lists(st.sampled_from("abcdefghijkl"), max_size=20))
def test_the_best_number_is_that_of_plain_addition(table: dict[str, dict[int, int]], names: list[str]) -> None:
    weights = Weights(flat(table), 100)
    assert weights.best(names, 49) == plain(weights, names, 49)


@settings(deadline=None)
@given(TABLE)
def test_rows_come_back_as_they_went_in(table: dict[str, dict[int, int]]) -> None:
    weights = Weights(flat(table), 100)
    assert dict(weights) == {name: tuple((n, v / 100) for n, v in sorted(row.items())) for name, row in table.items()}
    assert len(weights) == len(table)
    with pytest.raises(KeyError):
        weights["unheard of"]


def test_the_shipped_weights_pick_what_plain_addition_picks() -> None:
    tagger = load_tagger()
    text = (
        "The Thai minister, who had refused to sign, flew home on Sunday; its 40-odd aides stayed in Oslo's old town."
    )
    tokens = [text[a:b] for a, b in words(text)]
    low = [shape(token) for token in tokens]
    for index in range(len(tokens)):
        for before in ("NN", "VBD", "-START-"):
            names = features(index, tokens, low, before, "DT")
            count = len(tagger.tags)
            assert tagger.weights.best(names, count) == plain(tagger.weights, names, count)


def test_features_that_nobody_trained_take_no_memory() -> None:
    weights = Weights({"a": [0, 1]}, 100)
    for number in range(100):
        weights.best([f"new {number}"], 3)
    assert len(weights._lanes) == 0


def test_features_in_parts_are_all_features() -> None:
    """A word's sum is taken in parts that come again; together they are what the perceptron was trained with."""
    tokens = "In April 1998 the U.S. envoy ASKED a well-known re-elected rebel to go home".split()
    low = [shape(token) for token in tokens]
    last = len(tokens) - 1
    for index, token in enumerate(tokens):
        left, left2 = (low[at] if at >= 0 else "-S-" for at in (index - 1, index - 2))
        right, right2 = (low[at] if at <= last else "-E-" for at in (index + 1, index + 2))
        case = "u" if token.isupper() else "t" if token[:1].isupper() else "l"
        names = [
            *_PARTS["own"](token, index == 0),
            *_PARTS["left"](left, left2),
            *_PARTS["right"](right, right2),
            *_PARTS["tags"]("NN\tDT", case),
            *(f"pw{'NN'}|{low[index]}", f"wr{low[index]}|{right}", f"pr{'NN'}|{right}"),
        ]
        assert sorted(names) == sorted(features(index, tokens, low, "NN", "DT"))


def test_verbs_and_names_of_news() -> None:
    told = load_tagger()
    said = told.tag("Beijing considers the island its territory and says a bomb killed four soldiers .".split())
    assert [said[at] for at in (0, 1, 7, 10)] == ["NNP", "VBZ", "VBZ", "VBD"]
    named = told.tag("Major General Cai Jun , deputy director of the bureau , said so .".split())
    assert named[2:4] == ["NNP", "NNP"]
