"""What a statement is about: one logistic per issue over the encoder's vectors, the words, and what the word lists find.

The matrices (`model/issues.npz`, made by `train/issues.py`) stand over the means of the vectors of the words said, the cue,
the sentence and the paragraph, over single words, and over the issues whose terms stand in each of the three. The file belongs
to one encoder, named by its hash; with another one the word lists decide alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dragoman.coding.heads import MOST_WORDS, WIDTH, Array, LinearHead, Span, pieces_in, windows_at
from dragoman.models import Model
from dragoman.speaking.issues import find_issues, load_issues
from dragoman.statements import IssueGuess
from dragoman.text import span_at

__all__ = ["FILE", "PLACES", "IssueHead", "around", "issue_vectors", "issue_words", "listed_columns"]

FILE = "issues.npz"
PLACES = ("said", "sentence", "paragraph")
_WORD = re.compile(r"[^\W\d_][\w’'-]+")
_PARAGRAPH = 1200
"""Characters on either side of a sentence beyond which its paragraph is not followed."""
_TELLING = 0.15
"""A word that adds less than this to the odds of an issue (in logits) is not shown as its reason."""


def around(text: str, sentences: Sequence[Span], cue: Span) -> tuple[Span, Span]:
    """The sentence of a cue and its paragraph.

    >>> around("We met. He said no.\\nMore.", [(0, 7), (8, 19), (20, 25)], (11, 15))
    ((8, 19), (0, 19))
    """
    sentence = span_at(sentences, cue[0]) or cue
    low, high = max(0, sentence[0] - _PARAGRAPH), min(len(text), sentence[1] + _PARAGRAPH)
    start = text.rfind("\n", low, sentence[0]) + 1 or low
    stop = text.find("\n", sentence[1], high)
    return sentence, (start, stop if stop >= 0 else high)


def issue_vectors(model: Model, text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span) -> Array:
    """Means of the vectors of the words said, the cue, the sentence and the paragraph."""
    sentence, paragraph = around(text, sentences, cue)
    sums = np.zeros((4, WIDTH), np.float32)
    counts = np.zeros(4, np.float32)
    runs = ([*content], [cue], [sentence], [paragraph])
    low, high = min(start for spans in runs for start, _ in spans), max(end for spans in runs for _, end in spans)
    for part in windows_at(model.read(text, sentences), low, high):
        for line, spans in enumerate(runs):
            inside = pieces_in(part, spans)
            if inside:
                sums[line] += part.hidden[inside].sum(0)
                counts[line] += len(inside)
    return np.asarray(sums / np.maximum(counts, 1)[:, None], dtype=np.float32).ravel()


def issue_words(
    text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span
) -> tuple[dict[str, Span], dict[str, Span]]:
    """The words by which an issue may be known, and the issues whose terms stand there, each with its place.

    A word of the sentence outside what is said is marked so: it tells less.

    >>> words, listed = issue_words("In Oslo he backed the truce", [(0, 27)], [(18, 27)], (11, 17))
    >>> sorted(words)
    ['backed _', 'he _', 'in _', 'oslo _', 'the', 'truce']
    >>> sorted(listed)
    ['paragraph ceasefire', 'said ceasefire', 'sentence ceasefire']
    """
    sentence, paragraph = around(text, sentences, cue)
    words: dict[str, Span] = {}
    for spans, mark in ((content, ""), ([sentence], " _")):
        for start, end in spans:
            for match in list(_WORD.finditer(text, start, end))[:MOST_WORDS]:
                if mark and any(a <= match.start() < b for a, b in content):
                    continue
                words.setdefault(match.group().lower().replace("’", "'") + mark, match.span())
    listed: dict[str, Span] = {}
    for place, runs in zip(PLACES, (content, [sentence], [paragraph]), strict=True):
        listed.update({f"{place} {key}": span for key, span in find_issues(text, runs, load_issues()).items()})
    return words, listed


def listed_columns(labels: Sequence[str]) -> dict[str, int]:
    """Where each place and issue of the word lists stands in the matrix.

    >>> listed_columns(["trade", "energy"])["sentence energy"]
    3
    """
    return {f"{place} {key}": i for i, (place, key) in enumerate((p, k) for p in PLACES for k in labels)}


class IssueHead:
    """The loaded head: gives every issue that is likely enough, with its probability and the word that tells it."""

    def __init__(self, model: Model, path: Path) -> None:
        self._head = LinearHead(model, path)
        self.labels = tuple(self._head.texts["labels"].split("\n"))
        self._columns = listed_columns(self.labels)
        self._model = model
        self.name = f"issues of {model.name}"

    def read(self, text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span) -> tuple[IssueGuess, ...]:
        """The issues of one statement, likeliest first; every span lies in `text`."""
        a = self._head.arrays
        words, listed = issue_words(text, sentences, content, cue)
        lines = [self._columns[name] for name in listed if name in self._columns]
        vectors = issue_vectors(self._model, text, sentences, content, cue)
        logits, known, shares = self._head.scores(vectors, words, a["listed"][lines].sum(0))
        slope, shift = a["calibration"]
        odds = 1 / (1 + np.exp(-(slope * logits + shift)))
        found = []
        for i in np.flatnonzero(odds >= a["thresholds"]):
            key = self.labels[i]
            span = next((listed[f"{place} {key}"] for place in PLACES if f"{place} {key}" in listed), None)
            if span is None and known and float(shares[:, i].max()) > _TELLING:
                span = list(known.values())[int(shares[:, i].argmax())]
            found.append(IssueGuess(key, float(odds[i]), span, self.name))
        return tuple(sorted(found, key=lambda guess: (-guess.score, guess.key)))
