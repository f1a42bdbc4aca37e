"""Pages saved as text, of the kinds that ministries, agencies and institutes publish, and texts of a few sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from dragoman.clean import clean
from dragoman.records import Article, RawDocument, Rejection

CASES = Path(__file__).parent / "cases" / "saved"


def pages() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    name = ""
    for line in (CASES / "pages.txt").read_text(encoding="utf-8").split("\n"):
        if line.startswith("##### "):
            name = line[6:]
            found[name] = []
        elif name:
            found[name].append(line)
    return found


def shorts() -> list[str]:
    text = (CASES / "short.txt").read_text(encoding="utf-8")
    return [part.strip("\n") for part in text.split("#####\n")[1:]]


def read(text: str) -> Article:
    found = clean(RawDocument(path="page.txt", media_type="text/plain", data=text.encode()))
    assert isinstance(found, Article), found
    return found


@pytest.mark.parametrize("name", sorted(pages()))
def test_a_saved_page_gives_its_body_and_its_head(name: str) -> None:
    lines = pages()[name]
    told = dict(line[1:].partition(" ")[::2] for line in lines if line.startswith("@"))
    lines = [line for line in lines if not line.startswith("@")]
    article = read("\n".join(line.removeprefix("+ ") for line in lines))
    assert article.text.split("\n\n") == [line[2:].strip() for line in lines if line.startswith("+ ")]
    got = {
        "title": article.title or "",
        "outlet": article.outlet or "",
        "authors": "; ".join(article.authors),
        "agencies": "; ".join(article.agencies),
        "dateline": article.dateline or "",
    }
    assert {field: got[field] for field in told if field != "date"} == {
        field: value.strip() for field, value in told.items() if field != "date"
    }
    date, stamp = told.get("date", ""), article.published.edtf or ""
    assert stamp.startswith(date)
    assert (len(stamp) > 10) == (len(date) > 10)


@pytest.mark.parametrize("number", range(len(shorts())))
def test_a_short_text_loses_no_paragraph(number: int) -> None:
    lines = [line.strip() for line in shorts()[number].split("\n") if line.strip()]
    text = read(shorts()[number]).text
    prose = [line for line in lines if line.rstrip('"”').endswith((".", "!", "?", "。"))]
    assert [line for line in prose if line not in text] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\n ",
        "\0" * 50,
        "🙂" * 60,
        "∑∫√ " * 30 + ".",
        "\u200b" * 80,
        "Copyright © 2024 Example. All rights reserved. Reproduction in whole or in part is prohibited without permission.",
        "MOSCOW, April 28 (TASS) --\n\n(TASS)",
        "Related News\n\nLeave a Reply",
        "12 345 67 89 10 11 12 13 14 15 16 17 18 19 20 21 22 23.",
    ],
)
@pytest.mark.parametrize("media_type", ["text/plain", "text/html"])
def test_what_holds_nothing_readable_is_rejected_with_a_reason(text: str, media_type: str) -> None:
    found = clean(RawDocument(path="page.txt", media_type=media_type, data=text.encode()))
    assert isinstance(found, Rejection)
    assert found.reason


def test_a_caption_alone_is_no_article() -> None:
    line = "In this photo released by the ministry, the president waves to the crowd in the capital on Monday."
    found = clean(RawDocument(path="page.txt", media_type="text/plain", data=line.encode()))
    assert isinstance(found, Rejection)
    assert found.reason == "no article text was found on the page"
