"""Scores `dates.resolve`, the span given: `python -m evals.dates --meantime DEV.jsonl --recognizers TRAIN.jsonl [--errors 40]`.

Exact means the same half-open run of days. MEANTIME: TIMEX3 of type DATE and TIME in sentences 0 to 5, the publication line
itself left out; values that name no date (PAST_REF, XXXX) count as right when no interval is given. Recognizers: rows whose
type is date, daterange, datetime, datetimerange or datetimealt and whose reference is given; a value with a time of day
counts by its day; where the set lists several values, any of them is right; the set ends a range before the last day that
the phrase names, where news includes it, so either end is right, and so is a bound ("after May 1") with or without its day
(`--strict`: only the set's own). "Held" also counts an answer of a year at most that holds the gold days: the set takes
"two years ago" for one day and "late 2016" for its last third, we for the year. `--part` picks the third
that is set aside for measuring (`held`, ids whose SHA-1 is divisible by three) or the rest (`tune`).
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dragoman import dates, edtf
from dragoman.records import When
from evals.intervals import share

Days = tuple[dt.date | None, dt.date | None]
Row = tuple[str, str, tuple[int, int], When, list[Days], str]
_ONE = dt.timedelta(days=1)
_POINTS = frozenset("date daterange datetime datetimerange datetimealt".split())
_SEASONS = {"SP": 3, "SU": 6, "FA": 9, "AU": 9, "WI": 12}


def held_out(key: str) -> bool:
    """Whether a row belongs to the third that is only for measuring."""
    return int(hashlib.sha1(key.encode()).hexdigest(), 16) % 3 == 0


def timex_days(value: str) -> Days | None:
    """The days of a TIMEX3 value; None where it names no date."""
    value = value.split("T")[0]
    week = re.fullmatch(r"(\d{4})-W(\d{2})(-WE)?", value)
    if week:
        monday = dt.date.fromisocalendar(int(week[1]), int(week[2]), 1)
        return (monday + 5 * _ONE, monday + 7 * _ONE) if week[3] else (monday, monday + 7 * _ONE)
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        day = dt.date.fromisoformat(value)
        return day, day + _ONE
    quarter = re.fullmatch(r"(\d{4})-(?:Q([1-4])|H([12])|([A-Z]{2}))", value)
    if quarter:
        length = 6 if quarter[3] else 3
        first = (
            3 * int(quarter[2]) - 2 if quarter[2] else 6 * int(quarter[3]) - 5 if quarter[3] else _SEASONS[quarter[4]]
        )
        start = dt.date(int(quarter[1]), first, 1)
        months = start.year * 12 + first - 1 + length
        return start, dt.date(months // 12, months % 12 + 1, 1)
    if re.fullmatch(r"\d{4}-\d{2}", value):
        year, month = int(value[:4]), int(value[5:])
        return dt.date(year, month, 1), dt.date(year + month // 12, month % 12 + 1, 1)
    if re.fullmatch(r"\d{4}", value):
        return dt.date(int(value), 1, 1), dt.date(int(value) + 1, 1, 1)
    if re.fullmatch(r"\d{3}", value):
        return dt.date(int(value) * 10, 1, 1), dt.date(int(value) * 10 + 10, 1, 1)
    return None


def meantime(path: Path) -> Iterator[Row]:
    """Rows of MEANTIME."""
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        text, offsets = "", []
        for index, token in enumerate(article["tokens"]):
            if index:
                text += "\n" if article["sent_ids"][index] != article["sent_ids"][index - 1] else " "
            offsets.append((len(text), len(text) + len(token)))
            text += token
        if not re.fullmatch(
            r"\d{4}-\d{2}-\d{2}", article["dct"] or ""
        ):  # two rows without, one written the wrong way round
            continue
        published = edtf.day(dt.date.fromisoformat(article["dct"]), basis="page")
        for mention in article["mentions"]:
            if mention["kind"] != "TIMEX3" or not mention["tokens"] or mention["type"] not in ("DATE", "TIME"):
                continue
            if article["sent_ids"][mention["tokens"][0]] > 5 or mention.get("functionInDocument") == "CREATION_TIME":
                continue
            span = offsets[mention["tokens"][0]][0], offsets[mention["tokens"][-1]][1]
            days = timex_days(mention.get("value") or "")
            yield (
                article["doc_id"] + mention["id"],
                text,
                span,
                published,
                [days or (None, None)],
                mention["type"].lower(),
            )


def _day(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value[:10]) if value and re.match(r"\d{4}-\d{2}-\d{2}", value) else None


def _next(day: dt.date, timex: str) -> list[dt.date]:
    """The ends that include the last unit named, where the set leaves it out."""
    if not timex.startswith("("):
        return []
    found = [day + _ONE, day + 7 * _ONE]
    for months in (1, 3, 12) if day.day == 1 else ():
        total = day.year * 12 + day.month - 1 + months
        found.append(dt.date(total // 12, total % 12 + 1, 1))
    return found


def _values(result: dict[str, Any]) -> Iterator[dict[str, str | None]]:
    values = result.get("values") or []
    if isinstance(values, dict):
        values = [values]
    for value in values:
        if "FutureResolution" not in value:
            yield value
            continue
        for name in ("FutureResolution", "PastResolution"):
            found = value[name] or {}
            yield {
                "timex": value.get("Timex") or "",
                "start": found.get("startDate") or found.get("startDateTime"),
                "end": found.get("endDate") or found.get("endDateTime"),
                "value": found.get("date") or found.get("dateTime"),
            }


def recognizers(path: Path, part: str, *, strict: bool) -> Iterator[Row]:
    """Rows of the Recognizers-Text specification."""
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["reference"] is None or held_out(row["id"]) != (part == "held"):
            continue
        published = edtf.day(dt.date.fromisoformat(row["reference"][:10]), basis="page")
        for number, result in enumerate(row["results"]):
            kind = (result["type"] or "").replace("datetimeV2.", "")
            if kind not in _POINTS or result.get("start") is None:
                continue
            wanted: list[Days] = []
            for value in _values(result):
                timex = value.get("timex") or ""
                if value.get("value"):
                    day = _day(value["value"])
                    if day == dt.date.min:  # how the set writes a day that there is not: February 29, 2019
                        wanted.append((None, None))
                    elif day:
                        wanted.append((day, day + _ONE))
                    continue
                start, end = _day(value.get("start")), _day(value.get("end"))
                if (
                    "time" in kind
                    and (start is None) != (end is None)
                    and ":" in (value.get("start") or value.get("end") or "")
                ):
                    start = start or end  # "before 4 p.m. today": half-open days can only say the day
                    wanted.append((start, (start or dt.date.min) + _ONE))
                    continue
                if "time" in kind and end is not None and (value.get("end") or "")[11:] not in ("", "00:00:00"):
                    end += _ONE
                wanted.append((start, end))
                if not strict and (start is None) != (
                    end is None
                ):  # "after May 1", "until May 1": with that day or without
                    wanted.append((start + _ONE if start else None, end + _ONE if end else None))
                if end is not None and not strict:
                    wanted.extend((start, other) for other in _next(end, timex))
            span = result["start"], result["end"]
            if wanted and (any(pair != (None, None) for pair in wanted) or kind == "date"):
                yield f"{row['id']}#{number}", row["input"], span, published, wanted, kind


def predicted(when: When) -> Days:
    """The days of an answer."""
    return (when.start.date() if when.start else None, when.end.date() if when.end else None)


def _holds(ours: Days, wanted: Sequence[Days]) -> bool:
    """Whether our days hold one of the gold ones and are at most a year: "two years ago" as a year, where the set has a day."""
    start, end = ours
    if start is None or end is None or (end - start).days > 366:
        return False
    return any(a is not None and b is not None and start <= a and b <= end for a, b in wanted)


def report(name: str, rows: Sequence[Row], errors: int) -> None:
    """Prints the score, by type and in all, and some errors."""
    marks: dict[str, list[bool]] = {}
    shown = 0
    for key, text, (start, end), published, wanted, kind in rows:
        when = dates.resolve(text, start, end, published)
        right = predicted(when) in wanted
        marks.setdefault("all", []).append(right)
        marks.setdefault("all, or held", []).append(right or _holds(predicted(when), wanted))
        marks.setdefault(kind, []).append(right)
        if not right and shown < errors:
            shown += 1
            got = "..".join(str(day) for day in predicted(when))
            gold = " or ".join("..".join(str(day) for day in pair) for pair in wanted[:3])
            context = text[max(0, start - 60) : end + 30]
            print(
                f"{key} [{published.edtf}] “{text[start:end]}” gold {gold} | ours {got} | {when.why[0].detail} | {context!r}"
            )
    for kind, listed in sorted(marks.items()):
        found = share([[mark] for mark in listed])
        told = f"{found.value:.3f} [{found.low:.3f}, {found.high:.3f}]" if found else "nothing"
        print(f"{name:12} {kind:15} n={len(listed):4} exact {told}")


def main() -> None:
    """Reads arguments, prints scores."""
    parser = argparse.ArgumentParser(description="Scores date phrases, the span given.")
    parser.add_argument("--meantime", type=Path)
    parser.add_argument("--recognizers", type=Path)
    parser.add_argument("--part", choices=("held", "tune"), default="held")
    parser.add_argument("--strict", action="store_true")
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    if options.meantime:
        report("meantime", list(meantime(options.meantime)), options.errors)
    if options.recognizers:
        report(
            "recognizers", list(recognizers(options.recognizers, options.part, strict=options.strict)), options.errors
        )


if __name__ == "__main__":
    main()
