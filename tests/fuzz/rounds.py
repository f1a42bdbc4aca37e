"""Run every fuzz target for so many minutes of processor time, one after the other, and keep a table of what came of it.

    pip install atheris
    nice -n 19 python tests/fuzz/rounds.py build/fuzz --minutes 30 [--targets clean .zip ...]

The folder keeps for each target its corpus, which the next round begins with, the inputs that were findings, and what libFuzzer said.
Processor time is counted, not the clock's: a target at low priority on a busy machine gets its minutes all the same, later.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.fault.kill import DISPATCHES
from tests.test_laws import HOSTILE
from tests.test_read import FEED, HTML, TEXT, one_page_pdf, response

TARGETS = "clean code feed .zip .warc .eml .mhtml .pdf .html .txt .md .jsonl .json .csv .tsv .parquet .warc.gz .html.gz".split()
_LONGEST = 8_000  # bytes of an input; longer ones are slower, and find little more
_RUNS = re.compile(r"^(?:#|Done |stat::number_of_executed_units:\s*)(\d+)", re.MULTILINE)
_COVERED = re.compile(r"cov: (\d+)")


def seeds(target: str) -> Iterator[bytes]:
    """A few small sound inputs of a target."""
    page, mail = (
        HTML.encode(),
        "Subject: Ministers meet\nDate: Mon, 18 Apr 2016 14:56:00 +0800\nContent-Type: text/html\n\n",
    )
    row = {"title": "Ministers meet", "text": TEXT, "published": "2016-04-18", "url": "https://news.example/a"}
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.html", HTML)
        file.writestr("b/c.jsonl", json.dumps(row))
    records = response("https://news.example/a", page) + response(
        "https://news.example/b", gzip.compress(page), extra="Content-Encoding: gzip\r\n"
    )
    made: dict[str, Sequence[bytes]] = {
        "feed": [FEED],
        ".zip": [archive.getvalue()],
        ".warc": [records],
        ".warc.gz": [gzip.compress(records)],
        ".eml": [(mail + HTML).encode()],
        ".mhtml": [
            b'MIME-Version: 1.0\nContent-Type: multipart/related; type="text/html"; boundary="B"\n\n--B\nContent-Type: text/html\n\n'
            + page
            + b"\n--B--\n"
        ],
        ".pdf": [one_page_pdf((TEXT[:50], TEXT[50:]))],
        ".md": [
            f"---\ntitle: Ministers meet\ndate: 2016-04-18\n---\n\n# Ministers meet\n\n{TEXT} [More](http://x.example).\n".encode()
        ],
        ".jsonl": [f"{json.dumps(row)}\n{{}}\n".encode()],
        ".json": [json.dumps([row]).encode()],
        ".csv": [f"{','.join(row)}\n{','.join(row.values())}\n".encode()],
        ".tsv": ["\t".join(row).encode() + b"\n" + "\t".join(row.values()).encode()],
        ".parquet": [_parquet(row)],
        ".html.gz": [gzip.compress(page)],
    }
    if target in made:
        yield from made[target]
        return
    for path in sorted(
        DISPATCHES.glob("*.txt" if target in ("code", ".txt") else "*.html" if target == ".html" else "*.*t*")
    )[:12]:
        yield path.read_bytes()[:_LONGEST]
    if target in ("clean", "code"):
        yield from (each.encode("utf-8", "surrogatepass") for each in HOSTILE)


def _parquet(row: dict[str, str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    buffer = io.BytesIO()
    pq.write_table(pa.table({name: [value] for name, value in row.items()}), buffer)
    return buffer.getvalue()


def processor_s(process: int) -> float:
    """Processor time that a process has used so far; 0 where it is gone."""
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fuzz(target: str, folder: Path, minutes: float) -> dict[str, object]:
    """Fuzz one target for so many minutes of processor time; what is to be told of it. A finding does not end it."""
    place = folder / (target.strip(".").replace(".", "_") or target)
    corpus, findings = place / "corpus", place / "findings"
    for each in (corpus, findings):
        each.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(seeds(target)):
        (corpus / f"seed-{number}").write_bytes(data)
    used, runs, covered = 0.0, 0, 0
    began = time.monotonic()
    while used < minutes * 60:
        log = place / "log.txt"
        with log.open("wb") as said:
            run = subprocess.Popen(
                [
                    sys.executable,
                    str(Path(__file__).with_name("fuzz_reading.py")),
                    target,
                    f"-max_len={_LONGEST}",
                    "-timeout=60",
                    "-rss_limit_mb=3000",
                    "-print_final_stats=1",
                    f"-artifact_prefix={findings}/",
                    str(corpus),
                ],
                stdout=said,
                stderr=said,
            )
            here = 0.0
            while run.poll() is None:
                here = max(here, processor_s(run.pid))
                if used + here >= minutes * 60:
                    _end(run)
                time.sleep(0.5)
        text = log.read_text(errors="replace")
        used += here
        runs += max([int(each) for each in _RUNS.findall(text)], default=0)
        covered = max([covered, *(int(each) for each in _COVERED.findall(text))])
        if here < 1:
            print(text[-2000:], file=sys.stderr)
            break
    return {
        "target": target,
        "processor minutes": round(used / 60, 1),
        "minutes": round((time.monotonic() - began) / 60, 1),
        "executions": runs,
        "places covered": covered,
        "findings": len(list(findings.iterdir())),
    }


def _end(run: subprocess.Popen[bytes]) -> None:
    """Ask libFuzzer to end and tell its counts; one that has not begun yet does not hear it."""
    run.send_signal(signal.SIGINT)
    try:
        run.wait(timeout=60)
    except subprocess.TimeoutExpired:
        run.kill()
        run.wait()


def main() -> int:
    """Run the targets, and print and keep a line for each."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--targets", nargs="+", default=TARGETS, choices=TARGETS)
    options = parser.parse_args()
    for target in options.targets:
        line = json.dumps(fuzz(target, options.folder, options.minutes))
        print(line, flush=True)
        with (options.folder / "rounds.jsonl").open("a") as file:
            file.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
