"""Who said what: attributions become `Statement` records, with form, standing, issues, stance and the chain of reporting."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Protocol

from dragoman import edtf
from dragoman.records import Article, FieldSources, Participant, Reason, Source, Statement, TimePhrase, When, make_id
from dragoman.reference import Reference
from dragoman.speaking.attribution import Attribution, find_attributions, make_units
from dragoman.speaking.clauses import Unit
from dragoman.speaking.cues import Cue, load_cues
from dragoman.speaking.deeds import is_deed, is_unsaid
from dragoman.speaking.fragments import BARE, DEMAND, DIRECT, HEADED
from dragoman.speaking.issues import find_issues, find_stance, load_issues, load_stance, load_standing, sure_stance
from dragoman.speaking.quotes import Quote, find_quotes
from dragoman.speaking.speakers import (
    Resolved,
    apposed_to,
    gathering_at,
    goes_on,
    is_one,
    issuer_of,
    resolve_phrase,
    spoke_last,
    standing_of,
)
from dragoman.speaking.targets import FOR_OR_AGAINST, TargetHead, accused, said_by
from dragoman.speaking.turns import Turn, find_turns
from dragoman.tagger import load_tagger
from dragoman.text import ByPlace, source

__all__ = ["IssueGuess", "IssueReader", "StanceGuess", "StanceReader", "find_statements"]

Run = tuple[int, int]
_STEP = "statements"
_FIRST_PERSON = re.compile(r"^(?:i|we|me|us|you|my|our|your)$", re.I)
_PRONOUN = re.compile(r"^(?:he|she|they|it|his|her|their|its)$", re.I)
_MEDIA = re.compile(
    r"\b(?:news agency|news agencies|agency|newspaper|daily|magazine|television|tv|radio|broadcaster|news|press|times|post|"
    r"wire|media|reporters?|correspondents?|outlet|website)\b",
    re.I,
)
_VENUE = re.compile(
    r"\b(?:at|during|in|after|before|on the sidelines of)\s+(?P<venue>(?:the|a|an|his|her|their|this|its|an?other)\s+(?:[\w’'&-]+\s+){0,7}?"
    r"(?:session|conference|forum|summit|meeting|consultations?|talks|briefing|hearing|rally|ceremony|interview|"
    r"speech|statement|event|congress|assembly|address|visit|call|debate|press release|sermon|letter|communiqu[eé]|"
    r"(?:blog|facebook|telegram|media|twitter|weibo|x) post|tweet|memo|(?:written|video|public) (?:reply|appeal|message)|"
    r"note(?= to\b)|message(?= to\b)|broadcast|commentary|editorial|article|column)"
    r"(?-i:\s+(?:on|for|of)\s+(?:the\s+)?(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)[A-Z][\w-]+(?:\s+[A-Z][\w-]+){0,5})?)\b",
    re.I,
)
_MEDIA_CUES = frozenset(
    {"say", "report", "write", "quote as saying", "announce", "add", "state", "according to", "as per", "quote"}
)
_AHEAD = re.compile(r"\b(?:will|would|may|might|could|should|must|to)\s+$")
_UNSURE = frozenset({"know"})
_PARAGRAPH = 600
_NEXT = 6  # characters between a cue and its day: "reported on |Wednesday"
_TURN = "turn of a transcript"


@dataclass(frozen=True, slots=True)
class StanceGuess:
    """What a learned reader makes of one statement: support, oppose, mixed or neutral, how surely, and the words that decided."""

    label: str
    score: float
    words: tuple[Run, ...]
    by: str


@dataclass(frozen=True, slots=True)
class IssueGuess:
    """One issue that a learned reader finds in a statement, how surely, and the word that tells it where one does."""

    key: str
    score: float
    span: Run | None
    by: str


class IssueReader(Protocol):
    """A learned reader of issues; `dragoman.speaking.issue_head` has one."""

    @property
    def labels(self) -> tuple[str, ...]:
        """The issues it knows: the word lists answer for the others."""

    def read(self, text: str, sentences: Sequence[Run], content: Sequence[Run], cue: Run) -> tuple[IssueGuess, ...]:
        """The issues of one statement, likeliest first."""


class StanceReader(Protocol):
    """A learned reader of stance, which may have one of issues beside it; `dragoman.speaking.stance` has one."""

    @property
    def issues(self) -> IssueReader | None:
        """The reader of issues of the same model; without one the word lists decide."""

    @property
    def targets(self) -> TargetHead | None:
        """What tells whom a statement supports or opposes; without it nobody is told."""

    def read(
        self, text: str, sentences: Sequence[Run], content: Sequence[Run], cue: Run, speaker: Run | None
    ) -> StanceGuess:
        """The stance of one statement; every span lies in `text`."""


@dataclass(frozen=True, slots=True)
class _Page:
    """What every rule needs of one article."""

    article: Article
    units: Sequence[Unit]
    quotes: Sequence[Quote]
    participants: Sequence[Participant]
    times: Sequence[TimePhrase]
    sentences: tuple[Run, ...]
    stances: StanceReader | None
    placed: ByPlace[Participant]
    marked: ByPlace[Run]  # the pieces of the quotations
    mentioned: Mapping[str, Sequence[Participant]]  # where each party is named, by its id
    reference: Reference | None

    def named_by(self, phrase: Run, last: Participant | None = None) -> Resolved:
        """Whom a phrase names; `last` spoke last."""
        return resolve_phrase(self.article.text, phrase, self.placed, last, reference=self.reference)


@dataclass(frozen=True, slots=True)
class _Draft:
    """An attribution with its speakers resolved."""

    made: Attribution
    resolved: Resolved | None
    chain: tuple[str, ...] = ()
    outer: tuple[Run, ...] = ()


def find_statements(
    article: Article,
    sentences: tuple[Run, ...],
    participants: tuple[Participant, ...],
    times: tuple[TimePhrase, ...],
    stances: StanceReader | None = None,
    reference: Reference | None = None,
) -> tuple[Statement, ...]:
    """Every attribution of speech, writing or belief, in the order of the text.

    `participants` are the resolved mentions of the article, sorted by start; a collective stands there once per member
    with one span, and yields one statement per member. A phrase that names no participant becomes one of its own, read by its
    words with `reference`. Each quotation is the content of at most one statement. `stances` reads the stance; without one the
    word lists do.
    """
    quotes = find_quotes(article.text)
    units = make_units(article.text, sentences, quotes, load_tagger(), load_cues())
    marked = ByPlace((piece for quote in quotes for piece in quote.pieces), lambda piece: piece)
    mentioned: defaultdict[str, list[Participant]] = defaultdict(list)
    for each in participants:
        mentioned[each.id].append(each)
    placed = ByPlace(participants)
    page = _Page(article, units, quotes, participants, times, sentences, stances, placed, marked, mentioned, reference)
    drafts = _drafts(page, find_attributions(units, quotes, load_cues()))
    if turns := find_turns(article.text):
        drafts = [*_outside(drafts, turns), *_turns(page, turns)]
    drafts = _continued(page, drafts)
    drafts = _chained(page, [*drafts, *_orphan_quotes(page, drafts)])
    found: dict[str, Statement] = {}
    for draft in sorted(drafts, key=lambda d: (d.made.content[0][0], d.made.cue)):
        for statement in _statements(page, draft):
            found.setdefault(statement.id, statement)
    return tuple(found.values())


# -- who speaks ----------------------------------------------------------------------------------------------------


def _within(outer: Attribution, inner: Attribution) -> bool:
    """Whether the words around an attribution's cue are already somebody's."""
    return outer is not inner and any(a <= inner.cue[0] and inner.cue[1] <= b for a, b in outer.content)


def _drafts(page: _Page, found: Sequence[Attribution]) -> list[_Draft]:
    """Speakers for every attribution worth keeping, in text order, so that "he" can fall back on who spoke last."""
    text = page.article.text
    drafts: list[_Draft] = []
    last: Participant | None = None
    body: tuple[int, Participant] | None = None
    beside: dict[int, list[Attribution]] = {}
    for made in found:
        beside.setdefault(made.unit, []).append(made)
    for made in found:
        words = text[slice(*made.speaker)] if made.speaker else ""
        if is_deed(text, made):
            continue  # "ordered them to leave": an act, coded as an event
        if made.inside >= 0 and (not words or _FIRST_PERSON.match(words) or made.word.kind in _UNSURE):
            continue  # "I think" inside a quotation is part of it
        if made.inside >= 0 and (made.speaker is None or _PRONOUN.match(words) or not _is_named(page, made.speaker)):
            continue  # "They told us", inside the words of somebody else
        if _FIRST_PERSON.match(words) and any(_within(other, made) for other in beside[made.unit]):
            continue  # I think we should go, said one of them
        nested = any(_within(other, made) for other in beside[made.unit] if other.speaker)
        if nested and (made.speaker is None or is_unsaid(page.units[made.unit], made)):
            continue  # "Ruiz said that the guards had been |told| to wait": part of what Ruiz says
        if made.speaker is None:
            # "speaking of drills", "to discuss trade": nobody says anything
            if not {"np after the cue", "noun, np"} & set(made.rules):
                drafts.append(_Draft(made, None))
            continue
        resolved = page.named_by(made.speaker, last)
        unknown = resolved.by == "phrase" or resolved.speakers[0].kind == "phrase"
        # "Peru's ministry said ... It said ...": what spoke last goes on, and not the state that it belongs to.
        if words.lower() == "it" and body and made.unit - body[0] < 3:
            state = resolved.speakers[0].kind in {"place", "nationality"} and made.unit - body[0] == 1
            if unknown or (state and resolved.speakers[0].country == body[1].country):
                resolved = spoke_last(body[1], words, made.speaker)
        elif (before := _before(made, drafts)) is not None and before.resolved is not None:
            resolved = goes_on(
                text,
                made.speaker,
                made.content,
                resolved,
                before.resolved,
                before.made.content,
                page.placed,
                page.units[before.made.unit].start,
            )
        resolved = apposed_to(text, made.speaker, page.placed) or resolved
        if resolved.by == "phrase":
            resolved = _known_name(resolved, drafts)
            resolved = issuer_of(text, made.speaker, page.placed, page.units[made.unit], body and body[1]) or resolved
        if resolved.by == "phrase" and BARE in made.rules:
            continue  # "the tents will stay “as long as it takes”": nobody known does it
        if HEADED in made.rules and not all(p.kind == "person" for p in resolved.speakers):
            continue  # "Peru: troops move north": a place and its news
        drafts.append(_Draft(made, resolved))
        if is_one(resolved.speakers[0]) and made.inside < 0 and resolved.by != "phrase":
            last = resolved.speakers[0]
        paper = resolved.by == "phrase" and resolved.speakers[0].kind == "phrase"
        if (paper or resolved.speakers[0].kind == "organization") and made.inside < 0:
            body = (made.unit, resolved.speakers[0])
    return drafts


def _before(made: Attribution, drafts: Sequence[_Draft]) -> _Draft | None:
    """Whose words end right before: in this sentence or the last one, outside marks and outside the words of another."""
    near = list(takewhile(lambda d: made.unit - d.made.unit <= 1, reversed(drafts)))
    found = next(
        (
            d
            for d in near
            if d.made.inside < 0 and d.resolved and not any(_within(o.made, d.made) for o in near if o.resolved)
        ),
        None,
    )
    return found if found is not None and made.unit - found.made.unit <= 1 else None


def _known_name(resolved: Resolved, drafts: Sequence[_Draft]) -> Resolved:
    """A name that is part of a longer one before it ("Cai" after "Major General Cai Jun") is the same speaker."""
    made = resolved.speakers[0]
    if not made.text[:1].isupper() or " " in made.text:
        return resolved
    for draft in reversed(drafts):
        for other in draft.resolved.speakers if draft.resolved else ():
            if other.kind == "person" and made.text in other.name.split():
                same = replace(other, text=made.text, start=made.start, end=made.end)
                return Resolved((same,), "name", f"“{made.text}” is {other.name}, named before", 0.85)
    return resolved


def _is_named(page: _Page, phrase: Run) -> bool:
    return bool(page.placed.touching(*phrase))


def _outside(drafts: Sequence[_Draft], turns: Sequence[Turn]) -> list[_Draft]:
    """Without "I think" and the like in the answers of a transcript, which are statements themselves, and without their labels."""
    kept = []
    answered = ("answers", "nobody") if any(turn.role == "answers" for turn in turns) else ("answers",)
    for draft in drafts:
        place = draft.made.cue[0]
        said = any(turn.words[0] <= place < turn.words[1] for turn in turns if turn.role in answered)
        own = draft.resolved is None or _FIRST_PERSON.match(draft.resolved.speakers[0].text)
        if draft.resolved is not None and own and any(t.words[0] <= place < t.words[1] for t in turns if t.asks):
            continue  # "Can you confirm that"
        if not (said and own) and not any(turn.label[0] <= place < turn.words[0] for turn in turns):
            kept.append(draft)
    return kept


def _turns(page: _Page, turns: Sequence[Turn]) -> list[_Draft]:
    """The answers of a transcript, each a quotation of who its label names.

    A bare "A" is the one who is labelled elsewhere; where none or several are it names nobody, and is left to its cues.
    """
    asked = any(turn.asks for turn in turns)
    text = page.article.text
    labels = {text[slice(*turn.label)].lower(): turn.label for turn in turns if turn.role == "answers"}
    only = next(iter(labels.values())) if len(labels) == 1 else None
    word = Cue("", "none", "say", frozenset(), 0.9, None)
    found = []
    for turn in turns:
        unit = next((n for n, u in enumerate(page.units) if u.start <= turn.words[0] < u.end), None)
        named = turn.label if turn.role == "answers" else only if turn.role == "nobody" else None
        if named is None or unit is None:
            continue
        resolved = _labelled(page, named)
        if resolved.by == "phrase" and not asked:
            continue  # "Venue: ..." in a list
        made = Attribution(
            unit=unit,
            cue=turn.label,
            word=word,
            speaker=named,
            content=(turn.words,),
            rules=(_TURN,),
        )
        found.append(_Draft(made, resolved))
    return found


def _labelled(page: _Page, label: Run) -> Resolved:
    """Whom a label names: a participant that covers it, or the person whose last name it ends in."""
    text = page.article.text
    resolved = page.named_by(label)
    words = text[slice(*label)]
    last = words.split()[-1].lower()
    for p in page.participants if resolved.by == "phrase" else ():
        if p.kind == "person" and p.name.split()[-1].lower() == last:
            same = replace(p, text=words, start=label[0], end=label[1])
            return Resolved((same,), "name", f"the label “{words}” is {p.name}", 0.85)
    return resolved


def _continued(page: _Page, drafts: Sequence[_Draft]) -> list[_Draft]:
    """“...,” says X. “...”: a quotation that is the whole next sentence goes on with the one before it."""
    text = page.article.text
    used = [(a, b) for draft in drafts if draft.made.inside < 0 for a, b in draft.made.content]
    free = {quote.start: quote for quote in page.quotes if not any(a < quote.end and quote.start < b for a, b in used)}
    found = []
    for draft in drafts:
        made = draft.made
        if made.inside < 0 and made.unit + 1 < len(page.units) and _form(page, made) == "quote":
            unit = page.units[made.unit + 1]
            quote = free.get(unit.start)
            gap = text[made.content[-1][1] : unit.start]
            alone = quote is not None and not text[quote.end : unit.end].strip(" .")
            if quote is not None and alone and "\n" not in gap and made.cue[0] > made.content[0][0]:
                free.pop(unit.start)
                made = replace(made, content=(*made.content, *quote.pieces), rules=(*made.rules, "goes on"))
        found.append(replace(draft, made=made))
    return found


def _orphan_quotes(page: _Page, drafts: Sequence[_Draft]) -> list[_Draft]:
    """A paragraph that is one whole quotation without a cue goes on with the words of who was quoted right before it."""
    text = page.article.text
    used = [(a, b) for draft in drafts if draft.made.inside < 0 for a, b in draft.made.content]
    found = []
    for quote in page.quotes:
        start, end = quote.pieces[0][0], quote.pieces[-1][1]
        if any(a < end and start < b for a, b in used):
            continue
        unit = next((n for n, u in enumerate(page.units) if u.start <= quote.start < u.end), None)
        if unit is None or " " not in text[start:end]:
            continue
        outside = text[page.units[unit].start : quote.start] + text[quote.end : page.units[unit].end]
        before = [d for d in drafts if d.made.unit in (unit - 1, unit - 2) and d.resolved and d.made.inside < 0]
        if outside.strip(' .,“”"') or not before:
            continue
        draft = max(before, key=lambda d: d.made.cue)
        cue = Cue("", "none", "say", frozenset(), 0.6, None)
        made = Attribution(
            unit=unit,
            cue=quote.pieces[0],
            word=cue,
            speaker=draft.made.speaker,
            content=quote.pieces,
            rules=("goes on",),
        )
        found.append(_Draft(made, draft.resolved))
    return found


# -- who carried the words -----------------------------------------------------------------------------------------


def _chained(page: _Page, drafts: list[_Draft]) -> list[_Draft]:
    """Media and outer speakers become the chain of reporting; a medium that only carries other statements is no speaker."""
    kept: list[_Draft] = []
    by_unit: dict[int, list[_Draft]] = defaultdict(list)
    for draft in drafts:
        by_unit[draft.made.unit].append(draft)
    for draft in drafts:
        same = by_unit[draft.made.unit]
        inner = [other for other in same if other is not draft and _carries(page, draft, other)]
        if inner and _is_medium(page, draft):
            continue
        outer = [other for other in same if other is not draft and _holds(other, draft)]
        kept.append(replace(draft, chain=_chain(page, draft, outer), outer=tuple(other.made.cue for other in outer)))
    return kept


def _carries(page: _Page, outer: _Draft, inner: _Draft) -> bool:
    """Whether the inner cue stands in the outer one's words and its words are nearly all of them."""
    if _AHEAD.search(page.article.text, max(0, inner.made.cue[0] - 12), inner.made.cue[0]):
        return False  # "Tass said that Moscow |would| insist": told by Tass, and not yet said
    low, high = outer.made.content[0][0], outer.made.content[-1][1]
    if not _holds(outer, inner):
        return False
    return inner.made.inside < 0 and sum(b - a for a, b in inner.made.content) >= 0.4 * (high - low)


def _is_medium(page: _Page, draft: _Draft) -> bool:
    if draft.made.word.word not in _MEDIA_CUES or draft.made.speaker is None:
        return False
    words = page.article.text[slice(*draft.made.speaker)]
    known = {name.lower() for name in (page.article.outlet, *page.article.agencies) if name}
    speakers = draft.resolved.speakers if draft.resolved else ()
    return (
        draft.made.word.kind == "report"
        or bool(_MEDIA.search(words))
        or any(p.sector == "JRN" or p.name.lower() in known for p in speakers)
    )


def _chain(page: _Page, draft: _Draft, outer: Iterable[_Draft]) -> tuple[str, ...]:
    """Outlet, agencies, then who in this sentence carries the words (`outer`), outermost first."""
    names = [name for name in (page.article.outlet, *page.article.agencies) if name]
    for other in sorted(outer, key=lambda d: d.made.content[0][0] - d.made.content[-1][1]):
        names.extend(_names(page, other))
    if draft.made.medium is not None:
        names.extend(p.name for p in page.named_by(draft.made.medium).speakers)
    return tuple(dict.fromkeys(_plain(name) for name in names))


def _holds(outer: _Draft, inner: _Draft) -> bool:
    low, high = outer.made.content[0][0], outer.made.content[-1][1]
    return low <= inner.made.cue[0] and inner.made.cue[1] <= high


def _names(page: _Page, draft: _Draft) -> list[str]:
    if draft.resolved is None:
        return []
    medium = draft.made.medium
    carrying = page.named_by(medium).speakers if medium is not None else ()
    return [p.name for p in (*carrying, *draft.resolved.speakers)]


def _plain(name: str) -> str:
    """The name without its article; of "the Russian News Agency TASS" the name behind the description."""
    short = re.sub(r"^(?:the|a|an)\s+", "", name, flags=re.I)
    match = re.search(
        r"(?:news\s+agency|agency|newspaper|broadcaster|daily|magazine)\s+([A-Z][\w’'&-]*(?:\s+[A-Z][\w’'&-]*){0,4})$",
        short,
        re.I,
    )
    return match.group(1) if match and match.group(1)[0].isupper() else short


# -- the record ----------------------------------------------------------------------------------------------------


def _statements(page: _Page, draft: _Draft) -> Iterable[Statement]:
    speakers: tuple[Participant | None, ...] = draft.resolved.speakers if draft.resolved else (None,)
    for speaker in speakers:
        yield _statement(page, draft, speaker)


def _statement(page: _Page, draft: _Draft, speaker: Participant | None) -> Statement:
    article, made = page.article, draft.made
    text = article.text
    unit = page.units[made.unit]
    why: list[Reason] = [
        Reason(step=_STEP, by="cue", detail=f"“{text[slice(*made.cue)]}” ({made.word.kind}); {', '.join(made.rules)}")
    ]
    if draft.resolved is not None:
        why.append(Reason(step=_STEP, by=draft.resolved.by, detail=draft.resolved.detail, score=draft.resolved.score))
    else:
        why.append(Reason(step=_STEP, by="no speaker", detail="the text names nobody who says this"))
    standing, because = standing_of(text, made.speaker, speaker, load_standing(), _apposition(page, speaker))
    why.append(Reason(step=_STEP, by="standing", detail=f"{standing}: {because}"))
    issues, because_of_issues = _issues(page, draft)
    why.extend(because_of_issues)
    stance, stance_words, because_of = _stance(page, draft)
    why.append(because_of)
    target = _target(page, draft, stance)
    why.extend([target[1]] if target else [])
    venue = _venue(text, unit, made) or gathering_at(text, made.addressee)
    when, time = _when(page, unit, draft)
    addressees = _addressees(page, draft, speaker)
    fields = _fields(page, draft, speaker, stance_words, target[0] if target else None, venue, time)
    return Statement(
        id=make_id("st", article.id, speaker.id if speaker else None, made.content),
        article_id=article.id,
        speaker=speaker,
        standing=standing,
        cue=source(article.id, text, *made.cue) if made.word.part != "none" else None,
        form=_form(page, made),
        content=tuple(source(article.id, text, a, b) for a, b in made.content),
        addressees=addressees,
        issues=issues,
        targets=(target[0],) if target else (),
        stance=stance,
        venue=text[slice(*venue)] if venue else None,
        when=when,
        reported_by=draft.chain,
        sources=fields,
        confidence=_confidence(page, draft),
        why=tuple(why),
    )


_BEHIND_NAME = re.compile(r",\s+((?:a|an|the|one of)\s[^,.;\n]{3,120})[,.;]")


def _apposition(page: _Page, speaker: Participant | None) -> str:
    """What stands right behind the first mention of this speaker between commas: "Alex Gabuev, a senior fellow at ...,"."""
    if speaker is None or speaker.kind != "person":
        return ""
    told = (_BEHIND_NAME.match(page.article.text, mention.end) for mention in page.mentioned[speaker.id])
    return next((match.group(1) for match in told if match), "")


def _form(page: _Page, made: Attribution) -> str:
    """quote: all words stand in marks; mixed: some of them do; paraphrase: none."""
    if {_TURN, DIRECT, DEMAND} & set(made.rules):
        return "quote"
    inside = total = 0
    for a, b in made.content:
        total += b - a
        inside += sum(min(b, y) - max(a, x) for x, y in page.marked.touching(a, b))
    if inside == 0:
        return "paraphrase"
    return "quote" if inside >= 0.95 * total else "mixed"


def _issues(page: _Page, draft: _Draft) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """The issues and why: the learned reader's where there is one, and the word lists' for issues that it does not know."""
    text, made = page.article.text, draft.made
    listed = _listed_issues(page, draft)
    why: dict[str, Reason] = {}
    reader = page.stances.issues if page.stances is not None else None
    if reader is not None:
        for guess in reader.read(text, page.sentences, made.content, made.cue):
            shown = f"“{text[slice(*guess.span)]}”" if guess.span else "by the sense of the whole"
            why[guess.key] = Reason(
                step=_STEP, by=guess.by, detail=f"{guess.key}: {shown}", score=round(guess.score, 3)
            )
        if why:
            listed = {key: span for key, span in listed.items() if key not in reader.labels}
        else:  # nothing learned: what the words said name outright
            listed = find_issues(text, made.content, load_issues())
    for key, span in listed.items():
        why[key] = Reason(step=_STEP, by="issue", detail=f"{key}: “{text[slice(*span)]}”")
    return tuple(why), tuple(why.values())


def _listed_issues(page: _Page, draft: _Draft) -> dict[str, Run]:
    """Issues whose terms stand in the words said, else in their sentence, else in its paragraph."""
    text = page.article.text
    found = find_issues(text, draft.made.content, load_issues())
    if not found:
        # Short words ("we agree") are about what their sentence is about, and a sentence about what its paragraph is.
        unit = page.units[draft.made.unit]
        found = find_issues(text, [(unit.start, unit.end)], load_issues())
        if not found:
            start = text.rfind("\n", max(0, unit.start - _PARAGRAPH), unit.start) + 1 or max(0, unit.start - _PARAGRAPH)
            stop = text.find("\n", unit.end, unit.end + _PARAGRAPH)
            found = find_issues(text, [(start, stop if stop >= 0 else unit.end + _PARAGRAPH)], load_issues())
    return found


def _stance(page: _Page, draft: _Draft) -> tuple[str, tuple[Run, ...], Reason]:
    """The stance, the words that show it, and why: the learned reader's where there is one, else the word lists'."""
    text = page.article.text
    sure = None if draft.made.negated else sure_stance(text, draft.made.content, draft.made.word)
    if sure is not None:
        span = sure.span or draft.made.cue
        told = text[slice(*draft.made.cue)] + (f" … {text[slice(*span)]}" if sure.span else "")
        return sure.label, (span,), Reason(step=_STEP, by=sure.by, detail=f"{sure.label}: “{told}”")
    if page.stances is not None:
        guess = page.stances.read(text, page.sentences, draft.made.content, draft.made.cue, draft.made.speaker)
        shown = ", ".join(f"“{text[a:b]}”" for a, b in guess.words)
        detail = f"{guess.label}: {shown}" if shown else f"{guess.label}: by the sense of the whole"
        return guess.label, guess.words, Reason(step=_STEP, by=guess.by, detail=detail, score=round(guess.score, 3))
    stance, words = _listed_stance(page, draft)
    if stance is None:
        return "neutral", (), Reason(step=_STEP, by="stance", detail="no words that show support or opposition")
    shown = ", ".join(f"“{text[a:b]}”" for a, b in words[:5])
    return stance, words, Reason(step=_STEP, by="stance", detail=f"{stance}: {shown}")


def _listed_stance(page: _Page, draft: _Draft) -> tuple[str | None, tuple[Run, ...]]:
    own = draft.made.word.stance
    if own is not None and draft.made.negated:
        own = {"support": "oppose", "oppose": None}.get(own, own)
    decisive = own if draft.made.word.kind in {"judge"} or (own == "oppose") else None
    stance, words = find_stance(page.article.text, draft.made.content, load_stance(), decisive)
    if stance is None and own is not None:
        stance = own
    if draft.made.negated and draft.made.word.kind in {"belief", "say"} and stance in {"support"}:
        stance = "oppose"
    if stance is not None and not words:
        words = (draft.made.cue,)
    return stance, words


def _target(page: _Page, draft: _Draft, stance: str | None) -> tuple[Participant, Reason] | None:
    """Whom the statement supports or opposes, with the reason; `None` where nobody is likely enough, or no model is installed."""
    head = page.stances.targets if page.stances is not None else None
    if head is None or stance not in FOR_OR_AGAINST:
        return None
    said = said_by(
        draft.resolved.speakers if draft.resolved else (),
        content=draft.made.content,
        cue=draft.made.cue,
        addressee=draft.made.addressee,
        form=_form(page, draft.made),
        stance=stance,
    )
    blamed = draft.made.addressee if draft.made.word.kind in {"judge", "request"} else None
    heard = accused(page.named_by(blamed), said) if blamed else None
    found = (heard, None) if heard else head.read(page.article.text, page.sentences, page.placed, said)
    if found is None:
        return None
    party, likely = found
    detail = f"“{party.text}” is whom the words are about" if heard is None else f"“{party.text}” is named by the cue"
    return party, Reason(step=_STEP, by="target", detail=detail, score=likely)


def _venue(text: str, unit: Unit, made: Attribution) -> Run | None:
    """ "at the plenary session": only outside the words that are said."""
    for match in _VENUE.finditer(text, unit.start, unit.end):
        span = match.span("venue")
        if not any(a < span[1] and span[0] < b for a, b in made.content):
            return span
    return None


def _when(page: _Page, unit: Unit, draft: _Draft) -> tuple[When, Run | None]:
    """The time in the cue's sentence, outside the words that are said, nearest to the cue."""
    made = draft.made
    near = [
        (min(abs(t.start - made.cue[1]), abs(made.cue[0] - t.end)), t)
        for t in page.times
        if unit.start <= t.start
        and t.end <= unit.end
        and not any(a < t.end and t.start < b for a, b in made.content)
        # "..., the agency reported on Wednesday": when it was reported.
        and not any(0 <= t.start - end <= _NEXT for _, end in draft.outer)
    ]
    if near:
        best = min(near, key=lambda item: (item[0], item[1].start))[1]
        return best.when, (best.start, best.end)
    why = Reason(step=_STEP, by="no time", detail="the sentence gives no time for these words")
    return edtf.unknown(why=(why,)), None


def _addressees(page: _Page, draft: _Draft, speaker: Participant | None) -> tuple[Participant, ...]:
    if draft.made.addressee is None or gathering_at(page.article.text, draft.made.addressee) is not None:
        return ()
    if page.article.text[slice(*draft.made.addressee)].lower() in {"each other", "one another"}:
        speakers = draft.resolved.speakers if draft.resolved else ()
        return tuple(p for p in speakers if speaker is not None and p.id != speaker.id)
    heard = page.named_by(draft.made.addressee).speakers
    return tuple(p for p in heard if speaker is None or p.id != speaker.id)


def _fields(
    page: _Page,
    draft: _Draft,
    speaker: Participant | None,
    stance: Sequence[Run],
    target: Participant | None,
    venue: Run | None,
    time: Run | None,
) -> tuple[FieldSources, ...]:
    article, made = page.article, draft.made
    unit = page.units[made.unit]

    def one(field: str, runs: Iterable[Run]) -> FieldSources | None:
        found: tuple[Source, ...] = tuple(source(article.id, article.text, a, b) for a, b in runs)
        return FieldSources(field=field, sources=found) if found else None

    fields = (
        one("cue", [made.cue] if made.word.part != "none" else []),
        one("speaker", [made.speaker] if made.speaker else []),
        one("content", made.content),
        one(
            "addressees",
            [made.addressee] if made.addressee and gathering_at(article.text, made.addressee) is None else [],
        ),
        one("medium", [made.medium] if made.medium else []),
        one("stance", stance),
        one("targets", [(target.start, target.end)] if target else []),
        one("venue", [venue] if venue else []),
        one("when", [time] if time else []),
        one("sentence", [(unit.start, unit.end)]),
    )
    return tuple(field for field in fields if field is not None)


def _confidence(page: _Page, draft: _Draft) -> float:
    """A monotone score, not yet a probability: the cue's strength, the speaker's fit, and how plainly the words are marked."""
    score = draft.made.word.strength
    score *= draft.resolved.score if draft.resolved else 0.5
    score *= 1.0 if _form(page, draft.made) != "paraphrase" else 0.92
    if draft.made.inside >= 0:
        score *= 0.6
    if draft.made.word.part == "noun":
        score *= 0.8
    return round(score, 3)
