"""Nodes of meaning made of several counts or names: "two years and three months ago", "the Sunday after Easter", "a year ago today"."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from dragoman.dating.nodes import NEAREST, Calendar, in_year
from dragoman.dating.timeline import Anchor, Node, Unsettled, Value, add_days, add_months, closed, shift, unit_at

__all__ = ["Anniversary", "Beside", "Ending", "Jubilee", "Lengths", "Turn", "WeekdayCount", "WeekdayIn", "WeekendOf"]

_RANKS = "minute hour workday day weekend week fortnight month quarter year decade century".split()


@dataclass(frozen=True, slots=True)
class Lengths:
    """A length in several units, at a distance or as a run: "2 weeks and 2 days ago", "within 1 day and 5 hours".

    `base` None is the publication, or the date told before where `told` says so.
    """

    parts: tuple[tuple[float, str], ...]
    way: int
    base: Node | None = None
    told: bool = False
    run: bool = False

    def value(self, anchor: Anchor) -> Value:
        """The smallest unit named, at that distance; as a run all days on the way."""
        start = self._from(anchor)
        if self.run and self.way > 0 and self.base is None:
            start = add_days(start, 1)
        day, hours = start, 0.0
        for count, unit in self.parts:
            if unit in ("hour", "minute"):
                hours += count if unit == "hour" else 0
            elif count == int(count):
                day = shift(day, unit, self.way * int(count))
            else:
                day = add_days(day, self.way * round(count * {"week": 7, "month": 30, "year": 365}.get(unit, 1)))
        listed = " and ".join(f"{count:g} {unit}(s)" for count, unit in self.parts)
        if self.run:
            if hours and self.way > 0:
                day = add_days(day, int(hours // 24) + 1)
            first, last = (day, start) if self.way < 0 else (start, day)
            return Value(first, max(last, add_days(first, 1)), "interval", f"the {listed} counted from there")
        day = shift(day, "hour", self.way * int(hours))
        unit = min((unit for _, unit in self.parts), key=_RANKS.index)
        unit = NEAREST.get(unit, unit)
        unit = "day" if self.base is not None else unit
        return unit_at(day, unit, f"{listed} {'before' if self.way < 0 else 'after'} that")

    def _from(self, anchor: Anchor) -> dt.date:
        if self.base is None and not self.told:
            return anchor.day()
        base = self.base.value(anchor) if self.base is not None else anchor.told_before(self.parts[-1][1])
        if base is None or base.start is None:
            raise Unsettled("counts from a date told before, and none is")
        return base.start if self.way < 0 or base.end is None else add_days(base.end, -1)


@dataclass(frozen=True, slots=True)
class WeekdayCount:
    """So many weekdays off: "two Fridays ago", "three Mondays from now"."""

    count: int
    weekday: int
    way: int

    def value(self, anchor: Anchor) -> Value:
        """The publication day itself is not counted."""
        today = anchor.day()
        first = (self.way * (self.weekday - today.weekday())) % 7 or 7
        day = add_days(today, self.way * (first + 7 * (self.count - 1)))
        return unit_at(day, "day", f"number {self.count} of those weekdays from publication")


@dataclass(frozen=True, slots=True)
class Beside:
    """The next or the last of its name beside a date: "this coming Friday", "the following March", "the Sunday after Easter".

    `base` None is the publication, or the date told before where `told` says so.
    """

    way: int
    node: Node
    base: Node | None = None
    told: bool = False

    def value(self, anchor: Anchor) -> Value:
        """The first one after that date or the last one before it."""
        base = self.base.value(anchor) if self.base is not None else anchor.reference if self.told else None
        if base is None or base.start is None or base.end is None:
            if self.base is not None or anchor.published is None:
                raise Unsettled("the date beside which it lies is not known")
            base = unit_at(anchor.day(), "day")
        assert base.start is not None
        assert base.end is not None
        where = "after" if self.way > 0 else "before"
        if isinstance(self.node, Calendar) and self.node.weekday is not None and self.node.month is None:
            edge = base.end if self.way > 0 else add_days(base.start, -1)
            day = add_days(edge, self.way * ((self.way * (self.node.weekday - edge.weekday())) % 7))
            return unit_at(day, "day", f"the nearest such weekday {where} that date")
        found = [in_year(self.node, base.start.year + step, anchor) for step in (-1, 0, 1)]
        if self.way > 0:
            after = [value for value in found if value.start is not None and value.start >= base.end]
        else:
            after = [value for value in found if value.end is not None and value.end <= base.start][::-1]
        if not after:
            raise Unsettled("none of its name lies near that date")
        return replace(after[0], rule=f"the nearest one {where} that date")


@dataclass(frozen=True, slots=True)
class Anniversary:
    """So long from a day, week or month beside publication, to the day: "ten years ago today", "a year ago this month"."""

    count: int
    unit: str
    node: Node

    def value(self, anchor: Anchor) -> Value:
        """The same day, or the week or month that holds it."""
        here, start, _ = closed(self.node, replace(anchor, tense="past"), "the day from which it is counted")
        middle = add_days(start, 3) if here.unit == "week" else start  # most of a week decides which one it is
        day = shift(middle, self.unit, -self.count)
        return unit_at(day, here.unit, f"{self.count} {self.unit}(s) before {here.rule}")


@dataclass(frozen=True, slots=True)
class Jubilee:
    """The day on which a date comes round: "the 70th anniversary of D-Day", "the first anniversary of the Feb. 24 invasion"."""

    years: int
    node: Node

    def value(self, anchor: Anchor) -> Value:
        """That many years on; a day without its year is itself the nearest that fits the tense."""
        if isinstance(self.node, Calendar) and self.node.year is None:
            return replace(self.node.value(anchor), rule=f"anniversary number {self.years}, by its day and month")
        whole, start, _ = closed(self.node, anchor, "the date that comes round")
        if whole.unit not in ("day", "month", "year"):
            raise Unsettled("the anniversary of a long time")
        return unit_at(add_months(start, 12 * self.years), whole.unit, f"{self.years} year(s) after {whole.rule}")


@dataclass(frozen=True, slots=True)
class Ending:
    """A length that ends with a date: "the three months to June", "the week ended March 9"."""

    count: int
    unit: str
    last: Node

    def value(self, anchor: Anchor) -> Value:
        """From that many units before the end of the date to its end."""
        last, _, end = closed(self.last, anchor, "the date with which it ends")
        start = shift(end, self.unit, -self.count)
        rule = f"{self.count} {self.unit}(s) up to the end of: {last.rule}"
        whole = unit_at(start, self.unit, rule) if self.count == 1 and self.unit in ("quarter", "year") else None
        if whole is not None and (whole.start, whole.end) == (start, end):
            return whole
        return Value(start, end, "interval", rule)


@dataclass(frozen=True, slots=True)
class WeekendOf:
    """The weekend of a day: "the weekend of March 3", "Labor Day weekend"; a feast that lies beside it makes it longer."""

    node: Node
    feast: bool = False

    def value(self, anchor: Anchor) -> Value:
        """The nearest Saturday and Sunday, with the feast on the Thursday, Friday or Monday beside them."""
        here, day, _ = closed(self.node, anchor, "the day in the weekend")
        saturday = add_days(day, 5 - day.weekday() - (7 if day.weekday() < 2 else 0))
        first, end = saturday, add_days(saturday, 2)
        if self.feast and 0 < (first - day).days <= 2:
            first = day
        if self.feast and (day - end).days == 0:
            end = add_days(day, 1)
        return Value(first, end, "interval", f"the weekend of {here.rule}")


@dataclass(frozen=True, slots=True)
class WeekdayIn:
    """A weekday with a week or a distance: "the first week of October on Friday", "Thursday, two years from now"."""

    weekday: int
    node: Node
    week: bool

    def value(self, anchor: Anchor) -> Value:
        """That weekday of the week that is told; of a longer time the first one from its day on."""
        _, start, _ = closed(self.node, anchor, "the week")
        if self.week:
            return unit_at(add_days(start, self.weekday - start.weekday()), "day", "that weekday of the week")
        return unit_at(
            add_days(start, (self.weekday - start.weekday()) % 7), "day", "the first such weekday from then on"
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """The turn of a century: its round year and the two beside it. `first_year` None: the turn nearest before publication."""

    first_year: int | None = None

    def value(self, anchor: Anchor) -> Value:
        """Three years."""
        year = self.first_year
        if year is None:
            if anchor.published is None or anchor.published.start is None:
                raise Unsettled("which century is not told, on an undated page")
            year = (anchor.published.start.year + 5) // 100 * 100
        if year < 100:
            raise Unsettled("lies outside the calendar")
        rule = f"the turn of a century: {year} and the years beside it"
        return Value(dt.date(year - 1, 1, 1), dt.date(year + 2, 1, 1), "interval", rule)
