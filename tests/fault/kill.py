"""Kill `dragoman code` or one of its workers at random moments, and compare the records with those of a run that nobody disturbed.

    python -m tests.fault.kill --kills 20 --workers 1 2     # what `make fault` runs: so many kills of each kind

After a kill of the run the half-finished dataset must be readable and sound, and the same command must end with the same records; after a
kill of a worker the run itself must.
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


def wait_for(run: subprocess.Popen[bytes], into: Path, number: int) -> None:
    """Wait until a run has made so many parts, or has ended."""
    while run.poll() is None and parts(into) < number:
        time.sleep(0.005)


def killed(
    inputs: Path, into: Path, chance: random.Random, *, workers: int, how: int = signal.SIGKILL, most: int = 4
) -> bool:
    """Start a run and end it at a moment of chance before it has made `most` parts; whether it was still at work."""
    run = start(inputs, into, workers=workers)
    alive = _waited(run, into, chance, most)
    with contextlib.suppress(ProcessLookupError):  # a quick machine may have ended it already
        os.kill(run.pid, how)
    said = run.communicate(timeout=300)[1].decode()
    if "Traceback" in said:
        raise AssertionError(said)
    return alive


def robbed(inputs: Path, into: Path, chance: random.Random, *, workers: int, most: int) -> bool:
    """A run that must end well though a worker, chosen by chance, is killed at a moment of chance; whether there was one to kill."""
    run = start(inputs, into, workers=workers)
    _waited(run, into, chance, most)
    victims = [each for each in session(run.pid) if each != run.pid]
    with contextlib.suppress(ProcessLookupError):
        if victims:
            os.kill(chance.choice(victims), signal.SIGKILL)
    finish(run)
    return bool(victims)


def _waited(run: subprocess.Popen[bytes], into: Path, chance: random.Random, most: int) -> bool:
    """Wait for a moment of chance: anywhere within the start, a batch, its writing, or the manifest's; whether the run is still there."""
    new = chance.randrange(0, most)
    wanted = parts(into) + new
    wait_for(run, into, wanted)
    time.sleep(chance.random() * (0.3 if new else 3.0))
    return run.poll() is None


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
        if not session(group):
            return True
        time.sleep(0.02)
    return False


def session(group: int) -> list[int]:
    """The processes of a session that have not ended."""
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*") if _running(entry, group)]


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
    parser.add_argument("--of", choices=("run", "worker"), nargs="+", default=["run", "worker"], help="what is killed")
    options = parser.parse_args(arguments)
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        expected = undisturbed(options.inputs, folder)
        most = len(expected["articles"]) // 2
        at_work = 0
        for turn in range(options.kills if "run" in options.of else 0):
            workers, into = options.workers[turn % len(options.workers)], folder / "killed"
            alive = killed(options.inputs, into, chance, workers=workers, most=most)
            check(into)
            left = parts(into)
            finish(start(options.inputs, into, workers=workers))
            at_work += alive
            what = f"kill {turn + 1}: {workers} workers, at work: {alive}, parts left: {left}"
            if not _as_expected(into, expected, what):
                return 1
        for turn in range(options.kills if "worker" in options.of else 0):
            workers, into = options.workers[turn % len(options.workers)], folder / "robbed"
            alive = robbed(options.inputs, into, chance, workers=workers, most=most)
            at_work += alive
            if not _as_expected(into, expected, f"kill of a worker {turn + 1}: {workers} workers, at work: {alive}"):
                return 1
    print(
        f"{len(options.of) * options.kills} kills, {at_work} before the run had ended, and every time the records of an undisturbed run"
    )
    return 0


def _as_expected(into: Path, expected: dict[str, list[str]], what: str) -> bool:
    """Whether a dataset is sound and has the expected records; says so, and removes it."""
    check(into)
    same = records(into) == expected
    print(f"{what}, same records: {same}", flush=True)
    shutil.rmtree(into)
    return same


if __name__ == "__main__":
    sys.exit(main())
