"""HTML pages in the markup of many houses: what belongs to the article must not hang on which elements they chose."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest

from dragoman.reading.encoding import normalise, squeeze
from dragoman.reading.looks import Look
from dragoman.reading.markup import parse_html, walk
from dragoman.reading.passages import FEATURES, among, slots
from tests.test_clean import BODY, article

HEAD = "<html><head><title>The Vik crossing reopens</title></head><body><div><nav>News Sport</nav><h1>The Vik crossing reopens</h1>"
LONG = [f"{line} {other}" for line in BODY for other in BODY]


@pytest.mark.parametrize(
    "element", ["<p>{}</p>", "<div>{}</div>", "{}<br><br>", "<div><div>{}</div></div>", "<div><span>{}</span></div>"]
)
def test_paragraphs_are_found_in_whatever_element_they_stand(element: str) -> None:
    page = HEAD + "<div>" + "".join(element.format(line) for line in LONG) + "</div></div></body></html>"
    assert article(page, "text/html").text == "\n\n".join(LONG)


def test_main_headings_over_sections_do_not_end_the_article() -> None:
    parts = [f"<h1>Part {number} of the crossing</h1><p>{line}</p>" for number, line in enumerate(LONG)]
    page = HEAD + "<div>" + "".join(parts) + "</div></div></body></html>"
    found = article(page, "text/html").text
    assert [line for line in LONG if line not in found] == []


def test_the_next_article_of_an_endless_page_is_left_out() -> None:
    first, then = LONG[: len(LONG) // 2], LONG[len(LONG) // 2 :]
    parts = "".join(
        f"<article><header><h1>{title}</h1></header><div>{''.join(f'<p>{line}</p>' for line in lines)}</div></article>"
        for title, lines in (("The Vik crossing reopens", first), ("Ferry strike enters its third week", then))
    )
    page = f"<html><head><title>The Vik crossing reopens</title></head><body><main>{parts}</main></body></html>"
    assert article(page, "text/html").text == "\n\n".join(first)


def test_what_stands_in_the_slot_of_the_article_is_more_likely_the_articles() -> None:
    parts = "".join(f'<section class="part part-{number}"><p>{line}</p></section>' for number, line in enumerate(BODY))
    teasers = "".join(f'<section class="teaser"><p>{line}</p></section>' for line in BODY[:2])
    tree = walk(parse_html(f"<html><body><main>{parts}{teasers}</main></body></html>"))
    placed = slots(tree, range(len(tree.blocks)))
    assert len(set(placed[: len(BODY)])) == 1
    assert placed[0] != placed[-1]
    table = [[0.0] * len(FEATURES) for _ in placed]
    seen = among(table, Look((0.0,) * len(FEATURES), 0.0), [len(block.text) for block in tree.blocks], placed)
    assert seen[0][0] == seen[-1][0]
    assert seen[0][1] > 0.6 > 0.4 > seen[-1][1] > 0


def houses() -> dict[str, list[str]]:
    """The lines of each page in `cases/web`, by name."""
    found: dict[str, list[str]] = {}
    for path in sorted((Path(__file__).parent / "cases" / "web").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("##### "):
                name = line[6:]
                found[name] = []
            elif line and name:
                found[name].append(line)
    return found


def told(lines: list[str], field: str) -> list[str]:
    return [line[len(field) + 2 :].strip() for line in lines if line.split(" ")[0] == f"@{field}"]


def plain(markup: str) -> str:
    """The text of one paragraph of markup."""
    return squeeze(normalise(html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"<br[^>]*>|</b><b>", " ", markup)))))


UNSOLVED = {
    "brightspot_agency": "the agency's own appeal below the text",
    "british_daily_islands": "a standfirst without a full stop, in an element that nothing names",
    "french_daily_paywall": "a standfirst outside of the part that holds the text",
    "gulf_broadcaster_recommended": "words for screen readers around a list",
    "chinese_agency_in_english": "a caption set as the first paragraph",
    "cable_news_shouting_links": "the text of a film above the article",
    "german_broadcaster_in_english": "initials before a credit in brackets",
    "italian_daily": "a standfirst outside of the part that holds the text",
    "page_without_metadata": "a page without headings whose title opens with the site's name",
    "ministry_tables": "an outlet that only the banner names",
    "wordpress_old_theme": "a name behind the day in a small line",
    "think_tank_roles": "names, an hour and a footnote among the paragraphs",
    "carousel_of_other_articles": "teasers in full sentences inside the article's own element",
    "no_article_tag_sidebar_prose": "a side column of prose beside a short article",
}
"""What is not read right yet, and why: such a test must fail, so that whoever mends it takes it off this list."""


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[pytest.mark.xfail(strict=True, reason=UNSOLVED[name])] if name in UNSOLVED else [])
        for name in houses()
    ],
)
def test_a_page_as_a_house_of_news_writes_it(name: str) -> None:
    lines = houses()[name]
    found = article("\n".join(re.sub(r"^[+~] ", "", line) for line in lines if not line.startswith("@")), "text/html")
    assert found.title == told(lines, "title")[0]
    assert set(found.authors) == {name for name in told(lines, "authors")[0].split("; ") if name}
    assert found.outlet == told(lines, "outlet")[0]
    assert (found.published.edtf or "").startswith(told(lines, "date")[0])
    wanted = [text for line in lines if line.startswith("+ ") and (text := plain(line[2:]))] + told(lines, "body")
    either = {plain(line[2:]) for line in lines if line.startswith("~ ")}
    assert [line for line in found.text.split("\n\n") if line not in either] == wanted
