"""Print how often a phrase marked as a party gets its country: `python -m evals.parties corpus/FILE.txt ... [--errors]`.

For every act of corpus files the phrase of each party that stands nearest to it is looked up among what the pipeline holds to be
participants there. No act needs to be found, so that the figure is of phrases alone: names, common nouns, pronouns. NGEC publishes no
such figure for phrases in running text. `--errors` prints each phrase that gets no country or another one.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dragoman import actors, mentions
from dragoman.coding.coder import placed_indices, standing_for
from dragoman.models import Model, load_model
from dragoman.reference import Reference, load_reference
from dragoman.tagger import Tagger, load_tagger
from dragoman.text import sentences
from evals.statements import bare_article
from train.corpus import Passage, read_file
from train.data import nearest_mention

_PRONOUN = re.compile(r"(?:he|she|it|they|his|her|its|their|them|him|we|our|us|both|who|which|that|i|my)", re.I)
_OUTCOMES = ("right", "none", "other", "of none", "no phrase")


def judged(
    passage: Passage, model: Model, reference: Reference, tagger: Tagger
) -> Iterator[tuple[str, str, str, str | None, list[str | None]]]:
    """For each marked phrase its kind, the outcome, its words, the country marked and those given."""
    article = bare_article(passage.text)
    spans = tuple(sentences(article.text))
    found = mentions.find_mentions(article, spans, reference, tagger, model)
    cast = actors.resolve_actors(article, found, reference, model, spans)
    people = {entity.id: entity for entity in passage.entities}
    asked = {
        (nearest_mention(people[i], event.trigger), people[i].country): None
        for event in passage.events
        for i in (*event.actors, *event.recipients)
    }
    placed = placed_indices(cast.participants)
    for (start, end), country in asked:
        words = passage.text[start:end]
        named = any(start <= a and b <= end for a, b, _ in cast.namings)
        kind = "pronoun" if _PRONOUN.fullmatch(words) else "with a name of a state" if named else "without"
        given = [cast.participants[i].country for i in standing_for((start, end), cast.participants, placed)]
        if not given:
            outcome = "no phrase"
        elif country in given and (len(set(given)) == 1 or country is not None):
            outcome = "right"
        elif set(given) == {None}:
            outcome = "none"
        else:
            outcome = "of none" if country is None else "other"
        yield kind, outcome, words, country, given


def main(arguments: Sequence[str]) -> None:
    """The share of each outcome, for all phrases and by kind."""
    reference, tagger, model = load_reference(), load_tagger(), load_model()
    if model is None:
        raise SystemExit("error: no model is installed")
    counts: Counter[tuple[str, str]] = Counter()
    for path in (Path(each) for each in arguments if not each.startswith("--")):
        for passage in read_file(path):
            for kind, outcome, words, country, given in judged(passage, model, reference, tagger):
                counts.update([(kind, outcome), ("all", outcome)])
                if outcome != "right" and "--errors" in arguments:
                    print(f"{passage.id}\t{outcome}\t{words}\t{country}\t{given}")
    for kind in ("all", "with a name of a state", "without", "pronoun"):
        total = sum(counts[kind, outcome] for outcome in _OUTCOMES)
        shares = "  ".join(f"{outcome} {counts[kind, outcome] / max(total, 1):.3f}" for outcome in _OUTCOMES)
        print(f"{kind:24}{total:6}  {shares}")


if __name__ == "__main__":
    main(sys.argv[1:])
