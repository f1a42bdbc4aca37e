"""The demo dispatches against what a careful reader takes from them; the floors are in `evals/floors.json`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dragoman.errors import GoldError
from dragoman.evaluate import evaluate_file
from dragoman.runner import audit
from dragoman.store import open_dataset
from evals import gate

GOLDEN = gate.ROOT / "examples" / "golden"
FLOORS: dict[str, dict[str, float]] = json.loads(gate.FLOORS.read_text(encoding="utf-8"))


@pytest.mark.parametrize("task", ["events", "statements", "reading", "stories"])
def test_the_dispatches_stay_above_their_floors(task: str) -> None:
    scores = evaluate_file(task, GOLDEN / f"{task}.jsonl")
    name = f"examples/golden/{task}"
    found = gate.changes(
        {name: FLOORS[name]}, {name: {metric: score.value for metric, score in scores.metrics.items()}}
    )
    assert found
    assert [change for change in found if change.lost] == []


def test_every_dispatch_is_read_and_every_record_has_its_source(demo: Path) -> None:
    dataset = open_dataset(demo)
    assert audit(dataset) == []
    assert len(dataset.records("articles")) == 32
    assert dataset.records("rejections") == []
    undated = [Path(row.path).name for row in dataset.records("articles") if row.published.start is None]
    assert undated == ["25-commonwealth-of-independent-states.txt"]


def test_one_event_in_three_outlets_is_one_story(demo: Path) -> None:
    dataset = open_dataset(demo)
    names = {row.id: Path(row.path).name[:2] for row in dataset.records("articles")}
    stories = [{names[each] for each in story.article_ids} for story in dataset.records("stories")]
    assert {"12", "13", "14"} in stories
    assert sum(map(len, stories)) == 32


def test_the_gate_tells_losses_from_noise() -> None:
    floors = {"a": {"f1": 0.5, "ece": 0.1, "gone": 0.3}, "b": {"f1": 0.9}}
    scores = {"a": {"f1": 0.495, "ece": 0.2, "new": 0.1}, "b": {"f1": 0.95}}
    found = {(change.file, change.metric): change for change in gate.changes(floors, scores)}
    assert {name for name, change in found.items() if change.lost} == {("a", "ece"), ("a", "gone")}
    assert found["a", "ece"].gain == pytest.approx(-0.1)
    assert found["b", "f1"].gain == pytest.approx(0.05)
    assert found["a", "new"].floor is None


def test_the_gate_runs_on_every_gold_file_and_fails_on_a_drop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row: dict[str, Any] = {"id": "a", "text": "They meet on May 4, 2011.", "span": [13, 24]}
    row["expect"] = {"start": "2011-05-04", "end": "2011-05-05"}
    folder = tmp_path / "evals" / "gold"
    folder.mkdir(parents=True)
    (folder / "dates-days.jsonl").write_text(json.dumps(row) + "\n")
    monkeypatch.setattr(gate, "FLOORS", tmp_path / "floors.json")
    monkeypatch.setattr(gate, "ROOT", tmp_path)
    monkeypatch.setattr(gate.measure, "__defaults__", (tmp_path,))
    assert gate.main([]) == 0
    assert "1 new" in capsys.readouterr().out
    assert gate.main(["--accept"]) == 0
    assert json.loads((tmp_path / "floors.json").read_text()) == {"evals/gold/dates-days": {"exact": 1.0}}
    assert gate.main([]) == 0
    row["expect"] = {"start": "2011-05-05", "end": "2011-05-06"}
    (folder / "dates-days.jsonl").write_text(json.dumps(row) + "\n")
    capsys.readouterr()
    assert gate.main([]) == 1
    assert "1.000 -> 0.000  -1.000  LOSS" in capsys.readouterr().out
    (folder / "cats.jsonl").write_text("{}\n")
    with pytest.raises(GoldError, match="names no task"):
        gate.main([])


def test_every_floor_has_its_file() -> None:
    assert set(FLOORS) == {name for name, _, _ in gate.gold_files()}
