"""Copies, rewrites, the same news, and acts counted once; the order of the input does not matter."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

from dragoman import edtf
from dragoman.cluster import find_stories
from dragoman.records import Article, Story
from dragoman.windows import Stream
from tests.builders import article

FERRY = (
    "Harbour pilots in Port Moresby refused on Tuesday to guide any vessel of the Northern Line after its ferry struck a jetty. "
    "The company said the tide tables were wrong. The transport ministry opened an inquiry and asked for the logs of the bridge crew. "
    "Seven passengers were treated for bruises, the hospital said, and the jetty will be closed for a month while divers look at its piles."
)
VOTE = (
    "Voters in the highland districts of Lesotho queued in sleet on Saturday to choose village councils. "
    "Turnout reached sixty percent by noon, the electoral commission said, and no station reported trouble. Results are due within days."
)


def made(name: str, text: str, title: str | None = None) -> Article:
    return replace(article(text, title=title), id=f"ar_{name}")


def articles() -> list[Article]:
    copy = "By a staff writer\n\n" + FERRY.replace("on Tuesday ", "") + "\n\nSubscribe to our newsletter."
    rewrite = (
        "Port Moresby - An inquiry has begun into the accident of a Northern Line ferry. Seven passengers were treated for bruises, "
        "the hospital said, "
        "and the jetty will be closed for a month. Pilots in the harbour will not guide the company's vessels until it ends."
    )
    return [made("a", FERRY), made("b", copy), made("c", rewrite), made("d", VOTE)]


def groups(stories: tuple[Story, ...]) -> set[frozenset[str]]:
    return {frozenset(story.article_ids) for story in stories}


def test_copies_and_rewrites_join_and_other_news_does_not() -> None:
    stories = find_stories(articles(), ())
    assert groups(stories) == {frozenset(("ar_a", "ar_b", "ar_c")), frozenset(("ar_d",))}
    story = next(s for s in stories if len(s.article_ids) == 3)
    assert story.relations[0] == "original"
    assert "copy" in story.relations
    assert all(reason.detail for reason in story.why)


def test_the_order_of_the_input_does_not_matter() -> None:
    first = find_stories(articles(), ())
    for seed in range(5):
        shuffled = articles()
        random.Random(seed).shuffle(shuffled)
        assert find_stories(shuffled, ()) == first


def test_no_article_and_one_article() -> None:
    assert find_stories((), ()) == ()
    assert [story.article_ids for story in find_stories([made("x", "Short.")], ())] == [("ar_x",)]


def test_a_stream_gives_the_same_stories_in_any_order() -> None:
    start = dt.date(2011, 5, 1)
    pages = []
    for number in range(24):
        text = (
            FERRY if number % 3 else VOTE
        ) + f" The {'third harbour' if number % 2 else 'second highland'} bulletin, page {number}."
        when = edtf.day(start + dt.timedelta(days=number * 2), basis="metadata")
        pages.append(replace(made(str(number), text), published=when))
    results = set()
    for seed in range(3):
        ordered = sorted(pages, key=lambda page: page.id)
        random.Random(seed).shuffle(ordered)
        # Within a day and a half of each other articles come in any order.
        ordered.sort(key=lambda page: page.published.start.timestamp() // (3 * 86_400) if page.published.start else 0)
        stream = Stream(window_days=7, late_days=3)
        stories = []
        placed = []
        for page in ordered:
            placed.append(stream.add(page))
            stories += list(stream.settled())
        assert stream.held < len(pages)
        stories += list(stream.close())
        assert stream.late == 0
        assert placed[0].beside is None
        assert sum(place.beside is not None for place in placed) > 12  # what is settled is forgotten
        told = sorted(name for story in stories for name in story.article_ids)
        assert told == sorted(page.id for page in pages)
        results.add(tuple(sorted((story.id, story.relations) for story in stories)))
    assert len(results) == 1


def test_undated_articles_of_a_stream() -> None:
    stream = Stream()
    for page in articles():
        stream.add(page)
    assert groups(tuple(stream.close())) == groups(find_stories(articles(), ()))
