"""Train the part-of-speech tagger: `python -m train.tagger TRAIN.conllu... --news NEWS.jsonl --dev DEV.conllu`.

Reads CoNLL-U files (Universal Dependencies with Penn Treebank tags in the fifth column) and rows of news with `tokens` and `pos`
(Penn Treebank tags, made by a machine), cuts the sentences with our own tokenizer (a word takes the tag of the last treebank word in
it), trains an averaged perceptron with a fixed seed, and writes `src/dragoman/model/tagger.json.gz`. `model/TAGGER.md` names the data
of the shipped weights.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

from dragoman.tagger import Tagger, Weights, features, shape, words

Sentence = tuple[list[str], list[str]]
MODEL = Path(__file__).parent.parent / "src/dragoman/model/tagger.json.gz"


_NAMES = {"LRB": "-LRB-", "RRB": "-RRB-", ";": ":"}
_SHORT, _CAPITALS = 5, 6
_SCORE = re.compile(r"\d+-[A-Z][a-z]{2}")
_INDEFINITE = frozenset("anyone nothing everyone anything something someone everything".split())
_PLURAL_NAMES = frozenset("nations rights affairs islands representatives states emirates commons forces".split())
NEWS = 14_000
"""Sentences of news that are drawn; with more, news outweighs what people have tagged."""


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
        if place >= 0 and ends and (cut := _cut(text, ends))[0]:
            yield cut


def _cut(text: str, ends: list[tuple[int, str]]) -> Sentence:
    """A sentence as our words; `ends` are the offsets at which the treebank's words end, with their tags."""
    tokens, tags = [], []
    for start, end in words(text):
        inside = [tag for stop, tag in ends if start < stop <= end] or [tag for stop, tag in ends if stop >= end][:1]
        if inside:
            tokens.append(text[start:end])
            tags.append(inside[-1])
    return tokens, tags


def read_news(path: Path, count: int) -> list[Sentence]:
    """So many sentences of news, drawn with a fixed seed, with the tags that the treebanks would give."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    random.Random(5).shuffle(rows)
    found: list[Sentence] = []
    for row in rows:
        tokens = ['"' if token in {"''", "``"} else token for token in row["tokens"]]
        # Names in capitals, rows that are no sentences, and scores that a table turned into days ("06-Jun") are left out.
        capitals = any(token.isupper() and len(token) > _CAPITALS for token in tokens)
        if len(tokens) < _SHORT or capitals or any(_SCORE.fullmatch(token) for token in tokens):
            continue
        text, ends = "", []
        for token, tag in zip(tokens, as_in_treebanks(tokens, row["pos"]), strict=True):
            text += (" " if text else "") + token
            ends.append((len(text), tag))
        found.append(_cut(text, ends))
        if len(found) == count:
            break
    return found


def as_in_treebanks(tokens: list[str], tags: list[str]) -> list[str]:
    """Tags of the news as the treebanks give them: "to" before no verb is a preposition, a closing mark is not an opening one...

    >>> as_in_treebanks(["He", "went", "to", "Lima", "to", "stay"], ["PRP", "VBD", "TO", "NNP", "TO", "VB"])
    ['PRP', 'VBD', 'IN', 'NNP', 'TO', 'VB']
    """
    found, opened = [], False
    for place, (token, tag) in enumerate(zip(tokens, tags, strict=True)):
        low, behind = token.lower(), tags[place + 1 : place + 3]
        fixed = _NAMES.get(tag, tag)
        if token == '"':
            fixed, opened = ("''" if opened else "``"), not opened
        elif tag == "TO" and behind[:1] != ["VB"] and not (behind[:1] in (["RB"], ["RBR"]) and behind[1:] == ["VB"]):
            fixed = "IN"
        elif token in {"-", "--"}:
            fixed = ","
        elif low in {"much", "many"} and tag == "NN":
            fixed = "JJ"
        elif low in _INDEFINITE and tag == "DT":
            fixed = "NN"
        elif low in {"later", "earlier"} and tag == "RB":
            fixed = "RBR"
        elif low in {"about", "over", "around"} and tag == "IN" and behind[:1] == ["CD"]:
            fixed = "RB"
        elif tag == "NNP" and low in _PLURAL_NAMES and token[:1].isupper():
            fixed = "NNPS"
        found.append(fixed)
    return found


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
    parser.add_argument("--news", type=Path, help="rows with `tokens` and `pos`")
    parser.add_argument("--dev", nargs="*", type=Path, default=[])
    parser.add_argument("--passes", type=int, default=6)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    sentences = [sentence for path in arguments.train for sentence in read_conllu(path)]
    if arguments.news is not None:
        sentences += read_news(arguments.news, NEWS)
    print(len(sentences), "sentences")
    tagger = train(sentences, arguments.passes, arguments.seed)
    save(tagger, MODEL)
    for path in arguments.dev:
        print(path, f"{accuracy(tagger, list(read_conllu(path))):.4f}")


if __name__ == "__main__":
    main()
