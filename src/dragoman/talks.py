"""Talks, visits and calls: CONSULT events as meetings, where words of the article bear them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dragoman import edtf
from dragoman.attendance import SIDES, agenda_of, distinct, is_telling, without_offices
from dragoman.records import Article, Event, FieldSources, Meeting, Participant, Reason, Source, make_id
from dragoman.text import source

__all__ = ["find_talks"]

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
_CALLS = re.compile(r"\bphon|\bcall|\btelephon|\bhot\s?line|\bby\s+video|\bspoke\b", re.I)
_BROKERS = re.compile(
    r"\bmediat|\bbroker|\benvoy|\bgood offices|\bshuttle|\bfacilitat|\bintermediar|\bgo-between", re.I
)
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

    def sentence(self, at: int) -> Run:
        return next(((a, b) for a, b in self.sentences if a <= at < b), (at, min(len(self.article.text), at + 1)))


def find_talks(
    article: Article, sentences: Sequence[Run], events: Sequence[Event], named: Sequence[Meeting]
) -> list[Meeting]:
    """CONSULT events as meetings: each set of parties once a time; those that speak of a named meeting are left to it."""
    made: dict[tuple[object, ...], Meeting] = {}
    page = _Page(article, sentences)
    for event in events:
        if event.type != "CONSULT" or event.status in {"denied", "hypothetical"} or event.article_id != page.article.id:
            continue
        trigger = next((s for f in event.sources if f.field == "trigger" for s in f.sources), None)
        if trigger is None or _NOT_MET.search(trigger.text) or not _MEETS.search(trigger.text):
            continue
        kind = _kind(page, event, trigger)
        who = without_offices(page.article.text, distinct([*event.actors, *event.recipients]))
        who = tuple(p for p in who if is_telling(p) or p.country)
        if len(who) < 2 and kind != "visit" and not _several(who):
            continue
        if not who or _told_by_name(trigger, named):
            continue
        key = (frozenset(p.id for p in who), event.when.edtf, "" if kind == "talks" else kind)
        made.setdefault(key, _event_meeting(page, event, kind, who))
    return _without_parts(list(made.values()))


def _several(who: Sequence[Participant]) -> bool:
    """“Arab leaders met”: one phrase in the plural is a meeting of several."""
    return len(who) == 1 and who[0].kind == "group" and who[0].text.rstrip().endswith("s")


def _told_by_name(trigger: Source, named: Sequence[Meeting]) -> bool:
    return any(
        s.span.start < trigger.span.end and trigger.span.start < s.span.end
        for meeting in named
        for f in meeting.sources
        if f.field == "name"
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


def _kind(page: _Page, event: Event, trigger: Source) -> str:
    """visit, phone call, mediation or talks: a mode counts only where words near the trigger say so."""
    run = page.sentence(trigger.span.start)
    near = page.article.text[max(run[0], trigger.span.start - 60) : min(run[1], trigger.span.end + 60)]
    words = {"visit": trigger.text, "phone": near, "third-party": near}.get(event.mode or "", "")
    said = {"visit": _VISITS, "phone": _CALLS, "third-party": _BROKERS}.get(event.mode or "")
    if said is not None and not said.search(words):
        return "talks"
    return _KIND_OF_MODE.get(event.mode or "", "talks")


def _event_meeting(page: _Page, event: Event, kind: str, who: tuple[Participant, ...]) -> Meeting:
    name = f"{kind}: {', '.join(dict.fromkeys(p.name for p in who))}"
    status = {"planned": "announced", "ongoing": "ongoing"}.get(event.status, "held")
    guests = {p.id for p in event.actors}
    hosts = tuple(p for p in who if kind == "visit" and p.id not in guests)
    trigger = next(s for f in event.sources if f.field == "trigger" for s in f.sources)
    run = page.sentence(trigger.span.start)
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
    if when.basis == "publication" and status == "held":
        # That it was told on a day does not say that it was held on it.
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
