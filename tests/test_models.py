"""The learned model through its public surface: what ships, on sentences of our own."""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dragoman.coding.pieces import near_pieces, windows_of
from dragoman.errors import ModelError
from dragoman.models import Model, Part, Run, _folder, load_model
from dragoman.text import sentences


@pytest.fixture(scope="module")
def model() -> Model:
    found = load_model()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "actor", "recipient", "expected"),
    [
        ("Kenya condemned Sudan over the raid.", "Kenya", "Sudan", "ACCUSE"),
        ("Norway sent 40 tonnes of flour to Sudan.", "Norway", "Sudan", "AID"),
        ("Peru threatened to expel Bolivia's envoys.", "Peru", "Bolivia", "THREATEN"),
        ("Chadian jets bombed Libyan positions on Friday.", "Chadian jets", "Libyan positions", "ASSAULT"),
    ],
)
def test_a_plain_pair_is_coded_in_both_schemes(
    model: Model, text: str, actor: str, recipient: str, expected: str
) -> None:
    pair = (text, _span(text, actor), _span(text, recipient))
    for older in (False, True):
        types = model.classify([pair], older=older)[0]
        assert max(types, key=lambda name: types[name]) == expected
        assert sum(types.values()) == pytest.approx(1.0, abs=1e-4)


def test_a_verdict_is_a_sanction_today_and_an_accusation_in_older_files(model: Model) -> None:
    text = "A court in Lima found the former minister guilty of fraud."
    pair = (text, _span(text, "A court in Lima"), _span(text, "the former minister"))
    now, before = model.classify([pair])[0], model.classify([pair], older=True)[0]
    assert max(now, key=lambda name: now[name]) == "SANCTION"
    assert max(before, key=lambda name: before[name]) == "ACCUSE"
    assert "YIELD" in before
    assert "YIELD" not in now


def test_numbers_do_not_depend_on_what_else_is_in_the_batch(model: Model) -> None:
    texts = ["Iran met Iraq.", "Officials of Iran and Iraq held talks in Basra on the river border for two days."]
    pairs = [(text, _span(text, "Iran"), _span(text, "Iraq")) for text in texts]
    alone = [model.classify([pair])[0] for pair in pairs]
    together = model.classify(pairs)
    for one, two in zip(alone, together, strict=True):
        # Every piece is scaled by itself: only the order of sums may differ.
        assert np.allclose(list(one.values()), list(two.values()), atol=1e-5)


@pytest.mark.parametrize(("one", "two"), list(itertools.permutations(["Chad", "Niger", "Peru"], 2)))
def test_the_country_that_acts_and_the_one_acted_on_are_told_apart(model: Model, one: str, two: str) -> None:
    text = f"{one} shelled {two} on Monday, killing four soldiers."
    act = max(model.acts(text, sentences(text)), key=lambda act: act.types["ASSAULT"])
    (sides,) = model.sides([act], [(*_span(text, one), "ONE"), (*_span(text, two), "TWO")])
    assert sides["ONE"][0] > sides["TWO"][0]
    assert sides["TWO"][1] > sides["ONE"][1]


def test_a_phrase_without_a_country_is_tied_to_the_one_that_it_is_of(model: Model) -> None:
    text = "Peru accused Chile of spying. Its foreign minister recalled the ambassador from Santiago."
    asked = [_span(text, "Its foreign minister")]
    namings = [(*_span(text, "Peru"), "PER"), (*_span(text, "Chile"), "CHL")]
    shares = model.link(text, sentences(text), asked, namings)[0]
    assert shares is not None
    assert max(shares, key=lambda code: shares[code]) == "PER"
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-4)


def test_a_window_without_a_country_ties_to_none(model: Model) -> None:
    text = "The minister left early."
    assert model.link(text, sentences(text), [(0, 12)], []) == [None]


@given(st.lists(st.integers(1, 700), max_size=30), st.integers(50, 600))
def test_windows_hold_every_sentence_once_and_in_order(lengths: list[int], limit: int) -> None:
    ends = list(itertools.accumulate(length + 1 for length in lengths))
    spans = [(end - length - 1, end - 1) for length, end in zip(lengths, ends, strict=True)]
    windows = list(windows_of(spans, limit))
    held = [[s for s in spans if w.start <= s[0] and s[1] <= w.end] for w in windows]
    assert [s for group in held for s in group] == spans
    assert all(w.end - w.start <= limit or len(group) == 1 for w, group in zip(windows, held, strict=True))


@pytest.mark.parametrize(
    ("words", "reach", "read"),
    [
        ("recalled", 0, "It recalled its envoy."),
        ("recalled", 5, "Peru protested. It recalled its envoy."),
        ("recalled", 20, "Peru protested. It recalled its envoy. Chile did not."),
        ("Chile", 0, "Chile did not."),
        ("recalled its envoy. Chile", 0, "It recalled its envoy. Chile did not."),
    ],
)
def test_an_act_is_read_again_with_the_sentences_near_it(model: Model, words: str, reach: int, read: str) -> None:
    text = "Peru protested. It recalled its envoy. Chile did not."
    offsets = model.pieces(text).offsets
    start, end = _span(text, words)
    run = [i for i, (a, b) in enumerate(offsets) if start <= a and b <= end]
    low, high = near_pieces(offsets, sentences(text), (run[0], run[-1] + 1), reach)
    assert text[offsets[low][0] : offsets[high - 1][1]] == read


_OWN_STATE = "Peru had demanded an apology from Chad. On Monday the government in N'Djamena flatly refused."


@pytest.mark.parametrize(
    ("text", "reach", "told"),
    [
        (_OWN_STATE, 0, []),
        pytest.param(
            _OWN_STATE,
            150,
            ["Peru"],
            marks=pytest.mark.xfail(strict=True, reason="model 7 adds Chad, whose own refusal it is"),
        ),
        ("Peru had demanded an apology. On Monday Chad's government flatly refused.", 0, []),
        ("Peru had demanded an apology. On Monday Chad's government flatly refused.", 150, ["Peru"]),
    ],
)
def test_who_is_acted_on_is_looked_for_around_a_sentence_that_does_not_say(
    text: str, reach: int, told: list[str]
) -> None:
    model = Model(_folder())
    model.card["recipient_reach"] = reach
    start, _ = _span(text, "refused")
    act = next(act for act in model.told(text, sentences(text)) if act.start <= start < act.end)
    assert [text[part.start : part.end] for part in act.parts if part.role == 1] == told


def test_acts_of_one_sentence_are_told_apart_though_they_share_the_lower_layers(model: Model) -> None:
    text = "Chad shelled Libya, and Peru condemned Bolivia."
    acts = {act.type: act for act in model.acts(text, sentences(text)) if act.types["NONE"] < 0.5}
    parties = {name: {text[p.start : p.end]: p.role for p in act.parts} for name, act in acts.items()}
    assert parties["ASSAULT"] == {"Chad": 0, "Libya": 1}
    assert parties["ACCUSE"] == {"Peru": 0, "Bolivia": 1}


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    folder = shutil.copytree(_folder(), tmp_path / "model")
    heads = folder / "heads.npz"
    heads.write_bytes(heads.read_bytes()[:-1])
    with pytest.raises(ModelError, match=r"heads\.npz"):
        Model(folder)
    (folder / "card.json").write_text(json.dumps({"version": "0"}))
    with pytest.raises(ModelError, match="cannot be read"):
        Model(folder)


def _span(text: str, words: str) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def test_what_stands_around_an_act_is_read_only_where_it_may_tell_who_is_acted_on() -> None:
    text = (
        "Peru had demanded an apology from Chad. On Monday the government in N'Djamena flatly refused. "
        "Kenya and Ghana signed an accord on fisheries. The two sides will meet again in May."
    )
    model = Model(_folder())
    read: list[str] = []
    around = model.told_around

    def told_around(found: Sequence[Run]) -> list[tuple[Part, ...]]:
        offsets = [
            (part, part.pieces.offsets[first][0], part.pieces.offsets[last - 1][1]) for part, (first, last) in found
        ]
        read.extend(part.text[start:end] for part, start, end in offsets)
        return around(found)

    model.told_around = told_around  # type: ignore[method-assign]
    acts = model.acts(text, sentences(text))
    lacking = {text[acts[i].start : acts[i].end] for i in model.lacking(acts)}
    assert any("refused" in words for words in read)
    assert lacking - set(read), "of some acts nobody need be looked for"
