"""Dragoman reads political news and keeps the record."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from dragoman.notebook import Opened

__all__ = ["__version__", "open"]

__version__ = "0.1.0"


def open(path: str | Path) -> Opened:
    """A dataset, for a notebook: `dragoman.open("D").events(actor="RUS").pandas()`.

    Raises `DatasetError` where the folder is no dataset. Importing `dragoman` alone loads nothing else.
    """
    from dragoman.notebook import open_for_notebook

    return open_for_notebook(path)
