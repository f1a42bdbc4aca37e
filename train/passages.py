"""Fits the weights by which blocks of an HTML page are kept or left out: `src/dragoman/data/passages.json`.

    python train/passages.py ../shared/data

Pages with known bodies, of the publishers that are not in the test third (`benchmarks/reading.py`). A block is wanted
where it is a paragraph of the known body or shares most of its 4-grams with it. The model is a logistic regression with
strong shrinkage over the features of `dragoman.passages`; nothing of the pages but these weights is kept. Needs scikit-learn.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import page, rows, shingles, words
from dragoman.encoding import decode
from dragoman.markup import parse_html, walk
from dragoman.metadata import article_text, gather, tags_of, title_of
from dragoman.passages import FEATURES, Page, features, locate

SHRINKAGE = 0.03
THRESHOLD = 0.6


def samples(data: Path) -> tuple[list[list[float]], list[int], list[float]]:
    """Rows of features, whether each block is wanted, and its weight (words to the power 0.7)."""
    table: list[list[float]] = []
    wanted: list[int] = []
    weights: list[float] = []
    for row in rows(data, "html_fundus", "tune"):
        root = parse_html(decode(page(data, "html_fundus", row))[0])
        claims = gather(root)
        description = next((value for _, value in claims.meta("og:description", "description", "twitter:description")), "")
        shown = Page(walk(root), title=title_of(claims)[0] or "", description=description, hints=article_text(claims), tags=tags_of(claims))
        top, candidates = locate(shown)
        if not candidates:
            continue
        known = {" ".join(words(line)) for line in row["body"].split("\n")}
        grams = shingles(row["body"])
        seen: set[str] = set()
        table += features(shown, top, candidates)
        for index in candidates:
            text = " ".join(words(shown.tree.blocks[index].text))
            own = shingles(text)
            good = text in known or (text.count(" ") >= 3 and (own & grams).total() / max(1, own.total()) > 0.6)
            good = good and text not in seen
            if good:
                seen.add(text)
            wanted.append(int(good))
            weights.append((text.count(" ") + 1) ** 0.7)
    return table, wanted, weights


def main() -> None:
    """Fit and write the weights."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    table, wanted, weights = samples(Path(sys.argv[1]))
    scaler = StandardScaler()
    model = LogisticRegression(C=SHRINKAGE, max_iter=5000).fit(scaler.fit_transform(np.array(table)), wanted, sample_weight=weights)
    scale = np.where(scaler.scale_ == 0, 1.0, scaler.scale_)
    plain = model.coef_[0] / scale
    bias = float(model.intercept_[0] - (model.coef_[0] * scaler.mean_ / scale).sum())
    out = {
        "about": "Weights of dragoman.passages, written by train/passages.py: do not edit by hand.",
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
