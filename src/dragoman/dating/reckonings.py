"""Years and days of other reckonings: fiscal years, regnal and party eras, the Islamic, Iranian, Jewish and Buddhist calendars."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from dragoman.dating import moons
from dragoman.dating.feasts import Holiday
from dragoman.dating.nodes import Apart, Calendar, Fixed
from dragoman.dating.timeline import Anchor, Node, Unsettled, Value, add_days, add_months, choose, unit_at
from dragoman.dating.words import TWO_DIGITS, TWO_OR_FOUR, YEAR, Reading, Words, words
from dragoman.reference import rows_of

__all__ = ["FiscalYear", "IranianDay", "Reckonings", "land_beside"]

_FISCAL = re.compile(r"fy(\d{4}|\d{2})")
_TOLD_BY_LAND = re.compile(r"\b(?:spring|summer|autumn|fall|winter|fiscal|financial|budget)\b|\bfy", re.IGNORECASE)
_SOUTHERN = re.compile(
    r"\b(?:austral|southern(?:[- ]hemisphere)?) (?:spring|summer|autumn|winter)|\bsouthern hemisphere", re.IGNORECASE
)


_NEAR = 300


@cache
def _lands() -> tuple[re.Pattern[str], dict[str, str]]:
    """The names, adjectives and seats of all states, and the state of each."""
    codes: dict[str, str] = {}
    for row in rows_of("countries.tsv"):
        for cell in ("names", "demonyms", "seats"):
            for name in filter(None, row[cell].split("|")):
                codes.setdefault(name, row["parent"] or row["iso3"])
    listed = "|".join(re.escape(name) for name in sorted(codes, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?=[A-Z])(?:{listed})(?!\w)"), codes


def land_beside(text: str, sentence: tuple[int, int], start: int, end: int) -> tuple[str | None, bool]:
    """The state by whose year a phrase goes, where its words need one, and whether its seasons are those of the south.

    The nearest one named before it in its sentence, else the nearest behind it. A season is southern where the words beside it
    say so ("the Australian summer", "winter in Chile") or where the sentence names southern states only.

    >>> land_beside("Japan will spend more in fiscal 2024.", (0, 37), 25, 36)
    ('JPN', False)
    """
    if not _TOLD_BY_LAND.search(text, start, end):
        return None, False
    pattern, codes = _lands()
    sentence = max(sentence[0], start - _NEAR), min(sentence[1], end + _NEAR)
    named = [(*match.span(), codes[match[0]]) for match in pattern.finditer(text, *sentence)]
    before = [code for at, _, code in named if at < end]
    land = before[-1] if before else named[0][2] if named else None
    if _SOUTHERN.search(text, max(sentence[0], start - 12), min(sentence[1], end + 40)):
        return land, True
    beside = [
        code for a, b, code in named if -1 <= start - b <= 3 or (a >= end and text[end:a] in (" in ", " in the "))
    ]
    south: frozenset[str] = words()["southern"]
    listed = beside[-1:] or [code for _, _, code in named]
    return land, bool(listed) and all(code in south for code in listed)


@dataclass(frozen=True, slots=True)
class FiscalYear:
    """A fiscal year: that of a number, of a pair of years ("2021-22"), or counted from the one that holds the publication."""

    year: int | None = None
    paired: bool = False
    way: int = 0

    def value(self, anchor: Anchor) -> Value:
        """From its first month as the state that is named counts; without one the year it is named by, a pair from April on."""
        rule: str | None = words()["fiscal_years"].get(anchor.land or "")
        if self.year is None and rule is None:
            return unit_at(
                add_months(anchor.around("year").start or anchor.day(), 12 * self.way),
                "year",
                "its bounds are not told",
            )
        if rule is None and not self.paired:
            assert self.year is not None
            return unit_at(dt.date(self.year, 1, 1), "year", "a fiscal year whose bounds are not told: its named year")
        month, named = (rule or "04 first").split()
        if self.year is None:
            today = anchor.day()
            begun = today.year - (today.month < int(month))
            return self._from(
                begun + self.way, int(month), f"counted from the fiscal year of publication in {anchor.land}"
            )
        first = self.year if self.paired or named == "first" else self.year - 1
        where = anchor.land if rule else "no state that is named, so from April"
        return self._from(
            first,
            int(month),
            f"the fiscal year of {where}" if rule else f"a financial year named by two years, of {where}",
        )

    @staticmethod
    def _from(year: int, month: int, rule: str) -> Value:
        start = dt.date(year, month, 1)
        return Value(start, add_months(start, 12), "year" if month == 1 else "interval", rule)


@dataclass(frozen=True, slots=True)
class IranianDay:
    """A day, month or year of the Iranian calendar; a day without its year is the nearest that fits the tense."""

    year: int | None
    month: int | None = None
    day: int | None = None

    def value(self, anchor: Anchor) -> Value:
        """Its days in ours."""
        if self.year is not None:
            return self._in(self.year)
        if anchor.published is None or anchor.published.start is None:
            raise Unsettled("a date of the Iranian calendar whose year is not told, on an undated page")
        here = anchor.published.start.year - 621
        return choose(anchor, [self._in(year) for year in range(here - 2, here + 3)], "a date of the Iranian calendar")

    def _in(self, year: int) -> Value:
        start = moons.iranian(year, self.month or 1, self.day or 1)
        if self.day is not None:
            end = add_days(start, 1) if start else None
        elif self.month is not None and self.month < 12:
            end = moons.iranian(year, self.month + 1, 1)
        else:
            end = moons.iranian(year + 1, 1, 1)
        if start is None or end is None:
            raise Unsettled("the Iranian calendar is not reckoned so far from our time")
        rule = "a date of the Iranian calendar"
        return unit_at(start, "day", rule) if self.day is not None else Value(start, end, "interval", rule)


def _islamic(year: int, month: int | None = None, day: int | None = None) -> Node:
    begin, after = moons.hijri(year, month or 1), moons.hijri(year if month else year + 1, month or 1)
    if begin is None or after is None:
        return Apart("vague", "a year of the Islamic calendar that is not reckoned so far from our time")
    rule = "a date of the Islamic calendar; a month begins where its crescent is seen, and a country may be a day apart"
    if day is not None:
        return Fixed(add_days(begin[0], day - 1), add_days(begin[0], day), rule, "day")
    return Fixed(begin[0], after[1] if month else after[0], rule)


def _jewish(year: int) -> Node:
    bounds = moons.jewish_year(year)
    return (
        Fixed(*bounds, "a Jewish year")
        if bounds
        else Apart("vague", "a Jewish year that is not reckoned so far from our time")
    )


_YEARS: dict[str, Callable[[int], Node]] = {
    "islamic": _islamic,
    "iranian": IranianDay,
    "jewish": _jewish,
    "buddhist": lambda year: Calendar(year - 543),
}


class Reckonings(Words):
    """Readings of years that are not ours. Every method takes an index and answers a node and the index after it, or None."""

    def reckoned(self, i: int) -> Reading | None:
        """ "Heisei 28", "the third year of Reiwa", "1443 AH", "the Iranian year 1400", "15 Khordad 1342", "2559 B.E."."""
        return self.era_year(i) or self.other_year(i) or self.other_day(i)

    def named_in(self, table: str, i: int) -> tuple[int, int] | None:
        """The entry of a table of names that begins here."""
        if i >= len(self.tokens) or not (self.given or self.tokens[i].raw[:1].isupper()):
            return None
        listed: dict[tuple[str, ...], int] = self.words[table]
        for size in range(min(4, len(self.tokens) - i), 0, -1):
            found = listed.get(tuple(self.low(i + step) for step in range(size)))
            if found is not None:
                return found, i + size
        return None

    def era_year(self, i: int) -> Reading | None:
        """Years counted from an accession or a founding: "Reiwa 3", "Juche 105", "the 20th year of Showa"."""
        ranked = self.ordinal(i)
        if ranked and ranked[0] > 0 and (self.low(ranked[1]), self.low(ranked[1] + 1)) == ("year", "of"):
            era = self.named_in("era_years", self.skip(ranked[1] + 2, "the"))
            return (Calendar(era[0] + ranked[0]), self.skip(era[1], "era")) if era else None
        era = self.named_in("era_years", self.skip(i, "the"))
        if era:
            number = self.low(self.skip(era[1], "year"))
            if number.isdigit() and 0 < int(number) < 200:
                return Calendar(era[0] + int(number)), self.skip(era[1], "year") + 1
        return None

    def other_year(self, i: int) -> Reading | None:
        """A year with the mark or the adjective of its calendar."""
        kinds: dict[str, str] = self.words["calendars"]
        j = self.skip(i, "year")
        kind = kinds.get(self.low(j))
        if kind and (self.given or self.tokens[j].raw[:1].isupper()):
            k = self.after_dot(j + 1)
            marked = self.low(j) in self.words["year_marks"]
            k = self.skip(self.skip(self.skip(k, "hijri", "calendar"), "year", "era"), "of")
            if self.low(k).isdigit() and 3 < len(self.low(k)) < 5 and (marked or k > j + 1):
                return _YEARS[kind](int(self.low(k))), k + 1
        if not (self.low(j).isdigit() and len(self.low(j)) == 4):
            return None
        k = j + 1
        if self.low(k) in ("in", "of", "on"):  # "1357 in the Iranian calendar"
            kind = kinds.get(self.low(k + 2)) if self.low(k + 1) == "the" else None
            end = self.skip(k + 3, "hijri")
            return (_YEARS[kind](int(self.low(j))), end + 1) if kind and self.low(end) == "calendar" else None
        if self.low(k) in self.words["year_marks"] and self.tokens[k].raw[:1].isupper():
            return _YEARS[kinds[self.low(k)]](int(self.low(j))), self.after_dot(k + 1)
        return None

    def other_day(self, i: int) -> Reading | None:
        """ "22 Bahman 1357", "the month of Rajab", "10 Muharram 1443", "Khordad 15"."""
        if self.low(i) == "month" and self.low(i + 1) == "of":
            month = self.named_in("islamic_months", i + 2)
            if month:
                return Holiday(f"islamic:{month[0]}"), month[1]
            month = self.named_in("iranian_months", i + 2)
            return (IranianDay(None, month[0]), month[1]) if month else None
        day = self.low(i) if self.low(i).isdigit() else ""
        for table in ("iranian_months", "islamic_months"):
            month = self.named_in(table, self.skip(i + 1, "of") if day else i)
            if not month:
                continue
            number, k = day, month[1]
            if not day and self.low(k).isdigit() and len(self.low(k)) < 3:
                number, k = self.low(k), k + 1
            k = self.skip(k, ",")
            year = int(self.low(k)) if YEAR.fullmatch(self.low(k)) and int(self.low(k)) < 1600 else None
            end = k + 1 if year else k - (self.low(k - 1) == ",")
            if (number and not 0 < int(number) < 32) or not (number or year):
                return None
            which = int(number) if number else None
            if table == "iranian_months":
                return IranianDay(year, month[0], which), end
            return (_islamic(year, month[0], which) if year else Holiday(f"islamic:{month[0]}:{number}")), end
        return None

    def fiscal(self, j: int) -> Reading | None:
        """Fiscal years: "fiscal 2012", "FY22", "the 2014/15 fiscal year"."""
        low = self.low(j)
        if YEAR.fullmatch(low):
            paired = self.low(j + 1) in ("-", "–", "/") and TWO_OR_FOUR.fullmatch(self.low(j + 2))
            k = j + 3 if paired else j + 1
            if self.low(k) not in ("fiscal", "financial", "budget") or self.low(k + 1) != "year":
                return None
            if not paired:
                return FiscalYear(int(low)), k + 2
            if int(self.low(j + 2)) % 100 == (int(low) + 1) % 100:
                return FiscalYear(int(low), paired=True), k + 2
        match = _FISCAL.fullmatch(low)
        if match:
            return self.fiscal_pair(j, int(match[1]) + (2000 if len(match[1]) == 2 else 0), j + 1)
        if low == "fy" and TWO_DIGITS.fullmatch(self.low(j + 1)) and self.glued(j + 1):
            return self.fiscal_pair(j, 2000 + int(self.low(j + 1)), j + 2)
        if low in ("fy", "fiscal") or (low in ("financial", "budget") and self.low(j + 1) in ("year", "years")):
            k = self.skip(j + 1, "year", "years") if low != "fy" else j + 1
            if YEAR.fullmatch(self.low(k)):
                return self.fiscal_pair(j, int(self.low(k)), k + 1)
        return None

    def fiscal_pair(self, j: int, year: int, k: int) -> Reading:
        """One year, or two where the next one follows: "fiscal 2014-15"."""
        second = self.low(k + 1)
        if self.low(k) in ("-", "–", "/") and TWO_OR_FOUR.fullmatch(second) and int(second) % 100 == (year + 1) % 100:
            return FiscalYear(year, paired=True), k + 2
        return FiscalYear(year), k

    def before_christ(self, j: int) -> Reading | None:
        """ "44 BC", "the 5th century B.C.", "AD 79"."""
        low = self.low(j)
        if low in ("ad", "a.d") and self.tokens[j].raw.isupper():
            k = self.after_dot(j + 1)
            if self.low(k).isdigit() and 0 < int(self.low(k)) < 2200:
                return Calendar(int(self.low(k))), k + 1
        ranked = self.ordinal(j)
        k = j + 1
        if ranked and ranked[0] > 0 and self.low(self.skip(ranked[1], "-")) in ("century", "millennium"):
            k = self.skip(ranked[1], "-") + 1
        elif not (low.isdigit() and len(low) < 5):
            return None
        mark = self.low(k)
        if mark in ("bc", "bce", "b.c", "b.c.e"):
            return Apart("vague", "lies before the year 1, where no interval is held"), self.after_dot(k + 1)
        if mark in ("ad", "a.d", "ce") and k == j + 1 and int(low) > 0 and self.tokens[k].raw.isupper():
            return Calendar(int(low)), self.after_dot(k + 1)
        return None
