"""Scores of given pairs: macro-F1 of types, of quads, and of cooperation against conflict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from train.data import PairRow


def macro(pairs: Sequence[tuple[str, str]]) -> float:
    labels = {a for a, _ in pairs}
    scores = []
    for name in labels:
        hits = sum(a == b == name for a, b in pairs)
        total = sum(a == name for a, _ in pairs) + sum(b == name for _, b in pairs)
        scores.append(2 * hits / total)
    return sum(scores) / len(scores)


def gold_pairs(rows: Sequence[dict[str, Any]]) -> list[PairRow]:
    """Rows of a gold file of relations."""
    return [
        PairRow(
            id=row["id"],
            text=row["text"],
            actor=tuple(row["actor"]),
            recipient=tuple(row["recipient"]),
            labels=((row["expect"]["type"], 1.0),),
            older=((row["expect"]["type"], 1.0),),
        )
        for row in rows
    ]


QUADS = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1, "CONCEDE": 2, "RETREAT": 2, "YIELD": 2, "COOPERATE": 2, "AID": 2, "REQUEST": 3, "ACCUSE": 3,
    "REJECT": 3, "THREATEN": 3, "PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip


def yields(logits: np.ndarray[Any, Any], labels: Sequence[str], rows: Sequence[PairRow]) -> tuple[float, float, float]:
    """Type, quad and binary macro-F1 where CONCEDE and RETREAT are one label and NONE is none."""
    kept = np.exp(logits - logits.max(1, keepdims=True))
    table = {name: kept[:, i] for i, name in enumerate(labels) if name not in ("NONE", "CONCEDE", "RETREAT")}
    if "CONCEDE" in labels:
        table["YIELD"] = kept[:, labels.index("CONCEDE")] + kept[:, labels.index("RETREAT")]
    names = sorted(table)
    best = np.stack([table[n] for n in names]).argmax(0)
    types = [(row.labels[0][0], names[b]) for row, b in zip(rows, best, strict=True)]
    quads = [(str(QUADS[a]), str(QUADS[b])) for a, b in types]
    sides = [("co" if a in "12" else "con", "co" if b in "12" else "con") for a, b in quads]
    return macro(types), macro(quads), macro(sides)
