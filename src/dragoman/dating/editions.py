"""Numbered editions of meetings whose year is known: evidence, with a name, for the year of a page that prints none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dragoman.diplomacy.series import ORDINAL, ordinal

__all__ = ["Edition", "find_editions", "names_series"]

_SPAN = re.compile(r"(\d+)(?:-(\d+))?=(\d{4})")


@dataclass(frozen=True, slots=True)
class Edition:
    """An edition that is named at [start, end), the words that name it, and the year it was held in."""

    start: int
    end: int
    words: str
    series: str
    year: int


@cache
def _editions() -> tuple[tuple[str, re.Pattern[str], re.Pattern[str], dict[int, int]], ...]:
    text = files("dragoman").joinpath("data/editions.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]
    table = []
    for name, spans in rows:
        years = {}
        for first, last, year in _SPAN.findall(spans):
            for number in range(int(first), int(last or first) + 1):
                years[number] = int(year) + number - int(first)
        # "the 10th Beijing Xiangshan Forum", "Xiangshan Security Forum": a word or two may stand between.
        loose = r"\s+(?:[A-Z][\w’'-]*\s+){0,2}?".join(re.escape(word) for word in name.split())
        numbered = re.compile(rf"\b({ORDINAL})\s+(?:[A-Za-z][\w’'-]*\s+){{0,3}}?{loose}\b", re.IGNORECASE)
        table.append((name, re.compile(rf"\b{loose}\b"), numbered, years))
    return tuple(table)


def find_editions(text: str) -> tuple[Edition, ...]:
    """The numbered editions that a text names and whose years are known (`data/editions.tsv`).

    >>> [(edition.words, edition.year) for edition in find_editions("He is at the 10th Beijing Xiangshan Forum, October 29-31.")]
    [('10th Beijing Xiangshan Forum', 2023)]
    """
    found = []
    for name, plain, numbered, years in _editions():
        if plain.search(text) is None:
            continue
        for match in numbered.finditer(text):
            year = years.get(ordinal(match[1]) or 0)
            if year is not None:
                found.append(Edition(match.start(), match.end(), " ".join(match[0].split()), name, year))
    return tuple(sorted(found, key=lambda edition: edition.start))


def names_series(text: str, start: int, end: int, series: str) -> bool:
    """Whether `text[start:end]` names a series of `data/editions.tsv`, numbered or not."""
    return any(name == series and plain.search(text, start, end) is not None for name, plain, _, _ in _editions())
