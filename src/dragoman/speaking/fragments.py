"""Words in quotation marks that no clause of reported speech holds whole: “called it ‘a farce’”, “cites ‘bad faith’”.

Two rules over what the rest of `dragoman.speaking.attribution` found. A description that ends in quoted words is those words
("called the launch an “unprecedented threat”"); a quotation that nobody has claimed belongs to whoever does the verb
before it. Names in marks (“El Chapo”, the exercise “Peace Mission”) are no words of anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dragoman.speaking.clauses import BE, FINITE, NOUNS, has_finite, np_left, np_right, time_word
from dragoman.speaking.contents import PUNCT, Attribution, no_comma
from dragoman.speaking.cues import Cue
from dragoman.speaking.endings import Endings
from dragoman.speaking.subjects import subject

__all__ = ["BARE", "DEMAND", "DIRECT", "HEADED", "Fragments"]

Run = tuple[int, int]
_DESCRIBING = ("label", "np after the cue", "charge after the person", "noun, np", "passive with infinitive")
# What may stand between a cue and the marks without being told: 'urged them to "mind the sea"'. 'Said he was "disgusted"' is a clause.
_LIGHT = frozenset("that to not be as of a an the 's".split())
_VERBS = frozenset({"VB", "VBD", "VBZ", "VBP", "VBG", "VBN"})
_SUBORDINATE = frozenset(
    "after before when while because although though if since as until unless that which who whom whose where".split()
)
_EMPTY = BE | {"has", "have", "had", "having", "do", "does", "did", "'ve", "’ve"}
_SMALL = frozenset("of the and for in to a an on at de la el al".split())
_ALONE = "the words in marks"
BARE = "words in marks behind another verb"
"""The rule's name where the verb attributes nothing by itself: the speaker must then be somebody known."""
DIRECT = "own words behind a colon"
"""The rule's name where "we" shows that words without marks are the speaker's own: "Premier: we will not yield"."""
DEMAND = "a headline's own words"
"""The rule's name where a headline gives words without marks: "Quit now, 40 deputies tell premier"."""
HEADED = "words behind a name and a colon"
"""The rule's name where a headline gives a person's words after the name: "Ruiz: the drills threaten nobody"."""
_SHORT_LINE = 24
_OWN = frozenset({"we", "our", "us", "i", "my"})
_SET_OFF = frozenset({",", ":", ";", "--", "—", "–"})
_ENOUGH = 0.5
_LONG = 30
_MANY = 20
_OBJECTS = frozenset(("np after the cue", "noun, np"))
_NAMING = frozenset(("call", "dub", "label", "term"))
_ADVERBS = frozenset(("to", "very", "as", "soon"))
_CLAUSE = "clause after the cue"
_BRIEF = 6
# Verbs that liken, name, wish or see: they put words to a thing, as others do not ("signed “a lasting peace”", "bombed it “at will”").
_LIKENING = frozenset(
    "compare liken ascribe attribute name refer defend want wish see vote celebrate greet salute mock picture portray cast".split()
)
# What bears words that nobody is told to say: "a banner that read “No war”".
_BEARERS = frozenset("banner banners placard placards sign signs poster posters sheet paper constitution".split())
# "accused “certain countries” of double standards": whom it is put to, and not what.
_TARGETED = frozenset(("accuse", "lambast", "charge"))
_MOST_LEAD = 6
_REACH = 40
_PLAIN = Cue("", "verb", "say", frozenset("q"), 0.55, None)


class Fragments(Endings):
    """Reads quoted fragments in one unit, behind all other rules."""

    def _fragments(self, found: list[Attribution]) -> list[Attribution]:
        kept = [self._headed(self._with_object(self._trimmed(made))) for made in found]
        kept = [made for made in kept if not self._names_whom(made) and not self._tells_how(made, kept)]
        more = [made for made in self._unclaimed(kept) if not self._names_whom(made)]
        made = [*more, *self._own_voice(), *self._headline_words(kept)]
        return sorted([*kept, *made], key=lambda item: item.cue) if made else kept

    def _tells_how(self, made: Attribution, found: Sequence[Attribution]) -> bool:
        """ "Peru says it will respond “in its own time”": the marks tell how, in words that are somebody's already."""
        held = self._held_by(made)
        if len(held) != 1 or not self._only_how(held[0]) or made.content[0] != self.quotes[held[0]].pieces[0]:
            return False
        others = (other for other in found if other is not made and len(other.content) == 1)
        return any(o.content[0][0] <= made.cue[0] and made.content[-1][1] <= o.content[0][1] for o in others)

    def _own_voice(self) -> list[Attribution]:
        """ "Hamas: we accept the proposal": a name, a colon, and words in the first person."""
        unit = self.unit
        low, high = self._bounds(self.dateline if self.dateline < len(self.unit) else 0)
        colon = next((k for k in range(low + 1, min(high, low + 8)) if unit.low[k] == ":" and unit.quoted[k] < 0), None)
        if colon is None or np_right(unit, low, colon) != colon:
            return []
        if self._quote_at(colon + 1) >= 0 or not has_finite(unit, colon + 1, high):
            return []
        own = any(unit.low[k] in _OWN for k in range(colon + 1, min(high, colon + 6)))
        quoted = any(unit.quoted[k] >= 0 for k in range(colon, high))
        proper = all(unit.tags[k] in {"NNP", "NNPS"} for k in range(low, colon))
        if quoted and proper:  # "Amnesty International: the trial “fell short of the law”"
            made = self._make(
                colon, colon, replace(_PLAIN, part="none"), (low, colon), self._runs(colon + 1, high), BARE
            )
            return [made] if made is not None else []
        if quoted:
            return []
        named = all(unit.text[a].isupper() for a, _ in unit.spans[low:colon])
        if not own and not (named and self._is_line()):
            return []
        cue = replace(_PLAIN, part="none", strength=0.7)
        rule = DIRECT if own else HEADED
        made = self._make(colon, colon, cue, (low, colon), self._runs(colon + 1, high), BARE, rule)
        return [made] if made is not None else []

    def _headed(self, made: Attribution) -> Attribution:
        """ "We will march by spring, militia chief says": in a headline the first person is his own words."""
        if made.rules[0] not in {"words before the speaker", "words before the cue"} or not self._is_line():
            return made
        words = [k for k, span in enumerate(self.unit.spans) if any(a <= span[0] < b for a, b in made.content)]
        if any(self.unit.quoted[k] >= 0 for k in words) or not any(self.unit.low[k] in _OWN - {"us"} for k in words):
            return made
        return replace(made, rules=(*made.rules, DEMAND))

    def _headline_words(self, found: Sequence[Attribution]) -> list[Attribution]:
        """ "Quit now, 40 deputies tell premier": a line without a full stop whose words before the comma need no verb."""
        unit = self.unit
        low, high = self._bounds(self.dateline if self.dateline < len(unit) else 0)
        comma = next(
            (k for k in range(low + 2, min(high, low + 14)) if unit.low[k] == "," and unit.quoted[k] < 0), None
        )
        if comma is None or not self._is_line() or any(unit.quoted[k] >= 0 for k in range(low, comma)):
            return []
        if any(a < unit.spans[comma][0] for made in found for a, _ in made.content):
            return []
        if unit.tags[low] in {"IN", "VBG", "VBN", "DT", "RB", "CC", "WRB"}:
            return []
        found_here = self._teller(comma + 1, high)
        if found_here is None:
            return []
        verb, who, options = found_here
        word = replace(options[-1][0], strength=max(0.6, options[-1][0].strength))
        left = unit.low[low:comma]
        own = bool(_OWN & set(left)) or unit.tags[low] in {"VB", "VBP"} or bool({"now", "or"} & set(left))
        made = self._make(verb, verb, word, who, self._runs(low, comma), DEMAND if own else "words of a headline")
        return [made] if made is not None else []

    def _teller(self, start: int, high: int) -> tuple[int, Run, Sequence[tuple[Cue, tuple[str, ...]]]] | None:
        """ "..., 40 deputies |tell premier", "..., |pleads ELN": the verb of saying behind a headline's words, and who does it."""
        unit = self.unit
        for verb in range(start, min(high, start + 8)):
            options = self.cues.verbs.get(unit.low[verb], ())
            if (
                not options
                or options[-1][0].kind not in {"say", "tell", "request", "write"}
                or unit.tags[verb] == "VBG"
            ):
                continue
            who = (start, verb) if verb > start else None
            if verb + 1 < high and unit.low[verb + 1] == "by" and unit.tags[verb] in {"VBN", "VBD"}:
                stop = np_right(unit, verb + 2, high, prepositions=False)
                who = (verb + 2, stop) if stop is not None else None  # "..., premier told by deputies"
            if who is None and (stop := np_right(unit, verb + 1, high, prepositions=False)) is not None:
                who = (verb + 1, stop)
            nouns = who is not None and any(unit.tags[k] in NOUNS | {"PRP"} for k in range(*who))
            plain = who is not None and not any(unit.low[k] in PUNCT for k in range(*who))
            return (verb, who, options) if who is not None and nouns and plain else None
        return None

    def _is_line(self) -> bool:
        """Whether the unit is a line of its own without a full stop: a headline or a subhead."""
        text, start, end = self.unit.text, self.unit.start, self.unit.end
        alone = (start == 0 or text[start - 1] == "\n") and (end >= len(text) or text[end] == "\n")
        return alone and text[end - 1] not in '.!?…:;,”"' and len(self.unit) < _SHORT_LINE

    def _trimmed(self, made: Attribution) -> Attribution:
        """A description that ends in quoted words is those words alone; quoted words are said, however weak the cue."""
        if made.inside >= 0:
            return made
        held = self._held_by(made)
        if held and made.content[0][0] == self.quotes[held[0]].start and len(made.content) == 1:
            held = held[:1]  # "promised “severe revenge” on the “criminals” who did it"
        if len(held) != 1 or len(self.quotes[held[0]].pieces) != 1:
            return made
        quote = self.quotes[held[0]]
        piece = quote.pieces[0]
        if all(piece[0] <= a and b <= piece[1] for a, b in made.content):
            return _said(made)
        if made.rules[0].startswith("words before") or self._is_name(held[0], short=True):
            return made  # “It matters” to trade that “nobody moves,” he said: all of it
        if len(made.content) != 1:
            return made
        low, high = made.content[0]
        inner = [k for k, span in enumerate(self.unit.spans) if low <= span[0] < high]
        lead = [k for k in inner if self.unit.spans[k][0] < quote.start]
        tail = [k for k in inner if self.unit.spans[k][0] >= quote.end and self.unit.low[k] not in PUNCT]
        if (lead or tail) and self._stands_alone(made, lead, tail):
            return _said(replace(made, content=quote.pieces, rules=(*made.rules, _ALONE)))
        return made

    def _with_object(self, made: Attribution) -> Attribution:
        """ "promised a reply “very soon”": words in marks that only say how or when belong to the object before them."""
        unit = self.unit
        if made.inside >= 0 or len(made.content) != 1 or made.word.kind == "tell" or made.rules[0] != _CLAUSE:
            return made
        held = self._held_by(made)
        if len(held) != 1 or made.content[0] != no_comma(unit.text, *self.quotes[held[0]].pieces[0]):
            return made
        first = self.places[held[0]][0]
        gap = [k for k in range(first) if unit.spans[k][0] >= made.cue[1]]
        if not gap or not self._only_how(held[0]) or any(unit.quoted[k] >= 0 or unit.low[k] in PUNCT for k in gap):
            return made
        if not any(unit.tags[k] in NOUNS and not time_word(unit, k) for k in gap):
            return made
        start = gap[unit.low[gap[0]] in made.word.frames and unit.tags[gap[0]] == "IN"]
        content = ((unit.spans[start][0], self.quotes[held[0]].end),)
        return replace(made, content=content, addressee=None, rules=(*made.rules, "with its object"))

    def _only_how(self, number: int) -> bool:
        """Whether words in marks only say how or when: "as soon as possible", "very soon", "at any level"."""
        unit = self.unit
        words = [k for k in self.places[number] if unit.low[k] not in PUNCT]
        adverb = bool(words) and (unit.low[words[0]] in _ADVERBS or unit.low[words[0]].endswith("ly"))
        brief = 0 < len(words) <= _BRIEF and (adverb or unit.tags[words[0]] == "IN")
        return brief and not any(unit.tags[k] in FINITE | {"VB"} for k in words)

    def _names_whom(self, made: Attribution) -> bool:
        """ "accused “certain countries” of double standards", "a banner that read “No war”": these words are nobody's."""
        unit = self.unit
        held = self._held_by(made)
        if made.inside >= 0 or len(held) != 1 or made.content[0] != self.quotes[held[0]].pieces[0]:
            return False
        if made.speaker is not None and unit.text[slice(*made.speaker)].lower().split()[-1] in _BEARERS:
            return True
        after = next((k for k in range(self.places[held[0]][-1] + 1, len(unit))), None)
        behind = after is not None and unit.low[after] in {"of", "for", "with"}
        direct = unit.text[made.cue[1] : self.quotes[held[0]].start].strip() == ""
        targeted = made.word.word in _TARGETED or (made.word.kind == "judge" and "f" in made.word.frames)
        return targeted and behind and direct

    def _held_by(self, made: Attribution) -> list[int]:
        return sorted({n for run in made.content for n, _ in self.numbered.touching(*run)})

    def _stands_alone(self, made: Attribution, lead: Sequence[int], tail: Sequence[int]) -> bool:
        unit = self.unit
        if any(made.rules[0].startswith(rule) for rule in _DESCRIBING):
            # "confirmed the pull-out of his garrison “to a safer place”": the marks hold but the end of what is told.
            told = sum(unit.tags[k] in NOUNS for k in lead)
            plain = made.rules[0] not in _OBJECTS
            if tail and unit.low[tail[0]] in {"if", "unless"}:
                return False  # "warned of “legal consequences” if they marched"
            # "asked for troops “against the aggression”", "called the attack the work of “a few fanatics”"
            outer = [k for k in lead if unit.tags[k] in {"NN", "NNS"}]
            if outer and not plain and self._only_how(self._held_by(made)[0]):
                return False
            if outer and made.rules[0] == "label" and unit.low[lead[-1]] in {"of", "that"}:
                return False
            return len(lead) <= _MOST_LEAD and (told < 2 or plain)
        if any(unit.low[k] not in _LIGHT for k in lead) or len(lead) > 3 or (lead and len(tail) > 8):
            return False
        return not self._opens_subject(tail)

    def _opens_subject(self, tail: Sequence[int]) -> bool:
        """Whether the words in marks begin the subject of what follows: 'said “the rebels” of the south had gone'."""
        unit = self.unit
        if not tail or unit.low[tail[0] - 1] == ",":
            return False
        for k in range(tail[0], tail[-1] + 1):
            if unit.tags[k] in FINITE:
                return True
            if unit.low[k] in PUNCT or unit.tags[k] in {"CC", "WP", "WDT"} or unit.low[k] in _SUBORDINATE:
                return False
        return False

    def _is_name(self, number: int, *, short: bool = False) -> bool:
        """Whether the marks hold a name or a single word used with a wink, rather than words that somebody said."""
        unit = self.unit
        words = [k for k in self.places[number] if unit.low[k] not in PUNCT]
        raw = [unit.text[slice(*unit.spans[k])] for k in words]
        if not raw:
            return True
        long = [word for word in raw if word.lower() not in _SMALL]
        if raw and all(word[:1].isupper() or word[:1].isdigit() for word in long) and long:
            closing = unit.text[self.quotes[number].pieces[-1][1] - 1]
            return closing not in "!?." and (len(raw) > 1 or not short)
        return False

    def _unclaimed(self, found: Sequence[Attribution]) -> list[Attribution]:
        """Quotations in no attribution yet, each given to the verb, noun or name that stands before it."""
        unit = self.unit
        made: list[Attribution] = []
        if len(self.places) > _MANY:
            return []  # a list of names or marks, no prose
        for number in self.places:
            quote = self.quotes[number]
            # "They tell us that ..." inside the marks leaves the words in marks to whoever says all of them.
            outside = (item for item in found if item.inside != number)
            if any(a < quote.end and quote.start < b for item in outside for a, b in item.content):
                continue
            if any(a < quote.end and quote.start < b for item in made for a, b in item.content):
                continue
            first = self.places[number][0]
            only_how = self._words_in(number) == 1 and unit.low[first + 1].endswith("ly")  # "will answer “firmly”"
            after = self.places[number][-1] + 1
            heads = (
                first == 0 and unit.low[after : after + 1] == (":",) and self._is_line()
            )  # 'Reckless': Oslo blasts London
            if (self._is_name(number) and not heads) or unit.spans[first][0] > quote.start or only_how:
                continue
            item = self._also([*found, *made], number) or self._given(first, number)
            if item is not None:
                made.append(item)
        return made

    def _also(self, found: Sequence[Attribution], number: int) -> Attribution | None:
        """ "called the photograph “regrettable” |and the bishop “imprudent”|": a second description with the verb of the first."""
        unit = self.unit
        first = self.places[number][0]
        for made in found:
            held = self._held_by(made)
            if len(held) != 1 or made.inside >= 0 or not {"l", "as", "of"} & made.word.frames:
                continue
            gap = range(self.places[held[0]][-1] + 1, first)
            if len(gap) == 3 and unit.tags[gap[1]] == "NNP" and unit.low[gap[2]] == "as" and unit.low[gap[0]] == "and":
                whom = self._chars((gap[1], gap[2]))
                if unit.text[made.cue[1] : made.content[0][0]].strip(" “\"'") == "as" and whom is not None:
                    return replace(
                        made, speaker=whom, content=self.quotes[number].pieces
                    )  # "X described as A and Y as B"
            joined = 0 < len(gap) <= _MOST_LEAD + 1 and "and" in (
                unit.low[gap[0]],
                unit.low[gap[1:2][0]] if len(gap) > 1 else "",
            )
            names = [k for k in gap if unit.low[k] not in {",", "and", "while"}]
            opens = unit.text[made.cue[1] : made.content[0][0]].split()
            if joined and len(names) > 1 and opens[:1] == [unit.low[names[-1]]] and unit.tags[names[-1]] == "IN":
                whom = self._chars((names[0], names[-1]))  # "spoke of “a farce”, and |Moscow| of “a shame”"
                if whom is not None and all(unit.tags[k] in NOUNS | {"DT"} for k in names[:-1]):
                    return replace(made, speaker=whom, content=self.quotes[number].pieces)
            if joined and not any(unit.tags[k].startswith("VB") or unit.tags[k] == "MD" for k in gap):
                pieces = self.quotes[number].pieces
                self.claimed.update(pieces)
                return replace(made, content=pieces, rules=(*made.rules, "and another"))
        return None

    def _given(self, first: int, number: int) -> Attribution | None:
        unit = self.unit
        low, high = self._bounds(first - 1) if first else (0, len(unit))
        low = next((k + 1 for k in range(first - 1, low - 1, -1) if unit.low[k] == ";" and unit.quoted[k] < 0), low)
        after = first
        while after < len(unit) and unit.quoted[after] == number:
            after += 1
        if (first <= low or unit.low[first - 1] in _SET_OFF) and (told := self._any_verb(after, number)) is not None:
            return told
        if first <= low:
            return self._headline(after, number)
        if unit.low[first - 1] == ":":
            return self._behind_colon(first - 1, low, number)
        if after >= len(unit) and unit.low[first - 1] == "," and self._is_line():
            # "Tokyo brushes call aside, 'matter closed'": the end of a headline is whose news it is
            who = self._main_subject(first, low)
            cue = replace(_PLAIN, part="none")
            pieces = self.quotes[number].pieces
            return self._make(first - 1, first - 1, cue, who, pieces, "words that end a headline") if who else None
        if (own := self._own_words(first, low, number) or self._whole_predicate(first, low, number)) is not None:
            return own
        for k in range(first - 1, max(low, first - _REACH) - 1, -1):
            if unit.quoted[k] < 0 and self._governs(k, first):
                return self._by_verb(k, low, high, number)
        return None

    def _any_verb(self, start: int, number: int) -> Attribution | None:
        """ "“We will pay,” growled the minister", "“Not us,” its envoy swore": behind a comma in marks any verb is one of saying."""
        unit = self.unit
        last = unit.text[self.quotes[number].pieces[-1][1] - 1]
        high = min(len(unit), start + 24)
        if start < high and unit.low[start] == ",":
            start += 1
        elif last not in {",", "!", "?"}:
            return None
        if start >= high or unit.quoted[start] >= 0 or self._words_in(number) < (1 if last == "," else 2):
            return None
        verb: int | None = None
        who: Run | None
        if unit.tags[start] in {"VBD", "VBZ"} and unit.low[start] not in _EMPTY:
            stop = np_right(unit, start + 1, high)
            verb, who = start, (start + 1, stop) if stop is not None else None
        else:
            stop = np_right(unit, start, high)
            if stop is not None and stop < high and unit.low[stop] == ",":
                # "“A disaster,” the victor, Zapatero, called it"
                close = next((m for m in range(stop + 1, min(high, stop + _BRIEF)) if unit.low[m] == ","), stop - 1)
                named = close > stop and all(unit.tags[m] in NOUNS for m in range(stop + 1, close))
                verb, who = (close + 1, (start, close)) if named and close + 1 < high else (None, None)
                if verb is None or unit.tags[verb] not in {"VBD", "VBZ"} or who is None:
                    return None
                return self._make(verb, verb, _PLAIN, who, self._plain_pieces(number), "words in marks before a verb")
            while stop is not None and stop < high and unit.tags[stop] == "RB":
                stop += 1
            if stop is None:
                return None
            if stop < high and unit.tags[stop] in {"VBD", "VBZ"} and unit.low[stop] not in _EMPTY:
                verb = stop
            elif unit.low[stop - 1] in self.cues.verbs and unit.low[stop - 1] not in self.cues.nouns:
                verb = stop - 1  # the tagger took "swore" for a noun
            who = np_left(unit, verb - 1, start) if verb is not None and verb > start else None
        if verb is None or who is None or not any(unit.tags[k] in NOUNS | {"PRP", "CD"} for k in range(*who)):
            return None
        return self._make(verb, verb, _PLAIN, who, self._plain_pieces(number), "words in marks before a verb")

    def _plain_pieces(self, number: int) -> tuple[Run, ...]:
        return tuple(no_comma(self.unit.text, *piece) for piece in self.quotes[number].pieces)

    def _own_words(self, first: int, low: int, number: int) -> Attribution | None:
        """ "in her words, “shell-shocked”"; "with the words “most kind”" is left to the verb."""
        unit = self.unit
        for k in range(first - 1, max(low, first - 4), -1):
            if unit.low[k] == "words" and unit.tags[k - 1] == "PRP$":
                return self._make(k, k, _PLAIN, (k - 1, k), self.quotes[number].pieces, "in somebody's words")
        return None

    def _whole_predicate(self, first: int, low: int, number: int) -> Attribution | None:
        """ "China “welcomed all efforts for peace”": the marks begin with the very verb of saying."""
        unit = self.unit
        verb = first + 1
        options = self.cues.verbs.get(unit.low[verb], ()) if verb < len(unit) else ()
        if not options or unit.tags[verb] not in {"VBD", "VBZ", "VBN"} or options[-1][0].strength < _ENOUGH:
            return None
        who = np_left(unit, first - 1, low)
        if who is None or self._words_in(number) < 3:
            return None
        return self._make(verb, verb, _PLAIN, who, self.quotes[number].pieces, "a predicate in marks")

    def _governs(self, k: int, first: int) -> bool:
        unit = self.unit
        if unit.low[k] in _EMPTY:
            return False
        if unit.tags[k] == "VBN" and self._borne(k):
            return False
        if unit.tags[k] in NOUNS and unit.tags[k - 1] in {"DT", "JJ", "PRP$", "POS"}:
            return False  # "the request “was a humiliation”"
        # In headlines the tagger takes "cries" and "vow" for nouns: right before the marks they are verbs.
        return unit.tags[k] in _VERBS or (k == first - 1 and unit.low[k] in self.cues.verbs)

    def _borne(self, k: int) -> bool:
        """Whether the verb is suffered: "the truce declared by X", "his plane was brought down"; who suffers it says nothing."""
        unit = self.unit
        if k + 1 < len(unit) and unit.low[k + 1] == "by":
            return True
        place = k - 1
        while place > 0 and unit.tags[place] == "RB":
            place -= 1
        return unit.low[place] in BE and unit.low[k] not in self.cues.verbs

    def _by_verb(self, k: int, low: int, high: int, number: int) -> Attribution | None:
        unit = self.unit
        options = self.cues.verbs.get(unit.low[k], ())
        cue = options[-1][0] if options else None
        bare_name = cue is not None and cue.word in _NAMING and unit.tags[k] == "VBN" and unit.low[k - 1] in BE
        if bare_name or (cue is not None and cue.kind == "know" and unit.low[k + 1] == "as"):
            return None  # "known as “the carpenters”", "the song is called “O Povo”": a name
        # "Pons would negotiate “on everything except the flag”": the condition is his, as the words are
        would = unit.low[k - 1] == "would" and self._only_how(number)
        if cue is None and not would and (self._words_in(number) < 3 or not self._puts_words(k, number)):
            return None
        if cue is not None and self._words_in(number) < 2 and (cue.strength < _ENOUGH or cue.kind == "know"):
            return None
        first = self.places[number][0]
        gap = range(k + 1, first)
        plain = cue is not None and cue.kind in {"say", "know"} and not cue.frames & {"l", "as", "o", "f"}
        plain = plain and bool(gap) and unit.tags[gap[-1]] == "IN"
        if plain and sum(unit.tags[m] in NOUNS for m in gap) > 1 and not any(unit.low[m] in _SET_OFF for m in gap):
            return None  # "noted the nearness of their views of “coercive measures”"
        if self._words_in(number) < 2 and first - k > 3:
            return None
        who = self._doer(k, low, high) if unit.tags[k] == "VBG" or k == low else subject(unit, k, low)
        if who is None and unit.tags[k] != "VBG":
            # "denied it, and blamed “rented pens”": who spoke before in this sentence goes on.
            who = max((item for item in self.spoken if low <= item[0] < k), default=(0, None))[1]
            if who is None and k == first - 1:
                # "bishops vow “no name will be given”": in headlines the tagger takes a plural for a verb.
                plural = k - 1 == low and unit.tags[k - 1] == "VBZ"
                who = (low, k) if plural else np_left(unit, k - 1, low) or self._main_subject(k, low)
        if who is None or unit.tags[who[0]] == "EX":
            return None
        if who[0] - 1 > low and unit.tags[who[0] - 1] == "DT" and unit.tags[who[0] - 2] in NOUNS:
            who = (who[0] - 1, who[1])  # "a step |the envoy called “rash”"
        word = replace(cue, strength=max(cue.strength, 0.6)) if cue else _PLAIN
        rule = "words in marks behind the verb" if cue else BARE
        content: tuple[Run, ...] = self.quotes[number].pieces
        if cue is not None and self._only_how(number) and first - k > 2 and len(content) == 1:
            start = k + 1 + (unit.low[k + 1] in cue.frames)
            content, rule = ((unit.spans[start][0], self.quotes[number].end),), "the object with words in marks"
        return self._make(k, k, word, who, content, rule)

    def _puts_words(self, k: int, number: int) -> bool:
        """Whether a verb that is no cue puts words to something, or the words in marks are plainly somebody's own."""
        unit = self.unit
        if unit.low[k] == "put" and unit.low[k + 1] in {"it", "down"}:
            return True
        if any(unit.low[m] == ":" for m in range(k + 1, self.places[number][0])):
            return True  # "sided with Peru: Chile must “refrain from any action”"
        words = [unit.low[m] for m in self.places[number] if unit.low[m] not in PUNCT]
        return _base(unit.low[k]) in _LIKENING or bool(_OWN & set(words)) or words[0] in {"or", "as"}

    def _doer(self, k: int, low: int, high: int) -> Run | None:
        """Who does a participle: the noun right before it, the main clause behind the comma, or the one before."""
        unit = self.unit
        if k <= low + 1:
            return self._opening_doer(k, high)
        if unit.tags[k - 1] in NOUNS:
            return np_left(unit, k - 1, low)
        if (
            unit.tags[k - 1] == "JJ"
            and (who := np_left(unit, k - 1, low))
            and unit.tags[who[0]] in {"DT", "PRP$", "CD"}
        ):
            return who  # ", a telecoms official blaming", where the tagger takes the noun for an adjective
        return self._aside_doer(k, low, high) or self._main_subject(k, low)

    def _opening_doer(self, k: int, high: int) -> Run | None:
        """ "Citing “bad faith”, Iran left the talks": the subject of the clause behind the comma."""
        unit = self.unit
        for comma in (m for m in range(k + 1, min(high, k + _REACH)) if unit.low[m] == ","):
            if (
                unit.quoted[comma] >= 0
                and comma + 1 < len(unit)
                and unit.quoted[comma + 2 : comma + 3] == unit.quoted[comma : comma + 1]
            ):
                continue  # a comma inside the marks, and not the one before they close
            start = comma + 1
            while start < high and unit.low[start] in PUNCT:
                start += 1
            stop = np_right(unit, start, high, prepositions=False) if start < high else None
            if stop is not None and stop < high and unit.tags[start] not in {"IN", "VBG"} and unit.tags[stop] in FINITE:
                return start, stop
            verb = next((m for m in range(start, high) if unit.tags[m] in FINITE and unit.quoted[m] < 0), None)
            if verb is not None and (who := subject(unit, verb, start)) is not None and who[0] <= start + 1:
                return who
        return None

    def _aside_doer(self, k: int, low: int, high: int) -> Run | None:
        """ "a judge, calling it “unlawful”, halted it": the noun before the comma, where its verb follows the aside."""
        unit = self.unit
        if unit.low[k - 1] != "," or k - 2 < low:
            return None
        close = next((m for m in range(k + 1, min(high, k + 20)) if unit.low[m] == ","), None)
        if close is None:
            return None
        verb = close + 1
        while verb < high and (unit.low[verb] in PUNCT or unit.tags[verb] == "RB"):
            verb += 1
        if verb < high and unit.tags[verb] in {"VBD", "VBZ", "MD", "VBP"}:
            return np_left(unit, k - 2, low)
        return None

    def _main_subject(self, k: int, low: int) -> Run | None:
        """The subject of the last finite verb before a participle that stands in no subordinate clause."""
        unit = self.unit
        finite = [m for m in range(low, k) if unit.tags[m] in FINITE and unit.quoted[m] < 0]
        main = [m for m in finite if not self._subordinate(m, low)]
        for verb in reversed(main or finite):
            who = subject(unit, verb, low)
            if who is not None:
                return who
        return None

    def _subordinate(self, verb: int, low: int) -> bool:
        unit = self.unit
        for m in range(verb - 1, max(low, verb - 14) - 1, -1):
            if unit.low[m] in {",", ";", ":"}:
                return False
            if unit.low[m] in _SUBORDINATE and unit.tags[m] in {"IN", "WRB", "WP", "WDT", "WP$", "RB"}:
                return m > low
        return False

    def _headline(self, after: int, number: int) -> Attribution | None:
        """'Science fiction': Tehran dismisses charges; “X” was how Y described Z."""
        unit = self.unit
        high = min(len(unit), after + 14)
        if after + 2 < high and unit.low[after] in BE and unit.low[after + 1] == "how":
            start = after + 2
        elif after < high and unit.low[after] in {":", "-", "--", "—", "–"}:
            start = after + 1
        else:
            return None
        verb = next(
            (
                m
                for m in range(start + 1, high)
                if (unit.tags[m] in FINITE or unit.low[m] in self.cues.verbs)
                and unit.tags[m - 1] not in {"WDT", "WP"}
                and unit.low[m - 1] != "that"
            ),
            None,
        )
        if self._words_in(number) > _LONG:
            return None
        if verb is None:
            # “Tbilisi has chosen”: a former ambassador on the new law
            stop = np_right(unit, start, high, prepositions=False)
            clause = any(unit.tags[m] in FINITE for m in self.places[number])
            line = self._is_line() or (stop is not None and stop >= len(unit)) or unit.low[after] in {"--", "—", "–"}
            named = clause and unit.tags[start] in {"DT", "NNP"} and unit.low[after] == ":"
            if stop is None or not (named or (line and self._words_in(number) > 2)):
                return None
            cue = replace(_PLAIN, part="none")
            return self._make(after, after, cue, (start, stop), self.quotes[number].pieces, "words in marks first")
        who = subject(unit, verb, start)
        plain = verb - start <= _MOST_LEAD and not any(unit.low[m] in PUNCT for m in range(start, verb))
        if self._is_line() and verb > start and plain:
            who = (start, verb)  # 'We failed you': Dutch government apologises
        if who is None or who[0] != start:
            return None
        options = self.cues.verbs.get(unit.low[verb], ())
        word = replace(options[-1][0], strength=max(0.6, options[-1][0].strength)) if options else _PLAIN
        rule = "words in marks first" if options else BARE
        return self._make(verb, verb, word, who, self.quotes[number].pieces, rule)

    def _behind_colon(self, colon: int, low: int, number: int) -> Attribution | None:
        """Qatar: “progress”; General on air: “...”; told migrants on Monday: “Do not come.”"""
        unit = self.unit
        verb = next(
            (m for m in range(colon - 1, low - 1, -1) if unit.tags[m] in FINITE and unit.low[m] not in _EMPTY), None
        )
        if verb is not None and (who := subject(unit, verb, low)) is not None:
            options = self.cues.verbs.get(unit.low[verb], ())
            word = replace(options[-1][0], strength=max(0.6, options[-1][0].strength)) if options else _PLAIN
            return self._make(verb, verb, word, who, self.quotes[number].pieces, "words in marks behind a colon")
        first = low
        while first < colon and (unit.tags[first] == "CD" or unit.low[first] in PUNCT | {"."}):
            first += 1
        stop = np_right(unit, first, colon, prepositions=True) if first < colon else None
        if stop is None or not any(unit.tags[m] in NOUNS for m in range(first, stop)):
            return None
        cue = replace(_PLAIN, part="none")
        return self._make(colon, colon, cue, (first, stop), self.quotes[number].pieces, "words in marks behind a colon")


def _base(word: str) -> str:
    """The base form of one of the verbs that put words to things.

    >>> _base("likened"), _base("compares"), _base("saw"), _base("named"), _base("sent")
    ('liken', 'compare', 'see', 'name', 'sent')
    """
    irregular = {"saw": "see", "seen": "see", "cast": "cast"}
    endings = ("", "s", "es", "d", "ed", "red", "ing", "ring")
    stems = [word.removesuffix(ending) for ending in endings] + [word.removesuffix("ing") + "e"]
    return irregular.get(word) or next((stem for stem in stems if stem in _LIKENING), word)


def _said(made: Attribution) -> Attribution:
    return replace(made, word=replace(made.word, strength=max(made.word.strength, 0.6)))
