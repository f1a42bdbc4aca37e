"""The dataset: a folder of immutable Parquet parts and a manifest, read through an in-memory DuckDB.

    DATASET/
      manifest.json            what is in the dataset, with the hash of every file; written last, by rename; the only file that changes
      parts/NAME/              one finished batch of articles: a Parquet file per record type, and part.json
      derived/NAME/            what is computed over all parts (stories, tenures, followed-up pledges)
      shards/3-of-64/          a dataset of its own, made by `dragoman code --shard 3/64`, until `dragoman merge`
      damaged/NAME/            what lost its bytes (parts, a manifest), set aside by the writer that found it

A part is written under a temporary name, synced, and renamed: it is whole or it is not there. Readers look only at what
the manifest names, so that a writer never blocks or confuses them. A `.duckdb` file is never kept: it would lock every other
process out while one writes.

Best before us: GDELT and ICEWS ship tables without the text, POLECAT tab files that lost columns; none can be resumed or
checked against its source. Here every file is named with its hash, and every record with its source.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import threading
import time
import uuid
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from dragoman import manifest as manifests
from dragoman.errors import DatasetError, UsageError
from dragoman.manifest import COMPUTED, description_of, descriptions, enter, read_manifest, remade
from dragoman.parts import (
    Damage,
    changed_description,
    damage_of,
    disk_trouble,
    link_part,
    locked,
    lost_part,
    part_name,
    pieces,
    read_json,
    sync_folder,
    whole,
    write_json,
    write_part,
    write_table,
)
from dragoman.records import RECORDS, Actor, Coding, Rejection
from dragoman.tables import from_table, schema_of, stored, to_table

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

__all__ = ["Batch", "Damage", "Dataset", "InputRow", "Writer", "open_dataset"]

_COMPLETED = ("pledges", "tenures")  # in the parts as well
_UNIQUE = ("actors", "places", "articles", "rejections", "tenures")
_PART = re.compile(r"\.?p[0-9a-f]{16}(?:\.[0-9a-f]{32})?")
Record = TypeVar("Record")


@dataclass(frozen=True, slots=True, kw_only=True)
class InputRow:
    """One input that was dealt with: its content key, the article or rejection that came of it, and where it was read."""

    key: str
    outcome: str
    subject: str | None = None


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


def _of(parts: Iterable[str]) -> str:
    """What identifies a set of parts by their names."""
    return hashlib.sha256("\n".join(sorted(parts)).encode()).hexdigest()[:16]


class Writer:
    """The one process that adds to a dataset. Use as a context manager; it holds the lock.

    `add` stores a batch and returns only when it is on disk: whole, and found by the next run even where this one is killed before
    the manifest names it. `known` says which inputs are done. Parts that lost bytes are set aside at the start, with `check` also
    those whose bytes changed (every file is read, about a second a gigabyte); `damage` tells of them.
    """

    def __init__(self, root: Path, about: Mapping[str, Any], *, check: bool = False) -> None:
        self.root = root
        self.damage: tuple[Damage, ...] = ()
        self._check = check
        self._about = dict(about)
        self._dirty = False
        self._committed = 0.0
        self._commit_s = 0.0
        self._known: set[str] = set()
        self._refused: set[str] = set()
        self._articles: set[str] = set()
        self._manifest: dict[str, Any] = {}
        self._exit: Any = None

    def __enter__(self) -> Writer:
        self._refuse_other_folders()
        with disk_trouble(self.root):
            (self.root / "parts").mkdir(parents=True, exist_ok=True)
            (self.root / "derived").mkdir(exist_ok=True)
            self._exit = locked(self.root)
            self._exit.__enter__()
        try:
            there = (self.root / "manifest.json").exists()
            self._manifest, damage = read_manifest(self.root) if there else (remade(self.root)[0], ())
            self._dirty = bool(damage) or (not there and bool(self._manifest["parts"]))
            with disk_trouble(self.root):
                if damage:
                    self.damage = damage[:1]  # of its parts `_recover` tells
                    (self.root / "damaged").mkdir(exist_ok=True)
                    (self.root / "manifest.json").rename(self.root / "damaged" / "manifest.json")
                self._recover()
                for name in list(self._manifest["parts"]):
                    self._remember(name)
                if self._dirty:
                    self._commit()
        except BaseException:
            self._exit.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *details: object) -> None:
        if self._dirty:
            with suppress(OSError):  # the parts are there, and the next run takes them up
                self._commit()
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
        with disk_trouble(self.root):
            names = {path.name for path in self.root.iterdir()} - {
                "parts",
                "derived",
                "shards",
                "damaged",
                ".lock",
                "feeds.json",
            }
            parts = self.root / "parts"
            strange = [p for p in parts.iterdir() if not _PART.fullmatch(p.name)] if parts.is_dir() else []
        names = {name for name in names if not name.startswith(".manifest.json.")}
        if names or strange or ((self.root / "derived").exists() and not (self.root / ".lock").exists()):
            raise DatasetError(
                f"{self.root} is no dataset, and it is not empty", hint="name a folder that is empty or not there yet"
            )

    def _recover(self) -> None:
        """Take up parts that were finished but not yet in the manifest; set aside those that were damaged; drop what is half-written."""
        before = json.dumps(self._manifest, sort_keys=True)
        parts = self.root / "parts"
        for folder in sorted(parts.iterdir()):
            if folder.name.startswith("."):
                shutil.rmtree(folder)
            elif folder.name not in self._manifest["parts"]:
                try:
                    enter(self._manifest, folder.name, read_json(folder / "part.json"))
                except (OSError, ValueError) as error:
                    self._set_aside(lost_part(folder, error))
        for name, description in list(self._manifest["parts"].items()):
            found = damage_of(parts / name, description, hashes=self._check)
            if found is not None:
                self._set_aside(found)
        current = self._manifest["derived"]
        if current is not None:
            found = damage_of(self.root / "derived" / current["name"], current, hashes=self._check)
            if found is not None:
                self.damage += (found,)
                self._manifest["derived"] = current = None
        for folder in sorted((self.root / "derived").iterdir()):
            if current is None or folder.name != current["name"]:
                shutil.rmtree(folder)
        for stray in self.root.glob(".manifest.json.*"):
            stray.unlink()
        for place, description in descriptions(self._manifest) if self._check else ():
            changed = changed_description(self.root / place, description)
            if changed is not None:
                write_json(self.root / place / "part.json", description)
                self.damage += (Damage(part=None, files=(changed,)),)
        self._dirty = self._dirty or json.dumps(self._manifest, sort_keys=True) != before

    def _enter(self, name: str, description: Mapping[str, Any]) -> None:
        enter(self._manifest, name, description)
        self._dirty = True

    def _set_aside(self, found: Damage) -> None:
        """Move a damaged part out of the dataset; its inputs are unknown again, so that a run over them codes them anew."""
        name = str(found.part)
        self._manifest["parts"].pop(name, None)
        self._dirty = True
        self.damage += (found,)
        place = self.root / "damaged" / name
        if place.exists():
            shutil.rmtree(place)
        place.parent.mkdir(exist_ok=True)
        with suppress(FileNotFoundError):
            (self.root / "parts" / name).rename(place)

    def _remember(self, name: str) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        folder = self.root / "parts" / name
        try:
            table = pq.read_table(folder / "inputs.parquet", columns=["key", "outcome"])
            self._note(zip(table["key"].to_pylist(), table["outcome"].to_pylist(), strict=True))
        except (OSError, pa.ArrowException, ValueError, KeyError) as error:
            rows = self._manifest["parts"][name]["tables"]["inputs"]["rows"]
            what = f"parts/{name}/inputs.parquet cannot be read: {str(error).splitlines()[0]}"
            self._set_aside(Damage(part=name, files=(what,), subjects=(), documents=rows))

    def _note(self, rows: Iterable[tuple[str, str]]) -> None:
        for key, outcome in rows:
            self._known.add(key)
            (self._articles.add(outcome) if outcome.startswith("ar_") else self._refused.add(key))

    def _commit(self) -> None:
        began = time.monotonic()
        if self._about:
            self._manifest["about"] = self._about
        used = {part["run"] for part in self._manifest["parts"].values() if "run" in part}
        self._manifest["runs"] = {run: what for run, what in self._manifest.get("runs", {}).items() if run in used}
        self._manifest["counts"] = manifests.counts(self._manifest)
        write_json(self.root / "manifest.json", self._manifest)
        self._dirty = False
        self._committed = time.monotonic()
        self._commit_s = self._committed - began

    def describe(self, about: Mapping[str, Any]) -> None:
        """Say what makes the records from now on: versions, hashes and settings, for the manifest."""
        self._about = dict(about)

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
        tables = {
            name: to_table(kind, batch.rows(name))
            for name, kind in RECORDS.items()
            if name not in ("stories", "identities")
        }
        tables["inputs"] = to_table(InputRow, inputs)
        name = part_name(row.key for row in inputs)
        with disk_trouble(self.root):
            self._enter(name, write_part(self.root / "parts" / name, tables, {"about": self._about}))
            # A large manifest is not written for every part, or the writing would come to take all the time.
            if time.monotonic() - self._committed >= 20 * self._commit_s:
                self._commit()
        self._note((row.key, row.outcome) for row in inputs)
        return len(fresh)

    def take(self, dataset: Dataset, part: str) -> int:
        """Take up a part of another dataset; returns how many articles were new. What is here already is left out of it."""
        if part in self._manifest["parts"]:
            return 0
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        source = dataset.root / "parts" / part
        description = description_of(dataset.manifest, part)
        inputs = pq.read_table(source / "inputs.parquet")
        rows = list(zip(inputs["key"].to_pylist(), inputs["outcome"].to_pylist(), strict=True))
        fresh = [key not in self._known for key, _ in rows]
        if not any(fresh):
            return 0
        held = pq.read_table(source / "articles.parquet", columns=["id"])["id"].to_pylist()
        new = [each for each in held if each not in self._articles]
        with disk_trouble(self.root):
            if all(fresh) and len(new) == len(held):
                link_part(source, self.root / "parts" / part, description)
                self._enter(part, description)
            else:
                tables = {name: pq.read_table(source / f"{name}.parquet") for name in description["tables"]}
                tables["inputs"] = tables["inputs"].filter(pa.array(fresh))
                tables["articles"] = tables["articles"].filter(pc.is_in(tables["articles"]["id"], pa.array(new)))
                for name, table in tables.items():
                    if "article_id" in table.column_names:
                        tables[name] = table.filter(pc.is_in(table["article_id"], pa.array(new, pa.string())))
                links = tables["links"]
                tables["links"] = links.filter(pc.is_in(links["mention_id"], tables["mentions"]["id"]))
                name = part_name(key for (key, _), flag in zip(rows, fresh, strict=True) if flag)
                about = {"about": description["about"]}
                self._enter(name, write_part(self.root / "parts" / name, tables, about))
            if time.monotonic() - self._committed >= 20 * self._commit_s:
                self._commit()
        self._note(row for row, flag in zip(rows, fresh, strict=True) if flag)
        return len(new)

    def _coded(self) -> str:
        """What identifies the parts that are there, for `derived` to say what it was computed from."""
        return _of(self._manifest["parts"])

    def underived(self) -> bool:
        """Whether parts were added (or lost) since `derive`."""
        derived = self._manifest["derived"]
        return bool(self._manifest["parts"]) and (derived is None or derived.get("of") != self._coded())

    def commit(self) -> None:
        """Write the manifest where it does not name every finished part yet."""
        if self._dirty:
            with disk_trouble(self.root):
                self._commit()

    def derive(self, tables: Mapping[str, Iterable[Any]]) -> None:
        """Replace what is computed over the whole dataset (stories, tenures, pledges with what followed them).

        Rows are taken as they come, a few thousand at a time, so that they need not fit into memory.
        """
        content = hashlib.sha256()
        temporary = self.root / "derived" / f".{uuid.uuid4().hex}"
        description: dict[str, Any] = {"tables": {}}
        try:
            with disk_trouble(self.root):
                temporary.mkdir(parents=True)
                for name in sorted(tables):
                    content.update(name.encode())
                    rows = pieces(RECORDS[name], tables[name], content)
                    description["tables"][name] = write_table(temporary / f"{name}.parquet", rows)
                description["name"] = "d" + content.hexdigest()[:16]
                write_json(temporary / "part.json", description)
                folder = self.root / "derived" / description["name"]
                there = whole(folder)
                if there is None:
                    shutil.rmtree(folder, ignore_errors=True)
                    temporary.rename(folder)
                    sync_folder(folder.parent)
                else:  # the same content, if perhaps in other bytes, of another version of Arrow
                    description = there
                description["of"] = self._coded()
                if self._manifest["derived"] != description:
                    self._manifest["derived"] = description
                    self._commit()
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
        # The folder of the former manifest stays until the next writer: a reader may still hold it.


class Dataset:
    """A dataset, read. Every call sees the manifest as it was when the dataset was opened.

    `trouble` is what was wrong with that manifest, where it was damaged and is read as its parts make it.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.manifest, self.trouble = read_manifest(root)
        self._connection: duckdb.DuckDBPyConnection | None = None

    @property
    def version(self) -> str:
        """Twelve digits that name the data in hand: a hash of the manifest."""
        return hashlib.sha256(json.dumps(self.manifest, sort_keys=True).encode()).hexdigest()[:12]

    def files(self, name: str) -> list[Path]:
        """The Parquet files that hold one record type."""
        derived = self.manifest["derived"]
        # Those of parts that came since are not to be missed until the next `derive`.
        fresh = derived is not None and (name not in _COMPLETED or derived.get("of") == _of(self.manifest["parts"]))
        if name in COMPUTED and derived is not None and name in derived["tables"] and fresh:
            return [self.root / "derived" / derived["name"] / f"{name}.parquet"]
        parts = [part for part, description in sorted(self.manifest["parts"].items()) if name in description["tables"]]
        return [self.root / "parts" / part / f"{name}.parquet" for part in parts]

    def damage(self, *, hashes: bool = True) -> list[Damage]:
        """Every file that is not what was written, by its part; empty for a sound dataset. Without `hashes` tables by their sizes alone."""
        places = [(self.root / "parts" / name, part) for name, part in sorted(self.manifest["parts"].items())]
        if self.manifest["derived"] is not None:
            places.append((self.root / "derived" / self.manifest["derived"]["name"], self.manifest["derived"]))
        found = [damage_of(folder, description, hashes=hashes) for folder, description in places]
        said = (changed_description(self.root / place, each) for place, each in descriptions(self.manifest) if hashes)
        described = [Damage(part=None, files=(words,)) for words in said if words is not None]
        return [*self.trouble, *(damage for damage in found if damage is not None), *described]

    def damaged(self) -> list[str]:
        """Every damaged part in words: its files, and what to code again."""
        return [str(damage) for damage in self.damage()]

    def without(self, parts: Iterable[str | None]) -> Dataset:
        """The same dataset without some of its parts, as where they are damaged."""
        lost = set(parts)
        rest = Dataset(self.root)
        derived = self.manifest["derived"]
        kept = {name: part for name, part in self.manifest["parts"].items() if name not in lost}
        rest.manifest = self.manifest | {
            "parts": kept,
            "derived": None if derived is None or derived["name"] in lost else derived,
        }
        return rest

    def parts(self) -> list[str]:
        """The names of the parts, in order."""
        return sorted(self.manifest["parts"])

    def part(self, part: str, name: str, *, without: Collection[str] = ()) -> list[Any]:
        """The records of one type in one part, the lists `without` left empty. What is computed over the whole is in no part."""
        if name not in self.manifest["parts"][part]["tables"]:
            return []
        table = self._read(self.root / "parts" / part / f"{name}.parquet", RECORDS[name], without)
        return list(from_table(RECORDS[name], table, without))

    def _read(self, path: Path, kind: type, without: Collection[str] = ()) -> pa.Table:
        import pyarrow as pa

        try:
            return stored(path, kind, without)
        except (OSError, pa.ArrowException) as error:
            raise DatasetError(
                f"{path} cannot be read: {str(error).splitlines()[0]}",
                hint="`dragoman audit` names what is damaged; `dragoman code` over the same input sets it aside and repairs it",
            ) from None

    def table(self, name: str) -> pa.Table:
        """All rows of a record type as an Arrow table."""
        import pyarrow as pa

        if name not in RECORDS:
            raise UsageError(f"no records called {name!r}", hint=f"there are {', '.join(RECORDS)}")
        tables = [self._read(path, RECORDS[name]) for path in self.files(name)]
        return pa.concat_tables(tables) if tables else schema_of(RECORDS[name]).empty_table()

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
