"""Fits the weights by which lines of a page saved as text are kept or left out: `src/dragoman/data/lines.json`.

    python train/lines.py ../shared/data [--check]

Pages rendered to text, of the publishers that are not in the test third: those with known bodies, and those of three other
sets on whose article our reader of HTML and trafilatura agree (a line that one takes and the other leaves teaches nothing).
`--check` prints cross-validated scores instead (five folds by publisher). Nothing of the pages but the weights is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import SETS, SYSTEMS, body_f1, domain, page, rows, shingles
from benchmarks.saved_text import rendered
from dragoman.reading.clutter import ends_sentence
from dragoman.reading.encoding import decode, normalise
from dragoman.reading.lines import FEATURES
from dragoman.reading.lines import rows as line_rows
from dragoman.reading.looks import AGAIN, second_look
from dragoman.reading.pages import candidates
from train.logistic import fit as logistic

SHRINKAGE = 0.05
SHRINKAGE_AGAIN = 0.02
THRESHOLD = 0.5
FOLDS = 5
NEAR = 8
"""Lines kept before and behind the article in the second rendering of a page, which stands for pages that somebody cut."""
CUT = 0.3
"""What a line of such a rendering counts, beside one of the whole page."""
AGREED = 0.5
"""What a line of a page without a known body counts."""
BLIND = 0.5
"""What a line counts where the page is shown as if no phrase of clutter were known, beside the same line with them: so the
weights do not lean on phrases that were gathered on these very pages."""
SHORT, SHORT_TEXTS = 1.0, 4
"""What a line of a short text counts, and how many short texts are made of a page."""
LIKE, LONG = 0.8, 800
"""Two readers agree on a page where the F1 between their texts and our text's length are at least these."""
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÞА-Я“„«\"])")
Known = Counter[tuple[str, ...]]


class Page(NamedTuple):
    """One page rendered to text, with its body as two readers give it (the same twice where it is known)."""

    publisher: str
    text: str
    body: str
    other: str
    known: bool


class Sample(NamedTuple):
    """One page: its publisher, candidate lines, their features, which of them are the article's, what each counts."""

    publisher: str
    lines: list[str]
    table: list[list[float]]
    labels: list[int]
    counts: list[float]
    kind: str
    """"whole", "cut", "agreed", "short"; "whole, no phrases" and "agreed, no phrases"."""


def samples(data: Path) -> list[Sample]:
    """Every page as it is and as if no phrase of clutter were known, those with known bodies cut to the article, and short texts."""
    found = [one for page in pages(data) for one in shown(page)]
    return [one for one in found if one.labels]


def pages(data: Path) -> list[Page]:
    """The pages with known bodies, and the pages on which two readers agree."""
    found, seen = [], set()
    for row in rows(data, SETS[0], "tune"):
        text = normalise(rendered(decode(page(data, SETS[0], row))[0]))
        found.append(Page(domain(row["url"]), text, row["body"], row["body"], known=True))
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
                found.append(Page(publisher, text, ours, theirs, known=False))
    return found


def shown(page: Page) -> Iterator[Sample]:
    """A page's samples: whole (with and without the phrases of clutter), cut to the article, short texts made of it."""
    gold, other = shingles(page.body), shingles(page.other)
    weight, kind = (1.0, "whole") if page.known else (AGREED, "agreed")
    yield _sample(page.publisher, page.text, gold, other, weight, kind)
    yield _sample(page.publisher, page.text, gold, other, weight * BLIND, f"{kind}, no phrases", phrases=False)
    lines = page.text.split("\n")
    own = [number for number, line in enumerate(lines) if line.strip() and _is_body(line, gold)]
    if own and page.known:
        near = "\n".join(lines[max(0, own[0] - NEAR) : own[-1] + NEAR])
        yield _sample(page.publisher, near, gold, other, CUT, "cut")
    if own:
        for text in _short_texts(page, [line for line in lines[own[-1] + 1 : own[-1] + 12] if line.strip()]):
            yield _sample(page.publisher, text, gold, other, SHORT, "short")


def _short_texts(page: Page, below: list[str]) -> Iterator[str]:
    """One to five paragraphs of an article, as they are or a sentence a line; below half of them stand the page's next lines."""
    paragraphs = [line.strip() for line in page.body.split("\n") if ends_sentence(line.strip())]
    for number in range(SHORT_TEXTS):
        draw = int(hashlib.sha256(f"{number}{page.text[:400]}".encode()).hexdigest(), 16)
        first, size = draw % max(1, len(paragraphs)), 1 + draw // 1009 % 5
        chosen = paragraphs[first : first + size]
        if number % 2:
            chosen = [one for line in chosen for one in _SENTENCE.split(line)][: size + 1]
        if chosen:
            yield "\n\n".join([*chosen, *(below[: draw // 9973 % 8] if draw // 31 % 2 else [])])


def _is_body(line: str, gold: Known) -> bool:
    own = shingles(line)
    return bool(own) and (own & gold).total() >= 0.5 * own.total()


def _sample(
    publisher: str, text: str, gold: Known, other: Known, weight: float, kind: str, *, phrases: bool = True
) -> Sample:
    lines, kinds, run, wanted = candidates(text, phrases=phrases)
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


def _first(told: list[Sample]) -> tuple[Any, float]:
    table = [row for one in told for row in one.table]
    labels = [label for one in told for label in one.labels]
    return logistic(table, labels, [count for one in told for count in one.counts], keep=SHRINKAGE)


def _odds(features: Any, model: tuple[Any, float]) -> Any:
    import numpy as np

    return 1 / (1 + np.exp(-np.clip(np.array(features) @ model[0] + model[1], -30, 30)))


def _again(one: Sample, odds: Any) -> list[list[float]]:
    seen = second_look(odds.tolist(), [len(line) for line in one.lines])
    return [[*row, *plain] for row, plain in zip(seen, one.table, strict=True)]


def fit(told: list[Sample]) -> tuple[tuple[Any, float], tuple[Any, float]]:
    """Weights and bias of both looks; the second learns from first looks by models that had not seen the publisher."""
    table: list[list[float]] = []
    labels: list[int] = []
    counts: list[float] = []
    for number in range(FOLDS):
        others = [one for one in told if _fold(one.publisher) != number]
        mine = [one for one in told if _fold(one.publisher) == number]
        if not others or not mine:
            continue
        model = _first(others)
        for one in mine:
            table += _again(one, _odds(one.table, model))
            labels += one.labels
            counts += one.counts
    return _first(told), logistic(table, labels, counts, keep=SHRINKAGE_AGAIN)


def check(told: list[Sample]) -> None:
    """Cross-validated share of clutter and recall, by characters, at several thresholds, of each kind of page."""
    scored: dict[str, list[tuple[float, int, int]]] = {}
    for number in range(FOLDS):
        first, again = fit([one for one in told if _fold(one.publisher) != number])
        for one in told:
            if _fold(one.publisher) == number:
                odds = _odds(_again(one, _odds(one.table, first)), again).tolist()
                facts = zip(odds, one.labels, map(len, one.lines), one.counts, strict=True)
                scored.setdefault(one.kind, []).extend(line[:3] for line in facts if line[3])
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
    told = samples(Path(sys.argv[1]))
    if "--check" in sys.argv:
        check(told)
        return
    (first, bias), (again, bias_again) = fit(told)
    out = {
        "about": "Weights of dragoman.reading.lines, written by train/lines.py: do not edit by hand.",
        "lines": sum(len(one.labels) for one in told),
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
