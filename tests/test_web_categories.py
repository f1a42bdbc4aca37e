"""A user's own categories on the page: with the record or the sentence they are of, and counted on the overview."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from dragoman import runner
from dragoman.config import Settings
from dragoman.records import Category, CategoryShare, Coding, FieldSources, RawDocument, Rejection, When
from dragoman.store import open_dataset
from dragoman.text import source
from dragoman.web.server import create_app

TEXT = (
    "GENEVA, May 4, 1988. President Ronald Reagan met Mikhail Gorbachev in Geneva on Tuesday.\n\n"
    "The Soviet Union accused the United States of delay.\n"
)
BASE = "http://127.0.0.1:8765"
coder = runner.code_one


def with_categories(raw: RawDocument, settings: Settings, published: When | None) -> Coding | Rejection:
    """The coder, and what a codebook of one's own would add: to the surest act, and to the first sentence."""
    made = coder(raw, settings, published)
    assert isinstance(made, Coding)
    event, article = made.events[0], made.article
    start = article.text.index("The Soviet Union accused")
    quoted = source(article.id, article.text, start, len(article.text.rstrip()))

    def category(name: str, record_id: str | None, code: str | None, label: str | None) -> Category:
        return Category(
            id=name,
            article_id=article.id,
            record_id=record_id,
            unit="event" if record_id else "sentence",
            codebook="tone<b>@1",
            category=code,
            label=label,
            confidence=0.83,
            shares=(CategoryShare(code="blame", probability=0.83),),
            sources=(FieldSources(field="sentence", sources=(quoted,)),),
            why=(),
        )

    rows = (
        category("ca_1", event.id, "blame", "Blaming <others>"),
        category("ca_2", None, "blame", "Blaming by sentence"),
        category("ca_3", None, None, None),
    )
    return replace(made, categories=rows)


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "page.txt").write_text(TEXT, encoding="utf-8")
    monkeypatch.setattr(runner, "code_one", with_categories)
    runner.code_inputs([tmp_path / "in"], tmp_path / "d", replace(Settings(), max_seconds=600.0), isolate=False)
    with TestClient(create_app(open_dataset(tmp_path / "d")), base_url=BASE) as made:
        made.headers["x-article"] = open_dataset(tmp_path / "d").records("articles")[0].id
        yield made


def test_categories_are_on_the_page(client: TestClient) -> None:
    page = client.get(f"/articles/{client.headers['x-article']}").text
    assert page.count("Blaming &lt;others&gt;") == 1  # with its act
    assert page.count("Blaming by sentence") == 1
    assert "tone&lt;b&gt;@1" in page
    assert "<b>@1" not in page
    assert "Sentences by your own categories" in page
    assert "<q>The Soviet Union accused the United States of delay.</q>" in page
    assert "no category of tone&lt;b&gt;@1 is sure enough" in page
    assert "<b>3</b> categories" in client.get("/").text
    view = client.get(f"/articles/{client.headers['x-article']}.json").json()
    assert [row["id"] for row in view["categories"]] == ["ca_1", "ca_2", "ca_3"]
