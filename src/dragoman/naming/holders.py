"""Whom a name means on a date among the known holders of offices, and which office they held.

"President Ruiz" is who held that office then; a bare surname is who held high office under it. Where two remain, the answer is none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from dragoman.naming.offices import is_grade
from dragoman.records import Reason
from dragoman.reference import Entry, Reference, TermOfOffice

__all__ = ["Held", "by_surname", "office_held", "office_words", "only_surname", "person_named"]

Held = tuple[Entry, TermOfOffice | None]
"""A known person, and the term of office that covers the date; `None` for no term."""


def _term(entry: Entry, date: str | None) -> TermOfOffice | None:
    """The office held on a date: of several the one whose term began last; without a date the one held today."""
    fits = [
        term for term in entry.terms if (term.covers(date) if date else term.end is None or term.end.startswith("["))
    ]
    return max(fits, key=lambda term: (term.office != "leader", term.start or ""), default=None)


_HIGH = frozenset(
    "leader|president|prime minister|premier|chancellor|king|queen|emperor|emir|sultan|crown prince|supreme leader|head of state|pope"
    "|head of government|foreign minister|foreign secretary|external affairs minister|secretary of state|defense minister|vice president"
    "|secretary of defense|secretary-general|opposition leader|state counsellor|taoiseach|first secretary|general secretary".split(
        "|"
    )
)


_TOPS = frozenset(("leader", "president", "prime minister", "chancellor"))


def by_surname(
    name: str, reference: Reference, date: str | None, countries: Sequence[str], office: str | None, *, titled: bool
) -> Held | None:
    """Whom a surname alone means: who holds high office under it that day, else the one former head of a state; `None` for several."""
    held = [(entry, _term(entry, date)) for entry in reference.people(name)]
    held = [(entry, term) for entry, term in held if not countries or entry.country in countries]
    high: list[Held] = [(entry, term) for entry, term in held if term is not None and term.office.lower() in _HIGH]
    if office is not None:
        fits = _in_that_office(held, office)
        high = [each for each in fits if each in high] or fits or high
    if not high and not titled:
        before: list[Held] = [
            (e, None) for e, t in held if t is None and _known_then(e, date) and any(_headed(e, date))
        ]
        high = before
    if not high:
        high = [(e, t) for e, t in held if t is not None and t.sector is not None]  # a rebel, a churchman of note
    states = {entry.country for entry, _ in high}
    return max(high, key=_rank) if len(states) == 1 else None


def only_surname(
    name: str,
    reference: Reference,
    date: str | None,
    countries: Sequence[str],
    office: str | None,
    near: Collection[str],
) -> Held | None:
    """Whom a surname means in an article that gives no full name: a head known then, of a state in `near` or known by it alone.

    "Trump" is one person in the tables; "Brown" is several, and means one where the article names the state that only he headed.
    """
    if countries or near:
        found = by_surname(name, reference, date, tuple(countries or near), office, titled=False)
        if found is not None or countries:
            return found
    found = person_named(name, reference, date, office=office) if office else None
    if found is not None and (found[1] is not None or date is None):
        return found
    found = by_surname(name, reference, date, (), office, titled=False)
    if found is None or len({entry.country for entry in reference.people(name)}) > 1:
        return None
    terms = {term.office.lower() for term in found[0].terms}
    if office is not None and is_grade(office) and not terms <= {"leader", "army chief", "defense minister"}:
        return None  # "Colonel Bush"; a general who rules is called so
    return found if terms & _TOPS else None


def _rank(held: Held) -> tuple[bool, bool, int]:
    """Of two entries for one person in the sources: the one in office that day, with the office's own name, with the most terms."""
    entry, term = held
    return term is not None, term is not None and term.office != "leader", len(entry.terms)


def _headed(entry: Entry, date: str | None) -> list[TermOfOffice]:
    """The terms of a person at the head of a state that were over on a date, within thirty years."""
    ended = [(t, (t.end or "").strip("[].")) for t in entry.terms if t.office.lower() in _TOPS and t.end]
    return [t for t, end in ended if date is None or (end <= date and int(end[:4]) + 30 >= int(date[:4]))]


def _known_then(entry: Entry, date: str | None) -> bool:
    """Whether somebody is known by name around a date although out of office: ambassadors are not, nor is anybody a generation away."""
    terms = [t for t in entry.terms if not t.office.startswith("Ambassador")]
    if date is None or not date[:4].isdigit():
        return bool(terms)
    return any(
        int(t.start[:4]) - 30 <= int(date[:4]) <= int(t.start[:4]) + 40
        for t in terms
        if t.start and t.start[:4].isdigit()
    )


def office_words(office: str) -> frozenset[str]:
    """The words of an office by which it is known again, in one spelling.

    >>> sorted(office_words("Minister of Defence"))
    ['defense', 'minister']
    """
    return frozenset(office.lower().replace("defence", "defense").split()) - {"of", "the", "and", "for", "to"}


def _in_that_office(held: Sequence[Held], office: str) -> list[Held]:
    """Those of several holders whose office shares a word with the one told; an effective ruler may bear any, where nobody has it."""
    words = office_words(office)
    exact: list[Held] = [(e, term) for e, term in held if term and words & office_words(term.office)]
    return exact or [(e, term) for e, term in held if term and term.office == "leader"]


def person_named(
    name: str, reference: Reference, date: str | None, *, countries: Sequence[str] = (), office: str | None = None
) -> Held | None:
    """The known office-holder that a name means on a date: unique after what the text tells of country and office.

    Somebody in office that day comes before somebody who was or will be; when two remain, the answer is `None`.
    """
    found: list[Held] = [(entry, _term(entry, date)) for entry in reference.people(name)]
    if countries:
        found = [(entry, term) for entry, term in found if entry.country in countries]
    chosen: list[Held] = [(entry, term) for entry, term in found if term is not None]
    words = office_words(office or "")

    def ever() -> list[Held]:
        """Who held that office at any time."""
        return [(e, None) for e, _ in found if any(words & office_words(t.office) for t in e.terms)]

    if chosen:
        fits = _in_that_office(chosen, office) if office else []
        # "President Biden" after his term is no son of his who is listed today.
        chosen = fits or ([] if " " in name else ever()) or chosen
    elif " " in name:
        # Who is listed by a surname alone is nobody who bears another name before it, but in office that day.
        chosen = [(entry, term) for entry, term in found if _known_then(entry, date) and " " in entry.name]
    elif date is None:
        # "President Reagan" on a page without a date: all who ever held that office under this name are of one country.
        chosen = ever()
    # A co-prince or a monarch of many realms is of the country where most of the offices are.
    # One person may stand in the sources under two spellings; the same name in the same country's offices is one.
    people = {entry.country for entry, _ in chosen if entry.country != "AND"}
    if len(people) > 1 and " " in name:
        # "John Paul II" is nobody else who is called John and the second.
        listed = [entry for entry in reference.lookup(name) if entry.kind == "leader"]
        chosen = [(entry, term) for entry, term in chosen if entry in listed]
        people = {entry.country for entry, _ in chosen}
    if len(people) == 1 and chosen:
        return max(chosen, key=lambda item: (item[0].country != "AND", *_rank(item)))
    return None


def office_held(
    holder: Entry, term: TermOfOffice | None, reference: Reference, date: str | None
) -> tuple[str | None, str | None, Reason]:
    """Office and sector of a known person on a date, from the reference data."""
    if term is not None:
        year = int(date[:4]) if date and date[:4].isdigit() else None
        found = [
            e
            for h in reference.scan(term.office)
            for e in sorted(h.entries, key=lambda e: e.country != holder.country)[:1]
            if e.kind in ("office", "organization", "body") and e.sector
        ]
        sector = term.sector or next((e.sector_in(year) for e in found if not e.weak), "GOV")
        detail = f"{holder.name}, {term.office} from {term.start} ({term.source})"
        return term.office, sector, Reason(step="actors", by="leaders", detail=detail)
    ended = date is None or all(t.end and t.end.strip("[].") <= date for t in holder.terms)
    detail = f"{holder.name} held no listed office {'on ' + date if date else 'when the table was last checked'}"
    return None, "ELI" if ended and holder.public else None, Reason(step="actors", by="leaders", detail=detail)
