"""Load and run the learned model: one small encoder by onnxruntime, and light heads in NumPy.

The encoder (`model/encoder.onnx`, int8) turns word pieces into vectors; every head is a matrix or two (`model/heads.npz`) on those
vectors, so that one pass over a text serves triggers, roles, status, modes, contexts and names. A given pair is coded by a pass of its
own over the text with the pair marked. `model/card.json` names the labels, temperatures, thresholds and the hashes of the files,
which are checked at load. No network, no torch, no pickle.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from dragoman.errors import ModelError
from dragoman.events import Proposal
from dragoman.records import Participant

__all__ = ["Model", "ModelCoder", "Pair", "load_model", "model_findings", "role_features"]

Array = npt.NDArray[np.float32]
Span = tuple[int, int]
Pair = tuple[str, Span, Span]

_MARKERS = {"actor": (1, 2), "recipient": (3, 4)}
_BEGIN, _END = 101, 102
_MAX_PIECES = 192
_BATCH = 16


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


def _shapes(text: str, offsets: Sequence[Span]) -> list[int]:
    """The shape of each piece's whole word."""
    found: list[int] = []
    left = right = -1
    shape = 0
    for start, end in offsets:
        if not (left <= start and end <= right and start < right):
            left, right = start, end
            while left > 0 and text[left - 1].isalnum():
                left -= 1
            while right < len(text) and text[right].isalnum():
                right += 1
            shape = _shape(text[left:right])
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
    "a an the was were is are be been had has have to of in on at by for with and or that it its their his her".split()
)


def _joined_runs(runs: list[tuple[int, int, int]], offsets: Sequence[Span], text: str) -> list[tuple[int, int, int]]:
    """Runs of one kind with at most two pieces between them as one ("an" ... "accord"); runs of function words alone name nothing."""
    joined: list[tuple[int, int, int]] = []
    for begin, stop, kind in runs:
        first, last = begin, stop
        # A word is named whole: pieces that begin or end within one are completed.
        while (
            first > 0
            and offsets[first - 1][1] == offsets[first][0]
            and text[offsets[first][0]].isalnum()
            and text[offsets[first][0] - 1].isalnum()
        ):
            first -= 1
        while (
            last < len(offsets)
            and offsets[last][0] == offsets[last - 1][1]
            and text[offsets[last][0]].isalnum()
            and text[offsets[last][0] - 1].isalnum()
        ):
            last += 1
        if joined and joined[-1][2] == kind and first - joined[-1][1] <= 2:
            joined[-1] = (joined[-1][0], last, kind)
        else:
            joined.append((first, last, kind))
    return [
        run
        for run in joined
        if not set(text[offsets[run[0]][0] : offsets[run[1] - 1][1]].lower().split()) <= _FUNCTION_WORDS
    ]


@dataclass(frozen=True, slots=True)
class _Window:
    """Consecutive sentences of one paragraph that fit into one pass."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Read:
    """A window with its pieces and their vectors."""

    window: _Window
    pieces: _Pieces
    hidden: Array


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
        with np.load(folder / "heads.npz", allow_pickle=False) as stored:
            self._heads: dict[str, Array] = {name: stored[name].astype(np.float32) for name in stored.files}

    def pieces(self, text: str) -> _Pieces:
        made = self._tokenizer.encode(text, add_special_tokens=False)
        return _Pieces(made.ids, _shapes(text, made.offsets), made.offsets)

    def hidden(self, rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[Array]:
        """The last layer for each row of pieces, without the special pieces; batches of like length."""
        found: list[Array | None] = [None] * len(rows)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i][0]))
        for at in range(0, len(order), _BATCH):
            chunk = order[at : at + _BATCH]
            longest = max(len(rows[i][0]) for i in chunk) + 2
            ids = np.zeros((len(chunk), longest), dtype=np.int64)
            shapes = np.zeros_like(ids)
            mask = np.zeros_like(ids)
            for line, i in enumerate(chunk):
                pieces, forms = rows[i]
                size = len(pieces) + 2
                ids[line, :size] = [_BEGIN, *pieces, _END]
                shapes[line, 1 : size - 1] = forms
                mask[line, :size] = 1
            out = self._session.run(None, {"ids": ids, "shapes": shapes, "mask": mask})[0]
            for line, i in enumerate(chunk):
                found[i] = out[line, : len(rows[i][0]) + 2]
        return [row for row in found if row is not None]

    def read(self, text: str, sentences: Sequence[Span]) -> list[_Read]:
        """Every window of the text with its pieces and vectors; the last text is remembered, so that all heads share one pass."""
        key = tuple(sentences)
        if self._last is None or self._last[0] != text or self._last[1] != key:
            windows = list(_windows(text, sentences, 480))
            pieces = [self.pieces(text[w.start : w.end]) for w in windows]
            kept = [(w, p) for w, p in zip(windows, pieces, strict=True) if p.ids]
            rows = [(p.ids[:_MAX_PIECES], p.shapes[:_MAX_PIECES]) for _, p in kept]
            found = [_Read(w, p, out[1:-1]) for (w, p), out in zip(kept, self.hidden(rows), strict=True)]
            self._last = (text, key, found)
        return self._last[2]

    def names(self, text: str, sentences: Sequence[Span]) -> list[tuple[int, int, str, float]]:
        """The names of a text: start, end, kind (person, organization, place, nationality, meeting, date), probability."""
        kinds = self.card["labels"]["names"]
        found = []
        for part in self.read(text, sentences):
            probabilities = _softmax(self.linear("names", part.hidden), self.card["temperatures"]["names"])
            for first, last, kind in _runs([int(i) for i in probabilities.argmax(-1)]):
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

    def two_layers(self, name: str, first: int, second: int, x: Array, *, sigmoid: bool = False) -> Array:
        """A head of two layers with GELU between, exact or (`sigmoid`) in its sigmoid approximation, as it was trained."""
        inner = self.linear(f"{name}.{first}", x)
        return self.linear(f"{name}.{second}", inner / (1 + np.exp(-1.702 * inner)) if sigmoid else _gelu(inner))

    def classify(self, pairs: Sequence[Pair]) -> list[dict[str, float]]:
        """The probability of every type, and of NONE, for each (text, actor span, recipient span)."""
        labels = self.card["labels"]["pair"]
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
            logits = self.two_layers("pair", 1, 4, np.stack(features))
            for (number, _, _), row in zip(at, _softmax(logits, self.card["temperatures"]["pair"]), strict=True):
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


def _runs(labels: Sequence[int]) -> Iterator[tuple[int, int, int]]:
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


def _windows(text: str, sentences: Sequence[Span], limit: int) -> Iterator[_Window]:
    """Runs of sentences of one paragraph, each at most `limit` characters (a longer sentence stands alone)."""
    start = end = -1
    for a, b in sentences:
        if start >= 0 and ("\n" in text[end:a] or b - start > limit):
            yield _Window(start, end)
            start = -1
        if start < 0:
            start = a
        end = b
    if start >= 0:
        yield _Window(start, end)


class ModelCoder:
    """Proposes events by the learned heads: triggers with types, then the part every phrase takes in each act."""

    def __init__(self, model: Model, *, threshold: float | None = None) -> None:
        self._model = model
        self._threshold = threshold

    @property
    def name(self) -> str:
        """Model and version, as reasons and the manifest give it."""
        return self._model.name

    def propose(self, text: str, sentences: Sequence[Span], participants: Sequence[Participant]) -> list[Proposal]:
        """Every act of these sentences with the indices of its parties, its status, mode, contexts and score."""
        found: list[Proposal] = []
        for part in self._model.read(text, sentences):
            found.extend(self._window(text, part, sentences, participants))
        return found

    def parts(
        self, text: str, sentences: Sequence[Span], participants: Sequence[Participant], start: int, end: int
    ) -> tuple[tuple[int, ...], tuple[int, ...], float]:
        """Actors and recipients, by index, of an act that somebody else found at [start, end), and how sure the parts are."""
        sentence = _sentence(sentences, start)
        for part in self._model.read(text, sentences):
            if part.window.start <= start and end <= part.window.end:
                return self._roles(part, (start, end), _near(part, participants, sentence), sentence)
        return (), (), 0.0

    def _window(
        self, text: str, part: _Read, sentences: Sequence[Span], participants: Sequence[Participant]
    ) -> Iterator[Proposal]:
        window, piece, hidden = part.window, part.pieces, part.hidden
        model, card = self._model, self._model.card
        probabilities = _softmax(model.linear("trigger", hidden), card["temperatures"]["trigger"])
        runs = _joined_runs(
            list(_runs(_decoded(probabilities, card["trigger_bias"]))), piece.offsets, text[window.start : window.end]
        )
        if not runs:
            return
        for first, last, kind in runs:
            vector = hidden[first:last].mean(0)
            start = window.start + piece.offsets[first][0]
            end = window.start + piece.offsets[last - 1][1]
            type_ = card["labels"]["type"][kind]
            sure = float((probabilities[first:last, 1 + 2 * kind] + probabilities[first:last, 2 + 2 * kind]).max())
            sentence = _sentence(sentences, start)
            # Parties are looked for in the act's own sentence: pronouns and nominals there already stand for those named before.
            actors, recipients, role_sure = self._roles(
                part, (start, end), _near(part, participants, sentence), sentence
            )
            if not actors and not recipients:
                continue
            score = _calibrated(sure * role_sure**0.5, card["calibration"])
            if score < (self._threshold if self._threshold is not None else card["thresholds"].get(type_, 0.0)):
                continue
            yield Proposal(
                start=start,
                end=end,
                type=type_,
                mode=self._mode(vector, type_),
                actors=actors,
                recipients=recipients,
                status=self._status(vector),
                score=score,
                by=self.name,
                contexts=self._contexts(vector),
            )

    def _roles(
        self, part: _Read, trigger: Span, near: Sequence[tuple[int, Span, Participant]], sentence: Span
    ) -> tuple[tuple[int, ...], tuple[int, ...], float]:
        """Who acts and who is acted on; a phrase within another of the same part gives way to the longer one."""
        if not near:
            return (), (), 0.0
        made = [role_features(part, trigger, (p.start, p.end)) for _, _, p in near]
        near = [item for item, row in zip(near, made, strict=True) if row is not None]
        rows = [row for row in made if row is not None]
        if not rows:
            return (), (), 0.0
        features = np.stack(rows)
        shares = _softmax(
            self._model.two_layers("role", 0, 3, features, sigmoid=True), self._model.card["temperatures"]["role"]
        )
        chosen: dict[int, list[tuple[float, int, Participant]]] = {1: [], 2: []}
        weighted = shares * np.array(
            [self._model.card.get("role_none", 1.0), 1.0, self._model.card.get("role_recipient", 1.0)], np.float32
        )
        for (index, _, party_), row, heavy in zip(near, shares, weighted, strict=True):
            role = int(heavy.argmax())
            if role:
                chosen[role].append((float(row[role]), index, party_))
        sure = [p for members in chosen.values() for p, _, _ in members]
        return (
            _outermost(chosen[1], sentence),
            _outermost(chosen[2], sentence),
            float(np.mean(sure)) if sure else 0.0,
        )

    def _mode(self, vector: Array, type_: str) -> str | None:
        names = self._model.card["labels"]["mode"]
        own = [i for i, name in enumerate(names) if name.startswith(f"{type_}-")]
        if not own:
            return None
        logits = self._model.linear("mode", vector)[own]
        probabilities = _softmax(logits)
        best = int(probabilities.argmax())
        if probabilities[best] < self._model.card["mode_threshold"]:
            return None
        return str(names[own[best]]).split("-", 1)[1]

    def _status(self, vector: Array) -> str | None:
        """The status that the head is sure of; otherwise `None`, and the rules of `events` read the clause."""
        names = self._model.card["labels"]["status"]
        probabilities = _softmax(self._model.linear("status", vector))
        best = int(probabilities.argmax())
        sure = names[best] != "occurred" and probabilities[best] >= self._model.card.get("status_threshold", 0.7)
        return str(names[best]) if sure else None

    def _contexts(self, vector: Array) -> tuple[str, ...]:
        logits = self._model.linear("context", vector)
        names = self._model.card["labels"]["context"]
        return tuple(
            name for name, logit in zip(names, logits, strict=True) if logit > self._model.card["context_logit"]
        )


def _near(part: _Read, participants: Sequence[Participant], sentence: Span) -> list[tuple[int, Span, Participant]]:
    """The phrases of a sentence with their indices and pieces."""
    offsets = part.pieces.offsets[: len(part.hidden)]
    found = []
    for i, p in enumerate(participants):
        if sentence[0] <= p.start < sentence[1] and part.window.start <= p.start and p.end <= part.window.end:
            run = _covering(offsets, p.start - part.window.start, p.end - part.window.start)
            if run is not None:
                found.append((i, run, p))
    return found


def _sentence(sentences: Sequence[Span], at: int) -> Span:
    return next((span for span in sentences if span[0] <= at < span[1]), (at, at + 1))


def _outermost(members: Sequence[tuple[float, int, Participant]], sentence: Span) -> tuple[int, ...]:
    """Indices without phrases that lie within a longer chosen one, and one phrase an actor: that of the act's own sentence first."""
    kept: list[tuple[float, int, Participant]] = []
    for member in members:
        inside = any(
            other is not member and other[2].start <= member[2].start and member[2].end <= other[2].end
            and (other[2].end - other[2].start) > (member[2].end - member[2].start)
            for other in members
        )  # fmt: skip
        if not inside:
            kept.append(member)
    by_actor: dict[str, tuple[float, int, Participant]] = {}
    for member in sorted(kept, key=lambda m: (not sentence[0] <= m[2].start < sentence[1], -m[0])):
        by_actor.setdefault(member[2].id, member)
    return tuple(sorted(index for _, index, _ in by_actor.values()))


def _decoded(probabilities: Array, bias: float) -> list[int]:
    """The best label of each piece; `bias` (a factor on "outside") trades precision for recall, chosen on development data."""
    weighted = probabilities.copy()
    weighted[:, 0] *= bias
    return [int(i) for i in weighted.argmax(-1)]


def role_features(part: _Read, trigger: Span, phrase: Span) -> Array | None:
    """What the role head looks at: act, phrase, their product, the word before the phrase, what stands between, and the distance."""
    offsets = part.pieces.offsets[: len(part.hidden)]
    t = _covering(offsets, trigger[0] - part.window.start, trigger[1] - part.window.start)
    p = _covering(offsets, phrase[0] - part.window.start, phrase[1] - part.window.start)
    if t is None or p is None:
        return None
    hidden = part.hidden
    act, party = hidden[t[0] : t[1]].mean(0), hidden[p[0] : p[1]].mean(0)
    before = hidden[p[0] - 1] if p[0] > 0 else np.zeros_like(act)
    low, high = (t[1], p[0]) if p[0] >= t[1] else (p[1], t[0])
    between = hidden[low:high].mean(0) if low < high else np.zeros_like(act)
    return np.concatenate([act, party, act * party, before, between, _distance(t, p)]).astype(np.float32)


def _distance(one: Span, two: Span) -> Array:
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
