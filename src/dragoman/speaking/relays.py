"""Constructs with a shape of their own: words that a medium carries (“...,” TASS quoted Shoigu as saying), "in his view", what one calls or
accuses another of, and "as X said"."""

from __future__ import annotations

from dataclasses import replace

from dragoman.speaking.clauses import BE, FINITE, NOUNS, Unit, adjunct_end, has_finite, np_right, time_word
from dragoman.speaking.contents import PUNCT, Attribution
from dragoman.speaking.cues import Cue
from dragoman.speaking.fragments import Fragments
from dragoman.speaking.subjects import subject

__all__ = ["Relays", "hangs_on"]

Run = tuple[int, int]
_SPANS = frozenset(("days", "weeks", "months", "years", "decades", "centuries", "past", "last"))
_OBJECT = frozenset(("DT", "PRP$", "PRP", "CD"))
_VIEWS = frozenset(("view", "opinion", "judgment", "judgement", "estimation", "words", "telling"))


def hangs_on(unit: Unit, start: int, limit: int) -> bool:
    """Whether what follows up to `limit` is no more than where, how and why: "said |in a note read by two|"."""
    if (
        start >= limit
        or unit.tags[start] not in {"IN", "TO", "VBN", "VBG", "RB", "RBR", "RP"}
        or unit.low[start] == "that"
    ):
        return False
    rest = range(start, limit)
    return not any(unit.quoted[k] >= 0 or unit.low[k] in {":", "that"} for k in rest) and not has_finite(
        unit, start, limit
    )


class Relays(Fragments):
    """Reads quoting by a medium and "in his view" in one unit, before all other rules."""

    def _views(self) -> list[tuple[int, Attribution]]:
        """ "In her view the rite matters less than the feast"; "Peru has, in the envoy's opinion, gained most": the sentence around it."""
        found = []
        unit = self.unit
        for i in range(len(unit) - 3):
            if unit.low[i] != "in" or unit.quoted[i] >= 0:
                continue
            low, high = self._bounds(i)
            own = i + 1 if unit.tags[i + 1] == "PRP$" else None
            owner = next((k for k in range(i + 2, min(high, i + 8)) if unit.tags[k] == "POS"), None)
            last = (own or owner or i) + 1
            if (own is None and owner is None) or last >= high or unit.low[last] not in _VIEWS:
                continue
            if own is None and not any(unit.tags[k] in NOUNS for k in range(i + 1, last - 1)):
                continue
            who = (i + 1, i + 2) if own is not None else (i + 1, last - 1)
            start = last + 2 if last + 1 < high and unit.low[last + 1] == "," else last + 1
            tail = self._runs(start, self._content_end(start, high, "clause", i)) if start < high else ()
            # "She took another view: in her words, ...": what stands before the colon is the reporter's.
            alone = unit.low[i - 1] in {":", ";"}
            head = self._runs(self._left_begin(low, i - 1), i) if i > low + 1 and not alone else ()
            # A sentence that "in her view" opens is all hers, even where the tagger finds no verb in it.
            finite = any(tag in FINITE for tag in unit.tags[low:high]) if head else high - start > 3
            if self._quote_at(start) >= 0 or not finite:
                continue
            cue = Cue("view", "phrase", "belief", frozenset(), 0.85, None)
            made = self._make(i, last, cue, who, (*head, *tail), "in somebody's view")
            if made is not None:
                self.taken.update(range(i, last + 1))
                found.append((i, made))
        return found

    def _quoted_content(
        self, end: int, who: Run, medium: Run | None, low: int, high: int, *, with_saying: bool
    ) -> tuple[Run, ...]:
        unit = self.unit
        first = min(run[0] for run in (who, medium) if run is not None)
        after = adjunct_end(unit, end + 1, high)
        if after < high and with_saying and unit.low[after] in {"that", ":", ","}:
            after += 1
        edge = first - 1
        spoken = edge >= 0 and unit.quoted[edge] >= 0 and unit.low[after : after + 1] not in ((":",), ("that",))
        if unit.low[end] == "telling" and (stop := np_right(unit, end + 1, high, prepositions=False)) is not None:
            after = adjunct_end(unit, stop, high) + (unit.low[stop : stop + 1] == ("that",))
        if after < high - 1 and with_saying and not (spoken and self._quote_at(after) < 0):
            return self._runs(after, self._content_end(after, high, "clause", end))
        if edge < 0 or unit.low[edge] not in PUNCT:
            return ()
        self.cuts.add(edge)
        return self._runs(self._left_begin(low, edge), edge + 1 if unit.quoted[edge] >= 0 else edge)

    def _quoted_as(self) -> list[tuple[int, Attribution]]:
        """“...,” TASS quoted Shoigu as saying; Shoigu was quoted by TASS as saying that ..."""
        found = []
        unit = self.unit
        for i in range(len(unit)):
            if unit.low[i] not in {"quoted", "quotes", "cited", "cites", "quoting", "citing"} or unit.quoted[i] >= 0:
                continue
            low, high = self._bounds(i)
            saying = next(
                (
                    k
                    for k in range(i + 1, min(high, i + 25))
                    if unit.low[k - 1] == "as" and unit.low[k] in {"saying", "telling"}
                ),
                None,
            )
            passive = i > low and any(unit.low[k] in BE for k in range(max(low, i - 3), i))
            who, medium = self._quoted_who(i, saying, low, high, passive=passive)
            if who is None:
                continue
            cue = Cue("quote as saying", "verb", "say", frozenset("qt"), 0.95, None)
            end = saying if saying is not None else i
            content = self._quoted_content(end, who, medium, low, high, with_saying=saying is not None)
            made = self._make(i, end, cue, who, content, "quoted by a medium", medium=medium)
            if made is not None:
                self.taken.update(range(i, end + 1))
                found.append((i, made))
        return found

    def _quoted_who(
        self, i: int, saying: int | None, low: int, high: int, *, passive: bool
    ) -> tuple[Run | None, Run | None]:
        unit = self.unit
        if passive:
            if saying is None:
                return None, None
            by = next((k for k in range(i + 1, saying) if unit.low[k] == "by"), None)
            return subject(unit, i, low), ((by + 1, saying - 1) if by is not None else None)
        if saying is not None:
            return (i + 1, saying - 1), subject(unit, i, low)
        who = subject(unit, i, low)
        stop = np_right(unit, i + 1, high)
        if (
            who is None
            or stop is None
            or self._speech(who[0] - 1) < 0
            or unit.low[i] not in {"quoted", "quotes", "cited", "cites"}
        ):
            return None, None
        return (i + 1, stop), who

    def _gap(self, last: int, cue: Cue, who: Run | None, low: int, high: int) -> tuple[Run, int] | None:
        """ "an operation Rome said |involved no ransom|": words that lack their subject, which stands before the speaker."""
        unit = self.unit
        start = last + 1
        while start < high and unit.tags[start] == "RB":
            start += 1
        if "c" not in cue.frames or who is None or who[1] > last or start + 1 >= high or who[0] <= low:
            return None
        bare = unit.low[start].endswith("ed") and unit.tags[start] in {"VBN", "JJ"} and unit.tags[start + 1] in _OBJECT
        if unit.tags[start] not in FINITE and not bare:
            return None
        if unit.tags[who[0] - 1] == "DT" and who[0] - 1 > low and unit.tags[who[0] - 2] in NOUNS:
            who = (who[0] - 1, who[1])  # "a motion |the minister said"
        relative = unit.tags[who[0] - 1] in {"WDT", "WP"} or unit.low[who[0] - 1] == "that"
        if unit.low[who[0] - 1] == "what" or not (relative or unit.tags[who[0] - 1] in NOUNS):
            split = self._name_behind(who)
            if split is None:
                return None
            who = split
        return who, last + 1

    def _name_behind(self, who: Run) -> Run | None:
        """ "an operation |Rome| said": the name that a noun before it is no part of."""
        tags = self.unit.tags
        split = next((k for k in range(who[0] + 1, who[1]) if tags[k] == "NNP" and tags[k - 1] == "NN"), None)
        return (split, who[1]) if split is not None else None

    def _charged(self, i: int, last: int, cue: Cue, who: Run | None, high: int) -> Attribution | None:
        """ "accused Chad of arming rebels", "thanked Oslo for its help": the person, then what of."""
        unit = self.unit
        first = last + 2
        if last + 1 < high and (number := self._quote_at(last + 1)) >= 0:
            first = self.places[number][-1] + 1  # "accusing “certain chanceries” |of| meddling"
            if cue.word != "accuse" or first >= high or unit.low[first] != "of":
                return None
        if last + 1 >= high:
            return None
        for k in range(first, min(high - 1, last + 16)):
            if unit.tags[k] in FINITE or unit.low[k] in {",", ";", "that", "to"} or self._quote_at(k) >= 0:
                return None
            if unit.low[k] == "over" and any(
                time_word(unit, m) or unit.low[m] in _SPANS for m in range(k + 1, min(high, k + 6))
            ):
                return None  # "commended the progress over the past ten years"
            named = "of" in cue.frames or unit.tags[k - 1] in {"PRP", "NNP"} or k == first > last + 2
            if unit.low[k] in {"of", "for", "over"} and (
                unit.tags[k + 1] == "VBG" or unit.low[k] != "of" or self._quote_at(k + 1) >= 0 or named
            ):
                end = self._without_day(k + 1, self._content_end(k + 1, high, "inf", i))
                return self._make(
                    i, last, cue, who, self._runs(k + 1, end), "charge after the person", addressee=(last + 1, k)
                )
        return None

    def _label(self, i: int, last: int, cue: Cue, who: Run | None, high: int) -> Attribution | None:
        """ "called the timing “an insult”", "what he called a farce", "described X as Y": the predicate is what is said."""
        unit = self.unit
        begin: int | None = None
        far = min(high, last + 18)
        own = unit.low[last + 1 : last + 2] in (("himself",), ("herself",), ("themselves",), ("itself",))
        if cue.word == "call" and own and self._quote_at(last + 2) < 0:
            return None  # "a man who calls himself Pablo"
        if "l" in cue.frames and last + 1 < high:
            # "what Lima called a farce", "a step the envoy called “rash”", "a claim Lima calls absurd"
            if who is not None and self._ends_in_adjective(last + 1, far):
                who = self._name_behind(who) or who
            lead = who[0] - 1 if who is not None else 0
            if who is not None and lead > 0 and unit.tags[lead] == "DT" and unit.tags[lead - 1] in NOUNS:
                who, lead = (lead, who[1]), lead - 1
            bare = lead > 0 and unit.tags[lead] in NOUNS and self._quote_at(last + 1) >= 0
            bare = bare or (lead > 0 and unit.tags[lead] in NOUNS and self._ends_in_adjective(last + 1, far))
            # "a measure that Lima called absurd"
            told = self._ends_in_adjective(last + 1, far) or unit.low[last + 1] in {"a", "an"}
            bare = bare or (lead > 1 and unit.low[lead] == "that" and unit.tags[lead - 1] in NOUNS and told)
            if who is not None and lead > 0 and (unit.low[lead] in {"what", "which", "whom"} or bare):
                begin = last + 1
            elif unit.tags[last + 1] in NOUNS | {"PRP", "DT", "PRP$", "NNP", "JJ", "VBG", "CD", "IN"}:
                begin = self._label_start(last + 1, far)
        if begin is None and "as" in cue.frames:
            begin = next((k + 1 for k in range(last + 1, far - 1) if unit.low[k] == "as"), None)
            marked = begin is not None and self._quote_at(begin) >= 0
            bars = {"VBD", "VBZ", "MD"} if marked else FINITE
            verbs = [k for k in range(last + 1, begin or 0) if unit.tags[k] in bars and unit.quoted[k] < 0]
            if any(unit.tags[k - 1] not in {"WDT", "WP"} for k in verbs):
                return None
            if begin is not None and unit.tags[begin] == "PRP" and unit.tags[begin + 1] in FINITE:
                return None  # "criticized him gently as |they went on|"
        if begin is None or begin >= high:
            return None
        end = self._content_end(begin, high, "np", i)
        heavy = (
            k for k in range(begin + 1, end) if unit.tags[k] in {"DT", "PRP$"} and unit.tags[k - 1] in {"NN", "JJ"}
        )
        if unit.low[begin - 1] == "as" and begin - 1 == last + 1:
            end = next(heavy, end)  # "dismissed as gossip |the story| that ..."
        return self._make(i, last, cue, who, self._runs(begin, end), "label")

    def _as_said(self, i: int, last: int, cue: Cue, who: Run | None, low: int, high: int) -> Attribution | None:
        """As he stated in July, “...”: the words follow the comma."""
        unit = self.unit
        if who is None or who[0] == 0 or unit.low[who[0] - 1] != "as" or not cue.frames & {"x", "q"}:
            return None
        comma = next((k for k in range(last + 1, min(high, last + 12)) if unit.low[k] == ","), None)
        if comma is None or who[0] - 1 > low or unit.tags[last + 1] == "TO":
            return None  # also "As the storm continues to spread, ..."
        return self._make(i, last, cue, who, self._runs(comma + 1, high), "as X said, ...")

    def _is_passive(self, i: int, low: int) -> bool:
        unit = self.unit
        if not unit.low[i].endswith(("ed", "en", "said", "told", "known", "thought", "sworn", "understood")) or (
            unit.tags[i] == "VBD" and unit.low[i] not in {"said", "told", "thought"}
        ):
            return False
        place = i - 1
        while place >= low and unit.tags[place] in {"RB", "RBR"}:
            place -= 1
        return place >= low and unit.low[place] in BE

    def _passive(self, i: int, last: int, cue: Cue, low: int, high: int) -> Attribution | None:
        unit = self.unit
        topic = subject(unit, i, low)
        place = self._past_time(last + 1, high)
        by = place if place < high and unit.low[place] == "by" else None  # "was urged on Monday |by Lima"
        speaker = (by + 1, stop) if by is not None and (stop := np_right(unit, by + 1, high)) else None
        place = speaker[1] if speaker else last + 1
        if cue.word in {"expect", "estimate"} and speaker is None:
            return None
        if cue.word == "know" and unit.low[last + 1 : last + 2] != ("that",):
            return None  # "known as Bombay", "known to take hostages"
        if cue.frames & {"as", "l"}:
            return self._passive_label(i, last, cue, speaker, topic, high)
        dummy = topic is not None and unit.low[topic[0]] == "it" and topic[1] - topic[0] == 1
        start, mode = self._opening(
            place, high, replace(cue, frames=cue.frames | {"t", "i"} if cue.frames & {"t", "o", "c"} else cue.frames)
        )
        if start is not None and (number := self._quote_at(start)) >= 0 and speaker is not None:
            words = self.places[number]
            if len(words) > 2 and unit.low[words[1]] == "because":
                return None  # "was ordered by Ruiz “because he could”": why, and not what
        if "f" in cue.frames and (made := self._passive_charge(i, last, cue, topic, high)) is not None:
            return made
        number = unit.quoted[topic[1] - 1] if topic is not None else -1
        if number >= 0 and speaker is not None and topic is not None and unit.quoted[topic[0]] == number:
            return self._make(i, last, cue, speaker, self.quotes[number].pieces, "passive with its object first")
        if dummy or "o" in cue.frames:
            if start is None or (mode == "np" and (speaker is None or unit.low[start - 1] not in cue.frames)):
                return None
            content = self._runs(start, self._content_end(start, high, mode, i))
            return self._make(i, last, cue, speaker, content, "passive", addressee=None if dummy else topic)
        if topic is None:
            return None
        if start is not None and unit.tags[start] == "TO":
            content = self._runs(*topic) + self._runs(start, self._content_end(start, high, "inf", i))
            return self._make(i, last, cue, speaker, content, "passive with infinitive")
        if speaker is not None and "n" in cue.frames:
            return self._make(i, last, cue, speaker, self._runs(*topic), "passive with its object first")
        return None

    def _passive_charge(self, i: int, last: int, cue: Cue, topic: Run | None, high: int) -> Attribution | None:
        """ "was accused by the court of making deals": by whom, then what of."""
        unit = self.unit
        near = range(last + 1, min(high - 1, last + 12))
        k = next((k for k in near if unit.low[k] == "of" and unit.low[k + 1].endswith("ing")), None)
        if k is None or topic is None or has_finite(unit, last + 1, k):
            return None
        speaker = (last + 2, k) if unit.low[last + 1] == "by" else None
        if speaker is None and k != last + 1:
            return None
        content = self._runs(k + 1, self._content_end(k + 1, high, "inf", i))
        return self._make(i, last, cue, speaker, content, "charge after the person", addressee=topic)

    def _passive_label(
        self, i: int, last: int, cue: Cue, speaker: Run | None, topic: Run | None, high: int
    ) -> Attribution | None:
        """ "was called premature by X", "described by X as a mistake"."""
        unit = self.unit
        far = min(high, last + 18)
        begin = next((k + 1 for k in range(last + 1, far - 1) if unit.low[k] == "as"), None)
        clause = next((k for k in range(last + 1, far) if unit.low[k] in {",", ";"} or unit.tags[k] == "CC"), far)
        by = next((k for k in range(last + 1, far - 1) if unit.low[k] == "by" and unit.quoted[k] < 0), None)
        if by is not None and by > clause and unit.tags[by - 1] in {"VBN", "VBD"}:
            by = None  # "described as thin and examined by nobody"
        if "as" in cue.frames and begin is not None:
            if speaker is None and by is not None and by > begin and (stop := self._speaker_right(by + 1, high)):
                return self._make(i, last, cue, (by + 1, stop), self._runs(begin, by), "label")
            return self._make(
                i, last, cue, speaker, self._runs(begin, self._content_end(begin, high, "np", i)), "label"
            )
        if "l" in cue.frames and by is not None and by > last + 1 and (stop := np_right(unit, by + 1, high)):
            return self._make(i, last, cue, (by + 1, stop), self._runs(last + 1, by), "label")
        if speaker is not None and "n" in cue.frames and topic is not None:
            return self._make(i, last, cue, speaker, self._runs(*topic), "passive with its object first")
        return None

    def _speaker_right(self, start: int, high: int) -> int | None:
        """The end of the speaker's phrase to the right of the cue, with an apposition: "Yang Jiechi, a member of ..."."""
        unit = self.unit
        stop = np_right(unit, start, high)
        if stop is None:
            return None
        if stop + 2 < high and unit.low[stop] == "(" and unit.low[stop + 2] == ")":
            stop += 3  # the Iraqi News Agency (INA)
        if (
            stop < high
            and unit.low[stop] == ","
            and stop + 1 < high
            and unit.tags[stop + 1] in {"DT", "NN", "NNP", "PRP$", "JJ", "CD"}
        ):
            more = np_right(unit, stop + 1, high)
            if more is not None and (more >= high or unit.low[more] in {",", ";"}):
                return more
        return stop

    def _label_start(self, start: int, far: int) -> int | None:
        unit = self.unit
        if unit.tags[start] == "PRP":
            empty = start + 1 >= far or unit.low[start + 1] in {"to", ",", ".", "on", "in", "at"}
            return None if empty else start + 1
        for k in range(start + 1, far):
            if unit.low[k] in {",", ";"}:
                return None
            if unit.tags[k] in FINITE or unit.low[k] in {"that", "to"}:
                return self._last_label(k, far)
            if self._quote_at(k) >= 0:
                return k
            if unit.low[k] in {"a", "an", "the"} and unit.tags[k - 1] in NOUNS | {"VBN", "CD"}:
                return k
            if unit.tags[k - 1] in NOUNS and self._ends_in_adjective(k, far):
                return k  # "called the charge |absurd|"
        return None

    def _last_label(self, start: int, far: int) -> int | None:
        """ "called the order to return to work |“the threat of a tyrant”|": marks that end the clause, however long the object."""
        unit = self.unit
        for k in range(start + 1, min(far + 8, len(unit))):
            if self._quote_at(k) >= 0:
                end = self.places[unit.quoted[k]][-1] + 1
                ended = end >= len(unit) or unit.low[end] in {",", ".", ";"}
                return (
                    k
                    if ended and unit.tags[k - 1] in NOUNS | {"VBN", "VB", "VBD"} and unit.low[k - 1] not in BE
                    else None
                )
            if unit.low[k] in {",", ";", ":"}:
                return None
        return None

    def _ends_in_adjective(self, k: int, far: int) -> bool:
        unit = self.unit
        ended = k + 1 >= far or unit.low[k + 1] in {",", ";", ".", "and", "but"} or unit.tags[k + 1] == "IN"
        if unit.tags[k] == "VBG" and unit.tags[k - 1] in NOUNS:
            return k + 1 >= len(unit) or unit.low[k + 1] in {".", ";"}  # "called the speech disappointing."
        looks = unit.tags[k] == "NN" and unit.low[k].endswith(
            ("less", "ful", "ous", "ible", "able", "urd", "ish", "etic")
        )
        return ended and (unit.tags[k] == "JJ" or looks)
