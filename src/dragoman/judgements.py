"""What people judged, kept apart from the coding: append-only, in `judgements.sqlite` beside the dataset.

A row is never changed. Undoing is a row of its own. A judgement finds its record by id, which is a content hash: it holds after coding anew
as long as the record is the same. Article, place and words are kept beside it, to match changed records later.

`as_judged` is the one place where a judgement meets a record: every export, of the command line, the page and a notebook, goes through it.
"""

from __future__ import annotations

import datetime as dt
import json
import math
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dragoman.records import Reason

__all__ = ["VERDICTS", "Judgement", "Judgements", "as_judged", "wilson"]

VERDICTS = ("accept", "reject", "correct")

_SCHEMA = """CREATE TABLE IF NOT EXISTS judgements (n INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, kind
TEXT NOT NULL, id TEXT NOT NULL,
article_id TEXT NOT NULL, start INTEGER NOT NULL, quote TEXT NOT NULL, verdict TEXT NOT NULL, correction TEXT NOT
NULL, sample TEXT NOT NULL, undoes INTEGER)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One verdict on one record; `sample` is `random` or `doubtful`: only a random one tells of precision."""

    n: int
    at: str
    who: str
    kind: str
    id: str
    article_id: str
    start: int
    quote: str
    verdict: str
    correction: dict[str, str]
    sample: str


def as_judged(record: Any, judgement: Judgement | None) -> Any | None:
    """A record as people judged it: `None` where it was rejected, corrected where it was corrected, and it says so in `why`.

    Without a judgement the record itself. A corrected type takes its own quad, scale and CAMEO code, and no mode.

    >>> as_judged("any record", None)
    'any record'
    """
    if judgement is None:
        return record
    if judgement.verdict == "reject":
        return None
    if judgement.verdict == "accept":
        return _signed(record, judgement, "accepted")
    known = {
        name: value
        for name, value in judgement.correction.items()
        if name in ("type", "status") and getattr(record, name, None) not in (None, value)
    }
    said = ", ".join(f"{name} was {getattr(record, name)}" for name in known)
    changed: dict[str, Any] = dict(known)
    if "type" in known:
        from dragoman.codebook import load_codebook

        book = load_codebook()
        type_ = book.type(known["type"])
        changed |= {"mode": None, "quad": type_.quad, "scale": type_.scale, "cameo": book.to_cameo.get(type_.name)}
    return _signed(replace(record, **changed), judgement, f"corrected: {said}" if said else "accepted")


def _signed(record: Any, judgement: Judgement, said: str) -> Any:
    reason = Reason(step="review", by=judgement.who, detail=f"{said} on {judgement.at[:10]}")
    return replace(record, why=(*record.why, reason))


def wilson(good: int, total: int) -> tuple[float, float] | None:
    """The 95 % Wilson interval of a share; `None` where nothing was counted.

    >>> [round(bound, 2) for bound in wilson(9, 10)]
    [0.6, 0.98]
    """
    if total == 0:
        return None
    z = 1.959964
    share = good / total
    middle = share + z * z / (2 * total)
    half = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    below = 1 + z * z / total
    return max(0.0, (middle - half) / below), min(1.0, (middle + half) / below)


class Judgements:
    """The file of judgements of one dataset. It is made with the first judgement; reading needs none."""

    def __init__(self, root: Path) -> None:
        self.path = root / "judgements.sqlite"

    def _rows(self, query: str, values: Iterable[Any] = ()) -> list[Any]:
        if not self.path.exists():
            return []
        with closing(sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)) as connection:
            return connection.execute(query, tuple(values)).fetchall()

    def standing(self) -> dict[str, dict[str, Judgement]]:
        """The last judgement that was not undone, by record id and then by reviewer."""
        columns = "n, at, who, kind, id, article_id, start, quote, verdict, correction, sample"
        rows = self._rows(
            f"SELECT {columns} FROM judgements WHERE undoes IS NULL AND n NOT IN (SELECT undoes FROM judgements "
            f"WHERE undoes IS NOT NULL) ORDER BY n"
        )
        found: dict[str, dict[str, Judgement]] = {}
        for row in rows:
            values = dict(zip(columns.split(", "), row, strict=True))
            values["correction"] = json.loads(values["correction"])
            found.setdefault(values["id"], {})[values["who"]] = Judgement(**values)
        return found

    def add(
        self,
        *,
        who: str,
        kind: str,
        id: str,
        article_id: str,
        start: int,
        quote: str,
        verdict: str,
        correction: dict[str, str],
        sample: str,
    ) -> None:
        """Append one judgement."""
        if verdict not in VERDICTS:
            raise ValueError(f"no verdict {verdict!r}")
        self._append(
            (
                who,
                kind,
                id,
                article_id,
                start,
                quote,
                verdict,
                json.dumps(correction, ensure_ascii=False, sort_keys=True),
                sample,
                None,
            )
        )

    def undo(self, who: str) -> str | None:
        """Take back the last standing judgement of a reviewer; returns the record's id, or `None` where there is none."""
        rows = self._rows(
            "SELECT n, kind, id, article_id FROM judgements WHERE who = ? AND undoes IS NULL "
            "AND n NOT IN (SELECT undoes FROM judgements WHERE undoes IS NOT NULL) ORDER BY n DESC LIMIT 1",
            [who],
        )
        if not rows:
            return None
        number, kind, record_id, article_id = rows[0]
        self._append((who, kind, record_id, article_id, 0, "", "undo", "{}", "", number))
        return str(record_id)

    def _append(self, row: tuple[Any, ...]) -> None:
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
            connection.execute(_SCHEMA)
            connection.execute(
                "INSERT INTO judgements (at, who, kind, id, article_id, start, quote, verdict, correction, sample, "
                "undoes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (at, *row),
            )

    def verdicts(self) -> dict[str, Judgement]:
        """One judgement a record: the latest of all reviewers."""
        return {name: max(by_who.values(), key=lambda j: j.n) for name, by_who in self.standing().items()}

    def summary(self) -> dict[str, Any]:
        """How many were judged, precision from the random sample with its interval, and agreement where two people judged the same."""
        standing = self.standing()
        last = self.verdicts()
        drawn = [j for j in last.values() if j.sample == "random"]
        good = sum(j.verdict == "accept" for j in drawn)
        return {
            "judged": len(last),
            "accepted": sum(j.verdict == "accept" for j in last.values()),
            "rejected": sum(j.verdict == "reject" for j in last.values()),
            "corrected": sum(j.verdict == "correct" for j in last.values()),
            "random": len(drawn),
            "precision": round(good / len(drawn), 3) if drawn else None,
            "interval": wilson(good, len(drawn)),
            "agreement": _kappa(standing),
        }


def _kappa(standing: dict[str, dict[str, Judgement]]) -> dict[str, Any] | None:
    """Cohen's kappa of accept against not, over the records that the two busiest reviewers both judged."""
    counts: dict[str, int] = {}
    for by_who in standing.values():
        for who in by_who:
            counts[who] = counts.get(who, 0) + 1
    if len(counts) < 2:
        return None
    one, other = sorted(counts, key=lambda who: (-counts[who], who))[:2]
    pairs = [
        (j[one].verdict == "accept", j[other].verdict == "accept") for j in standing.values() if one in j and other in j
    ]
    if not pairs:
        return None
    agreed = sum(a == b for a, b in pairs) / len(pairs)
    yes = [sum(pair[side] for pair in pairs) / len(pairs) for side in (0, 1)]
    chance = yes[0] * yes[1] + (1 - yes[0]) * (1 - yes[1])
    kappa = None if chance == 1 else round((agreed - chance) / (1 - chance), 3)
    return {"reviewers": [one, other], "records": len(pairs), "agreed": round(agreed, 3), "kappa": kappa}
