"""The review: one record at a time or one article in full, and verdicts by key or button. Looking never decides.

Only posts decide, and every post names the record it is about. Works without script: the buttons are forms, and what is corrected can be
typed as well as selected.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dragoman.judgements import SAID, VERDICTS, Judgement, Judgements, place_of, what_was_judged
from dragoman.persons import say_of_two
from dragoman.records import STATUSES, Article, Participant, make_id
from dragoman.web import articles
from dragoman.web.correct import FIELDS, Known, correction_of, missed_of, written
from dragoman.web.index import Desk, Index
from dragoman.web.measure import measured
from dragoman.web.names import next_open
from dragoman.web.pages import records_by_id
from dragoman.web.routes import PROBLEMS, In, as_html, as_json

__all__ = ["review_router"]

Sample = Literal["random", "doubtful", "disputed"]
ReviewKind = Literal["events", "statements"]
Standing = dict[str, dict[str, Judgement]]
_HEAD = 5000
_ORDERS = {"random": "hash(w.id)", "doubtful": "w.confidence, w.id", "disputed": "w.id"}


def queue(index: Index, kind: ReviewKind, sample: Sample, who: str, at: str | None) -> dict[str, Any]:
    """The next record to judge: at random (in an order that is the same for everybody), the least sure first, or where people disagree."""
    standing = Judgements(index.dataset.root).standing()
    left, first = _waiting(index, standing, kind, sample, who)
    view: dict[str, Any] = {
        "kind": kind,
        "sample": sample,
        "reviewer": who,
        "left": left,
        "summary": summary(index, standing, kind),
        "record": None,
        **_choices(),
    }
    wanted = at or first
    found = records_by_id(index, kind, [wanted]) if wanted else []
    if found:
        view |= _shown(index, kind, found[0])
        view["judged"] = [
            {"who": name, "verdict": j.verdict, "said": _said(j)}
            for name, j in standing.get(found[0]["id"], {}).items()
        ]
    return view


def _waiting(index: Index, standing: Standing, kind: str, sample: Sample, who: str) -> tuple[int, str | None]:
    """How many records a queue holds for somebody, and the first of them."""
    there = f"web_{kind} w WHERE {'w.canonical' if kind == 'events' else 'true'}"
    if sample == "disputed":
        split = [name for name, by_who in standing.items() if len({j.verdict for j in by_who.values()}) > 1]
        rows = index.rows(
            f"SELECT w.id FROM web_{kind} w WHERE w.id IN (SELECT unnest(?::VARCHAR[])) ORDER BY w.id", [split]
        )
        return len(rows), rows[0]["id"] if rows else None
    done = [name for name, by_who in standing.items() if who in by_who]
    total = index.always(f"total {kind}", lambda: index.count(f"SELECT count(*) FROM {there}"))
    gone = index.count(f"SELECT count(*) FROM {there} AND w.id IN (SELECT unnest(?::VARCHAR[]))", [done]) if done else 0
    # The head of the order is worked out once: who judges goes through it from the front.
    head = index.always(
        f"queue {kind} {sample}",
        lambda: [row[0] for row in index.pairs(f"SELECT w.id FROM {there} ORDER BY {_ORDERS[sample]} LIMIT {_HEAD}")],
    )
    judged = set(done)
    first = next((name for name in head if name not in judged), None)
    if first is None and total > gone:
        rows = index.rows(
            f"SELECT w.id FROM {there} AND w.id NOT IN (SELECT unnest(?::VARCHAR[])) ORDER BY {_ORDERS[sample]} LIMIT 1",
            [done],
        )
        first = rows[0]["id"] if rows else None
    return total - gone, first


def _choices() -> dict[str, Any]:
    from dragoman.codebook import load_codebook

    return {"types": sorted(load_codebook().types), "statuses": list(STATUSES)}


def _said(judgement: Judgement) -> str:
    """A correction in words, for the next reviewer."""
    parts = []
    for name, value in judgement.correction.items():
        if name != "was":
            shown = value if isinstance(value, str) else ", ".join(piece["text"] for piece in value) or "nobody"
            parts.append(f"{name} {shown}")
    return "; ".join(parts)


def _shown(index: Index, kind: ReviewKind, row: dict[str, Any]) -> dict[str, Any]:
    """A record in full, its sentences, and its words as the form shows them."""
    from dragoman.export import to_json

    article, part = _article(index, row["article_id"])
    full = next(each for each in index.records(kind, part, row["article_id"]) if each.id == row["id"])
    entry = to_json(full) | {"kind": kind, "tellings": row.get("tellings", 1)}
    entry["marks"] = articles.marks_of(entry)
    by_field = {name: pieces for name, pieces in entry["sources"].items() if pieces}
    speaker = [entry["speaker"]] if entry.get("speaker") else []
    values = {
        "trigger": by_field.get("trigger", [])[:1],
        "actors": entry.get("actors", []),
        "recipients": entry.get("recipients", []),
        "speaker": speaker,
        "content": entry.get("content", []),
    }
    fields = {name: written(values[name]) for name in FIELDS[kind]}
    return {"record": row, "full": entry, "fields": fields, "context": _context(article, entry)}


def _article(index: Index, article_id: str) -> tuple[Article, str]:
    place = index.one("SELECT part FROM web_articles WHERE id = ?", [article_id])
    rows = index.records("articles", place["part"], article_id) if place else []
    if not rows or place is None:
        raise HTTPException(404)
    return rows[0], place["part"]


def _context(article: Article, entry: dict[str, Any]) -> dict[str, Any]:
    """The record's sentences with some text before and after, and the marks within."""
    wide = [*entry["marks"], *entry["sources"].get("sentence", [])]
    start, end = min(m["start"] for m in wide), max(m["end"] for m in wide)
    low, high = max(0, start - 240), min(len(article.text), end + 240)
    low = article.text.find(" ", low, start) + 1 if low else 0
    # The text after it ends with a sentence or a paragraph where it can.
    cut = max(article.text.rfind("\n", end, high), article.text.rfind(". ", end, high) + 1, 0)
    cut = cut if cut > end else article.text.rfind(" ", end, high)
    high = cut if high < len(article.text) and cut > end else high
    pieces = [piece | {"start": piece["start"] + low} for piece in articles.paragraphs(article.text[low:high])]
    return {"paragraphs": pieces, "title": article.title, "outlet": article.outlet, "published": article.published.edtf}


def _read_by(standing: Standing) -> dict[str, set[str]]:
    """Who read which article in full."""
    return {
        name: {who for who, j in by_who.items() if j.verdict == "read"}
        for name, by_who in standing.items()
        if any(j.verdict == "read" for j in by_who.values())
    }


def summary(index: Index, standing: Standing, kind: str) -> dict[str, Any]:
    """What the judgements so far say of records of one kind, and how many of them no longer have a record."""
    read = list(_read_by(standing))
    found: dict[str, list[str]] = {name: [] for name in read}
    query = "SELECT id, article_id FROM web_events WHERE article_id IN (SELECT unnest(?::VARCHAR[]))"
    for row in index.rows(query, [read]) if read else ():
        found[row["article_id"]].append(row["id"])
    mine = [
        name
        for name, by_who in standing.items()
        if any(j.kind == kind and j.verdict in VERDICTS for j in by_who.values())
    ]
    there = (
        index.count(f"SELECT count(*) FROM web_{kind} WHERE id IN (SELECT unnest(?::VARCHAR[]))", [mine]) if mine else 0
    )
    return measured(standing, kind, found) | {"gone": len(mine) - there}


def reading(index: Index, who: str, at: str | None) -> dict[str, Any]:
    """The next article to read in full: at random, in the same order for everybody; or the one that is named."""
    standing = Judgements(index.dataset.root).standing()
    done = [name for name, by_who in _read_by(standing).items() if who in by_who]
    wanted = at
    if wanted is None:
        row = index.one(
            "SELECT id FROM web_articles WHERE id NOT IN (SELECT unnest(?::VARCHAR[])) AND language IN ('en') ORDER BY hash(id) LIMIT 1",
            [done],
        )
        wanted = row["id"] if row else None
    view: dict[str, Any] = {
        "reviewer": who,
        "read": len(done),
        "summary": summary(index, standing, "events"),
        "whole": None,
        "is_read": wanted in done,
        **_choices(),
    }
    if wanted is None:
        return view
    whole = articles.article(index, wanted)
    if whole is None:
        raise HTTPException(404)
    whole["records"] = [row for row in whole["records"] if row["kind"] == "events"]
    verdicts = {name: max(by_who.values(), key=lambda j: j.n).verdict for name, by_who in standing.items()}
    for row in whole["records"]:
        row["verdict"] = verdicts.get(row["id"])
    added = [
        j for by_who in standing.values() for j in by_who.values() if j.verdict == "missed" and j.article_id == wanted
    ]
    view |= {
        "whole": whole,
        "open": sum(row["verdict"] is None for row in whole["records"]),
        "added": [{"who": j.who, **j.correction} for j in added],
    }
    return view


def known_in(index: Index, article_id: str, part: str) -> Known:
    """The parties of an article, by their span and by their words: those of its records, and those that its names were resolved to."""
    found: dict[tuple[int, int] | str, Participant] = {}
    actors: dict[str, Any] = {}
    for kind, roles in {"events": ("actors", "recipients"), "statements": ("speaker", "addressees", "targets")}.items():
        for record in index.records(kind, part, article_id):
            for role in roles:
                held = getattr(record, role)
                for party in held if isinstance(held, tuple) else (held,) if held else ():
                    found.setdefault((party.start, party.end), party)
                    found.setdefault(party.text.lower(), party)
    mentions = articles.mentions_of(index, part, article_id, articles.same_in(index, article_id))
    targets = [mention["target"] for mention in mentions if mention["target"]]
    for row in index.rows(
        "SELECT id, name, country, sector FROM web_actors WHERE id IN (SELECT unnest(?::VARCHAR[]))", [targets]
    ):
        actors[row["id"]] = row
    for mention in mentions:
        actor = actors.get(mention["target"] or "")
        if actor is not None:
            party = Participant(
                **actor,
                office=None,
                text=mention["text"],
                start=mention["start"],
                end=mention["end"],
                kind=mention["kind"],
            )
            found.setdefault((party.start, party.end), party)
            found.setdefault(party.text.lower(), party)
    return found


# --- addresses ----------------------------------------------------------------------------------------------------------------


def _view_review(
    request: Request,
    index: In,
    kind: ReviewKind = "events",
    sample: Sample = "random",
    at: Annotated[str | None, Query(max_length=40)] = None,
) -> Any:
    return queue(index, kind, sample, request.app.state.reviewer, at or None)


def _view_read(
    request: Request, index: In, at: Annotated[str | None, Query(max_length=40, pattern=r"^ar_[0-9a-f]{16}$")] = None
) -> Any:
    return reading(index, request.app.state.reviewer, at)


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body()).decode("utf-8", "replace")
    try:
        return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True, max_num_fields=20).items()}
    except ValueError:
        raise HTTPException(422, "name a record and a verdict") from None


async def _decide(request: Request) -> Response:
    """Write a verdict down, or take the last one back; then the next record, or the article again."""
    form = await _form(request)
    index: Index = request.app.state.desk.index
    address = await run_in_threadpool(_write, index, form, request.app.state.reviewer)
    return RedirectResponse(address, 303)


def _write(index: Index, form: dict[str, str], who: str) -> str:
    judgements = Judgements(index.dataset.root)
    kind: ReviewKind = "statements" if form.get("kind") == "statements" else "events"
    sample = form["sample"] if form.get("sample") in _ORDERS or form.get("sample") == "read" else "random"
    verdict = form.get("verdict", "")
    if verdict == "undo":
        back = judgements.undo(who, kinds=("events", "statements", "articles"))
        return _after(index, form, kind, sample, back)
    if verdict in ("missed", "read"):
        return _note(index, judgements, form, who, verdict)
    row = index.one(f"SELECT id, article_id, words FROM web_{kind} WHERE id = ?", [form.get("id", "")])
    if row is None or verdict not in VERDICTS:
        raise HTTPException(422, "name a record and a verdict")
    article, part = _article(index, row["article_id"])
    record = next(each for each in index.records(kind, part, row["article_id"]) if each.id == row["id"])
    correction = {"was": what_was_judged(record)}
    if verdict == "correct":
        correction = correction_of(record, form, article, known_in(index, article.id, part))
    judgements.add(
        who=who,
        kind=kind,
        id=record.id,
        article_id=article.id,
        start=place_of(record) or 0,
        quote=row["words"] or "",
        verdict=verdict,
        correction=correction,
        sample=sample,
    )
    return _after(index, form, kind, sample, None)


def _note(index: Index, judgements: Judgements, form: dict[str, str], who: str, verdict: str) -> str:
    """An act that the coder missed, or that an article was read in full."""
    article, part = _article(index, form.get("article", ""))
    if verdict == "missed":
        name, start, quote, correction = missed_of(form, article, known_in(index, article.id, part))
    else:
        name, start, quote, correction = article.id, 0, article.title or "", {}
    kind = "events" if verdict == "missed" else "articles"
    judgements.add(
        who=who, kind=kind, id=name, article_id=article.id, start=start, quote=quote, verdict=verdict, correction=correction, sample="read"
    )  # fmt: skip
    return "/review/read" + (f"?at={article.id}" if verdict == "missed" else "")


def _after(index: Index, form: dict[str, str], kind: str, sample: str, back: str | None) -> str:
    if sample == "read":
        article = form.get("article", "")
        known = article.startswith("ar_") and index.count("SELECT count(*) FROM web_articles WHERE id = ?", [article])
        return "/review/read" + (f"?{urlencode({'at': article})}" if known else "")
    asked = {"kind": "statements" if back and back.startswith("st_") else kind, "sample": sample}
    return f"/review?{urlencode(asked | ({'at': back} if back else {}))}"


async def _name(request: Request) -> Response:
    """Write down that two names are one or two, or take that back; then the pair again, as it now stands."""
    form = await _form(request)
    desk, who = request.app.state.desk, request.app.state.reviewer
    address = await run_in_threadpool(_write_name, desk, form, who)
    return RedirectResponse(address, 303)


def _write_name(desk: Desk, form: dict[str, str], who: str) -> str:
    one, other = form.get("one", ""), form.get("other", "")
    verdict, _, keep = form.get("verdict", "").partition(":")
    if verdict == "next":
        found = next_open(desk.index, (one, other))
        return f"/names/pair?{urlencode({'one': found[0], 'other': found[1]})}" if found else "/names"
    dataset = desk.index.dataset
    if verdict == "undo":
        Judgements(dataset.root).undo(who, record_id=make_id("id", *sorted((one, other)), None))
    elif verdict in SAID:
        say_of_two(dataset, one, other, verdict, who=who, keep=keep or None)
    else:
        raise HTTPException(422, "name two actors and a verdict")
    desk.catch_up()
    return f"/names/pair?{urlencode({'one': one, 'other': other})}"


def _gold(index: In) -> Response:
    """What was judged, as gold rows for `dragoman evaluate events`: sentences wholly judged, and articles read in full."""
    return _file(index, "gold", "gold-events.jsonl")


def _training(index: In) -> Response:
    """What was judged, as passages in the format of the corpus."""
    return _file(index, "training", "judged-passages.txt")


def _file(index: Index, layout: str, name: str) -> Response:
    from dragoman.export import FORMATS, write
    from dragoman.selection import Selection

    pieces = b"".join(write(Selection(index.dataset), "judgements", layout))
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(pieces, media_type=FORMATS[layout].media, headers=headers)


def review_router() -> APIRouter:
    """The addresses of the review, there only with `--review`."""
    made = APIRouter()
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": "the data of the page", "content": {"application/json": {"schema": {"type": "object"}}}},
        **PROBLEMS,
    }
    for address, name, make in (("/review", "review", _view_review), ("/review/read", "read", _view_read)):
        made.add_api_route(f"{address}.json", as_json(make), methods=["GET"], responses=answers, operation_id=name)
        made.add_api_route(address, as_html(make, name), methods=["GET"], include_in_schema=False)
    made.add_api_route("/review", _decide, methods=["POST"], include_in_schema=False)
    made.add_api_route("/names", _name, methods=["POST"], include_in_schema=False)
    made.add_api_route("/review/gold.jsonl", _gold, methods=["GET"], include_in_schema=False)
    made.add_api_route("/review/training.txt", _training, methods=["GET"], include_in_schema=False)
    return made
