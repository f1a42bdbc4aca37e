"""Whether an act occurred, goes on, is planned, only thought of, denied or long past: what the grammar around its words tells.

Existing systems (GDELT, ICEWS, POLECAT) code planned, denied and hypothetical acts as done. The learned coder reads a status for every
act, surely where its training passages were alike. The rules here speak where the grammar leaves little doubt: "may close", "denied having
shelled", "has been holding", "on the anniversary of the coup". Each rule has a count of how often marked acts were so where it fired
(`python -m evals.status_rules`), the coder's answer the share that was right at such a probability, and the surer of the two decides.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from dragoman.records import Reason
from dragoman.tagger import Tagger, words

__all__ = ["FIRED", "Clause", "Told", "clause_of", "decided", "is_own_time", "told"]

FIRED = {
    "will": (310, 329),
    "will say": (41, 44),
    "is to": (9, 9),
    "is due to": (2, 3),
    "plans to": (7, 9),
    "planned act": (5, 5),
    "plans for": (8, 11),
    "may": (106, 115),
    "would have": (5, 6),
    "would if": (21, 28),
    "weighs": (15, 17),
    "possibility of": (2, 3),
    "if": (20, 29),
    "whether": (6, 8),
    "denied": (151, 161),
    "nobody": (27, 32),
    "not": (31, 42),
    "goes on": (47, 48),
    "is being done": (22, 25),
    "is doing": (108, 114),
    "continues": (10, 12),
    "habit": (4, 5),
    "remembered": (4, 4),
}
"""Acts of the training and development files where a rule fired: those marked with its status, and all."""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WILL = _set("will shall 'll ’ll")
_MAY = _set("may might could")
_WOULD = _set("would 'd ’d")
_MODALS = _WILL | _MAY | _WOULD | _set("wo can ca should must ought")
_HAVE = _set("has have had having 've ’ve")
_BE = _set("is are am 's ’s 're ’re was were be been being")
_NOW = _set("is are am 's ’s 're ’re")
_AUXILIARIES = _MODALS | _HAVE | _BE | _set("do does did")
_NOT = _set("not n't n’t never")
_NONE = _set("no neither none nobody")
_ADVERBS = _set("RB RBR RP")
_MODIFIERS = _set("NN NNS NNP NNPS DT JJ JJR JJS PRP$ POS CD VBN VBG HYPH AFX")
_SAID = _set("THREATEN REJECT REQUEST ACCUSE")  # types that are done by saying so
_PROGRESSIVE = _set("MOBILIZE AID CONSULT COOPERATE PROTEST ASSAULT")
_AHEAD = _set("due set about going scheduled expected poised slated ready")
_PLANS = _set(
    "plan plans planning planned intend intends intending aim aims aiming prepare prepares preparing expect expects preparations"
)
_WEIGHED = _set(
    "consider considers considering considered weigh weighs weighing mull mulls mulling contemplate contemplates contemplating"
    " ponder ponders pondering debating examining"
)
_DENIED = _set("deny denies denied denying denial denials")
_GOES_ON = _set("continue continues continuing keep keeps still remain remains")
_HABITS = _set("every regularly often usually routinely frequently annually")
_UNSURE = _set(
    "possibility possibilities prospect prospects chance chances risk risks talk rumours rumors speculation fear fears idea danger"
    " spectre specter"
)
_PREPARED = _set("plans preparations ahead run-up")
_REMEMBERED = _set(
    "anniversary anniversaries centenary remembered remember remembers remembering commemorate commemorated commemorates"
    " commemorating mourned"
)
_OPEN = _set("if unless whether")
_STOPS = _set(", ; : “ ” \" `` ''")
_LONGEST, _AROUND = (
    2000,
    300,
)  # characters: of a longer sentence, a list or a table, what stands around the act is looked at
_REACH = 12  # words within which what governs an act stands


@dataclass(frozen=True, slots=True)
class Clause:
    """The words of a sentence around an act. Its own are [first, stop); `begin` is its first auxiliary or article, `main` its main verb.

    `main` is `None` where a noun names the act.
    """

    low: tuple[str, ...]
    tags: tuple[str, ...]
    first: int
    stop: int
    begin: int
    main: int | None

    @property
    def auxiliaries(self) -> tuple[str, ...]:
        """The words of the verb before its main verb."""
        return self.low[self.begin : self.main] if self.main is not None else ()

    def shown(self, start: int, stop: int) -> str:
        return " ".join(self.low[max(0, start) : stop])


@dataclass(frozen=True, slots=True)
class Told:
    """What a rule tells of an act: the status, the rule and the words that show it."""

    status: str
    rule: str
    words: str

    @property
    def sure(self) -> float:
        """The share of marked acts that were so where the rule fired, cautiously where it fired seldom (Laplace)."""
        right, fired = FIRED[self.rule]
        return (right + 1) / (fired + 2)


def decided(clause: Clause, kind: str, read: str | None, sure: float) -> tuple[str, Reason | None]:
    """The status of an act of this type, where a coder read `read` and is right with probability `sure`; and the rule that tells it."""
    best = max(told(clause, kind), key=lambda each: each.sure, default=None)
    if best is None or (read is not None and best.status != read and best.sure <= sure):
        return read or "occurred", None
    return best.status, Reason(
        step="events", by=f"status: {best.rule}", detail=f"“{best.words}”", score=round(best.sure, 2)
    )


def clause_of(text: str, sentence: tuple[int, int], start: int, end: int, tagger: Tagger) -> Clause:
    """The words around the act at [start, end).

    >>> from dragoman.tagger import load_tagger
    >>> clause = clause_of("Chad may soon close the border.", (0, 31), 14, 19, load_tagger())
    >>> clause.auxiliaries, clause.low[clause.main]
    (('may', 'soon'), 'close')
    """
    if sentence[1] - sentence[0] > _LONGEST:
        sentence = max(sentence[0], start - _AROUND), min(sentence[1], end + _AROUND)
    spans = words(text, *sentence)
    low = tuple(text[a:b].lower() for a, b in spans)
    tags = tuple(tagger.tag([text[a:b] for a, b in spans]))
    first = min(bisect_left([b for _, b in spans], start + 1), len(spans) - 1)
    stop = max(first + 1, bisect_left([a for a, _ in spans], end))
    verb = next((i for i in range(first, stop) if tags[i][:2] in ("VB", "MD")), None)
    if verb is None:
        begin = first
        while begin > max(0, first - _REACH) and tags[begin - 1] in _MODIFIERS:
            begin -= 1
        return Clause(low, tags, first, stop, begin, None)

    def adverb(i: int) -> bool:
        return tags[i] in _ADVERBS or low[i] in _NOT

    begin = at = verb
    while at > max(0, verb - _REACH) and (
        low[at - 1] in _AUXILIARIES or adverb(at - 1) or (low[at - 1] == "to" and tags[verb] != "VBG")
    ):
        at -= 1
        if tags[at] not in _ADVERBS or low[at] in _NOT:
            begin = at
    main = at = verb
    while (
        at + 1 < len(low)
        and at < verb + 5
        and low[main] in _AUXILIARIES
        and (tags[at + 1][:2] == "VB" or adverb(at + 1))
    ):
        at += 1
        if not adverb(at):
            main = at
    return Clause(low, tags, first, stop, begin, main)


def told(clause: Clause, kind: str) -> Iterator[Told]:
    """What the rules tell of an act of this type."""
    if clause.main is None:
        yield from _of_noun(clause)
        return
    yield from _of_auxiliaries(clause, clause.main, kind)
    yield from _of_governor(clause, clause.main, kind)
    yield from _of_clause(clause, clause.main, kind)


def _of_auxiliaries(clause: Clause, main: int, kind: str) -> Iterator[Told]:
    """What the tense tells: "will close", "may close", "would have closed", "is closing", "has been closing"."""
    own, verb, form = clause.auxiliaries, clause.shown(clause.begin, main + 1), clause.tags[main]
    if not own or _NOT & set(own):
        return
    lead, perfect = own[0], bool(_HAVE & set(own[1:]))
    if lead in _WILL and not perfect and not _OPEN & set(clause.low) and kind not in ("THREATEN", "REJECT", "CONCEDE"):
        yield Told("planned", "will say" if kind in _SAID else "will", verb)
    if lead in _MAY and not perfect and kind not in ("THREATEN", "REJECT", "CONCEDE"):  # leave is given with "may" too
        yield Told("hypothetical", "may", verb)
    if lead in _WOULD and perfect and kind != "REJECT":
        yield Told("hypothetical", "would have", verb)
    if lead in _WOULD and not perfect and {"if", "unless"} & set(clause.low) and kind not in _SAID:
        yield Told("hypothetical", "would if", verb)
    if form == "VBG" and lead in _HAVE - {"had", "having"} and "been" in own:
        yield Told("ongoing", "goes on", verb)
    if form == "VBG" and lead in _NOW and "being" not in own and kind in _PROGRESSIVE:
        yield Told("ongoing", "is doing", verb)
    if form == "VBN" and lead in _NOW and "being" in own:
        yield Told("ongoing", "is being done", verb)


def _of_governor(clause: Clause, main: int, kind: str) -> Iterator[Told]:
    """What the word tells on which a verb hangs: "plans to close", "is weighing whether to close", "denied closing"."""
    low, begin = clause.low, clause.begin
    to = next((i for i in range(begin, main) if low[i] == "to"), None)
    at = (to if to is not None else begin) - 1
    while at > 0 and clause.tags[at] in _ADVERBS and low[at] not in _AHEAD | _GOES_ON:
        at -= 1
    if at < 0:
        return
    near, shown = low[at], clause.shown(at, main + 1)
    if to is not None:
        open_ = bool(_OPEN & set(low)) or kind == "THREATEN"
        if near in _NOW and not open_:
            yield Told("planned", "is to", shown)
        elif near in _AHEAD and low[at - 1] in _NOW and not open_:
            yield Told("planned", "is due to", clause.shown(at - 1, main + 1))
        elif near in _PLANS and low[at - 1] != "no":
            yield Told("planned", "plans to", shown)
        elif near == "whether":
            yield Told("hypothetical", "weighs", shown)
    if clause.tags[main] == "VBG" and near in _WEIGHED:
        yield Told("hypothetical", "weighs", shown)
    if near in _GOES_ON and (to is not None or clause.tags[main] == "VBG"):
        yield Told("ongoing", "continues", shown)
    if near in _DENIED and to is None:
        yield Told("denied", "denied", shown)
    if kind in ("AGREE", "CONCEDE") and clause.tags[main] == "VBG" and low[main] in _WEIGHED:
        yield Told("hypothetical", "weighs", clause.shown(begin, main + 1))


def _of_clause(clause: Clause, main: int, kind: str) -> Iterator[Told]:
    """What opens the clause of a verb, and its subject: "denied that ...", "if it closes", "no soldier has crossed"."""
    low, begin = clause.low, clause.begin
    nearest = max(0, begin - _REACH)
    stop = next((i for i in range(begin - 1, nearest - 1, -1) if low[i] in _STOPS), nearest - 1)
    denial = next((i for i in range(begin - 1, stop, -1) if low[i] in _DENIED), None)
    if denial is not None and "that" in low[denial:begin]:
        yield Told("denied", "denied", clause.shown(denial, main + 1))
    opened = next((i for i in range(begin - 1, stop, -1) if low[i] in _OPEN), None)
    if opened is not None and not any(tag[:2] == "VB" for tag in clause.tags[opened:begin]):
        yield Told("hypothetical", "whether" if low[opened] == "whether" else "if", clause.shown(opened, main + 1))
    if kind in _SAID:
        return
    subject = begin
    while subject > max(0, begin - _REACH) and (
        clause.tags[subject - 1] in _MODIFIERS or low[subject - 1] in ("nor", "of", "and")
    ):
        subject -= 1
    negated = bool(_NOT & set(clause.auxiliaries))
    if subject < begin and low[subject] in _NONE and not negated:
        yield Told("denied", "nobody", clause.shown(subject, main + 1))
    if negated and not _MODALS & set(clause.auxiliaries):
        yield Told("denied", "not", clause.shown(begin, main + 1))
    plain = clause.tags[main] in ("VBZ", "VBP") and not clause.auxiliaries
    if plain and _HABITS & set(low[max(0, begin - 6) : main + _REACH]):
        yield Told("ongoing", "habit", clause.shown(begin, main + 1))


def _of_noun(clause: Clause) -> Iterator[Told]:
    """What the words around a noun tell: "talk of a raid", "ahead of the visit", "the anniversary of the coup", "the planned drill"."""
    low, begin, stop = clause.low, clause.begin, clause.stop
    if _set("planned scheduled upcoming forthcoming") & set(low[begin:stop]):
        yield Told("planned", "planned act", clause.shown(begin, stop))
    behind = next(
        (
            i
            for i in range(stop, min(len(low) - 1, stop + _REACH))
            if low[i] in _STOPS | {"planned", "scheduled", "due"}
        ),
        None,
    )
    if behind is not None and low[behind] not in _STOPS and low[behind + 1] in _set("for to next on in later"):
        yield Told("planned", "planned act", clause.shown(begin, behind + 2))
    if not begin:
        return
    near = low[begin - 2] if low[begin - 1] in ("of", "for", "about") and begin > 1 else low[begin - 1]
    shown = clause.shown(begin - 1 if near == low[begin - 1] else begin - 2, stop)
    for words_, status, rule in (
        (_UNSURE, "hypothetical", "possibility of"),
        (_WEIGHED, "hypothetical", "weighs"),
        (_PREPARED, "planned", "plans for"),
        (_REMEMBERED, "historical", "remembered"),
        (_DENIED, "denied", "denied"),
    ):
        if near in words_:
            yield Told(status, rule, shown)


_LATER = (
    _set(
        "monday tuesday wednesday thursday friday saturday sunday today yesterday tonight overnight tomorrow now still ago since"
    )
    | _set("this last next memoir memoirs")
    | _REMEMBERED
)


def is_own_time(clause: Clause) -> bool:
    """Whether a sentence names a year and tells of no later time than that of the act: then that is the story's own time.

    "Nicaragua left the League in 1936" is a story of 1936; in "the vessel seized in 1936 was sold on Friday" Friday is the story's
    time, and in "two armies that had fought in 1936 signed a pact" that of the pact.
    """
    if _LATER & set(clause.low) or "had" in clause.auxiliaries or any(tag in ("VBZ", "VBP") for tag in clause.tags):
        return False
    return any(_YEAR.fullmatch(word) for word in clause.low)


_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
