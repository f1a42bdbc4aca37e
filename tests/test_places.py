"""Places: cases in `cases/places`, the place of an act, the gazetteer, and laws for any text."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman import places
from dragoman.gazetteer import _key, _keys, distance_km, load_gazetteer
from dragoman.placenames import placewords
from dragoman.records import PlacePhrase
from dragoman.reference import load_reference, rows_of
from dragoman.text import sentences
from tests.builders import article, participant

CASES = Path(__file__).parent / "cases" / "places"


def cases(name: str) -> list[dict[str, Any]]:
    """The rows of a case file."""
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("case", cases("given.jsonl"), ids=lambda case: str(case["text"][:40]))
def test_given(case: dict[str, Any]) -> None:
    start = case["text"].index(case["phrase"])
    found = places.resolve(case["text"], start, start + len(case["phrase"]))
    assert found is not None
    for name in ("country", "admin1", "precision"):
        if name in case:
            assert getattr(found.place, name) == case[name], found.why
    assert (found.start, found.end) == (start, start + len(case["phrase"]))


@pytest.mark.parametrize("case", cases("found.jsonl"), ids=lambda case: str(case["text"][:40]))
def test_found(case: dict[str, Any]) -> None:
    text = case["text"]
    found = places.find_places(article(text), [(0, len(text))], (), load_reference())
    assert [text[one.start : one.end] for one in found] == case["found"]


def test_a_state_that_acts_is_no_place() -> None:
    text = "Talks of Moscow and Kyiv were held in Minsk."
    acting = [participant(text, "Moscow", country="RUS"), participant(text, "Kyiv", country="UKR")]
    found = places.find_places(article(text), [(0, len(text))], acting, load_reference())
    assert [one.place.name for one in found] == ["Minsk"]


def act(text: str, trigger: str) -> PlacePhrase | None:
    """Where the act of a trigger took place."""
    runs = sentences(text)
    found = places.find_places(article(text), runs, (), load_reference())
    start = text.index(trigger)
    return places.place_of(article(text), runs, found, start, start + len(trigger))


@pytest.mark.parametrize(
    ("text", "trigger", "country"),
    [
        ("The envoys met in Oslo.", "met", "NOR"),
        ("GENEVA, April 14 (Agency) -- The envoys signed it.", "signed", "CHE"),
        ("GENEVA, April 14 (Agency) -- The army pledged to leave Afghanistan.", "pledged", "CHE"),
        ("GENEVA, April 14 (Agency) -- The army will withdraw.", "withdraw", None),
        ("In Bonn, the chancellor welcomed the treaty.", "welcomed", "DEU"),
        ("Nobody said where they met.", "met", None),
    ],
)
def test_place_of_an_act(text: str, trigger: str, country: str | None) -> None:
    found = act(text, trigger)
    assert (found.place.country if found else None) == country
    if found is not None:
        assert found.why[-1].by == "place_of"


def test_unknown_names_have_a_state_at_most() -> None:
    text = "Health officials in Kenya said that the village of Xyzzyburu was cut off. Kenyan police went there."
    start = text.index("Xyzzyburu")
    found = places.resolve(text, start, start + 9)
    assert found is not None
    assert (found.place.country, found.place.latitude, found.place.precision) == ("KEN", None, "country")


def test_every_centre_and_division_lies_in_the_world() -> None:
    codes = {row["iso3"] for row in rows_of("countries.tsv")}
    for table in ("centres.tsv", "divisions.tsv"):
        for row in rows_of(table):
            assert -90 <= float(row["latitude"]) <= 90
            assert -180 <= float(row["longitude"]) <= 180
            assert (float(row["latitude"]), float(row["longitude"])) != (0, 0)
            assert not row["iso3"] or row["iso3"] in codes, row


def test_every_division_centre_is_a_division_of_the_gazetteer_and_near_its_towns() -> None:
    for row in rows_of("centres.tsv"):
        if row["admin1"]:
            found = [site for site in load_gazetteer().find(row["admin1"]) if site.feature == "ADM1"]
            assert any(site.country == row["iso3"] for site in found), row


def test_the_gazetteer_finds_what_it_holds() -> None:
    gazetteer = load_gazetteer()
    for line in range(0, gazetteer.rows, 997):
        site = gazetteer.site(line)
        assert site.row in {found.row for found in gazetteer.exact(site.name)}


def test_places_carry_their_english_name_and_are_found_by_both() -> None:
    rows = rows_of("english_names.tsv")
    assert len(rows) > 30
    for listed, country, english in ((row["name"], row["iso3"], row["english"]) for row in rows):
        found = [site for site in load_gazetteer().exact(listed) if site.country == country]
        assert english in {site.name for site in found}, listed
        assert any(site.country == country for site in load_gazetteer().find(english)), english


def test_states_have_codes_of_the_country_table() -> None:
    for row in rows_of("centres.tsv"):
        state = load_gazetteer().country(row["iso3"])
        if state is not None and not row["admin1"]:
            assert distance_km((state.latitude, state.longitude), (float(row["latitude"]), float(row["longitude"]))) < 1


def test_word_parts_are_known() -> None:
    assert set(placewords()) == {"before", "verb", "head", "of", "part", "org", "generic", "title"}


PIECES = st.sampled_from(
    "Paris Texas Moscow Georgia , . in to from the of University New York South Korea St. U.S. 's ( ) \n Conference and city"
    " province Mr. Gaza A. - é Zürich".split(" ")
)
ANY = st.lists(PIECES, max_size=25).map(" ".join) | st.text(max_size=60)


@settings(max_examples=150, deadline=None)
@given(ANY)
def test_any_text_gives_spans_in_order_and_never_the_null_island(text: str) -> None:
    last = 0
    for one in places.find_places(article(text), [(0, len(text))] if text else [], (), load_reference()):
        assert last <= one.start < one.end <= len(text)
        last = one.end
        assert one.why
        assert (one.place.latitude is None) == (one.place.longitude is None)
        if one.place.latitude is not None and one.place.longitude is not None:
            assert not math.isnan(one.place.latitude)
            assert (one.place.latitude, one.place.longitude) != (0.0, 0.0)


@settings(max_examples=150, deadline=None)
@given(ANY, st.integers(0, 60), st.integers(0, 60))
def test_any_span_is_answered_or_not(text: str, start: int, end: int) -> None:
    found = places.resolve(text, start, end)
    assert found is None or (found.start, found.end) == (start, end)


@given(st.text(max_size=30))
def test_the_key_of_one_name_is_that_of_many(name: str) -> None:
    wanted = name.encode("utf-8", "surrogatepass")
    if wanted:
        data = np.frombuffer(wanted, dtype=np.uint8)
        assert _key(wanted) == int(_keys(np, data, np.array([0]), np.array([len(wanted)]))[0])


def test_the_capital_of_a_nation_is_its_town() -> None:
    text = "He flew to the Omani capital on Monday. The Omani capital market fell."
    page = article(text)
    found = places.find_places(page, sentences(text), (), load_reference())
    assert [(text[p.start : p.end], p.place.name) for p in found] == [("Omani capital", "Muscat")]
