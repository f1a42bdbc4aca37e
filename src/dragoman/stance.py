"""Where a speaker stands on what he speaks of: a softmax over the encoder's vectors and the words themselves.

One matrix (`model/stance.npz`, made by `train/stance.py`) over the means of the vectors of the words said, the cue, the sentence
and the speaker, what the act heads see in them, and single words and pairs of words. The words that move the answer most
are the reason it gives. The file belongs to one encoder, named by its hash; with another one the word lists decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dragoman import issue_head
from dragoman.cues import load_cues
from dragoman.errors import ModelError
from dragoman.issue_head import IssueHead
from dragoman.issues import find_stance, load_stance
from dragoman.models import Model, load_model
from dragoman.statements import IssueReader, StanceGuess

__all__ = ["FILE", "LABELS", "StanceHead", "dense_features", "load_stance_head", "word_features"]

Array = npt.NDArray[np.float32]
Span = tuple[int, int]
FILE = "stance.npz"
WIDTH = 384
LABELS = ("support", "oppose", "neutral")
_WORD = re.compile(r"[^\W_][\w’'-]*")
_MOST_WORDS = 400
_MIXED = 0.38
"""Support and opposition both at least this likely are told as "mixed"."""
_SHOWN = 3


def _vectors(model: Model, text: str, sentences: Sequence[Span], runs: Iterable[Span]) -> Array:
    """The vectors of all pieces in these runs; one row of zeros where none is there."""
    found: list[Array] = []
    for part in model.read(text, sentences):
        offsets = part.pieces.offsets[: len(part.hidden)]
        for start, end in runs:
            low, high = start - part.window.start, end - part.window.start
            inside = [i for i, (a, b) in enumerate(offsets) if a < high and low < b and a < b]
            if inside:
                found.append(part.hidden[inside[0] : inside[-1] + 1])
    if found:
        return np.concatenate(found)
    return np.zeros((1, WIDTH), np.float32)


def _acts(model: Model, vectors: Array) -> Array:
    """The greatest probability that any of these pieces begins or goes on with each type of act."""
    logits = model.linear("trigger", vectors)
    odds = np.exp(logits - logits.max(1, keepdims=True))
    return np.asarray((odds / odds.sum(1, keepdims=True))[:, 1:].max(0), dtype=np.float32)


def dense_features(
    model: Model, text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span, speaker: Span | None
) -> Array:
    """Means over words said, cue, sentence and speaker, then what the act heads see in the words and in the cue."""
    own = [span for span in sentences if span[0] <= cue[0] < span[1]]
    said, by = _vectors(model, text, sentences, content), _vectors(model, text, sentences, [cue])
    parts = [
        said.mean(0),
        by.mean(0),
        _vectors(model, text, sentences, own).mean(0),
        _vectors(model, text, sentences, [speaker] if speaker else []).mean(0),
        _acts(model, said),
        _acts(model, by),
    ]
    return np.concatenate(parts).astype(np.float32)


def word_features(text: str, content: Sequence[Span], cue: Span) -> dict[str, Span]:
    """Words and pairs of words said, the cue's words, and what the word lists tell, each with where it stands.

    >>> sorted(word_features("He condemned the raid", [(13, 21)], (3, 12)))
    ['cue condemned', 'kind judge', 'own oppose', 'raid', 'the', 'the raid']
    """
    found: dict[str, Span] = {}
    for start, end in content:
        before: re.Match[str] | None = None
        for match in list(_WORD.finditer(text, start, end))[:_MOST_WORDS]:
            word = match.group().lower().replace("’", "'")
            found.setdefault(word, match.span())
            if before is not None:
                pair = f"{before.group().lower().replace('’', chr(39))} {word}"
                found.setdefault(pair, (before.start(), match.end()))
            before = match
    cues = load_cues()
    for match in _WORD.finditer(text, *cue):
        word = match.group().lower()
        found.setdefault(f"cue {word}", cue)
        options = cues.verbs.get(word, ())
        known = options[-1][0] if options else cues.nouns.get(word)
        if known is not None:
            found.setdefault(f"kind {known.kind}", cue)
            if known.stance:
                found.setdefault(f"own {known.stance}", cue)
    shown, words = find_stance(text, content, load_stance())
    if shown:
        found.setdefault(f"list {shown}", words[0])
    return found


class StanceHead:
    """The loaded head: gives label, probability and the words that decided."""

    def __init__(self, model: Model, path: Path, issues: IssueReader | None = None) -> None:
        with np.load(path, allow_pickle=False) as stored:
            self._encoder = str(stored["encoder"])
            self._mean = stored["mean"].astype(np.float32)
            self._scale = stored["scale"].astype(np.float32)
            self._dense = stored["dense"].astype(np.float32)
            self._words = stored["words"].astype(np.float32)
            self._idf = stored["idf"].astype(np.float32)
            self._bias = stored["bias"].astype(np.float32)
            names = str(stored["vocabulary"]).split("\n")
        if self._encoder != model.card["sha256"]["encoder.onnx"]:
            raise ModelError("stance.npz belongs to another encoder", hint="python -m train.stance src/dragoman/model")
        self.issues = issues
        self._model = model
        self._index = {name: i for i, name in enumerate(names)}
        self.name = f"stance of {model.name}"

    def read(
        self, text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span, speaker: Span | None
    ) -> StanceGuess:
        """The stance of one statement; every span lies in `text`."""
        dense = (dense_features(self._model, text, sentences, content, cue, speaker) - self._mean) * self._scale
        words = {name: span for name, span in word_features(text, content, cue).items() if name in self._index}
        at = [self._index[name] for name in words]
        values = self._idf[at]
        values = values / max(1e-6, float(np.sqrt((values * values).sum())))
        shares = values[:, None] * self._words[at]
        logits = dense @ self._dense + shares.sum(0) + self._bias
        odds = np.exp(logits - logits.max())
        odds /= odds.sum()
        best = int(odds.argmax())
        support, oppose = float(odds[0]), float(odds[1])
        if support >= _MIXED and oppose >= _MIXED:
            return StanceGuess("mixed", support + oppose, _telling(words, shares[:, 0] + shares[:, 1]), self.name)
        label = LABELS[best]
        # What tells a label from the others, not what is merely common.
        margin = shares[:, best] - np.delete(shares, best, axis=1).max(1) if len(at) else np.zeros(0)
        return StanceGuess(label, float(odds[best]), () if best == 2 else _telling(words, margin), self.name)


def _telling(words: dict[str, Span], margin: npt.NDArray[np.floating]) -> tuple[Span, ...]:
    """The places of the words that speak most for the answer, without overlaps, in the order of the text."""
    ranked = sorted(zip(margin.tolist(), words.values(), strict=True), key=lambda item: (-item[0], item[1]))
    kept: list[Span] = []
    for value, span in ranked:
        if value <= 0.02 or (kept and value < 0.3 * ranked[0][0]) or len(kept) == _SHOWN:
            break
        if not any(span[0] < b and a < span[1] for a, b in kept):
            kept.append(span)
    return tuple(sorted(kept))


@cache
def load_stance_head() -> StanceHead | None:
    """The head that ships with the model, with that of issues; `None` where there is none for this encoder, and the word lists decide."""
    model = load_model()
    if model is None or FILE not in model.card["sha256"]:
        return None
    folder = Path(str(files("dragoman") / "model"))
    try:
        return StanceHead(model, folder / FILE, _issue_head(model, folder))
    except ModelError:
        return None


def _issue_head(model: Model, folder: Path) -> IssueHead | None:
    if issue_head.FILE not in model.card["sha256"]:
        return None
    try:
        return IssueHead(model, folder / issue_head.FILE)
    except ModelError:
        return None
