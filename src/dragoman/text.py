"""Sentences, tokens and offsets.

Everything here works in code points of the text it is given and never changes that text.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any, Generic, TypeVar

from dragoman.records import Source, Span

__all__ = ["ByPlace", "find_all", "index_at", "paragraphs", "sentences", "source", "span_at", "tokens", "trim"]

T = TypeVar("T")

_TOKEN = re.compile(r"[^\W_]+(?:[.’'\-][^\W_]+)*|[^\w\s]")


def tokens(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Offsets of words (inner apostrophes, hyphens and dots kept) and of single punctuation marks.

    >>> [ "U.S.-led talks."[a:b] for a, b in tokens("U.S.-led talks.") ]
    ['U.S', '.', '-', 'led', 'talks', '.']
    """
    return [match.span() for match in _TOKEN.finditer(text, start, len(text) if end is None else end)]


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The same run without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def paragraphs(text: str) -> list[tuple[int, int]]:
    """Offsets of paragraphs: runs between line breaks, white space trimmed.

    >>> paragraphs("One.\\n\\nTwo.")
    [(0, 4), (6, 10)]
    """
    found = []
    for match in re.finditer(r"[^\n]+", text):
        start, end = trim(text, *match.span())
        if start < end:
            found.append((start, end))
    return found


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of sentences, never across a paragraph; white space trimmed.

    The splitter is sentencex (measured best on hard news paragraphs); two things it does not know are mended: a
    closing quotation mark belongs to the sentence it closes, and a title or initial before a name does not end one.

    >>> text = "Gen. Cai met Lt. Gen. Poznihir. He left."
    >>> [text[a:b] for a, b in sentences(text)]
    ['Gen. Cai met Lt. Gen. Poznihir.', 'He left.']
    """
    from sentencex import get_sentence_boundaries  # compiled: imported when first needed, not for --help

    found: list[tuple[int, int]] = []
    for begin, finish in paragraphs(text):
        piece = text[begin:finish]
        cuts: list[tuple[int, int]] = []
        for boundary in get_sentence_boundaries("en", piece):
            start, end = trim(piece, boundary["start_index"], boundary["end_index"])
            if start < end:
                cuts.append((start, end))
        found.extend((begin + start, begin + end) for start, end in _mend(piece, cuts))
    return found


_TITLE_END = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Sgt|Cmdr|Adm|Brig|Sen|Rep|Gov|Prof|Rev|St|Amb|Hon|Pres|Sec|Ft|Mt|No|vs)|\b[A-Z])\.$"
)
_LONGEST_TITLE = 12  # and more: so much of a sentence's end is looked at
_MONTH_END = re.compile(r"\b(?:Jan|Feb|Aug|Sept|Sep|Oct|Nov|Dec)\.$")


def _mend(piece: str, cuts: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    held: tuple[int, int] | None = None
    for start, end in cuts:
        if held is not None:
            before = piece[max(held[0], held[1] - _LONGEST_TITLE) : held[1]]
            first = piece[start]
            # "Gen. | Cai": a title or an initial; "Oct. | 12": a month before its day; "... ." | "”": a stray closing mark.
            if (
                _TITLE_END.search(before)
                or (_MONTH_END.search(before) and first.isdigit())
                or (end - start <= 2 and not piece[start:end].isalnum())
                or first.islower()
            ):
                held = (held[0], end)
                continue
            yield held
        held = (start, end)
    if held is not None:
        yield held


def index_at(spans: Sequence[tuple[int, int]], at: int) -> int | None:
    """The number of the span, of spans in order such as sentences, in which a character stands; `None` between them.

    >>> index_at([(0, 4), (6, 9)], 7), index_at([(0, 4), (6, 9)], 5)
    (1, None)
    """
    number = bisect_right(spans, at, key=itemgetter(0)) - 1
    return number if number >= 0 and at < spans[number][1] else None


def span_at(spans: Sequence[tuple[int, int]], at: int) -> tuple[int, int] | None:
    """The one of spans in order, such as sentences, in which a character stands; `None` between them.

    >>> span_at([(0, 4), (6, 9)], 7), span_at([(0, 4), (6, 9)], 5)
    ((6, 9), None)
    """
    number = index_at(spans, at)
    return None if number is None else spans[number]


def find_all(text: str, words: str) -> list[tuple[int, int]]:
    """Every whole-word occurrence of `words`, case kept.

    >>> find_all("Oman and Roman Oman", "Oman")
    [(0, 4), (15, 19)]
    """
    if not words:
        return []
    left = r"(?<![^\W_])" if words[0].isalnum() else ""
    right = r"(?![^\W_])" if words[-1].isalnum() else ""
    return [match.span() for match in re.finditer(left + re.escape(words) + right, text)]


def source(article_id: str, text: str, start: int, end: int) -> Source:
    """The source for a run of an article's text; the only way that the pipeline makes one."""
    return Source(article_id=article_id, span=Span(start=start, end=end), text=text[start:end])


def _ends(item: Any) -> tuple[int, int]:
    return item.start, item.end


def _in_order(placed: Iterable[tuple[int, int, int, T]]) -> list[T]:
    return [item for _, _, _, item in sorted(placed, key=itemgetter(2))]


class ByPlace(Generic[T]):
    """Things that stand in a text, found by where they stand without looking at all of them; always told in the order given.

    >>> words = ByPlace([(0, 3), (8, 12), (4, 7)], lambda each: each)
    >>> words.inside(3, 12), words.touching(6, 9)
    ([(8, 12), (4, 7)], [(8, 12), (4, 7)])
    """

    def __init__(self, items: Iterable[T], span: Callable[[T], tuple[int, int]] = _ends) -> None:
        placed = sorted((*span(item), number, item) for number, item in enumerate(items))  # no two have one number
        self._placed = placed
        self._starts = [start for start, *_ in placed]
        self._longest = max((end - start for start, end, *_ in placed), default=0)

    def inside(self, start: int, end: int) -> list[T]:
        """What stands wholly from `start` to `end`."""
        near = self._placed[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return _in_order(each for each in near if each[1] <= end)

    def touching(self, start: int, end: int) -> list[T]:
        """What shares a character with the run from `start` to `end`."""
        near = self._placed[bisect_left(self._starts, start - self._longest) : bisect_left(self._starts, end)]
        return _in_order(each for each in near if each[1] > start)
