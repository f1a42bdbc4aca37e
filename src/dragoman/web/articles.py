"""An article's text with everything that was found in it, and two tellings of a story beside each other, as plain data."""

from __future__ import annotations

import re
from typing import Any

from dragoman.export import to_json
from dragoman.web.index import Index
from dragoman.web.queries import country_names, labels

__all__ = ["article", "differences", "marks_of", "mentions_of", "paragraphs"]

Json = dict[str, Any]


def _place_of(index: Index, article_id: str) -> Json | None:
    return index.one("SELECT part, id, n FROM web_articles WHERE id = ?", [article_id])


def article(index: Index, article_id: str) -> Json | None:
    """An article's text with everything that was found in it, in the order of the text."""
    place = _place_of(index, article_id)
    if place is None:
        return None
    part = place["part"]
    whole = index.records("articles", part, article_id)
    if not whole:
        return None
    record = to_json(whole[0])
    record.pop("raw_runs")
    record["country_names"] = country_names(index)
    tellings = {
        row["id"]: row
        for row in index.rows("SELECT id, tellings, canonical, act FROM web_events WHERE a = ?", [place["n"]])
    }
    same = same_in(index, article_id)
    view: Json = {"article": record, "records": [], "mentions": mentions_of(index, part, article_id, same)}
    for kind in ("events", "statements", "meetings", "pledges"):
        for row in index.records(kind, part, article_id):
            entry = _with_persons(to_json(row), same) | {"kind": kind}
            if kind == "events":
                entry |= {"tellings": tellings.get(row.id, {}).get("tellings", 1)}
            entry["marks"] = marks_of(entry)
            view["records"].append(entry)
    order = {"statements": 0, "events": 1, "meetings": 2, "pledges": 3}
    view["records"].sort(key=lambda r: (r["marks"][0]["start"] if r["marks"] else 0, order[r["kind"]], r["id"]))
    view["categories"] = [to_json(row) for row in index.records("categories", part, article_id)]
    view["copies"] = _copies(index, article_id)
    view["paragraphs"] = paragraphs(record["text"])
    del record["country_names"]
    return view


def same_in(index: Index, article_id: str) -> dict[str, Json]:
    """Who the actors of an article are, where they were joined to another name: in this article, or else everywhere."""
    rows = index.rows(
        """SELECT actor_id, person AS id, name, country, sector FROM web_same WHERE article_id = ? OR (article_id IS NULL AND actor_id IN
        (SELECT coded FROM web_parties p JOIN web_articles a ON a.n = p.article WHERE a.id = ?)) ORDER BY article_id IS NOT NULL""",
        [article_id, article_id],
    )
    return {row.pop("actor_id"): row for row in rows}


def _with_persons(entry: Json, same: dict[str, Json]) -> Json:
    """A record with each party as the person it is."""
    if not same:
        return entry

    def shown(party: Json) -> Json:
        person = same.get(party["id"])
        if person is None:
            return party
        return party | {
            "id": person["id"],
            "name": person["name"] or party["name"],
            "country": person["country"] or party["country"],
            "sector": party["sector"] or person["sector"],
        }

    changed = dict(entry)
    for name, value in entry.items():
        if name == "speaker" and value:
            changed[name] = shown(value)
        elif name in ("actors", "recipients", "addressees", "targets", "hosts", "participants", "by", "to") and value:
            changed[name] = [shown(party) for party in value]
    return changed


def paragraphs(text: str) -> list[Json]:
    """The text in its paragraphs, each with where it begins."""
    return [{"start": match.start(), "text": match[0]} for match in re.finditer(r"[^\n]+", text)]


def marks_of(entry: Json) -> list[Json]:
    """Where a record stands in the text: the spans of its fields, the one to jump to first."""
    first = {"events": "trigger", "statements": "content", "meetings": "name", "pledges": "what"}[entry["kind"]]
    found = {
        (field, piece["start"], piece["end"])
        for field, pieces in entry["sources"].items()
        if field != "sentence"
        for piece in pieces
    }
    found |= {("content", piece["start"], piece["end"]) for piece in entry.get("content", [])}
    if not found:
        found = {("sentence", piece["start"], piece["end"]) for piece in entry["sources"].get("sentence", [])}
    ordered = sorted(found, key=lambda m: (m[0] != first, m[1], m[2]))
    return [{"field": field, "start": start, "end": end} for field, start, end in ordered]


def mentions_of(index: Index, part: str, article_id: str, same: dict[str, Json]) -> list[Json]:
    """The names of an article with whom they are; `same` is what `same_in` tells of it."""
    links = {}
    rows = index.records("mentions", part, article_id)
    path = index.dataset.root / "parts" / part / "links.parquet"
    if rows and path.exists():
        import pyarrow.parquet as pq

        wanted = [row.id for row in rows]
        found = pq.read_table(
            path, columns=["mention_id", "target_id", "office", "score"], filters=[("mention_id", "in", wanted)]
        )
        links = {row["mention_id"]: row for row in found.to_pylist()}
    for link in links.values():
        link["target_id"] = same.get(link["target_id"] or "", {"id": link["target_id"]})["id"]
    named = [row for row in rows if row.kind not in ("phrase", "pronoun", "noun")]
    targets = labels(index, {link["target_id"] for link in links.values() if link["target_id"]})
    return [
        {
            "id": row.id, "kind": row.kind, "text": row.text, "start": row.span.start, "end": row.span.end, "chain": row.chain,
            "target": links.get(row.id, {}).get("target_id"), "name": targets.get(links.get(row.id, {}).get("target_id") or ""),
        }
        for row in sorted(named, key=lambda m: m.span.start)
    ]  # fmt: skip


def _copies(index: Index, article_id: str) -> list[Json]:
    """The other articles of the story, first published first, each with what it is to this one."""
    story = index.one(
        "SELECT article_ids, relations FROM web_stories WHERE story = (SELECT min(story) FROM web_told WHERE article_id = ?)",
        [article_id],
    )
    if story is None or len(story["article_ids"]) < 2:
        return []
    relation = dict(zip(story["article_ids"], story["relations"], strict=False))
    rows = index.rows(
        "SELECT id, title, outlet, edtf FROM web_articles WHERE id IN (SELECT unnest(?::VARCHAR[])) ORDER BY starts NULLS LAST, id",
        [story["article_ids"]],
    )
    return [row | {"relation": relation.get(row["id"]), "self": row["id"] == article_id} for row in rows]


def differences(index: Index, one_id: str, other_id: str) -> Json | None:
    """Two tellings of a story, sentence against sentence."""
    import difflib

    from dragoman.text import sentences

    pair = []
    for article_id in (one_id, other_id):
        place = _place_of(index, article_id)
        rows = index.records("articles", place["part"], article_id) if place else []
        if not rows:
            return None
        pair.append(rows[0])
    pieces = [[" ".join(row.text[low:high].split()) for low, high in sentences(row.text)] for row in pair]
    matcher = difflib.SequenceMatcher(None, pieces[0], pieces[1], autojunk=False)
    rows = [
        {"same": tag == "equal", "one": pieces[0][a:b], "other": pieces[1][c:d]}
        for tag, a, b, c, d in matcher.get_opcodes()
    ]
    heads = [
        {"id": row.id, "title": row.title, "outlet": row.outlet, "published": to_json(row.published)} for row in pair
    ]
    return {"one": heads[0], "other": heads[1], "rows": rows, "alike": round(matcher.ratio(), 3)}
