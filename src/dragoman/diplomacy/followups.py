"""What followed a pledge: later acts and words of the same party that fulfil, repeat, qualify or break it, each with its reason.

A second pass over a whole dataset, since what follows stands in later articles. Nothing is asserted beyond the words: an act fulfils a
pledge only where the one who promised is told to have done it, later, in words for the promised act that name what it is done to. Where
an act only concerns the same thing, there is no link; whether a pledge was kept that nobody reported on is not known, and not said.

| Relation | Evidence asked for |
|---|---|
| fulfils | an event that occurred, by the same party, on a later day, with a word that does the promised act, and its object |
| breaks | the same with a word that undoes it; or that does it, where the pledge was not to; or an act told as a breach of the agreement |
| said to break | a statement by another party that it was broken |
| repeats | a later pledge of the same party, in words that share its act and object, and no copy of the first |
| qualifies | the same with a condition that the first did not have ("only if", "unless", "no longer") |
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from importlib import resources

from dragoman.records import Event, FieldSources, Participant, Pledge, Reason, Statement

__all__ = ["RELATIONS", "Ledger", "follow_up", "promised_acts"]

RELATIONS = ("fulfils", "breaks", "said to break", "qualifies", "repeats")
"""How a later event or statement may bear on a pledge; the `by` of the reason that links it."""

_STEP = "followups"
_WORD = re.compile(r"[^\W\d_][\w’'-]*|\d[\d,.]*\d|\d")
_NOT = re.compile(r"\b(?:not|never|no\s+longer|neither|nor|refrain\w*|cease|end(?:ed|ing)?)\b|n[’']t\b", re.I)
_CONDITION = re.compile(
    r"\b(?:if|unless|provided(?:\s+that)?|only\s+(?:if|when|after|once)|on\s+condition|as\s+long\s+as|until|depending\s+on|"
    r"in\s+case|no\s+longer|subject\s+to)\b",
    re.I,
)
_BREACH = re.compile(
    r"\b(?:br(?:oke|eaks?|eaking|oken)|violat\w+|breach\w*|reneg\w+|abandon\w*|tore\s+up|went\s+back\s+on|fail\w*\s+to\s+(?:keep|honou?r))\b"
    r"[^.;]{0,60}?\b(?:pledges?|promises?|commitments?|agreements?|accords?|treaty|treaties|pact|ceasefire|truce|word)\b",
    re.I,
)
_BROKEN = re.compile(
    r"\b(?:pledges?|promises?|commitments?|agreements?|accords?|treaty|pact|ceasefire|truce)\b[^.;]{0,40}?\b(?:broken|violated|breached)\b",
    re.I,
)
_STOP = frozenset(
    "a an and are as at be been but by for from had has have he her his i if in into is it its more not of on or our out over said say "
    "says she so than that the their them there they this to under up was we were what when which who will with would you your also all "
    "any both shall should may might can could must no nor new two three one other others such ready willing committed determined "
    "readiness willingness pledge pledged pledges promise promised agree agreed agreement continue make take work further side sides "
    "country countries government president minister ministry officials mr mrs ms dr year years month months day days today week".split()
)
_MONTHS = frozenset(
    "january february march april june july august september october november december monday tuesday wednesday thursday friday "
    "saturday sunday".split()
)
# Acts whose object is the other party: for these the same party is object enough; "supplied arms" to whom grain was promised is not.
_TO_A_PARTY = frozenset(("withdraw", "meet", "recognize", "cease fire"))
_NEAR_COPY = 0.85
_COPY_DAYS = timedelta(days=5)


@lru_cache(maxsize=1)
def promised_acts() -> dict[str, tuple[tuple[str, ...], tuple[str, ...]]]:
    """The rows of `data/promises.tsv`: act -> words that do it, words that undo it.

    >>> "withdr" in promised_acts()["withdraw"][0]
    True
    """
    text = resources.files("dragoman").joinpath("data/promises.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {act: (tuple(does.split()), tuple(undoes.split())) for act, does, undoes in rows[1:]}


def _is(word: str, stems: tuple[str, ...]) -> bool:
    whole, begins = _parted(stems)
    return word in whole or word.startswith(begins)


@lru_cache(maxsize=256)
def _parted(stems: tuple[str, ...]) -> tuple[frozenset[str], tuple[str, ...]]:
    """Whole words ("=cut") and beginnings of words."""
    return frozenset(stem[1:] for stem in stems if stem.startswith("=")), tuple(
        stem for stem in stems if not stem.startswith("=")
    )


@lru_cache(maxsize=1)
def _every_stem() -> tuple[str, ...]:
    return tuple(stem for row in promised_acts().values() for side in row for stem in side)


def _stem(word: str) -> str:
    """A rough stem, for comparing objects: "troops" and "troop", "prisoners" and "prisoner"."""
    for ending in ("ies", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 3 and not word.endswith("ss"):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


@dataclass(frozen=True, slots=True)
class _Words:
    """What a text says, for comparing: acts that it does and undoes, objects, and whether it denies or conditions."""

    does: frozenset[str]
    undoes: frozenset[str]
    objects: frozenset[str]
    negated: bool
    condition: bool

    @classmethod
    def of(cls, text: str, acts: str, own: frozenset[str]) -> _Words:
        """`text` gives the objects, `acts` the part of it in which the act is looked for, `own` names that are no objects."""
        low = [word.lower() for word in _WORD.findall(text[:2000])]
        verbs = [word.lower() for word in _WORD.findall(acts[:600])]
        table = promised_acts()
        does = frozenset(act for act, (done, _) in table.items() if any(_is(word, done) for word in verbs))
        undoes = frozenset(act for act, (_, undone) in table.items() if any(_is(word, undone) for word in verbs))
        stems = {
            _stem(word.removesuffix("'s").removesuffix("’s"))
            for word in low
            if word not in _STOP | _MONTHS and len(word) > 2 and not word[0].isdigit()
        }
        objects = frozenset(stem for stem in stems if stem not in own and not _is(stem, _every_stem()))
        return cls(does, undoes, objects, bool(_NOT.search(acts[:600])), bool(_CONDITION.search(text[:2000])))


@dataclass(frozen=True, slots=True)
class _Made:
    """What is kept of a pledge while later records are weighed against it."""

    id: str
    article_id: str
    made: str
    at: datetime
    parties: frozenset[str]
    towards: frozenset[str]
    other: frozenset[str]
    words: _Words


@dataclass(frozen=True, slots=True)
class _Link:
    relation: str
    later: str
    at: datetime
    detail: str
    score: float


def _keys(parties: Iterable[Participant]) -> frozenset[str]:
    """The parties by country and by id: a minister's pledge binds the state."""
    return frozenset(key for p in parties for key in (p.country, p.id) if key)


def _names(parties: Iterable[Participant]) -> frozenset[str]:
    return frozenset(_stem(word.lower()) for p in parties for word in _WORD.findall(f"{p.name} {p.text}"))


def _text(sources: Sequence[FieldSources], name: str) -> str:
    return " … ".join(s.text for f in sources if f.field == name for s in f.sources)


class Ledger:
    """Pledges, and what is found to follow them. Give it all pledges first, then events and statements in any order.

    `published` is the time of each article, for what has no time of its own; what has neither is linked to nothing.
    """

    def __init__(self, pledges: Iterable[Pledge], published: Mapping[str, datetime | None]) -> None:
        self._published = published
        self._by_party: dict[str, list[_Made]] = defaultdict(list)
        self._links: dict[str, dict[str, _Link]] = defaultdict(dict)
        every = sorted(filter(None, (self._made(pledge) for pledge in pledges)), key=lambda made: (made.at, made.id))
        for made in every:
            for key in sorted(made.parties):
                self._by_party[key].append(made)
        for made in every:
            self._weigh_repeats(made)

    def __bool__(self) -> bool:
        """Whether there is any pledge that something could follow."""
        return bool(self._by_party)

    def _at(self, start: datetime | None, article: str) -> datetime | None:
        return start or self._published.get(article)

    def _made(self, pledge: Pledge) -> _Made | None:
        at = self._at(pledge.when.start, pledge.article_id)
        if at is None or not pledge.by:
            return None
        words = _Words.of(pledge.what, " ".join(pledge.what.split()[:14]), _names(pledge.by))
        other = _names(pledge.to)
        return _Made(pledge.id, pledge.article_id, pledge.made, at, _keys(pledge.by), _keys(pledge.to), other, words)

    def _earlier(self, parties: frozenset[str], at: datetime, article: str) -> Iterator[_Made]:
        """Pledges of these parties made on an earlier day, in another article."""
        seen: set[str] = set()
        for key in sorted(parties):
            for made in self._by_party.get(key, ()):
                if made.at.date() >= at.date():
                    break
                if made.id not in seen and made.article_id != article:
                    seen.add(made.id)
                    yield made

    def _add(self, made: _Made, link: _Link) -> None:
        held = self._links[made.id].get(link.later)
        if held is None or RELATIONS.index(link.relation) < RELATIONS.index(held.relation):
            self._links[made.id][link.later] = link

    def _weigh_repeats(self, later: _Made) -> None:
        for made in self._earlier(later.parties, later.at, later.article_id):
            shared = made.words.objects & later.words.objects
            act = made.words.does & later.words.does
            smaller = min(len(made.words.objects), len(later.words.objects)) or 1
            part = len(shared) / smaller
            if not shared or not (act or len(shared) >= 3) or part < 0.4:
                continue
            if part >= _NEAR_COPY and later.at - made.at < _COPY_DAYS:
                continue  # the same words within days: another telling of one speech
            if made.words.negated != later.words.negated:
                continue
            relation = "qualifies" if later.words.condition and not made.words.condition else "repeats"
            same = ", ".join(sorted(shared)[:5])
            detail = f"{later.made} pledges again: {', '.join(sorted(act)) or 'the same'} ({same})"
            if relation == "qualifies":
                detail = f"{later.made} sets a condition that the pledge did not have ({same})"
            self._add(made, _Link(relation, later.made, later.at, detail, round(part, 3)))

    def weigh_event(self, event: Event) -> None:
        """Whether an event fulfils or breaks an earlier pledge of one of its actors."""
        at = self._at(event.when.start, event.article_id)
        if at is None or event.status not in {"occurred", "ongoing"} or not event.actors:
            return
        sentence, trigger = _text(event.sources, "sentence"), _text(event.sources, "trigger")
        words: _Words | None = None
        for made in self._earlier(_keys(event.actors), at, event.article_id):
            if event.id == made.made:
                continue
            if words is None:
                words = _Words.of(sentence, trigger, _names(event.actors))
            towards = _keys(event.recipients)
            shared = made.words.objects & words.objects
            meets = bool(made.towards & towards)
            if made.towards and towards and not meets:
                continue
            self._judge(made, event, at, words, shared, meets=meets, sentence=sentence, trigger=trigger)

    def _judge(
        self,
        made: _Made,
        event: Event,
        at: datetime,
        words: _Words,
        shared: frozenset[str],
        *,
        meets: bool,
        sentence: str,
        trigger: str,
    ) -> None:
        same = ", ".join(sorted(shared)[:5])
        breach = _BREACH.search(sentence)
        done, undone = made.words.does & words.does, made.words.does & words.undoes
        if breach and shared:
            detail = f"{event.id}: “{breach.group()}”, of the same ({same})"
            self._add(made, _Link("breaks", event.id, at, detail, 0.8))
        elif undone and not done and not made.words.negated and self._same_object(made, undone, shared, meets=meets):
            detail = f"{event.id}: “{trigger}” undoes what was promised: {', '.join(sorted(undone))} ({same})"
            self._add(made, _Link("breaks", event.id, at, detail, 0.6))
        elif done and not undone and not words.negated and self._same_object(made, done, shared, meets=meets):
            relation = "breaks" if made.words.negated else "fulfils"
            object_ = f" ({same})" if shared else ", the same parties"
            detail = f"{event.id}: “{trigger}” is told of those who promised to {', '.join(sorted(done))}{object_}"
            if relation == "breaks":
                detail = f"{event.id}: “{trigger}” is what was promised not to be done{object_}"
            self._add(made, _Link(relation, event.id, at, detail, 0.7 if len(shared) > 1 else 0.6))

    @staticmethod
    def _same_object(made: _Made, acts: frozenset[str], shared: frozenset[str], *, meets: bool) -> bool:
        """Whether the act is done to what was promised: a shared word that names no party, or the party where it is the object."""
        if acts <= {"meet"}:
            return meets
        return bool(shared - made.other) or bool(acts & _TO_A_PARTY and (meets or shared))

    def weigh_statement(self, statement: Statement) -> None:
        """Whether somebody says of a party that it broke its pledge, or the party itself sets a condition."""
        at = self._at(statement.when.start, statement.article_id)
        if at is None or statement.speaker is None:
            return
        content = " … ".join(piece.text for piece in statement.content)
        broken = _BREACH.search(content) or _BROKEN.search(content)
        speaker = _keys((statement.speaker,))
        if broken:
            accused = _keys(statement.targets) - speaker
            words = _Words.of(content, content, _names((*statement.targets, statement.speaker)))
            for made in self._earlier(accused, at, statement.article_id):
                shared = made.words.objects & words.objects
                if shared and not speaker & made.parties:
                    same = ", ".join(sorted(shared)[:5])
                    detail = f"{statement.id}: {statement.speaker.name} says so: “{broken.group()}” ({same})"
                    self._add(made, _Link("said to break", statement.id, at, detail, 0.5))
        elif _CONDITION.search(content):
            words = _Words.of(content, content, _names((statement.speaker, *statement.targets)))
            for made in self._earlier(speaker, at, statement.article_id):
                shared = made.words.objects & words.objects
                if made.words.does & words.does and len(shared) >= 2 and not made.words.condition:
                    condition = _CONDITION.search(content)
                    told = condition.group() if condition else ""
                    detail = f"{statement.id}: the same party adds “{told}” ({', '.join(sorted(shared)[:5])})"
                    self._add(made, _Link("qualifies", statement.id, at, detail, 0.5))

    def followed(self, pledge: Pledge) -> Pledge:
        """The pledge with what followed it, in the order of time."""
        links = sorted(self._links.get(pledge.id, {}).values(), key=lambda link: (link.at, link.later))
        if not links:
            return pledge
        reasons = tuple(Reason(step=_STEP, by=link.relation, detail=link.detail, score=link.score) for link in links)
        kept = tuple(reason for reason in pledge.why if reason.step != _STEP)
        return replace(pledge, followed_by=tuple(link.later for link in links), why=(*kept, *reasons))


def follow_up(
    pledges: Sequence[Pledge],
    events: Iterable[Event],
    statements: Iterable[Statement],
    published: Mapping[str, datetime | None],
) -> tuple[Pledge, ...]:
    """The pledges with what followed each; the order of none of these matters. See the table of relations above."""
    ledger = Ledger(pledges, published)
    for event in events:
        ledger.weigh_event(event)
    for statement in statements:
        ledger.weigh_statement(statement)
    return tuple(ledger.followed(pledge) for pledge in pledges)
