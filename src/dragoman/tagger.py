"""Words and their parts of speech: a small averaged perceptron, read from `model/tagger.json.gz`.

Tags are those of the Penn Treebank (`NN`, `VBD`, `IN`...). The weights are trained by `train/tagger.py`; the model is a
value that is passed around, nothing is loaded at import.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from itertools import accumulate, chain

__all__ = ["Tagger", "Weights", "features", "load_tagger", "words"]

# Clitics ("n't", "'s") are words of their own, inner hyphens are not cut; "U.S." and "a.m." keep their dots.
_WORD = re.compile(
    r"(?:[A-Za-z]\.){2,}"
    r"|\d+(?:[.,:]\d+)*(?:st|nd|rd|th|s)?\b"
    r"|(?:Mr|Mrs|Ms|Dr|Gen|Lt|Col|Maj|Capt|Adm|Sen|Rep|Gov|Prof|Rev|St|No|Jr|Sr|Inc|Co|Corp|Ltd)\.(?=\s)"
    r"|[nN][’']t\b"
    r"|[’'](?:s|S|re|ve|ll|d|m)\b"
    r"|[^\W\d_]+?(?=[nN][’']t\b)"
    r"|[^\W_]+(?:[\-‐‑/&][^\W_]+)*"
    r"|``|''|--+|\.{2,}|[^\w\s]|_"
)
_DIGITS = re.compile(r"\d")


def words(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Offsets of words and punctuation marks, as the tagger wants them.

    >>> [ "The U.S. didn't say so." [a:b] for a, b in words("The U.S. didn't say so.") ]
    ['The', 'U.S.', 'did', "n't", 'say', 'so', '.']
    """
    return list(_words(text, start, len(text) if end is None else end))


@lru_cache(maxsize=256)
def _words(text: str, start: int, end: int) -> tuple[tuple[int, int], ...]:
    """Kept: several steps ask for the words of the same sentence."""
    return tuple([match.span() for match in _WORD.finditer(text, start, end)])


class Weights(Mapping[str, tuple[tuple[int, float], ...]]):
    """Rows of (number, weight) by name, in one array: a fraction of the memory that tuples take. Weights are whole numbers over `scale`.

    >>> weights = Weights({"w": (0, 50, 2, 100), "p": (2, 25)}, 100)
    >>> weights["w"], len(weights), weights.best(["p", "w", "unheard of"], 3)
    (((0, 0.5), (2, 1.0)), 2, 2)
    """

    def __init__(self, rows: Mapping[str, Sequence[int]], scale: int) -> None:
        self._scale = scale
        self._places = {name: place for place, name in enumerate(rows)}
        self._bounds = array("l", accumulate(map(len, rows.values()), initial=0))
        self._flat = array("i", chain.from_iterable(rows.values()))
        self._lanes: dict[str, int] = {}

    def _row(self, name: str) -> Iterator[tuple[int, int]]:
        place = self._places[name]
        row = self._flat[self._bounds[place] : self._bounds[place + 1]]
        return zip(row[::2], row[1::2], strict=True)

    def __getitem__(self, name: str) -> tuple[tuple[int, float], ...]:
        return tuple((number, value / self._scale) for number, value in self._row(name))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def best(self, names: Sequence[str], count: int) -> int:
        """The number below `count` whose weights over these names add up to most; ties go to the lower number, so that runs agree."""
        found = self.most(self.added(names), count)
        return self._best_of_ties(names, count) if found is None else found

    def added(self, names: Iterable[str]) -> int:
        """The rows of these names added up. A row is one long integer with 32 bits for each number: one addition adds a whole row."""
        lanes = self._lanes
        total = 0
        for name in names:
            row = lanes.get(name)
            if row is None:
                if name not in self._places:
                    continue
                row = lanes[name] = sum(value << (32 * number) for number, value in self._row(name))
            total += row
        return total

    def most(self, total: int, count: int) -> int | None:
        """The number below `count` that has most in a sum of rows; `None` where several have."""
        # A middle is added to every lane, so that no sum below zero borrows from the next one.
        sums = memoryview((total + _middle(count)).to_bytes(4 * count, sys.byteorder)).cast("I").tolist()
        if sys.byteorder == "big":
            sums.reverse()
        most = max(sums)
        return sums.index(most) if sums.count(most) == 1 else None

    def _best_of_ties(self, names: Sequence[str], count: int) -> int:
        """Where sums are equal, they are added up as fractions, in the order of the names: the last bits decide, as they always did."""
        scores = [0.0] * count
        for name in names:
            for number, weight in self.get(name, ()):
                scores[number] += weight
        return max(range(count), key=scores.__getitem__)


@lru_cache(maxsize=4)
def _middle(count: int) -> int:
    """2**31 in each of `count` lanes of 32 bits."""
    return int.from_bytes(b"\0\0\0\x80" * count, "little")


@dataclass(frozen=True, slots=True)
class Tagger:
    """Weights by feature, then by the number of a tag; `known` gives the tag of words that have only one."""

    tags: tuple[str, ...]
    known: Mapping[str, int]
    weights: Weights
    _memory: dict[tuple[str, ...], list[str]] = field(default_factory=dict, compare=False, repr=False)
    _sums: dict[tuple[str, str, str | bool], int] = field(default_factory=dict, compare=False, repr=False)

    def tag(self, tokens: Sequence[str]) -> list[str]:
        """The tag of each word of one sentence, left to right.

        >>> load_tagger().tag(["He", "said", "that", "Iran", "claims", "success", "."])[:5]
        ['PRP', 'VBD', 'IN', 'NNP', 'VBZ']
        """
        # Several steps ask for the same sentence; the last few hundred answers are kept.
        key = tuple(tokens)
        if key not in self._memory:
            if len(self._memory) > 512:
                self._memory.clear()
            self._memory[key] = self._tag(tokens)
        return list(self._memory[key])

    def _tag(self, tokens: Sequence[str]) -> list[str]:
        found: list[str] = []
        before, before2 = "-START-", "-START2-"
        low = [shape(token) for token in tokens]
        weights, count, last = self.weights, len(self.tags), len(tokens) - 1
        for index, token in enumerate(tokens):
            number = self.known.get(token)
            if number is None:
                word, case = low[index], _case(token)
                left = low[index - 1] if index else "-S-"
                right = low[index + 1] if index < last else "-E-"
                total = (
                    self._sum("own", token, index == 0)
                    + self._sum("left", left, low[index - 2] if index > 1 else "-S-")
                    + self._sum("right", right, low[index + 2] if index + 1 < last else "-E-")
                    + self._sum("tags", f"{before}\t{before2}", case)
                    + weights.added((f"pw{before}|{word}", f"wr{word}|{right}", f"pr{before}|{right}"))
                )
                number = weights.most(total, count)
                if number is None:  # ties are told by all features in their order
                    number = weights.best(features(index, tokens, low, before, before2), count)
            before2, before = before, self.tags[number]
            found.append(before)
        return found

    def _sum(self, part: str, one: str, two: str | bool) -> int:
        """What the features of one part of `features` add up to: of the word, its neighbours on a side, the tags before."""
        key = (part, one, two)
        found = self._sums.get(key)
        if found is None:
            if len(self._sums) > 20_000:
                self._sums.clear()
            found = self._sums[key] = self.weights.added(_PARTS[part](one, two))
        return found


def _case(token: str) -> str:
    return "u" if token.isupper() else "t" if token[:1].isupper() else "l"


def _of_word(token: str, opens: str | bool) -> list[str]:
    word, case = shape(token), _case(token)
    return [
        *("b", f"w{word}", f"3{word[-3:]}", f"2{word[-2:]}"),
        *(f"1{word[:1]}{case}", f"c{case}{opens}", f"h{'-' in word}"),
    ]


def _of_tags(both: str, case: str | bool) -> list[str]:
    before, before2 = both.split("\t")
    return [f"p{before}", f"q{before2}", f"pq{before}{before2}", f"pc{before}{case}"]


_PARTS: Mapping[str, Callable[[str, str | bool], list[str]]] = {
    "own": _of_word,
    "left": lambda left, left2: [f"l{left}", f"k{left2}", f"L{left[-3:]}"],
    "right": lambda right, right2: [f"r{right}", f"s{right2}", f"R{right[-3:]}"],
    "tags": _of_tags,
}
"""`features` in parts that come again and again; `tests/test_tagger.py` compares the two."""


def shape(token: str) -> str:
    """The word as features see it: lower case, digits alike.

    >>> shape("April"), shape("1998")
    ('april', '0000')
    """
    return _DIGITS.sub("0", token.lower())


def features(index: int, tokens: Sequence[str], low: Sequence[str], before: str, before2: str) -> list[str]:
    """What the perceptron looks at for one word: the word, its shape and ending, its neighbours, the two tags before."""
    token, word = tokens[index], low[index]
    last = len(tokens) - 1
    left = low[index - 1] if index else "-S-"
    left2 = low[index - 2] if index > 1 else "-S-"
    right = low[index + 1] if index < last else "-E-"
    right2 = low[index + 2] if index + 1 < last else "-E-"
    case = _case(token)
    return [
        "b",
        f"w{word}",
        f"3{word[-3:]}",
        f"2{word[-2:]}",
        f"1{word[:1]}{case}",
        f"c{case}{index == 0}",
        f"h{'-' in word}",
        f"p{before}",
        f"q{before2}",
        f"pq{before}{before2}",
        f"pw{before}|{word}",
        f"l{left}",
        f"k{left2}",
        f"r{right}",
        f"s{right2}",
        f"R{right[-3:]}",
        f"L{left[-3:]}",
        f"wr{word}|{right}",
        f"pc{before}{case}",
        f"pr{before}|{right}",
    ]


@lru_cache(maxsize=1)
def load_tagger() -> Tagger:
    """The shipped model, read once per process (about 0.2 s)."""
    packed = resources.files("dragoman").joinpath("model/tagger.json.gz").read_bytes()
    raw = json.loads(gzip.decompress(packed))
    weights = Weights(raw["weights"], raw["scale"])
    return Tagger(tags=tuple(raw["tags"]), known=raw["known"], weights=weights)
