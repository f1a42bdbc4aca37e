"""What the page reads: flat tables in memory, made once from the dataset, and a full-text index beside it.

The records stay where they are. Lists, counts and charts come from narrow DuckDB tables (`web_events`, `web_parties`, ...), so that a
view over a million events scans columns and not records; a record in full is read from the one part that holds it. Words are found by
SQLite's FTS5 in `search.sqlite`, which is made again when it does not belong to the manifest in hand.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dragoman.persons import said_of
from dragoman.records import RECORDS
from dragoman.store import Dataset, open_dataset
from dragoman.tables import from_table
from dragoman.web.people import place_persons

if TYPE_CHECKING:
    from dragoman.web.meaning import Meaning

__all__ = ["HIT_LIMIT", "OWN", "Desk", "Index", "fts_query"]

HIT_LIMIT = 20_000
"""Most hits of a search by words that are looked at, the best."""

OWN = "dragoman:"
"""How the names of our own threads begin."""

_SEARCH_VERSION = 1
_KEPT = 256
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?", re.UNICODE)
_TERM = re.compile(r'(-?)(?:"([^"]{1,200})"|([^\s"]{1,80}))')

_WHEN = '"when".edtf AS edtf, "when"."start" AS starts, "when"."end" AS ends, "when"."precision" AS precision, "when".phrase AS phrase'
_PLACE = "place.name AS place, place.latitude AS latitude, place.longitude AS longitude, place.country AS place_country"


def _first(field: str, value: str) -> str:
    """SQL for one value of the first source of a field."""
    return f"list_filter(sources, lambda x: x.field = '{field}')[1].sources[1].{value}"


_TABLES = {
    "events": f"""SELECT id, article_id, type, mode, status, quad::TINYINT AS quad, scale::FLOAT AS scale, cameo, contexts,
        confidence::FLOAT AS confidence, {_WHEN}, {_PLACE}, {_first("sentence", "text")} AS words,
        {_first("sentence", "span.start")}::INTEGER AS w_start, {_first("trigger", "span.start")}::INTEGER AS t_start,
        {_first("trigger", "span.end")}::INTEGER AS t_end, reported_by""",
    "statements": f"""SELECT id, article_id, form, standing, stance, issues, venue, confidence::FLOAT AS confidence, {_WHEN},
        array_to_string(list_transform(content, lambda x: x.text), ' … ') AS words, content[1].span.start::INTEGER AS w_start,
        speaker.name AS speaker, reported_by, targets[1]."start"::INTEGER AS aimed""",
    "meetings": f"""SELECT id, article_id, name, series, edition, status, confidence::FLOAT AS confidence, {_WHEN}, {_PLACE}, figures,
        {_first("sentence", "text")} AS words, {_first("sentence", "span.start")}::INTEGER AS w_start""",
    "pledges": f"""SELECT id, article_id, what, issues, made, followed_by,
        list_transform(list_filter(why, lambda x: x.step = 'followups'), lambda x: x.detail) AS follow_why,
        coalesce(list_transform(list_filter(why, lambda x: x.step = 'followups'), lambda x: x."by"), []) AS relations,
        confidence::FLOAT AS confidence, {_WHEN}, {_first("sentence", "text")} AS words,
        {_first("sentence", "span.start")}::INTEGER AS w_start""",
}

_CODES = {"events": 0, "statements": 1, "meetings": 2, "pledges": 3}
_CODE_SQL = "CASE p.kind " + " ".join(f"WHEN '{kind}' THEN {code}" for kind, code in _CODES.items()) + " END"

_ROLES = {
    "events": {"actor": "actors", "recipient": "recipients"},
    "statements": {"actor": "[speaker]", "recipient": "list_concat(addressees, targets)"},
    "meetings": {"actor": "list_concat(hosts, participants)"},
    "pledges": {"actor": '"by"', "recipient": '"to"'},
}


def fts_query(words: str) -> str | None:
    """What a person typed as an FTS5 query: words are all required, "phrases" kept, `-word` excluded, `word*` begins with.

    Nothing of FTS5's own syntax comes through. `None` where no word is in it.

    >>> fts_query('missile* "arms control" -space')
    '("missile"* AND "arms control") NOT "space"'
    >>> fts_query('(((') is None
    True
    """
    wanted: list[str] = []
    unwanted: list[str] = []
    for match in list(_TERM.finditer(words[:500]))[:20]:
        minus, phrase, word = match.groups()
        tokens = _WORD.findall(phrase or word or "")
        if not tokens:
            continue
        term = '"' + " ".join(tokens) + '"' + ("*" if word and word.endswith("*") else "")
        (unwanted if minus else wanted).append(term)
    if not wanted:
        return None
    found = " AND ".join(wanted)
    found = f"({found})" if len(wanted) > 1 and unwanted else found
    return f"{found} NOT {' NOT '.join(unwanted)}" if unwanted else found


class Index:
    """One dataset at one manifest, ready to be asked. Made by `Desk`; every call may come from any thread."""

    def __init__(self, dataset: Dataset) -> None:
        self.dataset = dataset
        self.version = dataset.version
        self._connection = dataset.connection()
        self._build()
        self._search = _search_file(dataset, self)
        self.cache: dict[Any, Any] = {}
        self.recent: OrderedDict[Any, Any] = OrderedDict()
        self._keeping = threading.Lock()
        self._once = threading.Lock()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
        """All rows of a query over the flat tables."""
        cursor = self._connection.cursor()
        cursor.execute(query, list(values))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def one(self, query: str, values: Sequence[Any] = ()) -> dict[str, Any] | None:
        """The first row, or `None`."""
        found = self.rows(query, values)
        return found[0] if found else None

    @staticmethod
    def marks(kind: str, numbers: Iterable[int]) -> str:
        """The numbers of records of a kind as web_parties knows them (`m`), written out for SQL."""
        return ", ".join(str(4 * int(number) + _CODES[kind]) for number in numbers)

    def count(self, query: str, values: Sequence[Any] = ()) -> int:
        """The one number that a query gives; 0 where it gives none."""
        found = self._connection.cursor().execute(query, list(values)).fetchone()
        return int(found[0]) if found and found[0] is not None else 0

    def pairs(self, query: str) -> list[tuple[Any, ...]]:
        """All rows of a query as they come, without names."""
        found: list[tuple[Any, ...]] = self._connection.cursor().execute(query).fetchall()
        return found

    def batches(self, query: str, size: int) -> Iterator[list[tuple[Any, ...]]]:
        """The rows of a query, so many at a time."""
        cursor = self._connection.cursor().execute(query)
        while batch := cursor.fetchmany(size):
            yield batch

    def find_words(self, kind: str, words: str, *, ranked: bool = True) -> list[int] | None:
        """Row numbers of hits for typed words, at most `HIT_LIMIT`, the best first where `ranked`; `None` where nothing was asked."""
        query = fts_query(words)
        if query is None:
            return None
        if not ranked and ("words", kind, query, True) in self.recent:
            ranked = True
        found: list[int] = self.kept(("words", kind, query, ranked), lambda: self._hits(kind, query, ranked))
        return found

    def always(self, key: str, make: Callable[[], Any]) -> Any:
        """What `make` gives, worked out once and held for as long as the index."""
        if key not in self.cache:
            self.cache[key] = make()
        return self.cache[key]

    def kept(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` gives, worked out once while it is among the last `_KEPT` asked for: the data of an index never change."""
        with self._keeping:
            if key in self.recent:
                self.recent.move_to_end(key)
                return self.recent[key]
        found = make()
        with self._keeping:
            self.recent[key] = found
            while len(self.recent) > _KEPT:
                self.recent.popitem(last=False)
        return found

    def _hits(self, kind: str, query: str, ranked: bool) -> list[int]:
        order = "ORDER BY rank " if ranked else ""
        with closing(sqlite3.connect(f"file:{self._search}?mode=ro", uri=True)) as connection:
            found = connection.execute(
                f"SELECT rowid FROM {kind} WHERE {kind} MATCH ? {order}LIMIT {HIT_LIMIT}", (query,)
            ).fetchall()
        return [row[0] for row in found]

    def meaning(self) -> Meaning | None:
        """The vectors for search by meaning; `None` where no model is installed."""
        with self._once:
            if "meaning" not in self.cache:
                from dragoman.models import load_model
                from dragoman.web.meaning import Meaning

                model = load_model()
                made = json.dumps(model.card.get("files", model.name), sort_keys=True) if model else ""
                name = hashlib.sha256(made.encode()).hexdigest()[:16]
                self.cache["meaning"] = Meaning(self.dataset.root.resolve(), model, name) if model else None
        found: Meaning | None = self.cache["meaning"]
        return found

    def person(self, actor_id: str) -> str:
        """The actor that stands for an actor everywhere, mostly itself."""
        row = self.one("SELECT person FROM web_same WHERE actor_id = ? AND article_id IS NULL", [actor_id])
        return str(row["person"]) if row else actor_id

    def records(self, name: str, part: str, article_id: str) -> list[Any]:
        """The records of one type in one article, read from the part that holds it."""
        import pyarrow.parquet as pq

        derived = self.dataset.manifest["derived"]
        folder = self.dataset.root / "parts" / part
        if name == "pledges" and derived is not None and name in derived["tables"]:
            folder = self.dataset.root / "derived" / derived["name"]
        path = folder / f"{name}.parquet"
        if not path.exists():
            return []
        column = "id" if name == "articles" else "article_id"
        return from_table(RECORDS[name], pq.read_table(path, filters=[(column, "=", article_id)]))

    def _build(self) -> None:
        run = self._connection.execute
        run("DROP TABLE IF EXISTS web_articles")
        run(
            f"""CREATE TABLE web_articles AS SELECT row_number() OVER (ORDER BY id)::INTEGER AS n, id, title, outlet, agencies, authors,
            language, url, published.edtf AS edtf, published."start" AS starts, published."end" AS ends, published."precision" AS precision,
            published.basis AS basis, dateline, length(text)::INTEGER AS characters, substr(text, 1, 320) AS opening,
            {_part()} FROM {self._source("articles")} QUALIFY row_number() OVER (PARTITION BY id) = 1"""
        )
        for name, select in _TABLES.items():
            run(
                f"""CREATE OR REPLACE TABLE web_{name} AS SELECT row_number() OVER (ORDER BY r.id)::INTEGER AS n, r.*, a.n AS a,
                a.outlet, a.edtf AS told, coalesce(r.starts, a.starts) AS s_starts, coalesce(r.ends, a.ends) AS
                s_ends FROM ({select}, {_part()} FROM {self._source(name)}) r JOIN web_articles a ON a.id = r.article_id
                ORDER BY n"""
            )
        self._parts()
        self.said = place_persons(self._connection, self.dataset)
        self._parties()
        self._canonical()
        run(
            """CREATE OR REPLACE TABLE web_dyads AS SELECT DISTINCT least(x.key, y.key) AS low, greatest(x.key, y.key) AS high,
            e.n, x.key AS a, y.key AS b, e.type, e.quad, e.scale, e.starts, e.ends
            FROM web_events e JOIN web_parties x ON x.kind = 'events' AND x.n = e.n AND x.role = 'actor'
            JOIN web_parties y ON y.kind = 'events' AND y.n = e.n AND y.role = 'recipient' AND y.key <> x.key WHERE e.canonical
            ORDER BY low, high, e.n"""
        )
        run(
            """CREATE OR REPLACE TABLE web_issues AS SELECT s.issue, p.key, s.n, s.stance, s.s_starts, s.s_ends
            FROM (SELECT n, stance, s_starts, s_ends, unnest(list_distinct(issues)) AS issue FROM web_statements) s
            LEFT JOIN (SELECT DISTINCT n, key FROM web_parties WHERE kind = 'statements' AND role = 'actor') p USING (n)
            ORDER BY issue, s_starts, s.n"""
        )
        run(
            """CREATE OR REPLACE TABLE web_aims AS SELECT DISTINCT x.key AS a, y.key AS b, s.n, s.stance FROM web_statements s
            JOIN web_parties x ON x.kind = 'statements' AND x.n = s.n AND x.role = 'actor'
            JOIN web_parties y ON y.kind = 'statements' AND y.n = s.n AND y.role = 'recipient' AND y.p_start = s.aimed AND y.key <> x.key"""
        )
        run(
            """CREATE OR REPLACE TABLE web_actors AS SELECT actor_id AS id, mode(name) AS name, mode(country) AS
            country, mode(sector) AS sector,
            mode(key) AS key, count(*) AS uses, count(DISTINCT article) AS articles,
            count(DISTINCT coalesce(country, '')) = 1 AS one_country FROM web_parties GROUP BY actor_id"""
        )
        run(
            """CREATE OR REPLACE TABLE web_pairs AS SELECT a, b, count(*) AS n, count(*) FILTER (quad = 1) AS q1, count(*) FILTER (quad = 2)
            AS q2, count(*) FILTER (quad = 3) AS q3, count(*) FILTER (quad = 4) AS q4, avg(scale) AS scale, min(starts) AS first,
            max(starts) AS last FROM web_dyads GROUP BY a, b ORDER BY a, b"""
        )
        run(
            "CREATE OR REPLACE TABLE web_stories AS SELECT id AS story, article_ids, relations FROM stories ORDER BY id"
        )
        run(
            "CREATE OR REPLACE TABLE web_told AS SELECT unnest(article_ids) AS article_id, story FROM web_stories ORDER BY article_id"
        )
        for name in ("articles", *_TABLES):
            # A page shows a few dozen rows: found by number, not by going through all.
            run(f"CREATE INDEX by_number_{name} ON web_{name} (n)")
        # DuckDB uses an index only where nothing else is asked: so kind and number are one.
        run("CREATE INDEX by_mark_parties ON web_parties (m)")

    def _parts(self) -> None:
        """When each part was added to the dataset: the moment at which it was written, to the second, UTC."""
        import datetime as dt

        run = self._connection.execute
        run("CREATE OR REPLACE TABLE web_parts (part VARCHAR, added TIMESTAMP)")
        for path in self.dataset.files("articles"):
            moment = dt.datetime.fromtimestamp(int(path.stat().st_mtime), dt.UTC).replace(tzinfo=None)
            run("INSERT INTO web_parts VALUES (?, ?)", [path.parent.name, moment])

    def _parties(self) -> None:
        """Everybody who takes part in a record, a row for each part; `key` is the country, or the actor where there is none; `coded` is
        the actor before names were joined.

        Each question reads the rows of one country or one actor. So the rows lie by country, and a narrow copy (`web_cast`, with the
        digits of the actor's id as a number) by actor: DuckDB then passes over the blocks in which they cannot be.
        """
        pieces = []
        for kind, roles in _ROLES.items():
            for role, listed in roles.items():
                pieces.append(
                    f"""SELECT '{kind}' AS kind, '{role}' AS role, w.n, w.a AS article, w.article_id, p.id, p.name, p.country, p.sector,
                    p.office, p.text AS phrase, p."start"::INTEGER AS p_start, p."end"::INTEGER AS p_end
                    FROM (SELECT id, unnest({listed}) AS p FROM {kind}) JOIN web_{kind} w USING (id) WHERE p IS NOT NULL"""
                )
        # Who is one with whom comes from the identities: in this article, or else everywhere.
        self._connection.execute(
            f"""CREATE OR REPLACE TABLE web_parties AS SELECT p.kind, p.role, p.n, p.n::BIGINT * 4 + {_CODE_SQL} AS m, p.article,
            coalesce(h.person, s.person, p.id) AS actor_id, coalesce(h.name, s.name, p.name) AS name,
            coalesce(h.country, s.country, p.country) AS country, coalesce(p.sector, h.sector, s.sector) AS sector, p.office, p.phrase,
            p.p_start, p.p_end, coalesce(h.country, s.country, p.country, h.person, s.person, p.id) AS key, p.id AS coded
            FROM ({" UNION ALL ".join(pieces)}) p LEFT JOIN web_same h ON h.actor_id = p.id AND h.article_id = p.article_id
            LEFT JOIN web_same s ON s.actor_id = p.id AND s.article_id IS NULL ORDER BY country, p.kind, actor_id, p.n"""
        )
        self._connection.execute(
            """CREATE OR REPLACE TABLE web_cast AS SELECT TRY_CAST('0x' || substr(actor_id, 4) AS UBIGINT) AS who,
            kind::ENUM ('events', 'statements', 'meetings', 'pledges') AS kind, role::ENUM ('actor', 'recipient') AS role, n, article
            FROM web_parties ORDER BY who, kind, n"""
        )

    def _canonical(self) -> None:
        """Mark one telling of each act, the surest, and count the articles that tell it."""
        self._connection.execute(
            """CREATE OR REPLACE TABLE web_events AS WITH acts AS (
                SELECT id AS story, number, unnest(act) AS event FROM (
                    SELECT id, unnest(canonical_events) AS act, generate_subscripts(canonical_events, 1) AS number FROM stories)),
            told AS (SELECT event, min(story || ':' || number) AS act FROM acts GROUP BY event)
            SELECT e.*, coalesce(t.act, e.id) AS act, count(DISTINCT e.a) OVER (PARTITION BY coalesce(t.act, e.id))::INTEGER AS tellings,
            row_number() OVER (PARTITION BY coalesce(t.act, e.id) ORDER BY e.confidence DESC, e.id DESC) = 1 AS canonical
            FROM web_events e LEFT JOIN told t ON t.event = e.id ORDER BY e.n"""
        )

    def _source(self, name: str) -> str:
        files = [str(path.resolve()).replace("'", "''") for path in self.dataset.files(name)]
        if not files:
            return f"(SELECT *, '' AS filename FROM {name})"
        return "read_parquet([" + ", ".join(f"'{path}'" for path in files) + "], filename = true)"


def _part() -> str:
    return "string_split(filename, '/')[-2] AS part"


def _search_file(dataset: Dataset, index: Index) -> Path:
    """The full-text index of this manifest: the one beside the dataset, or a new one, in a temporary folder where
    that cannot be written."""
    wanted = f"{_SEARCH_VERSION}:{index.version}"
    path = dataset.root.resolve() / "search.sqlite"
    if _is_current(path, wanted):
        return path
    try:
        return _write_search(path, wanted, dataset, index)
    except (sqlite3.Error, OSError):
        folder = Path(tempfile.mkdtemp(prefix="dragoman-"))
        return _write_search(folder / "search.sqlite", wanted, dataset, index)


def _is_current(path: Path, wanted: str) -> bool:
    if not path.exists():
        return False
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            return bool(connection.execute("SELECT made_for FROM about").fetchone() == (wanted,))
        finally:
            connection.close()
    except sqlite3.Error:
        return False


def _write_search(path: Path, wanted: str, dataset: Dataset, index: Index) -> Path:
    temporary = path.with_name(f".{path.name}.part")
    temporary.unlink(missing_ok=True)
    connection = sqlite3.connect(temporary, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        for kind, texts in (
            ("articles", "SELECT w.n, coalesce(r.title, ''), r.text FROM articles r JOIN web_articles w USING (id)"),
            ("statements", "SELECT n, coalesce(speaker, ''), coalesce(words, '') FROM web_statements"),
            ("events", "SELECT n, '', coalesce(words, '') FROM web_events"),
        ):
            connection.execute(
                f"CREATE VIRTUAL TABLE {kind} USING fts5(title, words, content='', tokenize=\"unicode61 remove_diacritics 2\")"
            )
            cursor = dataset.connection().cursor()
            cursor.execute(texts)
            while batch := cursor.fetchmany(2000):
                connection.executemany(f"INSERT INTO {kind} (rowid, title, words) VALUES (?, ?, ?)", batch)
        connection.execute("CREATE TABLE about (made_for TEXT)")
        connection.execute("INSERT INTO about VALUES (?)", (wanted,))
        connection.execute("COMMIT")
    finally:
        connection.close()
    temporary.replace(path)
    return path


class Desk:
    """Holds the index in use; when the dataset has grown, a new one is made in the background and then takes its place.

    `prepare` is run on an index before it is used: what it puts into the cache nobody waits for.
    """

    def __init__(self, dataset: Dataset, prepare: Callable[[Index], Any] | None = None) -> None:
        self.root = dataset.root
        self._prepare = prepare
        self._index = self._made(dataset)
        self._stamp = self._now()
        self._busy = threading.Lock()

    def _now(self) -> int:
        try:
            return (self.root / "manifest.json").stat().st_mtime_ns
        except OSError:
            return 0

    @property
    def index(self) -> Index:
        """The index in use."""
        stamp = self._now()
        if stamp not in (0, self._stamp) and self._busy.acquire(blocking=False):
            self._stamp = stamp
            threading.Thread(target=self._renew, daemon=True, name=f"{OWN} renewing").start()
        return self._index

    @property
    def is_behind(self) -> bool:
        """Whether people said something of names that the index in use does not show yet."""
        return bool(said_of(self.root) != self._index.said)

    def catch_up(self, patience_s: float = 20.0) -> None:
        """Make the index anew because people judged names; wait for it no longer than `patience_s` seconds."""

        def work() -> None:
            with self._busy:
                if self.is_behind:
                    self._index = self._made(open_dataset(self.root))

        thread = threading.Thread(target=work, daemon=True, name=f"{OWN} catching up")
        thread.start()
        thread.join(patience_s)

    def _made(self, dataset: Dataset) -> Index:
        index = Index(dataset)
        if self._prepare is not None:
            self._prepare(index)
        return index

    def _renew(self) -> None:
        try:
            self._index = self._made(open_dataset(self.root))
        finally:
            self._busy.release()


def placeholders(values: Iterable[Any]) -> str:
    """`?, ?, ?` for as many values.

    >>> placeholders("ab")
    '?, ?'
    """
    return ", ".join("?" for _ in values)
