"""The manifest of a dataset: read and checked, or made anew from what its parts say of themselves.

Every part has its own description, `part.json`, with the hashes of its tables; the manifest repeats it. Each of the two carries its own
hash, so that damage to one is told, and the one is made again from the other.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from dragoman.errors import DatasetError
from dragoman.parts import Damage, lost_part, read_json, unsealed
from dragoman.records import RECORDS
from dragoman.tables import SCHEMA_VERSION

__all__ = [
    "COMPUTED",
    "Manifest",
    "counts",
    "description_of",
    "descriptions",
    "empty",
    "enter",
    "of_parts",
    "parsed",
    "read_manifest",
    "remade",
]

COMPUTED = ("stories", "tenures", "pledges", "identities")
"""Record types of which the whole dataset has its own, computed over all parts."""

Manifest = dict[str, Any]
_KNOWN = frozenset(("about", "counts", "derived", "parts", "runs", "schema_version"))
_NAME = re.compile(r"[pd][0-9a-f]{16}")
_TABLE = re.compile(r"[a-z_]{1,40}")


def empty() -> Manifest:
    """The manifest of a dataset in which nothing is stored yet."""
    return {"schema_version": SCHEMA_VERSION, "parts": {}, "derived": None}


def parsed(content: bytes) -> Manifest:
    """A manifest as it was written.

    Raises `DatasetError` for one of a newer program, `ValueError` as `parts.unsealed` does for one that was changed since, and for what
    is none. Names become paths: only such as a writer gives are taken.
    """
    manifest = unsealed(content)
    version = manifest.get("schema_version")
    if isinstance(version, int) and version > SCHEMA_VERSION:
        raise DatasetError(
            f"the dataset has schema version {version}; this program knows {SCHEMA_VERSION}",
            hint="install a newer Dragoman: pip install -U dragoman",
        )
    parts, derived = manifest.get("parts"), manifest.get("derived", {})
    described = {}
    if isinstance(parts, dict) and (derived is None or isinstance(derived, dict)):
        described = {**parts, **({str(derived.get("name")): derived} if derived is not None else {})}
    if (
        not isinstance(version, int)
        or manifest.keys() - _KNOWN
        or not isinstance(parts, dict)
        or not isinstance(manifest.get("runs", {}), dict)
        or not all(_NAME.fullmatch(name) and _described(part) for name, part in described.items())
    ):
        raise ValueError("is not a manifest of Dragoman")
    return manifest


def _described(part: Any) -> bool:
    """Whether a description has what is asked of it later."""
    tables = part.get("tables") if isinstance(part, dict) else None
    return isinstance(tables, dict) and all(
        _TABLE.fullmatch(name) and isinstance(table, dict) and isinstance(table.get("rows"), int) and "sha256" in table
        for name, table in tables.items()
    )


def read_manifest(root: Path) -> tuple[Manifest, tuple[Damage, ...]]:
    """The manifest of the dataset at `root`; for one that was damaged the one that its parts make, and what is to be told of it.

    Raises `DatasetError` where the folder is no dataset, or one of a newer program.
    """
    path = root / "manifest.json"
    try:
        return parsed(path.read_bytes()), ()
    except FileNotFoundError:
        raise DatasetError(
            f"{root} is not a dataset: it has no manifest.json",
            hint="make one with `dragoman code INPUT --into DATASET`, or `dragoman demo`",
        ) from None
    except OSError as error:
        raise DatasetError(
            f"{path} cannot be read: {error.strerror or error}", hint="see to the disk and to who may read the folder"
        ) from None
    except ValueError as error:
        made, lost = remade(root)
        if not made["parts"]:
            raise DatasetError(
                f"{path} {error}, and there are no parts to make it from",
                hint="name the folder of a dataset; if it is one, delete manifest.json and run `dragoman code` again",
            ) from None
        return made, (Damage(part=None, files=(f"manifest.json {error}",)), *lost)


def remade(root: Path) -> tuple[Manifest, tuple[Damage, ...]]:
    """A manifest of the parts that are there, from their own descriptions, and the parts whose description is damaged too."""
    found, lost = {}, []
    for folder in sorted((root / "parts").glob("p*")):
        if _NAME.fullmatch(folder.name):
            try:
                found[folder.name] = read_json(folder / "part.json")
            except (OSError, ValueError) as error:
                lost.append(lost_part(folder, error))
    return of_parts(found), tuple(lost)


def of_parts(described: Mapping[str, Mapping[str, Any]]) -> Manifest:
    """The manifest of parts with these descriptions; those that are none are left out.

    So is what was computed over the whole: which parts it was computed from, only the former manifest said.
    """
    manifest = empty()
    for name in sorted(described):
        with suppress(ValueError):
            enter(manifest, name, described[name])
    made_by = Counter(part["run"] for part in manifest["parts"].values())
    if made_by:
        manifest["about"] = manifest["runs"][max(sorted(made_by), key=lambda run: made_by[run])]
        manifest["counts"] = counts(manifest)
    return manifest


def enter(manifest: Manifest, name: str, description: Mapping[str, Any]) -> None:
    """Name a part in a manifest. What made it is written once there, under a name that its parts give; `ValueError` for no part."""
    if not _described(description) or description.keys() - {"tables", "about"}:
        raise ValueError("is no description of a part")
    about = description.get("about", {})
    run = "r" + hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()[:16]
    manifest.setdefault("runs", {})[run] = about
    manifest["parts"][name] = {"tables": description["tables"], "run": run}


def description_of(manifest: Manifest, part: str) -> dict[str, Any]:
    """What a part's own description says."""
    held = manifest["parts"][part]
    return {"tables": held["tables"], "about": manifest.get("runs", {}).get(held.get("run"), {})}


def descriptions(manifest: Manifest) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the `part.json` of each folder says if it is sound, by the folder's place in the dataset."""
    for name in sorted(manifest["parts"]):
        yield f"parts/{name}", description_of(manifest, name)
    derived = manifest["derived"]
    if derived is not None:
        yield f"derived/{derived['name']}", {"tables": derived["tables"], "name": derived["name"]}


def counts(manifest: Manifest) -> dict[str, int]:
    """Rows by record type over all parts."""
    found: dict[str, int] = dict.fromkeys(RECORDS, 0)
    derived = manifest["derived"]
    for description in [*manifest["parts"].values(), *([derived] if derived else [])]:
        for name, table in description["tables"].items():
            # As `Dataset.files` reads them: what is computed over the whole stands for what the parts hold of it.
            whole = derived is not None and name in COMPUTED and name in derived["tables"]
            if name in found and (not whole or description is derived):
                found[name] += table["rows"]
    return found
