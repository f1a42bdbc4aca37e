"""Turn chains of mentions into actors: country, sector, office, name.

`composition` reads one phrase by its parts. `resolve_actors` does so for all mentions of an article: what one phrase of a chain tells
holds for the whole chain, offices told in the text come before those of the reference data, and neither overwrites the other. Where no
phrase of a chain tells its country, a learned reader may, else the countries named around it.

The best existing tool (NGEC) asks a 12 GB index of Wikipedia, 0.28 s a mention, and answers for the day the index was made. Ours
composes from small tables in microseconds, takes the office as the reporting gives it, and says why.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from dragoman.naming.composition import Composition, compose
from dragoman.naming.holders import office_held, only_surname, person_named
from dragoman.naming.namings import (
    NOT_OF_HERE,
    OF_MANY,
    RELATED,
    SEVERAL_STATES,
    Namings,
    country_of_town,
    in_year,
    nation_of,
    then_called,
)
from dragoman.naming.offices import foremost, is_grade, ministry_name, office_run, organization_of, share_of
from dragoman.records import Actor, Article, Link, Mention, Participant, Reason, Source, Span, Tenure, make_id
from dragoman.reference import Reference
from dragoman.text import ByPlace

__all__ = ["Linker", "Resolution", "resolve_actors"]

_OWN = frozenset("his its their her our hers theirs himself herself itself themselves".split())
"""Pronouns that take part in nothing by themselves."""
_ARTICLE = re.compile(
    r"^(?:the|a|an|this|that|these|those|his|her|its|their|our|some|several|two|three)\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """An article's actors and what links them to its words."""

    participants: tuple[Participant, ...]
    actors: tuple[Actor, ...]
    links: tuple[Link, ...]
    tenures: tuple[Tenure, ...]
    namings: tuple[tuple[int, int, str], ...]
    """Where the text names countries, and people and bodies whose country is known: (start, end, code)."""


_OFFICE_TAIL = re.compile(
    r"(?:\s+(?:of|for|from|under|at|to|in charge of)\s+(?:the\s+)?[A-Z][^,;:.()\n]{0,80}?(?:\s+and\s+[A-Z]\w+)?(?=\s+(?:of|for|under|at|to|in)\s|[,;:.(]|\s+[a-z]|$))+"  # noqa: E501
)


def _extended(text: str, mention: Mention, reference: Reference | None = None) -> str:
    """A phrase with the "of ..." that follows it, where the country of an office often stands; with the whole name of its body.

    "The head of the Libyan", cut at the first word in small letters, goes on with "coast guard" where the reference knows it.
    """
    match = _OFFICE_TAIL.match(text, mention.span.end)
    if match is not None and mention.chain.partition("/person:")[2].endswith(mention.text.split()[-1]):
        match = match if re.match(r"\s+(?:of|for)\b", match[0]) else None  # "the visit of Minister Ada Ruiz to Peru"
    end = match.end() if match else mention.span.end
    if match is not None and reference is not None:
        body = next(iter(reference.scan(text, end, end + 40)), None)
        if body is not None and text[end : body.start] == " " and body.of("body", "collective"):
            end = body.end
    return text[mention.span.start : end]


@dataclass(slots=True)
class _Known:
    """What the phrases of one chain tell together; lives for one call."""

    countries: tuple[str, ...] = ()
    sector: str | None = None
    office: str | None = None
    name: str | None = None
    kind: str = "phrase"
    why: tuple[Reason, ...] = ()
    posts: list[tuple[str, int, int]] = field(default_factory=list)


_TAKING_PART = frozenset(("person", "org", "country", "government", "pair", "role", "place"))
_PROPER = frozenset(("person", "organization", "place", "nationality"))
_THINGS = frozenset(("it", "its", "they", "them", "their"))
_OF_THE_STATE = frozenset(("GOV", "MIL", "LEG", "COP", "SPY"))
_PUBLIC = frozenset(("GOV", "COP", "MIL", "LEG", "JUD", "REB", "OPP", "PTY", "CVL"))
_INHERITS = frozenset("GOV COP MIL LEG JUD REB PTY OPP SPY CVL LAB EDU AGR MED REL UAF CRM BUS PRM ELI SOC".split())
# "the Iberian Peninsula", "the Persian Gulf": named after one state, and shared by several.
_FEATURE = re.compile(
    r"\b(?:Peninsula|Seas?|Ocean|Gulf|Straits?|Rivers?|Mountains?|Bay|Basin|Delta|Subcontinent|Islands)$"
)
_QUANTIFIED = re.compile(r"(?:any|all|each|every|no|both|\d[\d,.]*|dozens|hundreds|thousands|we|our|us)\b", re.I)
_OF_ANOTHER = re.compile(r"\b(?:neighbou?rs?|allies|ally|partners?)$")
# "on his side", "side by side": no delegation; "the Peruvian side" has its country in its words.
_NO_SIDE = re.compile(r"(?:(?:the\s+other|each|either|one|this|his|her|its|their|our)\s+)?side$", re.I)
_HOMELAND = re.compile(r"(?:his|her|my|our|their)\s+(?:own\s+)?(?:country|nation|homeland)(?:[’']s)?", re.I)
_SOMEBODYS = re.compile(r"(?:his|her)\s", re.I)


class Linker(Protocol):
    """What a learned reader must offer: for each phrase, how likely it is of each country named near it, and of none (`None`)."""

    def link(
        self,
        text: str,
        sentences: Sequence[tuple[int, int]],
        phrases: Sequence[tuple[int, int]],
        namings: Sequence[tuple[int, int, str]],
    ) -> Sequence[Mapping[str | None, float] | None]: ...


_LINKED = 0.45  # a country must be at least this likely for a phrase whose words tell none
_SURE = 0.85  # and this likely where the phrase seems to be of nobody: "150 envoys", "its rival"
_OVERRULED = 0.75  # and this likely to come before what the rules of coreference say
_Links = Mapping[tuple[int, int], Mapping[str | None, float]]


def _links(
    article: Article,
    mentions: Sequence[Mention],
    namings: Namings,
    linker: Linker,
    sentences: Sequence[tuple[int, int]],
) -> _Links:
    """For each phrase without a country in its own words, how likely each country named near it is its own."""
    spans = sorted(
        {
            (m.span.start, m.span.end)
            for m in mentions
            if m.kind in ("phrase", "pronoun")
            and "/self:" not in m.chain
            and not namings.worded.touching(m.span.start, m.span.end)
        }
    )
    linked = linker.link(article.text, sentences, spans, namings.all)
    roles = {(m.span.start, m.span.end) for m in mentions if "/role:" in m.chain}
    others = {span: namings.topics(span[1]) | (namings.by_media if span in roles else set()) for span in spans}
    found = ((span, shares, others[span]) for span, shares in zip(spans, linked, strict=True) if shares)
    return {span: {code: p for code, p in shares.items() if code not in topics} for span, shares, topics in found}


class _Resolver:
    def __init__(self, article: Article, reference: Reference, mentions: Sequence[Mention] = ()) -> None:
        self.links: _Links = {}
        self.mentions = mentions
        self.persons = sorted(m.span.start for m in mentions if m.kind == "person")
        self.proper = frozenset(m.span.start for m in mentions if m.kind in _PROPER)
        self.pairs = {
            m.span.start: tuple(m.chain.rpartition("pair:")[2].split("+")) for m in mentions if "/pair:" in m.chain
        }
        self.article = article
        self.reference = reference
        self._composed: dict[tuple[str, bool], Composition] = {}
        self.date = article.published.edtf if article.published.start is not None else None
        self.namings = Namings(article.text, reference, self.date, mentions)
        self.year = self.namings.year

    def chain(self, label: str, mentions: Sequence[Mention]) -> _Known:
        sort, _, rest = label.partition(":")
        known = _Known()
        if sort not in ("person", "pair") and (meant := self.meant(mentions)) is not None:
            return meant
        if sort in ("country", "government"):
            return self.state(sort, self.then(rest, mentions))
        if sort == "place":
            return self.town(rest, mentions)
        if sort == "pair":
            known.countries = tuple(rest.split("+"))
            known.kind = "group"
            known.why = (Reason(step="actors", by="pair", detail="the two countries named together before"),)
            return known
        weak: list[Composition] = []
        for mention in mentions:
            if mention.kind not in ("phrase", "person", "organization"):
                continue
            composition = self.composed(_extended(self.article.text, mention, self.reference))
            composition = self.without_name(composition, rest) if sort == "person" else composition
            self.learn(known, composition, mention, weak)
            known.countries = known.countries or self.pair_after(mention)
        known.office = foremost([office for office, _, _ in known.posts]) or known.office
        for composition in weak:
            if known.sector is None:
                known.sector, known.why = composition.sector, composition.why
                known.office = known.office or composition.office
        if sort == "person":
            known.kind = "person"
            self.identify(known, rest)
        elif sort == "org":
            known.kind = "organization"
            known.name = known.name or rest
        else:
            known.name = known.name or (self.bare(mentions[0]) if mentions else rest)
            if known.office and known.office.lower().startswith(f"{known.name} of ".lower()):
                known.name = known.office  # "head of the department", and not "head"
            known.kind = known.kind if known.kind != "place" else "group"
        if not known.countries:
            self.led_by(known, mentions)
        if sort in ("person", "role", "org") and not known.countries and mentions:
            nobody = self.of_nobody(sort, rest, mentions)
            # "Thailand accused its neighbour": not of the one state that is named
            another = nobody and _OF_ANOTHER.search(rest) and len(self.namings.codes) < 2
            placed = not nobody and self.placed(known, mentions[0])
            if not (another or placed or self.linked(known, mentions, _SURE if nobody else _LINKED) or nobody):
                self.inherit(known, mentions[0])
        if sort in ("org", "role") and known.name:
            known.name = ministry_name(known.name, _only(known.countries), self.reference) or known.name
            known.name = re.sub(r"^(?:[Tt]he|[Aa]n?)\s+", "", known.name) or known.name
        return known

    def without_name(self, composition: Composition, name: str) -> Composition:
        """What a person's phrase tells but for what was read out of the name: Barry Dahl is not of Barry, nor Jordan Baker of Jordan."""
        given = self.composed(name.rpartition(" ")[0])
        first = given.countries != () and composition.countries == given.countries
        town = any(r.by == "place" and r.detail[1:].split("”")[0] in name for r in composition.why)
        sector = None if first and composition.sector == given.sector else composition.sector
        return replace(composition, countries=(), sector=sector) if first or town else composition

    def meant(self, mentions: Sequence[Mention]) -> _Known | None:
        """The body or state that a phrase names by nothing but a short form: "Brussels", "the North"."""
        for mention in mentions:
            span = _bare_span(mention)
            code, body = self.namings.shorts.get(span, (None, ""))
            if code is None or mention.kind == "pronoun":
                continue
            known = self.reference.lookup(body)
            if any(entry.kind == "country" for entry in known):
                return self.state("country", code)
            reason = Reason(
                step="actors", by="short form", detail=f"“{self.article.text[slice(*span)]}” is {body} in this article"
            )
            sector = next((e.sector for e in known if e.kind == "organization"), self.composed(mention.text).sector)
            return _Known(countries=(code,), sector=sector, name=body, kind="organization", why=(reason,))
        return None

    def led_by(self, known: _Known, mentions: Sequence[Mention]) -> None:
        """The country of a phrase with a short form in it: "the Union's foreign policy chief"."""
        touched = ((m, each) for m in mentions for each in self.namings.short_forms.touching(m.span.start, m.span.end))
        told = [form for m, ((a, b), form) in touched if m.span.start <= a and b <= m.span.end]
        if told:
            known.countries = (told[0][0],)
            reason = Reason(step="actors", by="short form", detail=f"the phrase names {told[0][1]} by a short form")
            known.why = (*known.why, reason)

    def composed(self, phrase: str, *, alone: bool = False) -> Composition:
        """What a phrase says in this article, or `alone` without it; the same phrase comes again and again."""
        found = self._composed.get((phrase, alone))
        if found is None:
            year = self.date or (str(self.year) if self.year else None)
            date, near = (None, None) if alone else (year, self.namings.near)
            found = self._composed[phrase, alone] = compose(phrase, self.reference, date=date, near=near)
        return found

    def then(self, code: str, mentions: Sequence[Mention]) -> str:
        """The state that the phrases of a country or its capital meant in the article's year: "Moscow" is SUN in 1986."""
        for hit in self.reference.scan(mentions[0].text) if mentions and self.year else ():
            entry = nation_of(hit, self.year)
            if entry is not None and entry.country and any(e.country == code for e in hit.entries):
                return entry.country
        return code

    def of_nobody(self, sort: str, name: str, mentions: Sequence[Mention]) -> bool:
        """Whether no state is meant: "any missions", "500 officers from 80 states", "we", the agency of the dateline."""
        text = self.article.text
        if sort == "org":
            return name in (self.article.outlet, (self.article.outlet or "").partition(" (")[0], *self.article.agencies)
        if sort == "person":
            alone = (self.composed(m.text, alone=True) for m in mentions if m.kind == "phrase")
            return any(each.sector in ("EDU", "SOC") for each in alone)
        if sort != "role":
            return False
        after = text[mentions[0].span.end : mentions[0].span.end + 120]
        return bool(
            RELATED.fullmatch(mentions[0].text)
            or (_QUANTIFIED.match(mentions[0].text) and not self.people_counted(mentions[0]))
            or SEVERAL_STATES.match(mentions[0].text)
            or OF_MANY.match(after)
        )

    def people_counted(self, mention: Mention) -> bool:
        """Whether people are counted ("12 villagers"), whom the model may tie to a state; "500 officers from 80 states" are of many."""
        text = self.article.text
        return mention.text[0].isdigit() and not OF_MANY.match(text[mention.span.end : mention.span.end + 120])

    def bare(self, mention: Mention) -> str:
        """A nominal without its article, and without the capital that only a sentence's beginning gives it."""
        start, end = _bare_span(mention)
        name = self.article.text[start:end]
        before = self.article.text[max(0, mention.span.start - 9) : mention.span.start].rstrip()
        proper = start in self.proper or bool(self.namings.worded.touching(start, start + 1))
        begins = (not before or before[-1] in '.!?:“"') and not proper
        return name[:1].lower() + name[1:] if begins and name[1:].islower() else name

    def linked(self, known: _Known, mentions: Sequence[Mention], least: float) -> bool:
        """Take the country that the model links the chain's phrases to, at least so likely; whether it has decided, be it for none."""
        # A name in full stands beside what tells whose it is; a surname further down stands beside anything.
        full = [m for m in mentions if "/person:" not in m.chain or " " in m.text.strip()]
        if not full and known.sector is None:
            return False
        full = full or list(mentions)
        asked = [found for m in full if (found := self.links.get((m.span.start, m.span.end))) is not None]
        if not asked:
            return False
        code, share = max(((c, p) for found in asked for c, p in found.items()), key=lambda item: item[1])
        if share < least:
            return False
        if code is None:
            return True
        known.countries = (code,)
        known.why = (
            *known.why,
            Reason(step="actors", by="link", detail=f"the model ties the phrase to {code} named near it", score=share),
        )
        return True

    def placed(self, known: _Known, mention: Mention) -> bool:
        """Take the country of the place that opens a sentence for its subject: "In Damascus, |officials| said"."""
        code = self.namings.fronted((mention.span.start, mention.span.end)) if known.sector in _INHERITS else None
        if code is None:
            return False
        known.countries = (code,)
        known.why = (
            *known.why,
            Reason(step="actors", by="context", detail="the place that opens the sentence", score=0.8),
        )
        return True

    def overruled(self, known: _Known, mention: Mention) -> _Known:
        """What a phrase stands for where the model is sure that it is of another country than its chain."""
        found = self.links.get((mention.span.start, mention.span.end))
        if not found or "/person:" in mention.chain:
            return known  # who bears a name does not change country with the sentence
        sort, _, name = mention.chain.rpartition("/")[2].partition(":")
        if self.of_nobody(sort, name, [mention]):
            return known
        if self.placed(here := replace(known), mention):
            return here if here.countries != known.countries else known
        code, share = max(found.items(), key=lambda item: item[1])
        if code is None or code in known.countries or share < _OVERRULED:
            return known
        reason = Reason(
            step="actors", by="link", detail=f"the model ties the phrase to {code} named near it", score=share
        )
        if known.kind == "place" or mention.text.lower() in _THINGS:
            return replace(self.state("country", code), why=(reason,))
        return replace(known, countries=(code,), name=_ARTICLE.sub("", mention.text), why=(*known.why, reason))

    def inherit(self, known: _Known, mention: Mention) -> None:
        """The country of "the police", "rebels", "parliament" where the text around them is about one country."""
        if self.people_counted(mention):
            return
        if known.sector not in _INHERITS or NOT_OF_HERE.search(_extended(self.article.text, mention)):
            return
        if _NO_SIDE.match(mention.text):
            return
        text = self.article.text
        if re.match(r"\s+(?:from|of)\s+(?:\d|over|more|many|several|the\s+countries)", text[mention.span.end :]):
            return
        found = self.namings.around(
            (mention.span.start, mention.span.end),
            own=_SOMEBODYS.match(mention.text) is not None,
            public=known.sector in _PUBLIC,
            state=known.sector in ("GOV", "MIL", "LEG"),
        )
        if found is not None:
            known.countries = (found[0],)
            known.why = (*known.why, Reason(step="actors", by="context", detail=found[1], score=0.6))

    def pair_after(self, mention: Mention) -> tuple[str, ...]:
        """The countries of "both countries" in "senior delegations from both countries", of "the two sides" before "their leaders"."""
        if mention.text.lower().startswith("their "):
            low = max(self.article.text.rfind(mark, 0, mention.span.start) for mark in ("\n", ". "))
            before = [codes for start, codes in self.pairs.items() if low < start < mention.span.start]
            if before:
                return before[-1]
        for start, codes in self.pairs.items():
            if mention.span.end < start < mention.span.end + 8 and re.fullmatch(
                r"\s+(?:of|from|in)\s+", self.article.text[mention.span.end : start]
            ):
                return codes
        return ()

    def identify(self, known: _Known, name: str) -> None:
        """The full name and country of a person, from the reference data, where the text does not tell them."""
        office = known.office or ""
        if " " in name:
            found = person_named(name, self.reference, self.date, countries=known.countries, office=office)
            found = found if found is None or not known.name or found[0].name == known.name else None
        else:
            found = only_surname(name, self.reference, self.date, known.countries, office or None, self.namings.near)
        known.name = name
        if found is None:
            return
        holder, term = found
        known.name = name if " " in name or term is None else holder.name
        if not known.countries and holder.country:
            known.countries = (then_called(holder.country, self.year),)
            then = f"{term.office} from {term.start}" if term is not None else "in no listed office that day"
            detail = f"{holder.name} of {holder.country}, {then}"
            known.why = (*known.why, Reason(step="actors", by="leaders", detail=detail))
        if known.sector is None:
            known.office, known.sector, reason = office_held(holder, term, self.reference, self.date)
            known.why = (*known.why, reason)

    def learn(self, known: _Known, composition: Composition, mention: Mention, weak: list[Composition]) -> None:
        if mention.kind == "person" and composition.kind == "organization" and not composition.office:
            return  # a company by the name of Bosch neither
        if mention.kind == "person" and any(reason.by == "place" for reason in composition.why):
            composition = replace(composition, countries=())  # a town by the name of Bush tells nothing of who bears it
        if _bare_span(mention) in self.namings.of_others:
            composition = replace(composition, countries=(), name=None)  # "Congress", in a text on Peru
        known.countries = known.countries or composition.countries
        if (composition.office or "").lower() == "counterpart":
            self.equal(known, mention)
            composition = replace(composition, office=None)
        if any(reason.by == "leaders" for reason in composition.why):
            weak.append(composition)  # what the text tells of the office comes before what the reference data say
            if composition.office:
                self.post(known, composition.office, mention)
            return
        composition = self.above_grade(known, composition, mention)
        if composition.sector and known.sector is None:
            known.sector = composition.sector
            known.why = (*known.why, *composition.why)
        if composition.office:
            self.post(known, composition.office, mention)
        known.name = known.name or composition.name
        known.kind = composition.kind if known.kind == "phrase" else known.kind

    def above_grade(self, known: _Known, composition: Composition, mention: Mention) -> Composition:
        """ "Defence Minister General Ruiz" holds both, and is read by his post: what the phrase says without the grade."""
        grade = composition.office or ""
        at = mention.text.find(grade) if is_grade(grade) else 0
        if at <= 0:
            return composition
        bare = self.composed(mention.text[:at] + mention.text[at + len(grade) :].lstrip())
        if not bare.office or is_grade(bare.office) or bare.office not in mention.text[:at]:
            return composition
        self.post(known, bare.office, mention)
        self.post(known, grade, mention)
        return replace(composition, office=bare.office, sector=bare.sector or composition.sector)

    def post(self, known: _Known, printed: str, mention: Mention) -> None:
        """Note an office of the chain, whole as printed."""
        text = self.article.text
        at = text.find(printed, mention.span.start, mention.span.end)
        if at < 0:
            return
        end = at + len(printed)
        next_name = bisect_left(self.persons, end)
        stop = self.persons[next_name] if next_name < len(self.persons) else None
        phrase = (mention.span.start, mention.span.end)
        start, end = office_run(text, at, end, phrase=phrase, stop=stop, reference=self.reference)
        said = {office.lower().replace("defence", "defense") for office, _, _ in known.posts}
        if text[start:end].lower().replace("defence", "defense") not in said:
            known.posts.append((text[start:end], min(start, mention.span.start), max(end, mention.span.end)))

    def equal(self, known: _Known, mention: Mention) -> None:
        """Note that "his Russian counterpart" holds the office named before: "President Ruiz and his Russian counterpart"."""
        text = self.article.text
        low = max(text.rfind("\n", 0, mention.span.start), mention.span.start - 160)
        for m in sorted(self.mentions, key=lambda m: -m.span.start):
            if m.kind not in ("office", "person") or not low < m.span.start < m.span.end <= mention.span.start:
                continue
            if ". " in text[m.span.end : mention.span.start]:
                return
            office = m.text if m.kind == "office" else self.composed(m.text).office
            if office and office.lower() != "counterpart":
                known.office = known.office or office
                known.posts.append((office, mention.span.start, mention.span.end))
                known.sector = compose(office, self.reference, date=self.date).sector or known.sector
                return

    def town(self, name: str, mentions: Sequence[Mention] = ()) -> _Known:
        """A place that may take part (a town shelled, a capital dealt with), with its country where that is plain."""
        hit = None if _FEATURE.search(name) else next(iter(self.reference.scan(name)), None)
        for mention in mentions[:1]:  # "Lebanon" is a town of another state where its neighbours say so
            here = self.reference.scan(self.article.text, mention.span.start, mention.span.end)
            hit = next((h for h in here if h.of("region")), hit)
        nation = nation_of(hit, self.year) if hit is not None else None
        country = nation.country if nation is not None else None
        the = any(mention.text.lower().startswith("the ") for mention in mentions[:1])
        if nation is None and not the and not _FEATURE.search(name):
            country = country_of_town(name)  # but "the Canal" is no town of that name
        why = (Reason(step="actors", by="place", detail="a place named as such"),)
        return _Known(countries=(country,) if country else (), name=name, kind="place", why=why)

    def homeland(self, phrases: Sequence[Mention], made: Mapping[str, Sequence[tuple[_Known, Actor]]]) -> _Known | None:
        """The state of whom "his country" speaks of, where that is told."""
        starts = {m.span.start for m in phrases if _HOMELAND.fullmatch(m.text)}
        if not starts:
            return None
        owners = (m.chain.rpartition("/")[2] for m in self.mentions if m.kind == "pronoun" and m.span.start in starts)
        codes = (actor.country for owner in owners for _, actor in made.get(owner, ()))
        code = next((code for code in codes if code and self.reference.lookup_country(code)), None)
        return self.state("country", code) if code else None

    def spoken_for(self, known: _Known, actor: Actor) -> tuple[_Known, Actor]:
        """For whom "we" speaks: an official for the state, everybody else for the body or the person that speaks."""
        if actor.kind == "place" or known.sector not in _OF_THE_STATE or actor.country is None:
            return known, actor
        state = self.state("country", actor.country)
        why = Reason(step="actors", by="voice", detail=f"“we” in the words of {actor.name}, who speaks for the state")
        state = replace(state, why=(*state.why, why))
        return state, _actor(state, actor.country, ())

    def state(self, sort: str, code: str) -> _Known:
        entry = in_year([e for e in self.reference.lookup_country(code) if e.kind == "country"], self.year)
        name = entry.name if entry else code
        sector = "GOV" if sort == "government" else entry.sector if entry else None
        detail = (
            "a capital or seat that stands for the government" if sort == "government" else "a country named as such"
        )
        return _Known(
            countries=(code,),
            sector=sector,
            name=name if sort == "country" else f"Government of {name}",
            kind="place" if sort == "country" else "organization",
            why=(Reason(step="actors", by=sort, detail=detail),),
        )


def _bare_span(mention: Mention) -> tuple[int, int]:
    """Where a mention stands without its article."""
    return mention.span.end - len(_ARTICLE.sub("", mention.text)), mention.span.end


def _only(countries: Sequence[str]) -> str | None:
    return countries[0] if len(countries) == 1 else None


def _actor(known: _Known, country: str | None, aliases: Sequence[str], reference: Reference | None = None) -> Actor:
    name = known.name or "unnamed"
    if reference is not None and len(known.countries) > 1 and known.kind != "place":
        name = share_of(name, country, reference)
    return Actor(
        id=make_id(
            "ac", known.kind, name.lower(), country, known.sector if known.kind not in ("person", "place") else None
        ),
        name=name,
        kind=known.kind,
        country=country,
        sector=known.sector,
        aliases=tuple(sorted(set(aliases) - {name})),
        external_ids=(),
    )


def _tenures(article: Article, known: _Known, actor: Actor, reference: Reference) -> list[Tenure]:
    """A claim for each office that the article tells of a person it names: "presidents" and "the head" hold none to keep."""
    found = []
    for office, start, end in known.posts:
        longer = (other.lower() for other, _, _ in known.posts if len(other) > len(office))
        if any(office.lower().replace("defence", "defense") in other.replace("defence", "defense") for other in longer):
            continue
        source = Source(article_id=article.id, span=Span(start=start, end=end), text=article.text[start:end])
        found.append(
            Tenure(
                id=make_id("te", actor.id, office.lower(), article.id),
                actor_id=actor.id,
                office=office,
                organization=organization_of(office, reference),
                country=actor.country,
                start=article.published if article.published.edtf else None,
                end=None,
                basis="reporting",
                sources=(source,),
            )
        )
    return found


def resolve_actors(
    article: Article,
    mentions: Sequence[Mention],
    reference: Reference,
    linker: Linker | None = None,
    sentences: Sequence[tuple[int, int]] = (),
) -> Resolution:
    """The actors of an article, every phrase that stands for one of them, and the offices the article tells.

    A phrase for several ("Chinese and Russian armed forces", "the two sides") gives one `Participant` for each, with the same span.
    `linker`, where a model is installed, ties phrases such as "the police" or "its army" to a country named near them, in the sentences
    that it read.
    """
    resolver = _Resolver(article, reference, mentions)
    if linker is not None:
        resolver.links = _links(article, mentions, resolver.namings, linker, sentences)
    by_chain: dict[str, list[Mention]] = defaultdict(list)
    for mention in mentions:
        if mention.kind != "noun":  # "the museum", said again: no party
            by_chain[mention.chain].append(mention)
    cast = _Cast()
    # "We" and "the two ministers" stand for others, who must be known first.
    for chain, members in sorted(by_chain.items(), key=lambda item: _stands_for(item[0], article.id) is not None):
        _add_chain(cast, resolver, chain, members)
    return Resolution(
        participants=tuple(sorted(cast.participants, key=lambda p: (p.start, -p.end, p.id))),
        actors=tuple(cast.actors.values()),
        links=tuple(cast.links),
        tenures=tuple(cast.tenures),
        namings=tuple(sorted({*resolver.namings.all, *_named(cast.participants, resolver.namings.all)})),
    )


@dataclass(slots=True)
class _Cast:
    """What the chains of one article come to; `made` keeps whom each chain stands for. Lives for one call."""

    participants: list[Participant] = field(default_factory=list)
    actors: dict[str, Actor] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    tenures: list[Tenure] = field(default_factory=list)
    made: dict[str, list[tuple[_Known, Actor]]] = field(default_factory=dict)


def _add_chain(cast: _Cast, resolver: _Resolver, chain: str, members: Sequence[Mention]) -> None:
    """Add whom a chain stands for, and a participant for each of its phrases."""
    article = resolver.article
    label = chain.removeprefix(f"{article.id}/")
    # A possessive takes part in an act only where it was cut as a phrase: where the model says so.
    acting = [m for m in members if m.kind == "phrase" or (m.kind == "pronoun" and m.text.lower() not in _OWN)]
    others = _stands_for(chain, article.id)
    if others is not None:
        owners = [
            resolver.spoken_for(*each) if label.startswith("voice:") else each
            for o in others
            for each in cast.made.get(o, [])
        ]
    elif label.split(":")[0] in _TAKING_PART and acting:
        known = resolver.homeland(acting, cast.made) or resolver.chain(label, members)
        told = known.name not in ("it", "its")  # or nothing tells what it stands for
        owners = [(known, actor) for actor in _actors(resolver, known, label, members) if told]
        if label.startswith("person:") and owners[0][1].kind == "person":
            cast.tenures.extend(_tenures(article, known, owners[0][1], resolver.reference))
    else:
        return
    cast.made[label] = owners
    cast.actors.update((actor.id, actor) for _, actor in owners)
    for mention in acting if owners else ():
        own = owners
        if others is None and (other := resolver.overruled(owners[0][0], mention)) is not owners[0][0]:
            own = [(other, _actor(other, other.countries[0], ()))]
            cast.actors[own[0][1].id] = own[0][1]
        cast.participants.extend(_participant(actor, known, mention) for known, actor in own)
        cast.links.append(_link(own, mention))


_BOTH_OF = re.compile(r"(?:[Tt]he\s+)?(?:[Tt]wo|[Bb]oth|rival)\s+[A-Z]\w+s$")


def _named(
    participants: Sequence[Participant], anchors: Sequence[tuple[int, int, str]]
) -> Iterator[tuple[int, int, str]]:
    """People and bodies with names of their own, where no naming of a country stands."""
    named = ByPlace(anchors, lambda anchor: anchor[:2])
    for p in participants:
        proper = p.kind in ("person", "organization") and all(w[:1].isupper() for w in p.text.split())
        proper = proper or (p.kind == "place" and _BOTH_OF.match(p.text) is not None)
        if proper and p.country and not named.touching(p.start, p.end):
            yield p.start, p.end, p.country


def _stands_for(chain: str, article_id: str) -> list[str] | None:
    """The chains that a chain stands for: the speaker of "we", the two persons of "the two ministers"; `None` for all others."""
    sort, _, rest = chain.removeprefix(f"{article_id}/").partition(":")
    return rest.split("+") if sort in ("voice", "both") else None


def _actors(resolver: _Resolver, known: _Known, label: str, members: Sequence[Mention]) -> list[Actor]:
    """The actors of a chain, one for each of its countries."""
    names = [m.text for m in members if m.kind in ("person", "organization")]
    found = []
    for country in known.countries or (None,):
        if len(known.countries) > 1 and label.startswith("pair"):
            found.append(_actor(resolver.state("country", country or ""), country, ()))
        else:
            found.append(_actor(known, country, names, resolver.reference))
    return found


def _link(own: Sequence[tuple[_Known, Actor]], mention: Mention) -> Link:
    known, actor = own[0]
    return Link(
        mention_id=mention.id,
        target_id=actor.id if len(own) == 1 else None,
        target_kind="actor",
        office=known.office,
        score=0.9 if known.countries else 0.5,
        why=known.why or (Reason(step="actors", by="chain", detail="nothing in the phrase tells more"),),
    )


def _participant(actor: Actor, known: _Known, mention: Mention) -> Participant:
    return Participant(
        id=actor.id,
        name=actor.name,
        country=actor.country,
        sector=actor.sector,
        office=known.office,
        text=mention.text,
        start=mention.span.start,
        end=mention.span.end,
        kind=actor.kind,
    )
