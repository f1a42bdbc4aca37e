"""Readings of several counts or names together: "2 weeks and 2 days ago", "the Sunday after Easter", "last year's third quarter"."""

from __future__ import annotations

from dragoman.dating.counts import Anniversary, Beside, Ending, Jubilee, Lengths, Turn, WeekdayCount, WeekendOf
from dragoman.dating.feasts import Holiday
from dragoman.dating.forms import Simple
from dragoman.dating.nodes import (
    Ago,
    Apart,
    Bound,
    Calendar,
    Century,
    Fixed,
    Modified,
    Nth,
    Part,
    Quarter,
    Range,
    Same,
    Season,
    Shifted,
    Stretch,
)
from dragoman.dating.timeline import Node
from dragoman.dating.words import YEAR, Reading

__all__ = ["Spans"]

_RANK = {
    "century": 9,
    "decade": 8,
    "year": 7,
    "quarter": 6,
    "month": 5,
    "fortnight": 4,
    "week": 3,
    "day": 2,
    "workday": 2,
}
_RANK |= {"hour": 1, "minute": 0}
_SEASONS = ("spring", "summer", "autumn", "fall", "winter")
_AGO = ("ago", "back")


_JUBILEES = {"centenary": 100, "centennial": 100, "bicentenary": 200, "bicentennial": 200, "tercentenary": 300}
_BOUNDS_YEAR = frozenset("ended ending ends end to through starting beginning began begins starts from".split())
_THE = (
    "jubilee",
    "eve",
    "fiscal_span",
    "lengths",
    "beside",
    "anniversary",
    "owned",
    "ending",
    "weekend_of",
    "to_date",
    "turn",
    "last_but_one",
)
_COUNTS = ("jubilee", "lengths", "weekday_count", "anniversary", "week_on", "owned", "ending")
_MODIFIED = ("lengths", "beside", "anniversary", "owned", "to_date", "this_or_next")
_UNIT = ("ending", "to_date", "unit_end", "last_but_one")
_OPENED: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("day days week month months quarter year decade", _UNIT),
    ("in within about around exactly just roughly", ("lengths",)),
    ("so thus to till until up", ("to_date",)),
    ("weekend", ("weekend_of", "last_but_one")),
    ("turn", ("turn",)),
    ("that", ("anniversary",)),
    ("eve", ("eve",)),
    ("fiscal financial budget", ("fiscal_span",)),
    ("first second third fourth fifth sixth seventh eighth ninth tenth centenary centennial bicentenary", ("jubilee",)),
    ("today tomorrow", ("week_on",)),
)
_OPEN = {low: names for lows, names in _OPENED for low in lows.split()}


class Spans(Simple):
    """The readings that join counts and names. Every method takes an index and answers a node and the index after it, or None."""

    def spans(self, i: int) -> Reading | None:
        """The longest of them."""
        best: Reading | None = None
        for name in self.openings(self.low(i)):
            found: Reading | None = getattr(self, name)(i)
            if found and (best is None or found[1] > best[1]):
                best = found
        return best

    def openings(self, low: str) -> tuple[str, ...]:
        """The readings that may open with a word: most words open none, and a page has many."""
        named = ("weekend_of",) if low in self.words["longest_name"] else ()
        if low == "the":
            return _THE
        if low[:1].isdigit() or low in self.words["numbers"] or low in ("a", "an", "half", "couple", "quarter"):
            return (*_COUNTS, *named, "last_but_one") if low == "quarter" else _COUNTS
        if low in self.words["modifiers"]:
            return _MODIFIED
        if low in self.words["weekdays"]:
            return "beside", "week_on", "last_but_one"
        return (*_OPEN.get(low, ()), *named)

    # --- lengths in several units ---

    def parts(self, i: int) -> tuple[tuple[tuple[float, str], ...], int] | None:
        """ "2 weeks and 2 days": at least two counts, their units going down."""
        found: list[tuple[float, str]] = []
        k = end = i
        while len(found) < 6:
            number = self.number(k)
            unit = self.unit(number[1]) if number else None
            if number is None or unit is None or unit[0] not in _RANK:
                break
            if found and _RANK[unit[0]] >= _RANK[found[-1][1]]:
                break
            found.append((number[0], unit[0]))
            end = unit[1]
            k = self.skip(self.skip(end, ","), "and")
        return (tuple(found), end) if len(found) > 1 else None

    def lengths(self, i: int) -> Reading | None:
        """ "two years and three months ago", "in two weeks and three days", "the last 3 months and 2 weeks"."""
        ahead = self.low(i) in ("in", "within")
        j = self.skip(i + 1 if ahead else i, "about", "around", "exactly", "just", "roughly", "the")
        way = self.words["modifiers"].get(self.low(j), 0)
        found = self.parts(j + 1 if way else j)
        if not found:
            number = self.number(j + 1) if way > 0 and self.low(i) == "within" else None
            unit = self.unit(number[1]) if number else None
            if number and unit and number[0] == int(number[0]):  # "within the next three years": today is in it
                return Stretch(int(number[0]), unit[0], Shifted("day", 0)), unit[1]
            return None
        parts, m = found
        low = self.low(m)
        if way:
            return Lengths(parts, way, Shifted("day", 0) if ahead else None, run=True), m
        if low in _AGO:
            return Lengths(parts, -1), m + 1
        if (low, self.low(m + 1)) in (("from", "now"), ("from", "today"), ("after", "today")) or low == "hence":
            return Lengths(parts, 1), m + (1 if low == "hence" else 2)
        if low in ("earlier", "later", "previously", "afterwards"):
            return Lengths(parts, 1 if low in ("later", "afterwards") else -1, told=True), m + 1
        if low in ("before", "after", "from"):
            base = self.atom(m + 1)
            if base and not isinstance(base[0], Apart):
                return Lengths(parts, -1 if low == "before" else 1, base[0]), base[1]
        if self.low(i) == "within":
            return Lengths(parts, 1, Shifted("day", 0), run=True), m
        return (Lengths(parts, 1), m) if ahead else None

    def weekday_count(self, i: int) -> Reading | None:
        """ "two Fridays ago", "three Mondays from now"."""
        number = self.number(i) if self.low(i) not in ("a", "an", "half") else None
        low = self.low(number[1]) if number else ""
        weekday = self.words["weekdays"].get(low[:-1] if low.endswith("days") else low)
        if number is None or weekday is None or number[0] != int(number[0]) or not 1 <= number[0] < 60:
            return None
        k = number[1] + 1
        if self.low(k) in _AGO:
            return WeekdayCount(int(number[0]), weekday, -1), k + 1
        if self.low(k) == "from" and self.low(k + 1) in ("now", "today"):
            return WeekdayCount(int(number[0]), weekday, 1), k + 2
        if self.low(k) in ("later", "hence", "earlier") and self.given:
            return WeekdayCount(int(number[0]), weekday, -1 if self.low(k) == "earlier" else 1), k + 1
        return None

    # --- beside a date ---

    def beside(self, i: int) -> Reading | None:
        """ "this coming Friday", "the past Monday", "the following March", "the Sunday after Easter"."""
        j = self.skip(i, "the", "this")
        low = self.low(j)
        way = self.words["modifiers"].get(low, 0)
        if way:
            told = low in ("following", "next", "previous", "preceding")
            named = self.weekday(j + 1) or self.month(j + 1)
            if told and j > i and self.low(j + 1) in _SEASONS and self.low(j) in ("following", "preceding", "previous"):
                return Beside(way, Season(self.low(j + 1)), told=True), j + 2
            if not named or (told and self.low(i) != "the"):
                return None
            weekday = self.weekday(j + 1)
            if not weekday and (not told or self.day_number(named[1])):
                return None
            node = Calendar(weekday=weekday[0]) if weekday else Calendar(month=named[0])
            if weekday or (told and self.low(j) in ("following", "preceding")):
                return (Beside(way, node, told=told), named[1]) if told or low not in ("last", "prior") else None
            return None
        found = self.weekday(j)
        if not found or (j == i and not self.given) or self.low(i) == "this":
            return None
        k = found[1]
        if self.low(k) not in ("before", "after", "following", "preceding"):
            return None
        base = self.atom(k + 1)
        if (
            not base
            or isinstance(base[0], Apart | Same)
            or (isinstance(base[0], Calendar) and base[0].weekday is not None)
        ):
            return None
        return Beside(1 if self.low(k) in ("after", "following") else -1, Calendar(weekday=found[0]), base[0]), base[1]

    def anniversary(self, i: int) -> Reading | None:
        """ "ten years ago today", "a year ago this week", "50 years ago on Tuesday", "this day last year"."""
        if self.low(i) in ("this", "that", "the") and self.low(i + 1) in (
            "day",
            "date",
            "week",
            "month",
            "time",
            "same",
        ):
            at = i + 2 if self.low(i + 1) == "same" else i + 1
            unit = {"time": "day", "date": "day"}.get(self.low(at), self.low(at))
            way = self.words["modifiers"].get(self.low(at + 1), 0)
            if self.low(i) == "this" and unit == "day" and way and self.low(at + 2) in ("week", "month"):
                return Anniversary(-way, self.low(at + 2), Shifted("day", 0)), at + 3  # "this day last week"
            year = self.year(at + 1)
            if unit in ("day", "week", "month") and year and isinstance(year[0], Shifted) and year[0].count < 0:
                told = Same(unit, years=year[0].count) if self.low(i) != "this" else None
                return told or Anniversary(-year[0].count, "year", Shifted(unit, 0)), year[1]
        number = self.number(i)
        unit_at = self.unit(number[1]) if number else None
        if number is None or unit_at is None or unit_at[0] not in ("week", "fortnight", "month", "year", "decade"):
            return None
        if self.low(unit_at[1]) not in _AGO or number[0] != int(number[0]):
            return None
        k = self.skip(unit_at[1] + 1, "on", ",")
        low = self.low(k)
        node: Node | None = None
        end = k + 1
        if low in ("today", "yesterday", "tomorrow"):
            node = Shifted("day", {"today": 0, "yesterday": -1, "tomorrow": 1}[low])
        elif low == "this" and self.low(k + 1) in ("week", "month", "weekend"):
            node, end = Shifted(self.low(k + 1), 0), k + 2
        elif unit_at[0] == "year" and (date := self.month_first(k) or self.day_first(k)) and _without_year(date[0]):
            node, end = date  # "30 years ago on Dec. 25"
        elif (weekday := self.weekday(k)) and not self.month(self.skip(weekday[1], ",")):
            node, end = Calendar(weekday=weekday[0]), weekday[1]
        return (Anniversary(int(number[0]), unit_at[0], node), end) if node is not None else None

    def week_on(self, i: int) -> Reading | None:
        """ "Monday week", "a week on Monday": the Monday after the next one, as Britain says it."""
        weekday = self.weekday(i)
        if (
            weekday
            and self.low(weekday[1]) in ("week", "fortnight")
            and self.low(weekday[1] + 1) not in ("-", "of", "'s")
        ):
            return Ago(1, self.low(weekday[1]), 1, Calendar(weekday=weekday[0])), weekday[1] + 1
        if self.low(i) in ("tomorrow", "today") and self.low(i + 1) == "week":
            return Ago(1, "week", 1, Shifted("day", int(self.low(i) == "tomorrow"))), i + 2
        number = self.number(i) if self.given else None
        if number and self.low(number[1]) in ("week", "weeks") and self.low(number[1] + 1) == "on":
            weekday = self.weekday(number[1] + 2)
            if weekday:
                return Ago(number[0], "week", 1, Calendar(weekday=weekday[0])), weekday[1]
        return None

    def jubilee(self, i: int) -> Reading | None:
        """ "the 70th anniversary of D-Day", "the centenary of the 1917 revolution"."""
        j = self.skip(i, "the")
        low = self.low(j)
        count = _JUBILEES.get(low) or (
            int(low[:-2]) if low[:-2].isdigit() and low[-2:] in ("st", "nd", "rd", "th") else 0
        )
        after = j + 1
        if not count:
            ranked = self.ordinal(j)
            count, after = ranked or (0, j)
        if low not in _JUBILEES:
            after = self.skip(self.skip(after, "-"), "year")
            if self.low(after) != "anniversary":
                return None
            after += 1
        if count <= 0 or self.low(after) != "of":
            return None
        for k in range(after + 1, after + 7):
            base = self.atom(k)
            if base and (isinstance(base[0], Fixed) or (isinstance(base[0], Calendar) and base[0].weekday is None)):
                beside = k == after + 1 or self.low(k - 1) != "on"
                told = isinstance(base[0], Fixed) or isinstance(base[0].year, int) or beside
                return (Jubilee(count, base[0]), base[1]) if told else None
            if base or not self.low(k)[:1].isalpha():
                return None
        return None

    def eve(self, i: int) -> Reading | None:
        """ "the eve of the May 9 parade"."""
        j = self.skip(i, "the")
        if (self.low(j), self.low(j + 1)) != ("eve", "of"):
            return None
        base = self.atom(j + 2)
        if not base or not isinstance(base[0], Calendar | Holiday | Fixed):
            return None
        return Ago(1, "day", -1, base[0]), base[1]

    # --- parts of a time named before them ---

    def owned(self, i: int) -> Reading | None:
        """ "last year's third quarter", "this year's summer", "2014's first half", "last week's Tuesday"."""
        head: Reading | None = None
        if YEAR.fullmatch(self.low(i)):
            head = Calendar(int(self.low(i))), i + 1
        else:
            j = self.skip(i, "the")
            way = self.words["modifiers"].get(self.low(j))
            unit = self.unit(j + 1) if way is not None else None
            if way is not None and unit and unit[0] in ("week", "month", "quarter", "year", "decade"):
                head = Shifted(unit[0], way), unit[1]
        if not head or self.low(head[1]) != "'s":
            return None
        node, k = head[0], head[1] + 1
        year: int | Node = node.year if isinstance(node, Calendar) and isinstance(node.year, int) else node
        if isinstance(node, Shifted) and node.unit == "week":
            weekday = self.weekday(k)
            return (Nth(1, "", node, weekday=weekday[0]), weekday[1]) if weekday else None
        if isinstance(node, Shifted) and node.unit != "year":
            return self.owned_part(node, k)
        quarter = self.quarter_name(k)
        if quarter:
            return Quarter(quarter[0], year), quarter[1]
        if self.low(k) in _SEASONS:
            return Season(self.low(k), year), k + 1
        month = self.month(k)
        if month:
            day = self.day_number(month[1])
            return (Calendar(year, month[0], day[0]), day[1]) if day else (Calendar(year, month[0]), month[1])
        holiday = self.holiday(k)
        if holiday and isinstance(holiday[0], Holiday):
            return Holiday(holiday[0].rule, year), holiday[1]
        return self.owned_part(node, k)

    def owned_part(self, node: Node, k: int) -> Reading | None:
        """ "first half", "last week" behind "this year's"."""
        rank = self.ordinal(k)
        if rank and self.low(rank[1]) == "half":
            return Nth(rank[0], "half", node), rank[1] + 1
        unit = self.unit(rank[1]) if rank else None
        if (
            rank
            and unit
            and unit[0] in ("day", "week", "month", "quarter", "decade")
            and not self.low(rank[1]).endswith("s")
        ):
            return Nth(rank[0], unit[0], node), unit[1]
        several = self.number(rank[1]) if rank and rank[0] in (1, -1) else None
        unit = self.unit(several[1]) if several else None
        if rank and several and unit and unit[0] in ("day", "week", "month"):
            return Nth(int(several[0]) * rank[0], unit[0], node) if rank[0] < 0 else _first(
                several[0], unit[0], node
            ), unit[1]
        return None

    def ending(self, i: int) -> Reading | None:
        """ "the three months to June", "the quarter ended June 30", "the week ending March 9", "the year to March"."""
        j = self.skip(i, "the")
        number = self.number(j)
        unit = self.unit(number[1] if number else j)
        if not unit or unit[0] not in ("day", "week", "month", "quarter", "year"):
            return None
        count = number[0] if number else 1.0
        low = self.low(unit[1])
        word = low in ("ended", "ending") or (low in ("to", "through", "until") and j > i)
        if not word or count != int(count) or not 1 <= count < 400 or self.low(unit[1] + 1) == "date":
            return None
        base = self.atom(self.skip(unit[1] + 1, "on", "in", "the"))
        if not base or not isinstance(base[0], Calendar | Nth | Part | Shifted | Quarter):
            return None
        return Ending(int(count), unit[0], base[0]), base[1]

    def fiscal_span(self, i: int) -> Reading | None:
        """ "the fiscal year that ended in March", "the financial year starting April 1"."""
        j = self.skip(i, "the")
        if self.low(j) not in ("fiscal", "financial", "budget") or self.low(j + 1) != "year":
            return None
        k = self.skip(self.skip(j + 2, "that", "which"), "will")
        low = self.low(k)
        finite = low in ("ends", "end", "begins", "began", "starts")
        if low not in _BOUNDS_YEAR or (
            finite and k == j + 2
        ):  # "the fiscal year ends on September 30": the sentence's verb
            return None
        base = self.atom(self.skip(k + 1, "on", "in"))
        if not base or not isinstance(base[0], Calendar | Modified):
            return None
        whole = low in ("ended", "ending", "ends", "end", "to", "through")
        return (Ending(1, "year", base[0]) if whole else Stretch(1, "year", base[0])), base[1]

    def weekend_of(self, i: int) -> Reading | None:
        """ "the weekend of March 3", "Labor Day weekend", "Easter weekend"."""
        j = self.skip(i, "the")
        if self.low(j) == "weekend" and self.low(j + 1) in ("of", "before", "after"):
            inner = self.atom(j + 2)
            if inner and not isinstance(inner[0], Apart | Same):
                if self.low(j + 1) == "of":
                    return WeekendOf(inner[0], feast=isinstance(inner[0], Holiday)), inner[1]
                way = 1 if self.low(j + 1) == "after" else -1
                return WeekendOf(Beside(way, Calendar(weekday=5 if way > 0 else 6), inner[0])), inner[1]
        holiday = self.holiday(j)
        if holiday and isinstance(holiday[0], Holiday) and self.low(holiday[1]) == "weekend":
            year = self.year(holiday[1] + 1)
            node = Holiday(holiday[0].rule, year[0]) if year else holiday[0]
            end = year[1] if year else holiday[1] + 1
            if node.rule == "easter+0":  # Good Friday to Easter Monday
                return Range(Holiday("easter-2", node.year), Holiday("easter+1", node.year)), end
            return WeekendOf(node, feast=True), end
        return None

    def to_date(self, i: int) -> Reading | None:
        """ "so far this year", "this year so far", "the year to date", "to date"."""
        j = i
        if self.low(j) in ("so", "thus") and self.low(j + 1) == "far":
            inner = self.modified(self.skip(j + 2, "in", ","))
            return (Part("earlier", inner[0]), inner[1]) if inner and isinstance(inner[0], Shifted) else None
        j = self.skip(i, "the", "this")
        unit = self.low(j)
        if unit in ("year", "month", "quarter", "week", "season", "decade"):
            after = (self.low(j + 1), self.low(j + 2))
            if (
                unit != "season"
                and after in (("to", "date"), ("so", "far"), ("thus", "far"))
                and (j > i or after[0] == "to")
            ):
                return Part("earlier", Shifted(unit, 0)), j + 3
        if self.given and self.low(i) in ("to", "till", "until", "up") and "date" in (self.low(i + 1), self.low(i + 2)):
            return Bound("until", Shifted("day", 0)), i + (2 if self.low(i + 1) == "date" else 3)
        return None

    def turn(self, i: int) -> Reading | None:
        """ "the turn of the century", "the turn of the 20th century", "the turn of the millennium"."""
        j = self.skip(i, "the")
        if self.low(j) != "turn" or self.low(j + 1) != "of" or self.low(j + 2) != "the":
            return None
        k = self.skip(j + 3, "last", "new")
        if self.low(k) in ("century", "millennium", "millenium"):
            return Turn(), k + 1
        inner = self.ages(j + 2)
        if inner and isinstance(inner[0], Century):
            return Turn((inner[0].number - 1) * 100), inner[1]
        return None

    def this_or_next(self, i: int) -> Reading | None:
        """ "this week or next", "this year and next"."""
        if self.low(i) not in ("this", "last"):
            return None
        way = self.words["modifiers"][self.low(i)]
        unit, other = self.low(i + 1), self.low(i + 3)
        if unit not in ("week", "weekend", "month", "year") or self.low(i + 2) not in ("or", "and"):
            return None
        if other == "next" and self.low(i + 4) == unit and unit not in self.low(i + 5):  # "this month and next month"
            return Range(Shifted(unit, way), Shifted(unit, way + 1)), i + 5
        if other not in ("next", "this") or (self.low(i + 4)[:1].isalpha() and self.unit(i + 4)):
            return None
        return Range(Shifted(unit, way), Shifted(unit, way + 1)), i + 4

    def unit_end(self, i: int) -> Reading | None:
        """ "by year's end", "at month-end", "at year-end 2015"."""
        if self.low(i) not in ("year", "month", "week", "quarter", "decade"):
            return None
        mark = self.low(i + 1)
        if mark not in ("'s", "-") or self.low(i + 2) != "end":
            return None
        if not self.given and self.low(i - 1) not in (
            "by",
            "at",
            "until",
            "till",
            "before",
            "since",
            "the",
            "to",
            "of",
        ):
            return None
        year = self.year(i + 3) if self.low(i) == "year" else None
        if year and isinstance(year[0], int):
            return Part("late", Calendar(year[0])), year[1]
        return Part("late", Shifted(self.low(i), 0)), i + 3

    def last_but_one(self, i: int) -> Reading | None:
        """ "the week before last", "the Monday before last", "the Friday after next"."""
        j = self.skip(i, "the")
        word, k = self.low(j + 1), self.skip(j + 2, "the")
        pair = (word, self.low(k))
        if pair not in (("before", "last"), ("after", "next")) or self.unit(k + 1) or self.weekday(k + 1):
            return None
        way = -2 if word == "before" else 2
        if self.low(j) in ("week", "weekend", "month", "quarter", "year", "decade"):
            return Shifted(self.low(j), way), k + 1
        weekday = self.weekday(j)
        return (Nth(1, "", Shifted("week", way), weekday=weekday[0]), k + 1) if weekday else None


def _without_year(node: Node) -> bool:
    return isinstance(node, Calendar) and node.year is None and node.day is not None


def _first(count: float, unit: str, node: Node) -> Node:
    return Stretch(int(count), unit, node)
