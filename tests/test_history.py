"""Histories of series: editions joined on evidence alone, gaps marked, any order of input."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from dragoman import edtf
from dragoman.diplomacy.history import Edition, Gap, histories
from dragoman.records import Article, Meeting, When, make_id
from tests.builders import article


def meeting(
    name: str,
    *,
    edition: int | None = None,
    when: When | None = None,
    series: bool = True,
    where: str = "ar_1",
    status: str = "held",
) -> Meeting:
    when = when or edtf.unknown()
    return Meeting(
        id=make_id("mt", name, edition, when.edtf, when.phrase, where, status),
        article_id=where,
        name=name,
        series=name if series else None,
        edition=edition,
        status=status,
        hosts=(),
        participants=(),
        place=None,
        when=when,
        figures=(),
        sources=(),
        confidence=0.9,
        why=(),
    )


def day(text: str) -> When:
    return edtf.day(dt.date.fromisoformat(text), basis="phrase")


def dated(name: str, published: str) -> Article:
    page = article("Some text.")
    return replace(page, id=name, published=replace(page.published, edtf=published, start=None, end=None))


def test_gaps_are_marked_and_nothing_is_filled_in() -> None:
    found = histories(
        [meeting("Nile Forum", edition=7), meeting("Cairo Nile Forum", edition=10, when=day("2011-05-04"))]
    )
    (series,) = found
    assert series.name == "Nile Forum"
    assert series.names == ("Cairo Nile Forum", "Nile Forum")
    shown = [(r.first, r.last) if isinstance(r, Gap) else (r.number, r.edtf) for r in series.rows]
    assert shown == [(1, 6), (7, None), (8, 9), (10, "2011-05-04")]


def test_two_articles_tell_one_edition() -> None:
    announced = meeting("Nile Forum", edition=9, status="announced", where="ar_1")
    held = meeting("Nile Forum", edition=9, when=day("2011-05-04"), where="ar_2")
    days = meeting("Nile Forum", when=edtf.days(dt.date(2011, 5, 4), dt.date(2011, 5, 6), basis="phrase"), where="ar_3")
    (series,) = histories([announced, held, days])
    (edition,) = series.editions
    assert (edition.number, edition.edtf, edition.status) == (9, "2011-05-04", "held")
    assert edition.articles == ("ar_1", "ar_2", "ar_3")
    assert len(edition.why) == 2


def test_a_page_without_a_year_joins_where_its_weekday_fits() -> None:
    first = meeting("Nile Forum", when=edtf.days(dt.date(2016, 4, 27), dt.date(2016, 4, 28), basis="phrase"))
    told = edtf.unknown(phrase="Wednesday afternoon")
    page = meeting("Nile Forum", when=told, series=False, where="ar_2")
    (series,) = histories([first, page], [dated("ar_2", "XXXX-04-28")])
    assert [e.articles for e in series.editions] == [("ar_1", "ar_2")]
    assert "2016-04-27" in series.editions[0].why[0].detail
    # In 2017 the 28th is a Friday, and Wednesday the 26th: not one of its days.
    later = meeting("Nile Forum", when=edtf.days(dt.date(2017, 4, 27), dt.date(2017, 4, 28), basis="phrase"))
    (series,) = histories([later, page], [dated("ar_2", "XXXX-04-28")])
    assert len(series.editions) == 2


def test_other_series_stay_apart() -> None:
    names = ["Munich Security Conference", "Conference on Security and Co-operation in Europe", "Nile Forum"]
    assert len(histories([meeting(name) for name in names])) == 3
    assert histories([meeting("Nile Forum", series=False)]) == ()


def test_the_order_of_the_input_does_not_matter() -> None:
    rows = [meeting("Nile Forum", edition=n, when=day(f"201{n}-05-04")) for n in (1, 3, 4)]
    rows += [
        meeting("Cairo Nile Forum", when=day("2013-05-04"), where="ar_2"),
        meeting("Nile Forum", series=False, where="ar_3"),
    ]
    first = histories(rows)
    assert all(isinstance(row, Edition | Gap) for row in first[0].rows)
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert histories(rows) == first
