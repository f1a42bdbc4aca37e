"""Worker processes: each a Python of its own that codes one document at a time, and may die without harm to the others.

The parent always knows which document a worker has in hand. A worker that dies over a document (a crash in native code, the
kernel's out-of-memory killer, a hang that no signal reaches) is replaced, and the document tried once more in the fresh one; what
kills that too is rejected with the reason, and the rest goes on. No process forks the parent, so that a caller's script needs no
`if __name__ == "__main__"`, and nothing of the parent's threads and locks is copied.
"""

from __future__ import annotations

import json
import os
import pickle
import queue
import select
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from types import FrameType
from typing import IO, Any, cast

from dragoman import errors
from dragoman.config import Settings
from dragoman.records import Coding, RawDocument, Rejection, When, make_id

__all__ = ["GRACE_S", "Crew", "Job", "Outcome", "Work", "make_ready", "safely"]

Work = tuple[str, RawDocument | Rejection]
"""An input's content key, and the document or what is wrong with it."""
Outcome = Coding | Rejection
Job = Callable[[RawDocument, Settings, When | None], Outcome]
"""What a worker does with a document; a function that can be imported by its module and name."""

GRACE_S = 30.0
"""Seconds that a worker has beyond the limit of a document before it is taken to hang where no signal reaches it."""
_START_S = 300.0
_STARTS = 3
_NO_MEMORY = 77  # the exit code of a worker that could not get memory
_LARGE_KB = 700 * 1024
_RECYCLE_AFTER = 200
# The parent's own path, and not that of the folder where the command runs: a file json.py among the articles is no module.
_CHILD = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from dragoman.workers import _serve; _serve()"


class _TooSlow(BaseException):
    """An article took longer than the settings allow; no `Exception`, so that no step can swallow it."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    # Signals reach the main thread only; elsewhere an article has all the time it takes.
    if os.name != "posix" or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def subject_of(work: Work) -> str:
    """What to call an input in a rejection: its path, its address, or its key."""
    key, raw = work
    return raw.subject if isinstance(raw, Rejection) else raw.path or raw.url or key


def _refusal(work: Work, reason: str) -> Rejection:
    subject = subject_of(work)
    return Rejection(id=make_id("re", subject, "pipeline", reason), subject=subject, step="pipeline", reason=reason)


def make_ready(job: Job, settings: Settings) -> dict[str, Any]:
    """Let a job load what it needs, by the function `ready` of its module if that has one; what its tools are."""
    prepare: Callable[[Settings], dict[str, Any]] | None = getattr(sys.modules.get(job.__module__), "ready", None)
    return prepare(settings) if prepare else {}


def safely(job: Job, work: Work, settings: Settings, published: When | None, *, alone: bool = True) -> Outcome:
    """What comes of one input. A document that breaks the coder is a rejection with the error's name.

    `alone` says that a document short of memory is to be told as a `MemoryError` to the caller, who has a fresh process to try.
    """
    if isinstance(work[1], Rejection):
        return work[1]
    try:
        with _time_limit(settings.max_seconds):
            return job(work[1], settings, published)
    except _TooSlow:
        return _refusal(work, f"took longer than {settings.max_seconds:g} s")
    except MemoryError:
        if alone:
            raise
        return _refusal(work, "needs more memory than there is")
    except Exception as error:
        return _refusal(work, f"a fault of Dragoman, please report it: {type(error).__name__}: {error}")


# --- the wire: eight bytes of length, then a pickle; both ends are ours, and nothing of it ever lies on a disk ---------------


def _send(stream: IO[bytes], value: Any) -> None:
    data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(8, "big"))
    stream.write(data)
    stream.flush()


def _receive(stream: IO[bytes]) -> Any:
    """The next value; `EOFError` where the other end is gone."""
    head = stream.read(8)
    if len(head) < 8:
        raise EOFError
    size = int.from_bytes(head, "big")
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


# --- the child ----------------------------------------------------------------------------------------------------------------


def _bound_memory(megabytes: int) -> None:
    """Let this process have so much address space, and be the one that the kernel ends where the machine runs short."""
    import resource

    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    with suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")


def _resident_kb() -> int:
    """Memory that this process holds now, in KiB; 0 where the system does not say."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024
    except (OSError, ValueError, IndexError):
        return 0


def _serve() -> None:
    """The life of a worker: what arrives on standard input is coded and answered on what was standard output."""
    arrived, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not garble the answers
    waiting: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def listen() -> None:
        # A parent that is killed cannot stop its workers: the end of the pipe does, in the middle of a document too.
        try:
            while True:
                waiting.put(_receive(arrived))
        except BaseException:
            os._exit(1)

    module, name, settings, published = _receive(arrived)
    threading.Thread(target=listen, daemon=True).start()
    _bound_memory(settings.worker_memory)
    try:
        _answer(answers, waiting, module, name, settings, published)
    except MemoryError:
        os._exit(_NO_MEMORY)
    except BrokenPipeError:
        os._exit(1)  # the parent was killed while this worker answered


def _answer(
    answers: IO[bytes],
    waiting: queue.SimpleQueue[Any],
    module: str,
    name: str,
    settings: Settings,
    published: When | None,
) -> None:
    """Make the tools ready, then answer what is waiting, for ever; an end only where the tools cannot be had."""
    from importlib import import_module

    try:
        job: Job = getattr(import_module(module), name)
        about = make_ready(job, settings)
    except errors.DragomanError as error:
        _send(answers, ("failed", type(error).__name__, str(error), error.hint))
        return
    _send(answers, ("ready", about))
    while True:
        _send(answers, (safely(job, waiting.get(), settings, published), _resident_kb()))


# --- the parent ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Died:
    """A worker is gone; `how` says in words how it ended."""

    how: str


def _ending(code: int) -> str:
    """A return code in words.

    >>> _ending(-9), _ending(77), _ending(3)
    ('SIGKILL, as where the machine runs out of memory', 'no memory left for it', 'exit code 3')
    """
    if code == _NO_MEMORY:
        return "no memory left for it"
    if code >= 0:
        return f"exit code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    return name + (", as where the machine runs out of memory" if name == "SIGKILL" else "")


class _Worker:
    """One worker process and the document it has in hand. Used from one thread; `stop` from any."""

    def __init__(self, job: Job, settings: Settings, published: When | None) -> None:
        self._start = (job.__module__, job.__name__, settings, published)
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._stopped = False
        self._served = 0
        self.about: Mapping[str, Any] = {}

    def _begin(self) -> _Died | None:
        """Start the process and wait until it can code."""
        arguments = [f"-W{option}" for option in sys.warnoptions]
        limits = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        with self._lock:
            if self._stopped:
                return _Died("stopped")
            self._process = subprocess.Popen(
                [sys.executable, "-P", *arguments, "-c", _CHILD, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | limits,
                process_group=0,  # Ctrl-C in a terminal is for the parent alone
            )
        self._served = 0
        answer = self._exchange(self._start, _START_S)
        if isinstance(answer, _Died):
            return answer
        if answer[0] == "failed":
            kind = cast(type[errors.DragomanError], getattr(errors, answer[1]))
            raise kind(answer[2], hint=answer[3])
        self.about = answer[1]
        return None

    def _exchange(self, message: Any, timeout_s: float) -> Any:
        """Send a message and wait for its answer; `_Died` where none comes."""
        process = self._process
        assert process is not None
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            _send(process.stdin, message)
            # Answers are not sent before they are asked for, so that nothing waits in the stream's own buffer.
            if not select.select([process.stdout], [], [], timeout_s)[0]:
                self._kill()
                return _Died(f"no answer within {timeout_s:g} s")
            return _receive(process.stdout)
        except (OSError, EOFError, ValueError, pickle.UnpicklingError):
            with suppress(
                subprocess.TimeoutExpired
            ):  # the pipe ends a moment before the process, whose end is to be told
                process.wait(timeout=10)
            self._kill()
            return _Died(_ending(process.returncode))

    def _start_up(self) -> None:
        """Have a process that can code. One that ends meanwhile is tried again: no document is to blame, nothing was in hand."""
        died = self._begin()
        for _ in range(_STARTS - 1):
            if died is None or self._stopped:
                break
            self._kill()
            died = self._begin()
        if died is None or self._stopped:
            return
        raise errors.DragomanError(
            f"a worker process ended while it was starting: {died.how}",
            hint="run `dragoman doctor`; where memory is short, use fewer --workers",
        )

    def code(self, work: Work) -> Outcome | None:
        """What comes of one input; `None` where the crew was stopped meanwhile."""
        endings: list[str] = []
        while len(endings) < 2:
            if self._process is None:
                self._start_up()
                if self._stopped:
                    return None
            answer = self._exchange(work, self._settings.max_seconds + GRACE_S)
            if self._stopped:
                return None
            if not isinstance(answer, _Died):
                outcome, resident = answer
                self._served += 1
                if resident > _LARGE_KB and self._served >= _RECYCLE_AFTER:
                    self._kill()  # whatever holds on to memory, a fresh process does not have it
                return cast(Outcome, outcome)
            endings.append(answer.how)
        return _refusal(work, f"ended the process that coded it, twice: {endings[-1]}")

    def _kill(self) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):  # what was not sent to a dead process
                    stream.close()
        process.wait()

    def stop(self) -> None:
        """End the process at once, whatever it is doing; its thread gets `None`."""
        self._stopped = True
        with self._lock:
            if self._process is not None:
                self._process.kill()

    def close(self) -> None:
        """Free what a stopped worker holds."""
        self._kill()


class Crew:
    """`count` worker processes, each with a thread that feeds it. Use as a context manager; they start with the first batch."""

    def __init__(self, count: int, job: Job, settings: Settings, published: When | None) -> None:
        self._workers = [_Worker(job, settings, published) for _ in range(count)]
        self._idle: queue.SimpleQueue[_Worker] = queue.SimpleQueue()
        for worker in self._workers:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(count)
        self._count = count

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *_details: object) -> None:
        for worker in self._workers:
            worker.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.close()

    @property
    def about(self) -> Mapping[str, Any]:
        """What the workers say of their tools; empty before the first batch is done."""
        return next((worker.about for worker in self._workers if worker.about), {})

    def _code(self, batch: Sequence[Work]) -> list[Outcome] | None:
        worker = self._idle.get()
        try:
            outcomes: list[Outcome] = []
            for work in batch:
                outcome = work[1] if isinstance(work[1], Rejection) else worker.code(work)
                if outcome is None:
                    return None
                outcomes.append(outcome)
            return outcomes
        finally:
            self._idle.put(worker)

    def outcomes(self, batches: Iterator[list[Work]]) -> Generator[tuple[list[Work], list[Outcome]], None, None]:
        """Batches with what came of them, in their order, so that which of two copies is kept does not depend on speed."""
        running: deque[tuple[list[Work], Future[list[Outcome] | None]]] = deque()
        while True:
            while len(running) <= self._count and (batch := next(batches, None)) is not None:
                running.append((batch, self._threads.submit(self._code, batch)))
            if not running:
                return
            done, future = running.popleft()
            found = future.result()
            if found is None:
                return
            yield done, found
