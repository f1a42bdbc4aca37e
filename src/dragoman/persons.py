"""The persons of a dataset: who is one with whom, and who held which office, over all articles and as people judged it.

`compute` reads a dataset part by part and gives its tenures and identities; `Persons` shows records with each party as the person it is.
A page that prints a day and no year is shown with the year that another article of the dataset tells, and the reason names that article.
What people said of two names (`say`, `say_of_two`) is kept with all other judgements and comes before what was computed, here and so
everywhere. They may join any two actors, persons or not, and say which of the two stands for both.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dragoman.errors import UsageError
from dragoman.judgements import SAID, Judgements
from dragoman.records import RECORDS, Actor, Article, Identity, Participant, Reason, Tenure, When, make_id
from dragoman.store import Dataset
from dragoman.tenures import Appearance, Claim, Roll, Said, claim_of

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Persons", "compute", "followed", "said_of", "say", "say_of_two"]

_STEP = "tenures"
_HELD = 20_000  # appearances of persons that are not read a second time: those of some 700 articles


def said_of(root: Path) -> dict[tuple[frozenset[str], str | None], str]:
    """What people said of two actors: the latest word of all reviewers, by the pair and the article (`None`: everywhere)."""
    found: dict[tuple[frozenset[str], str | None], str] = {}
    for judgement in sorted(Judgements(root).verdicts().values(), key=lambda j: j.n):
        if judgement.verdict in SAID:
            pair = frozenset(judgement.correction.get("actors", ()))
            found[pair, judgement.article_id or None] = judgement.verdict
    return found


def _kept_of(root: Path) -> dict[frozenset[str], str]:
    """Which of two actors people want to stand for both, where they said so: the latest word."""
    return {
        frozenset(judgement.correction["actors"]): judgement.correction["keep"]
        for judgement in sorted(Judgements(root).verdicts().values(), key=lambda j: j.n)
        if judgement.verdict == "same" and judgement.correction.get("keep")
    }


def say_of_two(dataset: Dataset, one: str, other: str, verdict: str, *, who: str, keep: str | None = None) -> str:
    """Write down of any two actors that they are one everywhere, or are to be kept apart; returns the id of what was judged.

    `keep` is the one of them that stands for both. Raises `UsageError` where they are not two, or the dataset has no such actor.
    """
    known = {actor.id for actor in dataset.records("actors")} | set(Persons.of(dataset).actors)
    if one == other or not {one, other} <= known or keep not in (None, one, other):
        raise UsageError(
            f"{one} and {other} are not two actors of this dataset", hint="take the ids from the pages of the actors"
        )
    pair = sorted((one, other))
    name = make_id("id", *pair, None)
    Judgements(dataset.root).add(
        who=who,
        kind="identities",
        id=name,
        article_id="",
        start=0,
        quote="",
        verdict=verdict,
        correction={"actors": pair} | ({"keep": keep} if keep else {}),
        sample="",
    )
    return name


def say(dataset: Dataset, identity_id: str, verdict: str, *, who: str) -> Identity:
    """Write down that two names are the same person or are to be kept apart; returns what was judged.

    `identity_id` may be cut to its first characters. Raises `UsageError` where no identity of the dataset has it, or several have.
    """
    rows = Persons.of(dataset).identities
    found = [row for row in rows if row.id.startswith(identity_id)] if len(identity_id) > 3 else []
    if len(found) != 1:
        raise UsageError(
            f"{len(found) or 'no'} close calls have the id {identity_id!r}",
            hint="`dragoman show DATASET actors --doubtful` lists them; the id is in the last column",
        )
    row = found[0]
    Judgements(dataset.root).add(
        who=who,
        kind="identities",
        id=row.id,
        article_id=row.article_id or "",
        start=0,
        quote="",
        verdict=verdict,
        correction={"actors": sorted((row.actor_id, row.other_id))},
        sample="",
    )
    return row


def _seen(dataset: Dataset, part: str) -> tuple[list[Appearance], list[Claim], set[str]]:
    """The persons of one part by article, what the articles claim of their offices, and the actors whose country is told."""
    import pyarrow.parquet as pq

    folder = dataset.root / "parts" / part
    papers = pq.read_table(folder / "articles.parquet", columns=["id", "published"]).to_pylist()
    starts = {row["id"]: (row["published"] or {}).get("start") for row in papers}
    days = {name: int(start.timestamp() // 86_400) if start else None for name, start in starts.items()}
    mentions = pq.read_table(folder / "mentions.parquet", columns=["id", "article_id", "text"]).to_pylist()
    places = {row["id"]: row for row in mentions}
    actors = {actor.id: actor for actor in dataset.part(part, "actors")}
    cast: dict[tuple[str, str], Appearance] = {}
    for link in dataset.part(part, "links"):
        place, actor = places.get(link.mention_id), actors.get(link.target_id or "")
        if place is None or actor is None or (place["article_id"], actor.id) in cast:
            continue
        article = place["article_id"]
        cast[article, actor.id] = Appearance(
            actor=actor,
            article_id=article,
            day=days.get(article),
            firm=actor.country is not None and not any(reason.by == "context" for reason in link.why),
            office=link.office,
            phrase=place["text"],
        )
    claims = []
    for tenure in dataset.part(part, "tenures"):
        key = (tenure.sources[0].article_id, tenure.actor_id) if tenure.sources else None
        actor = actors.get(tenure.actor_id)
        if key is not None and actor is not None:
            made = claim_of(tenure, actor, firm=key in cast and cast[key].firm)
            claims += [made] if made is not None else []
    return list(cast.values()), claims, {seen.actor.id for seen in cast.values() if seen.firm}


def compute(dataset: Dataset, said: Said | None = None) -> tuple[Roll, Iterator[Identity]]:
    """The roll of a dataset's persons, and their identities as they are found, article by article.

    Parts are read twice, one at a time, but for the first few thousand persons; memory holds these, the claims and the names of persons.
    """
    held: dict[str, list[Appearance]] = {}
    most = _HELD
    claims: list[Claim] = []
    actors: dict[str, Actor] = {}
    firm: set[str] = set()
    for part in dataset.parts():
        cast, told, sure = _seen(dataset, part)
        claims += told
        firm |= sure
        if len(cast) <= most:
            held[part] = cast
            most -= len(cast)
        for seen in cast:
            if seen.actor.kind == "person" and seen.actor.id not in actors:
                actors[seen.actor.id] = seen.actor
    roll = Roll(actors.values(), claims, firm, said)

    def identities() -> Iterator[Identity]:
        yield from roll.identities()
        for part in dataset.parts():
            by_article: dict[str, list[Appearance]] = defaultdict(list)
            for seen in held.pop(part, None) or _seen(dataset, part)[0]:
                by_article[seen.article_id].append(seen)
            for _, cast in sorted(by_article.items()):
                yield from roll.resolve(cast)

    return roll, identities()


def followed(name: str, step: Callable[[str], str | None]) -> str:
    """Who stands for an actor in the end: pairs of one step followed until there is none, or one comes back.

    >>> followed("a", {"a": "b", "b": "c", "c": "a"}.get), followed("x", {}.get)
    ('c', 'x')
    """
    seen = {name}
    while (other := step(name)) is not None and other not in seen:
        seen.add(other)
        name = other
    return name


def _by_hand(
    rows: tuple[Identity, ...], tenures: tuple[Tenure, ...], said: Said, kept: dict[frozenset[str], str]
) -> tuple[tuple[Identity, ...], tuple[Tenure, ...]]:
    """What people said of actors that the roll does not hold (bodies, bare names), and which of two is to stand for both.

    The roll joins persons by their full names and chooses who stands for them; the rest is added here.
    """
    same = {row.actor_id: row for row in rows if row.verdict == "same" and row.article_id is None}
    others = [row for row in rows if same.get(row.actor_id) is not row]

    def top(name: str) -> str:
        return followed(name, lambda each: same[each].other_id if each in same else None)

    told = {frozenset((row.actor_id, row.other_id)) for row in others if row.article_id is None}
    for (pair, article), verdict in said.items():
        if article is not None or len(pair) != 2:
            continue
        one, other = sorted(pair)
        if verdict == "apart":
            if pair not in told and top(one) != top(other):
                others.append(_judged(one, other, "apart"))
            continue
        keep = kept.get(pair)
        stays = top(keep or one)
        goes = top(other if (keep or one) == one else one)
        if stays != goes:
            same[goes] = _judged(goes, stays, "same")
        if keep is not None and stays != keep:
            # The two are one already, under another of their names: that one now stands under `keep`.
            before = same.pop(keep)
            same[stays] = replace(before, actor_id=stays, other_id=keep)
    joined = tuple(replace(each, actor_id=top(each.actor_id)) for each in tenures)
    return tuple(sorted((*others, *same.values()), key=lambda row: row.id)), joined


def _judged(one: str, other: str, verdict: str) -> Identity:
    reason = Reason(step=_STEP, by="judgement", detail=f"people said that they are {verdict}", score=1.0)
    name = make_id("id", *sorted((one, other)), None)
    return Identity(id=name, actor_id=one, other_id=other, article_id=None, verdict=verdict, score=1.0, why=(reason,))


_STILL_AHEAD = frozenset(("planned", "hypothetical", "announced"))


def _days_told(dataset: Dataset) -> dict[str, When]:
    """The days that `history.completed_days` completes; of a dataset without a day of no year nothing is read but the dates."""
    import pyarrow.parquet as pq

    from dragoman.diplomacy.history import completed_days, of_no_year

    undated = False
    for path in dataset.files("articles"):
        told = pq.read_table(path, columns=["published.edtf"]).column(0).to_pylist()
        undated = undated or any(of_no_year(each["edtf"] if isinstance(each, dict) else each) for each in told if each)
    if not undated:
        return {}
    return completed_days(dataset.records("meetings"), dataset.records("articles"), dataset.records("stories"))


def _with_year(when: When, published: When, *, ahead: bool) -> When:
    """A time of an article whose publication day has its year now: "Wednesday", `XXXX-04-27`, the publication day itself."""
    from dragoman import dates, edtf

    if when.start is not None or published.start is None or (when.edtf is None and when.phrase is None):
        return when
    why = (*when.why, *(reason for reason in published.why if reason.by == "sibling"))
    if when.basis == "publication" and ahead:
        return edtf.since(published.start.date(), basis=when.basis, why=why)
    if when.basis == "publication":
        return replace(published, basis=when.basis, phrase=when.phrase, why=why)
    if when.phrase is None or (ahead and when.edtf is None):
        return when
    found = dates.resolve(when.phrase, 0, len(when.phrase), published)
    return replace(found, basis=when.basis, why=(*why, *found.why)) if found.start is not None else when


@dataclass(frozen=True)
class Persons:
    """Persons as they stand: computed, and as people judged them. `actors` are those of the dataset by id."""

    identities: tuple[Identity, ...]
    tenures: tuple[Tenure, ...]
    actors: dict[str, Actor]
    days: Mapping[str, When] = field(default_factory=dict)
    """Publication days that other articles of the dataset complete, by article."""

    @classmethod
    def of(cls, dataset: Dataset) -> Persons:
        """The persons of a dataset; where people said something of them, computed anew with that."""
        said = said_of(dataset.root)
        if said:
            roll, found = compute(dataset, said)
            rows, tenures = _by_hand(tuple(found), tuple(roll.tenures()), said, _kept_of(dataset.root))
        else:
            rows, tenures = tuple(dataset.records("identities")), tuple(dataset.records("tenures"))
        actors = {actor.id: actor for actor in dataset.records("actors")} if rows or tenures else {}
        for row in rows:  # the second person of one name has an id that no article uses
            if row.other_id not in actors and row.actor_id in actors:
                actors[row.other_id] = replace(actors[row.actor_id], id=row.other_id)
        return cls(rows, tenures, actors, _days_told(dataset))

    @cached_property
    def _same(self) -> dict[tuple[str, str | None], Identity]:
        return {(row.actor_id, row.article_id): row for row in self.identities if row.verdict == "same"}

    def doubtful(self) -> list[Identity]:
        """Close calls, the surest first: what is doubtful, and persons of one name that are kept apart."""
        rows = [row for row in self.identities if row.verdict != "same"]
        return sorted(rows, key=lambda row: (row.verdict != "doubtful", -row.score, row.id))

    def who(self, actor_id: str, article_id: str | None) -> tuple[str, tuple[Identity, ...]]:
        """The person that an actor is in an article, and the identities that say so."""
        steps: list[Identity] = []
        while len(steps) < 4:
            row = self._same.get((actor_id, article_id)) or self._same.get((actor_id, None))
            if row is None or row in steps:
                break
            steps.append(row)
            actor_id = row.other_id
        return actor_id, tuple(steps)

    def party(self, party: Participant, article_id: str | None) -> tuple[Participant, tuple[Reason, ...]]:
        """A party as the person it is, its words as they were, with the reasons."""
        name, steps = self.who(party.id, article_id)
        actor = self.actors.get(name)
        if not steps or actor is None:
            return party, ()
        changed = replace(
            party,
            id=actor.id,
            name=actor.name,
            kind=actor.kind,
            country=actor.country or party.country,
            sector=party.sector or actor.sector,
        )
        return changed, tuple(reason for step in steps for reason in step.why)

    def dated(self, record: Any) -> Any:
        """A record of an article that prints no year, with the year that another article tells; the reason names that article."""
        whole = self.days.get(record.id if isinstance(record, Article) else getattr(record, "article_id", None) or "")
        if whole is None:
            return record
        if isinstance(record, Article):
            return replace(record, published=whole)
        when = getattr(record, "when", None)
        ahead = getattr(record, "status", "") in _STILL_AHEAD
        return replace(record, when=_with_year(when, whole, ahead=ahead)) if isinstance(when, When) else record

    def shown(self, record: Any) -> Any:
        """A record with each party as the person it is and its year where it is known; its `why` tells what was joined."""
        record = self.dated(record) if self.days else record
        changed: dict[str, Any] = {}
        reasons: dict[Reason, None] = {}
        article = getattr(record, "article_id", None)
        for each in fields(record):
            value = getattr(record, each.name)
            if isinstance(value, Participant):
                party, why = self.party(value, article)
                shown: Any = party
            elif isinstance(value, tuple) and value and isinstance(value[0], Participant):
                pairs = [self.party(one, article) for one in value]
                shown, why = tuple(one for one, _ in pairs), tuple(r for _, found in pairs for r in found)
            else:
                continue
            if why:
                changed[each.name] = shown
                reasons |= dict.fromkeys(why)
        return replace(record, **changed, why=(*record.why, *reasons)) if changed else record

    def records(self, name: str, rows: Iterable[Any]) -> list[Any]:
        """The records of a type as these persons make them: actors joined, tenures and identities as judged, parties as persons."""
        if name in ("tenures", "identities"):
            return list(self.tenures if name == "tenures" else self.identities)
        if not self._same:
            return [self.dated(row) for row in rows] if self.days else list(rows)
        if name == "actors":
            return self._joined(rows)
        if {each.name for each in fields(RECORDS[name])} & {"actors", "speaker", "participants", "by"}:
            return [self.shown(row) for row in rows]
        return [self.dated(row) for row in rows] if self.days else list(rows)

    def _joined(self, rows: Iterable[Actor]) -> list[Actor]:
        """Every actor once: those that are one everywhere under one id, with all their names."""
        rows = list(rows)
        everywhere = {
            row.actor_id: self.who(row.actor_id, None)[0] for row in self._same.values() if row.article_id is None
        }
        known = {actor.id for actor in rows}
        twins = {row.other_id for row in self.identities if row.actor_id in known and row.verdict == "apart"} - known
        found = {actor.id: actor for actor in rows if actor.id not in everywhere}
        found |= {name: self.actors[name] for name in sorted(twins) if name in self.actors and name not in everywhere}
        for name in sorted(set(everywhere) & known):
            one, other = self.actors[name], found.get(everywhere[name]) or self.actors.get(everywhere[name])
            if other is None:
                continue
            found[other.id] = replace(
                other,
                aliases=tuple(sorted({*other.aliases, *one.aliases, one.name} - {other.name})),
                sector=other.sector or one.sector,
                external_ids=tuple(sorted({*other.external_ids, *one.external_ids})),
            )
        return list(found.values())
