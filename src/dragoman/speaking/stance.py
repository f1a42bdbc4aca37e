"""Where a speaker stands on what he speaks of: a softmax over the encoder's vectors and the words themselves.

One matrix (`model/stance.npz`, made by `train/stance.py`) over the means of the vectors of the words said, the cue, the sentence
and the speaker, and over words, alone, in pairs, by their first letters and behind a negation. The words that move the answer most
are the reason it gives. The file belongs to one encoder, named by its hash; with another one the word lists decide.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dragoman.coding.heads import MOST_WORDS, WIDTH, Array, LinearHead, Span, load_head, pieces_in, windows_at
from dragoman.models import Model, load_model
from dragoman.speaking import issue_head, targets
from dragoman.speaking.cues import load_cues
from dragoman.speaking.issue_head import IssueHead, around
from dragoman.speaking.issues import find_stance, load_stance, load_tones, stem
from dragoman.speaking.targets import TargetHead
from dragoman.statements import IssueReader, StanceGuess
from dragoman.text import span_at

__all__ = ["FILE", "LABELS", "StanceHead", "dense_features", "load_stance_head", "word_features"]

FILE = "stance.npz"
LABELS = ("support", "oppose", "neutral")
_WORD = re.compile(r"[^\W_][\w’'-]*")
_NOT = re.compile(r"not|never|no|none|cannot|without|nor|neither|nothing|nobody|.+n't")
_SCOPE = 4
"""Words behind a negation that it may turn."""
_REVERSES = re.compile(
    rf"(?:{_NOT.pattern}|against|from|less|fewer|combat\w*|avoid\w*|overc[ao]me|(?:end|halt|stop|lift|eas|block|oppos|refus|prevent|reject|fail|lack"
    r"|den|ban|cancel|suspend|resolv|reduc)(?:e|ed|es|ing|s|y|ied|ies|ying|ning|ned|ping|ped|led|ling)?)$"
)
"""What makes bad of good and good of bad: "an end to the siege", "opposed lifting"."""
_MIXED = 0.42
"""Support and opposition both at least this likely are told as "mixed"."""
_SHOWN = 3
_NEAR = 40
"""Characters before a word in which another may reverse it."""
_MOST = 3000
"""Characters of one run in which words of good and bad are counted."""


def _vectors(model: Model, text: str, sentences: Sequence[Span], runs: Sequence[Span]) -> Array:
    """The vectors of all pieces in these runs; one row of zeros where none is there."""
    found: list[Array] = []
    if runs:
        low, high = min(start for start, _ in runs), max(end for _, end in runs)
        for part in windows_at(model.read(text, sentences), low, high):
            for span in runs:
                inside = pieces_in(part, [span])
                if inside:
                    found.append(part.hidden[inside[0] : inside[-1] + 1])
    if found:
        return np.concatenate(found)
    return np.zeros((1, WIDTH), np.float32)


def dense_features(
    model: Model, text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span, speaker: Span | None
) -> Array:
    """Means over words said, cue, sentence and speaker."""
    sentence = span_at(sentences, cue[0])
    runs = (content, [cue], [sentence] if sentence else [], [speaker] if speaker else [])
    return np.concatenate([_vectors(model, text, sentences, each).mean(0) for each in runs]).astype(np.float32)


def _said(text: str, content: Sequence[Span]) -> dict[str, Span]:
    """The words said: alone, in pairs, by their first letters, and once more where a negation stands shortly before them."""
    found: dict[str, Span] = {}
    for start, end in content:
        before: tuple[str, int] | None = None
        turned = 0
        for match in islice(_WORD.finditer(text, start, end), MOST_WORDS):
            word = match.group().lower().replace("’", "'")
            found.setdefault(word, match.span())
            begun = stem(word)
            found.setdefault(begun, match.span())
            if before is not None:
                found.setdefault(f"{before[0]} {word}", (before[1], match.end()))
            if turned > 0:
                found.setdefault(f"not… {begun}", match.span())
            turned = _SCOPE if _NOT.fullmatch(word) else turned - 1
            before = word, match.start()
    return found


def _tones(text: str, content: Sequence[Span]) -> dict[str, Span]:
    """How many words of what is good and of what is bad are said, those that a word before them reverses apart, and which outweighs.

    >>> sorted(_tones("an end to the siege, and peace", [(0, 30)]))
    ['tone 2', 'tone bad reversed 1', 'tone good 1']
    """
    found: dict[str, Span] = {}
    counts: Counter[str] = Counter()
    first = content[0]
    for start, end in content:
        for match in load_tones().matches(text, start, min(end, start + _MOST)):
            before = _WORD.findall(text, max(start, match.start() - _NEAR), match.start())[-_SCOPE:]
            tone = load_tones().label(match.group())
            tone += " reversed" if any(_REVERSES.fullmatch(word.lower()) for word in before) else ""
            counts[tone] += 1
            if counts[tone] <= _SHOWN:
                found.setdefault(f"tone {tone} {counts[tone]}", match.span())
    total = counts["good"] + counts["bad reversed"] - counts["bad"] - counts["good reversed"]
    found[f"tone {max(-_SHOWN, min(_SHOWN, total))}"] = first
    return found


def word_features(text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span) -> dict[str, Span]:
    """The words said, those around them in the sentence, the cue's own, and what the word lists tell, each with where it stands.

    >>> sorted(word_features("He condemned the raid", [(0, 21)], [(13, 21)], (3, 12)))
    ['condemned _', 'cue condemned', 'he _', 'kind judge', 'own oppose', 'raid', 'the', 'the raid', 'tone 0']
    """
    found = {**_said(text, content), **_tones(text, content)}
    sentence, _ = around(text, sentences, cue)
    for match in islice(_WORD.finditer(text, *sentence), MOST_WORDS):
        if not any(start <= match.start() < end for start, end in content):
            found.setdefault(f"{match.group().lower().replace('’', chr(39))} _", match.span())
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

    def __init__(
        self, model: Model, path: Path, issues: IssueReader | None = None, targets: TargetHead | None = None
    ) -> None:
        self._head = LinearHead(model, path)
        self.issues = issues
        self.targets = targets
        self._model = model
        self.name = f"stance of {model.name}"

    def read(
        self, text: str, sentences: Sequence[Span], content: Sequence[Span], cue: Span, speaker: Span | None
    ) -> StanceGuess:
        """The stance of one statement; every span lies in `text`."""
        vectors = dense_features(self._model, text, sentences, content, cue, speaker)
        logits, words, shares = self._head.scores(vectors, word_features(text, sentences, content, cue))
        odds = np.exp(logits - logits.max())
        odds /= odds.sum()
        best = int(odds.argmax())
        support, oppose = float(odds[0]), float(odds[1])
        if support >= _MIXED and oppose >= _MIXED:
            return StanceGuess("mixed", support + oppose, _telling(words, shares[:, 0] + shares[:, 1]), self.name)
        label = LABELS[best]
        # What tells a label from the others, not what is merely common.
        margin = shares[:, best] - np.delete(shares, best, axis=1).max(1) if words else np.zeros(0)
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
    """The head that ships with the model, with those of issues and of targets; `None` without one for this encoder: word lists decide."""
    model = load_model()
    if model is None:
        return None
    folder = Path(str(files("dragoman") / "model"))
    issues = load_head(model, folder / issue_head.FILE, IssueHead)
    known = targets.FILE in model.card["sha256"]
    aimed = TargetHead.load(folder / targets.FILE) if known else None
    return load_head(model, folder / FILE, lambda m, path: StanceHead(m, path, issues, aimed))
