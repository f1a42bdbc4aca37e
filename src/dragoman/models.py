"""Load and run the learned model: one small encoder by onnxruntime, and light heads in NumPy.

The encoder (int8) turns word pieces into vectors; every head is a matrix or two (`model/heads.npz`) on those vectors, so that one pass
over a text serves triggers, names and links to countries. Its lower layers (`model/lower.onnx`) are shared: for every word that may
name an act the upper ones (`model/upper.onnx`) read its sentence once more, with a vector added at the word. That tells the act's type
or that there is none, its status, mode and contexts, and who takes which part. A given pair is coded by a pass over the text with the
pair marked. `model/card.json` names the labels, temperatures, thresholds and the hashes of the files, which are checked at load. No
network, no torch, no pickle.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from operator import itemgetter
from pathlib import Path
from typing import Any

import numpy as np

from dragoman.coding import adjuncts
from dragoman.coding.pieces import (
    Array,
    Pieces,
    Read,
    Span,
    cleaned_runs,
    covering,
    decoded,
    distance,
    joined_runs,
    runs_of,
    shapes_of,
    whole_words,
    windows_of,
)
from dragoman.errors import ModelError
from dragoman.naming import antecedents
from dragoman.naming.antecedents import Choice
from dragoman.naming.candidates import Candidate
from dragoman.parts import file_sha256
from dragoman.text import ByPlace

__all__ = [
    "ENCODER",
    "MARKERS",
    "SCALE",
    "WIDER",
    "Act",
    "Model",
    "Naming",
    "Pair",
    "Part",
    "Run",
    "beside",
    "load_model",
    "model_findings",
]

Pair = tuple[str, Span, Span]
Naming = tuple[int, int, str]
"""Where a text names a country, or a body that counts as one: [start, end), code."""
Run = tuple[Read, Span]
"""A window and a run of its pieces [first, last)."""
_Marked = tuple[Read, int, int]

MARKERS = {"actor": (1, 2), "recipient": (3, 4)}
ENCODER = ("lower.onnx", "upper.onnx")
SCALE = ":scale"
"""What stands behind a matrix' name in `heads.npz` in the name of its rows' scales."""
WIDER = "wider.npz"
"""Of an act whose sentence names none who is acted on, whether a look around it is worth its time (`train/wider.py`)."""
_BEGIN, _END = 101, 102
_MAX_PIECES = 192
_BATCH_PIECES = 256  # run together, at most, unless one row is longer
_start, _end = itemgetter(0), itemgetter(1)
_WINDOW = 480  # characters read in one pass, at most, unless one sentence is longer


def _folder() -> Path:
    return Path(str(files("dragoman") / "model"))


def _softmax(logits: Array, temperature: float = 1.0) -> Array:
    scaled = logits / temperature
    scaled = scaled - scaled.max(-1, keepdims=True)
    exp = np.exp(scaled)
    return np.asarray(exp / exp.sum(-1, keepdims=True), dtype=np.float32)


def _gelu(x: Array) -> Array:
    """The exact GELU by a rational approximation of erf (Abramowitz and Stegun 7.1.26), good to 1.5e-7."""
    # In place and in single precision throughout: a third of the time.
    z = np.abs(x)
    z *= np.float32(0.5**0.5)
    t = np.reciprocal(1.0 + np.float32(0.3275911) * z)
    erf = t * np.float32(1.061405429)
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        erf += np.float32(factor)
        erf *= t
    z *= z
    erf *= np.exp(np.negative(z, out=z), out=z)
    np.subtract(1.0, erf, out=erf)
    np.copysign(erf, x, out=erf)
    erf += 1.0
    erf *= x
    erf *= np.float32(0.5)
    return np.asarray(erf, dtype=np.float32)


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
    read: Read
    own: Array
    """The mean vector of the act's pieces; `read` holds the sentence's vectors with the act marked."""

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
        self._lower, self._upper = (
            onnxruntime.InferenceSession(str(folder / name), options, providers=["CPUExecutionProvider"])
            for name in ENCODER
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._last: tuple[str, tuple[Span, ...], list[Read]] | None = None
        self._acts: tuple[str, tuple[Span, ...], list[Act]] | None = None
        self._modes: defaultdict[str, list[int]] = defaultdict(list)
        for number, name in enumerate(self.card["labels"]["mode"]):
            self._modes[name.partition("-")[0]].append(number)
        self._heads = _loaded_heads(folder / "heads.npz")
        known = antecedents.FILE in self.card["sha256"]
        self._antecedents = antecedents.load_weights(folder / antecedents.FILE, self.encoder) if known else None
        self._wider = antecedents.load_weights(folder / WIDER, self.encoder) if WIDER in self.card["sha256"] else None
        known = adjuncts.FILE in self.card["sha256"]
        self._adjuncts = antecedents.load_weights(folder / adjuncts.FILE, self.encoder) if known else None

    def pieces(self, text: str) -> Pieces:
        made = self._tokenizer.encode(text, add_special_tokens=False)
        return Pieces(made.ids, shapes_of(text, made.offsets), made.offsets)

    @property
    def encoder(self) -> str:
        """The hash by which a head knows the encoder that it was fitted on."""
        return hashlib.sha256("".join(self.card["sha256"][name] for name in ENCODER).encode()).hexdigest()

    def hidden(self, rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[Array]:
        """The last layer for each row of pieces, with the special pieces around it."""
        return self.upper(self.lower(rows))

    def lower(self, rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> list[Array]:
        """The last of the shared layers for each row of pieces and shapes, with the special pieces around it.

        Rows of one length run together: the encoder scales every piece by itself, so that none changes another's answer.
        """
        found: list[Array] = [np.zeros((0, 0), dtype=np.float32)] * len(rows)
        for numbers in _batches([len(pieces) + 2 for pieces, _ in rows]):
            ids = np.array([[_BEGIN, *rows[number][0], _END] for number in numbers], dtype=np.int64)
            shapes = np.array([[0, *rows[number][1], 0] for number in numbers], dtype=np.int64)
            given = {"ids": ids, "shapes": shapes, "lengths": np.full(len(ids), ids.shape[1], dtype=np.int32)}
            for number, out in zip(numbers, self._lower.run(None, given)[0], strict=True):
                found[number] = out
        return found

    def upper(self, rows: Sequence[Array]) -> list[Array]:
        """The last layer for each row of vectors of the shared layers."""
        found: list[Array] = [np.zeros((0, 0), dtype=np.float32)] * len(rows)
        for numbers in _batches([len(row) for row in rows]):
            middle = np.stack([rows[number] for number in numbers])
            given = {"given": middle, "lengths": np.full(len(middle), middle.shape[1], dtype=np.int32)}
            for number, out in zip(numbers, self._upper.run(None, given)[0], strict=True):
                found[number] = out
        return found

    def read(self, text: str, sentences: Sequence[Span]) -> list[Read]:
        """Every window of the text with its pieces and vectors; the last text is remembered, so that all heads share one pass."""
        key = tuple(sentences)
        if self._last is None or self._last[0] != text or self._last[1] != key:
            windows = list(windows_of(sentences, _WINDOW))
            placed = ByPlace(key, lambda sentence: sentence)
            pieces = [self.pieces(text[w.start : w.end]) for w in windows]
            kept = [(w, p) for w, p in zip(windows, pieces, strict=True) if p.ids]
            middle = self.lower([(p.ids[:_MAX_PIECES], p.shapes[:_MAX_PIECES]) for _, p in kept])
            found = [
                Read(w, text[w.start : w.end], p, out[1:-1], shared, tuple(placed.inside(w.start, w.end)))
                for (w, p), shared, out in zip(kept, middle, self.upper(middle), strict=True)
            ]
            self._last = (text, key, found)
        return self._last[2]

    def names(self, text: str, sentences: Sequence[Span]) -> list[tuple[int, int, str, float]]:
        """The names of a text: start, end, kind (person, organization, place, nationality, meeting, date), probability."""
        kinds = self.card["labels"]["names"]
        found = []
        for part in self.read(text, sentences):
            probabilities = _softmax(self.linear("names", part.hidden), self.card["temperatures"]["names"])
            for first, last, kind in runs_of(probabilities.argmax(-1).tolist()):
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
            self._acts = (text, key, self.judged(self.triggers(text, sentences)))
        return self._acts[2]

    def triggers(self, text: str, sentences: Sequence[Span]) -> list[Run]:
        """The words that may name an act, as runs of pieces of their windows."""
        found: list[Run] = []
        for part in self.read(text, sentences):
            probabilities = _softmax(self.linear("trigger", part.hidden), self.card["temperatures"]["trigger"])
            labels = decoded(probabilities, self.card["trigger_bias"])
            runs = joined_runs(list(runs_of(labels)), part.pieces.offsets, part.text)
            found.extend((part, (first, last)) for first, last, _ in runs)
        return found

    def marked(self, middle: Array, first: int, last: int) -> Array:
        """A row of the shared layers' vectors with the pieces [first, last) marked as an act."""
        row = middle.copy()
        row[first + 1 : last + 1] += self._heads["mark.weight"][0]
        return row

    def judged(self, found: Sequence[Run]) -> list[Act]:
        """Every run of pieces as an act, read in its own sentence; where that names none who is acted on, what stands around tells who."""
        inside = [(whole, run) for whole, run in found if run[1] <= len(whole.hidden)]
        acts = self.told_by_sentence(inside)
        lacking = self._worth_a_look(acts, self.lacking(acts))
        for i, parts in zip(lacking, self.told_around([inside[i] for i in lacking]), strict=True):
            acts[i] = _with_recipients(acts[i], parts)
        return acts

    def lacking(self, acts: Sequence[Act]) -> list[int]:
        """The numbers of the acts whose sentence says who acts and not on whom."""
        limit = self.card["none_limit"]
        return [i for i, act in enumerate(acts) if act.types["NONE"] < limit and {p.role for p in act.parts} == {0}]

    def _worth_a_look(self, acts: Sequence[Act], lacking: Sequence[int]) -> list[int]:
        """Those of the acts of these numbers for which what stands around their sentences may tell who is acted on."""
        if self._wider is None or not lacking:
            return list(lacking)
        logits = np.stack([acts[i].own for i in lacking]) @ self._wider["weight"] + self._wider["bias"]
        return [i for i, logit in zip(lacking, logits.tolist(), strict=True) if logit > self._wider["limit"]]

    def told_by_sentence(self, found: Sequence[Run]) -> list[Act]:
        """Each run of pieces as its own sentence tells it."""
        kept, outs = self._read_again(found, self.card["act_reach"])
        return self._acts_of(kept, outs) if kept else []

    def told_around(self, found: Sequence[Run]) -> list[tuple[Part, ...]]:
        """For each run of pieces who takes part in it, as the sentences around it tell."""
        kept, outs = self._read_again(found, self.card["recipient_reach"])
        return self._parts_of(kept, outs, _means(kept, outs)) if kept else []

    def _read_again(self, found: Sequence[Run], reach: int) -> tuple[list[_Marked], list[Array]]:
        """The upper layers on the sentences within `reach` characters of each of these runs of pieces, with the run marked."""
        kept = [whole.around(*run, reach) for whole, run in found]
        return kept, self.upper([self.marked(part.middle, first, last) for part, first, last in kept])

    def _acts_of(self, kept: Sequence[_Marked], outs: Sequence[Array]) -> list[Act]:
        """The heads on every marked act at once."""
        labels, temperatures = self.card["labels"], self.card["temperatures"]
        own = _means(kept, outs)
        begin = np.stack([out[first + 1] for (_, first, _), out in zip(kept, outs, strict=True)])
        whole = np.stack([_mean(out) for out in outs])
        vectors = _gelu(self.linear("act.1", np.concatenate([begin, own, whole], 1)))
        types = _softmax(self.linear("kind", vectors), temperatures["act"])
        status = _softmax(self.linear("status", vectors))
        modes, contexts = self.linear("mode", vectors), self.linear("context", vectors)
        parts = self._parts_of(kept, outs, own)
        found = []
        for number, (part, first, last) in enumerate(kept):
            start, offsets = part.window.start, part.pieces.offsets
            best = labels["pair"][int(types[number][:-1].argmax())]
            found.append(
                Act(
                    start + offsets[first][0],
                    start + offsets[last - 1][1],
                    dict(zip(labels["pair"], types[number].tolist(), strict=True)),
                    dict(zip(labels["status"], status[number].tolist(), strict=True)),
                    self._mode(modes[number], best),
                    self._contexts(contexts[number]),
                    parts[number],
                    replace(part, hidden=outs[number][1:-1]),
                    own[number],
                )
            )
        return found

    def _parts_of(self, kept: Sequence[_Marked], outs: Sequence[Array], own: Array) -> list[tuple[Part, ...]]:
        """The phrases that take a part in each marked act; `own` are the acts' own vectors."""
        shares = self._part_shares([out[1:-1] for out in outs], own)
        return [tuple(_parts(part, each)) for (part, _, _), each in zip(kept, shares, strict=True)]

    def _part_shares(self, pieces: Sequence[Array], own: Array) -> list[Array]:
        """For each act the probabilities of the parts of its pieces.

        The first layer takes a piece beside the vector of the act; what that one gives is the same for all pieces of an act.
        """
        weight, width = self._heads["part.0.weight"], own.shape[1]
        of_act = own @ weight[:, width:].T + self._heads["part.0.bias"]
        counts = [len(each) for each in pieces]
        inner = np.concatenate(pieces) @ weight[:, :width].T
        inner += np.repeat(of_act, counts, axis=0)
        shares = _softmax(self.linear("part.3", _gelu(inner)), self.card["temperatures"]["part"])
        shares[:, 0] *= self.card["part_none"]
        return np.split(shares, np.cumsum(counts)[:-1])

    def sides(self, acts: Sequence[Act], namings: Sequence[Naming]) -> list[dict[str, tuple[float, float]]]:
        """For each act, for each country named in its window, how likely it acts, and how likely it is acted on."""
        spots: list[tuple[int, str]] = []
        vectors: list[Array] = []
        placed = ByPlace(namings, lambda naming: naming[:2])
        for number, act in enumerate(acts):
            start, end = act.read.window.start, act.read.window.end
            offsets = act.read.pieces.offsets[: len(act.read.hidden)]
            for a, b, code in placed.inside(start, end):
                if not (a < act.end and act.start < b):
                    run = covering(offsets, a - start, b - start)
                    if run is not None:
                        spots.append((number, code))
                        vectors.append(np.concatenate([_span_vector(act.read.hidden, run), act.own]))
        found: list[dict[str, Array]] = [{} for _ in acts]
        for (number, code), row in zip(
            spots, self.two_layers("side", 1, 4, np.stack(vectors)) if vectors else (), strict=True
        ):
            seen = found[number]
            seen[code] = np.logaddexp(seen[code], row) if code in seen else row
        scale = self.card["temperatures"]["side"]
        shares = [{code: 1.0 / (1.0 + np.exp(-row / scale)) for code, row in seen.items()} for seen in found]
        return [{code: (float(row[0]), float(row[1])) for code, row in seen.items()} for seen in shares]

    def adjuncts(
        self, kind: str, text: str, sentences: Sequence[Span], phrases: Sequence[Span]
    ) -> dict[int, adjuncts.Shares]:
        """For each act, by where it starts, how likely each phrase of its sentence is its date or its place (`kind`).

        Nothing where no scorer for this encoder is installed.
        """
        if self._adjuncts is None:
            return {}
        placed = ByPlace(phrases, lambda span: span)
        asked = [(act.start, *beside(text, act, placed)) for act in self.told(text, sentences)]
        asked = [each for each in asked if each[1]]
        if not asked:
            return {}
        _, spans, vectors, rows = zip(*asked, strict=True)
        shares = adjuncts.shares_of(kind, np.concatenate(vectors), np.concatenate(rows), self._adjuncts)
        parts = np.split(shares, np.cumsum([len(each) for each in spans])[:-1])
        return {
            start: dict(zip(own, part.tolist(), strict=True))
            for (start, own, _, _), part in zip(asked, parts, strict=True)
        }

    def _mode(self, logits: Array, type_: str) -> str | None:
        own = self._modes.get(type_)
        if own is None:
            return None
        probabilities = _softmax(logits[own])
        best = int(probabilities.argmax())
        name = str(self.card["labels"]["mode"][own[best]])
        return name.split("-", 1)[1] if probabilities[best] >= self.card["mode_threshold"] else None

    def _contexts(self, logits: Array) -> tuple[str, ...]:
        names = self.card["labels"]["context"]
        return tuple(name for name, logit in zip(names, logits, strict=True) if logit > self.card["context_logit"])

    def told(self, text: str, sentences: Sequence[Span]) -> list[Act]:
        """The acts of a text that are more than words which might have named one."""
        limit = self.card["none_limit"]
        return [act for act in self.acts(text, sentences) if act.types["NONE"] < limit]

    def parties(self, text: str, sentences: Sequence[Span]) -> list[Span]:
        """The phrases that take a part in some act, in order."""
        return sorted({(part.start, part.end) for act in self.told(text, sentences) for part in act.parts})

    def link(
        self, text: str, sentences: Sequence[Span], phrases: Sequence[Span], namings: Sequence[Naming]
    ) -> list[dict[str | None, float] | None]:
        """For each phrase how likely it is of each country named in its window, and of none (`None`); `None` where it names no country."""
        found: list[dict[str | None, float] | None] = [None] * len(phrases)
        placed, named = ByPlace(enumerate(phrases), lambda each: each[1]), ByPlace(namings, lambda naming: naming[:2])
        first_named = min((start for start, _, _ in namings), default=0)
        for part in self.read(text, sentences):
            offsets, (begin, stop) = part.pieces.offsets[: len(part.hidden)], (part.window.start, part.window.end)

            def run_of(start: int, end: int, offsets: Sequence[Span] = offsets, begin: int = begin) -> Span | None:
                return covering(offsets, start - begin, end - begin)

            near = [(code, run) for a, b, code in named.inside(begin, stop) if (run := run_of(a, b)) is not None]
            asked = [(i, run) for i, span in placed.inside(begin, stop) if (run := run_of(*span)) is not None]
            if not asked or not near:
                continue
            # Where countries were named before this window, a phrase may be of one of those: the model cannot say that it is of none.
            alone = first_named >= begin
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

    def vectors(self, text: str, sentences: Sequence[Span], candidates: Sequence[Candidate]) -> Array:
        """For each candidate the mean of the vectors of its last word, and of all its words in the window of that word."""
        found = np.zeros((len(candidates), self._heads["query.weight"].shape[1]), dtype=np.float32)
        order = sorted(range(len(candidates)), key=lambda number: candidates[number].head)
        placed = [candidates[number].head[0] for number in order]
        for part in self.read(text, sentences):
            offsets, begin = part.pieces.offsets[: len(part.hidden)], part.window.start
            sums = np.concatenate([np.zeros_like(part.hidden[:1]), part.hidden]).cumsum(0)
            inside = order[bisect_left(placed, begin) : bisect_left(placed, part.window.end)]
            spans = [
                span for each in map(candidates.__getitem__, inside) for span in (each.head, (each.start, each.end))
            ]
            first = np.array([bisect_right(offsets, a - begin, key=_end) for a, _ in spans], np.intp)
            last = np.array([bisect_left(offsets, b - begin, key=_start) for _, b in spans], np.intp)
            means = (sums[last] - sums[first]) / np.maximum(last - first, 1).astype(np.float32)[:, None]
            read = (first < last)[::2]
            found[np.array(inside, np.intp)[read]] = means.reshape(len(inside), found.shape[1])[read]
        return found

    def antecedents(self, text: str, sentences: Sequence[Span], candidates: Sequence[Candidate]) -> list[Choice]:
        """What each of the phrases that may refer goes back to; none where no scorer for this encoder is installed."""
        if self._antecedents is None:
            return []
        return antecedents.choices(candidates, self.vectors(text, sentences, candidates), self._antecedents)

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
        a, r = covering(piece.offsets, *actor), covering(piece.offsets, *recipient)
        if a is None or r is None:
            return None
        room = _MAX_PIECES - 6
        begin = max(0, min(min(a[0], r[0]) - 40, len(piece.ids) - room)) if len(piece.ids) > room else 0
        stop = min(len(piece.ids), begin + room)
        if max(a[1], r[1]) > stop:
            return None
        closing = {a[1]: MARKERS["actor"][1], r[1]: MARKERS["recipient"][1]}
        opening = {a[0]: MARKERS["actor"][0], r[0]: MARKERS["recipient"][0]}
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
        return ids, shapes, places[MARKERS["actor"][0]], places[MARKERS["recipient"][0]]


def beside(text: str, act: Act, phrases: ByPlace[Span]) -> tuple[list[Span], Array, Array]:
    """The phrases in the sentence of an act, the vectors of each beside that of the act, and what else is seen of them."""
    window, offsets = act.read.window, act.read.pieces.offsets[: len(act.read.hidden)]
    inside = phrases.inside(window.start, window.start + offsets[-1][1])
    runs = {(a, b): covering(offsets, a - window.start, b - window.start) for a, b in inside}
    spans = [span for span, run in runs.items() if run is not None]
    vectors = [
        np.concatenate([_span_vector(act.read.hidden, run), act.own]) for run in runs.values() if run is not None
    ]
    if not spans:
        return [], np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32)
    rows = adjuncts.rows_of(text, (window.start, window.end), (act.start, act.end), spans)
    return spans, np.stack(vectors), rows


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """The numbers of rows of one length that run together: a row alone costs hardly more a piece, and one that is filled up does."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda i: lengths[i]):
        full = (len(batch) + 1) * lengths[number] > _BATCH_PIECES
        if batch and (full or lengths[number] != lengths[batch[0]]):
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


def _means(kept: Sequence[_Marked], outs: Sequence[Array]) -> Array:
    """The mean of the vectors of each marked act's own pieces."""
    return np.stack([_mean(out[first + 1 : last + 1]) for (_, first, last), out in zip(kept, outs, strict=True)])


def _with_recipients(act: Act, wider: Sequence[Part]) -> Act:
    """An act with those acted on as a wider reading of it gives them, but for phrases that stand for its actors."""
    more = [
        part
        for part in wider
        if part.role == 1 and not any(own.start < part.end and part.start < own.end for own in act.parts)
    ]
    return replace(act, parts=(*act.parts, *more)) if more else act


def _parts(read: Read, shares: Array) -> Iterator[Part]:
    """The phrases that take a part, from the probabilities of the pieces."""
    for first, last, role in cleaned_runs(runs_of(shares.argmax(-1).tolist()), read, read.text):
        sure = float(shares[first:last, 1 + 2 * role : 3 + 2 * role].sum(-1).mean())
        begin, stop = whole_words(read, first, last)
        yield Part(read.window.start + begin, read.window.start + stop, role, min(1.0, sure))


def _span_vector(hidden: Array, run: Span) -> Array:
    """A phrase as the mean of its pieces and its last piece."""
    return np.concatenate([_mean(hidden[run[0] : run[1]]), hidden[run[1] - 1]])


def _mean(rows: Array) -> Array:
    """The mean of rows; `rows.mean(0)` does the same in twice the time, of which an article asks some hundred times."""
    return np.asarray(np.add.reduce(rows, 0) / np.float32(len(rows)))


def _loaded_heads(path: Path) -> dict[str, Array]:
    """The matrices by name; of an int8 one each row has a scale, stored beside it."""
    with np.load(path, allow_pickle=False) as stored:
        found = {name: stored[name].astype(np.float32) for name in stored.files}
    return {name: value * found.get(name + SCALE, 1) for name, value in found.items() if not name.endswith(SCALE)}


def _checked_card(folder: Path) -> dict[str, Any]:
    """The model card; every file it names must have the hash it gives."""
    try:
        card: dict[str, Any] = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        for name, wanted in card["sha256"].items():
            if file_sha256(folder / name) != wanted:
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
