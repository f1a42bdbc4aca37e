"""Where cases of hostile files are kept: a name for each, and a function that writes it into a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

__all__ = ["CASES", "PAGE", "SENTENCE", "SOUND", "Builder", "case", "written"]

SENTENCE = "The foreign ministers of Norway and Peru met in Oslo on Monday and agreed to resume talks on their border."
PAGE = f"<html><head><title>Talks</title></head><body><article><h1>Talks resume</h1><p>{SENTENCE}</p></article></body></html>"
SOUND = f"Talks resume\n\nMay 3, 2011\n\n{SENTENCE} Peru denied that it had moved troops.\n"
Builder = Callable[[Path], None]
CASES: dict[str, Builder] = {}


def case(name: str) -> Callable[[Builder], Builder]:
    """Keep a function that writes hostile files into a folder, under a name."""

    def keep(build: Builder) -> Builder:
        CASES[name] = build
        return build

    return keep


def written(name: str, ending: str, data: bytes | Callable[[], bytes]) -> None:
    """A case that is one file with this content."""

    def build(folder: Path) -> None:
        (folder / f"a{ending}").write_bytes(data() if callable(data) else data)

    CASES[name] = build
