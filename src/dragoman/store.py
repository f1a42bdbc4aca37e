"""The dataset: a folder of immutable Parquet parts and a manifest, read through an in-memory DuckDB.

    DATASET/
      manifest.json            what is in the dataset; written last, by rename; the only file that ever changes
      parts/NAME/              one finished batch of articles: a Parquet file per record type, and part.json
      derived/NAME/            what is computed over all parts (stories, tenures, followed-up pledges)

A part is written under a temporary name, synced, and renamed: it is whole or it is not there. Readers look only at what
the manifest names, so that a writer never blocks or confuses them. A `.duckdb` file is never kept: it would lock every other
process out while one writes.

Best before us: GDELT and ICEWS ship tables without the text, POLECAT tab files that lost columns; none can be resumed or
checked against its source. Here every part carries its rows' hash and every record its source.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TypeVar

from dragoman.errors import DatasetError, UsageError
from dragoman.records import RECORDS, Actor, Coding, Rejection
from dragoman.tables import SCHEMA_VERSION, from_table, schema_of, to_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["Batch", "Dataset", "InputRow", "Writer", "open_dataset"]

_DERIVED = ("stories", "tenures", "pledges")
_UNIQUE = ("actors", "places", "articles", "rejections", "tenures")
_PART = re.compile(r"\.?p[0-9a-f]{16}(?:\.[0-9a-f]{32})?")
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """One input that was dealt with: its content key, and the article or rejection that came of it."""

    key: str
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A batch of finished work, ready to be stored: codings, rejections, and the inputs they came from."""

    inputs: tuple[InputRow, ...]
    codings: tuple[Coding, ...]
    rejections: tuple[Rejection, ...]

    def rows(self, name: str) -> list[Any]:
        """The records of one type in this batch; actors and places once each."""
        if name == "articles":
            found: list[Any] = [coding.article for coding in self.codings]
        else:
            found = [row for coding in self.codings for row in getattr(coding, name, ())]
        if name == "rejections":
            found = [*found, *self.rejections]
        return _once_each(found) if name in _UNIQUE else found


def _merged(one: Any, two: Any) -> Any:
    """Two records with the same id as one, the same whichever comes first: an actor has the aliases that any article gives it."""
    if one == two or not isinstance(one, Actor):
        return min(one, two, key=repr)
    values: dict[str, Any] = {}
    for field in fields(one):
        pair = (getattr(one, field.name), getattr(two, field.name))
        if isinstance(pair[0], tuple):
            values[field.name] = tuple(sorted({*pair[0], *pair[1]}))
        else:
            values[field.name] = min((value for value in pair if value is not None), default=None)
    return replace(one, **values)


def _once_each(rows: Iterable[Any]) -> list[Any]:
    """The rows in their order, each id once."""
    found: dict[str, Any] = {}
    for row in rows:
        found[row.id] = _merged(found[row.id], row) if row.id in found else row
    return list(found.values())


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write_json(path: Path, value: Any) -> None:
    """Write by rename: a reader sees the old file or the new one, never half of one."""
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with temporary.open("w", encoding="utf-8") as file:
            json.dump(value, file, ensure_ascii=False, indent=1, sort_keys=True)
            file.write("\n")
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(path)
    finally:
        temporary.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _file_sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _write_part(folder: Path, tables: Mapping[str, pa.Table], extra: Mapping[str, Any]) -> dict[str, Any]:
    """Write a part's tables under a temporary name and rename the whole folder; returns its description."""
    import pyarrow.parquet as pq

    temporary = folder.with_name(f".{folder.name}.{uuid.uuid4().hex}")
    description: dict[str, Any] = {"tables": {}, **extra}
    try:
        temporary.mkdir(parents=True)
        for name, table in tables.items():
            path = temporary / f"{name}.parquet"
            pq.write_table(table, path, compression="zstd")
            with path.open("rb") as file:
                os.fsync(file.fileno())
            description["tables"][name] = {"rows": table.num_rows, "sha256": _file_sha256(path)}
        _write_json(temporary / "part.json", description)
        if not folder.exists():  # else the same content is there already
            temporary.rename(folder)
            _sync_folder(folder.parent)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return description


@contextmanager
def _disk_trouble(root: Path) -> Iterator[None]:
    """Tell what the disk refuses (no space, no permission, a lost share) as a problem of use."""
    try:
        yield
    except OSError as error:
        raise DatasetError(
            f"cannot write into {root}: {error.strerror or error}",
            hint="make room there or name a folder that you may write to, and run the same command again: it goes on",
        ) from None


@contextmanager
def _lock(root: Path) -> Iterator[None]:
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


def _read_manifest(root: Path) -> dict[str, Any]:
    path = root / "manifest.json"
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(
            f"{root} is not a dataset: it has no manifest.json",
            hint="make one with `dragoman code INPUT --into DATASET`, or `dragoman demo`",
        ) from None
    except (json.JSONDecodeError, UnicodeDecodeError, OSError) as error:
        raise DatasetError(
            f"{path} cannot be read: {error}",
            hint="delete manifest.json and run `dragoman code` again: it takes the finished parts up again",
        ) from None
    version = manifest.get("schema_version") if isinstance(manifest, dict) else None
    if not isinstance(version, int):
        raise DatasetError(f"{path} is not a manifest of Dragoman", hint="name the folder of a dataset")
    if version > SCHEMA_VERSION:
        raise DatasetError(
            f"{root} has schema version {version}; this program knows {SCHEMA_VERSION}",
            hint="install a newer Dragoman: pip install -U dragoman",
        )
    return dict(manifest)


class Writer:
    """The one process that adds to a dataset. Use as a context manager; it holds the lock.

    `add` stores a batch and returns only when it is on disk and in the manifest. `known` says which inputs are done.
    """

    def __init__(self, root: Path, about: Mapping[str, Any]) -> None:
        self.root = root
        self._about = dict(about)
        self._known: set[str] = set()
        self._refused: set[str] = set()
        self._articles: set[str] = set()
        self._manifest: dict[str, Any] = {}
        self._exit: Any = None

    def __enter__(self) -> Writer:
        self._refuse_other_folders()
        with _disk_trouble(self.root):
            (self.root / "parts").mkdir(parents=True, exist_ok=True)
            (self.root / "derived").mkdir(exist_ok=True)
            self._exit = _lock(self.root)
            self._exit.__enter__()
        try:
            if (self.root / "manifest.json").exists():
                self._manifest = _read_manifest(self.root)
            else:
                self._manifest = {"schema_version": SCHEMA_VERSION, "parts": {}, "derived": None}
            with _disk_trouble(self.root):
                self._recover()
            for name in self._manifest["parts"]:
                self._remember(name)
        except BaseException:
            self._exit.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *details: object) -> None:
        if not (self.root / "manifest.json").exists():
            # Nothing was stored: nothing stays behind, and what is not empty stays.
            with suppress(OSError):
                for name in ("parts", "derived"):
                    (self.root / name).rmdir()
                (self.root / ".lock").unlink()
                self.root.rmdir()
        self._exit.__exit__(*details)

    def _refuse_other_folders(self) -> None:
        """A folder that holds other things is the user's: nothing is added to it, and nothing in it tidied away."""
        if (self.root / "manifest.json").exists() or not self.root.is_dir():
            return
        with _disk_trouble(self.root):
            names = {path.name for path in self.root.iterdir()} - {"parts", "derived", ".lock", "feeds.json"}
            parts = self.root / "parts"
            strange = [p for p in parts.iterdir() if not _PART.fullmatch(p.name)] if parts.is_dir() else []
        names = {name for name in names if not name.startswith(".manifest.json.")}
        if names or strange or ((self.root / "derived").exists() and not (self.root / ".lock").exists()):
            raise DatasetError(
                f"{self.root} is no dataset, and it is not empty", hint="name a folder that is empty or not there yet"
            )

    def _recover(self) -> None:
        """Take up parts that were finished but not yet in the manifest; drop those that lost a file, and what was left half-written."""
        before = json.dumps(self._manifest, sort_keys=True)
        parts = self.root / "parts"
        for folder in sorted(parts.iterdir()):
            if folder.name.startswith("."):
                shutil.rmtree(folder)
            elif folder.name not in self._manifest["parts"]:
                try:
                    self._manifest["parts"][folder.name] = json.loads((folder / "part.json").read_text("utf-8"))
                except (OSError, ValueError):
                    shutil.rmtree(folder)  # its articles are coded again
        for name, description in list(self._manifest["parts"].items()):
            if not all((parts / name / f"{table}.parquet").exists() for table in description["tables"]):
                del self._manifest["parts"][name]
                shutil.rmtree(parts / name, ignore_errors=True)
        current = self._manifest["derived"]
        if current is not None:
            files = [self.root / "derived" / current["name"] / f"{table}.parquet" for table in current["tables"]]
            if not all(path.exists() for path in files):
                self._manifest["derived"] = current = None
        for folder in sorted((self.root / "derived").iterdir()):
            if current is None or folder.name != current["name"]:
                shutil.rmtree(folder)
        for stray in self.root.glob(".manifest.json.*"):
            stray.unlink()
        if json.dumps(self._manifest, sort_keys=True) != before:
            self._commit()

    def _remember(self, name: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        path = self.root / "parts" / name / "inputs.parquet"
        try:
            table = pq.read_table(path)
            keys, outcomes = table["key"].to_pylist(), table["outcome"].to_pylist()
        except (OSError, pa.ArrowException, ValueError, KeyError) as error:
            raise DatasetError(
                f"{path} is damaged: {error}", hint=f"delete {path.parent} and run the same command again"
            ) from None
        self._note(zip(keys, outcomes, strict=True))

    def _note(self, rows: Iterable[tuple[str, str]]) -> None:
        for key, outcome in rows:
            self._known.add(key)
            (self._articles.add(outcome) if outcome.startswith("ar_") else self._refused.add(key))

    def _commit(self) -> None:
        self._manifest["about"] = self._about
        self._manifest["counts"] = self.counts()
        _write_json(self.root / "manifest.json", self._manifest)

    def counts(self) -> dict[str, int]:
        """Rows by record type over all parts."""
        counts: dict[str, int] = dict.fromkeys(RECORDS, 0)
        derived = self._manifest["derived"]
        for description in [*self._manifest["parts"].values(), *([derived] if derived else [])]:
            for name, table in description["tables"].items():
                if name in counts and (name not in _DERIVED or description is derived):
                    counts[name] += table["rows"]
        return counts

    def known(self, key: str) -> bool:
        """Whether an input with this content key is in the dataset already."""
        return key in self._known

    def refused(self, key: str) -> bool:
        """Whether an input with this content key is known and was rejected."""
        return key in self._refused

    def add(self, batch: Batch) -> int:
        """Store a batch; returns how many articles were new. Copies of an article that is there add nothing."""
        fresh = tuple(coding for coding in batch.codings if coding.article.id not in self._articles)
        fresh = tuple({coding.article.id: coding for coding in fresh}.values())
        inputs = tuple({row.key: row for row in batch.inputs if row.key not in self._known}.values())
        if not inputs:
            return 0
        batch = Batch(inputs=inputs, codings=fresh, rejections=batch.rejections)
        tables = {name: to_table(kind, batch.rows(name)) for name, kind in RECORDS.items() if name != "stories"}
        tables["inputs"] = to_table(InputRow, inputs)
        name = "p" + hashlib.sha256("\n".join(sorted(row.key for row in inputs)).encode()).hexdigest()[:16]
        with _disk_trouble(self.root):
            self._manifest["parts"][name] = _write_part(self.root / "parts" / name, tables, {})
            self._commit()
        self._note((row.key, row.outcome) for row in inputs)
        return len(fresh)

    def _coded(self) -> str:
        """What identifies the parts that are there, for `derived` to say what it was computed from."""
        return hashlib.sha256("\n".join(sorted(self._manifest["parts"])).encode()).hexdigest()[:16]

    def underived(self) -> bool:
        """Whether parts were added (or lost) since `derive`."""
        derived = self._manifest["derived"]
        return bool(self._manifest["parts"]) and (derived is None or derived.get("of") != self._coded())

    def derive(self, tables: Mapping[str, Iterable[Any]]) -> None:
        """Replace what is computed over the whole dataset (stories, tenures, pledges with what followed them)."""
        arrow = {name: to_table(RECORDS[name], rows) for name, rows in tables.items()}
        content = hashlib.sha256()
        for name in sorted(arrow):
            content.update(repr((name, arrow[name].to_pylist())).encode("utf-8", "replace"))
        name = "d" + content.hexdigest()[:16]
        with _disk_trouble(self.root):
            description = _write_part(self.root / "derived" / name, arrow, {"name": name}) | {"of": self._coded()}
            if self._manifest["derived"] != description:
                self._manifest["derived"] = description
                self._commit()
        # The folder of the former manifest stays until the next writer: a reader may still hold it.


class Dataset:
    """A dataset, read. Every call sees the manifest as it was when the dataset was opened."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.manifest = _read_manifest(root)
        self._connection: duckdb.DuckDBPyConnection | None = None

    def files(self, name: str) -> list[Path]:
        """The Parquet files that hold one record type."""
        derived = self.manifest["derived"]
        if name in _DERIVED and derived is not None and name in derived["tables"]:
            return [self.root / "derived" / derived["name"] / f"{name}.parquet"]
        parts = [part for part, description in sorted(self.manifest["parts"].items()) if name in description["tables"]]
        return [self.root / "parts" / part / f"{name}.parquet" for part in parts]

    def damaged(self) -> list[str]:
        """Every file whose bytes are not those that were written, with what is wrong; empty for a sound dataset."""
        found = []
        derived = self.manifest["derived"]
        places = [(self.root / "parts" / name, d) for name, d in sorted(self.manifest["parts"].items())]
        if derived is not None:
            places.append((self.root / "derived" / derived["name"], derived))
        for folder, description in places:
            for name, table in sorted(description["tables"].items()):
                path = folder / f"{name}.parquet"
                if not path.exists():
                    found.append(f"{path.relative_to(self.root)} is missing")
                elif _file_sha256(path) != table["sha256"]:
                    found.append(f"{path.relative_to(self.root)} does not match its hash")
        return found

    def table(self, name: str) -> pa.Table:
        """All rows of a record type as an Arrow table."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if name not in RECORDS:
            raise UsageError(f"no records called {name!r}", hint=f"there are {', '.join(RECORDS)}")
        schema = schema_of(RECORDS[name])
        try:
            tables = [pq.read_table(path, schema=schema) for path in self.files(name)]
        except (OSError, pa.ArrowException) as error:
            raise DatasetError(
                f"a part of {self.root} cannot be read: {error}",
                hint="`dragoman audit` names the damaged part; delete it and run `dragoman code` again",
            ) from None
        return pa.concat_tables(tables) if tables else schema.empty_table()

    def records(self, name: str) -> list[Any]:
        """All records of a type; those that several parts may hold (actors, places...) once each."""
        rows: list[Any] = from_table(RECORDS[name], self.table(name))
        return _once_each(rows) if name in _UNIQUE else rows

    def connection(self) -> duckdb.DuckDBPyConnection:
        """An in-memory DuckDB with one view per record type; it can read this dataset's files and nothing else."""
        if self._connection is None:
            import duckdb

            connection = duckdb.connect(":memory:")
            connection.execute("SET memory_limit = '2GB'")
            connection.execute("SET TimeZone = 'UTC'")
            root = str(self.root.resolve()).replace("'", "''")
            connection.execute(f"SET allowed_directories = ['{root}']")
            connection.execute("SET enable_external_access = false")
            for name, kind in RECORDS.items():
                self._view(connection, name, kind)
            connection.execute("SET lock_configuration = true")
            self._connection = connection
        return self._connection

    def _view(self, connection: duckdb.DuckDBPyConnection, name: str, kind: type) -> None:
        paths = [str(path.resolve()).replace("'", "''") for path in self.files(name)]
        if not paths:
            connection.register(f"_empty_{name}", schema_of(kind).empty_table())
            connection.execute(f"CREATE VIEW {name} AS SELECT * FROM _empty_{name}")
            return
        listed = ", ".join(f"'{path}'" for path in paths)
        once = " QUALIFY row_number() OVER (PARTITION BY id) = 1" if name in _UNIQUE else ""
        rows = f"SELECT * FROM read_parquet([{listed}]){once}"
        if kind is Actor:  # as `_merged` does
            lists = (
                f"list_sort(list_distinct(flatten(list({each})))) AS {each}" for each in ("aliases", "external_ids")
            )
            names = ", ".join([*(f"min({each}) AS {each}" for each in ("name", "kind", "country", "sector")), *lists])
            rows = f"SELECT id, {names} FROM read_parquet([{listed}]) GROUP BY id"
        connection.execute(f"CREATE VIEW {name} AS {rows}")

    def sql(self, query: str, *, timeout_s: float = 30.0) -> pa.Table:
        """The result of one read-only query, at most `timeout_s` seconds.

        Raises `UsageError` for a query that fails, is not a SELECT, or takes too long.
        """
        import duckdb

        connection = self.connection().cursor()
        try:
            statements = connection.extract_statements(query)
            if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
                raise UsageError("only one SELECT is allowed", hint="the tables: " + ", ".join(RECORDS))
            timer = threading.Timer(timeout_s, connection.interrupt)
            timer.start()
            try:
                return connection.sql(query).to_arrow_table()
            finally:
                timer.cancel()
        except duckdb.InterruptException:
            raise UsageError(f"the query took over {timeout_s:g} s", hint="narrow it with WHERE or LIMIT") from None
        except duckdb.Error as error:
            first = str(error).strip().splitlines()[0]
            raise UsageError(f"the query failed: {first}", hint="the tables: " + ", ".join(RECORDS)) from None


def open_dataset(path: str | Path) -> Dataset:
    """Open a dataset for reading.

    Raises `DatasetError` where the folder is none, is damaged, or was written by a newer program.
    """
    return Dataset(Path(path))
