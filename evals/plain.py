"""Codes plain news sentences and compares with what is expected: `python -m evals.plain [--set fresh] [--show 40]`.

Structure: every country and sector that takes part is found among the participants, and no country that the sentence does not name.
Events: the same types, countries on each side and statuses, no event more. What is wrong is shown by cause.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.records import Event, Participant
from evals.intervals import share

CASES = Path(__file__).parent / "cases" / "plain.tsv"
Wanted = tuple[str, frozenset[str], frozenset[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A sentence with the events it tells; `parties` are all of theirs as (country, sector), either empty where it is not told."""

    set: str
    published: str
    text: str
    events: tuple[Wanted, ...]
    parties: frozenset[tuple[str, str]]
    also: frozenset[str]


def load(path: Path = CASES) -> Iterator[Case]:
    """The sentences of the case file, in its order.

    >>> next(load()).text
    'The United States accused China of spying.'
    """
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith(("#", "set\t")):
            continue
        name, published, text, told, also = line.split("\t")
        events: list[Wanted] = []
        parties: set[tuple[str, str]] = set()
        for each in told.split(" ; ") if told != "-" else ():
            type_, sides, status = (*each.split(), "occurred")[:3]
            actors, recipients = (
                [(code, sector) for code, _, sector in (party.partition(":") for party in side.split("+") if party)]
                for side in sides.split(">")
            )
            parties |= {*actors, *recipients}
            events.append((type_, _codes(c for c, _ in actors), _codes(c for c, _ in recipients), status))
        yield Case(
            set=name,
            published=published,
            text=text,
            events=tuple(events),
            parties=frozenset(parties),
            also=frozenset(also.replace(",", " ").split()),
        )


def _codes(values: Iterable[str | None]) -> frozenset[str]:
    return frozenset(value for value in values if value)


def misread(case: Case, participants: Sequence[Participant], *, sectors: bool = True) -> list[str]:
    """What is wrong with the participants: countries that lack, countries that are too many, sectors that lack."""
    found = _codes(p.country for p in participants)
    wanted = _codes(country for country, _ in case.parties)
    told = {(p.country or "", p.sector or "") for p in participants}
    wrong = [f"lacks {code}" for code in sorted(wanted - found)]
    wrong += [f"has {code}" for code in sorted(found - wanted - case.also)]
    if sectors:
        wrong += [
            f"lacks {c}:{s}" for c, s in sorted(case.parties) if s and (c, s) not in told and c not in wanted - found
        ]
    return wrong


def cause(case: Case, events: Sequence[Event]) -> str | None:
    """Why the events differ from those expected; `None` where they are the same."""
    made = {
        (e.type, _codes(p.country for p in e.actors), _codes(p.country for p in e.recipients), e.status) for e in events
    }
    wanted = set(case.events)
    if made == wanted:
        return None
    lacking, more = wanted - made, made - wanted
    if not lacking:
        return "an event too many"
    if not more:
        return "no event" if not made else "an event too few"
    if {e[:3] for e in lacking} & {e[:3] for e in more}:
        return "status"
    if {(*e[1:3],) for e in lacking} & {(*e[1:3],) for e in more}:
        return "type"
    return "parties" if {e[0] for e in lacking} & {e[0] for e in more} else "type and parties"


def main() -> None:
    """Print the shares right, and what is wrong by cause."""
    from dragoman import actors, mentions
    from dragoman.config import Settings
    from dragoman.evaluate import _article
    from dragoman.pipeline import code_article
    from dragoman.runner import load_tools
    from dragoman.text import sentences

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--set", choices=("first", "fresh"))
    parser.add_argument("--show", type=int, default=0, help="how many of the wrong ones to print for each cause")
    given = parser.parse_args()
    tools = load_tools()
    structure: list[tuple[bool]] = []
    events: list[tuple[bool]] = []
    shown: dict[str, list[str]] = {}
    cases = [case for case in load() if given.set in (None, case.set)]
    for case in cases:
        article = _article({"id": case.text, "text": case.text, "published": case.published})
        spans = tuple(sentences(case.text))
        found = mentions.find_mentions(article, spans, tools.reference, tools.tagger, tools.reader)
        cast = actors.resolve_actors(article, found, tools.reference, tools.reader, spans)
        wrong = misread(case, cast.participants)
        structure.append((not wrong,))
        why = cause(case, code_article(article, tools, Settings()).events)
        events.append((why is None,))
        for name in ([why] if why else []) + ["structure: " + ", ".join(wrong)] * bool(wrong):
            shown.setdefault(name, []).append(case.text)
    for name, right in (("structure", structure), ("events", events)):
        estimate = share(right)
        print(f"{name}: {sum(each[0] for each in right)} of {len(right)} right, {estimate.told() if estimate else '-'}")
    for name, texts in sorted(shown.items(), key=lambda item: -len(item[1])):
        print(f"{len(texts):4} {name}", *(f"       {text}" for text in texts[: given.show]), sep="\n")


if __name__ == "__main__":
    main()
