"""Coverage-guided fuzzing of cleaning, of every container reader, and of the coder (atheris, not a dependency).

    pip install atheris
    python tests/fuzz/fuzz_reading.py clean -max_total_time=1800 CORPUS
    python tests/fuzz/fuzz_reading.py .warc -max_total_time=1800 CORPUS

The first argument is `clean` (HTML and saved text), `feed`, `code` (a text through the whole pipeline, with the rules), or one of the
file endings that are read. Anything but an article, a raw document, a coding or a rejection is a finding, and so is a record that breaks
a promise; findings become cases in tests/test_read.py, tests/test_clean.py and tests/test_laws.py. `tests/fuzz/rounds.py` runs them all.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

if TYPE_CHECKING:
    from dragoman.pipeline import Tools


def clean(data: bytes) -> None:
    """A page and a saved text."""
    from dragoman import clean as cleaning
    from dragoman.records import Article, RawDocument, Rejection

    for media_type in ("text/html", "text/plain"):
        found = cleaning.clean(RawDocument(path=None, media_type=media_type, data=data))
        assert isinstance(found, Article | Rejection)


def feed(data: bytes) -> None:
    """A feed."""
    from dragoman.inputs.feeds import read_feed
    from dragoman.records import RawDocument, Rejection

    for entry in read_feed(data, "x.rss"):
        assert isinstance(entry, RawDocument | Rejection)


def container(data: bytes, ending: str) -> None:
    """A file of a kind that is read."""
    from dragoman.inputs.containers import read_stream
    from dragoman.inputs.papers import opened
    from dragoman.records import RawDocument, Rejection

    for document in read_stream(io.BytesIO(data), "x" + ending, ending):
        assert isinstance(opened(document), RawDocument | Rejection)


def code(data: bytes) -> None:
    """A text through the whole pipeline, coded by the rules: the records keep their promises."""
    from dragoman.config import Settings
    from dragoman.pipeline import code_document
    from dragoman.records import Coding, RawDocument
    from tests.test_laws import checked

    found = code_document(RawDocument(path="p", media_type="text/plain", data=data), _rules(), Settings())
    if isinstance(found, Coding):
        checked(found)


@cache
def _rules() -> Tools:
    from dragoman.coding.lexicon import LexiconCoder
    from dragoman.runner import load_tools

    tools = load_tools()
    return replace(tools, coder=LexiconCoder(tools.tagger), reader=None, stances=None)


def target_of(name: str) -> Callable[[bytes], None]:
    """What is done with each input of a target."""
    named: dict[str, Callable[[bytes], None]] = {"clean": clean, "feed": feed, "code": code}
    return named.get(name) or partial(container, ending=name)


def main() -> None:
    """Run libFuzzer on the chosen target."""
    import atheris

    name = sys.argv.pop(1)
    one = target_of(name)
    corpus = [path for given in sys.argv[1:] if Path(given).is_dir() for path in sorted(Path(given).iterdir())]
    # Steps and libraries are imported where they are first used: what the seeds need is seen by the fuzzer from its beginning.
    with atheris.instrument_imports(include=["dragoman"]):
        for path in corpus[-3:]:
            one(path.read_bytes())
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
