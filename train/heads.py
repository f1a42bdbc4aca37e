"""Train the role head on the frozen, quantised encoder, with the phrases that the package itself finds.

    python -m train.heads build/model_out            # NumPy only; a few minutes

The encoder's own training labels every mention of a party; at run time the parts are dealt to the phrases of the act's own
sentence, found by rule, many of which are no party at all. This stage trains on just those: a phrase is actor or recipient
where it is the marked party (same end, or most of it shared), nothing where it is not. It uses no torch, so that what is
trained is what runs.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from dragoman import actors, mentions
from dragoman.evaluate import _article
from dragoman.models import Model, role_features
from dragoman.records import Participant
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from train.corpus import Entity, EventMark, Passage
from train.data import load_corpus
from train.hashes import sha256

Array = Any


def participants_of(passage: Passage) -> tuple[list[tuple[int, int]], tuple[Participant, ...]]:
    """The sentences of a passage and the phrases that the package finds in it."""
    article = _article({"id": passage.id, "text": passage.text})
    spans = sentences(passage.text)
    found = mentions.find_mentions(article, spans, load_reference(), load_tagger())
    return spans, actors.resolve_actors(article, found, load_reference()).participants


def fits(phrase: tuple[int, int], mention: tuple[int, int]) -> bool:
    """Whether a found phrase is the marked one: the same end, or most of both shared."""
    shared = min(phrase[1], mention[1]) - max(phrase[0], mention[0])
    if shared <= 0:
        return False
    longer = max(phrase[1] - phrase[0], mention[1] - mention[0])
    return phrase[1] == mention[1] or shared / longer >= 0.6


def labels_of(
    event: EventMark, people: dict[str, Entity], phrases: Sequence[tuple[int, int]], sentence: tuple[int, int]
) -> list[int]:
    """0 nothing, 1 actor, 2 recipient, -1 leave out (another mention of a party in the same sentence)."""
    labels = [0] * len(phrases)
    for role, ids in ((1, event.actors), (2, event.recipients)):
        for name in ids:
            spans = [m for m in people[name].mentions if sentence[0] <= m[0] < sentence[1]]
            matched = [i for i, phrase in enumerate(phrases) if any(fits(phrase, m) for m in spans)]
            if not matched:
                continue
            best = min(
                matched,
                key=lambda i: (
                    max(phrases[i][0] - event.trigger[1], event.trigger[0] - phrases[i][1], 0),
                    phrases[i][0],
                ),
            )
            for i in matched:
                if labels[i] == 0:
                    labels[i] = role if phrases[i] == phrases[best] or i == best else -1
    return labels


def examples(model: Model, passages: Sequence[Passage]) -> Iterator[tuple[Array, int]]:
    """Features and label of every phrase in the sentence of every marked event."""
    for passage in passages:
        if not passage.events:
            continue
        spans, found = participants_of(passage)
        people = {entity.id: entity for entity in passage.entities}
        unique = sorted({(p.start, p.end) for p in found})
        for part in model.read(passage.text, spans):
            for event in passage.events:
                if not part.window.start <= event.trigger[0] < part.window.end:
                    continue
                sentence = next((s for s in spans if s[0] <= event.trigger[0] < s[1]), None)
                if sentence is None:
                    continue
                own = [p for p in unique if sentence[0] <= p[0] < sentence[1]]
                marks = labels_of(event, people, own, sentence)
                for phrase, label in zip(own, marks, strict=True):
                    features = role_features(part, event.trigger, phrase)
                    if features is not None and label >= 0:
                        yield features, label


class Head:
    """Two layers with GELU, trained by Adam."""

    def __init__(self, inputs: int, hidden: int, seed: int) -> None:
        draw = np.random.default_rng(seed)
        self.weights = {
            "0.weight": draw.normal(0, (1 / inputs) ** 0.5, (hidden, inputs)).astype(np.float32),
            "0.bias": np.zeros(hidden, np.float32),
            "3.weight": draw.normal(0, (1 / hidden) ** 0.5, (3, hidden)).astype(np.float32),
            "3.bias": np.zeros(3, np.float32),
        }
        self.moments = {name: (np.zeros_like(w), np.zeros_like(w)) for name, w in self.weights.items()}
        self.step = 0

    def forward(self, x: Array) -> tuple[Array, Array, Array]:
        before = x @ self.weights["0.weight"].T + self.weights["0.bias"]
        gate = 1 / (1 + np.exp(-1.702 * before))
        hidden = before * gate
        return before, hidden, hidden @ self.weights["3.weight"].T + self.weights["3.bias"]

    def train(self, x: Array, y: Array, weight: Array, rate: float) -> float:
        before, hidden, logits = self.forward(x)
        logits = logits - logits.max(1, keepdims=True)
        p = np.exp(logits)
        p /= p.sum(1, keepdims=True)
        rows = np.arange(len(y))
        loss = float(-(np.log(p[rows, y] + 1e-9) * weight[y]).mean())
        d = p
        d[rows, y] -= 1
        d *= (weight[y] / len(y))[:, None]
        gate = 1 / (1 + np.exp(-1.702 * before))
        back = (d @ self.weights["3.weight"]) * (gate + before * 1.702 * gate * (1 - gate))
        gradients = {"3.weight": d.T @ hidden, "3.bias": d.sum(0), "0.weight": back.T @ x, "0.bias": back.sum(0)}
        self.step += 1
        for name, gradient in gradients.items():
            m, v = self.moments[name]
            m += 0.1 * (gradient - m)
            v += 0.001 * (gradient * gradient - v)
            corrected = m / (1 - 0.9**self.step)
            spread = np.sqrt(v / (1 - 0.999**self.step)) + 1e-8
            self.weights[name] -= rate * (
                corrected / spread + (0.01 * self.weights[name] if name.endswith("weight") else 0)
            )
        return loss


def f1(head: Head, x: Array, y: Array) -> float:
    guess = head.forward(x)[2].argmax(1)
    hits = int(((guess == y) & (y > 0)).sum())
    return 2 * hits / max(1, int((guess > 0).sum() + (y > 0).sum()))


def stacked(pairs: Iterator[tuple[Array, int]]) -> tuple[Array, Array]:
    features, labels = zip(*pairs, strict=True)
    return np.stack(features).astype(np.float32), np.array(labels)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--epochs", type=int, default=6)
    options = parser.parse_args()
    corpus = load_corpus(options.corpus)
    model = Model(options.model, threads=2)
    begun = time.time()
    x, y = stacked(examples(model, corpus["train"]))
    dev_x, dev_y = stacked(examples(model, corpus["dev"]))
    print(f"{len(y)} phrases, {np.bincount(y).tolist()}; {time.time() - begun:.0f} s", flush=True)
    head = Head(x.shape[1], 256, seed=1)
    draw = np.random.default_rng(1)
    weight = np.array([1.0, 1.2, 1.2], np.float32)
    steps = options.epochs * (len(y) // 128 + 1)
    best = (0.0, {name: w.copy() for name, w in head.weights.items()})
    for epoch in range(options.epochs):
        order = draw.permutation(len(y))
        losses = []
        for at in range(0, len(order), 128):
            chunk = order[at : at + 128]
            # Features are dropped at random, so that the head does not learn single passages by heart.
            keep = (draw.random((len(chunk), x.shape[1])) > 0.15) / 0.85
            losses.append(
                head.train(
                    (x[chunk] * keep).astype(np.float32), y[chunk], weight, 6e-4 * max(0.05, 1 - head.step / steps)
                )
            )
        score = f1(head, dev_x, dev_y)
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, dev F1 of parts {score:.3f}", flush=True)
        if score > best[0]:
            best = (score, {name: w.copy() for name, w in head.weights.items()})
    with np.load(options.model / "heads.npz", allow_pickle=False) as stored:
        heads = {name: stored[name] for name in stored.files if not name.startswith("role.")}
    heads |= {f"role.{name}": w.astype(np.float16) for name, w in best[1].items()}
    np.savez_compressed(options.model / "heads.npz", **heads)
    card = json.loads((options.model / "card.json").read_text())
    card["sha256"]["heads.npz"] = sha256(options.model / "heads.npz")
    (options.model / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
