"""Run the pipeline over many documents into a dataset: batches, worker processes, shards, limits and resume.

A batch is stored when all of it is coded; a killed run loses at most one batch a worker, and a re-run begins where it stopped. The
records do not depend on the number of workers, the size of a batch, the shards, or the order of the input. Nothing of the tools is
loaded in the process that hands out the work: only the workers hold them.
"""

from __future__ import annotations

import gc
import hashlib
import os
import re
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol

import dragoman
from dragoman.audit import audit, broken_promises
from dragoman.config import Settings
from dragoman.errors import InputError, UsageError
from dragoman.inputs.papers import opened
from dragoman.parts import file_sha256
from dragoman.read import read_documents
from dragoman.records import Coding, RawDocument, Reason, Rejection, When
from dragoman.store import Batch, Damage, InputRow, Writer, open_dataset
from dragoman.workers import Crew, Outcome, Work, make_ready, safely, subject_of

if TYPE_CHECKING:
    from dragoman.models import Pair
    from dragoman.pipeline import Tools

__all__ = [
    "Engine",
    "Progress",
    "Shard",
    "Summary",
    "audit",
    "broken_promises",
    "code_inputs",
    "describe_run",
    "expected_documents",
    "input_key",
    "load_tools",
    "mend",
    "ready",
    "store_outcomes",
]

Progress = Callable[[int, int], None]
"""Called with the number of documents dealt with and of articles added, after every batch."""
_SHARD = re.compile(r"(\d{1,6})/(\d{1,6})")
_FIRST = (
    "<html><head><title>Norway and Peru to resume talks</title></head><body><article><h1>Norway and Peru to resume talks</h1>"
    "<p>OSLO, May 3, 2011 - The foreign ministers of Norway and Peru met in Oslo on Monday.</p>"
    "<p>&quot;We welcome the agreement of last week and promise to withdraw our troops by the summer,&quot; President Anna Berg"
    " of Norway said after the meeting with Prime Minister Jorge Quillarán. Peru denied the accusation.</p></article></body></html>"
)
_LIBRARIES = tuple(
    "charset-normalizer ftfy htmldate lxml numpy onnxruntime py3langid rapidfuzz resiliparse sentencex tokenizers trafilatura".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What a run did: `seen` documents, `known` of them in the dataset before, `added` articles, `rejected` documents.

    `stopped` says by which limit it ended before its input did: limit, time, or `None`; `damage` which parts it set aside.
    """

    seen: int
    known: int
    added: int
    rejected: int
    stopped: str | None = None
    damage: tuple[Damage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Shard:
    """One of `of` equal shares of the documents, `number` from 1. Which share a document is in, its content alone decides."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """A shard as it is written on the command line; `UsageError` for what is none.

        >>> Shard.parse("3/64")
        Shard(number=3, of=64)
        """
        match = _SHARD.fullmatch(text)
        if match is None or not 1 <= int(match[1]) <= int(match[2]):
            raise UsageError(f"--shard {text!r} is no shard", hint="write which of how many, from 1/64 to 64/64")
        return cls(number=int(match[1]), of=int(match[2]))

    @property
    def name(self) -> str:
        """The name of its folder."""
        return f"{self.number}-of-{self.of}"

    def holds(self, key: str) -> bool:
        """Whether an input with this content key is in this share.

        >>> sum(Shard(number=n, of=7).holds("some key") for n in range(1, 8))
        1
        """
        value = int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")
        return value % self.of == self.number - 1


def load_tools(actors: str = "", codebook: str = "") -> Tools:
    """The tools that ship with this version, loaded once per process: the learned coder where a model is installed, else the rules.

    `actors` names a file of the user's own actors, `codebook` folders of fitted codebooks; `UsageError` where one cannot be taken.
    """
    return _tools_with(actors, codebook) if actors or codebook else _tools()


@cache
def _tools_with(actors: str, codebook: str) -> Tools:
    from dragoman.own.actors import read_own_actors_file
    from dragoman.own.categories import load_coder

    tools = _tools()
    if actors:
        tools = replace(tools, reference=tools.reference.with_actors(read_own_actors_file(Path(actors))))
    return replace(tools, own=load_coder(codebook)) if codebook else tools


@cache
def _tools() -> Tools:
    from dragoman.codebook import load_codebook
    from dragoman.coding.coder import ModelCoder
    from dragoman.coding.denials import Denying
    from dragoman.coding.lexicon import LexiconCoder
    from dragoman.models import load_model
    from dragoman.pipeline import Tools
    from dragoman.reference import load_reference
    from dragoman.speaking.stance import load_stance_head
    from dragoman.tagger import load_tagger

    with _kept_for_good():
        tagger = load_tagger()
        model = load_model()
        table = LexiconCoder(tagger)
        coder = Denying(ModelCoder(model), table) if model else table
        return Tools(
            reference=load_reference(),
            tagger=tagger,
            coder=coder,
            codebook=load_codebook(),
            reader=model,
            stances=load_stance_head(),
        )


@contextmanager
def _kept_for_good() -> Iterator[None]:
    """What is made inside stays as long as the process: no garbage is looked for in it, now or later."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
        gc.freeze()


def classify_pairs(pairs: Sequence[Pair], *, older: bool = False) -> list[dict[str, float]]:
    """The probability of every type, and of NONE, for given pairs: by the model, or by the rules where none is installed.

    `older` asks the model for the scheme of files converted from CAMEO before the present manual (see `Model.classify`).
    """
    from dragoman.coding.lexicon import LexiconCoder
    from dragoman.models import load_model
    from dragoman.tagger import load_tagger

    model = load_model()
    if model is not None:
        return model.classify(pairs, older=older)
    return [LexiconCoder(load_tagger()).classify(*pair) for pair in pairs]


def code_one(raw: RawDocument, settings: Settings, published: When | None) -> Outcome:
    """What a worker does with a document."""
    from dragoman.own.actors import with_ids
    from dragoman.pipeline import code_document

    tools = load_tools(settings.actors, settings.codebook)
    found = opened(raw)
    if isinstance(found, Rejection):
        return found
    outcome = code_document(found, tools, settings, published=published)
    if isinstance(outcome, Rejection):
        return outcome
    return _settled(replace(outcome, actors=with_ids(outcome.actors, tools.reference)))


def _settled(coding: Coding) -> Coding:
    """A coding whose scores have four places: the last bits of a sum differ with the processor and the number of its threads."""

    def why(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
        return tuple(each if each.score is None else replace(each, score=round(each.score, 4)) for each in reasons)

    def rows(found: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(replace(row, confidence=round(row.confidence, 4), why=why(row.why)) for row in found)

    return replace(
        coding,
        events=rows(coding.events),
        statements=rows(coding.statements),
        meetings=rows(coding.meetings),
        pledges=rows(coding.pledges),
        categories=rows(coding.categories),
        links=tuple(replace(row, score=round(row.score, 4), why=why(row.why)) for row in coding.links),
    )


def describe_tools() -> dict[str, Any]:
    """What made the records, for the manifest: versions, and hashes of the data and the model. Loads the tools."""
    from importlib.metadata import PackageNotFoundError, version
    from importlib.resources import files

    digest = hashlib.sha256()
    for path in sorted(Path(str(files("dragoman") / "data")).iterdir()):
        if path.is_file():
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    libraries = {}
    for name in _LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            continue
    tools = load_tools()
    card = getattr(tools.reader, "card", {})
    return {
        "dragoman": dragoman.__version__,
        **tools.version,
        "data_sha256": digest.hexdigest(),
        "model_sha256": dict(card.get("sha256", {})),
        "libraries": libraries,
    }


def ready(settings: Settings) -> dict[str, Any]:
    """Load all that `code_one` will use, and say what it is: what a process does before the clock of its first document starts."""
    # Many tables are built at their first use; a few sentences of every kind use them.
    code_one(RawDocument(path=None, media_type="text/html", data=_FIRST.encode()), settings, None)
    return describe_tools()


def describe_run(tools: Mapping[str, Any], settings: Settings, published: When | None) -> dict[str, Any]:
    """`describe_tools` with the settings that bear on the records; how many workers there were does not."""
    given = tuple(name for name in ("actors", "codebook") if getattr(settings, name))
    names = ("threshold", "max_bytes", "max_characters", "max_seconds", *given)
    own: dict[str, Any] = {}
    if settings.actors:
        own["actors_sha256"] = file_sha256(Path(settings.actors))
    if settings.codebook:
        from dragoman.own.categories import check_own

        own["own_codebooks"] = check_own(settings.codebook)
    return {
        **tools,
        **own,
        "threshold": settings.threshold,
        "settings": {name: getattr(settings, name) for name in names},
        "published": published.edtf if published else None,
    }


def input_key(raw: RawDocument | Rejection, published: When | None) -> str:
    """A content key of one input: the same document with the same options is dealt with once, wherever it lies."""
    if isinstance(raw, Rejection):
        return f"rejection:{raw.id}"
    digest = hashlib.blake2b(digest_size=16)
    for part in (raw.media_type, raw.url, sorted(raw.fields), published.edtf if published else None):
        digest.update(repr(part).encode("utf-8", "surrogatepass") + b"\0")
    digest.update(raw.data)
    return digest.hexdigest()


_ONE_EACH = (".html", ".htm", ".txt")


def expected_documents(
    inputs: Sequence[str | Path], shard: Shard | None = None, *, most: int = 1_000_000
) -> int | None:
    """How many documents a run will see, for the time that is left; `None` where that is not known before they are read.

    >>> expected_documents(["-"]) is None
    True
    """
    count = 0
    for item in inputs:
        path = Path(item)
        for file in (each for _, _, names in os.walk(path) for each in names) if path.is_dir() else [path.name]:
            if not file.lower().endswith(_ONE_EACH) or count >= most:
                return None
            count += 1
    return count if shard is None else count // shard.of


def _batches(work: Iterable[Work], size: int) -> Iterator[list[Work]]:
    batch: list[Work] = []
    for item in work:
        batch.append(item)
        if len(batch) >= size:
            yield batch
            batch = []
    if batch:
        yield batch


def _batch(work: Sequence[Work], outcomes: Sequence[Outcome]) -> Batch:
    """A batch and what came of it, as it is stored."""
    inputs = tuple(
        InputRow(
            key=each[0], outcome=made.article.id if isinstance(made, Coding) else made.id, subject=subject_of(each)
        )
        for each, made in zip(work, outcomes, strict=True)
    )
    return Batch(
        inputs=inputs,
        codings=tuple(made for made in outcomes if isinstance(made, Coding)),
        rejections=tuple(made for made in outcomes if isinstance(made, Rejection)),
    )


def _cores() -> int:
    """Cores that this process may use, which a container or a batch system can limit."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class _Queue:
    """The documents of a run that are still to be coded, with the counts of the others."""

    def __init__(
        self, writer: Writer, published: When | None, shard: Shard | None, most: int | None, end_s: float
    ) -> None:
        self.seen = self.known = self.refused = 0
        self.reasons: list[str] = []
        self.stopped: str | None = None
        self._writer, self._published, self._shard, self._most, self._end_s = writer, published, shard, most, end_s

    def note(self, rejection: Rejection) -> None:
        """Keep the first few reasons, to tell them where nothing at all is readable."""
        if len(self.reasons) < 3:
            self.reasons.append(f"{rejection.subject}: {rejection.reason}")

    def work(self, documents: Iterable[RawDocument | Rejection]) -> Iterator[Work]:
        """What is new among the documents, until a limit is reached."""
        begun: set[str] = set()
        given = 0
        for raw in documents:
            key = input_key(raw, self._published)
            if self._shard is not None and not self._shard.holds(key):
                continue
            if time.monotonic() >= self._end_s:
                self.stopped = "time"
                return
            self.seen += 1
            if isinstance(raw, Rejection):
                self.note(raw)
            if self._writer.known(key) or key in begun:
                self.known += 1
                self.refused += self._writer.refused(key)
                continue
            if self._most is not None and given >= self._most:
                self.seen -= 1
                self.stopped = "limit"
                return
            if len(begun) > 100_000:
                begun = {each for each in begun if not self._writer.known(each)}
            begun.add(key)
            given += 1
            yield key, raw


Done = tuple[list[Work], list[Outcome]]


class Engine(Protocol):
    """What codes batches somewhere: `workers.Crew` here, `ray_engine.RayCrew` on a cluster."""

    @property
    def about(self) -> Mapping[str, Any]:
        """What its tools are; empty before the first batch is done."""

    def outcomes(self, batches: Iterator[list[Work]]) -> Generator[Done, None, None]:
        """Batches with what came of them, in their order."""

    def __enter__(self) -> Engine: ...

    def __exit__(self, *details: object) -> None: ...


def _here(batches: Iterator[list[Work]], settings: Settings, published: When | None) -> Generator[Done, None, None]:
    warm = False
    for batch in batches:
        if not warm and any(isinstance(raw, RawDocument) for _, raw in batch):
            make_ready(code_one, settings)
            warm = True
        yield batch, [safely(code_one, each, settings, published, alone=False) for each in batch]


def store_outcomes(
    done: Iterable[Done],
    writer: Writer,
    tools: Callable[[], Mapping[str, Any]],
    settings: Settings,
    published: When | None,
) -> Iterator[tuple[int, list[Rejection]]]:
    """Store batches as they come; for each the number of articles added, and the rejections."""
    about: Mapping[str, Any] = {}
    for work, outcomes in done:
        if not about:
            about = tools()  # nothing as long as no worker was needed, for what cannot be read
            writer.describe(describe_run(about or {"dragoman": dragoman.__version__}, settings, published))
        batch = _batch(work, outcomes)
        yield writer.add(batch), list(batch.rejections)


def code_inputs(
    inputs: Sequence[str | Path],
    into: Path,
    settings: Settings,
    *,
    published: When | None = None,
    stdin: BinaryIO | None = None,
    progress: Progress | None = None,
    documents: Iterable[RawDocument | Rejection] | None = None,
    shard: Shard | None = None,
    limit: int | None = None,
    time_limit_s: float | None = None,
    isolate: bool = True,
    engine: Engine | None = None,
) -> Summary:
    """Code everything readable in `inputs` into the dataset at `into`; what is there already is not coded again.

    `documents` are given where they were read already, as the entries of a feed are; `inputs` then only names them. Of a `shard` only
    its share is coded. At most `limit` new documents are dealt with, and none begun after `time_limit_s` seconds. Documents are coded
    in processes of their own, so that none can end the run; with `isolate=False` in this one, which starts faster; by an `engine`
    on other machines.

    Raises `UsageError` for a file of own actors that cannot be taken, `InputError`
    where nothing at all could be read, `DatasetError` where the dataset cannot be written.
    """
    if settings.actors:
        from dragoman.own.actors import read_own_actors_file

        read_own_actors_file(Path(settings.actors))  # a file that cannot be taken is told before any work
    if settings.codebook:
        from dragoman.own.categories import check_own

        check_own(settings.codebook)
    end_s = float("inf") if time_limit_s is None else time.monotonic() + time_limit_s
    added = rejected = 0
    count = settings.workers or _cores()
    crew = engine or (Crew(count, code_one, settings, published) if isolate else None)
    with Writer(into, {}, check=documents is None) as writer, crew or nullcontext():
        queue = _Queue(writer, published, shard, limit, end_s)
        found = read_documents(inputs, stdin=stdin, as_found=True) if documents is None else documents
        batches = _batches(queue.work(found), settings.batch)
        done = crew.outcomes(batches) if crew else _here(batches, settings, published)
        tools = (lambda: crew.about) if crew else describe_tools
        with closing(done):
            for new, rejections in store_outcomes(done, writer, tools, settings, published):
                added += new
                rejected += len(rejections)
                for each in rejections:
                    if each.step != "read":
                        queue.note(each)
                if progress:
                    progress(queue.seen, added)
        if documents is None and shard is None and queue.stopped is None and queue.seen == rejected + queue.refused:
            _nothing_readable(inputs, queue.reasons)
        if shard is None and queue.stopped != "time" and writer.underived():
            from dragoman.windows import derive

            derive(writer)
        damage = writer.damage
    return Summary(
        seen=queue.seen, known=queue.known, added=added, rejected=rejected, stopped=queue.stopped, damage=damage
    )


def mend(root: Path) -> tuple[Damage, ...]:
    """Set aside what is damaged in the dataset at `root`, and make again what its other files tell; returns what was wrong.

    The documents of parts that were set aside are coded anew by a run over them. Raises `DatasetError` where `root` is no dataset.
    """
    open_dataset(root)
    with Writer(root, {}, check=True) as writer:
        if writer.underived():
            from dragoman.windows import derive

            derive(writer)
        return writer.damage


def _nothing_readable(inputs: Sequence[str | Path], reasons: Sequence[str]) -> None:
    detail = "; ".join(reasons) or "no file was found there"
    raise InputError(
        f"nothing readable in {', '.join(map(str, inputs))}: {detail}",
        hint="give files or folders of .html, .txt or .jsonl; see `dragoman code --help`",
    )
