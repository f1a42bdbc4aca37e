"""What each page shows, as plain data: the same for the HTML, which only sets it, and for the `.json` at the same address."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from dragoman.web.charts import MOST_IN_LANE
from dragoman.web.filters import OUTCOMES, Filters, Kind, day_range
from dragoman.web.index import Index
from dragoman.web.people import OPEN
from dragoman.web.queries import (
    PAGE,
    bins_of,
    country_names,
    dyad_bins,
    labels,
    list_records,
    network,
    rows_of_numbers,
    strip,
    top_dyads,
)

__all__ = [
    "actor",
    "actors",
    "dyad",
    "dyads",
    "map_",
    "meetings",
    "network_",
    "overview",
    "pledges",
    "positions",
    "prepare",
    "search",
]

Json = dict[str, Any]

_MOST_MARKS = 2000
"""Most statements that a chart of an issue marks one by one, the newest."""


def overview(index: Index) -> Json:
    """The first screen: what is in the dataset, over what time, who deals with whom, and what to be wary of."""
    if "overview" not in index.cache:
        index.cache["overview"] = _overview(index)
    found: Json = index.cache["overview"]
    return found


def prepare(index: Index) -> None:
    """Work out what every reader asks for first and what goes through all rows, before anybody waits for it."""
    overview(index)
    choices(index)
    dyads(index, 1)
    _cells(index)
    _series(index)
    _promises(index)
    map_(index, Filters())


def _overview(index: Index) -> Json:
    tables = ("articles", "statements", "meetings", "pledges")
    counts = {name: index.count(f"SELECT count(*) FROM web_{name}") for name in tables}
    counts |= index.one("SELECT count(*) AS tellings, count(*) FILTER (canonical) AS acts FROM web_events") or {}
    counts |= index.one("SELECT count(*) AS rejections FROM rejections") or {}
    counts["categories"] = index.dataset.manifest.get("counts", {}).get("categories", 0)
    period = index.one(
        "SELECT min(starts)::DATE::VARCHAR AS first, max(starts)::DATE::VARCHAR AS last FROM web_articles"
    )
    quoted = index.rows(
        "SELECT n FROM web_statements WHERE form <> 'paraphrase' AND speaker IS NOT NULL AND length(words) "
        "BETWEEN 25 AND 220 ORDER BY confidence DESC, id LIMIT 6"
    )
    return {
        "counts": counts,
        "period": period,
        "outlets": index.rows("SELECT outlet AS name, count(*) AS n FROM web_articles GROUP BY 1 ORDER BY n DESC, 1 NULLS LAST LIMIT 12"),
        "languages": index.rows("SELECT coalesce(language, 'unknown') AS name, count(*) AS n FROM web_articles GROUP BY 1 ORDER BY n DESC"),
        "timeline": strip(index, "w.canonical", []),
        "dyads": top_dyads(index, 10),
        "main": _main_acts(index),
        "quotes": records_of_numbers(index, "statements", [row["n"] for row in quoted]),
        "meetings": _newest(index, "meetings", 6),
        "pledges": _newest(index, "pledges", 5),
        "notes": _notes(index),
        "added": _added(index),
        "rejections": index.rows("SELECT step, reason, count(*) AS n, min(subject) AS example FROM rejections "
        "GROUP BY 1, 2 ORDER BY n DESC LIMIT 8"),
        "about": index.dataset.manifest.get("about", {}),
        "version": index.version,
    }  # fmt: skip


def _newest(index: Index, kind: Kind, limit: int) -> list[Json]:
    """The newest that have a day of their own and somebody of a known country in them; the list of all has the rest too."""
    rows = index.rows(
        f"SELECT n FROM web_{kind} WHERE starts IS NOT NULL AND n IN (SELECT n FROM web_parties WHERE kind = '{kind}' "
        f"AND role = 'actor' AND country IS NOT NULL) ORDER BY starts DESC, n LIMIT {limit}"
    )
    return list(reversed(records_of_numbers(index, kind, [row["n"] for row in rows])))


def _main_acts(index: Index) -> list[Json]:
    """The acts most told, and among them the strongest."""
    rows = index.rows(
        """SELECT w.n FROM web_events w WHERE canonical AND status IN ('occurred', 'ongoing') AND n IN (SELECT n FROM web_dyads)
        ORDER BY tellings DESC, abs(scale) * confidence DESC, id LIMIT 8"""
    )
    return records_of_numbers(index, "events", [row["n"] for row in rows])


def records_by_id(index: Index, kind: Kind, ids: Iterable[str]) -> list[Json]:
    """Rows of a list for given ids, oldest first."""
    rows = index.rows(f"SELECT n FROM web_{kind} WHERE id IN (SELECT unnest(?::VARCHAR[]))", [list(ids)])
    return records_of_numbers(index, kind, [row["n"] for row in rows])


def records_of_numbers(index: Index, kind: Kind, numbers: Sequence[int]) -> list[Json]:
    """Rows of a list for given row numbers, oldest first, what has no date last."""
    from dragoman.web.queries import _shape, parties_of

    rows = rows_of_numbers(index, kind, numbers)
    # What has no time of its own stands where its article does.
    moment = "starts" if kind == "articles" else "s_starts"
    rows.sort(key=lambda row: (row[moment] is None, row[moment] or 0, row["n"]))
    parties = parties_of(index, kind, [row["n"] for row in rows])
    return [_shape(kind, row, parties.get(row["n"], {})) for row in rows]


def _added(index: Index) -> list[Json]:
    """What was added to the dataset when, the newest first: a row for each moment at which a part was written."""
    return index.rows(
        """SELECT strftime(added, '%Y-%m-%dT%H:%M:%SZ') AS added, sum(a.n) AS articles, coalesce(sum(e.n), 0) AS acts FROM web_parts p
        JOIN (SELECT part, count(*) AS n FROM web_articles GROUP BY 1) a USING (part)
        LEFT JOIN (SELECT part, count(*) AS n FROM web_events WHERE canonical GROUP BY 1) e USING (part)
        GROUP BY p.added ORDER BY p.added DESC LIMIT 500"""
    )


def _notes(index: Index) -> list[Json]:
    """What a careful reader should know about the data before counting."""
    checks = (
        (
            "articles without a date",
            "SELECT count(*) FILTER (starts IS NULL) AS n, count(*) AS total FROM web_articles",
            "/search?what=articles&without=date",
        ),
        (
            "acts without a date",
            "SELECT count(*) FILTER (starts IS NULL) AS n, count(*) AS total FROM web_events WHERE canonical",
            "/search?without=date",
        ),
        (
            "acts without a recipient",
            (
                "SELECT (SELECT count(*) FROM web_events WHERE canonical AND n NOT IN (SELECT n FROM web_parties WHERE "
                "kind = 'events' AND role = 'recipient')) AS n, count(*) AS total FROM web_events WHERE canonical"
            ),
            "/search?without=recipient",
        ),
        (
            "acts less sure than 0.6",
            "SELECT count(*) FILTER (confidence < 0.6) AS n, count(*) AS total FROM web_events WHERE canonical",
            "/search?below=0.6",
        ),
        (
            "actors without a country",
            "SELECT count(*) FILTER (country IS NULL) AS n, count(*) AS total FROM web_actors",
            "/actors?country=none",
        ),
        (
            "names that may be one with another",
            f"SELECT count(*) FILTER ({OPEN}) AS n, (SELECT count(*) FROM web_actors) AS total FROM web_identities i",
            "/names",
        ),
        (
            "articles not in English, kept and not coded",
            "SELECT count(*) FILTER (language <> 'en') AS n, count(*) AS total FROM web_articles",
            "/search?what=articles&language=other",
        ),
    )
    return [{"note": note, **(index.one(query) or {}), "address": address} for note, query, address in checks]


def search(index: Index, filters: Filters) -> Json:
    """Records by words and filters; the filters are the address."""
    found = list_records(index, filters)
    totals = {}
    if filters.q and filters.by == "words":
        for kind in ("events", "statements", "articles"):
            if kind == filters.what:
                totals[kind] = found["total"]
                continue
            hits = index.find_words(kind, filters.q, ranked=False)
            other = filters.model_copy(update={"what": kind})
            where, values = other.where(hits)
            totals[kind] = index.count(f"SELECT count(*) AS n FROM web_{kind} w WHERE {where}", values)
    given = filters.given()
    named = labels(index, [str(given[role]) for role in ("actor", "recipient", "country", "within") if role in given])
    chips = [
        {"name": name, "value": value, "label": named.get(str(value), str(value))}
        for name, value in given.items()
        if name != "q"
    ]
    return found | {
        "filters": filters.model_dump(),
        "given": chips,
        "unused": filters.unused(),
        "totals": totals,
        "choices": choices(index),
    }


def choices(index: Index) -> Json:
    """What the filters' menus offer: only what the dataset holds."""
    if "choices" not in index.cache:
        values = {
            "type": "SELECT DISTINCT type AS v FROM web_events ORDER BY 1",
            "status": "SELECT DISTINCT status AS v FROM web_events ORDER BY 1",
            "issue": "SELECT DISTINCT unnest(issues) AS v FROM web_statements ORDER BY 1",
            "outlet": "SELECT DISTINCT outlet AS v FROM web_articles WHERE outlet IS NOT NULL ORDER BY 1 LIMIT 400",
            "sector": "SELECT DISTINCT sector AS v FROM web_parties WHERE sector IS NOT NULL ORDER BY 1",
            "country": "SELECT DISTINCT country AS v FROM web_parties WHERE country IS NOT NULL ORDER BY 1",
        }
        index.cache["choices"] = {name: [row["v"] for row in index.rows(query)] for name, query in values.items()}
    found: Json = index.cache["choices"]
    return found


def actors(index: Index, q: str | None, country: str | None, page: int) -> Json:
    """Everybody who takes part in a record, the busiest first."""
    clauses, values = ["true"], []
    if q:
        clauses.append("contains(lower(name), ?)")
        values.append(q.lower())
    if country == "none":
        clauses.append("country IS NULL")
    elif country:
        clauses.append("country = ?")
        values.append(country.upper())
    where = " AND ".join(clauses)
    total = index.count(f"SELECT count(*) AS n FROM web_actors WHERE {where}", values)
    rows = index.rows(
        f"SELECT id, name, country, sector, uses, articles FROM web_actors WHERE {where} ORDER BY uses DESC, name, "
        f"id LIMIT 100 OFFSET {(page - 1) * 100}",
        values,
    )
    names = country_names(index)
    return {
        "rows": [row | {"country_name": names.get(row["country"] or "")} for row in rows], "total": total, "page": page,
        "pages": max(1, -(-total // 100)), "q": q, "country": country, "choices": choices(index)["country"],
    }  # fmt: skip


def actor(index: Index, key: str) -> Json | None:
    """One actor, or a country with all its actors: offices with their sources, names used, words and deeds, counterparts."""
    key = index.person(key) if key.startswith("ac_") else key
    found: Json | None = index.kept(("actor", key), lambda: _actor(index, key))
    return found


def _actor(index: Index, key: str) -> Json | None:
    person = key.startswith("ac_")
    head, mine, values = _whose(index, key, person)
    if head is None or not head["uses"]:
        return None
    names = country_names(index)
    if not person:
        head |= {"name": names.get(key, key), "country": key, "sector": None}
    record = index.one("SELECT kind, aliases, external_ids FROM web_known WHERE id = ?", [key]) if person else None
    view: Json = {
        "key": key,
        "is_country": not person,
        **head,
        "country_name": names.get(head["country"] or ""),
        "record": record,
    }
    view["names"] = index.rows(
        f"""SELECT phrase, count(*) AS n, any_value(a.id) AS article_id, any_value(p.p_start) AS p_start, any_value(p.p_end) AS p_end
        FROM web_parties p JOIN web_articles a ON a.n = p.article WHERE {mine} AND lower(phrase) NOT IN
        ('he', 'she', 'it', 'they', 'him', 'her', 'them', 'his', 'its', 'their', 'who', 'we', 'i', 'us')
        GROUP BY phrase ORDER BY n DESC, phrase LIMIT 24""",
        values,
    )
    view["offices"] = _offices(index, key, mine, values) if person else []
    view["others"] = _others(index, key) if person else []
    if not person:
        view["members"] = index.rows(
            "SELECT id, name, sector, uses FROM web_actors WHERE country = ? ORDER BY uses DESC, name LIMIT 40", [key]
        )
    acting, asked = Filters(actor=key).where()
    view["timeline"] = strip(index, acting, asked)
    for kind, limit in (("events", 10), ("statements", 8), ("meetings", 6), ("pledges", 6)):
        view[kind] = list_records(index, Filters(what=kind, actor=key), limit=limit)  # type: ignore[arg-type]
    view["received"] = list_records(index, Filters(recipient=key), limit=8)
    view["counterparts"] = _counterparts(index, key, person)
    return view


def _whose(index: Index, key: str, person: bool) -> tuple[Json | None, str, list[Any]]:
    """The head of an actor's or country's page, and the condition on `p` (web_parties) that finds its rows.

    An actor of one country is looked for among the rows of that country, which lie together.
    """
    if not person:
        head = index.one(
            "SELECT any_value(country) AS country, count(*) AS uses, count(DISTINCT article) AS articles "
            "FROM web_parties WHERE country = ?",
            [key],
        )
        return head, "p.country = ?", [key]
    head = index.one("SELECT name, country, sector, uses, articles, one_country FROM web_actors WHERE id = ?", [key])
    if head is None:
        return None, "false", []
    if head.pop("one_country") and head["country"]:
        return head, "p.country = ? AND p.actor_id = ?", [head["country"], key]
    return head, "p.actor_id = ?", [key]


def _offices(index: Index, key: str, mine: str, values: list[Any]) -> list[Json]:
    """Offices as the reporting gives them, with the days between which it does, beside what the reference data say."""
    said = index.rows(
        f"""SELECT office, 'reporting' AS basis, count(*) AS n, min(a.starts)::DATE::VARCHAR AS first, max(a.starts)::DATE::VARCHAR AS last,
        arg_min(a.id, a.n) AS article_id, arg_min(p.p_start, a.n) AS p_start, arg_min(p.p_end, a.n) AS p_end
        FROM web_parties p JOIN web_articles a ON a.n = p.article WHERE {mine} AND office IS NOT NULL GROUP
        BY office ORDER BY first NULLS LAST""",
        values,
    )
    listed = index.rows(
        """SELECT DISTINCT office, basis, NULL AS n, "start".edtf AS first, "end".edtf AS last, NULL AS article_id,
        NULL AS p_start, NULL AS p_end
        FROM web_tenures WHERE actor_id = ? AND basis <> 'reporting' ORDER BY first NULLS LAST""",
        [key],
    )
    return [*said, *listed]


def _others(index: Index, key: str) -> list[Json]:
    """Names that were joined to this one, names that may be, and those of the same spelling that are kept apart; everywhere, not in
    single articles."""
    rows = index.rows(
        """SELECT DISTINCT ON (other) other, verdict, score, coalesce(a.name, b.name) AS name,
        coalesce(a.country, b.country) AS country, detail
        FROM (SELECT CASE WHEN actor_id = $1 THEN other_id ELSE actor_id END AS other, verdict, score, why[1].detail AS detail
            FROM web_identities WHERE article_id IS NULL AND (actor_id = $1 OR other_id = $1)
            UNION ALL SELECT s.actor_id, 'same', 1.0, NULL FROM web_same s WHERE s.person = $1 AND s.article_id IS NULL) i
        LEFT JOIN web_known a ON a.id = i.other LEFT JOIN web_known b ON b.id = $1 WHERE other <> $1
        ORDER BY other, detail IS NULL""",
        [key],
    )
    return sorted(rows, key=lambda row: (("same", "doubtful", "apart").index(row["verdict"]), row["name"] or ""))


def _counterparts(index: Index, key: str, person: bool) -> list[Json]:
    """Whom a country or an actor deals with: acts towards them (`acted`), theirs in turn (`received`), and of which kind both are."""
    if person:
        rows = index.rows(
            """SELECT y.key, count(DISTINCT e.n) AS n, count(DISTINCT e.n) FILTER (e.quad <= 2) AS cooperation,
            count(DISTINCT e.n) FILTER (e.quad > 2) AS conflict, count(DISTINCT e.n) FILTER (x.role = 'actor') AS acted,
            count(DISTINCT e.n) FILTER (x.role = 'recipient') AS received
            FROM (SELECT DISTINCT n, role::VARCHAR AS role FROM web_cast WHERE who = TRY_CAST('0x' || $2 AS UBIGINT) AND kind = 'events') x
            JOIN web_events e ON e.n = x.n AND e.canonical
            JOIN web_parties y ON y.m = x.n::BIGINT * 4 AND y.role <> x.role AND y.actor_id <> $1
            GROUP BY y.key ORDER BY n DESC, 1 LIMIT 14""",
            [key, key[3:]],
        )
    else:
        rows = index.rows(
            """SELECT CASE WHEN a = $1 THEN b ELSE a END AS key, sum(n) AS n, sum(q1 + q2) AS cooperation, sum(q3 + q4) AS conflict,
            coalesce(sum(n) FILTER (a = $1), 0) AS acted, coalesce(sum(n) FILTER (b = $1), 0) AS received
            FROM web_pairs WHERE a = $1 OR b = $1 GROUP BY 1 ORDER BY n DESC, 1 LIMIT 14""",
            [key],
        )
    names = labels(index, [row["key"] for row in rows])
    return [row | {"name": names.get(row["key"], row["key"])} for row in rows]


def dyads(index: Index, page: int) -> Json:
    """Every directed pair with an act between them."""
    if ("dyads", page) not in index.cache:
        total = index.count("SELECT count(*) FROM web_pairs")
        rows = top_dyads(index, page * 100)[(page - 1) * 100 :]
        index.cache[("dyads", page)] = {"rows": rows, "total": total, "page": page, "pages": max(1, -(-total // 100))}
    found: Json = index.cache[("dyads", page)]
    return found


def dyad(
    index: Index, one: str, other: str, page: int, since: str | None = None, until: str | None = None
) -> Json | None:
    """Two parties: cooperation and conflict over time, both ways, and the acts beneath, all or those of a period."""
    asked = (one, other, page, since, until)
    found: Json | None = index.kept(("dyad", *asked), lambda: _dyad(index, *asked))
    return found


def _dyad(index: Index, one: str, other: str, page: int, since: str | None, until: str | None) -> Json | None:
    pair = "w.low = ? AND w.high = ?"
    values: list[Any] = [*sorted((one, other))]
    over_time = dyad_bins(index, pair, values)
    if since:
        # An end that is not known lies open.
        pair, values = (
            pair + " AND w.starts IS NOT NULL AND coalesce(w.ends > ?, true)",
            [*values, day_range(since)[0]],
        )
    if until:
        pair, values = pair + " AND w.starts < ?", [*values, day_range(until)[1]]
    names = labels(index, [one, other])
    counted = index.rows(
        f"SELECT a, quad, count(*) AS n, avg(scale) AS scale FROM web_dyads w WHERE {pair} GROUP BY ALL", values
    )
    if not counted and not (over_time["bins"] and (since or until)):
        return None
    total = index.count(f"SELECT count(DISTINCT n) AS n FROM web_dyads w WHERE {pair}", values)
    found = index.rows(
        f"SELECT n, any_value(starts) AS s FROM web_dyads w WHERE {pair} GROUP BY n ORDER BY s DESC NULLS LAST, n "
        f"LIMIT {PAGE} OFFSET {(page - 1) * PAGE}",
        values,
    )
    ways = []
    for actor_key, recipient_key in ((one, other), (other, one)):
        rows = [row for row in counted if row["a"] == actor_key]
        n = sum(row["n"] for row in rows)
        scale = sum(row["n"] * row["scale"] for row in rows) / n if n else None
        by_quad = {row["quad"]: row["n"] for row in rows}
        ways.append(
            {
                "actor": actor_key,
                "recipient": recipient_key,
                "n": n,
                "scale": round(scale, 2) if scale is not None else None,
                "quads": {str(q): by_quad.get(q, 0) for q in (1, 2, 3, 4)},
            }
        )
    return {
        "one": {"key": one, "name": names.get(one, one)}, "other": {"key": other, "name": names.get(other, other)}, "ways": ways,
        "over_time": over_time, "events": _dated_first(records_of_numbers(index, "events", [row["n"] for row in found])),
        "since": since, "until": until, "total": total, "page": page, "pages": max(1, -(-total // PAGE)),
    }  # fmt: skip


def _dated_first(rows: list[Json]) -> list[Json]:
    """Newest first, and what has no date after all that have one."""
    dated = [row for row in rows if row["when"]["start"]]
    return [*reversed(dated), *(row for row in rows if not row["when"]["start"])]


def positions(index: Index, issue: str | None, actor_key: str | None) -> Json:
    """Who takes which stance on what: everybody by issue, or one issue over time."""
    cells = _cells(index)
    by_issue, by_key = _totals(cells, "issue"), _totals(cells, "key")
    issues = list(by_issue)
    shown = {cell["key"] for cell in cells if cell["issue"] in issues[:_COLUMNS]}
    keys = [key for key in by_key if key in shown][:_ROWS]
    names = labels(index, keys)
    grid = {(cell["key"], cell["issue"]): cell for cell in cells}
    view: Json = {
        "issues": [{"issue": name, "n": by_issue[name]} for name in issues], "issue": issue, "actor": actor_key,
        "rows": [
            {"key": key, "name": names.get(key, key), "n": by_key[key], "cells": [grid.get((key, name)) for name in issues[:_COLUMNS]]}
            for key in keys
        ],
    }  # fmt: skip
    if issue:
        view["over_time"] = _issue_over_time(index, issue)
        view["statements"] = list_records(index, Filters(what="statements", issue=issue, actor=actor_key))
    else:
        view["toward"] = _toward(index)
    return view


_ROWS, _COLUMNS = 24, 12


def _toward(index: Index) -> Json:
    """Who speaks for and against whom: the busiest speakers by those most spoken of."""
    cells: list[Json] = index.always(
        "toward",
        lambda: index.rows(
            """SELECT a, b, count(*) AS n, count(*) FILTER (stance = 'support') AS support,
            count(*) FILTER (stance = 'oppose') AS oppose FROM web_aims GROUP BY a, b"""
        ),
    )
    targets, speakers = list(_totals(cells, "b"))[:_COLUMNS], list(_totals(cells, "a"))[:_ROWS]
    names = labels(index, [*targets, *speakers])
    grid = {(cell["a"], cell["b"]): cell for cell in cells}
    rows = [{"key": a, "name": names.get(a, a), "cells": [grid.get((a, b)) for b in targets]} for a in speakers]
    return {
        "targets": [{"key": b, "name": names.get(b, b)} for b in targets],
        "rows": [row for row in rows if any(row["cells"])],
    }


def _totals(cells: list[Json], side: str) -> dict[str, int]:
    """In how many statements each key on one side stands, the most first."""
    counts: Counter[str] = Counter()
    for cell in cells:
        counts[cell[side]] += cell["n"]
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _cells(index: Index) -> list[Json]:
    """How many statements of each speaker on each issue take which stance."""
    found: list[Json] = index.always(
        "cells",
        lambda: index.rows(
            """SELECT key, issue, count(*) AS n, count(*) FILTER (stance = 'support') AS support,
            count(*) FILTER (stance = 'oppose') AS oppose FROM web_issues WHERE key IS NOT NULL GROUP BY ALL"""
        ),
    )
    return found


def _issue_over_time(index: Index, issue: str) -> Json:
    """Each statement on an issue as a mark of its speaker; the newest where there are very many, and how many are not drawn."""
    rows = index.rows(
        f"SELECT i.key, i.s_starts::DATE AS day, i.stance, s.id, s.article_id, s.words FROM (SELECT * FROM web_issues WHERE issue = ? "
        f"AND s_starts IS NOT NULL AND key IS NOT NULL ORDER BY s_starts DESC, n LIMIT {_MOST_MARKS}) i JOIN web_statements s USING (n) "
        "ORDER BY i.s_starts, n",
        [issue],
    )
    if not rows:
        return {"bins": [], "spans": [], "rows": [], "not_drawn": 0}
    found = bins_of(rows[0]["day"], rows[-1]["day"])
    starts = found.pop("starts")
    names = labels(index, {row["key"] for row in rows})
    lanes: dict[str, Json] = {}
    for row in rows:
        lane = lanes.setdefault(row["key"], {"key": row["key"], "name": names.get(row["key"], row["key"]), "marks": []})
        lane["marks"].append(
            {
                "bin": bisect_right(starts, row["day"]) - 1,
                "stance": row["stance"] or "neutral",
                "id": row["id"],
                "article_id": row["article_id"],
                "words": row["words"][:160],
            }
        )
    drawn = sorted(lanes.values(), key=lambda lane: (-len(lane["marks"]), lane["name"]))[:30]
    dated = index.count(
        "SELECT count(*) FROM web_issues WHERE issue = ? AND s_starts IS NOT NULL AND key IS NOT NULL", [issue]
    )
    return found | {"rows": drawn, "not_drawn": dated - sum(min(len(lane["marks"]), MOST_IN_LANE) for lane in drawn)}


def meetings(index: Index, page: int) -> Json:
    """Series with their editions, missing ones among them, and all meetings by date."""
    return {"series": _series(index), **list_records(index, Filters(what="meetings", page=page))}


def _series(index: Index) -> list[Json]:
    found: list[Json] = index.always("series", lambda: _all_series(index))
    return found


def _all_series(index: Index) -> list[Json]:
    editions = index.rows(
        """SELECT series, edition, mode(edtf) AS edtf, min(starts) AS starts, mode(place) AS place, arg_min(id, n) AS
        id, arg_min(article_id, n) AS article_id, count(DISTINCT article_id) AS articles
        FROM web_meetings WHERE series IS NOT NULL GROUP BY series, edition ORDER BY series, edition NULLS LAST"""
    )
    by_series: dict[str, list[Json]] = {}
    for row in editions:
        by_series.setdefault(row["series"], []).append(
            row | {"starts": str(row["starts"].date()) if row["starts"] else None}
        )
    series: list[Json] = []
    for name, rows in by_series.items():
        numbers = {row["edition"] for row in rows if row["edition"]}
        missing = (
            sorted(set(range(min(numbers), max(numbers))) - numbers)
            if numbers and max(numbers) - min(numbers) < 200
            else []
        )
        cells: list[Json] = [*rows, *({"edition": number, "id": None} for number in missing)]
        cells.sort(key=lambda cell: cell["edition"] or 10**9)
        series.append({"series": name, "missing": missing, "cells": cells})
    return sorted(series, key=lambda s: (-len(s["cells"]), s["series"]))[:200]


def pledges(index: Index, filters: Filters) -> Json:
    """What was promised, newest first, and what followed: kept, broken, repeated, or nothing told of it yet."""
    found = list_records(index, filters.model_copy(update={"what": "pledges"}))
    later = {name for row in found["rows"] for name in row["followed_by"]}
    kinds: tuple[Kind, ...] = ("events", "statements")
    told = {
        row["id"]: row | {"kind": kind}
        for kind in kinds
        for row in (records_by_id(index, kind, later) if later else [])
    }
    for row in found["rows"]:
        row["followed"] = [told[name] for name in row["followed_by"] if name in told]
    return found | {
        "outcome": filters.outcome,
        "issue": filters.issue,
        "actor": filters.actor,
        "filters": filters.model_dump(),
        **_promises(index),
    }


def _promises(index: Index) -> Json:
    """How many pledges came to what, and their issues."""
    found: Json = index.always("promises", lambda: _all_promises(index))
    return found


def _all_promises(index: Index) -> Json:
    counted = index.rows(
        "SELECT relation, count(*) AS n FROM (SELECT n, unnest(list_distinct(relations)) AS relation FROM web_pledges) GROUP BY 1"
    )
    by_relation = {row["relation"]: row["n"] for row in counted}
    counts = index.one("SELECT count(*) AS n, count(*) FILTER (len(relations) = 0) AS open FROM web_pledges") or {}
    return {
        "counts": counts | {name: by_relation.get(relation, 0) for name, relation in OUTCOMES.items()},
        "issues": [row["v"] for row in index.rows("SELECT DISTINCT unnest(issues) AS v FROM web_pledges ORDER BY 1")],
    }


def _period(since: str | None, until: str | None, type_: str | None, quad: int | None) -> tuple[str, list[Any]]:
    clauses: list[str] = ["true"]
    values: list[Any] = []
    for clause, value in (
        ("w.starts >= ?", day_range(since)[0] if since else None),
        ("w.starts < ?", day_range(until)[1] if until else None),
        ("w.type = ?", type_.upper() if type_ else None),
        ("w.quad = ?", quad),
    ):
        if value is not None:
            clauses.append(clause)
            values.append(value)
    return " AND ".join(clauses), values


def network_(index: Index, filters: Filters, nodes: int) -> Json:
    """Who acts on whom, the busiest parties only."""
    where, values = _period(filters.since, filters.until, filters.type, filters.quad)
    return network(index, where, values, nodes=nodes) | {"filters": filters.model_dump(), "choices": choices(index)}


def map_(index: Index, filters: Filters) -> Json:
    """Acts by place, and by the country of the place."""
    where, values = _period(filters.since, filters.until, filters.type, filters.quad)
    found: Json = (
        index.always("map", lambda: _places(index, where, values)) if where == "true" else _places(index, where, values)
    )
    return found | {"filters": filters.model_dump(), "choices": choices(index)}


def _places(index: Index, where: str, values: list[Any]) -> Json:
    counts = ", ".join(f"count(*) FILTER (quad = {quad}) AS q{quad}" for quad in (1, 2, 3, 4))
    places = index.rows(
        f"""SELECT place, any_value(place_country) AS country, avg(latitude) AS latitude, avg(longitude) AS longitude, count(*) AS n,
        {counts} FROM web_events w WHERE canonical AND latitude IS NOT NULL AND {where} GROUP BY place ORDER BY n DESC, place LIMIT 400""",
        values,
    )
    for row in places:
        # What most of its acts are; of as many, the harder.
        _, row["quad"] = max((row.pop(f"q{quad}"), quad) for quad in (1, 2, 3, 4))
    names = country_names(index)
    countries = index.rows(
        f"SELECT place_country AS country, count(*) AS n, count(*) FILTER (latitude IS NULL) AS bare FROM web_events w "
        f"WHERE canonical AND {where} GROUP BY 1 ORDER BY n DESC, 1",
        values,
    )
    shown = [
        {"country": row["country"], "n": row["n"], "name": names.get(row["country"], row["country"])}
        for row in countries
        if row["country"] is not None
    ]
    drawn = sum(row["n"] for row in places)
    without = sum(row["bare"] for row in countries)
    return {
        "places": places,
        "countries": shown,
        "without_place": without,
        "not_drawn": sum(row["n"] for row in countries) - without - drawn,
    }
