"""Fit settings, temperatures and the curve from raw scores to confidence on the development split; writes them into the card.

    python -m train.tune src/dragoman/model --data DATA      # needs the package itself, not torch

The split is the corpus' passages and, with the folder of the open sets, whole real stories (`train.real`), which are less dense.
Confidence is the share of proposals of that raw score that were right: type and the country sets of both sides as marked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dragoman import actors, mentions
from dragoman.coding.coder import ModelCoder
from dragoman.coding.pieces import Array, covering
from dragoman.evaluate import _article
from dragoman.events import Coder
from dragoman.models import Model
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from train.corpus import Passage
from train.data import load_corpus, pairs_of
from train.real import load_real, stories

# Settings tried on the development split, one after the other, each with the best of those before it.
SETTINGS: dict[str, tuple[float, ...]] = {
    "trigger_bias": (
        0.5,
    ),  # factor on "no act" in the first pass: lower finds more words to judge, each of which costs a pass
    "act_reach": (
        0,
    ),  # characters on both sides of an act from which sentences are read with its own; the scorer of dates and places wants 0
    "recipient_reach": (150, 0, 400),  # the same, for those acted on by an act whose own sentence names none
    "none_limit": (0.5, 0.65),  # probability of NONE from which a word is no act
    "part_none": (1.0, 0.6),  # factor on "takes no part"
    "side_least": (0.05, 0.0, 0.15),  # below this a country is not on that side, whatever the phrases say
    "side_added": (
        0.7,
        2.0,
    ),  # from this on it is, even if no phrase says so (0.5 fits the development files and fails on whole pages)
    "side_weight": (1.0, 0.6, 0.0),  # how much the sides weigh in the confidence
}
LEAST = 0.25  # confidence: what is right on both sides less than once in four is noise on whole pages, where most sentences hold no act


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One proposal: its raw score and whether it was right."""

    score: float
    right: bool


class Remembering(Model):
    """A model that encodes each row once: settings are tried on the same texts over and over."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        super().__init__(folder, threads=threads)
        self._seen: dict[bytes, Array] = {}

    def lower(self, rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[Array]:
        return self._remembered(rows, [np.array(ids).tobytes() for ids, _ in rows], super().lower)

    def upper(self, rows: Sequence[Array]) -> list[Array]:
        return self._remembered(rows, [hashlib.sha256(row.tobytes()).digest() for row in rows], super().upper)

    def _remembered(
        self, rows: Sequence[Any], keys: Sequence[bytes], encode: Callable[[Any], list[Array]]
    ) -> list[Array]:
        new = {key: row for key, row in zip(keys, rows, strict=True) if key not in self._seen}
        self._seen.update(zip(new, encode(list(new.values())), strict=True))
        return [self._seen[key] for key in keys]


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


def best_f1(judged: Sequence[Judged], gold: int) -> tuple[float, float]:
    """The highest F1 that all proposals from some raw score on have together, and that score."""
    best = (0.0, 0.0)
    hits = 0
    for number, row in enumerate(sorted(judged, key=lambda j: -j.score), 1):
        hits += row.right
        best = max(best, (2 * hits / (number + gold), row.score))
    return best


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


def judged_statuses(model: Model, passages: Sequence[Passage]) -> list[Judged]:
    """The likeliest status at each marked act, with its probability, judged against the mark."""
    found: list[Judged] = []
    for passage in passages:
        spans = tuple(sentences(passage.text))
        for event in passage.events:
            start, end = event.trigger
            read = next(
                (r for r in model.read(passage.text, spans) if r.window.start <= start and end <= r.window.end), None
            )
            run = covering(read.pieces.offsets, start - read.window.start, end - read.window.start) if read else None
            for act in model.judged([(read, run)]) if read and run else ():
                best = max(act.status, key=lambda name: act.status[name])
                found.append(Judged(score=act.status[best], right=best == event.status))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--data", type=Path, help="folder of the open sets, whose stories are marked in train/real")
    options = parser.parse_args()
    passages = load_corpus(options.corpus)["dev"]
    dev = [*passages, *stories(load_real(options.data, "dev"))] if options.data else passages
    model = Remembering(options.model, threads=2)
    card: dict[str, Any] = model.card
    card["calibration"] = []
    card["thresholds"] = {}
    coder = ModelCoder(model, threshold=0.0)
    card.update({name: values[0] for name, values in SETTINGS.items()})
    best = best_f1(*judge(model, coder, dev))
    for name, values in SETTINGS.items():
        for value in values[1:]:
            before, card[name] = card[name], value
            made = best_f1(*judge(model, coder, dev))
            print(f"{name} {value}: F1 {made[0]:.3f} (before {best[0]:.3f})", flush=True)
            # A setting is changed only for more than noise.
            if made[0] > best[0] + 0.002:
                best = made
            else:
                card[name] = before
    every, _ = judge(model, coder, dev)
    card["calibration"] = monotone(every)
    card["status_calibration"] = monotone(judged_statuses(model, dev))
    card["thresholds"] = dict.fromkeys(card["labels"]["type"], LEAST)
    print(f"highest F1 {best[0]:.3f}, from raw score {best[1]:.3f}: { {name: card[name] for name in SETTINGS} }")
    for head in ("pair", "older"):
        card["temperatures"][head] = pair_temperature(model, passages, head)
    (options.model / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    print(f"temperatures {card['temperatures']}")


if __name__ == "__main__":
    main()
