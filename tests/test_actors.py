"""Chains within an article to actors, their countries and offices. Sentences are our own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from dragoman import edtf
from dragoman.actors import Resolution, resolve_actors
from dragoman.config import Settings
from dragoman.mentions import find_mentions
from dragoman.pipeline import code_article
from dragoman.records import Mention, Participant, Span
from dragoman.reference import load_reference
from dragoman.runner import load_tools
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import article

_Spans = Sequence[tuple[int, int]]


def cast(text: str) -> Resolution:
    made = article(text)
    found = find_mentions(made, sentences(text), load_reference(), load_tagger())
    return resolve_actors(made, found, load_reference())


def who(text: str, phrase: str, number: int = 1) -> list[Participant]:
    at = -1
    for _ in range(number):
        at = text.index(phrase, at + 1)
    return [p for p in cast(text).participants if p.start <= at < p.end and phrase in p.text]


def test_two_nationalities_before_one_head_are_two_actors() -> None:
    text = "Omani and Kuwaiti naval officers met on a frigate."
    assert {p.country for p in who(text, "naval officers")} == {"OMN", "KWT"}
    for listed in ("The Omani, Fijian and Kuwaiti ministers met.", "Omani, Fijian, and Kuwaiti diplomats met."):
        assert {p.country for p in who(listed, listed.split()[-2])} == {"OMN", "FJI", "KWT"}
    apart = "The Fijians, who left in March, and Omani diplomats met."
    assert {p.country for p in who(apart, "diplomats")} == {"OMN"}


def test_a_given_name_used_as_surname_and_the_office_alone_join_the_chain() -> None:
    text = (
        "The vice chairman of the Nepalese Planning Commission, Hari Gurung, met Bhutanese Finance Minister Namgay Wangdi. "
        "Hari praised the talks. The vice chairman left on Friday. He said little."
    )
    ids = {
        p.id
        for p in (
            *who(text, "Hari Gurung"),
            *who(text, "Hari", 2),
            *who(text, "The vice chairman", 2),
            *who(text, "He"),
        )
    }
    assert len(ids) == 1
    assert {p.country for p in who(text, "Hari Gurung")} == {"NPL"}


def test_the_two_sides_are_the_pair_named_before() -> None:
    text = "Envoys of Chad and Niger met in Zinder. The two sides agreed to reopen the road."
    assert {p.country for p in who(text, "The two sides")} == {"TCD", "NER"}


def test_an_office_that_the_text_tells_becomes_a_tenure_with_its_source() -> None:
    text = "Latvian Transport Minister Janis Ozolins resigned."
    tenures = cast(text).tenures
    assert [(t.office, t.country, t.basis) for t in tenures] == [("Transport Minister", "LVA", "reporting")]
    assert tenures[0].sources[0].text in text


def test_police_without_a_country_are_of_the_one_country_told() -> None:
    text = "Protests spread across Bolivia on Monday. Police fired tear gas."
    assert [p.country for p in who(text, "Police")] == ["BOL"]


def test_experts_from_many_countries_inherit_none() -> None:
    text = "Malta hosted the meeting. Experts from 40 countries attended."
    assert [p.country for p in who(text, "Experts")] == [None]


def test_a_body_and_a_name_run_together_are_told_apart() -> None:
    text = "The chairman of Kenya's Central Water Commission Daniel Kiprop met farmers."
    people = [p for p in cast(text).participants if p.name == "Daniel Kiprop"]
    assert people
    assert {p.country for p in people} == {"KEN"}


def test_a_ministry_printed_in_two_ways_is_one_actor() -> None:
    text = "The Kenyan Ministry of Defence sent a team. Later the Kenyan Defense Ministry praised it."
    one, other = who(text, "Ministry of Defence"), who(text, "Defense Ministry")
    assert {p.id for p in one} == {p.id for p in other}
    assert {p.name for p in one} == {"Kenyan Defense Ministry"}


def test_each_of_two_nations_bears_its_own_name() -> None:
    text = "Omani and Kuwaiti naval officers met on a frigate."
    assert {p.name for p in who(text, "naval officers")} == {"Omani naval officers", "Kuwaiti naval officers"}


def test_the_ministers_of_several_states_are_one_of_each() -> None:
    text = "The foreign ministers of Chad, Mali and the Netherlands met in Zinder. The leaders of Togo and Benin's premier stayed away."
    names = {(p.name, p.country, p.sector) for p in who(text, "foreign ministers")}
    assert names == {
        ("foreign ministers of Chad", "TCD", "GOV"),
        ("foreign ministers of Mali", "MLI", "GOV"),
        ("foreign ministers of the Netherlands", "NLD", "GOV"),
    }
    assert {p.country for p in who(text, "The leaders")} == {"TGO"}


def test_a_counterpart_holds_the_office_named_before() -> None:
    text = "Planning Minister Ana Ruiz received her Chilean counterpart Pablo Soto."
    (soto,) = {(p.office, p.country, p.sector) for p in who(text, "Pablo Soto")}
    assert soto == ("Planning Minister", "CHL", "GOV")
    assert all("counterpart" not in tenure.office.lower() for tenure in cast(text).tenures)
    assert {(tenure.office, tenure.country) for tenure in cast(text).tenures} >= {("Planning Minister", "CHL")}


def test_no_country_for_sides_that_are_no_delegation_and_for_his_men_abroad() -> None:
    assert {p.country for p in who("Peru won, and the crowd was on his side.", "his side")} <= {None}
    assert {p.country for p in who("He told his negotiators in Peru to wait.", "his negotiators")} == {None}


def test_every_office_of_a_person_is_kept_and_only_named_persons_hold_one() -> None:
    text = (
        "The Vice Chairman of the Nepalese River Commission, Hari Gurung, met two ministers. "
        "Gurung, also a member of the Standing Bureau, spoke of the presidents of the region."
    )
    offices = {tenure.office: tenure.organization for tenure in cast(text).tenures}
    assert offices == {
        "Vice Chairman of the Nepalese River Commission": "Nepalese River Commission",
        "member of the Standing Bureau": "Standing Bureau",
    }


def test_what_is_of_many_states_is_of_none() -> None:
    text = "Chile and Peru opened the fair. Ministers and officers from over 40 countries came. Any soldiers stayed outside."
    assert {p.country for p in who(text, "Ministers")} == {None}
    assert who(text, "Any soldiers") == [], "nobody in particular"


def test_a_person_is_not_of_the_town_in_his_name() -> None:
    text = "Colonel Bush rang. Senator Barry Dahl left."
    assert {p.country for name in ("Bush", "Barry Dahl") for p in who(text, name)} == {None}


def test_a_capital_means_the_state_of_the_article_s_year() -> None:
    text = "Moscow halted the march. Moscow blamed Pakistan."
    made = article(text, published=edtf.day(dt.date(1988, 11, 5), basis="page"))
    found = find_mentions(made, sentences(text), load_reference(), load_tagger())
    assert {p.country for p in resolve_actors(made, found, load_reference()).participants if p.text == "Moscow"} == {
        "SUN"
    }


def test_a_country_that_is_acted_on_is_not_the_actor_s_own() -> None:
    text = "The president has blamed Peru for the leak."
    assert {p.country for p in who(text, "The president")} == {None}
    text = "In Peru, the president left for the coast."
    assert {p.country for p in who(text, "the president")} == {"PER"}
    text = "The president left for the coast, police in Peru said."
    assert {p.country for p in who(text, "The president")} == {"PER"}


def test_they_who_open_the_next_sentence_are_the_two_told_of_together() -> None:
    text = "Egypt and Sudan held talks in Cairo. They will meet again in May."
    assert {p.country for p in who(text, "They")} == {"EGY", "SDN"}
    persons = "Peru's president Ana Ruiz met Chile's president Ema Soto in Lima. They discussed the road."
    assert {p.name for p in who(persons, "They")} == {"Ana Ruiz", "Ema Soto"}
    crowd = "Egypt and Sudan held talks in Cairo. Demonstrators burned flags. They threw stones."
    assert {p.country for p in who(crowd, "They")}.isdisjoint({"SDN"})


def test_two_surnames_are_two_persons() -> None:
    text = "Mr Xi and Mr Putin agreed in Beijing to deepen their partnership."
    read = code_article(article(text), load_tools(), Settings())
    assert {p.country for event in read.events for p in event.actors} == {"CHN", "RUS"}


def test_a_congress_is_of_the_state_that_the_text_is_about() -> None:
    text = "LIMA - President Dina Boluarte survived a vote. Congress will meet again on Friday."
    assert {p.country for p in who(text, "Congress")} == {"PER"}
    other = "Paraguay's president fell. Congress rejected the budget, and the United States warned of cuts."
    assert {p.country for p in who(other, "Congress")} == {"PRY"}
    assert {(p.name, p.sector) for p in who("The American president asked the Senate to wait.", "Senate")} == {
        ("U.S. Senate", "LEG")
    }
    home = "The American president asked Congress for aid to Ukraine. He sent a general to Chad."
    assert {p.country for p in who(home, "Congress")} == {"USA"}


def test_a_president_without_a_day_is_no_namesake_of_another_office() -> None:
    assert {p.name for p in who("President Biden urged restraint in the Gulf.", "Biden")} <= {
        "Biden",
        "Joseph Robinette Biden",
    }


def test_what_bears_an_article_is_no_town() -> None:
    assert {p.country for p in who("Reagan says the Canal should not be given away to Panama.", "Canal")} == {None}


def test_three_leaders_are_of_no_one_state() -> None:
    text = "Peru was host. In Peru the three leaders met for an hour."
    assert {p.country for p in who(text, "the three leaders")} == {None}


def test_a_post_comes_before_the_grade_and_both_are_kept() -> None:
    text = "Bolivian Defense Minister Army General Luis Ruiz held talks in Lima."
    assert [(t.office, t.organization) for t in cast(text).tenures] == [
        ("Defense Minister", None),
        ("Army General", None),
    ]
    assert {(p.office, p.sector) for p in who(text, "Luis Ruiz")} == {("Defense Minister", "GOV")}


def test_two_posts_that_and_joins_are_of_one_person() -> None:
    text = "Omani State Councilor and Foreign Minister Salim Harthy met guests. The president and Trade Minister Said Busaidi left."
    held = {actor.id: actor.name for actor in cast(text).actors}
    assert {(held[t.actor_id], t.office) for t in cast(text).tenures} == {
        ("Salim Harthy", "State Councilor"),
        ("Salim Harthy", "Foreign Minister"),
        ("Said Busaidi", "Trade Minister"),
    }


def test_an_office_between_two_names_belongs_to_the_second_where_the_first_has_one() -> None:
    text = "At the invitation of the President of the Republic of Malta, Ines Borg, the President of Chile, Luis Soto, paid a visit."
    held = {actor.id: actor.name for actor in cast(text).actors}
    assert {(held[t.actor_id], t.office) for t in cast(text).tenures} == {
        ("Ines Borg", "President of the Republic of Malta"),
        ("Luis Soto", "President of Chile"),
    }


def test_an_office_in_the_words_counts_where_the_reference_knows_its_holder() -> None:
    text = "Russia's Security Council Secretary Nikolai Patrushev met an envoy in 2018."
    assert [(t.office, t.organization) for t in cast(text).tenures] == [
        ("Security Council Secretary", "Security Council")
    ]


def test_a_bare_surname_is_the_head_of_a_state_that_the_article_names_or_that_nobody_else_bears() -> None:
    assert {p.country for p in who("President Ramos sent a note. The Philippines waits.", "Ramos")} == {"PHL"}
    assert {p.country for p in who("Mr Milosevic and four others were indicted.", "Milosevic")} == {"YUG"}
    assert {p.country for p in who("Mr Brown and four others were indicted.", "Brown")} == {None}


def test_a_short_form_that_the_article_explains_has_the_country_of_the_body() -> None:
    assert {p.name for p in who("Brussels offered talks. Euros were lent.", "Brussels")} == {"European Union"}
    assert {p.country for p in who("Brussels offered talks. Belgian euros were lent.", "Brussels")} == {"BEL"}


def test_a_court_between_states_is_not_of_the_town_where_it_sits() -> None:
    assert [p.country for p in who("The Hague court issued a warrant on Friday.", "court")] == ["IGO"]
    assert [p.country for p in who("Manila welcomed the award of the arbitral tribunal.", "tribunal")] == ["IGO"]


def test_a_post_behind_which_a_name_ends_the_phrase_is_no_company_s() -> None:
    assert {p.country for p in who("President Bosch left. The Dominican Republic is calm.", "Bosch")} == {"DOM"}


def test_whom_somebody_travels_to_does_not_tell_his_country() -> None:
    text = "The visit of Foreign Minister Ada Sudo to the Chinese capital is planned."
    assert {p.country for p in who(text, "Ada Sudo")} == {None}


def test_her_country_is_that_of_whom_her_stands_for() -> None:
    text = "Chinese Minister Ada Li met Mr. Soto. She confirmed her country's readiness to work with Peru."
    made = article(text)
    at = text.index("her country")
    party = Mention(
        id="me_1",
        article_id=made.id,
        span=Span(start=at, end=at + 11),
        text="her country",
        kind="phrase",
        chain=f"{made.id}/role:country",
    )
    found = (*find_mentions(made, sentences(text), load_reference(), load_tagger()), party)
    told = {p.text: p.country for p in resolve_actors(made, found, load_reference()).participants}
    assert told["her country"] == "CHN"


def test_what_is_russias_today_was_the_soviet_unions_in_1986() -> None:
    text = "The Russians met General Boris Gromov."
    for year, code in ((1986, "SUN"), (2016, "RUS")):
        made = article(text, published=edtf.day(dt.date(year, 10, 12), basis="page"))
        found = find_mentions(made, sentences(text), load_reference(), load_tagger())
        assert {p.country for p in resolve_actors(made, found, load_reference()).participants} == {code}


def test_the_town_of_a_treaty_or_of_talks_is_no_party() -> None:
    for text, town in (
        ("Canada left the Vienna climate accord.", "Vienna"),
        ("Syria boycotted the Astana talks on Monday.", "Astana"),
        ("Kenya signed the Kampala Protocol.", "Kampala"),
    ):
        assert not [p for p in cast(text).participants if town in p.text], text
    assert who("Kenya accused Kampala of delay.", "Kampala")[0].country == "UGA"


def test_a_body_is_not_of_the_state_that_it_is_on() -> None:
    text = "The House committee on China wrote to Norway. A parliamentary committee on Chad criticised the army."
    assert who(text, "committee")[0].country == "USA"
    assert who(text, "parliamentary committee")[0].country != "TCD"


def test_a_first_name_that_is_a_state_a_town_or_a_people_tells_no_country() -> None:
    persons = ("Jordan Baker", "Douglas Reid", "Shona Muir")

    class Names:
        """What a reader takes for persons."""

        def names(self, text: str, spans: object) -> list[tuple[int, int, str, float]]:
            return [(text.index(name), text.index(name) + len(name), "person", 0.9) for name in persons if name in text]

        def parties(self, text: str, spans: object) -> list[tuple[int, int]]:
            return []

        def antecedents(self, text: str, spans: object, candidates: object) -> tuple[()]:
            return ()

    made = article("Norwegian lawmaker Douglas Reid met Jordan Baker and Shona Muir.")
    found = find_mentions(made, sentences(made.text), load_reference(), load_tagger(), Names())
    resolved = resolve_actors(made, found, load_reference())
    assert [(p.name, p.country) for p in resolved.participants] == [
        ("Douglas Reid", "NOR"),
        ("Jordan Baker", None),
        ("Shona Muir", None),
    ]
    assert {code for _, _, code in resolved.namings} == {"NOR"}


def test_a_nominal_that_opens_a_sentence_keeps_the_capital_of_a_name() -> None:
    names = {p.text: p.name for p in cast("Pakistan's military met rebels. Police officers left.").participants}
    assert names["Pakistan's military"] == "Pakistan's military"
    assert names["Police officers"] == "police officers"
    assert {p.name for p in who("Uganda's army denied reports that it had crossed.", "army")} == {"Uganda's army"}


def test_what_and_adds_to_a_portfolio_belongs_to_the_post() -> None:
    text = "Minister for Trade and Industry Ana Ruiz met Turkish Minister of Culture and Tourism Mehmet Soto."
    assert {p.office for p in who(text, "Ana Ruiz")} == {"Minister for Trade and Industry"}
    assert {(p.office, p.country) for p in who(text, "Mehmet Soto")} == {("Minister of Culture and Tourism", "TUR")}


def test_an_agency_at_the_head_of_a_line_is_no_party() -> None:
    text = "REUTERS: Sudan expelled a diplomat of Chad."
    assert "REUTERS" not in {p.text for p in cast(text).participants}


def test_a_chinese_family_name_stands_first() -> None:
    text = "President Xi met Indonesian President Joko Widodo in Bali. The United States was silent about China."
    assert {p.country for p in who(text, "Xi")} == {"CHN"}


def test_a_person_has_the_name_that_news_uses_though_sources_list_another_in_full() -> None:
    names = {
        p.name for p in cast("President Jimmy Carter met Egyptian President Anwar Sadat in March 1979.").participants
    }
    assert "Jimmy Carter" in names
    (entry,) = {e.name for e in load_reference().people("Ronald Wilson Reagan")}
    assert entry == "Ronald Reagan"


def test_the_subject_behind_a_place_that_opens_the_sentence_is_of_that_place_whatever_the_model_ties_it_to() -> None:
    class Linker:
        """A reader that ties every phrase to Iran."""

        def link(
            self, text: str, sentences: _Spans, phrases: _Spans, namings: object
        ) -> list[Mapping[str | None, float]]:
            return [{"IRN": 0.9, None: 0.1} for _ in phrases]

    text = "Iran signed a truce with Israel. In Damascus, officials welcomed it. In Vienna, ministers said nothing."
    made = article(text)
    found = find_mentions(made, sentences(text), load_reference(), load_tagger())
    parties = resolve_actors(made, found, load_reference(), Linker(), tuple(sentences(text))).participants
    assert {p.text: p.country for p in parties if p.sector == "GOV"} == {"officials": "SYR", "ministers": "IRN"}


def test_the_state_of_an_outlet_is_not_that_of_the_government_in_the_next_sentence() -> None:
    text = "Speaking to VOA, the mayor condemned the raids in Kenya. The opposition blamed the government."
    assert [p.country for p in who(text, "the government")] == ["KEN"]
    assert [p.country for p in who("Speaking to VOA, the mayor left. The government fell.", "The government")] == [None]


def test_who_is_only_an_office_is_called_by_the_whole_of_it() -> None:
    text = "The head of the Peruvian coast guard will speak. The head smiled."
    assert {p.name for p in who(text, "The head")} == {"head of the Peruvian coast guard"}
