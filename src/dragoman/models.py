"""Load and run the learned model: one small encoder by onnxruntime, and light heads in NumPy.

The encoder (`model/encoder.onnx`, int8) turns word pieces into vectors; every head is a matrix or two (`model/heads.npz`) on those
vectors, so that one pass over a text serves triggers, names and links to countries. Every word that may name an act gets a pass
of its own with the word marked: it tells the act's type or that there is none, its status, mode and contexts, and who takes which
part. A given pair is coded by a pass over the text with the pair marked. `model/card.json` names the labels, temperatures, thresholds
and the hashes of the files, which are checked at load. No network, no torch, no pickle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.errors import ModelError
from dragoman.events import Proposal
from dragoman.mentions import same_party
from dragoman.records import Participant

__all__ = [
    "Act", "Model", "ModelCoder", "Pair", "Part", "distance", "load_model", "model_findings", "runs_of", "shapes_of",
]  # fmt: skip

Array = npt.NDArray[np.float32]
Span = tuple[int, int]
Pair = tuple[str, Span, Span]
Naming = tuple[int, int, str]
"""Where a text names a country, or a body that counts as one: [start, end), code."""

_MARKERS = {"actor": (1, 2), "recipient": (3, 4), "act": (5, 6)}
_BEGIN, _END = 101, 102
_MAX_PIECES = 192
_WINDOW = 480  # characters read in one pass, at most, unless one sentence is longer


def _folder() -> Path:
    return Path(str(files("dragoman") / "model"))


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A text's word pieces: ids, shapes and character offsets."""

    ids: list[int]
    shapes: list[int]
    offsets: list[Span]


def _shape(word: str) -> int:
    """0 special, 1 lower, 2 Title, 3 UPPER, 4 mixed, 5 number, 6 mark: case for an encoder that lower-cases."""
    if not any(char.isalnum() for char in word):
        return 6
    if any(char.isdigit() for char in word):
        return 5
    if word.islower():
        return 1
    if word.isupper():
        return 3 if len(word) > 1 else 2
    return 2 if word[0].isupper() and word[1:].islower() else 4


def shapes_of(text: str, offsets: Sequence[Span]) -> list[int]:
    """The shape of each piece's whole word; a mark between two words (the apostrophe of "Nepal's") has that of all it joins."""
    found: list[int] = []
    left = right = -1
    shape = 0
    for start, end in offsets:
        if not (left <= start < end <= right):
            left, right = start, end
            while left > 0 and text[left - 1].isalnum():
                left -= 1
            while right < len(text) and text[right].isalnum():
                right += 1
            shape = _shape(text[left:right])
            if not text[left:right].isalnum():  # the bounds of a mark are not those of the words beside it
                right = left
        found.append(shape)
    return found


def _softmax(logits: Array, temperature: float = 1.0) -> Array:
    scaled = logits / temperature
    scaled = scaled - scaled.max(-1, keepdims=True)
    exp = np.exp(scaled)
    return np.asarray(exp / exp.sum(-1, keepdims=True), dtype=np.float32)


def _gelu(x: Array) -> Array:
    """The exact GELU by a rational approximation of erf (Abramowitz and Stegun 7.1.26), good to 1.5e-7."""
    z = np.abs(x) / np.sqrt(2.0)
    t = 1.0 / (1.0 + 0.3275911 * z)
    poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1.0 - poly * np.exp(-z * z))
    return np.asarray(0.5 * x * (1.0 + erf), dtype=np.float32)


_FUNCTION_WORDS = frozenset(
    "a an the was were is are be been had has have to of in on at by for with and or that it its their his her"
    " will would shall may might can could should must not also".split()
)


_LED_ON = 6  # pieces at most


def _leads_on(words: str) -> bool:
    """Whether words only lead up to the one that names the act."""
    told = words.lower().split()
    return set(told) <= _FUNCTION_WORDS or told[-1].endswith("ly")


def _joined_runs(runs: list[tuple[int, int, int]], offsets: Sequence[Span], text: str) -> list[tuple[int, int, int]]:
    """Runs of whole words; those of one kind with at most two pieces between them as one ("an" ... "accord").

    A run that ends before the word that tells the act ("will", "firmly") is led on to it; function words alone name nothing.
    """

    def inner(at: int) -> bool:
        """Whether piece `at` goes on the word of the piece before it."""
        end = offsets[at][0]
        return offsets[at - 1][1] == end and text[end].isalnum() and text[end - 1].isalnum()

    joined: list[tuple[int, int, int]] = []
    for begin, stop, kind in runs:
        first, last = begin, stop
        while first > 0 and inner(first):
            first -= 1
        while last < len(offsets) and (
            inner(last)
            or (
                last - stop < _LED_ON
                and _leads_on(text[offsets[first][0] : offsets[last - 1][1]])
                and text[offsets[last][0]].isalnum()
            )
        ):
            last += 1
        if joined and first - joined[-1][1] <= (2 if joined[-1][2] == kind else -1):
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]), joined[-1][2])
        else:
            joined.append((first, last, kind))
    return [
        run
        for run in joined
        if not set(text[offsets[run[0]][0] : offsets[run[1] - 1][1]].lower().split()) <= _FUNCTION_WORDS
    ]


@dataclass(frozen=True, slots=True)
class _Window:
    """Consecutive sentences that fit into one pass."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Read:
    """A window with its text, its pieces and their vectors."""

    window: _Window
    text: str
    pieces: _Pieces
    hidden: Array
    sentences: tuple[Span, ...]
    """Offsets in the article, like the window's own."""

    def around(self, first: int, last: int, reach: int) -> tuple[_Read, int, int]:
        """The sentences within `reach` characters of the pieces [first, last), and where these stand among them."""
        offsets = self.pieces.offsets
        start, end = self.window.start + offsets[first][0], self.window.start + offsets[last - 1][1]
        near = [s for s in self.sentences if s[0] < end + reach and start - reach < s[1]]
        if not near or len(near) == len(self.sentences):
            return self, first, last
        begin, stop = min(start, near[0][0]) - self.window.start, max(end, near[-1][1]) - self.window.start
        low = next(i for i, (_, b) in enumerate(offsets) if b > begin)
        high = next((i for i, (a, _) in enumerate(offsets) if a >= stop), len(offsets))
        pieces = _Pieces(
            self.pieces.ids[low:high],
            self.pieces.shapes[low:high],
            [(a - begin, b - begin) for a, b in offsets[low:high]],
        )
        window = _Window(self.window.start + begin, self.window.start + stop)
        part = _Read(window, self.text[begin:stop], pieces, self.hidden[low:high], tuple(near))
        return part, first - low, last - low

    def mark(self, at: int) -> bool:
        """Whether a piece is punctuation."""
        start, end = self.pieces.offsets[at]
        return not any(char.isalnum() for char in self.text[start:end])


@dataclass(frozen=True, slots=True)
class Part:
    """A phrase and the part it takes in an act: 0 actor, 1 recipient; `sure` is the mean probability of its pieces."""

    start: int
    end: int
    role: int
    sure: float


@dataclass(frozen=True, slots=True)
class Act:
    """What the model reads at words that may name an act: the probability of each type and of NONE, and the rest given that it is one."""

    start: int
    end: int
    types: Mapping[str, float]
    status: Mapping[str, float]
    mode: str | None
    contexts: tuple[str, ...]
    parts: tuple[Part, ...]
    read: _Read
    opened: Array
    """The vector of the mark before the act; `read` holds the window's vectors with the act marked."""

    @property
    def type(self) -> str:
        """The likeliest type, whether or not NONE is likelier still."""
        return max((name for name in self.types if name != "NONE"), key=lambda name: self.types[name])


class Model:
    """The loaded model. Pure: the same text gives the same numbers, whatever else is in the batch, up to rounding."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self.card = _checked_card(folder)
        self.name = f"dragoman-encoder@{self.card['version']}"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(folder / "encoder.onnx"), options, providers=["CPUExecutionProvider"]
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._last: tuple[str, tuple[Span, ...], list[_Read]] | None = None
        self._acts: tuple[str, tuple[Span, ...], list[Act]] | None = None
        with np.load(folder / "heads.npz", allow_pickle=False) as stored:
            self._heads: dict[str, Array] = {name: stored[name].astype(np.float32) for name in stored.files}

    def pieces(self, text: str) -> _Pieces:
        made = self._tokenizer.encode(text, add_special_tokens=False)
        return _Pieces(made.ids, shapes_of(text, made.offsets), made.offsets)

    def hidden(self, rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[Array]:
        """The last layer for each row of pieces, with the special pieces around it.

        Row by row: the int8 encoder takes the scale of its numbers from all that it is given at once, so that rows run together would
        change each other's answers. It is no slower, as nothing is padded.
        """
        return [self._encoded(pieces, forms) for pieces, forms in rows]

    def _encoded(self, pieces: Sequence[int], forms: Sequence[int]) -> Array:
        ids = np.array([[_BEGIN, *pieces, _END]], dtype=np.int64)
        shapes = np.array([[0, *forms, 0]], dtype=np.int64)
        out = self._session.run(None, {"ids": ids, "shapes": shapes, "mask": np.ones_like(ids)})[0]
        return np.asarray(out[0], dtype=np.float32)

    def read(self, text: str, sentences: Sequence[Span]) -> list[_Read]:
        """Every window of the text with its pieces and vectors; the last text is remembered, so that all heads share one pass."""
        key = tuple(sentences)
        if self._last is None or self._last[0] != text or self._last[1] != key:
            windows = list(_windows(sentences, _WINDOW))
            pieces = [self.pieces(text[w.start : w.end]) for w in windows]
            kept = [(w, p) for w, p in zip(windows, pieces, strict=True) if p.ids]
            rows = [(p.ids[:_MAX_PIECES], p.shapes[:_MAX_PIECES]) for _, p in kept]
            found = [
                _Read(
                    w,
                    text[w.start : w.end],
                    p,
                    out[1:-1],
                    tuple(each for each in key if w.start <= each[0] and each[1] <= w.end),
                )
                for (w, p), out in zip(kept, self.hidden(rows), strict=True)
            ]
            self._last = (text, key, found)
        return self._last[2]

    def names(self, text: str, sentences: Sequence[Span]) -> list[tuple[int, int, str, float]]:
        """The names of a text: start, end, kind (person, organization, place, nationality, meeting, date), probability."""
        kinds = self.card["labels"]["names"]
        found = []
        for part in self.read(text, sentences):
            probabilities = _softmax(self.linear("names", part.hidden), self.card["temperatures"]["names"])
            for first, last, kind in runs_of([int(i) for i in probabilities.argmax(-1)]):
                start, end = (
                    part.window.start + part.pieces.offsets[first][0],
                    part.window.start + part.pieces.offsets[last - 1][1],
                )
                # A piece may end within a word; a name does not.
                while end < len(text) and text[end].isalnum():
                    end += 1
                while start > 0 and text[start - 1].isalnum():
                    start -= 1
                sure = float(probabilities[first:last].max(-1).mean())
                if sure >= self.card.get("names_threshold", 0.65):
                    found.append((start, end, str(kinds[kind]), sure))
        return found

    def linear(self, name: str, x: Array) -> Array:
        return np.asarray(x @ self._heads[f"{name}.weight"].T + self._heads[f"{name}.bias"], dtype=np.float32)

    def two_layers(self, name: str, first: int, second: int, x: Array) -> Array:
        """A head of two layers with GELU between."""
        return self.linear(f"{name}.{second}", _gelu(self.linear(f"{name}.{first}", x)))

    def acts(self, text: str, sentences: Sequence[Span]) -> list[Act]:
        """What the model reads at every word that may name an act; the last text is remembered."""
        key = tuple(sentences)
        if self._acts is None or self._acts[0] != text or self._acts[1] != key:
            found: list[tuple[_Read, Span]] = []
            for part in self.read(text, sentences):
                probabilities = _softmax(self.linear("trigger", part.hidden), self.card["temperatures"]["trigger"])
                runs = _joined_runs(
                    list(runs_of(_decoded(probabilities, self.card["trigger_bias"]))),
                    part.pieces.offsets,
                    text[part.window.start : part.window.end],
                )
                found.extend((part, (first, last)) for first, last, _ in runs)
            self._acts = (text, key, self.judged(found))
        return self._acts[2]

    def judged(self, found: Sequence[tuple[_Read, tuple[int, int]]]) -> list[Act]:
        """One pass over the sentences around each of these runs of pieces, with the run marked."""
        opening, closing = _MARKERS["act"]
        rows, kept = [], []
        for whole, run in found:
            part, first, last = whole.around(*run, self.card["act_reach"])
            ids, shapes = part.pieces.ids[: len(part.hidden)], part.pieces.shapes[: len(part.hidden)]
            if len(ids) + 2 <= _MAX_PIECES and last <= len(ids):
                rows.append(
                    (
                        [*ids[:first], opening, *ids[first:last], closing, *ids[last:]],
                        [*shapes[:first], 0, *shapes[first:last], 0, *shapes[last:]],
                    )
                )
                kept.append((part, first, last))
        return [self._act(*item, out) for item, out in zip(kept, self.hidden(rows), strict=True)]

    def _act(self, part: _Read, first: int, last: int, out: Array) -> Act:
        labels, temperatures = self.card["labels"], self.card["temperatures"]
        opened = out[first + 1]
        vector = _gelu(
            self.linear("act.1", np.concatenate([opened, out[first + 2 : last + 2].mean(0), out.mean(0)])[None])
        )[0]
        types = _softmax(self.linear("kind", vector), temperatures["act"])
        best = labels["pair"][int(types[:-1].argmax())]
        pieces = np.delete(out[1:-1], [first, last + 1], axis=0)
        wide = np.concatenate([pieces, np.broadcast_to(opened, pieces.shape)], 1)
        shares = _softmax(self.two_layers("part", 0, 3, wide), temperatures["part"])
        shares[:, 0] *= self.card["part_none"]
        start = part.window.start
        parts = []
        for a, b, role in _cleaned_runs(runs_of([int(i) for i in shares.argmax(-1)]), part, part.text):
            sure = float(shares[a:b, 1 + 2 * role : 3 + 2 * role].sum(-1).mean())
            begin, stop = _whole_words(part, a, b)
            parts.append(Part(start + begin, start + stop, role, min(1.0, sure)))
        return Act(
            start + part.pieces.offsets[first][0],
            start + part.pieces.offsets[last - 1][1],
            {name: float(p) for name, p in zip(labels["pair"], types, strict=True)},
            dict(zip(labels["status"], map(float, _softmax(self.linear("status", vector))), strict=True)),
            self._mode(vector, best),
            self._contexts(vector),
            tuple(parts),
            _Read(part.window, part.text, part.pieces, pieces, part.sentences),
            opened,
        )

    def sides(self, act: Act, namings: Sequence[Naming]) -> dict[str, tuple[float, float]]:
        """For each country named in an act's window, how likely it acts, and how likely it is acted on."""
        start, end = act.read.window.start, act.read.window.end
        offsets = act.read.pieces.offsets[: len(act.read.hidden)]
        spots = [
            (code, run)
            for a, b, code in namings
            if start <= a and b <= end and not (a < act.end and act.start < b)
            if (run := _covering(offsets, a - start, b - start)) is not None
        ]
        if not spots:
            return {}
        vectors = np.stack([np.concatenate([_span_vector(act.read.hidden, run), act.opened]) for _, run in spots])
        logits = self.two_layers("side", 1, 4, vectors)
        found: dict[str, Array] = {}
        for (code, _), row in zip(spots, logits, strict=True):
            found[code] = np.logaddexp(found[code], row) if code in found else row
        shares = {code: 1.0 / (1.0 + np.exp(-row / self.card["temperatures"]["side"])) for code, row in found.items()}
        return {code: (float(row[0]), float(row[1])) for code, row in shares.items()}

    def _mode(self, vector: Array, type_: str) -> str | None:
        names = self.card["labels"]["mode"]
        own = [i for i, name in enumerate(names) if name.startswith(f"{type_}-")]
        if not own:
            return None
        probabilities = _softmax(self.linear("mode", vector)[own])
        best = int(probabilities.argmax())
        return str(names[own[best]]).split("-", 1)[1] if probabilities[best] >= self.card["mode_threshold"] else None

    def _contexts(self, vector: Array) -> tuple[str, ...]:
        logits = self.linear("context", vector)
        names = self.card["labels"]["context"]
        return tuple(name for name, logit in zip(names, logits, strict=True) if logit > self.card["context_logit"])

    def parties(self, text: str, sentences: Sequence[Span]) -> list[Span]:
        """The phrases that take a part in some act, in order."""
        return sorted(
            {
                (part.start, part.end)
                for act in self.acts(text, sentences)
                if act.types["NONE"] < self.card["none_limit"]
                for part in act.parts
            }
        )

    def link(
        self, text: str, sentences: Sequence[Span], phrases: Sequence[Span], namings: Sequence[Naming]
    ) -> list[dict[str | None, float] | None]:
        """For each phrase how likely it is of each country named in its window, and of none (`None`); `None` where it names no country."""
        found: list[dict[str | None, float] | None] = [None] * len(phrases)
        for part in self.read(text, sentences):
            offsets = part.pieces.offsets[: len(part.hidden)]

            def run_of(start: int, end: int, part: _Read = part, offsets: Sequence[Span] = offsets) -> Span | None:
                inside = part.window.start <= start and end <= part.window.end
                return _covering(offsets, start - part.window.start, end - part.window.start) if inside else None

            near = [(code, run) for a, b, code in namings if (run := run_of(a, b)) is not None]
            asked = [(i, run) for i, span in enumerate(phrases) if (run := run_of(*span)) is not None]
            if not asked or not near:
                continue
            # Where countries were named before this window, a phrase may be of one of those: the model cannot say that it is of none.
            alone = not any(start < part.window.start for start, _, _ in namings)
            vectors = np.stack([_span_vector(part.hidden, run) for _, run in asked])
            keys = self.linear("key", np.stack([_span_vector(part.hidden, run) for _, run in near]))
            far = np.stack([[distance(one, two) for _, two in near] for _, one in asked])
            scores = self.linear("query", vectors) @ keys.T / keys.shape[1] ** 0.5 + far @ self._heads["far.weight"][0]
            every = np.concatenate([scores, self.linear("nowhere", vectors)], 1)
            for (i, _), row in zip(asked, _softmax(every, self.card["temperatures"]["link"]), strict=True):
                shares: dict[str | None, float] = {}
                for (code, _), share in zip(near, row, strict=False):
                    shares[code] = shares.get(code, 0.0) + float(share)
                shares[None] = float(row[-1]) if alone else 0.0
                found[i] = shares
        return found

    def classify(self, pairs: Sequence[Pair], *, older: bool = False) -> list[dict[str, float]]:
        """The probability of every type, and of NONE, for each (text, actor span, recipient span).

        `older` asks for the scheme of files converted from CAMEO before the present manual, where CONCEDE and RETREAT are one (YIELD),
        a promise to yield is AGREE, a verdict ACCUSE, an embargo COERCE and a blockade ASSAULT.
        """
        head = "older" if older else "pair"
        labels = self.card["labels"][head]
        rows: list[tuple[list[int], list[int]]] = []
        at: list[tuple[int, int, int]] = []
        for number, pair in enumerate(pairs):
            made = self._marked(*pair)
            if made is not None:
                rows.append((made[0], made[1]))
                at.append((number, made[2], made[3]))
        found = [dict.fromkeys(labels, 0.0) | {"NONE": 1.0} for _ in pairs]
        features = [
            np.concatenate([out[actor], out[recipient], out.mean(0)])
            for out, (_, actor, recipient) in zip(self.hidden(rows), at, strict=True)
        ]
        if features:
            logits = self.two_layers(head, 1, 4, np.stack(features))
            for (number, _, _), row in zip(at, _softmax(logits, self.card["temperatures"][head]), strict=True):
                found[number] = {name: float(p) for name, p in zip(labels, row, strict=True)}
        return found

    def _marked(self, text: str, actor: Span, recipient: Span) -> tuple[list[int], list[int], int, int] | None:
        """The pieces of the sentences around a pair with the markers put in; `None` where the pair does not fit."""
        piece = self.pieces(text)
        a, r = _covering(piece.offsets, *actor), _covering(piece.offsets, *recipient)
        if a is None or r is None:
            return None
        room = _MAX_PIECES - 6
        begin = max(0, min(min(a[0], r[0]) - 40, len(piece.ids) - room)) if len(piece.ids) > room else 0
        stop = min(len(piece.ids), begin + room)
        if max(a[1], r[1]) > stop:
            return None
        closing = {a[1]: _MARKERS["actor"][1], r[1]: _MARKERS["recipient"][1]}
        opening = {a[0]: _MARKERS["actor"][0], r[0]: _MARKERS["recipient"][0]}
        ids: list[int] = []
        shapes: list[int] = []
        places = {}
        for i in range(begin, stop + 1):
            for marker in (closing.get(i), opening.get(i)):
                if marker is not None:
                    places[marker] = len(ids) + 1  # one more for the leading special piece
                    ids.append(marker)
                    shapes.append(0)
            if i < stop:
                ids.append(piece.ids[i])
                shapes.append(piece.shapes[i])
        return ids, shapes, places[_MARKERS["actor"][0]], places[_MARKERS["recipient"][0]]


def _covering(offsets: Sequence[Span], start: int, end: int) -> tuple[int, int] | None:
    """The run of pieces [first, last) over the characters [start, end)."""
    inside = [i for i, (a, b) in enumerate(offsets) if a < end and start < b and a < b]
    return (inside[0], inside[-1] + 1) if inside else None


def runs_of(labels: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Runs (first, last, kind) of begin-inside labels: 0 outside, 1 + 2k begins kind k, 2 + 2k goes on."""
    first = -1
    kind = -1
    for i, label in enumerate([*labels, 0]):
        goes_on = label > 0 and label % 2 == 0 and first >= 0 and (label - 2) // 2 == kind
        if first >= 0 and not goes_on:
            yield first, i, kind
            first = -1
        if label > 0 and not goes_on:
            first, kind = i, (label - 1) // 2


def _windows(sentences: Sequence[Span], limit: int) -> Iterator[_Window]:
    """Runs of sentences, each at most `limit` characters (a longer sentence stands alone).

    They go across paragraphs: those of news are short, and who "the president" is stands in the one before.
    """
    start = end = -1
    for a, b in sentences:
        if start >= 0 and b - start > limit:
            yield _Window(start, end)
            start = -1
        if start < 0:
            start = a
        end = b
    if start >= 0:
        yield _Window(start, end)


class ModelCoder:
    """Proposes events as the model reads them: words that name an act, its type, and the phrases that take part."""

    def __init__(self, model: Model, *, threshold: float | None = None) -> None:
        self._model = model
        self._threshold = threshold

    @property
    def name(self) -> str:
        """Model and version, as reasons and the manifest give it."""
        return self._model.name

    def propose(
        self,
        text: str,
        sentences: Sequence[Span],
        participants: Sequence[Participant],
        namings: Sequence[Naming] = (),
    ) -> list[Proposal]:
        """Every act of these sentences with the indices of its parties, its status, mode, contexts and score."""
        found = []
        for act in self._model.acts(text, sentences):
            proposal = self._proposal(act, participants, namings)
            if proposal is not None:
                found.append(proposal)
        return found

    def _proposal(self, act: Act, participants: Sequence[Participant], namings: Sequence[Naming]) -> Proposal | None:
        card = self._model.card
        if act.types["NONE"] >= card["none_limit"]:
            return None
        sides = self._model.sides(act, namings)
        actors, recipients, sure = _parties(act, participants, sides, card)
        if not actors and not recipients:
            return None
        score = _calibrated(act.types[act.type] * sure**0.5, card["calibration"])
        if score < (self._threshold if self._threshold is not None else card["thresholds"].get(act.type, 0.0)):
            return None
        status = max(act.status, key=lambda name: act.status[name])
        return Proposal(
            start=act.start,
            end=act.end,
            type=act.type,
            mode=act.mode,
            actors=actors,
            recipients=recipients,
            # Where the head is not sure, the rules of `events` read the clause.
            status=status if act.status[status] >= card["status_threshold"] else None,
            score=score,
            by=self.name,
            contexts=act.contexts,
        )


def _parties(
    act: Act, participants: Sequence[Participant], sides: Mapping[str, tuple[float, float]], card: Mapping[str, Any]
) -> tuple[tuple[int, ...], tuple[int, ...], float]:
    """The participants on each side of an act, by index, and how sure the model is of them.

    First those that stand for the phrases read as parties, but for such whose country is most unlikely on that side; then, for a
    country that very likely is on a side and stands for none of its phrases, the participant of that country nearest to the act.
    """
    chosen: tuple[list[int], list[int]] = ([], [])
    sure = []
    for part in act.parts:
        found = [
            i
            for i in _standing_for(part, participants)
            if sides.get(participants[i].country or "", (1.0, 1.0))[part.role] >= card["side_least"]
        ]
        chosen[part.role].extend(i for i in found if i not in chosen[0] and i not in chosen[1])
        sure.extend([part.sure] if found else [])
    for code, likely in sides.items():
        for role in (0, 1):
            if likely[role] >= card["side_added"] and all(participants[i].country != code for i in chosen[role]):
                nearest = _nearest(act, participants, code, (*chosen[0], *chosen[1]))
                chosen[role].extend([nearest] if nearest is not None else [])
                sure.extend([likely[role]] if nearest is not None else [])
    chosen = (_without_states(chosen[0], participants), _without_states(chosen[1], participants))
    told = float(np.mean(sure)) if sure else 0.0
    for code, likely in sides.items():
        for role in (0, 1):
            there = any(participants[i].country == code for i in chosen[role])
            told *= (likely[role] if there else 1.0 - likely[role]) ** card["side_weight"]
    return tuple(chosen[0]), tuple(chosen[1]), told


def _without_states(side: list[int], participants: Sequence[Participant]) -> list[int]:
    """A side without a state beside whom its own people or bodies stand: in "the Chinese and Russian armies" the armies act."""
    specific = {participants[i].country for i in side if participants[i].kind != "place"}
    return [i for i in side if participants[i].kind != "place" or participants[i].country not in specific]


def _nearest(act: Act, participants: Sequence[Participant], code: str, taken: Sequence[int]) -> int | None:
    """The free participant of a country nearest to an act within the window in which it was read."""
    window = act.read.window
    free = [
        (max(p.start - act.end, act.start - p.end, 0), i)
        for i, p in enumerate(participants)
        if p.country == code and i not in taken and window.start <= p.start and p.end <= window.end
    ]
    return min(free)[1] if free else None


def _standing_for(part: Part, participants: Sequence[Participant]) -> list[int]:
    """The indices of the participants at a phrase: all of the best fitting span (a phrase for two states gives two)."""
    span = (part.start, part.end)
    fits = [i for i, p in enumerate(participants) if same_party(span, (p.start, p.end), inside=True)]
    if not fits:
        return []

    def fit(i: int) -> tuple[float, int]:
        p = participants[i]
        shared = min(part.end, p.end) - max(part.start, p.start)
        return shared / max(part.end - part.start, p.end - p.start), -p.start

    best = participants[max(fits, key=lambda i: (fit(i), i))]
    # "Ruiz, also head of the office, met": the phrase is of whom it begins with, not of the body at its end.
    heads = [i for i, p in enumerate(participants) if p.start == part.start and p.kind == "person"]
    if heads and best.kind != "person" and best.start > part.start:
        return heads
    return sorted(
        (i for i in fits if (participants[i].start, participants[i].end) == (best.start, best.end)),
        key=lambda i: (fit(i), i),
    )


_INSIDE_NAMES = frozenset(("'", "’", "s", "of"))


def _cleaned_runs(runs: Iterable[tuple[int, int, int]], part: _Read, text: str) -> Iterator[tuple[int, int, int]]:
    """Runs of one part that belong together joined, marks at their ends cut off, function words alone left out."""
    offsets = part.pieces.offsets
    joined: list[tuple[int, int, int]] = []
    for first, last, kind in runs:
        gap = text[offsets[joined[-1][1] - 1][1] : offsets[first][0]].strip().lower() if joined else "-"
        if joined and joined[-1][2] == kind and (gap == "" or gap in _INSIDE_NAMES):
            joined[-1] = (joined[-1][0], last, kind)
        else:
            joined.append((first, last, kind))
    for first, last, kind in joined:
        while last > first and part.mark(last - 1):
            last -= 1
        while first < last and part.mark(first):
            first += 1
        words = text[offsets[first][0] : offsets[last - 1][1]].lower().split() if first < last else []
        if words and not set(words) <= _NO_PARTY:
            yield first, last, kind


_NO_PARTY = _FUNCTION_WORDS - {"it", "its", "their", "his", "her"}


def _whole_words(part: _Read, first: int, last: int) -> Span:
    """The characters of a run of pieces, completed to whole words."""
    offsets = part.pieces.offsets

    def cut(at: int) -> bool:
        return offsets[at - 1][1] == offsets[at][0] and not part.mark(at - 1) and not part.mark(at)

    while first > 0 and cut(first):
        first -= 1
    while last < len(part.hidden) and cut(last):
        last += 1
    return offsets[first][0], offsets[last - 1][1]


def _span_vector(hidden: Array, run: Span) -> Array:
    """A phrase as the mean of its pieces and its last piece."""
    return np.concatenate([hidden[run[0] : run[1]].mean(0), hidden[run[1] - 1]])


def _decoded(probabilities: Array, bias: float) -> list[int]:
    """The best label of each piece; `bias` (a factor on "outside") trades precision for recall, chosen on development data."""
    weighted = probabilities.copy()
    weighted[:, 0] *= bias
    return [int(i) for i in weighted.argmax(-1)]


def distance(one: Span, two: Span) -> Array:
    """How far and on which side a phrase stands from a trigger, as 16 indicator values."""
    gap = two[0] - one[1] if two[0] >= one[1] else two[1] - one[0] if two[1] <= one[0] else 0
    index = sum(abs(gap) > step for step in (0, 1, 2, 4, 7, 12, 20))
    values = np.zeros(16, dtype=np.float32)
    values[index + (8 if gap < 0 else 0)] = 1.0
    return values


def _calibrated(score: float, points: Sequence[Sequence[float]]) -> float:
    """The share of right proposals at this raw score, read off a monotone curve fitted on development data."""
    if not points:
        return score
    return float(np.interp(score, [x for x, _ in points], [y for _, y in points]))


def _checked_card(folder: Path) -> dict[str, Any]:
    """The model card; every file it names must have the hash it gives."""
    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        for name, wanted in card["sha256"].items():
            with (folder / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != wanted:
                    raise ModelError(
                        f"{name} of the model is not the file that was trained",
                        hint="pip install --force-reinstall dragoman",
                    )
    except (OSError, json.JSONDecodeError, KeyError) as error:
        raise ModelError(
            f"the model in {folder} cannot be read: {error}", hint="pip install --force-reinstall dragoman"
        ) from None
    return card


@cache
def load_model() -> Model | None:
    """The model that ships with this version, loaded once per process; `None` where none is installed."""
    return Model(_folder()) if (_folder() / "card.json").is_file() else None


def model_findings() -> Iterator[tuple[bool, str, str]]:
    """What `doctor` says of the model: (good, finding, remedy)."""
    remedy = "pip install --force-reinstall dragoman"
    try:
        model = load_model()
    except (ModelError, ImportError) as error:
        yield False, f"the model does not load: {error}", remedy
        return
    if model is None:
        yield True, "no learned model is installed; the rule coder is used", remedy
        return
    types: Mapping[str, float] = model.classify([("Iran condemned Iraq.", (0, 4), (15, 19))])[0]
    best = max(types, key=lambda name: types[name])
    yield best == "ACCUSE", f"{model.name} is whole and codes a test sentence as {best}", remedy
