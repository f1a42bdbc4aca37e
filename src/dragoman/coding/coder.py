"""Events from what the model reads: acts with their parties as participants, and a confidence that was calibrated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from dragoman.coding.pieces import Span
from dragoman.events import Proposal
from dragoman.models import Act, Model, Naming, Part
from dragoman.naming.learned import same_party
from dragoman.records import Participant
from dragoman.text import ByPlace

__all__ = ["ModelCoder", "placed_indices", "standing_for"]


class ModelCoder:
    """Proposes events as the model reads them: words that name an act, its type, and the phrases that take part."""

    def __init__(self, model: Model, *, threshold: float | None = None) -> None:
        self._model = model
        self._threshold = threshold

    @property
    def name(self) -> str:
        """Model and version, as reasons and the manifest give it."""
        return self._model.name

    def propose(
        self,
        text: str,
        sentences: Sequence[Span],
        participants: Sequence[Participant],
        namings: Sequence[Naming] = (),
    ) -> list[Proposal]:
        """Every act of these sentences with the indices of its parties, its status, mode, contexts and score."""
        acts = self._model.told(text, sentences)
        placed = ByPlace(namings, lambda naming: naming[:2])
        by_place = placed_indices(participants)
        made = (
            self._proposal(act, participants, by_place, sides, placed)
            for act, sides in zip(acts, self._model.sides(acts, namings), strict=True)
        )
        return [proposal for proposal in made if proposal is not None]

    def _proposal(
        self,
        act: Act,
        participants: Sequence[Participant],
        by_place: ByPlace[int],
        sides: Mapping[str, tuple[float, float]],
        namings: ByPlace[Naming],
    ) -> Proposal | None:
        card = self._model.card
        actors, recipients, sure = _parties(act, participants, by_place, sides, namings, card)
        if not actors and not recipients:
            return None
        score = _calibrated(act.types[act.type] * sure**0.5, card["calibration"])
        if score < (self._threshold if self._threshold is not None else card["thresholds"].get(act.type, 0.0)):
            return None
        status, status_sure = _status(act, card)
        return Proposal(
            start=act.start,
            end=act.end,
            type=act.type,
            mode=act.mode,
            actors=actors,
            recipients=recipients,
            status=status,
            status_sure=status_sure,
            score=score,
            by=self.name,
            contexts=act.contexts,
        )


def _status(act: Act, card: Mapping[str, Any]) -> tuple[str, float]:
    """The likeliest status, and how often one of that probability is right.

    A past that is not surely another one is the story's own: acts read as `historical` below the threshold are so one time in six.
    """
    best = max(act.status, key=lambda name: act.status[name])
    unsure = best == "historical" and act.status[best] < card["status_threshold"]
    return "occurred" if unsure else best, _calibrated(act.status[best], card["status_calibration"])


def _parties(
    act: Act,
    participants: Sequence[Participant],
    by_place: ByPlace[int],
    sides: Mapping[str, tuple[float, float]],
    namings: ByPlace[Naming],
    card: Mapping[str, Any],
) -> tuple[tuple[int, ...], tuple[int, ...], float]:
    """The participants on each side of an act, by index, and how sure the model is of them.

    First those that stand for the phrases read as parties, but for such whose country is most unlikely on that side; then, for a
    country that very likely is on a side and stands for none of its phrases, the participant of that country nearest to the act.
    """
    chosen: tuple[list[int], list[int]] = ([], [])
    sure = []
    for part in _without_speakers(act):
        found = [
            i
            for i in standing_for((part.start, part.end), participants, by_place)
            if sides.get(participants[i].country or "", (1.0, 1.0))[part.role] >= card["side_least"]
        ]
        chosen[part.role].extend(i for i in found if i not in chosen[0] and i not in chosen[1])
        sure.extend([part.sure] if found else [])
    for code, likely in sides.items():
        for role in (0, 1):
            if likely[role] >= card["side_added"] and all(participants[i].country != code for i in chosen[role]):
                nearest = _nearest(act, participants, by_place, code, (*chosen[0], *chosen[1]))
                if nearest is None:
                    continue
                chosen[role][:] = [i for i in chosen[role] if not _doubted(participants[i], sides, namings)]
                chosen[role].append(nearest)
                sure.append(likely[role])
    if not chosen[0] and not chosen[1] and act.type in _MUTUAL:
        both = _both_before(act, participants, by_place)
        if both:
            return tuple(both), (), _SUBJECT  # whatever the model makes of the countries for which the phrase stands
    chosen = (_without_pronouns(chosen[0], participants), _without_pronouns(chosen[1], participants))
    chosen = (_without_states(chosen[0], participants), _without_states(chosen[1], participants))
    chosen = (_without_offices(act, chosen[0], participants), _without_offices(act, chosen[1], participants))
    told = float(np.mean(sure)) if sure else 0.0
    for code, likely in sides.items():
        for role in (0, 1):
            there = any(participants[i].country == code for i in chosen[role])
            told *= (likely[role] if there else 1.0 - likely[role]) ** card["side_weight"]
    return tuple(chosen[0]), tuple(chosen[1]), told


_MUTUAL = frozenset(("CONSULT", "AGREE", "COOPERATE", "SUPPORT"))
"""What two do together."""
_SUBJECT = 0.8
"""How sure it is that "the two sides" right before such an act are its actors."""
_SUBJECT_REACH = 60
_ADVERBS = re.compile(r"\s+(?:(?:also|then|later|on \w+day|have|had|has|will|would|reportedly|finally|\w+ly)\s+){0,3}")


def _both_before(act: Act, participants: Sequence[Participant], by_place: ByPlace[int]) -> list[int]:
    """The participants of a phrase for several that stands right before an act, as its subject: "|The two sides| signed"."""
    begin, text = act.read.window.start, act.read.text
    near = by_place.inside(max(begin, act.start - _SUBJECT_REACH), act.start)
    last = max((participants[i].end for i in near), default=-1)
    found = [i for i in near if participants[i].end == last]
    one = len({participants[i].start for i in found}) == 1 and len(found) > 1
    return found if one and _ADVERBS.fullmatch(text, last - begin, act.start - begin) else []


def _doubted(party: Participant, sides: Mapping[str, tuple[float, float]], namings: ByPlace[Naming]) -> bool:
    """Whether the text does not name a party's country in its words, nor near the act: it was taken from elsewhere."""
    return party.country not in sides and not namings.inside(party.start, party.end)


_CLOSED = re.compile(r"[,.!?…][\"”]")


def _without_speakers(act: Act) -> list[Part]:
    """The parts but for who follows the quotation in which the act stands, where the quotation itself names that side.

    In “The two presidents have met twice,” Yang said, Yang speaks and does not meet.
    """
    begin = act.read.window.start
    inside = [part for part in act.parts if not _CLOSED.search(act.read.text, act.end - begin, part.start - begin)]
    roles = {part.role for part in inside}
    return [part for part in act.parts if part in inside or part.role not in roles]


_OFFICE = re.compile(
    r"\s*,?\s*(?:who (?:is|was)\s+)?(?:also\s+)?(?:an?\s+|the\s+)?(?:(?:deputy|vice|senior)[\s-]+)?"
    r"(?:member|head|chief|director|chair\w*|secretary|president|commander|leader)\b[^,;]{0,80}\b(?:of|in|at)\b"
)
_JOINED = re.compile(r"\band\s+(?:the\s+)?$")


def _without_offices(act: Act, side: list[int], participants: Sequence[Participant]) -> list[int]:
    """A side without the bodies that only tell what somebody on it is: "Zhang, who is also a member of the Central Committee"."""
    begin, text = act.read.window.start, act.read.text

    def of_somebody(i: int) -> bool:
        for j in side:
            if participants[j].kind == "person" and participants[j].end <= participants[i].start:
                low, high = participants[j].end - begin, participants[i].start - begin
                if low >= 0 and _OFFICE.match(text, low, high) and not _JOINED.search(text[low:high]):
                    return True
        return False

    return [i for i in side if participants[i].kind != "organization" or not of_somebody(i)]


_ORGANS = frozenset((None, "GOV", "MIL", "LEG", "JUD", "COP", "SPY", "ELI"))
"""Sectors of PLOVER that are the state itself; nothing is known against those of no sector."""


_PRONOUN = re.compile(
    r"(?:he|she|it|they|we|you|i|him|her|them|us|me|who|those|himself|herself|itself|themselves)", re.I
)


def _without_pronouns(side: list[int], participants: Sequence[Participant]) -> list[int]:
    """A side without a "they" beside others of whom it tells nothing new: its state is not known, or theirs."""
    named = [i for i in side if not _PRONOUN.fullmatch(participants[i].name)]
    told = {None, *(participants[i].country for i in named)}
    return [i for i in side if i in named or participants[i].country not in told] if named else side


def _without_states(side: list[int], participants: Sequence[Participant]) -> list[int]:
    """A side without a state beside whom its own organs stand: in "the Chinese and Russian armies" the armies act.

    Those that are not the state stand beside it: "Sudan signed a truce with the rebels".
    """
    specific = {
        participants[i].country for i in side if participants[i].kind != "place" and participants[i].sector in _ORGANS
    }
    return [i for i in side if participants[i].kind != "place" or participants[i].country not in specific]


def _nearest(
    act: Act, participants: Sequence[Participant], by_place: ByPlace[int], code: str, taken: Sequence[int]
) -> int | None:
    """The free participant of a country nearest to an act within the window in which it was read."""
    window = act.read.window
    free = [
        (max(participants[i].start - act.end, act.start - participants[i].end, 0), i)
        for i in by_place.inside(window.start, window.end)
        if participants[i].country == code and i not in taken
    ]
    return min(free)[1] if free else None


def placed_indices(participants: Sequence[Participant]) -> ByPlace[int]:
    """The indices of participants, found by where they stand."""
    return ByPlace(range(len(participants)), lambda i: (participants[i].start, participants[i].end))


def standing_for(span: Span, participants: Sequence[Participant], by_place: ByPlace[int]) -> list[int]:
    """The indices of the participants at a phrase [start, end): all of the best fitting span (a phrase for two states gives two).

    `by_place` are their `placed_indices`.
    """
    start, end = span
    near = by_place.touching(start, end)
    fits = [i for i in near if same_party(span, (participants[i].start, participants[i].end), inside=True)]
    if not fits:
        return []

    def fit(i: int) -> tuple[float, int]:
        p = participants[i]
        return (min(end, p.end) - max(start, p.start)) / max(end - start, p.end - p.start), -p.start

    best = participants[max(fits, key=lambda i: (fit(i), i))]
    # "Ruiz, also head of the office, met": the phrase is of whom it begins with, not of the body at its end.
    heads = [i for i in near if participants[i].start == start and participants[i].kind == "person"]
    if heads and best.kind != "person" and best.start > start:
        return heads
    return sorted(
        (i for i in fits if (participants[i].start, participants[i].end) == (best.start, best.end)),
        key=lambda i: (fit(i), i),
    )


def _calibrated(score: float, points: Sequence[Sequence[float]]) -> float:
    """The share of right proposals at this raw score, read off a monotone curve fitted on development data."""
    if not points:
        return score
    return float(np.interp(score, [x for x, _ in points], [y for _, y in points]))
