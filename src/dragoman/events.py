"""Code who did what to whom: proposals of a coder become events with status, time, place, sources and reasons.

A `Coder` (the learned model, or the rules of `lexicon`) says which words name an act, of which type, between whom. Everything that
is the codebook's and not a model's is here: the
precedence (an ASSAULT swallows the MOBILIZE of the same act), CAMEO, scale and quad, abstention on doubt. A rule that vetoes or completes
the coder says so in `why`.

Existing systems (GDELT, ICEWS, POLECAT) code planned, denied and hypothetical acts as done. Here `status` is a field of every event.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from dragoman import edtf
from dragoman.codebook import Codebook
from dragoman.coding.retellings import merged, told_once
from dragoman.coding.status import clause_of, decided, is_own_time
from dragoman.coding.tellers import without_teller
from dragoman.records import (
    Article,
    Event,
    FieldSources,
    Participant,
    PlacePhrase,
    Reason,
    Span,
    When,
    make_id,
)
from dragoman.tagger import Tagger
from dragoman.text import ByPlace, source, span_at

__all__ = ["Coder", "Proposal", "code_events"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What a coder proposes: the words that name an act [start, end), its type, and its parties by index.

    `status` is `None` where the coder leaves it to the rules, and right with the probability `status_sure`; `score` is its confidence, 0 to
    1; `by` names the rule or model. `notes` say what rules changed since.
    """

    start: int
    end: int
    type: str
    mode: str | None
    actors: tuple[int, ...]
    recipients: tuple[int, ...]
    status: str | None
    score: float
    by: str
    contexts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    status_sure: float = 1.0


class Coder(Protocol):
    """What finds acts and their parties."""

    @property
    def name(self) -> str: ...

    def propose(
        self,
        text: str,
        sentences: Sequence[tuple[int, int]],
        participants: Sequence[Participant],
        namings: Sequence[tuple[int, int, str]] = (),
    ) -> Sequence[Proposal]: ...


_COOPERATIVE_FUTURE = frozenset(("CONSULT", "SUPPORT", "COOPERATE", "AID"))


_CALLED = re.compile(
    r"\b(?:tele)?phon|\bcall(?:s|ed|ing)?\b|\bvideo|\bhot\s?line|\bonline\b|\bvirtual|\brang\b|\bby\s+wire\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"\bmediat|\bbroker|\bfacilitat|\bgood\s+offices|\bgo-between|\bshuttl|\bthird|\bhost|\bauspices|\benvoy|\bintermedia|\bproximity",
    re.IGNORECASE,
)
_MANY = re.compile(
    r"\bsummit|\bforum|\bconference|\bassembly|\bcouncil|\bsession|\bmultilateral|\bministers\b|\bleaders\b|\bG-?\d|\bbloc\b|\bmembers?\b"
    r"|\b(?:three|four|five|six|seven|trilateral|quadrilateral)\b|\bUN\b|\bU\.N\.|\bNATO\b|\bEU\b",
    re.IGNORECASE,
)


_OFFICE_BODY = re.compile(
    r"\b(?:[A-Z][\w’'-]*\s+){1,4}(?:Secretary|Chairman|Chairwoman|Chair|Chief|Head|Director|President|Minister|Member|Adviser|Advisor)\b"
)


def _mode_told(mode: str | None, clause: str, parties: Sequence[Participant]) -> tuple[str | None, Reason | None]:
    """A mode of CONSULT as far as the sentence bears it out: a call needs its word, mediation and large meetings theirs or three states.

    Words of somebody's office bear out nothing: "met Security Council Secretary Patrushev".
    """
    clause = _OFFICE_BODY.sub(" ", clause)
    for party in parties:
        for told in (party.office, party.text) if party.kind == "person" else ():
            clause = clause.replace(told, " ") if told else clause
    wanted = {"phone": _CALLED, "third-party": _BETWEEN, "multilateral": _MANY}.get(mode or "")
    many = mode != "phone" and len({p.country for p in parties if p.country}) > 2
    if wanted is None or many or wanted.search(clause):
        return mode, None
    return None, Reason(step="events", by="mode", detail=f"nothing in the sentence tells of {mode}")


def _type_in_future(type_: str, mode: str | None, status: str, words: str) -> tuple[str, str | None, Reason | None]:
    """The codebook's rule: cooperation still to come, or only thought of, is AGREE, and such a retreat CONCEDE.

    What is only rumoured may have been done all the same ("is reported to have sent a team"), and keeps its type.
    """
    if status == "hypothetical" and (type_ == "SUPPORT" or _PERFECT.search(words)):
        return type_, mode, None
    if status in ("planned", "hypothetical") and type_ in _COOPERATIVE_FUTURE:
        detail = f"{type_} in the future is an intention: AGREE"
        return "AGREE", None, Reason(step="events", by="codebook: future", detail=detail)
    if status in ("planned", "hypothetical") and type_ == "RETREAT":
        detail = "a RETREAT still to come is an announcement: CONCEDE"
        return "CONCEDE", None, Reason(step="events", by="codebook: future", detail=detail)
    return type_, mode, None


_PERFECT = re.compile(r"\b(?:has|have|had|having|been)\b", re.IGNORECASE)
_LAST = re.compile(r"\s+(?:the|an?|this|that|these|those|its|their|his|her|and|or)$", re.IGNORECASE)
_AUXILIARY = re.compile(
    r"(?:(?:has|have|had|having|is|are|was|were|been|being|will|would|not|to|be)\b\s*)+", re.IGNORECASE
)
_TIME_WORD = re.compile(r"(?:\w+[\s-])?(?:second|minute|hour|day|week|month|year|decade)s?", re.IGNORECASE)
_PARTICLES = re.compile(
    r"(?:(?:out|of|off|up|down|in|on|to|over|for|at|by|with|from|into|as|and|or)\b\s*)+", re.IGNORECASE
)
_EFFECT = re.compile(
    r"\b(?:undermin|endanger|destabili[sz]|worsen|weaken|jeopardi[sz]|aggravat|erod|imperil|exacerbat)(?:e|es|ed|ing|s)?\W*$",
    re.IGNORECASE,
)
_HEAD = re.compile(
    r"(?:[-–]\w+)*(?:\s+(?!(?:in|on|at|of|and|or|with|for|to|that|which|who|is|are|was|were|has|have|had|as|by|from|will|would)\b)"
    r"[a-z][\w-]+){1,4}"
)
_MEETING_NAME = re.compile(
    r"(?:\s+[A-Z][\w’'-]*){0,3}?\s+(?:Forum|Conference|Summit|Dialogue|Symposium|Congress of|Games|Olympics|Expo|Cup)\b"
)
_AMID = re.compile(
    r"\b(?:amid|amidst|despite|because\s+of|on\s+account\s+of|hit\s+by|in\s+spite\s+of)\s+(?:[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
_DIRECTED = re.compile(
    r"\b(?:on|upon|to|urg(?:e|es|ed|ing)|ask(?:s|ed|ing)?|press(?:es|ed|ing)?|tell(?:s|ing)?|told|order(?:s|ed|ing)?)$"
)
_OWN_DROPPED = frozenset(("SUPPORT", "REQUEST"))
_STATES = frozenset(("place", "nationality", "group"))
_WORDS = re.compile(r"[^\W\d_]+")
_BARE = frozenset(
    "the a an two three both all other senior top high foreign defence defense interior prime deputy vice first chief security general"
    " permanent state secretary secretaries minister ministers ministry president premier chairman council committee commission"
    " assembly court parliament government cabinet official officials leader leaders representative representatives delegation"
    " delegations delegates diplomats envoys spokesman spokeswoman spokesperson authorities side sides parties counterpart"
    " counterparts participants".split()
)


def _set_right(
    text: str,
    made: Proposal,
    parties: Sequence[Participant],
    placed: ByPlace[tuple[int, Participant]],
    sentence: tuple[int, int],
) -> Proposal | None:
    """A proposal whose trigger and parties fit the words around them; `None` where its words name no act.

    A learned coder marks a word too many or too few, and reads an effect that is feared ("will undermine stability") as a threat or a
    charge. The corpus marks none of 130 such effects so, and no words like "out of".
    """
    # A trigger that ran into the next sentence ends with its own.
    end = made.start + len(text[made.start : min(made.end, sentence[1])].rstrip(" .!?\n"))
    while cut := _LAST.search(text, made.start, end):
        end = cut.start()
    behind = [p.start for _, p in placed.touching(made.start + 1, end) if made.start < p.start < end <= p.end]
    verb = text[made.start : min(behind, default=made.start)].rstrip()
    if verb and _LAST.fullmatch(" " + verb) is None and _AUXILIARY.fullmatch(verb) is None:
        end = made.start + len(verb)  # "rejected |Pakistan|'s demand": whom it is done to is no part of it
    words = text[made.start : end]
    if (
        len(words) < 2
        or _TIME_WORD.fullmatch(words)
        or _PARTICLES.fullmatch(words)
        or (made.type in ("THREATEN", "ACCUSE") and _EFFECT.search(words))
    ):
        return None
    begin = made.start + len(words) - len(re.sub(r"^(?:the|an?)\s+", "", words, flags=re.IGNORECASE))
    if any(p.start <= begin and end <= p.end and p.kind in _STATES for _, p in placed.touching(begin, end)):
        # "the China" of "the China-Russia consultation": a name is no act, what it belongs to may be.
        head = _HEAD.match(text, end, sentence[1])
        if head is None:
            return None
        end = head.end()
    actors = tuple(i for i in made.actors if not _in_meeting_name(text, parties[i]))
    named = tuple(i for i in made.recipients if not _in_meeting_name(text, parties[i]))
    actors, named, notes = _without_bare(actors, parties), _without_bare(named, parties), list(made.notes)
    recipients = named
    if (actors, named) != (made.actors, made.recipients):
        notes.append("the name of a meeting, or of an office or body of no known state, is no party beside others")
    if made.type == "REQUEST" and (recipients := _addressed(text, end, named, actors, placed)) != named:
        notes.append(f"who is named right behind “{text[made.start : end]}” is asked")
    if made.type in _OWN_DROPPED and (others := _without_own(text, actors, recipients, parties)) != recipients:
        recipients = others
        notes.append("the actor's own state beside another is no recipient")
    if (others := _without_site(text, actors, recipients, parties)) != recipients:
        recipients = others
        notes.append("where the actor stands or whose he is, is no recipient")
    adjunct = _AMID.search(text, max(sentence[0], made.start - 60), made.start)
    if adjunct and (nearest := _nearest_before((sentence[0], made.start), actors, recipients, placed)) != recipients:
        recipients = nearest
        notes.append(f"told by the way, after “{adjunct[0].split()[0]}”: it is done to who is named next to it")
    return replace(made, end=end, actors=actors, recipients=recipients, notes=tuple(notes))


def _untold(
    made: Proposal,
    parties: Sequence[Participant],
    placed: ByPlace[tuple[int, Participant]],
    told_by: Callable[[int, int], tuple[Participant, Span] | None],
) -> Proposal:
    """A proposal without who only tells of its act."""
    told = told_by(made.start, made.end)
    if told is None:
        return made
    actors, recipients = without_teller(made.type, made.start, (made.actors, made.recipients), parties, placed, *told)
    if (actors, recipients) == (made.actors, made.recipients):
        return made
    notes = (*made.notes, f"“{told[0].text}” only tells of it")
    return replace(made, actors=actors, recipients=recipients, notes=notes)


def _without_bare(side: tuple[int, ...], parties: Sequence[Participant]) -> tuple[int, ...]:
    """A side without an office or a body of no known state ("officials", "the Council") where somebody else stands on it."""
    named = tuple(i for i in side if parties[i].country or not set(_WORDS.findall(parties[i].name.lower())) <= _BARE)
    return named or side


def _in_meeting_name(text: str, party: Participant) -> bool:
    """Whether a name only begins that of a meeting: "Xiangshan" in "the Xiangshan Security Forum"."""
    return party.kind in _STATES and _MEETING_NAME.match(text, party.end) is not None


def _addressed(
    text: str,
    end: int,
    recipients: tuple[int, ...],
    actors: tuple[int, ...],
    placed: ByPlace[tuple[int, Participant]],
) -> tuple[int, ...]:
    """Whom a request is made of: who is named right behind "called on" or "urged", though the coder saw another."""
    if not _DIRECTED.search(text, max(0, end - 12), end):
        return recipients
    near = placed.touching(end, end + 8)
    named = [i for i, p in near if p.start >= end and text[end : p.start].strip() in ("", "the", "both")]
    if not named or set(named) & {*recipients, *actors}:
        return recipients
    return tuple(named)


def _without_own(
    text: str, actors: tuple[int, ...], recipients: tuple[int, ...], parties: Sequence[Participant]
) -> tuple[int, ...]:
    """Recipients without the actor's own state where one phrase names it beside another: "Zhang commended China-Russia relations"."""
    own = {parties[i].country for i in actors if parties[i].country}

    def beside(i: int) -> bool:
        others = (parties[j] for j in recipients if parties[j].country not in own)
        return any(
            (o.start, o.end) == (parties[i].start, parties[i].end)
            or text[min(o.end, parties[i].end) : max(o.start, parties[i].start)].strip() in ("and", "-", "–")
            for o in others
        )

    return tuple(i for i in recipients if not (parties[i].country in own and parties[i].kind in _STATES and beside(i)))


_WHERE = re.compile(
    r"\b(?:in|of|across|throughout)\s+(?:the\s+|northern\s+|southern\s+|eastern\s+|western\s+|central\s+)?$"
)


def _without_site(
    text: str, actors: tuple[int, ...], recipients: tuple[int, ...], parties: Sequence[Participant]
) -> tuple[int, ...]:
    """Recipients without the actor's own state or town that only says where: "workers went on strike in |France|"."""
    own = {parties[i].country for i in actors if parties[i].country and parties[i].kind != "place"}

    def site(i: int) -> bool:
        party = parties[i]
        begin = max(0, party.start - 16)
        return party.kind == "place" and party.country in own and _WHERE.search(text, begin, party.start) is not None

    return tuple(i for i in recipients if not site(i))


def _nearest_before(
    before: tuple[int, int],
    actors: tuple[int, ...],
    recipients: tuple[int, ...],
    placed: ByPlace[tuple[int, Participant]],
) -> tuple[int, ...]:
    """The recipients of an act told by the way ("will help firms in trouble amid sanctions"): of those before it, the nearest party."""
    inside = [(i, p) for i, p in placed.touching(*before) if before[0] <= p.start and p.end <= before[1]]
    if not any(i in recipients for i, _ in inside):
        return recipients
    last = max((p.end for i, p in inside if i not in actors and p.country), default=0)
    nearest = tuple(i for i, p in inside if p.end == last and i not in actors)
    return nearest + tuple(i for i in recipients if all(i != other for other, _ in inside))


def _one_visit(made: Proposal, other: Proposal, parties: Sequence[Participant]) -> bool:
    """Whether two triggers of a sentence tell one visit or call: "arrived on a working visit", "discussed trade by telephone"."""
    if set(made.actors) != set(other.actors):
        return False
    if {made.mode, other.mode} == {None, "phone"}:
        return set(made.recipients) == set(other.recipients)
    if made.mode != "visit" or other.mode != "visit":
        return False
    one, two = ({parties[i].country for i in p.recipients} for p in (made, other))
    return not one or not two or bool(one & two)


def _sentence_at(sentences: Sequence[tuple[int, int]], at: int) -> tuple[int, int]:
    return span_at(sentences, at) or (at, at + 1)


def _sources(
    article: Article, proposal: Proposal, parties: Sequence[Participant], sentence: tuple[int, int]
) -> list[FieldSources]:
    def listed(field: str, spans: Sequence[tuple[int, int]]) -> FieldSources:
        unique = sorted(set(spans))
        return FieldSources(field=field, sources=tuple(source(article.id, article.text, a, b) for a, b in unique))

    found = [
        listed("trigger", [(proposal.start, proposal.end)]),
        listed("sentence", [sentence]),
    ]
    for field, indices in (("actors", proposal.actors), ("recipients", proposal.recipients)):
        if indices:
            found.append(listed(field, [(parties[i].start, parties[i].end) for i in indices]))
    return found


def _precedence(
    proposals: Sequence[Proposal], sentences: Sequence[tuple[int, int]], parties: Sequence[Participant]
) -> list[Proposal]:
    """The codebook's precedence within a sentence, and one proposal for one trigger or one visit."""
    kept: list[Proposal] = []
    for proposal in sorted(proposals, key=lambda p: (-p.score, p.start)):
        if any(p.start < proposal.end and proposal.start < p.end and p.type == proposal.type for p in kept):
            continue
        if proposal.type == "CONSULT" and proposal.mode in ("visit", "phone", None):
            low, high = _sentence_at(sentences, proposal.start)
            if any(p.type == "CONSULT" and _one_visit(proposal, p, parties) for p in kept if low <= p.start < high):
                continue
        kept.append(proposal)
    by_sentence: dict[tuple[int, int], list[Proposal]] = {}
    for proposal in kept:
        by_sentence.setdefault(_sentence_at(sentences, proposal.start), []).append(proposal)
    result = []
    for group in by_sentence.values():
        assaults = [set(p.actors) for p in group if p.type == "ASSAULT"]
        for proposal in group:
            if proposal.type == "MOBILIZE" and any(set(proposal.actors) & actors for actors in assaults):
                continue  # PLOVER: only the ASSAULT is coded
            result.append(proposal)
    return sorted(result, key=lambda p: p.start)


def _unique(participants: Sequence[Participant]) -> tuple[Participant, ...]:
    return tuple({p.id: p for p in reversed(participants)}.values())[::-1]


def code_events(
    article: Article,
    sentences: Sequence[tuple[int, int]],
    participants: Sequence[Participant],
    coder: Coder,
    codebook: Codebook,
    *,
    tagger: Tagger,
    when_of: Callable[[int, int], When],
    place_of: Callable[[int, int], PlacePhrase | None],
    reported_by: Callable[[int, int], tuple[str, ...]],
    told_by: Callable[[int, int], tuple[Participant, Span] | None] = lambda start, end: None,
    namings: Sequence[tuple[int, int, str]] = (),
    threshold: float = 0.5,
) -> tuple[Event, ...]:
    """The events of an article, in the order of their triggers. `namings` tells the coder where the text names countries.

    `when_of`, `place_of` and `reported_by` answer for the act whose trigger is at [start, end), `told_by` who is said to tell of it, in
    which words. Proposals under `threshold`
    are dropped. One act told twice in the article (same type, same parties, same status, same time) is one event with both sources.
    """
    found: dict[tuple[object, ...], Event] = {}
    placed = ByPlace(enumerate(participants), lambda pair: (pair[1].start, pair[1].end))
    proposed = (
        _set_right(
            article.text,
            _untold(each, participants, placed, told_by),
            participants,
            placed,
            _sentence_at(sentences, each.start),
        )
        for each in coder.propose(article.text, sentences, participants, namings)
    )
    for proposal in _precedence([each for each in proposed if each], sentences, participants):
        if proposal.score < threshold:
            continue
        event = _event(article, sentences, participants, proposal, codebook, tagger, when_of, place_of, reported_by)
        if event is None:
            continue
        key = (
            event.type,
            tuple(p.id for p in event.actors),
            tuple(p.id for p in event.recipients),
            event.status,
            event.when.edtf,
            event.mode,
        )
        before = found.get(key)
        found[key] = event if before is None else merged(before, event)
    return told_once(article.text, tuple(found.values()))


_LONG = timedelta(days=5 * 365)


def _long_before(when: When, article: Article) -> bool:
    """Whether an act's own time lies five years or more before the article came out: it is past the story's time frame."""
    told, published = when.end, article.published.start
    return bool(when.basis == "phrase" and told is not None and published is not None and published - told > _LONG)


def _before_the_story(when: When) -> When:
    """The time of an act that is past the story's time frame: without a date of its own, some day before publication."""
    if when.basis != "publication" or when.start is None:
        return when
    why = Reason(step="events", by="status: historical", detail="no date tells when: at some time before publication")
    return edtf.before(when.start.date(), basis="publication", why=(*when.why, why))


def _status(
    article: Article,
    sentences: Sequence[tuple[int, int]],
    sentence: tuple[int, int],
    proposal: Proposal,
    tagger: Tagger,
) -> tuple[str, Reason | None]:
    """The status of an act as the coder read it or, where that is surer, as the grammar tells it."""
    clause = clause_of(article.text, sentence, proposal.start, proposal.end, tagger)
    undated = article.published.start is None and len(sentences) == 1
    if proposal.status == "historical" and undated and is_own_time(clause):
        detail = "the text is one sentence of no known day: its date is the story's own"
        return "occurred", Reason(step="events", by="status: own time", detail=detail)
    return decided(clause, proposal.type, proposal.status, proposal.status_sure)


def _event(
    article: Article,
    sentences: Sequence[tuple[int, int]],
    participants: Sequence[Participant],
    proposal: Proposal,
    codebook: Codebook,
    tagger: Tagger,
    when_of: Callable[[int, int], When],
    place_of: Callable[[int, int], PlacePhrase | None],
    reported_by: Callable[[int, int], tuple[str, ...]],
) -> Event | None:
    sentence = _sentence_at(sentences, proposal.start)
    reasons = [
        Reason(
            step="events",
            by=proposal.by,
            detail=f"“{article.text[proposal.start : proposal.end]}” names the act",
            score=proposal.score,
        )
    ]
    reasons.extend(Reason(step="events", by="parties", detail=note) for note in proposal.notes)
    status, reason = _status(article, sentences, sentence, proposal, tagger)
    reasons.extend([reason] if reason else [])
    score = proposal.score
    type_, mode, reason = _type_in_future(
        proposal.type, proposal.mode, status, article.text[max(sentence[0], proposal.start - 12) : proposal.end]
    )
    reasons.extend([reason] if reason else [])
    actors = _unique([participants[i] for i in proposal.actors])
    recipients = tuple(
        p for p in _unique([participants[i] for i in proposal.recipients]) if p.id not in {a.id for a in actors}
    )
    if codebook.type(type_).needs_recipient and not recipients and len(actors) < 2:
        # The codebook wants a recipient here; the act is kept, less sure, and says so: half a fact with its sentence beats none.
        score *= 0.8
        reasons.append(
            Reason(
                step="events", by="codebook: recipient", detail=f"{type_} wants a recipient and the clause names none"
            )
        )
    if not actors and not recipients:
        return None
    if type_ == "CONSULT":
        mode, reason = _mode_told(mode, article.text[slice(*sentence)], (*actors, *recipients))
        reasons.extend([reason] if reason else [])
    when = when_of(proposal.start, proposal.end)
    if status == "occurred" and _long_before(when, article):
        status = "historical"
        reasons.append(
            Reason(step="events", by="status: long ago", detail=f"“{when.phrase}” is years before the story")
        )
    if status == "historical":
        when = _before_the_story(when)
    place = place_of(proposal.start, proposal.end)
    fields = _sources(article, proposal, participants, sentence)
    if when.phrase:
        at = article.text.find(when.phrase, sentence[0], sentence[1])
        if at >= 0:
            fields.append(
                FieldSources(field="when", sources=(source(article.id, article.text, at, at + len(when.phrase)),))
            )
    if place is not None:
        fields.append(FieldSources(field="place", sources=(source(article.id, article.text, place.start, place.end),)))
        reasons.extend(place.why)
    scale = codebook.scale(type_, mode)
    return Event(
        id=make_id(
            "ev",
            article.id,
            type_,
            mode,
            proposal.start,
            proposal.end,
            [p.id for p in actors],
            [p.id for p in recipients],
        ),
        article_id=article.id,
        type=type_,
        mode=mode,
        contexts=proposal.contexts,
        actors=actors,
        recipients=recipients,
        status=status,
        when=when,
        place=place.place if place else None,
        quad=codebook.type(type_).quad,
        scale=scale,
        cameo=codebook.cameo(type_, mode),
        sources=tuple(fields),
        reported_by=reported_by(proposal.start, proposal.end),
        confidence=score,
        why=tuple(reasons),
    )
