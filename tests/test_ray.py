"""The Ray engine on real Ray: a trial cluster, documents that kill, and a node that is lost in the middle. Slow: `make ray` runs it."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from dragoman import cli, runner
from dragoman.config import Settings
from dragoman.records import RawDocument, Rejection
from dragoman.store import open_dataset
from dragoman.tables import from_table, to_table
from tests.fault import jobs, kill
from tests.test_runner import pages

SMALL = replace(Settings(), batch=2)
slow = pytest.mark.skipif("DRAGOMAN_RAY_TESTS" not in os.environ, reason="slow and needs Ray: make ray")


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

        class GetTimeoutError(Exception): ...

    def __init__(self, cpus: int, deaths: tuple[int, ...]) -> None:
        self.cpus, self.deaths, self.calls, self.made = cpus, deaths, 0, 0
        self.chance = random.Random(1)

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
                if self.calls in self.deaths:
                    coder.close()
                    raise self.exceptions.RayActorError
                return coder(table)

            return answer

        return SimpleNamespace(
            coder=coder,
            about=SimpleNamespace(remote=lambda: coder.about),
            code=SimpleNamespace(remote=call),
        )


@pytest.mark.parametrize("deaths", [(), (1,), (2, 3), (1, 2, 3, 4)])
def test_a_lost_actor_leaves_no_gap_and_no_copy(deaths: tuple[int, ...]) -> None:
    from dragoman.ray_engine import _Run

    fake = FakeRay(2, deaths)
    raws = [RawDocument(path=f"{n}.txt", media_type="text/plain", data=b"Page %d" % n) for n in range(11)]
    work: list[tuple[str, RawDocument | Rejection]] = [(f"k{n}", raw) for n, raw in enumerate(raws)]
    work[4] = ("k4", Rejection(id="re_1", subject="x", step="read", reason="not text"))
    batches = [work[at : at + 2] for at in range(0, 11, 2)]
    run = _Run(fake, fake.make, iter(batches), lambda: fake.cpus)
    found = list(run.results())
    run.stop()
    assert [batch for batch, _, _ in found] == batches  # all of them, once each, in their order
    kinds = [type(each).__name__ for _, outcomes, _ in found for each in outcomes]
    assert kinds == ["Coding"] * 4 + ["Rejection"] + ["Coding"] * 6
    assert fake.made == 2 + len(deaths)
    assert fake.calls == len(batches) + len(deaths)


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two nodes on this machine, one CPU each."""
    import ray
    from ray.cluster_utils import Cluster

    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    made = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, "object_store_memory": 100 * 2**20})
    made.second = made.add_node(num_cpus=1, object_store_memory=100 * 2**20)
    ray.init(address=made.address, log_to_driver=False, logging_level="ERROR")
    yield made
    ray.shutdown()
    made.shutdown()


@slow
@pytest.mark.filterwarnings("ignore")
def test_a_node_is_lost_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cluster: Any) -> None:
    from dragoman.ray_engine import RayCrew

    inputs = pages(tmp_path / "in", 40)
    monkeypatch.setattr(runner, "describe_tools", dict)
    monkeypatch.setattr(runner, "code_one", jobs.deadly_slow)
    runner.code_inputs([inputs], tmp_path / "calm", SMALL)
    seen: list[int] = []

    def lose(done: int, _added: int) -> None:
        seen.append(done)
        if len(seen) == 3:
            cluster.remove_node(cluster.second, allow_graceful=False)

    crew = RayCrew("auto", SMALL, None, job=jobs.deadly_slow)
    found = runner.code_inputs([inputs], tmp_path / "d", SMALL, progress=lose, engine=crew)
    assert len(seen) > 3
    assert found.rejected == 3
    assert kill.records(tmp_path / "d") == kill.records(tmp_path / "calm")
    assert runner.audit(open_dataset(tmp_path / "d")) == []


@slow
@pytest.mark.filterwarnings("ignore")
def test_the_command_on_a_trial_cluster(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
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


@slow
@pytest.mark.filterwarnings("ignore")
def test_a_pipeline_of_ray_data(cluster: Any) -> None:
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
