"""A linear head over the encoder's vectors and the words themselves: what the heads of stance and of issues have in common.

Its file lies beside the encoder (`model/NAME.npz`, made by `train/NAME.py`): mean and scale of the vectors, the vocabulary with inverse
document frequencies, a matrix for each of the two, a constant, and what a head needs beyond that. The words are an article's own, so each
brings the place where it stands, and what a word adds to the scores is the reason for them. A file belongs to one encoder, named by its
hash.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from dragoman.coding.pieces import Read
from dragoman.errors import ModelError
from dragoman.models import Model

__all__ = ["MOST_WORDS", "WIDTH", "Array", "LinearHead", "Scores", "Span", "load_head", "pieces_in", "windows_at"]

Array = npt.NDArray[np.float32]
Span = tuple[int, int]
Scores = tuple[Array, dict[str, Span], Array]
"""A score for each label; the known words with their places; what each of them adds to each score."""
Head = TypeVar("Head")
WIDTH = 384
"""Numbers of a vector of the encoder."""
MOST_WORDS = 400
"""Words of one run that are looked at: text is hostile."""
_end = itemgetter(1)


def pieces_in(part: Read, spans: Iterable[Span]) -> list[int]:
    """The numbers of the pieces of a window that stand in any of these runs of the text, in order."""
    offsets, count, begin = part.pieces.offsets, len(part.hidden), part.window.start
    found: set[int] = set()
    for start, end in spans:
        at = bisect_right(offsets, start - begin, hi=min(count, len(offsets)), key=_end)
        while at < count and at < len(offsets) and offsets[at][0] < end - begin:
            if offsets[at][0] < offsets[at][1]:
                found.add(at)
            at += 1
    return sorted(found)


def windows_at(parts: Sequence[Read], start: int, end: int) -> Sequence[Read]:
    """The windows of a text that share a character with a run of it."""
    first = bisect_right(parts, start, key=lambda part: part.window.end)
    return parts[first : bisect_left(parts, end, key=lambda part: part.window.start)]


class LinearHead:
    """The loaded file; `arrays` and `texts` are what it holds, by name. Raises `ModelError` where it belongs to another encoder."""

    def __init__(self, model: Model, path: Path) -> None:
        with np.load(path, allow_pickle=False) as stored:
            every = {name: stored[name] for name in stored.files}
        self.texts = {name: str(value) for name, value in every.items() if value.dtype.kind == "U"}
        if self.texts["encoder"] != model.encoder:
            hint = f"python -m train.{path.stem} src/dragoman/model"
            raise ModelError(f"{path.name} belongs to another encoder", hint=hint)
        self.arrays: dict[str, Array] = {
            name: value.astype(np.float32) for name, value in every.items() if name not in self.texts
        }
        self._index = {name: i for i, name in enumerate(self.texts["vocabulary"].split("\n"))}

    def scores(self, dense: Array, words: Mapping[str, Span], more: Array | float = 0.0) -> Scores:
        """Scores of one text from its vectors and words; `more` is what a head adds of its own. Logits, not probabilities."""
        a = self.arrays
        known = {name: span for name, span in words.items() if name in self._index}
        at = [self._index[name] for name in known]
        values = a["idf"][at]
        values = values / max(1e-6, float(np.sqrt((values * values).sum())))
        shares = values[:, None] * a["words"][at]
        vectors = (dense - a["mean"]) * a["scale"]
        logits = vectors @ a["dense"] + shares.sum(0) + more + a["bias"]
        return logits, known, shares


def load_head(model: Model, path: Path, make: Callable[[Model, Path], Head]) -> Head | None:
    """The head in a file that the card of the model names; `None` where there is none, or none for this encoder."""
    if path.name not in model.card["sha256"]:
        return None
    try:
        return make(model, path)
    except ModelError:
        return None
