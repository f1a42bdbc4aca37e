"""Train the scorer of targets: `python -m train.targets src/dragoman/model` (NumPy only, some ten minutes on one core).

The statements of the training files that show support or opposition, with the parties that the package itself finds around them: those
that overlap the marked target or are of its state are right. A logistic regression on what `dragoman.speaking.targets` reads off each,
with a quadratic penalty. A statement without a marked target counts less: the marks leave out targets that could be named. Printed are
the scores with files held out and on the development files.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from dragoman import actors, mentions
from dragoman.models import Model
from dragoman.records import Participant
from dragoman.reference import load_reference
from dragoman.speaking.targets import FILE, FOR_OR_AGAINST, TargetHead, features, named_around, said_by
from dragoman.tagger import load_tagger
from dragoman.text import ByPlace, sentences
from evals.statements import bare_article
from train.corpus import Entity, Passage, StatementMark
from train.data import entities_of, load_corpus
from train.linear import descend, enter

Array = Any
_LEAST_SEEN = 10
_FOLDS = 5
_UNMARKED = 0.5
"""What a statement without a marked target weighs."""


@dataclass(frozen=True)
class Example:
    """A statement with its parties: what is read off each, where it is named, whether it is the target; and whether one is marked."""

    file: str
    found: tuple[frozenset[str], ...]
    where: tuple[str, ...]
    right: tuple[bool, ...]
    marked: bool


def _nearest(entities: Sequence[Entity], cue: tuple[int, int]) -> tuple[int, int] | None:
    """The mention nearest to the cue."""
    return min(
        (span for entity in entities for span in entity.mentions), key=lambda m: abs(m[0] - cue[1]), default=None
    )


def _overlaps(span: tuple[int, int], entities: Sequence[Entity]) -> bool:
    return any(span[0] < end and start < span[1] for entity in entities for start, end in entity.mentions)


def is_meant(party: Participant, marked: Sequence[Entity]) -> bool:
    """Whether a party is one of those marked, or of the state of one."""
    return party.country in {entity.country for entity in marked if entity.country} or _overlaps(
        (party.start, party.end), marked
    )


def examples(passages: Sequence[Passage], model: Model) -> list[Example]:
    """Every statement of these passages that shows a stance for or against."""
    reference, tagger = load_reference(), load_tagger()
    made = []
    for passage in passages:
        marks = [mark for mark in passage.statements if mark.stance in FOR_OR_AGAINST]
        if not marks:
            continue
        article, runs = bare_article(passage.text), tuple(sentences(passage.text))
        found = mentions.find_mentions(article, runs, reference, tagger, model)
        parties = actors.resolve_actors(article, found, reference, model, runs).participants
        people = {entity.id: entity for entity in passage.entities}
        made += [_example(passage, mark, people, runs, parties) for mark in marks]
    return made


def _example(passage: Passage, mark: StatementMark, people: Mapping[str, Entity], runs: Any, parties: Any) -> Example:
    speakers, targets = entities_of(people, mark.speaker), entities_of(people, mark.target)
    heard = entities_of(people, ",".join(mark.addressees))
    speaking = [p for p in parties if _overlaps((p.start, p.end), speakers)]
    said = said_by(
        speaking,
        content=mark.content,
        cue=mark.cue,
        addressee=_nearest(heard, mark.cue),
        form=mark.form,
        stance=mark.stance or "",
    )
    around = named_around(passage.text, runs, ByPlace(parties), said)
    right = tuple(is_meant(each.party, targets) for each in around)
    where = tuple(each.where for each in around)
    return Example(passage.file, tuple(features(passage.text, said, around)), where, right, bool(targets))


def fit(rows: Sequence[Example], strength: float, steps: int = 300) -> tuple[dict[str, float], float]:
    """The weight of each feature that is seen often enough, and the constant."""
    counts = Counter(name for row in rows for found in row.found for name in found)
    names = sorted(name for name, count in counts.items() if count >= _LEAST_SEEN)
    index = {name: i for i, name in enumerate(names)}
    flat = [sorted(index[name] for name in found if name in index) for row in rows for found in row.found]
    starts = np.cumsum([0, *(len(line) for line in flat[:-1])])
    columns = np.concatenate([np.array(line, np.int64) for line in flat])
    lines = np.repeat(np.arange(len(flat)), [len(line) for line in flat])
    right = np.array([float(value) for row in rows for value in row.right])
    weight = np.array([1.0 if row.marked else _UNMARKED for row in rows for _ in row.right])
    weights, constant = np.zeros(len(names)), np.zeros(1)

    def slopes() -> tuple[Array, Array]:
        p = 1.0 / (1.0 + np.exp(-(np.add.reduceat(weights[columns], starts) + constant)))
        d = (p - right) * weight
        return np.bincount(columns, d[lines], len(names)) + weights / strength, d.sum(keepdims=True)

    descend((weights, constant), slopes, pace=0.05, steps=steps)
    return dict(zip(names, weights.tolist(), strict=True)), float(constant[0])


def score(rows: Sequence[Example], heads: Sequence[TargetHead]) -> str:
    """Precision, recall and F1 where a target is marked, and how many are told where none is; one head for each row."""
    told = hits = spare = 0
    for row, head in zip(rows, heads, strict=True):
        best = head.best(row.found, row.where)
        if best is not None:
            told += row.marked
            hits += row.marked and row.right[best[0]]
            spare += not row.marked
    marked = sum(row.marked for row in rows)
    precision, recall = hits / max(1, told), hits / max(1, marked)
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return f"P {precision:.3f} R {recall:.3f} F1 {f1:.3f} of {marked}; told for {spare} of {len(rows) - marked} without a mark"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    parser.add_argument("--strength", type=float, default=0.3)
    options = parser.parse_args()
    begun = time.time()
    corpus, model = load_corpus(options.corpus), Model(options.model)
    rows, dev = examples(corpus["train"], model), examples(corpus["dev"], model)
    print(f"{len(rows)} statements; {time.time() - begun:.0f} s", flush=True)
    report(rows, dev, options.strength)
    weights, constant = fit(rows, options.strength)
    np.savez_compressed(
        options.model / FILE,
        vocabulary=np.array("\n".join(weights)),
        weights=np.array([*weights.values()], np.float16),
        constant=np.array(constant),
    )
    enter(options.model, FILE)


def report(rows: Sequence[Example], dev: Sequence[Example], strength: float) -> None:
    """Print the scores with files held out, and on the development files."""
    fold = {name: i % _FOLDS for i, name in enumerate(sorted({row.file for row in rows}))}
    made = [TargetHead(*fit([r for r in rows if fold[r.file] != turn], strength)) for turn in range(_FOLDS)]
    print("training files held out:", score(rows, [made[fold[row.file]] for row in rows]))
    whole = TargetHead(*fit(rows, strength))
    print("development files:", score(dev, [whole] * len(dev)))


if __name__ == "__main__":
    main()
