"""Reads the stance of marked statements and compares: `python -m evals.stances [corpus/FILE.txt...] [--errors 40]`.

Without files, the statements of our own articles whose stance is marked in `evals/cases/stances.tsv` (nothing is trained on them); with
files, all marked statements of these. Content, cue and speaker are given, so that this is the stance head alone. Macro-F1 over support,
oppose and neutral; "none" is neutral, what is marked mixed is not scored, an answer "mixed" is wrong.
"""

from __future__ import annotations

import argparse
import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dragoman.speaking.stance import LABELS, load_stance_head
from dragoman.text import sentences
from evals import attributed
from train.corpus import read_file
from train.data import speaker_mention

CASES = Path(__file__).parent / "cases" / "stances.tsv"
FIRST = 50
"""Characters of a content by which a line of the case file names it."""
Run = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A statement with what its speaker is for or against."""

    text: str
    content: tuple[Run, ...]
    cue: Run
    speaker: Run | None
    stance: str


def of_articles() -> Iterator[Item]:
    """The marked statements of our own articles; a cue is the place of its words that is nearest to the content."""
    with CASES.open(encoding="utf-8") as lines:
        table = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
        wanted = {(name, cue, words): stance for name, cue, words, stance in table}
    for case in attributed.load():
        for said in case.said:
            start, end = said.content[0][0], said.content[-1][1]
            words = " ".join(case.text[slice(*said.content[0])][:FIRST].split("\n"))
            stance = wanted.get((case.name, said.cue, words))
            places = [match.span() for match in re.finditer(re.escape(said.cue), case.text)]
            outside = [span for span in places if not any(a <= span[0] < b for a, b in said.content)] or places
            if stance is not None and outside:
                cue = min(outside, key=lambda span: min(abs(span[1] - start), abs(span[0] - end)))
                yield Item(text=case.text, content=said.content, cue=cue, speaker=said.speaker, stance=stance)


def of_corpus(paths: Iterable[Path]) -> Iterator[Item]:
    """Every statement of corpus files whose stance is marked."""
    for path in paths:
        for passage in read_file(path):
            entities = {entity.id: entity for entity in passage.entities}
            for mark in passage.statements:
                if mark.stance:
                    speaker = speaker_mention(entities, mark)
                    stance = "neutral" if mark.stance == "none" else mark.stance
                    yield Item(text=passage.text, content=mark.content, cue=mark.cue, speaker=speaker, stance=stance)


def scores(pairs: Counter[tuple[str, str]]) -> dict[str, float]:
    """F1 of each label and their mean, from counts of (marked, read).

    >>> scores(Counter({("support", "support"): 1, ("oppose", "oppose"): 1, ("neutral", "oppose"): 1}))["macro"]
    0.556
    """
    found = {}
    for label in LABELS:
        gold = sum(n for (marked, _), n in pairs.items() if marked == label)
        read = sum(n for (_, given), n in pairs.items() if given == label)
        found[label] = 2 * pairs[(label, label)] / max(1, gold + read)
    found["macro"] = sum(found.values()) / len(LABELS)
    return {name: round(value, 3) for name, value in found.items()}


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args(None if arguments is None else list(arguments))
    head = load_stance_head()
    if head is None:
        raise SystemExit(
            "error: no stance head for the installed encoder\nhint: python -m train.stance src/dragoman/model"
        )
    pairs: Counter[tuple[str, str]] = Counter()
    shown = 0
    for item in of_corpus(options.files) if options.files else of_articles():
        made = head.read(item.text, tuple(sentences(item.text)), item.content, item.cue, item.speaker)
        if item.stance in LABELS:
            pairs[(item.stance, made.label)] += 1
        if made.label != item.stance and shown < options.errors:
            shown += 1
            words = " … ".join(item.text[a:b] for a, b in item.content)
            print(f"{item.stance} read as {made.label} ({made.score:.2f}): {item.text[slice(*item.cue)]} > {words}")
    print(sum(pairs.values()), scores(pairs), dict(pairs))


if __name__ == "__main__":
    main()
