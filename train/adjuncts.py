"""Train the scorer of an act's date and place on the frozen encoder: `python -m train.adjuncts src/dragoman/model` (needs torch).

Read are the marked acts of the training files, each with the dates and the names of places that the pipeline finds in its sentence. Of
each of these the likelihood that it is, or is not, the one marked is raised. Nearly all of the time (half an hour of one core) is taken
by reading the passages. The scorer is written beside the encoder, and the card names its hash. Printed is, for several thresholds, how
often the likeliest phrase of an act is the marked one on the development files.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.actors import resolve_actors
from dragoman.coding.adjuncts import FILE, KINDS, shares_of
from dragoman.coding.pieces import covering
from dragoman.dates import find_times
from dragoman.mentions import find_mentions
from dragoman.models import Model, beside
from dragoman.places import name_places
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import ByPlace, sentences
from evals.statements import bare_article
from train.corpus import Passage
from train.data import load_corpus
from train.linear import enter

Array = Any
_HIDDEN, _ROUNDS, _BATCH = 48, 12, 128
_NETWORKS = 3
"""Networks fitted from different beginnings, of which the mean answers."""


@dataclass(frozen=True)
class Act:
    """A marked act with the phrases of its sentence: vectors, what is seen of each, and which are marked as its own.

    `told` says whether the act has any date or place marked, in its sentence or elsewhere.
    """

    kind: str
    vectors: Array
    rows: Array
    right: Array
    told: bool


def acts_of(passage: Passage, model: Model) -> Iterator[Act]:
    """The marked acts of a passage, for dates and for places."""
    reference, tagger, text = load_reference(), load_tagger(), passage.text
    article, spans = bare_article(text), tuple(sentences(text))
    found = find_mentions(article, spans, reference, tagger, model)
    cast = resolve_actors(article, found, reference, model, spans)
    times = find_times(article, spans, tagger)
    places = name_places(article, cast.participants, reference)
    placed = {
        "date": ByPlace([(time.start, time.end) for time in times if time.when.basis == "phrase"], lambda span: span),
        "place": ByPlace([(place.start, place.end) for place in places], lambda span: span),
    }
    asked = []
    for event in passage.events:
        for read in model.read(text, spans):
            begin = read.window.start
            run = covering(read.pieces.offsets, event.trigger[0] - begin, event.trigger[1] - begin)
            if run is not None and run[1] <= len(read.hidden):
                asked.append((event, (read, run)))
    entities = {entity.id: entity for entity in passage.entities}
    acts = model.told_by_sentence([run for _, run in asked])
    for (event, _), act in zip(asked, acts, strict=True):
        for kind, marked in (("date", event.when), ("place", event.place)):
            told = entities[marked].mentions if marked else ()
            phrases, vectors, rows = beside(text, act, placed[kind])
            right = [any(a < end and start < b for a, b in told) for start, end in phrases]
            yield Act(kind, vectors, rows, np.array(right, np.float32), bool(marked))


def fit(acts: Sequence[Act], kind: str, rounds: int) -> dict[str, Array]:
    """The arrays of one kind: the networks side by side, as one whose score is the mean of theirs."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits

    chosen = [act for act in acts if act.kind == kind and len(act.right)]
    x = np.concatenate([np.concatenate([act.vectors, act.rows], 1) for act in chosen])
    mean, scale = x.mean(0), 1 / (x.std(0) + 0.02)
    given = torch.from_numpy((x - mean) * scale)
    right = torch.from_numpy(np.concatenate([act.right for act in chosen]))
    networks = []
    for seed in range(_NETWORKS):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        first, second = torch.nn.Linear(x.shape[1], _HIDDEN), torch.nn.Linear(_HIDDEN, 1)
        network = torch.nn.Sequential(torch.nn.Dropout(0.2), first, torch.nn.ReLU(), torch.nn.Dropout(0.3), second)
        optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, weight_decay=0.05)
        steps = rounds * -(-len(x) // _BATCH)
        paces = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step, steps=steps: 1 - step / steps)
        for _ in range(rounds):
            for batch in torch.randperm(len(x)).split(_BATCH):
                loss = binary_cross_entropy_with_logits(network(given[batch])[:, 0], right[batch])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                paces.step()
        networks.append([part.detach().numpy() for layer in (first, second) for part in (layer.weight, layer.bias)])
    inner, offset, outer, last = zip(*networks, strict=True)
    made = {
        "mean": mean,
        "scale": scale,
        "0.weight": np.concatenate(inner).T,
        "0.bias": np.concatenate(offset),
        "1.weight": np.concatenate(outer, 1)[0] / _NETWORKS,
        "1.bias": np.mean(last),
    }
    return {f"{kind}.{name}": value.astype(np.float16) for name, value in made.items()}


def report(acts: Sequence[Act], kind: str, weights: dict[str, Array]) -> None:
    """Precision, recall and F1 of the likeliest phrase of each act, where it is likelier than a threshold."""
    chosen = [act for act in acts if act.kind == kind]
    shares = [shares_of(kind, act.vectors, act.rows, weights) if len(act.right) else np.zeros(0) for act in chosen]
    for threshold in (0.2, 0.3, 0.4, 0.5, 0.6, 0.7):
        taken = [
            bool(act.right[int(found.argmax())])
            for act, found in zip(chosen, shares, strict=True)
            if len(found) and found.max() >= threshold
        ]
        hits, told = sum(taken), sum(act.told for act in chosen)
        print(
            f"{kind} {threshold}: precision {hits / max(1, len(taken)):.3f}, recall {hits / max(1, told):.3f},"
            f" F1 {2 * hits / max(1, len(taken) + told):.3f}",
            flush=True,
        )


def main() -> None:
    options = argparse.ArgumentParser(description="Trains the scorer of an act's date and place.")
    options.add_argument("folder", type=Path, help="the folder of the model")
    options.add_argument("--corpus", type=Path, default=Path("corpus"))
    options.add_argument("--rounds", type=int, default=_ROUNDS)
    options.add_argument("--every", type=int, default=1, help="take one of so many training passages")
    given = options.parse_args()
    model, corpus = Model(given.folder), load_corpus(given.corpus)
    told, aside = ([passage for passage in corpus[split] if passage.events] for split in ("train", "dev"))
    read = (told[:: given.every], aside)
    acts, dev = ([act for passage in part for act in acts_of(passage, model)] for part in read)
    arrays: dict[str, Array] = {}
    for kind in KINDS:
        arrays |= fit(acts, kind, given.rounds)
        report(dev, kind, arrays)
    np.savez_compressed(given.folder / FILE, encoder=model.encoder, **arrays)
    enter(given.folder, FILE)


if __name__ == "__main__":
    main()
