"""Status, the codebook's rules, the rule coder's roles, sources. Sentences are our own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from dragoman import edtf
from dragoman.actors import resolve_actors
from dragoman.codebook import load_codebook
from dragoman.coding.lexicon import LexiconCoder, base_form
from dragoman.events import Proposal, code_events
from dragoman.mentions import find_mentions
from dragoman.records import Event, Participant, Span, When
from dragoman.reference import load_reference
from dragoman.tagger import load_tagger
from dragoman.text import sentences
from tests.builders import article, participant


class Fixed:
    """A coder that proposes what it is told."""

    name = "fixed"

    def __init__(self, *proposals: Proposal) -> None:
        self.proposals = proposals

    def propose(
        self,
        text: str,
        spans: Sequence[tuple[int, int]],
        people: Sequence[Participant],
        namings: Sequence[tuple[int, int, str]] = (),
    ) -> Sequence[Proposal]:
        return self.proposals


def code(
    text: str,
    coder: object,
    people: Sequence[Participant],
    told_by: Callable[[int, int], tuple[Participant, Span] | None] = lambda start, end: None,
    when: When | None = None,
) -> tuple[Event, ...]:
    return code_events(
        article(text),
        sentences(text),
        people,
        coder,  # type: ignore[arg-type]
        load_codebook(),
        tagger=load_tagger(),
        when_of=lambda start, end: when or edtf.unknown(),
        place_of=lambda start, end: None,
        reported_by=lambda start, end: (),
        told_by=told_by,
    )


def proposal(
    text: str,
    words: str,
    type_: str,
    *,
    actors: tuple[int, ...] = (0,),
    recipients: tuple[int, ...] = (1,),
    mode: str | None = None,
) -> Proposal:
    start = text.index(words)
    return Proposal(
        start=start,
        end=start + len(words),
        type=type_,
        mode=mode,
        actors=actors,
        recipients=recipients,
        status=None,
        score=0.9,
        by="test",
    )


def by_rules(text: str) -> list[tuple[str, list[str], list[str], str]]:
    made = article(text)
    tagger = load_tagger()
    people = resolve_actors(
        made, find_mentions(made, sentences(text), load_reference(), tagger), load_reference()
    ).participants
    found = code(text, LexiconCoder(tagger), people)
    return [
        (
            e.type,
            sorted({p.country or p.name for p in e.actors}),
            sorted({p.country or p.name for p in e.recipients}),
            e.status,
        )
        for e in found
    ]


def test_cooperation_to_come_is_agree_and_a_retreat_to_come_is_concede() -> None:
    text = "Peru will visit Chile. Peru will withdraw from Chile."
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    found = code(
        text,
        Fixed(proposal(text, "visit", "CONSULT", mode="visit"), proposal(text, "withdraw", "RETREAT", mode="withdraw")),
        people,
    )
    assert [(e.type, e.mode, e.status) for e in found] == [("AGREE", None, "planned"), ("CONCEDE", None, "planned")]
    assert all(any(reason.by == "codebook: future" for reason in event.why) for event in found)


def test_cooperation_only_thought_of_is_agree_unless_it_may_have_been_done() -> None:
    text = "Peru could send aid to Chile. Peru may have sent aid to Chile."
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    found = code(
        text, Fixed(proposal(text, "could send", "AID"), rumoured(proposal(text, "may have sent", "AID"))), people
    )
    assert [(e.type, e.status) for e in found] == [("AGREE", "hypothetical"), ("AID", "hypothetical")]


def rumoured(made: Proposal) -> Proposal:
    return replace(made, status="hypothetical")


def test_an_act_is_not_cut_to_its_auxiliary() -> None:
    text = "Peru has jailed two Chileans."
    people = [participant(text, "Peru", country="PER"), participant(text, "jailed two Chileans", country="CHL")]
    [event] = code(text, Fixed(proposal(text, "has jailed", "COERCE")), people)
    assert [s.text for entry in event.sources if entry.field == "trigger" for s in entry.sources] == ["has jailed"]


def test_a_verb_behind_has_begins_no_phrase() -> None:
    text = "Ankara has jailed two Greek soldiers."
    found = find_mentions(article(text), sentences(text), load_reference(), load_tagger())
    assert [mention.text for mention in found if "soldiers" in mention.text] == ["two Greek soldiers"]


def test_one_act_in_two_words_of_a_sentence_is_one_event() -> None:
    text = "Peru accused Chile of theft, calling it a crime. Peru jailed Chile and Peru closed Chile."
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    words = (proposal(text, "accused", "ACCUSE"), proposal(text, "calling it", "ACCUSE", recipients=(), mode="allege"))
    deeds = (proposal(text, "jailed", "COERCE"), proposal(text, "closed", "COERCE", mode="seize"))
    found = code(text, Fixed(*words, *deeds), people)
    assert [e.type for e in found] == ["ACCUSE", "COERCE", "COERCE"]
    triggers = next(entry.sources for entry in found[0].sources if entry.field == "trigger")
    assert [t.text for t in triggers] == ["accused", "calling it"]
    assert len(found[0].recipients) == 1


def test_a_word_that_only_conveys_an_act_is_none() -> None:
    text = "Peru expresses a willingness to join Chile, for which leaving is out of the question."
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    cue, act = proposal(text, "expresses", "SUPPORT"), proposal(text, "willingness to join", "AGREE")
    assert [e.type for e in code(text, Fixed(cue, act, proposal(text, "out of", "REJECT")), people)] == ["AGREE"]
    assert [e.type for e in code(text, Fixed(cue), people)] == ["SUPPORT"]


@pytest.mark.parametrize(
    ("text", "first", "second", "number"),
    [
        ("Peru attacked Chile and three were killed.", "attacked", "were killed", 1),
        ("Peru attacked Chile and Peru burned Chile.", "attacked", "burned", 2),
    ],
)
def test_what_an_assault_did_and_how_is_one_act(text: str, first: str, second: str, number: int) -> None:
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    how, did = proposal(text, first, "ASSAULT"), proposal(text, second, "ASSAULT", mode="firearms")
    assert len(code(text, Fixed(how, did), people)) == number


@pytest.mark.parametrize(
    ("heading", "below", "number"),
    [
        ("Peru praises Chile\n\nThe Peruvian army praised Chile.", "praised", 1),
        ("Peru praises Chile.\n\nThe Peruvian army praised Chile.", "praised", 2),
        ("Peru praises Chile\n\nThe Peruvian army praised Kenya.", "praised", 2),
    ],
)
def test_a_heading_and_the_text_below_it_tell_one_act(heading: str, below: str, number: int) -> None:
    text = heading
    army = participant(text, "The Peruvian army", country="PER", kind="organization")
    end = text.rindex(" ") + 1
    named = participant(text, text[end:-1], country="CHL" if "Chile" in text[end:] else "KEN")
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL"), army, named]
    first, second = proposal(text, "praises", "SUPPORT"), proposal(text, below, "SUPPORT", actors=(2,), recipients=(3,))
    assert len(code(text, Fixed(first, second), people)) == number


def test_assault_swallows_the_mobilize_of_the_same_actor() -> None:
    text = "Peru deployed and attacked Chile."
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    found = code(text, Fixed(proposal(text, "deployed", "MOBILIZE"), proposal(text, "attacked", "ASSAULT")), people)
    assert [e.type for e in found] == ["ASSAULT"]


def test_every_field_given_has_its_source_and_doubt_is_dropped() -> None:
    text = "On Monday Peru attacked Chile."
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    event = code(text, Fixed(proposal(text, "attacked", "ASSAULT")), people)[0]
    fields = {entry.field: entry.sources for entry in event.sources}
    assert set(fields) == {"trigger", "sentence", "actors", "recipients"}
    for sources in fields.values():
        assert sources
        assert all(text[s.span.start : s.span.end] == s.text for s in sources)
    weak = Fixed(
        Proposal(**{**{f: getattr(proposal(text, "attacked", "ASSAULT"), f) for f in Proposal.__slots__}, "score": 0.3})
    )
    assert code(text, weak, people) == ()


@pytest.mark.parametrize(
    ("text", "told", "kept"),
    [
        ("Peru met Chile in Lima.", "phone", None),
        ("Peru met Chile by video link.", "phone", "phone"),
        ("Peru met Chile in Lima.", "third-party", None),
        ("Peru met Chile in talks that Oman brokered.", "third-party", "third-party"),
        ("Peru met Chile at the spring summit.", "multilateral", "multilateral"),
        ("Peru met Chile in Lima.", "visit", "visit"),
    ],
)
def test_a_mode_of_talks_needs_its_words(text: str, told: str, kept: str | None) -> None:
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    (event,) = code(text, Fixed(proposal(text, "met", "CONSULT", mode=told)), people)
    assert event.mode == kept
    assert any(reason.by == "mode" for reason in event.why) == (kept is None)


def test_one_act_told_twice_is_one_event_with_both_sources() -> None:
    text = "Peru attacked Chile. The attack by Peru on Chile was denounced."
    people = [participant(text, "Peru", country="PER"), participant(text, "Chile", country="CHL")]
    found = code(text, Fixed(proposal(text, "attacked", "ASSAULT"), proposal(text, "attack by", "ASSAULT")), people)
    assert len(found) == 1
    trigger = next(entry for entry in found[0].sources if entry.field == "trigger")
    assert len(trigger.sources) == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tonga condemned Fiji on Friday.", ("ACCUSE", ["TON"], ["FJI"], "occurred")),
        ("Fiji was condemned by Tonga.", ("ACCUSE", ["TON"], ["FJI"], "occurred")),
        ("Tonga, accusing Fiji of piracy, recalled its ambassador.", ("ACCUSE", ["TON"], ["FJI"], "occurred")),
        ("Tonga and Fiji held talks in Suva.", ("CONSULT", ["FJI", "TON"], [], "occurred")),
        ("Tonga called on Fiji to free the crew.", ("REQUEST", ["TON"], ["FJI"], "occurred")),
        ("Tonga praised Fiji and Samoa.", ("SUPPORT", ["TON"], ["FJI", "WSM"], "occurred")),
    ],
)
def test_the_rule_coder_finds_the_parties(text: str, expected: tuple[str, list[str], list[str], str]) -> None:
    assert expected in by_rules(text)


@pytest.mark.parametrize("text", ["The weather in Oslo stayed cold.", "Shares rose in Tokyo.", "", "?!"])
def test_nothing_to_code_gives_nothing(text: str) -> None:
    assert by_rules(text) == []


def test_base_forms() -> None:
    assert [base_form(word) for word in ("withdrew", "urged", "condemning", "talks", "pledged", "freed")] == [
        "withdraw",
        "urge",
        "condemn",
        "talk",
        "pledge",
        "free",
    ]


def test_a_given_pair_by_rules() -> None:
    text = "Tonga condemned Fiji."
    made = LexiconCoder(load_tagger()).classify(text, (0, 5), (16, 20))
    assert max(made, key=lambda name: made[name]) == "ACCUSE"


def test_a_feared_effect_is_neither_threat_nor_charge() -> None:
    text = "Ruiz said the Chilean radar will undermine Peru."
    people = [participant(text, "Chilean", country="CHL"), participant(text, "Peru", country="PER")]
    assert code(text, Fixed(proposal(text, "will undermine", "THREATEN")), people) == ()
    assert code(text, Fixed(proposal(text, "will undermine", "ACCUSE")), people) == ()
    text = "Chile threatened to undermine the talks with Peru."
    people = [participant(text, "Chile", country="CHL"), participant(text, "Peru", country="PER")]
    assert len(code(text, Fixed(proposal(text, "threatened", "THREATEN")), people)) == 1


@pytest.mark.parametrize(
    ("text", "words", "trigger"),
    [
        ("Chile called on the Peru side.", "called on the", "called on"),
        ("Envoys of Peru attended the Chile-Peru border consultation in Arica.", "the Chile", "the Chile-Peru border consultation"),
        ("Chile will host the two-day meeting with Peru.", "day", None),
        ("Envoys of Peru left for Chile.", "Chile", None),
        ("Chile rejected Peru for now.", "rejected Peru", "rejected"),
        ("Chile broke ties. Peru did too.", "broke ties. Peru", "broke ties"),
    ],
)  # fmt: skip
def test_the_words_of_an_act_are_words_of_an_act(text: str, words: str, trigger: str | None) -> None:
    people = [participant(text, "Chile", country="CHL"), participant(text, "Peru", country="PER")]
    found = code(text, Fixed(proposal(text, words, "CONSULT")), people)
    told = [
        piece.text for event in found for entry in event.sources if entry.field == "trigger" for piece in entry.sources
    ]
    assert told == ([trigger] if trigger else [])


def test_one_visit_told_by_two_words_is_one() -> None:
    text = "Ruiz arrived in Lima on a working visit to attend the Cusco Mining Forum."
    people = [
        participant(text, name, country=code) for name, code in (("Ruiz", "CHL"), ("Lima", "PER"), ("Cusco", "PER"))
    ]
    arrived = proposal(text, "arrived in", "CONSULT", mode="visit")
    visit = proposal(text, "working visit", "CONSULT", mode="visit", recipients=(2,))
    (event,) = code(text, Fixed(arrived, visit), people)
    assert [p.text for p in event.recipients] == ["Lima"]
    text = "Ruiz visited Lima and then flew to Quito."
    people = [
        participant(text, name, country=code) for name, code in (("Ruiz", "CHL"), ("Lima", "PER"), ("Quito", "ECU"))
    ]
    one = proposal(text, "visited", "CONSULT", mode="visit")
    two = proposal(text, "flew to", "CONSULT", mode="visit", recipients=(2,))
    assert len(code(text, Fixed(one, two), people)) == 2


def test_talks_and_the_telephone_of_one_sentence_are_one_call() -> None:
    text = "Chile and Peru discussed trade by telephone."
    people = [participant(text, "Chile", country="CHL"), participant(text, "Peru", country="PER")]
    talks = proposal(text, "discussed", "CONSULT")
    assert len(code(text, Fixed(talks, proposal(text, "telephone", "CONSULT", mode="phone")), people)) == 1


def test_where_an_actor_stands_is_no_recipient() -> None:
    text = "Workers in Lima went on strike in Peru against Chile."
    people = [
        participant(text, "Workers", country="PER", kind="group"),
        participant(text, "Peru", country="PER", kind="place"),
        participant(text, "Chile", country="CHL", kind="place"),
    ]
    (event,) = code(text, Fixed(proposal(text, "went on strike", "PROTEST", recipients=(1, 2))), people)
    assert [p.text for p in event.recipients] == ["Chile"]


def recipients(text: str, words: str, type_: str, names: Sequence[tuple[str, str]], *chosen: int) -> list[str]:
    people = [participant(text, name, country=country) for name, country in names]
    (event,) = code(text, Fixed(proposal(text, words, type_, recipients=chosen)), people)
    return [p.text for p in event.recipients]


def test_whom_an_act_is_done_to_by_the_words_around_it() -> None:
    # Who begins the name of a meeting is no party.
    names = [("Ruiz", "CHL"), ("Cusco", "PER"), ("Peru", "PER")]
    text = "Ruiz praised the Cusco Mining Forum and Peru."
    assert recipients(text, "praised", "SUPPORT", names, 1, 2) == ["Peru"]
    # An office or body of no known state beside others.
    text = "Ruiz praised officials, the Foreign Secretary and Peru."
    names = [("Ruiz", "CHL"), ("officials", ""), ("Foreign Secretary", ""), ("Peru", "PER")]
    assert recipients(text, "praised", "SUPPORT", names, 1, 2, 3) == ["Peru"]
    assert recipients(text, "praised", "SUPPORT", names, 1) == ["officials"]
    # A request is made of whom it is put to.
    text = "Ruiz called on Peru to keep what was agreed with Brazil."
    assert recipients(text, "called on", "REQUEST", [("Ruiz", "CHL"), ("Peru", "PER"), ("Brazil", "BRA")], 2) == [
        "Peru"
    ]
    # The own state beside another.
    text = "Ruiz praised the Chile-Peru talks."
    assert recipients(text, "praised", "SUPPORT", [("Ruiz", "CHL"), ("Chile", "CHL"), ("Peru", "PER")], 1, 2) == [
        "Peru"
    ]
    text = "Ruiz praised Chile."
    assert recipients(text, "praised", "SUPPORT", [("Ruiz", "CHL"), ("Chile", "CHL")], 1) == ["Chile"]
    # An act told by the way.
    text = "Chile will help miners of Peru to live amid sanctions imposed by Brazil."
    names = [("Brazil", "BRA"), ("Chile", "CHL"), ("Peru", "PER")]
    assert recipients(text, "sanctions imposed", "SANCTION", names, 1, 2) == ["Peru"]
    assert recipients(text, "sanctions imposed", "SANCTION", names, 1) == ["Peru"]


def test_the_name_of_an_office_makes_no_large_meeting() -> None:
    text = "Ruiz met Peru's Security Council Secretary Vega in Lima."
    people = [
        participant(text, "Ruiz", country="CHL", kind="person"),
        participant(text, "Vega", country="PER", kind="person", office="Secretary"),
    ]
    (event,) = code(text, Fixed(proposal(text, "met", "CONSULT", mode="multilateral")), people)
    assert event.mode is None
    text = "Ruiz met Vega at the Security Council."
    people = [participant(text, name, country=code, kind="person") for name, code in (("Ruiz", "CHL"), ("Vega", "PER"))]
    (event,) = code(text, Fixed(proposal(text, "met", "CONSULT", mode="multilateral")), people)
    assert event.mode == "multilateral"


@pytest.mark.parametrize(
    ("text", "words", "type_", "actors"),
    [
        ("The ministry said rebels shelled Pala.", "shelled", "ASSAULT", ["rebels"]),
        ("The ministry said two rebels were shot.", "were shot", "ASSAULT", []),
        ("The ministry said it shelled the rebels.", "shelled", "ASSAULT", ["The ministry"]),
        ("The ministry said rebels should leave.", "should leave", "REQUEST", ["The ministry"]),
        ("The ministry said rebels lied.", "lied", "ACCUSE", ["The ministry", "rebels"]),
    ],
)
def test_who_only_tells_of_an_act_is_no_party_to_it(text: str, words: str, type_: str, actors: list[str]) -> None:
    ministry = participant(text, "The ministry", country="TCD")
    people = [ministry, participant(text, "rebels", country=None)]
    if " it " in text:
        people.append(replace(ministry, start=text.index("it "), end=text.index("it ") + 2, text="it"))
    sides = ((0,), (1,)) if words in ("were shot", "should leave") else ((0, 1), ())
    made = proposal(text, words, type_, actors=sides[0], recipients=sides[1])
    said = Span(start=text.index("said") + 5, end=len(text) - 1)
    if " it " in text:
        made = replace(made, actors=(0,), recipients=(1,))
    [event] = code(text, Fixed(made), people, told_by=lambda start, end: (ministry, said))
    assert [party.name for party in event.actors] == actors


@pytest.mark.parametrize(
    ("status", "basis", "wanted"),
    [
        ("historical", "publication", "../2024-10-23"),
        ("occurred", "publication", "2024-10-24"),
        ("historical", "phrase", "2024-10-24"),
    ],
)
def test_a_historical_act_without_a_date_is_not_of_the_day_of_publication(status: str, basis: str, wanted: str) -> None:
    text = "Norway accused Peru of piracy."
    people = [participant(text, "Norway", country="NOR"), participant(text, "Peru", country="PER")]
    told = replace(proposal(text, "accused", "ACCUSE"), status=status)
    when = edtf.day(dt.date(2024, 10, 24), basis=basis)
    [event] = code(text, Fixed(told), people, when=when)
    assert (event.status, event.when.edtf) == (status, wanted)
    assert event.when.basis == basis
