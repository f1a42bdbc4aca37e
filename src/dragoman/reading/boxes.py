"""What stands among an article's paragraphs on a saved page and reads as prose: captions, headlines to go on with, the house on itself.

None of these is known by its own words, only by the line above or below it, or by a name that stands elsewhere on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.reading.clutter import ends_sentence, word_count

__all__ = ["house_notes", "linked", "pictured"]

_LONGEST_CALL = 45
_SHORT_CAPTION = 20
_QUOTED = re.compile('[“”„«»"]')
_NAMED = re.compile(r"(?<=\s)[A-ZÀ-Þ][\w'’&-]*(?:\s[A-ZÀ-Þ][\w'’&-]*){1,5}")
_LABEL_WORDS = 3
# Words that begin no sentence of news: "Support for the Union fell" and "For more than a year" do.
_CALLS = re.compile(
    r"(?:Get|Read|Catch|Follow|Download|Subscribe|Click|For more (?:information|news|stories|updates|from|on))\s"
)
_CREDIT = re.compile(
    r"(?:(?:photo(?:graph)?|image|picture|foto|bild|photo credit|image credit|credit)s?\s?[:/©]|©\s?[A-Z][^.\d]{3,50}$)",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?P<name>(?:[A-ZÀ-Þ][\w'’&.-]*\s(?:(?:of|the|and|for|de)\s)*){1,6})(?:\([A-Z]+\)\s)?is\s(?:an?|the)\s[^.]{0,80}\b"
    r"(?:publication|newsletter|newspaper|magazine|journal|news\s(?:site|agency|outlet|organi[sz]ation|service|website)|website|portal|"
    r"broadcaster|blog|podcast|weekly|monthly|quarterly|daily|guide|source)\b"
)


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


def linked(lines: Sequence[str], kinds: Sequence[str]) -> list[int]:
    """The indexes of headlines below a label that only sends the reader on: "See also:", then "What is in the bill?" on the next line.

    >>> linked(["See also:", "Explainer: What is in the bill?", "The talks ended."], ["line", "short", "short"])
    [1]
    """
    found = []
    label = False
    for index, line in enumerate(lines):
        if not line:
            continue
        if (
            label
            and kinds[index] in ("short", "prose")
            and word_count(line) <= _SHORT_CAPTION
            and not line.endswith(".")
        ):
            found.append(index)
        label = kinds[index] in ("line", "tail") and line.endswith(":") and word_count(line) <= _LABEL_WORDS
    return found


def house_notes(lines: Sequence[str], kept: Sequence[int]) -> set[int]:
    """Those of the kept lines that present the house or call on its readers, by a name that stands alone on the page too.

    >>> house_notes(["The Vik Letter", "Talks failed on Monday.", "The Vik Letter is a reader-supported publication."], [1, 2])
    {2}
    """
    found: dict[int, list[str]] = {}
    for index in kept:
        line = lines[index][:300]
        if (match := _IS.match(line)) is not None:
            found[index] = [match["name"]]
        elif _CALLS.match(line) and word_count(line) <= _LONGEST_CALL and not _QUOTED.search(line):
            found[index] = _NAMED.findall(line)
    if not found:
        return set()
    alone = {_bare(line) for line in lines if " " in line and len(line) < 80 and not ends_sentence(line)}
    return {index for index, names in found.items() if any(_bare(name) in alone for name in names)}


def _bare(name: str) -> str:
    return name.strip(" .,|").casefold().removeprefix("the ")
