"""Scores the attribution rules on token-marked sets: `python -m evals.statements NAME=PATH.jsonl [...] [--errors 40]`.

Each row has `text`, `tokens` and `attributions` with `cue`, `source` and `content` as token spans. Reported:

- content F1: gold and found contents are matched one to one, most overlap first; a match counts where intersection
  over union of their characters is at least one half.
- content overlap F1: the same matching, but each pair counts by its overlap (characters shared / characters of either).
- speaker given content: of the matched pairs whose gold names a speaker, how often ours names the same (the last word
  of the shorter phrase, without an apposition, lies in the other).

Gold without content is left out, and so are its sentences' cues in nothing: everything found counts against precision.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dragoman import edtf
from dragoman.records import Article
from dragoman.speaking.attribution import find_attributions, make_units
from dragoman.speaking.cues import load_cues
from dragoman.speaking.quotes import find_quotes
from dragoman.statements import find_statements
from dragoman.tagger import load_tagger
from dragoman.text import sentences

Run = tuple[int, int]
Found = tuple[str, Run | None, tuple[Run, ...]]


def offsets(text: str, tokens: Sequence[str]) -> list[Run]:
    """Character offsets of tokens that stand in `text` in order."""
    found, place = [], 0
    for token in tokens:
        at = text.find(token, place)
        if at < 0:
            at = place
        found.append((at, at + len(token)))
        place = at + len(token)
    return found


def gold_of(row: dict[str, Any]) -> list[Found]:
    """The row's attributions that have content, in characters."""
    spans = offsets(row["text"], row["tokens"])

    def chars(runs: list[list[int]]) -> tuple[Run, ...]:
        return tuple((spans[a][0], spans[b - 1][1]) for a, b in runs if a < b)

    found = []
    for item in row["attributions"]:
        content = chars(item["content"])
        if content:
            source = chars(item["source"])
            found.append((" ".join(row["tokens"][slice(*item["cue"])]), source[0] if source else None, content))
    return found


def found_in(text: str) -> list[Found]:
    """Our attributions."""
    quotes = find_quotes(text)
    units = make_units(text, sentences(text), quotes, load_tagger(), load_cues())
    return [
        (text[slice(*made.cue)], made.speaker, made.content) for made in find_attributions(units, quotes, load_cues())
    ]


def records_in(text: str) -> list[Found]:
    """What becomes of them as records: acts, and fragments inside quotations, are left out."""
    found = find_statements(bare_article(text), tuple(sentences(text)), (), ())
    return [
        (
            made.cue.text if made.cue else "",
            (made.speaker.start, made.speaker.end) if made.speaker else None,
            tuple((piece.span.start, piece.span.end) for piece in made.content),
        )
        for made in found
    ]


def bare_article(text: str, article_id: str = "ar_row") -> Article:
    """A text as an article without outlet or date."""
    return Article(
        id=article_id,
        text=text,
        title=None,
        outlet=None,
        agencies=(),
        authors=(),
        dateline=None,
        published=edtf.unknown(),
        updated=None,
        language="en",
        path=None,
        url=None,
        section=None,
        tags=(),
        raw_sha256="",
        raw_runs=(),
        why=(),
    )


def overlap(one: tuple[Run, ...], other: tuple[Run, ...]) -> float:
    """Intersection over union in characters."""
    a = {place for start, end in one for place in range(start, end)}
    b = {place for start, end in other for place in range(start, end)}
    return len(a & b) / max(1, len(a | b))


def same_speaker(text: str, one: Run | None, other: Run | None) -> bool:
    """Whether two phrases name the same: they overlap, and the shorter one's last name-like word is in the longer."""
    if one is None or other is None:
        return False
    start, end = max(one[0], other[0]), min(one[1], other[1])
    if start >= end:
        return False
    shorter = min(one, other, key=lambda run: run[1] - run[0])
    return (end - start) >= 0.5 * (shorter[1] - shorter[0])


def score(rows: Sequence[tuple[str, list[Found], list[Found]]]) -> dict[str, float]:
    """The three numbers of the module's head, with precision and recall."""
    gold_count = found_count = hits = speakers = named = 0
    soft = 0.0
    for text, gold, found in rows:
        gold_count += len(gold)
        found_count += len(found)
        pairs = sorted(
            ((overlap(g[2], f[2]), i, j) for i, g in enumerate(gold) for j, f in enumerate(found)),
            key=lambda p: (-p[0], p[1], p[2]),
        )
        used_gold: set[int] = set()
        used_found: set[int] = set()
        for value, i, j in pairs:
            if value <= 0 or i in used_gold or j in used_found:
                continue
            used_gold.add(i)
            used_found.add(j)
            soft += value
            if value >= 0.5:
                hits += 1
                if gold[i][1] is not None:
                    named += 1
                    speakers += same_speaker(text, gold[i][1], found[j][1])
    precision, recall = hits / max(1, found_count), hits / max(1, gold_count)
    return {
        "gold": gold_count,
        "found": found_count,
        "precision": precision,
        "recall": recall,
        "content_f1": 2 * hits / max(1, gold_count + found_count),
        "content_overlap_f1": 2 * soft / max(1, gold_count + found_count),
        "speaker_given_content": speakers / max(1, named),
    }


def interval(
    rows: Sequence[tuple[str, list[Found], list[Found]]], name: str, turns: int = 300
) -> Run | tuple[float, float]:
    """A 95 % bootstrap interval over rows."""
    draw = random.Random(1)
    values = sorted(score([rows[draw.randrange(len(rows))] for _ in rows])[name] for _ in range(turns))
    return values[int(0.025 * turns)], values[int(0.975 * turns)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", help="NAME=PATH")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--records", action="store_true", help="score the records, not all that the rules find")
    parser.add_argument("--intervals", action="store_true")
    arguments = parser.parse_args()
    find = records_in if arguments.records else found_in
    for item in arguments.sets:
        name, path = item.split("=", 1)
        lines = [json.loads(line) for line in Path(path).read_text(encoding="utf-8").splitlines()]
        rows = [(row["text"], gold_of(row), find(row["text"])) for row in lines]
        print(name, {key: round(value, 3) for key, value in score(rows).items()})
        if arguments.intervals:
            for key in ("content_f1", "content_overlap_f1", "speaker_given_content"):
                low, high = interval(rows, key)
                print(f"  {key}: {low:.3f} to {high:.3f}")
        for text, gold, found in rows[: arguments.errors]:
            show(text, gold, found)


def show(text: str, gold: list[Found], found: list[Found]) -> None:
    """Prints what is missed and what is too much."""
    missed = [g for g in gold if not any(overlap(g[2], f[2]) >= 0.5 for f in found)]
    extra = [f for f in found if not any(overlap(g[2], f[2]) >= 0.5 for g in gold)]
    wrong = [
        (g, f)
        for g in gold
        for f in found
        if g[1] and overlap(g[2], f[2]) >= 0.5 and not same_speaker(text, g[1], f[1])
    ]
    if missed or extra or wrong:
        print(text)
    for sign, items in (("-", missed), ("+", extra)):
        for cue, speaker, content in items:
            print(
                "  ", sign, cue, "<", text[slice(*speaker)] if speaker else None, ">", [text[a:b] for a, b in content]
            )
    for g, f in wrong:
        print("   ?", g[0], "gold", text[slice(*g[1])] if g[1] else None, "ours", text[slice(*f[1])] if f[1] else None)


if __name__ == "__main__":
    main()
