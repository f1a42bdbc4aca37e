"""Counts of acts by pairs of states and by time, for regressions: canonical events, zero-filled over the state system.

Columns are named as R's `peacesciencer` names them (`ccode1`, `ccode2`, `gwcode1`, `gwcode2`, `year`), so that its tables join; membership
of the system is that of `data/countries.tsv`. An act told by forty outlets counts once. It is counted in the period that its time lies in;
an act whose time spans periods, or is unknown, is left out and counted as left out, as is one without a state on either side.

ICEWS and GDELT leave users to sum reports, so that counts follow the number of outlets; zero-filling by hand forgets states that
left the system.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from dragoman.errors import UsageError
from dragoman.records import Event, Participant
from dragoman.reference import rows_of
from dragoman.store import Dataset

__all__ = ["PERIODS", "SYSTEMS", "Panel", "make_panel"]

PERIODS = ("day", "month", "quarter", "year")
SYSTEMS = {"cow": "ccode", "gw": "gwcode", "iso": "iso3c"}
"""Column stems by system of states: Correlates of War, Gleditsch and Ward, ISO 3166-1 alpha-3."""
COUNTS = ("events", "verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict", "reports")
_DONE = ("occurred", "ongoing")
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _System:
    """Who is a member when: by country the codes with their first and last years, and which state a former one became."""

    codes: Mapping[str, tuple[tuple[str, Span], ...]]
    former: Mapping[str, tuple[str, ...]]

    def code(self, country: str, year: int) -> str | None:
        """The code of a country in a year; that of the state before it where it was none yet, as Russia's in 1985 is the Soviet Union's."""
        for name in (country, *self.former.get(country, ())):
            for code, (first, last) in self.codes.get(name, ()):
                if first <= year <= last:
                    return code
        return None

    def members(self, year: int) -> list[str]:
        """The codes of all states of a year, in order of their numbers."""
        found = {code for spans in self.codes.values() for code, (first, last) in spans if first <= year <= last}
        return sorted(found, key=lambda code: (int(code) if code.isdigit() else 0, code))


def _spans(cell: str) -> tuple[tuple[str, Span], ...]:
    """Codes with years.

    >>> _spans("255:1816-1945|260:1955-")
    (('255', (1816, 1945)), ('260', (1955, 9999)))
    """
    found = []
    for item in filter(None, cell.split("|")):
        code, _, years = item.partition(":")
        first, _, last = years.partition("-")
        found.append((code, (int(first or 0), int(last or 9999))))
    return tuple(found)


@cache
def _system(name: str) -> _System:
    codes: dict[str, tuple[tuple[str, Span], ...]] = {}
    former: dict[str, list[str]] = {}
    for row in rows_of("countries.tsv"):
        if name == "iso":
            state = not row["parent"] and len(row["iso2"] or "") == 2
            years = (int(row["start_year"] or 0), int(row["end_year"] or 9999))
            codes[row["iso3"]] = ((row["iso3"], years),) if state else ()
        else:
            codes[row["iso3"]] = _spans(row[f"{name}_codes"] or "")
        # The first state named is the heir: acts of Russia in 1985 are the Soviet Union's, those of Ukraine are no state's.
        heir = (row["successor"] or "").split("|")[0]
        if heir:
            former.setdefault(heir, []).append(row["iso3"])
    return _System(codes, {heir: tuple(names) for heir, names in former.items()})


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: its columns, how many rows it has, how many acts it counts, and why others were left out."""

    columns: tuple[str, ...]
    dyads: bool
    by: str
    system: str
    counts: Mapping[tuple[str, ...], Counter[str]]
    periods: tuple[dt.date, ...]
    counted: int
    left_out: Mapping[str, int] = field(default_factory=dict)

    def rows(self) -> Iterator[tuple[str | int, ...]]:
        """Every row, zeros too, in the order of time and codes; made as they are read, since a century of dyads is large."""
        states = _system(self.system)
        members: dict[int, list[str]] = {}
        for period in self.periods:
            codes = members.setdefault(period.year, states.members(period.year))
            units = ((a, b) for a in codes for b in codes if a != b) if self.dyads else ((code,) for code in codes)
            for unit in units:
                held = self.counts.get((period.isoformat(), *unit), Counter())
                numbers = tuple(int(code) if code.isdigit() else code for code in unit)
                yield (
                    *numbers,
                    *_shown(period, self.by),
                    *(held[name] for name in self.columns[-len(_names(self.dyads)) :]),
                )

    def csv(self) -> Iterator[bytes]:
        """The panel as comma-separated values, header first, a few thousand rows at a time."""
        yield (",".join(self.columns) + "\n").encode()
        lines: list[str] = []
        for row in self.rows():
            lines.append(",".join(map(str, row)) + "\n")
            if len(lines) == 8192:
                yield "".join(lines).encode()
                lines = []
        yield "".join(lines).encode()


def _names(dyads: bool) -> tuple[str, ...]:
    return COUNTS if dyads else tuple(f"{name}_{side}" for side in ("out", "in") for name in COUNTS)


def _first(day: dt.date, by: str) -> dt.date:
    """The first day of the period that a day lies in."""
    if by == "day":
        return day
    month = {"month": day.month, "quarter": (day.month - 1) // 3 * 3 + 1, "year": 1}[by]
    return dt.date(day.year, month, 1)


def _next(period: dt.date, by: str) -> dt.date:
    """The first day of the period after.

    >>> _next(dt.date(2018, 10, 1), "quarter")
    datetime.date(2019, 1, 1)
    """
    if by == "day":
        return period + dt.timedelta(days=1)
    months = period.year * 12 + period.month - 1 + {"month": 1, "quarter": 3, "year": 12}[by]
    return dt.date(months // 12, months % 12 + 1, 1)


def _shown(period: dt.date, by: str) -> tuple[str | int, ...]:
    if by == "day":
        return (period.year, period.isoformat())
    return {
        "year": (period.year,),
        "quarter": (period.year, (period.month - 1) // 3 + 1),
        "month": (period.year, period.month),
    }[by]


def _period(event: Event, by: str) -> dt.date | None:
    """The period that the whole of an act's time lies in."""
    start, end = event.when.start, event.when.end
    if start is None or end is None:
        return None
    first = _first(start.date(), by)
    return first if (end - dt.timedelta(microseconds=1)).date() < _next(first, by) else None


def _countries(parties: Sequence[Participant]) -> set[str]:
    return {party.country for party in parties if party.country}


def _pairs(actors: set[str], recipients: set[str]) -> set[tuple[str, str]]:
    """Who acted toward whom; what several did together, toward nobody named, each did with each."""
    return {(one, two) for one in actors for two in (recipients or actors) if one != two}


def _acts(dataset: Dataset) -> Iterator[tuple[Event, list[Event]]]:
    """Every act with its tellings: the surest telling stands for the act; of equally sure ones the first by id."""
    held = {event.id: event for event in dataset.records("events")}
    grouped = [group for story in dataset.records("stories") for group in story.canonical_events]
    told = {each for group in grouped for each in group}
    for group in [*grouped, *((each,) for each in sorted(held.keys() - told))]:
        events = [held[each] for each in group if each in held]
        if events:
            yield min(events, key=lambda event: (-event.confidence, event.id)), events


def make_panel(
    dataset: Dataset,
    *,
    by: str = "month",
    system: str = "cow",
    dyads: bool = True,
    statuses: Iterable[str] = _DONE,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Panel:
    """The panel of a dataset: directed dyads, or single states with what they did (`_out`) and what was done to them (`_in`).

    Periods run from the first act that is counted to the last, or from `start` to before `end`. Raises `UsageError` for a period or a
    system that is not known.
    """
    if by not in PERIODS:
        raise UsageError(f"no period {by!r}", hint=f"the periods: {', '.join(PERIODS)}")
    if system not in SYSTEMS:
        raise UsageError(f"no system of states {system!r}", hint=f"the systems: {', '.join(SYSTEMS)}")
    wanted, states = frozenset(statuses), _system(system)
    counts: dict[tuple[str, ...], Counter[str]] = {}
    left_out: Counter[str] = Counter()
    seen: set[dt.date] = set()
    counted = 0
    for event, tellings in _acts(dataset):
        period = _period(event, by)
        if event.status not in wanted:
            left_out[f"is {event.status}"] += 1
        elif period is None:
            left_out[f"has no known {by}"] += 1
        elif (start is not None and period < _first(start, by)) or (end is not None and period >= end):
            left_out["lies outside the time asked for"] += 1
        else:
            pairs = _coded(event, states, period.year, dyads=dyads)
            if not pairs:
                left_out["has no two states" if dyads else "has no state"] += 1
                continue
            counted += 1
            seen.add(period)
            for key, side in pairs:
                _add(counts.setdefault((period.isoformat(), *key), Counter()), event, len(tellings), side)
    stem = SYSTEMS[system]
    when = {"day": ("year", "date"), "month": ("year", "month"), "quarter": ("year", "quarter"), "year": ("year",)}[by]
    return Panel(
        columns=((f"{stem}1", f"{stem}2") if dyads else (stem,)) + when + _names(dyads),
        dyads=dyads,
        by=by,
        system=system,
        counts=counts,
        periods=tuple(_run(seen, by, start, end)),
        counted=counted,
        left_out=dict(left_out),
    )


def _coded(event: Event, states: _System, year: int, *, dyads: bool) -> set[tuple[tuple[str, ...], str]]:
    """The units that an act counts for, each with the ending of its columns."""
    actors = {code for each in _countries(event.actors) if (code := states.code(each, year))}
    recipients = {code for each in _countries(event.recipients) if (code := states.code(each, year))}
    if dyads:
        return {(pair, "") for pair in _pairs(actors, recipients)}
    return {((code,), "_out") for code in actors} | {((code,), "_in") for code in recipients}


def _add(held: Counter[str], event: Event, reports: int, side: str) -> None:
    quad = COUNTS[event.quad]
    held[f"events{side}"] += 1
    held[f"{quad}{side}"] += 1
    held[f"reports{side}"] += reports


def _run(seen: set[dt.date], by: str, start: dt.date | None, end: dt.date | None) -> Iterator[dt.date]:
    """Every period from the first to the last, those without an act too."""
    if not seen and (start is None or end is None):
        return
    period = _first(start, by) if start is not None else min(seen)
    last = end if end is not None else _next(max(seen), by)
    while period < last:
        yield period
        period = _next(period, by)
