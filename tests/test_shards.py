"""Limits, shards and merges: the parts of a job, whoever runs them and in whatever order, end with the records of one run."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman import cli, runner
from dragoman.errors import DatasetError, UsageError
from dragoman.merge import merge
from dragoman.runner import Shard, expected_documents
from dragoman.store import open_dataset
from tests.fault import kill
from tests.fault.plain import SMALL, pages, store

pytestmark = pytest.mark.usefixtures("quick")


def test_a_limit_stops_and_the_next_run_goes_on(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 9)
    store(inputs, tmp_path / "calm")
    for done in (4, 8):
        found = store(inputs, tmp_path / "d", limit=4)
        assert (found.stopped, len(open_dataset(tmp_path / "d").records("articles"))) == ("limit", done)
    last = store(inputs, tmp_path / "d", limit=4)
    assert (last.stopped, last.added) == (None, 2)
    assert kill.records(tmp_path / "d") == kill.records(tmp_path / "calm")
    assert store(inputs, tmp_path / "d", limit=1).stopped is None  # nothing is left, so nothing stops it


def test_a_time_limit_stops_before_the_next_document(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 9)
    found = runner.code_inputs([inputs], tmp_path / "d", SMALL, time_limit_s=1e-9, isolate=False)
    assert (found.stopped, found.seen, found.added) == ("time", 0, 0)
    assert store(inputs, tmp_path / "d").added == 10


def test_shards_and_their_merge_give_the_records_of_one_run(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 20)
    store(inputs, tmp_path / "calm")
    root = tmp_path / "d"
    for number in (3, 1, 2):
        store(inputs, root / "shards" / f"{number}-of-3", Shard(number=number, of=3))
    done = merge(root)
    assert (done.datasets, done.damage) == (3, ())
    assert kill.records(root) == kill.records(tmp_path / "calm")
    assert merge(root).added == 0  # a second merge finds everything there
    assert store(inputs, root).added == 0
    assert runner.audit(open_dataset(root)) == []
    part = next((root / "parts").glob("*/articles.parquet"))
    assert part.stat().st_nlink == 2  # a merge takes no room


def test_what_two_datasets_share_is_there_once(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 8)
    some = tmp_path / "some"
    some.mkdir()
    for number in range(4):
        (some / f"{number:03}.txt").write_bytes((inputs / f"{number:03}.txt").read_bytes())
    # Other bytes, the same article: only its outcome tells.
    store(some, tmp_path / "one")
    store(inputs, tmp_path / "two")
    merge(tmp_path / "d", [tmp_path / "one", tmp_path / "two"])
    store(inputs, tmp_path / "calm")
    articles = [row.id for row in open_dataset(tmp_path / "d").records("articles")]
    assert sorted(articles) == sorted(row.id for row in open_dataset(tmp_path / "calm").records("articles"))
    assert runner.audit(open_dataset(tmp_path / "d")) == []


def test_a_damaged_shard_is_named_and_the_rest_merged(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 8)
    store(inputs, tmp_path / "one")
    damaged = next((tmp_path / "one/parts").glob("*/articles.parquet"))
    damaged.write_bytes(damaged.read_bytes()[:-7])
    done = merge(tmp_path / "d", [tmp_path / "one"])
    assert [each.part for each in done.damage] == [damaged.parent.name]
    assert 0 < done.added < 9
    assert runner.audit(open_dataset(tmp_path / "d")) == []


def test_nothing_to_merge(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="no shards to merge"):
        merge(tmp_path / "d")
    with pytest.raises(DatasetError, match="not a dataset"):
        merge(tmp_path / "d", [tmp_path])
    assert not (tmp_path / "d").exists()


@given(st.text(max_size=20), st.integers(1, 99))
def test_every_input_is_in_one_shard(key: str, of: int) -> None:
    assert sum(Shard(number=number, of=of).holds(key) for number in range(1, of + 1)) == 1


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "-1/3", "1/0", "1/2/3", ""])
def test_what_is_no_shard(text: str) -> None:
    with pytest.raises(UsageError, match="is no shard"):
        Shard.parse(text)


def test_expected_documents(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 7)
    assert expected_documents([inputs]) == 9
    assert expected_documents([inputs, inputs / "000.txt"], Shard(number=1, of=5)) == 2
    (inputs / "more.jsonl").write_text("{}")
    assert expected_documents([inputs]) is None


def test_the_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    import functools

    monkeypatch.setattr(runner, "code_inputs", functools.partial(runner.code_inputs, isolate=False))
    inputs, root = pages(tmp_path / "in", 6), tmp_path / "d"
    for shard in ("1/2", "2/2"):
        assert cli.main(["code", str(inputs), "--into", str(root), "--shard", shard]) == 0
    assert f"when all shards are done: dragoman merge {root}" in capsys.readouterr().err
    assert cli.main(["merge", str(root)]) == 0
    assert "2 datasets merged, 7 articles added" in capsys.readouterr().err
    assert cli.main(["code", str(inputs), "--into", str(tmp_path / "e"), "--limit", "2", "--time-limit", "1h"]) == 0
    assert "stopped at --limit; run the same command again to go on" in capsys.readouterr().err
    for wrong in (["--limit", "0"], ["--time-limit", "soon"], ["--shard", "9/8"]):
        assert cli.main(["code", str(inputs), "--into", str(root), *wrong]) == 1
    assert cli.main(["code", str(inputs)]) == 2
