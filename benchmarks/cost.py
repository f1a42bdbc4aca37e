"""Measures what coding costs: time and memory against the number of articles and their length, with fitted exponents.

    python benchmarks/cost.py [--coder rules model] [--lengths 100 300 1000 3000 10000 50000] [--stories 1000 3000 10000]

Articles are generated, all different. Processor time is taken, so that other work on the machine counts little. Three curves:

- coding: seconds an article and memory by its length, with the whole pipeline, no article cut however long;
- running: seconds and memory of the process that hands out, stores and resumes, by the number of articles, with the coding left out;
- stories: seconds and memory of the second pass by the number of articles, in windows and (up to `--whole`) at once.

An exponent near 1 says that twice the work takes twice as long; it is the slope of a line through the logarithms.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from dragoman import runner
from dragoman.config import Settings
from dragoman.records import RawDocument

STATES = "Norway Finland Peru Chile Kenya Japan Egypt Spain India Brazil Ghana Poland Cuba Nepal Qatar Mali".split()
CITIES = "Oslo Helsinki Lima Santiago Nairobi Tokyo Cairo Madrid Delhi Accra Warsaw Havana Doha Bamako".split()
THINGS = (
    "grain ferry border pipeline fishing visa rail satellite debt vaccine dam spectrum tariff orchard archive".split()
)
FORMS = (
    "The foreign ministers of {a} and {b} met in {c} on Monday and agreed to resume talks on the {t} dispute.",
    "{a} accused {b} of blocking the {t} accord, number {n}, and recalled its ambassador from {c}.",
    '"We have listened to each other about the {t} question," the foreign minister of {a} said in {c}.',
    "Shops in {c} stayed open late, and the {t} fair, in its {n}th year, drew a crowd from the hills.",
    "{b} promised to withdraw its inspectors by the summer and to publish the {t} figures of {n} villages.",
    "Rain fell on {c} for most of the day, and buses were late on {n} of the routes to the coast.",
)


def text(number: int, words: int) -> str:
    """An article of about so many words; the same number gives the same article."""
    chance = random.Random(number)
    made: list[str] = []
    topic = {"a": chance.choice(STATES), "b": chance.choice(STATES), "c": chance.choice(CITIES)}
    while sum(len(each.split()) for each in made) < words:
        made.append(chance.choice(FORMS).format(**topic, t=chance.choice(THINGS), n=chance.randrange(100_000)))
    pieces = [" ".join(made[at : at + 4]) for at in range(0, len(made), 4)]
    day = 1 + number % 28
    return (
        f"{topic['a']} and {topic['b']} talk, part {number}\n\nMay {day}, {1990 + number // 28 % 30}\n\n"
        + "\n\n".join(pieces)
    )


def documents(first: int, count: int, words: int) -> Iterator[RawDocument]:
    """Generated pages, as a reader hands them on."""
    for number in range(first, first + count):
        yield RawDocument(path=f"g/{number}.txt", media_type="text/plain", data=text(number, words).encode())


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The exponent of a power law through the points, by least squares of the logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(max(y, 1e-9)) for _, y in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - mean_x) ** 2 for x in xs)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread if spread else math.nan


def child(call: Sequence[object]) -> dict[str, float]:
    """A measurement in a fresh process, so that its peak memory is its own."""
    command = [sys.executable, __file__, "--child", *map(str, call)]
    found = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout
    return {name: float(value) for name, value in json.loads(found.splitlines()[-1]).items()}


def measured(began: float, **more: float) -> None:
    """Print processor seconds since `began`, and peak memory in MB, as JSON."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": time.process_time() - began, "megabytes": peak, **more}))


def run_coding(words: int, count: int, coder: str) -> None:
    """Code articles of one length in this process."""
    tools = runner.load_tools()
    if coder == "rules":
        from dragoman.coding.lexicon import LexiconCoder

        tools = replace(tools, coder=LexiconCoder(tools.tagger), reader=None)
    from dragoman.pipeline import code_document
    from dragoman.records import Coding

    whole = replace(Settings(), max_characters=10**7)
    code_document(next(documents(count, 1, 300)), tools, whole)  # tables that are built at the first use
    began, events = time.process_time(), 0
    for raw in list(documents(0, count, words)):
        made = code_document(raw, tools, whole)
        events += len(made.events) if isinstance(made, Coding) else 0
    measured(began, events=events)


def run_running(count: int, folder: Path) -> None:
    """Hand out and store articles that are not coded; then resume over them."""
    from tests.fault import jobs

    runner.code_one = jobs.plain
    runner.describe_tools = dict
    into = folder / "d"
    settings = replace(Settings(), batch=256)
    began = time.process_time()
    runner.code_inputs(
        [], into, settings, documents=documents(0, count, 100), isolate=False, shard=runner.Shard(number=1, of=1)
    )
    stored = time.process_time()
    # As a shard, both runs leave the second pass out.
    again = runner.code_inputs(
        [], into, settings, documents=documents(0, count, 100), isolate=False, shard=runner.Shard(number=1, of=1)
    )
    assert again.added == 0
    size = sum(path.stat().st_size for path in into.rglob("*.parquet")) / 1e6
    measured(began, store=stored - began, disk=size)


def run_stories(count: int, folder: Path, most: int) -> None:
    """The second pass over a stored dataset."""
    from dragoman.store import Writer
    from dragoman.windows import derive

    with Writer(folder / "d", {}) as writer:
        began = time.process_time()
        derive(writer, most=most)
        measured(began)


def coding_curve(lengths: Sequence[int], coder: str, budget_words: int) -> None:
    """Seconds an article, by length."""
    times, memory = [], []
    print(f"coding with {coder}: words, seconds an article, articles a second, peak MB")
    for words in lengths:
        count = max(1, budget_words // words)
        found = child(["coding", words, count, coder])
        times.append((words, found["seconds"] / count))
        memory.append((words, found["megabytes"]))
        print(
            f"  {words:6} {found['seconds'] / count:8.4f} {count / found['seconds']:8.1f} {found['megabytes']:6.0f}",
            flush=True,
        )
    print(f"  exponent of time in length: {slope(times):.2f}, of peak memory: {slope(memory):.2f}")


def number_curves(counts: Sequence[int], whole: int) -> None:
    """Seconds and memory, by number of articles."""
    print("running and stories: articles, store s, resume s, MB, disk MB, stories s, MB")
    curves: dict[str, list[tuple[float, float]]] = {}
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            stored = child(["running", count, name])
            windows = child(["stories", count, name, 2_000])
            row = {
                "store": stored["store"],
                "resume": stored["seconds"] - stored["store"],
                "memory": stored["megabytes"],
                "disk": stored["disk"],
                "stories": windows["seconds"],
                "stories memory": windows["megabytes"],
            }
            if count <= whole:
                row["at once"] = child(["stories", count, name, 10**9])["seconds"]
        print(f"  {count:7} " + "  ".join(f"{key} {value:.2f}" for key, value in row.items()), flush=True)
        for key, value in row.items():
            curves.setdefault(key, []).append((count, value))
    for key, points in curves.items():
        if len(points) > 1:
            print(f"  exponent of {key}: {slope(points):.2f}")


def main() -> int:
    """Print the curves."""
    if sys.argv[1:2] == ["--child"]:
        what, *rest = sys.argv[2:]
        if what == "coding":
            run_coding(int(rest[0]), int(rest[1]), rest[2])
        elif what == "running":
            run_running(int(rest[0]), Path(rest[1]))
        else:
            run_stories(int(rest[0]), Path(rest[1]), int(rest[2]))
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--coder", nargs="*", default=["rules", "model"])
    parser.add_argument("--lengths", type=int, nargs="+", default=[100, 300, 1_000, 3_000, 10_000, 50_000])
    parser.add_argument("--words", type=int, default=20_000, help="words to code at each length")
    parser.add_argument("--stories", type=int, nargs="+", default=[1_000, 3_000, 10_000])
    parser.add_argument("--whole", type=int, default=3_000, help="most articles to cluster at once")
    options = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for coder in options.coder:
        coding_curve(options.lengths, coder, options.words)
    number_curves(options.stories, options.whole)
    return 0


if __name__ == "__main__":
    sys.exit(main())
