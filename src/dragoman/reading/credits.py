"""Datelines, bylines and wire credits: the words around a text that say where it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from dragoman import edtf
from dragoman.reading.outlets import as_house, by_name, in_credit, is_place, is_section, without_names
from dragoman.reading.stamps import read_stamp
from dragoman.records import Reason, When

__all__ = [
    "Byline",
    "Dateline",
    "is_name",
    "is_wide_name",
    "names_alone",
    "parted",
    "read_byline",
    "read_dateline",
    "split_names",
    "town_of",
    "trailing_credit",
]

_DAY = r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAY)"
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?|"
    r"JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEPT?(?:EMBER)?|OCT(?:OBER)?|NOV(?:EMBER)?|DEC(?:EMBER)?)\.?"
)
_DATE = rf"(?:{_DAY},?\s+)?(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\s+{_MONTH})(?:,?\s+\d{{4}})?|{_DAY}"
_WORD = r"[A-ZÀ-ÖØ-ÞŠŽČĆŁ][\w.'’\-]{0,24}"
_DATELINE = re.compile(
    rf"^(?:(?P<place>{_WORD}(?:[ ]{_WORD}){{0,3}}(?:\s?/\s?{_WORD}(?:[ ]{_WORD}){{0,2}})?"
    rf"(?:,\s?(?!(?:{_MONTH}|{_DAY})\b){_WORD}(?:[ ]{_WORD}){{0,2}})?(?:\s?\([^()]{{2,30}}\)(?=\s?\[))?(?:\s?\[[^\]]{{2,30}}\])?)\s*,?\s*)?"
    rf"(?:(?P<date>{_DATE})\s*,?\.?\s*)?"
    r"(?:(?P<credit>\([^()]{2,60}\)|/[A-Z][\w.-]{1,20}/\.?|,?\s?[A-Z][A-Za-z]{1,12}(?=\s?[-–—]))\s*)?"
    r"(?P<mark>--+|[—–―:]|(?<=\))\s_(?=\s)|(?<=[\s)])-(?=\s)|(?<=\.)\s?[-–—](?=\s)|(?<=/\.)|(?<=/)\.|(?<=[a-z][)])(?=\s+[“\"‘A-ZÀ-ÖØ-Þ])|(?<=\d)\.(?=\s+[“\"‘(]?[A-ZÀ-ÖØ-Þ]))\s*"
)
_IN_BRACKETS = re.compile(r"\((?P<words>[A-ZÀ-Þ][^()]{2,60})\)\s*(?:[-–—:]+\s*)?(?=[“\"A-ZÀ-Þ])")
_WIRED = re.compile(r"(?P<town>[A-ZÀ-Þ][A-ZÀ-Þ'’ -]{3,24})\. (?P<wire>[A-Z]{3,16})")
_NOT_PLACES = frozenset(
    "UPDATE BREAKING EXCLUSIVE OPINION ANALYSIS EXPLAINER FACTBOX LIVE WATCH VIDEO PHOTO PHOTOS NOTE READ EDITORIAL INTERVIEW COMMENT "
    "CORRECTION URGENT ALERT NEWS REVIEW PREVIEW SUMMARY Q A".split()
)
_PARTICLES = frozenset(
    "de da do dos del della di du van von der den ter bin ben ibn al el la le y e i und and af av zu zum ze dos das san abu umm".split()
)
_GIVEN = frozenset("ben van al abu ibn bin umm".split())
# Two words without the space between them: "TimesNovember"; "MacDonald" and "LeBron" are names.
_RUN_ON = re.compile(r"^(?!Mac|Fitz).*[a-zß-ÿ]{3}[A-Z]")
_WIDE = "\u4e00-\u9fff々"
_WIDE_NAME = re.compile(
    rf"^(?:[{_WIDE}]{{2,5}}|[{_WIDE}]{{1,3}}[ 　]?[{_WIDE}ぁ-んァ-ヶー]{{1,5}}|[{_WIDE}]{{1,4}}[ 　][{_WIDE}]{{1,3}}|[가-힣]{{2,4}})$"
)
_WIDE_OFFICES = re.compile(
    "新聞|新闻|編集|编辑|編輯|記者|记者|[報报社網网部局者]$|ニュース|通信|通讯|本[報报]|뉴스|기자|신문|편집"
)
_NOT_NAMES = frozenset(
    "the a an of in on at to for from by with news daily staff desk bureau editor editors editorial team agency agencies times post press "
    "online service media report reporter reporters correspondent correspondents ministry world video home politics business opinion "
    "updated published posted print share email read more photo photos image source department office council committee university "
    "writer writers web desk special contributor contributors network international national group reporting redaktion rédaction "
    "january february march april june july august september october november december monday tuesday wednesday thursday friday "
    "subscribe abone images watch live listen advertisement article articles "
    "buy order get now here today reprints view show sign log join enter download click "
    "link copied twitter facebook whatsapp linkedin instagram telegram youtube pinterest follow comments about contact biography profile "
    "saturday sunday gmt est edt conference forum summit agreement talks war minister president secretary".split()
)
_BY = re.compile(
    r"^(?:(?:(?:written|reported|story|report|text|words|posted)\s+)?(?:by|von|par|por|di|door|av|af)\s*:?\s+"
    r"|(?:autor(?:in|en|es|a)?(?:[/*:]in|/autor)?|auteurs?|authors?|text[eo]?|words|story|reporters?|reporting|writers?|journalist|correspondent)"
    r"\s*:\s*|Autor(?:in|en)?(?:/Autor)?\s+)",
    re.IGNORECASE,
)
# "From our correspondent Jane Doe, Oslo, 3 May": behind the names stand the place and the day.
_OWN_REPORTER = re.compile(
    r"^(?:(?:from|by)\s+)?our\s+(?:(?:own|special|foreign|staff|chief|diplomatic|political|roving)\s+)*"
    r"(?:correspondents?|reporters?|envoys?)\s*[,:]?\s+(?P<names>[^,;:()]{3,80})(?:,\s*(?P<place>[^\W\d_][^,;:()\d]{1,40}))?",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"\s*(?:[|•·]|\s[-–—]\s|\S+@\S|\b(?:in|at|for|from|and agencies|with agencies)\b"
    r"|\b(?:Updated|Published|Posted|Last modified|Print|Share|Email)\b"
    r"|\b(?i:photo(?:graph)?s?|editors?|edited|images?|pictures?|translat\w+|video|camera|graphics?)(?: by)?\s*:"
    r"|,\s*(?=[A-Z][\w.&’' ]*"
    r"(?:News|Press|Post|Times|Daily|Reuters|AFP|AP|Xinhua|TASS|Agency|Correspondent|Editor|Reporter|Writer|Bureau|Service)\b)|\d).*$"
)
_ROLE = re.compile(
    r",\s*(?:(?-i:[a-zß-ÿ]).*|(?:chief|senior|staff|special|foreign|diplomatic|defen[cs]e|political|world|news|associate|"
    r"managing|deputy|contributing|visiting|research|adjunct|assistant|professor|scholar|fellow|director|expert|adviser|advisor)\b.*|"
    r".*\b(?:correspondent|editor|reporter|writer|analyst|columnist|producer|journalist|bureau chief)s?\b.*)$",
    re.IGNORECASE,
)
_FROM_TOWN = re.compile(
    r"(?:\s+in\s+(?P<place>[A-ZÀ-Þ][\w'’.-]+(?: [A-ZÀ-Þ][\w'’.-]+){0,2}))?(?:\s+(?:and|with)\s+(?:news\s+)?agencies)?$"
)
_NEXT_NAME = re.compile(r",?\s+(?:and|AND|&)\s+(?=[A-ZÀ-Þ][\w.'’-]+\s+[A-ZÀ-Þ])")
_OVER = re.compile(r"[|•·\d]|\s[-–—]\s|\b(?:Updated|Published|Posted|Print|Share|Email)\b")
_HONORIFIC = re.compile(
    r"^(?:[Bb]y\s+|F(?:rom|ROM)\s+)?(?:Dr|Prof|Professor|Mr|Mrs|Ms|Amb|Ambassador)\.?\s(?=[A-Z])|^F(?:rom|ROM)\s+(?=[A-Z])"
)
_BYLINE_LABEL = re.compile(r"^byline\s*:\s*(?=by\s)", re.IGNORECASE)
_GLUED_BY = re.compile(r"^By(?=[A-ZÀ-Þ][a-zß-ÿ]+\s[A-ZÀ-Þ])")
_OFFICE = re.compile(
    r"(?:,|\s[-–—|/•·(])\s*[^,|]{0,60}\b(?:correspondent|editor|reporter|writer|analyst|columnist|journalist|bureau chief|fellow|"
    r"producer|researcher|contributor|staff)s?\b.{0,60}$",
    re.IGNORECASE,
)
_IN = re.compile(r"\s+in\s+(?P<place>[A-ZÀ-Þ][\w'’.\-]+(?:[ ,]+[A-ZÀ-Þ][\w'’.\-]+){0,3})")
_JOIN = re.compile(
    r"\s*(?:,(?:\s+(?:and|AND|und|et|y|&)(?=\s))?|;|/|\s&\s|\s+and\s+|\s+AND\s+|\s+und\s+|\s+et\s+|\s+y\s+|\s+with\s+)\s*"
)
# "And" of other languages; some are also single letters and parts of names, so both sides must be whole names.
_AND = re.compile(r"\s+(?:og|och|e|i|en|ja|ve|és|și|ir|un|и|й|та|і|va|dan|và|na|ne|με|και)\s+")
_TRAILING = (
    re.compile(r"\s*[(\[（](?P<credit>[^()\[\]（）]{2,90})[)\]）]\s*\.?$"),
    re.compile(r"(?:(?<=[.!?\"”’…])\s*|\s+)(?:--|—|–|-|//)\s*(?P<credit>[A-Z][\w./ &-]{1,40})\.?$"),
    re.compile(r"(?:(?<=[.!?\"”’])\s+|^)(?P<credit>PTI|ANI|IANS|UNI)(?:\s+[A-Z]{2,4}){0,5}$"),
    re.compile(
        r"^(?:source|sources|with (?:inputs?|reporting|files) (?:from|by)|agencies)\s*[:\s]\s*(?P<credit>.{2,90})$",
        re.IGNORECASE,
    ),
    re.compile(r"^(?P<credit>[A-Z][\w./ &'’,-]{1,60})$"),
)
_FILLER = re.compile(
    r"\b(?:with|additional|inputs?|reporting|from|by|and|agencies|the|source|report|news|agency|file|material|via|photo|also)\b|[\W\d_]+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The place, day and wire that open a report; `length` is how many characters it takes, its mark included."""

    words: str
    place: str | None
    when: When | None
    credits: tuple[str, ...]
    outlets: tuple[str, ...]
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Byline:
    """Who signed a text, from where, for whom."""

    authors: tuple[str, ...] = ()
    place: str | None = None
    outlets: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()


def read_dateline(paragraph: str) -> Dateline | None:
    """The dateline at the head of a paragraph, or None.

    A place alone is believed only in capitals, as wires print it, or with a day or a credit beside it. A weekday
    alone gives a time that is unknown but keeps the word.

    >>> line = read_dateline("MOSCOW, April 28 (ChinaMil) -- Chinese and Russian forces held")
    >>> line.place, line.when.edtf, line.credits
    ('MOSCOW', 'XXXX-04-28', ('ChinaMil',))
    >>> read_dateline("ISLAMABAD: The foreign ministry said").place
    'ISLAMABAD'
    >>> read_dateline("GENEVA, May 4, 1988. Talks began.").when.edtf
    '1988-05-04'
    >>> read_dateline("Russia - the larger party - said") is None
    True
    """
    head = paragraph[:200]
    bracketed = _IN_BRACKETS.match(head)
    if bracketed is not None:
        # "(Juba, 2 March 2020) The coordinator ...", "(Beirut) - The army ..."
        inner = read_dateline(f"{bracketed['words']} - ")
        return replace(inner, length=bracketed.end()) if inner is not None and not inner.credits else None
    match = _DATELINE.match(head)
    if match is None or match.end() == 0:
        return None
    place, date, credit = match["place"], match["date"], match["credit"]
    found = in_credit(credit) if credit else ()
    wired = _WIRED.fullmatch(place) if place and not date else None
    if wired is not None:
        # "ASTANA. KAZINFORM - "
        place, found = wired["town"], in_credit(wired["wire"]) or found
    shouted = place is not None and place.split(",")[0].isupper() and match["mark"].strip() == "_"
    if credit and not found and not ((date or shouted) and (credit.startswith("(") or _unlisted(credit))):
        return None
    if not match["mark"] and not (place and date):
        return None
    if match["mark"] == "." and not credit and not _set_apart(place, date, head):
        return None
    if place:
        first = re.split(r"[ ,/]", place)[0]
        if first.rstrip(":") in _NOT_PLACES or (match["mark"] == ":" and place.count(" ") > 3):
            return None
        # "Antonov: China-Russia drills ..." names a speaker; "ISLAMABAD: ..." a place.
        capitals = (first.isupper() and len(first) > 2) or (place.isupper() and len(place) > 3)
        if not (capitals or date or found):
            return None
    elif not (date and found):
        return None
    when = None
    if date:
        when = read_stamp(date, basis="dateline")
        if when is None:
            detail = f"the dateline gives only the weekday {date!r}"
            when = edtf.unknown(
                basis="dateline", phrase=date, why=(Reason(step="clean", by="dateline", detail=detail),)
            )
    words = wired["town"] if wired else head[: match.start("credit" if credit else "mark")].strip().removesuffix(",")
    if when is not None and words.endswith("."):
        # "MOSCOW, February 26, 2024. /TASS/."; the full stop of "Oct." stays.
        words = words[:-1] if words[-2].isdigit() else words
    return Dateline(
        words=words,
        place=place.rstrip(" ,") if place else None,
        when=when,
        credits=tuple(outlet.name for outlet in found) or _unlisted(credit or ""),
        outlets=tuple(outlet.name for outlet in found if outlet.kind == "outlet"),
        length=match.end(),
    )


_YEAR = re.compile(r"\b\d{4}$")
_LEADS_IN = frozenset("in on at by since until till from after before".split())


def _set_apart(place: str | None, date: str | None, head: str) -> bool:
    """Whether place and day that only a full stop follows open a report: in capitals ("GENEVA, May 4."), or with comma and year."""
    if not place or not date:
        return False
    first = re.split(r"[ ,/]", place)[0]
    comma = head[: head.index(date)].rstrip().endswith(",")
    return (first.isupper() and len(first) > 2) or (
        comma and _YEAR.search(date) is not None and first.lower() not in _LEADS_IN
    )


def _unlisted(credit: str) -> tuple[str, ...]:
    """An acronym behind place and day is an agency, known or not: "(QNX)", "QNX --"."""
    match = re.fullmatch(r"\(?([A-Z][A-Z&-]{1,7})\)?", credit.strip(" ,"))
    return (match[1],) if match is not None else ()


def is_name(text: str) -> bool:
    """Whether a short run of words has the form of a person's name.

    >>> is_name("Ren Qi"), is_name("Anna van der Berg"), is_name("Foreign Ministry"), is_name("Phenomenal")
    (True, True, False, False)
    """
    words = text.split()
    if not 2 <= len(words) <= 6 or len(text) > 60 or by_name(text) is not None:
        return False
    if any(char.isdigit() or char in '@:/|()[]?!+=*#"“”' for char in text) or "," in text.removesuffix(
        ", Jr."
    ).removesuffix(", Jr"):
        return False
    if any(_RUN_ON.search(word) for word in words):
        return False
    plain = 0
    for place, word in enumerate(words):
        if word.casefold().strip(".,") in _NOT_NAMES:
            return False
        if place == 0 and word[0].isupper() and word.casefold() in _GIVEN:
            # "Ben Andrews", "Van Jones": at the head of a name, with a capital, these are given names.
            plain += 1
            continue
        if word.casefold() in _PARTICLES or word.casefold().startswith(("al-", "el-", "d'", "d’")):
            continue
        if not word[0].isupper():
            return False
        plain += 1
    return plain >= 2


def is_wide_name(text: str) -> bool:
    """Whether a short run of Chinese, Japanese or Korean characters has the form of a person's name.

    >>> is_wide_name("松村太郎"), is_wide_name("김민수"), is_wide_name("東京新聞")
    (True, True, False)
    """
    return _WIDE_NAME.match(text) is not None and _WIDE_OFFICES.search(text) is None


def parted(name: str) -> list[str]:
    """Two names that "and" joins in another language, each of two words at least; any other name comes back alone.

    >>> parted("Kari Nordmann og Ola Hansen"), parted("Maria João e Silva")
    (['Kari Nordmann', 'Ola Hansen'], ['Maria João e Silva'])
    """
    names = [part.strip() for part in _AND.split(name)]
    return names if len(names) > 1 and all(" " in part for part in names) else [name]


def split_names(text: str) -> tuple[str, ...]:
    """The persons in a list of names; what has not the form of a name is left out.

    >>> split_names("Jane Doe, John Smith and Li Wei")
    ('Jane Doe', 'John Smith', 'Li Wei')
    """
    names = []
    for part in (name for piece in _JOIN.split(text[:400]) for name in parted(piece)):
        part = part.strip(" .,;:*•|")
        if part.isupper() and len(part) > 4:
            part = " ".join(
                word.capitalize() if word.isalpha() and len(word) > 2 else word.title() for word in part.split()
            )
        if is_name(part) and part not in names:
            names.append(part)
    return tuple(names)


def names_alone(line: str) -> tuple[str, ...]:
    """The persons named by a line that holds nothing else but names, what they are for the house, and a capital where they write.

    >>> names_alone("Aigerim Bekova and Thomas Lindqvist"), names_alone("KENJI MORITA, Vik staff writer"), names_alone("Jane Doe, Oslo")
    (('Aigerim Bekova', 'Thomas Lindqvist'), ('Kenji Morita',), ('Jane Doe',))
    >>> names_alone("Middle East"), names_alone("Oslo Herald"), names_alone("Talks in Oslo and Bergen")
    ((), (), ())
    """
    if len(line) > 160:
        return ()
    signer, bar, house = line.partition("|")
    if bar and (is_section(house) or as_house(house) is not None):
        line = signer
    line = _FROM_TOWN.sub("", _HONORIFIC.sub("", line))
    parts = [
        name for piece in _JOIN.split(_BY.sub("", _OFFICE.sub("", line).strip(" .,;:*•|"))) for name in parted(piece)
    ]
    if len(parts) > 1 and is_place(parts[-1]):
        parts = parts[:-1]
    names = split_names(", ".join(parts))
    if len(names) != len(parts) or any(len(name.split()) > 4 or _no_person(name) for name in names):
        return ()
    return names


def town_of(line: str) -> str | None:
    """The town from which somebody writes whose name stands alone on a line.

    >>> town_of("Helen Marlow in Cape Town and agencies"), town_of("Helen Marlow")
    ('Cape Town', None)
    """
    match = _FROM_TOWN.search(line[:160])
    return match["place"] if match is not None else None


def _no_person(name: str) -> bool:
    return is_place(name) or is_section(name) or as_house(name) is not None


def read_byline(line: str) -> Byline | None:
    """What a byline says ("By Ren Qi in Moscow China Daily"), or None where the line is no byline.

    >>> read_byline("By Ren Qi in Moscow China Daily Print")
    Byline(authors=('Ren Qi',), place='Moscow', outlets=('China Daily',), agencies=())
    >>> read_byline("From our correspondent Jane Doe, Oslo, 3 May 1975")
    Byline(authors=('Jane Doe',), place='Oslo', outlets=(), agencies=())
    >>> read_byline("By the end of the year talks will resume.") is None
    True
    """
    line = _GLUED_BY.sub("By ", _BYLINE_LABEL.sub("", line[:300].strip()))
    own = _OWN_REPORTER.match(line)
    if own is not None:
        authors = split_names(_IN.sub("", own["names"]))
        where_in = _IN.search(own["names"])
        stated = ((where_in or own)["place"] or "").strip(" ,.")
        return Byline(authors=authors, place=stated if stated[:1].isupper() else None) if authors else None
    opened = _BY.match(line)
    if opened is None:
        return None
    rest = line[opened.end() :]
    found = in_credit(rest)
    outlets = tuple(outlet.name for outlet in found if outlet.kind == "outlet")
    agencies = tuple(outlet.name for outlet in found if outlet.kind == "agency")
    plain = rest
    for outlet in sorted({*outlets, *agencies}, key=len, reverse=True):
        at = plain.find(outlet)
        if at >= 0:
            plain = plain[:at].rstrip(" ,(") + " | " + plain[at + len(outlet) :]
    place = _IN.search(plain)
    authors = _each_signer(plain)
    if not authors and not outlets and not agencies:
        return None
    where = place["place"].strip(" ,.") if place else None
    return Byline(authors=authors, place=where, outlets=outlets, agencies=agencies)


def _each_signer(text: str) -> tuple[str, ...]:
    """The names of a byline, of each what stands behind it cut off: "Jane Doe, Senior Fellow, and John Roe, Visiting Scholar"."""
    names: dict[str, None] = {}
    for piece in _NEXT_NAME.split(text):
        names.update(
            dict.fromkeys(name for name in split_names(_ROLE.sub("", _CUT.sub("", piece))) if not _no_person(name))
        )
        if _OVER.search(piece):
            break
    return tuple(names)


def trailing_credit(paragraph: str) -> tuple[int, tuple[str, ...]] | None:
    """Where a wire credit at the end of a paragraph begins, and whom it names; None where there is none.

    >>> trailing_credit("TASS reported. (ANI)")
    (14, ('ANI',))
    >>> trailing_credit("He met the head of TASS.") is None
    True
    """
    begin = max(0, len(paragraph) - 200)
    tail = paragraph[begin:]
    for pattern in _TRAILING:
        match = pattern.search(tail)
        if match is None:
            continue
        credit = match["credit"]
        found = in_credit(credit)
        if not found:
            continue
        # Everything between the brackets must be names of wires and the words of a credit: "(AFP photo of ...)" is none.
        if _FILLER.sub("", without_names(credit)):
            continue
        return begin + match.start(), tuple(outlet.name for outlet in found)
    return None
