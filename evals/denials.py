"""Print what the denial constructs alone find in corpus files, beside the marks: `python -m evals.denials corpus/FILE.txt ...`.

The marked names stand in as participants and no model is asked, so that every act that `dragoman.coding.denials` could add is seen.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from dragoman.coding.denials import Denying
from dragoman.coding.lexicon import LexiconCoder
from dragoman.events import Proposal
from dragoman.records import Participant
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from evals.corpus_statements import as_participants
from train.corpus import read_file


class _Nothing:
    """A coder that finds nothing."""

    name = "nothing"

    def propose(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        people: Sequence[Participant],
        namings: Sequence[tuple[int, int, str]] = (),
    ) -> Sequence[Proposal]:
        return ()


def main(paths: Sequence[str]) -> None:
    """Every firing with its sentence, and the acts marked in that sentence; the counts last."""
    coder = Denying(_Nothing(), LexiconCoder(load_tagger()))
    fired = right = 0
    for path in paths:
        for passage in read_file(Path(path)):
            spans = tuple(sentences(passage.text))
            for made in coder.propose(passage.text, spans, as_participants(passage)):
                start, end = next(span for span in spans if span[0] <= made.start < span[1])
                marks = [mark for mark in passage.events if start <= mark.trigger[0] < end]
                fired += 1
                right += any((mark.type, mark.status) == (made.type, "denied") for mark in marks)
                print(passage.id, passage.text[start:end], sep="  ")
                print("   ", made.by, made.type, passage.text[made.start : made.end])
                print("   marked:", [(m.type, m.status, passage.text[slice(*m.trigger)]) for m in marks])
    print(f"{fired} firings, {right} marked as a denied act of that type")


if __name__ == "__main__":
    main(sys.argv[1:])
