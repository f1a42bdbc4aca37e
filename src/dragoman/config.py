"""Settings: one frozen value. Flags come before the environment, the environment before the file, the file before defaults."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from dragoman.errors import UsageError

__all__ = ["Settings", "load_settings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every option of a run, documented once.

    - `threshold`: events less sure than this (0 to 1) are not recorded; 0 leaves it to the coder's own thresholds.
    - `batch`: articles in one stored part; a killed run loses at most this many.
    - `workers`: processes that code; 0 takes as many as there are cores.
    - `max_bytes`: a page larger than this is rejected, not read.
    - `max_characters`: text beyond this many characters of one article is not coded; the rejection says so.
    - `max_seconds`: an article that takes longer is rejected.
    - `actors`: a CSV, TSV or JSONL file of your own actors, which come before ours; none where it is empty.
    - `codebook`: folders of your own fitted codebooks (`dragoman train`), parted by `:` (`;` on Windows), one a unit; or none.
    - `worker_memory`: address space of one process that codes, in MiB; an article that needs more, twice, is rejected.
    """

    threshold: float = 0.0
    batch: int = 64
    workers: int = 1
    max_bytes: int = 32 * 1024 * 1024
    max_characters: int = 200_000
    max_seconds: float = 60.0
    actors: str = ""
    codebook: str = ""
    worker_memory: int = 4096

    def __post_init__(self) -> None:
        for name, low, high in (
            ("threshold", 0.0, 1.0),
            ("batch", 1, 100_000),
            ("workers", 0, 1024),
            ("max_bytes", 1, 2**40),
            ("max_characters", 1, 2**40),
            ("max_seconds", 0.01, 86_400),
            ("worker_memory", 256, 2**24),
        ):
            value = getattr(self, name)
            if not low <= value <= high:
                raise UsageError(f"{name} is {value}", hint=f"give a number from {low:g} to {high:g}")


def _converted(name: str, value: Any, origin: str) -> Any:
    kind = type(getattr(Settings(), name))
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise UsageError(f"{origin}: {name} is {value!r}", hint=f"give a {kind.__name__}") from None


def load_settings(
    flags: Mapping[str, Any] | None = None, *, environment: Mapping[str, str] | None = None, file: Path | None = None
) -> Settings:
    """The settings of a run: flags > environment (`DRAGOMAN_WORKERS=2`) > file (TOML) > defaults.

    Raises `UsageError` for a name that is no setting and for a value of the wrong kind.

    >>> load_settings({"threshold": 0.7}, environment={"DRAGOMAN_WORKERS": "2"}).workers
    2
    """
    known = {field.name for field in fields(Settings)}
    chosen: dict[str, Any] = {}
    if file is not None:
        try:
            chosen.update(tomllib.loads(file.read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{file} cannot be read: {error}", hint="give a TOML file of settings") from None
    for name, value in (os.environ if environment is None else environment).items():
        if name.startswith("DRAGOMAN_") and name.removeprefix("DRAGOMAN_").lower() in known:
            chosen[name.removeprefix("DRAGOMAN_").lower()] = value
    chosen.update({name: value for name, value in (flags or {}).items() if value is not None})
    for name in chosen:
        if name not in known:
            raise UsageError(f"no setting {name!r}", hint=f"the settings: {', '.join(sorted(known))}")
    return replace(Settings(), **{name: _converted(name, value, "settings") for name, value in chosen.items()})
