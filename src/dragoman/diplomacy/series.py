"""Names of meetings in text: where they stand, which edition they are, and which series they belong to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = [
    "MeetingName",
    "earlier_names",
    "find_body_names",
    "find_names",
    "meeting_nouns",
    "ordinal",
    "same_series",
    "same_within",
    "series_name",
]

Run = tuple[int, int]
_UNITS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth "
    "eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_TENS = {
    "twentieth": 20,
    "thirtieth": 30,
    "fortieth": 40,
    "fiftieth": 50,
    "sixtieth": 60,
    "seventieth": 70,
    "eightieth": 80,
}
_DIGITS = re.compile(r"^(\d{1,3})(?:st|nd|rd|th)$", re.I)
ORDINAL = (
    r"(?:\d{1,3}(?:st|nd|rd|th)|(?:twenty|thirty|forty|fifty|sixty|seventy|eighty)-(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|(?:"
    + "|".join([*_UNITS, *_TENS])
    + r"))"
)
_CAP = r"(?:[A-Z][\w’'.&]{0,30}(?:[-–/][\w’'&]{1,30}){0,4}|of|for|the|and|on)"
_RECURRING = re.compile(
    r"\b(?:annual|yearly|biennial|biannual|regular|monthly|round|session|edition|this year[’']s|last year[’']s)\b", re.I
)
_DAYS = re.compile(r"\b(?P<n>\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten)[-\s]day\b", re.I)
_NUMBERS = {word: number for number, word in enumerate("zero one two three four five six seven eight nine ten".split())}
_LEAD = re.compile(
    r"^(?:(?:the|a|an|this|that|these|their|its|his|her|our|such|another|upcoming|latest|last|next|previous|new|planned|forthcoming|joint\s+session\s+of)\s+)+",
    re.I,
)
_GENERIC = frozenset("the a an of on for in and annual this year's international".split())
# What a meeting may be about: such a word alone does not tell one series from another, and makes "the peace talks" a name of sorts.
_TOPICS = frozenset(
    "peace security cooperation co-operation arms disarmament trade economic border nuclear ceasefire truce unity reconciliation "
    "development defence defense climate energy water migration refugee donor donors aid military strategic missile anti-missile "
    "political joint ministerial conference".split()
)
_REGIONS = (
    r"(?:\s+in\s+(?:Europe|Africa|Asia|(?:Latin|Central|North|South)\s+America|"
    r"the\s+(?:Middle\s+East|Caucasus|Balkans|Americas|Pacific)))?"
)


@dataclass(frozen=True, slots=True)
class MeetingName:
    """A name as it stands: its span, its noun and kind, edition, days it lasts, and whether it recurs."""

    start: int
    end: int
    name: str
    noun: str
    kind: str
    edition: int | None
    days: int | None
    recurring: bool
    proper: bool


@lru_cache(maxsize=1)
def meeting_nouns() -> dict[str, tuple[str, bool, bool]]:
    """Noun -> kind, makes proper names, counts in lower case.

    >>> meeting_nouns()["forum"]
    ('forum', True, True)
    """
    text = resources.files("dragoman").joinpath("data/meetings.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {noun: (kind, named == "yes", plain == "yes") for noun, kind, named, plain in rows[1:]}


def ordinal(word: str) -> int | None:
    """The number of an ordinal.

    >>> ordinal("7th"), ordinal("third"), ordinal("Twenty-first"), ordinal("moth")
    (7, 3, 21, None)
    """
    low = word.lower()
    if match := _DIGITS.match(low):
        return int(match.group(1))
    if low in _UNITS:
        return _UNITS.index(low) + 1
    if low in _TENS:
        return _TENS[low]
    tens, dash, unit = low.partition("-")
    if dash and unit in _UNITS[:9]:
        for word_, number in _TENS.items():
            if word_.startswith(tens[:4]):
                return number + _UNITS.index(unit) + 1
    return None


@lru_cache(maxsize=1)
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    nouns = meeting_nouns()
    named = "|".join(
        sorted((re.escape(n.title()) for n, (_, proper, _) in nouns.items() if proper), key=len, reverse=True)
    )
    plain = "|".join(sorted((re.escape(n) for n, (_, _, low) in nouns.items() if low), key=len, reverse=True))
    tail = (
        r"(?:\s+(?:on|for|of)\s+(?:the\s+)?[A-Z][\w’'-]*"
        r"(?:\s+(?:and\s+)?(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z][\w’'-]*){0,5}"
        rf"{_REGIONS})?"
    )
    lead = (
        rf"(?:(?:annual|biennial|regular|{ORDINAL}|\w{{1,12}}-day|"
        rf"(?:{ORDINAL}|latest|next|new)\s+(?:round|session|edition|meeting)\s+of(?:\s+the)?)\s+){{0,3}}"
    )
    proper = re.compile(rf"(?<![\w-]){lead}(?:{_CAP}\s+){{0,7}}?(?P<noun>{named})(?!\w){tail}")
    low = re.compile(
        rf"(?<![\w-])(?i:{lead})(?P<body>(?:[A-Za-z][\w’'–-]{{0,40}}\s+){{1,5}})(?P<noun>{plain})(?!\w)(?P<tail>\s+on\s+(?:[a-z-]+\s+){{0,3}}(?:issues?|security|affairs|cooperation|matters|questions|relations))?"
    )
    # Most sentences speak of no meeting, which one look at its noun tells.
    return proper, low, re.compile(rf"(?:{named}|{plain})(?!\w)")


def find_names(text: str, sentences: Sequence[Run]) -> list[MeetingName]:
    """Names of meetings, proper ones first in their place, then described ones ("the strategic security consultation").

    >>> [n.name for n in find_names("He spoke at the 10th Xiangshan Forum.", [(0, 37)])]
    ['Xiangshan Forum']
    """
    return list(_found(text, tuple(sentences)))


@lru_cache(maxsize=2)
def _found(text: str, sentences: tuple[Run, ...]) -> tuple[MeetingName, ...]:
    """Kept for the next step that asks of the same article."""
    found: list[MeetingName] = []
    proper, low, noun = _patterns()
    for start, end in sentences:
        if noun.search(text, start, end) is None:
            continue
        before = len(found)
        for match in proper.finditer(text, start, end):
            begin = _proper_start(text, match.start(), match.start("noun"))
            name = (
                _named(text, begin, match.end(), match["noun"].lower(), proper=True)
                if begin < match.start("noun") or " on " in match[0] or " of " in match[0]
                else None
            )
            if name is not None:
                found.append(name)
        for match in low.finditer(text, start, end):
            made = _described(text, match)
            if made is not None and not any(n.start < made.end and made.start < n.end for n in found[before:]):
                found.append(made)
    return tuple(sorted(found, key=lambda name: (name.start, -name.end)))


_OF_BODY = re.compile(
    rf"\b(?P<det>its|their|the|a|an)\s+(?P<nth>{ORDINAL}|next|upcoming|latest|extraordinary|emergency|annual)"
    r"\s+(?:annual\s+|regular\s+|ordinary\s+|extraordinary\s+)?"
    r"(?P<noun>summit|conference|congress|general\s+assembly|session|meeting|round\s+of\s+talks)"
    r"(?:\s+(?:conference|meeting))?\b(?:\s+of\s+(?:the\s+)?)?",
    re.I,
)


def find_body_names(text: str, sentences: Sequence[Run], bodies: Sequence[tuple[int, int, str]]) -> list[MeetingName]:
    """Numbered meetings without a name of their own, under that of the body whose they are: start, end and name of each body.

    >>> text = "The Nile League chose a chair as its fifth summit opened."
    >>> [(n.name, n.edition) for n in find_body_names(text, [(0, len(text))], [(4, 15, "Nile League")])]
    [('Nile League summit', 5)]
    """
    found: list[MeetingName] = []
    for start, end in sentences:
        for match in _OF_BODY.finditer(text, start, end):
            noun = " ".join(match["noun"].lower().split())
            of = " of " in match.group().lower()
            after = next(((b, name) for a, b, name in bodies if of and a in (match.end(), match.end() - 4)), None)
            if after is None and ordinal(match["nth"]) is None:
                continue  # "the next meeting": of nobody in particular
            before = [(b, name) for a, b, name in bodies if start <= a and b <= match.start()]
            # "as its seventh summit opened": the body stands before; "the sixth summit" goes on with the one that was named.
            body = (
                after[1] if after else (max(before)[1] if before and match["det"].lower() in {"its", "their"} else None)
            )
            if body is None and match["det"].lower() == "the" and not match.group().lower().rstrip().endswith(" of"):
                body = next((n.name.removesuffix(f" {noun}") for n in reversed(found) if n.noun == noun), None)
            if body is not None:
                stop = after[0] if after else match.end("noun")
                found.append(
                    MeetingName(
                        match.start("nth"), stop, f"{body} {noun}", noun, noun, ordinal(match["nth"]), None, True, True
                    )
                )
        for match in _COUNCIL_OF.finditer(text, start, end):
            if not any(n.start < match.end("body") and match.start("noun") < n.end for n in found):
                name = f"{' '.join(match['body'].split())} {match['noun'].lower()}"
                run = (match.start("noun"), match.end("body"))
                found.append(
                    MeetingName(*run, name, match["noun"].lower(), match["noun"].lower(), None, None, False, True)
                )
    return found


_COUNCIL_OF = re.compile(
    r"\b(?:the|a)\s+(?:(?:next|latest|recent|annual|regular|informal|extraordinary|emergency|ministerial)\s+)?(?P<noun>meeting|session|summit)\s+of\s+(?:the\s+)?"
    r"(?P<body>(?:[A-Z][\w’'-]*\s+){0,4}(?:Council|Committee|Commission|Group|Assembly|Quartet|Troika)\b(?:\s+of\s+(?:[A-Z][\w’'-]*\s*){1,4}\b)?)"
    r"(?=[^.;]{0,60}?\b(?:held|takes?|took|will|in|on)\b)"
)
_NTH_OF_SERIES = re.compile(
    rf"\bthe\s+(?P<nth>{ORDINAL})\s+(?:such\s+)?(?P<noun>meeting|summit|forum|conference|edition|round|session|talks|consultations?|exercise|drill)"
    r"\s+(?:was|were|had\s+been|took\s+place|will\s+be|is\s+to\s+be)\b",
    re.I,
)


def earlier_names(text: str, sentences: Sequence[Run], named: Sequence[MeetingName]) -> list[MeetingName]:
    """Other editions of a numbered series told by their number alone: "the eighth meeting was held in Chengdu".

    >>> text = "They hold their ninth trilateral summit. The eighth meeting was held in Rome."
    >>> [(n.name, n.edition) for n in earlier_names(text, [(0, 40), (41, len(text))], find_names(text, [(0, 40), (41, len(text))]))]
    [('trilateral summit', 8)]
    """
    found: list[MeetingName] = []
    for start, end in sentences:
        for match in _NTH_OF_SERIES.finditer(text, start, end):
            number = ordinal(match["nth"])
            before = [n for n in named if n.start < match.start() and n.edition is not None]
            last = max(before, key=lambda n: n.start, default=None)
            if (
                last is None
                or last.edition == number
                or any(n.start < match.end() and match.start() < n.end for n in named)
            ):
                continue
            run = (match.start("nth"), match.end("noun"))
            found.append(MeetingName(*run, last.name, last.noun, last.kind, number, None, True, True))
    return found


_JOINED = re.compile(r"(?P<before>[\w’'.-]+)\s+(?:of|for|on|and)\s+(?:the\s+)?", re.I)
_BODIES = frozenset(
    "group organization organisation league council association union "
    "commonwealth community conference congress non-proliferation movement".split()
)


def _proper_start(text: str, start: int, noun: int) -> int:
    """Cuts "Representatives of |Moscow Conference" and "October and the |Conference"; keeps "Group of Seven Summit"."""
    begin = start
    for match in _JOINED.finditer(text, start, noun):
        if _is_one_name(text, begin, match):
            continue
        if (
            match["before"].lower() not in _BODIES
            and ordinal(match["before"]) is None
            and match["before"].lower() not in {"round", "session", "edition", "meeting"}
        ):
            begin = match.end()
    article = re.compile(r"(?:the|The|of|on|for|and)\s+").match(text, begin)
    return article.end() if article and article.end() < noun + 1 else begin


_LED_NAME = re.compile(
    rf"\b(?:[Tt]he|(?i:{ORDINAL}))\s+(?:(?:(?i:{ORDINAL})|annual)\s+)?(?:[A-Z][\w’'–-]*(?:\s+|$)){{1,6}}$"
)


def _is_one_name(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether an "and" joins two words of one name: "the 3rd Peace |and| Security Forum", "the Belt |and| Road Forum"."""
    if not match.group().rstrip().endswith(" and") or match["before"].lower() in meeting_nouns():
        return False
    return _LED_NAME.search(text, max(0, begin - 8), match.end("before")) is not None


def _named(text: str, start: int, end: int, noun: str, *, proper: bool) -> MeetingName | None:
    words = text[start:end]
    edition = next((n for word in words.split() if (n := ordinal(word)) is not None), None)
    days = _DAYS.search(words)
    name = series_name(words)
    before = text[max(0, start - 30) : start]
    if len(name.split()) < 2 or not re.search(r"[A-Za-z]", name) or name.lower().split()[0] in {"of", "on", "for"}:
        return None
    kind = meeting_nouns()[noun][0]
    return MeetingName(
        start=start,
        end=end,
        name=name,
        noun=noun,
        kind=kind,
        edition=edition,
        days=(int(days["n"]) if days["n"].isdigit() else _NUMBERS[days["n"].lower()]) if days else None,
        recurring=edition is not None or bool(_RECURRING.search(words)) or bool(_RECURRING.search(before[-14:])),
        proper=proper,
    )


# Words that may stand in a described name; anything else cuts it on the left ("attended the | strategic consultation").
_CUT = re.compile(
    r"^(?:.*\b(?:the|a|an|this|that|of|in|at|on|for|to|with|by|and|or|from|through|under|over|about|against|between|via|during|after|before|into|its|their|his|her|our|"
    r"were|was|is|are|be|been|has|have|had|will|would|hold|holds|held|such|two|previous|said|attend\w*|host\w*|joined|"
    r"any|some|no|as|which|who|latest|next|new|round|launch\w*|conduct\w*|stag(?:e|es|ed|ing)|beg[aiu]ns?|start(?:s|ed)?|resum(?:e|es|ed)|open(?:s|ed)|"
    r"complet(?:e|es|ed)|conclud(?:e|es|ed)|yesterday|today|tomorrow|tonight)\s+)",
    re.I,
)


def _described(text: str, match: re.Match[str]) -> MeetingName | None:
    start, end = match.span()
    body = text[match.start("body") : match.end("body")]
    cut = _CUT.match(body)
    begin = match.start("body") + (cut.end() if cut else 0)
    lead = text[start : match.start("body")]
    if begin >= match.start("noun"):
        return None
    words = text[begin : match.start("noun")].split()
    # One plain adjective ("further talks") names nothing; a hyphenated pair of states or two words do.
    # The acronym of those who meet does: "the NATO summit".
    if len(words) < 2 and not (
        match["tail"]
        or "-" in words[0]
        or words[0].lower() in _TOPICS
        or (match["noun"].lower() == "summit" and re.fullmatch(r"[A-Z][A-Z0-9]{1,7}", words[0]))
    ):
        return None
    whole = start if lead and not cut else begin
    name = _named(text, whole, end, match["noun"].lower(), proper=False)
    if name is None:
        return None
    round_of = re.search(
        rf"({ORDINAL}|latest|next|new)\s+(?:round|session|edition|meeting)\s+of\s+(?:the\s+)?$",
        text[max(0, begin - 40) : begin],
        re.I,
    )
    if round_of:
        return MeetingName(
            name.start, name.end, name.name, name.noun, name.kind, ordinal(round_of[1]), name.days, True, False
        )
    return name


def series_name(words: str) -> str:
    """The name without article, ordinal, year and frequency.

    >>> series_name("the annual 2-day Moscow Conference on International Security")
    'Moscow Conference on International Security'
    >>> series_name("the 10th Beijing Xiangshan Forum")
    'Beijing Xiangshan Forum'
    """
    text = " ".join(words.split())
    text = re.sub(
        rf"^(?:the\s+)?(?:{ORDINAL}|latest|next|new)\s+(?:round|session|edition|meeting)\s+of\s+(?:the\s+)?",
        "",
        text,
        flags=re.I,
    )
    text = _DAYS.sub("", text)
    text = re.sub(
        rf"\b(?:{ORDINAL}|annual|biennial|yearly|regular|this\s+year[’']s|last\s+year[’']s|(?:19|20)\d\d)\b\s*",
        "",
        text,
        flags=re.I,
    )
    text = _LEAD.sub("", " ".join(text.split()))
    return text.strip(" ,-")


def same_series(one: str, other: str) -> bool:
    """Whether two names are likely one series: the same noun, and the telling words of one are in the other.

    >>> same_series("Beijing Xiangshan Forum", "Xiangshan Security Forum"), same_series("Munich Forum", "Davos Forum")
    (True, False)
    >>> same_series("Moscow Conference on International Security", "Conference on Security and Co-operation")
    False
    """
    nouns = {noun.replace(" ", "-"): kind for noun, kind in meeting_nouns().items()}
    a, b = _telling(one), _telling(other)
    heads_a, heads_b = {w for w in a if w in nouns}, {w for w in b if w in nouns}
    if not heads_a & heads_b:
        return False
    rest_a, rest_b = set(a) - heads_a, set(b) - heads_b
    shared = rest_a & rest_b
    if not shared - _TOPICS:
        return rest_a == rest_b
    return shared in (rest_a, rest_b) or (
        len(shared) * 2 >= min(len(rest_a), len(rest_b)) and min(len(rest_a), len(rest_b)) <= 2
    )


def same_within(one: str, other: str) -> bool:
    """Whether two names in one article are one meeting: `same_series`, or one is short for the other.

    >>> same_within("Munich Security Conference", "Security Conference"), same_series("Munich Security Conference", "Security Conference")
    (True, False)
    """
    nouns = {noun.replace(" ", "-") for noun in meeting_nouns()}
    a, b = set(_telling(one)), set(_telling(other))
    return same_series(one, other) or (bool(a & b & nouns) and bool((a & b) - nouns) and (a <= b or b <= a))


def _telling(name: str) -> list[str]:
    low = name.lower()
    for noun in meeting_nouns():
        if " " in noun:
            low = low.replace(noun, noun.replace(" ", "-"))
    return [word for word in re.findall(r"[\w’'-]+", low) if word not in _GENERIC]


def common_name(names: Sequence[str]) -> str:
    """The words that all names share, in order; the shortest name where they share too little.

    >>> common_name(["Beijing Xiangshan Forum", "Xiangshan Security Forum"])
    'Xiangshan Forum'
    """
    first = names[0].split()
    shared = [word for word in first if all(word.lower() in name.lower().split() for name in names)]
    return " ".join(shared) if len(shared) >= 2 else min(names, key=len)
