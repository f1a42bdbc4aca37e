"""Marks on real stories of the Voice of America, which are in the public domain: offsets and codes here, the text in the open set.

    python -m train.real write DATA SPLIT > stories.txt     # texts and marks in the corpus' format, to read and correct
    python -m train.real pack stories.txt SPLIT             # marks of such a file, as offsets, into train/real/SPLIT.jsonl
    python -m train.real events DATA SPLIT                  # gold rows for `dragoman evaluate events`, a row for each story

`DATA` is the folder of the open sets; the sentences come from `gmb_voa_ner/train.jsonl`, in the order of its ids, which is that of
the stories. A passage is named by its first and last sentence (`voa-38000-38002`). No text is kept in the repository: the marks
point at characters of the sentences put together by `printed`, and a digest tells when those are others.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from functools import cache
from itertools import accumulate, chain, groupby
from pathlib import Path
from typing import Any, TypeVar

from train.corpus import Entity, EventMark, Offsets, Passage, StatementMark, find_spans, read_file

__all__ = ["held_out", "load_real", "pack", "printed", "stories", "written"]

FOLDER = Path(__file__).parent / "real"
_QUOTES = frozenset(('"', "``", "''"))
_CLOSING = frozenset((*",.;:?!)]%", "...", "n't", "'", "'s", "'S", "'re", "'ve", "'ll", "'m", "'d"))
_OPENING = frozenset("([$#")
_BREAK = "\n\n"
_Mark = TypeVar("_Mark", Entity, EventMark, StatementMark)


def printed(tokens: Sequence[str]) -> str:
    """The sentence of these tokens as it was printed; straight quotation marks open and close in turn.

    >>> printed(["He", "said", ":", '"', "It", "'s", "over", ".", '"'])
    'He said: "It\\'s over."'
    """
    text, glued, quoted = "", True, False
    alone = sum(token in _QUOTES for token in tokens) == 1
    for at, token in enumerate(tokens):
        if token in _QUOTES:
            # One mark alone belongs to a quotation that goes on in the next sentence, or came from the one before.
            opens = token == "``" or (token == '"' and (at < len(tokens) - 2 if alone else not quoted))
            text += ("" if glued or not opens else " ") + '"'
            glued = quoted = opens
        else:
            text += ("" if glued or token in _CLOSING else " ") + token
            glued = token in _OPENING
    return text


@cache
def _sentences(data: Path) -> dict[int, str]:
    lines = (data / "gmb_voa_ner" / "train.jsonl").read_text(encoding="utf-8").splitlines()
    return {int(row["id"]): printed(row["tokens"]) for row in map(json.loads, lines)}


def _text(data: Path, name: str) -> str:
    first, last = (int(part) for part in name.split("-")[1:])
    sentences = _sentences(data)
    return " ".join(sentences[at] for at in range(first, last + 1) if at in sentences)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _values(mark: Entity | EventMark | StatementMark) -> list[Any]:
    """The fields of a mark in their order, without names: a line of JSON is half as long so."""
    return [getattr(mark, field.name) for field in fields(mark)]


def pack(passages: Sequence[Passage]) -> Iterator[str]:
    """A line of JSON for each passage: what is marked, and nothing of the text."""
    for passage in passages:
        row = {
            "id": passage.id,
            "story": passage.region,
            "digest": _digest(passage.text),
            "entities": [_values(entity) for entity in passage.entities],
            "events": [_values(event) for event in passage.events],
            "statements": [_values(statement) for statement in passage.statements],
        }
        yield json.dumps(row, separators=(",", ":"))


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list) else value


def _mark(of: type[_Mark], values: Sequence[Any]) -> _Mark:
    return of(**{field.name: _frozen(value) for field, value in zip(fields(of), values, strict=True)})


def load_real(data: Path, split: str) -> list[Passage]:
    """The marked passages of a split with their texts. Raises `ValueError` where the open set holds other words than were marked."""
    found = []
    for line in (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
        row: dict[str, Any] = json.loads(line)
        text = _text(data, row["id"])
        if _digest(text) != row["digest"]:
            raise ValueError(f"{row['id']}: the text is not the one that was marked")
        found.append(
            Passage(
                id=row["id"],
                text=text,
                register="broadcast",
                region=row["story"],
                decade="2000s",
                entities=tuple(_mark(Entity, values) for values in row["entities"]),
                events=tuple(_mark(EventMark, values) for values in row["events"]),
                statements=tuple(_mark(StatementMark, values) for values in row["statements"]),
            )
        )
    return found


def held_out() -> set[int]:
    """The sentences of the development and test stories, which nothing is trained on, not even for names."""
    found: set[int] = set()
    for split in ("dev", "test"):
        for line in (FOLDER / f"{split}.jsonl").read_text(encoding="utf-8").splitlines():
            first, last = (int(part) for part in json.loads(line)["id"].split("-")[1:])
            found.update(range(first, last + 1))
    return found


def _moved(passage: Passage, by: int, tag: str) -> Passage:
    """The marks of a passage as they stand `by` characters further on, its entities' names kept apart by `tag`."""

    def span(offsets: Offsets) -> Offsets:
        return offsets[0] + by, offsets[1] + by

    def names(ids: Sequence[str]) -> tuple[str, ...]:
        return tuple(tag + name for name in ids)

    def name(id_: str | None) -> str | None:
        return tag + id_ if id_ else None

    return replace(
        passage,
        entities=tuple(
            replace(e, id=tag + e.id, mentions=tuple(span(m) for m in e.mentions)) for e in passage.entities
        ),
        events=tuple(
            replace(
                e,
                actors=names(e.actors),
                recipients=names(e.recipients),
                trigger=span(e.trigger),
                when=name(e.when),
                place=name(e.place),
            )
            for e in passage.events
        ),
        statements=tuple(
            replace(
                s,
                speaker=",".join(names(s.speaker.split(","))) if s.speaker else None,
                addressees=names(s.addressees),
                cue=span(s.cue),
                content=tuple(span(piece) for piece in s.content),
                target=name(s.target),
            )
            for s in passage.statements
        ),
    )


def stories(passages: Sequence[Passage]) -> Iterator[Passage]:
    """Whole stories: the passages of one story, which follow each other, as its paragraphs."""
    for story, group in groupby(passages, key=lambda passage: passage.region):
        parts = list(group)
        starts = accumulate((len(part.text) + len(_BREAK) for part in parts), initial=0)
        moved = [_moved(part, at, f"{number}.") for number, (part, at) in enumerate(zip(parts, starts, strict=False))]
        yield replace(
            parts[0],
            id=f"voa-{story}-{parts[0].id.split('-')[1]}",
            text=_BREAK.join(part.text for part in parts),
            entities=tuple(chain.from_iterable(part.entities for part in moved)),
            events=tuple(chain.from_iterable(part.events for part in moved)),
            statements=tuple(chain.from_iterable(part.statements for part in moved)),
        )


def _words(text: str, offsets: Offsets) -> str:
    """A span as it is written in a mark line: its words, with the number of the occurrence where it is not the first."""
    words = text[slice(*offsets)]
    for number in range(1, 50):
        as_written = words if number == 1 else f"{words}#{number}"
        if find_spans(text, as_written)[0] == offsets:
            return as_written
    raise ValueError(f"{words!r} is no whole word of {text[:60]!r}")


def written(passage: Passage) -> str:
    """A passage with its marks in the format of the corpus."""
    text = passage.text
    lines = [f"@ {passage.id} | {passage.register} | {passage.region} | {passage.decade}", text]
    for e in passage.entities:
        codes = f" {e.country or '-'} {e.sector or '-'}" if e.kind in ("person", "org", "place", "nationality") else ""
        lines.append(f"m {e.id} {e.kind}{codes} = {' ; '.join(_words(text, m) for m in e.mentions)}")
    for v in passage.events:
        options = [f"when={v.when}"] * bool(v.when) + [f"place={v.place}"] * bool(v.place)
        options += [f"ctx={','.join(v.contexts)}"] * bool(v.contexts)
        head = f"e {v.type} {v.mode or '-'} {v.status} | {','.join(v.actors)} > {','.join(v.recipients)}"
        lines.append(f"{head} | {_words(text, v.trigger)} | {' '.join(options)}".rstrip(" |"))
    for s in passage.statements:
        options = [f"target={s.target}"] * bool(s.target) + [f"stance={s.stance}"] * bool(s.stance)
        options += [f"issue={','.join(s.issues)}"] * bool(s.issues)
        to = f" > {','.join(s.addressees)}" if s.addressees else ""
        content = " ;; ".join(_words(text, piece) for piece in s.content)
        lines.append(
            f"s {s.speaker or '-'}{to} | {_words(text, s.cue)} | {content} | {s.form} | {' '.join(options)}".rstrip(
                " |"
            )
        )
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write, pack, or print gold rows."""
    from train.gold import events

    match list(arguments):
        case ["write", data, split]:
            print("\n".join(written(passage) for passage in load_real(Path(data), split)))
        case ["pack", file, split]:
            (FOLDER / f"{split}.jsonl").write_text(
                "".join(f"{line}\n" for line in pack(read_file(Path(file)))), encoding="utf-8"
            )
        case ["events", data, split]:
            for row in events(list(stories(load_real(Path(data), split)))):
                print(json.dumps(row, ensure_ascii=False))
        case _:
            print(__doc__, file=sys.stderr)
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
