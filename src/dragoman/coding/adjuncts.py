"""Whether a date or a place of a sentence is that of an act in it: what the words between them show, and a small learned scorer over it.

A sentence often tells of several acts, each with a date or a place of its own. The scorer takes the vectors of the phrase and of the act,
as the encoder gives them with the act marked, and what stands around and between the two. It answers for each phrase by itself, so that
an act of which no phrase tells has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np

from dragoman.coding.pieces import Array, Span

__all__ = ["FILE", "KINDS", "Shares", "rows_of", "shares_of"]

FILE = "adjuncts.npz"
KINDS = ("date", "place")
Shares = Mapping[Span, float]
"""How likely each phrase is the date, or the place, of an act."""

_PREPOSITIONS = (
    "in", "at", "on", "from", "to", "of", "since", "until", "by", "before", "after", "between", "near", "into", "for", "with", "during",
    "over", "outside", "inside", "through", "across", "around", "as",
)  # fmt: skip
_OPENS_CLAUSE = re.compile(
    r"[;:“”\"]|,? (?:and|but|while|after|before|when|which|who|that|where|because|although|as|under)\b|, \w+ing\b"
    r"|\b(?:said|says|told|announced|reported|added)\b"
)
_INFINITIVE = re.compile(r"\bto (?!the\b|an?\b|its\b|his\b|her\b|their\b)[a-z]+")
_LAST_WORD = re.compile(r"([^\W\d_]+)(?:\s+the)?\s*$", re.IGNORECASE)
_OWNS = re.compile(r"['’]s\b")
_MOST_BETWEEN = 400
"""Characters between the two that are looked at: text is hostile."""


def rows_of(text: str, sentence: Span, act: Span, phrases: Sequence[Span]) -> Array:
    """What is seen of each phrase of a sentence beside an act in it, a row each."""
    far = [max(start - act[1], act[0] - end, 0) for start, end in phrases]
    return np.array(
        [_row(text, sentence, act, phrase, gap, far) for phrase, gap in zip(phrases, far, strict=True)],
        dtype=np.float32,
    )


def _row(text: str, sentence: Span, act: Span, phrase: Span, gap: int, far: Sequence[int]) -> list[float]:
    start, end = phrase
    behind = start >= act[1]
    begin = act[1] if behind else end
    between = text[begin : begin + min(gap, _MOST_BETWEEN)]
    clauses = len(_OPENS_CLAUSE.findall(between))
    word = _LAST_WORD.search(text, max(sentence[0], start - 25), start)
    preposition = word[1].lower() if word else ""
    nearer = sum(other < gap for other in far)
    values = [
        behind,
        start < act[1] and act[0] < end,
        np.log1p(gap) / 4,
        between.count(","),
        clauses,
        clauses > 0,
        behind and clauses == 0,
        not behind and clauses == 0,
        behind and _INFINITIVE.search(between) is not None,
        "“" in between or '"' in between,
        len(far) == 1,
        nearer == 0,
        min(nearer, 3),
        _OWNS.match(text, end) is not None,
        text[end : end + 1] == ",",
        start - sentence[0] < 3,
        (start - sentence[0]) / 200,
        *(preposition == each for each in _PREPOSITIONS),
        *(behind and preposition == each for each in _PREPOSITIONS),
    ]
    return [float(value) for value in values]


def shares_of(kind: str, vectors: Array, rows: Array, weights: Mapping[str, Array]) -> Array:
    """How likely each phrase is the act's: `vectors` are those of the phrase and of the act, side by side, `rows` what is seen of it."""
    x = (np.concatenate([vectors, rows], 1) - weights[f"{kind}.mean"]) * weights[f"{kind}.scale"]
    inner = np.maximum(x @ weights[f"{kind}.0.weight"] + weights[f"{kind}.0.bias"], 0)
    scores = inner @ weights[f"{kind}.1.weight"] + weights[f"{kind}.1.bias"]
    return np.asarray(1 / (1 + np.exp(-np.clip(scores, -60, 60))))
