"""Date phrases of news English to EDTF and half-open UTC intervals, and the time of an act.

`find_times` finds phrases in an article, `resolve` settles one phrase that is given, `when_of` says when an act took place
and which words say so. A vague date is an interval; what cannot be settled stays unknown with its reason; the day of the
run is never looked at. The grammar is in `dating.phrases`, the meanings in `dating.timeline`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from dragoman import edtf
from dragoman.dating.editions import Edition, find_editions, names_series
from dragoman.dating.nodes import Ago, Apart, Bound, Calendar, Fixed, Following, Modified, Range, Same
from dragoman.dating.phrases import find, read
from dragoman.dating.reckonings import FiscalYear, IranianDay, land_beside
from dragoman.dating.tense import act_tense, tense_at
from dragoman.dating.timeline import Anchor, Node, Unsettled, Value
from dragoman.records import Article, Reason, TimePhrase, When
from dragoman.tagger import Tagger
from dragoman.text import index_at, span_at

__all__ = ["find_times", "resolve", "tense_at", "when_of"]

_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_OPEN_DAY = re.compile(r"XXXX-(\d{2})-(\d{2})$")


def _published_value(published: When) -> Value | None:
    """The publication date as printed, in its own zone: 2016-04-18T23:30-05:00 is the 18th."""
    if published.edtf is None:
        return None
    open_day = _OPEN_DAY.match(published.edtf)
    if open_day:
        return Value(None, None, "day", "the page", (int(open_day[1]), int(open_day[2])))
    match = _DATE.match(published.edtf)
    if published.precision in ("minute", "day") and match and match[3]:
        day = dt.date(int(match[1]), int(match[2]), int(match[3]))
        return Value(day, day + dt.timedelta(days=1), "day", "the page")
    if published.start is not None and published.end is not None:
        return Value(published.start.date(), published.end.date(), published.precision, "the page")
    return None


def _to_when(value: Value, phrase: str, *, basis: str = "phrase", by: str = "dates") -> When:
    why = (Reason(step="dates", by=by, detail=value.rule),)
    if value.month_day is not None and value.last_day is not None:
        return edtf.open_days(value.month_day, value.last_day, basis=basis, phrase=phrase, why=why)
    if value.month_day is not None and not value.month_day[1]:
        return edtf.open_month(value.month_day[0], basis=basis, phrase=phrase, why=why)
    if value.month_day is not None:
        return edtf.month_day(*value.month_day, basis=basis, phrase=phrase, why=why)
    start, end = value.start, value.end
    if start is None or end is None:
        if start is not None:
            return edtf.since(start, basis=basis, phrase=phrase, why=why)
        if end is not None:
            return edtf.before(end, basis=basis, phrase=phrase, why=why)
        return edtf.unknown(basis=basis, phrase=phrase, why=why)
    if value.unit == "day":
        return edtf.day(start, basis=basis, phrase=phrase, why=why)
    if value.unit == "month":
        return edtf.month(start.year, start.month, basis=basis, phrase=phrase, why=why)
    if value.unit == "quarter":
        return edtf.quarter(start.year, start.month // 3 + 1, basis=basis, phrase=phrase, why=why)
    if value.unit in ("season", "southern season"):
        southern = value.unit == "southern season"
        names = ("spring", "summer", "autumn", "winter")
        name = names[(start.month // 3 - 1 + 2 * southern) % 4]
        return edtf.season(start.year, name, southern=southern, basis=basis, phrase=phrase, why=why)
    if value.unit == "year":
        return edtf.year(start.year, basis=basis, phrase=phrase, why=why)
    if value.unit == "decade":
        return edtf.decade(start.year, basis=basis, phrase=phrase, why=why)
    if value.unit == "week":
        return edtf.week(start, basis=basis, phrase=phrase, why=why)
    return edtf.interval(start, end, basis=basis, phrase=phrase, why=why)


def _settle(node: Node, anchor: Anchor, phrase: str) -> tuple[When, Value | None]:
    try:
        value = node.value(anchor)
        if value.start is not None and value.end is not None and value.start >= value.end:
            raise Unsettled("no day lies in it")  # "the last 0 weekends"
        return _to_when(value, phrase), value
    except Unsettled as reason:
        why = (Reason(step="dates", by=type(node).__name__.lower(), detail=str(reason)),)
        return edtf.unknown(basis="phrase", phrase=phrase, why=why), None


_LATE_DAYS = 3
_LISTED = re.compile(r"\s?(?:,|,? or|,? and)\s(?:on )?")
_ENDS_IN_WEEKDAY = re.compile(r"[a-z]day$")
_IN_WEEK = re.compile(
    r"[\s,]*(?:(?:on|or|and|either|(?:mon|tues?|wed|wednes|thurs?|thu|fri|sat|satur|sun)(?:day)?|\d{1,2}(?::\d\d)?\s?[ap]m)\b[\s,]*)*",
    re.I,
)
_DATELINE = re.compile(r"(?:[^\W\d_a-z][^a-z\n]{2,40}|[^\n,]{3,30}), (?:[^\n,]{2,30}, )?\(?$")
_AFTER_DATELINE = re.compile(r"\s?(?:\([^)\n]{1,30}\)?|--|[-–—:.])")


def find_times(
    article: Article, sentences: Sequence[tuple[int, int]], tagger: Tagger | None = None
) -> tuple[TimePhrase, ...]:
    """Every phrase of the article that names a time, with what it means on that page; lengths and sets are left out.

    >>> from dragoman import edtf
    >>> import datetime as dt, dataclasses
    >>> from dragoman.records import Article
    >>> text = "The ministers met in Geneva on Tuesday and will meet again in October."
    >>> published = edtf.day(dt.date(2018, 8, 16), basis="page")
    >>> names = {field.name: None for field in dataclasses.fields(Article)}
    >>> page = Article(**{**names, "text": text, "published": published})
    >>> [(text[time.start:time.end], time.when.edtf) for time in find_times(page, [(0, len(text))])]
    [('Tuesday', '2018-08-14'), ('October', '2018-10')]
    """
    text = article.text
    published = _published_value(article.published)
    printed = published.start if published is not None else None
    found: list[TimePhrase] = []
    reference: Value | None = None
    day_told: Value | None = None
    last_end = 0
    editions = find_editions(text) if published is None or published.start is None else ()
    held: list[tuple[Edition, Value]] = []
    for start, end in sentences:
        phrases = list(find(text, start, end))
        for number, (begin, finish, node) in enumerate(phrases):
            if isinstance(node, Apart) and node.sort != "vague":
                continue
            tense = tense_at(text, start, end, begin, tagger)
            beside = _beside(reference, text, last_end, begin)
            land, southern = land_beside(text, (start, end), begin, finish)
            anchor = Anchor(
                published, tense, reference, day_told, beside, printed=printed, land=land, southern=southern
            )
            node, anchor = _by_later(node, anchor, text, finish, phrases[number + 1 : number + 4])
            when, value = _settle(node, anchor, text[begin:finish])
            edition = _edition_beside(text, editions, node, value, (start, end), (begin, finish))
            if edition is not None and value is not None:
                value = _with_year(value, edition)
                when = _to_when(value, text[begin:finish])
                held.append((edition, value))
            if _DATELINE.match(text[text.rfind("\n", 0, begin) + 1 : begin]) and _AFTER_DATELINE.match(
                text[finish : finish + 40]
            ):
                when = replace(when, basis="dateline")  # when it was filed, not when anything in it took place
                published = _filed(when, published)
            found.append(TimePhrase(start=begin, end=finish, when=when))
            if value is not None:
                reference = value
                day_told = value if value.unit == "day" else day_told
                last_end = finish
    return _weekdays_of(text, sentences, found, held) if held else tuple(found)


_NEAR_EDITION = 120
_OTHER_PART = re.compile(r"\b(?:and|but|while|after|before)\b|;")


def _edition_beside(
    text: str,
    editions: Sequence[Edition],
    node: Node,
    value: Value | None,
    sentence: tuple[int, int],
    span: tuple[int, int],
) -> Edition | None:
    """The numbered edition of the same sentence whose date this is: one without any word for its year, in the same part."""
    begin, finish = span
    dated = node.node if isinstance(node, Modified) else node.first if isinstance(node, Range) else node
    if value is None or value.month_day is None or not isinstance(dated, Calendar) or dated.year is not None:
        return None  # "March this year" has a year of its own
    here = [edition for edition in editions if sentence[0] <= edition.start and edition.end <= sentence[1]]
    far, nearest = min(
        ((max(e.start - finish, begin - e.end), e) for e in here), key=lambda pair: pair[0], default=(0, None)
    )
    if nearest is None or far > _NEAR_EDITION:
        return None
    between = text[nearest.end : begin] if nearest.end <= begin else text[finish : nearest.start]
    return None if _OTHER_PART.search(between) else nearest


def _with_year(value: Value, edition: Edition) -> Value:
    """A month, a day or a run of days in the year of an edition."""
    assert value.month_day is not None
    (month, day), last = value.month_day, value.last_day
    rule = f"the year {edition.year} is that of the {edition.words}"
    whole = Calendar(edition.year, month, day or None).value(Anchor())
    if last is None:
        return replace(whole, rule=rule)
    return Value(whole.start, Calendar(edition.year, *last).value(Anchor()).end, "interval", rule)


def _weekdays_of(
    text: str, sentences: Sequence[tuple[int, int]], found: Sequence[TimePhrase], held: Sequence[tuple[Edition, Value]]
) -> tuple[TimePhrase, ...]:
    """Weekdays of sentences that name a meeting whose days are now known, where just one of its days is that weekday."""
    done = []
    for time in found:
        node = read(time.when.phrase or "") if time.when.edtf is None else None
        run = span_at(sentences, time.start)
        if isinstance(node, Calendar) and node.weekday is not None and node.day is None and run is not None:
            for edition, value in held:
                days = _days(value)
                fitting = [day for day in days if day.weekday() == node.weekday]
                if len(fitting) == 1 and len(days) < 8 and names_series(text, *run, edition.series):
                    rule = f"the one among the days of the {edition.words}, which the sentence names"
                    day = Value(fitting[0], fitting[0] + dt.timedelta(days=1), "day", rule)
                    time = replace(time, when=_to_when(day, text[time.start : time.end]))
                    break
        done.append(time)
    return tuple(done)


def _days(value: Value) -> list[dt.date]:
    if value.start is None or value.end is None or (value.end - value.start).days > 31:
        return []
    return [value.start + dt.timedelta(days=step) for step in range((value.end - value.start).days)]


_APPOSED = re.compile(r",? on ")


def _by_later(
    node: Node, anchor: Anchor, text: str, finish: int, rest: Sequence[tuple[int, int, Node]]
) -> tuple[Node, Anchor]:
    """A distance that counts from a date which its sentence tells only behind it: "a day earlier, editors said on Thursday".

    A date set beside it is its own: "three days earlier, on June 12".
    """
    relative = isinstance(node, Following) or (
        isinstance(node, Ago) and node.base is None and not node.from_publication and not node.within
    )
    later = next(((begin, other) for begin, _, other in rest if isinstance(other, Calendar)), None)
    if not relative or later is None:
        return node, anchor
    begin, other = later
    if _APPOSED.fullmatch(text[finish:begin]):
        return other, anchor
    if anchor.reference is None:
        try:
            return node, replace(anchor, reference=other.value(replace(anchor, tense="past")))
        except Unsettled:
            return node, anchor
    return node, anchor


def _filed(when: When, published: Value | None) -> Value | None:
    """What "today" is counted from: the day of the dateline where the page came out up to three days after it."""
    if published is None or published.start is None or when.precision != "day" or when.start is None:
        return published
    day = when.start.date()
    if 0 < (published.start - day).days <= _LATE_DAYS:
        return Value(day, day + dt.timedelta(days=1), "day", "the dateline")
    return published


def resolve(text: str, start: int, end: int, published: When) -> When:
    """What the phrase `text[start:end]` means on a page published then. Unknown, with a reason, where it means no date.

    >>> import datetime as dt
    >>> page = edtf.day(dt.date(2016, 4, 18), basis="page")
    >>> text = "They met last October and two days earlier."
    >>> resolve(text, 9, 21, page).edtf
    '2015-10'
    """
    if not 0 <= start < end <= len(text):
        why = (Reason(step="dates", by="span", detail=f"no phrase at {start} to {end}"),)
        return edtf.unknown(basis="none", why=why)
    from dragoman.tagger import load_tagger
    from dragoman.text import sentences as cut

    phrase = text[start:end]
    low, high = max(0, start - 2000), min(len(text), end + 1000)
    runs = [(low + a, low + b) for a, b in cut(text[low:high])]
    here = next(((a, b) for a, b in runs if a <= start < b), (low, high))
    node = _with_opening(text, here[0], start, end) or read(text, start, end)
    if node is None or (isinstance(node, Calendar) and node.month is None and node.day is not None):
        node = _piece(text, here, start, end) or node
    if isinstance(node, Calendar) and node.year is None:  # "October" of "October of next year"
        whole = next(iter(find(text, start, min(len(text), end + 40))), None)
        if whole is not None and whole[0] == start and isinstance(whole[2], Calendar) and whole[2].month == node.month:
            node = whole[2] if whole[2].day == node.day else node
    if node is None:
        why = (Reason(step="dates", by="grammar", detail="these words are not those of a time"),)
        return edtf.unknown(basis="phrase", phrase=phrase, why=why)
    anchor_value = _published_value(published)
    tagger = load_tagger()
    reference: Value | None = None
    day_told: Value | None = None
    last_end = 0
    for a, b in runs:
        if a > start:
            break
        for begin, finish, earlier in find(text, a, min(b, start)):
            beside = _beside(reference, text, last_end, begin)
            anchor = Anchor(anchor_value, tense_at(text, a, b, begin, tagger), reference, day_told, beside)
            _, value = _settle(earlier, anchor, "")
            reference, last_end = value or reference, finish if value else last_end
            day_told = value if value and value.unit == "day" else day_told
    beside = _beside(reference, text, last_end, start)
    tense = tense_at(text, here[0], here[1], start, tagger)
    if isinstance(node, Bound) and node.kind in ("until", "before"):
        tense = {"": "future", "past": "told"}.get(tense, tense)  # "lasts until Friday", "was put off until Friday"
    if isinstance(node, Same):  # a time of day takes its day from its own sentence, on either side
        for _, _, near in find(text, end, here[1]) if here[1] > end else ():
            _, value = _settle(near, Anchor(anchor_value, tense, reference), "")
            if value is not None and (reference is None or not _told(text, here[0], start)):
                reference = value
            break
    land, southern = land_beside(text, here, start, end)
    day_told = reference if reference and reference.unit == "day" else day_told
    anchor = Anchor(anchor_value, tense, reference, day_told, beside, land=land, southern=southern)
    node, anchor = _by_later(
        node, anchor, text, end, list(find(text, end, min(here[1], end + 300))) if here[1] > end else []
    )
    return _settle(node, anchor, phrase)[0]


_OPENING = re.compile(
    r"\b(?:from|between) $|\b(?:the )?[A-Z][a-z]+ (?:fiscal )?year $|\b(?:fiscal|financial)(?: year)? $"
)


def _with_opening(text: str, begin: int, start: int, end: int) -> Node | None:
    """The meaning with the word before the phrase that makes it a range or another year: "between" Friday and Saturday, "fiscal" 2024."""
    match = _OPENING.search(text, max(begin, start - 40), start)
    whole = read(text, match.start(), end) if match else None
    return whole if isinstance(whole, Range | FiscalYear | IranianDay | Fixed) else None


def _beside(reference: Value | None, text: str, end: int, start: int) -> Value | None:
    """The date told before `end` where what follows makes a list of it and the next: "Tuesday or Thursday", "next week on Friday"."""
    if reference is None:
        return None
    between = text[end:start]
    bare = between == " " and _ENDS_IN_WEEKDAY.search(text, max(0, end - 9), end) is not None
    joined = _IN_WEEK if reference.unit == "week" else _LISTED
    return reference if bare or joined.fullmatch(between) else None


def _piece(text: str, here: tuple[int, int], start: int, end: int) -> Node | None:
    """What a piece of a list or range means: the "18" of "18 and 19 June", the "next" of "this week or next"."""
    for begin, finish, node in find(text, *here):
        if not (begin <= start and end <= finish) or finish - begin <= end - start or not isinstance(node, Range):
            continue
        first, last = node.first, node.last
        number = re.match(r"\d{1,2}", text[start:end])
        if number and isinstance(first, Calendar) and first.month is not None and first.day is not None:
            day = int(number[0])
            month = first.month if day >= first.day else first.month % 12 + 1
            return Calendar(first.year, month, day)
        return first if start == begin else last if end == finish else None
    return None


def _told(text: str, start: int, end: int) -> bool:
    """Whether the sentence names a date before `end`."""
    return any(not isinstance(node, Apart) for _, _, node in find(text, start, end))


def when_of(
    article: Article,
    sentences: Sequence[tuple[int, int]],
    times: Sequence[TimePhrase],
    start: int,
    end: int,
    shares: Mapping[tuple[int, int], float] | None = None,
) -> When:
    """The time of the act whose trigger is `text[start:end]`, with the reason where it is from.

    Its own clause first, then its sentence, then the sentence before where this one plainly goes on with it, then the
    publication day. An act that lies ahead is never dated to the day it was spoken of: without a date of its own it
    comes at some time from publication on. An undated page without a phrase leaves the time unknown.

    `shares` tells of dates in its sentence how likely each is the act's, where a model is asked: the likeliest is taken before all
    that rules say, and one that is not likely is none of its clause or sentence.

    >>> import dataclasses, datetime as dt
    >>> text = "Talks in Oslo collapsed on Tuesday, and Norway will invite the parties again."
    >>> names = {field.name: None for field in dataclasses.fields(Article)}
    >>> page = Article(**{**names, "text": text, "published": edtf.day(dt.date(2018, 8, 16), basis="page")})
    >>> times = find_times(page, [(0, len(text))])
    >>> when_of(page, [(0, len(text))], times, 14, 23).edtf, when_of(page, [(0, len(text))], times, 51, 57).edtf
    ('2018-08-14', '2018-08-16/..')
    """
    text = article.text
    index = index_at(sentences, start)
    ahead = False
    if index is not None:
        here = sentences[index]
        tense = act_tense(text, here, start, end)
        ahead = tense == "future"
        inside = [time for time in times if here[0] <= time.start < here[1] and time.when.basis == "phrase"]
        inside = [time for time in inside if not _clashes(time.when, article.published, tense)]
        told = shares or {}
        likely = [time for time in inside if told.get((time.start, time.end), 0.0) >= _OWN]
        if likely:
            own = max(likely, key=lambda time: told[time.start, time.end])
            words = text[own.start : own.end]
            return _bounded(text, own, article.published, f"“{words}” in its sentence, as the model reads it")
        left = [time for time in inside if (time.start, time.end) not in told]
        chosen = _in_clause(text, left, start, end) or _in_sentence(text, here, left, article.published, ahead=ahead)
        if chosen is not None:
            time, where = chosen
            return _bounded(text, time, article.published, f"“{text[time.start : time.end]}” in {where}")
        if not ahead and not inside:
            chosen = _continued(text, sentences, times, index, article.published)
        if chosen is None and tense == "past" and not _HAS.search(text[max(here[0], start - 24) : end]):
            chosen = _day_of_paragraph(text, here, times, start, article.published)
        if chosen is not None:
            time, where = chosen
            why = Reason(step="dates", by="when_of", detail=f"“{text[time.start : time.end]}” in {where}")
            return replace(time.when, why=(*time.when.why, why))
    return _by_publication(article.published, ahead=ahead)


_OWN = 0.25
"""How likely a date must be the act's to be taken for it: chosen on the corpus' development files."""
_Chosen = tuple[TimePhrase, str]


def _clashes(when: When, published: When, tense: str) -> bool:
    """Whether a date cannot be the act's: over, for one that lies ahead; still to come, for one that is past."""
    if published.start is None or published.end is None or when.start is None or when.end is None:
        return False
    if tense == "future":
        return when.end <= published.start
    if tense != "past":
        return False
    value = _published_value(published)
    today = value.start if value is not None and value.start is not None else published.start.date()
    return when.start.date() > today or (when.start.date() == today and (when.end - when.start).days > 1)


def _in_clause(text: str, inside: Sequence[TimePhrase], start: int, end: int) -> _Chosen | None:
    clause = [time for time in inside if _same_clause(text, time, start, end)]
    if not clause:
        return None

    def far(time: TimePhrase) -> tuple[int, int]:
        # The date behind the verb is its own before one across a comma, and any before "until noon" or "since May".
        between = text[end : time.start] if time.start >= end else text[time.end : start]
        own = time.start >= end and len(between) < 12  # "must be gone by Friday"
        beside = 0 if own or not _DEADLINE.search(text[max(0, time.start - 12) : time.start]) else 100
        owner = 50 * bool(_OWNER.match(text, time.end - 2, time.end) or _OWNER.match(text, time.end))  # "Friday's vote"
        return len(between) + 15 * between.count(",") + beside + owner, time.start

    return min(clause, key=far), "the clause of the act"


def _in_sentence(
    text: str, here: tuple[int, int], inside: Sequence[TimePhrase], published: When, *, ahead: bool
) -> _Chosen | None:
    """The only date of the sentence, or the one that opens it; never a day that is over for an act that lies ahead."""
    opening = [time for time in inside if len(text[here[0] : time.start].split()) <= 1]
    chosen = inside[0] if len(inside) == 1 else opening[0] if opening else None
    if chosen is None:
        return None
    over = published.end is not None and chosen.when.end is not None and chosen.when.end <= published.end
    return None if ahead and over else (chosen, "its sentence")


_GOES_ON = re.compile(
    r"(?:[“\"]?(?:He|She|They|It|Both|There)|The (?:two|talks|meeting|ceremony|agreement|leaders|ministers|sides|officials|delegations)"
    r"|(?:During|At|After) the (?:talks|meeting|ceremony|summit))\b"
)


def _continued(
    text: str, sentences: Sequence[tuple[int, int]], times: Sequence[TimePhrase], index: int, published: When
) -> _Chosen | None:
    """The one day that the sentence before names, where this sentence goes on with it in the same paragraph."""
    if index == 0:
        return None
    (first, last), (start, _) = sentences[index - 1], sentences[index]
    if "\n" in text[last:start] or not _GOES_ON.match(text[start : start + 40]):
        return None
    before = [time for time in times if first <= time.start < last and time.when.basis == "phrase"]
    days = [time for time in before if time.when.precision == "day"]
    if len(before) != 1 or len(days) != 1:
        return None
    late = published.end is not None and days[0].when.start is not None and days[0].when.start >= published.end
    return None if late else (days[0], "the sentence before, which this one goes on with")


_HAS = re.compile(r"\b(?:has|have|had|['’]s|['’]ve|['’]d)\b", re.IGNORECASE)
_NEWS_DAYS = 3


def _day_of_paragraph(
    text: str, sentence: tuple[int, int], times: Sequence[TimePhrase], start: int, published: When
) -> _Chosen | None:
    """The latest day that the sentence, or else the paragraph, has told so far, where it is of the last days.

    What follows the news of a day is of that day.

    What "has" happened is of no day; what was told of an older day is background, and gives its day to nothing else.
    """
    value = _published_value(published)
    if value is None or value.start is None:
        return None
    own, paragraph = sentence[0], text.rfind("\n", 0, start) + 1
    days = [
        time
        for time in times
        if paragraph <= time.start < start
        and not _OPEN_ENDED.search(text, max(0, time.start - 10), time.start)
        and time.when.basis == "phrase"
        and time.when.precision == "day"
        and time.when.start is not None
        and 0 <= (value.start - time.when.start.date()).days <= _NEWS_DAYS
    ]
    if not days:
        return None
    near = [time for time in days if time.start >= own] or days
    return max(near, key=lambda time: (time.when.start, time.start)), "the paragraph, whose latest news is of that day"


_DEADLINE = re.compile(r"\b(by|until|till|before|since)(?: the)? $", re.IGNORECASE)
_OWNER = re.compile(r"['’]s\b")
_OPEN_ENDED = re.compile(r"\b(?:until|till|before|since) $", re.IGNORECASE)
_PART_OF_DAY = re.compile(
    r"(?:dawn|daybreak|sunrise|daylight|midnight|noon|midday|dusk|sunset|nightfall)\b", re.IGNORECASE
)
_TO = re.compile(r"\bto (?!the\b|an?\b|its\b|his\b|her\b|their\b)[a-z]+")


def _bounded(text: str, time: TimePhrase, published: When, detail: str) -> When:
    """What the preposition makes of the date: "by Friday" is a run of days up to it, "since May" one from it on."""
    when = time.when
    match = _DEADLINE.search(text[max(0, time.start - 12) : time.start])
    reason = Reason(step="dates", by="when_of", detail=detail)
    word = match[1].lower() if match else ""
    if word == "before" and _PART_OF_DAY.match(text, time.start):
        word = ""  # "before dawn on Thursday": that day
    if word == "since" and when.start is not None and published.end is not None and when.start < published.end:
        why = (*when.why, reason, Reason(step="dates", by="when_of", detail="“since”: from then to publication"))
        return edtf.interval(when.start.date(), _last_day(published), basis="phrase", phrase=when.phrase, why=why)
    if word == "since" and when.start is not None:
        return edtf.since(when.start.date(), basis="phrase", phrase=when.phrase, why=(*when.why, reason))
    if word and word != "since" and when.start is not None and when.end is not None:
        last = when.start if word == "before" else when.end
        begin = published.start
        why = (*when.why, reason, Reason(step="dates", by="when_of", detail=f"“{word}”: not later than that"))
        if begin is not None and begin.date() < last.date():
            return edtf.interval(begin.date(), last.date(), basis="phrase", phrase=when.phrase, why=why)
        return edtf.before(last.date(), basis="phrase", phrase=when.phrase, why=why)
    return replace(when, why=(*when.why, reason))


def _last_day(published: When) -> dt.date:
    """The day after the publication date, as printed."""
    value = _published_value(published)
    assert published.end is not None
    return value.end if value is not None and value.end is not None else published.end.date()


def _by_publication(published: When, *, ahead: bool) -> When:
    if published.edtf is None:
        detail = "no date tells when, and the page is undated"
        return edtf.unknown(basis="none", why=(Reason(step="dates", by="when_of", detail=detail),))
    if ahead and published.start is not None:
        value = _published_value(published)
        first = value.start if value is not None and value.start is not None else published.start.date()
        detail = "the act lies ahead and no date tells when: at some time from publication on"
        return edtf.since(first, basis="publication", why=(Reason(step="dates", by="when_of", detail=detail),))
    rewritten = any(reason.by == "rewritten" for reason in published.why)
    detail = f"no date tells when: the day of the page's {'update' if rewritten else 'publication'}"
    value = _published_value(published)
    if published.precision == "minute" and value is not None and value.start is not None:
        why = (Reason(step="dates", by="when_of", detail=detail),)
        return edtf.day(value.start, basis="publication", why=why)
    return replace(
        published, basis="publication", phrase=None, why=(Reason(step="dates", by="when_of", detail=detail),)
    )


_SAME_SUBJECT = re.compile(r",? and (?:also |then |later |again )?(?:had |has |have )?")
_CLAUSE_BREAK = re.compile(
    r"[;:]|,? (?:and|but|while|after|before|when|which|who|that|where|because|although|as)\b"
    r"|\b(?:said|says|told|announced|reported|added)\b",
    re.IGNORECASE,
)


_ASIDE = re.compile(r", (?:who|whom|which|whose|where|when)\b[^,;.]*$")


def _same_clause(text: str, time: TimePhrase, start: int, end: int) -> bool:
    between = text[time.end : start] if time.end <= start else text[end : time.start]
    if time.end <= start and between.startswith(",") and _ASIDE.search(text, max(0, time.start - 300), time.start):
        return False  # "Daniloff, who was seized on August 30, was freed": the date is that of the aside
    if time.end <= start and _SAME_SUBJECT.fullmatch(between):
        return True  # "seized the embassy on November 4 and demanded": two verbs of one subject share the date
    if len(between) >= 400 or _CLAUSE_BREAK.search(between):
        return False
    # "agreed on Monday to meet on Friday": the infinitive has its own date.
    return not (between.rstrip().endswith(" to") if time.end <= start else _TO.search(between))
