"""Simple time expressions: dates, "last week", "two days ago", quarters, holidays, years, lengths. `phrases` joins them."""

from __future__ import annotations

import re

from dragoman.dating.ages import Ages
from dragoman.dating.feasts import Holiday
from dragoman.dating.nodes import (
    Ago,
    Apart,
    Calendar,
    Following,
    Modified,
    Nth,
    Part,
    Quarter,
    Range,
    Run,
    Same,
    Season,
    Shifted,
    Stretch,
    Week,
    Weekend,
)
from dragoman.dating.reckonings import FiscalYear
from dragoman.dating.timeline import Node
from dragoman.dating.words import ORDINAL, SLASHED, TWO_DIGITS, YEAR, Reading

__all__ = ["Simple"]

_ISO_WEEK = re.compile(r"(\d{4})-w(\d{1,2})")
_COMPACT = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_SHORT_NUMBER = re.compile(r"\d{1,4}")
_MONTH_NUMBER = re.compile(r"0?[1-9]|1[0-2]")
_DOTTED = re.compile(r"\d{1,2}\.\d{1,2}")
_DAY_NUMBER = re.compile(r"0?[1-9]|[12]\d|3[01]")
_QUARTER = re.compile(r"q([1-4])|([1-4])q")
_OPEN_MONTHS = frozenset(
    "in since until till by of from during before after through to and between last this next early late mid - – or past"
    " coming following every each throughout around".split()
)


class Simple(Ages):
    """The simple readings. Every method takes an index and answers a node and the index after it, or None."""

    def atom(self, i: int) -> Reading | None:
        """A simple reading with what belongs to it; `phrases` gives it."""
        raise NotImplementedError

    def numeric(self, i: int) -> Reading | None:
        """2016-10-29, 10/29/2016, 2018-W22, 2016/11."""
        low = self.low(i)
        week = _ISO_WEEK.fullmatch(low)
        if week:
            return Week(int(week[2]), int(week[1])), i + 1
        if self.given and _COMPACT.fullmatch(low):
            return Calendar(int(low[:4]), int(low[4:6]), int(low[6:])), i + 1
        match = SLASHED.match(low)
        if match and i >= 0:
            a, b, c = (int(part) for part in match.groups())
            if len(match[1]) == 4:
                year, month, day = a, b, c
            elif len(match[1]) <= 2:
                year = c if len(match[3]) == 4 else (2000 if c < 50 else 1900) + c
                # American order, as most of the English press prints it, unless the first number is no month or the mark is a full stop.
                month, day = (a, b) if a <= 12 and (low[len(match[1])] != "." or b > 12) else (b, a)
            else:
                return None
            if 1 <= month <= 12 and 1 <= day <= 31:
                return Calendar(year, month, day), i + 1
            return None
        if self.given and _SHORT_NUMBER.fullmatch(low) and self.low(i + 1) in ("/", "-", "."):
            other = self.low(i + 2)
            if (low, other) == ("9", "11"):
                return None  # a day with a name
            if YEAR.fullmatch(low) and _MONTH_NUMBER.fullmatch(other):
                return Calendar(int(low), int(other)), i + 3
            if _MONTH_NUMBER.fullmatch(low) and YEAR.fullmatch(other):
                return Calendar(int(other), int(low)), i + 3
            alone = len(self.tokens) == 3  # "Monday 12-4" are hours
            if (
                (self.low(i + 1) == "/" or (self.low(i + 1) == "-" and alone))
                and low.isdigit()
                and other.isdigit()
                and len(other) < 3
            ):
                a, b = int(low), int(other)
                month, day = (a, b) if a <= 12 else (b, a)
                if 1 <= month <= 12 and 1 <= day <= 31:
                    printed = self.year(i + 3) if self.low(i + 3) == "," else None
                    return (
                        (Calendar(printed[0], month, day), printed[1])
                        if printed
                        else (Calendar(None, month, day), i + 3)
                    )
        if self.given and _DOTTED.fullmatch(low):
            a, b = (int(part) for part in low.split("."))
            month, day = (a, b) if a <= 12 else (b, a)
            if 1 <= month <= 12 and 1 <= day <= 31:
                return Calendar(None, month, day), i + 1
        return None

    def calendar(self, i: int) -> Reading | None:
        """April 27; Oct. 29, 2016; 27 April; the 27th of April; Monday, April 27; April; Monday."""
        weekday: int | None = None
        j = self.skip(i, "the") if self.given else i
        found = self.weekday(j)
        if found:
            weekday, j = found
            if self.low(j) in self.words["day_parts"] and (self.low(j + 1) == "," or self.month(j + 1)):
                j += 1
            k = j
            for mark in (",", "the", "-"):
                k = self.skip(k, mark)
            date = self.month_first(k) or self.day_first(k) or (self.numeric(k) if self.low(k + 1) != "-" else None)
            if date and isinstance(date[0], Calendar) and date[0].day is not None:
                return Calendar(date[0].year, date[0].month, date[0].day, weekday), date[1]
            day = self.day_number(k)
            if day and not self.unit(day[1]) and (ORDINAL.match(self.low(k)) or (self.given and self.closed(day[1]))):
                return Calendar(day=day[0], weekday=weekday), day[1]
            return Calendar(weekday=weekday), j
        if self.given and YEAR.fullmatch(self.low(i)):  # "2017 April", "2017, 5 April"
            k = self.skip(i + 1, ",", "-", "/")
            late = self.month_first(k) or self.day_first(k)
            if late and isinstance(late[0], Calendar) and late[0].month and late[0].year is None:
                return Calendar(int(self.low(i)), late[0].month, late[0].day), late[1]
        return self.month_first(i) or self.day_first(i)

    def closed(self, i: int) -> bool:
        """Whether a phrase that is given ends here, or goes on with an hour."""
        return i >= len(self.tokens) or self.low(i) in ("at", "between", "from", "around", "about", ",")

    def month_first(self, i: int) -> Reading | None:
        found = self.month(i)
        if not found:
            return None
        month, j = found
        day_at = self.skip(j, "the") if self.given else j
        day_at = self.skip(day_at, "-", "/") if self.given else day_at
        spoken = (
            self.year(self.skip(day_at, "of")) if self.given and self.low(day_at) in self.words["numbers"] else None
        )
        if spoken:  # "October two thousand"
            return Calendar(spoken[0], month), spoken[1]
        day = self.day_number(day_at)
        if day and (not self.unit(day[1]) or self.low(day[1]) == "night"):
            number, k = day
            year = self.year(k) or (self.year(k + 1) if self.given and self.low(k) in ("-", "/") else None)
            if year:
                return Calendar(year[0], month, number), year[1]
            return Calendar(self.shared_year(k), month, number), k
        k = self.skip(j, "of", "in", "-", "/") if self.given else j
        year = self.year(j) or (self.year(k) if k > j else None)
        if year:
            return self.year_first_day(year, month) or (Calendar(year[0], month), year[1])
        return (Calendar(self.shared_year(j), month), j) if self.given or self.month_alone(i) else None

    def shared_year(self, j: int) -> int | None:
        """The year printed behind the second of two dates: "in March and October 2015", "on March 5 and April 7, 2015"."""
        if self.low(j) not in ("and", "or") and not (self.low(j) == "/" and self.month(j + 1)):
            return None
        other = self.month(j + 1)
        if not other:
            return None
        day = self.day_number(other[1])
        year = self.year(day[1] if day and not self.unit(day[1]) else other[1])
        return year[0] if year and isinstance(year[0], int) else None

    def year_first_day(self, year: tuple[int | Node, int], month: int) -> Reading | None:
        """ "September-2020-23"."""
        if self.given and self.low(year[1]) in ("-", "/") and isinstance(year[0], int):
            day = self.day_number(year[1] + 1)
            if day and day[1] >= len(self.tokens):
                return Calendar(year[0], month, day[0]), day[1]
        return None

    def month_alone(self, i: int) -> bool:
        """Whether a month without day or year is one: Cai Jun, Theresa May and a March are not."""
        before = self.low(i - 1)
        if before in ("-", "–"):  # "mid-September", "April-May"; a score of 6-Jan is none
            return self.low(i - 2).isalpha()
        if before in _OPEN_MONTHS:
            return True
        named = self.tokens[i - 1].raw[:1].isupper() if i else True
        return not named and self.low(i) not in ("may", "march", "mar", "jan", "jun", "dec")

    def day_number(self, i: int) -> tuple[int, int] | None:
        low = self.low(i)
        if _DAY_NUMBER.fullmatch(low):
            # "May 20 percent", "March 3,000": a count, not a day.
            return int(low), i + 1
        ranked = self.ordinal(i)
        if ranked and 0 < ranked[0] < 32:
            return ranked
        if self.given:
            spoken = self.number(i)
            if spoken and self.low(i) not in ("a", "an", "couple", "half") and 1 <= spoken[0] <= 31:
                return int(spoken[0]), spoken[1]
        return None

    def day_first(self, i: int) -> Reading | None:
        j = self.skip(i, "the")
        day = self.day_number(j)
        if not day:
            return None
        number, k = day
        k = self.skip(k, "of")
        if self.given or (self.low(k) == "-" and self.month(k + 1) and self.low(k + 2) == "-"):
            k = self.skip(k, "-", "/", ",")
        found = self.month(k)
        if found:
            month, m = found
            year = self.year(m) or (
                self.year(m + 1) if self.low(m) in ("-", "/") and (self.given or k > day[1]) else None
            )
            return (
                (Calendar(year[0], month, number), year[1])
                if year
                else (Calendar(self.shared_year(m), month, number), m)
            )
        if self.low(day[1]) in ("of", "in") or (self.given and ORDINAL.match(self.low(j))):
            m = self.skip(day[1], "of", "in")
            if self.low(m) in ("this", "next", "last") and self.low(m + 1) == "month":
                return Nth(number, "day", Shifted("month", self.words["modifiers"][self.low(m)])), m + 2
        ordinal = bool(ORDINAL.match(self.low(j))) or (self.given and self.low(j) in self.words["ordinals"])
        opened = j > i and (self.given or self.low(i - 1) in ("on", "until", "by", "since", "from"))
        alone = not self.unit(day[1]) and self.low(day[1]) not in ("quarter", "half", "century", "weekend")
        if alone and ((ordinal and (self.given or opened)) or (self.given and opened)):
            return Calendar(day=number), day[1]
        return None

    def deictic(self, i: int) -> Reading | None:
        """today, yesterday, tomorrow, tonight, overnight, the day before yesterday."""
        low = self.low(i)
        simple = {"today": 0, "tonight": 0, "tonite": 0, "yesterday": -1, "tomorrow": 1, "tmr": 1, "tmrw": 1}
        if low in simple:
            return Shifted("day", simple[low]), i + 1
        if low == "overnight":
            weekday = self.weekday(self.skip(i + 1, "on", "from"))
            second = self.weekday(weekday[1] + 1) if weekday and self.low(weekday[1]) in ("to", "into", "-") else None
            if weekday and second:  # "overnight from Saturday to Sunday"
                return Range(Calendar(weekday=weekday[0]), Calendar(weekday=second[0])), second[1]
            if weekday:  # "overnight Tuesday"
                return Calendar(weekday=weekday[0]), weekday[1]
            return Range(Shifted("day", -1), Shifted("day", 0)), i + 1
        if low == "date" and self.low(i - 1) in ("to", "till"):  # "from March to date"
            return Shifted("day", 0), i + 1
        if self.given and low in ("eom", "eoy"):
            return Part("late", Shifted("month" if low == "eom" else "year", 0)), i + 1
        if self.given and low in ("now", "eod"):
            return Shifted("day", 0), i + 1
        j = self.skip(i, "the")
        if self.low(j) == "day" and self.low(j + 1) in ("before", "after"):
            word, other = self.low(j + 1), self.low(j + 2)
            if other in ("yesterday", "tomorrow"):
                return Shifted("day", -2 if word == "before" else 2), j + 3
        if low == "the" and self.low(i + 1) == "other" and self.low(i + 2) == "day":
            return Apart("vague", "“the other day” names no day"), i + 3
        return None

    def modified(self, i: int) -> Reading | None:
        """last week, this October, next Friday, the past decade, the next two years, later this month."""
        j = self.skip(i, "the", "our", "their", "its", "these", "those")
        way: int | None = self.words["modifiers"].get(self.low(j))
        if (self.low(j), self.low(j + 1)) in (
            ("same", "period"),
            ("same", "time"),
            ("that", "time"),
            ("this", "time"),
            ("same", "quarter"),
        ):
            year = self.year(j + 2)
            if year and isinstance(year[0], Shifted) and self.low(j) != "that":
                return Same(years=year[0].count), year[1]
            if self.low(j + 1) == "time" and self.low(j) != "this":
                return Same(near=False), j + 2
        if self.low(j) in ("that", "same") or (self.low(j), self.low(j + 1)) == ("that", "same"):
            k = self.skip(self.skip(j, "that"), "same")
            unit = self.unit(k)
            if self.low(k) in ("spring", "summer", "autumn", "fall", "winter"):
                return Season(self.low(k), Same("year", near=False)), k + 1
            if self.low(k) in self.words["day_parts"]:  # "that evening"
                return Same("day", near=False), k + 1
            if unit and unit[0] != "minute" and (unit[0] != "hour"):
                return Same(unit[0] if self.low(k) != "night" else "day", near=False), unit[1]
            return None
        if self.low(j) in ("recent", "these", "those") and self.unit(j + 1):
            return Apart("vague", "recent days, weeks or years have no bounds"), j + 2
        if way is None:
            return self.counted(i, j)
        if self.low(j + 1) in ("fiscal", "financial", "budget") and self.low(j + 2) == "year":
            return FiscalYear(way=way), j + 3
        k = self.skip(j + 1, "same") if way is not None else j + 1
        k = self.skip(k, "full", "whole", "entire", "calendar", "few") if self.low(k) != "few" else k
        if self.low(k) in ("few", "several", "many"):
            stop = self.unit(k + 1)
            return (Apart("vague", "a few, several or many have no number"), stop[1]) if stop else None
        number = self.number(k) if self.low(k) not in ("a", "an") else None
        if number and number[0].is_integer() and self.low(number[1]) != "/":  # "next 5/12"
            months = self.unit(number[1])
            whole = self.atom(months[1] + 1) if months and self.low(months[1]) == "of" and way < 0 else None
            if months and whole and months[0] in ("day", "month", "quarter", "year"):  # "the last four months of 2021"
                return Nth(-int(number[0]), months[0], whole[0]), whole[1]
            at = self.skip(number[1], "full", "consecutive", "calendar")
            unit = self.unit(at)
            if unit and way != 0:
                return Run(int(number[0]), unit[0], way), unit[1]
            return None
        named = self.named(k, way)
        if named:
            return named
        unit = self.unit(k)
        if not unit:
            if self.low(k) in self.words["day_parts"] and j > i and self.low(j) in ("following", "next"):
                return (Following("day") if self.given else Ago(1, "day", 1, None)), k + 1  # "the next morning"
            if self.low(k) in self.words["day_parts"]:
                return Shifted(
                    "day",
                    -1 if way < 0 and self.low(k) in ("night", "evening") else way if self.low(j) != "this" else 0,
                ), k + 1
            return None
        return self.modified_unit(i, j, way, unit)

    def counted(self, i: int, j: int) -> Reading | None:
        """ "5 past years": the number before "last" or "next"."""
        counted = self.number(j) if j == i or self.low(i) == "the" else None
        after = (
            self.words["modifiers"].get(self.low(counted[1])) if counted and self.low(j) not in ("a", "an") else None
        )
        unit = self.unit(counted[1] + 1) if counted and after else None
        plural = unit is not None and (self.low(unit[1] - 1).endswith("s") or counted == (1.0, j + 1))
        if counted and after and unit and plural and counted[0].is_integer():  # "5 past years"
            return Run(int(counted[0]), unit[0], after), unit[1]
        return None

    def modified_unit(self, i: int, j: int, way: int, unit: tuple[str, int]) -> Reading | None:
        """A unit after "last", "this", "next" and their like."""
        word, the, m = self.low(j), j > i, unit[1]
        singular = not self.low(m - 1).rstrip("'").endswith("s")
        if unit[0] == "minute":
            return None
        if not singular and unit[0] != "minute":
            return Apart("vague", "units without a number have no bounds"), m
        if (
            the
            and word in ("following", "next", "previous", "preceding", "prior")
            and unit[0] in ("day", "week", "month", "year")
        ):
            ahead = word == "next" and self.low(i - 1) in ("in", "over", "during", "within", "for", "through")
            if ahead and unit[0] != "day":  # "over the next month"
                return Run(1, unit[0], 1), m
            told = Ago(1, unit[0], way, None, near=self.given)
            return (Following(unit[0]) if self.given and word == "next" else told), m
        if self.low(m - 1) == "night" and way < 0:
            return Shifted("day", -1), m
        if word in ("past", "coming") and the and unit[0] in ("week", "month", "year", "decade", "century"):
            return Run(1, unit[0], way), m
        if unit[0] == "decade" and the and way:
            return Run(1, "decade", way), m
        if unit[0] == "week":
            k = self.skip(self.skip(m, "'s"), "on")
            k = self.skip(k, "-", ",") if self.given else k
            day = self.weekday(k)
            if day:
                return Nth(1, "", Shifted("week", way), weekday=day[0]), day[1]
        if unit[0] == "hour":
            return Run(1, "hour", way), m
        if unit[0] == "fortnight":
            return Run(2, "week", way), m
        return Shifted(unit[0], way), m

    def named(self, k: int, way: int) -> Reading | None:
        """What "last", "this", "next" may stand before: a month, weekday, season, quarter, holiday."""
        node: Node | None = None
        short = self.numeric(k) if self.given else None
        if short and isinstance(short[0], Calendar) and short[0].year is None:
            return Modified(way, short[0]), short[1]
        month = self.month(k)
        if month:
            day = self.day_number(month[1])
            if day and not self.unit(day[1]):
                return Modified(way, Calendar(None, month[0], day[0])), day[1]
            return Modified(way, Calendar(None, month[0])), month[1]
        weekday = self.weekday(k)
        if weekday:
            date = self.month_first(self.skip(weekday[1], "-", ",")) if self.given else None
            number = self.day_number(weekday[1]) if self.given else None
            if number and ORDINAL.match(self.low(weekday[1])):
                return Calendar(day=number[0], weekday=weekday[0]), number[1]  # "next Wednesday 4th"
            if date and isinstance(date[0], Calendar) and date[0].day:
                return Calendar(date[0].year, date[0].month, date[0].day, weekday[0]), date[1]
            return Modified(way, Calendar(weekday=weekday[0])), weekday[1]
        low = self.low(k)
        if low in ("spring", "summer", "autumn", "fall", "winter"):
            return Modified(way, Season(low)), k + 1
        quarter = self.quarter_name(k)
        if quarter:
            return Modified(way, Quarter(quarter[0])), quarter[1]
        holiday = self.holiday(k)
        if holiday and isinstance(holiday[0], Holiday):
            node, after = holiday
            return Modified(way, node), after
        return None

    def ago(self, i: int) -> Reading | None:
        """two days ago; three weeks earlier; a week after March 5; in five days; two years from now."""
        ahead = self.low(i) in ("in", "within")
        j = i + 1 if ahead else i
        if self.low(j) in ("about", "around", "nearly", "almost", "some", "over", "exactly", "just", "roughly"):
            j = j + 1
        elif self.low(j) in ("more", "less") and self.low(j + 1) == "than":
            j = j + 2
        if self.low(j) in ("several", "few", "many") or (self.low(j) == "a" and self.low(j + 1) == "few"):
            k = j + 1 + (self.low(j) == "a")
            unit = self.unit(k)
            if unit and unit[0] in ("hour", "minute") and self.low(unit[1]) in ("earlier", "later", "afterwards"):
                return Ago(1, unit[0], -1 if self.low(unit[1]) == "earlier" else 1, None), unit[1] + 1
            if unit and self.low(unit[1]) in ("ago", "earlier", "later", "before", "after"):
                return Apart("vague", "a few, several or many have no number"), unit[1] + 1
            return None
        number = self.number(j)
        the = False
        if self.low(j) in ("hours", "minutes", "moments") and self.low(j + 1) in ("earlier", "later", "afterwards"):
            return Ago(1, "hour", -1 if self.low(j + 1) == "earlier" else 1, None), j + 2  # of the same day
        if number is None and self.low(j) == "the" and self.low(j + 1) in ("day", "week", "month", "year", "night"):
            number, the = (1.0, j + 1), True
        if number is None:
            return None
        k = self.skip(number[1], "-", "full", "calendar")
        unit = self.unit(k)
        if not unit:
            return None
        count, m = number[0], unit[1]
        if self.low(m) == "and" and self.low(m + 1) == "a" and self.low(m + 2) == "half":
            count, m = count + 0.5, m + 3
        return self.ago_tail(count, unit[0], m, ahead=ahead, the=the, within=self.low(i) == "within")

    def ago_tail(
        self, count: float, unit: str, m: int, *, ahead: bool, the: bool, within: bool = False
    ) -> Reading | None:
        """What follows "two days": ago, earlier, later, before, after, from now; alone after "in"."""
        low = self.low(m)
        if low in ("ago", "back") and not the:
            return Ago(count, unit, -1, None, from_publication=True), m + 1
        if (low, self.low(m + 1)) in (
            ("from", "now"),
            ("since", "then"),
        ) or low == "hence":
            return (
                (Ago(count, unit, 1, None, from_publication=True), m + (1 if low == "hence" else 2))
                if low != "since"
                else None
            )
        if low in ("before", "after", "from", "prior", "following", "since"):
            k = self.skip(m + 1, "to") if low == "prior" else m + 1
            base = (self.atom(k) or self.atom(self.skip(k, "the"))) if low != "since" else None
            way = 1 if low in ("after", "from", "following") else -1
            if base and not isinstance(base[0], Apart):
                return Ago(count, unit, way, base[0]), base[1]
            if (
                self.low(m) in ("before", "after")
                and not (self.low(m + 1)[:1].isalpha() and not the)
                and (the or count >= 1)
            ):
                return Ago(count, unit, -1 if low == "before" else 1, None), m + 1
            return None
        if low in ("earlier", "later") and self.low(m + 1) == "than":
            base = self.atom(m + 2)
            if base and isinstance(base[0], Calendar | Holiday | Shifted):
                return Ago(count, unit, -1 if low == "earlier" else 1, base[0]), base[1]
        if low == "on" and unit in ("week", "month", "year") and self.low(m + 1) in ("", ","):
            return Ago(count, unit, 1, None), m + 1  # "a year on"
        if low in ("earlier", "previously", "before", "prior", "previous"):
            return Ago(count, unit, -1, None), m + 1
        if low in ("later", "afterwards", "afterward", "after"):
            return Ago(count, unit, 1, None), m + 1
        if ahead and within and not the:
            return Stretch(max(1, int(count)), unit, Shifted("day", 0)), m
        if low == "'s" and self.low(m + 1) == "time":
            m += 1
        if ahead and self.low(m) == "time" and self.low(m - 1).endswith(("'", "'s")):
            m, low = m + 1, "time"  # "in a fortnight's time"
        if ahead and not the and (low == "time" or self.low(m) not in ("of", "'s")):
            return Ago(count, unit, 1, None, from_publication=True, within=low != "time"), m
        return None

    def quarter_name(self, i: int) -> tuple[int, int] | None:
        """third quarter, third-quarter, Q3, 3Q."""
        match = _QUARTER.fullmatch(self.low(i))
        if match:
            return int(match[1] or match[2]), i + 1
        if self.given and self.low(i) == "quarter" and self.low(i + 1) in ("1", "2", "3", "4"):
            return int(self.low(i + 1)), i + 2
        for mark, number in ((i, i + 1), (i + 1, i)):
            sure = self.given or (self.low(mark) == "q" and self.tokens[mark].raw == "Q" and self.glued(i + 1))
            if sure and self.low(mark) == "q" and self.low(number) in ("1", "2", "3", "4"):
                return int(self.low(number)), i + 2
        ranked = self.ordinal(i)
        if ranked and (1 <= ranked[0] <= 4 or self.low(i) == "final"):
            j = self.skip(ranked[1], "-", "fiscal", "calendar")
            if self.low(j) in ("quarter", "qtr"):
                return (4 if ranked[0] == -1 else ranked[0]), j + 1
        return None

    def part_of_year(self, i: int) -> Reading | None:
        """A quarter, season, half, or the n-th week, day, month or weekday of something."""
        j = self.skip(i, "the")
        if YEAR.fullmatch(self.low(i)):  # "2018 Q3", "2019-H2", "2018 summer"
            k = self.skip(i + 1, "-", ",", "'s")
            quarter = self.quarter_name(k)
            if quarter:
                return Quarter(quarter[0], int(self.low(i))), quarter[1]
            half = self.half_name(k)
            if half:
                return Nth(half[0], "half", Calendar(int(self.low(i)))), half[1]
            if self.given and self.low(k) in ("spring", "summer", "autumn", "fall", "winter"):
                return Season(self.low(k), int(self.low(i))), k + 1
        quarter = self.quarter_name(j)
        if quarter:
            k = self.skip(quarter[1], "-")
            year = self.year(quarter[1]) or (self.year(k) if k > quarter[1] else None)
            if (
                not year
                and self.low(j + 1) == "q"
                and self.glued(quarter[1])
                and TWO_DIGITS.fullmatch(self.low(quarter[1]))
            ):
                year = 2000 + int(self.low(quarter[1])), quarter[1] + 1  # 3Q14
            return (Quarter(quarter[0], year[0]), year[1]) if year else (Quarter(quarter[0]), quarter[1])
        season = self.season(j)
        if season:
            return season
        nexts = self.skip(j + 2, "the")
        if (
            self.low(j) in ("week", "weekend", "month", "year")
            and self.low(j + 1) == "after"
            and self.low(nexts) == "next"
        ):
            return Shifted(self.low(j), 2), nexts + 1
        if self.low(j) == "week" and self.low(j + 1) in ("starting", "beginning", "commencing"):
            inner = self.atom(self.skip(j + 2, "on"))
            if inner and (j > i or self.given):
                return Week(holding=inner[0]), inner[1]
        if self.low(j) == "week" and self.low(j + 1) == "of":
            inner = self.atom(j + 2)
            if inner:
                return Week(holding=inner[0]), inner[1]
        if self.low(j) in ("week", "wk") and self.low(j + 1).isdigit() and self.given:
            year = self.year(j + 2)
            if not year or isinstance(year[0], int):
                return Week(int(self.low(j + 1)) % 100, year[0] if year and isinstance(year[0], int) else None), year[
                    1
                ] if year else j + 2
        ranked = self.ordinal(j)
        if self.low(j + 1) == "half" and self.low(j) in ("latter", "former"):
            ranked = (2 if self.low(j) == "latter" else 1), j + 1
        if (
            ranked
            and ranked[0] > 0
            and self.low(ranked[1]) == "half"
            and self.given
            and ranked[1] + 1 >= len(self.tokens)
        ):
            return Nth(ranked[0], "half", Shifted("year", 0)), ranked[1] + 1  # "in the first half", as companies say it
        if ranked:
            return self.nth(ranked[0], ranked[1])
        return None

    def nth(self, n: int, k: int) -> Reading | None:
        k = self.skip(k, "full")
        several = self.number(k) if n in (1, -1) and self.low(k) not in ("a", "an", "half") else None
        units = self.unit(several[1]) if several else None
        if several and units and self.low(units[1]) == "of" and units[0] in ("day", "week", "month", "quarter", "year"):
            whole = self.atom(units[1] + 1) or self.whole(units[1] + 1)
            if whole and n < 0:
                return Nth(-int(several[0]), units[0], whole[0]), whole[1]  # "the final three months of the year"
            return (
                (Stretch(int(several[0]), units[0], whole[0]), whole[1]) if whole else None
            )  # "the first eight months of 2006"
        weekday = self.weekday(k)
        unit: tuple[str, int] | None = None
        if self.low(k) == "half":
            unit = ("half", k + 1)
        elif not weekday:
            unit = self.unit(k)
        after = weekday[1] if weekday else unit[1] if unit else 0
        bare = self.low(after) in ("this", "last", "next")  # "the third week next year"
        if weekday and self.given and n > 0 and not bare and self.low(after) not in ("of", "in", "'s"):
            return Nth(n, "", Shifted("month", 0), weekday=weekday[0]), after
        if self.given and unit and unit[0] == "week" and n > 0 and after >= len(self.tokens):
            return Week(n), after  # "the 23rd week"
        if not after or (self.low(after) not in ("of", "in", "'s") and not bare):
            return None
        inner = self.modified(after) if bare else self.atom(after + 1) or self.whole(after + 1)
        if not inner:
            return None
        if weekday:
            return Nth(n, "", inner[0], weekday=weekday[0]), inner[1]
        assert unit is not None
        return (Nth(n, unit[0], inner[0]), inner[1]) if unit[0] not in ("hour", "minute", "century") else None

    def whole(self, i: int) -> Reading | None:
        """ "the year", "the month": the one of publication."""
        j = self.skip(i, "the", "this")
        unit = self.unit(j)
        j = self.skip(j, "entire", "whole", "full", "same")
        unit = self.unit(j)
        if (
            unit
            and j > i
            and unit[0] in ("day", "week", "month", "quarter", "year", "decade")
            and not self.low(j).endswith("s")
        ):
            return Same(unit[0]), unit[1]
        return None

    def weekend(self, i: int) -> Reading | None:
        j = self.skip(i, "the")
        if self.low(j) == "weekend" and (j > i or self.given):
            return Weekend(), j + 1
        if self.given and self.low(j) == "week" and j > i:
            return Shifted("week", 0), j + 1
        if self.given and j > i:
            return self.whole(i)
        return None

    def stretch(self, number: tuple[float, int]) -> Reading | None:
        """ "for three days from Monday", "for 1 week, starting December 20"."""
        unit = self.unit(number[1])
        if not unit or unit[0] in ("hour", "minute", "quarter", "century", "decade"):
            return None
        k = self.skip(unit[1], ",")
        if self.low(k) not in ("from", "starting", "beginning"):
            return None
        inner = self.atom(self.skip(k + 1, "from", "on"))
        if inner and not isinstance(inner[0], Apart):
            return Stretch(int(number[0]), unit[0], inner[0]), inner[1]
        return None

    def apart(self, i: int) -> Reading | None:
        """Sets and durations: every year, daily, on Mondays, three days, 12-hour."""
        low = self.low(i)
        if low in ("every", "each"):
            j = self.skip(i + 1, "other", "single", "few")
            number = self.number(j)
            j = number[1] if number else j
            unit, weekday, month = self.unit(j), self.weekday(j), self.month(j)
            stop = unit or weekday or month
            if stop or self.low(j) in self.words["day_parts"]:
                return Apart("set", "a time that comes back, not a point"), stop[1] if stop else j + 1
        if (low, self.low(i + 1)) in (("day", "and"), ("night", "and")) and self.low(i + 2) in ("day", "night"):
            return Apart("set", "a time that comes back, not a point"), i + 3
        if low in ("once", "twice") and self.low(i + 1) in ("a", "an", "per", "every"):
            unit = self.unit(i + 2)
            if unit:
                return Apart("set", "a time that comes back, not a point"), unit[1]
        if low in self.words["sets"] and (self.given or low not in ("annual",)):
            return Apart("set", "a time that comes back, not a point"), i + 1
        if low in ("vague_back",):
            return None
        j = self.skip(i, "for", "over", "during")
        number = self.number(j)
        stretch = self.stretch(number) if number and (j > i or self.given) else None
        if stretch:
            return stretch
        if number:
            k = self.skip(number[1], "-", "full", "consecutive", "more", "straight", "other", "additional")
            unit = self.unit(k)
            if unit:
                return Apart("duration", "a length of time, not a point"), unit[1]
        if low in ("several", "few", "many", "some") and self.unit(i + 1):
            return Apart("duration", "a length of time, not a point"), i + 2
        if self.given and low in self.words["vague_back"] | self.words["vague_ahead"] | self.words["vague_now"]:
            return Apart("vague", "the words name no date"), i + 1
        return None
