"""RSS and Atom: the entries of a feed as documents, and the polling of feeds on the network.

Polling is polite and distrustful: conditional requests, one request at a time to a host, `Retry-After` obeyed, addresses
checked before every connection (redirects included) so that no feed can point into a private network, sizes and times
bounded. The clock, the wait and the connection are arguments: nothing here reads the time by itself.
"""

from __future__ import annotations

import hashlib
import http.client
import io
import ipaddress
import re
import socket
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from email.utils import parsedate_to_datetime
from itertools import islice
from urllib.parse import quote, urljoin, urlsplit

from dragoman.errors import UsageError
from dragoman.inputs.containers import LARGEST_DOCUMENT, rejection, shown
from dragoman.reading.markup import parse_html, walk
from dragoman.records import RawDocument, Rejection

__all__ = ["Answer", "FeedState", "address_of", "fetch", "poll", "read_feed"]

_MOST_ENTRIES = 5_000
_MOST_SEEN = 20_000
_MOST_REDIRECTS = 5
_TIMEOUT_S = 20.0
_WHOLE_S = 60.0
_LEAST_WAIT_S = 60.0
_LONGEST_WAIT_S = 86_400.0
_LONGEST_ASKED_S = 7 * 86_400.0
_DECLARATION = re.compile(rb"<!(?:ENTITY|DOCTYPE[^>]{0,2000}\[)", re.IGNORECASE)
_EMPTY = "the file holds no entries of a feed"
_ENTRY = re.compile(rb"<(?:\w{1,20}:)?(?:item|entry)\b", re.IGNORECASE)
_WHOLE = re.compile(rb"</(?:\w{1,20}:)?(?:rss|feed|rdf)\s*>\s*(?:<!--[^>]*-->\s*)*$", re.IGNORECASE)
_AGENT = "dragoman (reads news feeds; one request at a time)"


def read_feed(
    data: bytes, path: str, *, keep: Callable[[str], bool] | None = None
) -> Iterator[RawDocument | Rejection]:
    """The entries of a feed, each as a record with title, text, date, authors, outlet and address.

    `keep` says by an entry's identity whether it is wanted. A feed that declares entities is not opened: no feed needs them, and
    bombs are made of them.

    >>> feed = b"<rss version='2.0'><channel><title>Herald</title><item><title>Talks</title>" \\
    ...     b"<description>The ministers met in Oslo.</description></item></channel></rss>"
    >>> [dict(entry.fields)["text"] for entry in read_feed(feed, "feed.xml")]
    ['The ministers met in Oslo.']
    """
    if _DECLARATION.search(data[:400_000].replace(b"\0", b"")):  # in UTF-16 too
        yield rejection(path, "the feed declares XML entities, which is not opened")
        return
    import feedparser

    entries = islice(_ENTRY.finditer(data), _MOST_ENTRIES, None)
    data = data[: next((entry.start() for entry in entries), len(data))]  # its parser takes milliseconds for each
    try:
        # As a stream: bytes that look like a path or an address would be opened or fetched.
        found = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    except Exception as error:  # feedparser hands on what its parts raise on broken markup
        yield rejection(path, f"the feed cannot be read: {type(error).__name__}")
        return
    if not found.entries:
        yield rejection(path, _EMPTY if found.get("version") else "the file is no RSS or Atom feed")
        return
    outlet = str(found.feed.get("title") or "")[:200]
    language = str(found.feed.get("language") or "")[:20]
    for number, entry in enumerate(found.entries[:_MOST_ENTRIES], 1):
        identity = str(entry.get("id") or entry.get("link") or entry.get("title") or number)
        if keep is None or keep(identity):
            yield _entry(entry, f"{path}#{number}", outlet, language)


def _entry(entry: dict[str, object], subject: str, outlet: str, language: str) -> RawDocument | Rejection:
    contents = entry.get("content")
    bodies = (
        [str(part.get("value") or "") for part in contents if isinstance(part, dict)]
        if isinstance(contents, list)
        else []
    )
    body = max([*bodies, str(entry.get("summary") or "")], key=len)[:LARGEST_DOCUMENT]
    root = parse_html(f"<html><body>{body}</body></html>") if body.strip() else None
    text = "\n".join(block.text for block in walk(root).blocks) if root is not None else ""
    if not text.strip():
        return rejection(subject, "the entry holds no text")
    stamp = entry.get("published_parsed") or entry.get("updated_parsed")
    published = ""
    if isinstance(stamp, tuple) and len(stamp) >= 5:
        published = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:00Z".format(*stamp[:5])
    link = str(entry.get("link") or "")
    fields = {
        "text": text,
        "title": _plain(str(entry.get("title") or "")),
        "published": published,
        "authors": str(entry.get("author") or "")[:300],
        "outlet": _plain(outlet),
        "language": language,
        "url": link if link.startswith(("http://", "https://")) else "",
    }
    kept = tuple(sorted((key, value) for key, value in fields.items() if value))
    return RawDocument(
        path=shown(subject),
        media_type="application/json",
        data=body.encode("utf-8", "replace"),
        url=fields["url"] or None,
        fields=kept,
    )


def _plain(text: str) -> str:
    root = parse_html(f"<html><body>{text[:2000]}</body></html>") if "<" in text or "&" in text else None
    return " ".join(block.text for block in walk(root).blocks) if root is not None else text


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What is remembered of a feed between polls. `seen` are marks of entries, oldest first; times are seconds of the caller's clock.

    `gone`: the server said that the feed is gone for good (410); it is not asked again.
    """

    url: str
    etag: str | None = None
    modified: str | None = None
    seen: tuple[str, ...] = ()
    asked_s: float = 0.0
    not_before_s: float = 0.0
    failures: int = 0
    gone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A server's answer: status, the body where there is one, the headers that matter, and the address it came from."""

    status: int
    url: str
    data: bytes = b""
    etag: str | None = None
    modified: str | None = None
    retry_after_s: float | None = None


def address_of(
    url: str, resolve: Callable[[str, int], Sequence[str]] | None = None, *, own: frozenset[str] = frozenset()
) -> tuple[str, str, int, str]:
    """(scheme, host, port, checked IP address) of a web address; UsageError where it must not be connected to.

    Only http and https, no user names, and only addresses of the public internet: every address that the name has is
    checked, and the one returned is the one to connect to, so that a second look-up cannot change it. `own` names the
    servers ("host:port") that may be at a private address, because the user named them himself.

    >>> address_of("http://news.example/feed", resolve=lambda host, port: ["10.0.0.7"])
    Traceback (most recent call last):
    dragoman.errors.UsageError: news.example is at a private address (10.0.0.7)
    """
    hint = "give the http(s) address of a public feed"
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise UsageError(f"not a web address: {url[:100]!r}", hint=hint) from error
    if parts.scheme not in ("http", "https") or not host or parts.username or parts.password:
        raise UsageError(f"not a plain http or https address: {url[:100]!r}", hint=hint)
    port = port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = list((resolve or _resolve)(host, port))
    except (OSError, UnicodeError) as error:
        raise UsageError(f"the name {host} cannot be found", hint="check the address and the network") from error
    if not addresses:
        raise UsageError(f"the name {host} has no address", hint="check the address and the network")
    for address in addresses if f"{host}:{port}" not in own else ():
        ip = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
        if not ip.is_global or ip.is_multicast or (mapped is not None and not mapped.is_global):
            raise UsageError(f"{host} is at a private address ({address})", hint=hint)
    return parts.scheme, host, port, addresses[0]


def _resolve(host: str, port: int) -> list[str]:
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class _Plain(http.client.HTTPConnection):
    """A connection to an address that was checked, under the host's own name."""

    def __init__(self, host: str, port: int, address: str) -> None:
        super().__init__(host, port, timeout=_TIMEOUT_S)
        self._address = address
        self.live: socket.socket | None = None  # http.client lets go of `sock` before the body is read

    def connect(self) -> None:
        self.live = self.sock = socket.create_connection((self._address, self.port), self.timeout)


class _Secure(_Plain):
    def connect(self) -> None:
        super().connect()
        self.live = self.sock = ssl.create_default_context().wrap_socket(self.sock, server_hostname=self.host)


def fetch(
    state: FeedState,
    *,
    resolve: Callable[[str, int], Sequence[str]] | None = None,
    own: frozenset[str] = frozenset(),
    limit_s: float = _WHOLE_S,
) -> Answer:
    """One conditional request for a feed, at most five redirects, each address checked again.

    Raises `UsageError` for an address that must not be asked, `OSError` or `HTTPException` where the network or the server
    fails: an answer that ends too early, takes more than `limit_s` seconds, or unpacks to more than a document may hold.
    """
    url = state.url
    for _ in range(_MOST_REDIRECTS + 1):
        scheme, host, port, address = address_of(url, resolve, own=own)
        connection = (_Secure if scheme == "https" else _Plain)(host, port, address)
        with _at_most(connection, limit_s):
            parts = urlsplit(url)
            # A redirect may name a path in any script: what is not ASCII is written as the net writes it.
            target = quote(
                (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe="%/?&=:;,+@!$'()*~#[]"
            )
            connection.request("GET", target, headers=_headers(state))
            answer = connection.getresponse()
            moved = answer.getheader("Location")
            if answer.status in (301, 302, 303, 307, 308) and moved:
                url = _joined(url, moved)
                continue
            return Answer(
                status=answer.status,
                url=url,
                data=_body(answer) if answer.status == 200 else b"",
                etag=answer.getheader("ETag"),
                modified=answer.getheader("Last-Modified"),
                retry_after_s=_retry_after(answer),
            )
    raise UsageError(
        f"{state.url[:100]} redirects more than {_MOST_REDIRECTS} times", hint="give the feed's final address"
    )


def _joined(url: str, moved: str) -> str:
    try:
        return urljoin(url, moved)
    except ValueError:
        raise UsageError(
            f"redirected to no web address: {moved[:100]!r}", hint="give the feed's final address"
        ) from None


@contextmanager
def _at_most(connection: _Plain, limit_s: float) -> Iterator[None]:
    """Close a connection after so many seconds: a server that sends a byte now and then never runs into a time-out."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        if connection.live is not None:
            with suppress(OSError):
                connection.live.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit_s, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
        if late.is_set():
            raise TimeoutError(f"the answer took more than {limit_s:g} s")
    except (OSError, http.client.HTTPException):
        if late.is_set():
            raise TimeoutError(f"the answer took more than {limit_s:g} s") from None
        raise
    finally:
        timer.cancel()
        connection.close()


def _headers(state: FeedState) -> dict[str, str]:
    headers = {
        "User-Agent": _AGENT,
        "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.1",
        "Accept-Encoding": "gzip",
    }
    if state.etag:
        headers["If-None-Match"] = state.etag
    if state.modified:
        headers["If-Modified-Since"] = state.modified
    return headers


def _body(answer: http.client.HTTPResponse) -> bytes:
    """The body of an answer, unpacked; one byte more than a document may hold stands for too much."""
    data = answer.read(LARGEST_DOCUMENT + 1)
    if answer.length and len(data) <= LARGEST_DOCUMENT:
        # Half a feed read as a whole one would be remembered under its tag, and the rest never be asked for.
        raise http.client.IncompleteRead(data, answer.length)
    if data[:2] != b"\x1f\x8b":
        return data
    unpack = zlib.decompressobj(wbits=31)
    try:
        found = unpack.decompress(data, LARGEST_DOCUMENT + 1)
    except zlib.error as error:
        raise http.client.HTTPException(f"the packed answer is damaged: {error}") from None
    if not unpack.eof and len(found) <= LARGEST_DOCUMENT:
        raise http.client.HTTPException("the packed answer is cut off")
    return found


def _retry_after(answer: http.client.HTTPResponse) -> float | None:
    """Seconds that the server asks to wait; a date is counted from the server's own clock."""
    wait = (answer.getheader("Retry-After") or "").strip()
    if wait.isdigit() and wait.isascii():
        return float(wait[:9])
    try:
        until, now = parsedate_to_datetime(wait), parsedate_to_datetime(answer.getheader("Date") or "")
        return max(0.0, (until - now).total_seconds())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def _mark(identity: str) -> str:
    """A short mark of an entry's identity, so that a feed with long ones does not fill the memory."""
    return hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=9).hexdigest()


def poll(
    state: FeedState, *, now_s: float, every_s: float = 900.0, fetcher: Callable[[FeedState], Answer] = fetch
) -> tuple[FeedState, list[RawDocument | Rejection]]:
    """Ask one feed once, if its time has come: what is new in it, and the state to remember.

    A feed that answers "not modified" costs one small request. Failures double the wait, up to a day; `Retry-After` is obeyed.

    >>> quiet = Answer(status=304, url="https://news.example/feed")
    >>> poll(FeedState(url="https://news.example/feed"), now_s=100.0, fetcher=lambda state: quiet)[0].not_before_s
    1000.0
    """
    # A clock that was put back says nothing about how long ago the feed was asked: it is asked again.
    if state.gone or state.asked_s <= now_s < state.not_before_s:
        return state, []
    state = replace(state, asked_s=now_s)
    every_s = max(every_s, _LEAST_WAIT_S)

    def failed(reason: str, wait_s: float | None = None) -> tuple[FeedState, list[RawDocument | Rejection]]:
        failures = min(state.failures + 1, 30)
        wait = max(min(wait_s or 0.0, _LONGEST_ASKED_S), min(every_s * 2.0**failures, _LONGEST_WAIT_S))
        return replace(state, failures=failures, not_before_s=now_s + wait), [rejection(state.url, reason)]

    try:
        answer = fetcher(state)
    except (OSError, http.client.HTTPException, UsageError) as error:
        return failed(f"the feed was not read: {error or type(error).__name__}"[:300])
    if answer.status == 304:
        return replace(state, failures=0, not_before_s=now_s + every_s), []
    if answer.status == 410:
        state = replace(state, gone=True)
    if answer.status != 200:
        return failed(f"the server answered with status {answer.status}", answer.retry_after_s)
    if len(answer.data) > LARGEST_DOCUMENT:
        return failed("the feed is larger than any feed is")
    seen = dict.fromkeys(state.seen)

    def keep(identity: str) -> bool:
        mark = _mark(identity)
        fresh = mark not in seen
        seen.pop(mark, None)  # what the feed still holds is the last to be forgotten
        seen[mark] = None
        return fresh

    found = list(read_feed(answer.data, state.url, keep=keep))
    first = found[0] if len(found) == 1 else None
    if isinstance(first, Rejection) and first.subject == shown(state.url):
        if first.reason != _EMPTY:
            # The page of a hotel's network, or of a server that is being mended: its tag is not the feed's.
            return failed(first.reason, answer.retry_after_s)
        found = []
    # A feed that breaks off is asked for again as a whole: its tag would stand for entries that never came.
    whole = _WHOLE.search(answer.data[-2000:]) is not None
    after = replace(
        state,
        etag=answer.etag if whole else None,
        modified=answer.modified if whole else None,
        seen=tuple(seen)[-_MOST_SEEN:],
        failures=0,
        not_before_s=now_s + max(every_s, min(answer.retry_after_s or 0.0, _LONGEST_ASKED_S)),
    )
    return after, found
