"""Place names and the places they may mean, from the tables in `data/`: an offline gazetteer in sorted arrays.

`places.tsv.gz` (facts of GeoNames, CC BY 4.0) and `places_extra.tsv` hold one place a row with all its names; they stay in memory
as bytes, and two arrays find a name in them: 64-bit keys of every name, sorted, and where each stands. That takes a tenth of a
second and about 40 MB, where a dictionary of the same names takes a second and 150 MB.
"""

from __future__ import annotations

import gzip
import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from dragoman.reference import rows_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Gazetteer", "Site", "distance_km", "load_gazetteer"]

_COLUMNS = ("geonameid", "name", "alternates", "latitude", "longitude", "iso3", "admin1", "feature", "population")


@dataclass(frozen=True, slots=True)
class Site:
    """One place of the gazetteer; latitude and longitude in degrees (WGS 84), `main` whether it was found by its first name."""

    row: int
    name: str
    latitude: float
    longitude: float
    country: str | None
    admin1: str | None
    geonames_id: int | None
    feature: str
    population: int
    main: bool = True

    @property
    def precision(self) -> str:
        """What sort of place: country, region, macroregion, city, district, water, island, building, site."""
        return _PRECISION.get(self.feature) or ("region" if self.feature.startswith("ADM") else "city")


_PRECISION = {
    "PCLI": "country",
    "PPLX": "district",
    "region": "region",
    "macroregion": "macroregion",
    "sea": "water",
    "strait": "water",
    "river": "water",
    "island": "island",
    "facility": "building",
    "base": "site",
    "camp": "site",
}


def distance_km(one: tuple[float, float], other: tuple[float, float]) -> float:
    """The great-circle distance of two points in degrees, in kilometres (haversine, mean radius 6371 km).

    >>> round(distance_km((55.75, 37.62), (39.9, 116.4)) / 100)
    58
    """
    a, b = math.radians(one[0]), math.radians(other[0])
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(other[1] - one[1]) / 2) ** 2
    return 12742 * math.asin(min(1.0, math.sqrt(half)))


def plain(name: str) -> str:
    """The name without accents.

    >>> plain("Pul-e Khumrī")
    'Pul-e Khumri'
    """
    if name.isascii():
        return name
    return "".join(mark for mark in unicodedata.normalize("NFD", name) if not unicodedata.combining(mark))


def _raw() -> bytes:
    data = files("dragoman") / "data"
    raw = gzip.decompress(data.joinpath("places.tsv.gz").read_bytes())
    kept = b"\n".join(line for line in raw.split(b"\n", 12) if not line.startswith((b"#", b"geonameid")))
    for table in ("places_extra.tsv", "divisions.tsv"):
        kept = kept.rstrip(b"\n") + b"\n" + _extra(data.joinpath(table).read_text(encoding="utf-8"))
    return b"\n" + kept.strip(b"\n") + b"\n"


def _extra(text: str) -> bytes:
    """The hand-edited table brought to the columns of the large one."""
    lines = [line for line in text.split("\n") if line and not line.startswith("#")]
    header = lines[0].split("\t")
    rows = []
    for line in lines[1:]:
        row = dict(zip(header, line.split("\t"), strict=False))
        row["feature"] = row.get("kind", "")
        if "\t" not in line or not row.get("latitude"):
            continue
        rows.append("\t".join(row.get(column, "") for column in _COLUMNS))
    return "\n".join(rows).encode()


class Gazetteer:
    """Names to places. Built once (about 0.15 s), never changed."""

    __slots__ = ("_by_key", "_centres", "_countries", "_english", "_keys", "_lines", "_raw", "_starts")

    def __init__(
        self,
        raw: bytes,
        centres: dict[tuple[str, str], tuple[float, float]],
        english: dict[tuple[str, str], str] | None = None,
    ) -> None:
        import numpy as np

        self._raw = raw
        self._centres = centres
        self._english = english or {}
        data: NDArray[Any] = np.frombuffer(raw, dtype=np.uint8)
        lines = np.flatnonzero(data == 10)
        tabs = np.flatnonzero(data == 9).reshape(len(lines) - 1, len(_COLUMNS) - 1)
        pipes = np.flatnonzero(data == 124)
        # A name begins after a tab or a pipe within the second and third fields, and ends before the next one.
        owner = np.searchsorted(lines, pipes) - 1
        inside = (pipes > tabs[owner, 1]) & (pipes < tabs[owner, 2])
        pipes = pipes[inside]
        starts = np.concatenate([tabs[:, 0] + 1, tabs[:, 1] + 1, pipes + 1])
        marks = np.sort(np.concatenate([tabs[:, 1], tabs[:, 2], pipes]))
        ends = marks[np.searchsorted(marks, starts)]
        named = ends > starts
        starts, ends = starts[named], ends[named]
        keys = _keys(np, data, starts, ends)
        order = np.argsort(keys, kind="stable")
        self._keys: NDArray[Any] = keys[order]
        self._starts: NDArray[Any] = starts[order].astype(np.int32)
        self._by_key: NDArray[Any] = ends[order].astype(np.int32)
        self._lines: NDArray[Any] = lines.astype(np.int32)
        rows = (int(np.searchsorted(lines, match.start())) - 1 for match in re.finditer(rb"\tPCLI\t", raw))
        self._countries = {site.country: site for site in map(self.site, rows) if site.country}

    @property
    def rows(self) -> int:
        """How many places it holds."""
        return len(self._lines) - 1

    def country(self, code: str) -> Site | None:
        """The state of an ISO 3166-1 alpha-3 code, at its middle point.

        >>> load_gazetteer().country("OMN").name
        'Oman'
        """
        return self._countries.get(code)

    def find(self, name: str) -> tuple[Site, ...]:
        """The places of a name as printed; accents, dots and hyphens may be left out where nothing has the name as it stands.

        >>> sites = load_gazetteer().find("Ashkasham")
        >>> [(site.name, site.country) for site in sites]
        [('Ashkāsham', 'AFG')]
        """
        return _find(self, name)

    def exact(self, name: str) -> list[Site]:
        """The places that have exactly this name."""
        import numpy as np

        wanted = name.encode()
        if not wanted or len(wanted) > 200:
            return []
        key = np.uint64(_key(wanted))
        found: dict[int, Site] = {}
        for place in range(int(np.searchsorted(self._keys, key)), len(self._keys)):
            if self._keys[place] != key:
                break
            start, end = int(self._starts[place]), int(self._by_key[place])
            if self._raw[start:end] == wanted:
                line = int(np.searchsorted(self._lines, start)) - 1
                site = self.site(line, name)
                if line not in found or site.main:
                    found[line] = site
        return list(found.values())

    def site(self, line: int, name: str | None = None) -> Site:
        """The place of a row."""
        fields = self._raw[int(self._lines[line]) + 1 : int(self._lines[line + 1])].decode().split("\t")
        country, admin1, feature = fields[5] or None, fields[6] or None, fields[7]
        latitude, longitude = float(fields[3] or "nan"), float(fields[4] or "nan")
        if feature == "PCLI":
            latitude, longitude = self._centres.get((country or "", ""), (latitude, longitude))
        elif feature == "ADM1":
            latitude, longitude = self._centres.get((country or "", fields[1]), (latitude, longitude))
        english = self._english.get((fields[1], country or ""), fields[1])
        return Site(
            row=line,
            name=english,
            latitude=latitude,
            longitude=longitude,
            country=country,
            admin1=admin1,
            geonames_id=int(fields[0]) if fields[0].isdigit() else None,
            feature=feature,
            population=int(fields[8]) if fields[8].isdigit() else 0,
            main=name is None or name in (fields[1], english),
        )


_ALL = 2**64 - 1
_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0x27D4EB2F165667C5)


def _key(name: bytes) -> int:
    """What `_keys` gives for one name; a tenth of the time where there is one name only."""
    begin = max(0, (len(name) - 8) // 2)
    parts = (name[:8], name[-8:].rjust(8, b"\0"), name[begin : begin + 8])
    mixed = len(name) * _MIX[3]
    for part, factor in zip(parts, _MIX, strict=False):
        mixed ^= int.from_bytes(part, "little") * factor & _ALL
    mixed &= _ALL
    return mixed ^ (mixed >> 29)


def _keys(np: Any, data: Any, starts: Any, ends: Any) -> Any:
    """A 64-bit key of each run of bytes: from its length and its first, middle and last eight bytes."""
    padded = np.concatenate([np.zeros(8, np.uint8), data, np.zeros(8, np.uint8)])
    windows = np.ndarray(buffer=padded, dtype="<u8", shape=(len(padded) - 7,), strides=(1,))
    length = (ends - starts).astype(np.uint64)
    short = np.minimum(length, 8).astype(np.uint64) * 8
    mask = np.where(short >= 64, np.uint64(2**64 - 1), (np.uint64(1) << np.minimum(short, 63)) - np.uint64(1))
    first = windows[starts + 8] & mask
    last = windows[ends] & ~np.where(short >= 64, np.uint64(0), (np.uint64(2**64 - 1) >> np.minimum(short, 63)))
    middle = windows[starts + 8 + np.maximum(0, (ends - starts - 8) // 2)] & mask
    with np.errstate(over="ignore"):
        mixed = first * np.uint64(_MIX[0]) ^ last * np.uint64(_MIX[1])
        mixed = mixed ^ middle * np.uint64(_MIX[2]) ^ length * np.uint64(_MIX[3])
        return mixed ^ (mixed >> np.uint64(29))


@lru_cache(maxsize=20_000)
def _find(gazetteer: Gazetteer, name: str) -> tuple[Site, ...]:
    for form in _forms(name):
        found = gazetteer.exact(form)
        if found:
            return tuple(found)
    return ()


def _forms(name: str) -> Sequence[str]:
    name = name.replace("’", "'").replace("‘", "'")
    forms = [name, plain(name)]
    for form in tuple(forms):
        forms += [form.replace("-", " "), form.replace(" ", "-"), form.replace("'", "")]
    if name.startswith(("St. ", "St ")):
        forms.append("Saint " + name.split(" ", 1)[1])
    if name.startswith("Ft. "):
        forms.append("Fort " + name[4:])
    if name.startswith("Mt. "):
        forms.append("Mount " + name[4:])
    if name.isupper() and len(name) > 3:
        forms.append(name.title())
    return list(dict.fromkeys(forms))


@cache
def load_gazetteer() -> Gazetteer:
    """The gazetteer that ships with this version."""
    english = {(row["name"], row["iso3"]): row["english"] for row in rows_of("english_names.tsv")}
    centres: dict[tuple[str, str], tuple[float, float]] = {}
    text = files("dragoman").joinpath("data/centres.tsv").read_text(encoding="utf-8")
    for line in text.split("\n"):
        if line and not line.startswith(("#", "iso3")):
            country, admin1, latitude, longitude = line.split("\t")
            centres[country, admin1] = (float(latitude), float(longitude))
    return Gazetteer(_raw(), centres, english)
