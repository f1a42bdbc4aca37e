"""One unit of text as the attribution rules read it: sentence bounds, where attributed words open, and where they end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman.clauses import BE, FINITE, NOUNS, Unit, adjunct_end, has_finite, np_right, time_word, without_time
from dragoman.cues import Cue, Cues
from dragoman.quotes import Quote

__all__ = ["MARKS", "PUNCT", "WH", "Attribution", "Contents", "no_comma"]

Run = tuple[int, int]
WH = frozenset({"WRB", "WP", "WDT", "WP$"})
MARKS = frozenset({'"', "“", "”", "„", "«", "»", "``", "''", "‘", "’", "'"})
PUNCT = frozenset({",", ".", ":", ";", "?", "!", "-", "--", "—", "–", "…", "..."}) | MARKS
_CUT_CC = frozenset({"but", "yet", "while", "whereas", "although", "though"})
_NP_STOP = frozenset("after before when while because although though since as until that which who whom".split())
_LOOSE_CC = frozenset({"and", "so", "cause", "because", "since", "as", "but", "yet", "or"})
_LOOSE_KINDS = frozenset({"belief", "know", "request", "commit"})
_SUBORDINATE = frozenset("after although while when as since because before though despite if".split())
_STRONG = 0.85
_NOW = frozenset("is are will can may must has have 's ’s".split())
_BACK = frozenset("had would could might should".split())
# "spoke on condition of anonymity", "on television": how or where, and not what about.
_NO_TOPIC = frozenset("condition background behalf television tv radio air camera stage record".split())
_SET_OFF = frozenset({",", ":", ".", "--", "—", "–"})
_NOBODY = frozenset(("no", "nobody", "none", "neither"))
_NOT = frozenset(("not", "n't", "never", "n’t"))
_HELPERS = frozenset("do does did has have had is are was were ca wo".split())
_WHEN_ONLY = re.compile(
    r"(?:(?:on|in|last|this|next|early|late|the|a|an|few|\d{1,4})\s+){0,3}"
    r"(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|today|yesterday|tonight|morning|afternoon|evening|night|week|month|year|minutes?|hours?"
    r"|January|February|March|April|May|June|July|August|September|October|November|December|\d{1,4})[,.\s\d]*",
    re.I,
)
_NEXT_CLAUSE = frozenset({"DT", "PRP", "NNP", "NN", "NNS", "JJ", "PRP$", "NNPS", "EX", "CD"})


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
        while end > start and unit.low[end - 1] in {",", ":", ";", ".", "-", "--", "—", "–", "and", "but"}:
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
        colon = next((k for k in range(edge, low, -1) if unit.low[k] == ":" and unit.quoted[k] < 0), None)
        if colon is not None and colon < edge and has_finite(unit, low, colon):
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
            # said, in a speech on Monday, that ...
            again = adjunct_end(unit, place + 1, high)
            if again < high and again > place + 1 and unit.low[again] == ",":
                place = again + 1
        if "t" in frames and unit.tags[start] == "IN" and unit.low[start] != "that":
            # "said in a statement read in Havana that ..."
            for k in range(place, min(high - 1, start + 14)):
                if unit.tags[k] in FINITE or unit.low[k] in {",", ";", ":"} or self._quote_at(k) >= 0:
                    break
                if unit.low[k] == "that" and unit.tags[k] == "IN":
                    return k + 1, "clause"
        for spot in dict.fromkeys((start, place)):
            if spot >= high:
                continue
            if "q" in frames and unit.low[spot] == "to" and self._quote_at(spot + 1) >= 0:
                return spot + 1, "clause"  # told his minister to “move ten battalions”
            low = unit.low[spot]
            if frames & {"t", "q"} and low == "that" and unit.tags[spot] in {"IN", "DT", "WDT"} and spot + 1 < high:
                return spot + 1, "clause"
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
            if "i" in frames and low == "not" and spot + 2 < high and unit.tags[spot + 1] == "TO":
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
        aside = np_right(unit, start + 1, high, prepositions=False) if unit.tags[start] == "IN" else None
        for spot in dict.fromkeys((start, self._past_time(start, high), aside or start)):
            topical = spot + 1 < high and unit.low[spot] in frames and not time_word(unit, spot + 1)
            if topical and unit.tags[spot] in {"IN", "RP", "TO", "RB"}:
                return (spot + 1, "np") if unit.low[spot + 1] not in _NO_TOPIC else (None, "")
        if "n" in frames and not strict and self._gerund_at(start, high):
            return start, "inf"  # denied having shelled, ruled out using force
        spot = start if not time_word(unit, start) and unit.tags[start] != "IN" else place
        if "c" in frames and self._clause_at(spot, high):
            return spot, "clause"
        named = unit.tags[start] not in {"PRP", "RB", "IN", ",", "EX"} and not time_word(unit, start)
        named = named or (cue.word == "deny" and unit.low[start] in {"it", "this"})
        if "n" in frames and not strict and named and np_right(unit, start, high) is not None:
            return start, "np"
        return None, ""

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

    def _clause_at(self, start: int, high: int) -> bool:
        """Whether a clause without "that" begins here: a noun phrase and a finite verb soon behind it."""
        unit = self.unit
        alone = start + 1 >= high or unit.tags[start + 1] in {"CC", "IN"} or unit.low[start + 1] == ","
        if start >= high or (unit.low[start] in {"it", "this", "that", "him", "her", "them"} and alone):
            return False  # "denied it and advised", "told him, too late, to go"
        if unit.tags[start] in {",", ":", ".", "TO", "CC", "IN", "VB", "VBG", "WRB"} and unit.low[start] not in {
            "if",
            "in",
            "as",
            "for",
            "after",
            "most",
        }:
            return False
        # "that experts said would add": what is said lacks its subject.
        first = start if unit.tags[start] == "MD" else start + 1
        for k in range(first, min(high, start + 30)):
            if unit.tags[k] in FINITE:
                return True
            if unit.low[k] == ";":
                return False
            if unit.low[k] == "," and k + 1 < high and unit.tags[k + 1] in WH:
                return False  # "conceded defeat to a rival, whom he telephoned"
        return False

    def _content_end(self, start: int, high: int, mode: str, cue: int) -> int:
        """Where the words end: the sentence, or the next attribution, or the clause that the speaker no longer says."""
        unit = self.unit
        relative = self._in_aside(cue)
        if self._kind(cue) in _LOOSE_KINDS:
            high = self._loose_end(start, high, cue)
        lead = self._in_lead(cue)
        k = start
        quote = self._quote_at(start)
        while k < high:
            if unit.quoted[k] >= 0 and unit.quoted[k] != unit.quoted[cue]:
                number = unit.quoted[k]
                while k < high and unit.quoted[k] == number:
                    k += 1
                noun = unit.tags[cue] in NOUNS and k < high and unit.tags[k] in FINITE
                if number == quote and (k >= high or unit.low[k] in {",", ";", "-"} or noun):
                    return k  # also where the sentence goes on: "her remark that “nobody is safe” angered many"
                continue
            if k > start and (
                k in self.cuts
                or (
                    self._ends_here(k, start, high, mode, relative, lead, cue)
                    and not self._said_too(k, high, mode, cue)
                )
            ):
                return k
            if unit.low[k] == ")":
                return k  # the cue stands in the brackets that end here
            if unit.low[k] == "(":
                close = next((m for m in range(k, min(high, k + 40)) if unit.low[m] == ")"), k)
                k = close
            k += 1
        return high

    def _kind(self, cue: int) -> str:
        options = self.cues.verbs.get(self.unit.low[cue], ())
        return options[-1][0].kind if options else ""

    def _loose_end(self, start: int, high: int, cue: int) -> int:
        """Belief, wishes and promises end where the next clause begins: ", so ...", "because ...", ", and we ..."."""
        unit = self.unit
        for k in range(start + 2, high):
            if unit.quoted[k] >= 0 and unit.quoted[k] != unit.quoted[cue]:
                continue
            word, nxt = unit.low[k], unit.low[k + 1] if k + 1 < high else ""
            if word == "," and nxt in _LOOSE_CC and self._clause_at(k + 2, min(high, k + 12)):
                return k
            if word in {"because", "cause", "b/c", "since", "although", "though"} and self._clause_at(k + 1, high):
                return k - 1 if unit.low[k - 1] == "," else k
            if word == "so" and self._clause_at(k + 1, min(high, k + 6)) and unit.tags[k + 1] in {"PRP", "DT", "NNP"}:
                return k - 1 if unit.low[k - 1] == "," else k
        return high

    def _said_too(self, k: int, high: int, mode: str, cue: int) -> bool:
        """ "says A is ready, but B needs time", "said A had gone, but that B would stay": the tense tells that the speaker goes on."""
        unit = self.unit
        first = k + 2 if unit.low[k] == "," else k + 1
        if mode != "clause" or first >= high or unit.low[first - 1] not in {"but", "yet"}:
            return False
        if unit.low[first] == "that":
            return first + 1 < high and unit.tags[first + 1] not in FINITE
        if unit.low[first] in {"he", "she", "it", "they", "not"} or unit.quoted[first] >= 0:
            return False
        verbs = [m for m in range(first, high) if unit.tags[m] in FINITE and unit.quoted[m] < 0]
        told = any(
            max(c.strength for c, _ in self.cues.verbs[unit.low[m]]) >= _STRONG
            for m in verbs
            if unit.low[m] in self.cues.verbs
        )
        if not verbs or told or "," in unit.low[first : verbs[0]] or verbs[0] - first > 12:
            return False
        tag, word = unit.tags[verbs[0]], unit.low[verbs[0]]
        if unit.tags[cue] in {"VBZ", "VBP"}:
            return tag in {"VBZ", "VBP"} or word in {"will", "can", "must", "may", "should"}
        past = word == "had" and any(unit.tags[m] == "VBN" for m in range(verbs[0] + 1, min(high, verbs[0] + 4)))
        return unit.tags[cue] in {"VBD", "VBN"} and (past or word in {"would", "could", "might", "must", "should"})

    def _ends_here(self, k: int, start: int, high: int, mode: str, relative: bool, lead: bool, cue: int) -> bool:
        unit = self.unit
        low, tag = unit.low[k], unit.tags[k]
        nxt = unit.low[k + 1] if k + 1 < high else ""
        nxt_tag = unit.tags[k + 1] if k + 1 < high else ""
        if low == ";":
            return True
        if mode == "np" and self._noun_ends(k, high):
            return True
        if mode == "inf" and tag in FINITE and unit.tags[k - 1] == "CC":
            return True
        if low in {"--", "—", "–"} and nxt in {"these", "this", "it", "they", "he", "she"}:
            return self._clause_at(k + 1, high)
        if low in {"but", "yet"} and tag in {"CC", "RB", "IN"} and k > start + 1:
            next_clause = nxt_tag in _NEXT_CLAUSE | {"NNS", "WRB", "CC"} and self._clause_at(k + 1, min(high, k + 9))
            return next_clause or (mode == "clause" and self._shared_cue(k, high))
        if low == ",":
            return self._comma_ends(k, start, high, mode, relative, lead, cue)
        if tag == "CC" and low == "and" and mode == "clause" and unit.tags[k + 1 : k + 2] == ("VBD",):
            word = self.cues.verbs.get(nxt)
            if word and word[-1][0].strength >= _STRONG and self._told_on(k + 1, start, high, cue):
                return True  # "denied that it had fired and condemned the raid"
        spoken = low == "and" and mode == "clause" and nxt in self.cues.verbs and unit.tags[cue] == nxt_tag == "VBD"
        if spoken and self._joined_cue(k + 1, high):
            return True  # "said it was ready and appealed to all sides to stay calm"
        return tag == "CC" and low in {"and", "but"} and self._shared_cue(k, high)

    def _noun_ends(self, k: int, high: int) -> bool:
        """A noun phrase ends at a verb, a subordinator that is not "the fact that", or a comma outside a list."""
        unit = self.unit
        low, tag = unit.low[k], unit.tags[k]
        if tag in FINITE or (low == "without" and k + 1 < high and unit.tags[k + 1] == "VBG"):
            return True
        if low in _NP_STOP:
            return not (low == "that" and tag == "IN" and unit.tags[k - 1] in NOUNS)
        if low == "-" and k + 1 < high and unit.tags[k + 1] in {"NN", "NNS", "JJ", "VBN", "TO"} and tag != ":":
            return False  # "dual - use goods", in texts whose hyphens stand apart
        if low in {",", "-", "--", "—"}:
            return not self._list_goes_on(k, high)
        if tag == "CC":
            after = k + 1
            while after < high and unit.tags[after] == "RB":
                after += 1
            cue = after < high and unit.tags[after] == "VBN" and unit.low[after] in self.cues.verbs
            return after < high and (unit.tags[after] in FINITE or (cue and unit.low[after].endswith("ed")))
        return False

    def _told_on(self, first: int, start: int, high: int, cue: int) -> bool:
        """ "said it would leave, and its guests |stayed|": by the tenses the clause behind "and" is the reporter's again."""
        unit = self.unit
        said = [unit.low[m] if unit.tags[m] != "VBP" else "is" for m in self._finite(start, first)]
        after = next(iter(self._finite(first, min(high, first + 14))), None)
        that = unit.low[first : first + 1] == ("that",)
        if unit.tags[cue] not in {"VBD", "VBN"} or that or not said or after is None or unit.tags[after] != "VBD":
            return False
        now = all(word in _NOW or (word.endswith("s") and word not in {"was", "has"}) for word in said)
        back = all(word in _BACK for word in said) and unit.low[after] not in {"was", "were", "had", "did"}
        return now or back

    def _finite(self, start: int, end: int) -> list[int]:
        """The finite verbs of a run that stand in no relative clause and in no marks."""
        unit = self.unit
        run = [m for m in range(start, end) if unit.tags[m] in FINITE and unit.quoted[m] < 0]
        return [m for m in run if unit.tags[m - 1] not in {"WDT", "WP"}]

    def _comma_ends(self, k: int, start: int, high: int, mode: str, relative: bool, lead: bool, cue: int) -> bool:
        unit = self.unit
        nxt = unit.low[k + 1] if k + 1 < high else ""
        nxt_tag = unit.tags[k + 1] if k + 1 < high else ""
        if nxt in self.cues.verbs and nxt_tag == "VBG":
            return True
        if nxt == "with" and any(
            unit.tags[m] == "VBG"
            and unit.low[m] in self.cues.verbs
            and ({"that", "reporters"} & set(unit.low[m + 1 : m + 3]) or unit.low[m + 1] in MARKS)
            for m in range(k + 3, min(high - 1, k + 9))
        ):
            return True  # ", with a cleric telling worshippers that"
        if nxt in {"a", "an"} and self._about_the_words(k, high):
            return True
        if nxt in _CUT_CC and any(unit.tags[m] in FINITE for m in range(k + 3, min(high, k + 14))):
            return True
        if mode == "inf" and nxt == "and" and has_finite(unit, k + 2, min(high, k + 12)):
            return True
        if mode == "inf" and nxt == "so" and self._clause_at(k + 2, min(high, k + 10)):
            return True
        if mode == "clause" and nxt == "and" and self._told_on(k + 2, start, high, cue):
            return True
        if mode == "inf" and nxt in self.cues.verbs and nxt_tag in {"VBZ", "VBD"}:
            return True  # "denies swapping files, calls the leak"
        if relative and (nxt_tag in FINITE or nxt_tag in {"CC", "VBN", "VB"}):
            return True
        if nxt == "and" and mode != "np" and self._new_attribution(k + 2, high):
            return True
        if lead and (nxt == "please" or nxt_tag == "VB"):
            return True
        return lead and nxt_tag in _NEXT_CLAUSE and self._clause_at(k + 1, high)

    def _about_the_words(self, k: int, high: int) -> bool:
        """ ", a remark that ...", ", a claim Moscow denied": the reporter goes on about what was said."""
        unit = self.unit
        noun = next((m for m in range(k + 2, min(high, k + 5)) if unit.tags[m] in NOUNS), None)
        if noun is None or noun + 1 >= high:
            return False
        spoken = unit.low[noun] in self.cues.nouns or unit.low[noun] in {"charge", "idea", "comparison", "version"}
        if not spoken and unit.tags[noun + 1] in _NEXT_CLAUSE:
            # ", a step the minister called “rash”": somebody else says it.
            verb = next((m for m in range(noun + 2, min(high, noun + 9)) if unit.tags[m] in FINITE), None)
            return verb is not None and any("l" in cue.frames for cue, _ in self.cues.verbs.get(unit.low[verb], ()))
        return spoken and unit.tags[noun + 1] in {"WDT", "IN", "NNP", "DT", "PRP", "VBN", "VBD"}

    def _shared_cue(self, k: int, high: int) -> bool:
        """ "... and said that": the same speaker goes on with a cue of its own."""
        unit = self.unit
        m = k + 1
        while m < high and (unit.tags[m] == "RB" or unit.low[m] in {"did", "does", "do"}):
            m += 1
        if m >= high or unit.low[m] not in self.cues.verbs or m in self.taken:
            return False
        if unit.low[k - 1] == "," and self._joined_cue(m, high):
            return True
        if unit.tags[m] not in {"VBD", "VBZ", "VB"} or (unit.tags[m] == "VB" and unit.low[m - 1] in {"and", "but"}):
            return False
        cue = self.cues.verbs[unit.low[m]][0][0]
        found, how = self._opening(m + 1, high, cue)
        return found is not None and (how == "clause" or cue.kind in {"say", "write"})

    def _joined_cue(self, m: int, high: int) -> bool:
        """ ", and called for ...": behind a comma a strong cue in the past goes on with the speaker, and not in what he said."""
        unit = self.unit
        if unit.tags[m] not in {"VBD", "VBZ", "VBN"} or unit.low[m - 1] != "and":
            return False
        for cue, particles in self.cues.verbs[unit.low[m]]:
            after = m + 1 + len(particles)
            if cue.strength < _STRONG or unit.low[m + 1 : after] != particles or after >= high:
                continue
            if self._opening(after, high, cue)[0] is not None:
                return True
            stop = np_right(unit, after, high, prepositions=False) if "o" in cue.frames else None
            if stop is not None and stop < high and unit.low[stop] in {"to", "not"} | (cue.frames & {"of", "against"}):
                return True  # "and appealed to all sides to ..."
        return False

    def _new_attribution(self, start: int, high: int) -> bool:
        """Whether behind ", and" somebody else speaks or another day begins: "..., and on 18 December X declared"."""
        unit = self.unit
        if start < high and unit.low[start] == "that":
            return False
        if (
            start + 1 < high
            and unit.tags[start] == "IN"
            and any(
                time_word(unit, k) or (unit.tags[k] == "CD" and len(unit.low[k]) == 4)
                for k in range(start + 1, min(high, start + 4))
            )
        ):
            return True
        for k in range(start + 1, min(high, start + 12)):
            if unit.low[k] in {",", "that", ";"}:
                return False
            if unit.tags[k] in {"VBD", "VBZ", "VBP"}:
                return unit.low[k] in self.cues.verbs and self.cues.verbs[unit.low[k]][-1][0].strength >= 0.8
        return False

    def _list_goes_on(self, k: int, high: int) -> bool:
        """Whether a comma is inside a list of nouns: "including A, B and C"."""
        unit = self.unit
        stop = np_right(unit, k + 1, high) if k + 1 < high else None
        return (
            stop is not None
            and unit.tags[k + 1] not in {"DT", "PRP"}
            and any(unit.low[m] in {"and", "or"} for m in range(k + 1, min(high, stop + 4)))
            and not has_finite(unit, k + 1, min(high, stop + 6))
        )

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
        if speaker is not None and unit.low[speaker[0]] in _NOBODY:
            return None  # "no state should tell another how to live"
        self.contents.extend(content)
        self.claimed.update(content)
        if speaker is not None and unit.quoted[i] < 0:
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

    def _in_aside(self, cue: int) -> bool:
        unit = self.unit
        for place in range(cue - 1, max(-1, cue - 10), -1):
            if unit.low[place] == ",":
                return False
            if unit.tags[place] in {"WDT", "WP"}:
                return place > 0 and unit.low[place - 1] in {",", "(", "--", "—"}
        return False

    def _in_lead(self, cue: int) -> bool:
        unit = self.unit
        low, _ = self._bounds(cue)
        if any(unit.low[k] == "," for k in range(low, cue)):
            return False
        first = low
        while first < cue and unit.low[first] in MARKS:
            first += 1
        return unit.low[first] in {
            "after",
            "although",
            "while",
            "when",
            "as",
            "since",
            "because",
            "before",
            "though",
            "despite",
            "if",
        } or unit.tags[first] in {"VBG", "VBN", "VBD"}  # "Asked whether ...": no past tense, for it has no subject

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
