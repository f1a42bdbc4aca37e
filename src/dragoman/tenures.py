"""Who held which office, learned from the reporting of a whole dataset; and which names of different articles are one person.

Every "Russian Defense Minister Sergei Shoigu" is a claim with date and source. A `Roll` joins the claims of all articles into tenures,
joins the spellings of one name, keeps two persons of one name apart, and then tells who a later bare name or office means. A second pass
over a dataset, since what one article leaves out stands in another. Nothing is joined silently: every answer is an `Identity` with a
score and a reason, close calls are kept as doubtful with both candidates, and what people said (`said`) comes before all of it.

| Question | Answer |
|---|---|
| two spellings in one country | same from .95 of likeness on, or from .85 with the same office; doubtful from .75 |
| one name, two countries both told by the text | apart |
| one name, one country only inferred or unknown | same where it is the only one |
| one name, offices that exclude each other within half a year | apart, and so two persons |
| a bare surname | the one person of that name in office within a year, of a country that the article names |
| an office without a name | its holder that day, where one person at a time holds it |
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib.resources import files
from itertools import combinations

from dragoman.records import Actor, Identity, Reason, Tenure, make_id
from dragoman.spelling import is_name, keys_of, likeness, parts_of, written

__all__ = ["Appearance", "Claim", "Office", "Roll", "Said", "claim_of", "read_office"]

_STEP = "tenures"
_SAME, _SAME_OFFICE, _DOUBT = 0.95, 0.85, 0.75
_NEAR_DAYS, _LATER_DAYS, _EARLIER_DAYS = 183, 366, 7
_MOST_SOURCES = 100
_MOST_IN_BLOCK = 300
_FORMER = re.compile(r"\b(?:former(?:ly)?|ex|ousted|deposed|retired|late|one-?time|then)\b", re.IGNORECASE)
_INDEFINITE = frozenset("a an any some no another every each next new first former ex ousted future would-be".split())
# A person may pass from one of these to another in a life; within half a year the same name is two persons'.
_EXCLUSIVE = frozenset(
    frozenset(pair.split("-"))
    for pair in "GOV-REB MIL-REB COP-REB JUD-REB GOV-JRN MIL-JRN COP-JRN REB-JRN JUD-MIL JUD-LEG GOV-UAF MIL-UAF GOV-CRM MIL-CRM".split()
)
# States that are gone, whose people went on in others; and codes that are no states, whose people also have one.
_PASSED_ON = frozenset("SUN DDR YUG SCG CSK VDR YMD IGO UNO NGO MNC ISM IMG EUR".split())
_SHARED = frozenset(("IGO", "UNO", "EUR"))  # codes of bodies between states
_SURNAME_FIRST = frozenset("CHN TWN HKG PRK KOR VNM KHM HUN".split())
_WORDS = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")

Said = Mapping[tuple[frozenset[str], str | None], str]
"""What people said of two actors, everywhere (`None`) or in one article: same or apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """An office as it is joined: `key` is its name in one writing, `single` whether one person holds it at a time."""

    key: str
    single: bool
    sector: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One article's word that a person holds an office; `day` counts from 1970-01-01, `firm` says that the text tells the country."""

    actor_id: str
    article_id: str
    office: Office
    firm: bool
    former: bool
    day: int | None
    tenure: Tenure


@dataclass(frozen=True, slots=True, kw_only=True)
class Appearance:
    """An actor in one article: its office there as printed, and its first phrase."""

    actor: Actor
    article_id: str
    day: int | None
    firm: bool
    office: str | None
    phrase: str


@cache
def _offices() -> dict[str, tuple[str, str]]:
    """The rows of `data/tenure_offices.tsv`: office -> who holds it, and the name it is kept under."""
    text = files("dragoman").joinpath("data/tenure_offices.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return {row[0]: (row[1], row[2] if len(row) > 2 and row[2] else row[0]) for row in rows[1:]}


@lru_cache(maxsize=16_384)
def read_office(printed: str) -> Office | None:
    """An office as printed, in one writing; `None` for a plural, and for words that are no office to keep.

    >>> read_office("Minister of Foreign Affairs").key, read_office("the Russian Defence Minister").key
    ('foreign minister', 'defense minister')
    >>> read_office("NATO Secretary-General").key, read_office("the Secretary General").key
    ('secretary general', 'secretary general')
    >>> read_office("party leaders") is None
    True
    """
    from dragoman.reference import load_reference

    reference = load_reference()
    text = _FORMER.sub(" ", printed[:200]).replace("-", " ").strip()
    roles = [entry for hit in reference.scan(text) if (entry := hit.of("office")) is not None]
    if roles and roles[0].detail == "plural":
        return None
    first = next(iter(reference.scan(text)), None)
    body = first.of("organization") if first is not None and first.start == 0 else None
    if body is not None and first is not None and body.country in _SHARED and re.match(r"[A-Z]{2,8} ", text):
        text = text[first.end :]  # "NATO Secretary-General": of the body that the claim names anyhow
    for hit in reversed(reference.scan(text)):
        # "President of Ukraine" and "Ukraine's President" are the president of the country that the claim names anyhow.
        last = not re.search(r"\w", re.sub(r"^[’']s\b", "", text[hit.end :]))
        # "China's Navy", "the China Navy": of the country's own body, too.
        owner = re.match(r"[’']s\b", text[hit.end :]) or re.search(r"\bthe\s+$", text[: hit.start])
        if hit.of("demonym") or (hit.of("country") and (last or owner or hit.start == 0)):
            text = text[: hit.start] + re.sub(r"^[’']s\b", "", text[hit.end :])
    words = [match[0].lower().replace("defence", "defense") for match in _WORDS.finditer(text)]
    key = " ".join(word for word in words if word != "the").removesuffix(" of").removesuffix(" for")
    holders, key = _offices().get(key, ("many", key))
    if not key or holders in ("none", "alone") or _offices().get(key.rpartition(" ")[2], ("",))[0] == "none":
        return None
    return Office(key=key, single=holders == "one", sector=roles[0].sector if roles else None)


def _day(tenure: Tenure) -> int | None:
    start = tenure.start.start if tenure.start else None
    return int(start.timestamp() // 86_400) if start else None


def claim_of(tenure: Tenure, actor: Actor, *, firm: bool) -> Claim | None:
    """The claim of one article's tenure; `None` where it names no person, or no office to keep."""
    if actor.kind != "person" or not is_name(actor.name) or not tenure.sources:
        return None
    office = read_office(tenure.office)
    if office is None:
        return None
    words = f"{tenure.sources[0].text} {tenure.office}"
    return Claim(
        actor_id=actor.id,
        article_id=tenure.sources[0].article_id,
        office=office,
        firm=firm,
        former=bool(_FORMER.search(words)),
        day=_day(tenure),
        tenure=tenure,
    )


def _exclude(one: Sequence[Claim], two: Sequence[Claim]) -> tuple[Claim, Claim] | None:
    """Two claims, one of each, whose offices no one person holds within half a year."""
    for a in one:
        for b in two:
            apart = a.day is not None and b.day is not None and abs(a.day - b.day) > _NEAR_DAYS
            sectors = frozenset((a.office.sector or "", b.office.sector or ""))
            if not apart and not a.former and not b.former and sectors in _EXCLUSIVE:
                return a, b
    return None


@dataclass(slots=True)
class _Node:
    """A person as one actor id names it, or half of one where the offices exclude each other."""

    id: str
    actor: Actor
    claims: list[Claim]
    firm: bool
    articles: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    day: int
    person: str
    former: bool
    claim: Claim


def _why(by: str, detail: str, score: float | None = None) -> Reason:
    return Reason(step=_STEP, by=by, detail=detail, score=None if score is None else round(score, 3))


def _identity(one: str, two: str, verdict: str, score: float, *why: Reason, article: str | None = None) -> Identity:
    return Identity(
        id=make_id("id", *sorted((one, two)), article),
        actor_id=one,
        other_id=two,
        article_id=article,
        verdict=verdict,
        score=round(score, 3),
        why=why,
    )


class Roll:
    """The persons of a dataset and their offices. Give all actors and claims; the order of neither matters.

    `firm` holds the ids of actors whose country some article tells; that of the others was inferred. Memory: the claims, and the names
    of persons; not the articles.
    """

    def __init__(
        self, actors: Iterable[Actor], claims: Iterable[Claim], firm: Iterable[str] = (), said: Said | None = None
    ) -> None:
        self._said = dict(said or {})
        firm = set(firm)
        held: dict[str, list[Claim]] = defaultdict(list)
        for claim in sorted(claims, key=lambda c: (c.day is None, c.day or 0, c.article_id, c.tenure.id)):
            held[claim.actor_id].append(claim)
        self._found: dict[str, Identity] = {}
        self._nodes: dict[str, _Node] = {}
        for actor in sorted(actors, key=lambda a: a.id):
            if actor.kind == "person" and is_name(actor.name) and len(parts_of(actor.name)) > 1:
                for node in self._split(_Node(actor.id, actor, held.get(actor.id, []), actor.id in firm)):
                    self._nodes[node.id] = node
        self._person: dict[str, str] = {name: name for name in self._nodes}
        self._groups: dict[str, set[str]] = {}
        self._reasons: dict[str, list[Reason]] = defaultdict(list)
        self._join()
        self._index()

    # --- who is one ------------------------------------------------------------------------------------------------------------

    def _split(self, node: _Node) -> list[_Node]:
        """One node, or two where claims exclude each other: what the first of them excludes is the second person's."""
        pair = _exclude(node.claims, node.claims)
        if pair is None:
            return [node]
        first, second = pair
        other_id = make_id("ac", node.id, second.office.sector)
        if self._said.get((frozenset((node.id, other_id)), None)) == "same":
            return [node]
        two = [c for c in node.claims if frozenset((c.office.sector or "", first.office.sector or "")) in _EXCLUSIVE]
        one = [c for c in node.claims if c not in two]
        detail = (
            f"{node.actor.name}: {first.tenure.office} in {first.article_id} and {second.tenure.office} in {second.article_id},"
            " which no one person is within half a year"
        )
        self._note(_identity(node.id, other_id, "apart", 0.8, _why("offices", detail)))
        twin = replace(node.actor, id=other_id, sector=second.office.sector)
        return [
            _Node(node.id, node.actor, one, node.firm),
            _Node(other_id, twin, two, node.firm, frozenset(c.article_id for c in two)),
        ]

    def _note(self, found: Identity) -> None:
        before = self._found.get(found.id)
        if before is None or found.score > before.score:
            self._found[found.id] = found

    def _pairs(self) -> list[tuple[str, str]]:
        blocks: dict[str, list[str]] = defaultdict(list)
        for name, node in self._nodes.items():
            for key in set(keys_of(node.actor.name)):
                blocks[key].append(name)
        pairs: set[tuple[str, str]] = set()
        for members in blocks.values():
            for one, two in combinations(sorted(members[:_MOST_IN_BLOCK]), 2):
                pairs.add((one, two))
        pairs.update(
            (min(pair), max(pair)) for pair, article in self._said if article is None and pair <= set(self._nodes)
        )
        return sorted(pairs)

    def _join(self) -> None:
        judged: list[tuple[float, str, str, Reason]] = []
        apart: set[frozenset[str]] = {
            pair for (pair, article), verdict in self._said.items() if article is None and verdict == "apart"
        }
        for found in self._found.values():
            apart.add(frozenset((found.actor_id, found.other_id)))
        rivals: dict[str, set[str]] = defaultdict(set)
        for one, two in self._pairs():
            pair = frozenset((one, two))
            said = self._said.get((pair, None))
            if said is not None:
                reason = _why(
                    "judgement", f"people said that {self._label(one)} and {self._label(two)} are {said}", 1.0
                )
                self._note(_identity(one, two, said, 1.0, reason))
                judged += [(2.0, one, two, reason)] if said == "same" else []
                continue
            verdict, score, reason = self._compare(self._nodes[one], self._nodes[two])
            if verdict == "apart":
                apart.add(pair)
            if verdict in ("apart", "doubtful"):
                self._note(_identity(one, two, verdict, score, reason))
            elif verdict == "same":
                judged.append((score, one, two, reason))
                for a, b in ((one, two), (two, one)):
                    if self._loose(a) and not self._loose(b):
                        rivals[a].add(self._nodes[b].actor.country or "")
        for score, one, two, reason in sorted(judged, key=lambda j: (-j[0], j[1], j[2])):
            loose = next((name for name in (one, two) if len(rivals[name]) > 1), None) if score < 2.0 else None
            if loose is not None:
                detail = f"{reason.detail}; but that name is told of {' and '.join(sorted(rivals[loose]))}"
                self._note(_identity(one, two, "doubtful", score, _why("several", detail, score)))
            elif not self._merge(one, two, apart, reason) and not self._together(one, two):
                detail = f"{reason.detail}; but others of these names are kept apart"
                self._note(_identity(one, two, "doubtful", score, _why("apart", detail, score)))
        self._represent()

    def _loose(self, name: str) -> bool:
        """Whether the country of a person is unknown, or only inferred."""
        node = self._nodes[name]
        return node.actor.country is None or not node.firm

    def _label(self, name: str) -> str:
        actor = self._nodes[name].actor
        return f"{actor.name} ({actor.country or 'no country'})"

    def _compare(self, one: _Node, two: _Node) -> tuple[str | None, float, Reason]:
        """Whether two names are one person: the table at the head of this module."""
        like = likeness(one.actor.name, two.actor.name)
        if like is None or like.score < _DOUBT:
            return None, 0.0, _why("spelling", "two names")
        score = like.score
        a, b = one.actor.country, two.actor.country
        offices = sorted({c.office.key for c in one.claims} & {c.office.key for c in two.claims})
        shared = f"; both {offices[0]}" if offices else ""
        detail = like.detail + shared
        against = _exclude(one.claims, two.claims)
        if against is not None and score >= _SAME_OFFICE:
            told = f"{against[0].tenure.office} and {against[1].tenure.office}"
            return "apart", score, _why("offices", f"{detail}; but {told} within half a year", score)
        if a != b and a and b:
            if _PASSED_ON & {a, b}:
                detail += f"; {a} and {b} may be of one person"
            elif one.firm and two.firm:
                verdict = "apart" if score >= _SAME else None
                return verdict, score, _why("countries", f"{detail}; but of {a} and of {b}", score)
            else:
                detail += f"; {a if not one.firm else b} was only inferred"
            verdict = "same" if score >= _SAME else "doubtful" if score >= _SAME_OFFICE and offices else None
            return verdict, score * 0.85, _why("spelling", detail, score * 0.85)
        if a != b:
            verdict = "same" if score >= _SAME else "doubtful" if score >= _SAME_OFFICE else None
            return verdict, score * 0.9, _why("spelling", f"{detail}; one without a country", score * 0.9)
        if a is None and score < _SAME:
            return None, score, _why("spelling", detail, score)
        if score >= _SAME or (score >= _SAME_OFFICE and offices):
            return "same", score, _why("spelling", detail, score)
        return "doubtful", score, _why("spelling", detail, score)

    def _root(self, name: str) -> str:
        while self._person[name] != name:
            name = self._person[name]
        return name

    def _together(self, one: str, two: str) -> bool:
        return self._root(one) == self._root(two)

    def _merge(self, one: str, two: str, apart: set[frozenset[str]], reason: Reason) -> bool:
        a, b = self._root(one), self._root(two)
        if a == b:
            return False
        members = self._groups
        if any(frozenset((x, y)) in apart for x in members.get(a, {a}) for y in members.get(b, {b})):
            return False
        members[a] = members.get(a, {a}) | members.pop(b, {b})
        self._person[b] = a
        self._reasons[one].append(reason)
        self._reasons[two].append(reason)
        return True

    def _represent(self) -> None:
        """Each group under the id that most claims use, and the rest told as the same."""
        for members in list(self._groups.values()):
            best = min(members, key=lambda name: (self._loose(name), -len(self._nodes[name].claims), name))
            for name in sorted(members):
                self._person[name] = best
            for name in sorted(members - {best}):
                reasons = self._reasons[name]
                score = min((r.score for r in reasons if r.score is not None), default=1.0)
                for article in self._where(name):
                    self._note(_identity(name, best, "same", score, *reasons, article=article))

    def _where(self, name: str) -> list[str | None]:
        """Where a node's identity holds: everywhere, or in the articles of a half."""
        articles = self._nodes[name].articles
        return [None] if articles is None else [*sorted(articles)]

    # --- who held what ---------------------------------------------------------------------------------------------------------

    def _index(self) -> None:
        self._held: dict[tuple[str | None, str], list[_Held]] = defaultdict(list)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._claims: dict[str, list[Claim]] = defaultdict(list)
        for name, node in self._nodes.items():
            person = self._person[name]
            words = parts_of(node.actor.name)
            self._by_word[written(words[-1])].add(person)
            if node.actor.country in _SURNAME_FIRST:
                self._by_word[written(words[0])].add(person)
            self._claims[person] += node.claims
            for claim in node.claims:
                if claim.day is not None and claim.office.single:
                    place = (self.actor(person).country, claim.office.key)
                    self._held[place].append(_Held(claim.day, person, claim.former, claim))
        for rows in self._held.values():
            rows.sort(key=lambda row: (row.day, row.person, row.claim.tenure.id))

    def actor(self, person: str) -> Actor:
        """The actor that stands for a person."""
        return self._nodes[person].actor

    def twins(self) -> list[Actor]:
        """Actors that no article names by an id of their own: the second of two persons of one name."""
        return [node.actor for node in self._nodes.values() if node.articles is not None]

    def tenures(self) -> Iterator[Tenure]:
        """The claims of all articles, joined: one tenure for each person and office."""
        for person, claims in sorted(self._claims.items()):
            offices: dict[str, list[Claim]] = defaultdict(list)
            for claim in claims:
                offices[claim.office.key].append(claim)
            for key, told in sorted(offices.items()):
                yield self._tenure(person, key, sorted(told, key=_order))

    def _tenure(self, person: str, key: str, told: Sequence[Claim]) -> Tenure:
        actor = self.actor(person)
        holding = [claim for claim in told if not claim.former]
        dated = [claim for claim in holding if claim.tenure.start is not None and claim.day is not None]
        former = [claim for claim in told if claim.former and claim.tenure.start is not None]
        days = [(claim.tenure.start.edtf or "")[:10] for claim in dated if claim.tenure.start]
        papers = len({claim.article_id for claim in holding})
        parts = [f"told in {papers} article{'s' if papers > 1 else ''}" if holding else "told of a former holder only"]
        if holding:
            span = f"from {days[0]} to {days[-1]}" if days and days[0] != days[-1] else f"on {days[0]}" if days else ""
            parts.append(span or "none of them dated")
        if former and former[0].tenure.start and former[0].tenure.start.edtf:
            parts.append(f"called former on {former[0].tenure.start.edtf[:10]}")
        shown = (holding or list(told))[:_MOST_SOURCES]
        return Tenure(
            id=make_id("te", person, key, actor.country),
            actor_id=person,
            office=max(
                (c.tenure.office for c in shown), key=lambda o: (sum(c.tenure.office == o for c in shown), -len(o), o)
            ),
            organization=next((c.tenure.organization for c in shown if c.tenure.organization), None),
            country=actor.country,
            start=dated[0].tenure.start if dated else None,
            end=None,
            basis="reporting",
            sources=tuple(source for claim in shown for source in claim.tenure.sources),
            why=(_why("reporting", ", ".join(parts)),),
        )

    # --- who is meant ----------------------------------------------------------------------------------------------------------

    def identities(self) -> list[Identity]:
        """What holds over the whole dataset: spellings that are one, close calls, persons of one name that are two."""
        found = list(self._found.values())
        for node in self._nodes.values():
            if node.articles is not None and self._person[node.id] == node.id:
                origin = next(f.actor_id for f in self._found.values() if f.other_id == node.id)
                detail = f"{node.actor.name} here holds the offices of the second of this name"
                found += [
                    _identity(origin, node.id, "same", 0.8, _why("offices", detail), article=each)
                    for each in sorted(node.articles)
                ]
        return sorted(found, key=lambda each: each.id)

    def resolve(self, cast: Sequence[Appearance]) -> list[Identity]:
        """Who the bare names and the offices of one article mean, by what other articles tell."""
        countries = {a.actor.country for a in cast if a.firm and a.actor.country}
        found: list[Identity] = []
        for seen in sorted(cast, key=lambda a: a.actor.id):
            if seen.actor.kind != "person":
                continue
            if is_name(seen.actor.name):
                if len(parts_of(seen.actor.name)) == 1:
                    found += self._bare(seen, countries)
            else:
                found += self._office(seen)
        return found

    def _judged(self, seen: Appearance, person: str) -> str | None:
        return self._said.get((frozenset((seen.actor.id, person)), seen.article_id))

    def _settle(self, seen: Appearance, answers: Sequence[tuple[str, float, Reason]]) -> list[Identity]:
        """One answer is the same where it is sure enough; several are doubtful; what people said of them comes first."""
        here = seen.article_id
        kept = [answer for answer in answers if self._judged(seen, answer[0]) != "apart"]
        chosen = next((answer for answer in kept if self._judged(seen, answer[0]) == "same"), None)
        rows = []
        for person, score, reason in answers:
            said = self._judged(seen, person)
            if said is not None:
                told = _why("judgement", f"people said that they are {said} here", 1.0)
                rows.append(_identity(seen.actor.id, person, said, 1.0, told, reason, article=here))
            elif chosen is None:
                verdict = "same" if len(kept) == 1 and score >= 0.6 else "doubtful"
                rows.append(_identity(seen.actor.id, person, verdict, score, reason, article=here))
        return rows

    def _bare(self, seen: Appearance, countries: set[str]) -> list[Identity]:
        """The persons whom a surname may mean, of those told in office within a year before."""
        word = parts_of(seen.actor.name)[0]
        office = read_office(seen.office) if seen.office else None
        answers: list[tuple[str, float, Reason]] = []
        for person in sorted(self._by_word.get(written(word), ())):
            actor = self.actor(person)
            told = {seen.actor.country, actor.country}
            if seen.firm and len(told) > 1 and not _PASSED_ON & told:
                continue
            near = self._nearest(person, seen.day)
            if near is None:
                continue
            claim, gap = near
            detail = f"{actor.name} is told as {claim.tenure.office} in {claim.article_id}, {gap}"
            held = self._claims[person]
            fits = office is not None and any(c.office.key == office.key for c in held)
            other = office is not None and office.single and not fits
            home = seen.firm and seen.actor.country == actor.country
            if fits and (home or actor.country in countries):
                score, more = 0.9, "the office is the same, and the country is named"
            elif other or (not fits and not home and (office is not None or actor.country not in countries)):
                score, more = 0.4, "the office is another" if other else "nothing else in the article speaks for it"
            elif home and office is None:
                score, more = 0.8, "the country is the same"
            else:
                score, more = 0.65, "the article names the country" if not fits else "the office is the same"
            answers.append((person, score, _why("name", f"{detail}; {more}", score)))
        sure = [answer for answer in answers if answer[1] >= 0.8]
        return self._settle(seen, sure if len(sure) == 1 else answers)

    def _nearest(self, person: str, day: int | None) -> tuple[Claim, str] | None:
        """The claim nearest in time that may still hold: within a year before, or a week after."""
        if day is None:
            return None
        best: tuple[int, Claim] | None = None
        for claim in self._claims[person]:
            if claim.day is None or not -_EARLIER_DAYS <= day - claim.day <= _LATER_DAYS:
                continue
            if best is None or abs(day - claim.day) < best[0]:
                best = (abs(day - claim.day), claim)
        return None if best is None else (best[1], f"{best[0]} days apart")

    def _office(self, seen: Appearance) -> list[Identity]:
        """The holder of an office that day: told before, and nobody else told since."""
        first = seen.phrase.split(" ")[0].lower()
        office = read_office(seen.office) if seen.office else None
        if office is None or not office.single or not seen.firm or seen.day is None or first in _INDEFINITE:
            return []
        if _FORMER.search(seen.phrase) or seen.actor.country is None:
            return []
        rows = self._held.get((seen.actor.country, office.key), [])
        at = bisect_right([row.day for row in rows], seen.day + _EARLIER_DAYS)
        before = [row for row in rows[:at] if seen.day - row.day <= _LATER_DAYS]
        gone = {row.person for row in before if row.former and row.day <= seen.day}
        before = [
            row
            for row in before
            if not row.former and row.person not in gone and row.claim.article_id != seen.article_id
        ]
        if not before:
            return []
        last = before[-1]
        after = next((row for row in rows[at:] if not row.former), None)
        detail = f"{self.actor(last.person).name} is told as {last.claim.tenure.office} in {last.claim.article_id}"
        detail += f", {abs(seen.day - last.day)} days apart"
        if after is not None and after.person != last.person and after.day - seen.day <= _NEAR_DAYS:
            other = f"{detail}; but {self.actor(after.person).name} is from {after.claim.article_id} on"
            pair = [(last.person, 0.5, _why("office", other, 0.5)), (after.person, 0.4, _why("office", other, 0.4))]
            return self._settle(seen, pair)
        rivals = {row.person for row in before if last.day - row.day <= 1} - {last.person}
        if rivals:
            names = ", ".join(sorted(self.actor(name).name for name in rivals))
            reason = _why("office", f"{detail}; {names} is told as well that day", 0.5)
            return self._settle(seen, [(name, 0.5, reason) for name in sorted({last.person, *rivals})])
        score = 0.85 if after is not None else 0.75
        return self._settle(seen, [(last.person, score, _why("office", detail, score))])


def _order(claim: Claim) -> tuple[bool, int, str, str]:
    return (claim.day is None, claim.day or 0, claim.article_id, claim.tenure.id)
