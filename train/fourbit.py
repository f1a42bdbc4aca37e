"""Word vectors at four bits: sixteen levels, with a mean and a scale for every column and a scale for every row.

The vectors of words are a third of the encoder, and training leaves them as they are. They are rounded before it begins, so that all layers
learn with what ships. Of E5-small's vectors a tenth of the length is lost (int8 loses .7 %), half the bytes of int8 are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["LEVELS", "FourBits"]

LEVELS = 16
_SCALINGS = 4  # turns of rows and columns, after which neither moves any more
_NORMAL = 60_000  # numbers of a normal law, on whose levels those of the matrix begin
_TURNS = (40, 20)  # of Lloyd's algorithm (1957) for levels of least squared error: on those numbers, on the matrix
_SAMPLE = 397  # every so many numbers of a matrix are enough to place sixteen levels

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FourBits:
    """A matrix [n, width] as `mean + row * column * levels[codes]`."""

    codes: npt.NDArray[np.uint8]
    levels: Floats
    mean: Floats
    column: Floats
    row: Floats

    @classmethod
    def of(cls, weight: npt.NDArray[Any]) -> FourBits:
        """The nearest such matrix, up to the turns above.

        >>> weight = np.random.default_rng(1).standard_normal((800, 64))
        >>> bool(np.abs(FourBits.of(weight).values() - weight).mean() < 0.1)
        True
        """
        weight = np.asarray(weight, dtype=np.float64)
        mean = weight.mean(0)
        rest = weight - mean
        row = np.ones(len(rest))
        for _ in range(_SCALINGS):
            column = np.sqrt(((rest / row[:, None]) ** 2).mean(0))
            row = np.sqrt(((rest / column) ** 2).mean(1)).clip(1e-6)
        scaled = rest / row[:, None] / column
        levels = _levels(scaled.ravel()[::_SAMPLE] if scaled.size > LEVELS * _SAMPLE * 100 else scaled.ravel())
        codes = np.searchsorted((levels[1:] + levels[:-1]) / 2, scaled).astype(np.uint8)
        near = levels[codes] * column
        row = (rest * near).sum(1) / (near * near).sum(1).clip(1e-9)
        return cls(codes, levels, mean, column, row)

    def values(self) -> Floats:
        return np.asarray(self.mean + self.row[:, None] * self.column * self.levels[self.codes])

    def packed(self) -> npt.NDArray[np.uint8]:
        """Two codes to a byte: the left half of the columns in the lower bits, the right half in the upper ones."""
        half = self.codes.shape[1] // 2
        return np.asarray(self.codes[:, :half] | (self.codes[:, half:] << 4), dtype=np.uint8)


def _levels(sample: Floats) -> Floats:
    levels = np.linspace(-2.5, 2.5, LEVELS)
    for numbers, turns in zip((np.random.default_rng(0).standard_normal(_NORMAL), sample), _TURNS, strict=True):
        for _ in range(turns):
            at = np.searchsorted((levels[1:] + levels[:-1]) / 2, numbers)
            levels = np.array([numbers[at == k].mean() if (at == k).any() else levels[k] for k in range(LEVELS)])
    return levels
