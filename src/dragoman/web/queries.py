"""Questions to the flat tables, each one statement of SQL, answered as plain rows. No page is known here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from typing import Any

from dragoman.web.filters import Filters
from dragoman.web.index import HIT_LIMIT, Index, fts_query

__all__ = [
    "PAGE",
    "bins_of",
    "country_names",
    "hits_of",
    "labels",
    "list_records",
    "parties_of",
    "rows_of_numbers",
    "settled",
    "snippet",
    "strip",
    "suggest",
]

PAGE = 25
"""Rows on one page of a list."""

_ORDER = {
    "newest": "moment DESC NULLS LAST, n",
    "oldest": "moment NULLS LAST, n",
    "surest": "sure DESC NULLS LAST, n",
}
_TERM = re.compile(r'"([^"]+)"(\*?)')
_SOURCE_OF = {"events": "t_start", "statements": "w_start", "meetings": "w_start", "pledges": "w_start"}


def country_names(index: Index) -> dict[str, str]:
    """Country code to common name, codebook codes as IGO among them."""
    if "countries" not in index.cache:
        from dragoman.codebook import load_codebook
        from dragoman.reference import rows_of

        names = {row["iso3"]: row["name"] for row in rows_of("countries.tsv") if row.get("iso3")}
        index.cache["countries"] = dict(load_codebook().special_countries) | names
    found: dict[str, str] = index.cache["countries"]
    return found


def labels(index: Index, keys: Iterable[str]) -> dict[str, str]:
    """What to call the keys of parties: a country's name, or the actor's."""
    wanted = set(keys)
    countries = country_names(index)
    found = {key: countries.get(key, key) for key in wanted if not key.startswith("ac_")}
    actors = [key for key in wanted if key.startswith("ac_")]
    if actors:
        rows = index.rows("SELECT id, name FROM web_actors WHERE id IN (SELECT unnest(?::VARCHAR[]))", [actors])
        found |= {row["id"]: row["name"] for row in rows}
    return found


def _iso(moment: dt.datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.date().isoformat() if moment.time() == dt.time() else moment.isoformat().replace("+00:00", "Z")


def parties_of(index: Index, kind: str, numbers: Sequence[int]) -> dict[int, dict[str, list[dict[str, Any]]]]:
    """The parties of records, by row number and role, in the order of the text."""
    found: dict[int, dict[str, list[dict[str, Any]]]] = {}
    if not numbers:
        return found
    rows = index.rows(
        "SELECT n, role, actor_id AS id, name, country, sector, office, key FROM web_parties "
        f"WHERE m IN ({index.marks(kind, numbers)}) ORDER BY n, role, p_start"
    )
    for row in rows:
        number, role = row.pop("n"), row.pop("role")
        parties = found.setdefault(number, {}).setdefault(role, [])
        # Who is named twice in a part is shown once.
        if all(row["id"] != other["id"] for other in parties):
            parties.append(row)
    return found


def _shape(kind: str, row: dict[str, Any], parties: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """One row of a list as the page and the JSON show it."""
    when = {
        "edtf": row["edtf"],
        "start": _iso(row["starts"]),
        "end": _iso(row["ends"]),
        "precision": row["precision"],
        "phrase": row.get("phrase"),
    }
    if kind == "articles":
        return {
            "id": row["id"],
            "title": row["title"],
            "outlet": row["outlet"],
            "agencies": row["agencies"],
            "authors": row["authors"],
            "language": row["language"],
            "published": when,
            "characters": row["characters"],
            "snippet": row["opening"],
            "address": f"/articles/{row['id']}",
        }
    shaped: dict[str, Any] = {
        "id": row["id"],
        "article_id": row["article_id"],
        "outlet": row["outlet"],
        "when": when,
        "told": row["told"],
        "confidence": round(row["confidence"], 3),
        "actors": parties.get("actor", []),
        "recipients": parties.get("recipient", []),
        "words": row["words"],
        "address": f"/articles/{row['article_id']}#{row['id']}",
    }
    extra = {
        "events": ("type", "mode", "status", "quad", "scale", "cameo", "place", "tellings", "reported_by", "contexts"),
        "statements": ("form", "standing", "stance", "issues", "venue", "reported_by"),
        "meetings": ("name", "series", "edition", "status", "place", "figures"),
        "pledges": ("what", "issues", "made", "followed_by", "follow_why", "relations"),
    }[kind]
    if kind == "events":
        shaped["core"] = _core(row)
    return shaped | {name: row[name] for name in extra}


def _core(row: dict[str, Any]) -> list[int] | None:
    """Where in its sentence the words stand that say what was done: half-open, in code points; `None` where they lie elsewhere."""
    if row["words"] is None or row["t_start"] is None or row["w_start"] is None:
        return None
    start, end = row["t_start"] - row["w_start"], row["t_end"] - row["w_start"]
    return [start, end] if 0 <= start < end <= len(row["words"]) else None


def hits_of(index: Index, filters: Filters) -> tuple[list[int] | None, dict[str, int] | None]:
    """The row numbers that `q` finds, best first, and for a search by meaning how many records were looked through of how many.

    `None` where nothing was asked, or where the records hold no words.
    """
    kind = filters.what
    if not filters.q or kind not in ("articles", "statements", "events"):
        return None, None
    if filters.by == "words":
        return index.find_words(kind, filters.q), None
    meaning = index.meaning()
    if meaning is None:
        return [], {"covered": 0, "total": index.count(f"SELECT count(*) FROM web_{kind}")}
    where, values = filters.where(None)
    among = None
    if where != "true":
        among = [row["n"] for row in index.rows(f"SELECT n FROM web_{kind} w WHERE {where}", values)]
    found = meaning.search(index, kind, filters.q, among)
    return found["hits"], {"covered": found["covered"], "total": found["total"]}


def settled(index: Index, filters: Filters) -> Filters:
    """Filters with the actors that stand for those asked for: an address goes on leading to a name that was joined to another."""
    asked = {
        role: value for role in ("actor", "recipient") if (value := getattr(filters, role)) and value.startswith("ac_")
    }
    return filters.model_copy(update={role: index.person(value) for role, value in asked.items()}) if asked else filters


def list_records(index: Index, filters: Filters, *, limit: int = PAGE) -> dict[str, Any]:
    """The page of records that a view asks for, and how many there are."""
    filters = settled(index, filters)
    kind = filters.what
    hits, looked = hits_of(index, filters)
    best = hits is not None and (filters.sort == "best" or looked is not None)
    total, numbers = _chosen(index, filters, hits, best, limit)
    found = {row["n"]: row for row in rows_of_numbers(index, kind, numbers)}
    rows = [found[n] for n in numbers]
    parties = parties_of(index, kind, [row["n"] for row in rows]) if kind != "articles" else {}
    shaped = [_shape(kind, row, parties.get(row["n"], {})) for row in rows]
    if kind == "articles" and filters.q and rows:
        _add_snippets(index, rows, shaped, filters.q)
    listed = {"total": total, "page": filters.page, "pages": max(1, -(-total // limit)), "rows": shaped}
    if hits is not None and looked is None and len(hits) >= HIT_LIMIT:
        listed["best_of"] = HIT_LIMIT
    return listed | ({"looked_through": looked} if looked is not None else {})


def _chosen(index: Index, filters: Filters, hits: list[int] | None, best: bool, limit: int) -> tuple[int, list[int]]:
    """How many rows pass, and the numbers of those on the page, from the narrow columns alone and in one pass."""
    kind, offset = filters.what, (filters.page - 1) * limit
    order = _ORDER.get(filters.sort, _ORDER["newest"])
    if kind == "articles" and filters.sort == "surest":
        order = _ORDER["newest"]
    where, values = filters.where(None if best else hits)
    # What has no time of its own stands in a list where its article does.
    moment = "starts" if kind == "articles" else "s_starts"
    sure = "NULL" if kind == "articles" else "w.confidence"
    source, first = f"web_{kind} w", []
    if best:
        # Their order is that of the list: a join, for looking each up in the list takes the square of its length.
        source = f"(SELECT unnest(?::INTEGER[]) AS n, unnest(range(?::BIGINT)) AS place) h JOIN web_{kind} w USING (n)"
        first, order = [hits, len(hits or [])], "place, n"
    passing = (
        f"SELECT w.n, w.{moment} AS moment, {sure} AS sure{', h.place' if best else ''} FROM {source} WHERE {where}"
    )
    if "SELECT" not in where and not best:
        # Cheap conditions are asked twice, sooner than that all that passes is written down: the first few need no sorting of the rest.
        numbers = index.rows(f"SELECT n FROM ({passing}) ORDER BY {order} LIMIT {limit} OFFSET {offset}", values)
        return index.count(f"SELECT count(*) FROM ({passing})", values), [row["n"] for row in numbers]
    page = index.rows(
        f"WITH passing AS MATERIALIZED ({passing}) SELECT n, (SELECT count(*) FROM passing) AS total FROM passing "
        f"ORDER BY {order} LIMIT {limit} OFFSET {offset}",
        [*first, *values],
    )
    if not page and offset:
        return index.count(f"SELECT count(*) FROM ({passing})", [*first, *values]), []
    return (page[0]["total"] if page else 0), [row["n"] for row in page]


def rows_of_numbers(index: Index, kind: str, numbers: Sequence[int]) -> list[dict[str, Any]]:
    """Rows of a flat table by their numbers, in no order. The numbers are written out: only so does DuckDB use its index."""
    if not numbers:
        return []
    wanted = ", ".join(str(int(number)) for number in numbers)
    return index.rows(f"SELECT * FROM web_{kind} WHERE n IN ({wanted})")


def _add_snippets(index: Index, rows: list[dict[str, Any]], shaped: list[dict[str, Any]], words: str) -> None:
    """Put the words around the first hit in place of the opening, and the hit's place into the address."""
    parts = {row["part"] for row in rows}
    files = ", ".join(
        "'" + str(index.dataset.root.resolve() / "parts" / part / "articles.parquet").replace("'", "''") + "'"
        for part in sorted(parts)
    )
    texts = index.rows(
        f"SELECT id, text FROM read_parquet([{files}]) WHERE id IN (SELECT unnest(?::VARCHAR[]))",
        [[row["id"] for row in rows]],
    )
    by_id = {row["id"]: row["text"] for row in texts}
    for row in shaped:
        found = snippet(by_id.get(row["id"], ""), words)
        if found is not None:
            row["snippet"], start, end = found
            row["address"] += f"#s={start}-{end}"


def snippet(text: str, words: str, *, around: int = 130) -> tuple[str, int, int] | None:
    """The text around the first hit of typed words, and the hit's half-open span in code points; `None` without a hit.

    >>> snippet("They signed the treaty.", "treaty")
    ('They signed the treaty.', 16, 22)
    """
    query = fts_query(words)
    if query is None:
        return None
    best: re.Match[str] | None = None
    for term, star in _TERM.findall(query.split(" NOT ")[0]):
        pattern = r"\b" + r"\W+".join(re.escape(word) for word in term.split()) + ("" if star else r"\b")
        match = re.search(pattern, text, re.IGNORECASE)
        if match and (best is None or match.start() < best.start()):
            best = match
    if best is None:
        return None
    low, high = max(0, best.start() - around), min(len(text), best.end() + around)
    low = text.rfind(" ", 0, low) + 1 if low else 0
    cut = text.find(" ", high)
    high = cut if cut >= 0 else len(text)
    inner = " ".join(text[low:high].split())
    return ("… " if low else "") + inner + (" …" if high < len(text) else ""), best.start(), best.end()


_UNITS = (("day", 46), ("week", 210), ("month", 1500), ("year", 27000), ("decade", 10**7))
_FORMS = {"day": "%Y-%m-%d", "week": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y", "decade": "%Y"}


def _next(moment: dt.date, unit: str) -> dt.date:
    if unit in ("day", "week"):
        return moment + dt.timedelta(days=1 if unit == "day" else 7)
    if unit == "month":
        return dt.date(moment.year + moment.month // 12, moment.month % 12 + 1, 1)
    return dt.date(moment.year + (1 if unit == "year" else 10), 1, 1)


def bins_of(first: dt.date, last: dt.date) -> dict[str, Any]:
    """Even steps of time from first to last day, fine enough to show something and few enough to read.

    >>> found = bins_of(dt.date(1975, 8, 1), dt.date(1979, 12, 21))
    >>> found["unit"], found["bins"][:3], found["spans"][1]
    ('year', ['1975', '1976', '1977'], ('1976', '1976'))
    """
    days = (last - first).days + 1
    unit = next(name for name, most in _UNITS if days <= most)
    start = {
        "day": first,
        "week": first - dt.timedelta(days=first.weekday()),
        "month": first.replace(day=1),
        "year": dt.date(first.year, 1, 1),
        "decade": dt.date(max(1, first.year // 10 * 10), 1, 1),
    }[unit]
    starts = []
    while start <= last and start.year < 9980:
        starts.append(start)
        start = _next(start, unit)
    form = _FORMS[unit]
    names = [
        f"{day.year:04d}" if form == "%Y" else day.isoformat()[:7] if form == "%Y-%m" else day.isoformat()
        for day in starts
    ]
    if unit in ("week", "decade"):
        ends = [_next(day, unit) - dt.timedelta(days=1) for day in starts]
        spans = [
            (name, end.isoformat() if unit == "week" else str(end.year)) for name, end in zip(names, ends, strict=True)
        ]
    else:
        spans = [(name, name) for name in names]
    return {"unit": unit, "bins": names, "spans": spans, "starts": starts}


def _range(index: Index, table: str, where: str, values: Sequence[Any]) -> dict[str, Any] | None:
    """The bins of a chart, and `outside` for its maker to count: how many rows with a date lie beyond them.

    Of a hundred rows or more, the outermost hundredth on each side is left out where that makes the chart much narrower: one act of 1920
    among those of the eighties would draw them all as one decade.
    """
    span = index.one(
        "SELECT min(w.starts)::DATE AS first, max(w.starts)::DATE AS last, quantile_disc(w.starts, 0.01)::DATE AS low, "
        f"quantile_disc(w.starts, 0.99)::DATE AS high, count(w.starts) AS n FROM {table} w WHERE {where}",
        values,
    )
    if span is None or span["first"] is None:
        return None
    first, last = span["first"], span["last"]
    if span["n"] >= 100 and (span["high"] - span["low"]).days < 0.75 * (last - first).days:
        first, last = span["low"], span["high"]
    return bins_of(first, last) | {"outside": 0}


def strip(index: Index, where: str, values: Sequence[Any]) -> dict[str, Any]:
    """Events by type and time: the numbers of the strip chart, types in the order of their quads."""
    found = _range(index, "web_events", where, values)
    if found is None:
        return {"unit": None, "bins": [], "spans": [], "rows": [], "outside": 0}
    place = {day: i for i, day in enumerate(found.pop("starts"))}
    counted = index.rows(
        f"SELECT w.type, w.quad, date_trunc('{found['unit']}', w.starts)::DATE AS bin, count(*) AS n "
        f"FROM web_events w WHERE {where} AND w.starts IS NOT NULL GROUP BY ALL",
        values,
    )
    rows: dict[str, dict[str, Any]] = {}
    for row in counted:
        entry = rows.setdefault(row["type"], {"name": row["type"], "quad": row["quad"], "total": 0, "counts": {}})
        entry["total"] += row["n"]
        if row["bin"] in place:
            entry["counts"][place[row["bin"]]] = entry["counts"].get(place[row["bin"]], 0) + row["n"]
        else:
            found["outside"] += row["n"]
    return found | {"rows": sorted(rows.values(), key=lambda r: (r["quad"], -r["total"], r["name"]))}


def dyad_bins(index: Index, condition: str, values: Sequence[Any]) -> dict[str, Any]:
    """A dyad over time: counts by quad and the mean scale in each step; `condition` is on `w`, a row of web_dyads."""
    found = _range(index, "web_dyads", condition, values)
    if found is None:
        return {"unit": None, "bins": [], "spans": [], "rows": [], "outside": 0}
    place = {day: i for i, day in enumerate(found.pop("starts"))}
    counts = ", ".join(f"count(*) FILTER (quad = {quad}) AS q{quad}" for quad in (1, 2, 3, 4))
    rows = index.rows(
        f"SELECT date_trunc('{found['unit']}', w.starts)::DATE AS bin, {counts}, avg(scale) AS scale, count(*) AS n FROM "
        f"(SELECT DISTINCT n, quad, scale, starts FROM web_dyads w WHERE {condition} AND w.starts IS NOT NULL) w GROUP BY 1 ORDER BY 1",
        values,
    )
    found["outside"] = sum(row["n"] for row in rows if row["bin"] not in place)
    return found | {
        "rows": [
            {**row, "bin": place[row["bin"]], "scale": round(row["scale"], 2)} for row in rows if row["bin"] in place
        ]
    }


def top_dyads(index: Index, limit: int) -> list[dict[str, Any]]:
    """The directed dyads with most acts, with their counts by quad and mean scale."""
    rows = index.rows(f"SELECT * FROM web_pairs ORDER BY n DESC, a, b LIMIT {limit}")
    names = labels(index, {row["a"] for row in rows} | {row["b"] for row in rows})
    return [
        row
        | {
            "a_name": names.get(row["a"], row["a"]),
            "b_name": names.get(row["b"], row["b"]),
            "scale": round(row["scale"], 2),
            "first": _iso(row["first"]),
            "last": _iso(row["last"]),
        }
        for row in rows
    ]


def network(index: Index, condition: str, values: Sequence[Any], *, nodes: int) -> dict[str, Any]:
    """The busiest parties and the acts among them, as nodes and edges; `quad` of an edge is what most of its acts are.

    A party of no country that goes by a common noun ("republics", "men") is many in one and is left out; `unnamed` counts them.
    """
    counts = ", ".join(f"count(*) FILTER (quad = {quad}) AS q{quad}" for quad in (1, 2, 3, 4))
    source = (
        "web_pairs"
        if condition == "true"
        else f"(SELECT a, b, count(*) AS n, {counts} FROM web_dyads w WHERE {condition} GROUP BY a, b)"
    )
    rows = index.rows(f"SELECT a, b, n, q1, q2, q3, q4 FROM {source} ORDER BY n DESC, a, b LIMIT 4000", values)
    for row in rows:
        # What most of its acts are; of as many, the harder.
        _, row["quad"] = max((row.pop(f"q{quad}"), quad) for quad in (1, 2, 3, 4))
    alone = {row[side] for row in rows for side in ("a", "b") if row[side].startswith("ac_")}
    unnamed = {key for key, name in labels(index, alone).items() if name[:1].islower()}
    rows = [row for row in rows if row["a"] not in unnamed and row["b"] not in unnamed]
    weight: dict[str, int] = {}
    for row in rows:
        for side in ("a", "b"):
            weight[row[side]] = weight.get(row[side], 0) + row["n"]
    chosen = {key for key, _ in sorted(weight.items(), key=lambda item: (-item[1], item[0]))[:nodes]}
    edges = [row for row in rows if row["a"] in chosen and row["b"] in chosen][: nodes * 4]
    tied = {edge["a"] for edge in edges} | {edge["b"] for edge in edges}
    names = labels(index, tied)
    return {
        "nodes": [
            {"key": key, "name": names.get(key, key), "n": weight[key]}
            for key in sorted(tied, key=lambda k: (-weight[k], k))
        ],
        "edges": edges,
        "left_out": len(weight) - len(tied),
        "unnamed": len(unnamed),
    }


def suggest(index: Index, text: str, *, limit: int = 10) -> list[dict[str, Any]]:
    """Actors and countries whose name holds what was typed, those that begin with it and the busiest first."""
    wanted = text.strip().lower()[:80]
    if not wanted:
        return []
    rows = index.rows(
        "SELECT id AS key, name, country, sector, uses FROM web_actors WHERE contains(lower(name), ?) "
        "ORDER BY NOT starts_with(lower(name), ?), uses DESC, name LIMIT ?",
        [wanted, wanted, limit],
    )
    uses: dict[str, int] = {
        row["country"]: int(row["n"])
        for row in index.rows("SELECT country, sum(uses) AS n FROM web_actors WHERE country IS NOT NULL GROUP BY 1")
    }
    named: list[dict[str, Any]] = [
        {"key": code, "name": name, "country": code, "sector": None, "uses": uses[code]}
        for code, name in country_names(index).items()
        if code in uses and (wanted in name.lower() or wanted == code.lower())
    ]
    return (sorted(named, key=lambda row: -row["uses"]) + rows)[:limit]
