"""Who published a page and whose wire it carries: outlets and news agencies by the names that credits use.

A credit is believed only where credits stand: in brackets, alone on a line, after "reports", in a dateline, at the end
of the text. The name of an agency inside a sentence ("TASS reported") is reporting, and is left to the coder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

__all__ = ["Outlet", "by_domain", "by_name", "host", "in_credit", "owner_of", "solid", "without_names"]

_SOFT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A publisher of news; `kind` is `agency` where it sells its text to others, else `outlet`."""

    name: str
    kind: str


@lru_cache(maxsize=1)
def _table() -> tuple[dict[str, Outlet], dict[str, Outlet], re.Pattern[str]]:
    names: dict[str, Outlet] = {}
    domains: dict[str, Outlet] = {}
    for line in files("dragoman").joinpath("data/outlets.tsv").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        name, kind, aliases, sites = (*line.split("\t"), "", "")[:4]
        outlet = Outlet(name=name, kind=kind)
        for spelling in (name, *aliases.split("|")):
            if spelling:
                names.setdefault(spelling, outlet)
        for site in sites.split("|"):
            if site:
                domains[site] = outlet
    longest_first = sorted(names, key=len, reverse=True)
    return names, domains, re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w-])")


def by_name(name: str) -> Outlet | None:
    """The outlet or agency that a credit's words name, case kept (AP is one, "ap" is not).

    >>> by_name("ITAR-TASS").name
    'TASS'
    >>> by_name("Ministry of Defense") is None
    True
    """
    return _table()[0].get(name.strip(" .,:;/–—-"))


def in_credit(text: str) -> tuple[Outlet, ...]:
    """Every outlet and agency named in the words of a credit, in order, each once.

    >>> [outlet.name for outlet in in_credit("with inputs from ANI and PTI")]
    ['ANI', 'PTI']
    """
    names, _, pattern = _table()
    found: dict[Outlet, None] = {}
    for match in pattern.finditer(text[:300]):
        found.setdefault(names[match.group()])
    return tuple(found)


def without_names(text: str) -> str:
    """`text` with the names of outlets and agencies cut out, to see what else a credit says.

    >>> without_names("with inputs from ANI")
    'with inputs from '
    """
    return _table()[2].sub("", text)


def host(url: str | None) -> str | None:
    """The host of a web address without `www.`, or None.

    >>> host("https://www.example.org/a")
    'example.org'
    """
    if not url:
        return None
    try:
        name = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    if not name or "." not in name:
        return None
    return name.removeprefix("www.")


def by_domain(url: str | None) -> Outlet | None:
    """The outlet that a web address belongs to, subdomains included.

    >>> by_domain("https://europe.chinadaily.com.cn/a/1.html").name
    'China Daily'
    """
    name = host(url)
    while name and "." in name:
        found = _table()[1].get(name)
        if found is not None:
            return found
        name = name.partition(".")[2]
    return None


def solid(text: str) -> str:
    """A name written as an address writes it: letters and digits alone, in lower case.

    >>> solid("The Example-Gazette")
    'theexamplegazette'
    """
    return _SOFT.sub("", text.casefold())


def owner_of(site: str | None) -> str:
    """The part of a host that names its owner, without hyphens.

    >>> owner_of("www.example-gazette.co.uk")
    'examplegazette'
    """
    parts = (site or "").split(".")
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in ("co", "com", "net", "org", "gov", "ac", "ne", "or"):
        return parts[-3].replace("-", "")
    return parts[-2].replace("-", "") if len(parts) > 1 else ""
