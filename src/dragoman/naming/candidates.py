"""The phrases of an article that may refer to somebody or something said before, and what each of them shows of itself.

A candidate is a pronoun, a name or a common noun with the words before it. Which earlier candidate it goes back to is decided by
`antecedents`; here nothing is decided. All is read off the words, their parts of speech and the mentions found by rule.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from dragoman.naming.definites import sort_of_noun
from dragoman.naming.nounphrases import Word
from dragoman.naming.pronouns import gender_of_name
from dragoman.records import Mention
from dragoman.speaking.quotes import Quote

__all__ = ["BEFORE", "FORMS", "KINDS", "NAMED", "PRONOUNS", "ROLES", "Candidate", "find_candidates"]

_PRONOUNS = {
    "he": "he him his himself",
    "she": "she her hers herself",
    "it": "it its itself",
    "they": "they them their theirs themselves",
    "i": "i me my mine myself",
    "we": "we us our ours ourselves",
    "you": "you your yours yourself yourselves",
    "here": "here there",
}
_FORM_OF = {word: form for form, words in _PRONOUNS.items() for word in words.split()}
PRONOUNS = tuple(_PRONOUNS)
FORMS = ("name", "definite", "pointing", "possessed", "indefinite", "counted", "bare", "bare plural", *PRONOUNS)
"""How a candidate is said."""
KINDS = ("person", "people", "org", "place", "country", "none", "unknown")
"""What a candidate is, as far as its chain, its noun or its pronoun tells."""
ROLES = ("subject", "object", "prepositional", "possessor", "other")
"""What a candidate is in its sentence, as far as its neighbours tell."""
BEFORE = ("with", "by", "of", "in", "from", "to", "for", "at", "and", "or")
"""Words before a candidate that are told apart."""
NAMED = frozenset(("person", "org", "place", "country", "government"))
"""Labels of chains that go back to a name."""

_KIND_OF = {"person": "person", "org": "org", "government": "org", "place": "place", "country": "country"} | {
    "pair": "people",
    "both": "people",
}
_SAID_BY = {"he": "person", "she": "person", "i": "person", "you": "person", "we": "people", "here": "place"}
_CHAINS = frozenset(("role", "self", "voice", *_KIND_OF))
_ORDER = {"phrase": 0, "pronoun": 1, "person": 2, "organization": 3, "place": 4, "noun": 5, "nationality": 6}
_MALE = frozenset("he man boy king father son brother husband uncle prince gentleman sir mr lord".split())
_FEMALE = frozenset("she woman girl queen mother daughter sister wife aunt princess lady mrs ms miss actress".split())
_MANY = frozenset("people police men women children troops".split())
_COUNTS = frozenset(
    "some many several few any all most both each every no two three four five six seven eight nine ten other more".split()
)
_BE = frozenset("is are was were be been being am 's became remains remained".split())
_FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A phrase at [start, end) whose last word without what follows it ("of Lima", "who left") is `head`."""

    start: int
    end: int
    head: tuple[int, int]
    chain: str
    """The label of the chain that the rules gave it, or ""."""
    form: str
    kind: str
    plural: bool | None
    gender: str
    noun: str
    """Its last word in the singular and in small letters; "" for pronouns."""
    words: frozenset[str]
    """Its telling words in small letters, the last one too."""
    rest: frozenset[str]
    """The telling words before the last."""
    string: str
    """All its words in small letters, but an article before."""
    initials: str
    role: str
    before: str
    after: str
    sentence: int
    paragraph: int
    quote: int
    length: int
    opens: bool
    predicate: bool
    owner: bool
    """A possessive pronoun."""

    @property
    def pronoun(self) -> bool:
        return self.form in _PRONOUNS

    @property
    def named(self) -> bool:
        """Whether its chain goes back to a name."""
        return self.chain.partition(":")[0] in NAMED


def find_candidates(
    text: str,
    sentences: Sequence[Sequence[Word]],
    phrases: Iterable[Sequence[Word]],
    mentions: Iterable[Mention],
    quotes: Sequence[Quote],
) -> list[Candidate]:
    """The candidates of a text in its order; of mentions that end with one word the longest.

    `sentences` are all words, `phrases` those of the noun phrases.
    """
    places = {word.end: (number, at) for number, words in enumerate(sentences) for at, word in enumerate(words)}
    heads = dict(map(_without_owner, phrases))
    found: dict[int, tuple[int, int, str]] = {}
    for m in sorted(mentions, key=lambda m: (_ORDER.get(m.kind, 9), m.span.start, -m.span.end)):
        label = m.chain.partition("/")[2]
        start, end = m.span.start, m.span.end
        if m.kind not in _ORDER or label.partition(":")[0] not in _CHAINS:
            continue
        if m.kind == "nationality" and text[end : end + 2].strip()[:1].islower():
            continue  # "|Indian| government"
        head = min(end, heads.get(start, end))
        head = next((at for at in (head, head - 1, head - 2) if at in places), None) or -1
        if head > start and head not in found:
            found[head] = (start, end, label)
    for start, end in heads.items():
        if end in places and end not in found:
            found[end] = (start, end, "")
    for words in sentences:
        for word in words:
            form = _FORM_OF.get(word.text.lower())
            if (
                form
                and word.end not in found
                and (word.tag in ("PRP", "PRP$") or (form == "here" and word.tag == "RB"))
            ):
                found[word.end] = (word.start, word.end, "")
    opening = [quote.start for quote in quotes]
    paragraphs = list(_paragraphs(text, sentences))
    made = []
    for head, (start, end, label) in sorted(found.items(), key=lambda item: (item[1][0], -item[1][1])):
        number, at = places[head]
        quote = bisect_right(opening, start) - 1
        inside = quote if quote >= 0 and start < quotes[quote].end else -1
        made.append(_read(text, sentences[number], at, (start, end), label, (number, paragraphs[number], inside)))
    return made


def _without_owner(phrase: Sequence[Word]) -> tuple[int, int]:
    """Where a noun phrase begins and its last word ends, without an "'s"."""
    last = phrase[-2] if len(phrase) > 1 and phrase[-1].tag == "POS" else phrase[-1]
    return phrase[0].start, last.end


def _paragraphs(text: str, sentences: Sequence[Sequence[Word]]) -> Iterator[int]:
    """The number of the paragraph of each sentence."""
    number = end = 0
    for words in sentences:
        if words:
            number += "\n" in text[end : words[0].start]
            end = words[-1].end
        yield number


def _read(
    text: str, words: Sequence[Word], at: int, span: tuple[int, int], label: str, place: tuple[int, int, int]
) -> Candidate:
    """The candidate at `span` whose last word is number `at` of the words of its sentence."""
    first = at
    while first > 0 and words[first - 1].start >= span[0]:
        first -= 1
    own, head = words[first : at + 1], words[at]
    before = words[first - 1] if first else None
    after = words[at + 1 : at + 4]
    low = head.text.lower()
    form = _FORM_OF.get(low, "") if len(own) == 1 else ""
    sort = label.partition(":")[0]
    if form:
        noun, kind = "", _SAID_BY.get(form, "unknown")
        plural = {"they": True, "we": True, "you": None, "here": None}.get(form, False)
        gender = {"he": "m", "she": "f", "it": "n"}.get(form, "")
    else:
        form = _form(own, sort)
        known = sort_of_noun(low)
        noun = known[0] if known else low[:-1] if head.tag == "NNS" and low.endswith("s") else low
        kind = _KIND_OF.get(sort) or (known[1] if known else "unknown")
        plural = head.tag in ("NNS", "NNPS") or low in _MANY or sort in ("pair", "both")
        told = {word.text.lower().rstrip(".") for word in own} if form == "name" else {low}
        gender = "f" if told & _FEMALE else "m" if told & _MALE else ""
        if not gender and sort == "person":
            gender = gender_of_name(label.partition(":")[2])
    rest = frozenset(word.text.lower() for word in own[:-1] if word.tag[:2] in ("NN", "JJ", "VB", "CD"))
    lower = [word.text.lower() for word in own]
    return Candidate(
        start=span[0],
        end=span[1],
        head=(head.start, head.end),
        chain=label,
        form=form,
        kind=kind if kind in KINDS else "unknown",
        plural=plural,
        gender=gender,
        noun=noun,
        words=rest | {low},
        rest=rest,
        string=" ".join(lower[1:] if lower[0] in ("the", "a", "an") and len(own) > 1 else lower),
        initials="".join(word.text[0] for word in own if word.text[0].isupper()).lower() if len(own) > 1 else "",
        role=_role(head, before, after),
        before=before.text.lower() if before else "",
        after=after[0].text.lower() if after else "",
        sentence=place[0],
        paragraph=place[1],
        quote=place[2],
        length=len(own),
        opens=first <= 1,
        predicate=_is_predicate(words, first),
        owner=head.tag == "PRP$",
    )


def _form(own: Sequence[Word], sort: str) -> str:
    """How a name or a common noun is said."""
    first, head = own[0], own[-1]
    low = first.text.lower()
    if head.tag in ("NNP", "NNPS") or (head.text[:1].isupper() and (len(own) > 1 or sort in NAMED)):
        return "name"
    if low == "the":
        return "definite"
    if low in ("this", "that", "these", "those"):
        return "pointing"
    if first.tag == "PRP$" or any(word.tag == "POS" for word in own[:-1]):
        return "possessed"
    if low in ("a", "an", "another"):
        return "indefinite"
    if first.tag == "CD" or low in _COUNTS:
        return "counted"
    return "bare plural" if head.tag == "NNS" else "bare"


def _role(head: Word, before: Word | None, after: Sequence[Word]) -> str:
    verb = next((word.tag for word in after if word.tag not in ("RB", "POS")), "")
    if verb in _FINITE:
        return "subject"
    if before is not None and before.tag in ("IN", "TO", "RP"):
        return "prepositional"
    if before is not None and before.tag.startswith("VB"):
        return "object"
    return "possessor" if head.tag == "PRP$" or (after and after[0].tag == "POS") else "other"


def _is_predicate(words: Sequence[Word], first: int) -> bool:
    """Whether a phrase stands right behind "is" or "became", or a word further: "was |a writer|", "is not |a state|"."""
    if first and words[first - 1].text.lower() in _BE:
        return True
    return first > 1 and words[first - 1].tag == "RB" and words[first - 2].text.lower() in _BE
