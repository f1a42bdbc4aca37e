"""Train the encoder and its heads.

    python -m train.model --data DATA --out build/model --minutes 75 --decay 45

One encoder, several tasks in turn: batches of passages (triggers, names, links of phrases to the countries named, stance and issues of
what is said; and each act read again with its pieces marked: its type or none, status, mode, contexts, and who takes which part), of
marked pairs (the type of a given pair), of open name sets, and of an open set of predicates with their arguments. What was tried and
what failed is in `train/LOG.md`.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from dragoman.coding.pieces import covering, distance, runs_of
from train.corpus import ISSUES, STANCES, Passage
from train.data import (
    CONTEXTS,
    MODE_NAMES,
    NAME_KINDS,
    OLDER_TYPES,
    ROLES,
    STATUSES,
    TYPES,
    ActRow,
    Links,
    NameRow,
    PairRow,
    RoleRow,
    acts_of,
    links_of,
    load_corpus,
    names_of_corpus,
    open_names,
    pairs_of,
    roles_of,
    said_of,
)
from train.network import LINK, MAX_PIECES, Network, batch_of
from train.real import load_real
from train.rows import (
    Encoder,
    Sides,
    View,
    bio,
    drawn_view,
    gathered,
    marked,
    moved,
    name_labels,
    predicate_view,
    view_of,
)
from train.scores import gold_pairs, macro, yields
from train.swap import swapped

LABELS = (*TYPES, "NONE")
OLDER = (*OLDER_TYPES, "NONE")
SIZES = {
    "pair": len(LABELS),
    "older": len(OLDER),
    "names": 1 + 2 * len(NAME_KINDS),
    "trigger": 1 + 2 * len(TYPES),
    "kind": len(LABELS),
    "status": len(STATUSES),
    "mode": len(MODE_NAMES),
    "context": len(CONTEXTS),
    "stance": len(STANCES),
    "issue": len(ISSUES),
    "role": 1 + 2 * len(ROLES),
}
FRESH_RATE = 1e-3  # of what does not come from the start
WARM = 150  # steps over which the rate rises
SAVED_EVERY = 600  # seconds
JOINED_SHARE = 0.35
HIDDEN_SHARE, MASK, FIRST_WORD = 0.08, 103, 998  # [MASK]; below are the special and the unused pieces


def pair_features(
    hidden: torch.Tensor, mask: torch.Tensor, actor: torch.Tensor, recipient: torch.Tensor
) -> torch.Tensor:
    rows = torch.arange(hidden.shape[0])
    wide = mask.unsqueeze(-1).to(hidden.dtype)
    mean = (hidden * wide).sum(1) / wide.sum(1)
    return torch.cat([hidden[rows, actor], hidden[rows, recipient], mean], -1)


def soft_loss(logits: torch.Tensor, target: torch.Tensor, smooth: float = 0.05) -> torch.Tensor:
    """Cross-entropy of every row against shares of labels, smoothed."""
    return -((target * (1 - smooth) + smooth / logits.shape[-1]) * functional.log_softmax(logits, -1)).sum(-1)


def act_features(
    hidden: torch.Tensor, mask: torch.Tensor, at: Sequence[tuple[int, int]]
) -> tuple[torch.Tensor, torch.Tensor]:
    """The mean vector of each act's pieces; and the vector of its first, that mean and the mean of all."""
    own = torch.stack([hidden[row, first + 1 : last + 1].mean(0) for row, (first, last) in enumerate(at)])
    begin = torch.stack([hidden[row, first + 1] for row, (first, _) in enumerate(at)])
    wide = mask.unsqueeze(-1).to(hidden.dtype)
    return own, torch.cat([begin, own, (hidden * wide).sum(1) / wide.sum(1)], -1)


def span_vector(hidden: torch.Tensor, run: tuple[int, int]) -> torch.Tensor:
    """A phrase as the mean of its pieces and its last piece; pieces count without the leading special one."""
    return torch.cat([hidden[run[0] + 1 : run[1] + 1].mean(0), hidden[run[1]]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What one passage teaches: itself, its marked pairs, its marked acts and words that name none."""

    passage: Passage
    pairs: list[PairRow]
    acts: list[ActRow]


def material_of(passage: Passage, seed: int) -> Material:
    """Rows drawn by the passage's own seed, so that its rows do not change with the passages beside it."""
    own = seed + zlib.crc32(passage.id.encode())
    return Material(passage=passage, pairs=pairs_of([passage], seed=own), acts=acts_of([passage], seed=own))


def faster_precision() -> Any:
    """bfloat16 where this processor multiplies it faster than float32: with AMX twice as fast, with AVX2 alone twenty times as slow."""
    seconds = {}
    for precision in (torch.float32, torch.bfloat16):
        x, weight = torch.ones(512, 384, dtype=precision), torch.ones(384, 1536, dtype=precision)
        turns = []
        for _ in range(5):
            began = time.perf_counter()
            torch.mm(x, weight)
            turns.append(time.perf_counter() - began)
        seconds[precision] = min(turns)
    return min(seconds, key=lambda each: seconds[each])


class Trainer:
    def __init__(self, options: argparse.Namespace) -> None:
        torch.manual_seed(options.seed)
        self.draw = random.Random(options.seed)
        self.options = options
        self.encoder = Encoder()
        self.linked: dict[str, Links] = {}
        self.net = Network(SIZES, attention="eager")
        # Where the processor is faster with them, weights are short; the optimizer keeps exact copies, so that small steps are not lost.
        precision = faster_precision()
        for part in (self.net.bert, self.net.shape, self.net.marker, self.net.mark):
            part.to(precision)

    # --- batches

    def pair_batches(self, rows: Sequence[PairRow], size: int) -> Iterator[Any]:
        ready = [(row, made) for row in rows if (made := marked(self.encoder, row)) is not None]
        self.draw.shuffle(ready)
        for chunk in by_length(ready, size, self.draw, lambda item: len(item[1][0])):
            ids, shapes, mask = batch_of([(made[0], made[1]) for _, made in chunk])
            target, older = torch.zeros(len(chunk), len(LABELS)), torch.zeros(len(chunk), len(OLDER))
            for i, (row, _) in enumerate(chunk):
                for name, share in row.labels:
                    target[i, LABELS.index(name)] = share
                for name, share in row.older:
                    older[i, OLDER.index(name)] = share
            yield {
                "task": "pair",
                "input": (ids, shapes, mask),
                "actor": torch.tensor([made[2] for _, made in chunk]),
                "recipient": torch.tensor([made[3] for _, made in chunk]),
                "target": target,
                "older": older,
                "weight": torch.tensor([row.weight for row, _ in chunk]),
            }

    def passage_batches(self, passages: Sequence[tuple[Passage, Sequence[ActRow]]], size: int) -> Iterator[Any]:
        """Passages, each with those of its acts that are read again; a third stand in one row with another, as pages are longer."""
        ready = [item for item in passages if self.length(item[0]) <= MAX_PIECES]
        self.draw.shuffle(ready)
        rows: list[list[tuple[Passage, Sequence[ActRow]]]] = []
        for item in ready:
            room = MAX_PIECES - sum(self.length(passage) for passage, _ in rows[-1]) if rows else 0
            if rows and len(rows[-1]) == 1 and self.length(item[0]) <= room and self.draw.random() < JOINED_SHARE:
                rows[-1].append(item)
            else:
                rows.append([item])
        for chunk in by_length(rows, size, self.draw, lambda row: sum(self.length(p) for p, _ in row)):
            coded = [[self.encoder(passage.text) for passage, _ in row] for row in chunk]
            ids, shapes, mask = batch_of(
                [([i for c in row for i in c[0]], [i for c in row for i in c[1]]) for row in coded]
            )
            batch: dict[str, Any] = {
                "task": "passage",
                "input": (ids, shapes, mask),
                "links": [],
                "said": [],
                "acts": [],
            }
            batch["labels"], batch["names"] = torch.full(ids.shape, -100), torch.full(ids.shape, -100)
            for number, row in enumerate(chunk):
                base = 0
                for passage, acts in row:
                    self.add_passage(batch, number, base, passage)
                    seen = [(act, drawn_view(self.encoder, act, self.draw)) for act in acts]
                    batch["acts"] += [(number, act, moved(view, base)) for act, view in seen if view is not None]
                    base += self.length(passage)
            batch["acts"] = list(act_groups(batch["acts"], size))
            yield batch

    def length(self, passage: Passage) -> int:
        """Pieces of a passage."""
        return len(self.encoder(passage.text)[0])

    def add_passage(self, batch: dict[str, Any], row: int, base: int, passage: Passage) -> None:
        """What a passage teaches that begins at piece `base` of a row."""
        pieces, _, offsets = self.encoder(passage.text)
        runs = [(*run, TYPES.index(e.type)) for e in passage.events if (run := covering(offsets, *e.trigger))]
        here = slice(base + 1, base + len(pieces) + 1)
        batch["labels"][row, here] = torch.tensor(bio(len(pieces), runs))
        batch["names"][row, here] = torch.tensor(name_labels(self.names_of(passage), len(pieces), offsets))

        def at(span: tuple[int, int]) -> tuple[int, int] | None:
            run = covering(offsets, *span)
            return (run[0] + base, run[1] + base) if run else None

        batch["links"].extend(self.link_rows(row, self.links(passage), at))
        for cue, content, stance, issues in said_of(passage):
            spans = [run for part in content if (run := at(part))]
            told = at(cue)
            if spans and told and (stance >= 0 or issues is not None):
                batch["said"].append((row, told, spans, stance, issues))

    def names_of(self, passage: Passage) -> NameRow:
        return names_of_corpus([passage])[0]

    def links(self, passage: Passage) -> Links:
        if passage.id not in self.linked:
            self.linked[passage.id] = links_of(passage)
        return self.linked[passage.id]

    def link_rows(
        self, row: int, links: Links, at: Callable[[tuple[int, int]], tuple[int, int] | None]
    ) -> Iterator[Any]:
        """Up to a dozen phrases of a passage with the pieces of all its anchors and which of them are right."""
        places = [at(anchor) for anchor in links.anchors]
        anchors = tuple(run for run in places if run)
        if not anchors:
            return
        kept = {i: number for number, i in enumerate(i for i, run in enumerate(places) if run)}
        for span, right in self.draw.sample(links.phrases, min(12, len(links.phrases))):
            run = at(span)
            if run:
                yield row, run, anchors, [kept[i] for i in right if i in kept]

    def role_batches(self, rows: Sequence[RoleRow], size: int) -> Iterator[Any]:
        ready = [r for r in rows if 0 < len(self.encoder(r.text)[0]) <= MAX_PIECES]
        for chunk in by_length(ready, size, self.draw, lambda r: len(self.encoder(r.text)[0])):
            coded = [self.encoder(r.text) for r in chunk]
            views = [(i, predicate_view(self.encoder, row)) for i, row in enumerate(chunk)]
            given = batch_of([(c[0], c[1]) for c in coded])
            yield {"task": "role", "input": given, "views": views, "roles": labels_of([view for _, view in views])}

    def name_batches(self, rows: Sequence[NameRow], size: int) -> Iterator[Any]:
        ready = [r for r in rows if 0 < len(self.encoder(r.text)[0]) <= MAX_PIECES]
        self.draw.shuffle(ready)
        for chunk in by_length(ready, size, self.draw, lambda r: len(self.encoder(r.text)[0])):
            coded = [self.encoder(r.text) for r in chunk]
            ids, shapes, mask = batch_of([(c[0], c[1]) for c in coded])
            labels = torch.full(ids.shape, -100)
            for number, (row, (pieces, _, offsets)) in enumerate(zip(chunk, coded, strict=True)):
                labels[number, 1 : len(pieces) + 1] = torch.tensor(name_labels(row, len(pieces), offsets))
            yield {"task": "names", "input": (ids, shapes, mask), "names": labels}

    # --- losses

    def loss(self, batch: Any) -> torch.Tensor:
        net = self.net
        ids, shapes, mask = batch["input"]
        # One word piece in twelve is hidden: a small corpus is otherwise learned by heart.
        hide = (torch.rand(ids.shape) < HIDDEN_SHARE) & (ids > FIRST_WORD)
        middle = net.lower(torch.where(hide, MASK, ids), shapes, mask)
        if batch["task"] == "role":
            hidden, wide = self.again(middle, mask, batch["views"])
            own, _ = act_features(hidden, wide, [view.act for _, view in batch["views"]])
            # The first layer of the head of parts, so that what a predicate's arguments look like is learned there.
            logits = net.role(net.part[:3](beside(net.drop(hidden), own))).flatten(0, 1)
            return functional.cross_entropy(logits, batch["roles"].flatten(), ignore_index=-100)
        hidden = net.upper(middle, mask).float()
        if batch["task"] == "pair":
            features = pair_features(hidden, mask, batch["actor"], batch["recipient"])
            rows = soft_loss(net.pair(features), batch["target"]) + 0.5 * soft_loss(net.older(features), batch["older"])
            return (rows * batch["weight"]).mean()
        named = functional.cross_entropy(
            net.names(net.drop(hidden)).flatten(0, 1), batch["names"].flatten(), ignore_index=-100
        )
        if batch["task"] == "names":
            return named
        logits = net.trigger(net.drop(hidden))
        total = functional.cross_entropy(logits.flatten(0, 1), batch["labels"].flatten(), ignore_index=-100)
        total = (
            total * 2.0 + named + self.link_loss(hidden, batch["links"]) * 0.5 + self.said_loss(hidden, batch["said"])
        )
        count = sum(len(group["views"]) for group in batch["acts"])
        for group in batch["acts"]:
            total = total + self.act_loss(*self.again(middle, mask, group["views"]), group) * (
                len(group["views"]) / count
            )
        return total

    def again(
        self, middle: torch.Tensor, mask: torch.Tensor, views: Sequence[tuple[int, View]]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """The upper layers on views of texts whose shared layers gave `middle`, with the act of each marked; and their mask."""
        rows, places, wide, marks = gathered((mask.sum(1) - 2).tolist(), views)
        picked = middle[rows, places] + marks.unsqueeze(-1).to(middle.dtype) * self.net.mark.weight
        return self.net.upper(picked, wide).float(), wide

    def act_loss(self, hidden: torch.Tensor, mask: torch.Tensor, group: Any) -> torch.Tensor:
        net = self.net
        own, vectors = act_features(hidden, mask, [view.act for _, view in group["views"]])
        act = net.act(vectors)
        total = functional.cross_entropy(net.kind(act), group["type"], label_smoothing=0.05)
        if (group["status"] >= 0).any():
            total = total + functional.cross_entropy(net.status(act), group["status"], ignore_index=-100)
        if (group["mode"] >= 0).any():
            total = total + 0.3 * functional.cross_entropy(net.mode(act), group["mode"], ignore_index=-100)
        each = functional.binary_cross_entropy_with_logits(net.context(act), group["contexts"], reduction="none").mean(
            1
        )
        total = total + (each * group["told"]).sum() / group["told"].sum().clamp(min=1)
        weight = torch.tensor([0.5, 1.5, 1.0, 1.5, 1.0])
        parts = hidden.sum() * 0.0
        if (group["parts"] >= 0).any():  # a batch may hold no act at all
            logits = net.part(beside(net.drop(hidden), own)).flatten(0, 1)
            parts = functional.cross_entropy(logits, group["parts"].flatten(), weight=weight, ignore_index=-100)
        return total + 2.0 * parts + 2.0 * self.side_loss(hidden, own, [view.sides for _, view in group["views"]])

    def side_loss(self, hidden: torch.Tensor, act: torch.Tensor, sides: Sequence[Sides]) -> torch.Tensor:
        logits, wanted = self.side_logits(hidden, act, sides)
        return functional.binary_cross_entropy_with_logits(logits, wanted) if len(wanted) else hidden.sum() * 0.0

    def side_logits(
        self, hidden: torch.Tensor, act: torch.Tensor, sides: Sequence[Sides]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """For every country named in a text whether it acts and whether it is acted on: logits, and what is marked."""
        spots = [
            (number, group, run) for number, item in enumerate(sides) for group, runs in item.namings for run in runs
        ]
        keys = {key: i for i, key in enumerate(dict.fromkeys((number, group) for number, group, _ in spots))}
        wanted = torch.tensor(
            [[float(code in side) for side in sides[number].wanted] for number, code in keys], dtype=torch.float32
        )
        if not spots:
            return wanted, wanted
        rows = torch.tensor([number for number, _, _ in spots])
        first, last = torch.tensor([run[0] for *_, run in spots]), torch.tensor([run[1] for *_, run in spots])
        sums = functional.pad(hidden.cumsum(1), (0, 0, 1, 0))
        mean = (sums[rows, last + 1] - sums[rows, first + 1]) / (last - first).unsqueeze(-1)
        logits = self.net.side(torch.cat([mean, hidden[rows, last], act[rows]], -1))
        index = torch.tensor([keys[number, group] for number, group, _ in spots])
        top = logits.detach().max()
        joined = torch.zeros(len(keys), 2).index_add(0, index, (logits - top).exp()).clamp(min=1e-20).log() + top
        return joined, wanted

    def link_loss(self, hidden: torch.Tensor, links: Sequence[Any]) -> torch.Tensor:
        net = self.net
        if not links:
            return hidden.sum() * 0.0
        losses = []
        phrases = torch.stack([span_vector(hidden[row], run) for row, run, _, _ in links])
        queries, nowhere = net.query(phrases), net.nowhere(phrases)
        keys: dict[tuple[int, tuple[tuple[int, int], ...]], torch.Tensor] = {}
        for number, (row, run, anchors, right) in enumerate(links):
            if (row, anchors) not in keys:
                keys[row, anchors] = net.key(torch.stack([span_vector(hidden[row], a) for a in anchors]))
            far = torch.from_numpy(np.stack([distance(run, a) for a in anchors]))
            scores = keys[row, anchors] @ queries[number] / math.sqrt(LINK) + net.far(far).squeeze(-1)
            every = torch.cat([scores, nowhere[number]])
            wanted = every[right] if right else every[-1:]
            losses.append(every.logsumexp(0) - wanted.logsumexp(0))
        return torch.stack(losses).mean()

    def said_loss(self, hidden: torch.Tensor, said: Sequence[Any]) -> torch.Tensor:
        net = self.net
        if not said:
            return hidden.sum() * 0.0
        vectors = []
        for row, cue, spans, _, _ in said:
            words = torch.cat([hidden[row, a + 1 : b + 1] for a, b in spans]).mean(0)
            vectors.append(torch.cat([words, hidden[row, cue[0] + 1 : cue[1] + 1].mean(0)]))
        stack = net.drop(torch.stack(vectors))
        total = hidden.sum() * 0.0
        stances = torch.tensor([stance if stance >= 0 else -100 for _, _, _, stance, _ in said])
        if (stances >= 0).any():
            total = total + 0.5 * functional.cross_entropy(net.stance(stack), stances, ignore_index=-100)
        known = [i for i, item in enumerate(said) if item[4] is not None]
        if known:
            wanted = torch.tensor([[float(i in said[k][4]) for i in range(len(ISSUES))] for k in known])
            total = total + functional.binary_cross_entropy_with_logits(net.issue(stack[known]), wanted)
        return total

    # --- running

    def run(
        self,
        material: Sequence[Sequence[Material]],
        names: Sequence[NameRow],
        roles: Sequence[RoleRow],
        check: Any,
    ) -> None:
        """`material` holds, for each passage, it and its variants about other states; every epoch takes one of them.

        The clock ends it: the rate rises over the first steps, stays, and falls to nothing over the last `decay` minutes. What a run has
        reached is kept in `state.pt`, with the optimizer's memory, and the next run in the same folder goes on from there.
        """
        options = self.options
        named = [(n, p) for n, p in self.net.named_parameters() if p.requires_grad]
        masters = [(p, torch.nn.Parameter(p.detach().float().clone())) for _, p in named]
        old = [m for (n, _), (_, m) in zip(named, masters, strict=True) if n.startswith("bert.")]
        fresh = [m for (n, _), (_, m) in zip(named, masters, strict=True) if not n.startswith("bert.")]
        optimizer = torch.optim.AdamW(
            [{"params": old, "lr": options.rate}, {"params": fresh, "lr": FRESH_RATE}], weight_decay=0.01, fused=True
        )

        def follow() -> None:
            """The network's weights are those that the optimizer keeps, in its own precision."""
            with torch.no_grad():
                for weight, master in masters:
                    weight.copy_(master)

        kept = options.out / "state.pt"
        options.out.mkdir(parents=True, exist_ok=True)
        step = 0
        if kept.exists():
            state = torch.load(kept, weights_only=True)
            step = state["step"]
            optimizer.load_state_dict(state["optimizer"])
            for (_, master), value in zip(masters, state["masters"], strict=True):
                master.data.copy_(value)
            follow()
            # Another draw than that of the run before.
            self.draw.seed(options.seed + step)
            print(f"going on from step {step}", flush=True)
        begun = saved = time.time()
        end, first = begun + 60 * options.minutes, step

        def save() -> None:
            held = {"step": step, "optimizer": optimizer.state_dict(), "masters": [m.detach() for _, m in masters]}
            torch.save(held, kept.with_suffix(".new"))
            kept.with_suffix(".new").rename(kept)
            torch.save(self.net.state_dict(), options.out / "network.pt")

        while time.time() < end:
            self.net.train()
            sums: dict[str, list[float]] = {}
            for batch in self.batches(material, names, roles):
                left = end - time.time()
                if left <= 0:
                    break
                share = min(1.0, (step - first + 1) / WARM) * min(1.0, max(0.02, left / 60 / max(options.decay, 1e-9)))
                for group, rate in zip(optimizer.param_groups, (options.rate, FRESH_RATE), strict=True):
                    group["lr"] = rate * share
                step += 1
                loss = self.loss(batch)
                self.net.zero_grad(set_to_none=True)
                loss.backward()
                for weight, master in masters:
                    master.grad = None if weight.grad is None else weight.grad.float()
                torch.nn.utils.clip_grad_norm_([m for _, m in masters], 1.0)
                optimizer.step()
                follow()
                sums.setdefault(batch["task"], []).append(loss.item())
                if time.time() - saved > SAVED_EVERY:
                    save()
                    saved = time.time()
            save()
            told = {name: round(sum(v) / len(v), 3) for name, v in sums.items()}
            print(f"step {step} {time.time() - begun:.0f}s {told} {check(self)}", flush=True)

    def batches(
        self, material: Sequence[Sequence[Material]], names: Sequence[NameRow], roles: Sequence[RoleRow]
    ) -> list[Any]:
        """One epoch of every task, shuffled."""
        size = self.options.batch
        chosen = [self.draw.choice(variants) for variants in material]
        # Dense passages give many pairs, each a text of its own: an epoch takes a part of them, another epoch another.
        share = self.options.share
        without = [row for item in chosen for row in item.acts if row.event is None]
        kept = {id(row) for row in self.some(without, self.options.nones)}
        drawn = self.draw.sample(list(names), min(len(names), self.options.names_per_epoch))
        made = [
            *self.pair_batches(self.some([row for item in chosen for row in item.pairs], share), size),
            *self.passage_batches(
                [(c.passage, [row for row in c.acts if row.event is not None or id(row) in kept]) for c in chosen], size
            ),
            *self.name_batches(drawn, size),
            *self.role_batches(self.some(roles, min(1.0, self.options.roles_per_epoch / max(1, len(roles)))), size),
        ]
        self.draw.shuffle(made)
        return made

    def some(self, rows: Sequence[Any], share: float) -> list[Any]:
        return self.draw.sample(rows, int(len(rows) * share))

    @torch.no_grad()
    def act_scores(self, rows: Sequence[ActRow], size: int = 3000) -> str:
        """Accuracy of types with none, of status, and F1 of parts by exact phrase, on rows with the right word marked."""
        self.net.eval()
        right = total = hits = made = wanted = statuses = of_status = both = 0
        texts = {text: [row for row in rows if row.text == text] for text in dict.fromkeys(row.text for row in rows)}
        for text, own_rows in texts.items():
            ids, shapes, mask = batch_of([self.encoder(text)[:2]])
            middle = self.net.lower(ids, shapes, mask)
            views = [(0, row, view) for row in own_rows if (view := view_of(self.encoder, row, 0)) is not None]
            for group in act_groups(views, size):
                hidden, wide = self.again(middle, mask, group["views"])
                own, vectors = act_features(hidden, wide, [view.act for _, view in group["views"]])
                act = self.net.act(vectors)
                right += int((self.net.kind(act).argmax(-1) == group["type"]).sum())
                total += len(group["type"])
                known = group["status"] >= 0
                statuses += int((self.net.status(act).argmax(-1) == group["status"])[known].sum())
                of_status += int(known.sum())
                both += self.sides_right(hidden, own, [view.sides for _, view in group["views"]], events=known)
                guess = self.net.part(beside(hidden, own)).argmax(-1)
                for line, gold in zip(guess.tolist(), group["parts"].tolist(), strict=True):
                    line = [0 if g == -100 else k for k, g in zip(line, gold, strict=True)]
                    found, marked_ = set(runs_of(line)), set(runs_of([max(0, g) for g in gold]))
                    hits, made, wanted = hits + len(found & marked_), made + len(found), wanted + len(marked_)
        sides = f"sides {both / of_status:.3f}"
        return f"act {right / total:.3f} {sides} status {statuses / of_status:.3f} parts {2 * hits / max(1, made + wanted):.3f}"

    def sides_right(
        self, hidden: torch.Tensor, act: torch.Tensor, sides: Sequence[Sides], *, events: torch.Tensor
    ) -> int:
        """How many acts have exactly the marked countries on both sides, at even odds."""
        logits, _ = self.side_logits(hidden, act, sides)
        keys = [(number, code) for number, item in enumerate(sides) for code, _ in item.namings]
        chosen: list[tuple[set[str], set[str]]] = [(set(), set()) for _ in sides]
        for (number, code), row in zip(keys, logits.tolist(), strict=True):
            for side in (0, 1):
                if row[side] > 0:
                    chosen[number][side].add(code)
        return sum(
            bool(real) and got == tuple(map(set, item.wanted))
            for got, item, real in zip(chosen, sides, events.tolist(), strict=True)
        )

    @torch.no_grad()
    def classify(self, rows: Sequence[PairRow], size: int = 32, *, older: bool = False) -> np.ndarray[Any, Any]:
        """Logits of every pair, in order, in the present scheme or the older one; a pair that cannot be marked gets NONE."""
        self.net.eval()
        head, labels = (self.net.older, OLDER) if older else (self.net.pair, LABELS)
        logits = np.full((len(rows), len(labels)), -10.0)
        logits[:, -1] = 0.0
        ready = [(i, made) for i, row in enumerate(rows) if (made := marked(self.encoder, row)) is not None]
        ready.sort(key=lambda item: len(item[1][0]))
        for at in range(0, len(ready), size):
            chunk = ready[at : at + size]
            ids, shapes, mask = batch_of([(made[0], made[1]) for _, made in chunk])
            hidden = self.net(ids, shapes, mask)
            actor, recipient = torch.tensor([m[2] for _, m in chunk]), torch.tensor([m[3] for _, m in chunk])
            out = head(pair_features(hidden.float(), mask, actor, recipient))
            for (i, _), row in zip(chunk, out.numpy(), strict=True):
                logits[i] = row
        return logits


def labels_of(views: Sequence[View]) -> torch.Tensor:
    """The labels of views, padded, with the special pieces around each."""
    labels = torch.full((len(views), max(len(view.labels) for view in views) + 2), -100)
    for number, view in enumerate(views):
        labels[number, 1 : len(view.labels) + 1] = torch.tensor(view.labels)
    return labels


def act_groups(seen: Sequence[tuple[int, ActRow, View]], size: int) -> Iterator[dict[str, Any]]:
    """Views of acts of like length, about `size` pieces in each group, with all that is asked of them."""
    chunks: list[list[tuple[int, ActRow, View]]] = []
    for item in sorted(seen, key=lambda item: len(item[2].labels)):
        if not chunks or (len(chunks[-1]) + 1) * (len(item[2].labels) + 2) > size:
            chunks.append([])
        chunks[-1].append(item)
    for chunk in chunks:
        events = [row.event for _, row, _ in chunk]
        yield {
            "views": [(row, view) for row, _, view in chunk],
            "parts": labels_of([view for *_, view in chunk]),
            "type": torch.tensor([LABELS.index(e.type if e else "NONE") for e in events]),
            "status": torch.tensor([STATUSES.index(e.status) if e else -100 for e in events]),
            "mode": torch.tensor([MODE_NAMES.index(f"{e.type}-{e.mode}") if e and e.mode else -100 for e in events]),
            "contexts": torch.tensor(
                [[float(e is not None and name in e.contexts) for name in CONTEXTS] for e in events]
            ),
            "told": torch.tensor([float(e is not None and bool(e.contexts)) for e in events]),
        }


def beside(hidden: torch.Tensor, act: torch.Tensor) -> torch.Tensor:
    """Every vector with that of its row's act beside it."""
    return torch.cat([hidden, act.unsqueeze(1).expand_as(hidden)], -1)


def by_length(rows: Sequence[Any], size: int, draw: random.Random, length: Any) -> Iterator[list[Any]]:
    """Batches of rows of like length that hold about `size` pieces, from pools of two thousand rows, in random order."""
    for at in range(0, len(rows), 2000):
        chunks: list[list[Any]] = []
        for row in sorted(rows[at : at + 2000], key=length):
            # The last row of a batch is its longest, and all are padded to it.
            if not chunks or (len(chunks[-1]) + 1) * (length(row) + 2) > size:
                chunks.append([])
            chunks[-1].append(row)
        draw.shuffle(chunks)
        yield from chunks


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=75, help="training ends then")
    parser.add_argument(
        "--decay", type=float, default=45, help="minutes at the end over which the rate falls to nothing; 0 for none"
    )
    parser.add_argument("--batch", type=int, default=1000, help="pieces in a batch")
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--names", type=int, default=20000, help="sentences of the silver set of names to draw from")
    parser.add_argument("--names-per-epoch", type=int, default=3000)
    parser.add_argument("--roles-per-epoch", type=int, default=3000)
    parser.add_argument("--share", type=float, default=0.5, help="share of pairs that an epoch takes")
    parser.add_argument("--nones", type=float, default=0.4, help="share of words that name no act that an epoch takes")
    parser.add_argument("--start", type=Path, help="go on from these weights")
    parser.add_argument(
        "--measure", type=Path, help="gold rows of relations to report after each epoch; never trained on"
    )
    options = parser.parse_args()
    corpus = load_corpus(options.corpus)
    dev, dev_acts = pairs_of(corpus["dev"], seed=0), acts_of(corpus["dev"], seed=0)
    draw = random.Random(options.seed)
    material = [
        [
            material_of(variant, options.seed)
            for variant in {p.id: p for p in (passage, swapped(passage, draw))}.values()
        ]
        for passage in [*corpus["train"], *load_real(options.data, "train")]
    ]
    names = open_names(options.data, limit=options.names)
    print(
        f"{sum(len(v[0].pairs) for v in material)} pairs, {len(material)} passages,"
        f" {sum(len(v[0].acts) for v in material)} acts, {len(names)} name rows",
        flush=True,
    )
    measure = [json.loads(line) for line in options.measure.read_text().splitlines()] if options.measure else []
    outside = gold_pairs(measure)

    def check(trainer: Trainer) -> str:
        told = ""
        if dev:
            logits = trainer.classify(dev)
            guess = [LABELS[int(row.argmax())] for row in logits]
            told += (
                f"dev {macro([(max(r.labels, key=lambda x: x[1])[0], g) for r, g in zip(dev, guess, strict=True)]):.3f}"
            )
        told += f" {trainer.act_scores(dev_acts)}"
        if outside:
            told += f" measure {' '.join(f'{x:.3f}' for x in yields(trainer.classify(outside), LABELS, outside))}"
            told += (
                f" older {' '.join(f'{x:.3f}' for x in yields(trainer.classify(outside, older=True), OLDER, outside))}"
            )
        return told

    trainer_of(options.start, options.seed, options).run(material, names, roles_of(options.data), check)


def trainer_of(start: Path | None, seed: int, options: argparse.Namespace | None = None) -> Trainer:
    """A trainer, with the weights in the folder `start` if one is given."""
    trainer = Trainer(options or argparse.Namespace(seed=seed))
    if start is not None:
        trainer.net.load_state_dict(torch.load(start / "network.pt", weights_only=True), strict=False)
    return trainer


if __name__ == "__main__":
    main()
