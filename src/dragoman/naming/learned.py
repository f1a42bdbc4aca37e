"""What a learned reader finds, brought in line with the text: whole names, one sort for each, and parties that are none.

A reader cuts "’s Harbour Board of", runs over the end of a line, and calls Coron a place here and a body there. What the reference knows
and what the article says of the same words elsewhere comes first.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import islice

from dragoman.reference import Entry, Hit, Reference
from dragoman.tagger import Tagger
from dragoman.text import ByPlace

__all__ = [
    "BARE",
    "EXTENSION",
    "TWINS",
    "Phrases",
    "Run",
    "counted",
    "goes_on_with_state",
    "in_a_name",
    "is_credit",
    "joined_states",
    "nationality_with_article",
    "no_party",
    "of_an_office",
    "of_what_was_agreed",
    "same_party",
    "whole_names",
    "with_its_states",
]

Run = tuple[int, int]
_GROWN = 20

_FUNCTION = frozenset(("RB", "IN", "CC", "DT", "PRP", "MD", "WRB", "WP"))
_EDGES = re.compile(
    r"(?:[’'`]?s\s+|[’'`]+|(?:the|of|and|a)\s+)*(?P<name>(?=[^\s]*[A-Z0-9])\S(?:.*?\S)??)(?:\s+(?:of|for|and|the|in|on|to|by|with))*[’'`]?",
    re.S,
)
_OF_MEETING = re.compile(
    r"[A-Z][\w’'&-]*(?:\s+(?:of\s+|for\s+|and\s+)?[A-Z][\w’'&-]*){0,6}?\s+(?:Forum|Conference|Summit|Dialogue|Symposium|Seminar)\b"
)
# What a conference or a treaty is about is no body: "the Forum on Ocean Trade".
_TOPIC = re.compile(
    r"\b(?:Conference|Forum|Summit|Dialogue|Meeting|Symposium|Seminar|Treaty|Convention|Agreement|Talks|Consultations?|Congress|Workshop)"
    r"\s+(?:on|for)\s+(?:the\s+)?$"
)
_NO_PARTY = re.compile(
    r"\W*(?:\d[\d,.]*|all|both|each|some|many|several|dozens|hundreds|thousands|of|the|one|two|three|four|five|six|seven|eight|nine|ten)?\W*",
    re.I,
)
# How many there are, before the number: "at |least 20 soldiers|", "more than 30".
_COUNTED = re.compile(
    r"(?:(?:at\s+)?(?:least|most)|(?:more|fewer|less)(?:\s+than)?|as\s+(?:many|few)\s+as|as|about|around|nearly|almost|some|over|up\s+to)"
    r"(?:\s+(?=\d|an?\s|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|dozens?|hundreds?|scores?|half)|$)"
    r"|(?:(?:dozens|scores|tens|hundreds|thousands|millions)\s+of\s+)+(?=(?-i:[A-Z]))"
    # "including |mosques|", "Neither |Rice|", "Sometimes |President Ruiz|", "get past |Ruiz|": what leads to a party and is none of it
    r"|(?:including|excluding|especially|particularly|notably|namely|mainly|mostly|even|also|only|neither|nor|sometimes|perhaps|meanwhile"
    r"|however|unlike|past|per|via|versus)\s+",
    re.IGNORECASE,
)
# "Ruiz|’s|", "settlers |in|": what a party is cut with by mistake.
_LOOSE = re.compile(r"(?:[’']s|\s+(?:in|of|at|on|from|for|to|with|by|and|or|the|a|an|its|their|his|her))+$")
# "interested", "concerned", "specifically": how somebody is or how it is done, and nobody.
_PARTICIPLE = re.compile(r"[a-z]{3,}(?:ed|ing)|(?!(?:family|ally|assembly)$)[a-z]{3,}ly")
# "security", "rally" alone: what something is about, and nobody.
_ABSTRACT = re.compile(
    r"[a-z-]{3,}(?:rity|bility|tion|sion|ment|ness|ism|ance|ence|ship)|rally|rallies|march|protests?|strikes?|attacks?|talks|ties|visits?|aid|peace|trade"
)
_SEAS = re.compile(
    r"(?:(?:Indo-|Asia-|South |North |Western )?Pacific|(?:South |North )?Atlantic|Mediterranean|Arctic|Baltic|Caribbean)"
)
_TWO_STATES = re.compile(
    r"(?:Sino|Russo|Anglo|Franco|Indo|Italo|Greco|Austro|Afro|Luso|Euro|Turco|Americano)\s?[-–]\s?[A-Z][a-z]+"
)
_OFFICE_OF = re.compile(r"\s+(?:of|for|at|under|in)\s+(?:(?:the|its|[A-Z(][\w)’'.&-]*|of|and|for)\s+){0,9}")
_THING = (
    r"(?:\s+[\w-]+){0,3}?\s+(?:systems?|missiles?|batter(?:y|ies)|launchers?|radars?|interceptors?|rockets?|drones?|jets?|fighters?|aircraft|tanks?"
    r"|weapons?|rifles?|treaty|accords?|virus|vaccines?)\b"
)
_AGREED = (
    r"(?:[Aa]greements?|[Aa]ccords?|[Tt]reat(?:y|ies)|[Cc]onventions?|[Pp]rotocols?|[Mm]emorandum|[Dd]eclaration|[Ff]ormula"
    r"|(?:Final\s+)?Act|Pact)"
)
_CONCLUDED = re.compile(
    r"\s+(?:(?i:peace|climate|nuclear|trade|framework|cease-?fire|arms|disarmament|refugee|security|reform|final|interim|political|grain)\s+){0,2}"
    rf"(?:{_AGREED}|[Pp]rocess|[Cc]onference|[Ss]ummit|[Tt]alks|[Nn]egotiations|[Rr]ound|[Ff]ormat|[Ff]orum)\b(?![-’'])"
)
_PARTIES = frozenset(("country", "demonym", "organization", "leader"))
_IS_AGREED = re.compile(rf".*\s{_AGREED}")
_BRACKET_ENDS = re.compile(r"\)\s*(?:[-–—]|:)\s")
EXTENSION = re.compile(
    r"\s+(?:on|for|of|against)\s+(?:the\s+)?(?:[A-Z][\w-]*)(?:\s+(?:and\s+)?(?:in\s+)?[A-Z][\w-]*){0,6}"
)
"""What the name of a meeting goes on with: "Conference |on International Security|"."""
BARE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)
"""The article of a phrase."""
TWINS = {
    "Koreas": ("PRK", "KOR"), "Sudans": ("SDN", "SSD"), "Germanys": ("DEU", "DDR"), "Germanies": ("DEU", "DDR"), "Yemens": ("YEM", "YMD"),
    "Congos": ("COD", "COG"),
}  # fmt: skip
"""The two states that share a name: "the two Koreas"."""


def is_credit(text: str, start: int, end: int) -> bool:
    """Whether an agency stands at the head of a line or behind a dateline as the source of what follows: "REUTERS: ...", "(AFP) - ...".

    >>> [is_credit(t, 0, 3) for t in ("AFP: Peru left.", "AFP said Peru left.")], is_credit("Lima (AFP) - Peru left.", 6, 9)
    ([True, False], True)
    """
    if text[start - 1 : start] == "(":
        return _BRACKET_ENDS.match(text, end) is not None
    return text[max(0, start - 1) : start] in ("", "\n") and text[end : end + 2] == ": " and text[start:end].isupper()


def whole_names(
    text: str, names: Iterable[tuple[int, int, str, float]], reference: Reference, tagger: Tagger
) -> dict[Run, str]:
    """The kinds of learned names, cut without "’s" before or "of the" behind them, as the reference knows them; none that is no name."""
    return _one_sort(text, dict(_whole(text, list(_lines(text, names)), reference, tagger)), reference)


def _lines(text: str, names: Iterable[tuple[int, int, str, float]]) -> Iterator[tuple[int, int, str]]:
    """Names that go over the end of a line, as several."""
    for start, end, kind, _ in names:
        for match in re.finditer(r"[^\n]+", text[start:end]):
            yield start + match.start(), start + match.end(), kind


def _whole(
    text: str, names: Iterable[tuple[int, int, str]], reference: Reference, tagger: Tagger
) -> Iterator[tuple[Run, str]]:
    for start, end, kind in names:
        piece = _EDGES.fullmatch(text, start, end)
        if piece is None:
            continue
        start, end = piece.span("name")
        body = kind == "organization"
        around = reference.scan(text, max(0, start - 40), min(len(text), end + 40)) if body else []
        for hit in around:
            if hit.of("organization") and hit.start <= start and end <= hit.end:
                start, end = hit.start, hit.end
        if kind == "organization" and any(
            hit.of("country") and hit.start <= start and end <= hit.end and hit.end - hit.start > end - start
            for hit in reference.scan(text, max(0, start - 40), min(len(text), end + 40))
        ):
            continue  # the Democratic People of a state's long name
        if kind == "organization" and (is_credit(text, start, end) or _is_title(around, start, end)):
            continue
        word = text[start:end]
        opens = text[max(0, start - 2) : start] in ("", ". ", "\n\n")
        if (
            opens
            and " " not in word
            and tagger.tag([word.lower(), text[end : end + 1].strip() or "is"])[0] in _FUNCTION
        ):
            continue  # "Hence", which opens a sentence
        if kind == "organization" and reference.lookup(word) == () and _OF_MEETING.match(text, start):
            continue  # "the Oslo Security Forum": what meets is told by `meetings`
        if kind == "organization" and not reference.lookup(word) and _IS_AGREED.fullmatch(word):
            continue  # the Kyoto Protocol
        if (
            kind == "organization"
            and of_what_was_agreed(text, end)
            and any(e.kind == "capital" for e in reference.lookup(word))
        ):
            kind = "place"  # the Paris conference
        if kind == "organization" and (
            _TOPIC.search(text, max(0, start - 40), start)
            or (word.isupper() and not reference.lookup(word) and _is_thing(text, word))
        ):
            continue
        yield (start, end), kind


def _is_title(around: Sequence[Hit], start: int, end: int) -> bool:
    """Whether a name is only a piece of somebody's title: the "Gen" of "Lt. Gen."."""
    return any(hit.of("office") and hit.start <= start and end < hit.end for hit in around)


def of_what_was_agreed(text: str, end: int) -> bool:
    """Whether the town whose name ends here is only that of a treaty or of talks: no one acts on Kyoto who leaves the Kyoto Protocol.

    >>> of_what_was_agreed("the Kyoto Protocol", 9), of_what_was_agreed("the Minsk peace accords", 9), of_what_was_agreed("Kyoto said", 5)
    (True, True, False)
    """
    return _CONCLUDED.match(text, end) is not None


def _one_sort(text: str, names: dict[Run, str], reference: Reference) -> dict[Run, str]:
    """The names, each of the sort that most of its occurrences have: no name of a text is here a place and there a body.

    A surname that a full name shows is a person's. Names that the reference knows are left as they are: a capital may be a place and a
    government.
    """
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    for (start, end), kind in names.items():
        kinds[text[start:end]][kind] += 1
    mixed = {name for name, counts in kinds.items() if len(counts) > 1 and not reference.lookup(name)}
    surnames = {
        part
        for name, counts in kinds.items()
        if " " in name and max(counts, key=counts.__getitem__) == "person"
        for part in (name.split()[0], name.split()[-1])  # "Pak" of Pak Ui Chun
    }
    told = {name: max(kinds[name], key=lambda kind: (kinds[name][kind], kind == "person")) for name in mixed}
    told |= {name: "person" for name in surnames if name in kinds and not reference.lookup(name)}
    told |= {
        name: "person" for name, counts in kinds.items() if "organization" in counts and _is_holder(name, reference)
    }
    return {(a, b): told.get(text[a:b], kind) for (a, b), kind in names.items()}


def _is_holder(name: str, reference: Reference) -> bool:
    """Whether a name is a post and the surname of somebody known: "General Musharraf" is no body, "General Motors" is."""
    post, _, rest = name.rpartition(" ")
    if reference.lookup(name) or not post or post.isupper() or not reference.people(rest):
        return False
    return any(entry.kind == "office" and entry.detail != "plural" for entry in reference.lookup(post))


@lru_cache(maxsize=256)
def _is_thing(text: str, word: str) -> bool:
    """Whether the article calls an acronym a weapon, a system or a treaty: "the ABCD missiles"."""
    return re.search(rf"\b{re.escape(word)}\)?{_THING}", text) is not None


def of_an_office(text: str, start: int, kind: str, reference: Reference) -> bool:
    """Whether a body only tells of what somebody is a member or the head: "who is a member of the |Harbour Board|"."""
    if kind != "organization":
        return False
    posts = [hit for hit in reference.scan(text, max(0, start - 120), start) if hit.of("office")]
    return bool(posts) and _OFFICE_OF.fullmatch(text, posts[-1].end, start) is not None


def counted(text: str, start: int, end: int) -> int:
    """Where a phrase begins behind the words that only say how exact its number is.

    >>> text = "at least 20 soldiers"
    >>> text[counted(text, 3, 20) :], text[counted(text, 0, 20) :], text[counted(text, 12, 20) :]
    ('20 soldiers', '20 soldiers', 'soldiers')
    """
    match = _COUNTED.match(text, start, end)
    return match.end() if match else start


def whole_party(text: str, start: int, end: int, reference: Reference) -> Run:
    """Where the words of a learned party begin and end, that a model cut too early or too late; it may be none at all.

    >>> from dragoman.reference import load_reference
    >>> text = "including the son of a Prime Minister and Modi’s U.S. guests"
    >>> [text[slice(*whole_party(text, *run, load_reference()))] for run in ((0, 28), (10, 20), (42, 48), (49, 52))]
    ['the son of a Prime Minister', 'the son', 'Modi', 'U.S.']
    """
    start = counted(text, start, end)
    loose = _LOOSE.search(text, start, end)
    end = loose.start() if loose is not None else end
    if text[end : end + 1] == "." and reference.lookup(BARE.sub("", text[start : end + 1])):
        return start, end + 1  # "U.S" of "U.S. soil"
    over = (
        h.end for h in reference.scan(text, start, min(len(text), end + 30)) if h.start < end < h.end and h.of("office")
    )
    return start, max(over, default=end)


def no_party(text: str, start: int, end: int, reference: Reference) -> bool:
    """Whether a learned party is a quantity, an adjective, a meeting, a treaty or its town, a weapon, or the body of somebody's office."""
    words = BARE.sub("", text[start:end])
    known = reference.lookup(words)
    if len(words) < 2 or _NO_PARTY.fullmatch(text, start, end) or _PARTICIPLE.fullmatch(words):
        return True
    if not known and words.islower() and _ABSTRACT.fullmatch(words):
        return True
    if _SEAS.fullmatch(words):
        return True
    if not known and words[:1].isupper() and _IS_AGREED.fullmatch(words):
        return True
    if (
        words.istitle()
        and " " not in words
        and of_what_was_agreed(text, end)
        and not any(e.kind in _PARTIES for e in known)
    ):
        return True
    if _TWO_STATES.fullmatch(words) and re.match(r"\s+[a-z]", text[end : end + 20]):
        return True  # "Sino-Peruvian relations"
    if not known and (_OF_MEETING.fullmatch(words) or (words.isupper() and _is_thing(text, words))):
        return True
    named = words[:1].isupper() and " " in words and not any(entry.kind == "leader" for entry in known)
    return named and of_an_office(text, start, "organization", reference)


_NATIONAL = re.compile(r"(?:ish|an|ese|ic|i|ch)$")


def in_a_name(hit: Hit, bearers: Mapping[int, int], ended: Mapping[int, int]) -> bool:
    """Whether a state, town or people is here the first or last word of a person's name: Jordan Baker, Shona Reid, Lee Hamilton.

    `bearers` tells where names of persons end, by where they begin, `ended` where they begin, by where they end. A nationality may stand
    before a surname: "Iranian Zarif".
    """
    entry = hit.of("country", "capital", "region", "demonym")
    if entry is None:
        return False
    if entry.kind != "demonym" and ended.get(hit.end, hit.start) < hit.start:
        return True
    return hit.end < bearers.get(hit.start, 0) and not (entry.kind == "demonym" and _NATIONAL.search(entry.name))


_OF_STATE = re.compile(r"\s+(?:from|in|of)\s+(?:the\s+)?")


def goes_on_with_state(text: str, at: int, end: int, reference: Reference) -> bool:
    """Whether what follows a phrase that ends at `at` is the state it is of or stands in, up to `end`: "the army |of Sri Lanka|"."""
    link = _OF_STATE.match(text, at, end)
    known = reference.lookup(text[link.end() : end]) if link is not None else ()
    return any(entry.kind in ("country", "capital", "region") and entry.country for entry in known)


_JOINED = re.compile(r"\s*,\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+")
_LIST = re.compile(r"\s+(?:of|from)\s+")
_LIST_BOUND = 200  # characters


def with_its_states(text: str, end: int, reference: Reference) -> int:
    """Where the list of states ends that the people of a phrase which ends at `end` come from: "the presidents |of Chad, Mali and Niger|".

    `end` itself where no list of two or more follows, or where what ends the list owns something: "the leaders of Chad and Mali's army".
    """
    link = _LIST.match(text, end)
    if link is None:
        return end
    at, joined = link.end(), ""
    for hit in reference.scan(text, at, end + _LIST_BOUND):
        if text[at : hit.start] not in ("", "the ") or hit.of("country", "organization") is None:
            break
        gap = _JOINED.match(text, hit.end)
        if gap is None:
            owns = text[hit.end : hit.end + 1] in ("'", "’")
            return hit.end if joined.strip(", ") and not owns else end
        at, joined = gap.end(), gap[0]
    return end


def joined_states(words: str, reference: Reference) -> list[str]:
    """The two states of "China-Russia", as a pair; none for anything else."""
    pieces = re.split(r"\s?[-–/]\s?", words)
    codes = [e.country for piece in pieces for e in reference.lookup(piece)[:1] if e.kind == "country" and e.country]
    return codes if len(pieces) == len(codes) == 2 and not reference.lookup(words) else []


def nationality_with_article(text: str, start: int, end: int, reference: Reference) -> Entry | None:
    """The state of a nationality that, with its article, describes the noun behind it: "An Israeli" of "an Israeli strike"."""
    article = BARE.match(text, start, end)
    if article is None or not re.match(r"\s[a-z]", text[end : end + 2]):
        return None
    return next((entry for entry in reference.lookup(text[article.end() : end]) if entry.kind == "demonym"), None)


class Phrases:
    """Phrases already cut, by where they stand; asked and changed in the order of the text."""

    def __init__(self, cut: Iterable[Run]) -> None:
        self._placed = ByPlace(sorted(cut), lambda run: run)
        self._now: dict[Run, Run] = {}  # those that grew, as they were cut and as they are
        self._before: dict[Run, Run] = {}

    def near(self, start: int, end: int) -> list[Run]:
        """The phrases that share a character with [start, end), and perhaps others; a phrase that grew as it is now.

        >>> phrases = Phrases([(0, 8), (20, 25)])
        >>> phrases.grow((0, 8), (0, 14))
        >>> phrases.near(4, 9), phrases.near(10, 22)
        ([(0, 14)], [(20, 25), (0, 14)])
        """
        found = [self._now.get(run, run) for run in self._placed.touching(start, end)]
        # One that reaches here only since it grew is among the last that did.
        return found + [run for run in islice(reversed(self._now.values()), _GROWN) if run not in found]

    def grow(self, old: Run, new: Run) -> None:
        """Let a phrase be as long as `new`."""
        first = self._before.pop(old, old)
        self._now[first], self._before[new] = new, first


def same_party(span: Run, phrase: Run, *, inside: bool) -> bool:
    """Whether a learned span is a phrase already cut: the same end, most of both shared, or (`inside`) a part of it."""
    shared = min(span[1], phrase[1]) - max(span[0], phrase[0])
    if shared <= 0:
        return False
    if inside and phrase[0] <= span[0] and span[1] <= phrase[1]:
        return True
    return phrase[1] == span[1] or shared / max(phrase[1] - phrase[0], span[1] - span[0]) >= 0.6
