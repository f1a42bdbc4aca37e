"""The history of series of meetings: the editions that a set of articles tells of, in order, with the gaps between them.

A series is known by its name ("Xiangshan Forum"), an edition by its number, or by its days where it has none. Nothing is filled in: a
number that no article tells is a gap, and an edition without a date keeps what is said of it. Two articles are put into one edition only
where they give the same number, or days that meet; an article without a year joins an edition only where its own day, and the weekday
it names, fit exactly one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dragoman import edtf
from dragoman.diplomacy.series import same_series
from dragoman.records import Article, Meeting, Participant, Reason, Story, When

__all__ = ["Edition", "Gap", "History", "completed_days", "histories", "of_no_year"]

_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_PLACED = re.compile(r"^XXXX-(\d\d)-(\d\d)")
_RANK = {"cancelled": 5, "postponed": 4, "held": 3, "ongoing": 2, "announced": 1}
_SLACK = dt.timedelta(days=3)  # a report appears on the days of a meeting or shortly after
_ANNOUNCED = dt.timedelta(days=60)  # a meeting is told of so long before or after it
_DAILY = ("day", "minute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition as all articles tell it; `number` is `None` where none tells it, `edtf` where none dates it.

    `status` is the last known: held outdoes announced, and both are outdone by postponed and cancelled. `other_years` says that the
    year is not told.
    """

    number: int | None
    edtf: str | None
    start: dt.datetime | None
    status: str
    places: tuple[str, ...]
    hosts: tuple[str, ...]
    participants: tuple[str, ...]
    figures: tuple[str, ...]
    agenda: tuple[str, ...]
    meetings: tuple[str, ...]
    articles: tuple[str, ...]
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Editions from `first` to `last` that must have been, by the numbers of others, and that no article tells of."""

    first: int
    last: int


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """A series under its commonest name, the names it also goes by, and its editions and gaps in order."""

    name: str
    names: tuple[str, ...]
    rows: tuple[Edition | Gap, ...]

    @property
    def editions(self) -> tuple[Edition, ...]:
        """The editions that are told, without the gaps."""
        return tuple(row for row in self.rows if isinstance(row, Edition))


def histories(meetings: Iterable[Meeting], articles: Iterable[Article] = ()) -> tuple[History, ...]:
    """Every series that the meetings belong to, the fullest first; the order of the input does not matter.

    A meeting that its own article does not call one of a series belongs to it where another article does, under the same name.
    `articles` give the day of those whose year is not known.
    """
    published = {article.id: article.published.edtf or "" for article in articles}
    found = [_history(group, published) for group in _series_of(meetings)]
    return tuple(sorted(found, key=lambda each: (-len(each.editions), each.name)))


def _series_of(meetings: Iterable[Meeting]) -> list[list[Meeting]]:
    """The meetings of each series."""
    every = sorted(meetings, key=lambda meeting: meeting.id)
    groups: list[list[Meeting]] = []
    for name in sorted({meeting.series for meeting in every if meeting.series}):
        own = [meeting for meeting in every if meeting.series == name]
        alike = [group for group in groups if any(_one_series(name, other.series) for other in group)]
        for group in alike:
            groups.remove(group)
            own.extend(group)
        groups.append(own)
    for meeting in every:
        if meeting.series is None:
            fits = [g for g in groups if any(_one_series(meeting.name, other.series) for other in g)]
            if len(fits) == 1:
                fits[0].append(meeting)
    return groups


def _one_series(name: str, other: str | None) -> bool:
    return other is not None and (name.lower() == other.lower() or same_series(name, other))


def _history(meetings: Sequence[Meeting], published: Mapping[str, str]) -> History:
    ordered = sorted(meetings, key=lambda meeting: meeting.id)
    names = Counter(meeting.series or meeting.name for meeting in ordered)
    name = min(names, key=lambda each: (-names[each], len(each), each))
    groups: list[list[Meeting]] = []
    reasons: dict[str, Reason] = {}
    # Numbers first, then days, then what has neither: each joins what is certain already.
    for meeting in sorted(ordered, key=lambda m: (m.edition is None, m.when.start is None, m.id)):
        fits = [(group, why) for group in groups if (why := _same_edition(meeting, group, published))]
        if len(fits) == 1:
            fits[0][0].append(meeting)
            reasons[meeting.id] = Reason(step="history", by="same edition", detail=f"{meeting.id}: {fits[0][1]}")
        else:
            groups.append([meeting])
    editions = [_edition(group, reasons) for group in groups]
    return History(name=name, names=tuple(sorted(names)), rows=_with_gaps(editions))


def _same_edition(meeting: Meeting, group: Sequence[Meeting], published: Mapping[str, str]) -> str | None:
    """Why a meeting is the edition that a group tells, in words; `None` where nothing shows it."""
    numbers = {other.edition for other in group if other.edition is not None}
    if meeting.edition is not None and numbers:
        return f"both are number {meeting.edition}" if meeting.edition in numbers else None
    for other in group:
        a, b = meeting.when, other.when
        if a.start and a.end and b.start and b.end:
            if a.start < b.end and b.start < a.end and max(a.end - a.start, b.end - b.start) < dt.timedelta(days=32):
                return f"{a.edtf} and {b.edtf} meet"
        elif a.edtf is not None and a.edtf == b.edtf and meeting.article_id == other.article_id:
            return f"the same article dates both {a.edtf}"
        elif a.start is None and b.start and b.end:
            fits = _fits_without_year(meeting, published.get(meeting.article_id, ""), b.start, b.end)
            if fits:
                return fits
    return None


def _fits_without_year(meeting: Meeting, published: str, start: dt.datetime, end: dt.datetime) -> str | None:
    """Whether an undated article of a known day and month, and the weekday it names, fall into the days from `start` to `end`."""
    match = _PLACED.match(published)
    if match is None or end - start > dt.timedelta(days=20) or meeting.status == "announced":
        return None
    printed = _in_year(match, start.year)
    if printed is None or not start <= printed < end + _SLACK:
        return None
    weekday = _weekday_in(meeting.when.phrase)
    if weekday is None:
        return None
    day = printed - dt.timedelta(days=(printed.weekday() - weekday) % 7)
    if not start <= day < end:
        return None
    return f"its article is of {published} and tells of {meeting.when.phrase}: in {start.year} that is {day:%Y-%m-%d}, one of its days"


def _weekday_in(phrase: str | None) -> int | None:
    """The weekday that a phrase names, from 0 for Monday."""
    low = (phrase or "").lower()
    return next((number for number, word in enumerate(_WEEKDAYS) if word in low), None)


def _in_year(match: re.Match[str], year: int) -> dt.datetime | None:
    """A day and month in a year that has it."""
    try:
        return dt.datetime(year, int(match[1]), int(match[2]), tzinfo=dt.UTC)
    except ValueError:
        return None


def of_no_year(told: str | None) -> bool:
    """Whether an EDTF date is a day of an unknown year.

    >>> of_no_year("XXXX-04-28"), of_no_year("2016-04-28")
    (True, False)
    """
    return told is not None and _PLACED.fullmatch(told) is not None


def completed_days(
    meetings: Iterable[Meeting], articles: Iterable[Article], stories: Iterable[Story] = ()
) -> dict[str, When]:
    """The publication days, with their year, of articles that print a day and no year, where dated articles tell it: by article.

    A dated article tells it that tells the same meeting under the same number, or on the same day and month (a weekday alone fits another
    year's edition as well), or whose five-word runs the undated one shares and which came out within three days of the printed day. Where
    two years are told, none is taken. `articles` must hold the undated ones and those that may tell.
    """
    papers = {article.id: article for article in articles}
    told: dict[str, dict[int, Reason]] = {}
    undated = {name: each for name, each in papers.items() if of_no_year(each.published.edtf)}
    for group in _series_of(meetings) if undated else ():
        dated = [m for m in group if m.when.start and m.when.end and m.article_id not in undated]
        for one in (m for m in group if m.article_id in undated):
            for other in (m for m in dated if one.edition is None or m.edition in (None, one.edition)):
                why = _told_by(one, other, undated[one.article_id], papers.get(other.article_id))
                if why is not None and other.when.start is not None:
                    told.setdefault(one.article_id, {}).setdefault(other.when.start.year, why)
    for story in stories if undated else ():
        for name, year, why in _told_by_copies(story, papers):
            told.setdefault(name, {}).setdefault(year, why)
    days = {}
    for name, years in told.items():
        published = undated[name].published
        match = _PLACED.match(published.edtf or "")
        day = _in_year(match, min(years)) if match and len(years) == 1 else None
        if day is not None:
            reasons = (*published.why, *years.values())
            days[name] = edtf.day(day.date(), basis=published.basis, phrase=published.phrase, why=reasons)
    return days


def _paper(article: Article) -> str:
    """An article in words, for a reason."""
    return f"{article.title or article.outlet or 'an article'} ({article.id}, {article.published.edtf})"


def _told_by(one: Meeting, other: Meeting, undated: Article, dated: Article | None) -> Reason | None:
    """Why the dated telling of a meeting tells the year of the undated one."""
    start, end = other.when.start, other.when.end
    if dated is None or start is None or end is None or dated.published.start is None:
        return None
    printed, own = _PLACED.match(undated.published.edtf or ""), _PLACED.match(one.when.edtf or "")
    paper = _in_year(printed, start.year) if printed else None
    if paper is None or not start - _ANNOUNCED <= paper <= end + _ANNOUNCED or end - start > dt.timedelta(days=20):
        return None
    day = _in_year(own, start.year) if own else None
    weekday = _weekday_in(one.when.phrase)
    if day is not None and (not start <= day < end or weekday not in (None, day.weekday())):
        return None
    if one.edition is not None and one.edition == other.edition:
        fits = f"both tell of number {one.edition}"
    elif day is not None:
        fits = f"here it is told of “{one.when.phrase or one.when.edtf}”"
    else:
        return None
    detail = f"{_paper(dated)} dates {other.name} {other.when.edtf}; {fits}"
    return Reason(step="dates", by="sibling", detail=detail)


_SHARES = re.compile(r"(ar_\w+) shares this part of its five-word runs with (ar_\w+)")


def _told_by_copies(story: Story, papers: Mapping[str, Article]) -> Iterable[tuple[str, int, Reason]]:
    """Articles of a story that print no year, with that of the article whose words they share."""
    for reason in story.why:
        match = _SHARES.fullmatch(reason.detail)
        for one, two in ((match[1], match[2]), (match[2], match[1])) if match else ():
            undated, dated = papers.get(one), papers.get(two)
            printed = _PLACED.fullmatch(undated.published.edtf or "") if undated is not None else None
            if (
                printed is None
                or dated is None
                or dated.published.start is None
                or dated.published.precision not in _DAILY
            ):
                continue
            day = _in_year(printed, dated.published.start.year)
            if day is not None and abs(day - dated.published.start) <= _SLACK:
                detail = f"{_paper(dated)} has {reason.score or 0:.0%} of the same five-word runs ({reason.by})"
                yield one, day.year, Reason(step="dates", by="sibling", detail=detail)


def _edition(group: Sequence[Meeting], reasons: Mapping[str, Reason]) -> Edition:
    dated = [m for m in group if m.when.start is not None and m.when.end is not None]
    best = min(
        dated or group,
        key=lambda m: (
            m.when.end - m.when.start if m.when.end and m.when.start else dt.timedelta(0),
            m.when.edtf is None,
            -m.confidence,
            m.id,
        ),
    )
    status = max(group, key=lambda m: (_RANK.get(m.status, 0), m.id)).status
    agenda = [s.text for m in group for f in m.sources if f.field == "agenda" for s in f.sources]
    return Edition(
        number=next((m.edition for m in group if m.edition is not None), None),
        edtf=best.when.edtf or (f"? ({best.when.phrase})" if best.when.phrase else None),
        start=best.when.start,
        status=status,
        places=_once(m.place.name for m in group if m.place is not None),
        hosts=_parties(p for m in group for p in m.hosts),
        participants=_parties(p for m in group for p in m.participants),
        figures=_once(figure for m in group for figure in m.figures),
        agenda=_once(agenda),
        meetings=tuple(sorted(m.id for m in group)),
        articles=tuple(sorted({m.article_id for m in group})),
        why=tuple(reasons[m.id] for m in group if m.id in reasons),
    )


def _once(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))


def _parties(parties: Iterable[Participant]) -> tuple[str, ...]:
    return _once(p.name if p.kind == "place" or not p.country else f"{p.name} ({p.country})" for p in parties)


def _with_gaps(editions: Sequence[Edition]) -> tuple[Edition | Gap, ...]:
    """Numbered editions by number with gaps between them; others by date, where their date puts them, else at the end."""
    numbered = sorted((e for e in editions if e.number is not None), key=lambda e: (e.number or 0, e.meetings))
    rows: list[Edition | Gap] = []
    before = None
    for edition in numbered:
        number = edition.number or 0
        if before is not None and number > before + 1:
            rows.append(Gap(first=before + 1, last=number - 1))
        elif before is None and number > 1:
            rows.append(Gap(first=1, last=number - 1))
        rows.append(edition)
        before = number
    far = dt.datetime.max.replace(tzinfo=dt.UTC)
    for edition in sorted(
        (e for e in editions if e.number is None), key=lambda e: (e.start or far, e.edtf or "~", e.meetings)
    ):
        later = (
            n
            for n, r in enumerate(rows)
            if isinstance(r, Edition) and r.start and edition.start and r.start > edition.start
        )
        rows.insert(next(later, len(rows)), edition)
    return tuple(rows)
