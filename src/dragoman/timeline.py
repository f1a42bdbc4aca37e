"""What an expression of time means, counted from a day: nodes of meaning, and the values they take.

`timephrases` reads words into a `Node`; here a node meets an `Anchor` (the publication day, the tense of the clause, the date
told before) and becomes a `Value`, a half-open run of days with its unit and the rule that gave it. A node that cannot be
settled raises `Unsettled` with the reason: nothing is guessed, and never is the day of the run looked at.

Conventions of news English that are settled here, after TimeML (ISO 24617-1) where it says anything: weeks run Monday to
Sunday; a distance in weeks, months or years means that week, month or year ("two years ago" is a year, not a day).
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

__all__ = [
    "Ago",
    "Anchor",
    "Apart",
    "Bound",
    "Calendar",
    "Century",
    "Decade",
    "Fixed",
    "Holiday",
    "Modified",
    "Node",
    "Nth",
    "Part",
    "Quarter",
    "Range",
    "Run",
    "Season",
    "Shifted",
    "Unsettled",
    "Value",
    "Week",
]

_DAY = dt.timedelta(days=1)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


class Unsettled(Exception):
    """An expression that says nothing certain here; `str()` is the reason in plain words. Never leaves `dates`."""


@dataclass(frozen=True, slots=True)
class Value:
    """Days from `start` to before `end`; `rule` says how they were found. Open ends are None.

    `unit` is day, week, month, season, quarter, year, decade or interval. `month_day` stands in where the year is not known.
    """

    start: dt.date | None
    end: dt.date | None
    unit: str
    rule: str
    month_day: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Anchor:
    """What an expression is counted from. `tense` is past, future or "" (not known)."""

    published: Value | None = None
    tense: str = ""
    reference: Value | None = None

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
    if unit in ("month", "quarter", "year", "decade", "century"):
        return add_months(day, count * {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}[unit])
    return add_days(day, count * {"week": 7, "weekend": 7, "fortnight": 14, "day": 1, "hour": 0, "minute": 0}[unit])


def unit_at(day: dt.date, unit: str, rule: str = "") -> Value:
    """The calendar unit that holds a day."""
    if unit == "week":
        monday = add_days(day, -day.weekday())
        return Value(monday, add_days(monday, 7), "week", rule)
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


def _make(year: int, month: int, day: int) -> dt.date:
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise Unsettled(f"no such day: {year}-{month}-{day}") from None


def _choose(anchor: Anchor, candidates: list[Value], what: str, *, ahead_days: int = 60, back_days: int = 300) -> Value:
    """The candidate that tense and distance point to: behind the publication day, or ahead of it.

    A clause in the past may still name a day ahead ("announced a summit for May 3"): when the one behind is more than
    `back_days` away and the one ahead less than `ahead_days`, the near one is meant, and the other way round.
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
        chosen, word = (last, "behind") if gap_ahead > back_days and gap_back < ahead_days else (first, "ahead")
    elif anchor.tense == "past":
        chosen, word = (first, "ahead") if gap_back > back_days and gap_ahead < ahead_days else (last, "behind")
    else:
        chosen, word = (first, "ahead") if gap_ahead < gap_back else (last, "behind")
    tense = {"past": "the clause is in the past", "future": "the clause looks ahead"}.get(anchor.tense, "no tense to go by")
    return replace(chosen, rule=f"{what}: the nearest one {word} the publication day; {tense}")


@dataclass(frozen=True, slots=True)
class Calendar:
    """A calendar date with any of its parts missing; `year` may be a node ("October of last year")."""

    year: int | Node | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def _year(self, anchor: Anchor) -> int | None:
        if self.year is None or isinstance(self.year, int):
            return self.year
        start = self.year.value(anchor).start
        if start is None:
            raise Unsettled("the year is not known")
        return start.year

    def value(self, anchor: Anchor) -> Value:
        """The day, month or year, its missing parts taken from the anchor."""
        year = self._year(anchor)
        if year is not None and self.month is None:
            if not 1 <= year <= 9998:
                raise Unsettled("lies outside the calendar")
            return unit_at(dt.date(year, 1, 1), "year", "a year as printed")
        if year is not None and self.month is not None:
            if self.day is None:
                return unit_at(_make(year, self.month, 1), "month", "a month with its year")
            day = _make(year, self.month, self.day)
            odd = self.weekday is not None and day.weekday() != self.weekday
            note = f"; but it was a {_NAMES[day.weekday()]}, not the printed weekday" if odd else ""
            return unit_at(day, "day", "a date as printed" + note)
        if self.month is not None:
            return self._without_year(anchor)
        if self.day is not None:
            return self._day_of_month(anchor)
        if self.weekday is None:
            raise Unsettled("no part of a date is told")
        return _weekday(anchor, self.weekday)

    def _without_year(self, anchor: Anchor) -> Value:
        assert self.month is not None
        month, number, published = self.month, self.day, anchor.published
        if published is None or published.start is None:
            if number is None:
                raise Unsettled("a month whose year is not told, on an undated page")
            _make(2000, month, number)
            return Value(None, None, "day", "the year is not told, and the page is undated", (month, number))
        near = range(max(1, published.start.year - 8), min(9997, published.start.year + 8) + 1)
        if number is None:
            months = [unit_at(dt.date(year, month, 1), "month") for year in near]
            return _choose(anchor, months, "a month without its year")
        days = [
            unit_at(dt.date(year, month, number), "day")
            for year in near
            if number <= calendar.monthrange(year, month)[1]
        ]
        if not days:
            raise Unsettled(f"no such day: month {month}, day {number}")
        if self.weekday is not None:
            fitting = [value for value in days if value.start is not None and value.start.weekday() == self.weekday]
            here = published.start
            best = min(fitting, key=lambda value: abs((value.start or here) - here), default=None)
            if best is not None and abs(((best.start or here) - here).days) < 400:
                return replace(best, rule=f"the year near publication in which that day is a {_NAMES[self.weekday]}")
        return _choose(anchor, days, "a day without its year")

    def _day_of_month(self, anchor: Anchor) -> Value:
        assert self.day is not None
        if anchor.reference is not None and anchor.reference.start is not None and anchor.reference.unit == "month":
            first = anchor.reference.start
            return unit_at(_make(first.year, first.month, self.day), "day", "a day of the month told before")
        today = anchor.day()
        days = []
        for count in (-2, -1, 0, 1, 2):
            first = add_months(today.replace(day=1), count)
            if self.day <= calendar.monthrange(first.year, first.month)[1]:
                days.append(unit_at(first.replace(day=self.day), "day"))
        return _choose(anchor, days, "a day of the month", ahead_days=0, back_days=40)


def _weekday(anchor: Anchor, weekday: int) -> Value:
    name = _NAMES[weekday]
    try:
        today = anchor.day()
    except Unsettled:
        raise Unsettled(f"a {name}, but the page does not say of which date") from None
    if anchor.tense == "future":
        day = add_days(today, (weekday - today.weekday()) % 7)
        return unit_at(day, "day", f"the first {name} on or after publication; the clause looks ahead")
    day = add_days(today, -((today.weekday() - weekday) % 7))
    return unit_at(day, "day", f"the last {name} up to publication; the clause does not look ahead")


@dataclass(frozen=True, slots=True)
class Shifted:
    """A unit counted from the one that holds the publication day: "yesterday", "last week", "this year", "next month"."""

    unit: str
    count: int

    def value(self, anchor: Anchor) -> Value:
        """The unit `count` units on."""
        here = anchor.published
        if self.unit == "day" and here is not None and here.month_day is not None:
            month, day = here.month_day  # the page says April 28 of no year: its yesterday is April 27
            moved = add_days(dt.date(2001, month, day), self.count)
            if (month, moved.month) not in ((3, 2), (2, 3)) and moved.year == 2001:
                rule = "counted from the dateline, whose year is not known"
                return Value(None, None, "day", rule, (moved.month, moved.day))
        if self.unit == "fortnight":
            raise Unsettled("a fortnight is a length, not a date")
        if self.unit in ("day", "week", "weekend"):
            start = anchor.day()
        else:
            start = anchor.around(self.unit).start or anchor.day()
        where = {0: "of", -1: "before", 1: "after"}.get(self.count, "from")
        rule = f"the {self.unit} {where} publication" if abs(self.count) < 2 else f"{self.count} {self.unit}s from publication"
        return unit_at(shift(start, self.unit, self.count), self.unit, rule)


@dataclass(frozen=True, slots=True)
class Modified:
    """A named month, weekday, season, quarter or holiday with "last", "this" or "next"."""

    way: int
    node: Node

    def value(self, anchor: Anchor) -> Value:
        """The one before, in, or after the publication day's own."""
        word = ("last", "this", "next")[self.way + 1]
        if isinstance(self.node, Calendar) and self.node.weekday is not None and self.node.month is None:
            monday = shift(anchor.around("week").start or anchor.day(), "week", self.way)
            return unit_at(add_days(monday, self.node.weekday), "day", f"“{word}” and a weekday: that of the {word} week")
        year = anchor.around("year").start
        assert year is not None
        today = anchor.published
        assert today is not None
        if self.way == 0:
            value = self.node.value(Anchor(unit_at(year, "year"), "", None)) if False else _in_year(self.node, year.year)
            return replace(value, rule=f"“{word}”: the one of the publication year")
        found = [_in_year(self.node, year.year + offset) for offset in (-1, 0, 1)]
        if self.way < 0:
            done = [value for value in found if value.end and today.start and value.end <= today.start]
            return replace(done[-1], rule="“last”: the latest one that was over at publication")
        to_come = [value for value in found if value.start and today.start and value.start > today.start]
        return replace(to_come[0], rule="“next”: the first one that begins after publication")


def _in_year(node: Node, year: int) -> Value:
    if isinstance(node, Calendar):
        return replace(node, year=year).value(Anchor())
    if isinstance(node, Season | Quarter | Holiday):
        return replace(node, year=year).value(Anchor())
    return node.value(Anchor(unit_at(dt.date(year, 1, 1), "year")))


@dataclass(frozen=True, slots=True)
class Ago:
    """A distance from a base: "two days ago", "a week after March 5", "three days earlier" (`base` None: the date told before)."""

    count: float
    unit: str
    way: int
    base: Node | None
    from_publication: bool = False

    def value(self, anchor: Anchor) -> Value:
        """The unit at that distance."""
        if self.from_publication and self.unit in ("week", "day", "hour", "minute", "fortnight"):
            start = anchor.day()
        elif self.from_publication:
            start = anchor.around(self.unit if self.unit in ("month", "year") else "year").start or anchor.day()
            if anchor.published is not None and anchor.published.unit == "day":
                start = anchor.day()
        else:
            base = self.base.value(anchor) if self.base is not None else anchor.reference
            if base is None or base.start is None:
                raise Unsettled("counts from a date told before, and none is")
            start = base.start if self.way < 0 or base.end is None or base.unit == "day" else add_days(base.end, -1)
        whole = int(self.count)
        if self.count != whole:
            months = {"year": 12, "decade": 120}.get(self.unit)
            if months is None:
                return unit_at(shift(start, self.unit, self.way * whole), "day", "a distance")
            return unit_at(add_months(start, self.way * round(self.count * months)), "month", "a distance")
        day = shift(start, self.unit, self.way * whole)
        unit = {"fortnight": "week", "hour": "day", "minute": "day", "weekend": "weekend"}.get(self.unit, self.unit)
        origin = "publication" if self.from_publication else "the date told before" if self.base is None else "the date beside it"
        rule = f"{self.count:g} {self.unit}(s) {'before' if self.way < 0 else 'after'} {origin}"
        if self.base is not None and self.unit in ("week", "fortnight", "month", "year"):
            base_value = self.base.value(anchor)
            unit = "day" if base_value.unit == "day" else base_value.unit
        return unit_at(day, unit, rule)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch up to or on from publication: "the past decade", "the next five days"."""

    count: int
    unit: str
    way: int

    def value(self, anchor: Anchor) -> Value:
        """Days before or after the publication day, which itself is left out."""
        today = anchor.day()
        rule = f"the {self.count} {self.unit}(s) {'up to' if self.way < 0 else 'from'} publication"
        if self.unit in ("hour", "minute"):
            span = (self.count + 23) // 24 if self.unit == "hour" else 0
            first, last = (add_days(today, -span), today) if self.way < 0 else (today, add_days(today, span))
            return Value(first, add_days(last, 1), "interval" if span else "day", rule)
        if self.way < 0:
            return Value(shift(today, self.unit, -self.count), today, "interval", rule)
        tomorrow = add_days(today, 1)
        return Value(tomorrow, shift(tomorrow, self.unit, self.count), "interval", rule)


@dataclass(frozen=True, slots=True)
class Range:
    """From one to another, both included: "October 29-31", "from 2009 to 2011"."""

    first: Node
    last: Node

    def value(self, anchor: Anchor) -> Value:
        """From the start of the first to the end of the last."""
        one = self.first.value(anchor)
        two = self.last.value(anchor)
        if one.start is None or two.end is None:
            if one.month_day and two.month_day and one.month_day <= two.month_day:
                raise Unsettled("a range of days whose year is not told, on an undated page")
            raise Unsettled("an end of the range is not known")
        if two.end <= one.start and isinstance(self.last, Calendar) and self.last.year is None:
            if self.last.month is not None:
                two = unit_at(add_months(two.start or two.end, 12), two.unit)
            elif self.last.weekday is not None:
                two = unit_at(add_days(two.start or two.end, 7), "day")
        if two.end is None or two.end <= one.start:
            raise Unsettled("the range ends before it begins")
        return Value(one.start, two.end, "interval", f"from one to the other, both included; {one.rule}")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a unit: "early", "mid", "late", "later", "earlier", "rest"."""

    which: str
    node: Node

    def value(self, anchor: Anchor) -> Value:
        """The part's days; "early" and "late" leave the unit whole, for no one agrees where they end."""
        whole = self.node.value(anchor)
        if whole.unit == "day" or whole.start is None or whole.end is None:
            return whole
        if self.which in ("later", "rest", "earlier"):
            today = anchor.day()
            if self.which == "earlier" and whole.start < today < whole.end:
                return Value(whole.start, today, "interval", f"before publication in {whole.rule}")
            if self.which != "earlier" and whole.start <= today < add_days(whole.end, -1):
                return Value(today, whole.end, "interval", f"from publication on in {whole.rule}")
            return whole
        return replace(whole, rule=f"“{self.which}” of: {whole.rule}; the whole is given, for that word has no fixed bounds")


@dataclass(frozen=True, slots=True)
class Nth:
    """The n-th unit or weekday of another: "the first week of January 2015", "the last Monday of May", "the second half of 2010"."""

    number: int
    unit: str
    node: Node
    weekday: int | None = None

    def value(self, anchor: Anchor) -> Value:
        """That unit; weeks count from the one with the Thursday in it (ISO 8601)."""
        whole = self.node.value(anchor)
        if whole.start is None or whole.end is None:
            raise Unsettled("the whole that it is part of is not known")
        n, last = self.number, add_days(whole.end, -1)
        if self.weekday is not None:
            if n > 0:
                day = add_days(whole.start, (self.weekday - whole.start.weekday()) % 7 + 7 * (n - 1))
            else:
                day = add_days(last, -((last.weekday() - self.weekday) % 7))
            value = unit_at(day, "day")
        elif self.unit == "week":
            first = add_days(whole.start, (3 - whole.start.weekday()) % 7)  # the first Thursday
            day = add_days(first, 7 * (n - 1)) if n > 0 else last
            value = unit_at(day, "week")
            if value.end is not None and n < 0 and value.end > whole.end and (whole.end - (value.start or last)).days < 4:
                value = unit_at(add_days(day, -7), "week")
        elif self.unit == "half":
            middle = add_months(whole.start, max(1, round((whole.end - whole.start).days / 61)))
            if (whole.end - whole.start).days < 40:
                middle = add_days(whole.start, 15)
            value = Value(whole.start, middle, "interval", "") if n == 1 else Value(middle, whole.end, "interval", "")
        elif self.unit in ("day", "month", "quarter", "year", "decade"):
            base = whole.start if n > 0 else last
            value = unit_at(shift(base, self.unit, n - 1 if n > 0 else 0), self.unit)
        else:
            raise Unsettled(f"no {self.unit} can be counted there")
        if value.start is None or value.start >= whole.end:
            raise Unsettled("the whole has no such part")
        return replace(value, rule=f"number {n} of {self.weekday if self.unit == '' else self.unit}s in {whole.rule}")


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the calendar year; without its year the nearest that fits the tense."""

    number: int
    year: int | Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """Three months."""
        return _named(self.year, anchor, "a quarter", lambda year: unit_at(_make(year, 3 * self.number - 2, 1), "quarter"))


@dataclass(frozen=True, slots=True)
class Season:
    """A northern season of three months; winter begins in December of its year."""

    name: str
    year: int | Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """Three months."""

        def build(year: int) -> Value:
            first = _make(year, _SEASONS[self.name], 1)
            return Value(first, add_months(first, 3), "season", "a season of the north")

        return _named(self.year, anchor, "a season", build)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day with a name: fixed ("MM-DD") or by rule ("easter+1", "11:4:3": the fourth Thursday of November)."""

    rule: str
    year: int | Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """The day in its year."""
        return _named(self.year, anchor, "a holiday", lambda year: unit_at(_holiday(self.rule, year), "day", "a holiday"))


def _named(year: int | Node | None, anchor: Anchor, what: str, build: Callable[[int], Value]) -> Value:
    if isinstance(year, int):
        return replace(build(year), rule=f"{what} with its year")
    if year is not None:
        start = year.value(anchor).start
        if start is None:
            raise Unsettled("the year is not known")
        return replace(build(start.year), rule=f"{what} of a year that is told")
    published = anchor.published
    if published is None or published.start is None:
        raise Unsettled(f"{what} whose year is not told, on an undated page")
    near = range(max(1, published.start.year - 2), published.start.year + 3)
    return _choose(anchor, [build(each) for each in near], what, ahead_days=120, back_days=180)


def _holiday(rule: str, year: int) -> dt.date:
    if rule.startswith("easter"):
        return add_days(easter(year), int(rule[6:]))
    if ":" not in rule:
        return _make(year, int(rule[:2]), int(rule[3:]))
    rule, _, extra = rule.partition("+")
    month, number, weekday = (int(part) for part in rule.split(":"))
    first = dt.date(year, month, 1)
    if number > 0:
        day = add_days(first, (weekday - first.weekday()) % 7 + 7 * (number - 1))
    else:
        last = add_days(add_months(first, 1), -1)
        day = add_days(last, -((last.weekday() - weekday) % 7))
    return add_days(day, int(extra or 0))


def easter(year: int) -> dt.date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm of 1876).

    >>> easter(2017).isoformat()
    '2017-04-16'
    """
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return dt.date(year, month, day + 1)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by number ("week 31", "2018-W22") or the week that holds a date ("the week of April 10")."""

    number: int | None = None
    year: int | None = None
    holding: Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """Monday to Sunday."""
        if self.holding is not None:
            start = self.holding.value(anchor).start
            if start is None:
                raise Unsettled("the date in the week is not known")
            return unit_at(start, "week", "the week that holds the date")
        year = self.year
        if year is None:
            first = anchor.around("year").start
            assert first is not None
            year = first.year
        try:
            return unit_at(dt.date.fromisocalendar(year, self.number or 1, 1), "week", "a numbered week (ISO 8601)")
        except ValueError:
            raise Unsettled(f"no week {self.number} in {year}") from None


@dataclass(frozen=True, slots=True)
class Decade:
    """Ten years; two digits ("the 90s") mean the latest such decade that had begun at publication."""

    first_year: int
    short: bool = False

    def value(self, anchor: Anchor) -> Value:
        """Ten years from a round year."""
        first = self.first_year
        if self.short:
            limit = anchor.published.start.year if anchor.published and anchor.published.start else 2000
            first = max(first + 1900, (limit - first) // 100 * 100 + first) if limit > first + 1900 else first + 1900
        return unit_at(_make(first, 1, 1), "decade", "a decade as printed")


@dataclass(frozen=True, slots=True)
class Century:
    """The n-th century, as news counts it: the 20th is the 1900s."""

    number: int

    def value(self, anchor: Anchor) -> Value:
        """A hundred years."""
        return unit_at(_make(max(1, (self.number - 1) * 100), 1, 1), "century", "a century, from its round year")


@dataclass(frozen=True, slots=True)
class Fixed:
    """Known bounds: an era, a fiscal year."""

    start: dt.date
    end: dt.date
    rule: str
    unit: str = "interval"

    def value(self, anchor: Anchor) -> Value:
        """The same days on any page."""
        return Value(self.start, self.end, self.unit, self.rule)


@dataclass(frozen=True, slots=True)
class Bound:
    """An open stretch: "before 2018", "since Monday"; `kind` is before, until, after or since."""

    kind: str
    node: Node

    def value(self, anchor: Anchor) -> Value:
        """Open at one end."""
        whole = self.node.value(anchor)
        if whole.start is None or whole.end is None:
            raise Unsettled("the bound is not known")
        if self.kind in ("before", "until"):
            return Value(None, whole.start if self.kind == "before" else whole.end, "interval", f"{self.kind}: {whole.rule}")
        return Value(whole.end if self.kind == "after" else whole.start, None, "interval", f"{self.kind}: {whole.rule}")


@dataclass(frozen=True, slots=True)
class Apart:
    """A length, a repeated time, or words too vague to hold: kept apart from points in time."""

    sort: str
    detail: str

    def value(self, anchor: Anchor) -> Value:
        """Never one: `Unsettled` with the reason."""
        raise Unsettled(self.detail)
