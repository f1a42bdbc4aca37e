"""Tokens of time expressions, and the small words in them: counts, ranks, units, months, weekdays, years."""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from dragoman.dating.feasts import Holiday
from dragoman.dating.nodes import Ago, Fixed, Same, Shifted
from dragoman.dating.timeline import Node
from dragoman.edtf import MONTHS, WEEKDAYS

__all__ = [
    "CLOCK",
    "ORDINAL",
    "SLASHED",
    "TWO_DIGITS",
    "TWO_OR_FOUR",
    "YEAR",
    "Reading",
    "Token",
    "Words",
    "lex",
    "words",
]

_TOKEN = re.compile(
    r"(?<!\d)\d{4}-\d{1,2}-\d{1,2}(?!\d)|\d{4}-W\d{1,2}\b|(?<!\d)\d{1,4}[/.]\d{1,2}[/.]\d{2,4}(?!\d)|(?<!\d)\d{1,2}-\d{1,2}-\d{2,4}(?!\d)"
    r"|\d{1,2}[:.]\d{2}(?::\d{2})?(?!\d)(?=\s*(?:[ap]\.?m\b|[A-Z]{3}\b|hours\b|local\b))|\d{1,2}:\d{2}(?::\d{2})?(?!\d)|\d{1,3}(?:,\d{3})+(?!\d)"
    r"|\d{1,2}(?:st|nd|rd|th)\b|\d{4}s\b|['’‘]?\d0['’]?s\b|\d+(?:\.\d+)?(?![A-Za-z\d])|\d+|[ap]\.m\.?|[A-Za-z]+['’](?=\s)|[A-Za-z]+(?:\.[A-Za-z]+\b)*|['’][sS]\b|[^\w\s]",
    re.IGNORECASE,
)
CLOCK = re.compile(r"\d{1,2}[:.]\d{2}(?::\d{2})?$")
SLASHED = re.compile(r"(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})$")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)$")
TWO_DIGITS = re.compile(r"\d{2}")
TWO_OR_FOUR = re.compile(r"\d{4}|\d{2}")
YEAR = re.compile(r"[12]\d{3}")
_THOUSANDS = re.compile(r"\d{1,3},\d{3}")
_SHORT_YEAR = re.compile(r"['’]\d{2}")


class Token(NamedTuple):
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
        raw = match[0]
        low = raw.lower() if raw.isascii() else raw.lower().replace("’", "'").replace("‘", "'")
        found.append(Token(*match.span(), raw, low))
    return found


@cache
def words() -> Mapping[str, Any]:
    """The word lists of `data/times.toml`."""
    loaded = tomllib.loads(files("dragoman").joinpath("data/times.toml").read_text(encoding="utf-8"))
    loaded["weekdays"].update(WEEKDAYS)
    for name, listed in loaded["words"].items():
        loaded[name] = frozenset(listed)
    loaded["named_days"] = _phrases(loaded)
    loaded["bounds"] = {tuple(phrase.split()): kind for kind, listed in loaded["bounds"].items() for phrase in listed}
    for name in ("era_years", "islamic_months", "iranian_months"):
        loaded[name] = {tuple(token.low for token in lex(key)): value for key, value in loaded[name].items()}
    longest: dict[str, int] = {}
    for name in loaded["named_days"]:
        longest[name[0]] = max(len(name), longest.get(name[0], 0))
    loaded["longest_name"] = longest
    return loaded


def _phrases(loaded: Mapping[str, Any]) -> dict[tuple[str, ...], Node]:
    table: dict[tuple[str, ...], Node] = {}
    for section in ("holidays", "moving"):
        for name, rule in loaded[section].items():
            table[tuple(token.low for token in lex(name))] = Holiday(rule)
    for name, bounds in loaded["eras"].items():
        first, last = (dt.date.fromisoformat(part) for part in bounds.split("/"))
        rule, unit = ("a day with a name", "day") if first == last else ("an era with known bounds", "interval")
        table[tuple(token.low for token in lex(name))] = Fixed(first, last + dt.timedelta(days=1), rule, unit)
    return table


_WHOLE_MONTHS = frozenset(
    "january february march april may june july august september october november december".split()
)
Reading = tuple[Node, int]


class Words:
    """One pass over the tokens of one sentence. Every method takes an index and answers a node and the index after it."""

    def __init__(self, tokens: Sequence[Token], *, given: bool) -> None:
        self.tokens = tokens
        # What is asked for most: the words by their index; an empty one wherever there is none.
        self.low: Callable[[int], str] = defaultdict(str, enumerate(token.low for token in tokens)).__getitem__
        self.given = given
        self.words = words()
        self.depth = 0

    # --- small looks ---

    def skip(self, i: int, *what: str) -> int:
        """The index after one of these words, or the same."""
        return i + 1 if self.low(i) in what else i

    def after_dot(self, i: int) -> int:
        """Past the dot of an abbreviation."""
        return i + 1 if self.low(i) == "." and i and self.tokens[i - 1].end == self.tokens[i].start else i

    def number(self, i: int) -> tuple[float, int] | None:
        """A count: digits, words up to ninety-nine, "a", "a couple of", "half a"."""
        low = self.low(i)
        if not low.isalpha() and ((low.replace(".", "", 1).isdigit() and len(low) < 6) or _THOUSANDS.fullmatch(low)):
            return float(low.replace(",", "")), i + 1
        numbers: dict[str, int] = self.words["numbers"]
        if low in numbers:
            value, j = numbers[low], i + 1
            k = self.skip(j, "-")
            if value >= 20 and value % 10 == 0 and numbers.get(self.low(k), 99) < 10:
                value, j = value + numbers[self.low(k)], k + 1
            k = self.skip(j, "-")
            if self.low(k) == "and":  # "two and a half", "six-and-a-half", "two and half"
                k = self.skip(self.skip(self.skip(k + 1, "-"), "a", "one"), "-")
                if self.low(k) == "half":
                    return value + 0.5, k + 1
            if self.low(j) in ("hundred", "thousand"):
                return value * (100.0 if self.low(j) == "hundred" else 1000.0), j + 1
            return float(value), j
        if low in ("a", "an"):
            if self.low(i + 1) == "couple":
                return 2.0, self.skip(i + 2, "of")
            if self.low(i + 1) in ("full", "whole", "single"):
                return 1.0, i + 2
            return self.fraction(i + 1) or (1.0, i + 1)
        if low == "couple":
            return 2.0, self.skip(i + 1, "of")
        return self.fraction(i)

    def fraction(self, i: int) -> tuple[float, int] | None:
        """ "half a", "half-", "quarter of a": a part of the unit that follows."""
        low, after = self.low(i), self.low(i + 1)
        if low == "half" and (after in ("a", "an", "-") or after in ("century", "decade")):
            return 0.5, i + 2 if after in ("a", "an", "-") else i + 1
        if low == "quarter":
            j = i + 3 if (after, self.low(i + 2)) == ("of", "a") else self.skip(i + 1, "-")
            return (0.25, j) if self.low(j) in ("century", "centuries") else None
        return None

    def ordinal(self, i: int) -> tuple[int, int] | None:
        """A rank: "3rd", "third", "twenty-first"; "last" and "final" are -1."""
        low = self.low(i)
        match = None if low.isalpha() else ORDINAL.match(low)
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

    def glued(self, i: int) -> bool:
        """Whether a token stands right behind the one before it, as in "Q3"."""
        return 0 < i < len(self.tokens) and self.tokens[i - 1].end == self.tokens[i].start

    def half_name(self, i: int) -> tuple[int, int] | None:
        """H1, 2H: the half of a year."""
        for mark, number in ((i, i + 1), (i + 1, i)):
            named = self.low(mark) == "h" and (self.given or self.tokens[mark].raw == "H")
            if named and self.low(number) in ("1", "2") and self.glued(i + 1):
                return int(self.low(number)), i + 2
        return None

    def unit(self, i: int) -> tuple[str, int] | None:
        if self.low(i) in ("business", "working", "trading", "work"):
            after = self.low(i + 1)
            if after in ("day", "days", "week"):  # Monday to Friday
                return "workweek" if after == "week" else "workday", i + 2
        if self.low(i) == "h" and self.tokens[i].raw == "H":
            return None  # a half of a year
        found = self.words["units"].get(self.low(i))
        if found is None and self.low(i).endswith("'"):
            found = self.words["units"].get(self.low(i)[:-1])
        return (found, i + 1) if found else None

    def month(self, i: int) -> tuple[int, int] | None:
        low = self.low(i)
        if low not in MONTHS:
            return None
        raw = self.tokens[i].raw
        if not self.given and not raw[0].isupper() and (low not in _WHOLE_MONTHS or low in ("may", "march", "august")):
            return None
        return MONTHS[low], i + 1 if low in _WHOLE_MONTHS and not self.given else self.after_dot(i + 1)

    def weekday(self, i: int) -> tuple[int, int] | None:
        low = self.low(i)
        table: dict[str, int] = self.words["weekdays"]
        if low not in table:
            return None
        if not self.given and (
            not (self.tokens[i].raw[0].isupper() or len(low) > 5)
            or (low in ("sat", "sun", "wed", "mon") and self.low(i + 1) not in (".", ","))
        ):
            return None
        return table[low], self.after_dot(i + 1) if len(low) < 6 else i + 1

    def year(self, i: int) -> tuple[int | Node, int] | None:
        """A year as printed, or "last year", "the same year"."""
        j = self.skip(i, ",")
        j = self.skip(j, "of", "in") if j == i else j
        low = self.low(j)
        if YEAR.fullmatch(low):
            return int(low), j + 1
        # '41 is of the war, '30 a goal of our time: a page's own date is not known here.
        if _SHORT_YEAR.fullmatch(low):
            return 2000 + int(low[1:]) if int(low[1:]) < 36 else 1900 + int(low[1:]), j + 1
        if low == "'" and TWO_DIGITS.fullmatch(self.low(j + 1)):
            two = int(self.low(j + 1))
            return (2000 if two < 36 else 1900) + two, j + 2
        k = self.skip(j, "the")
        if self.low(k + 1) == "year":
            if self.low(k) in ("same", "that"):
                return Same("year", near=False), k + 2
            if self.low(k) in ("previous", "preceding") and k > j:
                return Ago(1, "year", -1, None), k + 2
            if self.low(k) == "following" and k > j:
                return Ago(1, "year", 1, None), k + 2
            way = self.words["modifiers"].get(self.low(k))
            if way is not None:
                return Shifted("year", way), k + 2
        if self.given and j > i and TWO_DIGITS.fullmatch(low) and not self.unit(j + 1):
            return (2000 if int(low) < 50 else 1900) + int(low), j + 1
        return self.spoken_year(j) if self.given else None

    def spoken_year(self, i: int) -> tuple[int, int] | None:
        """ "nineteen ninety-one", "two thousand and five", "twenty eighteen"."""
        numbers: dict[str, int] = self.words["numbers"]
        if self.low(i) == "two" and self.low(i + 1) == "thousand":
            j = self.skip(i + 2, "and")
            rest = self.number(j)
            if rest and rest[0] < 100 and self.low(j) not in ("a", "an"):
                return 2000 + int(rest[0]), rest[1]
            return 2000, i + 2
        head = numbers.get(self.low(i), 0)
        if head in range(10, 21):
            if self.low(i + 1) in ("zero", "oh", "o") and 0 < numbers.get(self.low(i + 2), 0) < 10:
                return head * 100 + numbers[self.low(i + 2)], i + 3
            rest = self.number(self.skip(i + 1, "-"))
            if rest and self.low(i + 1) not in ("a", "an") and 10 <= rest[0] < 100 and float(rest[0]).is_integer():
                return head * 100 + int(rest[0]), rest[1]
            if self.low(i + 1) == "hundred":
                return head * 100, i + 2
        return None
