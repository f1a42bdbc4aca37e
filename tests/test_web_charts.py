"""The pictures of the page: what they show without script, and what they hand to the script that lets a reader explore them."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.web.charts import dyad_chart, map_chart, strip_chart

BINS = ["1985", "1986", "1987", "1990"]
SPANS = [(name, name) for name in BINS]


def attributes(svg: str, name: str) -> list[str]:
    return [html.unescape(value) for value in re.findall(rf' data-{name}="([^"]*)"', svg)]


def strip(counts: dict[int, int]) -> dict[str, Any]:
    rows = [{"name": "AGREE", "quad": 1, "total": sum(counts.values()), "counts": counts}]
    return {"bins": BINS, "spans": SPANS, "rows": rows}


@given(st.dictionaries(st.integers(0, 3), st.integers(1, 10**6), min_size=1))
@settings(max_examples=40, deadline=None)
def test_marks_of_time_carry_their_bin_and_count(counts: dict[int, int]) -> None:
    svg = str(strip_chart(strip(counts), lambda type_, label: f"/search?type={type_}", label="Acts", go="/search"))
    found = dict(zip(map(int, attributes(svg, "bin")), map(int, attributes(svg, "n")), strict=True))
    assert found == counts
    plan = json.loads(attributes(svg, "brush")[0])
    assert plan["bins"] == BINS
    assert plan["spans"] == [list(span) for span in SPANS]
    assert plan["go"] == "/search"


def test_one_bin_and_a_dossier_have_nothing_to_mark() -> None:
    assert "data-brush" not in strip_chart(strip({0: 1}), lambda type_, label: None, label="Acts")
    one = {"bins": BINS[:1], "spans": SPANS[:1], "rows": []}
    assert "data-brush" not in strip_chart(one, lambda type_, label: None, label="Acts", go="/search")


def dyad() -> dict[str, Any]:
    rows = [
        {"bin": i, "q1": 2, "q2": 0, "q3": 1, "q4": 0, "scale": scale} for i, scale in ((0, 4.0), (1, -2.5), (3, 0.0))
    ]
    return {"bins": BINS, "spans": SPANS, "rows": rows}


def test_a_line_ties_only_bins_that_follow_each_other() -> None:
    svg = str(dyad_chart(dyad(), lambda label: None, label="Dyad"))
    (points,) = re.findall(r'<polyline class="scale" points="([^"]*)"', svg)
    assert len(points.split()) == 2
    assert svg.count('<circle class="scale"') == 3


def test_a_dyad_names_its_bars_and_shades_the_period_shown() -> None:
    svg = str(dyad_chart(dyad(), lambda label: f"/d?{label}", label="Dyad", go="/d", period=("1986-03", "1987")))
    assert 'aria-label="1986: 2 of cooperation, 1 of conflict, mean scale −2.5"' in svg
    (x, wide) = re.findall(r'<rect class="then" x="([\d.]+)" y="0" width="([\d.]+)"', svg)[0]
    step = 790 / 4
    assert abs(float(x) - (84 + step)) < 0.1
    assert abs(float(wide) - 2 * step) < 0.1
    assert "then" not in dyad_chart(dyad(), lambda label: None, label="Dyad", period=("2001", None))


def test_names_on_the_map_cover_no_other_name_or_mark() -> None:
    places = [
        {"place": f"Town {n}", "latitude": 50 + n % 5, "longitude": 10 + n // 5, "n": 30 - n, "quad": 1 + n % 4}
        for n in range(30)
    ]
    svg = str(map_chart(places, {}, lambda place: "/", label="Map"))
    assert svg.count('class="label"') == 30
    shown = re.findall(
        r'<g class="at" transform="translate\(([\d.]+) ([\d.]+)\)"[^>]*>'
        r'<text class="label" x="([-\d.]+)" y="([-\d.]+)" text-anchor="(\w+)">([^<]+)',
        svg,
    )
    assert 0 < len(shown) < 30
    boxes = []
    for x, y, dx, dy, anchor, name in shown:
        wide = 6.8 * len(name)
        left = float(x) + float(dx) - {"start": 0, "middle": wide / 2, "end": wide}[anchor]
        base = float(y) + float(dy)
        boxes.append((left, base - 10, left + wide, base + 3))
    for i, one in enumerate(boxes):
        for other in boxes[:i]:
            # Half a unit for the rounding of the numbers in the picture.
            assert (
                one[2] <= other[0] + 0.5
                or other[2] <= one[0] + 0.5
                or one[3] <= other[1] + 0.5
                or other[3] <= one[1] + 0.5
            )


def test_hostile_names_stay_text() -> None:
    places = [{"place": "<b>&\"'", "latitude": 1.0, "longitude": 1.0, "n": 1, "quad": 1}]
    svg = str(map_chart(places, {}, lambda place: f"/search?place={place}", label="Map"))
    assert "<b>" not in svg


def test_countries_are_darker_the_more_was_told_of_them_and_lead_to_it() -> None:
    lands: dict[str, dict[str, Any]] = {
        "AAA": {"outline": "M0 0l9 9 9-9z", "n": 400, "name": "Much & more", "address": "/search?within=AAA"},
        "BBB": {"outline": "M0 0l9 9 9-9z", "n": 2, "name": "Little", "address": "/search?within=BBB"},
        "CCC": {"outline": "M0 0l9 9 9-9z"},
    }
    svg = str(map_chart([], lands, lambda place: "/", label="Map"))
    assert 'href="/search?within=AAA" aria-label="Much &amp; more: 400 acts there"' in svg
    assert re.findall(r'class="land( w\d)?"', svg) == [" w4", " w1", ""]


def test_the_outlines_are_of_countries_that_the_reference_data_know() -> None:
    from dragoman.reference import rows_of
    from dragoman.web.atlas import outlines

    known = {row["iso3"] for row in rows_of("countries.tsv")}
    drawn = outlines()
    assert len(drawn) > 160
    assert set(drawn) - known <= {"ATF"}
    assert sum(map(len, drawn.values())) < 70_000
    for path in drawn.values():
        assert re.fullmatch(r"(M-?\d+ -?\d+l[-\d ]+z)+", path)
