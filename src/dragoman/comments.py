"""Where readers' comments begin on a page saved as text: under a heading that says so, or at answers and votes.

A comment reads as prose; what tells it from the article is the line around it: who signed it, when, "Reply", "23 votes".
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.clutter import ends_sentence, marks_comment, opens_comments, word_count

__all__ = ["comments_from"]

_DIGIT = re.compile(r"\d")
_FIRST = 10
"""How many paragraphs below a heading are looked at."""
_SIGNATURE = 12
_LEAST_BEFORE = 3
"""The text above the comments holds at least one part in three of the page's prose: a page of comments alone is left as it is."""


def comments_from(lines: Sequence[str], kinds: Sequence[str]) -> int | None:
    """The index of the line with which the readers' comments begin; None where the page shows none.

    >>> page = ["The ministers met in Oslo on Monday, the office said.", "2 Comments", "Jane Doe", "They never keep what they promise!"]
    >>> comments_from(page, ["prose", "tail", "short", "prose"])
    1
    """
    words = [word_count(line) if what == "prose" else 0 for line, what in zip(lines, kinds, strict=True)]
    total, above = sum(words), 0
    marks = [index for index, line in enumerate(lines) if marks_comment(line)]
    marked = marks[0] if len(marks) > 1 else len(lines)
    for index, line in enumerate(lines):
        if above * _LEAST_BEFORE >= total and above and (index == marked or _heads(lines, kinds, index, line)):
            return index
        above += words[index]
        if index == marked:
            # The first answer stands among most of the page's prose: somebody replies in an interview.
            return None
    return None


def _heads(lines: Sequence[str], kinds: Sequence[str], index: int, line: str) -> bool:
    """Whether a heading opens comments: the first of them is signed, and where no number says so, most of them are."""
    if not opens_comments(line):
        return False
    below = [other for other in range(index + 1, len(lines)) if lines[other]]
    prose = [place for place, other in enumerate(below) if kinds[other] == "prose"][:_FIRST]
    if not prose:
        return False

    def signs(place: int) -> bool:
        if not 0 <= place < len(below) or kinds[below[place]] == "prose":
            return False
        text = lines[below[place]]
        return word_count(text) <= _SIGNATURE and not ends_sentence(text)

    if not any(signs(place) for place in range(prose[0])):
        return False
    if _DIGIT.search(line):
        return True
    return sum(1 for place in prose if signs(place - 1) or signs(place + 1)) * 2 >= len(prose)
