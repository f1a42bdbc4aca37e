"""Tell copies, rewrites and same-news articles apart, and count each act once.

Copies and rewrites are found by containment of five-word runs (`shingles.py`); same news by the rare words that articles share, within a
window of days. Candidates come from sorted keys and from short lists only, so that the cost grows as that of a sort.

GDELT counts reports and re-emits an event in nine of a hundred cases; here an act told forty times is one canonical event with forty
sources (`canonical.py`).
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dragoman.canonical import canonical_events
from dragoman.records import Article, Event, Reason, Story, make_id
from dragoman.shingles import near_pairs, runs_of, without_boilerplate

__all__ = ["Likeness", "find_stories"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_COPY = 0.6
_REWRITE = 0.16
_RARE = 40  # a list of articles longer than this comes from a word that names nothing in particular
_SMALL = 2_000  # articles up to which every pair that shares a telling word is looked at
_NEIGHBOURS = 4
_PAIRS = 400  # pairs of two groups that are looked at before a sample of them must do
_STOP = frozenset(
    "a an and are as at be been but by for from had has have he her him his i in into is it its more mr not of on or our out said say says"
    " she so than that the their them there they this to up was we were what when which who will with would you your also after about over"
    " one two new no all can could do if may other some such only most first last year years day days time people s t".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two articles must be. `same_news` is a cosine of rare-word weights, `window_days` the time between them at most."""

    copy: float = _COPY
    rewrite: float = _REWRITE
    same_news: float = 0.18
    window_days: int = 4


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is kept of an article for comparison."""

    article: Article
    terms: Mapping[str, float]


def _stem(word: str) -> tuple[str, float] | None:
    """The stem and weight of a word as written: names count more; `None` for a word that tells nothing."""
    low = word.lower().removesuffix("'s").removesuffix("’s")
    if low in _STOP or len(low) < 2:
        return None
    stem = low[:-1] if len(low) > 4 and low.endswith("s") and not low.endswith("ss") else low
    return stem, 1.5 if word[0].isupper() else 1.0


def _terms(article: Article, stems: dict[str, tuple[str, float] | None]) -> dict[str, float]:
    """Content words with weights: names count more, the title and the first sentences count more. `stems` holds what is known of words."""
    counts: dict[str, float] = defaultdict(float)
    for number, word in enumerate(_WORD.findall(article.text)):
        if word not in stems:
            stems[word] = _stem(word)
        known = stems[word]
        if known is not None:
            counts[known[0]] += known[1] * 1.5 if number < 60 else known[1]
    for word in _WORD.findall(article.title or ""):
        low = word.lower()
        if low not in _STOP:
            counts[low[:-1] if len(low) > 4 and low.endswith("s") else low] += 1
    return counts


def _sketches(articles: Sequence[Article]) -> list[_Sketch]:
    stems: dict[str, tuple[str, float] | None] = {}
    counts = [_terms(article, stems) for article in articles]
    spread: Counter[str] = Counter()
    for count in counts:
        spread.update(count.keys())
    total = len(articles)
    found = []
    for article, count in zip(articles, counts, strict=True):
        # A word in every article of a small set tells nothing; the constant keeps the weights sane there.
        weights = {
            term: (1 + math.log(n)) * math.log((total + 1.0) / (spread[term] + 0.5)) for term, n in count.items()
        }
        best = dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:80])
        norm = math.sqrt(sum(value * value for value in best.values())) or 1.0
        found.append(_Sketch(article, {term: value / norm for term, value in best.items()}))
    return found


def _candidates(sketches: Sequence[_Sketch]) -> Iterator[tuple[int, int]]:
    """Pairs that share a rare word; of many articles pairs that share two, or stand beside each other in time under one."""
    lists: dict[str, list[int]] = defaultdict(list)
    for number, sketch in enumerate(sketches):
        for term in list(sketch.terms)[:25]:
            lists[term].append(number)
    if len(sketches) > _SMALL:
        yield from _bounded(lists, len(sketches))
        return
    limit = max(_RARE, len(sketches) // 20)
    seen: set[tuple[int, int]] = set()
    for members in lists.values():
        for at, one in enumerate(members[:limit]):
            for two in members[at + 1 : limit]:
                if (one, two) not in seen:
                    seen.add((one, two))
                    yield one, two


def _bounded(lists: Mapping[str, Sequence[int]], total: int) -> Iterator[tuple[int, int]]:
    """Candidates in number proportional to that of the articles: all pairs of short lists, neighbours in time of long ones."""
    import numpy as np

    coded: list[Any] = []
    by_size: dict[int, list[Sequence[int]]] = defaultdict(list)
    for members in lists.values():
        if 2 <= len(members) <= _RARE // 2:
            by_size[len(members)].append(members)
        elif len(members) > _RARE // 2:
            row = np.array(members, dtype=np.int64)
            coded += [row[:-step] * total + row[step:] for step in range(1, _NEIGHBOURS + 1)]
    for size, rows in sorted(by_size.items()):
        table = np.array(rows, dtype=np.int64)
        coded += [table[:, a] * total + table[:, b] for a in range(size) for b in range(a + 1, size)]
    if coded:
        pairs, counts = np.unique(np.concatenate(coded), return_counts=True)
        for pair in pairs[counts >= 2].tolist():
            yield divmod(pair, total)


def _near_in_time(one: Article, two: Article, days: int) -> bool:
    """Whether two articles may tell the same news by their dates; an unknown date excludes nothing."""
    a, b = one.published, two.published
    if a.start is None or b.start is None or a.end is None or b.end is None:
        return True
    gap = max(a.start, b.start) - min(a.end, b.end)
    return gap <= timedelta(days=days)


def _cosine(one: _Sketch, two: _Sketch) -> float:
    short, long = sorted((one.terms, two.terms), key=len)
    return sum(value * long.get(term, 0.0) for term, value in short.items())


Links = dict[tuple[int, int], tuple[str, float]]


def _links(sketches: Sequence[_Sketch], like: Likeness) -> Links:
    """How pairs of articles relate, and how strongly. A copy is one at any distance in time; the rest within the window of days."""
    found: Links = {}
    runs = without_boilerplate(runs_of(sketch.article.text for sketch in sketches))
    for (one, two), part in near_pairs(runs, like.rewrite).items():
        if part >= like.copy:
            found[one, two] = ("copy", part)
        elif _near_in_time(sketches[one].article, sketches[two].article, like.window_days):
            found[one, two] = ("rewrite", part)
    for one, two in _candidates(sketches):
        if (one, two) in found or not _near_in_time(sketches[one].article, sketches[two].article, like.window_days):
            continue
        cosine = _cosine(sketches[one], sketches[two])
        if cosine >= like.same_news:
            found[one, two] = ("same news", cosine)
    return found


def _groups(sketches: Sequence[_Sketch], like: Likeness) -> tuple[list[list[int]], Links]:
    """Groups by average likeness: strongest pairs first, two groups join where their members are alike on average."""
    links = _links(sketches, like)
    group = list(range(len(sketches)))
    members: dict[int, list[int]] = {number: [number] for number in group}
    ids = [sketch.article.id for sketch in sketches]

    def strength(item: tuple[tuple[int, int], tuple[str, float]]) -> tuple[float, str, str]:
        (one, two), (kind, value) = item
        first, second = sorted((ids[one], ids[two]))
        return -(_rank(kind) + value), first, second

    for (one, two), (kind, _) in sorted(links.items(), key=strength):
        a, b = group[one], group[two]
        if a == b:
            continue
        if kind == "same news" and not _alike(members[a], members[b], links, sketches, like):
            continue
        if len(members[a]) < len(members[b]):
            a, b = b, a
        for number in members[b]:
            group[number] = a
        members[a].extend(members.pop(b))
    return [sorted(numbers) for numbers in members.values()], links


def _alike(one: Sequence[int], two: Sequence[int], links: Links, sketches: Sequence[_Sketch], like: Likeness) -> bool:
    """Whether a fair share of the pairs between two groups are alike: a chain of neighbours is no story.

    Of large groups a sample stands for all, and pairs that were no candidates are compared: not every pair of many articles is one.
    """
    bounded = len(sketches) > _SMALL
    if len(one) * len(two) > _PAIRS:
        one, two = _sample(one, sketches), _sample(two, sketches)
    linked = sum(
        (min(a, b), max(a, b)) in links or (bounded and _cosine(sketches[a], sketches[b]) >= like.same_news)
        for a in one
        for b in two
    )
    return linked >= 0.4 * len(one) * len(two)


def _sample(numbers: Sequence[int], sketches: Sequence[_Sketch]) -> list[int]:
    """At most twenty members, the same ones in any order of input."""
    ordered = sorted(numbers, key=lambda number: sketches[number].article.id)
    return ordered[:: max(1, len(ordered) // 20)][:20]


def find_stories(
    articles: Iterable[Article], events: Iterable[Event], like: Likeness | None = None
) -> tuple[Story, ...]:
    """Stories of a set of articles with their canonical events; the result does not depend on the order of either.

    The first article of a story (by publication, then id) is the original; the others are told as copy, rewrite or same news of it.
    """
    like = like or Likeness()
    ordered = sorted(articles, key=_first)
    sketches = _sketches(ordered)
    groups, links = _groups(sketches, like)
    by_article: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_article[event.article_id].append(event)
    strongest = _strongest(links)
    stories = [_story([ordered[n] for n in numbers], numbers, strongest, by_article) for numbers in groups]
    return tuple(sorted(stories, key=lambda story: story.id))


def _first(article: Article) -> tuple[bool, str, str]:
    start = article.published.start
    return (start is None, start.isoformat() if start else "", article.id)


def _story(
    articles: Sequence[Article],
    numbers: Sequence[int],
    links: Mapping[int, Sequence[tuple[float, int, str, float]]],
    by_article: Mapping[str, Sequence[Event]],
) -> Story:
    ordered = list(articles)  # numbered in the order of time
    place = {number: at for at, number in enumerate(numbers)}
    relations, reasons = ["original"], []
    for article, number in zip(ordered[1:], numbers[1:], strict=True):
        near = [link for link in links.get(number, ()) if -link[1] in place]
        _, other, kind, value = max(near, default=(0.0, -numbers[0], "same news", 0.0))
        relations.append(kind)
        other_id = ordered[place[-other]].id
        what = "shares rare words with" if kind == "same news" else "shares this part of its five-word runs with"
        reasons.append(Reason(step="cluster", by=kind, detail=f"{article.id} {what} {other_id}", score=round(value, 3)))
    if not reasons:
        reasons.append(Reason(step="cluster", by="alone", detail="no other article tells this news"))
    ids = tuple(article.id for article in ordered)
    events = [event for article in ordered for event in by_article.get(article.id, ())]
    return Story(
        id=make_id("sy", sorted(ids)),
        article_ids=ids,
        relations=tuple(relations),
        canonical_events=canonical_events(events),
        why=tuple(reasons),
    )


def _rank(relation: str) -> float:
    return {"copy": 2.0, "rewrite": 1.0}.get(relation, 0.0)


def _strongest(links: Links) -> dict[int, list[tuple[float, int, str, float]]]:
    """The links of each article, by number: rank, other article, relation and strength."""
    found: dict[int, list[tuple[float, int, str, float]]] = defaultdict(list)
    for (one, two), (kind, value) in links.items():
        rank = _rank(kind) + value
        found[one].append((rank, -two, kind, value))
        found[two].append((rank, -one, kind, value))
    return found
