"""Watch feeds: ask each when its time has come, code what is new in it, and remember where it stands.

What is remembered lies in the dataset (`feeds.json`) and is written only after the entries are stored: a watch that is killed asks
again, and the dataset knows its own articles. Hosts are asked one after the other, never two requests within `HOST_GAP_S`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, fields, replace
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dragoman.config import Settings
from dragoman.errors import DatasetError, UsageError
from dragoman.inputs.feeds import Answer, FeedState, address_of, fetch, poll
from dragoman.parts import read_json, write_json
from dragoman.records import RawDocument, Rejection
from dragoman.runner import code_inputs

__all__ = ["HOST_GAP_S", "load_states", "save_states", "watch"]

HOST_GAP_S = 2.0
"""Seconds between two requests to one host."""
_FILE = "feeds.json"
_LONGEST_SLEEP_S = 60.0
_LARGEST_STATE = 200_000_000


def load_states(into: Path) -> dict[str, FeedState]:
    """What the dataset at `into` remembers of feeds, by their addresses; nothing where nothing (or only damage) is there.

    >>> load_states(Path("no/such/dataset"))
    {}
    """
    path = into / _FILE
    try:
        if path.stat().st_size > _LARGEST_STATE:
            return {}
        return {state.url: state for state in map(_state, read_json(path, only=("feeds",))["feeds"])}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # The worst that a lost memory does is one more request a feed: the dataset knows the entries.
        return {}


def _state(row: dict[str, Any]) -> FeedState:
    known = {field.name for field in fields(FeedState)}
    state = FeedState(**{key: value for key, value in row.items() if key in known})
    times = (float(state.asked_s), float(state.not_before_s))
    return replace(state, url=str(state.url), seen=tuple(map(str, state.seen)), asked_s=times[0], not_before_s=times[1])


def save_states(into: Path, states: dict[str, FeedState]) -> None:
    """Remember feeds in the dataset at `into`, by rename: a reader sees the old file or the new one."""
    try:
        into.mkdir(parents=True, exist_ok=True)
        write_json(into / _FILE, {"feeds": [asdict(states[url]) for url in sorted(states)]})
    except OSError as error:
        raise DatasetError(
            f"cannot write {into / _FILE}: {error.strerror or error}", hint="make room there, or name another dataset"
        ) from None


def _checked(urls: Sequence[str]) -> tuple[list[str], frozenset[str]]:
    """The addresses, each once, and their servers as "host:port"; UsageError for what is no address of a feed."""
    own = set()
    for url in urls:
        # Only its form: the name may be unknown today, because the network is down.
        _, host, port, _ = address_of(url, lambda host, port: ["93.184.216.34"])
        own.add(f"{host}:{port}")
    return list(dict.fromkeys(urls)), frozenset(own)


class _Watcher:
    """The feeds of one watch, their states, and when each host was asked last."""

    def __init__(self, into: Path, settings: Settings, say: Callable[[str], None]) -> None:
        self.into, self.settings, self.say = into, settings, say
        self.states = load_states(into)
        self.stored = False

    def ask(self, url: str, now_s: float, every_s: float, fetcher: Callable[[FeedState], Answer]) -> None:
        """Ask one feed, code what is new, and then remember it."""
        before = self.states.get(url, FeedState(url=url))
        after, found = poll(before, now_s=now_s, every_s=every_s, fetcher=fetcher)
        if after.failures:
            reason = found[0].reason if found and isinstance(found[0], Rejection) else "no answer"
            self.say(
                f"{url}: {reason}; "
                + ("it is not asked again" if after.gone else f"next try in {_span(after.not_before_s - now_s)}")
            )
        elif found:
            self._code(url, found)
        else:
            self.say(f"{url}: nothing new")
        states = {**self.states, url: after}
        save_states(self.into, states)
        self.states, self.stored = states, True

    def _code(self, url: str, found: list[RawDocument | Rejection]) -> None:
        summary = code_inputs([url], self.into, self.settings, documents=found)
        self.say(
            f"{url}: {summary.seen} new entries: {summary.added} articles added, {summary.known} known before, "
            f"{summary.rejected} rejected"
        )


def _span(seconds: float) -> str:
    """A wait in words.

    >>> _span(90.0), _span(7200.0)
    ('2 minutes', '2.0 hours')
    """
    return f"{seconds / 3600:.1f} hours" if seconds >= 5400 else f"{max(1, round(seconds / 60 + 0.49))} minutes"


def watch(
    urls: Sequence[str],
    into: Path,
    settings: Settings,
    *,
    every_s: float = 900.0,
    once: bool = False,
    allow_private: bool = False,
    say: Callable[[str], None] = print,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
    fetcher: Callable[[FeedState], Answer] | None = None,
) -> None:
    """Poll feeds into the dataset at `into` until interrupted; with `once`, ask each feed that is due and return.

    `allow_private` lets the named servers be at private addresses; where they redirect to is checked all the same. A network that
    fails makes a feed wait longer and is told through `say`. Raises `UsageError` for an address that is none, `DatasetError`
    where the very first entries cannot be stored; later the same entries are asked for again.
    """
    addresses, own = _checked(urls)
    if not addresses:
        raise UsageError("no feed was named", hint="give the addresses of RSS or Atom feeds")
    if not (into / "manifest.json").exists():
        # An empty dataset: what cannot be written into shows before the network is asked.
        code_inputs(addresses, into, settings, documents=())
    watcher = _Watcher(into, settings, say)
    ask = fetcher or partial(fetch, own=own if allow_private else frozenset())
    asked_hosts: dict[str, float] = {}

    def politely(state: FeedState) -> Answer:
        host = urlsplit(state.url).hostname or ""
        wait = asked_hosts.get(host, -HOST_GAP_S) + HOST_GAP_S - time.monotonic()
        if host in asked_hosts and wait > 0:
            sleep(min(wait, HOST_GAP_S))
        try:
            return ask(state)
        finally:
            asked_hosts[host] = time.monotonic()

    while True:
        for url in addresses:
            state = watcher.states.get(url)
            if state is not None and (state.gone or state.asked_s <= now() < state.not_before_s):
                if once:
                    say(f"{url}: " + ("gone" if state.gone else f"not due for {_span(state.not_before_s - now())}"))
                continue
            try:
                watcher.ask(url, now(), every_s, politely)
            except DatasetError as error:
                if once or not watcher.stored:
                    raise
                # Another run writes into the dataset, or the disk is full: nothing is forgotten, it is asked again later.
                say(f"{url}: {error}; next try in {_span(every_s)}")
                before = watcher.states.get(url, FeedState(url=url))
                watcher.states[url] = replace(before, asked_s=now(), not_before_s=now() + every_s)
        states = [watcher.states[url] for url in addresses]
        if once or all(state.gone for state in states):
            return
        wait_s = min(state.not_before_s for state in states if not state.gone) - now()
        # Short sleeps: a clock that is put forward, or a machine that slept, is noticed within a minute.
        sleep(min(max(wait_s, 1.0), _LONGEST_SLEEP_S))
