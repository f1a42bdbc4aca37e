"""Near-duplicates among many texts: runs of five words, hashed, compared by containment.

Containment is the share of the shorter text's runs that the longer one has. A copy is cut, gets a byline and a new foot; containment stays
near one there, where the Jaccard index falls (MinHash Jaccard finds .73 of such copies). What stands in many texts that otherwise have
nothing in common (a foot, a notice, a way to subscribe) is left out first: two short reports under one foot are no copies.

Candidates are pairs that share a run, found by sorting; a run that many texts share gives a chain of pairs, not all of them. So the cost is
that of a sort, n log n.
"""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Runs = np.ndarray[Any, np.dtype[np.uint64]]

__all__ = ["Hashes", "containment", "near_pairs", "runs_of", "without_boilerplate"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_LENGTH = 5
_KEEP = (
    8  # of long texts one run in eight looks for candidates, chosen by value, so that two texts choose the same ones
)
_SHORT = 96
_ALL_PAIRS = 12  # texts that share a run, up to which all pairs are looked at
_BOILERPLATE = 6  # texts that must share a run before it may be boilerplate
_MANY = 50
_LEAST = 8  # fewer runs than this tell nothing


class Hashes(dict[str, int]):
    """The hash of each word, kept, since words come again; forgotten as a whole where it grows large."""

    def __missing__(self, word: str) -> int:
        if len(self) > 400_000:
            self.clear()
        found = zlib.crc32(word.encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15 % (1 << 64)
        self[word] = found
        return found


def runs_of(texts: Iterable[str], hashes: Hashes | None = None) -> list[Runs]:
    """The hashes of the five-word runs of each text, sorted, each once. Give `hashes` where texts come one by one: words come again.

    >>> one, two = runs_of(["Rain fell on the old town.", "rain fell on the old TOWN"])
    >>> (one == two).all(), len(one)
    (np.True_, 2)
    """
    import numpy as np

    hashes = Hashes() if hashes is None else hashes
    factors = np.array([pow(0x100000001B3, power, 1 << 64) for power in range(_LENGTH)], dtype=np.uint64)
    found = []
    for text in texts:
        words = _WORD.findall(text.lower())
        values = np.fromiter(map(hashes.__getitem__, words), dtype=np.uint64, count=len(words))
        count = max(1, len(values) - _LENGTH + 1)
        total = np.zeros(count, dtype=np.uint64)
        for at in range(min(_LENGTH, len(values))):
            total += values[at : at + count] * factors[at]
        # A sum is even as often as its parts: mixed once more, so that the low bits choose fairly.
        total ^= total >> np.uint64(29)
        total *= np.uint64(0xBF58476D1CE4E5B9)
        total ^= total >> np.uint64(32)
        found.append(np.unique(total) if len(words) else np.zeros(0, dtype=np.uint64))
    return found


def containment(one: Runs, two: Runs) -> float:
    """The share of the shorter one's runs that the longer one has; 0 where either has none.

    >>> one, two = runs_of(["a b c d e f g h", "x a b c d e f"])
    >>> round(containment(one, two), 2)
    0.67
    """
    import numpy as np

    smaller = min(len(one), len(two))
    return len(np.intersect1d(one, two, assume_unique=True)) / smaller if smaller else 0.0


def _sorted_groups(runs: Sequence[Runs]) -> tuple[Any, Any, Any, Any]:
    """All runs in order of value, the text each is of, where each group of equal ones begins, and how many it has."""
    import numpy as np

    values = np.concatenate(runs) if runs else np.zeros(0, dtype=np.uint64)
    owners = np.repeat(np.arange(len(runs), dtype=np.int32), [len(each) for each in runs])
    order = np.argsort(values, kind="stable")  # stable: owners ascend within a group
    values, owners = values[order], owners[order]
    starts = (
        np.flatnonzero(np.concatenate(([True], values[1:] != values[:-1])))
        if len(values)
        else np.zeros(0, dtype=np.int64)
    )
    sizes = np.diff(np.append(starts, len(values)))
    return values, owners, starts, sizes


def without_boilerplate(runs: Sequence[Runs]) -> list[Runs]:
    """The runs of each text without those that stand in many texts which otherwise have nothing in common.

    Runs that the same texts share, by their number, their first and their last, are looked at together: five pairs of those texts are
    compared by all their other runs.
    """
    import numpy as np

    values, owners, starts, sizes = _sorted_groups(runs)
    wide = np.flatnonzero(sizes >= _BOILERPLATE)
    if not len(wide):
        return list(runs)
    classes: dict[tuple[int, int, int], list[int]] = {}
    for group in wide.tolist():
        start, size = int(starts[group]), int(sizes[group])
        classes.setdefault((size, int(owners[start]), int(owners[start + size - 1])), []).append(group)
    stray: list[Any] = []
    for (size, _, _), groups in classes.items():
        own = values[starts[groups]]
        start = int(starts[groups[0]])
        members = owners[start : start + size]
        if _unlike(runs, own, members, len(runs)):
            stray.append(own)
    if not stray:
        return list(runs)
    left_out = np.unique(np.concatenate(stray))
    return [each[~np.isin(each, left_out, assume_unique=True)] if len(each) else each for each in runs]


def _unlike(runs: Sequence[Runs], own: Any, members: Any, total: int) -> bool:
    """Whether texts that share the runs `own` have hardly any other run in common."""
    import numpy as np

    picked = [int(members[(len(members) - 1) * at // 5]) for at in range(6)]
    likeness, shares = [], []
    for one, two in itertools.pairwise(picked):
        a, b = (np.setdiff1d(runs[each], own, assume_unique=True) for each in (one, two))
        likeness.append(containment(a, b))
        shares.append(1 - min(len(a), len(b)) / max(1, min(len(runs[one]), len(runs[two]))))
    # Texts that are the same for the most part are copies, unless there are more of them than any report has.
    copies = sorted(shares)[len(shares) // 2] >= 0.5 and len(members) <= max(_MANY, total // 50)
    return not copies and sorted(likeness)[len(likeness) // 2] < 0.1


def near_pairs(runs: Sequence[Runs], least: float) -> dict[tuple[int, int], float]:
    """Pairs of texts, by number, whose containment is at least `least`; give runs without boilerplate.

    Where more than a dozen texts share a run, each is compared with its neighbour and with the first of them: copies of one text are all
    linked, not all with all.
    """
    import numpy as np

    kept = [each if len(each) <= _SHORT else each[each % np.uint64(_KEEP) == 0] for each in runs]
    _, owners, starts, sizes = _sorted_groups(kept)
    total = np.int64(len(runs))
    coded: list[Any] = []
    for size in range(2, _ALL_PAIRS + 1):
        begin = starts[sizes == size]
        if len(begin):
            rows = owners[begin[:, None] + np.arange(size)].astype(np.int64)
            coded += [rows[:, a] * total + rows[:, b] for a in range(size) for b in range(a + 1, size)]
    for group in np.flatnonzero(sizes > _ALL_PAIRS).tolist():
        row = owners[starts[group] : starts[group] + sizes[group]].astype(np.int64)
        coded += [row[:-1] * total + row[1:], row[0] * total + row[1:]]
    if not coded:
        return {}
    pairs, counts = np.unique(np.concatenate(coded), return_counts=True)
    found: dict[tuple[int, int], float] = {}
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        one, two = divmod(pair, int(total))
        smaller = min(len(runs[one]), len(runs[two]))
        if smaller < _LEAST and len(runs[one]) != len(runs[two]):
            continue
        # One run of many in common is a turn of phrase; only where runs are few is a single one worth a look.
        if count < 2 and smaller > 3 * _SHORT:
            continue
        part = containment(runs[one], runs[two])
        if part >= least:
            found[one, two] = part
    return found
