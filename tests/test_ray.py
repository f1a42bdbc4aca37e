"""The Ray engine on real Ray: a trial cluster, documents that kill, and a node that is lost in the middle. Slow: `make ray` runs it."""

from __future__ import annotations

import os
import pickle
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from dragoman import cli, runner
from dragoman.config import Settings
from dragoman.errors import DragomanError, UsageError
from dragoman.records import RawDocument, Rejection
from dragoman.store import open_dataset
from dragoman.tables import from_table, to_table
from tests.fault import cluster, jobs, kill
from tests.fault.plain import pages

SMALL = replace(Settings(), batch=2)
slow = pytest.mark.skipif(
    "DRAGOMAN_RAY_TESTS" not in os.environ or find_spec("ray") is None, reason="slow, and needs Ray: make ray"
)


def test_rows_in_rows_out() -> None:
    from dragoman.ray_engine import Answer, Coder, Task

    raws = [RawDocument(path=f"{n}.txt", media_type="text/plain", data=b"Page %d" % n) for n in range(3)]
    tasks = to_table(Task, [Task(key=f"k{n}", raw=raw) for n, raw in enumerate(raws)])
    coder = Coder(job=(jobs.__name__, "plain"))
    answers = from_table(Answer, coder(tasks))
    coder.close()
    assert [row.key for row in answers] == ["k0", "k1", "k2"]
    assert [row.coding.article.text for row in answers if row.coding] == ["Page 0", "Page 1", "Page 2"]


def test_without_ray_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    assert cli.main(["code", str(tmp_path), "--into", str(tmp_path / "d"), "--on", "local"]) == 1
    assert "pip install 'dragoman[ray]'" in capsys.readouterr().err


class FakeRay:
    """As much of Ray as the engine asks for, in one process: actors that answer at once, and die when their turn has come."""

    class exceptions:  # noqa: N801 (named as Ray's module is)
        class RayActorError(Exception): ...

        class ObjectLostError(Exception): ...

        class NodeDiedError(Exception): ...

        class RaySystemError(Exception): ...

        class RayTaskError(Exception):
            cause: Exception | None = None

    def __init__(self, cpus: int, deaths: tuple[int, ...]) -> None:
        self.cpus, self.deaths, self.calls, self.made = cpus, deaths, 0, 0
        self.chance = random.Random(1)
        self.broken: Any = None

    def cluster_resources(self) -> dict[str, float]:
        return {"CPU": float(self.cpus)}

    def wait(self, waiting: list[Any], **_named: object) -> tuple[list[Any], list[Any]]:
        one = self.chance.choice(waiting)  # in any order
        return [one], [each for each in waiting if each is not one]

    def get(self, reference: Any, **_named: object) -> Any:
        return reference()

    def kill(self, actor: Any) -> None:
        actor.coder.close()

    def make(self) -> Any:
        from types import SimpleNamespace

        from dragoman.ray_engine import Coder

        self.made += 1
        coder = Coder(SMALL, job=(jobs.__name__, "plain"))

        def call(table: Any) -> Any:
            def answer() -> Any:
                self.calls += 1
                if self.broken is not None:
                    raise self.broken
                if self.calls in self.deaths:
                    coder.close()
                    raise self.exceptions.RayActorError
                return coder.code(table)

            return answer

        return SimpleNamespace(
            coder=coder,
            ready=SimpleNamespace(remote=lambda: coder.ready),
            code=SimpleNamespace(remote=call),
        )


def through(run: Any) -> list[Any]:
    try:
        return list(run.results())
    finally:
        run.stop()


@pytest.mark.parametrize("deaths", [(), (1,), (2, 3), (1, 2, 3, 4)])
def test_a_lost_actor_leaves_no_gap_and_no_copy(deaths: tuple[int, ...]) -> None:
    from dragoman.ray_engine import _Run

    fake = FakeRay(2, deaths)
    raws = [RawDocument(path=f"{n}.txt", media_type="text/plain", data=b"Page %d" % n) for n in range(11)]
    work: list[tuple[str, RawDocument | Rejection]] = [(f"k{n}", raw) for n, raw in enumerate(raws)]
    work[4] = ("k4", Rejection(id="re_1", subject="x", step="read", reason="not text"))
    batches = [work[at : at + 2] for at in range(0, 11, 2)]
    found = through(_Run(fake, fake.make, iter(batches), lambda: fake.cpus))
    assert [batch for batch, _, _ in found] == batches  # all of them, once each, in their order
    kinds = [type(each).__name__ for _, outcomes, _ in found for each in outcomes]
    assert kinds == ["Coding"] * 4 + ["Rejection"] + ["Coding"] * 6
    assert fake.made == 2 + len(deaths)
    assert fake.calls == len(batches) + len(deaths)


def test_a_cluster_that_cannot_code_is_told() -> None:
    from dragoman.ray_engine import _Run

    work: list[tuple[str, RawDocument | Rejection]] = [
        ("k", RawDocument(path="k.txt", media_type="text/plain", data=b"Page"))
    ]
    fake = FakeRay(2, tuple(range(1, 1000)))
    with pytest.raises(DragomanError, match="8 actors ended one after another without an answer: RayActorError"):
        through(_Run(fake, fake.make, iter([work]), lambda: fake.cpus))

    fake = FakeRay(2, ())
    fake.broken = fake.exceptions.RayTaskError("Traceback\n  File x\nModuleNotFoundError: No module named 'dragoman'")
    with pytest.raises(DragomanError, match=r"cannot code: ModuleNotFoundError: No module named 'dragoman'$"):
        through(_Run(fake, fake.make, iter([work]), lambda: fake.cpus))

    fake.broken.cause = DragomanError("no model is installed", hint="install it")
    with pytest.raises(DragomanError, match="a node of the cluster cannot code: no model is installed") as told:
        through(_Run(fake, fake.make, iter([work]), lambda: fake.cpus))
    assert told.value.hint == "install it"


def test_a_node_with_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from dragoman import ray_engine

    monkeypatch.setattr(ray_engine.Coder, "ready", lambda _self: "0.0.1")
    fake = FakeRay(1, ())
    work: list[tuple[str, RawDocument | Rejection]] = [
        ("k", RawDocument(path="k.txt", media_type="text/plain", data=b"Page"))
    ]
    with pytest.raises(DragomanError, match=r"the nodes do not agree: dragoman is '0\.0\.1' on one"):
        through(ray_engine._Run(fake, fake.make, iter([work]), lambda: 1))


def test_errors_travel_between_processes() -> None:
    one = UsageError("no such place", hint="name another")
    two = pickle.loads(pickle.dumps(one))
    assert (type(two), str(two), two.hint) == (UsageError, "no such place", "name another")


@pytest.fixture
def nodes() -> Iterator[cluster.Nodes]:
    """Two nodes on this machine, one CPU each."""
    with cluster.two_nodes() as made:
        yield made


@pytest.fixture
def connected(nodes: cluster.Nodes) -> Iterator[cluster.Nodes]:
    """The same, and this process is a driver of it."""
    import ray

    ray.init(address=nodes.address, log_to_driver=False, logging_level="ERROR")
    yield nodes
    ray.shutdown()


def wait_for(condition: Any, run: subprocess.Popen[bytes], seconds: float = 400) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert run.poll() is None, run.communicate()[1].decode()
        assert time.monotonic() < end
        time.sleep(0.05)


@slow
@pytest.mark.filterwarnings("ignore")
def test_the_command_while_a_node_dies(tmp_path: Path, nodes: cluster.Nodes) -> None:
    inputs, parts = tmp_path / "in", tmp_path / "d" / "parts"
    inputs.mkdir()
    short = sorted(kill.DISPATCHES.iterdir(), key=lambda path: path.stat().st_size)[:22]
    for path in short:
        shutil.copy(path, inputs)
    command = [sys.executable, "-m", "dragoman", "code", str(inputs), "--into", str(tmp_path / "d"), "--on"]
    run = subprocess.Popen([*command, nodes.address], env=os.environ | {"DRAGOMAN_BATCH": "1"}, stderr=subprocess.PIPE)
    try:
        wait_for(lambda: len(list(parts.glob("p*"))) >= 2 and nodes.at_work(), run)
        held, done = nodes.at_work(), len(list(parts.glob("p*")))
        nodes.lose()
        assert done < len(short)
        said = kill.finish(run)
    finally:
        run.kill()
        run.wait()
    assert f"{len(short)} documents: {len(short)} articles added" in said
    assert not [each for each in held if Path(f"/proc/{each}").exists()]  # what coded there ended with its node
    assert cli.main(["code", str(inputs), "--into", str(tmp_path / "here"), "--workers", "1"]) == 0
    assert kill.records(tmp_path / "d") == kill.records(tmp_path / "here")
    assert open_dataset(tmp_path / "d").manifest["about"] == open_dataset(tmp_path / "here").manifest["about"]
    assert runner.audit(open_dataset(tmp_path / "d")) == []


@slow
@pytest.mark.filterwarnings("ignore")
def test_a_node_is_lost_in_the_middle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, connected: cluster.Nodes
) -> None:
    from dragoman.ray_engine import RayCrew

    inputs = pages(tmp_path / "in", 40)
    monkeypatch.setattr(runner, "describe_tools", dict)
    monkeypatch.setattr(runner, "code_one", jobs.deadly_slow)
    runner.code_inputs([inputs], tmp_path / "calm", SMALL)
    seen: list[int] = []

    def lose(done: int, _added: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            connected.lose()

    crew = RayCrew("auto", SMALL, None, job=jobs.deadly_slow)
    found = runner.code_inputs([inputs], tmp_path / "d", SMALL, progress=lose, engine=crew)
    assert len(seen) > 3
    assert found.rejected == 3
    assert kill.records(tmp_path / "d") == kill.records(tmp_path / "calm")
    assert runner.audit(open_dataset(tmp_path / "d")) == []


@slow
@pytest.mark.filterwarnings("ignore")
def test_a_pipeline_of_ray_data(connected: cluster.Nodes) -> None:
    import ray

    from dragoman.ray_engine import Coder, Task

    raws = [RawDocument(path=f"{n}.txt", media_type="text/plain", data=b"Page %d" % n) for n in range(6)]
    tasks = to_table(Task, [Task(key=f"k{n}", raw=raw) for n, raw in enumerate(raws)])
    found = ray.data.from_arrow(tasks).map_batches(
        Coder,
        fn_constructor_kwargs={"job": (jobs.__name__, "plain")},
        batch_format="pyarrow",
        num_cpus=0.5,
        concurrency=1,
    )
    rows = [row["coding"]["article"]["text"] for row in found.take_all()]
    assert sorted(rows) == [f"Page {n}" for n in range(6)]


@slow
@pytest.mark.filterwarnings("ignore")
def test_the_command_on_a_trial_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cluster.patient()
    inputs = tmp_path / "in"
    inputs.mkdir()
    for n in range(3):
        (inputs / f"{n}.txt").write_text(
            f"Ministers meet\n\nMay {n + 1}, 2011\n\n" + "The ministers of Norway and Peru met. " * 6
        )
    assert cli.main(["code", str(inputs), "--into", str(tmp_path / "d"), "--on", "local", "--workers", "1"]) == 0
    assert "3 documents: 3 articles added" in capsys.readouterr().err
    assert cli.main(["code", str(inputs), "--into", str(tmp_path / "here")]) == 0
    assert kill.records(tmp_path / "d") == kill.records(tmp_path / "here")
    assert open_dataset(tmp_path / "d").manifest["about"] == open_dataset(tmp_path / "here").manifest["about"]
