"""Where attributed words end: at the sentence, at the next attribution, or where the reporter goes on."""

from __future__ import annotations

from dragoman.speaking.clauses import BE, FINITE, NOUNS, has_finite, np_right, time_after, time_word
from dragoman.speaking.contents import MARKS, WH, Contents
from dragoman.speaking.mending import BE_HAVE_DO
from dragoman.speaking.withheld import REFUSING

__all__ = ["Endings"]

_CUT_CC = frozenset({"but", "yet", "while", "whereas", "although", "though"})
_NP_STOP = frozenset("after before when while because although though since as until that which who whom".split())
_LOOSE_CC = frozenset({"and", "so", "cause", "because", "since", "as", "but", "yet", "or"})
_LOOSE_KINDS = frozenset({"belief", "know", "request", "commit"})
_STRONG = 0.85
_SPOKEN = frozenset(("charge", "idea", "comparison", "version", "account", "wish", "verdict"))
_ENOUGH = 0.5
_JOINED = 0.75
_AGAIN = 40
_SOON = 10
_OPENERS = frozenset("that if as because while although though after before until unless than".split())
_GIVING = frozenset("giving elaborating specifying naming saying offering providing explaining going".split())
_WITHHELD = frozenset("say comment elaborate disclose specify identify name".split())
_NOW = frozenset("is are will can may must shall has have 's ’s".split())
_BACK = frozenset("had would could might should".split())
_NEXT_CLAUSE = frozenset({"DT", "PRP", "NNP", "NN", "NNS", "JJ", "PRP$", "NNPS", "EX", "CD"})
_SHORTLY = frozenset("shortly soon just immediately minutes hours days weeks months years".split())


class Endings(Contents):
    """Reads one unit, as `Contents` does, and knows how far attributed words reach."""

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
        if any(word in _WITHHELD for word in unit.low[first : first + 3]):
            return False  # "but would say no more"
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
        if low == ";" or (low == ":" and relative and self._quote_at(k + 1) >= 0):
            return True  # "a neighbour, who asked to stay unnamed: “He fixed my roof.”"
        if mode == "np" and self._noun_ends(k, high):
            return True
        if mode == "inf" and tag in FINITE and (unit.tags[k - 1] == "CC" or self._past_relative(k, start, cue)):
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
        if low == "and" and mode == "clause" and self._same_perfect(k + 1, start, cue):
            return True
        return tag == "CC" and low in {"and", "but"} and self._shared_cue(k, high)

    def _same_perfect(self, m: int, start: int, cue: int) -> bool:
        """ "|have declared| that the Union exists no more and |have founded| another": the speakers' perfect, and none of the words'."""
        unit = self.unit
        helper = unit.low[m] if m + 1 < len(unit) and unit.tags[m + 1] == "VBN" else ""
        told = unit.tags[cue] == "VBN" and helper in {"has", "have"} and helper in unit.low[max(0, cue - 3) : cue]
        first = next(iter(self._finite(start, m)), None)
        return told and helper == "have" and (first is None or unit.low[first] != helper)

    def _past_relative(self, k: int, start: int, cue: int) -> bool:
        """ "the men who have sworn never to go |are| packing": the verb of the sentence behind a who-clause without commas."""
        unit = self.unit
        place = cue - 1
        while place > 0 and (unit.tags[place] in {"RB", "MD"} or unit.low[place] in BE_HAVE_DO):
            place -= 1
        opened = unit.tags[place] in {"WP", "WDT"} and place > 0 and unit.tags[place - 1] in NOUNS
        return opened and not any(unit.tags[m] in WH or unit.low[m] in _OPENERS for m in range(start, k))

    def _is_cue(self, k: int) -> bool:
        """ ", |saying|": a verb that attributes by itself, and not ", |drawing| a crowd", which is a part of one."""
        unit = self.unit
        return any(
            cue.strength >= _ENOUGH and unit.low[k + 1 : k + 1 + len(particles)] == particles
            for cue, particles in self.cues.verbs.get(unit.low[k], ())
        )

    def _noun_ends(self, k: int, high: int) -> bool:
        """A noun phrase ends at a verb, a subordinator that is not "the fact that", or a comma outside a list."""
        unit = self.unit
        low, tag = unit.low[k], unit.tags[k]
        if low == ":" and self._quote_at(k + 1) >= 0:
            return True
        if "what" in unit.low[k - 3 : k] and tag in FINITE:
            return False  # "an end to what he |called| a slaughter"
        if tag in FINITE:
            return not self._in_clause_about(k)
        if low == "without" and k + 1 < high and unit.tags[k + 1] == "VBG":
            return True
        if low in {"who", "which", "whom", "that"} and unit.tags[k - 1] in NOUNS | {"IN"} and k + 1 < high:
            return False  # "the murder of artists |who| drew him", "treaties to |which| it agreed", "on |that| border"
        if low == "as":
            return unit.low[k - 1] != "such" and self._clause_at(k + 1, min(high, k + _SOON))
        if low in _NP_STOP:
            return not (low == "that" and tag == "IN" and unit.tags[k - 1] in NOUNS)
        if low == "-" and k + 1 < high and unit.tags[k + 1] in {"NN", "NNS", "JJ", "VBN", "TO"} and tag != ":":
            return False  # "dual - use goods", in texts whose hyphens stand apart
        if low == "," and k + 2 < high and unit.low[k + 1] == "not" and unit.tags[k + 2] in {"DT", "NN", "NNS", "NNP"}:
            return False  # "the architect of a system, not a cog in it"
        if low in {",", "-", "--", "—"}:
            return time_after(unit, k + 1, high) or not self._list_goes_on(k, high)
        if tag == "CC" and k + 1 < high and unit.tags[k + 1] == "VBG" and self._is_cue(k + 1):
            return True  # "pleading for his freedom and saying that"
        if tag == "CC":
            after = k + 1
            while after < high and unit.tags[after] == "RB":
                after += 1
            cue = after < high and unit.tags[after] == "VBN" and unit.low[after] in self.cues.verbs
            return after < high and (unit.tags[after] in FINITE or (cue and unit.low[after].endswith("ed")))
        return False

    def _in_clause_about(self, k: int) -> bool:
        """Whether a finite verb is the first behind "who" or "that", which no comma parts from its noun."""
        unit = self.unit
        for m in range(k - 1, max(0, k - 10), -1):
            if (unit.tags[m] in FINITE and unit.low[m] not in BE_HAVE_DO) or unit.low[m] in {",", ";", ":"}:
                return False
            if unit.tags[m] in {"WDT", "WP"} or unit.low[m] == "that":
                return unit.tags[m - 1] in NOUNS
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
        if nxt_tag == "VBG" and self._is_cue(k + 1):
            return True
        aside = unit.tags[cue] == "VBG" and unit.low[cue - 1] == "," and "," not in unit.low[start:k]
        if aside and nxt_tag in FINITE:
            return True  # "officials, fearing its spread, are urging"
        if nxt == "with" and any(
            unit.tags[m] == "VBG"
            and unit.low[m] in self.cues.verbs
            and ({"that", "reporters"} & set(unit.low[m + 1 : m + 3]) or unit.low[m + 1] in MARKS)
            for m in range(k + 3, min(high - 1, k + 9))
        ):
            return True  # ", with a cleric telling worshippers that"
        if nxt in {"a", "an"} and self._about_the_words(k, high):
            return True
        if (
            nxt == "as"
            and high - k < 9
            and unit.low[high - 1] in self.cues.verbs
            and unit.tags[high - 1] in {"VBZ", "VBD", "NNS"}
        ):
            return has_finite(unit, start, k)  # ", as the opposition claims"
        if nxt == "without" and nxt_tag == "IN" and k + 2 < high and unit.low[k + 2] in _GIVING:
            return True  # "hinted that more could come, without giving details"
        if mode == "inf" and nxt == "after" and has_finite(unit, k + 2, high):
            return True  # "urged members to resist, after Oslo had raised its duties"
        if nxt in {"which", "whom"} and self._answered(k + 2, high):
            return True  # ", which the ministry denied"
        if nxt in {"which", "whom"} and any(
            {"l", "as"} & frames
            for m in range(k + 2, min(high, k + 7))
            if unit.tags[m] in FINITE
            for frames in (cue.frames for cue, _ in self.cues.verbs.get(unit.low[m], ()))
        ):
            return True  # ", which he described as “hasty”"
        behind = unit.tags[k + 2] if k + 2 < high else ""
        if unit.tags[cue] == "VBG" and nxt == "and" and behind in {"VBD", "VBN"} and unit.low[k + 2] not in BE:
            return has_finite(unit, start, k)  # "defended the cut, saying it was small, and left"
        marked = self._quote_at(k + 2) >= 0 and mode == "clause"  # "said it had asked, but “did not insist”"
        if nxt in _CUT_CC and not marked and any(unit.tags[m] in FINITE for m in range(k + 3, min(high, k + 14))):
            return True
        if mode == "inf" and nxt == "and" and has_finite(unit, k + 2, min(high, k + 12)):
            return True
        if mode == "inf" and nxt == "so" and self._clause_at(k + 2, min(high, k + 10)):
            return True
        if mode == "clause" and nxt == "and" and self._told_on(k + 2, start, high, cue):
            return True
        if mode == "clause" and self._tells_on(k + 1, high, cue):
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

    def _answered(self, start: int, high: int) -> bool:
        """Whether a which-clause ends in somebody's answer to the words: "|the ministry denied|"."""
        unit = self.unit
        stop = np_right(unit, start, high)
        cues = self.cues.verbs.get(unit.low[stop], ()) if stop is not None and stop < high else ()
        ended = stop is not None and (stop + 1 >= high or unit.low[stop + 1] in {",", ";", "and"})
        return ended and any("n" in cue.frames for cue, _ in cues)

    def _tells_on(self, start: int, high: int, cue: int) -> bool:
        """ "said it was ready, |the army left the camp|, and Lima rejoiced": the first of a row of deeds, told by the reporter."""
        unit = self.unit
        if unit.tags[start : start + 1] not in (("DT",), ("NNP",)) or unit.tags[cue] != "VBD":
            return False
        stop = np_right(unit, start, high, prepositions=False)
        if stop is None or stop >= high or unit.tags[stop] != "VBD" or unit.low[stop] in BE_HAVE_DO | _BACK:
            return False
        later = next((m for m in range(stop, high - 1) if unit.low[m] == ","), None)
        return later is not None and unit.low[later + 1] == "and" and has_finite(unit, later + 2, high)

    def _about_the_words(self, k: int, high: int) -> bool:
        """ ", a remark that ...", ", a claim Moscow denied": the reporter goes on about what was said."""
        unit = self.unit
        noun = next((m for m in range(k + 2, min(high, k + 5)) if unit.tags[m] in NOUNS), None)
        if noun is None or noun + 1 >= high:
            return False
        spoken = unit.low[noun] in self.cues.nouns or unit.low[noun] in _SPOKEN
        if unit.tags[noun + 1] == "VBN" and unit.low[noun + 2 : noun + 3] == ("by",):
            return True  # ", a point echoed by India"
        if not spoken and unit.tags[noun + 1] in _NEXT_CLAUSE:
            # ", a step the minister called “rash”": somebody else says it.
            return self._told_of(noun + 2, min(high, noun + 9))
        if not spoken and unit.low[noun + 1] == "that" and noun + 3 < high and unit.low[noun + 2] == ",":
            return self._told_of(noun + 3, min(high, noun + 8))  # ", a step that, he regretted, was not taken"
        return spoken and unit.tags[noun + 1] in {"WDT", "IN", "NNP", "DT", "PRP", "VBN", "VBD"}

    def _told_of(self, start: int, end: int) -> bool:
        """Whether the next verb describes or judges what stands before it."""
        unit = self.unit
        verb = next((m for m in range(start, end) if unit.tags[m] in FINITE | {"VBN"}), None)
        cues = self.cues.verbs.get(unit.low[verb], ()) if verb is not None else ()
        return any({"l", "as"} & cue.frames or cue.kind == "judge" for cue, _ in cues)

    def _shared_cue(self, k: int, high: int) -> bool:
        """ "... and said that": the same speaker goes on with a cue of its own."""
        unit = self.unit
        m = k + 1
        while m < high and (unit.tags[m] == "RB" or unit.low[m] in {"did", "does", "do", "would"}):
            m += 1
        if m < high and unit.low[m] in REFUSING and unit.low[m + 1 : m + 2] == ("to",):
            return True  # "but declined to name him"
        if m > k + 1 and m < high and unit.low[m] in _WITHHELD and unit.low[k + 1] == "would":
            return True  # "but would say no more", "but would not comment"
        if m >= high or unit.low[m] not in self.cues.verbs or m in self.taken:
            return False
        if unit.low[k - 1] == "," and self._joined_cue(m, high):
            return True
        if unit.tags[m] == "VBP" and unit.low[m] not in unit.low[max(0, k - _AGAIN) : k]:
            return False  # but "say A has gone and |say| B will go"
        if unit.tags[m] not in {"VBD", "VBZ", "VBP", "VB"} or (
            unit.tags[m] == "VB" and unit.low[m - 1] in {"and", "but"}
        ):
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
            if cue.strength < _JOINED or unit.low[m + 1 : after] != particles or after >= high:
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
        if k + 2 < high and unit.low[k + 1] in {"and", "or"} and "," in unit.low[max(0, k - 4) : k]:
            stop = np_right(unit, k + 2, high)  # "scientific, technical, |and| other ties"
            return stop is not None and not has_finite(unit, k + 1, min(high, stop + 6))
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
            if unit.tags[place] in WH - {"WRB"} or unit.low[place] == "where":
                return place > 0 and unit.low[place - 1] in {",", "(", "--", "—"}
        return False

    def _in_lead(self, cue: int) -> bool:
        unit = self.unit
        low, _ = self._bounds(cue)
        commas = [k for k in range(low, cue) if unit.low[k] == ","]
        # "Commenting on a remark by Ruiz, who said that ..., Vo replied"
        if commas and not (len(commas) == 1 and unit.tags[commas[0] + 1] in {"WP", "WDT"}):
            return False
        first = low
        while first < cue and unit.low[first] in MARKS:
            first += 1
        if unit.low[first] in _SHORTLY and unit.low[first + 1] in {"after", "before"}:
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
