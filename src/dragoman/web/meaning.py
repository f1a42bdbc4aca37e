"""Search by meaning: the encoder's vectors of sentences, averaged over their words, made in the background and kept beside the dataset.

A vector belongs to words and not to a record, so that it outlasts a new coding: `meaning/` holds blocks of keys (a hash of the words) and
vectors in eight bits, made for one model. Nothing waits for it: a search looks through what is there and says how much that is. Vectors
are compared by their angle after the mean of all was taken away, which leaves what sets a sentence apart from news in general.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from dragoman.models import Model
    from dragoman.web.index import Index

__all__ = ["MOST_ROWS", "Meaning", "embed"]

Vectors = npt.NDArray[np.float32]
MOST_ROWS = 200
"""The nearest records that a search by meaning gives."""
_BLOCK = 512
_MOST_CHARACTERS = 400
_MOST_PIECES = 120
_MOST_TEXTS = 400_000
_TEXTS = {
    "events": "SELECT n, words FROM web_events WHERE words IS NOT NULL",
    "statements": "SELECT n, words FROM web_statements WHERE words IS NOT NULL",
    "articles": "SELECT n, coalesce(title || '. ', '') || opening FROM web_articles",
}


def embed(model: Model, texts: Sequence[str]) -> Vectors:
    """A vector of length 1 for each text: the mean of the encoder's vectors of its word pieces; zeros for a text without any."""
    pieces = [model.pieces(text[:_MOST_CHARACTERS]) for text in texts]
    rows = [(each.ids[:_MOST_PIECES], each.shapes[:_MOST_PIECES]) for each in pieces]
    hidden = model.hidden(rows)
    made = np.stack([out[1:-1].mean(0) if len(out) > 2 else np.zeros(out.shape[1], np.float32) for out in hidden])
    return np.asarray(made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _key(words: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(words[:_MOST_CHARACTERS].encode(), digest_size=8).digest(), "big", signed=True
    )


class Meaning:
    """The vectors of one dataset. `search` never waits; `begin` starts the making, in a thread of low priority, once."""

    def __init__(self, root: Path, model: Model, name: str) -> None:
        self.folder = root / "meaning"
        self._model = model
        self._name = name
        self._lock = threading.Lock()
        self._blocks: list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int8]]] = []
        self._rows: dict[int, int] = {}
        self._started: set[str] = set()
        self._load()

    def _load(self) -> None:
        """Take up the blocks that an earlier run made for this model; those of another model are of no use."""
        try:
            about = json.loads((self.folder / "about.json").read_text("utf-8"))
        except (OSError, ValueError):
            return
        if about != {"model": self._name}:
            return
        for path in sorted(self.folder.glob("*.npz")):
            try:
                with np.load(path, allow_pickle=False) as stored:
                    self._add(stored["keys"], stored["vectors"])
            except (OSError, ValueError, KeyError):
                continue

    def _add(self, keys: npt.NDArray[np.int64], vectors: npt.NDArray[np.int8]) -> None:
        with self._lock:
            start = len(self._rows)
            fresh = [i for i, key in enumerate(keys.tolist()) if key not in self._rows]
            self._rows.update((int(keys[i]), start + number) for number, i in enumerate(fresh))
            self._blocks.append((keys[fresh], vectors[fresh]))

    def _keep(self, keys: npt.NDArray[np.int64], vectors: npt.NDArray[np.int8]) -> None:
        """Write a block beside the dataset, whole or not at all; where that cannot be, the vectors last as long as the server."""
        with contextlib.suppress(OSError):
            about = self.folder / "about.json"
            if not about.exists() or json.loads(about.read_text("utf-8")) != {"model": self._name}:
                self.folder.mkdir(exist_ok=True)
                for path in self.folder.glob("*.npz"):
                    path.unlink()
                about.write_text(json.dumps({"model": self._name}), "utf-8")
            name = hashlib.blake2b(keys.tobytes(), digest_size=8).hexdigest()
            temporary = self.folder / f".{name}.part"
            with temporary.open("wb") as file:
                np.savez(file, keys=keys, vectors=vectors)
            temporary.replace(self.folder / f"{name}.npz")

    def begin(self, index: Index) -> None:
        """Make what is missing for this index, in the background; a second call for the same index does nothing."""
        with self._lock:
            if index.version in self._started:
                return
            self._started.add(index.version)
        threading.Thread(target=self.make, args=(index,), daemon=True, name="dragoman: vectors").start()

    def make(self, index: Index) -> None:
        """Make what is missing for this index, now: at most 400,000 texts, those of acts first."""
        with contextlib.suppress(OSError, AttributeError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 15)  # a thread of its own on Linux
        waiting: dict[int, str] = {}
        for batch in self._missing(index):
            waiting |= batch
            if len(waiting) >= _BLOCK:
                self._make_block(waiting)
                waiting = {}
        if waiting:
            self._make_block(waiting)

    def _missing(self, index: Index) -> Iterator[dict[int, str]]:
        seen = len(self._rows)
        for query in _TEXTS.values():
            for batch in index.batches(f"SELECT DISTINCT words FROM ({query}) AS t(n, words)", 256):
                found = {_key(text): text for (text,) in batch}
                fresh = {key: text for key, text in found.items() if key not in self._rows}
                seen += len(fresh)
                if seen > _MOST_TEXTS:
                    return
                yield fresh

    def _make_block(self, texts: dict[int, str]) -> None:
        keys = np.fromiter(texts, dtype=np.int64, count=len(texts))
        vectors = np.concatenate(
            [embed(self._model, list(texts.values())[at : at + 32]) for at in range(0, len(texts), 32)]
        )
        # The largest part of a vector of length 1 is 1; most are far smaller, so that each is scaled by its own largest.
        scaled = np.round(127 * vectors / np.maximum(np.abs(vectors).max(1, keepdims=True), 1e-9)).astype(np.int8)
        self._keep(keys, scaled)
        self._add(keys, scaled)

    def _here(self, index: Index, kind: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], int]:
        """Row numbers of the records of a kind that have a vector, where their vectors are, and how many records there are."""
        held = index.cache.get(("meaning", kind))
        if held is None:
            rows = index.pairs(_TEXTS[kind])
            held = (np.array([n for n, _ in rows], np.int64), [_key(words) for _, words in rows])
            index.cache[("meaning", kind)] = held
        numbers, keys = held
        places = np.array([self._rows.get(key, -1) for key in keys], np.int64)
        known = places >= 0
        return numbers[known], places[known], len(numbers)

    def search(self, index: Index, kind: str, words: str, among: Sequence[int] | None = None) -> dict[str, Any]:
        """The row numbers of the nearest records, nearest first, with how many were looked through of how many.

        `among` are the row numbers that pass the other filters; `None` where there are none.
        """
        self.begin(index)
        numbers, places, total = self._here(index, kind)
        covered = len(numbers)
        if among is not None and covered:
            kept = np.isin(numbers, np.asarray(among, np.int64))
            numbers, places = numbers[kept], places[kept]
        if not len(numbers):
            return {"hits": [], "covered": covered, "total": total}
        with self._lock:
            blocks = [vectors for _, vectors in self._blocks]
        stacked = np.concatenate(blocks)
        mean = _mean(stacked)
        query = embed(self._model, [words])[0] - mean
        scores = np.empty(len(places), np.float32)
        for at in range(0, len(places), 65_536):
            chunk = _unit(stacked[places[at : at + 65_536]].astype(np.float32)) - mean
            scores[at : at + 65_536] = (chunk @ query) / np.maximum(np.linalg.norm(chunk, axis=1), 1e-9)
        best = np.argsort(-scores, kind="stable")[:MOST_ROWS]
        return {"hits": [int(n) for n in numbers[best]], "covered": covered, "total": total}


def _unit(vectors: Vectors) -> Vectors:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9), dtype=np.float32)


def _mean(stacked: npt.NDArray[np.int8]) -> Vectors:
    """The mean direction of at most 20,000 vectors, evenly drawn."""
    step = max(1, len(stacked) // 20_000)
    return np.asarray(_unit(stacked[::step].astype(np.float32)).mean(0), dtype=np.float32)
