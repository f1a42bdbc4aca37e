"""Scores `places.resolve` on GeoVirus, the span given: `python -m evals.places DEV.jsonl [--errors 40]`.

Within 161 km: the great-circle distance to the gold point; a name without an answer counts as wrong. Country: GeoVirus has
none, so gold is the country of the nearest town of the gazetteer to the gold point; continents, seas and other places that
lie in no one state are left out of that measure (by their Wikipedia page, listed below).
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from dragoman.gazetteer import Site, distance_km, load_gazetteer
from dragoman.places import resolve
from evals.intervals import share

_STATELESS = frozenset(
    "Africa Asia Europe European_Union North_America South_America Americas Middle_East Western_Europe Northern_Europe East_Africa"
    " West_Africa Central_Africa Indian_Ocean Black_Sea Baltic_Sea Pacific_Ocean Mediterranean_Sea Southeast_Asia Central_America"
    " South_Asia Soviet_Union Antarctica Atlantic_Ocean Kashmir Mediterranean Sub-Saharan_Africa Eastern_Europe Caribbean Latin_America"
    " Lake_Erie Gulf_of_Mexico Southern_Africa North_Africa Horn_of_Africa Great_Lakes Danube_Delta".split()
)


def towns() -> list[Site]:
    """Every town of the gazetteer."""
    gazetteer = load_gazetteer()
    return [site for site in map(gazetteer.site, range(gazetteer.rows)) if site.feature.startswith("PPL")]


def nearest_country(
    point: tuple[float, float], grid: dict[tuple[int, int], list[Site]], everything: Sequence[Site]
) -> str | None:
    """The country of the nearest town."""
    cell = (round(point[0]), round(point[1]))
    near = [site for a in range(-2, 3) for b in range(-3, 4) for site in grid.get((cell[0] + a, cell[1] + b), ())]
    best = min(near or everything, key=lambda site: distance_km(point, (site.latitude, site.longitude)))
    return best.country


def main() -> None:
    """Reads arguments, prints scores."""
    parser = argparse.ArgumentParser(description="Scores places, the span given.")
    parser.add_argument("path", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    options = parser.parse_args()
    everything = towns()
    grid: dict[tuple[int, int], list[Site]] = {}
    for site in everything:
        grid.setdefault((round(site.latitude), round(site.longitude)), []).append(site)
    near, right, none = [], [], Counter[str]()
    shown = 0
    for line in options.path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        for name in row["toponyms"]:
            found = resolve(row["text"], name["start"], name["end"])
            gold = (name["lat"], name["lon"])
            place = found.place if found else None
            km = (
                distance_km(gold, (place.latitude, place.longitude))
                if place and place.latitude is not None and place.longitude is not None
                else 99999.0
            )
            near.append(km <= 161)
            page = name["page"].split("/")[-1]
            country = nearest_country(gold, grid, everything)
            fits = place is not None and place.country == country
            if page not in _STATELESS:
                right.append(fits)
            if place is None:
                none[name["phrase"]] += 1
            if (km > 161 or (not fits and page not in _STATELESS)) and shown < options.errors:
                shown += 1
                ours = f"{place.name}, {place.admin1}, {place.country} ({place.precision})" if place else "nothing"
                print(
                    f"“{name['phrase']}” gold {page} {gold} {country} | ours {ours}, {km:.0f} km | {found.why[-1].detail if found else ''}"
                )
    for label, marks in (("within 161 km", near), ("country", right)):
        of = share([[mark] for mark in marks])
        told = f"{of.value:.3f} [{of.low:.3f}, {of.high:.3f}]" if of else "nothing"
        print(f"{label:14} n={len(marks):4} {told}")
    print("no answer:", none.most_common(60))


if __name__ == "__main__":
    main()
