"""Pledges: who committed to what toward whom, from AGREE events and from statements that commit their speaker."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.cues import load_cues
from dragoman.issues import find_issues, load_issues
from dragoman.records import Article, Event, FieldSources, Pledge, Reason, Source, Statement, make_id
from dragoman.text import source

__all__ = ["find_pledges"]

_STEP = "pledges"
_COMMITS = re.compile(
    r"\b(?:(?:is|are|remains?|stands?|was|were|am)\s+(?:also\s+|fully\s+|always\s+)?(?:ready|willing|prepared|determined|committed)\s+to\b|"
    r"will\s+(?:continue|work|take|provide|help|send|support|ensure|deepen|strengthen|never|not\s+allow|withdraw|release|sign|join|pay|cut|reduce|"
    r"expand|increase|implement|honou?r|respect|abide|resume|make\s+every)|"
    r"(?:readiness|willingness|commitment|determination)\s+to\b|we\s+will\b|shall\b)",
    re.I,
)
# "reached an agreement" says of nothing to what; a plan alone ("will attend") promises nothing.
_EMPTY = re.compile(r"^(?:\w+\s+){0,3}agreements?\b(?!\s+(?:to|on|under|that|for)\b)", re.I)
_CLOSING = re.compile(r"[,.]?[”“\"]")
_FIRST = re.compile(r"\b(?:we|our|I|us)\b")
_HEDGE = re.compile(r"\b(?:could|might|may|if|unless|whether|should)\b", re.I)


def find_pledges(article: Article, events: Sequence[Event], statements: Sequence[Statement]) -> tuple[Pledge, ...]:
    """What the article reports as promised: AGREE events first, then statements whose words promise something else.

    `what` is the article's own words; nothing is said here of whether a pledge was kept.
    """
    found: list[Pledge] = []
    for event in events:
        if event.type == "AGREE" and event.status in {"occurred", "planned", "ongoing"} and event.actors:
            agreed = _from_event(article, event)
            if not _EMPTY.search(agreed.what) and (event.status != "planned" or _COMMITS.search(agreed.what)):
                found.append(agreed)
    for statement in statements:
        made = _from_statement(article, statement)
        if made is not None and not any(_same(made, other) for other in found):
            found.append(made)
    unique: dict[str, Pledge] = {}
    for pledge in found:
        unique.setdefault(pledge.id, pledge)
    return tuple(unique.values())


def _sources_of(fields: Sequence[FieldSources], name: str) -> tuple[Source, ...]:
    return next((field.sources for field in fields if field.field == name), ())


def _from_event(article: Article, event: Event) -> Pledge:
    trigger = _sources_of(event.sources, "trigger")
    sentence = _sources_of(event.sources, "sentence")
    start = trigger[0].span.start if trigger else sentence[0].span.start
    end = next(
        (s.span.end for s in sentence if s.span.start <= start < s.span.end),
        trigger[0].span.end if trigger else start + 1,
    )
    closing = _CLOSING.search(article.text, start, end)
    if closing is not None and closing.start() > start + 10:
        end = closing.start()  # the words end with the quotation, not with "Yang said"
    what = source(article.id, article.text, start, max(end, start + 1))
    issues = tuple(find_issues(article.text, [(what.span.start, what.span.end)], load_issues()))
    return Pledge(
        id=make_id("pl", article.id, event.id),
        article_id=article.id,
        by=event.actors,
        to=event.recipients,
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


def _from_statement(article: Article, statement: Statement) -> Pledge | None:
    """A commitment by its cue ("pledged to ..."), or by words that commit the speaker or the speaker's country."""
    if (
        statement.speaker is None
        or statement.standing in {"expert", "witness"}
        or (statement.stance == "oppose" and _cue_kind(statement) != "commit")
    ):
        return None
    words = " ".join(piece.text for piece in statement.content)
    commits = (
        _cue_kind(statement) == "commit"
        and statement.cue is not None
        and not statement.cue.text.lower().startswith(("threat", "decid", "decision", "accept"))
    )
    match = _COMMITS.search(words)
    if not commits and (match is None or not _own(statement, words, match)):
        return None
    detail = (
        f"“{statement.cue.text}” commits"
        if commits and statement.cue
        else f"“{match.group() if match else ''}” commits the speaker"
    )
    what = statement.content[0]
    return Pledge(
        id=make_id("pl", article.id, statement.id),
        article_id=article.id,
        by=(statement.speaker,),
        to=tuple(dict.fromkeys((*statement.addressees, *statement.targets))),
        what=words,
        issues=statement.issues,
        made=statement.id,
        when=statement.when,
        followed_by=(),
        sources=(
            FieldSources(field="what", sources=statement.content),
            *(f for f in statement.sources if f.field in {"cue", "speaker", "sentence", "when"}),
        ),
        confidence=round(statement.confidence * (0.95 if commits else 0.7), 3),
        why=(Reason(step=_STEP, by="statement", detail=detail + f"; “{what.text[:60]}”"),),
    )


def _own(statement: Statement, words: str, match: re.Match[str]) -> bool:
    """Whether who is committed is the speaker ("we", "I") or a state, ministry or side that an official speaks for."""
    before = words[max(0, match.start() - 60) : match.start()]
    if _HEDGE.search(before[-25:]):
        return False
    if _FIRST.search(before) or match.group().lower().startswith("we "):
        return True
    return statement.standing == "official" and bool(
        re.search(
            r"(?:^|[\s“])(?:[A-Z][\w’'-]+|it|he|she|they|government|side|country|sides|countries)\s+(?:also\s+|further\s+)?$",
            before,
        )
        or not before.strip()
    )


def _same(one: Pledge, other: Pledge) -> bool:
    a = [s.span for f in one.sources if f.field == "what" for s in f.sources]
    b = [s.span for f in other.sources if f.field == "what" for s in f.sources]
    return any(x.start < y.end and y.start < x.end for x in a for y in b)
