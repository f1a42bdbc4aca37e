"""Small builders of records, and hypothesis strategies for any record."""

from __future__ import annotations

import datetime as dt
import types
import typing
from dataclasses import is_dataclass
from typing import Any

from hypothesis import strategies as st

from dragoman import edtf
from dragoman.records import Article, Participant, Span, When

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MOMENT = st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(2999, 1, 1), timezones=st.just(dt.UTC))


def of_type(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a record field's type."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        inner = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        return st.none() | of_type(inner)
    if typing.get_origin(hint) is tuple:
        return st.lists(of_type(typing.get_args(hint)[0]), max_size=2).map(tuple)
    if hint is Span:
        return st.builds(
            lambda start, length: Span(start=start, end=start + length), st.integers(0, 99), st.integers(1, 9)
        )
    if is_dataclass(hint):
        return record(typing.cast(type, hint))
    simple: dict[Any, st.SearchStrategy[Any]] = {
        str: TEXT,
        int: st.integers(-(2**40), 2**40),
        float: st.floats(allow_nan=False),
        bool: st.booleans(),
        dt.datetime: MOMENT,
    }
    return simple[hint]


def record(kind: type) -> st.SearchStrategy[Any]:
    """Any record of a kind."""
    hints = typing.get_type_hints(kind)
    return st.builds(kind, **{name: of_type(hint) for name, hint in hints.items()})


def article(
    text: str, *, published: When | None = None, outlet: str | None = None, title: str | None = None
) -> Article:
    """An article with that text and as little else as possible."""
    return Article(
        id="ar_test",
        text=text,
        title=title,
        outlet=outlet,
        agencies=(),
        authors=(),
        dateline=None,
        published=published or edtf.unknown(),
        updated=None,
        language="en",
        path=None,
        url=None,
        section=None,
        tags=(),
        raw_sha256="",
        raw_runs=(),
        why=(),
    )


def participant(
    text: str,
    phrase: str,
    *,
    country: str | None = None,
    sector: str | None = None,
    name: str | None = None,
    kind: str = "place",
    office: str | None = None,
    number: int = 1,
) -> Participant:
    """A participant at the `number`-th occurrence of `phrase` in `text`."""
    start = -1
    for _ in range(number):
        start = text.index(phrase, start + 1)
    return Participant(
        id=f"ac_{name or phrase}",
        name=name or phrase,
        country=country,
        sector=sector,
        office=office,
        text=phrase,
        start=start,
        end=start + len(phrase),
        kind=kind,
    )
