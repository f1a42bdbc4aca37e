"""Kill `dragoman code` at random moments, run it again, and compare with a run that nobody disturbed.

    python -m tests.fault.kill --kills 20 --workers 1 2     # what `make fault` runs

After every kill the half-finished dataset must be readable and sound, and the run after the last kill must end with the same records.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from dragoman.errors import DatasetError
from dragoman.export import to_json
from dragoman.records import RECORDS
from dragoman.runner import audit
from dragoman.store import open_dataset

DISPATCHES = Path(__file__).parents[2] / "examples" / "dispatches"


def records(root: Path) -> dict[str, list[str]]:
    """Every record of a dataset as text, by type, in an order of its own: equal for equal datasets, however they were made."""
    dataset = open_dataset(root)
    return {
        name: sorted(json.dumps(to_json(row), sort_keys=True, ensure_ascii=False) for row in dataset.records(name))
        for name in RECORDS
    }


def start(
    inputs: Path, into: Path, *, batch: int = 2, workers: int = 1, module: str = "dragoman"
) -> subprocess.Popen[bytes]:
    """`dragoman code` as a process of its own, its workers in the same process group."""
    command = [sys.executable, "-m", module, "code", str(inputs), "--into", str(into), "--workers", str(workers)]
    return subprocess.Popen(
        command,
        env=os.environ | {"DRAGOMAN_BATCH": str(batch)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def finish(run: subprocess.Popen[bytes]) -> str:
    """Wait for a run that must end well; returns what it said."""
    said = run.communicate(timeout=300)[1].decode()
    if run.returncode != 0:
        raise AssertionError(f"exit {run.returncode}: {said}")
    return said


def parts(into: Path) -> int:
    """Finished parts on the disk."""
    folder = into / "parts"
    return sum(not path.name.startswith(".") for path in folder.iterdir()) if folder.is_dir() else 0


def killed(inputs: Path, into: Path, chance: random.Random, *, workers: int, how: int = signal.SIGKILL) -> bool:
    """Start a run and end it somewhere between its beginning and its end; whether it was still at work."""
    wanted = parts(into) + chance.randrange(0, 4)
    run = start(inputs, into, workers=workers)
    while run.poll() is None and parts(into) < wanted:
        time.sleep(0.005)
    time.sleep(chance.random() * 0.3)  # anywhere within a batch, its writing, or the manifest's
    alive = run.poll() is None
    with contextlib.suppress(ProcessLookupError):  # a quick machine may have ended it already
        os.kill(run.pid, how)
    said = run.communicate(timeout=300)[1].decode()
    if "Traceback" in said:
        raise AssertionError(said)
    return alive


def check(into: Path) -> None:
    """A dataset that a killed run left is none yet, or is sound."""
    try:
        dataset = open_dataset(into)
    except DatasetError as error:
        if "no manifest.json" in str(error):
            return
        raise
    problems = audit(dataset)
    if problems:
        raise AssertionError("\n".join(problems[:10]))


def undisturbed(inputs: Path, folder: Path) -> dict[str, list[str]]:
    """The records of a run that nothing disturbs."""
    finish(start(inputs, folder / "calm", batch=64))
    return records(folder / "calm")


def gone(group: int, *, timeout_s: float = 120) -> bool:
    """Whether every process of a session ends in time; one that nobody has waited for yet (a zombie) has ended."""
    deadline = time.monotonic() + timeout_s
    while time.monotonic() < deadline:
        if not any(_running(entry, group) for entry in Path("/proc").iterdir() if entry.name.isdigit()):
            return True
        time.sleep(0.02)
    return False


def _running(entry: Path, group: int) -> bool:
    try:
        # The command's name stands in brackets and may hold anything: state, parent, group and session follow the last one.
        state, _, _, session = (entry / "stat").read_text().rpartition(")")[2].split()[:4]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return int(session) == group and state not in "ZX"


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill, re-run, compare; returns 0 where every re-run ended with the same records."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--inputs", type=Path, default=DISPATCHES)
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = undisturbed(options.inputs, folder)
        for turn in range(options.kills):
            workers = options.workers[turn % len(options.workers)]
            into = folder / f"killed-{turn}"
            alive = killed(options.inputs, into, chance, workers=workers)
            check(into)
            left = parts(into)
            finish(start(options.inputs, into, workers=workers))
            check(into)
            same = records(into) == expected
            print(
                f"kill {turn + 1}: {workers} workers, at work: {alive}, parts left: {left}, same records: {same}",
                flush=True,
            )
            if not same:
                return 1
            shutil.rmtree(into)
    print(f"{options.kills} kills, and every re-run ended with the records of an undisturbed run")
    return 0


if __name__ == "__main__":
    sys.exit(main())
