"""Marked texts, row by row: what stands where once words are cut into pieces.

A given pair gets four markers among its pieces. An act gets none: it is read again with a vector added at its pieces (`train.network`), on
the pieces of its own sentence or of some around it.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch

from dragoman.coding.pieces import Span, covering, near_pieces
from dragoman.text import sentences
from train.data import NAME_KINDS, ActRow, NameRow, PairRow, RoleRow
from train.network import MARKERS, MAX_PIECES, encode, load_tokenizer

Pieces = tuple[list[int], list[int], list[tuple[int, int]]]


class Encoder:
    """Encodes texts once; the same text comes back in every epoch."""

    def __init__(self) -> None:
        self.tokenizer = load_tokenizer()
        self.cache: dict[str, Pieces] = {}
        self.cut: dict[str, Sequence[Span]] = {}

    def __call__(self, text: str) -> Pieces:
        if text not in self.cache:
            self.cache[text] = encode(self.tokenizer, text)
        return self.cache[text]

    def sentences(self, text: str) -> Sequence[Span]:
        if text not in self.cut:
            self.cut[text] = sentences(text)
        return self.cut[text]


def marked(encoder: Encoder, row: PairRow) -> tuple[list[int], list[int], int, int] | None:
    """A pair's pieces with the four markers put in; the text is cut around the pair where it is too long."""
    ids, shapes, offsets = encoder(row.text)
    spans = [covering(offsets, *row.actor), covering(offsets, *row.recipient)]
    if spans[0] is None or spans[1] is None:
        return None
    (a0, a1), (r0, r1) = spans[0], spans[1]
    room = MAX_PIECES - 6
    begin = 0
    if len(ids) > room:
        begin = max(0, min(min(a0, r0) - 20, len(ids) - room))
        if max(a1, r1) - begin > room:
            return None
    put = {a0: [MARKERS["actor"][0]], r0: [MARKERS["recipient"][0]]}
    close = {a1: MARKERS["actor"][1], r1: MARKERS["recipient"][1]}
    out: list[int] = []
    forms: list[int] = []
    at = [0, 0]
    for i in range(begin, min(len(ids), begin + room) + 1):
        if i in close:
            out.append(close[i])
            forms.append(0)
        if i in put:
            for marker in put[i]:
                at[0 if marker == MARKERS["actor"][0] else 1] = len(out)
                out.append(marker)
                forms.append(0)
        if i < min(len(ids), begin + room):
            out.append(ids[i])
            forms.append(shapes[i])
    return out, forms, at[0] + 1, at[1] + 1  # one more for the leading special piece


def bio(length: int, runs: Sequence[tuple[int, int, int]]) -> list[int]:
    """Labels of pieces: 0 outside, 1 + 2k at the begin of a run of kind k, 2 + 2k within."""
    labels = [0] * length
    for first, last, kind in runs:
        if last <= length:
            labels[first] = 1 + 2 * kind
            for i in range(first + 1, last):
                labels[i] = 2 + 2 * kind
    return labels


def name_labels(row: NameRow, length: int, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Labels of pieces for names; pieces within a mark of another cut are left out."""
    runs = [
        (*found, NAME_KINDS.index(kind)) for start, end, kind in row.names if (found := covering(offsets, start, end))
    ]
    values = bio(length, runs)
    for start, end in row.unknown:
        found = covering(offsets, start, end)
        for i in range(*found) if found else ():
            if values[i] == 0:
                values[i] = -100
    return values


@dataclass(frozen=True, slots=True)
class Sides:
    """The pieces of every naming of each country around an act, and the countries of both sides."""

    namings: tuple[tuple[str, tuple[Span, ...]], ...]
    wanted: tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class View:
    """What is read again for one act: the text's pieces [low, high), the act among them, and the label of each (-100: no loss)."""

    low: int
    high: int
    act: Span
    labels: tuple[int, ...]
    sides: Sides = Sides((), (frozenset(), frozenset()))


_REACHES = (0, 0, 0, 150, 10_000)
"""Characters on both sides of an act from which sentences are read with its own, drawn anew each time."""


def view_of(encoder: Encoder, row: ActRow, reach: int, draw: random.Random | None = None) -> View | None:
    """An act's view; with `draw` the act's pieces are one more or fewer now and then: at run time it is found, not given."""
    _, _, offsets = encoder(row.text)
    run = covering(offsets, *row.trigger)
    if run is None:
        return None
    first, last = run
    if draw is not None and row.event is not None and draw.random() < 0.3:
        last = draw.choice([first + 1, min(len(offsets), last + 1), max(first + 1, last - 1)])
    low, high = near_pieces(offsets, encoder.sentences(row.text), (first, last), reach)
    labels = [0] * len(offsets)
    for span in row.unknown:
        for i in range(*(covering(offsets, *span) or (0, 0))):
            labels[i] = -100
    for span, role in reversed(row.parties):
        phrase = covering(offsets, *span) or (0, 0)
        for i in range(*phrase):
            labels[i] = 1 + 2 * role + (i > phrase[0])
    if row.event is None:
        labels = [-100] * len(offsets)
    namings: dict[str, list[Span]] = {}
    for span, code in row.namings if row.event is not None else ():
        found = covering(offsets, *span)
        if found and low <= found[0] and found[1] <= high and (found[1] <= first or last <= found[0]):
            namings.setdefault(code, []).append((found[0] - low, found[1] - low))
    sides = Sides(tuple((code, tuple(runs)) for code, runs in namings.items()), row.sides)
    return View(low, high, (first - low, last - low), tuple(labels[low:high]), sides)


def drawn_view(encoder: Encoder, row: ActRow, draw: random.Random) -> View | None:
    """An act's view for training: its own sentence, or at times more."""
    return view_of(encoder, row, draw.choice(_REACHES), draw)


def moved(view: View, base: int) -> View:
    """The view where its text begins at piece `base` of a row."""
    return replace(view, low=view.low + base, high=view.high + base)


def predicate_view(encoder: Encoder, row: RoleRow) -> View:
    """The whole sentence of a predicate, with the role of every piece."""
    ids, _, offsets = encoder(row.text)
    runs = [(*run, role) for span, role in row.arguments if (run := covering(offsets, *span))]
    return View(0, len(ids), covering(offsets, *row.trigger) or (0, 1), tuple(bio(len(ids), runs)))


def gathered(lengths: Sequence[int], views: Sequence[tuple[int, View]]) -> tuple[torch.Tensor, ...]:
    """For views of texts of so many pieces: row and place of each vector to read again, whether it is one, and whether it is the act's.

    The two special pieces of a text stand around each of its views.
    """
    longest = max(view.high - view.low for _, view in views) + 2
    rows = torch.tensor([row for row, _ in views]).unsqueeze(1)
    places = torch.zeros(len(views), longest, dtype=torch.long)
    mask, marks = torch.zeros_like(places), torch.zeros_like(places)
    for number, (row, view) in enumerate(views):
        count = view.high - view.low
        places[number, 1 : count + 1] = torch.arange(view.low + 1, view.high + 1)
        places[number, count + 1] = lengths[row] + 1
        mask[number, : count + 2] = 1
        marks[number, view.act[0] + 1 : view.act[1] + 1] = 1
    return rows, places, mask, marks
