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

__all__ = ["Turn", "find_turns", "turn_labels"]

_LABEL = re.compile(
    r"(?:^|(?<=[.?!…”\"')\]] ))(?P<label>[A-Z][\w.’'-]{0,24}(?: (?:[A-Z(][\w.’')-]{0,24}|of|de|van|al)){0,5}):(?= +\S)",
    re.M,
)
_MOST = 400
"""Labels in one text beyond which it is a table, not talk."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn: where its label and its words stand, and its role: it asks, it answers, or it answers without saying who does."""

    label: tuple[int, int]
    words: tuple[int, int]
    role: str

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.role == "asks"


@lru_cache(maxsize=1)
def turn_labels() -> dict[str, str]:
    """The labels that ask or name nobody, in small letters.

    >>> turn_labels()["interviewer"], turn_labels()["a"]
    ('asks', 'nobody')
    """
    text = resources.files("dragoman").joinpath("data/turns.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {row[0]: row[1] for row in rows[1:]}


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
                role = turn_labels().get(match.group("label").lower(), "answers")
                found.append(Turn(match.span("label"), words, role))
    found = _askers(text, found)
    names = Counter(text[slice(*turn.label)].lower() for turn in found)
    if len(found) > _MOST or not (
        max(names.values(), default=0) > 1 or (len(names) > 1 and any(t.asks for t in found))
    ):
        return ()
    return tuple(found)


def _askers(text: str, turns: list[Turn]) -> list[Turn]:
    """The turns, with those of a label as questions that ends nearly all of its turns with a question mark, where another answers.

    "REUTERS: ... What is your comment?", "The Harbour Courier: Minister, will he go?".
    """
    asked: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for turn in turns:
        label = text[slice(*turn.label)].lower()
        every[label] += 1
        asked[label] += text[turn.words[1] - 1] == "?"
    asks = {label for label, count in every.items() if asked[label] * 4 >= count * 3}
    if not any(label not in asks and turn_labels().get(label) != "asks" for label in every):
        return turns
    return [
        Turn(turn.label, turn.words, "asks")
        if turn.role == "answers" and text[slice(*turn.label)].lower() in asks
        else turn
        for turn in turns
    ]
