"""`code --verify`: a sample coded again gives the same records, and what differs is told."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dragoman import cli, runner
from dragoman.config import Settings
from dragoman.errors import DatasetError, InputError
from dragoman.verify import verify
from tests.fault import jobs
from tests.fault.plain import pages


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dataset of eight documents that were not really coded."""
    monkeypatch.setattr(runner, "code_one", jobs.plain)
    monkeypatch.setattr(runner, "describe_tools", lambda: {"coder": "none", "libraries": {"lxml": "1.0"}})
    runner.code_inputs([pages(tmp_path / "in", 6)], tmp_path / "d", Settings(), isolate=False)
    return tmp_path / "d"


def test_the_same_records_and_other_ones(made: Path) -> None:
    found = verify(made / "manifest.json", [], Settings(), sample=5, job=jobs.plain)
    assert (found.wanted, found.found, found.differences) == (5, 5, ())
    other = verify(made / "manifest.json", [], Settings(), sample=99, job=jobs.shouting)
    assert (other.wanted, other.found, len(other.differences)) == (7, 7, 7)
    assert "gave ar_" in other.differences[0]


def test_where_the_documents_went(made: Path) -> None:
    moved = made.parent / "moved"
    shutil.move(made.parent / "in", moved)
    with pytest.raises(InputError, match="can be read again"):
        verify(made / "manifest.json", [], Settings(), job=jobs.plain)
    assert verify(made / "manifest.json", [moved], Settings(), job=jobs.plain).found == 7
    for path in sorted(moved.glob("00*.txt"))[:2]:
        path.unlink()
    assert verify(made / "manifest.json", [moved], Settings(), job=jobs.plain).found == 6  # 000 has a copy
    with pytest.raises(DatasetError, match="is no manifest"):
        verify(made, [], Settings(), job=jobs.plain)


def test_the_manifest_names_what_made_the_records(made: Path) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    (about,) = manifest["runs"].values()
    assert (about["coder"], about["libraries"], about["settings"]["max_characters"]) == (
        "none",
        {"lxml": "1.0"},
        200_000,
    )
    assert {part["run"] for part in manifest["parts"].values()} == set(manifest["runs"])
    assert manifest["counts"]["articles"] == 7
    real = runner.describe_run({"dragoman": "0"}, Settings(workers=9, batch=3), None)
    assert real == runner.describe_run(
        {"dragoman": "0"}, Settings(), None
    )  # what cannot change the records is not there


def test_what_changed_is_told(made: Path) -> None:
    from dragoman.verify import _changes

    before = {"dragoman": "0.1", "coder": "a", "libraries": {"lxml": "1", "numpy": "2"}}
    now = {"dragoman": "0.2", "coder": "a", "libraries": {"lxml": "3", "numpy": "2"}}
    assert list(_changes(before, now)) == ["dragoman was 0.1, is 0.2", "lxml was 1, is 3"]
    assert list(_changes(before, before)) == []


def test_the_command_with_the_real_coder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    inputs = tmp_path / "page.txt"
    inputs.write_text(
        "Ministers meet\n\nMay 2, 2011\n\n" + "The foreign ministers of Norway and Peru met in Oslo. " * 3
    )
    assert cli.main(["code", str(inputs), "--into", str(tmp_path / "d")]) == 0
    manifest = tmp_path / "d/manifest.json"
    assert cli.main(["code", "--verify", str(manifest), "--sample", "3"]) == 0
    assert capsys.readouterr().out == "the same records from 1 documents, coded again\n"
    (about,) = json.loads(manifest.read_text())["runs"].values()
    assert {"dragoman", "codebook", "coder", "data_sha256", "libraries", "settings"} <= set(about)
    assert cli.main(["code", "--verify", str(manifest), "--sample", "0"]) == 1
