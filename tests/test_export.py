"""Exports, each read back by the tool that its users have."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pytest

from dragoman.errors import UsageError
from dragoman.export import FORMATS, export
from dragoman.export.layouts import GDELT_COLUMNS, ICEWS_COLUMNS, MENTION_COLUMNS, POLECAT_COLUMNS
from dragoman.filters import Filter
from dragoman.selection import Selection
from dragoman.store import Dataset, open_dataset
from tests.small import codings, judge, small


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    return small(tmp_path_factory.mktemp("small") / "d")


def written(dataset: Dataset, layout: str, what: str = "events", **options: Any) -> str:
    return b"".join(export(dataset, what, layout, None, **options)).decode("utf-8")


def frame(text: str, columns: tuple[str, ...] | None = None) -> pd.DataFrame:
    return pd.read_csv(
        io.StringIO(text),
        sep="\t",
        names=list(columns) if columns else None,
        header=None if columns else 0,
        quoting=csv.QUOTE_NONE,
        dtype=str,
        keep_default_na=False,
    )


# --- acts ------------------------------------------------------------------------------------------------------------------------


def test_an_act_is_counted_once(dataset: Dataset) -> None:
    acts = Selection(dataset).acts()
    assert len(acts) == 3
    met = next(act for act in acts if act.event.type == "CONSULT")
    assert (len(met.tellings), len(met.articles), met.outlets) == (2, 2, ("=SUM(A1)", "The Daily\tPost"))
    assert met.event.confidence == 0.7, "the surest telling stands for it"
    assert [act.event.type for act in acts] == ["COOPERATE", "CONSULT", "MOBILIZE"], "in time, the undated last"


def test_csv_says_which_act_and_how_often_told(dataset: Dataset) -> None:
    table = pd.read_csv(io.StringIO(written(dataset, "csv")))
    assert len(table) == 4
    met = table[table["type"] == "CONSULT"]
    assert set(met["act_articles"]) == {2}
    assert set(met["act_outlets"]) == {2}
    assert sorted(met["act_stands_for"]) == [False, True]
    assert met["act_id"].nunique() == 1
    assert len(pd.read_csv(io.StringIO(written(dataset, "csv", count="acts")))) == 3


def test_csv_has_no_formula(dataset: Dataset) -> None:
    for what in ("events", "articles", "statements"):
        cells = [cell for row in csv.reader(io.StringIO(written(dataset, "csv", what))) for cell in row]
        assert not [
            c for c in cells if c.startswith(("=", "+", "@", "\t", "\r")) or (c[:1] == "-" and not c[1:2].isdigit())
        ]
    assert "'=SUM(A1)" in written(dataset, "csv")


def test_polars_reads_csv_and_parquet(dataset: Dataset, tmp_path: Path) -> None:
    assert pl.read_csv(written(dataset, "csv").encode()).height == 4
    path = tmp_path / "events.parquet"
    list(export(dataset, "events", "parquet", path))
    assert pl.read_parquet(path)["type"].to_list() == pl.read_csv(written(dataset, "csv").encode())["type"].to_list()


# --- judgements ------------------------------------------------------------------------------------------------------------------


def test_judgements_win_in_every_format(tmp_path: Path) -> None:
    dataset = small(tmp_path / "d")
    first, second, third = codings()
    judge(dataset, second.events[0], "reject")
    judge(dataset, third.events[0], "correct", type="SUPPORT", status="planned")
    rows = [json.loads(line) for line in written(dataset, "jsonl").splitlines()]
    assert {row["id"] for row in rows} == {event.id for event in (*first.events, third.events[0])}
    signed = next(row for row in rows if row["id"] == third.events[0].id)
    assert (signed["type"], signed["status"], signed["quad"], signed["cameo"]) == ("SUPPORT", "planned", 1, "050")
    assert signed["why"][-1]["by"] == "ann"
    assert "status was occurred, type was COOPERATE" in signed["why"][-1]["detail"]
    assert set(pd.read_csv(io.StringIO(written(dataset, "csv")))["id"]) == {row["id"] for row in rows}
    # The act was judged by the telling that stood for it: it is gone, though another article told it too.
    assert [act.event.type for act in Selection(dataset).acts()] == ["SUPPORT", "MOBILIZE"]
    judge(dataset, first.events[0], "accept")
    met = next(act for act in Selection(dataset).acts() if act.event.type == "CONSULT")
    assert met.event.id == first.events[0].id, "what people accepted comes before what is surest"
    assert met.tellings == (first.events[0].id,)
    assert len(open_dataset(dataset.root).records("events")) == 4, "the coding itself is as it was"


def test_the_page_exports_what_the_command_line_exports(tmp_path: Path) -> None:
    from fastapi.testclient import TestClient

    from dragoman.web import create_app

    dataset = small(tmp_path / "d")
    first, second, third = codings()
    judge(dataset, second.events[0], "reject")
    judge(dataset, first.events[0], "accept")
    judge(dataset, third.events[0], "correct", type="SUPPORT")
    with TestClient(create_app(dataset), base_url="http://127.0.0.1") as client:
        for layout in ("polecat", "icews", "gdelt", "gdeltmentions"):
            answer = client.get(f"/export/events.{layout}")
            assert answer.status_code == 200
            assert answer.content == written(dataset, layout).encode(), layout
        page = {json.loads(line)["id"] for line in client.get("/export/events.jsonl").text.splitlines()}
        assert page == {json.loads(line)["id"] for line in written(dataset, "jsonl", count="acts").splitlines()}
        assert client.get("/export/statements.gdelt").status_code == 404


# --- event layouts ------------------------------------------------------------------------------------------------------------------


def test_polecat(dataset: Dataset) -> None:
    table = frame(written(dataset, "polecat"))
    assert tuple(table.columns) == POLECAT_COLUMNS
    assert len(POLECAT_COLUMNS) == 40
    assert table["Event Type"].tolist() == ["COOPERATE", "CONSULT"], "what did not happen is left out"
    met = table.iloc[1]
    assert met["Event ID"].partition("_")[0] == codings()[1].article.id.removeprefix("ar_")
    assert "ev_" + met["Event ID"].partition("_")[2] == codings()[1].events[0].id
    assert met["Event Date"] == "2018-03-06"
    assert met["Quad Code"] == "VERBAL COOPERATION"
    assert met["Actor Country"] == "NOR; JPN"
    assert met["Actor COW"] == "385; 740"
    assert met["Recipient Name"] == "None"
    assert (met["City"], met["Country"], met["GeoNames ID"]) == ("Oslo", "NOR", "3143244")
    assert met["Source"] == "The Daily Post"
    assert met["Publication Date"] == "2018-03-08"
    signed = table.iloc[0]
    assert signed["Event Date"] == "None", "a month is not its first day"
    assert (signed["Actor COW"], signed["Recipient COW"]) == ("365", "265"), "codes of the year of the act"
    typed = pl.read_csv(
        written(dataset, "polecat").encode(), separator="\t", quote_char=None, null_values="None", try_parse_dates=True
    )
    assert typed.schema["Event Date"] == pl.Date
    assert typed.schema["Latitude"] == pl.Float64
    assert typed["Event ID"].n_unique() == typed.height


def test_icews(dataset: Dataset) -> None:
    text = written(dataset, "icews")
    table = frame(text)
    assert tuple(table.columns) == ICEWS_COLUMNS
    assert len(ICEWS_COLUMNS) == 20
    assert len(table) == 3, "those who met act on each other"
    typed = pd.read_csv(
        io.StringIO(text), sep="\t", quoting=csv.QUOTE_NONE, na_values="NULL", dtype={"CAMEO Code": str}
    )
    assert typed["Event ID"].dtype == "int64"
    assert typed["Event ID"].is_unique
    assert typed["Event ID"].between(1, 2**31 - 1).all(), "R reads integers of 32 bits"
    met = typed[typed["CAMEO Code"] == "042"]
    assert sorted(met["Source Country"]) == ["Japan", "Norway"]
    assert set(met["Intensity"]) == {1.0}
    assert set(met["Sentence Number"]) == {1}
    assert typed[typed["CAMEO Code"] == "060"]["Event Date"].isna().all()
    assert set(typed["Publisher"]) == {"The Daily Post"}


def test_gdelt(dataset: Dataset) -> None:
    table = frame(written(dataset, "gdelt"), GDELT_COLUMNS)
    assert len(GDELT_COLUMNS) == 61
    assert {line.count("\t") for line in written(dataset, "gdelt").splitlines()} == {60}
    assert len(table) == 3
    met = table[table["EventCode"] == "042"].iloc[0]
    assert (met["EventBaseCode"], met["EventRootCode"], met["QuadClass"]) == ("042", "04", "1"), "leading zeros count"
    assert (met["SQLDATE"], met["MonthYear"], met["Year"]) == ("20180306", "201803", "2018")
    assert (met["NumMentions"], met["NumSources"], met["NumArticles"]) == ("2", "2", "2")
    assert met["ActionGeo_CountryCode"] == "NO", "FIPS for geography"
    assert met["Actor1CountryCode"] == "NOR", "CAMEO's codes for actors"
    assert met["Actor1Code"] == "NORGOV"
    assert met["SOURCEURL"] == "https://news.example/1"
    signed = table[table["EventCode"] == "060"].iloc[0]
    assert (signed["SQLDATE"], signed["MonthYear"], signed["Year"]) == ("", "198712", "1987")


def test_gdelt_mentions_point_into_the_text(dataset: Dataset) -> None:
    table = frame(written(dataset, "gdeltmentions"), MENTION_COLUMNS)
    assert len(MENTION_COLUMNS) == 16
    events = frame(written(dataset, "gdelt"), GDELT_COLUMNS)
    assert set(table["GLOBALEVENTID"]) == set(events["GLOBALEVENTID"])
    assert len(table) == 5, "each pair of the meeting is told twice"
    text = codings()[1].article.text
    own = table[table["MentionIdentifier"] == "https://news.example/1"]
    assert {text[int(at) :][:3] for at in own["ActionCharOffset"]} == {"met"}
    assert set(table["MentionType"]) == {"1"}


def test_a_status_that_is_asked_for_is_written(dataset: Dataset) -> None:
    chosen = Selection(dataset, Filter(status="hypothetical"))
    assert frame(written(chosen, "polecat"))["Event Type"].tolist() == ["MOBILIZE"]


def test_tellings_on_request(dataset: Dataset) -> None:
    assert len(frame(written(dataset, "polecat", count="tellings"))) == 3


def test_no_text_breaks_out_of_its_cell(dataset: Dataset) -> None:
    for layout in ("polecat", "icews", "gdelt", "gdeltmentions"):
        for row in csv.reader(io.StringIO(written(dataset, layout)), delimiter="\t", quoting=csv.QUOTE_NONE):
            assert not [cell for cell in row if cell.startswith(("=", "+", "@", "\r"))]


@pytest.mark.parametrize("layout", ["polecat", "icews", "gdelt"])
def test_wrong_records_are_told(dataset: Dataset, layout: str) -> None:
    with pytest.raises(UsageError, match=f"{layout} holds no statements") as told:
        written(dataset, layout, "statements")
    assert "csv" in told.value.hint


def test_formats_have_writers() -> None:
    for form in FORMATS.values():
        assert callable(form.writer())


# --- GEXF, FollowTheMoney, Web Annotation, citations -----------------------------------------------------------------------------------


def test_networkx_reads_gexf(dataset: Dataset, tmp_path: Path) -> None:
    import networkx as nx

    path = tmp_path / "acts.gexf"
    list(export(dataset, "events", "gexf", path))
    graph = nx.read_gexf(path)
    assert graph.is_directed()
    met, signed = (codings()[n].events[0] for n in (1, 2))
    assert set(graph.nodes) == {party.id for party in (*met.actors, *signed.actors, *signed.recipients)}
    assert graph.nodes[met.actors[1].id]["label"] == "Ōta Kenji"
    assert graph.nodes[met.actors[0].id]["country_name"] == "Norway"
    there, back = met.actors[0].id, met.actors[1].id
    edge = graph.edges[there, back]
    assert (edge["weight"], edge["type"], edge["quad"], edge["articles"]) == (1, "CONSULT", 1, 2)
    assert edge["scale"] == 4.0
    assert edge["spells"] == [("2018-03-06", "2018-03-06")]
    assert graph.has_edge(back, there)
    assert graph.edges[signed.actors[0].id, signed.recipients[0].id]["spells"] == [("1987-12-01", "1987-12-31")]


def test_web_annotations_find_their_words(dataset: Dataset) -> None:
    texts = {coding.article.id: coding.article for coding in codings()}
    by_address = {article.url or f"urn:dragoman:{article.id}": article.text for article in texts.values()}
    for what in ("events", "statements"):
        collection = json.loads(written(dataset, "annotations", what))
        assert collection["@context"] == "http://www.w3.org/ns/anno.jsonld"
        assert collection["type"] == "AnnotationCollection"
        items = collection["first"]["items"]
        assert collection["total"] == len(items) > 0
        assert len({item["id"] for item in items}) == len(items)
        for item in items:
            assert item["type"] == "Annotation"
            text = by_address[item["target"]["source"]]
            position, quote = item["target"]["selector"]
            assert (position["type"], quote["type"]) == ("TextPositionSelector", "TextQuoteSelector")
            start, end = position["start"], position["end"]
            assert text[start:end] == quote["exact"], "code points, not UTF-16 units"
            assert text[:start].endswith(quote["prefix"])
            assert text[end:].startswith(quote["suffix"])


# What FollowTheMoney 4.11 says of the schemata that we write: required properties, and the properties that exist, by type.
_FTM = {
    "Event": (
        {"name"},
        {
            "name",
            "involved",
            "organizer",
            "location",
            "country",
            "summary",
            "keywords",
            "notes",
            "proof",
            "sourceUrl",
            "publisher",
        }
        | {"recordId", "date", "startDate", "endDate"},
    ),
    "Person": ({"name"}, {"name", "alias", "country", "sector", "position"}),
    "Organization": ({"name"}, {"name", "country", "sector"}),
    "PublicBody": ({"name"}, {"name", "country", "sector"}),
    "LegalEntity": ({"name"}, {"name", "country", "sector"}),
    "Article": (
        set(),
        {"title", "fileName", "author", "publisher", "publishedAt", "sourceUrl", "language", "bodyText", "contentHash"},
    ),
    "Position": ({"name"}, {"name", "country"}),
    "Occupancy": ({"holder", "post"}, {"holder", "post", "startDate", "endDate", "proof", "summary", "recordId"}),
}
_FTM_LINKS = {"involved": "party", "organizer": "party", "holder": "Person", "post": "Position", "proof": "Article"}


@pytest.mark.parametrize("what", ["events", "meetings", "tenures", "articles"])
def test_followthemoney_by_its_schema(dataset: Dataset, what: str) -> None:
    entities = [json.loads(line) for line in written(dataset, "ftm", what).splitlines()]
    by_id = {entity["id"]: entity for entity in entities}
    assert len(by_id) == len(entities)
    for entity in entities:
        assert re.fullmatch(r"[0-9a-zA-Z]([0-9a-zA-Z.-]*[0-9a-zA-Z])?", entity["id"])
        needed, known = _FTM[entity["schema"]]
        properties = entity["properties"]
        assert needed <= set(properties) <= known
        for name, values in properties.items():
            assert values
            assert all(isinstance(value, str) and value.strip() for value in values)
            if name in ("date", "startDate", "endDate", "publishedAt"):
                assert all(len(value) in (4, 7, 10, 16, 19) for value in values)
            if name == "country":
                assert all(value.islower() and len(value) in (2, 4) for value in values)
            if name in _FTM_LINKS:
                wanted = _FTM_LINKS[name]
                schemas = {by_id[value]["schema"] for value in values}
                assert (
                    schemas == {wanted}
                    if wanted != "party"
                    else schemas <= {"Person", "Organization", "PublicBody", "LegalEntity"}
                )
    if what == "events":
        met = by_id[codings()[1].events[0].id.replace("_", "-")]
        assert met["properties"]["recordId"] == [codings()[1].events[0].id]
        assert met["properties"]["date"] == ["2018-03-06"]
        assert len(met["properties"]["proof"]) == 2
        union = codings()[2].events[0]
        signed = by_id[union.id.replace("_", "-")]["properties"]
        assert signed["date"] == ["1987-12"]
        assert by_id[union.actors[0].id.replace("_", "-")]["properties"]["country"] == ["suhh"]


@pytest.mark.parametrize("what", ["events", "meetings", "tenures", "articles"])
def test_followthemoney_by_its_own_validator(dataset: Dataset, what: str) -> None:
    """The library builds PyICU against the system's ICU, so that it is no dependency of the tests; where it is, it decides."""
    followthemoney = pytest.importorskip("followthemoney")
    for line in written(dataset, "ftm", what).splitlines():
        entity = json.loads(line)
        schema = followthemoney.model.get(entity["schema"])
        schema.validate(entity)
        for name, values in entity["properties"].items():
            for value in values:
                cleaned = schema.get(name).type.clean(value)
                assert cleaned is not None, (name, value)


def test_citations(dataset: Dataset) -> None:
    rows = json.loads(written(dataset, "csl", "articles"))
    assert [row["type"] for row in rows] == ["dataset", *["article-newspaper"] * 3]
    for part in ("plover-2.0-dragoman-1", "hand@1", "0" * 64, "threshold 0.0"):
        assert part in rows[0]["note"]
    assert rows[0]["accessed"]["date-parts"][0][0] >= 2026
    days = {row["title"]: row["issued"]["date-parts"][0] for row in rows[1:]}
    assert days["+Title 1"] == [2018, 3, 8]
    assert len(json.loads(written(dataset, "csl", "events"))) == 1
    bibtex = written(dataset, "bibtex", "articles")
    assert bibtex.count("@article{") == 3
    assert bibtex.count("{") == bibtex.count("}")
    assert "author = {{Ann Author}}" in bibtex
    plain = written(dataset, "citation", "articles").splitlines()
    assert len(plain) == 4
    assert "Accessed" in plain[0]
    assert "https://news.example/1" in written(dataset, "citation", "articles")


# --- gold and training examples from judgements -----------------------------------------------------------------------


def judged(root: Path) -> Dataset:
    dataset = small(root)
    first, second, third = codings()
    judge(dataset, first.events[0], "accept")
    judge(dataset, second.events[0], "reject")
    judge(dataset, third.events[0], "correct", type="SUPPORT")
    judge(dataset, third.statements[0], "accept")
    return dataset


def test_gold_rows(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in written(judged(tmp_path / "d"), "gold", "judgements").splitlines()]
    expected = {row["text"]: [event["type"] for event in row["expect"]["events"]] for row in rows}
    assert expected == {
        "Norway’s foreign minister met Ōta Kenji of Japan in Oslo on Tuesday.": ["CONSULT"],
        "OSLO — Norway’s foreign minister met Ōta Kenji of Japan in Oslo on Tuesday.": [],
        "The Soviet Union and East Germany signed a treaty in December 1987.": ["SUPPORT"],
    }, "a sentence that nobody judged gives no row"
    met = next(row for row in rows if row["expect"]["events"] and row["expect"]["events"][0]["type"] == "CONSULT")
    assert met["published"] == "2018-03-07"
    assert met["expect"]["events"][0] == {
        "type": "CONSULT",
        "actors": ["JPN", "NOR"],
        "recipients": [],
        "status": "occurred",
        "when": {"start": "2018-03-06", "end": "2018-03-07"},
        "country": "NOR",
    }


def test_gold_rows_of_statements_point_into_their_text(tmp_path: Path) -> None:
    (row,) = (json.loads(line) for line in written(judged(tmp_path / "d"), "gold", "statements").splitlines())
    (said,) = row["expect"]["statements"]
    assert [row["text"][start:end] for start, end in said["content"]] == ["We shall keep it"]
    assert row["text"][slice(*said["speaker"])] == "Mikhail Gorbachev"
    assert said["form"] == "quote"


def test_evaluate_takes_gold_rows(tmp_path: Path) -> None:
    from dragoman.evaluate import evaluate_file

    dataset = judged(tmp_path / "d")
    for what, task in (("judgements", "events"), ("statements", "statements")):
        path = tmp_path / f"{task}.jsonl"
        list(export(dataset, what, "gold", path))
        assert evaluate_file(task, path).n == len(path.read_text("utf-8").splitlines())


def test_training_examples_are_in_the_format_of_the_corpus(tmp_path: Path) -> None:
    from train.corpus import read_file

    path = tmp_path / "judged.txt"
    list(export(judged(tmp_path / "d"), "judgements", "training", path))
    passages = {passage.text: passage for passage in read_file(path)}
    assert len(passages) == 3
    met = passages["Norway’s foreign minister met Ōta Kenji of Japan in Oslo on Tuesday."]
    (event,) = met.events
    assert (event.type, event.mode, event.status, event.contexts) == ("CONSULT", "visit", "occurred", ("diplomatic",))
    assert met.text[slice(*event.trigger)] == "met"
    entities = {entity.id: entity for entity in met.entities}
    assert [entities[name].country for name in event.actors] == ["NOR", "JPN"]
    assert met.decade == "2010s"
    assert passages["OSLO — Norway’s foreign minister met Ōta Kenji of Japan in Oslo on Tuesday."].events == ()
    signed = passages["The Soviet Union and East Germany signed a treaty in December 1987."]
    assert [event.type for event in signed.events] == ["SUPPORT"]
    assert [entity.country for entity in signed.entities] == ["SUN", "DDR"]


def test_training_examples_of_the_demo(demo: Path, tmp_path: Path) -> None:
    import shutil

    from train.corpus import read_file

    shutil.copytree(demo, tmp_path / "d")
    dataset = open_dataset(tmp_path / "d")
    for record in dataset.records("events")[:80]:
        judge(dataset, record, "accept")
    path = tmp_path / "judged.txt"
    list(export(dataset, "judgements", "training", path))
    problems: list[str] = []
    assert len(read_file(path, problems)) > 5
    assert not problems, problems


def test_judgements_themselves(tmp_path: Path) -> None:
    dataset = judged(tmp_path / "d")
    rows = [json.loads(line) for line in written(dataset, "jsonl", "judgements").splitlines()]
    assert [row["verdict"] for row in rows] == ["accept", "reject", "correct", "accept"]
    table = pd.read_csv(io.StringIO(written(dataset, "csv", "judgements")))
    assert table["correction"].dropna().tolist() == ["type=SUPPORT"]
    with pytest.raises(UsageError, match="parquet holds no judgements"):
        written(dataset, "parquet", "judgements")
