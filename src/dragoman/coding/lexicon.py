"""The rule coder: acts found by the words that name them, their parties by the order of the clause.

It reads `data/acts.tsv`, needs no model, and abstains where the clause gives no party. It fills the same `Coder` protocol as the
learned coder, which replaces it wherever a model is installed.

The dictionaries before it (PETRARCH's, thousands of phrases) match a phrase anywhere in a parse; this one is small, tied to parts of
speech and to the position of the parties, and every proposal names the row that made it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from dragoman.events import Proposal
from dragoman.records import Participant, make_id
from dragoman.reference import rows_of
from dragoman.tagger import Tagger, words
from dragoman.text import ByPlace, sentences

__all__ = ["LexiconCoder", "base_form", "names_act"]

_IRREGULAR = {
    form: base
    for base, forms in {
        "meet": "met",
        "hold": "held",
        "have": "has had having",
        "begin": "began begun",
        "pay": "paid",
        "fly": "flew flown",
        "speak": "spoke spoken",
        "give": "gave given",
        "send": "sent",
        "withdraw": "withdrew withdrawn",
        "lay": "laid",
        "let": "let",
        "take": "took taken",
        "break": "broke broken",
        "cut": "cut",
        "freeze": "froze frozen",
        "quit": "quit",
        "shoot": "shot",
        "fight": "fought",
        "sink": "sank sunk",
        "overrun": "overran",
        "sue": "suing",
        "go": "went gone",
        "free": "freed freeing",
        "agree": "agreed agreeing",
        "write": "wrote written",
        "bring": "brought",
        "be": "is are was were been being am",
        "do": "does did done doing",
        "bow": "bowed",
        "undertake": "undertook undertaken",
        "train": "training",
        "lead": "led",
        "seek": "sought",
        "find": "found",
        "ban": "banned banning",
        "bar": "barred barring",
        "set": "set setting",
        "plan": "planned planning",
        "commit": "committed committing",
        "admit": "admitted admitting",
        "confer": "conferred conferring",
        "expel": "expelled expelling",
        "drop": "dropped dropping",
        "step": "stepped",
        "kidnap": "kidnapped kidnapping",
        "probe": "probed probing",
        "deploy": "deployed",
        "boycott": "boycotted",
    }.items()
    for form in forms.split()
}
_VERB_TAGS = frozenset(("VB", "VBD", "VBG", "VBN", "VBP", "VBZ"))
_FINITE = frozenset(("VBD", "VBP", "VBZ", "MD"))
_AUXILIARIES = frozenset(("be", "have", "do"))
_GAP = 4


@cache
def base_form(word: str) -> str:
    """The base form of an English verb or the singular of a noun, by rule and a short list of irregular forms.

    >>> base_form("negotiating"), base_form("met"), base_form("Talks"), base_form("pledges")
    ('negotiate', 'meet', 'talk', 'pledge')
    """
    lower = word.lower()
    if lower in _IRREGULAR:
        return _IRREGULAR[lower]
    known = _bases()
    for ending, replacements in (
        ("ies", ("y",)),
        ("ied", ("y",)),
        ("es", ("e", "")),
        ("s", ("",)),
        ("ed", ("", "e")),
        ("ing", ("", "e")),
    ):
        if lower.endswith(ending) and len(lower) > len(ending) + 2:
            stem = lower[: -len(ending)]
            options = [stem + replacement for replacement in replacements]
            if len(stem) > 3 and stem[-1] == stem[-2]:
                options.append(stem[:-1])
            for option in options:
                if option in known:
                    return option
    return lower


@cache
def _bases() -> frozenset[str]:
    """The base forms that the table uses; only these need to be recognised."""
    patterns = (row["pattern"] for row in rows_of("acts.tsv"))
    return frozenset(re.sub(r"/[NV]$", "", word) for pattern in patterns for word in re.split(r"[ |]", pattern))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Act:
    pattern: str
    steps: tuple[tuple[frozenset[str], str, bool], ...]  # words, part of speech or "", a gap may come before
    type: str
    mode: str | None
    frame: str
    prepositions: frozenset[str]


@cache
def _acts() -> dict[str, tuple[_Act, ...]]:
    """The rows of the table by the first word of their pattern, longest pattern first."""
    found: dict[str, list[_Act]] = defaultdict(list)
    for row in rows_of("acts.tsv"):
        steps: list[tuple[frozenset[str], str, bool]] = []
        gap = False
        for part in row["pattern"].split():
            if part == "...":
                gap = True
                continue
            names, speech = set(), ""
            for word in part.split("|"):
                name, _, tag = word.partition("/")
                names.add(name)
                speech = speech or tag
            steps.append((frozenset(names), speech, gap))
            gap = False
        match = re.fullmatch(r"(v2|vv|v|n2|n|i)(.*)", row["roles"])
        assert match is not None, row
        act = _Act(
            pattern=row["pattern"],
            steps=tuple(steps),
            type=row["type"],
            mode=row["mode"] or None,
            frame=match[1],
            prepositions=frozenset(match[2].split("|")) - {""},
        )
        for name in steps[0][0]:
            found[name].append(act)
    return {name: tuple(sorted(acts, key=lambda act: -len(act.steps))) for name, acts in found.items()}


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A tagged sentence with its participants by the words they cover."""

    offsets: list[tuple[int, int]]
    tokens: list[str]
    tags: list[str]
    bases: list[str]
    parties: list[tuple[int, int, int]]  # first word, one past the last, index into the participants

    def party_at(self, word: int) -> list[int]:
        return [index for first, last, index in self.parties if first <= word < last]

    def governed(self, first: int) -> bool:
        """Whether the phrase that begins at this word hangs on a preposition, itself or through a phrase it is joined to."""
        if first == 0:
            return False
        if self.tags[first - 1] in ("IN", "TO"):
            return self.tokens[first - 1].lower() not in ("that", "as", "while", "than")
        if self.tokens[first - 1].lower() in ("and", "or", ","):
            return any(end == first - 1 and begin < end and self.governed(begin) for begin, end, _ in self.parties)
        return False


def _rows_for(base: str, word: str) -> tuple[_Act, ...]:
    """The rows that begin with a word, in its base form or as it stands."""
    found = _acts().get(base, ())
    return found if base == word else (*found, *_acts().get(word, ()))


def names_act(base: str, word: str) -> bool:
    """Whether some row of the table begins with this word: it may name an act.

    >>> names_act("sign", "signed"), names_act("purr", "purred")
    (True, False)
    """
    return bool(_rows_for(base, word))


def act_at(tokens: Sequence[str], tags: Sequence[str], at: int) -> tuple[str, str, frozenset[str], int] | None:
    """What the table says of the words that begin here: the type, the frame and prepositions of its roles, and where the words end.

    For coders that find parties otherwise; tags are those of the Penn treebank.

    >>> act_at(["Chile", "accused", "Peru"], ["NNP", "VBD", "NNP"], 1)
    ('ACCUSE', 'v', frozenset(), 2)
    """
    bases = [base_form(token) for token in tokens]
    sentence = _Sentence([], list(tokens), list(tags), bases, [])
    for act in _rows_for(bases[at], tokens[at].lower()):
        stop = _match(act, sentence, at)
        if stop is not None:
            return act.type, act.frame, act.prepositions, stop
    return None


def _match(act: _Act, sentence: _Sentence, at: int) -> int | None:
    """One past the last word of the pattern where it begins at this word, or None."""
    position = at
    for number, (names, speech, gap) in enumerate(act.steps):
        reach = _GAP if gap else 0
        for candidate in range(position, min(position + reach + 1, len(sentence.tokens))):
            tag = sentence.tags[candidate]
            fits = sentence.bases[candidate] in names or sentence.tokens[candidate].lower() in names
            if fits and speech == "N":
                fits = tag.startswith("NN")
            elif fits and (
                speech == "V" or (number == 0 and act.frame in ("v", "v2", "vv", "i") and len(act.steps) == 1)
            ):
                fits = tag in _VERB_TAGS
            if fits:
                position = candidate + 1
                break
            if sentence.tokens[candidate] in (",", ";", ":", "“", '"'):
                return None
        else:
            return None
    return position


def _previous_verb(sentence: _Sentence, at: int) -> int | None:
    """The nearest verb of a finite clause before this word: "passed" in "has repeatedly passed"."""
    for index in range(at - 1, -1, -1):
        tag = sentence.tags[index]
        if tag in ("VBD", "VBZ", "VBP") and sentence.bases[index] not in _AUXILIARIES:
            return index
        if tag in ("VBN", "VBG") and any(base in ("have", "be") for base in sentence.bases[max(0, index - 3) : index]):
            return index
    return None


def _verb_group(sentence: _Sentence, at: int) -> int:
    """The first word of the verb group that ends at this verb: "has been called", "will meet", "refused to sign"."""
    first = at
    while first > 0 and (
        sentence.tags[first - 1] in ("MD", "RB", "TO")
        or sentence.bases[first - 1] in _AUXILIARIES
        or sentence.tokens[first - 1].lower() in ("n't", "not")
    ):
        first -= 1
    return first


def _subject(sentence: _Sentence, at: int, depth: int = 0) -> list[int]:
    """The participants that are the subject of the verb at this word."""
    first = _verb_group(sentence, at)
    if depth > 3:
        return []
    before = sentence.tokens[first - 1].lower() if first else ""
    shared = (before in ("and", "or", "but") and not _parties_end(sentence, first)) or (
        sentence.tags[at] == "VBG" and before == "," and first == at
    )
    if shared or (first < at and sentence.tags[first] == "TO" and not _parties_end(sentence, first)):
        previous = _previous_verb(sentence, first)
        if previous is not None:
            return _subject(sentence, previous, depth + 1)
    aside = _before_aside(sentence, first) if before == "," else None
    if aside is not None:
        return _coordinated(sentence, aside)
    best: tuple[int, int] | None = None
    for begin, end, _ in sentence.parties:
        if (
            end <= first
            and not sentence.governed(begin)
            and (best is None or end > best[1])
            and not _crosses(sentence, end, first)
        ):
            best = (begin, end)
    if best is None:
        # A subject that hangs on "of" or an apposition stays with its head: "officials of both countries pledged".
        for begin, end, _ in sentence.parties:
            if end <= first and first - end <= 1:
                best = (begin, end)
    return _coordinated(sentence, best) if best else []


def _before_aside(sentence: _Sentence, verb: int) -> tuple[int, int] | None:
    """The phrase before an aside that a comma closes just before the verb: "Yang, also director of the Office, met"."""
    for begin, end, _ in sentence.parties:
        if end < verb - 1 and sentence.tokens[end : end + 1] == [","] and not sentence.governed(begin):
            return begin, end
    return None


def _parties_end(sentence: _Sentence, word: int) -> bool:
    return any(end == word for _, end, _ in sentence.parties)


def _crosses(sentence: _Sentence, start: int, stop: int) -> bool:
    """Whether a finite verb of another clause stands between, so that the phrase before it is not the subject."""
    return any(
        sentence.tags[index] in _FINITE
        and sentence.bases[index] not in _AUXILIARIES
        and sentence.tags[index] != "MD"
        and not _relative(sentence, start, index)
        for index in range(start, stop)
    )


def _relative(sentence: _Sentence, start: int, verb: int) -> bool:
    """Whether the verb belongs to a relative clause that opened after the phrase ("Zhang, who is visiting, met ...")."""
    return any(
        sentence.tokens[index].lower() in ("who", "which", "that", "whose")
        for index in range(start, min(verb, start + 3))
    )


def _coordinated(sentence: _Sentence, span: tuple[int, int]) -> list[int]:
    """The participants at a span and those joined to it by "and" or commas."""
    spans = sorted({(first, last) for first, last, _ in sentence.parties})
    chosen = [span]
    grown = True
    while grown and len(chosen) < 12:
        grown = False
        for other in spans:
            if other in chosen or (sentence.governed(other[0]) and not sentence.governed(span[0])):
                continue
            for own in chosen:
                gap = sentence.tokens[other[1] : own[0]] if other[1] <= own[0] else sentence.tokens[own[1] : other[0]]
                joined = [word.lower() for word in gap]
                if joined in (["and"], [",", "and"], ["&"], ["/"], ["-"]) or (
                    joined == [","] and _list_goes_on(sentence, other, own)
                ):
                    chosen.append(other)
                    grown = True
                    break
    return [index for first, last, index in sentence.parties if (first, last) in chosen]


def _list_goes_on(sentence: _Sentence, one: tuple[int, int], two: tuple[int, int]) -> bool:
    """Whether a comma between two phrases is that of a list ("Iran, Russia and Saudi Arabia"), which an "and" must end."""
    later = max(one[1], two[1])
    follow = sentence.tokens[later : later + 2]
    return (
        bool(follow)
        and follow[0].lower() in ("and", ",")
        and any(sentence.tags[later + 1 : later + 3])
        and "and" in [word.lower() for word in sentence.tokens[later : later + 6]]
    )


def _after(sentence: _Sentence, at: int, prepositions: frozenset[str]) -> list[int]:
    """The first participant after this word: the bare object, or what follows one of the prepositions."""
    for begin, end, _ in sentence.parties:
        if begin < at:
            continue
        between = [word.lower() for word in sentence.tokens[at:begin]]
        if any(
            sentence.tags[index] in ("VBD", "VBZ", "VBP") and sentence.bases[index] not in _AUXILIARIES
            for index in range(at, begin)
        ):
            return []
        if any(word in (";", ":", "“", "”", '"') for word in between) or len(between) > 12:
            return []
        governed = between[-1:] and sentence.tags[begin - 1] in ("IN", "TO")
        if prepositions:
            if begin > 0 and sentence.tokens[begin - 1].lower() in prepositions:
                return _coordinated(sentence, (begin, end))
            continue
        if not governed:
            return _coordinated(sentence, (begin, end))
        return []
    return []


_LIGHT = frozenset(
    "mean imply signal signify amount constitute represent spell entail herald presage plan consider contemplate planning considering"
    " contemplating order launch begin start carry stage conduct announce make continue resume suspend deny".split()
)


def _light_verb(sentence: _Sentence, at: int) -> int | None:
    """A verb in its base form ("does not mean the dismantling of") that carries the act of the noun after it."""
    return next(
        (
            i
            for i in range(at - 1, max(-1, at - 5), -1)
            if sentence.tags[i] in _VERB_TAGS and sentence.tokens[i].lower() in _LIGHT
        ),
        None,
    )


def _left_of(sentence: _Sentence, at: int, reach: int) -> list[tuple[int, int]]:
    """The phrases that end within `reach` words before this one, nearest last."""
    return sorted(
        {(first, last) for first, last, _ in sentence.parties if last <= at and at - last <= reach},
        key=lambda span: span[1],
    )


def _agent(sentence: _Sentence, at: int) -> list[int]:
    """Whoever follows "by" after a passive verb."""
    return _after(sentence, at, frozenset(("by",)))


def _passive(sentence: _Sentence, at: int) -> bool:
    if sentence.tags[at] not in ("VBN", "VBD"):
        return False
    first = _verb_group(sentence, at)
    group = [sentence.bases[index] for index in range(first, at)]
    if "be" in group or any(word in ("gets", "got") for word in group):
        return True
    return sentence.tags[at] == "VBN" and "have" not in group and sentence.tokens[at + 1 : at + 2] == ["by"]


class LexiconCoder:
    """Proposes events by the table of acts. Pure: the same sentence gives the same proposals."""

    name = "lexicon@1"

    def __init__(self, tagger: Tagger) -> None:
        self._tagger = tagger

    def propose(
        self,
        text: str,
        sentences: Sequence[tuple[int, int]],
        participants: Sequence[Participant],
        namings: Sequence[tuple[int, int, str]] = (),
    ) -> list[Proposal]:
        """Every act that the table finds in these sentences, with the indices of its parties."""
        found: list[Proposal] = []
        parties = ByPlace(enumerate(participants), lambda pair: (pair[1].start, pair[1].end))
        for start, end in sentences:
            inside = parties.inside(start, end)
            if inside:
                found.extend(self._sentence(text, start, end, inside))
        return found

    def _sentence(self, text: str, start: int, end: int, inside: list[tuple[int, Participant]]) -> list[Proposal]:
        offsets = words(text, start, end)
        tokens = [text[a:b] for a, b in offsets]
        bases = [base_form(token) for token in tokens]
        if not any(_rows_for(base, token.lower()) for base, token in zip(bases, tokens, strict=True)):
            return []
        parties = []
        for index, party in inside:
            covered = [number for number, (a, b) in enumerate(offsets) if a < party.end and party.start < b]
            if covered:
                parties.append((covered[0], covered[-1] + 1, index))
        sentence = _Sentence(
            offsets,
            tokens,
            self._tagger.tag(tokens),
            bases,
            sorted(parties, key=lambda p: (p[0], -p[1], p[2])),
        )
        found = []
        taken: set[int] = set()
        for at in range(len(tokens)):
            for act in _rows_for(bases[at], tokens[at].lower()):
                stop = _match(act, sentence, at)
                if stop is None or taken & set(range(at, stop)):
                    continue
                proposal = self._roles(act, sentence, at, stop)
                if proposal is not None:
                    found.append(proposal)
                    taken |= set(range(at, stop))
                    break
        return found

    def _roles(self, act: _Act, sentence: _Sentence, at: int, stop: int) -> Proposal | None:
        if sentence.party_at(at) and not act.frame.startswith("n"):
            return None  # the word is part of a party's name
        actors: list[int]
        recipients: list[int] = []
        with_ = frozenset(("with",))
        if act.frame in ("n", "n2"):
            actors, recipients = self._noun(act, sentence, at, stop)
        elif _passive(sentence, at):
            recipients = _subject(sentence, at)
            actors = _agent(sentence, stop)
            if act.frame == "v2":
                actors, recipients = [*recipients, *actors], []
        else:
            actors = _subject(sentence, at)
            recipients = _after(sentence, stop, act.prepositions) if act.frame in ("v", "vv") else []
            if act.frame == "v2":
                mates = _after(sentence, stop, with_) or (
                    _after(sentence, stop, frozenset()) if len(act.steps) == 1 else []
                )
                actors = [*actors, *(mate for mate in mates if mate not in actors)]
        recipients = [index for index in recipients if index not in actors]
        if not actors and not recipients:
            return None
        if not actors and act.frame in ("v2", "i", "vv"):
            return None
        return Proposal(
            start=sentence.offsets[at][0],
            end=sentence.offsets[stop - 1][1],
            type=act.type,
            mode=act.mode,
            actors=tuple(dict.fromkeys(actors)),
            recipients=tuple(dict.fromkeys(recipients)),
            status=None,
            score=0.75 if actors and (recipients or act.frame in ("i", "v2")) else 0.5,
            by=f"{self.name}: {act.pattern}",
        )

    def _noun(self, act: _Act, sentence: _Sentence, at: int, stop: int) -> tuple[list[int], list[int]]:
        """Parties of a noun: "Iran's attack on Iraq", "talks between A and B", "the arrest of C by D"."""
        left = [(first, last) for first, last, _ in sentence.parties if last <= at and at - last <= 3]
        near = [
            span
            for span in left
            if not any(sentence.tags[i] in _VERB_TAGS or sentence.tags[i] == "IN" for i in range(span[1], at))
        ]
        owners = _coordinated(sentence, near[-1]) if near else []
        if act.frame == "n2":
            mates = _after(sentence, max(at + 1, stop - 1), frozenset(("with", "between", "of", "and")))
            verb = _previous_verb(sentence, at)
            subject = owners or (_subject(sentence, verb) if verb is not None else [])
            together = [*subject, *(mate for mate in mates if mate not in subject)]
            return (together, []) if len(together) > 1 else ([], [])
        agents = _after(sentence, stop - 1, frozenset(("by",)))
        targets = _after(sentence, stop - 1, act.prepositions or frozenset(("of", "on", "against", "to")))
        if "sanction" in act.steps[0][0] and not targets:
            near_left = [
                span
                for span in _left_of(sentence, at, 10)
                if not set(_coordinated(sentence, span)) & set(agents or owners)
            ]
            targets = _coordinated(sentence, near_left[-1]) if near_left else []
        if not agents and not owners and not targets:
            verb = _light_verb(sentence, at)
            owners = _subject(sentence, verb) if verb is not None and sentence.bases[verb] in _LIGHT else []
        return agents or owners, targets

    def classify(self, text: str, actor: tuple[int, int], recipient: tuple[int, int]) -> dict[str, float]:
        """The type of a given pair: that of the nearest act between them, else of the nearest act at all, else NONE."""
        parties = [_party(text, *actor), _party(text, *recipient)]
        proposals = self.propose(text, sentences(text), parties)
        both = [p for p in proposals if len({*p.actors, *p.recipients}) == 2]
        middle = (actor[1] + recipient[0]) / 2
        best = min(both or proposals, key=lambda p: abs(p.start - middle), default=None)
        if best is None:
            return {"NONE": 1.0}
        return {best.type: best.score, "NONE": 1.0 - best.score}


def _party(text: str, start: int, end: int) -> Participant:
    """A phrase as a participant of its own, for coding a given pair."""
    return Participant(
        id=make_id("ac", start, end), name=text[start:end], country=None, sector=None, office=None, text=text[start:end],
        start=start, end=end, kind="phrase",
    )  # fmt: skip
