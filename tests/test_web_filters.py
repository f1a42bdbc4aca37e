"""Filters by what a record lacks, what came of a pledge, when it was added: each number of a page leads to just its records."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dragoman.store import open_dataset
from dragoman.web import create_app
from dragoman.web.filters import Filters

BASE = "http://127.0.0.1"


@pytest.fixture(scope="module")
def client(demo: Path) -> Iterator[TestClient]:
    with TestClient(create_app(open_dataset(demo)), base_url=BASE) as made:
        yield made


def total(client: TestClient, address: str) -> int:
    path, _, query = address.partition("?")
    found: Any = client.get(f"{path}.json?{query}").json()
    return int(found.get("total", found.get("counts", {}).get("open", 0)))


def test_every_note_leads_to_just_the_records_it_counts(client: TestClient) -> None:
    notes = client.get("/index.json").json()["notes"]
    assert len(notes) > 5
    for note in notes:
        assert total(client, note["address"]) == note["n"], note


def test_acts_without_a_place_and_within_a_country_are_those_the_map_counts(client: TestClient) -> None:
    view = client.get("/map.json").json()
    assert total(client, "/search?without=place") == view["without_place"]
    assert view["countries"]
    for row in view["countries"]:
        assert total(client, f"/search?within={row['country']}") == row["n"], row


def test_pledges_are_listed_by_what_came_of_them(client: TestClient) -> None:
    view = client.get("/pledges.json").json()
    counts = view["counts"]
    assert counts["n"] == view["total"] >= counts["open"] > 0
    for outcome in ("kept", "broken", "disputed", "repeated", "qualified", "open"):
        rows = client.get("/pledges.json", params={"outcome": outcome}).json()
        assert rows["total"] == counts[outcome], outcome
        assert all(bool(row["relations"]) == (outcome != "open") for row in rows["rows"])
    kept = client.get("/pledges.json", params={"outcome": "kept"}).json()["rows"]
    assert kept, "the demo tells of a pledge that was kept"
    assert kept[0]["followed"]
    assert "fulfils" not in client.get("/pledges?outcome=kept").text


def test_what_was_added_since(client: TestClient) -> None:
    (added,) = client.get("/index.json").json()["added"]
    articles = total(client, "/search?what=articles")
    assert (added["articles"], added["acts"]) == (articles, total(client, "/search"))
    assert total(client, f"/search?what=articles&added={added['added']}") == articles
    assert total(client, "/search?what=articles&added=2200-01-01") == 0
    exported = client.get("/export/articles.jsonl", params={"added": "2200-01-01"})
    assert exported.headers["x-rows"] == "0"
    for nonsense in ("2200-13-01", "yesterday", "2200-02-30"):
        assert client.get("/search", params={"added": nonsense}).status_code == 422


def test_a_filter_that_says_nothing_of_a_kind_is_told() -> None:
    assert Filters(what="articles", without="recipient").unused() == ["without"]
    assert Filters(what="meetings", outcome="kept").unused() == ["outcome"]
    assert Filters(without="recipient").unused() == []


def test_the_form_of_a_search_keeps_every_filter_of_its_address(client: TestClient) -> None:
    asked = {
        "without": "recipient",
        "below": "0.6",
        "added": "2020-01-01",
        "within": "USA",
        "q": "treaty",
        "place": "Geneva",
    }
    page = client.get("/search", params=asked).text
    form = page.split('<form class="filters"')[1].split("</form>")[0]
    for name, value in asked.items():
        assert f'name="{name}"' in form
        assert f'value="{value}"' in form


def test_whom_an_actor_deals_with_is_its_own_doing_and_each_count_leads_to_its_acts(client: TestClient) -> None:
    people = [row for row in client.get("/actors.json").json()["rows"] if row["sector"] == "GOV"][:3]
    assert people
    for key in (*(row["id"] for row in people), "USA"):
        view = client.get(f"/actors/{key}.json").json()
        assert view["counterparts"], key
        for row in view["counterparts"]:
            assert total(client, f"/search?actor={key}&recipient={row['key']}") == row["acted"], (key, row)
            assert total(client, f"/search?actor={row['key']}&recipient={key}") == row["received"], (key, row)
