"""Fits the weights by which blocks of an HTML page are kept or left out: `src/dragoman/data/passages.json`.

    python train/passages.py ../shared/data [--check]

Pages with known bodies, of the publishers that are not in the test third (`benchmarks/reading.py`). A block is wanted
where it is a paragraph of the known body or shares most of its 4-grams with it; of pages with labelled passages only,
the blocks that hold one count. Pages without a known body teach too, where a model fitted on those with one agrees with
trafilatura on most of the text: blocks that both take or both leave. The model is two logistic regressions with
strong shrinkage (`dragoman.reading.passages`); nothing of the pages but these weights is kept.
`--check` prints scores of the pages with known bodies instead, by models that had not seen their publisher.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import sys
from collections.abc import Hashable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import SETS, SYSTEMS, body_f1, domain, page, rows, shingles, words
from benchmarks.saved_text import foreign
from dragoman.reading.claims import article_text
from dragoman.reading.encoding import decode
from dragoman.reading.imprint import gather
from dragoman.reading.looks import Look
from dragoman.reading.markup import Tree, parse_html, walk
from dragoman.reading.metadata import tags_of, titles_in
from dragoman.reading.passages import AGAIN, FEATURES, Page, among, features, locate, slots
from train.logistic import fit as logistic

SHRINKAGE = 0.03
THRESHOLD = 0.6
BLIND = 0.35
AGREED = 0.5
"""What a block of a page without a known body counts."""
LIKE, LONG = 0.8, 800
"""Such a page teaches where the two readers share this part of their text, and trafilatura's has at least so many characters."""
FOLDS = 5


class Sample(NamedTuple):
    """One page as it is or rewritten: its candidate blocks, which of them are wanted, and what each counts."""

    name: str
    publisher: str
    body: str
    texts: list[str]
    table: list[list[float]]
    slots: list[Hashable]
    wanted: list[int]
    counts: list[float]
    theirs: list[bool]
    """Which blocks trafilatura takes."""
    share: float


Model = tuple[Look, Look]


def samples(data: Path) -> list[Sample]:
    """Every page three times: as it is, and twice more at a third of the weight: without what its class names hint at,
    and without them and with plain `div`s for paragraphs. The publishers of tomorrow use other names and other elements, and
    the model must not lean on them alone.
    """
    return [one for name in SETS for row in rows(data, name, "tune") for one in _shown(data, name, row)]


def _shown(data: Path, name: str, row: dict[str, Any]) -> Iterator[Sample]:
    raw = page(data, name, row)
    root = parse_html(decode(raw)[0])
    claims = gather(root)
    description = next((value for _, value in claims.meta("og:description", "description", "twitter:description")), "")
    theirs = shingles(SYSTEMS["trafilatura"](raw, row["url"]).text)
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
        texts = [tree.blocks[index].text for index in candidates]
        labels = _labels(name, row, texts)
        yield Sample(
            name=f"{name}/{row['id']}",
            publisher=domain(row["url"] or row["id"]) or row["id"],
            body=row.get("body") or "",
            texts=texts,
            table=features(shown, top, candidates),
            slots=slots(tree, candidates),
            wanted=[good for good, _ in labels],
            counts=[count * share for _, count in labels],
            theirs=[not foreign(text, theirs) for text in texts],
            share=share,
        )


def _without_paragraphs(tree: Tree) -> None:
    """Change a page as if its author had never heard of the element for paragraphs."""
    tree.tags = ["div" if tag == "p" else tag for tag in tree.tags]
    for block in tree.blocks:
        block.tag = "div" if block.tag == "p" else block.tag


def _labels(name: str, row: dict[str, Any], blocks: list[str]) -> list[tuple[int, float]]:
    """For each candidate, whether it is wanted and how much that counts; 0 where the labels do not say."""
    texts = [" ".join(words(text)) for text in blocks]
    if not row.get("body"):
        said = [_segment(text, row) if name == "html_trafilatura" else None for text in texts]
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


def _fold(publisher: str) -> int:
    return int(hashlib.sha256(b"html" + publisher.encode()).hexdigest(), 16) % FOLDS


def _look(table: list[list[float]], told: list[Sample]) -> Look:
    labels = [label for one in told for label in one.wanted]
    counts = [count for one in told for count in one.counts]
    taught = [place for place, count in enumerate(counts) if count]
    weights, bias = logistic(
        [table[place] for place in taught],
        [labels[place] for place in taught],
        [counts[place] for place in taught],
        keep=SHRINKAGE,
    )
    return Look(tuple(map(float, weights)), bias)


def _first(told: list[Sample]) -> Look:
    return _look([row for one in told for row in one.table], told)


def _among(one: Sample, first: Look) -> list[list[float]]:
    return among(one.table, first, list(map(len, one.texts)), one.slots)


def _agreed(told: list[Sample], first: Look) -> list[Sample]:
    """The pages without a known body on which a model and trafilatura agree, labelled by what both take or leave."""
    found, good = [], set()
    for one in told:
        if one.body:
            continue
        ours = [first.odds(row) > THRESHOLD for row in one.table]
        if one.share == 1.0:
            both, mine, all_theirs = (
                sum(len(text) for text, wanted in zip(one.texts, chosen, strict=True) if wanted)
                for chosen in ([a and b for a, b in zip(ours, one.theirs, strict=True)], ours, one.theirs)
            )
            if all_theirs >= LONG and 2 * both >= LIKE * (mine + all_theirs):
                good.add(one.name)
        if one.name in good:
            counts = [
                AGREED * one.share * (text.count(" ") + 1) ** 0.7 if mine == other else 0.0
                for text, mine, other in zip(one.texts, ours, one.theirs, strict=True)
            ]
            found.append(one._replace(wanted=list(map(int, ours)), counts=counts))
    return found


def fit(told: list[Sample]) -> tuple[Model, int]:
    """Both looks, and how many blocks taught them; the second learns from first looks by models that had not seen the publisher."""
    told = told + _agreed(told, _first(told))
    table: list[list[float]] = []
    shown: list[Sample] = []
    for number in range(FOLDS):
        mine = [one for one in told if _fold(one.publisher) == number]
        others = [one for one in told if _fold(one.publisher) != number]
        if not mine or not others:
            continue
        first = _first(others)
        for one in mine:
            table += _among(one, first)
            shown.append(one)
    return (_first(told), _look(table, shown)), sum(1 for one in told for count in one.counts if count)


def check(told: list[Sample]) -> None:
    """Cross-validated body scores of the pages with known bodies, as the model's choice alone gives them."""
    scored = []
    for number in range(FOLDS):
        (first, again), _ = fit([one for one in told if _fold(one.publisher) != number])
        for one in told:
            if one.body and one.share == 1.0 and _fold(one.publisher) == number:
                odds = [again.odds(row) for row in _among(one, first)]
                text = "\n".join(dict.fromkeys(t for t, odd in zip(one.texts, odds, strict=True) if odd > THRESHOLD))
                scored.append(body_f1(text, one.body))
    means = [statistics.mean(column) for column in zip(*scored, strict=True)]
    print(f"{len(scored)} pages: F1 {means[0]:.4f}, precision {means[1]:.4f}, recall {means[2]:.4f}")


def main() -> None:
    """Fit and write the weights, or check them."""
    told = samples(Path(sys.argv[1]))
    if "--check" in sys.argv:
        check(told)
        return
    (first, again), blocks = fit(told)
    out = {
        "about": "Weights of dragoman.reading.passages, written by train/passages.py: do not edit by hand.",
        "blocks": blocks,
        "threshold": THRESHOLD,
        "bias": round(first.bias, 4),
        "weights": {name: round(value, 4) for name, value in zip(FEATURES, first.weights, strict=True)},
        "bias_again": round(again.bias, 4),
        "again": {name: round(value, 4) for name, value in zip(AGAIN, again.weights, strict=True)},
    }
    target = Path(__file__).resolve().parent.parent / "src/dragoman/data/passages.json"
    target.write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    print(f"{blocks} blocks -> {target}")


if __name__ == "__main__":
    main()
