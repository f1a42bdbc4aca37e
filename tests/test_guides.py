"""The guides' Python runs as it stands there, on the demo dataset."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import ROOT

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
