"""The matrix of speakers and time."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from dragoman import edtf
from dragoman.positions import UNDATED, positions_of
from dragoman.records import Statement
from dragoman.statements import find_statements
from dragoman.text import sentences
from evals.statements import bare_article


def said(text: str, article_id: str) -> Statement:
    return find_statements(bare_article(text, article_id), tuple(sentences(text)), (), ())[0]


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


FOR = said("Oslo said it supports the treaty.", "ar_1")
AGAINST = said("Oslo condemned the treaty as unlawful.", "ar_2")
OTHER = said("Quito said the ships had left.", "ar_3")


def test_cells_open_to_their_statements() -> None:
    made = positions_of((OTHER, AGAINST, FOR), {"ar_1": day("2001-01-05"), "ar_2": day("2001-03-05"), "ar_3": None})
    assert made.speakers == ("Oslo", "Quito")
    assert made.periods == ("2001-01-05", "2001-03-05", UNDATED)
    assert made.cells["Oslo", "2001-01-05"].label() == "+1"
    assert made.cells["Oslo", "2001-03-05"].label() == "−1"
    assert [row.id for row in made.cells["Quito", UNDATED].statements] == [OTHER.id]
    assert sum(len(cell.statements) for cell in made.cells.values()) == 3


def test_periods_widen_until_they_fit() -> None:
    rows = [replace(FOR, article_id=f"ar_{n}") for n in range(40)]
    days = {f"ar_{n}": day("2001-01-01") + dt.timedelta(days=9 * n) for n in range(40)}
    assert positions_of(rows, days).periods[:2] == ("2001-01", "2001-02")
    years = {f"ar_{n}": day("1980-01-01") + dt.timedelta(days=365 * n) for n in range(40)}
    assert len(positions_of(rows, years).periods) > 12


def test_the_time_of_the_words_comes_first() -> None:
    told = replace(FOR, when=edtf.day(dt.date(1999, 2, 3), basis="phrase"))
    assert positions_of((told,), {"ar_1": day("2001-01-05")}).periods == ("1999-02-03",)
