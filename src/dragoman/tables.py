"""Records to Arrow and back. The dataclasses are the only schema; it is derived, never written twice.

Nested records become structs, tuples lists, times UTC timestamps. The schema's metadata carries the record's name and
`SCHEMA_VERSION`, so that a reader knows what it has in hand.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Collection, Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import accumulate, chain
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["SCHEMA_VERSION", "from_table", "schema_of", "stored", "to_plain", "to_table"]

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

    hints = _hints(typing.cast(Any, record))
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

    held, schema = list(rows), schema_of(record)
    hints = _hints(typing.cast(Any, record))
    columns = [_filler(hints[name])(list(map(attrgetter(name), held))) for name in schema.names]
    return pa.Table.from_arrays(columns, schema=schema)


@cache
def _filler(hint: Any) -> Callable[[list[Any]], pa.Array]:
    """What makes an Arrow array of values of this type. It goes by columns: a record never becomes a dict on the way."""
    import pyarrow as pa

    kind = _arrow_type(hint)
    hint, _ = _unwrap(hint)
    if typing.get_origin(hint) is tuple:
        return _list_filler(_filler(typing.get_args(hint)[0]), kind)
    if is_dataclass(hint):
        return _struct_filler(hint, kind)

    def fill(values: list[Any]) -> pa.Array:
        try:
            return pa.array(values, kind)
        except UnicodeEncodeError:  # a lone surrogate: see `_flattener`
            return pa.array(list(map(to_plain, values)), kind)

    return fill


def _list_filler(inner: Callable[[list[Any]], pa.Array], kind: pa.DataType) -> Callable[[list[Any]], pa.Array]:
    import pyarrow as pa

    def fill(values: list[Any]) -> pa.Array:
        if None in values:
            return pa.array(list(map(to_plain, values)), kind)
        offsets = pa.array(list(accumulate(map(len, values), initial=0)), pa.int32())
        return pa.ListArray.from_arrays(offsets, inner(list(chain.from_iterable(values))), type=kind)

    return fill


def _struct_filler(record: Any, kind: pa.DataType) -> Callable[[list[Any]], pa.Array]:
    import pyarrow as pa

    hints = _hints(typing.cast(Any, record))
    names = [field.name for field in fields(record)]
    inner = [(attrgetter(name), _filler(hints[name])) for name in names]

    def fill(values: list[Any]) -> pa.Array:
        missing = [value is None for value in values]
        if all(missing):
            return pa.array(values, kind)
        if any(missing):
            # The rows that are there, each in its place; below a row that is not there stands another, which nobody sees.
            held = fill([value for value in values if value is not None])
            at = pa.array([max(0, place - 1) for place in accumulate(not each for each in missing)], pa.int64())
            spread = [held.field(number).take(at) for number in range(len(inner))]
            return pa.StructArray.from_arrays(spread, fields=list(kind), mask=pa.array(missing))
        children = [make(list(map(get, values))) for get, make in inner]
        return pa.StructArray.from_arrays(children, fields=list(kind))

    return fill


def stored(path: Path, record: type, without: Collection[str] = ()) -> pa.Table:
    """The table of a Parquet file of records, less the columns `without`; a column that an older version did not write is empty."""
    import pyarrow.parquet as pq

    schema = schema_of(record)
    names = [name for name in schema.names if name not in without]
    with pq.ParquetFile(path) as file:
        if file.schema_arrow.equals(schema):
            return file.read(columns=names)
    return pq.read_table(path, schema=schema).select(names)


def from_table(record: type[Record], table: pa.Table, without: Collection[str] = ()) -> list[Record]:
    """The records of a table, equal to those that made it, but for the lists `without`, which the table lacks: they are empty.

    Raises `ValueError` where the table's columns are not the record's.
    """
    hints = _hints(typing.cast(Any, record))
    expected = [field.name for field in fields(typing.cast(Any, record))]
    if table.column_names != [name for name in expected if name not in without]:
        raise ValueError(f"not a table of {record.__name__}: {table.column_names}")
    nothing: list[Any] = [()] * table.num_rows
    columns = [nothing if name in without else _reader(hints[name])(_joined(table[name])) for name in expected]
    return [record(**dict(zip(expected, row, strict=True))) for row in zip(*columns, strict=True)]


def _joined(column: pa.ChunkedArray) -> pa.Array:
    import pyarrow as pa

    return column.chunk(0) if column.num_chunks == 1 else pa.concat_arrays(column.chunks or [pa.array([], column.type)])


@cache
def _reader(hint: Any) -> Callable[[pa.Array], list[Any]]:
    """What makes values of this type of an Arrow array, column by column."""
    hint, _ = _unwrap(hint)
    if typing.get_origin(hint) is tuple:
        return _list_reader(_reader(typing.get_args(hint)[0]))
    if is_dataclass(hint):
        return _struct_reader(hint)
    return _read_times if hint is datetime else _read_plain


def _read_plain(array: pa.Array) -> list[Any]:
    import pyarrow as pa

    if array.null_count and not pa.types.is_string(array.type):  # an integer beside nothing is to stay an integer
        return list(array.to_pylist())
    return list(array.to_numpy(zero_copy_only=False).tolist())


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _read_times(array: pa.Array) -> list[Any]:
    import pyarrow as pa

    counts = array.cast(pa.timestamp("us", tz="UTC")).cast(pa.int64()).to_pylist()
    return [None if count is None else _EPOCH + timedelta(microseconds=count) for count in counts]


def _list_reader(inner: Callable[[pa.Array], list[Any]]) -> Callable[[pa.Array], list[Any]]:
    def read(array: pa.Array) -> list[Any]:
        import pyarrow.compute as pc

        values = inner(array.flatten())
        found: list[Any] = []
        at = 0
        for count in pc.list_value_length(array).to_pylist():
            found.append(None if count is None else tuple(values[at : at + count]))
            at += count or 0
        return found

    return read


def _struct_reader(record: Any) -> Callable[[pa.Array], list[Any]]:
    hints = _hints(typing.cast(Any, record))
    names = [field.name for field in fields(record)]

    def read(array: pa.Array) -> list[Any]:
        import pyarrow.compute as pc

        if array.null_count:
            there = pc.is_valid(array)
            held = iter(read(array.filter(there)))
            return [next(held) if each else None for each in there.to_pylist()]
        columns = [_reader(hints[name])(array.field(name)) for name in names]
        return [record(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]

    return read
