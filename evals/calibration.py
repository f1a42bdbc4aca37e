"""Whether a confidence of 0.8 is right eight times in ten.

    python -m evals.calibration [--relations GOLD.jsonl] [--svg docs/reliability.svg] [--json OUT.json]

- Events end to end: each event that is coded on the passages of a split of the corpus, with its confidence; it is right where
  `dragoman evaluate events` counts it (type and the countries of both sides).
- Pairs that are given, on a file of gold relations: the type chosen, with its probability.

The expected calibration error is the mean distance between confidence and share right over 15 bins of equal width, each bin weighed by
what is in it; 0.03 is the target. Of few answers it comes out too high, for chance alone parts confidence and share: what true confidences
would show is printed beside it. The picture shows each
bin's share right, and how many answers it holds. Nothing is tuned here: `train.tune` fits
the curve of confidence, on the split `dev` alone.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import Any
from xml.sax.saxutils import escape

from evals.intervals import Estimate, bootstrap

__all__ = ["Answer", "Bin", "Panel", "bins", "by_chance", "ece", "event_answers", "main", "pair_answers", "picture"]

ROOT = Path(__file__).parents[1]
BINS = 15
TARGET = 0.03
Answer = tuple[float, bool]
"""A confidence from 0 to 1, and whether the answer was right."""
Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Answers with a confidence from `low` to `high`: how many, their mean confidence, and the share of them that is right."""

    low: float
    high: float
    count: int
    confidence: float
    right: float


def bins(answers: Sequence[Answer]) -> list[Bin]:
    """The bins that hold anything, of 15 equal ones from 0 to 1; 1 belongs to the last.

    >>> [(each.count, each.right) for each in bins([(0.95, True), (1.0, False), (0.2, False)])]
    [(1, 0.0), (2, 0.5)]
    """
    held: dict[int, list[Answer]] = {}
    for answer in answers:
        held.setdefault(min(BINS - 1, int(answer[0] * BINS)), []).append(answer)
    return [
        Bin(
            low=number / BINS,
            high=(number + 1) / BINS,
            count=len(each),
            confidence=sum(sure for sure, _ in each) / len(each),
            right=sum(right for _, right in each) / len(each),
        )
        for number, each in sorted(held.items())
    ]


def ece(answers: Sequence[Answer]) -> float | None:
    """The expected calibration error; `None` where there is no answer.

    >>> round(ece([(0.95, True), (0.95, False)]), 2)
    0.45
    """
    if not answers:
        return None
    return sum(each.count * abs(each.confidence - each.right) for each in bins(answers)) / len(answers)


def by_chance(answers: Sequence[Answer], draws: int = 200) -> float:
    """The calibration error that confidences which are exactly true would show on so many answers, in the mean of some draws.

    >>> round(by_chance([(0.5, True)] * 4), 1), by_chance([(1.0, False)])
    (0.2, 0.0)
    """
    draw = random.Random(0)
    return mean(ece([(sure, draw.random() < sure) for sure, _ in answers]) or 0.0 for _ in range(draws))


# --- answers ---------------------------------------------------------------------------------------------------------------


def matched(expected: Sequence[Row], found: Sequence[Row]) -> list[Answer]:
    """Each event found with whether it is one of those expected, each of which is matched once, as `dragoman evaluate events` does."""
    left = list(found)
    right: list[int] = []
    for wanted in expected:
        fits = [made for made in left if _same(wanted, made)]
        if fits:
            best = min(fits, key=lambda made: made["status"] != wanted.get("status"))
            right.append(id(best))
            left = [made for made in left if made is not best]
    return [(float(made["confidence"]), id(made) in right) for made in found]


def _same(wanted: Row, made: Row) -> bool:
    sides = (name for name in ("actors", "recipients") if name in wanted)
    return wanted.get("type") == made["type"] and all(sorted(set(wanted[name])) == sorted(made[name]) for name in sides)


def event_answers(rows: Sequence[Row]) -> list[list[Answer]]:
    """For each gold row of `events` the answers of the coder, which is given nothing but the text."""
    from dragoman.evaluate import evaluate_rows

    _, predictions = evaluate_rows("events", rows)
    return [
        matched(row["expect"]["events"], made["predicted"]["events"])
        for row, made in zip(rows, predictions, strict=True)
    ]


def pair_answers(rows: Sequence[Row]) -> list[list[Answer]]:
    """For each gold row of `relations` the answer of the coder, which is given the pair."""
    from dragoman.evaluate import evaluate_rows

    _, predictions = evaluate_rows("relations", rows)
    return [
        [(float(made["confidence"]), made["predicted"]["type"] == row["expect"]["type"])]
        for row, made in zip(rows, predictions, strict=True)
    ]


def corpus_rows(split: str) -> list[Row]:
    """The gold events of a split of the corpus."""
    from train.data import load_corpus
    from train.gold import events

    return list(events(load_corpus(ROOT / "corpus")[split]))


# --- the picture -----------------------------------------------------------------------------------------------------------

_SIDE, _STRIP, _LEFT, _TOP, _GAP = 240, 70, 52, 54, 34
_STYLE = (
    "text{font:11px system-ui,sans-serif;fill:#333}.t{font-size:13px;font-weight:600}.n{font-size:8px;fill:#666}"
    ".a{stroke:#999;fill:none}.d{stroke:#999;stroke-dasharray:4 3}.b{fill:#4477aa}.c{fill:#bbb}.g{stroke:#eee}"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One picture: what was asked, and its answers."""

    title: str
    answers: tuple[Answer, ...]
    error: Estimate


def picture(panels: Sequence[Panel]) -> str:
    """Reliability diagrams side by side, as SVG. Both axes go from 0 to 1 in every panel; below, how many answers each bin holds.

    >>> picture([Panel(title="x", answers=((0.9, True),), error=Estimate(value=0.1, low=0.1, high=0.1))]).count("<svg ")
    1
    """
    width = len(panels) * (_LEFT + _SIDE + 16) + 8
    height = _TOP + _SIDE + _GAP + _STRIP + 40
    drawn = "".join(
        f'<g transform="translate({at * (_LEFT + _SIDE + 16)} 0)">{_panel(each)}</g>' for at, each in enumerate(panels)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" role="img">'
        f"<title>Share of right answers by confidence</title><style>{_STYLE}</style>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>{drawn}</svg>\n'
    )


def _panel(panel: Panel) -> str:
    held = bins(panel.answers)
    most = max((each.count for each in held), default=1)
    foot, floor = _TOP + _SIDE, _TOP + _SIDE + _GAP + _STRIP
    parts = [
        f'<text class="t" x="{_LEFT}" y="18">{escape(panel.title)}</text>',
        f'<text x="{_LEFT}" y="34">{len(panel.answers):,} answers; calibration error {panel.error.told()}</text>',
    ]
    for tick in range(6):
        share, place = tick / 5, _SIDE * tick / 5
        parts.append(f'<path class="g" d="M{_LEFT} {foot - place:.1f}h{_SIDE}"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{foot - place + 4:.1f}" text-anchor="end">{share:.1f}</text>')
        parts.append(f'<text x="{_LEFT + place:.1f}" y="{floor + 14}" text-anchor="middle">{share:.1f}</text>')
    wide = _SIDE / BINS
    for each in held:
        x, tall, low = _LEFT + each.low * _SIDE, each.right * _SIDE, each.count / most * _STRIP
        told = f"confidence {each.low:.2f} to {each.high:.2f}: {each.count} answers, {100 * each.right:.0f} % right"
        parts.append(
            f'<g><title>{told}</title><rect class="b" x="{x + 1:.1f}" y="{foot - tall:.1f}" width="{wide - 2:.1f}" height="{tall:.1f}"/>'
            f'<rect class="c" x="{x + 1:.1f}" y="{floor - low:.1f}" width="{wide - 2:.1f}" height="{low:.1f}"/>'
            f'<text class="n" x="{x + wide / 2:.1f}" y="{floor - low - 2:.1f}" text-anchor="middle">{each.count}</text></g>'
        )
    parts += [
        f'<path class="d" d="M{_LEFT} {foot}L{_LEFT + _SIDE} {_TOP}"/>',
        f'<path class="a" d="M{_LEFT} {_TOP}v{_SIDE}h{_SIDE}"/><path class="a" d="M{_LEFT} {floor}h{_SIDE}"/>',
        _upright("share right", _TOP + _SIDE // 2),
        _upright("answers", floor - _STRIP // 2),
        f'<text x="{_LEFT + _SIDE / 2:.0f}" y="{floor + 30}" text-anchor="middle">confidence</text>',
    ]
    return "".join(parts)


def _upright(words: str, y: int) -> str:
    return f'<text x="14" y="{y}" text-anchor="middle" transform="rotate(-90 14 {y})">{words}</text>'


# --- telling ---------------------------------------------------------------------------------------------------------------


def _sources(options: argparse.Namespace) -> Iterator[tuple[str, str, list[list[Answer]]]]:
    def some(rows: list[Row]) -> list[Row]:
        return rows[: options.sample] if options.sample else rows

    for split in options.splits:
        yield f"events, {split}", f"Events end to end, corpus {split}", event_answers(some(corpus_rows(split)))
    for path in options.relations:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        yield f"pairs, {path.stem}", f"Pairs given, {path.stem}", pair_answers(some(rows))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and draw; returns 1 where the target is missed and `--strict` is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--splits", nargs="*", default=["dev", "test"], choices=("dev", "test"), help="of the corpus")
    parser.add_argument(
        "--relations", nargs="*", type=Path, default=[], help="gold files of `dragoman evaluate relations`"
    )
    parser.add_argument("--sample", type=int, default=0, help="only the first rows of each")
    parser.add_argument("--svg", type=Path, help="draw the reliability diagrams here")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--strict", action="store_true", help="exit 1 where the target is missed")
    options = parser.parse_args(arguments)
    panels: list[Panel] = []
    figures: Row = {}
    for name, title, units in _sources(options):
        error = bootstrap(units, lambda sample: ece([answer for unit in sample for answer in unit]))
        if error is None:
            print(f"{title}: nothing was answered")
            continue
        panel = Panel(title=title, answers=tuple(answer for unit in units for answer in unit), error=error)
        panels.append(panel)
        held = bins(panel.answers)
        figures[name] = {
            "n": len(panel.answers),
            "ece": {"value": round(error.value, 4), "low": round(error.low, 4), "high": round(error.high, 4)},
            "by_chance": round(by_chance(panel.answers), 4),
            "bins": [
                [round(each.low, 3), each.count, round(each.confidence, 4), round(each.right, 4)] for each in held
            ],
        }
        told = "met" if error.value < TARGET else "missed"
        print(f"{title}: {len(panel.answers)} answers, calibration error {error.told(2)}; {told}", flush=True)
        print(f"  of true confidences so many answers would show {figures[name]['by_chance']:.3f} by chance alone")
        for each in held:
            print(
                f"  {each.low:.2f} to {each.high:.2f}  {each.count:>5}  said {each.confidence:.3f}  right {each.right:.3f}"
            )
    if options.svg and panels:
        options.svg.write_text(picture(panels), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return int(options.strict and any(panel.error.value >= TARGET for panel in panels))


if __name__ == "__main__":
    sys.exit(main())
