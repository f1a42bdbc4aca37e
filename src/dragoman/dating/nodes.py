"""The nodes of meaning that time expressions are read into; each settles itself against an anchor."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace

from dragoman.dating.feasts import Holiday
from dragoman.dating.timeline import (
    Anchor,
    Node,
    Unsettled,
    Value,
    add_days,
    add_months,
    choose,
    closed,
    make,
    shift,
    unit_at,
)

__all__ = [
    "NEAREST",
    "Ago",
    "Apart",
    "Bound",
    "Calendar",
    "Century",
    "Decade",
    "Fixed",
    "Following",
    "Holiday",
    "Modified",
    "Nth",
    "Part",
    "Quarter",
    "Range",
    "Run",
    "Same",
    "Season",
    "Shifted",
    "Stretch",
    "Week",
    "Weekend",
    "in_year",
]

NEAREST = {"fortnight": "week", "hour": "day", "minute": "day", "workday": "day"}
"""The unit that a date has which is counted in one that dates do not have."""

_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}
_SOUTHERN_SEASONS = {"spring": 9, "summer": 12, "autumn": 3, "fall": 3, "winter": 6}
_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


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
        if (
            self.month is not None
            and (anchor.published is None or anchor.published.start is None)
            and isinstance(self.year, Shifted)
        ):
            return None  # "March this year" on an undated page is a March
        return closed(self.year, anchor, "the year")[1].year

    def value(self, anchor: Anchor) -> Value:
        """The day, month or year, its missing parts taken from the anchor."""
        year = self._year(anchor)
        if year is not None and self.month is None:
            if not 1 <= year <= 9998:
                raise Unsettled("lies outside the calendar")
            return unit_at(dt.date(year, 1, 1), "year", "a year as printed")
        if year is not None and self.month is not None:
            if self.day is None:
                return unit_at(make(year, self.month, 1), "month", "a month with its year")
            day = make(year, self.month, self.day)
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
            make(2000, month, number or 1)
            return Value(None, None, "day", "the year is not told, and the page is undated", (month, number or 0))
        near = range(max(1, published.start.year - 8), min(9997, published.start.year + 8) + 1)
        if number is None:
            months = [unit_at(dt.date(year, month, 1), "month") for year in near]
            return choose(anchor, months, "a month without its year")
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
        return choose(anchor, days, "a day without its year")

    def _day_of_month(self, anchor: Anchor) -> Value:
        assert self.day is not None
        told = anchor.reference
        if self.weekday is None and told is not None and told.start is not None and told.unit in ("month", "day"):
            first = told.start
            return unit_at(make(first.year, first.month, self.day), "day", "a day of the month told before")
        today = anchor.day()
        days = []
        for count in range(-14, 15) if self.weekday is not None else (-2, -1, 0, 1, 2):
            first = add_months(today.replace(day=1), count)
            if self.day <= calendar.monthrange(first.year, first.month)[1]:
                found = first.replace(day=self.day)
                if self.weekday is None or found.weekday() == self.weekday:
                    days.append(unit_at(found, "day"))
        return choose(anchor, days, "a day of the month", ahead_days=0, back_days=40)


def _weekday(anchor: Anchor, weekday: int) -> Value:
    name = _NAMES[weekday]
    if anchor.beside is not None and anchor.beside.start is not None and anchor.beside.unit == "week":
        return unit_at(add_days(anchor.beside.start, weekday), "day", f"the {name} of the week told before it")
    if anchor.beside is not None and anchor.beside.start is not None and anchor.beside.unit == "day":
        day = add_days(anchor.beside.start, (weekday - anchor.beside.start.weekday()) % 7 or 7)
        return unit_at(day, "day", f"the {name} after the day listed before it")
    try:
        today = anchor.day()
    except Unsettled:
        raise Unsettled(f"a {name}, but the page does not say of which date") from None
    if anchor.tense == "future":
        day = add_days(today, (weekday - today.weekday()) % 7)
        return unit_at(day, "day", f"the first {name} on or after publication; the clause looks ahead")
    if anchor.printed is not None and 0 < (weekday - today.weekday()) % 7 <= (anchor.printed - today).days:
        day = add_days(today, (weekday - today.weekday()) % 7)
        return unit_at(day, "day", f"a {name} between the dateline and the day on which the page came out")
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
        whole = self.unit not in ("day", "workday", "week", "workweek", "weekend")
        start = (anchor.around(self.unit).start if whole else None) or anchor.day()
        where = {0: "of", -1: "before", 1: "after"}.get(self.count, "from")
        rule = (
            f"the {self.unit} {where} publication"
            if abs(self.count) < 2
            else f"{self.count} {self.unit}s from publication"
        )
        return unit_at(shift(start, self.unit, self.count), self.unit, rule)


@dataclass(frozen=True, slots=True)
class Weekend:
    """ "The weekend" alone: the last one for what is past, the one of publication's week else."""

    def value(self, anchor: Anchor) -> Value:
        """Saturday and Sunday."""
        here = unit_at(anchor.day(), "weekend", "the weekend of publication")
        if anchor.past and here.start is not None and here.start > anchor.day():
            return unit_at(add_days(here.start, -7), "weekend", "the last weekend; the clause is in the past")
        return here


@dataclass(frozen=True, slots=True)
class Following:
    """ "The next day" that is given: after the day told before, or after publication where none is."""

    unit: str

    def value(self, anchor: Anchor) -> Value:
        """One unit."""
        told = anchor.reference is not None and anchor.reference.unit == "day"
        return (Ago(1, self.unit, 1, None) if told else Shifted(self.unit, 1)).value(anchor)


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
            return unit_at(
                add_days(monday, self.node.weekday), "day", f"“{word}” and a weekday: that of the {word} week"
            )
        if isinstance(self.node, Calendar) and (anchor.published is None or anchor.published.start is None):
            open_date = self.node.value(anchor)
            return replace(open_date, rule=f"“{word}”, on a page whose year is not known")
        year = anchor.around("year").start
        assert year is not None
        today = anchor.published
        assert today is not None
        if self.way == 0:
            value = in_year(self.node, year.year, anchor)
            return replace(value, rule=f"“{word}”: the one of the publication year")
        found = [in_year(self.node, year.year + offset, anchor) for offset in (-1, 0, 1)]
        if not isinstance(self.node, Calendar | Season | Quarter | Holiday):
            raise Unsettled("an era comes once: there is no last or next one")
        if self.way < 0:
            done = [value for value in found if value.end and today.start and value.end <= today.start]
            if not done:
                raise Unsettled("none of the years around publication has one")
            return replace(done[-1], rule="“last”: the latest one that was over at publication")
        to_come = [value for value in found if value.start and today.start and value.start > today.start]
        if not to_come:
            raise Unsettled("none of the years around publication has one")
        return replace(to_come[0], rule="“next”: the first one that begins after publication")


def in_year(node: Node, year: int, anchor: Anchor | None = None) -> Value:
    """A month, season, quarter or holiday in a year that is given."""
    bare = Anchor(southern=anchor.southern) if anchor is not None else Anchor()
    if isinstance(node, Calendar):
        return replace(node, year=year).value(Anchor())
    if isinstance(node, Season | Quarter | Holiday):
        return replace(node, year=year).value(bare)
    return node.value(Anchor(unit_at(dt.date(year, 1, 1), "year")))


@dataclass(frozen=True, slots=True)
class Ago:
    """A distance from a base: "two days ago", "a week after March 5", "three days earlier" (`base` None: the date told before)."""

    count: float
    unit: str
    way: int
    base: Node | None
    from_publication: bool = False
    near: bool = False  # the publication stands in where no date was told before
    within: bool = False  # "in ten years", which may be a length

    def value(self, anchor: Anchor) -> Value:
        """The unit at that distance."""
        if self.within and anchor.past:
            raise Unsettled("behind a verb of the past “in” and a length is a length")  # "the first visit in ten years"
        start, base = self._from(anchor)
        whole = int(self.count)
        if self.unit == "century":  # nobody means all hundred years
            years = self.way * round(self.count * 100)
            return unit_at(add_months(start, 12 * years), "year" if years % 50 else "decade", "a part of a century")
        if self.count != whole:
            months = {"year": 12, "decade": 120}.get(self.unit)
            if months is None:
                day = add_days(start, self.way * round(self.count * {"week": 7, "fortnight": 14}.get(self.unit, 1)))
                return unit_at(day, "week" if self.unit in ("week", "fortnight") else "day", "a distance")
            unit = "year" if self.unit == "decade" else "month"
            return unit_at(add_months(start, self.way * round(self.count * months)), unit, "a distance")
        day = shift(start, self.unit, self.way * whole)
        unit = NEAREST.get(self.unit, self.unit)
        if self.unit == "hour" and base is not None and base.unit != "day":
            raise Unsettled("counts hours from a time whose day is not told")
        origin = (
            "publication"
            if self.from_publication or base is None
            else "the date told before"
            if self.base is None
            else "the date beside it"
        )
        rule = f"{self.count:g} {self.unit}(s) {'before' if self.way < 0 else 'after'} {origin}"
        if self.base is not None and base is not None and self.unit in ("week", "fortnight", "month", "year"):
            unit = base.unit if base.unit != "interval" else "day"
        return unit_at(day, unit, rule)

    def _from(self, anchor: Anchor) -> tuple[dt.date, Value | None]:
        """The day from which it is counted, and the date that is told there; None for the publication."""
        if self.from_publication and self.unit in ("week", "day", "workday", "hour", "minute", "fortnight"):
            return anchor.day(), None
        if self.from_publication:
            start = anchor.around(self.unit if self.unit in ("month", "year") else "year").start or anchor.day()
            return (anchor.day() if anchor.published is not None and anchor.published.unit == "day" else start), None
        if isinstance(self.base, Calendar) and self.base.month is None and self.way > 0 and not anchor.tense:
            anchor = replace(anchor, tense="future")  # "a week from Friday"
        base = self.base.value(anchor) if self.base is not None else anchor.told_before(self.unit)
        soon = self.near or (self.unit in ("minute", "hour") and self.count < 13)  # of one day, as its hours are
        if soon and self.base is None and (base is None or base.start is None):
            return anchor.day(), None
        if base is None or base.start is None:
            raise Unsettled("counts from a date told before, and none is")
        return base.start if self.way < 0 or base.end is None or base.unit == "day" else add_days(base.end, -1), base


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
        if self.unit == "weekend":
            next_one = shift(today, "weekend", 0 if today.weekday() < 5 else 1)
            near = unit_at(next_one if self.way > 0 else shift(today, "weekend", -1), "weekend").start or today
            first = near if self.way > 0 else add_days(near, -7 * (self.count - 1))
            return Value(first, add_days(first, 7 * (self.count - 1) + 2), "interval", rule)
        if self.unit == "quarter":  # quarters are counted whole, as companies and budgets count them
            here = anchor.around("quarter").start or today
            first = shift(here, "quarter", -self.count if self.way < 0 else 1)
            return Value(
                first,
                shift(first, "quarter", self.count),
                "interval",
                f"the {self.count} calendar quarters beside publication",
            )
        if self.way < 0:
            return Value(shift(today, self.unit, -self.count), today, "interval", rule)
        if self.unit == "workday":
            first = shift(today, "workday", 1)
            return Value(first, add_days(shift(first, "workday", self.count - 1), 1), "interval", rule)
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
        two = self._last(anchor, one)
        if one.start is None or two.end is None:
            if (
                one.month_day
                and two.month_day
                and one.month_day[1]
                and two.month_day[1]
                and one.month_day <= two.month_day
            ):
                return replace(one, unit="interval", last_day=two.month_day)
            raise Unsettled("an end of the range is not known")
        later = two.start or two.end
        if two.end <= one.start and isinstance(self.last, Calendar) and self.last.year is None:
            if self.last.month is not None:
                two = unit_at(add_months(later, 12), two.unit)
            elif self.last.weekday is not None:
                two = unit_at(add_days(later, 7), "day")
        if two.end is None or two.end <= one.start:
            raise Unsettled("the range ends before it begins")
        if one.unit == two.unit == "month" and isinstance(self.first, Calendar) and self.first.year is None:
            one, two = _around(anchor, one, two, last=self.last)
            assert one.start is not None
            assert two.end is not None
        return Value(one.start, two.end, "interval", f"from one to the other, both included; {one.rule}")

    def _last(self, anchor: Anchor, one: Value) -> Value:
        last = self.last
        if isinstance(last, Same) and last.unit == "day" and one.unit == "day":  # "between 2:00 tomorrow and 4:00"
            return one
        if (
            isinstance(last, Holiday) and last.year is None and one.start is not None
        ):  # "between Thanksgiving and Christmas"
            here = in_year(last, one.start.year)
            late = here.end is not None and here.end > one.start
            return here if late else in_year(last, one.start.year + 1)
        if (
            isinstance(last, Calendar)
            and last.month is None
            and last.day is not None
            and one.start is not None
            and one.unit == "day"
        ):
            # "from April 27 to the 3rd": the day of that month, or of the next one
            base = one.start if last.day >= one.start.day else add_months(one.start.replace(day=1), 1)
            return unit_at(make(base.year, base.month, last.day), "day", "a day of the month")
        return last.value(anchor)


def _around(anchor: Anchor, one: Value, two: Value, *, last: Node) -> tuple[Value, Value]:
    """Two months without a year that go over New Year, a year earlier where they then hold the publication day."""
    here = anchor.published.start if anchor.published is not None else None
    told = isinstance(last, Calendar) and last.year is not None
    if told or here is None or one.start is None or two.start is None or one.start.year == two.start.year:
        return one, two
    begin, end = add_months(one.start, -12), add_months(two.start, -12)
    if not begin <= here < add_months(end, 1):
        return one, two
    return unit_at(begin, "month", one.rule), unit_at(end, "month", two.rule)


_PART_DAYS = {
    "month": {"early": (0, 15), "mid": (9, 20), "late": (15, 31)},
    "week": {"early": (0, 3), "mid": (1, 4), "late": (3, 7)},
}
"""First day, from 0, and end of the parts of a month and of a week: they overlap, for writers differ by days."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a unit: "early", "mid", "late", "later", "earlier", "rest"."""

    which: str
    node: Node
    last: str = ""
    """Where it ends: "mid" of "early to mid-March"."""

    def value(self, anchor: Anchor) -> Value:
        """The part's days; "early" and "late" have wide bounds in a month or week, and leave a year whole, for no one agrees there."""
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
        if whole.unit in _PART_DAYS:
            first, last = (_PART_DAYS[whole.unit][which] for which in (self.which, self.last or self.which))
            start, end = add_days(whole.start, first[0]), min(whole.end, add_days(whole.start, last[1]))
            return Value(start, end, "interval", f"“{self.which}” of: {whole.rule}; taken widely")
        return replace(
            whole, rule=f"“{self.which}” of: {whole.rule}; the whole is given, for that word has no fixed bounds"
        )


@dataclass(frozen=True, slots=True)
class Nth:
    """The n-th unit or weekday of another: "the first week of January 2015", "the last Monday of May", "the second half of 2010"."""

    number: int
    unit: str
    node: Node
    weekday: int | None = None

    def value(self, anchor: Anchor) -> Value:
        """That unit; weeks count from the one with the Thursday in it (ISO 8601)."""
        whole, begin, end = closed(self.node, anchor, "the whole that it is part of")
        n, last = self.number, add_days(end, -1)
        if self.weekday is not None:
            if n > 0:
                day = add_days(begin, (self.weekday - begin.weekday()) % 7 + 7 * (n - 1))
            else:
                day = add_days(last, -((last.weekday() - self.weekday) % 7))
            value = unit_at(day, "day")
        elif self.unit == "week":
            first = add_days(begin, (3 - begin.weekday()) % 7)  # the first Thursday
            day = add_days(first, 7 * (n - 1)) if n > 0 else last
            value = unit_at(day, "week")
            if value.end is not None and n < 0 and value.end > end and (end - (value.start or last)).days < 4:
                value = unit_at(add_days(day, -7), "week")
        elif self.unit == "weekend":
            saturday = add_days(begin, (5 - begin.weekday()) % 7 + 7 * (n - 1))
            if n < 0:
                saturday = add_days(last, -((last.weekday() - 5) % 7) + 7 * (n + 1))
            value = unit_at(saturday, "weekend")
        elif self.unit == "half":
            months = (end.year - begin.year) * 12 + end.month - begin.month
            middle = add_months(begin, max(1, months // 2))
            if (end - begin).days < 40:
                middle = add_days(begin, 15)
            value = Value(begin, middle, "interval", "") if n == 1 else Value(middle, end, "interval", "")
        elif self.unit in ("day", "month", "quarter", "year", "decade"):
            base = begin if n > 0 else last
            value = unit_at(shift(base, self.unit, n - 1 if n > 0 else n + 1), self.unit)
            if n < -1 and value.start is not None and value.start >= begin:  # "the last four months of 2021"
                value = Value(value.start, end, "interval", "")
        else:
            raise Unsettled(f"no {self.unit} can be counted there")
        if value.start is None or value.start >= end:
            raise Unsettled("the whole has no such part")
        return replace(value, rule=f"number {n} of {self.weekday if self.unit == '' else self.unit}s in {whole.rule}")


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of the calendar year; without its year the nearest that fits the tense."""

    number: int
    year: int | Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """Three months."""
        return _named(
            self.year, anchor, "a quarter", lambda year: unit_at(make(year, 3 * self.number - 2, 1), "quarter")
        )


@dataclass(frozen=True, slots=True)
class Season:
    """A season of three months, of the north where the anchor names no southern land; the one of December begins in its year."""

    name: str
    year: int | Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """Three months."""

        def build(year: int) -> Value:
            first = make(year, (_SOUTHERN_SEASONS if anchor.southern else _SEASONS)[self.name], 1)
            return Value(first, add_months(first, 3), "southern season" if anchor.southern else "season", "")

        return _named(self.year, anchor, f"a season of the {'south' if anchor.southern else 'north'}", build)


def _named(year: int | Node | None, anchor: Anchor, what: str, build: Callable[[int], Value]) -> Value:
    if isinstance(year, int):
        return replace(build(year), rule=f"{what} with its year")
    if year is not None:
        return replace(build(closed(year, anchor, "the year")[1].year), rule=f"{what} of a year that is told")
    published = anchor.published
    if published is None or published.start is None:
        raise Unsettled(f"{what} whose year is not told, on an undated page")
    near = range(max(1, published.start.year - 2), min(9997, published.start.year + 2) + 1)
    return choose(anchor, [build(each) for each in near], what, ahead_days=120, back_days=180)


@dataclass(frozen=True, slots=True)
class Week:
    """A week by number ("week 31", "2018-W22") or the week that holds a date ("the week of April 10")."""

    number: int | None = None
    year: int | None = None
    holding: Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """Monday to Sunday."""
        if self.holding is not None:
            return unit_at(
                closed(self.holding, anchor, "the date in the week")[1], "week", "the week that holds the date"
            )
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
        return unit_at(make(first, 1, 1), "decade", "a decade as printed")


@dataclass(frozen=True, slots=True)
class Century:
    """The n-th century, as news counts it: the 20th is the 1900s."""

    number: int

    def value(self, anchor: Anchor) -> Value:
        """A hundred years."""
        return unit_at(make(max(1, (self.number - 1) * 100), 1, 1), "century", "a century, from its round year")


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
class Same:
    """The time told before, or the publication's own: "that day", "the entire year", a bare time of day; `years` moves it.

    `near` says that the publication may stand in where nothing was told before ("the day", "18:00 UTC").
    """

    unit: str = ""
    years: int = 0
    near: bool = True

    def value(self, anchor: Anchor) -> Value:
        """The unit that holds the time told before."""
        told = anchor.day_told if self.unit == "day" and anchor.day_told else anchor.reference
        here = anchor.published.start if anchor.published is not None else None
        over = here is not None and told is not None and told.start is not None and told.start < here
        if (
            self.near
            and over
            and anchor.tense == "future"
            and self.unit in ("week", "month", "quarter", "year", "decade")
        ):
            told = None  # "will be signed by the end of the month"
        if told is None or told.start is None or (self.unit == "day" and told.unit != "day"):
            if not self.near:
                raise Unsettled("points to a time told before, and none is")
            rule = "no time told before: that of publication"
            if self.unit in ("", "day", "week"):
                day = add_months(anchor.day(), 12 * self.years)
                return unit_at(day, self.unit or "day", rule + (", in another year" if self.years else ""))
            around = anchor.around(self.unit)
            return (
                replace(around, rule=rule)
                if not self.years
                else unit_at(
                    add_months(around.start or anchor.day(), 12 * self.years), self.unit, rule + ", in another year"
                )
            )
        if not self.unit and not self.years:
            return replace(told, rule="the time told before")
        start = add_months(told.start, 12 * self.years)
        return unit_at(start, self.unit or told.unit, "the time told before, or its like in another year")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A length from a day on: "for three days from Monday", "for a week, starting December 20"."""

    count: int
    unit: str
    first: Node

    def value(self, anchor: Anchor) -> Value:
        """That many units, the first day counted."""
        begin, start, _ = closed(self.first, anchor, "the day from which it runs")
        if self.unit == "hour":  # from an hour of that day that is not told
            end = add_days(start, (self.count + 23) // 24 + 1)
        else:
            end = max(shift(start, self.unit, self.count), add_days(start, 1))
        return Value(start, end, "interval", f"{self.count} {self.unit}(s) from its first day; {begin.rule}")


@dataclass(frozen=True, slots=True)
class Bound:
    """An open stretch: "before 2018", "since Monday"; `kind` is before, until, after or since."""

    kind: str
    node: Node

    def value(self, anchor: Anchor) -> Value:
        """Open at one end."""
        whole, start, end = closed(self.node, anchor, "the bound")
        which = self.node.which if isinstance(self.node, Part) else ""
        if self.kind == "as of" and end <= anchor.day():
            return whole  # "as of Friday, 14 towns lay without power": so it stood on that day
        if self.kind in ("before", "until"):  # "before the end of the year" is any time of the year
            early = self.kind == "before" and which != "late"
            return Value(None, start if early else end, "interval", f"{self.kind}: {whole.rule}")
        late = self.kind == "after" and which != "early"  # "after the start of the year" too
        return Value(end if late else start, None, "interval", f"{self.kind}: {whole.rule}")


@dataclass(frozen=True, slots=True)
class Apart:
    """A length, a repeated time, or words too vague to hold: kept apart from points in time."""

    sort: str
    detail: str

    def value(self, anchor: Anchor) -> Value:
        """Never one: `Unsettled` with the reason."""
        raise Unsettled(self.detail)
