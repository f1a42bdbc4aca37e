"""Chains from what a scorer says that each phrase goes back to; sentences are our own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from dragoman.mentions import find_mentions
from dragoman.naming.antecedents import Choice, load_weights, own_features, pair_features, pairs_of
from dragoman.naming.candidates import Candidate
from dragoman.records import Mention
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import article

Links = dict[str, tuple[str, float]]


class Says:
    """A ranker that links phrases by their words, at their last place before; it finds no names."""

    def __init__(self, links: Links, party: float = 0.9) -> None:
        self.links, self.party = links, party
        self.candidates: Sequence[Candidate] = ()

    def names(self, text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int, str, float]]:
        return []

    def parties(self, text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        return []

    def antecedents(
        self, text: str, sentences: Sequence[tuple[int, int]], candidates: Sequence[Candidate]
    ) -> list[Choice]:
        self.candidates = candidates
        words = [text[each.start : each.end] for each in candidates]
        found = []
        for number, each in enumerate(words):
            other, share = self.links.get(each, ("", 0.0))
            before = [at for at in range(number) if words[at] == other]
            found.append(Choice(before[-1] if before else None, share, self.party))
        return found


def read(text: str, says: Says) -> dict[str, Mention]:
    """The mentions by their words; of several the widest kind of use: a phrase or a pronoun."""
    found = find_mentions(article(text), sentences(text), load_reference(), load_tagger(), says)
    return {m.text: m for m in sorted(found, key=lambda m: m.kind in ("phrase", "pronoun", "noun"))}


def test_the_ministry_alone_is_the_one_last_told_of() -> None:
    text = "Peru's Ministry of Trade met Chile's finance ministry. Rain fell. The ministry signed."
    found = read(text, Says({"The ministry": ("Rain", 0.9)}))
    assert found["The ministry"].chain == found["Chile's finance ministry"].chain


def test_a_first_name_tells_the_gender_of_a_candidate() -> None:
    says = Says({})
    read("Ada Ruiz met Carlos Soto. Ruiz left.", says)
    told = {each.string: each.gender for each in says.candidates}
    assert (told["ada ruiz"], told["ruiz"], told["carlos soto"]) == ("f", "f", "m")


def test_a_pronoun_joins_the_chain_of_what_it_goes_back_to() -> None:
    text = "Foreign Minister Ada Ruiz met President Carlos Soto. She thanked him."
    links = {"She": ("Foreign Minister Ada Ruiz", 0.9), "him": ("President Carlos Soto", 0.9)}
    found = read(text, Says(links))
    assert found["She"].chain == found["Foreign Minister Ada Ruiz"].chain
    assert found["him"].chain == found["President Carlos Soto"].chain


def test_a_pronoun_that_goes_back_to_nothing_is_no_mention() -> None:
    assert "It" not in read("Peru closed the pass. It rained.", Says({}))


def test_a_common_noun_becomes_a_mention_only_with_its_party() -> None:
    text = "An orphanage in Lima burned. The old building had no roof."
    links = {"The old building": ("An orphanage", 0.8)}
    found = read(text, Says(links))
    assert found["The old building"].kind == "noun"
    assert found["The old building"].chain == found["An orphanage"].chain
    assert "The old building" not in read(text, Says(links, party=0.1))


@pytest.mark.parametrize(("share", "one"), [(0.95, True), (0.6, False)])
def test_two_names_are_one_only_where_that_is_sure(share: float, one: bool) -> None:
    text = "President Carlos Soto spoke. President Karl Sotto left."
    found = read(text, Says({"President Karl Sotto": ("President Carlos Soto", share)}))
    assert (found["President Karl Sotto"].chain == found["President Carlos Soto"].chain) is one


def test_two_states_are_never_one() -> None:
    found = read("Peru left. Chile stayed.", Says({"Chile": ("Peru", 0.99)}))
    assert found["Peru"].chain != found["Chile"].chain


@pytest.mark.parametrize(
    ("first", "second", "one"),
    [
        ("Chilean officials", "Peruvian officials", False),
        ("Hezbollah officials", "Israeli officials", False),
        ("the Chilean minister", "the Peruvian minister", False),
        ("Soviet officials", "Russian officials", True),
        ("Peruvian officials", "anti-Chilean officials", True),
    ],
)
def test_phrases_of_two_states_are_not_one(first: str, second: str, one: bool) -> None:
    class Named(Says):
        def names(self, text: str, sentences: Sequence[tuple[int, int]]) -> list[tuple[int, int, str, float]]:
            kinds = {"Hezbollah": "organization"}
            names = "Chilean Peruvian Israeli Soviet Russian Hezbollah".split()
            places = [(text.find(name), name) for name in names if name in text]
            return [(at, at + len(name), kinds.get(name, "nationality"), 0.9) for at, name in places]

    text = f"On Monday {first} left the hall. On Tuesday {second} came to it."
    found = read(text, Named({second: (first, 0.9)}))
    assert (found[second].chain == found[first].chain) is one


def test_an_office_stays_with_its_holder_where_the_scorer_sees_nothing_before() -> None:
    text = "Economy Minister Ada Ruiz spoke. Data that the economy minister showed told more."
    found = read(text, Says({}))
    assert found["the economy minister"].chain == found["Economy Minister Ada Ruiz"].chain


def test_a_pronoun_does_not_bring_two_names_together() -> None:
    text = "Peru spoke. The navy of Chile answered. It was calm."
    found = read(text, Says({"The navy": ("Peru", 0.9), "It": ("Peru", 0.9)}))
    assert found["It"].chain == found["Peru"].chain != found["Chile"].chain


def test_what_says_nothing_changes_nothing() -> None:
    text = "Foreign Minister Ada Ruiz met President Carlos Soto. She thanked him."

    class Silent(Says):
        def antecedents(
            self, text: str, sentences: Sequence[tuple[int, int]], candidates: Sequence[Candidate]
        ) -> list[Choice]:
            return []

    ruled = find_mentions(article(text), sentences(text), load_reference(), load_tagger())
    assert {m.text: m.chain for m in ruled}["She"] == read(text, Silent({}))["She"].chain


def test_candidates_show_how_they_are_said() -> None:
    says = Says({})
    read("The old mayor of Lima, a poet, praised her city. Three ships left there.", says)
    told = {each.string: (each.form, each.plural, each.kind) for each in says.candidates}
    assert told["old mayor"][0] == "definite"
    assert told["poet"] == ("indefinite", False, "person")
    assert told["her"][:2] == ("she", False)
    assert told["her city"] == ("possessed", False, "place")
    assert told["three ships"][:2] == ("counted", True)
    assert told["there"][0] == "here"


def test_pairs_grow_with_the_length_of_a_text_only() -> None:
    says = Says({})
    text = "The minister of Peru met a minister of Chile. " * 400
    read(text, says)
    pairs = pairs_of(says.candidates)
    assert len(says.candidates) > 1000
    assert len(pairs.later) < 70 * len(says.candidates)
    assert bool((pairs.earlier < pairs.later).all())
    rows = sum(len(part) for _, part in pair_features(says.candidates, pairs))
    assert rows == len(pairs.later)
    assert len(own_features(says.candidates)) == len(says.candidates)


def test_features_do_not_depend_on_the_block_that_a_pair_is_in() -> None:
    says = Says({})
    read("The minister of Peru met a minister of Chile. He left the ministry. " * 60, says)
    pairs = pairs_of(says.candidates)
    whole = np.concatenate([part for _, part in pair_features(says.candidates, pairs)])
    few = says.candidates[:40]
    part = np.concatenate([part for _, part in pair_features(few, pairs_of(few))])
    # But for how often a chain is told in the whole text, and a name that another of the same few words comes near.
    assert (whole[: len(part)] == part).mean() > 0.95


def test_a_scorer_of_another_encoder_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "antecedents.npz"
    np.savez(path, encoder="abc", mean=np.zeros(3, np.float16))
    assert load_weights(path, "abd") is None
    weights = load_weights(path, "abc")
    assert weights is not None
    assert weights["mean"].dtype == np.float32
