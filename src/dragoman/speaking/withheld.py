"""Verbs of speech that tell of nothing said: "declined to comment on", "would not say whether", "has yet to announce"."""

from __future__ import annotations

from dragoman.speaking.clauses import Unit
from dragoman.speaking.contents import WH

__all__ = ["REFUSING", "is_withheld"]

REFUSING = frozenset("declined declines declining refused refuses refusing".split())
_KEPT_BACK = frozenset(
    "say comment confirm deny discuss tell describe mention disclose reveal specify explain elaborate name".split()
)
_SILENT = frozenset("comment describe mention disclose reveal specify explain elaborate".split())
_UNDONE = frozenset(
    "yet failed fails fail failing neglected expected due scheduled set poised about planned likely".split()
)
_NEGATED = frozenset("would did does do could has have ca".split())


def is_withheld(unit: Unit, i: int, *, negated: bool) -> bool:
    """Whether the verb at `i` tells that nothing is said, or nothing yet."""
    low = unit.low
    below = low[i - 2] if i >= 2 and low[i - 1] == "to" else ""
    if below in _UNDONE:
        return True
    if i < 2 or i + 1 >= len(low) or low[i] not in _KEPT_BACK:
        return False
    if below in REFUSING or low[i - 1] in {"neither", "nor"}:
        return True  # "would neither confirm nor deny that"
    if negated and low[i] in _SILENT and low[i + 1] != "that":
        return True  # "did not publicly comment on the raid", "did not describe the problem"
    denied = low[i - 2] in _NEGATED and low[i - 1] in {"not", "n't", "n’t"}
    return denied and (low[i + 1] in {"whether", "if"} or unit.tags[i + 1] in WH)
