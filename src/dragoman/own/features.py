"""What the shipped encoder sees in a text and in the words meant: the numbers that a user's own categories are learned from.

Of an event the word that tells the act is marked, as for the act heads (`models.Model.judged`): the mean of its pieces and that of the
text. Of statements and sentences: the mean of the words meant, and of the text around them where examples give spans. Each of the
two has length 1 after the mean of all examples was taken away, which leaves what sets a text apart from news in general.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from dragoman.coding.pieces import covering
from dragoman.text import sentences, tokens

if TYPE_CHECKING:
    from dragoman.models import Model

__all__ = ["Seen", "Unit", "look", "scaled", "surest_act", "telling"]

Array = npt.NDArray[np.float32]
Span = tuple[int, int]
_ROOM = 180
"""Word pieces in one pass; a longer text is read in several."""
_MOST = 4_000
_SHOWN = 3
_SMALL = frozenset(
    "a about after against all an and are as at be been before but by can did do for from had has have he her him his if in into is it its "
    "more no not of off on one or our out over said she so such than that the their them then there these they this those to under until "
    "up was we were what when where which while who will with would you your".split()
)
"""Words that tell nobody anything as a reason."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A text and the words in it that are meant."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Seen:
    """Two vectors of a unit, one after the other, and the vector and place of each word piece of its text."""

    vectors: Array
    pieces: Array
    offsets: tuple[Span, ...]


def surest_act(model: Model, text: str) -> Span | None:
    """The words that the model takes most surely for an act; `None` where it sees none."""
    acts = model.acts(text, sentences(text))
    best = min(acts, key=lambda act: (act.types["NONE"], act.start), default=None)
    return (best.start, best.end) if best is not None else None


def look(model: Model, units: Sequence[Unit], *, marked: bool) -> list[Seen]:
    """What the encoder sees in each unit, in batches; with `marked` the words meant are marked in one pass over what is near them.

    A unit without a word gives zeros.
    """
    rows: list[tuple[list[int], list[int]]] = []
    plans: list[tuple[list[Span], int, int, int]] = []  # offsets, first piece, last piece, passes
    for unit in units:
        made = model.pieces(unit.text[:_MOST])
        ids, shapes, offsets = made.ids, made.shapes, made.offsets
        first, last = covering(offsets, *unit.span) or (0, len(offsets))
        if marked and ids:
            begin = max(0, min(first - _ROOM // 2, len(ids) - _ROOM))
            stop = begin + _ROOM
            ids, shapes, offsets = ids[begin:stop], shapes[begin:stop], offsets[begin:stop]
            first, last = first - begin, min(last - begin, len(ids))
        before = len(rows)
        rows.extend((ids[at : at + _ROOM], shapes[at : at + _ROOM]) for at in range(0, len(ids), _ROOM))
        plans.append((offsets, first, last, len(rows) - before))
    middle = model.lower(rows)
    if marked:
        whole = [plan for plan in plans if plan[3]]
        middle = [model.marked(row, plan[1], plan[2]) for row, plan in zip(middle, whole, strict=True)]
    hidden = iter(model.upper(middle))
    return [_seen([next(hidden)[1:-1] for _ in range(plan[3])], plan) for plan in plans]


def _seen(outs: list[Array], plan: tuple[list[Span], int, int, int]) -> Seen:
    offsets, first, last, _ = plan
    if not outs:
        return Seen(np.zeros(0, np.float32), np.zeros((0, 0), np.float32), ())
    pieces = np.concatenate(outs)
    return Seen(np.concatenate([pieces.mean(0), pieces[first:last].mean(0)]), pieces, tuple(offsets))


def scaled(vectors: Array, mean: Array) -> Array:
    """Rows of two vectors each, less their mean, each of the two with length 1 (together 1, where both are there)."""
    rows = np.asarray(vectors - mean, dtype=np.float32).reshape(len(vectors), 2, -1)
    rows = rows / np.maximum(np.linalg.norm(rows, axis=2, keepdims=True), 1e-6) / np.sqrt(2)
    return np.asarray(rows.reshape(len(vectors), -1), dtype=np.float32)


def telling(unit: Unit, seen: Seen, mean: Array, direction: Array) -> tuple[Span, ...]:
    """The words around those meant that speak most for an answer: their share of the weight along `direction`, in the order of the text.

    The mean over a text is a sum over its pieces, so that each word's share of it is exact. Small words are left out.
    """
    half = len(mean) // 2
    worth = (seen.pieces - mean[:half]) @ direction[:half]
    words = []
    for start, end in tokens(unit.text[:_MOST]):
        at = [i for i, (a, b) in enumerate(seen.offsets) if a < end and start < b]
        word = unit.text[start:end].lower()
        meant = unit.span != (0, len(unit.text)) and start < unit.span[1] and unit.span[0] < end
        if at and len(word) > 2 and word not in _SMALL and not meant:
            words.append((float(worth[at].sum()), (start, end)))
    words.sort(key=lambda item: (-item[0], item[1]))
    best = [span for value, span in words[:_SHOWN] if value > 0 and value >= 0.3 * words[0][0]]
    return tuple(sorted(best))
