"""Train what says for which acts a look around their sentence is worth its time: `python -m train.wider MODEL --data DATA`.

Of an act whose sentence names an actor and none who is acted on, the text around is read as well, and five times in six in vain. The
answer of that reading is the label here, so that no text needs marks: a share of the corpus' training passages, and runs of sentences of
the Voice of America extract (`gmb_voa_ner`). One row of weights on the act's own vector, and a limit below which nothing is read. Some
minutes of one core; NumPy alone. The file lies beside the encoder that it belongs to, and the card names its hash.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from dragoman.coding.softmax import Basis, fit
from dragoman.models import WIDER, Model
from dragoman.text import sentences
from train.data import bio_row, load_corpus
from train.linear import enter

PASSAGES, RUNS, SENTENCES = 3500, 250, 15
"""Passages of the corpus, runs of news, and sentences of a run."""
STRENGTH = 0.5
LEAST = 0.03
"""Likely by less than this, nothing is read. On the development files and the demo dispatches, see docs/concepts/model.md."""


def texts(corpus: Path, data: Path) -> Iterator[str]:
    """What is read: always the same."""
    draw = random.Random(2)
    passages = load_corpus(corpus)["train"]
    draw.shuffle(passages)
    yield from (passage.text for passage in passages[:PASSAGES])
    lines = (data / "gmb_voa_ner" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    for _ in range(RUNS):
        first = draw.randrange(len(lines) - SENTENCES)
        rows = (json.loads(line) for line in lines[first : first + SENTENCES])
        yield " ".join(bio_row(row["tokens"], row["ner"]).text for row in rows)


def examples(model: Model, text: str) -> Iterator[tuple[np.ndarray, bool]]:
    """Of each act that lacks somebody acted on its own vector, and whether the text around names one."""
    found = [run for run in model.triggers(text, sentences(text)) if run[1][1] <= len(run[0].hidden)]
    acts = model.told_by_sentence(found)
    lacking = model.lacking(acts)
    for i, parts in zip(lacking, model.told_around([found[i] for i in lacking]), strict=True):
        taken = [(part.start, part.end) for part in acts[i].parts]
        others = (part for part in parts if part.role == 1)
        yield acts[i].own, any(all(part.end <= a or b <= part.start for a, b in taken) for part in others)


def main() -> None:
    """Read, fit, write, and tell what is left out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--corpus", type=Path, default=Path("corpus"))
    given = parser.parse_args()
    model = Model(given.folder)
    rows = [row for text in texts(given.corpus, given.data) for row in examples(model, text)]
    vectors, told = np.stack([vector for vector, _ in rows]).astype(np.float64), np.array([each for _, each in rows])
    mean, scale = vectors.mean(0), (vectors.std(0) + 1e-6) * vectors.shape[1] ** 0.5
    basis = Basis.of((vectors - mean) / scale)
    made = fit(basis.rows, told.astype(np.int64), 2, STRENGTH, basis.squares)
    weight = basis.back.T @ (made.matrix[:, 1] - made.matrix[:, 0]) / scale
    bias = made.bias[1] - made.bias[0] - mean @ weight
    limit = np.log(LEAST / (1 - LEAST))
    np.savez_compressed(given.folder / WIDER, encoder=model.encoder, weight=weight, bias=bias, limit=limit)
    enter(given.folder, WIDER)
    read = vectors @ weight + bias > limit
    print(
        f"{len(told)} acts, of {told.sum()} something is told around; {read.mean():.0%} read, of {told[read].sum()} it is"
    )


if __name__ == "__main__":
    main()
