"""Who speaks in a quotation, by the words around its marks. Sentences are our own."""

from __future__ import annotations

import pytest

from dragoman.quotes import find_quotes
from dragoman.voices import first_persons, voice_of


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
    found = voice_of(text, find_quotes(text)[0], runs(text, *phrases))
    assert (text[slice(*found)] if found else None) == speaker


def test_the_us_is_not_us() -> None:
    text = "“The US helps us and our ships, and we thank the US.”"
    places = first_persons(text, find_quotes(text)[0])
    assert [text[a:b] for a, b in places] == ["us", "our", "we"]
