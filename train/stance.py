"""Train the stance head on the frozen encoder: `python -m train.stance src/dragoman/model`.

NumPy only, a few minutes on one core. Statements as marked in the corpus (training files) are read by the encoder that is in the
folder; a softmax over their vectors and words is fitted by gradient descent, with classes weighted to balance; six-fold
validation by files is printed first. Statements marked "none" count as neutral, as do those whose stance was left unmarked, at less
weight; "mixed" is left out of training (44 marks). The head is written beside the encoder, and the card names its hash.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from dragoman.models import Model
from dragoman.parts import file_sha256
from dragoman.speaking.stance import FILE, LABELS, dense_features, word_features
from dragoman.text import sentences
from train.corpus import StatementMark
from train.data import load_corpus

Array = Any
_LEAST = 4
"""Passages in which a word must stand to be kept."""
_UNMARKED = 0.5
_FOLDS = 6


@dataclass(frozen=True)
class Example:
    """One marked statement: its file, vectors, words, label and weight."""

    group: str
    dense: Array
    words: frozenset[str]
    label: int
    weight: float
    marked: bool


def label_of(mark: StatementMark) -> int | None:
    """The class of a mark; `None` for mixed."""
    if mark.stance == "mixed":
        return None
    return LABELS.index(mark.stance) if mark.stance in LABELS else LABELS.index("neutral")


def examples(model: Model, passages: Sequence[Any]) -> list[Example]:
    """Every statement of these passages that has a class."""
    found = []
    for passage in passages:
        spans = tuple(sentences(passage.text)) if passage.statements else ()
        entities = {entity.id: entity for entity in passage.entities}
        for mark in passage.statements:
            label = label_of(mark)
            if label is None:
                continue
            first = entities.get((mark.speaker or "").split(",")[0].strip())
            # The mention nearest to the cue: it is the one that a reader finds before "said".
            speaker = min(first.mentions, key=lambda m: abs(m[0] - mark.cue[0])) if first else None
            dense = dense_features(model, passage.text, spans, mark.content, mark.cue, speaker)
            words = frozenset(word_features(passage.text, mark.content, mark.cue))
            weight = 1.0 if mark.stance else _UNMARKED
            group = passage.id.rsplit("-", 1)[0]
            found.append(Example(group, dense, words, label, weight, mark.stance in LABELS))
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
    bias: Array

    def matrix(self, rows: Sequence[Example]) -> Array:
        index = {name: i for i, name in enumerate(self.vocabulary)}
        out = np.zeros((len(rows), len(self.mean) + len(index)), np.float32)
        for line, row in enumerate(rows):
            out[line, : len(self.mean)] = (row.dense - self.mean) * self.scale
            at = [index[name] for name in sorted(row.words) if name in index]
            values = self.idf[at]
            out[line, [len(self.mean) + i for i in at]] = values / max(1e-6, float(np.sqrt((values * values).sum())))
        return out

    def guess(self, rows: Sequence[Example]) -> Array:
        return (self.matrix(rows) @ np.concatenate([self.dense, self.words]) + self.bias).argmax(1)


class Worded(Protocol):
    """What a statement has for either trainer."""

    @property
    def words(self) -> frozenset[str]: ...


class Weights(Protocol):
    """What either trainer fits: vocabulary, scaling, and a matrix for vectors and for words."""

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


def fit(rows: Sequence[Example], strength: float, steps: int = 150) -> Fitted:
    """Softmax regression with a quadratic penalty of 1 / (2 strength), by Adam over all rows at once."""
    vocabulary, idf = words_of(rows)
    dense = np.stack([row.dense for row in rows])
    made = Fitted(vocabulary, idf, dense.mean(0), scale_of(dense), *([None] * 3))
    x = made.matrix(rows)
    y = np.array([row.label for row in rows])
    weight = np.array([row.weight for row in rows], np.float32)
    for label in range(len(LABELS)):
        weight[y == label] *= len(rows) / (len(LABELS) * max(1.0, float(weight[y == label].sum())))
    w = np.zeros((x.shape[1], len(LABELS)), np.float32)
    b = np.zeros(len(LABELS), np.float32)
    target = np.eye(len(LABELS), dtype=np.float32)[y]

    def slopes() -> tuple[Array, Array]:
        logits = x @ w + b
        p = np.exp(logits - logits.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        d = (p - target) * weight[:, None]
        return x.T @ d + w / strength, d.sum(0)

    descend((w, b), slopes, pace=0.06, steps=steps)
    made.dense, made.words, made.bias = w[: dense.shape[1]], w[dense.shape[1] :], b
    return made


def macro_f1(gold: Array, guess: Array) -> float:
    """The mean F1 of the three classes."""
    scores = []
    for label in range(len(LABELS)):
        hits = int(((gold == label) & (guess == label)).sum())
        scores.append(2 * hits / max(1, int((gold == label).sum() + (guess == label).sum())))
    return float(np.mean(scores))


def validate(rows: Sequence[Example], strength: float) -> float:
    """Macro-F1 over marked statements, each file group held out in turn."""
    groups = sorted({row.group for row in rows})
    fold = {group: i % _FOLDS for i, group in enumerate(groups)}
    gold: list[int] = []
    guess: list[int] = []
    for turn in range(_FOLDS):
        made = fit([row for row in rows if fold[row.group] != turn], strength, steps=100)
        held = [row for row in rows if fold[row.group] == turn and row.marked]
        gold.extend(row.label for row in held)
        guess.extend(made.guess(held).tolist())
    return macro_f1(np.array(gold), np.array(guess))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--strength", type=float, default=0.3)
    parser.add_argument("--no-validation", action="store_true")
    options = parser.parse_args()
    corpus = load_corpus(options.corpus)
    begun = time.time()
    model = Model(options.model)
    rows = examples(model, corpus["train"])
    dev = [row for row in examples(model, corpus["dev"]) if row.marked]
    print(
        f"{len(rows)} statements, {np.bincount([r.label for r in rows]).tolist()}; {time.time() - begun:.0f} s",
        flush=True,
    )
    if not options.no_validation:
        print(f"macro-F1 of stance, files held out: {validate(rows, options.strength):.3f}", flush=True)
    made = fit(rows, options.strength)
    print(f"dev files: {macro_f1(np.array([r.label for r in dev]), made.guess(dev)):.3f}; {time.time() - begun:.0f} s")
    write(options.model / FILE, model.encoder, made)
    enter(options.model, FILE)


if __name__ == "__main__":
    main()
