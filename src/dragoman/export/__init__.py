"""Write records in the layouts that users' tools read.

The JSON shape is a contract: field names as in the records, actors and sources inline, an event's `sources` as an object from field
name to a list of sources. CSV is one tidy row a record, UTF-8, with the outlet, the URL and the sentence always there; cells that a
spreadsheet would run as a formula are neutralised. What people judged wins in all of them. Formats are entries of `FORMATS`; what each
of them loses is in `docs/guides/exports.md`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from dragoman.errors import UsageError
from dragoman.export.shape import to_json
from dragoman.records import RECORDS

if TYPE_CHECKING:
    from dragoman.selection import Count, Selection
    from dragoman.store import Dataset

__all__ = ["FORMATS", "Format", "export", "to_json", "write"]

Writer = Callable[["Selection", str], Iterator[bytes]]

_ALL = tuple(RECORDS)
_SAID = ("events", "statements", "meetings", "pledges")
_JUDGED = ("judgements", "events", "statements")
_CITED = (*_SAID, "articles")


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """One export format: which records it takes, and the function that writes them, named as `module:function` of this package.

    `count` is how events are counted where nobody says: acts once, or every telling. `suffix` and `media` are the file's.
    """

    by: str
    takes: tuple[str, ...]
    about: str
    suffix: str
    media: str
    count: Count = "acts"

    def writer(self) -> Writer:
        """The function that writes it, loaded when first needed."""
        module, _, name = self.by.partition(":")
        found: Writer = getattr(importlib.import_module(f"dragoman.export.{module}"), name)
        return found


def _format(by: str, takes: tuple[str, ...], suffix: str, media: str, about: str, count: Count = "acts") -> Format:
    return Format(by=by, takes=takes, about=about, suffix=suffix, media=media, count=count)


_TSV = "text/tab-separated-values; charset=utf-8"
_LINES = "application/x-ndjson"

FORMATS: Mapping[str, Format] = MappingProxyType(
    {
        "jsonl": _format("tables:write_jsonl", _ALL, "jsonl", _LINES, "the whole record, a line each", "tellings"),
        "csv": _format("tidy:write_csv", _ALL, "csv", "text/csv; charset=utf-8", "one tidy row a record", "tellings"),
        "parquet": _format(
            "tables:write_parquet",
            _ALL,
            "parquet",
            "application/vnd.apache.parquet",
            "the stored table, nested",
            "tellings",
        ),
        "polecat": _format("layouts:write_polecat", ("events",), "txt", _TSV, "POLECAT, 40 columns"),
        "icews": _format("layouts:write_icews", ("events",), "tab", _TSV, "ICEWS, 20 columns"),
        "gdelt": _format("layouts:write_gdelt", ("events",), "export.CSV", _TSV, "GDELT 2.0 events, 61 columns"),
        "gdeltmentions": _format(
            "layouts:write_gdelt_mentions", ("events",), "mentions.CSV", _TSV, "GDELT 2.0 mentions, 16 columns"
        ),
        "ftm": _format(
            "ftm:write_ftm", ("events", "meetings", "tenures", "articles"), "ftm.jsonl", _LINES, "FollowTheMoney"
        ),
        "gexf": _format("graph:write_gexf", ("events",), "gexf", "application/gexf+xml", "the network, for Gephi"),
        "annotations": _format(
            "annotations:write_annotations",
            (*_SAID, "mentions"),
            "jsonld",
            "application/ld+json",
            "the sources as W3C Web Annotations",
        ),
        "csl": _format("citation:write_csl", _CITED, "csl.json", "application/json", "how to cite, as CSL-JSON"),
        "bibtex": _format("citation:write_bibtex", _CITED, "bib", "application/x-bibtex", "how to cite, as BibTeX"),
        "citation": _format("citation:write_plain", _CITED, "txt", "text/plain; charset=utf-8", "how to cite, plain"),
        "gold": _format("gold:write_gold", _JUDGED, "jsonl", _LINES, "gold rows for `evaluate`, from judgements"),
        "training": _format(
            "gold:write_training", ("judgements",), "txt", "text/plain; charset=utf-8", "corpus passages"
        ),
    }
)
"""Every export format by its name."""


def write(selection: Selection, what: str, layout: str) -> Iterator[bytes]:
    """The pieces of a file of records that were chosen before. Raises `UsageError` for a format or records that there are not."""
    if layout not in FORMATS:
        raise UsageError(f"no format {layout!r}", hint=f"--format takes one of {', '.join(FORMATS)}")
    known = [*_ALL, *(name for each in FORMATS.values() for name in each.takes if name not in _ALL)]
    if what not in known:
        raise UsageError(f"no records called {what!r}", hint=f"--what takes one of {', '.join(dict.fromkeys(known))}")
    form = FORMATS[layout]
    if what == "judgements" and layout in ("jsonl", "csv"):
        from dragoman.export import gold

        return (gold.write_judgements if layout == "jsonl" else gold.write_judgements_csv)(selection, what)
    if what not in form.takes:
        fitting = ", ".join(name for name, each in FORMATS.items() if what in each.takes)
        raise UsageError(
            f"{layout} holds no {what}",
            hint=f"{layout} takes {', '.join(form.takes)}; {what} can be written as {fitting}",
        )
    return form.writer()(selection, what)


def export(
    dataset: Dataset, what: str, layout: str, output: Path | None, *, count: Count | None = None
) -> Iterator[bytes]:
    """The pieces of an export; with `output`, written there whole (by rename) and nothing is yielded.

    A `Selection` is written as it was chosen, any other dataset whole. Raises `UsageError` for an unknown format or record type.
    """
    from dragoman.selection import Selection

    selection = dataset if isinstance(dataset, Selection) else Selection(dataset)
    if layout in FORMATS:
        selection.count = count or FORMATS[layout].count
    pieces = write(selection, what, layout)
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
