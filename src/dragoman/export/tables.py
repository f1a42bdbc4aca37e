"""Records whole: JSON lines and Parquet."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

from dragoman.export.shape import to_json
from dragoman.selection import Selection

__all__ = ["write_jsonl", "write_parquet"]


def write_jsonl(selection: Selection, what: str) -> Iterator[bytes]:
    """One record a line, with the field names of the records; `own_category` beside them where the user's own codebook gave one."""
    own = selection.own_categories if what in ("events", "statements") else {}
    for record in selection.records(what):
        row = to_json(record)
        if own and (mine := own.get(record.id)) is not None:
            names = ("codebook", "category", "label", "confidence", "shares", "why")
            row["own_category"] = {name: to_json(getattr(mine, name)) for name in names}
        yield json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n"


def write_parquet(selection: Selection, what: str) -> Iterator[bytes]:
    """The table as it is stored, nested, compressed with zstd."""
    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(selection.table(what), sink, compression="zstd")
    yield sink.getvalue()
