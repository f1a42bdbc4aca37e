"""Print how often the mode of an act is right: `python -m evals.modes [THRESHOLD ...]` (the card's own where none is given).

Acts of the development files that the model finds with their type; a mode is told where its probability reaches the threshold. No
published system reports modes apart. Precision is of the modes told, recall of those marked.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dragoman.models import Model
from dragoman.text import sentences
from train.corpus import Passage
from train.data import load_corpus

__all__ = ["counted", "main"]

_FOLDER = Path("src/dragoman/model")


def counted(passages: Sequence[Passage], model: Model) -> Counter[str]:
    """How many modes are marked, told, and right."""
    counts: Counter[str] = Counter()
    for passage in passages:
        acts = model.told(passage.text, tuple(sentences(passage.text)))
        for event in passage.events:
            fits = (a for a in acts if a.start < event.trigger[1] and event.trigger[0] < a.end and a.type == event.type)
            act = next(fits, None)
            if act is not None:
                counts["marked"] += event.mode is not None
                counts["told"] += act.mode is not None
                counts["right"] += act.mode is not None and act.mode == event.mode
    return counts


def main(arguments: Sequence[str]) -> None:
    """A line for each threshold."""
    passages = load_corpus(Path("corpus"))["dev"]
    for threshold in map(float, arguments or [Model(_FOLDER).card["mode_threshold"]]):
        model = Model(_FOLDER)
        model.card["mode_threshold"] = threshold
        c = counted(passages, model)
        print(
            f"{threshold:.2f}  precision {c['right'] / max(1, c['told']):.3f}  recall {c['right'] / max(1, c['marked']):.3f}"
        )


if __name__ == "__main__":
    main(sys.argv[1:])
