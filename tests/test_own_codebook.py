"""A user's own codebook and examples: read, and refused with a hint that says what to write."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.errors import UsageError
from dragoman.own.codebook import LEAST, UNITS, read_examples, read_own_codebook
from tests.conftest import ROOT

CASES = ROOT / "tests" / "cases" / "own_codebook"
BOOK = """name = "poll"
version = "1"
unit = "sentence"
[[categories]]
code = "YES"
label = "agreed"
[[categories]]
code = "NO"
"""


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def rows(yes: int, no: int) -> list[dict[str, Any]]:
    found = [{"text": f"We agree to article {n}.", "category": "YES"} for n in range(yes)]
    return found + [{"text": f"They refuse article {n}.", "category": "NO"} for n in range(no)]


def examples(folder: Path, lines: list[dict[str, Any]]) -> Path:
    return written(folder, "my.jsonl", "\n".join(json.dumps(line) for line in lines))


@pytest.mark.parametrize("name", ["sea", "frames"])
def test_the_worked_codebooks_are_sound(name: str) -> None:
    book = read_own_codebook(CASES / f"{name}.toml")
    found = read_examples(CASES / f"{name}.jsonl", book)
    assert len(found) >= 50
    assert book.unit in UNITS
    assert all(entry.label and entry.description for entry in book.categories)
    assert len({example.text for example in found}) == len(found)
    if book.unit == "event":
        assert all(e.span and e.text[slice(*e.span)] == e.text[slice(*e.span)].strip() for e in found)


@pytest.mark.parametrize(
    ("text", "error", "hint"),
    [
        ("", "is empty", "TOML"),
        ("name = ", "is no TOML", "own_codebook.md"),
        (BOOK.replace('name = "poll"\n', ""), "the name is missing", "name ="),
        (BOOK.replace('"sentence"', '"paragraph"'), "no unit 'paragraph'", "event, sentence, statement"),
        (BOOK.replace('"poll"', '"my poll"'), "name is 'my poll'", "letters"),
        (
            BOOK.replace('unit = "sentence"', 'unit = "sentence"\nprecision = 1.5'),
            "precision is 1.5",
            "from 0 to below 1",
        ),
        (BOOK.replace('unit = "sentence"', 'unit = "sentence"\nprecison = 0.5'), "no setting 'precison'", "precision"),
        (BOOK.replace('"NO"', '"YES"'), "the category 'YES' is there twice", "of its own"),
        (BOOK.replace('[[categories]]\ncode = "NO"\n', ""), "1 categories", "two at least"),
        (BOOK.replace('"NO"', '"N;O"'), "the code 'N;O'", "without"),
        (BOOK.replace('code = "NO"', 'label = "no"'), "without a code", "a code"),
        (BOOK.replace("label", "lable"), "YES has no setting 'lable'", "code, label"),
    ],
)
def test_a_codebook_that_cannot_be_taken(tmp_path: Path, text: str, error: str, hint: str) -> None:
    with pytest.raises(UsageError, match=error) as told:
        read_own_codebook(written(tmp_path, "my.toml", text))
    assert hint in told.value.hint


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        read_own_codebook(tmp_path / "none.toml")
    with pytest.raises(UsageError, match="not UTF-8 at byte 0"):
        read_own_codebook(written(tmp_path, "my.toml", b"\xff\xfe"))
    book = read_own_codebook(written(tmp_path, "my.toml", BOOK))
    with pytest.raises(UsageError, match="is empty"):
        read_examples(written(tmp_path, "my.jsonl", "\n\n"), book)


@pytest.mark.parametrize(
    ("row", "error", "hint"),
    [
        ({"text": "Yes.", "category": "PERHAPS"}, "line 1: no category 'PERHAPS'", "poll@1: YES, NO"),
        ({"text": "Yes."}, "line 1: the category is missing", "YES, NO"),
        ({"text": " ", "category": "YES"}, "line 1: the text is missing", "text"),
        ({"text": "Yes.", "category": "YES", "span": [0, 9]}, r"line 1: the span \[0, 9\] marks no words", "end <= 4"),
        ({"text": "Yes.", "category": "YES", "span": [True, 2]}, "marks no words", "start"),
        ({"text": "A  b", "category": "YES", "span": [1, 3]}, "marks no words", "start"),
        ({"text": "Yes.", "category": "YES", "label": 1}, "line 1: no field 'label'", "category"),
        ({"text": "Yes. " * 2000, "category": "YES"}, "line 1: a text of 10000 characters", "paragraph"),
    ],
)
def test_a_row_that_cannot_be_taken(tmp_path: Path, row: dict[str, Any], error: str, hint: str) -> None:
    book = read_own_codebook(written(tmp_path, "my.toml", BOOK))
    with pytest.raises(UsageError, match=error) as told:
        read_examples(examples(tmp_path, [row, *rows(LEAST, LEAST)]), book)
    assert hint in told.value.hint


def test_too_few_examples_say_how_many_are_missing(tmp_path: Path) -> None:
    book = read_own_codebook(written(tmp_path, "my.toml", BOOK))
    with pytest.raises(UsageError, match=f"has too few examples: {LEAST - 3} of NO") as told:
        read_examples(examples(tmp_path, rows(LEAST, LEAST - 3)), book)
    assert "3 more of NO" in told.value.hint
    with pytest.raises(UsageError, match="has no example of NO") as told:
        read_examples(examples(tmp_path, rows(LEAST, 0)), book)
    assert f"{LEAST} more of NO" in told.value.hint
    # The same text ten times is one example; rows of one group are one too.
    same = [{"text": "They refuse.", "span": [k, k + 1], "category": "NO"} for k in range(3)]
    with pytest.raises(UsageError, match="too few examples: 1 of NO"):
        read_examples(examples(tmp_path, rows(LEAST, 0) + same), book)
    grouped = [row | {"group": "one article"} for row in rows(0, LEAST)]
    with pytest.raises(UsageError, match="too few examples: 1 of NO"):
        read_examples(examples(tmp_path, rows(LEAST, 0) + grouped), book)
    assert len(read_examples(examples(tmp_path, rows(LEAST, LEAST)), book)) == 2 * LEAST


def test_rows_that_contradict_each_other_are_refused_and_copies_count_once(tmp_path: Path) -> None:
    book = read_own_codebook(written(tmp_path, "my.toml", BOOK))
    lines = rows(LEAST, LEAST)
    assert len(read_examples(examples(tmp_path, [*lines, lines[0]]), book)) == 2 * LEAST
    with pytest.raises(UsageError, match=f"line {2 * LEAST + 1}: NO, but line 1 calls the same words YES"):
        read_examples(examples(tmp_path, [*lines, lines[0] | {"category": "NO"}]), book)


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_give_anything_but_a_hint(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        book = read_own_codebook(written(Path(folder), "my.toml", BOOK))
        for read in (
            lambda: read_own_codebook(written(Path(folder), "other.toml", data)),
            lambda: read_examples(written(Path(folder), "my.jsonl", data), book),
        ):
            with pytest.raises(UsageError) as told:
                read()
            assert told.value.hint
