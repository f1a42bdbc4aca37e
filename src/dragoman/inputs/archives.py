"""Archives of pages: zip, WARC, and files packed with gzip. All bounded against bombs; one bad member costs one member."""

from __future__ import annotations

import gzip
import io
import os
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from dragoman.inputs.containers import (
    LARGEST_DOCUMENT,
    MOST_GROWTH,
    ending_of,
    most_unpacked,
    read_stream,
    rejection,
    shown,
)
from dragoman.records import RawDocument, Rejection

__all__ = ["read_warc", "read_zip", "unpacked"]

_MOST_OF_A_STREAM = 4_000_000_000
_MOST_MEMBERS = 1_000_000
_MOST_RESYNCS = 10_000
_MOST_PACKINGS = 3
_BLOCK = 1 << 20
_CHUNK = re.compile(rb"(?P<size>[0-9a-fA-F]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")


class _Bounded(io.RawIOBase):
    """A stream that ends with an error once it has given more than `most` bytes."""

    def __init__(self, stream: Any, most: int) -> None:
        self._stream = stream
        self._left = most

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            chunk = self._stream.read(len(buffer))
        except (zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
            raise OSError(f"the packed data are damaged: {error}") from error
        self._left -= len(chunk)
        if self._left < 0:
            raise OSError(f"it unpacks to more than {MOST_GROWTH} times its size")
        buffer[: len(chunk)] = chunk
        return len(chunk)


def unpacked(stream: BinaryIO) -> BinaryIO:
    """The content of a gzip file, ended with an error where it grows beyond all measure."""
    bounded = _Bounded(gzip.GzipFile(fileobj=stream), most_unpacked(stream) or 4 * LARGEST_DOCUMENT)
    return cast(BinaryIO, io.BufferedReader(bounded))


def read_zip(stream: BinaryIO, path: str) -> Iterator[RawDocument | Rejection]:
    """The documents in a zip file, in the order of its members; members in archives inside it are not opened."""
    try:
        archive = zipfile.ZipFile(stream)
        members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        yield rejection(path, f"the zip file cannot be opened: {error}")
        return
    if len(members) > _MOST_MEMBERS:
        yield rejection(path, f"the zip file has more than {_MOST_MEMBERS:,} members")
        return
    budget = most_unpacked(stream) or _MOST_OF_A_STREAM
    for member in members:
        subject = f"{path}!{member.filename}"
        if not member.filename:
            yield rejection(path, "a member of the zip file has no name")
            continue
        if member.is_dir() or os.path.basename(member.filename).startswith("."):
            continue
        ending = ending_of(member.filename)
        if ending is None:
            yield rejection(subject, f"files of kind {os.path.splitext(member.filename)[1]!r} are not read")
            continue
        if budget < 0:
            yield rejection(subject, f"the zip file unpacks to more than {MOST_GROWTH} times its size")
            return
        try:
            with archive.open(member) as packed:
                bounded = _Bounded(packed, max(0, budget))
                yield from read_stream(cast(BinaryIO, io.BufferedReader(bounded)), subject, ending, depth=1)
                budget = bounded._left
        except (
            zipfile.BadZipFile,
            zlib.error,
            OSError,
            RuntimeError,
            NotImplementedError,
            ValueError,
            EOFError,
        ) as error:
            yield rejection(subject, f"the member cannot be read: {error}")


def read_warc(stream: BinaryIO, path: str) -> Iterator[RawDocument | Rejection]:
    """The HTML pages in a WARC file, packed or not.

    After a damaged member the reader looks for the next one; a member that unpacks beyond measure ends the file.
    """
    seekable = stream.seekable()
    most = most_unpacked(stream)
    base, given, resyncs = 0, 0, 0
    while True:
        last = -1
        try:
            for record in _records(stream):
                last = record.stream_pos
                found, size = _page(record, path)
                given += size
                if most is not None and given > most:
                    yield rejection(path, f"the file unpacks to more than {MOST_GROWTH} times its size")
                    return
                if found is not None:
                    yield found
            return
        except (OSError, ValueError, RuntimeError, EOFError, UnicodeError, zlib.error) as error:
            yield rejection(path, f"a damaged record near byte {base + max(last, 0):,}: {str(error)[:120]}")
        resyncs += 1
        if not seekable or resyncs > _MOST_RESYNCS:
            yield rejection(path, "the rest of the file cannot be read")
            return
        found_at = _next_member(stream, base + last + 1 if last >= 0 else base + 1)
        if found_at is None:
            return
        base = found_at
        stream.seek(base)


def _records(stream: BinaryIO) -> Iterator[Any]:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    return cast(
        Iterator[Any],
        ArchiveIterator(_Offset(stream), record_types=WarcRecordType.response, parse_http=True, auto_decode="none"),
    )


class _Offset:
    """A stream as fastwarc wants it, whose positions count from where it was handed over."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._at = 0

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self._at += len(data)
        return data

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = 0) -> int:
        raise io.UnsupportedOperation("the reader goes forward only")

    def close(self) -> None:
        return None


def _next_member(stream: BinaryIO, start: int) -> int | None:
    """Where the next gzip member or plain WARC record may begin, at or after `start`."""
    stream.seek(start)
    kept = b""
    at = start
    while block := stream.read(_BLOCK):
        window = kept + block
        places = [place for mark in (b"\x1f\x8b\x08", b"WARC/1.") if (place := window.find(mark)) >= 0]
        if places:
            return at - len(kept) + min(places)
        kept = window[-8:]
        at += len(block)
    return None


def _body(data: bytes, headers: Any) -> bytes:
    """The body of an answer, put together and unpacked as its headers say; where they lie, as archives of unpacked pages do, as it is."""
    if headers is None:
        return data
    if "chunked" in (headers.get("Transfer-Encoding") or "").lower():
        data = _unchunked(data) or data
    packings = (headers.get("Content-Encoding") or "").lower().split(",")
    for packing in reversed(packings[:_MOST_PACKINGS]):
        data = _unpacked_body(packing.strip(), data)
    return data


def _unchunked(data: bytes) -> bytes:
    """What the chunks of a body hold, up to the first that is none."""
    found, at = [], 0
    while match := _CHUNK.match(data, at):
        start = match.end()
        at = start + int(match["size"], 16)
        found.append(data[start:at])
        at += 2  # the line break behind a chunk
    return b"".join(found)


def _unpacked_body(packing: str, data: bytes) -> bytes:
    """A body unpacked by one method, at most a byte more than a document may have; as it is where it is not so packed."""
    import brotli

    try:
        if packing == "br":
            return cast(bytes, brotli.Decompressor().process(data, output_buffer_limit=LARGEST_DOCUMENT + 1))
        if packing in ("gzip", "x-gzip"):
            return zlib.decompressobj(wbits=31).decompress(data, LARGEST_DOCUMENT + 1)
        if packing == "deflate":
            # With zlib's frame as the standard says, or bare as many servers send it.
            wbits = 15 if data[:1] == b"\x78" else -15
            return zlib.decompressobj(wbits=wbits).decompress(data, LARGEST_DOCUMENT + 1)
    except (zlib.error, brotli.error):
        pass
    return data


def _page(record: Any, path: str) -> tuple[RawDocument | Rejection | None, int]:
    """The page in a response record, and how many bytes were unpacked for it."""
    url = record.headers.get("WARC-Target-URI") or ""
    subject = f"{path}#{url or record.stream_pos}"
    http = record.http_headers
    kind = ((http.get("Content-Type") if http is not None else None) or record.http_content_type or "").lower()
    if http is not None and http.status_code is not None and http.status_code != 200:
        return rejection(subject, f"the server answered with status {http.status_code}"), 0
    if kind and "html" not in kind:
        return rejection(subject, f"not an HTML page: {kind[:60]}"), 0
    data = _body(record.reader.read(LARGEST_DOCUMENT + 1), http)
    if len(data) > LARGEST_DOCUMENT:
        return rejection(subject, f"larger than {LARGEST_DOCUMENT:,} bytes, which no news page is"), len(data)
    if not data.strip():
        return rejection(subject, "the page is empty"), len(data)
    charset = kind.partition("charset=")[2].split(";")[0].strip(" \"'")
    fields = (("charset", charset),) if charset else ()
    return RawDocument(path=shown(subject), media_type="text/html", data=data, url=url or None, fields=fields), len(
        data
    )
