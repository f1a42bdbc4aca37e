"""Train the stance head on the frozen encoder: `python -m train.stance src/dragoman/model`.

NumPy only, about a minute on one core. Words are weighed on the statements of the training files. What the encoder's vectors tell is
weighed on the files of `[statements]` in `corpus/splits.toml` alone: the encoder was trained on the stances of the training files, so that
its vectors give away the answer there and teach nothing about other text. Classes are weighted to balance; "none" counts as neutral, as do
statements of training files whose stance was left unmarked, at less weight, and "mixed" as half support, half opposition. Printed are the
scores with files or passages held out. The head is written beside the encoder, and the card names its hash.
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
from dragoman.speaking.stance import FILE, LABELS, dense_features, word_features
from dragoman.text import sentences
from train.corpus import Passage, StatementMark
from train.data import load_corpus, speaker_mention
from train.linear import Table, descend, enter, scale_of, words_of, write

Array = Any
_UNMARKED = 0.5
_FOLDS = 6
_AROUND = 0.3
"""What the means of sentence and speaker weigh against those of words said and cue."""
_WORDED = 0.17
"""What the scores of the words weigh against a vector."""
_SHARES = {"support": (1, 0, 0), "oppose": (0, 1, 0), "mixed": (0.5, 0.5, 0)}


@dataclass(frozen=True)
class Example:
    """One statement: its group (file or passage), words, the share of each label, weight, whether a stance is clearly marked, and vectors
    where a model was given."""

    group: str
    words: frozenset[str]
    shares: tuple[float, ...]
    weight: float
    clear: bool
    dense: Array


def example_of(passage: Passage, mark: StatementMark, model: Model | None) -> Example:
    """What is learned from one mark; vectors only where a model is given."""
    spans = tuple(sentences(passage.text))
    dense = None
    if model is not None:
        entities = {entity.id: entity for entity in passage.entities}
        speaker = speaker_mention(entities, mark)
        dense = dense_features(model, passage.text, spans, mark.content, mark.cue, speaker)
    return Example(
        passage.file if model is None else passage.id,
        frozenset(word_features(passage.text, spans, mark.content, mark.cue)),
        _SHARES.get(mark.stance or "", (0, 0, 1)),
        1.0 if mark.stance else _UNMARKED,
        mark.stance in LABELS,
        dense,
    )


def examples(passages: Sequence[Passage], model: Model | None = None) -> list[Example]:
    """Every statement of these passages."""
    return [example_of(passage, mark, model) for passage in passages for mark in passage.statements]


def balanced(rows: Sequence[Example]) -> tuple[Array, Array]:
    """The shares of the labels of each row, and weights by which every label counts the same."""
    shares = np.array([row.shares for row in rows], np.float32)
    weight = np.array([row.weight for row in rows], np.float32)
    counts = (shares * weight[:, None]).sum(0)
    return shares, weight * (shares * (len(rows) / (len(LABELS) * np.maximum(1.0, counts)))).sum(1)


def slope(logits: Array, shares: Array, weight: Array) -> Array:
    """The gradient of the weighted cross entropy by the scores."""
    p = np.exp(logits - logits.max(1, keepdims=True))
    return ((p / p.sum(1, keepdims=True)) - shares) * weight[:, None]


class Words:
    """A softmax over words alone, with a quadratic penalty of 1 / (2 strength)."""

    def __init__(self, rows: Sequence[Example], strength: float, steps: int = 150) -> None:
        self.vocabulary, self.idf = words_of(rows)
        self._index = {name: i for i, name in enumerate(self.vocabulary)}
        self.weights = np.zeros((len(self._index), len(LABELS)), np.float32)
        table = Table(rows, self._index, self.idf)
        shares, weight = balanced(rows)
        bias = np.zeros(len(LABELS), np.float32)

        def slopes() -> tuple[Array, Array]:
            d = slope(table.times(self.weights) + bias, shares, weight)
            return table.turned(d) + self.weights / strength, d.sum(0)

        descend((self.weights, bias), slopes, pace=0.06, steps=steps)

    def scores(self, rows: Sequence[Example]) -> Array:
        return Table(rows, self._index, self.idf).times(self.weights)


@dataclass
class Fitted:
    """Vocabulary, scaling and weights, as they are written."""

    vocabulary: list[str]
    idf: Array
    mean: Array
    scale: Array
    dense: Array
    words: Array
    bias: Array

    def guess(self, rows: Sequence[Example]) -> Array:
        index = {name: i for i, name in enumerate(self.vocabulary)}
        said = Table(rows, index, self.idf).times(self.words)
        vectors = (np.stack([row.dense for row in rows]) - self.mean) * self.scale
        return (vectors @ self.dense + said + self.bias).argmax(1)


def fit(rows: Sequence[Example], words: Words, strength: float, steps: int = 300) -> Fitted:
    """Softmax regression over the vectors of these rows and what the words score, folded into one head."""
    dense = np.stack([row.dense for row in rows])
    mean, scale = dense.mean(0), scale_of(dense)
    scale[2 * dense.shape[1] // 4 :] *= _AROUND
    said = words.scores(rows)
    centre, spread = said.mean(0), _WORDED / (said.std(0) + 1e-4)
    x = np.concatenate([(dense - mean) * scale, (said - centre) * spread], 1)
    shares, weight = balanced(rows)
    w = np.zeros((x.shape[1], len(LABELS)), np.float32)
    b = np.zeros(len(LABELS), np.float32)

    def slopes() -> tuple[Array, Array]:
        d = slope(x @ w + b, shares, weight)
        return x.T @ d + w / strength, d.sum(0)

    descend((w, b), slopes, pace=0.02, steps=steps)
    vectors, mixing = w[: len(mean)], spread[:, None] * w[len(mean) :]
    return Fitted(words.vocabulary, words.idf, mean, scale, vectors, words.weights @ mixing, b - centre @ mixing)


def macro_f1(gold: Array, guess: Array) -> float:
    """The mean F1 of the three labels."""
    scores = []
    for label in range(len(LABELS)):
        hits = int(((gold == label) & (guess == label)).sum())
        scores.append(2 * hits / max(1, int((gold == label).sum() + (guess == label).sum())))
    return float(np.mean(scores))


def told(rows: Sequence[Example]) -> Array:
    """The label of each row."""
    return np.array([row.shares for row in rows]).argmax(1)


def folds_of(rows: Sequence[Example]) -> Array:
    """A fold for each row; a group is never on both sides."""
    number = {group: i % _FOLDS for i, group in enumerate(sorted({row.group for row in rows}))}
    return np.array([number[row.group] for row in rows])


def held_out_words(rows: Sequence[Example], strength: float) -> float:
    """Macro-F1 of the words alone, each sixth of the files held out in turn."""
    fold, guess = folds_of(rows), np.zeros(len(rows), np.int64)
    for turn in range(_FOLDS):
        made = Words([row for row, at in zip(rows, fold, strict=True) if at != turn], strength, steps=100)
        guess[fold == turn] = made.scores([row for row, at in zip(rows, fold, strict=True) if at == turn]).argmax(1)
    clear = np.array([row.clear for row in rows])
    return macro_f1(told(rows)[clear], guess[clear])


def held_out(rows: Sequence[Example], words: Words, strength: float) -> float:
    """Macro-F1 of vectors and words, each sixth of the passages held out in turn."""
    fold, guess = folds_of(rows), np.zeros(len(rows), np.int64)
    for turn in range(_FOLDS):
        made = fit([row for row, at in zip(rows, fold, strict=True) if at != turn], words, strength)
        guess[fold == turn] = made.guess([row for row, at in zip(rows, fold, strict=True) if at == turn])
    clear = np.array([row.clear for row in rows])
    return macro_f1(told(rows)[clear], guess[clear])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--words", type=float, default=0.5, help="strength of the words")
    parser.add_argument("--strength", type=float, default=0.03, help="strength of the vectors")
    parser.add_argument("--no-validation", action="store_true")
    options = parser.parse_args()
    corpus = load_corpus(options.corpus)
    begun = time.time()
    model = Model(options.model)
    rows = examples(corpus["train"])
    fresh, dev = examples(corpus["statements"], model), examples(corpus["dev"], model)
    print(f"{len(rows)} statements for words, {len(fresh)} for vectors; {time.time() - begun:.0f} s", flush=True)
    words = Words(rows, options.words)
    if not options.no_validation:
        print(f"words alone, training files held out: {held_out_words(rows, options.words):.3f}", flush=True)
        print(f"vectors and words, passages held out: {held_out(fresh, words, options.strength):.3f}", flush=True)
    made = fit(fresh, words, options.strength)
    dev = [row for row in dev if row.clear]
    print(f"dev files: {macro_f1(told(dev), made.guess(dev)):.3f}; {time.time() - begun:.0f} s")
    write(options.model / FILE, model.encoder, made)
    enter(options.model, FILE)


if __name__ == "__main__":
    main()
