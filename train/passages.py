"""Fits the weights by which blocks of an HTML page are kept or left out: `src/dragoman/data/passages.json`.

    python train/passages.py ../shared/data

Pages with known bodies, of the publishers that are not in the test third (`benchmarks/reading.py`). A block is wanted
where it is a paragraph of the known body or shares most of its 4-grams with it; of pages with labelled passages only,
the blocks that hold one count. The model is a logistic regression with
strong shrinkage over the features of `dragoman.passages`; nothing of the pages but these weights is kept. Needs scikit-learn.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import page, rows, shingles, words
from dragoman.claims import article_text
from dragoman.encoding import decode
from dragoman.imprint import gather
from dragoman.markup import parse_html, walk
from dragoman.metadata import tags_of, title_of
from dragoman.passages import FEATURES, Page, features, locate

SHRINKAGE = 0.03
THRESHOLD = 0.6


def samples(data: Path) -> tuple[list[list[float]], list[int], list[float]]:
    """Rows of features, whether each block is wanted, and its weight (words to the power 0.7)."""
    table: list[list[float]] = []
    wanted: list[int] = []
    weights: list[float] = []
    labelled = [(name, row) for name in ("html_fundus", "html_trafilatura") for row in rows(data, name, "tune")]
    for name, row in labelled:
        root = parse_html(decode(page(data, name, row))[0])
        claims = gather(root)
        description = next(
            (value for _, value in claims.meta("og:description", "description", "twitter:description")), ""
        )
        shown = Page(
            walk(root),
            title=title_of(claims)[0] or "",
            description=description,
            hints=article_text(claims),
            tags=tags_of(claims),
        )
        top, candidates = locate(shown)
        if not candidates:
            continue
        found = features(shown, top, candidates)
        if name == "html_trafilatura":
            for index, line in zip(candidates, found, strict=True):
                said = _segment(" ".join(words(shown.tree.blocks[index].text)), row)
                if said is not None:
                    table.append(line)
                    wanted.append(int(said))
                    weights.append(5.0)
            continue
        known = {" ".join(words(line)) for line in row["body"].split("\n")}
        grams = shingles(row["body"])
        seen: set[str] = set()
        table += found
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


def _segment(text: str, row: dict[str, Any]) -> bool | None:
    """Whether a block holds a passage that must be kept, or one that must be left out; None for neither or both."""
    kept = any(part in text for label in row.get("with") or () if len(part := " ".join(words(label))) > 8)
    out = any(part in text for label in row.get("without") or () if len(part := " ".join(words(label))) > 8)
    return None if kept == out else kept


def main() -> None:
    """Fit and write the weights."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import StandardScaler

    table, wanted, weights = samples(Path(sys.argv[1]))
    scaler = StandardScaler()
    model = LogisticRegression(C=SHRINKAGE, max_iter=5000).fit(
        scaler.fit_transform(np.array(table)), wanted, sample_weight=weights
    )
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
