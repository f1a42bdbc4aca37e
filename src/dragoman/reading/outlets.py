"""Who published a page and whose wire it carries: outlets and news agencies by the names that credits use.

A credit is believed only where credits stand: in brackets, alone on a line, after "reports", in a dateline, at the end
of the text. The name of an agency inside a sentence ("TASS reported") is reporting, and is left to the coder.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from urllib.parse import urlsplit

from dragoman.reference import rows_of

__all__ = [
    "Outlet",
    "as_house",
    "by_domain",
    "by_name",
    "host",
    "in_credit",
    "in_small_letters",
    "is_place",
    "is_section",
    "owner_of",
    "plain_house",
    "solid",
    "without_names",
]

_SOFT = re.compile(r"[\W_]+")
_PARTS = re.compile(r"\s*[|丨｜•·()]\s*|\s+[-–—/]\s+|\s{2,}")
_SITE = re.compile(r"(?:www\.)?(?P<site>[\w-]+(?:\.[\w-]+){0,2}\.[a-z]{2,10})", re.IGNORECASE)
_SPECIAL = re.compile(
    r"^(?:special|exclusive) (?:to|for) (?P<name>(?:the )?[A-Z][\w.'’&-]*(?: [\w.'’&-]+){0,5})$", re.IGNORECASE
)
_LITTLE = frozenset(
    "of the and for on in to de la le les des du del della dos da do di der die das für und et y e i l al & against".split()
)
_ARTICLES = frozenset("the le la les el los las il lo der die das o os al de het".split())
_RUN_ON = re.compile(r"[a-zß-ÿ]{3}[A-Z].*[a-zß-ÿ]{3}[A-Z]")
_SURNAMES = frozenset("sun star post bote".split())
_EDGES = " .,:;|*•·-–—"
_LONGEST = 100
_LONGEST_HOST = 253  # characters that a name on the net can have (RFC 1035)
_MOST_WORDS, _MOST_OF_BODY = 7, 14


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
    if not name or "." not in name or len(name) > _LONGEST_HOST:
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


@lru_cache(maxsize=1)
def _mastheads() -> dict[str, frozenset[str]]:
    table = tomllib.loads(files("dragoman").joinpath("data/mastheads.toml").read_text(encoding="utf-8"))
    return {name: frozenset(words) for name, words in table.items()}


@lru_cache(maxsize=1)
def _states() -> frozenset[str]:
    """Names and capitals of states, in lower case."""
    rows = rows_of("countries.tsv")
    return frozenset(
        name.strip().casefold()
        for row in rows
        for cell in ("name", "names", "capital")
        for name in row[cell].split("|")
        if name.strip()
    )


def is_place(text: str) -> bool:
    """Whether a line is the name of a state or of its capital.

    >>> is_place("New Delhi"), is_place("Kyiv Monitor")
    (True, False)
    """
    return text.strip(_EDGES).casefold().removeprefix("the ") in _states()


def is_section(text: str) -> bool:
    """Whether a line is the name of a section, of a kind of text or of a part of a site, or several of them.

    >>> is_section("COMMENTARY"), is_section("Opinion | Analysis"), is_section("Policy Brief 14/2021"), is_section("The Record")
    (True, True, True, False)
    """
    if len(text) > _LONGEST:
        return False
    parts = [part for part in re.split(r"\s*[|/>»•·,]\s*", text.strip(_EDGES)) if part]
    sections = _mastheads()["sections"]
    return bool(parts) and all(
        re.sub(r"[\s#№]*[\d./-]*$", "", part).casefold() in sections or part.isdigit() for part in parts
    )


def in_small_letters(name: str) -> str:
    """A name in capitals as names are written; a name of which one word only is in capitals stays.

    >>> in_small_letters("U.S. DEPARTMENT of STATE"), in_small_letters("BBC News")
    ('U.S. Department of State', 'BBC News')
    """
    words = name.split()
    shouted = [word for word in words if word.isupper() and len(word) > 3 and "." not in word]
    # "NRK TV" is written so; "THE VIK POST" is not.
    if len(words) < 2 or len(shouted) < (1 if name.isupper() else 2):
        return name
    return " ".join(
        word.lower() if word.lower() in _LITTLE else word if "." in word else _capitalized(word) for word in words
    ).removeprefix("the ")


def _capitalized(word: str) -> str:
    return "-".join(part[:1] + part[1:].lower() for part in word.split("-"))


def as_house(line: str) -> str | None:
    """The name of a newspaper, broadcaster, agency, ministry or institute where a line is nothing else, or None.

    Known or not: what decides is the form of the name and what stands beside it (a section, an address, a desk). A line that
    passes may still be a headline in capital letters; where it stands must be asked besides.

    >>> as_house("Kyiv Monitor"), as_house("Dawn of Vik | NEWSPAPER"), as_house("U.S. DEPARTMENT OF THE TREASURY")
    ('Kyiv Monitor', 'Dawn of Vik', 'U.S. Department of the Treasury')
    >>> as_house("Special to The Morning Ledger"), as_house("Reuters Markets Desk"), as_house("Talks end in Oslo") is None
    ('The Morning Ledger', 'Reuters', True)
    """
    text = line.strip(_EDGES)
    if not text or len(text) > _LONGEST or _RUN_ON.search(text) or is_section(text):
        return None
    house, _, town = text.rpartition(", ")
    if house and is_place(town) and (known := by_name(house)) is not None:
        return known.name
    trail = re.split(r"\s*[>»]\s*", text)
    if len(trail) > 1:
        # "The Vik Times > World > Norway"
        return _house(trail[0]) if all(is_section(part) or is_place(part) for part in trail[1:]) else None
    special = _SPECIAL.match(text)
    if special is not None:
        return special["name"]
    parts = [part.strip(_EDGES) for part in _PARTS.split(text) if part.strip(_EDGES)]
    rest = [part for part in parts if not is_section(part)]
    if not rest:
        return None
    found = [_house(part) for part in rest]
    if all(found):
        sites = [_SITE.fullmatch(part) is not None for part in rest]
        return found[sites.index(False)] if False in sites else found[0]
    return (
        in_small_letters(rest[0])
        if len(rest) == 1 < len(parts) and _in_capitals(rest[0].split()) and not is_place(rest[0])
        else None
    )


def _in_capitals(words: list[str], most: int = _MOST_WORDS) -> bool:
    """Whether every word of a line begins with a capital, but the little ones."""
    return (
        0 < len(words) <= most
        and words[0][:1].isupper()
        and all(
            word[:1].isupper()
            or word.lower() in _LITTLE
            or word.startswith(("l'", "d'", "l’", "d’", "al-"))
            or (word.isdigit() and len(word) < 4)
            for word in words
        )
    )


def _house(part: str) -> str | None:
    """The name that one part of a line gives, or None."""
    known = by_name(part)
    if known is not None:
        return known.name
    site = _SITE.fullmatch(part)
    if site is not None:
        return site["site"] if not site["site"].rpartition(".")[2].isdigit() else None
    table = _mastheads()
    begins = _table()[2].match(part)
    if begins is not None:
        behind = part[begins.end() :].casefold().strip(_EDGES)
        if behind in table["sections"] or all(word in table["desks"] for word in behind.split()):
            return _table()[0][begins.group()].name
    name = in_small_letters(part)
    words = name.split()
    low = [word.casefold().strip(".,'’") for word in words]
    if low[-1] in ("live", "blog") and len(words) > 2:
        return _house(" ".join(words[: -2 if low[-2] == "live" else -1]))
    if (
        is_place(name)
        or not _in_capitals(words, _MOST_OF_BODY)
        or (low[1:] or low)[0] in table["acts"]
        or low[0] in table["acts"]
    ):
        return None
    plain = [word for word in low if word not in _LITTLE]
    if len(plain) < 2:
        return name if name.casefold() in table["names"] else None
    follows = dict(zip(low, [*low[1:], ""], strict=True))
    if any(word in table["heads"] and follows[word] == "of" for word in low):
        return name
    if any(word in table["bodies"] and follows[word] in ("", "of", "for", "on", "de", "against") for word in low):
        return name if "," not in name or len(words) <= _MOST_OF_BODY else None
    if len(words) > _MOST_WORDS or "," in name or all(word in table["sections"] for word in plain):
        return None
    closes = any(word in table["houses"] and follows[word] in ("", "of", "de", "du") for word in low[1:])
    if closes and len(words) == 2 and low[0] not in _ARTICLES and low[1] in _SURNAMES:
        return None
    opens = plain[0] in table["opening_houses"]
    if not (closes or opens):
        return None
    return f"The {name}" if low[0] != "the" and part.casefold().startswith("the ") else name


def plain_house(line: str) -> str | None:
    """A line of two to five words in capital letters that could be a name of any kind; what it names, its place must tell.

    >>> plain_house("Sky Arena"), plain_house("Press Releases") is None, plain_house("New Delhi") is None
    ('Sky Arena', True, True)
    """
    words = line.strip(_EDGES).split()
    if not 2 <= len(words) <= 5 or not _in_capitals(words) or is_section(line) or is_place(line):
        return None
    if all(is_section(word) or is_place(word) for word in words) or words[0].casefold() in _mastheads()["acts"]:
        return None
    if _RUN_ON.search(line) or any(char in line for char in ',:;?!|>»/@()"“”') or "cookie" in line.casefold():
        return None
    return in_small_letters(" ".join(words))
