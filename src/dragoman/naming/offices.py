"""Offices and ministries as they are printed: the whole of "first deputy chief of the General Staff", one name for one ministry.

A known word ("secretary") is seldom the whole office. What stands before it may rank it ("first deputy"), or be the body whose office it is
("Security Council Secretary"); what follows tells of what ("... of the Central Committee"). A name that follows is not part of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from dragoman.reference import Reference, rows_of

__all__ = [
    "demonym",
    "foremost",
    "has_portfolio",
    "is_grade",
    "ministry_name",
    "office_run",
    "organization_of",
    "share_of",
]

Run = tuple[int, int]
_RANK = re.compile(
    r"(?:\b(?:first|second|third|deputy|vice|acting|interim|assistant|permanent|executive|honorary|senior|associate)[\s-]+)+$",
    re.I,
)
_HEADS = (
    "Council|Ministry|Commission|Committee|Department|Court|Bank|Parliament|Assembly|Staff|Police|Army|Navy|Force|Forces|Agency|Bureau"
    "|Directorate|Office|Party|Union|Command|Service|Guard|Senate|Congress|Treasury|Chamber|Institute|University|Center|Centre"
)
_BODY_BEFORE = re.compile(rf"((?:\b(?!The\b)[A-Z][\w&-]*(?![\w&’'-])\s+(?:(?:and|for)\s+)?){{0,4}}\b(?:{_HEADS})\s+)$")
# "Irrigation Minister", "Water and Energy Secretary"
_PORTFOLIO_OF = re.compile(r"(?:Minister|Secretary|Commissioner|Adviser|Advisor|Envoy)\b")
# "On Tuesday Secretary Ruiz ...", "In May Defence Minister ...": when it was is no part of the office.
_NO_PORTFOLIO = (
    r"(?!(?:The|Mr|Mrs|Ms|Dr|Former|And|On|In|At|By|Last|This|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May"
    r"|June|July|August|September|October|November|December)\b)"
)
_PORTFOLIO = re.compile(
    rf"\b({_NO_PORTFOLIO}[A-Z][a-z]+(?:,?\s+(?:and\s+|&\s+)?{_NO_PORTFOLIO}[A-Z][a-z]+){{0,3}}\s+)$"
)
_TAIL = re.compile(
    r"(?:\s+(?:of|for|under|at|to|in charge of)\s+(?:the\s+)?[A-Z][^,;:.()\n]{0,80}?(?:\s+and\s+[A-Z]\w+)?(?=\s+(?:of|for|under|at|to|in)\s|[,;:.(]|\s+[a-z]|$))+"  # noqa: E501
)
# "the Communist Party of China (CPC) Central Committee": a short form in brackets does not end the body's name.
_OVER_BRACKETS = re.compile(r"\s*\([A-Z][A-Za-z&-]{1,9}\)((?:\s+[A-Z][\w&-]*){1,5})")
# "head of the Omani coast guard": after a nationality the body may go on in small letters.
_SMALL_BODY = re.compile(
    r"(?:\s+[a-z][\w-]*){0,3}?\s+(?:department|ministry|army|navy|air\s+force|police|parliament|delegation|government|military|service|forces?"
    r"|state|party|bank|guard|mission|embassy|side|team|council|committee|agency|office|bureau|intelligence|staff|command|administration"
    r"|church|opposition|company|republic|senate|cabinet|fleet|unit|brigade|campaign)\b(?:\s+(?:department|service|agency|committee|council|office|forces)\b)?"
)
_CLIPPED = re.compile(r"\s[A-Z]$")
_FOR_WHAT = re.compile(r"\s+(?:of|for)\s+(?:the\s+)?(?=[A-Z])")
_AND_MORE = re.compile(r",?\s+(?:and|&)\s+(?:[A-Z][\w-]*\s+){1,4}")
_ORGANIZATION = re.compile(r"\s+(?:of|for|at|under|in charge of)\s+(?:the\s+)?(?P<body>.+)$", re.S)
# "Attorney General" is a post; "Major General" tells how somebody is addressed.
_GRADE = re.compile(
    r"(?:(?:lieutenant|major|brigadier|colonel|vice|rear|air|wing|field|staff|army|senior|chief)[\s-]+)*"
    r"(?:general|colonel|admiral|captain|major|lieutenant|brigadier|marshal|commodore|sergeant)",
    re.I,
)
# "Secretary of State", "Minister for Foreign Affairs": what the office is about, and no body.
_PORTFOLIO_HOLDER = re.compile(r"(?:secretary|minister|commissioner|adviser|advisor)$", re.I)
_PLAIN = frozenset(("member", "official", "fellow"))


def office_run(text: str, start: int, end: int, *, phrase: Run, stop: int | None, reference: Reference) -> Run:
    """The run of the whole office around its known words at `start` to `end`, in the phrase that they stand in.

    `stop` is where the holder's name begins, which ends the office.

    >>> from dragoman.reference import load_reference
    >>> text = "Ole Dahl, first deputy chief of the General Staff (GS), left."
    >>> a, b = office_run(text, 16, 28, phrase=(10, 28), stop=None, reference=load_reference())
    >>> text[a:b]
    'first deputy chief of the General Staff'
    """
    first = _begin(text, start, phrase[0], reference)
    last = end
    if stop is None or stop > end + 1:
        match = _TAIL.match(text, end)
        last = _after(text, end, match.end(), reference) if match else end
    if stop is not None and end < stop:
        last = stop if stop < last or _portfolio_goes_on(text, last, stop, reference) else last
    while last > end and (text[last - 1].isspace() or text[last - 1] in ",(“\"'’"):
        last -= 1
    return first, last


def _portfolio_goes_on(text: str, last: int, stop: int, reference: Reference) -> bool:
    """Whether the rest up to the holder's name is what "and" adds to a portfolio: "Minister for Trade |and Industry| Ada Ruiz"."""
    if _AND_MORE.fullmatch(text, last, stop) is None:
        return False
    return not any(hit.of("office", "country", "demonym", "leader") for hit in reference.scan(text, last, stop))


def has_portfolio(text: str, end: int, reference: Reference) -> bool:
    """Whether an office that ends here goes on with what it is for: "the Minister of Culture" is no minister named before.

    >>> from dragoman.reference import load_reference
    >>> [has_portfolio(t, 12, load_reference()) for t in ("The minister for Culture", "The minister of Peru", "The minister left")]
    [True, False, False]
    """
    match = _FOR_WHAT.match(text, end)
    if match is None:
        return False
    hits = reference.scan(text, match.end(), min(len(text), match.end() + 60))
    return not (hits and hits[0].start == match.end() and hits[0].of("country", "organization"))


def _begin(text: str, start: int, floor: int, reference: Reference) -> int:
    """Back over a rank and over the body named before an office."""
    rank = _RANK.search(text, max(0, start - 50), start)
    if rank is not None:
        start = rank.start()
    low = max(floor, start - 80)
    if _PORTFOLIO_OF.match(text, start):
        of = _PORTFOLIO.search(text, low, start)
        known = [h for h in reference.scan(text, low, start) if h.of("country", "demonym", "capital", "leader")]
        if of is not None and not any(h.start >= of.start(1) for h in known):
            start = of.start(1)
    body = _BODY_BEFORE.search(text, low, start)
    if body is None:
        return _with_acronym(text, start, low, reference)
    begin = body.start(1)
    for hit in reference.scan(text, low, start):
        # "Russian Foreign Ministry spokeswoman": whose it is, is told by the country.
        if hit.of("country", "demonym", "capital") and hit.end > begin and hit.end < start and hit.of("body") is None:
            begin = hit.end + len(text[hit.end : start]) - len(text[hit.end : start].lstrip(" ’'s"))
    return begin if begin < start else start


def _with_acronym(text: str, start: int, low: int, reference: Reference) -> int:
    """Back over the short name of the body that an office is of: "|NATO| Secretary-General"."""
    hits = reference.scan(text, low, start)
    last = hits[-1] if hits and text[hits[-1].end : start] == " " else None
    if last is None or last.of("organization") is None or last.of("country", "demonym", "capital"):
        return start
    return last.start if re.fullmatch(r"[A-Z]{2,8}", text[last.start : last.end]) else start


def _after(text: str, end: int, last: int, reference: Reference) -> int:
    """The end of an office whose "of ..." ends at `last`: over brackets, and on where it ends with a bare nationality."""
    over = _OVER_BRACKETS.match(text, last)
    if over is not None:
        return over.end()
    if _CLIPPED.search(text, end, last):
        return end  # "commander of the A|.U.'s observer force"
    hits = reference.scan(text, end, last)
    if text[last - 2 : last] in ("’s", "'s"):
        small = _SMALL_BODY.match(text, last)
        return small.end() if small is not None else end  # "commander of Russia's ..."
    if hits and hits[-1].end == last and hits[-1].of("demonym") and hits[-1].of("country") is None:
        small = _SMALL_BODY.match(text, last)
        if small is not None:
            return small.end()
        words = text[end : hits[-1].start]
        # "head of the Omani ...": of what is not told by these words.
        return end + len(re.sub(r"\s+(?:of|for|under|at|to)\s+(?:the\s+)?$", "", words))
    return last


def organization_of(office: str, reference: Reference) -> str | None:
    """The body an office is of, where the words of the office name it; `None` where they name none, or only a country.

    >>> from dragoman.reference import load_reference
    >>> organization_of("deputy head of the Harbour Commission", load_reference())
    'Harbour Commission'
    >>> [organization_of(office, load_reference()) for office in ("President of Malta", "Secretary of State")]
    [None, None]
    """
    match = _ORGANIZATION.search(office)
    if match is None and is_grade(office):
        return None  # an "Army General" is of no body by that
    if match is not None:
        body = match["body"].strip()
        hits = reference.scan(body)
        whole = len(hits) == 1 and hits[0].start == 0 and hits[0].end == len(body)
        if _PORTFOLIO_HOLDER.search(office[: match.start()]) and not re.search(rf"\b(?:{_HEADS})s?\b", body):
            return None
        return None if whole and hits[0].of("country", "demonym", "capital") else body
    words = office.split()
    at = next((n for n in range(len(words) - 1, 0, -1) if re.fullmatch(_HEADS, words[n - 1])), 0)
    if not at and len(words) > 1 and re.fullmatch(r"[A-Z]{2,8}", words[0]):
        at = int(any(entry.kind == "organization" for entry in reference.lookup(words[0])))
    return " ".join(words[:at]) or None


def foremost(offices: Sequence[str]) -> str | None:
    """Of the offices that an article gives one person, the one to show: the whole form, and a post before a rank or a membership.

    >>> foremost(["minister", "Defence Minister", "member of the Politburo"])
    'Defence Minister'
    """
    folded = [office.lower().replace("defence", "defense") for office in offices]
    whole = [
        office
        for n, office in enumerate(offices)
        if not any(folded[n] in other and len(other) > len(folded[n]) for other in folded)
    ]
    posts = [o for o in whole if o.lower().split()[0] not in _PLAIN and not is_grade(o)]
    return next(iter(posts or whole), None)


def is_grade(office: str) -> bool:
    """Whether an office only tells how somebody is addressed.

    >>> is_grade("Army General"), is_grade("Attorney General")
    (True, False)
    """
    return _GRADE.fullmatch(office) is not None


@lru_cache(maxsize=1)
def _demonyms() -> dict[str, str]:
    return {row["iso3"]: row["demonyms"].split("|")[0] for row in rows_of("countries.tsv") if row["demonyms"]}


def demonym(country: str) -> str | None:
    """The adjective of a country, by its ISO 3166-1 alpha-3 code; `None` where the table has none.

    >>> demonym("OMN")
    'Omani'
    """
    return _demonyms().get(country)


_MINISTRY = re.compile(
    r"(?:Ministry\s+of\s+(?:the\s+)?(?P<of>[A-Z][\w’'-]*(?:,?\s+(?:and\s+)?[A-Z][\w’'-]*){0,4})"
    r"|(?P<before>[A-Z][\w’'-]*(?:\s+(?:and\s+)?[A-Z][\w’'-]*){0,3})\s+Ministry)",
    re.I,
)


def ministry_name(name: str, country: str | None, reference: Reference) -> str | None:
    """One name for a ministry however it is printed; `None` where the name is no ministry's, or its country is not known.

    >>> from dragoman.reference import load_reference
    >>> [ministry_name(n, "OMN", load_reference()) for n in ("the Omani Ministry of Defence", "Oman's defence ministry")]
    ['Omani Defense Ministry', 'Omani Defense Ministry']
    """
    if country is None or "inistry" not in name or (nation := demonym(country)) is None:
        return None
    plain = re.sub(r"^the\s+", "", name, flags=re.I)
    for hit in reversed(reference.scan(plain)):
        if hit.of("country", "demonym", "capital") and hit.end - hit.start < len(plain):
            rest = re.sub(r"^[’']s?\b", "", plain[hit.end :])
            plain = re.sub(r"\s+of\s+(?:the\s+)?$", "", plain[: hit.start]) + rest
    match = _MINISTRY.fullmatch(plain.strip())
    if match is None:
        return None
    what = (match["of"] or match["before"]).strip()
    small = {"and", "of", "the"}
    words = [word if word.lower() in small else word[:1].upper() + word[1:] for word in what.split()]
    what = " ".join(words).replace("Defence", "Defense")
    what = "Foreign" if what == "Foreign Affairs" else what
    if what.startswith(nation):
        return f"{what} Ministry"
    return f"{nation} {what} Ministry"


_OF_STATES = re.compile(r"(?P<head>[A-Z]?[a-z][a-z -]*) (?P<link>of|from) (?=(?P<the>the )?)")


def share_of(name: str, country: str | None, reference: Reference) -> str:
    """What "Chilean and Peruvian officers" and "officers" of the two name in one of the countries: "Chilean officers".

    "The presidents of Chad and Mali" are the "presidents of Chad" and those of Mali.
    """
    nation = demonym(country or "")
    nations = [hit for hit in reference.scan(name) if hit.of("demonym", "country")]
    listed = _OF_STATES.match(name)
    if listed is not None and nations and nations[0].start in (listed.end(), listed.end("the")):
        own = next((hit for hit in nations if any(e.country == country for e in hit.entries)), nations[0])
        the = "the " if name[: own.start].endswith("the ") else ""
        head = listed["head"]
        return f"{head[:1].lower()}{head[1:]} {listed['link']} {the}{name[own.start : own.end]}"
    if nation is None or (nations and nations[0].start > 0):
        return name
    rest = name[nations[-1].end :].removeprefix("’s").removeprefix("'s").strip() if nations else name
    return f"{nation} {rest}" if rest else name
