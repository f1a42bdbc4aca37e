"""A dataset on any path that fsspec knows: `s3://bucket/news`, `gs://...`, `sftp://...`, `file:///mnt/share/news`.

    dragoman code INPUT --into s3://bucket/news
    dragoman show s3://bucket/news

A dataset needs a lock, renames and syncs, which object stores do not have. So it is written in a folder of this machine, and every part
that is whole is copied: its files, then its `part.json`, and the manifest after all parts that it names. Whoever reads there sees the
dataset as it was at some moment, never half of a part. A run that was killed goes on from any machine: what is there is fetched first.

fsspec is optional (`pip install 'dragoman[remote]'`, and the package of the store: s3fs, gcsfs, adlfs...). Nothing else imports it.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from dragoman.errors import DatasetError, DragomanError, UsageError
from dragoman.manifest import Manifest, of_parts, parsed
from dragoman.parts import changed_files, disk_trouble, locked, unsealed, write_json

__all__ = ["Mirror", "folder_of", "mirrored"]

_EVERY_S = 30.0
_PART = re.compile(r"p[0-9a-f]{16}")


def _stage(address: str) -> Path:
    base = os.environ.get("DRAGOMAN_STAGE") or os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    name = hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:16]
    return Path(base) / "dragoman" / "stage" / name


class Mirror:
    """A dataset at an address, and the folder of this machine in which it is written (by default one in the user's cache).

    Raises `UsageError` for an address that fsspec does not know; `fetch` and `send` raise `DatasetError` where the store refuses.
    """

    def __init__(self, address: str, folder: Path | None = None) -> None:
        self.address = address.rstrip("/")
        self.folder = folder or _stage(address)
        try:
            from fsspec.core import url_to_fs

            self._store, self._root = url_to_fs(self.address)
        except (ImportError, ValueError) as error:
            raise UsageError(
                f"{address} cannot be opened: {error}",
                hint="pip install 'dragoman[remote]' and the package of the store, such as s3fs; or name a folder",
            ) from None
        self._sent: dict[str, str] = {}
        self._last: bytes | None = None
        self._time = time.monotonic()

    def fetch(self) -> int:
        """Copy what is there and not here; returns how many parts. The manifest there becomes the one here."""
        with disk_trouble(self.folder):
            self.folder.mkdir(parents=True, exist_ok=True)
        with self._trouble(), disk_trouble(self.folder), locked(self.folder):
            self._last = self._read("manifest.json")
            if self._last is None:
                return 0
            manifest = self._manifest(self._last)
            places = {f"parts/{name}": part for name, part in manifest["parts"].items()}
            if manifest["derived"] is not None:
                places[f"derived/{manifest['derived']['name']}"] = manifest["derived"]
            count = sum(self._fetch(place, description) for place, description in places.items())
            (self.folder / "parts").mkdir(exist_ok=True)
            self._drop_copies(set(manifest["parts"]))
            write_json(self.folder / "manifest.json", manifest)
            return count

    def _manifest(self, content: bytes) -> Manifest:
        """The manifest there; for one that was damaged the one that its parts make."""
        try:
            return parsed(content)
        except ValueError as error:
            described = {}
            for name in filter(_PART.fullmatch, self._names("parts")):
                with suppress(ValueError):  # a part whose own description is damaged too is coded again
                    described[name] = unsealed(self._read(f"parts/{name}/part.json") or b"")
            made = of_parts(described)
            if not made["parts"]:
                raise DatasetError(
                    f"{self.address}/manifest.json {error}",
                    hint="name the address of a dataset, or a place where nothing is",
                ) from None
            return made

    def _names(self, folder: str) -> list[str]:
        """What lies in a folder there, in order; nothing where there is no such folder."""
        try:
            found = self._store.ls(f"{self._root}/{folder}", detail=False)
        except FileNotFoundError:
            return []
        names = {str(each).rstrip("/").rpartition("/")[2] for each in found}
        return sorted(name for name in names if name and not name.startswith("."))

    def _drop_copies(self, there: set[str]) -> None:
        """Drop parts of this folder alone that hold what another process sent meanwhile; what else they hold is coded again."""
        parts = self.folder / "parts"
        here = sorted(path.name for path in parts.iterdir() if path.name not in there and _PART.fullmatch(path.name))
        if not here:
            return
        import pyarrow.parquet as pq

        seen: set[str] = set()
        for name in [*sorted(there), *here]:
            table = pq.read_table(parts / name / "inputs.parquet", columns=["key", "outcome"])
            held = {each for column in table.columns for each in column.to_pylist()}
            if name in here and held & seen:
                shutil.rmtree(parts / name)
            else:
                seen |= held

    def _fetch(self, place: str, description: dict[str, Any]) -> bool:
        folder = self.folder / place
        if not changed_files(folder, description, hashes=False) and (folder / "part.json").exists():
            return False
        temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
        temporary.mkdir(parents=True)
        try:
            for name in [*(f"{table}.parquet" for table in description["tables"]), "part.json"]:
                self._store.get_file(f"{self._root}/{place}/{name}", str(temporary / name))
            shutil.rmtree(folder, ignore_errors=True)
            temporary.rename(folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        return True

    @property
    def found(self) -> bool:
        """Whether a dataset was there when it was last fetched or sent."""
        return self._last is not None

    def shards(self) -> list[str]:
        """The addresses of the datasets below `shards/` there, in order."""
        with self._trouble():
            return [f"{self.address}/shards/{name}" for name in self._names("shards")]

    def send(self) -> int:
        """Copy what is here and not there; returns how many parts. The manifest goes last, and only over the one that was fetched."""
        try:
            content = (self.folder / "manifest.json").read_bytes()
        except FileNotFoundError:
            return 0
        manifest = parsed(content)
        names = [f"parts/{name}" for name in sorted(manifest["parts"])]
        if manifest["derived"] is not None:
            names.append(f"derived/{manifest['derived']['name']}")
        with self._trouble():
            count = sum(self._send(name) for name in names)
            if content != self._last:
                if self._read("manifest.json") != self._last:
                    raise DatasetError(
                        f"{self.address} was written by another process meanwhile",
                        hint="let that one end, and run the same command again: it fetches what came and adds its own",
                    )
                self._write("manifest.json", content)
                self._last = content
        self._time = time.monotonic()
        return count

    def _send(self, place: str) -> bool:
        """Copy one part, unless the same is there. Its part.json holds the hashes of its files and is written after them."""
        folder = self.folder / place
        about = (folder / "part.json").read_bytes()
        digest = hashlib.sha256(about).hexdigest()
        if self._sent.get(place) == digest:
            return False
        new = self._read(f"{place}/part.json") != about
        if new:
            self._store.makedirs(f"{self._root}/{place}", exist_ok=True)
            for path in sorted(folder.glob("*.parquet")):
                self._store.put_file(str(path), f"{self._root}/{place}/{path.name}")
            self._write(f"{place}/part.json", about)
        self._sent[place] = digest
        return new

    def _read(self, name: str) -> bytes | None:
        try:
            return bytes(self._store.cat_file(f"{self._root}/{name}"))
        except FileNotFoundError:
            return None

    def _write(self, name: str, content: bytes) -> None:
        """Put a file in its place whole: under another name first, for stores in which a write can be seen half done."""
        place = f"{self._root}/{name}"
        temporary = f"{place}.{uuid.uuid4().hex}"
        try:
            self._store.pipe_file(temporary, content)
            self._store.mv(temporary, place)
        except BaseException:
            with suppress(Exception):
                self._store.rm_file(temporary)
            raise

    def while_coding(self, progress: Callable[[int, int], None] | None) -> Callable[[int, int], None]:
        """A `progress` that also sends what is finished, every half minute."""

        def told(seen: int, added: int) -> None:
            if progress:
                progress(seen, added)
            if time.monotonic() - self._time >= _EVERY_S:
                self.send()

        return told

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except DragomanError:
            raise
        except Exception as error:  # each store has errors of its own
            first = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise DatasetError(
                f"{self.address} cannot be read or written: {first}",
                hint=f"what was coded is in {self.folder}; run the same command again: it goes on",
            ) from None


@contextmanager
def mirrored(place: str) -> Iterator[Mirror | None]:
    """A dataset that is to be written at an address: what is there is fetched first, and what was made is sent, however the work ends.

    `None` for a folder, which is written where it lies.
    """
    if "://" not in place:
        yield None
        return
    mirror = Mirror(place)
    mirror.fetch()
    try:
        yield mirror
    except BaseException:
        with suppress(DragomanError):  # the first trouble is the one to tell
            mirror.send()
        raise
    mirror.send()


def folder_of(place: str | Path) -> Path:
    """Where to read a dataset: its folder, or for an address the copy in a folder of this machine, brought up to date.

    Raises `DatasetError` where no dataset is at the address.

    >>> folder_of(Path("news")).name
    'news'
    """
    if isinstance(place, Path):
        return place
    mirror = Mirror(place)
    mirror.fetch()
    if not mirror.found:
        raise DatasetError(f"{place} has no manifest.json", hint="name the address that was given to --into")
    return mirror.folder
