"""Who and what is meant by words that name nobody: "the city" after Izmir, "the country" after Peru, the "I" of who writes.

Of places and states only what the text names before counts, of the last few of its sort the one named most: a town for "the city", a
state for "the country", a name with the word in it for "the lake". Where nothing fits, or the words go on ("the city of Lima"), they
stand for nothing. Persons, bodies and places that only common nouns name ("a museum", then "the museum") are chains of their own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice, pairwise

from dragoman.naming.nounphrases import Word
from dragoman.records import Mention
from dragoman.reference import rows_of
from dragoman.speaking.quotes import Quote
from dragoman.text import ByPlace

__all__ = [
    "PAIR",
    "PEOPLE",
    "SPEAKER",
    "author_words",
    "last_two",
    "named_again",
    "person_ahead",
    "repeated_names",
    "said_again",
    "sort_of_noun",
]

SPEAKER = re.compile(r"\bI(?=[’']|\s+[a-z])|\b(?:[Mm]e|[Mm]y|[Mm]ine|[Mm]yself)\b")
"""The words of one who speaks of himself."""
PAIR = re.compile(
    r"\b(?:[Bb]oth|(?:[Tt]he|[Oo]ur|[Tt]heir|[Tt]hese|[Tt]hose)\s+two)\s+(?:\w+\s+)?"
    r"(?:sides|countries|nations|states|neighbou?rs|governments|militaries|parties|powers|capitals|delegations|allies|peoples|armies|navies|air\s+forces|armed\s+forces|coast\s+guards|ministries|parliaments|leaders|presidents|premiers|(?:(?:prime|foreign|defen[cs]e)\s+)?ministers)\b"
    r"|\b[Tt]he\s+sides\b|\b(?:[Bb]oth\s+|(?:[Tt]he\s+)?(?:two\s+|rival\s+)?)(?:Koreas|Sudans|Germanys|Germanies|Yemens|Congos)\b"
)
"""Phrases for two parties that were named before."""
PEOPLE = re.compile(r"(?:leaders|presidents|premiers|ministers)$")
"""How "the two ..." ends where it means persons."""
_TOGETHER = re.compile(
    r"(?:,[^,.;\n]{3,120},)?\s+(?:and|with|met(?:\s+with)?|received|visited)\s+(?:[^\s.;,]+\s+){0,8}?(?:,\s+)?"
)
_OUTSIDE = (
    (SPEAKER, "self:I"),
    (re.compile(r"\b(?:[Ww]e|us|[Oo]ur|[Oo]urs|[Oo]urselves)\b"), "self:we"),
    (re.compile(r"\b(?:[Yy]ou|[Yy]our|[Yy]ours|[Yy]ourself|[Yy]ourselves)\b"), "self:you"),
)

_LEAD_IN = re.compile(
    r"(?:^|[.!?]\s|\n)(?:For|In|During|At|With|Despite|On|After|Before|Throughout|Upon)\s+(?:[a-z]+\s+){0,2}(?:his|her)\b"
)
_TO_COMMA = re.compile(r"[^,.;:\n]{1,60},\s+")
_STATE = frozenset("country nation republic kingdom".split())
_TOWN = frozenset("city town village".split())
_AGAIN = re.compile(
    r"\b(?:[Tt]he|[Tt]his|[Tt]hat)\s+(?:(?:whole|entire|small|tiny|vast|impoverished|landlocked|war-torn|troubled|besieged|ancient|historic"
    r"|southern|northern|eastern|western|coastal|seaside|inland)\s+)?"
    r"(?P<noun>country|nation|republic|kingdom|city|town|village|island|lake|river|valley|province|region|district|park|peninsula)"
    r"\b(?!-)(?!\s+(?:of|in|that|where|which|on|with)\b)(?!\s+(?:council|hall|centre|center|mayor|government|court|police|manager|officials?)\b)"
)
_CAPITALS = re.compile(r"[A-Z][\w’'-]*[\w](?:[ ](?:(?:of|al|bin|de|van|von)[ ]){0,2}[A-Z][\w’'-]*[\w]){0,5}")
_OPENERS = re.compile(
    r"(?:Then|But|And|When|While|If|As|In|At|On|After|Before|For|From|To|By|With|Since|Until|Although|Though|Because|However|Meanwhile|Today"
    r"|Yesterday|Both|Even|Only|That|Why|How|Mr|Mrs|Ms|Dr)[ ]"
)
_FAR = 4000  # characters back to the name
_LAST = 5  # of the last names that fit, the one named most often, then the last


def named_again(text: str, mentions: Iterable[Mention]) -> Iterator[tuple[int, int, str]]:
    """Where a place or a state is named by its sort alone: start, end, and the chain of the name before it.

    >>> from dragoman.records import Mention, Span
    >>> text = "Izmir was shelled. The city burned."
    >>> izmir = Mention(id="me_0", article_id="ar_0", span=Span(start=0, end=5), text="Izmir", kind="place", chain="ar_0/place:Izmir")
    >>> [(text[a:b], chain) for a, b, chain in named_again(text, [izmir])]
    [('The city', 'ar_0/place:Izmir')]
    """
    found = sorted(mentions, key=lambda m: m.span.start)
    taken = ByPlace(m.span for m in found if m.kind in ("phrase", "pronoun"))
    names = ByPlace(
        (m for m in found if "/place:" in m.chain or "/country:" in m.chain), lambda m: (m.span.start, m.span.end)
    )
    for match in _AGAIN.finditer(text):
        start, end = match.span()
        if taken.touching(start, end):
            continue
        near = names.touching(start - _FAR - 1, start)
        before = [m for m in near if m.span.end <= start and _fits(m, match["noun"])]
        if before:
            last = [m.chain for m in before[-_LAST:]]
            yield start, end, max(reversed(last), key=last.count)


_POINTING = frozenset("the this that these those both".split())
_TELLING = ("NN", "JJ", "VB")  # parts of speech of the words that say which one is meant
_DOERS = re.compile(r"[a-z]{3,}(?:ologist|grapher|ician|woman|man|ist|eer)")
_LABELS = {"person": "role", "people": "role", "org": "org", "place": "place"}
_IN_CHAIN = re.compile(r"[^/]*/(?:person|org|place|country|government|role|pair):")


@cache
def _nouns() -> dict[str, tuple[str, str]]:
    """Singular and sort of each common noun for persons, bodies and places, by its singular and plural."""
    found: dict[str, tuple[str, str]] = {}
    for row in rows_of("nouns.tsv"):
        noun = row["noun"]
        stem = noun[:-1] + "ie" if noun.endswith("y") and noun[-2] not in "aeiou" else noun
        regular = stem + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
        found[noun] = (noun, row["sort"])
        found.setdefault(noun if row["plural"] == "-" else row["plural"] or regular, (noun, row["sort"]))
    return found


def sort_of_noun(noun: str) -> tuple[str, str] | None:
    """Singular and sort of a common noun in small letters: person, people, org or place; `None` for others.

    >>> sort_of_noun("museums"), sort_of_noun("biologists"), sort_of_noun("table")
    (('museum', 'place'), ('biologist', 'person'), None)
    """
    known = _nouns().get(noun)
    if known is None and _DOERS.fullmatch(noun.removesuffix("s")):
        return noun.removesuffix("s"), "person"
    return known


def said_again(
    text: str, phrases: Iterable[Sequence[Word]], mentions: Iterable[Mention]
) -> Iterator[tuple[int, int, str]]:
    """Where a common noun with its article says again what was said before by the same noun: start, end, and the chain of each.

    `phrases` are the words of the noun phrases of the text. What was said before is a mention that ends with the noun, whose chain it
    joins, or another such phrase; then both are given, with the label of a new chain. Words before the noun must not differ: "the upper
    house" is not "the lower house".

    >>> from dragoman.naming.nounphrases import Word
    >>> text = "A museum burned. The museum was old."
    >>> one = (Word(0, 1, "A", "DT"), Word(2, 8, "museum", "NN"))
    >>> two = (Word(17, 20, "The", "DT"), Word(21, 27, "museum", "NN"))
    >>> list(said_again(text, [one, two], []))
    [(0, 8, 'place:a museum'), (17, 27, 'place:a museum')]
    """
    ends: dict[int, tuple[int, str]] = {}
    starts: dict[int, int] = {}
    for m in mentions:
        if _IN_CHAIN.match(m.chain):
            ends[m.span.end] = min(ends.get(m.span.end, (m.span.start, m.chain)), (m.span.start, m.chain))
            starts[m.span.start] = max(starts.get(m.span.start, 0), m.span.end)
    seen: dict[tuple[str, bool], list[tuple[int, str]]] = defaultdict(list)
    told: dict[str, set[str]] = defaultdict(set)
    alone: dict[str, tuple[int, int]] = {}
    for words in phrases:
        words = words[:-1] if len(words) > 1 and words[-1].tag == "POS" else words
        start, end, head = words[0].start, words[-1].end, words[-1]
        noun = sort_of_noun(head.text.lower()) if head.tag in ("NN", "NNS") else None
        if noun is None or starts.get(start, end) > end:
            continue
        rest = frozenset(word.text.lower() for word in words[:-1] if word.tag.startswith(_TELLING))
        before = seen[noun[0], head.tag == "NNS"]
        chain = ends[end][1] if end in ends else None
        if chain is None and words[0].text.lower() in _POINTING:
            near = (joined for at, joined in reversed(before[-_FITTING:]) if start - at < _FAR)
            chain = next((each for each in near if rest <= told[each] or not told[each]), None)
            if chain in alone:
                yield *alone.pop(chain), chain
            if chain is not None:
                yield start, end, chain
        if chain is None:
            chain = f"{_LABELS[noun[1]]}:{text[start:end].lower()}"
            chain = f"{chain} {start}" if chain in alone else chain
            alone[chain] = (start, end)
        told[chain] |= rest
        before.append((end, chain))


_PERSONS_BACK = 12  # persons before "the two ministers" that are looked at
_FITTING = 12  # phrases with one noun that are looked back at


def repeated_names(text: str, mentions: Iterable[Mention]) -> Iterator[tuple[int, int, str, str]]:
    """Where a name that was found elsewhere in the text stands unfound: start, end, kind and chain.

    Persons by their whole name and by the surname, places and bodies as printed; a name of several chains is left alone.

    >>> from dragoman.records import Mention, Span
    >>> text = "Ada Ruiz spoke. Then Ruiz left."
    >>> ada = Mention(id="me_0", article_id="ar_0", span=Span(start=0, end=8), text="Ada Ruiz", kind="person", chain="ar_0/person:Ada Ruiz")
    >>> [(text[a:b], kind) for a, b, kind, _ in repeated_names(text, [ada])]
    [('Ruiz', 'person')]
    """
    found = list(mentions)
    chains: dict[str, set[tuple[str, str]]] = {}
    for m in found:
        if m.kind in ("person", "place", "organization") and m.text[:1].isupper() and "\n" not in m.text:
            names = {m.text, m.text.split()[-1]} if m.kind == "person" else {m.text}
            for name in names:
                if len(name) > 3 and name[0].isupper():
                    chains.setdefault(name, set()).add((m.kind, m.chain))
    sure = {name: next(iter(told)) for name, told in chains.items() if len(told) == 1}
    if not sure:
        return
    taken = ByPlace([(m.span.start, m.span.end) for m in found if m.kind not in ("phrase", "pronoun")], lambda run: run)
    whole = {(m.span.start, m.span.end) for m in found}
    for match in _CAPITALS.finditer(text):
        opener = _OPENERS.match(match[0])
        start = match.start() + (opener.end() if opener else 0)
        name = text[start : match.end()].removesuffix("'s").removesuffix("’s")
        run = (start, start + len(name))
        if name in sure and run not in whole and not taken.touching(*run):
            yield *run, *sure[name]


def _fits(mention: Mention, noun: str) -> bool:
    """Whether a name may be called by a noun: a state a country, a town a city, a Crater Lake a lake."""
    sort, _, name = mention.chain.rpartition("/")[2].partition(":")
    if noun in _STATE:
        return sort == "country"
    if sort != "place":
        return False
    kinds = re.compile(
        r"\b(?:Islands?|Lake|River|Valley|Province|Region|District|Park|Peninsula|Sea|Ocean|Gulf|Mountains?|Street)\b"
    )
    if noun in _TOWN:
        return kinds.search(name) is None
    return noun.capitalize() in name


def author_words(text: str, quotes: Sequence[Quote]) -> Iterator[tuple[int, int, str]]:
    """ "I" outside of quotations is who writes, "we" those he writes for, "you" who reads: start, end, and the label of a chain each.

    >>> [(a, label) for a, _, label in author_words("I told you.", ())]
    [(0, 'self:I'), (7, 'self:you')]
    """
    placed = ByPlace(quotes)
    for pattern, label in _OUTSIDE:
        for match in pattern.finditer(text):
            if not placed.touching(match.start(), match.start() + 1):
                yield match.start(), match.end(), label


def last_two(text: str, before: Iterable[Mention]) -> tuple[str, str] | None:
    """The chains of the two persons named together before "the two ministers": "Ruiz and her Chilean counterpart Soto".

    `before` are the mentions before these words, the last first.
    """
    named = (m for m in before if m.kind == "phrase" and "/person:" in m.chain)
    for right, left in pairwise(islice(named, _PERSONS_BACK)):
        if left.chain != right.chain and _TOGETHER.fullmatch(text[left.span.end : right.span.start]):
            return left.chain, right.chain
    return None


def person_ahead(text: str, word: Word, mentions: Sequence[Mention]) -> str | None:
    """The chain of whom "his" means in "For his part, |Ruiz|" and "In his speech, |Ruiz|", named right behind the comma.

    `mentions` are those of the sentence.
    """
    lead = _LEAD_IN.search(text, max(0, word.start - 40), word.end) if word.text in ("his", "her") else None
    comma = _TO_COMMA.match(text, word.end) if lead is not None and lead.end() == word.end else None
    if comma is None:
        return None
    named = (m for m in mentions if m.kind == "phrase" and m.span.start == comma.end() and "/person:" in m.chain)
    return next((m.chain for m in named), None)
