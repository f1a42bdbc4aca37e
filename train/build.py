"""Rebuild the model from the corpus: train, export, fit the heads, tune. What `make model` runs.

    python -m train.build --data DATA --out build/model

`DATA` is the folder of the open sets that the model card names (gmb_voa_ner, wikigold, crossner_politics, gum_open). Training runs in the
training environment (torch), tuning through the package's own run time, so that what is tuned is what ships.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path


def main() -> int:
    """Run the stages in order; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path("build/model"))
    parser.add_argument("--model", type=Path, default=Path("src/dragoman/model"))
    parser.add_argument("--version", default="1")
    parser.add_argument(
        "--minutes", default="75", help="training ends then; a run in the same folder goes on from the last"
    )
    parser.add_argument("--decay", default="45", help="minutes at the end over which the rate falls to nothing")
    options = parser.parse_args()
    stages = (
        [
            "train.model",
            "--data",
            str(options.data),
            "--out",
            str(options.out),
            "--minutes",
            options.minutes,
            "--decay",
            options.decay,
        ],
        ["train.export", str(options.out), str(options.model), "--version", options.version],
        ["train.stance", str(options.model)],
        ["train.issues", str(options.model)],
        ["train.targets", str(options.model)],
        ["train.antecedents", str(options.model), "--gum", str(options.data / "gum_open")],
        ["train.wider", str(options.model), "--data", str(options.data)],
        ["train.adjuncts", str(options.model)],
        ["train.tune", str(options.model), "--data", str(options.data)],
    )
    for stage in stages:
        print(" ".join(stage), flush=True)
        done = subprocess.run([sys.executable, "-m", *stage], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main())
