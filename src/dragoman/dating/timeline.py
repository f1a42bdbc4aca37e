"""What an expression of time means, counted from a day: nodes of meaning, and the values they take.

`phrases` reads words into a `Node`; here a node meets an `Anchor` (the publication day, the tense of the clause, the date
told before) and becomes a `Value`, a half-open run of days with its unit and the rule that gave it. A node that cannot be
settled raises `Unsettled` with the reason: nothing is guessed, and never is the day of the run looked at.

Conventions of news English that are settled here, after TimeML (ISO 24617-1) where it says anything: weeks run Monday to
Sunday; a distance in weeks, months or years means that week, month or year ("two years ago" is a year, not a day).
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from typing import Protocol

__all__ = [
    "Anchor", "Node", "Unsettled", "Value", "add_days", "add_months", "choose", "closed", "make", "shift", "unit_at",
]  # fmt: skip

_DAY = dt.timedelta(days=1)
_IN_MONTHS = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}
_IN_DAYS = {"week": 7, "weekend": 7, "workweek": 7, "fortnight": 14, "day": 1, "minute": 0}


class Unsettled(Exception):  # noqa: N818 - a finding, caught in dates.py; not an error of the program
    """An expression that says nothing certain here; `str()` is the reason in plain words. Never leaves `dates`."""


@dataclass(frozen=True, slots=True)
class Value:
    """Days from `start` to before `end`; `rule` says how they were found. Open ends are None.

    `unit` is day, week, month, season, southern season, quarter, year, decade or interval. `month_day` stands in where the year is not
    known.
    """

    start: dt.date | None
    end: dt.date | None
    unit: str
    rule: str
    month_day: tuple[int, int] | None = None  # day 0: the whole month
    last_day: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an expression is counted from. `tense` is past, told (a past that may name what lies ahead), future or "" (not known)."""

    published: Value | None = None
    tense: str = ""
    reference: Value | None = None
    day_told: Value | None = None
    beside: Value | None = None  # the day right before, in a list: "Tuesday or Thursday"
    land: str | None = None  # the state by whose fiscal year the phrase goes, by its code
    printed: dt.date | None = None  # the day the page came out, where `published` is that of an earlier dateline
    southern: bool = False  # whether its seasons are those of the southern hemisphere

    def told_before(self, unit: str) -> Value | None:
        """The time told before from which so many units count: no days count from a year that was told, nor months."""
        told = self.reference
        coarse = ("year", "decade", "season", "southern season", "quarter")
        fine = ("minute", "hour", "day", "workday", "week", "weekend", "fortnight")
        if (
            told is None
            or unit not in (*fine, "month")
            or told.unit not in (*coarse, *(("month",) if unit in fine else ()))
        ):
            return told
        return self.day_told

    @property
    def past(self) -> bool:
        """Whether the clause is in the past."""
        return self.tense in ("past", "told")

    def day(self) -> dt.date:
        """The publication day; `Unsettled` where the page has none."""
        if self.published is None or self.published.start is None or self.published.unit != "day":
            raise Unsettled("counts from the publication day, which is not known")
        return self.published.start

    def around(self, unit: str) -> Value:
        """The calendar unit that holds the publication date, also where only its month or year is known."""
        published = self.published
        if published is not None and published.start is not None and published.end is not None:
            found = unit_at(published.start, unit)
            if found.end is not None and published.end <= found.end:
                return found
        raise Unsettled(f"counts from the {unit} of publication, which is not known")


class Node(Protocol):
    """A meaning that can be settled against an anchor."""

    def value(self, anchor: Anchor) -> Value: ...


def closed(node: Node, anchor: Anchor, what: str) -> tuple[Value, dt.date, dt.date]:
    """The value of a node with its two ends; `Unsettled` says that `what` is not known where one is open."""
    value = node.value(anchor)
    if value.start is None or value.end is None:
        raise Unsettled(f"{what} is not known")
    return value, value.start, value.end


def add_months(day: dt.date, count: int) -> dt.date:
    """The same day `count` months on, or the month's last day where it has no such day."""
    total = day.year * 12 + day.month - 1 + count
    year, month = divmod(total, 12)
    if not 1 <= year <= 9998:
        raise Unsettled("lies outside the calendar")
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_days(day: dt.date, count: int) -> dt.date:
    """`count` days on."""
    try:
        return day + count * _DAY
    except OverflowError:
        raise Unsettled("lies outside the calendar") from None


def shift(day: dt.date, unit: str, count: int) -> dt.date:
    """`count` units on from a day."""
    if abs(count) > 9000:
        raise Unsettled("lies outside the calendar")
    if unit in _IN_MONTHS:
        return add_months(day, count * _IN_MONTHS[unit])
    if unit == "hour":  # whole days only: the hour of a page is seldom told
        return add_days(day, count // 24 if count > 0 else -(-count // 24))
    if unit == "workday":
        return _working(day, count)
    return add_days(day, count * _IN_DAYS[unit])


def _working(day: dt.date, count: int) -> dt.date:
    """`count` days on, Saturdays and Sundays left out; the feasts of a country are not known here."""
    weeks, rest = divmod(abs(count), 5)
    way = 1 if count > 0 else -1
    day = add_days(day, 7 * weeks * way)
    while rest or day.weekday() > 4:
        day = add_days(day, way)
        rest -= rest > 0 and day.weekday() < 5
    return day


def unit_at(day: dt.date, unit: str, rule: str = "") -> Value:
    """The calendar unit that holds a day."""
    if unit == "week":
        monday = add_days(day, -day.weekday())
        return Value(monday, add_days(monday, 7), "week", rule)
    if unit == "workweek":
        monday = add_days(day, -day.weekday())
        return Value(monday, add_days(monday, 5), "interval", rule)
    if unit == "weekend":
        saturday = add_days(day, 5 - day.weekday())
        return Value(saturday, add_days(saturday, 2), "interval", rule)
    if unit in ("month", "quarter", "year", "decade", "century"):
        if unit == "month":
            first = day.replace(day=1)
        elif unit == "quarter":
            first = dt.date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
        else:
            size = {"year": 1, "decade": 10, "century": 100}[unit]
            first = dt.date(max(1, day.year // size * size), 1, 1)
        return Value(first, shift(first, unit, 1), "interval" if unit == "century" else unit, rule)
    return Value(day, add_days(day, 1), "day", rule)


def make(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Unsettled(f"no such day: {year}-{month}-{day}") from None


def choose(anchor: Anchor, candidates: list[Value], what: str, *, ahead_days: int = 60, back_days: int = 300) -> Value:
    """The candidate that tense and distance point to: behind the publication day, or ahead of it.

    A clause in the past that tells of plans may still name a day ahead ("announced a summit for May 3"): when the one behind is
    more than `back_days` away and the one ahead less than `ahead_days`, the near one is meant, and the other way round.
    """
    today = anchor.published
    if today is None or today.start is None or today.end is None:
        raise Unsettled(f"{what}: the year is not told, and the page is undated")
    ordered = sorted(candidates, key=lambda value: value.start or dt.date.min)
    behind = [value for value in ordered if value.start is not None and value.start < today.end]
    ahead = [value for value in ordered if value.end is not None and value.end > today.start]
    if not behind or not ahead:
        return (behind or ahead)[-1 if behind else 0]
    last, first = behind[-1], ahead[0]
    gap_back = max(0, (today.start - (last.end or today.start)).days + 1)
    gap_ahead = max(0, ((first.start or today.start) - today.start).days)
    if last == first:
        return replace(last, rule=f"{what}: the one that holds the publication day")
    if anchor.tense == "future":
        # "Elections are due in November", told in January, looks ahead; "will answer the December 28 attack" does not.
        over = gap_ahead > back_days and gap_back < ahead_days // 2
        chosen, word = (last, "behind") if over else (first, "ahead")
    elif anchor.past:
        plan = anchor.tense == "told" and gap_back > back_days and gap_ahead < ahead_days
        chosen, word = (first, "ahead") if plan else (last, "behind")
    else:
        chosen, word = (first, "ahead") if gap_ahead < gap_back else (last, "behind")
    tense = (
        "the clause is in the past"
        if anchor.past
        else "the clause looks ahead"
        if anchor.tense
        else "no tense to go by"
    )
    return replace(chosen, rule=f"{what}: the nearest one {word} the publication day; {tense}")
