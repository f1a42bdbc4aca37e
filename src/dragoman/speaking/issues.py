"""What a statement is about, where its speaker stands on it, and in what standing he speaks: three word lists in `data/`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path

from dragoman.errors import InputError
from dragoman.speaking.cues import Cue

__all__ = [
    "Terms",
    "find_issues",
    "find_stance",
    "issue_key",
    "load_issues",
    "load_stance",
    "load_standing",
    "load_tones",
    "stem",
    "sure_stance",
]

_STEM = 5
"""Letters by which "refuse", "refused" and "refusal" are one."""
_NEGATION = re.compile(r"\b(?:not|never|no longer|cannot|without|nor|neither)\b|n[’']t\b", re.I)
_WINDOW = 30
"""Characters before a stance word in which a negation turns it: about four words."""
_STOP = re.compile(r"(?:to\s+)?(?P<verb>stop|halt|cease|abandon|scrap|refrain|withdraw|suspend|drop)\b", re.I)
_WEIGHT = re.compile(
    r"(?:the\s+)?(?:\w+\s+)?(?P<word>importance|need|necessity|significance|value|urgency)\s+(?:of|for|to)\b", re.I
)
# "explained Peru's concerns over the dam": the speaker is against it, whatever the cue.
_WORRY = re.compile(
    r"(?:(?:his|her|its|their|our|the|a|[A-Z][\w-]*[’']s?)\s+)?(?:(?:deep|grave|serious|strong|growing|great|profound|firm)\s+)?"
    r"(?P<word>concerns?|alarm|worry|worries|anxiety|dismay|regrets?|anger|outrage|dissatisfaction|disappointment|misgivings|displeasure"
    r"|opposition)\s+(?:over|about|at|with|regarding|on|to|that)\b"
)
_JUDGED = re.compile(
    r"(?P<word>unacceptable|illegal|unlawful|baseless|groundless|absurd|nonsense|a farce|provocation|unjustified|shameful|barbaric|betrayal"
    r"|blackmail)\b",
    re.I,
)
_NEAR = 60
_SURE_CUES = frozenset(("deny", "warn", "complain", "threaten"))
_UNSURE_CUES = frozenset(("blame",))
_BEGIN = re.compile(r"(?<![\w-])\w+")
_FOLDED = re.compile("[ıİſ]")
"""Letters that a pattern takes for others in any case, and `str.lower` does not."""


def stem(word: str) -> str:
    """A word in small letters by its first ones, where it is longer.

    >>> stem("Refusal"), stem("deny")
    ('refus*', 'deny')
    """
    word = word.lower().replace("’", "'")
    return word if len(word) <= _STEM else f"{word[:_STEM]}*"


@dataclass(frozen=True, slots=True)
class Terms:
    """One pattern over all terms, and the label each stands for."""

    pattern: re.Pattern[str]
    labels: dict[str, str]
    stems: tuple[tuple[str, str], ...]
    begins: Mapping[str, re.Pattern[str]]
    """For the first two letters of terms a pattern over those alone: most words of a text begin no term."""
    _memory: dict[tuple[str, int, int], tuple[tuple[str, tuple[int, int]], ...]] = field(
        default_factory=dict, compare=False, repr=False
    )
    _known: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def matches(self, text: str, start: int = 0, end: int | None = None) -> Iterator[re.Match[str]]:
        """What `pattern.finditer` gives, found faster: only where a word begins as some term does is a pattern tried.

        >>> terms = build_terms([("sanction*", "sanctions"), ("oil", "energy"), ("u.n.", "un")])
        >>> [m.group() for m in terms.matches("Sanctioned oil, oily boil, the U.N. oil")]
        ['Sanctioned', 'oil', 'U.N.', 'oil']
        """
        stop = len(text) if end is None else min(end, len(text))
        if not self.begins or (not text.isascii() and _FOLDED.search(text, start, stop)):
            yield from self.pattern.finditer(text, start, stop)
            return
        done = start
        low = text[start:stop].lower()
        for word in _BEGIN.finditer(text, start, stop):
            at = word.start()
            if at >= done and (tried := self.begins.get(low[at - start : at - start + 2])) is not None:
                match = tried.match(text, at, stop)
                if match is not None:
                    yield match
                    done = match.end()

    def named(self, text: str, start: int, end: int) -> tuple[tuple[str, tuple[int, int]], ...]:
        """The labels of the terms in a run of the text, each with its place; the last few hundred answers are kept."""
        key = (text, start, end)
        found = self._memory.get(key)
        if found is None:
            if len(self._memory) > 256:
                self._memory.clear()
            found = tuple((self.label(match.group()), match.span()) for match in self.matches(text, start, end))
            self._memory[key] = found
        return found

    def label(self, words: str) -> str:
        """The label of matched words."""
        found = self._known.get(words)
        if found is None:
            if len(self._known) > 4096:
                self._known.clear()
            found = self._known[words] = self._label(words)
        return found

    def _label(self, words: str) -> str:
        low = " ".join(words.lower().split())
        for form in (low, low.removesuffix("s")):
            if form in self.labels:
                return self.labels[form]
        return max((pair for pair in self.stems if low.startswith(pair[0])), key=lambda pair: len(pair[0]))[1]


def build_terms(pairs: Iterable[tuple[str, str]]) -> Terms:
    """Terms with their labels as one pattern; the longest term wins.

    >>> terms = build_terms([("sanction*", "sanctions"), ("oil", "energy")])
    >>> [terms.label(m.group()) for m in terms.pattern.finditer("Sanctioned oil, oily boil")]
    ['sanctions', 'energy']
    """
    plain: dict[str, str] = {}
    stems: dict[str, str] = {}
    for term, label in pairs:
        low = term.lower()
        if low.endswith("*"):
            stems[low[:-1]] = label
        else:
            plain[low] = label
    parts = sorted(
        [*((term, False) for term in plain), *((term, True) for term in stems)],
        key=lambda part: (-len(part[0]), part[0]),
    )
    begins: dict[str, list[tuple[str, bool]]] = {}
    for term, stem in parts:
        begins.setdefault(term[:2], []).append((term, stem))
    if any(len(begin) < 2 or not begin[0].isalnum() or begin[1].isspace() for begin in begins):
        begins = {}
    return Terms(_pattern(parts), plain, tuple(stems.items()), {begin: _pattern(own) for begin, own in begins.items()})


def _pattern(parts: Sequence[tuple[str, bool]]) -> re.Pattern[str]:
    """One pattern over terms, those that any ending may follow marked."""
    body = "|".join(re.escape(term).replace(r"\ ", r"\s+") + (r"[\w’'-]*" if stem else "s?") for term, stem in parts)
    return re.compile(rf"(?<![\w-])(?:{body})(?!\w)" if body else r"(?!)", re.I)


@lru_cache(maxsize=8)
def load_issues(path: Path | None = None) -> Terms:
    """The issue list, with a user's own file read on top of it: its issues are added, its terms win.

    Raises `InputError` where the file is no issue list.

    >>> load_issues().label("THAAD")
    'missile_defence'
    """
    text = resources.files("dragoman").joinpath("data/issues.toml").read_text(encoding="utf-8")
    tables = [tomllib.loads(text)]
    if path is not None:
        try:
            tables.append(tomllib.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise InputError(
                f"{path} is not an issue list: {error}", hint="write a table per issue: [name] terms = [...]"
            ) from error
    return build_terms((term, key) for table in tables for key, row in table.items() for term in row["terms"])


def issue_key(words: str) -> str:
    """The key of an issue that people name in words; what no list names is given back as a key of the same shape.

    >>> issue_key("missile defence"), issue_key("Missile-Defense"), issue_key("arms control and disarmament"), issue_key("my issue")
    ('missile_defence', 'missile_defence', 'arms_control', 'my_issue')
    """
    plain = " ".join(re.split(r"[\s_-]+", words.strip().lower()))
    text = resources.files("dragoman").joinpath("data/issues.toml").read_text(encoding="utf-8")
    for key, row in tomllib.loads(text).items():
        if plain in (key.replace("_", " "), row["name"].lower(), *(term.lower() for term in row["terms"])):
            return key
    return plain.replace(" ", "_")


@dataclass(frozen=True, slots=True)
class SureStance:
    """A stance that a rule is sure of, the words that show it beside the cue (none: the cue alone), and the rule's name."""

    label: str
    span: tuple[int, int] | None
    by: str


def sure_stance(text: str, content: Sequence[tuple[int, int]], word: Cue) -> SureStance | None:
    """The stance where cue and first words leave no doubt; `None` where a learned reader is to be asked. The cue must not be negated.

    On the statements of the training files a verb of judgement shows its own stance 512 times of 516, "deny" and "warn" 396 of 410,
    and words such as "baseless" opposition 97 times of 101.

    >>> from dragoman.speaking.cues import Cue
    >>> asks = Cue("demand", "verb", "request", frozenset("n"), 0.9, "support")
    >>> sure_stance("stop the raids", [(0, 14)], asks).label
    'oppose'
    """
    start, end = content[0][0], content[-1][1]
    if word.kind == "request" and (asked := _STOP.match(text, start)) is not None:
        return SureStance("oppose", asked.span("verb"), "asks to stop")
    if word.kind == "say" and (weighed := _WEIGHT.match(text, start)) is not None:
        return SureStance("support", weighed.span("word"), "weight")
    if (worried := _WORRY.match(text, start)) is not None:
        return SureStance("oppose", worried.span("word"), "worry")
    verb = word.part == "verb" and word.stance is not None and word.word not in _UNSURE_CUES
    if verb and (word.kind == "judge" or word.word in _SURE_CUES):
        return SureStance(str(word.stance), None, "cue")
    judged = _JUDGED.search(text, start, min(end, start + _NEAR))
    if judged is not None and not _NEGATION.search(text[max(start, judged.start() - _WINDOW) : judged.start()]):
        return SureStance("oppose", judged.span("word"), "judged")
    return None


def _load_tsv(name: str) -> list[tuple[str, str]]:
    text = resources.files("dragoman").joinpath(f"data/{name}").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return [(row[0], row[1]) for row in rows[1:]]


@lru_cache(maxsize=1)
def load_stance() -> Terms:
    """Words that show support or opposition."""
    return build_terms(_load_tsv("stance.tsv"))


@lru_cache(maxsize=1)
def load_tones() -> Terms:
    """Words of what is good and of what is bad."""
    return build_terms(_load_tsv("tones.tsv"))


@lru_cache(maxsize=1)
def load_standing() -> Terms:
    """Words of an office or phrase that tell expert, witness or official."""
    return build_terms(_load_tsv("standing.tsv"))


def find_issues(text: str, runs: Iterable[tuple[int, int]], terms: Terms) -> dict[str, tuple[int, int]]:
    """Issues named in these runs of the text, each with the first words that name it, in the order they come.

    >>> find_issues("stop the oil sanctions", [(0, 22)], load_issues())
    {'energy': (9, 12), 'sanctions': (13, 22)}
    """
    found: dict[str, tuple[int, int]] = {}
    for start, end in runs:
        for label, span in terms.named(text, start, end):
            found.setdefault(label, span)
    return found


def find_stance(
    text: str, runs: Iterable[tuple[int, int]], terms: Terms, own: str | None = None
) -> tuple[str | None, tuple[tuple[int, int], ...]]:
    """The stance that words in these runs show and the words; `own` is what the cue alone shows ("condemned").

    Support and opposition both present give "mixed", unless the cue decides. Nothing found is None.

    >>> find_stance("we will never support this", [(0, 26)], load_stance())
    ('oppose', ((14, 21),))
    """
    shown: dict[str, list[tuple[int, int]]] = {}
    for start, end in runs:
        for match in terms.matches(text, start, end):
            label = terms.label(match.group())
            before = text[max(start, match.start() - _WINDOW) : match.start()]
            if _NEGATION.search(before):
                if label == "oppose":
                    continue
                label = "oppose"
            shown.setdefault(label, []).append(match.span())
    if own is not None:
        return own, tuple(shown.get(own, ()))
    if not shown:
        return None, ()
    words = tuple(sorted(span for spans in shown.values() for span in spans))
    if len(shown) == 2:
        more, less = sorted(shown, key=lambda label: -len(shown[label]))
        if len(shown[more]) < 2 * len(shown[less]):
            return "mixed", words
        return more, tuple(shown[more])
    return next(iter(shown)), words
