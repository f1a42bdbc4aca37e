"""Where noun phrases and names stand in a sentence, read off parts of speech and the known words of the reference.

Nothing here knows what was said before: `mentions` asks for the phrases of one sentence after the other, and what sort of name a run of
capitalised words is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dragoman.reference import Hit
from dragoman.tagger import Tagger, words

__all__ = [
    "NO_HEAD", "PLACE_PREPOSITIONS", "Word", "are_people", "body_before_person", "is_body_word", "is_one_person", "is_title", "last_hit",
    "name_runs", "noun_phrases", "portfolio_before_person", "sort_of_name", "tagged",
    "word_before",
]  # fmt: skip

_ORG_HEADS = frozenset(
    "ministry department bureau commission committee council party front army union agency organization organisation"
    " association center centre institute institution university college court tribunal bank group fund force forces command"
    " parliament assembly congress senate office directorate staff board authority federation movement foundation league"
    " alliance coalition company corporation corp inc ltd plc church mosque network news times post television tv radio academy"
    " administration secretariat service services brigade division battalion regiment corps guard guards militia brotherhood club society"
    " library museum hospital school"
    " laboratory observatory gallery orchestra monastery cathedral trust house cabinet government delegation"
    " embassy consulate mission confederation syndicate chamber registry prosecutor's".split()
)
_THING_HEADS = frozenset(
    "treaty agreement accord accords pact convention act law bill resolution declaration communique war wars day days prize cup"
    " championship festival protocol charter constitution plan initiative doctrine program programme project process deal"
    " memorandum statement report crisis revolution uprising pandemic hurricane typhoon award bridge ship minutes book memoir".split()
)
_MEETING_HEADS = frozenset(
    "conference forum summit talks dialogue consultation consultations meeting session congress games olympics assembly".split()
)
_PLACE_HEADS = frozenset(
    "sea ocean river strait straits gulf bay island islands peninsula mountains valley province region district street square"
    " city airport port base desert lake heights hills desert border peninsula coast county canal channel park gardens forest beach mount"
    " mountain road avenue highway cape reef harbour harbor falls plateau village town cemetery".split()
)
PLACE_PREPOSITIONS = frozenset(
    "in at near from to outside across around inside toward towards off over via into through".split()
)
"""What stands before a town that is only where something is."""
_TITLES = frozenset(
    "mr mrs ms miss dr sir lord lady prof professor sheikh sheik imam rev father mullah ayatollah comrade h.e excellency".split()
)
_DAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_MONTHS = frozenset("january february march april may june july august september october november december".split())
_NOT_NAMES = _DAYS | _MONTHS | {"i"}
_NAME_LINKS = frozenset("al bin ben ibn abu de del della da dos von van der den la le el di du bint ul ur".split())
_HEAD_TAGS = frozenset(("NN", "NNS", "NNP", "NNPS"))
NO_HEAD = frozenset(("JJ", "JJR", "VB", "VBP", "VBZ", "MD", "RB"))
"""Parts of speech that head no noun phrase: "host", "major" are known words and here no nouns."""
_INNER_TAGS = frozenset(
    ("DT", "PDT", "PRP$", "CD", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "VBN", "VBG", "HYPH", "POS", "SYM")
)
_PAST = frozenset(
    "met said told held sent gave took made went left urged vowed backed hailed praised signed visited accused arrested killed".split()
)
_BOUND = 40  # words of one noun phrase at most: text is hostile


class Word(NamedTuple):
    """A word of a sentence at [start, end), with its part of speech (Penn Treebank tags)."""

    start: int
    end: int
    text: str
    tag: str


_SPANS = frozenset("minute hour day night week month year".split())
_BEFORE_SPAN = frozenset("last this next".split())
# What an office may be for: "Minister for |Multilateral Affairs|", "Director of National |Security|".
_PORTFOLIOS = frozenset(
    "affairs security defence defense intelligence policy trade commerce development cooperation planning operations relations rights"
    " finance justice energy health education culture labour labor agriculture environment transport communications technology science"
    " industry economy treasury interior information tourism sports immigration migration terrorism nonproliferation non-proliferation"
    " disarmament control matters logistics training research strategy budget".split()
)


def tagged(text: str, start: int, end: int, tagger: Tagger) -> list[Word]:
    """The words of a sentence with their parts of speech."""
    spans = words(text, start, end)
    tokens = [text[a:b] for a, b in spans]
    tags = tagger.tag(tokens)
    for k, token in enumerate(tokens):
        named = k > 0 and tags[k - 1] in ("NNP", "NNPS")
        behind = tokens[k + 1] if k + 1 < len(tokens) else ""
        # After a name that the tagger never saw, a past form is easily taken for a noun ("Kiprop met farmers", "Ruto urged leaders").
        if token in _PAST and (tags[k].startswith("NN") or (named and tags[k] in ("JJ", "VBN") and behind != "by")):
            tags[k] = "VBD"
        elif (token == "He" and named and behind[:1].isupper()) or (token == "Under" and behind == "Secretary"):
            tags[k] = "NNP"  # "Vice Premier |He| Lifeng", "Under Secretary"
    return [Word(a, b, token, tag) for (a, b), token, tag in zip(spans, tokens, tags, strict=True)]


def noun_phrases(found: list[Word], hits: list[Hit]) -> Iterator[tuple[int, int]]:
    """Runs of words [i, j) that make base noun phrases: no "of", no relative clause, ended by a noun."""
    found = [word._replace(tag="VBZ") if _heads_a_headline(found, at, hits) else word for at, word in enumerate(found)]
    for begin, stop in _runs(found, hits):
        yield from _parted(found, begin, stop, hits)


def _runs(found: list[Word], hits: list[Hit]) -> Iterator[tuple[int, int]]:
    inside = {}
    for hit in hits:
        for index, word in enumerate(found):
            if hit.start <= word.start and word.end <= hit.end and not _is_verb(found, index, hit):
                inside[index] = hit
    at = 0
    while at < len(found):
        begin = at
        last_noun = -1
        while at < len(found) and at - begin < _BOUND:
            word = found[at]
            known = at in inside
            # A possessive closes the possessor's phrase and opens the next, of which it is a part too.
            if word.tag == "POS" and last_noun == at - 1 and at > begin:
                yield begin, at
            if word.tag in _HEAD_TAGS or known:
                last_noun = at
            elif last_noun >= 0 and (_joins(found, inside, at) or _lists(found, inside, at)):
                pass
            elif _ends_phrase(found, at, begin, last_noun):
                break
            at += 1
        if last_noun >= begin:
            yield begin, last_noun + 1
            at = max(at, last_noun + 1)
        if at == begin:
            at += 1


_BASE_VERBS = frozenset(
    "arrest attack ban back block seize free kill detain release expel jail raid protest shell bomb".split()
)
_NO_VERBS = frozenset(
    "states cities towns weapons sports arms affairs talks relations news customs elections rights operations services sanctions forces"
    " exports imports sales ties peoples politics economics".split()
)


def _heads_a_headline(found: list[Word], at: int, hits: list[Hit]) -> bool:
    """Whether a word in -s behind the name that opens a headline is its verb: "Ghana |deports| 40 Nigerians"."""
    word = found[at]
    if word.tag not in ("NN", "NNS", "JJ") or not word.text.islower() or at + 1 >= len(found):
        return False
    if (
        word.text in _BASE_VERBS
        and at
        and (found[at - 1].tag in ("NNS", "NNPS") or found[at - 1].text.lower() == "police")
    ):
        # "Police |arrest| ten Chileans"
        begins = any(hit.start == found[at + 1].start and hit.of("demonym", "country") for hit in hits)
        return found[at + 1].tag in ("CD", "DT", "PRP$") or begins
    if not word.text.endswith("s"):
        return False
    name = next((hit for hit in hits if hit.end == found[at - 1].end and hit.of("country", "capital", "region")), None)
    if at == 0 or name is None or any(hit.start <= word.start < hit.end for hit in hits):
        return False
    opens = name.start == found[0].start or any(
        w.end <= name.start <= w.end + 1 and w.text in (":", ",", ".", "and") for w in found[:at]
    )
    behind = found[at + 1]
    if behind.tag in ("NNS", "NN"):
        known = any(hit.start <= behind.start < hit.end for hit in hits)
        return opens and behind.tag == "NNS" and not known and word.text not in _NO_VERBS
    nation = any(hit.start == behind.start and hit.of("demonym", "country") for hit in hits)
    return opens and (behind.tag in ("CD", "DT", "PRP$") or nation)


def _is_verb(found: list[Word], at: int, hit: Hit) -> bool:
    """Whether a word that the reference knows is the verb here: "Chad accused Mali" beside "the accused" and "two wounded"."""
    word, tag = found[at], found[at].tag
    if hit.start < word.start or word.end < hit.end:
        return False
    if tag == "VBN":
        return at == 0 or found[at - 1].tag not in ("DT", "CD", "JJ", "PRP$", "POS")
    return tag in ("VBD", "VBP", "VBZ", "MD")


def _ends_phrase(found: list[Word], at: int, begin: int, last_noun: int) -> bool:
    """Whether a noun phrase that began at `begin` cannot go on with this word."""
    word = found[at]
    if word.tag in ("VBN", "VBG"):
        # "accusing Fiji" opens with a verb; in "TASS quoted Shoigu" the verb follows its subject: neither is a modifier.
        return (at == begin and not _modifies(found, at)) or (last_noun >= 0 and last_noun == at - 1)
    return word.tag not in _INNER_TAGS or (word.tag in ("DT", "PRP$") and at > begin)


_BEFORE_MONTH = frozenset("in since until by from late early last next of mid before after".split())
_BEARS = re.compile(r"(?:er|or|ist|ian|man|woman|men|ee|ant|chief|aide|envoy|ally|wife|son|heir|king|queen)s?$")


def _counts_people(found: list[Word], at: int, stop: int) -> bool:
    """Whether a word that counts, in small letters, begins another party that goes on to a noun at the end of the run."""
    return (
        found[at].text.lower() in _COUNTS
        and found[at].text.islower()
        and found[stop - 1].tag in ("NNS", "NNPS", "NN")
        and stop - at > 1
    )


def _parted(found: list[Word], begin: int, stop: int, hits: list[Hit]) -> Iterator[tuple[int, int]]:
    """A run of words as one phrase, or as several where another party begins within it.

    Behind the day ("Friday President Ruiz"), the dash of a dateline, a thing that is somebody's ("at Mr. Moss's request Ana Ruiz");
    before "Mr." after a small word ("a theme Mr. Moss").
    """
    lead = found[begin].text.lower()
    before = found[begin - 1].text.lower() if begin else ""
    year = (
        lead.isdigit() and len(lead) == 4 and found[begin + 1 : begin + 2] and found[begin + 1].tag in ("NNP", "NNPS")
    )
    if stop - begin > 1 and (lead in _DAYS or (before in _BEFORE_MONTH and (lead in _MONTHS or year))):
        begin += 1
        if lead in _MONTHS and stop - begin > 1 and found[begin].tag == "CD" and len(found[begin].text) == 4:
            begin += 1  # "In June 2020 |twenty soldiers|"
    elif stop - begin > 2 and lead in _BEFORE_SPAN and found[begin + 1].text in _SPANS and begin + 2 < stop:
        begin += 2  # "Last month |gunmen|"
    elif lead in ("least", "most") and before == "at" and begin + 1 < stop:
        begin += 1  # "at least |twenty soldiers|"
    elif before == "as" and lead == "as" and begin + 1 < stop:
        begin += 1
    possessed = False
    for at in range(begin + 1, stop):
        word, last = found[at], found[at - 1]
        possessed |= last.tag == "POS"
        small = last.text.islower() and last.tag in ("NN", "NNS")
        if word.tag == "CD" and at + 1 < stop and last.tag == "NNP" and found[at + 1].text.rstrip("s") in _SPANS:
            yield begin, at  # "gave Ambassador Ruiz |48 hours|"
            begin = at
            possessed = False
        elif last.tag in ("NN", "NNS", "NNP") and _counts_people(found, at, stop):
            yield begin, at  # "in the forest |eight people|", "the Omani side |four prisoners|"
            begin = at
            possessed = False
        elif word.tag == "PRP" and small:
            yield begin, at  # "our friends |we|"
            begin = at
        elif small and at > begin + 1 and any(hit.start == word.start and hit.of("country") for hit in hits):
            yield begin, at  # "the deployment endangers |China|", a verb taken for a noun; "the host nation |Qatar|"
            begin = at
            possessed = False
        elif (
            word.text in ("-", "–", "—") and last.end < word.start and at + 1 < stop and word.end < found[at + 1].start
        ):
            yield begin, at
            begin = at + 1
        elif (small and word.text[:1].isupper() and word.text.lower().rstrip(".") in _TITLES) or (
            possessed
            and small
            and _is_name_word(word)
            and not _BEARS.search(last.text)
            and not any(hit.start <= last.start and last.end <= hit.end for hit in hits)
        ):
            yield begin, at
            begin = at
            possessed = False
    if begin < stop:
        yield begin, stop


_BEFORE_VERB = frozenset("of by for from without about against after before started began stopped keep kept".split())
_PARTICIPLES = frozenset(
    "warring opposing neighbouring neighboring striking protesting fighting invading occupying advancing retreating participating"
    " remaining surviving fleeing departing returning mediating guaranteeing bordering visiting ousted deposed exiled retired"
    " detained jailed masked armed acting outgoing incoming ruling leading so-called".split()
)


_BE = frozenset("is are was were be been being am".split())
_HAVE = frozenset("has have had having".split())


def _modifies(found: list[Word], at: int) -> bool:
    """Whether a participle that opens a phrase belongs to it ("masked men"), and is not a verb before its object ("accusing Fiji").

    Behind "of", "by" or a verb an -ing is the verb: "of backing rebels", "is sending soldiers", "considering sending soldiers"; so is what
    stands right behind "has": "has jailed soldiers".
    """
    if found[at].tag == "VBN" and at and found[at - 1].text.lower() in _HAVE:
        return False
    if found[at].text.lower() in ("including", "excluding", "following", "involving", "concerning", "regarding"):
        return False
    if found[at].text.lower() in _PARTICIPLES:
        return True
    if (
        found[at].tag == "VBG"
        and at
        and (found[at - 1].text.lower() in _BE | _BEFORE_VERB or found[at - 1].tag.startswith("VB"))
    ):
        return False
    return at + 1 < len(found) and found[at + 1].tag in ("NN", "NNS")


def _behind(found: list[Word], inside: dict[int, Hit], at: int) -> int:
    """The first word behind the known name in which the word at `at` stands."""
    hit = inside[at]
    while at < len(found) and inside.get(at) is hit:
        at += 1
    return at


def _joins(found: list[Word], inside: dict[int, Hit], at: int) -> bool:
    """Whether "and" joins two modifiers of one head ("Chinese and Russian armed forces"), not two phrases."""
    if found[at].tag != "CC" or found[at].text not in ("and", "&"):
        return False
    # Behind a comma "and" ends a list of three or more: "British, French, |and| German diplomats".
    last = at - 2 if at > 3 and found[at - 1].text == "," and found[at - 3].text == "," else at - 1
    left, right = inside.get(last), inside.get(at + 1)
    if left is None or right is None or left.of("demonym", "country") is None or right.of("demonym", "country") is None:
        return False
    follow = _behind(found, inside, at + 1)
    return follow < len(found) and found[follow].tag in ("NN", "NNS", "JJ", "NNPS") and bool(left.of("demonym"))


_LISTED = 12
"""Nationalities that one list may hold."""


def _lists(found: list[Word], inside: dict[int, Hit], at: int) -> bool:
    """Whether a comma stands in a list of nationalities before one head: "the American|,| Italian and German leaders"."""
    for _ in range(_LISTED):
        left = inside.get(at - 1)
        if found[at].text != "," or left is None or not left.of("demonym") or at + 1 >= len(found):
            return False
        if found[at + 1].text in ("and", "&"):  # "British, French|,| and German diplomats"
            return _joins(found, inside, at + 1)
        right = inside.get(at + 1)
        if right is None or not right.of("demonym"):
            return False
        at = _behind(found, inside, at + 1)
        if at >= len(found):
            return False
        if found[at].text != ",":
            return _joins(found, inside, at)
    return False


def _is_name_word(word: Word) -> bool:
    return word.text[:1].isupper() and word.text.lower() not in _NOT_NAMES and any(c.isalpha() for c in word.text)


def name_runs(phrase: Sequence[Word], hits: list[Hit]) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words in a noun phrase, outside country words and lower-case offices."""
    at = 0
    blocked = {
        index
        for index, word in enumerate(phrase)
        for hit in hits
        if hit.start <= word.start
        and word.end <= hit.end
        and hit.of("country", "demonym", "office", "collective", "capital", "seat")
    }
    while at < len(phrase):
        if not _is_name_word(phrase[at]) or at in blocked or phrase[at].tag in ("DT", "PRP$", "CD"):
            at += 1
            continue
        begin = at
        while (
            at < len(phrase)
            and at not in blocked
            and (
                _is_name_word(phrase[at])
                or (phrase[at].text.lower() in _NAME_LINKS and at + 1 < len(phrase) and _is_name_word(phrase[at + 1]))
                or (phrase[at].text in ("-", ".") and begin < at < len(phrase) - 1)
            )
        ):
            at += 1
        yield begin, at


def sort_of_name(tokens: list[str], before: str, hit: Hit | None) -> str | None:
    """person, organization, place, meeting or None (a thing) for a capitalised run."""
    if hit is not None:
        if hit.of("meeting"):
            return "meeting"
        if hit.of("leader"):
            return "person"
        if hit.of("organization", "body"):
            return "organization"
        if hit.of("region", "thing"):
            return "place" if hit.of("region") else None
    last = tokens[-1].lower().rstrip("s'’")
    lowered = [token.lower() for token in tokens]
    if len(tokens) == 1 and last in _REALMS:
        return None
    if lowered[-1] in _MEETING_HEADS and len(tokens) > 1:
        return "meeting"
    if lowered[-1] in _THING_HEADS or last in _THING_HEADS:
        return None
    if any(token in _ORG_HEADS for token in lowered) and len(tokens) > 1:
        return "organization"
    if lowered[-1] in _PLACE_HEADS:
        return "place"
    if len(tokens) == 1 and tokens[0].isupper() and len(tokens[0]) > 1:
        return "organization"
    if before in PLACE_PREPOSITIONS and len(tokens) <= 2 and before not in ("to", "from", "over", "toward", "towards"):
        return "place"
    return "person" if 1 <= len(tokens) <= 5 else None


_REALMS = frozenset("republic kingdom emirate sultanate commonwealth principality".split())
_COUNTS = frozenset(
    "a an one another two three four five six seven eight nine ten eleven twelve dozens hundreds thousands several many some few most other"
    " more fewer young elderly injured wounded armed jailed detained captured kidnapped masked suspected unarmed ordinary ethnic".split()
)


def are_people(phrase: Sequence[Word]) -> bool:
    """Whether a phrase that ends with a nationality counts or describes people ("two Germans") and means no state ("the Germans")."""
    last = phrase[-1].text
    told = any(word.tag == "CD" or word.text.lower() in _COUNTS for word in phrase[:-1])
    return (
        told
        and all(word.text.islower() or word.tag == "CD" or word is phrase[0] for word in phrase[:-1])
        and last[:1].isupper()
    )


_HUMAN = re.compile(
    r"(?:er|or|ist|ian|ant|ent|ee|man|woman|child|girl|boy|baby|infant|chief|wife|husband|son|daughter|mother|aide)$"
)


def is_one_person(phrase: Sequence[Word], *, singular: bool) -> bool:
    """Whether a phrase that ends with a known word for people is about one of them: "their child", "a protester", not "the army"."""
    last = phrase[-1]
    return (
        singular
        and last.tag in ("NN", "NNP")
        and phrase[0].tag in ("DT", "PRP$")
        and _HUMAN.search(last.text.lower()) is not None
    )


def is_body_word(word: str) -> bool:
    """Whether a word heads names of bodies: "ministry", "council"."""
    return word in _ORG_HEADS


def is_title(word: str) -> bool:
    """Whether a word, without its full stop, is how somebody is addressed: "Mr", "Sheikh"."""
    return word.lower() in _TITLES


def body_before_person(name: Sequence[Word], hits: list[Hit], tagger: Tagger) -> int:
    """Where a name of a body runs into a person's ("Central Military Commission Zhang Youxia"); 0 for nowhere."""
    for cut in range(len(name) - 2, 0, -1):
        word = name[cut - 1]
        body = word.text.lower() in _ORG_HEADS or any(h.end == word.end and h.of("organization") for h in hits)
        rest = name[cut:]
        if (
            body
            and 2 <= len(rest) <= 4
            and not any(
                w.text.lower() in _ORG_HEADS | _THING_HEADS | _MEETING_HEADS
                or tagger.known.get(w.text.lower()) is not None
                for w in rest
            )
        ):
            return cut
    return 0


def portfolio_before_person(name: Sequence[Word], before: str, tagger: Tagger) -> int:
    """Where what an office is for runs into its holder's name ("for Multilateral Affairs |Park Yong-su|"); 0 for nowhere."""
    if before not in ("for", "of", "and"):
        return 0
    cut = max((k + 1 for k, word in enumerate(name) if word.text.lower() in _PORTFOLIOS), default=0)
    rest = [word.text.lower() for word in name[cut:]]
    heads = _ORG_HEADS | _THING_HEADS | _MEETING_HEADS | _PLACE_HEADS - {"park"}
    return cut if 2 <= len(rest) <= 4 and not any(w in heads or w in tagger.known for w in rest) else 0


def last_hit(hits: list[Hit], end: int) -> Hit | None:
    """The last known word that ends at `end`."""
    return next((hit for hit in reversed(hits) if hit.end == end), None)


def word_before(text: str, start: int) -> str:
    """The word before a place in a text, without its full stop.

    >>> word_before("She met Mr. Moss", 12)
    'Mr'
    """
    return (text[max(0, start - 14) : start].rstrip(" .").split() or [""])[-1]
