"""Train the scorer of antecedents on the frozen encoder: `python -m train.antecedents src/dragoman/model --gum FOLDER` (needs torch).

Read are the training files of GUM's open genres, where all mentions of all entities are marked, and some training files of the corpus,
where those that take part in acts are. For each candidate the likelihood of all its right antecedents together, or of "nothing before", is
raised (Lee et al. 2017); of the wrong ones a sample counts for all. Some minutes of one core. The scorer is written beside the encoder,
and the card names its hash. Measure with `python -m evals.coref`.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.mentions import find_mentions
from dragoman.models import Model
from dragoman.naming.antecedents import FILE, SCALE, own_features, pair_features, pairs_of
from dragoman.naming.candidates import Candidate
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from evals import coref
from evals.statements import bare_article
from train.corpus import Entity, read_file
from train.linear import enter

Array = Any
FILES = (
    "articles_conflict_regions", "articles_great_powers", "articles_asia_pacific", "articles_europe_eurasia", "articles_middle_east_africa",
    "articles_americas_multilateral", "paragraphs_asia_pacific", "paragraphs_europe_eurasia", "paragraphs_americas_africa",
    "pages_of_analysis", "world_news_2005_2025",
)  # fmt: skip
"""Files of the training split whose passages are long enough to tell of somebody twice."""
PASSAGES = 40
"""Passages of each of these files at most."""
WEIGHT = 0.5
"""What a passage of the corpus counts for, against a document of GUM."""
_NEAR, _DRAWN = 10, 10
"""Wrong antecedents kept: those so many candidates back, and so many drawn from the others."""
_HIDDEN, _KEY = 64, 64


@dataclass
class Example:
    """A text: the vectors and features of its candidates, the pairs kept, and what is marked.

    `entity` is -1 for what is no mention, `party` whether an entity is somebody, a body or a place; `weight` corrects for the pairs that
    were not drawn, `asked` says of which candidates the marks tell anything.
    """

    vectors: Array
    own: Array
    later: Array
    earlier: Array
    pairs: Array
    weight: Array
    entity: Array
    party: Array
    asked: Array
    whole: bool


class _Listener:
    """The model as a reader of mentions that keeps the candidates it is asked about."""

    def __init__(self, model: Model) -> None:
        self.names, self.parties = model.names, model.parties
        self.candidates: Sequence[Candidate] = ()

    def antecedents(self, text: str, spans: Sequence[tuple[int, int]], candidates: Sequence[Candidate]) -> tuple[()]:
        self.candidates = candidates
        return ()


def candidates_of(model: Model, text: str) -> tuple[Sequence[Candidate], Array]:
    """The candidates of a text as the pipeline finds them, and their vectors."""
    listener, spans = _Listener(model), tuple(sentences(text))
    find_mentions(bare_article(text), spans, load_reference(), load_tagger(), listener)
    return listener.candidates, model.vectors(text, spans, listener.candidates)


def gum_entities(document: coref.Document, candidates: Sequence[Candidate]) -> dict[int, str]:
    """The entity of each candidate that is a mention of the set."""
    same = coref.aligned(document, [("", (each.start, each.end)) for each in candidates])
    return {number: document.gold[at].entity for number, at in same.items()}


def corpus_entities(entities: Sequence[Entity], candidates: Sequence[Candidate]) -> dict[int, str]:
    """The entity of each candidate whose last word stands in a span marked for it that is much the same phrase."""
    best: dict[int, tuple[float, str]] = {}
    for entity in entities:
        for start, end in entity.mentions if entity.kind in ("person", "org", "place", "nationality") else ():
            for number, each in enumerate(candidates):
                shared = min(end, each.end) - max(start, each.start)
                whole = max(end, each.end) - min(start, each.start)
                inside = start <= each.head[0] and each.head[1] <= end
                if inside and 2 * shared > whole and shared / whole > best.get(number, (0.0, ""))[0]:
                    best[number] = (shared / whole, entity.id)
    return {number: name for number, (_, name) in best.items()}


def example(
    candidates: Sequence[Candidate], vectors: Array, told: dict[int, str], parties: set[str], *, whole: bool
) -> Example | None:
    """A text as arrays; `whole` says that all mentions are marked."""
    pairs = pairs_of(candidates)
    if not len(pairs.later):
        return None
    rows = np.concatenate([part for _, part in pair_features(candidates, pairs)]).astype(np.float16)
    numbers = {name: number for number, name in enumerate(sorted(set(told.values())))}
    entity = np.array([numbers[told[n]] if n in told else -1 for n in range(len(candidates))])
    kept, weight = _sampled(pairs.later, pairs.earlier, entity)
    seen: set[int] = set()
    asked = np.zeros(len(candidates), bool)
    reached = set(pairs.later[(entity[pairs.later] == entity[pairs.earlier]) & (entity[pairs.later] >= 0)].tolist())
    for number, name in enumerate(entity.tolist()):
        # The first mention goes back to nothing; where the one before is out of reach, there is nothing to learn.
        asked[number] = (name < 0 and whole) or (name >= 0 and (name not in seen or number in reached))
        seen.add(name)
    party = np.array([told.get(n) in parties for n in range(len(candidates))], np.float32)
    return Example(
        vectors,
        own_features(candidates),
        pairs.later[kept],
        pairs.earlier[kept],
        rows[kept],
        weight,
        entity,
        party,
        asked,
        whole,
    )


def _sampled(later: Array, earlier: Array, entity: Array) -> tuple[Array, Array]:
    """The pairs that are kept, and the logarithm of how many of the others each of them stands for."""
    draw = np.random.default_rng(len(later))
    must = ((entity[later] == entity[earlier]) & (entity[later] >= 0)) | (later - earlier <= _NEAR)
    rest = np.flatnonzero(~must)
    of_each = np.bincount(later[rest], minlength=len(entity))
    drawn = rest[draw.random(len(rest)) < _DRAWN / np.maximum(of_each[later[rest]], 1)]
    got = np.bincount(later[drawn], minlength=len(entity))
    weight = np.zeros(len(later), np.float32)
    weight[drawn] = np.log(of_each[later[drawn]] / got[later[drawn]])
    kept = np.sort(np.concatenate([np.flatnonzero(must), drawn]))
    return kept, weight[kept]


def gum_examples(model: Model, folder: Path) -> Iterator[Example]:
    """The documents of the training file, with the entities of all kinds."""
    trees = coref.read_trees(folder / "train.conllu")
    for line in (folder / "train.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        parties = {m["eid"] for m in row["mentions"] if m["etype"] in coref.KINDS}
        every = {m["etype"] for m in row["mentions"]}
        document = coref.document_of(row, trees[row["doc_id"]], tuple(every))
        candidates, vectors = candidates_of(model, document.text)
        made = example(candidates, vectors, gum_entities(document, candidates), parties, whole=True)
        if made is not None:
            yield made


def corpus_examples(model: Model, folder: Path) -> Iterator[Example]:
    """Passages of the corpus, drawn from each file."""
    for name in FILES:
        passages = read_file(folder / f"{name}.txt")
        for passage in random.Random(1).sample(passages, min(PASSAGES, len(passages))):
            candidates, vectors = candidates_of(model, passage.text)
            told = corpus_entities(passage.entities, candidates)
            made = example(candidates, vectors, told, set(told.values()), whole=False)
            if made is not None and made.asked.any():
                yield made


def network(own: int, pairs: int, vectors: int) -> Any:
    """The layers, under the names that `dragoman.naming.antecedents` reads."""
    from torch import nn

    def two_layers() -> Any:
        return nn.Sequential(nn.Linear(vectors + own, _HIDDEN), nn.ReLU(), nn.Dropout(0.3), nn.Linear(_HIDDEN, 1))

    return nn.ModuleDict(
        {
            "later": nn.Linear(vectors + own, _HIDDEN),
            "earlier": nn.Linear(vectors + own, _HIDDEN),
            "pair": nn.Linear(pairs, _HIDDEN),
            "out": nn.Linear(_HIDDEN, 1, bias=False),
            "plain": nn.Linear(pairs, 1, bias=False),
            "query": nn.Linear(vectors + own, _KEY),
            "key": nn.Linear(vectors + own, _KEY),
            "new": two_layers(),
            "party": two_layers(),
        }
    )


def loss_of(net: Any, batch: Sequence[Example], mean: Array, scale: Array) -> Any:
    """Minus the log-likelihood of the right antecedents, and the loss of who is a party, over all candidates of some texts."""
    import torch
    from torch.nn.functional import binary_cross_entropy_with_logits, dropout, relu

    starts = np.cumsum([0, *(len(each.own) for each in batch)])
    size = int(starts[-1])

    def together(name: str, *, moved: bool = False) -> Any:
        rows = [getattr(each, name) for each in batch]
        if moved:
            rows = [row + start for row, start in zip(rows, starts, strict=False)]
        return torch.from_numpy(np.concatenate(rows))

    i, j = together("later", moved=True).long(), together("earlier", moved=True).long()
    vectors = dropout((together("vectors") - mean) * scale, 0.3, training=net.training)
    x = torch.cat([vectors, together("own")], 1)
    rows = together("pairs").float()
    inner = relu(net["later"](x)[i] + net["earlier"](x)[j] + net["pair"](rows))
    scores = net["out"](dropout(inner, 0.3, training=net.training))[:, 0] + net["plain"](rows)[:, 0]
    scores = scores + (net["query"](x)[i] * net["key"](x)[j]).sum(1) / SCALE + together("weight")
    new = net["new"](x)[:, 0]
    entity, asked = together("entity"), together("asked")
    right = (entity[i] == entity[j]) & (entity[i] >= 0)
    top = new.detach().scatter_reduce(0, i, scores.detach(), "amax")
    odds = torch.exp(scores - top[i])
    first = torch.exp(new - top)
    good = torch.zeros(size).index_add(0, i, torch.where(right, odds, 0.0))
    every = torch.zeros(size).index_add(0, i, odds) + first
    some = torch.zeros(size).index_add(0, i, right.float()) > 0
    likely = torch.log(torch.where(some, good, first) + 1e-12) - torch.log(every)
    marked = asked & (torch.repeat_interleave(torch.tensor([e.whole for e in batch]), torch.tensor(np.diff(starts))))
    parties = binary_cross_entropy_with_logits(net["party"](x)[:, 0], together("party"), reduction="none")
    return (-likely[asked].sum() + 0.5 * parties[marked].sum()) / max(1, int(asked.sum()))


def fit(documents: list[Example], passages: list[Example], rounds: int) -> dict[str, Array]:
    """The arrays of the scorer, by AdamW; a document of GUM is a step, and so are thirty passages."""
    import torch

    torch.manual_seed(1)
    torch.set_num_threads(1)
    random.seed(1)
    vectors = np.concatenate([each.vectors for each in documents])
    mean, scale = vectors.mean(0), 1 / (vectors.std(0) + 0.05)
    first = documents[0]
    net = network(first.own.shape[1], first.pairs.shape[1], vectors.shape[1])
    optimizer = torch.optim.AdamW(net.parameters(), lr=1.5e-3, weight_decay=0.02)
    steps = rounds * (len(documents) + -(-len(passages) // 30))
    paces = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min(1, (step + 1) / 50) * max(0.0, 1 - step / steps)
    )
    for number in range(rounds):
        random.shuffle(passages)
        batches = [[each] for each in documents] + [passages[at : at + 30] for at in range(0, len(passages), 30)]
        random.shuffle(batches)
        total = 0.0
        for batch in batches:
            optimizer.zero_grad()
            loss = loss_of(net, batch, mean, scale) * (1 if batch[0].whole else WEIGHT)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            optimizer.step()
            paces.step()
            total += float(loss.detach())
        print(f"round {number + 1}: loss {total / len(batches):.3f}", flush=True)
    found = {name: value.detach().numpy().astype(np.float16) for name, value in net.state_dict().items()}
    return found | {"mean": mean.astype(np.float16), "scale": scale.astype(np.float16)}


def main() -> None:
    options = argparse.ArgumentParser(description="Trains the scorer of antecedents.")
    options.add_argument("folder", type=Path, help="the folder of the model")
    options.add_argument("--gum", type=Path, required=True, help="the folder of train.jsonl and train.conllu")
    options.add_argument("--corpus", type=Path, default=Path("corpus"))
    options.add_argument("--rounds", type=int, default=8)
    given = options.parse_args()
    model = Model(given.folder)
    documents = list(gum_examples(model, given.gum))
    passages = list(corpus_examples(model, given.corpus))
    print(f"{len(documents)} documents, {len(passages)} passages", flush=True)
    arrays = fit(documents, passages, given.rounds)
    np.savez_compressed(given.folder / FILE, encoder=model.encoder, **arrays)
    enter(given.folder, FILE)


if __name__ == "__main__":
    main()
