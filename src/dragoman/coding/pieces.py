"""Word pieces as the model reads them: shapes, windows of sentences, and runs of labelled pieces as phrases of whole words."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

import numpy as np
import numpy.typing as npt

__all__ = [
    "Array", "Pieces", "Read", "Span", "Window", "cleaned_runs", "covering", "decoded", "distance", "joined_runs", "near_pieces", "runs_of",
    "shapes_of", "whole_words", "windows_of",
]  # fmt: skip

Array = npt.NDArray[np.float32]
Span = tuple[int, int]
_start, _end = itemgetter(0), itemgetter(1)


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text's word pieces: ids, shapes and character offsets."""

    ids: list[int]
    shapes: list[int]
    offsets: list[Span]


@lru_cache(maxsize=8192)
def _shape(word: str) -> int:
    """0 special, 1 lower, 2 Title, 3 UPPER, 4 mixed, 5 number, 6 mark: case for an encoder that lower-cases."""
    if not any(char.isalnum() for char in word):
        return 6
    if any(char.isdigit() for char in word):
        return 5
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    return 2 if word[0].isupper() and word[1:].islower() else 4


def shapes_of(text: str, offsets: Sequence[Span]) -> list[int]:
    """The shape of each piece's whole word; a mark between two words (the apostrophe of "Nepal's") has that of all it joins."""
    found: list[int] = []
    left = right = -1
    shape = 0
    for start, end in offsets:
        if not (left <= start < end <= right):
            left, right = start, end
            while left > 0 and text[left - 1].isalnum():
                left -= 1
            while right < len(text) and text[right].isalnum():
                right += 1
            shape = _shape(text[left:right])
            if not text[left:right].isalnum():  # the bounds of a mark are not those of the words beside it
                right = left
        found.append(shape)
    return found


_FUNCTION_WORDS = frozenset(
    "a an the was were is are be been had has have to of in on at by for with and or that it its their his her"
    " will would shall may might can could should must not also".split()
)


_LED_ON = 6  # pieces at most


def _leads_on(words: str) -> bool:
    """Whether words only lead up to the one that names the act."""
    told = words.lower().split()
    return set(told) <= _FUNCTION_WORDS or told[-1].endswith("ly")


def joined_runs(runs: list[tuple[int, int, int]], offsets: Sequence[Span], text: str) -> list[tuple[int, int, int]]:
    """Runs of whole words; those of one kind with at most two pieces between them as one ("an" ... "accord").

    A run that ends before the word that tells the act ("will", "firmly") is led on to it; function words alone name nothing.
    """

    def inner(at: int) -> bool:
        """Whether piece `at` goes on the word of the piece before it."""
        end = offsets[at][0]
        return offsets[at - 1][1] == end and text[end].isalnum() and text[end - 1].isalnum()

    joined: list[tuple[int, int, int]] = []
    for begin, stop, kind in runs:
        first, last = begin, stop
        while first > 0 and inner(first):
            first -= 1
        while last < len(offsets) and (
            inner(last)
            or (
                last - stop < _LED_ON
                and _leads_on(text[offsets[first][0] : offsets[last - 1][1]])
                and text[offsets[last][0]].isalnum()
            )
        ):
            last += 1
        if joined and first - joined[-1][1] <= (2 if joined[-1][2] == kind else -1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]), joined[-1][2])
        else:
            joined.append((first, last, kind))
    return [
        run
        for run in joined
        if not set(text[offsets[run[0]][0] : offsets[run[1] - 1][1]].lower().split()) <= _FUNCTION_WORDS
    ]


@dataclass(frozen=True, slots=True)
class Window:
    """Consecutive sentences that fit into one pass."""

    start: int
    end: int


def near_pieces(offsets: Sequence[Span], sentences: Sequence[Span], run: Span, reach: int) -> Span:
    """The run of pieces of the sentences within `reach` characters of the pieces `run`: its own, and others near it."""
    start, end = offsets[run[0]][0], offsets[run[1] - 1][1]
    near = [s for s in sentences if s[0] < end + reach and start - reach < s[1]]
    begin, stop = min([start, *(s[0] for s in near[:1])]), max([end, *(s[1] for s in near[-1:])])
    return bisect_right(offsets, begin, key=_end), bisect_left(offsets, stop, key=_start)


@dataclass(frozen=True, slots=True)
class Read:
    """A window with its text, its pieces and their vectors."""

    window: Window
    text: str
    pieces: Pieces
    hidden: Array
    """The last layer."""
    middle: Array
    """The last of the layers that all acts share, with the special pieces at both ends."""
    sentences: tuple[Span, ...]
    """Offsets in the article, like the window's own."""

    def around(self, first: int, last: int, reach: int) -> tuple[Read, int, int]:
        """The sentences within `reach` characters of the pieces [first, last), and where these stand among them."""
        offsets = self.pieces.offsets[: len(self.hidden)]
        own = [(a - self.window.start, b - self.window.start) for a, b in self.sentences]
        low, high = near_pieces(offsets, own, (first, last), reach)
        if high - low == len(offsets):
            return self, first, last
        begin, stop = offsets[low][0], offsets[high - 1][1]
        pieces = Pieces(
            self.pieces.ids[low:high],
            self.pieces.shapes[low:high],
            [(a - begin, b - begin) for a, b in offsets[low:high]],
        )
        window = Window(self.window.start + begin, self.window.start + stop)
        near = tuple(s for s in self.sentences if s[0] < window.end and window.start < s[1])
        middle = np.concatenate([self.middle[:1], self.middle[low + 1 : high + 1], self.middle[-1:]])
        return Read(window, self.text[begin:stop], pieces, self.hidden[low:high], middle, near), first - low, last - low

    def mark(self, at: int) -> bool:
        """Whether a piece is punctuation."""
        start, end = self.pieces.offsets[at]
        return not any(char.isalnum() for char in self.text[start:end])


def covering(offsets: Sequence[Span], start: int, end: int) -> tuple[int, int] | None:
    """The run of pieces [first, last) over the characters [start, end)."""
    first, last = bisect_right(offsets, start, key=_end), bisect_left(offsets, end, key=_start)
    while first < last and offsets[first][0] == offsets[first][1]:
        first += 1
    while first < last and offsets[last - 1][0] == offsets[last - 1][1]:
        last -= 1
    return (first, last) if first < last else None


def runs_of(labels: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Runs (first, last, kind) of begin-inside labels: 0 outside, 1 + 2k begins kind k, 2 + 2k goes on."""
    first = -1
    kind = -1
    for i, label in enumerate([*labels, 0]):
        goes_on = label > 0 and label % 2 == 0 and first >= 0 and (label - 2) // 2 == kind
        if first >= 0 and not goes_on:
            yield first, i, kind
            first = -1
        if label > 0 and not goes_on:
            first, kind = i, (label - 1) // 2


def windows_of(sentences: Sequence[Span], limit: int) -> Iterator[Window]:
    """Runs of sentences, each at most `limit` characters (a longer sentence stands alone).

    They go across paragraphs: those of news are short, and who "the president" is stands in the one before.
    """
    start = end = -1
    for a, b in sentences:
        if start >= 0 and b - start > limit:
            yield Window(start, end)
            start = -1
        if start < 0:
            start = a
        end = b
    if start >= 0:
        yield Window(start, end)


_INSIDE_NAMES = frozenset(("'", "’", "s", "of"))


def cleaned_runs(runs: Iterable[tuple[int, int, int]], part: Read, text: str) -> Iterator[tuple[int, int, int]]:
    """Runs of one part that belong together joined, marks and small words at their ends cut off, function words alone left out."""
    offsets = part.pieces.offsets
    joined: list[tuple[int, int, int]] = []
    for first, last, kind in runs:
        gap = text[offsets[joined[-1][1] - 1][1] : offsets[first][0]].strip().lower() if joined else "-"
        if joined and joined[-1][2] == kind and (gap == "" or gap in _INSIDE_NAMES):
            joined[-1] = (joined[-1][0], last, kind)
        else:
            joined.append((first, last, kind))
    for first, last, kind in joined:
        while last > first and (part.mark(last - 1) or _ends_no_phrase(part, last - 1)):
            last -= 1
        while first < last and part.mark(first):
            first += 1
        words = text[offsets[first][0] : offsets[last - 1][1]].lower().split() if first < last else []
        if words and not set(words) <= _NO_PARTY:
            yield first, last, kind


_LEADS_ON = frozenset("a an the of on at by for with and or from as".split())


def _ends_no_phrase(part: Read, at: int) -> bool:
    """Whether a piece is a word that only begins what a phrase goes on with: "Chairman of the" is "Chairman"."""
    start, end = part.pieces.offsets[at]
    return (
        part.text[start:end].lower() in _LEADS_ON
        and not part.text[start - 1 : start].isalnum()
        and not part.text[end : end + 1].isalnum()
    )


_NO_PARTY = _FUNCTION_WORDS - {"it", "its", "their", "his", "her"}


def whole_words(part: Read, first: int, last: int) -> Span:
    """The characters of a run of pieces, completed to whole words."""
    offsets = part.pieces.offsets

    def cut(at: int) -> bool:
        return offsets[at - 1][1] == offsets[at][0] and not part.mark(at - 1) and not part.mark(at)

    while first > 0 and cut(first):
        first -= 1
    while last < len(part.hidden) and cut(last):
        last += 1
    return offsets[first][0], offsets[last - 1][1]


def distance(one: Span, two: Span) -> Array:
    """How far and on which side a phrase stands from a trigger, as 16 indicator values."""
    gap = two[0] - one[1] if two[0] >= one[1] else two[1] - one[0] if two[1] <= one[0] else 0
    index = sum(abs(gap) > step for step in (0, 1, 2, 4, 7, 12, 20))
    values = np.zeros(16, dtype=np.float32)
    values[index + (8 if gap < 0 else 0)] = 1.0
    return values


def decoded(probabilities: Array, bias: float) -> list[int]:
    """The best label of each piece; `bias` (a factor on "outside") trades precision for recall, chosen on development data."""
    weighted = probabilities.copy()
    weighted[:, 0] *= bias
    return [int(i) for i in weighted.argmax(-1)]
