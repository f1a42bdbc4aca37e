"""Meetings, conferences, visits and calls as `Meeting` records, their series and editions; and pledges."""

from __future__ import annotations

import datetime as dt
import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dragoman import edtf
from dragoman.diplomacy.attendance import ATTENDING_ALONE, SIDES, agenda_of, attending, distinct, is_telling
from dragoman.diplomacy.pledges import find_pledges
from dragoman.diplomacy.series import (
    ORDINAL,
    MeetingName,
    common_name,
    earlier_names,
    find_body_names,
    find_names,
    ordinal,
    same_within,
    series_name,
)
from dragoman.diplomacy.talks import find_talks, find_told_talks, fold_talks, with_present
from dragoman.records import (
    Article,
    Event,
    FieldSources,
    Meeting,
    Participant,
    Place,
    PlacePhrase,
    Reason,
    Source,
    TimePhrase,
    When,
    make_id,
)
from dragoman.text import source

__all__ = ["find_meetings", "find_pledges"]

Run = tuple[int, int]
Locate = Callable[[str, int, int], PlacePhrase | None]
"""Finds the place that a run of a text names, as `places.resolve` does."""
_STEP = "meetings"
_ABOUT = r"(?:(?:over|more than|some|about|nearly|almost|around|at least|up to|fewer than|less than)\s+)?"
_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,6}|dozens of|hundreds of|thousands of|a dozen|two dozen)"
_STATES = r"(?:countries|nations|states|organi[sz]ations)"
_FIGURES = re.compile(
    # "500 military leaders and senior officials from 80 countries" is one figure; "over 90 countries" another kind.
    rf"{_ABOUT}\b{_COUNT}\s+(?:(?!from\b|in\b|at\b)[^\W\d][\w’'-]*\s+){{1,8}}?from\s+{_ABOUT}\d{{1,4}}\s+{_STATES}\b"
    rf"|{_ABOUT}\b{_COUNT}\s+(?:(?!from\b|in\b|at\b|and\b)[^\W\d][\w’'-]*\s+){{0,6}}?"
    r"(?:heads\s+of\s+(?:state|delegation)(?:\s+and\s+(?:of\s+)?government)?|countries|nations|states|delegations|delegates|officials|leaders|"
    r"representatives|participants|experts|ministers|scholars|"
    r"organi[sz]ations|journalists|troops|soldiers|members|parties|guests|people)\b",
    re.I,
)
_HOST = re.compile(
    r"\b(?:will\s+host|to\s+host|hosts|hosted|hosting|co-hosts|co-hosted|organizes|organized|organises|organised|convened|convenes)\b",
    re.I,
)
_HOSTED_BY = re.compile(r"\b(?:hosted|organi[sz]ed|sponsored|convened|held)\s+by\s+", re.I)
_PLANNED = re.compile(
    r"\b(?:will|would\s+be\s+held|would\s+take\s+place|to be held|to host|to hold|to attend|is to|are to|scheduled|"
    r"planned|plans to|upcoming|forthcoming|due to|is expected to|announced plans)\b",
    re.I,
)
_ONGOING = re.compile(
    r"\b(?:is|are)\s+(?:(?:currently\s+)?(?:being held|under way|underway|attending|taking place|hosting|meeting)\b"
    r"|(?:here|in\s+[\w’'-]+)\s+to\s+attend\b)",
    re.I,
)
_POSTPONED = re.compile(r"\b(?:postpon(?:e|ed|es|ing)|put off|delayed)\b", re.I)
_CANCELLED = re.compile(r"\b(?:cancel(?:led|ed|s|ling)?|called off|call off|scrapped)\b", re.I)
_HOLDING = re.compile(
    r"\b(?:h(?:old|olds|eld|olding)|host\w*|attend\w*|co-chair\w*|chair\w*|open(?:ed|s)|"
    r"conclud\w+|kick\w* off|convene\w*|"
    r"sidelines\s+of|margins\s+of|conduct\w*|stag(?:e|ed|ing)|t(?:ook|ake|akes|aking) (?:place|part)|participat\w+|"
    r"met at|at the|during the|launch\w*|wrap\w* up)\b",
    re.I,
)
_NTH_TIME = re.compile(
    rf"\b(?:this|it)\s+(?:is|was|will be)\s+(?:only\s+)?the\s+(?P<nth>{ORDINAL})\s+time\s+(?:that\s+)?(?P<who>[^.;]{{3,120}}?)\s+"
    r"(?:has|have|had)?\s*(?:jointly\s+)?"
    r"(?:h[eo]lds?|staged?|conduct(?:ed)?|issued?|organi[sz]ed?)\s+(?:a|an|the|such an?)?\s*(?P<what>[^.;,]{4,100})",
    re.I,
)
_PREVIOUS = re.compile(
    r"\bthe\s+(?:previous|first|earlier|other|last|past)\s+(?:(?P<n>\w+)\s+)?(?:such\s+)?(?P<what>[\w’' -]{3,60}?)"
    r"\s+(?:was|were)\s+(?:held|staged|conducted|issued|organi[sz]ed)\s+(?P<rest>[^.;]{3,240})",
    re.I,
)
_AND = re.compile(r"(?:,\s+|\s+and\s+|,\s+and\s+)(?=(?:at\s+|in\s+|on\s+)?(?:the\s+)?[A-Z0-9])")
# What may stand between a name and its place: "in", "is being held in", ", which opened in", and not ", ending two years of work in".
_IN_PLACE = re.compile(
    r"(?:\s*\([A-Z][\w-]{1,9}\))?(?:\s+[\w’'-]+){0,6}?(?:,(?:\s+[\w’'-]+){0,3}?)?\s+(?:in|at)\s+(?:the\s+)?"
    r"(?:[\w’']+\s+|[\w’']+\s+(?:capital|city|town|resort|port)\s+(?:of\s+)?)?"
)
_ON_SIDELINES = re.compile(r"\b(?:sidelines|margins|fringes)\s+of\b", re.I)
_OTHERS_PART = re.compile(
    r"[;]|\band the\b|,\s+(?:who|which)\b(?!\s+(?:(?:was|is|were|are|will\s+be|had\s+been)\s+held"
    r"|t(?:ook|akes)\s+place|opened|began)\b)"
)
_HELD_ON = re.compile(r"\b(?:held|place|scheduled|open(?:s|ed|ing)?|from)\b|^\W*(?:on|in|from|between)\W*$", re.I)
_NUMBER = {"two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "one": 1}
_AGENDA = re.compile(r"\bon\s+the\s+agenda\b", re.I)
# "..., organizers said on Monday": when it was told. "who is here to attend the forum, on Friday": when something else was.
_TOLD_ON = re.compile(r"\b(?:said|says|told|announced|reported|stated|confirmed|added|wrote|according\s+to)\b", re.I)
_IN_RELATIVE = re.compile(r",\s+wh(?:o|ich)\b[^,;.]*$")
_FAR = 4  # sentences
# What was only asked for or refused has not been called: "rejected a suggestion to hold higher-level talks".
_UNMET = re.compile(
    r"\b(?:reject|refus|declin|propos|suggest|urg|demand|offer|seek|sought|rul\w+\s+out|turn\w*\s+down|(?:call|appeal|press|push)\w*\s+for)\w*"
    r"\b[^.;:]{0,50}$",
    re.I,
)


@dataclass(slots=True)
class _Gathered:
    """What the sentences of one article say of one meeting, before it is a record."""

    names: list[MeetingName] = field(default_factory=list)
    sentences: list[Run] = field(default_factory=list)
    pointers: list[Run] = field(default_factory=list)
    extra: list[Reason] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Page:
    article: Article
    sentences: Sequence[Run]
    participants: Sequence[Participant]
    times: Sequence[TimePhrase]
    places: Sequence[PlacePhrase]
    events: Sequence[Event]
    locate: Locate | None = None

    def sentence(self, at: int) -> Run:
        return next(((a, b) for a, b in self.sentences if a <= at < b), (at, min(len(self.article.text), at + 1)))


def find_meetings(
    article: Article,
    sentences: tuple[Run, ...],
    participants: tuple[Participant, ...],
    times: tuple[TimePhrase, ...],
    places: tuple[PlacePhrase, ...],
    events: tuple[Event, ...],
    locate: Locate | None = None,
) -> tuple[Meeting, ...]:
    """Named and described meetings, the earlier editions a text tells of, and talks, visits and calls from CONSULT events.

    What a meeting was about is among its sources, as `agenda`. `locate` resolves a name in the title, which is no part of the text.
    Every field rests on words of the article; what it does not tell is empty, `None` or an unknown `When` with its reason.
    """
    page = _Page(article, sentences, participants, times, places, events, locate)
    gathered = _gather(page)
    numbered = _numbered(page, gathered)
    found = [_named_meeting(page, group) for group in gathered]
    merged = [*found, *numbered]
    merged = fold_talks(merged, find_talks(article, sentences, events, merged, times))
    merged.extend(find_told_talks(article, sentences, participants, times, places, merged))
    merged = with_present(article, sentences, participants, merged)
    unique: dict[str, Meeting] = {}
    for meeting in merged:
        unique.setdefault(meeting.id, meeting)
    return tuple(unique.values())


# -- named meetings ------------------------------------------------------------------------------------------------


def _gather(page: _Page) -> list[_Gathered]:
    """Names that are one meeting, with every sentence that speaks of it ("the forum" included)."""
    text = page.article.text
    groups: list[_Gathered] = []
    bodies = [(p.start, p.end, p.name) for p in page.participants if p.kind == "organization" and p.name[:1].isupper()]
    names = [*find_names(text, page.sentences), *find_body_names(text, page.sentences, bodies)]
    names.extend(earlier_names(text, page.sentences, names))
    for name in sorted(names, key=lambda n: (n.start, -n.end)):
        run = page.sentence(name.start)
        around = text[run[0] : run[1]]
        if not name.proper and not name.recurring and not _HOLDING.search(around):
            continue
        if (
            not name.proper
            and name.kind in {"exercise", "talks"}
            and not (name.edition or re.search(r"\bh[eo]ld|\bstag|\bconduct|\blaunch", around))
        ):
            continue
        if not name.proper and not name.recurring and _UNMET.search(text, run[0], name.start):
            continue
        group = next((g for g in groups if _one_meeting(g, name)), None)
        if group is None:
            group = _Gathered()
            groups.append(group)
        group.names.append(name)
        if run not in group.sentences:
            group.sentences.append(run)
    for run in page.sentences:
        _later_mention(text, run, groups)
    _follow_on(text, page.sentences, groups)
    return groups


def _one_meeting(group: _Gathered, name: MeetingName) -> bool:
    editions = {n.edition for n in group.names if n.edition is not None}
    if name.edition is not None and editions and name.edition not in editions:
        return False
    return any(same_within(name.name, other.name) for other in group.names)


def _later_mention(text: str, run: Run, groups: Sequence[_Gathered]) -> None:
    """“The forum is attended by ...”: the noun alone points to the last meeting of that noun named before."""
    for match in re.finditer(
        r"\b(?:the|this|this year[’']s)\s+(forum|conference|summit|meeting|consultations?|symposium|event|exercises?|drills)\b(?!\s+of)",
        text[run[0] : run[1]],
        re.I,
    ):
        noun = match.group(1).lower()
        before = [
            g
            for g in groups
            if any(n.start < run[0] for n in g.names)
            and (noun in {"meeting", "event"} or any(n.noun.rstrip("s") == noun.rstrip("s") for n in g.names))
        ]
        if before:
            group = max(before, key=lambda g: max(n.start for n in g.names if n.start < run[0]))
            group.pointers.append((run[0] + match.start(), run[0] + match.end()))
            if run not in group.sentences:
                group.sentences.append(run)


def _follow_on(text: str, sentences: Sequence[Run], groups: Sequence[_Gathered]) -> None:
    """“The delegations also discussed ...”: those who met go on, in a sentence after one that speaks of their meeting."""
    last: _Gathered | None = None
    far = 0
    for run in sentences:
        # "Ruiz met Soto on the sidelines of the forum. They discussed ...": not the forum.
        beside = _ON_SIDELINES.search(text, *run) is not None
        speaking = [group for group in groups if run in group.sentences]
        if beside and speaking:
            last = None
            continue
        if speaking:
            last, far = max(speaking, key=lambda g: max(n.start for n in g.names if n.start < run[1])), 0
        elif (
            last is not None
            and far < _FAR
            and (SIDES.match(text, *run) or _AGENDA.search(text, *run) or ATTENDING_ALONE.search(text, *run))
        ):
            last.sentences.append(run)
        far += 1


def _named_meeting(page: _Page, group: _Gathered) -> Meeting:
    text, article = page.article.text, page.article
    names = sorted(group.names, key=lambda n: n.start)
    name = common_name([n.name for n in names])
    edition = next((n.edition for n in names if n.edition is not None), None)
    recurring = any(n.recurring for n in names)
    status, status_why = _status(text, group.sentences, names)
    when, time = _when(page, names)
    if status == "held" and _ahead(article, when):
        status_why = Reason(step=_STEP, by="status", detail=f"“{when.phrase}” is after the day it was told on")
        status = "announced"
    elif status == "announced" and _behind(article, when):
        status_why = Reason(step=_STEP, by="status", detail=f"“{when.phrase}” is before the day it was told on")
        status = "held"
    place, place_run, place_why = _place(page, names)
    hosts = _hosts(page, names)
    figures = _figures(page, group.sentences)
    why = [
        Reason(step=_STEP, by="name", detail=f"“{text[names[0].start : names[0].end]}” names it"),
        status_why,
        *group.extra,
    ]
    if recurring:
        why.append(
            Reason(
                step=_STEP,
                by="series",
                detail="an edition, a round or “annual” is told" if edition is None else f"edition {edition}",
            )
        )
    why.extend([place_why] if place_why else [])
    fields = _sources(
        page,
        {
            "name": [(n.start, n.end) for n in names],
            "mention": group.pointers,
            "when": [time] if time else [],
            "place": [place_run] if place_run else [],
            "hosts": [(p.start, p.end) for p in hosts],
            "figures": figures,
            "agenda": agenda_of(text, group.sentences),
            "sentence": group.sentences,
        },
    )
    return Meeting(
        id=make_id("mt", article.id, name, edition, when.edtf),
        article_id=article.id,
        name=name,
        series=name if recurring else None,
        edition=edition,
        status=status,
        hosts=hosts,
        participants=_attending(page, group, names, hosts, figures),
        place=place,
        when=when,
        figures=tuple(text[a:b] for a, b in figures),
        sources=fields,
        confidence=0.9 if names[0].proper else 0.7,
        why=tuple(why),
    )


def _sources(page: _Page, runs: dict[str, Sequence[Run]]) -> tuple[FieldSources, ...]:
    article = page.article
    made: list[FieldSources] = []
    for name, spans in runs.items():
        found: tuple[Source, ...] = tuple(
            source(article.id, article.text, a, b) for a, b in dict.fromkeys(spans) if a < b
        )
        if found:
            made.append(FieldSources(field=name, sources=found))
    return tuple(made)


def _status(text: str, sentences: Sequence[Run], names: Sequence[MeetingName]) -> tuple[str, Reason]:
    """announced, held, ongoing, postponed or cancelled, by the words of the sentences that name it."""
    own = [(a, b) for a, b in sentences if any(a <= n.start < b for n in names)] or list(sentences)
    for status, pattern in (
        ("postponed", _POSTPONED),
        ("cancelled", _CANCELLED),
        ("ongoing", _ONGOING),
        ("announced", _PLANNED),
    ):
        for a, b in own:
            for match in pattern.finditer(text, a, b):
                # "the 10th forum ... will make a report": the plan must be about the meeting, near its name.
                if status != "announced" or any(_apart(match, n) < 60 for n in names):
                    why = Reason(step=_STEP, by="status", detail=f"“{match.group()}” in a sentence that names it")
                    return status, why
    return "held", Reason(step=_STEP, by="status", detail="told as something that took place")


def _apart(match: re.Match[str], name: MeetingName) -> int:
    return abs(match.start() - name.end if match.start() > name.end else name.start - match.end())


def _ahead(article: Article, when: When) -> bool:
    """Whether a time lies wholly behind the day on which it was told."""
    return when.start is not None and article.published.end is not None and when.start >= article.published.end


def _behind(article: Article, when: When) -> bool:
    """Whether a time lies wholly before the day on which it was told."""
    return when.end is not None and article.published.start is not None and when.end <= article.published.start


def _times_of(page: _Page, name: MeetingName) -> list[tuple[int, TimePhrase]]:
    """Times of the sentence that names it, the likelier the higher: "is being held from 29 to 31 October" over a day before."""
    run = page.sentence(name.start)
    found: list[tuple[int, TimePhrase]] = []
    for time in page.times:
        # A dateline says when it was told.
        if not (run[0] <= time.start and time.end <= run[1]) or time.when.basis == "dateline":
            continue
        score = 1 if time.when.edtf is not None else 0
        if 0 <= time.start - name.end < 80:
            between = page.article.text[name.end : time.start]
            # "... last October and the Conference on Disarmament in Geneva in March": stay in one's own part.
            aside = re.match(r"[^,]*,\s", between) and _IN_RELATIVE.search(page.article.text, run[0], name.start)
            if _OTHERS_PART.search(between) or _TOLD_ON.search(between) or aside:
                continue
            found.append((score + (3 if _HELD_ON.search(between) else 2), time))
        elif 0 <= name.start - time.end < 60 or sum(run[0] <= t.start < run[1] for t in page.times) == 1:
            found.append((score, time))
    return found


def _when(page: _Page, names: Sequence[MeetingName]) -> tuple[When, Run | None]:
    days = next((n.days for n in names if n.days), None)
    found = [item for name in names for item in _times_of(page, name)]
    if found:
        best = max(found, key=lambda item: (item[0], -item[1].start))[1]
        return _lasting(best.when, days), (best.start, best.end)
    why = Reason(step=_STEP, by="no time", detail="no sentence that names it gives a time")
    return edtf.unknown(why=(why,)), None


def _lasting(when: When, days: int | None) -> When:
    """A meeting of N days that begins on a known day; a day without a year stays as it is, with a reason."""
    if days is None or days < 2 or when.precision != "day":
        return when
    why = Reason(step=_STEP, by="duration", detail=f"it lasts {days} days from “{when.phrase}”")
    if when.start is None:
        return When(
            edtf=when.edtf,
            start=None,
            end=None,
            precision=when.precision,
            basis=when.basis,
            phrase=when.phrase,
            why=(*when.why, why),
        )
    first = when.start.date()
    return edtf.days(
        first, first + dt.timedelta(days=days - 1), basis=when.basis, phrase=when.phrase, why=(*when.why, why)
    )


Where = tuple[Place | None, Run | None, Reason | None]


def _place(page: _Page, names: Sequence[MeetingName]) -> Where:
    text = page.article.text
    after = _place_after_name(page, names)
    inside = _place_in_name(page, names)
    if after is not None and after[0] is not None and (inside is None or after[0].precision != "country"):
        return after
    # "the Beijing Forum in China": the city of its name is the finer answer.
    if inside is not None:
        return inside
    for phrase in page.places:
        first = page.sentences[0] if page.sentences else (0, 0)
        title = page.article.title
        if (
            title
            and phrase.start < len(title)
            and text.startswith(title)
            and first[0] <= phrase.start
            and re.search(r"\bin\s+$", text[: phrase.start])
            and len(names) > 0
        ):
            return (
                phrase.place,
                (phrase.start, phrase.end),
                Reason(step=_STEP, by="place", detail="the title names the place", score=0.6),
            )
    return None, None, Reason(step=_STEP, by="no place", detail="no sentence that names it gives a place")


def _place_after_name(page: _Page, names: Sequence[MeetingName]) -> Where | None:
    """“The forum in Beijing”."""
    text = page.article.text
    for name in names:
        run = page.sentence(name.start)
        for phrase in page.places:
            near = name.end <= phrase.start < min(run[1], name.end + 60)
            if near and _IN_PLACE.fullmatch(text, name.end, phrase.start):
                words = text[name.end : phrase.end].strip()
                why = Reason(step=_STEP, by="place", detail=f"“{words}” follows its name", score=phrase.score)
                return phrase.place, (phrase.start, phrase.end), why
    return None


def _place_in_name(page: _Page, names: Sequence[MeetingName]) -> Where | None:
    """“Moscow Conference”: the city that begins the name, where the article puts something there, or its title does."""
    text, title = page.article.text, page.article.title or ""
    why = Reason(step=_STEP, by="place", detail="the place is part of its name", score=0.7)
    for name in names:
        for phrase in page.places:
            if name.start <= phrase.start and phrase.end <= name.end:
                return phrase.place, (phrase.start, phrase.end), why
    for name in names:
        for phrase in page.places:
            if phrase.place.precision == "country":
                continue
            words = text[phrase.start : phrase.end]
            spot = re.search(rf"\b{re.escape(words)}\b", text[name.start : name.end], re.I)
            if spot:
                return phrase.place, (name.start + spot.start(), name.start + spot.end()), why
    if page.locate is not None:
        for name in names:
            first = re.compile(r"(?:[A-Z][\w’'-]+\s+){1,2}").match(
                text, text.find(name.name.split()[0], name.start), name.end
            )
            for words in (first.group().strip(), first.group().split()[0]) if first else ():
                spot = re.search(rf"\bin\s+({re.escape(words)})\b", title)
                found = page.locate(title, spot.start(1), spot.end(1)) if spot else None
                if found is not None and first is not None:
                    reason = Reason(
                        step=_STEP, by="place", detail=f"{words} is part of its name, and “in {words}” of the title"
                    )
                    return found.place, (first.start(), first.start() + len(words)), reason
    return None


def _hosts(page: _Page, names: Sequence[MeetingName]) -> tuple[Participant, ...]:
    text = page.article.text
    for name in names:
        run = page.sentence(name.start)
        match = _HOST.search(text, run[0], name.start)
        if match:
            before = [
                p
                for p in page.participants
                if run[0] <= p.start
                and p.end <= match.start()
                and p.kind in {"organization", "place", "person", "group"}
            ]
            if before:
                best = max(before, key=lambda p: p.end)
                return distinct(p for p in before if (p.start, p.end) == (best.start, best.end))
        by = _HOSTED_BY.search(text, name.end, run[1])
        if by:
            after = [p for p in page.participants if by.end() <= p.start <= by.end() + 6]
            if after:
                best = max(after, key=lambda p: p.end)
                return distinct(p for p in after if (p.start, p.end) == (best.start, best.end))
    return ()


def _figures(page: _Page, sentences: Sequence[Run]) -> list[Run]:
    text = page.article.text
    return [match.span() for a, b in sentences for match in _FIGURES.finditer(text, a, b)]


def _attending(
    page: _Page, group: _Gathered, names: Sequence[MeetingName], hosts: Sequence[Participant], figures: Sequence[Run]
) -> tuple[Participant, ...]:
    """Those in its name ("China-Russia consultation"), and those whom the words put there."""
    found: list[Participant] = []
    for name in names:
        # "the China-Russia consultation": both states, wherever else the article names them.
        pair = {part for word in name.name.split() if "-" in word for part in re.split("[-–]", word)}
        found.extend(p for p in page.participants if p.text in pair and p.kind in {"place", "nationality"})
    # "500 military leaders ... from 80 countries" is a figure, and no party of one state.
    counted = [p for p in page.participants if not any(a < p.end and p.start < b for a, b in figures)]
    anchors = [*((n.start, n.end) for n in names), *group.pointers]
    found.extend(attending(page.article.text, group.sentences, anchors, counted))
    return tuple(p for p in distinct(found) if p.id not in {h.id for h in hosts})


# -- numbered times and earlier editions ---------------------------------------------------------------------------


def _numbered(page: _Page, gathered: list[_Gathered]) -> list[Meeting]:
    """“This is the third time ... hold a joint press release on X”: a series, this edition, and earlier ones where told."""
    text = page.article.text
    made: list[Meeting] = []
    for match in _NTH_TIME.finditer(text):
        edition = ordinal(match["nth"])
        series = series_name(re.split(r"\s+(?:at|in|during|since|with)\s+(?=the\b|[A-Z])", match["what"])[0])
        if edition is None or len(series) < 4:
            continue
        for group in list(gathered):
            if any(same_within(series, n.name) for n in group.names):
                gathered.remove(group)
        made.append(_this_edition(page, match, series, edition))
        made.extend(_earlier(page, match, series, edition))
    return made


def _this_edition(page: _Page, match: re.Match[str], series: str, edition: int) -> Meeting:
    """The edition that the article reports: its time and place come from the first sentence that names it."""
    text, article = page.article.text, page.article
    who = [
        p
        for p in page.participants
        if match.start("who") <= p.start and p.end <= match.end("who") and (p.country or is_telling(p))
    ]
    head = series.split(" on ")[0].split(" about ")[0]
    first = text.lower().find(head.lower())
    mentions = [m.span() for m in re.finditer(re.escape(head), text, re.I) if m.start() < match.start()]
    when, time = (
        edtf.unknown(why=(Reason(step=_STEP, by="no time", detail="no sentence that names it gives a time"),)),
        None,
    )
    place: PlacePhrase | None = None
    at: list[Participant] = []
    for a, b in mentions:
        run = page.sentence(a)
        near = [t for t in page.times if run[0] <= t.start and t.end <= run[1] and t.start >= b]
        if near and time is None:
            best = max(near, key=lambda t: (t.when.start is not None, t.start))
            when, time = best.when, (best.start, best.end)
        place = place or next((p for p in page.places if run[0] <= p.start < run[1]), None)
        at = at or [p for p in page.participants if run[0] <= p.start and p.end <= a and p.kind != "organization"]
    fields = _sources(
        page,
        {
            "name": [match.span("what"), *mentions],
            "edition": [match.span("nth")],
            "when": [time] if time else [],
            "place": [(place.start, place.end)] if place else [],
            "sentence": [page.sentence(match.start()), *([page.sentence(first)] if 0 <= first < match.start() else [])],
        },
    )
    return Meeting(
        id=make_id("mt", article.id, series, edition, when.edtf),
        article_id=article.id,
        name=series,
        series=series,
        edition=edition,
        status="held",
        hosts=(),
        participants=_without_their_states(distinct(who or at)),
        place=place.place if place else None,
        when=when,
        figures=(),
        sources=fields,
        confidence=0.8,
        why=(
            Reason(
                step=_STEP, by="nth time", detail=f"“{text[match.start() : match.end('nth')]} time”: edition {edition}"
            ),
        ),
    )


def _without_their_states(parties: Sequence[Participant]) -> tuple[Participant, ...]:
    """“The armed forces of China and Russia”: the forces, and not the states beside them."""
    whose = {p.country for p in parties if p.kind not in {"place", "nationality"}}
    return tuple(p for p in parties if p.kind not in {"place", "nationality"} or p.country not in whose)


def _earlier(page: _Page, this: re.Match[str], series: str, edition: int) -> list[Meeting]:
    """“The previous two such press releases were held at A in P last October and B in Q in March”."""
    text = page.article.text
    match = next((m for m in _PREVIOUS.finditer(text) if _alike(m["what"], series)), None)
    if match is None:
        return []
    start, end = match.span("rest")
    cuts = [start, *(m.end() for m in _AND.finditer(text, start, end)), end]
    parts = list(itertools.pairwise(cuts))
    count = _NUMBER.get((match["n"] or "one").lower(), len(parts))
    if len(parts) != count:
        parts = [(a, b) for a, b in parts if any(a <= t.start < b for t in page.times)] or parts
    told: list[tuple[Run, TimePhrase | None, PlacePhrase | None]] = []
    for a, b in parts[:count]:
        time = next((t for t in page.times if a <= t.start and t.end <= b), None)
        spots = [p for p in page.places if a <= p.start and p.end <= b]
        place = next((p for p in spots if re.search(r"\bin\s+$", text[a : p.start])), spots[0] if spots else None)
        told.append(((a, b), time, place))
    known = [item for item in told if item[1] is not None and item[1].when.start is not None]
    if len(known) == len(told):
        told.sort(
            key=lambda item: (
                item[1].when.start if item[1] and item[1].when.start else dt.datetime.max.replace(tzinfo=dt.UTC)
            )
        )
    by = "their dates" if len(known) == len(told) else "the order they are told in"
    first = edition - len(told)
    named = (p for p in page.participants if this.start("who") <= p.start and p.end <= this.end("who"))
    who = _without_their_states(distinct(p for p in named if p.country or is_telling(p)))
    return [_earlier_edition(page, match, series, first + n, item, who, by) for n, item in enumerate(told)]


def _alike(words: str, series: str) -> bool:
    nouns = {word.rstrip("s").lower() for word in words.split() if len(word) > 3}
    return len(nouns & {word.rstrip("s").lower() for word in series.split()}) >= min(2, len(nouns)) > 0


def _earlier_edition(
    page: _Page,
    match: re.Match[str],
    series: str,
    edition: int,
    told: tuple[Run, TimePhrase | None, PlacePhrase | None],
    who: tuple[Participant, ...],
    by: str,
) -> Meeting:
    (a, b), time, place = told
    why = [Reason(step=_STEP, by="earlier edition", detail=f"“{page.article.text[a:b].strip()}”; numbered by {by}")]
    if time is None:
        why.append(Reason(step=_STEP, by="no time", detail="this part of the sentence gives no time"))
    when = time.when if time else edtf.unknown(why=tuple(why[1:]))
    fields = _sources(
        page,
        {
            "name": [match.span("what")],
            "when": [(time.start, time.end)] if time else [],
            "place": [(place.start, place.end)] if place else [],
            "sentence": [page.sentence(match.start())],
        },
    )
    return Meeting(
        id=make_id("mt", page.article.id, series, edition, when.edtf, a),
        article_id=page.article.id,
        name=series,
        series=series,
        edition=edition if edition > 0 else None,
        status="held",
        hosts=(),
        participants=who,
        place=place.place if place else None,
        when=when,
        figures=(),
        sources=fields,
        confidence=0.75,
        why=tuple(why),
    )
