"""Talks, visits and calls: CONSULT events as meetings, where words of the article bear them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dragoman import edtf
from dragoman.diplomacy.attendance import PRESENT, PRESENT_BY, SIDES, agenda_of, distinct, is_telling, without_offices
from dragoman.records import (
    Article,
    Event,
    FieldSources,
    Meeting,
    Participant,
    PlacePhrase,
    Reason,
    Source,
    TimePhrase,
    When,
    make_id,
)
from dragoman.speaking.quotes import Quote, find_quotes
from dragoman.text import ByPlace, source

__all__ = ["find_talks", "find_told_talks", "fold_talks", "with_present"]

Run = tuple[int, int]
_STEP = "meetings"
_MEETS = re.compile(
    r"\bm(?:e|ee)t(?:s|ing|ings)?\b|\btalk|\bvisit|\bsummit|\bconfer|\bconsult|\bnegotiat|\bdiscuss|\bsession|\bcall|\bphon|\btelephon|\bspoke|"
    r"\bcontact|\bmediat|\bbroker|\breceiv|\bhost|\barriv|\btrip\b|\btour|\btravel|\bfl(?:ew|y|ies)\b|"
    r"\bgather|\bconven|\bsat? down|\bhands\b|"
    r"\baudience|\bbriefing|\bexercise|\bdrill|\bdialogue|\bround|\bcame to|\bwent to|\bwelcom|\bsaw\b|\bjoin",
    re.I,
)
_NOT_MET = re.compile(r"interview|\breporters\b|\bpress\b|\bcourt\b|\btrial\b", re.I)
_VISITS = re.compile(
    r"\bvisit|\barriv|\btrip\b|\btour|\btravel|\bfl(?:ew|y|ies|own)\b|\bland(?:ed|s)\b|\bstop(?:ped|over)|\b(?:go|goes|going|went)\s+to\b|\bjourney",
    re.I,
)
# "held talks with visiting minister Soto": he is on a visit; they held talks.
_WITH_VISITOR = re.compile(r"\b(?:with|meeting|met|meets|received|receives|hosted)\s+(?:the\s+)?visiting\b", re.I)
_WILL_MEET = re.compile(
    r"\bmeet\b|\bsummit\b|\bvisit\b|\btalks\b|\bconfer\b|\bnegotiations\b|\bconsultations\b|\b(?:travel|fly|go)\s+to\b",
    re.I,
)
_CALLS = re.compile(r"\bphon|\bcall|\btelephon|\bhot\s?line|\bby\s+video|\bspoke\b", re.I)
_BROKERS = re.compile(
    r"\bmediat|\bbroker|\benvoy|\bgood offices|\bshuttle|\bfacilitat|\bintermediar|\bgo-between", re.I
)
# "under the mechanism of the consultation": what exists to meet has not met by that.
_STANDING = re.compile(
    r"\b(?:mechanisms?|frameworks?|channels?|formats?|platforms?|practice|system)\s+(?:of|for)\s+(?:[\w-]+\s+){0,5}$",
    re.I,
)
# "A swap mediated by Oman": who brought it about has not met for that.
_DEAL = re.compile(r"\b(?:swap|exchange|deal|release|truce|cease-?fire|agreement|pact|accord)\b", re.I)
_MEETING_WORD = re.compile(
    r"\b(?:talks?|meetings?|met|negotiat\w+|summit|round|session|conference|consultations?|discuss\w+)\b", re.I
)
_SEPARATELY = re.compile(r"\bseparate(?:ly)?\b", re.I)
_PLURAL = re.compile(r"s$|\b(?:heads|leaders|presidents|ministers|envoys|chiefs|members)\s+of\b", re.I)
_LISTED = re.compile(r"\s*(?:,|and|,\s*and)\s*(?:the\s+)?")
_TO_TALKS = re.compile(
    r"\bto\s+(?:(?:a|an|the|attend|join)\s+){1,2}(?:[\w-]+\s+){0,3}?(?:summit|meeting|talks|conference)\b", re.I
)
_SUMMIT = re.compile(r"\bsummit\b", re.I)
_DURING_VISIT = re.compile(
    r"\W*(?:During|In\s+the\s+course\s+of|On|As\s+part\s+of)\s+(?:the|his|her|this|their)\s+(?:visit|trip|stay|tour)\b"
)
# "Ruiz held a meeting with Soto", "Ruiz met (with) Soto", where no act tells of it.
_MET_WITH = re.compile(
    r"(?P<aux>\b(?:will|(?:is|are)\s+(?:to|due\s+to|scheduled\s+to|expected\s+to|set\s+to))\s+)?(?:also\s+)?"
    r"\b(?P<verb>met(?:\s+separately)?(?:\s+(?:here|today|yesterday))?(?:\s+with)?|(?:held|had)\s+(?:[\w-]+\s+){0,3}?"
    r"(?:meetings?|talks|conversations?|consultations)\s+with|(?<=will\s)(?:meet|hold\s+talks)(?:\s+with)?|(?<=to\s)(?:meet|hold\s+talks)(?:\s+with)?)\s+(?:the\s+)?"
)
_TO_SUBJECT = re.compile(
    r"(?:\s*\([^()]{1,30}\))?(?:,\s[^,;.]{2,120},)?\s+(?:(?:has|have|had|also|then|later|earlier|on|who)\s+|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\s+)*"
)
_SAID = r"(?:said|says|told|added|adds|noted|stressed|according\s+to)"
_SAID_BEFORE = re.compile(rf"\b{_SAID}\s+(?:the\s+)?$", re.I)
_SAID_AFTER = re.compile(rf"\s+(?:also\s+|further\s+|later\s+)?{_SAID}\b", re.I)
_AT_TALKS = re.compile(
    r"\b(?:during|at|in|after|following)\s+(?:(?:a|an|their|his|her|the|its)\s+)?(?:[\w-]+\s+){0,2}?"
    r"(?P<noun>meeting|talks|(?:phone|telephone)\s+(?:call|conversation|talks)|video\s+(?:call|conference))\b(?!\s+(?:of|on)\b)",
    re.I,
)
_WITH = re.compile(r"(?:\s+(?:in|on|at)\s+[^,.;]{2,40}?)?\s+(?:with|between)\s", re.I)
_WHERE = re.compile(r"(?:\s+(?:with|between)\s[^,.;]{2,80}?)?\s+in\s+(?:the\s+)?$", re.I)
_IN_TOWN = re.compile(r"(?:\s+(?:here|today|yesterday|on\s+\w+day))?\s+in\s+(?:the\s+)?")
# "..., the press service reported on Wednesday": the day it was told.
_SAID_THEN = re.compile(r"\b(?:said|reported|told|announced|stated|added|wrote)\s+(?:[\w-]+\s+){0,3}(?:on\s+)?$")
_CLOSE = 70  # characters around a trigger
# Right before "visit", "talks", "meet": what is still ahead.
_AHEAD = re.compile(
    r"\b(?:will|shall|(?:is|are|was|were)\s+(?:to|due\s+to|scheduled\s+to|expected\s+to|set\s+to)|plans?\s+(?:to|for)|hopes?\s+to|intends?\s+to"
    r"|invit(?:ed|es|ing)\s+(?:[\w’'-]+\s+){1,6}?to|invitation\s+to|preparations?\s+for|preparing\s+(?:for|to)|ahead\s+of|date\s+(?:of|for)"
    r"|upcoming|forthcoming|planned|coming|proposed|scheduled|future|possible|intended|next\s+(?:week|month|year)[’']s)"
    r"\s+(?:(?:a|an|the|his|her|its|their|this|pay|hold|official|state|working|return|first|second|[A-Z][\w’'-]+)\s+){0,4}$"
)
_AHEAD_WORD = re.compile(r"(?:will|is\s+to|are\s+to|upcoming|forthcoming|planned)\b", re.I)
_UNSET = re.compile(
    r"[^.;]{0,40}?\b(?:date\s+(?:has\s+)?(?:not|yet|still|to\s+be)|no\s+date|to\s+be\s+(?:set|announced|agreed|fixed)|yet\s+to\s+be)\b|\s+(?:next|later\s+this)\s+(?:week|month|year)\b",
    re.I,
)
_CALLED_OFF = re.compile(r"\b(?:cancel(?:led|ed|s|ling)?|called\s+off|scrapped)\b", re.I)
_PUT_OFF = re.compile(r"\b(?:postpon(?:e|ed|es|ing)|put\s+off)\b", re.I)
_WILL = re.compile(r"\b(?:will|(?:is|are|was|were)\s+to|plans?\s+to|scheduled|expected)\b", re.I)
# "reached the agreement": what was agreed is told, with its day, in the sentence before.
_RESULT = re.compile(r"\bthe\s+(agreement|decision|deal|pledge|understanding|commitment)\b", re.I)
_STEMS = {
    "agreement": "agree", "decision": "decid", "deal": "agree", "pledge": "pledg", "understanding": "agree", "commitment": "commit",
}  # fmt: skip
_KIND_OF_MODE = {
    "visit": "visit",
    "phone": "phone call",
    "third-party": "mediation",
    "multilateral": "multilateral meeting",
}


@dataclass(frozen=True, slots=True)
class _Page:
    article: Article
    sentences: Sequence[Run]
    quotes: Sequence[Quote] = ()
    times: Sequence[TimePhrase] = ()

    def sentence(self, at: int) -> Run:
        return next(((a, b) for a, b in self.sentences if a <= at < b), (at, min(len(self.article.text), at + 1)))


def find_talks(
    article: Article,
    sentences: Sequence[Run],
    events: Sequence[Event],
    named: Sequence[Meeting],
    times: Sequence[TimePhrase] = (),
) -> list[Meeting]:
    """CONSULT events as meetings: each set of parties once a time; those that speak of a named meeting are left to it."""
    made: dict[tuple[object, ...], Meeting] = {}
    page = _Page(article, sentences, find_quotes(article.text), times)
    for event in events:
        trigger = next((s for f in event.sources if f.field == "trigger" for s in f.sources), None)
        if trigger is None or event.article_id != page.article.id or not _tells_of_meeting(event, trigger):
            continue
        if _STANDING.search(article.text, max(0, trigger.span.start - 90), trigger.span.start):
            continue
        kind = _kind(page, event, trigger)
        if PRESENT.search(article.text, *_around(page, trigger)) or PRESENT_BY.search(
            article.text, *_around(page, trigger)
        ):
            continue  # "Ruiz was joined on the call by Soto": a call told of before
        if kind == "mediation" and _is_brokered_deal(page, trigger):
            continue
        who = _parties(page, event, trigger, kind)
        if len(who) < 2 and kind != "visit" and not _several(who):
            continue
        if not who or _of_one_state(who) or _told_by_name(trigger, named):
            continue
        if kind == "multilateral meeting" and len({p.country or p.id for p in who}) <= 2:
            kind = "talks"
        for some in _sets(page, event, trigger, who):
            key = (frozenset(p.id for p in some), event.when.edtf, "" if kind == "talks" else kind)
            meeting = _event_meeting(page, event, kind, _without_gatherings(some, named))
            if some is not who:
                meeting = replace(meeting, id=make_id("mt", article.id, event.id, *(p.id for p in some)))
            made.setdefault(key, meeting)
    return _during_visits(page, _without_parts(list(made.values())))


def _around(page: _Page, trigger: Source) -> Run:
    low, high = page.sentence(trigger.span.start)
    return max(low, trigger.span.start - 20), min(high, trigger.span.end + 40)


def _is_brokered_deal(page: _Page, trigger: Source) -> bool:
    low, high = _around(page, trigger)
    return _DEAL.search(page.article.text, low, high) is not None and not _MEETING_WORD.search(trigger.text)


def _sets(
    page: _Page, event: Event, trigger: Source, who: tuple[Participant, ...]
) -> Sequence[tuple[Participant, ...]]:
    """Who met whom: "met separately with Ruiz and Soto" is two meetings."""
    if len(who) < 3 or not _SEPARATELY.search(page.article.text, *_around(page, trigger)):
        return [who]
    first, *others = sorted(who, key=lambda p: p.start)
    if first.start > trigger.span.start or others[0].start < trigger.span.end:
        return [who]
    return [(first, other) for other in others]


def _during_visits(page: _Page, meetings: Sequence[Meeting]) -> list[Meeting]:
    """The same, where "during the visit" opens the sentence with the time and the place of the visit told before."""
    found: list[Meeting] = []
    for meeting in meetings:
        run = next(s.span for f in meeting.sources if f.field == "sentence" for s in f.sources)
        before = [
            m for m in found if m.name.startswith("visit:") and m.when.basis == "phrase" and m.status == meeting.status
        ]
        if before and meeting.when.basis != "phrase" and _DURING_VISIT.match(page.article.text, run.start, run.end):
            visit = before[-1]
            why = Reason(step=_STEP, by="during the visit", detail=f"of “{visit.name}”")
            meeting = replace(
                meeting,
                when=replace(visit.when, why=(*visit.when.why, why)),
                place=meeting.place or visit.place,
                why=(*meeting.why, why),
            )
        found.append(meeting)
    return found


def with_present(
    article: Article, sentences: Sequence[Run], participants: Sequence[Participant], meetings: Sequence[Meeting]
) -> list[Meeting]:
    """All meetings, where those whom a later sentence puts at talks told of before are there: "Soto attended the talks"."""
    found = list(meetings)
    for run in sentences:
        by = PRESENT_BY.search(article.text, *run)
        at = PRESENT.search(article.text, *run) if by is None else None
        if by is None and at is None:
            continue
        here = [
            p
            for p in participants
            if run[0] <= p.start and p.end <= run[1] and p.kind == "person" and p.country and " " in p.name
        ]
        there = [
            p
            for p in here
            if (p.start >= by.end() if by is not None else p.end <= at.start() if at is not None else False)
        ]
        last = max(
            (n for n, m in enumerate(found) if ":" in m.name and _first(m) < run[0]),
            key=lambda n: _first(found[n]),
            default=None,
        )
        if last is None:
            continue
        meeting = found[last]
        known = {p.id for p in (*meeting.hosts, *meeting.participants)}
        new = tuple(p for p in distinct(_heads(article.text, there)) if p.id not in known)
        if not new:
            continue
        told = tuple(source(article.id, article.text, p.start, p.end) for p in new)
        fields = {f.field: f.sources for f in meeting.sources}
        fields["participants"] = (*fields.get("participants", ()), *told)
        words = by or at
        why = Reason(step=_STEP, by="present", detail=f"“{words.group() if words else ''}” in a later sentence")
        found[last] = replace(
            meeting,
            participants=(*meeting.participants, *new),
            sources=tuple(FieldSources(field=name, sources=sources) for name, sources in fields.items()),
            why=(*meeting.why, why),
        )
    return found


def _first(meeting: Meeting) -> int:
    return min(s.span.start for f in meeting.sources if f.field == "sentence" for s in f.sources)


def _without_gatherings(who: tuple[Participant, ...], named: Sequence[Meeting]) -> tuple[Participant, ...]:
    """Less a forum or a conference, which is gone to and hosts nobody, where somebody else is left."""
    runs = [s.span for meeting in named for f in meeting.sources if f.field in {"name", "mention"} for s in f.sources]
    kept = tuple(
        p for p in who if not any(run.start < p.end and p.start < run.end and p.kind != "person" for run in runs)
    )
    return kept or who


def _tells_of_meeting(event: Event, trigger: Source) -> bool:
    """Whether an event is a meeting that took place or is planned: “will visit Lima” is agreed to and not yet held."""
    if event.type == "AGREE" and _invites(event, trigger):
        return True
    if event.type == "AGREE":
        return event.status == "planned" and _WILL_MEET.search(trigger.text) is not None
    if event.type != "CONSULT" or event.status in {"denied", "hypothetical"}:
        return False
    return not _NOT_MET.search(trigger.text) and _MEETS.search(trigger.text) is not None


def _invites(event: Event, trigger: Source) -> bool:
    """Whether somebody asks others to a summit or talks on a day: "has invited Ruiz and Soto to a summit in Lima on May 4"."""
    sentence = next((s for f in event.sources if f.field == "sentence" for s in f.sources), None)
    if sentence is None or event.when.basis != "phrase" or not re.search(r"\binvit", trigger.text, re.I):
        return False
    return _TO_TALKS.search(sentence.text, max(0, trigger.span.start - sentence.span.start)) is not None


def _parties(page: _Page, event: Event, trigger: Source, kind: str) -> tuple[Participant, ...]:
    """Who met: those of the trigger's own sentence where it names enough of them, less those who only tell of it."""
    text = page.article.text
    who = without_offices(text, distinct([*event.actors, *event.recipients]))
    who = tuple(p for p in who if (is_telling(p) or p.country) and not _only_tells(page, p, trigger))
    # "Mr. Ruiz’s friend Soto": a phrase within another's is whose he is.
    who = tuple(p for p in who if not any(o.start <= p.start and p.end < o.end for o in who))
    run = page.sentence(trigger.span.start)
    here = tuple(p for p in who if run[0] <= p.start < run[1])
    return here if len(here) >= (1 if kind == "visit" else 2) else who


def _of_one_state(who: Sequence[Participant]) -> bool:
    """An official and his own government: nobody met."""
    own = any(p.kind in {"place", "nationality"} or "government" in p.name.lower() for p in who)
    return own and len(who) > 1 and len({p.country for p in who}) == 1


def _only_tells(page: _Page, party: Participant, trigger: Source) -> bool:
    """Whether a party is only who speaks of a meeting: “The two have met,” Ruiz said; they will meet, said Ruiz."""
    text = page.article.text
    quote = next((q for q in page.quotes if q.start <= trigger.span.start < q.end), None)
    if quote is not None and not quote.start <= party.start < quote.end:
        return True
    return (
        party.start > trigger.span.end and _SAID_BEFORE.search(text, max(0, party.start - 24), party.start) is not None
    )


def find_told_talks(
    article: Article,
    sentences: Sequence[Run],
    participants: Sequence[Participant],
    times: Sequence[TimePhrase],
    places: Sequence[PlacePhrase],
    known: Sequence[Meeting],
) -> list[Meeting]:
    """Talks told only in passing, which no act speaks of: "Ruiz and Soto reached the agreement during a meeting in Lima".

    `known` are the meetings found otherwise; what is told of two of their parties in one of their sentences is left to them.
    """
    found: list[Meeting] = []
    page = _Page(article, sentences, find_quotes(article.text), times)
    placed = ByPlace(participants)
    for run in sentences:
        here = placed.inside(*run)
        match, who = _told(article.text, run, here)
        if match is None or any(q.start <= match.start() < q.end for q in page.quotes):
            continue
        if len(who) < 2 or any(_tells_of(meeting, run, who) for meeting in (*known, *found)):
            continue
        found.append(_told_meeting(page, run, match, who, places))
    return found


def _told(text: str, run: Run, here: Sequence[Participant]) -> tuple[re.Match[str] | None, tuple[Participant, ...]]:
    """The words that tell of talks, and of whose: "during a meeting in Lima", or "Ruiz met Soto"."""
    people = [p for p in here if p.kind == "person" and is_telling(p) and p.country]
    for match in _MET_WITH.finditer(text, *run):
        left = max((p for p in people if p.end <= match.start()), key=lambda p: p.end, default=None)
        right = min((p for p in people if match.end() <= p.start), key=lambda p: p.start, default=None)
        if left is None or right is None or left.country == right.country:
            continue
        if right.start == match.end() and _TO_SUBJECT.fullmatch(text, left.end, match.start()):
            return match, (left, right)
    match_ = _AT_TALKS.search(text, *run)
    return match_, _told_parties(text, match_, here) if match_ is not None else ()


def _told_parties(text: str, match: re.Match[str], here: Sequence[Participant]) -> tuple[Participant, ...]:
    """Those who are said to be at talks: the subject's two persons, or the subject's one and those behind "with"."""
    before = _heads(text, [p for p in here if p.end <= match.start()])
    joined = _WITH.match(text, match.end())
    if joined is None:
        return before if len(before) == 2 and re.search(r"\band\b", text[before[0].end : before[1].start]) else ()
    after = _heads(text, [p for p in here if p.start >= match.end()])
    between = text[match.end() : joined.end()].rstrip().lower().endswith("between")
    return distinct(after[:2] if between else (*before[:1], *after[:1]))


def _heads(text: str, parties: Sequence[Participant]) -> tuple[Participant, ...]:
    telling = [p for p in parties if p.kind == "person" and is_telling(p)]
    named = {p.id: p for p in reversed(telling) if p.name.split()[-1] in p.text}
    people = distinct(named.get(p.id, p) for p in telling)
    return without_offices(text, people or distinct(p for p in parties if is_telling(p)))


def _tells_of(meeting: Meeting, run: Run, who: Sequence[Participant]) -> bool:
    ids = {p.id for p in (*meeting.hosts, *meeting.participants)}
    runs = [s.span for f in meeting.sources if f.field == "sentence" for s in f.sources]
    same = any(run[0] <= span.start < run[1] for span in runs)
    return {p.id for p in who} <= ids or (same and len(ids & {p.id for p in who}) > 0)


def _told_meeting(
    page: _Page,
    run: Run,
    match: re.Match[str],
    who: tuple[Participant, ...],
    places: Sequence[PlacePhrase],
) -> Meeting:
    text, article = page.article.text, page.article
    noun = (match.groupdict().get("noun") or match["verb"]).lower()
    field = "noun" if "noun" in match.groupdict() else "verb"
    kind = "phone call" if re.search(r"phone|call", noun) else "talks"
    place = next(
        (p for p in places if match.end() <= p.start < run[1] and _WHERE.fullmatch(text, match.end(), p.start)), None
    )
    if place is None and field == "verb":
        place = next(
            (p for p in places if who[-1].end < p.start and _IN_TOWN.fullmatch(text, who[-1].end, p.start)), None
        )
    when, time = _told_when(page, run)
    runs = {
        "trigger": [match.span(field)],
        "actors": [(p.start, p.end) for p in who],
        "when": [time] if time else [],
        "place": [(place.start, place.end)] if place else [],
        "sentence": [run],
    }
    return Meeting(
        id=make_id("mt", article.id, "told", match.start()),
        article_id=article.id,
        name=f"{kind}: {', '.join(p.name for p in who)}",
        series=None,
        edition=None,
        status="announced"
        if (match["aux"] if field == "verb" else _WILL.search(text, run[0], match.start()))
        else "held",
        hosts=(),
        participants=who,
        place=place.place if place else None,
        when=when,
        figures=(),
        sources=tuple(
            FieldSources(field=name, sources=tuple(source(article.id, text, a, b) for a, b in spans))
            for name, spans in runs.items()
            if spans
        ),
        confidence=0.7,
        why=(Reason(step=_STEP, by="told in passing", detail=f"“{text[match.start() : match.end()]}”"),),
    )


def _told_when(page: _Page, run: Run) -> tuple[When, Run | None]:
    """The time of the sentence; else of the sentence before, where that tells of the agreement that was reached."""
    text, times = page.article.text, page.times
    here = [
        t
        for t in times
        if run[0] <= t.start < run[1] and t.when.basis != "dateline" and not _SAID_THEN.search(text, run[0], t.start)
    ]
    if len(here) == 1:
        return here[0].when, (here[0].start, here[0].end)
    result = _RESULT.search(text, *run)
    before = max((s for s in page.sentences if s[1] <= run[0]), default=None)
    if (
        not here
        and result is not None
        and before is not None
        and _STEMS[result[1].lower()] in text[slice(*before)].lower()
    ):
        told = [t for t in times if before[0] <= t.start < before[1] and t.when.basis != "dateline"]
        if len(told) == 1:
            why = Reason(step=_STEP, by="result", detail=f"“{result[0]}” is told with this day in the sentence before")
            return replace(told[0].when, why=(*told[0].when.why, why)), (told[0].start, told[0].end)
    why = Reason(step=_STEP, by="no time", detail="the sentence gives no one time")
    return edtf.unknown(why=(why,)), None


def _several(who: Sequence[Participant]) -> bool:
    """“Arab leaders met”: one phrase in the plural is a meeting of several."""
    return len(who) == 1 and who[0].kind == "group" and _PLURAL.search(who[0].text.rstrip()) is not None


def _told_by_name(trigger: Source, named: Sequence[Meeting]) -> bool:
    return any(
        s.span.start < trigger.span.end and trigger.span.start < s.span.end
        for meeting in named
        for f in meeting.sources
        if f.field in {"name", "mention"}
        for s in f.sources
    )


def _without_parts(meetings: Sequence[Meeting]) -> list[Meeting]:
    """Less those whose parties and kind another has among more, at the same time or where theirs is not told."""
    kept: list[Meeting] = []
    for one in meetings:
        mine = {p.id for p in (*one.hosts, *one.participants)}
        kind = one.name.split(":")[0]
        whole = (
            other
            for other in meetings
            if other is not one
            and kind in {"talks", other.name.split(":")[0]}
            and mine < {p.id for p in (*other.hosts, *other.participants)}
            and other.status == one.status
            and (one.when.edtf in {None, other.when.edtf} or one.when.basis == "publication")
        )
        if next(whole, None) is None:
            kept.append(one)
    return kept


def fold_talks(named: Sequence[Meeting], talks: Sequence[Meeting]) -> list[Meeting]:
    """All meetings, where talks that are a named meeting of two states are folded into it, with who was there and the finer place.

    "Officials attending the Peru-Chile consultation" and "Soto met Ruiz in Lima" are one where both states are theirs, one of the two is
    told to be at the consultation, and neither time nor place speaks against it. Two such talks fold into nothing.
    """
    folded: dict[str, Meeting] = {}
    gone: set[str] = set()
    for meeting in named:
        states = {p.country for p in meeting.participants if p.kind in {"place", "nationality"} and p.country}
        within = [talk for talk in talks if len(states) == 2 and _is_part(talk, meeting, states)]
        if len(within) == 1:
            folded[meeting.id] = _with_talks(meeting, within[0])
            gone.add(within[0].id)
    return [*(folded.get(m.id, m) for m in named), *(t for t in talks if t.id not in gone)]


def _is_part(talk: Meeting, meeting: Meeting, states: set[str]) -> bool:
    there = {p.id for p in (*meeting.hosts, *meeting.participants)}
    near = talk.place is None or meeting.place is None or talk.place.country == meeting.place.country
    return (
        talk.name.startswith("talks:")
        and talk.status == meeting.status
        and {p.country for p in talk.participants} == states
        and any(p.kind == "person" and p.id in there for p in talk.participants)
        and near
        and talk.when.edtf in {None, meeting.when.edtf}
    )


def _with_talks(meeting: Meeting, talk: Meeting) -> Meeting:
    told = next((s for f in talk.sources if f.field == "trigger" for s in f.sources), None)
    finer = talk.place if meeting.place is None or meeting.place.precision == "country" else None
    why = Reason(
        step=_STEP,
        by="talks of both sides",
        detail=f"{talk.name} “{told.text if told else ''}”: of its two states, one of them told to be there",
    )
    fields = {f.field: f.sources for f in meeting.sources}
    for entry in talk.sources:
        if entry.field in {"actors", "recipients", "sentence", "agenda"} or (entry.field == "place" and finer):
            name = "participants" if entry.field in {"actors", "recipients"} else entry.field
            before = () if name == "place" else fields.get(name, ())
            fields[name] = tuple(dict.fromkeys((*before, *entry.sources)))
    return replace(
        meeting,
        participants=distinct([*meeting.participants, *talk.participants]),
        place=finer or meeting.place,
        sources=tuple(FieldSources(field=name, sources=sources) for name, sources in fields.items()),
        why=(*meeting.why, why),
    )


def _kind(page: _Page, event: Event, trigger: Source) -> str:
    """visit, phone call, mediation or talks: a mode counts only where words near the trigger say so."""
    run = page.sentence(trigger.span.start)
    near = page.article.text[max(run[0], trigger.span.start - 60) : min(run[1], trigger.span.end + 60)]
    if _invites(event, trigger):
        return "summit" if _SUMMIT.search(page.article.text, trigger.span.end, run[1]) else "talks"
    if _SUMMIT.search(trigger.text) and not _VISITS.search(trigger.text):
        return "summit"
    if event.type == "AGREE":
        return "visit" if _VISITS.search(trigger.text) else "talks"
    shown = _WITH_VISITOR.sub("with", trigger.text)
    words = {"visit": shown, "phone": near, "third-party": near}.get(event.mode or "", "")
    said = {"visit": _VISITS, "phone": _CALLS, "third-party": _BROKERS}.get(event.mode or "")
    if said is not None and not said.search(words):
        return "talks"
    return _KIND_OF_MODE.get(event.mode or "", "talks")


def _goals(page: _Page, event: Event, who: Sequence[Participant]) -> tuple[Participant, ...]:
    """The parties of a visit that are only towns or countries: first the one that is its place and those joined to it, then the others.

    "Visits Lima and Cusco" goes to both; "will visit Peru after trips to Chile" goes to Peru.
    """
    guests = {p.id for p in event.actors}
    towns = sorted((p for p in who if p.kind == "place" and p.id not in guests), key=lambda p: p.start)
    first = next((n for n, p in enumerate(towns) if _is_reached(event, p)), None)
    if first is None:
        return tuple(towns) if len(towns) > 1 else ()
    return (*towns[first:], *towns[:first])


def _joined(page: _Page, goals: Sequence[Participant]) -> list[Participant]:
    """The first and those that "and" or a comma joins to it."""
    found = list(goals[:1])
    for party in goals[1:]:
        if party.start > found[-1].start and _LISTED.fullmatch(page.article.text, found[-1].end, party.start):
            found.append(party)
    return found


def _is_reached(event: Event, party: Participant) -> bool:
    """Whether a party is the place of an event."""
    spots = [s.span for f in event.sources if f.field == "place" for s in f.sources]
    return event.place is not None and any(s.start < party.end and party.start < s.end for s in spots)


def _is_at_home(party: Participant, who: Sequence[Participant], event: Event) -> bool:
    """Whether one of several at a visit is of the country that was visited, and others are not: "at the invitation of Ruiz"."""
    home = event.place.country if event.place is not None else None
    abroad = any(p.country not in (None, home) for p in who)
    return party.kind == "person" and home is not None and party.country == home and abroad


def _status(page: _Page, event: Event, trigger: Source) -> str:
    """announced, held, ongoing, cancelled or postponed: a meeting still ahead is not held, whatever its act's status."""
    known = {"planned": "announced", "ongoing": "ongoing"}.get(event.status)
    if known is not None or event.status == "historical":
        return known or "held"
    if _invites(event, trigger):
        return "announced"
    text, (low, high) = page.article.text, page.sentence(trigger.span.start)
    before, after = (
        (max(low, trigger.span.start - _CLOSE), trigger.span.start),
        (trigger.span.end, min(high, trigger.span.end + _CLOSE)),
    )
    for status, pattern in (("cancelled", _CALLED_OFF), ("postponed", _PUT_OFF)):
        if pattern.search(text, *before) or pattern.search(text, *after):
            return status
    published = page.article.published
    ahead = (
        event.when.start is not None
        and published.end is not None
        and published.precision in {"minute", "day"}
        and event.when.start >= published.end
    )
    told = _AHEAD.search(text, *before) or _UNSET.search(text, *after) or _AHEAD_WORD.match(trigger.text)
    return "announced" if ahead or told else "held"


def _event_meeting(page: _Page, event: Event, kind: str, who: tuple[Participant, ...]) -> Meeting:
    guests = {p.id for p in event.actors}
    goals = _goals(page, event, who) if kind == "visit" else ()
    who = tuple(p for p in who if p.id not in {g.id for g in goals}) or who
    trigger = next(s for f in event.sources if f.field == "trigger" for s in f.sources)
    run = page.sentence(trigger.span.start)
    hosts = tuple(p for p in who if kind == "visit" and (p.id not in guests or _is_at_home(p, who, event)))
    hosts = hosts if len(hosts) < len(who) else tuple(p for p in who if p.id not in guests)
    named = [p for p in who if p not in hosts or (p.kind == "person" and p.id not in guests)]
    name = f"{kind}: {', '.join(dict.fromkeys(p.name for p in named or who))}"
    reached = [g.name for g in _joined(page, goals)] or [p.name for p in hosts if p.kind != "person"]
    at_first = bool(goals) and _is_reached(event, goals[0])
    if kind == "visit" and event.place is not None and (at_first or (not reached and len(who) == 1)):
        reached = [event.place.name, *reached[1:]]
    name += f" to {', '.join(dict.fromkeys(reached))}" if reached else ""
    status = _status(page, event, trigger)
    after = next((n for n, sentence in enumerate(page.sentences) if sentence == run), None)
    runs = [run]
    if (
        after is not None
        and after + 1 < len(page.sentences)
        and SIDES.match(page.article.text, *page.sentences[after + 1])
    ):
        runs.append(page.sentences[after + 1])
    about = agenda_of(page.article.text, runs) if kind != "visit" else []
    found = tuple(source(page.article.id, page.article.text, a, b) for a, b in about)
    agenda = (FieldSources(field="agenda", sources=found),) if found else ()
    when = event.when
    if when.basis in ("publication", "none") and status == "held":
        # That it was told on a day does not say that it was held on it.
        told, _ = _told_when(page, run)
        end = page.article.published.end
        if told.basis != "none" and (told.start is None or end is None or told.start < end):
            when = told
        elif when.basis == "publication":
            why = Reason(step=_STEP, by="no time", detail=f"no time is told; reported on {when.edtf}")
            when = edtf.unknown(why=(why,))
    return Meeting(
        id=make_id("mt", page.article.id, event.id),
        article_id=page.article.id,
        name=name,
        series=None,
        edition=None,
        status=status,
        hosts=hosts,
        participants=tuple(p for p in who if p not in hosts),
        place=event.place,
        when=when,
        figures=(),
        sources=(*event.sources, *agenda),
        confidence=event.confidence,
        why=(
            Reason(
                step=_STEP, by="event", detail=f"from the event {event.id}: {event.type} {event.mode or ''}".strip()
            ),
        ),
    )
