"""The words that attribute speech: `data/cues.tsv` as a lexicon."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

__all__ = ["Cue", "Cues", "inflect", "load_cues"]

KINDS = ("say", "write", "tell", "request", "commit", "judge", "belief", "know", "report")
FRAMES = frozenset("qctwionx")


@dataclass(frozen=True, slots=True)
class Cue:
    """One row of the table: see the comments at its head."""

    word: str
    part: str
    kind: str
    frames: frozenset[str]
    strength: float
    stance: str | None


@dataclass(frozen=True, slots=True)
class Cues:
    """Cues by form: verbs and nouns by their first word (particles checked by the caller), phrases by all words."""

    verbs: dict[str, tuple[tuple[Cue, tuple[str, ...]], ...]]
    nouns: dict[str, Cue]
    phrases: dict[str, Cue]


def inflect(verb: str) -> tuple[str, str, str, str]:
    """The regular forms of a verb: base, -s, -ing, -ed.

    >>> inflect("deny"), inflect("state")[2:], inflect("stress")[1], inflect("admit")[2:]
    (('deny', 'denies', 'denying', 'denied'), ('stating', 'stated'), 'stresses', ('admitting', 'admitted'))
    """
    if verb.endswith("y") and verb[-2] not in "aeiou":
        return verb, verb[:-1] + "ies", verb + "ing", verb[:-1] + "ied"
    if verb.endswith("e"):
        return verb, verb + "s", (verb if verb.endswith("ee") else verb[:-1]) + "ing", verb + "d"
    third = verb + ("es" if verb.endswith(("s", "x", "ch", "sh")) else "s")
    if verb in _DOUBLED:
        return verb, third, verb + verb[-1] + "ing", verb + verb[-1] + "ed"
    return verb, third, verb + "ing", verb + "ed"


# Verbs of the table whose last letter doubles: the stress is on the last syllable, which spelling does not show.
_DOUBLED = frozenset({"admit", "commit", "slam", "regret", "quip", "permit", "refer", "beg", "rap", "snap"})


@lru_cache(maxsize=1)
def load_cues() -> Cues:
    """The table, read once per process.

    >>> load_cues().verbs["told"][0][0].word
    'tell'
    >>> "according to" in load_cues().phrases
    True
    """
    verbs: dict[str, list[tuple[Cue, tuple[str, ...]]]] = {}
    nouns: dict[str, Cue] = {}
    phrases: dict[str, Cue] = {}
    text = resources.files("dragoman").joinpath("data/cues.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    for word, part, kind, frames, strength, stance, irregular in rows[1:]:
        cue = Cue(
            word=word,
            part=part,
            kind=kind,
            frames=frozenset(frames.split(",")) - {"-"},
            strength=float(strength),
            stance=None if stance == "-" else stance,
        )
        if part == "phrase":
            phrases[word] = cue
        elif part == "adj":
            verbs.setdefault(word, []).append((cue, ()))
        elif part == "noun":
            nouns[word] = cue
            nouns[inflect(word)[1]] = cue
        else:
            head, *particles = word.split()
            forms = {*inflect(head), *(() if irregular == "-" else irregular.split(","))}
            for form in forms:
                verbs.setdefault(form, []).append((cue, tuple(particles)))
    # The longest match first: "call for" before any plain "call".
    return Cues(
        {form: tuple(sorted(found, key=lambda item: -len(item[1]))) for form, found in verbs.items()}, nouns, phrases
    )
