"""What the attribution rules find and what is no statement: acts told with a verb of speech, and what somebody may say one day."""

from __future__ import annotations

import re
from bisect import bisect_left

from dragoman.speaking.attribution import Attribution
from dragoman.speaking.clauses import Unit
from dragoman.speaking.cues import load_cues

__all__ = ["is_deed", "is_unsaid"]

_ENOUGH = 0.5
"""Cues weaker than this speak of acts more often than of words."""
_DEEDS = frozenset(("dismiss", "declare", "write"))
_HELD = frozenset(("judge", "commit", "request"))
_SPOKEN = frozenset("talk idea notion rumour rumours rumor rumors charge charges version calls".split())
_LIVES = re.compile(
    r"(?:(?:more than|at least|about|over|nearly|almost|some|the)\s+)?[\w,.]+\s+(?:\w+\s+)?(?:lives|dead|victims)\b"
)
_KEPT_FROM = re.compile(r"(?:[A-Z][\w’'-]+|him|her|them|us|me)\s+(?:the|an?|any|its|his|their|access|entry)\s")
_WORD = re.compile(r"\w+")


def is_deed(text: str, made: Attribution) -> bool:
    """Whether an act is told: "ordered them to leave", "dismissed the minister", "declared an emergency", "wrote a letter".

    What is dismissed, declared or written is words where words of speech name it ("dismissed the claims") or marks hold it.
    """
    if made.word.strength < _ENOUGH:
        return True
    words = text[made.content[0][0] : made.content[-1][1]]
    if (made.word.word == "claim" and _LIVES.match(words)) or (made.word.word == "deny" and _KEPT_FROM.match(words)):
        return True
    if made.word.word not in _DEEDS or made.rules != ("np after the cue",):
        return False
    told = _WORD.findall(text[made.content[0][0] : made.content[-1][1]].lower())
    return made.inside < 0 and not any(word in _SPOKEN or word in load_cues().nouns for word in told)


def is_unsaid(unit: Unit, made: Attribution) -> bool:
    """ "said Peru may |propose| talks", "said that Peru |opposes| the nets": what is ahead or held now, in the words of another."""
    k = bisect_left(unit.spans, (made.cue[1], 0)) - 1
    while k > 0 and unit.spans[k][0] > made.cue[0] and not unit.tags[k].startswith("VB"):
        k -= 1
    helper = next((unit.low[m] for m in range(k - 1, max(-1, k - 4), -1) if unit.low[m] in {"did", "do", "does"}), None)
    if unit.tags[k] == "VB" and helper is None:
        return True
    held = unit.tags[k] in {"VBZ", "VBP"} or (unit.tags[k] == "VB" and helper != "did")
    return held and made.word.kind in _HELD
