"""Dates: cases in `cases/dates`, the time of an act, and laws for any text."""

from __future__ import annotations

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dragoman import dates, edtf
from dragoman.dating import editions
from dragoman.dating.feasts import feasts
from dragoman.dating.moons import easter
from dragoman.dating.phrases import find
from dragoman.dating.words import words
from dragoman.records import When
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import article

CASES = Path(__file__).parent / "cases" / "dates"


def cases(name: str) -> list[dict[str, Any]]:
    """The rows of a case file."""
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


def page(published: str | None) -> When:
    """A publication time from ISO words."""
    if published is None:
        return edtf.unknown()
    if "T" in published:
        return edtf.minute(dt.datetime.fromisoformat(published), basis="page")
    return edtf.day(dt.date.fromisoformat(published), basis="page")


@pytest.mark.parametrize(
    "case", cases("given.jsonl") + cases("phrases.jsonl"), ids=lambda case: f"{case['phrase']} in {case['published']}"
)
def test_given(case: dict[str, Any]) -> None:
    start = case["text"].index(case["phrase"])
    when = dates.resolve(case["text"], start, start + len(case["phrase"]), page(case["published"]))
    assert when.edtf == case["edtf"], when.why
    assert when.basis == "phrase"
    assert when.why
    assert (when.start and when.start.date(), when.end and when.end.date()) == bounds(case["edtf"])


def bounds(told: str | None) -> tuple[dt.date | None, dt.date | None]:
    """The half-open days of an EDTF string, read apart from the program."""
    if told is None or told.startswith("XXXX"):
        return None, None
    if "/" in told:
        first, last = told.split("/")
        return (None if first == ".." else bounds(first)[0]), (None if last == ".." else bounds(last)[1])
    if told.endswith("X"):
        return dt.date(int(told[:3]) * 10, 1, 1), dt.date(int(told[:3]) * 10 + 10, 1, 1)
    year, month, day = (int(part) for part in (told + "-0-0").split("-")[:3])
    if day:
        return dt.date(year, month, day), dt.date(year, month, day) + dt.timedelta(days=1)
    first_month, length = {
        0: (1, 12), 21: (3, 3), 22: (6, 3), 23: (9, 3), 24: (12, 3), 29: (9, 3), 30: (12, 3), 31: (3, 3), 32: (6, 3),
        33: (1, 3), 34: (4, 3), 35: (7, 3), 36: (10, 3),
    }.get(month, (month, 1))  # fmt: skip
    total = year * 12 + first_month - 1 + length
    return dt.date(year, first_month, 1), dt.date(total // 12, total % 12 + 1, 1)


@pytest.mark.parametrize("case", cases("apart.jsonl"), ids=lambda case: f"{case['phrase']} in {case['published']}")
def test_lengths_sets_and_counts_are_no_dates(case: dict[str, Any]) -> None:
    text = case["text"]
    start = text.index(case["phrase"])
    times = dates.find_times(article(text, published=page(case["published"])), sentences(text), load_tagger())
    beside = [time for time in times if time.start < start + len(case["phrase"]) and time.end > start]
    assert all(time.when.start is None and time.when.end is None for time in beside)


@pytest.mark.parametrize("case", cases("found.jsonl"), ids=lambda case: str(case["text"][:30]))
def test_found(case: dict[str, Any]) -> None:
    text = case["text"]
    times = dates.find_times(article(text, published=page("2016-04-18")), [(0, len(text))], load_tagger())
    assert [text[one.start : one.end] for one in times] == case["found"]


def act(text: str, trigger: str, published: str | None) -> When:
    """When the act of a trigger took place."""
    one = article(text, published=page(published))
    runs = sentences(text)
    times = dates.find_times(one, runs, load_tagger())
    start = text.index(trigger)
    return dates.when_of(one, runs, times, start, start + len(trigger))


@pytest.mark.parametrize("case", cases("articles.jsonl"), ids=lambda case: str(case["text"][:40]))
def test_times_of_the_acts_of_an_article(case: dict[str, Any]) -> None:
    found = {trigger: act(case["text"], trigger, case["published"]) for trigger in case["acts"]}
    assert {trigger: when.edtf for trigger, when in found.items()} == case["acts"]
    assert all(when.edtf is not None or when.why for when in found.values())


@pytest.mark.parametrize(
    ("text", "trigger", "published", "wanted", "basis"),
    [
        ("Talks collapsed on Tuesday.", "collapsed", "2018-08-16", "2018-08-14", "phrase"),
        ("He said on Monday that troops will leave on Friday.", "leave", "2018-08-14", "2018-08-17", "phrase"),
        ("The two agreed on Monday to meet on Friday.", "agreed", "2018-08-14", "2018-08-13", "phrase"),
        ("The two agreed on Monday to meet on Friday.", "meet", "2018-08-14", "2018-08-17", "phrase"),
        ("They signed the accord.", "signed", "2018-08-14", "2018-08-14", "publication"),
        ("They will sign the accord.", "sign", "2018-08-14", "2018-08-14/..", "publication"),
        ("They signed the accord.", "signed", None, None, "none"),
        ("The army will withdraw by Friday.", "withdraw", "2018-08-14", "2018-08-14/2018-08-17", "phrase"),
        ("They met on Sunday. The talks failed.", "failed", "2018-08-14", "2018-08-12", "phrase"),
        ("They met on Sunday.\n\nThe talks failed.", "failed", "2018-08-14", "2018-08-14", "publication"),
        ("MOSCOW, April 28 (Agency) -- The envoys signed it.", "signed", None, None, "none"),
        ("They seized it on May 4, 1979, and demanded his return.", "demanded", "1981-01-21", "1979-05-04", "phrase"),
        ("In what is being seen as a snub, Oman on Tuesday rejected the plan.", "rejected", "2018-08-16", "2018-08-14", "phrase"),
        ("It vowed it would never yield, calling Monday's drills a warning.", "drills", "2018-08-16", "2018-08-13", "phrase"),
        ("They took it on Monday and asked for a truce.", "asked", "2018-08-14", "2018-08-13", "phrase"),
        ("Under the accord signed last April the troops must be gone by May 15.", "be gone", "1989-02-15",
         "1989-02-15/1989-05-15", "phrase"),
        ("Israel is to give back the land.", "is to give", "2018-08-14", "2018-08-14/..", "publication"),
        ("He said he could not give up the plan.", "could not give up", "2018-08-14", "2018-08-14", "publication"),
        ("It has warned that ships may be hit if they are found there from Friday.", "warned", "2018-08-14",
         "2018-08-14", "publication"),
        ("MOSCOW, April 28 -- On Wednesday the envoys signed it.", "signed", "2016-04-28", "2016-04-27", "phrase"),
        ("The bloc threatened to impose duties by July.", "threatened", "2024-03-27", "2024-03-27", "publication"),
        ("The army began to pull out by July.", "pull out", "2024-09-27", "../2024-07-31", "phrase"),
    ],
)  # fmt: skip
def test_time_of_an_act(text: str, trigger: str, published: str | None, wanted: str | None, basis: str) -> None:
    when = act(text, trigger, published)
    assert (when.edtf, when.basis) == (wanted, basis), when.why
    assert when.why[-1].by == "when_of"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("The bloc threatened to impose duties by July.", "2024-07"),
        ("She pledged a new law by early July.", "2024-07-01/2024-07-15"),
        ("The army began to pull out by July.", "2023-07"),
        ("The town was taken by July.", "2023-07"),
    ],
)
def test_by_a_month_lies_ahead_behind_a_promise_or_a_purpose(text: str, wanted: str) -> None:
    (time,) = dates.find_times(article(text, published=page("2024-03-27")), list(sentences(text)), load_tagger())
    assert time.when.edtf == wanted


def test_a_minute_of_publication_dates_an_act_to_its_day_there() -> None:
    when = act("They signed the accord.", "signed", "2018-08-14T23:30:00-05:00")
    assert when.edtf == "2018-08-14"


def test_today_is_the_day_of_the_dateline_where_the_page_came_out_after_it() -> None:
    def found(dateline: str, published: str) -> list[str | None]:
        text = f"NAIROBI, {dateline} - The two sides parted tonight. They had come on Friday."
        when = dates.find_times(article(text, published=page(published)), sentences(text), load_tagger())
        return [time.when.edtf for time in when if time.when.basis != "dateline"]

    assert found("March 9", "2003-03-10T05:30:00+03:00") == ["2003-03-09", "2003-03-07"]
    assert found("March 10", "2003-03-10") == ["2003-03-10", "2003-03-07"]
    assert found("March 1", "2003-03-10") == ["2003-03-10", "2003-03-07"]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("He is at the 10th Beijing Xiangshan Forum, held from October 29-31.", ["2023-10-29/2023-10-31"]),
        ("They met at the 7th Xiangshan Forum last October and in Geneva in March this year.", ["2016-10", "XXXX-03"]),
        ("The 8th Xiangshan Forum opened. It was October 24.", ["XXXX-10-24"]),
        ("The 99th Xiangshan Forum opens on October 24.", ["XXXX-10-24"]),
        ("On Monday he spoke at the Xiangshan Forum. The 10th Xiangshan Forum runs October 29-31, and on Sunday it rained.",
         ["2023-10-30", "2023-10-29/2023-10-31", "2023-10-29"]),
        ("On Monday he spoke. The 10th Xiangshan Forum runs October 29-31.", [None, "2023-10-29/2023-10-31"]),
    ],
)  # fmt: skip
def test_a_numbered_edition_tells_the_year_of_an_undated_page(text: str, wanted: list[str | None]) -> None:
    times = dates.find_times(article(text, published=page(None)), sentences(text), load_tagger())
    assert [time.when.edtf for time in times] == wanted
    dated = dates.find_times(article(text, published=page("2019-05-05")), sentences(text), load_tagger())
    assert not any("Forum" in time.when.why[0].detail for time in dated)


def test_editions_are_in_order() -> None:
    for _, _, _, years in editions._editions():
        assert list(years) == sorted(years)
        assert list(years.values()) == sorted(years.values())


def test_every_edtf_is_valid() -> None:
    from edtf import parse_edtf  # the library's own grammar

    for case in cases("given.jsonl") + cases("phrases.jsonl"):
        if case["edtf"] is not None:
            parse_edtf(case["edtf"])


def test_lists_of_words_do_not_contradict_each_other() -> None:
    loaded = words()
    assert not set(loaded["numbers"]) & set(loaded["ordinals"])
    assert not set(loaded["modifiers"]) & set(loaded["units"])
    assert not loaded["early"] & loaded["late"] - {"turn"}
    assert not set(loaded["holidays"]) & set(loaded["moving"])
    for rule in loaded["holidays"].values():
        dt.date(2000, int(rule[:2]), int(rule[3:]))


# As the calendars of those countries printed them.
@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("chinese:1:1", "1949-01-29 1972-02-15 1989-02-06 2000-02-05 2008-02-07 2013-02-10 2020-01-25 2024-02-10"),
        ("chinese:8:15", "2006-10-06 2013-09-19 2018-09-24 2020-10-01 2023-09-29"),
        ("hebrew:1:15", "1973-04-17 2000-04-20 2018-03-31 2024-04-23"),
        ("hebrew:7:10", "1973-10-06 2001-09-27 2018-09-19 2023-09-25"),
        ("islamic:9:1", "2002-11-06 2009-08-22 2015-06-18 2018-05-17 2021-04-13 2024-03-11"),
        ("orthodox+0", "1991-04-07 2016-05-01 2018-04-08 2023-04-16"),
        ("nowruz", "2016-03-20 2018-03-21 2024-03-20"),
        ("diwali", "2017-10-19 2018-11-07 2020-11-14 2023-11-12"),
        ("term:15", "2018-04-05 2020-04-04"),
        ("11:4:3", "2017-11-23 2018-11-22"),
    ],
)
def test_feasts(rule: str, days: str) -> None:
    for day in days.split():
        (found,) = [value.start for value in feasts(rule, int(day[:4])) if value.start is not None]
        # a month of Islam begins where its crescent is seen
        assert abs((found - dt.date.fromisoformat(day)).days) <= rule.startswith("islamic")


@pytest.mark.parametrize("year", [1, 1599, 2201, 9998])
def test_feasts_far_from_our_time_are_not_reckoned(year: int) -> None:
    for rule in words()["moving"].values():
        assert len(feasts(rule, year)) <= 1


@pytest.mark.parametrize(("year", "day"), [(1998, "1998-04-12"), (2000, "2000-04-23"), (2024, "2024-03-31")])
def test_easter(year: int, day: str) -> None:
    assert easter(year).isoformat() == day


PIECES = st.sampled_from(
    "from between and to - , the a an of in on by since until last next this past two three 2 31 29-31 2014 1990s '90s May"
    " March Monday Sunday week weeks year days quarter third first half early late end overnight ago earlier later after before"
    " today every for 5 p.m. 18:00 UTC 10/29/2016 2016-02-30 9999 fiscal same that weekend Easter War . \n é 0".split(
        " "
    )
)
ANY = st.lists(PIECES, max_size=25).map(" ".join) | st.text(max_size=60)


@example("last 0 weekend", "2016-04-18")
@settings(max_examples=300, deadline=None)
@given(ANY, st.sampled_from(["2016-04-18", "0001-01-01", "9998-12-31", None]))
def test_any_text_gives_spans_and_ordered_intervals(text: str, published: str | None) -> None:
    one = article(text, published=page(published))
    runs = [(0, len(text))] if text else []
    last = 0
    for phrase in dates.find_times(one, runs):
        assert last <= phrase.start < phrase.end <= len(text)
        last = phrase.end
        when = phrase.when
        assert when.phrase == text[phrase.start : phrase.end]
        if when.start is not None and when.end is not None:
            assert when.start < when.end
        if published is None and when.start is not None:
            assert any(mark.isdigit() for mark in when.phrase or "") or when.precision in ("interval", "decade", "year")


@settings(max_examples=300, deadline=None)
@given(ANY, st.integers(0, 60), st.integers(0, 60))
def test_any_span_is_answered_with_a_reason(text: str, start: int, end: int) -> None:
    when = dates.resolve(text, start, end, page("2016-04-18"))
    assert when.why
    assert when.start is None or when.end is None or when.start < when.end


@pytest.mark.parametrize(
    "word", ["from ", "between March 5 and ", "week of ", "in a week after ", "29-", "the first of "]
)
def test_hostile_text_takes_linear_time(word: str) -> None:
    def seconds(times: int) -> float:
        begin = time.process_time()
        list(find(word * times, 0, len(word) * times))
        return time.process_time() - begin

    seconds(10)
    assert seconds(1600) < 30 * max(seconds(200), 0.005)
