"""Print how often marked acts are so where a rule of `dragoman.coding.status` fires: `python -m evals.status_rules [--show RULE]`.

On the training and development files, at the marked words and with the marked type; no model is asked. The counts are those of
`status.FIRED`, by which a rule is weighed against the learned coder.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from dragoman.coding.status import clause_of, told
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from train.data import load_corpus


def main() -> None:
    """A line for each rule: its name, how often it was right, how often it fired, and what its wrong ones are marked as."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--show", help="a rule whose wrong firings are printed")
    given = parser.parse_args()
    tagger = load_tagger()
    corpus = load_corpus(Path("corpus"))
    fired: dict[str, Counter[str]] = {}
    right: Counter[str] = Counter()
    for passage in (*corpus["train"], *corpus["dev"]):
        spans = sentences(passage.text)
        for mark in passage.events:
            sentence = next(span for span in spans if span[0] <= mark.trigger[0] < span[1])
            clause = clause_of(passage.text, sentence, *mark.trigger, tagger)
            for rule, status in {(each.rule, each.status) for each in told(clause, mark.type)}:
                fired.setdefault(rule, Counter())[mark.status] += 1
                right[rule] += mark.status == status
                if rule == given.show and mark.status != status:
                    print(
                        mark.type,
                        mark.status,
                        f"“{passage.text[slice(*mark.trigger)]}”",
                        passage.text[slice(*sentence)],
                    )
    for rule, counts in sorted(fired.items()):
        print(f"{rule:16} {right[rule]:4} {counts.total():4}  {dict(counts.most_common())}")


if __name__ == "__main__":
    main()
