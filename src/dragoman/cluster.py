"""Tell copies, rewrites and same-news articles apart, and count each act once.

Copies and rewrites are found by shingle containment: runs of five words, hashed, one in eight kept; the share of the shorter text's
shingles that the longer one has. Containment, not Jaccard, because a copy is cut, gets a byline and a new foot (MinHash Jaccard finds .73
of such copies, containment .99). Same news is found by the rare words that articles share, within a window of days. Candidates come
from inverted lists over rare keys only, so that the cost stays near-linear.

GDELT counts reports and re-emits an event in nine of a hundred cases; here an act told forty times is one canonical event with forty
sources.
"""

from __future__ import annotations

import math
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from dragoman.records import Article, Event, Reason, Story, make_id

__all__ = ["Likeness", "find_stories"]

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_SHINGLE = 5
_KEEP = 8
_COPY = 0.6
_REWRITE = 0.16
_RARE = 40  # an inverted list longer than this names nothing in particular
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


def _words(text: str) -> list[str]:
    return [match[0].lower() for match in _WORD.finditer(text)]


def _shingles(words: Sequence[str]) -> frozenset[int]:
    """Hashes of all five-word runs."""
    runs = range(max(1, len(words) - _SHINGLE + 1))
    return frozenset(zlib.crc32(" ".join(words[at : at + _SHINGLE]).encode()) for at in runs)


def _kept(every: frozenset[int]) -> frozenset[int]:
    """One hash in eight, by value, so that two texts keep the same ones; short texts keep all."""
    kept = frozenset(value for value in every if value % _KEEP == 0)
    return kept if len(kept) >= 6 else every


@dataclass(frozen=True, slots=True)
class _Sketch:
    """What is kept of an article for comparison."""

    article: Article
    shingles: frozenset[int]
    every: frozenset[int]
    terms: Mapping[str, float]


def _terms(article: Article) -> Counter[str]:
    """Content words with weights: names count double, the title and the first sentences count more."""
    counts: Counter[str] = Counter()
    for number, match in enumerate(_WORD.finditer(article.text)):
        word = match[0].lower().removesuffix("'s").removesuffix("’s")
        if word in _STOP or len(word) < 2:
            continue
        stem = word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith("ss") else word
        weight = 1.5 if match[0][0].isupper() else 1.0
        counts[stem] += weight * (1.5 if number < 60 else 1.0)  # type: ignore[assignment]
    for match in _WORD.finditer(article.title or ""):
        word = match[0].lower()
        if word not in _STOP:
            counts[word[:-1] if len(word) > 4 and word.endswith("s") else word] += 1
    return counts


def _sketches(articles: Sequence[Article]) -> list[_Sketch]:
    words = [_words(article.text) for article in articles]
    counts = [_terms(article) for article in articles]
    spread: Counter[str] = Counter()
    for count in counts:
        spread.update(count.keys())
    total = len(articles)
    found = []
    for article, own, count in zip(articles, words, counts, strict=True):
        # A word in every article of a small set tells nothing; the constant keeps the weights sane there.
        weights = {
            term: (1 + math.log(n)) * math.log((total + 1.0) / (spread[term] + 0.5)) for term, n in count.items()
        }
        best = dict(sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:80])
        norm = math.sqrt(sum(value * value for value in best.values())) or 1.0
        every = _shingles(own)
        found.append(_Sketch(article, _kept(every), every, {term: value / norm for term, value in best.items()}))
    return found


def _candidates(sketches: Sequence[_Sketch]) -> Iterator[tuple[int, int]]:
    """Pairs that share a rare shingle or a rare term."""
    lists: dict[object, list[int]] = defaultdict(list)
    for number, sketch in enumerate(sketches):
        for value in sketch.shingles:
            lists[value].append(number)
        for term in list(sketch.terms)[:25]:
            lists[term].append(number)
    limit = max(_RARE, len(sketches) // 20)
    seen: set[tuple[int, int]] = set()
    for members in lists.values():
        if len(members) > limit:
            members = members[:limit]
        for at, one in enumerate(members):
            for two in members[at + 1 :]:
                if (one, two) not in seen:
                    seen.add((one, two))
                    yield one, two


def _near_in_time(one: Article, two: Article, days: int) -> bool:
    """Whether two articles may tell the same news by their dates; an unknown date excludes nothing."""
    a, b = one.published, two.published
    if a.start is None or b.start is None or a.end is None or b.end is None:
        return True
    gap = max(a.start, b.start) - min(a.end, b.end)
    return gap <= timedelta(days=days)


def _relation(one: _Sketch, two: _Sketch, like: Likeness) -> tuple[str, float] | None:
    """How two articles relate, and how strongly."""
    smaller = min(len(one.every), len(two.every))
    contained = len(one.every & two.every) / smaller if smaller else 0.0
    if contained >= like.copy:
        return "copy", contained
    if not _near_in_time(one.article, two.article, like.window_days):
        return None
    if contained >= like.rewrite:
        return "rewrite", contained
    short, long = sorted((one.terms, two.terms), key=len)
    cosine = sum(value * long.get(term, 0.0) for term, value in short.items())
    return ("same news", cosine) if cosine >= like.same_news else None


def _groups(
    sketches: Sequence[_Sketch], like: Likeness
) -> tuple[list[list[int]], dict[tuple[int, int], tuple[str, float]]]:
    """Groups by average likeness: strongest pairs first, two groups join where their members are alike on average."""
    links: dict[tuple[int, int], tuple[str, float]] = {}
    for one, two in _candidates(sketches):
        relation = _relation(sketches[one], sketches[two], like)
        if relation is not None:
            links[one, two] = relation
    group = list(range(len(sketches)))
    members: dict[int, list[int]] = {number: [number] for number in group}

    def strength(item: tuple[tuple[int, int], tuple[str, float]]) -> tuple[float, str, str]:
        (one, two), (kind, value) = item
        rank = _rank(kind) + value
        return -rank, sketches[one].article.id, sketches[two].article.id

    for (one, two), (kind, _) in sorted(links.items(), key=strength):
        a, b = group[one], group[two]
        if a == b:
            continue
        if kind == "same news" and not _alike(members[a], members[b], links):
            continue
        for number in members[b]:
            group[number] = a
        members[a].extend(members.pop(b))
    return [sorted(numbers) for numbers in members.values()], links


def _alike(one: Sequence[int], two: Sequence[int], links: Mapping[tuple[int, int], tuple[str, float]]) -> bool:
    """Whether a fair share of the pairs between two groups are linked: a chain of neighbours is no story."""
    linked = sum((min(a, b), max(a, b)) in links for a in one for b in two)
    return linked >= 0.4 * len(one) * len(two)


def find_stories(
    articles: Iterable[Article], events: Iterable[Event], like: Likeness | None = None
) -> tuple[Story, ...]:
    """Stories of a set of articles with their canonical events; the result does not depend on the order of either.

    The first article of a story (by publication, then id) is the original; the others are told as copy, rewrite or same news of it.
    """
    like = like or Likeness()
    ordered = sorted(articles, key=lambda article: article.id)
    sketches = _sketches(ordered)
    groups, links = _groups(sketches, like)
    by_article: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        by_article[event.article_id].append(event)
    stories = [_story([ordered[n] for n in numbers], numbers, links, by_article) for numbers in groups]
    return tuple(sorted(stories, key=lambda story: story.id))


def _first(article: Article) -> tuple[bool, str, str]:
    start = article.published.start
    return (start is None, start.isoformat() if start else "", article.id)


def _story(
    articles: Sequence[Article],
    numbers: Sequence[int],
    links: Mapping[tuple[int, int], tuple[str, float]],
    by_article: Mapping[str, Sequence[Event]],
) -> Story:
    number_of = {article.id: number for article, number in zip(articles, numbers, strict=True)}
    ordered = sorted(articles, key=_first)
    relations, reasons = ["original"], []
    for article in ordered[1:]:
        best: tuple[str, float, str] | None = None
        for other in ordered:
            pair = (min(number_of[article.id], number_of[other.id]), max(number_of[article.id], number_of[other.id]))
            link = links.get(pair)
            if (
                other is not article
                and link is not None
                and (best is None or _rank(link[0]) + link[1] > _rank(best[0]) + best[1])
            ):
                best = (*link, other.id)
        kind, value, other_id = best or ("same news", 0.0, ordered[0].id)
        relations.append(kind)
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
        canonical_events=tuple(_canonical(events)),
        why=tuple(reasons),
    )


def _rank(relation: str) -> float:
    return {"copy": 2.0, "rewrite": 1.0}.get(relation, 0.0)


def _side(event: Event, name: str) -> frozenset[str]:
    """The parties of one side by country, or by name where no country is known."""
    return frozenset(p.country or p.name.lower() for p in getattr(event, name))


def _same_act(one: Event, two: Event) -> bool:
    """Whether two tellings in different articles are one act: type, status and time agree, and both sides overlap where both are told."""
    if one.article_id == two.article_id or one.type != two.type or one.status != two.status:
        return False
    if one.mode and two.mode and one.mode != two.mode:
        return False
    for name in ("actors", "recipients"):
        a, b = _side(one, name), _side(two, name)
        if (a and b and not a & b) or (name == "actors" and bool(a) != bool(b)):
            return False
    if (
        not (_side(one, "recipients") & _side(two, "recipients"))
        and (one.recipients or two.recipients)
        and one.type not in ("CONSULT", "AGREE")
    ):
        return False
    starts, ends = (one.when.start, two.when.start), (one.when.end, two.when.end)
    if None in starts or None in ends:
        return True
    day = timedelta(days=1)  # outlets in other time zones date the same act a day apart
    return bool(max(starts) < min(ends) + day)  # type: ignore[type-var,operator]


def _canonical(events: Sequence[Event]) -> Iterator[tuple[str, ...]]:
    """Groups of event ids that are one act; at most one telling of each article in a group, the most alike first."""
    groups: list[list[Event]] = []
    for event in sorted(events, key=lambda e: (e.article_id, e.id)):
        best = next(
            (
                g
                for g in groups
                if all(e.article_id != event.article_id for e in g) and any(_same_act(e, event) for e in g)
            ),
            None,
        )
        if best is None:
            groups.append([event])
        else:
            best.append(event)
    for group in groups:
        yield tuple(sorted(event.id for event in group))
