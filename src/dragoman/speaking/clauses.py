"""Shallow syntax over tagged words: noun phrases and clause boundaries, enough to find who says and where words end.

No parser: the tags of `dragoman.tagger` and the order of words. Every function takes a `Unit` and word indexes, answers
word indexes (half-open) or `None`, and looks at a bounded number of words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dragoman.naming.definites import sort_of_noun
from dragoman.speaking.cues import Cues
from dragoman.speaking.mending import BE_HAVE_DO, FINITE, NOUNS, mended
from dragoman.speaking.quotes import Quote
from dragoman.tagger import Tagger, words
from dragoman.text import ByPlace

__all__ = [
    "FINITE",
    "NOUNS",
    "Unit",
    "adjunct_end",
    "counts",
    "has_finite",
    "make_units",
    "np_left",
    "np_right",
    "subject",
    "time_after",
    "time_word",
    "without_time",
]

Run = tuple[int, int]
_INSIDE_NP = NOUNS | {
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
_OPENERS = frozenset("after although while when if as since because before though once despite".split())
_PARTS = frozenset({"CD", "NN", "NNS", "DT", "JJ", "JJR", "JJS"})
_ABOUT = frozenset("about around over under between nearly almost some roughly".split())
_LENGTHS = frozenset("minute hour day night week month year decade".split())
_LIMIT = 60
_SHORT = 6  # words of a sentence that only tells who said what stands before it: "Ruiz told the paper."
_AGE = re.compile(r"\d{1,3}|[A-Z]-[A-Z][\w.]*")
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
            and unit.tags[index + 1] in _INSIDE_NP
            and not has_verb_soon(unit, index + 1, limit)
        ):
            pass
        elif (
            seen_noun
            and prepositions
            and tag == "IN"
            and low in {"of", "in", "for", "at", "from", "on", "to", "with", "against", "by"}
        ):
            if index + 1 >= limit or unit.tags[index + 1] not in _INSIDE_NP | {"VBG"}:
                break
        elif seen_noun and not prepositions and low == "of":
            pass
        elif tag not in _INSIDE_NP and not (
            tag in {"RB", "``", "''", ",", "IN"} and not seen_noun and index > start and tag == "RB"
        ):
            break
        index += 1
    return index if seen_noun or index > start else None


def has_verb_soon(unit: Unit, start: int, limit: int) -> bool:
    """Whether the noun phrase that begins here is followed by a finite verb: then it opens a clause of its own."""
    index = start
    while index < limit and (unit.tags[index] in _INSIDE_NP or unit.tags[index] in {"RB"} or unit.low[index] == "of"):
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
            and unit.tags[index + 1] in (_INSIDE_NP if unit.low[index] != "to" else _INSIDE_NP - {"NN"})
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


def subject(unit: Unit, cue: int, low: int = 0, depth: int = 0) -> tuple[int, int] | None:
    """The noun phrase that is the subject of the verb at `cue`: to its left, through auxiliaries, asides and apposition."""
    if depth > 4:
        return None
    index = _skip_verb_group(unit, cue - 1, low)
    if index < low:
        return None
    if unit.tags[cue] == "VB" and unit.tags[index] in {"VB", "VBD", "VBZ", "VBP"} and index == cue - 1:
        return subject(unit, index, low, depth + 1)  # "helps explain"
    if unit.low[index] == "to" and unit.tags[cue] == "VB":
        return _subject_of_infinitive(unit, cue, index, low, depth)
    aside = _skip_asides(unit, _skip_time(unit, index, low), low)
    if aside is None:
        # "claimed it, then said", "would not take part, called it a farce": a verb in a row with the one before it
        row = unit.tags[cue] in FINITE and (unit.low[cue] != "said" or unit.low[cue - 1] == "then")
        row = row and unit.low[index] == "," and cue - index <= 2
        return _subject_of_list(unit, index, low, depth) if depth or row else None
    index = _skip_verb_group(unit, _skip_time(unit, aside, low), low) if aside != index else aside
    if index < low:
        return None
    tag = unit.tags[index]
    if unit.low[index] in {"and", "but", "or", "then", "&"} and tag in {"CC", "RB"}:
        above = index - 1
        while above >= low and unit.tags[above] not in FINITE:
            above -= 1
        return subject(unit, above, low, depth + 1) if above >= low else _first_noun(unit, low, index)
    if tag in {"WP", "WDT"} or (unit.low[index] == "that" and index > low and unit.tags[index - 1] in NOUNS):
        before = index - 1
        while before >= low and unit.tags[before] in {",", "IN"}:
            before -= 1
        whole = np_left(unit, before, low) if before >= low else None
        return _person_in(unit, whole) if whole is not None and unit.low[index] == "who" else whole
    met = index - 3 >= low and tag == "VBN" and unit.tags[index - 2] == "PRP" and unit.low[index - 1] in BE_HAVE_DO
    if met and unit.tags[index - 3] in NOUNS:
        return np_left(unit, index - 3, low)  # "every minister |I have met| tells me"
    found = np_left(unit, index, low)
    if (
        found is not None
        and found[0] - 2 > low
        and unit.tags[found[0] - 1] in {"IN", "TO"}
        and unit.tags[found[0] - 2] in {"WDT", "WP"}
    ):
        # "Israel, which to this day has never said": the phrase before the verb is no subject.
        before = found[0] - 3
        return np_left(unit, before - 1 if unit.low[before] == "," else before, low)
    if (
        found is not None
        and found[0] - 2 > low
        and unit.tags[found[0] - 1] == "IN"
        and (unit.low[found[0] - 2] in BE_HAVE_DO or unit.tags[found[0] - 2] == "MD")
    ):
        return subject(unit, found[0] - 1, low, depth + 1)  # "has |over the past months| repeatedly warned"
    if found is None:
        return _before_relative(unit, index, low)
    return _named_before(unit, found, low) or _who_does(unit, found, low) or _whole_list(unit, found, low)


def _named_before(unit: Unit, found: tuple[int, int], low: int) -> tuple[int, int] | None:
    """ "|Ada Ruiz|, 42, a nurse, said", "|Ada Ruiz|, D-Maine, a doctor, said": the name that opens the clause, before its apposition."""
    start, end = found
    first = unit.text[unit.spans[start][0] : unit.spans[end - 1][1]]
    if start - 2 < low or unit.low[start - 1] != "," or not (_AGE.fullmatch(first) or unit.tags[start] == "DT"):
        return None
    name = np_left(unit, start - 2, low)
    whole = name is not None and name[0] == low and {unit.tags[k] for k in range(*name)} == {"NNP"}
    return name if whole else None


def _who_does(unit: Unit, found: tuple[int, int], low: int) -> tuple[int, int] | None:
    """ "|The man| who trained pigeons to be released over Lima says": whom a relative clause tells of that ends in a preposition's noun."""
    start = found[0]
    if start - 1 <= low or unit.tags[start - 1] != "IN":
        return None
    verbs = 0
    for place in range(start - 1, max(low, start - 16), -1):
        if unit.low[place] in {",", ";", ":"} or unit.quoted[place] != unit.quoted[start]:
            return None
        verbs += unit.tags[place] in FINITE
        if unit.low[place] == "who" and unit.tags[place - 1] in NOUNS:
            return np_left(unit, place - 1, low) if verbs == 1 else None
    return None


def _person_in(unit: Unit, whole: tuple[int, int]) -> tuple[int, int]:
    """Of "a proposal by |the minister|", "talks with |President Assad|" the part that "who" may go back to; else the whole phrase."""
    parts = [k for k in range(whole[0] + 1, whole[1] - 1) if unit.tags[k] == "IN"]
    if not parts or unit.tags[parts[0] - 1] == "NNP" or _is_person(unit, parts[0] - 1):
        return whole
    named = unit.tags[whole[1] - 1] == "NNP" and unit.low[parts[-1]] in {"with", "by", "from", "to", "of"}
    if _is_person(unit, whole[1] - 1) or (named and unit.low[whole[1]] == ","):
        return parts[-1] + 1, whole[1]
    return whole  # "sceptics in Lima who argue" are the sceptics


def _is_person(unit: Unit, index: int) -> bool:
    """Whether the noun at `index` is one for persons."""
    known = sort_of_noun(unit.low[index])
    return known is not None and known[1] in {"person", "people"}


def _whole_list(unit: Unit, found: tuple[int, int], low: int) -> tuple[int, int]:
    """“The leaders of Peru, Chile and Chad said”: the list behind "of" belongs to the noun in the plural before it."""
    start, end = found
    if start - 2 > low and unit.low[start - 2 : start] == (",", "and"):
        start -= 1  # "Peru, Chile, |and Chad|"
    words = range(start, end)
    if "and" not in unit.low[start:end] or any(unit.tags[k] not in {"NNP", "NNPS", "CC", "DT"} for k in words):
        return found
    place = start - 1
    while place > low and (unit.low[place] == "," or unit.tags[place] in {"NNP", "NNPS", "DT"}):
        place -= 1
    if (
        unit.low[start - 1] != ","
        or place <= low
        or unit.low[place] not in {"of", "from", "like", "including"}
        or unit.tags[place - 1] != "NNS"
    ):
        return found
    whole = np_left(unit, place - 1, low)
    clear = whole is not None and (whole[0] == low or unit.low[whole[0] - 1] in {",", ";", ":", "“", '"'})
    return (whole[0], end) if whole is not None and clear else found


def _subject_of_list(unit: Unit, comma: int, low: int, depth: int) -> tuple[int, int] | None:
    """ "moved his army, closed the embassy and called ...": the verb behind a lone comma shares the subject of the one before it."""
    above = comma - 1
    while above >= low and unit.tags[above] not in FINITE and unit.low[above] not in {",", ";", ":"}:
        above -= 1
    return subject(unit, above, low, depth + 1) if above >= low and unit.tags[above] in FINITE else None


def _first_noun(unit: Unit, low: int, high: int) -> tuple[int, int] | None:
    """The phrase that opens the clause, where no verb before "and shouted" was known for one."""
    start = low
    while start < high and unit.tags[start] in {"CC", "RB", ",", ":", "``", "''"}:
        start += 1
    stop = np_right(unit, start, high) if start < high and unit.tags[start] in _INSIDE_NP | {"PRP"} else None
    return (start, stop) if stop is not None else None


def _before_relative(unit: Unit, index: int, low: int) -> tuple[int, int] | None:
    """ "a diplomat who asked not to be named said": the noun before a relative clause that ends in no noun."""
    for place in range(index, max(low, index - 12), -1):
        if unit.tags[place] in {"WP", "WDT"} and unit.tags[place - 1] in NOUNS:
            return np_left(unit, place - 1, low)
        if unit.low[place] in {",", ";", ":"}:
            return None
    return None


def _subject_of_infinitive(unit: Unit, cue: int, to: int, low: int, depth: int) -> tuple[int, int] | None:
    """ "wanted to say": the subject of the verb above; "leads me to think": the person between."""
    if to > low and unit.low[to - 1] in {"me", "him", "her", "us", "them", "you"}:
        return (to - 1, to)
    above = to - 1
    while above >= low and unit.tags[above] not in FINITE | {"VBN", "VBG", "VB"} and cue - above < 16:
        if unit.tags[above] in {",", ":"}:
            return None
        above -= 1
    if above < low or unit.tags[above] not in FINITE | {"VBN", "VBG", "VB"}:
        return None
    return subject(unit, above, low, depth + 1)


def _skip_verb_group(unit: Unit, index: int, low: int) -> int:
    while index >= low and (
        unit.tags[index] in {"MD", "RB", "RBR"}
        or unit.low[index] in BE_HAVE_DO
        or unit.low[index] in {"going", "used"}
        or (unit.low[index] in {"both", "all", "each"} and index > low and _floats(unit, index))
    ):
        index -= 1
    return index


def _floats(unit: Unit, index: int) -> bool:
    """Whether "both" or "all" stands behind what it counts: "the ministers |both| said", "..., and |all| called"."""
    return unit.tags[index - 1] in NOUNS | {"PRP"} or unit.low[index - 1] in {",", "and", "have", "had"}


def _skip_time(unit: Unit, index: int, low: int) -> int:
    """From the end of "officials on Thursday" back to "officials"."""
    place = index
    while place > low and (
        time_word(unit, place)
        or unit.tags[place] == "CD"
        or (unit.low[place] in {"last", "this", "early", "late", "the", ","} and place < index)
    ):
        place -= 1
    if place == index:
        return index
    if unit.low[place + 1] in {"last", "this"} and unit.tags[place] in NOUNS:
        return place  # "soldiers who seized power in Lima |this week| promised"
    if (
        unit.low[place] in {"on", "in", "at", "late", "early"}
        and unit.tags[place] in {"IN", "RB", "JJ"}
        and place > low
    ):
        return place - 1
    # A bare day ("officials Thursday said") counts, a month or year that ends a name ("Prague Spring 1968") does not.
    return index - 1 if unit.low[index].endswith("day") and index > low else index


def _skip_asides(unit: Unit, index: int, low: int) -> int | None:
    """From a comma before the verb back over what the pair of commas holds: "X, deputy director of Y, said"."""
    guard = 0
    while (
        index >= low
        and unit.tags[index] in {",", ":", "-RRB-", "HYPH"}
        and unit.low[index] in {",", "-", "--", "—", "–", ")", "，"}
    ):
        guard += 1
        if guard > 4:
            return None
        close = unit.low[index]
        mate = {")": "("}.get(close, close)
        place = index - 1
        while place >= low and unit.low[place] != mate and index - place < _LIMIT:
            place -= 1
        if place < low or unit.low[place] != mate:
            # A lone comma: "On Tuesday, said ..." has no subject on this side.
            return None
        if close == "," and _is_clause(unit, place + 1, index):
            return None  # "For example, |they both praised it|, promised more and left"
        index = place - 1
    return index if index >= low else None


def _is_clause(unit: Unit, start: int, end: int) -> bool:
    """Whether a pronoun and its verb with an object begin here: a clause of the sentence, and no "he said" set off by commas."""
    verb = start + 1
    while verb < end and unit.tags[verb] in {"RB", "MD", "DT"}:
        verb += 1
    return unit.tags[start] == "PRP" and verb + 2 < end and unit.tags[verb] in FINITE


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
        if tag in _INSIDE_NP:
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
        and unit.tags[start + 1] in _INSIDE_NP
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
