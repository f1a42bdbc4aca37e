"""How fast every view of the page is over a large dataset: 1,000,000 events and 200,000 articles, generated.

    python -m benchmarks.page_load [--articles 200000] [--keep FOLDER]

One block of 2,000 articles with five acts, two statements and now and then a meeting or a pledge each is made as records; every part of
the dataset is that block with other ids, days and outlets, written by Arrow. Prints a line of JSON for each view: the median and the 95th
percentile of the server's time in milliseconds over its addresses (wanted: 150 and 500), and the same of the processor's time over all
threads, which says more on a machine that does other work too. A page that
was set once is kept, so the last line has only the times at which an address was asked for first.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dragoman import edtf
from dragoman.codebook import load_codebook
from dragoman.parts import write_part
from dragoman.records import (
    RECORDS,
    Article,
    Coding,
    Event,
    FieldSources,
    Meeting,
    Participant,
    Place,
    Pledge,
    Source,
    Span,
    Statement,
    Story,
    make_id,
)
from dragoman.store import Batch, InputRow, Writer, open_dataset
from dragoman.tables import schema_of, to_table

__all__ = ["main"]

_BLOCK = 2000
_EACH = 5
_STATES = "USA RUS CHN GBR FRA DEU JPN IND IRN ISR TUR UKR PRK KOR SAU EGY SYR IRQ POL BRA MEX ZAF NGA PAK AFG VNM IDN AUS CAN ITA".split()
_VERBS = {
    "CONSULT": "met", "AGREE": "agreed with", "ACCUSE": "accused", "SANCTION": "fined", "ASSAULT": "shelled", "AID": "helped",
    "THREATEN": "threatened", "COOPERATE": "trained with", "REJECT": "refused", "REQUEST": "asked", "SUPPORT": "praised",
}  # fmt: skip
_ISSUES = ("arms_control", "trade", "nuclear", "borders", "human_rights", "refugees")
_WORDS = "treaty border trade missile talks minister envoy pact truce army fleet grain oil sanctions visit summit aid prisoners".split()


def _party(draw: random.Random, text: str, start: int, code: str) -> Participant:
    number = min(int(draw.paretovariate(0.9)), 200)
    return Participant(
        id=make_id("ac", code, number), name=f"{code} minister {number}" if number > 1 else code, country=code, sector="GOV",
        office="minister" if number > 1 else None, text=text, start=start, end=start + len(text), kind="person",
    )  # fmt: skip


class _Made:
    """One article under way: sentences are added, and sources point into them."""

    def __init__(self, draw: random.Random, number: int) -> None:
        self.draw, self.id, self.text = draw, make_id("ar", number), ""
        self.when = edtf.day(dt.date(1990, 1, 1) + dt.timedelta(days=draw.randrange(9000)), basis="metadata")

    def source(self, start: int, end: int) -> Source:
        return Source(article_id=self.id, span=Span(start=start, end=end), text=self.text[start:end])

    def sentence(self, verb: str) -> tuple[Participant, Participant, tuple[FieldSources, ...]]:
        one, other = self.draw.sample(_STATES, 2)
        low = len(self.text)
        self.text += (
            f"{one} {verb} {other} over {self.draw.choice(_WORDS)} and {self.draw.choice(_WORDS)} on that day. "
        )
        spans = {"trigger": (low + 4, low + 4 + len(verb)), "sentence": (low, len(self.text) - 1)}
        fields = tuple(FieldSources(field=name, sources=(self.source(*span),)) for name, span in spans.items())
        return _party(self.draw, one, low, one), _party(self.draw, other, low + 5 + len(verb), other), fields

    def event(self, places: Sequence[Place]) -> Event:
        book = load_codebook()
        type_ = self.draw.choice(tuple(_VERBS))
        actor, recipient, fields = self.sentence(_VERBS[type_])
        return Event(
            id=make_id("ev", self.id, len(self.text)), article_id=self.id, type=type_, mode=None, contexts=("diplomatic",), actors=(actor,),
            recipients=(recipient,), status=self.draw.choice(("occurred", "occurred", "planned")), when=self.when,
            place=self.draw.choice(places), quad=book.type(type_).quad, scale=book.scale(type_, None), cameo=book.cameo(type_, None),
            sources=fields, reported_by=("Wire",), confidence=round(self.draw.random(), 3), why=(),
        )  # fmt: skip

    def statement(self) -> Statement:
        speaker, target, fields = self.sentence("said of")
        return Statement(
            id=make_id("st", self.id, len(self.text)), article_id=self.id, speaker=speaker, standing="official", cue=fields[0].sources[0],
            form="paraphrase", content=(fields[1].sources[0],), addressees=(), issues=(self.draw.choice(_ISSUES),), targets=(target,),
            stance=self.draw.choice(("support", "oppose", None)), venue=None, when=self.when, reported_by=("Wire",), sources=fields,
            confidence=round(self.draw.random(), 3), why=(),
        )  # fmt: skip

    def meeting(self, place: Place) -> Meeting:
        host, guest, fields = self.sentence("received")
        number = self.draw.randint(1, 30)
        return Meeting(
            id=make_id("mt", self.id, len(self.text)), article_id=self.id, name=f"Conference {number % 7}",
            series=f"Conference {number % 7}", edition=number, status="held", hosts=(host,),
            participants=(guest,), place=place, when=self.when, figures=(), sources=fields,
            confidence=0.5, why=(),
        )  # fmt: skip

    def pledge(self) -> Pledge:
        by, to, fields = self.sentence("promised")
        return Pledge(
            id=make_id("pg", self.id, len(self.text)), article_id=self.id, by=(by,), to=(to,), what="to keep the peace",
            issues=(self.draw.choice(_ISSUES),), made="", when=self.when, followed_by=(), sources=fields, confidence=0.5, why=(),
        )  # fmt: skip

    def article(self) -> Article:
        return Article(
            id=self.id, text=self.text, title=f"News of {self.draw.choice(_WORDS)} and {self.draw.choice(_WORDS)}", outlet="Outlet",
            agencies=(), authors=(), dateline=None, published=self.when, updated=None, language="en", path=None, url=None, section=None,
            tags=(), raw_sha256="", raw_runs=(), why=(),
        )  # fmt: skip


def _block(draw: random.Random) -> dict[str, pa.Table]:
    places = [
        Place(
            id=make_id("pl", n), name=f"Town {n}", latitude=draw.uniform(-50, 65), longitude=draw.uniform(-180, 180),
            country=draw.choice(_STATES), admin1=None, geonames_id=n, precision="city",
        )
        for n in range(300)
    ]  # fmt: skip
    codings = []
    for number in range(_BLOCK):
        made = _Made(draw, number)
        events = tuple(made.event(places) for _ in range(_EACH))
        statements = tuple(made.statement() for _ in range(2))
        meetings = (made.meeting(draw.choice(places)),) if number % 5 == 0 else ()
        pledges = (made.pledge(),) if number % 3 == 0 else ()
        codings.append(
            Coding(article=made.article(), events=events, statements=statements, meetings=meetings, pledges=pledges)
        )
    batch = Batch(inputs=(), codings=tuple(codings), rejections=())
    tables = {name: to_table(kind, batch.rows(name)) for name, kind in RECORDS.items() if name != "stories"}
    tables["inputs"] = to_table(InputRow, ())
    return tables


def _other(table: pa.Table, name: str, part: int, outlets: Sequence[str]) -> pa.Table:
    """The same rows with ids of their own, in another year."""
    for column in ("id", "article_id"):
        if column in table.column_names:
            ids = pc.binary_join_element_wise(pc.utf8_slice_codeunits(table[column], 0, 15), f"{part:04x}", "")
            table = table.set_column(table.column_names.index(column), column, ids)
    if name == "articles":
        table = table.set_column(
            table.column_names.index("outlet"), "outlet", pa.array([outlets[part % len(outlets)]] * len(table))
        )
    return table.cast(schema_of(RECORDS[name]))


def generate(root: Path, articles: int) -> None:
    """Write the dataset."""
    draw = random.Random(1)
    block = _block(draw)
    outlets = [f"Outlet {number}" for number in range(60)]
    stories: list[Story] = []
    with Writer(root, {"codebook": "generated", "coder": "generated@1"}) as writer:
        for part in range(max(1, articles // _BLOCK)):
            tables = {
                name: _other(table, name, part, outlets) if name != "inputs" else table
                for name, table in block.items()
                if name in ("inputs", "links") or "id" in table.column_names
            }
            name = "p" + make_id("p", part).removeprefix("p_")
            writer._enter(name, write_part(root / "parts" / name, tables, {"about": {}}))
            ids = tables["events"]["id"].to_pylist()
            papers = tables["articles"]["id"].to_pylist()
            for at in range(0, len(papers) - 1, 10):
                # One story in ten tells an act twice.
                stories.append(
                    Story(
                        id=make_id("sy", part, at), article_ids=(papers[at], papers[at + 1]), relations=("original", "rewrite"),
                        canonical_events=((ids[at * _EACH], ids[(at + 1) * _EACH]),), why=(),
                    )
                )  # fmt: skip
        writer.derive({"stories": stories})


def _addresses(client: Any, index: Any) -> dict[str, list[str]]:
    actor = index.rows("SELECT id FROM web_actors ORDER BY uses DESC LIMIT 3")
    paper = index.rows("SELECT id FROM web_articles ORDER BY hash(id) LIMIT 3")
    return {
        "overview": ["/"],
        "search": [
            "/search", "/search?type=ASSAULT&since=1995&until=1999", "/search?actor=USA&recipient=RUS",
            "/search?what=statements&issue=trade",
        ],
        "words": [
            "/search?q=treaty+grain&sort=best", "/search?what=articles&q=missile+talks", "/search?what=statements&q=%22border+and+oil%22",
        ],
        "article": [f"/articles/{row['id']}" for row in paper],
        "actors": ["/actors", "/actors?q=minister"],
        "actor": ["/actors/USA", *(f"/actors/{row['id']}" for row in actor)],
        "dyads": ["/dyads"],
        "dyad": ["/dyads/USA/RUS", "/dyads/FRA/DEU"],
        "positions": ["/positions", "/positions?issue=trade"],
        "meetings": ["/meetings", "/meetings?page=3"],
        "pledges": ["/pledges", "/pledges?issue=nuclear"],
        "network": ["/network", "/network?since=2000"],
        "map": ["/map", "/map?type=AID"],
        "names": ["/names", f"/names/pair?one={actor[0]['id']}&other={actor[1]['id']}"],
        "review": ["/review", "/review?sample=doubtful"],
        "type-ahead": ["/api/suggest?q=usa", "/api/suggest?q=minister+1"],
    }  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> int:
    """Generate, open, measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--articles", type=int, default=200_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args(arguments)
    from fastapi.testclient import TestClient

    from dragoman.web import create_app

    with tempfile.TemporaryDirectory() as folder:
        root = options.keep or Path(folder) / "large"
        began = time.perf_counter()
        if not (root / "manifest.json").exists():
            generate(root, options.articles)
            print(json.dumps({"generated_s": round(time.perf_counter() - began, 1)}), flush=True)
        began = time.perf_counter()
        with TestClient(create_app(open_dataset(root), review=True), base_url="http://127.0.0.1") as client:
            index = client.app.state.desk.index  # type: ignore[attr-defined]
            counts = {
                name: index.count(f"SELECT count(*) FROM web_{name}") for name in ("articles", "events", "statements")
            }
            print(json.dumps({"opened_s": round(time.perf_counter() - began, 1), **counts}), flush=True)
            every: list[tuple[float, float]] = []
            first: list[tuple[float, float]] = []
            for view, addresses in _addresses(client, index).items():
                took, worked = [], []
                for address in addresses * options.turns:
                    start, cpu = time.perf_counter(), time.process_time()
                    answer = client.get(address)
                    took.append(1000 * (time.perf_counter() - start))
                    worked.append(1000 * (time.process_time() - cpu))
                    assert answer.status_code == 200, (address, answer.text[:300])
                every += zip(took, worked, strict=True)
                first += zip(took[: len(addresses)], worked[: len(addresses)], strict=True)
                slowest = max(zip(took, addresses * options.turns, strict=True))
                told = {"slowest": slowest[1], "slowest_ms": round(slowest[0], 1)}
                print(json.dumps({"view": view, "n": len(took), **_summary(took, worked), **told}), flush=True)
            for name, asked in (("all", every), ("all, asked for the first time", first)):
                print(json.dumps({"view": name, "n": len(asked), **_summary(*zip(*asked, strict=True))}), flush=True)
    return 0


def _summary(took: Sequence[float], worked: Sequence[float]) -> dict[str, float]:
    walls, works = sorted(took), sorted(worked)
    last = min(len(walls) - 1, int(0.95 * len(walls)))
    return {
        "median_ms": round(walls[len(walls) // 2], 1),
        "p95_ms": round(walls[last], 1),
        "cpu_median_ms": round(works[len(works) // 2], 1),
        "cpu_p95_ms": round(works[last], 1),
    }


if __name__ == "__main__":
    sys.exit(main())
