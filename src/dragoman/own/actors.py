"""A user's own actors, from a CSV, TSV or JSONL file: read, checked, and told to the reference data.

| Column | Holds |
|---|---|
| name | as printed; the only one that must be there |
| aliases | other names as printed, parted by `|`; in JSONL also a list |
| country | ISO 3166-1 alpha-3, or a special code of the reference data (IGO, NGO, UNO...) |
| sector | a PLOVER sector; that of a person follows from the office |
| kind | organization (where none is given), person or meeting |
| qid | of Wikidata, as Q212 |
| office, start, end | of a person: the office, and its days in EDTF where known |

Nothing is passed over silently: a row that cannot be taken is an error that names its line and what to write instead.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from dragoman.errors import UsageError
from dragoman.records import Actor
from dragoman.reference import Entry, Reference, TermOfOffice, load_reference, rows_of

__all__ = ["COLUMNS", "KINDS", "read_own_actors_file", "with_ids"]

COLUMNS = ("name", "aliases", "country", "sector", "kind", "qid", "office", "start", "end")
KINDS = ("organization", "person", "meeting")
_QID = re.compile(r"(?:https?://www\.wikidata\.org/(?:wiki|entity)/)?(Q[1-9]\d{0,11})")
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_MOST_BYTES = 64 * 1024 * 1024
Row = dict[str, str]


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        data = path.read_bytes() if size <= _MOST_BYTES else b""
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror or error}", hint="name a CSV, TSV or JSONL file of actors"
        ) from None
    if size > _MOST_BYTES:
        raise UsageError(f"{path} has {size} bytes", hint=f"give a file of at most {_MOST_BYTES} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 at byte {error.start}", hint="save it as UTF-8") from None


def _json_rows(path: Path, text: str) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(
                f"{path}, line {number} is no JSON: {error}", hint='write {"name": "..."}, one a line'
            ) from None
        if not isinstance(found, dict):
            raise UsageError(f"{path}, line {number} is no object", hint='write {"name": "..."}, one a line')
        row: Row = {}
        for name, value in found.items():
            if isinstance(value, list):
                value = "|".join(map(str, value))
            row[name] = "" if value is None else str(value)
        yield number, row


def _table_rows(path: Path, text: str) -> Iterator[tuple[int, Row]]:
    first = text.split("\n", 1)[0]
    mark = max(("\t", ";", ","), key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    names: list[str] = []
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not names:
                names = [cell.strip().lower() for cell in cells]
                continue
            if len(cells) > len(names):
                raise UsageError(
                    f"{path}, line {reader.line_num} has {len(cells)} cells under {len(names)} columns",
                    hint='put cells that hold a comma into "quotes"; part aliases by |',
                )
            yield reader.line_num, dict(zip(names, cells, strict=False))
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: {error}", hint="close every quote") from None


def _checked(path: Path, number: int, row: Row, countries: frozenset[str], sectors: Iterable[str]) -> Row:
    """The row with its cells trimmed; `UsageError` for what cannot be taken."""

    def refuse(what: str, hint: str) -> UsageError:
        return UsageError(f"{path}, line {number}: {what}", hint=hint)

    row = {name.strip().lower(): value.strip() for name, value in row.items()}
    unknown = sorted(name for name, value in row.items() if name not in COLUMNS and value)
    if unknown:
        raise refuse(f"no column {unknown[0]!r}", f"the columns: {', '.join(COLUMNS)}")
    if not row.get("name"):
        raise refuse("the name is missing", "give every row a `name`, as it is printed")
    country, sector, kind, qid = (row.get(name, "") for name in ("country", "sector", "kind", "qid"))
    if country and country not in countries:
        raise refuse(f"no country {country!r}", "write ISO 3166-1 alpha-3, as FJI, or a special code, as IGO")
    if sector and sector not in sectors:
        raise refuse(f"no sector {sector!r}", f"the sectors: {', '.join(sectors)}")
    if kind and kind not in KINDS:
        raise refuse(f"no kind {kind!r}", f"the kinds: {', '.join(KINDS)}")
    match = _QID.fullmatch(qid)
    if qid and match is None:
        raise refuse(f"{qid!r} is no Wikidata id", "write it as Q212")
    if kind == "person" and sector and not row.get("office"):
        raise refuse(
            "a person with a sector and no office", "give the office, as “rebel commander”: the sector follows from it"
        )
    if kind != "person" and any(row.get(name) for name in ("office", "start", "end")):
        raise refuse("an office, but no person", "write person under kind")
    for name in ("start", "end"):
        if row.get(name) and not _DAY.fullmatch(row[name]):
            raise refuse(f"{name} {row[name]!r} is no date", "write 2018, 2018-08 or 2018-08-16")
    return row | {"qid": match[1] if match else ""}


def _entry(row: Row) -> Entry:
    person = row.get("kind") == "person"
    country = row.get("country") or None
    term = TermOfOffice(
        person=row["name"],
        country=country,
        office=row.get("office", ""),
        start=row.get("start") or None,
        end=row.get("end") or None,
        source="the user's own file",
        certainty="sure",
    )
    return Entry(
        kind="leader" if person else row.get("kind") or "organization",
        name=row["name"],
        country=country,
        sector=row.get("sector") or None,
        detail="own",
        person=person,
        qid=row["qid"] or None,
        terms=(term,) if person and term.office else (),
    )


def read_own_actors_file(path: Path) -> list[tuple[str, Entry]]:
    """Every name of a user's own actors with what it means, for `Reference.with_actors`.

    Raises `UsageError` for a file that cannot be read, is of another kind or holds no actor, and for any row that cannot be taken.
    """
    from dragoman.codebook import load_codebook

    readers = {".jsonl": _json_rows, ".ndjson": _json_rows, ".csv": _table_rows, ".tsv": _table_rows}
    read = readers.get(path.suffix.lower())
    if read is None:
        raise UsageError(f"{path} is no file of actors", hint=f"give one that ends in {', '.join(readers)}")
    countries = frozenset(load_reference().by_code) | _special_codes()
    sectors = tuple(load_codebook().sectors)
    found: list[tuple[str, Entry]] = []
    seen: dict[str, int] = {}
    for number, raw in read(path, _text(path)):
        row = _checked(path, number, raw, countries, sectors)
        entry = _entry(row)
        for name in dict.fromkeys((row["name"], *(part.strip() for part in row.get("aliases", "").split("|")))):
            if name in seen:
                raise UsageError(
                    f"{path}, line {number}: {name!r} stands in line {seen[name]} already",
                    hint="give each name to one actor",
                )
            if name:
                seen[name] = number
                found.append((name, entry))
    if not found:
        raise UsageError(f"{path} holds no actor", hint=f"the first line names the columns: {', '.join(COLUMNS)}")
    return found


def _special_codes() -> frozenset[str]:
    """The codes of organizations and groups that are no state's."""
    tables = ("organizations.tsv", "groups.tsv", "countries.tsv")
    codes = {row.get(name) or "" for table in tables for row in rows_of(table) for name in ("country", "iso3")}
    return frozenset(code for code in codes if len(code) == 3)


def with_ids(actors: Sequence[Actor], reference: Reference) -> tuple[Actor, ...]:
    """The actors with the Wikidata ids that the reference data give for their names, where one alone fits name and country.

    >>> from dragoman.reference import Entry, load_reference
    >>> own = Entry(kind="organization", name="Blue Heron Front", country="FJI", sector="REB", qid="Q42")
    >>> actor = Actor(id="ac_1", name="Blue Heron Front", kind="organization", country="FJI", sector="REB", aliases=(), external_ids=())
    >>> with_ids([actor], load_reference().with_actors([("Blue Heron Front", own)]))[0].external_ids
    ('wikidata:Q42',)
    """
    found = []
    for actor in actors:
        kinds = {"person": ("leader",), "place": ("country",)}.get(actor.kind, ("organization", "meeting"))
        ids = {
            entry.qid
            for entry in reference.lookup(actor.name)
            if entry.qid and entry.kind in kinds and entry.country in (None, actor.country)
        }
        found.append(replace(actor, external_ids=(f"wikidata:{ids.pop()}",)) if len(ids) == 1 else actor)
    return tuple(found)
