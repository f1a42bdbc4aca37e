"""What stands before every request: the Host header, the token, forged posts, too large bodies; and the headers of every answer.

The page serves one person on one machine. A Host that is not ours means DNS rebinding; a post from another site is
refused; no script or style
runs but our own files.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qsl, urlencode

__all__ = ["Guard"]

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Any, Send], Awaitable[None]]

_MOST_BYTES = 1_000_000
_COOKIE = "dragoman-token"
_HEADERS = (
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
            b"base-uri 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    # Not no-referrer: under that policy a browser says of its own forms that they come from `null`, as from another site.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
)


class Guard:
    """ASGI middleware. `hosts` are the names that the server goes by; `token` must be shown where it is given."""

    def __init__(self, app: App, *, hosts: tuple[str, ...], token: str | None = None) -> None:
        self.app = app
        self.hosts = frozenset(host.lower() for host in hosts)
        self.token = token

    async def __call__(self, scope: Scope, receive: Any, send: Send) -> None:
        """Pass a request on, or answer it here with what is wrong."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message.get("headers", [])}
                message["headers"] = [*message.get("headers", []), *((n, v) for n, v in _HEADERS if n not in own)]
            await send(message)

        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await _answer(with_headers, *refusal)
            return
        given = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token")
        if self.token and given is not None and hmac.compare_digest(given.encode(), self.token.encode()):
            rest = [pair for pair in parse_qsl(scope["query_string"].decode("latin-1")) if pair[0] != "token"]
            address = scope["path"] + ("?" + urlencode(rest) if rest else "")
            cookie = f"{_COOKIE}={self.token}; HttpOnly; SameSite=Strict; Path=/"
            await _answer(
                with_headers,
                303,
                "the token is known; go on",
                ((b"location", address.encode()), (b"set-cookie", cookie.encode())),
            )
            return
        await self.app(scope, receive, with_headers)

    def _refusal(self, scope: Scope, headers: dict[str, str]) -> tuple[int, str] | None:
        host = headers.get("host", "").lower()
        name = host.rsplit(":", 1)[0] if not host.endswith("]") else host
        if name not in self.hosts:
            return 421, "this address is not served here; use the address that `dragoman serve` printed"
        if self.token and not self._knows(scope, headers):
            return 403, "open the address with the token that `dragoman serve` printed"
        if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            origin = headers.get("origin")
            if headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
                return 403, "posts from other sites are refused"
            if origin is not None and origin.partition("://")[2] != host:
                return 403, "posts from other sites are refused"
            length = headers.get("content-length", "")
            if not length.isascii() or not length.isdigit():
                return 411, "say how long the body is"
            if int(length[:12]) > _MOST_BYTES:
                return 413, f"at most {_MOST_BYTES} bytes are taken"
        return None

    def _knows(self, scope: Scope, headers: dict[str, str]) -> bool:
        given = dict(parse_qsl(scope["query_string"].decode("latin-1"))).get("token")
        if given is None:
            try:
                cookie = SimpleCookie(headers.get("cookie", "")).get(_COOKIE)
            except CookieError:
                cookie = None
            given = cookie.value if cookie else ""
        return hmac.compare_digest(given.encode(), (self.token or "").encode())


async def _answer(send: Send, status: int, text: str, headers: tuple[tuple[bytes, bytes], ...] = ()) -> None:
    body = text.encode()
    start = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(body)).encode()), *headers]
    await send({"type": "http.response.start", "status": status, "headers": start})
    await send({"type": "http.response.body", "body": body})
