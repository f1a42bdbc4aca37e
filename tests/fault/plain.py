"""Documents and runs for tests of the running alone: short pages, stored as they stand, without a coder."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from dragoman import runner
from dragoman.config import Settings
from dragoman.runner import Shard

__all__ = ["SMALL", "pages", "store"]

SMALL = replace(Settings(), batch=2, workers=1)
STATES = ("Norway", "Finland", "Peru", "Chile", "Kenya", "Japan", "Egypt", "Spain")
WORDS = (
    "The foreign ministers of {a} and {b} met in {c} on Monday and agreed to resume talks on their border. "
    '"We have listened to each other," the foreign minister of {a} said after the meeting. '
    "{b} accused {a} of moving troops last month; {a} denied it and promised to withdraw them by the summer."
)


def pages(folder: Path, number: int) -> Path:
    """Short articles, all different, one of them a copy and one of them nothing."""
    folder.mkdir()
    for at in range(number):
        a, b, c = STATES[at % 8], STATES[(at + 1 + at // 8) % 8], ("Oslo", "Lima", "Cairo")[at % 3]
        text = f"{a} and {b} talk again\n\nMay {at + 1}, 2011\n\n" + WORDS.format(a=a, b=b, c=c)
        (folder / f"{at:03}.txt").write_text(text)
    shutil.copy(folder / "000.txt", folder / "copy.txt")
    (folder / "short.txt").write_text("Nothing.")
    return folder


def store(inputs: Path, into: Path, shard: Shard | None = None, limit: int | None = None) -> runner.Summary:
    """A run in this process, in parts of two documents; with the fixture `quick` nothing is coded."""
    return runner.code_inputs([inputs], into, SMALL, shard=shard, limit=limit, isolate=False)
