"""Fits the weights by which blocks of an HTML page are kept or left out: `src/dragoman/data/passages.json`.

    python train/passages.py ../shared/data

Pages with known bodies, of the publishers that are not in the test third (`benchmarks/reading.py`). A block is wanted
where it is a paragraph of the known body or shares most of its 4-grams with it; of pages with labelled passages only,
the blocks that hold one count. The model is a logistic regression with
strong shrinkage over the features of `dragoman.passages`; nothing of the pages but these weights is kept.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import body_f1, domain, page, rows, shingles, words
from dragoman.claims import article_text
from dragoman.encoding import decode
from dragoman.imprint import gather
from dragoman.looks import AGAIN, Look, second_look, twice
from dragoman.markup import parse_html, walk
from dragoman.metadata import tags_of, titles_in
from dragoman.passages import FEATURES, Page, features, locate
from train.logistic import fit as logistic

SHRINKAGE = 0.03
SHRINKAGE_AGAIN = 0.02
THRESHOLD = 0.6
BLIND = 0.35
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Sample:
    """One page as the model sees it: the publisher, a row of features for each block, its size, and what is wanted of it."""

    publisher: str
    features: list[list[float]]
    texts: list[str]
    labels: list[tuple[int, float]]
    """Whether each block is wanted, and how much that counts (words to the power 0.7)."""
    share: float
    body: str | None


def samples(data: Path) -> list[Sample]:
    """The pages of the tuning publishers.

    Every page counts twice: as it is, and once more at a third of the weight without what its class names hint at. The
    publishers of tomorrow use other names, and the model must not lean on them alone.
    """
    found: list[Sample] = []
    labelled = [(name, row) for name in ("html_fundus", "html_trafilatura") for row in rows(data, name, "tune")]
    for name, row in labelled:
        root = parse_html(decode(page(data, name, row))[0])
        claims = gather(root)
        description = next(
            (value for _, value in claims.meta("og:description", "description", "twitter:description")), ""
        )
        for share in (1.0, BLIND):
            tree = walk(root)
            if share < 1.0:
                tree.flags = [0] * len(tree.flags)
            shown = Page(
                tree,
                titles=titles_in(claims),
                description=description,
                hints=article_text(claims) if share == 1.0 else "",
                tags=tags_of(claims),
            )
            top, candidates = locate(shown)
            if not candidates:
                continue
            found.append(
                Sample(
                    domain(row["url"] or row["id"]),
                    features(shown, top, candidates),
                    [tree.blocks[index].text for index in candidates],
                    _labels(name, row, shown, candidates),
                    share,
                    row.get("body"),
                )
            )
    return found


def _labels(name: str, row: dict[str, Any], shown: Page, candidates: list[int]) -> list[tuple[int, float]]:
    """For each candidate, whether it is wanted and how much that counts; 0 where the labels do not say."""
    texts = [" ".join(words(shown.tree.blocks[index].text)) for index in candidates]
    if name == "html_trafilatura":
        said = [_segment(text, row) for text in texts]
        return [(int(bool(one)), 0.0 if one is None else 5.0) for one in said]
    known = {" ".join(words(line)) for line in row["body"].split("\n")}
    grams = shingles(row["body"])
    seen: set[str] = set()
    labels = []
    for text in texts:
        own = shingles(text)
        good = text in known or (text.count(" ") >= 3 and (own & grams).total() / max(1, own.total()) > 0.6)
        good = good and text not in seen
        if good:
            seen.add(text)
        labels.append((int(good), (text.count(" ") + 1) ** 0.7))
    return labels


def _segment(text: str, row: dict[str, Any]) -> bool | None:
    """Whether a block holds a passage that must be kept, or one that must be left out; None for neither or both."""
    kept = any(part in text for label in row.get("with") or () if len(part := " ".join(words(label))) > 8)
    out = any(part in text for label in row.get("without") or () if len(part := " ".join(words(label))) > 8)
    return None if kept == out else kept


def _fold(one: Sample) -> int:
    return int(hashlib.sha256(b"p" + one.publisher.encode()).hexdigest(), 16) % FOLDS


def _look(pages: Sequence[Sample], rows_of: Callable[[Sample], Sequence[Sequence[float]]], keep: float) -> Look:
    table: list[Sequence[float]] = []
    wanted: list[int] = []
    weights: list[float] = []
    for one in pages:
        for row, (good, weight) in zip(rows_of(one), one.labels, strict=True):
            if weight:
                table.append(row)
                wanted.append(good)
                weights.append(weight * one.share)
    plain, bias = logistic(table, wanted, weights, keep=keep)
    return Look(tuple(round(float(value), 4) for value in plain), round(bias, 4))


def fit(pages: Sequence[Sample]) -> tuple[Look, Look]:
    """Both looks; the second learns from first looks by models that had not seen the publisher."""
    near: dict[int, list[list[float]]] = {}
    for number in range(FOLDS):
        mine = [one for one in pages if _fold(one) == number]
        others = [one for one in pages if _fold(one) != number]
        if not mine or not others:
            continue
        look = _look(others, lambda one: one.features, SHRINKAGE)
        for one in mine:
            seen = second_look([look.odds(row) for row in one.features], [len(text) for text in one.texts])
            near[id(one)] = [[*told, *row] for told, row in zip(seen, one.features, strict=True)]
    known = [one for one in pages if id(one) in near]
    return _look(pages, lambda one: one.features, SHRINKAGE), _look(known, lambda one: near[id(one)], SHRINKAGE_AGAIN)


def check(pages: Sequence[Sample]) -> None:
    """Cross-validated body F1 (five folds by publisher), as pages are and without the hints of class names."""
    scores: dict[tuple[float, float], list[float]] = {}
    for number in range(FOLDS):
        first, again = fit([one for one in pages if _fold(one) != number])
        for one in pages:
            if _fold(one) != number or not one.body:
                continue
            odds = twice(one.features, [len(text) for text in one.texts], first, again)
            for threshold in (0.4, 0.5, 0.6, 0.7):
                chosen = dict.fromkeys(text for text, odd in zip(one.texts, odds, strict=True) if odd > threshold)
                scores.setdefault((one.share, threshold), []).append(body_f1("\n".join(chosen), one.body)[0])
    for (share, threshold), values in scores.items():
        print(
            f"{'as it is' if share == 1.0 else 'blind'} {threshold}: body F1 {sum(values) / len(values):.4f} of {len(values)}"
        )


def main() -> None:
    """Fit and write the weights, or check them (`--check`)."""
    pages = samples(Path(sys.argv[1]))
    if "--check" in sys.argv:
        check(pages)
        return
    first, again = fit(pages)
    wanted = [good for one in pages for good, weight in one.labels if weight]
    out = {
        "about": "Weights of dragoman.passages, written by train/passages.py: do not edit by hand.",
        "blocks": len(wanted),
        "threshold": THRESHOLD,
        "bias": first.bias,
        "weights": dict(zip(FEATURES, first.weights, strict=True)),
        "bias_again": again.bias,
        "again": dict(zip((*AGAIN, *FEATURES), again.weights, strict=True)),
    }
    target = Path(__file__).resolve().parent.parent / "src/dragoman/data/passages.json"
    target.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(f"{len(wanted)} blocks, {sum(wanted)} wanted -> {target}")


if __name__ == "__main__":
    main()
