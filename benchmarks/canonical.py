"""Whether each act is counted once: a generated load with known copies, and no act merged with another.

    python -m benchmarks.canonical [--articles 200000] [--days 90] [--seed 1]

Prints the share of the known copies whose tellings are one canonical event (wanted: 1.0), the share of tellings that share a canonical
event with one of another act (wanted: under .005), seconds, and the most memory used. Articles go through `windows.Stream`, as they would
arrive.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

from benchmarks.generated import generate
from dragoman.windows import Stream

__all__ = ["main", "measure"]


def measure(articles: int, days: int, seed: int = 1, window_days: int = 7) -> dict[str, Any]:
    """Run the load and count."""
    act_of: dict[str, str] = {}
    groups: list[tuple[str, ...]] = []
    stream = Stream(window_days=window_days)
    started = time.process_time()
    for told in generate(articles, days=days, seed=seed):
        act_of.update(zip((event.id for event in told.events), told.acts, strict=True))
        stream.add(told.article, told.events)
        groups.extend(group for story in stream.settled() for group in story.canonical_events)
    groups.extend(group for story in stream.close() for group in story.canonical_events)
    took = time.process_time() - started
    tellings = Counter(act_of.values())
    parts: dict[str, int] = defaultdict(int)
    wrong = 0
    for group in groups:
        acts = Counter(act_of[event] for event in group)
        for act in acts:
            parts[act] += 1
        wrong += sum(acts.values()) - max(acts.values()) if len(acts) > 1 else 0
    copied = [act for act, number in tellings.items() if number > 1]
    once = sum(parts[act] == 1 for act in copied)
    return {
        "articles": articles,
        "acts": len(tellings),
        "tellings": len(act_of),
        "acts_with_copies": len(copied),
        "copies_counted_once": round(once / max(1, len(copied)), 6),
        "wrongly_merged": round(wrong / max(1, len(act_of)), 6),
        "missing": len(act_of) - sum(map(len, groups)),
        "cpu_s": round(took, 1),
        "memory_gib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20, 2),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure a load; exit 1 where an aim is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    found = measure(options.articles, options.days, options.seed)
    print(json.dumps(found))
    return 0 if found["copies_counted_once"] == 1.0 and found["wrongly_merged"] < 0.005 else 1


if __name__ == "__main__":
    sys.exit(main())
