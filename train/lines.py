"""Fits the weights by which lines of a page saved as text are kept or left out: `src/dragoman/data/lines.json`.

    python train/lines.py ../shared/data [--check]

Whole pages with known bodies, rendered to text, of the publishers that are not in the test third. `--check` prints
cross-validated scores instead (five folds by publisher). Nothing of the pages but the weights is kept.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import domain, page, rows, shingles
from benchmarks.saved_text import rendered
from dragoman.encoding import decode, normalise
from dragoman.lines import FEATURES
from dragoman.lines import rows as line_rows
from dragoman.pages import candidates
from train.logistic import fit as logistic

SHRINKAGE = 0.05
THRESHOLD = 0.6


def samples(data: Path) -> list[tuple[str, list[str], list[list[float]], list[int]]]:
    """For each page its publisher, candidate lines, their features, and which of them the known body holds."""
    found = []
    for row in rows(data, "html_fundus", "tune"):
        lines, kinds, run, wanted = candidates(normalise(rendered(decode(page(data, "html_fundus", row))[0])))
        gold = shingles(row["body"])
        labels, seen = [], set()
        for index in wanted:
            own = shingles(lines[index])
            good = bool(own) and (own & gold).total() >= 0.5 * own.total() and lines[index] not in seen
            seen.add(lines[index])
            labels.append(int(good))
        found.append(
            (domain(row["url"]), [lines[index] for index in wanted], line_rows(lines, kinds, run, wanted), labels)
        )
    return found


def fit(pages: list[tuple[str, list[str], list[list[float]], list[int]]]) -> tuple[Any, float]:
    """Weights and bias in plain feature units."""
    table = [row for _, _, features, _ in pages for row in features]
    labels = [label for _, _, _, given in pages for label in given]
    weights = [len(line) ** 0.7 for _, lines, _, _ in pages for line in lines]
    return logistic(table, labels, weights, keep=SHRINKAGE)


def check(pages: list[tuple[str, list[str], list[list[float]], list[int]]]) -> None:
    """Cross-validated share of clutter and recall, by characters, at several thresholds."""
    import numpy as np

    fold = [int(hashlib.sha256(b"lines" + name.encode()).hexdigest(), 16) % 5 for name, *_ in pages]
    scored: list[tuple[float, int, int]] = []
    for number in range(5):
        weights, bias = fit([one for one, place in zip(pages, fold, strict=True) if place != number])
        for (_, lines, features, labels), place in zip(pages, fold, strict=True):
            if place == number and features:
                odds = np.array(features) @ weights + bias
                scored += list(zip((1 / (1 + np.exp(-odds))).tolist(), labels, map(len, lines), strict=True))
    good = sum(size for _, label, size in scored if label)
    for threshold in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        kept = [(label, size) for odd, label, size in scored if odd > threshold]
        clutter = sum(size for label, size in kept if not label) / sum(size for _, size in kept)
        print(f"{threshold}: clutter {clutter:.2%}, recall {sum(size for label, size in kept if label) / good:.3f}")


def main() -> None:
    """Fit and write the weights, or check them."""
    pages = samples(Path(sys.argv[1]))
    if "--check" in sys.argv:
        check(pages)
        return
    weights, bias = fit(pages)
    out = {
        "about": "Weights of dragoman.lines, written by train/lines.py: do not edit by hand.",
        "lines": sum(len(labels) for *_, labels in pages),
        "threshold": THRESHOLD,
        "bias": round(bias, 4),
        "weights": {name: round(float(value), 4) for name, value in zip(FEATURES, weights, strict=True)},
    }
    target = Path(__file__).resolve().parent.parent / "src/dragoman/data/lines.json"
    target.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(f"{out['lines']} lines -> {target}")


if __name__ == "__main__":
    main()
