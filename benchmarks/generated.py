"""A load of short generated articles with known copies and known acts, their events written directly as records.

Acts are of a day, a pair of states, a type, a town and a matter; one in ten repeats pair, type and day of the one before with another
matter, as wire stories do. Two in five are told by several outlets: the copies get a byline, one of four feet, a cut tail, dropped
words, another figure. One article in five tells a second act. The same number and seed give the same articles.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from dragoman import edtf
from dragoman.records import Article, Event, FieldSources, Participant, Reason, Source, Span, make_id

__all__ = ["Told", "generate"]

_TYPES = ("CONSULT", "AGREE", "ASSAULT", "AID", "ACCUSE", "REQUEST", "COERCE", "SUPPORT")
_VERBS = {
    "CONSULT": "received the envoy of",
    "AGREE": "signed an accord with",
    "ASSAULT": "shelled positions held by",
    "AID": "sent relief to",
    "ACCUSE": "blamed",
    "REQUEST": "asked for help from",
    "COERCE": "closed the border with",
    "SUPPORT": "praised the government of",
}
_FEET = (
    "Read more on our pages every morning and every evening of the week.",
    "Agencies contributed to this report, which the desk will update.",
    "Write to the editors with corrections; all of your letters are read.",
    "Subscribe for the full story and for a digest of the day at six.",
)
_OUTLETS = tuple(f"Outlet {number}" for number in range(60))
_SYLLABLES = tuple(a + b for a in "bdfgklmnprstvz" for b in ("a", "e", "i", "o", "u", "an", "el", "ir", "or", "us"))


@dataclass(frozen=True, slots=True)
class Told:
    """An article, its events, and the known act of each event."""

    article: Article
    events: tuple[Event, ...]
    acts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Act:
    id: str
    day: int
    type: str
    actor: str
    recipient: str
    sentence: tuple[str, ...]
    rest: tuple[str, ...]


class _Maker:
    def __init__(self, seed: int, start: dt.date) -> None:
        self.rng = random.Random(seed)
        self.start = start
        self.words = ["".join(self.rng.choices(_SYLLABLES, k=3)) for _ in range(30_000)]
        # Words come as in language: the commonest often, most of them hardly ever.
        self.weights = list(accumulate(1 / (rank + 20) for rank in range(len(self.words))))
        self.states = [f"{a}{b}{c}" for a in "QXYZWV" for b in "AEIOU" for c in "BDGKLMNR"]
        self.count = 0

    def some(self, count: int) -> list[str]:
        return self.rng.choices(self.words, cum_weights=self.weights, k=count)

    def act(self, day: int, like: _Act | None = None) -> _Act:
        self.count += 1
        actor, recipient = (like.actor, like.recipient) if like else self.rng.sample(self.states, 2)
        kind = like.type if like else self.rng.choice(_TYPES)
        sentence = (
            f"{actor.title()}land {_VERBS[kind]} {recipient.title()}land".split()
            + f"in {self.rng.choice(self.words).title()} with {self.rng.randrange(13, 990)} guards over".split()
            + self.some(7)
        )
        return _Act(f"act{self.count}", day, kind, actor, recipient, tuple(sentence), tuple(self.some(28)))

    def party(self, code: str, at: int) -> Participant:
        name = f"{code.title()}land"
        return Participant(
            id=f"ac_{code}",
            name=name,
            country=code,
            sector="GOV",
            office=None,
            text=name,
            start=at,
            end=at + len(name),
            kind="place",
        )

    def told(self, number: int, act: _Act, second: _Act | None, copy: bool) -> Told:
        rng = self.rng
        outlet = rng.choice(_OUTLETS)
        lead = (
            f"By {rng.choice(self.words).title()} {rng.choice(self.words).title()} for {outlet}. "
            if copy and rng.random() < 0.5
            else ""
        )
        sentences = [self._sentence(act, copy)] + ([self._sentence(second, copy)] if second else [])
        rest = list(act.rest)
        if copy and rng.random() < 0.4:
            rest = rest[: int(len(rest) * 0.7)]
        foot = rng.choice(_FEET) if rng.random() < 0.5 else ""
        text = lead + " ".join(sentences) + f" {' '.join(rest).capitalize()}. {foot}"
        article_id = make_id("ar", number, text)
        published = edtf.day(self.start + dt.timedelta(days=act.day), basis="metadata")
        article = Article(
            id=article_id, text=text, title=None, outlet=outlet, agencies=(), authors=(), dateline=None, published=published,
            updated=None, language="en", path=None, url=None, section=None, tags=(), raw_sha256="", raw_runs=(), why=(),
        )  # fmt: skip
        events, at = [], len(lead)
        acts = [act, second] if second else [act]
        for one, sentence in zip(acts, sentences, strict=True):
            events.append(self._event(article, one, sentence, at))
            at += len(sentence) + 1
        return Told(article, tuple(events), tuple(one.id for one in acts))

    def _sentence(self, act: _Act, copy: bool) -> str:
        words = list(act.sentence)
        if copy and self.rng.random() < 0.3:
            del words[self.rng.randrange(len(words) - 6, len(words))]
        if copy and self.rng.random() < 0.1:
            at = words.index("guards") - 1
            words[at] = str(int(words[at]) + self.rng.randrange(1, 9))
        return " ".join(words) + "."

    def _event(self, article: Article, act: _Act, sentence: str, at: int) -> Event:
        source = Source(article_id=article.id, span=Span(start=at, end=at + len(sentence)), text=sentence)
        verb = _VERBS[act.type].split()[0]
        spot = at + sentence.index(verb)
        trigger = Source(article_id=article.id, span=Span(start=spot, end=spot + len(verb)), text=verb)
        return Event(
            id=make_id("ev", article.id, act.id), article_id=article.id, type=act.type, mode=None, contexts=(),
            actors=(self.party(act.actor, at),), recipients=(self.party(act.recipient, at),), status="occurred",
            when=article.published, place=None, quad=1, scale=1.0, cameo=None,
            sources=(FieldSources(field="trigger", sources=(trigger,)), FieldSources(field="sentence", sources=(source,))),
            reported_by=(), confidence=0.9, why=(Reason(step="generated", by="benchmark", detail="written as a record"),),
        )  # fmt: skip


def generate(count: int, *, days: int, seed: int = 1) -> Iterator[Told]:
    """`count` articles over so many days, shuffled within each day, in the order of days.

    >>> [len(told.events) for told in generate(3, days=1, seed=5)] == [len(told.acts) for told in generate(3, days=1, seed=5)]
    True
    """
    maker = _Maker(seed, dt.date(2011, 1, 1))
    rng = maker.rng
    number = 0
    for day in range(days):
        todays: list[Told] = []
        wanted = count * (day + 1) // days - count * day // days
        before: _Act | None = None
        while len(todays) < wanted:
            act = maker.act(day, before if before and rng.random() < 0.1 else None)
            second = maker.act(day, act if rng.random() < 0.3 else None) if rng.random() < 0.2 else None
            before = act
            copies = 1 if rng.random() < 0.6 else rng.choice((2, 2, 3, 3, 4, 6, 9, 14, 45))
            for each in range(min(copies, wanted - len(todays))):
                number += 1
                todays.append(maker.told(number, act, second, each > 0))
        rng.shuffle(todays)
        yield from todays
