"""Every record survives the way to Arrow and back; the schema is the dataclass."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman import records, tables
from tests.builders import record


@pytest.mark.parametrize("name", sorted(records.RECORDS))
def test_round_trip(name: str) -> None:
    kind = records.RECORDS[name]

    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(record(kind), max_size=3))
    def law(rows: list[object]) -> None:
        table = tables.to_table(kind, rows)
        assert tables.from_table(kind, table) == rows
        sink = io.BytesIO()
        pq.write_table(table, sink)
        assert tables.from_table(kind, pq.read_table(io.BytesIO(sink.getvalue()))) == rows

    law()


def test_a_wrong_table_is_refused() -> None:
    with pytest.raises(ValueError, match="not a table of Story"):
        tables.from_table(records.Story, pa.table({"id": ["x"]}))


def test_fields_that_may_not_be_unknown_are_not_nullable() -> None:
    schema = tables.schema_of(records.Event)
    assert not schema.field("type").nullable
    assert schema.field("place").nullable
    assert schema.metadata[b"dragoman.record"] == b"Event"


def test_every_record_has_a_public_name() -> None:
    assert set(records.__all__) == {
        name
        for name, value in vars(records).items()
        if not name.startswith("_")
        and getattr(value, "__module__", records.__name__) == records.__name__
        and name not in ("annotations", "hashlib", "dataclass", "datetime")
    }


def test_lists_that_nobody_asks_for_are_not_read(tmp_path: Path) -> None:
    @settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(record(records.Event), max_size=3))
    def law(rows: list[records.Event]) -> None:
        path = tmp_path / "events.parquet"
        pq.write_table(tables.to_table(records.Event, rows), path)
        assert tables.from_table(records.Event, tables.stored(path, records.Event)) == rows
        less = tables.stored(path, records.Event, ("why", "contexts"))
        assert less.num_columns == len(tables.schema_of(records.Event).names) - 2
        wanted = [replace(row, why=(), contexts=()) for row in rows]
        assert tables.from_table(records.Event, less, ("why", "contexts")) == wanted

    law()
