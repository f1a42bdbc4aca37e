"""What clustering costs: seconds and memory for growing loads of short generated articles, each in a process of its own.

    python -m benchmarks.clustering [10000 100000 1000000] [--days 365]

Articles arrive one by one (`windows.Stream`, windows of seven days), spread over the days given. Prints a line of JSON for each load: CPU
seconds of clustering without those of making the articles, the same by n log n relative to the first load (wanted: no growth), the most
memory used (wanted: under 4 GiB), articles held at most, stories.
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Any

from benchmarks.generated import generate
from dragoman.windows import Stream

__all__ = ["main", "measure"]


def measure(articles: int, days: int, seed: int = 1) -> dict[str, Any]:
    """Cluster one load in this process."""
    stream = Stream(window_days=7)
    spent = 0.0
    stories = held = 0
    for told in generate(articles, days=days, seed=seed):
        before = time.process_time()
        stream.add(told.article, told.events)
        stories += sum(1 for _ in stream.settled())
        spent += time.process_time() - before
        held = max(held, stream.held)
    before = time.process_time()
    stories += sum(1 for _ in stream.close())
    spent += time.process_time() - before
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {
        "articles": articles,
        "cpu_s": round(spent, 1),
        "memory_gib": round(memory, 2),
        "held": held,
        "stories": stories,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the loads named; exit 1 where growth or memory is beyond what is wanted."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("loads", nargs="*", type=int, default=[10_000, 30_000, 100_000])
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.alone:
        print(json.dumps(measure(options.loads[0], options.days)))
        return 0
    first = None
    good = True
    for load in options.loads:
        command = [sys.executable, "-m", "benchmarks.clustering", "--alone", "--days", str(options.days), str(load)]
        found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        cost = found["cpu_s"] / (load * math.log(load))
        first = first or cost
        found["by_n_log_n"] = round(cost / first, 2)
        good &= found["by_n_log_n"] <= 1.2 and found["memory_gib"] < 4
        print(json.dumps(found), flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
