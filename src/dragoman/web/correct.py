"""What a reviewer puts in place of what was coded: words of the article, as typed or selected, turned into spans and parties.

A field holds pieces, separated by `;`: the words, `@` and where they begin in the article, `=` and a country code. Script fills them from a
selection; typed by hand, the words alone are enough: they are taken where they stand nearest to the record.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace
from typing import Any

from dragoman.errors import UsageError
from dragoman.judgements import what_was_judged
from dragoman.records import STATUSES, Article, Event, Participant, Statement, make_id

__all__ = ["FIELDS", "Known", "correction_of", "missed_of", "pieces_of", "written"]

FIELDS = {"events": ("trigger", "actors", "recipients"), "statements": ("speaker", "content")}
"""The fields of a record that hold words of the text, by its kind."""

_PIECE = re.compile(r"(?P<words>.+?)(?:@(?P<at>\d{1,7}))?(?:=(?P<country>[A-Z]{3}))?", re.ASCII)
_MOST_PIECES = 12
_PARTIES = ("actors", "recipients", "speaker")
Known = Mapping[tuple[int, int] | str, Participant]
"""Parties of an article, by their span and by their words in lower case."""


def written(values: Iterable[Any]) -> str:
    """Parties or sources as a field of the form shows them.

    >>> written([])
    ''
    """
    pieces = []
    for value in values:
        start = value["start"] if isinstance(value, dict) else value.start
        text = value["text"] if isinstance(value, dict) else value.text
        country = value.get("country") if isinstance(value, dict) else value.country
        pieces.append(f"{text}@{start}" + (f"={country}" if country else ""))
    return "; ".join(pieces)


def pieces_of(value: str, article: Article, near: int) -> list[tuple[int, int, str | None]]:
    """The spans that a field names, in code points, each with its country code where one is given.

    Raises `UsageError` for words that are not in the article.
    """
    found = []
    for piece in [each.strip() for each in value[:4000].split(";")][:_MOST_PIECES]:
        match = _PIECE.fullmatch(piece) if piece else None
        if match is None:
            continue
        words = match["words"].strip()
        at = int(match["at"]) if match["at"] else None
        if at is None or article.text[at : at + len(words)] != words:
            places = [hit.start() for hit in re.finditer(re.escape(words), article.text)]
            if not places:
                raise UsageError(
                    f"the words “{words[:80]}” are not in the article",
                    hint="select them in the text, or copy them from it",
                )
            at = min(places, key=lambda place: abs(place - (at if at is not None else near)))
        found.append((at, at + len(words), match["country"]))
    return found


def _party(article: Article, start: int, end: int, country: str | None, known: Known) -> Participant:
    """Who stands at a span: somebody known in this article, or a new party that goes by these words."""
    text = article.text[start:end]
    found = known.get((start, end)) or known.get(text.lower())
    if found is None:
        party_id = make_id("ac", "judged", text, country)
        return Participant(
            id=party_id, name=text, country=country, sector=None, office=None, text=text, start=start, end=end, kind="organization"
        )  # fmt: skip
    found = replace(found, text=text, start=start, end=end)
    if country is not None and country != found.country:
        found = replace(found, country=country, id=make_id("ac", "judged", found.name, country))
    return found


def _words(article: Article, spans: Iterable[tuple[int, int, str | None]]) -> list[dict[str, Any]]:
    return [{"start": start, "end": end, "text": article.text[start:end]} for start, end, _ in spans]


def _plain(form: Mapping[str, str]) -> dict[str, Any]:
    from dragoman.codebook import load_codebook

    allowed = {"type": set(load_codebook().types), "status": set(STATUSES)}
    return {name: form[name] for name, values in allowed.items() if form.get(name) in values}


def correction_of(record: Event | Statement, form: Mapping[str, str], article: Article, known: Known) -> dict[str, Any]:
    """What a form says otherwise of a record, and what the record said (`was`). Raises `UsageError` for words that are not there."""
    kind = "events" if isinstance(record, Event) else "statements"
    near = min((entry.sources[0].span.start for entry in record.sources if entry.sources), default=0)
    made: dict[str, Any] = _plain(form) if kind == "events" else {}
    for name in FIELDS[kind]:
        if name not in form:
            continue
        spans = pieces_of(form[name], article, near)
        if name in _PARTIES:
            made[name] = [asdict(_party(article, *span, known)) for span in spans]
        elif spans:
            before = record.content if isinstance(record, Statement) else _sources(record, name)
            if [(piece.span.start, piece.span.end) for piece in before] != [(start, end) for start, end, _ in spans]:
                made[name] = _words(article, spans)
    return made | {"was": what_was_judged(record)}


def _sources(record: Event, name: str) -> tuple[Any, ...]:
    return next((entry.sources for entry in record.sources if entry.field == name), ())


def missed_of(form: Mapping[str, str], article: Article, known: Known) -> tuple[str, int, str, dict[str, Any]]:
    """An act that was not found: its id, where it begins, its words, and what it is. Raises `UsageError` where it has no words or type."""
    made = _plain(form)
    spans = pieces_of(form.get("trigger", ""), article, 0)
    if not spans or "type" not in made:
        raise UsageError(
            "an act needs the words that tell it, and a type", hint="select the words that say what was done"
        )
    start = spans[0][0]
    made["trigger"] = _words(article, spans[:1])
    for name in ("actors", "recipients"):
        made[name] = [asdict(_party(article, *span, known)) for span in pieces_of(form.get(name, ""), article, start)]
    made.setdefault("status", "occurred")
    return make_id("ms", article.id, made["type"], start), start, made["trigger"][0]["text"], made
