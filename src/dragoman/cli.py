"""The command line: argument parsing and printing only.

Data goes to stdout, talk and progress to stderr. Exit 0: done; 1: a problem of use, told as `error:` and `hint:`; 2: wrong
arguments. Nothing heavy is imported until a command runs, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman import __version__
from dragoman.errors import DragomanError, UsageError

if TYPE_CHECKING:
    import datetime as dt
    from types import FrameType

    from dragoman.config import Settings
    from dragoman.filters import Filter
    from dragoman.records import When
    from dragoman.runner import Engine
    from dragoman.store import Damage, Dataset

__all__ = ["main", "parser"]

_RECORDS = (
    "events",
    "statements",
    "actors",
    "tenures",
    "meetings",
    "pledges",
    "categories",
    "stories",
    "articles",
    "rejections",
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_STOPS = {"limit": "limit", "time": "time-limit"}
_DURATION = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)([smh])")
_STATUSES = ("occurred", "ongoing", "planned", "hypothetical", "denied", "historical")


def _say(text: str) -> None:
    print(text, file=sys.stderr)


def _day(value: str, option: str) -> dt.date:
    """The day that an option gives; `UsageError` for anything else."""
    import datetime as dt

    try:
        if not _DAY.fullmatch(value):
            raise ValueError
        return dt.date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{option} {value!r} is no date", hint="write it as 2018-08-16") from None


def _published(value: str | None) -> When | None:
    """The `--published` day as a `When`."""
    if value is None:
        return None
    from dragoman import edtf
    from dragoman.records import Reason

    why = (Reason(step="clean", by="--published", detail="the user gave the day"),)
    return edtf.day(_day(value, "--published"), basis="metadata", why=why)


def _seconds(value: str | None, option: str) -> float | None:
    """A duration in seconds; `UsageError` for anything else."""
    if value is None:
        return None
    match = _DURATION.fullmatch(value)
    if match is None or float(match[1]) <= 0:
        raise UsageError(f"{option} {value!r} is no duration", hint="write it as 45s, 30m or 2h")
    return float(match[1]) * {"s": 1.0, "m": 60.0, "h": 3600.0}[match[2]]


def _code(options: argparse.Namespace) -> int:
    from dragoman.config import load_settings
    from dragoman.mirror import mirrored
    from dragoman.report import progress_bar
    from dragoman.runner import Shard, code_inputs, expected_documents

    flags = {"workers": options.workers, "threshold": options.threshold, "actors": options.actors}
    flags["codebook"] = os.pathsep.join(options.codebook) if options.codebook else None
    settings = load_settings(flags, file=options.config)
    if options.verify is not None:
        return _verify(options)
    if not options.inputs or options.into is None:
        _say("error: an INPUT or --into is missing")
        _say("hint: dragoman code INPUT... --into DATASET")
        return 2  # as for every command line that lacks something
    if options.limit is not None and options.limit < 1:
        raise UsageError(f"--limit is {options.limit}", hint="give the most documents to code, 1 or more")
    shard = Shard.parse(options.shard) if options.shard else None
    place = f"{options.into.rstrip('/')}/shards/{shard.name}" if shard else options.into
    with mirrored(place) as mirror, progress_bar("coding", expected_documents(options.inputs, shard)) as progress:
        into = mirror.folder if mirror else Path(place)
        summary = code_inputs(
            options.inputs,
            into,
            settings,
            published=_published(options.published),
            stdin=sys.stdin.buffer,
            progress=mirror.while_coding(progress) if mirror else progress,
            shard=shard,
            limit=options.limit,
            time_limit_s=_seconds(options.time_limit, "--time-limit"),
            engine=_engine(options, settings),
        )
    _say_mended(summary.damage)
    _say(
        f"{summary.seen} documents: {summary.added} articles added, {summary.known} known before, "
        f"{summary.rejected} rejected" + (" (see `dragoman show DATASET rejections`)" if summary.rejected else "")
    )
    if summary.known and settings.codebook:
        _say("what was known before is not coded again: to give it these categories, code it into another dataset")
    if summary.stopped:
        _say(f"stopped at --{_STOPS[summary.stopped]}; run the same command again to go on")
    if mirror:
        _say(f"copied to {mirror.address}")
    look = f"dragoman show {options.into}"
    _say(f"when all shards are done: dragoman merge {options.into}" if shard else f"look at them: {look}")
    return 0


def _train(options: argparse.Namespace) -> int:
    from dragoman.own.categories import fit_files

    _say("reading the examples with the encoder, then fitting")
    report = fit_files(options.codebook, options.examples, options.into)
    for line in report.lines():
        print(line)
    for warning in report.warnings:
        _say(f"warning: {warning}")
    _say(f"fitted in {report.seconds:.0f} s; use it: dragoman code INPUT... --into DATASET --codebook {options.into}")
    return 0


def _engine(options: argparse.Namespace, settings: Settings) -> Engine | None:
    """Where to code, if not in processes of this machine."""
    if options.on is None:
        return None
    from dragoman.ray_engine import RayCrew

    return RayCrew(options.on, settings, _published(options.published), most=options.workers)


def _verify(options: argparse.Namespace) -> int:
    from dragoman.config import load_settings
    from dragoman.verify import verify

    if options.sample < 1:
        raise UsageError(f"--sample is {options.sample}", hint="give the number of documents to code again, 1 or more")
    found = verify(options.verify, options.inputs, load_settings(file=options.config), sample=options.sample)
    for line in (*found.changes, *found.differences):
        print(line)
    if found.found < found.wanted:
        _say(f"{found.wanted - found.found} of the {found.wanted} documents drawn could not be read again")
    if found.differences:
        changed = (
            "what made the records has changed, as told above"
            if found.changes
            else "nothing that is recorded has changed"
        )
        raise DragomanError(
            f"{len(found.differences)} differences in {found.found} documents",
            hint=f"{changed}; `dragoman explain` shows reasons",
        )
    print(f"the same records from {found.found} documents, coded again")
    return 0


def _merge(options: argparse.Namespace) -> int:
    from dragoman.merge import merge
    from dragoman.mirror import folder_of, mirrored

    with mirrored(str(options.dataset)) as mirror:
        shards = mirror.shards() if mirror else []
        into = mirror.folder if mirror else options.dataset
        done = merge(into, [folder_of(each) for each in (*shards, *options.others)])
    for damage in done.damage:
        _say(f"left where it is: {damage}")
    _say(f"{done.datasets} datasets merged, {done.added} articles added")
    _say(f"look at them: dragoman show {options.dataset}")
    return 0


def _panel(options: argparse.Namespace) -> int:
    from dragoman.panel import make_panel

    panel = make_panel(
        _opened(options.dataset),
        by=options.by,
        system=options.system,
        dyads=options.dyads,
        statuses=options.status or ("occurred", "ongoing"),
        start=_day(options.start, "--from") if options.start else None,
        end=_day(options.end, "--to") if options.end else None,
    )
    to_file = options.output is not None and options.output != Path("-")
    try:
        with options.output.open("wb") if to_file else nullcontext(sys.stdout.buffer) as out:
            for piece in panel.csv():
                out.write(piece)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise UsageError(
            f"cannot write {options.output}: {error.strerror or error}", hint="name a file that you may write to"
        ) from None
    _say(f"{panel.counted} acts counted")
    for reason, number in sorted(panel.left_out.items()):
        _say(f"{number} acts left out: each {reason}")
    return 0


def _watch(options: argparse.Namespace) -> int:
    from dragoman.config import load_settings
    from dragoman.watch import watch

    if not options.every >= 1:
        raise UsageError(f"--every is {options.every:g}", hint="give minutes, 1 or more")
    settings = load_settings(file=options.config)
    watch(
        options.feeds,
        options.into,
        settings,
        every_s=options.every * 60,
        once=options.once,
        allow_private=options.private,
        say=_say,
    )
    return 0


def _demo(options: argparse.Namespace) -> int:
    import shutil

    from dragoman.config import load_settings
    from dragoman.report import examples, print_summary, progress_bar
    from dragoman.runner import code_inputs

    into: Path = options.into
    if into.exists():
        # Only a dataset is replaced: a folder that holds anything else is the user's.
        _opened(into)
        shutil.rmtree(into)
    with progress_bar("coding the demo dispatches") as progress:
        code_inputs([examples()], into, load_settings(), progress=progress)
    print_summary(_opened(into))
    print(f"\nLook further:  dragoman show {into} events\n               dragoman explain {into} ID")
    return 0


def _filter(options: argparse.Namespace) -> Filter:
    """What the filter options of `show` and `export` ask for."""
    from dragoman.filters import Filter

    for name, value in (("--from", options.start), ("--to", options.end)):
        if value is not None:
            _day(value, name)
    if options.type is not None:
        from dragoman.codebook import load_codebook

        options.type = options.type.upper()
        types = load_codebook().types
        if options.type not in types:
            raise UsageError(f"no event type {options.type!r}", hint=f"the types: {', '.join(types)}")
    if options.issue is not None:
        from dragoman.speaking.issues import issue_key

        options.issue = issue_key(options.issue)
    names = ("actor", "recipient", "type", "issue", "start", "end", "status", "min_confidence")
    return Filter(**{name: getattr(options, name) for name in names})


def _show(options: argparse.Namespace) -> int:
    from dragoman.report import print_histories, print_records, print_sql

    if options.series and options.what != "meetings":
        raise UsageError(
            f"--series goes with meetings, not with {options.what}", hint="dragoman show DATASET meetings --series"
        )
    if options.doubtful and options.what != "actors":
        raise UsageError(
            f"--doubtful goes with actors, not with {options.what}", hint="dragoman show DATASET actors --doubtful"
        )
    if options.limit < 1:
        raise UsageError(f"--limit is {options.limit}", hint="give the most rows to show, 1 or more")
    chosen = _filter(options)
    dataset = _opened(options.dataset)
    if options.sql is not None:
        print_sql(dataset, options.sql)
        return 0
    if options.what == "positions":
        from dragoman.positions import print_positions

        print_positions(dataset, chosen, limit=options.limit)
        return 0
    if options.what == "judgements":
        from dragoman.filters import Filter
        from dragoman.verdicts import print_judgements

        if chosen != Filter():
            raise UsageError("judgements take no filter", hint="dragoman show DATASET judgements --limit 500")
        print_judgements(dataset, limit=options.limit)
        return 0
    if options.series:
        print_histories(dataset, chosen, limit=options.limit)
        return 0
    if options.doubtful or options.what == "tenures":
        from dragoman.doubts import print_doubtful, print_tenures

        (print_doubtful if options.doubtful else print_tenures)(dataset, chosen, limit=options.limit)
        return 0
    print_records(dataset, options.what, chosen, limit=options.limit)
    return 0


def _judge(options: argparse.Namespace) -> int:
    from dragoman.doubts import judged
    from dragoman.persons import say

    dataset = _opened(options.dataset)
    row = say(dataset, options.id, options.verdict, who=options.reviewer)
    _say(judged(dataset, row, options.verdict))
    return 0


def _explain(options: argparse.Namespace) -> int:
    from dragoman.report import print_explanation

    dataset = _opened(options.dataset)
    if options.raw:
        from dragoman.rawview import print_raw

        print_raw(dataset, options.id, page=options.page)
        return 0
    print_explanation(dataset, options.id)
    return 0


def _export(options: argparse.Namespace) -> int:
    from dragoman.export import export
    from dragoman.selection import Selection

    output = None if options.output in (None, Path("-")) else options.output
    chosen = Selection(_opened(options.dataset), _filter(options))
    for piece in export(chosen, options.what, options.format, output, count=options.count):
        sys.stdout.buffer.write(piece)
    sys.stdout.flush()
    return 0


def _opened(place: Path) -> Dataset:
    """A dataset to read; that its manifest was damaged is told, and what is there is read all the same."""
    from dragoman.store import open_dataset

    dataset = open_dataset(place)
    for damage in dataset.trouble:
        _say(f"warning: {damage}")
    return dataset


def _say_mended(damage: Sequence[Damage]) -> None:
    for each in damage:
        _say(f"set aside: {each}" if each.documents else f"made again: {'; '.join(each.files)}")


def _audit(options: argparse.Namespace) -> int:
    from dragoman.mirror import mirrored
    from dragoman.runner import audit, mend

    if options.mend:
        with mirrored(str(options.dataset)) as mirror:
            options.dataset = mirror.folder if mirror else options.dataset
            _say_mended(mend(options.dataset))
    dataset = _opened(options.dataset)
    problems = audit(dataset)
    for problem in problems:
        print(problem)
    if problems:
        raise DragomanError(
            f"{len(problems)} promises of {options.dataset} are broken",
            hint="run the same `dragoman code` again: it sets damaged parts aside and codes their documents anew; "
            "without the documents, `dragoman audit --mend` does the first, and the rest is usable",
        )
    counts = dataset.manifest["counts"]
    print(
        f"sound: {counts['articles']} articles, {counts['events']} events, {counts['statements']} statements, every source matches"
    )
    return 0


def _evaluate(options: argparse.Namespace) -> int:
    from dragoman.evaluate import evaluate_file
    from dragoman.report import print_scores

    scores = evaluate_file(options.task, options.gold, predictions=options.predictions)
    print_scores(scores, as_json=options.json)
    return 0


def _doctor(options: argparse.Namespace) -> int:
    from dragoman.report import print_findings

    return print_findings()


def _serve(options: argparse.Namespace) -> int:
    from dragoman.web import serve

    serve(
        _opened(options.dataset),
        host=options.host,
        port=options.port,
        review=options.review,
        reviewer=options.reviewer,
        stop_after_s=options.stop_after,
    )
    return 0


def _place(value: str) -> str | Path:
    """A folder, or an address as it stands."""
    return value if "://" in value else Path(value)


def _dataset(command: argparse.ArgumentParser, *, written: bool = False) -> None:
    """The dataset of a command. Where judgements are `written` into it, it is to be a folder."""
    about = "the folder of a dataset" + ("" if written else ", or its address such as s3://bucket/news")
    command.add_argument("dataset", type=Path if written else _place, metavar="DATASET", help=about)


def _filters(command: argparse.ArgumentParser) -> None:
    command.add_argument("--actor", metavar="WHO", help="an actor's country code or part of its name")
    command.add_argument("--recipient", metavar="WHO", help="a recipient's country code or part of its name")
    command.add_argument("--type", metavar="TYPE", help="an event type, as CONSULT")
    command.add_argument("--issue", metavar="ISSUE", help='an issue of statements and pledges, as "missile defence"')
    command.add_argument("--from", dest="start", metavar="DATE", help="not before this day")
    command.add_argument("--to", dest="end", metavar="DATE", help="before this day")
    command.add_argument("--status", choices=_STATUSES, help="whether the act happened")
    command.add_argument(
        "--min-confidence", type=float, metavar="P", default=0.0, help="only records at least this sure"
    )


def parser() -> argparse.ArgumentParser:
    """The whole command line; the reference page is generated from it."""
    top = argparse.ArgumentParser(
        prog="dragoman",
        description="Reads political news and keeps the record: who did what to whom, who said what, when and where.",
        epilog="Start with `dragoman demo`.",
    )
    top.add_argument("--version", action="version", version=f"dragoman {__version__}")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(name: str, run: Callable[[argparse.Namespace], int], text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        command.set_defaults(run=run)
        return command

    demo = add("demo", _demo, "code the demo dispatches and show what was found")
    demo.add_argument(
        "--into", type=Path, default=Path("demo-dataset"), metavar="DATASET", help="where to (default: %(default)s)"
    )

    code = add("code", _code, "code articles into a dataset; a re-run adds only what is new")
    code.add_argument(
        "inputs", nargs="*", metavar="INPUT", help="files, folders, globs of .html, .txt, .jsonl; - for stdin"
    )
    code.add_argument(
        "--into",
        metavar="DATASET",
        help="the dataset, made where it is not there; a folder, or s3://... (dragoman[remote])",
    )
    code.add_argument("--published", metavar="DATE", help="the day of pages that carry none, as 2018-08-16")
    code.add_argument(
        "--workers", type=int, metavar="N", help="processes that code (0: one a core; default 1, with --on 0)"
    )
    code.add_argument("--limit", type=int, metavar="N", help="deal with at most N new documents")
    code.add_argument("--time-limit", metavar="TIME", help="begin no document after so long, as 45s, 30m or 2h")
    code.add_argument(
        "--shard", metavar="N/M", help="only the N-th of M equal shares, into DATASET/shards/; then `dragoman merge`"
    )
    code.add_argument(
        "--on", metavar="CLUSTER", help="code on a Ray cluster: local, auto or ray://HEAD:10001 (needs dragoman[ray])"
    )
    code.add_argument(
        "--verify", type=Path, metavar="MANIFEST", help="code a sample of a dataset again and compare; writes nothing"
    )
    code.add_argument(
        "--sample", type=int, default=50, metavar="N", help="documents that --verify draws (default: %(default)s)"
    )
    code.add_argument(
        "--threshold",
        type=float,
        metavar="P",
        help="leave out events less sure than this (default: the coder's own thresholds)",
    )
    code.add_argument(
        "--actors",
        metavar="FILE",
        help="your own actors, as CSV, TSV or JSONL with name, aliases, country, sector, qid",
    )
    code.add_argument(
        "--codebook",
        action="append",
        metavar="FOLDER",
        help="your own fitted codebook (see `dragoman train`), for its category beside each event, statement or sentence; one a unit",
    )
    code.add_argument("--config", type=Path, metavar="FILE", help="a TOML file of settings")

    merge = add("merge", _merge, "merge the shards of a dataset, or other datasets, into it")
    _dataset(merge)
    merge.add_argument("others", nargs="*", type=_place, metavar="OTHER", help="datasets to merge into DATASET")

    train = add(
        "train", _train, "fit your own categories on examples, for `code --codebook`; tells what they are worth"
    )
    train.add_argument(
        "--codebook", type=Path, required=True, metavar="FILE", help="a TOML file: name, version, unit, [[categories]]"
    )
    train.add_argument(
        "--examples",
        type=Path,
        required=True,
        metavar="FILE",
        help="a JSONL file: text, category, and span where known",
    )
    train.add_argument("--into", type=Path, required=True, metavar="FOLDER", help="where the fitted codebook goes")

    panel = add("panel", _panel, "count acts by state or pair of states and by time, zeros included, as CSV")
    _dataset(panel)
    panel.add_argument(
        "--by", default="month", metavar="PERIOD", help="day, month, quarter, year (default: %(default)s)"
    )
    panel.add_argument("--dyads", action="store_true", help="directed pairs of states, not single states")
    panel.add_argument(
        "--system", default="cow", metavar="SYSTEM", help="whose codes and members: cow, gw, iso (default: %(default)s)"
    )
    panel.add_argument(
        "--status",
        action="append",
        choices=_STATUSES,
        help="which acts, may be repeated (default: occurred and ongoing)",
    )
    panel.add_argument(
        "--from", dest="start", metavar="DATE", help="from the period of this day (default: of the first act)"
    )
    panel.add_argument("--to", dest="end", metavar="DATE", help="before this day (default: to the last act)")
    panel.add_argument("-o", "--output", type=Path, metavar="OUT", help="a file; stdout where none is given")

    watch = add("watch", _watch, "poll RSS and Atom feeds and code what is new; Ctrl-C ends it, a re-run goes on")
    watch.add_argument("feeds", nargs="+", metavar="FEED", help="http(s) addresses of feeds")
    watch.add_argument(
        "--into", type=Path, required=True, metavar="DATASET", help="the dataset, made where it is not there"
    )
    watch.add_argument(
        "--every", type=float, default=15.0, metavar="MINUTES", help="how often a feed is asked (default: %(default)g)"
    )
    watch.add_argument("--once", action="store_true", help="ask each feed that is due, then stop (for cron)")
    watch.add_argument(
        "--private", action="store_true", help="the named servers may be at private addresses; their redirects may not"
    )
    watch.add_argument("--config", type=Path, metavar="FILE", help="a TOML file of settings")

    show = add("show", _show, "show the records of a dataset as a table")
    _dataset(show)
    show.add_argument(
        "what",
        nargs="?",
        default="events",
        choices=(*_RECORDS, "positions", "judgements"),
        help="which records (default: %(default)s)",
    )
    _filters(show)
    show.add_argument(
        "--limit", type=int, default=50, metavar="N", help="at most this many rows (default: %(default)s)"
    )
    show.add_argument("--series", action="store_true", help="meetings: the history of each series, with gaps marked")
    show.add_argument("--doubtful", action="store_true", help="actors: close calls, who may be one with whom, and why")
    show.add_argument("--sql", metavar="QUERY", help="one read-only SELECT over the tables instead")

    judge = add("judge", _judge, "say that two names are one person, or are to be kept apart")
    _dataset(judge, written=True)
    judge.add_argument("id", metavar="ID", help="the id of a close call, from `show DATASET actors --doubtful`")
    judge.add_argument("verdict", choices=("same", "apart"), help="join them, or keep them apart")
    judge.add_argument("--reviewer", default="reader", metavar="NAME", help="who judges (default: %(default)s)")

    explain = add("explain", _explain, "show a record, its sentence and every reason")
    _dataset(explain)
    explain.add_argument("id", metavar="ID", help="a record's id, or its first characters")
    explain.add_argument("--raw", action="store_true", help="show the sources in the page as it was published")
    explain.add_argument("--page", type=Path, metavar="FILE", help="where the page lies now (with --raw)")

    export = add("export", _export, "write records for other tools")
    _dataset(export)
    export.add_argument("--what", default="events", metavar="RECORDS", help="which records (default: %(default)s)")
    export.add_argument(
        "--format",
        default="jsonl",
        metavar="FORMAT",
        help="jsonl, csv, parquet; of events also polecat, icews, gdelt, gdeltmentions, gexf; ftm, annotations; "
        "csl, bibtex, citation; of judgements gold, training (default: %(default)s)",
    )
    export.add_argument(
        "--count",
        choices=("acts", "tellings"),
        help="events: each act once, or every article's telling of it (default: tellings for jsonl, csv and parquet, else acts)",
    )
    _filters(export)
    export.add_argument("-o", "--output", type=Path, metavar="OUT", help="a file; stdout where none is given")

    serve = add("serve", _serve, "open a dataset as a local web page")
    _dataset(serve, written=True)
    serve.add_argument("--port", type=int, default=8040, metavar="N", help="0 takes a free one (default: %(default)s)")
    serve.add_argument("--host", metavar="ADDRESS", help="another address than 127.0.0.1; a token is printed then")
    serve.add_argument("--review", action="store_true", help="allow judgements; without it nothing is ever written")
    serve.add_argument("--reviewer", default="reader", metavar="NAME", help="who judges (default: %(default)s)")
    serve.add_argument("--stop-after", type=float, metavar="SECONDS", help="stop by itself after so long")

    audit = add("audit", _audit, "check that every source matches its article, and every other promise")
    _dataset(audit)
    audit.add_argument("--mend", action="store_true", help="first set aside what is damaged and make again what can be")

    evaluate = add("evaluate", _evaluate, "score a task against gold rows")
    evaluate.add_argument(
        "task", metavar="TASK", help="relations, events, actors, dates, places, mentions, statements, reading, stories"
    )
    evaluate.add_argument("gold", type=Path, metavar="GOLD", help="a .jsonl file of gold rows")
    evaluate.add_argument("--predictions", type=Path, metavar="OUT", help="write what was predicted, a row for a row")
    evaluate.add_argument("--json", action="store_true", help="print the scores as JSON")

    add("doctor", _doctor, "check the installation; every finding with its remedy")
    return top


class _Terminated(KeyboardInterrupt):
    """SIGTERM came: stop as cleanly as for Ctrl-C."""


def _terminate(_signal: int, _frame: FrameType | None) -> None:
    raise _Terminated


def main(arguments: Sequence[str] | None = None) -> Any:
    """Run the command line; returns the exit code."""
    options = parser().parse_args(arguments)
    # The heads are small: shared out among threads, a product waits longer for its parts than it takes to make. Read when NumPy is loaded.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    import signal  # after --help
    import threading

    mine = threading.current_thread() is threading.main_thread()  # others cannot set handlers
    before = signal.signal(signal.SIGTERM, _terminate) if mine else None
    try:
        read = options.run is not _merge and not getattr(options, "mend", False)  # others write there
        if isinstance(getattr(options, "dataset", None), str) and read:
            from dragoman.mirror import folder_of

            options.dataset = folder_of(options.dataset)
        code: int = options.run(options)
        sys.stdout.flush()
        return code
    except DragomanError as error:
        sys.stdout.flush()
        _say(f"error: {error}")
        _say(f"hint: {error.hint}")
        return 1
    except KeyboardInterrupt as stop:
        _say("stopped; run the same command again to go on")
        return 143 if isinstance(stop, _Terminated) else 130
    except BrokenPipeError:
        # The reader went away (`| head`): not our problem. Python would complain at exit when it flushes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    finally:
        if mine:
            signal.signal(signal.SIGTERM, before)


if __name__ == "__main__":
    sys.exit(main())
