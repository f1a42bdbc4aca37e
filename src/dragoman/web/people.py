"""The persons of a dataset in the tables of the page: who is one with whom, as computed and as people judged it.

The same identities make every export (`dragoman.persons`), so that the page, its files and the command line count the same people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from dragoman.persons import Persons, followed, said_of
from dragoman.records import Identity
from dragoman.store import Dataset

if TYPE_CHECKING:
    import duckdb

__all__ = ["OPEN", "place_persons", "resolved"]

OPEN = "i.verdict <> 'same' AND NOT list_contains(list_transform(i.why, lambda r: r.\"by\"), 'judgement')"
"""SQL on `i`, a row of web_identities: a close call that nobody has settled."""


def resolved(rows: Iterable[tuple[str, str, str | None]]) -> dict[tuple[str, str | None], str]:
    """Who an actor is, everywhere (`None`) or in an article: pairs of one step followed to their end.

    >>> resolved([("a", "b", None), ("b", "c", None), ("x", "a", "ar_1")])[("x", "ar_1")]
    'c'
    """
    step = {(actor, article): other for actor, other, article in rows}

    def next_in(article: str | None) -> Callable[[str], str | None]:
        return lambda name: step.get((name, article)) or step.get((name, None))

    return {(actor, article): followed(actor, next_in(article)) for actor, article in step}


def place_persons(connection: duckdb.DuckDBPyConnection, dataset: Dataset) -> Any:
    """Make `web_known` (every actor that an article names), `web_identities` (every pair, as judged) and `web_same` (who an actor is,
    with the name, country and sector to show).

    `web_tenures` goes by the same persons. Returns what people said of names, to know later whether they said more.
    """
    connection.execute(
        "CREATE OR REPLACE TABLE web_known AS SELECT id, name, kind, country, sector, aliases, external_ids FROM actors ORDER BY id"
    )
    said = said_of(dataset.root)
    if said:
        persons = Persons.of(dataset)
        _fill_identities(connection, persons.identities)
    else:
        connection.execute("CREATE OR REPLACE TABLE web_identities AS SELECT * FROM identities")
    same = connection.execute(
        "SELECT actor_id, other_id, article_id FROM web_identities WHERE verdict = 'same' ORDER BY id"
    ).fetchall()
    who = resolved(same)
    keys = list(who)
    # Lists, not a registered table: what is registered is never let go.
    connection.execute("CREATE OR REPLACE TABLE web_same (actor_id VARCHAR, article_id VARCHAR, person VARCHAR)")
    connection.execute(
        "INSERT INTO web_same SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        [[actor for actor, _ in keys], [article for _, article in keys], [who[key] for key in keys]],
    )
    # The second person of one name has an id that no article uses: it goes by the name of the first.
    connection.execute(
        """CREATE OR REPLACE TABLE web_same AS SELECT s.*, coalesce(a.name, b.name) AS name,
        coalesce(a.country, b.country) AS country,
        coalesce(a.sector, b.sector) AS sector FROM web_same s
        LEFT JOIN web_known a ON a.id = s.person LEFT JOIN web_known b ON b.id = s.actor_id"""
    )
    connection.execute(
        "CREATE OR REPLACE TABLE web_tenures AS SELECT t.* REPLACE (coalesce(s.person, t.actor_id) AS actor_id) FROM tenures t "
        "LEFT JOIN web_same s ON s.actor_id = t.actor_id AND s.article_id IS NULL"
    )
    return said


def _fill_identities(connection: duckdb.DuckDBPyConnection, rows: Sequence[Identity]) -> None:
    """Make `web_identities` of identities as people judged them."""
    columns = {row[0]: row[1] for row in connection.execute("DESCRIBE identities").fetchall()}
    names = [each.name for each in fields(Identity)]
    values = [[list(v) if isinstance(v := asdict(row)[name], tuple) else v for row in rows] for name in names]
    listed = ", ".join(f"unnest(?::{columns[name]}[]) AS {name}" for name in names)
    connection.execute(f"CREATE OR REPLACE TABLE web_identities AS SELECT {listed}", values)
