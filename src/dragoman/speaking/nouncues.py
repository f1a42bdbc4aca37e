"""Nouns that attribute: "a warning from the bank that ...", "its pledge to ...", "demands for ..."."""

from __future__ import annotations

from dragoman.speaking.clauses import FINITE, NOUNS, adjunct_end, has_finite, np_left, np_right, time_word
from dragoman.speaking.contents import WH, Attribution
from dragoman.speaking.cues import Cue
from dragoman.speaking.relays import Relays
from dragoman.speaking.subjects import subject

__all__ = ["NounCues"]

Run = tuple[int, int]
_SURFACED = frozenset("surfaced emerged circulated spread appeared arose surface emerge circulate".split())
_BREAKS = frozenset(
    ", ; : that after although as because before if since than though unless until when where while".split()
)


class NounCues(Relays):
    """Reads the nouns of saying in one unit: whose they are, what opens behind them and where it ends."""

    def _noun(self, i: int) -> Attribution | None:
        unit = self.unit
        cue = self.cues.nouns.get(unit.low[i])
        if cue is None or unit.tags[i] not in NOUNS or unit.quoted[i] >= 0:
            return None
        low, high = self._bounds(i)
        place = i + 1
        speaker = self._possessor(i, low)
        if (
            speaker is None
            and place < high
            and (
                unit.low[place] in {"by", "from"}
                or (unit.low[place] == "made" and place + 1 < high and unit.low[place + 1] == "by")
            )
        ):
            begin = place + (2 if unit.low[place] == "made" else 1)
            stop = np_right(unit, begin, high)
            if stop is not None:
                speaker, place = (begin, stop), stop
        if place >= high:
            return None
        if speaker is None:
            speaker = self._owner(i, low)
            if speaker is not None and unit.tags[speaker[0]] == "EX":
                speaker = None  # "There were reports that ..."
        start, mode = self._noun_opening(place, high, cue)
        dashed = unit.low[place] in {"-", "--", "—", "–", ":", ","} and self._quote_at(place + 1) >= 0
        if start is None and speaker is not None and dashed and self._words_in(unit.quoted[place + 1]) > 2:
            start, mode = place + 1, "clause"  # "her parting remark – “I can add” – was on every page"
        if start is None or (speaker is None and unit.low[start] == "not"):
            return None
        end = self._content_end(start, high, mode, i)
        if mode == "clause" and not has_finite(unit, low, i):
            end = self._subject_clause_end(start, end)
        if mode == "inf":
            # "its pledge not to leave |appears to hold|": the noun is the subject of what follows.
            stops = (k for k in range(start + 2, end) if unit.tags[k] in FINITE and unit.tags[k - 1] in NOUNS)
            stop = next(stops, end)
            end = stop if not {"that", "which", "who", "if", "when", ","} & set(unit.low[start:stop]) else end
        return self._make(i, i, cue, speaker, self._runs(start, end), f"noun, {mode}")

    def _subject_clause_end(self, start: int, end: int) -> int:
        """ "a warning that prices could rise |has unsettled ...|": a second verb without a subject of its own is the sentence's."""
        unit = self.unit
        first = next((k for k in range(start, end) if unit.tags[k] in FINITE), end)
        told = (
            any(frame in cue.frames for cue, _ in self.cues.verbs.get(unit.low[first], ()) for frame in "ct")
            if first < end
            else True
        )
        for k in range(first + 1, end):
            if unit.tags[k] in WH | {"CC"} or unit.low[k] in _BREAKS or unit.quoted[k] >= 0:
                return end
            if unit.tags[k] in FINITE and not told and k - first > 1:
                return k - 1 if unit.tags[k - 1] == "RB" else k
        return end

    def _owner(self, i: int, low: int) -> Run | None:
        """ "dismissed suggestions that": a noun of speech right behind a verb is its subject's to answer for."""
        unit = self.unit
        place = i - 1
        while place > low and unit.tags[place] in {"DT", "JJ", "RB"} and i - place < 4:
            place -= 1
        return subject(unit, place, low) if place > low and unit.tags[place] in {"VBD", "VBZ", "VBP"} else None

    def _noun_opening(self, place: int, high: int, cue: Cue) -> tuple[int | None, str]:
        unit = self.unit
        word, tag = unit.low[place], unit.tags[place]
        if (
            "t" in cue.frames
            and word == "that"
            and tag in {"IN", "WDT"}
            and place + 1 < high
            and unit.tags[place + 1] not in FINITE
            and not time_word(unit, place + 1)  # "in a statement that week"
        ):
            return place + 1, "clause"
        later = adjunct_end(unit, place, high)
        if "t" in cue.frames and later + 1 < high and any(time_word(unit, k) for k in range(place, later)):
            # "a declaration on February 3rd, that ..."
            later += unit.low[later] == ","
            if unit.low[later] == "that":
                return later + 1, "clause"
        if "i" in cue.frames and tag == "TO" and place + 1 < high and unit.tags[place + 1] in {"VB", "RB"}:
            return place, "inf"
        if "i" in cue.frames and word == "not" and unit.tags[place + 1 : place + 2] == ("TO",):
            return place, "inf"  # "its pledge not to leave"
        if "t" in cue.frames and word in _SURFACED and unit.low[place + 1 : place + 2] == ("that",):
            return place + 2, "clause"  # "reports surfaced that ..."
        if word in cue.frames and tag in {"IN", "TO"}:
            return place + 1, "np"
        return None, ""

    def _possessor(self, i: int, low: int) -> Run | None:
        unit = self.unit
        place = i - 1
        inner = {"JJ", "NN", "NNP", "CD", "JJS", "JJR", "VBN", "VBG", "RB"}
        while place >= low and unit.tags[place] in inner and i - place < 6:
            place -= 1
        if place < low:
            return None
        if unit.tags[place] == "PRP$":
            return place, place + 1
        if unit.tags[place] == "POS" and place > low:
            if time_word(unit, place - 1):  # "Thursday's Harbour Post |reports| on": not the day's
                return (place + 1, i) if unit.tags[i - 1] == "NNP" else None
            return np_left(unit, place - 1, low)
        if i - 1 > place and unit.tags[i - 1] == "NNP":
            return np_left(unit, i - 1, low)  # "the Coalition decision to ..."
        return None
