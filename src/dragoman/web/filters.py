"""What a view was asked for. It lives in the address, so that a link gives the same view again, and turns into SQL here only."""

from __future__ import annotations

import datetime as dt
import re
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

__all__ = ["OUTCOMES", "Day", "Filters", "Kind", "day_range"]

Kind = Literal["events", "statements", "articles", "meetings", "pledges"]

_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)


def day_range(value: str) -> tuple[dt.datetime, dt.datetime]:
    """The half-open UTC interval of a year, a month or a day.

    Raises `ValueError` where it is none of them.

    >>> [moment.date().isoformat() for moment in day_range("1987-12")]
    ['1987-12-01', '1988-01-01']
    """
    match = _DAY.fullmatch(value)
    if match is None:
        raise ValueError("write a date as 1987, 1987-12 or 1987-12-08")
    year, month, day = (int(part) if part else None for part in match.groups())
    assert year is not None
    if not 1 <= year <= 9998:
        raise ValueError("a year lies from 0001 to 9998")
    start = dt.datetime(year, month or 1, day or 1, tzinfo=dt.UTC)
    if day:
        return start, start + dt.timedelta(days=1)
    if month:
        return start, dt.datetime(year + month // 12, month % 12 + 1, 1, tzinfo=dt.UTC)
    return start, dt.datetime(year + 1, 1, 1, tzinfo=dt.UTC)


def _empty(value: Any) -> Any:
    """An empty form field asks for nothing."""
    return None if isinstance(value, str) and not value.strip() else value


def _date(value: Any) -> Any:
    value = _empty(value)
    if isinstance(value, str):
        day_range(value)
    return value


def _moment(value: Any) -> Any:
    value = _empty(value)
    if isinstance(value, str):
        dt.datetime.fromisoformat(value)
    return value


_Words = Annotated[Annotated[str, Field(max_length=500)] | None, BeforeValidator(_empty)]
_Name = Annotated[Annotated[str, Field(max_length=120)] | None, BeforeValidator(_empty)]
_DATE = r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$"
Day = Annotated[Annotated[str, Field(max_length=10, pattern=_DATE)] | None, BeforeValidator(_date)]
_Quad = Annotated[Annotated[int, Field(ge=1, le=4)] | None, BeforeValidator(_empty)]
_ADDED = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$"
_Added = Annotated[Annotated[str, Field(max_length=20, pattern=_ADDED)] | None, BeforeValidator(_moment)]
_Lack = Annotated[Literal["date", "actor", "recipient", "place"] | None, BeforeValidator(_empty)]
_Outcome = Annotated[
    Literal["kept", "broken", "disputed", "repeated", "qualified", "open"] | None, BeforeValidator(_empty)
]
_Sure = Annotated[Annotated[float, Field(ge=0, le=1)] | None, BeforeValidator(_empty)]


class Filters(BaseModel):
    """The filters of search, exports and citations. Everything that is not given asks for everything."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True, frozen=True)

    what: Annotated[Kind, Field(description="which records")] = "events"
    q: Annotated[_Words, Field(description='words that must all be there; "a phrase"; -without; begin*')] = None
    by: Annotated[
        Literal["words", "meaning"],
        Field(description="q as words that must be there, or as what is meant: the 200 nearest, nearest first"),
    ] = "words"
    actor: Annotated[
        _Name, Field(description="who acts or speaks: a country code, an actor's id, or part of a name")
    ] = None
    recipient: Annotated[_Name, Field(description="to whom: a country code, an actor's id, or part of a name")] = None
    country: Annotated[
        _Name, Field(description="ISO 3166-1 alpha-3 code of anybody who takes part, or of the place")
    ] = None
    sector: Annotated[_Name, Field(description="a PLOVER sector of anybody who takes part, as GOV")] = None
    type: Annotated[_Name, Field(description="a PLOVER event type, as CONSULT")] = None
    quad: Annotated[
        _Quad, Field(description="1 verbal cooperation, 2 material cooperation, 3 verbal conflict, 4 material conflict")
    ] = None
    issue: Annotated[_Name, Field(description="an issue of statements and pledges, as arms_control")] = None
    status: Annotated[
        _Name,
        Field(description="whether the act happened: occurred, ongoing, planned, hypothetical, denied, historical"),
    ] = None
    outlet: Annotated[_Name, Field(description="an outlet, by its whole name")] = None
    place: Annotated[_Name, Field(description="a place, by its whole name")] = None
    within: Annotated[_Name, Field(description="ISO 3166-1 alpha-3 code of the country where it happened")] = None
    since: Annotated[Day, Field(description="not before this year, month or day")] = None
    until: Annotated[Day, Field(description="not after this year, month or day")] = None
    confidence: Annotated[_Sure, Field(description="only records at least this sure")] = None
    below: Annotated[_Sure, Field(description="only records less sure than this")] = None
    without: Annotated[_Lack, Field(description="only records that lack this: a date of their own, an actor...")] = None
    language: Annotated[_Name, Field(description="articles in this language, as de; other: in any but English")] = None
    outcome: Annotated[
        _Outcome, Field(description="pledges by what later articles tell; open: nothing is told of them yet")
    ] = None
    added: Annotated[_Added, Field(description="only what was added to the dataset since this day or moment (UTC)")] = (
        None
    )
    count: Annotated[
        Literal["acts", "tellings"], Field(description="events: each act once, or every article's telling of it")
    ] = "acts"
    sort: Annotated[Literal["newest", "oldest", "surest", "best"], Field(description="best: by the words of q")] = (
        "newest"
    )
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    def address(self, **changes: Any) -> str:
        """The query string that gives this view again, with changes; defaults are left out.

        >>> Filters(q="treaty", type="AGREE").address(page=2)
        'q=treaty&type=AGREE&page=2'
        """
        defaults = type(self)()
        values = self.model_dump() | changes
        kept = {name: value for name, value in values.items() if value is not None and value != getattr(defaults, name)}
        return urlencode(kept)

    def given(self) -> dict[str, Any]:
        """The filters that were given, without paging and order."""
        defaults = type(self)()
        return {
            name: value
            for name, value in self.model_dump().items()
            if value != getattr(defaults, name) and name not in ("what", "page", "sort", "count", "by")
        }

    def unused(self) -> list[str]:
        """Given filters that say nothing about this kind of record, so that the page can tell."""
        known = _APPLIES[self.what]
        given = [name for name in self.given() if name not in known]
        lacks = self.without is not None and self.without not in _LACKS.get(self.what, ())
        return [*given, "without"] if lacks else given

    def where(self, hits: list[int] | None = None) -> tuple[str, list[Any]]:
        """The SQL condition on table `w` (web_events, web_statements...) and its values; `hits` are the rows that hold the words."""
        clauses: list[str] = ["true"]
        values: list[Any] = []

        def add(clause: str, *given: Any) -> None:
            clauses.append(clause)
            values.extend(given)

        known = _APPLIES[self.what]
        if hits is not None:
            add("w.n IN (SELECT unnest(?::INTEGER[]))", hits)
        for role in ("actor", "recipient"):
            wanted = getattr(self, role)
            if wanted and role in known:
                self._party(add, role, wanted)
        if self.country:
            code = self.country.upper()
            own = " OR w.place_country = ?" if self.what in ("events", "meetings") else ""
            add(f"({self._who('country = ?')}{own})", code, *([code] if own else []))
        if self.sector:
            add(self._who("sector = ?"), self.sector.upper())
        self._plain(add, known)
        # Words without a time of their own were said, at the latest, on the day of their article.
        own = "s_" if self.what == "statements" else ""
        if self.since:
            add(f"w.{own}ends > ?", day_range(self.since)[0])
        if self.until:
            add(f"w.{own}starts < ?", day_range(self.until)[1])
        if self.what == "events" and self.count == "acts":
            add("w.canonical")
        return " AND ".join(clauses), values

    def _plain(self, add: Any, known: frozenset[str]) -> None:
        if self.type and "type" in known:
            add(self._of_event("type = ?"), self.type.upper())
        if self.quad and "quad" in known:
            add(self._of_event("quad = ?"), self.quad)
        if self.issue and "issue" in known:
            if self.what == "statements":
                add("w.n IN (SELECT n FROM web_issues WHERE issue = ?)", self.issue)
            else:
                add("list_contains(w.issues, ?)", self.issue)
        for name in ("status", "outlet", "place"):
            value = getattr(self, name)
            if value and name in known:
                add(f"w.{name} = ?", value)
        if self.confidence is not None and "confidence" in known:
            add("w.confidence >= ?::FLOAT", self.confidence)
        if self.within and "within" in known:
            add("w.place_country = ?", self.within.upper())
        if self.below is not None and "confidence" in known:
            add("w.confidence < ?::FLOAT", self.below)
        if self.language and "language" in known:
            add("w.language <> 'en'") if self.language == "other" else add("w.language = ?", self.language)
        if self.outcome and "outcome" in known:
            relation = OUTCOMES.get(self.outcome)
            add("len(w.relations) = 0") if relation is None else add("list_contains(w.relations, ?)", relation)
        if self.without and self.without in _LACKS.get(self.what, ()):
            role = f"w.n NOT IN (SELECT n FROM web_parties WHERE kind = '{self.what}' AND role = '{self.without}')"
            add({"date": "w.starts IS NULL", "place": "w.latitude IS NULL"}.get(self.without, role))
        if self.added:
            add("w.part IN (SELECT part FROM web_parts WHERE added >= ?::TIMESTAMP)", self.added.removesuffix("Z"))

    def _of_event(self, condition: str) -> str:
        if self.what == "articles":
            return f"w.n IN (SELECT a FROM web_events WHERE {condition})"
        return f"w.{condition}"

    def _who(self, condition: str, role: str | None = None, table: str = "web_parties") -> str:
        column, kind = ("article", "true") if self.what == "articles" else ("n", f"kind = '{self.what}'")
        chosen = f" AND role = '{role}'" if role else ""
        return f"w.n IN (SELECT {column} FROM {table} WHERE {kind}{chosen} AND {condition})"

    def _party(self, add: Any, role: str, wanted: str) -> None:
        if re.fullmatch(r"[A-Z]{3}", wanted):
            add(self._who("country = ?", role), wanted)
        elif wanted.startswith("ac_"):
            digits = wanted[3:]
            number = int(digits, 16) if re.fullmatch(r"[0-9a-f]{1,16}", digits) else -1
            add(
                self._who("who = ?::UBIGINT" if number >= 0 else "who IS NULL AND ? IS NULL", role, "web_cast"),
                number,
            )
        else:
            named = "SELECT TRY_CAST('0x' || substr(id, 4) AS UBIGINT) FROM web_actors WHERE contains(lower(name), ?)"
            add(self._who(f"who IN ({named})", role, "web_cast"), wanted.lower())


OUTCOMES = {
    "kept": "fulfils",
    "broken": "breaks",
    "disputed": "said to break",
    "repeated": "repeats",
    "qualified": "qualifies",
}
"""What a pledge came to, by the relation of what followed it."""
_LACKS: dict[str, tuple[str, ...]] = {
    "events": ("date", "actor", "recipient", "place"),
    "statements": ("date", "actor", "recipient"),
    "articles": ("date",),
    "meetings": ("date", "actor", "place"),
    "pledges": ("date", "actor", "recipient"),
}
_COMMON = frozenset({"q", "actor", "recipient", "country", "sector", "outlet", "since", "until", "without", "added"})
_APPLIES: dict[str, frozenset[str]] = {
    "events": _COMMON | {"type", "quad", "status", "place", "within", "confidence", "below"},
    "statements": _COMMON | {"issue", "confidence", "below"},
    "articles": _COMMON | {"type", "quad", "language"},
    "meetings": (_COMMON | {"status", "place", "within", "confidence", "below"}) - {"q", "recipient"},
    "pledges": (_COMMON | {"issue", "confidence", "below", "outcome"}) - {"q"},
}
