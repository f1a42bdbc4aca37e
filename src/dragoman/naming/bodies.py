"""What a body is that no table knows, read off the words of its name.

"The Omani Harbour Authority" is of the government, "Peru's Anti-Kidnapping Brigade" of the police, "the Chilean Dock Workers Federation"
of labour. The head says what sort of body it is, what it is about may say more; the table `data/bodies.tsv` tells both.
"""

from __future__ import annotations

import re
from functools import cache

from dragoman.reference import rows_of

__all__ = ["body_sector", "is_body_word"]

_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")
_OF = re.compile(r"\b(?:of|for|on|against)\b")
# Where the name of the body ends: at what stands in place or time, or says something of it.
_ENDS = re.compile(r"[,;:(]|\b(?:in|at|near|from|by|with|who|which|that|to|under|across)\b")
_MOST = 160
_DECIDES = 9
# An office of the state that deals with farmers is not theirs, as their union is.
_OF_THE_STATE = frozenset(("GOV", "MIL"))
_STATE_TOPICS = frozenset("GOV SPY COP MIL JUD LEG JRN REL".split())

_OF_PLACES = frozenset(
    "state province district region county city town village valley island islands coast river lake mountain port airport street square"
    " north south east west northern southern eastern western central upper lower greater new old times post herald tribune news star"
    " globe daily united exchange group accord summit".split()
)

_Table = dict[str, tuple[str | None, int]]


@cache
def _table() -> tuple[_Table, _Table]:
    """Heads and topics: word -> sector, rank."""
    heads: _Table = {}
    topics: _Table = {}
    for row in rows_of("bodies.tsv"):
        sector = None if row["sector"] == "-" else row["sector"]
        if row["place"] != "first":
            (heads if row["place"] == "head" else topics)[row["word"]] = (sector, int(row["rank"]))
    return heads, topics


@cache
def _first_heads() -> dict[str, tuple[str | None, int]]:
    """Heads of other languages that open a name: "Partido dos Trabalhadores", "Cour de cassation"."""
    return {row["word"]: (row["sector"], int(row["rank"])) for row in rows_of("bodies.tsv") if row["place"] == "first"}


@cache
def _endings() -> tuple[tuple[str, tuple[str | None, int]], ...]:
    """The heads of which the table gives the end alone."""
    return tuple((key[1:], row) for key, row in _table()[0].items() if key[0] == "*")


def _head(word: str, heads: _Table) -> tuple[str | None, int] | None:
    found = heads.get(word)
    if found is None:
        ends = (row for end, row in _endings() if word.endswith(end) and len(word) > len(end) + 1)
        found = next(ends, None)
    return found


def is_body_word(word: str) -> bool:
    """Whether a word stands in names of bodies or places, and not in those of persons.

    >>> is_body_word("Brigade"), is_body_word("Coast"), is_body_word("Ternera")
    (True, True, False)
    """
    heads, topics = _table()
    word = word.lower().removesuffix("'s")
    return (
        _head(word, heads) is not None
        or word in _first_heads()
        or word in topics
        or word.removesuffix("s") in topics
        or word in _OF_PLACES
    )


def body_sector(name: str) -> str | None:
    """The sector of a body by its name; `None` where the words tell none.

    >>> body_sector("Harbour Authority"), body_sector("Anti-Kidnapping Brigade"), body_sector("Dock Workers Federation")
    ('GOV', 'COP', 'LAB')
    >>> body_sector("the lake") is None
    True
    """
    heads, topics = _table()
    ended = _ENDS.search(name, 1, _MOST)
    name = name[: ended.start() if ended else _MOST].lower().replace("’", "'")
    of = _OF.search(name)
    before = _WORD.findall(name[: of.start()] if of else name)
    words = [word.removesuffix("'s").rstrip("'") for word in before]
    if not words:
        return None
    head = _head(words[-1], heads) or _first_heads().get(words[0])
    if head is None:
        return None
    sector, rank = head
    if rank == _DECIDES:
        return sector
    rest = " ".join(
        [*words[:-1], *(w.removesuffix("'s").rstrip("'") for w in _WORD.findall(name[of.end() :] if of else ""))]
    )
    told = [
        (weight, topic)
        for key, (topic, weight) in topics.items()
        if key in rest and re.search(rf"\b{re.escape(key)}\b", rest)
    ]
    told = [
        (weight, topic)
        for weight, topic in told
        if weight >= rank and (sector not in _OF_THE_STATE or topic in _STATE_TOPICS)
    ]
    return max(told)[1] if told else sector
