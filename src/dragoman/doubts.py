"""What a person reads of persons in a terminal: close calls with both candidates, and who held which office. No facts are made here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dragoman.persons import Persons
from dragoman.records import Actor, Identity, Tenure

if TYPE_CHECKING:
    from dragoman.filters import Filter
    from dragoman.store import Dataset

__all__ = ["judged", "print_doubtful", "print_table", "print_tenures"]


def print_doubtful(dataset: Dataset, chosen: Filter, *, limit: int) -> None:
    """Close calls: both candidates, where, the score, the reason, and the id to judge by. Doubtful ones first, then what is kept apart."""
    persons = Persons.of(dataset)
    rows = [row for row in persons.doubtful() if _about(row, persons.actors, chosen.actor)]
    if not rows:
        joined = sum(row.verdict == "same" for row in persons.identities)
        print(f'no close calls; {joined} names were joined to others (`--sql "SELECT * FROM identities"` lists them)')
        return
    titles = {article.id: article.title or article.id for article in dataset.records("articles")}
    cells = []
    for row in rows[:limit]:
        where = titles.get(row.article_id, row.article_id) if row.article_id else "everywhere"
        one, other = (_label(persons.actors.get(name), name) for name in (row.actor_id, row.other_id))
        why = "; ".join(f"{reason.by}: {reason.detail}" for reason in row.why)
        cells.append((row.verdict, f"{row.score:.2f}", one, other, where[:60], why, row.id))
    print_table(("verdict", "score", "one", "other", "where", "why", "id"), cells, whole=("verdict", "score", "id"))
    print("`dragoman judge DATASET ID same` joins two of these, `apart` keeps them apart", file=sys.stderr)
    _cut(len(rows), limit)


def _about(row: Identity, actors: Mapping[str, Actor], wanted: str | None) -> bool:
    if wanted is None:
        return True
    both = [actors[name] for name in (row.actor_id, row.other_id) if name in actors]
    return any(wanted.lower() in actor.name.lower() or actor.country == wanted.upper() for actor in both)


def _label(actor: Actor | None, name: str) -> str:
    return f"{actor.name} ({actor.country or '?'}, {actor.sector or '?'})" if actor else name


def judged(dataset: Dataset, row: Identity, verdict: str) -> str:
    """What was written down, in words."""
    actors = {actor.id: actor for actor in dataset.records("actors")}
    one, other = (_label(actors.get(name), name) for name in (row.actor_id, row.other_id))
    where = f" in {row.article_id}" if row.article_id else ""
    return f"kept in {dataset.root / 'judgements.sqlite'}: {one} and {other} are {verdict}{where}"


def print_tenures(dataset: Dataset, chosen: Filter, *, limit: int) -> None:
    """Who held which office, as the articles tell it, in the order of countries, offices and time."""
    persons = Persons.of(dataset)
    rows = [row for row in persons.tenures if _held_by(row, persons.actors, chosen.actor)]
    if not rows:
        print(
            "no tenures pass these filters"
            if persons.tenures
            else "no tenures: no article tells of a person in an office"
        )
        return
    cells = []
    for row in sorted(
        rows, key=lambda r: (r.country or "~", r.office.lower(), r.start.edtf or "" if r.start else "", r.id)
    )[:limit]:
        actor = persons.actors.get(row.actor_id)
        words = row.sources[0].text if row.sources else ""
        told = "; ".join(reason.detail for reason in row.why)
        cells.append((row.country or "?", row.office, actor.name if actor else row.actor_id, told, words, row.id))
    print_table(("country", "office", "holder", "told", "words", "id"), cells, whole=("country", "id"))
    _cut(len(rows), limit)


def _held_by(row: Tenure, actors: Mapping[str, Actor], wanted: str | None) -> bool:
    actor = actors.get(row.actor_id)
    return (
        wanted is None or row.country == wanted.upper() or (actor is not None and wanted.lower() in actor.name.lower())
    )


def print_table(headings: tuple[str, ...], rows: list[tuple[Any, ...]], *, whole: tuple[str, ...]) -> None:
    """A table in the terminal, or wide and plain into a pipe; columns of `whole` are never folded."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in whole)
    for row in rows:
        table.add_row(*(Text("".join(char if char.isprintable() else " " for char in cell)) for cell in row))
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = 200  # a pipe has no edge at which to fold
    console.print(table)


def _cut(number: int, limit: int) -> None:
    if number > limit:
        print(f"{limit} of {number} rows; --limit {number} shows all", file=sys.stderr)
