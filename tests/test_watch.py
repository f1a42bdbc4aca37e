"""Watching feeds: a real server on the loopback that misbehaves in every way we know, restarts, clocks, outages."""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from dragoman.config import Settings
from dragoman.errors import DatasetError, UsageError
from dragoman.inputs import feeds
from dragoman.records import Rejection
from dragoman.store import Writer, open_dataset
from dragoman.watch import load_states, save_states, watch
from tests.conftest import Run

TEXT = "The foreign ministers of both states met on {day} in the capital and promised to meet again before the summer."


def feed(*numbers: int) -> bytes:
    """A feed with an entry for each number."""
    items = "".join(
        f"<item><title>Talks {n}</title><link>https://news.example/{n}</link><guid>{n}</guid>"
        f"<pubDate>Mon, {n:02d} Apr 2016 14:56:00 +0000</pubDate><description>{TEXT.format(day=f'{n} April')}</description></item>"
        for n in numbers
    )
    return f"<rss version='2.0'><channel><title>Herald</title>{items}</channel></rss>".encode()


class Server:
    """An HTTP server on 127.0.0.1; `answer` is what it does next, `asked` the headers of every request."""

    def __init__(self) -> None:
        self.asked: list[dict[str, str]] = []
        self.answer: Callable[[BaseHTTPRequestHandler], None] = lambda handler: reply(handler, feed(1))
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server.asked.append({key.lower(): value for key, value in self.headers.items()})
                with suppress(OSError):  # the client went away, as it should
                    server.answer(self)
                self.close_connection = True

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.http.daemon_threads = True
        self.place = f"127.0.0.1:{self.http.server_address[1]}"
        self.url = f"http://{self.place}/feed.xml"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()


def reply(handler: BaseHTTPRequestHandler, data: bytes, status: int = 200, **headers: str) -> None:
    handler.send_response(status)
    for name, value in {"Content_Length": str(len(data)), **headers}.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(data)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    yield made
    made.http.shutdown()
    made.http.server_close()


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.time_s = 1_000_000.0
        self.slept: list[float] = []
        self.most = 10_000

    def now(self) -> float:
        return self.time_s

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.time_s += seconds
        if len(self.slept) > self.most:
            raise KeyboardInterrupt


def once(server: Server, into: Path, clock: Clock | None = None) -> list[str]:
    """One round over the server's feed; what was said."""
    said: list[str] = []
    clock = clock or Clock()
    watch(
        [server.url],
        into,
        Settings(),
        once=True,
        allow_private=True,
        say=said.append,
        now=clock.now,
        sleep=clock.sleep,
    )
    return said


def ask(server: Server, **options: Any) -> feeds.Answer:
    return feeds.fetch(feeds.FeedState(url=server.url), own=frozenset([server.place]), **options)


# --- only what is new ---------------------------------------------------------------------------------------------------


def test_only_what_is_new_is_coded_and_a_restart_goes_on(tmp_path: Path, server: Server) -> None:
    clock = Clock()
    server.answer = lambda handler: reply(
        handler, feed(1, 2), ETag='"one"', Last_Modified="Mon, 18 Apr 2016 00:00:00 GMT"
    )
    assert "2 new entries: 2 articles added" in once(server, tmp_path / "d", clock)[0]
    assert "not due for 15 minutes" in once(server, tmp_path / "d", clock)[0]
    assert len(server.asked) == 1
    clock.time_s += 901
    server.answer = lambda handler: reply(handler, b"", 304)
    assert "nothing new" in once(server, tmp_path / "d", clock)[0]
    assert server.asked[1]["if-none-match"] == '"one"'
    assert server.asked[1]["if-modified-since"] == "Mon, 18 Apr 2016 00:00:00 GMT"
    clock.time_s += 901
    server.answer = lambda handler: reply(handler, feed(2, 3), ETag='"two"')
    assert "1 new entries: 1 articles added" in once(server, tmp_path / "d", clock)[0]
    titles = {article.title for article in open_dataset(tmp_path / "d").records("articles")}
    assert titles == {"Talks 1", "Talks 2", "Talks 3"}


def test_a_lost_memory_adds_nothing_twice(tmp_path: Path, server: Server) -> None:
    once(server, tmp_path / "d")
    for damage in ("", "{", '{"feeds": [1]}', '{"feeds": [{"url": "x", "not_before_s": "soon"}]}', "[" * 100_000):
        (tmp_path / "d" / "feeds.json").write_text(damage)
        assert "1 new entries: 0 articles added, 1 known before" in once(server, tmp_path / "d")[0]


def test_what_is_remembered_is_bounded() -> None:
    state = feeds.FeedState(url="https://news.example/feed")
    for number in range(6):
        items = "".join(f"<item><guid>{'x' * 500}{number}-{n}</guid><title>t</title></item>" for n in range(5_000))
        data = f"<rss version='2.0'><channel>{items}</channel></rss>".encode()
        answer = feeds.Answer(status=200, url=state.url, data=data)

        def fetcher(_: feeds.FeedState, answer: feeds.Answer = answer) -> feeds.Answer:
            return answer

        state, _ = feeds.poll(state, now_s=number * 1e6, fetcher=fetcher)
    assert len(state.seen) == 20_000
    assert max(map(len, state.seen)) == 18


def test_states_come_back_as_they_were(tmp_path: Path) -> None:
    state = feeds.FeedState(url="https://news.example/é", etag='"1"', seen=("a", "b"), not_before_s=5.5, failures=2)
    save_states(tmp_path, {state.url: state})
    assert load_states(tmp_path) == {state.url: state}
    assert [path.name for path in tmp_path.iterdir()] == ["feeds.json"]


# --- clocks and outages -------------------------------------------------------------------------------------------------


def test_a_clock_that_was_put_back_does_not_silence_a_feed(tmp_path: Path, server: Server) -> None:
    clock = Clock()
    once(server, tmp_path / "d", clock)
    clock.time_s -= 500_000
    once(server, tmp_path / "d", clock)
    assert len(server.asked) == 2
    once(server, tmp_path / "d", clock)  # and it is asked once for that, not again and again
    assert len(server.asked) == 2


def test_an_outage_makes_it_wait_longer_and_then_it_goes_on(tmp_path: Path, server: Server) -> None:
    clock = Clock()
    said: list[str] = []
    answers = iter([500, 502, 200])

    def down_then_up(handler: BaseHTTPRequestHandler) -> None:
        status = next(answers, None)
        if status is None:
            raise OSError
        reply(handler, feed(1) if status == 200 else b"", status)
        if status == 200:
            clock.most = len(clock.slept)

    server.answer = down_then_up
    begun = clock.time_s
    with pytest.raises(KeyboardInterrupt):
        watch(
            [server.url],
            tmp_path / "d",
            Settings(),
            allow_private=True,
            say=said.append,
            now=clock.now,
            sleep=clock.sleep,
        )
    assert [line.split(": ", 1)[1][:44] for line in said] == [
        "the server answered with status 500; next tr",
        "the server answered with status 502; next tr",
        "1 new entries: 1 articles added, 0 known bef",
    ]
    assert 5_400 <= clock.time_s - begun < 5_600  # 30 minutes, then 60
    assert max(clock.slept) <= 60.0


def test_a_locked_dataset_is_waited_for(tmp_path: Path, server: Server) -> None:
    clock = Clock()
    said: list[str] = []
    server.answer = lambda handler: reply(handler, feed(*range(1, len(server.asked) + 1)))

    def say(text: str) -> None:
        said.append(text)
        if len(said) == 1:
            lock.__enter__()
        elif len(said) == 2:
            lock.__exit__(None, None, None)
        else:
            clock.most = 0

    lock = Writer(tmp_path / "d", {})
    with pytest.raises(KeyboardInterrupt):
        watch([server.url], tmp_path / "d", Settings(), allow_private=True, say=say, now=clock.now, sleep=clock.sleep)
    assert "is being written by" in said[1]
    assert "2 new entries: 2 articles added" in said[2]


def test_the_first_entries_must_be_stored(tmp_path: Path, server: Server) -> None:
    (tmp_path / "d").write_text("a file")
    with pytest.raises(DatasetError):
        once(server, tmp_path / "d")


@pytest.mark.parametrize(
    ("headers", "least_s"),
    [
        ({"Retry_After": "7200"}, 7200),
        ({"Retry_After": "Mon, 18 Apr 2016 12:00:00 GMT", "Date": "Mon, 18 Apr 2016 09:00:00 GMT"}, 10_800),
        ({"Retry_After": "99999999999999999"}, 7 * 86_400),
        ({"Retry_After": "soon"}, 1800),
        ({"Retry_After": "Mon, 99 Foo"}, 1800),
        ({"Retry_After": "-5"}, 1800),
        ({"Retry_After": "٣"}, 1800),
    ],
)
def test_retry_after_is_obeyed_within_reason(server: Server, headers: dict[str, str], least_s: float) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(429)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value.encode().decode("latin-1"))
        handler.end_headers()

    server.answer = answer
    state, _ = feeds.poll(feeds.FeedState(url=server.url), now_s=0.0, fetcher=lambda _: ask(server))
    assert state.not_before_s == least_s


def test_a_feed_that_is_gone_is_not_asked_again(tmp_path: Path, server: Server) -> None:
    server.answer = lambda handler: reply(handler, b"", 410)
    clock = Clock()
    assert "it is not asked again" in once(server, tmp_path / "d", clock)[0]
    clock.time_s += 10**7
    once(server, tmp_path / "d", clock)
    assert len(server.asked) == 1


# --- servers that misbehave ---------------------------------------------------------------------------------------------


def dribble(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.05)


def slow_head(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(200):
        handler.wfile.write(b"X")
        handler.wfile.flush()
        time.sleep(0.05)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.send_header("ETag", '"half"')
    handler.end_headers()
    handler.wfile.write(feed(1))


def packed(data: bytes) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: reply(handler, data, Content_Encoding="gzip")


@pytest.mark.parametrize(
    "answer",
    [
        dribble,
        slow_head,
        cut_off,
        lambda handler: None,
        lambda handler: handler.wfile.write(b"\x00\xff no protocol\r\n\r\n"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\n" + b"A" * 200_000),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"),
        lambda handler: handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFF\r\nab"),
        packed(gzip.compress(feed(1))[:-20]),
        packed(b"\x1f\x8b" + b"\xff" * 100),
        packed(gzip.compress(b" " * 200_000_000, 1)),
        lambda handler: reply(handler, b"", 302, Location="/feed.xml"),
        lambda handler: reply(handler, b"", 302, Location="file:///etc/passwd"),
        lambda handler: reply(handler, b"", 302, Location="ftp://127.0.0.1/"),
        lambda handler: reply(handler, b"", 302, Location="http://127.0.0.1:1/"),
        lambda handler: reply(handler, b"", 302, Location="http://10.0.0.1/"),
        lambda handler: reply(handler, b"", 302, Location="http://[::1]/"),
        lambda handler: reply(handler, b"", 302, Location="http://[broken"),
        lambda handler: reply(handler, b"", 302, Location="http://169.254.169.254/latest"),
        lambda handler: reply(handler, b"", 302),
        lambda handler: reply(handler, b"<html><body><p>Please log in to the network of this hotel.</p></body></html>"),
        lambda handler: reply(handler, b'<!DOCTYPE x [<!ENTITY a "b">]><rss version="2.0"><channel/></rss>'),
        lambda handler: reply(handler, b""),
        lambda handler: reply(handler, b"\x00" * 1000),
        lambda handler: reply(handler, b"", 206),
    ],
)
def test_a_server_that_misbehaves_is_one_failure(
    server: Server, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    server.answer = answer
    before = feeds.FeedState(url=server.url, etag='"good"', seen=("a",))
    began = time.monotonic()
    state, found = feeds.poll(before, now_s=0.0, fetcher=lambda _: ask(server, limit_s=0.5))
    assert time.monotonic() - began < 5
    assert (state.failures, state.etag, state.seen) == (1, '"good"', ("a",))
    assert [type(one) for one in found] == [Rejection]
    assert len(server.asked) <= 6


def test_a_packed_answer_and_a_redirect_are_followed(server: Server) -> None:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        if handler.path == "/feed.xml":
            reply(handler, b"", 301, Location="/neu/äöü feed?a=b c")
        else:
            reply(handler, gzip.compress(feed(1)), Content_Encoding="gzip")

    server.answer = answer
    assert ask(server).data == feed(1)


def test_a_feed_that_breaks_off_is_asked_for_as_a_whole(server: Server) -> None:
    server.answer = lambda handler: reply(handler, feed(1, 2)[:-120], ETag='"half"')
    state, found = feeds.poll(feeds.FeedState(url=server.url), now_s=0.0, fetcher=lambda _: ask(server))
    assert (state.etag, state.failures) == (None, 0)
    assert found


def test_an_empty_feed_is_no_failure(server: Server) -> None:
    server.answer = lambda handler: reply(handler, feed())
    state, found = feeds.poll(feeds.FeedState(url=server.url), now_s=0.0, fetcher=lambda _: ask(server))
    assert (state.failures, found) == (0, [])


def test_one_request_at_a_time_to_a_host(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dragoman.watch.HOST_GAP_S", 36_000.0)
    clock = Clock()
    urls = [server.url, f"http://{server.place}/other.xml", server.url]
    watch(urls, tmp_path / "d", Settings(), once=True, allow_private=True, say=print, now=clock.now, sleep=clock.sleep)
    assert len(server.asked) == 2
    assert len(clock.slept) == 1
    assert 30_000.0 < clock.slept[0] <= 36_000.0


# --- the command --------------------------------------------------------------------------------------------------------


def test_the_command_codes_a_feed(tmp_path: Path, server: Server, here: Run) -> None:
    found = here("watch", server.url, "--into", tmp_path / "d", "--once", "--private")
    assert (found.returncode, found.stdout) == (0, "")
    assert "1 articles added" in found.stderr
    assert json.loads((tmp_path / "d" / "feeds.json").read_text())["feeds"][0]["url"] == server.url
    assert here("audit", tmp_path / "d").returncode == 0


def test_a_private_address_needs_leave(tmp_path: Path, server: Server, here: Run) -> None:
    found = here("watch", server.url, "--into", tmp_path / "d", "--once")
    assert found.returncode == 0
    assert "is at a private address" in found.stderr
    assert server.asked == []


@pytest.mark.parametrize(
    "arguments",
    [["/etc/passwd"], ["file:///etc/passwd"], ["http://a:b@news.example/"], ["https://news.example/", "--every", "0"]],
)
def test_what_is_no_feed_is_a_problem_of_use(tmp_path: Path, here: Run, arguments: list[str]) -> None:
    found = here("watch", *arguments, "--into", tmp_path / "d", "--once")
    assert found.returncode == 1
    assert found.stderr.startswith("error: ")
    assert not (tmp_path / "d").exists()


def test_no_feed_at_all() -> None:
    with pytest.raises(UsageError):
        watch([], Path("d"), Settings())
