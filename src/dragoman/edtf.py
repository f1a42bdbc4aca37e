"""Times as EDTF strings with half-open UTC intervals: the constructors of `When`.

EDTF (ISO 8601-2:2019) writes what is known and leaves out what is not: `2016-04`, `XXXX-04-28`, `198X`,
`2016-10-29/2016-10-31`, `2003-21` (spring), `2021-35` (third quarter). A vague date is an interval, never its first instant.
"""

from __future__ import annotations

import datetime as dt

from dragoman.records import Reason, When

__all__ = [
    "MONTHS",
    "WEEKDAYS",
    "before",
    "day",
    "days",
    "decade",
    "interval",
    "minute",
    "month",
    "month_day",
    "open_days",
    "open_month",
    "quarter",
    "season",
    "since",
    "unknown",
    "week",
    "year",
]

MONTHS: dict[str, int] = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sept", "sep"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}
"""English month names and their newspaper abbreviations, lower case, without the dot."""

WEEKDAYS: dict[str, int] = {
    name: number
    for number, name in enumerate(("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"))
}
"""English weekday names, Monday 0."""

_SEASON_MONTHS = {21: 3, 22: 6, 23: 9, 24: 12, 29: 9, 30: 12, 31: 3, 32: 6}
_SOUTHERN = 8  # EDTF codes the southern seasons 29 to 32
_SEASON_NAMES = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_DAY = dt.timedelta(days=1)
Why = tuple[Reason, ...]


def _midnight(value: dt.date) -> dt.datetime:
    return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)


def _next_month(year_: int, month_: int) -> dt.date:
    return dt.date(year_ + 1, 1, 1) if month_ == 12 else dt.date(year_, month_ + 1, 1)


def _when(edtf: str, start: dt.date, end: dt.date, precision: str, basis: str, phrase: str | None, why: Why) -> When:
    return When(
        edtf=edtf,
        start=_midnight(start),
        end=_midnight(end),
        precision=precision,
        basis=basis,
        phrase=phrase,
        why=why,
    )


def minute(value: dt.datetime, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """A moment known to the minute; `value` must be aware, and its offset is kept in the EDTF string.

    >>> import datetime as dt
    >>> beijing = dt.timezone(dt.timedelta(hours=8))
    >>> minute(dt.datetime(2016, 4, 18, 14, 56, tzinfo=beijing), basis="page").edtf
    '2016-04-18T14:56:00+08:00'
    """
    if value.tzinfo is None:
        raise ValueError("a moment needs a time zone; use day() where none is known")
    moment = value.replace(second=0, microsecond=0)
    start = moment.astimezone(dt.UTC)
    return When(
        edtf=moment.isoformat().replace("+00:00", "Z"),
        start=start,
        end=start + dt.timedelta(minutes=1),
        precision="minute",
        basis=basis,
        phrase=phrase,
        why=why,
    )


def day(value: dt.date, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """One day.

    >>> import datetime as dt
    >>> day(dt.date(2018, 8, 14), basis="phrase").end.isoformat()
    '2018-08-15T00:00:00+00:00'
    """
    return _when(value.isoformat(), value, value + _DAY, "day", basis, phrase, why)


def days(first: dt.date, last: dt.date, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """From the first day to the last, both included."""
    if first == last:
        return day(first, basis=basis, phrase=phrase, why=why)
    return interval(first, last + _DAY, basis=basis, phrase=phrase, why=why)


def interval(start: dt.date, end: dt.date, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """The half-open run of days from `start` to before `end`.

    >>> import datetime as dt
    >>> interval(dt.date(2016, 4, 27), dt.date(2016, 4, 29), basis="phrase").edtf
    '2016-04-27/2016-04-28'
    """
    if start >= end:
        raise ValueError(f"not an interval: {start} to {end}")
    edtf = f"{start.isoformat()}/{(end - _DAY).isoformat()}"
    return _when(edtf, start, end, "interval", basis, phrase, why)


def month(year_: int, month_: int, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """One calendar month."""
    first = dt.date(year_, month_, 1)
    return _when(f"{year_:04d}-{month_:02d}", first, _next_month(year_, month_), "month", basis, phrase, why)


def quarter(year_: int, number: int, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """One calendar quarter, 1 to 4 (EDTF sub-year codes 33 to 36)."""
    first = dt.date(year_, 3 * number - 2, 1)
    return _when(f"{year_:04d}-{32 + number}", first, _next_month(year_, 3 * number), "quarter", basis, phrase, why)


def season(
    year_: int, name: str, *, southern: bool = False, basis: str, phrase: str | None = None, why: Why = ()
) -> When:
    """A meteorological season: the northern spring is March to May; the one that begins in December begins in `year_`.

    >>> season(2019, "summer", southern=True, basis="phrase").edtf
    '2019-30'
    """
    code = _SEASON_NAMES[name.lower()] + (_SOUTHERN if southern else 0)
    first = dt.date(year_, _SEASON_MONTHS[code], 1)
    last_month = first.month + 2
    end = _next_month(year_ + 1, last_month - 12) if last_month > 12 else _next_month(year_, last_month)
    return _when(f"{year_:04d}-{code}", first, end, "season", basis, phrase, why)


def year(year_: int, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """One calendar year."""
    return _when(f"{year_:04d}", dt.date(year_, 1, 1), dt.date(year_ + 1, 1, 1), "year", basis, phrase, why)


def decade(first_year: int, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """Ten years from a round year: `decade(1980)` is the 1980s, EDTF `198X`."""
    edtf = f"{first_year // 10:03d}X"
    return _when(edtf, dt.date(first_year, 1, 1), dt.date(first_year + 10, 1, 1), "decade", basis, phrase, why)


def month_day(month_: int, day_: int, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """A day whose year is not known: `XXXX-04-28`, without an interval.

    >>> month_day(4, 28, basis="dateline").edtf
    'XXXX-04-28'
    """
    dt.date(2000, month_, day_)  # raises for days that no year has
    return When(
        edtf=f"XXXX-{month_:02d}-{day_:02d}",
        start=None,
        end=None,
        precision="day",
        basis=basis,
        phrase=phrase,
        why=why,
    )


def week(value: dt.date, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """The week, Monday to Sunday, that holds a day; EDTF has no weeks, so its days are written out.

    >>> import datetime as dt
    >>> week(dt.date(2018, 8, 16), basis="phrase").edtf
    '2018-08-13/2018-08-19'
    """
    monday = value - value.weekday() * _DAY
    edtf = f"{monday.isoformat()}/{(monday + 6 * _DAY).isoformat()}"
    return _when(edtf, monday, monday + 7 * _DAY, "week", basis, phrase, why)


def since(start: dt.date, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """From a day on, the end open: `2014-01-01/..`; the interval has no end."""
    return When(
        edtf=f"{start.isoformat()}/..",
        start=_midnight(start),
        end=None,
        precision="interval",
        basis=basis,
        phrase=phrase,
        why=why,
    )


def before(end: dt.date, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """Up to, not including, a day, the beginning open: `../2013-12-31`; the interval has no start."""
    return When(
        edtf=f"../{(end - _DAY).isoformat()}",
        start=None,
        end=_midnight(end),
        precision="interval",
        basis=basis,
        phrase=phrase,
        why=why,
    )


def open_month(month_: int, *, basis: str, phrase: str | None = None, why: Why = ()) -> When:
    """A month whose year is not known: `XXXX-10`, without an interval."""
    dt.date(2000, month_, 1)
    edtf = f"XXXX-{month_:02d}"
    return When(edtf=edtf, start=None, end=None, precision="month", basis=basis, phrase=phrase, why=why)


def open_days(
    first: tuple[int, int], last: tuple[int, int], *, basis: str, phrase: str | None = None, why: Why = ()
) -> When:
    """A run of days, as (month, day), whose year is not known, without an interval.

    >>> open_days((10, 29), (10, 31), basis="phrase").edtf
    'XXXX-10-29/XXXX-10-31'
    """
    ends = [f"XXXX-{month_:02d}-{day_:02d}" for month_, day_ in (first, last)]
    for month_, day_ in (first, last):
        dt.date(2000, month_, day_)
    return When(edtf="/".join(ends), start=None, end=None, precision="interval", basis=basis, phrase=phrase, why=why)


def unknown(*, basis: str = "none", phrase: str | None = None, why: Why = ()) -> When:
    """Nothing that EDTF could say; the reasons tell why."""
    return When(edtf=None, start=None, end=None, precision="unknown", basis=basis, phrase=phrase, why=why)
