"""Statements on small pages of our own, with actors that stand in the text by their names."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman import edtf
from dragoman.records import Article, Participant, Statement, TimePhrase, make_id
from dragoman.reference import load_reference
from dragoman.speaking.stance import load_stance_head
from dragoman.statements import find_statements
from dragoman.text import sentences
from tests.builders import article, participant

KNOWN = {
    "Tarek Mansour": ("person", "EGY", "MIL", "army chief"),
    "Mansour": ("person", "EGY", "MIL", "army chief"),
    "Ilse Brandt": ("person", None, None, None),
    "Brandt": ("person", None, None, None),
    "Lan Vo": ("person", None, None, None),
    "Egypt": ("place", "EGY", None, None),
    "Sudan": ("place", "SDN", None, None),
    "Egyptian": ("nationality", "EGY", None, None),
    "MENA": ("organization", "EGY", "JRN", None),
    "Foreign Ministry": ("organization", "EGY", "GOV", None),
}
CANONICAL = {"Mansour": "Tarek Mansour", "Brandt": "Ilse Brandt", "Egyptian": "Egypt"}


def cast(text: str, pronouns: dict[str, str] | None = None) -> tuple[Participant, ...]:
    """Every known name in the text, longest first; `pronouns` maps words to names; "the two sides" is both states."""
    found: list[Participant] = []

    def add(name: str, start: int, end: int) -> None:
        kind, country, sector, office = KNOWN[name]
        whole = CANONICAL.get(name, name)
        found.append(
            Participant(
                id=make_id("ac", whole),
                name=whole,
                country=country,
                sector=sector,
                office=office,
                text=text[start:end],
                start=start,
                end=end,
                kind=kind,
            )
        )

    for name in sorted(KNOWN, key=len, reverse=True):
        for match in re.finditer(rf"\b{name}\b", text):
            if not any(p.start < match.end() and match.start() < p.end for p in found):
                add(name, *match.span())
    for word, name in (pronouns or {}).items():
        for match in re.finditer(rf"\b{word}\b", text):
            add(name, *match.span())
    for match in re.finditer(r"\bthe two sides\b", text, re.I):
        add("Egypt", *match.span())
        add("Sudan", *match.span())
    return tuple(sorted(found, key=lambda p: p.start))


def said(
    text: str, *, outlet: str | None = "Gulf Post", pronouns: dict[str, str] | None = None
) -> tuple[Statement, ...]:
    page = article(text, outlet=outlet)
    return find_statements(page, tuple(sentences(text)), cast(text, pronouns), ())


def aimed(text: str) -> tuple[Statement, ...]:
    """What is said, read by the model: it alone tells whom the words are about."""
    return find_statements(article(text), tuple(sentences(text)), cast(text), (), load_stance_head())


def check(page: Article, found: tuple[Statement, ...]) -> None:
    for made in found:
        for source in (*made.content, *(s for field in made.sources for s in field.sources)):
            assert page.text[source.span.start : source.span.end] == source.text


def test_speaker_is_the_participant_with_office_and_country() -> None:
    (made,) = said("Egyptian army chief Tarek Mansour said the border with Sudan would stay closed.")
    assert made.speaker is not None
    assert (made.speaker.name, made.speaker.country, made.speaker.office) == ("Tarek Mansour", "EGY", "army chief")
    assert made.standing == "official"
    assert made.form == "paraphrase"
    assert "territory" in made.issues


def test_a_quotation_is_told_once_and_its_chain_is_kept() -> None:
    found = said("“We want a quiet border,” MENA quoted Mansour as saying.")
    assert [(s.form, s.content[0].text) for s in found] == [("quote", "We want a quiet border")]
    assert found[0].reported_by == ("Gulf Post", "MENA")


def test_a_medium_that_carries_a_statement_is_no_second_speaker() -> None:
    found = said("Egypt has said that it is ready for talks, the news agency MENA reported on Monday.")
    assert [(s.speaker.name if s.speaker else None, s.reported_by) for s in found] == [("Egypt", ("Gulf Post", "MENA"))]


def test_a_medium_that_reports_by_itself_is_the_speaker() -> None:
    (made,) = said("The bridge was closed at noon, MENA reported.")
    assert made.speaker is not None
    assert made.speaker.name == "MENA"


def test_an_expert_is_no_official() -> None:
    text = "Ilse Brandt, a senior fellow at the Nile Institute, said the dam would be filled. “It is too late to stop it,” Brandt said."
    assert [s.standing for s in said(text)] == ["expert", "expert"]


def test_an_unnamed_speaker_is_kept_as_what_it_is() -> None:
    (made,) = said("A diplomat who asked not to be named said the text was ready.")
    assert made.speaker is not None
    assert made.speaker.country is None
    assert made.speaker.text.startswith("A diplomat")


def test_a_collective_gives_one_statement_a_member() -> None:
    found = said("The two sides said that the road would open.")
    assert {s.speaker.name for s in found if s.speaker} == {"Egypt", "Sudan"}
    assert len({s.id for s in found}) == 2


def test_he_falls_back_on_who_spoke_last() -> None:
    found = said("Mansour said the fleet was ready. He further said that exercises would start soon.")
    assert [s.speaker.name for s in found if s.speaker] == ["Tarek Mansour", "Tarek Mansour"]
    assert found[1].confidence < found[0].confidence


def test_stance_and_target_with_their_words() -> None:
    (made,) = aimed("Mansour condemned the shelling of the border by Sudan.")
    assert made.stance == "oppose"
    assert [t.name for t in made.targets] == ["Sudan"]
    assert any(field.field == "targets" for field in made.sources)


def test_negated_support_is_opposition() -> None:
    (made,) = said("Egypt does not welcome the troops of Sudan in the valley.")
    assert made.stance == "oppose"
    assert made.cue is not None
    assert made.cue.text == "does not welcome"


def test_what_others_hold_or_will_say_is_part_of_what_is_said() -> None:
    for words in ("Egypt does not welcome the troops", "Sudan opposes the dam", "Sudan may propose talks"):
        (made,) = said(f"Mansour said {words} of its neighbour.")
        assert made.cue is not None
        assert made.cue.text == "said"
    assert len(said("Mansour said Sudan had denied the raid.")) == 2


def test_addressee_and_venue() -> None:
    (made,) = said("Mansour told the Foreign Ministry at the annual conference that the canal was safe.")
    assert [a.name for a in made.addressees] == ["Foreign Ministry"]


def test_first_person_inside_a_quotation_is_part_of_it() -> None:
    found = said("“The region grows. Hence, I think the canal must be wider,” Mansour said.")
    assert len(found) == 1


def test_a_whole_paragraph_in_marks_goes_on_with_the_speaker() -> None:
    found = said("Mansour said the fleet was ready.\n\n“We have waited for ten years for these ships.”")
    assert [s.form for s in found] == ["paraphrase", "quote"]
    assert found[1].speaker is not None
    assert found[1].speaker.name == "Tarek Mansour"


def test_ids_do_not_depend_on_the_run() -> None:
    text = "Mansour said the fleet was ready."
    assert [s.id for s in said(text)] == [s.id for s in said(text)]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["Mansour", "said", "“", "”", '"', ",", ".", "Egypt", "welcomed", "it", "that", "MENA", "reported", "\n\n"]
        ),
        max_size=30,
    )
)
def test_every_source_is_the_articles_text(parts: list[str]) -> None:
    text = " ".join(parts)
    page = article(text)
    found = find_statements(page, tuple(sentences(text)), cast(text), ())
    check(page, found)
    assert len({made.id for made in found}) == len(found)
    for made in found:
        assert 0 <= made.confidence <= 1
        assert made.form in {"quote", "paraphrase", "mixed"}
        assert made.why


def test_who_is_harmed_is_not_who_is_opposed_and_no_continent_is() -> None:
    (made,) = aimed("Mansour rejected the dams, which endanger Sudan and weaken Africa.")
    assert made.stance == "oppose"
    assert made.targets == ()


def test_to_stress_the_importance_of_a_thing_is_to_support_it() -> None:
    (made,) = said("Mansour stressed the importance of limits to the sanctions on Sudan.")
    assert made.stance == "support"
    assert any(reason.by == "weight" for reason in made.why)


def test_a_gathering_that_was_told_is_the_venue() -> None:
    (made,) = said("Mansour told a news conference that the canal was safe.")
    assert made.venue == "a news conference"
    assert made.addressees == ()
    assert "addressees" not in {field.field for field in made.sources}


def test_worries_are_opposition_whatever_the_cue() -> None:
    (made,) = aimed("Mansour explained Egypt's concerns over some tolls of Sudan.")
    assert made.stance == "oppose"
    assert [target.name for target in made.targets] == ["Sudan"]


def test_where_it_is_and_his_own_state_are_no_targets() -> None:
    (made,) = aimed("Mansour condemned the shelling in Sudan.")
    assert made.targets == ()
    (asked,) = aimed("Mansour called on the two sides to share the water.")
    assert [target.name for target in asked.targets] == ["Sudan"]


def test_he_without_a_name_is_who_spoke_last() -> None:
    text = "Mansour said the fleet was ready. He said that the crews were home."
    page = article(text)
    at = text.index("He said")
    unknown = replace(participant(text, "He", kind="phrase"), start=at, end=at + 2)
    found = find_statements(page, tuple(sentences(text)), (*cast(text), unknown), ())
    assert [s.speaker.name for s in found if s.speaker] == ["Tarek Mansour", "Tarek Mansour"]


@pytest.mark.parametrize(
    ("words", "country", "sector", "kind"),
    [
        ("A NATO spokesman", "IGO", "GOV", "person"),
        ("Critics of the plan", None, None, "group"),
        ("The caption", None, None, "phrase"),
        ("A Peruvian government report", "PER", "GOV", "phrase"),
        ("Rebels in Nepal", "NPL", "REB", "group"),
        ("A plumber", None, None, "person"),
    ],
)
def test_a_speaker_without_a_name_is_read_by_the_words(
    words: str, country: str | None, sector: str | None, kind: str
) -> None:
    text = f"{words} said that the bridge was closed."
    (made,) = find_statements(article(text), tuple(sentences(text)), (), (), None, load_reference())
    assert made.speaker is not None
    assert (made.speaker.country, made.speaker.sector, made.speaker.kind) == (country, sector, kind)


def test_an_it_goes_on_with_the_paper_that_spoke_before() -> None:
    found = said("The survey says that the bridge is old. It said that the road is new.")
    assert [s.speaker.name for s in found if s.speaker] == ["The survey", "The survey"]


def test_a_headline_quotes_without_marks() -> None:
    (made,) = said("Quit now, Mansour tells Brandt in open letter")
    assert (made.form, made.content[0].text) == ("quote", "Quit now")
    (made,) = said("We will dig until June, Mansour says")
    assert made.form == "quote"
    (made,) = said("Talks at risk, Mansour warns")
    assert made.form == "paraphrase"


def test_a_subhead_of_a_name_and_a_colon_holds_the_persons_words() -> None:
    (made,) = said("Mansour: river drills do not threaten anybody\n\nThe drills went on for a week.")
    assert made.speaker is not None
    assert made.speaker.name == "Tarek Mansour"
    assert made.content[0].text == "river drills do not threaten anybody"
    assert said("Sudan: boats move north along the river\n\nThe drills went on.") == ()


def test_the_day_of_the_report_is_not_the_day_of_the_words() -> None:
    text = "Egypt has said it is ready to dig, MENA reported on Wednesday."
    day = TimePhrase(start=text.index("on Wed"), end=len(text) - 1, when=edtf.unknown(phrase="on Wednesday"))
    (made,) = find_statements(article(text), tuple(sentences(text)), cast(text), (day,))
    assert made.when.phrase is None


def test_a_crisis_named_after_a_state_is_no_target() -> None:
    (made,) = aimed("Mansour welcomed a settlement of the Sudan crisis.")
    assert made.targets == ()


def test_it_is_the_body_that_spoke_in_the_sentence_before() -> None:
    found = said("The Foreign Ministry said the note was late. It branded the text “a mockery”.")
    assert [s.speaker.name if s.speaker else None for s in found] == ["Foreign Ministry", "Foreign Ministry"]


def test_a_phrase_is_the_person_named_between_commas_behind_it() -> None:
    (made,) = said("“We were free,” the elder of them, Ilse Brandt, told a reporter.")
    assert made.speaker is not None
    assert made.speaker.name == "Ilse Brandt"


def test_i_think_inside_a_paraphrase_is_part_of_it() -> None:
    (made,) = said("I think we should go home, said Mansour.")
    assert made.speaker is not None
    assert made.speaker.name == "Tarek Mansour"


def names(text: str, pronouns: dict[str, str] | None = None) -> list[str | None]:
    return [s.speaker.name if s.speaker else None for s in said(text, pronouns=pronouns)]


def test_it_is_the_ministry_and_not_its_state() -> None:
    text = "Egypt’s Foreign Ministry said the note was late. It said the envoy would wait."
    assert names(text, pronouns={"It": "Egypt"}) == ["Foreign Ministry", "Foreign Ministry"]


def test_two_who_say_it_together_are_two_speakers_and_each_other_is_the_other() -> None:
    assert names("Egypt and Mansour said the road would open.") == ["Egypt", "Tarek Mansour"]
    found = said("Egypt and Sudan accused each other on Sunday of shelling a village.")
    told = [(s.speaker.name if s.speaker else "", [p.name for p in s.addressees]) for s in found]
    assert told == [("Egypt", ["Sudan"]), ("Sudan", ["Egypt"])]


def test_a_time_is_no_addressee() -> None:
    (made,) = said("Mansour warned last week that the dam would fail.")
    assert made.addressees == ()


def test_a_paper_speaks_for_who_made_it() -> None:
    assert names("Egypt has proposed a rival draft that calls for a pause.")[-1] == "Egypt"
    text = "The road will open, according to a statement issued by the Foreign Ministry."
    assert names(text) == ["Foreign Ministry"]
    assert names("The Foreign Ministry denied it. “Both are safe,” the statement said.")[-1] == "Foreign Ministry"
    assert names("The Foreign Ministry’s press service said the road would open.") == ["Foreign Ministry"]
    assert names("A report said the road would open.") == ["A report"]


def test_he_added_is_who_spoke_before_and_not_whom_he_speaks_of() -> None:
    text = "Mansour said the fleet was ready. Ilse Brandt is welcome in Cairo, he added."
    assert names(text, pronouns={"he": "Ilse Brandt"}) == ["Tarek Mansour", "Tarek Mansour"]


def test_he_is_nobody_whom_grammar_excludes_or_who_is_only_talked_about() -> None:
    both = ["Tarek Mansour", "Tarek Mansour"]
    named = "Mansour said the fleet was ready. He said Ilse Brandt had left."
    assert names(named, pronouns={"He": "Ilse Brandt"}) == both
    after = "“Ilse Brandt is no friend of ours,” Mansour said. He has also accused Sudan of arming rebels."
    assert names(after, pronouns={"He": "Ilse Brandt"}) == both
    inside = "Mansour said the speech of Ilse Brandt was what he called “a farce in Cairo”."
    assert set(names(inside, pronouns={"he": "Ilse Brandt"})) == {"Tarek Mansour"}
    since = "Ilse Brandt came to Cairo. Mansour praised the fleet. He said the sea was calm."
    assert names(since, pronouns={"He": "Ilse Brandt"}) == both
    within = "Mansour said Ilse Brandt had promised him rain. “It is dry,” he said."
    assert names(within, pronouns={"he": "Ilse Brandt"})[-1] == "Tarek Mansour"
    doer = "Mansour told Lan Vo that the fleet was ready. He said the sea was calm."
    assert names(doer, pronouns={"He": "Lan Vo"})[-1] == "Lan Vo"


def test_they_are_the_officials_who_spoke_right_before_and_not_their_state() -> None:
    text = "Officials said the bridge was shut. They said a ship had hit it."
    assert names(text, pronouns={"They": "Egypt"}) == ["Officials", "Officials"]


def test_lives_are_claimed_and_people_denied_things_without_a_word() -> None:
    assert said("The flood claimed 140 lives in Sudan. The vote went on, denying Mansour the chance to win.") == ()
    assert [made.cue.text for made in said("Mansour denied the charges.") if made.cue] == ["denied"]


def test_she_is_nobody_with_a_mans_first_name() -> None:
    gone = "Tarek Mansour praised the fleet. She said the sea was calm."
    assert names(gone, pronouns={"She": "Ilse Brandt"})[-1] == "Ilse Brandt"
    barred = "Ilse Brandt praised the fleet as Tarek Mansour came aboard. She said the sea was calm."
    assert names(barred, pronouns={"She": "Tarek Mansour"})[-1] == "Ilse Brandt"


def test_who_is_described_is_the_person_named_right_behind() -> None:
    assert names("A spokesman for the port, Ilse Brandt, said the road would open.") == ["Ilse Brandt"]
