"""`dragoman.open`: filters, frames on demand, and the table that Jupyter shows."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import dragoman
from dragoman.errors import DatasetError, UsageError
from dragoman.notebook import Opened
from tests.small import codings, judge, small


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Opened:
    return dragoman.open(small(tmp_path_factory.mktemp("small") / "d").root)


def test_import_is_light() -> None:
    code = "import dragoman, sys; print(sorted(m for m in ('pyarrow', 'pandas', 'polars', 'duckdb', 'numpy') if m in sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_filters_have_the_names_of_the_command_line(opened: Opened) -> None:
    assert len(opened.events()) == 3
    assert len(opened.events(count="tellings")) == 4
    assert [event.type for event in opened.events(actor="NOR")] == ["CONSULT"]
    assert [event.type for event in opened.events(recipient="DDR")] == ["COOPERATE"]
    assert [event.type for event in opened.events(status="hypothetical")] == ["MOBILIZE"]
    assert [event.type for event in opened.events(from_="2018-01-01", to="2019-01-01")] == ["CONSULT"]
    assert len(opened.events(type="consult", min_confidence=0.65)) == 1
    assert len(opened.statements(issue="arms_control")) == 1
    assert len(opened.articles(from_="2018-03-08")) == 1
    assert len(opened.meetings()) == len(opened.pledges()) == len(opened.rejections()) == 0
    assert len(opened.stories()) == 2
    assert "3 articles" in repr(opened)


@pytest.mark.parametrize(
    "asked", [{"type": "NOPE"}, {"status": "done"}, {"from_": "2018-13-01"}, {"count": "all"}, {"to": "soon"}]
)
def test_what_cannot_be_asked_is_told(opened: Opened, asked: dict[str, str]) -> None:
    with pytest.raises(UsageError) as told:
        opened.events(**asked)  # type: ignore[arg-type]
    assert told.value.hint


def test_no_dataset(tmp_path: Path) -> None:
    with pytest.raises(DatasetError):
        dragoman.open(tmp_path)


def test_frames_agree(opened: Opened) -> None:
    rows = opened.events()
    arrow, pandas, polars = rows.arrow(), rows.pandas(), rows.polars()
    assert arrow.column_names == list(pandas.columns) == polars.columns
    assert pandas["id"].tolist() == polars["id"].to_list() == [event.id for event in rows]
    assert str(pandas["when_start"].dtype).startswith("datetime64")
    assert isinstance(polars.schema["when_start"], pl.Datetime)
    assert pandas["act_articles"].tolist() == [1, 2, 1]
    assert pl.DataFrame(rows).equals(polars), "the Arrow stream"
    assert rows.nested().schema.field("actors").type.num_fields == 1
    assert rows.records()[0] is rows[0]


def test_a_missing_library_is_told(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pandas", "polars"):
        monkeypatch.setitem(sys.modules, name, None)
        with pytest.raises(UsageError, match=f"{name} is not installed") as told:
            getattr(opened.events(), name)()
        assert f"pip install {name}" in told.value.hint


def test_judgements_win(tmp_path: Path) -> None:
    dataset = small(tmp_path / "d")
    judge(dataset, codings()[2].events[0], "correct", status="planned")
    judge(dataset, codings()[2].statements[0], "reject")
    again = dragoman.open(dataset.root)
    assert [event.type for event in again.events(status="planned")] == ["COOPERATE"]
    assert len(again.statements()) == 0


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        assert not attrs


def test_jupyter_sees_a_table_and_no_text_escapes(tmp_path: Path) -> None:
    from dataclasses import replace

    from dragoman.store import Batch, InputRow, Writer

    base = codings()[0].article
    hostile = "<script>alert(1)</script>" * 20
    articles = [replace(base, id=f"ar_{n:016x}", title=hostile, outlet='"><img onerror=x>') for n in range(50)]
    from dragoman.records import Coding

    with Writer(tmp_path / "d", {}) as writer:
        writer.add(
            Batch(
                inputs=tuple(InputRow(key=a.id, outcome=a.id) for a in articles),
                codings=tuple(Coding(article=a) for a in articles),
                rejections=(),
            )
        )
    shown = dragoman.open(tmp_path / "d").articles()._repr_html_()
    seen = _Tags()
    seen.feed(shown)
    assert seen.tags == {"table", "caption", "thead", "tbody", "tr", "th", "td"}
    assert shown.count("<tr>") == 21
    assert len(shown) < 20_000
    assert "50 articles; the first 20 are shown" in shown


def test_every_kind_of_record_shows_itself(opened: Opened) -> None:
    from dragoman.records import RECORDS

    for what in RECORDS:
        rows = opened.records(what)
        assert rows._repr_html_().startswith("<table>")
        assert repr(rows).startswith("<")
        assert rows.arrow().num_rows == len(rows)
    with pytest.raises(UsageError):
        opened.records("cats")


def test_rows_export_and_cite(opened: Opened, tmp_path: Path) -> None:
    rows = opened.events(actor="NOR")
    path = rows.export("csv", tmp_path / "x.csv")
    assert pd.read_csv(path)["id"].tolist() == [event.id for event in rows]
    assert "actor='NOR'" in rows.cite()


def test_country_codes(opened: Opened) -> None:
    table = opened.countries().to_pandas()
    union = table[(table["country"] == "SUN") & (table["system"] == "cow")].iloc[0]
    assert (union["code"], union["first_year"], union["last_year"]) == (365, 1922, 1991)


def test_sql(opened: Opened) -> None:
    assert opened.sql("SELECT count(*) AS n FROM events").to_pylist() == [{"n": 4}]
