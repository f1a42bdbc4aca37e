"""What is inside a file: one page, or many records. Each reader is a generator that never raises for bad content."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from dragoman.records import RawDocument, Rejection, make_id

__all__ = ["KINDS", "LARGEST_DOCUMENT", "fields_of", "read_stream", "rejection"]

LARGEST_DOCUMENT = 16_000_000
"""Bytes: no single page, record or archive member is read beyond this."""
KINDS: dict[str, str] = {
    ".txt": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
}
"""File endings that are read, with the media type they stand for; longer endings first."""
_KEYS: dict[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "doc_id", "_id"),
    "title": ("title", "headline"),
    "text": ("text", "event_text", "body", "content", "maintext", "articleBody", "description"),
    "published": (
        "published",
        "pub_date",
        "date",
        "publication_date",
        "date_publish",
        "published_at",
        "publishedAt",
        "datePublished",
        "pubDate",
    ),
    "outlet": ("outlet", "source", "publisher", "sitename", "source_domain", "publication"),
    "authors": ("authors", "author", "byline"),
    "url": ("url", "link", "source_url"),
    "language": ("language", "lang"),
    "html": ("html",),
}
# Our names, then NGEC's (`event_text`, `pub_date`), then those of common crawls and feeds.


def shown(path: str) -> str:
    """A path as it can be stored: bytes that are no text are replaced."""
    return os.fsencode(path).decode("utf-8", "replace")


def rejection(subject: str, reason: str) -> Rejection:
    """A rejection at the step of reading."""
    subject = shown(subject)
    return Rejection(id=make_id("rj", subject, "read", reason), subject=subject, step="read", reason=reason)


def read_stream(stream: BinaryIO, path: str, ending: str | None) -> Iterator[RawDocument | Rejection]:
    """The documents in an open file; `ending` is its kind, None to look at the content."""
    kind = KINDS[ending] if ending else None
    if kind is None:
        yield from _sniffed(stream, path)
    elif kind == "application/jsonl":
        yield from _jsonl(stream, path)
    else:
        yield from _page(stream, path, kind)


def _sniffed(stream: BinaryIO, path: str) -> Iterator[RawDocument | Rejection]:
    buffered = stream if isinstance(stream, io.BufferedReader) else _buffered(stream)
    head = buffered.peek(2048)[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        yield from _jsonl(buffered, path)
    elif head[:1] == b"<":
        yield from _page(buffered, path, "text/html")
    else:
        yield from _page(buffered, path, "text/plain")


def _buffered(stream: BinaryIO) -> io.BufferedReader:
    # Anything with `readinto` can be looked ahead in; the cast says so to the type checker.
    return io.BufferedReader(cast(io.RawIOBase, stream))


def _page(stream: BinaryIO, path: str, kind: str) -> Iterator[RawDocument | Rejection]:
    data = stream.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        yield rejection(path, f"larger than {LARGEST_DOCUMENT:,} bytes, which no news page is")
    elif not data.strip():
        yield rejection(path, "the file is empty")
    else:
        yield RawDocument(path=shown(path), media_type=kind, data=data)


def _jsonl(stream: BinaryIO, path: str) -> Iterator[RawDocument | Rejection]:
    number = 0
    while True:
        line = stream.readline(LARGEST_DOCUMENT + 1)
        if not line:
            return
        number += 1
        subject = f"{path}#{number}"
        if len(line) > LARGEST_DOCUMENT:
            yield rejection(subject, f"the line is longer than {LARGEST_DOCUMENT:,} bytes")
            while line and not line.endswith(b"\n"):
                line = stream.readline(LARGEST_DOCUMENT)
            continue
        if line.strip():
            yield _record(line, subject)


def _record(line: bytes, subject: str) -> RawDocument | Rejection:
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return rejection(subject, "the line is not UTF-8")
    except RecursionError:
        return rejection(subject, "the line is nested too deeply")
    except ValueError as error:
        return rejection(subject, f"the line is not JSON: {error}")
    if not isinstance(value, dict):
        return rejection(subject, "the line is JSON, but not an object with fields")
    return document_of(value, line.strip(), subject)


def document_of(value: Mapping[str, Any], data: bytes, subject: str) -> RawDocument | Rejection:
    """The document in one record of a structured input, or why there is none."""
    fields = fields_of(value)
    html = fields.pop("html", None)
    rest = tuple(sorted(fields.items()))
    if html and not fields.get("text"):
        return RawDocument(
            path=shown(subject),
            media_type="text/html",
            data=html.encode("utf-8", "replace"),
            url=fields.get("url"),
            fields=rest,
        )
    if not fields.get("text"):
        return rejection(subject, "the record has no text (looked for: " + ", ".join(_KEYS["text"]) + ")")
    return RawDocument(
        path=shown(subject), media_type="application/json", data=data, url=fields.get("url"), fields=rest
    )


def fields_of(value: Mapping[str, Any]) -> dict[str, str]:
    """A record's fields under our names; lists are joined by `; `, and of our own exports `published` gives its EDTF.

    >>> fields_of({"event_text": "Talks.", "pub_date": "2016-04-18", "authors": ["A B", "C D"]})
    {'text': 'Talks.', 'published': '2016-04-18', 'authors': 'A B; C D'}
    """
    found = {}
    for name, keys in _KEYS.items():
        for key in keys:
            text = _plain(value.get(key))
            if text:
                found[name] = text
                break
    return found


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("edtf") or value.get("name") or value.get("uri") or ""
    if isinstance(value, list | tuple):
        return "; ".join(part for part in (_plain(item) for item in value[:50]) if part)
    if isinstance(value, bool) or value is None:
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value).encode("utf-8", "replace").decode("utf-8").strip()
