"""Measures how many articles of 500 words are coded in a second with everything on, beside the bare encoder, in one run.

    python -m benchmarks.throughput [--articles 80] [--words 500] [--processes 1 2] [--json OUT.json]
    python -m benchmarks.throughput --growth 2000 8000 32000

The articles are pages made of the paragraphs of the demo dispatches; from the second round on, their states are exchanged for others
at random, so that no paragraph comes twice in the same words. Three things are measured on the same pages:

- coding: `dragoman code` as a user runs it, with so many processes, from reading the folder to the stored dataset with its stories.
  Starting the processes and loading the model is left out: the clock starts when the first batch is stored;
- the bare encoder: word pieces and one pass of the encoder over every sentence, in so many processes, and nothing else;
- where the time goes: the same articles in this process, each step with what it calls and no other step does, in processor time.

With `--growth` one article of so many words each is coded instead, and told is what a word takes of the encoder and of all else, in
processor time: what is else must not grow with the length.

Targets: 8 articles a second on two cores, and half of what the bare encoder reaches. Rates are taken by the clock on the wall, so
that other work on the machine counts: the first line gives the load before the run. The last lines are in processor time of one process.
"""

from __future__ import annotations

import argparse
import html
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as the command line has it

ROOT = Path(__file__).parents[1]
TARGET_RATE, TARGET_RATIO = 8.0, 0.5
FIRST_PASS, SECOND_PASS = "events, first pass", "events, second pass"

# --- articles ----------------------------------------------------------------------------------------------------------------


def paragraphs() -> list[str]:
    """The paragraphs of the demo dispatches, of ten words or more, in the order of the files; copies once."""
    from dragoman.clean import clean
    from dragoman.read import read_documents
    from dragoman.records import Article, RawDocument

    found: dict[str, None] = {}
    for raw in read_documents([ROOT / "examples" / "dispatches"]):
        article = clean(raw) if isinstance(raw, RawDocument) else raw
        if isinstance(article, Article):
            found |= dict.fromkeys(each for each in article.text.split("\n") if len(each.split()) >= 10)
    return list(found)


def articles(pieces: Sequence[str], count: int, words: int, seed: int = 1) -> Iterator[list[str]]:
    """`count` articles of about `words` words, as paragraphs, no two of them alike.

    >>> [len(each) for each in articles(["one two three", "four five six", "seven eight nine"], 2, 5)]
    [2, 2]
    """
    draw = random.Random(seed)
    stream = _stream(list(pieces), draw)
    for _ in range(count):
        made: list[str] = []
        while sum(len(each.split()) for each in made) < words:
            made.append(next(stream))
        yield made


def _stream(pieces: list[str], draw: random.Random) -> Iterator[str]:
    from train.corpus import Passage
    from train.swap import swapped

    yield from pieces
    while True:
        draw.shuffle(pieces)
        for number, text in enumerate(pieces):
            yield swapped(Passage(id=str(number), text=text, register="", region="", decade=""), draw).text


def write_pages(folder: Path, count: int, words: int) -> int:
    """The articles as pages of HTML, each with a date and an outlet; returns how many words they hold."""
    total = 0
    for number, pieces in enumerate(articles(paragraphs(), count, words)):
        title = html.escape(" ".join(pieces[0].split()[:9]))
        body = "\n".join(f"<p>{html.escape(each)}</p>" for each in pieces)
        day = f"{1990 + number % 30}-{1 + number % 12:02}-{1 + number % 28:02}"
        (folder / f"{number:04}.html").write_text(
            f'<!doctype html><html lang="en"><head><title>{title}</title>'
            f'<meta property="article:published_time" content="{day}T08:00:00Z"><meta property="og:site_name" content="The Daily Measure">'
            f"</head><body><nav><a href='/'>Home</a> <a href='/world'>World</a></nav><article><h1>{title}</h1>{body}</article>"
            "<footer>About us</footer></body></html>",
            encoding="utf-8",
        )
        total += sum(len(each.split()) for each in pieces)
    return total


# --- rates -------------------------------------------------------------------------------------------------------------------


def coding_rate(pages: Path, count: int, processes: int) -> float:
    """Articles a second, from when the first batch of each process is stored to the end."""
    from dragoman.config import Settings
    from dragoman.runner import code_inputs

    times: list[tuple[float, int]] = []
    batch = max(2, count // (10 * processes))
    settings = replace(Settings(), workers=processes, batch=batch)
    with tempfile.TemporaryDirectory() as folder:
        code_inputs(
            [pages],
            Path(folder) / "d",
            settings,
            progress=lambda _, added: times.append((time.perf_counter(), added)),
        )
        end = time.perf_counter()
    began, before = times[processes - 1]
    return (times[-1][1] - before) / (end - began)


def encoder_rate(pages: Path, processes: int) -> float:
    """Articles a second of the bare encoder: the sum over processes that run at the same time, each on its share."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.throughput", "--child", str(pages), str(number), str(processes)],
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for number in range(processes)
    ]
    for child in children:  # loaded and warm
        assert child.stdout is not None
        child.stdout.readline()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return sum(float(child.communicate()[0]) for child in children)


def encode_share(pages: Path, number: int, of: int) -> None:
    """What a process of `encoder_rate` does: load, warm up, wait for the word, and print articles a second."""
    texts = cleaned(pages)[number::of]
    encode(texts[:2])
    print("ready", flush=True)
    sys.stdin.readline()
    began = time.perf_counter()
    encode(texts)
    print(len(texts) / (time.perf_counter() - began))


def cleaned(pages: Path) -> list[str]:
    """The texts of the pages."""
    from dragoman.clean import clean
    from dragoman.read import read_documents
    from dragoman.records import Article, RawDocument

    made = (clean(raw) for raw in read_documents([pages]) if isinstance(raw, RawDocument))
    return [article.text for article in made if isinstance(article, Article)]


def encode(texts: Sequence[str]) -> None:
    """Word pieces and one pass of the encoder over each text, by the windows that the coder uses."""
    from dragoman.models import load_model
    from dragoman.text import sentences

    model = load_model()
    if model is None:
        raise SystemExit("error: no model is installed, so that there is no encoder to measure")
    for text in texts:
        model.read(text + " ", sentences(text))  # the last text is remembered: this is never the last one


# --- where the time goes -------------------------------------------------------------------------------------------------------


class Clock:
    """Processor seconds by step; a step that calls another pays only for its own part."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self._open: list[str] = []
        self._since = time.process_time()

    def _turn(self) -> None:
        now = time.process_time()
        self.seconds[self._open[-1] if self._open else "the rest"] += now - self._since
        self._since = now

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Everything inside is this step's, but for the steps inside it."""
        self._turn()
        self._open.append(name)
        try:
            yield
        finally:
            self._turn()
            self._open.pop()

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time booked on a step."""

        def call(*arguments: Any, **named: Any) -> Any:
            with self.step(name):
                return function(*arguments, **named)

        return call

    def timed_items(self, name: str, function: Callable[..., Iterator[Any]]) -> Callable[..., Iterator[Any]]:
        """The same for a function that yields."""

        def call(*arguments: Any, **named: Any) -> Iterator[Any]:
            found = function(*arguments, **named)
            while True:
                with self.step(name):
                    item = next(found, call)
                if item is call:
                    return
                yield item

        return call


STEPS = {
    "dragoman.clean.clean": "clean",
    "dragoman.pipeline.find_sentences": "sentences",
    "dragoman.mentions.find_mentions": "mentions",
    "dragoman.actors.resolve_actors": "actors",
    "dragoman.dates.find_times": "dates",
    "dragoman.places.find_places": "places",
    "dragoman.statements.find_statements": "statements",
    "dragoman.models.Model.read": FIRST_PASS,
    "dragoman.models.Model.judged": SECOND_PASS,
    "dragoman.events.code_events": "events, the rest",
    "dragoman.meetings.find_meetings": "meetings, pledges",
    "dragoman.meetings.find_pledges": "meetings, pledges",
    "dragoman.store.Writer.add": "store",
    "dragoman.store.Writer.commit": "store",
    "dragoman.windows.derive": "stories",
}


def shares(pages: Path) -> tuple[dict[str, float], float]:
    """Processor seconds of coding by step, in this process, and those of the bare encoder on the same pages."""
    import importlib

    from dragoman import runner
    from dragoman.config import Settings
    from dragoman.read import read_documents

    files = sorted(pages.iterdir())
    with tempfile.TemporaryDirectory() as folder:
        runner.code_inputs(files[:2], Path(folder) / "warm", Settings(), isolate=False)
        runner.describe_tools()
        clock = Clock()
        with ExitStack() as stack:
            for name, step in STEPS.items():
                owner, attribute = name.rsplit(".", 1)
                place: Any = importlib.import_module(owner.removesuffix(".Model").removesuffix(".Writer"))
                for part in owner.split(".")[2:]:
                    place = getattr(place, part)
                stack.enter_context(patch.object(place, attribute, clock.timed(step, getattr(place, attribute))))
            stack.enter_context(patch("dragoman.runner.read_documents", clock.timed_items("read", read_documents)))
            clock.seconds.clear()
            with clock.step("the rest"):
                runner.code_inputs([pages], Path(folder) / "d", Settings(), isolate=False)
    texts = cleaned(pages)
    began = time.process_time()
    encode(texts)
    return clock.seconds, time.process_time() - began


def growth(words: int, seed: int = 1) -> tuple[float, float]:
    """Processor seconds a word, of the encoder and of all else, in coding one article of so many words."""
    from dragoman.config import Settings
    from dragoman.models import load_model
    from dragoman.pipeline import code_article
    from dragoman.runner import load_tools
    from evals.statements import bare_article

    (made,) = articles(paragraphs(), 1, words, seed)
    article = bare_article("\n\n".join(made))
    tools, clock, model = load_tools(), Clock(), load_model()
    with ExitStack() as stack:
        for name in ("_lower", "_upper") if model else ():
            session = getattr(model, name)
            stack.enter_context(patch.object(model, name, SimpleNamespace(run=clock.timed("encoder", session.run))))
        clock.seconds.clear()
        with clock.step("all else"):
            code_article(article, tools, replace(Settings(), max_characters=len(article.text)))
    count = sum(len(each.split()) for each in made)
    return clock.seconds["encoder"] / count, clock.seconds["all else"] / count


# --- telling -------------------------------------------------------------------------------------------------------------------


def machine() -> str:
    """The machine, what is installed, and how busy it is."""
    import onnxruntime

    from dragoman.models import load_model

    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    name = next(
        (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.processor()
    )
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    model = load_model()
    return (
        f"{name}, {cores} cores, load {os.getloadavg()[0]:.1f} before the run; Python {platform.python_version()},"
        f" onnxruntime {onnxruntime.__version__}, {model.name if model else 'no model'}"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["--child"]:
        encode_share(Path(given[1]), int(given[2]), int(given[3]))
        return 0
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=80)
    parser.add_argument("--words", type=int, default=500)
    parser.add_argument("--processes", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--growth", type=int, nargs="*", help="words of one article each; nothing else is measured")
    options = parser.parse_args(given)
    print(machine(), flush=True)
    for words in options.growth or ():
        encoder, rest = growth(words)
        print(f"  {words:>6} words: encoder {1000 * encoder:.2f} ms a word, all else {1000 * rest:.2f}", flush=True)
    if options.growth:
        return 0
    figures: dict[str, Any] = {"machine": machine(), "articles": options.articles, "rates": {}}
    with tempfile.TemporaryDirectory() as folder:
        pages = Path(folder)
        words = write_pages(pages, options.articles, options.words)
        print(f"{options.articles} articles of {words / options.articles:.0f} words")
        for processes in options.processes:
            bare = encoder_rate(pages, processes)
            rate = coding_rate(pages, options.articles, processes)
            figures["rates"][processes] = {"coding": rate, "bare encoder": bare, "ratio": rate / bare}
            print(
                f"  {processes} processes: {rate:.2f} articles a second, bare encoder {bare:.2f}, ratio {rate / bare:.2f}",
                flush=True,
            )
        seconds, bare = shares(pages)
    total = sum(seconds.values())
    print(
        f"processor time of one process: {total / options.articles:.4f} s an article, bare encoder {bare / options.articles:.4f} s"
    )
    print(
        f"  ratio {bare / total:.2f}; targets: {TARGET_RATE:g} articles a second with 2 processes, ratio {TARGET_RATIO:g}"
    )
    for step, spent in sorted(seconds.items(), key=lambda row: -row[1]):
        print(f"  {step:<22}{100 * spent / total:5.1f} %  {1000 * spent / options.articles:8.1f} ms an article")
    figures |= {"seconds": dict(seconds), "bare seconds": bare}
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
