"""Show sources in the page as it was published: the markup around them, their places in the decoded page.

The page is read again from where it lay (or where the user says it lies now) and is believed only where its hash is the
article's. A page is a stranger's text: nothing of it reaches the terminal but printable characters.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dragoman.clean import decoded
from dragoman.errors import InputError, UsageError
from dragoman.read import read_documents
from dragoman.reading.offsets import raw_spans
from dragoman.records import Article, RawDocument, Source
from dragoman.report import find_record, marks_of
from dragoman.store import Dataset

__all__ = ["page_of", "print_raw", "raw_lines"]

_AROUND = 80
_WIDEST = 6_000
_PLACE = re.compile(r"[#:!]")


def _visible(text: str) -> str:
    return "".join(char if char.isprintable() or char in "\n\t" else repr(char)[1:-1] for char in text)


def _files(path: str | None) -> Iterator[Path]:
    """The files that an article's path may name: itself, or the archive or list that it is a part of."""
    if not path or path.startswith("<") or "://" in path.partition("#")[0]:
        return
    yield Path(path)
    for cut in [match.start() for match in _PLACE.finditer(path)][::-1]:
        yield Path(path[:cut])


def page_of(article: Article, page: Path | None = None) -> tuple[str, str]:
    """The decoded page that an article was read from, and the name of its file.

    Raises `UsageError` for an article that came as a record and so has no page, `InputError` where the page is not found or
    is not the one that was read.
    """
    if not article.raw_runs:
        raise UsageError(
            f"article {article.id} came as a record, or its page could not be mapped",
            hint="without --raw its text is shown; `dragoman show DATASET articles --sql` tells its path",
        )
    tried: list[Path] = []
    for file in [page] if page is not None else _files(article.path):
        try:
            if not file.is_file():
                continue
        except (OSError, ValueError):
            continue
        tried.append(file)
        for found in read_documents([file]):
            if isinstance(found, RawDocument) and hashlib.sha256(found.data).hexdigest() == article.raw_sha256:
                text = decoded(found)
                if text is not None:
                    return text, found.path or str(file)
    hint = "name the file, or the archive that holds it: --page FILE"
    if tried:
        raise InputError(f"{tried[0]} does not hold the page of article {article.id} as it was read", hint=hint)
    raise InputError(f"the page of article {article.id} is not at {article.path or page}", hint=hint)


def raw_lines(article: Article, page: str, marks: Sequence[tuple[str, Source]]) -> Iterator[str]:
    """What `explain --raw` prints: the stretch of the page that holds the sources, then each source with its place there.

    >>> from dragoman.records import RawDocument
    >>> from dragoman.clean import clean
    >>> page = "<p>The ministers of both states <b>met</b> in Oslo on Monday.</p>"
    >>> article = clean(RawDocument(path="a.html", media_type="text/html", data=page.encode()))
    >>> from dragoman.records import Span
    >>> met = Source(article_id=article.id, span=Span(start=29, end=32), text="met")
    >>> list(raw_lines(article, page, [("trigger", met)]))[-1]
    '  trigger     35-38  met'
    """
    every = [span for _, found in marks for span in raw_spans(article.raw_runs, found.span.start, found.span.end)]
    if every:
        low, high = min(start for start, _ in every), max(end for _, end in every)
        shown = page[max(0, low - _AROUND) : min(high + _AROUND, low + _WIDEST)]
        yield f"characters {low}-{high} of {len(page)}:"
        yield _visible(shown).strip("\n")
        yield ""
    for field, found in marks:
        spans = raw_spans(article.raw_runs, found.span.start, found.span.end)
        if not spans:
            yield f"  {field:<11} has no counterpart in the page: {_visible(found.text)[:120]}"
            continue
        places = ", ".join(f"{start}-{end}" for start, end in spans[:8]) + (" ..." if len(spans) > 8 else "")
        text = _visible(page[spans[0][0] : min(spans[-1][1], spans[0][0] + 400)])
        yield f"  {field:<11} {places}  {text}"


def _paragraphs(article: Article) -> list[tuple[str, Source]]:
    from dragoman.records import Span

    return [
        (
            f"paragraph {number}",
            Source(article_id=article.id, span=Span(start=found.start(), end=found.end()), text=found.group()),
        )
        for number, found in enumerate(re.finditer(r"[^\n]+", article.text), 1)
    ]


def print_raw(dataset: Dataset, wanted: str, *, page: Path | None = None) -> None:
    """Print a record's sources as they stand in the page that was published; for an article, each paragraph."""
    record: Any = find_record(dataset, wanted)
    articles = {article.id: article for article in dataset.records("articles")}
    if isinstance(record, Article):
        groups = [(record, _paragraphs(record))]
    else:
        found = marks_of(record)
        own = dict.fromkeys(source.article_id for _, source in found)
        groups = [
            (articles[ident], [(field, source) for field, source in found if source.article_id == ident])
            for ident in own
            if ident in articles
        ]
    if not groups:
        raise UsageError(
            f"{type(record).__name__} {record.id} rests on no passage of a page",
            hint="events, statements, meetings and articles do",
        )
    for article, marks in groups:
        text, name = page_of(article, page)
        mapped = sum(run.length for run in article.raw_runs) / len(article.text)
        print(
            f"{type(record).__name__} {record.id} in {_visible(name)} ({mapped:.1%} of the text is mapped to the page)"
        )
        for line in raw_lines(article, text, marks):
            print(line)
