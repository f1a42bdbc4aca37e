"""Count, on the training split, how often each row of `data/acts.tsv` names an act of its type; writes the columns `found` and `right`.

    python -m train.acts

The combined coder lets a row add a trigger beside the model's only where this share is high (see `dragoman.lexicon.sure_rows`).
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from dragoman import actors, mentions
from dragoman.evaluate import _article
from dragoman.lexicon import LexiconCoder
from dragoman.records import Participant
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from train.corpus import Passage
from train.data import load_corpus

TABLE = Path("src/dragoman/data/acts.tsv")


def participants_of(passage: Passage) -> tuple[list[tuple[int, int]], tuple[Participant, ...]]:
    """The sentences of a passage and the phrases that the rules find in it."""
    article = _article({"id": passage.id, "text": passage.text})
    spans = sentences(passage.text)
    found = mentions.find_mentions(article, spans, load_reference(), load_tagger())
    return spans, actors.resolve_actors(article, found, load_reference()).participants


def main() -> int:
    """Count and rewrite the table; the comments at its head stay."""
    coder = LexiconCoder(load_tagger())
    found, right = Counter[str](), Counter[str]()
    for passage in load_corpus(Path("corpus"))["train"]:
        spans, people = participants_of(passage)
        for proposal in coder.propose(passage.text, spans, people):
            row = proposal.by.partition(": ")[2]
            found[row] += 1
            right[row] += any(
                e.type == proposal.type and proposal.start < e.trigger[1] + 12 and e.trigger[0] - 12 < proposal.end
                for e in passage.events
            )
    write(found, right)
    return 0


def write(found: Counter[str], right: Counter[str]) -> None:
    """Put the counts into the table's last two columns."""
    lines = []
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t")[:4]
        if line.startswith("#") or not line:
            lines.append(line)
        elif cells[0] == "pattern":
            lines.append("\t".join([*cells, "found", "right"]))
        else:
            lines.append("\t".join([*cells, str(found[cells[0]]), str(right[cells[0]])]))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
