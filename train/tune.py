"""Fit settings, temperatures and the curve from raw scores to confidence on the development split; writes them into the card.

    python -m train.tune src/dragoman/model            # needs the package itself, not torch

Confidence is the share of proposals of that raw score that were right: type and the country sets of both sides as marked.
"""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dragoman import actors, mentions
from dragoman.evaluate import _article
from dragoman.events import Coder
from dragoman.models import Model, ModelCoder
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from train.corpus import Passage
from train.data import load_corpus, pairs_of

BIASES = (0.3,)  # factors on "no act" in the first pass: lower finds more words to judge
LIMITS = (0.5, 0.65)  # probability of NONE from which a word is no act
LEAST = 0.25  # confidence: what is right on both sides less than once in four is noise on whole pages, where most sentences hold no act
PARTS = (0.6, 1.0)  # factors on "takes no part"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One proposal: its raw score and whether it was right."""

    score: float
    right: bool


def judge(model: Model, coder: Coder, passages: Sequence[Passage]) -> tuple[list[Judged], int]:
    """Every proposal on these passages, judged against their marks; and the number of marked events."""
    reference, tagger = load_reference(), load_tagger()
    found: list[Judged] = []
    gold_count = 0
    for passage in passages:
        article = _article({"id": passage.id, "text": passage.text})
        spans = sentences(passage.text)
        cast = actors.resolve_actors(
            article, mentions.find_mentions(article, spans, reference, tagger, model), reference, model, spans
        )
        people = {entity.id: entity for entity in passage.entities}
        gold = [
            (e.type, codes([people[i].country for i in e.actors]), codes([people[i].country for i in e.recipients]))
            for e in passage.events
        ]
        gold_count += len(gold)
        for proposal in sorted(
            coder.propose(passage.text, spans, cast.participants, cast.namings), key=lambda p: -p.score
        ):
            sides = [
                codes([cast.participants[i].country for i in side]) for side in (proposal.actors, proposal.recipients)
            ]
            made = (proposal.type, sides[0], sides[1])
            right = made in gold
            if right:
                gold.remove(made)
            found.append(Judged(score=proposal.score, right=right))
    return found, gold_count


def codes(values: Sequence[str | None]) -> list[str]:
    return sorted({value for value in values if value})


def f1_of(judged: Sequence[Judged], gold: int) -> float:
    """F1 of all proposals."""
    return 2 * sum(row.right for row in judged) / max(1, len(judged) + gold)


def best_threshold(judged: Sequence[Judged], gold: int) -> float:
    """The raw score from which on all proposals together have the highest F1."""
    best = (0.0, 0.0)
    hits = 0
    for number, row in enumerate(sorted(judged, key=lambda j: -j.score), 1):
        hits += row.right
        best = max(best, (2 * hits / (number + gold), row.score))
    return best[1]


def monotone(judged: Sequence[Judged]) -> list[list[float]]:
    """A non-decreasing curve from raw score to the share right (pool adjacent violators over bins of thirty)."""
    rows = sorted(judged, key=lambda j: j.score)
    blocks = [rows[at : at + 30] for at in range(0, len(rows), 30)]
    pools: list[list[float]] = []  # mean score, share right, count
    for block in blocks:
        pools.append([sum(j.score for j in block) / len(block), sum(j.right for j in block) / len(block), len(block)])
        while len(pools) > 1 and pools[-2][1] > pools[-1][1]:
            b, a = pools.pop(), pools.pop()
            n = a[2] + b[2]
            pools.append([(a[0] * a[2] + b[0] * b[2]) / n, (a[1] * a[2] + b[1] * b[2]) / n, n])
    return [[round(x, 4), round(y, 4)] for x, y, _ in pools]


def pair_temperature(model: Model, passages: Sequence[Passage], head: str) -> float:
    """The temperature that makes the marked types of development pairs likeliest, in the present scheme ("pair") or the older one."""
    rows = pairs_of(passages, seed=0)
    model.card["temperatures"][head] = 1.0
    made = model.classify([(r.text, r.actor, r.recipient) for r in rows], older=head == "older")
    best = (float("inf"), 1.0)
    for temperature in np.arange(0.6, 3.01, 0.1):
        loss = 0.0
        for row, types in zip(rows, made, strict=True):
            logits = np.log(np.array([max(p, 1e-9) for p in types.values()])) / temperature
            logits -= np.log(np.exp(logits - logits.max()).sum()) + logits.max()
            names = list(types)
            wanted = row.older if head == "older" else row.labels
            loss -= sum(share * logits[names.index(name)] for name, share in wanted)
        best = min(best, (loss, float(temperature)))
    return round(best[1], 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    options = parser.parse_args()
    dev = load_corpus(options.corpus)["dev"]
    model = Model(options.model, threads=2)
    card: dict[str, Any] = model.card
    card["calibration"] = []
    card["thresholds"] = {}
    coder = ModelCoder(model, threshold=0.0)
    best: tuple[float, tuple[float, float, float]] = (0.0, (0.3, 0.5, 1.0))
    for setting in itertools.product(BIASES, LIMITS, PARTS):
        card["trigger_bias"], card["none_limit"], card["part_none"] = setting
        f1 = f1_of(*judge(model, coder, dev))
        print(f"trigger_bias {setting[0]}, none_limit {setting[1]}, part_none {setting[2]}: F1 {f1:.3f}", flush=True)
        best = max(best, (f1, setting))
    card["trigger_bias"], card["none_limit"], card["part_none"] = best[1]
    every, gold = judge(model, coder, dev)
    card["calibration"] = monotone(every)
    card["thresholds"] = dict.fromkeys(card["labels"]["type"], LEAST)
    print(f"highest F1 from raw score {best_threshold(every, gold):.3f}")
    for head in ("pair", "older"):
        card["temperatures"][head] = pair_temperature(model, dev, head)
    (options.model / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"F1 {best[0]:.3f} at {best[1]}, temperatures {card['temperatures']}")


if __name__ == "__main__":
    main()
