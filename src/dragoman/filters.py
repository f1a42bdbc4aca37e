"""What a command or a notebook asks for: one filter, the same names and the same meaning everywhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from dragoman.records import Participant, When

__all__ = ["Filter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """What was asked for; `None` asks for everything. `start` and `end` are ISO days, half-open.

    >>> Filter(min_confidence=0.5).accepts(object())
    True
    """

    actor: str | None = None
    recipient: str | None = None
    type: str | None = None
    issue: str | None = None
    start: str | None = None
    end: str | None = None
    status: str | None = None
    min_confidence: float = 0.0

    def accepts(self, record: Any) -> bool:
        """Whether a record passes; a filter on a field that the record type lacks does not exclude it."""
        sides = {
            "actor": ("actors", "hosts", "participants", "by", "speaker"),
            "recipient": ("recipients", "addressees", "targets", "to"),
        }
        for name, fields in sides.items():
            wanted = getattr(self, name)
            held = [getattr(record, field) for field in fields if hasattr(record, field)]
            found = [p for value in held for p in (value if isinstance(value, tuple) else (value,)) if p is not None]
            if wanted is not None and held and not any(_is(party, wanted) for party in found):
                return False
        for name in ("type", "status"):
            wanted = getattr(self, name)
            if wanted is not None and hasattr(record, name) and getattr(record, name) != wanted:
                return False
        if self.issue is not None and hasattr(record, "issues") and self.issue not in record.issues:
            return False
        if getattr(record, "confidence", 1.0) < self.min_confidence:
            return False
        return self._in_time(getattr(record, "when", None) or getattr(record, "published", None))

    def _in_time(self, when: When | None) -> bool:
        if self.start is None and self.end is None:
            return True
        if when is None or when.start is None or when.end is None:
            return False  # a record without a date lies in no period
        if self.start is not None and when.end <= _midnight(self.start):
            return False
        return self.end is None or when.start < _midnight(self.end)


def _midnight(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=UTC)


def _is(party: Participant, wanted: str) -> bool:
    return (
        party.country == wanted.upper() or wanted.lower() in party.name.lower() or wanted.lower() in party.text.lower()
    )
