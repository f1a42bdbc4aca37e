"""Pledges: who committed to what toward whom, from AGREE events and from statements that commit their speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from dragoman.records import Article, Event, FieldSources, Participant, Pledge, Reason, Source, Statement, make_id
from dragoman.reference import Reference, load_reference
from dragoman.speaking.cues import load_cues
from dragoman.speaking.issues import find_issues, load_issues
from dragoman.text import source

__all__ = ["find_pledges"]

_STEP = "pledges"
_COMMITS = re.compile(
    r"\b(?:(?:is|are|remains?|stands?|was|were|am)\s+(?:also\s+|fully\s+|always\s+)?(?:ready|willing|prepared|determined|committed)\s+to\b|"
    r"(?:will|would)\s+(?:continue|work|take|provide|help|send|support|ensure|deepen|strengthen|never|not\s+allow|withdraw|release|sign|join|pay|cut|reduce|"
    r"expand|increase|implement|honou?r|respect|abide|resume|establish|exchange|restore|lift|destroy|dismantle|halt"
    r"|maintain|contribute|donate|make\s+every|intensify|dispatch|step\s+up|boost|enhance|promote|defend|safeguard|uphold|spend|allocate|invest"
    r"|supply|deliver|grant|return|reopen|ratify|protect|train|extend|double|phase\s+out|stop)|"
    r"(?:readiness|willingness|commitment|determination)\s+to\b|we\s+will\b|shall\b)",
    re.I,
)
# "reached an agreement" says of nothing to what; a plan alone ("will attend") promises nothing.
_EMPTY = re.compile(r"^(?:\w+\s+){0,3}agreements?\b(?!\s+(?:to|on|under|that|for)\b)", re.I)
# Who invites promises nothing yet; a truce that "was agreed" is told without those who did; who comes is told by the meeting.
_NO_PLEDGE = re.compile(
    r"(?<!accept )(?<!accepted )(?<!accepting )(?:\bthe\s+|\ban\s+|\bhis\s+|\bher\s+|\bits\s+|\btheir\s+)?\binvit(?:ed|es?|ing|ations?)\b"
    r"|\bpay\s+(?:an?\s+)?(?:[\w-]+\s+){0,3}visit|\b(?:was|were|be|been)\s+agreed\b(?!\s+by\b)|\bconfirm\w*\s+(?:their|its|his|her)\s+(?:participation|attendance)\b",
    re.I,
)
_HOPES = re.compile(r"\bhop(?:e|es|ed|ing)\b[^.;!?]*$", re.I)
_IF = re.compile(r"\b(?:if|unless|in\s+case|provided\s+that)\b", re.I)
_PRONOUNS = frozenset("we us our i he him she her they them it who".split())
_AGREES = re.compile(r"\b(?:agree(?:s|d|ing)?\b|pledg|promis|vow|undert[oa]k|commit|sign|offer|accept|consent)", re.I)
_FIRST = re.compile(r"\b(?:we|our|I|us)\b")
# Where the clause that commits begins, and where it ends in the words of a speaker or of a sentence.
_BEGINS = re.compile(r"\bthat\s+|[.;:!?]\s+[“\"]?|,\s+(?:and|but|so)\s+|[“\"]")
_ENDS = re.compile(
    r"[.!?;](?=\s|[”\"]|$)|,\s+(?:but|while|although|whereas|and\s+(?:we|I|they|he|she|it))\s|[”\"]\s*,?\s+(?=[A-Z]|(?:he|she|they|it)\s)"
)
_TOLD_BY = re.compile(
    r",?\s+as\s+per\s.*$|,\s+(?:(?:[A-Z]|the\s)[^,]{0,80}?\s+)?(?:said|says|reported|reports|told|added|adds|stressed|noted|according\s+to)\b.*$"
    r"|\s+on\s+(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day$",
    re.S,
)
# "undertook not to interfere and released the funds": the second is done already.
_DONE = re.compile(
    r"\s+and\s+(?:has\s+|have\s+|had\s+)?\w+(?<!e)ed\s+(?=(?:the|a|an|its|his|her|their|about|some|over|all|to|from|on|in|up)\b|\d|[A-Z])"
)
_GAP = re.compile(r"(?:[’']s)?(?:\s+(?:also|further|always|both|now|fully|still|armed|joint|own|firm|two))*\s*", re.I)
_JOINED = re.compile(r"\s*(?:,|and|,\s+and|-)\s*(?:the\s+)?", re.I)
_PRONOUN = re.compile(
    r"\b(?P<word>we|I|our|it|its|he|she|his|her|they|their)(?P<of>\s+(?:country|government|nation|state|side|people)(?:[’']s)?)?\s*(?:\w+\s+)?$",
    re.I,
)
_TOWARD = re.compile(r"\b(?:with|to|for|towards?)\s+(?:the\s+|its\s+|their\s+)?$", re.I)
_TELLING = 5  # words that two tellings of one pledge must have to be compared
_SPEAKS_FOR_STATE = frozenset({"GOV", "MIL", "LEG"})
_HEDGE = re.compile(r"\b(?:could|might|may|if|unless|whether|should)\b", re.I)


def find_pledges(article: Article, events: Sequence[Event], statements: Sequence[Statement]) -> tuple[Pledge, ...]:
    """What the article reports as promised: AGREE events first, then statements whose words promise something else.

    `what` is the article's own words: the clause that commits. `by` is whom it commits ("Ruiz said Peru will ..." commits Peru), which is
    the speaker where the clause says "we", "it" or nothing. Nothing is said here of whether a pledge was kept.
    """
    found: list[Pledge] = []
    page = _Page(article, _parties(events, statements), load_reference())
    for event in events:
        if event.type == "AGREE" and event.status in {"occurred", "planned", "ongoing"} and event.actors:
            agreed = _from_event(page, event, statements)
            words = " ".join(s.text for s in _sources_of(event.sources, "trigger"))
            if agreed is None or _NO_PLEDGE.search(words) or _NO_PLEDGE.search(agreed.what[:60]):
                continue
            if any(_same(agreed, other) for other in found):
                continue
            if not _EMPTY.search(agreed.what) and (event.status != "planned" or _COMMITS.search(agreed.what)):
                found.append(agreed)
    for statement in statements:
        made = _from_statement(page, statement)
        if made is None:
            continue
        together = next((n for n, other in enumerate(found) if _in_one_breath(made, other)), None)
        if together is not None:
            by = {p.id: p for p in (*found[together].by, *made.by)}
            found[together] = replace(found[together], by=tuple(by.values()))
        elif not any(_same(made, other) for other in found):
            found.append(made)
    unique: dict[str, Pledge] = {}
    for pledge in _once_told(article, found):
        unique.setdefault(pledge.id, pledge)
    return tuple(unique.values())


def _once_told(article: Article, found: Sequence[Pledge]) -> list[Pledge]:
    """Less what an article tells again in nearly the same words; the earlier telling keeps the later one's words as `again`."""
    kept: list[Pledge] = []
    for pledge in sorted(found, key=lambda p: _sources_of(p.sources, "what")[0].span.start):
        before = next((n for n, other in enumerate(kept) if _told_again(other, pledge)), None)
        if before is None:
            kept.append(pledge)
            continue
        first, words = kept[before], _sources_of(pledge.sources, "what")
        again = (*_sources_of(first.sources, "again"), *words)
        rest = tuple(f for f in first.sources if f.field != "again")
        why = Reason(step=_STEP, by="told again", detail=f"“{words[0].text[:60]}”")
        kept[before] = replace(
            first,
            to=first.to or pledge.to,
            sources=(*rest, FieldSources(field="again", sources=again)),
            why=(*first.why, why),
        )
    return kept


def _whose(parties: Sequence[Participant]) -> set[str | None]:
    return {p.country if p.kind == "place" and p.country else p.id for p in parties}


def _told_again(one: Pledge, other: Pledge) -> bool:
    """Whether two pledges of the same parties share three quarters of the telling words of the shorter."""
    if _whose(one.by) != _whose(other.by) or (one.to and other.to and _whose(one.to) != _whose(other.to)):
        return False
    words = [{word for word in re.findall(r"[\w’'-]+", p.what.lower()) if len(word) > 3} for p in (one, other)]
    short = min(len(w) for w in words)
    return short >= _TELLING and len(words[0] & words[1]) >= 0.75 * short


Run = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Page:
    """An article with everybody whom its events and statements name, by place."""

    article: Article
    parties: tuple[Participant, ...]
    reference: Reference

    def named(self, start: int, end: int) -> list[Participant]:
        """Those named in a run of the text, states that no record names included, in order."""
        text = self.article.text
        here = [p for p in self.parties if start <= p.start and p.end <= end and p.text.lower() not in _PRONOUNS]
        found = [p for p in here if not any(_wider(o, p) for o in here)]
        for hit in self.reference.scan(text, start, end):
            entry = hit.of("country")
            if entry is None or entry.country is None or any(p.start < hit.end and hit.start < p.end for p in found):
                continue
            found.append(_state(entry.name, entry.country, text[hit.start : hit.end], hit.start, hit.end))
        return sorted(found, key=lambda p: (p.start, p.id))


def _wider(one: Participant, other: Participant) -> bool:
    return one.start <= other.start and other.end <= one.end and one.end - one.start > other.end - other.start


def _parties(events: Sequence[Event], statements: Sequence[Statement]) -> tuple[Participant, ...]:
    found: dict[tuple[int, int, str], Participant] = {}
    for event in events:
        found.update(((p.start, p.end, p.id), p) for p in (*event.actors, *event.recipients))
    for said in statements:
        speaker = (said.speaker,) if said.speaker else ()
        found.update(((p.start, p.end, p.id), p) for p in (*speaker, *said.addressees, *said.targets))
    return tuple(found.values())


def _state(name: str, code: str, text: str, start: int, end: int) -> Participant:
    made = make_id("ac", "place", name.lower(), code, None)
    return Participant(
        id=made, name=name, country=code, sector=None, office=None, text=text, start=start, end=end, kind="place"
    )


def _state_of(page: _Page, speaker: Participant) -> Participant:
    """The state that an official speaks for; anybody else speaks for himself."""
    if speaker.kind == "place" or speaker.country is None or speaker.sector not in _SPEAKS_FOR_STATE:
        return speaker
    entries = page.reference.lookup_country(speaker.country)
    name = next((e.name for e in entries if e.kind == "country" and e.years[1] is None), None)
    return _state(name, speaker.country, speaker.text, speaker.start, speaker.end) if name else speaker


@dataclass(frozen=True, slots=True)
class _Clause:
    """The words that commit, who is their subject (empty where they have none), and toward whom."""

    run: Run
    by: tuple[Participant, ...]
    to: tuple[Participant, ...]
    pronoun: str | None


def _clause(page: _Page, low: int, high: int, verb: Run) -> _Clause:
    """The clause of a committing verb at `verb` in the words from `low` to `high`."""
    text = page.article.text
    begin = max((m.end() for m in _BEGINS.finditer(text, low, verb[0])), default=low)
    stop = _ENDS.search(text, verb[1], high)
    end = stop.start() if stop else high
    told = _TOLD_BY.search(text[verb[1] : end])
    end = verb[1] + told.start() if told else end
    while end > verb[1] and (text[end - 1].isspace() or text[end - 1] in '.,;”“"’'):
        end -= 1
    by = _subject(page, begin, verb[0])
    pronoun = None if by else _PRONOUN.search(text, begin, verb[0])
    start = min((p.start for p in by), default=pronoun.start() if pronoun else begin)
    if by and re.search(r"\b[Tt]he $", text[max(begin, start - 4) : start]):
        start -= 4
    start = start if by or pronoun or text[begin : verb[0]].strip() else verb[0]
    to = _toward(page, verb[1], end, by)
    word = pronoun.group().strip().lower() if pronoun else None
    if not by and word is None and re.match(r"we\b", text[verb[0] : verb[1]], re.I):
        word = "we"  # of "we will", which is the verb
    return _Clause((start, end), by, to, word)


def _subject(page: _Page, low: int, at: int) -> tuple[Participant, ...]:
    """Those named right before a verb, with those joined to them by "and"."""
    text = page.article.text
    chain: list[Participant] = []
    for party in reversed(page.named(low, at)):
        first = chain[-1].start if chain else at
        if chain and (party.start, party.end) == (chain[-1].start, chain[-1].end):
            chain.append(party)  # one phrase for two: "both countries"
        elif (_JOINED if chain else _GAP).fullmatch(text, party.end, first):
            chain.append(party)
        else:
            break
    return tuple({p.id: p for p in reversed(chain)}.values())


def _toward(page: _Page, low: int, high: int, by: Sequence[Participant]) -> tuple[Participant, ...]:
    """Toward whom: the first named behind "with", "to", "for", and those joined to them."""
    text = page.article.text
    own = {p.id for p in by} | {p.country for p in by if p.kind == "place"}
    found: list[Participant] = []
    for party in page.named(low, high):
        if party.id in own or (party.country in own and party.kind == "place") or party.kind == "phrase":
            continue
        if not party.name[:1].isupper() and party.country is None:
            continue
        last = found[-1] if found else None
        joined = last is not None and (
            (party.start, party.end) == (last.start, last.end) or _JOINED.fullmatch(text, last.end, party.start)
        )
        if joined or (last is None and _TOWARD.search(text, max(low - 12, 0), party.start)):
            found.append(party)
    return tuple({p.id: p for p in found}.values())


def _sources_of(fields: Sequence[FieldSources], name: str) -> tuple[Source, ...]:
    return next((field.sources for field in fields if field.field == name), ())


def _from_event(page: _Page, event: Event, statements: Sequence[Statement]) -> Pledge | None:
    """The pledge of an AGREE event: in somebody's words, the clause around its trigger; else what follows the trigger."""
    article = page.article
    trigger = _sources_of(event.sources, "trigger")
    sentence = _sources_of(event.sources, "sentence")
    start = trigger[0].span.start if trigger else sentence[0].span.start
    stop = trigger[0].span.end if trigger else start + 1
    held = [
        (s, piece.span)
        for s in statements
        for piece in s.content
        if piece.span.start < stop
        and start < piece.span.end
        # "promised" of "promised closer ties" is the act itself; "said it is ready" is an act in words.
        and (piece.span.start <= start or _cue_kind(s) != "commit")
    ]
    by: tuple[Participant, ...] = event.actors
    to: tuple[Participant, ...] = event.recipients
    if held:
        holder, words = max(held, key=lambda item: item[1].start)
        clause = _held_clause(page, holder, (words.start, words.end), (start, stop))
        if clause is None or holder.speaker is None:
            return None
        run = clause.run
        told = tuple(p for p in by if p.id != holder.speaker.id)
        by = clause.by or _spoken_for(page, holder.speaker, clause) or told or by
        to = clause.to or tuple(p for p in to if p.id not in {b.id for b in by})
    else:
        end = next((s.span.end for s in sentence if s.span.start <= start < s.span.end), start + 1)
        last = _clause(page, start, end, (start, stop)).run[1]
        done = _DONE.search(page.article.text, stop, last) if event.status == "occurred" else None
        run = (start, done.start() if done is not None else last)
        by = tuple(p for p in by if not any(_wider(o, p) for o in by))
    what = source(article.id, article.text, run[0], max(run[1], run[0] + 1))
    issues = tuple(find_issues(article.text, [(what.span.start, what.span.end)], load_issues()))
    if not issues and held:
        issues = holder.issues  # "to expand such cooperation": about what the whole statement is about
    # "with interested states": nobody in particular; and nobody promises to his own state.
    own = {p.country for p in by}
    to = tuple(p for p in to if (p.country or p.name[:1].isupper()) and not (p.kind == "place" and p.country in own))
    return Pledge(
        id=make_id("pl", article.id, event.id),
        article_id=article.id,
        by=by,
        to=to,
        what=what.text,
        issues=issues,
        made=event.id,
        when=event.when,
        followed_by=(),
        sources=(FieldSources(field="what", sources=(what,)), *event.sources),
        confidence=event.confidence,
        why=(
            Reason(
                step=_STEP,
                by="event",
                detail=f"an AGREE event ({event.status}): “{trigger[0].text if trigger else what.text[:60]}”",
            ),
        ),
    )


def _held_clause(page: _Page, holder: Statement, words: Run, trigger: Run) -> _Clause | None:
    """The clause of an act that stands in somebody's words; `None` where they commit nobody: an expert's, or words about an agreement."""
    text = page.article.text
    if holder.standing in {"expert", "witness"}:
        return None
    near = [
        m.span() for m in _COMMITS.finditer(text, *words) if m.start() < trigger[1] + 12 and trigger[0] - 12 < m.end()
    ]
    if not near and not _AGREES.search(text, *trigger):
        return None
    verb = near[0] if near else (max(trigger[0], words[0]), max(trigger[0], words[0]) + 1)
    return _clause(page, *words, verb)


def _spoken_for(page: _Page, speaker: Participant, clause: _Clause) -> tuple[Participant, ...]:
    """Whom a clause without a named subject commits: the state of "we" and "his country", else the speaker; nobody for a noun not known."""
    text = page.article.text
    if clause.pronoun is None:
        return (speaker,) if re.match(r"(?:to\s|\w+\s+to\s)", text[slice(*clause.run)]) else ()
    first = clause.pronoun.split()[0] in {"we", "our"} or " " in clause.pronoun
    return (_state_of(page, speaker) if first else speaker,)


def _cue_kind(statement: Statement) -> str | None:
    """The kind of the cue in the table: commit for "pledged", "promise"."""
    if statement.cue is None:
        return None
    cues = load_cues()
    first = statement.cue.text.lower().split()[0]
    for cue, particles in cues.verbs.get(first, ()):
        if all(particle in statement.cue.text.lower().split() for particle in particles):
            return cue.kind
    noun = cues.nouns.get(first)
    return noun.kind if noun else None


def _from_statement(page: _Page, statement: Statement) -> Pledge | None:
    """A commitment by its cue ("pledged to ..."), or by words that commit the speaker or the speaker's country."""
    if (
        statement.speaker is None
        or statement.standing in {"expert", "witness"}
        or (statement.stance == "oppose" and _cue_kind(statement) != "commit" and statement.cue is not None)
    ):
        return None
    article = page.article
    commits = (
        _cue_kind(statement) == "commit"
        and statement.cue is not None
        and not statement.cue.text.lower().startswith(("threat", "decid", "decision", "accept"))
    )
    what: tuple[Source, ...] = statement.content
    by: tuple[Participant, ...] = (statement.speaker,)
    if commits and statement.cue is not None:
        last = what[-1].span
        to = tuple(dict.fromkeys(statement.addressees)) or _toward(page, what[0].span.start, last.end, by)
        detail = f"“{statement.cue.text}” commits"
        first = what[0].span
        if " " not in what[0].text.strip() and 0 < first.start - statement.cue.span.end < 4:
            what = (source(article.id, article.text, statement.cue.span.start, first.end), *what[1:])  # "vowed revenge"
    else:
        found = _committing(page, statement)
        if found is None:
            return None
        match, clause = found
        by = clause.by or _spoken_for(page, statement.speaker, clause) or by
        to = clause.to
        what = (source(article.id, article.text, *clause.run),)
        detail = f"“{match.group()}” commits {by[0].name}"
    return Pledge(
        id=make_id("pl", article.id, statement.id),
        article_id=article.id,
        by=by,
        to=to,
        what=" ".join(piece.text for piece in what),
        issues=statement.issues,
        made=statement.id,
        when=statement.when,
        followed_by=(),
        sources=(
            FieldSources(field="what", sources=what),
            *(f for f in statement.sources if f.field in {"cue", "speaker", "sentence", "when"}),
        ),
        confidence=round(statement.confidence * (0.95 if commits else 0.7), 3),
        why=(Reason(step=_STEP, by="statement", detail=detail + f"; “{what[0].text[:60]}”"),),
    )


def _committing(page: _Page, statement: Statement) -> tuple[re.Match[str], _Clause] | None:
    """The first words of a statement that commit the speaker, or whom he speaks for, and their clause."""
    for piece in statement.content:
        low, high = piece.span.start, piece.span.end
        for match in _COMMITS.finditer(page.article.text, low, high):
            clause = _clause(page, low, high, match.span())
            if _own(statement, page.article.text[low:high], match.start() - low, match.group(), clause):
                return match, clause
    return None


def _own(statement: Statement, words: str, at: int, verb: str, clause: _Clause) -> bool:
    """Whether who is committed is the speaker ("we", "I") or a state, ministry or side that an official speaks for."""
    before = words[max(0, at - 60) : at]
    # "Said Peru would send grain" promises it; "would send grain if ..." does not, nor does "would" in somebody's own words.
    if verb.lower().startswith("would") and (statement.form == "quote" or _IF.search(words[at:])):
        return False
    if _HEDGE.search(before[-25:]) or _HOPES.search(words[max(0, at - 160) : at]):
        return False
    if _FIRST.search(before) or verb.lower().startswith("we "):
        return True
    if statement.standing != "official" or statement.speaker is None:
        return False
    if clause.by:
        # An official commits his own state, or with another; not another alone.
        return any(p.country == statement.speaker.country or p.id == statement.speaker.id for p in clause.by)
    return (
        clause.pronoun is not None
        or not before.strip()
        or bool(re.search(r"\b(?:government|side|country|sides|countries)\s+(?:also\s+|further\s+)?$", before))
    )


def _in_one_breath(one: Pledge, other: Pledge) -> bool:
    """Whether two statements of one phrase pledge one thing: “delegations from both countries pledged ...” binds both."""
    a, b = ([f.sources for f in pledge.sources if f.field in {"cue", "what"}] for pledge in (one, other))
    return a == b and len(a) == 2 and {(p.start, p.end) for p in one.by} == {(p.start, p.end) for p in other.by}


def _same(one: Pledge, other: Pledge) -> bool:
    a = [s.span for f in one.sources if f.field == "what" for s in f.sources]
    b = [s.span for f in other.sources if f.field == "what" for s in f.sources]
    return any(x.start < y.end and y.start < x.end for x in a for y in b)
