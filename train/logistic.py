"""Logistic regression with shrinkage over named features, for the two small line classifiers; numpy only.

`fit` scales the features to unit variance, minimises half the squared weights plus `keep` times the weighted loss (the
intercept is free) by Newton's method, and gives the weights back in plain feature units. The problem is convex: the outcome
does not depend on a seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

STEPS = 60
SMALLEST = 1e-7


def fit(
    table: Sequence[Sequence[float]], labels: Sequence[int], weights: Sequence[float], *, keep: float
) -> tuple[Any, float]:
    """Weights and intercept; `keep` is how much one sample counts against the shrinkage (small: weights near zero).

    >>> weights, bias = fit([[0.0], [0.1], [0.9], [1.0]], [0, 0, 1, 1], [1.0] * 4, keep=10.0)
    >>> bool(weights[0] > 0), round(float(weights[0] * 0.5 + bias), 3) + 0.0
    (True, 0.0)
    """
    import numpy as np

    values = np.asarray(table, dtype=float)
    wanted = np.asarray(labels, dtype=float)
    counts = keep * np.asarray(weights, dtype=float)
    mean = values.mean(axis=0)
    scale = values.std(axis=0)
    scale[scale == 0] = 1.0
    design = np.hstack([(values - mean) / scale, np.ones((len(values), 1))])
    ridge = np.append(np.ones(values.shape[1]), 0.0)
    point = np.zeros(design.shape[1])
    for _ in range(STEPS):
        odds = 1.0 / (1.0 + np.exp(-np.clip(design @ point, -30, 30)))
        slope = design.T @ (counts * (odds - wanted)) + ridge * point
        bend = (design * (counts * np.maximum(odds * (1 - odds), 1e-9))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(bend, slope)
        # A step of more than five units is a sign of separated classes: walk, do not leap.
        longest = float(np.abs(step).max())
        point -= step * min(1.0, 5.0 / longest) if longest > 0 else step
        if longest < SMALLEST:
            break
    plain = point[:-1] / scale
    return plain, float(point[-1] - (plain * mean).sum())
