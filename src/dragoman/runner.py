"""Run the pipeline over many documents into a dataset: batches, workers, resume, and what is computed over the whole.

A batch is stored when all of it is coded; a killed run loses at most one batch a worker, and a re-run begins where it stopped. The
records do not depend on the number of workers, the size of a batch, or the order of the input.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED as FIRST
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import BinaryIO

import dragoman
from dragoman import cluster
from dragoman.codebook import load_codebook
from dragoman.config import Settings
from dragoman.errors import InputError
from dragoman.lexicon import LexiconCoder
from dragoman.models import ModelCoder, Pair, load_model
from dragoman.pipeline import Tools, code_document, reject
from dragoman.read import read_documents
from dragoman.records import Coding, RawDocument, Rejection, Source, When
from dragoman.reference import load_reference
from dragoman.store import Batch, Dataset, InputRow, Writer
from dragoman.tagger import load_tagger

__all__ = ["Progress", "Summary", "audit", "code_inputs", "load_tools"]

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
    coder = ModelCoder(model) if model else LexiconCoder(tagger)
    return Tools(reference=load_reference(), tagger=tagger, coder=coder, codebook=load_codebook())


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


class _TooSlowError(Exception):
    """An article took longer than the settings allow."""


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise _TooSlowError

    if not hasattr(signal, "setitimer") or os.name != "posix":
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
            except _TooSlowError:
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
    # Ctrl-C is for the main process, which then stops the workers in order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"


def _in_workers(
    batches: Iterator[list[Work]], settings: Settings, published: When | None, count: int
) -> Iterator[Batch]:
    """Batches coded by worker processes, as they finish. A batch that kills its worker is split until the one document is found."""
    context = multiprocessing.get_context("spawn")
    queue: list[list[Work]] = []
    pool = ProcessPoolExecutor(count, mp_context=context, initializer=_start_worker)
    running: dict[Future[Batch], list[Work]] = {}
    try:
        while True:
            while len(running) < count + 1:
                batch = queue.pop() if queue else next(batches, None)
                if batch is None:
                    break
                running[pool.submit(_code_batch, batch, settings, published)] = batch
            if not running:
                return
            done, _ = wait(running, return_when=FIRST)
            broken: list[list[Work]] = []
            for future in done:
                batch = running.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    broken.append(batch)
            if broken:
                # Every batch in flight fails with the pool; each is tried again alone, so that the guilty one shows itself.
                broken.extend(running.values())
                running.clear()
                pool.shutdown(wait=False, cancel_futures=True)
                for batch in broken:
                    yield from _alone(batch, settings, published)
                pool = ProcessPoolExecutor(count, mp_context=context, initializer=_start_worker)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _alone(batch: list[Work], settings: Settings, published: When | None) -> Iterator[Batch]:
    """One batch in a process of its own; halved when it kills that too, down to one document, which is rejected."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context, initializer=_start_worker) as pool:
        try:
            result = pool.submit(_code_batch, batch, settings, published).result()
        except BrokenProcessPool:
            result = None
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


def code_inputs(
    inputs: Sequence[str | Path],
    into: Path,
    settings: Settings,
    *,
    published: When | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Code everything readable in `inputs` into the dataset at `into`; what is there already is not coded again.

    Raises `InputError` where nothing at all could be read, `DatasetError` where the dataset cannot be written.
    """
    counts = {"seen": 0, "known": 0, "rejected": 0, "added": 0}
    about = {"dragoman": dragoman.__version__, **load_tools().version, "threshold": settings.threshold}
    reasons: list[str] = []
    with Writer(into, about) as writer:

        def work() -> Iterator[Work]:
            for raw in read_documents(inputs, stdin=stdin):
                counts["seen"] += 1
                key = f"rejection:{raw.id}" if isinstance(raw, Rejection) else input_key(raw, published)
                if isinstance(raw, Rejection) and len(reasons) < 3:
                    reasons.append(f"{raw.subject}: {raw.reason}")
                if writer.known(key):
                    counts["known"] += 1
                    continue
                yield key, raw

        batches = _batches(work(), settings.batch)
        count = settings.workers or os.cpu_count() or 1
        done = (
            (_code_batch(batch, settings, published) for batch in batches)
            if count == 1
            else _in_workers(batches, settings, published, count)
        )
        for batch in done:
            counts["added"] += writer.add(batch)
            counts["rejected"] += len(batch.rejections)
            if progress:
                progress(counts["seen"], counts["added"])
        if counts["seen"] == 0 or (counts["seen"] == counts["rejected"] and not writer.counts()["articles"]):
            detail = "; ".join(reasons) or "no file was found there"
            raise InputError(
                f"nothing readable in {', '.join(map(str, inputs))}: {detail}",
                hint="give files or folders of .html, .txt or .jsonl; see `dragoman code --help`",
            )
        if counts["added"]:
            derive(writer)
    return Summary(**counts)


def derive(writer: Writer) -> None:
    """Compute what needs the whole dataset: stories with their canonical events."""
    dataset = Dataset(writer.root)
    writer.derive({"stories": cluster.find_stories(dataset.records("articles"), dataset.records("events"))})


def _sources(value: object) -> Iterator[Source]:
    if isinstance(value, Source):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _sources(item)
    elif hasattr(value, "__dataclass_fields__"):
        for name in value.__dataclass_fields__:
            yield from _sources(getattr(value, name))


def audit(dataset: Dataset) -> list[str]:
    """Every broken promise of a dataset, in words: damaged files, sources that do not match, records without sources."""
    problems = dataset.damaged()
    if problems:
        return problems
    articles = {article.id: article for article in dataset.records("articles")}
    ids: dict[str, set[str]] = {}
    for name in ("mentions", "events", "statements", "meetings", "pledges", "tenures"):
        for row in dataset.records(name):
            if row.id in ids.setdefault(name, set()):
                problems.append(f"{name} {row.id} is there twice")
            ids[name].add(row.id)
            for found in _sources(row):
                article = articles.get(found.article_id)
                if article is None:
                    problems.append(f"{name} {row.id} rests on an article that is not there: {found.article_id}")
                elif article.text[found.span.start : found.span.end] != found.text:
                    problems.append(f"{name} {row.id}: the text at {found.span.start} is not {found.text!r}")
            if name == "mentions":
                text = (
                    articles[row.article_id].text[row.span.start : row.span.end] if row.article_id in articles else None
                )
                if text != row.text:
                    problems.append(f"mentions {row.id}: the text at {row.span.start} is not {row.text!r}")
            elif name != "tenures" and not row.sources:
                problems.append(f"{name} {row.id} has no source")
    for story in dataset.records("stories"):
        for article_id in story.article_ids:
            if article_id not in articles:
                problems.append(f"stories {story.id} names an article that is not there: {article_id}")
    return problems
