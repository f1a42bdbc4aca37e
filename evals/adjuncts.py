"""Whether acts get their own dates and places: `python -m evals.adjuncts [--split dev]`.

The acts that the model finds and that are marked in a split of the corpus, each with the date and place marked for it, in its sentence or
elsewhere. Measured is what `dates.when_of` and `places.place_of` take, by the rules alone and with what the model reads. A phrase is right
where it shares a character with a mention of what is marked; an act for which nothing is marked must get none.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from dragoman.actors import resolve_actors
from dragoman.coding.pieces import Span
from dragoman.dates import find_times, when_of
from dragoman.mentions import find_mentions
from dragoman.models import load_model
from dragoman.places import name_places, place_of
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from evals.statements import bare_article
from train.corpus import Passage
from train.data import load_corpus

Told = tuple[str, bool, Sequence[Span], Span | None]
"""Date or place; whether the model was asked; the mentions marked; the phrase taken."""


def taken(passage: Passage) -> Iterator[Told]:
    """What is marked, and what is taken, for each marked act that is found."""
    reference, tagger, model, text = load_reference(), load_tagger(), load_model(), passage.text
    assert model is not None
    article, spans = bare_article(text), tuple(sentences(text))
    cast = resolve_actors(article, find_mentions(article, spans, reference, tagger, model), reference, model, spans)
    times = [time for time in find_times(article, spans, tagger) if time.when.basis == "phrase"]
    named = name_places(article, cast.participants, reference)
    own_dates = model.adjuncts("date", text, spans, [(time.start, time.end) for time in times])
    own_places = model.adjuncts("place", text, spans, [(place.start, place.end) for place in named])
    entities = {entity.id: entity.mentions for entity in passage.entities}
    for event in passage.events:
        start, end = event.trigger
        act = next((act for act in model.told(text, spans) if act.start < end and start < act.end), None)
        for asked in (False, True) if act is not None else ():
            assert act is not None
            when = when_of(article, spans, times, act.start, act.end, own_dates.get(act.start) if asked else None)
            same = [(time.start, time.end) for time in times if time.when.phrase == when.phrase]
            date = min(same, key=lambda span: abs(span[0] - start), default=None)
            yield "date", asked, entities.get(event.when or "", ()), date
            place = place_of(article, spans, named, act.start, act.end, own_places.get(act.start) if asked else None)
            found = (place.start, place.end) if place else None
            yield "place", asked, entities.get(event.place or "", ()), found


def main() -> None:
    """Print precision, recall and F1 of both, by the rules alone and with the model."""
    options = argparse.ArgumentParser(description="Measures whether acts get their own dates and places.")
    options.add_argument("--corpus", type=Path, default=Path("corpus"))
    options.add_argument("--split", choices=("dev", "test"), default="dev")
    given = options.parse_args()
    counts: Counter[tuple[str, bool, str]] = Counter()
    for passage in load_corpus(given.corpus)[given.split]:
        for kind, asked, marked, found in taken(passage):
            right = found is not None and any(a < found[1] and found[0] < b for a, b in marked)
            counts[kind, asked, "marked"] += bool(marked)
            counts[kind, asked, "taken"] += found is not None
            counts[kind, asked, "right"] += right
            counts[kind, asked, "acts"] += 1
    for kind in ("date", "place"):
        for asked in (False, True):
            acts, all_marked, all_taken, hits = (
                counts[kind, asked, name] for name in ("acts", "marked", "taken", "right")
            )
            print(
                f"{kind}s of {acts} acts, {'with the model' if asked else 'by rules alone'}: precision {hits / max(1, all_taken):.3f},"
                f" recall {hits / max(1, all_marked):.3f}, F1 {2 * hits / max(1, all_taken + all_marked):.3f}"
            )


if __name__ == "__main__":
    main()
