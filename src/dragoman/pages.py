"""Pages saved as text: the article found among menus, share lines, comment forms and tails.

Every line is scored by what it is (`clutter.kind`); the article is the run of lines with the highest sum, so that one
sentence in a menu does not begin it and one box in the middle does not end it. The title, byline and dates are then
looked for around that run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dragoman.clutter import ends_sentence, is_about_author, kind, word_count
from dragoman.comments import comments_from
from dragoman.credits import Byline, is_name, read_byline
from dragoman.lines import QUIET, likely, rows
from dragoman.outlets import by_domain, by_name, host, owner_of, solid
from dragoman.records import Reason, When
from dragoman.stamps import read_stamp

__all__ = ["Reading", "candidates", "read_page", "unwrap"]

_LABEL = re.compile(
    r"^(?:first\s+)?(?P<label>published(?:\s+(?:on|at|time|date))?|posted(?:\s+on)?|publish\s+time|date(?:\s+published)?|release[d]?|issued|"
    r"(?:last\s+)?(?:updated|modified)(?:\s+(?:on|at))?|created|time)\b\s*[:\-–]?\s*",
    re.IGNORECASE,
)
_UPDATED = re.compile(r"updat|modif", re.IGNORECASE)
_REPORTS = re.compile(
    r"(?:[.…]{1,6}|[-–—]\s)\s*(?:reports?|writes?)\s+(?P<name>[A-Z][\w.'’&-]*(?:\s+[A-Z][\w.'’&-]*){0,4})\s*$"
)
_COPYRIGHT = re.compile(
    r"(?:copyright|©|\(c\))[\s©]*(?:\(c\)\s*)?(?:\d{4}(?:\s*[-–]\s*(?:\d{4}|present))?)?[\s,©]*"
    r"(?:by\s+)?(?P<name>[A-Z][^.|,;:©()\d]{1,48}?)\s*(?:[.|,;(©\d]|all rights|limited|ltd|inc\b|$)",
    re.IGNORECASE,
)
_CAPTION = re.compile(
    r"(?:[(\[](?:file\s+)?(?:photos?|images?|picture|foto|bild)\b[^()\[\]]{0,80}[)\]]\.?$|"
    r"(?:^|\s)(?:photo|image|picture|foto|credit)s?\s*(?::|\bby\b|/)\s*[^.]{2,60}$|"
    r"^Pictured\b|(?:,|^)\s*(?:second |third |far |top |bottom |cent(?:re|er) )?(?:from )?(?:left|right)(?: to right)?,"
    r"[^.]{0,200}(?:,|\band\b)|"
    r"\((?:courtesy|archiv|symbol|datei|archive|foto|f\.|illustration)[^()]{0,60}\)\.?$|"
    r"\((?=[^()]*(?:/|\bvia\b|\bphoto\b|\bimages\b|\|))[^()]{0,60}(?:Getty|AFP|Reuters|\bAP\b|EPA|dpa|imago|Shutterstock|"
    r"Anadolu|Xinhua|TASS|District|Department|Handout|Courtesy|File)[^()]{0,60}\)\.?$|"
    r"\[photo[^\]]*\]$|/\s?(?:AFP|Reuters|AP|Getty Images|EPA|Xinhua)\)?\s*$)",
    re.IGNORECASE,
)
# Agencies caption in the present tense, with the day in full: "Jane Doe speaks at the ministry in Oslo, Monday, Oct. 3, 2011."
_DATED_END = re.compile(r"[ ,][A-Z][a-z]{2,8}\.?\s\d{1,2},\s(?:19|20)\d\d(?:,? in [^.]{2,60})?\.$")
_SHOWN = re.compile(
    r"\b(?:speaks?|talks?|walks?|stands?|arrives?|gestures?|listens?|attends?|looks?|shakes?|holds?|waits?|poses?|delivers|waves?|"
    r"leaves|departs?|greets?|smiles?|sits?|appears|addresses|gather|march)\b"
)
_HEADLINE_SUFFIX = re.compile(r"^(?P<title>.{15,200}?)\s+(?:[|–—»]|-)\s+(?P<site>[^|–—»]{2,50})$")
_BREAKS_OFF = re.compile(r"\w\s?(?:\.\.\.|…)$|\[(?:\.\.\.|…)\]$")
_ELLIPSIS = re.compile(r"[.…\s]+$")
_LIST_MARK = re.compile(r"^[\s•·▪►*\-–—]+\s*")
_BULLETED = re.compile(r"^[•·▪►▶*‣◦]\s")
_OPENS_QUOTE = re.compile(r"^[\"“„«»‘'「『–—-]")
_WORDS = re.compile(r"\w+")
_MOST_LINES = 20_000
_SHORTEST_BROKEN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was found on one page, before it becomes an article."""

    paragraphs: tuple[str, ...]
    title: str | None = None
    outlet: str | None = None
    authors: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    place: str | None = None
    published: When | None = None
    updated: When | None = None
    language: str | None = None
    url: str | None = None
    section: str | None = None
    tags: tuple[str, ...] = ()
    why: tuple[Reason, ...] = ()


@dataclass(slots=True)
class _Notes:
    """What the lines around the article say, gathered while they are passed."""

    why: list[Reason] = field(default_factory=list)

    def add(self, by: str, detail: str) -> None:
        self.why.append(Reason(step="clean", by=by, detail=detail))


def unwrap(lines: Sequence[str]) -> list[str]:
    """Lines of a text wrapped at a fixed width, joined to paragraphs; other texts come back as they are.

    >>> wrapped = ["The ministers met on Tuesday in the capital and said that they", "would meet again in the spring of the coming year,"]
    >>> unwrap([*wrapped, "if both of the governments could agree on a place to do so in", "time."])[0][-10:]
    'o in time.'
    """
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line:
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    inner = [line for block in blocks for line in block[:-1]]
    if len(inner) < 2:
        return list(lines)
    widths = sorted(len(line) for line in inner)
    widest, middle = widths[-1], widths[len(widths) // 2]
    open_ended = sum(1 for line in inner if not ends_sentence(line))
    # Wrapped text: nearly every line that is not the last of its block is about as wide as the widest and runs on.
    if widest > 110 or middle < 40 or middle < widest * 0.75 or open_ended < len(inner) * 0.6:
        return list(lines)
    joined: list[str] = []
    for block in blocks:
        if block:
            joined += [" ".join(block), ""]
    return joined


def _scores(lines: Sequence[str], kinds: Sequence[str]) -> list[int]:
    found = []
    for line, what in zip(lines, kinds, strict=True):
        if not line:
            found.append(0)
        elif what == "prose":
            found.append(min(word_count(line), 50))
        elif what == "tail":
            found.append(-60)
        elif what == "line":
            found.append(-8)
        elif ends_sentence(line) and word_count(line) >= 3:
            found.append(-1)
        else:
            found.append(-7)
    return found


def _best_run(scores: Sequence[int]) -> tuple[int, int]:
    """The half-open run with the highest sum (Kadane); empty where no score is positive."""
    best, best_run, current, start = 0, (0, 0), 0, 0
    for index, score in enumerate(scores):
        if current <= 0:
            current, start = 0, index
        current += score
        if current > best:
            best, best_run = current, (start, index + 1)
    return best_run


def _keep(line: str, what: str) -> bool:
    if what == "prose":
        return not (len(line) < 500 and word_count(line) < 60 and (_CAPTION.search(line) or _is_caption(line)))
    # A short sentence between paragraphs ("He did not elaborate.", "“No,” she said.") is the article's.
    return what == "short" and ends_sentence(line) and word_count(line) >= 3 and not _CAPTION.search(line)


def _is_caption(line: str) -> bool:
    """Whether a line tells in the present tense what a photograph of a day shows; speech in it makes it a sentence of news."""
    dated = _DATED_END.search(line[-90:])
    return dated is not None and '"' not in line and "“" not in line and _SHOWN.search(line[:200]) is not None


def read_page(page: str) -> Reading:
    r"""The article on a page saved as text. `page` is normalised text; at most 20,000 lines are read.

    >>> page = "Home | World | Sport\n\nMinisters meet in Oslo\n\n" + (
    ...     "The foreign ministers of both states met on Monday in Oslo.\n\nLeave a Reply")
    >>> reading = read_page(page)
    >>> reading.title, reading.paragraphs
    ('Ministers meet in Oslo', ('The foreign ministers of both states met on Monday in Oslo.',))
    """
    lines, kinds, (start, end), wanted = candidates(page)
    notes = _Notes()
    if start == end:
        return Reading(
            paragraphs=(), why=(Reason(step="clean", by="page", detail="no line of the page reads as prose"),)
        )
    title = _find_title(lines, kinds, start, end, notes)
    table = rows(lines, kinds, (start, end), wanted)
    noise = sum(1 for line in lines if line) / max(1, len(wanted)) - 1
    kept = [
        index
        for index, good in zip(wanted, likely(table, [len(lines[index]) for index in wanted], noise=noise), strict=True)
        if good
    ]
    kept = _with_lead(lines, kinds, kept, wanted, title)
    if noise >= QUIET:
        # On a page with menus and margins a sentence that breaks off is the teaser of another article.
        kept = [index for index in kept if not _BREAKS_OFF.search(lines[index])]
    while len(kept) > 2 and is_about_author(lines[kept[-1]]):
        kept.pop()
    kept = [index for index in kept if not _beside_name(lines, index)]
    if kept and sum(len(lines[index]) for index in kept) > 0.2 * sum(
        len(lines[index]) for index in wanted if start <= index < end
    ):
        start, end = kept[0], kept[-1] + 1
    else:
        kept = [index for index in wanted if start <= index < end]
    body = _body(lines, kept, title)
    outlet, body = _outlet_of_standfirst(body, lines[max(0, start - 8) : start], notes)
    signs = _Signs(lines, kinds, title, start, end)
    byline = signs.byline(notes)
    outlet = outlet or signs.outlet(byline, notes)
    published, updated = signs.stamps(notes)
    return Reading(
        paragraphs=tuple(body),
        title=title,
        outlet=outlet,
        authors=byline.authors,
        agencies=byline.agencies,
        place=byline.place,
        published=published,
        updated=updated,
        why=tuple(notes.why),
    )


def candidates(page: str) -> tuple[list[str], list[str], tuple[int, int], list[int]]:
    """A page's lines, their kinds, the likeliest run of them, and the indexes of the lines that may be paragraphs."""
    lines = unwrap(_rejoined([line.strip() for line in page.split("\n", _MOST_LINES)[:_MOST_LINES]]))
    kinds = [kind(line) if line else "blank" for line in lines]
    _silence_comments(lines, kinds)
    _silence_headlines(lines, kinds)
    run = _best_run(_scores(lines, kinds))
    wanted = [index for index, line in enumerate(lines) if line and _keep(line, kinds[index])]
    own = set(wanted)
    spoken = [index for index in own if kinds[index] == "prose" and _OPENS_QUOTE.match(lines[index])]
    # "The minister added:" before a paragraph of speech has no full stop, and is the article's all the same.
    wanted += [
        above
        for index in spoken
        if (above := _above(lines, index)) is not None and above not in own and kinds[above] == "short"
    ]
    return lines, kinds, run, sorted(wanted)


def _rejoined(lines: Sequence[str]) -> list[str]:
    """The lines with sentences mended that a line break parts: a long line without an end, the next in small letters."""
    joined: list[str] = []
    for line in lines:
        last = joined[-1] if joined else ""
        if (
            line[:1].islower()
            and len(last) > _SHORTEST_BROKEN
            and (last[-1].isalnum() or last[-1] == ",")
            and not ends_sentence(last)
            and ends_sentence(line)
            and kind(last) in ("short", "prose")
        ):
            joined[-1] = f"{last} {line}"
        else:
            joined.append(line)
    return joined


def _above(lines: Sequence[str], index: int) -> int | None:
    """The line next above that is not blank, where it ends in a colon as the words before a quotation do."""
    for above in range(index - 1, max(-1, index - 4), -1):
        if lines[above]:
            return above if lines[above].endswith(":") and 2 <= word_count(lines[above]) <= 30 else None
    return None


def _beside_name(lines: Sequence[str], index: int) -> bool:
    """Whether a line presents somebody whose name stands alone next to it: the box about the author, wherever it is."""
    if not is_about_author(lines[index]):
        return False
    above = [line for line in lines[max(0, index - 6) : index] if line][-2:]
    below = [line for line in lines[index + 1 : index + 4] if line][:1]
    return any(len(line) < 60 and is_name(line) for line in (*above, *below))


def _with_lead(
    lines: Sequence[str], kinds: Sequence[str], kept: list[int], wanted: Sequence[int], title: str | None
) -> list[int]:
    """The kept lines with the sentences right under the title, which say the news: a menu above makes them look like teasers."""
    if not kept or title is None:
        return kept
    lead: list[int] = []
    own = set(wanted)
    for index in range(kept[0] - 1, -1, -1):
        line = lines[index]
        if not line:
            continue
        if line.startswith(title):
            return [*reversed(lead), *kept]
        if index not in own or kinds[index] != "prose" or not ends_sentence(line) or len(lead) > 2:
            return kept
        lead.append(index)
    return kept


def _silence_comments(lines: Sequence[str], kinds: list[str]) -> None:
    """Mark what stands from the readers' comments on as the page's: they come after the article."""
    first = comments_from(lines, kinds)
    for index in range(len(lines) if first is None else first, len(lines)):
        if lines[index]:
            kinds[index] = "line"


def _silence_headlines(lines: Sequence[str], kinds: list[str]) -> None:
    """Mark three and more bullets in a row as the page's where most of them do not end as sentences do: they are headlines."""
    row: list[int] = []
    for index in range(len(lines) + 1):
        line = lines[index] if index < len(lines) else "end"
        if not line:
            continue
        if _BULLETED.match(line):
            row.append(index)
            continue
        if len(row) > 2 and sum(
            1 for one in row if lines[one].rstrip('"”’)').endswith((".", "!", ";", ",", ":"))
        ) < 0.4 * len(row):
            for one in row:
                kinds[one] = "line"
        row = []


def _body(lines: Sequence[str], kept: Sequence[int], title: str | None) -> list[str]:
    body: list[str] = []
    folded = title.casefold() if title else None
    for index in kept:
        line = lines[index]
        line = _LIST_MARK.sub("", line) if line[0] in "•·▪►*" else line
        if line.casefold() != folded and line not in body[-3:]:
            body.append(line)
    return body


def _outlet_of_standfirst(body: list[str], above: Sequence[str], notes: _Notes) -> tuple[str | None, list[str]]:
    """The outlet of a standfirst such as "He said the talks went well….reports The Herald", and the body without it."""
    match = _REPORTS.search(body[0]) if body else None
    if match is None:
        match = next((found for line in above if word_count(line) > 8 and (found := _REPORTS.search(line))), None)
        if match is None:
            return None, body
        body = [match.string, *body]
    known = by_name(match["name"])
    name = known.name if known else match["name"]
    notes.add("outlet", f"the standfirst ends {match.group().strip()!r}")
    stub = _ELLIPSIS.sub("", body[0][: match.start()])
    if len(body) > 1 and _repeats(stub, body[1:]):
        notes.add("standfirst", "the standfirst repeats a sentence of the text and was left out")
        return name, body[1:]
    return name, [stub + "." if stub else "", *body[1:]] if stub else body[1:]


def _repeats(line: str, others: Sequence[str]) -> bool:
    words = _WORDS.findall(line.casefold())
    if not words:
        return True
    return any(
        sum(1 for word in words if word in seen) >= 0.9 * len(words)
        for other in others
        for seen in (set(_WORDS.findall(other.casefold())),)
    )


def _find_title(lines: Sequence[str], kinds: Sequence[str], start: int, end: int, notes: _Notes) -> str | None:
    body_words = {word for line in lines[start:end] for word in _WORDS.findall(line.casefold()) if len(word) > 3}
    repeats: dict[str, int] = {}
    for line in lines:
        repeats[line.casefold()] = repeats.get(line.casefold(), 0) + 1
    best, best_score = None, 0.0
    header = [index for index in range(start) if lines[index]]
    # The run may begin with the title itself where the title reads as a sentence.
    for place, index in enumerate(header):
        line, site = lines[index], None
        parts = _HEADLINE_SUFFIX.match(line)
        if parts and word_count(parts["title"]) >= 3:
            line, site = parts["title"], parts["site"]
        if not _may_be_title(line, kinds[index]):
            continue
        words = [word for word in _WORDS.findall(line.casefold()) if len(word) > 3]
        overlap = sum(1 for word in words if word in body_words) / len(words) if words else 0.0
        score = 6 * overlap + min(word_count(line), 12) / 6 - 0.15 * (len(header) - 1 - place)
        score += 1.5 if repeats[lines[index].casefold()] > 1 else 0
        score += 1.0 if site and by_name(site) else 0
        score += (
            1.5
            if any(_is_stamp_line(near) or read_byline(near) for near in lines[index + 1 : index + 6] if near)
            else 0
        )
        if score > best_score:
            best, best_score = line, score
    if best is None or best_score < 2.0:
        notes.add("title", "no line above the text reads as a title")
        return None
    notes.add("title", "the line above the text that reads most like a title of it")
    return best


def _may_be_title(line: str, what: str) -> bool:
    if what not in ("short", "prose") or not 3 <= word_count(line) <= 32:
        return False
    if line.endswith((".", ":", ",", ";")) and not line.endswith(("...", "U.S.", "U.N.")):
        return False
    return not (
        _is_stamp_line(line)
        or read_byline(line)
        or is_name(line)
        or " > " in line
        or by_name(line)
        or _REPORTS.search(line)
    )


def _is_stamp_line(line: str) -> bool:
    """Whether a line is mostly a date: a label, a date, a clock, little else."""
    if len(line) > 160 or not any(char.isdigit() for char in line):
        return False
    when = read_stamp(line, basis="page")
    if when is None:
        return False
    rest = _LABEL.sub("", line).replace(when.phrase or "", "")
    return len(_WORDS.findall(rest)) <= (9 if _LABEL.match(line) or _BYLIKE.search(line) else 4)


_BYLIKE = re.compile(r"\b[Bb]y\s+[A-Z]|\bBY\s+[A-Z]|[|•·]")


class _Signs:
    """The lines around the article: who signed it, whose it is, when it appeared."""

    def __init__(self, lines: Sequence[str], kinds: Sequence[str], title: str | None, start: int, end: int) -> None:
        self.lines, self.kinds, self.start, self.end = lines, kinds, start, end
        at = [i for i in range(start) if title and lines[i].startswith(title)]
        self.title_at = at[-1] if at else None

    def _near(self) -> Iterator[tuple[int, str]]:
        """Header lines from the title on, then those above it (nearest first), then the lines after the text."""
        first = self.title_at if self.title_at is not None else max(0, self.start - 6)
        yield from ((i, self.lines[i]) for i in range(first, self.start) if self.lines[i])
        yield from ((i, self.lines[i]) for i in range(first - 1, max(-1, first - 12), -1) if self.lines[i])
        yield from ((i, self.lines[i]) for i in range(self.end, min(len(self.lines), self.end + 25)) if self.lines[i])

    def byline(self, notes: _Notes) -> Byline:
        for index, line in self._near():
            if index >= self.end and word_count(line) > 12:
                continue
            after_stamp = line[match.end() :] if (match := re.search(r"\d\s+(?=[Bb][Yy]\s)", line)) else line
            found = read_byline(after_stamp)
            if found and self.kinds[index] != "prose":
                notes.add("byline", f"the line {line[:80]!r}")
                return found
        # A name alone between the title and the text signs it; a single word may be a section or a nickname.
        if self.title_at is not None:
            for index in range(self.title_at + 1, self.start):
                line = self.lines[index]
                if line and is_name(line) and word_count(line) <= 4 and self.kinds[index] == "short":
                    notes.add("byline", f"a name alone between the title and the text: {line!r}")
                    return Byline(authors=(line,))
        return Byline()

    def outlet(self, byline: Byline, notes: _Notes) -> str | None:
        lone = [(line, known) for index, line in self._near() if index < self.start and (known := by_name(line))]
        for line, known in lone:
            if known.kind == "outlet":
                notes.add("outlet", f"the line {line!r} above the text")
                return known.name
        if byline.outlets:
            notes.add("outlet", "named in the byline")
            return byline.outlets[0]
        for line in self.lines[self.end :]:
            if len(line) < 300 and (match := _COPYRIGHT.search(line)):
                name = match["name"].strip()
                known = by_name(name)
                notes.add("outlet", f"the copyright line {line[:80]!r}")
                return known.name if known else self._signed_as(name, notes)
        for line in self.lines[: self.start]:
            site = host(line if "//" in line else "//" + line) if 4 < len(line) < 80 and " " not in line else None
            if site:
                known = by_domain("//" + site)
                notes.add("outlet", f"the page prints the address {site!r}")
                return known.name if known else self._spelled(site, notes)
        return None

    def _signed_as(self, owner: str, notes: _Notes) -> str:
        """The source line under the title ("Radio Example World Desk") where it says more than the copyright's owner."""
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

    def _spelled(self, site: str, notes: _Notes) -> str:
        """The name of the outlet as a line at the head or the foot of the page writes it, where its address spells the same."""
        owner = owner_of(site)
        for line in (*self.lines[: self.start], *self.lines[self.end :]):
            if len(line) < 60 and owner and solid(line) in (owner, f"the{owner}") and line != line.lower():
                notes.add("outlet", f"the line {line!r} spells that address")
                return line
        return site

    def stamps(self, notes: _Notes) -> tuple[When | None, When | None]:
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
