"""Finds attributions in text: the cue, the speaker's phrase, the words attributed, whom they were said to.

Knows nothing of actors or records: spans go in, spans come out. The rules are over tagged words (`dragoman.clauses`)
and the cue table; each attribution carries the names of the rules that made it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dragoman.clauses import (
    BE,
    FINITE,
    NOUNS,
    Unit,
    adjunct_end,
    has_finite,
    make_unit,
    np_left,
    np_right,
    subject,
    time_word,
)
from dragoman.cues import Cue, Cues
from dragoman.quotes import Quote
from dragoman.tagger import Tagger

__all__ = ["Attribution", "find_attributions", "make_units"]

Run = tuple[int, int]
_WH = frozenset({"WRB", "WP", "WDT", "WP$"})
_MARKS = frozenset({'"', "“", "”", "„", "«", "»", "``", "''", "‘", "’", "'"})
_PUNCT = frozenset({",", ".", ":", ";", "?", "!", "-", "--", "—", "–", "…", "..."}) | _MARKS
_CUT_CC = frozenset({"but", "yet", "while", "whereas", "although", "though"})
_NP_STOP = frozenset(
    "after before when while because although though if since as until unless that which who whom".split()
)
# What things happen according to, and what nobody says: "according to plan", "to the rules of ...".
_NO_SPEAKER = frozenset(
    "rule rules regulation regulations law laws principle principles plan plans need needs term terms provision provisions schedule "
    "treaty circumstances tradition custom customs ability merit size age order timetable procedure procedures standards".split()
)
_LOOSE_FORMS = frozenset({"let"})
_LOOSE_CC = frozenset({"and", "so", "cause", "because", "since", "as", "but", "yet", "or"})
_MAX_UNIT = 400


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


def make_units(text: str, sentences: Iterable[Run], quotes: Sequence[Quote], tagger: Tagger, cues: Cues) -> list[Unit]:
    """Sentences as units; those that one quotation holds together, or that stand between it and its cue, are one unit."""
    runs: list[list[int]] = []
    breaks: list[list[int]] = []
    for start, end in sentences:
        if (
            runs
            and "\n" not in text[runs[-1][1] : start]
            and _held(text, runs[-1][0], runs[-1][1], start, end, quotes, cues)
        ):
            breaks[-1].append(runs[-1][1])
            runs[-1][1] = end
        else:
            runs.append([start, end])
            breaks.append([])
    return [
        make_unit(text, start, end, quotes, tagger, inner) for (start, end), inner in zip(runs, breaks, strict=True)
    ]


def _held(text: str, begin: int, stop: int, start: int, end: int, quotes: Sequence[Quote], cues: Cues) -> bool:
    for quote in quotes:
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
            if found is not None and (found == len(text[start:end].split()) - 1 or head[found][-1] in ".,"):
                return True
    return False


def find_attributions(units: Sequence[Unit], quotes: Sequence[Quote], cues: Cues) -> list[Attribution]:
    """All attributions of the units, in the order of their cues; nested ones too (`inside` is the quotation's index)."""
    found: list[Attribution] = []
    for number, unit in enumerate(units):
        if len(unit) <= _MAX_UNIT:
            found.extend(_Finder(unit, number, quotes, cues).run())
    return found


class _Finder:
    """One unit's attributions. Parenthetical ones come first: what they end must be known before others reach for it."""

    def __init__(self, unit: Unit, number: int, quotes: Sequence[Quote], cues: Cues) -> None:
        self.unit, self.number, self.quotes, self.cues = unit, number, quotes, cues
        self.cuts: set[int] = set()
        self.contents: list[Run] = []
        self.taken: set[int] = set()
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

    def run(self) -> list[Attribution]:
        found: list[tuple[int, Attribution]] = []
        verbs = [(i, *match) for i in range(len(self.unit)) for match in self._verb(i)[:1]]
        for rule in (self._phrases, self._quoted_as):
            found.extend(rule())
        for i, last, cue in verbs:
            if i not in self.taken and (made := self._before(i, last, cue)) is not None:
                self.taken.add(i)
                found.append((i, made))
        for i, last, cue in verbs:
            if i not in self.taken:
                made = self._after(i, last, cue)
                if made is not None:
                    self.taken.add(i)
                    found.append((i, made))
        for i in range(len(self.unit)):
            if i not in self.taken and (made := self._noun(i)) is not None:
                found.append((i, made))
        found = self._shared(sorted(found, key=lambda item: item[0]))
        return [made for _, made in found]

    # -- reading the unit ------------------------------------------------------------------------------------------

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
            while low > 0 and unit.quoted[low - 1] == inside and unit.low[low - 1] not in {".", "?", "!", *_MARKS}:
                low -= 1
            while high < len(unit) and unit.quoted[high] == inside and unit.low[high] not in {".", "?", "!", *_MARKS}:
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

    def _verb(self, i: int) -> list[tuple[int, Cue]]:
        unit = self.unit
        tag = unit.tags[i]
        options = self.cues.verbs.get(unit.low[i])
        if not options:
            return []
        before = unit.tags[i - 1] if i else ""
        after = unit.tags[i + 1] if i + 1 < len(unit) else ""
        if not tag.startswith("VB") and not (
            unit.low[i] in {"said", "says"}
            or (tag == "NNS" and after == "IN" and unit.low[i + 1] == "that" and unit.low[i] not in self.cues.nouns)
            or (tag.startswith("JJ") and any(cue.part == "adj" for cue, _ in options) and self._after_be(i))
            or (tag in {"NN", "NNS", "NNP"} and (before == "PRP" or (i == 0 and after == "PRP")))
        ):
            return []
        if unit.low[i] in self.cues.nouns and after in FINITE and unit.low[i] not in {"claims"}:
            return []  # "reports indicated": the noun
        if tag in {"VBN", "JJ", "VBG"} and before in {"DT", "PRP$", "JJ", "POS"} and after in NOUNS:
            return []
        found = []
        for cue, particles in options:
            last = self._particles(i, particles)
            if last is not None and (cue.part != "adj" or self._after_be(i)):
                found.append((last, cue))
        return found

    def _after_be(self, i: int) -> bool:
        place = i - 1
        while place >= 0 and self.unit.tags[place] in {"RB", "RBR"}:
            place -= 1
        return place >= 0 and self.unit.low[place] in BE

    def _particles(self, i: int, particles: tuple[str, ...]) -> int | None:
        place = i
        for particle in particles:
            reach = 4 if particle == "clear" else 2
            place = next(
                (k for k in range(place + 1, min(place + 1 + reach, len(self.unit))) if self.unit.low[k] == particle),
                -1,
            )
            if place < 0:
                return None
        return place

    def _runs(self, start: int, end: int) -> tuple[Run, ...]:
        """Character runs of the words `start` to `end`: a quotation's own pieces where that is all there is."""
        unit = self.unit
        while start < end and unit.low[start] in {",", ":", "-", "--", "—", "–"}:
            start += 1
        while end > start and unit.low[end - 1] in {",", ":", ";", ".", "-", "--", "—", "–"}:
            end -= 1
        end = self._without_reference(start, end)
        if start >= end:
            return ()
        numbers = {unit.quoted[k] for k in range(start, end)}
        if len(numbers) == 1 and (number := numbers.pop()) >= 0:
            low, high = unit.spans[start][0], unit.spans[end - 1][1]
            runs = [(max(a, low), min(b, high)) for a, b in self.quotes[number].pieces]
            if high >= self.quotes[number].pieces[0][1] and low <= self.quotes[number].pieces[0][0]:
                runs = list(self.quotes[number].pieces)
            return tuple(_no_comma(unit.text, a, b) for a, b in runs if a < b)
        a, b = unit.spans[start][0], unit.spans[end - 1][1]
        for number in numbers:
            if number >= 0:
                b = (
                    max(b, self.quotes[number].end)
                    if self.quotes[number].pieces[0][0] > a and unit.quoted[end - 1] == number
                    else b
                )
        return (_no_comma(unit.text, a, b),)

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

    def _words_in(self, number: int) -> int:
        return sum(1 for k in range(len(self.unit)) if self.unit.quoted[k] == number and self.unit.low[k] not in _PUNCT)

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
        if not content:
            return None
        unit = self.unit
        self.contents.extend(content)
        negated = any(unit.low[k] in {"not", "n't", "never", "n’t"} for k in range(max(0, i - 3), i))
        return Attribution(
            unit=self.number,
            cue=(unit.spans[i][0], unit.spans[last][1]),
            word=cue,
            speaker=self._chars(speaker),
            content=content,
            addressee=self._chars(addressee),
            medium=self._chars(medium),
            inside=unit.quoted[i],
            negated=negated,
            rules=rules,
        )

    # -- the words come before the cue -----------------------------------------------------------------------------

    def _before(self, i: int, last: int, cue: Cue) -> Attribution | None:
        """“...,” X said / ..., said X / ..., X said, ..."""
        if not cue.frames & {"q", "x"} or self.unit.tags[i] in {"VB", "VBG"}:
            return None
        low, high = self._bounds(i)
        who = subject(self.unit, i, low)
        if who is not None:
            made = self._subject_first(i, last, cue, who, low, high)
            if made is not None:
                return made
        return self._verb_first(i, last, cue, low, high)

    def _subject_first(self, i: int, last: int, cue: Cue, who: Run, low: int, high: int) -> Attribution | None:
        unit = self.unit
        edge = who[0] - 1
        if edge < low or unit.low[edge] not in _PUNCT - {"'", "’", "‘"} | {"''"}:
            return None
        number = self._speech(edge)
        after = adjunct_end(unit, last + 1, high)
        heard: Run | None = None
        if "o" in cue.frames and last + 1 < high and (stop := np_right(unit, last + 1, high, prepositions=False)):
            heard, after = (last + 1, stop), adjunct_end(unit, stop, high)
        closes = after >= high or unit.low[after] in {",", ";", ":", "-", "--", "—", "–"} or unit.low[after] in _MARKS
        if number >= 0 and self._words_in(number) >= 2 and "q" in cue.frames:
            ended = unit.text[self.quotes[number].pieces[-1][1] - 1] in ".?!"
            follows = after < high and (
                unit.low[after] in {"that", ":"}
                or unit.low[after] in _MARKS
                or (unit.low[after] == "," and ended and self._quote_at(after + 1) >= 0)
            )
            if follows and unit.low[after] != ",":
                return None
            if follows and unit.text[self.quotes[number].pieces[-1][1] - 1] == ".":
                return None
        else:
            # "The result, they say, could grow": cut in two by its cue, the first half needs no verb.
            halved = after < high - 3 and unit.low[after] == "," and unit.tags[after + 1] not in {"VBG", "WP", "WDT"}
            if not closes or "x" not in cue.frames or unit.low[edge] != ",":
                return None
            if not has_finite(unit, low, edge) and not (halved and unit.tags[low] not in {"IN", "RB", "CC", "TO"}):
                return None
            if (after < high and unit.low[after] == ":") or (after < high and unit.low[after] in _MARKS):
                return None
        begin = self._left_begin(low, edge)
        content = self._runs(begin, edge + 1 if unit.quoted[edge] >= 0 else edge)
        content += self._resumed(after, high, number)
        if after < high and unit.low[after] == ",":
            self.cuts.add(after)
        self.cuts.add(edge)
        return self._make(i, last, cue, who, content, "words before the speaker", addressee=heard)

    def _left_begin(self, low: int, edge: int) -> int:
        """Where the words before a cue begin: the sentence's start, or the quotation's where nothing stands before it."""
        unit = self.unit
        number = self._speech(edge)
        begin = low
        if number >= 0:
            while begin > 0 and unit.quoted[begin - 1] == number:
                begin -= 1
        return begin

    def _quote_at(self, index: int) -> int:
        unit = self.unit
        return unit.quoted[index] if index < len(unit) and unit.low[index] in _MARKS else -1

    def _resumed(self, after: int, high: int, number: int) -> tuple[Run, ...]:
        """What goes on behind the cue: “..., ” X said, “...”; or ..., X said, ...; also “...,” X said. “...”"""
        unit = self.unit
        if number >= 0:
            place = after
            while place < len(unit) and unit.quoted[place] < 0 and unit.low[place] in {",", ".", "-", "—", ":"}:
                place += 1
            more = unit.quoted[place] if place < len(unit) else -1
            if more >= 0 and more != number:
                return tuple(_no_comma(unit.text, a, b) for a, b in self.quotes[more].pieces)
            return ()
        if (
            after + 1 < high
            and unit.low[after] == ","
            and unit.tags[after + 1] not in {"VBG", "CC"}
            and not (
                unit.tags[after + 1] in _WH
                or unit.low[after + 1] in {"as", "according", "citing", "though", "although", "while"}
            )
        ):
            return self._runs(after + 1, self._content_end(after + 1, high, "clause", after + 1))
        return ()

    def _verb_first(self, i: int, last: int, cue: Cue, low: int, high: int) -> Attribution | None:
        unit = self.unit
        edge = i - 1
        if edge < low and not (edge >= 0 and unit.quoted[edge] >= 0):
            return None
        if unit.tags[i] not in {"VBD", "VBZ", "VBN"} or unit.low[edge] not in _PUNCT:
            return None
        number = self._speech(edge)
        stop = self._speaker_right(last + 1, high)
        if stop is None:
            return None
        if number >= 0 and self._words_in(number) >= 2:
            if unit.low[last + 1] == "that":
                return None
        elif not (
            unit.low[edge] == ","
            and "x" in cue.frames
            and has_finite(unit, low, edge)
            and not has_finite(unit, last + 1, min(high, stop + 1))
        ) or (
            stop < high
            and unit.low[stop] not in {",", ";"}
            and adjunct_end(unit, stop, high) < high
            and unit.low[adjunct_end(unit, stop, high)] not in {",", ";", "as", "after", "who"}
        ):
            return None
        begin = self._left_begin(low, edge)
        content = self._runs(begin, edge + 1 if unit.quoted[edge] >= 0 else edge)
        rest = adjunct_end(unit, stop, high)
        if number >= 0:
            content += self._resumed(rest, high, number)
        self.cuts.add(edge)
        return self._make(i, last, cue, (last + 1, stop), content, "words before the cue")

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

    # -- "according to", "TASS quoted X as saying" -------------------------------------------------------------------

    def _phrases(self) -> list[tuple[int, Attribution]]:
        found = []
        unit = self.unit
        for i in range(len(unit) - 1):
            for phrase, cue in self.cues.phrases.items():
                parts = phrase.split()
                if list(unit.low[i : i + len(parts)]) != parts:
                    continue
                made = self._phrase(i, i + len(parts) - 1, cue)
                if made is not None:
                    self.taken.update(range(i, i + len(parts)))
                    found.append((i, made))
        return found

    def _phrase(self, i: int, last: int, cue: Cue) -> Attribution | None:
        unit = self.unit
        low, high = self._bounds(i)
        stop = self._speaker_right(last + 1, high)
        if stop is None or unit.tags[last + 1] == "VBG":
            return None
        who = (last + 1, stop)
        if any(unit.low[k] in _NO_SPEAKER for k in range(last + 1, stop)):
            return None
        if i <= low + 1 or unit.low[i - 1] in {"but", "and"}:
            if stop >= high or unit.low[stop] not in {",", ":"}:
                comma = next((k for k in range(stop, min(high, stop + 12)) if unit.low[k] == ","), None)
                if comma is None:
                    return None
                stop = comma
            return self._make(
                i,
                last,
                cue,
                who,
                self._runs(stop + 1, self._content_end(stop + 1, high, "clause", i)),
                "according to, first",
            )
        edge = i - 1
        content = self._runs(self._left_begin(low, edge), i)
        if stop < high and unit.low[stop] == "," and unit.low[edge] == ",":
            content += self._resumed(stop, high, -1)
        self.cuts.add(edge if unit.low[edge] == "," else i)
        return self._make(i, last, cue, who, content, "according to, after the words")

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

    def _quoted_content(
        self, end: int, who: Run, medium: Run | None, low: int, high: int, *, with_saying: bool
    ) -> tuple[Run, ...]:
        unit = self.unit
        first = min(run[0] for run in (who, medium) if run is not None)
        after = adjunct_end(unit, end + 1, high)
        if after < high and with_saying and unit.low[after] in {"that", ":", ","}:
            after += 1
        if after < high - 1 and with_saying:
            return self._runs(after, self._content_end(after, high, "clause", end))
        edge = first - 1
        if edge < 0 or unit.low[edge] not in _PUNCT:
            return ()
        self.cuts.add(edge)
        return self._runs(self._left_begin(low, edge), edge + 1 if unit.quoted[edge] >= 0 else edge)

    # -- the words come after the cue ------------------------------------------------------------------------------

    def _after(self, i: int, last: int, cue: Cue) -> Attribution | None:
        unit = self.unit
        low, high = self._bounds(i)
        if cue.part != "adj" and self._is_passive(i, low):
            return self._passive(i, last, cue, low, high)
        who = subject(unit, i, low)
        if who is None and unit.tags[i] == "VBG":
            who = self._participle_subject(i, low)
        if who is not None and unit.tags[i] == "VBN" and who[1] == i and last + 1 < high and unit.tags[last + 1] == "IN":
            if unit.low[last + 1] != "that" and "c" not in cue.frames:
                return None  # "the deal reported on Monday": a participle behind its noun
        heard: Run | None = None
        start: int | None = None
        mode = "clause"
        if "o" in cue.frames:
            heard, start, mode = self._object(last + 1, high, cue)
        if start is None:
            heard = None
            start, mode = self._opening(last + 1, high, cue)
        if start is None:
            return self._as_said(i, last, cue, who, low, high)
        end = self._content_end(start, high, mode, i)
        if mode == "np":
            if cue.kind == "judge" and cue.strength <= 0.6 and (who is None or unit.tags[i] in {"VB", "VBG"}):
                return None  # "evidence to support its claims": a weak word needs somebody who does it
            end = self._without_day(start, end)
        return self._make(i, last, cue, who, self._runs(start, end), f"{mode} after the cue", addressee=heard)

    def _without_day(self, start: int, end: int) -> int:
        """“pledged closer cooperation on Tuesday”: the day is when it was pledged."""
        unit = self.unit
        if end - 2 > start and unit.low[end - 1].endswith("day") and time_word(unit, end - 1):
            return end - 2 if unit.low[end - 2] == "on" else end - 1
        return end

    def _as_said(self, i: int, last: int, cue: Cue, who: Run | None, low: int, high: int) -> Attribution | None:
        """As he stated in July, “...”: the words follow the comma."""
        unit = self.unit
        if who is None or who[0] == 0 or unit.low[who[0] - 1] != "as" or not cue.frames & {"x", "q"}:
            return None
        comma = next((k for k in range(last + 1, min(high, last + 12)) if unit.low[k] == ","), None)
        if comma is None or who[0] - 1 > low:
            return None
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
        by = last + 1 if last + 1 < high and unit.low[last + 1] == "by" else None
        speaker = (by + 1, stop) if by is not None and (stop := np_right(unit, by + 1, high)) else None
        place = speaker[1] if speaker else last + 1
        dummy = topic is not None and unit.low[topic[0]] == "it" and topic[1] - topic[0] == 1
        start, mode = self._opening(
            place, high, replace(cue, frames=cue.frames | {"t", "i"} if cue.frames & {"t", "o", "c"} else cue.frames)
        )
        if dummy or "o" in cue.frames:
            if start is None or mode == "np":
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

    def _participle_subject(self, i: int, low: int) -> Run | None:
        """ ", adding that ...": the subject of the sentence's last finite verb before it."""
        unit = self.unit
        lead = {",", "while", "and", "by", "statement", "communique", "letter", "report", "after", "before", "in"}
        if i == low or unit.low[i - 1] not in lead:
            return None
        # ", criticizing the US" goes with the main verb, not with a verb inside what was said before.
        finite = [k for k in range(low, i) if unit.tags[k] in FINITE and unit.quoted[k] < 0]
        free = [k for k in finite if not any(a <= unit.spans[k][0] < b for a, b in self.contents)]
        for place in reversed(free or finite):
            who = subject(unit, place, low)
            if who is not None:
                return who
        return None

    def _object(self, start: int, high: int, cue: Cue) -> tuple[Run | None, int | None, str]:
        """“told the committee that”, “urged Iran to”: the person, then where the words begin."""
        unit = self.unit
        if start >= high or unit.low[start] in {"that", "to", ","}:
            return None, None, "clause"
        for prepositions in (True, False):
            stop = np_right(unit, start, high, prepositions=prepositions)
            if stop is None or stop >= high:
                continue
            after = adjunct_end(unit, stop, high) if unit.low[stop] != "to" else stop
            for place in dict.fromkeys((stop, after)):
                if place >= high:
                    continue
                found, mode = self._opening(
                    place, high, replace(cue, frames=frozenset("qtwci") | (cue.frames - set("on"))), strict=True
                )
                if found is not None:
                    return (start, stop), found, mode
        return None, None, "clause"

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
        for spot in dict.fromkeys((start, place)):
            if spot >= high:
                continue
            low = unit.low[spot]
            if (
                frames & {"t", "q"}
                and low == "that"
                and unit.tags[spot] in {"IN", "DT", "WDT"}
                and spot + 1 < high
            ):
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
                and (self._words_in(unit.quoted[spot]) >= 3 or "c" in frames)
            ):
                return spot, "clause"
            if "w" in frames and (unit.tags[spot] in _WH or low in {"whether", "if"}):
                return spot, "clause"
            if "if" in frames and low == "if":
                return spot, "clause"
            if (
                "i" in frames
                and unit.tags[spot] == "TO"
                and spot + 1 < high
                and unit.tags[spot + 1] in {"VB", "RB", "VBP"}
            ):
                return spot, "inf"
        if unit.low[start] in frames and start + 1 < high and unit.tags[start] in {"IN", "RP", "TO"}:
            return start + 1, "np"
        if "n" in frames and not strict and self._gerund_at(start, high):
            return start, "inf"  # denied having shelled, ruled out using force
        if "c" in frames and self._clause_at(
            start if not time_word(unit, start) and unit.tags[start] != "IN" else place, high
        ):
            return (start if not time_word(unit, start) and unit.tags[start] != "IN" else place), "clause"
        if (
            "n" in frames
            and not strict
            and np_right(unit, start, high) is not None
            and unit.tags[start] not in {"PRP", "RB", "IN", ",", "EX"}
            and not time_word(unit, start)
        ):
            return start, "np"
        return None, ""

    def _gerund_at(self, start: int, high: int) -> bool:
        unit = self.unit
        at = start + 1 if unit.low[start] == "not" and start + 1 < high else start
        return unit.tags[at] == "VBG" and at + 1 < high and unit.tags[at + 1] not in {"IN", ","}

    def _clause_at(self, start: int, high: int) -> bool:
        """Whether a clause without "that" begins here: a noun phrase and a finite verb soon behind it."""
        unit = self.unit
        if start >= high or (
            unit.tags[start] in {",", ":", ".", "TO", "CC", "IN", "VB", "VBG", "WRB"}
            and unit.low[start] not in {"if", "in", "as", "for", "after", "most"}
        ):
            return False
        # "that experts said would add": what is said lacks its subject.
        first = start if unit.tags[start] == "MD" else start + 1
        return any(unit.tags[k] in FINITE for k in range(first, min(high, start + 30)))

    def _content_end(self, start: int, high: int, mode: str, cue: int) -> int:
        """Where the words end: the sentence, or the next attribution, or the clause that the speaker no longer says."""
        unit = self.unit
        relative = self._in_aside(cue)
        if unit.low[cue] in _LOOSE_FORMS or self._kind(cue) in {"belief", "know", "request", "commit"}:
            high = self._loose_end(start, high, cue)
        lead = self._in_lead(cue)
        k = start
        quote = self._quote_at(start)
        while k < high:
            if unit.quoted[k] >= 0 and unit.quoted[k] != unit.quoted[cue]:
                number = unit.quoted[k]
                while k < high and unit.quoted[k] == number:
                    k += 1
                if number == quote and (k >= high or unit.low[k] in {",", ";", "-"}):
                    return k
                continue
            if k > start and (k in self.cuts or self._ends_here(k, start, high, mode, relative, lead)):
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

    def _ends_here(self, k: int, start: int, high: int, mode: str, relative: bool, lead: bool) -> bool:
        unit = self.unit
        low, tag = unit.low[k], unit.tags[k]
        nxt = unit.low[k + 1] if k + 1 < high else ""
        nxt_tag = unit.tags[k + 1] if k + 1 < high else ""
        if low == ";":
            return True
        if mode == "np" and (
            tag in FINITE
            or (low in _NP_STOP and not (low == "that" and tag == "IN" and unit.tags[k - 1] in NOUNS))
            or (low in {",", "-", "--", "—"} and not self._list_goes_on(k, high))
        ):
            return True
        if mode == "inf" and tag in FINITE and unit.tags[k - 1] == "CC":
            return True
        if mode == "np" and tag == "CC":
            after = k + 1
            while after < high and unit.tags[after] == "RB":
                after += 1
            if after < high and unit.tags[after] in FINITE:
                return True
        if low in {"--", "—", "–"} and nxt in {"these", "this", "it", "they", "he", "she"} and self._clause_at(k + 1, high):
            return True
        if low in {"but", "yet"} and tag in {"CC", "RB", "IN"} and k > start + 1 and self._clause_at(k + 1, min(high, k + 9)):
            return nxt_tag in {"PRP", "DT", "NNP", "NN", "NNS", "WRB", "JJ", "CC"}
        if low == ",":
            if nxt in self.cues.verbs and nxt_tag == "VBG":
                return True
            if nxt in _CUT_CC and any(unit.tags[m] in FINITE for m in range(k + 3, min(high, k + 14))):
                return True
            if mode == "inf" and nxt in {"and", "so"} and self._clause_at(k + 2, min(high, k + 10)):
                return True
            if relative and (nxt_tag in FINITE or nxt_tag == "CC"):
                return True
            if (
                lead
                and nxt_tag in {"DT", "PRP", "NNP", "NN", "NNS", "JJ", "PRP$", "NNPS", "EX", "CD"}
                and self._clause_at(k + 1, high)
            ):
                return True
        if tag == "CC" and low in {"and", "but"}:
            m = k + 1
            while m < high and (unit.tags[m] == "RB" or unit.low[m] in {"did", "does", "do"}):
                m += 1
            tags = {"VBD", "VBZ"} if unit.low[m - 1] in {"and", "but"} or unit.tags[m - 1] == "RB" else {"VB"}
            if m < high and unit.low[m] in self.cues.verbs and unit.tags[m] in tags | {"VB"} and m not in self.taken:
                cue = self.cues.verbs[unit.low[m]][0][0]
                found, how = self._opening(m + 1, high, cue)
                return found is not None and (how == "clause" or cue.kind in {"say", "write"})
        return False

    def _new_attribution(self, start: int, high: int) -> bool:
        """Whether behind ", and" somebody else speaks or another day begins: "..., and on 18 December X declared"."""
        unit = self.unit
        if start + 1 < high and unit.tags[start] == "IN" and any(
            time_word(unit, k) or (unit.tags[k] == "CD" and len(unit.low[k]) == 4) for k in range(start + 1, min(high, start + 4))
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
        while first < cue and unit.low[first] in _MARKS:
            first += 1
        return (
            unit.low[first]
            in {"after", "although", "while", "when", "as", "since", "because", "before", "though", "despite", "if"}
            or unit.tags[first] == "VBG"
        )

    # -- nouns ------------------------------------------------------------------------------------------------------

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
        start, mode = self._noun_opening(place, high, cue)
        if start is None:
            return None
        end = self._content_end(start, high, mode, i)
        return self._make(i, i, cue, speaker, self._runs(start, end), "noun")

    def _noun_opening(self, place: int, high: int, cue: Cue) -> tuple[int | None, str]:
        unit = self.unit
        word, tag = unit.low[place], unit.tags[place]
        if (
            "t" in cue.frames
            and word == "that"
            and tag in {"IN", "WDT"}
            and place + 1 < high
            and unit.tags[place + 1] not in FINITE
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
        if word in cue.frames and tag in {"IN", "TO"}:
            return place + 1, "np"
        return None, ""

    def _possessor(self, i: int, low: int) -> Run | None:
        unit = self.unit
        place = i - 1
        inner = {"JJ", "NN", "NNP", "CD", "JJS", "JJR", "VBN"}
        while place >= low and unit.tags[place] in inner and i - place < 6:
            place -= 1
        if place < low:
            return None
        if unit.tags[place] == "PRP$":
            return place, place + 1
        if unit.tags[place] == "POS" and place > low:
            return np_left(unit, place - 1, low)
        if i - 1 > place and unit.tags[i - 1] == "NNP":
            return np_left(unit, i - 1, low)  # "the Coalition decision to ..."
        return None

    def _shared(self, found: list[tuple[int, Attribution]]) -> list[tuple[int, Attribution]]:
        """Drops a noun inside the words that a verb already opens with it ("voiced hope that ..."), and empty doubles."""
        kept: list[tuple[int, Attribution]] = []
        for i, made in found:
            if made.word.part == "noun" and any(
                other.word.part != "noun"
                and other.content[0][0] <= made.cue[0] < other.content[0][0] + 60
                and other.content[-1][1] == made.content[-1][1]
                and other.word.kind not in {"report"}
                for _, other in found
            ):
                continue
            kept.append((i, made))
        return kept


def _no_comma(text: str, start: int, end: int) -> Run:
    while end > start + 1 and (text[end - 1].isspace() or text[end - 1] in ",;"):
        end -= 1
    return start, end
