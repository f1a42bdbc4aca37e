"""Fits the weights by which lines of a page saved as text are kept or left out: `src/dragoman/data/lines.json`.

    python train/lines.py ../shared/data [--check]

Pages rendered to text, of the publishers that are not in the test third: those with known bodies, and those of three other
sets on whose article our reader of HTML and trafilatura agree (a line that one takes and the other leaves teaches nothing).
`--check` prints cross-validated scores instead (five folds by publisher). Nothing of the pages but the weights is kept.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import SETS, SYSTEMS, body_f1, domain, page, rows, shingles
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
AGREED = 0.5
"""What a line of a page without a known body counts."""
LIKE, LONG = 0.8, 800
"""Two readers agree on a page where the F1 between their texts and our text's length are at least these."""
Known = Counter[tuple[str, ...]]


class Sample(NamedTuple):
    """One page: its publisher, candidate lines, their features, which of them are the article's, what each counts."""

    publisher: str
    lines: list[str]
    table: list[list[float]]
    labels: list[int]
    counts: list[float]
    kind: str
    """"whole", "cut" or "agreed"."""


def samples(data: Path) -> list[Sample]:
    """The pages with known bodies, twice each, and the pages on which two readers agree, once."""
    found = []
    for row in rows(data, "html_fundus", "tune"):
        text = normalise(rendered(decode(page(data, "html_fundus", row))[0]))
        gold = shingles(row["body"])
        found.append(_sample(domain(row["url"]), text, gold, gold, 1.0, "whole"))
        own = [number for number, line in enumerate(text.split("\n")) if line.strip() and _is_body(line, gold)]
        if own:
            near = text.split("\n")[max(0, own[0] - NEAR) : own[-1] + NEAR]
            found.append(_sample(domain(row["url"]), "\n".join(near), gold, gold, CUT, "cut"))
    return [one for one in (*found, *_agreed(data)) if one.labels]


def _agreed(data: Path) -> list[Sample]:
    found, seen = [], set()
    for name in SETS[1:]:
        for row in rows(data, name, "tune"):
            raw = page(data, name, row)
            text = normalise(rendered(decode(raw)[0]))
            if text in seen:
                continue
            seen.add(text)
            ours, theirs = (SYSTEMS[system](raw, row["url"]).text for system in ("dragoman", "trafilatura"))
            if len(ours) >= LONG and body_f1(ours, theirs)[0] >= LIKE:
                publisher = domain(row["url"] or "") or row["id"]
                found.append(_sample(publisher, text, shingles(ours), shingles(theirs), AGREED, "agreed"))
    return found


def _is_body(line: str, gold: Known) -> bool:
    own = shingles(line)
    return bool(own) and (own & gold).total() >= 0.5 * own.total()


def _sample(publisher: str, text: str, gold: Known, other: Known, weight: float, kind: str) -> Sample:
    lines, kinds, run, wanted = candidates(text)
    labels, counts, seen = [], [], set()
    for index in wanted:
        one, two = (_is_body(lines[index], known) and lines[index] not in seen for known in (gold, other))
        labels.append(int(one))
        counts.append(weight * len(lines[index]) ** 0.7 if one == two else 0.0)
        seen.add(lines[index])
    kept = [lines[index] for index in wanted]
    return Sample(publisher, kept, line_rows(lines, kinds, run, wanted), labels, counts, kind)


def _fold(publisher: str) -> int:
    return int(hashlib.sha256(b"lines" + publisher.encode()).hexdigest(), 16) % FOLDS


def _first(pages: list[Sample]) -> tuple[Any, float]:
    table = [row for one in pages for row in one.table]
    labels = [label for one in pages for label in one.labels]
    return logistic(table, labels, [count for one in pages for count in one.counts], keep=SHRINKAGE)


def _odds(features: Any, model: tuple[Any, float]) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(np.array(features) @ model[0] + model[1], -30, 30)))


def _again(one: Sample, odds: Any) -> list[list[float]]:
    seen = second_look(odds.tolist(), [len(line) for line in one.lines])
    return [[*row, *plain] for row, plain in zip(seen, one.table, strict=True)]


def fit(pages: list[Sample]) -> tuple[tuple[Any, float], tuple[Any, float]]:
    """Weights and bias of both looks; the second learns from first looks by models that had not seen the publisher."""
    table: list[list[float]] = []
    labels: list[int] = []
    counts: list[float] = []
    for number in range(FOLDS):
        others = [one for one in pages if _fold(one.publisher) != number]
        mine = [one for one in pages if _fold(one.publisher) == number]
        if not others or not mine:
            continue
        model = _first(others)
        for one in mine:
            table += _again(one, _odds(one.table, model))
            labels += one.labels
            counts += one.counts
    return _first(pages), logistic(table, labels, counts, keep=SHRINKAGE_AGAIN)


def check(pages: list[Sample]) -> None:
    """Cross-validated share of clutter and recall, by characters, at several thresholds, of each kind of page."""
    scored: dict[str, list[tuple[float, int, int]]] = {}
    for number in range(FOLDS):
        first, again = fit([one for one in pages if _fold(one.publisher) != number])
        for one in pages:
            if _fold(one.publisher) == number:
                odds = _odds(_again(one, _odds(one.table, first)), again).tolist()
                told = zip(odds, one.labels, map(len, one.lines), one.counts, strict=True)
                scored.setdefault(one.kind, []).extend(line[:3] for line in told if line[3])
    for kind, lines in scored.items():
        print(kind, "pages")
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
        "lines": sum(len(one.labels) for one in pages),
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
