"""Multinomial logistic regression with a quadratic penalty, in NumPy alone, and what it says of rows that are held out.

The rows are turned into the basis of their own singular vectors first, where they lose nothing and are as many numbers as there are
rows at most: some hundred rows with a thousand features are fitted in milliseconds, the same on every machine. There a diagonal bounds
the curvature (Böhning 1992, Annals of the Institute of Statistical Mathematics 44), so that accelerated steps need no line search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = [
    "STRENGTHS",
    "Basis",
    "HeldOut",
    "Weights",
    "choose",
    "fit",
    "folds_of",
    "held_out",
    "held_out_at",
    "probabilities",
]

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
STRENGTHS = (10.0, 3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003)
"""Penalties that cross-validation chooses from, the strongest first; rows have a length of about 1."""
_STEPS = 300
_ENOUGH = 1e-4
_LEAST_SHARE = 1e-12


@dataclass(frozen=True, slots=True)
class Weights:
    """A column of weights for each class, and a constant for each."""

    matrix: Array
    bias: Array


@dataclass(frozen=True, slots=True)
class Basis:
    """Rows as coordinates along their singular vectors (`rows @ back` are the rows again), and the squares of their lengths."""

    rows: Array
    back: Array
    squares: Array

    @classmethod
    def of(cls, rows: Array) -> Basis:
        """The basis of these rows; directions without weight are left out.

        >>> import numpy as np
        >>> made = Basis.of(np.array([[3.0, 4.0, 0.0], [6.0, 8.0, 0.0]]))
        >>> made.rows.shape, bool(np.allclose(made.rows @ made.back, [[3, 4, 0], [6, 8, 0]]))
        ((2, 1), True)
        """
        left, values, right = np.linalg.svd(rows, full_matrices=False)
        kept = values > 1e-6 * max(_LEAST_SHARE, float(values[0]))
        return cls(left[:, kept] * values[kept], right[kept], values[kept] ** 2)


def probabilities(rows: Array, weights: Weights) -> Array:
    """The probability of each class for each row."""
    logits = rows @ weights.matrix + weights.bias
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray(odds / odds.sum(1, keepdims=True))


def fit(
    rows: Array, labels: Labels, classes: int, strength: float, squares: Array, start: Weights | None = None
) -> Weights:
    """The weights that make the labels likeliest, less `strength` / 2 times the sum of their squares; the constants are free.

    The columns of `rows` are those of a `Basis`, and `squares` its own; the rows may be some of it. `start` saves steps.

    >>> import numpy as np
    >>> made = Basis.of(np.array([[-1.0], [-0.9], [0.9], [1.0]]))
    >>> found = fit(made.rows, np.array([0, 0, 1, 1]), 2, 0.1, made.squares)
    >>> probabilities(np.array([[-1.0], [1.0]]) @ made.back.T, found).argmax(1).tolist()
    [0, 1]
    """
    target = np.eye(classes)[labels]
    wide = np.concatenate([rows, np.ones((len(rows), 1))], 1)
    penalty = np.full((wide.shape[1], 1), strength)
    penalty[-1] = 1e-6
    # Half the products bound the curvature; twice their diagonal bounds them with what the constants share with the rest.
    step = 1.0 / (np.append(squares, len(rows))[:, None] + penalty)
    now = np.zeros((wide.shape[1], classes)) if start is None else np.vstack([start.matrix, start.bias])

    def slope(at: Array) -> Array:
        logits = wide @ at
        odds = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray(wide.T @ (odds / odds.sum(1, keepdims=True) - target) + penalty * at)

    ahead, pace = now, 1.0
    for _ in range(_STEPS):
        down = slope(ahead)
        then = ahead - step * down
        if (
            float((down * (then - now)).sum()) > 0
        ):  # the run-up went too far: it begins again (O'Donoghue and Candès 2015)
            pace, down = 1.0, slope(now)
            then = now - step * down
        faster = (1 + np.sqrt(1 + 4 * pace * pace)) / 2
        ahead, now, pace = then + (pace - 1) / faster * (then - now), then, float(faster)
        if float(np.abs(step * down).max()) < _ENOUGH:
            break
    return Weights(now[:-1], now[-1] - now[-1].mean())


def folds_of(labels: Labels, groups: Sequence[str], number: int, *, seed: int) -> Labels:
    """Which of `number` folds each row is in: groups stay whole, and each fold has its share of each class as far as that goes.

    >>> import numpy as np
    >>> found = folds_of(np.array([0, 0, 1, 1]), ["a", "b", "c", "c"], 2, seed=1)
    >>> bool(found[2] == found[3]), bool(found[0] != found[1])
    (True, True)
    """
    rng = np.random.default_rng(seed)
    rows: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        rows.setdefault(group, []).append(at)
    order = list(rows.values())
    rng.shuffle(order)
    classes = int(labels.max()) + 1
    held = np.zeros((number, classes))
    shift = rng.permutation(number)
    fold = np.zeros(len(labels), np.int64)
    # The largest groups first; each goes where its classes are scarcest so far.
    for mine in sorted(order, key=len, reverse=True):
        counts = np.bincount(labels[mine], minlength=classes)
        load = (held * counts).sum(1) + held.sum(1) / (1 + len(labels))
        best = int(min(range(number), key=lambda k: (load[k], shift[k])))
        held[best] += counts
        fold[mine] = best
    return fold


def _loss(shares: Array, labels: Labels) -> float:
    return float(-np.log(np.maximum(shares[np.arange(len(labels)), labels], _LEAST_SHARE)).sum())


def choose(basis: Basis, labels: Labels, classes: int, folds: Labels, rows: Labels) -> float:
    """The strength at which held-out rows (of `rows`) are likeliest."""
    losses = np.zeros(len(STRENGTHS))
    for turn in sorted(set(folds[rows].tolist())):
        kept, out = rows[folds[rows] != turn], rows[folds[rows] == turn]
        made: Weights | None = None
        for at, strength in enumerate(STRENGTHS):
            made = fit(basis.rows[kept], labels[kept], classes, strength, basis.squares, made)
            losses[at] += _loss(probabilities(basis.rows[out], made), labels[out])
    return STRENGTHS[int(losses.argmin())]


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What rows get from weights that never saw them or their group: a row of probabilities each; and the strengths chosen."""

    probabilities: Array
    strengths: tuple[float, ...]


def held_out(
    basis: Basis, labels: Labels, groups: Sequence[str], classes: int, *, number: int, inner: int, seed: int = 0
) -> HeldOut:
    """Nested cross-validation: each fold is held out in turn, and the strength is chosen by folds of the rest alone."""
    folds = folds_of(labels, groups, number, seed=seed)
    shares = np.zeros((len(labels), classes))
    strengths = []
    for turn in range(number):
        kept, out = np.flatnonzero(folds != turn), np.flatnonzero(folds == turn)
        if not len(out):
            continue
        within = np.full(len(labels), -1)
        within[kept] = folds_of(labels[kept], [groups[int(i)] for i in kept], inner, seed=seed + 1 + turn)
        strengths.append(choose(basis, labels, classes, within, kept))
        made = fit(basis.rows[kept], labels[kept], classes, strengths[-1], basis.squares)
        shares[out] = probabilities(basis.rows[out], made)
    return HeldOut(shares, tuple(strengths))


def held_out_at(
    basis: Basis, labels: Labels, groups: Sequence[str], classes: int, strength: float, *, share: float, seed: int = 0
) -> float:
    """The share of held-out rows that are right where only this `share` of the other rows is learned from."""
    number = 5
    folds = folds_of(labels, groups, number, seed=seed)
    parts = folds_of(labels, groups, 100, seed=seed + 1)
    right = 0
    for turn in range(number):
        rest = np.flatnonzero(folds != turn)
        order = rest[np.argsort(parts[rest], kind="stable")]
        kept, out = order[: max(classes, round(share * len(order)))], np.flatnonzero(folds == turn)
        made = fit(basis.rows[kept], labels[kept], classes, strength, basis.squares)
        right += int((probabilities(basis.rows[out], made).argmax(1) == labels[out]).sum())
    return right / len(labels)
