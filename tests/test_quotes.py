"""Quotation marks of every kind, right and wrong, and who speaks between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.speaking.quotes import find_quotes, first_persons, voice_of
from dragoman.text import ByPlace


def pieces(text: str) -> list[str]:
    return [text[a:b] for quote in find_quotes(text) for a, b in quote.pieces]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("“Plan ‘Unity and peace’,” he said", ["Plan ‘Unity and peace’,"]),
        ("“He said “no” to us,” she said", ["He said “no” to us,"]),
        ("“Drills help,“ he said. “Yes.“", ["Drills help,", "Yes."]),
        ("„Wir gehen,“ he said", ["Wir gehen,"]),
        ("«Nous partons», he said", ["Nous partons"]),
        ("``We go , '' he said", ["We go ,"]),
        ("'It is time,' he said, adding: 'We don't want it.'", ["It is time,", "We don't want it."]),
        ("He said 'no' to the leaders' summit.", ["no"]),
        ("The ministers' talks and the envoys' dinner", []),
        ('It ends here," he said.', ["It ends here,"]),
        ('He said: "We go.', ["We go."]),
        ('A 6" gun was found.', []),
        ("“One.\n\n“Two,” he said.", ["One.", "Two,"]),
        ("“One.\n\nTwo, he said.", ["One."]),
        ('"A," he said. "B."', ["A,", "B."]),
    ],
)
def test_marks(text: str, wanted: list[str]) -> None:
    assert pieces(text) == wanted


@given(st.text(alphabet="ab .,'\"“”‘’„«»\n", max_size=60))
def test_quotations_are_ordered_and_apart(text: str) -> None:
    last = 0
    for quote in find_quotes(text):
        assert last <= quote.start < quote.end <= len(text)
        last = quote.end
        for start, end in quote.pieces:
            assert quote.start <= start < end <= quote.end
            assert text[start:end] == text[start:end].strip()


# --- who speaks ---------------------------------------------------------------------------------------------------------------------


def runs(text: str, *phrases: str) -> list[tuple[int, int]]:
    return [(text.index(phrase), text.index(phrase) + len(phrase)) for phrase in phrases]


@pytest.mark.parametrize(
    ("text", "phrases", "speaker"),
    [
        ("“We sail,” Otieno said of Peru.", ("Otieno", "Peru"), "Otieno"),
        ("“We sail,” said Otieno, who met Ruiz.", ("Otieno", "Ruiz"), "Otieno"),
        ("Otieno told Ruiz: “We sail.”", ("Otieno", "Ruiz"), "Otieno"),
        ("“We sail,” PTI quoted Otieno as saying.", ("PTI", "Otieno"), "Otieno"),
        ("“We sail,” Otieno, the mayor of Lamu, said.", ("Otieno",), "Otieno"),
        ("“We sail,” the deck of the Otieno read.", ("Otieno",), None),
        ("“We sail.”\n\nOtieno said he sails.", ("Otieno",), None),
    ],
)
def test_a_speaker_stands_at_a_verb_of_saying(text: str, phrases: tuple[str, ...], speaker: str | None) -> None:
    found = voice_of(text, find_quotes(text)[0], ByPlace(runs(text, *phrases), lambda run: run))
    assert (text[slice(*found)] if found else None) == speaker


def test_the_us_is_not_us() -> None:
    text = "“The US helps us and our ships, and we thank the US.”"
    places = first_persons(text, find_quotes(text)[0])
    assert [text[a:b] for a, b in places] == ["us", "our", "we"]
