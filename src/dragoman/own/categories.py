"""A user's own categories: fitted on the frozen encoder, kept in a folder, and given to what is coded.

`fit_own` learns a softmax from examples (`own.codebook`) over what the encoder sees in them (`own.features`); `save` writes two files, of
numbers and of JSON: `head.npz` and `card.json`, which names the hashes of the head, of the examples, and of the encoder it
belongs to. The text of the examples is not in them. `load_own` refuses a folder whose files changed or whose encoder is another one.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import numpy.typing as npt

from dragoman.coding.softmax import Basis, choose, fit, folds_of, held_out, held_out_at
from dragoman.errors import ModelError, UsageError
from dragoman.own.codebook import Example, OwnCodebook, codebook_of, read_examples, read_own_codebook
from dragoman.own.features import Seen, Unit, look, scaled, surest_act, telling
from dragoman.own.report import OwnReport, judge
from dragoman.parts import file_sha256
from dragoman.records import Article, Category, CategoryShare, Coding, FieldSources, Reason, Source, make_id
from dragoman.text import sentences, source

if TYPE_CHECKING:
    from dragoman.models import Model

__all__ = ["Fitted", "OwnCoder", "check_own", "fit_files", "fit_own", "folders_of", "load_coder", "load_own", "save"]

Array = npt.NDArray[np.float32]
_STEP = "categories"
_LAYOUT = 1
_ENCODER = ("lower.onnx", "upper.onnx", "tokenizer.json")
_LONGEST = 60
_MOST_BYTES = 1024 * 1024 * 1024
_REFIT = "fit it again: dragoman train --codebook my.toml --examples my.jsonl --into FOLDER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A fitted codebook. `rows` are the examples as the head saw them, `labels` their categories, `lines` where they stand."""

    codebook: OwnCodebook
    spans: bool
    cut: float
    mean: Array
    matrix: Array
    bias: Array
    rows: Array
    labels: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    strength: float
    encoder: dict[str, str]
    examples_sha256: str = ""

    @property
    def name(self) -> str:
        """What reasons call it."""
        return f"own codebook {self.codebook.full_name}"


def _model() -> Model:
    from dragoman.models import load_model

    model = load_model()
    if model is None:
        raise ModelError(
            "own categories need the learned model, and none is installed",
            hint="pip install --force-reinstall dragoman",
        )
    return model


def _encoder(card: dict[str, Any]) -> dict[str, str]:
    return {name: str(card["sha256"].get(name, "")) for name in _ENCODER}


def _unit_of(example: Example, codebook: OwnCodebook, model: Model) -> Unit:
    """An example as a text with the words meant; of an event without a span, the words that the model takes for its act."""
    span = example.span
    if span is None and codebook.unit == "event":
        span = surest_act(model, example.text)
    return Unit(example.text, span or (0, len(example.text)))


def fit_own(codebook: OwnCodebook, examples: Sequence[Example], model: Model | None = None) -> tuple[Fitted, OwnReport]:
    """Learn the categories, and tell what they are worth by examples that were held out: the same for the same input.

    Seconds for some hundred examples, minutes for some thousand.
    """
    began = time.monotonic()
    model = model or _model()
    units = [_unit_of(example, codebook, model) for example in examples]
    vectors = np.stack([seen.vectors for seen in look(model, units, marked=codebook.unit == "event")])
    mean = np.asarray(vectors.mean(0), dtype=np.float32)
    rows = scaled(vectors, mean)
    labels = np.array([codebook.codes.index(example.category) for example in examples])
    groups = [example.group for example in examples]
    basis, number = Basis.of(rows.astype(np.float64)), len(codebook.categories)
    many = len(examples) > 1500
    folds = 5 if many else 10
    found = held_out(basis, labels, groups, number, number=folds, inner=3 if many else 5)
    every = np.arange(len(labels))
    strength = choose(basis, labels, number, folds_of(labels, groups, folds, seed=0), every)
    weights = fit(basis.rows, labels, number, strength, basis.squares)
    half = held_out_at(basis, labels, groups, number, strength, share=0.5)
    report = judge(codebook, labels, groups, found, folds=folds, half=half, seconds=time.monotonic() - began)
    made = Fitted(
        codebook=codebook,
        spans=any(example.span for example in examples),
        cut=report.cut,
        mean=mean,
        matrix=(basis.back.T @ weights.matrix).astype(np.float32),
        bias=weights.bias.astype(np.float32),
        rows=rows.astype(np.float16).astype(np.float32),
        labels=labels,
        lines=np.array([example.line for example in examples]),
        strength=strength,
        encoder=_encoder(model.card),
    )
    return made, report


def fit_files(codebook: Path, examples: Path, into: Path, model: Model | None = None) -> OwnReport:
    """Read, fit and save; returns the report. Raises `UsageError` for what cannot be read or fitted, and where `into` is another thing."""
    from dataclasses import replace

    book = read_own_codebook(codebook)
    rows = read_examples(examples, book)
    _refuse_other_folders(into)
    made, report = fit_own(book, rows, model)
    made = replace(made, examples_sha256=file_sha256(examples))
    save(made, into, report)
    return report


def _refuse_other_folders(into: Path) -> None:
    """What is not ours is not written over."""
    if into.is_file() or (into.is_dir() and any(into.iterdir()) and not (into / "card.json").is_file()):
        raise UsageError(
            f"{into} is no fitted codebook, and it is not empty", hint="name a folder that is empty or not there yet"
        )


def save(made: Fitted, into: Path, report: OwnReport | None = None) -> None:
    """Write a fitted codebook: `head.npz` first, `card.json` last, each by rename. Raises `UsageError` where that cannot be."""
    import dragoman

    _refuse_other_folders(into)
    stored = io.BytesIO()
    np.savez_compressed(
        stored,
        mean=made.mean,
        matrix=made.matrix,
        bias=made.bias,
        rows=made.rows.astype(np.float16),
        labels=made.labels,
        lines=made.lines,
    )
    card = {
        "kind": "dragoman own codebook",
        "layout": _LAYOUT,
        "dragoman": dragoman.__version__,
        "codebook": asdict(made.codebook),
        "spans": made.spans,
        "cut": made.cut,
        "strength": made.strength,
        "encoder": made.encoder,
        "examples_sha256": made.examples_sha256,
        "head_sha256": hashlib.sha256(stored.getvalue()).hexdigest(),
        "report": {name: value for name, value in asdict(report).items() if name != "seconds"} if report else None,
    }
    try:
        into.mkdir(parents=True, exist_ok=True)
        text = json.dumps(card, ensure_ascii=False, indent=1) + "\n"
        for name, data in (("head.npz", stored.getvalue()), ("card.json", text.encode())):
            temporary = into / f".{name}.part"
            temporary.write_bytes(data)
            temporary.replace(into / name)
    except OSError as error:
        raise UsageError(
            f"cannot write into {into}: {error.strerror or error}", hint="name a folder that you may write to"
        ) from None


def folders_of(setting: str) -> tuple[Path, ...]:
    """The folders that the setting `codebook` names, parted by `:` (`;` on Windows).

    >>> folders_of(""), len(folders_of(os.pathsep.join(["a", "b"])))
    ((), 2)
    """
    return tuple(Path(part) for part in setting.split(os.pathsep) if part)


def _card(folder: Path) -> dict[str, Any]:
    try:
        card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
        if not isinstance(card, dict) or card.get("kind") != "dragoman own codebook":
            raise ValueError("its card.json is of another kind")
        layout = card["layout"]
        if not isinstance(layout, int) or layout > _LAYOUT:
            raise UsageError(
                f"{folder} has layout {layout!r}; this program knows {_LAYOUT}", hint="pip install -U dragoman"
            )
        return card
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise UsageError(f"{folder} is no fitted codebook: {error}", hint=_REFIT) from None


def check_own(setting: str) -> dict[str, str]:
    """The fitted codebooks that a setting names, with the hash of each card: all there, one a unit, made for the encoder that is installed.

    Reads the cards alone. Raises `UsageError` for a folder that is none, for two of one unit, `ModelError` for another encoder.
    """
    from importlib.resources import files

    found: dict[str, str] = {}
    units: dict[str, str] = {}
    for folder in folders_of(setting):
        card = _card(folder)
        try:
            book = codebook_of(card["codebook"], str(folder))
            encoder = dict(card["encoder"])
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{folder} is no fitted codebook: {error}", hint=_REFIT) from None
        if book.unit in units:
            raise UsageError(
                f"{units[book.unit]} and {book.full_name} are both of the unit {book.unit}",
                hint="give one codebook a unit, and code a second time into another dataset for the other",
            )
        units[book.unit] = book.full_name
        shipped = Path(str(files("dragoman") / "model" / "card.json"))
        current = _encoder(json.loads(shipped.read_text(encoding="utf-8"))) if shipped.is_file() else {}
        if encoder != current:
            raise ModelError(
                f"{folder} was fitted on another encoder than the one that is installed",
                hint=f"install the version of Dragoman that fitted it ({card.get('dragoman')}), or {_REFIT}",
            )
        found[book.full_name] = file_sha256(folder / "card.json")
    return found


def load_own(folder: Path) -> Fitted:
    """A fitted codebook from its folder, every file checked. Raises `UsageError` or `ModelError` as `check_own` does."""
    check_own(str(folder))
    card = _card(folder)
    path = folder / "head.npz"
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError("head.npz is too large")
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != card["head_sha256"]:
            raise ValueError("head.npz is not the file that was fitted")
        return _fitted(card, io.BytesIO(data), str(folder))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{folder} is no whole fitted codebook: {error}", hint=_REFIT) from None


def _fitted(card: dict[str, Any], data: BinaryIO, origin: str) -> Fitted:
    with np.load(data, allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in ("mean", "matrix", "bias", "rows", "labels", "lines")}
    book = codebook_of(card["codebook"], origin)
    number, wide = len(book.categories), len(arrays["mean"])
    shapes = [arrays[name].shape for name in ("matrix", "bias", "rows")]
    if shapes != [(wide, number), (number,), (len(arrays["labels"]), wide)]:
        raise ValueError(f"head.npz has arrays of the shapes {shapes}")
    return Fitted(
        codebook=book,
        spans=bool(card["spans"]),
        cut=float(card["cut"]),
        mean=arrays["mean"].astype(np.float32),
        matrix=arrays["matrix"].astype(np.float32),
        bias=arrays["bias"].astype(np.float32),
        rows=arrays["rows"].astype(np.float32),
        labels=arrays["labels"].astype(np.int64),
        lines=arrays["lines"].astype(np.int64),
        strength=float(card["strength"]),
        encoder=dict(card["encoder"]),
        examples_sha256=str(card["examples_sha256"]),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to get a category: the record (`None`: a sentence), the text in the article, and the words meant."""

    record_id: str | None
    start: int
    end: int
    words: tuple[Source, ...]


class OwnCoder:
    """Gives categories of the user's own to what an article holds; pure."""

    def __init__(self, fitted: Sequence[Fitted], model: Model) -> None:
        self._fitted = tuple(fitted)
        self._model = model

    def categories(self, coding: Coding) -> tuple[Category, ...]:
        """A category record for every event, statement or sentence of this article, by each codebook."""
        return tuple(record for made in self._fitted for record in self._given(made, coding))

    def read(self, made: Fitted, units: Sequence[Unit]) -> tuple[Array, list[Seen]]:
        """The probability of each category for each unit, and what the encoder saw."""
        seen = look(self._model, units, marked=made.codebook.unit == "event")
        rows = scaled(np.stack([each.vectors for each in seen]), made.mean)
        logits = rows @ made.matrix + made.bias
        odds = np.exp(logits - logits.max(1, keepdims=True))
        return np.asarray(odds / odds.sum(1, keepdims=True), dtype=np.float32), seen

    def _given(self, made: Fitted, coding: Coding) -> list[Category]:
        article = coding.article
        asked = [each for each in _asked(made, coding) if article.text[each.start : each.end].strip()]
        if not asked:
            return []
        units = [
            Unit(
                article.text[each.start : each.end],
                (each.words[0].span.start - each.start, each.words[-1].span.end - each.start),
            )
            for each in asked
        ]
        kept = [(each, unit) for each, unit in zip(asked, units, strict=True) if self._model.pieces(unit.text).ids]
        if not kept:
            return []
        shares, seen = self.read(made, [unit for _, unit in kept])
        return [
            self._record(made, article, each, unit, share, what)
            for (each, unit), share, what in zip(kept, shares, seen, strict=True)
        ]

    def _record(self, made: Fitted, article: Article, asked: _Asked, unit: Unit, share: Array, seen: Seen) -> Category:
        order = sorted(range(len(share)), key=lambda k: (-round(float(share[k]), 4), k))
        best = order[0]
        sure = round(float(share[best]), 4)
        given = sure >= made.cut
        entry = made.codebook.categories[best]
        return Category(
            id=make_id("ca", article.id, made.codebook.full_name, asked.record_id, asked.start, asked.end),
            article_id=article.id,
            record_id=asked.record_id,
            unit=made.codebook.unit,
            codebook=made.codebook.full_name,
            category=entry.code if given else None,
            label=entry.label if given else None,
            confidence=sure,
            shares=tuple(
                CategoryShare(code=made.codebook.codes[k], probability=round(float(share[k]), 4)) for k in order
            ),
            sources=(
                FieldSources(field="words", sources=asked.words),
                FieldSources(field="sentence", sources=(source(article.id, article.text, asked.start, asked.end),)),
            ),
            why=tuple(_reasons(made, best, order[1], sure, unit, seen)),
        )


def _reasons(made: Fitted, best: int, second: int, sure: float, unit: Unit, seen: Seen) -> list[Reason]:
    """Whether it is sure enough, which words speak for it, and which examples it is most like."""
    codes = made.codebook.codes
    row = scaled(seen.vectors[None], made.mean)[0]
    found = []
    if sure < made.cut:
        limit = (
            f"answers are right often enough from {made.cut:.2f} on"
            if made.cut <= 1
            else "no answer is right often enough"
        )
        what = f"no category: {codes[best]} at {sure:.2f} is the likeliest, but held-out {limit} (asked: {made.codebook.precision:.2f})"
        found.append(Reason(step=_STEP, by=made.name, detail=what, score=sure))
    else:
        meant = unit.text[unit.span[0] : unit.span[1]]
        what = f"{codes[best]} rather than {codes[second]}"
        words = [
            f"“{unit.text[a:b]}”"
            for a, b in telling(unit, seen, made.mean, made.matrix[:, best] - made.matrix[:, second])
        ]
        if meant != unit.text and len(meant) <= _LONGEST:
            words.insert(0, f"“{meant}”")
        if words:
            what += f"; words that tell: {', '.join(words)}"
        found.append(Reason(step=_STEP, by=made.name, detail=what, score=sure))
    alike = made.rows @ row
    near = sorted(range(len(alike)), key=lambda i: (-round(float(alike[i]), 4), i))[:3]
    shown = ", ".join(f"line {made.lines[i]} ({codes[made.labels[i]]})" for i in near)
    found.append(
        Reason(
            step=_STEP,
            by="examples",
            detail=f"most like the examples of {shown}",
            score=round(float(alike[near[0]]), 4),
        )
    )
    return found


def _asked(made: Fitted, coding: Coding) -> list[_Asked]:
    """What is to get a category, with its text as the examples have theirs."""
    article, unit = coding.article, made.codebook.unit
    if unit == "sentence":
        every = [(a, b) for a, b in sentences(article.text) if article.text[a:b].strip()]
        return [_Asked(None, a, b, (source(article.id, article.text, a, b),)) for a, b in every]
    found = []
    rows: Sequence[Any] = coding.events if unit == "event" else coding.statements
    for row in rows:
        fields = {entry.field: entry.sources for entry in row.sources if entry.sources}
        words = fields.get("trigger", ()) if unit == "event" else row.content
        if not words:
            continue
        words = tuple(sorted(words, key=lambda each: each.span.start))
        near = fields.get("sentence", ()) if unit == "event" or made.spans else ()
        start = min(each.span.start for each in (*near, *words))
        end = max(each.span.end for each in (*near, *words))
        found.append(_Asked(row.id, start, end, words))
    return found


@cache
def load_coder(setting: str) -> OwnCoder:
    """The coder of the folders that a setting names, loaded once a process."""
    check_own(setting)
    return OwnCoder([load_own(folder) for folder in folders_of(setting)], _model())
