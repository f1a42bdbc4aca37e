"""Code generated articles, one in a hundred of them hostile, for so long, and see that memory stays flat and nothing is lost or twice.

    python -m tests.fault.soak --minutes 20 [--articles 100000] [--workers 1] [--words 100]

Every half minute a line tells how many are done and what memory the process that hands out and each worker hold. At the end the dataset is
audited, and each document must be there once: as an article or as a rejection.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from benchmarks.cost import documents
from dragoman.config import Settings
from dragoman.records import RawDocument
from dragoman.runner import Shard, audit, code_inputs
from dragoman.store import open_dataset
from tests.fault.kill import session

HOSTILE_EACH = 100
_TELL_S = 30.0


def hostile(number: int) -> RawDocument:
    """A document that means harm; the same number gives the same one, and no two are alike."""
    chance = random.Random(number)
    mark = str(number).encode()
    kinds = (
        ("text/html", b"<div>" * 20_000 + mark),
        ("text/html", b"<p>" + b"<b" * 20_000 + mark + b">"),
        ("text/html", b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>]><p>" + b"&a;" * 5_000 + mark),
        ("text/html", b"<script>" + mark + b"</p>" + b"alert(1);" * 5_000),
        ("text/plain", b"\x00\xff\xfe" * 3_000 + mark),
        ("text/plain", chance.randbytes(20_000) + mark),
        ("text/plain", ("“" * 3_000 + str(number)).encode()),
        ("text/plain", b"The minister said " * 1_500 + mark),
        ("text/plain", ("A" + "\u0301" * 5_000 + "\u202e" * 500 + str(number)).encode()),
        ("text/plain", b"Mr. " * 3_000 + mark),
        ("text/plain", b"(" * 5_000 + mark + b")" * 5_000),
        ("text/plain", mark * 3_000),
    )
    media_type, data = kinds[number // HOSTILE_EACH % len(kinds)]
    return RawDocument(path=f"h/{number}", media_type=media_type, data=data)


def mixed(count: int, words: int) -> Iterator[RawDocument]:
    """Generated articles, and in the place of each hundredth a hostile one."""
    for number, raw in enumerate(documents(0, count, words)):
        yield hostile(number) if number % HOSTILE_EACH == HOSTILE_EACH - 1 else raw


def resident_mb(process: int) -> float:
    """Memory that a process holds; 0 where it has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096 / 1e6
    except (OSError, IndexError):
        return 0.0


def main() -> int:
    """Run, tell, check; returns 0 where all holds."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--words", type=int, default=100)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--into", type=Path, help="keep the dataset there")
    options = parser.parse_args()
    me, began, told = os.getpid(), time.monotonic(), itertools.count(1)
    memory: list[tuple[float, float]] = []

    def tell(seen: int, added: int) -> None:
        if time.monotonic() - began < next_tell[0]:
            return
        next_tell[0] = next(told) * _TELL_S
        own, workers = resident_mb(me), [resident_mb(each) for each in session(os.getsid(0)) if _worker_of(each, me)]
        memory.append((own, max(workers, default=0.0)))
        spent = time.monotonic() - began
        held = f"{own:5.0f} MB here  {memory[-1][1]:5.0f} MB a worker"
        print(f"{spent:6.0f} s  {seen:7} seen  {added:7} added  {held}", flush=True)

    next_tell = [0.0]
    with tempfile.TemporaryDirectory() as name:
        into = options.into or Path(name) / "d"
        settings = replace(Settings(), workers=options.workers, batch=64)
        done = code_inputs(
            [],
            into,
            settings,
            documents=mixed(options.articles, options.words),
            progress=tell,
            shard=Shard(number=1, of=1),  # no second pass: this is of the run alone
            time_limit_s=options.minutes * 60,
        )
        dataset = open_dataset(into)
        problems = audit(dataset)
        found, refused = len(dataset.records("articles")), len(dataset.records("rejections"))
    counts = f"{done.added} added, {done.rejected} rejected, {done.known} known"
    print(f"{done.seen} documents in {time.monotonic() - began:.0f} s: {counts}")
    whole = found == done.added and done.added + done.rejected + done.known == done.seen and refused >= done.rejected
    quarter = max(1, len(memory) // 4)
    for what, at in (("here", 0), ("a worker", 1)):
        early = max(each[at] for each in memory[quarter : 2 * quarter] or memory)
        late = max(each[at] for each in memory[-quarter:])
        print(f"memory {what}: {early:.0f} MB at most in the second quarter, {late:.0f} MB in the last")
    print(f"each document once: {whole}; promises broken: {len(problems)}")
    return 0 if whole and not problems else 1


def _worker_of(process: int, parent: int) -> bool:
    try:
        return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1]) == parent
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
