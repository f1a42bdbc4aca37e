"""The page: look at a dataset, check it, correct it, take it away. `create_app` makes the application, `serve` runs it.

Nothing heavy is imported until one of them is called.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from dragoman.store import Dataset

__all__ = ["create_app", "serve"]


def create_app(
    dataset: Dataset,
    *,
    review: bool = False,
    reviewer: str = "reader",
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]"),
    token: str | None = None,
) -> FastAPI:
    """The web application over one dataset: read-only, but for judgements with `review`.

    `hosts` are the names under which it answers; with `token`, only who shows it is let in.
    """
    from dragoman.web.server import create_app as make

    return make(dataset, review=review, reviewer=reviewer, hosts=hosts, token=token)


def serve(
    dataset: Dataset,
    *,
    host: str | None = None,
    port: int = 8040,
    review: bool = False,
    reviewer: str = "reader",
    stop_after_s: float | None = None,
) -> None:
    """Serve a dataset until interrupted, or for `stop_after_s` seconds; on 127.0.0.1 unless `host` says otherwise.

    Raises `UsageError` where the port is taken.
    """
    from dragoman.web.server import serve as run

    run(dataset, host=host, port=port, review=review, reviewer=reviewer, stop_after_s=stop_after_s)
