"""Feasts whose day is reckoned: Easter, and those of the Islamic, Hebrew, Chinese, Indian and Iranian calendars.

New moons and solar terms are computed (J. Meeus, Astronomical Algorithms, 2nd ed., chapters 25 and 49, the larger terms: good to
minutes); the Hebrew calendar is arithmetic. A month of Islam begins where its crescent is seen, so its days are those of Mecca's
reckoning, and the reason says that a country may be a day apart. Years 1600 to 2200; elsewhere there is no answer.
"""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from itertools import pairwise

__all__ = [
    "chinese", "diwali", "easter", "easter_orthodox", "hebrew", "hijri", "iranian", "islamic", "jewish_year", "new_moon", "nowruz",
    "solar_term",
]  # fmt: skip

_EPOCH = dt.datetime(2000, 1, 1, 12)  # JD 2451545.0
_MONTH = 29.530588861
_DAY = dt.timedelta(days=1)
_FIRST, _LAST = 1600, 2200


def _ahead(moment: float) -> float:
    """Terrestrial time less universal time, in days, for a moment in days from 2000 (Morrison and Stephenson's parabola)."""
    t = (2000 + moment / 365.25 - 1820) / 100
    return max(-20.0 + 32.0 * t * t, 0.0) / 86400 if abs(moment) > 73000 else 60.0 / 86400


# Amplitude in days and multiples of the sun's anomaly, the moon's anomaly, the moon's argument of latitude; the power of E is |M|.
_MOON = (
    (-0.40720, 0, 1, 0),
    (0.17241, 1, 0, 0),
    (0.01608, 0, 2, 0),
    (0.01039, 0, 0, 2),
    (0.00739, -1, 1, 0),
    (-0.00514, 1, 1, 0),
    (0.00208, 2, 0, 0),
    (-0.00111, 0, 1, -2),
    (-0.00057, 0, 1, 2),
    (0.00056, 1, 2, 0),
    (-0.00042, 0, 3, 0),
    (0.00042, 1, 0, 2),
    (0.00038, 1, 0, -2),
    (-0.00024, -1, 2, 0),
)


@lru_cache(maxsize=4096)
def new_moon(number: int) -> dt.datetime:
    """The conjunction of that number, universal time; number 0 is that of January 6, 2000.

    >>> new_moon(0).isoformat(timespec="hours")
    '2000-01-06T18'
    """
    t = number / 1236.85
    e = 1 - 0.002516 * t - 0.0000074 * t * t
    sun = math.radians(2.5534 + 29.10535670 * number - 0.0000014 * t * t)
    moon = math.radians(201.5643 + 385.81693528 * number + 0.0107582 * t * t)
    node = math.radians(160.7108 + 390.67050284 * number - 0.0016118 * t * t)
    rise = math.radians(124.7746 - 1.56375588 * number + 0.0020672 * t * t)
    days = 5.09766 + _MONTH * number + 0.00015437 * t * t  # JDE 2451550.09766
    for size, a, b, c in _MOON:
        days += size * e ** abs(a) * math.sin(a * sun + b * moon + c * node)
    days -= 0.00017 * math.sin(rise)
    return _EPOCH + dt.timedelta(days=days - _ahead(days))


def _longitude(moment: dt.datetime) -> float:
    """The sun's apparent longitude in degrees, good to about 0.01."""
    days = (moment - _EPOCH) / _DAY
    t = (days + _ahead(days)) / 36525
    mean = 280.46646 + 36000.76983 * t + 0.0003032 * t * t
    m = math.radians(357.52911 + 35999.05029 * t - 0.0001537 * t * t)
    centre = (1.914602 - 0.004817 * t) * math.sin(m) + (0.019993 - 0.000101 * t) * math.sin(2 * m)
    centre += 0.000289 * math.sin(3 * m)
    return (mean + centre - 0.00569 - 0.00478 * math.sin(math.radians(125.04 - 1934.136 * t))) % 360


@lru_cache(maxsize=4096)
def solar_term(year: int, degrees: int) -> dt.datetime:
    """When the sun reaches a longitude in a year, universal time: 0 is the March equinox, 270 the December solstice.

    >>> solar_term(2018, 0).date().isoformat()
    '2018-03-20'
    """
    moment = dt.datetime(year, 3, 20) + dt.timedelta(
        days=(degrees if degrees < 285 else degrees - 360) * 365.2422 / 360
    )
    for _ in range(6):
        away = (degrees - _longitude(moment) + 180) % 360 - 180
        moment += dt.timedelta(days=away * 365.2422 / 360)
    return moment


def _beside(day: dt.datetime) -> int:
    """The number of a new moon at most two before a moment."""
    return math.floor(((day - _EPOCH) / _DAY - 5.09766) / _MONTH) - 1


@lru_cache(maxsize=1024)
def _chinese_months(year: int) -> tuple[tuple[dt.date, int, bool], ...]:
    """First day, number and whether it is a leap month, from the month of the solstice before a year to that of its own."""

    def day(moment: dt.datetime) -> dt.date:
        return (moment + dt.timedelta(hours=8)).date()  # Beijing

    def eleventh(of: int) -> int:
        solstice = day(solar_term(of, 270))
        number = _beside(dt.datetime.combine(solstice, dt.time()))
        while day(new_moon(number + 1)) <= solstice:
            number += 1
        return number

    first, last = eleventh(year - 1), eleventh(year)
    starts = [day(new_moon(number)) for number in range(first, last + 1)]
    terms = [day(solar_term(of, degrees)) for of in (year - 1, year) for degrees in range(0, 360, 30)]
    months, count, leap_left = [], 10, len(starts) - 1 == 13
    for begin, end in pairwise(starts):
        leap = leap_left and not any(begin <= term < end for term in terms)
        leap_left = leap_left and not leap
        count += not leap
        months.append((begin, (count - 1) % 12 + 1, leap))
    return tuple(months)


def chinese(year: int, month: int, day: int) -> dt.date | None:
    """A day of the Chinese calendar that falls in a year, months 11 and 12 being those before its New Year.

    >>> chinese(2018, 1, 1).isoformat(), chinese(2018, 8, 15).isoformat()
    ('2018-02-16', '2018-09-24')
    """
    if not _FIRST <= year <= _LAST:
        return None
    found = [begin for begin, number, leap in _chinese_months(year) if number == month and not leap]
    return found[0] + (day - 1) * _DAY if found else None


def islamic(year: int, month: int) -> list[tuple[dt.date, dt.date]]:
    """The runs of days of an Islamic month that begin in a year, as Mecca reckons them: mostly one, at times two or none.

    A month begins on the day after the conjunction, or the one after it where the conjunction comes too late to set before the moon.

    >>> [(a.isoformat(), b.isoformat()) for a, b in islamic(2018, 9)]
    [('2018-05-17', '2018-06-15')]
    """
    if not _FIRST <= year <= _LAST:
        return []
    found = []
    # Month 1 of the year 1421 began after the conjunction numbered 3 (April 4, 2000).
    for number in range(_beside(dt.datetime(year, 1, 1)) - 1, _beside(dt.datetime(year, 12, 31)) + 3):
        if (number - 3) % 12 == month - 1:
            begin, end = _crescent(number), _crescent(number + 1)
            if begin.year == year:
                found.append((begin, end))
    return found


def hijri(year: int, month: int) -> tuple[dt.date, dt.date] | None:
    """The first day of a month of an Islamic year and that of the next month, as `islamic` reckons them.

    >>> hijri(1443, 1)[0].isoformat()
    '2021-08-10'
    """
    if not _FIRST <= year * 0.9702 + 622 <= _LAST:
        return None
    number = 3 + (year - 1421) * 12 + month - 1
    return _crescent(number), _crescent(number + 1)


def _crescent(number: int) -> dt.date:
    local = new_moon(number) + dt.timedelta(hours=3)
    late = local.hour + local.minute / 60 >= 14  # the hour that agrees best with the fasts announced since 2000
    return local.date() + (2 if late else 1) * _DAY


def _hebrew_new_year(year: int) -> dt.date:
    """The first of Tishri of a Hebrew year: the mean conjunction and the four postponements."""
    months = (235 * year - 234) // 19
    parts = 12084 + 13753 * months
    day = 29 * months + parts // 25920
    if 3 * (day + 1) % 7 < 3:
        day += 1
    return dt.date.fromordinal(day - 1373427)


def _hebrew_start(year: int) -> dt.date:
    before, here, after = (_hebrew_new_year(year + step) for step in (-1, 0, 1))
    if (after - here).days == 356:
        return here + 2 * _DAY
    return here + _DAY if (here - before).days == 382 else here


def hebrew(year: int, month: int, day: int) -> dt.date | None:
    """A day of the Hebrew calendar that falls in a year; months from Nisan 1 to Adar (Adar II in a leap year) 12; Tishri is 7.

    >>> hebrew(2018, 7, 10).isoformat(), hebrew(2018, 1, 15).isoformat(), hebrew(2017, 9, 25).isoformat()
    ('2018-09-19', '2018-03-31', '2017-12-13')
    """
    if not _FIRST <= year <= _LAST:
        return None
    for hebrew_year in (year + 3760, year + 3761):
        start, after = _hebrew_start(hebrew_year), _hebrew_start(hebrew_year + 1)
        length = (after - start).days
        # Backwards from the next year the months never vary: Elul 29, Av 30, ... Nisan 30, Adar (II) 29.
        if month in (1, 2, 3, 4, 5, 6, 12):
            back = (29 if month == 12 else 0) + sum((30, 29, 30, 29, 30, 29)[0 if month == 12 else month - 1 :])
            found = after - back * _DAY
        else:
            lengths = [30, 30 if length % 10 == 5 else 29, 29 if length % 10 == 3 else 30, 29, 30]
            found = start + sum(lengths[: month - 7]) * _DAY
        found += (day - 1) * _DAY
        if found.year == year:
            return found
    return None


def iranian(year: int, month: int, day: int) -> dt.date | None:
    """A day of the Iranian (solar Hijri) calendar: six months of 31 days from Nowruz, then months of 30.

    >>> iranian(1357, 11, 22).isoformat(), iranian(1342, 3, 15).isoformat()
    ('1979-02-11', '1963-06-05')
    """
    first = nowruz(year + 621)
    before = 31 * (month - 1) - max(0, month - 7)
    return first + (before + day - 1) * _DAY if first is not None else None


def jewish_year(year: int) -> tuple[dt.date, dt.date] | None:
    """From one Rosh Hashanah to the next.

    >>> jewish_year(5776)[0].isoformat()
    '2015-09-14'
    """
    if not _FIRST <= year - 3760 <= _LAST:
        return None
    return _hebrew_start(year), _hebrew_start(year + 1)


def diwali(year: int) -> dt.date | None:
    """The evening of the new moon of Kartik in India: that between October 17 and November 15.

    >>> diwali(2017).isoformat(), diwali(2020).isoformat()
    ('2017-10-19', '2020-11-14')
    """
    if not 1800 <= year <= _LAST:
        return None
    begin = dt.datetime(year, 10, 17, 3)
    number = _beside(begin)
    while new_moon(number) < begin:
        number += 1
    local = new_moon(number) + dt.timedelta(hours=5, minutes=30)
    return local.date() if local.hour + local.minute / 60 > 18.5 else local.date() - _DAY


def nowruz(year: int) -> dt.date | None:
    """The first day of the Iranian year: that of the March equinox where it comes before noon in Tehran, else the next.

    >>> nowruz(2018).isoformat(), nowruz(2024).isoformat()
    ('2018-03-21', '2024-03-20')
    """
    if not _FIRST <= year <= _LAST:
        return None
    local = solar_term(year, 0) + dt.timedelta(hours=3, minutes=30)
    return local.date() + (0 if local.hour < 12 else 1) * _DAY


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


def easter_orthodox(year: int) -> dt.date:
    """Easter Sunday of the Julian reckoning, as a Gregorian day, 1900 to 2099 (Meeus, chapter 8).

    >>> easter_orthodox(2018).isoformat()
    '2018-04-08'
    """
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    return dt.date(year, month, day + 1) + (year // 100 - year // 400 - 2) * _DAY
