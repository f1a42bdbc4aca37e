"""From the phrase before "said" to the actor: which participant a phrase names, or a participant made from the phrase."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from dragoman.naming.composition import compose
from dragoman.naming.definites import sort_of_noun
from dragoman.naming.pronouns import gender_of_name
from dragoman.records import Participant, make_id
from dragoman.reference import Reference
from dragoman.speaking.clauses import FINITE, Unit
from dragoman.speaking.issues import Terms
from dragoman.speaking.subjects import subject
from dragoman.text import ByPlace

__all__ = [
    "Resolved",
    "apposed_to",
    "gathering_at",
    "goes_on",
    "head_of",
    "is_one",
    "is_somebody",
    "issuer_of",
    "resolve_phrase",
    "spoke_last",
    "standing_of",
]

Run = tuple[int, int]
_HEAD_END = re.compile(
    r"\s*[,(–—]|\s+(?:of|in|for|from|with|who|whom|that|which|on|at|to|based|speaking|visiting)\s", re.I
)
_GATHERING = re.compile(
    r"(?:conference|briefing|meeting|summit|session|forum|hearing|gathering|rally|symposium|seminar|congress)$"
)
_ARTICLE = re.compile(r"^(?:the|a|an|some|many|several|other|another)\s+", re.I)
_PRONOUN = re.compile(
    r"^(?:he|she|they|it|we|i|you|his|her|their|its|our|my|him|them|who|one|this|these|those|both)$", re.I
)
_SINGULAR_PERSON = re.compile(r"^(?:he|she|his|her|him)$", re.I)
_OTHERS = {"he": frozenset(("she", "her")), "she": frozenset(("he", "him", "his"))}
_PLURAL = re.compile(r"(?:[^s]s|people|police|media|forces|sides|parties)$", re.I)
_ANONYMOUS = re.compile(r"anonym|not to be named|not be named|unnamed|unidentified|declined to be", re.I)
# What is written, which asks for things only as those do whose it is.
_PAPER = re.compile(
    r"\b(?:draft|resolution|text|bill|motion|proposal|statement|communiqu[eé]|declaration|letter|message|announcement|petition|decree"
    r"|press (?:service|office|centre|center|release)|website)s?$",
    re.I,
)
_SPEAKS_FOR = re.compile(
    r"\b(?:spokes(?:man|woman|person)|official|representative|envoy|ambassador|diplomat|commander|chief)$", re.I
)
_COMPANIES = frozenset(
    "giant company firm group agency newspaper network union party bank charity broadcaster watchdog maker".split()
)
_JOINT = re.compile(r",\s+(?:and\s+)?|\s+and\s+")
_MADE = "(?:issued|released|published|signed|sent|written|put forward|drafted)"
_ISSUED = re.compile(rf"\s+{_MADE}\s+(?:\w+\s+){{0,2}}?by\s+")
_FROM = re.compile(rf"\s+(?:{_MADE}\s+)?(?:by|from|of)\s+")
_HARMED = re.compile(
    r"\b(?:endanger|threaten|harm|undermin|weaken|damag|hurt|encircl|contain)(?:s|es|ed|ing|e)?\s+(?:[\w’'-]+\s+){0,6}$"
    r"|\bthreats?\s+(?:posed\s+)?(?:from|by)\s+(?:[\w’'-]+\s+){0,9}\(?$",
    re.I,
)
_SITED = re.compile(
    r"(?<!interfere )(?<!interfering )(?<!interference )(?<!confidence )(?<!trust )(?<!faith )(?<!invest )(?<!investment )"
    r"\b(?:in|at|near|inside|outside|across|around)\s+(?:the\s+)?(?:(?:north|south|east|west)ern\s+)?$",
    re.I,
)
_CRISIS = re.compile(r"\s+(?:crisis|conflict|war|issue|question|problem|settlement|deal)\b", re.I)
_ANYBODY = re.compile(r"(?:a|an|any|no|some|every|another)\s+\w+$", re.I)
_OFFICIAL_SECTORS = frozenset({"GOV", "MIL", "COP", "SPY", "JUD", "LEG"})


@dataclass(frozen=True, slots=True)
class Resolved:
    """The speakers a phrase stands for (several for "the two sides"), how that was decided, and how surely (0 to 1)."""

    speakers: tuple[Participant, ...]
    by: str
    detail: str
    score: float


def head_of(text: str, start: int, end: int) -> Run:
    """The part of a phrase that names: without apposition, "of ..." and relative clauses.

    >>> "Yang Jiechi, a member of the Bureau"[slice(*head_of("Yang Jiechi, a member of the Bureau", 0, 35))]
    'Yang Jiechi'
    """
    match = _HEAD_END.search(text, start, end)
    return (start, match.start() if match and match.start() > start else end)


def resolve_phrase(
    text: str,
    phrase: Run,
    participants: ByPlace[Participant],
    last: Participant | None = None,
    *,
    reference: Reference | None = None,
) -> Resolved:
    """The participants whose span covers the head of the phrase; else one made from the phrase itself, by what its words tell.

    `last` is the person who spoke last, taken for "he" or "she" that no participant resolves. `reference` reads the words.
    """
    start, end = phrase
    near = participants.touching(start, end)
    head = head_of(text, start, end)
    if both := _joined(text, phrase, near):
        return Resolved(both, "participants", f"“{text[start:end]}” names {' and '.join(p.name for p in both)}", 1.0)
    best = _best(text, phrase, head, near)
    unknown = best is not None and best.kind == "phrase" and _SINGULAR_PERSON.match(text[start:end])
    if best and not (unknown and last is not None):
        same = tuple(dict.fromkeys(p for p in near if (p.start, p.end) == (best.start, best.end)))
        return Resolved(_distinct(same), "participant", f"“{text[start:end]}” names {best.name}", 1.0)
    words = text[start:end]
    if _SINGULAR_PERSON.match(words) and last is not None:
        return spoke_last(last, words, phrase)
    made = phrase_participant(text, start, end, reference)
    return Resolved(
        (made,),
        "phrase",
        f"“{words}” fits no known actor and stands for itself",
        0.5 if _PRONOUN.match(words) else 0.75,
    )


def spoke_last(speaker: Participant, words: str, phrase: Run) -> Resolved:
    """A pronoun that is taken for who spoke last."""
    again = replace(speaker, text=words, start=phrase[0], end=phrase[1])
    return Resolved((again,), "last speaker", f"“{words}” is taken for {again.name}, who spoke last", 0.6)


def goes_on(
    text: str,
    phrase: Run,
    content: Sequence[Run],
    taken: Resolved,
    before: Resolved,
    told: Sequence[Run],
    participants: ByPlace[Participant],
    low: int,
) -> Resolved:
    """“He” as who spoke right before, where he was taken for somebody whom grammar or the course of the text excludes; else `taken`.

    `told` is what the one before said, `low` where its sentence begins. "He said Cauvin had been found": a subject is nobody who is named
    in the words it says. "Vo spoke of Xi. He has also accused ...", "blamed Xi for what he called a farce": one who is only named in what
    another says, or not at all since, speaks less likely than that other, however often the article names him.
    """
    words = text[slice(*phrase)].lower()
    first, now = before.speakers[0], taken.speakers[0]
    if words == "they" and _are_several(before) and (taken.by == "phrase" or now.kind in {"place", "nationality"}):
        return spoke_last(
            first, text[slice(*phrase)], phrase
        )  # "Officials said it was shut. They said ...": not their state
    if words not in _OTHERS or len(before.speakers) > 1 or not is_one(first) or first.id == now.id:
        return taken
    if before.by == "paper" or (first.name.islower() and now.kind == "person" and not now.name.islower()):
        return taken  # a speech that somebody else wrote; "the young lawyer", who may well be he that is named
    known = {p.text.lower() for p in participants.touching(low, phrase[0]) if p.id == first.id}
    other = "m" if words == "she" else "f"
    if _named(first.id, content, participants) or known & _OTHERS[words] or gender_of_name(first.name) == other:
        return taken
    ahead = [run for run in content if run[0] > phrase[0]]
    between = _named(now.id, [(low, phrase[0])], participants)
    inside = _named(now.id, [(a, min(b, phrase[0])) for a, b in (*told, *content)], participants)
    barred = bool(_named(now.id, ahead, participants)) or gender_of_name(now.name) == other
    return spoke_last(first, text[slice(*phrase)], phrase) if between == inside or barred else taken


def _are_several(before: Resolved) -> bool:
    """Whether one phrase for several spoke: "officials", "the police"."""
    first = before.speakers[0]
    return (
        len(before.speakers) == 1
        and first.kind not in {"place", "nationality"}
        and _PLURAL.search(first.text) is not None
    )


def is_one(p: Participant) -> bool:
    """Whether a participant is one person: by name, or as who speaks for a body ("a Pentagon |spokesman|")."""
    if p.kind == "person":
        several = _PLURAL.search(p.name) and p.name.rpartition(" ")[2].islower()  # "three of his ministers"
        return not several or _PRONOUN.match(p.name) is not None
    return p.kind == "organization" and _SPEAKS_FOR.search(p.text) is not None


def _named(actor: str, runs: Iterable[Run], participants: ByPlace[Participant]) -> set[Run]:
    """Where somebody is named, and not by a pronoun, in these runs."""
    return {
        (p.start, p.end)
        for a, b in runs
        for p in participants.touching(a, b)
        if p.id == actor and a <= p.start and p.end <= b and not _PRONOUN.match(p.text)
    }


def _distinct(found: Sequence[Participant]) -> tuple[Participant, ...]:
    kept: dict[str, Participant] = {}
    for participant in found:
        kept.setdefault(participant.id, participant)
    return tuple(kept.values())


def _joined(text: str, phrase: Run, near: Sequence[Participant]) -> tuple[Participant, ...]:
    """The several whom a phrase names one after the other, and nothing else: "Peru, Chile and |President Ada Ruiz|"; else none."""
    if " and " not in text[slice(*phrase)]:
        return ()
    found: list[Participant] = []
    at = phrase[0]
    while (widest := max((p.end for p in near if p.start == at and p.kind != "nationality"), default=0)) > at:
        found.extend(p for p in near if (p.start, p.end) == (at, widest))
        joint = _JOINT.match(text, widest)
        if widest == phrase[1] or joint is None:
            whole = widest == phrase[1] and len({p.start for p in found}) > 1
            return _distinct(found) if whole else ()
        at = joint.end()
    return ()


def _best(text: str, phrase: Run, head: Run, near: Sequence[Participant]) -> Participant | None:
    """Of the participants in the phrase, the one that covers its head's last word; persons before bodies before places."""
    start, end = phrase
    last_word = head[1] - 1
    order = {"person": 0, "group": 1, "organization": 2, "place": 3, "nationality": 4}
    ranked = []
    for p in near:
        covers = p.start <= last_word < p.end
        article = _ARTICLE.match(text, start, end)
        whole = p.start <= (article.end() if article else start) and p.end >= head[1]
        if p.kind in {"place", "nationality"} and not (whole or covers):
            continue
        if p.kind == "nationality" and not whole:
            continue
        inner_person = (
            p.kind == "person"
            and start <= p.start
            and p.end <= end
            and (p.end <= head[1] or _apposed(text, head[1], p.start))
        )
        if covers or whole or inner_person:
            ranked.append(
                (not (covers or whole), order.get(p.kind, 5), -(min(p.end, end) - max(p.start, start)), p.start, p)
            )
    return min(ranked, key=lambda item: item[:4])[4] if ranked else None


def _apposed(text: str, head_end: int, start: int) -> bool:
    """ "the defence minister, Sergei Shoigu": the name stands right behind the comma."""
    return text[head_end:start].strip() == ","


def apposed_to(text: str, phrase: Run, participants: ByPlace[Participant]) -> Resolved | None:
    """ "a spokesman for the bank, Louise Tremblay, said": the person named between commas right behind one who is only described.

    `None` where the name may be another's ("an aide to the president, Louise Tremblay, said").
    """
    start = phrase[1] + 2
    head = head_of(text, *phrase)
    described = text[head[0] : head[1]].rpartition(" ")[2]
    if text[phrase[1] : start] != ", " or not described.islower() or _PLURAL.search(described):
        return None
    inner = [p for p in participants.touching(head[1], phrase[1]) if p.start >= head[1] and p.kind == "person"]
    if any(p.text.rpartition(" ")[2].islower() for p in inner):
        return None
    for p in participants.touching(start, start + 1):
        known = p.kind == "person" or (p.kind == "organization" and described in _COMPANIES)
        if p.start == start and known and text[p.end : p.end + 1] == "," and p.text[:1].isupper():
            words = text[slice(*phrase)]
            same = replace(p, text=words, start=phrase[0], end=phrase[1])
            return Resolved((same,), "apposition", f"“{words}” is {p.name}, named right behind", 0.9)
    return None


def issuer_of(
    text: str, phrase: Run, participants: ByPlace[Participant], unit: Unit, last: Participant | None
) -> Resolved | None:
    """Whose words a paper holds: "a statement issued by |the Secretariat|", "|Peru| proposed a draft that", "the statement" of who spoke.

    `last` is the body that spoke last. `None` for what is no paper, and for one that nobody is told to have made.
    """
    head = head_of(text, *phrase)
    verbal = _FROM.search(text, phrase[0], phrase[1])
    end = min(head[1], verbal.start()) if verbal else head[1]
    if not _PAPER.search(text, phrase[0], end):
        return None
    words = text[slice(*phrase)]
    behind = _ISSUED.match(text, phrase[1]) if verbal is None else None
    start = verbal.end() if verbal else behind.end() if behind else None
    makers = [p for p in participants.touching(start, start + 8) if p.start >= start - 4] if start is not None else []
    makers = makers or [p for p in participants.touching(*phrase) if text[p.end : p.end + 1] in {"’", "'"}]
    makers = makers or _proposing(phrase[0], participants, unit)
    known = [p for p in makers if p.kind != "phrase"]
    if (
        not known
        and last is not None
        and last.kind != "phrase"
        and words.lower() in {"the statement", "the communique", "the communiqué", "the letter"}
    ):
        known = [last]
    if not known:
        return None
    maker = replace(known[0], text=words, start=phrase[0], end=phrase[1])
    return Resolved((maker,), "paper", f"“{words}” is by {maker.name}", 0.8)


def _proposing(start: int, participants: ByPlace[Participant], unit: Unit) -> list[Participant]:
    """The subject of the verb right before the paper: "|Peru| has proposed a draft", "|the Assembly| adopted a resolution"."""
    first = next((k for k, span in enumerate(unit.spans) if span[0] >= start), 0)
    verb = first - 1
    if verb <= 0 or unit.tags[verb] not in FINITE | {"VBN"} or unit.quoted[verb] != unit.quoted[first]:
        return []
    who = subject(unit, verb, 0)
    span = (unit.spans[who[0]][0], unit.spans[who[1] - 1][1]) if who is not None else None
    return [p for p in participants.touching(*span) if p.start >= span[0] and p.end <= span[1]] if span else []


def phrase_participant(text: str, start: int, end: int, reference: Reference | None = None) -> Participant:
    """A participant that is only its phrase, with what its words tell: country, sector and post, where `reference` knows them.

    A thing that is said to say something ("the caption read") is neither a person nor a body.

    >>> phrase_participant("a senior diplomat said", 0, 17).kind, phrase_participant("the caption read", 0, 11).kind
    ('person', 'phrase')
    """
    words = text[start:end]
    told = compose(words, reference, near=frozenset()) if reference is not None and " " in words else None
    kind = _sort_of(text[slice(*head_of(text, start, end))])
    if told is not None and told.sector and kind == "person":
        kind = told.kind
    return Participant(
        id=make_id("ac", words),
        name=words,
        country=told.country if told is not None else None,
        sector=told.sector if told is not None else None,
        office=told.office if told is not None and kind == "person" else None,
        text=words,
        start=start,
        end=end,
        kind=kind,
    )


# What says something and is no speaker: papers, pictures, figures.
_WRITTEN = re.compile(
    r"\b(?:account|ad|advertisement|agreement|analysis|announcement|article|assessment|banner|bill|book|bulletin|caption|census|charter"
    r"|clause|communiqu[eé]|complaint|constitution|data|declaration|decree|dispatch|document|draft|editorial|email|e-mail|estimate|evidence"
    r"|figure|filing|footage|forecast|graffiti|headline|image|indictment|index|inscription|inventory|judg(?:e)?ment|label|law|lawsuit|leaflet"
    r"|letter|list|log|manifesto|map|memo|memorandum|message|motion|note|notice|page|paper|photograph|placard|plan|plaque|poll|post|poster"
    r"|proposal|provision|recording|record|release|report|research|resolution|result|review|ruling|script|sign|slogan|statement|statistic"
    r"|study|suit|summary|survey|tally|tape|text|transcript|treaty|tweet|verdict|video|website|wording)s?$",
    re.I,
)


def _sort_of(head: str) -> str:
    """Whether the head of a phrase is somebody, several, a body, or a thing that only holds words."""
    if _WRITTEN.search(head) or head.lower() in ("it", "this", "that", "which"):
        return "phrase"
    if _PLURAL.search(head):
        return "group"
    known = sort_of_noun(head.rpartition(" ")[2].lower())
    if known is not None and known[1] != "place":
        return {"org": "organization", "people": "group"}.get(known[1], "person")
    return "person" if head[:1].islower() or _PRONOUN.match(head) or " " in head else "organization"


def is_somebody(text: str, p: Participant, low: int) -> bool:
    """Whether one named in words said from `low` on can be whom they support or oppose."""
    if p.country is None and (p.kind == "place" or not p.text[:1].isupper()):
        return False  # "soldiers", "any missions", "Asia": nobody in particular
    if p.kind == "person" and _ANYBODY.fullmatch(p.text):
        return False  # "the worst act of a President"
    if _CRISIS.match(text, p.end):
        return False  # "the Peruvian crisis": a matter, and no party
    owner = text[p.end : p.end + 1] in {"'", "’"}
    if p.kind == "place" and not owner and _SITED.search(text, max(low, p.start - 40), p.start):
        return False  # "missiles in Peru": where, and not who
    return _HARMED.search(text, max(low, p.start - 90), p.start) is None  # "endangers Peru": who suffers


def standing_of(
    text: str, phrase: Run | None, speaker: Participant | None, terms: Terms, context: str = ""
) -> tuple[str, str]:
    """The standing in which somebody speaks, and the words or fact that tell it: official, expert, witness or unknown."""
    if speaker is None:
        return "unknown", "nobody is named"
    described = " ".join(
        part
        for part in (speaker.office, text[slice(*phrase)] if phrase else None, speaker.text, speaker.name, context)
        if part
    )
    order = ("expert", "witness", "official")
    found: dict[str, str] = {}
    for match in terms.matches(described):
        found.setdefault(terms.label(match.group()), match.group())
    for label in order:
        if label in found and not (
            label == "expert" and found[label].lower() in {"former", "retired"} and speaker.sector in _OFFICIAL_SECTORS
        ):
            return label, f"“{found[label]}”"
    if _ANONYMOUS.search(described):
        return "unknown", "speaks without a name"
    if speaker.sector in _OFFICIAL_SECTORS:
        return "official", f"sector {speaker.sector}"
    if speaker.kind in {"place", "nationality"}:
        return "official", "a state speaks through its government"
    return "unknown", "no office or profession is told"


def gathering_at(text: str, heard: Run | None) -> Run | None:
    """ "told a news conference that": a gathering that stands where the listener would is where it was said, and not to whom."""
    head = head_of(text, *heard) if heard is not None else None
    return head if head is not None and _GATHERING.search(text[slice(*head)]) else None
