"""Score the coder against gold rows: one function a task, a 95 % bootstrap interval on every number.

Gold and predictions are JSON lines; the shapes are a contract (docs/reference/evaluate.md). A field that `expect` leaves out is not
scored. Published event coders report accuracies on files nobody else has; here anyone's gold gives the same numbers on any machine.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dragoman.errors import GoldError, UsageError

__all__ = ["TASKS", "Metric", "Scores", "evaluate_file", "evaluate_rows", "event_row", "event_tally"]

Row = dict[str, Any]
Tally = dict[str, float]
_TURNS = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A score from 0 to 1 with its 95 % bootstrap interval over rows."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """The scores of one task on one gold file."""

    task: str
    n: int
    metrics: Mapping[str, Metric]

    def to_json(self) -> Row:
        """`{"task", "n", "metrics": {NAME: {"value", "low", "high"}}}`."""
        numbers = {name: {"value": m.value, "low": m.low, "high": m.high} for name, m in self.metrics.items()}
        return {"task": self.task, "n": self.n, "metrics": numbers}


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def _f1(hits: float, predicted: float, gold: float) -> float | None:
    return 2 * hits / (predicted + gold) if predicted + gold else None


def _sums(tallies: Sequence[Tally]) -> Counter[str]:
    total: Counter[str] = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def _ratios(**names: tuple[str, str]) -> Callable[[Sequence[Tally]], dict[str, float | None]]:
    """Metrics that are one sum over another."""

    def measure(tallies: Sequence[Tally]) -> dict[str, float | None]:
        total = _sums(tallies)
        return {name: _ratio(total[part], total[whole]) for name, (part, whole) in names.items()}

    return measure


# --- relations ---------------------------------------------------------------------------------------------------------


def _macro_f1(pairs: Sequence[tuple[str, str]], labels: Sequence[str]) -> float | None:
    hits, predicted, gold = Counter[str](), Counter[str](), Counter[str]()
    for true, guess in pairs:
        gold[true] += 1
        predicted[guess] += 1
        hits[true] += true == guess
    scores = [
        _f1(hits[label], predicted[label], gold[label]) or 0.0 for label in labels if gold[label] or predicted[label]
    ]
    return sum(scores) / len(scores) if scores else None


def _quad(label: str, yields: bool) -> int:
    from dragoman.codebook import load_codebook

    if label == "NONE":
        return 0
    if yields and label in ("YIELD", "CONCEDE", "RETREAT"):
        return 2
    return load_codebook().type(label).quad


def _relations_tally(row: Row, predicted: Row, yields: bool) -> Row:
    expect = row["expect"]
    true, guess = expect["type"], predicted["type"]
    quad = expect.get("quad") or _quad(true, yields)
    return {
        "true": true,
        "guess": guess,
        "quad": quad,
        "guess_quad": _quad(guess, yields),
        "sure": max(predicted["types"].get(guess, 0.0), 0.0),
    }


def _relations_measure(tallies: Sequence[Any]) -> dict[str, float | None]:
    types = [(t["true"], t["guess"]) for t in tallies]
    quads = [(str(t["quad"]), str(t["guess_quad"])) for t in tallies]
    sides = {"0": "none", "1": "cooperation", "2": "cooperation", "3": "conflict", "4": "conflict"}
    binary = [(sides[a], sides[b]) for a, b in quads]
    labels = sorted({true for true, _ in types})
    bins: dict[int, list[tuple[float, bool]]] = {}
    for tally in tallies:
        bins.setdefault(min(14, int(tally["sure"] * 15)), []).append((tally["sure"], tally["true"] == tally["guess"]))
    ece = sum(abs(sum(s for s, _ in b) - sum(ok for _, ok in b)) for b in bins.values()) / max(1, len(tallies))
    return {
        "type_macro_f1": _macro_f1(types, labels),
        "type_accuracy": sum(a == b for a, b in types) / max(1, len(types)),
        "quad_macro_f1": _macro_f1(quads, sorted({a for a, _ in quads})),
        "binary_macro_f1": _macro_f1(binary, sorted({a for a, _ in binary})),
        "ece": ece,
    }


def _merged_types(types: Mapping[str, float], labels: set[str]) -> dict[str, float]:
    """Probabilities over the labels of this gold file: CONCEDE and RETREAT as YIELD where it says so, NONE only where it is one."""
    merged = dict(types)
    if "YIELD" in labels and "YIELD" not in merged:
        merged["YIELD"] = merged.pop("CONCEDE", 0.0) + merged.pop("RETREAT", 0.0)
    if "NONE" not in labels and sum(p for name, p in merged.items() if name != "NONE") > 0:
        rest = sum(p for name, p in merged.items() if name != "NONE")
        merged = {name: 0.0 if name == "NONE" else p / rest for name, p in merged.items()}
    return merged


def _relations(rows: Sequence[Row]) -> Iterator[tuple[Row, Row]]:
    from dragoman.runner import classify_pairs

    labels = {row["expect"]["type"] for row in rows}
    pairs = [
        (row["text"], (row["actor"][0], row["actor"][1]), (row["recipient"][0], row["recipient"][1])) for row in rows
    ]
    for row, types in zip(rows, classify_pairs(pairs, older="YIELD" in labels), strict=True):
        merged = _merged_types(types, labels)
        best = max(sorted(merged), key=lambda name: merged[name])
        predicted = {"type": best, "types": merged}
        yield {"predicted": predicted, "confidence": merged[best]}, _relations_tally(row, predicted, "YIELD" in labels)


# --- events ------------------------------------------------------------------------------------------------------------


def _article(row: Row) -> Any:
    """A gold row's text as an article, published when the row says."""
    import datetime as dt
    import hashlib

    from dragoman import edtf
    from dragoman.records import Article, make_id

    published = edtf.unknown()
    if row.get("published"):
        try:
            published = edtf.day(dt.date.fromisoformat(row["published"][:10]), basis="metadata")
        except ValueError:
            raise GoldError(
                f"row {row.get('id')}: published {row['published']!r} is no date", hint="write it as 2018-08-16"
            ) from None
    text = row["text"]
    return Article(
        id=make_id("ar", row.get("id"), text),
        text=text,
        title=None,
        outlet=None,
        agencies=(),
        authors=(),
        dateline=None,
        published=published,
        updated=None,
        language="en",
        path=None,
        url=None,
        section=None,
        tags=(),
        raw_sha256=hashlib.sha256(text.encode("utf-8", "replace")).hexdigest(),
        raw_runs=(),
        why=(),
    )


def _coding(row: Row) -> Any:
    from dragoman.config import Settings
    from dragoman.pipeline import code_article
    from dragoman.runner import load_tools

    return code_article(_article(row), load_tools(), Settings())


def _codes(parties: Sequence[Any]) -> list[str]:
    return sorted({party.country for party in parties if party.country})


def event_row(event: Any) -> Row:
    """An event as it is compared with gold."""
    from dragoman.export import to_json

    when = to_json(event.when)
    return {
        "type": event.type,
        "actors": _codes(event.actors),
        "recipients": _codes(event.recipients),
        "status": event.status,
        "when": {"start": when["start"], "end": when["end"]},
        "country": event.place.country if event.place else None,
        "confidence": event.confidence,
    }


def _same_event(gold: Row, found: Row) -> bool:
    if gold.get("type") != found["type"]:
        return False
    return all(sorted(set(gold[name])) == found[name] for name in ("actors", "recipients") if name in gold)


def event_tally(gold: Sequence[Row], found: Sequence[Row]) -> Tally:
    """How many of the wanted events of an article were found: the same type, actors and recipients by their codes.

    >>> row = {"type": "MEET", "actors": ["NOR"], "recipients": [], "status": "occurred"}
    >>> event_tally([row], [row, row])
    {'gold': 1, 'predicted': 2, 'hits': 1, 'status': 1, 'status_of': 1}
    """
    left = list(found)
    tally: Tally = {"gold": len(gold), "predicted": len(found), "hits": 0, "status": 0, "status_of": 0}
    for wanted in gold:
        # Of several that fit, the one with the right status is its match.
        match = min(
            (f for f in left if _same_event(wanted, f)),
            key=lambda f: f["status"] != wanted.get("status"),
            default=None,
        )
        if match is None:
            continue
        left.remove(match)
        tally["hits"] += 1
        if "status" in wanted:
            tally["status_of"] += 1
            tally["status"] += match["status"] == wanted["status"]
    return tally


def _events(rows: Sequence[Row]) -> Iterator[tuple[Row, Tally]]:
    for row in rows:
        found = [event_row(event) for event in _coding(row).events]
        tally = event_tally(row["expect"].get("events", ()), found)
        confidence = sum(f["confidence"] for f in found) / len(found) if found else 0.0
        yield {"predicted": {"events": found}, "confidence": confidence}, tally


def _events_measure(tallies: Sequence[Tally]) -> dict[str, float | None]:
    total = _sums(tallies)
    return {
        "f1": _f1(total["hits"], total["predicted"], total["gold"]),
        "precision": _ratio(total["hits"], total["predicted"]),
        "recall": _ratio(total["hits"], total["gold"]),
        "status_accuracy": _ratio(total["status"], total["status_of"]),
    }


# --- actors, dates, places -----------------------------------------------------------------------------------------------


def _fits(expected: Any, found: Any) -> bool:
    return (
        found in expected["any_of"] if isinstance(expected, dict) and "any_of" in expected else bool(expected == found)
    )


def _actors(rows: Sequence[Row]) -> Iterator[tuple[Row, Tally]]:
    from dragoman.naming.composition import compose
    from dragoman.naming.namings import Namings
    from dragoman.runner import load_tools

    for row in rows:
        reference = load_tools().reference
        found = compose(row["text"], reference, date=row.get("date"))
        around = Namings(row.get("context") or "", reference, row.get("date"), ()).codes
        if not found.countries and len(around) == 1:
            found = replace(found, countries=tuple(around))  # the context names one state alone
        predicted = {"country": found.country, "sector": found.sector, "name": found.name or row["text"]}
        tally: Tally = {}
        for name in ("country", "sector"):
            if name in row["expect"]:
                tally[f"{name}_of"] = 1
                tally[name] = _fits(row["expect"][name], predicted[name])
        yield {"predicted": predicted, "confidence": 0.9 if found.country or found.sector else 0.3}, tally


def _dates(rows: Sequence[Row]) -> Iterator[tuple[Row, Tally]]:
    from dragoman.dates import resolve
    from dragoman.export import to_json

    for row in rows:
        start, end = row["span"]
        when = to_json(resolve(row["text"], start, end, _article(row).published))
        predicted = {"start": when["start"], "end": when["end"]}
        right = all(predicted[name] == row["expect"][name] for name in ("start", "end") if name in row["expect"])
        yield {"predicted": predicted, "confidence": 0.9 if when["start"] else 0.5}, {"all": 1, "right": right}


def _places(rows: Sequence[Row]) -> Iterator[tuple[Row, Tally]]:
    from dragoman.gazetteer import distance_km
    from dragoman.places import resolve

    for row in rows:
        start, end = row["span"]
        found = resolve(row["text"], start, end)
        place = found.place if found else None
        predicted: Row = {
            "lat": place.latitude if place else None,
            "lon": place.longitude if place else None,
            "country": place.country if place else None,
        }
        expect = row["expect"]
        tally: Tally = {}
        if "country" in expect:
            tally |= {"country_of": 1, "country": predicted["country"] == expect["country"]}
        if "lat" in expect:
            near = (
                predicted["lat"] is not None
                and distance_km((predicted["lat"], predicted["lon"]), (expect["lat"], expect["lon"])) <= 161
            )
            tally |= {"near_of": 1, "near": near}
        yield {"predicted": predicted, "confidence": found.score if found else 0.0}, tally


# --- mentions, statements --------------------------------------------------------------------------------------------------

_NAME_KINDS = ("person", "organization", "place", "nationality", "office", "meeting", "date")


def _mentions(rows: Sequence[Row]) -> Iterator[tuple[Row, Tally]]:
    # Only the kinds that the gold file marks anywhere are scored: a set without offices has no opinion on them.
    kinds = {mention["kind"] for row in rows for mention in row["expect"]["mentions"]}
    for row in rows:
        found = {
            (m.span.start, m.span.end, m.kind)
            for m in _coding(row).mentions
            if m.kind in _NAME_KINDS and m.kind in kinds
        }
        gold = {(*mention["span"], mention["kind"]) for mention in row["expect"]["mentions"]}
        predicted = [{"span": [start, end], "kind": kind} for start, end, kind in sorted(found)]
        yield (
            {"predicted": {"mentions": predicted}, "confidence": 0.9},
            {"hits": len(found & gold), "predicted": len(found), "gold": len(gold)},
        )


def _f1_measure(name: str) -> Callable[[Sequence[Tally]], dict[str, float | None]]:
    def measure(tallies: Sequence[Tally]) -> dict[str, float | None]:
        total = _sums(tallies)
        return {name: _f1(total["hits"], total["predicted"], total["gold"])}

    return measure


def _characters(spans: Sequence[Sequence[int]]) -> set[int]:
    return {place for start, end in spans for place in range(start, end)}


def _statements(rows: Sequence[Row]) -> Iterator[tuple[Row, Tally]]:
    for row in rows:
        found = [
            {
                "speaker": [s.speaker.start, s.speaker.end] if s.speaker else None,
                "content": [[piece.span.start, piece.span.end] for piece in s.content],
                "form": s.form,
                "confidence": s.confidence,
            }
            for s in _coding(row).statements
        ]
        yield (
            {"predicted": {"statements": found}, "confidence": 0.8},
            _statements_tally(row["expect"]["statements"], found),
        )


def _statements_tally(gold: Sequence[Row], found: Sequence[Row]) -> Tally:
    """One-to-one matching, most overlap first; content counts by its overlap, the speaker where half the content is shared.

    Words that several say together are a record for each of them, and are counted once.
    """
    said = {tuple(map(tuple, made["content"])) for made in found}
    tally: Tally = {"gold": len(gold), "predicted": len(said), "hits": 0.0, "speaker": 0, "speaker_of": 0}
    overlaps = []
    for i, wanted in enumerate(gold):
        one = _characters(wanted["content"])
        for j, made in enumerate(found):
            two = _characters(made["content"])
            if one & two:
                overlaps.append((len(one & two) / len(one | two), -i, -j))
    taken: set[tuple[str, int]] = set()
    for value, i, j in sorted(overlaps, reverse=True):
        if ("g", i) in taken or ("f", j) in taken:
            continue
        taken |= {("g", i), ("f", j)}
        tally["hits"] += value
        wanted, made = gold[-i], found[-j]
        if value >= 0.5 and wanted.get("speaker"):
            tally["speaker_of"] += 1
            tally["speaker"] += _same_span(wanted["speaker"], made["speaker"])
    return tally


def _same_span(one: Sequence[int], two: Sequence[int] | None) -> bool:
    """Whether two phrases name the same: they share at least half of the shorter."""
    if two is None:
        return False
    shared = min(one[1], two[1]) - max(one[0], two[0])
    return shared >= 0.5 * min(one[1] - one[0], two[1] - two[0])


def _statements_measure(tallies: Sequence[Tally]) -> dict[str, float | None]:
    total = _sums(tallies)
    return {
        "content_f1": _f1(total["hits"], total["predicted"], total["gold"]),
        "speaker_accuracy": _ratio(total["speaker"], total["speaker_of"]),
    }


# --- reading, stories --------------------------------------------------------------------------------------------------------


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    """4-grams of lower-case word tokens; a shorter text is one shingle."""
    import re

    tokens = re.findall(r"\w+", text.lower())
    return Counter(tuple(tokens[at : at + 4]) for at in range(max(1, len(tokens) - 3)))


def _reading(rows: Sequence[Row], folder: Path) -> Iterator[tuple[Row, Tally]]:
    from dragoman.clean import clean
    from dragoman.export import to_json
    from dragoman.read import read_documents
    from dragoman.records import Rejection

    for row in rows:
        path = folder / row["path"]
        if not path.exists():
            raise GoldError(f"row {row.get('id')}: no page at {path}", hint="paths are relative to the gold file")
        raws = [raw for raw in read_documents([path]) if not isinstance(raw, Rejection)]
        wanted = row.get("record_id")
        cleaned = [clean(raw) for raw in raws if wanted is None or dict(raw.fields).get("id") == wanted]
        article = next((made for made in cleaned if not isinstance(made, Rejection)), None)
        predicted: Row = {"title": None, "text": "", "published": None, "authors": [], "outlet": None}
        if article is not None:
            published = to_json(article.published)
            predicted = {
                "title": article.title,
                "text": article.text,
                "published": published["edtf"][:10] if published["edtf"] else None,
                "authors": list(article.authors),
                "outlet": article.outlet,
            }
        yield {"predicted": predicted, "confidence": 0.9 if article else 0.0}, _reading_tally(row["expect"], predicted)


def _squeezed(text: str | None) -> str:
    return " ".join((text or "").split()).casefold()


def _reading_tally(expect: Row, found: Row) -> Tally:
    tally: Tally = {}
    if "text" in expect:
        one, two = _shingles(expect["text"]), _shingles(found["text"])
        tally |= {"body_of": 1, "body": _f1((one & two).total(), one.total(), two.total()) or 0.0}
    for name in ("title", "outlet"):
        if name in expect:
            tally |= {f"{name}_of": 1, name: _squeezed(expect[name]) == _squeezed(found[name])}
    if "published" in expect:
        wanted = expect["published"]
        tally |= {"published_of": 1, "published": (wanted[:10] if wanted else None) == found["published"]}
    if "authors" in expect:
        tally |= {
            "authors_of": 1,
            "authors": sorted(map(_squeezed, expect["authors"] or ())) == sorted(map(_squeezed, found["authors"])),
        }
    return tally


def _stories(rows: Sequence[Row]) -> Iterator[tuple[Row, Tally]]:

    from dragoman.cluster import find_stories

    for row in rows:
        names = {}
        articles = []
        for number, item in enumerate(row["articles"]):
            article = _article(item)
            article = replace(article, id=f"{article.id}-{number}", title=item.get("title"), outlet=item.get("outlet"))
            names[article.id] = item["id"]
            articles.append(article)
        stories = [
            sorted(names[article_id] for article_id in story.article_ids) for story in find_stories(articles, ())
        ]
        gold = {name: set(group) for group in row["expect"]["stories"] for name in group}
        made = {name: set(group) for group in stories for name in group}
        tally: Tally = {"of": len(gold), "precision": 0.0, "recall": 0.0}
        for name, group in gold.items():
            shared = len(group & made.get(name, {name}))
            tally["precision"] += shared / len(made.get(name, {name}) & gold.keys() or {name})
            tally["recall"] += shared / len(group)
        yield {"predicted": {"stories": stories}, "confidence": 0.9}, tally


def _stories_measure(tallies: Sequence[Tally]) -> dict[str, float | None]:
    total = _sums(tallies)
    precision, recall = _ratio(total["precision"], total["of"]), _ratio(total["recall"], total["of"])
    if not precision or not recall:
        return {"bcubed_f1": None}
    return {"bcubed_f1": 2 * precision * recall / (precision + recall)}


# --- running ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    needs: tuple[str, ...]
    run: Callable[..., Iterator[tuple[Row, Any]]]
    measure: Callable[[Sequence[Any]], dict[str, float | None]]


TASKS: Mapping[str, _Task] = MappingProxyType(
    {
        "relations": _Task(needs=("text", "actor", "recipient"), run=_relations, measure=_relations_measure),
        "events": _Task(needs=("text",), run=_events, measure=_events_measure),
        "actors": _Task(
            needs=("text",),
            run=_actors,
            measure=_ratios(country_accuracy=("country", "country_of"), sector_accuracy=("sector", "sector_of")),
        ),
        "dates": _Task(needs=("text", "span"), run=_dates, measure=_ratios(exact=("right", "all"))),
        "places": _Task(
            needs=("text", "span"),
            run=_places,
            measure=_ratios(country_accuracy=("country", "country_of"), within_161_km=("near", "near_of")),
        ),
        "mentions": _Task(needs=("text",), run=_mentions, measure=_f1_measure("f1")),
        "statements": _Task(needs=("text",), run=_statements, measure=_statements_measure),
        "reading": _Task(
            needs=("path",),
            run=_reading,
            measure=_ratios(
                body_f1=("body", "body_of"),
                title_exact=("title", "title_of"),
                published_exact=("published", "published_of"),
                authors_exact=("authors", "authors_of"),
                outlet_exact=("outlet", "outlet_of"),
            ),
        ),
        "stories": _Task(needs=("articles",), run=_stories, measure=_stories_measure),
    }
)
"""Every task by its name."""


def _intervals(
    tallies: Sequence[Any], measure: Callable[[Sequence[Any]], dict[str, float | None]]
) -> dict[str, Metric]:
    import random

    values = measure(tallies)
    draws: dict[str, list[float]] = {name: [] for name in values}
    chance = random.Random(20_160_418)
    # Fewer turns for long files: the interval is narrow there, and every turn is a pass over the rows.
    for _ in range(min(_TURNS, max(200, 200_000 // max(1, len(tallies))))):
        sample = chance.choices(tallies, k=len(tallies))
        for name, value in measure(sample).items():
            if value is not None:
                draws[name].append(value)
    metrics = {}
    for name, value in values.items():
        if value is None:
            continue  # nothing in the gold file asks for it
        ordered = sorted(draws[name]) or [value]
        low, high = ordered[int(0.025 * (len(ordered) - 1))], ordered[round(0.975 * (len(ordered) - 1))]
        metrics[name] = Metric(value=value, low=min(low, value), high=max(high, value))
    return metrics


def evaluate_rows(task: str, rows: Sequence[Row], *, folder: Path = Path()) -> tuple[Scores, list[Row]]:
    """Score gold rows; returns the scores and one prediction a row.

    Raises `UsageError` for an unknown task, `GoldError` for a row that lacks what the task needs.
    """
    if task not in TASKS:
        raise UsageError(f"no task {task!r}", hint=f"the tasks: {', '.join(TASKS)}")
    chosen = TASKS[task]
    for number, row in enumerate(rows, 1):
        missing = [name for name in (*chosen.needs, "expect") if name not in row]
        if missing:
            raise GoldError(
                f"row {number} has no {', '.join(missing)}",
                hint=f"a row of {task} needs {', '.join(chosen.needs)}, expect",
            )
    if not rows:
        raise GoldError("the gold file holds no row", hint="give a file of JSON lines")
    results = list(chosen.run(rows, folder) if task == "reading" else chosen.run(rows))
    predictions = [{"id": row.get("id"), **made} for row, (made, _) in zip(rows, results, strict=True)]
    metrics = _intervals([tally for _, tally in results], chosen.measure)
    return Scores(task=task, n=len(rows), metrics=metrics), predictions


def evaluate_file(task: str, gold: Path, *, predictions: Path | None = None) -> Scores:
    """Score a task against a gold file, and write the predictions where asked.

    Raises `GoldError` naming the line that is no row.
    """
    if task not in TASKS:
        raise UsageError(f"no task {task!r}", hint=f"the tasks: {', '.join(TASKS)}")
    rows: list[Row] = []
    try:
        with gold.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = json.loads(line)
                except json.JSONDecodeError as error:
                    raise GoldError(f"{gold}:{number}: {error.msg}", hint="every line is one JSON object") from None
                if not isinstance(row, dict):
                    raise GoldError(f"{gold}:{number}: not a JSON object", hint="every line is one JSON object")
                rows.append(row)
    except (OSError, UnicodeDecodeError) as error:
        raise GoldError(f"{gold} cannot be read: {error}", hint="give a UTF-8 file of JSON lines") from None
    try:
        scores, made = evaluate_rows(task, rows, folder=gold.parent)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        raise GoldError(
            f"{gold}: a row has the wrong shape: {error!r}", hint="docs/reference/evaluate.md shows every shape"
        ) from error
    if predictions is not None:
        text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in made)
        try:
            predictions.write_text(text, encoding="utf-8")
        except OSError as error:
            raise UsageError(
                f"cannot write {predictions}: {error.strerror}", hint="name a file in a folder you may write to"
            ) from None
    return scores
