"""Count, on the training split, how often each row of `data/acts.tsv` names an act of its type; writes the columns `found` and `right`.

    python -m train.acts

The combined coder lets a row add a trigger beside the model's only where this share is high (see `dragoman.lexicon.sure_rows`).
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from dragoman.lexicon import LexiconCoder
from dragoman.tagger import load_tagger
from train.data import load_corpus
from train.heads import participants_of

TABLE = Path("src/dragoman/data/acts.tsv")


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
