"""The page over the demo dataset: every view as HTML and as data, what it refuses, exports, the review."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman.config import Settings
from dragoman.judgements import Judgements
from dragoman.report import canonical, examples
from dragoman.runner import code_inputs
from dragoman.store import Dataset, open_dataset
from dragoman.web import create_app
from dragoman.web.filters import Filters
from dragoman.web.index import Index, fts_query
from dragoman.web.queries import snippet
from dragoman.web.routes import VIEWS

BASE = "http://127.0.0.1"
HOSTILE = "<script>alert(1)</script> \"quoted\" 'single' & <b>bold</b>"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    root = tmp_path_factory.mktemp("web") / "demo"
    extra = tmp_path_factory.mktemp("more")
    text = (
        f"GENEVA, May 4, 1988. 🚀 President Ronald Reagan met Mikhail Gorbachev in Geneva on Tuesday. {HOSTILE}\n\n"
        "Mr Gorbachev said that “the two armies would withdraw 🚀 next year”. The Soviet Union accused the United States of delay.\n"
    )
    row = {
        "id": "hostile",
        "text": text,
        "title": f"Talks {HOSTILE}",
        "published": "1988-05-04",
        "outlet": HOSTILE,
        "url": "javascript:alert(1)",
    }
    (extra / "hostile.jsonl").write_text(json.dumps(row), encoding="utf-8")
    code_inputs([examples(), extra], root, Settings())
    return open_dataset(root)


@pytest.fixture(scope="session")
def client(demo: Dataset) -> Iterator[TestClient]:
    with TestClient(create_app(demo), base_url=BASE) as made:
        yield made


@pytest.fixture(scope="session")
def index(client: TestClient) -> Index:
    found: Index = client.app.state.desk.index  # type: ignore[attr-defined]
    return found


def addresses(index: Index) -> list[str]:
    """Every view at an address that shows something."""
    article = index.rows("SELECT article_id AS id FROM web_events GROUP BY 1 ORDER BY count(*) DESC LIMIT 1")[0]["id"]
    other = index.rows("SELECT id FROM web_articles ORDER BY id LIMIT 1")[0]["id"]
    actor, second = (row["id"] for row in index.rows("SELECT id FROM web_actors ORDER BY uses DESC LIMIT 2"))
    pair = index.rows("SELECT a, b FROM web_dyads ORDER BY n LIMIT 1")[0]
    values = {"article_id": article, "other_id": other, "key": actor, "one": pair["a"], "other": pair["b"]}
    asked = {"/names/pair": f"?one={actor}&other={second}"}
    return [address.format(**values) + asked.get(address, "") for address, _, _, _ in VIEWS]


class Tags(HTMLParser):
    """Collects what a page holds, to look for what it must not."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def tags_of(html: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = Tags()
    parser.feed(html)
    return parser.tags


def test_every_view_is_a_page_and_data(client: TestClient, index: Index) -> None:
    for address in addresses(index):
        page = client.get(address)
        assert page.status_code == 200, address
        assert page.headers["content-type"].startswith("text/html")
        path, _, query = address.partition("?")
        data = client.get(("/index" if path == "/" else path) + ".json?" + query)
        assert data.status_code == 200, address
        assert isinstance(data.json(), dict)


def test_pages_have_one_heading_and_labels_and_no_inline_code(client: TestClient, index: Index) -> None:
    for address in addresses(index):
        tags = tags_of(client.get(address).text)
        assert sum(tag == "h1" for tag, _ in tags) == 1, address
        ids = [attrs["id"] for _, attrs in tags if attrs.get("id")]
        assert len(ids) == len(set(ids)), address
        for tag, attrs in tags:
            assert not any(name == "style" or name.startswith("on") for name in attrs), (address, tag)
            if tag == "script":
                assert attrs.get("src", "").startswith("/static/") or attrs.get("type") == "application/json"  # type: ignore[union-attr]
            if tag in ("img", "link", "script"):
                assert not str(attrs.get("src") or attrs.get("href") or "/").startswith(("http", "//")), address
            if tag == "svg":
                assert attrs.get("aria-label"), address


def test_the_positions_tell_who_speaks_for_and_against_whom(client: TestClient, demo: Dataset) -> None:
    view = client.get("/positions.json").json()["toward"]
    rows = {
        row["key"]: dict(zip((t["key"] for t in view["targets"]), row["cells"], strict=True)) for row in view["rows"]
    }
    held = [
        made.stance
        for made in demo.records("statements")
        if made.speaker and made.speaker.country == "GBR" and any(target.country == "ARG" for target in made.targets)
    ]
    cell = rows["GBR"]["ARG"]
    assert cell["n"] == len(held) > 0
    assert cell["oppose"] == held.count("oppose")
    found = client.get("/search.json", params={"what": "statements", "actor": "GBR", "recipient": "ARG"}).json()
    assert found["total"] >= cell["n"]


def test_every_link_of_the_first_page_leads_somewhere(client: TestClient) -> None:
    links = {str(attrs["href"]) for tag, attrs in tags_of(client.get("/").text) if tag == "a" and attrs.get("href")}
    for link in sorted(links):
        if link.startswith("/") and not link.startswith("/export"):
            assert client.get(link.partition("#")[0]).status_code == 200, link


def test_counts_are_those_of_the_records(client: TestClient, demo: Dataset) -> None:
    counts = client.get("/index.json").json()["counts"]
    assert counts["articles"] == len(demo.records("articles"))
    assert counts["tellings"] == len(demo.records("events"))
    assert counts["acts"] == len(canonical(demo, demo.records("events")))
    assert counts["statements"] == len(demo.records("statements"))
    timeline = client.get("/index.json").json()["timeline"]
    dated = [event for event, _ in canonical(demo, demo.records("events")) if event.when.start]
    assert sum(row["total"] for row in timeline["rows"]) == len(dated)


def test_a_dyad_can_be_asked_for_a_period(client: TestClient, index: Index) -> None:
    pair = index.rows(
        "SELECT a, b FROM web_dyads WHERE starts IS NOT NULL GROUP BY a, b ORDER BY count(*) DESC, a, b LIMIT 1"
    )[0]
    address = f"/dyads/{pair['a']}/{pair['b']}"
    whole = client.get(address + ".json").json()
    days = sorted(row["when"]["start"] for row in whole["events"] if row["when"]["start"])
    year = days[0][:4]
    some = client.get(f"{address}.json?since={year}&until={year}").json()
    wanted = [
        r for r in whole["events"] if r["when"]["start"] and r["when"]["start"][:4] <= year < (r["when"]["end"] or "9")
    ]
    assert {row["id"] for row in wanted} <= {row["id"] for row in some["events"]}
    assert 0 < some["total"] <= whole["total"]
    assert some["over_time"] == whole["over_time"], "the chart shows the whole time"
    assert 'class="then"' in client.get(f"{address}?since={year}&until={year}").text
    assert client.get(f"{address}.json?since=1850&until=1851").json()["total"] == 0
    assert client.get(f"{address}.json?since=1850-02-31").status_code == 422


def test_the_words_that_say_what_was_done_are_marked_in_lists(client: TestClient, demo: Dataset) -> None:
    triggers = {
        event.id: {s.text for f in event.sources if f.field == "trigger" for s in f.sources}
        for event in demo.records("events")
    }
    rows = client.get("/search.json").json()["rows"]
    marked = [row for row in rows if row["core"]]
    assert marked
    for row in marked:
        start, end = row["core"]
        assert row["words"][start:end] in triggers[row["id"]]
    assert client.get("/search").text.count("<mark>") == len(marked)


def test_who_takes_part_is_found_the_same_by_country_by_number_and_by_name(index: Index) -> None:
    for actor in index.rows("SELECT id, name FROM web_actors ORDER BY uses DESC, id LIMIT 12"):
        wanted = index.rows(
            "SELECT DISTINCT n FROM web_parties JOIN web_events w USING (n) WHERE web_parties.kind = 'events' AND role = 'actor' "
            "AND actor_id = ? AND canonical ORDER BY n",
            [actor["id"]],
        )
        where, values = Filters(actor=actor["id"]).where()
        found = index.rows(f"SELECT n FROM web_events w WHERE {where} ORDER BY n", values)
        assert found == wanted
        where, values = Filters(actor=actor["name"]).where()
        named = {row["n"] for row in index.rows(f"SELECT n FROM web_events w WHERE {where}", values)}
        assert {row["n"] for row in wanted} <= named
    for strange in ("ac_", "ac_zz", "ac_" + "f" * 40):
        where, values = Filters(actor=strange).where()
        assert index.rows(f"SELECT n FROM web_events w WHERE {where}", values) == []


def test_the_best_hits_come_first_and_none_is_lost(client: TestClient, index: Index) -> None:
    ranked = index.find_words("statements", "treaty")
    assert ranked
    assert sorted(index.find_words("statements", "treaty", ranked=False) or []) == sorted(ranked)
    view = client.get("/search.json?what=statements&q=treaty&sort=best").json()
    numbers = {row["id"]: row["n"] for row in index.rows("SELECT id, n FROM web_statements")}
    assert [numbers[row["id"]] for row in view["rows"]] == ranked[: len(view["rows"])]
    assert client.get("/search.json?what=statements&q=treaty&page=99").json()["total"] == view["total"]


def test_the_network_draws_no_common_noun(client: TestClient) -> None:
    view = client.get("/network.json?nodes=120").json()
    assert not [node for node in view["nodes"] if node["key"].startswith("ac_") and node["name"][:1].islower()]


def test_pages_stay_within_their_size(client: TestClient, index: Index) -> None:
    """What a reader's browser takes in: each page, and all style and script together, by bytes before any compression."""
    for address in addresses(index):
        assert len(client.get(address).content) < 160_000, address
    folder = Path(__file__).parent.parent / "src/dragoman/web/static"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 80_000


def test_article_marks_match_the_text(client: TestClient, demo: Dataset) -> None:
    for article in demo.records("articles"):
        view = client.get(f"/articles/{article.id}.json").json()
        assert view["article"]["text"] == article.text
        for paragraph in view["paragraphs"]:
            start = paragraph["start"]
            assert article.text[start : start + len(paragraph["text"])] == paragraph["text"]
        for record in view["records"]:
            assert record["marks"], record["id"]
            for pieces in record["sources"].values():
                for piece in pieces:
                    assert article.text[piece["start"] : piece["end"]] == piece["text"]


def test_article_text_is_escaped(client: TestClient, demo: Dataset) -> None:
    hostile = next(a for a in demo.records("articles") if "alert(1)" in a.text)
    for address in (f"/articles/{hostile.id}", "/search?q=alert&what=articles", "/search?q=%3Cscript%3Ealert"):
        text = client.get(address).text
        assert "<script>alert" not in text, address
        assert 'href="javascript' not in text, address


def test_search_finds_and_opens_at_the_words(client: TestClient, demo: Dataset) -> None:
    found = client.get("/search.json", params={"q": "Reykjavik", "what": "articles"}).json()
    assert found["total"] >= 2
    articles = {a.id: a for a in demo.records("articles")}
    for row in found["rows"]:
        match = re.search(r"#s=(\d+)-(\d+)$", row["address"])
        if match:
            assert articles[row["id"]].text[int(match[1]) : int(match[2])].lower() == "reykjavik"
    assert any("#s=" in row["address"] for row in found["rows"])


def test_filters_are_those_of_the_records(client: TestClient, demo: Dataset) -> None:
    events = [event for event, _ in canonical(demo, demo.records("events"))]
    for params, test in (
        ({"type": "AGREE"}, lambda e: e.type == "AGREE"),
        ({"quad": 4}, lambda e: e.quad == 4),
        ({"actor": "USA"}, lambda e: any(p.country == "USA" for p in e.actors)),
        ({"recipient": "SUN"}, lambda e: any(p.country == "SUN" for p in e.recipients)),
        ({"status": "planned"}, lambda e: e.status == "planned"),
        ({"confidence": 0.7}, lambda e: e.confidence >= 0.7 - 1e-6),
        ({"actor": "gorbachev"}, lambda e: any("gorbachev" in p.name.lower() for p in e.actors)),
    ):
        total = client.get("/search.json", params=params).json()["total"]
        assert total == sum(test(event) for event in events), params


def test_a_filter_that_says_nothing_about_the_records_is_told(client: TestClient) -> None:
    assert client.get("/search.json?what=statements&type=AGREE").json()["unused"] == ["type"]
    assert "not applied" in client.get("/search?what=statements&type=AGREE").text


def test_suggest(client: TestClient) -> None:
    rows = client.get("/api/suggest?q=gorb").json()["rows"]
    assert any("Gorbachev" in row["name"] for row in rows)
    assert client.get("/api/suggest?q=united st").json()["rows"][0]["key"] == "USA"
    assert client.get("/api/suggest").json() == {"rows": []}


def test_paste_box(client: TestClient, demo: Dataset) -> None:
    text = (
        "MOSCOW, March 3. Foreign Minister Andrei Gromyko met Secretary of State George Shultz in Geneva on Monday. "
        "He said that the talks were useful."
    )
    answer = client.post("/api/code", json={"text": text, "published": "1985-03-04"})
    assert answer.status_code == 200
    records = answer.json()["records"]
    assert any(record["kind"] == "events" for record in records)
    page = client.post(
        "/code", content="text=" + text.replace(" ", "+"), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert page.status_code == 200
    assert "Gromyko" in page.text
    assert len(open_dataset(demo.root).records("articles")) == len(demo.records("articles"))


@pytest.mark.parametrize(
    "body", [{"text": ""}, {"text": "x" * 20_001}, {}, {"text": "hello", "published": "yesterday"}]
)
def test_paste_box_says_what_is_wrong(client: TestClient, body: dict[str, str]) -> None:
    answer = client.post("/api/code", json=body)
    assert answer.status_code == 422
    assert set(answer.json()) == {"error", "hint"}


def test_exports_are_the_rows_of_the_view(client: TestClient) -> None:
    total = client.get("/search.json?actor=USA").json()["total"]
    answer = client.get("/export/events.csv?actor=USA")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert len(rows) == total
    assert all("USA" in row["actors_country"] for row in rows)
    lines = client.get("/export/statements.jsonl?q=treaty").text.splitlines()
    assert len(lines) == client.get("/search.json?q=treaty&what=statements").json()["total"]
    assert all("id" in json.loads(line) for line in lines)


def test_citation_names_what_made_the_data(client: TestClient, index: Index) -> None:
    cite = client.get("/api/cite?view=/search?q=a_b").json()
    assert index.version in cite["plain"]
    assert cite["csl"]["type"] == "dataset"
    assert cite["bibtex"].startswith("@misc{")
    assert r"a\_b" in cite["bibtex"]


@pytest.mark.parametrize(
    "address",
    [
        "/nope",
        "/articles/ar_0000000000000000",
        "/articles/x",
        "/actors/ac_0000000000000000",
        "/dyads/AAA/BBB",
        "/export/events.nope",
        "/records/ev_0000000000000000",
    ],
)
def test_what_is_not_there_is_404(client: TestClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query", ["since=1987-13", "until=x", "page=0", "quad=5", "confidence=2", "what=nothing", "sort=odd"]
)
def test_what_cannot_be_understood_is_422(client: TestClient, query: str) -> None:
    assert client.get(f"/search?{query}").status_code == 422
    assert set(client.get(f"/search.json?{query}").json()) == {"error", "hint"}


def test_empty_form_fields_ask_for_nothing(client: TestClient) -> None:
    empty = client.get("/search.json?q=&actor=&type=&quad=&since=&confidence=").json()
    assert empty["total"] == client.get("/search.json").json()["total"]


def test_headers_keep_scripts_out(client: TestClient) -> None:
    for address in ("/", "/search.json", "/static/page.css", "/nope"):
        policy = client.get(address).headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8040", ""])
def test_other_hosts_are_refused(client: TestClient, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 421


def test_posts_from_other_sites_are_refused(client: TestClient) -> None:
    body = {"text": "Iran attacked Iraq on Monday, officials said."}
    assert client.post("/api/code", json=body, headers={"origin": "http://evil.example"}).status_code == 403
    assert client.post("/api/code", json=body, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert client.post("/api/code", content=b" " * 1_000_001).status_code == 413


def test_a_token_is_needed_where_one_is_set(demo: Dataset) -> None:
    with TestClient(
        create_app(demo, hosts=("192.0.2.1",), token="secret"), base_url="http://192.0.2.1", follow_redirects=False
    ) as client:
        assert client.get("/").status_code == 403
        assert client.get("/?token=wrong").status_code == 403
        known = client.get("/search?token=secret&q=treaty")
        assert known.status_code == 303
        assert known.headers["location"] == "/search?q=treaty"
        assert client.get("/search?q=treaty").status_code == 200


def test_nothing_outside_is_served(client: TestClient) -> None:
    for address in (
        "/static/../server.py",
        "/static/%2e%2e/server.py",
        "/static/..%2fserver.py",
        "/static//etc/passwd",
    ):
        assert client.get(address).status_code in (404, 405)


def test_review_is_not_there_unless_asked_for(client: TestClient, demo: Dataset) -> None:
    assert client.get("/review").status_code == 404
    assert client.post("/review", content="verdict=accept").status_code in (404, 405)
    assert not (demo.root / "judgements.sqlite").exists()


def test_review(demo: Dataset, tmp_path: Path) -> None:
    import shutil

    root = tmp_path / "reviewed"
    shutil.copytree(demo.root, root)
    dataset = open_dataset(root)
    form = {"content-type": "application/x-www-form-urlencoded"}
    with TestClient(create_app(dataset, review=True, reviewer="ann"), base_url=BASE) as client:
        first = client.get("/review.json").json()
        assert client.get("/review").status_code == 200
        assert client.get("/review.json").json()["record"] == first["record"], "looking decides nothing"
        assert not (root / "judgements.sqlite").exists()
        wanted = first["record"]["id"]
        client.post("/review", content=f"id={wanted}&kind=events&sample=random&verdict=reject", headers=form)
        after = client.get("/review.json").json()
        assert after["left"] == first["left"] - 1
        assert after["summary"]["rejected"] == 1
        assert after["summary"]["precision"] == 0
        rows = [json.loads(line) for line in client.get("/export/events.jsonl").text.splitlines()]
        assert wanted not in {row["id"] for row in rows}
        second = after["record"]["id"]
        client.post(
            "/review",
            content=f"id={second}&kind=events&sample=random&verdict=correct&type=THREATEN&status=planned",
            headers=form,
        )
        rows = [json.loads(line) for line in client.get("/export/events.jsonl").text.splitlines()]
        corrected = next(row for row in rows if row["id"] == second)
        assert (corrected["type"], corrected["status"], corrected["quad"]) == ("THREATEN", "planned", 3)
        gold = [json.loads(line) for line in client.get("/review/gold.jsonl").text.splitlines()]
        assert sum(len(row["expect"]["events"]) for row in gold) <= 1, "only sentences that were wholly judged"
        client.post("/review", content="verdict=undo&kind=events", headers=form)
        client.post("/review", content="verdict=undo&kind=events", headers=form)
        assert client.get("/review.json").json()["summary"]["judged"] == 0
        assert client.post("/review", content="id=ev_0&verdict=accept", headers=form).status_code == 422
    assert len(Judgements(root)._rows("SELECT * FROM judgements")) == 4, "nothing is ever deleted"


def test_agreement_of_two_reviewers(tmp_path: Path) -> None:
    judgements = Judgements(tmp_path)
    for number in range(10):
        for who in ("ann", "bob"):
            verdict = "accept" if number % 2 == 0 or (who == "bob" and number == 1) else "reject"
            judgements.add(
                who=who,
                kind="events",
                id=f"ev_{number}",
                article_id="ar_1",
                start=0,
                quote="",
                verdict=verdict,
                correction={},
                sample="random",
            )
    agreement = judgements.summary()["agreement"]
    assert agreement["records"] == 10
    assert agreement["agreed"] == 0.9
    assert agreement["kappa"] == 0.8


def test_the_search_index_is_made_again_when_the_dataset_has_changed(demo: Dataset) -> None:
    path = demo.root / "search.sqlite"
    stamp = path.stat().st_mtime_ns
    Index(open_dataset(demo.root))
    assert path.stat().st_mtime_ns == stamp
    path.write_bytes(b"not a database")
    again = Index(open_dataset(demo.root))
    assert again.find_words("articles", "Reykjavik")


def test_every_chart_is_well_formed(client: TestClient, index: Index) -> None:
    from lxml import etree

    charts = [
        chart for address in addresses(index) for chart in re.findall(r"<svg.*?</svg>", client.get(address).text, re.S)
    ]
    assert len(charts) > 20
    for chart in charts:
        root = etree.fromstring(chart.encode())
        assert all(element.get("style") is None for element in root.iter())


def test_openapi_describes_every_data_address(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for _, data_address, _, _ in VIEWS:
        assert "get" in paths[data_address]
        assert "422" in paths[data_address]["get"]["responses"]
    assert all("operationId" in op for methods in paths.values() for op in methods.values())


ANY_TEXT = st.text(max_size=60)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {},
        optional={
            **dict.fromkeys(
                (
                    "q",
                    "actor",
                    "recipient",
                    "country",
                    "sector",
                    "type",
                    "quad",
                    "issue",
                    "status",
                    "outlet",
                    "place",
                    "since",
                    "until",
                    "confidence",
                    "page",
                ),
                ANY_TEXT,
            )
        }
        | {
            "what": st.sampled_from(["events", "statements", "articles", "meetings", "pledges"]),
            "sort": st.sampled_from(["best", "newest", "surest"]),
        },
    )
)
def test_no_address_breaks_the_page(client: TestClient, params: dict[str, Any]) -> None:
    for address in ("/search.json", "/network.json", "/map.json"):
        assert client.get(address, params=params).status_code in (200, 422), params


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=80))
def test_no_words_break_the_search(index: Index, words: str) -> None:
    assert (index.find_words("articles", words) is None) == (fts_query(words) is None)
    found = snippet("The treaty of Reykjavik, signed by both.", words)
    assert found is None or 0 <= found[1] < found[2]


@given(
    st.builds(
        Filters,
        q=st.none() | st.sampled_from(["a b", "treaty"]),
        quad=st.none() | st.integers(1, 4),
        page=st.integers(1, 9),
    )
)
def test_filters_live_in_the_address(filters: Filters) -> None:
    from urllib.parse import parse_qsl

    assert Filters(**dict(parse_qsl(filters.address()))) == filters  # type: ignore[arg-type]
