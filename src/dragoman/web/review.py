"""The review queue: one record at a time, its sentence, and a verdict by key or button. Looking never decides.

Only posts decide, and every post names the record it is about. Works without script: the buttons are forms.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from dragoman.judgements import VERDICTS, Judgements
from dragoman.records import STATUSES
from dragoman.web.index import Index
from dragoman.web.pages import _marks, _paragraphs, records_by_id
from dragoman.web.routes import _index, _json, html_page

__all__ = ["review_router"]

Sample = Literal["random", "doubtful"]
ReviewKind = Literal["events", "statements"]


def queue(index: Index, kind: ReviewKind, sample: Sample, who: str, at: str | None) -> dict[str, Any]:
    """The next record to judge: at random (in an order that is the same for everybody) or the least sure first."""
    from dragoman.codebook import load_codebook
    from dragoman.export import to_json

    judgements = Judgements(index.dataset.root)
    standing = judgements.standing()
    done = [name for name, by_who in standing.items() if who in by_who]
    order = "hash(w.id)" if sample == "random" else "w.confidence, w.id"
    canonical = " AND w.canonical" if kind == "events" else ""
    rows = index.rows(
        f"SELECT w.id FROM web_{kind} w WHERE w.id NOT IN (SELECT unnest(?::VARCHAR[])){canonical} ORDER BY {order} LIMIT 1",
        [done],
    )
    wanted = at or (rows[0]["id"] if rows else None)
    left = index.one(
        f"SELECT count(*) AS n FROM web_{kind} w WHERE w.id NOT IN (SELECT unnest(?::VARCHAR[])){canonical}", [done]
    ) or {"n": 0}
    view: dict[str, Any] = {
        "kind": kind,
        "sample": sample,
        "reviewer": who,
        "left": left["n"],
        "summary": judgements.summary(),
        "record": None,
        "types": sorted(load_codebook().types),
        "statuses": STATUSES,
    }
    found = records_by_id(index, kind, [wanted]) if wanted else []
    if found:
        row = found[0]
        place = index.one("SELECT part FROM web_articles WHERE id = ?", [row["article_id"]])
        full = next(
            r for r in index.records(kind, place["part"] if place else "", row["article_id"]) if r.id == row["id"]
        )
        entry = to_json(full) | {"kind": kind, "tellings": row.get("tellings", 1)}
        entry["marks"] = _marks(entry)
        view |= {
            "record": row,
            "full": entry,
            "context": _context(index, row, entry),
            "judged": {who: j.verdict for who, j in standing.get(row["id"], {}).items()},
        }
    return view


def _context(index: Index, row: dict[str, Any], entry: dict[str, Any]) -> dict[str, Any]:
    """The record's sentences with some text before and after, and the marks within."""
    place = index.one("SELECT part FROM web_articles WHERE id = ?", [row["article_id"]]) or {"part": ""}
    article = index.records("articles", place["part"], row["article_id"])[0]
    wide = [*entry["marks"], *entry["sources"].get("sentence", [])]
    start, end = min(m["start"] for m in wide), max(m["end"] for m in wide)
    low, high = max(0, start - 240), min(len(article.text), end + 240)
    low = article.text.find(" ", low, start) + 1 if low else 0
    cut = article.text.rfind(" ", end, high)
    high = cut if high < len(article.text) and cut > end else high
    pieces = [piece | {"start": piece["start"] + low} for piece in _paragraphs(article.text[low:high])]
    return {"paragraphs": pieces, "title": article.title, "outlet": article.outlet, "published": article.published.edtf}


def _page(
    request: Request,
    index: Annotated[Index, Depends(_index)],
    kind: ReviewKind = "events",
    sample: Sample = "random",
    at: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    return html_page(request, "review", queue(index, kind, sample, request.app.state.reviewer, at or None))


def _data(
    request: Request,
    index: Annotated[Index, Depends(_index)],
    kind: ReviewKind = "events",
    sample: Sample = "random",
    at: Annotated[str | None, Query(max_length=40)] = None,
) -> Response:
    return _json(queue(index, kind, sample, request.app.state.reviewer, at or None))


async def _decide(request: Request) -> Response:
    """Write a verdict down, or take the last one back; then the next record."""
    form = {
        name: values[0]
        for name, values in parse_qs((await request.body()).decode("utf-8", "replace"), max_num_fields=20).items()
    }
    index: Index = request.app.state.desk.index
    kind = "statements" if form.get("kind") == "statements" else "events"
    sample = "doubtful" if form.get("sample") == "doubtful" else "random"
    address = f"/review?kind={kind}&sample={sample}"
    back = await run_in_threadpool(_write, index, form, kind, sample, request.app.state.reviewer)
    return RedirectResponse(address + (f"&at={back}" if back else ""), 303)


def _write(index: Index, form: dict[str, str], kind: str, sample: str, who: str) -> str | None:
    judgements = Judgements(index.dataset.root)
    verdict = form.get("verdict", "")
    if verdict == "undo":
        return judgements.undo(who)
    row = index.one(f"SELECT id, article_id, w_start, words FROM web_{kind} WHERE id = ?", [form.get("id", "")])
    if row is None or verdict not in VERDICTS:
        raise HTTPException(422, "name a record and a verdict")
    from dragoman.codebook import load_codebook

    known = {"type": load_codebook().types, "status": STATUSES}
    correction = {name: form[name] for name in known if verdict == "correct" and form.get(name) in known[name]}
    judgements.add(
        who=who,
        kind=kind,
        id=row["id"],
        article_id=row["article_id"],
        start=row["w_start"] or 0,
        quote=row["words"] or "",
        verdict=verdict,
        correction=correction,
        sample=sample,
    )
    return None


def _gold(index: Annotated[Index, Depends(_index)]) -> Response:
    """The judged events as gold rows for `dragoman evaluate events`, as `dragoman export --what judgements --format gold` writes them."""
    from dragoman.export import write
    from dragoman.selection import Selection

    return Response(
        b"".join(write(Selection(index.dataset), "judgements", "gold")),
        media_type="application/x-ndjson",
        headers={"content-disposition": 'attachment; filename="gold-events.jsonl"'},
    )


def review_router() -> APIRouter:
    """The addresses of the review, there only with `--review`."""
    made = APIRouter()
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": "the queue", "content": {"application/json": {"schema": {"type": "object"}}}}
    }
    made.add_api_route("/review.json", _data, methods=["GET"], responses=answers, operation_id="review")
    made.add_api_route("/review", _page, methods=["GET"], include_in_schema=False)
    made.add_api_route("/review", _decide, methods=["POST"], include_in_schema=False)
    made.add_api_route("/review/gold.jsonl", _gold, methods=["GET"], include_in_schema=False)
    return made
