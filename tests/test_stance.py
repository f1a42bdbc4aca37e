"""The learned stance: its features, its answers where the head fits the installed encoder, and rules in its stead."""

from __future__ import annotations

import numpy as np
import pytest

from dragoman.models import load_model
from dragoman.speaking.stance import FILE, StanceHead, load_stance_head, word_features
from dragoman.statements import StanceGuess, find_statements
from dragoman.text import sentences
from evals.statements import bare_article

Span = tuple[int, int]


class Always:
    """A reader with one answer."""

    issues = None

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
    found = word_features(text, [(8, len(text))], (3, 7))
    assert text[slice(*found["never sign"])] == "never sign"
    assert found["cue said"] == (3, 7)
    assert all(0 <= a < b <= len(text) for a, b in found.values())


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
