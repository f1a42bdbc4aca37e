"""Containers: everything that is read comes as a document, everything that is not as a rejection with its reason."""

from __future__ import annotations

import gzip
import io
import json
import os
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.clean import clean
from dragoman.errors import UsageError
from dragoman.inputs import containers, feeds, papers
from dragoman.read import read_documents
from dragoman.records import Article, RawDocument, Rejection

TEXT = "The foreign ministers of both states met in Oslo on Monday and agreed to reopen the border crossing."
HTML = (
    "<html lang='en'><head><title>Ministers meet in Oslo</title></head><body><h1>Ministers meet in Oslo</h1>"
    f"<p>{TEXT}</p><p>{TEXT.replace('Monday', 'Tuesday')}</p></body></html>"
)


def read(*inputs: str | Path, stdin: bytes | None = None) -> tuple[list[RawDocument], list[Rejection]]:
    found = list(read_documents(inputs, stdin=io.BytesIO(stdin) if stdin is not None else None))
    return [one for one in found if isinstance(one, RawDocument)], [one for one in found if isinstance(one, Rejection)]


def article(document: RawDocument) -> Article:
    found = clean(document)
    assert isinstance(found, Article), found
    return found


def response(
    url: str, body: bytes, *, status: str = "200 OK", kind: str = "text/html; charset=utf-8", extra: str = ""
) -> bytes:
    http = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\n{extra}Content-Length: {len(body)}\r\n\r\n".encode() + body
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2020-01-01T00:00:00Z\r\n"
        f"WARC-Record-ID: <urn:uuid:{len(body):08d}-0000-4000-8000-{abs(hash(url)) % 10**12:012d}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(http)}\r\n\r\n"
    )
    return head.encode() + http + b"\r\n\r\n"


def test_folder_is_read_in_the_order_of_names_and_unknown_kinds_are_rejected(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(TEXT)
    (tmp_path / "a.html").write_text(HTML)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "c.jpg").write_bytes(b"\xff\xd8")
    (tmp_path / ".hidden.txt").write_text(TEXT)
    documents, rejected = read(tmp_path)
    assert [Path(one.path or "").name for one in documents] == ["a.html", "b.txt"]
    assert [one.reason for one in rejected] == ["files of kind '.jpg' are not read"]


def test_links_that_loop_end(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    os.symlink(tmp_path, tmp_path / "loop")
    os.symlink(tmp_path / "nowhere", tmp_path / "broken.txt")
    documents, rejected = read(tmp_path)
    assert len(documents) == 1
    assert len(rejected) == 1
    assert "cannot be read" in rejected[0].reason


def test_globs_and_missing_inputs(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TEXT)
    documents, rejected = read(str(tmp_path / "*.txt"), str(tmp_path / "*.html"), tmp_path / "none.txt")
    assert len(documents) == 1
    assert [one.reason for one in rejected] == ["nothing matches the pattern", "there is no such file or folder"]


def test_a_name_with_a_line_break_is_stored_on_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a\nb.txt"
    path.write_text(TEXT)
    assert read(path)[0][0].path == str(tmp_path / "a\\nb.txt")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    assert read(tmp_path)[1][0].reason == "neither a file nor a folder"


def test_jsonl_with_broken_lines(tmp_path: Path) -> None:
    lines = [
        json.dumps(
            {
                "id": "1",
                "title": "T",
                "text": TEXT,
                "published": "2016-04-18",
                "authors": ["A B", "C D"],
                "outlet": "Herald",
            }
        ),
        "{broken",
        json.dumps({"id": "2", "event_text": TEXT, "pub_date": "2016-04-19"}),
        json.dumps({"id": "3"}),
        "[1]",
        "[" * 100_000,
    ]
    path = tmp_path / "a.jsonl"
    path.write_bytes("\n".join(lines).encode() + b"\n\xff\xfe\n")
    documents, rejected = read(path)
    assert [dict(one.fields)["published"] for one in documents] == ["2016-04-18", "2016-04-19"]
    assert [one.subject.rpartition("#")[2] for one in rejected] == ["2", "4", "5", "6", "7"]
    first = article(documents[0])
    assert (first.title, first.outlet, first.authors, first.published.edtf) == (
        "T",
        "Herald",
        ("A B", "C D"),
        "2016-04-18",
    )
    assert first.published.basis == "metadata"


def test_a_line_beyond_all_measure_is_one_rejection(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "LARGEST_DOCUMENT", 1_000)
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'{"text": "' + b"x" * 5_000 + b'"}\n' + json.dumps({"text": TEXT}).encode())
    documents, rejected = read(path)
    assert len(documents) == 1
    assert len(rejected) == 1


def test_stdin_is_looked_at() -> None:
    assert read("-", stdin=json.dumps({"text": TEXT}).encode())[0][0].media_type == "application/json"
    assert read("-", stdin=HTML.encode())[0][0].media_type == "text/html"
    assert read("-", stdin=TEXT.encode())[0][0].media_type == "text/plain"
    assert "zip" in read("-", stdin=b"PK\x03\x04xx")[1][0].reason
    assert read("-")[1][0].reason == "standard input was asked for, but there is none"


def test_json_tables_and_parquet(tmp_path: Path) -> None:
    row = {"title": "T", "text": TEXT, "date": "2016-04-18"}
    (tmp_path / "a.json").write_text(json.dumps({"articles": [row, row]}))
    (tmp_path / "b.csv").write_text(f'title,text,date\nT,"{TEXT}",2016-04-18\n')
    (tmp_path / "c.tsv").write_text(f"Title\tText\nT\t{TEXT}\n")
    pq.write_table(pa.Table.from_pylist([row]), tmp_path / "d.parquet")
    documents, rejected = read(tmp_path)
    assert len(documents) == 5
    assert not rejected
    assert {article(one).title for one in documents} == {"T"}


@pytest.mark.parametrize(
    "name", ["a.json", "a.csv", "a.parquet", "a.zip", "a.pdf", "a.eml", "a.mhtml", "a.rss", "a.warc.gz", "a.txt.gz"]
)
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 100, b"\x1f\x8b\x08rest", b"PK\x03\x04" + b"\xff" * 60, b"%PDF-1.7 broken", b"<rss><item"]
)
def test_nonsense_is_rejected_and_never_raises(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    documents, rejected = read(path)
    assert not documents or name in ("a.eml", "a.warc.gz"), documents
    if name != "a.warc.gz":
        assert documents or rejected


def test_zip_and_what_may_not_be_in_it(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("x.txt", TEXT)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("pages/a.html", HTML)
        archive.writestr("b.jsonl", json.dumps({"text": TEXT}))
        archive.writestr("inner.zip", inner.getvalue())
        archive.writestr("huge.txt", b"\0" * 20_000_000)
        archive.writestr("../../escape.txt", TEXT)
    documents, rejected = read(tmp_path / "a.zip")
    assert [(one.path or "").rpartition("!")[2] for one in documents] == [
        "pages/a.html",
        "b.jsonl#1",
        "../../escape.txt",
    ]
    assert [one.reason.partition(" ")[0] for one in rejected] == ["an", "larger"]


def test_a_member_without_a_name_is_passed_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("x.html", HTML)
        archive.writestr("b.html", HTML)
    data = (tmp_path / "a.zip").read_bytes().replace(b"x.html", b"\0.html")
    (tmp_path / "a.zip").write_bytes(data)
    documents, rejected = read(tmp_path / "a.zip")
    assert len(documents) == 1
    assert rejected[0].reason == "a member of the zip file has no name"


def test_a_zip_bomb_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "_SLACK", 1_000_000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(40):
            archive.writestr(f"{number}.txt", b"\0" * 4_000_000)
    began = time.monotonic()
    _, rejected = read(tmp_path / "a.zip")
    assert "times its size" in rejected[-1].reason
    assert time.monotonic() - began < 20


def test_warc_with_a_damaged_member_keeps_the_others(tmp_path: Path) -> None:
    members = [gzip.compress(response(f"https://news.example/{number}", HTML.encode())) for number in range(9)]
    broken = bytearray(members[4])
    broken[len(broken) // 2 : len(broken) // 2 + 20] = b"\0" * 20
    members[4] = bytes(broken)
    (tmp_path / "a.warc.gz").write_bytes(b"".join(members))
    documents, rejected = read(tmp_path / "a.warc.gz")
    assert {one.url for one in documents} >= {f"https://news.example/{number}" for number in range(9) if number != 4}
    assert rejected


def test_warc_says_why_a_record_is_no_page(tmp_path: Path) -> None:
    records = [
        response("https://news.example/a", HTML.encode()),
        response("https://news.example/b", b"gone", status="404 Not Found"),
        response("https://news.example/c", b"\x89PNG", kind="image/png"),
        response("https://news.example/d", gzip.compress(HTML.encode()), extra="Content-Encoding: gzip\r\n"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(records))
    documents, rejected = read(tmp_path / "a.warc")
    assert [one.url for one in documents] == ["https://news.example/a", "https://news.example/d"]
    assert article(documents[1]).title == "Ministers meet in Oslo"
    assert [one.reason for one in rejected] == ["the server answered with status 404", "not an HTML page: image/png"]


def test_a_bomb_in_a_warc_member_is_bounded(tmp_path: Path) -> None:
    bomb = gzip.compress(b"\0" * 60_000_000)
    packed = gzip.compress(response("https://news.example/bomb", bomb, extra="Content-Encoding: gzip\r\n"))
    (tmp_path / "a.warc.gz").write_bytes(packed + gzip.compress(response("https://news.example/a", HTML.encode())))
    documents, rejected = read(tmp_path / "a.warc.gz")
    assert any("larger than" in one.reason or "damaged" in one.reason for one in rejected)
    assert [one.url for one in documents] == ["https://news.example/a"]


def test_mail_mhtml_and_markdown(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_text(
        f"Subject: Ministers meet\nDate: Mon, 18 Apr 2016 14:56:00 +0800\nContent-Type: text/html; charset=utf-8\n\n{HTML}"
    )
    (tmp_path / "b.mhtml").write_text(
        "From: <Saved>\nSnapshot-Content-Location: https://news.example/a\nMIME-Version: 1.0\n"
        'Content-Type: multipart/related; type="text/html"; boundary="B"\n\n--B\nContent-Type: text/html\n\n'
        + HTML
        + "\n--B--\n"
    )
    (tmp_path / "c.md").write_text(
        f"---\ntitle: Ministers meet\ndate: 2016-04-18\n---\n\n# Ministers meet\n\n{TEXT} [More](http://x.example).\n"
    )
    documents, rejected = read(tmp_path)
    assert not rejected
    mail, mhtml, markdown = (article(one) for one in documents)
    assert (mail.title, mail.published.edtf) == ("Ministers meet", "2016-04-18T14:56:00+08:00")
    assert (mhtml.url, mhtml.published.edtf) == ("https://news.example/a", None)
    assert (markdown.title, markdown.published.edtf) == ("Ministers meet", "2016-04-18")
    assert "http" not in markdown.text


def one_page_pdf(lines: Sequence[str]) -> bytes:
    """A PDF of one page with a text layer."""
    shown = "".join(f"({line}) Tj 0 -14 Td " for line in lines)
    stream = f"BT /F1 12 Tf 72 700 Td {shown}ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj" % number + body + b"endobj\n"
    start = len(data)
    data += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return data + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % start


def test_pdf_text_layer(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(one_page_pdf((TEXT[:50], TEXT[50:])))
    documents, rejected = read(tmp_path / "a.pdf")
    assert not rejected
    assert article(documents[0]).text.split()[:5] == TEXT.split()[:5]


FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Herald</title><item><title>Talks &amp; tea</title>
<link>https://news.example/a</link><guid>1</guid><pubDate>Mon, 18 Apr 2016 14:56:00 +0800</pubDate>
<description>&lt;p&gt;{TEXT}&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;</description></item></channel></rss>""".encode()


def test_feed_entries_are_records(tmp_path: Path) -> None:
    (tmp_path / "a.rss").write_bytes(FEED)
    documents, _ = read(tmp_path / "a.rss")
    found = article(documents[0])
    assert (found.title, found.outlet, found.url, found.text) == (
        "Talks & tea",
        "Herald",
        "https://news.example/a",
        TEXT,
    )
    assert found.published.edtf == "2016-04-18T06:56:00Z"


@pytest.mark.parametrize(
    "bomb",
    [
        (
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
            b"<rss><channel><item><title>&b;</title></item></channel></rss>"
        ),
        (
            b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
            b'<rss version="2.0"><channel><item><title>&a;</title></item></channel></rss>'
        ),
        "<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x [<!ENTITY a 'b'>]><rss><channel><item>&a;</item></channel></rss>".encode(
            "utf-16"
        ),
    ],
)
def test_entities_in_feeds_are_refused(bomb: bytes) -> None:
    found = list(feeds.read_feed(bomb, "feed.xml"))
    assert [type(one) for one in found] == [Rejection]


def test_feed_data_are_never_taken_for_a_path(tmp_path: Path) -> None:
    secret = tmp_path / "secret.xml"
    secret.write_bytes(FEED)
    found = list(feeds.read_feed(str(secret).encode(), "feed.xml"))
    assert [type(one) for one in found] == [Rejection]


@pytest.mark.parametrize(
    ("url", "addresses"),
    [
        ("file:///etc/passwd", []),
        ("ftp://news.example/feed", []),
        ("http://user:pass@news.example/", []),
        ("http://localhost/feed", ["127.0.0.1"]),
        ("http://metadata.example/", ["169.254.169.254"]),
        ("http://mapped.example/", ["::ffff:10.0.0.1"]),
        ("http://half.example/", ["93.184.216.34", "192.168.0.1"]),
        ("http://zero.example/", ["0.0.0.0"]),
        ("http://multi.example/", ["224.0.0.1"]),
        ("http://[broken", []),
    ],
)
def test_addresses_that_are_not_the_public_net_are_refused(url: str, addresses: list[str]) -> None:
    with pytest.raises(UsageError) as error:
        feeds.address_of(url, resolve=lambda host, port: addresses)
    assert error.value.hint


def test_polling_asks_again_only_for_what_is_new() -> None:
    state = feeds.FeedState(url="https://news.example/feed")
    answer = feeds.Answer(status=200, url=state.url, data=FEED, etag='"1"', modified="Mon")
    asked: list[feeds.FeedState] = []

    def fetcher(given: feeds.FeedState) -> feeds.Answer:
        asked.append(given)
        return answer

    state, found = feeds.poll(state, now_s=0.0, fetcher=fetcher)
    assert len(found) == 1
    state, found = feeds.poll(state, now_s=10.0, fetcher=fetcher)
    assert (len(asked), found) == (1, [])
    state, found = feeds.poll(state, now_s=901.0, fetcher=fetcher)
    assert (asked[1].etag, found) == ('"1"', [])


def test_failures_wait_longer_and_retry_after_is_obeyed() -> None:
    state = feeds.FeedState(url="https://news.example/feed")
    busy = feeds.Answer(status=503, url=state.url, retry_after_s=7200.0)
    after, found = feeds.poll(state, now_s=0.0, fetcher=lambda _: busy)
    assert (after.not_before_s, after.failures) == (7200.0, 1)
    assert isinstance(found[0], Rejection)

    def down(_: feeds.FeedState) -> feeds.Answer:
        raise OSError("no route")

    again, _ = feeds.poll(after, now_s=8000.0, fetcher=down)
    assert again.not_before_s == 8000.0 + 3600.0


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(sorted(containers.KINDS)))
def test_any_bytes_in_any_container_end_quietly(data: bytes, ending: str) -> None:
    for found in containers.read_stream(io.BytesIO(data), "x" + ending, ending):
        assert isinstance(papers.opened(found), RawDocument | Rejection)


@pytest.mark.parametrize(
    "date", ["18 Apr 2016777777777777777777777 14:56:00 +0800", "18 Apr 2016 14:56:00 0" + "2" * 60]
)
def test_a_date_beyond_all_numbers_costs_a_mail_its_day_alone(tmp_path: Path, date: str) -> None:
    (tmp_path / "a.eml").write_text(f"Subject: Ministers meet\nDate: Mon, {date}\n\n{TEXT}\n")
    (found,) = read_documents([tmp_path])
    assert isinstance(found, RawDocument)
    opened_mail = papers.opened(found)
    assert isinstance(opened_mail, RawDocument)
    assert "published" not in dict(opened_mail.fields)
