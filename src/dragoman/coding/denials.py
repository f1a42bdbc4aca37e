"""Acts that a construct denies without a verb of denial: "does not mean the dismantling of the treaty", "has no plans to invade".

`Denying` wraps a coder of events and adds what it leaves out: a learned coder sees few of these, for the act is named by a noun or an
infinitive behind a verb that is no act. Narrow on purpose: the construct stands right before the words of the act (or right behind
them: "a blockade of the port is not planned"), those words are of the rule table (`lexicon`), the act is one that somebody would deny
(force, coercion, sanctions, threats), and the clause says whose it would be.

A friendly act that is not to come is a refusal, which the codebook calls REJECT and the coder finds ("no intention of accepting the
plan"). So are "ruled out" and "out of the question", which answer a demand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from dragoman.events import Coder, Proposal
from dragoman.records import Participant

__all__ = ["Denying", "Slot", "denied_slots"]

_NOT = r"\s*(?:not|n['’]t|never|no\s+longer)\s+(?:\w+ly\s+)?"
_BEFORE = re.compile(
    rf"\b(?:(?:do|does|did|would|will|should|ca|wo|need|must|can|could){_NOT}"
    r"(?:be\s+(?:taken|read|seen)\s+as|mean|imply|signal|signify|amount\s+to|constitute|represent|spell|entail|herald|presage)"
    r"|(?:ha(?:s|ve|d)|there\s+(?:is|are|was|were|can\s+be))\s+(?:absolutely\s+)?no\s+(?:\w+\s+)?"
    r"(?:plans?|intentions?|intent|designs?|thought|question|talk)(?:\s+whatsoever)?(?=\s+(?:to|of|for)\b)"
    rf"|(?:is|are|was|were|am){_NOT}(?:planning|considering|contemplating|preparing|intending|thinking\s+of)"
    rf"|(?:do|does|did){_NOT}(?:plan|intend|contemplate|envisage))\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"\b(?:is|are|was|were)\s+not\s+(?:on\s+the\s+(?:table|agenda|cards)|planned|envisaged|being\s+(?:considered|planned|prepared)"
    r"|under\s+(?:consideration|discussion))\b",
    re.IGNORECASE,
)
_DENIABLE = frozenset(("ASSAULT", "MOBILIZE", "COERCE", "SANCTION", "THREATEN"))
_REACH = 60  # characters of a construct's slot in which the words of the act may begin
_CLAUSE_REACH = 160  # characters before a construct in which its subject may begin
_LONGEST = 2000  # characters of a sentence: a longer one is a list or a table
_SCORE = 0.6
_ASIDE = re.compile(
    r"\s*(?:(?:to|of|for|on|that)\s+)?(?:(?:be|a|an|the|any|its|their|our|his|her|such|some|another|yet)\s+){0,2}"
    r"(?:(?!and\b|or\b|but\b)[\w’'-]+\s+){0,2}",
    re.IGNORECASE,
)
_CUT = re.compile(
    r"[;:“”\"]|,\s+(?:and|but|while|as)\s|\b(?:that|but|because|although|whether|if|said|says|told \w+)\s",
    re.IGNORECASE,
)
_GOVERNED = re.compile(
    r"\b(?:in|on|at|from|with|against|about|near|to|for|under|over|of|into)\s+(?:the\s+|its\s+|their\s+)?$",
    re.IGNORECASE,
)
_BY = re.compile(r"\b(?:of|by)\s+(?:the\s+|its\s+|their\s+)?$", re.IGNORECASE)
_OBJECT = re.compile(
    r"\s*(?:(?:of|on|against|from|in|at)\s+)?(?:(?:the|an?|any|its|their)\s+)?(?:\w+\s+(?:of|in)\s+(?:the\s+)?)?"
)
_OWNER = re.compile(r"['’]s?\b")
_JOINED = re.compile(r"\s*(?:,|and|,\s*and)\s+(?:the\s+)?")
_STANDS_IN = re.compile(r"\b(?:(it|they|he|she|we|i)\s+(?:\w+ly\s+)?)$", re.IGNORECASE)
_TURNED = re.compile(r"[,”\"]\s*$")
_SAYS = re.compile(
    r"\b(?:sa(?:id|ys)|told|add(?:ed|s)|stress\w*|insist\w*|assur\w+|declar\w+|stat(?:ed|es)|announc\w+|not(?:ed|es)|repeat\w*)\b"
)


@dataclass(frozen=True, slots=True)
class Slot:
    """Where the denied act stands: its first word within [start, end); the words that deny it are [by_start, by_end)."""

    start: int
    end: int
    by_start: int
    by_end: int


def denied_slots(text: str, start: int, end: int) -> Iterator[Slot]:
    """The places of the sentence [start, end) that a construct denies.

    >>> words = "The step does not mean the dismantling of the pact."
    >>> [words[slot.by_start : slot.by_end] for slot in denied_slots(words, 0, len(words))]
    ['does not mean']
    """
    for match in _BEFORE.finditer(text, start, end):
        yield Slot(match.end(), min(end, match.end() + _REACH), match.start(), match.end())
    for match in _BEHIND.finditer(text, start, end):
        yield Slot(_clause(text, start, match.start()), match.start(), match.start(), match.end())


def _clause(text: str, start: int, before: int) -> int:
    """Where the clause begins that ends at `before`."""
    begin = max(start, before - _CLAUSE_REACH)
    return max((cut.end() for cut in _CUT.finditer(text, begin, before)), default=begin)


class _Table(Protocol):
    def propose(
        self, text: str, sentences: Sequence[tuple[int, int]], participants: Sequence[Participant]
    ) -> Sequence[Proposal]: ...


class Denying:
    """A coder of events, and the acts that a construct denies and it leaves out, by a table of acts."""

    def __init__(self, coder: Coder, table: _Table) -> None:
        self._coder = coder
        self._table = table

    @property
    def name(self) -> str:
        """The name of the coder within."""
        return self._coder.name

    def propose(
        self,
        text: str,
        sentences: Sequence[tuple[int, int]],
        participants: Sequence[Participant],
        namings: Sequence[tuple[int, int, str]] = (),
    ) -> list[Proposal]:
        """What the coder proposes, and the denied acts of sentences in whose denial it proposes nothing."""
        found = list(self._coder.propose(text, sentences, participants, namings))
        for sentence in sentences:
            for slot in denied_slots(text, *sentence) if sentence[1] - sentence[0] <= _LONGEST else ():
                made = self._denied(text, sentence, slot, participants)
                if made and not any(p.start < made.end and min(made.start, slot.by_start) < p.end for p in found):
                    found.append(made)
        return found

    def _denied(
        self, text: str, sentence: tuple[int, int], slot: Slot, participants: Sequence[Participant]
    ) -> Proposal | None:
        """The act of the table that stands in a slot, with who would do it."""
        behind = slot.end <= slot.by_start
        doers, stand_in = ([], None) if behind else _doers(text, sentence, slot, participants)
        if not doers and not behind:
            return None
        people = list(participants)
        if stand_in:
            people.append(replace(participants[doers[0]], start=stand_in[0], end=stand_in[1], kind="phrase"))
        for act in self._table.propose(text, [sentence], people):
            fits = act.type in _DENIABLE and slot.start <= act.start < slot.end
            if not fits or not _ASIDE.fullmatch(text, slot.start, act.start) or not (doers or act.actors):
                continue
            actors = tuple(doers) or act.actors
            denial = " ".join(text[slot.by_start : slot.by_end].split())
            return replace(
                act,
                actors=actors,
                recipients=tuple(i for i in _objects(text, act, participants) if i not in actors),
                status="denied",
                score=_SCORE,
                by=f"denial: “{denial}”; {act.by}",
            )
        return None


def _doers(
    text: str, sentence: tuple[int, int], slot: Slot, participants: Sequence[Participant]
) -> tuple[list[int], tuple[int, int] | None]:
    """Whose the denied act would be, by index: the subject of the construct, or whom its pronoun stands for (then with its place)."""
    begin = _clause(text, sentence[0], slot.by_start)
    pronoun = _STANDS_IN.search(text, begin, slot.by_start)
    if pronoun or text[slot.by_start : slot.by_start + 5].lower() == "there":
        speaker = _speaker(text, sentence, participants)
        return ([speaker], pronoun.span(1) if pronoun else None) if speaker is not None else ([], None)
    inside = [i for i, p in enumerate(participants) if begin <= p.start and p.end <= slot.by_start]
    inside.sort(key=lambda i: (participants[i].start, -participants[i].end))
    free = [
        i for i in inside if not _GOVERNED.search(text, begin, participants[i].start) or _owns(text, participants[i])
    ]
    # "The decision of Peru does not mean": nobody else is named.
    free = free or [i for i in inside if _BY.search(text, begin, participants[i].start)]
    chosen = free[:1]
    for j in inside if chosen else []:
        last, other = participants[chosen[-1]], participants[j]
        same = (other.start, other.end) == (last.start, last.end) and j not in chosen
        if same or (other.start >= last.end and _JOINED.fullmatch(text, last.end, other.start)):
            chosen.append(j)
    return chosen, None


def _owns(text: str, party: Participant) -> bool:
    return _OWNER.match(text, party.end) is not None


def _objects(text: str, act: Proposal, participants: Sequence[Participant]) -> tuple[int, ...]:
    """Whom the act would be done to: as the table says, else who is named right behind its words."""
    told = tuple(i for i in act.recipients if i < len(participants))
    if told:
        return told
    return tuple(
        i
        for i, p in enumerate(participants)
        if act.end < p.start <= act.end + _REACH and _OBJECT.fullmatch(text, act.end, p.start)
    )


def _speaker(text: str, sentence: tuple[int, int], participants: Sequence[Participant]) -> int | None:
    """Who says the sentence: the participant nearest before or right behind its verb of speech."""
    best: tuple[int, int] | None = None
    for verb in _SAYS.finditer(text, *sentence):
        # "..., said Ruiz": the comma is that of the words said.
        turned = _TURNED.search(text, sentence[0], verb.start()) is not None
        for i, p in enumerate(participants):
            if sentence[0] <= p.start and p.end <= verb.start():
                away = verb.start() - p.end + (30 if turned else 0)
                away += 20 if _GOVERNED.search(text, sentence[0], p.start) else 0
            elif verb.end() <= p.start and p.end <= sentence[1] and text[verb.end() : p.start].strip() in ("", "the"):
                away = p.start - verb.end() + (0 if turned else 30)
            else:
                continue
            if away <= 60 and (best is None or away < best[0]):
                best = (away, i)
    return best[1] if best else None
