"""Finds attributions in text: the cue, the speaker's phrase, the words attributed, whom they were said to.

Knows nothing of actors or records: spans go in, spans come out. The rules are over tagged words (`dragoman.speaking.clauses`)
and the cue table; each attribution carries the names of the rules that made it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dragoman.speaking.clauses import (
    BE,
    FINITE,
    NOUNS,
    Unit,
    adjunct_end,
    has_finite,
    make_units,
    np_right,
    time_after,
    time_word,
)
from dragoman.speaking.contents import MARKS, PUNCT, VENUES, WH, Attribution, no_comma
from dragoman.speaking.cues import Cue, Cues
from dragoman.speaking.doers import OPENS, Doers
from dragoman.speaking.mending import BE_HAVE_DO
from dragoman.speaking.quotes import Quote
from dragoman.speaking.relays import hangs_on
from dragoman.speaking.subjects import subject
from dragoman.speaking.withheld import is_withheld

__all__ = ["Attribution", "find_attributions", "make_units"]

Run = tuple[int, int]
# What things happen according to, and what nobody says: "according to plan", "to the rules of ...".
_NO_SPEAKER = frozenset(
    "rule rules regulation regulations law laws principle principles plan plans need needs term terms provision provisions schedule "
    "treaty circumstances tradition custom customs ability merit size age order timetable procedure procedures standards".split()
)
# "called on the countries concerned to stop": a participle behind its noun.
_TOUCHED = frozenset(("concerned", "involved", "affected", "responsible"))
_WILLING = frozenset(
    "like liked want wants wanted wish wishes wished need needs have has had able going able continue continues continued continuing "
    "began begun begins started went goes seemed seems appeared appears preferred prefers first last quick".split()
)
# Prepositions that go on with the words before a cue, where others tell when or how it was said: "he had been speaking, he said, |of| ..."
_OF_THE_WORDS = frozenset(("if", "unless", "because", "of", "than"))
_UTTERING = frozenset(("express", "voice", "reiterate"))
_PERSONS = frozenset(("suspect", "advocate", "forecast", "estimate"))
_PAPERS = frozenset("text transcript copy translation recording video excerpt excerpts".split())
_TO_A_PERSON = frozenset(("thank", "congratulate"))
_JOINS = frozenset("while because but whereas although though since and".split())
_NEVER_NOUNS = frozenset(
    ("said", "says", "told", "wrote", "swore", "insisted", "replied", "added", "denies", "insists")
)
_FOND = frozenset(("like", "likes", "liked", "love", "loves", "loved", "used", "wont", "fond"))
_FACTS = frozenset(("fact", "idea", "notion", "view", "possibility", "claim", "suggestion"))
_TITLES = frozenset(("mr", "mr.", "mrs", "mrs.", "ms", "ms.", "dr", "dr."))
_NAME = 3
_FAR = 14
# Words in one unit: longer ones are no sentences, and every rule looks left and right.
_MAX_UNIT = 1000


def find_attributions(units: Sequence[Unit], quotes: Sequence[Quote], cues: Cues) -> list[Attribution]:
    """All attributions of the units, in the order of their cues; nested ones too (`inside` is the quotation's index)."""
    found: list[Attribution] = []
    for number, unit in enumerate(units):
        if len(unit) <= _MAX_UNIT:
            found.extend(_Finder(unit, number, quotes, cues).run())
    return _shared_out(found, units)


def _shared_out(found: Sequence[Attribution], units: Sequence[Unit]) -> list[Attribution]:
    """Each paragraph of a long quotation with one attribution: the one beside it, else the first of the others."""
    owners: dict[Run, int] = {}
    for made in found:
        for piece in made.content:
            home = units[made.unit].start <= piece[0] < units[made.unit].end
            owners[piece] = made.unit if home else owners.get(piece, made.unit)
    kept = []
    for made in found:
        pieces = tuple(piece for piece in made.content if owners[piece] == made.unit)
        if pieces:
            kept.append(made if len(pieces) == len(made.content) else replace(made, content=pieces))
    return kept


class _Finder(Doers):
    """One unit's attributions. Parenthetical ones come first: what they end must be known before others reach for it."""

    def run(self) -> list[Attribution]:
        found: list[tuple[int, Attribution]] = []
        verbs = [(i, *match) for i in range(len(self.unit)) for match in self._verb(i)[:1]]
        for rule in (self._phrases, self._views, self._quoted_as):
            found.extend(rule())
        for i, last, cue in verbs:
            if i not in self.taken and (made := self._before(i, last, cue)) is not None:
                self.taken.update((i, last))
                found.append((i, made))
        for i, last, cue in verbs:
            if i not in self.taken:
                made = self._after(i, last, cue)
                if made is not None:
                    self.taken.update((i, last))
                    found.append((i, made))
        for i in range(len(self.unit)):
            if i not in self.taken and (made := self._noun(i)) is not None:
                found.append((i, made))
        found = self._shared(sorted(found, key=lambda item: item[0]))
        return self._fragments([made for _, made in found])

    def _verb(self, i: int) -> list[tuple[int, Cue]]:
        unit = self.unit
        tag = unit.tags[i]
        options = self.cues.verbs.get(unit.low[i])
        if not options:
            return []
        before = unit.tags[i - 1] if i else ""
        after = unit.tags[i + 1] if i + 1 < len(unit) else ""
        if not tag.startswith("VB") and not (
            unit.low[i] in _NEVER_NOUNS
            or (
                tag == "JJ"
                and unit.low[i].endswith("ed")
                and before in {"CC", "NNP", "NNS"}
                and after in {"NNP", "NNPS", "PRP"}
            )
            or (tag == "NNS" and before == "CC" and unit.low[i + 1 : i + 2] == ("that",) and "VBZ" in unit.tags[:i])
            or (tag == "NNS" and unit.low[0] == "as" and i < 6 and unit.low[i + 1 : i + 2] == (",",))
            or (tag in {"NN", "NNS"} and unit.low[i + 1 : i + 2] == ("that",) and self._verb_before_that(i))
            or (tag == "NNS" and after == "RB" and unit.low[i + 2 : i + 3] == ("that",))  # "another notes drily that"
            or (tag == "NNS" and self._only_verb(i))
            or (tag == "NN" and before == "NNS" and self._is_last(i))  # "..., the rules state."
            or (tag.startswith("JJ") and any(cue.part == "adj" for cue, _ in options) and self._after_be(i))
            or (tag in {"NN", "NNS", "NNP"} and (before == "PRP" or (i == 0 and after == "PRP")))
        ):
            return []
        if is_withheld(unit, i, negated=self._negation(i) is not None):
            return []
        if (unit.low[i] in self.cues.nouns or unit.low[i] in _PERSONS) and after in FINITE and unit.low[i] != "claims":
            return []  # "reports indicated", "the suspect has fled": the noun
        if unit.low[i] in _PERSONS and before in NOUNS and after == "NNP" and not self._is_clause(i + 1, len(unit)):
            return []  # "war crimes suspect General Soto"
        if (
            tag == "VBN"
            and unit.low[i] == "known"
            and unit.low[i - 1] not in BE_HAVE_DO
            and unit.low[i + 1 : i + 2] != ("that",)
        ):
            return []  # "the rite known as Hajj"
        if tag in {"VBN", "JJ", "VBG"} and before in {"DT", "PRP$", "JJ", "POS"} and after in NOUNS:
            return []
        counted = before in {"JJS", "CD"} or (i > 0 and unit.low[i - 1][:1].isdigit())
        if unit.low[i].endswith("ed") and after in NOUNS | {"JJ"} and (counted or self._behind_verb(i)):
            return []  # "the largest confirmed reserves", "divides disputed Kashmir"
        if unit.low[i - 1 : i] == ("worth",) or (unit.low[i] == "concerned" and "far" in unit.low[max(0, i - 12) : i]):
            return []  # "it is worth noting that", "as far as autonomy is concerned"
        found = []
        for cue, particles in options:
            last = self._particles(i, particles)
            if last is not None and (cue.part != "adj" or self._after_be(i)):
                found.append((last, cue))
        return found

    def _behind_verb(self, i: int) -> bool:
        """Whether a finite verb that is no auxiliary stands right before this word."""
        return i > 0 and self.unit.tags[i - 1] in {"VBZ", "VBD"} and self.unit.low[i - 1] not in BE_HAVE_DO

    def _is_last(self, i: int) -> bool:
        """Whether a word ends its sentence, and no more than a noun and its article stand between it and the comma of a clause."""
        unit = self.unit
        low, high = self._bounds(i)
        comma = next((k for k in range(i - 2, max(low, i - 4), -1) if unit.low[k] == ","), None)
        return i + 1 == high and comma is not None and has_finite(unit, low, comma)

    def _only_verb(self, i: int) -> bool:
        """ "Its director, Pablo Rey, |cautions| against reading much into it": the tagger left the sentence without a verb."""
        unit = self.unit
        low, high = self._bounds(i)
        named = unit.tags[i - 1] in {"NNP", "NNPS"} or (unit.low[i - 1] == "," and "," in unit.low[low : i - 1])
        if self._is_line() and ":" not in unit.low[low:i]:
            named = named or (unit.tags[i - 1] in {"NN", "JJ"} and unit.tags[low] not in {"DT", "PRP$"})
            return i > low and named and not has_finite(unit, low, high)  # "Opposition calls for recount"
        return i > low + 1 and named and ":" not in unit.low[low:i] and not has_finite(unit, low, high)

    def _verb_before_that(self, i: int) -> bool:
        """ "a Belgian newspaper |claims| that ...": no noun, or a noun whose sentence would have no other verb."""
        unit = self.unit
        if unit.tags[i + 2 : i + 3] and unit.tags[i + 2] in FINITE and unit.low[i + 2] not in BE:
            return False  # "debris from protests that turned violent"
        if unit.low[i] not in self.cues.nouns:
            return unit.tags[i] == "NNS" or unit.tags[i - 1] in NOUNS  # not "wrote to heads of |state| that"
        low, high = self._bounds(i)
        if unit.tags[i] != "NNS" or unit.tags[i - 1] not in {"NN", "NNP", "JJ"} or has_finite(unit, low, i):
            return False
        return i + 2 < high and self._subject_clause_end(i + 2, high) == high

    def _particles(self, i: int, particles: tuple[str, ...]) -> int | None:
        unit = self.unit
        place = i
        for particle in particles:
            reach = 4 if particle == "clear" else 2
            near = range(place + 1, min(place + 1 + reach, len(unit)))
            place = next((k for k in near if unit.low[k] == particle), -1)
            if place < 0:
                later = self._past_time(near.start, len(unit))  # "called on Wednesday |for|"
                place = later if later < len(unit) and unit.low[later] == particle else -1
            if place < 0 or (place + 1 < len(unit) and time_word(unit, place + 1)):
                return None  # "called |on| Wednesday"
        return place

    def _before(self, i: int, last: int, cue: Cue) -> Attribution | None:
        """“...,” X said / ..., said X / ..., X said, ..."""
        unit = self.unit
        fond = unit.tags[i] == "VB" and unit.low[i - 1] == "to" and unit.low[i - 2] in _FOND
        if unit.tags[i] == "VB" and i > 0 and (self._speech(i - 1) >= 0 or unit.low[i - 1 : i + 1] == (",", "say")):
            fond = True  # “...”, say the Greens
        if not cue.frames & {"q", "x"} or (unit.tags[i] in {"VB", "VBG"} and not fond):
            return None
        low, high = self._bounds(i)
        who = subject(self.unit, i, low)
        if who is not None:
            made = self._subject_first(i, last, cue, who, low, high)
            if made is not None:
                return made
            if who[0] == low and unit.low[who[1]] == "," and unit.tags[who[1] + 1] in WH and self._speech(i - 1) < 0:
                return None  # "Jordan, which took them in, says ..."
        return self._verb_first(i, last, cue, low, high)

    def _subject_first(self, i: int, last: int, cue: Cue, who: Run, low: int, high: int) -> Attribution | None:
        unit = self.unit
        edge = who[0] - 1
        if edge < low or unit.low[edge] not in PUNCT - {"'", "’", "‘"} | {"''"} or edge in self.cuts:
            return None  # also behind the comma of another aside: “...,” he wrote, both had agreed
        number = self._speech(edge)
        claimed = number >= 0 or self._name_behind(who) is not None
        if claimed and unit.low[edge] == "," and self._about_the_words(edge, high):
            return None  # "blamed “agents”, an accusation Lima dismissed"
        after = adjunct_end(unit, last + 1, high)
        heard: Run | None = None
        if "o" in cue.frames and last + 1 < high and (stop := np_right(unit, last + 1, high, prepositions=False)):
            heard, after = (last + 1, stop), adjunct_end(unit, stop, high)
        closes = (
            after >= high or unit.low[after] in {",", ";", ":", "-", "--", "—", "–", "("} or unit.low[after] in MARKS
        )
        named = (
            number >= 0
            and unit.tags[low] in {"VBN", "VBG"}
            and self._words_in(number) <= _NAME
            and unit.quoted[low] < 0
        )
        if named and not has_finite(unit, low, edge):
            return None  # "Interviewed on the programme “This Week,” Ruiz said"
        if number >= 0 and self._is_speech(number, edge, low) and "q" in cue.frames:
            ended = unit.text[self.quotes[number].pieces[-1][1] - 1] in ".?!"
            follows = after < high and (
                unit.low[after] in {"that", ":"}
                or unit.low[after] in MARKS
                or (unit.low[after] == "," and ended and self._quote_at(after + 1) >= 0)
            )
            paused = unit.text[self.quotes[number].pieces[-1][1] - 1] == ","
            if follows and unit.low[after] != "," and not paused:
                return None
            if follows and unit.text[self.quotes[number].pieces[-1][1] - 1] == ".":
                return None
        else:
            # "The result, they say, could grow": cut in two by its cue, the first half needs no verb.
            halved = after < high - 3 and unit.low[after] == "," and unit.tags[after + 1] not in {"VBG", "WP", "WDT"}
            closes = (
                closes or unit.low[after] in {"when", "while", "after", "before", "as"} or hangs_on(unit, after, high)
            )
            if not closes or "x" not in cue.frames or unit.low[edge] != "," or self._opened(low, edge):
                return None
            # "X put his name to it, Tanjug reported": at the sentence's end its verb need not be known.
            ended = after >= high or (cue.word == "say" and unit.low[after] not in {",", ";", ":"})
            ended = ended and edge - low > 5 and unit.tags[low] not in {"IN", "RB", "CC", "TO", "VBG", "VBN"}
            if heard is not None and after < high and unit.low[after] in cue.frames:
                return None  # "Canada has left, Britain warned its own |against| travel"
            opens = unit.tags[low] not in {"IN", "RB", "CC", "TO"} or edge - low == 1  # "Moreover, he said, ..."
            opens = opens or has_finite(unit, after, high)  # "Without it, Tass said, no cuts are conceivable"
            if not has_finite(unit, low, edge) and not (halved and opens) and not ended:
                return None
            if not has_finite(unit, low, edge) and self._quote_at(after + 1) >= 0:
                return None  # "In it, Ruiz said of her guest, “I did not know him”"
            if (after < high and unit.low[after] == ":") or (after < high and unit.low[after] in MARKS):
                return None
            if unit.tags[low] in {"VBN", "VBD", "VBG"} and self._quote_at(after + 1) >= 0:
                return None  # "Asked how he had slept, Ruiz replied, “Badly,”"
        begin = self._left_begin(low, edge)
        if number < 0 and not has_finite(unit, low, edge) and after < high and self._is_setting(low, edge):
            begin = edge  # "On Monday, she said, the port will close": when she said it
        cut = unit.tags[after + 1] in FINITE or unit.low[edge - 1] in _JOINS if after + 1 < high else False
        if number < 0 and cut and unit.low[after] == ",":
            begin = self._cut_subject(begin, edge)
        content = self._runs(begin, edge + 1 if unit.quoted[edge] >= 0 else edge)
        content += self._resumed(after, high, number, whole=has_finite(unit, low, edge), cue=i)
        if after < high and unit.low[after] == ",":
            self.cuts.add(after)
        self.cuts.add(edge)
        return self._make(i, last, cue, who, content, "words before the speaker", addressee=heard)

    def _opened(self, low: int, edge: int) -> bool:
        """ "He said at this rate, the army |expects| ...": the comma before a subject closes what stands between a cue and its words."""
        unit = self.unit
        for k in range(low, edge - 1):
            if unit.tags[k] in FINITE and unit.tags[k + 1] == "IN" and adjunct_end(unit, k + 1, edge) == edge:
                return any(
                    cue.kind == "say" and {"c", "t"} <= cue.frames for cue, _ in self.cues.verbs.get(unit.low[k], ())
                )
        return False

    def _is_setting(self, low: int, edge: int) -> bool:
        """Whether a phrase that opens the sentence tells when or in which statement something was said."""
        unit = self.unit
        return unit.tags[low] == "IN" and (
            any(unit.low[k] in VENUES for k in range(low, edge))
            or all(time_word(unit, k) for k in range(low + 1, edge))
        )

    def _cut_subject(self, low: int, edge: int) -> int:
        """ "..., while the cabinet, its leader says, will decide": only the subject that the cue cuts off is said before it."""
        unit = self.unit
        if unit.low[edge - 1] in _JOINS or unit.tags[edge - 1] in {"WDT", "WP"}:
            return edge  # "because, they said, he had fired", "the men who, they said, had slept"
        for k in range(edge - 1, low, -1):
            if unit.tags[k] in FINITE:
                return low
            if unit.low[k] in _JOINS and unit.tags[k] in {"IN", "CC", "WRB"}:
                return k + 1
            if unit.tags[k] == "WP$":
                return k
        return low

    def _resumed(
        self, after: int, high: int, number: int, *, whole: bool = False, cue: int | None = None
    ) -> tuple[Run, ...]:
        """What goes on behind the cue: “..., ” X said, “...”; or ..., X said, ...; also “...,” X said. “...”"""
        unit = self.unit
        if number >= 0:
            place = after
            while place < len(unit) and unit.quoted[place] < 0 and unit.low[place] in {",", ".", "-", "—", ":"}:
                place += 1
            more = unit.quoted[place] if place < len(unit) else -1
            if more < 0:
                more = self._closing_quote(after, high)
            if more < 0 and self._completed(after, high, number):
                return self._runs(after + 1, self._content_end(after + 1, high, "clause", after + 1))
            if more >= 0 and more != number:
                return tuple(no_comma(unit.text, a, b) for a, b in self.quotes[more].pieces)
            return ()
        goes_on = cue is not None and after + 2 < high and self._said_too(after, high, "clause", cue)
        if (
            after + 1 < high
            and unit.low[after] == ","
            and (goes_on or unit.tags[after + 1] not in {"VBG", "CC"})
            and not (
                unit.tags[after + 1] in WH
                or unit.low[after + 1] in {"according", "citing", "though", "although", "while"}
                or (
                    unit.low[after + 1] == "as"
                    and unit.low[min(after + 2, high - 1)] not in {"long", "soon", "if", "far"}
                )
                or time_after(unit, after + 1, high)
                or (whole and unit.tags[after + 1] == "IN" and unit.low[after + 1] not in _OF_THE_WORDS)
            )
        ):
            return self._runs(after + 1, self._content_end(after + 1, high, "clause", after + 1))
        return ()

    def _completed(self, after: int, high: int, number: int) -> bool:
        """ "“After a long night,” he wrote, |both had agreed|": words in marks without a verb, which the clause behind completes."""
        unit = self.unit
        if after + 2 >= high or unit.low[after] != "," or any(unit.tags[k] in FINITE for k in self.places[number]):
            return False
        start = after + 1
        stop = start if unit.tags[start] in FINITE else np_right(unit, start, high, prepositions=False)
        return stop is not None and stop < high and unit.tags[start] not in WH and unit.tags[stop] in FINITE

    def _closing_quote(self, after: int, high: int) -> int:
        """ "“We waited,” said Ruiz, who sells rice, “and nobody came.”": the quotation behind a comma that ends the sentence."""
        unit = self.unit
        first = next((k for k in range(after, min(high, after + 30)) if unit.quoted[k] >= 0), None)
        if first is None or unit.low[first - 1] not in {",", ";"}:
            return -1
        number = unit.quoted[first]
        words = [k for k in self.places[number] if unit.low[k] not in PUNCT]
        last = self.places[number][-1]
        small = bool(words) and unit.text[unit.spans[words[0]][0]].islower()
        ended = last + 1 >= high or unit.low[last + 1] in {".", "?", "!"}
        return number if small and ended and len(words) > 1 else -1

    def _is_speech(self, number: int, edge: int, low: int) -> bool:
        """Whether a quotation right before a speaker is what was said: two words, or one that a comma and nothing else sets off."""
        if self._is_claimed(number):
            return False
        if self._words_in(number) >= 2:
            return True
        unit = self.unit
        first = self.places[number][0]
        open_left = first <= low or unit.low[first - 1] in {",", ":"}
        return open_left and unit.text[self.quotes[number].pieces[-1][1] - 1] in ",?!." and self._words_in(number) > 0

    def _verb_first(self, i: int, last: int, cue: Cue, low: int, high: int) -> Attribution | None:
        unit = self.unit
        edge = i - 1
        if edge < low and not (edge >= 0 and unit.quoted[edge] >= 0):
            return None
        number = self._speech(edge) if edge >= 0 else -1
        closing = unit.low[i] == "say" and (
            number >= 0 or np_right(unit, last + 1, high) == high
        )  # "..., say experts."
        past = {"VBD", "VBZ", "VBN"} | ({"VBP", "VB"} if number >= 0 or closing else set())
        if unit.tags[i] not in past or unit.low[edge] not in PUNCT or cue.kind == "tell":
            return None  # “..., ” told a reporter: who hears it stands there, and not who speaks
        stop = self._speaker_right(last + 1, high)
        if stop is None or ("o" in cue.frames and unit.low[stop : stop + 1] == ("to",)):
            return None  # also "a text, marked “secret”, urges parties to go"
        # "A country outside the region, said the envoy, has flexed its muscles": the cue cuts the subject off.
        cut = stop + 1 < high and unit.low[stop] == "," and unit.tags[stop + 1] in FINITE and unit.tags[low] in OPENS
        if number >= 0 and self._is_speech(number, edge, low):
            if unit.low[last + 1] == "that":
                return None
        elif not (
            unit.low[edge] == ","
            and "x" in cue.frames
            and (cut or has_finite(unit, low, edge) or (stop >= high and edge - low > 5 and unit.tags[low] in OPENS))
            and not has_finite(unit, last + 1, min(high, stop + 1))
        ) or (
            stop < high
            and unit.low[stop] not in {",", ";"}
            and (rest := adjunct_end(unit, stop + (unit.tags[stop] == "VBN"), high)) < high
            and unit.low[rest] not in {",", ";", "as", "after", "who"}
            and unit.tags[rest] != "VBG"
            and not hangs_on(unit, rest, high)
        ):
            return None
        begin = self._left_begin(low, edge)
        content = self._runs(begin, edge + 1 if unit.quoted[edge] >= 0 else edge)
        rest = adjunct_end(unit, stop, high)
        if number >= 0 or cut:
            content += self._resumed(rest, high, number)
        self.cuts.add(edge)
        return self._make(i, last, cue, (last + 1, stop), content, "words before the cue")

    def _phrases(self) -> list[tuple[int, Attribution]]:
        found = []
        unit = self.unit
        opened: dict[str, list[tuple[list[str], Cue]]] = {}
        for phrase, cue in self.cues.phrases.items():
            opened.setdefault(phrase.split()[0], []).append((phrase.split(), cue))
        for i in range(len(unit) - 1):
            for parts, cue in opened.get(unit.low[i], ()):
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
        if stop <= last + 1:
            return None
        who = (last + 1, stop)
        if any(unit.low[k] in _NO_SPEAKER for k in range(last + 1, stop)):
            return None
        if any(unit.low[k] in _PAPERS for k in range(last + 1, min(stop, last + 4))):
            return None  # "..., according to a text of her remarks": the words are hers
        if i <= low + 1 or unit.low[i - 1] in {"but", "and"}:
            if stop >= high or unit.low[stop] not in {",", ":"}:
                comma = next((k for k in range(stop, min(high, stop + 12)) if unit.low[k] == ","), None)
                if comma is None:
                    return None
                stop = comma
            if stop + 1 >= high:
                return None  # "according to officials,": nothing is said
            return self._make(
                i,
                last,
                cue,
                who,
                self._runs(stop + 1, self._content_end(stop + 1, high, "clause", stop + 1)),
                "according to, first",
            )
        edge = i - 1
        content = self._runs(self._left_begin(low, edge), i)
        if unit.low[i : i + 4] == ("in", "the", "words", "of"):
            # "left “deceived but not defeated”, in the words of its chairman": the marks hold what he said.
            number = self._speech(edge)
            if number < 0 and stop + 1 < high and unit.low[stop] == ",":
                number = self._quote_at(stop + 1)
            if number >= 0:
                return self._make(i, last, cue, who, self.quotes[number].pieces, "in the words of somebody")
        if stop < high and unit.low[stop] == "," and unit.low[edge] == ",":
            content += self._resumed(stop, high, -1)
        self.cuts.add(edge if unit.low[edge] == "," else i)
        return self._make(i, last, cue, who, content, "according to, after the words")

    def _after(self, i: int, last: int, cue: Cue) -> Attribution | None:
        unit = self.unit
        low, high = self._bounds(i)
        if unit.tags[i] == "VBG" and unit.low[i - 1] == "without":
            return None  # "without saying who": nothing is said
        behind = (
            unit.tags[i] == "VBN" and last + 2 < high and unit.low[last + 1] == "by" and unit.tags[last + 2] not in WH
        )
        if unit.tags[i] in {"VBN", "VBD"} and i == low and unit.low[i] not in {"said", "added"}:
            return None  # "Asked whether he would resign, ...": nobody is named who asks
        if unit.low[low] == "asked" and "," not in unit.low[low:i]:
            return None  # "Asked whether he |thought| so, ...": somebody's question
        if cue.part != "adj" and (behind or self._is_passive(i, low)):
            return self._passive(i, last, cue, low, high)
        who = self._sayer(i, low, high)
        if who is None and unit.low[i - 1] == "to" and self._is_judged(i, low):
            return None  # "it is hard to know": nobody does
        if who is None and cue.word == "ask" and unit.low[i - 1] in {",", "when", "if"}:
            return None  # "the spokesman, |asked| whether it would pay, said": nobody is named who asks
        if (
            who is not None
            and unit.tags[i] == "VBN"
            and who[1] == i
            and last + 1 < high
            and unit.tags[last + 1] == "IN"
            and unit.low[last + 1] != "that"
            and "c" not in cue.frames
        ):
            return None  # "the deal reported on Monday": a participle behind its noun
        if cue.frames & {"as", "l"} and (made := self._label(i, last, cue, who, high)) is not None:
            return made
        if "f" in cue.frames and (made := self._charged(i, last, cue, who, high)) is not None:
            return made
        if cue.word == "add" and unit.tags[i] == "VBG":
            cue = replace(cue, frames=cue.frames | {"c"})  # "told reporters so, |adding| the wording was open"
        heard: Run | None = None
        start: int | None = None
        mode = "clause"
        if "o" in cue.frames:
            heard, start, mode = self._object(last + 1, high, cue)
        if start is None:
            heard = None
            start, mode = self._opening(last + 1, high, cue)
        named = start is None and "c" in cue.frames and last + 2 < high and unit.low[last + 1] in BE
        if named and who is not None and who[0] > low and unit.low[who[0] - 1] == "what":
            start, mode = last + 2, "np"  # "to protest what they said were |flawed elections|"
        if start is None and (gap := self._gap(last, cue, who, low, high)) is not None:
            (who, start), mode = gap, "clause"
        if start is None:
            return self._as_said(i, last, cue, who, low, high)
        if mode == "np" and any(
            unit.low[k] == "that"
            and (unit.low[k - 1] in _FACTS or unit.low[k - 1] in self.cues.nouns or cue.word in _UTTERING)
            for k in (start + 1, start + 2)
            if k < high
        ):
            mode = "clause"  # "appreciates the fact that the two agree", "rejects suggestions that it is idle"
        if mode == "np" and start + 2 < high and cue.word in _UTTERING and unit.low[start] in self.cues.nouns:
            clause = unit.tags[start + 1] in OPENS | {"PRP", "CD", "EX"} and self._clause_at(start + 1, high)
            mode = "clause" if clause else mode  # "voiced hope |the truce would hold|"
        if (number := self._quote_at(start)) >= 0 and self._is_claimed(number):
            return None
        end = self._content_end(start, high, mode, i)
        if mode == "np":
            if unit.tags[i] == "VBG" and i == low and cue.word == "comment":
                return None  # "Commenting on the vote, Ruiz said": what about, and not what
            purpose = unit.low[i - 1] == "to" and unit.low[i - 2] not in _WILLING and cue.kind not in {"know", "belief"}
            if purpose and self._quote_at(start) < 0:
                return None  # "came to criticize the court": what for, and nothing said yet
            if cue.word in _TO_A_PERSON and self._quote_at(start) < 0:
                return None  # "thanked voters": whom, and not what for
            if cue.kind == "judge" and cue.strength <= 0.6 and (who is None or unit.tags[i] in {"VB", "VBG"}):
                return None  # "evidence to support its claims": a weak word needs somebody who does it
            end = self._without_day(start, end)
        return self._make(i, last, cue, who, self._runs(start, end), f"{mode} after the cue", addressee=heard)

    def _is_judged(self, i: int, low: int) -> bool:
        """Whether "it is" and a word or two stand before the infinitive at `i`: "it is impossible to know"."""
        unit = self.unit
        return any(unit.low[k] == "it" and unit.low[k + 1] in BE for k in range(max(low, i - 6), i - 2))

    def _object(self, start: int, high: int, cue: Cue) -> tuple[Run | None, int | None, str]:
        """“told the committee that”, “urged Iran to”: the person, then where the words begin."""
        unit = self.unit
        if start >= high or unit.low[start] in {"that", "to", ","} or unit.tags[start] == "VBG":
            return None, None, "clause"
        heard = frozenset("qt" if cue.kind == "judge" else "qtwci")  # nobody criticizes a plan to do something
        for prepositions in (True, False):
            stop = np_right(unit, start, high, prepositions=prepositions)
            if stop is None or stop >= high:
                continue
            if unit.low[stop] in _TOUCHED and stop + 1 < high:
                stop += 1
            after = adjunct_end(unit, stop, high) if unit.low[stop] != "to" else stop
            after = self._past_aside(after, high, cue)
            for place in dict.fromkeys((stop, after)):
                if place >= high:
                    continue
                found, mode = self._opening(
                    place, high, replace(cue, frames=heard | (cue.frames - set("on"))), strict=True
                )
                whole = mode == "clause" and found is not None and unit.tags[found] in FINITE
                if found is not None and not (whole and unit.quoted[found] < 0):
                    return (start, stop), found, mode  # but "warned the toll could rise" is said of the toll
            if cue.kind == "tell" and (told := self._told_behind(after, high)) is not None:
                return (start, stop), told, "clause"
        if cue.kind == "tell" and (split := self._two_phrases(start, high)) is not None:
            return (start, split), split, "clause"
        return self._far_object(start, high, heard)

    def _told_behind(self, comma: int, high: int) -> int | None:
        """ "told a group of traders, |Lima would wait|"; also behind a name between commas: "told the agency, AFP, |talks were off|"."""
        unit = self.unit
        if comma + 1 >= high or unit.low[comma] != ",":
            return None
        name = np_right(unit, comma + 1, high, prepositions=False)
        if name is not None and name + 1 < high and unit.low[name] == "," and unit.tags[comma + 1] == "NNP":
            comma = name
        return comma + 1 if self._is_clause(comma + 1, high) else None

    def _two_phrases(self, start: int, high: int) -> int | None:
        """Where the second of two phrases begins that no word parts: "told a local paper |Peru| was", "told Ms. Ruiz |Chile's| law is"."""
        unit = self.unit
        stop = np_right(unit, start, high, prepositions=False)
        if stop is None or stop >= high or unit.tags[stop] not in FINITE:
            return None
        if unit.low[start] in _TITLES and unit.tags[start + 1 : start + 3] == ("NNP", "NNP"):
            return start + 2
        return next(
            (k for k in range(start + 1, stop) if unit.tags[k] == "NNP" and unit.tags[k - 1] in {"NN", "NNS"}), None
        )

    def _far_object(self, start: int, high: int, heard: frozenset[str]) -> tuple[Run | None, int | None, str]:
        """ "notified judges presiding over the case |that| ...": the person, with all that hangs on it."""
        unit = self.unit
        stop = np_right(unit, start, high)
        if stop is None or "t" not in heard:
            return None, None, "clause"
        for k in range(stop, min(high - 1, stop + _FAR)):
            if unit.tags[k] in FINITE or unit.low[k] in {",", ";", ":"} or self._quote_at(k) >= 0:
                break
            if unit.low[k] == "that" and unit.tags[k] == "IN" and unit.tags[k + 1] not in FINITE:
                held = unit.low[k - 1] in self.cues.nouns  # "ordered an inquiry into claims |that| ..."
                return (None, None, "clause") if held else ((start, stop), k + 1, "clause")
        return None, None, "clause"

    def _shared(self, found: list[tuple[int, Attribution]]) -> list[tuple[int, Attribution]]:
        """Drops a noun inside the words that a verb already opens with it ("voiced hope that ..."), and empty doubles."""
        kept: list[tuple[int, Attribution]] = []
        for i, made in found:
            verbs = [other for _, other in found if other.word.part != "noun"] if made.word.part == "noun" else ()
            if any(
                other.content[0][0] <= made.cue[0] < other.content[0][0] + 60
                and other.content[-1][1] == made.content[-1][1]
                and other.word.kind not in {"report"}
                for other in verbs
            ):
                continue
            if made.speaker is None and any(other.content == made.content for other in verbs):
                continue  # "said in a |statement| that": the words are those of who said it
            if (
                i > 0
                and self.unit.low[i - 1] == "to"
                and any(other is not made and other.content[0][0] == self.unit.spans[i - 1][0] for _, other in found)
            ):
                continue  # "called on them to announce ...": nothing is announced yet
            kept.append((i, made))
        return kept
