"""The countries as shapes for the map: outlines from the package `countryinfo` (installed with Dragoman), in our projection, as SVG paths.

Nothing is fetched. The outlines are those of today: an act in the Soviet Union is shaded where its place lies now.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from dragoman.web.charts import project

__all__ = ["outlines"]

_STEP = 7
"""Tenths of a unit that a point must lie from the one before to be drawn: less is not seen."""
_LEFT_OUT = frozenset({"ATA"})  # below the edge of the map


@cache
def outlines() -> dict[str, str]:
    """The outline of each country by its ISO 3166-1 alpha-3 code, as the data of an SVG path in tenths of the map's units.

    >>> outlines()["FRA"][:1]
    'M'
    """
    found = {}
    for path in sorted((files("countryinfo") / "data").iterdir(), key=lambda each: each.name):
        if not path.name.endswith(".json"):
            continue
        told = json.loads(path.read_text(encoding="utf-8"))
        code = (told.get("ISO") or {}).get("alpha3")
        shape = told.get("geoJSON") or {}
        drawn = "".join(_ring(ring) for ring in _rings(shape))
        if code and drawn and code not in _LEFT_OUT:
            found[code] = drawn
    return found


def _rings(shape: dict[str, object]) -> Iterator[list[list[float]]]:
    features = shape.get("features")
    for feature in features if isinstance(features, list) else []:
        geometry = feature["geometry"]
        many = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
        for polygon in many:
            yield from polygon


def _ring(points: list[list[float]]) -> str:
    """A closed line, each point as a step from the one before: half as long as saying where each lies."""
    drawn: list[str] = []
    was: tuple[int, int] | None = None
    for longitude, latitude in points:
        x, y = (round(10 * value) for value in project(latitude, longitude))
        if was is None:
            drawn.append(f"M{x} {y}l")
        elif abs(x - was[0]) + abs(y - was[1]) >= _STEP:
            step = f"{x - was[0]} {y - was[1]}"
            drawn.append(step if drawn[-1].endswith("l") or step.startswith("-") else f" {step}")
        else:
            continue
        was = (x, y)
    return f"{''.join(drawn)}z" if len(drawn) > 3 else ""
