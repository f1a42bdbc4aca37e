"""A record as plain JSON values: the shape that other programs build on, and that JSONL writes."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from dragoman.records import FieldSources, Source, When

__all__ = ["moment", "to_json"]


def moment(value: datetime | None) -> str | None:
    """A bound as an ISO day where it is midnight, else as an ISO moment in UTC.

    >>> from datetime import UTC
    >>> moment(datetime(1987, 12, 8, tzinfo=UTC)), moment(datetime(1987, 12, 8, 9, 30, tzinfo=UTC))
    ('1987-12-08', '1987-12-08T09:30:00Z')
    """
    if value is None:
        return None
    if (value.hour, value.minute, value.second) == (0, 0, 0):
        return value.date().isoformat()
    return value.isoformat().replace("+00:00", "Z")


def to_json(value: Any) -> Any:
    """A record as plain JSON values, in the shape that other programs build on."""
    if isinstance(value, Source):
        return {"article_id": value.article_id, "start": value.span.start, "end": value.span.end, "text": value.text}
    if isinstance(value, When):
        return {
            "edtf": value.edtf,
            "start": moment(value.start),
            "end": moment(value.end),
            "precision": value.precision,
            "basis": value.basis,
            "phrase": value.phrase,
            "why": to_json(value.why),
        }
    if isinstance(value, tuple):
        if value and isinstance(value[0], FieldSources):
            return {entry.field: to_json(entry.sources) for entry in value}
        return [to_json(item) for item in value]
    if isinstance(value, datetime):
        return moment(value)
    if hasattr(value, "__dataclass_fields__"):
        row = {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        if "sources" in row and not row["sources"]:
            row["sources"] = {}
        return row
    return value
