"""Several datasets become one: the shards of a job, or what was coded on several machines.

Parts are taken over whole, as links where the disk allows, and rewritten only where an article is in both; stories and canonical events are
then computed over all of them. A merge that was cut off is run again and goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.errors import DatasetError
from dragoman.store import Damage, Writer, open_dataset
from dragoman.windows import derive

__all__ = ["Merged", "merge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What a merge did: `datasets` looked at, `added` articles, and the damaged parts that were left where they are."""

    datasets: int
    added: int
    damage: tuple[Damage, ...]


def merge(into: Path, others: Sequence[Path] = ()) -> Merged:
    """Merge the shards of the dataset `into` (its folder `shards/`), and `others`, into it.

    Raises `DatasetError` where there is nothing to merge, and where one of them is no dataset.
    """
    shards = into / "shards"
    found = sorted(path for path in shards.iterdir() if not path.name.startswith(".")) if shards.is_dir() else []
    sources = [*found, *others]
    if not sources:
        raise DatasetError(
            f"{into} has no shards to merge",
            hint="name other datasets, or run `dragoman code --shard 1/8` and so on first",
        )
    datasets = [open_dataset(path) for path in sources]
    added = 0
    damage: list[Damage] = []
    with Writer(into, {}) as writer:
        for dataset in datasets:
            lost = [each for each in dataset.damage() if each.documents]
            damage += lost
            for part in dataset.without(each.part for each in lost).parts():
                added += writer.take(dataset, part)
        if writer.underived():
            derive(writer)
    return Merged(datasets=len(datasets), added=added, damage=tuple(damage))
