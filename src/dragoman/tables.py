"""Records to Arrow and back. The dataclasses are the only schema; it is derived, never written twice.

Nested records become structs, tuples lists, times UTC timestamps. The schema's metadata carries the record's name and
`SCHEMA_VERSION`, so that a reader knows what it has in hand.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SCHEMA_VERSION", "from_table", "schema_of", "to_plain", "to_table"]

SCHEMA_VERSION = 1
"""Version of the stored layout; a reader refuses a dataset with a higher one."""

Record = TypeVar("Record")


@cache
def _hints(record: type) -> dict[str, Any]:
    return typing.get_type_hints(record)


def _unwrap(hint: Any) -> tuple[Any, bool]:
    """The type within `X | None`, and whether it may be None."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        inner = [arg for arg in typing.get_args(hint) if arg is not type(None)]
        return inner[0], True
    return hint, False


def _arrow_type(hint: Any) -> pa.DataType:
    import pyarrow as pa

    hint, _ = _unwrap(hint)
    simple = {
        str: pa.string(),
        int: pa.int64(),
        float: pa.float64(),
        bool: pa.bool_(),
        bytes: pa.binary(),
        datetime: pa.timestamp("us", tz="UTC"),
    }
    if hint in simple:
        return simple[hint]
    if typing.get_origin(hint) is tuple:
        return pa.list_(_arrow_type(typing.get_args(hint)[0]))
    if is_dataclass(hint):
        return pa.struct(_arrow_fields(typing.cast(type, hint)))
    raise TypeError(f"no Arrow type for {hint!r}")


def _arrow_fields(record: type) -> list[pa.Field]:
    import pyarrow as pa

    hints = _hints(record)
    return [
        pa.field(field.name, _arrow_type(hints[field.name]), nullable=_unwrap(hints[field.name])[1])
        for field in fields(record)
    ]


@cache
def _schema_of(record: Any) -> pa.Schema:
    import pyarrow as pa

    metadata = {"dragoman.record": record.__name__, "dragoman.schema_version": str(SCHEMA_VERSION)}
    return pa.schema(_arrow_fields(record), metadata=metadata)


def schema_of(record: type) -> pa.Schema:
    """The Arrow schema of a record type, its name and `SCHEMA_VERSION` in the metadata."""
    schema: pa.Schema = _schema_of(record)
    return schema


def to_plain(value: Any) -> Any:
    """A record as dicts, lists and plain values (times stay datetimes), the shape that Arrow takes."""
    return _flattener(typing.cast(Any, type(value)))(value)


@cache
def _flattener(kind: Any) -> Callable[[Any], Any]:
    """What makes a value of this type plain; worked out once, because a dataset holds thousands of values of a few types."""
    if is_dataclass(kind):
        names = tuple(field.name for field in fields(kind))
        return lambda record: {name: to_plain(getattr(record, name)) for name in names}
    if kind is tuple:
        return lambda items: [to_plain(item) for item in items]
    if kind is str:
        # Lone surrogates cannot be stored as UTF-8; cleaning removes them, and this is the last line of defence.
        return lambda text: text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
    return lambda value: value


def to_table(record: type[Record], rows: Iterable[Record]) -> pa.Table:
    """An Arrow table of the records, in their order."""
    import pyarrow as pa

    return pa.Table.from_pylist([to_plain(row) for row in rows], schema=schema_of(record))


@cache
def _builder(hint: Any) -> Callable[[Any], Any]:
    """A function that turns a plain value back into what `hint` says."""
    hint, _ = _unwrap(hint)
    if typing.get_origin(hint) is tuple:
        item = _builder(typing.get_args(hint)[0])
        return lambda value: None if value is None else tuple(item(entry) for entry in value)
    if is_dataclass(hint):
        record = typing.cast(type, hint)
        parts = {name: _builder(inner) for name, inner in _hints(record).items()}
        return lambda value: (
            None if value is None else record(**{name: build(value[name]) for name, build in parts.items()})
        )
    if hint is datetime:
        return lambda value: None if value is None else value.astimezone(UTC)
    return lambda value: value


def from_table(record: type[Record], table: pa.Table) -> list[Record]:
    """The records of a table, equal to those that made it.

    Raises `ValueError` where the table's columns are not the record's.
    """
    expected = [field.name for field in fields(typing.cast(Any, record))]
    if table.column_names != expected:
        raise ValueError(f"not a table of {record.__name__}: {table.column_names}")
    build = _builder(typing.cast(Any, record))
    return [build(row) for row in table.to_pylist()]
