"""From the phrase before "said" to the actor: which participant a phrase names, or a participant made from the phrase."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dragoman.issues import Terms
from dragoman.records import Participant, make_id
from dragoman.text import ByPlace

__all__ = ["Resolved", "apposed_to", "head_of", "resolve_phrase", "standing_of"]

Run = tuple[int, int]
_HEAD_END = re.compile(
    r"\s*[,(–—]|\s+(?:of|in|for|from|with|who|whom|that|which|on|at|to|based|speaking|visiting)\s", re.I
)
_ARTICLE = re.compile(r"^(?:the|a|an|some|many|several|other|another)\s+", re.I)
_PRONOUN = re.compile(
    r"^(?:he|she|they|it|we|i|you|his|her|their|its|our|my|him|them|who|one|this|these|those|both)$", re.I
)
_SINGULAR_PERSON = re.compile(r"^(?:he|she|his|her|him)$", re.I)
_PLURAL = re.compile(r"(?:[^s]s|people|police|media|forces|sides|parties)$", re.I)
_ANONYMOUS = re.compile(r"anonym|not to be named|not be named|unnamed|unidentified|declined to be", re.I)
_OFFICIAL_SECTORS = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "LEG"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speakers a phrase stands for (several for "the two sides"), how that was decided, and how surely (0 to 1)."""

    speakers: tuple[Participant, ...]
    by: str
    detail: str
    score: float


def head_of(text: str, start: int, end: int) -> Run:
    """The part of a phrase that names: without apposition, "of ..." and relative clauses.

    >>> "Yang Jiechi, a member of the Bureau"[slice(*head_of("Yang Jiechi, a member of the Bureau", 0, 35))]
    'Yang Jiechi'
    """
    match = _HEAD_END.search(text, start, end)
    return (start, match.start() if match and match.start() > start else end)


def resolve_phrase(
    text: str, phrase: Run, participants: ByPlace[Participant], last: Participant | None = None
) -> Resolved:
    """The participants whose span covers the head of the phrase; else one made from the phrase itself.

    `last` is the person who spoke last, taken for "he" or "she" that no participant resolves.
    """
    start, end = phrase
    near = participants.touching(start, end)
    head = head_of(text, start, end)
    best = _best(text, phrase, head, near)
    unknown = best is not None and best.kind == "phrase" and _SINGULAR_PERSON.match(text[start:end])
    if best and not (unknown and last is not None):
        same = tuple(dict.fromkeys(p for p in near if (p.start, p.end) == (best.start, best.end)))
        return Resolved(_distinct(same), "participant", f"“{text[start:end]}” names {best.name}", 1.0)
    words = text[start:end]
    if _SINGULAR_PERSON.match(words) and last is not None:
        again = replace(last, text=words, start=start, end=end)
        return Resolved((again,), "last speaker", f"“{words}” is taken for {last.name}, who spoke last", 0.6)
    made = phrase_participant(text, start, end)
    return Resolved(
        (made,),
        "phrase",
        f"“{words}” fits no known actor and stands for itself",
        0.5 if _PRONOUN.match(words) else 0.75,
    )


def _distinct(found: Sequence[Participant]) -> tuple[Participant, ...]:
    kept: dict[str, Participant] = {}
    for participant in found:
        kept.setdefault(participant.id, participant)
    return tuple(kept.values())


def _best(text: str, phrase: Run, head: Run, near: Sequence[Participant]) -> Participant | None:
    """Of the participants in the phrase, the one that covers its head's last word; persons before bodies before places."""
    start, end = phrase
    last_word = head[1] - 1
    order = {"person": 0, "group": 1, "organization": 2, "place": 3, "nationality": 4}
    ranked = []
    for p in near:
        covers = p.start <= last_word < p.end
        article = _ARTICLE.match(text, start, end)
        whole = p.start <= (article.end() if article else start) and p.end >= head[1]
        if p.kind in {"place", "nationality"} and not (whole or covers):
            continue
        if p.kind == "nationality" and not whole:
            continue
        inner_person = (
            p.kind == "person"
            and start <= p.start
            and p.end <= end
            and (p.end <= head[1] or _apposed(text, head[1], p.start))
        )
        if covers or whole or inner_person:
            ranked.append(
                (not (covers or whole), order.get(p.kind, 5), -(min(p.end, end) - max(p.start, start)), p.start, p)
            )
    return min(ranked, key=lambda item: item[:4])[4] if ranked else None


def _apposed(text: str, head_end: int, start: int) -> bool:
    """ "the defence minister, Sergei Shoigu": the name stands right behind the comma."""
    return text[head_end:start].strip() == ","


def apposed_to(text: str, phrase: Run, participants: ByPlace[Participant]) -> Resolved | None:
    """ "the elder of them, Louise Tremblay, told": the person named between commas right behind the phrase."""
    start = phrase[1] + 2
    if text[phrase[1] : start] != ", ":
        return None
    for p in participants.touching(start, start + 1):
        if p.start == start and p.kind == "person" and text[p.end : p.end + 1] == ",":
            words = text[slice(*phrase)]
            same = replace(p, text=words, start=phrase[0], end=phrase[1])
            return Resolved((same,), "apposition", f"“{words}” is {p.name}, named right behind", 0.9)
    return None


def phrase_participant(text: str, start: int, end: int) -> Participant:
    """A participant that is only its phrase: nothing is known of country or sector.

    >>> phrase_participant("a senior diplomat said", 0, 17).kind
    'person'
    """
    words = text[start:end]
    head = text[slice(*head_of(text, start, end))]
    kind = (
        "group"
        if _PLURAL.search(head)
        else "person"
        if head[:1].islower() or _PRONOUN.match(head) or " " in head
        else "organization"
    )
    return Participant(
        id=make_id("ac", words),
        name=words,
        country=None,
        sector=None,
        office=None,
        text=words,
        start=start,
        end=end,
        kind=kind,
    )


def standing_of(
    text: str, phrase: Run | None, speaker: Participant | None, terms: Terms, context: str = ""
) -> tuple[str, str]:
    """The standing in which somebody speaks, and the words or fact that tell it: official, expert, witness or unknown."""
    if speaker is None:
        return "unknown", "nobody is named"
    described = " ".join(
        part
        for part in (speaker.office, text[slice(*phrase)] if phrase else None, speaker.text, speaker.name, context)
        if part
    )
    order = ("expert", "witness", "official")
    found: dict[str, str] = {}
    for match in terms.matches(described):
        found.setdefault(terms.label(match.group()), match.group())
    for label in order:
        if label in found and not (
            label == "expert" and found[label].lower() in {"former", "retired"} and speaker.sector in _OFFICIAL_SECTORS
        ):
            return label, f"“{found[label]}”"
    if _ANONYMOUS.search(described):
        return "unknown", "speaks without a name"
    if speaker.sector in _OFFICIAL_SECTORS:
        return "official", f"sector {speaker.sector}"
    if speaker.kind in {"place", "nationality"}:
        return "official", "a state speaks through its government"
    return "unknown", "no office or profession is told"
