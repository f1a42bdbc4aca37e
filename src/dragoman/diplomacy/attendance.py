"""Who attended a meeting and what it was about, by the words around its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dragoman.records import Meeting, Participant, Reason, Source, Statement

__all__ = [
    "ATTENDING_ALONE",
    "PRESENT",
    "PRESENT_BY",
    "SIDES",
    "agenda_of",
    "attending",
    "distinct",
    "is_telling",
    "named_venues",
    "without_offices",
]

Run = tuple[int, int]
_NEAR = 90
_ATTEND = re.compile(
    r"\b(?:attend(?:s|ed|ing)?|participat(?:e|es|ed|ing)\s+in|t(?:ake|akes|ook|aking)\s+part\s+in|join(?:s|ed|ing)?|"
    r"address(?:es|ed|ing)?|chair(?:s|ed|ing)?|open(?:s|ed|ing)?)\b",
    re.I,
)
ATTENDING_ALONE = re.compile(
    r"\b(?:(?:will|to|also)\s+attend|attended|confirmed\s+their\s+(?:participation|attendance)|(?:will|to)\s+take\s+part|took\s+part)"
    r"(?:\s+in\s+person)?(?=\s*[,.])",
    re.I,
)
"""“... are expected to attend, the chairman said”: what they attend was named before."""
PRESENT = re.compile(
    r"\b(?:attended|(?:was|were)\s+(?:also\s+)?present\s+(?:at|during)|took\s+part\s+in|participated\s+in|joined)\s+(?:the|their|this)\s+"
    r"(?:talks|meetings?|(?:phone\s+)?call|conversation|audience|negotiations)\b",
    re.I,
)
"""“Soto attended the talks”: talks told of before."""
PRESENT_BY = re.compile(
    r"\b(?:was|were)\s+(?:also\s+)?(?:joined|attended|accompanied)\b[^.;,]{0,40}?\bby\b|\bin\s+(?:the\s+)?presence\s+of\b",
    re.I,
)
"""“Ruiz was joined on the call by Soto”: those named behind it were there."""
# "met at the forum", "held talks on the sidelines of the summit": these need a word that puts them there.
_THERE = re.compile(
    r"\b(?:met|meet|meets|meeting|held\s+talks|hold\s+talks|spoke|speaks|speaking|said|arrived|delivered\s+a\s+\w+)\b"
    r"(?=[^.;]{0,60}?\b(?:at|during|for|on\s+the\s+sidelines\s+of)\s+(?:the\s+)?$)",
    re.I,
)
_BY = re.compile(r"\b(?:attended|addressed|joined|chaired|opened)\s+by\s", re.I)
_LISTED = re.compile(r"\b(?:including|among\s+them|such\s+as)\s", re.I)
_LIST_ENDS = re.compile(
    r"[”\"]|\bin\s+addition\b|\bas\s+well\s+as\s+(?:academics|experts)|[;]|\b(?:who|which|said|reported)\b", re.I
)
_TELLS = re.compile(r"\s+(?:has\s+|had\s+)?(?:reported|said|says|reports)\b")
_BETWEEN = re.compile(r"[\w\s’'-]{0,45}")
_AND = re.compile(r"^\s*(?:,\s*)?(?:and|as\s+well\s+as|along\s+with|together\s+with)?\s*(?:the\s+)?$", re.I)
_OFFICE_OF = re.compile(
    r"\b(?:of|at|for)\s+(?:the\s+)?(?:[\w’'-]+[’']s?\s+)?$|"
    r"\bwho\s+(?:leads|led|heads|headed|chairs|chaired|commands|commanded)\s+(?:the\s+)?$|"
    r"\b(?:chairman|chair|president|minister|secretary|director|head|chief|leader|member)\s+of\s+(?:[\w’'-]+\s+){0,4}$",
    re.I,
)
_WHAT = r"(?P<what>[^.;:“”\"\n]{4,240})"
_AGENDA = (
    re.compile(
        r"\b(?:agenda|theme|topic|focus)\b(?:\s+(?:items?|points?))?(?:\s+(?:for|of|at)\s+(?:this|the|these)\s+\w+)?"
        rf"\s+(?:is|are|was|were|will\s+be|includes?|included)\s+(?:on\s+)?{_WHAT}",
        re.I,
    ),
    re.compile(
        r"\b(?:discuss(?:ed|es|ing)?|exchang(?:e|ed|es|ing)\s+(?:views|opinions)\s+on|focus(?:ed|es|ing)?\s+on|"
        rf"cent(?:re|er)(?:d|ed|s)?\s+on|dealt\s+with|deal\s+with|reviewed|talks\s+on|talked\s+about)\s+{_WHAT}",
        re.I,
    ),
    re.compile(r"\bon\s+the\s+(?:topic|theme|subject)\s+(?:of\s+)?[‘'“\"](?P<what>[^’”\"\n]{4,200})[’'”\"]", re.I),
    re.compile(
        r"(?P<what>[^.;:,“”\"\n]{4,120}?)\s+(?:(?:is|are|was|were|will\s+be)\s+)?(?:also\s+|high\s+)?on\s+the\s+agenda\b",
        re.I,
    ),
    re.compile(
        r"(?P<what>[^.;:,“”\"\n]{4,120}?)\s+(?:needs?\s+to|will|must|should|(?:were|is|are)\s+to)\s+be\s+(?:also\s+)?discussed\b",
        re.I,
    ),
)
_SPEAKS_OF = re.compile(r"agenda|theme|topic|focus|discuss|exchang|cent(?:re|er)|dealt?\b|review|talk|subject", re.I)
"""One of these stands in whatever `_AGENDA` finds."""
SIDES = re.compile(
    r"\W*(?:The|Both|They)\b(?:\s+(?:two|three|four|five))?\s*(?:delegations|delegates|participants|sides|parties|ministers|leaders|presidents|officials|governments)?\b"
    r"\s*(?:also|then|further)?\s*(?:discussed|exchanged|reviewed|agreed|talked|focus(?:ed|sed))\b"
)
"""“The delegations also discussed ...”: those who met, as the subject of a sentence that goes on."""
_SAYS = re.compile(r".*\b(?:think|thinks|thought|said|says|that|hoped|believes?)\s+", re.I)
_AFTER = re.compile(
    r",?\s+(?:but|while|although|as\s+well\s+as\s+the\s+fact)\b.*"
    r"|\s+(?:during|at|in)\s+(?:(?:the|a|an|their|his|her|its|this|these)\s+)?(?:[\w-]+\s+){0,2}(?:talks|meetings?|forum|conference|summit|session|consultations?)\b.*"
    r"|\s+on\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b.*"
    r"|,?\s+(?:would|will|is\s+to|are\s+to)\s+(?:be|take|start|begin|resume|continue)\b.*"
    r"|,\s+(?:[^,]{2,60}\s)?(?:said|says|reported|told|added|according\s+to)\b.*"
    r"|\s+with\s+(?:the\s+)?(?:[A-Z]|his\b|her\b|their\b|other\b|each\b|visiting\b).*",
    re.S,
)
_EMPTY = re.compile(
    r"^(?:(?:at|in|on|by|with|for|to|from|during|whether|(?:Sun|Mon|Tues|Wednes|Thurs|Fri|Satur)day)\b.*|it|them|this|that|the\s+(?:matter|issue|question|subject)s?|issues|how\s+to\s+proceed)$",
    re.I,
)


def distinct(parties: Iterable[Participant]) -> tuple[Participant, ...]:
    """Each party once, by id, in the order given."""
    kept: dict[str, Participant] = {}
    for party in parties:
        kept.setdefault(party.id, party)
    return tuple(kept.values())


def is_telling(party: Participant) -> bool:
    """Not "officials", "500 military leaders" or "the media": somebody with a name, or a phrase that names whose they are."""
    if party.kind in {"place", "nationality"}:
        return party.country is not None  # "the Asia-Pacific", "the Peninsula": no party
    if party.kind == "organization" and party.text[:1].isupper():
        return True
    return party.name[:1].isupper() or any(letter.isupper() for letter in party.text[1:])


def without_offices(text: str, parties: Sequence[Participant]) -> tuple[Participant, ...]:
    """The parties less those that only say which office another holds: "Li, director of |the Bureau|", "|the Navy|'s chief Li".

    Where no person is among them, all stay.
    """
    people = [p for p in parties if p.kind == "person"]
    if not people:
        return tuple(parties)
    return tuple(p for p in parties if p.kind == "person" or not _in_office(text, p, people))


def _in_office(text: str, party: Participant, people: Sequence[Participant]) -> bool:
    if any(p.start <= party.start and party.end <= p.end and p is not party for p in people):
        return True
    if party.kind != "organization":
        return False
    if _OFFICE_OF.search(text[max(0, party.start - 80) : party.start]):
        return True
    after = [p for p in people if 0 <= p.start - party.end < 40]
    return any(re.fullmatch(r"(?:[’']s?)?[\w\s,’'-]*", text[party.end : p.start]) for p in after) and not any(
        _AND.match(text[party.end : p.start]) and text[party.end : p.start].strip() for p in after
    )


def attending(
    text: str, sentences: Sequence[Run], anchors: Sequence[Run], participants: Sequence[Participant]
) -> tuple[Participant, ...]:
    """Those whom the words put at a meeting named at `anchors`: who "attended" it, "met at" it, or is listed with it.

    A name that only stands in the same sentence is not taken: in "Zhang held talks with Shoigu, who is attending the forum" only
    Shoigu attends.
    """
    found: list[Participant] = []
    for a, b in sentences:
        here = [p for p in participants if a <= p.start and p.end <= b and not _inside(p, anchors)]
        names = [(s, e) for s, e in anchors if a <= s and e <= b]
        alone = ATTENDING_ALONE.search(text, a, b) if not names else None
        if alone is not None:
            found.extend(_subjects(text, a, alone.end(), here))
        for start, _ in names:
            found.extend(_subjects(text, a, start, here))
        begin = min((e for _, e in names), default=a)
        passive = _BY.search(text, begin, b)
        if passive:
            found.extend(_list(text, passive.end(), b, here))
        listed = _LISTED.search(text, begin, b)
        if listed:
            found.extend(_list(text, listed.end(), b, here))
    return distinct(p for p in without_offices(text, distinct(found)) if is_telling(p))


def _inside(party: Participant, runs: Sequence[Run]) -> bool:
    return any(start <= party.start < end for start, end in runs)


def _subjects(text: str, begin: int, name: int, here: Sequence[Participant]) -> list[Participant]:
    """The subject of the last verb of attending before a name, with those joined to it by "and"."""
    verbs = [m for m in _ATTEND.finditer(text, begin, name) if _BETWEEN.fullmatch(text, m.end(), name)]
    there = list(_THERE.finditer(text[:name], begin)) if not verbs else []
    if not verbs and not there:
        return []
    verb = (verbs or there)[-1]
    if re.search(r"\b(?:if|whether|unless)\b", text[begin : verb.start()], re.I):
        return []
    before = sorted((p for p in here if p.end <= verb.start()), key=lambda p: -p.end)
    before = [p for p in before if p.kind in {"person", "organization", "group", "place", "nationality"}]
    people = [p for p in before if p.kind == "person"]
    before = [p for p in before if not _in_office(text, p, people)]
    nearest = next((p for p in before if p.kind != "place" or verb.start() - p.end < 12), None)
    if nearest is None or verb.start() - nearest.end > _NEAR:
        return []
    chain = [nearest]
    for party in before:
        between = text[party.end : chain[-1].start]
        if party.end <= chain[-1].start and between.strip() and _AND.match(between):
            chain.append(party)
    if there and verb.group().lower() not in {"said", "arrived"}:
        chain.extend(p for p in here if verb.end() <= p.start < name and p.kind == "person")
    return chain[::-1]


def _list(text: str, start: int, end: int, here: Sequence[Participant]) -> list[Participant]:
    stop = _LIST_ENDS.search(text, start, end)
    last = stop.start() if stop else end
    return [p for p in here if start <= p.start and p.end <= last and not _TELLS.match(text, p.end, end)]


def agenda_of(text: str, sentences: Sequence[Run]) -> list[Run]:
    """What a meeting was about, by the words of sentences that speak of it: runs of the text.

    >>> text = "Ministers discussed the grain quota and river tolls during the talks on Monday."
    >>> [text[a:b] for a, b in agenda_of(text, [(0, len(text))])]
    ['the grain quota and river tolls']
    """
    found: list[Run] = []
    for a, b in sentences:
        if _SPEAKS_OF.search(text, a, b) is None:
            continue
        before = len(found)
        for pattern in _AGENDA:
            for match in pattern.finditer(text, a, b):
                run = _trimmed(text, *match.span("what"))
                if run is not None and not any(run[0] < e and s < run[1] for s, e in found[before:]):
                    found.append(run)
    return sorted(found)


def _trimmed(text: str, start: int, end: int) -> Run | None:
    said = _SAYS.match(text, start, end)
    start = said.end() if said else start
    cut = _AFTER.search(text, start, end)
    end = cut.start() if cut else end
    words = text[start:end]
    start += len(words) - len(words.lstrip(" ,‘’'"))
    words = text[start:end].rstrip(" ,‘’'")
    return (start, start + len(words)) if len(words) > 3 and not _EMPTY.match(words) else None


def named_venues(said: Sequence[Statement], met: Sequence[Meeting]) -> tuple[Statement, ...]:
    """Statements whose venue is only “the event” or “the forum” with the name of the meeting that it points to."""
    found: list[Statement] = []
    for statement in said:
        venue = next((s for f in statement.sources if f.field == "venue" for s in f.sources), None)
        name = _pointed_to(venue, met) if venue is not None else None
        if name is not None and venue is not None:
            why = Reason(step="meetings", by="venue", detail=f"“{venue.text}” points to “{name.text}”")
            statement = replace(statement, venue=name.text, why=(*statement.why, why))
        found.append(statement)
    return tuple(found)


def _pointed_to(venue: Source, met: Sequence[Meeting]) -> Source | None:
    """The last name of a meeting before words that point to it."""
    for meeting in met:
        fields = {f.field: f.sources for f in meeting.sources}
        if any(s.span == venue.span for s in fields.get("mention", ())):
            before = [s for s in fields.get("name", ()) if s.span.end <= venue.span.start]
            return before[-1] if before else None
    return None
