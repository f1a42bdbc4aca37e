"""Which pronouns stand for somebody, and which "it" stands for nothing: "it is clear that", "it was Peru that", "it rained".

What a pronoun stands for is told by `chains`; here it is said what sort that may be, and where no chain is looked for at all.
"""

from __future__ import annotations

import re
from functools import cache

from dragoman.reference import rows_of

__all__ = ["gender_of_name", "sorts_of", "stands_for_nothing"]

_PERSON = frozenset("he she him her his hers himself herself".split())
_GROUP = frozenset("they them their theirs themselves".split())
_THING = frozenset("it its itself".split())

_MOST = 90
_BE = (
    r"(?:[’']s|\s+(?:is|was|were|be|been|being|would\s+be|will\s+be|may\s+be|might\s+be|should\s+be|must\s+be|has\s+been|had\s+been"
    r"|is\s+being))"
)
_SEEMS = r"\s+(?:became|becomes|seems|seemed|appears|appeared|looks|looked|remains|remained|proved|would\s+seem)"
_MORE = r"(?:\s+(?:not|n[’']t|also|now|still|yet|only|long|very|quite|so|too|more|most|increasingly|widely|absolutely|equally|perhaps))*"
# What one may be that something happens ("confident"), against what it may be that something happens ("clear").
_MINDFUL = (
    r"(?:confident|sure|aware|hopeful|concerned|worried|convinced|satisfied|adamant|afraid|alarmed|pleased|glad|told|informed|warned|assured"
    r"|advised|notified|proud|determined|optimistic|doubtful|disappointed|saddened|shocked|surprised|angry|grateful|resolved)"
)
_JUDGED = (
    r"(?:important|necessary|unnecessary|possible|impossible|difficult|hard|harder|easy|easier|crucial|essential|vital|imperative|critical|urgent"
    r"|wrong|right|fair|unfair|dangerous|risky|safe|premature|early|late|sad|good|better|best|bad|worse|customary|common|usual|normal|natural"
    r"|illegal|unlawful|lawful|legal|unacceptable|acceptable|useful|useless|interesting|worth|reasonable|unreasonable|wise|unwise|foolish|great"
    r"|nice|enough|tempting|tough|simple|cheaper|unlike|appropriate|inappropriate|desirable|advisable|absurd|ironic|incumbent|an?\s+[a-z]+)"
)
_EMPTY = re.compile(
    # "it is (not yet) clear that", "it became apparent that"
    rf"\b[Ii]t(?:{_BE}|{_SEEMS}){_MORE}\s+(?:as\s+(?:if|though)\b|(?!{_MINDFUL}\b)[a-z-]+\s+(?:that|whether|if|how|why|what|who)\b)"
    # "it is important to", "it was wrong of the army to"
    rf"|\b[Ii]t(?:{_BE}|{_SEEMS}){_MORE}\s+{_JUDGED}(?:\s+(?:for|of)\s+[\w’'-]+(?:\s+[\w’'-]+){{0,2}})?\s+to\b"
    # "it is asserted by the Crown that"
    rf"|\b[Ii]t{_BE}\s+[a-z]+ed\s+by\s+(?:[\w’'-]+\s+){{1,4}}that\b"
    # "it was the navy that", "it is because", "it was in Lima that", "it is time to", "it is 20 years since"
    rf"|\b[Ii]t{_BE}\s+(?:not\s+)?(?:because|only|when|just|there|here|time\b|like\b|\d|up\s+to\b|about\s+time)"
    rf"|\b[Ii]t{_BE}\s+(?:not\s+)?(?:(?:in|on|at|from|by|with|under|the|an?|his|her|their|this|these|those|[A-Z][\w’'-]*)\s+)"
    r"(?:[\w’'-]+,?\s+){0,6}?(?:that|who|which|whose)\b"
    # "it takes years to", "it turned out", "it rained", "it goes without saying", "it happened that"
    r"|\b[Ii]t\s+(?:turns?\s+out|turned\s+out|rain(?:s|ed)|snow(?:s|ed)|goes\s+without|happen(?:s|ed)\s+that|follows\s+that"
    r"|came\s+as|comes\s+as|comes?\s+to\s+pass|says\s+here|is\s+said|was\s+said)\b"
    r"|\b[Ii]t\s+(?:takes?|took)\s+(?:(?:an?|\d+|two|three|several|many|some|the)\s+)?(?:[a-z]+\s+)?"
    r"(?:minutes?|hours?|days?|weeks?|months?|years?|decades?|time|longer)\b"
)
# "makes it clear that", "found it hard to", "take it that"
_HELD_OPEN = re.compile(
    r"\b(?:ma[dk]e|making|makes|f[io]und|finds|consider(?:s|ed)?|thinks?|thought|believed?|deem(?:s|ed)?|takes?|took|leave|left|ke(?:ep|pt)|call(?:ed)?)"
    r"\s+it\s+(?:very\s+|quite\s+|abundantly\s+|perfectly\s+|more\s+|too\s+)?(?:that\b|(?:[a-z-]+)\s+(?:that|to|for|whether|how)\b)"
)


@cache
def _first_names() -> dict[str, str]:
    """The gender of first names that nearly always are a man's or a woman's: "m" or "f"."""
    return {row["name"]: row["gender"] for row in rows_of("first_names.tsv")}


def gender_of_name(name: str) -> str:
    """What the first name of a person's whole name tells, "m" or "f"; "" for a surname alone and for names of both.

    >>> gender_of_name("Ada Ruiz"), gender_of_name("Donald Vo"), gender_of_name("Kim Soto"), gender_of_name("Martin")
    ('f', 'm', '', '')
    """
    first, _, rest = name.partition(" ")
    return _first_names().get(first.lower(), "") if rest else ""


def sorts_of(word: str) -> tuple[str, ...]:
    """Of what sorts that may be for which a pronoun stands: person, group, country, org, place; none for other words.

    >>> sorts_of("She"), sorts_of("its"), sorts_of("which")
    (('person',), ('country', 'org', 'place'), ())
    """
    low = word.lower()
    if low in _PERSON:
        return ("person",)
    if low in _GROUP:
        return ("group",)
    return ("country", "org", "place") if low in _THING else ()


def stands_for_nothing(text: str, start: int) -> bool:
    """Whether the "it" at `start` stands for nothing, or for what follows it.

    >>> text = "It is clear that Peru will sign. It was the navy that left. It is ready to sign."
    >>> [stands_for_nothing(text, at) for at in (0, 33, 60)]
    [True, True, False]
    """
    if _EMPTY.match(text, start, start + _MOST):
        return True
    return _HELD_OPEN.search(text, max(0, start - 14), start + 40) is not None
