"""Find the phrases that name or stand for somebody or something, and join those of one article into chains.

Two layers are found, because users need both. *Names* (`person`, `organization`, `place`, `nationality`, `office`, `meeting`) are
cut as names: "Sergei Shoigu". *Phrases* (`phrase`, `pronoun`) are what takes part in an act: "Russian Defense Minister Sergei Shoigu",
"three French journalists", "the two sides". All carry a chain, as a `noun` said again does; `actors` turns chains into actors.

The best existing tool (NGEC) takes what a 110 M parameter parser and a question-answering model return, seconds a story. Here a noun
phrase is read off part-of-speech tags and reference words in a few milliseconds, and a learned tagger may add names through `Tagger`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from dragoman.diplomacy.series import find_names
from dragoman.naming.chains import Chains, apposed, behind_office, doubtful_acronym, part_of_state, post_before
from dragoman.naming.coreference import Ranker, resolved
from dragoman.naming.definites import (
    PAIR,
    PEOPLE,
    SPEAKER,
    author_words,
    last_two,
    named_again,
    person_ahead,
    repeated_names,
    said_again,
)
from dragoman.naming.found import Found
from dragoman.naming.learned import (
    BARE,
    EXTENSION,
    TWINS,
    Phrases,
    goes_on_with_state,
    in_a_name,
    is_credit,
    joined_states,
    nationality_with_article,
    no_party,
    of_an_office,
    of_what_was_agreed,
    same_party,
    whole_names,
    whole_party,
    with_its_states,
)
from dragoman.naming.names import is_holders_name
from dragoman.naming.nounphrases import (
    NO_HEAD,
    PLACE_PREPOSITIONS,
    Word,
    are_people,
    body_before_person,
    is_body_word,
    is_one_person,
    is_title,
    last_hit,
    name_runs,
    noun_phrases,
    portfolio_before_person,
    sort_of_name,
    tagged,
    word_before,
)
from dragoman.naming.offices import has_portfolio
from dragoman.naming.pronouns import sorts_of, stands_for_nothing
from dragoman.records import Article, Mention, Span, make_id
from dragoman.reference import Hit, Reference
from dragoman.speaking.quotes import find_quotes, first_persons, voice_of
from dragoman.tagger import Tagger as PartOfSpeech
from dragoman.text import ByPlace

__all__ = ["Tagger", "find_mentions"]


class Tagger(Ranker, Protocol):
    """What a learned reader must offer: (start, end, kind, probability) of names, and the phrases that take part in acts."""

    def names(self, text: str, sentences: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int, str, float]]: ...

    def parties(self, text: str, sentences: Sequence[tuple[int, int]]) -> Iterable[tuple[int, int]]: ...


_PERSON_PRONOUNS = frozenset(("he", "she", "him", "her", "his", "hers"))
_ACRONYM = re.compile(r"\s*\(([A-Z][A-Za-z&-]{1,9})\)")
_RELATIVE = frozenset(("who", "whom", "whose", "which", "that"))
_LED = re.compile(r"^(?:(?:the|an?|this|that|these)\s+)?(?:(?:madam|mr|mrs|ms)\.?\s+)?")
_GOES_ON = re.compile(r"\s+(?:from|in|of)\s")
_REACH = 200  # between an office and its body


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A noun phrase of sentence `number` at [start, end): its words, the known words among them, the words before and after or ""."""

    number: int
    words: Sequence[Word]
    hits: list[Hit]
    before: str
    after: str
    start: int
    end: int


class _Finder:
    """One article's pass; its state is what has been mentioned so far."""

    def __init__(self, article: Article, reference: Reference, tagger: PartOfSpeech, names: Tagger | None) -> None:
        self.article = article
        self.text = article.text
        self.reference = reference
        self.tagger = tagger
        self.names = names
        self.chains = Chains(article.id, article.text)
        self.found = Found()
        self.latest: list[tuple[int, int, str]] = []  # what this sentence added
        self.learned: dict[tuple[int, int], str] = {}
        self.bearers: dict[int, int] = {}  # where learned names of persons begin and end
        self.ended: dict[int, int] = {}  # and the other way round
        self.quotes = find_quotes(article.text)
        self.ending: dict[int, int] = {}  # where quotations end, and the number of the first that does
        for number, quote in enumerate(self.quotes):
            self.ending.setdefault(quote.end, number)
        self.posts: list[tuple[int, int]] = []  # from an office to its holder's name
        self.words: list[Sequence[Word]] = []  # of every sentence
        self.nouns: list[Sequence[Word]] = []  # the words of every noun phrase
        self._countries: set[str] | None = None

    def add(self, start: int, end: int, kind: str, chain: str) -> None:
        key = (start, end, kind)
        if key not in self.found and start < end:
            self.latest.append(key)
            self.found[key] = Mention(
                id=make_id("me", self.article.id, start, end, kind),
                article_id=self.article.id,
                span=Span(start=start, end=end),
                text=self.text[start:end],
                kind=kind,
                chain=chain,
            )

    def run(self, sentences: Sequence[tuple[int, int]]) -> tuple[Mention, ...]:
        if self.names is not None:
            names = self.names.names(self.text, sentences)
            self.learned = whole_names(self.text, names, self.reference, self.tagger)
            for span in self.learned:
                name = self.text[slice(*span)]
                if " " in name and any(entry.name == name for entry in self.reference.people(name)):
                    self.learned[span] = "person"  # who is listed by this very name is known better
            self.bearers = {start: end for (start, end), kind in self.learned.items() if kind == "person"}
            self.ended = {end: start for start, end in self.bearers.items()}
        for number, (start, end) in enumerate(sentences):
            self.sentence(number, start, end)
        if self.names is not None:
            self.take_learned()
            self.take_parties(self.names.parties(self.text, sentences))
        self.whole_meetings(sentences)
        self.voices()
        for start, stop, kind, chain in list(repeated_names(self.text, self.found.values())):
            self.add(start, stop, kind, chain)
        for start, stop, chain in list(named_again(self.text, self.found.values())):
            self.add(start, stop, "pronoun", chain)
        for start, stop, chain in list(said_again(self.text, self.nouns, self.found.values())):
            self.add(start, stop, "noun", chain if "/" in chain.partition(":")[0] else self.chains.new(chain))
        return resolved(self.article, sentences, self.words, self.nouns, self.found.values(), self.quotes, self.names)

    def whole_meetings(self, sentences: Sequence[tuple[int, int]]) -> None:
        """The proper name of a meeting is one mention, whole; no piece of it is a body ("the Oslo |Water| Forum")."""
        mentioned = ByPlace(self.found, lambda key: key[:2])
        for name in find_names(self.text, sentences):
            start = self.text.find(name.name, name.start, name.end)
            if not name.proper or start < 0:
                continue
            stop = start + len(name.name)
            for a, b, kind in [key for key in mentioned.touching(start, stop) if key in self.found]:
                label = self.found[a, b, kind].chain.rpartition("/")[2]
                piece = start <= a and b <= stop and b - a < stop - start
                bodily = label.startswith(("org:", "role:")) and self.text[a : a + 1].isupper()
                known = any(hit.of("organization") for hit in self.reference.scan(self.text, a, b))
                if (kind == "meeting" and a < stop and start < b) or (piece and bodily and not known):
                    del self.found[a, b, kind]
            self.add(start, stop, "meeting", self.chains.new(f"meeting:{name.name}"))

    def take_learned(self) -> None:
        """Let the learned names stand for the names cut by rule, which keep their chains; new ones get a chain of their own."""
        by_rule = {k: m for k, m in self.found.items() if k[2] in ("person", "organization", "place", "nationality")}
        learned = ByPlace(self.learned, lambda span: span)
        for key, mention in by_rule.items():
            # A rule's name of several words stays where the model sees none; of one word it is too often no name.
            titled = key[2] == "person" and is_title(word_before(self.text, key[0]))
            if (" " not in mention.text and not titled) or learned.touching(*key[:2]):
                del self.found[key]
        phrases = ByPlace((key for key in self.found if key[2] == "phrase"), lambda key: key[:2])
        ruled = ByPlace(by_rule.items(), lambda item: item[0][:2])
        whole: dict[str, str] = {}  # the chains of surnames of whom the text names in full
        for (start, end), kind in sorted(self.learned.items()):
            if kind in ("meeting", "date"):
                continue  # these two are found by grammars of their own
            near = [mention for _, mention in ruled.touching(start, end)]
            same = next((m for m in near if m.kind == kind), near[0] if near else None)
            name = self.chains.acronyms.get(self.text[start:end], self.text[start:end])
            inner = same is not None and same.kind == kind and "of " + same.text in name
            own = self.chains.person(tuple(name.split())) if same is None and kind in ("person", "place") else None
            if own is not None and kind == "place" and " " not in name and not self.reference.lookup(name):
                kind = "person"  # "|Pak|'s visit", after Pak Ui Chun
            if kind == "organization" and (same is None or inner):
                listed = {entry.name for entry in self.reference.lookup(name) if entry.kind == "organization"}
                chain = self.chains.body(min(listed) if len(listed) == 1 else name, known=len(listed) == 1)
                for mention in near if inner else ():  # "Appeal", of the "Court of Appeal"
                    self.found.rechain(mention.chain, chain, start, end)
            else:
                chain = same.chain if same else self.chains.new(f"{kind.replace('organization', 'org')}:{name}")
            if kind == "person" and " " in name and " " not in (own or chain):
                whole[own or chain] = chain = self.chains.new(f"person:{name}")
            elif kind == "person":
                chain = own or chain
            if kind == "person" and same is None:
                self.chains.learn_person(chain, tuple(name.split()))
            self.add(start, end, kind, chain)
            apart = not phrases.touching(start, end) and not of_an_office(self.text, start, kind, self.reference)
            if same is None and kind != "nationality" and apart:
                self.add(self.title_before(start, chain) if kind == "person" else start, end, "phrase", chain)
        for key, mention in self.found.items() if whole else ():
            self.found[key] = replace(mention, chain=whole.get(mention.chain, mention.chain))

    def title_before(self, start: int, chain: str) -> int:
        """Where the office and the nationality right before a learned name begin, which are its bearer's; else `start`."""
        first = start
        hits = self.reference.scan(self.text, max(0, start - 80), start)
        for hit in reversed(hits):
            post = hit.of("office")
            own = post is not None and post.detail != "plural" if first == start else hit.of("office", "demonym")
            if not own or self.text[hit.end : first] != " ":
                break
            first = hit.start
        if first < start:
            self.chains.learn_role(chain, [h for h in hits if h.start >= first])
            self.found.drop_phrases(first, start)
        return first

    def who(self, start: int) -> Mention | None:
        """Whom "who" stands for: the party named right before it."""
        before = [m for m in self.found.ending(start - 3, start - 1) if m.kind == "phrase"]
        return max(before, key=lambda m: m.span.end - m.span.start, default=None)

    def take_parties(self, spans: Iterable[tuple[int, int]]) -> None:
        """A phrase for each learned party that no rule has cut; a part of a phrase that a rule has cut stands for that phrase."""
        cut = Phrases(key[:2] for key in self.found if key[2] == "phrase")
        posts = ByPlace(self.posts, lambda post: post)
        for first, end in spans:
            start, end = whole_party(self.text, first, end, self.reference)
            if start >= end:
                continue
            inside = any(a <= start and end <= b for a, b in posts.touching(start, end))
            none = inside or self.text[start : start + 4].lower().startswith(("no ", "any "))
            if none or no_party(self.text, start, end, self.reference):
                continue
            if self.text[start:end].lower() in _RELATIVE:
                mention = self.who(start)
                if mention is not None:
                    self.add(start, end, "phrase", mention.chain)
                continue
            hits = [hit for hit in self.reference.scan(self.text[start:end]) if hit.end - hit.start == end - start]
            state = next((e for hit in hits if (e := hit.of("country", "demonym")) is not None and e.country), None)
            state = state or nationality_with_article(self.text, start, end, self.reference)
            phrases = cut.near(start, end)
            short = next(((a, b) for a, b in phrases if a == start and b < end), None)
            if short and self.text[short[1]] == "," and "/person:" in self.found[*short, "phrase"].chain:
                continue  # "Colonel Ada Ruiz, head of the staff of": the person, and what is said of her
            whole = short is not None and goes_on_with_state(self.text, short[1], end, self.reference)
            if not whole and any(same_party((start, end), phrase, inside=state is None) for phrase in phrases):
                continue
            if short is not None and (whole or _GOES_ON.match(self.text, short[1], end)):
                # "officers from 40 states" is one party, and "officers" no other; so is "the army of Sri Lanka".
                mention = self.found[*short, "phrase"]
                del self.found[*short, "phrase"]
                cut.grow(short, (start, end))
                self.add(start, end, "phrase", mention.chain)
                continue
            pronoun = self.found.get((start, end, "pronoun"))
            words = BARE.sub("", self.text[start:end])
            both = "+".join(joined_states(words, self.reference))
            label = f"country:{state.country}" if state is not None else f"pair:{both}" if both else "role:" + words
            person = self.surname(words) if pronoun is None and label.startswith("role:") else None
            self.add(start, end, "phrase", pronoun.chain if pronoun else person or self.chains.new(label))

    def surname(self, word: str) -> str | None:
        """The chain of whom one capitalised word names: a person of the article, or one known by the surname; else `None`."""
        if not word.istitle() or " " in word or self.reference.lookup(word) or self.tagger.known.get(word.lower()):
            return None
        known = self.chains.new(f"person:{word}") if self.reference.people(word) else None
        return self.chains.person((word,)) or known

    def voices(self) -> None:
        """ "We" in a quotation stands for whom its speaker speaks for; `actors` makes a state of an official."""
        speaking = {
            (m.span.start, m.span.end): m.chain
            for m in self.found.values()
            if m.kind in ("phrase", "pronoun") and re.search(r"/(?:person|org|country|government|role):", m.chain)
        }
        quotes = self.quotes
        places_of = ByPlace(speaking, lambda span: span)
        alone = ByPlace((match.span() for match in SPEAKER.finditer(self.text)), lambda span: span)
        for quote in quotes:
            places = first_persons(self.text, quote)
            own = [span for piece in quote.pieces for span in alone.inside(*piece)]
            speaker = voice_of(self.text, quote, places_of) if places or own else None
            if speaker is None:
                continue
            if "/person:" in speaking[speaker]:
                for span in own:
                    self.add(*span, "pronoun", speaking[speaker])
            chain = self.chains.new("voice:" + self.chains.label(speaking[speaker]))
            for start, end in places:
                known = self.found.pop((start, end, "phrase"), None)
                if known is not None or self.text[start:end].lower() in ("we", "us"):
                    self.add(start, end, "phrase", chain)
        taken = {key[:2]: m for key, m in self.found.items() if key[2] in ("phrase", "pronoun")}
        for start, end, label in author_words(self.text, quotes):
            mention = taken.get((start, end))
            if mention is not None and mention.kind == "phrase" and "/role:" in mention.chain:
                del self.found[start, end, "phrase"]  # a learned party that is nobody but who writes
            if mention is None or (start, end, mention.kind) not in self.found:
                self.add(start, end, "pronoun", self.chains.new(label))

    def sentence(self, number: int, start: int, end: int) -> None:
        self.latest = []
        words = tagged(self.text, start, end, self.tagger)
        self.words.append(words)
        hits = [
            hit for hit in self.reference.scan(self.text, start, end) if not in_a_name(hit, self.bearers, self.ended)
        ]
        self.chains.learn_countries(number, hits)
        covered = [(match.start(), match.end()) for match in PAIR.finditer(self.text, start, end)]
        for begin, stop in noun_phrases(words, hits):
            a, b = words[begin].start, words[stop - 1].end
            self.nouns.append(words[begin:stop])
            if any(x < b and a < y for x, y in covered):
                continue
            before = words[begin - 1].text.lower() if begin else ""
            after = words[stop].text if stop < len(words) else ""
            inside = [h for h in hits if a <= h.start and h.end <= b]
            self.phrase(_Phrase(number, words[begin:stop], inside, before, after, a, b))
        for a, b in covered:
            self.pair(a, b)
        for word in words:
            self.pronoun(number, word)
        self.appositions(start, end)

    def phrase(self, p: _Phrase) -> None:
        if p.words[0].tag in ("DT", "PDT") and len(p.words) == 1:
            return
        self.inner_names(p.words[-1], p.hits)
        head = last_hit(p.hits, p.end)
        runs = list(name_runs(p.words, p.hits))
        last_run = runs[-1] if runs and runs[-1][1] == len(p.words) else None
        if last_run is not None and (head is None or head.of("leader", "organization", "body", "meeting")):
            self.named(p, last_run)
        elif head is not None and head.of("region"):
            self.region(p, head)
        elif head is not None and head.of("demonym") and not head.of("office", "collective") and are_people(p.words):
            self.people(p, head)
        elif (
            head is not None
            and head.of("country", "demonym", "capital", "seat")
            and not head.of("office", "collective")
        ):
            self.nation(p, head)
        elif head is not None and head.of("office", "collective", "body"):
            self.role(p, head)

    def inner_names(self, last: Word, hits: Sequence[Hit]) -> None:
        """The nationalities, countries and offices inside a phrase that ends with the word `last`."""
        for hit in hits:
            entry = hit.of("country", "demonym")
            if entry is not None:
                kind = "nationality" if hit.entries[0].kind == "demonym" or hit.end < last.end else "place"
                kind = "place" if hit.of("country") and self.text[hit.end : hit.end + 1] in ("'", "’") else kind
                self.add(hit.start, hit.end, kind, self.chains.new(f"country:{entry.country}"))
            elif hit.of("office") and (hit.end < last.end or last.tag not in NO_HEAD):
                self.add(
                    hit.start, hit.end, "office", self.chains.new(f"office:{self.text[hit.start : hit.end].lower()}")
                )

    def named(self, p: _Phrase, run: tuple[int, int]) -> None:
        """A phrase that ends with a run of capitalised words: a person, a body, a meeting or a place, or no name at all."""
        name = p.words[run[0] : run[1]]
        while name and is_title(name[0].text.rstrip(".")) and len(name) > 1:
            name = name[1:]
        a, b = name[0].start, name[-1].end
        tokens = [word.text for word in name if word.text[0].isalnum()]
        if not tokens or (len(tokens) == 1 and len(tokens[0]) < 2):
            return
        if len(tokens) == 1 and is_body_word(tokens[0].lower()):
            first = run[0]
            while first > 0 and p.words[first - 1].text[:1].isupper() and p.words[first - 1].tag != "DT":
                first -= 1
            if first < run[0] and not any(h.of("country", "demonym") and h.end > p.words[first].start for h in p.hits):
                # "the Executive Committee": a known office that is the first word of a body's name
                run, a = (first, run[1]), p.words[first].start
                tokens = [word.text for word in p.words[first : run[1]]]
        hit = next((h for h in p.hits if h.start <= a and h.end == b), None)
        doubtful = hit is not None and doubtful_acronym(hit, self.text, self.chains.acronyms, self.countries)
        if hit is not None and (doubtful or is_holders_name(self.text, p.hits, hit)):
            hit = None
        if hit is not None and hit.of("organization") and hit.start < a:
            a = hit.start  # "the Workers Party of Malta" is no Malta
        cut = body_before_person(name, p.hits, self.tagger)
        own = portfolio_before_person(name, p.before, self.tagger) if hit is None else 0
        post = post_before(self.text, self.found, name[own].start, self.reference) if own else None
        if post is not None:
            self.holder(p, name[own:], post)
        elif cut:
            self.body_and_person(p, run, name, cut)
        elif hit is None and self.led_by_state(p, run, tokens):
            self.state_and_person(p, run, tokens, a, b)
        else:
            sort = self.sort(p, run, name, tokens, hit, (a, b))
            if sort is not None:
                self.take_name(p, sort, tokens, hit, a, b)

    def body_and_person(self, p: _Phrase, run: tuple[int, int], name: Sequence[Word], cut: int) -> None:
        """ "Central Military Commission Zhang Youxia": the body, and the person whose office is named before it."""
        end = run[0] + cut
        self.named(replace(p, words=p.words[:end], after="", end=name[cut - 1].end), (run[0], end))
        tokens = tuple(word.text for word in name[cut:])
        chain = self.chains.person(tokens) or self.chains.new("person:" + " ".join(tokens))
        self.chains.learn_role(chain, self.reference.scan(self.text, max(0, p.start - 60), name[cut - 1].end))
        start, stop = name[cut].start, name[-1].end
        self.person(p.number, [], tokens, chain, (start, stop), (start, stop))
        self.join_role_before(chain, p.start)

    def holder(self, p: _Phrase, name: Sequence[Word], post: Mention) -> None:
        """ "Minister for Multilateral Affairs Park Yong-su": the office, with what it is for, is the person's."""
        tokens, (a, b) = tuple(w.text for w in name if w.text[0].isalnum()), (name[0].start, name[-1].end)
        chain = self.chains.person(tokens) or self.chains.new("person:" + " ".join(tokens))
        self.learned = {s: kind for s, kind in self.learned.items() if s[1] <= a or b <= s[0]} | {(a, b): "person"}
        self.person(p.number, [], tokens, chain, (a, b), (a, b))
        self.found.rechain(post.chain, chain, post.span.start, post.span.end)
        self.found.drop_phrases(post.span.end + 1, a - 1)  # the "Trade" that the office is for
        self.chains.learn_role(chain, self.reference.scan(self.text, post.span.start, a))
        self.chains.join(post.chain, chain)
        self.posts.append((post.span.start, a))

    def led_by_state(self, p: _Phrase, run: tuple[int, int], tokens: list[str]) -> bool:
        """Whether a person's name follows the state that the office before is of: "Prime Minister of Malaysia NAME"."""
        if p.before != "of" or run[0] == 0 or len(tokens) < 2 or sort_of_name(tokens, "", None) != "person":
            return False
        if not p.hits or p.hits[0].start != p.start or not p.hits[0].of("country"):
            return False
        possessive = self.text[p.hits[0].end : p.hits[0].end + 1] in ("'", "’")
        return not possessive or is_body_word(p.words[run[0] - 1].text)  # in small letters

    def state_and_person(self, p: _Phrase, run: tuple[int, int], tokens: list[str], a: int, b: int) -> None:
        """ "Prime Minister of Malaysia NAME", "head of Malaysia's coast guard NAME": the office before the country is the person's."""
        chain = self.chains.person(tuple(tokens)) or self.chains.new("person:" + " ".join(tokens))
        state = p.hits[0]
        self.nation(replace(p, words=p.words[: run[0]], after="", end=state.end), state)
        self.person(p.number, [state], tuple(tokens), chain, (a, b), (a, b))
        self.join_role_before(chain, p.start)
        self.join_role_before(chain, a)

    def sort(
        self,
        p: _Phrase,
        run: tuple[int, int],
        name: Sequence[Word],
        tokens: list[str],
        hit: Hit | None,
        span: tuple[int, int],
    ) -> str | None:
        """person, organization, place or meeting; `None` for what is no name."""
        led_by_office = any(h.end <= span[0] and h.of("office", "collective") for h in p.hits) or (
            is_title(word_before(self.text, span[0])) or is_title(name[0].text)
        )
        own_sort = sort_of_name(tokens, "" if led_by_office else p.before, hit)
        if (
            own_sort == "person"
            and 1 < len(tokens) < 5
            and span in self.learned
            and p.before == p.after == ","
            and span[0] == p.start
            and behind_office(self.text, span[0], self.reference)
        ):
            self.learned[span] = "person"  # "its observer, |Nabil Haddad|,"
        sort = self.learned.get(span) or own_sort
        own = self.chains.person(tuple(tokens)) if hit is None else None
        if own is not None and (self.learned.get(span, "person") == "person" or own.endswith(tokens[-1])):
            return "person"  # a surname is its bearer's; the first word of a name may be a place
        if sort == "person" and hit is None and span not in self.learned and not led_by_office:
            # A single unknown capitalised word is no person: it may open the sentence or be a thing, a place, a brand.
            opens_sentence = run[0] == 0 and not p.before
            if len(tokens) == 1 or (opens_sentence and name[0].tag not in ("NNP", "NNPS")):
                return None
            if any(self.tagger.known.get(token.lower()) is not None for token in tokens):
                return None  # ordinary words with capitals: a treaty, a slogan, a heading
            if p.words[0].tag == "DT" and len(name) < len(p.words):
                return None
        return sort

    def take_name(self, p: _Phrase, sort: str, tokens: list[str], hit: Hit | None, a: int, b: int) -> None:
        """The mentions of a name of that sort at [a, b), with its chain."""
        if sort == "meeting":
            match = EXTENSION.match(self.text, b)  # "Conference on International Security" given "Conference"
            b = match.end() if match else b
        if (
            sort == "place"
            and (nation := next((h for h in p.hits if h.of("demonym") and h.end + 1 == a), None)) is not None
        ):
            a = nation.start  # "the Iberian Peninsula": the nationality is part of the name
        if sort == "person":
            known = self.chains.person(tuple(tokens))
            self.person(p.number, p.hits, tuple(tokens), known, (a, b), (p.start, p.end))
        elif sort == "organization" and not is_credit(self.text, a, b):
            entry = hit.of("organization", "body") if hit else None
            if hit is None and len(tokens) == 1 and p.before not in ("the", "by") and not p.after[:1].islower():
                return  # an acronym that nothing shows to be a body: a treaty, a weapon
            label = (
                entry.name
                if entry and entry.kind == "organization"
                else self.text[p.start if p.hits and p.hits[0].end <= a else a : b]
            )
            label = self.chains.acronyms.get(self.text[a:b], label)
            chain = self.chains.body(label, known=entry is not None and entry.kind == "organization")
            self.add(a, b, "organization", chain)
            self.add(p.start, p.end, "phrase", chain)
            self.acronym(p.end, chain, label)
            self.chains.remember(p.number, p.start, chain, "org", behind=p.before)
        elif sort != "organization":
            chain = self.chains.new(f"{sort}:{self.text[a:b]}")
            self.add(a, b, sort, chain)
            if sort == "place":
                self.add(p.start, p.end, "phrase", chain)
                self.chains.remember(p.number, p.start, chain, "place", behind=p.before)

    def countries(self) -> set[str]:
        """Every country that the article names anywhere."""
        if self._countries is None:
            hits = self.reference.scan(self.text)
            self._countries = {
                e.country for h in hits for e in h.entries if e.kind in ("country", "demonym", "capital") and e.country
            }
        return self._countries

    def join_role_before(self, chain: str, start: int) -> None:
        """ "The vice chairman of BODY NAME": the office phrase just before the body is the person's."""
        for mention in self.found.ending(start - _REACH, start - 1):
            if (
                mention.kind == "phrase"
                and "/role:" in mention.chain
                and re.fullmatch(
                    r"\s+(?:of|for|at)\s+(?:the\s+)?(?:[A-Z][\w]*[’']s\s+)?", self.text[mention.span.end : start]
                )
            ):
                del self.found[(mention.span.start, mention.span.end, "phrase")]
                self.add(mention.span.start, mention.span.end, "phrase", chain)
                self.chains.learn_role(chain, self.reference.scan(self.text, mention.span.start, start))
                self.chains.join(mention.chain, chain)

    def acronym(self, end: int, chain: str, label: str) -> None:
        """Take the acronym that a text puts in brackets behind a name as the name's."""
        match = _ACRONYM.match(self.text, end)
        if match:
            self.chains.acronyms[match[1]] = label
            self.add(match.start(1), match.end(1), "organization", chain)

    def person(
        self,
        number: int,
        hits: Sequence[Hit],
        tokens: tuple[str, ...],
        known: str | None,
        name: tuple[int, int],
        phrase: tuple[int, int],
    ) -> None:
        """A person's name and the phrase around it; `hits` before the name tell the office and the country."""
        chain = known or self.chains.new("person:" + " ".join(tokens))
        self.chains.learn_person(chain, tokens)
        if len(tokens) > 1:
            listed = self.reference.people(" ".join(tokens))
            self.chains.learn_nations(chain, {e.country for e in listed if " " in e.name})
        self.chains.learn_role(chain, [h for h in hits if h.end <= name[0]])
        self.add(*name, "person", chain)
        self.add(*phrase, "phrase", chain)
        self.chains.learn_gender(chain, word_before(self.text, name[0]))
        self.chains.remember(number, phrase[0], chain, "person")

    def nation(self, p: _Phrase, head: Hit) -> None:
        """A phrase whose last word names a state, or a capital or seat that stands for one."""
        entry = head.of("country", "demonym", "capital", "seat")
        assert entry is not None
        words, whole = self.text[head.start : head.end], self.text[p.start : p.end]
        if entry.kind in ("capital", "seat"):
            plain = p.before in PLACE_PREPOSITIONS or (p.after == "," and p.before != "") or whole.isupper()
            plain = plain or of_what_was_agreed(self.text, head.end)
            # "In the Lithuanian capital Vilnius" is a town, whatever the state's name has in common with the words.
            town = p.before in PLACE_PREPOSITIONS and re.search(r"\bcapital\b", whole) is not None
            if town or (plain and entry.name not in whole):
                chain = self.chains.new(f"place:{words}")
                self.add(head.start, head.end, "place", chain)
                self.add(p.start, p.end, "phrase", chain)  # a town may be what is struck, entered or spoken to
                return
            if entry.name == words and plain:
                self.add(head.start, head.end, "place", self.chains.new(f"country:{entry.country}"))
                return
            body = head.of("organization")
            chain = self.chains.new(f"org:{body.name}" if body else f"government:{entry.country}")
            self.add(head.start, head.end, "organization", chain)
        elif (region := part_of_state(self.text[p.start : p.end], self.text[head.start : head.end], head)) is not None:
            chain = self.chains.new(f"place:{region}")
            self.add(p.end - len(region), p.end, "place", chain)
        else:
            chain = self.chains.new(f"country:{entry.country}")
            if entry.kind == "demonym" and words == entry.name + "n" and len(p.words) == 1 and not p.after:
                return
        self.add(p.start, p.end, "phrase", chain)
        self.chains.remember(p.number, p.start, chain, "country", behind=p.before)

    def region(self, p: _Phrase, head: Hit) -> None:
        """A place that bears the name of a state: "New Mexico", "the South Pole"."""
        chain = self.chains.new(f"place:{self.text[head.start : head.end]}")
        self.add(head.start, head.end, "place", chain)
        self.add(p.start, p.end, "phrase", chain)

    def people(self, p: _Phrase, head: Hit) -> None:
        """People told by nothing but their nationality: "two Germans", "an injured Spaniard"."""
        chain = self.chains.new("role:" + _LED.sub("", self.text[p.start : p.end].lower()))
        self.add(p.start, p.end, "phrase", chain)
        sort = "person" if p.words[0].text.lower() in ("a", "an", "one", "another") else "group"
        self.chains.remember(p.number, p.start, chain, sort, behind=p.before)

    def role(self, p: _Phrase, head: Hit) -> None:
        """A nominal with an office or collective at its head: the known holder where definite, else itself."""
        whole, words = self.text[p.start : p.end], self.text[head.start : head.end].lower()
        first = whole.split()[0].lower()
        if first in ("no", "any") or (first in ("a", "an") and p.before in ("become", "becomes", "became", "becoming")):
            return  # "no ground troops", "any missions", "became a full member": nobody
        entry = head.of("office", "collective", "body")
        assert entry is not None
        capital, verbal = whole[:1].isupper(), p.start == head.start and p.words[-1].tag in NO_HEAD
        if (verbal and not (capital and p.after in ("of", "for"))) or (capital and p.after[:1].isdigit()):
            return  # "will host", "major regional issues": the word is no noun here, as in "Minister for Trade"; "Figure 1"
        nations = {e.country for h in p.hits if (e := h.of("country", "demonym")) is not None}
        chain = None
        definite = first in ("the", "this", "that") or first in _PERSON_PRONOUNS or bool(nations)
        one = entry.kind == "office" and entry.detail == "singular"
        if one and definite and not has_portfolio(self.text, p.end, self.reference):
            states = [h for h in p.hits if h.of("country", "demonym")]
            own = {w.text.lower() for w in p.words[1:] if w.end <= head.start and w.text[:1].isupper()}
            own -= {w.text.lower() for w in p.words for h in states if h.start <= w.start < h.end}
            chain = self.chains.holder({*words.split(), *own}, {n for n in nations if n})
        elif first == "the" and not nations and not _GOES_ON.match(self.text, p.end):
            chain = self.chains.same_group(p.number, words)
        chain = chain or self.chains.new("role:" + _LED.sub("", whole.lower()))
        one = one or is_one_person(p.words, singular=entry.detail == "singular")
        sort = "person" if one else "org" if entry.kind == "body" else "group"
        self.add(p.start, p.end if one else with_its_states(self.text, p.end, self.reference), "phrase", chain)
        self.chains.remember(p.number, p.start, chain, sort, behind=p.before)

    def pair(self, a: int, b: int) -> None:
        """ "The two sides": the two persons or countries that were named together before; "the two Koreas" says which."""
        own = TWINS.get(self.text[a:b].split()[-1])
        if own is not None:
            self.add(a, b, "phrase", self.chains.new("pair:" + "+".join(own)))
            self.chains.learn_pair(b, own)
            return
        pair = self.chains.last_pair(a)
        people = last_two(self.text, self.found.back_from(a)) if PEOPLE.search(self.text, a, b) else None
        if people:
            self.add(a, b, "phrase", self.chains.new("both:" + "+".join(map(self.chains.label, people))))
        elif pair:
            self.add(a, b, "phrase", self.chains.new("pair:" + "+".join(pair)))
            self.chains.learn_pair(b, pair)

    def pronoun(self, number: int, word: Word) -> None:
        sorts = sorts_of(word.text)
        if not sorts or word.tag == "NNP" or (word.text in ("it", "It") and stands_for_nothing(self.text, word.start)):
            return
        latest = [self.found[key] for key in self.latest if key in self.found]
        # “Basil was a driver's driver,” |he| said: he is not who the words speak of.
        near = (at for at in range(word.start - 2, word.start + 1) if not self.text[at : word.start].strip())
        numbers = [self.ending[at] for at in near if at in self.ending]
        said = self.quotes[min(numbers)] if numbers else None
        outside = (said.start, said.end) if said is not None and sorts[0] == "person" else (0, 0)
        two = self.chains.two_of(number - 1) if word.text == "They" and not numbers else None
        chain = (
            two
            or person_ahead(self.text, word, latest)
            or self.chains.antecedent(number, word.start, sorts, word.text, outside)
        )
        if chain:
            self.add(word.start, word.end, "pronoun", chain)
            if sorts[0] == "person":
                self.chains.learn_gender(chain, word.text)
                self.chains.remember(number, word.start, chain, "person")

    def appositions(self, start: int, end: int) -> None:
        """ "NAME, the office of X," and "the office of X, NAME,": the phrase joins the person's chain."""
        added = (self.found[key] for key in dict.fromkeys(self.latest) if key in self.found)
        phrases = sorted(
            (m for m in added if m.kind == "phrase" and start <= m.span.start and m.span.end <= end),
            key=lambda m: (m.span.start, -m.span.end),
        )
        for person, role, hits in apposed(self.text, phrases, self.reference):
            self.chains.learn_role(person.chain, hits)
            key = (role.span.start, role.span.end, "phrase")
            if key in self.found and self.found[key].chain == role.chain:
                del self.found[key]
                self.add(role.span.start, role.span.end, "phrase", person.chain)


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
