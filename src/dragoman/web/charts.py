"""Charts as SVG text: pure functions from the numbers of a view to a picture that needs no script and no outside file.

Colours come from the style sheet by class (`q1` to `q4`), and every mark also has a shape, a place or a label of its own. Lengths are SVG
user units, about a pixel each.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup, escape

__all__ = [
    "MOST_IN_LANE",
    "dyad_chart",
    "map_chart",
    "network_chart",
    "network_layout",
    "project",
    "stance_chart",
    "strip_chart",
    "ticks",
]

MOST_IN_LANE = 200
"""Most statements of one speaker that a chart of stances marks, the newest."""


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def _link(address: str | None, inner: str, label: str, data: Mapping[str, Any] | None = None) -> str:
    """A mark that leads somewhere; `data` is what the page's script reads to let the reader explore the chart."""
    title = f"<title>{escape(label)}</title>"
    extra = "".join(f' data-{name}="{escape(value)}"' for name, value in (data or {}).items())
    if address is None:
        return f"<g{extra}>{title}{inner}</g>"
    return f'<a href="{escape(address)}" aria-label="{escape(label)}"{extra}>{title}{inner}</a>'


def _signed(value: float) -> str:
    """A number with its sign as it is printed, a true minus."""
    return f"{value:+.1f}".replace("-", "\u2212")


def _count(number: int, one: str = "act") -> str:
    return f"{number:,} {one}{'' if number == 1 else 's'}"


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


def _brush(chart: Mapping[str, Any], left: float, width: float, height: float, go: str | None) -> dict[str, Any] | None:
    """What the script needs to let a period be marked: where time lies in the picture, and where a period leads."""
    if go is None or len(chart["bins"]) < 2:
        return None
    step = width / len(chart["bins"])
    return {
        "left": left,
        "step": round(step, 3),
        "height": height,
        "bins": chart["bins"],
        "spans": chart["spans"],
        "go": go,
    }


def _totals(
    chart: Mapping[str, Any], address: Callable[[str, str], str | None], left: float, width: float, tall: float
) -> list[str]:
    """All types together, a bar for each bin: the shape of the whole before its parts."""
    bins = chart["bins"]
    sums = [0] * len(bins)
    for row in chart["rows"]:
        for i, count in row["counts"].items():
            sums[i] += count
    most, step = max(sums, default=0) or 1, width / max(1, len(bins))
    bar = max(1.0, min(22.0, step * 0.72))
    out = [f'<text class="name" x="0" y="{_n(tall)}">all</text>']
    for i, count in enumerate(sums):
        if not count:
            continue
        high = max(1.0, (tall - 12) * count / most)
        x = left + (i + 0.5) * step
        mark = (
            f'<rect class="total" x="{_n(x - bar / 2)}" y="{_n(tall - high)}" width="{_n(bar)}" height="{_n(high)}"/>'
        )
        if count == most:
            mark += f'<text class="tick" x="{_n(x)}" y="{_n(tall - high - 4)}" text-anchor="middle">{count:,}</text>'
        out.append(_link(address("", bins[i]), mark, f"{bins[i]}: {_count(count)}"))
    total = sum(row["total"] for row in chart["rows"])
    out.append(f'<text class="count" x="{_n(left + width + 44)}" y="{_n(tall)}" text-anchor="end">{total:,}</text>')
    return out


def strip_chart(
    chart: Mapping[str, Any], address: Callable[[str, str], str | None], *, label: str, go: str | None = None
) -> Markup:
    """All acts as bars, then a row for each type, a mark for each bin of time, its area by the count.

    `chart` has `bins` (labels in order) and `rows`: each with `name`, `quad`, `total`, `counts` by bin index. `go` is the
    address to which a period, marked by hand, is added.
    """
    bins, rows = chart["bins"], chart["rows"]
    left, width, line, head = 116.0, 772.0, 21.0, 46.0
    height = head + len(rows) * line
    step = width / max(1, len(bins))
    highest = max((count for row in rows for count in row["counts"].values()), default=1)
    highest = max(highest, 4)  # a lone act is no peak
    largest = min(10.0, max(4.2, step * 0.9))
    out = _axis(bins, left, width, head + 2, height + 6) + _totals(chart, address, left, width, head - 8)
    out.append(f'<line class="base" x1="{_n(left)}" y1="{_n(head - 8)}" x2="{_n(left + width)}" y2="{_n(head - 8)}"/>')
    for position, row in enumerate(rows):
        y = head + position * line + line / 2 + 2
        out.append(f'<line class="row" x1="{_n(left)}" y1="{_n(y)}" x2="{_n(left + width)}" y2="{_n(y)}"/>')
        name = f'<text class="name" x="0" y="{_n(y + 4)}">{escape(row["name"])}</text>'
        out.append(_link(address(row["name"], ""), name, f"{row['name']}: {_count(row['total'])}"))
        out.append(
            f'<text class="count" x="{_n(left + width + 44)}" y="{_n(y + 4)}" text-anchor="end">{row["total"]:,}</text>'
        )
        for i, count in sorted(row["counts"].items()):
            size = max(2.2, largest * math.sqrt(count / highest))
            mark = glyph(row["quad"], left + (i + 0.5) * step, y, size)
            data = {"bin": i, "n": count, "quad": row["quad"]}
            out.append(_link(address(row["name"], bins[i]), mark, f"{row['name']}, {bins[i]}: {_count(count)}", data))
    brush = _brush(chart, left, width, height + 6, go)
    return _svg(f"0 0 {_n(left + width + 48)} {_n(height + 28)}", out, label, "strip", brush)


def _bars(row: Mapping[str, Any], x: float, bar: float, middle: float, unit: float) -> list[str]:
    """One bin of a dyad: deeds nearest the line, words beyond them, and how many there are on either side."""
    pieces = []
    for order, sign in (((2, 1), -1), ((4, 3), 1)):
        base = middle
        for quad in order:
            tall = row[f"q{quad}"] * unit
            if tall:
                y = base - tall if sign < 0 else base
                kind = "deed" if quad in (2, 4) else "word"
                at = f'x="{_n(x)}" y="{_n(y)}" width="{_n(bar)}" height="{_n(tall)}"'
                pieces.append(f'<rect class="q{quad} {kind}" {at}/>')
                base += sign * tall
        count = sum(row[f"q{quad}"] for quad in order)
        if count and bar >= 12:
            y = base - 4 if sign < 0 else base + 12
            pieces.append(f'<text class="tick" x="{_n(x + bar / 2)}" y="{_n(y)}" text-anchor="middle">{count:,}</text>')
    return pieces


def _scale_line(
    rows: Sequence[Mapping[str, Any]], place: Callable[[Mapping[str, Any]], tuple[float, float]]
) -> list[str]:
    """The mean scale: a dot for each bin, tied to the next only where nothing lies between them."""
    runs: list[list[Mapping[str, Any]]] = []
    for row in rows:
        if runs and row["bin"] == runs[-1][-1]["bin"] + 1:
            runs[-1].append(row)
        else:
            runs.append([row])
    out = []
    for run in runs:
        if len(run) > 1:
            points = " ".join(f"{_n(x)},{_n(y)}" for x, y in map(place, run))
            out.append(f'<polyline class="scale" points="{points}"/>')
    return out + [f'<circle class="scale" cx="{_n(x)}" cy="{_n(y)}" r="2.6"/>' for x, y in map(place, rows)]


def _shaded(
    chart: Mapping[str, Any], period: tuple[str | None, str | None], left: float, step: float, height: float
) -> list[str]:
    """A band behind the bins of a period; its ends are years, months or days, compared as far as both are told."""
    since, until = period
    inside = [
        i
        for i, (first, last) in enumerate(chart["spans"])
        if (not since or last[: len(since)] >= since[: len(last)])
        and (not until or first[: len(until)] <= until[: len(first)])
    ]
    if not inside or not (since or until):
        return []
    wide = (inside[-1] - inside[0] + 1) * step
    x = left + inside[0] * step
    return [f'<rect class="then" x="{_n(x)}" y="0" width="{_n(wide)}" height="{_n(height)}"/>']


def dyad_chart(
    chart: Mapping[str, Any],
    address: Callable[[str], str | None],
    *,
    label: str,
    go: str | None = None,
    period: tuple[str | None, str | None] = (None, None),
) -> Markup:
    """Cooperation above the line and conflict below it, deeds nearest the line; the mean scale as dots of its own.

    `go` is the address to which a period, marked by hand, is added; `period` is the one that the page shows.
    """
    bins, rows = chart["bins"], chart["rows"]
    left, width, half = 84.0, 790.0, 92.0
    step = width / max(1, len(bins))
    bar = min(26.0, step * 0.7)
    most = max((max(r["q1"] + r["q2"], r["q3"] + r["q4"]) for r in rows), default=1) or 1
    unit = (half - 12) / most
    middle = half + 12
    out = _shaded(chart, period, left, step, 2 * half + 16) + _axis(bins, left, width, 8, 2 * half + 16)
    for sign, word in ((-1, "cooperation"), (1, "conflict")):
        out.append(f'<text class="tick" x="0" y="{_n(middle + sign * (half - 6))}">{word}</text>')
        edge = _n(middle + sign * half + (4 if sign < 0 else 0))
        out.append(
            f'<text class="tick" x="{_n(left + width + 30)}" y="{edge}" text-anchor="end">{"+" if sign < 0 else "−"}10</text>'
        )
    for row in rows:
        pieces = _bars(row, left + (row["bin"] + 0.5) * step - bar / 2, bar, middle, unit)
        total = sum(row[f"q{quad}"] for quad in (1, 2, 3, 4))
        good, bad = row["q1"] + row["q2"], row["q3"] + row["q4"]
        text = f"{bins[row['bin']]}: {good:,} of cooperation, {bad:,} of conflict, mean scale {_signed(row['scale'])}"
        out.append(_link(address(bins[row["bin"]]), "".join(pieces), text, {"bin": row["bin"], "n": total}))
    out.append(f'<line class="base" x1="{_n(left)}" y1="{_n(middle)}" x2="{_n(left + width)}" y2="{_n(middle)}"/>')
    # Beside the bars where there is room, so that no dot covers a number.
    aside = bar / 2 + 6 if step > bar + 16 else 0.0
    out += _scale_line(rows, lambda r: (left + (r["bin"] + 0.5) * step + aside, middle - r["scale"] / 10 * half))
    brush = _brush(chart, left, width, 2 * half + 16, go)
    return _svg(f"0 0 {_n(left + width + 34)} {_n(2 * half + 40)}", out, label, "dyad", brush)


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
        for mark in lane["marks"][-MOST_IN_LANE:]:
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
    # Halfway to even steps each way: what is not tied drifts off, and what is tied crowds, and neither leaves room for names.
    even = place.argsort(axis=0).argsort(axis=0) / max(1, count - 1)
    scaled = 0.5 * scaled + 0.5 * even
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
        told = f"{nodes[one['a']]['name']} → {nodes[one['b']]['name']}: {_count(one['n'])}"
        out.append(_link(address(one["a"], one["b"]), path + head, told, {"a": one["a"], "b": one["b"]}))
    sizes = {key: 4 + 11 * math.sqrt(node["n"] / most) for key, node in nodes.items()}
    names = _network_names(nodes, spot, sizes, width)
    for key, node in sorted(nodes.items(), key=lambda item: -item[1]["n"]):
        x, y = spot[key]
        mark = f'<circle class="node" cx="{_n(x)}" cy="{_n(y)}" r="{_n(sizes[key])}"/>{names[key]}'
        out.append(_link(address(key, None), mark, f"{node['name']}: {_count(node['n'])}", {"key": key}))
    return _svg(f"0 0 {_n(width)} {_n(height)}", out, label, "network")


def _network_names(
    nodes: Mapping[str, Mapping[str, Any]],
    spot: Mapping[str, tuple[float, float]],
    sizes: Mapping[str, float],
    width: float,
) -> dict[str, str]:
    """The name of each party as text about its circle, where it covers neither a name nor another circle; the busiest choose first."""
    circles = {key: (x - sizes[key], y - sizes[key], x + sizes[key], y + sizes[key]) for key, (x, y) in spot.items()}
    taken: list[_Box] = []
    found = {}
    for key, node in sorted(nodes.items(), key=lambda item: (-item[1]["n"], item[0])):
        (x, y), size, text = spot[key], sizes[key], _short(node["name"])
        wide = 6.6 * len(text)
        sides = (
            ("middle", -wide / 2, size + 12),
            ("middle", -wide / 2, -size - 5),
            ("start", size + 4, 4.0),
            ("end", -size - 4 - wide, 4.0),
        )
        others = [*taken, *(box for name, box in circles.items() if name != key)]
        chosen = sides[0]
        for side in sides:
            box = (x + side[1], y + side[2] - 10, x + side[1] + wide, y + side[2] + 3)
            if box[0] >= 0 and box[2] <= width and _free(box, others):
                chosen = side
                break
        anchor, left, base = chosen
        taken.append((x + left, y + base - 10, x + left + wide, y + base + 3))
        at = x + {"start": left, "end": left + wide, "middle": left + wide / 2}[anchor]
        found[key] = f'<text class="label" x="{_n(at)}" y="{_n(y + base)}" text-anchor="{anchor}">{escape(text)}</text>'
    return found


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


def _graticule() -> list[str]:
    lines = []
    for longitude in range(-180, 181, 30):
        points = (project(latitude, longitude) for latitude in range(-90, 91, 5))
        lines.append("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points))
    for latitude in range(-60, 61, 30):
        points = (project(latitude, longitude) for longitude in range(-180, 181, 10))
        lines.append("M" + "L".join(f"{_n(x)} {_n(y)}" for x, y in points))
    return [f'<path class="graticule" d="{"".join(lines)}"/>']


def map_chart(
    places: Sequence[Mapping[str, Any]],
    countries: Mapping[str, Mapping[str, Any]],
    address: Callable[[str], str],
    *,
    label: str,
) -> Markup:
    """Events where they happened, by area, over the countries, which are the darker the more was told of them.

    `countries` is for each code its `outline` (an SVG path in tenths), and where anything happened its `name`, `n` and `address`. Marks and
    names stand about their place, so that they keep their size when the map is drawn larger.
    """
    out = [*_graticule(), '<g class="lands" transform="scale(.1)">']
    busiest = max((land.get("n", 0) for land in countries.values()), default=0)
    for land in countries.values():
        shade = math.ceil(4 * math.log1p(land["n"]) / math.log1p(busiest)) if land.get("n") else 0
        path = f'<path class="land{f" w{shade}" if shade else ""}" d="{land["outline"]}"/>'
        out.append(_link(land["address"], path, f"{land['name']}: {_count(land['n'])} there") if shade else path)
    out.append("</g>")
    most = max((place["n"] for place in places), default=1)
    names = _map_names(places, most)
    # The small stand before the large, so that none is hidden.
    for place in sorted(places, key=lambda p: -p["n"]):
        x, y = project(place["latitude"], place["longitude"])
        mark = glyph(place["quad"], 0, 0, _map_size(place["n"], most))
        at = f'class="at" transform="translate({_n(x)} {_n(y)})" data-x="{_n(x)}" data-y="{_n(y)}"'
        data = {"n": place["n"], "quad": place["quad"]}
        text = f"{place['place']}: {_count(place['n'])}"
        out.append(f"<g {at}>{_link(address(place['place']), mark, text, data)}</g>")
    for place in places:
        x, y = project(place["latitude"], place["longitude"])
        name, shown = names[place["place"]]
        at = f'class="at{"" if shown else " spare"}" transform="translate({_n(x)} {_n(y)})" data-x="{_n(x)}" data-y="{_n(y)}"'
        out.append(f"<g {at}>{name}</g>")
    return _svg("0 8 960 400", out, label, "map")


_Box = tuple[float, float, float, float]


def _free(box: _Box, taken: Sequence[_Box]) -> bool:
    return not any(box[0] < b[2] and b[0] < box[2] and box[1] < b[3] and b[1] < box[3] for b in taken)


def _map_names(places: Sequence[Mapping[str, Any]], most: int) -> dict[str, tuple[str, bool]]:
    """The name of each place as text about its mark, and whether there is room for it on the whole map; the busiest first.

    A name stands on the side where it covers neither a name nor, but for the busiest, a mark. What has no room is shown
    when the map is drawn larger.
    """
    marks: list[tuple[str, _Box]] = []
    for place in places:
        x, y = project(place["latitude"], place["longitude"])
        half = 0.8 * _map_size(place["n"], most)
        marks.append((place["place"], (x - half, y - half, x + half, y + half)))
    taken: list[_Box] = []
    found: dict[str, tuple[str, bool]] = {}
    for place in sorted(places, key=lambda p: (-p["n"], p["place"])):
        x, y = project(place["latitude"], place["longitude"])
        size, wide = _map_size(place["n"], most), 6.8 * len(place["place"])
        others = [box for name, box in marks if name != place["place"]]
        sides = (
            ("start", size + 3, 4.0),
            ("end", -size - 3 - wide, 4.0),
            ("middle", -wide / 2, -size - 4),
            ("middle", -wide / 2, size + 12),
        )
        shown, (anchor, left, base) = False, sides[0]
        # The busiest are named even where marks stand close, over the marks of others if need be.
        tries = [(side, others) for side in sides] + [(side, []) for side in sides if len(found) < 12]
        for side, avoid in tries if len(found) < 40 else ():
            box = (x + side[1], y + side[2] - 10, x + side[1] + wide, y + side[2] + 3)
            if _free(box, taken) and _free(box, avoid):
                shown, (anchor, left, base) = True, side
                taken.append(box)
                break
        at = {"start": left, "end": left + wide, "middle": left + wide / 2}[anchor]
        text = f'<text class="label" x="{_n(at)}" y="{_n(base)}" text-anchor="{anchor}">{escape(place["place"])}</text>'
        found[place["place"]] = (text, shown)
    return found


def _map_size(count: int, most: int) -> float:
    return 3.2 + 8.5 * math.sqrt(count / max(most, 6))


def _svg(box: str, pieces: Iterable[str], label: str, kind: str, brush: Mapping[str, Any] | None = None) -> Markup:
    marked = f' data-brush="{escape(json.dumps(brush, ensure_ascii=False))}"' if brush else ""
    return Markup(
        f'<div class="figure" tabindex="0" role="group" aria-label="{escape(label)}"{marked}><svg class="chart {kind}" viewBox="{box}" '
        f'role="group" aria-label="{escape(label)}">{"".join(pieces)}</svg></div>'
    )
