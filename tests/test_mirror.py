"""Datasets at addresses of fsspec: whole or not there, gone on with from anywhere, and never written over what another wrote."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman import cli, runner
from dragoman.errors import DatasetError, UsageError
from dragoman.mirror import Mirror, folder_of, mirrored
from dragoman.store import open_dataset
from tests.fault import kill
from tests.fault.plain import pages, store

fsspec = pytest.importorskip("fsspec")

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture(autouse=True)
def stage(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No stage in the user's cache."""
    monkeypatch.setenv("DRAGOMAN_STAGE", str(tmp_path / "stage"))
    yield
    fsspec.filesystem("memory").store.clear()


@pytest.mark.parametrize("scheme", ["file", "local", "memory"])
def test_there_and_back(tmp_path: Path, scheme: str) -> None:
    inputs = pages(tmp_path / "in", 7)
    there = f"{scheme}://{tmp_path}/far/news"
    mirror = Mirror(there, tmp_path / "one")
    assert mirror.fetch() == 0
    store(inputs, mirror.folder)
    assert mirror.send() == 4 + 1  # the parts and what is computed over them
    assert mirror.send() == 0
    again = Mirror(there, tmp_path / "two")
    assert again.fetch() == 5
    assert again.fetch() == 0
    assert kill.records(tmp_path / "two") == kill.records(tmp_path / "one")
    assert runner.audit(open_dataset(tmp_path / "two")) == []
    if scheme != "memory":
        assert runner.audit(open_dataset(tmp_path / "far" / "news")) == []  # readable as it lies there
        assert not list((tmp_path / "far").rglob("*.json.*"))


@pytest.mark.parametrize("scheme", ["file", "memory"])
def test_the_command_goes_on_from_another_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scheme: str
) -> None:
    inputs = pages(tmp_path / "in", 6)
    monkeypatch.setenv("DRAGOMAN_BATCH", "2")
    monkeypatch.setenv("DRAGOMAN_WORKERS", "1")
    there = f"{scheme}://{tmp_path}/far"
    command = ["code", str(inputs), "--into", there]
    assert cli.main([*command, "--limit", "3"]) == 0
    assert f"copied to {there}" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "stage")
    assert cli.main(command) == 0
    assert re.search("8 documents: [1-7] articles added, [1-7] known before", capsys.readouterr().err)
    store(inputs, tmp_path / "calm")
    mirror = Mirror(there, tmp_path / "seen")
    mirror.fetch()
    assert kill.records(tmp_path / "seen") == kill.records(tmp_path / "calm")
    assert cli.main([*command, "--shard", "1/2"]) == 0
    assert f"dragoman merge {there}" in capsys.readouterr().err
    assert Mirror(f"{there}/shards/1-of-2", tmp_path / "shard").fetch() > 0


@pytest.mark.parametrize("scheme", ["file", "memory"])
def test_shards_at_an_address_are_merged_and_read_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], scheme: str
) -> None:
    inputs = pages(tmp_path / "in", 5)
    monkeypatch.setenv("DRAGOMAN_BATCH", "2")
    monkeypatch.setenv("DRAGOMAN_WORKERS", "1")
    there = f"{scheme}://{tmp_path}/far"
    for shard in ("1/3", "2/3", "3/3"):
        assert cli.main(["code", str(inputs), "--into", there, "--shard", shard]) == 0
        shutil.rmtree(tmp_path / "stage")  # each on a machine of its own
    assert cli.main(["show", there]) == 1
    assert f"{there} has no manifest.json" in capsys.readouterr().err
    assert cli.main(["merge", there]) == 0
    assert "3 datasets merged, 6 articles added" in capsys.readouterr().err
    shutil.rmtree(tmp_path / "stage")
    assert cli.main(["audit", there]) == 0
    assert cli.main(["export", there, "--what", "articles"]) == 0
    found = {json.loads(line)["id"] for line in capsys.readouterr().out.splitlines() if line.startswith("{")}
    store(inputs, tmp_path / "calm")
    assert found == {row.id for row in open_dataset(tmp_path / "calm").records("articles")}
    assert folder_of(there).is_relative_to(tmp_path / "stage")
    assert kill.records(folder_of(there)) == kill.records(tmp_path / "calm")
    # A folder takes in what lies at an address, too.
    assert cli.main(["merge", str(tmp_path / "here"), there]) == 0
    assert kill.records(tmp_path / "here") == kill.records(tmp_path / "calm")
    assert cli.main(["merge", f"{scheme}://{tmp_path}/nothing"]) == 1
    assert "has no shards to merge" in capsys.readouterr().err


def test_a_store_that_breaks_in_the_middle_shows_whole_parts_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = pages(tmp_path / "in", 8)
    there = "memory:///far"
    store(inputs, tmp_path / "one")
    kind = type(fsspec.filesystem("memory"))
    put, left = kind.put_file, [0]

    def failing(self: Any, *given: Any, **named: Any) -> Any:
        left[0] -= 1
        if left[0] < 0:
            raise ConnectionResetError("the line is cut")
        return put(self, *given, **named)

    monkeypatch.setattr(kind, "put_file", failing)
    for allowed in (0, 3, 20, 25, 30):
        left[0] = allowed
        mirror = Mirror(there, tmp_path / "one")
        assert mirror.fetch() == 0
        with pytest.raises(DatasetError, match="cannot be read or written: the line is cut") as told:
            mirror.send()
        assert str(tmp_path / "one") in told.value.hint
        assert not fsspec.filesystem("memory").exists("/far/manifest.json")
    left[0] = 1000
    assert mirror.send() > 0
    Mirror(there, tmp_path / "two").fetch()
    assert kill.records(tmp_path / "two") == kill.records(tmp_path / "one")


def test_two_writers_do_not_lose_each_other(tmp_path: Path) -> None:
    there = f"file://{tmp_path}/far"
    first, second = pages(tmp_path / "a", 4), pages(tmp_path / "b", 9)
    one, two = Mirror(there, tmp_path / "one"), Mirror(there, tmp_path / "two")
    one.fetch()
    two.fetch()
    store(first, one.folder)
    store(second, two.folder)
    one.send()
    with pytest.raises(DatasetError, match="was written by another process meanwhile"):
        two.send()
    two.fetch()
    store(second, two.folder)
    two.send()
    store(first, tmp_path / "calm")
    store(second, tmp_path / "calm")
    assert len(open_dataset(tmp_path / "far").records("articles")) == len(
        open_dataset(tmp_path / "calm").records("articles")
    )
    assert runner.audit(open_dataset(tmp_path / "far")) == []


def test_a_damaged_manifest_there_is_made_anew(tmp_path: Path) -> None:
    inputs = pages(tmp_path / "in", 5)
    store(inputs, tmp_path / "one")
    there = f"file://{tmp_path}/far"
    Mirror(there, tmp_path / "one").send()
    manifest = tmp_path / "far/manifest.json"
    before = manifest.read_bytes()
    manifest.write_bytes(before.replace(b"schema", b"scheme"))
    with mirrored(there) as mirror:
        assert mirror is not None
        assert store(inputs, mirror.folder).added == 0
    assert manifest.read_bytes() == before


def test_what_is_no_store_and_what_is_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be opened"):
        Mirror("nosuch://place/x")
    far = tmp_path / "far"
    far.mkdir()
    (far / "manifest.json").write_text("not json")
    with pytest.raises(DatasetError, match="is not the JSON that was written"):
        Mirror(f"file://{far}", tmp_path / "x").fetch()
    tables = {"articles": {"rows": 1, "sha256": ""}}
    strange = {"schema_version": 1, "parts": {"../../x": {"tables": tables}}, "derived": None}
    (far / "manifest.json").write_text(json.dumps(strange))
    with pytest.raises(DatasetError, match="is not a manifest of Dragoman"):
        Mirror(f"file://{far}", tmp_path / "y").fetch()
    assert not (tmp_path / "x" / "parts").exists()
