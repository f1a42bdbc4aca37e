"""Shallow syntax over tagged words: noun phrases and clause boundaries, enough to find who says and where words end.

No parser: the tags of `dragoman.tagger` and the order of words. Every function takes a `Unit` and word indexes, answers
word indexes (half-open) or `None`, and looks at a bounded number of words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dragoman.speaking.cues import Cues
from dragoman.speaking.mending import BE_HAVE_DO, FINITE, NOUNS, mended
from dragoman.speaking.quotes import Quote
from dragoman.tagger import Tagger, words
from dragoman.text import ByPlace

__all__ = [
    "BE",
    "FINITE",
    "INSIDE_NP",
    "NOUNS",
    "Unit",
    "adjunct_end",
    "counts",
    "has_finite",
    "make_units",
    "np_left",
    "np_right",
    "time_after",
    "time_word",
    "without_time",
]

Run = tuple[int, int]
INSIDE_NP = NOUNS | {
    "JJ",
    "JJR",
    "JJS",
    "DT",
    "PDT",
    "PRP$",
    "CD",
    "POS",
    "HYPH",
    "FW",
    "$",
    "#",
    "AFX",
    "NFP",
    "GW",
    "ADD",
}
BE = frozenset("be is are was were been being am 's 're ’s ’re".split())
_TIME = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday yesterday today tomorrow tonight earlier later recently "
    "january february march april may june july august september october november december jan feb aug sept oct nov dec "
    "week month year morning afternoon evening night weekend noon ago".split()
)
_SUBORDINATORS = frozenset(
    "that while because if as although though since when where whereas before after until unless whether so once than".split()
)
_PARTS = frozenset({"CD", "NN", "NNS", "DT", "JJ", "JJR", "JJS"})
_ABOUT = frozenset("about around over under between nearly almost some roughly".split())
_LENGTHS = frozenset("minute hour day night week month year decade".split())
_LIMIT = 60
_SHORT = 6  # words of a sentence that only tells who said what stands before it: "Ruiz told the paper."
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence, or the sentences that one quotation holds together: words, tags, and the quotation each word is in.

    `breaks` are the character offsets at which inner sentences end.
    """

    text: str
    start: int
    end: int
    spans: tuple[tuple[int, int], ...]
    low: tuple[str, ...]
    tags: tuple[str, ...]
    quoted: tuple[int, ...]
    breaks: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.spans)


Numbered = ByPlace[tuple[int, Quote]]
"""The quotations of a text with their numbers, by place."""


def make_unit(text: str, start: int, end: int, quotes: Numbered, tagger: Tagger, breaks: Sequence[int] = ()) -> Unit:
    """Words and tags of `text[start:end]`; `quoted` holds the number of a quotation, or -1."""
    spans = words(text, start, end)
    raw = [text[a:b] for a, b in spans]
    quoted = [-1] * len(spans)
    for number, quote in quotes.touching(start, end):
        first, last = bisect_left(spans, (quote.start, 0)), bisect_left(spans, (quote.end, 0))
        for index in range(first, last):
            if spans[index][1] <= quote.end:
                quoted[index] = number
    tags = tagger.tag(['"' if token in "“”„«»" else "'" if token in "‘’" else token for token in raw])
    low = tuple(token.lower() for token in raw)
    return Unit(text, start, end, tuple(spans), low, mended(low, tags), tuple(quoted), tuple(breaks))


def time_word(unit: Unit, index: int) -> bool:
    """Whether the word names a day, month or part of the day."""
    return unit.low[index].rstrip(".") in _TIME


_BEFORE_TIME = frozenset("last this next late early on in at the earlier".split())


def without_time(unit: Unit, start: int, end: int) -> tuple[int, int] | None:
    """A run of words without the day at its end ("each other |on Sunday|"); `None` where it is nothing but a time ("last week")."""
    stop = next((k for k in range(start + 1, end) if time_word(unit, k) and unit.tags[k - 1] in {"NNS", "NN"}), end)
    while stop > start and (time_word(unit, stop - 1) or (unit.tags[stop - 1] == "CD" and stop < end)):
        stop -= 1
    while start < stop < end and unit.low[stop - 1] in _BEFORE_TIME:
        stop -= 1
    return (start, stop) if stop > start else None


def has_finite(unit: Unit, start: int, end: int) -> bool:
    """Whether a finite verb stands in the run, outside relative clauses."""
    run = range(max(0, start), min(end, len(unit)))
    return any(unit.tags[index] in FINITE and not _in_relative(unit, index, start) for index in run)


def _in_relative(unit: Unit, index: int, low: int) -> bool:
    place = index - 1
    while place >= low and (unit.tags[place] in {"RB", "MD", "PRP"} or unit.low[place] in BE_HAVE_DO):
        place -= 1
    return place >= low and unit.tags[place] in {"WDT", "WP", "WP$"}


def time_after(unit: Unit, start: int, limit: int) -> bool:
    """Whether "a day after", "two years before" begins here: when something was said, and no part of it."""
    for k in range(start + 1, min(limit - 1, start + 4)):
        if unit.low[k].rstrip("s") in _LENGTHS:
            return unit.tags[start] in {"DT", "CD", "JJ", "RB"} and unit.low[k + 1] in {"after", "before", "since"}
    return False


def np_right(unit: Unit, start: int, limit: int, *, prepositions: bool = True) -> int | None:
    """The end of the noun phrase that begins at `start`; with its "of", "in", "for" phrases where asked."""
    index = start
    if index >= limit:
        return None
    if unit.tags[index] in {"PRP", "EX"}:
        return index + 1
    seen_noun = False
    while index < limit:
        tag, low = unit.tags[index], unit.low[index]
        if tag in NOUNS:
            seen_noun = True
        elif seen_noun and tag in {"DT", "PRP$", "PRP"} and unit.tags[index - 1] in NOUNS | {"CD", "RB", "JJ"}:
            break
        elif (tag in {"VBG", "VBN"} and (not seen_noun or unit.tags[index - 1] in {"DT", "JJ", "PRP$", "POS"})) or (
            seen_noun
            and low in {"and", "&"}
            and index + 1 < limit
            and unit.tags[index + 1] in INSIDE_NP
            and not has_verb_soon(unit, index + 1, limit)
        ):
            pass
        elif (
            seen_noun
            and prepositions
            and tag == "IN"
            and low in {"of", "in", "for", "at", "from", "on", "to", "with", "against", "by"}
        ):
            if index + 1 >= limit or unit.tags[index + 1] not in INSIDE_NP | {"VBG"}:
                break
        elif seen_noun and not prepositions and low == "of":
            pass
        elif tag not in INSIDE_NP and not (
            tag in {"RB", "``", "''", ",", "IN"} and not seen_noun and index > start and tag == "RB"
        ):
            break
        index += 1
    return index if seen_noun or index > start else None


def has_verb_soon(unit: Unit, start: int, limit: int) -> bool:
    """Whether the noun phrase that begins here is followed by a finite verb: then it opens a clause of its own."""
    index = start
    while index < limit and (unit.tags[index] in INSIDE_NP or unit.tags[index] in {"RB"} or unit.low[index] == "of"):
        index += 1
    return index < limit and unit.tags[index] in FINITE


def counts(unit: Unit, index: int, limit: int) -> bool:
    """Whether a number with its measure begins here: "|at least| 60 villagers had fled", "|about| 20 were hurt"."""
    after = index + 1
    if after >= limit:
        return False
    pair = unit.low[index : index + 2] in {("at", "least"), ("at", "most"), ("up", "to")}
    return pair or (unit.low[index] in _ABOUT and unit.tags[after] in {"CD", "$"})


def adjunct_end(unit: Unit, start: int, limit: int) -> int:
    """Skips adverbs, days and "in a statement", "at the event" that stand between a cue and what follows."""
    index = start
    while index < limit:
        tag = unit.tags[index]
        if counts(unit, index, limit):
            break
        if (
            (tag in {"RB", "RBR"} and unit.low[index] not in {"not", "n't", "no"})
            or time_word(unit, index)
            or unit.low[index] == "aloud"
        ):
            index += 1
        elif (
            unit.low[index] in {"last", "this", "next", "earlier"} and index + 1 < limit and time_word(unit, index + 1)
        ):
            index += 2
        elif (tag == "CD" and index > start and time_word(unit, index - 1)) or (
            unit.low[index] in {"late", "early"} and unit.low[index + 1 : index + 2] == ("on",)
        ):
            index += 1
        elif unit.low[index : index + 3] == ("face", "to", "face"):
            index += 3
        elif (
            unit.low[index] == ","
            and index + 2 < limit
            and index > start
            and _YEAR.match(unit.low[index + 1])
            and unit.low[index + 2] == ","
        ):
            index += 3  # on Sept. 10, 2002, that ...
        elif (tag in {"IN"} and unit.low[index] not in _SUBORDINATORS | {"like"}) or (
            unit.low[index] in {"to", "before", "after"}
            and index + 1 < limit
            and unit.tags[index + 1] in (INSIDE_NP if unit.low[index] != "to" else INSIDE_NP - {"NN"})
            and unit.low[index + 1] != "that"
        ):
            end = np_right(unit, index + 1, limit, prepositions=False) if index + 1 < limit else None
            clause = unit.low[index] in {"before", "after"} and end is not None and unit.tags[end : end + 1] == ("VBD",)
            if end is None or clause:
                break  # "said on Tuesday |after divers had raised it|"
            index = end
        else:
            break
    return index


def np_left(unit: Unit, index: int, low: int) -> tuple[int, int] | None:
    """The noun phrase whose last word is at `index`."""
    end = index + 1
    if index < low or (
        unit.quoted[index] >= 0
        and (index + 1 >= len(unit) or unit.quoted[index + 1] != unit.quoted[index])
        and sum(q == unit.quoted[index] for q in unit.quoted) > 6
    ):
        return None  # the closing mark of what was said
    if (
        unit.tags[index] == "PRP"
        and index - 2 >= low
        and unit.low[index - 1] == "of"
        and unit.tags[index - 2] in _PARTS
    ):
        lead = index - 3 if index - 3 >= low and unit.tags[index - 3] == "DT" else index - 2
        return (lead, end)  # "one of them said"
    if unit.low[index].endswith(("self", "selves")) and index - 1 >= low and unit.tags[index - 1] in NOUNS | {"JJ"}:
        whole = np_left(unit, index - 1, low)  # "the general |himself| admits"
        return (whole[0], end) if whole is not None else (index, end)
    hosted = index - 2 >= low and unit.tags[index - 1] == "VBG" and unit.tags[index - 2] in NOUNS
    if unit.tags[index] in {"PRP", "EX"} and not (hosted and unit.low[index] in {"them", "him", "it", "us"}):
        return (index, end)  # but "the association hosting them said"
    if unit.low[index] in {")", "-rrb-"}:
        while index > low and unit.low[index] != "(" and end - index < 12:
            index -= 1
        index -= 1
    start = index
    while start >= low and end - start < _LIMIT:
        tag, word = unit.tags[start], unit.low[start]
        before = unit.tags[start - 1] if start > low else ""
        if tag in INSIDE_NP:
            if tag == "DT" and before in NOUNS and start < index:
                # "On Tuesday the minister said": a noun right before an article belongs to something else.
                break
        elif (tag == "PRP" and start == index) or (tag == "WP$" and before in NOUNS and start < index):
            pass
        elif tag == "PRP" and (before == "VBG" or word.endswith("self")) and start < index:
            pass  # "observers counting |them| in Lima", "a man who calls |himself| Pablo"
        elif tag == "CC" and before in NOUNS | {"PRP", ",", "JJ"} and start < index:
            if _clause_left(unit, start - 1, low):
                break
        elif (
            tag == "IN"
            and word not in _SUBORDINATORS
            and (
                before in NOUNS | {"CD", "DT", "JJ", "RP", "''", "POS", "JJS"}
                or _held_at(unit, start - 1, low)
                or (before in FINITE | {"VBN", "VB"} and _relative_head(unit, start - 1, low) is not None)
            )
            and start < index
        ) or (
            tag in {"VBN", "VBG"}
            and start < index
            and (before in NOUNS or unit.tags[start + 1] in NOUNS | {"JJ"})
            and unit.low[start - 1 if start > low else start] not in BE_HAVE_DO
        ):
            pass
        elif (
            tag in FINITE | {"VBN", "VBG"} and start < index and (head := _relative_head(unit, start, low)) is not None
        ):
            start = head + 1  # also "a diplomat who has |seen| pictures of the area said"
        elif tag == "-RRB-" or word == ")":
            opening = start
            while opening > low and unit.low[opening] != "(" and start - opening < 12:
                opening -= 1
            start = opening
        elif (
            tag in {"``", "''"} and start > low and unit.quoted[start] >= 0 and unit.quoted[start] == unit.quoted[index]
        ):
            pass
        elif tag == "IN" and word not in _SUBORDINATORS and start < index and unit.tags[start + 1] == "CD":
            break
        else:
            break
        start -= 1
    start += 1
    return _without_lead(unit, start, end)


def _held_at(unit: Unit, index: int, low: int) -> bool:
    """Whether a participle stands right behind its noun: "officials |reached| by telephone"."""
    return index > low and unit.tags[index] == "VBN" and unit.tags[index - 1] in NOUNS


def _clause_left(unit: Unit, index: int, low: int) -> bool:
    """Whether a verb stands before this noun in the same clause: then "and" joins clauses, not nouns."""
    for place in range(index, max(low - 1, index - 25), -1):
        if unit.tags[place] in {",", ":", "."}:
            return False
        if unit.tags[place] in FINITE:
            return not _in_relative(unit, place, low)
    return False


def _relative_head(unit: Unit, verb: int, low: int) -> int | None:
    """The noun before "who monitors ...": where a finite verb belongs to a relative clause without a comma."""
    place = verb - 1
    while place >= low and (unit.tags[place] in {"RB", "MD", "PRP"} or unit.low[place] in BE_HAVE_DO):
        place -= 1
    if place > low and unit.tags[place] in {"WP", "WDT"} and unit.tags[place - 1] in NOUNS:
        return place - 1
    while place > low and unit.tags[place] in {"NN", "NNS", "JJ"}:
        place -= 1
    # "the minister whose words angered Riyadh said"
    whose = place > low and unit.low[place] == "whose" and unit.tags[place - 1] in NOUNS
    return place - 1 if whose else None


def _without_lead(unit: Unit, start: int, end: int) -> tuple[int, int] | None:
    """Takes "In June 1997" and other leading adjuncts off the phrase."""
    while start < end and unit.tags[start] in {"IN", "RB", "CC", ",", ":", "``", "''", "UH", "TO"}:
        if unit.tags[start] == "IN" and unit.low[start] not in {"of"}:
            stop = start + 1
            while stop < end and (
                time_word(unit, stop)
                or unit.tags[stop] in {"CD", "DT", "JJ"}
                or unit.low[stop] in {"late", "mid", "early", "of", "the"}
            ):
                stop += 1
            timed = any(time_word(unit, place) or unit.tags[place] == "CD" for place in range(start + 1, stop))
            if timed and stop < end:
                while stop > start + 1 and unit.tags[stop - 1] in {"DT", "JJ"}:
                    stop -= 1
                start = stop
                continue
            return (start + 1, end) if start + 1 < end else None
        start += 1
    # "Tuesday Iran said": a bare day before another noun phrase.
    while (
        start + 1 < end
        and time_word(unit, start)
        and unit.tags[start + 1] in INSIDE_NP
        and unit.tags[start] == "NNP"
        and unit.low[start] != "may"
    ):
        start += 1
    return (start, end) if start < end else None


def make_units(text: str, sentences: Iterable[Run], quotes: Sequence[Quote], tagger: Tagger, cues: Cues) -> list[Unit]:
    """Sentences as units; those that one quotation holds together, or that stand between it and its cue, are one unit."""
    runs: list[list[int]] = []
    breaks: list[list[int]] = []
    numbered = ByPlace(enumerate(quotes), lambda each: (each[1].start, each[1].end))
    opened = {quote.start for quote in quotes}
    for start, end in sentences:
        # A line that ends in a colon opens the quotation below it: "The ministry wrote: ¶ “We ...”"
        below = runs and text[runs[-1][1] - 1] == ":" and start in opened
        if below or (
            runs
            and "\n" not in text[runs[-1][1] : start]
            and _held(text, runs[-1][0], runs[-1][1], start, end, numbered, cues)
        ):
            breaks[-1].append(runs[-1][1])
            runs[-1][1] = end
        else:
            runs.append([start, end])
            breaks.append([])
    return [
        make_unit(text, start, end, numbered, tagger, inner) for (start, end), inner in zip(runs, breaks, strict=True)
    ]


def _held(text: str, begin: int, stop: int, start: int, end: int, quotes: Numbered, cues: Cues) -> bool:
    for _, quote in quotes.touching(stop - 1, start + 1):
        if quote.start < stop and quote.end > start:
            return True
        # “Is it over?” | Clinton asked.
        if quote.end in (stop, start) and quote.start >= begin and text[quote.pieces[-1][1] - 1] in "?!.…":
            head = text[start:end].split()[:7]
            words = [word.strip(".,;:").lower() for word in head]
            found = next(
                (
                    index
                    for index, word in enumerate(words)
                    if any("q" in cue.frames for cue, _ in cues.verbs.get(word, ()))
                ),
                None,
            )
            count = len(text[start:end].split())
            if found is not None and (
                found == count - 1 or head[found][-1] in ".," or (count <= _SHORT and text[start].isalpha())
            ):
                return True
    return False
