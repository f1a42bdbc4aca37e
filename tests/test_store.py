"""The dataset on a real disk: whole or not there, resumed, locked, checked, and closed to everything outside."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from dragoman.errors import DatasetError, UsageError
from dragoman.records import Coding, Rejection
from dragoman.store import Batch, InputRow, Writer, open_dataset
from tests.builders import article


def batch(*keys: str) -> Batch:
    from dataclasses import replace

    return Batch(
        inputs=tuple(InputRow(key=key, outcome=f"ar_{key}") for key in keys),
        codings=tuple(Coding(article=replace(article(f"Text of {key}."), id=f"ar_{key}")) for key in keys),
        rejections=(),
    )


def tree(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def test_written_and_read_back(tmp_path: Path) -> None:
    with Writer(tmp_path / "d", {"codebook": "x"}) as writer:
        assert writer.add(batch("a", "b")) == 2
        assert writer.add(batch("b", "c")) == 1
    dataset = open_dataset(tmp_path / "d")
    assert sorted(row.id for row in dataset.records("articles")) == ["ar_a", "ar_b", "ar_c"]
    assert dataset.manifest["counts"]["articles"] == 3
    assert dataset.damaged() == []
    table = dataset.sql("SELECT count(*) AS n FROM articles")
    assert table["n"].to_pylist() == [3]


def test_a_second_run_changes_no_byte(tmp_path: Path) -> None:
    for _ in range(2):
        with Writer(tmp_path / "d", {}) as writer:
            writer.add(batch("a"))
            writer.derive({"stories": []})
        if _ == 0:
            first = tree(tmp_path / "d")
    assert tree(tmp_path / "d") == first


def test_the_version_changes_with_the_data_alone(tmp_path: Path) -> None:
    versions = []
    for keys in ("a", "a", "b"):
        with Writer(tmp_path / "d", {"codebook": "x"}) as writer:
            writer.add(batch(keys))
        versions.append(open_dataset(tmp_path / "d").version)
    assert versions[0] == versions[1] != versions[2]
    assert len(versions[0]) == 12


def test_unfinished_parts_are_dropped_and_finished_ones_taken_up(tmp_path: Path) -> None:
    root = tmp_path / "d"
    with Writer(root, {}) as writer:
        writer.add(batch("a"))
        writer.add(batch("b"))
    # As a kill between the part's rename and the manifest's would leave it, and one within a part's writing.
    manifest = json.loads((root / "manifest.json").read_text())
    name = sorted(manifest["parts"])[0]
    del manifest["parts"][name]
    (root / "manifest.json").write_text(json.dumps(manifest))
    (root / "parts" / ".half").mkdir()
    (root / "parts" / ".half" / "events.parquet").write_bytes(b"PAR1")
    with Writer(root, {}) as writer:
        assert writer.known("a")
        assert writer.known("b")
    assert not (root / "parts" / ".half").exists()
    assert len(open_dataset(root).records("articles")) == 2


def test_one_writer_at_a_time_across_processes(tmp_path: Path) -> None:
    root = tmp_path / "d"
    code = (
        "import sys; from pathlib import Path; from dragoman.store import Writer\n"
        "with Writer(Path(sys.argv[1]), {}): print('in', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "in\n"
        with pytest.raises(DatasetError, match=f"process {other.pid}"), Writer(root, {}):
            pass
        other.kill()
    with Writer(root, {}) as writer:  # the lock went with the process
        writer.add(batch("a"))
    assert len(open_dataset(root).records("articles")) == 1


def test_damage_is_found_and_named(tmp_path: Path) -> None:
    root = tmp_path / "d"
    with Writer(root, {}) as writer:
        writer.add(batch("a"))
    path = next((root / "parts").glob("*/articles.parquet"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    assert open_dataset(root).damaged() == [
        f"{path.relative_to(root)} does not match its hash: 1 documents to code again"
    ]
    path.unlink()
    assert open_dataset(root).damaged() == [f"{path.relative_to(root)} is missing: 1 documents to code again"]
    with pytest.raises(DatasetError, match="cannot be read"):
        open_dataset(root).table("articles")


def test_what_is_computed_again_in_other_bytes_is_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "d"
    with Writer(root, {}) as writer:
        writer.add(batch("a"))
        writer.derive({"stories": []})
    other = functools.partial(pq.ParquetWriter, write_batch_size=1, version="1.0")
    monkeypatch.setattr(pq, "ParquetWriter", other)  # as another version of Arrow may write it
    with Writer(root, {}) as writer:
        writer.add(batch("b"))
        writer.derive({"stories": []})
        assert not writer.underived()
    assert open_dataset(root).damaged() == []


@pytest.mark.parametrize(
    ("content", "message"),
    [(None, "no manifest.json"), ("{", "not the JSON"), ("{}", "not a manifest"), ('{"schema_version": 99}', "99")],
)
def test_what_is_no_dataset(tmp_path: Path, content: str | None, message: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(DatasetError, match=message) as caught:
        open_dataset(tmp_path)
    assert caught.value.hint


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT content FROM read_text('/etc/passwd')",
        "COPY (SELECT 1) TO '/tmp/x.csv'",
        "CREATE TABLE x AS SELECT 1",
        "SELECT 1; SELECT 2",
        "SET memory_limit = '9GB'",
        "ATTACH '/tmp/x.db'",
        "INSTALL httpfs",
        "SELECT nonsense FROM events",
    ],
)
def test_sql_reads_the_dataset_and_nothing_else(tmp_path: Path, query: str) -> None:
    with Writer(tmp_path / "d", {}) as writer:
        writer.add(batch("a"))
    with pytest.raises(UsageError):
        open_dataset(tmp_path / "d").sql(query)


def test_sql_is_stopped_in_time(tmp_path: Path) -> None:
    with Writer(tmp_path / "d", {}) as writer:
        writer.add(batch("a"))
    with pytest.raises(UsageError, match="took over"):
        open_dataset(tmp_path / "d").sql("SELECT count(*) FROM range(1000000000) a, range(1000) b", timeout_s=0.3)


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(DatasetError, match="cannot write"), Writer(tmp_path / "file", {}):
        pass


def test_rejections_are_kept(tmp_path: Path) -> None:
    row = Rejection(id="re_1", subject="x.bin", step="read", reason="not text")
    with Writer(tmp_path / "d", {}) as writer:
        writer.add(Batch(inputs=(InputRow(key="k", outcome="re_1"),), codings=(), rejections=(row,)))
    assert open_dataset(tmp_path / "d").records("rejections") == [row]
