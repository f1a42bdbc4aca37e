"""Acts told by several articles as one canonical event, and the differences between the tellings.

Two tellings are one act where type, mode and status agree, both sides overlap where both are told, and times and places do not contradict
each other. Which of several acts of one article a telling belongs to is decided by the words of its sentence. At most one telling of each
article goes into an act, since an article that tells two acts of one kind tells of two acts.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dragoman.records import Event

__all__ = ["Difference", "canonical_events", "differences", "figures_of"]

_WORD = re.compile(r"[^\W_]{3,}")
_DAY = timedelta(days=1)  # outlets in other time zones date the same act a day apart
# An act of another day that is like the one before it.
_ANEW = re.compile(
    r"\b(?:again|anew|another|fresh|renewed|repeated(?:ly)?|further|(?:second|third|fourth|fifth|next|following)\s+(?:straight\s+|consecutive\s+)?(?:day|night|round|time))\b",
    re.I,
)
_TWO_SIDED = frozenset(("AGREE", "CONSULT"))
_UNITS = "one two three four five six seven eight nine ten eleven twelve".split()
_FIGURE = re.compile(
    r"(?P<about>\b(?:(?:more|fewer|less)\s+than|over|under|about|around|some|nearly|almost|at\s+least|at\s+most|up\s+to|as\s+many\s+as)\s+)?"
    r"(?<![\w.,$€£-])(?P<number>\d{1,3}(?:,\d{3})+|\d{1,9}|"
    + "|".join(_UNITS)
    + r"|dozens(?=\s+of)|hundreds(?=\s+of)|thousands(?=\s+of))"
    r"(?:\s+of)?\s+(?P<words>(?:[^\W\d_][\w’'-]*\s+){0,2}?)(?P<noun>[^\W\d_][\w’'-]*s|people|men|women|children|troops|police)\b",
    re.I,
)
_NO_COUNT = frozenset(
    "days weeks months years hours minutes seconds times was is has his its as this percent us january february march august".split()
)

_WHERE_AND_WHEN = ("place", "day")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What tellings of one act disagree on: a field, and each value with those who give it.

    >>> str(Difference(field="countries", values=(("80", ("Radio Fenwick", "The Courier")), ("over 90", ("NWS",)))))
    '2 outlets say 80 countries, one says over 90'
    """

    field: str
    values: tuple[tuple[str, tuple[str, ...]], ...]

    def __str__(self) -> str:
        told = []
        for number, (value, outlets) in enumerate(self.values):
            who = "one says" if len(outlets) == 1 else f"{len(outlets)} outlets say"
            counted = number == 0 and self.field not in _WHERE_AND_WHEN
            told.append(f"{who} {value}" + (f" {self.field}" if counted else ""))
        return (f"{self.field}: " if self.field in _WHERE_AND_WHEN else "") + ", ".join(told)


def _side(event: Event, name: str) -> frozenset[str]:
    """The parties of one side by country, or by name where no country is known."""
    return frozenset(p.country or p.name.lower() for p in getattr(event, name))


@dataclass(frozen=True, slots=True)
class _Telling:
    """What is compared of an event."""

    event: Event
    actors: frozenset[str]
    recipients: frozenset[str]
    words: frozenset[str]
    rest: frozenset[str]
    sentence: str

    @classmethod
    def of(cls, event: Event) -> _Telling:
        sentence = " ".join(s.text for f in event.sources if f.field in ("sentence", "trigger") for s in f.sources)
        words = frozenset(word.lower() for word in _WORD.findall(sentence[:1500]))
        parties = " ".join(f"{p.name} {p.text}" for p in (*event.actors, *event.recipients))
        rest = words - {word.lower() for word in _WORD.findall(parties)}
        return cls(event, _side(event, "actors"), _side(event, "recipients"), words, rest, sentence[:1500])


def _same_act(one: _Telling, two: _Telling) -> bool:
    """Whether nothing told speaks against two events of different articles being one act."""
    a, b = one.event, two.event
    if a.article_id == b.article_id or (a.mode and b.mode and a.mode != b.mode):
        return False
    if bool(one.actors) != bool(two.actors) or (one.actors and not one.actors & two.actors):
        return False
    if not (one.recipients or two.recipients) and not (one.actors <= two.actors or two.actors <= one.actors):
        return False  # Norway and Peru sign, Peru and Chile sign: two pacts
    shared = one.recipients & two.recipients
    if one.recipients and two.recipients and not shared:
        return False
    if not shared and (one.recipients or two.recipients) and a.type not in _TWO_SIDED:
        return False
    if a.place and b.place and a.place.country and b.place.country and a.place.country != b.place.country:
        return False
    if a.when.start is None or b.when.start is None or a.when.end is None or b.when.end is None:
        return True
    if _other_days(one, two) and (_ANEW.search(one.sentence) or _ANEW.search(two.sentence)):
        return False
    return max(a.when.start, b.when.start) < min(a.when.end, b.when.end) + _DAY


def _other_days(one: _Telling, two: _Telling) -> bool:
    """Whether the words of both tell a day, and not the same."""
    a, b = one.event.when, two.event.when
    told = a.basis == b.basis == "phrase" and a.precision == b.precision == "day"
    return told and a.edtf != b.edtf


def _likeness(one: _Telling, two: _Telling) -> float:
    """How alike the sentences are, as the share of the shorter one's words; without a time, or where one alone tells a mode, of those that
    name no party: an abduction and a battle of the same two sides on one day share their names."""
    unnamed = _undated(one, two) or bool(one.event.mode) != bool(two.event.mode)
    a, b = (one.rest, two.rest) if unnamed else (one.words, two.words)
    smaller = min(len(a), len(b))
    return len(a & b) / smaller if smaller else 0.0


def canonical_events(events: Iterable[Event]) -> tuple[tuple[str, ...], ...]:
    """The ids of events of one story, grouped by act; the order of the input does not matter.

    The most alike tellings join first, so that two meetings of one day that every article tells are two acts.
    """
    tellings = [_Telling.of(event) for event in sorted(events, key=lambda e: (e.article_id, e.id))]
    kinds: dict[tuple[str, str], list[_Telling]] = defaultdict(list)
    for telling in tellings:
        kinds[telling.event.type, telling.event.status].append(telling)
    groups = [group for kind in kinds.values() for group in _grouped(kind)]
    return tuple(sorted(tuple(sorted(t.event.id for t in group)) for group in groups))


_LEAST_ALIKE = 0.3
_LEAST_UNDATED = 0.6  # without a time on both sides, the words must say that it is the same day's act


def _grouped(tellings: Sequence[_Telling]) -> list[list[_Telling]]:
    """Tellings of one type and status by act: those in the same words first, then the most alike."""
    groups: list[list[_Telling]] = []
    exact: dict[tuple[frozenset[str], frozenset[str], frozenset[str]], list[list[_Telling]]] = defaultdict(list)
    for telling in tellings:
        same = exact[telling.actors, telling.recipients, telling.words]
        group = next((g for g in same if _same_act(telling, g[0]) and _apart([telling], g)), None)
        if group is None:
            group = []
            groups.append(group)
            same.append(group)
        group.append(telling)
    alike = [
        (-likeness, one, two)
        for one, two in itertools.combinations(range(len(groups)), 2)
        if _same_act(groups[one][0], groups[two][0])
        and (likeness := _likeness(groups[one][0], groups[two][0])) >= _needed(groups[one][0], groups[two][0])
    ]
    place = list(range(len(groups)))
    for _, one, two in sorted(alike):
        a, b = place[one], place[two]
        if a != b and _apart(groups[a], groups[b]):
            groups[a].extend(groups[b])
            groups[b] = []
            place = [a if each == b else each for each in place]
    return [group for group in groups if group]


def _apart(one: Sequence[_Telling], two: Sequence[_Telling]) -> bool:
    """Whether no article tells an act of both groups."""
    return {t.event.article_id for t in one}.isdisjoint(t.event.article_id for t in two)


def _needed(one: _Telling, two: _Telling) -> float:
    """How alike the sentences must be."""
    return _LEAST_UNDATED if _undated(one, two) else _LEAST_ALIKE


def _undated(one: _Telling, two: _Telling) -> bool:
    return one.event.when.start is None or two.event.when.start is None


def figures_of(text: str) -> dict[str, str]:
    """The counted things of a text: noun -> number as told, with "over" and the like; a noun told with two numbers is left out.

    >>> figures_of("Delegations from over 90 countries and 300 engineers met for two days.")
    {'countries': 'over 90', 'engineers': '300'}
    """
    found: dict[str, str] = {}
    twice: set[str] = set()
    for match in _FIGURE.finditer(text[:4000]):
        noun = match["noun"].lower()
        number = match["number"].replace(",", "").lower()
        number = str(_UNITS.index(number) + 1) if number in _UNITS else number
        value = " ".join(f"{(match['about'] or '').lower()} {number}".split())
        if noun in _NO_COUNT or any(word.lower() in _NO_COUNT for word in match["words"].split()):
            continue
        if found.get(noun, value) != value:
            twice.add(noun)
        found[noun] = value
    return {noun: value for noun, value in found.items() if noun not in twice}


def differences(tellings: Iterable[Event], outlets: Mapping[str, str | None]) -> tuple[Difference, ...]:
    """What the tellings of one act disagree on: figures of their sentences, place, day; with the outlets that give each value.

    `outlets` is the outlet of each article; an article without one counts by its id. A value that only some give is no difference.
    """
    told: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for event in tellings:
        who = outlets.get(event.article_id) or event.article_id
        sentence = " ".join(s.text for f in event.sources if f.field == "sentence" for s in f.sources)
        for noun, value in figures_of(sentence).items():
            told[noun][value].add(who)
        if event.place is not None:
            told["place"][event.place.name].add(who)
        if event.when.precision == "day" and event.when.edtf and event.when.basis == "phrase":
            told["day"][event.when.edtf].add(who)
    found = []
    for field, values in sorted(told.items()):
        if len(values) > 1:
            ordered = sorted(values.items(), key=lambda item: (-len(item[1]), item[0]))
            found.append(Difference(field=field, values=tuple((value, tuple(sorted(who))) for value, who in ordered)))
    return tuple(found)
