"""Whose page it is, and where its article begins, on pages that say so without metadata."""

from __future__ import annotations

import textwrap

import pytest

from dragoman.reading.looks import AGAIN, second_look
from dragoman.reading.stamps import read_stamp
from tests.test_clean import BODY, article

_OLD = (
    "<title>Norland Dispatch :: Norland and Sudland reopen the Vik crossing</title><body><table><tr><td><b>NORLAND DISPATCH</b>"
    "<br><a href=a>Front page</a><br><a href=b>Chess</a><br><br><b>Advertisement</b><br>Hotel Bristol, quiet rooms and a telex.</td>"
    "<td><h2>Norland and Sudland reopen the Vik crossing</h2><div><i>From our correspondent Lea Sand, New Vik, 3 March 1981</i></div>"
    "<div>" + "".join(f"<p>{line}</p>" for line in BODY) + "</div></td></tr></table>"
)


def test_a_page_laid_out_in_tables_with_a_lesser_heading() -> None:
    found = article(_OLD, "text/html")
    assert found.title == "Norland and Sudland reopen the Vik crossing"
    assert found.outlet == "Norland Dispatch"
    assert found.authors == ("Lea Sand",)
    assert found.published.edtf == "1981-03-03"
    assert found.text == "\n\n".join(BODY)


def test_a_lesser_heading_that_the_title_does_not_hold_is_no_title() -> None:
    page = _OLD.replace("<h2>Norland and Sudland reopen the Vik crossing</h2>", "<h2>More from our world desk</h2>")
    assert article(page, "text/html").title != "More from our world desk"


def test_a_line_that_spells_the_printed_address_names_the_outlet() -> None:
    page = "\n\n".join(
        ["www.vik-gazette.example", "The Vik Gazette", "Ministers agree to reopen the Vik crossing", *BODY]
    )
    assert article(page).outlet == "The Vik Gazette"
    assert article(page.replace("The Vik Gazette\n", "Classifieds\n")).outlet == "vik-gazette.example"


def test_the_source_line_says_more_than_the_owner_of_the_rights() -> None:
    lines = ["Ministers agree to reopen the Vik crossing", "Radio Vik World Desk", "03-16-1978 04:30 GMT", *BODY]
    foot = "Copyright (C) Radio Vik. Licence 77"
    assert article("\n\n".join([*lines, foot])).outlet == "Radio Vik World Desk"
    assert article("\n\n".join([lines[0], *lines[2:], foot])).outlet == "Radio Vik"


def test_words_that_lead_to_a_quotation_are_kept() -> None:
    lines = ["Ministers agree to reopen the Vik crossing", *BODY[:2], "Asked about the prisoners, Holt added:", BODY[2]]
    assert "Asked about the prisoners, Holt added:" in article("\n\n".join(lines)).text


def test_a_sentence_parted_by_a_line_break_is_one_paragraph() -> None:
    broken = "The session reviewed the state of the crossing and confirmed that the guards of both sides will leave the bridge\nbefore May."
    page = "\n\n".join(["Ministers agree to reopen the Vik crossing", BODY[0], broken, *BODY[1:]])
    assert broken.replace("\n", " ") in article(page).text


def test_an_agencys_caption_and_a_notice_about_cookies_are_left_out() -> None:
    caption = (
        "Foreign Minister Ana Holt speaks about the crossing in the foreign ministry in Oslo, Monday, March 7, 2011."
    )
    notice = (
        "These cookies are set by our partners and build a profile. Without these cookies the page works all the same."
    )
    page = "\n\n".join(["Ministers agree to reopen the Vik crossing", BODY[0], caption, *BODY[1:], notice])
    assert article(page).text == "\n\n".join(BODY)


def test_the_second_look_knows_its_neighbours() -> None:
    seen = second_look([0.9, 0.1, 0.9], [100, 50, 100])
    assert len(seen) == 3
    assert all(len(row) == len(AGAIN) for row in seen)
    before, after = AGAIN.index("mass_before"), AGAIN.index("mass_after")
    assert seen[0][before] == 0.0
    assert seen[2][after] == 0.0
    assert abs(seen[1][before] - seen[1][after]) < 1e-9


def test_a_given_name_alone_is_completed_by_another_claim() -> None:
    page = (
        '<html><head><title>The bridge is open</title><meta name="author" content="Lea"><meta name="dc.creator" content="Lea Sand">'
        "</head><body><h1>The bridge is open</h1>" + "".join(f"<p>{line}</p>" for line in BODY)
    )
    assert article(page, "text/html").authors == ("Lea Sand",)
    assert article(page.replace("Lea Sand", "Ana Holt"), "text/html").authors == ("Lea",)


HEAD = (
    "Vik Monitor",
    "Norland and Sudland reopen the Vik crossing after ten years",
    "3 March 1981 / by Lea Sand and Ana Holt",
)


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_the_lines_of_a_head_are_parted_with_and_without_empty_lines(gap: str) -> None:
    found = article(gap.join(HEAD) + "\n\n" + "\n\n".join(BODY))
    assert (found.title, found.outlet, found.authors) == (HEAD[1], "Vik Monitor", ("Lea Sand", "Ana Holt"))
    assert found.published.edtf == "1981-03-03"
    assert found.text == "\n\n".join(BODY)


def test_a_text_wrapped_at_a_width_is_mended_and_its_head_is_not() -> None:
    wrapped = "\n\n".join(textwrap.fill(line, 72) for line in BODY)
    found = article("Vik Monitor\nThe Vik crossing reopens\n3 March 1981\n\n" + wrapped)
    assert (found.title, found.text) == ("The Vik crossing reopens", "\n\n".join(BODY))


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("LEA SAND, Vik Monitor staff writer", ("Lea Sand",)),
        ("Lea Sand in Oslo and agencies", ("Lea Sand",)),
        ("By Lea Sand, Senior Fellow, and Ana Holt, Visiting Scholar", ("Lea Sand", "Ana Holt")),
        ("Text: Lea Sand  Photo: Ana Holt", ("Lea Sand",)),
        ("Middle East", ()),
        ("Vik Newsroom", ()),
        ("ANTHONY BROOK, SECRETARY", ()),
    ],
)
def test_names_alone_sign_a_text_and_sections_do_not(line: str, authors: tuple[str, ...]) -> None:
    page = "\n".join(["Norland and Sudland reopen the Vik crossing", line, "3 March 1981", "", "\n\n".join(BODY)])
    assert article(page).authors == authors


@pytest.mark.parametrize(
    "line",
    [
        "Font Size: Small  Medium  Large",
        "COMMENTARY",
        "PRESS INFORMATION BUREAU OF NORLAND",
        "Policy Brief 14/2021",
        "Statements and Releases",
    ],
)
def test_widgets_kickers_and_houses_are_no_titles(line: str) -> None:
    page = "\n".join([line, "Norland and Sudland reopen the Vik crossing", line, "", "\n\n".join(BODY)])
    assert article(page).title == "Norland and Sudland reopen the Vik crossing"


def test_a_full_time_beside_source_and_editor_comes_before_a_dateline_without_a_year() -> None:
    lines = ["Norland reopens the Vik crossing", "Source: Vik Military Online   Editor: Wang Xin   1981-03-04 17:30:21"]
    found = article("\n".join(lines) + "\n\nVIK, March 3 -- " + "\n\n".join(BODY))
    assert (found.published.edtf, found.dateline, found.outlet) == ("1981-03-04", "VIK, March 3", "Vik Military Online")


@pytest.mark.parametrize(
    "tail",
    [
        "♦ Download the Vik Monitor app for your iOS or Android devices.",
        "Follow Vik Monitor on Twitter and Facebook to join the conversation.",
        "Independent journalism needs a community. Join ours now.",
        "Vik Agency website contains only a portion of the news stories offered to subscribers.",
        "The views expressed in this commentary are those of the author alone.",
    ],
)
def test_what_the_house_says_below_the_text_is_left_out(tail: str) -> None:
    assert article("\n\n".join(["Norland reopens the Vik crossing", *BODY, tail])).text == "\n\n".join(BODY)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Publié le 12 mars 2024 à 18h20", "2024-03-12"),
        ("12 de octubre de 2023", "2023-10-12"),
        ("05 Gennaio 2025 Aggiornato alle 16:01", "2025-01-05"),
        ("October, 05/2019 - 08:00", "2019-10-05"),
        ("15 / 11 / 2019", "2019-11-15"),
        ("02 / 03 / 2019", "2019"),
    ],
)
def test_days_as_papers_elsewhere_print_them(words: str, day: str) -> None:
    found = read_stamp(words, basis="page")
    assert found is not None
    assert found.edtf == day


@pytest.mark.parametrize("mark", ["Enditem", "(END)", "■"])
def test_the_mark_of_the_end_is_cut_and_its_paragraph_kept(mark: str) -> None:
    page = "\n\n".join(
        ["Norland reopens the Vik crossing", *BODY[:-1], f"Sudland will follow within three days. {mark}"]
    )
    assert article(page).text == "\n\n".join([*BODY[:-1], "Sudland will follow within three days."])
