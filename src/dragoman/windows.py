"""The second pass: stories and canonical events by windows of time; over the whole, what followed each pledge and who held which office.

Articles are read a window at a time, with the days on either side that a story may reach into; memory holds one window, not the
dataset. A window is computed from its own articles alone, so that windows can be shared out among processes or machines, and what
they find is joined afterwards by ids: a story belongs to the window of its first article, an earlier window's claim goes first, and
every article is in exactly one story. A dataset that fits one window gives what `cluster.find_stories` gives over all of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dragoman import cluster
from dragoman.diplomacy.followups import Ledger
from dragoman.persons import compute
from dragoman.records import Article, Event, Pledge, Reason, Story, make_id
from dragoman.shingles import Hashes, runs_of
from dragoman.store import Dataset, Writer
from dragoman.tables import from_table, stored

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "MOST_AT_ONCE",
    "Calendar",
    "Found",
    "Placed",
    "Stream",
    "Window",
    "derive",
    "find_windows",
    "join_stories",
    "stories_of",
]

MOST_AT_ONCE = 20_000
"""Articles of one window, about; a single day is never split."""
_REACH_DAYS = 4
_UNDATED = -(2**31)
# Lists of an event that nothing here looks at, and of a statement.
_NOT_COMPARED = ("contexts", "reported_by", "why")
_NOT_WEIGHED = ("addressees", "issues", "reported_by", "sources", "why")


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days from `start` to before `end`, counted from 1970-01-01; both `None` for articles without a known day, or for all articles.

    `chunk` is (which, of how many) where undated articles are too many for one window.
    """

    start: int | None = None
    end: int | None = None
    everything: bool = False
    chunk: tuple[int, int] = (0, 1)


def find_windows(days: Sequence[int], undated: int, *, most: int = MOST_AT_ONCE) -> list[Window]:
    """The windows of a dataset whose articles have these days of publication, in any order.

    >>> find_windows([1, 2], 1)
    [Window(start=None, end=None, everything=True, chunk=(0, 1))]
    >>> [(w.start, w.end) for w in find_windows([1, 1, 2, 2, 9], 1, most=3)]
    [(1, 2), (2, 10), (None, None)]
    """
    if len(days) + undated <= most:
        return [Window(everything=True)]
    counts: dict[int, int] = {}
    for day in days:
        counts[day] = counts.get(day, 0) + 1
    found: list[Window] = []
    start, held = None, 0
    ordered = sorted(counts)
    for at, day in enumerate(ordered):
        start = day if start is None else start
        held += counts[day]
        if at + 1 == len(ordered) or held + counts[ordered[at + 1]] > most:
            found.append(Window(start=start, end=day + 1))
            start, held = None, 0
    pieces = -(-undated // most)
    return found + [Window(chunk=(number, pieces)) for number in range(pieces)]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The day of publication of every article, by part: four bytes an article, so that a window reads only the parts it needs."""

    days: dict[str, np.ndarray[Any, Any]]

    @classmethod
    def of(cls, dataset: Dataset) -> Calendar:
        """Read the days of a dataset's articles and nothing else of them."""
        return cls({part: _days(dataset, part) for part in dataset.parts()})

    def windows(self, most: int = MOST_AT_ONCE) -> list[Window]:
        """The windows of the dataset."""
        import numpy as np

        every = np.concatenate(list(self.days.values())) if self.days else np.zeros(0, dtype=np.int32)
        dated = every[every != _UNDATED]
        return find_windows(dated.tolist(), len(every) - len(dated), most=most)


def _days(dataset: Dataset, part: str) -> np.ndarray[Any, Any]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    published = pq.read_table(dataset.root / "parts" / part / "articles.parquet", columns=["published"])["published"]
    days = pc.struct_field(published.combine_chunks(), "start").cast(pa.timestamp("us")).cast(pa.date32(), safe=False)
    return np.asarray(days.cast(pa.int32()).fill_null(_UNDATED).to_numpy(zero_copy_only=False), dtype=np.int32)


def _chosen(window: Window, days: np.ndarray[Any, Any]) -> Any:
    """Which articles of a part a window looks at, those of the days it reaches into with them."""
    if window.everything:
        return days == days
    if window.start is None or window.end is None:
        return days == _UNDATED
    return (days >= window.start - _REACH_DAYS) & (days < window.end + _REACH_DAYS)


def _read(dataset: Dataset, part: str, window: Window, days: np.ndarray[Any, Any]) -> tuple[list[Article], list[Event]]:
    """The articles and events of one part that a window looks at."""
    import pyarrow as pa
    import pyarrow.compute as pc

    folder = dataset.root / "parts" / part
    # What clustering does not look at: the runs that map an article to its page take more room than its text.
    table = stored(folder / "articles.parquet", Article, ("raw_runs",)).filter(pa.array(_chosen(window, days)))
    articles = from_table(Article, table, ("raw_runs",))
    which, of = window.chunk
    if of > 1:
        articles = [article for article in articles if int(article.id[3:11], 16) % of == which]
    if not articles:
        return [], []
    told = stored(folder / "events.parquet", Event, _NOT_COMPARED)
    if len(articles) < len(days):
        told = told.filter(pc.is_in(told["article_id"], pa.array([article.id for article in articles])))
    return articles, from_table(Event, told, _NOT_COMPARED)


@dataclass(frozen=True, slots=True)
class Found:
    """A story as one window sees it: which of its articles are the window's own, and the article of each of its events."""

    story: Story
    own: tuple[bool, ...]
    holders: tuple[tuple[str, ...], ...]


def stories_of(dataset: Dataset, window: Window, calendar: Calendar) -> list[Found]:
    """The stories of one window's articles and of those of the days it reaches into; a story of neighbours alone is left out."""
    articles: list[Article] = []
    events: list[Event] = []
    for part, days in calendar.days.items():
        if _chosen(window, days).any():
            read = _read(dataset, part, window, days)
            articles += read[0]
            events += read[1]
    return _found(articles, events, {article.id for article in articles if _owns(window, article)})


def _found(articles: Sequence[Article], events: Iterable[Event], own: Set[str]) -> list[Found]:
    """The stories of these articles that have any of the window's own."""
    ordered = sorted(events, key=lambda event: event.id)
    holder = {event.id: event.article_id for event in ordered}
    found = []
    for story in cluster.find_stories(articles, ordered):
        marks = tuple(each in own for each in story.article_ids)
        if any(marks):
            holders = tuple(tuple(holder[each] for each in group) for group in story.canonical_events)
            found.append(Found(story, marks, holders))
    return found


def _owns(window: Window, article: Article) -> bool:
    if window.start is None or window.end is None or article.published.start is None:
        return True  # a window without days has no neighbours
    day = int(article.published.start.timestamp() // 86_400)
    return window.start <= day < window.end


def _without(found: Found, keep: Sequence[bool]) -> Story:
    """A story with some of its articles only; the first of them is its original."""
    story = found.story
    if all(keep):
        return story
    kept = [number for number, flag in enumerate(keep) if flag]
    ids = tuple(story.article_ids[number] for number in kept)
    groups = (
        tuple(event for event, article in zip(group, holders, strict=True) if article in ids)
        for group, holders in zip(story.canonical_events, found.holders, strict=True)
    )
    cut = Reason(step="cluster", by="window", detail="its other articles belong to a story of another window of time")
    return replace(
        story,
        id=make_id("sy", sorted(ids)),
        article_ids=ids,
        relations=("original", *(story.relations[number] for number in kept[1:])),
        canonical_events=tuple(group for group in groups if group),
        why=(*(story.why[number - 1] for number in kept[1:]), cut),
    )


def join_stories(windows: Iterable[Sequence[Found]]) -> Iterator[Story]:
    """The stories of all windows, in the order of time, as one set: every article in exactly one story.

    A story whose first article is the window's own is kept with the days it reaches into; one that began before gives up what
    an earlier window has already. Only ids are held in memory.
    """
    claimed: set[str] = set()
    for window in windows:
        yield from _claimed(window, claimed)


def _claimed(window: Sequence[Found], claimed: set[str]) -> Iterator[Story]:
    """The stories of one window, less what earlier ones have; adds to `claimed`."""
    for found in sorted(window, key=lambda each: each.story.id):
        ids, began_here = found.story.article_ids, found.own[0]
        keep = [one not in claimed and (began_here or mine) for one, mine in zip(ids, found.own, strict=True)]
        if any(keep):
            claimed.update(one for one, flag in zip(ids, keep, strict=True) if flag)
            yield _without(found, keep)


def derive(writer: Writer, *, most: int = MOST_AT_ONCE) -> None:
    """Compute what needs the whole dataset and store it: stories, pledges with what followed, tenures, and who is one with whom."""
    writer.commit()
    dataset = Dataset(writer.root)
    calendar = Calendar.of(dataset)
    windows = (stories_of(dataset, window, calendar) for window in calendar.windows(most))
    roll, identities = compute(dataset)
    writer.derive(
        {
            "stories": join_stories(windows),
            "pledges": _followed(dataset),
            "tenures": roll.tenures(),
            "identities": identities,
        }
    )


def _followed(dataset: Dataset) -> Iterator[Pledge]:
    """Every pledge with what followed it; of a part only what is needed at the time is held, of the whole a few words a pledge."""
    import pyarrow.parquet as pq

    published: dict[str, datetime | None] = {}
    for part in dataset.parts():
        table = pq.read_table(dataset.root / "parts" / part / "articles.parquet", columns=["id", "published"])
        starts = (when["start"] if when else None for when in table["published"].to_pylist())
        published.update(zip(table["id"].to_pylist(), starts, strict=True))
    ledger = Ledger((pledge for part in dataset.parts() for pledge in dataset.part(part, "pledges")), published)
    for part in dataset.parts() if ledger else ():
        for event in dataset.part(part, "events", without=_NOT_COMPARED):
            ledger.weigh_event(event)
        for statement in dataset.part(part, "statements", without=_NOT_WEIGHED):
            ledger.weigh_statement(statement)
    for part in dataset.parts():
        for pledge in dataset.part(part, "pledges"):
            yield ledger.followed(pledge)


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an article stands on its arrival: beside which earlier one, and which part of its five-word runs they share."""

    article_id: str
    beside: str | None
    part: float


class Stream:
    """Stories of articles that arrive one by one, in bounded memory.

    An article is placed beside the nearest that is held when it arrives. A window of `window_days` is settled once articles from
    `late_days` after the days that it reaches into have come: its stories are then final, and do not depend on the order of arrival, as
    long as nothing arrives later than that. What does is counted in `late` and joins the first window that is still open. Only the
    articles of open windows are held. Those without a day are held until `close`.

    >>> stream = Stream()
    >>> list(stream.settled()), list(stream.close())
    ([], [])
    """

    def __init__(self, *, window_days: int = 14, late_days: int = 1) -> None:
        self._window_days = window_days
        self._late_days = late_days
        self._days: dict[int | None, list[tuple[Article, tuple[Event, ...]]]] = {}
        self._claimed: set[str] = set()
        self._next: int | None = None  # the first window that is not settled
        self._newest = _UNDATED
        self._index: dict[int, tuple[str, int]] = {}
        self._ready: list[Story] = []
        self._hashes = Hashes()
        self.late = 0

    @property
    def held(self) -> int:
        """How many articles are held."""
        return sum(map(len, self._days.values()))

    def add(self, article: Article, events: Iterable[Event] = ()) -> Placed:
        """Take an article and its events, and say where it stands for now."""
        start = article.published.start
        day = int(start.timestamp() // 86_400) if start is not None else None
        placed = self._place(article, day)
        if day is not None:
            if self._next is not None and day < self._next * self._window_days:
                self.late += 1
                day = self._next * self._window_days
            self._newest = max(self._newest, day)
        self._days.setdefault(day, []).append((article, tuple(events)))
        self._settle(self._newest - self._late_days - _REACH_DAYS)
        return placed

    def _place(self, article: Article, day: int | None) -> Placed:
        (runs,) = runs_of([article.text], self._hashes)
        kept = runs[runs % 8 == 0].tolist() or runs.tolist()
        seen: dict[str, int] = {}
        for value in kept:
            if value in self._index:
                other = self._index[value][0]
                seen[other] = seen.get(other, 0) + 1
            else:
                self._index[value] = (article.id, self._newest if day is None else day)
        best = min(seen, key=lambda other: (-seen[other], other), default=None)
        part = seen[best] / len(kept) if best is not None else 0.0
        return Placed(article_id=article.id, beside=best if part >= 0.16 else None, part=round(part, 3))

    def _settle(self, until: int) -> None:
        """Settle every window that ends before the day `until`."""
        while True:
            first = min((day for day in self._days if day is not None), default=None)
            if self._next is None and first is not None and until > _UNDATED:
                oldest = first // self._window_days
                if (oldest + 1) * self._window_days > until:
                    return  # an older one may come yet
                self._next = oldest
            if first is None or self._next is None or (self._next + 1) * self._window_days > until:
                return
            self._window(self._next)
            self._next += 1

    def _window(self, number: int) -> None:
        start, end = number * self._window_days, (number + 1) * self._window_days
        chosen = [
            (day, pair)
            for day in sorted(day for day in self._days if day is not None and day < end + _REACH_DAYS)
            for pair in self._days[day]
        ]
        own = {article.id for day, (article, _) in chosen if start <= day < end}
        if own:
            found = _found([a for _, (a, _) in chosen], (event for _, (_, events) in chosen for event in events), own)
            self._ready.extend(_claimed(found, self._claimed))
        for day in [day for day in self._days if day is not None and day < end - _REACH_DAYS]:
            self._claimed.difference_update(article.id for article, _ in self._days.pop(day))
        self._index = {value: held for value, held in self._index.items() if held[1] >= end - _REACH_DAYS}

    def settled(self) -> Iterator[Story]:
        """The stories that became final since this was last asked."""
        ready, self._ready = self._ready, []
        yield from ready

    def close(self) -> Iterator[Story]:
        """Settle all that is held, and give the stories that became final."""
        newest = max((day for day in self._days if day is not None), default=None)
        if newest is not None:
            first = min(day for day in self._days if day is not None) // self._window_days
            self._next = first if self._next is None else self._next
            for number in range(self._next, newest // self._window_days + 1):
                self._window(number)
        undated = self._days.get(None, [])
        if undated:
            own = {article.id for article, _ in undated}
            found = _found([a for a, _ in undated], (event for _, events in undated for event in events), own)
            self._ready.extend(_claimed(found, self._claimed))
        self._days.clear()
        self._index.clear()
        yield from self.settled()
