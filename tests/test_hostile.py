"""Files made to break a reader: each ends as articles or as rejections with reasons, and the sound page beside it is read.

Here they are read and cleaned; `python -m tests.fault.hostile` codes them too, and measures time and memory of each.
"""

from __future__ import annotations

import gzip
import json
import time
import zlib
from pathlib import Path

import pytest

from dragoman.clean import clean
from dragoman.inputs import containers
from dragoman.inputs.archives import read_warc
from dragoman.read import read_documents
from dragoman.records import Article, RawDocument, Rejection
from tests.fault.cases import PAGE, SENTENCE, SOUND
from tests.fault.hostile import CASES, laid
from tests.fault.hostile_containers import http, warc

# Seconds each, in the making or in the reading: for the command.
_SLOW = (
    "zip: 100,000", "zip: over", "gzip: a bomb", "warc: br", "warc: a bomb", "json: a million", "csv: a quoted", "csv: an open",
    "csv: 300,000", "parquet: a bomb", "parquet: 50,000", "pdf: two million", "pdf: 300", "pdf: a stream", "eml: 10", "eml: addresses",
    "rss: 100,000", "rss: an item", "rss: nested", "atom", "txt: 15", "txt: lines", "txt: random", "html: 2", "html: 3",
    "html: 100,000 m", "html: 100,000 t", "html: 50,000", "html: nested", "html: tables", "html: form", "html: mis", "html: svg",
    "md", "files: twenty",
)  # fmt: skip


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith(_SLOW)])
def test_a_hostile_file_ends_in_time_and_harms_no_other(name: str, tmp_path: Path) -> None:
    folder = laid(name, tmp_path / "in")
    began = time.process_time()
    sound = False
    for found in read_documents([folder]):
        made = clean(found) if isinstance(found, RawDocument) else found
        assert isinstance(made, Article | Rejection)
        shown = f"{made.subject} {made.reason}" if isinstance(made, Rejection) else f"{made.path}"
        assert shown.isprintable()
        sound = sound or (isinstance(made, Article) and shown.endswith("zz-sound.txt"))
    assert sound
    assert time.process_time() - began < 10


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ("Content-Encoding: br", PAGE.encode()),
        ("Content-Encoding: deflate", PAGE.encode()),
        ("Content-Encoding: gzip", PAGE.encode()),
        ("Content-Encoding: deflate", zlib.compress(PAGE.encode())),
        ("Content-Encoding: deflate", zlib.compress(PAGE.encode(), wbits=-15)),
        ("Content-Encoding: gzip, deflate", zlib.compress(gzip.compress(PAGE.encode()))),
        ("Transfer-Encoding: chunked", PAGE.encode()),
        ("Transfer-Encoding: chunked", b"5;x=1\r\n" + PAGE.encode()[:5] + b"\r\nFFF\r\n" + PAGE.encode()[5:]),
        ("Transfer-Encoding: chunked", b"".join(b"1\r\n%c\r\n" % byte for byte in PAGE.encode()) + b"0\r\n\r\n"),
    ],
)
def test_a_page_in_an_archive_is_unpacked_as_it_is_packed(tmp_path: Path, headers: str, body: bytes) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(warc(http(body, f"{headers}\r\n")))
    with path.open("rb") as stream:
        (found,) = read_warc(stream, str(path))
    assert isinstance(found, RawDocument)
    assert found.data == PAGE.encode()


def test_a_file_of_nothing_but_empty_records_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "_MOST_BARREN", 50)
    full = json.dumps({"text": SENTENCE})
    (tmp_path / "a.jsonl").write_text("\n".join(["{}"] * 49 + [full] + ["{}"] * 60 + [full]))
    found = list(read_documents([tmp_path / "a.jsonl"]))
    assert sum(isinstance(each, RawDocument) for each in found) == 1
    assert isinstance(found[-1], Rejection)
    assert found[-1].reason == "50 records in a row hold no article: the rest of the file is not read"


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_tables_and_records_in_any_unicode(tmp_path: Path, codec: str) -> None:
    (tmp_path / "a.tsv").write_bytes(f"title\ttext\nT\t{SENTENCE}\n".encode(codec))
    (tmp_path / "b.json").write_bytes(json.dumps([{"text": SOUND}]).encode(codec))
    assert [type(each) for each in read_documents([tmp_path])] == [RawDocument, RawDocument]


def test_a_fault_of_a_library_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OverflowError("a date\nout of range")

    monkeypatch.setattr(containers, "fields_of", broken)
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": SENTENCE}))
    (tmp_path / "b.txt").write_text(SOUND)
    first, second = read_documents([tmp_path])
    assert isinstance(first, Rejection)
    assert first.reason == "cannot be read further: OverflowError: a date\\nout of range"
    assert isinstance(second, RawDocument)
