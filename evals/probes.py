"""Whether the answers depend on what they must not depend on: `python -m evals.probes [--given] [--bare] [--no-corpus] [--show 20]`.

Over sentences written for this (`evals/cases/probes.tsv`, 13 or 14 of each type) and over the marked pairs of a split of the corpus:

- actors: the states are exchanged for others at random. Who acts must not tell what is done: the type stays.
- roles: the two states change places, each phrase keeping its form ("Iraq bombed Iranian villages" becomes "Iran bombed Iraqi
  villages"). Given the pair in these places, the type stays; from bare text, actor and recipient of every event change places with them.
- reversed: the pair is given the other way round. An act that one side does to the other must not be coded again as the other's.
- synonyms: the words of the act are exchanged for others that mean the same, from the table in the same file. The type stays.
- order: the rows are asked in another order, and one by one. The answer stays.

Each is asked for pairs that are given (`--given`: `Model.classify`) and for events from bare text (`--bare`: the whole pipeline); without
either, both are. A sentence in which nothing is coded before and after says nothing, and is counted as silent. The share that stays
is given with a 95 % bootstrap interval over sentences; 99 % is the target. A state whose names cannot be exchanged cleanly (a town or a
body would still name the old one) is left out. A probe says nothing of whether the answer is right; `right` gives that beside it.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from evals.intervals import Estimate, share
from train.corpus import Entity, EventMark, Offsets, Passage
from train.data import TYPES, load_corpus, pairs_of
from train.swap import renamed, swapped

__all__ = [
    "Item",
    "Outcome",
    "corpus_items",
    "exchanged",
    "main",
    "other_states",
    "probe_bare",
    "probe_given",
    "read_items",
]

ROOT = Path(__file__).parents[1]
CASES = ROOT / "evals" / "cases" / "probes.tsv"
TARGET = 0.99
MUTUAL = frozenset(("AGREE", "ASSAULT", "CONSULT", "COOPERATE", "SUPPORT"))
"""Types that both sides may well do to each other at once: to code them the other way round too is no fault."""

Classify = Callable[[Sequence[tuple[str, Offsets, Offsets]]], Sequence[Mapping[str, float]]]
Event = tuple[str, tuple[str, ...], tuple[str, ...]]
"""Type, countries of the actors, countries of the recipients."""
Code = Callable[[str], tuple[Event, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A sentence with a marked actor and recipient, and the type of what the one does to the other.

    `act` are the words that name the act, where they are marked; `others` what may stand for them.
    """

    id: str
    type: str
    text: str
    actor: Offsets
    recipient: Offsets
    act: Offsets | None = None
    others: tuple[str, ...] = ()

    @property
    def pair(self) -> tuple[str, Offsets, Offsets]:
        return self.text, self.actor, self.recipient

    def shown(self) -> str:
        """The text with the marks of the file of sentences."""
        marks = [(self.actor, "[]"), (self.recipient, "{}"), *([(self.act, "<>")] if self.act else [])]
        text = self.text
        for at, mark in sorted([(end, m[1]) for (_, end), m in marks] + [(start, m[0]) for (start, _), m in marks])[
            ::-1
        ]:
            text = text[:at] + mark + text[at:]
        return text


# --- sentences -----------------------------------------------------------------------------------------------------------


_MARK = re.compile(r"[\[\]{}<>]")


def parse_item(name: str, type_: str, marked: str, others: str = "") -> Item:
    """An item from a sentence with [actor], {recipient} and <act> marked; `ValueError` for other marks.

    >>> parse_item("1", "ACCUSE", "[Chad] <blamed> {Mali}.", "accused").text
    'Chad blamed Mali.'
    """
    places = {match[0]: match.start() - number for number, match in enumerate(_MARK.finditer(marked))}
    if "".join(sorted(places)) != "<>[]{}" or len(_MARK.findall(marked)) != 6 or type_ not in TYPES:
        raise ValueError(f"{name}: not one actor, one recipient and one act of a known type: {type_} {marked!r}")
    return Item(
        id=name,
        type=type_,
        text=_MARK.sub("", marked),
        actor=(places["["], places["]"]),
        recipient=(places["{"], places["}"]),
        act=(places["<"], places[">"]),
        others=tuple(filter(None, others.split("|"))),
    )


def read_items(path: Path = CASES) -> list[Item]:
    """The sentences of a file; the id is the number of the row."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(
            (line for line in file if not line.startswith("#")), dialect="excel-tab", quoting=csv.QUOTE_NONE
        )
        return [
            parse_item(f"{path.stem}-{number:03}", row["type"], row["sentence"], row["other"] or "")
            for number, row in enumerate(rows, 1)
        ]


def corpus_items(passages: Sequence[Passage], own: Sequence[Item]) -> list[Item]:
    """The marked pairs of passages, each with the type of most weight; words for the same act where a sentence of ours has them."""
    table: dict[str, dict[str, tuple[str, ...]]] = {}
    for item in own:
        if item.act and item.others:
            table.setdefault(item.type, {})[item.text[slice(*item.act)]] = item.others
    found = []
    for row in pairs_of(passages, seed=0):
        type_ = max(row.labels, key=lambda label: label[1])[0]
        item = Item(id=row.id, type=type_, text=row.text, actor=row.actor, recipient=row.recipient)
        found.append(_with_act(item, table.get(type_, {})))
    return found


def _with_act(item: Item, acts: Mapping[str, tuple[str, ...]]) -> Item:
    """The item with the words of its act, where exactly one known wording stands in it, once, and outside the phrases."""
    for words in sorted(acts, key=lambda words: (-len(words), words)):
        places = [match.span() for match in re.finditer(rf"\b{re.escape(words)}\b", item.text)]
        if len(places) == 1:
            (start, end) = places[0]
            clear = all(end <= a or b <= start for a, b in (item.actor, item.recipient))
            return replace(item, act=(start, end), others=acts[words]) if clear else item
    return item


# --- variants --------------------------------------------------------------------------------------------------------------


def _passage(item: Item) -> Passage:
    entities = (
        Entity(id="a", kind="place", country=None, sector=None, mentions=(item.actor,)),
        Entity(id="r", kind="place", country=None, sector=None, mentions=(item.recipient,)),
    )
    act = EventMark(
        type=item.type, mode=None, status="occurred", actors=("a",), recipients=("r",), trigger=item.act or item.actor
    )
    return Passage(id=item.id, text=item.text, register="", region="", decade="", entities=entities, events=(act,))


def _item(passage: Passage, item: Item) -> Item:
    return replace(
        item,
        id=passage.id,
        text=passage.text,
        actor=passage.entities[0].mentions[0],
        recipient=passage.entities[1].mentions[0],
        act=passage.events[0].trigger if item.act else None,
    )


def other_states(item: Item, draw: random.Random) -> Item | None:
    """The item about other states; `None` where no state can be exchanged cleanly."""
    passage = _passage(item)
    made = swapped(passage, draw)
    return None if made is passage else _item(made, item)


def exchanged(item: Item) -> tuple[Item, dict[str, str]] | None:
    """The item with the two states in each other's place, and which became which; `None` where a phrase names none or several."""
    sides = [{code for _, _, code in _named(item.text[start:end])} for start, end in (item.actor, item.recipient)]
    if any(len(side) != 1 for side in sides) or sides[0] == sides[1]:
        return None
    one, two = sides[0].pop(), sides[1].pop()
    chosen = {one: two, two: one}
    made = renamed(_passage(item), chosen)
    return None if made is None else (_item(made, item), chosen)


def _named(phrase: str) -> list[tuple[int, int, str]]:
    from dragoman.naming.namings import anchors_of
    from dragoman.reference import load_reference

    return anchors_of(phrase, load_reference(), None)


def reworded(item: Item) -> Iterator[Item]:
    """The item with other words for its act."""
    if item.act is None:
        return
    start, end = item.act
    for words in item.others:
        shift = len(words) - (end - start)

        def moved(span: Offsets, shift: int = shift) -> Offsets:
            return (span[0] + shift, span[1] + shift) if span[0] >= end else span

        yield replace(
            item,
            id=f"{item.id}~{words}",
            text=item.text[:start] + words + item.text[end:],
            actor=moved(item.actor),
            recipient=moved(item.recipient),
            act=(start, start + len(words)),
        )


# --- probes ----------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Outcome:
    """What a probe found: for each sentence whether each variant kept the answer; how many said nothing; and those that changed."""

    probe: str
    units: list[list[bool]] = field(default_factory=list)
    silent: int = 0
    changed: list[str] = field(default_factory=list)
    largest: float = 0.0
    """For the order of rows: the largest difference of a probability."""

    def add(
        self, base: Item, variants: Sequence[Item], kept: Sequence[bool], answers: Sequence[object], before: object
    ) -> None:
        """One sentence with its variants."""
        self.units.append(list(kept))
        for variant, stays, answer in zip(variants, kept, answers, strict=True):
            if not stays:
                self.changed.append(f"{base.type} {base.shown()}\n    {before}\n  {variant.shown()}\n    {answer}")

    @property
    def estimate(self) -> Estimate | None:
        """The share of variants that keep the answer."""
        return share(self.units)


def _variants(items: Sequence[Item], draws: int, seed: int = 1) -> dict[str, list[list[tuple[Item, dict[str, str]]]]]:
    """By probe, for each item its variants with the states that changed places."""
    draw = random.Random(seed)
    actors: list[list[tuple[Item, dict[str, str]]]] = []
    roles: list[list[tuple[Item, dict[str, str]]]] = []
    for item in items:
        actors.append([(made, {}) for _ in range(draws) if (made := other_states(item, draw)) is not None])
        pair = exchanged(item)
        roles.append([pair] if pair else [])
    return {"actors": actors, "roles": roles, "synonyms": [[(made, {}) for made in reworded(item)] for item in items]}


def _best(types: Mapping[str, float]) -> str:
    return max(sorted(types), key=lambda name: types[name])


def probe_given(items: Sequence[Item], classify: Classify, *, draws: int = 2) -> tuple[list[Outcome], float]:
    """Every probe where the pair is given, and the share of right answers before any change."""
    before = classify([item.pair for item in items])
    types = [_best(each) for each in before]
    found = []
    for name, variants in _variants(items, draws).items():
        outcome = Outcome(name)
        flat = [made for each in variants for made, _ in each]
        answers = iter([_best(each) for each in classify([made.pair for made in flat])])
        for item, type_, each in zip(items, types, variants, strict=True):
            got = [next(answers) for _ in each]
            if each:
                outcome.add(item, [made for made, _ in each], [answer == type_ for answer in got], got, type_)
        found.append(outcome)
    found.append(_reversed(items, types, classify))
    found.append(_reordered(items, before, classify))
    return found, sum(type_ == item.type for type_, item in zip(types, items, strict=True)) / max(1, len(items))


def _reversed(items: Sequence[Item], types: Sequence[str], classify: Classify) -> Outcome:
    outcome = Outcome("reversed")
    asked = [(item, type_) for item, type_ in zip(items, types, strict=True) if type_ not in MUTUAL and type_ != "NONE"]
    answers = classify([(item.text, item.recipient, item.actor) for item, _ in asked])
    for (item, type_), answer in zip(asked, answers, strict=True):
        other = replace(item, actor=item.recipient, recipient=item.actor)
        outcome.add(item, [other], [_best(answer) != type_], [_best(answer)], type_)
    return outcome


def _reordered(items: Sequence[Item], before: Sequence[Mapping[str, float]], classify: Classify) -> Outcome:
    outcome = Outcome("order")
    backwards = list(classify([item.pair for item in items[::-1]]))[::-1]
    alone = [classify([item.pair])[0] for item in items]
    for item, one, two, three in zip(items, before, backwards, alone, strict=True):
        got = [_best(two), _best(three)]
        outcome.add(item, [item, item], [answer == _best(one) for answer in got], got, _best(one))
        moved = (abs(one.get(name, 0.0) - each.get(name, 0.0)) for each in (two, three) for name in {*one, *each})
        outcome.largest = max(outcome.largest, *moved)
    return outcome


def probe_bare(items: Sequence[Item], code: Code, *, draws: int = 1) -> tuple[list[Outcome], float]:
    """Every probe where nothing is given but the text, and the share of sentences whose act is coded with its type."""
    before = [code(item.text) for item in items]
    found = []
    for name, variants in _variants(items, draws).items():
        outcome = Outcome(name)
        for item, events, each in zip(items, before, variants, strict=True):
            pairs = [(made, chosen, code(made.text)) for made, chosen in each]
            told = [(made, chosen, got) for made, chosen, got in pairs if got or events]
            outcome.silent += len(pairs) - len(told)
            kept = [
                sorted(got) == sorted(_renamed(events, chosen)) if name == "roles" else _types(got) == _types(events)
                for _, chosen, got in told
            ]
            if told:
                outcome.add(item, [made for made, _, _ in told], kept, [got for _, _, got in told], events)
        found.append(outcome)
    order = Outcome("order")
    for item, events in list(zip(items, before, strict=True))[::-1]:
        got = code(item.text)
        if got or events:
            order.add(item, [item], [got == events], [got], events)
        else:
            order.silent += 1
    found.append(order)
    right = sum(item.type in _types(events) for item, events in zip(items, before, strict=True) if item.type != "NONE")
    return found, right / max(1, sum(item.type != "NONE" for item in items))


def _types(events: Sequence[Event]) -> list[str]:
    return sorted(type_ for type_, _, _ in events)


def _renamed(events: Sequence[Event], chosen: Mapping[str, str]) -> list[Event]:
    def codes(side: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(chosen.get(code, code) for code in side))

    return [(type_, codes(actors), codes(recipients)) for type_, actors, recipients in events]


def code_text(text: str) -> tuple[Event, ...]:
    """The events of a bare text, as the whole pipeline codes it."""
    from dragoman.config import Settings
    from dragoman.pipeline import code_article
    from dragoman.records import make_id
    from dragoman.runner import load_tools
    from evals.statements import bare_article

    def codes(parties: Sequence[Any]) -> tuple[str, ...]:
        return tuple(sorted({party.country for party in parties if party.country}))

    coding = code_article(bare_article(text, make_id("ar", text)), load_tools(), Settings())
    return tuple((event.type, codes(event.actors), codes(event.recipients)) for event in coding.events)


# --- telling ---------------------------------------------------------------------------------------------------------------


def report(outcomes: Sequence[Outcome], right: float, title: str, show: int) -> list[dict[str, Any]]:
    """Print a table of one source and way of asking; returns its rows."""
    print(f"{title} (right before any change: {100 * right:.1f} %)")
    rows = []
    for outcome in outcomes:
        estimate = outcome.estimate
        if estimate is None:
            continue
        count = sum(map(len, outcome.units))
        mark = "met" if estimate.value >= TARGET else "missed"
        extra = f", {outcome.silent} silent" if outcome.silent else ""
        extra += f", largest difference of a probability {outcome.largest:.4f}" if outcome.largest else ""
        print(
            f"  {outcome.probe:<10}{estimate.told():<28}{count:>6} variants of {len(outcome.units)}{extra}; {mark}",
            flush=True,
        )
        for text in outcome.changed[:show]:
            print(f"    - {text}".replace("\n", "\n    "))
        rows.append(
            {
                "asked": title,
                "probe": outcome.probe,
                "consistent": round(estimate.value, 4),
                "low": round(estimate.low, 4),
                "high": round(estimate.high, 4),
                "variants": count,
                "sentences": len(outcome.units),
                "silent": outcome.silent,
            }
        )
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print, and return 1 where a probe misses the target and `--strict` is given."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--given", action="store_true", help="pairs that are given")
    parser.add_argument("--bare", action="store_true", help="events from bare text")
    parser.add_argument("--no-corpus", action="store_true", help="only the sentences written for this")
    parser.add_argument("--split", default="dev", choices=("dev", "test"))
    parser.add_argument(
        "--sample", type=int, default=0, help="at most so many sentences of each source, the same ones every time"
    )
    parser.add_argument("--show", type=int, default=0, help="print so many of the answers that changed, for each probe")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--strict", action="store_true", help="exit 1 where a probe misses the target")
    options = parser.parse_args(arguments)
    from dragoman.runner import classify_pairs

    own = read_items()
    sources = {"our sentences": own}
    if not options.no_corpus:
        sources[f"corpus, {options.split}"] = corpus_items(load_corpus(ROOT / "corpus")[options.split], own)
    rows: list[dict[str, Any]] = []
    for name, items in sources.items():
        if options.sample and len(items) > options.sample:
            items = sorted(random.Random(1).sample(items, options.sample), key=lambda item: item.id)
        if options.given or not options.bare:
            rows += report(*probe_given(items, classify_pairs), f"{name}, pairs given", options.show)
        if options.bare or not options.given:
            rows += report(*probe_bare(items, code_text), f"{name}, bare text", options.show)
    if options.json:
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return int(options.strict and any(row["consistent"] < TARGET for row in rows))


if __name__ == "__main__":
    sys.exit(main())
