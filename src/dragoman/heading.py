"""What the lines around an article saved as text say of it: its title, who signed it, whose it is, when it appeared."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dragoman.clutter import ends_sentence, is_caption, word_count
from dragoman.credits import Byline, is_name, read_byline, split_names
from dragoman.outlets import by_domain, by_name, host, owner_of, solid
from dragoman.records import Reason, When
from dragoman.stamps import read_stamp

__all__ = ["LIST_MARK", "REPORTS", "WORDS", "Notes", "Signs", "find_title"]

_LABEL = re.compile(
    r"^(?:first\s+)?(?P<label>published(?:\s+(?:on|at|time|date))?|posted(?:\s+on)?|publish\s+time|date(?:\s+published)?|release[d]?|issued|"
    r"(?:last\s+)?(?:updated|modified)(?:\s+(?:on|at))?|created|time)\b\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)
REPORTS = re.compile(
    r"(?:[.…]{1,6}|[-–—]\s)\s*(?:reports?|writes?)\s+(?P<name>[A-Z][\w.'’&-]*(?:\s+[A-Z][\w.'’&-]*){0,4})\s*$"
)
_COPYRIGHT = re.compile(
    r"(?:copyright|©|\(c\))[\s©]*(?:\(c\)\s*)?(?:\d{4}(?:\s*[-–]\s*(?:\d{4}|present))?)?[\s,©]*"
    r"(?:by\s+)?(?P<name>[A-Z][^.|,;:©()\d]{1,48}?)\s*(?:[.|,;(©\d]|all rights|limited|ltd|inc\b|$)",
    re.IGNORECASE,
)
_HEADLINE_SUFFIX = re.compile(r"^(?P<title>.{15,200}?)\s+(?:[|–—»]|-)\s+(?P<site>[^|–—»]{2,50})$")
LIST_MARK = re.compile(r"^[\s•·▪►*\-–—>»]+\s*")
WORDS = re.compile(r"\w+")
_LABEL_END = re.compile(
    r"[\s,|/•·–—-]*(?:(?:first |last )?(?:published|posted|updated)(?: on| at)?\s*:?)?[\s,|/•·–—-]*$", re.IGNORECASE
)
_AGO = re.compile(r"\d{1,2}\s(?:second|minute|hour|day|week|month|year)s?\sago\b|@\w+$", re.IGNORECASE)
_SITE_END = re.compile(r"[\s,|/•·–—-]+(?:www\.)?[\w-]+(?:\.[A-Za-z]{2,12}){1,2}$")
_BYLIKE = re.compile(r"\b[Bb]y\s+[A-Z]|\bBY\s+[A-Z]|[|•·]")
_BARS = re.compile(r"\s*[|丨｜]\s*")
_SOURCE = re.compile(r"^\s*(?:source|editor)\s*[:：]\s*", re.IGNORECASE)
_HELPERS = re.compile(
    r"^(?:web\s|photo\s|managing\s)?(?:editors?|edited by|photographers?|photos?(?: by)?|translators?|责编|编辑|責任編輯)\s*[:：]?$",
    re.IGNORECASE,
)
_INSTITUTION = re.compile(
    r"^(?:The\s)?(?:[A-Z][\w.'’&-]*\s(?:(?:of|for|on|the|and|in)\s)*){0,6}(?:Ministry|Department|Embassy|Institute|Institution|Cent(?:er|re)|"
    r"Foundation|Council|Commission|Secretariat|Headquarters|Delegation)\b"
    r"(?:\s(?:of|for|on|in|to)(?:\s(?:of|for|on|in|to|the|and|[A-Z][\w.'’&-]*))+)?$|"
    r"^(?:The White House|United Nations|NATO|OSCE|(?:President|Prime Minister|Parliament) of (?:the )?[A-Z][\w ]{2,40})$|"
    r"^THE\s(?:[A-Z]+\s){0,3}(?:MINISTRY|EMBASSY|DEPARTMENT)(?:\s[A-Z]+)+$"
)
_MASTHEAD = 6
_LITTLE = frozenset("of the and for on in to".split())
_STANDFIRST, _LONG_TITLE = 2.0, 11


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
    if len(kept) > 1 and lines[kept[0]].endswith(("?", "!")) and word_count(lines[kept[0]]) <= 25:
        header.append(kept[0])
    for place, index in enumerate(header):
        line, site = LIST_MARK.sub("", lines[index]), None
        parts = _HEADLINE_SUFFIX.match(line)
        if parts and word_count(parts["title"]) >= 3 and _reads_as_site(parts["site"]):
            line, site = parts["title"], parts["site"]
        if not _may_be_title(line, kinds[index]):
            continue
        words = [word for word in WORDS.findall(line.casefold()) if len(word) > 3]
        # "Council of the EU" stands in any text of the Council's: few words prove little.
        overlap = sum(1 for word in words if word in body_words) / (len(words) + 1.5)
        score = 6 * overlap + min(word_count(line), 12) / 6 - 0.15 * (len(header) - 1 - place)
        score -= 3.0 if _INSTITUTION.match(line) or line.casefold().startswith("welcome to ") else 0.0
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
    return _above_standfirst(scored, best, best_score, lines)


def _above_standfirst(scored: Sequence[tuple[int, float, str]], best: str, score: float, lines: Sequence[str]) -> str:
    """The headline right above the line that was taken for it, where that is longer and nearly as likely: a standfirst."""
    at = next(index for index, _, line in scored if line == best)
    above = next((index for index in range(at - 1, -1, -1) if lines[index]), None)
    for index, other, line in scored:
        if index == above and other > score - _STANDFIRST and 4 <= word_count(line) < word_count(best) >= _LONG_TITLE:
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
        or (word_count(line) > 12 and is_caption(line))
    )


def _is_stamp_line(line: str) -> bool:
    """Whether a line is mostly a date: a label, a date, a clock, little else."""
    if len(line) > 160 or not any(char.isdigit() for char in line):
        return False
    when = read_stamp(line, basis="page")
    if when is None:
        return False
    rest = _LABEL.sub("", line).replace(when.phrase or "", "")
    return sum(1 for word in WORDS.findall(rest) if not word.isdigit()) <= (
        9 if _LABEL.match(line) or _BYLIKE.search(line) else 4
    )


def _in_small_letters(name: str) -> str:
    """A name in capitals throughout as names are written."""
    if not name.isupper():
        return name
    return " ".join(
        word.lower() if word.lower() in _LITTLE else word.capitalize() for word in name.split()
    ).removeprefix("the ")


def _before_stamp(line: str) -> Byline | None:
    """The person named before the time of a line: "Jane Doe Published July 15, 2024", "Jane Doe | 3 May 2021", "Jane Doe 5 hours ago"."""
    if len(line) > 120:
        return None
    ago = _AGO.search(line)
    when = None if ago else read_stamp(line, basis="byline")
    before = line[: ago.start()] if ago else line.partition(when.phrase)[0] if when is not None and when.phrase else ""
    name = _LABEL_END.sub("", _SITE_END.sub("", _LABEL_END.sub("", before)))
    authors = split_names(name) if is_name(name) else ()
    return Byline(authors=authors) if authors else None


class Signs:
    """The lines around the article: who signed it, whose it is, when it appeared."""

    def __init__(
        self, lines: Sequence[str], kinds: Sequence[str], title: str | None, kept: Sequence[int], end: int
    ) -> None:
        start = kept[0]
        self.lines, self.kinds, self.start, self.end = lines, kinds, start, end
        at = [i for i in range(start + 1) if title and LIST_MARK.sub("", lines[i]).startswith(title)]
        self.title_at = at[-1] if at else None
        # A standfirst stands above the byline: the lines below it, down to the next paragraph, are the header's still.
        self.below_lead = [i for i in range(start, kept[1]) if lines[i] and i != start] if len(kept) > 1 else []

    def _near(self) -> Iterator[tuple[int, str]]:
        """Header lines from the title on, below a standfirst, then those above the title (nearest first), then what follows the text."""
        first = self.title_at if self.title_at is not None else max(0, self.start - 6)
        yield from ((i, self.lines[i]) for i in range(first, self.start) if self.lines[i])
        yield from ((i, self.lines[i]) for i in self.below_lead)
        yield from ((i, self.lines[i]) for i in range(first - 1, max(-1, first - 12), -1) if self.lines[i])
        yield from ((i, self.lines[i]) for i in range(self.end, min(len(self.lines), self.end + 25)) if self.lines[i])

    def byline(self, notes: Notes) -> Byline:
        for index, line in self._near():
            if index >= self.end and word_count(line) > 12:
                continue
            after_stamp = line[match.end() :] if (match := re.search(r"\d\s+(?=[Bb][Yy]\s)", line)) else line
            found = read_byline(after_stamp) or (_before_stamp(line) if index < self.end else None)
            if found and self.kinds[index] != "prose":
                notes.add("byline", f"the line {line[:80]!r}")
                return found
        # A name alone between the title and the text signs it; a single word may be a section or a nickname.
        if self.title_at is not None:
            for index in range(self.title_at + 1, self.start):
                line = self.lines[index]
                if (
                    line
                    and is_name(line)
                    and word_count(line) <= 4
                    and self.kinds[index] == "short"
                    and not self._labelled(index)
                ):
                    notes.add("byline", f"a name alone between the title and the text: {line!r}")
                    return Byline(authors=(line,))
        return Byline()

    def _labelled(self, index: int) -> bool:
        """Whether the line next above says that the name below it is an editor's or a photographer's."""
        above = next((line for line in reversed(self.lines[max(0, index - 3) : index]) if line), "")
        return _HELPERS.match(above) is not None

    def outlet(self, byline: Byline, notes: Notes) -> str | None:
        lone = [
            (line, known)
            for index, line in self._near()
            if index < self.start
            for part in (_BARS.split(line) if len(line) < 160 else ())
            if (known := by_name(part.strip()))
        ]
        for line, known in lone:
            if known.kind == "outlet":
                notes.add("outlet", f"the line {line!r} above the text")
                return known.name
        if byline.outlets:
            notes.add("outlet", "named in the byline")
            return byline.outlets[0]
        for line in self.lines[self.end :]:
            if len(line) < 300 and (match := _COPYRIGHT.search(line)):
                name = match["name"].strip().removeprefix("the ")
                known = by_name(name)
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
        for line in self.lines[: self.start]:
            site = host(line if "//" in line else "//" + line) if 4 < len(line) < 80 and " " not in line else None
            if site and not site.rpartition(".")[2].isdigit():
                known = by_domain("//" + site)
                notes.add("outlet", f"the page prints the address {site!r}")
                return known.name if known else self._spelled(site, notes)
        return self._masthead(notes)

    def _head(self) -> list[str]:
        """The first lines of the page, above the title."""
        return [line for line in self.lines[: self.start if self.title_at is None else self.title_at] if line][
            :_MASTHEAD
        ]

    def _masthead(self, notes: Notes) -> str | None:
        """The agency or institution whose name is one of the first lines of the page, above the title."""
        for line in self._head():
            known = by_name(line)
            if known or (word_count(line) <= 12 and _INSTITUTION.match(line) and not ends_sentence(line)):
                notes.add("outlet", f"the line {line!r} at the head of the page")
                return known.name if known else _in_small_letters(line)
        return None

    def _signed_as(self, owner: str, notes: Notes) -> str:
        """The line under the title ("Radio Example World Desk") or at the head of the page that says more than the copyright's owner."""
        for line in self._head():
            if line.startswith(owner + " ") and _INSTITUTION.match(line):
                return line
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
        published = updated = None
        first = self.title_at if self.title_at is not None else max(0, self.start - 6)
        for index, line in self._near():
            if self.kinds[index] == "prose" or not _is_stamp_line(line):
                continue
            # A date far above the title is as likely the day on which the page was saved.
            if index < first - 3:
                continue
            label = _LABEL.match(line)
            basis = "byline" if _BYLIKE.search(line) else "page"
            when = read_stamp(line, basis=basis)
            if when is None or when.precision == "unknown":
                continue
            if label and _UPDATED.search(label["label"]):
                updated = updated or when
            elif published is None:
                published = when
                notes.add("published", f"the line {line[:80]!r}")
        if published is None and updated is not None:
            published = updated
            notes.add("published", "the page gives only the time of an update")
        return published, updated
