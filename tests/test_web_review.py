"""The review over a dataset written by hand: corrections by words, articles read in full, two reviewers, a new coding."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from fastapi.testclient import TestClient

from dragoman.errors import UsageError
from dragoman.judgements import Judgements
from dragoman.records import Event
from dragoman.selection import Selection
from dragoman.store import Batch, Dataset, InputRow, Writer, open_dataset
from dragoman.web import create_app
from dragoman.web.correct import pieces_of
from dragoman.web.measure import measured, share_over_articles
from tests.builders import article
from tests.small import codings, small

BASE = "http://127.0.0.1"


@pytest.fixture
def dataset(tmp_path: Path) -> Dataset:
    return small(tmp_path / "small")


@pytest.fixture
def client(dataset: Dataset) -> Iterator[TestClient]:
    with TestClient(create_app(dataset, review=True, reviewer="ann"), base_url=BASE) as made:
        yield made


def post(client: TestClient, **form: str) -> Any:
    return client.post(
        "/review", content=urlencode(form), headers={"content-type": "application/x-www-form-urlencoded"}, follow_redirects=False
    )  # fmt: skip


def of_type(dataset: Dataset, type_: str) -> Event:
    found: Event = next(event for event in dataset.records("events") if event.type == type_)
    return found


def judged(dataset: Dataset, type_: str) -> Event:
    found: Event = next(event for event in Selection(dataset).records("events") if event.type == type_)
    return found


def test_words_put_in_place_of_words_win_in_exports(client: TestClient, dataset: Dataset) -> None:
    troops = of_type(dataset, "MOBILIZE")
    fields = client.get("/review.json", params={"at": troops.id}).json()["fields"]
    assert fields["trigger"].startswith("send 🚀 troops@")
    assert fields["actors"].endswith("=SWE")
    answer = post(
        client, id=troops.id, kind="events", sample="doubtful", verdict="correct", type="THREATEN", status="planned",
        trigger="may send", actors="Ōta Kenji of Japan", recipients="Norway; Sweden=FIN",
    )  # fmt: skip
    assert answer.status_code == 303
    made = judged(dataset, "THREATEN")
    assert made.id == troops.id
    text = next(each.text for each in dataset.records("articles") if each.id == made.article_id)
    for entry in made.sources:
        for source in entry.sources:
            assert text[source.span.start : source.span.end] == source.text
    by_field = {entry.field: [source.text for source in entry.sources] for entry in made.sources}
    assert by_field["trigger"] == ["may send"]
    assert [(p.name, p.country) for p in made.actors] == [("Ōta Kenji", "JPN")], (
        "who is known in the article is taken from it"
    )
    assert [(p.text, p.country) for p in made.recipients] == [("Norway", "NOR"), ("Sweden", "FIN")]
    assert made.recipients[0].start > 60, "words stand where they are nearest to the record"
    assert any("trigger was other words" in reason.detail for reason in made.why)
    rows = [json.loads(line) for line in client.get("/export/events.jsonl").text.splitlines()]
    assert next(row for row in rows if row["id"] == troops.id)["actors"][0]["name"] == "Ōta Kenji"


def test_a_statement_is_corrected(client: TestClient, dataset: Dataset) -> None:
    said = dataset.records("statements")[0]
    post(client, id=said.id, kind="statements", verdict="correct", speaker="The Soviet Union", content="shall keep it")
    found = Selection(dataset).records("statements")[0]
    assert found.speaker is not None
    assert found.speaker.name == "Soviet Union"
    assert [piece.text for piece in found.content] == ["shall keep it"]


def test_what_is_left_as_it_was_is_no_correction(client: TestClient, dataset: Dataset) -> None:
    event = of_type(dataset, "MOBILIZE")
    fields = client.get("/review.json", params={"at": event.id}).json()["fields"]
    post(client, id=event.id, kind="events", verdict="correct", type=event.type, status=event.status, **fields)
    found = judged(dataset, "MOBILIZE")
    assert replace(found, why=()) == replace(event, why=())
    assert found.why[-1].detail.startswith("accepted")


def test_words_that_are_not_there_are_refused(client: TestClient, dataset: Dataset) -> None:
    event = of_type(dataset, "MOBILIZE")
    answer = post(client, id=event.id, kind="events", verdict="correct", trigger="sang a song")
    assert answer.status_code == 422
    assert "sang a song" in answer.text
    assert Judgements(dataset.root).standing() == {}
    with pytest.raises(UsageError):
        pieces_of("no such words", article("Other words."), 0)


def test_an_article_read_in_full_gives_recall(client: TestClient, dataset: Dataset) -> None:
    first = client.get("/review/read.json").json()
    whole = first["whole"]["article"]["id"]
    assert first["read"] == 0
    assert client.get("/review/read").status_code == 200
    for row in first["whole"]["records"]:
        post(client, id=row["id"], kind="events", verdict="accept", sample="read", article=whole)
    words = first["whole"]["article"]["text"].split()[0]
    assert post(client, verdict="missed", sample="read", article=whole, trigger="", type="AID").status_code == 422
    back = post(client, verdict="missed", sample="read", article=whole, trigger=words, type="AID", actors=words)
    assert back.headers["location"].endswith(whole)
    here = client.get("/review/read.json", params={"at": whole}).json()
    assert [added["type"] for added in here["added"]] == ["AID"]
    assert here["open"] == 0
    assert client.get("/review/read", params={"at": whole}).status_code == 200
    post(client, verdict="read", sample="read", article=whole)
    after = client.get("/review/read.json").json()
    assert after["read"] == 1
    assert after["whole"]["article"]["id"] != whole
    recall = after["summary"]["recall"]
    assert recall["missed"] == 1
    assert recall["found"] == len(first["whole"]["records"])
    assert recall["recall"] == round(recall["found"] / (recall["found"] + 1), 3)
    assert recall["interval"][0] < recall["recall"] < recall["interval"][1]
    assert after["summary"]["precision"] is None, "an article that was chosen whole is no random sample of records"
    post(client, verdict="undo", sample="read", article=whole)
    assert client.get("/review/read.json").json()["read"] == 0


def test_two_reviewers_and_what_they_disagree_on(dataset: Dataset) -> None:
    events = dataset.records("events")
    for who in ("ann", "bob"):
        with TestClient(create_app(dataset, review=True, reviewer=who), base_url=BASE) as client:
            for number, event in enumerate(events):
                verdict = "accept" if number or who == "ann" else "reject"
                post(client, id=event.id, kind="events", verdict=verdict, sample="random")
            view = client.get("/review.json", params={"sample": "disputed"}).json()
    assert view["summary"]["agreement"]["records"] == len(events)
    assert view["summary"]["disputed"] == 1
    assert view["left"] == 1
    assert view["record"]["id"] == events[0].id
    assert {judged["who"]: judged["verdict"] for judged in view["judged"]} == {"ann": "accept", "bob": "reject"}


def test_judgements_survive_a_new_coding(client: TestClient, dataset: Dataset, tmp_path: Path) -> None:
    """Another coder: the treaty gets another type, the meeting another id; troops are found as before."""
    treaty, meeting, troops = (of_type(dataset, type_) for type_ in ("COOPERATE", "CONSULT", "MOBILIZE"))
    post(client, id=treaty.id, kind="events", verdict="accept")
    post(client, id=meeting.id, kind="events", verdict="reject")
    post(client, id=troops.id, kind="events", verdict="correct", status="planned")
    root = tmp_path / "again"
    with Writer(root, {}) as writer:
        made = []
        for coding in codings():
            events = []
            for event in coding.events:
                if event.id == treaty.id:
                    event = replace(event, id="ev_0000000000000001", type="REJECT", quad=3)
                elif event.id == meeting.id:
                    event = replace(event, id="ev_0000000000000002", mode=None)
                events.append(event)
            made.append(replace(coding, events=tuple(events)))
        inputs = tuple(InputRow(key=str(n), outcome=coding.article.id) for n, coding in enumerate(made))
        writer.add(Batch(inputs=inputs, codings=tuple(made), rejections=()))
    (root / "judgements.sqlite").write_bytes((dataset.root / "judgements.sqlite").read_bytes())
    found = {event.id: event for event in Selection(open_dataset(root)).records("events")}
    assert found["ev_0000000000000001"].type == "COOPERATE", (
        "what people accepted wins over what a new coding says there"
    )
    assert "ev_0000000000000002" not in found, "the same act in the same words stays rejected"
    assert found[troops.id].status == "planned"


def test_intervals_and_counts() -> None:
    assert measured({}, "events", {})["recall"] is None
    narrow = share_over_articles([(50, 60)])
    wide = share_over_articles([(10, 10)] * 5 + [(0, 2)] * 5)
    assert narrow is not None
    assert wide is not None
    assert wide[1] - wide[0] > narrow[1] - narrow[0], "articles that differ tell less than as many records"


def test_a_browser_says_of_our_forms_that_they_are_ours(client: TestClient) -> None:
    """Under `no-referrer` a browser sends `Origin: null` with a form, which is what another site's form may send too."""
    assert client.get("/review").headers["referrer-policy"] == "same-origin"
    answer = client.post("/review", content="verdict=undo", headers={"origin": "null"}, follow_redirects=False)
    assert answer.status_code == 403
