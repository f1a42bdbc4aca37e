"""Run the pipeline over many documents into a dataset: batches, workers, resume, and what is computed over the whole.

A batch is stored when all of it is coded; a killed run loses at most one batch a worker, and a re-run begins where it stopped. The
records do not depend on the number of workers, the size of a batch, or the order of the input.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, BinaryIO, TypeVar

import dragoman
from dragoman import cluster
from dragoman.codebook import load_codebook
from dragoman.config import Settings
from dragoman.errors import InputError
from dragoman.lexicon import CombinedCoder, LexiconCoder
from dragoman.models import ModelCoder, Pair, load_model
from dragoman.pipeline import Tools, code_document, reject
from dragoman.read import read_documents
from dragoman.records import (
    STATUSES,
    Article,
    Coding,
    Event,
    Mention,
    Participant,
    RawDocument,
    Rejection,
    Source,
    Statement,
    When,
)
from dragoman.reference import load_reference
from dragoman.store import Batch, Dataset, InputRow, Writer
from dragoman.tagger import load_tagger

__all__ = ["Progress", "Summary", "audit", "broken_promises", "code_inputs", "load_tools"]

Found = TypeVar("Found")
Progress = Callable[[int, int], None]
"""Called with the number of documents dealt with and of articles added, after every batch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did: `seen` documents, `known` of them in the dataset before, `added` articles, `rejected` documents."""

    seen: int
    known: int
    added: int
    rejected: int


@cache
def load_tools() -> Tools:
    """The tools that ship with this version, loaded once per process: the learned coder where a model is installed, else the rules."""
    tagger = load_tagger()
    model = load_model()
    rules = LexiconCoder(tagger)
    coder = CombinedCoder(ModelCoder(model), rules, rule_score=model.card["rule_score"]) if model else rules
    return Tools(reference=load_reference(), tagger=tagger, coder=coder, codebook=load_codebook(), names=model)


def classify_pairs(pairs: Sequence[Pair]) -> list[dict[str, float]]:
    """The probability of every type, and of NONE, for given pairs: by the model, or by the rules where none is installed."""
    model = load_model()
    if model is not None:
        return model.classify(pairs)
    return [LexiconCoder(load_tagger()).classify(*pair) for pair in pairs]


def input_key(raw: RawDocument, published: When | None) -> str:
    """A content key of one input: the same document with the same options is dealt with once, wherever it lies."""
    digest = hashlib.blake2b(digest_size=16)
    for part in (raw.media_type, raw.url, sorted(raw.fields), published.edtf if published else None):
        digest.update(repr(part).encode("utf-8", "surrogatepass") + b"\0")
    digest.update(raw.data)
    return digest.hexdigest()


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


Work = tuple[str, RawDocument | Rejection]


def _code_batch(work: Sequence[Work], settings: Settings, published: When | None) -> Batch:
    """Code a batch. A document that breaks the coder is a rejection with the error's name, and the rest goes on."""
    tools = load_tools()
    inputs: list[InputRow] = []
    codings: list[Coding] = []
    rejections: list[Rejection] = []
    for key, raw in work:
        outcome: Coding | Rejection
        if isinstance(raw, Rejection):
            outcome = raw
        else:
            subject = raw.path or raw.url or key
            try:
                with _time_limit(settings.max_seconds):
                    outcome = code_document(raw, tools, settings, published=published)
            except _TooSlow:
                outcome = reject(subject, "pipeline", f"took longer than {settings.max_seconds:g} s")
            except MemoryError:
                outcome = reject(subject, "pipeline", "needs more memory than there is")
            except Exception as error:
                outcome = reject(
                    subject, "pipeline", f"a fault of Dragoman, please report it: {type(error).__name__}: {error}"
                )
        if isinstance(outcome, Rejection):
            rejections.append(outcome)
            inputs.append(InputRow(key=key, outcome=outcome.id))
        else:
            codings.append(outcome)
            inputs.append(InputRow(key=key, outcome=outcome.article.id))
    return Batch(inputs=tuple(inputs), codings=tuple(codings), rejections=tuple(rejections))


def _batches(work: Iterable[Work], size: int) -> Iterator[list[Work]]:
    batch: list[Work] = []
    for item in work:
        batch.append(item)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _start_worker() -> None:
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    parent = multiprocessing.parent_process()

    def follow() -> None:
        # A main process that is killed cannot stop its workers: they end themselves.
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=follow, daemon=True).start()


def _pool(count: int) -> ProcessPoolExecutor:
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(count, mp_context=context, initializer=_start_worker)


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Ctrl-C is for the main process alone: a worker started in here never gets it, and here it comes a moment later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


Job = tuple[list[Work], Future[Batch] | None]


def _submit(pool: ProcessPoolExecutor, batch: list[Work], settings: Settings, published: When | None) -> Job:
    try:
        with _without_interrupts():
            return batch, pool.submit(_code_batch, batch, settings, published)
    except BrokenProcessPool:
        return batch, None


def _result(job: Job) -> Batch | None:
    """The coded batch, or `None` where its pool broke."""
    try:
        return job[1].result() if job[1] is not None else None
    except BrokenProcessPool:
        return None


def _stop(pool: ProcessPoolExecutor) -> None:
    """End a pool at once, whatever its workers are doing; nothing of what they do is needed."""
    for process in list((pool._processes or {}).values()):
        process.kill()
    pool.shutdown(wait=True, cancel_futures=True)


def _in_workers(
    batches: Iterator[list[Work]], settings: Settings, published: When | None, count: int
) -> Generator[Batch, None, None]:
    """Batches coded by worker processes, in their order, so that which of two copies is kept does not depend on speed.

    A batch that kills its worker is split until the one document is found.
    """
    pool = _pool(count)
    running: deque[Job] = deque()
    try:
        while True:
            while len(running) <= count and (batch := next(batches, None)) is not None:
                running.append(_submit(pool, batch, settings, published))
            if not running:
                return
            job = running.popleft()
            result = _result(job)
            if result is not None:
                yield result
                continue
            # Every batch in flight fails with the pool; each is tried again alone, so that the guilty one shows itself.
            for each in (job, *running):
                result = _result(each)
                if result is not None:
                    yield result
                else:
                    yield from _alone(each[0], settings, published)
            running.clear()
            _stop(pool)
            pool = _pool(count)
    finally:
        _stop(pool)


def _alone(batch: list[Work], settings: Settings, published: When | None) -> Iterator[Batch]:
    """One batch in a process of its own; halved when it kills that too, down to one document, which is rejected."""
    pool = _pool(1)
    try:
        result = _result(_submit(pool, batch, settings, published))
    finally:
        _stop(pool)
    if result is not None:
        yield result
    elif len(batch) > 1:
        middle = len(batch) // 2
        yield from _alone(batch[:middle], settings, published)
        yield from _alone(batch[middle:], settings, published)
    else:
        key, raw = batch[0]
        subject = raw.subject if isinstance(raw, Rejection) else raw.path or raw.url or key
        rejection = reject(subject, "pipeline", "ended the process that coded it, twice")
        yield Batch(inputs=(InputRow(key=key, outcome=rejection.id),), codings=(), rejections=(rejection,))


def _cores() -> int:
    """Cores that this process may use, which a container or a batch system can limit."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def code_inputs(
    inputs: Sequence[str | Path],
    into: Path,
    settings: Settings,
    *,
    published: When | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
    documents: Iterable[RawDocument | Rejection] | None = None,
) -> Summary:
    """Code everything readable in `inputs` into the dataset at `into`; what is there already is not coded again.

    `documents` are given where they were read already, as the entries of a feed are; `inputs` then only names them.
    Raises `InputError` where nothing at all could be read, `DatasetError` where the dataset cannot be written.
    """
    counts = {"seen": 0, "known": 0, "rejected": 0, "added": 0}
    about = {"dragoman": dragoman.__version__, **load_tools().version, "threshold": settings.threshold}
    refused = 0
    reasons: list[str] = []
    with Writer(into, about) as writer:

        def work() -> Iterator[Work]:
            nonlocal refused
            begun: set[str] = set()
            for raw in read_documents(inputs, stdin=stdin) if documents is None else documents:
                counts["seen"] += 1
                key = f"rejection:{raw.id}" if isinstance(raw, Rejection) else input_key(raw, published)
                if isinstance(raw, Rejection) and len(reasons) < 3:
                    reasons.append(f"{raw.subject}: {raw.reason}")
                if writer.known(key) or key in begun:
                    counts["known"] += 1
                    refused += writer.refused(key)
                    continue
                if len(begun) > 100_000:
                    begun = {each for each in begun if not writer.known(each)}
                begun.add(key)
                yield key, raw

        batches = _batches(work(), settings.batch)
        count = settings.workers or _cores()
        done: Generator[Batch, None, None] = (
            (_code_batch(batch, settings, published) for batch in batches)
            if count == 1
            else _in_workers(batches, settings, published, count)
        )
        with closing(done):
            for batch in done:
                counts["added"] += writer.add(batch)
                counts["rejected"] += len(batch.rejections)
                reasons.extend(f"{row.subject}: {row.reason}" for row in batch.rejections if row.step != "read")
                del reasons[3:]
                if progress:
                    progress(counts["seen"], counts["added"])
        if documents is None and counts["seen"] == counts["rejected"] + refused:
            detail = "; ".join(reasons) or "no file was found there"
            raise InputError(
                f"nothing readable in {', '.join(map(str, inputs))}: {detail}",
                hint="give files or folders of .html, .txt or .jsonl; see `dragoman code --help`",
            )
        if writer.underived():
            derive(writer)
    return Summary(**counts)


def derive(writer: Writer) -> None:
    """Compute what needs the whole dataset: stories with their canonical events. In order of ids, whatever the order of coding."""
    dataset = Dataset(writer.root)
    articles, events = (sorted(dataset.records(name), key=lambda row: row.id) for name in ("articles", "events"))
    writer.derive({"stories": cluster.find_stories(articles, events)})


def _inside(value: object, kind: type[Found]) -> Iterator[Found]:
    """Every record of a kind within a record."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _inside(item, kind)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _inside(getattr(value, name), kind)


def broken_promises(name: str, row: Any, articles: Mapping[str, Article]) -> Iterator[str]:
    """What is wrong with one record of the type `name`, in words; nothing for a sound one.

    Every source and every participant's phrase stands in the text at its place; an event has a trigger, a sentence and a source for
    each field that it gives; times are in order; confidences are from 0 to 1.
    """
    for found in _inside(row, Source):
        article = articles.get(found.article_id)
        if article is None:
            yield f"rests on an article that is not there: {found.article_id}"
        elif article.text[found.span.start : found.span.end] != found.text:
            yield f"the text at {found.span.start} is not {found.text!r}"
    own = articles.get(getattr(row, "article_id", ""))
    if own is not None:
        for party in _inside(row, Participant):
            if own.text[party.start : party.end] != party.text:
                yield f"the text at {party.start} is not {party.text!r}"
        if isinstance(row, Mention) and own.text[row.span.start : row.span.end] != row.text:
            yield f"the text at {row.span.start} is not {row.text!r}"
    elif hasattr(row, "article_id"):
        yield f"belongs to an article that is not there: {row.article_id}"
    for when in _inside(row, When):
        if when.start is not None and when.end is not None and when.start >= when.end:
            yield f"a time ends before it starts: {when.edtf}"
    if not 0.0 <= getattr(row, "confidence", 0.0) <= 1.0:
        yield f"confidence {row.confidence} is not from 0 to 1"
    if name in ("events", "statements", "meetings", "pledges") and not row.sources:
        yield "has no source"
    if isinstance(row, Event):
        given = {entry.field for entry in row.sources if entry.sources}
        needed = {"trigger", "sentence"} | {field for field in ("actors", "recipients", "place") if getattr(row, field)}
        if needed - given:
            yield f"has no source for {', '.join(sorted(needed - given))}"
        if row.status not in STATUSES:
            yield f"has the unknown status {row.status!r}"
    if isinstance(row, Statement) and not row.content:
        yield "has no content"


def audit(dataset: Dataset) -> list[str]:
    """Every broken promise of a dataset, in words: damaged files, sources that do not match, records without sources."""
    problems = dataset.damaged()
    if problems:
        return problems
    articles = {article.id: article for article in dataset.records("articles")}
    ids: dict[str, set[str]] = {}
    for name in ("articles", "actors", "mentions", "events", "statements", "meetings", "pledges", "tenures"):
        known = ids.setdefault(name, set())
        for row in dataset.records(name):
            if row.id in known:
                problems.append(f"{name} {row.id} is there twice")
            known.add(row.id)
            problems += [f"{name} {row.id}: {what}" for what in broken_promises(name, row, articles)]
    for event in dataset.records("events"):
        lost = [party.name for party in (*event.actors, *event.recipients) if party.id not in ids["actors"]]
        problems += [f"events {event.id}: {who!r} is no actor of the dataset" for who in lost]
    for link in dataset.records("links"):
        if link.mention_id not in ids["mentions"]:
            problems.append(f"a link names a mention that is not there: {link.mention_id}")
    for story in dataset.records("stories"):
        missing = [each for each in story.article_ids if each not in articles]
        missing += [each for group in story.canonical_events for each in group if each not in ids["events"]]
        problems += [f"stories {story.id} names a record that is not there: {each}" for each in missing]
    return problems
