"""Two looks at the parts of a page, lines or blocks: by themselves, then among what the first look made of the others.

An article is one piece: a line among doubtful ones is doubtful, and a sentence between two of the article's is the article's.
(What the second look at blocks is told, `dragoman.reading.passages` says.) All looks are logistic regressions over named features;
their weights are data (`data/lines.json`, `data/passages.json`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log
from operator import mul

__all__ = ["AGAIN", "Look", "log_odds", "second_look", "twice"]

AGAIN = (
    "odds before after two_before two_after five_before five_after mass_before mass_after mass_least both alone_behind alone_ahead "
    "either"
).split()
"""What the second look is told beside the features of the first."""


@dataclass(frozen=True, slots=True)
class Look:
    """The weights of one look, in the order of its features, and its bias."""

    weights: tuple[float, ...]
    bias: float

    @classmethod
    def of(cls, weights: Mapping[str, float], names: Sequence[str], bias: float) -> Look:
        """The weights as a file gives them by name; raises `KeyError` where it lacks one."""
        return cls(tuple(float(weights[name]) for name in names), float(bias))

    def odds(self, row: Sequence[float]) -> float:
        """How likely the part with these features is the article's, 0 to 1."""
        score = self.bias + sum(map(mul, self.weights, row))
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, score))))


def twice(table: Sequence[Sequence[float]], sizes: Sequence[int], first: Look, again: Look) -> list[float]:
    """For each part how likely it is the article's, after both looks; `sizes` are the parts' lengths in characters.

    >>> flat = Look((2.0,), -1.0)
    >>> all(0 < odd < 1 for odd in twice([[1.0], [0.0]], [40, 10], flat, Look((1.0,) * 15, 0.0)))
    True
    """
    seen = second_look([first.odds(row) for row in table], sizes)
    return [again.odds([*near, *row]) for near, row in zip(seen, table, strict=True)]


def second_look(odds: Sequence[float], sizes: Sequence[int]) -> list[list[float]]:
    """For each line, what the first look made of it and of the lines around it, in the order of `AGAIN`; `sizes` are in characters.

    >>> [round(value, 1) for value in second_look([0.9, 0.5, 0.9], [100, 50, 100])[1][1:5]]
    [0.9, 0.9, 0.9, 0.9]
    """
    mass = [odd * size for odd, size in zip(odds, sizes, strict=True)]
    total = sum(mass) + 1
    found = []
    before = 0.0
    for place, odd in enumerate(odds):
        after = total - 1 - before - mass[place]
        last = odds[place - 1] if place else 0.0
        following = odds[place + 1] if place + 1 < len(odds) else 0.0
        found.append(
            [
                log_odds(odd),
                last,
                following,
                _mean(odds[max(0, place - 2) : place]),
                _mean(odds[place + 1 : place + 3]),
                _mean(odds[max(0, place - 5) : place]),
                _mean(odds[place + 1 : place + 6]),
                before / total,
                after / total,
                min(before, after) / total,
                last * following,
                float(before > 0.9 * total and last < 0.5),
                float(after > 0.9 * total and following < 0.5),
                max(last, following),
            ]
        )
        before += mass[place]
    return found


def log_odds(odd: float) -> float:
    """The logarithm of the odds, bounded."""
    return log(odd + 1e-3) - log(1 - odd + 1e-3)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
