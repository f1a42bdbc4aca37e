"""The turns of a transcript: "QUESTION: Will he go? MINISTER: He will." Words without marks that are a speaker's own.

A label is a capital, a few words and a colon at the start of a line or sentence. One alone is a headline or a list; two labels of
which one asks, or one that comes back, make a transcript.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from dragoman.text import paragraphs, trim

__all__ = ["Turn", "asking_labels", "find_turns"]

_LABEL = re.compile(
    r"(?:^|(?<=[.?!…”\"')\]] ))(?P<label>[A-Z][\w.’'-]{0,24}(?: (?:[A-Z(][\w.’')-]{0,24}|of|de|van|al)){0,5}):(?= +\S)",
    re.M,
)
_MOST = 400
"""Labels in one text beyond which it is a table, not talk."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: where its label and its words stand, and whether the label is of one who asks."""

    label: tuple[int, int]
    words: tuple[int, int]
    asks: bool


@lru_cache(maxsize=1)
def asking_labels() -> frozenset[str]:
    """The labels of those who ask, in small letters.

    >>> "interviewer" in asking_labels()
    True
    """
    text = resources.files("dragoman").joinpath("data/turns.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return frozenset(label for label, _ in rows[1:])


def find_turns(text: str) -> tuple[Turn, ...]:
    """The turns of a transcript in order, each to the next label or the end of its paragraph; none in other prose.

    >>> [text[slice(*t.words)] for text in ["Q: Will he go? DR ROY: Not yet."] for t in find_turns(text) if not t.asks]
    ['Not yet.']
    >>> find_turns("Rain: a guide. Bring a coat.")
    ()
    """
    if text.count(":") < 2:
        return ()
    found: list[Turn] = []
    for start, end in paragraphs(text):
        labels = list(_LABEL.finditer(text, start, end))
        for match, following in zip(labels, [*labels[1:], None], strict=False):
            words = trim(text, match.end(), following.start() if following else end)
            if words[0] < words[1]:
                asks = match.group("label").lower() in asking_labels()
                found.append(Turn(match.span("label"), words, asks))
    names = Counter(text[slice(*turn.label)].lower() for turn in found)
    if len(found) > _MOST or not (
        max(names.values(), default=0) > 1 or (len(names) > 1 and any(t.asks for t in found))
    ):
        return ()
    return tuple(found)
