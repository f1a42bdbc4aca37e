"""Find the phrases that name or stand for somebody or something, and join those of one article into chains.

Two layers are found, because users need both. *Names* (`person`, `organization`, `place`, `nationality`, `office`, `meeting`) are
cut as names: "Sergei Shoigu". *Phrases* (`phrase`, `pronoun`) are what takes part in an act: "Russian Defense Minister Sergei Shoigu",
"three French journalists", "the two sides". Both carry a chain; `actors` turns chains into actors.

The best existing tool (NGEC) takes what a 110 M parameter parser and a question-answering model return, seconds a story. Here a noun
phrase is read off part-of-speech tags and reference words in a few milliseconds, and a learned tagger may add names through `Tagger`.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from dragoman.quotes import find_quotes
from dragoman.records import Article, Mention, Span, make_id
from dragoman.reference import Hit, Reference
from dragoman.tagger import Tagger as PartOfSpeech
from dragoman.tagger import words
from dragoman.voices import first_persons, voice_of

__all__ = ["Tagger", "find_mentions", "same_party"]


class Tagger(Protocol):
    """What a learned reader must offer: (start, end, kind, probability) of names, and the phrases that take part in acts."""

    def names(self, text: str, sentences: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int, str, float]]: ...

    def parties(self, text: str, sentences: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]: ...


_PERSON_PRONOUNS = frozenset(("he", "she", "him", "her", "his", "hers"))
_GROUP_PRONOUNS = frozenset(("they", "them", "their", "we", "our", "us"))
_THING_PRONOUNS = frozenset(("it", "its"))
_PAIR = re.compile(
    r"\b(?:[Bb]oth|(?:[Tt]he|[Oo]ur|[Tt]heir|[Tt]hese|[Tt]hose)\s+two)\s+(?:\w+\s+)?"
    r"(?:sides|countries|nations|states|neighbou?rs|governments|militaries|parties|powers|capitals|delegations|allies|peoples|armies|navies|air\s+forces|armed\s+forces|coast\s+guards|ministries|parliaments|leaders|presidents|premiers|(?:(?:prime|foreign|defen[cs]e)\s+)?ministers)\b"
    r"|\b[Tt]he\s+sides\b"
)
_ORG_HEADS = frozenset(
    "ministry department bureau commission committee council party front army union agency organization organisation"
    " association center centre institute institution university college court tribunal bank group fund force forces command"
    " parliament assembly congress senate office directorate staff board authority federation movement foundation league"
    " alliance coalition company corporation corp inc ltd plc church mosque network news times post television tv radio academy"
    " administration secretariat service services brigade division battalion regiment corps guard guards militia brotherhood club society"
    " trust house cabinet government delegation embassy consulate mission confederation syndicate chamber registry prosecutor's".split()
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
    " city airport port base desert lake heights hills desert border peninsula coast county canal channel".split()
)
_PLACE_PREPOSITIONS = frozenset(
    "in at near from to outside across around inside toward towards off over via into through".split()
)
_TITLES = frozenset(
    "mr mrs ms miss dr sir lord lady prof professor sheikh sheik imam rev father mullah ayatollah comrade".split()
)
_NOT_NAMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september"
    " october november december i".split()
)
_NAME_LINKS = frozenset("al bin ben ibn abu de del della da dos von van der den la le el di du bint ul ur".split())
_HEAD_TAGS = frozenset(("NN", "NNS", "NNP", "NNPS"))
_NEAR = 12  # sentences from a group to its next mention
_FUNCTION = frozenset(("RB", "IN", "CC", "DT", "PRP", "MD", "WRB", "WP"))
_NO_HEAD = frozenset(("JJ", "JJR", "VB", "VBP", "VBZ", "MD", "RB"))
_INNER_TAGS = frozenset(
    ("DT", "PDT", "PRP$", "CD", "JJ", "JJR", "JJS", "NN", "NNS", "NNP", "NNPS", "VBN", "VBG", "HYPH", "POS", "SYM")
)
_PAST = frozenset(
    "met said told held sent gave took made went left urged vowed backed hailed praised signed visited accused arrested killed".split()
)
_JOINED = re.compile(
    r"(?:[’']s)?\s*(?:-|–|/|,)\s*|(?:[’']s)?(?:\s+[a-z]+){0,2}\s+and\s+(?:the\s+|its\s+\w+\s+|his\s+|her\s+)?"
)
_BOUND = 40  # words of one noun phrase at most: text is hostile


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str
    tag: str


@dataclass(slots=True)
class _Chains:
    """What has been seen so far in the article, for pronouns, surnames and offices. Lives for one call."""

    article_id: str
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    offices: dict[str, set[str]] = field(default_factory=dict)
    nations: dict[str, set[str]] = field(default_factory=dict)
    recent: list[tuple[int, int, str, str]] = field(default_factory=list)  # sentence, start, chain, sort
    countries: list[tuple[int, int, str]] = field(default_factory=list)  # start, sentence, iso3
    pairs: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)  # end, two iso3 joined by words
    acronyms: dict[str, str] = field(default_factory=dict)


def _tagged(text: str, start: int, end: int, tagger: PartOfSpeech) -> list[_Word]:
    spans = words(text, start, end)
    tokens = [text[a:b] for a, b in spans]
    tags = tagger.tag(tokens)
    # After a name that the tagger never saw, a past form is easily taken for a noun ("Kiprop met farmers").
    tags = ["VBD" if token in _PAST and tag.startswith("NN") else tag for token, tag in zip(tokens, tags, strict=True)]
    return [_Word(a, b, token, tag) for (a, b), token, tag in zip(spans, tokens, tags, strict=True)]


def _noun_phrases(found: list[_Word], hits: list[Hit]) -> Iterator[tuple[int, int]]:
    """Runs of words [i, j) that make base noun phrases: no "of", no relative clause, ended by a noun."""
    inside = {}
    for hit in hits:
        for index, word in enumerate(found):
            if hit.start <= word.start and word.end <= hit.end:
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
            elif word.tag == "CC" and word.text in ("and", "&") and last_noun >= 0 and _joins(found, inside, at):
                pass
            elif _ends_phrase(found, at, begin, last_noun):
                break
            at += 1
        if last_noun >= begin:
            yield begin, last_noun + 1
            at = max(at, last_noun + 1)
        if at == begin:
            at += 1


def _ends_phrase(found: list[_Word], at: int, begin: int, last_noun: int) -> bool:
    """Whether a noun phrase that began at `begin` cannot go on with this word."""
    word = found[at]
    if word.tag in ("VBN", "VBG"):
        # "accusing Fiji" opens with a verb; in "TASS quoted Shoigu" the verb follows its subject: neither is a modifier.
        return (at == begin and not _modifies(found, at)) or (last_noun >= 0 and last_noun == at - 1)
    return word.tag not in _INNER_TAGS or (word.tag in ("DT", "PRP$") and at > begin)


_PARTICIPLES = frozenset(
    "visiting ousted deposed exiled retired detained jailed masked armed acting outgoing incoming ruling leading so-called".split()
)


def _modifies(found: list[_Word], at: int) -> bool:
    """Whether a participle that opens a phrase belongs to it ("masked men"), and is not a verb before its object ("accusing Fiji")."""
    return found[at].text.lower() in _PARTICIPLES or (at + 1 < len(found) and found[at + 1].tag in ("NN", "NNS"))


def _joins(found: list[_Word], inside: dict[int, Hit], at: int) -> bool:
    """Whether "and" joins two modifiers of one head ("Chinese and Russian armed forces"), not two phrases."""
    left, right = inside.get(at - 1), inside.get(at + 1)
    if left is None or right is None or left.of("demonym", "country") is None or right.of("demonym", "country") is None:
        return False
    follow = at + 1
    while follow < len(found) and inside.get(follow) is right:
        follow += 1
    return follow < len(found) and found[follow].tag in ("NN", "NNS", "JJ", "NNPS") and bool(left.of("demonym"))


def _is_name_word(word: _Word) -> bool:
    return word.text[:1].isupper() and word.text.lower() not in _NOT_NAMES and any(c.isalpha() for c in word.text)


def _name_runs(phrase: list[_Word], hits: list[Hit]) -> Iterator[tuple[int, int]]:
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


def _sort_of_name(tokens: list[str], before: str, hit: Hit | None) -> str | None:
    """person, organization, place, meeting or None (a thing) for a capitalised run."""
    if hit is not None:
        if hit.of("meeting"):
            return "meeting"
        if hit.of("leader"):
            return "person"
        if hit.of("organization", "body"):
            return "organization"
    last = tokens[-1].lower().rstrip("s'’")
    lowered = [token.lower() for token in tokens]
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
    if before in _PLACE_PREPOSITIONS and len(tokens) <= 2 and before not in ("to", "from", "over", "toward", "towards"):
        return "place"
    return "person" if 1 <= len(tokens) <= 5 else None


_EXTENSION = re.compile(
    r"\s+(?:on|for|of|against)\s+(?:the\s+)?(?:[A-Z][\w-]*)(?:\s+(?:and\s+)?(?:in\s+)?[A-Z][\w-]*){0,6}"
)


def _extended_name(text: str, end: int) -> int:
    """The end of "Conference on International Security" given the end of "Conference"."""
    match = _EXTENSION.match(text, end)
    return match.end() if match else end


def _last_hit(hits: list[Hit], end: int) -> Hit | None:
    return next((hit for hit in reversed(hits) if hit.end == end), None)


def _person_chain(chains: _Chains, tokens: tuple[str, ...]) -> str | None:
    """The chain of a person already named by these words, a surname or a given name used as one."""
    matches = [
        chain
        for chain, name in chains.people.items()
        if name == tokens
        or (len(tokens) == 1 and tokens[0] in name)
        or (len(name) == 1 and name[0] in tokens)
        or (
            len(tokens) > 1
            and len(name) > 1
            and tokens[-1] == name[-1]
            and tokens[0][0] == name[0][0]
            and len(tokens[0]) <= 2
        )
    ]
    return matches[-1] if len(set(matches)) == 1 else None


class _Finder:
    """One article's pass; its state is what has been mentioned so far."""

    def __init__(self, article: Article, reference: Reference, tagger: PartOfSpeech, names: Tagger | None) -> None:
        self.article = article
        self.text = article.text
        self.reference = reference
        self.tagger = tagger
        self.names = names
        self.chains = _Chains(article.id)
        self.found: dict[tuple[int, int, str], Mention] = {}
        self.learned: dict[tuple[int, int], str] = {}
        self._countries: set[str] | None = None

    def add(self, start: int, end: int, kind: str, chain: str) -> None:
        key = (start, end, kind)
        if key not in self.found and start < end:
            self.found[key] = Mention(
                id=make_id("me", self.article.id, start, end, kind),
                article_id=self.article.id,
                span=Span(start=start, end=end),
                text=self.text[start:end],
                kind=kind,
                chain=chain,
            )

    def new_chain(self, label: str) -> str:
        return f"{self.article.id}/{label}"

    def run(self, sentences: Sequence[tuple[int, int]]) -> tuple[Mention, ...]:
        if self.names is not None:
            self.learned = dict(self.whole_names(self.names.names(self.text, sentences)))
            for span in self.learned:
                name = self.text[slice(*span)]
                if " " in name and any(entry.name == name for entry in self.reference.people(name)):
                    self.learned[span] = (
                        "person"  # who is listed by this very name is known better than a model guesses
                    )
        for number, (start, end) in enumerate(sentences):
            self.sentence(number, start, end)
        if self.names is not None:
            self.take_learned()
            self.take_parties(self.names.parties(self.text, sentences))
        self.voices()
        return tuple(sorted(self.found.values(), key=lambda m: (m.span.start, -m.span.end, m.kind)))

    def whole_names(self, names: Iterable[tuple[int, int, str, float]]) -> Iterator[tuple[tuple[int, int], str]]:
        """Learned names without "’s" before or "of the" behind them, as far as the reference knows them, and none that is no name."""
        text = self.text
        for start, end, kind, _ in names:
            piece = _EDGES.fullmatch(text, start, end)
            if piece is None:
                continue
            start, end = piece.span("name")
            for hit in self.reference.scan(text, max(0, start - 40), min(len(text), end + 40)):
                if hit.of("organization") and hit.start <= start and end <= hit.end and kind == "organization":
                    start, end = hit.start, hit.end
            word = text[start:end]
            opens = text[max(0, start - 2) : start] in ("", ". ", "\n\n")
            if (
                opens
                and " " not in word
                and self.tagger.tag([word.lower(), text[end : end + 1].strip() or "is"])[0] in _FUNCTION
            ):
                continue  # "Hence", which opens a sentence
            if kind == "organization" and self.reference.lookup(word) == () and _OF_MEETING.match(text, start):
                continue  # "the Oslo Security Forum": what meets is told by `meetings`
            if kind == "organization" and (
                _TOPIC.search(text, max(0, start - 40), start)
                or (word.isupper() and not self.reference.lookup(word) and self.is_thing(word))
            ):
                continue
            yield (start, end), kind

    def is_thing(self, word: str) -> bool:
        """Whether the article calls an acronym a weapon, a system or a treaty: "the ABCD missiles"."""
        return re.search(rf"\b{re.escape(word)}{_THING}", self.text) is not None

    def take_learned(self) -> None:
        """Let the learned names stand for the names cut by rule, which keep their chains; new ones get a chain of their own."""
        by_rule = {
            key: mention
            for key, mention in self.found.items()
            if key[2] in ("person", "organization", "place", "nationality")
        }
        for key, mention in by_rule.items():
            # A rule's name of several words stays where the model sees none; of one word it is too often no name.
            if " " not in mention.text or any(a < key[1] and key[0] < b for a, b in self.learned):
                del self.found[key]
        spans = sorted((m.span.start, m.span.end) for m in self.found.values() if m.kind == "phrase")
        for (start, end), kind in sorted(self.learned.items()):
            if kind in ("meeting", "date"):
                continue  # these two are found by grammars of their own
            near = [m for (a, b, _), m in by_rule.items() if a < end and start < b]
            same = next((m for m in near if m.kind == kind), near[0] if near else None)
            label = {"organization": "org"}.get(kind, kind)
            name = self.chains.acronyms.get(self.text[start:end], self.text[start:end])
            chain = same.chain if same else self.new_chain(f"{label}:{name}")
            self.add(start, end, kind, chain)
            if same is None and kind != "nationality" and not any(a < end and start < b for a, b in spans):
                self.add(start, end, "phrase", chain)

    def take_parties(self, spans: Iterable[tuple[int, int]]) -> None:
        """A phrase for each learned party that no rule has cut; a part of a phrase that a rule has cut stands for that phrase."""
        phrases = sorted((m.span.start, m.span.end) for m in self.found.values() if m.kind == "phrase")
        for start, end in spans:
            if _NO_PARTY.fullmatch(self.text, start, end):
                continue
            hits = [hit for hit in self.reference.scan(self.text[start:end]) if hit.end - hit.start == end - start]
            state = next((e for hit in hits if (e := hit.of("country", "demonym")) is not None and e.country), None)
            if any(same_party((start, end), phrase, inside=state is None) for phrase in phrases):
                continue
            short = next(((a, b) for a, b in phrases if a == start and b < end), None)
            if short is not None and _GOES_ON.match(self.text, short[1], end):
                # "officers from 40 states" is one party, and "officers" no other.
                mention = self.found.pop((*short, "phrase"))
                phrases[phrases.index(short)] = (start, end)
                self.add(start, end, "phrase", mention.chain)
                continue
            pronoun = self.found.get((start, end, "pronoun"))
            label = f"country:{state.country}" if state is not None else "role:" + _BARE.sub("", self.text[start:end])
            self.add(start, end, "phrase", pronoun.chain if pronoun else self.new_chain(label))

    def voices(self) -> None:
        """ "We" in a quotation stands for whom its speaker speaks for; `actors` makes a state of an official."""
        speaking = {
            (m.span.start, m.span.end): m.chain
            for m in self.found.values()
            if m.kind in ("phrase", "pronoun") and re.search(r"/(?:person|org|country|government|role):", m.chain)
        }
        for quote in find_quotes(self.text):
            places = first_persons(self.text, quote)
            speaker = voice_of(self.text, quote, list(speaking)) if places else None
            if speaker is None:
                continue
            chain = self.new_chain("voice:" + speaking[speaker].removeprefix(f"{self.article.id}/"))
            for start, end in places:
                known = self.found.pop((start, end, "phrase"), None)
                if known is not None or self.text[start:end].lower() in ("we", "us"):
                    self.add(start, end, "phrase", chain)

    def sentence(self, number: int, start: int, end: int) -> None:
        tagged = _tagged(self.text, start, end, self.tagger)
        hits = self.reference.scan(self.text, start, end)
        told = [
            (hit, e.country) for hit in hits if (e := hit.of("country", "demonym", "capital")) is not None and e.country
        ]
        for place, (hit, code) in enumerate(told):
            between = self.text[told[place - 1][0].end : hit.start] if place else ""
            joined = place > 0 and _JOINED.fullmatch(between) is not None and told[place - 1][1] != code
            self.chains.countries.append((hit.start, number, code))
            if joined:
                self.chains.pairs.append((hit.end, tuple(sorted((told[place - 1][1], code)))))
        covered = [(match.start(), match.end()) for match in _PAIR.finditer(self.text, start, end)]
        pieces: list[tuple[int, int]] = []
        for begin, stop in _noun_phrases(tagged, hits):
            pieces.append((begin, stop))
        for begin, stop in pieces:
            a, b = tagged[begin].start, tagged[stop - 1].end
            if any(x < b and a < y for x, y in covered):
                continue
            before = tagged[begin - 1].text.lower() if begin else ""
            after = tagged[stop].text if stop < len(tagged) else ""
            self.phrase(number, tagged[begin:stop], [h for h in hits if a <= h.start and h.end <= b], before, after)
        for a, b in covered:
            self.pair(a, b)
        for word in tagged:
            self.pronoun(number, word, start)
        self.appositions(number, start, end)

    def phrase(self, number: int, phrase: list[_Word], hits: list[Hit], before: str, after: str) -> None:
        if phrase[0].tag in ("DT", "PDT") and len(phrase) == 1:
            return
        start, end = phrase[0].start, phrase[-1].end
        self.inner_names(phrase, hits)
        head = _last_hit(hits, end)
        runs = list(_name_runs(phrase, hits))
        last_run = runs[-1] if runs and runs[-1][1] == len(phrase) else None
        if last_run is not None and (head is None or head.of("leader", "organization", "body", "meeting")):
            self.named(number, phrase, hits, last_run, before, start, end, after)
        elif (
            head is not None
            and head.of("country", "demonym", "capital", "seat")
            and not head.of("office", "collective")
        ):
            self.nation(number, phrase, head, before, start, end, after)
        elif head is not None and head.of("office", "collective", "body"):
            self.role(number, hits, head, start, end, phrase[-1].tag)

    def inner_names(self, phrase: list[_Word], hits: list[Hit]) -> None:
        for hit in hits:
            entry = hit.of("country", "demonym")
            if entry is not None:
                kind = "nationality" if hit.entries[0].kind == "demonym" or hit.end < phrase[-1].end else "place"
                kind = "place" if hit.of("country") and self.text[hit.end : hit.end + 1] in ("'", "’") else kind
                self.add(hit.start, hit.end, kind, self.new_chain(f"country:{entry.country}"))
            elif hit.of("office") and (hit.end < phrase[-1].end or phrase[-1].tag not in _NO_HEAD):
                self.add(
                    hit.start, hit.end, "office", self.new_chain(f"office:{self.text[hit.start : hit.end].lower()}")
                )

    def named(
        self,
        number: int,
        phrase: list[_Word],
        hits: list[Hit],
        run: tuple[int, int],
        before: str,
        start: int,
        end: int,
        after: str,
    ) -> None:
        name = phrase[run[0] : run[1]]
        while name and name[0].text.lower().rstrip(".") in _TITLES and len(name) > 1:
            name = name[1:]
        a, b = name[0].start, name[-1].end
        tokens = [word.text for word in name if word.text[0].isalnum()]
        if not tokens or (len(tokens) == 1 and len(tokens[0]) < 2):
            return
        if len(tokens) == 1 and tokens[0].lower() in _ORG_HEADS:
            first = run[0]
            while first > 0 and phrase[first - 1].text[:1].isupper() and phrase[first - 1].tag != "DT":
                first -= 1
            if first < run[0] and not any(h.of("country", "demonym") and h.end > phrase[first].start for h in hits):
                # "the Executive Committee": a known office that is the first word of a body's name
                run, a = (first, run[1]), phrase[first].start
                tokens = [word.text for word in phrase[first : run[1]]]
        hit = next((h for h in hits if h.start <= a and h.end == b), None)
        if hit is not None and self.doubtful_acronym(hit):
            hit = None
        if hit is not None and hit.of("organization") and hit.start < a:
            a = hit.start  # "the Workers Party of Malta" is no Malta
        cut = self.org_then_person(name, hits)
        if cut:
            self.named(
                number, phrase[: run[0] + cut], hits, (run[0], run[0] + cut), before, start, name[cut - 1].end, ""
            )
            people = [word.text for word in name[cut:]]
            chain = _person_chain(self.chains, tuple(people)) or self.new_chain("person:" + " ".join(people))
            self.learn_role(chain, self.reference.scan(self.text, max(0, start - 60), name[cut - 1].end))
            self.person(number, phrase, [], tuple(people), chain, name[cut].start, b, name[cut].start, b)
            self.join_role_before(chain, start)
            return
        if (
            before == "of"
            and run[0] > 0
            and hits
            and hits[0].start == start
            and hits[0].of("country")
            and (
                self.text[hits[0].end : hits[0].end + 1] not in ("'", "’")
                or phrase[run[0] - 1].text in _ORG_HEADS  # in small letters
            )
            and _sort_of_name(tokens, "", None) == "person"
            and hit is None
            and len(tokens) > 1
        ):
            # "Prime Minister of Malaysia NAME", "head of Malaysia's coast guard NAME": the office before the country is the person's.
            chain = known_chain = _person_chain(self.chains, tuple(tokens)) or self.new_chain(
                "person:" + " ".join(tokens)
            )
            self.nation(number, phrase[: run[0]], hits[0], before, start, hits[0].end, "")
            self.person(number, phrase, hits[:1], tuple(tokens), known_chain, a, b, a, b)
            self.join_role_before(chain, start)
            self.join_role_before(chain, a)
            return
        opens_sentence = run[0] == 0 and not before
        led_by_office = any(h.end <= a and h.of("office", "collective") for h in hits) or (
            run[0] > 0 and phrase[run[0] - 1].text.lower() in _TITLES
        )
        sort = self.learned.get((a, b)) or _sort_of_name(tokens, "" if led_by_office else before, hit)
        known = _person_chain(self.chains, tuple(tokens))
        if hit is None and known is not None:
            sort = "person"
        elif sort == "person" and hit is None and (a, b) not in self.learned and not led_by_office:
            # A single unknown capitalised word is no person: it may open the sentence or be a thing, a place, a brand.
            if len(tokens) == 1 or (opens_sentence and name[0].tag not in ("NNP", "NNPS")):
                return
            if any(self.tagger.known.get(token.lower()) is not None for token in tokens):
                return  # ordinary words with capitals: a treaty, a slogan, a heading
            if phrase[0].tag == "DT" and len(name) < len(phrase):
                return
        if sort is None:
            return
        if sort == "meeting":
            b = _extended_name(self.text, b)
        if (
            sort == "place"
            and (nation := next((h for h in hits if h.of("demonym") and h.end + 1 == a), None)) is not None
        ):
            a = nation.start  # "the Iberian Peninsula": the nationality is part of the name
        if sort == "person":
            self.person(number, phrase, hits, tuple(tokens), known, a, b, start, end)
        elif sort == "organization":
            entry = hit.of("organization", "body") if hit else None
            if hit is None and len(tokens) == 1 and before not in ("the", "by") and not after[:1].islower():
                return  # an acronym that nothing shows to be a body: a treaty, a weapon
            label = (
                entry.name
                if entry and entry.kind == "organization"
                else self.text[start if hits and hits[0].end <= a else a : b]
            )
            label = self.chains.acronyms.get(self.text[a:b], label)
            chain = self.new_chain(f"org:{label}")
            self.add(a, b, "organization", chain)
            self.add(start, end, "phrase", chain)
            self.acronym(end, chain, label)
            self.remember(number, start, chain, "org")
        else:
            chain = self.new_chain(f"{sort}:{self.text[a:b]}")
            self.add(a, b, sort, chain)
            if sort == "place":
                self.add(start, end, "phrase", chain)

    def doubtful_acronym(self, hit: Hit) -> bool:
        """Whether a short acronym of a national body stands in an article that never names its country: most such are others."""
        entry = hit.of("organization")
        text = self.text[hit.start : hit.end]
        if (
            entry is None
            or len(text) > 4
            or not text.isupper()
            or entry.country in ("IGO", "UNO", "EUR", "NGO", "USA", "GBR", "RUS", "SUN", None)
        ):
            return False
        return text in self.chains.acronyms or entry.country not in self.countries()

    def countries(self) -> set[str]:
        """Every country that the article names anywhere."""
        if self._countries is None:
            hits = self.reference.scan(self.text)
            self._countries = {
                e.country for h in hits for e in h.entries if e.kind in ("country", "demonym", "capital") and e.country
            }
        return self._countries

    def org_then_person(self, name: list[_Word], hits: list[Hit]) -> int:
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
                    or self.tagger.known.get(w.text.lower()) is not None
                    for w in rest
                )
            ):
                return cut
        return 0

    def join_role_before(self, chain: str, start: int) -> None:
        """ "The vice chairman of BODY NAME": the office phrase just before the body is the person's."""
        for mention in list(self.found.values()):
            if (
                mention.kind == "phrase"
                and "/role:" in mention.chain
                and re.fullmatch(
                    r"\s+(?:of|for|at)\s+(?:the\s+)?(?:[A-Z][\w]*[’']s\s+)?", self.text[mention.span.end : start]
                )
            ):
                del self.found[(mention.span.start, mention.span.end, "phrase")]
                self.add(mention.span.start, mention.span.end, "phrase", chain)
                self.learn_role(chain, self.reference.scan(self.text, mention.span.start, start))
                self.chains.recent = [
                    (n, at, chain if c == mention.chain else c, sort) for n, at, c, sort in self.chains.recent
                ]

    def acronym(self, end: int, chain: str, label: str) -> None:
        match = re.compile(r"\s*\(([A-Z][A-Za-z&-]{1,9})\)").match(self.text, end)
        if match:
            self.chains.acronyms[match[1]] = label
            self.add(match.start(1), match.end(1), "organization", chain)

    def person(
        self,
        number: int,
        phrase: list[_Word],
        hits: list[Hit],
        tokens: tuple[str, ...],
        known: str | None,
        a: int,
        b: int,
        start: int,
        end: int,
    ) -> None:
        chain = known or self.new_chain("person:" + " ".join(tokens))
        if len(tokens) > len(self.chains.people.get(chain, ())):
            self.chains.people[chain] = tokens
        self.learn_role(chain, [h for h in hits if h.end <= a])
        self.add(a, b, "person", chain)
        self.add(start, end, "phrase", chain)
        self.remember(number, start, chain, "person")

    def learn_role(self, chain: str, hits: Iterable[Hit]) -> None:
        for hit in hits:
            if hit.of("office", "collective"):
                self.chains.offices.setdefault(chain, set()).update(self.text[hit.start : hit.end].lower().split())
            entry = hit.of("country", "demonym")
            if entry and entry.country:
                self.chains.nations.setdefault(chain, set()).add(entry.country)

    def nation(
        self, number: int, phrase: list[_Word], head: Hit, before: str, start: int, end: int, after: str
    ) -> None:
        entry = head.of("country", "demonym", "capital", "seat")
        assert entry is not None
        if entry.kind in ("capital", "seat"):
            plain = before in _PLACE_PREPOSITIONS or (after == "," and before != "") or self.text[start:end].isupper()
            if plain and entry.name not in self.text[start:end]:
                chain = self.new_chain(f"place:{self.text[head.start : head.end]}")
                self.add(head.start, head.end, "place", chain)
                self.add(start, end, "phrase", chain)  # a town may be what is struck, entered or spoken to
                return
            if entry.name == self.text[head.start : head.end] and plain:
                self.add(head.start, head.end, "place", self.new_chain(f"country:{entry.country}"))
                return
            body = head.of("organization")
            chain = self.new_chain(f"org:{body.name}" if body else f"government:{entry.country}")
            self.add(head.start, head.end, "organization", chain)
        else:
            chain = self.new_chain(f"country:{entry.country}")
            if (
                entry.kind == "demonym"
                and self.text[head.start : head.end] == entry.name + "n"
                and len(phrase) == 1
                and not after
            ):
                return
        self.add(start, end, "phrase", chain)
        self.remember(number, start, chain, "country")

    def role(self, number: int, hits: list[Hit], head: Hit, start: int, end: int, tag: str) -> None:
        """A nominal with an office or collective at its head: the known holder where definite, else itself."""
        text = self.text
        first = text[start:end].split()[0].lower()
        entry = head.of("office", "collective", "body")
        assert entry is not None
        if start == head.start and tag in _NO_HEAD:
            return  # "will host", "major regional issues": the word is no noun here
        role_words = set(text[head.start : head.end].lower().split())
        nations = {e.country for h in hits if (e := h.of("country", "demonym")) is not None}
        chain = None
        definite = first in ("the", "this", "that") or first in _PERSON_PRONOUNS or bool(nations)
        if entry.kind == "office" and entry.detail == "singular" and definite:
            chain = self.holder(role_words, {n for n in nations if n})
        elif first == "the" and not nations and not _GOES_ON.match(text, end):
            chain = self.same_group(number, text[head.start : head.end].lower())
        label = "role:" + text[start:end].lower().removeprefix("the ").removeprefix("a ")
        chain = chain or self.new_chain(label)
        self.add(start, end, "phrase", chain)
        sort = (
            "person"
            if entry.kind == "office" and entry.detail == "singular"
            else "org"
            if entry.kind == "body"
            else "group"
        )
        self.remember(number, start, chain, sort)

    def holder(self, role: set[str], nations: set[str]) -> str | None:
        """The last person whose office holds these words and whose country does not conflict."""
        seen = list(dict.fromkeys(chain for _, _, chain, sort in reversed(self.chains.recent) if sort == "person"))
        for chain in seen:
            offices = self.chains.offices.get(chain)
            own = self.chains.nations.get(chain, set())
            if offices and _same_office(role, offices) and (not nations or not own or nations & own):
                return chain
        return None

    def same_group(self, number: int, head: str) -> str | None:
        """ "The delegations" after "senior delegations from both countries", "the ministry" after "the Peruvian trade ministry"."""
        for where, _, chain, sort in reversed(self.chains.recent):
            if number - where > _NEAR or sort not in ("group", "org"):
                continue
            label = chain.rpartition("/")[2].partition(":")[2].lower()
            if label != head and re.search(rf"\b{re.escape(head)}$", label):
                return chain
        return None

    def pair(self, a: int, b: int) -> None:
        pair = self.last_pair(a)
        people = self.last_two(a) if _PEOPLE.search(self.text, a, b) else None
        if people:
            labels = (chain.removeprefix(f"{self.article.id}/") for chain in people)
            self.add(a, b, "phrase", self.new_chain("both:" + "+".join(labels)))
        elif pair:
            self.add(a, b, "phrase", self.new_chain("pair:" + "+".join(pair)))
            self.chains.pairs.append((b, pair))

    def last_two(self, position: int) -> tuple[str, str] | None:
        """The two persons named together before "the two ministers": "Ruiz and her Chilean counterpart Soto"."""
        named = sorted(
            (m for m in self.found.values() if m.kind == "phrase" and "/person:" in m.chain and m.span.end <= position),
            key=lambda m: -m.span.end,
        )[:12]
        for right, left in itertools.pairwise(named):
            between = self.text[left.span.end : right.span.start]
            if left.chain != right.chain and _TOGETHER.fullmatch(between):
                return left.chain, right.chain
        return None

    def last_pair(self, position: int) -> tuple[str, ...] | None:
        """The two countries joined most recently before a place ("Chile and Peru", "both countries"), else named together in a sentence."""
        joined = [found for found in self.chains.pairs if found[0] <= position]
        if joined:
            return max(joined)[1]
        by_sentence: dict[int, list[str]] = {}
        before = [(sentence, country) for at, sentence, country in self.chains.countries if at < position]
        for sentence, country in before or [(n, c) for _, n, c in self.chains.countries]:
            seen = by_sentence.setdefault(sentence, [])
            if country not in seen:
                seen.append(country)
        for sentence in sorted(by_sentence, reverse=True):
            if len(by_sentence[sentence]) == 2:
                return tuple(sorted(by_sentence[sentence]))
        seen = list(dict.fromkeys(country for _, country in before))
        return tuple(sorted(seen)) if len(seen) == 2 else None

    def pronoun(self, number: int, word: _Word, start: int) -> None:
        lowered = word.text.lower()
        if lowered in _PERSON_PRONOUNS:
            chain = self.antecedent(number, word.start, ("person",))
        elif lowered in ("they", "them", "their"):
            chain = self.antecedent(number, word.start, ("group",))
        elif lowered in _THING_PRONOUNS:
            chain = self.antecedent(number, word.start, ("country", "org"))
        else:
            return
        if chain:
            self.add(word.start, word.end, "pronoun", chain)

    def antecedent(self, number: int, position: int, sorts: tuple[str, ...]) -> str | None:
        """The first fitting mention of this sentence before the pronoun, else of the nearest sentence before.

        The first rather than the last: subjects come first, and news keeps its subject.
        """
        for sentence in range(number, max(-1, number - 4), -1):
            fits = [
                (start, chain)
                for where, start, chain, sort in self.chains.recent
                if where == sentence and sort in sorts and start < position
            ]
            if fits:
                return min(fits)[1]
        return None

    def appositions(self, number: int, start: int, end: int) -> None:
        """ "NAME, the office of X," and "the office of X, NAME,": the phrase joins the person's chain."""
        phrases = sorted(
            (m for m in self.found.values() if m.kind == "phrase" and start <= m.span.start and m.span.end <= end),
            key=lambda m: (m.span.start, -m.span.end),
        )
        for left, right in _neighbours(phrases):
            between = self.text[left.span.end : right.span.start]
            if not _APPOSITION.fullmatch(between):
                continue
            for person, role in ((left, right), (right, left)):
                if "/person:" in person.chain and "/role:" in role.chain:
                    stop = re.compile(r"[,;.:]|\s(?:who|said|has|had|was|is|on)\b").search(
                        self.text, role.span.end, role.span.end + 200
                    )
                    hits = self.reference.scan(self.text, role.span.start, stop.start() if stop else role.span.end)
                    office = next((e for h in hits if (e := h.of("office")) is not None), None)
                    if office is None or office.detail == "plural":
                        continue  # "Ruiz, who met two ministers"
                    self.learn_role(person.chain, hits)
                    key = (role.span.start, role.span.end, "phrase")
                    if key not in self.found or self.found[key].chain != role.chain:
                        continue
                    del self.found[key]
                    self.add(role.span.start, role.span.end, "phrase", person.chain)
                    break

    def remember(self, number: int, start: int, chain: str, sort: str) -> None:
        self.chains.recent.append((number, start, chain, sort))


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
_PEOPLE = re.compile(r"(?:leaders|presidents|premiers|ministers)$")
_TOGETHER = re.compile(
    r"(?:,[^,.;\n]{3,120},)?\s+(?:and|with|met(?:\s+with)?|received|visited)\s+(?:[^\s.;,]+\s+){0,8}?(?:,\s+)?"
)
_NO_PARTY = re.compile(r"\W*(?:\d[\d,.]*|all|both|each|some|many|of|the|one|two|three)?\W*", re.I)
_GOES_ON = re.compile(r"\s+(?:from|in|of)\s")
_THING = (
    r"(?:\s+[\w-]+){0,3}?\s+(?:systems?|missiles?|batter(?:y|ies)|launchers?|radars?|interceptors?|rockets?|drones?|jets?|fighters?|aircraft|tanks?"
    r"|weapons?|rifles?|treaty|accords?|virus|vaccines?)\b"
)
_BARE = re.compile(r"^(?:the|a|an)\s+", re.IGNORECASE)


def same_party(span: tuple[int, int], phrase: tuple[int, int], *, inside: bool) -> bool:
    """Whether a learned span is a phrase already cut: the same end, most of both shared, or (`inside`) a part of it."""
    shared = min(span[1], phrase[1]) - max(span[0], phrase[0])
    if shared <= 0:
        return False
    if inside and phrase[0] <= span[0] and span[1] <= phrase[1]:
        return True
    return phrase[1] == span[1] or shared / max(phrase[1] - phrase[0], span[1] - span[0]) >= 0.6


def _neighbours(phrases: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Pairs of phrases that may be in apposition: neighbours, and those with the phrases of an "of ..." between them."""
    for gap in (1, 2, 3):
        for left, right in zip(phrases, phrases[gap:], strict=False):
            if right.span.start - left.span.end < 140:
                yield left, right


_APPOSITION = re.compile(
    r"(?:\s+(?:of|for|under|at)\s[^,;]{1,120})?,\s+(?:who is\s+)?(?:(?!and\b|but\b|or\b)\w+\s+){0,2}"
)


def _same_office(role: set[str], offices: set[str]) -> bool:
    """Whether an office is meant by these words: all of them said of the holder before; British and American spelling alike."""
    fold = {"defence": "defense", "vice-chairman": "chairman"}
    role = {fold.get(word, word) for word in role}
    return role <= {fold.get(word, word) for word in offices}


def find_mentions(
    article: Article,
    sentences: Sequence[tuple[int, int]],
    reference: Reference,
    tagger: PartOfSpeech,
    names: Tagger | None = None,
) -> tuple[Mention, ...]:
    """Every mention of an article, with its chain, in the order of the text.

    `sentences` are half-open code point offsets; `tagger` gives parts of speech; `names`, where a model is installed, adds
    learned names. A chain's label tells what it stands for (`person:`, `org:`, `country:`, `government:`, `role:`, `pair:`).
    """
    return _Finder(article, reference, tagger, names).run(sentences)
