"""A coder whose tools take longer to load than a document may, and whose process is killed when it loads them for the first time."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

from dragoman.config import Settings
from dragoman.records import Coding, RawDocument, When
from tests.fault import jobs

__all__ = ["code", "ready"]

LOADS_S = 1.0


def ready(settings: Settings) -> dict[str, Any]:
    """Load the tools: death at the first try, time at the second."""
    mark = Path(os.environ["DRAGOMAN_TEST_MARKS"]) / "tried"
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)
    assert settings.max_seconds < LOADS_S
    time.sleep(LOADS_S)
    return {"coder": "hesitant"}


def code(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """Every document an article, as it stands."""
    return jobs.plain(raw, settings, published)
