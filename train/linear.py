"""What the trainers of linear heads share: vocabulary, a table of words, descent, and the file that `dragoman.coding.heads` reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dragoman.parts import file_sha256

Array = Any
_LEAST = 4
"""Statements in which a word must stand to be kept."""


class Worded(Protocol):
    """What a statement has for any trainer."""

    @property
    def words(self) -> frozenset[str]: ...


class Weights(Protocol):
    """What a trainer fits: vocabulary, scaling, and a matrix for vectors and for words."""

    vocabulary: list[str]
    idf: Array
    mean: Array
    scale: Array
    dense: Array
    words: Array
    bias: Array


def words_of(rows: Sequence[Worded]) -> tuple[list[str], Array]:
    """The words that stand in enough statements, in order, with their inverse document frequencies."""
    counts = Counter(name for row in rows for name in row.words)
    vocabulary = sorted(name for name, n in counts.items() if n >= _LEAST)
    return vocabulary, np.array([np.log((1 + len(rows)) / (1 + counts[name])) + 1 for name in vocabulary], np.float32)


class Table:
    """The words of many statements as a sparse matrix, read by rows and by columns."""

    def __init__(self, rows: Sequence[Worded], index: dict[str, int], idf: Array) -> None:
        at = [np.array(sorted(index[word] for word in row.words if word in index), np.int64) for row in rows]
        self.shape = (len(rows), len(index))
        self.rows = np.repeat(np.arange(len(rows)), [len(line) for line in at])
        self.columns = np.concatenate(at)
        weights = idf[self.columns]
        norms = np.sqrt(np.bincount(self.rows, weights * weights, len(rows))) + 1e-6
        self.values = (weights / norms[self.rows]).astype(np.float32)
        self.order = np.argsort(self.columns, kind="stable")

    def times(self, weights: Array) -> Array:
        """The table times a matrix of weights."""
        return _summed(weights[self.columns] * self.values[:, None], self.rows, self.shape[0])

    def turned(self, values: Array) -> Array:
        """The transposed table times a matrix."""
        order = self.order
        return _summed(values[self.rows[order]] * self.values[order][:, None], self.columns[order], self.shape[1])


def _summed(values: Array, groups: Array, size: int) -> Array:
    """Sums of consecutive rows of one group; `groups` is sorted."""
    out = np.zeros((size, values.shape[1]), np.float32)
    if len(groups):
        starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
        out[groups[starts]] = np.add.reduceat(values, starts)
    return out


def scale_of(dense: Array) -> Array:
    """Factors by which a vector of some hundred numbers weighs as much as the words do."""
    return (1 / (dense.std(0) + 1e-4) / np.sqrt(384)).astype(np.float32)


def descend(values: Sequence[Array], slopes: Callable[[], Sequence[Array]], *, pace: float, steps: int) -> None:
    """Adam (Kingma and Ba 2015) over all rows at once, in place, at a pace that falls to nothing."""
    moments = [(np.zeros_like(value), np.zeros_like(value)) for value in values]
    for step in range(1, steps + 1):
        rate = pace * (1 - step / (steps + 1))
        for value, gradient, (m, v) in zip(values, slopes(), moments, strict=True):
            m += 0.1 * (gradient - m)
            v += 0.01 * (gradient * gradient - v)
            value -= rate * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.99**step)) + 1e-6)


def write(path: Path, encoder: str, made: Weights, **more: Array) -> None:
    """The head as `dragoman.coding.heads` reads it; `encoder` is the hash of the encoder it belongs to."""
    np.savez_compressed(
        path,
        encoder=np.array(encoder),
        vocabulary=np.array("\n".join(made.vocabulary)),
        mean=made.mean.astype(np.float32),
        scale=made.scale,
        idf=made.idf.astype(np.float16),
        dense=made.dense.astype(np.float16),
        words=made.words.astype(np.float16),
        bias=made.bias,
        **more,
    )


def enter(folder: Path, name: str) -> None:
    """Name a file and its hash in the card of the model."""
    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    card["sha256"][name] = file_sha256(folder / name)
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
