"""The encoder as an ONNX graph written by hand: int8 matrices, each piece with a scale of its own, and word vectors at four bits.

A converter's graph takes one scale for all numbers of a text (or of a batch of texts), so that a piece's numbers depend on what stands
beside it; and the two special pieces, whose numbers are ten times those of words, set it. Here every vector is scaled by its own largest
number before it meets an int8 matrix: rows can share a batch and give what they give alone, and a third as much is lost to rounding.
Query, key and value are one matrix. There are two graphs: the lower layers read pieces, the upper ones go on from vectors, since acts
are marked between the two.

Operators beside ONNX's own are onnxruntime's (domain `com.microsoft`), all of which its CPU provider has.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from train.fourbit import LEVELS, FourBits

__all__ = ["int8", "lower_graph", "upper_graph"]

Array = npt.NDArray[np.float32]
_OWN = "com.microsoft"
_HEADS = 12
_LONGEST = 256  # places that have a vector; no row is longer


def int8(weight: Array, axis: int) -> tuple[npt.NDArray[np.int8], Array]:
    """A matrix as int8 with one scale for every row or column."""
    scale = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), 1e-8) / 127.0
    return np.round(weight / scale).astype(np.int8), scale.astype(np.float32)


class _Graph:
    """Nodes and constants as they are put together."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self.count = 0

    def constant(self, value: npt.NDArray[Any]) -> str:
        self.count += 1
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(value), f"c{self.count}"))
        return f"c{self.count}"

    def add(self, kind: str, *inputs: str, domain: str = "", outputs: int = 1, **attributes: Any) -> Any:
        self.count += 1
        names = [f"t{self.count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, f"n{self.count}", domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def times(self, x: str, weight: Array) -> str:
        """x [n, in] times an int8 copy of weight [in, out]; each row of x is scaled by its own largest number."""
        matrix, columns = int8(weight, 0)
        largest = self.add("ReduceMax", self.add("Abs", x), axes=[1], keepdims=1)
        scale = self.add("Mul", largest, self.constant(np.array(1 / 127, dtype=np.float32)))
        flat = self.add("Reshape", scale, self.constant(np.array([-1])))
        whole = self.add("QuantizeLinear", x, flat, "middles", axis=0)
        constants = (self.constant(matrix), self.one, self.constant(columns.reshape(-1)), self.middle)
        product = self.add("MatMulIntegerToFloat", whole, *constants, domain=_OWN)
        return str(self.add("Mul", product, scale))

    one = "one"
    middle = "middle"


def _weight(weights: dict[str, Array], name: str) -> Array:
    return np.asarray(weights[name], dtype=np.float32)


def lower_graph(weights: dict[str, Array], words: FourBits, layers: Sequence[int], epsilon: float) -> onnx.ModelProto:
    """From `ids` and `shapes` [rows, pieces], padded at their ends, and each row's length, to `vectors` [rows, pieces, width]."""
    g = _Graph()
    width = weights["shape.weight"].shape[1]
    get = partial(_weight, weights)
    embeddings = "bert.embeddings."
    sized = _word_vectors(g, words, get("marker.weight"))
    # What stands at every place whatever the piece: its position and the one token type.
    places = (
        get(embeddings + "position_embeddings.weight")[:_LONGEST] + get(embeddings + "token_type_embeddings.weight")[:1]
    )
    length = g.add("Slice", g.add("Shape", "ids"), g.constant(np.array([1])), g.constant(np.array([2])))
    here = g.add("Slice", g.constant(places), g.constant(np.array([0])), length)
    summed = g.add("Add", g.add("Add", sized, g.add("Gather", g.constant(get("shape.weight")), "shapes")), here)
    flat = g.add("Reshape", summed, g.constant(np.array([-1, width])))
    hidden = g.add(
        "LayerNormalization", flat, g.constant(get(embeddings + "LayerNorm.weight")), g.constant(get(embeddings + "LayerNorm.bias")),
        axis=-1, epsilon=epsilon,
    )  # fmt: skip
    cube = g.add("Concat", g.add("Shape", "ids"), g.constant(np.array([width])), axis=0)
    inputs = [
        helper.make_tensor_value_info("ids", TensorProto.INT64, ["rows", "pieces"]),
        helper.make_tensor_value_info("shapes", TensorProto.INT64, ["rows", "pieces"]),
    ]
    return _finished(g, get, layers, hidden, cube, inputs, epsilon)


def _word_vectors(g: _Graph, words: FourBits, markers: Array) -> str:
    """The vectors of `ids` [rows, pieces]: two codes lie in a byte; the first ids are markers, whose vectors are kept as they are."""
    both = g.add("Cast", g.add("Gather", g.constant(words.packed()), "ids"), to=TensorProto.INT32)
    sixteen = g.constant(np.array(LEVELS, dtype=np.int32))
    codes = g.add("Concat", g.add("Mod", both, sixteen), g.add("Div", both, sixteen), axis=-1)
    levels = g.add("Gather", g.constant(words.levels.astype(np.float32)), codes)
    rows = g.add("Gather", g.constant(words.row.astype(np.float32)[:, None]), "ids")
    scaled = g.add("Mul", g.add("Mul", levels, g.constant(words.column.astype(np.float32))), rows)
    found = g.add("Add", scaled, g.constant(words.mean.astype(np.float32)))
    last = g.constant(np.array(len(markers) - 1))
    own = g.add("Gather", g.constant(markers), g.add("Min", "ids", last))
    ordinary = g.add("Unsqueeze", g.add("Greater", "ids", last), g.constant(np.array([-1])))
    return str(g.add("Where", ordinary, found, own))


def upper_graph(weights: dict[str, Array], layers: Sequence[int], epsilon: float) -> onnx.ModelProto:
    """From `given` [rows, pieces, width], padded at their ends, and each row's length, to `vectors` of the same form."""
    g = _Graph()
    width = weights["shape.weight"].shape[1]
    flat = g.add("Reshape", "given", g.constant(np.array([-1, width])))
    inputs = [helper.make_tensor_value_info("given", TensorProto.FLOAT, ["rows", "pieces", width])]
    return _finished(g, partial(_weight, weights), layers, flat, g.add("Shape", "given"), inputs, epsilon)


def _finished(
    g: _Graph,
    get: Any,
    layers: Sequence[int],
    hidden: str,
    cube: str,
    inputs: Sequence[onnx.ValueInfoProto],
    epsilon: float,
) -> onnx.ModelProto:
    """The layers on vectors [n, width], put back into rows of the form `cube`, as a model."""
    width = len(get("bert.embeddings.LayerNorm.bias"))
    count = g.add("Slice", g.add("Shape", hidden), g.constant(np.array([0])), g.constant(np.array([1])))
    g.nodes.append(helper.make_node("Expand", [g.middle, count], ["middles"], "middles"))
    for number in layers:
        hidden = _layer(g, get, f"bert.encoder.layer.{number}.", hidden, cube, epsilon)
    g.nodes.append(helper.make_node("Reshape", [hidden, cube], ["vectors"], "out"))
    lengths = helper.make_tensor_value_info("lengths", TensorProto.INT32, ["rows"])
    output = helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["rows", "pieces", width])
    shared = [
        numpy_helper.from_array(np.array(1.0, dtype=np.float32), g.one),
        numpy_helper.from_array(np.array(128, dtype=np.uint8), g.middle),
    ]
    graph = helper.make_graph(g.nodes, "encoder", [*inputs, lengths], [output], [*shared, *g.constants])
    return helper.make_model(
        graph,
        opset_imports=[helper.make_opsetid("", 17), helper.make_opsetid(_OWN, 1)],
        ir_version=9,
        producer_name="dragoman",
    )


def _layer(g: _Graph, get: Any, name: str, hidden: str, cube: str, epsilon: float) -> str:
    """One layer on vectors [n, width]."""
    attention = name + "attention."
    parts = [attention + f"self.{each}" for each in ("query", "key", "value")]
    every = g.times(hidden, np.concatenate([get(f"{each}.weight").T for each in parts], 1))
    bias = g.constant(np.concatenate([get(f"{each}.bias") for each in parts]))
    width = len(get(f"{parts[0]}.bias"))
    split = g.constant(np.array([width] * 3))
    query, key, value = (g.add("Reshape", each, cube) for each in g.add("Split", every, split, outputs=3, axis=1))
    seen = g.add("MultiHeadAttention", query, key, value, bias, "lengths", domain=_OWN, num_heads=_HEADS)
    back = g.add("Reshape", seen, g.constant(np.array([-1, width])))
    joined = g.times(back, get(attention + "output.dense.weight").T)
    hidden = _normed(g, get, attention + "output.", joined, hidden, epsilon)
    wide = g.times(hidden, get(name + "intermediate.dense.weight").T)
    bent = g.add("BiasGelu", wide, g.constant(get(name + "intermediate.dense.bias")), domain=_OWN)
    return _normed(g, get, name + "output.", g.times(bent, get(name + "output.dense.weight").T), hidden, epsilon)


def _normed(g: _Graph, get: Any, name: str, x: str, before: str, epsilon: float) -> str:
    """Layer norm of x with its bias and of what came before it."""
    # onnxruntime's own joined operator for this takes three times as long.
    summed = g.add("Add", g.add("Add", x, g.constant(get(name + "dense.bias"))), before)
    constants = (g.constant(get(name + "LayerNorm.weight")), g.constant(get(name + "LayerNorm.bias")))
    return str(g.add("LayerNormalization", summed, *constants, axis=-1, epsilon=epsilon))
