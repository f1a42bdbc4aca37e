"""Which chain a later mention joins: what is known of those named before. Names are our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.naming.chains import Chains
from dragoman.reference import load_reference
from dragoman.text import sentences


def told(text: str) -> Chains:
    """Chains of a text whose countries are known."""
    chains = Chains("ar_1", text)
    for number, (start, end) in enumerate(sentences(text)):
        chains.learn_countries(number, load_reference().scan(text, start, end))
    return chains


def test_a_surname_an_initial_and_a_full_name_are_one_person_and_two_of_a_name_are_nobody() -> None:
    chains = Chains("ar_1", "")
    ruiz = chains.new("person:Ana Ruiz")
    chains.learn_person(ruiz, ("Ana", "Ruiz"))
    for tokens in (("Ruiz",), ("Ana",), ("A", "Ruiz"), ("Ana", "Ruiz")):
        assert chains.person(tokens) == ruiz
    assert chains.person(("Pablo", "Ruiz")) is None
    chains.learn_person(chains.new("person:Pablo Ruiz"), ("Pablo", "Ruiz"))
    assert chains.person(("Ruiz",)) is None


def test_the_holder_of_an_office_is_the_last_whose_words_and_country_fit() -> None:
    text = "Chilean defence minister, Peruvian trade minister"
    hits = load_reference().scan(text)
    chains = Chains("ar_1", text)
    for number, (name, half) in enumerate((("Soto", hits[: len(hits) // 2]), ("Ruiz", hits[len(hits) // 2 :]))):
        chain = chains.new(f"person:{name}")
        chains.remember(number, 0, chain, "person")
        chains.learn_role(chain, half)
    assert chains.holder({"minister"}, set()) == "ar_1/person:Ruiz"
    assert chains.holder({"minister"}, {"CHL"}) == "ar_1/person:Soto"
    assert chains.holder({"defense", "minister"}, set()) == "ar_1/person:Soto"
    assert chains.holder({"king"}, set()) is None


def test_who_is_listed_under_one_state_holds_no_office_of_another() -> None:
    chains = Chains("ar_1", "Foreign Secretary")
    chains.remember(0, 0, lammy := chains.new("person:David Lammy"), "person")
    chains.learn_role(lammy, load_reference().scan("Foreign Secretary"))
    chains.learn_nations(lammy, {e.country for e in load_reference().people("David Lammy")})
    assert chains.holder({"foreign", "secretary"}, {"GBR"}) == lammy
    assert chains.holder({"foreign", "secretary"}, {"IND"}) is None


def test_a_surname_that_two_bear_is_of_the_one_named_last() -> None:
    chains = Chains("ar_1", "")
    for number, name in ((0, "Shehbaz Sharif"), (5, "Ahmed Sharif")):
        chains.learn_person(chains.new(f"person:{name}"), tuple(name.split()))
        chains.remember(number, 10 * number, chains.new(f"person:{name}"), "person")
    assert chains.person(("Sharif",)) == "ar_1/person:Ahmed Sharif"
    chains.remember(6, 70, chains.new("person:Shehbaz Sharif"), "person")
    assert chains.person(("Sharif",)) is None, "both were named just now"


def test_an_arabic_article_is_no_part_of_a_surname() -> None:
    chains = Chains("ar_1", "")
    chains.learn_person(chains.new("person:Bashar al-Assad"), ("Bashar", "al-Assad"))
    assert chains.person(("Assad",)) == "ar_1/person:Bashar al-Assad"
    assert chains.person(("Al-Assad",)) == "ar_1/person:Bashar al-Assad"


def test_a_group_joins_the_last_group_of_its_kind_that_is_not_too_far_back() -> None:
    chains = Chains("ar_1", "")
    chains.remember(0, 0, chains.new("role:senior delegations"), "group")
    assert chains.same_group(1, "delegations") == "ar_1/role:senior delegations"
    assert chains.same_group(1, "soldiers") is None
    assert chains.same_group(40, "delegations") is None


def test_a_pair_is_of_the_countries_joined_before_or_alone_together_in_a_sentence() -> None:
    text = "Chile and Peru met, and Kenya looked on."
    assert told(text).last_pair(len(text)) == ("CHL", "PER")
    assert told("Chile looked on while Peru met.").last_pair(99) == ("CHL", "PER")
    assert told("Chile looked on.").last_pair(99) is None


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("Chile and Peru fought. Kenya and Chad urged |both sides to stop.", ("CHL", "PER")),
        ("Chile and Peru fought. Kenya and Chad called for restraint from |both countries.", ("CHL", "PER")),
        ("Cuba and Haiti met. Chile fired on Peru. Kenya and Chad asked |both sides to stop.", ("CHL", "PER")),
        ("Chile and Peru fought. Kenya and Chad said |the two countries would trade.", ("KEN", "TCD")),
        ("Kenya and Chad told |the two sides so.", ("KEN", "TCD")),
    ],
)
def test_two_who_urge_both_sides_are_others(text: str, pair: tuple[str, str]) -> None:
    assert told(text.replace("|", "")).last_pair(text.index("|")) == pair


def test_a_pronoun_stands_for_what_its_sentence_named_first() -> None:
    chains = Chains("ar_1", "")
    chains.remember(0, 5, "a", "person")
    chains.remember(2, 60, "c", "person")
    chains.remember(2, 50, "b", "person")
    assert chains.antecedent(2, 99, ("person",)) == "b"
    assert chains.antecedent(1, 40, ("person",)) == "a"
    assert chains.antecedent(9, 400, ("person",)) is None
    assert chains.antecedent(2, 99, ("country", "org")) is None


def test_what_joins_another_chain_is_found_there() -> None:
    chains = Chains("ar_1", "")
    chains.remember(0, 0, chains.new("role:chief"), "person")
    chains.join(chains.new("role:chief"), chains.new("person:Ruiz"))
    assert chains.antecedent(0, 9, ("person",)) == "ar_1/person:Ruiz"


@given(st.text())
def test_a_label_comes_back_from_its_chain(label: str) -> None:
    chains = Chains("ar_1", "")
    assert chains.label(chains.new(label)) == label


def test_a_body_is_named_again_by_a_part_of_its_name_in_either_spelling() -> None:
    chains = Chains("ar_1", "")
    whole = chains.body("River Trade Organisation", known=False)
    assert chains.body("the River Trade Organization", known=False) == whole
    assert chains.body("Trade Organisation", known=False) == whole
    assert chains.body("Organisation", known=True) != whole
    chains.body("Harbour Council", known=False)
    chains.body("River Council", known=False)
    assert chains.body("Council", known=False) == "ar_1/org:Council", "two councils: neither"


def test_an_it_goes_on_with_what_stands_behind_no_preposition_and_not_far_back() -> None:
    chains = Chains("ar_1", "")
    peru, chile = chains.new("country:PER"), chains.new("country:CHL")
    chains.remember(0, 0, chile, "country", behind="in")
    chains.remember(0, 20, peru, "country")
    assert chains.antecedent(1, 50, ("country",), "it") == peru
    assert chains.antecedent(1, 50, ("country",), "its") == chile
    assert chains.antecedent(2, 90, ("country",), "it") is None


def test_a_name_misprinted_or_without_its_middle_is_the_same_persons() -> None:
    chains = Chains("ar_1", "")
    first = chains.new("person:Kristen Wilkins")
    chains.learn_person(first, ("Kristen", "Wilkins"))
    chains.learn_person(chains.new("person:Kristin Wilkins"), ("Kristin", "Wilkins"))
    assert chains.person(("Wilkins",)) == first
    chains.learn_person(chains.new("person:Roberta Wilkins"), ("Roberta", "Wilkins"))
    assert chains.person(("Wilkins",)) is None, "two persons"
    whole = chains.new("person:Ana Lucia Ruiz")
    chains.learn_person(whole, ("Ana", "Lucia", "Ruiz"))
    assert chains.person(("Ana", "Ruiz")) == whole
    assert chains.person(("Eva", "Ruiz")) is None
