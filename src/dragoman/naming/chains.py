"""What an article has mentioned so far, and which chain a later mention joins.

A chain is one party of an article, named again by a surname, an office ("the minister"), a group ("the delegations"), a pronoun or
"the two sides". Spans and words go in, the names of chains come out.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from dragoman.naming.found import Found
from dragoman.naming.namings import country_by_whole_name
from dragoman.naming.pronouns import gender_of_name
from dragoman.records import Mention
from dragoman.reference import Hit, Reference

__all__ = ["Chains", "apposed", "behind_office", "doubtful_acronym", "part_of_state", "post_before"]

_PREPOSITIONS = frozenset(
    "of in at near from to on by with for against into over under between among across after before".split()
)
_SPELT = {
    "organisation": "organization",
    "defence": "defense",
    "centre": "center",
    "labour": "labor",
    "programme": "program",
}
_LONGEST = 12  # words of a body's name
_ARTICLE = re.compile(r"^(?:al|el|as|ar|an|ash|ad|at|az)[-‑–’'](?=\w{3})")
_LATEST = 2  # sentences
_REACH = 200  # characters between an office and its holder's name
_CLOSE = 2  # sentences back in which two countries are looked for
_NEAR = 12  # sentences from a group to its next mention
_HIS = frozenset(
    "he him his mr sir lord king prince father mullah sheikh brother duke emperor sultan imam congressman".split()
)
_HERS = frozenset(
    "she her hers mrs ms miss lady queen princess dame sister baroness empress duchess congresswoman".split()
)
_JOINED = re.compile(
    r"(?:[’']s)?\s*(?:-|–|/|,)\s*|(?:[’']s)?(?:\s+[a-z]+){0,2}\s+and\s+(?:the\s+|its\s+\w+\s+|his\s+|her\s+)?"
)


_ROLE_ENDS = re.compile(r"[,;.:]|\s(?:who|said|has|had|was|is|on)\b")
_APPOSITION = re.compile(
    r"(?:\s+(?:of|for|under|at)\s[^,;]{1,120})?,\s+(?:who is\s+)?(?:(?!and\b|but\b|or\b)\w+\s+){0,2}"
)
# "for Terrorism and Financial Intelligence", between an office and its holder's name
_PORTFOLIO = re.compile(r"(?:\s+(?:of|for|at|and|the|[A-Z][\w.’'-]*)){1,12}\s+")
# What stands between two countries and "both sides" whom they speak to or deal with.
_TO_OTHERS = re.compile(
    r"[^.;\n]*?\s(?:urg(?:ed?|es|ing)|call(?:ed|s|ing)?|ask(?:ed|s|ing)?|press(?:ed|es|ing)?|warn(?:ed|s|ing)?|tell(?:s|ing)?|told"
    r"|appeal(?:ed|s|ing)?|criticiz(?:ed?|es|ing)|criticis(?:ed?|es|ing)|condemn(?:ed|s|ing)?|encourag(?:ed?|es|ing)|mediat(?:ed?|es|ing)"
    r"|pressur(?:ed?|es|ing)|invit(?:ed?|es|ing)|help(?:ed|s|ing)?|monitor(?:ed|s|ing)?)"
    r"(?:\s+(?:for|to|between|by|with|of|from|in|on|restraint|calm|mediation|talks|help|a|the))*\s+"
)
_SIDES = frozenset("South North East West Southern Northern Eastern Western Central Upper Lower".split())
_OWNER = re.compile(r".*[’']s\s", re.S)
_TOGETHER = re.compile(
    r"\b(?:and|met|meets?|meeting|receive[ds]?|host(?:s|ed)?|telephone[ds]?"
    r"|(?:talks|spoke|speaks|talked|conversation|call|meeting|dinner) with)\b"
)
"""What stands between two who do something together."""
_LONGEST_NAME = 40
_SAYS = re.compile(
    r"\s+(?:says?|said|tells?|told|adds?|added|wrote|reported|announced|confirmed|warned|noted|explained)\b"
)
_AND_POST = re.compile(r"(?:\s+(?:of|for|under|at|in)\s[^,;.]{1,80})?\s+and\s+")
_POST_GOES_ON = re.compile(r"\s*[,.]|\s+(?:of|for|at)\s")


class Chains:
    """The chains of one article, in the order of its text; lives for one call."""

    def __init__(self, article_id: str, text: str) -> None:
        self.acronyms: dict[str, str] = {}
        """Acronyms that the text itself explains, and the body's label."""
        self._prefix = f"{article_id}/"
        self._text = text
        self._pairs: list[tuple[int, tuple[str, ...]]] = []  # two countries joined by words, by the end of the words
        self._people: dict[str, tuple[str, ...]] = {}
        self._called: dict[str, dict[str, int]] = defaultdict(dict)  # word of a name, chains with their number
        self._numbers: dict[str, int] = {}  # of chains of persons, as they came
        self._gender: dict[str, str] = {}
        self._offices: dict[str, set[str]] = {}
        self._nations: dict[str, set[str]] = {}
        self._bodies: dict[tuple[str, ...], str] = {}  # words of a body's name, its chain
        self._parts_of_bodies: dict[tuple[str, ...], set[str]] = {}  # how such a name begins or ends
        self._aside: set[int] = set()  # where mentions behind a preposition begin
        self._recent: list[tuple[int, int, str, str]] = []  # sentence, start, chain, sort
        self._places: dict[str, list[int]] = defaultdict(list)  # where a chain stands in `_recent`
        self._persons: dict[str, int] = {}  # persons as they were last mentioned, with the place in `_recent`
        self._countries: list[tuple[int, int, str]] = []  # start, sentence, iso3

    def new(self, label: str) -> str:
        """The chain of a label such as `person:Ada Ruiz`, which tells what it stands for."""
        return self._prefix + label

    def label(self, chain: str) -> str:
        """The label of a chain."""
        return chain.removeprefix(self._prefix)

    def remember(self, number: int, start: int, chain: str, sort: str, *, behind: str = "") -> None:
        """A mention in sentence `number`; `sort` is person, country, org, place or group, which decides what may refer to it.

        `behind` is the word before it: what stands behind a preposition is seldom what an "it" goes on with.
        """
        self._places[chain].append(len(self._recent))
        self._recent.append((number, start, chain, sort))
        if sort == "person":
            self._persons.pop(chain, None)
            self._persons[chain] = len(self._recent) - 1
        if behind in _PREPOSITIONS:
            self._aside.add(start)

    def join(self, one: str, other: str) -> None:
        """Let what was mentioned as `one` be of the chain `other`."""
        if one == other or one not in self._places:
            return
        for place in self._places[one]:
            number, start, _, sort = self._recent[place]
            self._recent[place] = (number, start, other, sort)
        self._places[other] = sorted(self._places[other] + self._places.pop(one))
        if one in self._persons:
            self._persons[other] = max(self._persons.pop(one), self._persons.get(other, 0))
            self._persons = dict(sorted(self._persons.items(), key=lambda item: item[1]))

    def learn_pair(self, end: int, codes: tuple[str, ...]) -> None:
        """Two countries that words ending here join."""
        insort(self._pairs, (end, codes))

    def learn_countries(self, number: int, hits: Iterable[Hit]) -> None:
        """The countries named in a sentence, and those of them that its words join ("Chile and Peru", "Chile-Peru")."""
        told = [
            (hit, e.country) for hit in hits if (e := hit.of("country", "demonym", "capital")) is not None and e.country
        ]
        for place, (hit, code) in enumerate(told):
            between = self._text[told[place - 1][0].end : hit.start] if place else ""
            joined = place > 0 and _JOINED.fullmatch(between) is not None and told[place - 1][1] != code
            self._countries.append((hit.start, number, code))
            if joined:
                self.learn_pair(hit.end, tuple(sorted((told[place - 1][1], code))))

    def learn_person(self, chain: str, tokens: tuple[str, ...]) -> None:
        """A name of the person of a chain; the longest is kept."""
        if len(tokens) > len(self._people.get(chain, ())):
            self._people[chain] = tuple(_bare(token) for token in tokens)
            for token in self._people[chain]:
                self._called[token][chain] = self._numbers.setdefault(chain, len(self._numbers))

    def learn_role(self, chain: str, hits: Iterable[Hit]) -> None:
        """The offices, with their bodies, and the countries among known words that are said of a chain."""
        for hit in hits:
            if hit.of("office", "collective", "body", "organization"):
                self._offices.setdefault(chain, set()).update(self._text[hit.start : hit.end].lower().split())
            entry = hit.of("country", "demonym")
            if entry and entry.country:
                self._nations.setdefault(chain, set()).add(entry.country)

    def learn_nations(self, chain: str, listed: set[str | None]) -> None:
        """The state of the one known person who bears the name of a chain, where the text has told none."""
        if len(listed) == 1 and chain not in self._nations:
            self._nations[chain] = {code for code in listed if code}

    def body(self, label: str, *, known: bool) -> str:
        """The chain of a body: of one that was named in full before where this is a part of that name, spelt in either way.

        "Congress" after "the United States Congress", "Harrow" after "Harrow School"; `known` bodies stand for themselves, and where
        several names hold the words nobody but a new one is meant.
        """
        words = tuple(_SPELT.get(word, word) for word in re.findall(r"[\w&’'-]+", label.lower()) if word != "the")
        chain = self._bodies.get(words)
        if chain is None and not known:
            longer = self._parts_of_bodies.get(words, set())
            chain = next(iter(longer)) if len(longer) == 1 else None
        if chain is None:
            chain = self.new(f"org:{label}")
            for cut in range(1, min(len(words), _LONGEST)):
                self._parts_of_bodies.setdefault(words[cut:], set()).add(chain)
                self._parts_of_bodies.setdefault(words[:cut], set()).add(chain)
        self._bodies.setdefault(words, chain)
        return chain

    def person(self, tokens: tuple[str, ...]) -> str | None:
        """The chain of a person already named by these words, a surname or a given name used as one; `None` where several fit."""
        tokens = tuple(_bare(token) for token in tokens)
        called = {chain: number for token in tokens for chain, number in self._called.get(token, {}).items()}
        matches = [
            chain
            for chain in sorted(called, key=called.__getitem__)
            if (name := self._people[chain]) == tokens
            or (len(tokens) == 1 and tokens[0] in name)
            or (len(name) == 1 and name[0] in tokens)
            or (
                len(tokens) > 1
                and len(name) > 1
                and tokens[-1] == name[-1]
                and (tokens[0] == name[0] or (tokens[0][0] == name[0][0] and len(tokens[0]) <= 2))
            )
        ]
        if len(matches) > 1 and all(
            _one_spelling(self._people[matches[0]], self._people[each]) for each in matches[1:]
        ):
            return matches[0]
        return matches[-1] if len(set(matches)) == 1 else self._latest(matches)

    def _latest(self, chains: Collection[str]) -> str | None:
        """Of persons who share a name the one named last, where the last sentences name no other of them."""
        last = self._recent[-1][0] if self._recent else 0
        near = {chain for _, _, chain, _ in self._since(last - _LATEST) if chain in chains}
        return next(iter(near)) if len(near) == 1 else None

    def _since(self, number: int) -> Sequence[tuple[int, int, str, str]]:
        """What was mentioned from a sentence on."""
        return self._recent[bisect_left(self._recent, (number,)) :]

    def holder(self, role: set[str], nations: set[str]) -> str | None:
        """The last person whose office holds these words and whose country does not conflict."""
        for chain in reversed(self._persons):
            offices = self._offices.get(chain)
            own = self._nations.get(chain, set())
            if offices and _same_office(role, offices) and (not nations or not own or nations & own):
                return chain
        return None

    def same_group(self, number: int, head: str) -> str | None:
        """ "The delegations" after "senior delegations from both countries", "the ministry" after "the Peruvian trade ministry"."""
        for _, _, chain, sort in reversed(self._since(number - _NEAR)):
            if not (sort in ("group", "org") or (sort == "person" and "/role:" in chain)):
                continue
            label = chain.rpartition("/")[2].partition(":")[2].lower()
            if label != head and re.search(rf"\b{re.escape(head)}$", label):
                return chain
        return None

    def last_pair(self, position: int) -> tuple[str, ...] | None:
        """The two countries joined most recently before a place ("Chile and Peru", "both countries"), else named together in a sentence.

        Two who urge "both countries" are not meant: "India and Nepal fought. Peru and Chile urged both countries to stop."
        """
        joined = bisect_left(self._pairs, (position + 1,))
        if joined:
            end, pair = self._pairs[joined - 1]
            return (self._others(joined, position, pair) if self._speak_to(end, position) else None) or pair
        by_sentence: dict[int, list[str]] = {}
        before = [(sentence, country) for at, sentence, country in self._countries if at < position]
        for sentence, country in before or [(n, c) for _, n, c in self._countries]:
            seen = by_sentence.setdefault(sentence, [])
            if country not in seen:
                seen.append(country)
        for sentence in sorted(by_sentence, reverse=True):
            if len(by_sentence[sentence]) == 2:
                return tuple(sorted(by_sentence[sentence]))
        seen = list(dict.fromkeys(country for _, country in before))
        return tuple(sorted(seen)) if len(seen) == 2 else None

    def _speak_to(self, end: int, position: int) -> bool:
        """Whether two who are named up to `end` speak to those named at `position`, or deal between them."""
        return position - end <= _REACH and _TO_OTHERS.fullmatch(self._text, end, position) is not None

    def _others(self, joined: int, position: int, pair: tuple[str, ...]) -> tuple[str, ...] | None:
        """Two countries before `pair`: the only two of the last sentences, else the last that are joined, else the only two of all."""
        before = self._countries[: bisect_left(self._countries, (position,))]
        near, last = set[str](), 0
        for _, number, country in reversed(before[-_NEAR:]):
            if before[-1][1] - number > _CLOSE or (len(near) > 1 and number < last):
                break
            last = number
            near |= {country} - set(pair)
        if len(near) == 2:
            return tuple(sorted(near))
        for _, other in reversed(self._pairs[max(0, joined - _NEAR) : joined - 1]):
            if other != pair:
                return other
        rest = {country for _, _, country in before} - set(pair)
        return tuple(sorted(rest)) if len(rest) == 2 else None

    def two_of(self, number: int) -> str | None:
        """The chain of the two persons or countries that a sentence tells of together, for "they" that opens the next one.

        "Ruiz met Soto", "Chad and Mali signed": and nobody else of whom there are several.
        """
        low, high = (bisect_left(self._recent, (at,)) for at in (number, number + 1))
        told = self._recent[low:high]
        if any(sort == "group" for *_, sort in told):
            return None
        first: dict[str, int] = {}
        for _, start, chain, sort in told:
            if sort == "person":
                first.setdefault(chain, start)
        if len(first) == 2:
            one, two = sorted(first.values())
            both = "+".join(self.label(chain) for chain in sorted(first, key=lambda chain: first[chain]))
            return self.new(f"both:{both}") if _TOGETHER.search(self._text, one, two) else None
        here = [at for at, sentence, _ in self._countries if sentence == number]
        if first or not here:
            return None
        joined = {codes for end, codes in self._pairs if here[0] < end <= here[-1] + _LONGEST_NAME}
        return self.new("pair:" + "+".join(joined.pop())) if len(joined) == 1 else None

    def learn_gender(self, chain: str, word: str) -> None:
        """What a title, a pronoun or a first name tells of the person of a chain: "Mrs", "he"; the first that does counts."""
        told = "f" if word.lower() in _HERS else "m" if word.lower() in _HIS else None
        if told := told or gender_of_name(self.label(chain).removeprefix("person:")):
            self._gender.setdefault(chain, told)

    def antecedent(
        self, number: int, position: int, sorts: Sequence[str], word: str = "", outside: tuple[int, int] = (0, 0)
    ) -> str | None:
        """The first fitting mention of this sentence before a pronoun, else of the nearest sentence before.

        The first rather than the last: subjects come first, and news keeps its subject. "She" is nobody who is called Mr or he; an "it"
        goes on with what this sentence or the one before names, and not behind a preposition. Nobody named within `outside` is meant.
        """
        other = "m" if word.lower() in _HERS else "f" if word.lower() in _HIS else ""
        thing = word.lower() == "it"
        for sentence in range(number, max(-1, number - (2 if thing else 4)), -1):
            low, high = (bisect_left(self._recent, (at,)) for at in (sentence, sentence + 1))
            fits = [
                (start, chain)
                for _, start, chain, sort in self._recent[low:high]
                if sort in sorts
                and start < position
                and not outside[0] <= start < outside[1]
                and self._gender.get(chain, "-") != other
                and not (thing and start in self._aside)
            ]
            if fits:
                return min(fits)[1]
        return None


def _bare(token: str) -> str:
    """A word of a name in small letters and without an Arabic article: "Assad" of "al-Assad"."""
    return _ARTICLE.sub("", token.casefold())


def _one_spelling(one: tuple[str, ...], two: tuple[str, ...]) -> bool:
    """Whether two full names are one person's, misprinted: "Kristen" and "Kristin Wilkins", one letter apart in a given name."""
    if len(one) != len(two) or len(one) < 2 or one[-1] != two[-1]:
        return False
    apart = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
    return not apart or (
        len(apart) == 1
        and len(apart[0][0]) == len(apart[0][1]) > 4
        and sum(a != b for a, b in zip(*apart[0], strict=True)) == 1
    )


def _same_office(role: set[str], offices: set[str]) -> bool:
    """Whether an office is meant by these words: all of them said of the holder before; British and American spelling alike."""
    fold = {"defence": "defense", "vice-chairman": "chairman"}
    role = {fold.get(word, word) for word in role}
    return role <= {fold.get(word, word) for word in offices}


def apposed(
    text: str, phrases: Sequence[Mention], reference: Reference
) -> Iterator[tuple[Mention, Mention, tuple[Hit, ...]]]:
    """Persons with the phrases of their offices beside them, and the known words there: "NAME, the office of X," in either order.

    `phrases` are those of one sentence. "NAME, minister of X and |head of Y|,": posts that "and" joins are all of theirs.
    """
    beside = [
        (a, b)
        for a, b in _neighbours(phrases)
        if _APPOSITION.fullmatch(text[a.span.end : b.span.start])
        or (text[a.span.end : b.span.start] == " and " and _both_posts(a, b, reference))
    ]
    for left, right in beside:
        if _is_anothers(left, right, beside):
            continue
        for person, role in ((left, right), (right, left)):
            if "/person:" not in person.chain or "/role:" not in role.chain:
                continue
            if person is left and _SAYS.match(text, role.span.end):
                continue  # "She met Ruiz, a senior official said."
            hits = _told_of(text, role, reference)
            if hits:
                yield person, role, hits
            for second in phrases if hits and person is left else ():
                bare = "/role:" in second.chain and second.text[:2].lower() not in ("a ", "an", "th")
                joined = bare and _AND_POST.fullmatch(text, role.span.end, second.span.start)
                if (
                    joined
                    and _POST_GOES_ON.match(text, second.span.end)
                    and (more := _told_of(text, second, reference))
                ):
                    yield person, second, more


def _told_of(text: str, role: Mention, reference: Reference) -> tuple[Hit, ...]:
    """The known words of an office to the end of its phrase; none where no one office is among them ("Ruiz, who met two ministers")."""
    stop = _ROLE_ENDS.search(text, role.span.end, role.span.end + 200)
    owner = _OWNER.search(text, role.span.start, role.span.end)
    found = reference.scan(text, role.span.start, stop.start() if stop else role.span.end)
    # Of "the minister's party" the minister's office is not that of who is named behind it.
    hits = tuple(h for h in found if owner is None or h.start >= owner.end() or h.of("office") is None)
    office = next((e for h in hits if (e := h.of("office")) is not None), None)
    return hits if office is not None and office.detail != "plural" else ()


def _neighbours(phrases: Sequence[Mention]) -> Iterator[tuple[Mention, Mention]]:
    """Pairs of phrases that may be in apposition: neighbours, and those with the phrases of an "of ..." between them."""
    for gap in (1, 2, 3):
        for left, right in zip(phrases, phrases[gap:], strict=False):
            if right.span.start - left.span.end < 140:
                yield left, right


def _both_posts(left: Mention, right: Mention, reference: Reference) -> bool:
    """ "State Councilor and Foreign Minister Ruiz": two posts of one person, neither with an article of its own."""
    if (
        "/role:" not in left.chain
        or "/person:" not in right.chain
        or not re.match(r"(?!(?:The|An?)\s)[A-Z]", left.text)
    ):
        return False
    one, two = reference.scan(left.text), reference.scan(right.text)
    ends = bool(one) and one[-1].end == len(left.text) and one[-1].of("office") is not None
    return ends and bool(two) and two[0].start == 0 and two[0].of("office") is not None


def _is_anothers(person: Mention, role: Mention, beside: Sequence[tuple[Mention, Mention]]) -> bool:
    """ "The president of A, Ruiz, the president of B, Soto,": an office between two names belongs to the second where the first has one."""
    return (
        "/person:" in person.chain
        and any("/person:" in b.chain and b.chain != person.chain for a, b in beside if a is role)
        and any("/person:" not in a.chain for a, b in beside if b is person)
    )


def post_before(text: str, found: Found, start: int, reference: Reference) -> Mention | None:
    """The office whose portfolio stands right before a name: "|Deputy Minister| for Multilateral Affairs Park Yong-su"."""
    before = [m for m in found.ending(start - _REACH, start - 1) if m.kind == "phrase" and "/role:" in m.chain]
    posts = (m for m in before if any(hit.of("office") for hit in reference.scan(m.text)))
    post = max(posts, key=lambda m: m.span.end, default=None)
    return post if post is not None and _PORTFOLIO.fullmatch(text, post.span.end, start) else None


def behind_office(text: str, start: int, reference: Reference) -> bool:
    """Whether a name stands right behind an office and a comma: "Peru's Permanent Observer, |Ada Ruiz|"."""
    hits = reference.scan(text, max(0, start - 60), start)
    office = hits[-1].of("office") if hits and text[hits[-1].end : start] == ", " else None
    return office is not None and office.detail == "singular"


def doubtful_acronym(hit: Hit, text: str, explained: Collection[str], named: Callable[[], set[str]]) -> bool:
    """Whether a short acronym of a national body stands in an article that never names its country: most such are others.

    `explained` are the acronyms that the article explains, `named` gives the countries that it names.
    """
    entry = hit.of("organization")
    word = text[hit.start : hit.end]
    if (
        entry is None
        or len(word) > 4
        or not word.isupper()
        or entry.country in ("IGO", "UNO", "EUR", "NGO", "USA", "GBR", "RUS", "SUN", None)
    ):
        return False
    return word in explained or entry.country not in named()


def part_of_state(phrase: str, name: str, head: Hit) -> str | None:
    """The region that "Western Australia" is, a part of the state whose name ends the phrase."""
    before = phrase.removesuffix(name).split()
    if not before or before[-1] not in _SIDES or head.of("country") is None:
        return None
    region = f"{before[-1]} {name}"
    return region if country_by_whole_name(region) is not None else None
