"""Long times by name: years, decades, centuries, fiscal years, seasons, holidays, eras. Read for `forms`."""

from __future__ import annotations

import re

from dragoman.dating.feasts import Holiday
from dragoman.dating.nodes import Calendar, Century, Decade, Fixed, Nth, Range, Season, Shifted
from dragoman.dating.reckonings import Reckonings
from dragoman.dating.timeline import Node
from dragoman.dating.words import TWO_DIGITS, TWO_OR_FOUR, YEAR, Reading

__all__ = ["Ages"]

_DECADE = re.compile(r"(\d{3})0s")
_ROUND_YEAR = re.compile(r"\d{3}0")
_SHORT_DECADE = re.compile(r"'?([2-9])0'?s")


# Days that many countries have, each on a day of its own; without an owner the American one is meant.
_NATIONAL = frozenset("independence memorial flag freedom".split())
_OPENS_ERA = frozenset(
    "during in since after before until till throughout from through of by to end late early mid the - post".split()
)


class Ages(Reckonings):
    """Readings of years and longer. Every method takes an index and answers a node and the index after it, or None."""

    def season(self, i: int) -> Reading | None:
        low = self.low(i)
        if low not in ("spring", "summer", "autumn", "fall", "winter"):
            return None
        year = self.year(i + 1)
        if year:
            after = year[1]  # "the winter of 1941-42" is that of its first year
            if low == "winter" and isinstance(year[0], int) and self.low(after) in ("-", "–", "/"):
                second = self.low(after + 1)
                if TWO_OR_FOUR.fullmatch(second) and int(second) % 100 == (year[0] + 1) % 100:
                    after += 2
            return Season(low, year[0]), after
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
        if i >= len(self.tokens) or (not self.given and not self.tokens[i].raw[:1].isupper() and self.low(i) != "9"):
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
        if self.low(i) in _NATIONAL and self.low(i + 1) == "day" and self.of_another_country(i):
            return None
        for size in range(self.words["longest_name"].get(self.low(i), 0), 0, -1):
            node = table.get(tuple(self.low(i + step) for step in range(size)))
            if node is None:
                continue
            after = i + size
            if isinstance(node, Holiday):
                year = self.year(after)
                return (Holiday(node.rule, year[0]), year[1]) if year else (node, after)
            # "Gulf War veterans": an era is a time only behind a preposition, or as the part of one.
            before = self.low(i - 2) if self.low(i - 1) == "the" else self.low(i - 1)
            opened = before in _OPENS_ERA or (before == "on" and isinstance(node, Fixed) and node.unit == "day")
            if not self.given and not (opened or (size == 3 and self.low(i) == "9")):
                return None
            return node, after
        return None

    def of_another_country(self, i: int) -> bool:
        """Whether a day that many countries have, each its own, is another one's: "Ukraine's Independence Day"."""
        before = self.low(i - 1)
        if before in ("american", "us", "u.s", "america", "states") or i == 0:
            return False
        owner = self.low(i - 2) if before in ("'s", "'") or before.endswith("'") else ""
        if owner:
            return owner not in ("america", "us", "u.s", "states", "nation", "country")
        return self.tokens[i - 1].raw[:1].isupper() and before not in _OPENS_ERA and before not in ("on", "this", "for")

    def ages(self, i: int) -> Reading | None:
        """Years, decades, centuries: 1991; the 1990s; the '90s; the nineties; the 20th century; fiscal 2012."""
        j = self.skip(i, "the")
        reckoned = self.reckoned(j)
        if reckoned:
            return reckoned
        early = self.given and self.low(j + 1).isdigit() and len(self.low(j + 1)) == 3
        if self.low(j) == "year" and (YEAR.fullmatch(self.low(j + 1)) or early):
            return Calendar(int(self.low(j + 1))), j + 2
        half = self.half_name(j)
        if half:
            year = self.year(half[1])
            if year:
                return Nth(half[0], "half", Calendar(year[0]) if isinstance(year[0], int) else year[0]), year[1]
            if TWO_DIGITS.fullmatch(self.low(half[1])) and self.glued(half[1]):
                return Nth(half[0], "half", Calendar(2000 + int(self.low(half[1])))), half[1] + 1
            if self.given and half[1] >= len(self.tokens):
                return Nth(half[0], "half", Shifted("year", 0)), half[1]
        if self.low(j) == "cy" and TWO_DIGITS.fullmatch(self.low(j + 1)) and self.glued(j + 1):
            return Calendar(2000 + int(self.low(j + 1))), j + 2
        apart = self.before_christ(j)
        if apart:
            return apart
        low = self.low(j)
        match = _DECADE.fullmatch(low)
        if match and low[2] == "0" and low[:2] != "20":  # "the 1800s"
            return Century(int(low[:2]) + 1), j + 1
        if match:
            return self.decades(Decade(int(match[1]) * 10), j + 1)
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
        if low in ("noughties", "aughts") or (low, self.low(j + 1)) == ("two", "thousands"):
            return Decade(2000), j + (2 if low == "two" else 1)
        opened = j > i or self.low(i - 1) in ("early", "late", "mid", "-")
        if low in tens and low != "tens" and (self.given or opened) and self.low(i - 1) not in ("his", "her", "their"):
            return Decade(tens[low], short=True), j + 1
        ranked = self.ordinal(j)
        if ranked and ranked[0] > 0 and self.low(ranked[1]) in ("and", "to", "or"):  # "the 18th and 19th centuries"
            other = self.ordinal(self.skip(ranked[1] + 1, "the"))
            if other and other[0] > ranked[0] and self.low(other[1]) in ("century", "centuries"):
                return Range(Century(ranked[0]), Century(other[0])), other[1] + 1
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

    def decades(self, first: Decade, k: int) -> Reading:
        """One decade, or those from it to the next named: "the 1980s and 1990s", "the 1960s and '70s"."""
        low = self.low(k + 1) if self.low(k) in ("and", "or", "to") else ""
        long, short = _DECADE.fullmatch(low), _SHORT_DECADE.fullmatch(low)
        last = int(long[1]) * 10 if long else first.first_year // 100 * 100 + 10 * int(short[1]) if short else 0
        return (Range(first, Decade(last)), k + 2) if last > first.first_year else (first, k)

    def spoken_year_node(self, j: int) -> Reading | None:
        spoken = self.spoken_year(j) if self.given else None
        return (Calendar(spoken[0]), spoken[1]) if spoken else None

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
