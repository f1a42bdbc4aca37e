"""Reads the words of a time expression into a node of meaning: the grammar of dates in news English.

A hand-written reader over tokens, left to right, the longest reading wins. It never backtracks over more than one phrase
(40 tokens), so its time is linear in the text. `find` looks for phrases in running text and is careful with words that
also mean something else ("may", "march", "second", "spring"); `read` takes a phrase that is given and trusts it more.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from dragoman.dating.counts import Beside, Lengths, WeekdayIn
from dragoman.dating.nodes import (
    Ago,
    Apart,
    Bound,
    Calendar,
    Century,
    Decade,
    Modified,
    Nth,
    Part,
    Quarter,
    Range,
    Run,
    Same,
    Season,
    Shifted,
)
from dragoman.dating.spans import Spans
from dragoman.dating.timeline import Node
from dragoman.dating.words import CLOCK, TWO_OR_FOUR, Reading, Token, lex, words
from dragoman.edtf import MONTHS

__all__ = ["find", "read"]

_HOUR = re.compile(r"[01]?\d|2[0-4]|[01]\d[0-5]\d|2[0-3][0-5]\d")
_PARTS = frozenset("early mid middle late".split())
_LIKELY_YEAR = re.compile(r"1[5-9]\d\d|20\d\d")
_MOST = 40


_CLOCK_WORDS = frozenset(
    "am pm a.m p.m a.m. p.m. gmt utc hours hrs local time o'clock sharp z est edt pst cet ist bst a p".split()
)
"""What may stand behind an hour."""


class _Reader(Spans):
    """One pass over the tokens of one sentence: parts, times of day, bounds and ranges around the simple readings."""

    def clock(self, i: int) -> int:
        """The index after a time of day, or the same index: it says nothing of the date."""
        j = self.skip(i, "at", "around", "about", "by", "before", "after", "from")
        low = self.low(j)
        after = j
        if (
            (CLOCK.match(low) and (":" in low or j > i or not self.given or self.low(j + 1)[:1].isalpha()))
            or (
                _HOUR.fullmatch(low)
                and (
                    self.low(j + 1)
                    in (
                        "am",
                        "pm",
                        "a.m",
                        "p.m",
                        "a.m.",
                        "p.m.",
                        "a",
                        "p",
                        "gmt",
                        "utc",
                        "hours",
                        "o'clock",
                        "hrs",
                        "z",
                        "local",
                    )
                    or self.low(j + 1) == "o'"
                    or (self.given and j > i)
                )
            )
            or (
                self.given
                and low in self.words["numbers"]
                and (self.low(j + 1) in ("am", "pm", "a.m", "p.m", "o'clock", "thirty") or j > i)
            )
        ):
            after = j + 1
        elif low in ("noon", "midnight", "midday"):
            return j + 1
        elif low == "first" and self.low(j + 1) == "thing":
            return j + 2
        elif self.given and low in ("half", "quarter") and self.low(j + 1) in ("past", "to"):
            after = j + 3
        elif (
            self.given
            and low.isdigit()
            and self.low(j + 1) in ("-", "–", "to", "until", "till", "and")
            and self.clock(j + 2) > j + 2
        ):
            return self.clock(j + 2)  # "6-8 pm", "5 to seven in the morning"
        else:
            return i
        after = self.clock_tail(after)
        if self.low(after) in ("-", "–", "to", "until", "and") and self.given:
            more = self.clock(after + 1)
            if more > after + 1:
                return more
        return after

    def clock_tail(self, after: int) -> int:
        """Past "p.m.", "GMT", "local time", "(08:00 GMT)" behind an hour."""
        for _ in range(8):
            if self.low(after) in _CLOCK_WORDS or (self.low(after) == "." and self.low(after - 1) in ("a.m", "p.m")):
                after += 1
            elif (self.low(after) == "(" and self.low(after + 1) in ("gmt", "utc")) or (
                self.low(after) in ("+",) and self.low(after + 1).isdigit()
            ):
                after += 2
            elif self.low(after) == ")" or (CLOCK.match(self.low(after)) and self.low(after - 1) == "("):
                after += 1
            else:
                break
        return after

    def part(self, i: int) -> Reading | None:
        """early 2003; mid-March; the end of this year; later this month; earlier today; the rest of the week."""
        j = self.skip(i, "the", "very", "in", "by") if self.given else self.skip(i, "the", "very")
        low = self.low(j)
        which = last = ""
        k = j + 1
        joined = self.skip(k, "-")
        if self.low(joined) in ("to", "and", "or"):  # "mid-to-late", "early to mid-"
            second = self.skip(joined + 1, "-")
            if self.low(second) in _PARTS and low in _PARTS:
                k, last = second + 1, {"middle": "mid"}.get(self.low(second), self.low(second))
        if low in ("later", "earlier"):
            which, k = low, self.skip(k, "in", "on")
        elif low == "rest" or (low in ("remainder", "remaining")):
            which, k = "rest", self.skip(k, "of")
        elif low in self.words["early"]:
            which = "early"
        elif low in self.words["late"]:
            which = "late"
        elif low in self.words["middle"]:
            which = "mid"
        if not which:
            return None
        named = low in (
            "beginning",
            "start",
            "onset",
            "opening",
            "outset",
            "dawn",
            "end",
            "close",
            "turn",
            "middle",
            "closing",
        )
        if named and self.low(k) != "of" and not self.given:
            return None
        k = self.skip(self.skip(self.skip(k, "-"), "of"), "in", "on")
        inner = self.core(k) or self.whole(k)
        if self.low(k) in ("day", "business") and not inner:
            inner = self.atom(k + 1)  # "end of day tomorrow", "close of business Friday"
        if self.given and not inner:
            inner = self.unit_alone(k)
        if not inner or isinstance(inner[0], Apart):
            return None
        return Part(which, inner[0], last), inner[1]

    def unit_alone(self, k: int) -> Reading | None:
        k = self.skip(k, "my", "the", "our")
        return (Shifted(self.low(k), 0), k + 1) if self.low(k) in ("day", "week", "month", "year") else None

    def core(self, i: int) -> Reading | None:
        """The longest of all simple readings."""
        if self.depth > 6 or i >= len(self.tokens):
            return None
        self.depth += 1
        best: Reading | None = None
        readers: tuple[Callable[[int], Reading | None], ...] = (
            self.spans,
            self.ago,
            self.part_of_year,
            self.modified,
            self.calendar,
            self.numeric,
            self.deictic,
            self.holiday_or_era,
            self.ages,
            self.weekend,
            self.apart,
        )
        for reader in readers:
            found = reader(i)
            if found and (best is None or found[1] > best[1]):
                best = found
        self.depth -= 1
        return best

    def holiday_or_era(self, i: int) -> Reading | None:
        return self.holiday(self.skip(i, "the"))

    def atom(self, i: int) -> Reading | None:
        """A simple reading with its part ("early"), time of day, and what else belongs to it."""
        if self.depth > 6:
            return None
        start = self.clock(i)
        hour = start > i
        if hour:
            start = self.skip(self.skip(start, ","), "on", "of")
        if self.low(self.skip(start, "the", "in", "early", "late")) in self.words["day_parts"]:
            k = self.skip(self.skip(self.skip(start, "in"), "the"), "early", "late")
            k = self.skip(k + 1, "of", "on", ",")
            if self.low(k) in ("of", "on"):
                k += 1
            if (self.low(k - 1) in ("of", "on", ",")) or self.given:
                start = k
        best = self.core(start)
        whole = self.core(i) if start > i and not hour else None  # "the night before"
        if whole and (best is None or whole[1] > best[1]):
            best, start = whole, i
        parted = self.part(start)
        if parted and (best is None or parted[1] > best[1]):
            best = parted
        if best is None or (isinstance(best[0], Apart) and start > i):
            # A time of day alone is on the day told before, when the phrase is given.
            alone = (
                self.given
                and start > i
                and self.tokens
                and (self.low(i).isdigit() or CLOCK.match(self.low(i)) or start - i > 1)
            )
            return (Same("day"), start) if alone else best
        node, j = best
        if isinstance(node, Calendar) and node.weekday is not None and node.month is None:
            node, j = self.weekday_tail(node, j)
        j = self.tail(node, j)
        return node, j

    def weekday_tail(self, node: Calendar, j: int) -> Reading:
        """Monday of next week; Monday next week; Tuesday last week; Monday last."""
        k = self.skip(self.skip(j, "of", ","), "the")
        way = self.words["modifiers"].get(self.low(k))
        far = self.last_but_one(k) if self.low(j) == "of" else None
        if far and isinstance(far[0], Shifted) and far[0].unit == "week" and node.weekday is not None:
            return Nth(1, "", far[0], weekday=node.weekday), far[1]
        if way is not None and self.low(k + 1) == "week" and node.weekday is not None:
            return Nth(1, "", Shifted("week", way), weekday=node.weekday), k + 2
        if self.low(j) == "last" and not self.low(j + 1)[:1].isalpha():
            return Modified(-1, node), j + 1
        if self.low(j) == "next" and not self.low(j + 1)[:1].isalpha():
            return Beside(1, node), j + 1  # "on Tuesday next"
        return node, j

    def tail(self, node: Node, j: int) -> int:
        """Past "night", "'s", "at 9 a.m." that follow a day."""
        if isinstance(node, Apart | Run | Decade | Century | Season | Quarter):
            return j
        if self.low(j) in ("early", "late") and self.low(j + 1) in self.words["day_parts"]:
            j += 2
        elif self.low(j) in self.words["day_parts"]:
            j += 1
        elif self.low(j) == "in" and self.low(j + 1) == "the" and self.low(j + 2) in self.words["day_parts"]:
            j += 3
        k = self.clock(self.skip(j, ","))
        if (
            k > self.skip(j, ",")
            and self.low(j + (self.low(j) == ",")) not in ("before", "after", "by", "from", "around", "about")
        ) or (self.given and k > self.skip(j, ",")):
            j = k
        return j

    def phrase(self, i: int) -> Reading | None:
        """The longest reading from here: a bound, a range, or a simple one."""
        low = self.low(i)
        if self.given:
            bound = self.bound(i)
            if bound:
                return bound
            dated = self.dated_weekday(i)
            if dated:
                return dated
        opened = low in ("from", "between")
        start = self.skip(i, "from", "between") if self.given else i
        pair = self.weekday_pair(start) if self.given else None
        if pair:
            return pair
        first = self.atom(start) if start > i or low not in ("from", "between") else self.atom(i + 1)
        if opened and not first and self.given:
            first = self.atom(start)
        the = self.skip(start, "the")
        night = the + 2 if self.low(the) in self.words["day_parts"] and self.low(the + 1) == "of" else start
        short = self.short_range(night + (opened and start == i))  # "the night of March 3-4"
        if short and (first is None or short[1] > first[1]):
            return short
        if first is None:
            return None
        node, j = first
        ranged = self.range_tail(node, j, opened=opened, between=low == "between")
        if ranged:
            return ranged
        if opened and start == i:
            return None
        if self.given and isinstance(node, Calendar) and self.low(j) in ("straight", "consecutive", "successive"):
            return Apart("duration", "the count of a length, not a point"), j + 1  # "the third straight day"
        if self.given and self.low(j) in ("and", "or"):
            more = self.low(j + 1)
            if more in ("later", "after", "onwards", "onward", "greater", "above", "since", "beyond"):
                return Bound("since", node), j + 2
            if more in ("before", "earlier", "below", "prior"):
                return Bound("until", node), j + 2
        on = opened and self.low(j) == "on" and j + 1 >= len(self.tokens)  # "from Monday on"
        if self.given and (on or self.low(j) in ("onwards", "onward")):
            return Bound("since", node), j + 1
        return node, j

    def weekday_pair(self, i: int) -> Reading | None:
        """ "Friday and Saturday" as one phrase: from the one to the other."""
        one = self.weekday(i)
        two = self.weekday(self.skip(one[1] + 1, "on")) if one and self.low(one[1]) in ("and", "or") else None
        if not one or not two or two[1] < len(self.tokens):
            return None
        return Range(Calendar(weekday=one[0]), Calendar(weekday=two[0])), two[1]

    def apposed(self) -> Node | None:
        """ "six weeks ago, on August 5": the whole phrase is a distance and the date it comes to; the date is meant."""
        comma = next((at for at, token in enumerate(self.tokens) if token.low == ","), 0)
        if not comma or self.low(comma + 1) not in ("on", "in"):
            return None
        far, date = self.phrase(0), self.atom(comma + 2)
        if far is None or date is None or far[1] != comma or date[1] < len(self.tokens):
            return None
        return date[0] if isinstance(far[0], Ago | Lengths | Bound | Range) and isinstance(date[0], Calendar) else None

    def bound(self, i: int) -> Reading | None:
        """ "before 2018", "no later than March", "since Monday", "starting next week"."""
        table: dict[tuple[str, ...], str] = self.words["bounds"]
        for size in (4, 3, 2, 1):
            kind = table.get(tuple(self.low(i + step) for step in range(size)))
            if kind is None:
                continue
            inner = self.phrase(self.skip(i + size, "on", "in", "from", "year"))
            if inner and kind in ("before", "after") and self.low(i + size) in self.words["day_parts"]:
                return inner  # "before dawn on Saturday": that day
            marks = ("than", "=", ">", "<", "after", "before") if size > 1 else (">", "<")
            if self.low(i + size - 1) in marks and self.clock(i + size) > i + size:
                return inner  # "at or after 6:30 p.m. today": that day
            if inner and not isinstance(inner[0], Apart | Bound):
                if self.low(i) in ("more", "less") and isinstance(inner[0], Ago | Lengths):
                    return self.more_or_less(self.low(i), inner[0], inner[1])
                return Bound(kind, inner[0]), inner[1]
        return None

    def more_or_less(self, word: str, node: Ago | Lengths, after: int) -> Reading | None:
        """ "more than two weeks after X" is later than that, "before X" earlier; "less than" runs between the two.

        "More than two weeks ago" is left as the week: news says it of what is a little more.
        """
        if node.base is None:
            return None
        if word == "more":
            return Bound("after" if node.way > 0 else "before", node), after
        return Range(*((node.base, node) if node.way > 0 else (node, node.base))), after

    def dated_weekday(self, i: int) -> Reading | None:
        """ "Thursday, two years from now", "3 weeks after Christmas on Friday", "the first week of October on Friday"."""
        weekday = self.weekday(i)
        if weekday:
            inner = self.ago(self.skip(weekday[1], ","))
            if inner and isinstance(inner[0], Ago) and inner[0].unit not in ("day", "hour", "minute"):
                return WeekdayIn(weekday[0], inner[0], inner[0].unit in ("week", "fortnight")), inner[1]
            return None
        first = self.ago(i) or self.part_of_year(i)
        if (
            first
            and self.low(first[1]) == "on"
            and (isinstance(first[0], Nth) or (isinstance(first[0], Ago) and first[0].way > 0))
        ):
            weekday = self.weekday(first[1] + 1)
            if weekday and weekday[1] >= len(self.tokens):
                return WeekdayIn(weekday[0], first[0], first[0].unit in ("week", "fortnight")), weekday[1]
        return None

    def short_range(self, i: int) -> Reading | None:
        """October 29-31; 29 to 31 October 2016; 14-17 November; 1939-45; 2009-2011; Nov-Feb 2017."""
        month = self.month(i)
        if month:
            one = self.day_number(month[1])
            if one:
                two = self.joined_day(one[1]) or self.listed_day(one)
                if two:
                    year = self.year(two[1])
                    value = year[0] if year else None
                    after = year[1] if year else two[1]
                    last = Calendar(value, month[0], two[0]) if two[0] > one[0] or year else Calendar(day=two[0])
                    return Range(Calendar(value, month[0], one[0]), last), after
            return None if one else self.months(month)
        j = self.skip(i, "the")
        one = self.day_number(j)
        if one:
            two = self.joined_day(one[1]) or self.listed_day(one)
            if not two and self.given and self.low(one[1]) in ("to", "-", "and"):  # "from 27 to April 3"
                late = self.month_first(one[1] + 1)
                if late and isinstance(late[0], Calendar) and late[0].day is not None:
                    return Range(_share(Calendar(day=one[0]), late[0]), late[0]), late[1]
            if two:
                named = self.month(self.skip(two[1], "of"))
                if named:
                    year = self.year(named[1])
                    value = year[0] if year else None
                    return Range(Calendar(value, named[0], one[0]), Calendar(value, named[0], two[0])), year[
                        1
                    ] if year else named[1]
                k = self.skip(two[1], "of", "in") if self.given else self.skip(two[1], "of")
                if (
                    self.low(k) in ("this", "next", "last")
                    and self.low(k + 1) == "month"
                    and (self.given or k > two[1])
                ):
                    base = Shifted("month", self.words["modifiers"][self.low(k)])
                    return Range(Nth(one[0], "day", base), Nth(two[0], "day", base)), k + 2
        if _LIKELY_YEAR.fullmatch(self.low(j)) and self.low(j + 1) in ("-", "–", "/"):
            year_one, end = int(self.low(j)), self.low(j + 2)
            if TWO_OR_FOUR.fullmatch(end):
                year_two = int(end) if len(end) == 4 else year_one // 100 * 100 + int(end)
                if year_one < year_two < year_one + 120 and (len(end) == 4 or not self.given or int(end) > 12):
                    return Range(Calendar(year_one), Calendar(year_two)), j + 3
        return None

    def listed_day(self, one: tuple[int, int]) -> tuple[int, int] | None:
        """The last of several days: "28, 29 and 30", "3, 4 or 7"."""
        last, k = one
        while last - one[0] < 9:
            mark = self.low(k)
            joined = self.skip(k, ",")
            k = self.skip(joined, "and", "or")
            day = self.day_number(k) if mark in (",", "and", "or") else None
            if not day or not last < day[0] < last + 9 or self.unit(day[1]):
                return None
            last, k = day
            if "and" in (mark, self.low(k - 2)) or "or" in (mark, self.low(k - 2)):
                return None if self.counts(joined, day) else day
        return None

    def months(self, month: tuple[int, int]) -> Reading | None:
        """ "March/April 2015", "March and April 2015": months in a row."""
        if self.low(month[1]) not in ("/", "and"):
            return None
        other = self.month(month[1] + 1)
        if not other or other[0] != month[0] + 1 or self.day_number(other[1]):
            return None
        year = self.year(other[1])
        if self.low(month[1]) == "and" and not year:
            return None
        value = year[0] if year else None
        return Range(Calendar(value, month[0]), Calendar(value, other[0])), year[1] if year else other[1]

    def joined_day(self, i: int) -> tuple[int, int] | None:
        """ "-31", "to 31", "and the 31st" after a day."""
        if self.low(i) in ("-", "–", "—", "to", "through", "until", "till", "and", "/") or (
            self.given and self.low(i) == "~"
        ):
            day = self.day_number(self.skip(i + 1, "the"))
            if day and not self.unit(day[1]) and not (self.low(i) == "and" and self.counts(i, day)):
                return day
        return None

    def counts(self, i: int, day: tuple[int, int]) -> bool:
        """Whether a number behind "May 3 and" counts what follows it: "June 3 and 12 people died"."""
        before = self.day_number(i - 1)
        ranked = before is None or day[0] == before[0] + 1 or not self.low(day[1] - 1).isdigit()
        after = self.low(day[1])
        ends = after in ("of", "in", "at", "on", "for", "with", "to", "from", "and", "or", "by", "as", "when", "where")
        return not self.given and not ranked and after.isalpha() and not ends and self.month(day[1]) is None

    def range_tail(self, first: Node, j: int, *, opened: bool, between: bool) -> Reading | None:
        """ "to March 9", "and 2013" after the first end."""
        joins = ("to", "until", "till", "through", "-", "–", "—", "thru", "~", "into")
        if self.low(j) == "," and self.low(j + 1) in ("through", "to", "until"):
            j += 1  # "Feb. 1, 2003, through Jan. 31, 2004"
        if self.low(j) in joins or (between and self.low(j) == "and"):
            k = j + 1
            second = self.atom(k)
            if second is None or isinstance(second[0], Apart) or isinstance(first, Apart):
                return None
            if (
                not opened
                and self.low(j) in ("to", "until", "till")
                and not self.given
                and not (isinstance(first, Calendar) and isinstance(second[0], Calendar))
            ):
                return None
            end = (
                self.skip(second[1], "quarter")
                if isinstance(second[0], Calendar) and second[0].day is None
                else second[1]
            )
            return Range(_share(first, second[0]), second[0]), end
        week = first if isinstance(first, Shifted) and first.unit == "week" else None
        if week and self.low(j) in ("from", "between"):  # "next week from Monday to Wednesday"
            one = self.weekday(j + 1)
            two = self.weekday(one[1] + 1) if one and self.low(one[1]) in (*joins, "and") else None
            if one and two:
                ends = [Nth(1, "", week, weekday=day[0]) for day in (one, two)]
                return Range(ends[0], ends[1]), two[1]
        return None


def _share(first: Node, last: Node) -> Node:
    """The first end with the year, month or week that only the last one prints: "from March to May 2010"."""
    bare = isinstance(first, Calendar) and (first.month, first.day) == (None, None)
    weekday = first.weekday if isinstance(first, Calendar) and bare else None
    if weekday is not None and isinstance(last, Nth) and last.unit == "" and isinstance(last.node, Shifted):
        return Nth(1, "", last.node, weekday=weekday)  # "Monday to Wednesday next week"
    if isinstance(first, Calendar) and isinstance(last, Calendar):
        if first.year is None and last.year is not None and first.month is not None:
            wraps = isinstance(last.year, int) and last.month is not None and first.month > last.month
            earlier = last.year - 1 if wraps and isinstance(last.year, int) else last.year
            return Calendar(earlier, first.month, first.day, first.weekday)
        if first.month is None and first.day is not None and last.month is not None:
            month = last.month
            year: int | Node | None = last.year
            if last.day is not None and first.day > last.day and (year is None or isinstance(year, int)):
                month, year = (month - 1, year) if month > 1 else (12, year - 1 if year is not None else None)
            return Calendar(year, month, first.day)
    return first


def read(text: str, start: int = 0, end: int | None = None) -> Node | None:
    """The meaning of a phrase that is given; None where its words are not those of a time.

    >>> read("the third quarter of 2009")
    Quarter(number=3, year=2009)
    """
    tokens = lex(text, start, end)[:_MOST]
    reader = _Reader(tokens, given=True)
    apposed = reader.apposed()
    if apposed is not None:
        return apposed
    best: Reading | None = None
    for at in range(len(tokens)):
        found = reader.phrase(at)
        if found is None:
            continue
        length = found[1] - at
        # A length or an hour beside a date ("three days from Monday", "1 January between 10 and 11:30") loses to the date.
        if (
            best is None
            or (_weak(best[0]) and not _weak(found[0]))
            or (length > best[1] and _weak(found[0]) <= _weak(best[0]))
        ):
            best = (found[0], length)
    if best is None and tokens and tokens[-1].low in words()["day_parts"]:
        return Same("day")
    return best[0] if best else None


def _weak(node: Node) -> bool:
    """Whether a reading gives way to any date beside it: a length, an hour, a bound on an hour."""
    if isinstance(node, Bound | Part):
        return _weak(node.node)
    return (isinstance(node, Same) and not node.years) or (isinstance(node, Apart) and node.sort != "set")


def find(text: str, start: int, end: int) -> Iterator[tuple[int, int, Node]]:
    """Phrases in one sentence, left to right, never overlapping; lengths and sets among them.

    >>> text = "He may march on Monday, April 27, for three days."
    >>> [text[a:b] for a, b, node in find(text, 0, len(text))]
    ['Monday, April 27', 'for three days']
    """
    tokens = lex(text, start, end)
    reader = _Reader(tokens, given=False)
    at = 0
    while at < len(tokens):
        found = reader.phrase(at) if _may_open(tokens[at]) else None
        if found and found[1] > at:
            if _is_name(tokens, found):
                at = found[1]
                continue
            last = found[1] - 1
            yield tokens[at].start, tokens[last].end, found[0]
            at = found[1]
        else:
            at += 1


def _is_name(tokens: Sequence[Token], found: Reading) -> bool:
    """Whether a date is part of a name: "the March 14 Alliance", "the April 6 Movement"."""
    node, after = found
    bare = isinstance(node, Calendar) and node.year is None and node.month is not None
    return (
        bare
        and after < len(tokens)
        and tokens[after].raw[:1].isupper()
        and tokens[after].low in words()["named_for_dates"]
    )


@cache
def _openers() -> frozenset[str]:
    loaded = words()
    named = {key[0] for key in loaded["named_days"]}
    own = (
        "the a an at in on from between for over during couple half several few many some about around nearly almost exactly just roughly"
        " more less every each once twice today tonight yesterday tomorrow overnight later earlier rest remainder this that these those our"
        " their its same"
        " recent fiscal financial fy ad so thus h q day year month decade"
        " spring summer autumn fall winter mid very within noon midnight midday final"
    ).split()
    lists = loaded["early"] | loaded["middle"] | loaded["late"] | loaded["sets"] | loaded["day_parts"]
    return frozenset(
        {
            *named,
            *own,
            *lists,
            *loaded["numbers"],
            *loaded["ordinals"],
            *loaded["weekdays"],
            *loaded["modifiers"],
            *MONTHS,
        }
        | {name[0] for table in ("era_years", "islamic_months", "iranian_months") for name in loaded[table]}
        | loaded["calendars"].keys()
        | {"eve", "centenary", "centennial", "bicentenary", "hours", "minutes", "moments"}
        | {
            "twenties",
            "thirties",
            "forties",
            "fifties",
            "sixties",
            "seventies",
            "eighties",
            "nineties",
            "week",
            "weekend",
            "quarter",
        }
    )


def _may_open(token: Token) -> bool:
    low = token.low
    return low[:1].isdigit() or low[:1] == "'" or low in _openers() or low.startswith("fy")
