"""The error tree. Every error says what is wrong and what to do next.

    DragomanError
    ├── UsageError      a wrong argument, an unknown name
    ├── InputError      nothing readable in the input
    ├── DatasetError    a dataset that is missing, damaged, locked or too new
    ├── GoldError       a gold file that cannot be scored
    └── ModelError      a model file that is missing or does not match its hash

An article that cannot be used is no error: it is a `Rejection` record, and the run goes on.
"""

from __future__ import annotations

from functools import partial
from typing import Any

__all__ = ["DatasetError", "DragomanError", "GoldError", "InputError", "ModelError", "UsageError"]


class DragomanError(Exception):
    """A problem of use. `str(error)` says what is wrong, `error.hint` what to do."""

    def __init__(self, message: str, *, hint: str) -> None:
        super().__init__(message)
        self.hint = hint

    def __reduce__(self) -> tuple[Any, ...]:
        return partial(type(self), hint=self.hint), self.args  # so that an error of another process arrives here


class UsageError(DragomanError):
    """A wrong argument or an unknown name; the hint lists what is known."""


class InputError(DragomanError):
    """Nothing readable in the input."""


class DatasetError(DragomanError):
    """A dataset that is missing, damaged, locked or written by a newer program."""


class GoldError(DragomanError):
    """A gold file that cannot be scored; the message names the line."""


class ModelError(DragomanError):
    """A model file that is missing or does not match its recorded hash."""
