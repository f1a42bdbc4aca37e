"""Fits the weights by which blocks of an HTML page are kept or left out: `src/dragoman/data/passages.json`.

    python train/passages.py ../shared/data

Pages with known bodies, of the publishers that are not in the test third (`benchmarks/reading.py`). A block is wanted
where it is a paragraph of the known body or shares most of its 4-grams with it; of pages with labelled passages only,
the blocks that hold one count. The model is a logistic regression with
strong shrinkage over the features of `dragoman.reading.passages`; nothing of the pages but these weights is kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import domain, page, rows, shingles, words
from dragoman.reading.claims import article_text
from dragoman.reading.encoding import decode
from dragoman.reading.imprint import gather
from dragoman.reading.markup import Tree, parse_html, walk
from dragoman.reading.metadata import tags_of, titles_in
from dragoman.reading.passages import FEATURES, Page, features, locate
from train.logistic import fit as logistic

SHRINKAGE = 0.03
THRESHOLD = 0.6
BLIND = 0.35


def samples(data: Path) -> tuple[list[list[float]], list[int], list[float], list[str]]:
    """Rows of features, whether each block is wanted, its weight (words to the power 0.7), and its publisher.

    Every page counts three times: as it is, and twice more at a third of the weight: without what its class names hint at,
    and without them and with plain `div`s for paragraphs. The publishers of tomorrow use other names and other elements, and
    the model must not lean on them alone.
    """
    table: list[list[float]] = []
    wanted: list[int] = []
    weights: list[float] = []
    sites: list[str] = []
    labelled = [(name, row) for name in ("html_fundus", "html_trafilatura") for row in rows(data, name, "tune")]
    for name, row in labelled:
        root = parse_html(decode(page(data, name, row))[0])
        claims = gather(root)
        description = next(
            (value for _, value in claims.meta("og:description", "description", "twitter:description")), ""
        )
        for share, elements in ((1.0, True), (BLIND, True), (BLIND, False)):
            tree = walk(root)
            if share < 1.0:
                tree.flags = [0] * len(tree.flags)
            if not elements:
                _without_paragraphs(tree)
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
            found = features(shown, top, candidates)
            for line, (good, weight) in zip(found, _labels(name, row, shown, candidates), strict=True):
                if weight:
                    table.append(line)
                    wanted.append(good)
                    weights.append(weight * share)
                    sites.append(domain(row["url"] or row["id"]))
    return table, wanted, weights, sites


def _without_paragraphs(tree: Tree) -> None:
    """Change a page as if its author had never heard of the element for paragraphs."""
    tree.tags = ["div" if tag == "p" else tag for tag in tree.tags]
    for block in tree.blocks:
        block.tag = "div" if block.tag == "p" else block.tag


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


def main() -> None:
    """Fit and write the weights."""
    table, wanted, weights, _ = samples(Path(sys.argv[1]))
    plain, bias = logistic(table, wanted, weights, keep=SHRINKAGE)
    out = {
        "about": "Weights of dragoman.reading.passages, written by train/passages.py: do not edit by hand.",
        "blocks": len(wanted),
        "threshold": THRESHOLD,
        "bias": round(bias, 4),
        "weights": {name: round(float(value), 4) for name, value in zip(FEATURES, plain, strict=True)},
    }
    target = Path(__file__).resolve().parent.parent / "src/dragoman/data/passages.json"
    target.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(f"{len(wanted)} blocks, {sum(wanted)} wanted -> {target}")


if __name__ == "__main__":
    main()
