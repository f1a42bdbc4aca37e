"""Who is who on the page: close calls, names joined by hand after a look at what it changes, and taken back; the same in exports."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from dragoman.selection import Selection
from dragoman.store import open_dataset
from dragoman.verdicts import print_judgements
from dragoman.web import create_app
from dragoman.web.people import resolved
from tests.conftest import Run

BASE = "http://127.0.0.1"


# An initial more: perhaps another man, perhaps not.
ALIKE = (
    "WASHINGTON, May 3, 1990 - U.S. Senator George Harmon met Canadian Prime Minister Brian Mulroney in Ottawa on Thursday.",
    "WASHINGTON, July 9, 1990 - U.S. General George W. Harmon accused Canada on Monday of breaking the treaty on fisheries.",
)


@pytest.fixture
def root(tmp_path: Path, demo: Path, here: Run) -> Path:
    """The demo, and two articles with a close call."""
    shutil.copytree(demo, tmp_path / "demo")
    (tmp_path / "alike").mkdir()
    for number, text in enumerate(ALIKE):
        (tmp_path / "alike" / f"{number}.txt").write_text(text, encoding="utf-8")
    assert here("code", tmp_path / "alike", "--into", tmp_path / "demo").returncode == 0
    return tmp_path / "demo"


@pytest.fixture
def client(root: Path) -> Iterator[TestClient]:
    with TestClient(create_app(open_dataset(root), review=True, reviewer="ann"), base_url=BASE) as made:
        yield made


def say(client: TestClient, **form: str) -> Any:
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/names", content=urlencode(form), headers=headers, follow_redirects=False)
    desk = client.app.state.desk  # type: ignore[attr-defined]
    until = time.monotonic() + 300
    while desk.is_behind and time.monotonic() < until:  # a machine that does other work too takes its time
        time.sleep(0.2)
    return answer


def two(client: TestClient) -> tuple[str, str]:
    """Two parties of the demo that nobody would join: states, not persons."""
    rows = client.get("/actors.json").json()["rows"]
    found = [row["id"] for row in rows if row["country"] and row["sector"] is None]
    return found[0], found[1]


def exported(root: Path) -> set[str]:
    return {
        party.id for row in Selection(open_dataset(root)).records("events") for party in (*row.actors, *row.recipients)
    }


def test_the_page_counts_the_persons_that_exports_hold(client: TestClient, root: Path) -> None:
    shown = {
        party["id"]
        for page in range(1, 20)
        for row in client.get("/search.json", params={"count": "tellings", "page": page}).json()["rows"]
        for party in (*row["actors"], *row["recipients"])
    }
    assert shown == exported(root)
    joined = client.get("/names.json", params={"shown": "joined"}).json()
    assert joined["counts"]["joined"] == len(joined["rows"]) > 0
    for row in joined["rows"]:
        # The name that was joined leads to the person; of names of which nothing was coded there is no page, and no link to one.
        sides = [row[side] for side in ("one", "other")]
        both = [client.get(f"/actors/{side['id']}.json") for side in sides]
        found = {answer.json()["key"] for answer in both if answer.status_code == 200}
        assert len(found) == (1 if any(side["records"] for side in sides) else 0)
    html = client.get("/names", params={"shown": "joined"}).text
    for link in set(re.findall(r'href="(/actors/[^"]+)"', html)):
        assert client.get(link).status_code == 200


def test_joining_is_seen_before_and_taken_back_after(client: TestClient, root: Path) -> None:
    one, other = two(client)
    before = exported(root)
    seen = client.get("/names/pair.json", params={"one": one, "other": other}).json()
    assert not seen["is_one"]
    assert seen["said"] == []
    assert seen["records"] == seen["one"]["records"] + seen["other"]["records"] > 0
    assert exported(root) == before, "looking decides nothing"
    answer = say(client, one=one, other=other, verdict=f"same:{other}")
    assert answer.status_code == 303
    seen = client.get(answer.headers["location"].replace("/names/pair", "/names/pair.json")).json()
    assert (seen["is_one"], seen["stands"], seen["behind"]) == (True, other, False)
    assert client.get(f"/actors/{one}.json").json()["key"] == other
    assert exported(root) == before - {one}
    lists = [client.get("/search.json", params={"actor": key}).json()["rows"] for key in (one, other)]
    assert lists[0] == lists[1] != []
    assert client.get(f"/actors/{one}/dossier.html").text == client.get(f"/actors/{other}/dossier.html").text
    assert any(row["other"] == one for row in client.get(f"/actors/{other}.json").json()["others"])
    say(client, one=one, other=other, verdict="undo")
    assert client.get(f"/actors/{one}.json").json()["key"] == one
    assert exported(root) == before


def test_a_close_call_is_settled(client: TestClient) -> None:
    rows = client.get("/names.json").json()["rows"]
    assert {rows[0]["one"]["name"], rows[0]["other"]["name"]} == {"George Harmon", "George W Harmon"}
    one, other = rows[0]["one"]["id"], rows[0]["other"]["id"]
    page = client.get("/names/pair", params={"one": one, "other": other}).text
    assert 'data-key="k"' in page
    say(client, one=one, other=other, verdict="apart")
    assert client.get("/names.json").json()["counts"]["open"] == len(rows) - 1
    assert client.get("/names.json", params={"shown": "apart"}).json()["rows"][0]["why"][0]["by"] == "judgement"
    # The key of the review's queue takes back a verdict on a record, not on names.
    client.post(
        "/review", content="verdict=undo&kind=events", headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert client.get("/names.json").json()["counts"]["open"] == len(rows) - 1


def test_judgements_are_listed_in_a_terminal(
    client: TestClient, root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    print_judgements(open_dataset(root), limit=10)
    assert "no judgements" in capsys.readouterr().out
    one, other = two(client)
    say(client, one=one, other=other, verdict=f"same:{one}")
    print_judgements(open_dataset(root), limit=10)
    told = capsys.readouterr().out
    assert "ann" in told
    assert client.get(f"/actors/{one}.json").json()["name"] in told
    assert one not in told


def test_names_are_typed_too_and_nonsense_is_refused(client: TestClient, root: Path) -> None:
    assert client.get("/names/pair.json", params={"one": "George Harmon", "other": "Brian Mulroney"}).status_code == 200
    assert client.get("/names/pair.json", params={"one": "George Harmon", "other": "George Harmon"}).status_code == 404
    assert client.get("/names/pair", params={"one": "<script>", "other": "x"}).status_code == 404
    assert say(client, one="ac_0000000000000000", other="ac_0000000000000001", verdict="same").status_code == 422
    assert say(client, one="", other="", verdict="perhaps").status_code == 422
    with TestClient(create_app(open_dataset(root)), base_url=BASE) as reader:
        one, other = two(reader)
        assert (
            'method="post" action="/names"' not in reader.get("/names/pair", params={"one": one, "other": other}).text
        )
        assert say(reader, one=one, other=other, verdict="same").status_code == 405


def test_steps_are_followed_to_their_end_and_circles_end() -> None:
    found = resolved([("a", "b", None), ("b", "c", None), ("c", "a", None), ("x", "a", "ar_1")])
    assert found["x", "ar_1"] in {"a", "b", "c"}
