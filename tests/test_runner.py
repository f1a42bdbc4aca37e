"""Runs that are repeated, spread over workers, disturbed, starved or given bad documents end with the same records."""

from __future__ import annotations

import json
import os
import pickle
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman import runner, windows, workers
from dragoman.config import Settings
from dragoman.errors import DatasetError, DragomanError, InputError, UsageError
from dragoman.records import Coding, RawDocument, Rejection, When
from dragoman.store import Writer, open_dataset
from tests.conftest import Run
from tests.fault import hesitant, jobs, kill
from tests.fault.plain import pages
from tests.test_store import tree


def code(inputs: Sequence[Path | str], into: Path, **settings: float) -> runner.Summary:
    """A run with the coder in this process, or in workers where a number of them is given."""
    chosen = replace(Settings(), **settings)  # type: ignore[arg-type]
    return runner.code_inputs(inputs, into, chosen, isolate="workers" in settings)


# --- the same records, however they are made -------------------------------------------------------------------------------


def test_a_second_run_changes_no_byte(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 5)
    first = code([inputs], tmp_path / "d", batch=2)
    assert (first.seen, first.added, first.known, first.rejected) == (7, 5, 1, 1)
    before = tree(tmp_path / "d")
    second = code([inputs], tmp_path / "d")
    assert (second.seen, second.added, second.known, second.rejected) == (7, 0, 7, 0)
    assert tree(tmp_path / "d") == before


def test_batches_orders_and_growth_give_the_same_records(tmp_path: Path) -> None:
    inputs = sorted(pages(tmp_path / "in", 9).glob("[0-9]*.txt"))
    code(inputs, tmp_path / "one")
    expected = kill.records(tmp_path / "one")
    assert expected["events"]
    assert expected["statements"]
    code(inputs[::-1], tmp_path / "two", batch=2)
    assert kill.records(tmp_path / "two") == expected
    shuffled = random.Random(3).sample(inputs, len(inputs))
    code(shuffled[:4], tmp_path / "three", batch=3)
    code(shuffled[2:], tmp_path / "three", batch=1)
    assert kill.records(tmp_path / "three") == expected
    for name in ("one", "two", "three"):
        assert runner.audit(open_dataset(tmp_path / name)) == []


def test_worker_processes_give_the_same_records(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 6)
    code([inputs], tmp_path / "one")
    code([inputs], tmp_path / "two", workers=2, batch=2)
    assert kill.records(tmp_path / "two") == kill.records(tmp_path / "one")


def test_the_first_of_two_copies_stays(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 1)
    for batch in (1, 9):
        code([inputs], tmp_path / f"d{batch}", batch=batch)
        (kept,) = open_dataset(tmp_path / f"d{batch}").records("articles")
        assert kept.path == str(inputs / "000.txt")


# --- documents that break things ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (RuntimeError("wires crossed"), "a fault of Dragoman, please report it: RuntimeError: wires crossed"),
        (RecursionError("too deep"), "RecursionError"),
        (MemoryError(), "needs more memory than there is"),
    ],
)
def test_a_document_that_breaks_the_coder_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception, reason: str
) -> None:
    def breaks(raw: RawDocument, settings: Settings, published: When | None) -> Coding | Rejection:
        if b"Peru" in raw.data:
            raise fault
        return real(raw, settings, published)

    real = runner.code_one
    monkeypatch.setattr(runner, "code_one", breaks)
    inputs = pages(tmp_path / "in", 4)
    summary = code([inputs], tmp_path / "d")
    dataset = open_dataset(tmp_path / "d")
    refused = {Path(row.subject).name: row.reason for row in dataset.records("rejections") if row.step == "pipeline"}
    assert set(refused) == {"001.txt", "002.txt"}
    assert all(reason in why for why in refused.values())
    assert summary.added == len(dataset.records("articles")) == 2
    assert runner.audit(dataset) == []


def test_a_document_that_is_too_slow_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def dawdles(raw: RawDocument, *_rest: object, **_named: object) -> Coding | Rejection:
        while b"Peru" in raw.data:
            with suppress(Exception):  # a step that swallows errors must not swallow the limit
                time.sleep(0.01)
        return jobs.plain(raw, Settings(), None)

    monkeypatch.setattr(runner, "code_one", dawdles)
    before = signal.getsignal(signal.SIGALRM)
    summary = code([pages(tmp_path / "in", 4)], tmp_path / "d", max_seconds=0.1)
    reasons = {row.reason for row in open_dataset(tmp_path / "d").records("rejections")}
    assert "took longer than 0.1 s" in reasons
    assert summary.added == 3  # two of four, and the note that is too short for the real reader
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL)[0] == 0


@pytest.mark.parametrize("workers", [1, 2])
def test_documents_that_kill_their_worker_are_found_and_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: int
) -> None:
    monkeypatch.setattr(runner, "code_one", jobs.deadly)
    inputs = pages(tmp_path / "in", 6)
    summary = code(sorted(inputs.glob("0*.txt")), tmp_path / "d", workers=workers, batch=4)
    dataset = open_dataset(tmp_path / "d")
    refused = {Path(row.subject).name: row.reason for row in dataset.records("rejections")}
    told = "ended the process that coded it, twice: "
    assert refused == {
        "001.txt": told + "exit code 9",
        "002.txt": told + "SIGKILL, as where the machine runs out of memory",
        "003.txt": told + "SIGSEGV",
    }
    assert summary.added == len(dataset.records("articles")) == 3


def test_a_worker_that_dies_once_costs_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = pages(tmp_path / "in", 9)
    (tmp_path / "marks").mkdir()
    monkeypatch.setenv("DRAGOMAN_TEST_MARKS", str(tmp_path / "marks"))
    monkeypatch.setattr(runner, "code_one", jobs.plain)
    code([inputs], tmp_path / "calm", workers=1)
    monkeypatch.setattr(runner, "code_one", jobs.flaky)
    assert code([inputs], tmp_path / "d", workers=2, batch=2).rejected == 0
    assert list((tmp_path / "marks").iterdir())
    assert kill.records(tmp_path / "d") == kill.records(tmp_path / "calm")


def test_a_document_that_takes_all_memory_is_rejected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "code_one", jobs.hungry)
    inputs = pages(tmp_path / "in", 4)
    summary = code(sorted(inputs.glob("0*.txt")), tmp_path / "d", workers=1, worker_memory=1024)
    (refused,) = open_dataset(tmp_path / "d").records("rejections")
    assert (Path(refused.subject).name, summary.added) == ("001.txt", 3)
    assert refused.reason == "ended the process that coded it, twice: no memory left for it"


def test_a_document_that_hangs_where_no_signal_reaches_is_rejected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runner, "code_one", jobs.frozen)
    monkeypatch.setattr(workers, "GRACE_S", 1.0)
    inputs = pages(tmp_path / "in", 4)
    summary = code(sorted(inputs.glob("0*.txt")), tmp_path / "d", workers=1, max_seconds=1.0)
    (refused,) = open_dataset(tmp_path / "d").records("rejections")
    assert (Path(refused.subject).name, summary.added) == ("001.txt", 3)
    assert "no answer within 2 s" in refused.reason


def test_a_worker_that_cannot_start_blames_no_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
        raise NotImplementedError

    nowhere.__module__ = "tests.fault.no_such_module"
    monkeypatch.setattr(runner, "code_one", nowhere)
    with pytest.raises(DragomanError, match="ended while it was starting: exit code 1"):
        code([pages(tmp_path / "in", 2)], tmp_path / "d", workers=1)
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("workers", [{"workers": 1}, {}])
def test_tools_are_loaded_before_the_clock_of_a_document_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, workers: dict[str, int]
) -> None:
    monkeypatch.setenv("DRAGOMAN_TEST_MARKS", str(tmp_path))
    monkeypatch.setattr(runner, "code_one", hesitant.code)
    monkeypatch.setattr(runner, "describe_tools", dict)
    if not workers:
        (tmp_path / "tried").touch()
    # A worker that is killed while it loads them is replaced: no document is to blame, nor the run.
    summary = code([pages(tmp_path / "in", 3)], tmp_path / "d", max_seconds=0.5, **workers)
    assert (summary.added, summary.rejected) == (4, 0)


READY = """
import sys
from dragoman import runner
from dragoman.config import Settings
from dragoman.records import RawDocument
runner.ready(Settings())
before = set(sys.modules)
page = "<html><body><h1>Talks</h1>" + "<p>The ministers of Chile and Japan signed a treaty in Lima on May 4, 2011.</p>" * 5
runner.code_one(RawDocument(path=None, media_type="text/html", data=page.encode()), Settings(), None)
print(sorted(name for name in set(sys.modules) - before if name.startswith("dragoman")))
"""


def test_no_step_is_loaded_in_the_time_of_a_document() -> None:
    done = subprocess.run([sys.executable, "-c", READY], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_script_without_a_main_guard_can_code(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 2)
    script = tmp_path / "mine.py"
    script.write_text(
        "from pathlib import Path\nfrom dragoman import runner\nfrom dragoman.config import Settings\n"
        "from tests.fault import jobs\nrunner.code_one = jobs.plain\n"
        f"print(runner.code_inputs([{str(inputs)!r}], Path({str(tmp_path / 'd')!r}), Settings(workers=2)).added)\n"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("3\n", "")


@pytest.mark.usefixtures("quick")
def test_nothing_readable_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    with pytest.raises(InputError, match="no file was found there"):
        code([tmp_path / "in"], tmp_path / "d")
    assert not (tmp_path / "d").exists()
    for _ in range(2):
        with pytest.raises(InputError, match="no such file"):
            code(["/no/such/page.txt"], tmp_path / "d")


# --- ends before the end ------------------------------------------------------------------------------------------------------


def test_a_worker_whose_parent_is_gone_ends_without_a_word() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-c", "from dragoman.workers import _serve; _serve()"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert worker.stdin is not None
    assert worker.stdout is not None
    assert worker.stderr is not None
    worker.stdout.close()  # nobody reads what it answers
    data = pickle.dumps(("dragoman.workers", "safely", Settings(), None))
    worker.stdin.write(len(data).to_bytes(8, "big") + data)
    worker.stdin.flush()
    assert worker.wait(timeout=60) == 1
    assert worker.stderr.read() == b""
    worker.stdin.close()
    worker.stderr.close()


def test_kill_9_and_a_re_run_give_the_records_of_an_undisturbed_run(tmp_path: Path) -> None:
    chance = random.Random(os.getpid())
    inputs = pages(tmp_path / "in", 8)
    expected = kill.undisturbed(inputs, tmp_path)
    into = tmp_path / "d"
    for _ in range(3):  # one after the other into the same dataset; `make fault` kills more, workers too
        kill.killed(inputs, into, chance, workers=1)
        kill.check(into)
    kill.finish(kill.start(inputs, into))
    kill.check(into)
    assert kill.records(into) == expected


@pytest.mark.parametrize(("how", "workers", "exit_code"), [(signal.SIGTERM, 1, 143), (signal.SIGINT, 2, 130)])
def test_a_polite_end_is_clean(tmp_path: Path, how: int, workers: int, exit_code: int) -> None:
    inputs = pages(tmp_path / "in", 40)
    into = tmp_path / "d"
    run = kill.start(inputs, into, batch=1, workers=workers, module="tests.fault.slow")
    while run.poll() is None and kill.parts(into) < 2:
        time.sleep(0.005)
    # As a terminal does it: the whole group gets the signal, workers included.
    os.killpg(run.pid, how) if how == signal.SIGINT else os.kill(run.pid, how)
    said = run.communicate(timeout=120)[1].decode()
    assert run.returncode == exit_code, said
    assert said == "stopped; run the same command again to go on\n"
    assert kill.gone(run.pid)  # no worker is left
    kill.check(into)
    assert kill.parts(into) < 40


def test_workers_end_with_a_main_process_that_is_killed(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 40)
    run = kill.start(inputs, tmp_path / "d", batch=1, workers=2, module="tests.fault.slow")
    while run.poll() is None and kill.parts(tmp_path / "d") < 1:
        time.sleep(0.005)
    os.kill(run.pid, signal.SIGKILL)
    run.communicate(timeout=120)
    assert kill.gone(run.pid)


def test_stories_left_out_by_a_kill_are_made_by_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inputs = pages(tmp_path / "in", 3)

    def dies(_writer: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(windows, "derive", dies)
        with pytest.raises(KeyboardInterrupt):
            code([inputs], tmp_path / "d")
    assert open_dataset(tmp_path / "d").records("stories") == []
    assert code([inputs], tmp_path / "d").added == 0
    assert open_dataset(tmp_path / "d").records("stories")


# --- other people, and the disk -------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick")
def test_a_second_writer_is_told_and_a_reader_is_not_bothered(tmp_path: Path) -> None:
    first, second = pages(tmp_path / "in", 2), tmp_path / "d"
    code([first], second)
    told: list[str] = []

    def meanwhile(_seen: int, _added: int) -> None:
        assert len(open_dataset(second).records("articles")) >= 3
        script = (
            "import sys; from pathlib import Path; from dragoman.store import Writer\n"
            "try:\n    Writer(Path(sys.argv[1]), {}).__enter__()\nexcept Exception as error: print(error)"
        )
        done = subprocess.run([sys.executable, "-c", script, second], capture_output=True, text=True, check=True)
        told.append(done.stdout)

    (first / "new.txt").write_text("A new page. " * 20)
    runner.code_inputs([first], second, Settings(), progress=meanwhile, isolate=False)
    assert told == [f"{second} is being written by process {os.getpid()}\n"]


@pytest.fixture
def sealed() -> Iterator[Path]:
    """A folder that may be read and not written, also where the tests run as root, for whom no folder is read-only."""
    place = Path(tempfile.mkdtemp(prefix="sealed-"))
    place.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield place
    if root:
        os.seteuid(0)
    shutil.rmtree(place)


def test_a_read_only_folder_is_told(sealed: Path) -> None:
    for into in (sealed, sealed / "d"):
        with pytest.raises(DatasetError, match=r"cannot write into .*Permission denied") as caught, Writer(into, {}):
            pass
        assert "you may write to" in caught.value.hint


@pytest.mark.usefixtures("quick")
def test_a_folder_that_is_not_ours_is_left_alone(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 1)
    for names in (["thesis.doc"], ["derived/table.csv"], ["parts/engine.step"], ["derived/x", "parts/y", ".lock"]):
        root = tmp_path / names[0].replace("/", "-")
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text("mine")
        before = tree(root)
        with pytest.raises(DatasetError, match="is no dataset, and it is not empty"):
            code([inputs], root)
        assert tree(root) == before


@pytest.mark.usefixtures("quick")
def test_a_lost_part_is_coded_again(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 6)
    code([inputs], tmp_path / "d", batch=2)
    expected = kill.records(tmp_path / "d")
    first, second, *_ = sorted((tmp_path / "d/parts").iterdir())
    shutil.rmtree(first)
    (second / "events.parquet").unlink()
    assert any("is missing" in line for line in open_dataset(tmp_path / "d").damaged())
    code([inputs], tmp_path / "d", batch=2)
    assert kill.records(tmp_path / "d") == expected


# --- the network ------------------------------------------------------------------------------------------------------------------

NO_SOCKETS = """
import sys
def refuse(event, arguments):
    if event.startswith("socket."):
        print("SOCKET", event, arguments, file=sys.stderr, flush=True)
        raise PermissionError(f"{event} {arguments}")
sys.addaudithook(refuse)
"""


def test_no_socket_is_ever_opened(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 2)
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook/sitecustomize.py").write_text(NO_SOCKETS)
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "hook"), "DRAGOMAN_BATCH": "1"}

    def run(*arguments: object) -> None:
        command = [sys.executable, *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert "SOCKET" not in done.stderr, done.stderr
        assert done.returncode == 0, done.stderr

    trial = subprocess.run(
        [sys.executable, "-c", "import socket; socket.socket()"], env=environment, capture_output=True, check=False
    )
    assert b"SOCKET" in trial.stderr, "the hook does not work here"
    run("-m", "dragoman", "code", inputs, "--into", tmp_path / "d", "--workers", 2)
    # The other commands one after the other in one process.
    calls: list[list[str]] = [
        ["show", "DATASET"],
        ["show", "DATASET", "--sql", "SELECT 1"],
        ["export", "DATASET", "--format", "parquet", "-o", str(tmp_path / "x.parquet")],
        ["audit", "DATASET"],
        ["doctor"],
    ]
    script = (
        "import json, sys; from dragoman.cli import main\n"
        "for call in json.loads(sys.argv[1]):\n    assert main(call) == 0, call\n"
    )
    run(
        "-c",
        script,
        json.dumps([[str(tmp_path / "d") if word == "DATASET" else word for word in call] for call in calls]),
    )


# --- the audit finds what is wrong ---------------------------------------------------------------------------------------------


def test_broken_promises_are_named(demo: Path, dragoman: Run) -> None:
    dataset = open_dataset(demo)
    articles = {row.id: row for row in dataset.records("articles")}
    event = next(row for row in dataset.records("events") if row.actors)
    assert list(runner.broken_promises("events", event, articles)) == []

    def problems(**changes: object) -> str:
        return "\n".join(runner.broken_promises("events", replace(event, **changes), articles))

    assert "has no source" in problems(sources=())
    assert "no source for sentence" in problems(sources=tuple(s for s in event.sources if s.field != "sentence"))
    assert "unknown status 'maybe'" in problems(status="maybe")
    assert "confidence 1.5" in problems(confidence=1.5)
    assert "is not 'Nobody'" in problems(actors=(replace(event.actors[0], text="Nobody"),))
    assert "belongs to an article that is not there" in problems(article_id="ar_none")
    assert "rests on an article that is not there" in "\n".join(runner.broken_promises("events", event, {}))
    start = articles[event.article_id].published.start
    assert "ends before it starts" in problems(when=replace(event.when, start=start, end=start))


def test_settings_are_checked() -> None:
    for name, value in (("threshold", 1.1), ("batch", 0), ("workers", -1), ("max_seconds", 0.0)):
        with pytest.raises(UsageError, match=name):
            replace(Settings(), **{name: value})  # type: ignore[arg-type]
