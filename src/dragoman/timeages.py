"""Long times by name: years, decades, centuries, fiscal years, seasons, holidays, eras. Read for `timeforms`."""

from __future__ import annotations

import datetime as dt
import re

from dragoman.timeline import Node
from dragoman.timenodes import Calendar, Century, Decade, Fixed, Holiday, Nth, Season
from dragoman.timewords import HALF, TWO_OR_FOUR, YEAR, Reading, Words

__all__ = ["Ages"]

_DECADE = re.compile(r"(\d{3})0s")
_ROUND_YEAR = re.compile(r"\d{3}0")
_SHORT_DECADE = re.compile(r"'?([2-9])0'?s")
_FISCAL = re.compile(r"fy(\d{4}|\d{2})")


class Ages(Words):
    """Readings of years and longer. Every method takes an index and answers a node and the index after it, or None."""

    def season(self, i: int) -> Reading | None:
        low = self.low(i)
        if low not in ("spring", "summer", "autumn", "fall", "winter"):
            return None
        year = self.year(i + 1)
        if year:
            return Season(low, year[0]), year[1]
        before = self.low(i - 1)
        if (
            self.given
            or before in ("in", "during", "since", "until", "by", "early", "late", "mid", "of")
            or (
                before == "the"
                and low not in ("fall", "spring")
                and self.low(i - 2) in ("in", "during", "over", "of", "until", "by")
            )
        ):
            return Season(low), i + 1
        return None

    def holiday(self, i: int) -> Reading | None:
        table: dict[tuple[str, ...], Node] = self.words["named_days"]
        if i >= len(self.tokens) or (not self.given and not self.tokens[i].raw[:1].isupper()):
            return None
        if not self.given and self.low(i - 1) in (
            "lunar",
            "chinese",
            "islamic",
            "jewish",
            "orthodox",
            "persian",
            "iranian",
            "academic",
        ):
            return None  # the new year of another calendar
        for size in range(5, 0, -1):
            node = table.get(tuple(self.low(i + step) for step in range(size)))
            if node is None:
                continue
            after = i + size
            if isinstance(node, Holiday):
                year = self.year(after)
                return (Holiday(node.rule, year[0]), year[1]) if year else (node, after)
            return node, after
        return None

    def ages(self, i: int) -> Reading | None:
        """Years, decades, centuries: 1991; the 1990s; the '90s; the nineties; the 20th century; fiscal 2012."""
        j = self.skip(i, "the")
        if self.low(j) == "year" and YEAR.fullmatch(self.low(j + 1)):
            return Calendar(int(self.low(j + 1))), j + 2
        if low_half := HALF.fullmatch(self.low(j)):
            half_year = self.year(j + 1)
            if half_year and isinstance(half_year[0], int):
                return Nth(int(low_half[1]), "half", Calendar(half_year[0])), half_year[1]
        low = self.low(j)
        match = _DECADE.fullmatch(low)
        if match:
            return Decade(int(match[1]) * 10), j + 1
        if self.given and _ROUND_YEAR.fullmatch(low) and self.low(j + 1) in ("s", "'s"):
            return Decade(int(low)), j + 2
        match = _SHORT_DECADE.fullmatch(low)
        if match and (
            self.given or j > i or self.low(i - 1) in ("and", "late", "early", "mid", "-", "or", "since", "in")
        ):
            return Decade(int(match[1]) * 10, short=True), j + 1
        tens = {
            "twenties": 20,
            "thirties": 30,
            "forties": 40,
            "fifties": 50,
            "sixties": 60,
            "seventies": 70,
            "eighties": 80,
            "nineties": 90,
            "tens": 10,
        }
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
        if YEAR.fullmatch(low):
            return self.bare_year(j, the=j > i)
        return self.spoken_year_node(j)

    def spoken_year_node(self, j: int) -> Reading | None:
        spoken = self.spoken_year(j) if self.given else None
        return (Calendar(spoken[0]), spoken[1]) if spoken else None

    def fiscal(self, j: int) -> Reading | None:
        """Fiscal years. A pair of years ("2010-11") runs from April 1, as in Britain, India and Japan; a single one is left as named."""
        low = self.low(j)
        if (
            low == "fy"
            or (low in ("fiscal", "financial", "budget") and self.low(j + 1) in ("year", "years"))
            or low == "fiscal"
        ):
            k = j + 1 if low in ("fy",) or self.low(j + 1) not in ("year", "years") else j + 2
            if YEAR.fullmatch(self.low(k)):
                year = int(self.low(k))
                if (
                    self.low(k + 1) in ("-", "–", "/")
                    and TWO_OR_FOUR.fullmatch(self.low(k + 2))
                    and int(self.low(k + 2)) % 100 == (year + 1) % 100
                ):
                    rule = "a financial year named by two years: April 1 to March 31"
                    return Fixed(dt.date(year, 4, 1), dt.date(year + 1, 4, 1), rule), k + 3
                return Fixed(
                    dt.date(year, 1, 1),
                    dt.date(year + 1, 1, 1),
                    "a fiscal year whose bounds are not told: its named year",
                    "year",
                ), k + 1
        match = _FISCAL.fullmatch(low)
        if match:
            year = int(match[1]) + (2000 if len(match[1]) == 2 else 0)
            return Fixed(
                dt.date(year, 1, 1),
                dt.date(year + 1, 1, 1),
                "a fiscal year whose bounds are not told: its named year",
                "year",
            ), j + 1
        return None

    def bare_year(self, j: int, *, the: bool) -> Reading | None:
        low = self.low(j)
        node = Calendar(int(low))
        if self.given:
            return node, j + 1
        before, after = self.low(j - 1), self.low(j + 1)
        if after in ("%", "percent", "per", "million", "billion") or before in (
            "$",
            "€",
            "£",
            "no",
            "number",
            "about",
            "some",
            "nearly",
            "than",
        ):
            return None
        if not 1500 <= int(low) <= 2100 and not (
            before in ("in", "since") and 1000 <= int(low) < 2100 and not after[:1].isalpha()
        ):
            return None
        if before in (
            "in",
            "since",
            "until",
            "till",
            "by",
            "of",
            "from",
            "before",
            "after",
            "during",
            "through",
            "early",
            "late",
            "mid",
            "to",
            "between",
            "circa",
            "throughout",
            "and",
            "till",
            "late-",
            "around",
            "-",
            "–",
        ):
            plural = (
                after.endswith("s") and after.isalpha() and after not in self.words["year_plurals"] and len(after) > 3
            )
            return None if plural and before not in ("in", "since", "during") else (node, j + 1)
        if before == "(" or (before == "," and after in (",", ".", ")", "")):
            return node, j + 1
        owned = the or before in ("a", "an", "its", "their", "his", "her", "'s", "landmark")
        if owned and after[:1].isalpha() and (not after.endswith("s") or after in self.words["year_plurals"]):
            return node, j + 1
        return None
