"""`explain --raw`: sources shown in the page as it was published."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from dragoman.clean import clean
from dragoman.errors import InputError, UsageError
from dragoman.rawview import page_of, raw_lines
from dragoman.reading.offsets import raw_spans
from dragoman.records import Article, RawDocument, Source, Span
from dragoman.store import open_dataset
from tests.conftest import Run

PAGE = (
    "<!DOCTYPE html><html><head><title>Ministers sign treaty</title></head><body><nav>Home World</nav><article><h1>Ministers sign "
    "treaty</h1>\n<p>OSLO, May 4, 2011 (NWS) &mdash; The foreign ministers of Norway and <a href='/fi'>Finland</a> signed a treaty "
    "on their common border on Wednesday.</p>\n<p title='\x1b]0;x\x07'>&#8220;Good neighbours need <b>clear</b> lines,&#8221; "
    "Norwegian Foreign Minister Jonas Example said after the ceremony.</p></article></body></html>"
)


def page_article(page: str = PAGE) -> Article:
    found = clean(RawDocument(path="a.html", media_type="text/html", data=page.encode()))
    assert isinstance(found, Article)
    return found


def test_every_word_of_the_article_is_found_in_the_page() -> None:
    article = page_article()
    for match in re.finditer(r"\w+", article.text):
        spans = raw_spans(article.raw_runs, *match.span())
        assert "".join(PAGE[start:end] for start, end in spans) == match.group()


def test_the_markup_is_shown_and_controls_are_not() -> None:
    article = page_article()
    at = article.text.index("clear lines")
    source = Source(article_id=article.id, span=Span(start=at, end=at + 11), text="clear lines")
    shown = "\n".join(raw_lines(article, PAGE, [("content", source)]))
    assert "<b>clear</b> lines" in shown
    assert "\\x1b]0;x\\x07" in shown
    assert "\x1b" not in shown


def ids(dataset: Path, name: str) -> list[str]:
    return [row.id for row in open_dataset(dataset).records(name)]


@pytest.mark.parametrize("container", ["html", "zip", "jsonl"])
def test_the_command_finds_the_page_again(tmp_path: Path, here: Run, container: str) -> None:
    file = tmp_path / f"pages.{container}"
    if container == "zip":
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("other.html", PAGE.replace("Norway", "Sweden"))
            archive.writestr("a.html", PAGE)
    elif container == "jsonl":
        file.write_text(json.dumps({"html": PAGE, "url": "https://news.example/a"}))
    else:
        file.write_text(PAGE)
    assert here("code", file, "--into", tmp_path / "d").returncode == 0
    for name in ("articles", "events"):
        for ident in ids(tmp_path / "d", name):
            found = here("explain", tmp_path / "d", ident, "--raw")
            assert found.returncode == 0, found.stderr
            assert "<a href='/fi'>Finland</a>" in found.stdout


def test_a_page_that_moved_or_changed(tmp_path: Path, here: Run) -> None:
    file = tmp_path / "a.html"
    file.write_text(PAGE)
    here("code", file, "--into", tmp_path / "d")
    ident = ids(tmp_path / "d", "articles")[0]
    file.rename(tmp_path / "b.html")
    gone = here("explain", tmp_path / "d", ident, "--raw")
    assert gone.returncode == 1
    assert "hint: name the file" in gone.stderr
    assert here("explain", tmp_path / "d", ident, "--raw", "--page", tmp_path / "b.html").returncode == 0
    file.write_text(PAGE + " ")
    changed = here("explain", tmp_path / "d", ident, "--raw")
    assert "does not hold the page" in changed.stderr


def test_a_record_has_no_page(tmp_path: Path) -> None:
    text = "The foreign ministers of both states met on Monday in Oslo and signed a treaty."
    raw = RawDocument(path="a.jsonl:1", media_type="application/json", data=b"{}", fields=(("text", text),))
    article = clean(raw)
    assert isinstance(article, Article)
    with pytest.raises(UsageError):
        page_of(article)


@pytest.mark.parametrize(
    "path", [None, "", "<stdin>", "https://news.example/a", "no\0file", "a" * 5000, "x.zip#a.html"]
)
def test_paths_that_lead_nowhere(path: str | None) -> None:
    from dataclasses import replace

    with pytest.raises(InputError):
        page_of(replace(page_article(), path=path))
