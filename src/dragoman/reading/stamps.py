"""Publication stamps: the dates and times that pages print or carry in their metadata.

This is not the grammar of dates in running text: it reads one stamp ("04-18-2016 14:56 BJT", "Updated: Aug 16, 2018",
"2018-08-16T09:30:00+02:00") and says what it can mean. A time without a zone gives the day; numbers that could be day and
month either way give the year; a day without a year gives `XXXX-MM-DD`.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from importlib.resources import files

from dragoman import edtf
from dragoman.records import Reason, When

__all__ = ["STAMP", "read_stamp", "zones"]

_MONTH = (
    r"(?:jan(?:uar[yi]?)?|feb(?:ruar[yi]?)?|mar(?:ch)?|märz|apr(?:il)?|may|mai|june?|juni|july?|juli|aug(?:ust)?|sept?(?:ember)?|"
    r"o[ck]t(?:ober)?|nov(?:ember)?|de[cz](?:ember)?)"
)
_ELSEWHERE = {
    1: "januar janvier enero janeiro gennaio januari ocak",
    2: "februar février fevrier febrero fevereiro febbraio februari şubat",
    3: "märz mars marzo março marco maart maret mart",
    4: "avril abril aprile nisan",
    5: "mai mayo maio maggio mei mayıs",
    6: "juni juin junio junho giugno haziran",
    7: "juli juillet julio julho luglio temmuz",
    8: "août aout agosto augustus agustus ağustos",
    9: "septembre septiembre setiembre setembro settembre eylül",
    10: "okt oktober octobre octubre outubro ottobre ekim",
    11: "novembre noviembre novembro kasım",
    12: "dez dezember décembre decembre diciembre dezembro dicembre desember aralık",
}
_OTHER_MONTHS = {name: number for number, names in _ELSEWHERE.items() for name in names.split()}
_FOREIGN = "(?:" + "|".join(sorted(_OTHER_MONTHS, key=len, reverse=True)) + ")"
_CLOCK = (
    r"(?:(?:\s*(?:[,|/·•–—-]|\bat\b|\bum\b|\bà\b|\ba las\b|\bàs\b|\balle\b)\s*|\s+|T)"
    r"(?P<hour>[01]?\d|2[0-3])(?:[:.h](?P<minute>[0-5]\d)(?::[0-5]\d(?:[.,]\d{1,9})?)?)?"
    r"(?:\s*(?P<half>[ap])\.?m\b\.?)?(?:\s*\(?(?P<zone>Z\b|(?:GMT|UTC)\s*[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}\b|[A-Z]{2,4}\b)\)?)?)?"
)
_CLOCK_BEFORE = (
    r"(?:(?P<hour0>[01]?\d|2[0-3]):(?P<minute0>[0-5]\d)(?::[0-5]\d)?(?:\s*(?P<half0>[ap])\.?m\b\.?)?"
    r"(?:\s*\(?(?P<zone0>(?:GMT|UTC)\s*[+-]\d{1,2}(?::?\d{2})?|[+-]\d{2}:?\d{2}|[A-Z]{2,4})\b\)?)?\s*[,|/·-]?\s+(?:on\s+)?"
    r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?)?"
)
_YEAR = r"(?P<year>(?:1[5-9]|20)\d{2})"
_FORMS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?<![\d-]){_YEAR}(?P<sep>[-/.])(?P<month>0?[1-9]|1[0-2])(?P=sep)(?P<day>0?[1-9]|[12]\d|3[01])(?!\d){_CLOCK}",
        rf"(?<!\d){_YEAR}\s?年\s?(?P<month>\d{{1,2}})\s?月\s?(?P<day>\d{{1,2}})\s?日{_CLOCK}",
        rf"{_CLOCK_BEFORE}\b(?P<name>{_MONTH})\.?\s+(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?:\s*,\s*|\s+){_YEAR}\b{_CLOCK}",
        rf"{_CLOCK_BEFORE}(?<!\d)(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\.?[\s-]+(?:of\s+)?(?P<name>{_MONTH})\.?[\s,-]+{_YEAR}\b{_CLOCK}",
        rf"{_CLOCK_BEFORE}(?<![\d.:/-])(?P<one>0?[1-9]|[12]\d|3[01])(?P<sep>\s?[-/.]\s?)(?P<two>0?[1-9]|[12]\d|3[01])(?P=sep){_YEAR}(?![\d]|[./-]\d){_CLOCK}",
        rf"(?<!\d)(?P<day>[12]\d|3[01]|0?[1-9])(?:er|º|\.)?\s+(?:de\s+)?(?P<name>{_FOREIGN})(?:\s+(?:de|del)\s+|\s+){_YEAR}\b{_CLOCK}",
        rf"\b(?P<name>{_MONTH}),?\s+(?P<day>[12]\d|3[01]|0?[1-9])/{_YEAR}\b{_CLOCK}",
        r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?:T?(?P<hour>[01]\d|2[0-3])(?P<minute>[0-5]\d)(?:[0-5]\d)?(?P<zone>Z|[+-]\d{2}:?\d{2})?)?(?!\d)",
        rf"\b(?P<name>{_MONTH})\.?\s+(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b(?!\s*,?\s*\d{{4}})",
        rf"(?<!\d)(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\.?\s+(?P<name>{_MONTH})\b(?!\s*,?\s*\d{{4}})",
    )
)
STAMP = _FORMS
"""The forms of a stamp, most complete first."""
_ISO_PART = re.compile(r"^(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2]))?$")
_OFFSET = re.compile(r"^(?:GMT|UTC)?\s*(?P<sign>[+-])(?P<hours>\d{1,2}):?(?P<minutes>\d{2})?$", re.IGNORECASE)
_LONGEST = 400


@lru_cache(maxsize=1)
def zones() -> dict[str, str]:
    """Time zone abbreviations to offsets, IANA names, or `?` where they are ambiguous; from `data/timezones.tsv`."""
    table = {}
    for line in files("dragoman").joinpath("data/timezones.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            name, value = line.split("\t")
            table[name] = value
    return table


def _zone(name: str | None, moment: dt.datetime) -> dt.tzinfo | None:
    if not name:
        return None
    name = name.strip()
    value = "+00:00" if name.upper() == "Z" else zones().get(name.upper(), name)
    offset = _OFFSET.match(value)
    if offset:
        minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
        return (
            dt.timezone(dt.timedelta(minutes=-minutes if offset["sign"] == "-" else minutes))
            if minutes < 24 * 60
            else None
        )
    if "/" in value:
        from zoneinfo import ZoneInfo

        try:
            delta = moment.replace(tzinfo=ZoneInfo(value)).utcoffset()
        except (KeyError, ValueError, OSError):
            return None
        return dt.timezone(delta) if delta is not None else None
    return None


def _reason(detail: str) -> Reason:
    return Reason(step="clean", by="stamps", detail=detail)


def read_stamp(text: str, *, basis: str, day_first: bool | None = None) -> When | None:
    """What the first stamp in `text` says, or None where there is none. At most 400 characters are looked at.

    `day_first` settles `04-05-2016` where something else on the page does (None: nothing does).

    >>> read_stamp("04-18-2016 14:56 BJT", basis="page").edtf
    '2016-04-18T14:56:00+08:00'
    >>> read_stamp("Updated: Aug 16, 2018 By Ren Qi", basis="byline").edtf
    '2018-08-16'
    >>> read_stamp("04/05/2016", basis="page").edtf
    '2016'
    >>> read_stamp("MOSCOW, April 28", basis="dateline").edtf
    'XXXX-04-28'
    """
    text = text[:_LONGEST].strip()
    whole = _ISO_PART.match(text)
    if whole:
        if whole["month"]:
            return edtf.month(int(whole["year"]), int(whole["month"]), basis=basis, phrase=text)
        return edtf.year(int(whole["year"]), basis=basis, phrase=text)
    for form in _FORMS:
        for match in form.finditer(text):
            when = _when(match, basis, day_first)
            if when is not None:
                return when
    return None


def _month_number(name: str) -> int:
    low = name.lower()
    return _OTHER_MONTHS.get(low) or edtf.MONTHS.get(low) or edtf.MONTHS[low[:3]]


def _when(match: re.Match[str], basis: str, day_first: bool | None) -> When | None:
    got = match.groupdict()
    phrase = match.group().strip(" ,|/·-")
    why: tuple[Reason, ...] = ()
    if got.get("one"):
        one, two = int(got["one"]), int(got["two"])
        year = int(got["year"])
        if (got["sep"] or "").strip() == "." or one > 12:
            day, month = one, two
        elif two > 12 or one == two:
            day, month = two, one
        elif day_first is not None:
            day, month = (one, two) if day_first else (two, one)
            why = (_reason("other dates of the page settle which number is the month"),)
        else:
            detail = f"{phrase!r} is {year}-{one:02d}-{two:02d} or {year}-{two:02d}-{one:02d}: only the year is sure"
            return edtf.year(year, basis=basis, phrase=phrase, why=(_reason(detail),))
    else:
        month = _month_number(got["name"]) if got.get("name") else int(got["month"])
        day = int(got["day"])
    if not 1 <= month <= 12:
        return None
    if not got.get("year"):
        try:
            return edtf.month_day(month, day, basis=basis, phrase=phrase, why=(_reason("the page gives no year"),))
        except ValueError:
            return None
    try:
        date = dt.date(int(got["year"]), month, day)
    except ValueError:
        return None
    return _with_clock(date, got, basis, phrase, why)


def _with_clock(date: dt.date, got: dict[str, str | None], basis: str, phrase: str, why: tuple[Reason, ...]) -> When:
    hour, minute, half, zone = (got.get(k) or got.get(k + "0") for k in ("hour", "minute", "half", "zone"))
    if hour is None or (minute is None and half is None):
        return edtf.day(date, basis=basis, phrase=phrase, why=why)
    clock = int(hour)
    if half:
        clock = clock % 12 + (12 if half.lower() == "p" else 0)
    moment = dt.datetime(date.year, date.month, date.day, clock, int(minute or 0))
    info = _zone(zone, moment)
    if info is None:
        detail = f"the time {clock:02d}:{int(minute or 0):02d} has no sure time zone: the day is kept"
        return edtf.day(date, basis=basis, phrase=phrase, why=(*why, _reason(detail)))
    return edtf.minute(moment.replace(tzinfo=info), basis=basis, phrase=phrase, why=why)
