"""Whom a statement supports or opposes: a logistic score for every party named in it, around it or shortly before it.

What is read off a party: where it stands towards the words said and the cue, which of those named there it is, whether it is of the
speaker's own state, what it is, the words before and behind it, the cue and the stance. The weights (`model/targets.npz`) are made by
`train/targets.py` from the marked targets of the corpus. Beside them stands no rule but what cannot be a party at all (`is_somebody`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from dragoman.records import Participant
from dragoman.speaking.issues import stem
from dragoman.speaking.speakers import Resolved, is_somebody
from dragoman.text import ByPlace

__all__ = [
    "FILE",
    "FOR_OR_AGAINST",
    "LEAST",
    "Named",
    "Said",
    "TargetHead",
    "accused",
    "features",
    "named_around",
    "said_by",
]

FILE = "targets.npz"
FOR_OR_AGAINST = ("support", "oppose", "mixed")
"""The stances that have a target."""
Run = tuple[int, int]
_SENTENCES_BEFORE = 2
"""Where "nonsense" and "this move" find whom they mean."""
_ORGANS = frozenset(("GOV", "MIL", "SPY", "COP"))
"""Sectors that speak for a state, and do not turn against it: a minister blames the opposition or parliament."""
LEAST = {"in": 0.4, "heard": 0.4, "out": 0.65, "before1": 0.8, "before2": 0.8}
"""How likely a target must be, by where it is named: with training files held out, three of four are then right where one is marked outside
the words said, and nine of ten within them, while every fourth is told for a statement that has no mark."""
_MOST = 80
"""Parties of one statement that are looked at: text is hostile."""
_COUNTED = 3
_OPENS = 5
_WORD = re.compile(r"[^\W_][\w’'-]*|[^\w\s]")
_NEAR = 60
"""Characters in which the two words before and behind a party are looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is asked about: the words said, their cue, the phrase of the addressee, the form and the stance.

    `speakers` are the ids of the participants who speak, `states` their countries, `official` whether they speak for a state.
    """

    content: Sequence[Run]
    cue: Run
    addressee: Run | None
    form: str
    stance: str
    speakers: frozenset[str]
    states: frozenset[str]
    official: bool


@dataclass(frozen=True, slots=True)
class Named:
    """A party at a place, and where that is: "in" the words said, "out" of them in the same sentences, "before1", "before2", "heard"."""

    party: Participant
    where: str


def said_by(
    speakers: Sequence[Participant], *, content: Sequence[Run], cue: Run, addressee: Run | None, form: str, stance: str
) -> Said:
    """What is asked about, from who speaks."""
    return Said(
        content=content,
        cue=cue,
        addressee=addressee,
        form=form,
        stance=stance,
        speakers=frozenset(speaker.id for speaker in speakers),
        states=frozenset(speaker.country for speaker in speakers if speaker.country),
        official=any(speaker.kind == "place" or speaker.sector in _ORGANS for speaker in speakers),
    )


def accused(heard: Resolved, said: Said) -> Participant | None:
    """Who is accused, praised or asked by a cue that judges or asks: "accused |Peru| of lying", "urged |Chad| to wait"."""
    others = (p for p in heard.speakers if p.id not in said.speakers and p.country not in said.states)
    return next((p for p in others if p.country or p.kind != "phrase"), None) if heard.by == "participant" else None


def _touches(party: Participant, runs: Iterable[Run]) -> bool:
    return any(party.start < end and start < party.end for start, end in runs)


def named_around(text: str, sentences: Sequence[Run], placed: ByPlace[Participant], said: Said) -> list[Named]:
    """The parties in a statement's sentences and in the two before, in the order of the text, but for the speaker."""
    low, high = min(said.cue[0], said.content[0][0]), max(said.cue[1], said.content[-1][1])
    first = bisect_right(sentences, low, key=lambda run: run[0]) - 1
    last = bisect_right(sentences, high - 1, key=lambda run: run[0]) - 1
    if first < 0:
        return []
    found = []
    own = [said.addressee] if said.addressee else []
    for party in islice(placed.inside(sentences[max(0, first - _SENTENCES_BEFORE)][0], sentences[last][1]), _MOST):
        if party.id in said.speakers or _own_state(party, said) or not is_somebody(text, party, low):
            continue
        if _touches(party, own):
            where = "heard"
        elif _touches(party, said.content):
            where = "in"
        elif party.start >= sentences[first][0]:
            where = "out"
        else:
            where = f"before{first + 1 - bisect_right(sentences, party.start, key=lambda run: run[0])}"
        found.append(Named(party, where))
    return found


def _own_state(party: Participant, said: Said) -> bool:
    """Whether a party is the speaker's own country, or an organ of the state for which the speaker speaks: not whom the words are about."""
    if party.country not in said.states:
        return False
    return party.kind == "place" or (said.official and party.kind == "organization" and party.sector in _ORGANS)


def features(text: str, said: Said, around: Sequence[Named]) -> list[frozenset[str]]:
    """What is read off each of the parties around a statement.

    >>> from dragoman.records import Participant
    >>> peru = Participant(id="p", name="Peru", country="PER", sector=None, office=None, text="Peru", start=16, end=20, kind="place")
    >>> nobody = frozenset[str]()
    >>> said = Said(
    ...     content=[(16, 25)], cue=(5, 15), addressee=None, form="paraphrase", stance="oppose", speakers=nobody, states=nobody,
    ...     official=False,
    ... )
    >>> [found] = features("Oman complained Peru lied.", said, [Named(peru, "in")])
    >>> "in oppose" in found, "behind lied" in found, "alone" in found
    (True, True, True)
    """
    cue = stem(text[slice(*said.cue)].rpartition(" ")[2])
    foreign = [each for each in around if each.party.country and each.party.country not in said.states]
    states = {each.party.country for each in foreign if each.where == "in"}
    beside = Counter(each.where for each in around)
    named = Counter(each.party.country for each in around)
    firsts: dict[str, Named] = {}
    for each in foreign:
        firsts.setdefault(each.where, each)
    passed: Counter[str] = Counter()
    made = []
    for each in around:
        party, where = each.party, each.where
        number = passed[where]
        passed[where] += 1
        own = party.country is not None and party.country in said.states
        found = {
            where,
            f"{where} {said.stance}",
            f"{where} cue {cue}",
            f"{where} {said.form}",
            f"{where} {party.kind}",
            f"{where} number {min(number, _COUNTED)}",
            f"{where} states said {min(len(states), _COUNTED)}",
            f"sector {party.sector}",
        }
        if own:
            found |= {"own", f"{where} own"}
            if said.official:
                found |= {
                    f"own state's {party.kind}",
                    f"own state's {party.sector}",
                    f"own state's {party.kind} {where}",
                }
        if party.country is None:
            found.add("of no state")
        else:
            found.add(f"named {min(_COUNTED, named[party.country])}")
        if passed[where] == beside[where]:
            found.add(f"{where} last")
        if firsts.get(where) is each:
            found.add(f"{where} first of another state")
        if where == "in" and states == {party.country}:
            found.add("alone")
        if where != "in" and not states:
            found.add(f"{where} none said")
        if where == "in" and party.start - said.content[0][0] < _OPENS:
            found.add("opens")
        made.append(frozenset(found | _words_around(text, party, where)))
    return made


def _words_around(text: str, party: Participant, where: str) -> set[str]:
    before = [stem(m[0]) for m in _WORD.finditer(text, max(0, party.start - _NEAR), party.start)][-2:]
    behind = [stem(m[0]) for m in islice(_WORD.finditer(text, party.end, party.end + _NEAR), 2)]
    found = set()
    if before:
        found |= {f"before {before[-1]}", f"{where} before {before[-1]}", f"before {' '.join(before)}"}
    if behind:
        found |= {f"behind {behind[0]}", f"{where} behind {behind[0]}", f"behind … {behind[-1]}"}
    head = party.text.rpartition(" ")[2]
    if head.islower():
        found.add(f"head {stem(head)}")
    return found


class TargetHead:
    """The loaded weights."""

    def __init__(self, weights: Mapping[str, float], constant: float) -> None:
        self._weights, self._constant = weights, constant

    @classmethod
    def load(cls, path: Path) -> TargetHead:
        """The weights in a file that `train/targets.py` made."""
        with np.load(path, allow_pickle=False) as stored:
            names = str(stored["vocabulary"]).split("\n")
            weights = stored["weights"].astype(float).tolist()
            return cls(dict(zip(names, weights, strict=True)), float(stored["constant"]))

    def likely(self, found: Iterable[str]) -> float:
        """The probability that a party with these features is the target."""
        score = self._constant + sum(self._weights.get(name, 0.0) for name in sorted(found))
        return float(1.0 / (1.0 + np.exp(-score)))

    def best(self, found: Iterable[frozenset[str]], where: Iterable[str]) -> tuple[int, float] | None:
        """The number and the probability of the likeliest of some parties; `None` where nobody is likely enough."""
        scored = enumerate((self.likely(each), LEAST[place]) for each, place in zip(found, where, strict=True))
        likely = [(number, score) for number, (score, least) in scored if score >= least]
        return max(likely, key=lambda pair: pair[1], default=None)

    def read(
        self, text: str, sentences: Sequence[Run], placed: ByPlace[Participant], said: Said
    ) -> tuple[Participant, float] | None:
        """The likeliest target and its probability; `None` where nobody is likely enough."""
        around = named_around(text, sentences, placed, said)
        best = self.best(features(text, said, around), (each.where for each in around))
        return None if best is None else (around[best[0]].party, best[1])
