"""Whom a statement supports or opposes. Sentences are our own."""

from __future__ import annotations

from dragoman.config import Settings
from dragoman.pipeline import code_article
from dragoman.records import Statement
from dragoman.runner import load_tools
from dragoman.speaking.targets import TargetHead, features, named_around, said_by
from dragoman.text import ByPlace, sentences
from tests.builders import article, participant
from train.targets import Example, fit, score


def told(text: str) -> list[Statement]:
    """The statements of a page, with everything on."""
    return list(code_article(article(text), load_tools(), Settings()).statements)


def whom(text: str) -> list[list[str | None]]:
    """The countries of the targets of each statement."""
    return [[target.country for target in made.targets] for made in told(text)]


def test_who_is_blamed_in_the_words_said() -> None:
    text = "Peru's foreign minister said on Friday that Chile had broken the truce and was arming rebels."
    assert whom(text) == [["CHL"]]


def test_who_is_accused_is_named_by_the_cue() -> None:
    assert whom("Kenya's president accused Somalia of stealing fish, and Uganda of buying it.")[0] == ["SOM"]


def test_a_minister_does_not_turn_against_his_own_state() -> None:
    text = "Russia's defence minister said that Moscow's refusal to sign the treaty did not hurt the Norwegians."
    assert ["RUS"] not in whom(text)


def test_the_reason_and_the_words_are_told() -> None:
    (made,) = told("Peru's foreign minister said on Friday that Chile had broken the truce and was arming rebels.")
    (reason,) = (reason for reason in made.why if reason.by == "target")
    assert reason.score is not None
    assert 0.4 <= reason.score <= 1.0
    assert "Chile" in reason.detail
    (field,) = (field for field in made.sources if field.field == "targets")
    assert [source.text for source in field.sources] == ["Chile"]


def test_where_a_party_stands_is_read_off_its_sentence() -> None:
    text = "Chad closed the road. Oman met Fiji. Peru told Mali that Togo lied."
    speaker = participant(text, "Peru", country="PER")
    others = [participant(text, name, country=name) for name in ("Chad", "Oman", "Fiji", "Mali", "Togo")]
    at = text.index("Togo")
    said = said_by(
        [speaker],
        content=[(at, len(text))],
        cue=(text.index("told"), text.index("told") + 4),
        addressee=(text.index("Mali"), text.index("Mali") + 4),
        form="paraphrase",
        stance="oppose",
    )
    around = named_around(text, tuple(sentences(text)), ByPlace([speaker, *others]), said)
    assert {each.party.name: each.where for each in around} == {
        "Chad": "before2",
        "Oman": "before1",
        "Fiji": "before1",
        "Mali": "heard",
        "Togo": "in",
    }
    found = dict(zip((each.party.name for each in around), features(text, said, around), strict=True))
    assert {"in", "alone", "opens", "before that", "behind lied"} <= found["Togo"]
    assert "heard" in found["Mali"]


def test_training_learns_who_is_named_in_the_words() -> None:
    rows = [
        Example(f"{n % 5}.txt", (frozenset({"in"}), frozenset({"out"})), ("in", "out"), (True, False), True)
        for n in range(40)
    ]
    head = TargetHead(*fit(rows, 1.0, steps=200))
    assert head.likely({"in"}) > 0.8
    assert head.likely({"out"}) < 0.2
    assert score(rows, [head] * len(rows)).startswith("P 1.000 R 1.000")
