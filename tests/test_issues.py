"""The word lists: nothing twice, nothing empty, and what they find."""

from __future__ import annotations

import tomllib
from collections import Counter
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.errors import InputError
from dragoman.speaking.cues import KINDS, inflect, load_cues
from dragoman.speaking.issues import find_issues, find_stance, load_issues, load_stance, load_standing, sure_stance
from dragoman.tagger import load_tagger, words

WANTED = """arms_control missile_defence nuclear_programme sanctions ceasefire peace_talks military_cooperation
military_operations territory terrorism human_rights detention election constitution corruption justice migration refugees
humanitarian_aid trade energy debt investment environment health technology cyber media diplomatic_relations
international_organizations labour education religion disaster""".split()


def rows(name: str) -> list[list[str]]:
    text = resources.files("dragoman").joinpath(f"data/{name}").read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")][1:]


def test_every_issue_is_there_and_no_term_stands_twice() -> None:
    tables = tomllib.loads(resources.files("dragoman").joinpath("data/issues.toml").read_text(encoding="utf-8"))
    assert set(WANTED) <= set(tables)
    terms = Counter(term for row in tables.values() for term in row["terms"])
    assert [term for term, count in terms.items() if count > 1] == []
    assert all(row["name"] and row["terms"] for row in tables.values())


@pytest.mark.parametrize("name", ["stance.tsv", "standing.tsv", "tones.tsv"])
def test_lists_have_two_columns_and_no_doubles(name: str) -> None:
    table = rows(name)
    assert all(len(row) == 2 for row in table)
    assert [term for term, count in Counter(row[0] for row in table).items() if count > 1] == []


def test_cues_are_well_formed() -> None:
    table = rows("cues.tsv")
    assert all(len(row) == 7 for row in table)
    assert {row[2] for row in table} <= set(KINDS)
    assert all(0 < float(row[4]) <= 1 for row in table)
    assert {row[5] for row in table} <= {"support", "oppose", "-"}
    assert [key for key, count in Counter((row[0], row[1]) for row in table).items() if count > 1] == []


@pytest.mark.parametrize(
    ("form", "word"), [("said", "say"), ("denies", "deny"), ("urging", "urge"), ("admitted", "admit")]
)
def test_forms(form: str, word: str) -> None:
    assert load_cues().verbs[form][0][0].word == word
    assert inflect("vow") == ("vow", "vows", "vowing", "vowed")


def test_issues_with_their_words() -> None:
    text = "They discussed the anti-missile system and UN sanctions."
    found = find_issues(text, [(0, len(text))], load_issues())
    assert {key: text[slice(*span)] for key, span in found.items()} == {
        "missile_defence": "anti-missile",
        "sanctions": "sanctions",
    }


def test_a_users_issue_comes_on_top(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[lake]\nname = "the lake"\nterms = ["Lake Ohrid"]\n', encoding="utf-8")
    assert find_issues("at Lake Ohrid", [(0, 13)], load_issues(own)) == {"lake": (3, 13)}
    own.write_text("not a table", encoding="utf-8")
    with pytest.raises(InputError):
        load_issues.__wrapped__(own)


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("we support the accord", "support"),
        ("we do not support the accord", "oppose"),
        ("this is unacceptable", "oppose"),
        ("the meeting lasted an hour", None),
    ],
)
def test_stance(text: str, stance: str | None) -> None:
    assert find_stance(text, [(0, len(text))], load_stance())[0] == stance


def test_tagger_knows_a_plain_sentence() -> None:
    text = "The ministers weren't told that Iran had left."
    tokens = [text[a:b] for a, b in words(text)]
    assert tokens == ["The", "ministers", "were", "n't", "told", "that", "Iran", "had", "left", "."]
    assert load_tagger().tag(tokens) == ["DT", "NNS", "VBD", "RB", "VBN", "IN", "NNP", "VBD", "VBN", "."]


def test_who_acts_is_no_issue() -> None:
    text = "Police told the United Nations that investigators had left."
    assert find_issues(text, [(0, len(text))], load_issues()) == {}
    assert list(find_issues("he wants investment", [(0, 19)], load_issues())) == ["investment"]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_terms_are_found_where_the_one_pattern_finds_them(data: st.DataObject) -> None:
    """Trying only what begins as the word does is a shortcut, never another answer."""
    terms = data.draw(st.sampled_from((load_issues(), load_stance(), load_standing())))
    known = [*list(terms.labels)[::3], *(stem for stem, _ in terms.stems)]
    pieces = st.sampled_from((*known, "s", "-", "’s", "ing", " ", "\n", ".", "İ", "ſ", "é", "the", "OIL", "x"))
    text = "".join(data.draw(st.lists(pieces, max_size=14)))
    text = data.draw(st.sampled_from((text, text.upper(), text.title())))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = [match.span() for match in terms.pattern.finditer(text, start, end)]
    assert [match.span() for match in terms.matches(text, start, end)] == found
    assert list(terms.named(text, start, end)) == [(terms.label(text[a:b]), (a, b)) for a, b in found]


@pytest.mark.parametrize(
    ("words", "cue", "wanted"),
    [
        ("the raid on the port", "condemn", ("oppose", "cue")),
        ("that it had fired", "deny", ("oppose", "cue")),
        ("rented pens", "blame", None),
        ("the charge was baseless", "say", ("oppose", "judged")),
        ("the step was not unlawful", "say", None),
        ("halt the drills", "demand", ("oppose", "asks to stop")),
        ("the need for talks", "stress", ("support", "weight")),
    ],
)
def test_a_rule_is_asked_before_the_learned_reader_where_it_is_sure(
    words: str, cue: str, wanted: tuple[str, str] | None
) -> None:
    word = next(c for options in load_cues().verbs.values() for c, _ in options if c.word == cue)
    found = sure_stance(words, [(0, len(words))], word)
    assert (found and (found.label, found.by)) == wanted
