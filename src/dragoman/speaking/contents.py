"""One unit of text as the attribution rules read it: sentence bounds, quotations, and where attributed words open."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.speaking.clauses import (
    BE,
    FINITE,
    Unit,
    adjunct_end,
    counts,
    has_finite,
    np_right,
    time_after,
    time_word,
    without_time,
)
from dragoman.speaking.cues import Cue, Cues
from dragoman.speaking.quotes import Quote
from dragoman.text import ByPlace

__all__ = ["MARKS", "PUNCT", "VENUES", "WH", "Attribution", "Contents", "no_comma"]

Run = tuple[int, int]
WH = frozenset({"WRB", "WP", "WDT", "WP$"})
MARKS = frozenset({'"', "“", "”", "„", "«", "»", "``", "''", "‘", "’", "'"})
PUNCT = frozenset({",", ".", ":", ";", "?", "!", "-", "--", "—", "–", "…", "..."}) | MARKS
# "spoke on condition of anonymity", "on television": how or where, and not what about.
_NO_TOPIC = frozenset("condition background behalf television tv radio air camera stage record".split())
VENUES = frozenset(
    "statement conference briefing interview speech address letter message meeting post tweet report hearing court remarks note".split()
)
_WHERE = frozenset(("in", "at", "on", "during", "through", "via", "by"))
_SET_OFF = frozenset({",", ":", ".", "--", "—", "–"})
_LOOSE_ENDS = frozenset((",", ":", ";", ".", "-", "--", "—", "–", "and", "but", "who", "which"))
_NOBODY = frozenset(("no", "nobody", "none", "neither", "nothing"))
# "asking why", "said otherwise", "said so": a word that stands for words, and nothing that is said.
_POINTERS = frozenset("why what how when where who whose otherwise so nothing little".split())
_NOT = frozenset(("not", "n't", "never", "n’t"))
_HELPERS = frozenset("do does did has have had is are was were ca wo".split())
_WHEN_ONLY = re.compile(
    r"(?:(?:on|in|last|this|next|early|late|the|a|an|few|\d{1,4})\s+){0,3}"
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today|yesterday|tonight|morning|afternoon|evening|night|week|month|year|minutes?|hours?"
    r"|January|February|March|April|May|June|July|August|September|October|November|December|\d{1,4})[,.\s\d]*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Attribution:
    """Offsets are into the article. `speaker` is the phrase as found, `medium` who carried the words ("TASS quoted ...")."""

    unit: int
    cue: Run
    word: Cue
    speaker: Run | None
    content: tuple[Run, ...]
    addressee: Run | None = None
    medium: Run | None = None
    inside: int = -1
    negated: bool = False
    rules: tuple[str, ...] = ()


class Contents:
    """Reads one unit; knows which places are taken by cues and where words before a cue were cut off."""

    def __init__(self, unit: Unit, number: int, quotes: Sequence[Quote], cues: Cues) -> None:
        self.unit, self.number, self.quotes, self.cues = unit, number, quotes, cues
        self.cuts: set[int] = set()
        self.numbered = ByPlace(enumerate(quotes), lambda item: (item[1].start, item[1].end))
        self.contents: list[Run] = []
        self.claimed: set[Run] = set()
        self.spoken: list[tuple[int, Run]] = []
        self.taken: set[int] = set()
        self.places: dict[int, list[int]] = {}
        for k, inside in enumerate(unit.quoted):
            if inside >= 0:
                self.places.setdefault(inside, []).append(k)
        self.stops = self._stops()
        self.dateline = self._dateline()

    def _dateline(self) -> int:
        """The first word behind "MOSCOW, April 28 (ChinaMil) --"; 0 where the unit has no dateline."""
        unit = self.unit
        for k in range(1, min(len(unit), 14)):
            if unit.tags[k] in FINITE:
                return 0
            if unit.low[k] in {"--", "—", "–", "-"} and unit.text[unit.spans[0][0] : unit.spans[0][1]].isupper():
                return k + 1
        return 0

    def _stops(self) -> list[int]:
        """Indexes of the last words of inner sentences that end outside quotations."""
        unit = self.unit
        ends = set(unit.breaks)
        return [i for i in range(len(unit) - 1) if unit.spans[i][1] in ends and unit.quoted[i] < 0]

    def _bounds(self, index: int) -> Run:
        """The sentence around a word, final punctuation left out; inside a quotation, the sentence in it."""
        unit = self.unit
        inside = unit.quoted[index]
        low, high = 0, len(unit)
        if inside >= 0:
            low, high = index, index
            while low > 0 and unit.quoted[low - 1] == inside and unit.low[low - 1] not in {".", "?", "!", *MARKS}:
                low -= 1
            while high < len(unit) and unit.quoted[high] == inside and unit.low[high] not in {".", "?", "!", *MARKS}:
                high += 1
            return low, high
        low = self.dateline if index >= self.dateline else 0
        for stop in self.stops:
            if stop < index:
                low = stop + 1
            elif stop >= index:
                high = stop + 1
                break
        while high > low and unit.low[high - 1] in {".", "?", "!"} and unit.quoted[high - 1] < 0:
            high -= 1
        return low, high

    def _runs(self, start: int, end: int) -> tuple[Run, ...]:
        """Character runs of the words `start` to `end`: a quotation's own pieces where that is all there is."""
        unit = self.unit
        while start < end and unit.low[start] in {",", ":", "-", "--", "—", "–"}:
            start += 1
        while end > start and unit.low[end - 1] in _LOOSE_ENDS:
            end -= 1
        end = self._without_reference(start, end)
        if start >= end:
            return ()
        numbers = {unit.quoted[k] for k in range(start, end)}
        if len(numbers) == 1 and (number := numbers.pop()) >= 0:
            low, high = unit.spans[start][0], unit.spans[end - 1][1]
            # Pieces of paragraphs before this one come with it, for one cue speaks for all: “... ¶ “...,” he added.
            runs = [(max(a, low), min(b, high)) if b > low else (a, b) for a, b in self.quotes[number].pieces]
            if high >= self.quotes[number].pieces[0][1] and low <= self.quotes[number].pieces[0][0]:
                runs = list(self.quotes[number].pieces)
            return tuple(no_comma(unit.text, a, b) for a, b in runs if a < b)
        a, b = unit.spans[start][0], unit.spans[end - 1][1]
        for number in numbers:
            if number >= 0:
                b = (
                    max(b, self.quotes[number].end)
                    if self.quotes[number].pieces[0][0] > a and unit.quoted[end - 1] == number
                    else b
                )
        return (no_comma(unit.text, a, b),)

    def _without_reference(self, start: int, end: int) -> int:
        """Takes a closing "(ANI)" or "(6883)" off."""
        unit = self.unit
        if end - 1 > start and unit.low[end - 1] == ")":
            opening = end - 1
            while opening > start and unit.low[opening] != "(" and end - opening < 9:
                opening -= 1
            if unit.low[opening] == "(" and end - opening <= 4:
                return opening
        return end

    def _chars(self, run: Run | None) -> Run | None:
        if run is None or run[0] >= run[1]:
            return None
        return self.unit.spans[run[0]][0], self.unit.spans[run[1] - 1][1]

    def _speech(self, index: int) -> int:
        """The index of the quotation that ends at or right before this word, if it is speech and not a word in marks."""
        unit = self.unit
        place = index
        while (
            place >= 0
            and unit.quoted[place] < 0
            and unit.low[place] in {",", "-", "--", "—", "–"}
            and index - place < 2
        ):
            place -= 1
        if place < 0 or unit.quoted[place] < 0:
            return -1
        number = unit.quoted[place]
        if place + 1 < len(unit) and unit.quoted[place + 1] == number:
            return -1
        return number

    def _is_claimed(self, number: int) -> bool:
        """Whether a quotation opens the words of an attribution already found."""
        return no_comma(self.unit.text, *self.quotes[number].pieces[0]) in self.claimed

    def _words_in(self, number: int) -> int:
        return sum(self.unit.low[k] not in PUNCT for k in self.places.get(number, ()))

    def _quote_at(self, index: int) -> int:
        unit = self.unit
        return unit.quoted[index] if index < len(unit) and unit.low[index] in MARKS else -1

    def _left_begin(self, low: int, edge: int) -> int:
        """Where the words before a cue begin: the sentence's start, or the quotation's where nothing stands before it."""
        unit = self.unit
        number = self._speech(edge)
        begin = low
        if number >= 0:
            # "...; “We have kept our word,” says the party": what stands before the semicolon is another matter.
            for k in range(edge, low, -1):
                if unit.quoted[k] < 0 and (unit.low[k] == ";" or (unit.low[k] == ":" and has_finite(unit, low, k))):
                    begin = k + 1
                    break
            while begin > 0 and unit.quoted[begin - 1] == number:
                begin -= 1
            # "He would not plead: “I am a civilian,” he said", "..., “a tradition,” he said": marks set off open the words.
            first = self.places[number][0]
            stop = unit.low[first - 1].endswith(".") and unit.low[first - 1] != "."  # "at 2:50 a.m. “I was reading,”"
            if begin < first and (unit.low[first - 1] in _SET_OFF or stop) and unit.low[begin] not in {"if", "unless"}:
                self.cuts.add(first - 1)
                begin = first
            return begin
        # "Ruiz returned the compliment: the fair, he said, ...": what stands before the colon is the reporter's.
        colon = next((k for k in range(edge, low, -1) if unit.low[k] in {":", ";"} and unit.quoted[k] < 0), None)
        if colon is not None and colon < edge and (unit.low[colon] == ";" or has_finite(unit, low, colon)):
            begin = colon + 1
        return begin

    def _after_be(self, i: int) -> bool:
        place = i - 1
        while place >= 0 and self.unit.tags[place] in {"RB", "RBR"}:
            place -= 1
        return place >= 0 and self.unit.low[place] in BE

    def _opening(self, start: int, high: int, cue: Cue, *, strict: bool = False) -> tuple[int | None, str]:
        """Where the words begin behind a cue, and what they are: clause, inf(initive) or np."""
        unit, frames = self.unit, cue.frames
        if start >= high:
            return None, ""
        place = adjunct_end(unit, start, high) if unit.low[start] not in {"to"} or unit.tags[start] != "TO" else start
        if place < high and unit.low[place] == "," and place + 1 < high and self._quote_at(place + 1) < 0:
            # said, in a speech on Monday, that ...; said in the capital, Abuja, that ...
            again = adjunct_end(unit, place + 1, high)
            name = np_right(unit, place + 1, high, prepositions=False)
            if again < high and again > place + 1 and unit.low[again] == ",":
                place = again + 1
            elif place > start and unit.low[place + 1] == "that":
                place += 1  # said at a conference on Monday, that ...
            elif (
                cue.kind == "say"
                and place > start
                and unit.tags[start - 1] in FINITE
                and (self._is_clause(place + 1, high) or (time_word(unit, start) and self._clause_at(place + 1, high)))
            ):
                # "said in an interview, the army had left", but "said |at this rate, nobody would|"
                where = any(unit.low[k] in VENUES or time_word(unit, k) for k in range(start, place))
                return (place + 1 if where else start), "clause"
            elif place > start and name is not None and unit.low[name : name + 2] == (",", "that"):
                place = name + 1
        long_ago = unit.low[start : start + 2] == ("as", "long")  # "warned |as long ago as 2017| that"
        aside = (unit.tags[start] in {"IN", "TO"} or long_ago) and unit.low[start] not in {"that", *frames}
        if "t" in frames and aside and unit.tags[start + 1 : start + 2] != ("VB",):
            # "said in a statement read in Havana that ..."
            for k in range(place, min(high - 1, start + 14)):
                if unit.tags[k] in FINITE or unit.low[k] in {",", ";", ":"} or self._quote_at(k) >= 0:
                    break
                if unit.low[k] == "that" and unit.tags[k] == "IN":
                    return (k + 1, "clause") if self._is_said(k, start) else (None, "")
        topic = start + 1 < high and unit.low[start] in frames and unit.low[start] != "in"
        topic = topic and not time_word(unit, start + 1)  # "objected |to| visits to a shrine that honours the dead"
        for spot in dict.fromkeys((start,) if topic else (start, place)):
            if spot >= high:
                continue
            if unit.low[spot] in {"no", "yes"} and unit.low[spot + 1 : spot + 2] == (":",):
                return None, ""  # "said no: he had been ill"
            if "q" in frames and unit.low[spot] == "to" and self._quote_at(spot + 1) >= 0:
                return spot + 1, "clause"  # told his minister to “move ten battalions”
            low = unit.low[spot]
            if frames & {"t", "q"} and low == "that" and unit.tags[spot] in {"IN", "DT", "WDT"} and spot + 1 < high:
                if not self._is_said(spot, start):
                    return None, ""
                pronoun = unit.low[spot + 1] in BE or unit.tags[spot + 1] == "MD"  # "said |that was| achieved"
                if pronoun and unit.tags[spot - 1] not in FINITE:
                    return None, ""  # "a court ruling |that| would allow him to run"
                return (spot if pronoun else spot + 1), "clause"
            if (
                "q" in frames
                and low in {":", ","}
                and (spot + 1 < high)
                and (low == ":" or self._quote_at(spot + 1) >= 0)
            ):
                return spot + 1, "clause"
            if (
                "q" in frames
                and self._quote_at(spot) >= 0
                and (self._words_in(unit.quoted[spot]) >= 3 or "c" in frames or "n" not in frames)
            ):
                return spot, "clause"
            wh = unit.tags[spot] == "IN" and spot + 1 < high and unit.tags[spot + 1] in WH  # "asked by what right"
            if "w" in frames and (wh or unit.tags[spot] in WH or low in {"whether", "if"}):
                return spot, "clause"
            if "i" in frames and low in {"not", "never"} and spot + 2 < high and unit.tags[spot + 1] == "TO":
                return spot, "inf"
            if "if" in frames and low == "if":
                return spot, "clause"
            if (
                "i" in frames
                and unit.tags[spot] == "TO"
                and spot + 1 < high
                and unit.tags[spot + 1] in {"VB", "RB", "VBP"}
            ):
                return spot, "inf"
        behind = np_right(unit, start + 1, high, prepositions=False) if unit.tags[start] == "IN" else None
        for spot in dict.fromkeys((start, self._past_time(start, high), behind or start)):
            topical = spot + 1 < high and unit.low[spot] in frames and not time_word(unit, spot + 1)
            topical = topical and not (unit.low[spot] == "as" and self._is_clause(spot + 1, high))  # "as they went on"
            if topical and unit.tags[spot] in {"IN", "RP", "TO", "RB"}:
                return (spot + 1, "np") if unit.low[spot + 1] not in _NO_TOPIC else (None, "")
        if "n" in frames and not strict and self._gerund_at(start, high):
            return start, "inf"  # denied having shelled, ruled out using force
        plain = not time_word(unit, start) and unit.tags[start] != "IN"
        spot = start if plain or counts(unit, start, high) else place
        if "c" in frames and (
            self._clause_at(spot, high, object_too=strict or "n" in frames or "o" in frames)
            or self._predicate_in_marks(spot, high)
        ):
            return spot, "clause"
        terms = unit.low[start] == "in" and place < high and unit.low[place - 1] in {"terms", "term", "words"}
        if "n" in frames and not strict and terms and np_right(unit, place, high) is not None:
            return place, "np"  # "condemned |in the strongest terms| the raid"
        day = time_word(unit, start) and unit.low[start] in {"yesterday", "today", "tonight"}
        if "n" in frames and not strict and day and np_right(unit, start + 1, high) is not None:
            return start + 1, "np"  # "ruled out |yesterday| any talks"
        named = unit.tags[start] not in {"PRP", "RB", "IN", ",", "EX"} and not time_word(unit, start)
        named = named or counts(unit, start, high)
        named = named or (cue.word == "deny" and unit.low[start] in {"it", "this"})
        stop = np_right(unit, start + counts(unit, start, high), high)
        if "n" in frames and not strict and named and stop is not None:
            # "requested the judges |issue| a finding"
            bare = cue.kind == "request" and stop + 1 < high and unit.tags[stop] in {"VB", "VBP"}
            return start, "clause" if bare else "np"
        return None, ""

    def _is_clause(self, start: int, high: int) -> bool:
        """Whether a noun phrase with its finite verb right behind it begins here."""
        unit = self.unit
        stop = np_right(unit, start, high) if unit.tags[start] not in {"VBG", "VBN", "IN", "CC", "RB"} else None
        return stop is not None and stop < high and unit.tags[stop] in FINITE

    def _is_said(self, that: int, start: int) -> bool:
        """Whether the clause that this "that" opens is the cue's: not "said in response to a report |that| two had been boarded"."""
        unit = self.unit
        if that <= start or unit.low[that - 1] not in self.cues.nouns:
            return True
        return next(
            (unit.low[k] in _WHERE for k in range(that - 1, start - 1, -1) if unit.tags[k] in {"IN", "TO"}), True
        )

    def _predicate_in_marks(self, start: int, high: int) -> bool:
        """ "said the bill “copies what others have”": a subject, and marks around all the rest, with a verb in them."""
        unit = self.unit
        stop = np_right(unit, start, high)
        if stop is None or unit.tags[start] not in {"DT", "PRP$", "NNP", "NNS"} or self._quote_at(stop) < 0:
            return False
        words = [k for k in self.places[unit.quoted[stop]] if unit.low[k] not in PUNCT]
        after = self.places[unit.quoted[stop]][-1] + 1
        ended = after >= high or unit.low[after] in {",", "in", "at", "by", "on", "along", "including"}
        return len(words) > 3 and ended and unit.tags[words[0]] in FINITE | {"NNS", "VB"}

    def _past_time(self, start: int, high: int) -> int:
        """Behind adverbs and a day: "appealed on Wednesday |for a ceasefire", "protested strongly |against it"."""
        unit = self.unit
        place = start
        while place + 1 < high and (
            unit.tags[place] == "RB"
            or time_word(unit, place)
            or (unit.low[place] == "on" and time_word(unit, place + 1))
        ):
            place += 1
        return place

    def _past_aside(self, place: int, high: int, cue: Cue) -> int:
        """ "warned the president, by telephone, of ...": a short aside between the person and the words."""
        unit = self.unit
        if place >= high or unit.low[place] != ",":
            return place
        close = next((k for k in range(place + 2, min(high - 1, place + 8)) if unit.low[k] == ","), None)
        if close is None or has_finite(unit, place, close) or self._quote_at(close + 1) >= 0:
            return place
        opens = {"that", "to", "not"} | (cue.frames & {"of", "about", "against"})
        later = adjunct_end(unit, close + 1, high)  # "told the envoy, Ada Ruiz, on Monday that"
        return next((k for k in (close + 1, later) if k < high and unit.low[k] in opens), place)

    def _gerund_at(self, start: int, high: int) -> bool:
        unit = self.unit
        at = start + 1 if unit.low[start] == "not" and start + 1 < high else start
        return unit.tags[at] == "VBG" and at + 1 < high and unit.tags[at + 1] not in {"IN", ","}

    def _clause_at(self, start: int, high: int, *, object_too: bool = True) -> bool:
        """Whether a clause without "that" begins here: a noun phrase and a finite verb soon behind it.

        `object_too`: a noun phrase alone could stand here as well.
        """
        unit = self.unit
        alone = start + 1 >= high or unit.tags[start + 1] in {"CC", "IN"} or unit.low[start + 1] == ","
        if start >= high or (unit.low[start] in {"it", "this", "that", "him", "her", "them", "nothing"} and alone):
            return False  # "denied it and advised", "told him, too late, to go"
        gerund = unit.tags[start] == "VBG" and not object_too  # "says leaving the pact would cost it dear"
        if (
            unit.tags[start] in {",", ":", ".", "TO", "CC", "IN", "VB", "VBG", "WRB"}
            and not gerund
            and unit.low[start]
            not in {
                "if",
                "in",
                "as",
                "for",
                "after",
                "most",
            }
            and not counts(unit, start, high)
        ):
            return False
        # "that experts said would add": what is said lacks its subject.
        first = start if unit.tags[start] == "MD" else start + 1
        for k in range(first, min(high, start + 30)):
            if unit.tags[k] in FINITE:
                return unit.tags[k - 1] != "CC"  # "denied any part in it |and demanded| samples"
            if unit.low[k] == ";":
                return False
            apart = unit.low[k] == "," and k + 1 < high and (unit.tags[k + 1] in WH or time_after(unit, k + 1, high))
            if apart and object_too:
                return False  # "conceded defeat to a rival, whom he telephoned"
        return False

    def _make(
        self,
        i: int,
        last: int,
        cue: Cue,
        speaker: Run | None,
        content: tuple[Run, ...],
        *rules: str,
        addressee: Run | None = None,
        medium: Run | None = None,
    ) -> Attribution | None:
        unit = self.unit
        if not content or _WHEN_ONLY.fullmatch(unit.text, content[0][0], content[-1][1]):
            return None  # "spoke on Thursday": when, and not what
        if unit.text[content[0][0] : content[-1][1]].lower() in _POINTERS:
            return None
        if speaker is not None and unit.low[speaker[0]] in _NOBODY:
            return None  # "no state should tell another how to live"
        self.contents.extend(content)
        self.claimed.update(content)
        if speaker is not None and unit.quoted[i] < 0 and cue.part != "phrase":
            self.spoken.append((i, speaker))
        first = self._negation(i)
        return Attribution(
            unit=self.number,
            cue=(unit.spans[i if first is None else first][0], unit.spans[last][1]),
            word=cue,
            speaker=self._chars(speaker),
            content=content,
            addressee=self._chars(without_time(unit, *addressee) if addressee else None),
            medium=self._chars(medium),
            inside=unit.quoted[i],
            negated=first is not None,
            rules=rules,
        )

    def _negation(self, i: int) -> int | None:
        """The first word of what denies the cue: "does |not| also think", "never said"."""
        unit = self.unit
        first = next((k for k in range(i - 1, max(-1, i - 4), -1) if unit.low[k] in _NOT), None)
        if first is not None and first > 0 and (unit.tags[first - 1] == "MD" or unit.low[first - 1] in _HELPERS):
            return first - 1
        return first

    def _without_day(self, start: int, end: int) -> int:
        """“pledged closer cooperation on Tuesday”: the day is when it was pledged."""
        unit = self.unit
        if end - 2 > start and unit.low[end - 1].endswith("day") and time_word(unit, end - 1):
            return end - 2 if unit.low[end - 2] == "on" else end - 1
        return end


def no_comma(text: str, start: int, end: int) -> Run:
    """The run without a comma or semicolon at its end: it belongs to the sentence that reports.

    >>> no_comma("We agree,", 0, 9)
    (0, 8)
    """
    while end > start + 1 and (text[end - 1].isspace() or text[end - 1] in ",;"):
        end -= 1
    return start, end
