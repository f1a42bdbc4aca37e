"""Coding on a Ray cluster: actors on many machines, Arrow tables to them and back, the dataset written by the process that asked.

    dragoman code INPUT --into DATASET --on local            # a cluster of this machine's cores, for a trial
    dragoman code INPUT --into DATASET --on ray://head:10001 # an existing cluster; Dragoman is installed on its nodes

Actors, not a pool of Ray Data: documents come from one reader as a stream that is never whole in memory; a lost node costs the
batches that it had in hand, which go to other actors; a document that kills its process is found within the actor, by the same
`workers.Crew` as on one machine, and comes back as a row. In trials Ray Data hung without a word where the pool took every CPU, and lost
the whole output for one bad document. For pipelines that are Ray Data already, `Coder` is what `map_batches` wants.

Ray is optional: `pip install 'dragoman[ray]'`. Nothing else imports this module.
"""

from __future__ import annotations

import json
import os
import time
from collections import deque
from collections.abc import Generator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dragoman import __version__
from dragoman.config import Settings
from dragoman.errors import DragomanError, UsageError
from dragoman.records import Coding, RawDocument, Rejection, When
from dragoman.runner import code_one
from dragoman.tables import from_table, to_table
from dragoman.workers import Crew, Job, Outcome, Work

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Answer", "Coder", "RayCrew", "Task"]

_PATIENCE_S = 300.0
"""Seconds without an answer and without an actor that runs, after which the cluster is taken to have no room."""
_STORE_BYTES = 256 * 2**20
_FAILURES = 8
"""Actors that may end one after another without a single answer between them, before the cluster is taken to be unable to code."""
_SAME = ("dragoman", "data_sha256", "model_sha256")
"""What must be the same on every node, or its records would not be those of the others."""
_ABOUT = b"dragoman.about"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A row that goes to an actor: a document under its content key."""

    key: str
    raw: RawDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A row that comes back: a coding or a rejection, never an exception."""

    key: str
    coding: Coding | None
    rejection: Rejection | None


class Coder:
    """A table of `Task` rows in, a table of `Answer` rows out, the coder loaded once: for `Dataset.map_batches` of Ray Data.

    `ray.data.from_arrow(tasks).map_batches(Coder, batch_format="pyarrow", num_cpus=0.5, concurrency=(1, 8))`; leave CPUs free, or
    reading and coding wait for each other for ever.
    """

    def __init__(
        self, settings: Settings | None = None, published: When | None = None, job: tuple[str, str] | None = None
    ) -> None:
        from importlib import import_module

        chosen: Job = code_one if job is None else getattr(import_module(job[0]), job[1])
        self._crew = Crew(1, chosen, settings or Settings(), published)

    def __call__(self, table: pa.Table) -> pa.Table:
        """Code a batch, as Ray Data calls it."""
        return self.code(table)

    def ready(self) -> str:
        """The version of Dragoman on this node."""
        return __version__

    def code(self, table: pa.Table) -> pa.Table:
        """Code a batch; what made the rows is in the metadata of the table's schema."""
        work: list[Work] = [(task.key, task.raw) for task in from_table(Task, table)]
        answers = []
        for batch, outcomes in self._crew.outcomes(iter([work])):
            for (key, _), outcome in zip(batch, outcomes, strict=True):
                rejected = isinstance(outcome, Rejection)
                answers.append(
                    Answer(
                        key=key,
                        coding=None if rejected else outcome,  # type: ignore[arg-type]
                        rejection=outcome if rejected else None,  # type: ignore[arg-type]
                    )
                )
        made = to_table(Answer, answers)
        return made.replace_schema_metadata({**(made.schema.metadata or {}), _ABOUT: json.dumps(self.about())})

    def close(self) -> None:
        """End the process that codes."""
        self._crew.__exit__()

    def about(self) -> dict[str, Any]:
        """What made the rows; empty before the first batch."""
        return dict(self._crew.about)


def _hint(address: str, error: Exception) -> str:
    if isinstance(error, ImportError):
        return "pip install 'dragoman[ray]': an address ray://... needs Ray with its client"
    if address == "local":
        return (
            "Ray gives its own processes 15 s to start: try on a machine that does less, see /tmp/ray/session_latest/logs/raylet.out,"
            " or leave --on away: without it the cores of this machine are used too"
        )
    return "give --on local, or ray://HEAD:10001 of a running cluster with the same versions of Python and Ray"


def _load_ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent anywhere unless somebody asked for it
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
        import ray.exceptions
    except ImportError as error:
        raise UsageError(f"Ray does not load: {error}", hint="pip install 'dragoman[ray]'") from None
    return ray


def _last_line(error: BaseException) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__  # Ray puts the traceback before what went wrong


def _trouble(error: Any) -> DragomanError:
    """What an actor raised, as an error of this program."""
    cause = getattr(error, "cause", None)
    if isinstance(cause, DragomanError):
        return DragomanError(f"a node of the cluster cannot code: {cause}", hint=cause.hint)
    return DragomanError(
        f"a node of the cluster cannot code: {_last_line(error)}",
        hint="the same Dragoman must be installed for the Python of every node; `dragoman doctor` there tells more",
    )


class RayCrew:
    """Actors of a Ray cluster in the place of worker processes; the same batches in, the same outcomes in the same order.

    `address` is `local` for a cluster of this machine, else what `ray.init` takes; `most` actors work at once, by default one for each CPU.
    Raises `UsageError` where Ray is not installed or the
    cluster cannot be reached, `DragomanError` where it has no room for a single actor.
    """

    def __init__(
        self,
        address: str,
        settings: Settings,
        published: When | None,
        *,
        most: int | None = None,
        job: Job = code_one,
    ) -> None:
        self._ray = _load_ray()
        self._own = not self._ray.is_initialized()
        self.about: Mapping[str, Any] = {}
        if self._own:
            self._connect(address, most)
        coder = self._ray.remote(num_cpus=1, max_restarts=0, scheduling_strategy="SPREAD")(Coder)
        self._make = lambda: coder.remote(settings, published, (job.__module__, job.__name__))
        self._most = most or None

    def _connect(self, address: str, most: int | None) -> None:
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR"}
        if address == "local":
            cores = most or len(os.sched_getaffinity(0))
            quiet |= {"num_cpus": cores, "include_dashboard": False, "object_store_memory": _STORE_BYTES}
        try:
            self._ray.init(address=address, **quiet)
        except Exception as error:  # Ray has no class of its own for this, and raises `Exception` itself
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise UsageError(f"no Ray cluster at {address!r}: {first}", hint=_hint(address, error)) from None

    def __enter__(self) -> RayCrew:
        return self

    def __exit__(self, *_details: object) -> None:
        if self._own:
            self._ray.shutdown()

    def _room(self) -> int:
        """How many actors the cluster has CPUs for."""
        return max(1, min(int(self._ray.cluster_resources().get("CPU", 1)), self._most or 10_000))

    def outcomes(self, batches: Iterator[list[Work]]) -> Generator[tuple[list[Work], list[Outcome]], None, None]:
        """Batches with what came of them, in their order; what a lost node had in hand goes to another."""
        run = _Run(self._ray, self._make, batches, self._room)
        try:
            for work, outcomes, about in run.results():
                self.about = self.about or about
                yield work, outcomes
        finally:
            run.stop()


class _Run:
    """One pass over the batches: which actors are free, what each has in hand, and what came back too early."""

    def __init__(self, ray: Any, make: Any, batches: Iterator[list[Work]], room: Any) -> None:
        self._ray, self._make, self._batches, self._room = ray, make, batches, room
        self._ahead = next(batches, None)
        self._lost = (ray.exceptions.RayActorError, ray.exceptions.ObjectLostError, ray.exceptions.NodeDiedError)
        self._actors: list[Any] = []
        self._free: list[Any] = []
        self._waiting: dict[Any, tuple[Any, int | None]] = {}  # by the reference awaited: the actor, and its batch
        self._work: dict[int, list[Work]] = {}
        self._again: deque[int] = deque()
        self._done: dict[int, list[Outcome]] = {}
        self._about: Mapping[str, Any] = {}
        self._failures = 0
        self._next = 0

    def stop(self) -> None:
        """End every actor, whatever it does."""
        for actor in self._actors:
            self._end(actor)

    def _end(self, actor: Any) -> None:
        # Where the cluster itself is gone, so is the actor.
        with suppress(*self._lost, self._ray.exceptions.RaySystemError):
            self._ray.kill(actor)

    def _hire(self) -> None:
        """Ask for as many actors as there is room for; each begins to work when its node has started it."""
        for _ in range(self._room() - len(self._actors)):
            actor = self._make()
            self._actors.append(actor)
            self._waiting[actor.ready.remote()] = (actor, None)

    def _hand_out(self) -> None:
        while self._free:
            if self._again:
                number = self._again.popleft()
            # One slow batch must not let finished ones pile up without end behind it.
            elif len(self._work) >= 4 * len(self._actors) or self._ahead is None:
                return
            else:
                number, self._next = self._next, self._next + 1
                self._work[number] = self._ahead
                self._ahead = next(self._batches, None)
            actor = self._free.pop()
            rows = [Task(key=key, raw=raw) for key, raw in self._work[number] if isinstance(raw, RawDocument)]
            self._waiting[actor.code.remote(to_table(Task, rows))] = (actor, number)

    def _take(self, reference: Any) -> None:
        actor, number = self._waiting.pop(reference)
        try:
            value = self._ray.get(reference)
        except self._lost as error:
            self._lose(actor, number, error)
            return
        except self._ray.exceptions.RayTaskError as error:
            # What a document does is a row; this is the node itself: no Dragoman there, no model, no memory to start a process.
            raise _trouble(error) from None
        if number is None:
            self._agree({"dragoman": value})
        else:
            self._failures = 0
            about = json.loads((value.schema.metadata or {}).get(_ABOUT, b"{}"))
            self._agree(about)
            self._about = self._about or about
            found = {row.key: row.coding or row.rejection for row in from_table(Answer, value)}
            outcomes = [raw if isinstance(raw, Rejection) else found[key] for key, raw in self._work[number]]
            self._done[number] = [each for each in outcomes if each is not None]
        self._free.append(actor)

    def _lose(self, actor: Any, number: int | None, error: Exception) -> None:
        """Give what an actor had in hand to another. One that cannot be reached is ended: it must not come back and take a CPU."""
        self._actors.remove(actor)
        self._end(actor)
        if number is not None:
            self._again.append(number)
        self._failures += 1
        if self._failures >= max(_FAILURES, 2 * self._room()):
            raise DragomanError(
                f"{self._failures} actors ended one after another without an answer: {_last_line(error)}",
                hint="`ray list actors` tells why; run the same command again when the cluster is sound: it goes on",
            )

    def _agree(self, about: Mapping[str, Any]) -> None:
        """Refuse a node whose records would not be those of the others."""
        expected = {"dragoman": __version__, **self._about}
        for name in _SAME:
            if name in about and name in expected and about[name] != expected[name]:
                raise DragomanError(
                    f"the nodes do not agree: {name} is {about[name]!r} on one, and {expected[name]!r} here or on another",
                    hint="install the same version of Dragoman and of its model on every node",
                )

    def results(self) -> Iterator[tuple[list[Work], list[Outcome], Mapping[str, Any]]]:
        """What comes back, in order."""
        emitted, last = 0, time.monotonic()
        while True:
            if self._ahead is None and not self._work:
                return
            if len(self._actors) < self._room():
                self._hire()
            self._hand_out()
            ready, _ = self._ray.wait(list(self._waiting), num_returns=1, timeout=10.0)
            for reference in ready:
                self._take(reference)
                last = time.monotonic()
            working = any(number is not None for _, number in self._waiting.values())
            if not ready and not working and time.monotonic() - last > _PATIENCE_S:
                raise DragomanError(
                    f"the cluster started no actor within {_PATIENCE_S:g} s",
                    hint="`ray status` shows what its nodes have free; each actor takes one CPU",
                )
            while emitted in self._done:
                yield self._work.pop(emitted), self._done.pop(emitted), self._about
                emitted += 1
