"""Training rows from the corpus and the open sets: passages with every head's labels, and marked pairs.

Nothing here is tuned on a test split, and no file marked measure-only is read. A corpus file belongs to one split (`corpus/splits.toml`).
"""

from __future__ import annotations

import json
import random
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from train.corpus import (
    CONTEXTS,
    ISSUES,
    MODES,
    STANCES,
    STATUSES,
    Entity,
    EventMark,
    Passage,
    StatementMark,
    read_file,
)
from train.real import held_out

__all__ = [
    "CONTEXTS",
    "MODE_NAMES",
    "NAME_KINDS",
    "OLDER_TYPES",
    "ROLES",
    "STATUSES",
    "TYPES",
    "ActRow",
    "Links",
    "NameRow",
    "PairRow",
    "RoleRow",
    "acts_of",
    "links_of",
    "load_corpus",
    "names_of_corpus",
    "nearest_mention",
    "open_names",
    "pairs_of",
    "roles_of",
    "said_of",
]

TYPES = tuple(sorted(MODES))
OLDER_TYPES = tuple(sorted({"YIELD", *TYPES} - {"CONCEDE", "RETREAT"}))
MODE_NAMES = tuple(f"{name}-{mode}" for name in TYPES for mode in MODES[name])
NAME_KINDS = ("person", "organization", "place", "nationality", "meeting", "date")
ROLES = ("ARG0", "ARG1", "ARG2")
Offsets = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """A text with a marked actor and recipient, and how much of the label each type gets (NONE where nothing happens)."""

    id: str
    text: str
    actor: Offsets
    recipient: Offsets
    labels: tuple[tuple[str, float], ...]
    weight: float = 1.0
    older: tuple[tuple[str, float], ...] = ()  # the same in the scheme that the field's older files use


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """A text with the spans of its names; no loss is taken on what lies within `unknown` (marks cut by another rule)."""

    text: str
    names: tuple[tuple[int, int, str], ...]
    unknown: tuple[Offsets, ...] = ()


def load_corpus(folder: Path) -> dict[str, list[Passage]]:
    """The passages of each split, as `splits.toml` fixes it: by theme and brief, never by passage.

    Those of "statements" have marks of speakers and statements alone, and are no training text of the encoder.
    """
    splits = tomllib.loads((folder / "splits.toml").read_text(encoding="utf-8"))
    found: dict[str, list[Passage]] = {}
    for name in ("train", "statements", "dev", "test"):
        found[name] = [passage for file in splits[name]["files"] for passage in read_file(folder / file)]
    return found


def nearest_mention(entity: Entity, trigger: Offsets, taken: Offsets | None = None) -> Offsets:
    """The mention of an entity that lies nearest to the trigger; pronouns only where there is nothing else."""

    def distance(span: Offsets) -> tuple[int, int]:
        return (max(span[0] - trigger[1], trigger[0] - span[1], 0) + (200 if span[1] - span[0] <= 4 else 0), span[0])

    options = [m for m in entity.mentions if taken is None or not (m[0] < taken[1] and taken[0] < m[1])]
    return min(options or list(entity.mentions), key=distance)


def entities_of(entities: Mapping[str, Entity], names: str | None) -> list[Entity]:
    """The entities that a mark names, separated by commas."""
    return [entities[name.strip()] for name in (names or "").split(",") if name.strip() in entities]


def speaker_mention(entities: Mapping[str, Entity], mark: StatementMark) -> Offsets | None:
    """The mention of who says a marked statement, the first of several, that is nearest to the cue: a reader finds it before "said"."""
    first = entities.get((mark.speaker or "").split(",")[0].strip())
    return min(first.mentions, key=lambda m: abs(m[0] - mark.cue[0])) if first else None


def _disjoint(one: Offsets, two: Offsets) -> bool:
    return one[1] <= two[0] or two[1] <= one[0]


_MUTUAL = frozenset(("CONSULT", "COOPERATE", "AGREE", "SUPPORT", "ASSAULT"))


_EMBARGO = re.compile(r"sanction|embargo|boycott|blacklist", re.IGNORECASE)
_SIEGE = re.compile(r"blockad|sieg|encircl|occup|captur|overr[au]n|took over|takeover", re.IGNORECASE)
_PROMISE = re.compile(
    r"\b(?:will|would|to|agree\w*|promis\w*|pledg\w*|vow\w*|offer\w*|ready|undert\w+)\b", re.IGNORECASE
)


def older_type(event: EventMark, words: str) -> str:
    """An event's type in the scheme of files converted from CAMEO before the present manual.

    There CONCEDE and RETREAT are one (YIELD), a promise to yield is AGREE (CAMEO 035), a verdict ACCUSE (116), an embargo COERCE (163), and
    a blockade or the occupation of a place ASSAULT (191, 192); a warrant is COERCE.
    """
    if event.type in ("CONCEDE", "RETREAT"):
        return "AGREE" if event.type == "CONCEDE" and (event.status == "planned" or _PROMISE.search(words)) else "YIELD"
    if event.type == "SANCTION" and event.mode == "convict":
        return "ACCUSE"
    if event.type == "SANCTION" and event.mode == "discontinue" and _EMBARGO.search(words):
        return "COERCE"
    if event.type == "THREATEN" and event.mode == "arrest":
        return "COERCE"
    if event.type == "COERCE" and event.mode in ("seize", "restrict") and _SIEGE.search(words):
        return "ASSAULT"
    return event.type


_BREAK = re.compile(r"(?<=[.!?”\"])\s+(?=[A-Z“\"])")


def cropped(text: str, spans: Sequence[Offsets]) -> tuple[str, int]:
    """The sentences from the first to the last of the spans, and how far their offsets move."""
    begin, stop = _sentences_over(text, min(start for start, _ in spans), max(end for _, end in spans))
    return text[begin:stop], begin


def _sentences_over(text: str, first: int, last: int) -> Offsets:
    """Where the sentences that hold the characters [first, last) begin and end."""
    begin = max((match.end() for match in _BREAK.finditer(text) if match.end() <= first), default=0)
    stop = min((match.start() for match in _BREAK.finditer(text) if match.start() >= last), default=len(text))
    return begin, stop


def _row(
    name: str,
    text: str,
    actor: Offsets,
    recipient: Offsets,
    triggers: Sequence[Offsets],
    labels: Sequence[tuple[str, float]],
    weight: float = 1.0,
    older: Sequence[tuple[str, float]] = (),
) -> PairRow:
    piece, moved = cropped(text, [actor, recipient, *triggers])
    return PairRow(
        id=name,
        text=piece,
        actor=(actor[0] - moved, actor[1] - moved),
        recipient=(recipient[0] - moved, recipient[1] - moved),
        labels=tuple(labels),
        weight=weight,
        older=tuple(older or labels),
    )


def _event_pairs(event: EventMark, people: dict[str, Entity]) -> Iterator[tuple[str, str]]:
    if event.recipients:
        yield from ((a, r) for a in event.actors for r in event.recipients if a != r)
    elif event.type in _MUTUAL and len(event.actors) > 1:
        yield from ((a, b) for a in event.actors for b in event.actors if a != b)


def pairs_of(passages: Sequence[Passage], *, seed: int = 1, nones: float = 1.0) -> list[PairRow]:
    """Marked pairs of every event, and pairs without an event: those marked so, reversed ones, and bystanders."""
    draw = random.Random(seed)
    rows: list[PairRow] = []
    for passage in passages:
        people = {
            entity.id: entity for entity in passage.entities if entity.kind in ("person", "org", "place", "nationality")
        }
        labels: dict[tuple[Offsets, Offsets], list[str]] = {}
        older: dict[tuple[Offsets, Offsets], list[str]] = {}
        triggers: dict[tuple[Offsets, Offsets], list[Offsets]] = {}
        linked: set[tuple[str, str]] = set()
        for event in passage.events:
            for a, r in _event_pairs(event, people):
                if a not in people or r not in people:
                    continue
                actor = nearest_mention(people[a], event.trigger)
                recipient = nearest_mention(people[r], event.trigger, actor)
                if _disjoint(actor, recipient):
                    labels.setdefault((actor, recipient), []).append(event.type)
                    words = passage.text[slice(*event.trigger)]
                    older.setdefault((actor, recipient), []).append(older_type(event, words))
                    triggers.setdefault((actor, recipient), []).append(event.trigger)
                    linked |= {(a, r), (r, a)}
        for number, ((actor, recipient), types) in enumerate(labels.items()):
            rows.append(
                _row(
                    f"{passage.id}/{number}",
                    passage.text,
                    actor,
                    recipient,
                    triggers[actor, recipient],
                    _shares(types),
                    older=_shares(older[actor, recipient]),
                )
            )
        rows.extend(_none_rows(passage, people, labels, linked, draw, nones))
    return rows


def _shares(names: Sequence[str]) -> tuple[tuple[str, float], ...]:
    return tuple((name, names.count(name) / len(names)) for name in dict.fromkeys(names))


def _none_rows(
    passage: Passage,
    people: dict[str, Entity],
    labels: dict[tuple[Offsets, Offsets], list[str]],
    linked: set[tuple[str, str]],
    draw: random.Random,
    nones: float,
) -> Iterator[PairRow]:
    candidates: list[tuple[Offsets, Offsets]] = []
    for a, b in passage.no_event_pairs:
        if a in people and b in people and (a, b) not in linked:
            candidates.append((people[a].mentions[0], people[b].mentions[0]))
    marked = len(candidates)
    reverse = [(r, a) for (a, r), types in labels.items() if not set(types) & _MUTUAL and (r, a) not in labels]
    candidates += draw.sample(reverse, min(len(reverse), 1)) if draw.random() < 0.25 * nones else []
    ids = sorted(people)
    strangers = [(a, b) for a in ids for b in ids if a != b and (a, b) not in linked]
    if strangers and draw.random() < 0.35 * nones:
        a, b = draw.choice(strangers)
        candidates.append((people[a].mentions[0], people[b].mentions[0]))
    for number, (a_span, b_span) in enumerate(candidates):
        if _disjoint(a_span, b_span):
            weight = 1.0 if number < marked else 0.7
            yield _row(f"{passage.id}/none{number}", passage.text, a_span, b_span, (), (("NONE", 1.0),), weight)


_CORPUS_NAMES = {
    "org": "organization",
    "place": "place",
    "nationality": "nationality",
    "meeting": "meeting",
    "date": "date",
}


def names_of_corpus(passages: Sequence[Passage]) -> list[NameRow]:
    """Names of the corpus. A person's mark holds the title too and may be nominal, so that persons are left unknown."""
    rows = []
    for passage in passages:
        names: list[tuple[int, int, str]] = []
        unknown = [
            mention for entity in passage.entities if entity.kind in ("person", "office") for mention in entity.mentions
        ]
        for entity in passage.entities:
            kind = _CORPUS_NAMES.get(entity.kind)
            for start, end in entity.mentions:
                text = passage.text[start:end]
                if kind in ("meeting", "date") or (kind and _is_name(text)):
                    names.append((start + _lead(text), end, kind or ""))
        rows.append(NameRow(text=passage.text, names=tuple(sorted(set(names))), unknown=tuple(unknown)))
    return rows


def _lead(text: str) -> int:
    for word in ("the ", "The ", "a ", "an "):
        if text.startswith(word):
            return len(word)
    return 0


def _is_name(text: str) -> bool:
    words = [
        word for word in text.split() if word.lower() not in ("the", "of", "and", "for", "in", "on", "de", "la", "al")
    ]
    return bool(words) and all(word[:1].isupper() or word[:1].isdigit() for word in words)


_OPEN = {
    "geo": "place", "gpe": "place", "org": "organization", "per": "person", "PER": "person", "LOC": "place", "ORG": "organization",
    "person": "person", "politician": "person", "organisation": "organization", "politicalparty": "organization", "country": "place",
    "location": "place",
}  # fmt: skip


_TITLES = frozenset(
    "mr mrs ms dr president prime minister foreign defense defence secretary of state general gen senator sen king queen prince"
    " chancellor premier pope former vice chairman spokesman ambassador judge justice governor congressman representative"
    " director chief minister's leader u.s us colonel major captain lieutenant admiral sheikh ayatollah professor".split()
)


def _past_titles(text: str, start: int, end: int) -> int:
    """The start of the name within "Prime Minister Ivo Sander": the silver set holds titles, names do not."""
    words = text[start:end].split(" ")
    at = start
    for word in words[:-1]:
        if word.lower().rstrip(".") not in _TITLES:
            break
        at += len(word) + 1
    return at


def bio_row(tokens: Sequence[str], tags: Sequence[str]) -> NameRow:
    text, offsets = "", []
    for token in tokens:
        if text and token not in (",", ".", ";", ":", "'s", ")", "?", "!", "n't") and not text.endswith("("):
            text += " "
        offsets.append((len(text), len(text) + len(token)))
        text += token
    names: list[tuple[int, int, str]] = []
    open_at: tuple[int, str] | None = None
    for number, tag in enumerate([*tags, "O"]):
        if open_at is not None and not tag.startswith("I-"):
            kind = _OPEN.get(open_at[1])
            start, end = offsets[open_at[0]][0], offsets[number - 1][1]
            if (
                kind == "place"
                and open_at[1] == "gpe"
                and text[start:end].rstrip("s").endswith(("n", "sh", "se", "ch", "i"))
            ):
                kind = "nationality"
            if kind == "person":
                start = _past_titles(text, start, end)
            if kind:
                names.append((start, end, kind))
            open_at = None
        if tag.startswith("B-"):
            open_at = (number, tag[2:])
    return NameRow(text=text, names=tuple(names))


def open_names(data: Path, *, limit: int, seed: int = 1) -> list[NameRow]:
    """Name rows of the openly licensed sets; `limit` sentences of the silver one."""
    draw = random.Random(seed)
    rows: list[NameRow] = []
    for name in ("gmb_voa_ner", "wikigold", "crossner_politics"):
        lines = (data / name / "train.jsonl").read_text(encoding="utf-8").splitlines()
        if name == "gmb_voa_ner":
            kept = held_out()
            lines = [line for line in lines if int(json.loads(line)["id"]) not in kept]
            lines = draw.sample(lines, min(limit, len(lines)))
        for line in lines:
            row: dict[str, Any] = json.loads(line)
            rows.append(bio_row(row["tokens"], row["ner"]))
    return rows


# --- marked acts, links to countries, statements ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class ActRow:
    """A text with one act marked: the event (`None` where a word names no act), its parties' phrases, and phrases left out of the loss."""

    text: str
    trigger: Offsets
    event: EventMark | None
    parties: tuple[tuple[Offsets, int], ...] = ()  # phrase, 0 actor or 1 recipient
    unknown: tuple[Offsets, ...] = ()
    namings: tuple[tuple[Offsets, str], ...] = ()  # where the text names countries, with their codes
    sides: tuple[frozenset[str], frozenset[str]] = (
        frozenset(),
        frozenset(),
    )  # the countries that act, and that are acted on


def acts_of(passages: Sequence[Passage], *, seed: int = 1, nones: int = 2) -> list[ActRow]:
    """One row for each marked event, and up to `nones` words of each passage that could name an act and do not."""
    from dragoman.tagger import load_tagger

    draw = random.Random(seed)
    tagger = load_tagger()
    rows: list[ActRow] = []
    for passage in passages:
        people = {entity.id: entity for entity in passage.entities}
        namings = namings_of(passage)
        named = _named(passage, [span for span, _ in namings])
        for event in passage.events:
            # Half the names of people and bodies are given with their country, as they are where an article told it before.
            beside = [item for item in named if draw.random() < 0.5]
            rows.append(_act_row(passage.text, event, people, (*namings, *beside)))
        rows.extend(_no_acts(passage, tagger, draw, nones))
    return rows


def _year(passage: Passage) -> int | None:
    return int(passage.decade[:4]) + 5 if passage.decade[:4].isdigit() else None


def namings_of(passage: Passage) -> tuple[tuple[Offsets, str], ...]:
    """Where a passage names countries and bodies that count as one, with their codes in its decade."""
    from dragoman.naming.namings import anchors_of
    from dragoman.reference import load_reference

    return tuple(((a, b), code) for a, b, code in anchors_of(passage.text, load_reference(), _year(passage)))


def _named(passage: Passage, taken: Sequence[Offsets]) -> list[tuple[Offsets, str]]:
    """Names of people and bodies with their marked country, where no naming of a country stands."""
    return [
        (span, entity.country)
        for entity in passage.entities
        if entity.kind in ("person", "org") and entity.country
        for span in entity.mentions
        if _is_name(passage.text[slice(*span)]) and all(_disjoint(span, other) for other in taken)
    ]


def _act_row(
    text: str, event: EventMark, people: dict[str, Entity], namings: tuple[tuple[Offsets, str], ...]
) -> ActRow:
    parties: list[tuple[Offsets, int]] = []
    unknown: list[Offsets] = []
    for role, ids in enumerate((event.actors, event.recipients)):
        for name in ids:
            if name not in people:
                continue
            chosen = _nearest_in_sentence(text, people[name], event.trigger)
            parties.append((chosen, role))
            unknown += [m for m in people[name].mentions if m != chosen]
    actors, recipients = (
        frozenset(code for name in ids if name in people and (code := people[name].country))
        for ids in (event.actors, event.recipients)
    )
    return ActRow(
        text=text,
        trigger=event.trigger,
        event=event,
        parties=tuple(dict.fromkeys(parties)),
        unknown=tuple(unknown),
        namings=namings,
        sides=(actors, recipients),
    )


def _nearest_in_sentence(text: str, entity: Entity, trigger: Offsets) -> Offsets:
    """The mention that stands for a party in an act: in the act's own sentence where there is one, the nearest there."""
    begin, stop = _sentences_over(text, *trigger)

    def distance(span: Offsets) -> tuple[bool, int, int]:
        return (not begin <= span[0] < stop, max(span[0] - trigger[1], trigger[0] - span[1], 0), span[0])

    return min(entity.mentions, key=distance)


_ACT_TAGS = frozenset(("VBD", "VBZ", "VBP", "VBN", "VBG", "VB"))


def _no_acts(passage: Passage, tagger: Any, draw: random.Random, count: int) -> Iterator[ActRow]:
    """Words that might name an act and do not: rows of the rule table that miss, then verbs at random."""
    from dragoman.coding.lexicon import base_form, names_act
    from dragoman.tagger import words
    from dragoman.text import sentences

    likely: list[Offsets] = []
    others: list[Offsets] = []
    for start, end in sentences(passage.text):
        offsets = words(passage.text, start, end)
        tokens = [passage.text[a:b] for a, b in offsets]
        for span, token, tag in zip(offsets, tokens, tagger.tag(tokens), strict=True):
            if any(span[0] < e.trigger[1] + 2 and e.trigger[0] - 2 < span[1] for e in passage.events):
                continue
            if names_act(base_form(token), token.lower()) and tag != "NNP":
                likely.append(span)
            elif tag in _ACT_TAGS and len(token) > 3:
                others.append(span)
    picked = draw.sample(likely, min(len(likely), count))
    picked += draw.sample(others, min(len(others), max(0, count - len(picked)), 1))
    for span in picked:
        yield ActRow(text=passage.text, trigger=span, event=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where a text names countries, and for phrases that name none which of these namings give theirs (none: no index)."""

    anchors: tuple[Offsets, ...]
    phrases: tuple[tuple[Offsets, tuple[int, ...]], ...]


def links_of(passage: Passage) -> Links:
    """The phrases of a passage whose country stands elsewhere in it, with the namings of that country."""
    found = namings_of(passage)
    phrases: list[tuple[Offsets, tuple[int, ...]]] = []
    for entity in passage.entities:
        if entity.kind not in ("person", "org", "place", "nationality"):
            continue
        right = tuple(i for i, (_, code) in enumerate(found) if code == entity.country)
        for start, end in entity.mentions:
            if not any(a < end and start < b for (a, b), _ in found):
                phrases.append(((start, end), right))
    return Links(anchors=tuple(span for span, _ in found), phrases=tuple(phrases))


def said_of(passage: Passage) -> list[tuple[Offsets, tuple[Offsets, ...], int, tuple[int, ...] | None]]:
    """Each statement's cue, the spans of what is said, the index of its stance (-1 unmarked) and of its issues (`None` unmarked)."""
    rows = []
    for mark in passage.statements:
        issues = tuple(ISSUES.index(name) for name in mark.issues) if mark.issues else None
        rows.append((mark.cue, mark.content, STANCES.index(mark.stance) if mark.stance else -1, issues))
    return rows


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleRow:
    """A sentence with one predicate marked, and its core arguments: phrase and index in `ROLES`."""

    text: str
    trigger: Offsets
    arguments: tuple[tuple[Offsets, int], ...]


# Verbs that name no act: half of the set, and nothing to learn for us.
_LIGHT = frozenset(("be", "have", "do", "get", "go", "let", "will", "can", "may"))


def roles_of(data: Path) -> list[RoleRow]:
    """Predicates of PropBank's web logs and newsgroups (`propbank_ewt/train`, CC BY-SA 4.0) with who acts and who is acted on."""
    rows: list[RoleRow] = []
    for line in (data / "propbank_ewt" / "train.jsonl").read_text(encoding="utf-8").splitlines():
        sentence: dict[str, Any] = json.loads(line)
        if not sentence["id"].startswith(("weblog", "newsgroup")):
            continue
        offsets = _token_offsets(sentence["text"], sentence["tokens"])
        for item in sentence["predicates"] if offsets else ():
            arguments = tuple(
                ((offsets[arg["start"]][0], offsets[arg["end"] - 1][1]), ROLES.index(arg["role"]))
                for arg in item["args"]
                if arg["role"] in ROLES and arg["end"] - arg["start"] <= 15
            )
            if arguments and item["sense"].partition(".")[0] not in _LIGHT:
                rows.append(RoleRow(text=sentence["text"], trigger=offsets[item["pred"]], arguments=arguments))
    return rows


def _token_offsets(text: str, tokens: Sequence[str]) -> list[Offsets]:
    """Where each token stands in the text; nothing where one does not."""
    found: list[Offsets] = []
    at = 0
    for token in tokens:
        at = text.find(token, at)
        if at < 0:
            return []
        found.append((at, at + len(token)))
        at += len(token)
    return found
