"""The panel: canonical events counted once, zeros filled in, codes and membership as the reference table has them."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman import cli, edtf
from dragoman.errors import UsageError
from dragoman.panel import Panel, make_panel
from dragoman.records import Coding, Event, FieldSources, Story
from dragoman.reference import rows_of
from dragoman.store import Batch, Dataset, InputRow, Writer, open_dataset
from dragoman.text import source
from tests.builders import article, participant

TEXT = "Russia warned China and France. China and Russia met. Serbia and East Germany agreed."


def event(
    name: str, who: tuple[str, ...], whom: tuple[str, ...], day: str, *, quad: int = 3, status: str = "occurred"
) -> Event:
    mention = participant(TEXT, "Russia")
    when = edtf.unknown()
    if len(day) == 10:
        when = edtf.day(dt.date.fromisoformat(day), basis="phrase")
    return Event(
        id=f"ev_{name}",
        article_id=f"ar_{name[0]}",
        type="ACCUSE",
        mode=None,
        contexts=(),
        actors=tuple(replace(mention, country=each, id=f"ac_{each}") for each in who),
        recipients=tuple(replace(mention, country=each, id=f"ac_{each}") for each in whom),
        status=status,
        when=when,
        place=None,
        quad=quad,
        scale=-2.0,
        cameo=None,
        sources=(FieldSources(field="trigger", sources=(source(f"ar_{name[0]}", TEXT, 7, 13),)),),
        reported_by=(),
        confidence=0.9,
        why=(),
    )


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    events = (
        event("a1", ("RUS",), ("CHN", "FRA"), "2018-08-14"),
        event("b1", ("RUS",), ("CHN",), "2018-08-14"),  # the same act in another article
        event("a2", ("CHN", "RUS"), (), "2018-10-02", quad=1),
        event("a3", ("RUS",), ("CHN",), "2018-10-03", status="denied"),
        event("a4", ("RUS",), (), "2018-10-03"),
        event("a5", ("RUS",), ("RUS",), "2018-10-03"),
        event("a6", ("RUS",), ("CHN",), "unknown"),
        event("a7", ("RUS",), ("PSE",), "2018-09-01"),  # no member of the system
    )
    codings = tuple(
        Coding(
            article=replace(article(TEXT), id=f"ar_{letter}"),
            events=tuple(each for each in events if each.article_id == f"ar_{letter}"),
        )
        for letter in "ab"
    )
    story = Story(
        id="sy_1",
        article_ids=("ar_a", "ar_b"),
        relations=("original", "copy"),
        canonical_events=(("ev_a1", "ev_b1"), *((f"ev_a{n}",) for n in range(2, 8))),
        why=(),
    )
    rows = tuple(InputRow(key=letter, outcome=f"ar_{letter}") for letter in "ab")
    with Writer(tmp_path / "d", {}) as writer:
        writer.add(Batch(inputs=rows, codings=codings, rejections=()))
        writer.derive({"stories": [story]})
    return open_dataset(tmp_path / "d")


def filled(panel: Panel) -> list[tuple[str | int, ...]]:
    """The rows that are not all zero."""
    return [row for row in panel.rows() if any(row[-6:])]


def test_dyads_by_month(dataset: Dataset) -> None:
    panel = make_panel(dataset)
    names = "ccode1 ccode2 year month events verbal_cooperation material_cooperation verbal_conflict material_conflict reports"
    assert panel.columns == tuple(names.split())
    assert filled(panel) == [
        (365, 220, 2018, 8, 1, 0, 0, 1, 0, 2),
        (365, 710, 2018, 8, 1, 0, 0, 1, 0, 2),
        (365, 710, 2018, 10, 1, 1, 0, 0, 0, 1),
        (710, 365, 2018, 10, 1, 1, 0, 0, 0, 1),
    ]
    members = sum(1 for _ in make_panel(dataset, by="year", dyads=False).rows())
    rows = list(panel.rows())
    assert len(rows) == 3 * members * (members - 1)  # August, September and October, every pair in both directions
    assert len({row[:4] for row in rows}) == len(rows)
    assert (panel.counted, dict(panel.left_out)) == (
        2,
        {"is denied": 1, "has no two states": 3, "has no known month": 1},
    )


def test_states_by_year_and_other_systems(dataset: Dataset) -> None:
    panel = make_panel(dataset, by="year", dyads=False, system="iso")
    assert panel.columns[:3] == ("iso3c", "year", "events_out")
    held = {row[0]: row[2:] for row in panel.rows()}
    assert (held["RUS"][0], held["CHN"][6], held["PSE"][6], held["PER"]) == (5, 1, 1, (0,) * 12)
    assert make_panel(dataset, by="quarter", system="gw").columns[:4] == ("gwcode1", "gwcode2", "year", "quarter")
    assert make_panel(dataset, by="day").columns[:4] == ("ccode1", "ccode2", "year", "date")
    for wrong in ({"by": "week"}, {"system": "un"}):
        with pytest.raises(UsageError):
            make_panel(dataset, **wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("country", "year", "cow", "gw"),
    [
        ("RUS", 1985, "365", "365"),  # the Soviet Union's
        ("UKR", 1985, None, None),
        ("DEU", 1970, "260", "260"),
        ("DEU", 2000, "255", "260"),
        ("DDR", 1970, "265", "265"),
        ("SRB", 1995, "345", "345"),
        ("SRB", 2010, "345", "340"),
        ("YEM", 1980, "678", "678"),
        ("YEM", 2000, "679", "678"),
        ("PSE", 2010, None, None),
    ],
)
def test_codes_follow_the_years(country: str, year: int, cow: str | None, gw: str | None) -> None:
    from dragoman.panel import _system

    assert (_system("cow").code(country, year), _system("gw").code(country, year)) == (cow, gw)


def test_the_system_has_the_members_that_are_known() -> None:
    from dragoman.panel import _system

    # Correlates of War counts 195 states in 2016.
    assert 190 <= len(_system("cow").members(2016)) <= 196
    assert {"265", "817", "680"} <= set(_system("cow").members(1970))
    assert not {"265", "817", "680"} & set(_system("cow").members(2000))
    codes = {code for row in rows_of("countries.tsv") for code in (row["cow_codes"] or "").split("|") if code}
    assert all(code.split(":")[0].isdigit() for code in codes)


def test_the_command(dataset: Dataset, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "panel.csv"
    call = [
        "panel",
        str(dataset.root),
        "--by",
        "year",
        "--dyads",
        "--from",
        "2017-01-01",
        "--to",
        "2019-01-01",
        "-o",
        str(out),
    ]
    assert cli.main(call) == 0
    assert "2 acts counted" in capsys.readouterr().err
    rows = list(csv.DictReader(io.StringIO(out.read_text())))
    assert {row["year"] for row in rows} == {"2017", "2018"}
    assert sum(int(row["events"]) for row in rows) == 4
    assert cli.main(["panel", str(dataset.root), "--by", "fortnight"]) == 1
    assert cli.main(["panel", str(dataset.root), "-o", "no/such/folder/x.csv"]) == 1
