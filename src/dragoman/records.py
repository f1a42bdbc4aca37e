"""Every record of Dragoman, as a frozen value.

Text goes in, and these come out. A record never changes after it is made; unknown is `None`, never a magic
value; sequences are tuples. The dataclasses here are the only schema: `dragoman.tables` derives the Arrow
tables from them, `dragoman.export` the JSON.

Offsets are half-open and count code points of `Article.text`. Times are aware UTC datetimes, half-open.
Identity is a content hash (`make_id`): same input and same codebook, same id, on any machine, in any order.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

__all__ = [
    "RECORDS",
    "STATUSES",
    "Actor",
    "Article",
    "Category",
    "CategoryShare",
    "Coding",
    "Event",
    "FieldSources",
    "Identity",
    "Link",
    "Meeting",
    "Mention",
    "Participant",
    "Place",
    "PlacePhrase",
    "Pledge",
    "RawDocument",
    "RawRun",
    "Reason",
    "Rejection",
    "Source",
    "Span",
    "Statement",
    "Story",
    "Tenure",
    "TimePhrase",
    "When",
    "make_id",
]

STATUSES = ("occurred", "ongoing", "planned", "hypothetical", "denied", "historical")
"""What an event's `status` may be; `occurred` is the only one that most counts should include."""


def make_id(prefix: str, *parts: object) -> str:
    """A content hash over identifying fields: `prefix`, an underscore, 16 hexadecimal digits.

    >>> make_id("ev", "a", 1) == make_id("ev", "a", 1)
    True
    >>> make_id("ev", "a", None) == make_id("ev", "a", "")
    False
    """
    encoded = [repr(part).encode("utf-8", "surrogatepass") for part in parts]
    # The type and length go in first, so that no two different lists of parts run together.
    whole = b"".join([b"%d:%b" % (len(part), part) for part in encoded])
    return f"{prefix}_{hashlib.blake2b(whole, digest_size=8).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A half-open run of code points in `Article.text`; never empty."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"not a span: {self.start} to {self.end}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The words a record rests on. Invariant: `article.text[span.start:span.end] == text`."""

    article_id: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSources:
    """The sources of one field of a record (`trigger`, `actors`, `recipients`, `when`, `place`, `sentence`...)."""

    field: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a value is what it is, in plain words, by which rule or `model@version`, at which step."""

    step: str
    by: str
    detail: str
    score: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A time as honest as the text: an EDTF string and the half-open UTC interval it covers.

    `edtf` is `None` where nothing can be said in EDTF (a weekday on an undated page); `start` and `end` are `None`
    where the interval is unknown (`XXXX-04-28`). `precision` is one of minute, day, week, month, season, quarter, year, decade,
    interval, unknown; `basis` one of phrase, dateline, byline, metadata, page, series, publication, none. `phrase` keeps the words.
    """

    edtf: str | None
    start: datetime | None
    end: datetime | None
    precision: str
    basis: str
    phrase: str | None = None
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawDocument:
    """One document as a reader found it, before anything is believed of it.

    `data` holds the bytes of a page; `fields` what a structured input (JSONL, CSV, WARC headers, a feed entry) says of
    it, by our names: id, title, text, published, outlet, authors, url, language.
    """

    path: str | None
    media_type: str
    data: bytes
    url: str | None = None
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRun:
    """`length` characters of `Article.text` from `text_start` stand at `raw_start` of the decoded raw page."""

    text_start: int
    raw_start: int
    length: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One news article: clean text, where and when it appeared, and how that was found out."""

    id: str
    text: str
    title: str | None
    outlet: str | None
    agencies: tuple[str, ...]
    authors: tuple[str, ...]
    dateline: str | None
    published: When
    updated: When | None
    language: str | None
    path: str | None
    url: str | None
    section: str | None
    tags: tuple[str, ...]
    raw_sha256: str
    raw_runs: tuple[RawRun, ...]
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A phrase that names or stands for something; `chain` is the in-article coreference chain."""

    id: str
    article_id: str
    span: Span
    text: str
    kind: str
    chain: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Somebody or something that acts: a person, organization, state or group."""

    id: str
    name: str
    kind: str
    country: str | None
    sector: str | None
    aliases: tuple[str, ...]
    external_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """An actor as it takes part in one article: the actor, the office held, and the phrase."""

    id: str
    name: str
    country: str | None
    sector: str | None
    office: str | None
    text: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenure:
    """An office held, as reported or as the reference data say; neither overwrites the other.

    Of one article it is a claim, and `start` the day it was told. Joined over a dataset, `start` is the day it was first told,
    `sources` are in the order of time, and `why` says from when to when it was told, and by when its holder was called former.
    """

    id: str
    actor_id: str
    office: str
    organization: str | None
    country: str | None
    start: When | None
    end: When | None
    basis: str
    sources: tuple[Source, ...]
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whether an actor, as articles name it, is another one of the dataset: two spellings, a bare name, an office without a name.

    `verdict` is same, doubtful or apart: only same joins them. `article_id` is `None` where it holds in all articles.
    """

    id: str
    actor_id: str
    other_id: str
    article_id: str | None
    verdict: str
    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A mention resolved to an actor or place, or left open with both candidates as reasons."""

    mention_id: str
    target_id: str | None
    target_kind: str
    office: str | None
    score: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place with coordinates in degrees (WGS 84) where known, GeoNames id where known."""

    id: str
    name: str
    latitude: float | None
    longitude: float | None
    country: str | None
    admin1: str | None
    geonames_id: int | None
    precision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TimePhrase:
    """A time expression in the text and what it means."""

    start: int
    end: int
    when: When


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacePhrase:
    """A place expression in the text and the place it names."""

    start: int
    end: int
    place: Place
    score: float
    why: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Who did what to whom. `sources` has an entry for every field that is given, `trigger` and `sentence` always."""

    id: str
    article_id: str
    type: str
    mode: str | None
    contexts: tuple[str, ...]
    actors: tuple[Participant, ...]
    recipients: tuple[Participant, ...]
    status: str
    when: When
    place: Place | None
    quad: int
    scale: float
    cameo: str | None
    sources: tuple[FieldSources, ...]
    reported_by: tuple[str, ...]
    confidence: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """Who said what about what. `content` has several sources where the cue interrupts the words."""

    id: str
    article_id: str
    speaker: Participant | None
    standing: str
    cue: Source | None
    form: str
    content: tuple[Source, ...]
    addressees: tuple[Participant, ...]
    issues: tuple[str, ...]
    targets: tuple[Participant, ...]
    stance: str | None
    venue: str | None
    when: When
    reported_by: tuple[str, ...]
    sources: tuple[FieldSources, ...]
    confidence: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting, visit, call, conference or exercise, one edition of its series where it has one."""

    id: str
    article_id: str
    name: str
    series: str | None
    edition: int | None
    status: str
    hosts: tuple[Participant, ...]
    participants: tuple[Participant, ...]
    place: Place | None
    when: When
    figures: tuple[str, ...]
    sources: tuple[FieldSources, ...]
    confidence: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    """What somebody committed to; `followed_by` are later events that bear on it, each with its reason."""

    id: str
    article_id: str
    by: tuple[Participant, ...]
    to: tuple[Participant, ...]
    what: str
    issues: tuple[str, ...]
    made: str
    when: When
    followed_by: tuple[str, ...]
    sources: tuple[FieldSources, ...]
    confidence: float
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Articles that tell the same news; `canonical_events` groups the ids of events that are one act."""

    id: str
    article_ids: tuple[str, ...]
    relations: tuple[str, ...]
    canonical_events: tuple[tuple[str, ...], ...]
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryShare:
    """How probable one category of a user's codebook is, 0 to 1."""

    code: str
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """What a user's own codebook (`name@version`) says of an event, a statement or a sentence.

    `record_id` is the event or statement, `None` of a sentence. `category` and `label` are `None` where no category is sure enough for
    the precision that the codebook asks for, and `why` says so. `shares` has every category, the likeliest first;
    `confidence` is its share.
    """

    id: str
    article_id: str
    record_id: str | None
    unit: str
    codebook: str
    category: str | None
    label: str | None
    confidence: float
    shares: tuple[CategoryShare, ...]
    sources: tuple[FieldSources, ...]
    why: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """Something that was not read or not coded, and why."""

    id: str
    subject: str
    step: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One article's whole result."""

    article: Article
    mentions: tuple[Mention, ...] = ()
    links: tuple[Link, ...] = ()
    actors: tuple[Actor, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    places: tuple[Place, ...] = ()
    events: tuple[Event, ...] = ()
    statements: tuple[Statement, ...] = ()
    meetings: tuple[Meeting, ...] = ()
    pledges: tuple[Pledge, ...] = ()
    categories: tuple[Category, ...] = ()
    rejections: tuple[Rejection, ...] = ()


RECORDS: dict[str, type] = {
    "articles": Article,
    "mentions": Mention,
    "actors": Actor,
    "tenures": Tenure,
    "identities": Identity,
    "links": Link,
    "places": Place,
    "events": Event,
    "statements": Statement,
    "meetings": Meeting,
    "pledges": Pledge,
    "categories": Category,
    "stories": Story,
    "rejections": Rejection,
}
"""The record types that a dataset stores, by the name of their table."""
