"""One phrase to country, sector and office; office-holders by date. Phrases are our own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dragoman.naming.composition import compose
from dragoman.naming.holders import person_named
from dragoman.reference import Entry, load_reference, read_own_actors


@pytest.mark.parametrize(
    ("phrase", "country", "sector"),
    [
        ("a senior Turkish foreign ministry official", "TUR", "GOV"),
        ("Slovak soldiers", "SVK", "MIL"),
        ("the Chilean defence ministry", "CHL", "GOV"),
        ("Dutch police", "NLD", "COP"),
        ("a former Peruvian president", "PER", "ELI"),
        ("the United Nations Security Council", "UNO", None),
        ("the Norwegian parliament", "NOR", "LEG"),
        ("President of the Chadian Human Rights League", "TCD", "SOC"),
        ("Kurdish fighters in northern Syria", None, None),
        ("Boko Haram gunmen", "NGA", "REB"),
        ("the Kremlin", "RUS", "GOV"),
    ],
)
def test_a_phrase_is_read_by_its_parts(phrase: str, country: str | None, sector: str | None) -> None:
    found = compose(phrase, load_reference())
    if country is None:
        assert found.country != "SYR"
    else:
        assert found.country == country
    if sector is not None:
        assert found.sector == sector
    assert found.why


def test_the_state_of_the_day_is_meant() -> None:
    assert compose("Moscow", load_reference(), date="1986-10-11").country == "SUN"
    assert compose("Moscow", load_reference(), date="2016-04-18").country == "RUS"


def test_a_surname_with_office_and_date_finds_the_holder() -> None:
    found = person_named("Gorbachev", load_reference(), "1987-12-08", office="leader")
    assert found is not None
    assert found[0].country == "SUN"
    assert person_named("Quillfeather", load_reference(), "1987-12-08") is None


@pytest.mark.parametrize(
    ("name", "date", "office", "country"),
    [
        ("Reagan", None, "President", "USA"),  # all presidents of that name were of one country
        ("Lee", None, "President", "KOR"),  # the family name stands first
        ("Kim", "1999-05-01", "President", "KOR"),
        ("Ronald Reagan", "1977-09-08", None, "USA"),  # known, and in office later
        ("Ronald Reagan", "1890-01-01", None, None),
    ],
)
def test_who_is_known_by_name_has_a_country_out_of_office_too(
    name: str, date: str | None, office: str | None, country: str | None
) -> None:
    found = person_named(name, load_reference(), date, office=office)
    assert (found[0].country if found else None) == country


@pytest.mark.parametrize("name", ["William Quarles", "Josu Ternero", "Milan Babasik", "Alex Saabo", "Nadia Murkes"])
def test_names_of_persons_that_hold_a_town_a_company_or_an_office_tell_no_country(name: str) -> None:
    assert compose(name, load_reference()).countries == ()


@pytest.mark.parametrize(
    ("phrase", "date", "country", "sector"),
    [
        ("President Xi", "2019-05-02", "CHN", "GOV"),
        ("President Moon", "2019-05-02", "KOR", "GOV"),
        ("Rosneft chief executive Ada Ruiz", None, "RUS", "BUS"),
        ("a Cuban-born American senator", None, "USA", "LEG"),
        ("the Turkish Party", None, "TUR", "GOV"),
        ("Pravda", "1968-08-21", "SUN", "JRN"),
        ("Bali police", None, "IDN", "COP"),
        ("Goa police", None, "IND", "COP"),
        ("Partido Humanista de Chile", None, "CHL", "PTY"),
        ("Islamic Renaissance Union", None, None, "LAB"),
        ("National People’s Congress chief", None, "CHN", "LEG"),
        ("former Congressman Lee Hamilton", None, "USA", "ELI"),
        ("Spanish Town police", None, "JAM", "COP"),
        ("Maoist rebels in Nepal", "2005-12-20", "NPL", "REB"),
    ],
)
def test_parts_that_are_easily_taken_for_others(
    phrase: str, date: str | None, country: str | None, sector: str
) -> None:
    found = compose(phrase, load_reference(), date=date)
    assert (found.country, found.sector) == (country, sector)


def test_a_state_of_a_federation_outweighs_a_village_of_its_name() -> None:
    assert compose("Senator Ana Ruiz of Arizona", load_reference()).country == "USA"


def test_own_actors_come_first() -> None:
    rows = read_own_actors([{"name": "Blue Heron Front", "country": "FJI", "sector": "REB"}])
    reference = load_reference().with_actors(rows)
    found = compose("Blue Heron Front", reference)
    assert (found.country, found.sector) == ("FJI", "REB")
    assert isinstance(reference.lookup("Blue Heron Front")[0], Entry)


def test_an_acronym_in_brackets_tells_no_country() -> None:
    assert compose("(CPC) Central Committee", load_reference()).countries == ()


def test_a_town_in_a_body_s_name_tells_its_country_and_fighters_need_not_be_of_a_place() -> None:
    found = compose("the Izmir Chamber of Commerce", load_reference())
    assert found.country == "TUR"
    assert "“Izmir” is in TUR" in found.why[-1].detail
    # An article tells elsewhere whose the rebels are; a phrase alone has nothing but its town.
    assert compose("Izmir rebels", load_reference(), near=frozenset()).country is None
    assert compose("Izmir rebels", load_reference()).country == "TUR"


@pytest.mark.parametrize(
    "phrase",
    [
        "Minister Santiago Ruiz",
        "Senator Barry Dahl",
        "President Bush",
        "President Ruiz at Geneva",
        "the freed sailors to Peru",
        "representatives of the Lima Water Conference",
        "signatories of the Helsinki Final Act",
    ],
)
def test_a_name_or_a_site_is_no_country_of_origin(phrase: str) -> None:
    assert compose(phrase, load_reference()).countries == ()


def test_whose_somebody_is_stays_told() -> None:
    known = load_reference()
    assert compose("an adviser to the Peruvian president", known).country == "PER"
    assert compose("a clerk at Peru’s port office", known).country == "PER"
    assert compose("officials of Peru", known).country == "PER"
    assert compose("the governor of Lima State University", known).country == "PER"


def test_parties_to_something_are_no_political_ones() -> None:
    known = load_reference()
    assert compose("all parties", known).sector is None
    assert compose("the other parties concerned", known).sector is None
    assert compose("the Peruvian opposition parties", known).sector in {"OPP", "PTY"}


@pytest.mark.parametrize(
    ("phrase", "sector"),
    [
        ("Kurdish Medical Association", "MED"),
        ("Roma Journalists' Association", "JRN"),
        ("Dock Workers Federation Northern Territory", "LAB"),
        ("Kurdish fighters", "UAF"),
    ],
)
def test_a_body_that_bears_the_name_of_a_people_or_a_place(phrase: str, sector: str) -> None:
    assert compose(phrase, load_reference()).sector == sector


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Kataib Hizbollah", "Kata'ib Hezbollah"),
        ("the Jabhat an-Nusra", "Jabhat al-Nusra"),
        ("Ahlu Sunnah wal Jamaa", "Ahlu Sunna Waljama'a"),
        ("Hezbollah fighters", "Hezbollah"),
    ],
)
def test_a_group_in_another_romanization(printed: str, name: str) -> None:
    assert compose(printed, load_reference()).name == name


def test_names_that_only_look_alike_are_no_group() -> None:
    known = load_reference()
    assert known.group_spelt("Hizb al-Istiqlal wal Tahrir") is None
    assert compose("Harbour Watch Network", known).name is None


def test_a_paper_is_not_read_out_of_the_name_of_a_body() -> None:
    known = load_reference()
    assert compose("The National", known).sector == "JRN"
    assert compose("The National Security Committee", known).country is None
    assert compose("The Independent Electoral Commission", known).sector == "GOV"


def test_a_commander_is_of_the_force_beside() -> None:
    known = load_reference()
    assert compose("a commander of the Peruvian army", known).sector == "MIL"
    assert compose("a commander of the Lord's Resistance Army", known).sector == "REB"


def test_the_sector_of_a_post_is_of_the_body_of_its_country() -> None:
    """The OAS of Luis Almagro is no French secret army, and Hamas did not govern in 1995."""
    known = load_reference()
    assert compose("Luis Almagro", known, date="2019-01-01").sector == "GOV"
    assert compose("William Burns", known, date="2022-10-01").sector == "SPY"
    assert compose("Antarctica", known).country is None


CASES = Path(__file__).parent / "cases" / "actors"


@pytest.mark.parametrize(
    ("name", "country", "sector"),
    [("phrases", 0.98, 0.98), ("held_back", 0.93, 0.93), ("held_back_posts", 0.94, 0.94), ("wide", 0.97, 0.98)],
)
def test_phrases_of_all_kinds(name: str, country: float, sector: float) -> None:
    """Phrases as news names actors, written before the tables were mended; `held_back` was not looked at while they were."""
    reference = load_reference()
    rows = [json.loads(line) for line in (CASES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]
    found = [compose(row["text"], reference, date=row.get("date")) for row in rows]
    right = [each.country in row["country"] for row, each in zip(rows, found, strict=True)]
    assert sum(right) / len(right) >= country
    told = [each.sector in row["sector"] for row, each in zip(rows, found, strict=True) if "sector" in row]
    assert sum(told) / len(told) >= sector
