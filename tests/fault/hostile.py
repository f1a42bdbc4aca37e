"""Files made to break a reader, each kind by itself: what it costs to read and code them, and what becomes of them.

    python -m tests.fault.hostile [NAME...] [--limit 40]     # a line for each case whose name begins so

Each input lies in a folder beside a sound page, which must be coded all the same. A process of its own reads and codes the folder with
the tools loaded before, so that seconds (of processor) and memory are those of the input. More than `MOST_S` or `MOST_MB`, an exception, a
name or reason with control characters, or a page that is lost is a fault, and the command ends with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dragoman import runner
from dragoman.config import Settings
from dragoman.read import read_documents
from dragoman.records import Coding, RawDocument
from tests.fault import hostile_containers, hostile_pages
from tests.fault.cases import CASES, SOUND

__all__ = ["CASES", "hostile_containers", "hostile_pages", "laid"]  # the two fill the table when they are imported

MOST_S = 10.0
MOST_MB = 700.0


def laid(name: str, folder: Path) -> Path:
    """A folder with the files of a case and a sound page, which is read last."""
    folder.mkdir()
    (folder / "zz-sound.txt").write_text(SOUND)
    CASES[name](folder)
    return folder


def _megabytes(key: str) -> float:
    """A figure of this process that the kernel keeps, such as its greatest memory (VmHWM)."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith(key)), 0.0)


def _late(_signal: int, _frame: object) -> None:
    raise TimeoutError("no end of it")


def told_of(folder: Path) -> dict[str, Any]:
    """Read and code a folder, the same content once as a run does; what came of it."""
    articles, refused, known = [], [], set()
    for found in read_documents([folder], as_found=True):
        key = runner.input_key(found, None)
        if key in known:
            continue
        known.add(key)
        made = runner.code_one(found, Settings(), None) if isinstance(found, RawDocument) else found
        if isinstance(made, Coding):
            articles.append(made.article.path or "")
        else:
            refused.append(f"{made.subject}: {made.reason}")
    return {
        "articles": len(articles),
        "rejections": len(refused),
        "lost": not any(path.endswith("zz-sound.txt") for path in articles),
        "raw": not all(map(str.isprintable, (*articles, *refused))),
        "reasons": [line.rpartition("/")[2][:150] for line in refused[:3]],
    }


def measured(folder: Path, limit_s: float) -> dict[str, Any]:
    """`told_of` in a child of this process, with the seconds and the memory that it took."""
    out, into = os.pipe()
    process = os.fork()
    if not process:
        os.close(out)
        Path("/proc/self/clear_refs").write_text("5")  # the greatest memory is counted from here
        before, began = _megabytes("VmRSS"), time.process_time()
        signal.signal(signal.SIGPROF, _late)
        signal.setitimer(signal.ITIMER_PROF, limit_s)
        resource.setrlimit(resource.RLIMIT_AS, (8 * 2**30, 8 * 2**30))
        try:
            told = told_of(folder)
        except BaseException as error:
            told = {"error": f"{type(error).__name__}: {str(error)[:200]}"}
        told |= {"seconds": round(time.process_time() - began, 1), "megabytes": round(_megabytes("VmHWM") - before)}
        os.write(into, json.dumps(told).encode())
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as answer:
        data = answer.read()
    _, status = os.waitpid(process, 0)
    return dict(json.loads(data)) if data else {"error": f"the process ended with status {status}"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the cases; returns 1 where one is a fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("names", nargs="*", help="cases whose names begin so; all where none is given")
    parser.add_argument("--limit", type=float, default=40.0, help="processor seconds after which a case is given up")
    options = parser.parse_args(arguments)
    runner.ready(Settings())
    faults = 0
    chosen = [name for name in CASES if not options.names or name.startswith(tuple(options.names))]
    for name in chosen:
        with tempfile.TemporaryDirectory() as place:
            told = measured(laid(name, Path(place, "in")), options.limit)
        costly = told.get("seconds", 0.0) > MOST_S or told.get("megabytes", 0.0) > MOST_MB
        fault = costly or "error" in told or told["lost"] or told["raw"]
        faults += fault
        print(f"{'FAULT' if fault else '     '} {name}: {json.dumps(told)}", flush=True)
    print(f"{len(chosen)} cases, {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
