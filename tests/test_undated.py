"""The year of a page that prints a day and no year, told by offices and weekdays."""

from __future__ import annotations

from dragoman import edtf
from dragoman.records import Actor, Article, Source, Span, Tenure, When
from dragoman.reference import load_reference
from dragoman.text import sentences
from dragoman.undated import completed
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
