"""The probes must catch a coder that looks at names, at places in the row, or at one wording, and pass one that does not."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import pytest

from dragoman.codebook import load_codebook
from evals.probes import (
    Item,
    Outcome,
    corpus_items,
    exchanged,
    main,
    other_states,
    parse_item,
    probe_bare,
    probe_given,
    read_items,
    reworded,
)
from train.corpus import Entity, EventMark, Passage

Pairs = Sequence[tuple[str, tuple[int, int], tuple[int, int]]]
BLAMED = parse_item("1", "ACCUSE", "[Iraqi officers] <blamed> {Iran} for the fire.", "accused")
MET = parse_item("2", "CONSULT", "On Monday [Norway] <met> {Ghana}.", "held talks with")
ITEMS = [BLAMED, MET]


def kind(text: str) -> str:
    return "CONSULT" if "met" in text or "talks" in text else "ACCUSE"


def fair(pairs: Pairs) -> list[dict[str, float]]:
    """Looks at the words, and at which phrase comes first."""
    return [{"NONE" if a > r and kind(text) == "ACCUSE" else kind(text): 0.9, "AID": 0.1} for text, a, r in pairs]


def changed(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {outcome.probe: len(outcome.changed) for outcome in outcomes}


def test_the_sentences_cover_every_type_and_hold_no_copy() -> None:
    items = read_items()
    assert len(items) >= 200
    counts = Counter(item.type for item in items)
    assert set(counts) == set(load_codebook().types)
    assert min(counts.values()) >= 12
    assert len({item.text for item in items}) == len(items)
    for item in items:
        assert item.act is not None
        assert all(0 <= a < b <= len(item.text) for a, b in (item.actor, item.recipient, item.act))
        assert item.text[slice(*item.act)] not in item.others


def test_nearly_every_sentence_can_be_asked_of_other_states() -> None:
    items, draw = read_items(), random.Random(1)
    assert sum(other_states(item, draw) is not None for item in items) >= 0.9 * len(items)
    assert sum(exchanged(item) is not None for item in items) >= 0.8 * len(items)


def test_states_change_places_and_phrases_keep_their_form() -> None:
    made = exchanged(BLAMED)
    assert made is not None
    item, chosen = made
    assert item.text == "Iranian officers blamed Iraq for the fire."
    assert item.text[slice(*item.actor)] == "Iranian officers"
    assert chosen == {"IRQ": "IRN", "IRN": "IRQ"}


def test_one_state_on_both_sides_cannot_change_places() -> None:
    assert exchanged(parse_item("3", "PROTEST", "[Peruvian miners] <struck against> {the government of Peru}.")) is None


def test_other_words_move_the_phrases_behind_them() -> None:
    made = list(reworded(MET))
    assert [each.shown() for each in made] == ["On Monday [Norway] <held talks with> {Ghana}."]


@pytest.mark.parametrize("marked", ["[Chad] blamed {Mali}.", "[Chad] <blamed> {Mali} {twice}.", "Chad blamed Mali."])
def test_a_sentence_without_its_marks_is_refused(marked: str) -> None:
    with pytest.raises(ValueError, match="not one actor"):
        parse_item("1", "ACCUSE", marked)


def test_a_fair_coder_passes() -> None:
    outcomes, right = probe_given(ITEMS, fair)
    assert changed(outcomes) == {"actors": 0, "roles": 0, "synonyms": 0, "reversed": 0, "order": 0}
    assert right == 1.0
    assert all(outcome.estimate and outcome.estimate.value == 1.0 for outcome in outcomes)


def test_a_coder_that_knows_states_is_caught() -> None:
    def biased(pairs: Pairs) -> list[dict[str, float]]:
        return [{"ASSAULT" if "Iran" in text else kind(text): 1.0} for text, _, _ in pairs]

    assert changed(probe_given(ITEMS, biased)[0])["actors"] > 0


def test_a_coder_that_ignores_the_marks_is_caught() -> None:
    def blind(pairs: Pairs) -> list[dict[str, float]]:
        return [{kind(text): 1.0} for text, _, _ in pairs]

    assert changed(probe_given(ITEMS, blind)[0])["reversed"] == 1


def test_a_coder_that_knows_one_wording_is_caught() -> None:
    def narrow(pairs: Pairs) -> list[dict[str, float]]:
        return [{"ACCUSE" if "blamed" in text else "NONE": 1.0} for text, _, _ in pairs]

    assert changed(probe_given([BLAMED], narrow)[0])["synonyms"] == 1


def test_a_coder_that_looks_at_its_neighbours_is_caught() -> None:
    def crowded(pairs: Pairs) -> list[dict[str, float]]:
        return [{kind(pairs[0][0]): 0.5 + 0.1 * len(pairs), "AID": 0.2} for _ in pairs]

    outcomes, _ = probe_given(ITEMS, crowded)
    order = next(outcome for outcome in outcomes if outcome.probe == "order")
    assert order.changed
    assert order.largest == pytest.approx(0.7)


Coded = tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]


def sides(text: str) -> Coded:
    names: Mapping[str, str] = {"Iraq": "IRQ", "Iran": "IRN", "Norway": "NOR", "Ghana": "GHA"}
    found = sorted((text.find(name), code) for name, code in names.items() if name in text)
    return ((kind(text), (found[0][1],), (found[-1][1],)),) if found else ()


def test_sides_must_change_places_in_bare_text() -> None:
    outcomes, right = probe_bare(ITEMS, sides)
    assert {name: changed(outcomes)[name] for name in ("roles", "order")} == {"roles": 0, "order": 0}
    assert right == 1.0

    def stuck(text: str) -> Coded:
        return ((kind(text), ("IRQ",), ("IRN",)),)

    assert changed(probe_bare([BLAMED], stuck)[0])["roles"] == 1


def test_where_nothing_is_coded_nothing_is_said() -> None:
    outcomes, right = probe_bare(ITEMS, lambda text: ())
    assert all(outcome.estimate is None for outcome in outcomes)
    assert all(outcome.silent for outcome in outcomes)
    assert right == 0.0


def test_pairs_of_a_passage_take_the_words_of_our_table() -> None:
    text = "Chad blamed Mali."
    passage = Passage(
        id="p",
        text=text,
        register="wire",
        region="africa",
        decade="1990s",
        entities=(
            Entity(id="c", kind="place", country="TCD", sector="GOV", mentions=((0, 4),)),
            Entity(id="m", kind="place", country="MLI", sector="GOV", mentions=((12, 16),)),
        ),
        events=(
            EventMark(type="ACCUSE", mode=None, status="occurred", actors=("c",), recipients=("m",), trigger=(5, 11)),
        ),
    )
    first: Item = corpus_items([passage], ITEMS)[0]
    assert first.type == "ACCUSE"
    assert [each.text for each in reworded(first)] == ["Chad accused Mali."]


def test_the_command_asks_the_model_that_is_installed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--given", "--no-corpus", "--sample", "3", "--show", "1"]) == 0
    told = capsys.readouterr().out
    assert "our sentences, pairs given" in told
    assert "order" in told
