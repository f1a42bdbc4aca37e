"""The application and the server: put together here, with nothing of their own."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import threading
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

import dragoman
from dragoman.errors import DragomanError, UsageError
from dragoman.store import Dataset
from dragoman.web import pages
from dragoman.web.guard import Guard
from dragoman.web.index import OWN, Desk
from dragoman.web.review import review_router
from dragoman.web.routes import _json, html_page, router

__all__ = ["create_app", "serve"]

_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_SAID = {
    404: (
        "there is no such page or record in this dataset",
        "ids change when the codebook does; search for the words instead",
    ),
    405: ("this address does not take that", "see /openapi.json for what it takes"),
}


def create_app(
    dataset: Dataset,
    *,
    review: bool = False,
    reviewer: str = "reader",
    hosts: tuple[str, ...] = _LOCAL,
    token: str | None = None,
) -> FastAPI:
    """The web application over one dataset; it only reads, but for judgements with `review`.

    `hosts` are the names under which it answers; with `token`, only who shows it is let in.
    """
    app = FastAPI(
        title="Dragoman",
        version=dragoman.__version__,
        description="A dataset of Dragoman, read-only. Every page has its data at the same address with `.json`.",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"auto_configure": False},
    )
    app.state.desk = Desk(dataset, pages.prepare)
    app.state.review = review
    app.state.reviewer = reviewer
    app.include_router(router())
    if review:
        app.include_router(review_router())
    app.mount("/static", StaticFiles(directory=str(files("dragoman.web") / "static")), name="static")
    app.add_exception_handler(RequestValidationError, _not_understood)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(DragomanError, _problem)
    app.add_middleware(Guard, hosts=hosts, token=token)
    return app


def _say(request: Request, status: int, error: str, hint: str, headers: Any = None) -> Response:
    path = request.url.path
    if path.endswith(".json") or path.startswith(("/api/", "/export/")):
        answer = _json({"error": error, "hint": hint}, status)
    else:
        answer = html_page(request, "problem", {"status": status, "error": error, "hint": hint}, status=status)
    answer.headers.update(headers or {})
    return answer


def _not_understood(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if any(entry["loc"][0] == "path" for entry in error.errors()):
        return _say(request, 404, *_SAID[404])
    details = "; ".join(f"{entry['loc'][-1]}: {entry['msg']}" for entry in error.errors()[:5])
    return _say(request, 422, f"not understood: {details}", "correct it in the address or the form; see /openapi.json")


def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    said, hint = _SAID.get(error.status_code, (str(error.detail), "see /openapi.json"))
    return _say(request, error.status_code, said, hint, error.headers)


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, DragomanError)
    return _say(request, 422, str(error), error.hint)


def serve(
    dataset: Dataset, *, host: str | None, port: int, review: bool, reviewer: str, stop_after_s: float | None = None
) -> None:
    """Serve a dataset until interrupted, or for `stop_after_s` seconds.

    On 127.0.0.1; another `host` gets a token, printed with the address. Raises `UsageError` where the port is taken.
    """
    import socket

    import uvicorn

    address = host or "127.0.0.1"
    local = address in ("127.0.0.1", "localhost", "::1")
    token = None if local else secrets.token_urlsafe(18)
    try:
        opened = socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET)
    except OSError as error:
        raise UsageError(
            f"cannot listen on {address}, port {port}: {error.strerror}", hint="try --port 0, which takes a free one"
        ) from None
    port = opened.getsockname()[1]
    name = f"[{address}]" if ":" in address else address
    hosts = _LOCAL if local else (*_LOCAL, name, socket.gethostname().lower())
    app = create_app(dataset, review=review, reviewer=reviewer, hosts=hosts, token=token)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, server_header=False))
    print(f"http://{name}:{port}/" + (f"?token={token}" if token else ""), flush=True)
    print("Ctrl-C stops it", file=sys.stderr)
    if stop_after_s is not None:
        timer = threading.Timer(stop_after_s, lambda: setattr(server, "should_exit", True))
        timer.daemon = True
        timer.start()
    threading.Thread(target=_warm, daemon=True, name=f"{OWN} warming").start()
    # Told to stop by Ctrl-C or a signal, it has stopped: that is the end of the command, and none that goes on later.
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[opened])
    _leave()


def _leave() -> None:
    """Wait a little for our own threads; where one is in the middle of loading, end at once.

    It cannot be told to stop, and were Python to end beneath it, the libraries that it uses would abort the process.
    """
    mine = [thread for thread in threading.enumerate() if thread.name.startswith(OWN)]
    for thread in mine:
        thread.join(2)
    if any(thread.is_alive() for thread in mine):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _warm() -> None:
    """Load what the paste box needs while the reader looks at the first page."""
    from dragoman.runner import load_tools

    load_tools()
