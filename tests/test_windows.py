"""Stories by windows of time: each article once, the same as over the whole where a story is shorter than the reach of a window."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman import cluster, edtf
from dragoman.records import Article, Coding
from dragoman.store import Batch, InputRow, Writer, open_dataset
from dragoman.windows import MOST_AT_ONCE, Calendar, derive, find_windows, join_stories, stories_of
from tests.builders import article

TOPICS = (
    "ferry treaty Estonia",
    "grain corridor Odesa",
    "border river Ruritania",
    "fishing quota Iceland",
    "prisoner swap",
)
OUTLETS = ("told its readers plainly", "reported from the scene", "wrote in a long dispatch", "noted without comment")


def stored(root: Path, articles: list[Article], *, parts: int = 3) -> Writer:
    """A dataset of these articles in several parts, its writer closed."""
    with Writer(root, {"coder": "none"}) as writer:
        for at in range(parts):
            mine = articles[at::parts]
            if mine:
                rows = tuple(InputRow(key=each.id, outcome=each.id) for each in mine)
                writer.add(Batch(inputs=rows, codings=tuple(Coding(article=each) for each in mine), rejections=()))
    return writer


def news(number: int, topic: int, day: int | None, outlet: int) -> Article:
    subject, how = TOPICS[topic], OUTLETS[outlet]
    body = f"The {subject} talks number {topic} came to their {'end' if topic % 2 else 'start'} " * 3
    text = f"{body}. Our correspondent {number} {how} that the {subject} matter, file {topic * 7}, was closed."
    when = edtf.unknown() if day is None else edtf.day(dt.date(2020, 1, 1) + dt.timedelta(days=day), basis="metadata")
    return replace(article(text, published=when), id=f"ar_{number:016x}")


def windowed(root: Path, most: int) -> list[tuple[str, ...]]:
    dataset = open_dataset(root)
    calendar = Calendar.of(dataset)
    windows = calendar.windows(most)
    found = join_stories(stories_of(dataset, window, calendar) for window in windows)
    return sorted(tuple(sorted(story.article_ids)) for story in found)


def test_one_window_gives_what_the_whole_gives(tmp_path: Path) -> None:
    articles = [news(n, n % 5, (n * 3) % 40 if n % 7 else None, n % 4) for n in range(30)]
    stored(tmp_path / "d", articles)
    with Writer(tmp_path / "d", {}) as writer:
        derive(writer)
    assert sorted(open_dataset(tmp_path / "d").records("stories"), key=lambda s: s.id) == list(
        cluster.find_stories(articles, [])
    )


def test_a_story_over_a_boundary_is_one_story(tmp_path: Path) -> None:
    # Two reports a day; a boundary falls between any two days. Each topic is told on three days in a row.
    articles = [news(n, n // 6, n // 2 + 20 * (n // 6), n % 4) for n in range(30)]
    stored(tmp_path / "d", articles)
    whole = windowed(tmp_path / "d", MOST_AT_ONCE)
    assert len(whole) == 5
    for most in (2, 3, 4, 7):
        assert windowed(tmp_path / "d", most) == whole


@settings(max_examples=10, deadline=None)
@given(
    told=st.lists(st.tuples(st.none() | st.integers(0, 30), st.integers(0, 4)), min_size=1, max_size=14),
    most=st.integers(1, 9),
)
def test_every_article_is_in_exactly_one_story(
    tmp_path_factory: pytest.TempPathFactory, told: list[tuple[int | None, int]], most: int
) -> None:
    root = tmp_path_factory.mktemp("windows") / "d"
    articles = [news(n, topic, day, n % 4) for n, (day, topic) in enumerate(told)]
    stored(root, articles)
    held = [each for story in windowed(root, most) for each in story]
    assert sorted(held) == sorted(each.id for each in articles)


@given(st.lists(st.integers(-9999, 9999), max_size=60), st.integers(0, 30), st.integers(1, 20))
def test_windows_cover_every_day_once(days: list[int], undated: int, most: int) -> None:
    windows = find_windows(days, undated, most=most)
    if windows[:1] and windows[0].everything:
        assert len(days) + undated <= most
        return
    dated = [w for w in windows if w.start is not None and w.end is not None]
    for day in days:
        assert sum(w.start <= day < w.end for w in dated if w.start is not None and w.end is not None) == 1
    assert sum(w.start is None for w in windows) == -(-undated // most)
