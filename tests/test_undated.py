"""The year of a page that prints a day and no year, told by offices and weekdays."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from dragoman import edtf
from dragoman.config import Settings
from dragoman.dating.undated import completed, rewritten
from dragoman.diplomacy.history import completed_days
from dragoman.persons import Persons
from dragoman.pipeline import code_article
from dragoman.records import Actor, Article, Meeting, Reason, Source, Span, Story, Tenure, When
from dragoman.reference import load_reference
from dragoman.runner import load_tools
from dragoman.text import sentences
from tests.builders import article

SHOIGU = ("Sergei Shoigu", "RUS", "Defense Minister")
DEHGHAN = ("Hossein Dehghan", "IRN", "Defense Minister")


def page(text: str, month: int = 4, day: int = 28) -> Article:
    """An article of that day of no year."""
    return article(text, published=edtf.month_day(month, day, basis="dateline"))


def held(where: Article, *persons: tuple[str, str, str]) -> tuple[list[Tenure], list[Actor]]:
    """Each person with the office that the text prints before the name."""
    tenures, actors = [], []
    for name, country, office in persons:
        actor = Actor(
            id=f"ac_{name}", name=name, kind="person", country=country, sector=None, aliases=(), external_ids=()
        )
        at = where.text.index(f"{office} {name}")
        source = Source(article_id=where.id, span=Span(start=at, end=at + len(office)), text=office)
        tenures.append(
            Tenure(
                id=f"te_{name}",
                actor_id=actor.id,
                office=office,
                organization=None,
                country=country,
                start=None,
                end=None,
                basis="reporting",
                sources=(source,),
            )
        )
        actors.append(actor)
    return tenures, actors


def year_of(text: str, *persons: tuple[str, str, str], day: int = 28) -> When | None:
    """The completed day of a page with these persons."""
    where = page(text, day=day)
    return completed(where, *held(where, *persons), load_reference(), tuple(sentences(text)))


def test_offices_and_a_weekday_leave_one_year() -> None:
    text = "Defense Minister Sergei Shoigu received Iran's Defense Minister Hossein Dehghan on Thursday, April 28."
    when = year_of(text, SHOIGU, DEHGHAN)
    assert when is not None
    assert when.edtf == "2016-04-28"
    assert when.basis == "dateline"
    told = " ".join(reason.detail for reason in when.why)
    assert "Shoigu" in told
    assert "Dehghan" in told
    assert "only 2016 fits all of it" in told


def test_offices_that_leave_several_years_complete_nothing() -> None:
    text = "Defense Minister Sergei Shoigu received Iran's Defense Minister Hossein Dehghan on April 28."
    assert year_of(text, SHOIGU, DEHGHAN) is None


def test_a_weekday_alone_completes_nothing() -> None:
    assert year_of("They met on Thursday, April 28.") is None


def test_a_former_minister_tells_no_year() -> None:
    text = (
        "The former Defense Minister Sergei Shoigu and then Defense Minister Hossein Dehghan met on Thursday, April 28."
    )
    assert year_of(text, SHOIGU, DEHGHAN) is None


def test_a_page_with_its_year_is_left_alone() -> None:
    where = article("Defense Minister Sergei Shoigu spoke.")
    assert completed(where, *held(where, SHOIGU), load_reference(), ((0, len(where.text)),)) is None


def test_a_weekday_that_fits_no_year_completes_nothing() -> None:
    text = "Defense Minister Sergei Shoigu received Defense Minister Hossein Dehghan on Wednesday, April 28."
    assert year_of(text, SHOIGU, DEHGHAN) is None


def test_a_numbered_meeting_points_to_a_year_and_alone_settles_none() -> None:
    text = "The armies met again on Wednesday. The first such talks were held at the 7th Xiangshan Forum in Beijing last October."
    when = year_of(text)
    assert when is not None
    assert when.edtf == "XXXX-04-28"
    assert any("7th Xiangshan Forum" in why.detail and "points to 2017" in why.detail for why in when.why)


def test_a_numbered_meeting_decides_between_the_years_of_an_office() -> None:
    said = "Defense Minister Sergei Shoigu said the first such talks were held at the 7th Xiangshan Forum in Beijing last October."
    when = year_of(said, SHOIGU)
    assert when is not None
    assert when.edtf == "2017-04-28"
    assert any("7th Xiangshan Forum" in reason.detail for reason in when.why)


def test_a_month_before_the_printed_one_may_be_of_either_year() -> None:
    assert year_of("The first talks were held at the 7th Xiangshan Forum in Beijing last March.") is None


def test_the_date_of_another_part_is_not_the_meetings() -> None:
    text = "He spoke at the 7th Xiangshan Forum and retired last October."
    assert year_of(text) is None


def meeting_of(where: Article, when: When, *, edition: int | None = None) -> Meeting:
    """The Fenwick Security Forum as an article tells it."""
    name = "Fenwick Security Forum"
    return Meeting(
        id=f"mt_{where.id}", article_id=where.id, name=name, series=name, edition=edition, status="held", hosts=(), participants=(),
        place=None, when=when, figures=(), sources=(), confidence=1.0, why=(),
    )  # fmt: skip


def told_by(own: When, *siblings: tuple[str, int | None], number: int | None = None) -> dict[str, When]:
    """The completed days of a page of April 28 that tells the forum with that date, beside dated pages that tell theirs."""
    bare = page("The forum opened in Fenwick.")
    papers, meetings = [bare], [meeting_of(bare, own, edition=number)]
    for told, edition in siblings:
        day = dt.date.fromisoformat(told)
        text = f"The forum of {told} opens."
        published = edtf.day(day - dt.timedelta(days=9), basis="page")
        paper = article(text, published=published, title=f"Forum {told[:4]}")
        papers.append(replace(paper, id=f"ar_{told.replace('-', '')}"))
        meetings.append(meeting_of(papers[-1], edtf.day(day, basis="phrase"), edition=edition))
    return completed_days(meetings, papers)


def test_a_dated_article_of_the_same_meeting_tells_the_year() -> None:
    own = edtf.month_day(4, 27, basis="phrase", phrase="April 27")
    (when,) = told_by(own, ("2016-04-27", None)).values()
    assert when.edtf == "2016-04-28"
    assert when.basis == "dateline"
    assert "Forum 2016" in when.why[-1].detail
    assert told_by(own, ("2016-04-27", None), ("2017-04-27", None)) == {}, "two years are told"
    assert told_by(own, ("2016-04-20", None)) == {}, "another day"


def test_a_weekday_alone_or_another_number_tells_no_year() -> None:
    weekday = edtf.unknown(basis="phrase", phrase="Wednesday afternoon")
    assert told_by(weekday, ("2016-04-27", None)) == {}
    assert told_by(weekday, ("2016-04-27", 5), number=6) == {}
    (when,) = told_by(weekday, ("2016-04-27", 5), number=5).values()
    assert when.edtf == "2016-04-28"
    odd = edtf.month_day(4, 27, basis="phrase", phrase="Thursday, April 27")
    assert told_by(odd, ("2016-04-27", None)) == {}, "it was a Wednesday"


def test_a_copy_with_a_date_tells_the_year() -> None:
    bare = page("The forum opened in Fenwick.")
    dated = article("The forum opened in Fenwick on Thursday.", published=edtf.day(dt.date(2016, 4, 29), basis="page"))
    dated = replace(dated, id="ar_dated")
    detail = f"{bare.id} shares this part of its five-word runs with {dated.id}"
    story = Story(
        id="sy_0", article_ids=(dated.id, bare.id), relations=("original", "copy"), canonical_events=(),
        why=(Reason(step="cluster", by="copy", detail=detail, score=0.9),),
    )  # fmt: skip
    (when,) = completed_days((), [bare, dated], [story]).values()
    assert when.edtf == "2016-04-28"
    assert dated.id in when.why[-1].detail
    late = replace(dated, published=edtf.day(dt.date(2016, 6, 2), basis="page"))
    assert completed_days((), [bare, late], [story]) == {}


def test_records_of_the_page_are_shown_with_its_year() -> None:
    bare = page("The forum opened in Fenwick.")
    whole = edtf.day(
        dt.date(2016, 4, 28), basis="dateline", why=(Reason(step="dates", by="sibling", detail="another"),)
    )
    persons = Persons((), (), {}, {bare.id: whole})
    assert persons.shown(bare).published == whole
    for own, status, told in (
        (edtf.unknown(basis="phrase", phrase="Wednesday afternoon"), "held", "2016-04-27"),
        (edtf.unknown(basis="phrase", phrase="Friday"), "announced", None),
        (edtf.month_day(4, 27, basis="phrase", phrase="April 27"), "held", "2016-04-27"),
        (replace(bare.published, basis="publication"), "held", "2016-04-28"),
        (replace(bare.published, basis="publication"), "announced", "2016-04-28/.."),
        (edtf.day(dt.date(2010, 1, 1), basis="phrase"), "held", "2010-01-01"),
    ):
        shown = persons.shown(replace(meeting_of(bare, own), status=status))
        assert shown.when.edtf == told
    (kept,) = persons.records("meetings", [meeting_of(bare, edtf.month_day(4, 27, basis="phrase", phrase="April 27"))])
    assert kept.when.why[-1].detail


EXPLAINER = "The pact has nine members. Chad joined in May 2021. In 2023 Niger left it. Togo asked on Tuesday to join."


def updated(text: str, day: dt.date) -> Article:
    """A page of 2012 that was brought up to date on a later day."""
    where = article(text, published=edtf.day(dt.date(2012, 5, 10), basis="metadata"))
    return replace(where, updated=edtf.day(day, basis="metadata"))


def test_a_page_that_tells_of_later_years_counts_from_its_update() -> None:
    since = rewritten(updated(EXPLAINER, dt.date(2024, 2, 8)), sentences(EXPLAINER))
    assert since is not None
    assert since.edtf == "2024-02-08"
    assert "tells of 2023 as past" in since.why[-1].detail


def test_years_ahead_and_small_updates_show_no_rewriting() -> None:
    ahead = "Chad will join in May 2021. In 2023 Niger would leave it. Togo voted for a plan."
    assert rewritten(updated(ahead, dt.date(2024, 2, 8)), sentences(ahead)) is None
    assert rewritten(updated(EXPLAINER, dt.date(2012, 5, 11)), sentences(EXPLAINER)) is None
    assert rewritten(replace(updated(EXPLAINER, dt.date(2024, 2, 8)), updated=None), sentences(EXPLAINER)) is None


def test_its_acts_are_dated_from_the_update_and_the_article_keeps_its_first_day() -> None:
    coding = code_article(updated(EXPLAINER, dt.date(2024, 2, 8)), load_tools(), Settings())
    assert coding.article.published.edtf == "2012-05-10"
    assert coding.article.why[-1].by == "rewritten"
    assert {event.when.edtf for event in coding.events if "Togo" in [p.name for p in event.actors]} == {"2024-02-06"}
