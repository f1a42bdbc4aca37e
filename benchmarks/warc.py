"""Measures reading of a WARC file: articles a second and peak memory, beside the bare WARC reader.

    python benchmarks/warc.py DATA [--megabytes 1000]

The file is generated from the pages of DATA/html_fundus, each record packed as crawlers pack them, repeated under new addresses
until it has the size asked for (unpacked). Processor time is taken, so that other work on the machine counts little.
"""

from __future__ import annotations

import argparse
import gzip
import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import page, rows
from dragoman.clean import clean
from dragoman.read import read_documents
from dragoman.records import Article, RawDocument


def record(url: str, body: bytes, number: int) -> bytes:
    """One packed response record."""
    http = f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{number:012d}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return gzip.compress(head.encode() + http + b"\r\n\r\n", 1)


def build(path: Path, data: Path, size: int) -> tuple[int, int]:
    """Write the file; returns how many records and bytes (unpacked) it holds."""
    pages = [(row["url"], page(data, "html_fundus", row)) for row in rows(data, "html_fundus", "tune")]
    number = total = 0
    with open(path, "wb") as out:
        while total < size:
            url, body = pages[number % len(pages)]
            out.write(record(f"{url}#{number}", body, number))
            number, total = number + 1, total + len(body)
    return number, total


def main() -> None:
    """Print seconds, rates and peak memory."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--megabytes", type=int, default=1000)
    parser.add_argument("--articles", type=int, default=300, help="how many pages to clean as well")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "crawl.warc.gz"
        count, total = build(path, options.data, options.megabytes * 1_000_000)
        print(f"{count} records, {total / 1e6:.0f} MB unpacked, {path.stat().st_size / 1e6:.0f} MB packed")
        bare = _bare(path)
        print(f"bare reader:   {bare:.2f} s, {count / bare:.0f} records a second")
        began = time.process_time()
        read = sum(1 for one in read_documents([path]) if isinstance(one, RawDocument))
        spent = time.process_time() - began
        print(
            f"dragoman read: {spent:.2f} s, {read / spent:.0f} records a second, {spent / bare:.2f} times the bare reader"
        )
        began = time.process_time()
        made = 0
        for number, one in enumerate(read_documents([path])):
            if number >= options.articles:
                break
            made += isinstance(one, RawDocument) and isinstance(clean(one), Article)
        spent = time.process_time() - began
        print(f"read and clean: {made / spent:.0f} articles a second")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:.0f} MB")


def _bare(path: Path) -> float:
    from fastwarc.warc import ArchiveIterator, WarcRecordType

    began = time.process_time()
    with open(path, "rb") as stream:
        for one in ArchiveIterator(stream, record_types=WarcRecordType.response, parse_http=True, auto_decode="all"):
            one.reader.read()
    return time.process_time() - began


if __name__ == "__main__":
    main()
