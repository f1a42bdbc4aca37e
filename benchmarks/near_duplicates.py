"""Recall of near-duplicates at a precision of 1.0, on copies made here from other people's texts.

    python -m benchmarks.near_duplicates SET.jsonl... [--each 150] [--json]

Every text gets six copies, as outlets make them of a wire story: a byline and a dateline added; cut to 70 %; a tenth of its words dropped;
boilerplate added (one of four feet, each shared by hundreds of texts); half of the paragraphs; a rewritten lead. All texts and copies are
compared at once, as `cluster.find_stories` does. Precision of 1.0: the least likeness at which no pair of different texts is found. Texts
of the sets that hold the same words under two names are taken once. The sets are read where they lie; no text of theirs is kept here.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from dragoman.cluster import Likeness
from dragoman.shingles import containment, near_pairs, runs_of, without_boilerplate

__all__ = ["KINDS", "copies", "main", "measure"]

KINDS = ("byline", "cut", "dropped", "boilerplate", "half", "lead")
_FEET = (
    (
        "Follow us on every device you own. Sign up for the evening letter, a digest of what mattered today, sent at six. Write to us "
        "with corrections; we read every letter and answer those that we can. All rights reserved, and no part may be used without leave."
    ),
    (
        "This report was prepared with material from agencies. Readers may listen to the text read aloud in our application. Share it "
        "with friends, save it for later, or print it without pictures. Our terms of use and our notice on privacy apply to this page."
    ),
    (
        "More from this section: a week in pictures, the quiz of the month, letters to the editor, crosswords old and new. Subscribe and "
        "pay nothing for the first four weeks; you may leave at any time with one click and without giving a reason to anybody."
    ),
    (
        "The newspaper is published by a trust that owns no other business. It accepts no payment for what it prints in its news columns. "
        "Complaints go to the readers' editor, whose decisions are final and are printed in full on the first Monday of the month."
    ),
)
_LEADS = (
    "Nobody had expected the day to turn out as it did, least of all those who had planned it.",
    "It began quietly. By the time the evening came, hardly anyone could speak of anything else.",
    "What happens next is anybody's guess, but the outline of the affair is now plain enough to tell.",
)
_WORD = re.compile(r"\S+\s*")


def copies(text: str, rng: random.Random) -> dict[str, str]:
    """The six kinds of copy of a text.

    >>> sorted(copies("One two three. " * 40, random.Random(1))) == sorted(KINDS)
    True
    """
    words = _WORD.findall(text)
    parts = [part for part in re.split(r"\n\s*\n|\n", text) if part.strip()]
    if len(parts) < 4:
        sentences = re.split(r"(?<=[.!?])\s+", text)
        parts = [" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2)]
    half = sorted(rng.sample(range(len(parts)), max(1, (len(parts) + 1) // 2)))
    begin = rng.randrange(len(words) - int(len(words) * 0.7) + 1) if rng.random() < 0.5 else 0
    lead = max(1, min(len(words) // 5, 40))
    name = rng.choice(("Ada Hollis", "Noor Petri", "Jon Valk")) + ", " + rng.choice(("Staff Writer", "Correspondent"))
    return {
        "byline": f"By {name}\n{rng.choice(('GENEVA', 'CAIRO', 'LIMA')).title()}, {rng.randrange(1, 29)} May (NWS) - {text}",
        "cut": "".join(words[begin : begin + int(len(words) * 0.7)]),
        "dropped": "".join(word for word in words if rng.random() >= 0.1),
        "boilerplate": f"{text}\n\n{rng.choice(_FEET)}",
        "half": "\n\n".join(parts[at] for at in half),
        "lead": f"{rng.choice(_LEADS)} {''.join(words[lead:])}",
    }


def _texts(path: Path) -> Iterator[str]:
    """The texts of a JSONL file, whatever their field is called; tokens are joined."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            row: dict[str, Any] = json.loads(line)
            text = row.get("text") or row.get("body")
            if text is None and row.get("sentences"):
                text = " ".join(" ".join(s) if isinstance(s, list) else str(s) for s in row["sentences"])
            if text is None and row.get("tokens"):
                text = " ".join(row["tokens"])
            if isinstance(text, str) and len(text.split()) >= 60:
                yield text


def _distinct(texts: Sequence[str]) -> list[str]:
    """Texts that do not copy an earlier one of the set: what the sets themselves hold twice says nothing of the method."""
    runs = runs_of(texts)
    doubled = {max(pair) for pair in near_pairs(runs, 0.1)}
    return [text for number, text in enumerate(texts) if number not in doubled]


def measure(texts: Sequence[str], seed: int = 1) -> dict[str, Any]:
    """Recall by kind at a precision of 1.0, and at the thresholds that `find_stories` uses."""
    rng = random.Random(seed)
    every: list[str] = []
    owner: list[int] = []
    kind_of: list[str] = []
    for number, text in enumerate(texts):
        for kind, made in (("original", text), *copies(text, rng).items()):
            every.append(made)
            owner.append(number)
            kind_of.append(kind)
    order = list(range(len(every)))
    rng.shuffle(order)
    every, owner, kind_of = [every[at] for at in order], [owner[at] for at in order], [kind_of[at] for at in order]
    started = time.process_time()
    runs = without_boilerplate(runs_of(every))
    pairs = near_pairs(runs, 0.02)
    took = time.process_time() - started
    wrong = max((part for (one, two), part in pairs.items() if owner[one] != owner[two]), default=0.0)
    original = {owner[at]: at for at in range(len(every)) if kind_of[at] == "original"}
    found: Counter[str] = Counter()
    used: Counter[str] = Counter()
    total: Counter[str] = Counter()
    like = Likeness()
    false = sum(owner[one] != owner[two] for (one, two), part in pairs.items() if part >= like.rewrite)
    missed: dict[str, list[float]] = defaultdict(list)
    for at, kind in enumerate(kind_of):
        if kind == "original":
            continue
        first = original[owner[at]]
        part = pairs.get((min(at, first), max(at, first)), 0.0)
        total[kind] += 1
        found[kind] += part > wrong
        used[kind] += part >= like.rewrite
        if part <= wrong:
            missed[kind].append(round(containment(runs[at], runs[first]), 3))
    return {
        "texts": len(texts),
        "copies": sum(total.values()),
        "recall_at_precision_1": round(sum(found.values()) / max(1, sum(total.values())), 5),
        "greatest_likeness_of_others": round(wrong, 4),
        "by_kind": {kind: round(found[kind] / total[kind], 4) for kind in KINDS if total[kind]},
        "recall_as_used": round(sum(used.values()) / max(1, sum(total.values())), 5),
        "false_pairs_as_used": false,
        "missed": {kind: values[:5] for kind, values in missed.items()},
        "cpu_s": round(took, 2),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure on the sets named."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET.jsonl")
    parser.add_argument("--each", type=int, default=150, metavar="N", help="texts of each set (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    chosen: list[str] = []
    for path in options.sets:
        texts = list(_texts(path))
        random.Random(options.seed).shuffle(texts)
        chosen += texts[: options.each]
    found = measure(_distinct(chosen), options.seed)
    print(json.dumps(found, indent=1))
    return 0 if found["recall_at_precision_1"] >= 0.99 else 1


if __name__ == "__main__":
    sys.exit(main())
