"""HTML pages in the markup of many houses: what belongs to the article must not hang on which elements they chose."""

from __future__ import annotations

import pytest

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
