"""The PLOVER codebook: types, modes, contexts, sectors, quads and scales, and the map to and from CAMEO.

Loaded from `data/codebook.toml`. Mode names repeat with opposite meanings across types (`withdraw` is a RETREAT and a
SANCTION), so that a mode is always looked up together with its type.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from dragoman.errors import UsageError

__all__ = ["CameoRoot", "Codebook", "EventType", "load_codebook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventType:
    """One of the 16 PLOVER types. `scale` is the conflict-cooperation score of the bare type, -10 to 10."""

    name: str
    quad: int
    scale: float
    needs_recipient: bool
    meaning: str
    modes: MappingProxyType[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameoRoot:
    """One of the 20 CAMEO root codes. Quad schemes disagree on 09, 14 and 16: each value carries its scheme's name."""

    code: str
    name: str
    goldstein: float
    quad_gdelt: int
    penta_phoenix: int
    plover: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Everything that a code may be. Look-ups raise `UsageError` with the known names."""

    version: str
    types: MappingProxyType[str, EventType]
    quads: MappingProxyType[int, str]
    contexts: MappingProxyType[str, str]
    sectors: MappingProxyType[str, str]
    special_countries: MappingProxyType[str, str]
    cameo_roots: MappingProxyType[str, CameoRoot]
    cameo_exceptions: MappingProxyType[str, tuple[str, str | None]]
    to_cameo: MappingProxyType[str, str]

    def type(self, name: str) -> EventType:
        """The event type of that name.

        >>> load_codebook().type("AGREE").quad
        1
        """
        try:
            return self.types[name]
        except KeyError:
            raise UsageError(f"no event type {name!r}", hint=f"the types are {', '.join(sorted(self.types))}") from None

    def scale(self, type_: str, mode: str | None) -> float:
        """The conflict-cooperation score of a type with its mode, from -10 to 10.

        >>> load_codebook().scale("CONSULT", "visit"), load_codebook().scale("AID", None)
        (4.0, 10.0)
        """
        event_type = self.type(type_)
        if mode is None:
            return event_type.scale
        if mode not in event_type.modes:
            known = ", ".join(event_type.modes) or "none"
            raise UsageError(f"{type_} has no mode {mode!r}", hint=f"its modes: {known}")
        return event_type.modes[mode]

    def cameo(self, type_: str, mode: str | None) -> str:
        """The CAMEO code that an event of this type and mode is written as; leading zeros count.

        >>> load_codebook().cameo("CONSULT", "phone")
        '041'
        """
        self.scale(type_, mode)
        return self.to_cameo[type_ if mode is None else f"{type_}-{mode}"]

    def from_cameo(self, code: str) -> tuple[str, str | None] | None:
        """PLOVER type and mode for a CAMEO code; `None` for 01 and 02, which PLOVER drops.

        >>> load_codebook().from_cameo("1712"), load_codebook().from_cameo("010")
        (('ASSAULT', None), None)
        """
        if not re.fullmatch(r"\d{2,4}", code) or code[:2] not in self.cameo_roots:
            raise UsageError(f"not a CAMEO code: {code!r}", hint="a code has two to four digits and a root of 01 to 20")
        for length in (4, 3):
            if code[:length] in self.cameo_exceptions and len(code) >= length:
                return self.cameo_exceptions[code[:length]]
        root = self.cameo_roots[code[:2]].plover
        return None if root is None else (root, "investigate" if code[:2] == "09" else None)


def _read() -> dict[str, Any]:
    return tomllib.loads((files("dragoman") / "data" / "codebook.toml").read_text(encoding="utf-8"))


@cache
def load_codebook() -> Codebook:
    """The codebook that ships with this version of Dragoman.

    >>> len(load_codebook().types), len(load_codebook().contexts), len(load_codebook().sectors)
    (16, 37, 25)
    """
    raw = _read()
    types = {
        name: EventType(
            name=name,
            quad=row["quad"],
            scale=row["scale"],
            needs_recipient=row["needs_recipient"],
            meaning=row["meaning"],
            modes=MappingProxyType(dict(row.get("modes", {}))),
        )
        for name, row in raw["types"].items()
    }
    roots = {
        code: CameoRoot(
            code=code,
            name=row["name"],
            goldstein=row["goldstein"],
            quad_gdelt=row["quad_gdelt"],
            penta_phoenix=row["penta_phoenix"],
            plover=row.get("plover"),
        )
        for code, row in raw["cameo"].items()
    }
    exceptions: dict[str, tuple[str, str | None]] = {}
    for code, written in raw["cameo_exceptions"].items():
        type_, _, mode = written.partition(" ")
        exceptions[code] = (type_, mode or None)
    return Codebook(
        version=raw["version"],
        types=MappingProxyType(types),
        quads=MappingProxyType({int(key): value for key, value in raw["quads"].items()}),
        contexts=MappingProxyType(raw["contexts"]),
        sectors=MappingProxyType(raw["sectors"]),
        special_countries=MappingProxyType(raw["special_countries"]),
        cameo_roots=MappingProxyType(roots),
        cameo_exceptions=MappingProxyType(exceptions),
        to_cameo=MappingProxyType(raw["to_cameo"]),
    )
