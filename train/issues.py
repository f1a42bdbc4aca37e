"""Train the head of issues on the frozen encoder: `python -m train.issues src/dragoman/model`.

NumPy only, under three minutes on one core. Statements as marked in the training files are read by the encoder in the folder; one
logistic per issue over their vectors, their words and what the word lists find is fitted by gradient descent. On the development
files two numbers turn its scores into probabilities, and thresholds are set: one for all issues, moved for an issue only as far as
its few marks there and its many in training files bear out. Written beside the encoder; the card names its hash.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.models import Model
from dragoman.speaking.issue_head import FILE, PLACES, issue_vectors, issue_words, listed_columns
from dragoman.text import sentences
from train.corpus import ISSUES
from train.data import load_corpus
from train.linear import Table, descend, enter, scale_of, words_of, write

Array = Any
KEYS = tuple(name for name in ISSUES if name != "other")
_PENALTIES = ((8.0, 0.3, 0.3), (2.0, 0.3, 0.3), (30.0, 0.3, 0.3))
"""Tried on development files, for vectors, words and lists: the encoder saw the training files, so its vectors promise too much there."""


@dataclass(frozen=True)
class Example:
    """One marked statement: its vectors, its words, what the lists find, and its issues."""

    dense: Array
    words: frozenset[str]
    listed: frozenset[str]
    issues: frozenset[str]


def examples(model: Model, passages: Sequence[Any]) -> list[Example]:
    """Every statement whose issues are marked; "other" is none of them."""
    found = []
    for passage in passages:
        spans = tuple(sentences(passage.text)) if passage.statements else ()
        for mark in passage.statements:
            if mark.issues:
                words, listed = issue_words(passage.text, spans, mark.content, mark.cue)
                dense = issue_vectors(model, passage.text, spans, mark.content, mark.cue)
                found.append(Example(dense, frozenset(words), frozenset(listed), frozenset(mark.issues) - {"other"}))
    return found


@dataclass
class Fitted:
    """Vocabulary, scaling and weights."""

    vocabulary: list[str]
    idf: Array
    mean: Array
    scale: Array
    dense: Array
    words: Array
    listed: Array
    bias: Array

    def inputs(self, rows: Sequence[Example]) -> tuple[Array, Table, Array]:
        index = {name: i for i, name in enumerate(self.vocabulary)}
        columns = listed_columns(KEYS)
        listed = np.zeros((len(rows), len(columns)), np.float32)
        for line, row in enumerate(rows):
            listed[line, [columns[name] for name in row.listed if name in columns]] = 1
        dense = (np.stack([row.dense for row in rows]) - self.mean) * self.scale
        return dense, Table(rows, index, self.idf), listed

    def logits(self, rows: Sequence[Example]) -> Array:
        dense, words, listed = self.inputs(rows)
        return dense @ self.dense + words.times(self.words) + listed @ self.listed + self.bias


def wanted(rows: Sequence[Example]) -> Array:
    """Which issues each statement has, as 0 and 1."""
    return np.array([[float(key in row.issues) for key in KEYS] for row in rows], np.float32)


def fit(rows: Sequence[Example], penalties: tuple[float, float, float], steps: int = 100) -> Fitted:
    """Logistic regressions with a quadratic penalty on each block (vectors, words, lists), by Adam over all rows at once."""
    vocabulary, idf = words_of(rows)
    vectors = np.stack([row.dense for row in rows])
    y = wanted(rows)
    rate = np.clip(y.mean(0), 1e-3, 1)
    made = Fitted(
        vocabulary,
        idf,
        vectors.mean(0),
        scale_of(vectors),
        np.zeros((vectors.shape[1], len(KEYS)), np.float32),
        np.zeros((len(vocabulary), len(KEYS)), np.float32),
        np.zeros((len(PLACES) * len(KEYS), len(KEYS)), np.float32),
        np.log(rate / (1 - rate)).astype(np.float32),
    )
    dense, words, listed = made.inputs(rows)

    def slopes() -> tuple[Array, ...]:
        logits = dense @ made.dense + words.times(made.words) + listed @ made.listed + made.bias
        d = 1 / (1 + np.exp(-logits)) - y
        return (
            dense.T @ d + penalties[0] * made.dense,
            words.turned(d) + penalties[1] * made.words,
            listed.T @ d + penalties[2] * made.listed,
            d.sum(0),
        )

    descend((made.dense, made.words, made.listed, made.bias), slopes, pace=0.08, steps=steps)
    return made


def calibrated(logits: Array, y: Array) -> Array:
    """Slope and shift that make the scores probabilities on these rows (Platt 1999), by Newton's method."""
    x = np.stack([logits.ravel(), np.ones(logits.size)], 1).astype(np.float64)
    target = y.ravel().astype(np.float64)
    w = np.array([1.0, 0.0])
    for _ in range(30):
        p = 1 / (1 + np.exp(-(x @ w)))
        bend = (x * (p * (1 - p))[:, None]).T @ x + 1e-6 * np.eye(2)
        w -= np.linalg.solve(bend, x.T @ (p - target))
    return w.astype(np.float32)


def micro_f1(y: Array, guess: Array) -> float:
    """Micro-F1 of two tables of 0 and 1."""
    return float(2 * (y * guess).sum() / max(1.0, (y.sum() + guess.sum())))


def thresholds(odds: Array, y: Array, most: float = 0.1, least: int = 8) -> Array:
    """One threshold for all issues, then for an issue with at least `least` marks one that is at most `most` away and gains there."""
    grid = np.arange(0.15, 0.7, 0.01)
    best = max(grid, key=lambda t: (micro_f1(y, odds >= t), -abs(t - 0.4)))
    found = np.full(y.shape[1], best, np.float32)
    for i in np.flatnonzero(y.sum(0) >= least):
        near = [t for t in grid if abs(t - best) <= most]
        found[i] = max(near, key=lambda t: (micro_f1(y[:, i], odds[:, i] >= t), -abs(t - best)))
    return found


def listed_guess(rows: Sequence[Example]) -> Array:
    """What the word lists alone say: issues of the words said, else of the sentence, else of the paragraph."""
    out = np.zeros((len(rows), len(KEYS)), np.float32)
    for line, row in enumerate(rows):
        for place in PLACES:
            names = [name.split(" ", 1)[1] for name in row.listed if name.startswith(f"{place} ")]
            if names:
                out[line, [KEYS.index(name) for name in names if name in KEYS]] = 1
                break
    return out


def odds_of(logits: Array, line: Array) -> Array:
    """Probabilities of scores."""
    return 1 / (1 + np.exp(-(line[0] * logits + line[1])))


def own_arrays(made: Fitted, line: Array, limits: Array) -> dict[str, Array]:
    """What the file of this head holds beyond `train.linear.write`."""
    return {
        "labels": np.array("\n".join(KEYS)),
        "listed": made.listed.astype(np.float16),
        "calibration": line,
        "thresholds": limits,
    }


def best_of(rows: Sequence[Example], dev: Sequence[Example], penalties: Sequence[tuple[float, float, float]]) -> Fitted:
    """The fit whose calibrated probabilities are nearest to the truth on development files (log loss, in nats a decision)."""
    y = wanted(dev)
    found: list[tuple[float, int, Fitted]] = []
    for number, choice in enumerate(penalties):
        made = fit(rows, choice)
        logits = made.logits(dev)
        p = np.clip(odds_of(logits, calibrated(logits, y)), 1e-6, 1 - 1e-6)
        loss = float(-(y * np.log(p) + (1 - y) * np.log(1 - p)).mean())
        print(f"penalties {choice}: log loss {loss:.4f}, F1 at 0.35 {micro_f1(y, p >= 0.35):.3f}", flush=True)
        found.append((loss, number, made))
    return min(found, key=lambda item: item[:2])[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    options = parser.parse_args()
    corpus = load_corpus(options.corpus)
    begun = time.time()
    model = Model(options.model)
    rows, dev = examples(model, corpus["train"]), examples(model, corpus["dev"])
    print(f"{len(rows)} statements of training files, {len(dev)} of dev; {time.time() - begun:.0f} s", flush=True)
    made = best_of(rows, dev, _PENALTIES)
    y, logits = wanted(dev), made.logits(dev)
    line = calibrated(logits, y)
    odds = odds_of(logits, line)
    limits = thresholds(odds, y)
    one = float(np.bincount((limits * 100).round().astype(int)).argmax()) / 100
    print(
        f"micro-F1 on dev, marked spans: lists {micro_f1(y, listed_guess(dev)):.3f}, head {micro_f1(y, odds >= limits):.3f}, "
        f"with one threshold ({one:.2f}) {micro_f1(y, odds >= one):.3f}; {time.time() - begun:.0f} s"
    )
    write(options.model / FILE, model.encoder, made, **own_arrays(made, line, limits))
    enter(options.model, FILE)


if __name__ == "__main__":
    main()
