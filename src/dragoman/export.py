"""Write records in the layouts that users' tools read.

The JSON shape is a contract: field names as in the records, actors and sources inline, an event's `sources` as an object from field
name to a list of sources. CSV is one tidy row a record, UTF-8, with the outlet, the URL and the sentence always there; cells that a
spreadsheet would run as a formula are neutralised. Formats are entries of `FORMATS`.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from dragoman.errors import UsageError
from dragoman.records import RECORDS, Article, FieldSources, Source, When
from dragoman.store import Dataset

__all__ = ["FORMATS", "export", "to_json"]


def _moment(value: datetime | None) -> str | None:
    """A bound as an ISO day where it is midnight, else as an ISO moment in UTC."""
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
            "start": _moment(value.start),
            "end": _moment(value.end),
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
        return _moment(value)
    if hasattr(value, "__dataclass_fields__"):
        row = {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        if "sources" in row and not row["sources"]:
            row["sources"] = {}
        return row
    return value


_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def _cell(value: Any) -> str:
    """One CSV cell: no line breaks, and nothing that a spreadsheet would run."""
    if value is None:
        return ""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(value)
    text = " ".join(str(value).split())
    return "'" + text if text.startswith(_FORMULA) else text


def _joined(parties: Iterable[Mapping[str, Any]], name: str) -> str:
    return "; ".join(str(party[name]) for party in parties if party.get(name))


def _flat(record: Mapping[str, Any], article: Article | None) -> dict[str, Any]:
    """One tidy row: lists of parties as `; `-joined columns, times as EDTF with bounds, the sentence, the article."""
    row: dict[str, Any] = {}
    for name, value in record.items():
        if name in ("why", "sources", "raw_runs", "aliases", "relations") and name != "aliases":
            continue
        if isinstance(value, dict) and "edtf" in value:
            row |= {
                name: value["edtf"],
                f"{name}_start": value["start"],
                f"{name}_end": value["end"],
                f"{name}_precision": value["precision"],
            }
        elif isinstance(value, dict) and "latitude" in value:
            row |= {
                f"{name}_{key}": value[key]
                for key in ("name", "country", "admin1", "latitude", "longitude", "geonames_id")
            }
        elif isinstance(value, dict) and "country" in value:
            row |= {f"{name}_{key}": value[key] for key in ("name", "country", "sector", "office")}
        elif isinstance(value, dict) and "text" in value:
            row[name] = value["text"]
        elif isinstance(value, list) and value and isinstance(value[0], dict) and "sector" in value[0]:
            row |= {f"{name}_{key}": _joined(value, key) for key in ("name", "country", "sector")}
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            row[name] = " […] ".join(str(item.get("text", "")) for item in value)
        elif isinstance(value, list):
            row[name] = "; ".join(map(str, value))
        else:
            row[name] = value
    sources = record.get("sources")
    if isinstance(sources, dict) and sources.get("sentence"):
        row["sentence"] = sources["sentence"][0]["text"]
    if article is not None:
        row |= {
            "article_title": article.title,
            "article_outlet": article.outlet,
            "article_published": article.published.edtf,
            "article_url": article.url,
        }
    return row


def _records(dataset: Dataset, what: str) -> list[Any]:
    if what not in RECORDS:
        raise UsageError(f"no records called {what!r}", hint=f"--what takes one of {', '.join(RECORDS)}")
    return dataset.records(what)


def _jsonl(dataset: Dataset, what: str) -> Iterator[bytes]:
    for record in _records(dataset, what):
        yield json.dumps(to_json(record), ensure_ascii=False).encode("utf-8") + b"\n"


def _columns(what: str) -> list[str]:
    """The columns of a record type's CSV, the same whatever the rows hold."""
    import typing

    columns: list[str] = []
    for name, hint in typing.get_type_hints(RECORDS[what]).items():
        written = str(hint)
        if name in ("why", "sources", "raw_runs", "relations"):
            continue
        if "When" in written:
            columns += [name, f"{name}_start", f"{name}_end", f"{name}_precision"]
        elif "Place" in written and "tuple" not in written:
            columns += [
                f"{name}_{key}" for key in ("name", "country", "admin1", "latitude", "longitude", "geonames_id")
            ]
        elif "Participant" in written and "tuple" in written:
            columns += [f"{name}_{key}" for key in ("name", "country", "sector")]
        elif "Participant" in written:
            columns += [f"{name}_{key}" for key in ("name", "country", "sector", "office")]
        else:
            columns.append(name)
    if "sources" in typing.get_type_hints(RECORDS[what]) and what != "tenures":
        columns.append("sentence")
    if "article_id" in typing.get_type_hints(RECORDS[what]):
        columns += ["article_title", "article_outlet", "article_published", "article_url"]
    return columns


def _csv(dataset: Dataset, what: str) -> Iterator[bytes]:
    records = _records(dataset, what)
    articles = {article.id: article for article in dataset.records("articles")} if what != "articles" else {}
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, _columns(what), extrasaction="ignore", restval="")
    writer.writeheader()
    for record in records:
        article = articles.get(getattr(record, "article_id", ""))
        row = _flat(to_json(record), article)
        writer.writerow({name: _cell(value) for name, value in row.items()})
        yield buffer.getvalue().encode("utf-8")
        buffer.seek(0)
        buffer.truncate()
    if buffer.tell():
        yield buffer.getvalue().encode("utf-8")


def _parquet(dataset: Dataset, what: str) -> Iterator[bytes]:
    import pyarrow.parquet as pq

    from dragoman.tables import to_table

    sink = io.BytesIO()
    pq.write_table(to_table(RECORDS[what], _records(dataset, what)), sink, compression="zstd")
    yield sink.getvalue()


FORMATS: Mapping[str, Callable[[Dataset, str], Iterator[bytes]]] = MappingProxyType(
    {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}
)
"""Every export format by its name: a function from a dataset and a record type to pieces of the file."""


def export(dataset: Dataset, what: str, layout: str, output: Path | None) -> Iterator[bytes]:
    """The pieces of an export; with `output`, written there whole (by rename) and nothing is yielded.

    Raises `UsageError` for an unknown format or record type.
    """
    if layout not in FORMATS:
        raise UsageError(f"no format {layout!r}", hint=f"--format takes one of {', '.join(FORMATS)}")
    if what not in RECORDS:
        raise UsageError(f"no records called {what!r}", hint=f"--what takes one of {', '.join(RECORDS)}")
    pieces = FORMATS[layout](dataset, what)
    if output is None:
        yield from pieces
        return
    temporary = output.with_name(f".{output.name}.part")
    try:
        with temporary.open("wb") as file:
            for piece in pieces:
                file.write(piece)
        temporary.replace(output)
    except OSError as error:
        raise UsageError(
            f"cannot write {output}: {error.strerror}", hint="name a file in a folder you may write to"
        ) from None
    finally:
        temporary.unlink(missing_ok=True)
