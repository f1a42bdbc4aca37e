"""The articles of the benchmark, and its clock."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.throughput import STEPS, Clock, articles, cleaned, growth, paragraphs, write_pages


def spin(seconds: float) -> None:
    began = time.process_time()
    while time.process_time() - began < seconds:
        pass


def test_articles_are_long_enough_and_never_alike() -> None:
    pieces = paragraphs()
    made = list(articles(pieces, 40, 500))
    assert all(500 <= sum(len(each.split()) for each in article) < 800 for article in made)
    assert len({"\n".join(article) for article in made}) == 40
    every = [each for article in made for each in article]
    assert len(every) > len(pieces)  # a second round was needed
    # Only a paragraph that names no state comes back in the same words.
    assert len(set(every)) > 0.7 * len(every)
    assert made == list(articles(pieces, 40, 500))


def test_pages_are_read_back_whole(tmp_path: Path) -> None:
    words = write_pages(tmp_path, 3, 200)
    texts = cleaned(tmp_path)
    assert len(texts) == 3
    assert sum(len(text.split()) for text in texts) == pytest.approx(words, rel=0.1)


def test_a_step_pays_only_for_its_own_part() -> None:
    clock = Clock()
    inner = clock.timed("inner", lambda: spin(0.03))

    def both() -> str:
        spin(0.01)
        inner()
        return "done"

    def three() -> Iterator[int]:
        for number in range(3):
            spin(0.01)
            yield number

    clock.seconds.clear()
    with clock.step("the rest"):
        assert clock.timed("outer", both)() == "done"
        assert list(clock.timed_items("items", three)()) == [0, 1, 2]
    assert clock.seconds["inner"] == pytest.approx(0.03, abs=0.015)
    assert clock.seconds["outer"] == pytest.approx(0.01, abs=0.015)
    assert clock.seconds["items"] == pytest.approx(0.03, abs=0.015)


def test_a_step_that_fails_is_closed() -> None:
    clock = Clock()
    with pytest.raises(ValueError, match="no"), clock.step("broken"):
        raise ValueError("no")
    spin(0.01)
    with clock.step("next"):
        pass
    assert clock.seconds["the rest"] >= 0.009


@pytest.mark.parametrize("name", STEPS)
def test_every_step_that_is_timed_is_there(name: str) -> None:
    import importlib

    parts = name.split(".")
    place = importlib.import_module(".".join(parts[:2]))
    for part in parts[2:]:
        place = getattr(place, part)
    assert callable(place)


def test_a_word_of_a_long_article_takes_no_more_work_than_one_of_a_short_one() -> None:
    growth(300)  # what is loaded and made at the first question
    _, short = growth(1500)
    _, long = growth(9000)
    assert long < 1.6 * short
