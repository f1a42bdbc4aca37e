"""Who does a verb: the noun phrase to its left, through auxiliaries, asides, apposition, relative clauses and what hangs on a noun.

Over the noun phrases of `dragoman.speaking.clauses`, and as bounded.
"""

from __future__ import annotations

import re

from dragoman.naming.definites import sort_of_noun
from dragoman.speaking.clauses import BE, FINITE, INSIDE_NP, NOUNS, Unit, np_left, np_right, time_word
from dragoman.speaking.mending import BE_HAVE_DO

__all__ = ["subject"]

_WHICH = frozenset(("last", "this", "next", "the"))
_FAR = 60
"""Words back at most to the comma that opens an aside."""
_AGE = re.compile(r"\d{1,3}|[A-Z]-[A-Z][\w.]*")


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
    hangs = _behind(unit, found, low) if unit.tags[cue] != "VB" else None
    return _named_before(unit, found, low) or hangs or _who_does(unit, found, low) or _whole_list(unit, found, low)


def _named_before(unit: Unit, found: tuple[int, int], low: int) -> tuple[int, int] | None:
    """ "|Ada Ruiz|, 42, a nurse, said", "|Ada Ruiz|, D-Maine, a doctor, said": the name that opens the clause, before its apposition."""
    start, end = found
    first = unit.text[unit.spans[start][0] : unit.spans[end - 1][1]]
    if start - 2 < low or unit.low[start - 1] != "," or not (_AGE.fullmatch(first) or unit.tags[start] == "DT"):
        return None
    name = np_left(unit, start - 2, low)
    whole = name is not None and name[0] == low and {unit.tags[k] for k in range(*name)} == {"NNP"}
    return name if whole else None


def _behind(unit: Unit, found: tuple[int, int], low: int) -> tuple[int, int] | None:
    """The noun on which a purpose or a time hangs: "|a resolution| to end it calls for", "|a text| passed Sunday in Lima accuses".

    Also behind a comma: "|Ruiz|, a trader, last year pledged".
    """
    before = found[0] - 1
    if (
        before - 1 > low
        and unit.tags[before] == "VB"
        and unit.low[before - 1] == "to"
        and unit.tags[before - 2] in NOUNS
    ):
        return np_left(unit, before - 2, low)
    first = next((k for k in range(*found) if unit.low[k] not in _WHICH), found[1])
    if before <= low or first >= found[1] or not time_word(unit, first):
        return None
    while before > low and unit.tags[before] in {"RB", "RBR"}:
        before -= 1  # "a study |earlier| this year found"
    end = _skip_asides(unit, before, low) if unit.low[before] == "," else before
    if end is None or end <= low:
        return None
    if unit.tags[end] in {"VBN", "VBD"} and unit.tags[end - 1] in NOUNS:
        end -= 1
    return np_left(unit, end, low) if unit.tags[end] in NOUNS else None


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
        if unit.tags[place] == "VBG" and unit.tags[place - 1] in NOUNS and not verbs:
            return np_left(unit, place - 1, low)  # "people relying largely on rain"
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
    stop = np_right(unit, start, high) if start < high and unit.tags[start] in INSIDE_NP | {"PRP"} else None
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
    if unit.low[above - 1 : above] == ("it",) and unit.low[above] in BE:
        return None  # "it is impossible to know": nobody does
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
        while place >= low and unit.low[place] != mate and index - place < _FAR:
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
