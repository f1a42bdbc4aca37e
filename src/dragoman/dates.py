"""Date phrases of news English to EDTF and half-open UTC intervals, and the time of an act.

`find_times` finds phrases in an article, `resolve` settles one phrase that is given, `when_of` says when an act took place
and which words say so. A vague date is an interval; what cannot be settled stays unknown with its reason; the day of the
run is never looked at. The grammar is in `timephrases`, the meanings in `timeline`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

from dragoman import edtf
from dragoman.records import Article, Reason, TimePhrase, When
from dragoman.tagger import Tagger, words
from dragoman.timeeditions import Edition, find_editions, names_series
from dragoman.timeline import Anchor, Node, Unsettled, Value
from dragoman.timenodes import Apart, Bound, Calendar, Modified, Range, Same
from dragoman.timephrases import find, read

__all__ = ["find_times", "resolve", "tense_at", "when_of"]

_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")
_OPEN_DAY = re.compile(r"XXXX-(\d{2})-(\d{2})$")
_AHEAD = frozenset("will would shall 'll ’ll wo can must may might could should".split())
_PLANS = frozenset(
    "scheduled due set expected planned plans plan planning slated hopes hope aims aim agreed agree agrees intends intend prepares"
    " preparing prepare poised likely upcoming next ahead tomorrow deadline expects expect intended seeks seek".split()
)
_PROMISES = frozenset(
    "promise promised promises pledge pledged pledges vow vowed vows threaten threatened threatens".split()
)
_DONE = frozenset(
    "began begun started managed failed helped continued tried had forced able refused came used seemed appeared".split()
)
_OF_TIME = frozenset("the end start middle of early late mid - next last this".split())
# What is said in the present of what lies ahead: polls close, a law takes effect, an envoy leaves.
_BY_PLAN = frozenset(
    "open opens close closes begin begins start starts resume resumes reopen reopens expire expires lapse lapses convene convenes"
    " reconvene reconvenes depart departs leave leaves arrive arrives travel travels fly flies".split()
)
_FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
_DETERMINERS = frozenset("the a an this that these those his her its their our my no any".split())
_BEHIND = frozenset(
    "said told announced was were had did has have been made met held took came went signed reported called".split()
)


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
    if value.unit == "season":
        name = {3: "spring", 6: "summer", 9: "autumn", 12: "winter"}[start.month]
        return edtf.season(start.year, name, basis=basis, phrase=phrase, why=why)
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


def tense_at(text: str, start: int, end: int, at: int, tagger: Tagger | None = None) -> str:
    """The tense of the clause around `at` in the sentence `text[start:end]`: past, future, or "" where nothing tells.

    >>> text = "He said on Monday that he will visit Cairo on Friday."
    >>> tense_at(text, 0, len(text), 11), tense_at(text, 0, len(text), 46)
    ('past', 'future')
    """
    spans = words(text, start, end)[:400]
    low = [text[a:b].lower() for a, b in spans]
    place = next((index for index, (a, b) in enumerate(spans) if b > at), len(spans))
    tags = tagger.tag([text[a:b] for a, b in spans]) if tagger is not None else [""] * len(spans)
    before = low[max(0, place - 3) : place]
    if before[-2:] == ["ahead", "of"]:
        return "future"
    if before[-1:] and before[-1] in ("since", "after", "following"):
        return "past"
    due = _is_due(low, place)
    # Backwards to the nearest verb; a verb that plans makes what hangs on it lie ahead.
    for index in range(place - 1, max(-1, place - 26), -1):
        purpose = due and low[index] == "to" and tags[index + 1] == "VB" and low[index - 1] not in _DONE
        if (due and low[index] in _PROMISES) or purpose:
            return "future"  # "threatened to impose duties by July"
        found = _verb_tense(low, tags, index)
        if found:
            return found
    for index in range(place, min(len(low), place + 26)):
        found = _verb_tense(low, tags, index, forward=True)
        if found:
            return found
    return "future" if before[-1:] and before[-1] in ("by", "until", "till") else ""


def _is_due(low: Sequence[str], place: int) -> bool:
    """Whether "by", or "by the end of", stands right before the word at `place`."""
    at = place - 1
    while at > 0 and place - at < 5 and low[at] in _OF_TIME:
        at -= 1
    return at > 0 and low[at] == "by"


def _verb_tense(low: Sequence[str], tags: Sequence[str], index: int, *, forward: bool = False) -> str:
    word, tag = low[index], tags[index]
    back = low[max(0, index - 4) : index]
    if word in _AHEAD or (word == "to" and index + 1 < len(low) and (tags[index + 1] == "VB" if tags[0] else False)):
        return _infinitive(low, tags, index) if word == "to" else _modal(low, tags, index)
    if tag == "VB" and any(modal in _AHEAD for modal in back):
        return "future"
    if word in ("scheduled", "due", "slated", "expected", "planned") and not forward:
        return "future" if not any(w in ("had", "originally") for w in back) else "past"
    if tag in ("VBN", "VB") and not forward:
        modal = next(
            (w for w in reversed(back) if w in _AHEAD or w in ("have", "has", "had", "was", "were", "been", "to", ",")),
            "",
        )
        if modal in _AHEAD:
            return "future"
        if modal == "to":
            return _infinitive(low, tags, len(low[:index]) - 1 - back[::-1].index("to"))
    if tag == "VBD" or (tag == "VBN" and any(w in ("has", "have", "had", "was", "were", "been") for w in back)):
        return "past"
    present = low[max(0, index - 2) : index]
    if tag == "VBN" and ("is" in present or "are" in present):
        return ""  # "if they are found there from Monday"
    if tag == "VBN" and not forward and index and tags[index - 1] not in ("DT", "JJ", "PRP$"):
        return "past"
    if not tag and (word in _BEHIND or (len(word) > 4 and word.endswith("ed"))):
        return "past"
    if tag == "VB" and not index:  # "Book a room for Tuesday"
        return "future"
    if tag in ("VBZ", "VBP") and word in _BY_PLAN and not forward:
        return "future"  # "polls close on Tuesday"
    own = [w for w in range(max(0, index - 2), index) if low[w] in ("is", "are", "am", "'re", "'s", "'m")]
    if tag == "VBG" and any(tags[w] != "POS" and not low[w - 1].endswith("day") for w in own):  # not "Monday's ruling"
        return "future"
    return ""


def _modal(low: Sequence[str], tags: Sequence[str], index: int) -> str:
    if "have" in low[index + 1 : index + 3] and low[index] != "will":
        return "past"
    return "future"


def _infinitive(low: Sequence[str], tags: Sequence[str], index: int) -> str:
    """ "agreed to meet on Friday", "is to visit", "plans to": ahead; other infinitives say nothing."""
    back = low[max(0, index - 3) : index]
    if any(word in _PLANS for word in back) or (back and back[-1] in ("is", "are", "was", "were")):
        return "future"
    headline = index and tags[index - 1].startswith("NN") and _FINITE.isdisjoint(tags) and low[0] not in _DETERMINERS
    return "future" if headline else ""  # "PM to visit Tokyo on Friday"


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
    found: list[TimePhrase] = []
    reference: Value | None = None
    day_told: Value | None = None
    last_end = 0
    editions = find_editions(text) if published is None or published.start is None else ()
    held: list[tuple[Edition, Value]] = []
    for start, end in sentences:
        for begin, finish, node in find(text, start, end):
            if isinstance(node, Apart) and node.sort != "vague":
                continue
            tense = tense_at(text, start, end, begin, tagger)
            beside = _beside(reference, text, last_end, begin)
            when, value = _settle(node, Anchor(published, tense, reference, day_told, beside), text[begin:finish])
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
        run = next(((a, b) for a, b in sentences if a <= time.start < b), None)
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
    node = read(text, start, end)
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
    last_end = 0
    for a, b in runs:
        if a > start:
            break
        for begin, finish, earlier in find(text, a, min(b, start)):
            beside = _beside(reference, text, last_end, begin)
            anchor = Anchor(anchor_value, tense_at(text, a, b, begin, tagger), reference, None, beside)
            _, value = _settle(earlier, anchor, "")
            reference, last_end = value or reference, finish if value else last_end
    beside = _beside(reference, text, last_end, start)
    tense = tense_at(text, here[0], here[1], start, tagger)
    if not tense and isinstance(node, Bound) and node.kind in ("until", "before"):
        tense = "future"  # "lasts until Friday"
    if isinstance(node, Same):  # a time of day takes its day from its own sentence, on either side
        for _, _, near in find(text, end, here[1]) if here[1] > end else ():
            _, value = _settle(near, Anchor(anchor_value, tense, reference), "")
            if value is not None and (reference is None or not _told(text, here[0], start)):
                reference = value
            break
    return _settle(node, Anchor(anchor_value, tense, reference, None, beside), phrase)[0]


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
    article: Article, sentences: Sequence[tuple[int, int]], times: Sequence[TimePhrase], start: int, end: int
) -> When:
    """The time of the act whose trigger is `text[start:end]`, with the reason where it is from.

    Its own clause first, then its sentence, then the sentence before where this one plainly goes on with it, then the
    publication day. An act that lies ahead is never dated to the day it was spoken of: without a date of its own it
    comes at some time from publication on. An undated page without a phrase leaves the time unknown.

    >>> import dataclasses, datetime as dt
    >>> text = "Talks in Oslo collapsed on Tuesday, and Norway will invite the parties again."
    >>> names = {field.name: None for field in dataclasses.fields(Article)}
    >>> page = Article(**{**names, "text": text, "published": edtf.day(dt.date(2018, 8, 16), basis="page")})
    >>> times = find_times(page, [(0, len(text))])
    >>> when_of(page, [(0, len(text))], times, 14, 23).edtf, when_of(page, [(0, len(text))], times, 51, 57).edtf
    ('2018-08-14', '2018-08-16/..')
    """
    text = article.text
    index = next((number for number, (a, b) in enumerate(sentences) if a <= start < b), None)
    ahead = False
    if index is not None:
        here = sentences[index]
        tense = _act_tense(text, here, start, end)
        ahead = tense == "future"
        inside = [time for time in times if here[0] <= time.start < here[1] and time.when.basis == "phrase"]
        inside = [time for time in inside if not _clashes(time.when, article.published, tense)]
        chosen = _in_clause(text, inside, start, end) or _in_sentence(
            text, here, inside, article.published, ahead=ahead
        )
        if chosen is None and not ahead and not inside:
            chosen = _continued(text, sentences, times, index, article.published)
        if chosen is not None:
            time, where = chosen
            return _bounded(text, time, article.published, f"“{text[time.start : time.end]}” in {where}")
    return _by_publication(article.published, ahead=ahead)


_Chosen = tuple[TimePhrase, str]


def _act_tense(text: str, here: tuple[int, int], start: int, end: int) -> str:
    """The tense of the act itself: its first verb and the few words before it; "" where they do not tell."""
    from dragoman.tagger import load_tagger

    spans = words(text, *here)[:400]
    low = [text[a:b].lower() for a, b in spans]
    tags = load_tagger().tag([text[a:b] for a, b in spans])
    inside = [number for number, (a, b) in enumerate(spans) if start < b and a < end]
    for number in inside:
        if tags[number].startswith("VB") or tags[number] == "MD":
            break
    else:
        return ""
    if (
        low[number] in ("is", "are")
        and low[number + 1 : number + 2] == ["to"]
        and tags[number + 2 : number + 3] == ["VB"]
    ):
        return "future"  # "is to give back"
    if tags[number] in ("VBZ", "VBP") and low[number] not in _AHEAD:
        return ""
    for back in range(number, max(-1, number - 6), -1):
        if back < number and low[back] in (",", ";", "and", "but", "that", "which", "who"):
            break
        if low[back] == "can" or (low[back] == "could" and low[back + 1 : back + 2] == ["not"]):
            return ""  # being able tells no time; "could not give up" is said of now
        found = _verb_tense(low, tags, back)
        if found:
            return found
    return ""


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
        return len(between) + 15 * between.count(",") + beside, time.start

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


_DEADLINE = re.compile(r"\b(by|until|till|before|since)(?: the)? $", re.IGNORECASE)
_TO = re.compile(r"\bto (?!the\b|an?\b|its\b|his\b|her\b|their\b)[a-z]+")


def _bounded(text: str, time: TimePhrase, published: When, detail: str) -> When:
    """What the preposition makes of the date: "by Friday" is a run of days up to it, "since May" one from it on."""
    when = time.when
    match = _DEADLINE.search(text[max(0, time.start - 12) : time.start])
    reason = Reason(step="dates", by="when_of", detail=detail)
    word = match[1].lower() if match else ""
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


def _same_clause(text: str, time: TimePhrase, start: int, end: int) -> bool:
    between = text[time.end : start] if time.end <= start else text[end : time.start]
    if time.end <= start and _SAME_SUBJECT.fullmatch(between):
        return True  # "seized the embassy on November 4 and demanded": two verbs of one subject share the date
    if len(between) >= 400 or _CLAUSE_BREAK.search(between):
        return False
    # "agreed on Monday to meet on Friday": the infinitive has its own date.
    return not (between.rstrip().endswith(" to") if time.end <= start else _TO.search(between))
