"""The files of a dataset: written whole or not at all, with their hashes, and checked against them.

Everything is written under a temporary name, synced, and renamed; `damage_of` tells what became of it since. What is described in JSON
ends with the hash of all that stands before, so that each file of a dataset is named with its hash in one that checks itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from dragoman.errors import DatasetError
from dragoman.tables import to_table

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "Damage",
    "changed_description",
    "changed_files",
    "damage_of",
    "disk_trouble",
    "file_sha256",
    "link_part",
    "locked",
    "lost_part",
    "part_name",
    "pieces",
    "read_json",
    "sync_folder",
    "unsealed",
    "whole",
    "write_json",
    "write_part",
    "write_table",
]

_SEAL = re.compile(rb',\n "sha256": "([0-9a-f]{64})"\n\}\n\Z')


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """What is not as it was written: which files and how, and the inputs to code again, as far as they can be told.

    `part` is the part whose records are lost; `None` where a file is damaged that only describes others, and no record is lost.
    """

    part: str | None
    files: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    documents: int = 0

    def __str__(self) -> str:
        what = "; ".join(self.files)
        if not self.documents:
            return f"{what}: made again by the next run"
        named = ", ".join(self.subjects[:5]) + (", ..." if len(self.subjects) > 5 else "")
        return f"{what}: {self.documents} documents to code again" + (f": {named}" if named else "")


def sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write by rename, with a seal: a reader sees the old file or the new one, never half of one."""
    body = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True).encode()[: -len("\n}")]
    seal = hashlib.sha256(body).hexdigest()
    content = body + f',\n "sha256": "{seal}"\n}}\n'.encode()
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
    sync_folder(path.parent)


def unsealed(content: bytes) -> dict[str, Any]:
    """What `write_json` wrote. Files of before there were seals are taken as they are; a strange key may be what became of a seal's name.

    Raises `ValueError`, in words that follow the name of the file, for what is no JSON and for what was changed since.

    >>> unsealed(b'{"parts": {}, "sha256": "0"}')
    Traceback (most recent call last):
    ...
    ValueError: does not match its hash
    """
    seal = _SEAL.search(content)
    if seal is not None and hashlib.sha256(content[: seal.start()]).hexdigest() != seal[1].decode():
        raise ValueError("does not match its hash")
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise ValueError("is not the JSON that was written")
    if seal is None and "sha256" in value:
        raise ValueError("does not match its hash")
    value.pop("sha256", None)
    return value


def read_json(path: Path, *, only: Collection[str] = ()) -> dict[str, Any]:
    """A file of `write_json`, which may have these keys alone; `OSError` where it cannot be read, `ValueError` as for `unsealed`."""
    value = unsealed(path.read_bytes())
    if only and value.keys() - set(only):
        raise ValueError("is not what was written")
    return value


def file_sha256(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; `OSError` where it cannot be read.

    >>> file_sha256(Path("/dev/null"))[:12]
    'e3b0c44298fc'
    """
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_table(path: Path, pieces: Iterable[pa.Table]) -> dict[str, Any]:
    """Write a table that comes in pieces (one at least), a row group each, and sync it; returns its description."""
    import pyarrow.parquet as pq

    waiting = iter(pieces)
    first = next(waiting)
    rows = first.num_rows
    with pq.ParquetWriter(path, first.schema, compression="zstd") as file:
        file.write_table(first)
        for piece in waiting:
            file.write_table(piece)
            rows += piece.num_rows
    with path.open("rb") as stored:
        os.fsync(stored.fileno())
    return {"rows": rows, "bytes": path.stat().st_size, "sha256": file_sha256(path)}


def write_part(folder: Path, tables: Mapping[str, pa.Table], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Write a part's tables under a temporary name and rename the whole folder; returns its description."""
    temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    description: dict[str, Any] = {"tables": {}, **extra}
    try:
        temporary.mkdir(parents=True)
        for name, table in tables.items():
            description["tables"][name] = write_table(temporary / f"{name}.parquet", [table])
        write_json(temporary / "part.json", description)
        if not folder.exists():  # else the same content is there already
            temporary.rename(folder)
            sync_folder(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return description


@contextmanager
def disk_trouble(root: Path) -> Iterator[None]:
    """Tell what the disk refuses (no space, no permission, a lost share) as a problem of use."""
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"cannot write into {root}: {error.strerror or error}",
            hint="make room there or name a folder that you may write to, and run the same command again: it goes on",
        ) from None


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """One writer at a time; the lock goes with the process, however it ends."""
    import fcntl

    handle: IO[str] = (root / ".lock").open("a+")
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.seek(0)
            holder = handle.read().strip() or "another process"
            raise DatasetError(
                f"{root} is being written by {holder}",
                hint="wait for it to end, or write into another dataset; reading is possible meanwhile",
            ) from None
        with suppress(OSError):  # on a full disk the lock holds all the same
            os.ftruncate(handle.fileno(), 0)
            os.pwrite(handle.fileno(), f"process {os.getpid()}".encode(), 0)
        yield
    finally:
        handle.close()


def changed_files(folder: Path, description: Mapping[str, Any], *, hashes: bool) -> tuple[str, ...]:
    """What is wrong with the files of a part, in words: lost, of another size, or (with `hashes`) of other bytes."""
    found = []
    for name, table in sorted(description["tables"].items()):
        path = folder / f"{name}.parquet"
        shown = f"{folder.parent.name}/{folder.name}/{name}.parquet"
        try:
            size = path.stat().st_size
            if size != table.get("bytes", size):
                found.append(f"{shown} has {size} bytes instead of {table['bytes']}")
            elif hashes and file_sha256(path) != table["sha256"]:
                found.append(f"{shown} does not match its hash")
        except FileNotFoundError:
            found.append(f"{shown} is missing")
        except OSError as error:
            found.append(f"{shown} cannot be read: {error.strerror or error}")
    return tuple(found)


def whole(folder: Path) -> dict[str, Any] | None:
    """What a folder says of itself, where all its files are as that says; else `None`."""
    try:
        description = read_json(folder / "part.json")
        return None if changed_files(folder, description, hashes=True) else description
    except (OSError, ValueError, KeyError):
        return None


def changed_description(folder: Path, expected: Mapping[str, Any]) -> str | None:
    """What is wrong with the `part.json` of a folder that is to say what is `expected`, in words; `None` for a sound one."""
    shown = f"{folder.parent.name}/{folder.name}/part.json"
    try:
        found = read_json(folder / "part.json")
    except FileNotFoundError:
        return f"{shown} is missing"
    except (OSError, ValueError) as error:
        return f"{shown} {_words(error)}"
    if expected in (found, {"about": {}, **found}):  # before the first release parts did not say what made them
        return None
    return f"{shown} says what the manifest does not"


def _words(error: Exception) -> str:
    return f"cannot be read: {error.strerror or error}" if isinstance(error, OSError) else str(error)


def damage_of(folder: Path, description: Mapping[str, Any], *, hashes: bool) -> Damage | None:
    """What is wrong with a part, and which inputs are lost with it; `None` for a sound one."""
    files = changed_files(folder, description, hashes=hashes)
    if not files:
        return None
    sound = [name for name in description["tables"] if not any(f"/{name}.parquet" in line for line in files)]
    documents = description["tables"].get("inputs", {"rows": 0})["rows"]
    return Damage(part=folder.name, files=files, subjects=_subjects(folder, sound), documents=documents)


def lost_part(folder: Path, error: Exception) -> Damage:
    """The damage of a part that nothing describes any more, for what is wrong with its description."""
    subjects = _subjects(folder, ("inputs", "articles", "rejections"))
    files = (f"parts/{folder.name}/part.json {_words(error)}",)
    return Damage(part=folder.name, files=files, subjects=subjects, documents=max(1, len(subjects)))


def _subjects(folder: Path, tables: Collection[str]) -> tuple[str, ...]:
    """Where the documents of a part were read, as far as those of its tables tell that are sound."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: set[str] = set()
    for name, column in (("inputs", "subject"), ("articles", "path"), ("rejections", "subject")):
        if name in tables:
            with suppress(OSError, pa.ArrowException, KeyError):  # a hash was not asked for and the bytes are wrong
                found |= {cell for cell in pq.read_table(folder / f"{name}.parquet")[column].to_pylist() if cell}
    return tuple(sorted(found))


def part_name(keys: Iterable[str]) -> str:
    """A part is named by the inputs that it holds."""
    return "p" + hashlib.sha256("\n".join(sorted(keys)).encode()).hexdigest()[:16]


def pieces(kind: type, rows: Iterable[Any], content: Any) -> Iterator[pa.Table]:
    """Rows as Arrow tables of a few thousand, one at least; what they hold goes into the hash `content`."""
    waiting = iter(rows)
    piece = list(islice(waiting, 4096))
    while True:
        content.update(repr(piece).encode("utf-8", "replace"))
        yield to_table(kind, piece)
        piece = list(islice(waiting, 4096))
        if not piece:
            return


def link_part(source: Path, folder: Path, description: Mapping[str, Any]) -> None:
    """The tables of a part in another folder too: as links, which take no room, or as copies on another disk."""
    temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    try:
        temporary.mkdir()
        for name in description["tables"]:
            path, place = source / f"{name}.parquet", temporary / f"{name}.parquet"
            try:
                os.link(path, place)
            except OSError:
                shutil.copyfile(path, place)
        write_json(temporary / "part.json", description)
        temporary.rename(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
