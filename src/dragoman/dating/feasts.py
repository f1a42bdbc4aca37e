"""Days with a name: fixed ones, those by rule in a month, and the feasts that `moons` reckons."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dragoman.dating import moons
from dragoman.dating.timeline import Anchor, Node, Unsettled, Value, add_days, add_months, choose, make, unit_at

__all__ = ["Holiday", "feasts"]

_SIGHTED = "; its month begins where its crescent is seen, and a country may be a day apart"


def _run(first: dt.date, days: int, rule: str) -> Value:
    return unit_at(first, "day", rule) if days == 1 else Value(first, add_days(first, days), "interval", rule)


def _ruled(rule: str, year: int) -> dt.date:
    """ "11:4:3+1": the day after the fourth Thursday of November."""
    rule, _, extra = rule.partition("+")
    month, number, weekday = (int(part) for part in rule.split(":"))
    first = dt.date(year, month, 1)
    if number > 0:
        day = add_days(first, (weekday - first.weekday()) % 7 + 7 * (number - 1))
    else:
        last = add_days(add_months(first, 1), -1)
        day = add_days(last, -((last.weekday() - weekday) % 7))
    return add_days(day, int(extra or 0))


def feasts(rule: str, year: int) -> list[Value]:
    """The days of a feast that begin in a year: mostly one run, for Islamic feasts at times two or none.

    Rules: "MM-DD"; "MM:N:W" with "+D" (the N-th weekday W, Monday 0, N -1 the last); "easter+D" and "orthodox+D"; "islamic:M" (the
    whole month) or "islamic:M:D"; "hebrew:M:D"; "chinese:M:D"; "term:LONGITUDE" (Beijing); "nowruz"; "diwali"; "quds".
    "*N": it lasts N days.

    >>> [value.start.isoformat() for value in feasts("easter+1", 1916)]
    ['1916-04-24']
    """
    rule, _, lasts = rule.partition("*")
    days = int(lasts or 1)
    kind, *rest = rule.split(":")
    first: dt.date | None
    if kind == "islamic":
        runs = moons.islamic(year, int(rest[0])) if len(rest) == 1 else _islamic_days(year, *map(int, rest))
        return [
            Value(a, b, "interval", "a month of the Islamic calendar" + _SIGHTED)
            if len(rest) == 1
            else _run(a, days, "a feast of the Islamic calendar" + _SIGHTED)
            for a, b in runs
        ]
    if kind == "hebrew":
        first, what = moons.hebrew(year, int(rest[0]), int(rest[1])), "a feast of the Hebrew calendar"
    elif kind == "chinese":
        first, what = moons.chinese(year, int(rest[0]), int(rest[1])), "a feast of the Chinese calendar"
    elif kind == "term":
        moment = moons.solar_term(year, int(rest[0])) if 1600 <= year <= 2200 else None
        first, what = moment and (moment + dt.timedelta(hours=8)).date(), "a solar term, as Beijing reckons it"
    elif kind == "nowruz":
        first, what = moons.nowruz(year), "the first day of the Iranian year"
    elif kind == "quds":  # the last Friday of Ramadan
        ends = [end for _, end in moons.islamic(year, 9)]
        first = add_days(ends[0], -1 - (ends[0].weekday() - 5) % 7) if ends else None
        what = "the last Friday of Ramadan" + _SIGHTED
    elif kind == "diwali":
        first, what = moons.diwali(year), "the new moon of Kartik, as India reckons it"
    elif rule.startswith("easter"):
        first, what = add_days(moons.easter(year), int(rule[6:])), "a holiday"
    elif rule.startswith("orthodox"):
        known = 1900 <= year < 2100
        first, what = add_days(moons.easter_orthodox(year), int(rule[8:])) if known else None, "a feast of the East"
    elif rest:
        first, what = _ruled(rule, year), "a holiday"
    else:
        first, what = make(year, int(rule[:2]), int(rule[3:])), "a holiday"
    return [_run(first, days, what)] if first is not None else []


def _islamic_days(year: int, month: int, day: int) -> list[tuple[dt.date, dt.date]]:
    """That day of the month, for months that begin in the year or just before it, where the day itself falls in it."""
    found = []
    for of in (year - 1, year):
        for begin, _ in moons.islamic(of, month):
            here = begin + dt.timedelta(days=day - 1)
            if here.year == year:
                found.append((here, here + dt.timedelta(days=1)))
    return found


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day with a name, by a rule of `feasts`."""

    rule: str
    year: int | Node | None = None

    def value(self, anchor: Anchor) -> Value:
        """The day in its year; without one the nearest that fits the tense."""
        if self.year is not None:
            year = self.year if isinstance(self.year, int) else None
            if not isinstance(self.year, int):
                start = self.year.value(anchor).start
                if start is None:
                    raise Unsettled("the year is not known")
                year = start.year
            found = feasts(self.rule, year or 0)
            if not found:
                raise Unsettled("that year has no such day, or it is not reckoned so far from ours")
            return found[0]
        published = anchor.published
        if published is None or published.start is None:
            raise Unsettled("a holiday whose year is not told, on an undated page")
        near = range(max(1, published.start.year - 2), min(9997, published.start.year + 2) + 1)
        days = [value for each in near for value in feasts(self.rule, each)]
        if not days:
            raise Unsettled("the feast is not reckoned so far from our time")
        return choose(anchor, days, days[0].rule)
