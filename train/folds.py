"""What the published pairs would give as training rows: five folds of a gold file, each coded by a model trained on the other four.

    python -m train.folds build/model --gold plv_dev.jsonl

Starts from trained weights, goes on with the rows of four folds alone (encoder and the head of the older scheme), and codes the fifth.
Nothing of it ships: the file is a measure, and the model that ships never sees a row of it.
"""

from __future__ import annotations

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from train.data import PairRow
from train.model import OLDER, Trainer, pair_features, soft_loss, trainer_of
from train.scores import gold_pairs, yields

FOLDS = 5


def tuned(trainer: Trainer, rows: list[PairRow], epochs: int, rate: float) -> None:
    """Go on training the encoder and the head of the older scheme on these rows."""
    net = trainer.net.float()
    named = [(name, weight) for name, weight in net.named_parameters() if weight.requires_grad]
    old = [weight for name, weight in named if name.startswith("bert.")]
    fresh = [weight for name, weight in named if name.startswith("older.")]
    optimizer = torch.optim.AdamW([{"params": old, "lr": rate}, {"params": fresh, "lr": 5 * rate}], weight_decay=0.01)
    steps = epochs * len(list(trainer.pair_batches(rows, 1000)))
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: min(1.0, (step + 1) / 20) * (1 - step / steps))
    net.train()
    done = 0
    for _ in range(epochs):
        for batch in trainer.pair_batches(rows, 1000):
            if done == steps:
                break
            ids, shapes, mask = batch["input"]
            features = pair_features(net(ids, shapes, mask), mask, batch["actor"], batch["recipient"])
            loss = soft_loss(net.older(features), batch["older"]).mean()
            net.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_([weight for _, weight in named], 1.0)
            optimizer.step()
            schedule.step()
            done += 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("trained", type=Path)
    parser.add_argument("--gold", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rows = gold_pairs([json.loads(line) for line in options.gold.read_text().splitlines()])
    order = list(range(len(rows)))
    random.Random(options.seed).shuffle(order)
    logits = np.zeros((len(rows), len(OLDER)))
    for fold in range(FOLDS):
        aside = order[fold::FOLDS]
        trainer = trainer_of(options.trained, options.seed)
        kept = set(aside)
        # YIELD is no type of the present scheme, whose head is left alone.
        others = [replace(row, labels=()) for i, row in enumerate(rows) if i not in kept]
        tuned(trainer, others, options.epochs, options.rate)
        logits[aside] = trainer.classify([rows[i] for i in aside], older=True)
        print(f"fold {fold + 1}: {yields(logits[aside], OLDER, [rows[i] for i in aside])}", flush=True)
    types, quads, sides = (100 * share for share in yields(logits, OLDER, rows))
    print(
        f"all rows, each coded by a model that did not see it: type {types:.1f}, quad {quads:.1f}, binary {sides:.1f}"
    )


if __name__ == "__main__":
    main()
