"""Where a text names countries. Sentences are our own."""

from __future__ import annotations

import pytest

from dragoman.naming.namings import anchors_of, country_of_place, era_of, in_year, short_forms
from dragoman.reference import load_reference


def named(text: str, year: int | None = None) -> list[tuple[str, str]]:
    return [(text[start:end], code) for start, end, code in anchors_of(text, load_reference(), year)]


def test_an_acronym_in_brackets_is_what_stands_before_it() -> None:
    text = "Mr. Lin of the Communist Party of China (CPC) Central Committee spoke; the CPC meets in May."
    assert {code for _, code in named(text, 2018)} == {"CHN"}


def test_names_nationalities_capitals_and_towns_name_a_country() -> None:
    text = "Kenyan envoys flew from Lima to Izmir and spoke of Norway."
    assert named(text) == [("Kenyan", "KEN"), ("Lima", "PER"), ("Norway", "NOR")]
    assert named("Clashes in Izmir went on.") == [("Izmir", "TUR")]


@pytest.mark.parametrize(("year", "code"), [(1986, "SUN"), (2016, "RUS"), (None, "RUS")])
def test_the_state_of_the_year_is_meant(year: int | None, code: str) -> None:
    assert named("Moscow agreed.", year) == [("Moscow", code)]


def test_a_paper_that_begins_a_body_s_name_names_nothing() -> None:
    assert named("The Foreign Affairs Committee met.") == []


def test_a_place_is_told_only_where_it_is_far_the_largest_of_its_name() -> None:
    assert country_of_place("Kano State government") == ("Kano", "NGA")
    assert country_of_place("Valencia") is None
    assert country_of_place("Izmir", known=[(0, 5)]) is None
    assert country_of_place("The Western Front") is None


def test_of_no_entries_none_is_there() -> None:
    assert in_year((), 1986) is None


def test_a_short_form_is_what_the_other_words_of_the_article_say() -> None:
    text = "Seoul said the North had fired. The South answered."
    assert {code for code, _ in short_forms(text).values()} == {"PRK", "KOR"}
    assert short_forms("Rain fell in the North and the South.") == {}
    assert list(short_forms("Brussels spoke. Talks in Brussels ended.")) == [(0, 8)]
    assert short_forms("Brussels spoke for Belgium.") == {}
    assert short_forms("The Commission President and the European press") == {}
    loans = "Its debt was eased. The Fund was asked for a loan"
    assert {code for code, _ in short_forms(f"{loans}.").values()} == {"IGO"}
    assert short_forms(f"{loans} beside the Green Climate Fund.") == {}


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("Soviet troops left Prague in 1968, and again in 1990.", 1990),
        ("Yugoslav police and East German envoys met.", 1989),
        ("The former Soviet republic turned to Moscow.", None),
        ("A Soviet-era tank stood in Moscow.", None),
        ("Soviet maps were shown in Russia.", None),
        ("Russian jets, like Soviet ones, met Russian ships.", None),
        ("The Soviet Union fell long before 2014.", None),
        ("Vladimir Putin praised a Soviet marshal.", None),
    ],
)
def test_states_that_are_no_more_tell_the_year_of_an_undated_text(text: str, year: int | None) -> None:
    assert era_of(text, load_reference()) == year
