"""The one place where the steps are chained: a raw document in, one article's whole coding out.

Pure but for what `Tools` carries, which never changes: the same document and tools give the same records on any machine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol

from dragoman import actors, clean, dates, events, meetings, mentions, places, statements
from dragoman.codebook import Codebook
from dragoman.config import Settings
from dragoman.dating.undated import completed, rewritten
from dragoman.diplomacy.attendance import named_venues
from dragoman.records import (
    Article,
    Category,
    Coding,
    Event,
    Participant,
    Place,
    PlacePhrase,
    RawDocument,
    Rejection,
    Span,
    Statement,
    When,
    make_id,
)
from dragoman.reference import Reference
from dragoman.text import ByPlace
from dragoman.text import sentences as find_sentences

if TYPE_CHECKING:
    from dragoman.tagger import Tagger

__all__ = ["Tools", "code_article", "code_document", "reject"]


class Reader(mentions.Tagger, actors.Linker, Protocol):
    """A model that reads names, parties of acts, which country a phrase belongs to, and whose dates and places there are."""

    def adjuncts(
        self, kind: str, text: str, sentences: Sequence[tuple[int, int]], phrases: Sequence[tuple[int, int]]
    ) -> Mapping[int, Mapping[tuple[int, int], float]]:
        """For acts, by where they start, how likely each phrase of their sentence is their date or place."""


class Categorizer(Protocol):
    """Codebooks of the user's own, fitted on examples."""

    def categories(self, coding: Coding) -> tuple[Category, ...]:
        """A category for every event, statement or sentence of the article."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What the steps work with: reference data, parts of speech, the coder of events, and the codebook.

    `reader` is the learned finder of names, parties and links where a model is installed. `version` goes into the manifest.
    """

    reference: Reference
    tagger: Tagger
    coder: events.Coder
    codebook: Codebook
    reader: Reader | None = None
    stances: statements.StanceReader | None = None
    own: Categorizer | None = None

    @property
    def version(self) -> dict[str, str]:
        """What made the records, for the manifest."""
        return {"codebook": self.codebook.version, "coder": self.coder.name}


def reject(subject: str, step: str, reason: str) -> Rejection:
    """A rejection whose id is its content.

    >>> reject("page.bin", "read", "not text").step
    'read'
    """
    return Rejection(id=make_id("re", subject, step, reason), subject=subject, step=step, reason=reason)


def code_document(
    raw: RawDocument, tools: Tools, settings: Settings, *, published: When | None = None
) -> Coding | Rejection:
    """Clean a raw document and code it; a document that is no article is a `Rejection`."""
    article = clean.clean(raw, published=published)
    if isinstance(article, Rejection):
        return article
    return code_article(article, tools, settings)


def code_article(article: Article, tools: Tools, settings: Settings) -> Coding:
    """Everything an article holds. An article that is not English is kept and not coded, with a rejection that says so."""
    if article.language not in (None, "en"):
        why = f"the article is in {article.language!r}; no model for that language is installed"
        return Coding(article=article, rejections=(reject(article.id, "events", why),))
    rejections: tuple[Rejection, ...] = ()
    whole = article
    if len(article.text) > settings.max_characters:
        why = f"only the first {settings.max_characters} of {len(article.text)} characters were coded"
        rejections = (reject(article.id, "events", why),)
        article = replace(article, text=article.text[: settings.max_characters])
    sentences = tuple(find_sentences(article.text))
    since = rewritten(article, sentences)
    coded = _code(article if since is None else replace(article, published=since), sentences, tools, settings)
    own = tools.own.categories(coded) if tools.own else ()
    if since is not None:
        return replace(
            coded, article=replace(whole, why=(*whole.why, since.why[-1])), rejections=rejections, categories=own
        )
    whole = replace(whole, published=coded.article.published)  # of which the persons' offices may have told the year
    return replace(coded, article=whole, rejections=rejections, categories=own)


def _code(article: Article, sentences: tuple[tuple[int, int], ...], tools: Tools, settings: Settings) -> Coding:
    found = mentions.find_mentions(article, sentences, tools.reference, tools.tagger, tools.reader)
    cast = actors.resolve_actors(article, found, tools.reference, tools.reader, sentences)
    dated = completed(article, cast.tenures, cast.actors, tools.reference, sentences)
    if dated is not None:
        article = replace(article, published=dated)
        cast = actors.resolve_actors(article, found, tools.reference, tools.reader, sentences)
    times = dates.find_times(article, sentences, tools.tagger)
    named = places.name_places(article, cast.participants, tools.reference)
    where = tuple(place for place in named if not places.only_named(place))
    said = statements.find_statements(article, sentences, cast.participants, times, tools.stances, tools.reference)

    def judged(kind: str, phrases: Sequence[tuple[int, int]]) -> Mapping[int, Mapping[tuple[int, int], float]]:
        return tools.reader.adjuncts(kind, article.text, sentences, phrases) if tools.reader else {}

    own_dates = judged("date", [(time.start, time.end) for time in times if time.when.basis == "phrase"])
    own_places = judged("place", [(place.start, place.end) for place in named])

    def when_of(start: int, end: int) -> When:
        return dates.when_of(article, sentences, times, start, end, own_dates.get(start))

    def place_of(start: int, end: int) -> PlacePhrase | None:
        return places.place_of(article, sentences, named, start, end, own_places.get(start))

    words_of = ByPlace(
        ((statement, piece.span) for statement in said for piece in statement.content),
        lambda said: (said[1].start, said[1].end),
    )

    def reported_by(start: int, end: int) -> tuple[str, ...]:
        return _chain(article, words_of, start, end)

    def told_by(start: int, end: int) -> tuple[Participant, Span] | None:
        told = ((statement.speaker, span) for statement, span in words_of.touching(start, end) if statement.speaker)
        return next(((who, span) for who, span in told if span.start <= start and end <= span.end), None)

    coded = events.code_events(
        article,
        sentences,
        cast.participants,
        tools.coder,
        tools.codebook,
        tagger=tools.tagger,
        when_of=when_of,
        place_of=place_of,
        reported_by=reported_by,
        told_by=told_by,
        namings=cast.namings,
        threshold=settings.threshold,
    )
    met = meetings.find_meetings(article, sentences, cast.participants, times, where, coded, places.resolve)
    return Coding(
        article=article,
        mentions=found,
        links=cast.links,
        actors=cast.actors,
        tenures=cast.tenures,
        places=_places(where, coded),
        events=coded,
        statements=named_venues(said, met),
        meetings=met,
        pledges=meetings.find_pledges(article, coded, said),
    )


def _chain(article: Article, said: ByPlace[tuple[Statement, Span]], start: int, end: int) -> tuple[str, ...]:
    """Outlet, agencies and quoted media in order, then the speaker where the act stands within somebody's words."""
    for statement, span in said.touching(start, end):
        if span.start <= start and end <= span.end:
            speaker = (statement.speaker.name,) if statement.speaker else ()
            return tuple(dict.fromkeys((*statement.reported_by, *speaker)))
    return tuple(dict.fromkeys(name for name in (article.outlet, *article.agencies) if name))


def _places(found: tuple[PlacePhrase, ...], coded: tuple[Event, ...]) -> tuple[Place, ...]:
    """The places where something is put, and those of acts."""
    every = (*(phrase.place for phrase in found), *(event.place for event in coded if event.place))
    return tuple({place.id: place for place in every}.values())
