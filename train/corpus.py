"""Read, check and measure the annotated corpus.

    python -m train.corpus check corpus/*.txt        # every problem with its file and line; exit 1 if any
    python -m train.corpus stats corpus/*.txt        # counts by type, mode, status, register, region
    python -m train.corpus near corpus/*.txt         # passages that share a 7-gram of content words
    python -m train.corpus texts corpus/FILE.txt     # ids and bare texts, for a second annotator
    python -m train.corpus merge TEXTS MARKS         # bare texts (`@ id` blocks) joined with mark lines
    python -m train.corpus differ FIRST SECOND       # passages on which they differ, for adjudication
    python -m train.corpus agree FIRST SECOND        # agreement of two annotators (kappa for type, F1 for spans)

The format is described in `corpus/GUIDE.md`. Spans are written as words and become half-open code point
offsets here. Nothing is guessed: a span that does not occur is an error with its line.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = [
    "CONTEXTS",
    "ISSUES",
    "KINDS",
    "MODES",
    "REGISTERS",
    "SECTORS",
    "STANCES",
    "STATUSES",
    "Entity",
    "EventMark",
    "MarkError",
    "Passage",
    "StatementMark",
    "parse_marks",
    "read_file",
]

MODES: dict[str, tuple[str, ...]] = {
    "AGREE": (),
    "CONSULT": ("visit", "third-party", "multilateral", "phone"),
    "SUPPORT": (),
    "CONCEDE": (),
    "COOPERATE": (),
    "AID": (),
    "RETREAT": ("withdraw", "release", "disarm", "ceasefire", "access", "resign"),
    "REQUEST": ("assist", "change", "yield", "meet"),
    "ACCUSE": ("disapprove", "investigate", "allege"),
    "REJECT": ("assist", "change", "yield", "meet"),
    "THREATEN": ("restrict", "arrest", "relations", "expel", "violence", "territory"),
    "PROTEST": ("demo", "riot", "strike", "hunger", "boycott", "obstruct", "vandalize"),
    "SANCTION": ("convict", "expel", "withdraw", "discontinue"),
    "MOBILIZE": ("troops", "weapons", "police", "militia"),
    "COERCE": tuple("seize restrict censor curfew martial-law arrest deport withhold misinformation cyber".split()),
    "ASSAULT": tuple(
        "abduct beat torture sexual targeted destroy primitive firearms explosives suicide-attack"
        " aerial drone heavy-weapons crowd-control unconventional".split()
    ),
}
STATUSES = ("occurred", "ongoing", "planned", "hypothetical", "denied", "historical")
KINDS = ("person", "org", "place", "nationality", "office", "meeting", "date")
STANCES = ("support", "oppose", "mixed", "neutral", "none")
FORMS = ("quote", "paraphrase", "mixed")
REGISTERS = tuple("wire broadcast ministry state_media translated headline live local feature".split())
SECTORS = tuple(
    "GOV MIL COP SPY JUD LEG PTY OPP REB PRM UAF CRM BUS LAB AGR CVL EDU MED REF REL SOC JRN ELI PRE UNK".split()
)
CONTEXTS = tuple(
    "military intelligence executive legislative election political_institutions pro_democracy pro_autocracy"
    " economic legal reparations human_rights rights_freedoms repression human_security gender lgbt"
    " religion_ethnicity inequality diplomatic territory peacekeeping health asylum migration disasters"
    " natural_resource environment technology terrorism cbrn cyber misinformation crime corruption"
    " illegal_drugs trafficking".split()
)
ISSUES = tuple(
    "arms_control missile_defence nuclear_programme sanctions ceasefire peace_talks military_cooperation"
    " military_operations territory terrorism human_rights detention election constitution corruption justice"
    " migration refugees humanitarian_aid trade energy debt investment environment health technology cyber"
    " media diplomatic_relations international_organizations labour education religion disaster other".split()
)

Offsets = tuple[int, int]


class MarkError(ValueError):
    """A mark line that cannot be read; the message names what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    id: str
    kind: str
    country: str | None
    sector: str | None
    mentions: tuple[Offsets, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EventMark:
    type: str
    mode: str | None
    status: str
    actors: tuple[str, ...]
    recipients: tuple[str, ...]
    trigger: Offsets
    when: str | None = None
    place: str | None = None
    contexts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementMark:
    speaker: str | None
    addressees: tuple[str, ...]
    cue: Offsets
    content: tuple[Offsets, ...]
    form: str
    target: str | None = None
    stance: str | None = None
    issues: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    id: str
    text: str
    register: str
    region: str
    decade: str
    entities: tuple[Entity, ...] = ()
    events: tuple[EventMark, ...] = ()
    statements: tuple[StatementMark, ...] = ()
    no_event_pairs: tuple[tuple[str, str], ...] = ()
    file: str = ""
    line: int = 0
    marks: tuple[str, ...] = field(default=(), repr=False)


def _occurrences(text: str, words: str, start: int = 0) -> list[Offsets]:
    """Every whole-word occurrence of `words` from `start` on, left to right."""
    left = r"(?<![^\W_])" if words[:1].isalnum() else ""
    right = r"(?![^\W_])" if words[-1:].isalnum() else ""
    pattern = re.compile(left + re.escape(words) + right)
    return [match.span() for match in pattern.finditer(text, start)]


def find_spans(text: str, written: str) -> list[Offsets]:
    """The offsets of a span as written in a mark line: `words`, `words#2`, `words*` or `first … last`."""
    written = written.strip()
    if not written:
        raise MarkError("empty span")
    if " … " in written:
        first, last = (part.strip() for part in written.split(" … ", 1))
        begin = find_spans(text, first)[0]
        ends = _occurrences(text, last, begin[1])
        if not ends:
            raise MarkError(f"no {last!r} after {first!r} in the text")
        return [(begin[0], ends[0][1])]
    if written.endswith("*"):
        found = _occurrences(text, written[:-1])
        if not found:
            raise MarkError(f"{written[:-1]!r} is not in the text")
        return found
    number = 1
    numbered = re.fullmatch(r"(.*\S)#(\d+)", written)
    if numbered and not _occurrences(text, written):
        written, number = numbered[1], int(numbered[2])
    found = _occurrences(text, written)
    if len(found) < number:
        raise MarkError(f"{written!r} occurs {len(found)} times in the text, asked for number {number}")
    return [found[number - 1]]


def _one(text: str, written: str) -> Offsets:
    return find_spans(text, written)[0]


def _code(value: str, allowed: Iterable[str], what: str) -> str:
    if value not in allowed:
        raise MarkError(f"unknown {what} {value!r}")
    return value


def _ids(written: str, known: dict[str, Entity]) -> tuple[str, ...]:
    ids = tuple(part.strip() for part in written.split(",") if part.strip())
    for name in ids:
        if name not in known:
            raise MarkError(f"no entity {name!r}")
    return ids


def _options(written: str, names: tuple[str, ...]) -> dict[str, str]:
    options: dict[str, str] = {}
    for part in written.split():
        name, sign, value = part.partition("=")
        if not sign or name not in names or not value:
            raise MarkError(f"unknown option {part!r}; known: {', '.join(names)}")
        options[name] = value
    return options


def _parse_entity(text: str, rest: str) -> Entity:
    head, sign, spans = rest.partition(" = ")
    words = head.split()
    if not sign or len(words) < 2:
        raise MarkError("expected `m ID KIND [COUNTRY SECTOR] = span ; span`")
    kind = _code(words[1], KINDS, "kind")
    country = sector = None
    if kind in ("person", "org", "place", "nationality"):
        if len(words) != 4:
            raise MarkError(f"a {kind} needs COUNTRY and SECTOR (`-` for none)")
        if words[2] != "-":
            if not re.fullmatch(r"[A-Z]{3}", words[2]):
                raise MarkError(f"country {words[2]!r} is not a three-letter code")
            country = words[2]
        if words[3] != "-":
            sector = _code(words[3], SECTORS, "sector")
    elif len(words) not in (2, 4):
        raise MarkError(f"a {kind} takes no codes")
    mentions = sorted({offsets for span in spans.split(" ; ") for offsets in find_spans(text, span)})
    return Entity(id=words[0], kind=kind, country=country, sector=sector, mentions=tuple(mentions))


def _parse_event(text: str, rest: str, known: dict[str, Entity]) -> EventMark:
    parts = [part.strip() for part in re.split(r" \|(?: |$)", rest)]
    if len(parts) not in (3, 4):
        raise MarkError("expected `e TYPE MODE STATUS | actors > recipients | trigger | options`")
    codes = parts[0].split()
    if len(codes) != 3:
        raise MarkError(f"expected TYPE MODE STATUS, got {parts[0]!r}")
    type_ = _code(codes[0], MODES, "type")
    mode = None if codes[1] == "-" else _code(codes[1], MODES[type_], f"mode of {type_}")
    actors, sign, recipients = parts[1].partition(">")
    if not sign:
        raise MarkError("expected `actors > recipients`")
    options = _options(parts[3] if len(parts) == 4 else "", ("when", "place", "ctx"))
    for name in ("when", "place"):
        if name in options:
            _ids(options[name], known)
    contexts = tuple(options["ctx"].split(",")) if "ctx" in options else ()
    for context in contexts:
        _code(context, CONTEXTS, "context")
    event = EventMark(
        type=type_,
        mode=mode,
        status=_code(codes[2], STATUSES, "status"),
        actors=_ids(actors, known),
        recipients=_ids(recipients, known),
        trigger=_one(text, parts[2]),
        when=options.get("when"),
        place=options.get("place"),
        contexts=contexts,
    )
    if not event.actors and not event.recipients:
        raise MarkError("an event needs an actor or a recipient")
    return event


def _parse_statement(text: str, rest: str, known: dict[str, Entity]) -> StatementMark:
    parts = [part.strip() for part in re.split(r" \|(?: |$)", rest)]
    if len(parts) not in (4, 5):
        raise MarkError("expected `s SPEAKER > TO | cue | content | FORM | options`")
    speaker, _, addressees = parts[0].partition(">")
    speaker = speaker.strip()
    if speaker != "-":
        _ids(speaker, known)
    options = _options(parts[4] if len(parts) == 5 else "", ("target", "stance", "issue"))
    if "target" in options:
        _ids(options["target"], known)
    issues = tuple(options["issue"].split(",")) if "issue" in options else ()
    for issue in issues:
        _code(issue, ISSUES, "issue")
    stance = options.get("stance")
    return StatementMark(
        speaker=None if speaker == "-" else speaker,
        addressees=_ids(addressees, known),
        cue=_one(text, parts[1]),
        content=tuple(_one(text, piece) for piece in parts[2].split(" ;; ")),
        form=_code(parts[3], FORMS, "form"),
        target=options.get("target"),
        stance=None if stance is None else _code(stance, STANCES, "stance"),
        issues=issues,
    )


def parse_marks(
    text: str, lines: list[tuple[int, str]]
) -> tuple[tuple[Entity, ...], tuple[EventMark, ...], tuple[StatementMark, ...], tuple[tuple[str, str], ...]]:
    """Parse mark lines against their text. Raises `MarkError` whose message starts with the line number."""
    known: dict[str, Entity] = {}
    events: list[EventMark] = []
    statements: list[StatementMark] = []
    pairs: list[tuple[str, str]] = []
    # Entities first, so that an event may name one that is listed below it.
    for number, line in sorted(lines, key=lambda item: not item[1].startswith("m ")):
        letter, _, rest = line.partition(" ")
        try:
            if letter == "m":
                entity = _parse_entity(text, rest)
                if entity.id in known:
                    raise MarkError(f"entity {entity.id!r} is there twice")
                known[entity.id] = entity
            elif letter == "e":
                events.append(_parse_event(text, rest, known))
            elif letter == "s":
                statements.append(_parse_statement(text, rest, known))
            elif letter == "p":
                left, _, right = rest.partition(">")
                pairs.append((_ids(left, known)[0], _ids(right, known)[0]))
            else:
                raise MarkError(f"a mark line begins with m, e, s or p, not {letter!r}")
        except (MarkError, IndexError) as error:
            raise MarkError(f"{number}: {error or 'an empty field'} in: {line}") from None
    return tuple(known.values()), tuple(events), tuple(statements), tuple(pairs)


def _blocks(path: Path) -> Iterator[list[tuple[int, str]]]:
    block: list[tuple[int, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith("#"):
            continue
        if line.strip():
            block.append((number, line.rstrip()))
        elif block:
            yield block
            block = []
    if block:
        yield block


def _parse_block(path: Path, block: list[tuple[int, str]], text: str | None) -> Passage:
    number, head = block[0]
    if not head.startswith("@ "):
        raise MarkError(f"{number}: a passage begins with `@ id | register | region | decade`")
    fields = [part.strip() for part in head[2:].split("|")]
    body = block[1:]
    if text is None:
        if not body:
            raise MarkError(f"{number}: passage without a text")
        text = body[0][1]
        body = body[1:]
        if len(fields) != 4:
            raise MarkError(f"{number}: expected `@ id | register | region | decade`")
        if fields[1] not in REGISTERS:
            raise MarkError(f"{number}: unknown register {fields[1]!r}")
    fields += [""] * (4 - len(fields))
    entities, events, statements, pairs = parse_marks(text, body)
    return Passage(
        id=fields[0],
        text=text,
        register=fields[1],
        region=fields[2],
        decade=fields[3],
        entities=entities,
        events=events,
        statements=statements,
        no_event_pairs=pairs,
        file=path.name,
        line=number,
        marks=tuple(line for _, line in body),
    )


def read_file(path: Path, problems: list[str] | None = None, texts: dict[str, str] | None = None) -> list[Passage]:
    """Every passage of a file. With `problems`, bad passages are named there and left out; without, they raise.

    With `texts` (id to text) the file is one of second annotations: marks only.
    """
    passages = []
    for block in _blocks(path):
        try:
            text = None
            if texts is not None:
                name = block[0][1][2:].split("|")[0].strip()
                if name not in texts:
                    raise MarkError(f"{block[0][0]}: no text for {name!r}")
                text = texts[name]
            passages.append(_parse_block(path, block, text))
        except MarkError as error:
            if problems is None:
                raise MarkError(f"{path}:{error}") from None
            problems.append(f"{path}:{error}")
    return passages


_STOP = frozenset(
    "a an the of to in on at by for with from and or but that which who it its his her their he she they was were is"
    " are be been has have had as after before over into said not this these those there than".split()
)


def content_sevengrams(text: str) -> set[tuple[str, ...]]:
    """The 7-grams of content words (function words left out), the unit of the near-duplicate check."""
    words = [word for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in _STOP]
    return {tuple(words[at : at + 7]) for at in range(len(words) - 6)}


def near_duplicates(passages: list[Passage]) -> list[tuple[str, str, str]]:
    """Pairs of passages that share a 7-gram of content words, with one such 7-gram."""
    seen: dict[tuple[str, ...], str] = {}
    pairs: dict[tuple[str, str], str] = {}
    for passage in passages:
        for gram in content_sevengrams(passage.text):
            other = seen.setdefault(gram, passage.id)
            if other != passage.id:
                pairs.setdefault((other, passage.id), " ".join(gram))
    return [(left, right, gram) for (left, right), gram in sorted(pairs.items())]


def _stats(passages: list[Passage]) -> None:
    types = Counter(event.type for passage in passages for event in passage.events)
    modes = Counter(f"{event.type} {event.mode}" for passage in passages for event in passage.events)
    print(f"passages {len(passages)}")
    print(f"events {sum(types.values())}")
    print(f"passages with two or more events {sum(len(p.events) > 1 for p in passages)}")
    print(f"passages with none {sum(not p.events for p in passages)}")
    print(f"statements {sum(len(p.statements) for p in passages)}")
    print(f"mentions {sum(len(e.mentions) for p in passages for e in p.entities)}")
    print("types", dict(types.most_common()))
    rare = [f"{t} {m}: {modes[f'{t} {m}']}" for t in MODES for m in MODES[t] if modes[f"{t} {m}"] < 15]
    print("modes under 15:", "; ".join(rare) or "none")
    print("status", dict(Counter(e.status for p in passages for e in p.events).most_common()))
    print("register", dict(Counter(p.register for p in passages).most_common()))
    print("region", dict(Counter(p.region for p in passages).most_common()))
    print("decade", dict(Counter(p.decade for p in passages).most_common()))


def _f1(first: set[object], second: set[object]) -> float:
    return 2 * len(first & second) / (len(first) + len(second)) if first or second else 1.0


def agreement(first: list[Passage], second: list[Passage]) -> dict[str, float]:
    """Agreement of two annotators: kappa of the type where both mark a trigger that overlaps, F1 of spans."""
    other = {passage.id: passage for passage in second}
    both: list[tuple[str, str]] = []
    spans: dict[str, tuple[set[object], set[object]]] = defaultdict(lambda: (set(), set()))
    statuses: list[bool] = []
    for passage in first:
        twin = other.get(passage.id)
        if twin is None:
            continue
        for side, marked in enumerate((passage, twin)):
            for entity in marked.entities:
                for mention in entity.mentions:
                    spans["mentions"][side].add((passage.id, mention))
            for event in marked.events:
                people = {entity.id: entity for entity in marked.entities}
                codes = tuple(sorted({people[a].country or "-" for a in event.actors}))
                targets = tuple(sorted({people[r].country or "-" for r in event.recipients}))
                spans["events (type, countries)"][side].add((passage.id, event.type, codes, targets))
                spans["events (type)"][side].add((passage.id, event.type))
            for statement in marked.statements:
                spans["statement contents"][side].add((passage.id, statement.content))
        for event in passage.events:
            matches = [e for e in twin.events if e.trigger[0] < event.trigger[1] and event.trigger[0] < e.trigger[1]]
            if matches:
                best = next((e for e in matches if e.type == event.type), matches[0])
                both.append((event.type, best.type))
                statuses.append(event.status == best.status)
    result = {name: _f1(*sides) for name, sides in spans.items()}
    if both:
        observed = sum(a == b for a, b in both) / len(both)
        left, right = Counter(a for a, _ in both), Counter(b for _, b in both)
        chance = sum(left[t] * right[t] for t in left) / len(both) ** 2
        result["type kappa"] = (observed - chance) / (1 - chance) if chance < 1 else 1.0
        result["status agreement"] = sum(statuses) / len(statuses)
    result["passages"] = sum(passage.id in other for passage in first)
    return result


def differences(first: list[Passage], second: list[Passage]) -> Iterator[str]:
    """Passages whose events differ between two annotators, with both sets of event and statement lines, for adjudication."""
    other = {passage.id: passage for passage in second}

    def shape(passage: Passage) -> set[object]:
        people = {entity.id: entity.country or "-" for entity in passage.entities}
        return {
            (
                e.type,
                e.mode,
                e.status,
                tuple(sorted({people[i] for i in e.actors})),
                tuple(sorted({people[i] for i in e.recipients})),
            )
            for e in passage.events
        }

    for passage in first:
        twin = other.get(passage.id)
        if twin is not None and shape(passage) != shape(twin):
            lines = [f"@ {passage.id}", passage.text, "FIRST", *passage.marks, "SECOND", *twin.marks, ""]
            yield "\n".join(lines)


def _merge(texts: Path, marks: Path) -> None:
    lines = {block[0][1][2:].split("|")[0].strip(): block[1:] for block in _blocks(marks)}
    for block in _blocks(texts):
        name = block[0][1][2:].split("|")[0].strip()
        head_line = next((b[0][1] for b in _blocks(marks) if b[0][1][2:].split("|")[0].strip() == name), None)
        print(head_line if head_line and "|" in head_line else block[0][1])
        print(block[1][1])
        for _, line in lines.get(name, []):
            print(line)
        print()


def main(arguments: list[str]) -> int:
    command, *rest = arguments or [""]
    paths = [Path(name) for name in rest]
    if command == "merge":
        _merge(*paths)
        return 0
    if command == "agree":
        first = read_file(paths[0])
        second = read_file(paths[1], texts={passage.id: passage.text for passage in first})
        for name, value in agreement(first, second).items():
            print(f"{name}: {value:.3f}")
        return 0
    if command == "differ":
        first = read_file(paths[0])
        second = read_file(paths[1], texts={passage.id: passage.text for passage in first})
        print("\n".join(differences(first, second)))
        return 0
    problems: list[str] = []
    passages = [passage for path in paths for passage in read_file(path, problems)]
    if command == "check":
        ids = Counter(passage.id for passage in passages)
        texts = Counter(passage.text for passage in passages)
        problems += [f"id {name!r} is used {count} times" for name, count in ids.items() if count > 1]
        problems += [f"text is there {count} times: {text[:60]!r}" for text, count in texts.items() if count > 1]
        for passage in passages:
            used = {i for e in passage.events for i in (*e.actors, *e.recipients)}
            for entity in passage.entities:
                if entity.id in used and entity.kind in ("office", "date"):
                    problems.append(f"{passage.file}:{passage.line}: {entity.kind} {entity.id} takes part in an event")
        for problem in problems:
            print(problem)
        print(f"{len(passages)} passages read, {len(problems)} problems", file=sys.stderr)
        return 1 if problems else 0
    if command == "stats":
        _stats(passages)
    elif command == "near":
        pairs = near_duplicates(passages)
        for left, right, gram in pairs:
            print(f"{left} ~ {right}: {gram}")
        share = len({name for pair in pairs for name in pair[:2]}) / max(1, len(passages))
        print(f"{share:.2%} of {len(passages)} passages share a 7-gram of content words with another")
        return 1 if share > 0.02 else 0
    elif command == "texts":
        for passage in passages:
            print(f"@ {passage.id}\n{passage.text}\n")
    else:
        print(__doc__)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
