"""The year of a page that prints a day and no year, told by the offices that its persons held, by numbered meetings, and by weekdays.

"MOSCOW, April 28": Sergei Shoigu was Russia's defense minister from 2012 to 2024, Hossein Dehghan Iran's from 2013 to 2017, and April 28
was a Thursday in 2016 alone of those years. "The 7th Xiangshan Forum last October" was held in 2016, which points to 2017 for a page of
April: beside offices it counts, alone it is only told. Where one year is left it is the page's, and the reasons name every person and
meeting; where several are left, or one fits none of them, the page stays as it is. Nothing is guessed, and never is the day of the run
looked at.

A page that came out in 2012 and tells in its text what happened in 2025 was rewritten since: its times are counted from its update.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from dragoman import edtf
from dragoman.dating.editions import find_editions
from dragoman.dating.nodes import Calendar, Modified
from dragoman.dating.phrases import find
from dragoman.naming.holders import office_words
from dragoman.records import Actor, Article, Reason, Tenure, When
from dragoman.reference import Reference, TermOfOffice
from dragoman.tagger import load_tagger, words

__all__ = ["completed", "rewritten"]

_OPEN_DAY = re.compile(r"XXXX-(\d{2})-(\d{2})$")
_FORMER = re.compile(
    r"\b(?:former(?:ly)?|ex|then|late|ousted|deposed|future|next|incoming|outgoing|would-be|acting)\b[\s-]*$", re.I
)
_OTHER_PART = re.compile(r"\b(?:and|but|while|after|before)\b|;")
_NEAR = 60  # characters from a meeting to its date
_EARLIEST, _LATEST = 1945, 2099
_YEAR = dt.timedelta(days=365)
_FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
_IN_YEAR = re.compile(
    r"\b(?:in|since)\s+(?:(?:early|mid|late)[\s-]+)?(?:[A-Z][a-z]+\s+)?((?:19|20)\d\d)\b", re.IGNORECASE
)
_DAY_NAMES = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Years that fit one thing that the page says, and that in words."""

    years: frozenset[int]
    detail: str


def completed(
    article: Article,
    tenures: Sequence[Tenure],
    actors: Iterable[Actor],
    reference: Reference,
    sentences: Sequence[tuple[int, int]],
) -> When | None:
    """The publication day with its year, where offices, meetings and weekdays leave one; `None` where the page has one or several are left.

    At least one office must speak: a weekday alone fits every sixth year, and numbers of meetings are remembered wrongly and counted
    in more than one way. What they point to is told as a reason.
    """
    match = _OPEN_DAY.match(article.published.edtf or "")
    if match is None:
        return None
    month, day = int(match[1]), int(match[2])
    offices = list(_by_offices(article, tenures, actors, reference, month, day))
    meetings = list(_by_editions(article, sentences, month))
    if not offices and not meetings:
        return None
    settled = _settled(article.published, month, day, [*offices, *meetings, *_by_weekdays(article, sentences)])
    if offices or settled is None:
        return settled
    detail = (
        f"{meetings[0].detail}, which points to {(settled.edtf or '')[:4]}; a meeting's number alone settles no year"
    )
    reason = Reason(step="dates", by="editions", detail=detail)
    return replace(article.published, why=(*article.published.why, reason))


def rewritten(article: Article, sentences: Sequence[tuple[int, int]]) -> When | None:
    """The update from which a page's times count, where its text tells as past what happened in later years than it came out in.

    Two sentences in the past tense must name such a year, none later than that of the update, which is a year younger than the page
    at least: a year that lies ahead ("elections in 2020") shows nothing. `None` for all other pages.
    """
    published, updated = article.published.start, article.updated
    if published is None or updated is None or updated.start is None or updated.start - published < _YEAR:
        return None
    later = range(published.year + 1, updated.start.year + 1)
    told = [
        match[1]
        for a, b in sentences
        for match in [_IN_YEAR.search(article.text, a, b)]
        if match and int(match[1]) in later and _is_past(article.text[a:b])
    ]
    if len(told) < 2:
        return None
    detail = f"the page came out on {article.published.edtf} and tells of {max(told)} as past: its times count from its update"
    return replace(updated, why=(*updated.why, Reason(step="dates", by="rewritten", detail=detail)))


def _is_past(sentence: str) -> bool:
    """Whether a sentence has a verb in the past tense and none that looks ahead."""
    tags = load_tagger().tag([sentence[a:b] for a, b in words(sentence)[:80]])
    finite = _FINITE.intersection(tags)
    return "MD" not in finite and ("VBD" in finite or (not finite and "VBN" in tags))


def _settled(published: When, month: int, day: int, evidence: Sequence[_Evidence]) -> When | None:
    years = set.intersection(*(set(each.years) for each in evidence))
    fitting = [date for year in years if (date := _date(year, month, day)) is not None]
    if len(fitting) != 1:
        return None
    why = [
        Reason(step="dates", by="offices", detail=detail) for detail in dict.fromkeys(each.detail for each in evidence)
    ]
    last = Reason(step="dates", by="offices", detail=f"only {fitting[0].year} fits all of it")
    whole = edtf.day(fitting[0], basis=published.basis, phrase=published.phrase, why=(*published.why, *why, last))
    return replace(whole, phrase=published.phrase)


def _date(year: int, month: int, day: int) -> dt.date | None:
    return dt.date(year, month, day) if day <= calendar.monthrange(year, month)[1] else None


def _by_offices(
    article: Article, tenures: Sequence[Tenure], actors: Iterable[Actor], reference: Reference, month: int, day: int
) -> Iterator[_Evidence]:
    """For each person whom the page names in full with an office, the years in which the reference data have that person hold it."""
    named = {actor.id: actor for actor in actors}
    for tenure in tenures:
        actor = named.get(tenure.actor_id)
        if actor is None or " " not in actor.name or tenure.country is None:
            continue
        source = tenure.sources[0]
        before = article.text[max(0, source.span.start - 20) : source.span.start]
        if _FORMER.search(before) or _FORMER.search(source.text.partition(tenure.office)[0]):
            continue
        printed = office_words(tenure.office)
        people = [entry for entry in reference.people(actor.name) if entry.country == tenure.country]
        fits = [term for entry in people for term in entry.terms if _is_office(term, printed)]
        most = max(
            (len(office_words(term.office)) for term in fits), default=0
        )  # "Vice President Ruiz" is no president
        terms = [term for term in fits if len(office_words(term.office)) == most]
        if not terms or len({entry.name for entry in people}) > 1:
            continue
        years = {year for term in terms for year in _years(term, month, day)}
        spans = ", ".join(f"{term.start or '?'} to {term.end or 'today'} ({term.source})" for term in terms[:3])
        yield _Evidence(frozenset(years), f"{people[0].name} was {terms[0].office} of {tenure.country} from {spans}")


def _is_office(term: TermOfOffice, printed: frozenset[str]) -> bool:
    """Whether a listed office is the one printed: all its words, and of an effective ruler none."""
    own = office_words(term.office)
    return term.office != "leader" and term.start is not None and bool(own) and own <= printed


def _years(term: TermOfOffice, month: int, day: int) -> Iterator[int]:
    """The years in which a day lies within a term; an open end is open."""
    first = int((term.start or f"{_EARLIEST}")[:4])
    last = int(term.end.strip("[].")[:4]) if term.end and not term.end.startswith("[") else _LATEST
    for year in range(max(first, _EARLIEST), min(last, _LATEST) + 1):
        date = _date(year, month, day)
        if date is None:
            continue
        told = date.isoformat()
        start, end = term.start or "", term.end if last != _LATEST else None
        if start <= told[: len(start)] and (not end or told[: len(end)] <= end):
            yield year


def _by_editions(article: Article, sentences: Sequence[tuple[int, int]], month: int) -> Iterator[_Evidence]:
    """The years that fit "the 7th Xiangshan Forum last October", on a page of that month, for editions whose year is known."""
    text = article.text
    editions = find_editions(text)
    for start, end in sentences if editions else ():
        for begin, finish, node in find(text, start, end):
            if not isinstance(node, Modified) or node.way > 0 or not isinstance(node.node, Calendar):
                continue
            held = node.node.month
            near = [e for e in editions if start <= e.start and e.end <= begin <= e.end + _NEAR]
            if held is None or node.node.year is not None or not near or _OTHER_PART.search(text, near[-1].end, begin):
                continue
            year = near[-1].year
            # "Last October" is over: on a page of April it was the year before, "last March" may be of either year.
            years = {year} if node.way == 0 else {year + 1} if held >= month else {year, year + 1}
            detail = f"the {near[-1].words} of “{text[begin:finish]}” was held in {year}"
            yield _Evidence(frozenset(years), detail)


def _by_weekdays(article: Article, sentences: Sequence[tuple[int, int]]) -> Iterator[_Evidence]:
    """The years in which the days that the page prints with their weekday and no year are such weekdays."""
    for start, end in sentences:
        for begin, finish, node in find(article.text, start, end):
            if not isinstance(node, Calendar) or node.year is not None:
                continue
            if node.weekday is None or node.month is None or node.day is None:
                continue
            month, day = node.month, node.day
            years = {
                year
                for year in range(_EARLIEST, _LATEST + 1)
                if (date := _date(year, month, day)) is not None and date.weekday() == node.weekday
            }
            words = article.text[begin:finish]
            yield _Evidence(frozenset(years), f"“{words}” was a {_DAY_NAMES[node.weekday]} in one year of six or so")
