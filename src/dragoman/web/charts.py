"""Charts as SVG text: pure functions from the numbers of a view to a picture that needs no script and no outside file.

Colours come from the style sheet by class (`q1` to `q4`), and every mark also has a shape, a place or a label of its own. Lengths are SVG
user units, about a pixel each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

__all__ = [
    "dyad_chart",
    "land",
    "map_chart",
    "network_chart",
    "network_layout",
    "project",
    "stance_chart",
    "strip_chart",
    "ticks",
]


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _link(address: str | None, inner: str, label: str) -> str:
    title = f"<title>{escape(label)}</title>"
    if address is None:
        return f"<g>{title}{inner}</g>"
    return f'<a href="{escape(address)}" aria-label="{escape(label)}">{title}{inner}</a>'


def _short(name: str, most: int = 26) -> str:
    return name if len(name) <= most else name[: most - 1].rstrip() + "…"


def glyph(quad: int, x: float, y: float, size: float) -> str:
    """The mark of a quad: circle for cooperation, triangle for conflict; hollow for words, filled for deeds."""
    filled = "deed" if quad in (2, 4) else "word"
    if quad in (1, 2):
        return f'<circle class="q{quad} {filled}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}"/>'
    high = size * 1.15
    points = f"{_n(x)},{_n(y - high)} {_n(x - high)},{_n(y + high * 0.8)} {_n(x + high)},{_n(y + high * 0.8)}"
    return f'<polygon class="q{quad} {filled}" points="{points}"/>'


def ticks(bins: Sequence[str], room: int) -> list[int]:
    """Which of the bins carry a label, where `room` labels fit; the labels stand at even steps.

    >>> ticks(["1975", "1976", "1977", "1978", "1979"], 3)
    [0, 2, 4]
    """
    if not bins:
        return []
    step = max(1, math.ceil(len(bins) / max(1, room)))
    for even in (1, 2, 3, 5, 6, 10, 12, 20, 24, 25, 50, 100):
        if even >= step:
            step = even
            break
    first = 0
    if all(label.isdigit() for label in bins):
        first = next((i for i, label in enumerate(bins) if int(label) % step == 0), 0)
    return list(range(first, len(bins), step))


def _axis(bins: Sequence[str], left: float, width: float, top: float, bottom: float, room: int = 12) -> list[str]:
    step = width / max(1, len(bins))
    out = []
    for i in ticks(bins, room):
        x = left + (i + 0.5) * step
        out.append(f'<line class="grid" x1="{_n(x)}" y1="{_n(top)}" x2="{_n(x)}" y2="{_n(bottom)}"/>')
        out.append(
            f'<text class="tick" x="{_n(x)}" y="{_n(bottom + 16)}" text-anchor="middle">{escape(bins[i])}</text>'
        )
    return out


def strip_chart(chart: Mapping[str, Any], address: Callable[[str, str], str | None], *, label: str) -> Markup:
    """A row for each type, a mark for each bin of time, its area by the count.

    `chart` has `bins` (labels in order) and `rows`: each with `name`, `quad`, `total`, `counts` by bin index.
    """
    bins, rows = chart["bins"], chart["rows"]
    left, width, line = 128.0, 760.0, 26.0
    height = len(rows) * line
    step = width / max(1, len(bins))
    highest = max((count for row in rows for count in row["counts"].values()), default=1)
    highest = max(highest, 4)  # a lone act is no peak
    largest = min(11.0, max(4.5, step * 0.9))
    out = _axis(bins, left, width, 4, height + 6)
    for position, row in enumerate(rows):
        y = position * line + line / 2 + 4
        out.append(f'<line class="row" x1="{left}" y1="{_n(y)}" x2="{_n(left + width)}" y2="{_n(y)}"/>')
        out.append(
            _link(
                address(row["name"], ""),
                f'<text class="name" x="0" y="{_n(y + 4)}">{escape(row["name"])}</text>',
                row["name"],
            )
        )
        out.append(
            f'<text class="count" x="{_n(left + width + 44)}" y="{_n(y + 4)}" text-anchor="end">{row["total"]:,}</text>'
        )
        for i, count in sorted(row["counts"].items()):
            size = max(2.2, largest * math.sqrt(count / highest))
            mark = glyph(row["quad"], left + (i + 0.5) * step, y, size)
            out.append(_link(address(row["name"], bins[i]), mark, f"{row['name']}, {bins[i]}: {count:,}"))
    return _svg(f"0 0 {_n(left + width + 48)} {_n(height + 30)}", out, label, "strip")


def dyad_chart(chart: Mapping[str, Any], address: Callable[[str], str | None], *, label: str) -> Markup:
    """Cooperation above the line and conflict below it, deeds nearest the line; the mean scale as a line of its own."""
    bins, rows = chart["bins"], chart["rows"]
    left, width, half = 84.0, 804.0, 90.0
    step = width / max(1, len(bins))
    bar = min(26.0, step * 0.7)
    most = max((max(r["q1"] + r["q2"], r["q3"] + r["q4"]) for r in rows), default=1) or 1
    unit = half / most
    middle = half + 12
    out = _axis(bins, left, width, 8, 2 * half + 16)
    for sign, word in ((-1, "cooperation"), (1, "conflict")):
        out.append(f'<text class="tick" x="0" y="{_n(middle + sign * (half - 6))}">{word}</text>')
    for row in rows:
        x = left + (row["bin"] + 0.5) * step - bar / 2
        pieces = []
        for order, sign in (((2, 1), -1), ((4, 3), 1)):
            base = middle
            for quad in order:
                tall = row[f"q{quad}"] * unit
                if tall:
                    y = base - tall if sign < 0 else base
                    kind = "deed" if quad in (2, 4) else "word"
                    pieces.append(
                        f'<rect class="q{quad} {kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(bar)}" height="{_n(tall)}"/>'
                    )
                    base += sign * tall
        total = sum(row[f"q{quad}"] for quad in (1, 2, 3, 4))
        text = f"{bins[row['bin']]}: {total} acts, mean scale {row['scale']:+.1f}"
        out.append(_link(address(bins[row["bin"]]), "".join(pieces), text))
    out.append(f'<line class="base" x1="{left}" y1="{_n(middle)}" x2="{_n(left + width)}" y2="{_n(middle)}"/>')
    points = [(left + (r["bin"] + 0.5) * step, middle - r["scale"] / 10 * half) for r in rows]
    if len(points) > 1:
        out.append('<polyline class="scale" points="' + " ".join(f"{_n(x)},{_n(y)}" for x, y in points) + '"/>')
    out += [f'<circle class="scale" cx="{_n(x)}" cy="{_n(y)}" r="2.4"/>' for x, y in points]
    return _svg(f"0 0 {_n(left + width + 8)} {_n(2 * half + 40)}", out, label, "dyad")


def stance_chart(chart: Mapping[str, Any], *, label: str) -> Markup:
    """A lane for each speaker, a sign for each statement: plus for, minus against, a dot for neither."""
    bins, lanes = chart["bins"], chart["rows"]
    left, width, line = 190.0, 710.0, 26.0
    step = width / max(1, len(bins))
    out = _axis(bins, left, width, 4, len(lanes) * line + 6)
    signs = {"support": "+", "oppose": "−"}
    for position, lane in enumerate(lanes):
        y = position * line + line / 2 + 4
        out.append(f'<line class="row" x1="{_n(left)}" y1="{_n(y)}" x2="{_n(left + width)}" y2="{_n(y)}"/>')
        name = f'<text class="name" x="0" y="{_n(y + 4)}">{escape(_short(lane["name"], 28))}</text>'
        out.append(_link(f"/actors/{lane['key']}", name, lane["name"]))
        seen: dict[int, int] = {}
        for mark in lane["marks"][:200]:
            nth = seen.get(mark["bin"], 0)
            seen[mark["bin"]] = nth + 1
            x = left + (mark["bin"] + 0.5) * step + nth * 9
            if mark["stance"] in signs:
                at = f'x="{_n(x)}" y="{_n(y + 6)}" text-anchor="middle"'
                sign = f'<text class="sign {mark["stance"]}" {at}>{signs[mark["stance"]]}</text>'
            else:
                sign = f'<circle class="sign neutral" cx="{_n(x)}" cy="{_n(y)}" r="3"/>'
            out.append(_link(f"/articles/{mark['article_id']}#{mark['id']}", sign, f"{lane['name']}: {mark['words']}"))
    return _svg(f"0 0 {_n(left + width + 10)} {_n(len(lanes) * line + 30)}", out, label, "stances")


def network_layout(nodes: Sequence[str], edges: Iterable[tuple[str, str, float]]) -> dict[str, tuple[float, float]]:
    """Places for the nodes of a graph, from 0 to 1 each way, by springs and repulsion; the same graph always looks the same."""
    import numpy as np

    count = len(nodes)
    if count == 0:
        return {}
    turn = np.arange(count) * 2.399963  # the golden angle: a start without ties
    place = np.stack([np.cos(turn), np.sin(turn)], axis=1) * np.sqrt((np.arange(count) + 0.5) / count)[:, None]
    index = {name: i for i, name in enumerate(nodes)}
    weight = np.zeros((count, count))
    for one, other, value in edges:
        weight[index[one], index[other]] += math.log1p(value)
        weight[index[other], index[one]] += math.log1p(value)
    ideal = 1.3 / math.sqrt(count)
    for heat in np.linspace(0.14, 0.004, 260):
        gap = place[:, None, :] - place[None, :, :]
        length = np.maximum(np.sqrt((gap**2).sum(axis=2)), 1e-3)
        push = (ideal**2 / length**2)[:, :, None] * gap
        pull = (np.minimum(weight, 3.0) * length / ideal * 0.6)[:, :, None] * gap
        move = (push - pull).sum(axis=1) - place * 0.35
        size = np.maximum(np.sqrt((move**2).sum(axis=1)), 1e-9)[:, None]
        place = place + move / size * np.minimum(size, heat)
    low, high = place.min(axis=0), place.max(axis=0)
    scaled = (place - low) / np.maximum(high - low, 1e-9)
    return {name: (float(scaled[i, 0]), float(scaled[i, 1])) for name, i in index.items()}


def network_chart(graph: Mapping[str, Any], address: Callable[[str, str | None], str], *, label: str) -> Markup:
    """Who acts on whom: a circle for each party, an arc from actor to recipient, drawn in the colour of what most acts are."""
    width, height, edge = 920.0, 560.0, 60.0
    nodes = {node["key"]: node for node in graph["nodes"]}
    where = network_layout(list(nodes), [(e["a"], e["b"], e["n"]) for e in graph["edges"]])
    spot = {key: (edge + x * (width - 2 * edge), 30 + y * (height - 70)) for key, (x, y) in where.items()}
    most = max((node["n"] for node in nodes.values()), default=1)
    heaviest = max((e["n"] for e in graph["edges"]), default=1)
    out = []
    for one in sorted(graph["edges"], key=lambda e: e["n"]):
        (x1, y1), (x2, y2) = spot[one["a"]], spot[one["b"]]
        bend = 0.14
        cx, cy = (x1 + x2) / 2 - (y2 - y1) * bend, (y1 + y2) / 2 + (x2 - x1) * bend
        thick = 1.0 + 4.0 * math.sqrt(one["n"] / heaviest)
        dash = " dashed" if one["quad"] in (1, 3) else ""
        arc = f"M{_n(x1)} {_n(y1)}Q{_n(cx)} {_n(cy)} {_n(x2)} {_n(y2)}"
        path = f'<path class="edge q{one["quad"]}{dash}" d="{arc}" stroke-width="{_n(thick)}"/>'
        # An arrow head two thirds along the arc: heads at the nodes would hide under them.
        t = 0.62
        hx = (1 - t) ** 2 * x1 + 2 * t * (1 - t) * cx + t * t * x2
        hy = (1 - t) ** 2 * y1 + 2 * t * (1 - t) * cy + t * t * y2
        turn = math.degrees(math.atan2((1 - t) * (cy - y1) + t * (y2 - cy), (1 - t) * (cx - x1) + t * (x2 - cx)))
        size = 3.2 + thick
        head = (
            f'<polygon class="head q{one["quad"]}" points="{_n(size)},0 {_n(-size)},{_n(size * 0.7)} {_n(-size)},{_n(-size * 0.7)}" '
            f'transform="translate({_n(hx)} {_n(hy)}) rotate({_n(turn)})"/>'
        )
        names = f"{nodes[one['a']]['name']} → {nodes[one['b']]['name']}: {one['n']:,}"
        out.append(_link(address(one["a"], one["b"]), path + head, names))
    for key, node in sorted(nodes.items(), key=lambda item: -item[1]["n"]):
        x, y = spot[key]
        size = 4 + 11 * math.sqrt(node["n"] / most)
        below = y + size + 12
        mark = (
            f'<circle class="node" cx="{_n(x)}" cy="{_n(y)}" r="{_n(size)}"/>'
            f'<text class="label" x="{_n(x)}" y="{_n(below)}" text-anchor="middle">{escape(_short(node["name"]))}</text>'
        )
        out.append(_link(address(key, None), mark, f"{node['name']}: {node['n']:,} acts"))
    return _svg(f"0 0 {_n(width)} {_n(height)}", out, label, "network")


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """A point of the globe (degrees) on the map, 960 by 500 units, in the Natural Earth projection (a published polynomial).

    >>> [round(value) for value in project(0, 0)]
    [480, 250]
    """
    phi, lam = math.radians(max(-90.0, min(90.0, latitude))), math.radians(longitude)
    p2 = phi * phi
    p4 = p2 * p2
    x = lam * (0.8707 - 0.131979 * p2 + p4 * (-0.013791 + p4 * (0.003971 * p2 - 0.001529 * p4)))
    y = phi * (1.007226 + p2 * (0.015085 + p4 * (-0.044475 + 0.028874 * p2 - 0.005916 * p4)))
    scale = 174.5
    return 480 + scale * x, 250 - scale * y


def land() -> str:
    """The land as dots: one for each cell of 1.2 degrees in which the gazetteer knows a place, as the data of one SVG path."""
    import csv
    import gzip
    from importlib.resources import files

    seen = set()
    raw = gzip.decompress((files("dragoman") / "data" / "places.tsv.gz").read_bytes()).decode("utf-8")
    lines = (line for line in raw.splitlines() if line and not line.startswith("#"))
    reader = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
    for row in reader:
        try:
            latitude, longitude = float(row[3]), float(row[4])
        except (ValueError, IndexError):
            continue  # the header
        seen.add((math.floor(latitude / 1.2), math.floor(longitude / 1.2)))
    dots = []
    for down, across in sorted(seen):
        x, y = project((down + 0.5) * 1.2, (across + 0.5) * 1.2)
        dots.append(f"M{_n(x)} {_n(y)}h0")
    return "".join(dots)


def _graticule() -> list[str]:
    lines = []
    for longitude in range(-180, 181, 30):
        points = (project(latitude, longitude) for latitude in range(-90, 91, 5))
        lines.append("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points))
    for latitude in range(-60, 61, 30):
        points = (project(latitude, longitude) for longitude in range(-180, 181, 10))
        lines.append("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points))
    return [f'<path class="graticule" d="{"".join(lines)}"/>']


def map_chart(places: Sequence[Mapping[str, Any]], dots: str, address: Callable[[str], str], *, label: str) -> Markup:
    """Events where they happened, by area; the land is a field of dots."""
    out = [*_graticule(), f'<path class="land" d="{dots}"/>']
    most = max((place["n"] for place in places), default=1)
    for place in sorted(places, key=lambda p: -p["n"]):
        x, y = project(place["latitude"], place["longitude"])
        size = _map_size(place["n"], most)
        mark = glyph(place["quad"], x, y, size)
        out.append(_link(address(place["place"]), mark, f"{place['place']}: {place['n']:,}"))
    out += _map_labels(places, most)
    return _svg("0 8 960 400", out, label, "map")


def _map_labels(places: Sequence[Mapping[str, Any]], most: int) -> list[str]:
    """Names of the busiest places, each on the side where it covers no other name."""
    taken: list[tuple[float, float, float, float]] = []
    out = []
    for place in sorted(places, key=lambda p: (-p["n"], p["place"]))[:40]:
        x, y = project(place["latitude"], place["longitude"])
        size = _map_size(place["n"], most)
        wide = 6.1 * len(place["place"])
        for anchor, left, base in (
            ("start", x + size + 3, y + 4),
            ("end", x - size - 3 - wide, y + 4),
            ("middle", x - wide / 2, y - size - 4),
            ("middle", x - wide / 2, y + size + 12),
        ):
            box = (left, base - 10, left + wide, base + 3)
            if any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken):
                continue
            taken.append(box)
            at = {"start": left, "end": left + wide, "middle": left + wide / 2}[anchor]
            out.append(
                f'<text class="label" x="{_n(at)}" y="{_n(base)}" text-anchor="{anchor}">{escape(place["place"])}</text>'
            )
            break
    return out


def _map_size(count: int, most: int) -> float:
    return 3.2 + 8.5 * math.sqrt(count / max(most, 6))


def _svg(box: str, pieces: Iterable[str], label: str, kind: str) -> Markup:
    return Markup(
        f'<div class="figure" tabindex="0" role="group" aria-label="{escape(label)}"><svg class="chart {kind}" viewBox="{box}" '
        f'role="group" aria-label="{escape(label)}">{"".join(pieces)}</svg></div>'
    )
