"""Hostile containers: archives, tables, records, PDF and mail. `tests/fault/hostile.py` measures what they cost."""
# One case a line, however long: a table.
# fmt: off
# ruff: noqa: E501

from __future__ import annotations

import base64
import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.fault.cases import PAGE, SENTENCE, SOUND, case, written


def zipped(members: Sequence[tuple[str, bytes]], level: int = 6) -> bytes:
    """A zip file in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


# --- zip ---------------------------------------------------------------------------------------------------------------------------

written(
    "zip: paths out of it",
    ".zip",
    lambda: zipped([(name, PAGE.encode()) for name in ("/etc/passwd.html", "../../up.html", "C:\\x.html", "a\x1b[31m.html", "b\nc.html")]),
)


@case("zip: an encrypted member")
def _(folder: Path) -> None:
    data = bytearray(zipped([("a.html", PAGE.encode()), ("b.html", PAGE.encode())]))
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 6] |= 1
    data[central + 8] |= 1
    (folder / "a.zip").write_bytes(data)


@case("zip: twenty nested")
def _(folder: Path) -> None:
    data = zipped([("a.html", PAGE.encode())])
    for _depth in range(20):
        data = zipped([("inner.zip", data), ("b.html", PAGE.encode())])
    (folder / "a.zip").write_bytes(data)


@case("zip: overlapping members")
def _(folder: Path) -> None:
    """Ten thousand entries of the directory that all name one packed member of 10 MB (a quine of Fifield's kind)."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(b"a " * 5_000_000) + body.flush()
    crc = zlib.crc32(b"a " * 5_000_000)
    head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, len(packed), 10_000_000, 5, 0) + b"a.txt"
    entries = b""
    for _number in range(10_000):
        entries += struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, crc, len(packed), 10_000_000, 5, 0, 0, 0, 0, 0, 0)
        entries += b"a.txt"
    start = len(head) + len(packed)
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 10_000, 10_000, len(entries), start, 0)
    (folder / "a.zip").write_bytes(head + packed + entries + end)


@case("zip: sizes that lie")
def _(folder: Path) -> None:
    data = bytearray(zipped([("a.html", PAGE.encode()), ("b.txt", SOUND.encode())]))
    central = data.find(b"PK\x01\x02")
    data[central + 20 : central + 28] = struct.pack("<2I", 0xFFFFFFFF, 0xFFFFFFFF)  # zip64, without the field that it asks for
    (folder / "a.zip").write_bytes(data)
    data = bytearray(zipped([("a.html", PAGE.encode()), ("b.txt", SOUND.encode())]))
    central = data.find(b"PK\x01\x02")
    data[central + 42 : central + 46] = struct.pack("<I", 0x7FFFFFFF)  # a header far outside
    (folder / "b.zip").write_bytes(data)


written("zip: 100,000 empty members", ".zip", lambda: zipped([(f"{number}.html", b"") for number in range(100_000)]))
written("zip: 100,000 of a foreign kind", ".zip", lambda: zipped([(f"{number}.jpg", b"") for number in range(100_000)]))
written("zip: a name of 65,000 characters", ".zip", lambda: zipped([("d/" * 32_000 + "a.html", PAGE.encode())]))


@case("zip: packed by other methods")
def _(folder: Path) -> None:
    for name, method in (("a.zip", zipfile.ZIP_BZIP2), ("b.zip", zipfile.ZIP_LZMA)):
        with zipfile.ZipFile(folder / name, "w", method) as archive:
            archive.writestr("a.html", PAGE)
            archive.writestr("bomb.txt", b"a " * 9_000_000)


# --- gzip and WARC ------------------------------------------------------------------------------------------------------------------

written("gzip: rubbish behind", ".html.gz", gzip.compress(PAGE.encode()) + b"\0rubbish" * 1000)
written("gzip: 50,000 members of nothing", ".html.gz", gzip.compress(PAGE.encode()) + gzip.compress(b"") * 50_000)
written("gzip: a bomb", ".jsonl.gz", lambda: gzip.compress(b" " * 200_000_000))
written("gzip: cut off", ".html.gz", lambda: gzip.compress(random.Random(1).randbytes(50_000))[:20_000])
written("gzip: a bomb of lines", ".jsonl.gz", lambda: gzip.compress(b"{}\n" * 30_000_000))


def warc(body: bytes, *, kind: str = "response", length: int | None = None, url: str = "https://news.example/a") -> bytes:
    """A WARC record."""
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: {url}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(body) if length is None else length}\r\n\r\n"
    )
    return head.encode() + body + b"\r\n\r\n"


def http(data: bytes, extra: str = "") -> bytes:
    """An HTTP answer."""
    return f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n{extra}\r\n".encode() + data


HTTP = http(PAGE.encode())
written("warc: lengths that lie", ".warc", b"".join(warc(HTTP, length=n) for n in (5, 10**6, 10**18, -1)) + warc(HTTP))
written("warc: cut in a record", ".warc", warc(HTTP) + warc(http(PAGE.encode() * 50))[:4000])
written("warc: a bomb", ".warc.gz", lambda: gzip.compress(warc(http(b"<p>" + b"a " * 100_000_000))))
written("warc: a record of 100,000 headers", ".warc", lambda: warc(http(PAGE.encode(), "X-A: b\r\n" * 100_000)))
written("warc: a header of 10 MB", ".warc", lambda: warc(http(PAGE.encode(), f"X-A: {'b' * 10_000_000}\r\n")))
written("warc: 20,000 damaged members", ".warc.gz", b"\x1f\x8b\x08" * 20_000 + gzip.compress(warc(HTTP)))
written("warc: members that say nothing", ".warc", b"WARC/1.0\r\n\r\n" * 100_000 + warc(HTTP))
written(
    "warc: encodings that lie",
    ".warc",
    b"".join(
        warc(http(data, f"{header}\r\n"), url=f"https://news.example/{number}")
        for number, (header, data) in enumerate(
            (
                ("Content-Encoding: br", PAGE.encode()),
                ("Content-Encoding: deflate", PAGE.encode()),
                ("Content-Encoding: gzip", PAGE.encode()),
                ("Content-Encoding: gzip, gzip, br", gzip.compress(PAGE.encode())),
                ("Content-Encoding: \xff\x00nonsense", PAGE.encode()),
                ("Transfer-Encoding: chunked", PAGE.encode()),
                ("Transfer-Encoding: chunked", b"FFFFFFFFFFFFFFFF\r\n" + PAGE.encode() + b"\r\n0\r\n\r\n"),
                ("Transfer-Encoding: chunked", b"".join(b"1\r\n%c\r\n" % byte for byte in PAGE.encode()) + b"0\r\n\r\n"),
            )
        )
    ),
)
written("warc: revisits and no answers", ".warc", b"".join(warc(HTTP, kind=kind) for kind in ("revisit", "request", "metadata", "x\0y", "response")))
written("warc: no HTTP in a response", ".warc", warc(b"\xff\xfe\x00" * 1000) + warc(b"") + warc(b"HTTP/9.9 abc\r\n\r\nx") + warc(HTTP))
written("warc: addresses to hide behind", ".warc", warc(HTTP, url="javascript:alert(1)//\x1b[2J") + warc(HTTP, url="https://a.example/" + "a" * 1_000_000))


@case("warc: br and deflate bombs")
def _(folder: Path) -> None:
    import brotli

    plain = b"<p>" + b"a " * 60_000_000
    records = warc(http(brotli.compress(plain, quality=5), "Content-Encoding: br\r\n"), url="https://news.example/br")
    records += warc(http(zlib.compress(plain), "Content-Encoding: deflate\r\n"), url="https://news.example/deflate")
    (folder / "a.warc").write_bytes(records + warc(HTTP))


# --- tables and records -------------------------------------------------------------------------------------------------------------

written("empty files", ".html", b"")
written("json: nested 100,000 deep", ".json", b"[" * 100_000 + b"]" * 100_000)
written("json: objects nested 100,000 deep", ".json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000)
written("json: a number of a million digits", ".json", b'[{"text": ' + b"9" * 1_000_000 + b'}, {"text": "' + SENTENCE.encode() + b'"}]')
written("json: duplicate keys", ".json", b'{"text": "x", "text": "' + SENTENCE.encode() + b'", "TEXT": "y"}')
written("json: numbers that are none", ".json", b'[{"text": NaN, "date": Infinity}, {"text": -Infinity}, {"text": 1e999}]')
written("json: a million small items", ".json", lambda: b"[" + b"{}," * 1_000_000 + b"{}]")
written("json: sixty megabytes of brackets", ".json", lambda: b"[" + b"[]," * 20_000_000 + b"[]]")
written("jsonl: lone surrogates", ".jsonl", b'{"text": "\\ud800 ' + SENTENCE.encode() + b'", "title": "\\udfff\\u0000\\u001b[31m", "url": "\\ud83d"}\n')
written("jsonl: a number of 100,000 digits", ".jsonl", b'{"text": "' + SENTENCE.encode() + b'", "date": ' + b"1" * 100_000 + b"}\n")
written("jsonl: fields of the wrong kind", ".jsonl", json.dumps({"text": [[[[["deep"]]]]], "title": {"a": 1}, "date": [1, 2], "url": {"uri": {"uri": {}}}}).encode() + b"\n" + json.dumps({"text": {"name": SENTENCE}, "authors": [None, True, 1e308, {"name": "A"}]}).encode())
written("jsonl: dates from nowhere", ".jsonl", b"\n".join(json.dumps({"text": SENTENCE, "date": date}).encode() for date in ("0000-00-00", "9999-12-31T23:59:60+99:99", "-5", "1" * 5000, "2016-02-30", "\u0662\u0660\u0661\u0666", 1e20, -1)))
written("jsonl: addresses", ".jsonl", b"\n".join(json.dumps({"text": SENTENCE + str(n), "url": url}).encode() for n, url in enumerate(("javascript:alert(1)", "data:text/html,<script>alert(1)</script>", "http://[", "http://a:b@c:99999999/", "https://" + "a." * 100_000, "\n\r\thttps://x"))))
written("csv: 100,000 columns", ".csv", lambda: ",".join(["text", *(f"c{n}" for n in range(100_000))]).encode() + b"\n" + SENTENCE.replace(",", "").encode() + b",x" * 100_000 + b"\n")
written("csv: a quoted field of 100 MB", ".csv", lambda: b'title,text\nT,"' + b"a b\n" * 25_000_000 + b'"\n')
written("csv: an open quotation mark", ".csv", lambda: b'title,text\nT,"' + (SENTENCE.encode() + b"\n") * 100_000)
written("csv: NUL bytes and bare returns", ".csv", b"title,text\rT\0," + SENTENCE.encode() + b"\rU," + SENTENCE.encode() + b"\0\r")
written("csv: 300,000 rows of nothing", ".csv", lambda: b"title,text\n" + b"a,\n" * 300_000)
written("csv: UTF-16", ".csv", f"title,text\nT,{SENTENCE}\n".encode("utf-16"))
written("tsv: a row of 20 MB", ".tsv", lambda: b"title\ttext\nT\t" + b"x" * 20_000_000)


@case("parquet: odd types")
def _(folder: Path) -> None:
    import datetime as dt
    from decimal import Decimal

    import pyarrow as pa
    import pyarrow.parquet as pq

    nested: Any = pa.string()
    for _depth in range(60):
        nested = pa.list_(nested)
    columns = {
        "text": pa.array([SENTENCE]).dictionary_encode(),
        "title": pa.array([[{"name": "A", "x": [b"\xff"]}]]),
        "date": pa.array([dt.datetime(9999, 12, 31, tzinfo=dt.UTC)]),
        "author": pa.array([Decimal("1.5")]),
        "url": pa.array([b"\xff\xfe"]),
        "source": pa.array([None], pa.null()),
        "language": pa.array([None], nested),
    }
    pq.write_table(pa.table(columns), folder / "a.parquet")
    pq.write_table(pa.table({"text": pa.array([2**50, -(2**50)], pa.timestamp("ms"))}), folder / "b.parquet")
    pq.write_table(pa.table({"text": pa.array([2**30], pa.timestamp("ns"))}), folder / "c.parquet")
    pq.write_table(pa.table({"text": pa.array([b"\xff\xfe\x00bytes"])}), folder / "d.parquet")


@case("parquet: a bomb of a dictionary")
def _(folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    word = pa.array(["a " * 500_000] * 2_000)  # a kilobyte on the disk, 2 GB in memory
    pq.write_table(pa.table({"text": word.dictionary_encode()}), folder / "a.parquet", compression="zstd")


@case("parquet: damaged feet")
def _(folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": [SENTENCE] * 100, "title": ["T"] * 100}), buffer)
    data, chance = buffer.getvalue(), random.Random(1)
    for number in range(300):
        harmed = bytearray(data)
        for _time in range(1 + number % 4):
            at = chance.randrange(len(harmed) - (600 if number % 2 else 0))
            harmed[at] = chance.randrange(256)
        (folder / f"{number}.parquet").write_bytes(harmed)
    (folder / "foot.parquet").write_bytes(data[:-8] + struct.pack("<I", 0xFFFFFFF0) + b"PAR1")


@case("parquet: 50,000 columns")
def _(folder: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": [SENTENCE]} | {f"c{n}": [1] for n in range(50_000)}), folder / "a.parquet")


# --- PDF ----------------------------------------------------------------------------------------------------------------------------


def pdf(objects: Sequence[bytes], extra: bytes = b"") -> bytes:
    """A PDF of these objects, numbered from 1; the first is its root."""
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj" % number + body + b"endobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, extra, start)


ROOT = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
LEAF = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>%s>>>>"


def streamed(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object."""
    return b"<</Length %d%s>>stream\n" % (len(data), entries) + data + b"\nendstream"


written("pdf: a page tree that loops", ".pdf", pdf([ROOT, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"]))
written("pdf: a page that is its own parent", ".pdf", pdf([ROOT, b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>", b"<</Type/Page/Parent 3 0 R>>"]))
written("pdf: references that loop", ".pdf", pdf([b"2 0 R", b"1 0 R"]) + pdf([ROOT, b"3 0 R", b"2 0 R"]))
written("pdf: a count of a billion pages", ".pdf", pdf([ROOT, b"<</Type/Pages/Kids[3 0 R]/Count 1000000000>>", LEAF % b"", streamed(b"BT /F1 12 Tf (a) Tj ET"), FONT]))
written("pdf: nested arrays", ".pdf", pdf([ROOT, b"<</Type/Pages/Kids" + b"[" * 50_000 + b"]" * 50_000 + b"/Count 1>>"]))
written("pdf: a stream that unpacks to 500 MB", ".pdf", lambda: pdf([ROOT, PAGES, LEAF % b"", streamed(zlib.compress(b" " * 500_000_000), b"/Filter/FlateDecode"), FONT]))
written("pdf: a page packed twenty times", ".pdf", lambda: pdf([ROOT, PAGES, LEAF % b"", streamed(_packed(b"(a) Tj " * 1_000_000, 20), b"/Filter[" + b"/FlateDecode " * 20 + b"]"), FONT]))
written("pdf: two million operators", ".pdf", lambda: pdf([ROOT, PAGES, LEAF % b"", streamed(zlib.compress(b"BT /F1 12 Tf " + b"(a) Tj 0 -1 Td " * 1_000_000 + b"ET"), b"/Filter/FlateDecode"), FONT]))
written("pdf: 100,000 open brackets", ".pdf", pdf([ROOT, PAGES, LEAF % b"", streamed(b"BT /F1 12 Tf " + b"[" * 100_000 + b"(" * 100_000), FONT]))
written("pdf: a form that draws itself", ".pdf", pdf([ROOT, PAGES, LEAF % b"/XObject<</X 6 0 R>>", streamed(b"/X Do " * 1000), FONT, streamed(b"/X Do /X Do BT (a) Tj ET", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")]))
written("pdf: a character map of everything", ".pdf", lambda: pdf([ROOT, PAGES, LEAF % b"", streamed(b"BT /F1 12 Tf (ab) Tj ET"), b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R>>", streamed(b"begincmap " + b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange " * 50 + b"endcmap")]))
written("pdf: a table of a billion objects", ".pdf", b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\nxref\n0 1000000000\n0000000000 65535 f \ntrailer<</Size 1000000000/Root 1 0 R>>\nstartxref\n47\n%%EOF")
written("pdf: tables that point at each other", ".pdf", pdf([ROOT, PAGES, LEAF % b"", streamed(b"BT (a) Tj ET"), FONT], b"/Prev 9") + b"\nstartxref\n9\n%%EOF")
written("pdf: locked", ".pdf", pdf([ROOT, PAGES, LEAF % b"", streamed(b"BT (a) Tj ET"), FONT, b"<</Filter/Standard/V 2/R 3/Length 128/P -44/O(" + b"x" * 32 + b")/U(" + b"y" * 32 + b")>>"], b"/Encrypt 6 0 R/ID[(a)(b)]"))
written("pdf: 300 pages of one large stream", ".pdf", lambda: pdf([ROOT, b"<</Type/Pages/Kids[" + b"3 0 R " * 300 + b"]/Count 300>>", LEAF % b"", streamed(zlib.compress(b"BT /F1 12 Tf " + b"(a) Tj 0 -1 Td " * 5_000 + b"ET"), b"/Filter/FlateDecode"), FONT]))
written("pdf: fifteen megabytes of nothing", ".pdf", lambda: b"%PDF-1.4\n" + b"1 0 obj " * 1_800_000 + b"startxref\n9\n%%EOF")


def _packed(data: bytes, times: int) -> bytes:
    for _time in range(times):
        data = zlib.compress(data, 9)
    return data


# --- mail ----------------------------------------------------------------------------------------------------------------------------


def _nested_mail(depth: int) -> bytes:
    head = b"Subject: Talks\nMIME-Version: 1.0\n"
    for number in range(depth):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (number, number)
    return head + b"Content-Type: text/plain\n\n" + SENTENCE.encode()


written("eml: 10,000 nested parts", ".eml", lambda: _nested_mail(10_000))
written("eml: 200 nested parts", ".eml", lambda: _nested_mail(200))
written("eml: 100,000 parts beside each other", ".eml", lambda: b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\nContent-Type: image/png\n\nx\n" * 100_000 + b"--b\nContent-Type: text/plain\n\n" + SENTENCE.encode() + b"\n--b--\n")
written("eml: a header of 10 MB", ".eml", lambda: b"Subject: " + b"a b" * 3_300_000 + b"\nContent-Type: text/plain\n\n" + SENTENCE.encode())
written("eml: 100,000 encoded words", ".eml", lambda: b"Subject: " + b"=?utf-8?b?4oCd?= " * 100_000 + b"\nContent-Type: text/plain\n\n" + SENTENCE.encode())
written("eml: 200,000 headers", ".eml", lambda: b"X-A: b\n" * 200_000 + b"Content-Type: text/plain\n\n" + SENTENCE.encode())
written("eml: 50,000 parameters", ".eml", lambda: b"Content-Type: text/plain" + b"".join(b"; a%d=b" % n for n in range(50_000)) + b"\n\n" + SENTENCE.encode())
written("eml: charsets that are none", ".eml", b"Subject: =?x-nonsense?b?//8=?= =?rot13?q?abc?=\nDate: 99 Foo 0000 99:99:99 +9999999\nContent-Type: text/plain; charset=zip\n\n" + SENTENCE.encode())
written("eml: addresses nested in brackets", ".eml", b"From: " + b"(" * 50_000 + b"\nTo: " + b"<" * 50_000 + b"\nContent-Type: text/plain; boundary=" + b'"' * 10_001 + b"\n\n" + SENTENCE.encode())
written("mhtml: sixteen megabytes of base64", ".mhtml", lambda: b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\nContent-Type: text/html\nContent-Transfer-Encoding: base64\n\n' + base64.encodebytes(PAGE.encode() + b"<img src='data:" + b"A" * 11_000_000 + b"'>") + b"\n--B--\n")
written("mhtml: quoted-printable of equals signs", ".mhtml", lambda: b'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n--B\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n' + b"=" * 10_000_000 + b"\n--B--\n")
