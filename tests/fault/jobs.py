"""What workers do in tests in place of coding: no tools, and a fault on some documents. Functions that a worker can import."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

from dragoman.config import Settings
from dragoman.records import Coding, RawDocument, When
from tests.builders import article

__all__ = ["deadly", "deadly_slow", "flaky", "frozen", "hungry", "plain", "shouting", "slow"]


def plain(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """Every document an article, as it stands."""
    del settings  # a coder would use them
    name = hashlib.sha256(raw.data).hexdigest()[:16]
    made = article(raw.data.decode(), published=published)
    return Coding(article=replace(made, id=f"ar_{name}", path=raw.path))


def shouting(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """Another coder: the same documents, other articles."""
    return plain(replace(raw, data=raw.data.upper()), settings, published)


def slow(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """A tenth of a second each."""
    time.sleep(0.1)
    return plain(raw, settings, published)


def deadly(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """Sudden death on some documents, in three ways: an exit, the signal of the out-of-memory killer, a crash in native code."""
    for word, how in (
        (b"Finland and Peru", 0),
        (b"Peru and Chile", signal.SIGKILL),
        (b"Chile and Kenya", signal.SIGSEGV),
    ):
        if word in raw.data:
            if how:
                os.kill(os.getpid(), how)
                time.sleep(60)
            os._exit(9)
    return plain(raw, settings, published)


def deadly_slow(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """A twentieth of a second each, and death on some."""
    time.sleep(0.05)
    return deadly(raw, settings, published)


def hungry(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """Memory without end for one document, swallowed by whoever catches everything."""
    held = []
    while b"Finland and Peru" in raw.data:
        held.append(bytearray(64 * 2**20))
    return plain(raw, settings, published)


def frozen(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """A hang that no signal ends, as native code can."""
    if b"Finland and Peru" in raw.data:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
        time.sleep(600)
    return plain(raw, settings, published)


def flaky(raw: RawDocument, settings: Settings, published: When | None) -> Coding:
    """Death on the first look at every third document; the second is fine."""
    mark = Path(os.environ["DRAGOMAN_TEST_MARKS"]) / hashlib.sha256(raw.data).hexdigest()
    if int(mark.name[:4], 16) % 3 == 0 and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)
    return plain(raw, settings, published)
