"""Every command as a user runs it: a process of its own, exit codes, what goes to stdout and what to stderr."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from dragoman import cli
from dragoman.records import RECORDS, Event
from dragoman.store import open_dataset
from tests.conftest import ROOT, Run

PAGE = """Ministers sign border treaty in Oslo

OSLO, May 4, 2011 (NWS) -- The foreign ministers of Norway and Finland signed a treaty on their common border on Wednesday.

"Good neighbours need clear lines," Norwegian Foreign Minister Jonas Example said after the ceremony.

Finland thanked Norway for its patience. Both governments promised to send the text to their parliaments before the summer.
"""


def told(found: subprocess.CompletedProcess[str], error: str, hint: str) -> None:
    """A problem of use: exit 1, nothing on stdout, `error:` and `hint:` on stderr, and nothing else."""
    assert found.returncode == 1
    assert found.stdout == ""
    first, second = found.stderr.splitlines()
    assert re.match(rf"error: .*{error}", first), first
    assert re.match(rf"hint: .*{hint}", second), second


def rows(found: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert found.returncode == 0, found.stderr
    return [json.loads(line) for line in found.stdout.splitlines()]


# --- help, versions, arguments --------------------------------------------------------------------------------------------


def test_help_answers_at_once() -> None:
    wall_s, cpu_s = [], []
    for _ in range(5):
        start, before = time.perf_counter(), os.times()
        done = subprocess.run([sys.executable, "-m", "dragoman", "--help"], capture_output=True, check=True)
        wall_s.append(time.perf_counter() - start)
        after = os.times()
        cpu_s.append(after.children_user + after.children_system - before.children_user - before.children_system)
        assert b"dragoman demo" in done.stdout
    # Where other work holds the cores, the wall clock measures that; then its own time is what counts.
    assert min(wall_s) < 0.2 or min(cpu_s) < 0.12


def test_help_loads_nothing_heavy() -> None:
    code = "import sys; from dragoman.cli import parser; parser().format_help(); print(*sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    heavy = {"numpy", "pyarrow", "duckdb", "onnxruntime", "rich", "lxml", "trafilatura", "dragoman.runner"}
    assert not heavy & set(loaded)


def test_every_command_has_help(dragoman: Run) -> None:
    commands = dragoman("--help").stdout
    for name in ("demo", "code", "show", "explain", "export", "audit", "evaluate", "doctor"):
        assert re.search(rf"^\s+{name}\s", commands, re.MULTILINE)
    assert "--published" in dragoman("code", "--help").stdout
    assert re.fullmatch(r"dragoman \d+\.\d+\.\d+\n", dragoman("--version").stdout)


def test_code_needs_a_dataset(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["code", "x"]) == 2
    assert capsys.readouterr().err == (
        "error: an INPUT or --into is missing\nhint: dragoman code INPUT... --into DATASET\n"
    )


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["show", "d", "cats"], ["explain", "d"], ["export"]])
def test_wrong_arguments_are_exit_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        cli.main(arguments)
    assert stop.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage: dragoman" in said.err


# --- code ---------------------------------------------------------------------------------------------------------------


def test_code_tells_on_stderr_and_a_second_run_adds_nothing(tmp_path: Path, dragoman: Run, here: Run) -> None:
    (tmp_path / "page.txt").write_text(PAGE)
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "empty.txt").write_text("")
    found = dragoman("code", tmp_path, "--into", tmp_path.parent / "d1")
    assert (found.returncode, found.stdout) == (0, "")
    assert "3 documents: 1 articles added, 0 known before, 2 rejected" in found.stderr
    again = here("code", tmp_path, "--into", tmp_path.parent / "d1")
    assert again.returncode == 0
    assert "3 documents: 0 articles added, 3 known before, 0 rejected" in again.stderr
    why = here("show", tmp_path.parent / "d1", "rejections").stdout
    assert "picture.png" in why
    assert "the file is empty" in why


def test_code_from_stdin_files_and_globs(tmp_path: Path, dragoman: Run, here: Run) -> None:
    found = dragoman("code", "-", "--into", tmp_path / "one", stdin=PAGE.encode())
    assert "1 documents: 1 articles added" in found.stderr
    (tmp_path / "a.txt").write_text(PAGE)
    (tmp_path / "b.jsonl").write_text(json.dumps({"text": PAGE, "title": "One", "published": "2011-05-05"}) + "\n{\n")
    found = here("code", str(tmp_path / "*.txt"), tmp_path / "b.jsonl", "--into", tmp_path / "two")
    assert "3 documents: 2 articles added, 0 known before, 1 rejected" in found.stderr


def test_published_is_for_pages_without_a_date(tmp_path: Path, here: Run) -> None:
    undated = PAGE.replace("OSLO, May 4, 2011 (NWS) -- ", "")
    here("code", "-", "--into", tmp_path / "d", "--published", "2011-05-05", stdin=undated.encode())
    article = rows(here("export", tmp_path / "d", "--what", "articles"))[0]
    assert article["published"]["edtf"] == "2011-05-05"
    assert any(why["by"] == "--published" for why in article["published"]["why"])


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["no/such/page.txt"], "nothing readable in .*no such file", "give files or folders"),
        (["empty"], "nothing readable in .*no file was found", "give files or folders"),
        (["strange"], "nothing readable in .*'.png' are not read", "give files or folders"),
        (["page.txt", "--published", "4 May 2011"], "--published '4 May 2011' is no date", "2018-08-16"),
        (["page.txt", "--published", "20110504"], "--published '20110504' is no date", "2018-08-16"),
        (["page.txt", "--workers", "-1"], "workers is -1", "a number from 0"),
        (["page.txt", "--threshold", "nan"], "threshold is nan", "a number from 0 to 1"),
        (["page.txt", "--config", "none.toml"], "none.toml cannot be read", "a TOML file"),
        (["page.txt", "--config", "odd.toml"], "no setting 'colour'", "threshold"),
        (["page.txt", "--into", "strange"], "strange is no dataset, and it is not empty", "name a folder"),
        (["page.txt", "--into", "page.txt"], "cannot write into page.txt", "you may write to"),
    ],
)
def test_bad_input_to_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], error: str, hint: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    Path("empty").mkdir()
    Path("strange").mkdir()
    Path("strange/picture.png").write_bytes(b"\x89PNG")
    Path("page.txt").write_text(PAGE)
    Path("odd.toml").write_text("colour = 1\n")
    code = cli.main(["code", *arguments, *([] if "--into" in arguments else ["--into", "d"])])
    said = capsys.readouterr()
    told(subprocess.CompletedProcess(arguments, code, said.out, said.err), error, hint)
    # Only what was rejected is kept, and nothing at all where there was not even that.
    assert Path("d").exists() == (arguments[0] in ("no/such/page.txt", "strange") and "--into" not in arguments)


def test_nothing_readable_is_an_error_each_time(tmp_path: Path, here: Run) -> None:
    (tmp_path / "short.txt").write_text("Nothing.")
    for _ in range(2):
        told(here("code", tmp_path / "short.txt", "--into", tmp_path / "d"), "nothing readable", "give files")


# --- datasets that are none ------------------------------------------------------------------------------------------------

READERS = (["show"], ["explain", "ev_0123"], ["export"], ["audit"])


@pytest.mark.parametrize("command", READERS, ids=lambda c: c[0])
def test_a_missing_dataset(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = cli.main([command[0], str(tmp_path / "none"), *command[1:]])
    said = capsys.readouterr()
    found = subprocess.CompletedProcess(command, code, said.out, said.err)
    told(found, "is not a dataset: it has no manifest.json", "dragoman code")


@pytest.mark.parametrize("command", READERS, ids=lambda c: c[0])
def test_a_newer_schema_is_refused(command: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "manifest.json").write_text('{"schema_version": 99, "parts": {}}')
    code = cli.main([command[0], str(tmp_path), *command[1:]])
    said = capsys.readouterr()
    found = subprocess.CompletedProcess(command, code, said.out, said.err)
    told(found, "has schema version 99", "install a newer Dragoman")


def test_code_does_not_write_into_a_newer_dataset(tmp_path: Path, here: Run) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d/manifest.json").write_text('{"schema_version": 99, "parts": {}}')
    told(here("code", "-", "--into", tmp_path / "d", stdin=PAGE.encode()), "schema version 99", "install a newer")
    assert (tmp_path / "d/manifest.json").read_text() == '{"schema_version": 99, "parts": {}}'


def test_demo_does_not_replace_what_is_no_dataset(tmp_path: Path, here: Run) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    told(here("demo", "--into", tmp_path), "is not a dataset", "")
    assert (tmp_path / "thesis.txt").read_text() == "mine"


# --- demo, show, explain ----------------------------------------------------------------------------------------------------


def test_demo_prints_a_summary(demo: Path) -> None:
    summary = (demo.parent / "summary.txt").read_text(encoding="utf-8")
    assert re.search(r"\d+ articles, \d+ events", summary)
    for heading in ("Timeline", "Who met whom", "Who said what", "Look further"):
        assert heading in summary
    assert f"dragoman show {demo} events" in summary


def test_show_filters(demo: Path, here: Run) -> None:
    dataset = open_dataset(demo)
    event: Event = max(
        dataset.records("events"), key=lambda e: (bool(e.actors and e.actors[0].country), e.confidence, e.id)
    )
    code, start = event.actors[0].country, event.when.start
    assert code is not None
    shown = here("show", demo, "events", "--actor", code, "--type", event.type.lower(), "--limit", 500).stdout
    types = {line.split()[0] for line in shown.splitlines()}
    assert types
    kept = here("show", demo, "--status", event.status, "--min-confidence", event.confidence, "--limit", 500).stdout
    assert event.id in kept
    if start is not None:
        day = start.date().isoformat()
        assert event.id in here("show", demo, "--from", day, "--limit", 500).stdout
        assert event.id not in here("show", demo, "--to", day, "--limit", 500).stdout


@pytest.mark.parametrize("what", ["statements", "actors", "meetings", "stories", "articles"])
def test_show_every_record(what: str, demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["show", str(demo), what, "--limit", "3"]) == 0
    said = capsys.readouterr()
    ids = {row.id for row in open_dataset(demo).records(what)}
    assert len(re.findall(r"\b[a-z]{2}_[0-9a-f]{16}\b", said.out)) == 3
    assert set(re.findall(r"\b[a-z]{2}_[0-9a-f]{16}\b", said.out)) <= ids
    assert "--limit" in said.err


def test_an_empty_result_says_why(demo: Path, tmp_path: Path, here: Run) -> None:
    found = here("show", demo, "--actor", "Atlantis")
    assert found.returncode == 0
    assert re.match(r"no events pass these filters; without them there are \d+", found.stdout)
    assert re.match(r"no rejections: all that was given could be read", here("show", demo, "rejections").stdout)
    match = "Die Regierung hat am Montag in Berlin mit der Opposition über den Haushalt und die Rente gesprochen. " * 8
    here("code", "-", "--into", tmp_path / "de", stdin=match.encode())
    assert "1 of 1 articles were not coded" in here("show", tmp_path / "de").stdout
    here("code", ROOT / "no-such-page.txt", "--into", tmp_path / "none")
    assert "the dataset holds no article; 1 documents were rejected" in here("show", tmp_path / "none").stdout


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--from", "2018"], "--from '2018' is no date", "2018-08-16"),
        (["--to", "tomorrow"], "--to 'tomorrow' is no date", "2018-08-16"),
        (["--type", "SHOUT"], "no event type 'SHOUT'", ".*CONSULT"),
        (["--limit", "0"], "--limit is 0", "1 or more"),
        (["--sql", ""], "only one SELECT", "the tables: articles"),
        (["--sql", "DROP TABLE events"], "only one SELECT", "the tables: articles"),
        (["--sql", "SELECT * FROM cats"], "the query failed", "the tables: articles"),
        (["--sql", "SELECT * FROM read_text('/etc/passwd')"], "the query failed", "the tables: articles"),
    ],
)
def test_bad_input_to_show(
    demo: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], error: str, hint: str
) -> None:
    code = cli.main(["show", str(demo), *arguments])
    said = capsys.readouterr()
    told(subprocess.CompletedProcess(arguments, code, said.out, said.err), error, hint)


def test_sql_gives_json_lines(demo: Path, here: Run) -> None:
    query = 'SELECT type, count(*) AS n, min("when".start) AS first FROM events GROUP BY type ORDER BY n DESC'
    found = rows(here("show", demo, "--sql", query))
    events = open_dataset(demo).records("events")
    assert sum(row["n"] for row in found) == len(events)
    assert {row["type"] for row in found} == {event.type for event in events}


def test_explain_by_the_first_characters(demo: Path, dragoman: Run, here: Run) -> None:
    event = open_dataset(demo).records("events")[0]
    found = dragoman("explain", demo, event.id[:12])
    assert found.returncode == 0
    trigger = next(entry for entry in event.sources if entry.field == "trigger").sources[0]
    for expected in (f"Event {event.id}", f"{trigger.span.start}-{trigger.span.end}", "why  ", event.type):
        assert expected in found.stdout
    told(here("explain", demo, "ev_"), "too short for an id", "last column")
    told(here("explain", demo, "ev_ffffffffffffffff"), "no record with the id", "last column")


def test_a_reader_that_goes_away_is_no_problem(demo: Path) -> None:
    for command in ("show {} statements", "export {} --what mentions"):
        line = f"set -o pipefail; {sys.executable} -m dragoman {command.format(demo)} | head -1"
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "Traceback" not in done.stderr
        assert "BrokenPipe" not in done.stderr
        assert len(done.stdout.splitlines()) == 1


# --- export -----------------------------------------------------------------------------------------------------------------

PARTY = ["id", "name", "country", "sector", "office", "text", "start", "end"]


def test_jsonl_events_have_the_agreed_shape(demo: Path, dragoman: Run) -> None:
    texts = {row.id: row.text for row in open_dataset(demo).records("articles")}
    found = rows(dragoman("export", demo, "--what", "events", "--format", "jsonl"))
    assert len(found) == len(open_dataset(demo).records("events"))
    for row in found:
        assert set(Event.__dataclass_fields__) == set(row)
        text = texts[row["article_id"]]
        for party in [*row["actors"], *row["recipients"]]:
            assert set(PARTY) <= set(party)
            assert text[party["start"] : party["end"]] == party["text"]
        assert {"trigger", "sentence"} <= set(row["sources"])
        for sources in row["sources"].values():
            assert sources
            for source in sources:
                assert set(source) == {"article_id", "start", "end", "text"}
                assert text[source["start"] : source["end"]] == source["text"]
        assert {"edtf", "start", "end", "precision", "basis"} <= set(row["when"])
        assert all(isinstance(name, str) for name in row["reported_by"])
        assert row["quad"] in (1, 2, 3, 4)


def test_jsonl_of_other_records(demo: Path, here: Run) -> None:
    for row in rows(here("export", demo, "--what", "statements")):
        assert row["content"]
        for source in row["content"]:
            assert set(source) == {"article_id", "start", "end", "text"}
        assert row["speaker"] is None or set(PARTY) <= set(row["speaker"])
        assert row["form"] in ("quote", "paraphrase", "mixed")
        assert isinstance(row["reported_by"], list)
        assert isinstance(row["sources"], dict)
    for row in rows(here("export", demo, "--what", "articles")):
        assert {"edtf", "start", "end", "precision", "basis"} <= set(row["published"])
    for row in rows(here("export", demo, "--what", "meetings")):
        assert row["edition"] is None or isinstance(row["edition"], int)


@pytest.mark.parametrize("what", sorted(RECORDS))
def test_every_record_in_every_format(
    what: str, demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset = open_dataset(demo)
    number = len(dataset.records(what))
    if what == "actors":  # of two that are one person only one is handed out
        number -= sum(i.verdict == "same" and i.article_id is None for i in dataset.records("identities"))
    for layout in ("jsonl", "csv", "parquet"):
        path = tmp_path / f"out.{layout}"
        assert cli.main(["export", str(demo), "--what", what, "--format", layout, "-o", str(path)]) == 0
        data = path.read_bytes()
        if layout == "jsonl":
            assert len([json.loads(line) for line in data.decode().splitlines()]) == number
        elif layout == "csv":
            table = list(csv.DictReader(io.StringIO(data.decode("utf-8"), newline="")))
            assert len(table) == number
            assert all(None not in row and None not in row.values() for row in table)
        else:
            assert pq.read_table(io.BytesIO(data)).num_rows == number
    assert capsys.readouterr().out == ""
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_export_to_stdout_is_the_file(demo: Path, tmp_path: Path, dragoman: Run) -> None:
    dragoman("export", demo, "--format", "csv", "-o", tmp_path / "events.csv")
    piped = dragoman("export", demo, "--format", "csv", "-o", "-").stdout
    assert piped.replace("\r\n", "\n") == (tmp_path / "events.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "error", "hint"),
    [
        (["--format", "xlsx"], "no format 'xlsx'", ".*jsonl, csv, parquet"),
        (["--what", "cats"], "no records called 'cats'", ".*events"),
        (["-o", "no/such/folder/x.jsonl"], "cannot write no/such/folder/x.jsonl", "you may write to"),
    ],
)
def test_bad_input_to_export(
    demo: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], error: str, hint: str
) -> None:
    code = cli.main(["export", str(demo), *arguments])
    said = capsys.readouterr()
    told(subprocess.CompletedProcess(arguments, code, said.out, said.err), error, hint)


def test_spreadsheet_formulas_are_neutralised(tmp_path: Path, here: Run) -> None:
    body = "The foreign ministers of Norway and Finland met in Oslo on Wednesday and signed a treaty. " * 3
    records = [
        {"title": '=HYPERLINK("http://x.example","y")', "outlet": "@SUM(1+1)", "text": body + "One."},
        {"title": "+1 for peace", "outlet": "-2+3", "text": body + "Two."},
        {"title": "\t=1+1", "outlet": "Plain", "text": body + "Three."},
    ]
    data = "\n".join(map(json.dumps, records)).encode()
    here("code", "-", "--into", tmp_path / "d", stdin=data)
    for what in ("articles", "events"):
        found = here("export", tmp_path / "d", "--what", what, "--format", "csv").stdout
        cells = [cell for row in csv.reader(io.StringIO(found)) for cell in row]
        assert not [c for c in cells if c.startswith(("=", "+", "@", "\t", "\r")) or re.match(r"-(?!\d+(\.\d+)?$)", c)]
    assert "'=HYPERLINK" in here("export", tmp_path / "d", "--what", "articles", "--format", "csv").stdout


# --- audit, evaluate, doctor --------------------------------------------------------------------------------------------------


def test_audit_of_a_sound_and_a_damaged_dataset(tmp_path: Path, here: Run) -> None:
    root = tmp_path / "d"
    here("code", "-", "--into", root, stdin=PAGE.encode())
    found = here("audit", root)
    assert (found.returncode, found.stderr) == (0, "")
    assert found.stdout.startswith("sound: 1 articles")
    path = next((root / "parts").glob("*/statements.parquet"))
    path.write_bytes(path.read_bytes()[:-40])
    broken = here("audit", root)
    assert broken.returncode == 1
    assert re.search(
        r"statements\.parquet has \d+ bytes instead of \d+: 1 documents to code again: <stdin>", broken.stdout
    )
    assert "hint: run the same `dragoman code` again" in broken.stderr
    # What the hint says works: the part is coded again.
    said = here("code", "-", "--into", root, stdin=PAGE.encode()).stderr
    assert "1 articles added" in said
    assert here("audit", root).returncode == 0


def test_evaluate_for_people_and_programs(tmp_path: Path, dragoman: Run, here: Run) -> None:
    gold = tmp_path / "gold.jsonl"
    text = "They will meet on May 4, 2011 in Oslo."
    row: dict[str, Any] = {"id": "a", "text": text, "span": [18, 29], "published": "2011-05-01"}
    row["expect"] = {"start": "2011-05-04", "end": "2011-05-05"}
    gold.write_text(json.dumps(row) + "\n\n")
    found = dragoman("evaluate", "dates", gold, "--json", "--predictions", tmp_path / "out.jsonl")
    assert json.loads(found.stdout) == {
        "task": "dates",
        "n": 1,
        "metrics": {"exact": {"value": 1, "low": 1, "high": 1}},
    }
    predicted = json.loads((tmp_path / "out.jsonl").read_text())
    assert predicted["id"] == "a"
    assert predicted["predicted"] == row["expect"]
    assert 0 <= predicted["confidence"] <= 1
    assert re.search(r"exact\s+1\.000\s+1\.000 to 1\.000", here("evaluate", "dates", gold).stdout)


@pytest.mark.parametrize(
    ("task", "line", "error", "hint"),
    [
        ("cats", "{}", "no task 'cats'", "the tasks: relations"),
        ("dates", "", "holds no row", "JSON lines"),
        ("dates", "{", r"gold.jsonl:1: ", "one JSON object"),
        ("dates", "[]", r"gold.jsonl:1: not a JSON object", "one JSON object"),
        ("dates", '{"id": "a"}', "row 1 has no text, span, expect", "a row of dates needs"),
        ("dates", '{"text": "x", "span": [0], "expect": {}}', "wrong shape", "docs/reference/evaluate.md"),
        ("events", '{"text": "x", "published": "May", "expect": {}}', "published 'May' is no date", "2018-08-16"),
        ("reading", '{"path": "none.html", "expect": {}}', "no page at", "relative to the gold file"),
    ],
)
def test_bad_gold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], task: str, line: str, error: str, hint: str
) -> None:
    (tmp_path / "gold.jsonl").write_text(line)
    code = cli.main(["evaluate", task, str(tmp_path / "gold.jsonl")])
    said = capsys.readouterr()
    told(subprocess.CompletedProcess([task], code, said.out, said.err), error, hint)


def test_doctor_finds_nothing(dragoman: Run) -> None:
    found = dragoman("doctor")
    assert found.returncode == 0, found.stdout
    assert "BAD" not in found.stdout
    assert re.search(r"^ok   Python", found.stdout)
