"""Train the encoder and its heads.

    python -m train.model --data DATA --out build/model --epochs 6 --seed 1 [--quick]

One encoder, several tasks in turn: batches of marked pairs (the type of a given pair), of passages (triggers, roles, status, mode,
contexts), and of names. What was tried and what failed is in `train/LOG.md`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from train.corpus import Passage
from train.data import (
    CONTEXTS,
    MODE_NAMES,
    NAME_KINDS,
    STATUSES,
    TYPES,
    NameRow,
    PairRow,
    load_corpus,
    names_of_corpus,
    open_names,
    pairs_of,
)
from train.network import MARKERS, MAX_PIECES, Network, batch_of, encode, load_tokenizer

LABELS = (*TYPES, "NONE")
SIZES = {
    "pair": len(LABELS),
    "names": 1 + 2 * len(NAME_KINDS),
    "trigger": 1 + 2 * len(TYPES),
    "status": len(STATUSES),
    "mode": len(MODE_NAMES),
    "context": len(CONTEXTS),
}
Pieces = tuple[list[int], list[int], list[tuple[int, int]]]


class Encoder:
    """Encodes texts once; the same text comes back in every epoch."""

    def __init__(self) -> None:
        self.tokenizer = load_tokenizer()
        self.cache: dict[str, Pieces] = {}

    def __call__(self, text: str) -> Pieces:
        if text not in self.cache:
            self.cache[text] = encode(self.tokenizer, text)
        return self.cache[text]


def pieces_in(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """The run of pieces [first, last) that cover the characters [start, end)."""
    inside = [i for i, (a, b) in enumerate(offsets) if a < end and start < b and a < b]
    return (inside[0], inside[-1] + 1) if inside else None


def marked(encoder: Encoder, row: PairRow) -> tuple[list[int], list[int], int, int] | None:
    """A pair's pieces with the four markers put in; the text is cut around the pair where it is too long."""
    ids, shapes, offsets = encoder(row.text)
    spans = [pieces_in(offsets, *row.actor), pieces_in(offsets, *row.recipient)]
    if spans[0] is None or spans[1] is None:
        return None
    (a0, a1), (r0, r1) = spans[0], spans[1]
    room = MAX_PIECES - 6
    begin = 0
    if len(ids) > room:
        begin = max(0, min(min(a0, r0) - 20, len(ids) - room))
        if max(a1, r1) - begin > room:
            return None
    put = {a0: [MARKERS["actor"][0]], r0: [MARKERS["recipient"][0]]}
    close = {a1: MARKERS["actor"][1], r1: MARKERS["recipient"][1]}
    out: list[int] = []
    forms: list[int] = []
    at = [0, 0]
    for i in range(begin, min(len(ids), begin + room) + 1):
        if i in close:
            out.append(close[i])
            forms.append(0)
        if i in put:
            for marker in put[i]:
                at[0 if marker == MARKERS["actor"][0] else 1] = len(out)
                out.append(marker)
                forms.append(0)
        if i < min(len(ids), begin + room):
            out.append(ids[i])
            forms.append(shapes[i])
    return out, forms, at[0] + 1, at[1] + 1  # one more for the leading special piece


def pair_features(
    hidden: torch.Tensor, mask: torch.Tensor, actor: torch.Tensor, recipient: torch.Tensor
) -> torch.Tensor:
    rows = torch.arange(hidden.shape[0])
    wide = mask.unsqueeze(-1).to(hidden.dtype)
    mean = (hidden * wide).sum(1) / wide.sum(1)
    return torch.cat([hidden[rows, actor], hidden[rows, recipient], mean], -1)


def bio(length: int, runs: Sequence[tuple[int, int, int]]) -> list[int]:
    """Labels of pieces: 0 outside, 1 + 2k at the begin of a run of kind k, 2 + 2k within."""
    labels = [0] * length
    for first, last, kind in runs:
        if last <= length:
            labels[first] = 1 + 2 * kind
            for i in range(first + 1, last):
                labels[i] = 2 + 2 * kind
    return labels


class Trainer:
    def __init__(self, options: argparse.Namespace) -> None:
        torch.manual_seed(options.seed)
        self.draw = random.Random(options.seed)
        self.options = options
        self.encoder = Encoder()
        self.net = Network(SIZES, attention="eager")
        # Weights in bfloat16 for speed on CPUs that have it; the optimizer keeps exact copies, so that small steps are not lost.
        self.net.bert.to(torch.bfloat16)
        self.net.shape.to(torch.bfloat16)
        self.net.marker.to(torch.bfloat16)

    # --- batches

    def pair_batches(self, rows: Sequence[PairRow], size: int) -> Iterator[Any]:
        ready = [(row, made) for row in rows if (made := marked(self.encoder, row)) is not None]
        self.draw.shuffle(ready)
        for chunk in by_length(ready, size, self.draw, lambda item: len(item[1][0])):
            ids, shapes, mask = batch_of([(made[0], made[1]) for _, made in chunk])
            target = torch.zeros(len(chunk), len(LABELS))
            for i, (row, _) in enumerate(chunk):
                for name, share in row.labels:
                    target[i, LABELS.index(name)] = share
            yield {
                "task": "pair",
                "input": (ids, shapes, mask),
                "actor": torch.tensor([made[2] for _, made in chunk]),
                "recipient": torch.tensor([made[3] for _, made in chunk]),
                "target": target,
                "weight": torch.tensor([row.weight for row, _ in chunk]),
            }

    def passage_batches(self, passages: Sequence[Passage], size: int) -> Iterator[Any]:
        ready = [p for p in passages if len(self.encoder(p.text)[0]) <= MAX_PIECES]
        self.draw.shuffle(ready)
        for chunk in by_length(ready, size, self.draw, lambda p: len(self.encoder(p.text)[0])):
            coded = [self.encoder(p.text) for p in chunk]
            ids, shapes, mask = batch_of([(c[0], c[1]) for c in coded])
            labels = torch.full(ids.shape, -100)
            events: list[Any] = []
            for row, (p, (pieces, _, offsets)) in enumerate(zip(chunk, coded, strict=True)):
                runs = []
                spans: list[tuple[int, int]] = []
                names: list[str] = []
                for entity in p.entities:
                    if entity.kind in ("person", "org", "place", "nationality"):
                        for mention in entity.mentions:
                            found = pieces_in(offsets, *mention)
                            if found:
                                spans.append(found)
                                names.append(entity.id)
                for event in p.events:
                    run = pieces_in(offsets, *event.trigger)
                    if run is None:
                        continue
                    runs.append((*run, TYPES.index(event.type)))
                    roles = [1 if n in event.actors else 2 if n in event.recipients else 0 for n in names]
                    events.append((row, run, event, spans, roles))
                labels[row, 1 : len(pieces) + 1] = torch.tensor(bio(len(pieces), runs))
            yield {"task": "passage", "input": (ids, shapes, mask), "labels": labels, "events": events}

    def name_batches(self, rows: Sequence[NameRow], size: int) -> Iterator[Any]:
        ready = [r for r in rows if 0 < len(self.encoder(r.text)[0]) <= MAX_PIECES]
        self.draw.shuffle(ready)
        for chunk in by_length(ready, size, self.draw, lambda r: len(self.encoder(r.text)[0])):
            coded = [self.encoder(r.text) for r in chunk]
            ids, shapes, mask = batch_of([(c[0], c[1]) for c in coded])
            labels = torch.full(ids.shape, -100)
            for number, (row, (pieces, _, offsets)) in enumerate(zip(chunk, coded, strict=True)):
                runs = [
                    (*found, NAME_KINDS.index(kind))
                    for start, end, kind in row.names
                    if (found := pieces_in(offsets, start, end))
                ]
                values = bio(len(pieces), runs)
                for start, end in row.unknown:
                    found = pieces_in(offsets, start, end)
                    for i in range(*found) if found else ():
                        if values[i] == 0:
                            values[i] = -100
                labels[number, 1 : len(pieces) + 1] = torch.tensor(values)
            yield {"task": "names", "input": (ids, shapes, mask), "labels": labels}

    # --- losses

    def loss(self, batch: Any) -> torch.Tensor:
        net = self.net
        ids, shapes, mask = batch["input"]
        hidden = net(ids, shapes, mask).float()
        if batch["task"] == "pair":
            logits = net.pair(pair_features(hidden, mask, batch["actor"], batch["recipient"]))
            smooth = 0.05
            target = batch["target"] * (1 - smooth) + smooth / len(LABELS)
            rows = -(target * functional.log_softmax(logits, -1)).sum(-1)
            return (rows * batch["weight"]).mean()
        if batch["task"] == "names":
            logits = net.names(net.drop(hidden))
            return functional.cross_entropy(logits.flatten(0, 1), batch["labels"].flatten(), ignore_index=-100)
        logits = net.trigger(net.drop(hidden))
        total = functional.cross_entropy(logits.flatten(0, 1), batch["labels"].flatten(), ignore_index=-100)
        return total * 2.0 + self.event_loss(hidden, batch["events"])

    def event_loss(self, hidden: torch.Tensor, events: Sequence[Any]) -> torch.Tensor:
        net = self.net
        triggers, statuses, modes, contexts = [], [], [], []
        role_features, role_labels = [], []
        for row, (first, last), event, spans, roles in events:
            vector = hidden[row, first + 1 : last + 1].mean(0)
            triggers.append(vector)
            statuses.append(STATUSES.index(event.status))
            modes.append(MODE_NAMES.index(f"{event.type}-{event.mode}") if event.mode else -100)
            contexts.append([float(name in event.contexts) for name in CONTEXTS] if event.contexts else None)
            for (a, b), role in zip(spans, roles, strict=True):
                party = hidden[row, a + 1 : b + 1].mean(0)
                role_features.append(torch.cat([vector, party, vector * party, distance((first, last), (a, b))]))
                role_labels.append(role)
        if not triggers:
            return hidden.sum() * 0.0
        stack = net.drop(torch.stack(triggers))
        total = functional.cross_entropy(net.status(stack), torch.tensor(statuses)) * 0.5
        if any(m >= 0 for m in modes):
            total = total + functional.cross_entropy(net.mode(stack), torch.tensor(modes), ignore_index=-100) * 0.3
        known = [i for i, c in enumerate(contexts) if c is not None]
        if known:
            wanted = torch.tensor([contexts[i] for i in known])
            total = total + functional.binary_cross_entropy_with_logits(net.context(stack[known]), wanted) * 1.0
        if role_features:
            logits = net.role(torch.stack(role_features))
            weight = torch.tensor([0.5, 1.0, 1.0])
            total = total + functional.cross_entropy(logits, torch.tensor(role_labels), weight=weight)
        return total

    # --- running

    def run(self, pairs: Sequence[PairRow], passages: Sequence[Passage], names: Sequence[NameRow], check: Any) -> None:
        options = self.options
        named = [(n, p) for n, p in self.net.named_parameters() if p.requires_grad]
        masters = [(p, torch.nn.Parameter(p.detach().float().clone())) for _, p in named]
        old = [m for (n, _), (_, m) in zip(named, masters, strict=True) if n.startswith("bert.")]
        fresh = [m for (n, _), (_, m) in zip(named, masters, strict=True) if not n.startswith("bert.")]
        optimizer = torch.optim.AdamW(
            [{"params": old, "lr": options.rate}, {"params": fresh, "lr": 1e-3}], weight_decay=0.01, fused=True
        )
        rows_per_epoch = (len(pairs), len(passages), min(len(names), options.names_per_epoch))
        steps = options.epochs * sum(math.ceil(count / options.batch) for count in rows_per_epoch)
        warm = max(1, steps // 10)
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimizer, lambda s: min(1.0, (s + 1) / warm) * max(0.0, (steps - s) / steps)
        )
        begun = time.time()
        for epoch in range(options.epochs):
            self.net.train()
            batches = [
                *self.pair_batches(pairs, options.batch),
                *self.passage_batches(passages, options.batch),
                *self.name_batches(
                    self.draw.sample(list(names), min(len(names), options.names_per_epoch)), options.batch
                ),
            ]
            self.draw.shuffle(batches)
            sums: dict[str, list[float]] = {}
            for batch in batches:
                loss = self.loss(batch)
                self.net.zero_grad(set_to_none=True)
                loss.backward()
                for weight, master in masters:
                    master.grad = None if weight.grad is None else weight.grad.float()
                torch.nn.utils.clip_grad_norm_([m for _, m in masters], 1.0)
                optimizer.step()
                schedule.step()
                with torch.no_grad():
                    for weight, master in masters:
                        weight.copy_(master)
                sums.setdefault(batch["task"], []).append(loss.item())
            if options.out:
                options.out.mkdir(parents=True, exist_ok=True)
                torch.save(self.net.state_dict(), options.out / "network.pt")
            told = {name: round(sum(v) / len(v), 3) for name, v in sums.items()}
            print(f"epoch {epoch + 1} {time.time() - begun:.0f}s {told} {check(self)}", flush=True)

    @torch.no_grad()
    def classify(self, rows: Sequence[PairRow], size: int = 32) -> np.ndarray[Any, Any]:
        """Logits of every pair, in order; a pair that cannot be marked gets NONE."""
        self.net.eval()
        logits = np.full((len(rows), len(LABELS)), -10.0)
        logits[:, -1] = 0.0
        ready = [(i, made) for i, row in enumerate(rows) if (made := marked(self.encoder, row)) is not None]
        ready.sort(key=lambda item: len(item[1][0]))
        for at in range(0, len(ready), size):
            chunk = ready[at : at + size]
            ids, shapes, mask = batch_of([(made[0], made[1]) for _, made in chunk])
            hidden = self.net(ids, shapes, mask)
            actor, recipient = torch.tensor([m[2] for _, m in chunk]), torch.tensor([m[3] for _, m in chunk])
            out = self.net.pair(pair_features(hidden.float(), mask, actor, recipient))
            for (i, _), row in zip(chunk, out.numpy(), strict=True):
                logits[i] = row
        return logits


def distance(one: tuple[int, int], two: tuple[int, int]) -> torch.Tensor:
    """How far and on which side a phrase stands from a trigger, as 16 indicator values."""
    gap = two[0] - one[1] if two[0] >= one[1] else two[1] - one[0] if two[1] <= one[0] else 0
    steps = (0, 1, 2, 4, 7, 12, 20)
    index = sum(abs(gap) > step for step in steps)
    values = torch.zeros(16)
    values[index + (8 if gap < 0 else 0)] = 1.0
    return values


def by_length(rows: Sequence[Any], size: int, draw: random.Random, length: Any) -> Iterator[list[Any]]:
    """Batches of rows of like length, from pools of a hundred batches, in random order."""
    for at in range(0, len(rows), size * 100):
        pool = sorted(rows[at : at + size * 100], key=length)
        chunks = [pool[i : i + size] for i in range(0, len(pool), size)]
        draw.shuffle(chunks)
        yield from chunks


def macro(pairs: Sequence[tuple[str, str]]) -> float:
    labels = {a for a, _ in pairs}
    scores = []
    for name in labels:
        hits = sum(a == b == name for a, b in pairs)
        total = sum(a == name for a, _ in pairs) + sum(b == name for _, b in pairs)
        scores.append(2 * hits / total)
    return sum(scores) / len(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--names", type=int, default=20000, help="sentences of the silver set of names to draw from")
    parser.add_argument("--names-per-epoch", type=int, default=3000)
    parser.add_argument("--tasks", default="pair,passage,names")
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument(
        "--measure", type=Path, help="gold rows of relations to report after each epoch; never trained on"
    )
    options = parser.parse_args()
    corpus = load_corpus(options.corpus)
    tasks = options.tasks.split(",")
    pairs = pairs_of(corpus["train"], seed=options.seed) if "pair" in tasks else []
    dev = pairs_of(corpus["dev"], seed=0)
    passages = corpus["train"] if "passage" in tasks else []
    names = (
        [*names_of_corpus(corpus["train"]), *open_names(options.data, limit=options.names)] if "names" in tasks else []
    )
    print(f"{len(pairs)} pairs, {len(passages)} passages, {len(names)} name rows", flush=True)
    measure = [json.loads(line) for line in options.measure.read_text().splitlines()] if options.measure else []
    outside = [
        PairRow(
            id=r["id"],
            text=r["text"],
            actor=tuple(r["actor"]),
            recipient=tuple(r["recipient"]),
            labels=((r["expect"]["type"], 1.0),),
        )
        for r in measure
    ]

    def check(trainer: Trainer) -> str:
        told = ""
        if dev:
            logits = trainer.classify(dev)
            guess = [LABELS[int(row.argmax())] for row in logits]
            told += (
                f"dev {macro([(max(r.labels, key=lambda x: x[1])[0], g) for r, g in zip(dev, guess, strict=True)]):.3f}"
            )
        if outside:
            told += f" measure {' '.join(f'{x:.3f}' for x in yields(trainer.classify(outside), outside))}"
        return told

    trainer = Trainer(options)
    if options.start:
        trainer.net.load_state_dict(torch.load(options.start / "network.pt", weights_only=True))
    trainer.run(pairs, passages, names, check)


QUADS = {
    "AGREE": 1, "CONSULT": 1, "SUPPORT": 1, "CONCEDE": 2, "RETREAT": 2, "YIELD": 2, "COOPERATE": 2, "AID": 2, "REQUEST": 3, "ACCUSE": 3,
    "REJECT": 3, "THREATEN": 3, "PROTEST": 4, "SANCTION": 4, "MOBILIZE": 4, "COERCE": 4, "ASSAULT": 4,
}  # fmt: skip


def yields(logits: np.ndarray[Any, Any], rows: Sequence[PairRow]) -> tuple[float, float, float]:
    """Type, quad and binary macro-F1 where CONCEDE and RETREAT are one label and NONE is none."""
    kept = np.exp(logits - logits.max(1, keepdims=True))
    table = {name: kept[:, i] for i, name in enumerate(LABELS) if name not in ("NONE", "CONCEDE", "RETREAT")}
    table["YIELD"] = kept[:, LABELS.index("CONCEDE")] + kept[:, LABELS.index("RETREAT")]
    names = sorted(table)
    best = np.stack([table[n] for n in names]).argmax(0)
    types = [(row.labels[0][0], names[b]) for row, b in zip(rows, best, strict=True)]
    quads = [(str(QUADS[a]), str(QUADS[b])) for a, b in types]
    sides = [("co" if a in "12" else "con", "co" if b in "12" else "con") for a, b in quads]
    return macro(types), macro(quads), macro(sides)


if __name__ == "__main__":
    main()
