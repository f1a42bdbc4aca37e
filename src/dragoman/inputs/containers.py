"""What is inside a file: one page, or many records. Each reader is a generator that never raises for bad content.

Bounds: no document is read beyond `LARGEST_DOCUMENT`; a compressed file may grow to `MOST_GROWTH` times its size; an
archive inside an archive is not opened. What breaks a bound is a `Rejection`, and the rest goes on.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, cast

from dragoman.records import RawDocument, Rejection, make_id

__all__ = [
    "KINDS",
    "LARGEST_DOCUMENT",
    "MOST_GROWTH",
    "document_of",
    "ending_of",
    "fields_of",
    "most_unpacked",
    "read_stream",
    "rejection",
    "shown",
]

LARGEST_DOCUMENT = 16_000_000
"""Bytes: no single page, record or archive member is read beyond this."""
MOST_GROWTH = 300
"""A compressed file may unpack to so many times its size (and 64 MB more); real archives of pages stay below 30."""
_SLACK = 64_000_000
_LARGEST_WHOLE = 64_000_000
_MOST_VALUES = 6_000_000
"""Values in a JSON file, counted by its commas and brackets: each takes some 60 bytes of memory, and a file of news has far fewer."""
_MOST_BARREN = 100_000
"""Records in a row without an article; a table of articles has gaps, but none that is so long."""
_MOST_DIGITS = 4_000
_MOST_FIELDS = 2_000
KINDS: dict[str, str] = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".mhtml": "multipart/related",
    ".mht": "multipart/related",
    ".eml": "message/rfc822",
    ".pdf": "application/pdf",
    ".jsonl": "application/jsonl",
    ".ndjson": "application/jsonl",
    ".json": "application/json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
    ".parquet": "application/parquet",
    ".warc": "application/warc",
    ".warc.gz": "application/warc",
    ".zip": "application/zip",
    ".rss": "application/feed",
    ".atom": "application/feed",
    ".xml": "application/feed",
    ".txt.gz": "text/plain",
    ".html.gz": "text/html",
    ".htm.gz": "text/html",
    ".jsonl.gz": "application/jsonl",
    ".ndjson.gz": "application/jsonl",
    ".csv.gz": "text/csv",
    ".tsv.gz": "text/tab-separated-values",
}
"""File endings that are read, with the media type they stand for."""
_KEYS: dict[str, tuple[str, ...]] = {
    "id": ("id", "article_id", "doc_id", "_id"),
    "title": ("title", "headline"),
    "text": ("text", "event_text", "body", "content", "maintext", "articlebody", "description"),
    "published": (
        "published",
        "pub_date",
        "date",
        "publication_date",
        "date_publish",
        "published_at",
        "publishedat",
        "datepublished",
        "pubdate",
    ),
    "outlet": ("outlet", "source", "publisher", "sitename", "source_domain", "publication"),
    "authors": ("authors", "author", "byline"),
    "url": ("url", "link", "source_url"),
    "language": ("language", "lang"),
    "html": ("html",),
}
# Our names, then NGEC's (`event_text`, `pub_date`), then those of common crawls and feeds; compared in lower case.


def shown(path: str) -> str:
    """A path as it can be stored: bytes that are no text are replaced, line breaks and controls made visible.

    >>> shown("a\\nb.txt")
    'a\\\\nb.txt'
    """
    text = os.fsencode(path).decode("utf-8", "replace")
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def rejection(subject: str, reason: str) -> Rejection:
    """A rejection at the step of reading."""
    subject, reason = shown(subject), shown(reason)
    return Rejection(id=make_id("rj", subject, "read", reason), subject=subject, step="read", reason=reason)


def most_unpacked(stream: BinaryIO) -> int | None:
    """Bytes to which a packed file may grow; None for a stream that has no size."""
    try:
        size = os.fstat(stream.fileno()).st_size
    except (OSError, AttributeError, io.UnsupportedOperation):
        return None
    return _SLACK + MOST_GROWTH * size


def ending_of(path: str) -> str | None:
    """The longest known ending of a file name, or None.

    >>> ending_of("CC-NEWS-1.warc.gz"), ending_of("photo.jpg")
    ('.warc.gz', None)
    """
    low = path.lower()
    return max((ending for ending in KINDS if low.endswith(ending)), key=len, default=None)


def read_stream(
    stream: BinaryIO, path: str, ending: str | None, *, depth: int = 0
) -> Iterator[RawDocument | Rejection]:
    """The documents in an open file; `ending` is its kind, None to look at the content. `depth` counts archives around it."""
    kind = KINDS[ending] if ending else None
    if ending and ending.endswith(".gz") and kind != "application/warc":
        from dragoman.inputs.archives import unpacked

        stream = unpacked(stream)
    try:
        yield from _by_kind(stream, path, kind, depth)
    except EOFError:
        yield rejection(path, "the file is cut off")
    except OSError as error:
        yield rejection(path, f"cannot be read: {error.strerror or error}")
    except Exception as error:  # whatever a library raises on a file made to break it: the other files are read
        yield rejection(path, f"cannot be read further: {type(error).__name__}: {str(error)[:200]}")


def _by_kind(stream: BinaryIO, path: str, kind: str | None, depth: int) -> Iterator[RawDocument | Rejection]:
    if kind is None:
        yield from _sniffed(stream, path)
    elif kind == "application/jsonl":
        yield from _fruitful(_jsonl(stream, path), path)
    elif kind == "application/json":
        yield from _fruitful(_json(stream, path), path)
    elif kind in ("text/csv", "text/tab-separated-values"):
        yield from _fruitful(_table(stream, path, "\t" if kind.endswith("values") else ","), path)
    elif kind == "application/parquet":
        yield from _fruitful(_parquet(stream, path), path)
    elif kind == "application/feed":
        from dragoman.inputs.feeds import read_feed

        yield from _whole(stream, path, lambda data: read_feed(data, path))
    elif kind in ("application/zip", "application/warc"):
        from dragoman.inputs import archives

        if depth:
            yield rejection(path, "an archive inside an archive is not opened")
        elif kind == "application/zip":
            yield from archives.read_zip(stream, path)
        else:
            yield from archives.read_warc(stream, path)
    else:
        yield from _whole(stream, path, lambda data: iter((RawDocument(path=shown(path), media_type=kind, data=data),)))


def _sniffed(stream: BinaryIO, path: str) -> Iterator[RawDocument | Rejection]:
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast(io.RawIOBase, stream))
    head = buffered.peek(2048)[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if head.startswith(b"{"):
        yield from _by_kind(buffered, path, "application/jsonl", 0)
    elif head.startswith((b"WARC/", b"\x1f\x8b")):
        yield from _by_kind(buffered, path, "application/warc", 0)
    elif head.startswith((b"PK\x03\x04", b"PAR1", b"%PDF")):
        yield rejection(path, "a zip, Parquet or PDF file is read from a file, not from standard input")
    elif re.match(rb"<\?xml[^>]*>\s*(?:<!--.*?-->\s*)?<(?:rss|feed)\b|<(?:rss|feed)\b", head, re.DOTALL):
        yield from _by_kind(buffered, path, "application/feed", 0)
    else:
        yield from _by_kind(buffered, path, "text/html" if head[:1] == b"<" else "text/plain", 0)


def _whole(stream: BinaryIO, path: str, reader: Any) -> Iterator[RawDocument | Rejection]:
    data = stream.read(LARGEST_DOCUMENT + 1)
    if len(data) > LARGEST_DOCUMENT:
        yield rejection(path, f"larger than {LARGEST_DOCUMENT:,} bytes, which no news page is")
    elif not data.strip():
        yield rejection(path, "the file is empty")
    else:
        yield from reader(data)


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


def _fruitful(found: Iterator[RawDocument | Rejection], path: str) -> Iterator[RawDocument | Rejection]:
    """The records of a file, until too many in a row hold no article: a small packed file can hold millions of empty ones."""
    barren = 0
    for each in found:
        yield each
        barren = barren + 1 if isinstance(each, Rejection) else 0
        if barren >= _MOST_BARREN:
            yield rejection(path, f"{barren:,} records in a row hold no article: the rest of the file is not read")
            return


def _number(digits: str) -> int | str:
    """A whole number of JSON; one of more digits than Python converts stays as it is written."""
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _record(line: bytes, subject: str) -> RawDocument | Rejection:
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_int=_number)
    except UnicodeDecodeError:
        return rejection(subject, "the line is not UTF-8")
    except RecursionError:
        return rejection(subject, "the line is nested too deeply")
    except ValueError as error:
        return rejection(subject, f"the line is not JSON: {error}")
    if not isinstance(value, dict):
        return rejection(subject, "the line is JSON, but not an object with fields")
    return document_of(value, line.strip(), subject)


def _json(stream: BinaryIO, path: str) -> Iterator[RawDocument | Rejection]:
    """One record, a list of records, or an object whose first list holds records ({"articles": [...]})."""
    data = stream.read(_LARGEST_WHOLE + 1)
    if len(data) > _LARGEST_WHOLE:
        yield rejection(path, f"larger than {_LARGEST_WHOLE:,} bytes: write it as .jsonl, which is read line by line")
        return
    if sum(map(data.count, (b",", b"[", b"{"))) > _MOST_VALUES:
        yield rejection(
            path, f"it holds more than {_MOST_VALUES:,} values: write it as .jsonl, which is read line by line"
        )
        return
    try:
        value = json.loads(data.decode(_unicode_of(data)), parse_int=_number)
    except (ValueError, RecursionError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        yield rejection(path, f"the file is not JSON that can be read: {reason}")
        return
    if isinstance(value, dict) and not fields_of(value).keys() & {"text", "html"}:
        value = next((part for part in value.values() if isinstance(part, list)), value)
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        subject = f"{path}#{number}" if isinstance(value, list) else path
        if isinstance(item, dict):
            yield document_of(item, json.dumps(item, ensure_ascii=False).encode("utf-8", "replace"), subject)
        else:
            yield rejection(subject, "the item is not an object with fields")


def _table(stream: BinaryIO, path: str, delimiter: str) -> Iterator[RawDocument | Rejection]:
    """Rows of a table with a header; the column of the text must have one of the names of `fields_of`."""
    csv.field_size_limit(LARGEST_DOCUMENT)
    raw = io.BufferedReader(_Lines(stream))
    lines = io.TextIOWrapper(raw, encoding=_unicode_of(raw.peek(4)), errors="replace", newline="")
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        header = [name.strip() for name in next(rows, [])][:_MOST_FIELDS]
        known = {key for keys in (_KEYS["text"], _KEYS["html"]) for key in keys}
        if not any(name.lower() in known for name in header):
            yield rejection(path, "no column holds text (looked for: " + ", ".join(_KEYS["text"]) + ")")
            return
        for number, row in enumerate(rows, 2):
            if not any(row):
                continue
            value = dict(zip(header, row, strict=False))
            yield document_of(value, repr(row).encode("utf-8", "replace"), f"{path}#{number}")
    except (csv.Error, UnicodeError) as error:
        yield rejection(path, f"the table cannot be read further: {error}")


def _unicode_of(data: bytes) -> str:
    """The form of Unicode that a byte order mark announces; UTF-8 without one. Excel writes its "Unicode text" as UTF-16."""
    if data.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    return "utf-16" if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"


class _Lines(io.RawIOBase):
    """A stream whose lines are cut at `LARGEST_DOCUMENT`, so that a file without line breaks fills no memory."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._since = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        chunk = self._stream.read(min(len(buffer), 65_536))
        at = chunk.rfind(b"\n")
        self._since = len(chunk) - at - 1 if at >= 0 else self._since + len(chunk)
        if self._since > LARGEST_DOCUMENT:
            raise OSError(f"a line is longer than {LARGEST_DOCUMENT:,} bytes")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def _parquet(stream: BinaryIO, path: str) -> Iterator[RawDocument | Rejection]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(stream)
        groups = [table.metadata.row_group(index).total_byte_size for index in range(table.metadata.num_row_groups)]
        if max(groups, default=0) > 2_000_000_000:
            yield rejection(path, "a row group is larger than 2 GB: write the file with smaller row groups")
            return
        known = {key for keys in _KEYS.values() for key in keys}
        columns = [name for name in table.schema_arrow.names if name.lower() in known]
        if not {name.lower() for name in columns} & {*_KEYS["text"], *_KEYS["html"]}:
            yield rejection(path, "no column holds text (looked for: " + ", ".join(_KEYS["text"]) + ")")
            return
        most = most_unpacked(stream)
        number = given = 0
        for batch in table.iter_batches(batch_size=128, columns=columns):
            for row in batch.to_pylist():
                number += 1
                data = json.dumps(row, default=str, ensure_ascii=False).encode("utf-8", "replace")
                given += len(data)
                if most is not None and given > most:
                    yield rejection(path, f"it unpacks to more than {MOST_GROWTH} times its size")
                    return
                yield document_of(row, data, f"{path}#{number}")
    except (pa.ArrowException, OSError, ValueError, RuntimeError, OverflowError) as error:
        yield rejection(path, f"the Parquet file cannot be read further: {str(error)[:200]}")


def document_of(value: Mapping[str, Any], data: bytes, subject: str) -> RawDocument | Rejection:
    """The document in one record of a structured input, or why there is none."""
    fields = fields_of(value)
    html = fields.pop("html", None)
    rest = tuple(sorted(fields.items()))
    url = fields.get("url")
    if html and not fields.get("text"):
        encoded = html.encode("utf-8", "replace")
        return RawDocument(path=shown(subject), media_type="text/html", data=encoded, url=url, fields=rest)
    if not fields.get("text"):
        return rejection(subject, "the record has no text (looked for: " + ", ".join(_KEYS["text"]) + ")")
    return RawDocument(path=shown(subject), media_type="application/json", data=data, url=url, fields=rest)


def fields_of(value: Mapping[str, Any]) -> dict[str, str]:
    """A record's fields under our names; lists are joined by `; `, and of our own exports `published` gives its EDTF.

    >>> fields_of({"event_text": "Talks.", "pub_date": "2016-04-18", "authors": ["A B", "C D"]})
    {'text': 'Talks.', 'published': '2016-04-18', 'authors': 'A B; C D'}
    """
    found = {}
    given = {str(key).lower(): item for key, item in list(value.items())[:_MOST_FIELDS]}
    for name, keys in _KEYS.items():
        for key in keys:
            text = _plain(given.get(key))
            if text:
                found[name] = text
                break
    return found


def _plain(value: Any, depth: int = 0) -> str:
    if isinstance(value, dict):
        value = value.get("edtf") or value.get("name") or value.get("uri") or ""
    if isinstance(value, list | tuple):
        return "; ".join(part for part in (_plain(item, depth + 1) for item in value[:50]) if part) if depth < 3 else ""
    if isinstance(value, bool) or value is None or isinstance(value, dict | bytes):
        return ""
    if hasattr(value, "isoformat"):
        return str(value.isoformat())
    return str(value).encode("utf-8", "replace").decode("utf-8").strip()
