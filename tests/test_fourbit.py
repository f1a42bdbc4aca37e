"""Word vectors at four bits, and heads at eight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dragoman.models import SCALE, _loaded_heads
from train.fourbit import LEVELS, FourBits


@pytest.fixture
def words() -> np.ndarray:
    """Vectors as an encoder has them: columns of unlike size, rows of unlike length, a mean that is not zero."""
    draw = np.random.default_rng(5)
    columns = np.exp(draw.standard_normal(96)) * 0.1
    return (
        draw.standard_normal((3000, 96)) * columns * draw.uniform(0.5, 2, (3000, 1)) + draw.standard_normal(96) * 0.05
    )


def test_a_tenth_of_the_length_is_lost_whatever_the_scales(words: np.ndarray) -> None:
    got = FourBits.of(words)
    lost = np.linalg.norm(got.values() - words) / np.linalg.norm(words)
    # The least error of sixteen levels on a normal law is .0975 of its deviation (Max 1960, table I: .009497 of its square).
    assert 0.08 < lost < 0.105
    one = np.linalg.norm(got.values() - words, axis=0) / words.std(0) / np.sqrt(len(words))
    assert one.max() < 0.15


def test_two_codes_lie_in_a_byte(words: np.ndarray) -> None:
    got = FourBits.of(words)
    packed = got.packed()
    assert packed.shape == (3000, 48)
    assert got.codes.max() < LEVELS
    assert (np.concatenate([packed % 16, packed // 16], 1) == got.codes).all()


def test_the_same_matrix_gives_the_same_codes(words: np.ndarray) -> None:
    assert (FourBits.of(words).codes == FourBits.of(words.copy()).codes).all()


def test_an_int8_head_is_read_back_by_its_rows_scales(tmp_path: Path) -> None:
    weight = np.array([[100, -50], [4, 127]], dtype=np.int8)
    scale = np.array([[0.01], [2.0]], dtype=np.float32)
    bias = np.array([0.5, -0.5], dtype=np.float16)
    stored: dict[str, Any] = {"kind.weight": weight, "kind.weight" + SCALE: scale, "kind.bias": bias}
    np.savez(tmp_path / "heads.npz", **stored)
    heads = _loaded_heads(tmp_path / "heads.npz")
    assert set(heads) == {"kind.weight", "kind.bias"}
    np.testing.assert_allclose(heads["kind.weight"], [[1.0, -0.5], [8.0, 254.0]], rtol=1e-6)
    np.testing.assert_allclose(heads["kind.bias"], [0.5, -0.5])
