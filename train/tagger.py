"""Train the part-of-speech tagger: `python -m train.tagger TRAIN.conllu... --dev DEV.conllu [--passes 6]`.

Reads CoNLL-U files (Universal Dependencies with Penn Treebank tags in the fifth column), cuts the sentences with our
own tokenizer (a word takes the tag of the last treebank word in it), trains an averaged perceptron with a fixed
seed, and writes `src/dragoman/model/tagger.json.gz`. Shipped weights: UD_English-EWT train (CC BY-SA 4.0, annotations
of the Universal Dependencies project) and the openly licensed genres of UD_English-GUM train (CC BY 4.0).
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from dragoman.tagger import Tagger, Weights, features, shape, words

Sentence = tuple[list[str], list[str]]
MODEL = Path(__file__).parent.parent / "src/dragoman/model/tagger.json.gz"


def read_conllu(path: Path) -> Iterator[Sentence]:
    """Sentences as our words with their tags; a sentence whose text does not match its words is left out."""
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        text, rows = "", []
        for line in block.splitlines():
            if line.startswith("# text = "):
                text = line[9:]
            elif line and not line.startswith("#"):
                cells = line.split("\t")
                if cells[0].isdigit():
                    rows.append((cells[1], cells[4]))
        ends: list[tuple[int, str]] = []
        place = 0
        for form, tag in rows:
            place = text.find(form, place)
            if place < 0:
                break
            place += len(form)
            ends.append((place, tag))
        if place < 0 or not ends:
            continue
        tokens, tags = [], []
        for start, end in words(text):
            inside = [tag for stop, tag in ends if start < stop <= end] or [tag for stop, tag in ends if stop >= end][
                :1
            ]
            if inside:
                tokens.append(text[start:end])
                tags.append(inside[-1])
        if tokens:
            yield tokens, tags


def train(sentences: list[Sentence], passes: int, seed: int) -> Tagger:
    """An averaged perceptron over greedy left-to-right tagging."""
    names = sorted({tag for _, tags in sentences for tag in tags})
    numbers = {name: index for index, name in enumerate(names)}
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for tokens, tags in sentences:
        for token, tag in zip(tokens, tags, strict=True):
            counts[token][tag] += 1
    known = {
        token: numbers[tag]
        for token, seen in counts.items()
        for tag, count in seen.most_common(1)
        if sum(seen.values()) >= 20 and count / sum(seen.values()) >= 0.995
    }
    weights: dict[str, dict[int, float]] = defaultdict(dict)
    totals: dict[tuple[str, int], float] = defaultdict(float)
    stamps: dict[tuple[str, int], int] = defaultdict(int)
    step = 0
    order = list(sentences)
    shuffle = random.Random(seed)
    for turn in range(passes):
        shuffle.shuffle(order)
        wrong = seen_words = 0
        for tokens, tags in order:
            before, before2 = "-START-", "-START2-"
            low = [shape(token) for token in tokens]
            for index, token in enumerate(tokens):
                gold = numbers[tags[index]]
                guess = known.get(token, -1)
                if guess < 0:
                    step += 1
                    seen_words += 1
                    names_here = features(index, tokens, low, before, before2)
                    scores = [0.0] * len(names)
                    for name in names_here:
                        for number, weight in weights[name].items():
                            scores[number] += weight
                    guess = max(range(len(scores)), key=scores.__getitem__)
                    if guess != gold:
                        wrong += 1
                        for name in names_here:
                            row = weights[name]
                            for number, change in ((gold, 1.0), (guess, -1.0)):
                                key = (name, number)
                                old = row.get(number, 0.0)
                                totals[key] += (step - stamps[key]) * old
                                stamps[key] = step
                                row[number] = old + change
                before2, before = before, names[guess]
        print(f"pass {turn + 1}: {1 - wrong / max(1, seen_words):.4f} right while training", flush=True)
    averaged: dict[str, list[int]] = {}
    for name, row in weights.items():
        kept: list[int] = []
        for number, weight in sorted(row.items()):
            key = (name, number)
            mean = (totals[key] + (step - stamps[key]) * weight) / step
            if abs(mean) >= 0.5:
                kept += (number, round(100 * round(mean, 2)))
        if kept:
            averaged[name] = kept
    return Tagger(tags=tuple(names), known=known, weights=Weights(averaged, 100))


def accuracy(tagger: Tagger, sentences: list[Sentence]) -> float:
    """Share of words with the right tag."""
    right = total = 0
    for tokens, tags in sentences:
        right += sum(a == b for a, b in zip(tagger.tag(tokens), tags, strict=True))
        total += len(tags)
    return right / max(1, total)


def save(tagger: Tagger, path: Path) -> None:
    """Write the model; the same weights give the same bytes."""
    rows = {
        name: [value for number, weight in row for value in (number, round(weight * 100))]
        for name, row in sorted(tagger.weights.items())
    }
    raw = {"scale": 100, "tags": tagger.tags, "known": dict(sorted(tagger.known.items())), "weights": rows}
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(gzip.compress(json.dumps(raw, separators=(",", ":")).encode(), mtime=0))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("train", nargs="+", type=Path)
    parser.add_argument("--dev", nargs="*", type=Path, default=[])
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    sentences = [sentence for path in arguments.train for sentence in read_conllu(path)]
    print(len(sentences), "sentences")
    tagger = train(sentences, arguments.passes, arguments.seed)
    save(tagger, MODEL)
    for path in arguments.dev:
        print(path, f"{accuracy(tagger, list(read_conllu(path))):.4f}")


if __name__ == "__main__":
    main()
