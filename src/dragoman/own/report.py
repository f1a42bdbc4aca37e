"""What a user's own categories are worth: figures from examples that were held out, with intervals, and what chance alone would give."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from dragoman.coding.softmax import HeldOut
from dragoman.own.codebook import LEAST, OwnCodebook

__all__ = ["NEVER", "CategoryFigures", "Figure", "OwnReport", "cut_for", "judge", "wilson"]

Array = npt.NDArray[np.float64]
Labels = npt.NDArray[np.int64]
_TURNS = 1000
_Z = 1.959964
NEVER = 1.01
"""A cut that no probability reaches: no category is ever given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A share from 0 to 1 with its 95 % interval."""

    value: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.value:.2f} ({self.low:.2f} to {self.high:.2f})"


def wilson(right: int, number: int) -> Figure:
    """A share with its 95 % interval (Wilson 1927, Journal of the American Statistical Association 22); 0 to 1 where there is nothing.

    >>> str(wilson(45, 60)), str(wilson(0, 0))
    ('0.75 (0.63 to 0.84)', '0.00 (0.00 to 1.00)')
    """
    if not number:
        return Figure(value=0.0, low=0.0, high=1.0)
    share, wide = right / number, _Z**2 / number
    middle = (share + wide / 2) / (1 + wide)
    half = _Z * float(np.sqrt(share * (1 - share) / number + wide / (4 * number))) / (1 + wide)
    return Figure(value=share, low=max(0.0, min(share, middle - half)), high=min(1.0, max(share, middle + half)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryFigures:
    """How one category does: its examples, precision and recall, and F1."""

    code: str
    examples: int
    precision: Figure
    recall: Figure
    f1: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnReport:
    """Everything that a fit tells: held-out figures, chance levels, the cut, and warnings."""

    codebook: str
    unit: str
    examples: int
    folds: int
    seconds: float
    accuracy: Figure
    macro_f1: Figure
    majority: float
    majority_code: str
    majority_f1: float
    calibration_error: float
    categories: tuple[CategoryFigures, ...]
    confused: tuple[tuple[str, str, int], ...]
    half: float
    asked: float
    cut: float
    answered: Figure
    precision: Figure
    warnings: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """The report as it is printed."""
        yield f"{self.codebook}: {self.examples} examples, unit {self.unit}; each held out once in {self.folds} folds"
        yield f"  accuracy   {self.accuracy}   chance {self.majority:.2f}: always {self.majority_code}"
        yield f"  macro-F1   {self.macro_f1}   chance {self.majority_f1:.2f}"
        yield f"  probabilities are off by {self.calibration_error:.2f} on average"
        yield f"  learned from half of the examples: accuracy {self.half:.2f}" + self._more()
        wide = max(len(row.code) for row in self.categories)
        yield f"  {'category':<{max(wide, 8)}}  examples  precision            recall               F1"
        for row in self.categories:
            cells = "  ".join(f"{figure!s:<19}" for figure in (row.precision, row.recall, row.f1))
            yield f"  {row.code:<{max(wide, 8)}}  {row.examples:>8}  {cells}".rstrip()
        for gold, given, number in self.confused:
            yield f"  {number} of {gold} taken for {given}"
        if self.asked:
            yield f"  asked for a precision of {self.asked:.2f}: " + self._abstention()

    def _more(self) -> str:
        gain = self.accuracy.value - self.half
        return "; more examples should help" if gain > 0.02 else "; more of the same may not help much"

    def _abstention(self) -> str:
        if self.cut >= NEVER:
            return "not reached at any probability"
        return f"given from a probability of {self.cut:.2f}; that answers {self.answered}, right {self.precision}"


def _f1(gold: Labels, given: Labels, classes: int) -> Array:
    """F1 of each class; 0 where there is neither."""
    hits = np.bincount(gold[gold == given], minlength=classes)
    both = np.bincount(gold, minlength=classes) + np.bincount(given, minlength=classes)
    return np.asarray(2 * hits / np.maximum(1, both))


def _turned(groups: Sequence[str], rng: np.random.Generator) -> Iterator[Labels]:
    """Rows drawn anew with replacement, a group at a time."""
    rows: dict[str, list[int]] = {}
    for at, group in enumerate(groups):
        rows.setdefault(group, []).append(at)
    every = list(rows.values())
    for _ in range(_TURNS):
        yield np.concatenate([every[i] for i in rng.integers(len(every), size=len(every))])


def cut_for(best: Array, right: npt.NDArray[np.bool_], precision: float) -> float:
    """The lowest probability from which on held-out answers are right often enough, ten of them at least; `NEVER` where none is.

    >>> import numpy as np
    >>> best = np.linspace(0.99, 0.4, 60)
    >>> cut_for(best, best > 0.7, 0.9) < 0.7, cut_for(best, best > 2, 0.5)
    (True, 1.01)
    """
    if precision <= 0:
        return 0.0
    rounded = np.round(best, 4)  # as records have it
    order = np.argsort(-rounded, kind="stable")
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    last = np.append(rounded[order][1:] < rounded[order][:-1], True)[: len(order)]
    good = [i for i in range(LEAST - 1, len(order)) if share[i] >= precision and last[i]]
    return float(rounded[order[good[-1]]]) if good else NEVER


def _calibration(best: Array, right: npt.NDArray[np.bool_]) -> float:
    """How far probability and share of right answers lie apart, in up to ten bins of equal size."""
    parts = np.array_split(np.argsort(best, kind="stable"), max(1, min(10, len(best) // 10)))
    return float(sum(abs(best[part].mean() - right[part].mean()) * len(part) for part in parts) / len(best))


def judge(
    codebook: OwnCodebook,
    labels: Labels,
    groups: Sequence[str],
    found: HeldOut,
    *,
    folds: int,
    half: float,
    seconds: float,
) -> OwnReport:
    """The report on held-out probabilities; intervals by Wilson, and of F1 by drawing groups anew a thousand times."""
    codes, number = codebook.codes, len(codebook.categories)
    given, best = found.probabilities.argmax(1), found.probabilities.max(1)
    right = given == labels
    rng = np.random.default_rng(0)
    drawn = np.stack([_f1(labels[rows], given[rows], number) for rows in _turned(groups, rng)])
    counts = np.bincount(labels, minlength=number)
    share = float(counts.max() / len(labels))
    cut = cut_for(best, right, codebook.precision)
    above = np.round(best, 4) >= cut
    made = OwnReport(
        codebook=codebook.full_name,
        unit=codebook.unit,
        examples=len(labels),
        folds=folds,
        seconds=seconds,
        accuracy=wilson(int(right.sum()), len(labels)),
        macro_f1=_drawn(float(_f1(labels, given, number).mean()), drawn.mean(1)),
        majority=share,
        majority_code=codes[int(counts.argmax())],
        majority_f1=2 * share / (1 + share) / number,
        calibration_error=_calibration(best, right),
        categories=tuple(_category(k, code, labels, given, drawn[:, k]) for k, code in enumerate(codes)),
        confused=_confused(codes, labels, given),
        half=half,
        asked=codebook.precision,
        cut=cut,
        answered=wilson(int(above.sum()), len(labels)),
        precision=wilson(int((right & above).sum()), int(above.sum())),
    )
    return replace(made, warnings=tuple(_warnings(made)))


def _drawn(value: float, turns: Array) -> Figure:
    return Figure(value=value, low=float(np.quantile(turns, 0.025)), high=float(np.quantile(turns, 0.975)))


def _category(k: int, code: str, labels: Labels, given: Labels, turns: Array) -> CategoryFigures:
    """How one category does; `turns` are its F1 with rows drawn anew."""
    hits, gold, told = int(((labels == k) & (given == k)).sum()), int((labels == k).sum()), int((given == k).sum())
    return CategoryFigures(
        code=code,
        examples=gold,
        precision=wilson(hits, told),
        recall=wilson(hits, gold),
        f1=_drawn(2 * hits / max(1, gold + told), turns),
    )


def _confused(codes: Sequence[str], labels: Labels, given: Labels) -> tuple[tuple[str, str, int], ...]:
    """The three pairs most often taken one for the other, from two times on."""
    counts = Counter((codes[a], codes[b]) for a, b in zip(labels.tolist(), given.tolist(), strict=True) if a != b)
    often = sorted(((gold, told, n) for (gold, told), n in counts.items() if n > 1), key=lambda each: (-each[2], each))
    return tuple(often[:3])


def _warnings(report: OwnReport) -> Iterator[str]:
    if report.accuracy.low <= report.majority:
        yield (
            f"no better than chance: always saying {report.majority_code} is right {report.majority:.2f} of the time, and the interval "
            f"of the accuracy reaches down to {report.accuracy.low:.2f}; check the examples, merge categories, or write more"
        )
    for row in report.categories:
        if row.f1.low <= 0.0:
            yield f"{row.code} may not be found at all (F1 {row.f1}): write more examples of it, or merge it with another"
    if report.cut >= NEVER:
        yield (
            f"a precision of {report.asked:.2f} is not reached on held-out examples: every {report.unit} will be left without a category; "
            "state a lower precision in the codebook, or write more examples"
        )
