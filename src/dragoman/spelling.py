"""Whether two printed names may be one name: romanizations brought to one writing, then compared, with a score and a reason.

"Poznihir" and "Poznikhir", "Kadhafi" and "Gaddafi" are one name in two romanizations; "Kim Jong Il" and "Kim Jong Un" are two.
The letters that differ between romanizations are the table `data/romanization.tsv`; what is left is measured by edit distance.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

__all__ = ["Likeness", "bones", "is_name", "keys_of", "likeness", "parts_of", "same_in_writing", "solid", "written"]

_PARTICLES = frozenset("al el ul as ash bin ibn ben abu de da dos del di von van der den la le".split())
_SUFFIXES = frozenset(("jr", "sr", "ii", "iii"))
_TOKEN = re.compile(r"[^\W\d_]+(?:[’'`ʼʻ.][^\W\d_]+)*")
_VOWELS = re.compile(r"[aeiouAU]")
_PREFIXED = re.compile(r"[a-z]{1,3}[-’'][A-Z]")  # "al-Bashir", "d'Estaing"
_MOST = 120
_SHORT = 4
_LIKE_SURNAME, _LIKE_GIVEN, _LIKE_BONES = 0.75, 0.7, 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two names are: `score` from 0 to 1, and in words what was compared."""

    score: float
    detail: str


@cache
def _rules() -> tuple[tuple[re.Pattern[str], str], ...]:
    text = files("dragoman").joinpath("data/romanization.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return tuple((re.compile(row[0]), row[1]) for row in rows[1:])


def parts_of(name: str) -> tuple[str, ...]:
    """The words of a name in plain lower-case letters, particles and "Jr." left out; hyphens part words.

    >>> parts_of("Muammar al-Gaddafi")
    ('muammar', 'gaddafi')
    """
    plain = unicodedata.normalize("NFKD", name[:_MOST].replace("ı", "i").replace("ø", "o").replace("ł", "l"))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = [match[0].lower().replace(".", "") for match in _TOKEN.finditer(plain)]
    kept = [word for word in words if word not in _SUFFIXES]
    return tuple(word for n, word in enumerate(kept) if word not in _PARTICLES or len(kept) == 1 or n == len(kept) - 1)


@lru_cache(maxsize=65_536)
def written(word: str) -> str:
    """One word of a name in the one writing that romanizations are brought to; for comparing only.

    >>> written("kadhafi") == written("gaddafi") == written("qaddafi")
    True
    >>> written("jiechi") == written("jinping")
    False
    """
    for pattern, replacement in _rules():
        word = pattern.sub(replacement, word)
    return word


_ARTICLES = re.compile(r"\b(?:al|el|ul|an|ar|as|ash|at|az|ad|e|i)\b(?:\s*-\s*|\s+)", re.IGNORECASE)
_APOSTROPHES = re.compile(r"\s*[’'`ʼʻ]\s*")
_LONG = 9


@lru_cache(maxsize=16_384)
def solid(name: str) -> str:
    """A name of several words in one writing, without articles and spaces; for comparing only.

    >>> solid("Ahlu Sunna Waljama'a") == solid("Ahlu Sunnah wal Jama'a")
    True
    """
    joined = _ARTICLES.sub("", _APOSTROPHES.sub("", name[:_MOST]))
    return "".join(written(part.rstrip("h") or part) for part in parts_of(joined))


def bones(word: str) -> str:
    """The consonants of a word in one writing."""
    return _VOWELS.sub("", word)


def same_in_writing(one: str, two: str) -> bool:
    """Whether two names made `solid` are romanizations of one: the same consonants, short names nearly the same letters.

    >>> same_in_writing(solid("Jaish-i-Mohammad"), solid("Jaish-e-Mohammed"))
    True
    >>> same_in_writing(solid("Hizb ut-Tahrir"), solid("Hayat Tahrir al-Sham"))
    False
    """
    if one == two:
        return len(one) > _SHORT
    if min(len(one), len(two)) < _LONG:
        same = len(one) == len(two) > 6 and sum(a != b for a, b in zip(one, two, strict=True)) == 1
        return same and bones(one) == bones(two)
    from rapidfuzz.distance import Levenshtein

    bare = Levenshtein.normalized_similarity(bones(one), bones(two))
    return bare >= 0.88 and Levenshtein.normalized_similarity(one, two) >= 0.8


def is_name(name: str) -> bool:
    """Whether a phrase is a person's name as printed: every word but particles has a capital.

    >>> is_name("Sergei Shoigu"), is_name("defense minister"), is_name("Bush")
    (True, False, True)
    """
    words = [word for word in name.split() if word.lower().strip(".-") not in _PARTICLES]
    return (
        bool(words)
        and all(word[0].isupper() or _PREFIXED.match(word) for word in words)
        and not any(char.isdigit() for char in name)
    )


def keys_of(name: str) -> Iterator[str]:
    """Keys under which names that may be one are found: the consonants of the surname, and of the given name with its first letter.

    >>> set(keys_of("Viktor Poznihir")) & set(keys_of("Viktor Poznikhir")) != set()
    True
    """
    words = parts_of(name)
    if not words:
        return
    last = _VOWELS.sub("", written(words[-1]))
    yield f"s:{last or written(words[-1])}"
    yield f"s:{last.replace('h', '')}"
    if len(words) > 1:
        yield f"g:{written(words[0])[:3]}:{written(words[-1])[:1]}"


def _alike(one: str, two: str) -> float:
    """How alike two words are, from 0 to 1: short words are the same or they are not."""
    a, b = written(one), written(two)
    if a == b:
        return 1.0 if one == two else 0.98
    if min(len(one), len(two)) < _SHORT:
        return 0.0
    from rapidfuzz.distance import Levenshtein

    near = Levenshtein.normalized_similarity(a, b)
    # A consonant that differs tells more than a vowel: "Sisi" and "Singh" are no romanizations of one name.
    bones = Levenshtein.normalized_similarity(_VOWELS.sub("", a), _VOWELS.sub("", b))
    return near if bones >= _LIKE_BONES else 0.5 * near


def likeness(one: str, two: str) -> Likeness | None:
    """How alike two full names are; `None` where they are plainly two names.

    Given names and surnames must each be alike; initials fit what they begin; a middle name that only one has costs a little, middle
    names that differ a lot.

    >>> likeness("Viktor Poznihir", "Viktor Poznikhir").score >= 0.95
    True
    >>> likeness("Kim Jong Il", "Kim Jong Un") is None
    True
    """
    a, b = parts_of(one), parts_of(two)
    if len(a) < 2 or len(b) < 2:
        return None
    if "".join(a) == "".join(b):
        return Likeness(score=1.0, detail=f"“{one}” and “{two}” are the same letters")
    surname = _alike(a[-1], b[-1])
    initial = len(a[0]) == 1 or len(b[0]) == 1
    given = (0.85 if a[0][0] == b[0][0] else 0.0) if initial else _alike(a[0], b[0])
    if surname < _LIKE_SURNAME or given < _LIKE_GIVEN:
        return None
    middle = 1.0
    notes = []
    if a[1:-1] and b[1:-1]:
        pairs = zip(a[1:-1], b[1:-1], strict=False)
        fits = all(_alike(x, y) >= _LIKE_GIVEN or (1 in (len(x), len(y)) and x[0] == y[0]) for x, y in pairs)
        sizes = [len(x) for x in (*a[1:-1], *b[1:-1])]
        if not fits and min(sizes) < _SHORT and max(sizes) > 1:
            return None  # two syllables of Korean or Chinese given names
        middle = 1.0 if fits and len(a) == len(b) else 0.75
        notes.append("middle names " + ("agree" if middle == 1.0 else "differ"))
    elif a[1:-1] or b[1:-1]:
        middle = 0.92
        notes.append("only one has a middle name")
    score = round(min(surname, given) * middle, 3)
    notes.insert(0, f"surnames {a[-1]} and {b[-1]} {surname:.2f}, given names {a[0]} and {b[0]} {given:.2f}")
    return Likeness(score=score, detail=f"“{one}” and “{two}”: {'; '.join(notes)}")
