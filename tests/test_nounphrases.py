"""Noun phrases and names in one sentence. Sentences are our own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.naming.nounphrases import body_before_person, is_title, name_runs, noun_phrases, sort_of_name, tagged
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger


def phrases(text: str) -> list[str]:
    words = tagged(text, 0, len(text), load_tagger())
    return [text[words[a].start : words[b - 1].end] for a, b in noun_phrases(words, load_reference().scan(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Omani and Kuwaiti naval officers met farmers.", ["Omani and Kuwaiti naval officers", "farmers"]),
        ("The minister spoke of the ship.", ["The minister", "the ship"]),
        ("Masked men fled.", ["Masked men"]),
        ("Peru, accusing Fiji, left.", ["Peru", "Fiji"]),
        ("On Friday President Ruiz left.", ["President Ruiz"]),
        ("It halted in November Lima's plan.", ["Lima", "Lima's plan"]),
        ("LIMA, July 7 - President Ruiz left.", ["LIMA", "July 7", "President Ruiz"]),
        ("It is a plan Mr. Moss raised.", ["a plan", "Mr. Moss"]),
        ("On the Omani side four prisoners died.", ["the Omani side", "four prisoners"]),
        ("Nearly three hundred soldiers left.", ["three hundred soldiers"]),
        ("At Mr. Moss's request Ana Ruiz came.", ["Mr. Moss", "Mr. Moss's request", "Ana Ruiz"]),
        ("The United States accused China.", ["The United States", "China"]),
        ("The accused appeared.", ["The accused"]),
        ("Israeli troops wounded two Palestinians.", ["Israeli troops", "two Palestinians"]),
        ("The Chinese armed forces left.", ["The Chinese armed forces"]),
        ("Ghana deports 40 Peruvians.", ["Ghana", "40 Peruvians"]),
        ("Nepal bans Indian TV channels.", ["Nepal", "Indian TV channels"]),
        ("Japan weapons inspectors left.", ["Japan weapons inspectors"]),
        ("Peru accused Fiji of backing rebels.", ["Peru", "Fiji", "rebels"]),
        ("Fiji is sending soldiers.", ["Fiji", "soldiers"]),
        ("Warring parties met.", ["Warring parties"]),
        ("In 1979 Zaire expelled two priests.", ["Zaire", "two priests"]),
        ("At Peru's embassy spokesman Ana Ruiz spoke.", ["Peru", "Peru's embassy spokesman Ana Ruiz"]),
    ],
)
def test_a_base_phrase_ends_with_its_noun(text: str, found: list[str]) -> None:
    assert phrases(text) == found


@pytest.mark.parametrize(
    ("name", "before", "sort"),
    [
        ("Ana Ruiz", "", "person"),
        ("Harbour Commission", "", "organization"),
        ("Lima Grain Conference", "", "meeting"),
        ("Coral Sea", "", "place"),
        ("Lamu", "in", "place"),
        ("River Treaty", "", None),
        ("QRX", "", "organization"),
    ],
)
def test_the_words_of_a_name_tell_its_sort(name: str, before: str, sort: str | None) -> None:
    assert sort_of_name(name.split(), before, None) == sort


def test_a_body_s_name_that_runs_into_a_person_s_is_cut_there() -> None:
    text = "Central Water Commission Daniel Kiprop"
    words = tagged(text, 0, len(text), load_tagger())
    assert body_before_person(words, [], load_tagger()) == 3
    assert body_before_person(words[:3], [], load_tagger()) == 0
    assert is_title("Sheikh")


def test_names_are_runs_of_capitals_outside_countries_and_offices() -> None:
    text = "Kenyan minister Juma bin Otieno"
    words = tagged(text, 0, len(text), load_tagger())
    runs = list(name_runs(words, load_reference().scan(text)))
    assert [text[words[a].start : words[b - 1].end] for a, b in runs] == ["Juma bin Otieno"]


@given(st.text(st.sampled_from("aAB ’s,.-9&é"), max_size=80))
def test_any_text_gives_phrases_in_order_that_hold_words(text: str) -> None:
    words = tagged(text, 0, len(text), load_tagger())
    found = list(noun_phrases(words, []))
    assert all(0 <= a < b <= len(words) for a, b in found)
    assert found == sorted(found)
