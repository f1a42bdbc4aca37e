"""What the judgements say of the coding: precision, recall and agreement, each with how it was come by.

Precision comes from the records drawn at random alone: those that somebody went to look for say nothing of the rest. Recall comes from
articles read in full: what was found there and is right, over that and what was missed. Published event data give neither; the studies
that check them do it on files nobody else has.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dragoman.judgements import VERDICTS, Judgement, agreement, wilson

__all__ = ["measured", "share_over_articles"]

Standing = Mapping[str, Mapping[str, Judgement]]
_TURNS = 1000


def share_over_articles(pairs: Sequence[tuple[int, int]]) -> tuple[float, float] | None:
    """The 95 % interval of a share whose parts come article by article, each pair `(good, all)`; `None` where nothing was counted.

    Records of one article are alike, so that the Wilson interval over records alone is too narrow: from five articles on it is widened to
    the interval of a bootstrap over articles (1,000 turns, the same each time).

    >>> share_over_articles([]) is None
    True
    >>> [round(bound, 2) for bound in share_over_articles([(9, 10)])]
    [0.6, 0.98]
    """
    found = wilson(sum(good for good, _ in pairs), sum(whole for _, whole in pairs))
    if found is None or len(pairs) < 5:
        return found
    draw = random.Random(0)
    shares = []
    for _ in range(_TURNS):
        turn = draw.choices(pairs, k=len(pairs))
        whole = sum(size for _, size in turn)
        if whole:
            shares.append(sum(good for good, _ in turn) / whole)
    shares.sort()
    return min(found[0], shares[int(0.025 * len(shares))]), max(found[1], shares[int(0.975 * len(shares))])


def _last(by_who: Mapping[str, Judgement]) -> Judgement:
    return max(by_who.values(), key=lambda judgement: judgement.n)


def measured(standing: Standing, kind: str, found_in: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Counts, precision, agreement and recall for records of one kind.

    `found_in` gives, for each article read in full, the ids of the records of that kind that were coded in it.
    """
    mine = {
        name: by_who
        for name, by_who in standing.items()
        if any(j.kind == kind and j.verdict in VERDICTS for j in by_who.values())
    }
    last = {name: _last(by_who) for name, by_who in mine.items()}
    drawn = [judgement for judgement in last.values() if judgement.sample == "random"]
    good = sum(judgement.verdict == "accept" for judgement in drawn)
    disputed = [name for name, by_who in mine.items() if len({j.verdict for j in by_who.values()}) > 1]
    return {
        "kind": kind,
        "judged": len(last),
        "accepted": sum(judgement.verdict == "accept" for judgement in last.values()),
        "rejected": sum(judgement.verdict == "reject" for judgement in last.values()),
        "corrected": sum(judgement.verdict == "correct" for judgement in last.values()),
        "random": len(drawn),
        "precision": round(good / len(drawn), 3) if drawn else None,
        "interval": wilson(good, len(drawn)),
        "agreement": agreement(mine),
        "disputed": len(disputed),
        "recall": _recall(standing, last, found_in) if kind == "events" else None,
    }


def _recall(
    standing: Standing, last: Mapping[str, Judgement], found_in: Mapping[str, Iterable[str]]
) -> dict[str, Any] | None:
    missed: dict[str, int] = {}
    for by_who in standing.values():
        judgement = _last(by_who)
        if judgement.verdict == "missed":
            missed[judgement.article_id] = missed.get(judgement.article_id, 0) + 1
    pairs = []
    for article_id, names in found_in.items():
        right = sum(name in last and last[name].verdict in ("accept", "correct") for name in names)
        pairs.append((right, right + missed.get(article_id, 0)))
    if not pairs:
        return None
    right, whole = sum(a for a, _ in pairs), sum(b for _, b in pairs)
    return {
        "articles": len(pairs),
        "found": right,
        "missed": whole - right,
        "recall": round(right / whole, 3) if whole else None,
        "interval": share_over_articles(pairs),
    }
