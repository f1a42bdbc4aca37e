"""Offices whole as printed, and one name for one ministry. Sentences are our own."""

from __future__ import annotations

import pytest

from dragoman.naming.offices import foremost, ministry_name, office_run, organization_of
from dragoman.reference import load_reference


def whole(text: str, words: str, phrase: str, stop: str | None = None) -> str:
    at = text.index(words)
    low = text.index(phrase)
    a, b = office_run(
        text,
        at,
        at + len(words),
        phrase=(low, low + len(phrase)),
        stop=text.index(stop) if stop else None,
        reference=load_reference(),
    )
    return text[a:b]


@pytest.mark.parametrize(
    ("text", "words", "phrase", "stop", "office"),
    [
        ("The commander of Chile's navy left", "commander", "The commander", None, "commander of Chile's navy"),
        ("The founder of Chile's oldest opera left", "founder", "The founder", None, "founder"),
        ("The commander of the A.U.'s observers left", "commander", "The commander", None, "commander"),
        ("Peru's Planning Council head Ana left.", "head", "Peru's Planning", "Ana", "Planning Council head"),
        ("On Tuesday Secretary of Trade Ann Hay left.", "Secretary", "Tuesday Sec", "Ann", "Secretary of Trade"),
        ("In May Fisheries Minister Ivo left.", "Minister", "May Fish", "Ivo", "Fisheries Minister"),
        ("Kenyan Trade Ministry clerk Juma spoke.", "clerk", "Kenyan Trade", "Juma", "Trade Ministry clerk"),
        (
            "Dahl, first deputy chief of the Tax Office (TO),",
            "deputy chief",
            "deputy chief",
            None,
            "first deputy chief of the Tax Office",
        ),
        (
            "the vice chair of Nepal’s River Board Hari Rai came",
            "vice chair",
            "the vice",
            "Hari",
            "vice chair of Nepal’s River Board",
        ),
        (
            "a member of the Rye Party (RP) Board said",
            "member",
            "a member",
            None,
            "member of the Rye Party (RP) Board",
        ),
        (
            "The head of the Danish fisheries department spoke.",
            "head",
            "The head",
            None,
            "head of the Danish fisheries department",
        ),
        (
            "The chief of Peru’s naval staff Luis Vega left.",
            "chief",
            "The chief",
            "Luis",
            "chief of Peru’s naval staff",
        ),
        ("The head of the Danish and other teams spoke.", "head", "The head", None, "head"),
        ("The Council secretary Ana Ruiz left.", "secretary", "The Council", "Ana", "Council secretary"),
        (
            "Minister for Trade and Industry Ana Ruiz left.",
            "Minister",
            "Minister",
            "Ana",
            "Minister for Trade and Industry",
        ),
        ("Minister of Defence and Colonel Ana Ruiz left.", "Minister", "Minister", "Colonel", "Minister of Defence"),
    ],
)
def test_an_office_is_whole(text: str, words: str, phrase: str, stop: str | None, office: str) -> None:
    assert whole(text, words, phrase, stop) == office


def test_the_body_of_an_office() -> None:
    known = load_reference()
    assert organization_of("Planning Council secretary", known) == "Planning Council"
    assert organization_of("head of the Survey Office", known) == "Survey Office"
    assert organization_of("President of Peru", known) is None
    assert organization_of("president", known) is None


def test_a_post_comes_before_a_rank_and_a_membership() -> None:
    assert foremost(["Major General", "head of the Survey Office"]) == "head of the Survey Office"
    assert foremost(["member of the Standing Bureau", "Prime Minister"]) == "Prime Minister"
    assert foremost(["Attorney General", "member of the Standing Bureau"]) == "Attorney General"
    assert foremost(["Colonel"]) == "Colonel"
    assert foremost([]) is None


@pytest.mark.parametrize(
    "printed",
    [
        "The Kenyan Defence Ministry",
        "Kenya's Ministry of Defense",
        "the Ministry of Defence of Kenya",
        "defense ministry",
    ],
)
def test_one_ministry_has_one_name(printed: str) -> None:
    assert ministry_name(printed, "KEN", load_reference()) == "Kenyan Defense Ministry"


def test_a_ministry_of_no_known_country_keeps_its_name() -> None:
    assert ministry_name("Defence Ministry", None, load_reference()) is None
    assert ministry_name("the ministry", "KEN", load_reference()) is None
    assert ministry_name("Kenyan police", "KEN", load_reference()) is None
