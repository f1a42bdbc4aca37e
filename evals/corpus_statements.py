"""Scores whole statements on files of our own corpus: `python -m evals.corpus_statements corpus/FILE.txt... [--errors 40]`.

The marked persons, organizations, places and nationalities stand in as participants, so that the finding of actors is
not measured here. A statement is found where the characters of its content and of ours share at least half of both
together; words that several say together are counted once. Quotes: content, and content with speaker. Stance: macro-F1
over support, oppose, neutral of found statements. Target: of the statements marked with one that show support or opposition, found or
not; right where it is the one marked, or of its state.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from dragoman.records import Participant, Statement, make_id
from dragoman.speaking.stance import load_stance_head
from dragoman.speaking.targets import FOR_OR_AGAINST
from dragoman.statements import find_statements
from dragoman.text import sentences
from evals.statements import bare_article, overlap, same_speaker
from train.corpus import Passage, StatementMark, read_file
from train.data import entities_of
from train.targets import is_meant

_KINDS = {"person": "person", "org": "organization", "place": "place", "nationality": "nationality"}


def as_participants(passage: Passage) -> tuple[Participant, ...]:
    """The marked entities, one participant a mention."""
    found = []
    for entity in passage.entities:
        if entity.kind not in _KINDS:
            continue
        first = passage.text[slice(*entity.mentions[0])]
        for start, end in entity.mentions:
            found.append(
                Participant(
                    id=make_id("ac", passage.id, entity.id),
                    name=first,
                    country=entity.country,
                    sector=entity.sector,
                    office=None,
                    text=passage.text[start:end],
                    start=start,
                    end=end,
                    kind=_KINDS[entity.kind],
                )
            )
    return tuple(sorted(found, key=lambda p: (p.start, -p.end)))


@dataclass
class Tally:
    """Counts over passages."""

    counts: Counter[str] = field(default_factory=Counter)
    stances: Counter[tuple[str, str]] = field(default_factory=Counter)
    issues: Counter[str] = field(default_factory=Counter)

    def add(self, passage: Passage, found: tuple[Statement, ...]) -> list[tuple[StatementMark, Statement | None]]:
        """Matches one passage's statements and counts; answers the pairs, unmatched gold with None."""
        runs = [tuple((s.span.start, s.span.end) for s in made.content) for made in found]
        pairs = sorted(
            (
                (overlap(mark.content, run), i, j)
                for i, mark in enumerate(passage.statements)
                for j, run in enumerate(runs)
            ),
            key=lambda item: (-item[0], item[1], item[2]),
        )
        gold: dict[int, int] = {}
        for value, i, j in pairs:
            if value >= 0.5 and i not in gold and j not in gold.values():
                gold[i] = j
        self.counts["found"] += len(set(runs))
        self.counts["quotes found"] += sum(made.form == "quote" for made in found)
        for i, mark in enumerate(passage.statements):
            self._one(passage, mark, found[gold[i]] if i in gold else None)
        return [(mark, found[gold[i]] if i in gold else None) for i, mark in enumerate(passage.statements)]

    def _one(self, passage: Passage, mark: StatementMark, made: Statement | None) -> None:
        self.counts["gold"] += 1
        quote = mark.form == "quote"
        self.counts["quotes gold"] += quote
        aimed = bool(mark.target) and mark.stance in FOR_OR_AGAINST
        self.counts["aimed"] += aimed
        if made is None:
            return
        self.counts["hit"] += 1
        self.counts["form right"] += made.form == mark.form
        right = self._speaker(passage, mark, made)
        if mark.speaker is not None:
            self.counts["named"] += 1
            self.counts["speaker right"] += right
        if quote and made.form == "quote":
            self.counts["quotes hit"] += 1
            self.counts["quotes with speaker"] += right
        if aimed and made.targets:
            self.counts["targets"] += 1
            self.counts["targets right"] += self._target(passage, mark, made)
        if mark.stance:
            self.stances[(mark.stance, made.stance or "none")] += 1
        wanted, have = set(mark.issues) - {"other"}, set(made.issues)
        self.issues["gold"] += len(wanted)
        self.issues["found"] += len(have)
        self.issues["hit"] += len(wanted & have)

    def _speaker(self, passage: Passage, mark: StatementMark, made: Statement) -> bool:
        if mark.speaker is None or made.speaker is None:
            return mark.speaker is None and made.speaker is None
        speakers = entities_of({e.id: e for e in passage.entities}, mark.speaker)
        if made.speaker.id in {make_id("ac", passage.id, e.id) for e in speakers}:
            return True
        phrase = (made.speaker.start, made.speaker.end)
        return any(same_speaker(passage.text, run, phrase) for e in speakers for run in e.mentions)

    def _target(self, passage: Passage, mark: StatementMark, made: Statement) -> bool:
        """Whether the first of whom we tell is marked, or of the same state as who is."""
        return is_meant(made.targets[0], entities_of({e.id: e for e in passage.entities}, mark.target))

    def report(self) -> dict[str, float]:
        """The measures, from 0 to 1."""
        c = self.counts
        scores = []
        for label in ("support", "oppose", "neutral"):
            right = self.stances[(label, label)]
            gold = sum(n for (g, _), n in self.stances.items() if g == label)
            made = sum(n for (_, f), n in self.stances.items() if f == label)
            scores.append(2 * right / max(1, gold + made))
        return {
            "content_f1": 2 * c["hit"] / max(1, c["gold"] + c["found"]),
            "precision": c["hit"] / max(1, c["found"]),
            "recall": c["hit"] / max(1, c["gold"]),
            "speaker": c["speaker right"] / max(1, c["named"]),
            "form": c["form right"] / max(1, c["hit"]),
            "quote_f1": 2 * c["quotes hit"] / max(1, c["quotes gold"] + c["quotes found"]),
            "quote_speaker_f1": 2 * c["quotes with speaker"] / max(1, c["quotes gold"] + c["quotes found"]),
            "stance_macro_f1": sum(scores) / 3,
            "target_precision": c["targets right"] / max(1, c["targets"]),
            "target_recall": c["targets right"] / max(1, c["aimed"]),
            "issue_f1": 2 * self.issues["hit"] / max(1, self.issues["gold"] + self.issues["found"]),
        }


def main(arguments: Iterable[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--rules", action="store_true", help="stance by the word lists alone")
    options = parser.parse_args(None if arguments is None else list(arguments))
    tally = Tally()
    shown = 0
    stances = None if options.rules else load_stance_head()
    for path in options.files:
        for passage in read_file(path):
            article = bare_article(passage.text, make_id("ar", passage.id))
            found = find_statements(article, tuple(sentences(article.text)), as_participants(passage), (), stances)
            pairs = tally.add(passage, found)
            if shown < options.errors:
                shown += show(passage, found, pairs)
    print({name: round(value, 3) for name, value in tally.report().items()}, dict(tally.counts))
    print(dict(tally.stances), file=sys.stderr)


def show(passage: Passage, found: tuple[Statement, ...], pairs: list[tuple[StatementMark, Statement | None]]) -> bool:
    """Prints what is missed and what is too much; True if there was anything."""
    matched = {made.id for _, made in pairs if made is not None}
    lines = []
    for mark, made in pairs:
        words = [passage.text[a:b] for a, b in mark.content]
        if made is None:
            lines.append(f"   - {passage.text[slice(*mark.cue)]} > {words}")
        elif mark.stance and (made.stance or "none") != mark.stance:
            lines.append(f"   s {mark.stance} not {made.stance}: {passage.text[slice(*mark.cue)]} > {words}")
    for made in found:
        if made.id not in matched:
            cue = made.cue.text if made.cue else ""
            lines.append(
                f"   + {cue} < {made.speaker.text if made.speaker else None} > {[c.text for c in made.content]}"
            )
    if lines:
        print(passage.id, passage.text, *lines, sep="\n")
    return bool(lines)


if __name__ == "__main__":
    main()
