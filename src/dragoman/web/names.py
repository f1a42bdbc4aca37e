"""Who is who: names that may be one, what joining two of them would change before anybody does it, and people's word on it.

Looking decides nothing; a word is kept with all other judgements, wins in every table and export, and is taken back by one key.
"""

from __future__ import annotations

from typing import Any, Literal

from dragoman.judgements import Judgements
from dragoman.web.index import Index
from dragoman.web.pages import records_of_numbers
from dragoman.web.people import OPEN
from dragoman.web.queries import country_names, suggest

__all__ = ["Shown", "names", "next_open", "pair", "said_of_pair"]

Json = dict[str, Any]
Shown = Literal["open", "joined", "apart"]
_PAGE = 50

_WHERE = {"open": OPEN, "joined": "i.verdict = 'same'", "apart": "i.verdict = 'apart'"}
_ORDER = "i.verdict <> 'doubtful', i.score DESC, i.id"


def names(index: Index, shown: Shown, q: str | None, page: int) -> Json:
    """Pairs of names that may be one: those still open, those that were joined, and those that are kept apart."""
    where, values = _WHERE[shown], []
    if q:
        where += " AND (contains(lower(coalesce(a.name, '')), ?) OR contains(lower(coalesce(b.name, '')), ?))"
        values = [q.lower(), q.lower()]
    source = "web_identities i LEFT JOIN web_known a ON a.id = i.actor_id LEFT JOIN web_known b ON b.id = i.other_id"
    rows = index.rows(
        f"SELECT i.id, i.actor_id, i.other_id, i.article_id, i.verdict, i.score, i.why FROM {source} WHERE {where} "
        f"ORDER BY {_ORDER} LIMIT {_PAGE} OFFSET {(page - 1) * _PAGE}",
        values,
    )
    total = index.count(f"SELECT count(*) FROM {source} WHERE {where}", values)
    heads = _heads(index, {row[side] for row in rows for side in ("actor_id", "other_id")})
    papers = _papers(index, {row["article_id"] for row in rows if row["article_id"]})
    counts = {name: index.count(f"SELECT count(*) FROM web_identities i WHERE {each}") for name, each in _WHERE.items()}
    return {
        "rows": [
            {
                "id": row["id"],
                "one": heads[row["actor_id"]],
                "other": heads[row["other_id"]],
                "article": papers.get(row["article_id"]),
                "verdict": row["verdict"],
                "score": round(row["score"], 2),
                "why": _reasons(row["why"]),
            }
            for row in rows
        ],
        "shown": shown,
        "q": q,
        "counts": counts,
        "total": total,
        "page": page,
        "pages": max(1, -(-total // _PAGE)),
    }


def _reasons(why: Any) -> list[Json]:
    return [{"by": reason["by"], "detail": reason["detail"]} for reason in why or ()]


def _heads(index: Index, ids: set[str]) -> dict[str, Json]:
    """Who the actors of given ids are, as articles name them, with how often."""
    known = {
        row["id"]: row
        for row in index.rows(
            "SELECT id, name, kind, country, sector FROM web_known WHERE id IN (SELECT unnest(?::VARCHAR[]))",
            [list(ids)],
        )
    }
    # The second of two persons of one name is told from the first by what articles say; it goes by the same name.
    twins = index.rows(
        """SELECT i.other_id AS id, any_value(a.name) AS name, any_value(a.kind) AS kind, any_value(a.country) AS country, NULL AS sector
        FROM web_identities i JOIN web_known a ON a.id = i.actor_id WHERE i.other_id IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1""",
        [list(ids - set(known))],
    )
    known |= {row["id"]: row for row in twins}
    uses = {row["coded"]: row for row in _uses(index, sorted(ids))}
    countries = country_names(index)
    found = {}
    for name in ids:
        head = known.get(name) or {"id": name, "name": name, "kind": None, "country": None, "sector": None}
        used = uses.get(name, {"n": 0, "articles": 0})
        found[name] = head | {
            "country_name": countries.get(head["country"] or ""),
            "records": used["n"],
            "articles": used["articles"],
        }
    return found


def _uses(index: Index, ids: list[str]) -> list[Json]:
    counts = "SELECT p.coded, count(*) AS n, count(DISTINCT p.article) AS articles FROM web_parties p WHERE"
    if len(ids) > 2:
        return index.rows(f"{counts} p.coded IN (SELECT unnest(?::VARCHAR[])) GROUP BY 1", [ids])
    found = []
    for name in ids:
        mine, values = _mine(index, name)
        found += index.rows(f"{counts} {mine} GROUP BY 1", values)
    return found


def _papers(index: Index, ids: set[str]) -> dict[str, Json]:
    rows = index.rows(
        "SELECT id, title, outlet, edtf FROM web_articles WHERE id IN (SELECT unnest(?::VARCHAR[]))", [list(ids)]
    )
    return {row["id"]: row for row in rows}


def _meant(index: Index, typed: str) -> str:
    """The id of an actor that was given by its id, or by its name: the busiest of that name, or else that holds it."""
    if typed.startswith("ac_"):
        return typed
    found = [row["key"] for row in suggest(index, typed, limit=20) if row["key"].startswith("ac_")]
    return found[0] if found else typed


def pair(index: Index, one: str, other: str) -> Json | None:
    """Two names side by side, and what joining them would change: how many records, in which articles, under which name."""
    one, other = _meant(index, one), _meant(index, other)
    if one == other:
        return None
    computed = index.rows(
        "SELECT verdict, score, why, article_id FROM web_identities WHERE actor_id IN (?, ?) AND other_id IN (?, ?) "
        "ORDER BY article_id NULLS FIRST LIMIT 1",
        [one, other, one, other],
    )
    heads = _heads(index, {one, other})
    if not computed and not all(head["kind"] or head["records"] for head in heads.values()):
        return None
    (first, ones), (second, others) = _mine(index, one), _mine(index, other)
    part = "SELECT m, article, role, coded FROM web_parties p WHERE"
    rows = f"{part} {first} UNION ALL {part} {second}"
    both = index.one(
        f"""SELECT count(*) FILTER (ways = 2) AS together, count(*) AS articles FROM (
        SELECT article, count(DISTINCT coded) AS ways FROM ({rows}) GROUP BY article)""",
        [*ones, *others],
    )
    between = index.count(
        f"""SELECT count(*) FROM (SELECT m FROM ({rows}) WHERE m % 4 = 0 GROUP BY m HAVING count(DISTINCT coded) = 2
        AND count(DISTINCT role) = 2)""",
        [*ones, *others],
    )
    row = computed[0] if computed else None
    return {
        "one": heads[one] | _sight(index, one),
        "other": heads[other] | _sight(index, other),
        "computed": None
        if row is None
        else {"verdict": row["verdict"], "score": round(row["score"], 2), "why": _reasons(row["why"])},
        "is_one": index.person(one) == index.person(other),
        "stands": index.person(one),
        "records": heads[one]["records"] + heads[other]["records"],
        "articles": (both or {}).get("articles", 0),
        "together": (both or {}).get("together", 0),
        "between": between,
        "said": said_of_pair(index, one, other),
    }


def _mine(index: Index, name: str) -> tuple[str, list[Any]]:
    """The condition on `p` (web_parties) that finds the rows of an actor as it was coded.

    Those of an actor of one country are looked for among the rows of that country, which lie together.
    """
    row = index.one("SELECT country, one_country FROM web_actors WHERE id = ?", [index.person(name)])
    if row and row["one_country"] and row["country"]:
        return "p.country = ? AND p.coded = ?", [row["country"], name]
    return "p.coded = ?", [name]


def _sight(index: Index, name: str) -> Json:
    """What a reader goes by to tell who somebody is: names, offices, time, and some of the records."""
    mine, values = _mine(index, name)
    called = index.rows(
        f"""SELECT p.phrase, count(*) AS n, arg_min(a.id, a.n) AS article_id, arg_min(p.p_start, a.n) AS p_start,
        arg_min(p.p_end, a.n) AS p_end FROM web_parties p JOIN web_articles a ON a.n = p.article WHERE {mine}
        GROUP BY p.phrase ORDER BY n DESC, p.phrase LIMIT 8""",
        values,
    )
    offices = index.rows(
        f"SELECT office, count(*) AS n FROM web_parties p WHERE {mine} AND office IS NOT NULL GROUP BY 1 ORDER BY n DESC, 1 LIMIT 6",
        values,
    )
    span = index.one(
        "SELECT min(a.starts)::DATE::VARCHAR AS first, max(a.starts)::DATE::VARCHAR AS last FROM web_parties p "
        f"JOIN web_articles a ON a.n = p.article WHERE {mine}",
        values,
    )
    numbers = index.rows(
        f"SELECT DISTINCT n FROM web_parties p WHERE {mine} AND kind = 'events' ORDER BY n LIMIT 3", values
    )
    said = [] if numbers else index.rows(
        f"SELECT DISTINCT n FROM web_parties p WHERE {mine} AND kind = 'statements' ORDER BY n LIMIT 3", values
    )  # fmt: skip
    return {
        "called": called,
        "offices": [row["office"] for row in offices],
        "first": (span or {}).get("first"),
        "last": (span or {}).get("last"),
        "events": records_of_numbers(index, "events", [row["n"] for row in numbers]),
        "statements": records_of_numbers(index, "statements", [row["n"] for row in said]),
    }


def said_of_pair(index: Index, one: str, other: str) -> list[Json]:
    """What people said of two names, the latest last."""
    wanted = sorted((one, other))
    found = [
        judgement
        for by_who in Judgements(index.dataset.root).standing().values()
        for judgement in by_who.values()
        if judgement.kind == "identities" and judgement.correction.get("actors") == wanted
    ]
    return [
        {"who": j.who, "verdict": j.verdict, "keep": j.correction.get("keep"), "at": j.at[:10]}
        for j in sorted(found, key=lambda j: j.n)
    ]


def next_open(index: Index, after: tuple[str, str] | None = None) -> tuple[str, str] | None:
    """The first pair that nobody has settled, other than the one in hand."""
    rows = index.rows(f"SELECT actor_id, other_id FROM web_identities i WHERE {OPEN} ORDER BY {_ORDER} LIMIT 2")
    for row in rows:
        if after is None or {row["actor_id"], row["other_id"]} != set(after):
            return row["actor_id"], row["other_id"]
    return None
