"""What people judged, kept apart from the coding: append-only, in `judgements.sqlite` beside the dataset.

A row is never changed. Undoing is a row of its own. A judgement finds its record by id, which is a content hash: it holds after coding anew
as long as the record is the same. Article, place and words are kept beside it, to match changed records later.

`as_judged` is the one place where a judgement meets a record: every export, of the command line, the page and a notebook, goes through it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import sqlite3
from collections.abc import Collection, Iterable, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dragoman.records import FieldSources, Participant, Reason, Source, Span

__all__ = [
    "NOTES",
    "SAID",
    "VERDICTS",
    "Judgement",
    "Judgements",
    "agreement",
    "as_judged",
    "carried",
    "place_of",
    "what_was_judged",
    "wilson",
]

VERDICTS = ("accept", "reject", "correct")
"""What people say of a record."""
NOTES = ("missed", "read")
"""What they say of an article: an act that was not found in it, and that they read it in full."""

SAID = ("same", "apart")
"""What they say of two names: that they are one person, or that they are to be kept apart."""

_PARTIES = ("actors", "recipients", "speaker", "addressees")

_SCHEMA = """CREATE TABLE IF NOT EXISTS judgements (n INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, kind
TEXT NOT NULL, id TEXT NOT NULL,
article_id TEXT NOT NULL, start INTEGER NOT NULL, quote TEXT NOT NULL, verdict TEXT NOT NULL, correction TEXT NOT
NULL, sample TEXT NOT NULL, undoes INTEGER)"""
# The hash of each row, so that a changed byte is noticed; files of before have none for their first rows.
_SUMS = "CREATE TABLE IF NOT EXISTS sums (n INTEGER PRIMARY KEY, sha256 TEXT NOT NULL)"
_COLUMNS = "n, at, who, kind, id, article_id, start, quote, verdict, correction, sample, undoes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One verdict on one record; `sample` is `random`, `doubtful`, `disputed` or `read`: only a random one tells of precision.

    `correction` holds what people put in place of what was coded: `type` and `status` as they are, parties as lists of `Participant`
    fields, words (`trigger`, `content`) as lists of `start`, `end`, `text`; and under `was` what the record said when it was judged.
    """

    n: int
    at: str
    who: str
    kind: str
    id: str
    article_id: str
    start: int
    quote: str
    verdict: str
    correction: dict[str, Any]
    sample: str


def as_judged(record: Any, judgement: Judgement | None) -> Any | None:
    """A record as people judged it: `None` where it was rejected, corrected where it was corrected, and it says so in `why`.

    Without a judgement the record itself. A corrected type takes its own quad, scale and CAMEO code, and no mode; corrected parties and
    words take their own sources.

    >>> as_judged("any record", None)
    'any record'
    """
    if judgement is None:
        return record
    if judgement.verdict == "reject":
        return None
    if judgement.verdict == "accept":
        return _signed(record, judgement, "accepted")
    changed, said = _corrected(record, judgement.correction)
    return _signed(replace(record, **changed), judgement, f"corrected: {', '.join(said)}" if said else "accepted")


def _corrected(record: Any, correction: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The fields that a correction changes, and in words what they were."""
    changed: dict[str, Any] = {}
    said: list[str] = []
    for name in ("status", "type"):
        value = correction.get(name)
        if value is not None and getattr(record, name, None) not in (None, value):
            changed[name] = value
            said.append(f"{name} was {getattr(record, name)}")
    if "type" in changed:
        from dragoman.codebook import load_codebook

        book = load_codebook()
        type_ = book.type(changed["type"])
        changed |= {"mode": None, "quad": type_.quad, "scale": type_.scale, "cameo": book.to_cameo.get(type_.name)}
    sources: dict[str, tuple[Source, ...]] = {}
    for name in _PARTIES:
        if name not in correction or not hasattr(record, name):
            continue
        parties = tuple(Participant(**party) for party in correction[name])
        held = getattr(record, name)
        before = held if isinstance(held, tuple) else (held,) if held is not None else ()
        if [(p.id, p.start, p.end) for p in parties] == [(p.id, p.start, p.end) for p in before]:
            continue
        changed[name] = parties if isinstance(held, tuple) or name != "speaker" else (parties[0] if parties else None)
        sources[name] = tuple(_source(record, party.start, party.end, party.text) for party in parties)
        said.append(f"{name} was {' and '.join(party.name for party in before) or 'nobody'}")
    for name in ("trigger", "content"):
        if correction.get(name) and (name == "trigger" or hasattr(record, name)):
            words = tuple(_source(record, piece["start"], piece["end"], piece["text"]) for piece in correction[name])
            if name == "content":
                changed[name] = words
            else:
                sources[name] = words
            said.append(f"{name} was other words")
    if sources:
        kept = [entry for entry in record.sources if entry.field not in sources]
        made = [FieldSources(field=name, sources=found) for name, found in sources.items() if found]
        changed["sources"] = tuple(sorted((*kept, *made), key=lambda entry: entry.field))
    return changed, said


def _source(record: Any, start: int, end: int, text: str) -> Source:
    return Source(article_id=record.article_id, span=Span(start=start, end=end), text=text)


def what_was_judged(record: Any) -> dict[str, Any]:
    """What a judgement keeps of its record, to know it again after a new coding: type and status, or the speaker; and where it stands."""
    kept: dict[str, Any] = {name: getattr(record, name) for name in ("type", "status") if hasattr(record, name)}
    if hasattr(record, "speaker"):
        kept["speaker"] = [asdict(record.speaker)] if record.speaker is not None else []
    return kept


def place_of(record: Any) -> int | None:
    """Where a record begins in its article, in code points: its trigger, its words, or its sentence."""
    content = getattr(record, "content", ())
    by_field = {entry.field: entry.sources for entry in record.sources if entry.sources}
    words = content or by_field.get("trigger") or by_field.get("sentence")
    return words[0].span.start if words else None


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    if "speaker" in one or "speaker" in other:
        return [p["id"] for p in one.get("speaker", ())] == [p["id"] for p in other.get("speaker", ())]
    return one.get("type") == other.get("type")


def carried(lost: Iterable[Judgement], records: Iterable[Any]) -> dict[str, Judgement]:
    """Judgements of records that a new coding no longer has, by the id of the record that now stands in the same place.

    A record of the same type (of the same speaker) takes the verdict. Where the new coding says something else of a place, what people
    accepted or corrected there wins as a correction; what they rejected says nothing of it. `records` are those not judged by their id.
    """
    by_place: dict[tuple[str, int | None], list[Any]] = {}
    for record in records:
        by_place.setdefault((record.article_id, place_of(record)), []).append(record)
    found: dict[str, Judgement] = {}
    for judgement in sorted(lost, key=lambda j: j.n):
        was = judgement.correction.get("was")
        here = [row for row in by_place.get((judgement.article_id, judgement.start), ()) if row.id not in found]
        if was is None or not here or not here[0].id.startswith(judgement.id[:3]):
            continue
        alike = [row for row in here if _same(was, what_was_judged(row))]
        if alike:
            found[alike[0].id] = replace(judgement, id=alike[0].id)
        elif judgement.verdict in ("accept", "correct"):
            said = {name: value for name, value in (was | judgement.correction).items() if name != "was"}
            found[here[0].id] = replace(judgement, id=here[0].id, verdict="correct", correction=said)
    return found


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
        columns = _COLUMNS.removesuffix(", undoes")
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
        correction: Mapping[str, Any],
        sample: str,
    ) -> None:
        """Append one judgement."""
        if verdict not in (*VERDICTS, *NOTES, *SAID):
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

    def undo(self, who: str, *, kinds: Collection[str] = (), record_id: str | None = None) -> str | None:
        """Take back the last standing judgement of a reviewer; returns the record's id, or `None` where there is none.

        Of all their judgements, or of those on records of some kinds, or on one record.
        """
        rows = self._rows(
            "SELECT n, kind, id, article_id FROM judgements WHERE who = ? AND undoes IS NULL "
            "AND n NOT IN (SELECT undoes FROM judgements WHERE undoes IS NOT NULL) "
            f"AND (? IS NULL OR id = ?) AND (? OR kind IN ({', '.join('?' for _ in kinds)})) ORDER BY n DESC LIMIT 1",
            [who, record_id, record_id, not kinds, *kinds],
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
            connection.execute(_SUMS)
            made = connection.execute(
                f"INSERT INTO judgements ({_COLUMNS}) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (at, *row)
            )
            values = (made.lastrowid, at, *row)
            connection.execute("INSERT OR REPLACE INTO sums VALUES (?, ?)", (made.lastrowid, _sum(values)))

    def damage(self) -> list[str]:
        """What is not as it was written, in words."""
        remedy = "restore judgements.sqlite from a copy"
        try:
            checked = [str(row[0]) for row in self._rows("PRAGMA integrity_check")]
            if checked not in ([], ["ok"]):
                return [f"judgements.sqlite is damaged: {checked[0]}: {remedy}"]
            if not self._rows("SELECT 1 FROM sqlite_master WHERE name = 'sums'"):
                return []
            rows = self._rows(f"SELECT sha256, {_COLUMNS} FROM sums LEFT JOIN judgements USING (n)")
        except sqlite3.Error as error:
            return [f"judgements.sqlite cannot be read: {error}: {remedy}"]
        changed = [row for row in rows if _sum(row[1:]) != row[0]]
        return [f"judgement {row[1]} of {row[3]} is not what was written: {remedy}, or judge again" for row in changed]

    def verdicts(self) -> dict[str, Judgement]:
        """One judgement a record: the latest of all reviewers."""
        return {name: max(by_who.values(), key=lambda j: j.n) for name, by_who in self.standing().items()}

    def summary(self) -> dict[str, Any]:
        """How many were judged, precision from the random sample with its interval, and agreement where two people judged the same."""
        standing = self.standing()
        last = {name: j for name, j in self.verdicts().items() if j.verdict in VERDICTS}
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
            "agreement": agreement(standing),
        }


def _sum(row: Iterable[Any]) -> str:
    """The hash of a row's values."""
    return hashlib.sha256(json.dumps(list(row)).encode()).hexdigest()


def agreement(standing: Mapping[str, Mapping[str, Judgement]]) -> dict[str, Any] | None:
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
