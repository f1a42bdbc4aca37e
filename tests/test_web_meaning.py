"""Search by meaning over a dataset written by hand, with a model of ten lines."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from dragoman.web import create_app
from dragoman.web.filters import Filters
from dragoman.web.index import Index
from dragoman.web.meaning import Meaning, embed
from dragoman.web.queries import list_records
from tests.small import small

SENSES = {"soldiers": 1, "troops": 1, "accord": 2, "treaty": 2, "met": 3, "talked": 3, "keep": 4, "observe": 4}


class Fake:
    """Words of one sense have one vector; other words next to none."""

    def pieces(self, text: str) -> Any:
        ids = [SENSES.get(word.strip(".,“”").lower(), 0) for word in text.split()]
        return SimpleNamespace(ids=ids, shapes=[0] * len(ids))

    def hidden(self, rows: Any) -> Any:
        return [
            np.stack([np.eye(8, dtype=np.float32)[i] * (1 if i else 0.01) for i in [0, *ids, 0]]) for ids, _ in rows
        ]


@pytest.fixture
def index(tmp_path: Path) -> Index:
    found = Index(small(tmp_path / "small"))
    made = Meaning(found.dataset.root, Fake(), "fake")  # type: ignore[arg-type]
    made.begin = lambda index: None  # type: ignore[method-assign]
    found.cache["meaning"] = made
    return found


def test_other_words_of_the_same_meaning_are_found(index: Index) -> None:
    asked = Filters(what="events", q="soldiers", by="meaning")
    assert list_records(index, asked)["looked_through"] == {"covered": 0, "total": 4}, "nothing is waited for"
    meaning = index.meaning()
    assert meaning is not None
    meaning.make(index)
    found = list_records(index, asked)
    assert found["looked_through"] == {"covered": 4, "total": 4}
    assert "troops" in found["rows"][0]["words"]
    assert "treaty" in list_records(index, Filters(q="accord", by="meaning"))["rows"][0]["words"]
    only = list_records(index, Filters(q="soldiers", by="meaning", country="JPN"))
    assert only["total"] == 1, "other filters hold"
    assert "Ōta Kenji" in only["rows"][0]["words"]
    assert list_records(index, Filters(what="statements", q="observe", by="meaning"))["total"] == 1


def test_vectors_are_kept_for_the_model_that_made_them(index: Index) -> None:
    meaning = index.meaning()
    assert meaning is not None
    meaning.make(index)
    again = Meaning(index.dataset.root, Fake(), "fake")  # type: ignore[arg-type]
    assert again._rows == meaning._rows
    again.make(index)
    assert len(again._blocks) == len(meaning._blocks), "nothing is made twice"
    assert Meaning(index.dataset.root, Fake(), "another")._rows == {}  # type: ignore[arg-type]
    for path in meaning.folder.glob("*.npz"):
        path.write_bytes(b"damaged")
    assert Meaning(index.dataset.root, Fake(), "fake")._rows == {}  # type: ignore[arg-type]


def test_vectors_have_length_one() -> None:
    made = embed(Fake(), ["troops met", ""])  # type: ignore[arg-type]
    assert np.allclose(np.linalg.norm(made[0]), 1)
    assert not made[1].any()


def test_the_page_and_its_export_give_the_same_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = small(tmp_path / "small")
    with TestClient(create_app(dataset), base_url="http://127.0.0.1") as client:
        index = client.app.state.desk.index  # type: ignore[attr-defined]
        made = Meaning(dataset.root, Fake(), "fake")  # type: ignore[arg-type]
        index.cache["meaning"] = made
        made.make(index)
        asked = "q=soldiers&by=meaning&what=events"
        page = client.get(f"/search?{asked}")
        assert page.status_code == 200
        assert "nearest by meaning" in page.text
        rows = client.get(f"/search.json?{asked}").json()["rows"]
        ids = {line.split(",")[0] for line in client.get(f"/export/events.csv?{asked}").text.splitlines()[1:]}
        assert ids == {row["id"] for row in rows}
