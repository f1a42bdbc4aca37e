"""Pages saved as text: the article found among menus, share lines, comment forms and tails.

Every line is scored by what it is (`clutter.kind`); the article is the run of lines with the highest sum, so that one
sentence in a menu does not begin it and one box in the middle does not end it. The title, byline and dates are then
looked for around that run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.reading.boxes import entries_from, house_notes, linked, pictured
from dragoman.reading.clutter import (
    comments_from,
    ends_sentence,
    is_about_author,
    is_caption,
    kind,
    presents,
    word_count,
)
from dragoman.reading.credits import is_name, read_byline, trailing_credit
from dragoman.reading.heading import LIST_MARK, REPORTS, WORDS, Notes, Signs, find_title, headline_of
from dragoman.reading.lines import QUIET, likely, rows
from dragoman.reading.outlets import by_name, is_place
from dragoman.reading.stamps import read_stamp
from dragoman.records import Reason, When

__all__ = ["Reading", "candidates", "read_page", "unwrap"]

_BREAKS_OFF = re.compile(r"\w\s?(?:\.\.\.|…)$|\[(?:\.\.\.|…)\]$")
_ELLIPSIS = re.compile(r"[.…\s]+$")
_END_MARK = re.compile(r"\s?[■□◆●∎]$|(?<=[.!?\"”’)])\s+(?:Enditem|Item|\(END\)|ENDS?|-ENDS?-|/END/)\.?$")
# "mk/rt (Reuters, AFP)"
_INITIALS = re.compile(r"^[a-z]{2,4}(?:/[a-z]{2,4})*,?\s+(?=\()")
_BULLETED = re.compile(r"^[•·▪►▶*‣◦]\s")
_OPENS_QUOTE = re.compile(r"^[\"“„«»‘'「『–—-]")
_HANDS_ON = re.compile(
    r"\b(?:attributable|as follows|(?:the|this|a) following|(?:statement|text|remarks|readout|transcript)\b.{0,80}(?:by|from|of|to)\b)"
    r".*:$",
    re.IGNORECASE,
)
_SECTION = re.compile(r"^[\w ]{3,20} [|»>] ")
_HEAD_SHARE = 0.4
_MOST_LINES = 20_000
_SHORTEST_BROKEN = 60
_RAGGED = 12


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
    # Blocks of short lines alone are heads and menus; whether the rest is wrapped is asked without them.
    most = max(map(len, inner), default=0)
    inner = [line for block in blocks if any(len(line) > most * 0.75 for line in block[:-1]) for line in block[:-1]]
    if len(inner) < 2:
        return list(lines)
    widths = sorted(len(line) for line in inner)
    widest, middle = widths[-1], widths[len(widths) // 2]
    open_ended = sum(1 for line in inner if not ends_sentence(line))
    # Wrapped text: nearly every line that is not the last of its block is about as wide as the widest and runs on.
    if widest > 110 or middle < 40 or middle < widest * 0.75 or open_ended < len(inner) * 0.6:
        return list(lines)
    # The lines of a head, one below the other, are as wide as they are; the paragraphs below it were not broken at that width.
    long = sum(len(line) for line in lines if len(line) > widest + _RAGGED and " " in line)
    if long * 2 > sum(map(len, lines)):
        return list(lines)
    joined: list[str] = []
    for block in blocks:
        for place, line in enumerate(block):
            # A line is broken where the next word has no room; the lines of a head end long before.
            if place and len(block[place - 1]) + 1 + len(line.split(" ", 1)[0]) > widest - _RAGGED:
                joined[-1] = f"{joined[-1]} {line}"
            else:
                joined.append(line)
        if block:
            joined.append("")
    return joined


def _scores(lines: Sequence[str], kinds: Sequence[str], wanted: Sequence[int]) -> list[int]:
    found = []
    own = set(wanted)
    for index, (line, what) in enumerate(zip(lines, kinds, strict=True)):
        if not line:
            found.append(0)
        elif what == "prose":
            # A caption has the form of prose, and is the page's all the same.
            found.append(min(word_count(line), 50) if index in own else -8)
        elif what == "tail":
            found.append(-60)
        elif what == "line":
            found.append(-8)
        elif index in own:
            # "He gave no reason.": below a paragraph it goes on with the article, far from one it begins nothing.
            found.append(1)
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
        return not (len(line) < 500 and word_count(line) < 60 and is_caption(line))
    # A short sentence between paragraphs ("He did not elaborate.", "“No,” she said.") is the article's.
    return what == "short" and ends_sentence(line) and word_count(line) >= 2 and not is_caption(line)


def read_page(page: str) -> Reading:
    r"""The article on a page saved as text. `page` is normalised text; at most 20,000 lines are read.

    >>> page = "Home | World | Sport\n\nMinisters meet in Oslo\n\n" + (
    ...     "The foreign ministers of both states met on Monday in Oslo.\n\nLeave a Reply")
    >>> reading = read_page(page)
    >>> reading.title, reading.paragraphs
    ('Ministers meet in Oslo', ('The foreign ministers of both states met on Monday in Oslo.',))
    """
    lines, kinds, (start, end), wanted = candidates(page)
    notes = Notes()
    if start == end:
        return Reading(
            paragraphs=(), why=(Reason(step="clean", by="page", detail="no line of the page reads as prose"),)
        )
    table = rows(lines, kinds, (start, end), wanted)
    noise = sum(1 for line in lines if line) / max(1, len(wanted)) - 1
    kept = [
        index
        for index, good in zip(wanted, likely(table, [len(lines[index]) for index in wanted], noise=noise), strict=True)
        if good
    ]
    handed = {_above(lines, index) for index in kept} & set(wanted) - set(kept)
    kept = sorted([*kept, *(index for index in handed if index is not None and _HANDS_ON.search(lines[index]))])
    if len(kept) > 1 and is_place(lines[kept[0]]):
        # "Mexico City." on a line of its own is where the report comes from, not its first sentence.
        kept, wanted = kept[1:], [index for index in wanted if index != kept[0]]
    kept = _below_second_head(lines, kinds, kept)
    title = find_title(lines, kinds, kept or [index for index in wanted if start <= index < end], notes)
    kept = _with_lead(lines, kinds, kept, wanted, title)
    if noise >= QUIET:
        # On a page with menus and margins a sentence that breaks off is the teaser of another article.
        kept = [index for index in kept if not _BREAKS_OFF.search(lines[index])]
    while len(kept) > 2 and is_about_author(lines[kept[-1]]):
        kept.pop()
    notes_of_house = house_notes(lines, kept)
    kept = [index for index in kept if not _beside_name(lines, index) and index not in notes_of_house]
    if kept and sum(len(lines[index]) for index in kept) > 0.2 * sum(
        len(lines[index]) for index in wanted if start <= index < end
    ):
        start, end = kept[0], kept[-1] + 1
    else:
        kept = [index for index in wanted if start <= index < end]
    if not kept:
        return Reading(
            paragraphs=(),
            title=title,
            why=(*notes.why, Reason(step="clean", by="page", detail="every line that reads as prose is the page's")),
        )
    body = _body(lines, kept, title)
    outlet, body = _outlet_of_standfirst(body, lines[max(0, start - 8) : start], notes)
    signs = Signs(lines, kinds, title, kept, end)
    byline = signs.byline(notes)
    body = _before_authors(body, byline.authors)
    if credit := _credit_below(lines, end):
        body.append(credit)
    outlet = outlet or signs.outlet(byline, notes)
    published, updated = signs.stamps(notes)
    return Reading(
        paragraphs=tuple(body),
        title=title,
        outlet=outlet,
        authors=byline.authors,
        agencies=tuple(dict.fromkeys((*byline.agencies, *signs.agencies()))),
        place=byline.place or signs.place(notes),
        published=published,
        updated=updated,
        why=tuple(notes.why),
    )


def candidates(page: str, *, phrases: bool = True) -> tuple[list[str], list[str], tuple[int, int], list[int]]:
    """A page's lines, their kinds, the likeliest run of them, and the indexes of the lines that may be paragraphs.

    Without `phrases` no line is known for clutter by its words: so pages look whose language or house we have no words of.
    """
    lines = _rejoined(unwrap([line.strip() for line in page.split("\n", _MOST_LINES)[:_MOST_LINES]]))
    kinds = [kind(line, phrases=phrases) if line else "blank" for line in lines]
    _silence_from(comments_from(lines, kinds) if phrases else None, lines, kinds)
    _silence_from(entries_from(lines, kinds), lines, kinds)
    _silence_headlines(lines, kinds)
    for index in (*pictured(lines, kinds), *linked(lines, kinds)):
        kinds[index] = "line"
    wanted = [index for index, line in enumerate(lines) if line and _keep(line, kinds[index])]
    own = set(wanted)
    # "The minister added:" before a paragraph of speech has no full stop, and is the article's all the same; so has
    # "The ministry issued the following statement:" before any paragraph.
    spoken = [
        index
        for index in own
        if kinds[index] == "prose"
        and (
            _OPENS_QUOTE.match(lines[index])
            or ((line := _above(lines, index)) is not None and _HANDS_ON.search(lines[line]))
        )
    ]
    wanted += [
        above
        for index in spoken
        if (above := _above(lines, index)) is not None and above not in own and kinds[above] == "short"
    ]
    return lines, kinds, _best_run(_scores(lines, kinds, wanted)), sorted(wanted)


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


def _below_second_head(lines: Sequence[str], kinds: Sequence[str], kept: list[int]) -> list[int]:
    """The kept lines without those above a head in full (title, byline or date) whose title the page has printed before.

    A page from an archive begins with its address, says what the archive is, and only then shows the article.
    """
    total = sum(len(lines[index]) for index in kept)
    above = [_SECTION.sub("", line).casefold() for line in lines[: kept[0]] if line] if kept else []
    before = 0
    for place, index in enumerate(kept[:-1]):
        before += len(lines[index])
        if before > _HEAD_SHARE * total:
            break
        for between in range(index + 1, kept[place + 1]):
            if lines[between].casefold() in above and kinds[between] == "short" and word_count(lines[between]) > 3:
                below = [line for line in lines[between + 1 : kept[place + 1]] if line]
                if any(read_byline(line) or (len(line) < 60 and read_stamp(line, basis="page")) for line in below[:3]):
                    return kept[place + 1 :]
    return kept


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
        if headline_of(line).startswith(title):
            return [*reversed(lead), *kept]
        if index not in own or kinds[index] != "prose" or not ends_sentence(line) or len(lead) > 2:
            return kept
        lead.append(index)
    return kept


def _silence_from(first: int | None, lines: Sequence[str], kinds: list[str]) -> None:
    """Mark what stands from a line on as the page's: readers' comments and lists of other articles come after the article."""
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
        line = _END_MARK.sub("", LIST_MARK.sub("", line) if line[0] in "•·▪►*" else line)
        if line.casefold() != folded and line not in body[-3:]:
            body.append(line)
    return body


def _credit_below(lines: Sequence[str], end: int) -> str | None:
    """The wire's credit in brackets on a line of its own below the text."""
    line = next((line for line in lines[end : end + 3] if line), "")
    line = _INITIALS.sub("", line)
    opens = line[:1] in ("(", "[", "（", "—", "–") or line.startswith("With ")
    found = trailing_credit(line) if opens and len(line) < 60 else None
    return line if found is not None and found[0] == 0 else None


def _before_authors(body: list[str], authors: Sequence[str]) -> list[str]:
    """The paragraphs above the one that presents an author of the page; what follows such a note is the house's."""
    for place in range(max(2, len(body) * 2 // 3), len(body)):
        if any(body[place].startswith(f"{name} ") for name in authors) and presents(body[place]):
            return body[:place]
    return body


def _outlet_of_standfirst(body: list[str], above: Sequence[str], notes: Notes) -> tuple[str | None, list[str]]:
    """The outlet of a standfirst such as "He said the talks went well….reports The Herald", and the body without it."""
    match = REPORTS.search(body[0]) if body else None
    if match is None:
        match = next((found for line in above if word_count(line) > 8 and (found := REPORTS.search(line))), None)
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
    words = WORDS.findall(line.casefold())
    if not words:
        return True
    return any(
        sum(1 for word in words if word in seen) >= 0.9 * len(words)
        for other in others
        for seen in (set(WORDS.findall(other.casefold())),)
    )
