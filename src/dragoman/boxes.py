"""What stands among an article's paragraphs on a saved page and reads as prose: summaries, quotations printed twice, the house on itself.

None of these is known by its whole words, only by where it stands, by what it repeats, or by the name it begins with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.clutter import ends_sentence, heads_summary, word_count

__all__ = ["house_notes", "pictured", "pulled", "summaries"]

_BULLET = re.compile(r"^[•·▪►▶*‣◦–-]\s")
_WORD = re.compile(r"[^\W\d_]{4,}")
_LONGEST_POINT = 45
_MOST_POINTS = 8
_SAID_AGAIN = 0.7
_PULLED = 5
_MOST_HOMES = 3
_PULLED_LONGEST = 80
_SHORT_CAPTION = 20
_QUOTED = re.compile('[“”„«»"]')
_CREDIT = re.compile(
    r"(?:(?:photo(?:graph)?|image|picture|foto|bild|photo credit|image credit|credit)s?\s?[:/©]|©\s?[A-Z][^.\d]{3,50}$)",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?P<name>(?:[A-ZÀ-Þ][\w'’&.-]*\s(?:(?:of|the|and|for|de)\s)*){1,6})(?:\([A-Z]+\)\s)?is\s(?:an?|the)\s[^.]{0,80}\b"
    r"(?:publication|newsletter|newspaper|magazine|journal|news\s(?:site|agency|outlet|organi[sz]ation|service|website)|website|portal|"
    r"broadcaster|blog|podcast|weekly|monthly|quarterly|daily|guide|source)\b"
)


def summaries(lines: Sequence[str]) -> list[int]:
    """The indexes of the points below a heading such as "Key takeaways".

    Points are bullets, lines set close together where empty lines part the paragraphs, or short lines that the text below says again.

    >>> page = ["Key points", "• A truce was signed.", "• Troops withdraw.", "The two governments signed a truce on Monday."]
    >>> summaries(page)
    [1, 2]
    """
    found: list[int] = []
    for index, line in enumerate(lines):
        if not line or not heads_summary(line):
            continue
        points: list[int] = []
        gap = False
        bulleted = False
        for below in range(index + 1, len(lines)):
            text = lines[below]
            if not text:
                # One empty line below the heading, and between bullets.
                gap = bool(points)
                continue
            bullet = _BULLET.match(text) is not None
            bulleted = bulleted or (not points and bullet)
            if (
                len(points) >= _MOST_POINTS
                or word_count(text) > _LONGEST_POINT
                or bulleted != bullet
                or (gap and not bullet)
            ):
                break
            points.append(below)
        else:
            # Nothing stands below the points: they are the text.
            continue
        rest = "\n".join(lines[below : below + 200]).casefold()
        known = set(_WORD.findall(rest))
        close = gap and len(points) > 1
        found += [point for point in points if bulleted or close or _said_in(lines[point], known)]
    return found


def _said_in(line: str, known: set[str]) -> bool:
    words = _WORD.findall(line.casefold())
    return bool(words) and sum(word in known for word in words) >= _SAID_AGAIN * len(words)


def pictured(lines: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """The indexes of short sentences that stand apart from the text, right above the line that credits a picture.

    >>> page = ["3 May 2021", "Border markers near the temple.", "Credit: Jon Aster", "The two armies met on Monday."]
    >>> pictured(page, ["line", "short", "line", "short"])
    [1]
    """
    found = []
    last = ""
    for index, line in enumerate(lines):
        credited = index + 1 < len(lines) and _CREDIT.match(lines[index + 1]) is not None
        short = 0 < word_count(line) <= _SHORT_CAPTION and not _QUOTED.search(line)
        if credited and short and last not in ("", "prose"):
            found.append(index)
        last = kinds[index] if line else last
    return found


def pulled(paragraphs: Sequence[str]) -> set[int]:
    """The places of paragraphs that another, longer paragraph holds word by word: quotations that a page prints twice.

    The first paragraph is left alone: a standfirst may say what the text says again.

    >>> sorted(pulled(["The talks failed.", "“We shall not leave the valley.”", "“We shall not leave the valley,” she said. “Never.”"]))
    [1]
    """
    words = [_plain(paragraph) for paragraph in paragraphs]
    homes: dict[tuple[str, ...], list[int]] = {}
    heads = {tuple(own[:_PULLED]) for own in words if _PULLED <= len(own) <= _PULLED_LONGEST}
    for place, own in enumerate(words):
        for start in range(len(own) - _PULLED + 1):
            run = tuple(own[start : start + _PULLED])
            if run in heads and len(at := homes.setdefault(run, [])) < _MOST_HOMES and place not in at[-1:]:
                at.append(place)
    return {
        place
        for place, own in enumerate(words)
        if _PULLED <= len(own) <= _PULLED_LONGEST
        for home in homes.get(tuple(own[:_PULLED]), ())
        if 0 != home != place != 0
        and len(words[home]) > len(own)
        and f" {' '.join(own)} " in f" {' '.join(words[home])} "
    }


def _plain(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def house_notes(lines: Sequence[str], kept: Sequence[int]) -> set[int]:
    """Those of the kept lines that present the house: "The Example Letter is a publication ...", a name that stands alone on the page too.

    >>> house_notes(["The Vik Letter", "Talks failed on Monday.", "The Vik Letter is a reader-supported publication."], [1, 2])
    {2}
    """
    found = {}
    for index in kept:
        match = _IS.match(lines[index][:300])
        if match is not None:
            found[index] = _bare(match["name"])
    if not found:
        return set()
    alone = {_bare(line) for line in lines if 0 < len(line) < 80 and not ends_sentence(line)}
    return {index for index, name in found.items() if name in alone}


def _bare(name: str) -> str:
    return name.strip(" .,|").casefold().removeprefix("the ")
