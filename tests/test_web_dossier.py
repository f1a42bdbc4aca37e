"""Dossiers, and the query in hand as code: over a dataset written by hand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from dragoman.store import Dataset
from dragoman.web import create_app
from dragoman.web.dossier import pieces_of_sentence
from dragoman.web.filters import Filters
from dragoman.web.snippets import python_of, r_of
from tests.small import judge, small

BASE = "http://127.0.0.1"


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return small(tmp_path / "small")


@pytest.fixture
def client(dataset: Dataset) -> Iterator[TestClient]:
    with TestClient(create_app(dataset), base_url=BASE) as made:
        yield made


@pytest.mark.parametrize(
    "address", ["/actors/NOR/dossier.html", "/dyads/SUN/DDR/dossier.html", "/dossier.html?type=CONSULT"]
)
def test_a_dossier_is_one_file_that_needs_nothing_else(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    for tag in re.findall(r"<(?:script|link|img|iframe)\b[^>]*>", answer.text):
        raise AssertionError(tag)
    links = re.findall(r'href="([^"]+)"', answer.text)
    assert all(link.startswith(("#", "https://news.example/")) for link in links), links
    named = set(re.findall(r'id="([^"]+)"', answer.text))
    assert all(link[1:] in named for link in links if link.startswith("#"))
    assert "<mark" in answer.text
    assert "plover-2.0-dragoman-1" in answer.text


def test_judgements_win_in_a_dossier(client: TestClient, dataset: Dataset) -> None:
    treaty = next(event for event in dataset.records("events") if event.type == "COOPERATE")
    assert treaty.id in client.get("/dyads/SUN/DDR/dossier.html").text
    judge(dataset, treaty, "correct", type="AGREE")
    assert "AGREE" in client.get("/dyads/SUN/DDR/dossier.html").text
    judge(dataset, treaty, "reject")
    assert treaty.id not in client.get("/dyads/SUN/DDR/dossier.html").text


def test_what_is_not_there_has_no_dossier(client: TestClient) -> None:
    assert client.get("/actors/FRA/dossier.html").status_code == 404
    assert client.get("/dyads/FRA/USA/dossier.html").status_code == 404
    assert "Nothing passes" in client.get("/dossier.html?type=AID").text


def test_overlapping_words_are_marked_once() -> None:
    pieces = pieces_of_sentence(
        {"start": 0, "text": "abcdef"}, {"trigger": [{"start": 1, "end": 4}], "actors": [{"start": 3, "end": 5}, {"start": 90, "end": 99}]}
    )  # fmt: skip
    assert pieces == [("a", None), ("bcd", "trigger"), ("ef", None)]


@pytest.mark.parametrize(
    "asked",
    [
        Filters(),
        Filters(type="CONSULT"),
        Filters(actor="SWE", status="hypothetical"),
        Filters(since="2018-03", until="2018"),
        Filters(count="tellings", confidence=0.55),
        Filters(what="statements", issue="arms_control"),
        Filters(what="articles", since="2018"),
        Filters(what="statements", since="1987"),
        Filters(q="troops", country="NOR"),
    ],
)
def test_the_python_of_a_view_gives_its_rows(
    client: TestClient, dataset: Dataset, asked: Filters, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    import pandas as pd

    read = pd.read_csv

    def from_the_page(address: str, **options: Any) -> Any:
        assert address.startswith(BASE)
        return read(io.StringIO(client.get(address.removeprefix(BASE)).text), **options)

    monkeypatch.setattr(pd, "read_csv", from_the_page)
    names: dict[str, Any] = {}
    exec(python_of(asked, dataset.root, BASE), names)
    page = client.get(f"/search.json?{asked.address()}").json()["rows"]
    assert sorted(names["rows"]["id"]) == sorted(row["id"] for row in page)


def test_code_stands_in_the_page_as_text(client: TestClient) -> None:
    hostile = Filters(q='"); import os #</pre><script>')
    page = client.get(f"/search?{hostile.address()}").text
    assert "<script>" not in page.split("<footer>")[1]
    compile(python_of(hostile, Path('/a"b\\c'), BASE), "snippet", "exec")
    assert r_of(hostile, BASE).count('"') == 6, "all of the query is escaped in the address"
