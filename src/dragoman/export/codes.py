"""What other codebooks call our countries and sectors, from the reference tables, and numbers in place of our ids."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from types import MappingProxyType

from dragoman.records import When
from dragoman.reference import rows_of

__all__ = ["CAMEO_TYPES", "ICEWS_SECTORS", "Country", "countries", "country_name", "day", "numbers"]

_TERM = re.compile(r"([^:|]+):(\d{4})-(\d{4})?")

CAMEO_TYPES: Mapping[str, str] = MappingProxyType(
    {code: code for code in "GOV MIL COP SPY JUD LEG PTY OPP REB UAF AGR BUS CRM CVL EDU ELI LAB REF REL".split()}
    | {"MED": "HLH", "JRN": "MED", "SOC": "CVL", "PRM": "UAF"}
)
"""PLOVER sector to CAMEO type code. CAMEO's MED is the media, PLOVER's the medical. PRE and UNK have none."""

ICEWS_SECTORS: Mapping[str, str] = MappingProxyType(
    {
        "GOV": "Government", "MIL": "Military", "COP": "Police", "SPY": "Intelligence", "JUD": "Judicial", "LEG": "Legislative",
        "PTY": "Parties", "OPP": "Opposition", "REB": "Rebel", "PRM": "Paramilitary", "UAF": "Unidentified Forces",
        "UNK": "Unidentified", "AGR": "Agricultural", "BUS": "Business", "CRM": "Criminals", "CVL": "Civilian",
        "EDU": "Education", "ELI": "Elite", "JRN": "News", "LAB": "Labor", "MED": "Medical", "PRE": "Partially Recognised",
        "REF": "Refugees", "REL": "Religious", "SOC": "Civil Society",
    }
)  # fmt: skip
"""PLOVER sector to a plain name, where ICEWS has names of its own, finer ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """A country in the codes of others. `cow` and `gw` are (code, first year, last year or `None`), years of membership."""

    iso3: str
    iso2: str | None
    name: str
    fips: str | None
    cameo: str | None
    cow: tuple[tuple[str, int, int | None], ...]
    gw: tuple[tuple[str, int, int | None], ...]

    def in_year(self, system: str, year: int | None) -> str | None:
        """Its code in a state system (`cow` or `gw`) in a year, `None` where it was no member; without a year `None` unless it has but one.

        >>> countries()["SUN"].in_year("cow", 1987), countries()["SUN"].in_year("cow", 1995)
        ('365', None)
        """
        terms: tuple[tuple[str, int, int | None], ...] = getattr(self, system)
        if year is None:
            codes = {code for code, _, _ in terms}
            return codes.pop() if len(codes) == 1 else None
        return next((code for code, first, last in terms if first <= year <= (last or 9999)), None)


def _terms(written: str) -> tuple[tuple[str, int, int | None], ...]:
    return tuple((code, int(first), int(last) if last else None) for code, first, last in _TERM.findall(written))


@cache
def countries() -> Mapping[str, Country]:
    """Every country of the reference table by its ISO 3166-1 alpha-3 code, dissolved states among them.

    >>> countries()["DEU"].fips, countries()["DEU"].in_year("gw", 2001)
    ('GM', '260')
    """
    found: dict[str, Country] = {}
    for row in rows_of("countries.tsv"):
        found.setdefault(
            row["iso3"],
            Country(
                iso3=row["iso3"],
                iso2=row["iso2"] or None,
                name=row["name"],
                fips=(row["fips"] or "").split("|")[0] or None,
                cameo=row["cameo"] or None,
                cow=_terms(row["cow_codes"] or ""),
                gw=_terms(row["gw_codes"] or ""),
            ),
        )
    return MappingProxyType(found)


def country_name(code: str | None) -> str | None:
    """The common name of a country, or of a code that stands in place of one.

    >>> country_name("OMN"), country_name("UNO")
    ('Oman', 'United Nations and its bodies')
    """
    if code is None:
        return None
    from dragoman.codebook import load_codebook

    known = countries().get(code)
    return known.name if known else load_codebook().special_countries.get(code)


def day(when: When) -> datetime | None:
    """The day of a time that is known to the day or better; `None` for a vaguer one: an interval is not its first day."""
    return when.start if when.precision in ("day", "minute") else None


def numbers(ids: Iterable[str]) -> dict[str, int]:
    """A whole number from 1 to 2,147,483,647 for each id, for layouts that number their rows; the same ids give the same numbers.

    31 bits of the id's hash, since R reads integers of 32 bits; in the order of ids, a number that is taken gives way to the next.

    >>> numbers(["ev_00000000000000ff", "ev_0000000000000100"])
    {'ev_00000000000000ff': 255, 'ev_0000000000000100': 256}
    """
    taken: dict[int, str] = {}
    found: dict[str, int] = {}
    for name in sorted(set(ids)):
        number = int(re.sub(r"[^0-9a-f]", "", name.partition("_")[2].lower()) or "0", 16) % 0x7FFFFFFF or 1
        while number in taken:
            number = number % 0x7FFFFFFF + 1
        taken[number] = name
        found[name] = number
    return found
