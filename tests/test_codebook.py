"""The codebook against the reference tables (facts restated here) and against itself."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dragoman.codebook import load_codebook
from dragoman.errors import UsageError

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "ontology.md"


def test_counts() -> None:
    book = load_codebook()
    assert len(book.types) == 16
    assert len(book.contexts) == 37
    assert len(book.sectors) == 25
    assert sum(len(row.modes) for row in book.types.values()) == 67
    assert len(book.cameo_roots) == 20


@pytest.mark.parametrize("name", sorted(load_codebook().types))
def test_scale_has_the_sign_of_its_quad(name: str) -> None:
    row = load_codebook().types[name]
    values = [row.scale, *row.modes.values()]
    if row.quad in (1, 2):
        assert all(value > 0 for value in values)
    else:
        assert all(value <= 0.5 for value in values)


def test_every_type_and_mode_has_a_cameo_code_that_leads_back_to_the_type() -> None:
    book = load_codebook()
    pairs = [(name, mode) for name, row in book.types.items() for mode in (None, *row.modes)]
    assert len(book.to_cameo) == len(pairs)
    for name, mode in pairs:
        code = book.cameo(name, mode)
        back = book.from_cameo(code)
        assert back is not None
        # RETREAT resign is CAMEO 083 (yield to demands for change), a concession there.
        if (name, mode) != ("RETREAT", "resign"):
            assert back[0] == name, (name, mode, code, back)


def test_same_mode_name_means_different_things() -> None:
    book = load_codebook()
    assert book.scale("RETREAT", "withdraw") > 0 > book.scale("SANCTION", "withdraw")


@pytest.mark.parametrize("code", ["", "1", "21", "0A1", "12345", "024ß"])
def test_bad_cameo_codes_are_named(code: str) -> None:
    with pytest.raises(UsageError, match="not a CAMEO code"):
        load_codebook().from_cameo(code)


def test_unknown_names_list_the_known() -> None:
    with pytest.raises(UsageError) as caught:
        load_codebook().type("FIGHT")
    assert "ASSAULT" in caught.value.hint


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference tables are not beside this checkout")
def test_against_the_reference_tables() -> None:
    """Types, quads, scores and modes as the reference page lists them, row by row."""
    book = load_codebook()
    page = REFERENCE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([A-Z]+) \| (\d)\*? \| ([^|]+) \| ([NY]) \|[^|]*\| ([^|]*)\|$", page, re.MULTILINE)
    assert len(rows) == 16
    for name, quad, score, needs, modes in rows:
        row = book.types[name]
        assert row.quad == int(quad)
        assert row.needs_recipient == (needs == "Y")
        if name != "ACCUSE":
            assert row.scale == float(score.replace("−", "-").strip())
        listed = set(re.findall(r"([a-z][a-z-]+)", modes.split("(no score)")[0]))
        assert set(row.modes) == listed - {"no", "score"}, name
    contexts = re.search(r"\*\*37 contexts\*\*: ([a-z_ ]+)\.", page)
    assert contexts is not None
    assert set(contexts[1].split()) == set(book.contexts)
