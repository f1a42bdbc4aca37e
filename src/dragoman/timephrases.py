"""Reads the words of a time expression into a `timeline.Node`: the grammar of dates in news English.

A hand-written reader over tokens, left to right, the longest reading wins. It never backtracks over more than one phrase
(40 tokens), so its time is linear in the text. `find` looks for phrases in running text and is careful with words that
also mean something else ("may", "march", "second", "spring"); `read` takes a phrase that is given and trusts it more.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from dragoman.edtf import MONTHS, WEEKDAYS
from dragoman.timeline import (
    Ago,
    Apart,
    Bound,
    Calendar,
    Century,
    Decade,
    Fixed,
    Holiday,
    Modified,
    Node,
    Nth,
    Part,
    Quarter,
    Range,
    Run,
    Season,
    Shifted,
    Week,
)

__all__ = ["Token", "find", "lex", "read"]

_TOKEN = re.compile(
    r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{4}-W\d{1,2}\b|(?<!\d)\d{1,4}[/.]\d{1,2}[/.]\d{2,4}(?!\d)|(?<!\d)\d{1,2}-\d{1,2}-\d{2,4}(?!\d)"
    r"|\d{1,2}[:.]\d{2}(?::\d{2})?(?!\d)(?=\s*(?:[ap]\.?m\b|[A-Z]{3}\b|hours\b|local\b))|\d{1,2}:\d{2}(?::\d{2})?(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)"
    r"|\d{1,2}(?:st|nd|rd|th)\b|\d{4}s\b|['’‘]?\d0['’]?s\b|\d+(?:\.\d+)?(?![A-Za-z])|\d+|[ap]\.m\.?|[A-Za-z]+['’](?=\s)|[A-Za-z]+(?:\.[A-Za-z]+\b)*|['’][sS]\b|[^\w\s]",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?$")
_SLASHED = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})$")
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)$")
_MOST = 40


@dataclass(frozen=True, slots=True)
class Token:
    """A word, number or mark with its offsets; `low` is lower case without a closing dot."""

    start: int
    end: int
    raw: str
    low: str


def lex(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The tokens of a run of text.

    >>> [token.low for token in lex("Oct. 29-31, the 1990s")]
    ['oct', '.', '29', '-', '31', ',', 'the', '1990s']
    """
    found = []
    for match in _TOKEN.finditer(text, start, len(text) if end is None else end):
        low = match[0].lower().replace("’", "'").replace("‘", "'")
        found.append(Token(match.start(), match.end(), match[0], low))
    return found


@cache
def words() -> Mapping[str, Any]:
    """The word lists of `data/times.toml`."""
    loaded = tomllib.loads(files("dragoman").joinpath("data/times.toml").read_text(encoding="utf-8"))
    loaded["weekdays"].update(WEEKDAYS)
    for name, listed in loaded["words"].items():
        loaded[name] = frozenset(listed)
    loaded["named_days"] = _phrases(loaded)
    return loaded


def _phrases(loaded: Mapping[str, Any]) -> dict[tuple[str, ...], Node]:
    table: dict[tuple[str, ...], Node] = {}
    for section in ("holidays", "moving"):
        for name, rule in loaded[section].items():
            table[tuple(token.low for token in lex(name))] = Holiday(rule)
    for name, bounds in loaded["eras"].items():
        first, last = (dt.date.fromisoformat(part) for part in bounds.split("/"))
        rule = "an era with known bounds"
        table[tuple(token.low for token in lex(name))] = Fixed(first, last + dt.timedelta(days=1), rule)
    return table


Reading = tuple[Node, int]


class _Reader:
    """One pass over the tokens of one sentence. Every method takes an index and answers a node and the index after it."""

    def __init__(self, tokens: Sequence[Token], *, given: bool) -> None:
        self.tokens = tokens
        self.given = given
        self.words = words()
        self.depth = 0

    # --- small looks ---

    def low(self, i: int) -> str:
        return self.tokens[i].low if 0 <= i < len(self.tokens) else ""

    def skip(self, i: int, *what: str) -> int:
        """The index after one of these words, or the same."""
        return i + 1 if self.low(i) in what else i

    def after_dot(self, i: int) -> int:
        """Past the dot of an abbreviation."""
        return i + 1 if self.low(i) == "." and i and self.tokens[i - 1].end == self.tokens[i].start else i

    def number(self, i: int) -> tuple[float, int] | None:
        """A count: digits, words up to ninety-nine, "a", "a couple of", "half a"."""
        low = self.low(i)
        if low.replace(".", "", 1).isdigit() and len(low) < 6 or re.fullmatch(r"\d{1,3},\d{3}", low):
            return float(low.replace(",", "")), i + 1
        numbers: dict[str, int] = self.words["numbers"]
        if low in numbers:
            value, j = numbers[low], i + 1
            k = self.skip(j, "-")
            if value >= 20 and value % 10 == 0 and numbers.get(self.low(k), 99) < 10:
                value, j = value + numbers[self.low(k)], k + 1
            if self.low(j) == "and" and self.low(j + 1) in ("a", "one") and self.low(j + 2) == "half":
                return value + 0.5, j + 3
            if self.low(j) == "hundred":
                return value * 100.0, j + 1
            return float(value), j
        if low in ("a", "an"):
            if self.low(i + 1) == "couple":
                return 2.0, self.skip(i + 2, "of")
            if self.low(i + 1) in ("full", "whole", "single"):
                return 1.0, i + 2
            return 1.0, i + 1
        if low == "couple":
            return 2.0, self.skip(i + 1, "of")
        if low == "half" and self.low(i + 1) in ("a", "an"):
            return 0.5, i + 2
        return None

    def ordinal(self, i: int) -> tuple[int, int] | None:
        """A rank: "3rd", "third", "twenty-first"; "last" and "final" are -1."""
        low = self.low(i)
        match = _ORDINAL.match(low)
        if match:
            return int(match[1]), i + 1
        ordinals: dict[str, int] = self.words["ordinals"]
        if low in ordinals:
            return ordinals[low], i + 1
        tens = self.words["numbers"].get(low, 0)
        k = self.skip(i + 1, "-")
        if tens in (20, 30, 40, 50) and 0 < ordinals.get(self.low(k), 99) < 10:
            return tens + ordinals[self.low(k)], k + 1
        if low in ("last", "final"):
            return -1, i + 1
        return None

    def unit(self, i: int) -> tuple[str, int] | None:
        found = self.words["units"].get(self.low(i))
        if found is None and self.low(i).endswith("'"):
            found = self.words["units"].get(self.low(i)[:-1])
        return (found, i + 1) if found else None

    def month(self, i: int) -> tuple[int, int] | None:
        low = self.low(i)
        if low not in MONTHS:
            return None
        raw = self.tokens[i].raw
        if not self.given and not raw[0].isupper():
            return None
        return MONTHS[low], self.after_dot(i + 1) if len(low) < 5 else i + 1

    def weekday(self, i: int) -> tuple[int, int] | None:
        low = self.low(i)
        table: dict[str, int] = self.words["weekdays"]
        if low not in table:
            return None
        if not self.given and (not self.tokens[i].raw[0].isupper() or (low in ("sat", "sun", "wed", "mon") and self.low(i + 1) not in (".", ","))):
            return None
        return table[low], self.after_dot(i + 1) if len(low) < 6 else i + 1

    def year(self, i: int) -> tuple[int | Node, int] | None:
        """A year as printed, or "last year", "the same year"."""
        j = self.skip(i, ",")
        j = self.skip(j, "of", "in") if j == i else j
        low = self.low(j)
        if re.fullmatch(r"[12]\d{3}", low):
            return int(low), j + 1
        if re.fullmatch(r"['’]\d{2}", low):
            return 2000 + int(low[1:]) if int(low[1:]) < 50 else 1900 + int(low[1:]), j + 1
        if low == "'" and re.fullmatch(r"\d{2}", self.low(j + 1)):
            two = int(self.low(j + 1))
            return (2000 if two < 50 else 1900) + two, j + 2
        k = self.skip(j, "the")
        if self.low(k + 1) == "year":
            if self.low(k) in ("same", "that"):
                return Ago(0, "year", 1, None), k + 2
            if self.low(k) in ("previous", "preceding") and k > j:
                return Ago(1, "year", -1, None), k + 2
            if self.low(k) == "following" and k > j:
                return Ago(1, "year", 1, None), k + 2
            way = self.words["modifiers"].get(self.low(k))
            if way is not None:
                return Shifted("year", way), k + 2
        words_ = self.spoken_year(j) if self.given else None
        return words_

    def spoken_year(self, i: int) -> tuple[int, int] | None:
        """"nineteen ninety-one", "two thousand and five", "twenty eighteen"."""
        numbers: dict[str, int] = self.words["numbers"]
        if self.low(i) == "two" and self.low(i + 1) == "thousand":
            j = self.skip(i + 2, "and")
            rest = self.number(j)
            if rest and rest[0] < 100 and self.low(j) not in ("a", "an"):
                return 2000 + int(rest[0]), rest[1]
            return 2000, i + 2
        head = numbers.get(self.low(i), 0)
        if head in range(10, 21):
            rest = self.number(self.skip(i + 1, "-"))
            if rest and self.low(i + 1) not in ("a", "an") and 10 <= rest[0] < 100 and float(rest[0]).is_integer():
                return head * 100 + int(rest[0]), rest[1]
            if self.low(i + 1) == "hundred":
                return head * 100, i + 2
        return None

    # --- readings ---

    def numeric(self, i: int) -> Reading | None:
        """2016-10-29, 10/29/2016, 2018-W22, 2016/11."""
        low = self.low(i)
        week = re.fullmatch(r"(\d{4})-w(\d{1,2})", low)
        if week:
            return Week(int(week[2]), int(week[1])), i + 1
        match = _SLASHED.match(low)
        if match and i >= 0:
            a, b, c = (int(part) for part in match.groups())
            if len(match[1]) == 4:
                year, month, day = a, b, c
            elif len(match[1]) <= 2:
                year = c if len(match[3]) == 4 else (2000 if c < 50 else 1900) + c
                # American order, as most of the English press prints it, unless the first number is no month.
                month, day = (a, b) if a <= 12 else (b, a)
            else:
                return None
            if 1 <= month <= 12 and 1 <= day <= 31:
                return Calendar(year, month, day), i + 1
            return None
        if self.given and re.fullmatch(r"\d{1,4}", low) and self.low(i + 1) in ("/", "-", "."):
            other = self.low(i + 2)
            if re.fullmatch(r"[12]\d{3}", low) and re.fullmatch(r"0?[1-9]|1[0-2]", other):
                return Calendar(int(low), int(other)), i + 3
            if re.fullmatch(r"0?[1-9]|1[0-2]", low) and re.fullmatch(r"[12]\d{3}", other):
                return Calendar(int(other), int(low)), i + 3
            if self.low(i + 1) in ("/", "-") and low.isdigit() and other.isdigit() and len(other) < 3:
                a, b = int(low), int(other)
                month, day = (a, b) if a <= 12 else (b, a)
                if 1 <= month <= 12 and 1 <= day <= 31:
                    return Calendar(None, month, day), i + 3
        if self.given and re.fullmatch(r"\d{1,2}\.\d{1,2}", low):
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
            date = self.numeric(k) or self.month_first(k) or self.day_first(k)
            if date and isinstance(date[0], Calendar) and date[0].day is not None:
                return Calendar(date[0].year, date[0].month, date[0].day, weekday), date[1]
            return Calendar(weekday=weekday), j
        return self.month_first(i) or self.day_first(i)

    def month_first(self, i: int) -> Reading | None:
        found = self.month(i)
        if not found:
            return None
        month, j = found
        day_at = self.skip(j, "the") if self.given else j
        day_at = self.skip(day_at, "-", "/") if self.given else day_at
        day = self.day_number(day_at)
        if day and not self.unit(day[1]):
            number, k = day
            if self.weekday(self.skip(k, ",")) and self.low(k) == ",":
                pass
            year = self.year(k) or (self.year(k + 1) if self.given and self.low(k) in ("-", "/") else None)
            return (Calendar(year[0], month, number), year[1]) if year else (Calendar(None, month, number), k)
        k = self.skip(j, "of", "in", "-", "/") if self.given else j
        year = self.year(j) or (self.year(k) if k > j else None)
        if year:
            return Calendar(year[0], month), year[1]
        return Calendar(None, month), j

    def day_number(self, i: int) -> tuple[int, int] | None:
        low = self.low(i)
        if re.fullmatch(r"0?[1-9]|[12]\d|3[01]", low):
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
        if self.given:
            k = self.skip(k, "-", "/", ",")
        found = self.month(k)
        if found:
            month, m = found
            year = self.year(m) or (self.year(m + 1) if self.given and self.low(m) in ("-", "/") else None)
            return (Calendar(year[0], month, number), year[1]) if year else (Calendar(None, month, number), m)
        if self.low(day[1]) in ("of", "in"):
            m = day[1] + 1
            if self.low(m) in ("this", "next", "last") and self.low(m + 1) == "month":
                return Nth(number, "day", Shifted("month", self.words["modifiers"][self.low(m)])), m + 2
        ordinal = bool(_ORDINAL.match(self.low(j))) or self.low(j) in self.words["ordinals"]
        if (ordinal and (self.given or (j > i and self.low(i - 1) in ("on", "until", "by", "since", "from")))) or (self.given and j > i):
            if not self.unit(day[1]) and self.low(day[1]) not in ("quarter", "half", "century", "weekend"):
                return Calendar(day=number), day[1]
        return None

    def deictic(self, i: int) -> Reading | None:
        """today, yesterday, tomorrow, tonight, overnight, the day before yesterday."""
        low = self.low(i)
        simple = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "tmr": 1, "tmrw": 1}
        if low in simple:
            return Shifted("day", simple[low]), i + 1
        if low == "overnight":
            return Range(Shifted("day", -1), Shifted("day", 0)), i + 1
        if self.given and low in ("now", "today"):
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
        if self.low(j) in ("that", "same") or (self.low(j), self.low(j + 1)) == ("that", "same"):
            k = self.skip(self.skip(j, "that"), "same")
            unit = self.unit(k)
            if unit and unit[0] != "minute" and (unit[0] != "hour"):
                return self.year_of(Ago(0, unit[0], 1, None), unit[1])
            return None
        if self.low(j) in ("recent", "these", "those") and self.unit(j + 1):
            return Apart("vague", "recent days, weeks or years have no bounds"), j + 2
        if way is None:
            return None
        k = self.skip(j + 1, "same") if way is not None else j + 1
        k = self.skip(k, "full", "whole", "entire", "business", "working", "calendar", "few") if self.low(k) != "few" else k
        if self.low(k) in ("few", "several", "many", "couple"):
            if self.low(k) != "couple":
                stop = self.unit(k + 1)
                return (Apart("vague", "a few, several or many have no number"), stop[1]) if stop else None
        number = self.number(k) if self.low(k) not in ("a", "an") else None
        if number and number[0].is_integer():
            at = self.skip(number[1], "full", "consecutive", "calendar", "business", "working")
            unit = self.unit(at)
            if unit and way != 0:
                return Run(int(number[0]), unit[0], way), unit[1]
            return None
        named = self.named(k, way)
        if named:
            return named
        unit = self.unit(k)
        if not unit:
            if self.low(k) in self.words["day_parts"]:
                return Shifted("day", -1 if way < 0 and self.low(k) in ("night", "evening") else way if self.low(j) != "this" else 0), k + 1
            return None
        return self.modified_unit(i, j, way, unit)

    def modified_unit(self, i: int, j: int, way: int, unit: tuple[str, int]) -> Reading | None:
        """A unit after "last", "this", "next" and their like."""
        word, the, m = self.low(j), j > i, unit[1]
        singular = not self.low(m - 1).rstrip("'").endswith("s")
        if unit[0] == "minute":
            return None
        if not singular and unit[0] != "minute":
            return Apart("vague", "units without a number have no bounds"), m
        if the and word in ("following", "next", "previous", "preceding", "prior") and unit[0] in ("day", "week", "month", "year"):
            if not (self.given and word == "next"):
                return Ago(1, unit[0], way, None), m
        if self.low(m - 1) == "night" and way < 0:
            return Shifted("day", -1), m
        if word in ("past", "coming") and the and unit[0] in ("week", "month", "year", "decade", "century"):
            return Run(1, unit[0], way), m
        if unit[0] == "decade" and the and way:
            return Run(1, "decade", way), m
        if unit[0] == "week":
            k = self.skip(self.skip(m, "'s"), "on")
            day = self.weekday(k)
            if day:
                return Nth(1, "", Shifted("week", way), weekday=day[0]), day[1]
        if unit[0] == "hour":
            return Run(1, "hour", way), m
        return Shifted(unit[0], way), m

    def year_of(self, node: Node, i: int) -> Reading:
        """"the same period last year": the year that follows moves the node by its distance."""
        year = self.year(i)
        if year and isinstance(year[0], Shifted):
            return node, i
        return node, i

    def named(self, k: int, way: int) -> Reading | None:
        """What "last", "this", "next" may stand before: a month, weekday, season, quarter, holiday."""
        node: Node | None = None
        month = self.month(k)
        if month:
            day = self.day_number(month[1])
            if day and not self.unit(day[1]):
                return Modified(way, Calendar(None, month[0], day[0])), day[1]
            return Modified(way, Calendar(None, month[0])), month[1]
        weekday = self.weekday(k)
        if weekday:
            date = self.month_first(self.skip(weekday[1], "-", ",")) if self.given else None
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
        if holiday:
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
            if unit and self.low(unit[1]) in ("ago", "earlier", "later", "before", "after"):
                return Apart("vague", "a few, several or many have no number"), unit[1] + 1
            return None
        number = self.number(j)
        the = False
        if number is None and self.low(j) == "the" and self.low(j + 1) in ("day", "week", "month", "year", "night"):
            number, the = (1.0, j + 1), True
        if number is None:
            return None
        k = self.skip(number[1], "-", "full", "business", "working", "calendar")
        unit = self.unit(k)
        if not unit:
            return None
        count, m = number[0], unit[1]
        if self.low(m) == "and" and self.low(m + 1) == "a" and self.low(m + 2) == "half":
            count, m = count + 0.5, m + 3
        return self.ago_tail(count, unit[0], m, ahead=ahead, the=the)

    def ago_tail(self, count: float, unit: str, m: int, *, ahead: bool, the: bool) -> Reading | None:
        """What follows "two days": ago, earlier, later, before, after, from now; alone after "in"."""
        low = self.low(m)
        if low in ("ago", "back") and not the:
            return Ago(count, unit, -1, None, from_publication=True), m + 1
        if (low, self.low(m + 1)) in (("from", "now"), ("from", "today"), ("after", "today"), ("since", "then")) or low == "hence":
            return (Ago(count, unit, 1, None, from_publication=True), m + (1 if low == "hence" else 2)) if low != "since" else None
        if low in ("before", "after", "from", "prior", "following", "since"):
            k = self.skip(m + 1, "to") if low == "prior" else m + 1
            base = self.atom(k) if low != "since" else None
            way = 1 if low in ("after", "from", "following") else -1
            if base and not isinstance(base[0], Apart):
                return Ago(count, unit, way, base[0]), base[1]
            if self.low(m) in ("before", "after") and not (self.low(m + 1)[:1].isalpha() and not the) and (the or count >= 1):
                return Ago(count, unit, -1 if low == "before" else 1, None), m + 1
            return None
        if low in ("earlier", "previously", "before", "prior"):
            return Ago(count, unit, -1, None), m + 1
        if low in ("later", "afterwards", "afterward", "after") or (low == "on" and False):
            return Ago(count, unit, 1, None), m + 1
        if ahead and not the and self.low(m) not in ("of", "'s"):
            return Ago(count, unit, 1, None, from_publication=True), m
        return None

    def quarter_name(self, i: int) -> tuple[int, int] | None:
        """third quarter, third-quarter, Q3, 3Q."""
        match = re.fullmatch(r"q([1-4])|([1-4])q", self.low(i))
        if match:
            return int(match[1] or match[2]), i + 1
        if self.low(i) == "q" and self.low(i + 1) in ("1", "2", "3", "4"):
            return int(self.low(i + 1)), i + 2
        if self.low(i) in ("1", "2", "3", "4") and self.low(i + 1) == "q":
            return int(self.low(i)), i + 2
        ranked = self.ordinal(i)
        if ranked and (1 <= ranked[0] <= 4 or self.low(i) == "final"):
            j = self.skip(ranked[1], "-", "fiscal", "calendar")
            if self.low(j) in ("quarter", "qtr"):
                return (4 if ranked[0] == -1 else ranked[0]), j + 1
        return None

    def part_of_year(self, i: int) -> Reading | None:
        """A quarter, season, half, or the n-th week, day, month or weekday of something."""
        j = self.skip(i, "the")
        if re.fullmatch(r"[12]\d{3}", self.low(i)):  # "2018 Q3", "2019-H2", "2018 summer"
            k = self.skip(i + 1, "-", ",", "'s")
            quarter = self.quarter_name(k)
            if quarter:
                return Quarter(quarter[0], int(self.low(i))), quarter[1]
            half = re.fullmatch(r"h([12])", self.low(k))
            if half:
                return Nth(int(half[1]), "half", Calendar(int(self.low(i)))), k + 1
            if self.low(k) == "h" and self.low(k + 1) in ("1", "2"):
                return Nth(int(self.low(k + 1)), "half", Calendar(int(self.low(i)))), k + 2
        quarter = self.quarter_name(j)
        if quarter:
            k = self.skip(quarter[1], "-")
            year = self.year(quarter[1]) or (self.year(k) if k > quarter[1] else None)
            return (Quarter(quarter[0], year[0]), year[1]) if year else (Quarter(quarter[0]), quarter[1])
        season = self.season(j)
        if season:
            return season
        if self.low(j) == "week" and self.low(j + 1) == "of":
            inner = self.atom(j + 2)
            if inner:
                return Week(holding=inner[0]), inner[1]
        if self.low(j) in ("week", "wk") and self.low(j + 1).isdigit() and self.given:
            year = self.year(j + 2)
            if not year or isinstance(year[0], int):
                return Week(int(self.low(j + 1)) % 100, year[0] if year and isinstance(year[0], int) else None), year[1] if year else j + 2
        ranked = self.ordinal(j)
        if ranked:
            return self.nth(ranked[0], ranked[1])
        return None

    def nth(self, n: int, k: int) -> Reading | None:
        k = self.skip(k, "full")
        weekday = self.weekday(k)
        unit: tuple[str, int] | None = None
        if self.low(k) == "half":
            unit = ("half", k + 1)
        elif not weekday:
            unit = self.unit(k)
        after = weekday[1] if weekday else unit[1] if unit else 0
        if not after or self.low(after) not in ("of", "in", "'s"):
            return None
        inner = self.atom(after + 1) or self.whole(after + 1)
        if not inner:
            return None
        if weekday:
            return Nth(n, "", inner[0], weekday=weekday[0]), inner[1]
        assert unit is not None
        return (Nth(n, unit[0], inner[0]), inner[1]) if unit[0] not in ("hour", "minute", "century") else None

    def whole(self, i: int) -> Reading | None:
        """"the year", "the month": the one of publication."""
        j = self.skip(i, "the", "this")
        unit = self.unit(j)
        if unit and j > i and unit[0] in ("day", "week", "month", "quarter", "year", "decade") and not self.low(j).endswith("s"):
            return Shifted(unit[0], 0), unit[1]
        return None

    def season(self, i: int) -> Reading | None:
        low = self.low(i)
        if low not in ("spring", "summer", "autumn", "fall", "winter"):
            return None
        year = self.year(i + 1)
        if year:
            return Season(low, year[0]), year[1]
        before = self.low(i - 1)
        if self.given or before in ("in", "during", "since", "until", "by", "early", "late", "mid", "of") or (before == "the" and low not in ("fall", "spring") and self.low(i - 2) in ("in", "during", "over", "of", "until", "by")):
            return Season(low), i + 1
        return None

    def holiday(self, i: int) -> Reading | None:
        table: dict[tuple[str, ...], Node] = self.words["named_days"]
        low = self.low(i)
        if not self.given and not self.tokens[i].raw[:1].isupper():
            return None
        for size in range(5, 0, -1):
            node = table.get(tuple(self.low(i + step) for step in range(size)))
            if node is None:
                continue
            after = i + size
            if isinstance(node, Holiday):
                year = self.year(after)
                return (Holiday(node.rule, year[0]), year[1]) if year else (node, after)
            return node, after
        return None if low else None

    def ages(self, i: int) -> Reading | None:
        """Years, decades, centuries: 1991; the 1990s; the '90s; the nineties; the 20th century; fiscal 2012."""
        j = self.skip(i, "the")
        low = self.low(j)
        match = re.fullmatch(r"(\d{3})0s", low)
        if match:
            return Decade(int(match[1]) * 10), j + 1
        if self.given and re.fullmatch(r"\d{3}0", low) and self.low(j + 1) in ("s", "'s"):
            return Decade(int(low)), j + 2
        match = re.fullmatch(r"'?([2-9])0'?s", low)
        if match and (self.given or j > i or self.low(i - 1) in ("and", "late", "early", "mid", "-", "or", "since", "in")):
            return Decade(int(match[1]) * 10, short=True), j + 1
        tens = {"twenties": 20, "thirties": 30, "forties": 40, "fifties": 50, "sixties": 60, "seventies": 70, "eighties": 80, "nineties": 90, "tens": 10}
        head = {"nineteen": 1900, "eighteen": 1800, "twenty": 2000}.get(low)
        if head and self.low(self.skip(j + 1, "-")) in tens:
            k = self.skip(j + 1, "-")
            return Decade(head + tens[self.low(k)]), k + 1
        if low in tens and low != "tens" and (self.given or j > i) and self.low(i - 1) not in ("his", "her", "their"):
            return Decade(tens[low], short=True), j + 1
        ranked = self.ordinal(j)
        if ranked and ranked[0] > 0:
            k = self.skip(ranked[1], "-")
            if self.low(k) == "century":
                return Century(ranked[0]), k + 1
        fiscal = self.fiscal(j)
        if fiscal:
            return fiscal
        if re.fullmatch(r"[12]\d{3}", low):
            return self.bare_year(j, the=j > i)
        return self.spoken_year_node(j)

    def spoken_year_node(self, j: int) -> Reading | None:
        spoken = self.spoken_year(j) if self.given else None
        return (Calendar(spoken[0]), spoken[1]) if spoken else None

    def fiscal(self, j: int) -> Reading | None:
        """Fiscal years. A pair of years ("2010-11") runs from April 1, as in Britain, India and Japan; a single one is left as named."""
        low = self.low(j)
        if low == "fy" or (low in ("fiscal", "financial", "budget") and self.low(j + 1) in ("year", "years")) or low == "fiscal":
            k = j + 1 if low in ("fy",) or self.low(j + 1) not in ("year", "years") else j + 2
            if re.fullmatch(r"[12]\d{3}", self.low(k)):
                year = int(self.low(k))
                if self.low(k + 1) in ("-", "–", "/") and re.fullmatch(r"\d{2}|\d{4}", self.low(k + 2)) and int(self.low(k + 2)) % 100 == (year + 1) % 100:
                    rule = "a financial year named by two years: April 1 to March 31"
                    return Fixed(dt.date(year, 4, 1), dt.date(year + 1, 4, 1), rule), k + 3
                return Fixed(dt.date(year, 1, 1), dt.date(year + 1, 1, 1), "a fiscal year whose bounds are not told: its named year", "year"), k + 1
        match = re.fullmatch(r"fy(\d{4}|\d{2})", low)
        if match:
            year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
            return Fixed(dt.date(year, 1, 1), dt.date(year + 1, 1, 1), "a fiscal year whose bounds are not told: its named year", "year"), j + 1
        return None

    def bare_year(self, j: int, *, the: bool) -> Reading | None:
        low = self.low(j)
        node = Calendar(int(low))
        if self.given:
            return node, j + 1
        before, after = self.low(j - 1), self.low(j + 1)
        if after in ("%", "percent", "per", "million", "billion") or before in ("$", "€", "£", "no", "number", "about", "some", "nearly", "than"):
            return None
        if not 1500 <= int(low) <= 2100:
            return None
        if before in ("in", "since", "until", "till", "by", "of", "from", "before", "after", "during", "through", "early", "late", "mid", "to", "between", "circa", "throughout", "and", "till", "late-", "around", "-", "–"):
            plural = after.endswith("s") and after.isalpha() and after not in self.words["year_plurals"] and len(after) > 3
            return None if plural and before not in ("in", "since", "during") else (node, j + 1)
        if before == "(" or (before == "," and after in (",", ".", ")", "")):
            return node, j + 1
        if the or before in ("a", "an", "its", "their", "his", "her", "'s", "that", "this", "the") or after[:1].isalpha():
            if after[:1].isalpha() and (not after.endswith("s") or after in self.words["year_plurals"]) and (the or before in ("a", "an", "its", "their", "his", "her", "'s", "landmark")):
                return node, j + 1
        return None

    def weekend(self, i: int) -> Reading | None:
        j = self.skip(i, "the")
        if self.low(j) == "weekend" and (j > i or self.given):
            return Shifted("weekend", 0), j + 1
        if self.given and self.low(j) == "week" and j > i:
            return Shifted("week", 0), j + 1
        if self.given and j > i:
            return self.whole(i)
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

    # --- composition ---

    def clock(self, i: int) -> int:
        """The index after a time of day, or the same index: it says nothing of the date."""
        j = self.skip(i, "at", "around", "about", "by", "before", "after", "from")
        low = self.low(j)
        after = j
        if _CLOCK.match(low):
            after = j + 1
        elif re.fullmatch(r"[01]?\d|2[0-4]|[01]\d[0-5]\d|2[0-3][0-5]\d", low) and (
            self.low(j + 1) in ("am", "pm", "a.m", "p.m", "a.m.", "p.m.", "a", "p", "gmt", "utc", "hours", "o'clock", "hrs", "z", "local")
            or self.low(j + 1) == "o'"
            or (self.given and j > i)
        ):
            after = j + 1
        elif self.given and low in self.words["numbers"] and (self.low(j + 1) in ("am", "pm", "a.m", "p.m", "o'clock", "thirty") or j > i):
            after = j + 1
        elif low in ("noon", "midnight", "midday"):
            return j + 1
        elif self.given and low in ("half", "quarter") and self.low(j + 1) in ("past", "to"):
            after = j + 3
        else:
            return i
        for _ in range(8):
            if self.low(after) in ("am", "pm", "a.m", "p.m", "a.m.", "p.m.", "gmt", "utc", "hours", "hrs", "local", "time", "o'clock", "sharp", "z", "est", "edt", "pst", "cet", "ist", "bst", "a", "p"):
                after += 1
            elif self.low(after) == "." and self.low(after - 1) in ("a.m", "p.m"):
                after += 1
            elif self.low(after) == "(" and self.low(after + 1) in ("gmt", "utc") or self.low(after) in ("+",) and self.low(after + 1).isdigit():
                after += 2
            elif self.low(after) == ")" or _CLOCK.match(self.low(after)) and self.low(after - 1) == "(":
                after += 1
            else:
                break
        if self.low(after) in ("-", "–", "to", "until", "and") and self.given:
            more = self.clock(after + 1)
            if more > after + 1:
                return more
        return after

    def part(self, i: int) -> Reading | None:
        """early 2003; mid-March; the end of this year; later this month; earlier today; the rest of the week."""
        j = self.skip(i, "the", "very", "in", "by") if self.given else self.skip(i, "the", "very")
        low = self.low(j)
        which = ""
        k = j + 1
        if low in ("later", "earlier"):
            which, k = low, self.skip(k, "in", "on")
        elif low == "rest" or (low in ("remainder",)):
            which, k = "rest", self.skip(k, "of")
        elif low in self.words["early"]:
            which = "early"
        elif low in self.words["late"]:
            which = "late"
        elif low in self.words["middle"]:
            which = "mid"
        if not which:
            return None
        named = low in ("beginning", "start", "onset", "opening", "outset", "dawn", "end", "close", "turn", "middle", "closing")
        if named and self.low(k) != "of" and not self.given:
            return None
        k = self.skip(self.skip(self.skip(k, "-"), "of"), "in", "on")
        inner = self.core(k) or self.whole(k)
        if self.given and not inner:
            inner = self.unit_alone(k)
        if not inner or isinstance(inner[0], Apart):
            return None
        return Part(which, inner[0]), inner[1]

    def unit_alone(self, k: int) -> Reading | None:
        k = self.skip(k, "my", "the", "our")
        unit = self.unit(k)
        return (Shifted(unit[0], 0), unit[1]) if unit and unit[0] in ("day", "week", "month", "year") else None

    def core(self, i: int) -> Reading | None:
        """The longest of all simple readings."""
        if self.depth > 6 or i >= len(self.tokens):
            return None
        self.depth += 1
        best: Reading | None = None
        readers: tuple[Callable[[int], Reading | None], ...] = (
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
        if start > i:
            start = self.skip(self.skip(start, ","), "on", "of")
        if self.low(self.skip(start, "the", "in", "early", "late")) in self.words["day_parts"]:
            k = self.skip(self.skip(self.skip(start, "in"), "the"), "early", "late")
            k = self.skip(k + 1, "of", "on", ",")
            if self.low(k) in ("of", "on"):
                k += 1
            if (self.low(k - 1) in ("of", "on", ",")) or self.given:
                start = k
        best = self.core(start)
        parted = self.part(start)
        if parted and (best is None or parted[1] > best[1]):
            best = parted
        if best is None:
            return None
        node, j = best
        if isinstance(node, Calendar) and node.weekday is not None and node.month is None:
            node, j = self.weekday_tail(node, j)
        j = self.tail(node, j)
        return node, j

    def weekday_tail(self, node: Calendar, j: int) -> Reading:
        """Monday of next week; Monday next week; Tuesday last week; Monday last."""
        k = self.skip(self.skip(j, "of", ","), "the")
        way = self.words["modifiers"].get(self.low(k))
        if way is not None and self.low(k + 1) == "week" and node.weekday is not None:
            return Nth(1, "", Shifted("week", way), weekday=node.weekday), k + 2
        if self.low(j) == "last" and not self.low(j + 1)[:1].isalpha():
            return Modified(-1, node), j + 1
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
        if k > self.skip(j, ",") and self.low(j + (self.low(j) == ",")) not in ("before", "after", "by", "from", "around", "about"):
            j = k
        elif self.given and k > self.skip(j, ","):
            j = k
        return j

    def phrase(self, i: int) -> Reading | None:
        """The longest reading from here: a bound, a range, or a simple one."""
        low = self.low(i)
        if self.given and low in ("before", "until", "till", "after", "since", "by", "through"):
            inner = self.phrase(i + 1)
            kinds = {"before": "before", "until": "until", "till": "until", "after": "after", "since": "since", "by": "until", "through": "until"}
            if inner and not isinstance(inner[0], Apart):
                return Bound(kinds[low], inner[0]), inner[1]
        opened = low in ("from", "between")
        start = self.skip(i, "from", "between", "on", "in", "during", "for", "at") if self.given else i
        first = self.atom(start) if start > i or low not in ("from", "between") else self.atom(i + 1)
        if opened and not first and self.given:
            first = self.atom(start)
        short = self.short_range(start + (opened and start == i))
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
        return node, j

    def short_range(self, i: int) -> Reading | None:
        """October 29-31; 29 to 31 October 2016; 14-17 November; 1939-45; 2009-2011; Nov-Feb 2017."""
        month = self.month(i)
        if month:
            one = self.day_number(month[1])
            if one:
                two = self.joined_day(one[1])
                if two:
                    year = self.year(two[1])
                    value = year[0] if year else None
                    after = year[1] if year else two[1]
                    return Range(Calendar(value, month[0], one[0]), Calendar(value, month[0], two[0])), after
            return None
        j = self.skip(i, "the")
        one = self.day_number(j)
        if one:
            two = self.joined_day(one[1])
            if two:
                named = self.month(self.skip(two[1], "of"))
                if named:
                    year = self.year(named[1])
                    value = year[0] if year else None
                    return Range(Calendar(value, named[0], one[0]), Calendar(value, named[0], two[0])), year[1] if year else named[1]
                if self.low(two[1]) == "of" and self.low(two[1] + 1) in ("this", "next", "last") and self.low(two[1] + 2) == "month":
                    base = Shifted("month", self.words["modifiers"][self.low(two[1] + 1)])
                    return Range(Nth(one[0], "day", base), Nth(two[0], "day", base)), two[1] + 3
        if re.fullmatch(r"1[5-9]\d\d|20\d\d", self.low(j)) and self.low(j + 1) in ("-", "–", "/"):
            year_one, end = int(self.low(j)), self.low(j + 2)
            if re.fullmatch(r"\d{4}|\d{2}", end):
                year_two = int(end) if len(end) == 4 else year_one // 100 * 100 + int(end)
                if year_one < year_two < year_one + 120 and (len(end) == 4 or not self.given or int(end) > 12):
                    return Range(Calendar(year_one), Calendar(year_two)), j + 3
        return None

    def joined_day(self, i: int) -> tuple[int, int] | None:
        """"-31", "to 31", "and the 31st" after a day."""
        if self.low(i) in ("-", "–", "—", "to", "through", "until", "till", "and", "/") or (self.given and self.low(i) == "~"):
            day = self.day_number(self.skip(i + 1, "the"))
            if day and not self.unit(day[1]):
                return day
        return None

    def range_tail(self, first: Node, j: int, *, opened: bool, between: bool) -> Reading | None:
        """"to March 9", "and 2013" after the first end."""
        joins = ("to", "until", "till", "through", "-", "–", "—", "thru", "~")
        if self.low(j) in joins or (between and self.low(j) == "and"):
            k = j + 1
            second = self.atom(k)
            if second is None or isinstance(second[0], Apart) or isinstance(first, Apart):
                return None
            if not opened and self.low(j) in ("to", "until", "till") and not self.given and not (isinstance(first, Calendar) and isinstance(second[0], Calendar)):
                return None
            return Range(_share(first, second[0]), second[0]), second[1]
        return None


def _share(first: Node, last: Node) -> Node:
    """The first end with the year or month that only the last one prints: "from March to May 2010"."""
    if isinstance(first, Calendar) and isinstance(last, Calendar):
        if first.year is None and last.year is not None and first.month is not None:
            wraps = isinstance(last.year, int) and last.month is not None and first.month > last.month
            year = last.year - 1 if wraps and isinstance(last.year, int) else last.year
            return Calendar(year, first.month, first.day, first.weekday)
        if first.month is None and first.day is not None and last.month is not None:
            return Calendar(last.year, last.month, first.day)
    return first


def read(text: str, start: int = 0, end: int | None = None) -> Node | None:
    """The meaning of a phrase that is given; None where its words are not those of a time.

    >>> read("the third quarter of 2009")
    Quarter(number=3, year=2009)
    """
    tokens = lex(text, start, end)[:_MOST]
    reader = _Reader(tokens, given=True)
    best: Reading | None = None
    for at in range(len(tokens)):
        found = reader.phrase(at)
        if found and (best is None or found[1] - at > best[1]):
            best = (found[0], found[1] - at)
        if best is not None and at + best[1] >= len(tokens):
            break
    return best[0] if best else None


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
            last = found[1] - 1
            yield tokens[at].start, tokens[last].end, found[0]
            at = found[1]
        else:
            at += 1


@cache
def _openers() -> frozenset[str]:
    loaded = words()
    named = {key[0] for key in loaded["named_days"]}
    own = (
        "the a an at in on from between for over during couple half several few many some about around nearly almost exactly just roughly"
        " more less every each once twice today tonight yesterday tomorrow overnight later earlier rest remainder this that these those our"
        " their its same recent fiscal financial fy fy spring summer autumn fall winter mid very within noon midnight midday final"
    ).split()
    lists = loaded["early"] | loaded["middle"] | loaded["late"] | loaded["sets"] | loaded["day_parts"]
    return frozenset(
        {*named, *own, *lists, *loaded["numbers"], *loaded["ordinals"], *loaded["weekdays"], *loaded["modifiers"], *MONTHS}
        | {"twenties", "thirties", "forties", "fifties", "sixties", "seventies", "eighties", "nineties", "week", "weekend", "quarter"}
    )


def _may_open(token: Token) -> bool:
    low = token.low
    return low[:1].isdigit() or low[:1] == "'" or low in _openers() or (low[0] == "q" and low[1:].isdigit()) or low.startswith("fy")
