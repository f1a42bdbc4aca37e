"""What people judged, as gold rows for `dragoman evaluate` and as training examples in the format of the corpus.

Only sentences in which every record of a kind was judged are written: a row says what is in its text, and one that leaves an unjudged
record out would call it wrong. What the coder did not find at all is in no judgement: gold from judgements measures precision, and
its recall is an upper bound (docs/guides/exports.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from dragoman.export.codes import day
from dragoman.export.shape import moment
from dragoman.records import Article, Event, Participant, Span, Statement
from dragoman.selection import Selection
from dragoman.text import find_all, sentences

__all__ = ["write_gold", "write_judgements", "write_judgements_csv", "write_training"]

_COLUMNS = ("n", "at", "who", "kind", "id", "article_id", "start", "quote", "verdict", "correction", "sample")


def write_judgements(selection: Selection, what: str) -> Iterator[bytes]:
    """Every standing judgement, a JSON line each; where two people judged a record, both."""
    for row in _standing(selection):
        yield json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"


def write_judgements_csv(selection: Selection, what: str) -> Iterator[bytes]:
    """Every standing judgement as CSV; corrections as `field=value` joined by `; `."""
    import csv
    import io

    from dragoman.export.tidy import cell

    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(_COLUMNS)
    for row in _standing(selection):
        correction = "; ".join(f"{name}={value}" for name, value in row["correction"].items())
        writer.writerow([cell((row | {"correction": correction})[name]) for name in _COLUMNS])
    yield buffer.getvalue().encode("utf-8")


def _standing(selection: Selection) -> list[dict[str, Any]]:
    from dragoman.judgements import Judgements

    every = [j for by_who in Judgements(selection.root).standing().values() for j in by_who.values()]
    return [{name: getattr(j, name) for name in _COLUMNS} for j in sorted(every, key=lambda j: j.n)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Passage:
    """A sentence of an article with everything judged in it; `events` and `statements` are `None` where not all of them were."""

    article: Article
    start: int
    end: int
    events: tuple[Event, ...] | None
    statements: tuple[Statement, ...] | None

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]


def _sentence(record: Event | Statement) -> tuple[int, int] | None:
    for entry in record.sources:
        if entry.field == "sentence" and entry.sources:
            return entry.sources[0].span.start, entry.sources[0].span.end
    return None


def _passages(selection: Selection) -> Iterator[_Passage]:
    """The sentences with a judgement, in the order of articles and text."""
    judged = selection.verdicts
    chosen: dict[tuple[str, tuple[int, int]], dict[str, list[Any]]] = {}
    whole: dict[tuple[str, tuple[int, int]], dict[str, bool]] = {}
    for kind in ("events", "statements"):
        kept = {record.id: record for record in selection.judged(kind)}
        for record in selection.stored(kind):
            span = _sentence(record)
            if span is None:
                continue
            place = (record.article_id, span)
            complete = whole.setdefault(place, {})
            complete[kind] = complete.get(kind, True) and record.id in judged
            if record.id in kept:
                chosen.setdefault(place, {}).setdefault(kind, []).append(kept[record.id])
    articles = {article.id: article for article in selection.stored("articles")}
    for place in sorted(whole):
        article_id, (start, end) = place
        found = {kind: tuple(chosen.get(place, {}).get(kind, ())) for kind, all_ in whole[place].items() if all_}
        if found and article_id in articles:
            yield _Passage(
                article=articles[article_id],
                start=start,
                end=end,
                events=found.get("events"),
                statements=found.get("statements"),
            )


# --- gold -----------------------------------------------------------------------------------------------------------------------


def _codes(parties: Iterable[Participant]) -> list[str]:
    return sorted({party.country for party in parties if party.country})


def _gold_event(event: Event) -> dict[str, Any]:
    row: dict[str, Any] = {
        "type": event.type,
        "actors": _codes(event.actors),
        "recipients": _codes(event.recipients),
        "status": event.status,
    }
    if event.when.start is not None:
        row["when"] = {"start": moment(event.when.start), "end": moment(event.when.end)}
    if event.place is not None and event.place.country:
        row["country"] = event.place.country
    return row


def _within(passage: _Passage, spans: Iterable[tuple[int, int]]) -> list[list[int]] | None:
    """Spans as offsets into the passage; `None` where one lies outside."""
    found = [[start - passage.start, end - passage.start] for start, end in spans]
    length = passage.end - passage.start
    return found if all(0 <= start < end <= length for start, end in found) else None


def _gold_statement(passage: _Passage, statement: Statement) -> dict[str, Any] | None:
    content = _within(passage, ((piece.span.start, piece.span.end) for piece in statement.content))
    if content is None:
        return None
    row: dict[str, Any] = {"content": content, "form": statement.form}
    if statement.speaker is not None:
        speaker = _within(passage, [(statement.speaker.start, statement.speaker.end)])
        if speaker is None:
            return None
        row["speaker"] = speaker[0]
    return row


def write_gold(selection: Selection, what: str) -> Iterator[bytes]:
    """Gold rows, one a sentence: of `events` for `evaluate events`, of `statements` for `evaluate statements`.

    `judgements` gives the rows of `events`, with the statements of the sentence beside them where they were wholly judged too. A statement
    whose speaker or words lie outside its sentence leaves its row without statements.
    """
    for passage in _passages(selection):
        expect: dict[str, Any] = {}
        if passage.events is not None and what != "statements":
            expect["events"] = [_gold_event(event) for event in passage.events]
        if passage.statements is not None and (what == "statements" or (expect and what == "judgements")):
            said = [_gold_statement(passage, statement) for statement in passage.statements]
            if None not in said:
                expect["statements"] = said
        if not expect:
            continue
        published = day(passage.article.published)
        row = {
            "id": f"{passage.article.id}:{passage.start}",
            "text": passage.text,
            "published": published.date().isoformat() if published else None,
            "expect": expect,
        }
        yield json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"


# --- training -----------------------------------------------------------------------------------------------------------------------

_KINDS = {"person": "person", "group": "person", "organization": "org", "place": "place", "nationality": "nationality"}
_UNSAFE = re.compile(r" ; | ;; | \||\n|…|[#*]$|#\d+$|\*$| = ")
_MOST_SENTENCES = 4


class _CannotWriteError(ValueError):
    """A passage that the corpus format cannot hold; the message says why."""


def _span(text: str, start: int, end: int) -> str:
    """A span as the corpus writes it: the words, with `#n` where they occur before as whole words."""
    words = text[start:end]
    if not words.strip() or words != words.strip() or _UNSAFE.search(words):
        raise _CannotWriteError(f"the words {words!r} cannot be written as a span")
    places = find_all(text, words)
    if (start, end) not in places:
        raise _CannotWriteError(f"{words!r} is no run of whole words")
    number = places.index((start, end)) + 1
    return words if number == 1 else f"{words}#{number}"


def _wider(passage: _Passage) -> _Passage:
    """The passage with as many sentences before it as its parties need, at most four in all."""
    needed = [Span(start=passage.start, end=passage.end)]
    records: list[Event | Statement] = [*(passage.events or ()), *(passage.statements or ())]
    for record in records:
        parties = (
            (*record.actors, *record.recipients) if isinstance(record, Event) else (record.speaker, *record.addressees)
        )
        needed += [Span(start=party.start, end=party.end) for party in parties if party is not None]
        needed += [
            source.span for entry in record.sources if entry.field in ("when", "trigger") for source in entry.sources
        ]
    first, last = min(span.start for span in needed), max(span.end for span in needed)
    known = [span for span in sentences(passage.article.text) if span[1] > first and span[0] < last]
    if not known or len(known) > _MOST_SENTENCES:
        raise _CannotWriteError("its parties stand too far from its sentence")
    start, end = min(known[0][0], passage.start), max(known[-1][1], passage.end)
    return _Passage(article=passage.article, start=start, end=end, events=passage.events, statements=passage.statements)


def _code(value: str | None) -> str:
    return value if value and re.fullmatch(r"[A-Z]{3}", value) else "-"


class _Marks:
    """The mark lines of one passage; every party is listed once, with all the places that the records give it."""

    def __init__(self, passage: _Passage) -> None:
        # One line: a break between sentences becomes a space, which keeps every offset.
        self.text = re.sub(r"\s", " ", passage.text)
        self._shift = passage.start
        self._entities: dict[str, tuple[str, str, list[str]]] = {}
        self.lines: list[str] = []

    def party(self, party: Participant) -> str:
        kind = _KINDS.get(party.kind)
        if kind is None:
            raise _CannotWriteError(f"the corpus has no mention of kind {party.kind!r}")
        head = f"{kind} {_code(party.country)} {_code(party.sector)}"
        return self._entity(party.id, head, party.start, party.end)

    def date(self, start: int, end: int) -> str:
        return self._entity(f"date {start}", "date", start, end)

    def _entity(self, key: str, head: str, start: int, end: int) -> str:
        written = self.span(start, end)
        name, _, spans = self._entities.setdefault(key, (_letters(len(self._entities)), head, []))
        if written not in spans:
            spans.append(written)
        return name

    def span(self, start: int, end: int) -> str:
        if start < self._shift or end - self._shift > len(self.text):
            raise _CannotWriteError("a source lies outside the passage")
        return _span(self.text, start - self._shift, end - self._shift)

    def written(self) -> list[str]:
        entities = [f"m {name} {head} = {' ; '.join(spans)}" for name, head, spans in self._entities.values()]
        return entities + self.lines


def _letters(number: int) -> str:
    """A to Z, then AA to ZZ."""
    return chr(65 + number) if number < 26 else chr(64 + number // 26) + chr(65 + number % 26)


def _event_line(marks: _Marks, event: Event) -> str:
    actors = ",".join(dict.fromkeys(marks.party(party) for party in event.actors))
    recipients = ",".join(dict.fromkeys(marks.party(party) for party in event.recipients))
    if not actors and not recipients:
        raise _CannotWriteError("an event without parties")
    by_field = {entry.field: entry.sources[0].span for entry in event.sources if entry.sources}
    options = []
    if "when" in by_field and event.when.basis == "phrase":
        options.append(f"when={marks.date(by_field['when'].start, by_field['when'].end)}")
    if event.contexts:
        options.append(f"ctx={','.join(event.contexts)}")
    trigger = marks.span(by_field["trigger"].start, by_field["trigger"].end)
    line = f"e {event.type} {event.mode or '-'} {event.status} | {actors} > {recipients} | {trigger}"
    return re.sub(r"  +", " ", line) + (f" | {' '.join(options)}" if options else "")


def _statement_line(marks: _Marks, statement: Statement) -> str:
    if statement.cue is None:
        raise _CannotWriteError("a statement without a cue")
    speaker = marks.party(statement.speaker) if statement.speaker else "-"
    to = ",".join(dict.fromkeys(marks.party(party) for party in statement.addressees))
    content = " ;; ".join(marks.span(piece.span.start, piece.span.end) for piece in statement.content)
    options = []
    if statement.stance:
        options.append(f"stance={statement.stance}")
    if statement.issues:
        options.append(f"issue={','.join(statement.issues)}")
    cue = marks.span(statement.cue.span.start, statement.cue.span.end)
    line = f"s {speaker}{f' > {to}' if to else ''} | {cue} | {content} | {statement.form}"
    return line + (f" | {' '.join(options)}" if options else "")


def _block(passage: _Passage) -> str:
    marks = _Marks(passage)
    marks.lines += [_event_line(marks, event) for event in passage.events or ()]
    marks.lines += [_statement_line(marks, statement) for statement in passage.statements or ()]
    if marks.text.lstrip().startswith(("#", "@")):
        raise _CannotWriteError("its text begins like a line of the format")
    start = passage.article.published.start
    decade = f"{start.year // 10 * 10}s" if start else "-"
    name = f"judged-{passage.article.id.removeprefix('ar_')}-{passage.start}"
    return "\n".join([f"@ {name} | wire | - | {decade}", marks.text, *marks.written()])


def write_training(selection: Selection, what: str) -> Iterator[bytes]:
    """Passages in the format of `corpus/GUIDE.md`, one for each sentence that was wholly judged.

    The register is written as `wire`, the region as `-`: nothing judged tells them. What the format cannot hold (a party five sentences
    away, an event without parties) is left out, and a comment at the end counts it with its reasons.
    """
    yield b"# theme: judgements\n# brief: sentences whose every event was judged by a person\n# author: reviewers of this dataset\n"
    left: dict[str, int] = {}
    for passage in _passages(selection):
        if passage.events is None:
            continue
        try:
            block = _block(_wider(passage))
        except _CannotWriteError as error:
            reason = re.sub(r"'.*'|\".*\"", "…", str(error))
            left[reason] = left.get(reason, 0) + 1
            continue
        yield f"\n{block}\n".encode()
    for reason, number in sorted(left.items()):
        yield f"\n# left out: {number} ({reason})\n".encode()
