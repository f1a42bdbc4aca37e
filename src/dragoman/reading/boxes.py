"""What stands among an article's paragraphs on a saved page and reads as prose: captions, headlines to go on with, the house on itself.

None of these is known by its own words, only by the line above or below it, or by a name that stands elsewhere on the page.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.reading.clutter import ends_sentence, word_count

__all__ = ["entries_from", "house_notes", "linked", "pictured"]

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
# A day with the hour, and how long ago something was written.
_DAY = re.compile(
    r"(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d\d-\d\d|\d{1,2}(?:st|nd|rd|th|\.|º)?\s(?:de\s)?[^\W\d_]{3,10}\.?,?\s(?:del?\s)?\d{4})|"
    r"\b[^\W\d_]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
)
_HOUR = re.compile(r"(?<![\d./-])\d{1,2}\s?[:.h]\s?\d{2}(?![\d./-])|(?<!\d)\d{1,2}\s?[ap]\.?m\b", re.IGNORECASE)
_AGO = re.compile(
    r"\b(?:\d{1,2}|an?|one)\s?(?:s|m|h|d|w|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?|months?|years?)\sago\b|"
    r"\b(?:vor|hace|il y a|há|fa)\s(?:\d{1,2}|eine[rm]|un[ae]?)\s[^\W\d_]+|\b\d{1,2}\s(?:[^\W\d_]+\s)(?:geleden|fa|önce|siden|sedan)\b",
    re.IGNORECASE,
)
_STAMP_WORDS, _STAMP_LENGTH = 14, 110
_LEAST_ENTRIES = 3
_BELOW_STAMP = 3
"""Among how many lines below its stamp an entry's text begins."""
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


def entries_from(lines: Sequence[str], kinds: Sequence[str]) -> int | None:
    """The index of the first of three and more dated entries below the article, comments or teasers; None where there are none.

    An entry is a line with a day and an hour, or with how long ago it was written, and text below it. A page whose entries begin above
    a third of its prose is a live blog.

    >>> article = "The talks in Oslo failed on Monday, the ministry said, because of the ferries."
    >>> readers = ["Jane, 3 May 2021 at 10:05", "They always fail, and nobody wonders."] * 3
    >>> entries_from([article, *readers], ["prose", *(["short", "prose"] * 3)])
    1
    """
    shown = [index for index, line in enumerate(lines) if line]
    total = sum(word_count(lines[index]) for index in shown if kinds[index] == "prose")
    above, found = 0, []
    for place, index in enumerate(shown):
        line = lines[index]
        if kinds[index] == "prose":
            above += word_count(line)
        elif _is_stamp(line) and any(
            kinds[below] == "prose" or ends_sentence(lines[below])
            for below in shown[place + 1 : place + 1 + _BELOW_STAMP]
        ):
            found.append((index, above))
    # The head of the article is dated too: entries have prose between them.
    if sum(1 for _, before in found if 0 < before < total / 3) > 0:
        return None
    found = [entry for entry in found if entry[1] * 3 >= total and entry[1]]
    return found[0][0] if len(found) >= _LEAST_ENTRIES else None


def _is_stamp(line: str) -> bool:
    if len(line) > _STAMP_LENGTH or not any(map(str.isdigit, line)) or word_count(line) > _STAMP_WORDS:
        return False
    return bool((_DAY.search(line) and _HOUR.search(line)) or _AGO.search(line))


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
