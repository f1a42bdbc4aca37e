"""The guides' Python runs as it stands there, on the demo dataset."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.conftest import ROOT, Run

_SHELL = re.compile(r"^```sh\n(.*?)^```", re.M | re.S)
_BLOCK = re.compile(r"^```python\n(.*?)^```", re.M | re.S)


def test_the_guide_for_political_scientists_runs(demo: Path, tmp_path: Path) -> None:
    shutil.copytree(demo, tmp_path / "demo-dataset")
    blocks = _BLOCK.findall((ROOT / "docs" / "guides" / "political_scientists.md").read_text("utf-8"))
    assert len(blocks) > 6
    check = """
assert len(counts) > 10, len(counts)
assert counts["ccode1"].notna().any() and counts["gwcode2"].notna().any()
assert not counts.duplicated(["actor", "recipient", "month"]).any()
usa = counts[counts["actor"] == "USA"]
assert len(usa) and set(usa["ccode1"]) == {2} and set(usa["gwcode1"]) == {2}
sun = counts[(counts["actor"] == "SUN") & (counts["year"] < 1991)]
assert len(sun) and set(sun["ccode1"]) == {365}
"""
    code = "\n".join([*blocks, check])
    environment = os.environ | {"MPLBACKEND": "Agg", "MPLCONFIGDIR": str(tmp_path / "mpl")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "acts have a month" in done.stdout
    assert "plover" in done.stdout
    assert (tmp_path / "dyads.png").stat().st_size > 5000
    assert (tmp_path / "acts.csv").read_text("utf-8").startswith("id,")


def _block(page: str, kind: str) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```", page, re.M | re.S)
    assert found, kind
    return found[1]


def test_the_guide_to_own_codebooks_runs(dragoman: Run, tmp_path: Path) -> None:
    page = (ROOT / "docs" / "guides" / "own_codebook.md").read_text("utf-8")
    cases = ROOT / "tests" / "cases" / "own_codebook"
    (tmp_path / "sea.toml").write_text(_block(page, "toml"), "utf-8")
    assert tomllib.loads(_block(page, "toml")) == tomllib.loads((cases / "sea.toml").read_text("utf-8"))
    shutil.copy(cases / "sea.jsonl", tmp_path)
    for row in _block(page, "json").splitlines():
        assert row in (cases / "sea.jsonl").read_text("utf-8")
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "gulf.txt").write_text(_block(page, "text"), "utf-8")
    said = ""
    for line in "".join(_SHELL.findall(page)).splitlines():
        found = dragoman(*line.split()[1:], cwd=tmp_path)
        assert found.returncode == 0, (line, found.stderr)
        said += found.stdout
    assert "accuracy" in said
    assert "HARASS" in said
    assert "HARASS" in (tmp_path / "events.csv").read_text("utf-8")
    assert all("shares" in json.loads(row) for row in (tmp_path / "categories.jsonl").read_text("utf-8").splitlines())
    code = "\n".join(_BLOCK.findall(page))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert re.search(r"HARASS 0\.\d+ .*Russian ships", done.stdout)
    assert "'SEIZE': " in done.stdout.splitlines()[-1]
