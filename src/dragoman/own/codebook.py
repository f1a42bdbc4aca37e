"""A user's own categories: the codebook that names them (TOML) and the examples of each (JSONL), read and checked.

    name = "sea"                 # letters, digits, hyphens
    version = "1"
    unit = "event"               # what gets a category: event, sentence or statement
    precision = 0.8              # where it cannot be had, no category is given; 0 always gives the likeliest
    [[categories]]
    code = "SEIZE"
    label = "ship stopped"
    description = "A ship is boarded, seized, detained or turned back."

    {"text": "Iran seized a tanker.", "span": [5, 11], "category": "SEIZE"}

`span` (half-open, in code points) says which words of the text are meant: the word that tells the act, the words said; the whole text
without it. Rows with the same `group`, and rows with the same text, are never on both sides of a validation. Nothing is passed over
silently: a row that cannot be taken is an error that names its line and what to write instead.
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dragoman.errors import UsageError

__all__ = [
    "LEAST",
    "UNITS",
    "CategoryEntry",
    "Example",
    "OwnCodebook",
    "codebook_of",
    "read_examples",
    "read_own_codebook",
]

UNITS = ("event", "sentence", "statement")
LEAST = 10
"""Examples that each category needs: with fewer, what is held out says next to nothing."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_CODE = re.compile(r"[^\s;|\"'<>][^;|\"'<>\n\t]{0,63}")
_MOST_BYTES = 64 * 1024 * 1024
_MOST_ROWS = 20_000
_MOST_CHARACTERS = 4_000
_KNOWN = {"name", "version", "unit", "precision", "categories", "description", "title", "authors"}
_ROW = {"text", "span", "category", "group", "id"}
_SHOWN = 'write {"text": "...", "category": "..."}, one a line'


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryEntry:
    """One category of a user's codebook: its code, a label to show, and what belongs in it."""

    code: str
    label: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnCodebook:
    """A user's codebook. `precision` is the share of right answers below which none is given, 0 to 1."""

    name: str
    version: str
    unit: str
    precision: float
    categories: tuple[CategoryEntry, ...]

    @property
    def full_name(self) -> str:
        """Name and version, as records give it."""
        return f"{self.name}@{self.version}"

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes in the order of the codebook."""
        return tuple(entry.code for entry in self.categories)


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One row of the examples: `line` of the file, the words meant (`None`: not said), and the category's code."""

    line: int
    text: str
    span: tuple[int, int] | None
    category: str
    group: str


def _read(path: Path, what: str, hint: str) -> str:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MOST_BYTES else b""
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}", hint=hint) from None
    if size > _MOST_BYTES:
        raise UsageError(f"{path} has {size} bytes", hint=f"give a file of at most {_MOST_BYTES} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 at byte {error.start}", hint="save it as UTF-8") from None
    if not text.strip():
        raise UsageError(f"{path} is empty", hint=f"{what}: {hint}")
    return text


def read_own_codebook(path: Path) -> OwnCodebook:
    """The codebook in a TOML file. Raises `UsageError` for a file that cannot be read and for what no codebook can say."""
    text = _read(path, "a codebook", "give a TOML file with name, version, unit and [[categories]]")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(
            f"{path} is no TOML: {error}", hint="see docs/guides/own_codebook.md for a whole one"
        ) from None
    return codebook_of(raw, str(path))


def codebook_of(raw: Mapping[str, Any], origin: str) -> OwnCodebook:
    """A codebook from plain values, as TOML and JSON give them; `origin` names the file in errors.

    >>> two = [{"code": "YES", "label": "yes"}, {"code": "NO"}]
    >>> made = codebook_of({"name": "poll", "version": "1", "unit": "sentence", "categories": two}, "poll.toml")
    >>> made.full_name, made.codes, made.precision
    ('poll@1', ('YES', 'NO'), 0.0)
    """

    def refuse(what: str, hint: str) -> UsageError:
        return UsageError(f"{origin}: {what}", hint=hint)

    unknown = sorted(set(raw) - _KNOWN)
    if unknown:
        raise refuse(f"no setting {unknown[0]!r}", f"the settings: {', '.join(sorted(_KNOWN))}")
    for name in ("name", "version", "unit"):
        if name not in raw:
            raise refuse(f"the {name} is missing", f'write {name} = "{"event" if name == "unit" else "..."}"')
    name, version, unit = str(raw["name"]), str(raw["version"]), str(raw["unit"])
    for what, value in (("name", name), ("version", version)):
        if not _NAME.fullmatch(value):
            raise refuse(f"{what} is {value!r}", "use letters, digits, full stops, hyphens and underscores alone")
    if unit not in UNITS:
        raise refuse(f"no unit {unit!r}", f"the units: {', '.join(UNITS)}")
    precision = raw.get("precision", 0.0)
    if isinstance(precision, bool) or not isinstance(precision, (int, float)) or not 0 <= precision < 1:
        raise refuse(f"precision is {precision!r}", "write a number from 0 to below 1, as 0.8")
    rows = raw.get("categories", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise refuse("categories are no tables", "begin each with [[categories]]")
    found = tuple(_entry(row, refuse) for row in rows)
    twice = [code for code, n in Counter(entry.code for entry in found).items() if n > 1]
    if twice:
        raise refuse(f"the category {twice[0]!r} is there twice", "give each category a code of its own")
    if len(found) < 2:
        raise refuse(
            f"{len(found)} categories", "name two at least; where there is one, the other may be OTHER, with examples"
        )
    return OwnCodebook(name=name, version=version, unit=unit, precision=float(precision), categories=found)


def _entry(row: Mapping[str, Any], refuse: Any) -> CategoryEntry:
    code = str(row.get("code", ""))
    if not _CODE.fullmatch(code):
        what = f"the code {code!r}" if code else "a category without a code"
        raise refuse(what, "give each category a code of up to 64 characters without ; | < > and quotes")
    unknown = sorted(set(row) - {"code", "label", "description"})
    if unknown:
        raise refuse(f"{code} has no setting {unknown[0]!r}", "a category has code, label and description")
    return CategoryEntry(code=code, label=str(row.get("label", code)), description=str(row.get("description", "")))


def read_examples(path: Path, codebook: OwnCodebook) -> list[Example]:
    """The examples in a JSONL file, each row once.

    Raises `UsageError` for a row that cannot be taken, for two rows that contradict each other, and where a category has too few.
    """
    text = _read(path, "examples", _SHOWN)
    found: list[Example] = []
    seen: dict[tuple[str, tuple[int, int] | None], Example] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        example = _example(path, number, line, codebook)
        before = seen.get((example.text, example.span))
        if before is not None and before.category != example.category:
            raise UsageError(
                f"{path}, line {number}: {example.category}, but line {before.line} calls the same words {before.category}",
                hint="decide for one, or give each its `span`",
            )
        if before is None:
            seen[example.text, example.span] = example
            found.append(example)
    if len(found) > _MOST_ROWS:
        raise UsageError(f"{path} has {len(found)} rows", hint=f"give at most {_MOST_ROWS}")
    _enough(path, found, codebook)
    return found


def _example(path: Path, number: int, line: str, codebook: OwnCodebook) -> Example:
    def refuse(what: str, hint: str) -> UsageError:
        return UsageError(f"{path}, line {number}: {what}", hint=hint)

    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise refuse(f"no JSON: {error}", _SHOWN) from None
    if not isinstance(row, dict):
        raise refuse("no object", _SHOWN)
    unknown = sorted(set(row) - _ROW)
    if unknown:
        raise refuse(f"no field {unknown[0]!r}", f"the fields: {', '.join(sorted(_ROW))}")
    text, category, span = row.get("text"), row.get("category"), row.get("span")
    if not isinstance(text, str) or not text.strip():
        raise refuse("the text is missing", _SHOWN)
    if len(text) > _MOST_CHARACTERS:
        raise refuse(f"a text of {len(text)} characters", f"give the sentence or paragraph, at most {_MOST_CHARACTERS}")
    if category not in codebook.codes:
        what = "the category is missing" if category is None else f"no category {category!r}"
        raise refuse(what, f"the categories of {codebook.full_name}: {', '.join(codebook.codes)}")
    if span is not None:
        whole = isinstance(span, list) and len(span) == 2 and all(type(end) is int for end in span)
        if not whole or not 0 <= span[0] < span[1] <= len(text) or not text[span[0] : span[1]].strip():
            raise refuse(
                f"the span {span!r} marks no words", f"write [start, end] with 0 <= start < end <= {len(text)}"
            )
    alike = " ".join(text.lower().split())
    group = str(row["group"]) if row.get("group") is not None else hashlib.sha256(alike.encode()).hexdigest()[:16]
    return Example(line=number, text=text, span=tuple(span) if span else None, category=category, group=group)


def _enough(path: Path, found: Sequence[Example], codebook: OwnCodebook) -> None:
    """Refuse too few examples, and say how many are missing of which category."""
    counts = Counter(example.category for example in found)
    groups = {code: len({e.group for e in found if e.category == code}) for code in codebook.codes}
    missing = [code for code in codebook.codes if not counts[code]]
    few = [f"{LEAST - groups[code]} more of {code}" for code in codebook.codes if groups[code] < LEAST]
    needed = f"each category needs {LEAST} from different texts; write {', '.join(few)}"
    if missing:
        raise UsageError(
            f"{path} has no example of {', '.join(missing)}", hint=f"{needed}; or take it out of the codebook"
        )
    if few:
        short = ", ".join(f"{groups[code]} of {code}" for code in codebook.codes if groups[code] < LEAST)
        raise UsageError(f"{path} has too few examples: {short}", hint=needed)
