"""Fits the weights by which lines of a page saved as text are kept or left out: `src/dragoman/data/lines.json`.

    python train/lines.py ../shared/data [--check]

Whole pages with known bodies, rendered to text, of the publishers that are not in the test third. `--check` prints
cross-validated scores instead (five folds by publisher). Nothing of the pages but the weights is kept.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import domain, page, rows, shingles
from benchmarks.saved_text import rendered
from dragoman.encoding import decode, normalise
from dragoman.lines import FEATURES
from dragoman.lines import rows as line_rows
from dragoman.looks import AGAIN, second_look
from dragoman.pages import candidates
from train.logistic import fit as logistic

SHRINKAGE = 0.05
SHRINKAGE_AGAIN = 0.02
THRESHOLD = 0.6
FOLDS = 5
NEAR = 8
"""Lines kept before and behind the article in the second rendering of a page, which stands for pages that somebody cut."""
CUT = 0.3
"""What a line of such a rendering counts, beside one of the whole page."""
Sample = tuple[str, list[str], list[list[float]], list[int], float]


def samples(data: Path, *, cut: bool = True) -> list[Sample]:
    """For each page its publisher, candidate lines, their features, which of them the known body holds, and its weight."""
    found = []
    for row in rows(data, "html_fundus", "tune"):
        text = normalise(rendered(decode(page(data, "html_fundus", row))[0]))
        gold = shingles(row["body"])
        found.append(_sample(domain(row["url"]), text, gold, 1.0))
        own = [number for number, line in enumerate(text.split("\n")) if line.strip() and _is_body(line, gold)]
        if cut and own:
            near = text.split("\n")[max(0, own[0] - NEAR) : own[-1] + NEAR]
            found.append(_sample(domain(row["url"]), "\n".join(near), gold, CUT))
    return found


def _is_body(line: str, gold: Counter[tuple[str, ...]]) -> bool:
    own = shingles(line)
    return bool(own) and (own & gold).total() >= 0.5 * own.total()


def _sample(publisher: str, text: str, gold: Counter[tuple[str, ...]], weight: float) -> Sample:
    lines, kinds, run, wanted = candidates(text)
    labels, seen = [], set()
    for index in wanted:
        labels.append(int(_is_body(lines[index], gold) and lines[index] not in seen))
        seen.add(lines[index])
    return publisher, [lines[index] for index in wanted], line_rows(lines, kinds, run, wanted), labels, weight


def _fold(publisher: str) -> int:
    return int(hashlib.sha256(b"lines" + publisher.encode()).hexdigest(), 16) % FOLDS


def _first(pages: list[Sample]) -> tuple[Any, float]:
    table = [row for _, _, features, _, _ in pages for row in features]
    labels = [label for _, _, _, given, _ in pages for label in given]
    weights = [weight * len(line) ** 0.7 for _, lines, _, _, weight in pages for line in lines]
    return logistic(table, labels, weights, keep=SHRINKAGE)


def _odds(features: Any, model: tuple[Any, float]) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(np.array(features) @ model[0] + model[1], -30, 30)))


def _again(one: Sample, odds: Any) -> list[list[float]]:
    seen = second_look(odds.tolist(), [len(line) for line in one[1]])
    return [[*row, *plain] for row, plain in zip(seen, one[2], strict=True)]


def fit(pages: list[Sample]) -> tuple[tuple[Any, float], tuple[Any, float]]:
    """Weights and bias of both looks; the second learns from first looks by models that had not seen the publisher."""
    pages = [one for one in pages if one[2]]
    table: list[list[float]] = []
    labels: list[int] = []
    weights: list[float] = []
    for number in range(FOLDS):
        others = [one for one in pages if _fold(one[0]) != number]
        mine = [one for one in pages if _fold(one[0]) == number]
        if not others or not mine:
            continue
        model = _first(others)
        for one in mine:
            table += _again(one, _odds(one[2], model))
            labels += one[3]
            weights += [one[4] * len(line) ** 0.7 for line in one[1]]
    return _first(pages), logistic(table, labels, weights, keep=SHRINKAGE_AGAIN)


def check(pages: list[Sample]) -> None:
    """Cross-validated share of clutter and recall, by characters, at several thresholds, of whole pages and of cut ones."""
    scored: dict[float, list[tuple[float, int, int]]] = {1.0: [], CUT: []}
    for number in range(FOLDS):
        first, again = fit([one for one in pages if _fold(one[0]) != number])
        for one in pages:
            if _fold(one[0]) == number and one[2]:
                odds = _odds(_again(one, _odds(one[2], first)), again)
                scored[one[4]] += list(zip(odds.tolist(), one[3], map(len, one[1]), strict=True))
    for weight, lines in scored.items():
        print("whole pages" if weight == 1.0 else "cut pages")
        good = sum(size for _, label, size in lines if label)
        for threshold in (0.01, 0.1, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            kept = [(label, size) for odd, label, size in lines if odd > threshold]
            clutter = sum(size for label, size in kept if not label) / sum(size for _, size in kept)
            recall = sum(size for label, size in kept if label) / good
            print(f"  {threshold}: clutter {clutter:.2%}, recall {recall:.3f}")


def main() -> None:
    """Fit and write the weights, or check them."""
    pages = samples(Path(sys.argv[1]))
    if "--check" in sys.argv:
        check(pages)
        return
    (first, bias), (again, bias_again) = fit(pages)
    out = {
        "about": "Weights of dragoman.lines, written by train/lines.py: do not edit by hand.",
        "lines": sum(len(one[3]) for one in pages),
        "threshold": THRESHOLD,
        "bias": round(bias, 4),
        "weights": {name: round(float(value), 4) for name, value in zip(FEATURES, first, strict=True)},
        "bias_again": round(bias_again, 4),
        "again": {name: round(float(value), 4) for name, value in zip((*AGAIN, *FEATURES), again, strict=True)},
    }
    target = Path(__file__).resolve().parent.parent / "src/dragoman/data/lines.json"
    target.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(f"{out['lines']} lines -> {target}")


if __name__ == "__main__":
    main()
