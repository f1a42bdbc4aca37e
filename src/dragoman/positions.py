"""Positions: who takes which stance on an issue, when; a matrix of speaker and time whose cells open to their statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from dragoman.filters import Filter
from dragoman.persons import Persons
from dragoman.records import Statement
from dragoman.store import Dataset

__all__ = ["Cell", "Positions", "positions_of", "print_positions"]

_SIGNS = {"support": "+", "oppose": "−", "mixed": "±"}
_FORMATS = ("%Y-%m-%d", "%Y-%m", "%Y")
_MOST_COLUMNS = 12
_MOST_WORDS = 100
"""Characters of a statement that its line shows, whole words."""
UNDATED = "undated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one speaker said in one period."""

    statements: tuple[Statement, ...]

    def label(self) -> str:
        """Support, opposition, mixed and neutral counted: "+2 −1 ·3"."""
        counts: dict[str, int] = {}
        for statement in self.statements:
            sign = _SIGNS.get(statement.stance or "", "·")
            counts[sign] = counts.get(sign, 0) + 1
        return " ".join(f"{sign}{counts[sign]}" for sign in ("+", "−", "±", "·") if sign in counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """The matrix: speakers by how much they said, periods in order, cells where something was said."""

    speakers: tuple[str, ...]
    periods: tuple[str, ...]
    cells: Mapping[tuple[str, str], Cell]


def positions_of(statements: Sequence[Statement], published: Mapping[str, datetime | None]) -> Positions:
    """The matrix of these statements by speaker and by day, month or year, whichever gives at most twelve columns.

    `published` gives the day of an article by its id, for statements whose own time is not told; a statement without either stands
    under "undated". Statements without a speaker are left out.

    >>> positions_of((), {}).speakers
    ()
    """
    dated = [(row, row.when.start or published.get(row.article_id)) for row in statements if row.speaker is not None]
    days = [day for _, day in dated if day is not None]
    form = next((form for form in _FORMATS if len({day.strftime(form) for day in days}) <= _MOST_COLUMNS), _FORMATS[-1])
    found: dict[tuple[str, str], list[Statement]] = {}
    totals: dict[str, int] = {}
    for row, day in dated:
        name = row.speaker.name if row.speaker else ""
        found.setdefault((name, day.strftime(form) if day else UNDATED), []).append(row)
        totals[name] = totals.get(name, 0) + 1
    periods = sorted({period for _, period in found}, key=lambda period: (period == UNDATED, period))
    return Positions(
        speakers=tuple(sorted(totals, key=lambda name: (-totals[name], name))),
        periods=tuple(periods),
        cells={
            key: Cell(statements=tuple(sorted(rows, key=lambda row: (row.article_id, row.content[0].span.start))))
            for key, rows in found.items()
        },
    )


def print_positions(dataset: Dataset, chosen: Filter, *, limit: int) -> None:
    """The matrix, then each cell opened: its statements with stance, words and id. At most `limit` speakers."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    every = Persons.of(dataset).records("statements", dataset.records("statements"))
    rows = [row for row in every if chosen.accepts(row)]
    made = positions_of(rows, {article.id: article.published.start for article in dataset.records("articles")})
    if not made.speakers:
        held = sorted({issue for row in every for issue in row.issues})
        print(f"no statements pass these filters; issues in this dataset: {', '.join(held) or 'none'}")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("speaker", overflow="fold")
    for period in made.periods:
        table.add_column(period, no_wrap=True)
    for name in made.speakers[:limit]:
        cells = [made.cells.get((name, period)) for period in made.periods]
        table.add_row(Text(_line(name)), *(Text(cell.label() if cell else "") for cell in cells))
    console = Console(highlight=False, soft_wrap=False)
    if not console.is_terminal:
        console.width = 200  # a pipe has no edge at which to fold
    console.print(table)
    print("\n+ support  − oppose  ± mixed  · neutral; `dragoman explain DATASET ID` opens a statement\n")
    for name in made.speakers[:limit]:
        for period in made.periods:
            for row in made.cells[name, period].statements if (name, period) in made.cells else ():
                words = _line(" … ".join(piece.text for piece in row.content))
                print(f"{_line(name)}  {period}  {_SIGNS.get(row.stance or '', '·')}  {_begun(words)}  {row.id}")


def _begun(words: str) -> str:
    """Words as far as a line shows them, with a mark where more follow.

    >>> _begun("peace " * 30)[-7:]
    'peace …'
    """
    return words if len(words) <= _MOST_WORDS else f"{words[:_MOST_WORDS].rsplit(' ', 1)[0]} …"


def _line(text: str) -> str:
    """Article text on one line, without what a terminal would obey."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())
