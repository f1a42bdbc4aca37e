"""One act that an article tells twice in a breath is one event: in two words of one sentence, or in a heading and the text below it.

What is done by words has one act in a sentence: "accused the army of ..., calling it a crime". Of some 14,000 such acts marked in the
corpus (training and development files) 66 stand in one sentence with another of the same type and parties; of the pairs that the model read
so on the development files one of the two was an act in every case. Of deeds, lists are common ("jailed ten and closed two papers"), and
only what an assault did and how it was done are one: "three were killed by shelling".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dragoman.records import Event, FieldSources, Participant, Reason, Source, Span

__all__ = ["merged", "told_once"]

_WORDS = frozenset(("ACCUSE", "AGREE", "CONSULT", "REJECT", "REQUEST", "SUPPORT", "THREATEN"))
"""Types that are done by speaking."""
_EFFECT = re.compile(r"\b(?:kill|wound|injur|di(?:e|ed|es)\b|dead\b|deaths?\b|casualt|hurt\b)", re.IGNORECASE)
_BELOW = 400
"""Characters from a heading to the text that tells its act again."""
_LAST = 12
"""Events before that one is compared with."""
_CONVEYS = re.compile(
    r"(?:(?:has|have|had|also)\s+)*(?:express|voic|stat|convey|reiterat|underlin|underscor|stress|emphasi[sz]|indicat)(?:e?[sd]|es|ing)?|said|says?",
    re.IGNORECASE,
)
_OBJECT = 60
"""Characters from a word that conveys to the act that it conveys."""
_ENDS = re.compile(r"[.!?…:;,][\"”’')\]]*$")


def merged(one: Event, two: Event) -> Event:
    """One act told twice: the first telling's record with the sources of both."""
    fields: dict[str, tuple[Source, ...]] = {entry.field: entry.sources for entry in one.sources}
    for entry in two.sources:
        fields[entry.field] = tuple(dict.fromkeys((*fields.get(entry.field, ()), *entry.sources)))
    return replace(
        one,
        sources=tuple(FieldSources(field=name, sources=sources) for name, sources in fields.items()),
        confidence=max(one.confidence, two.confidence),
    )


def told_once(text: str, events: Sequence[Event]) -> tuple[Event, ...]:
    """The events, in their order, without second tellings; of two the one with more parties stands, and keeps the words of both."""
    kept: list[Event] = []
    for event in _without_cues(events):
        at, why = _first_telling(text, kept, event)
        if at is None:
            kept.append(event)
            continue
        fuller, other = sorted((kept[at], event), key=_fullness, reverse=True)
        reason = Reason(step="events", by="told twice", detail=f"“{_trigger(other).text}” tells it too: {why}")
        kept[at] = replace(merged(fuller, other), why=(*fuller.why, reason))
    return tuple(kept)


def _without_cues(events: Sequence[Event]) -> list[Event]:
    """The events but for those whose word only tells that the act right behind it was spoken of: "|expresses| a willingness to join".

    Of 28,682 marked acts one has such a word and another act right behind it.
    """
    starts = [(_sentence(event), _trigger(event).span.start) for event in events]

    def is_cue(number: int) -> bool:
        if not _CONVEYS.fullmatch(_trigger(events[number]).text):
            return False
        sentence, start = starts[number]
        return any(
            other == sentence and 0 < at - start < _OBJECT for other, at in starts[number + 1 : number + 1 + _LAST]
        )

    return [event for number, event in enumerate(events) if not is_cue(number)]


def _first_telling(text: str, kept: Sequence[Event], event: Event) -> tuple[int | None, str]:
    """Which of the last events before is the same act, and how that shows."""
    for at in range(len(kept) - 1, max(-1, len(kept) - 1 - _LAST), -1):
        before = kept[at]
        if before.type != event.type or not _one_time(before, event) or not _one_status(before, event):
            continue
        if _sentence(before) == _sentence(event):
            if _one_breath(before, event):
                return at, "one act in one sentence"
        elif _is_heading(text, _sentence(before), _sentence(event)) and _same_states(before, event):
            return at, "a heading and the text below it"
    return None, ""


def _trigger(event: Event) -> Source:
    return next(entry.sources[0] for entry in event.sources if entry.field == "trigger")


def _sentence(event: Event) -> Span:
    return next(entry.sources[0].span for entry in event.sources if entry.field == "sentence")


def _fullness(event: Event) -> tuple[int, int, float]:
    return bool(event.actors) + bool(event.recipients), len(event.actors) + len(event.recipients), event.confidence


def _one_time(one: Event, two: Event) -> bool:
    """Whether the words do not tell two different times."""
    told = one.when.basis == two.when.basis == "phrase"
    return not told or one.when.edtf == two.when.edtf


def _one_status(one: Event, two: Event) -> bool:
    done = ("occurred", "ongoing", "historical")
    return one.status == two.status or (one.status in done and two.status in done)


def _ids(parties: Iterable[Participant]) -> set[str]:
    return {party.id for party in parties}


def _one_breath(one: Event, two: Event) -> bool:
    """Whether two words of a sentence tell one act: said by the same, or what an assault did and how, with no other parties."""
    actors, others = _ids(one.actors), _ids(two.actors)
    recipients, done_to = _ids(one.recipients), _ids(two.recipients)
    if one.type == "ASSAULT":
        effects = [bool(_EFFECT.search(_trigger(each).text)) for each in (one, two)]
        within = recipients <= done_to or done_to <= recipients
        return (
            effects[0] != effects[1]
            and within
            and bool(recipients & done_to)
            and (actors == others or not actors or not others)
        )
    if one.type not in _WORDS or actors != others or not actors:
        return False
    return recipients == done_to or not recipients or not done_to


def _is_heading(text: str, first: Span, second: Span) -> bool:
    """Whether the first sentence is a line of its own without a full stop, not far above the second."""
    alone = text[first.start - 1 : first.start] in ("", "\n") and text[first.end : first.end + 1] == "\n"
    return alone and not _ENDS.search(text[first.start : first.end]) and 0 < second.start - first.end < _BELOW


def _same_states(one: Event, two: Event) -> bool:
    """Whether both tell the same states on both sides, and no two different persons of one of them; one may leave a side untold."""
    for side, other in ((one.actors, two.actors), (one.recipients, two.recipients)):
        states, others = ({party.country or party.id for party in each} for each in (side, other))
        persons, bearers = (_ids(party for party in each if party.kind == "person") for each in (side, other))
        if side and other and (states != others or (persons and bearers and not persons & bearers)):
            return False
    return bool(one.actors and two.actors) or bool(one.recipients and two.recipients)
