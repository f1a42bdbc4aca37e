"""What the heads of stance and of issues share: one file beside the encoder, scores, and what each word adds to them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.coding.heads import LinearHead, load_head, pieces_in
from dragoman.coding.pieces import Window
from dragoman.errors import ModelError


class Encoder:
    def __init__(self, *files: str) -> None:
        self.card = {"sha256": dict.fromkeys(files, "")}
        self.encoder = "a" * 64


def stored(folder: Path, encoder: str = "a" * 64) -> Path:
    np.savez_compressed(
        folder / "tone.npz",
        encoder=np.array(encoder),
        vocabulary=np.array("mild\nharsh"),
        mean=np.array([1.0, 0.0]),
        scale=np.array([2.0, 1.0]),
        dense=np.eye(2, dtype=np.float16),
        idf=np.array([3.0, 4.0]),
        words=np.array([[1.0, 0.0], [0.0, 1.0]]),
        bias=np.array([0.5, 0.0]),
    )
    return folder / "tone.npz"


def test_scores_are_those_of_vectors_and_known_words(tmp_path: Path) -> None:
    head = LinearHead(Encoder(), stored(tmp_path))  # type: ignore[arg-type]
    dense = np.array([2.0, 1.0], np.float32)
    logits, known, shares = head.scores(dense, {"harsh": (5, 10), "new": (0, 3), "mild": (11, 15)})
    assert list(known.items()) == [("harsh", (5, 10)), ("mild", (11, 15))]
    assert shares == pytest.approx(np.array([[0.0, 0.8], [0.6, 0.0]]))
    assert logits == pytest.approx([2.0 + 0.6 + 0.5, 1.0 + 0.8])
    more, _, _ = head.scores(dense, {}, np.array([1.0, -1.0], np.float32))
    assert more == pytest.approx([3.5, 0.0])
    assert logits.dtype == more.dtype == np.float32


def test_a_file_of_another_encoder_or_not_in_the_card_is_no_head(tmp_path: Path) -> None:
    path = stored(tmp_path, "b" * 64)
    with pytest.raises(ModelError, match=r"tone\.npz belongs to another encoder") as caught:
        LinearHead(Encoder(), path)  # type: ignore[arg-type]
    assert "train.tone" in caught.value.hint
    assert load_head(Encoder("tone.npz"), path, LinearHead) is None  # type: ignore[arg-type]
    assert load_head(Encoder(), stored(tmp_path), LinearHead) is None  # type: ignore[arg-type]
    assert load_head(Encoder("tone.npz"), stored(tmp_path), LinearHead) is not None  # type: ignore[arg-type]


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=12),
    st.lists(st.tuples(st.integers(0, 40), st.integers(0, 9)), max_size=4),
    st.integers(0, 5),
)
def test_pieces_are_found_where_a_look_at_all_finds_them(
    gaps: list[tuple[int, int]], runs: list[tuple[int, int]], less: int
) -> None:
    offsets, at = [], 0
    for gap, length in gaps:
        offsets.append((at + gap, at + gap + length))
        at += gap + length
    hidden = np.zeros((max(0, len(offsets) - less), 2))
    part = SimpleNamespace(window=Window(7, 7 + at), pieces=SimpleNamespace(offsets=offsets), hidden=hidden)
    spans = [(7 + start, 7 + start + length) for start, length in runs]
    wanted = [
        number
        for number, (a, b) in enumerate(offsets[: len(hidden)])
        if a < b and any(a + 7 < end and start < b + 7 for start, end in spans)
    ]
    assert pieces_in(part, spans) == wanted  # type: ignore[arg-type]
