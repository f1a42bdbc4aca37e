"""Chains of an article from those of the rules and what a learned scorer says that each phrase goes back to.

Names keep the chains that the rules gave them; a name joins another's chain only where the scorer is sure. Pronouns and common nouns go
where the scorer puts them. What the rules left out becomes a mention where its chain is somebody, a body or a place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from dragoman.naming.antecedents import Choice
from dragoman.naming.candidates import NAMED, PRONOUNS, Candidate, find_candidates
from dragoman.naming.nounphrases import Word
from dragoman.records import Article, Mention, Span, make_id
from dragoman.speaking.quotes import Quote
from dragoman.text import ByPlace

__all__ = ["Ranker", "rejoined", "resolved"]

_FIXED = frozenset(("self", "voice", "both", "pair"))
"""Labels of chains that stay as they are: who speaks, and who several are."""
_SURE = 0.9
"""How likely it must be that two names which the rules keep apart are one's."""
_ALIKE = 3
_SOON = 2
"""Sentences back in which "the ministry" is looked for."""
_LABELS = {"org": "org", "place": "place"}


class Ranker(Protocol):
    """What a learned scorer must offer: what each of the phrases goes back to; nothing at all where it has not learned that."""

    def antecedents(
        self, text: str, sentences: Sequence[tuple[int, int]], candidates: Sequence[Candidate]
    ) -> Sequence[Choice]: ...


def resolved(
    article: Article,
    sentences: Sequence[tuple[int, int]],
    words: Sequence[Sequence[Word]],
    phrases: Sequence[Sequence[Word]],
    mentions: Iterable[Mention],
    quotes: Sequence[Quote],
    ranker: Ranker | None,
) -> tuple[Mention, ...]:
    """The mentions that the rules found, in order, with what the ranker says; `words` are those of the sentences, `phrases` of the
    noun phrases."""
    found = sorted(mentions, key=lambda m: (m.span.start, -m.span.end, m.kind))
    if ranker is None:
        return tuple(found)
    candidates = find_candidates(article.text, words, phrases, found, quotes)
    choices = ranker.antecedents(article.text, sentences, candidates)
    return rejoined(article, found, candidates, choices, _nations(article.text, candidates, found))


# A state and its successor are named for each other.
_ONE_NATION = {"SUN": "RUS", "YUG": "SRB", "SCG": "SRB", "DDR": "DEU", "CSK": "CZE"}
_PROPER = frozenset(("nationality", "place", "organization"))
_ONLY_PART = re.compile(r"[-–]\w")


def _nations(text: str, candidates: Sequence[Candidate], mentions: Sequence[Mention]) -> list[frozenset[str]]:
    """The states, and of several people the bodies, that the words of each candidate name as its own.

    Of "Israeli officials" Israel, of "Hezbollah officials" that group, of "anti-Israeli officials" nothing.
    """
    told = ByPlace(
        (m for m in mentions if m.kind in _PROPER and not _is_part(text, m.span)), lambda m: (m.span.start, m.span.end)
    )
    found = []
    for each in candidates:
        inside = (m for m in told.inside(each.start, each.head[1]) if m.span.end < each.head[1])
        labels = (m.chain.rpartition("/")[2].partition(":") for m in inside)
        several = bool(each.plural) and each.form != "name"
        found.append(
            frozenset(
                _ONE_NATION.get(name, name)
                for sort, _, name in labels
                if sort == "country" or (several and sort == "org")
            )
        )
    return found


def _is_part(text: str, span: Span) -> bool:
    """Whether a state is only part of a word: "anti-Israeli", "Indian-controlled"."""
    return text[span.start - 1 : span.start] == "-" or _ONLY_PART.match(text, span.end) is not None


_KINDS = frozenset(
    "party court parliament ministry army navy bank university police senate embassy company newspaper".split()
)
"""Kinds of bodies, of which a body is one: "his party" is no court."""


def _another_kind(phrase: str, label: str) -> bool:
    """Whether a phrase names a kind of body, and a chain's label a body of another kind.

    >>> _another_kind("his party", "org:Lima High Court"), _another_kind("the court", "org:Lima High Court")
    (True, False)
    """
    own = _KINDS.intersection(phrase.lower().split())
    named = _KINDS.intersection(label.lower().partition(":")[2].split())
    return bool(own and named) and own.isdisjoint(named)


class _Groups:
    """Candidates that are one, and the name that the chain of each group has; lives for one call."""

    def __init__(
        self, candidates: Sequence[Candidate], choices: Sequence[Choice], nations: Sequence[frozenset[str]]
    ) -> None:
        self.candidates = candidates
        self._nations = list(nations)
        self._first = list(range(len(candidates)))
        self._label: dict[int, str] = {}
        self.by_rule: set[int] = set()
        last: dict[str, int] = {}
        for number, each in enumerate(candidates):
            if _is_kept(each) or (_is_holder(each) and choices[number].earlier is None):
                if each.chain in last:
                    self.by_rule.add(number)
                    first = self._first[number] = self.of(last[each.chain])
                    self._nations[first] |= self._nations[number]
                last[each.chain] = number
                self._label.setdefault(self.of(number), each.chain)

    def of(self, number: int) -> int:
        """The first candidate of a group."""
        while self._first[number] != number:
            self._first[number] = self._first[self._first[number]]
            number = self._first[number]
        return number

    def label(self, group: int) -> str | None:
        """The label of the name or the fixed chain of a group."""
        return self._label.get(group)

    def join(self, later: int, choice: Choice) -> None:
        """Let a candidate, with its group, go back to another where their names allow it."""
        assert choice.earlier is not None
        one, two = self.of(choice.earlier), self.of(later)
        old, new = self.label(one), self.label(two)
        if one == two or (old and new and not self._may_be_one(later, choice, old, new)):
            return
        if any(_another_kind(self.candidates[later].string, label) for label in (old, new) if label):
            return
        if self._nations[one] and self._nations[two] and self._nations[one].isdisjoint(self._nations[two]):
            return  # "Israeli officials" are no Lebanese ones named before
        first, other = min(one, two), max(one, two)
        self._first[other] = first
        self._nations[first] |= self._nations[other]
        if label := old or new:
            self._label[first] = label

    def _may_be_one(self, later: int, choice: Choice, old: str, new: str) -> bool:
        """Whether two names that the rules keep apart may be one's: of one sort, and no states; of persons, with words that begin alike."""
        (sort, _, one), (other, _, two) = old.partition(":"), new.partition(":")
        named = self.candidates[later].form == "name" and sort == other and sort in ("person", "org", "place")
        apart = sort == "person" and _beginnings(one).isdisjoint(_beginnings(two))
        return named and not apart and choice.share >= _SURE


def _beginnings(name: str) -> set[str]:
    """How the words of a name begin: what two spellings of one have in common ("Sotto", "Soto")."""
    return {word[:_ALIKE] for word in name.lower().split()}


def _is_kept(each: Candidate) -> bool:
    """Whether a candidate stays in the chain that the rules gave it."""
    sort = each.chain.partition(":")[0]
    return sort in _FIXED or (sort in NAMED and each.form == "name")


def _is_holder(each: Candidate) -> bool:
    """Whether a phrase is an office ("the economy minister") that the rules gave to its holder, named before or beside it."""
    return each.form not in ("name", *PRONOUNS) and each.chain.startswith("person:")


def rejoined(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Candidate],
    choices: Sequence[Choice],
    nations: Sequence[frozenset[str]] = (),
) -> tuple[Mention, ...]:
    """The mentions with their chains, and those that chains of candidates add, in the order of the text.

    `choices` has one for each candidate, or is empty: then all stays as it is. `nations` are the states that each candidate names as
    its own; phrases of different states are not one's.
    """
    if not choices:
        return tuple(mentions)
    choices = list(_nearest(candidates, choices))
    groups = _Groups(candidates, choices, nations or [frozenset()] * len(candidates))
    for number, (each, choice) in enumerate(zip(candidates, choices, strict=True)):
        if choice.earlier is not None and number not in groups.by_rule and each.chain.partition(":")[0] not in _FIXED:
            groups.join(number, choice)
    members: dict[int, list[int]] = defaultdict(list)
    for number in range(len(candidates)):
        members[groups.of(number)].append(number)
    labels: dict[int, str] = {}
    parties: dict[int, bool] = {}
    taken = {each.chain for each in candidates if _is_kept(each)}
    for group, numbers in members.items():
        label = groups.label(group) or _new_label([candidates[n] for n in numbers], taken)
        taken.add(label)
        likely = sum(choices[n].party for n in numbers) / len(numbers)
        for number in numbers:
            labels[number] = label
            told = len(numbers) > 1 and (likely > 0.5 or groups.label(group) is not None)
            parties[number] = told or candidates[number].chain.partition(":")[0] in _FIXED
    return _written(article, mentions, candidates, labels, parties)


def _nearest(candidates: Sequence[Candidate], choices: Sequence[Choice]) -> Iterator[Choice]:
    """The choices, but "the ministry" alone is the ministry last told of, where one was in the last few sentences."""
    last: dict[tuple[str, bool | None], int] = {}
    for number, (each, choice) in enumerate(zip(candidates, choices, strict=True)):
        before, of, _ = each.string.partition(" of ")
        key = (
            (before.rpartition(" ")[2], False) if of else (each.noun, each.plural)
        )  # the Ministry of Trade is a ministry
        near = last.get(key)
        alone = each.form == "definite" and not each.rest and each.kind in ("person", "people", "org")
        if (
            alone
            and near is not None
            and each.sentence - candidates[near].sentence <= _SOON
            and choice.earlier is not None
        ):
            yield replace(choice, earlier=near)
        else:
            yield choice
        if key[0] and not each.pronoun and each.quote < 0:
            last[key] = number


def _new_label(members: Sequence[Candidate], taken: set[str]) -> str:
    """The label of a chain without a name: that of the rules, else made from its first phrase; none that is another chain's."""
    first = next((each for each in members if not each.pronoun), members[0])
    made = f"{_LABELS.get(first.kind, 'role')}:{first.string}"
    free = (each.chain for each in members if each.chain and each.chain not in taken)
    return next(free, made if made not in taken else f"{made} {members[0].start}")


def _written(
    article: Article,
    mentions: Sequence[Mention],
    candidates: Sequence[Candidate],
    labels: dict[int, str],
    parties: dict[int, bool],
) -> tuple[Mention, ...]:
    """The mentions with the labels of their candidates, and a mention for each candidate of a chain that has none."""
    places: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    names: dict[str, str] = {}
    for number, each in enumerate(candidates):
        places[each.chain].append((each.start, each.end, number))
        if each.chain and _is_kept(each):
            names.setdefault(each.chain, labels[number])
    prefix = f"{article.id}/"
    found: dict[tuple[int, int, str], Mention] = {}
    told: set[int] = set()
    for m in mentions:
        old = m.chain.removeprefix(prefix)
        row = places.get(old, ())
        at = bisect_right(row, (m.span.start, 1 << 60, 0)) - 1 if row else -1
        number = row[at][2] if at >= 0 and m.span.end <= row[at][1] else -1
        if number < 0:
            new = names.get(old, old)
        elif m.kind in ("pronoun", "noun") and not parties[number]:
            continue  # it goes back to nothing, or to no party
        else:
            new = labels[number]
            told.add(number)
        found[m.span.start, m.span.end, m.kind] = m if new == old else replace(m, chain=prefix + new)
    for number, each in enumerate(candidates):
        kind = "pronoun" if each.pronoun else "noun"
        if parties[number] and number not in told:
            found[each.start, each.end, kind] = Mention(
                id=make_id("me", article.id, each.start, each.end, kind),
                article_id=article.id,
                span=Span(start=each.start, end=each.end),
                text=article.text[each.start : each.end],
                kind=kind,
                chain=prefix + labels[number],
            )
    return tuple(sorted(found.values(), key=lambda m: (m.span.start, -m.span.end, m.kind)))
