"""The learned stance: its features, its answers where the head fits the installed encoder, and rules in its stead."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from dragoman.models import load_model
from dragoman.speaking.stance import FILE, StanceHead, load_stance_head, word_features
from dragoman.statements import StanceGuess, find_statements
from dragoman.text import sentences
from evals.stances import CASES, of_articles
from evals.statements import bare_article
from train.stance import Example, Words, balanced, fit, macro_f1, told

Span = tuple[int, int]


class Always:
    """A reader with one answer."""

    issues = None
    targets = None

    def read(
        self, text: str, sentences: tuple[Span, ...], content: tuple[Span, ...], cue: Span, speaker: Span | None
    ) -> StanceGuess:
        assert text[slice(*cue)] == "said"
        assert speaker is not None
        return StanceGuess("mixed", 0.6, (content[0],), "always")


TEXT = "Chad said the pact was dead."


def test_a_reader_decides_and_gives_its_words() -> None:
    (made,) = find_statements(bare_article(TEXT), tuple(sentences(TEXT)), (), (), Always())  # type: ignore[arg-type]
    assert made.stance == "mixed"
    shown = [field for field in made.sources if field.field == "stance"]
    assert [source.text for field in shown for source in field.sources] == ["the pact was dead"]
    assert any(reason.by == "always" and reason.score == 0.6 for reason in made.why)


def test_without_a_reader_the_lists_decide() -> None:
    text = "Chad condemned the pact as illegal."
    (made,) = find_statements(bare_article(text), tuple(sentences(text)), (), ())
    assert made.stance == "oppose"


def test_who_asks_to_stop_opposes() -> None:
    text = "Chad urged Libya to stop its patrols."
    (made,) = find_statements(bare_article(text), tuple(sentences(text)), (), (), Always())  # type: ignore[arg-type]
    assert made.stance == "oppose"
    assert [f.sources[0].text for f in made.sources if f.field == "stance"] == ["stop"]


def test_words_and_their_places() -> None:
    text = "He said they would never sign, never."
    found = word_features(text, [(0, len(text))], [(8, len(text))], (3, 7))
    assert text[slice(*found["never sign"])] == "never sign"
    assert text[slice(*found["not… sign"])] == "sign"
    assert found["cue said"] == found["said _"] == (3, 7)
    assert all(0 <= a < b <= len(text) for a, b in found.values())


@pytest.mark.parametrize(
    ("words", "tones"),
    [
        ("the peace", {"tone good 1", "tone 1"}),
        ("an end to the siege", {"tone bad reversed 1", "tone 1"}),
        ("opposed lifting the sanctions", {"tone bad 1", "tone good reversed 1", "tone -2"}),
        ("murder, torture, theft and lies", {"tone bad 1", "tone bad 2", "tone bad 3", "tone -3"}),
        ("the train leaves at nine", {"tone 0"}),
    ],
)
def test_good_and_bad_are_counted_and_reversed(words: str, tones: set[str]) -> None:
    text = f"He said {words}"
    found = word_features(text, [(0, len(text))], [(8, len(text))], (3, 7))
    assert {name for name in found if name.startswith("tone")} == tones


def made_up(count: int, answers: bool) -> list[Example]:
    """Statements whose first number tells the stance, unless their vectors give away the answer by their second."""
    random = np.random.default_rng(3)
    rows = []
    for number in range(count):
        label = number % 3
        dense = random.normal(size=8).astype(np.float32)
        dense[0] += 2 * (label - 1)
        dense[1] += 9 * (label - 1) * answers
        shares = tuple(float(i == label) for i in range(3))
        rows.append(Example(f"p{number}", frozenset({("yes", "no", "word")[label], "the"}), shares, 1.0, True, dense))
    return rows


def test_words_and_vectors_are_folded_into_one_head() -> None:
    rows, other = made_up(90, False), made_up(60, False)
    made = fit(rows, Words(rows, 0.5), 0.5)
    assert made.dense.shape == (8, 3)
    assert macro_f1(told(other), made.guess(other)) > 0.9
    without = replace(made, words=np.zeros_like(made.words))
    assert macro_f1(told(other), without.guess(other)) < macro_f1(told(other), made.guess(other))


def test_mixed_counts_for_both_sides_and_labels_weigh_the_same() -> None:
    rows = [*made_up(3, False), replace(made_up(1, False)[0], shares=(0.5, 0.5, 0.0), clear=False)]
    shares, weight = balanced(rows)
    assert (shares * weight[:, None]).sum(0) == pytest.approx([4 / 3] * 3)


def test_every_marked_stance_is_found_in_the_articles() -> None:
    lines = [line for line in CASES.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert len(list(of_articles())) == len(lines) - 1


@pytest.mark.skipif(load_stance_head() is None, reason="no stance head for the installed encoder")
@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Egypt's foreign minister condemned the raid as a barbaric crime.", "oppose"),
        ("Norway's premier praised the accord as a milestone for peace.", "support"),
    ],
)
def test_plain_cases(text: str, stance: str) -> None:
    made = find_statements(bare_article(text), tuple(sentences(text)), (), (), load_stance_head())[0]
    assert made.stance == stance
    for field in made.sources:
        for source in field.sources:
            assert text[source.span.start : source.span.end] == source.text


@pytest.mark.skipif(load_stance_head() is None, reason="no stance head for the installed encoder")
def test_a_head_of_another_encoder_is_refused(tmp_path) -> None:  # type: ignore[no-untyped-def]
    from importlib.resources import files

    from dragoman.errors import ModelError

    with np.load(str(files("dragoman") / "model" / FILE), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    arrays["encoder"] = np.array("0" * 64)
    np.savez_compressed(tmp_path / FILE, **arrays)
    model = load_model()
    assert model is not None
    with pytest.raises(ModelError):
        StanceHead(model, tmp_path / FILE)
