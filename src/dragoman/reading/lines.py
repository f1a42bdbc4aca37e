"""Which lines of a page saved as text belong to its article: features of each line and a small fitted model over them.

Every line is looked at twice (`dragoman.reading.looks`). The weights in `data/lines.json` were fitted by `train/lines.py` on pages
rendered to text whose article is known. They hold no text, only numbers over the features named here.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from statistics import median

from dragoman.reading.clutter import ends_sentence, word_count
from dragoman.reading.looks import AGAIN, Look, twice

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
_NAME = re.compile(r"(?<=[a-zß-ÿ,;:] )[A-ZÀ-ÞА-Я][\w'’-]{2,}")
_AROUND = 6
_BULLET = re.compile(r"^[•·▪►▶*‣◦–-]\s")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b|\d{1,2}[:.]\d{2}\b")
FEATURES = (
    "words60 words20 words8 ends quote asks addresses bio stamp asks_reader in_run run_place words_before words_after gap_before gap_after "
    "tail_between tail_before prose_before prose_after short_before short_after title_share core_share core_absent repeated long_near "
    "next_repeats upper first_of_run last_of_run bullet bullet_open many_bullets "
    "dense dense_words headed heads parted_before parted_after next_to_before next_to_after between names_share names_absent names "
    "length_share speech place many_sentences run_lines headless_in_run teaser copies noise few clean"
).split()


class _Shown:
    """The lines of a page that are not blank, and what is known of each."""

    def __init__(self, lines: Sequence[str], kinds: Sequence[str], run: tuple[int, int], wanted: Sequence[int]) -> None:
        self.lines, self.kinds, self.run = lines, kinds, run
        self.shown = [index for index, line in enumerate(lines) if line]
        self.rank = {index: place for place, index in enumerate(self.shown)}
        self.words = [word_count(lines[index]) for index in self.shown]
        own = set(wanted)
        self.wanted = [index in own for index in self.shown]
        self.inside = [index for index in wanted if run[0] <= index < run[1]]
        self.usual = max(1.0, median([self.words[self.rank[index]] for index in self.inside] or [1]))
        self.names = {index: frozenset(_NAME.findall(lines[index][:2000])) for index in wanted}
        self.core: Counter[str] = Counter()
        for index in self.inside:
            self.core.update(self.names[index])
        self.copies = Counter(lines[index] for index in wanted)
        size = len(self.shown)
        signs = sum(1 for index in self.shown if kinds[index] in ("tail", "line"))
        # Of the page as a whole: lines that are no sentences, how few lines there are, whether none is known for clutter.
        self.page = (min(size / max(1, len(own)) - 1, 6.0) / 6, min(1.0, 8 / max(1, size)), float(signs == 0))

    def _heading(self, place: int) -> bool:
        """Whether a line reads as the headline of a teaser: short, without a full stop, no paragraph."""
        if not 0 <= place < len(self.shown) or self.wanted[place] or not 4 <= self.words[place] <= 20:
            return False
        return not ends_sentence(self.lines[self.shown[place]])

    def around(self, index: int) -> list[float]:
        """What stands around a line, whom it names, and how its length compares."""
        place = self.rank[index]
        size = len(self.shown)
        low, high = max(0, place - _AROUND), min(size, place + _AROUND + 1)
        kept = sum(self.words[other] for other in range(low, high) if self.wanted[other])
        before = place > 0 and self.wanted[place - 1]
        after = place + 1 < size and self.wanted[place + 1]
        inside = self.run[0] <= index < self.run[1]
        names = self.names[index]
        known = sum(1 for name in names if self.core[name] > (1 if inside else 0))
        headed, heads = self._heading(place - 1), self._heading(place + 1)
        line = self.lines[index]
        return [
            sum(self.wanted[low:high]) / (high - low),
            kept / (sum(self.words[low:high]) + 1),
            float(headed),
            float(heads),
            float(place > 1 and not before and self.wanted[place - 2]),
            float(place + 2 < size and not after and self.wanted[place + 2]),
            float(before),
            float(after),
            float(before and after),
            known / max(1, len(names)),
            float(bool(names) and known == 0),
            min(len(names), 5) / 5,
            min(self.words[place] / self.usual, 2.0) / 2,
            float(_SPEECH.search(line) is not None),
            place / size,
            float(". " in line),
            min(len(self.inside), 40) / 40,
            float(inside and not headed),
            float(not inside and (headed or heads)),
            float(self.copies[line] > 1),
            *self.page,
        ]


def rows(lines: Sequence[str], kinds: Sequence[str], run: tuple[int, int], wanted: Sequence[int]) -> list[list[float]]:
    """One row of numbers for each line in `wanted` (indexes), in the order of `FEATURES`; `run` is the likeliest run of lines."""
    page = _Shown(lines, kinds, run, wanted)
    shown, rank = page.shown, page.rank
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
    tails_above = sum(1 for place in tails if shown[place] < run[0])
    bullets = {index for index in wanted if _BULLET.match(lines[index])}
    bulleted = sorted(rank[index] for index in bullets)
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
        near = bisect_left(prose, place)
        last = prose[near - 1] if near else -10
        near = bisect_right(prose, place)
        following = prose[near] if near < len(prose) else place + 10
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
                float(bisect_left(tails, place) > bisect_right(tails, last)),
                min(max(0, bisect_left(tails, place) - tails_above), 3) / 3,
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
                min(bisect_left(bulleted, place + 6) - bisect_right(bulleted, place - 6), 5) / 5
                if index in bullets
                else 0.0,
                *page.around(index),
            ]
        )
        seen.add(line)
        running += len(line) if inside else 0
    return found


@lru_cache(maxsize=1)
def _model() -> tuple[Look, Look, float]:
    table = json.loads(files("dragoman").joinpath("data/lines.json").read_text(encoding="utf-8"))
    first = Look.of(table["weights"], FEATURES, table["bias"])
    return first, Look.of(table["again"], (*AGAIN, *FEATURES), table["bias_again"]), float(table["threshold"])


def likely(table: Sequence[Sequence[float]], sizes: Sequence[int], *, noise: float) -> list[bool]:
    """For each row of features, whether the line is taken for the article's; `sizes` are the lines' lengths.

    `noise` is how many other lines the page has for each line of prose. A page with few of them was cut to the article
    already: there, and between two lines of the article, only clear clutter is left out, because to lose a sentence of the
    article is worse than to keep one of the page's. A short text without a sign of clutter is kept whole.
    """
    first, again, threshold = _model()
    odds = twice(table, sizes, first, again)
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
            taken[place] = odds[place] > _CLEAR or (row[_CLEAN] == 1 and row[_FEW] > _SHORT)
        elif among:
            taken[place] = odds[place] > _DOUBT
        elif row[_NEXT] == 1 and place and taken[place - 1] and row[_ENDS] == 1:
            # The last sentence of a short article has the menu right below it, and stands late on its page.
            taken[place] = odds[place] > _LAST
    return taken


_INSIDE, _BEFORE, _AFTER, _TAIL, _CLEAN, _FEW, _NEXT, _ENDS = (
    FEATURES.index(name)
    for name in ("in_run", "gap_before", "gap_after", "tail_between", "clean", "few", "next_to_before", "ends")
)
_DOUBT, _CLEAR, _SHORT, _LAST, QUIET = 0.1, 0.02, 0.5, 0.25, 3.0
