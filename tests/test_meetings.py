"""Meetings, editions and pledges on small pages of our own."""

from __future__ import annotations

import datetime as dt
import re
import time
from dataclasses import replace

from dragoman import edtf
from dragoman.diplomacy.attendance import named_venues
from dragoman.diplomacy.series import find_body_names, find_names, ordinal, same_series, series_name
from dragoman.meetings import find_meetings, find_pledges
from dragoman.records import Event, FieldSources, Meeting, Place, PlacePhrase, TimePhrase, When, make_id
from dragoman.statements import find_statements
from dragoman.text import sentences, source
from tests.builders import article
from tests.test_actors import cast as actors_of
from tests.test_statements import cast, said

WHEN: dict[str, When] = {
    "May 4th": edtf.day(dt.date(2011, 5, 4), basis="phrase", phrase="May 4th"),
    "last June": edtf.month(2010, 6, basis="phrase", phrase="last June"),
    "in March this year": edtf.month(2011, 3, basis="phrase", phrase="in March this year"),
    "on Monday": edtf.unknown(phrase="on Monday"),
    "from May 6 to 8": edtf.days(dt.date(2011, 5, 6), dt.date(2011, 5, 8), basis="phrase"),
}


def met(text: str) -> tuple[Meeting, ...]:
    page = article(text)
    times = [TimePhrase(start=m.start(), end=m.end(), when=w) for k, w in WHEN.items() for m in re.finditer(k, text)]
    places = [
        PlacePhrase(start=m.start(), end=m.end(), place=place(m.group()), score=0.9)
        for m in re.finditer(r"\b(?:Cairo|Geneva|Khartoum)\b", text)
    ]
    found = find_meetings(
        page,
        tuple(sentences(text)),
        cast(text),
        tuple(sorted(times, key=lambda t: t.start)),
        tuple(sorted(places, key=lambda p: p.start)),
        (),
    )
    for made in found:
        for field in made.sources:
            for part in field.sources:
                assert text[part.span.start : part.span.end] == part.text
    return found


def place(name: str) -> Place:
    return Place(
        id=make_id("pc", name),
        name=name,
        latitude=None,
        longitude=None,
        country=None,
        admin1=None,
        geonames_id=None,
        precision="city",
    )


def test_an_announced_conference_of_two_days() -> None:
    text = (
        "Egypt will host the annual 2-day Cairo Conference on River Security on May 4th. "
        "300 engineers and senior officials from 40 countries will attend this year's Cairo Conference on River Security."
    )
    (made,) = met(text)
    assert made.name == "Cairo Conference on River Security"
    assert made.series == made.name
    assert made.status == "announced"
    assert made.when.edtf == "2011-05-04/2011-05-05"
    assert [h.name for h in made.hosts] == ["Egypt"]
    assert made.place is not None
    assert made.place.name == "Cairo"
    assert made.figures == ("300 engineers and senior officials from 40 countries",)


def test_an_edition_and_its_other_names_are_one_meeting() -> None:
    text = (
        "Mansour met reporters on Monday at the 9th Cairo Nile Forum. The 9th Nile Water Forum is being held from May 6 to 8, "
        "with delegations from over 30 countries, including Sudan."
    )
    (made,) = met(text)
    assert (made.series, made.edition, made.status) == ("Nile Forum", 9, "ongoing")
    assert made.when.edtf == "2011-05-06/2011-05-08"
    assert "Sudan" in {p.name for p in made.participants}


def test_the_third_time_and_its_earlier_editions() -> None:
    text = (
        "Officers of Egypt and Sudan held a joint briefing on river patrols in Cairo. "
        "This is the third time Egypt and Sudan hold a joint briefing on river patrols. "
        "The previous two such briefings were held at the 7th Nile Forum in Khartoum last June "
        "and the Conference on Rivers in Geneva in March this year."
    )
    found = [m for m in met(text) if m.series == "joint briefing on river patrols"]
    assert [
        (m.edition, m.place.name if m.place else None, m.when.edtf) for m in sorted(found, key=lambda m: m.edition or 0)
    ] == [
        (1, "Khartoum", "2010-06"),
        (2, "Geneva", "2011-03"),
        (3, "Cairo", None),
    ]
    assert {p.name for p in found[0].participants} == {"Egypt", "Sudan"}
    assert ("Nile Forum", 7) in {(m.series, m.edition) for m in met(text)}


def test_postponed_and_cancelled() -> None:
    (put_off,) = met("The 4th Nile Forum was postponed on Monday.")
    (dropped,) = met("Sudan cancelled the 5th Nile Forum.")
    assert (put_off.status, dropped.status) == ("postponed", "cancelled")


def test_a_pair_of_states_in_the_name_takes_part() -> None:
    text = "Officials attended the latest round of the Egypt-Sudan border security consultation in Cairo on Monday. Egypt and Sudan met."
    (made,) = met(text)
    assert made.series == "Egypt-Sudan border security consultation"
    assert {p.name for p in made.participants} == {"Egypt", "Sudan"}


def agreement(text: str, trigger: str, status: str) -> Event:
    """An AGREE event between Egypt and Sudan."""
    start = text.index(trigger)
    page = article(text)
    span = source(page.id, text, start, start + len(trigger))
    sentence = next(source(page.id, text, a, b) for a, b in sentences(text) if a <= start < b)
    who = cast(text)
    return Event(
        id=make_id("ev", trigger),
        article_id=page.id,
        type="AGREE",
        mode=None,
        contexts=(),
        actors=who[:1],
        recipients=who[1:2],
        status=status,
        when=edtf.unknown(),
        place=None,
        quad=1,
        scale=4.0,
        cameo=None,
        sources=(FieldSources(field="trigger", sources=(span,)), FieldSources(field="sentence", sources=(sentence,))),
        reported_by=(),
        confidence=0.8,
        why=(),
    )


def test_pledges_from_agreements() -> None:
    text = "Egypt and Sudan agreed to share the water of the dam. Egypt and Sudan will attend a fair. Egypt and Sudan reached an agreement."
    page = article(text)
    events = [
        agreement(text, "agreed", "occurred"),
        agreement(text, "will attend", "planned"),
        agreement(text, "reached", "occurred"),
    ]
    made = find_pledges(page, events, ())
    assert [(p.what, [b.name for b in p.by]) for p in made] == [("agreed to share the water of the dam", ["Egypt"])]


def test_no_meeting_without_one() -> None:
    assert met("Egypt called for a constructive dialogue on water. The talks of the town were short.") == ()
    assert met("Egypt rejected a suggestion from Sudan to hold higher-level talks on security.") == ()
    assert met("The Sudanese vessel conducted dangerous maneuvers on Monday.") == ()


def test_a_verb_is_no_part_of_the_name_of_a_meeting() -> None:
    [made] = met("Egyptian troops yesterday launched joint naval exercises with Sudan.")
    assert made.name == "joint naval exercises"


def test_pledges_from_words_that_commit() -> None:
    text = (
        "Mansour pledged to open the border with Sudan. Mansour said Egypt will continue to supply grain. "
        "Brandt said rain will continue."
    )
    page = article(text)
    found = find_statements(page, tuple(sentences(text)), cast(text), ())
    made = find_pledges(page, (), found)
    assert [p.what for p in made] == ["to open the border with Sudan", "Egypt will continue to supply grain"]
    assert [p.by[0].name for p in made] == ["Tarek Mansour", "Egypt"]
    assert [[t.name for t in p.to] for p in made] == [["Sudan"], []]
    assert {p.made for p in made} <= {s.id for s in found}


def test_a_threat_is_no_pledge() -> None:
    text = "Mansour threatened to close the border with Sudan."
    assert find_pledges(article(text), (), said(text)) == ()


def test_names() -> None:
    assert series_name("the 12th Nile Forum") == "Nile Forum"
    assert same_series("Cairo Nile Forum", "Nile Forum")
    assert not same_series("Nile Forum", "Nile Summit")
    assert ordinal("twenty-third") == 23
    text = "Representatives of the Group of Nine Summit"
    assert [n.name for n in find_names(text, [(0, len(text))])] == ["Group of Nine Summit"]


def test_hostile_names_are_bounded() -> None:
    started = time.perf_counter()
    for text in ("A-" * 20000, "The " * 8000 + "Forum", "1st " * 5000 + "round of", "the previous two " * 2000):
        find_names(text, [(0, len(text))])
    assert time.perf_counter() - started < 5


def test_only_those_whom_the_words_put_there_attend() -> None:
    text = (
        "Brandt on Monday held talks with Tarek Mansour, who is attending the 9th Cairo Nile Forum. "
        "400 engineers from 40 countries came to the forum. Ministers will discuss river tolls at the forum."
    )
    made = next(m for m in met(text) if m.series == "Cairo Nile Forum")
    assert [p.name for p in made.participants] == ["Tarek Mansour"]
    assert made.figures == ("400 engineers from 40 countries",)
    assert [s.text for f in made.sources if f.field == "agenda" for s in f.sources] == ["river tolls"]


def test_the_summits_of_a_body() -> None:
    text = "The Nile League chose a chair as its seventh summit opened in Cairo. The sixth summit was held in Khartoum."
    bodies = [(4, 15, "Nile League")]
    assert [(n.name, n.edition) for n in find_body_names(text, list(sentences(text)), bodies)] == [
        ("Nile League summit", 7),
        ("Nile League summit", 6),
    ]


def test_a_place_after_another_clause_is_not_its_place() -> None:
    text = "Leaders signed the act of the Conference on River Security in Africa, ending two years of work in Geneva."
    (made,) = met(text)
    assert made.name == "Conference on River Security in Africa"
    assert made.place is None


def test_the_city_of_a_name_is_finer_than_the_country_that_follows() -> None:
    text = "Mansour arrived in Cairo on Monday. He spoke at the 9th Cairo Nile Forum."
    (made,) = met(text)
    assert made.place is not None
    assert made.place.name == "Cairo"


def consult(text: str, trigger: str, mode: str | None, when: When | None = None) -> Event:
    """A CONSULT event of everybody in the text."""
    base = agreement(text, trigger, "occurred")
    who = cast(text)
    return replace(base, type="CONSULT", mode=mode, actors=who[:1], recipients=who[1:], when=when or edtf.unknown())


def talks(text: str, *events: Event) -> list[Meeting]:
    return list(find_meetings(article(text), tuple(sentences(text)), cast(text), (), (), events))


def test_talks_are_named_by_what_the_words_say() -> None:
    text = "Mansour met Brandt. Mansour visited Brandt. An editor interviewed Brandt."
    day = edtf.day(dt.date(2011, 5, 4), basis="publication")
    found = talks(
        text, consult(text, "met", "visit", day), consult(text, "visited", "visit"), consult(text, "interviewed", None)
    )
    assert [m.name.split(":")[0] for m in found] == ["talks", "visit"]
    assert found[0].when.edtf is None  # the day it was reported is not the day it was held
    assert "reported on 2011-05-04" in found[0].why[0].detail or "reported on 2011-05-04" in found[0].when.why[0].detail
    assert [h.name for h in found[1].hosts]


def test_talks_told_in_passing_with_their_place_and_the_day_of_what_was_agreed() -> None:
    text = (
        "Egypt and Sudan agreed on Monday to share pumps. "
        "Mansour, the army chief, and Brandt, an engineer, reached the agreement during a meeting in Cairo. "
        "Mansour and Brandt joked about it after their talks."
    )
    text = text.replace("on Monday", "in March this year")
    (made,) = met(text)
    assert made.name == "talks: Tarek Mansour, Ilse Brandt"
    assert made.place is not None
    assert made.place.name == "Cairo"
    assert made.when.edtf == "2011-03"
    assert made.status == "held"


def test_talks_with_somebody_told_in_passing() -> None:
    (made,) = met("Mansour raised the matter in a phone call with Brandt from Geneva.")
    assert made.name == "phone call: Tarek Mansour, Ilse Brandt"
    assert met("Mansour raised the matter during a meeting of the board.") == ()
    assert met("“They spoke during a meeting in Cairo,” Mansour and Brandt said.") == ()


def test_who_only_speaks_of_a_meeting_was_not_at_it() -> None:
    text = "“Egypt and Sudan have met twice,” Mansour said."
    (made,) = talks(text, consult(text, "have met", None))
    assert {p.country for p in made.participants} == {"EGY", "SDN"}
    assert {p.kind for p in made.participants} == {"place"}


def test_a_mechanism_of_consultation_is_no_meeting() -> None:
    text = "Egypt and Sudan will share data under the mechanism of their yearly consultation, said Mansour."
    assert talks(text, consult(text, "consultation", "multilateral")) == []


def test_two_parties_are_no_multilateral_meeting() -> None:
    text = "Mansour held talks with Brandt."
    (made,) = talks(text, consult(text, "held talks", "multilateral"))
    assert made.name == "talks: Tarek Mansour, Ilse Brandt"


def test_who_reports_a_list_is_not_in_it() -> None:
    text = "The 9th Cairo Nile Forum drew envoys, including Egypt and Sudan, MENA reported."
    (made,) = met(text)
    assert {p.name for p in made.participants} == {"Egypt", "Sudan"}


def pledged(text: str, *events: Event) -> list[tuple[str, list[str], list[str]]]:
    page = article(text)
    found = find_statements(page, tuple(sentences(text)), cast(text), ())
    return [(p.what, [b.name for b in p.by], [t.name for t in p.to]) for p in find_pledges(page, events, found)]


def test_a_pledge_is_the_clause_and_commits_its_subject() -> None:
    said_of_both = "Egypt and Sudan will continue to share pumps, Mansour stressed."
    assert pledged(said_of_both) == [("Egypt and Sudan will continue to share pumps", ["Egypt", "Sudan"], [])]
    text = "Mansour said drills help, Egypt is willing to work with Sudan on dams."
    assert pledged(text) == [("Egypt is willing to work with Sudan on dams", ["Egypt"], ["Sudan"])]
    text = "Mansour expressed his country’s readiness to work with Sudan to build canals."
    assert pledged(text) == [("his country’s readiness to work with Sudan to build canals", ["Egypt"], ["Sudan"])]
    text = "“We are also ready to send boats to Sudan,” Mansour said."
    assert pledged(text) == [("We are also ready to send boats to Sudan", ["Egypt"], ["Sudan"])]
    assert pledged("Mansour said Sudan will continue to supply grain.") == []


def test_an_act_in_words_pledges_what_the_words_do() -> None:
    text = "Egypt has said it is ready to work with Sudan, MENA reported on Monday."
    event = agreement(text, "has said it is ready", "occurred")
    assert pledged(text, event) == [("it is ready to work with Sudan", ["Egypt"], ["Sudan"])]
    text = "Mansour said the end of the agreement with Sudan does not mean the end of patrols."
    assert pledged(text, agreement(text, "agreement", "occurred")) == []
    text = "Egypt and Sudan agreed closer cooperation on Monday."
    assert [what for what, _, _ in pledged(text, agreement(text, "agreed", "occurred"))] == [
        "agreed closer cooperation"
    ]


def test_who_is_named_in_another_sentence_was_not_there() -> None:
    text = "Mansour met Brandt in Cairo. Mansour said Sudan was on his mind."
    (made,) = talks(text, consult(text, "met", "multilateral"))
    assert [p.name for p in made.participants] == ["Tarek Mansour", "Ilse Brandt"]


def test_an_official_does_not_meet_his_own_state() -> None:
    text = "Mansour said during the consultation that Egypt would pay."
    assert talks(text, consult(text, "during the consultation", None)) == []


def test_talks_with_a_visitor_are_talks() -> None:
    text = "Mansour held talks with visiting Brandt."
    (made,) = talks(text, consult(text, "held talks with visiting", "visit"))
    assert made.name == "talks: Tarek Mansour, Ilse Brandt"


def test_a_planned_visit_or_meeting_is_announced() -> None:
    text = "Mansour and Brandt are to meet again tomorrow. Egypt will host a fair."
    plan = agreement(text, "are to meet again", "planned")
    (made,) = talks(text, plan, agreement(text, "will host", "planned"))
    assert made.name == "talks: Tarek Mansour, Ilse Brandt"
    assert made.status == "announced"


def test_the_town_of_a_visit_is_no_host() -> None:
    text = "Mansour arrived in Sudan on a working visit."
    base = consult(text, "arrived in Sudan on a working visit", "visit")
    at = text.index("Sudan")
    here = FieldSources(field="place", sources=(source("ar_test", text, at, at + 5),))
    (made,) = talks(text, replace(base, place=place("Sudan"), sources=(*base.sources, here)))
    assert made.name == "visit: Tarek Mansour to Sudan"
    assert made.hosts == ()
    assert made.place is not None


def test_a_venue_that_points_to_a_meeting_has_its_name() -> None:
    text = "The 9th Cairo Nile Forum opened in Cairo. “We are ready,” Mansour said at the event."
    (made,) = named_venues(said(text), met(text))
    assert made.venue == "9th Cairo Nile Forum"
    assert made.why[-1].detail == "“the event” points to “9th Cairo Nile Forum”"


def test_who_pledges_in_one_breath_pledges_together() -> None:
    text = "The two sides pledged closer ties."
    assert pledged(text) == [("closer ties", ["Egypt", "Sudan"], [])]


def test_what_was_done_already_is_no_part_of_the_pledge() -> None:
    text = "Egypt undertook not to meddle in Sudan and released the ships, which passed at dawn."
    assert [what for what, _, _ in pledged(text, agreement(text, "undertook", "occurred"))] == [
        "undertook not to meddle in Sudan"
    ]
    text = "Egypt agreed to ease the tolls and speed the barges."
    assert [what for what, _, _ in pledged(text, agreement(text, "agreed", "occurred"))] == [
        "agreed to ease the tolls and speed the barges"
    ]


def test_an_announced_tie_is_a_pledge() -> None:
    text = "Egypt and Sudan will establish a joint dam board in March, Mansour announced."
    assert [by for _, by, _ in pledged(text)] == [["Egypt", "Sudan"]]


def test_a_visit_still_ahead_is_announced() -> None:
    for text, trigger in (
        ("Mansour is to pay a visit to Brandt.", "visit"),
        ("Brandt spoke of an upcoming visit by Mansour.", "visit"),
        ("The visit of Mansour to Brandt has no date, which is to be set by envoys.", "visit"),
    ):
        (made,) = talks(text, consult(text, trigger, "visit"))
        assert made.status == "announced", text
    text = "Mansour visited Brandt."
    (made,) = talks(text, consult(text, "visited", "visit"))
    assert made.status == "held"
    later = edtf.day(dt.date(2031, 5, 4), basis="phrase")
    page = replace(article(text), published=edtf.day(dt.date(2031, 5, 1), basis="metadata"))
    (made,) = find_meetings(
        page, tuple(sentences(text)), cast(text), (), (), (consult(text, "visited", "visit", later),)
    )
    assert made.status == "announced"


def test_a_visit_called_off_is_cancelled() -> None:
    text = "Mansour called off a visit to Brandt."
    (made,) = talks(text, consult(text, "visit", "visit"))
    assert made.status == "cancelled"


def test_a_pledge_told_twice_is_one() -> None:
    text = (
        "Egypt has said it is ready to work with Sudan to dredge harbours and rebuild pumping stations. "
        "Mansour said Egypt stands ready to work with Sudan to dredge harbours and rebuild pumping stations soon."
    )
    assert len(pledged(text)) == 1


def test_talks_of_the_two_of_a_consultation_are_part_of_it() -> None:
    text = (
        "Officials attended the latest round of the Egypt-Sudan river consultation. Mansour met Brandt. "
        "Brandt said during the consultation that Sudan was willing to share pumps."
    )
    event = consult(text, "met", None)
    mansour, brandt = (next(p for p in cast(text) if p.text.endswith(name)) for name in ("Mansour", "Brandt"))
    states = {"Mansour": "EGY", "Brandt": "SDN"}
    event = replace(event, actors=(replace(mansour, country="EGY"),), recipients=(replace(brandt, country="SDN"),))
    people = tuple(
        replace(p, country=states.get(p.text.split()[-1], {"Egypt": "EGY", "Sudan": "SDN"}.get(p.text, p.country)))
        for p in cast(text)
    )
    found = find_meetings(article(text), tuple(sentences(text)), people, (), (), (event,))
    assert [m.name for m in found] == ["Egypt-Sudan river consultation"]
    assert {p.name for p in found[0].participants} >= {mansour.name, brandt.name}
    assert any(reason.by == "talks of both sides" for reason in found[0].why)
    # Where nobody is told to be at the consultation, the two met on their own.
    text = text.replace("during the consultation ", "")
    people = tuple(replace(p, start=p.start, end=p.end) for p in people if p.end <= len(text))
    assert len(find_meetings(article(text), tuple(sentences(text)), people, (), (), (event,))) == 2


def test_and_joins_the_words_of_one_name() -> None:
    text = "He spoke at the 3rd Nile Peace and Security Forum and the Belt and Road Forum. Cairo and the Geneva Forum differ."
    assert [(n.name, n.edition) for n in find_names(text, list(sentences(text)))] == [
        ("Nile Peace and Security Forum", 3),
        ("Belt and Road Forum", None),
        ("Geneva Forum", None),
    ]


def test_the_summit_of_an_acronym_and_the_next_meeting_of_a_body_have_names() -> None:
    text = "They met on the sidelines of the NATO summit. The next meeting of the Nile Council is due."
    assert [n.name for n in find_names(text, list(sentences(text)))] == ["NATO summit"]
    at = text.index("the Nile")
    (made,) = find_body_names(text, list(sentences(text)), [(at, at + len("the Nile Council"), "Nile Council")])
    assert (made.name, made.edition, text[made.end - 7 : made.end]) == ("Nile Council meeting", None, "Council")


def test_when_it_was_told_is_not_when_it_meets() -> None:
    (made,) = met("Egypt will host the 9th Nile Forum from May 6 to 8, organizers said on Monday.")
    assert made.when.edtf == "2011-05-06/2011-05-08"


def test_who_is_expected_to_attend_attends_what_was_named_before() -> None:
    text = "The 9th Nile Forum opens in Cairo. Mansour and Brandt are expected to attend, the chairman said."
    (made,) = met(text)
    assert {p.name for p in made.participants} == {"Tarek Mansour", "Ilse Brandt"}


def told(text: str) -> tuple[Meeting, ...]:
    """What is found with the parties of the real resolver, without events."""
    cairo = [
        PlacePhrase(start=m.start(), end=m.end(), place=place("Cairo"), score=0.9) for m in re.finditer("Cairo", text)
    ]
    times = [TimePhrase(start=m.start(), end=m.end(), when=WHEN["on Monday"]) for m in re.finditer("on Monday", text)]
    parties = actors_of(text).participants
    return find_meetings(article(text), tuple(sentences(text)), parties, tuple(times), tuple(cairo), ())


def test_a_meeting_that_no_act_tells_of_is_told_by_who_met_whom() -> None:
    start = "Omani Foreign Minister Salim Harthy"
    (made,) = told(
        f"{start} held a meeting with Chilean President Luis Soto in Cairo, the press service reported on Monday."
    )
    assert made.name == "talks: Salim Harthy, Luis Soto"
    assert made.place is not None
    assert made.place.name == "Cairo"
    assert made.when.phrase is None
    assert told(f"{start} met reporters. Chilean President Luis Soto left.") == ()
    assert told(f"{start} met Omani Trade Minister Said Busaidi.") == ()
    (planned,) = told(f"{start} will meet Chilean President Luis Soto.")
    assert planned.status == "announced"


def test_who_attended_talks_told_before_was_there() -> None:
    text = (
        "Omani Foreign Minister Salim Harthy met Chilean President Luis Soto. "
        "Soto was joined at the talks by Chilean Trade Minister Pablo Rojas."
    )
    (made,) = told(text)
    assert [p.name for p in made.participants] == ["Salim Harthy", "Luis Soto", "Pablo Rojas"]


def test_separate_meetings_are_several() -> None:
    text = "Mansour met separately with Brandt and Sudan."
    found = talks(text, consult(text, "met separately", None))
    assert [len(m.participants) for m in found] == [2, 2]
    assert len({m.id for m in found}) == 2


def test_a_swap_that_is_mediated_is_no_meeting() -> None:
    text = "Egypt and Sudan carried out a swap mediated by Mansour."
    assert talks(text, consult(text, "mediated", "third-party")) == []


def test_an_invitation_is_no_pledge_and_we_are_the_state() -> None:
    text = "Egypt invited Sudan to a fair. Egypt will pay a visit to Sudan. Egypt agreed to share the water."
    page = article(text)
    events = [
        agreement(text, "invited", "occurred"),
        agreement(text, "will pay a visit", "planned"),
        agreement(text, "agreed", "occurred"),
    ]
    assert [p.what for p in find_pledges(page, events, ())] == ["agreed to share the water"]


def test_we_will_commits_whom_we_stands_for() -> None:
    (made,) = pledged("Mansour: We will spend more on pumps this year, and we call on Sudan to do so.")
    assert made == ("We will spend more on pumps this year", ["Egypt"], [])


def test_a_hope_is_no_pledge() -> None:
    assert pledged("“We hope that we will continue to work with Sudan,” Mansour said.") == []
    assert pledged("“We will continue to work with Sudan,” Mansour said.") != []


def test_another_edition_is_told_by_its_number_alone() -> None:
    text = (
        "Egypt and Sudan will hold their ninth border summit in Cairo. The eighth meeting was held in Geneva last June."
    )
    found = {(m.series, m.edition): m for m in met(text)}
    assert set(found) == {("border summit", 9), ("border summit", 8)}
    eighth = found["border summit", 8]
    assert (eighth.place.name if eighth.place else None, eighth.when.edtf, eighth.status) == (
        "Geneva",
        "2010-06",
        "held",
    )


def test_the_meeting_of_a_council_has_its_name() -> None:
    text = "He spoke after the meeting of the Nile Council of Foreign Ministers, which was held in Cairo last June."
    (made,) = met(text)
    assert (made.name, made.status) == ("Nile Council of Foreign Ministers meeting", "held")
    assert made.when.edtf == "2010-06"
    assert made.place is not None
    assert made.place.name == "Cairo"


def test_an_invitation_to_a_summit_on_a_day_announces_it() -> None:
    text = "Egypt invited Sudan to a summit in Cairo on May 4th."
    when = WHEN["May 4th"]
    event = replace(agreement(text, "invited", "occurred"), when=when)
    (made,) = talks(text, event)
    assert (made.name, made.status, made.when) == ("summit: Egypt, Sudan", "announced", when)
    assert talks("Egypt invited Sudan to a fair in Cairo.", agreement(text, "invited", "occurred")) == []


def test_would_in_reported_words_pledges() -> None:
    assert [what for what, _, _ in pledged("Mansour said Egypt would provide pumps to Sudan.")] == [
        "Egypt would provide pumps to Sudan"
    ]
    assert pledged("Mansour said Egypt would provide pumps if Sudan paid.") == []
