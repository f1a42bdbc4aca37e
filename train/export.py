"""Turn a trained network into what ships: encoder and heads as int8, tokenizer, and a card with labels, temperatures and hashes.

python -m train.export build/model src/dragoman/model --version 1
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch

from dragoman.models import ENCODER, SCALE
from dragoman.parts import file_sha256
from train.corpus import ISSUES, STANCES
from train.data import CONTEXTS, MODE_NAMES, NAME_KINDS, STATUSES, TYPES
from train.graph import int8, lower_graph, upper_graph
from train.model import LABELS, OLDER, SIZES
from train.network import LATE, Network, load_tokenizer, word_vectors

_LARGE = 20_000  # numbers from which a matrix is worth rounding


def export_encoder(net: Network, folder: Path) -> None:
    """Both parts of the encoder."""
    net = net.float().eval()
    config = net.bert.config
    weights = {name: value.numpy() for name, value in net.state_dict().items()}
    parts = (
        lower_graph(weights, word_vectors(), range(LATE), config.layer_norm_eps),
        upper_graph(weights, range(LATE, config.num_hidden_layers), config.layer_norm_eps),
    )
    for name, model in zip(ENCODER, parts, strict=True):
        onnx.checker.check_model(model)
        onnx.save(model, str(folder / name))


def heads_of(net: Network) -> dict[str, Any]:
    """The heads by their names in the network: matrices as int8 with a scale for every row, all else as half floats."""
    names = (
        "pair", "older", "names", "trigger", "act", "kind", "status", "mode", "context", "part", "side", "query", "key", "far", "nowhere",
        "stance", "issue", "mark",
    )  # fmt: skip
    found: dict[str, Any] = {}
    for key, value in net.state_dict().items():
        if key.split(".")[0] in names:
            weight = value.detach().float().numpy()
            if weight.size >= _LARGE:
                found[key], found[key + SCALE] = int8(weight, 1)
            else:
                found[key] = weight.astype(np.float16)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--version", required=True)
    options = parser.parse_args()
    net = Network(SIZES)
    net.load_state_dict(torch.load(options.trained / "network.pt", weights_only=True), strict=False)
    options.out.mkdir(parents=True, exist_ok=True)
    export_encoder(net, options.out)
    np.savez_compressed(options.out / "heads.npz", **heads_of(net))
    load_tokenizer().save(str(options.out / "tokenizer.json"), pretty=False)
    tuned = options.trained / "tuned.json"
    settings = json.loads(tuned.read_text()) if tuned.exists() else {}
    card = {
        "version": options.version,
        "labels": {
            "pair": LABELS,
            "older": OLDER,
            "type": TYPES,
            "status": STATUSES,
            "mode": MODE_NAMES,
            "context": CONTEXTS,
            "names": NAME_KINDS,
            "stance": STANCES,
            "issue": ISSUES,
        },
        "temperatures": dict.fromkeys(("pair", "older", "trigger", "act", "part", "side", "link", "names"), 1.0)
        | settings.get("temperatures", {}),
        "thresholds": settings.get("thresholds", {}),
        "calibration": settings.get("calibration", []),
        "trigger_bias": settings.get("trigger_bias", 0.3),
        "mode_threshold": settings.get("mode_threshold", 0.7),
        "context_logit": settings.get("context_logit", 0.0),
        "act_reach": settings.get("act_reach", 0),
        "recipient_reach": settings.get("recipient_reach", 150),
        "part_none": settings.get("part_none", 1.0),
        "side_least": settings.get("side_least", 0.1),
        "side_added": settings.get("side_added", 0.6),
        "side_weight": settings.get("side_weight", 0.5),
        "none_limit": settings.get("none_limit", 0.5),
        "status_threshold": settings.get("status_threshold", 0.7),
        "status_calibration": settings.get("status_calibration", []),
        "names_threshold": settings.get("names_threshold", 0.65),
        "sha256": {name: file_sha256(options.out / name) for name in (*ENCODER, "heads.npz", "tokenizer.json")},
    }
    (options.out / "card.json").write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")
    for path in sorted(options.out.iterdir()):
        print(f"{path.name} {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
