"""The scorer of chains, on cases small enough to do by hand."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.coref import (
    Chain,
    Document,
    Gold,
    aligned,
    b_cubed,
    best_assignment,
    causes,
    ceaf_e,
    chains_of,
    muc,
    read_trees,
    scores_of,
)


def chains(*words: str) -> list[Chain]:
    return [frozenset(word) for word in words]


# Gold {abc} {defg}, ours {ab} {cde} {fghi}: worked out on paper.
GOLD, OURS = chains("abc", "defg"), chains("ab", "cde", "fghi")


def test_muc_by_hand() -> None:
    # Gold abc is cut into ab|c: 1 of 2 links; defg into de|fg: 2 of 3. Ours: ab whole 1/1, cde cut c|de 1/2, fghi cut fg|h|i 1/3.
    assert muc(GOLD, OURS) == (3, 5, 3, 6)


def test_b_cubed_by_hand() -> None:
    # a, b: 2/3 each; c: 1/3; d, e, f, g: 2/4 each. Ours: a, b: 1 each; c: 1/3; d, e: 2/3 each; f, g: 2/4 each; h, i: 0.
    hit, wanted, right, given_ = b_cubed(GOLD, OURS)
    assert hit == pytest.approx(2 * 2 / 3 + 1 / 3 + 4 / 2)
    assert right == pytest.approx(2 + 1 / 3 + 4 / 3 + 1)
    assert (wanted, given_) == (7, 9)


def test_ceaf_e_by_hand() -> None:
    # abc-ab 4/5; defg-fghi 4/8 or defg-cde 4/7, which is more.
    best, gold, _, ours = ceaf_e(GOLD, OURS)
    assert best == pytest.approx(4 / 5 + 4 / 7)
    assert (gold, ours) == (2, 3)


def test_the_mean_of_three() -> None:
    found = scores_of([(GOLD, OURS)])
    assert found["muc_f1"] == pytest.approx(2 * (3 / 5) * (3 / 6) / (3 / 5 + 3 / 6))
    assert found["conll_f1"] == pytest.approx((found["muc_f1"] + found["b3_f1"] + found["ceafe_f1"]) / 3)
    assert scores_of([(GOLD, GOLD)])["conll_f1"] == pytest.approx(1.0)
    assert scores_of([(GOLD, [])])["conll_f1"] == 0.0


@given(st.lists(st.lists(st.integers(0, 9), min_size=3, max_size=3), min_size=1, max_size=5))
def test_the_assignment_is_the_best(weights: list[list[int]]) -> None:
    rows = [[value / 10 for value in row] for row in weights]
    n, m = len(rows), 3
    if n <= m:
        every = (sum(rows[i][p[i]] for i in range(n)) for p in itertools.permutations(range(m), n))
    else:
        every = (sum(rows[p[j]][j] for j in range(m)) for p in itertools.permutations(range(n), m))
    assert best_assignment(rows) == pytest.approx(max(every))


TEXT = "The Fijian minister Ana Rokotui left. She met reporters. Rokotui spoke."


def mention(words: str, head: str, entity: str, tag: str = "NNP") -> Gold:
    start = TEXT.index(words) if words != head or tag != "NNP" else TEXT.rindex(words)
    at = TEXT.index(head, start)
    return Gold(entity=entity, span=(start, start + len(words)), head=(at, at + len(head)), kind="person", tag=tag)


DOCUMENT = Document(
    name="d",
    genre="news",
    text=TEXT,
    gold=(
        mention("The Fijian minister Ana Rokotui", "Rokotui", "1"),
        mention("She", "She", "1", "PRP"),
        mention("reporters", "reporters", "2", "NNS"),
        mention("Rokotui", "Rokotui", "1"),
    ),
)


def span(words: str, number: int = 1) -> tuple[int, int]:
    start = -1
    for _ in range(number):
        start = TEXT.index(words, start + 1)
    return start, start + len(words)


def test_a_mention_is_found_by_its_head() -> None:
    ours = [("a/person:x", span("Ana Rokotui")), ("a/person:x", span("She")), ("a/person:y", span("Fijian minister"))]
    assert aligned(DOCUMENT, ours) == {0: 0, 1: 1}
    assert aligned(DOCUMENT, ours, exact=True) == {1: 1}


def test_single_mentions_are_left_out() -> None:
    ours = [("a/person:x", span("Ana Rokotui")), ("a/person:x", span("She")), ("a/role:y", span("reporters"))]
    gold, found = chains_of(DOCUMENT, ours)
    assert [len(chain) for chain in gold] == [3]
    assert [len(chain) for chain in found] == [2]
    assert [len(chains_of(DOCUMENT, ours, singletons=True)[n]) for n in (0, 1)] == [2, 2]


def test_causes_name_what_was_missed() -> None:
    ours = [("a/person:x", span("Ana Rokotui")), ("a/role:y", span("reporters")), ("a/role:y", span("She"))]
    found = causes(DOCUMENT, ours)
    assert found["missed: found, joined to none before", "person", "other pronoun"] == 1
    assert sum(found.values()) == 3


def test_words_printed_as_one_are_read_as_one(tmp_path: Path) -> None:
    rows = (
        ("1", "The", "_"),
        ("2-3", "city's", "_"),
        ("2", "city", "_"),
        ("3", "'s", "_"),
        ("4", "mayor", "SpaceAfter=No"),
        ("5", ".", "_"),
    )
    lines = [
        "# newdoc id = d",
        *("\t".join((n, form, *"_" * 2, "NN", "_", "0", *"__", misc)) for n, form, misc in rows),
    ]
    path = tmp_path / "d.conllu"
    path.write_text("\n".join(lines), "utf-8")
    tokens = read_trees(path)["d"]
    assert "".join(form + " " * space for form, space, _, _ in tokens) == "The city's mayor. "
