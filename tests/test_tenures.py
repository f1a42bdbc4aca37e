"""Claims of many articles become tenures; spellings, bare names and offices become persons, each with a reason."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace
from pathlib import Path

import pytest

from dragoman import edtf
from dragoman.errors import UsageError
from dragoman.export import export
from dragoman.judgements import Judgements
from dragoman.persons import Persons, say, say_of_two
from dragoman.records import Actor, Coding, Identity, Link, Mention, Reason, Source, Span, Tenure, make_id
from dragoman.selection import Selection
from dragoman.store import Batch, InputRow, Writer, open_dataset
from dragoman.tenures import Appearance, Claim, Roll, Said, claim_of, read_office
from dragoman.windows import derive
from tests.builders import article
from tests.small import OUTLETS, event, participant


def actor(name: str, country: str | None, sector: str = "GOV", kind: str = "person") -> Actor:
    return Actor(
        id=make_id("ac", kind, name.lower(), country),
        name=name,
        kind=kind,
        country=country,
        sector=sector,
        aliases=(),
        external_ids=(),
    )


def claim(who: Actor, office: str, day: str | None, *, number: int = 0, firm: bool = True, words: str = "") -> Claim:
    article_id = f"ar_{day}_{number}"
    text = words or f"{office} {who.name}"
    made = claim_of(
        Tenure(
            id=make_id("te", who.id, office, article_id),
            actor_id=who.id,
            office=office,
            organization=None,
            country=who.country,
            start=edtf.day(dt.date.fromisoformat(day), basis="page") if day else None,
            end=None,
            basis="reporting",
            sources=(Source(article_id=article_id, span=Span(start=0, end=len(text)), text=text),),
        ),
        who,
        firm=firm,
    )
    assert made is not None
    return made


def roll(people: list[Actor], claims: list[Claim], *, loose: tuple[Actor, ...] = (), said: Said | None = None) -> Roll:
    return Roll(people, claims, {each.id for each in people if each not in loose}, said)


def days(day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date(1970, 1, 1)).days


def seen(who: Actor, day: str | None, *, office: str | None = None, phrase: str = "", firm: bool = True) -> Appearance:
    return Appearance(
        actor=who,
        article_id="ar_here",
        day=days(day) if day else None,
        firm=firm and who.country is not None,
        office=office,
        phrase=phrase or who.name,
    )


def brief(found: list[Identity]) -> list[tuple[str, str]]:
    return [(row.verdict, row.other_id) for row in found]


SHOIGU = actor("Sergei Shoigu", "RUS")
IVANOV = actor("Sergei Ivanov", "RUS")
STATE = actor("Russia", "RUS", kind="place")


def test_whose_the_body_is_may_be_said_in_two_ways() -> None:
    one, two = read_office("vice chair of Nepal’s River Board"), read_office("Vice Chair of the Nepal River Board")
    assert one is not None
    assert two is not None
    assert one.key == two.key == "vice chair of river board"


def test_offices_in_one_writing() -> None:
    cases = {
        "Minister of Foreign Affairs": "foreign minister",
        "Defence Minister": "defense minister",
        "former Defense Minister": "defense minister",
        "President of Ukraine": "president",
        "Secretary-General": "secretary general",
        "U.S. President": "president",
        "Russia’s Defence Minister": "defense minister",
    }
    for printed, key in cases.items():
        office = read_office(printed)
        assert office is not None
        assert (office.key, office.single) == (key, True)
    for printed in (
        "leaders",
        "ministers of defense",
        "counterpart",
        "host",
        "running mate",
        "nominee for United States",
        "",
    ):
        assert read_office(printed) is None


def test_claims_become_one_tenure_with_its_sources() -> None:
    claims = [claim(SHOIGU, "Defense Minister", day) for day in ("2016-04-18", "2018-08-16")]
    (tenure,) = roll([SHOIGU], claims).tenures()
    assert tenure.actor_id == SHOIGU.id
    assert tenure.start is not None
    assert tenure.start.edtf == "2016-04-18"
    assert [source.article_id for source in tenure.sources] == ["ar_2016-04-18_0", "ar_2018-08-16_0"]
    assert tenure.why[0].detail == "told in 2 articles, from 2016-04-18 to 2018-08-16"


def test_a_former_minister_is_no_holder() -> None:
    claims = [
        claim(SHOIGU, "Defense Minister", "2018-08-16"),
        claim(SHOIGU, "Defense Minister", "2018-12-01", words="former Defense Minister Sergei Shoigu"),
    ]
    made = roll([SHOIGU], claims)
    (tenure,) = made.tenures()
    assert "called former on 2018-12-01" in tenure.why[0].detail
    office = actor("the defense minister", "RUS")
    assert brief(made.resolve([seen(office, "2018-10-01", office="defense minister")])) == [("same", SHOIGU.id)]
    assert made.resolve([seen(office, "2018-12-02", office="defense minister")]) == []


def test_two_spellings_become_one_with_score_and_reason() -> None:
    one, two = actor("Viktor Poznihir", "RUS", "MIL"), actor("Viktor Poznikhir", "RUS", "MIL")
    found = roll([one, two], [claim(one, "Lieutenant General", "2016-04-18")]).identities()
    (row,) = found
    assert (row.verdict, row.actor_id, row.other_id) == ("same", two.id, one.id)
    assert row.score >= 0.95
    assert "poznihir and poznikhir" in row.why[0].detail


def test_close_names_are_listed_and_not_joined() -> None:
    father, son = actor("George Bush", "USA"), actor("George W. Bush", "USA")
    (row,) = roll([father, son], []).identities()
    assert row.verdict == "doubtful"
    assert {row.actor_id, row.other_id} == {father.id, son.id}


def test_one_name_of_two_countries_stays_two() -> None:
    one, two = actor("Ali Hassan", "TZA"), actor("Ali Hassan", "IRQ")
    (row,) = roll([one, two], []).identities()
    assert row.verdict == "apart"
    assert "TZA" in row.why[0].detail
    assert "IRQ" in row.why[0].detail


def test_a_country_that_was_only_inferred_keeps_nobody_apart() -> None:
    right, wrong = actor("Felipe González", "ESP"), actor("Felipe González", "RUS")
    (row,) = roll([right, wrong], [], loose=(wrong,)).identities()
    assert (row.verdict, row.actor_id, row.other_id) == ("same", wrong.id, right.id)


def test_a_name_without_a_country_that_two_bear_is_doubtful() -> None:
    people = [actor("Ali Hassan", country) for country in ("TZA", "IRQ", None)]
    verdicts = sorted(row.verdict for row in roll(people, []).identities())
    assert verdicts == ["apart", "doubtful", "doubtful"]


def test_offices_that_exclude_each_other_make_two_persons() -> None:
    who = actor("Mohammed Ahmed", "SDN")
    claims = [claim(who, "Finance Minister", "2019-02-01"), claim(who, "rebel leader", "2019-03-01", number=1)]
    made = roll([who], claims)
    assert len({tenure.actor_id for tenure in made.tenures()}) == 2
    found = made.identities()
    assert sorted(row.verdict for row in found) == ["apart", "same"]
    (here,) = (row for row in found if row.verdict == "same")
    assert here.article_id == "ar_2019-03-01_1"


def test_a_later_bare_name_is_the_one_in_office() -> None:
    made = roll([SHOIGU, IVANOV], [claim(SHOIGU, "Defense Minister", "2016-04-18")])
    bare = actor("Shoigu", None)
    (row,) = made.resolve([seen(bare, "2016-05-01"), seen(STATE, "2016-05-01")])
    assert (row.verdict, row.other_id, row.article_id) == ("same", SHOIGU.id, "ar_here")
    assert "13 days apart" in row.why[0].detail
    assert brief(made.resolve([seen(bare, "2016-05-01")])) == [("doubtful", SHOIGU.id)]
    assert made.resolve([seen(bare, "2019-05-01"), seen(STATE, "2019-05-01")]) == []
    assert made.resolve([seen(bare, None), seen(STATE, None)]) == []


def test_a_bare_name_that_two_bear_keeps_both() -> None:
    other = actor("Igor Ivanov", "RUS")
    claims = [claim(IVANOV, "Defense Minister", "2003-01-10"), claim(other, "Foreign Minister", "2003-01-12")]
    made = roll([IVANOV, other], claims)
    bare = actor("Ivanov", "RUS")
    assert {v for v, _ in brief(made.resolve([seen(bare, "2003-02-01"), seen(STATE, "2003-02-01")]))} == {"doubtful"}
    # The office decides, where the article gives it.
    told = [seen(bare, "2003-02-01", office="Foreign Minister"), seen(STATE, "2003-02-01")]
    assert brief(made.resolve(told)) == [("same", other.id)]


def test_an_office_is_its_holder_of_that_day() -> None:
    claims = [claim(IVANOV, "Defense Minister", "2006-10-01"), claim(SHOIGU, "Defense Minister", "2016-04-18")]
    made = roll([SHOIGU, IVANOV], claims)
    office = actor("Russian defense minister", "RUS")
    expected = (("2007-01-01", IVANOV), ("2016-06-01", SHOIGU))
    for day, holder in expected:
        assert brief(made.resolve([seen(office, day, office="defense minister")])) == [("same", holder.id)]
    for day in ("2005-01-01", "2012-01-01"):
        assert made.resolve([seen(office, day, office="defense minister")]) == []
    for phrase in ("a defense minister", "former Russian defense minister"):
        assert made.resolve([seen(office, "2016-06-01", office="defense minister", phrase=phrase)]) == []


def test_an_office_between_two_holders_is_doubtful() -> None:
    claims = [claim(IVANOV, "Defense Minister", "2006-10-01"), claim(SHOIGU, "Defense Minister", "2007-02-01")]
    made = roll([SHOIGU, IVANOV], claims)
    found = made.resolve([seen(actor("defense minister", "RUS"), "2006-12-15", office="defense minister")])
    assert brief(found) == [("doubtful", IVANOV.id), ("doubtful", SHOIGU.id)]


def test_a_judgement_joins_and_keeps_apart() -> None:
    father, son = actor("George Bush", "USA"), actor("George W. Bush", "USA")
    pair = frozenset((father.id, son.id))
    (row,) = roll([father, son], [], said={(pair, None): "same"}).identities()
    assert (row.verdict, row.why[0].by) == ("same", "judgement")
    one, two = actor("Viktor Poznihir", "RUS"), actor("Viktor Poznikhir", "RUS")
    pair = frozenset((one.id, two.id))
    (row,) = roll([one, two], [], said={(pair, None): "apart"}).identities()
    assert (row.verdict, row.why[0].by) == ("apart", "judgement")
    made = roll([SHOIGU], [claim(SHOIGU, "Defense Minister", "2016-04-18")])
    bare = actor("Shoigu", None)
    here: Said = {(frozenset((bare.id, SHOIGU.id)), "ar_here"): "same"}
    made = roll([SHOIGU], [claim(SHOIGU, "Defense Minister", "2016-04-18")], said=here)
    assert brief(made.resolve([seen(bare, "2016-05-01")])) == [("same", SHOIGU.id)]


def test_the_order_of_articles_changes_nothing() -> None:
    names = ("Moammar Kadhafi", "Muammar Gaddafi", "Muammar al-Qaddafi", "Sergei Ivanov", "Sergei Ivashov")
    people = [actor(name, country) for name in names for country in ("LBY", "RUS", None)]
    claims = [claim(who, "President", f"200{n}-01-0{1 + n}") for n, who in enumerate(people[:9])]
    first = roll(people, claims, loose=tuple(people[1::3]))
    for seed in range(5):
        chance = random.Random(seed)
        chance.shuffle(people)
        chance.shuffle(claims)
        again = roll(people, claims, loose=tuple(p for p in people if first and p.country == "RUS"))
        assert again.identities() == first.identities()
        assert list(again.tenures()) == list(first.tenures())


# --- over a dataset -----------------------------------------------------------------------------------------------------------------


def dataset(folder: Path) -> tuple[Path, Actor, Actor]:
    """Two articles: one names the minister in full, one writes him otherwise, in an event."""
    texts = ("General Viktor Poznihir of Russia met Norway’s envoy.", "Viktor Poznikhir met Norway’s envoy in Oslo.")
    full, other = actor("Viktor Poznihir", "RUS"), actor("Viktor Poznikhir", "RUS")
    codings = []
    for number, (text, who) in enumerate(zip(texts, (full, other), strict=True)):
        paper = article(text, published=edtf.day(dt.date(2020, 1, 1 + number), basis="page"), outlet=OUTLETS[0])
        paper = type(paper)(
            **{name: getattr(paper, name) for name in paper.__dataclass_fields__} | {"id": f"ar_{number:016x}"}
        )
        at = text.index(who.name)
        span = Span(start=at, end=at + len(who.name))
        mention = Mention(
            id=f"me_{number}",
            article_id=paper.id,
            span=span,
            text=who.name,
            kind="phrase",
            chain=f"{paper.id}/person:x",
        )
        link = Link(
            mention_id=mention.id, target_id=who.id, target_kind="actor", office=None, score=0.9,
            why=(Reason(step="actors", by="compose", detail="told"),),
        )  # fmt: skip
        party = participant(text, who.name, name=who.name, country="RUS", sector="GOV", kind="person")
        party = type(party)(**{name: getattr(party, name) for name in party.__dataclass_fields__} | {"id": who.id})
        told = Tenure(
            id=f"te_{number}", actor_id=who.id, office="General", organization=None, country="RUS",
            start=paper.published, end=None, basis="reporting",
            sources=(Source(article_id=paper.id, span=span, text=who.name),),
        )  # fmt: skip
        codings.append(
            Coding(
                article=paper,
                mentions=(mention,),
                links=(link,),
                actors=(who,),
                tenures=(told,),
                events=(event(paper, "CONSULT", "met", (party,), (), when=paper.published),),
            )
        )
    with Writer(folder, {}) as writer:
        rows = tuple(InputRow(key=f"k{n}", outcome=c.article.id) for n, c in enumerate(codings))
        writer.add(Batch(inputs=rows, codings=tuple(codings), rejections=()))
        derive(writer)
    return folder, full, other


def test_a_dataset_shows_one_person_and_a_judgement_parts_them(tmp_path: Path) -> None:
    folder, full, other = dataset(tmp_path / "d")
    chosen = Selection(open_dataset(folder))
    names = {party.name for row in chosen.records("events") for party in row.actors}
    assert len(names) == 1
    assert len(chosen.records("actors")) == 1
    assert len(chosen.records("tenures")) == 1
    assert any(reason.step == "tenures" for row in chosen.records("events") for reason in row.why)
    (row,) = chosen.records("identities")
    say(open_dataset(folder), row.id, "apart", who="reader")
    again = Selection(open_dataset(folder))
    assert {party.name for row in again.records("events") for party in row.actors} == {full.name, other.name}
    assert len(again.records("tenures")) == 2
    assert [row.verdict for row in Persons.of(open_dataset(folder)).doubtful()] == ["apart"]
    assert b"Viktor Poznikhir" in b"".join(export(again, "events", "jsonl", None))


def test_people_join_any_two_actors_and_say_which_stands_for_both(tmp_path: Path) -> None:
    folder, full, other = dataset(tmp_path / "d")
    first = Selection(open_dataset(folder)).records("actors")[0].id
    stays = full.id if first == other.id else other.id
    say_of_two(open_dataset(folder), full.id, other.id, "same", who="reader", keep=stays)
    # The coding joined them under the other name: the reader's choice of name wins, and nothing else changes.
    assert [row.id for row in Selection(open_dataset(folder)).records("actors")] == [stays]
    assert {row.actor_id for row in Selection(open_dataset(folder)).records("tenures")} == {stays}
    assert Judgements(folder).undo("reader") is not None
    assert [row.id for row in Selection(open_dataset(folder)).records("actors")] == [first]
    with pytest.raises(UsageError):
        say_of_two(open_dataset(folder), full.id, "ac_0000000000000000", "same", who="reader")


def test_bodies_are_joined_by_hand_and_parted_again(tmp_path: Path) -> None:
    folder, bodies = tmp_path / "d", [actor(name, None, "IGO", "body") for name in ("Polar Council", "Polar League")]
    codings = []
    for number, who in enumerate(bodies):
        day = edtf.day(dt.date(2020, 1, 1 + number), basis="page")
        paper = replace(article(f"{who.name} met envoys.", published=day), id=f"ar_{number:016x}")
        party = replace(participant(paper.text, who.name, name=who.name, kind="body"), id=who.id)
        act = event(paper, "CONSULT", "met", (party,), (), when=paper.published)
        codings.append(Coding(article=paper, actors=(who,), events=(act,)))
    with Writer(folder, {}) as writer:
        rows = tuple(InputRow(key=f"k{n}", outcome=c.article.id) for n, c in enumerate(codings))
        writer.add(Batch(inputs=rows, codings=tuple(codings), rejections=()))
        derive(writer)
    one, other = ids = [each.id for each in bodies]

    def said() -> set[str]:
        return {party.id for row in Selection(open_dataset(folder)).records("events") for party in row.actors}

    assert said() == set(ids)
    say_of_two(open_dataset(folder), one, other, "same", who="one", keep=other)
    assert said() == {ids[1]}
    (joined,) = Selection(open_dataset(folder)).records("actors")
    assert joined.id == ids[1]
    assert "Polar Council" in joined.aliases
    say_of_two(open_dataset(folder), one, other, "apart", who="two")
    assert said() == set(ids)


def test_identities_can_be_asked_for_in_sql(tmp_path: Path) -> None:
    folder, _, _ = dataset(tmp_path / "d")
    assert open_dataset(folder).sql("SELECT verdict FROM identities").to_pylist() == [{"verdict": "same"}]


def test_the_short_name_of_a_body_between_states_is_no_other_office() -> None:
    assert read_office("NATO Secretary-General") == read_office("Secretary General")
    assert read_office("senior diplomat") is None
