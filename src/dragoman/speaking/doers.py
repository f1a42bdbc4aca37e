"""Who does a verb of speech: its subject, that of the verb before it in a row, or whom a participle belongs to."""

from __future__ import annotations

from dragoman.naming.definites import sort_of_noun
from dragoman.speaking.clauses import FINITE, NOUNS, np_right, time_word
from dragoman.speaking.mending import BE_HAVE_DO
from dragoman.speaking.nouncues import NounCues
from dragoman.speaking.subjects import subject

__all__ = ["OPENS", "Doers"]

Run = tuple[int, int]
_SHOWN = frozenset(
    "speech video tape audiotape videotape message letter statement interview address sermon broadcast recording communique "
    "communiqué".split()
)
_PERCEIVED = frozenset("heard seen shown filmed recorded overheard".split())
_HOURS = frozenset("minute hour day night week month year".split())
OPENS = NOUNS | {"DT", "JJ", "PRP$"}


class Doers(NounCues):
    """Reads one unit, as `NounCues` does, and knows who does each verb in it."""

    def _participle_subject(self, i: int, low: int, high: int) -> Run | None:
        """ ", adding that ...": the subject of the sentence's last finite verb before it; "Citing ..., X said": of the next."""
        unit = self.unit
        if i == low or self._leads(i, low):
            return self._opening_doer(i, high)
        lead = {",", "while", "and", "by", "statement", "communique", "letter", "report", "after", "before", "in"}
        if unit.low[i - 1] not in lead:
            return None
        if (aside := self._aside_doer(i, low, high)) is not None:
            return aside
        # ", criticizing the US" goes with the main verb, not with a verb inside what was said before.
        finite = [k for k in range(low, i) if unit.tags[k] in FINITE and unit.quoted[k] < 0]
        before = self._outer([(k, run) for k, run in self.spoken if low <= k < i])
        free = [k for k in finite if not any(a <= unit.spans[k][0] < b for a, b in self.contents)]
        if before and (not free or max(free) <= max(before)[0]):
            return max(before)[1]  # "...," declared the chairman, demanding that ...
        main = [k for k in free if not self._subordinate(k, low)]
        if unit.low[i - 1] == "by" and free:
            main = free  # "whose envoy surprised the Council by condemning": the verb right before
        for place in reversed(main or free or finite):
            who = subject(unit, place, low)
            if who is not None:
                return who
        # "The minister stood by him, calling ...": the tagger knew no finite verb.
        stop = np_right(unit, low, i, prepositions=False) if not finite and unit.tags[low] in OPENS else None
        return (low, stop) if stop is not None and stop < i - 1 else None

    def _outer(self, spoken: list[tuple[int, Run]]) -> list[tuple[int, Run]]:
        """Of verbs with their speakers those that nobody else says, if any: "Ruiz repeated that Peru |opposes| the nets, criticizing"."""
        starts = self.unit.spans
        outer = [(k, run) for k, run in spoken if not any(a <= starts[k][0] < b for a, b in self.contents)]
        return outer or spoken

    def _sayer(self, i: int, low: int, high: int) -> Run | None:
        """Who does the verb at `i`: its subject, that of the verb before it in a row, or whom a participle belongs to."""
        unit = self.unit
        hanging = unit.tags[i] == "VBG" and (i == low or unit.low[i - 1] in {",", "while"} or self._leads(i, low))
        who = self._participle_subject(i, low, high) if hanging else None
        past = {"VBD", "VBZ", "VBP"} | ({"VBN"} if unit.low[i - 2 : i - 1] == (",",) else set())
        if unit.low[i - 1] in {"and", "but"} and i - 1 > low and unit.tags[i] in past:
            who = self._carried(i, low)
        elif unit.tags[i] == "VB" and (lead := self._did(i, low)) is not None:
            who = self._carried(lead, low)  # "but did not say when"
        if who is None and i > low:
            who = subject(unit, i, low)
        if who is None and unit.tags[i] == "VBG":
            who = self._participle_subject(i, low, high)
        if unit.tags[i] == "VBG" and unit.low[i - 1] in _PERCEIVED and (seen := subject(unit, i - 1, low)) is not None:
            return seen  # "Ruiz can be heard saying"
        if who is None or unit.tags[i] != "VBG" or not low < who[0] < who[1] <= i:
            return who
        if (
            unit.tags[i - 1] == "NNP"
            and unit.low[i - 2] == "of"
            and sort_of_noun(unit.low[i - 3]) is None
            and who[1] == i
        ):
            return i - 1, i  # "in the midst of |Peru asking| Chile to leave"
        absolute = next((k for k in range(who[1] - 2, who[0], -1) if unit.low[k] == "with"), None)
        if absolute is not None and who[1] == i and not self._is_shown(who, i):
            return absolute + 1, i  # "sparked concern |with some analysts suggesting|"
        near = all(unit.tags[k] == "IN" or time_word(unit, k) for k in range(who[1], i))
        if not near or unit.low[max(0, who[0] - 2) : who[0]] == (",", "with"):
            return who  # also ", with a cleric |telling| worshippers that"
        held = unit.tags[who[0] - 1] == "IN" or unit.low[i - 1].rstrip("s") in _HOURS or self._is_shown(who, i)
        held = held or self._is_thing(who, i)
        return (self._main_subject(i, low) if held else None) or who  # "marched chanting", "spent an hour blaming"

    def _is_thing(self, who: Run, i: int) -> bool:
        """ "defended |the increase| saying": the object of the verb before, which is nobody and holds no words."""
        unit = self.unit
        head = unit.low[i - 1]
        thing = sort_of_noun(head) is None and head not in _SHOWN and head not in self.cues.nouns
        thing = thing and unit.tags[i - 1] in {"NN", "NNS"}
        return thing and unit.tags[who[0]] in {"DT", "PRP$"} and unit.tags[who[0] - 1] in FINITE and who[1] == i

    def _is_shown(self, who: Run, i: int) -> bool:
        """ "marked the day with a speech |stressing|", "appeared in a video in August |pleading|": a phrase that hangs on the verb."""
        unit = self.unit
        held = any(unit.tags[k] == "IN" and unit.low[k] in {"in", "with", "on", "at"} for k in range(who[0], i))
        return held and any(unit.low[k] in _SHOWN for k in range(who[0], i))

    def _did(self, i: int, low: int) -> int | None:
        """The "did" of "but |did| not clearly say", where "and" or "but" stands right before it."""
        unit = self.unit
        place = i - 1
        while place > low and unit.tags[place] == "RB":
            place -= 1
        joined = place > low and unit.low[place] in {"did", "does", "do"} and unit.low[place - 1] in {"and", "but"}
        return place if joined else None

    def _leads(self, i: int, low: int) -> bool:
        """ "|After| saying for weeks that he would stay, the coach resigned": the participle of a phrase that opens the sentence."""
        return i == low + 1 and self.unit.low[low] in {"after", "before", "while", "despite", "by", "in", "on", "since"}

    def _carried(self, i: int, low: int) -> Run | None:
        """ "denied that there was a swap, and announced": whoever did the last verb outside what was said and who-clauses."""
        unit = self.unit
        finite = [k for k in range(low, i) if unit.tags[k] in FINITE and unit.quoted[k] < 0]
        if not finite:
            return None
        if self._in_open_relative(finite[-1], i, low):
            return subject(unit, finite[-1], low)
        said = [k for k in finite if any(a <= unit.spans[k][0] < b for a, b in self.contents)]
        main = [k for k in finite if k not in said and not self._subordinate(k, low)]
        before = self._outer([(k, run) for k, run in self.spoken if low <= k < i])
        if finite[-1] not in said and finite[-1] not in main and "," not in unit.low[finite[-1] : i]:
            return None  # ", whose minister denied it and spoke of": no comma ends the clause before "and"
        if finite[-1] in said and before and (not main or main[-1] <= max(before)[0]):
            return max(before)[1]
        if main and main[-1] != finite[-1]:
            return subject(unit, main[-1], low)
        return None

    def _in_open_relative(self, verb: int, i: int, low: int) -> bool:
        """ "met Ruiz, who opened the fair and explained the rules": no comma closes the who-clause before its second verb."""
        unit = self.unit
        if any(unit.low[k] in {",", ";", ":"} for k in range(verb + 1, i)):
            return False
        place = verb - 1
        while place > low and (unit.tags[place] in {"RB", "MD", "VBD", "VBZ", "VBP"} and verb - place < 4):
            place -= 1
        if place > low and unit.low[place] == "who" and unit.low[place - 1] == ",":
            return True
        place = verb - 1
        while place > low and (unit.tags[place] == "RB" or unit.low[place] in BE_HAVE_DO):
            place -= 1  # "the clerics who had denounced them and praised the court"
        return place > low and unit.low[place] == "who" and unit.tags[place - 1] in NOUNS
