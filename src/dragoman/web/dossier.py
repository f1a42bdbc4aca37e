"""A dossier: one actor, one dyad or one query as a single HTML file that needs nothing else, to be read, printed, sent and kept.

It holds the records as people judged them, in the order of time, each with its sentence and the words it rests on, then the articles
they come from, and what made the data. Analysts print pages or take pictures of their screen for want of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from typing import Any

from dragoman.export import to_json
from dragoman.web import pages
from dragoman.web.exports import View, chosen_ids, citation
from dragoman.web.filters import Filters
from dragoman.web.index import Index
from dragoman.web.queries import labels
from dragoman.web.render import environment

__all__ = ["MOST_RECORDS", "actor_dossier", "dyad_dossier", "pieces_of_sentence", "query_dossier"]

MOST_RECORDS = 400
"""The most records of one section; of more, the surest are shown, and the section says so."""

Json = dict[str, Any]
_SHOWN = ("trigger", "cue", "actors", "recipients", "speaker", "when", "place")
_TITLES = {
    "events": "Acts",
    "statements": "Statements",
    "meetings": "Meetings",
    "pledges": "Pledges",
    "articles": "Articles",
}


def pieces_of_sentence(
    sentence: Mapping[str, Any], sources: Mapping[str, Sequence[Mapping[str, Any]]]
) -> list[tuple[str, str | None]]:
    """A sentence cut at the words that a record rests on: each piece with the field it belongs to, or `None`.

    >>> pieces_of_sentence({"start": 5, "text": "He met her."}, {"trigger": [{"start": 8, "end": 11}]})
    [('He ', None), ('met', 'trigger'), (' her.', None)]
    """
    start, text = sentence["start"], sentence["text"]
    taken: list[tuple[int, int, str]] = []
    for field in _SHOWN:
        for source in sources.get(field, ()):
            low, high = source["start"] - start, source["end"] - start
            if 0 <= low < high <= len(text) and all(high <= a or b <= low for a, b, _ in taken):
                taken.append((low, high, field))
    pieces: list[tuple[str, str | None]] = []
    at = 0
    for low, high, field in sorted(taken):
        pieces += [(text[at:low], None)] if low > at else []
        pieces.append((text[low:high], field))
        at = high
    return pieces + ([(text[at:], None)] if at < len(text) else [])


def _section(index: Index, filters: Filters, title: str | None = None) -> Json | None:
    """The records of a view, as judged; `None` where there are none."""
    ids, parts = chosen_ids(index, filters)
    total = len(ids)
    if total > MOST_RECORDS and filters.what != "articles":
        rows = index.rows(
            f"SELECT id FROM web_{filters.what} WHERE id IN (SELECT unnest(?::VARCHAR[])) "
            f"ORDER BY confidence DESC, id LIMIT {MOST_RECORDS}",
            [ids],
        )
        surest = {row["id"] for row in rows}
        ids = [name for name in ids if name in surest]
    ids = ids[:MOST_RECORDS]
    # The acts were chosen above; what is read now are their tellings.
    view = View(
        index.dataset, filters.what, ids, parts, filters.model_copy(update={"count": "tellings", "status": None})
    )
    rows_ = [to_json(row) for row in view.records(filters.what)]
    if not rows_:
        return None
    for row in rows_:
        if filters.what != "articles":
            sentence = next(iter(row["sources"].get("sentence", [])), None)
            row["pieces"] = pieces_of_sentence(sentence, row["sources"]) if sentence else []
    return {"kind": filters.what, "title": title or _TITLES[filters.what], "rows": rows_, "total": total}


def _articles(index: Index, sections: Iterable[Json]) -> list[Json]:
    wanted = {
        row["id"] if part["kind"] == "articles" else row["article_id"] for part in sections for row in part["rows"]
    }
    return index.rows(
        "SELECT id, title, outlet, authors, edtf, url FROM web_articles WHERE id IN (SELECT unnest(?::VARCHAR[])) "
        "ORDER BY starts NULLS LAST, id",
        [sorted(wanted)],
    )


def _page(index: Index, view: Json, sections: Sequence[Json | None], address: str) -> str:
    kept = [section for section in sections if section is not None]
    articles = _articles(index, kept)
    html: str = (
        environment()
        .get_template("dossier.html")
        .render(
            view=view | {"sections": kept, "articles": articles},
            numbers={row["id"]: number for number, row in enumerate(articles, 1)},
            style=(files("dragoman.web") / "static" / "page.css").read_text("utf-8"),
            cite=citation(index, address),
            index_version=index.version,
            dataset_name=index.dataset.root.resolve().name,
        )
    )
    return html


def actor_dossier(index: Index, key: str) -> str | None:
    """An actor or a country; `None` where it takes part in nothing."""
    found = pages.actor(index, key)
    if found is None:
        return None
    key = found["key"]  # a name that was joined to another stands under that
    sections = [
        _section(index, Filters(actor=key), "What they did"),
        _section(index, Filters(recipient=key), "What was done to them"),
        *(_section(index, Filters(what=what, actor=key)) for what in ("statements", "meetings", "pledges")),
    ]
    view = {
        "title": found["name"],
        "about": "country" if found["is_country"] else "actor",
        "actor": found,
        "timeline": found["timeline"],
    }
    return _page(index, view, sections, f"/actors/{key}")


def dyad_dossier(index: Index, one: str, other: str) -> str | None:
    """Two parties and what they did to each other; `None` where that is nothing."""
    found = pages.dyad(index, one, other, 1)
    if found is None:
        return None
    names = labels(index, [one, other])
    ways = [(one, other), (other, one)]
    sections = [
        _section(index, Filters(actor=a, recipient=b), f"{names.get(a, a)} → {names.get(b, b)}") for a, b in ways
    ]
    words = [
        _section(index, Filters(what="statements", actor=a, recipient=b), f"{names.get(a, a)} on {names.get(b, b)}")
        for a, b in ways
    ]
    view = {"title": f"{found['one']['name']} and {found['other']['name']}", "about": "dyad", "dyad": found}
    return _page(index, view, [*sections, *words], f"/dyads/{one}/{other}")


def query_dossier(index: Index, filters: Filters) -> str:
    """Whatever a search found, with its filters in words."""
    asked = " · ".join(f"{name} {value}" for name, value in filters.given().items())
    view = {"title": asked or f"All {_TITLES[filters.what].lower()}", "about": "query"}
    return _page(index, view, [_section(index, filters)], f"/search?{filters.address()}")
