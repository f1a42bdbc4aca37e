"""Codes whole articles and compares who says what in them with what is expected: `python -m evals.attributed [--set second] [--show]`.

The articles and what they should give are ours (`evals/cases/attributed.txt`); most rules were made or mended on their errors, so what
counts is the first figure of each set, which `docs/concepts/statements.md` keeps. A statement is found where its content and the
expected one share at least half of both together; speaker, form, addressee and venue are scored on what is found.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dragoman.records import Statement
from evals.statements import bare_article, overlap

CASES = Path(__file__).parent / "cases" / "attributed.txt"
FORMS = {"q": "quote", "p": "paraphrase", "m": "mixed"}
Run = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One expected statement: spans of the article's text; `speaker` is None where nobody is named."""

    cue: str
    speaker: Run | None
    content: tuple[Run, ...]
    form: str
    addressee: str
    venue: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An article and all that is said in it."""

    set: str
    name: str
    text: str
    said: tuple[Said, ...]


def load(path: Path = CASES) -> Iterator[Case]:
    """The articles of the case file.

    `=== SET: NAME`, the text, then lines `> speaker | cue | content | form | addressee | venue`; pieces of a content are
    joined by `;;`, and `first words ... last words` stands for a run of the text.
    """
    for block in re.split(r"^=== ", path.read_text(encoding="utf-8"), flags=re.M)[1:]:
        head, rest = block.split("\n", 1)
        lines = rest.rstrip().split("\n")
        text = "\n".join(line for line in lines if not line.startswith("> ")).strip()
        told = [line[2:] for line in lines if line.startswith("> ")]
        name = head.split(": ", 1)
        yield Case(set=name[0], name=name[1], text=text, said=tuple(_said(text, line) for line in told))


def _said(text: str, line: str) -> Said:
    speaker, cue, content, form, addressee, venue = [*(part.strip() for part in line.split("|")), "", ""][:6]
    pieces = [piece.strip() for piece in content.split(";;")]
    cues = _places(text, cue)
    begins = _places(text, pieces[0])
    if not cues or not begins:
        raise ValueError(f"not in the text: {line}")
    first, at = min(((a, c) for a in begins for c in cues if not a[0] <= c[0] < a[1]), key=lambda p: _gap(*p))
    runs = [first]
    for piece in pieces[1:]:
        runs.append(next(run for run in _places(text, piece) if run[0] >= runs[-1][1]))
    names = [run for run in _places(text, speaker) if not any(a <= run[0] < b for a, b in runs)] if speaker else []
    if speaker and not names:
        raise ValueError(f"no such speaker: {line}")
    return Said(
        cue=cue,
        speaker=min(names, key=lambda run: _gap(run, at)) if names else None,
        content=tuple(runs),
        form=FORMS[form],
        addressee=addressee,
        venue=venue,
    )


def _places(text: str, words: str) -> list[Run]:
    """Where the words stand; `a ... b` runs from each `a` to the next `b`."""
    first, _, last = words.partition(" ... ")
    found = []
    for match in re.finditer(rf"(?<!\w){re.escape(first)}(?!\w)" if first[0].isalnum() else re.escape(first), text):
        end = text.find(last, match.end()) + len(last) if last else match.end()
        if not last or end >= match.end() + len(last):
            found.append((match.start(), end))
    return found


def _gap(one: Run, other: Run) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


def code(text: str) -> tuple[Statement, ...]:
    """The statements of one article, coded with everything on."""
    from dragoman.config import Settings
    from dragoman.pipeline import code_article
    from dragoman.runner import load_tools

    return code_article(bare_article(text), load_tools(), Settings()).statements


def compare(case: Case, found: Sequence[Statement]) -> tuple[Counter[str], list[str]]:
    """Counts of one article, and a line for everything that is wrong; words that several say together are one statement."""
    text = case.text
    runs: dict[tuple[Run, ...], list[Statement]] = {}
    for made in found:
        runs.setdefault(tuple((s.span.start, s.span.end) for s in made.content), []).append(made)
    pairs = sorted(
        ((overlap(said.content, run), i, run) for i, said in enumerate(case.said) for run in runs),
        key=lambda pair: (-pair[0], pair[1], pair[2]),
    )
    matched: dict[int, tuple[Run, ...]] = {}
    for value, i, run in pairs:
        if value >= 0.5 and i not in matched and run not in matched.values():
            matched[i] = run
    counts = Counter({"gold": len(case.said), "found": len(runs), "hits": len(matched)})
    wrong = []
    for i, said in enumerate(case.said):
        words = " ;; ".join(text[a:b] for a, b in said.content)
        if i not in matched:
            wrong.append(f"- {text[slice(*said.speaker)] if said.speaker else None} | {said.cue} | {words}")
            continue
        records = runs[matched[i]]
        for key, right in _details(said, records).items():
            counts[key] += 1
            counts[f"{key} right"] += right
            if not right:
                wrong.append(f"{key[0]} {said} got {_line(records[0])}")
        counts["exact"] += matched[i] == said.content
        if matched[i] != said.content:
            wrong.append(f"~ {words}\n      got {_line(records[0])}")
    wrong += [f"+ {_line(made[0])}" for run, made in runs.items() if run not in matched.values()]
    return counts, wrong


def _details(said: Said, records: Sequence[Statement]) -> dict[str, bool]:
    speakers = [made.speaker for made in records if made.speaker]
    right = {"form": records[0].form == said.form}
    if said.speaker is not None:
        a, b = said.speaker
        shared = [min(b, p.end) - max(a, p.start) >= 0.5 * min(b - a, p.end - p.start) for p in speakers]
        right["speaker"] = any(shared)
    else:
        right["speaker"] = not speakers
    if said.addressee:
        heard = " ".join(p.text.lower() for p in records[0].addressees)
        right["addressee"] = bool(heard) and (heard in said.addressee.lower() or said.addressee.lower() in heard)
    if said.venue:
        where = (records[0].venue or "").lower()
        right["venue"] = bool(where) and (where in said.venue.lower() or said.venue.lower() in where)
    return right


def _line(made: Statement) -> str:
    words = " ;; ".join(piece.text for piece in made.content)
    heard = [p.text for p in made.addressees]
    return f"{made.speaker and made.speaker.text} | {made.cue and made.cue.text} | {words} | {made.form} {heard} {made.venue}"


def report(counts: Counter[str]) -> dict[str, float]:
    """The measures, from 0 to 1."""
    c = counts
    shares = {key: c[f"{key} right"] / max(1, c[key]) for key in ("speaker", "form", "addressee", "venue")}
    return {
        "content_f1": 2 * c["hits"] / max(1, c["gold"] + c["found"]),
        "recall": c["hits"] / max(1, c["gold"]),
        "precision": c["hits"] / max(1, c["found"]),
        "exact": c["exact"] / max(1, c["hits"]),
        **shares,
    }


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", help="the articles of one set alone")
    parser.add_argument("--show", action="store_true", help="everything that is wrong")
    options = parser.parse_args(None if arguments is None else list(arguments))
    totals: dict[str, Counter[str]] = {}
    for case in load():
        if options.set in {None, case.set}:
            counts, wrong = compare(case, code(case.text))
            totals.setdefault(case.set, Counter()).update(counts)
            if options.show and wrong:
                print(case.name, *(f"   {line}" for line in wrong), sep="\n")
    for name, counts in totals.items():
        print(name, {key: round(value, 3) for key, value in report(counts).items()}, dict(counts))


if __name__ == "__main__":
    main()
