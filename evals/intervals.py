"""Shares and errors with 95 % bootstrap intervals, for the measures in this folder.

What is drawn again is a whole unit (a sentence with all its variants, a passage with all its events), never one answer of it: answers
about one sentence are not independent.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

__all__ = ["Estimate", "bootstrap", "share"]

Unit = TypeVar("Unit")
TURNS = 1000
_SEED = 20_160_418


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A value with its 95 % bootstrap interval."""

    value: float
    low: float
    high: float

    def told(self, digits: int = 1) -> str:
        """In per cent, as tables give it.

        >>> Estimate(value=0.9876, low=0.97, high=1.0).told()
        '98.8 % (97.0 to 100.0)'
        """
        return f"{100 * self.value:.{digits}f} % ({100 * self.low:.{digits}f} to {100 * self.high:.{digits}f})"


def bootstrap(
    units: Sequence[Unit], measure: Callable[[Sequence[Unit]], float | None], *, turns: int = TURNS
) -> Estimate | None:
    """`measure` of the units, with its interval over units drawn again; `None` where it says nothing of them.

    >>> bootstrap([1.0, 1.0], lambda values: sum(values) / len(values))
    Estimate(value=1.0, low=1.0, high=1.0)
    """
    value = measure(units)
    if value is None:
        return None
    chance = random.Random(_SEED)
    drawn = (measure(chance.choices(units, k=len(units))) for _ in range(turns))
    ordered = sorted(each for each in drawn if each is not None)
    low, high = ordered[int(0.025 * (len(ordered) - 1))], ordered[round(0.975 * (len(ordered) - 1))]
    return Estimate(value=value, low=min(low, value), high=max(high, value))


def share(units: Sequence[Sequence[bool]]) -> Estimate | None:
    """The share of true answers, the answers of a unit drawn together; `None` where there is no answer.

    >>> share([[True, True], [True, False]]).value
    0.75
    """

    def measure(sample: Sequence[Sequence[bool]]) -> float | None:
        count = sum(len(answers) for answers in sample)
        return sum(sum(answers) for answers in sample) / count if count else None

    return bootstrap(units, measure)
