"""Laws that hold for any text: nothing raises, every source stands where it says, and the same input gives the same records."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dragoman import text as texts
from dragoman.clean import clean
from dragoman.config import Settings
from dragoman.export import to_json
from dragoman.export.tidy import cell as neutral
from dragoman.pipeline import code_article, code_document
from dragoman.records import RECORDS, Article, Coding, RawDocument, Rejection, Span, make_id
from dragoman.runner import broken_promises, load_tools
from tests.builders import article, record

ANY = st.text(max_size=300)
PIECES = st.sampled_from(
    (
        "Norwegian Foreign Minister Kari Holm", "the United States", "Russia’s Sergei Shoigu", "He", "NATO", "U.S. troops", "Mr. X",
        " said ", " accused ", " met ", " denied that ", " will sign ", " invaded ", " told reporters ", " warned Peru ",
        "“We agree,” ", '"No', "” he said. ", "‘", "'", "…", "(ANI)", "\n\n", "\n", ". ", ", ", " on Monday", " last October",
        " on February 30, 2011", " in 31/02/99", " 10th Forum", " in Paris, Texas", " April", " of 80 countries", " the day after ",
        "OSLO, May 4 (NWS) -- ", "By A. B.", "Updated: Mar 9, 2017", "Follow us on", "\u202e", "\u0000", "\ufeff", "\u2028", "ß", "İ", "ﬁ",
        "e\u0301", "\U0001f600", "مرحبا ", "北京 ", "  ", "\t", "<p>", "&amp;", "http://x.example/?q=1", "=1+1",
        "9" * 30, "a" * 60, "(" * 20,
    )
)  # fmt: skip
NEWS = st.lists(PIECES, min_size=1, max_size=25).map("".join)
HOSTILE = (
    "\u202e" * 50,
    "“" * 200,
    "a." * 200,
    "Mr. " * 100,
    "said " * 100,
    "\n" * 300,
    "1" * 400,
    "\ud800 lone",
    "A" + "\u0301" * 300,
)


# --- spans, sources, ids ----------------------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(ANY | NEWS)
@example("")
@example("Gen. Cai met Lt. Gen. Poznihir. He left.")
def test_sentences_cover_the_text_in_order(text: str) -> None:
    for find in (texts.paragraphs, texts.sentences, texts.tokens):
        at = 0
        for start, end in find(text):
            assert at <= start < end <= len(text)
            assert not text[start].isspace()
            assert not text[end - 1].isspace()
            at = end
    inside = {place for start, end in texts.sentences(text) for place in range(start, end)}
    assert all(char.isspace() or place in inside for place, char in enumerate(text))
    bounds = texts.paragraphs(text)
    assert all(any(a <= start and end <= b for a, b in bounds) for start, end in texts.sentences(text))


@given(st.integers(-3, 9), st.integers(-3, 9))
def test_a_span_is_never_empty(start: int, end: int) -> None:
    if 0 <= start < end:
        assert texts.source("ar_1", "x" * 9, start, end).text == ("x" * 9)[start:end]
    else:
        with pytest.raises(ValueError, match="not a span"):
            Span(start=start, end=end)


PART = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=5)
    | st.lists(st.text(max_size=3), max_size=2).map(tuple)
)


@given(st.lists(PART, max_size=4), st.lists(PART, max_size=4))
def test_ids_are_equal_for_equal_parts_only(one: list[Any], two: list[Any]) -> None:
    assert make_id("ev", *one) == make_id("ev", *one)
    same = list(map(repr, one)) == list(map(repr, two))
    assert (make_id("ev", *one) == make_id("ev", *two)) == same
    assert make_id("ev", *one) != make_id("st", *one)


def test_ids_are_those_of_every_other_machine() -> None:
    assert make_id("ev", "ar_1", "CONSULT", 7, None, ("RUS", "CHN")) == "ev_878bfbfd4575bfca"


# --- cleaning -----------------------------------------------------------------------------------------------------------------------


def sound(found: Article | Rejection, raw: RawDocument) -> None:
    if isinstance(found, Rejection):
        assert found.reason
        assert found.id
        return
    assert found.text == found.text.strip()
    assert found.text.encode("utf-8")  # no lone surrogate
    assert not [char for char in found.text if ord(char) < 32 and char != "\n"]
    assert found == clean(raw)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.binary(max_size=300) | (ANY | NEWS).map(lambda t: t.encode("utf-8", "surrogatepass")),
    st.sampled_from(("text/plain", "text/html")),
)
@example(b"\xff\xfe" + "Ministers met in Oslo on Monday and signed a treaty there.".encode("utf-16-le"), "text/plain")
@example(b"<p>" * 3000 + b"Ministers met in Oslo on Monday and signed a treaty there.", "text/html")
def test_cleaning_takes_any_bytes(data: bytes, media_type: str) -> None:
    raw = RawDocument(path="page", media_type=media_type, data=data)
    sound(clean(raw), raw)


@settings(max_examples=30, deadline=None)
@given(
    st.dictionaries(st.sampled_from(("title", "text", "published", "outlet", "authors", "url", "language")), ANY | NEWS)
)
def test_cleaning_takes_any_fields(fields: dict[str, str]) -> None:
    raw = RawDocument(
        path=None,
        media_type="application/json",
        data=b"{}",
        url=fields.get("url"),
        fields=tuple(sorted(fields.items())),
    )
    sound(clean(raw), raw)


# --- the whole pipeline ---------------------------------------------------------------------------------------------------------------


def checked(coding: Coding) -> None:
    articles = {coding.article.id: coding.article}
    for name in ("mentions", "events", "statements", "meetings", "pledges", "tenures"):
        rows = getattr(coding, name)
        assert len({row.id for row in rows}) == len(rows), f"{name} twice"
        for row in rows:
            assert list(broken_promises(name, row, articles)) == []
            json.dumps(to_json(row)).encode("utf-8")
    cast = {actor.id for actor in coding.actors}
    for event in coding.events:
        assert {party.id for party in (*event.actors, *event.recipients)} <= cast
    mentioned = {mention.id for mention in coding.mentions}
    assert all(link.mention_id in mentioned for link in coding.links)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(NEWS | ANY)
def test_any_text_gives_sound_records(text: str) -> None:
    raw = RawDocument(
        path="page", media_type="text/plain", data=("Talks are held. " * 3 + text).encode("utf-8", "surrogatepass")
    )
    start = time.process_time()
    found = code_document(raw, load_tools(), Settings())
    assert time.process_time() - start < 10
    if isinstance(found, Coding):
        checked(found)
        assert found == code_document(raw, load_tools(), Settings())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(NEWS)
def test_the_steps_take_text_that_was_never_cleaned(text: str) -> None:
    checked(code_article(article(text), load_tools(), Settings()))


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_is_coded_in_time(text: str) -> None:
    data = ("The ministers of Norway and Peru met in Oslo. " + text * 20 + " They signed a treaty.").encode(
        "utf-8", "surrogatepass"
    )
    start = time.process_time()
    found = code_document(RawDocument(path="p", media_type="text/plain", data=data), load_tools(), Settings())
    assert time.process_time() - start < 10
    if isinstance(found, Coding):
        checked(found)


def test_long_articles_are_cut_with_a_reason() -> None:
    text = "Norway and Peru signed a treaty in Oslo on Monday. " * 40
    found = code_article(article(text), load_tools(), Settings(max_characters=500))
    assert found.article.text == text
    assert found.rejections[0].reason == f"only the first 500 of {len(text)} characters were coded"
    assert all(source.span.end <= 500 for event in found.events for entry in event.sources for source in entry.sources)
    checked(found)


# --- export ------------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(RECORDS))
def test_any_record_is_json(name: str) -> None:
    @settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
    @given(record(RECORDS[name]))
    def law(row: Any) -> None:
        made = to_json(row)
        assert set(made) == set(row.__dataclass_fields__)
        assert json.loads(json.dumps(made, allow_nan=True)) == made

    law()


@given(ANY | st.sampled_from(("=1", "+1", "-1", "@x", "\t=1", " =1", "\r=1", "＝1")))
def test_no_cell_is_a_formula(value: str) -> None:
    cell = neutral(value)
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert "\n" not in cell
