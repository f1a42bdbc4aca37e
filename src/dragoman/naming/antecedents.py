"""To which earlier phrase a pronoun, a common noun or a name goes back: features of pairs, and a small learned scorer over them.

For each candidate the scorer compares the candidates before it and "nothing before" (a mention-ranking model, Denis and Baldridge 2008),
from what the two phrases show and from the encoder's vectors of both. Everything is an array operation over the pairs of a block of
candidates; a candidate is compared with the last few dozen, so that the work grows with the length of a text only.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from dragoman.coding.pieces import Array
from dragoman.naming.candidates import BEFORE, FORMS, KINDS, PRONOUNS, ROLES, Candidate

__all__ = ["FILE", "SCALE", "Choice", "Pairs", "choices", "load_weights", "own_features", "pair_features", "pairs_of"]

FILE = "antecedents.npz"

Numbers = npt.NDArray[np.int32]
_WINDOW = 60
"""Candidates back that each is compared with."""
_SAME_NOUN, _SAME_CHAIN = 3, 2
"""Candidates beyond, with the same noun or of the same chain, that it is compared with too."""
_BLOCK = 256
"""Candidates whose pairs are scored together."""
_DISTANCES = ((0, 0), (1, 1), (2, 2), (3, 3), (4, 6), (7, 12), (13, 1 << 30))


@dataclass(frozen=True, slots=True)
class Pairs:
    """Candidates `later` with those before them that they are compared with, `earlier`; in order."""

    later: Numbers
    earlier: Numbers


@dataclass(frozen=True, slots=True)
class Choice:
    """What a candidate goes back to (`None`: to nothing before), how likely that is, and whether it is somebody, a body or a place."""

    earlier: int | None
    share: float
    party: float


def pairs_of(candidates: Sequence[Candidate]) -> Pairs:
    """Each candidate with the last few dozen before it, and with some further back that share its noun or its chain."""
    later: list[int] = []
    earlier: list[int] = []
    seen: dict[tuple[str, str], list[int]] = defaultdict(list)
    for number, each in enumerate(candidates):
        low = max(0, number - _WINDOW)
        keys = [
            (key, count)
            for key, count in ((("noun", each.noun), _SAME_NOUN), (("chain", each.chain), _SAME_CHAIN))
            if key[1]
        ]
        far = {at for key, count in keys for at in seen[key][-count:] if at < low}
        chosen = [*sorted(far), *range(low, number)]
        later += [number] * len(chosen)
        earlier += chosen
        for key, _ in keys:
            seen[key].append(number)
    return Pairs(np.array(later, np.int32), np.array(earlier, np.int32))


def _one_of(values: Sequence[str]) -> tuple[dict[str, tuple[bool, ...]], tuple[bool, ...]]:
    """For each value a row that is true at it, and the row of any other."""
    return {value: tuple(value == each for each in values) for value in values}, (False,) * len(values)


_FORM_IS, _NO_FORM = _one_of(FORMS)
_GENDER_IS, _NO_GENDER = _one_of("mfn")
_KIND_IS, _NO_KIND = _one_of(KINDS)
_ROLE_IS, _NO_ROLE = _one_of(ROLES)
_BEFORE_IS, _NO_WORD = _one_of(BEFORE)


def own_features(candidates: Sequence[Candidate]) -> Array:
    """What each candidate shows of itself, a row each."""
    rows = [
        (
            *_FORM_IS.get(each.form, _NO_FORM),
            each.plural is False,
            each.plural is True,
            *_GENDER_IS.get(each.gender, _NO_GENDER),
            *_KIND_IS.get(each.kind, _NO_KIND),
            *_ROLE_IS.get(each.role, _NO_ROLE),
            *_BEFORE_IS.get(each.before, _NO_WORD),
            each.opens,
            each.predicate,
            each.owner,
            each.quote >= 0,
            not each.chain,
            each.named,
            each.chain.startswith("role:"),
            each.chain.startswith("self:"),
            each.chain.startswith("voice:"),
            min(each.length, 6) / 3,
            math.log1p(each.sentence) / 3,
            each.sentence == 0,
            each.after in ("who", "which", "that"),
            each.after == ",",
        )
        for each in candidates
    ]
    return np.array(rows, np.float32)


class _Columns:
    """The candidates' properties as columns of numbers, made once for an article."""

    def __init__(self, candidates: Sequence[Candidate]) -> None:
        self.candidates = candidates
        codes: dict[tuple[str, str], int] = {}

        def coded(sort: str, values: Sequence[str]) -> Numbers:
            return np.array([codes.setdefault((sort, v), len(codes)) if v else -1 for v in values], np.int32)

        def numbers(values: Sequence[int | bool]) -> Numbers:
            return np.array(values, np.int32)

        each = candidates
        self.sentence = numbers([c.sentence for c in each])
        self.paragraph = numbers([c.paragraph for c in each])
        self.quote = numbers([c.quote for c in each])
        self.start, self.end = numbers([c.start for c in each]), numbers([c.end for c in each])
        self.form = numbers([FORMS.index(c.form) for c in each])
        self.kind = numbers([KINDS.index(c.kind) for c in each])
        self.role = numbers([ROLES.index(c.role) for c in each])
        self.many = numbers([-1 if c.plural is None else c.plural for c in each])
        self.gender = coded("gender", [c.gender for c in each])
        self.noun = coded("noun", [c.noun for c in each])
        self.chain = coded("chain", [c.chain for c in each])
        self.string = coded("string", [c.string for c in each])
        self.short = coded("short", [c.string if c.form == "name" else "" for c in each])
        self.initials = coded("short", [c.initials if len(c.initials) > 1 else "" for c in each])
        self.name = self.form == FORMS.index("name")
        self.pronoun = self.form >= FORMS.index(PRONOUNS[0])
        self.named = numbers([c.named for c in each]) > 0
        self.opens = numbers([c.opens for c in each]) > 0
        self.predicate = numbers([c.predicate for c in each]) > 0
        self.behind_comma = numbers([c.before == "," for c in each]) > 0
        self.behind_and = numbers([c.before in ("and", "or") for c in each]) > 0
        # How often a chain was named up to a candidate, how many candidates of its kind there were, and pronouns of its form.
        self.told = numbers(list(_running(self.chain)))
        kinds = np.eye(len(KINDS), dtype=np.int32)[self.kind]
        self.of_kind = np.cumsum(kinds, 0, dtype=np.int32)
        total = np.bincount(self.chain[self.chain >= 0], minlength=len(codes) + 1) if len(codes) else np.zeros(1)
        self.total = np.where(self.chain >= 0, total[self.chain], 0)


def _running(chain: Numbers) -> Iterator[int]:
    """How often the chain of each candidate was told up to it."""
    counts: dict[int, int] = defaultdict(int)
    for each in chain.tolist():
        counts[each] += 1
        yield counts[each] if each >= 0 else 0


def pair_features(candidates: Sequence[Candidate], pairs: Pairs) -> Iterator[tuple[slice, Array]]:
    """What pairs show, a row each, by blocks of pairs: the part of the pairs, and the rows."""
    if not len(pairs.later):
        return
    columns = _Columns(candidates)
    cuts = np.searchsorted(pairs.later, np.arange(0, len(candidates) + _BLOCK, _BLOCK))
    for low, high in pairwise(cuts.tolist()):
        if high > low:
            part = slice(low, high)
            yield part, _block(columns, pairs.later[part], pairs.earlier[part])


def _shared_words(candidates: Sequence[Candidate], later: Numbers, earlier: Numbers) -> tuple[Array, Array]:
    """Which pairs of names or nouns share a telling word, and of which the last word of one is among the words of the other."""
    shared, heads = np.zeros(len(later), np.float32), np.zeros(len(later), np.float32)
    having: dict[str, list[int]] = defaultdict(list)
    low, high = int(earlier.min()), int(later.max()) + 1
    others = earlier.tolist()
    bounds = np.searchsorted(
        later, np.arange(low, high + 1)
    ).tolist()  # the pairs of a candidate stand together, in order
    for number in range(low, high):
        each = candidates[number]
        if each.pronoun:
            continue
        last = each.string.rpartition(" ")[2]
        first, stop = bounds[number - low], bounds[number - low + 1]
        for word in each.words:
            if first < stop:
                for other in reversed(having[word]):
                    at = bisect_left(others, other, first, stop)
                    there = at < stop and others[at] == other
                    if not there and number - other > _WINDOW:
                        break
                    if there:
                        shared[at] = 1
                        if word == last or candidates[other].string.endswith(word):
                            heads[at] = 1
            having[word].append(number)
    return shared, heads


def _block(c: _Columns, i: Numbers, j: Numbers) -> Array:
    """The features of the pairs of `i` with `j` before them."""
    apart, back = c.sentence[i] - c.sentence[j], i - j
    name, noun = c.name[i] & c.name[j], ~c.pronoun[i] & ~c.name[i]
    same_noun = (c.noun[i] == c.noun[j]) & (c.noun[i] >= 0)
    same_string = c.string[i] == c.string[j]
    shared, heads = _shared_words(c.candidates, i, j)
    within, wider = np.zeros(len(i), bool), np.zeros(len(i), bool)
    for at in np.flatnonzero(same_noun).tolist():
        one, two = c.candidates[i[at]].rest, c.candidates[j[at]].rest
        within[at] = one <= two
        wider[at] = bool(one - two) and bool(two - one)
    same_chain = (c.chain[i] == c.chain[j]) & (c.chain[i] >= 0)
    other_chain = (c.chain[i] != c.chain[j]) & (c.chain[i] >= 0) & (c.chain[j] >= 0)
    known = KINDS.index("unknown")
    inner = (c.start[j] <= c.start[i]) & (c.end[i] <= c.end[j])
    gap = c.start[i] - c.end[j]
    beside = (gap > 0) & (gap <= 3)
    one_quote = c.quote[i] == c.quote[j]
    between = c.of_kind[i - 1, c.kind[j]] - c.of_kind[j, c.kind[j]]
    columns = [
        *((apart >= a) & (apart <= b) for a, b in _DISTANCES),
        np.log1p(back) / 3,
        back == 1,
        np.minimum(apart, 30) / 10,
        c.paragraph[i] == c.paragraph[j],
        c.paragraph[i] - c.paragraph[j] == 1,
        same_noun,
        same_noun & within,
        same_noun & wider,
        same_noun & name,
        same_string & ~c.pronoun[i],
        same_string & c.pronoun[i],
        same_string & name,
        (c.form[i] == c.form[j]) & c.pronoun[i],
        shared,
        heads,
        shared * name,
        heads * name,
        ((c.short[i] == c.initials[j]) & (c.short[i] >= 0)) | ((c.initials[i] == c.short[j]) & (c.short[j] >= 0)),
        (c.many[i] == c.many[j]) & (c.many[i] >= 0),
        (c.many[i] != c.many[j]) & (c.many[i] >= 0) & (c.many[j] >= 0),
        (c.gender[i] == c.gender[j]) & (c.gender[i] >= 0),
        (c.gender[i] != c.gender[j]) & (c.gender[i] >= 0) & (c.gender[j] >= 0),
        (c.kind[i] == c.kind[j]) & (c.kind[i] != known),
        (c.kind[i] != c.kind[j]) & (c.kind[i] != known) & (c.kind[j] != known),
        same_chain & c.name[i],
        same_chain & c.pronoun[i],
        same_chain & noun,
        other_chain & name,
        other_chain & c.pronoun[i],
        other_chain & noun & c.named[i],
        np.log1p(c.told[j]),
        c.told[j] > 2,
        np.log1p(c.total[j]),
        c.named[j],
        np.log1p(between) / 2,
        (between == 0) & (c.kind[j] != known),
        one_quote & (c.quote[i] >= 0),
        (c.quote[i] >= 0) & (c.quote[j] < 0),
        (c.quote[i] < 0) & (c.quote[j] >= 0),
        ~one_quote & (c.quote[i] >= 0) & (c.quote[j] >= 0),
        c.role[i] == c.role[j],
        (c.role[i] == 0) & (c.role[j] == 0),
        inner,
        beside & c.behind_comma[i] & ~c.pronoun[i],
        (gap > 0) & (gap <= 6) & c.behind_and[i],
        c.predicate[i] & (apart == 0) & (c.role[j] == 0) & ~c.pronoun[i],
        c.predicate[i] & (gap > 0) & (gap <= 12),
        c.opens[j] & (apart == 1),
        c.opens[i] & c.opens[j] & (apart == 1),
        c.opens[j] & (apart == 0),
    ]
    rows = np.empty((len(i), len(columns)), np.float32)
    for number, column in enumerate(columns):
        rows[:, number] = column
    return rows


def load_weights(path: Path, encoder: str) -> Mapping[str, Array] | None:
    """The scorer's arrays in a file that `train/antecedents.py` made; `None` where they belong to another encoder."""
    with np.load(path, allow_pickle=False) as stored:
        if str(stored["encoder"]) != encoder:
            return None
        return {name: stored[name].astype(np.float32) for name in stored.files if name != "encoder"}


def choices(candidates: Sequence[Candidate], vectors: Array, weights: Mapping[str, Array]) -> list[Choice]:
    """For each candidate what it goes back to; `vectors` are the encoder's, a row each."""
    if not candidates:
        return []
    own = own_features(candidates)
    x = np.concatenate([(vectors - weights["mean"]) * weights["scale"], own], 1)
    nothing, party = (_two_layers(x, weights, name) for name in ("new", "party"))
    as_later, as_earlier = (x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"] for name in ("later", "earlier"))
    query, key = (x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"] for name in ("query", "key"))
    pairs = pairs_of(candidates)
    best = np.full(len(candidates), -1)
    top = np.full(len(candidates), -np.inf, np.float32)
    total = np.exp(nothing - nothing)
    for part, rows in pair_features(candidates, pairs):
        i, j = pairs.later[part], pairs.earlier[part]
        inner = np.maximum(as_later[i] + as_earlier[j] + rows @ weights["pair.weight"].T + weights["pair.bias"], 0)
        scores = inner @ weights["out.weight"][0] + rows @ weights["plain.weight"][0]
        scores += np.einsum("ij,ij->i", query[i], key[j]) / SCALE - nothing[i]
        starts = np.flatnonzero(np.r_[True, i[1:] != i[:-1]])
        found = i[starts]
        top[found] = np.maximum.reduceat(scores, starts)
        total[found] += np.add.reduceat(np.exp(np.minimum(scores, 60)), starts)
        best[found] = [j[a + int(scores[a:b].argmax())] for a, b in zip(starts, [*starts[1:], len(i)], strict=True)]
    made = []
    for at, score, whole, likely in zip(best.tolist(), top.tolist(), total.tolist(), party.tolist(), strict=True):
        earlier = at if score > 0 else None
        share = float(np.exp(min(max(score, 0.0), 60.0)) / whole)
        made.append(Choice(earlier, min(1.0, share), 1 / (1 + float(np.exp(-likely)))))
    return made


SCALE = 8.0
"""What the product of two projected vectors is divided by."""


def _two_layers(x: Array, weights: Mapping[str, Array], name: str) -> Array:
    inner = np.maximum(x @ weights[f"{name}.0.weight"].T + weights[f"{name}.0.bias"], 0)
    return np.asarray((inner @ weights[f"{name}.3.weight"].T + weights[f"{name}.3.bias"])[:, 0])
