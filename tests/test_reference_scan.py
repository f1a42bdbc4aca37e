"""Scanning a text for known phrases, against the plainest way to do it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.reference import _WORD, load_reference


def plain_scan(text: str) -> list[tuple[int, int]]:
    """The longest known phrase at each word, by trying every one; nothing is remembered."""
    reference = load_reference()
    spans = [match.span() for match in _WORD.finditer(text)]
    found, at = [], 0
    while at < len(spans):
        for size in range(len(spans) - at, 0, -1):
            begin, end = spans[at][0], spans[at + size - 1][1]
            key = tuple(text[a:b] for a, b in spans[at : at + size])
            capitals = len(key[0]) > 2 and all(word.isupper() for word in key if word.isalpha())
            known = reference.exact.get(key) or (
                capitals and reference.exact.get(tuple(word.capitalize() for word in key))
            )
            if (known or reference.folded.get(tuple(word.lower() for word in key))) and "\n" not in text[begin:end]:
                found.append((begin, end))
                at += size - 1
                break
        at += 1
    return found


@settings(deadline=None)  # the reference is read by the first example
@given(
    st.lists(
        st.sampled_from(
            "The foreign minister of Sierra Leone SIERRA LEONE U.S. President Vladimir Putin Red Cross armed forces X \n . ( ) "
            "United Nations Security Council UNITED NATIONS Korea North NORTH KOREA Kremlin prime MINISTER 19".split(
                " "
            )
        ),
        max_size=14,
    )
)
def test_a_scan_finds_the_longest_known_phrases(found: list[str]) -> None:
    text = " ".join(found)
    reference = load_reference()
    first = reference.scan(text)
    assert [(hit.start, hit.end) for hit in first] == plain_scan(text)
    first.clear()  # what one caller does to the answer, the next does not see
    assert [(hit.start, hit.end) for hit in reference.scan(text)] == plain_scan(text)


def plainly_broken(words: list[str], first: int, size: int) -> bool:
    """Whether a known name that goes beyond a phrase begins within it, by trying every length."""
    reference = load_reference()
    return (words[first].islower() or words[first] == "The") and any(
        tuple(words[at : at + n]) in reference.exact
        for at in range(first + 1, first + size)
        if words[at][:1].isupper()
        for n in range(first + size - at + 1, reference.longest.get(words[at].lower(), 0) + 1)
    )


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("The opposition Movement for Democratic Change Sudan People ' s Liberation Army".split())),
    st.data(),
)
def test_no_longer_name_is_torn_apart(words: list[str], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(words)))
    size = data.draw(st.integers(0, len(words) - first))
    if size:
        lowered = [word.lower() for word in words]
        assert load_reference()._broken(words, lowered, first, size) == plainly_broken(words, first, size)
