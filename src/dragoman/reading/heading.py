"""What the lines around an article saved as text say of it: its title, who signed it, whose it is, when it appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dragoman.reading.clutter import ends_sentence, is_caption, word_count
from dragoman.reading.credits import Byline, is_name, names_alone, read_byline, read_dateline, town_of
from dragoman.reading.outlets import (
    as_house,
    by_domain,
    by_name,
    host,
    in_credit,
    in_small_letters,
    is_place,
    is_section,
    owner_of,
    plain_house,
    solid,
)
from dragoman.reading.stamps import read_stamp, zones
from dragoman.records import Reason, When

__all__ = ["LIST_MARK", "REPORTS", "WORDS", "Notes", "Signs", "find_title", "headline_of"]

_LABEL = re.compile(
    r"^(?:first\s+)?(?P<label>published(?:\s+(?:on|at|time|date))?|posted(?:\s+on)?|publié(?:e)?(?:\s+le)?|publicado(?:\s+(?:el|em))?|pubblicato(?:\s+il)?|"
    r"publish\s+time|date(?:\s+published)?|release[d]?|issued|"
    r"(?:last\s+)?(?:updated|modified)(?:\s+(?:on|at))?|created|time)\b\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)
REPORTS = re.compile(
    r"(?:[.…]{1,6}|[-–—]\s)\s*(?:reports?|writes?)\s+(?P<name>[A-Z][\w.'’&-]*(?:\s+[A-Z][\w.'’&-]*){0,4})\s*$"
)
_COPYRIGHT = re.compile(
    r"(?:copyright|[©ⓒ]|\(c\))[\s©ⓒ]*(?:\(c\)\s*)?(?:\d{4}(?:\s*[-–]\s*(?:\d{4}|present))?)?[\s,.©]*"
    r"(?:by\s+)?(?P<name>[A-Z][^.|,;:©()\d]{1,48}?)\s*(?:[.|,;(©\d]|all rights|limited|ltd|inc\b|$)",
    re.IGNORECASE,
)
# "Baltic Radio S.A." is cut at its first full stop.
_COMPANY = re.compile(
    r",?\s+(?:S|SA|SE|AG|AB|AS|ASA|BV|B|NV|Oy|GmbH|LLC|LLP|PLC|plc|Ltd|Limited|Inc|Corp|Co|Pty|SpA|Sp|d|a)$"
)
_HEADLINE_SUFFIX = re.compile(r"^(?P<title>.{15,200}?)\s+(?:[|–—»]|-)\s+(?P<site>[^|–—»]{2,50})$")
_HEADLINE_LABEL = re.compile(r"(?:headline|title|titre|título|titolo|titel)\s*[:：]\s*(?=\S)", re.IGNORECASE)
_BEFORE_HEADLINE = re.compile(r"(?P<name>[^:|]{2,40}?)\s+[:|]\s+(?=\S+\s\S+\s\S)")
_DATE_BEHIND = re.compile(r"(?<=\w)\s+[(\[]?\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d[)\]]?$")
LIST_MARK = re.compile(r"^[\s•·▪►*\-–—>»]+\s*")
WORDS = re.compile(r"\w+")
_LABEL_END = re.compile(
    r"[\s,|/•·–—-]*(?:(?:first |last )?(?:published|posted|updated|publié|publicado|mis à jour|actualizado)(?: on| at| le| el| em)?\s*:?)?"
    r"[\s,|/•·–—-]*$",
    re.IGNORECASE,
)
_READING_TIME = re.compile(
    r"\d{1,3}[\s-]*min(?:ut\w{1,2})?\.?\s(?:read(?:ing)?(?:\stime)?|di lettura|de lecture|de lectura|de leitura|lesezeit|leestijd)",
    re.IGNORECASE,
)
_AGO = re.compile(r"\d{1,2}\s(?:second|minute|hour|day|week|month|year)s?\sago\b|@\w+$", re.IGNORECASE)
_SITE_END = re.compile(r"[\s,|/•·–—-]+(?:www\.)?[\w-]+(?:\.[A-Za-z]{2,12}){1,2}$")
_BYLIKE = re.compile(r"\b[Bb]y\s+[A-Z]|\bBY\s+[A-Z]|[|•·]")
_BARS = re.compile(r"\s*[|丨｜]\s*")
_SOURCE = re.compile(r"^\s*(?:source|editor)\s*[:：]\s*", re.IGNORECASE)
_FIELD = re.compile(
    r"(?P<name>SECTION|LENGTH|HEADLINE|BYLINE|BODY|DATELINE|LOAD-DATE|SOURCE|TYPE|GRAPHIC|LANGUAGE|PUBLICATION-TYPE|DISTRIBUTION|"
    r"HIGHLIGHT|KEYWORDS?|LOAD-DATE-MDC)\s?:"
    r"\s*(?P<value>.{0,60}?)\s*$"
    r"|(?:SECTION|HEADLINE|BYLINE|SOURCE|GRAPHIC|HIGHLIGHT)\s?:\s"
)
_LEAST_FIELDS = 3
_ABOUT = re.compile(r"About (?:the )?(?P<name>[A-Z][\w'’&. -]{2,60})")
_WELCOME = re.compile(r"welcome to (?:the )?(?=\w)", re.IGNORECASE)
_TAKEN_FROM = re.compile(r"(?:sources?|agency|agencies)\s*[:：]\s*", re.IGNORECASE)
_BELOW = 8
_LABELLED_SOURCE = re.compile(
    r"\b(?:source|publisher)\s*[:：]\s*(?P<name>[^|:：]{2,60}?)\s*(?:[|丨｜]|\s\w{3,12}[:：]|\d{4}|$)", re.IGNORECASE
)
_FROM = re.compile(r"(?:from|source|publisher|published by|issued by|organi[sz]ation)\s*[:：]", re.IGNORECASE)
_CONTRIBUTED = re.compile(r"(?P<names>.{2,80}) contributed to this (?:report|story|article)\b", re.IGNORECASE)
_OF_STATE = re.compile(r"(?:Ministry|Department|Office|Embassy|Presidency|Parliament|Government)\b")
_STATE = re.compile(
    r"(?P<state>(?:The )?(?:[A-Z][\w'’]+ )*(?:Government|Republic|Kingdom|State|Commonwealth|Federation|Union) of "
    r"(?:the )?[A-Z][\w ]{2,40})"
)
_SPECIAL = re.compile(r"special (?:to|for) ", re.IGNORECASE)
_HELPERS = re.compile(
    r"^(?:web\s|photo\s|managing\s)?(?:editors?|edited by|photographers?|photos?(?: by)?|translators?|责编|编辑|責任編輯)\s*[:：]?$",
    re.IGNORECASE,
)
_BY_BEHIND = re.compile(r"\d\s*(?:[/|·•,–—-]\s*)?(?=\b[Bb][Yy][\s:])")
_BY_ALONE = re.compile(
    r"(?:written |reporting |text |story )?(?:by|von|par|por|di|de|door|av|af|yazan|autor(?:in|es)?|authors?|text)\s?:?",
    re.IGNORECASE,
)
# "10:05 Uhr, Jane Doe", "3 May 2021 / Jane Doe", "10:05 AM ET by Jane Doe": what stands behind the day alone, or without a mark, is a
# place or a house, and so is "PIB Delhi".
_SIGNS_BEHIND = re.compile(
    r"(?:[:.]\d\d(?:\s?[apAP]\.?[mM]\.?)?(?:\s?[^\W\d_]{1,4})?\s?,|\d(?:\s?[apAP]\.?[mM]\.?)?(?:\s?[^\W\d_]{1,4})?\s?(?:[/|·•]|\b[Bb]y\b))\s?"
    r"(?![A-ZÀ-Þ]{2,}\s[A-ZÀ-Þ][a-zß-ÿ])[A-ZÀ-Þ][^\d,/|·•]+$"
)
_AGO_WORDS = 8
_OPENING = 7
"""Above so many of the first paragraphs a line may still date the article, where no other does."""
_MASTHEAD = 6
_SPEAKS_OF = 200
_OF_THE_HOUSE = frozenset(
    [
        "",
        "About",
        "Read",
        "Follow",
        "Subscribe to",
        "Welcome to",
        "Contact",
        "Join",
        "More from",
        "Support",
        "From",
        "©",
        "Inside",
    ]
)
_STANDFIRST, _LONG_TITLE = 2.0, 11
_ONE_BLOCK, _SHORTEST_TITLE, _CUT_HEAD = 3.0, 5, 12
"""A head of so few lines was cut to the article: of two headlines without an empty line between, the first is the title."""
_CREDITED = re.compile(r"\b(?:source|editors?|author|reporter|time)\s*[:：]", re.IGNORECASE)
_CAPITALS = re.compile(
    r"[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]{2,}(?:[ /][A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ.'’-]+){0,2}(?:, [A-ZÀ-ÖØ-Þ.]{2,12})?"
)
_IN_SQUARE = re.compile(r"[\[(]?(?P<town>[A-ZÀ-Þ][\w'’ -]{2,25}?)(?:\s?[-–,]\s?[A-ZÀ-Þ][\w ]{2,25})?[\])]")
_TOWN = re.compile(r"(?P<place>[A-ZÀ-ÖØ-Þ][\w'’-]{2,20}(?:, [A-ZÀ-ÖØ-Þ][\w'’.-]{2,20})?),\s*(?:on\s)?$")
_DATED_TITLE = re.compile(
    r"\b(?:press (?:release|statement|conference|briefing|communiqué|communique)|readout|media note|daily briefing|joint statement|"
    r"no\.? ?:)",
    re.IGNORECASE,
)
_TURN = re.compile(r"[^\W\d_][^:.?!]{0,40}:\s")
_DAY_END = re.compile(
    r"[\s,|/•·–—-]*\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b[\s.,|/•·–—-]*$", re.IGNORECASE
)


@dataclass(slots=True)
class Notes:
    """What the lines around the article say, gathered while they are passed."""

    why: list[Reason] = field(default_factory=list)

    def add(self, by: str, detail: str) -> None:
        self.why.append(Reason(step="clean", by=by, detail=detail))


def find_title(lines: Sequence[str], kinds: Sequence[str], kept: Sequence[int], notes: Notes) -> str | None:
    """The line above the text that reads most like a title of it; `kept` are the indexes of the article's lines.

    >>> page = ["World", "Talks end in Oslo", "The talks in Oslo end without a treaty, both sides said.", "They will meet again."]
    >>> find_title(page, ["line", "short", "prose", "short"], [2, 3], Notes())
    'Talks end in Oslo'
    """
    if not kept:
        return None
    body_words = {word for index in kept for word in WORDS.findall(lines[index].casefold()) if len(word) > 3}
    repeats: dict[str, int] = {}
    for line in lines:
        repeats[line.casefold()] = repeats.get(line.casefold(), 0) + 1
    best, best_score = None, 0.0
    scored: list[tuple[int, float, str]] = []
    header = [index for index in range(kept[0]) if lines[index]]
    # The text may begin with the title itself where that reads as a sentence ("What does the treaty say?").
    asked = len(kept) > 1 and lines[kept[0]].endswith(("?", "!")) and word_count(lines[kept[0]]) <= 25
    # "Baltic Courier: Minister, what comes next?" opens an interview in turns.
    if asked and sum(1 for index in kept if _TURN.match(lines[index])) < 2:
        header.append(kept[0])
    for place, index in enumerate(header):
        line, site = headline_of(lines[index]), None
        if is_section(line):
            continue
        parts = _HEADLINE_SUFFIX.match(line)
        if parts and word_count(parts["title"]) >= 3 and _reads_as_site(parts["site"]):
            line, site = parts["title"], parts["site"]
        if not _may_be_title(line, kinds[index]):
            continue
        words = [word for word in WORDS.findall(line.casefold()) if len(word) > 3]
        # "Council of the EU" stands in any text of the Council's: few words prove little.
        overlap = sum(1 for word in words if word in body_words) / (len(words) + 1.5)
        score = 6 * overlap + min(word_count(line), 12) / 6 - 0.15 * (len(header) - 1 - place)
        score -= 3.0 if as_house(line) or line.casefold().startswith("welcome to ") else 0.0
        score += (
            1.0
            if any(_is_stamp_line(near) for near in [near for near in lines[max(0, index - 4) : index] if near][-2:])
            else 0.0
        )
        score += 1.5 if repeats[lines[index].casefold()] > 1 else 0
        score += 1.0 if site and by_name(site) else 0
        score += (
            1.5
            if any(_is_stamp_line(near) or read_byline(near) for near in lines[index + 1 : index + 6] if near)
            else 0
        )
        scored.append((index, score, line))
        if score > best_score:
            best, best_score = line, score
    if best is None or best_score < 2.0:
        notes.add("title", "no line above the text reads as a title")
        return None
    notes.add("title", "the line above the text that reads most like a title of it")
    return _above_standfirst(scored, best, best_score, lines, cut=len(header) <= _CUT_HEAD)


def headline_of(line: str) -> str:
    """A line without what pages print before a headline (bullets, "HEADLINE:", a section, a known house) and the date behind it.

    >>> headline_of("Archives | Talks end in Oslo"), headline_of("KUNA : Talks end in Oslo 10/05/2018")
    ('Talks end in Oslo', 'Talks end in Oslo')
    """
    line = _HEADLINE_LABEL.sub("", LIST_MARK.sub("", line))
    before = _BEFORE_HEADLINE.match(line)
    if before is not None and (is_section(before["name"]) or by_name(before["name"])):
        line = line[before.end() :]
    return _DATE_BEHIND.sub("", line)


def _above_standfirst(
    scored: Sequence[tuple[int, float, str]], best: str, score: float, lines: Sequence[str], *, cut: bool
) -> str:
    """The headline right above the line that was taken for it: where that is longer and nearly as likely, it is a standfirst.

    In a head that was cut to the article the first of two lines without an empty line between is the headline, whatever their length.
    """
    at = next(index for index, _, line in scored if line == best)
    above = next((index for index in range(at - 1, -1, -1) if lines[index]), None)
    for index, other, line in scored:
        if index != above or as_house(line):
            continue
        if other > score - _STANDFIRST and 4 <= word_count(line) < word_count(best) >= _LONG_TITLE:
            return line
        if cut and at - index == 1 and other > score - _ONE_BLOCK and word_count(line) >= _SHORTEST_TITLE:
            return line
    return best


def _reads_as_site(name: str) -> bool:
    """Whether the words behind a headline's dash or bar are a name as sites have it, and no second half of the headline."""
    words = [word for word in WORDS.findall(name) if len(word) > 3]
    return bool(
        by_name(name) or "." in name or (words and all(word[0].isupper() for word in words) and word_count(name) <= 6)
    )


def _may_be_title(line: str, what: str) -> bool:
    if what not in ("short", "prose") or not 3 <= word_count(line) <= 32:
        return False
    if line.endswith((".", ":", ",", ";")) and not line.endswith(("...", "U.S.", "U.N.")):
        return False
    return not (
        _is_stamp_line(line)
        or read_byline(line)
        or (is_name(line) and word_count(line) <= 4)
        or " > " in line
        or by_name(line)
        or REPORTS.search(line)
        or (word_count(line) > _SHORTEST_TITLE and is_caption(line))
        or _is_list(line)
    )


def _initials(name: str) -> str:
    """The capital letters with which the words of a name begin.

    >>> _initials("Sahel Institute for Strategic Studies")
    'SISS'
    """
    return "".join(word[0] for word in name.split() if word[0].isupper())


def _is_list(line: str) -> bool:
    """Whether a line lists words that a page is filed under: "Angola, Cuba, health"."""
    parts = line.split(",")
    return len(parts) > 2 and all(word_count(part) <= 2 for part in parts)


def _is_stamp_line(line: str) -> bool:
    """Whether a line is mostly a date: a label, a date, a clock, little else."""
    if len(line) > 160 or not any(char.isdigit() for char in line):
        return False
    when = read_stamp(line, basis="page")
    if when is None:
        return False
    rest = _READING_TIME.sub("", _LABEL.sub("", line).replace(when.phrase or "", ""))
    few = 14 if _CREDITED.search(line) else 9 if _LABEL.match(line) or _BYLIKE.search(line) else 4
    return sum(1 for word in WORDS.findall(rest) if not word.isdigit()) <= few


def _parts_at_stamp(line: str) -> tuple[str, str]:
    """What stands before and behind the time of a line, without labels and marks: "Jane Doe | Published 3 May 2021 - OSLO"."""
    if len(line) > 120:
        return "", ""
    ago = _AGO.search(line)
    if ago is not None:
        before, behind = line[: ago.start()], line[ago.end() :]
    else:
        when = read_stamp(line, basis="byline")
        if when is None or not when.phrase:
            return "", ""
        before, _, behind = line.partition(when.phrase)
        before = _DAY_END.sub("", before)
    return _LABEL_END.sub("", _SITE_END.sub("", _LABEL_END.sub("", before))), behind.strip(" \t,|/•·–—-")


def _town_at_stamp(line: str) -> str | None:
    """The town beside the time of a line: "Astana, 14 October 2021", "3 May 2021 - OSLO"."""
    when = read_stamp(line, basis="page")
    before = line.partition(when.phrase)[0] if when is not None and when.phrase else ""
    beside = _TOWN.fullmatch(before)
    if beside is not None:
        return beside["place"]
    if is_place(before):
        return before.strip(" ,|/•·–—-")
    behind = _parts_at_stamp(line)[1]
    bracketed = _IN_SQUARE.fullmatch(behind)
    if bracketed is not None and is_place(bracketed["town"]):
        return bracketed["town"]
    return behind if _CAPITALS.fullmatch(behind) else None


def _beside_stamp(line: str) -> Byline | None:
    """The person named beside the time of a line: "Jane Doe Published July 15, 2024", "Jane Doe 5 hours ago", "3 May 2021 / Jane Doe"."""
    before, behind = _parts_at_stamp(line)
    authors = names_alone(before) or (
        names_alone(behind) if _SIGNS_BEHIND.search(line) and not is_place(behind) else ()
    )
    return Byline(authors=authors) if authors else None


class Signs:
    """The lines around the article: who signed it, whose it is, when it appeared."""

    def __init__(
        self, lines: Sequence[str], kinds: Sequence[str], title: str | None, kept: Sequence[int], end: int
    ) -> None:
        start = kept[0]
        self.lines, self.kinds, self.start, self.end = lines, kinds, start, end
        at = [i for i in range(start + 1) if title and headline_of(lines[i]).startswith(title)]
        self.title, self.title_at = title, at[-1] if at else None
        # A standfirst stands above the byline: the lines below it, down to the next paragraph, are the header's still.
        self.below_lead = [i for i in range(start, kept[1]) if lines[i] and i != start] if len(kept) > 1 else []
        # Or above it a summary of several lines.
        self.opening = [i for i in range(start, kept[:_OPENING][-1]) if lines[i]]

    def _near(self) -> Iterator[tuple[int, str]]:
        """Header lines from the title on, below a standfirst, then those above the title (nearest first), then what follows the text."""
        first = self.title_at if self.title_at is not None else max(0, self.start - 6)
        yield from ((i, self.lines[i]) for i in range(first, self.start) if self.lines[i])
        yield from ((i, self.lines[i]) for i in self.below_lead)
        yield from ((i, self.lines[i]) for i in range(first - 1, max(-1, first - 12), -1) if self.lines[i])
        yield from ((i, self.lines[i]) for i in range(self.end, min(len(self.lines), self.end + 25)) if self.lines[i])

    def byline(self, notes: Notes) -> Byline:
        head = [(index, line) for index, line in self._near() if index < self.end]
        return (
            self._bylines(head, notes)
            or self._names_alone(head, notes)
            or self._bylines([(index, line) for index, line in self._near() if index >= self.end], notes)
            or Byline()
        )

    def _bylines(self, near: Sequence[tuple[int, str]], notes: Notes) -> Byline | None:
        """What the first of some lines says that signs: "By Jane Doe", or a name beside the time; below the text short lines only."""
        for index, line in near:
            if self.kinds[index] == "prose" or (index >= self.end and word_count(line) > 12):
                continue
            line = LIST_MARK.sub("", line)
            match = _BY_BEHIND.search(line)
            found = read_byline(line[match.end() :] if match else line)
            found = found or (_beside_stamp(line) if index < self.end else None)
            if found:
                notes.add("byline", f"the line {line[:80]!r}")
                return found
        return None

    def _names_alone(self, head: Sequence[tuple[int, str]], notes: Notes) -> Byline | None:
        """Names alone sign an article between title and text, and where the lines beside them say so; a single word is a section."""
        for index, line in head:
            if self.kinds[index] != "short" or self._labelled(index):
                continue
            between = self.title_at is not None and self.title_at < index < self.start
            if (between or self._set_to_sign(index)) and (names := names_alone(line)):
                notes.add("byline", f"names alone above the text: {line[:80]!r}")
                return Byline(authors=names, place=town_of(line))
        return None

    def _set_to_sign(self, index: int) -> bool:
        """Whether a line stands below a "By" alone, or below the title right beside the line that dates the article."""
        above = next((line for line in reversed(self.lines[max(0, index - 3) : index]) if line), "")
        below = next((line for line in self.lines[index + 1 : index + 4] if line), "")
        if _BY_ALONE.fullmatch(above):
            return True
        # Above the title stand sections; a name above a credit is a picture's.
        return (
            self.title_at is not None
            and index > self.title_at
            and not is_caption(below)
            and any(
                _is_stamp_line(line) or (_AGO.search(line) and word_count(line) <= _AGO_WORDS)
                for line in (above, below)
            )
        )

    def _labelled(self, index: int) -> bool:
        """Whether the line next above says that the name below it is an editor's or a photographer's."""
        above = next((line for line in reversed(self.lines[max(0, index - 3) : index]) if line), "")
        return _HELPERS.match(above) is not None

    def outlet(self, byline: Byline, notes: Notes) -> str | None:
        lone = [
            (line, known)
            for index, line in self._near()
            if index < self.start
            for parts in (_BARS.split(line) if len(line) < 160 else [],)
            for part in parts
            # "Ministry | Foreign Policy | Press Releases" is a menu, though an outlet is called so.
            if (known := by_name(part.strip())) and not is_section(part)
        ]
        for line, known in lone:
            if known.kind == "outlet":
                notes.add("outlet", f"the line {line!r} above the text")
                return known.name
        if byline.outlets:
            notes.add("outlet", "named in the byline")
            return byline.outlets[0]
        for line in self.lines[self.end :]:
            if len(line) < 300 and (match := _COPYRIGHT.search(line)) and match["name"].casefold() != "copyright":
                before = line[: match.start()].strip(" .,|")
                if (house := as_house(before)) is not None:
                    # "Radio Example © 2024 RE, Inc."
                    notes.add("outlet", f"the copyright line {line[:80]!r}")
                    return house
                name = _COMPANY.sub("", match["name"].strip().removeprefix("the "))
                if name in byline.authors:
                    continue
                # "Latin American Agency Prensa Latina"
                known = by_name(name) or next(
                    (one for one in in_credit(name)[-1:] if name.endswith(one.name) and not is_section(one.name)), None
                )
                notes.add("outlet", f"the copyright line {line[:80]!r}")
                return known.name if known else self._signed_as(name, notes)
        for _, line in self._near():
            if (
                _SOURCE.match(line)
                and (known := by_name(_SOURCE.sub("", _BARS.split(line)[0])))
                and known.kind == "outlet"
            ):
                notes.add("outlet", f"the line {line[:80]!r}")
                return known.name
        if (
            house := self._beside_title(notes)
            or self._of_database(notes)
            or self._house_above(notes)
            or self._house_below(notes)
        ) is not None:
            return house
        for line in (*self.lines[: self.start], *(self.lines[index] for index in self.below_lead)):
            site = host(line if "//" in line else "//" + line) if 4 < len(line) < 80 and " " not in line else None
            if site and not site.rpartition(".")[2].isdigit():
                known = by_domain("//" + site)
                notes.add("outlet", f"the page prints the address {site!r}")
                return known.name if known else self._spelled(site, notes)
        return self._masthead(notes)

    def _beside_title(self, notes: Notes) -> str | None:
        """The house whose name a line gives with the title: "KUNA : Talks end in Oslo", "Talks end in Oslo | The Vik Gazette"."""
        for line in self.lines[: self.start]:
            before, found, behind = line.partition(self.title or "\n")
            for rest in (before, behind) if found else ():
                name = rest.strip(" |:–—-»>")
                if name and (known := by_name(name)) is not None:
                    notes.add("outlet", f"the line {line[:80]!r} names it beside the title")
                    return known.name
        return None

    def _of_database(self, notes: Notes) -> str | None:
        """The paper whose name heads a document as press databases print it: name and day, then "SECTION:", "LENGTH:", "BODY:"."""
        above = [line for line in self.lines[: self.start] if line]
        if sum(1 for line in above if _FIELD.match(line)) < _LEAST_FIELDS:
            return None
        for line in above[:_MASTHEAD]:
            if _FIELD.match(line) or line == self.title:
                break
            if not _COPYRIGHT.match(line) and not any(map(str.isdigit, line)) and word_count(line) <= 8:
                notes.add("outlet", f"the line {line!r} heads the document of a press database")
                return in_small_letters(line.strip(" .,"))
        return None

    def _head(self) -> list[str]:
        """The first lines of the page, above the title."""
        return [line for line in self.lines[: self.start if self.title_at is None else self.title_at] if line][
            :_MASTHEAD
        ]

    def _house_above(self, notes: Notes) -> str | None:
        """The outlet, agency or institution of whose name, by its form, one of the first lines of the page consists."""
        head = [_WELCOME.sub("", line) for line in self._head()]
        for line, below in zip(head, [*head, ""][1:], strict=True):
            if " " in line and not ends_sentence(line) and (name := as_house(line)) and by_domain("//" + line) is None:
                if (whole := self._about(name)) is not None:
                    # "ECOWAS Parliament" is a part of what the page calls itself elsewhere: "About ECOWAS".
                    name = whole
                notes.add("outlet", f"the line {line!r} at the head of the page")
                # "Ministry of Foreign Affairs" / "Government of Chile": the line below says whose.
                state = _STATE.fullmatch(in_small_letters(below)) if len(below) < 100 else None
                return f"{name}, {state['state'].replace('The ', 'the ')}" if state and _OF_STATE.match(name) else name
        return None

    def _about(self, name: str) -> str | None:
        """The first words of a name, where a part of the page says that it is about what they name."""
        for line in (*self.lines[: self.start], *self.lines[self.end :]):
            about = _ABOUT.fullmatch(line)
            if about is not None and name.startswith(f"{about['name']} ") and as_house(about["name"]) is not None:
                return about["name"]
        return None

    def agencies(self) -> tuple[str, ...]:
        """The agencies that stand alone on a line between the title and the text: "(AFP)"."""
        lines = self.lines[self.title_at + 1 : self.start] if self.title_at is not None else ()
        found = [by_name(line.strip("()[]/ ")) for line in lines if line]
        named = [line[match.end() :] for line in lines if (match := _TAKEN_FROM.match(line))]
        # "Interfax news agency, Moscow, in English"
        found += [one for rest in named for one in in_credit(rest)[:1] if rest.startswith(one.name)]
        below = self.lines[self.end : self.end + _BELOW]
        notes = [_CONTRIBUTED.match(line) for line in below[:4]]
        found += [by_name(line[match.end() :]) for line in below if (match := _TAKEN_FROM.match(line))]
        found += [known for note in notes if note is not None for known in in_credit(note["names"])]
        return tuple(dict.fromkeys(known.name for known in found if known is not None and known.kind == "agency"))

    def _house_below(self, notes: Notes) -> str | None:
        """The outlet named below the title: as the source, before the date ("Baltic Courier, 3 June 2024"), or "Special to The Ledger"."""
        if self.title_at is None:
            return None
        below = [line for line in self.lines[self.title_at + 1 : self.start] if line]
        first = bool(below)
        below += [self.lines[index] for index in self.below_lead]
        for place, line in enumerate(below):
            named = _LABELLED_SOURCE.search(line)
            if _FROM.fullmatch(line) and (name := as_house(below[place + 1] if place + 1 < len(below) else "")):
                notes.add("outlet", f"the line below {line!r} under the title")
                return name
            name = as_house(named["name"]) if named else None
            wire = by_name(line.strip("()[]/ "))
            if wire is not None and wire.kind == "agency":
                continue
            if name is None and (
                (first and not place)
                or _is_stamp_line(line)
                or _SPECIAL.match(line)
                or by_name(line.partition(", ")[0])
            ):
                name = as_house(_parts_at_stamp(line)[0] or line)
            if name is not None:
                notes.add("outlet", f"the line {line[:80]!r} under the title")
                return name
        return None

    def place(self, notes: Notes) -> str | None:
        """The town of the report where the head names it: beside the date ("Astana, 14 October 2021"), or alone above the text."""
        if self.title_at is None:
            return None
        below = [index for index in range(self.title_at + 1, self.start) if self.lines[index]]
        for index in below:
            if (field := _FIELD.match(self.lines[index])) and field["name"] == "DATELINE" and field["value"]:
                notes.add("dateline", f"the line {self.lines[index][:80]!r}")
                return field["value"]
        stamped = False
        for index in below:
            line = self.lines[index]
            if _is_stamp_line(line):
                stamped = True
                found = _town_at_stamp(line)
            else:
                last = index == below[-1] and self.kinds[index] == "short"
                town = is_place(line) or (stamped and _CAPITALS.fullmatch(line))
                found = line.rstrip(".:") if last and town else None
            if found and not is_section(found) and found.upper() not in zones() and not as_house(found):
                notes.add("dateline", f"the line {line[:80]!r} above the text")
                return found
        return None

    def _masthead(self, notes: Notes) -> str | None:
        """The agency whose name is one of the first lines of the page, or the first line of a head cut to the article."""
        head = self._head()
        for line in head:
            if (known := by_name(line)) is not None:
                notes.add("outlet", f"the line {line!r} at the head of the page")
                return known.name
        shown = [i for i, line in enumerate(self.lines) if line]
        first = next((i for i in shown if self.kinds[i] != "line"), None)
        if self.title_at is not None and first is not None and first < self.title_at:
            name = plain_house(self.lines[first])
            # On a page with its menu the first line may be the first entry; below "Skip to content", or named again, it is the house.
            if name and (len(head) < _MASTHEAD or first != shown[0] or self._named_again(name, first)):
                notes.add("outlet", f"the page begins with {name!r}, set apart from the title")
                return name
        return None

    def _named_again(self, name: str, first: int) -> bool:
        """Whether a line of the page, not of its article, speaks of a name: "Read The Envoy", "About Relief Gateway"."""
        around = (*self.lines[first + 1 : self.title_at], *self.lines[self.end :])
        return any(
            name in line and len(name) < len(line) < _SPEAKS_OF and line.partition(name)[0].strip() in _OF_THE_HOUSE
            for line in around
        )

    def _signed_as(self, owner: str, notes: Notes) -> str:
        """The line under the title ("Radio Example World Desk") or at the head of the page that says more than the copyright's owner."""
        if owner.isupper() and " " not in owner:
            for line in (*self._head(), *self.lines[self.end :]):
                if len(line) < _SPEAKS_OF and as_house(line) and _initials(line) == owner:
                    return line
        for line in self._head():
            if line.startswith(owner + " ") and (name := as_house(line)):
                return name
        if self.title_at is not None:
            for line in self.lines[self.title_at + 1 : self.start]:
                if (
                    line.startswith(owner + " ")
                    and word_count(line) <= word_count(owner) + 3
                    and not ends_sentence(line)
                ):
                    notes.add("outlet", f"the line {line!r} under the title")
                    return line
        return owner

    def _spelled(self, site: str, notes: Notes) -> str:
        """The name of the outlet as a line at the head or the foot of the page writes it, where its address spells the same."""
        owner = owner_of(site)
        for line in (*self.lines[: self.start], *self.lines[self.end :]):
            if len(line) < 60 and owner and solid(line) in (owner, f"the{owner}") and line != line.lower():
                notes.add("outlet", f"the line {line!r} spells that address")
                return line
        return site

    def stamps(self, notes: Notes) -> tuple[When | None, When | None]:
        published = updated = far = None
        first = self.title_at if self.title_at is not None else max(0, self.start - 6)
        for index, line in self._near():
            if self.kinds[index] == "prose" or not _is_stamp_line(line):
                continue
            label = _LABEL.match(line)
            basis = "byline" if _BYLIKE.search(line) else "page"
            when = read_stamp(line, basis=basis)
            if when is None or when.precision == "unknown":
                continue
            # A date far above the title is as likely the day on which the page was saved.
            if index < first - 3:
                far = far or when
                continue
            if label and _UPDATED.search(label["label"]):
                updated = updated or when
            elif published is None or (published.start is None and when.start is not None):
                # "Skopje, May 12" below the title, "12.05.2023" above it: the full date says more.
                published = when
                notes.add("published", f"the line {line[:80]!r}")
        if published is None and self.title_at is not None and _DATED_TITLE.search(self.lines[self.title_at]):
            when = read_stamp(self.lines[self.title_at], basis="page")
            if when is not None and when.start is not None:
                published = when
                notes.add("published", "the title of a release names its day")
        day = self._day_of_report()
        if published is not None and published.precision != "year" and published.start is not None:
            day = None
        if published is not None and published.precision == "year" and day is not None and day.edtf:
            readings = [
                read_stamp(published.phrase or "", basis=published.basis, day_first=first) for first in (True, False)
            ]
            settled = [one for one in readings if one is not None and one.edtf and one.edtf[4:10] == day.edtf[4:10]]
            if settled:
                published = settled[0]
                notes.add("published", f"the day of the report, {day.edtf}, settles which number is the month")
        dated = far.edtf if far is not None and far.start else None
        if dated and day is not None and day.edtf and dated[4:10] == day.edtf[4:10]:
            published = far
            notes.add("published", f"the day at the head of the page is that of the report, {day.edtf}")
        if published is None and updated is not None:
            published = updated
            notes.add("published", "the page gives only the time of an update")
        for index in self.opening if published is None and day is None else ():
            when = read_stamp(self.lines[index], basis="page") if _is_stamp_line(self.lines[index]) else None
            if when is not None and when.start is not None and self.kinds[index] == "short":
                notes.add("published", f"the line {self.lines[index][:80]!r} among the first paragraphs")
                return when, updated
        return published, updated

    def _day_of_report(self) -> When | None:
        """The day with which the text opens: "Luanda, May 6 (Prensa Latina)"."""
        dateline = read_dateline(self.lines[self.start])
        return dateline.when if dateline is not None and dateline.when is not None and dateline.when.edtf else None
