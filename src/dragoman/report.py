"""What a person reads in a terminal: the summary, tables, explanations, scores, findings. No facts are made here."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.acts import acts_of
from dragoman.errors import UsageError
from dragoman.filters import Filter
from dragoman.persons import Persons
from dragoman.records import (
    RECORDS,
    Actor,
    Article,
    Category,
    Event,
    Meeting,
    Participant,
    Pledge,
    Reason,
    Source,
    Statement,
    Story,
    When,
)

if TYPE_CHECKING:
    from rich.console import Console

    from dragoman.runner import Progress
    from dragoman.store import Dataset

__all__ = [
    "Filter",
    "examples",
    "find_record",
    "marks_of",
    "print_explanation",
    "print_findings",
    "print_histories",
    "print_records",
    "print_scores",
    "print_sql",
    "print_summary",
    "progress_bar",
    "story_differences",
]


def examples() -> Path:
    """The folder of demo dispatches: in the package once installed, at the root of a checkout before."""
    installed = Path(str(files("dragoman") / "examples" / "dispatches"))
    return installed if installed.is_dir() else Path(__file__).parents[2] / "examples" / "dispatches"


def _console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    # A pipe gets plain, wide lines: nothing of a record may be cut there.
    return Console(file=stream, highlight=False, width=None if stream.isatty() else 160, soft_wrap=False)


@contextmanager
def progress_bar(label: str, total: int | None = None) -> Iterator[Progress]:
    """A progress bar on stderr while a run lasts, with its rate and, where the `total` is known, the time left.

    Silent where stderr is no terminal.
    """
    if not sys.stderr.isatty():
        yield lambda seen, added: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn(label),
        BarColumn(),
        TextColumn("{task.completed} documents, {task.fields[added]} added, {task.fields[rate]} a second"),
        TimeElapsedColumn(),
        *([TextColumn("left:"), TimeRemainingColumn()] if total else []),
    )
    began = time.monotonic()
    with Progress(*columns, console=_console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=total, added=0, rate="0")

        def update(seen: int, added: int) -> None:
            rate = seen / max(time.monotonic() - began, 1e-3)
            bar.update(task, completed=seen, added=added, rate=f"{rate:.{0 if rate >= 10 else 1}f}")

        yield update


def _who(parties: Sequence[Participant]) -> str:
    names = []
    for party in parties:
        code = (
            f" ({party.country})" if party.country and party.country not in party.name and party.kind != "place" else ""
        )
        names.append(party.name + code)
    return ", ".join(names) or "—"


def _time(when: When) -> str:
    if when.edtf is not None:
        return when.edtf
    return f"? ({when.phrase})" if when.phrase else "?"


def _sentence(record: Any) -> Source | None:
    for name in ("sentence", "trigger", "content"):
        for entry in getattr(record, "sources", ()):
            if entry.field == name and entry.sources:
                found: Source = entry.sources[0]
                return found
    content = getattr(record, "content", None)
    return content[0] if content else None


def _short(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1].rstrip() + "…"


def _within_one_state(event: Event) -> bool:
    """Whether a state and its own people are all that an act is between: told after acts between states."""
    return {party.country for party in event.recipients} <= {party.country for party in event.actors}


def _weight(event: Event) -> float:
    """How much an act weighs among others: its size on the scale of conflict and cooperation, by how sure it is."""
    return abs(event.scale) * event.confidence


def _order(record: Any) -> tuple[bool, str, str]:
    when = getattr(record, "when", None) or getattr(record, "published", None)
    start = when.start if when is not None else None
    return (start is None, start.isoformat() if start else "", record.id)


_KINDS = ("person", "organization", "place", "group", "phrase")


def _told_on(dataset: Dataset) -> dict[str, tuple[str, str]]:
    """The first instant and the day of each article's publication, "" where unknown."""
    found = dataset.sql("SELECT id, published.start AS first, published.edtf AS day FROM articles").to_pylist()
    return {row["id"]: (row["first"].isoformat() if row["first"] else "", (row["day"] or "")[:10]) for row in found}


def _in_order(record: Any, told: Mapping[str, tuple[str, str]]) -> tuple[Any, ...]:
    """By time; what has no time of its own by when it was told, and by where in its article; actors by kind and name."""
    if isinstance(record, Actor):
        kind = _KINDS.index(record.kind) if record.kind in _KINDS else len(_KINDS)
        return kind, record.name[:1].islower(), record.name.casefold(), record.id
    undated, first, _ = _order(record)
    article = getattr(record, "article_id", "")
    first = first or told.get(article, ("", ""))[0]
    source = _sentence(record)
    return (not first, first, undated, article, source.span.start if source else 0, record.id)


def _told_time(cell: str, told: tuple[str, str]) -> str:
    """A time that is not known, with the day it was told on: "Thursday, told 2011-05-06"."""
    if not cell.startswith("?") or not told[1]:
        return cell
    phrase = cell[3:-1] if cell.startswith("? (") else ""
    return f"{phrase}, told {told[1]}" if phrase else f"told {told[1]}"


def canonical(dataset: Dataset, events: Iterable[Event]) -> list[tuple[Event, int]]:
    """Each act once, with the number of articles that tell it: the surest telling stands for the rest."""
    return [(act.event, len(act.articles)) for act in acts_of(dataset, events, {})]


def print_summary(dataset: Dataset) -> None:
    """What a dataset holds, as something to read: counts, a timeline, who met whom, who said what."""
    from rich.markup import escape
    from rich.rule import Rule

    console = _console()
    counts = dataset.manifest["counts"]
    persons = Persons.of(dataset)
    events = canonical(dataset, persons.records("events", dataset.records("events")))
    total = sum(n for _, n in events)
    console.print(
        f"[bold]{counts['articles']}[/] articles, [bold]{len(events)}[/] events ({total} tellings), "
        f"[bold]{counts['statements']}[/] statements, [bold]{counts['meetings']}[/] meetings, "
        f"[bold]{counts['pledges']}[/] pledges, {counts['rejections']} rejections"
    )
    types = Counter(event.type for event, _ in events)
    console.print("  " + "  ".join(f"{name} {n}" for name, n in types.most_common()))
    console.print(Rule("Timeline of the main events", align="left"))
    weights = sorted(events, key=lambda item: (_within_one_state(item[0]), -item[1], -_weight(item[0]), item[0].id))
    main = [
        item for item in weights if item[0].status in ("occurred", "ongoing") and item[0].actors and item[0].recipients
    ][:14]
    for event, number in sorted(main, key=lambda item: _order(item[0])):
        mode = f" {event.mode}" if event.mode else ""
        tellings = f"  [dim]{number} articles[/]" if number > 1 else ""
        actors, recipients = escape(_who(event.actors)), escape(_who(event.recipients))
        console.print(f"[bold]{_time(event.when):<12}[/] {actors} [cyan]{event.type}{mode}[/] {recipients}{tellings}")
        _print_source(console, event)
    console.print(Rule("Who met whom", align="left"))
    meetings = sorted(persons.records("meetings", dataset.records("meetings")), key=_order)
    shown = [row for row in meetings if len(row.participants) + len(row.hosts) > 1 or row.series][:8]
    for row in shown:
        edition = f", edition {row.edition}" if row.edition else ""
        parties = _who((*row.hosts, *row.participants))
        console.print(
            f"[bold]{_time(row.when):<12}[/] {escape(row.name)}{edition} [dim]{row.status}[/]: {escape(_short(parties, 110))}"
        )
        _print_source(console, row)
    console.print(Rule("Who said what", align="left"))
    told = persons.records("statements", dataset.records("statements"))
    said = [row for row in told if row.speaker and row.form != "paraphrase"]
    chosen = sorted(sorted(said, key=lambda r: (-r.confidence, r.id))[:8], key=_order)
    for statement in chosen:
        speaker = statement.speaker
        office = f", {speaker.office}" if speaker.office else ""
        console.print(f"[bold]{escape(speaker.name)}[/]{escape(office)} ({statement.standing}):")
        console.print(
            f"    “{escape(_short(' … '.join(piece.text for piece in statement.content), 150))}”", style="italic"
        )


def _print_source(console: Console, record: Any) -> None:
    from rich.markup import escape

    found = _sentence(record)
    if found is not None:
        console.print(f"             [dim]{escape(_short(found.text, 140))}[/]  [dim]{record.id}[/]")


def _columns(record: Any) -> list[str]:
    """A record's row of cells, by its type."""
    sentence = _sentence(record)
    words = _short(sentence.text, 90) if sentence else ""
    if isinstance(record, Event):
        mode = f" {record.mode}" if record.mode else ""
        return [
            _time(record.when),
            _who(record.actors),
            record.type + mode,
            _who(record.recipients),
            record.status,
            f"{record.confidence:.2f}",
            words,
            record.id,
        ]
    if isinstance(record, Statement):
        office = f", {record.speaker.office}" if record.speaker and record.speaker.office else ""
        who = _short(record.speaker.name + office, 70) if record.speaker else "—"
        content = " … ".join(piece.text for piece in record.content)
        return [
            _time(record.when),
            who,
            record.standing,
            record.form,
            " < ".join(record.reported_by),
            ", ".join(record.issues),
            _short(content, 90),
            record.id,
        ]
    if isinstance(record, Meeting):
        number = str(record.edition) if record.edition else ""
        place = record.place.name if record.place else ""
        return [
            _time(record.when),
            record.name,
            "= name" if record.series == record.name else record.series or "",
            number,
            record.status,
            _short(_who((*record.hosts, *record.participants)), 60),
            place,
            "; ".join(record.figures),
            record.id,
        ]
    if isinstance(record, Pledge):
        return [
            _time(record.when),
            _who(record.by),
            _who(record.to),
            _short(record.what, 90),
            "; ".join(_followed(record)) or "—",
            record.id,
        ]
    if isinstance(record, Category):
        return [
            record.codebook,
            record.category or "—",
            f"{record.confidence:.2f}",
            _short(", ".join(f"{each.code} {each.probability:.2f}" for each in record.shares[:3]), 60),
            words,
            record.record_id or "",
            record.id,
        ]
    if isinstance(record, Story):
        return [
            str(len(record.article_ids)),
            ", ".join(record.relations),
            str(len(record.canonical_events)),
            "",
            record.id,
        ]
    if isinstance(record, Article):
        return [
            _time(record.published),
            record.outlet or "?",
            _short(record.title or "", 80),
            record.language or "?",
            str(len(record.text)),
            record.id,
        ]
    return [
        str(getattr(record, name) if getattr(record, name) is not None else "")
        for name in _HEADINGS.get(type(record).__name__, ("id",))
    ]


def _followed(pledge: Pledge) -> list[str]:
    """What followed a pledge, each with its relation: "fulfils ev_12..."."""
    relations = {
        reason.detail.split(":")[0].split(" ")[0]: reason.by for reason in pledge.why if reason.step == "followups"
    }
    return [f"{relations.get(name, 'followed by')} {name}" for name in pledge.followed_by]


_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "Event": ("when", "actors", "type", "recipients", "status", "sure", "sentence", "id"),
    "Statement": ("when", "speaker", "standing", "form", "reported by", "issues", "content", "id"),
    "Meeting": ("when", "name", "series", "edition", "status", "who", "place", "figures", "id"),
    "Pledge": ("made", "by", "to", "what", "followed by", "id"),
    "Category": ("codebook", "category", "sure", "likeliest", "sentence", "record", "id"),
    "Story": ("articles", "relations", "events", "differences", "id"),
    "Article": ("published", "outlet", "title", "language", "characters", "id"),
    "Actor": ("name", "kind", "country", "sector", "id"),
    "Rejection": ("subject", "step", "reason", "id"),
}


_TOLD = ("events", "statements", "meetings", "pledges")


def print_records(dataset: Dataset, what: str, chosen: Filter, *, limit: int) -> None:
    """A table of records; an empty one says why it is empty."""
    from rich.table import Table

    every = Persons.of(dataset).records(what, dataset.records(what))
    told = _told_on(dataset) if what in _TOLD else {}
    if what == "events":
        counted = canonical(dataset, every)
        rows: list[Any] = [event for event, _ in counted if chosen.accepts(event)]
    else:
        rows = sorted((row for row in every if chosen.accepts(row)), key=lambda row: _in_order(row, told))
    if not rows:
        print(_why_empty(dataset, what, len(every)))
        return
    headings = _HEADINGS[RECORDS[what].__name__]
    table = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold", no_wrap=heading in ("when", "published", "made", "sure"))
    apart = story_differences(dataset, rows[:limit]) if what == "stories" else {}
    for row in rows[:limit]:
        cells = _columns(row)
        if what == "stories":
            cells[3] = "; ".join(dict.fromkeys(apart.get(row.id, ())))
        if what in _TOLD:
            cells[0] = _told_time(cells[0], told.get(row.article_id, ("", "")))
        table.add_row(*(_plain(cell) for cell in cells))
    _console().print(table)
    if len(rows) > limit:
        print(f"{limit} of {len(rows)} rows; --limit {len(rows)} shows all", file=sys.stderr)


def story_differences(dataset: Dataset, stories: Iterable[Story]) -> dict[str, list[str]]:
    """What the tellings of each act of these stories disagree on, in words, by the id of the story."""
    from dragoman.canonical import differences

    wanted = [story for story in stories if any(len(group) > 1 for group in story.canonical_events)]
    needed = {name for story in wanted for group in story.canonical_events if len(group) > 1 for name in group}
    events = {event.id: event for event in dataset.records("events") if event.id in needed} if needed else {}
    outlets = {article.id: article.outlet for article in dataset.records("articles")} if needed else {}
    return {
        story.id: [
            str(each)
            for group in story.canonical_events
            if len(group) > 1
            for each in differences((events[name] for name in group if name in events), outlets)
        ]
        for story in wanted
    }


def print_histories(dataset: Dataset, chosen: Filter, *, limit: int) -> None:
    """Each series of meetings with its editions in order; numbers that must have been, and that no article tells, are marked."""
    from rich.table import Table

    from dragoman.diplomacy.history import Gap, histories

    meetings = dataset.records("meetings")
    found = histories((row for row in meetings if chosen.accepts(row)), dataset.records("articles"))
    if not found:
        print(_why_empty(dataset, "meetings", 0) if not meetings else f"no series among {len(meetings)} meetings")
        return
    headings = ("edition", "when", "status", "place", "hosts", "who", "figures", "agenda", "articles", "id")
    for series in found[:limit]:
        others = [name for name in series.names if name != series.name]
        table = Table(title=_plain(series.name), title_justify="left", title_style="bold", box=None, pad_edge=False)
        for heading in headings:
            table.add_column(heading, overflow="fold", no_wrap=heading in ("edition", "when"))
        for row in series.rows:
            if isinstance(row, Gap):
                span = str(row.first) if row.first == row.last else f"{row.first}-{row.last}"
                table.add_row(_plain(span), _plain("(no article tells of it)"), *[""] * (len(headings) - 2))
                continue
            cells = [
                str(row.number or "?"),
                row.edtf or "?",
                row.status,
                *_joined(row.places, row.hosts, row.participants),
            ]
            cells += [*_joined(row.figures, row.agenda), str(len(row.articles)), " ".join(row.meetings)]
            table.add_row(*(_plain(cell) for cell in cells))
        _console().print(table)
        if others:
            print(f"  also called: {'; '.join(others)}")
        for reason in (reason for row in series.editions for reason in row.why):
            print(f"  {reason.by}: {reason.detail}")
        print()
    if len(found) > limit:
        print(f"{limit} of {len(found)} series; --limit {len(found)} shows all", file=sys.stderr)


def _joined(*lists: Sequence[str]) -> list[str]:
    return ["; ".join(values) for values in lists]


def _plain(text: str) -> Any:
    """Article text is no markup, and no control characters reach the terminal."""
    from rich.text import Text

    return Text("".join(char if char.isprintable() or char == " " else " " for char in text))


def _why_empty(dataset: Dataset, what: str, number: int) -> str:
    counts = dataset.manifest["counts"]
    if number:
        return f"no {what} pass these filters; without them there are {number}"
    if not counts["articles"]:
        refused = f"{counts['rejections']} documents were rejected (`dragoman show DATASET rejections`)"
        return f"no {what}: the dataset holds no article; {refused}"
    if what == "rejections":
        return f"no rejections: all that was given could be read and coded, {counts['articles']} articles"
    reasons = Counter(row.step for row in dataset.records("rejections"))
    uncoded = reasons.get("events", 0)
    if uncoded:
        return f"no {what}: {uncoded} of {counts['articles']} articles were not coded (`dragoman show DATASET rejections` says why)"
    return f"no {what}: {counts['articles']} articles were read, and none holds any that is sure enough"


def print_sql(dataset: Dataset, query: str) -> None:
    """The result of a query as JSON lines: complete and lossless, for people and programs."""
    for row in dataset.sql(query).to_pylist():
        print(json.dumps(row, ensure_ascii=False, default=str))


def find_record(dataset: Dataset, wanted: str) -> Any:
    """The record whose id begins with `wanted`; UsageError where none or several do."""
    if len(wanted) < 4:
        raise UsageError(f"{wanted!r} is too short for an id", hint="ids are in the last column of `dragoman show`")
    for name in RECORDS:
        matches = [row for row in dataset.records(name) if getattr(row, "id", "").startswith(wanted)]
        if len(matches) == 1:
            return matches[0]
        if matches:
            raise UsageError(f"{len(matches)} {name} begin with {wanted!r}", hint="give more of the id")
    raise UsageError(f"no record with the id {wanted!r}", hint="ids are in the last column of `dragoman show`")


_STYLES = {
    "trigger": "bold reverse", "cue": "bold reverse", "actors": "bold green", "speaker": "bold green",
    "recipients": "bold yellow", "when": "bold blue", "place": "bold magenta", "content": "italic",
}  # fmt: skip


def _marked(article: Article, start: int, end: int, marks: Sequence[tuple[str, Source]]) -> Any:
    from rich.text import Text

    text = Text(article.text[start:end])
    for field, found in marks:
        if start <= found.span.start and found.span.end <= end and field in _STYLES:
            text.stylize(_STYLES[field], found.span.start - start, found.span.end - start)
    return text


def marks_of(record: Any) -> list[tuple[str, Source]]:
    """Every source of a record with the field that rests on it."""
    marks = [
        (entry.field, found)
        for entry in getattr(record, "sources", ())
        for found in entry.sources
        if isinstance(found, Source)
    ]
    return marks + [("content", piece) for piece in getattr(record, "content", ())]


def print_explanation(dataset: Dataset, wanted: str) -> None:
    """A record, its sentence with each field marked and named, and every reason."""
    record = find_record(dataset, wanted)
    record = Persons.of(dataset).shown(record)
    console = _console()
    console.print(f"[bold]{type(record).__name__}[/] {record.id}")
    articles = {article.id: article for article in dataset.records("articles")}
    marks = marks_of(record)
    article = articles.get(getattr(record, "article_id", ""))
    if article is not None and marks:
        near = [m for m in marks if m[0] != "sentence"] or marks
        wide = [f for field, f in marks if field == "sentence"] or [f for _, f in near]
        start = min(f.span.start for f in wide)
        end = max(f.span.end for f in wide)
        console.print(_marked(article, start, end, marks))
        for field, found in near:
            console.print(_plain(f"  {field:<11} {found.span.start}-{found.span.end}  “{_short(found.text, 120)}”"))
        console.print(
            _plain(
                f"  in {article.title or 'an untitled article'}, {article.outlet or 'outlet unknown'}, {_time(article.published)}"
            )
        )
    _print_fields(console, record)
    for reason in _reasons(record):
        score = f" ({reason.score:.2f})" if reason.score is not None else ""
        console.print(_plain(f"  why  {reason.step} / {reason.by}: {reason.detail}{score}"))
    for own in dataset.records("categories"):
        if own.record_id == record.id:
            _print_category(console, own)


def _print_category(console: Console, own: Category) -> None:
    """What the user's own codebook says of a record, and why."""
    given = f"{own.category} ({own.label})" if own.category else "no category"
    shares = ", ".join(f"{each.code} {each.probability:.2f}" for each in own.shares)
    console.print(_plain(f"  {own.codebook}: {given}; {shares}"))
    for reason in own.why:
        console.print(_plain(f"  why  {reason.step} / {reason.by}: {reason.detail}"))


def _print_fields(console: Console, record: Any) -> None:
    for name in record.__dataclass_fields__:
        value = getattr(record, name)
        if name in ("id", "why", "sources", "content", "raw_runs", "text") or value in (None, (), ""):
            continue
        if isinstance(value, When):
            value = f"{_time(value)}  ({value.precision}, from {value.basis})"
        elif isinstance(value, tuple) and isinstance(value[0], Participant):
            value = "; ".join(
                f"{p.name} [{p.country or '?'} {p.sector or '?'}]" + (f", {p.office}" if p.office else "")
                for p in value
            )
        elif isinstance(value, Participant):
            value = f"{value.name} [{value.country or '?'} {value.sector or '?'}]" + (
                f", {value.office}" if value.office else ""
            )
        elif hasattr(value, "name"):
            value = value.name
        elif isinstance(value, Source):
            value = f"“{value.text}”"
        elif isinstance(value, tuple):
            value = ", ".join(map(str, value))
        console.print(_plain(f"  {name:<11} {value}"))


def _reasons(record: Any) -> list[Reason]:
    when = getattr(record, "when", None) or getattr(record, "published", None)
    return [*getattr(record, "why", ()), *(when.why if when else ())]


def print_scores(scores: Any, *, as_json: bool) -> None:
    """Scores of `evaluate`: JSON for programs, a table for people."""
    from rich.table import Table

    if as_json:
        print(json.dumps(scores.to_json(), ensure_ascii=False))
        return
    table = Table(title=f"{scores.task}: {scores.n} rows", box=None, header_style="bold")
    for heading in ("metric", "value", "95 % interval"):
        table.add_column(heading)
    for name, metric in scores.metrics.items():
        table.add_row(name, f"{metric.value:.3f}", f"{metric.low:.3f} to {metric.high:.3f}")
    _console().print(table)


def print_findings() -> int:
    """Check the installation; returns 0 where all is well, else 1. Every finding comes with its remedy."""
    bad = 0
    for good, finding, remedy in _findings():
        print(f"{'ok ' if good else 'BAD'}  {finding}")
        if not good:
            bad += 1
            print(f"     remedy: {remedy}")
    return 1 if bad else 0


def _findings() -> Iterator[tuple[bool, str, str]]:
    import platform
    import shutil
    import tempfile

    from dragoman.models import model_findings

    version = sys.version_info[:2]
    yield version >= (3, 11), f"Python {platform.python_version()}", "install Python 3.11 or newer"
    for module in ("duckdb", "pyarrow", "lxml", "sentencex", "ftfy", "onnxruntime", "tokenizers"):
        try:
            found = __import__(module)
            yield True, f"{module} {getattr(found, '__version__', '')}".rstrip(), ""
        except ImportError as error:
            yield False, f"{module} does not load: {error}", "pip install --force-reinstall dragoman"
    yield from model_findings()
    data = Path(str(files("dragoman") / "data"))
    yield (data / "codebook.toml").is_file(), "the codebook is there", "pip install --force-reinstall dragoman"
    free = shutil.disk_usage(tempfile.gettempdir()).free
    yield (
        free > 2**30,
        f"{free / 2**30:.1f} GiB free for temporary files",
        "free some disk space, or set TMPDIR to a larger disk",
    )
    yield (
        examples().is_dir(),
        f"{sum(1 for _ in examples().glob('*'))} demo dispatches",
        "pip install --force-reinstall dragoman",
    )
