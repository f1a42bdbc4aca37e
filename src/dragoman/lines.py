"""Which lines of a page saved as text belong to its article: features of each line and a small fitted model over them.

The weights in `data/lines.json` were fitted by `train/lines.py` on whole pages rendered to text whose article is known. They
hold no text, only numbers over the features named here.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from math import exp

from dragoman.clutter import ends_sentence, word_count

__all__ = ["FEATURES", "QUIET", "likely", "rows"]

_WORD = re.compile(r"[^\W\d_]{4,}")
_YOU = frozenset(
    "you your yours our ours we us sie ihr ihre ihnen ihren unser unsere unseren wir uns dir dein deine euch vous votre vos nos notre nous "
    "usted su sus nuestro nuestra tu tus voi vostro nostro jullie ons onze vår våre dere deg ditt din".split()
)
_ASK = (
    "newsletter whatsapp facebook instagram twitter youtube telegram podcast subscri abonn iscriv suscr cookie login registr "
    "download e-mail email"
    " app account advertis"
).split()
_QUOTE = re.compile(r"^[\"“”„«»‘'「『]")
_SPEECH = re.compile(r"[\"“”„«»「]")
_BIO = re.compile(
    r"\b(?:is|was) (?:a|an|the) [\w -]{0,40}(?:journalist|reporter|correspondent|editor|writer|columnist|author|producer|fellow)\b|"
    r"\b(?:journalist|reporter|correspondent|editor|redakteur(?:in)?|autor(?:in)?|schreibt|periodista|journaliste)\b",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[•·▪►▶*‣◦–-]\s")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|\d{1,2}[:.]\d{2}\b")
FEATURES = (
    "words60 words20 words8 ends quote asks addresses bio stamp asks_reader in_run run_place words_before words_after gap_before gap_after "
    "tail_between tail_before prose_before prose_after short_before short_after title_share core_share core_absent repeated long_near "
    "next_repeats upper first_of_run last_of_run bullet bullet_open many_bullets"
).split()


def rows(lines: Sequence[str], kinds: Sequence[str], run: tuple[int, int], wanted: Sequence[int]) -> list[list[float]]:
    """One row of numbers for each line in `wanted` (indexes), in the order of `FEATURES`; `run` is the likeliest run of lines."""
    shown = [index for index, line in enumerate(lines) if line]
    rank = {index: place for place, index in enumerate(shown)}
    prose = [place for place, index in enumerate(shown) if kinds[index] == "prose"]
    vocabulary: Counter[str] = Counter()
    bags = {index: frozenset(_WORD.findall(lines[index].casefold())) for index in wanted}
    for index in wanted:
        if run[0] <= index < run[1]:
            vocabulary.update(bags[index])
    heads = Counter(
        word for index in shown if index < run[0] for word in set(_WORD.findall(lines[index][:300].casefold()))
    )
    total = sum(len(lines[index]) for index in wanted if run[0] <= index < run[1]) + 1
    running = 0
    tails = [place for place, index in enumerate(shown) if kinds[index] == "tail"]
    bullets = {index for index in wanted if _BULLET.match(lines[index])}
    seen: set[str] = set()
    found = []
    for index in wanted:
        line, place = lines[index], rank[index]
        inside = run[0] <= index < run[1]
        words = word_count(line)
        low = line[:600].casefold()
        # "We" and "you" are the page's own voice, but not between quotation marks.
        plain = [] if _SPEECH.search(low) else low.split()
        before = [kinds[shown[other]] for other in range(max(0, place - 4), place)]
        after = [kinds[shown[other]] for other in range(place + 1, min(len(shown), place + 5))]
        last = max((other for other in prose if other < place), default=-10) if prose else -10
        following = min((other for other in prose if other > place), default=place + 10) if prose else place + 10
        bag = bags[index]
        core = sum(1 for word in bag if vocabulary[word] > (1 if inside else 0))
        nearest = [word_count(lines[shown[other]]) for other in (last, following) if 0 <= other < len(shown)]
        found.append(
            [
                min(words, 60) / 60,
                min(words, 20) / 20,
                min(words, 8) / 8,
                float(ends_sentence(line)),
                float(bool(_QUOTE.match(line))),
                float(any(word in low for word in _ASK)),
                min(1.0, 5 * sum(1 for word in plain if word.strip(".,!?") in _YOU) / max(1, len(plain))),
                float(bool(_BIO.search(line[:300]))),
                float(bool(_YEAR.search(line[:200])) and words < 15),
                float("?" in line[-3:] or "!" in line[-2:]),
                float(inside),
                running / total,
                float(running == 0),
                float(inside and running > 0.95 * total),
                min(place - last - 1, 6) / 6,
                min(following - place - 1, 6) / 6,
                float(any(last < tail < place for tail in tails)),
                min(sum(1 for tail in tails if tail < place and shown[tail] >= run[0]), 3) / 3,
                before.count("prose") / 4,
                after.count("prose") / 4,
                before.count("short") / 4,
                after.count("short") / 4,
                sum(1 for word in bag if word in heads) / max(1, len(bag)),
                core / max(1, len(bag)),
                float(core == 0),
                float(line in seen),
                float(any(words > 25 for words in nearest)),
                float(place + 1 < len(shown) and lines[shown[place + 1]][:40] == line[:40]),
                sum(1 for char in line[:100] if char.isupper()) / min(100, len(line)),
                float(index == run[0]),
                float(index == run[1] - 1),
                float(index in bullets),
                float(index in bullets and not ends_sentence(line)),
                min(sum(1 for other in bullets if abs(rank[other] - place) < 6), 5) / 5 if index in bullets else 0.0,
            ]
        )
        seen.add(line)
        running += len(line) if inside else 0
    return found


@lru_cache(maxsize=1)
def _model() -> tuple[tuple[float, ...], float, float]:
    table = json.loads(files("dragoman").joinpath("data/lines.json").read_text(encoding="utf-8"))
    return tuple(float(table["weights"][name]) for name in FEATURES), float(table["bias"]), float(table["threshold"])


def likely(table: Sequence[Sequence[float]], *, noise: float) -> list[bool]:
    """For each row of features, whether the line is taken for the article's.

    `noise` is how many other lines the page has for each line of prose. A page with few of them was cut to the article
    already: there, and between two lines of the article, only clear clutter is left out, because to lose a sentence of the
    article is worse than to keep one of the page's.
    """
    weights, bias, threshold = _model()
    scores = (bias + sum(w * x for w, x in zip(weights, row, strict=True)) for row in table)
    odds = [1.0 / (1.0 + exp(-max(-30.0, min(30.0, score)))) for score in scores]
    taken = [odd > threshold for odd in odds]
    for place, row in enumerate(table):
        if taken[place] or row[_INSIDE] == 0 or row[_TAIL] == 1:
            continue
        # One short line between (a heading of the article, a caption) does not part neighbours.
        among = (
            row[_BEFORE] < 0.2
            and row[_AFTER] < 0.2
            and any(taken[max(0, place - 2) : place])
            and any(taken[place + 1 : place + 3])
        )
        if noise < QUIET:
            taken[place] = odds[place] > _CLEAR
        elif among:
            taken[place] = odds[place] > _DOUBT
    return taken


_INSIDE, _BEFORE, _AFTER, _TAIL = (
    FEATURES.index(name) for name in ("in_run", "gap_before", "gap_after", "tail_between")
)
_DOUBT, _CLEAR, QUIET = 0.1, 0.01, 3.0
