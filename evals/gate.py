"""Compare the scores on the gold files of this repository with the floors in `evals/floors.json`.

    python -m evals.gate             # exit 1 where a score fell by more than the noise
    python -m evals.gate --accept    # write the present scores as the floors

The gold: `examples/golden/TASK.jsonl`, the demo dispatches, and `evals/gold/TASK.jsonl` or `TASK-NAME.jsonl`, small sets for this gate.
A score that the floors name and that is not measured any more counts as a loss: nothing gets better by being left out.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.errors import GoldError
from dragoman.evaluate import TASKS, evaluate_file

__all__ = ["Change", "changes", "gold_files", "main", "measure"]

ROOT = Path(__file__).parents[1]
FLOORS = ROOT / "evals" / "floors.json"
FOLDERS = ("examples/golden", "evals/gold")
NOISE = 0.01
"""A score may fall by this much before it counts: below the width of any interval on sets as small as these."""
LOWER_IS_BETTER = frozenset({"ece"})

Table = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One score against its floor; `gain` is positive where it got better, whichever way its scale runs."""

    file: str
    metric: str
    floor: float | None
    value: float | None
    gain: float

    @property
    def lost(self) -> bool:
        """Whether the score fell beyond the noise, or is gone."""
        return self.value is None or (self.floor is not None and self.gain < -NOISE)


def gold_files(root: Path = ROOT) -> Iterator[tuple[str, str, Path]]:
    """Name, task and path of every gold file: the task is the file's name up to the first `-`."""
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.jsonl")):
            task = path.stem.split("-")[0]
            if task not in TASKS:
                raise GoldError(f"{path} names no task", hint=f"call it TASK-NAME.jsonl; tasks: {', '.join(TASKS)}")
            yield f"{folder}/{path.stem}", task, path


def measure(root: Path = ROOT) -> dict[str, dict[str, float]]:
    """Every score on every gold file."""
    return {
        name: {metric: round(score.value, 4) for metric, score in evaluate_file(task, path).metrics.items()}
        for name, task, path in gold_files(root)
    }


def changes(floors: Table, scores: Table) -> list[Change]:
    """Every score against its floor, by file and metric.

    >>> [change.lost for change in changes({"a": {"f1": 0.5}}, {"a": {"f1": 0.495}})]
    [False]
    >>> [change.lost for change in changes({"a": {"f1": 0.5}}, {"a": {"f1": 0.48}})]
    [True]
    """
    found = []
    for file in sorted({*floors, *scores}):
        for metric in sorted({*floors.get(file, {}), *scores.get(file, {})}):
            floor, value = floors.get(file, {}).get(metric), scores.get(file, {}).get(metric)
            gain = 0.0 if floor is None or value is None else value - floor
            sign = -1.0 if metric in LOWER_IS_BETTER else 1.0
            found.append(Change(file=file, metric=metric, floor=floor, value=value, gain=sign * gain))
    return found


def _told(change: Change) -> str:
    floor = "new" if change.floor is None else f"{change.floor:.3f}"
    value = "gone" if change.value is None else f"{change.value:.3f}"
    mark = "LOSS" if change.lost else "gain" if change.gain > NOISE else ""
    return f"{change.file:<34}{change.metric:<20}{floor:>7} -> {value:<7}{change.gain:+.3f}  {mark}".rstrip()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and compare, or accept; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--accept", action="store_true", help="write the present scores as the floors")
    options = parser.parse_args(arguments)
    start = time.monotonic()
    scores = measure()
    floors: Table = json.loads(FLOORS.read_text(encoding="utf-8")) if FLOORS.exists() else {}
    found = changes(floors, scores)
    for change in found:
        print(_told(change))
    lost = [change for change in found if change.lost]
    gained = [change for change in found if change.gain > NOISE]
    new = [change for change in found if change.floor is None]
    took = time.monotonic() - start
    print(f"{len(found)} scores: {len(lost)} losses, {len(gained)} gains, {len(new)} new; {took:.0f} s")
    if options.accept:
        FLOORS.write_text(json.dumps(scores, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        print(f"accepted: {FLOORS.relative_to(ROOT)}")
        return 0
    if lost:
        print("a loss that is meant is accepted with `make floors`, and the reason told in CHANGELOG.md")
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
