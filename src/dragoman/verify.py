"""Run a sample of a dataset again and compare: do these documents still give these records?

The manifest of a dataset names what made it: versions, hashes of the data and the model, settings. A sample of its documents, the same
one each time, is read again, coded with those settings by the present program, and compared record by record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from dragoman.config import Settings
from dragoman.errors import DatasetError, InputError
from dragoman.read import read_documents
from dragoman.records import RECORDS, Coding, RawDocument, When
from dragoman.runner import code_one, input_key
from dragoman.store import Dataset, open_dataset
from dragoman.workers import Crew, Job, Outcome

__all__ = ["Verified", "verify"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """`wanted` documents were drawn, `found` of them read again. `changes` are other versions, `differences` other records, in words."""

    wanted: int
    found: int
    changes: tuple[str, ...]
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Drawn:
    """One input of the sample as the dataset has it."""

    key: str
    outcome: str
    subject: str | None
    part: str
    run: str


def _draw(dataset: Dataset, sample: int) -> list[_Drawn]:
    """The inputs whose keys hash lowest: the same sample each time, spread evenly."""
    import pyarrow.parquet as pq

    found: list[tuple[bytes, _Drawn]] = []
    for part in dataset.parts():
        table = pq.read_table(dataset.root / "parts" / part / "inputs.parquet")
        subjects = table["subject"].to_pylist() if "subject" in table.column_names else [None] * table.num_rows
        run = dataset.manifest["parts"][part].get("run", "")
        for key, outcome, subject in zip(table["key"].to_pylist(), table["outcome"].to_pylist(), subjects, strict=True):
            if not key.startswith("rejection:"):  # what could not even be read has no content to compare
                drawn = _Drawn(key=key, outcome=outcome, subject=subject, part=part, run=run)
                found.append((hashlib.blake2b(b"sample" + key.encode(), digest_size=8).digest(), drawn))
        found = sorted(found, key=lambda item: (item[0], item[1].key))[:sample]
    return [drawn for _, drawn in found]


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """What is not as it was when the records were made."""
    for name in ("dragoman", "codebook", "coder", "data_sha256", "model_sha256"):
        if name in before and before[name] != now.get(name):
            yield f"{name} was {before[name]}, is {now.get(name)}"
    for name, version in before.get("libraries", {}).items():
        present = now.get("libraries", {}).get(name)
        if present != version:
            yield f"{name} was {version}, is {present}"


def _published(edtf_day: str | None) -> When | None:
    if edtf_day is None:
        return None
    import datetime as dt

    from dragoman import edtf
    from dragoman.records import Reason

    why = (Reason(step="clean", by="--published", detail="the user gave the day"),)
    return edtf.day(dt.date.fromisoformat(edtf_day), basis="metadata", why=why)


def _again(drawn: Sequence[_Drawn], published: When | None, inputs: Sequence[str | Path]) -> dict[str, RawDocument]:
    """The drawn documents, read again from where they lay, or from the inputs given."""
    wanted = {each.key for each in drawn}
    found: dict[str, RawDocument] = {}
    places: Sequence[str | Path] = inputs or sorted({each.subject for each in drawn if each.subject})
    for raw in read_documents(places, as_found=True):
        key = input_key(raw, published)
        if isinstance(raw, RawDocument) and key in wanted:
            found[key] = raw
            if len(found) == len(wanted):
                break
    return found


def _stored(dataset: Dataset, drawn: _Drawn) -> dict[str, set[str]] | None:
    """What the part holds of the article, as text; `None` where the article came from another part, of which this input is a copy."""
    if not any(article.id == drawn.outcome for article in dataset.part(drawn.part, "articles")):
        return None
    return {
        name: {repr(row) for row in dataset.part(drawn.part, name) if getattr(row, "article_id", "") == drawn.outcome}
        for name in RECORDS
    }


def _differences(dataset: Dataset, drawn: _Drawn, outcome: Outcome) -> Iterator[str]:
    shown = drawn.subject or drawn.key
    made = outcome.article.id if isinstance(outcome, Coding) else outcome.id
    if made != drawn.outcome:
        yield f"{shown}: gave {drawn.outcome}, gives {made}"
        return
    before = _stored(dataset, drawn) if isinstance(outcome, Coding) else None
    if before is None:
        return
    for name, rows in before.items():
        after = {repr(row) for row in getattr(outcome, name, ()) if getattr(row, "article_id", "") == drawn.outcome}
        if rows != after:
            yield f"{shown}: {len(rows - after)} {name} are no longer found, {len(after - rows)} are new"


def verify(
    manifest: Path, inputs: Sequence[str | Path], settings: Settings, *, sample: int = 50, job: Job = code_one
) -> Verified:
    """Code a sample of the dataset of a manifest again, with the settings that it names.

    Documents are read from `inputs`, or from where the dataset says they lay. Raises `DatasetError` for what is no manifest,
    `InputError` where none of the sample can be read.
    """
    if manifest.name != "manifest.json":
        raise DatasetError(f"{manifest} is no manifest", hint="name the manifest.json in the folder of a dataset")
    dataset = open_dataset(manifest.parent)
    drawn = _draw(dataset, sample)
    changes: list[str] = []
    differences: list[str] = []
    found = 0
    for run in sorted({each.run for each in drawn}):
        about = dataset.manifest.get("runs", {}).get(run, {})
        mine = [each for each in drawn if each.run == run]
        published = _published(about.get("published"))
        again = _again(mine, published, inputs)
        found += len(again)
        used = replace(settings, workers=1, **about.get("settings", {}))
        with Crew(1, job, used, published) as crew:
            work = [(each.key, again[each.key]) for each in mine if each.key in again]
            by_key = {each.key: each for each in mine}
            for batch, outcomes in crew.outcomes(iter([[each] for each in work])):
                differences += _differences(dataset, by_key[batch[0][0]], outcomes[0])
            changes += _changes(about, crew.about or about)
    if drawn and not found:
        raise InputError(
            f"none of the {len(drawn)} documents of the sample can be read again",
            hint="name the folders or files that were coded: dragoman code INPUT... --verify MANIFEST",
        )
    return Verified(
        wanted=len(drawn), found=found, changes=tuple(dict.fromkeys(changes)), differences=tuple(differences)
    )
