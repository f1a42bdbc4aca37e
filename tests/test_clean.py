"""Cleaning: saved pages, HTML pages and records to articles, with what the page says of itself and why it is believed."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dragoman import edtf
from dragoman.clean import LARGEST_PAGE, LONGEST_TEXT, clean
from dragoman.reading.clutter import kind
from dragoman.reading.credits import is_name, read_byline, read_dateline, trailing_credit
from dragoman.reading.encoding import decode, normalise
from dragoman.reading.offsets import raw_runs
from dragoman.reading.stamps import read_stamp
from dragoman.records import Article, RawDocument, Rejection

PAGES = Path(__file__).parent / "cases" / "pages"
BODY = (
    "The foreign ministers of Norland and Sudland met in Oslo on Monday and agreed to reopen the border crossing at Vik.",
    "Both sides will exchange prisoners before the end of the month, the Norland ministry said in a statement.",
    "“We have taken the first step,” Norland's foreign minister, Ana Holt, said after the talks.",
    "A second round is planned for May in the Sudland capital, where the trade agreement will be discussed.",
)


def page_of(text: str | bytes, media_type: str = "text/plain", **fields: str) -> RawDocument:
    data = text if isinstance(text, bytes) else text.encode()
    return RawDocument(
        path=None,
        media_type=media_type,
        data=data,
        url=fields.pop("address", None),
        fields=tuple(sorted(fields.items())),
    )


def article(text: str | bytes, media_type: str = "text/plain", **fields: str) -> Article:
    found = clean(page_of(text, media_type, **fields))
    assert isinstance(found, Article), found
    return found


def test_a_saved_page_with_everything_around_it() -> None:
    page = "\n\n".join(
        [
            "Edition: English | Norsk | Français",
            "Home > World > Europe",
            "Ministers agree to reopen the Vik crossing",
            "Updated: Mar 3, 2011 By Lea Sand in Oslo The Guardian Print",
            "Share - WeChat",
            *BODY[:2],
            "Holt: the first step is taken",
            *BODY[2:],
            "Follow us on",
            "• Please scan the QR Code to follow us on Wechat",
            "Related News",
            "Storm warning for the northern coast",
            "Leave a Reply",
            "Your email address will not be published. Required fields are marked *",
            "leasand@guardian.example",
            "Copyright©2024 The Guardian. All rights reserved.",
            "京ICP备13028878号-6",
        ]
    )
    found = article(page)
    assert found.text == "\n\n".join(BODY)
    assert found.title == "Ministers agree to reopen the Vik crossing"
    assert (found.outlet, found.authors, found.dateline) == ("The Guardian", ("Lea Sand",), "Oslo")
    assert (found.published.edtf, found.published.basis) == ("2011-03-03", "byline")
    assert found.updated is not None
    assert {reason.by for reason in found.why} >= {"title", "byline", "outlet", "published"}


def test_a_dateline_without_a_year_gives_no_year() -> None:
    found = article("Talks in Oslo end\n\nOSLO, March 3 (Kyodo) -- " + "\n\n".join(BODY))
    assert found.published.edtf == "XXXX-03-03"
    assert (found.published.basis, found.published.start) == ("dateline", None)
    assert (found.dateline, found.agencies) == ("OSLO, March 3", ("Kyodo",))


def test_a_weekday_alone_is_kept_as_a_word() -> None:
    found = article("Talks in Oslo end\n\nOSLO, Monday (Kyodo) -- " + "\n\n".join(BODY))
    assert (found.published.edtf, found.published.phrase) == (None, "Monday")


def test_no_date_is_no_date_and_the_users_date_fills_the_gap() -> None:
    page = page_of("Talks in Oslo end\n\n" + "\n\n".join(BODY))
    bare = clean(page)
    given_ = clean(page, published=edtf.day(dt.date(2011, 3, 3), basis="metadata"))
    assert isinstance(bare, Article)
    assert isinstance(given_, Article)
    assert bare.published.edtf is None
    assert bare.published.why
    assert given_.published.edtf == "2011-03-03"
    assert "user" in given_.published.why[-1].detail


def test_the_users_date_does_not_overrule_the_page() -> None:
    page = page_of("Talks in Oslo end\n\nPublished: March 3, 2011\n\n" + "\n\n".join(BODY))
    found = clean(page, published=edtf.day(dt.date(2020, 1, 1), basis="metadata"))
    assert isinstance(found, Article)
    assert found.published.edtf == "2011-03-03"


def test_a_standfirst_that_names_the_outlet_and_repeats_a_sentence() -> None:
    first = BODY[1].removesuffix(".") + "….reports Asian Lite News"
    found = article("\n".join([first, *BODY[:-1], BODY[-1] + " (ANI)"]))
    assert (found.outlet, found.agencies, found.title) == ("Asian Lite", ("ANI",), None)
    assert found.text == "\n\n".join(BODY)


def test_a_wrapped_text_is_joined() -> None:
    wrapped = (
        "The ministers met on Tuesday in the capital and said that they\nwould meet again in the spring of the coming year, if both of\n"
        "the governments agreed.\n\n"
    )
    rest = "A statement of both delegations will be published on Friday\nin the capital, and the border stays closed until the text has\n"
    found = article(wrapped + rest + "been signed.\n")
    assert found.text.count("\n\n") == 1


@pytest.mark.parametrize(
    ("stamp", "edtf_"),
    [
        ("04-18-2016 14:56 BJT", "2016-04-18T14:56:00+08:00"),
        ("18.04.2016", "2016-04-18"),
        ("04/05/2016", "2016"),
        ("18 April 2016, 09:30 GMT", "2016-04-18T09:30:00Z"),
        ("Apr. 18, 2016 9:30 a.m. ET", "2016-04-18T09:30:00-04:00"),
        ("Jan. 18, 2016 at 9:30 pm ET", "2016-01-18T21:30:00-05:00"),
        ("2016-04-18T14:56:07.123+0200", "2016-04-18T14:56:00+02:00"),
        ("Monday, 18 April 2016 14:56", "2016-04-18"),
        ("18 April 2016 14:56 IST", "2016-04-18"),
        ("2016年4月18日 14:56", "2016-04-18"),
        ("2016-04", "2016-04"),
        ("2016", "2016"),
        ("31 February 2016", None),
        ("2 hours ago", None),
        ("Chapter 4.5.2016.1", None),
    ],
)
def test_stamps(stamp: str, edtf_: str | None) -> None:
    when = read_stamp(stamp, basis="page")
    assert (when.edtf if when else None) == edtf_


@pytest.mark.parametrize(
    ("opening", "place", "credits"),
    [
        ("MOSCOW, April 28 (TASS) -- The minister", "MOSCOW", ("TASS",)),
        ("New Delhi [India], October 31 (ANI): The minister", "New Delhi [India]", ("ANI",)),
        ("WASHINGTON (AP) — The minister", "WASHINGTON", ("Associated Press",)),
        ("MOSCOW, April 28. /TASS/. The minister", "MOSCOW", ("TASS",)),
        ("LIMA, May 4 (QNX) - The minister", "LIMA", ("QNX",)),
        ("LIMA, May 4 (Our Staff) - The minister", "LIMA", ()),
        ("NAIROBI, Kenya — The minister", "NAIROBI, Kenya", ()),
        ("ISLAMABAD: The minister", "ISLAMABAD", ()),
        ("April 28 (Reuters) - The minister", None, ("Reuters",)),
        ("GENEVA, May 4, 1988. The minister", "GENEVA", ()),
        ("GENEVA, May 4. The minister", "GENEVA", ()),
        ("New Delhi, 4 May 1988. The minister", "New Delhi", ()),
    ],
)
def test_datelines(opening: str, place: str | None, credits: tuple[str, ...]) -> None:
    line = read_dateline(opening)
    assert line is not None
    assert (line.place, line.credits) == (place, credits)


@pytest.mark.parametrize(
    "opening",
    [
        "Antonov: China-Russia drills do not target anyone",
        "UPDATE: The talks",
        "Russia - the larger side - said",
        "He said: “No”",
        "The Summit (NATO) agreed",
        "In Geneva on May 4, 1988. The minister",
        "By May 4, 1988. The minister",
        "In May 4, 1988. The minister",
    ],
)
def test_what_is_no_dateline(opening: str) -> None:
    assert read_dateline(opening) is None


def test_credits_stand_where_credits_stand() -> None:
    assert trailing_credit("the ministry said. — Reuters") == (18, ("Reuters",))
    assert trailing_credit("the ministry said. (With inputs from ANI and PTI)") == (18, ("ANI", "PTI"))
    assert trailing_credit("He met the head of TASS.") is None
    assert trailing_credit("Talks were held (in Oslo)") is None


def test_bylines_and_names() -> None:
    assert read_byline("By JANE DOE and John Smith, Associated Press") is not None
    assert read_byline("By the end of May the talks will resume.") is None
    assert is_name("Lea Sand")
    assert not is_name("Moscow Conference")
    assert not is_name("Read More")


def test_clutter_is_not_news() -> None:
    assert kind("Related News") == "tail"
    assert (
        kind("Follow the money, prosecutors told the court in the trial of the former minister on Monday.") == "prose"
    )
    assert kind("Comments by the minister drew criticism from the opposition on Tuesday.") == "prose"


HTML = """<!doctype html><html lang="en"><head><title>Ministers agree to reopen the Vik crossing | The Herald</title>
<meta property="og:site_name" content="The Herald"><link rel="canonical" href="https://herald.example/2011/03/vik">
<script type="application/ld+json">{"@type":"NewsArticle","headline":"Ministers agree to reopen the Vik crossing",
"datePublished":"2011-03-03T09:30:00+01:00","dateModified":"2011-03-03T11:00:00+01:00","author":[{"@type":"Person","name":"Lea Sand"}],
"keywords":["Norland","Sudland"],"articleSection":"World"}</script></head>
<body><nav><a href="/">Home</a> <a href="/w">World</a></nav>
<div class="cookie-banner"><p>We use cookies to make this site better for you.</p></div>
<article><h1>Ministers agree to reopen the Vik crossing</h1><p class="byline">By Lea Sand</p>
<figure><img src="x.jpg"><figcaption>The ministers shake hands on Monday in Oslo. Photo: A. Berg</figcaption></figure>
<div class="article-body">%s</div>
<div class="related"><h3>Related</h3><ul><li><a href="/1">Storm warning for the northern coast</a></li></ul></div></article>
<section class="comments"><h2>Comments</h2><p>I do not believe a word of this, and neither should anybody else who reads it.</p></section>
<footer><p>Copyright 2011 The Herald. All rights reserved.</p></footer></body></html>"""


def test_an_html_page() -> None:
    found = article(HTML % "".join(f"<p>{line}</p>" for line in BODY), "text/html")
    assert found.text == "\n\n".join(BODY)
    assert (found.title, found.outlet, found.authors) == (
        "Ministers agree to reopen the Vik crossing",
        "The Herald",
        ("Lea Sand",),
    )
    assert (found.published.edtf, found.published.basis) == ("2011-03-03T09:30:00+01:00", "metadata")
    assert found.updated is not None
    assert (found.url, found.section, found.tags, found.language) == (
        "https://herald.example/2011/03/vik",
        "World",
        ("Norland", "Sudland"),
        "en",
    )


def test_a_page_whose_text_is_only_in_its_metadata() -> None:
    body = " ".join(BODY)
    data = f'{{"@type":"NewsArticle","articleBody":"{body}"}}'
    html = f'<html><body><div id="root"></div><script type="application/ld+json">{data}</script></body></html>'
    assert article(html, "text/html").text == body


def test_another_language_is_kept() -> None:
    lines = (
        "Die Außenminister beider Staaten trafen sich am Montag in Oslo und vereinbarten, den Grenzübergang wieder zu öffnen.",
        "Eine zweite Runde ist für Mai geplant, wie das Ministerium am Abend nach den Gesprächen mitteilte.",
    )
    assert article("\n\n".join(lines)).language == "de"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The United States accused China of spying on its own navy.", "en"),
        ("Ghana and Togo held talks. No pact came of them, people said.", "en"),
        ("Iran arrests two Germans. Berlin protests. Iran frees one.", None),
        ("Der Außenminister traf seinen Amtskollegen am Montag in Oslo zu Gesprächen.", "de"),
    ],
)
def test_a_short_text_is_english_by_its_small_words_or_of_no_known_language(text: str, language: str | None) -> None:
    assert article(text).language == language


def test_damage_is_repaired_before_offsets_are_fixed() -> None:
    line = "The min\u00adister\u200b\u2019s of\ufb01ce said on Monday that the talks in Oslo would go on.\x00"
    found = article(line + "\n\n" + "\n\n".join(BODY))
    assert found.text.startswith("The minister’s office said on Monday")
    assert article("\n\n".join(BODY).encode("cp1252")).text == "\n\n".join(BODY)
    assert decode("„Größe“".encode("cp1252"), "iso-8859-1")[0] == "„Größe“"
    assert decode(b"\xff\xfea\0b\0") == ("ab", "utf-16-le")


def test_an_id_does_not_depend_on_the_path() -> None:
    text = "\n\n".join(BODY)
    one = clean(RawDocument(path="a/1.txt", media_type="text/plain", data=text.encode()))
    two = clean(RawDocument(path="b/2.txt", media_type="text/plain", data=text.encode()))
    assert isinstance(one, Article)
    assert isinstance(two, Article)
    assert one.id == two.id


def test_the_text_is_mapped_back_to_the_page() -> None:
    html = HTML % "".join(f"<p>{line.replace('“', '&ldquo;').replace(' and ', ' <b>and</b> ')}</p>" for line in BODY)
    found = article(html, "text/html")
    covered = sum(run.length for run in found.raw_runs)
    assert covered > 0.98 * len(found.text.replace("\n\n", ""))
    for run in found.raw_runs:
        piece = html[run.raw_start : run.raw_start + run.length]
        assert run.length == 1 or piece == found.text[run.text_start : run.text_start + run.length]


@pytest.mark.parametrize("text", ["", " ", "Home | News", "\0" * 1000, "Short."])
def test_nothing_to_read_is_a_rejection_with_a_reason(text: str) -> None:
    for media_type in ("text/plain", "text/html"):
        found = clean(page_of(text, media_type))
        assert isinstance(found, Rejection)
        assert found.reason


HOSTILE = {
    "nested": "<div>" * 100_000 + "x",
    "nested spans": "<span>" * 100_000 + BODY[0],
    "attributes": "<p " + "a=b " * 200_000 + ">" + BODY[0],
    "open brackets": "<" * 500_000,
    "open tags": "<a" * 500_000,
    "open comments": "<!--" * 300_000,
    "open scripts": "<script>" * 100_000,
    "open json": '<script type="application/ld+json">' + "[" * 300_000,
    "quotes": "<p>" + '"' * 500_000,
    "entities": "<p>" + "&amp;" * 300_000,
    "one line": "<p>" + "word " * 400_000,
    "no spaces": "<p>" + "x" * 2_000_000,
    "dots": "<p>" + "." * 500_000,
    "capitals": "<p>" + "A " * 300_000,
    "dates": "<p>" + "12:30 12 May 2016 " * 50_000,
    "marks": "<p>a" + "\u0301" * 300_000,
    "many paragraphs": "<p>He said no.</p>" * 50_000,
    "many classes": "".join(f"<div class='c{number} article-{number}'>a</div>" for number in range(40_000)),
    "byline": "<p class=byline>By " + "Jane Doe, " * 50_000,
    "mojibake": "<p>" + "Ã¤Ã¶â€™" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("media_type", ["text/html", "text/plain"])
def test_a_hostile_page_ends_within_seconds(name: str, media_type: str) -> None:
    began = time.process_time()
    found = clean(page_of(HOSTILE[name], media_type))
    spent = time.process_time() - began
    assert isinstance(found, Article | Rejection)
    assert spent < 10, f"{name} took {spent:.1f} s"
    if isinstance(found, Article):
        assert len(found.text) <= LONGEST_TEXT + 10


def test_a_page_beyond_all_measure_is_rejected() -> None:
    found = clean(page_of(b"a" * (LARGEST_PAGE + 1)))
    assert isinstance(found, Rejection)
    assert "bytes" in found.reason


PIECES = [*BODY, "Home | World", "Related News", "<p>", "</div>", "<script>", "By Lea Sand"]
TEXTS = st.text(alphabet=st.characters(codec="utf-8"), max_size=400)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TEXTS)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert "\0" not in once
    assert "\r" not in once


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.one_of(st.sampled_from(PIECES), TEXTS),
        max_size=12,
    )
)
def test_any_page_gives_an_article_or_a_reason(lines: list[str]) -> None:
    for media_type in ("text/plain", "text/html"):
        found = clean(page_of("\n\n".join(lines), media_type))
        if isinstance(found, Rejection):
            assert found.reason
            continue
        assert found.text == found.text.strip()
        assert "\n\n\n" not in found.text
        assert clean(page_of("\n\n".join(lines), media_type)) == found


@settings(max_examples=80, deadline=None)
@given(TEXTS, TEXTS)
def test_runs_are_ordered_and_inside(page: str, text: str) -> None:
    for markup in (True, False):
        last = 0
        for run in raw_runs(page + text, text, markup=markup):
            assert run.text_start >= last
            assert run.length > 0
            last = run.text_start + run.length
            assert last <= len(text)
            assert run.raw_start + run.length <= len(page + text)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(alphabet="abcdefgh ,.é", min_size=1, max_size=60), min_size=1, max_size=6))
def test_a_plain_text_maps_to_itself(parts: list[str]) -> None:
    text = "\n\n".join(" ".join(part.split()) for part in parts).strip()
    for run in raw_runs(text, text, markup=False):
        assert text[run.raw_start : run.raw_start + run.length] == text[run.text_start : run.text_start + run.length]


# --- the choice between a page's claims -----------------------------------------------------------------------------------

PROSE = "<p>The ministers of both states met in Oslo on Monday and signed a treaty on their common border.</p>" * 2


def html_article(head: str, body: str = "", url: str | None = None) -> Article:
    page = f"<html><head>{head}</head><body>{body}<article>{PROSE}</article></body></html>"
    found = clean(RawDocument(path=None, media_type="text/html", data=page.encode(), url=url))
    assert isinstance(found, Article)
    return found


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        # A logo or a menu as the first main heading.
        (
            "<title>Talks end in Oslo</title>",
            "<h1>HERALD Herald Logo</h1><h1>Talks end in Oslo</h1>",
            "Talks end in Oslo",
        ),
        ("<title>Talks end in Oslo</title>", "<h1>Menu</h1>", "Talks end in Oslo"),
        # The heading as printed, without section, site and date around it.
        (
            "<meta property='og:title' content='Talks end in Oslo | HW | 28.04.2023'>",
            "<h1>Talks end in Oslo</h1>",
            "Talks end in Oslo",
        ),
        (
            "<meta property='og:title' content='World - Talks end in Oslo'>",
            "<h1>Talks end in Oslo</h1>",
            "Talks end in Oslo",
        ),
        # JSON-LD against everything that readers see.
        (
            (
                "<title>Talks end</title><meta property='og:title' content='Talks end'><meta name='twitter:title' content='Talks end'>"
                '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Oslo: what we know"}</script>'
            ),
            "<h1>Talks end</h1>",
            "Talks end",
        ),
        (
            (
                "<title>Talks end</title><meta property='og:title' content='Talks end'>"
                '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Oslo: what we know"}</script>'
            ),
            "<h1>Oslo: what we know</h1>",
            "Oslo: what we know",
        ),
        # Heading, <title> and JSON-LD filled from one field are one witness; the title for sharing is another.
        (
            (
                "<title>Oslo: what we know</title><meta property='og:title' content='Ministers end their quarrel'>"
                '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Oslo: what we know"}</script>'
            ),
            "<h1>Oslo: what we know</h1>",
            "Ministers end their quarrel",
        ),
        # A kicker inside the heading does not run into it; a logo that repeats the site's name is none; one long heading is the page's.
        (
            "",
            "<h1><span>Border treaty</span><span>Ministers end quarrel</span></h1>",
            "Border treaty Ministers end quarrel",
        ),
        (
            "<title>Ministers end their quarrel - HERALD</title><meta property='og:site_name' content='HERALD'>",
            "<h1>HERALD Herald Logo</h1>",
            "Ministers end their quarrel",
        ),
        (
            "<title>What the treaty means</title>",
            "<h1>After eleven years the ministers end their quarrel</h1>",
            "After eleven years the ministers end their quarrel",
        ),
    ],
)
def test_titles(head: str, body: str, title: str) -> None:
    assert html_article(head, body).title == title


@pytest.mark.parametrize(
    ("head", "url", "outlet"),
    [
        ("<meta property='og:site_name' content='Fact check'>", "https://factcheck.afp.com/a", "Agence France-Presse"),
        ("<meta property='og:site_name' content='U.S.'>", "https://www.reuters.com/a", "Reuters"),
        (
            "<title>Talks | Example Herald</title><meta property='og:site_name' content='exampleherald'>",
            "https://exampleherald.com/a",
            "Example Herald",
        ),
        ("<meta property='og:site_name' content='WQXY | News, Weather, Sports | Town'>", "https://wqxy.com/a", "WQXY"),
        ("<title>Talks – Example Herald</title>", "https://www.exampleherald.co.uk/a", "Example Herald"),
        ("<title>Talks - By Jane</title>", "https://www.exampleherald.co.uk/a", "exampleherald.co.uk"),
        (
            (
                '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Talks", "publisher": {"name": '
                '"Beispielbote - Verlag und Druck GmbH &amp; Co. KG"}}</script>'
            ),
            "https://bote.example/a",
            "Beispielbote",
        ),
    ],
)
def test_outlets(head: str, url: str, outlet: str) -> None:
    assert html_article(head, url=url).outlet == outlet


@pytest.mark.parametrize(
    ("body", "authors"),
    [
        (
            "<h1>Talks</h1><div class='byline'><b>By</b> <a>Jane Doe</a><span>Example Post</span><i>Dec 13, 2016</i></div>",
            ("Jane Doe",),
        ),
        ("<h1>Talks</h1><div class='author'>Jane Doe<span>CEO</span><a>Twitter</a></div>", ("Jane Doe",)),
        ("<h1>Talks</h1><div>By Jane Doe, John SMITH</div>", ("Jane Doe", "John SMITH")),
        ("<h1>Talks</h1><div>Jane Doe | 05.04.2025 - 10:00</div>", ("Jane Doe",)),
        ("<h1>Talks</h1><div>Autor: Jane Doe</div>", ("Jane Doe",)),
        ("<h1>Talks</h1><ul><li>Autorin/Autor Jane Doe</li></ul>", ("Jane Doe",)),
        ("<h1>Talks</h1><div class='wrote_by'>Posted on May 2, 2020 by Jane Doe</div>", ("Jane Doe",)),
        (
            "<h1>Talks</h1><p><i>By</i> <a href='/people/jane-doe'>Jane Doe</a> and <a href='/people/li-wei'>Li Wei</a></p>",
            ("Jane Doe", "Li Wei"),
        ),
        ("<h1>Talks</h1><div data-testid='prism-byline'><span>By</span> <a>Jane Doe</a></div>", ("Jane Doe",)),
        ("<h1>Talks</h1><div class='author'>松村太郎</div>", ("松村太郎",)),
        ("<h1>Talks</h1><div class='byline'><span>by</span> <a>marc</a></div>", ("marc",)),
        # Names alone over the text sign it; a button in capitals does not.
        (f"<h1>Talks</h1><p><b>Jane Doe/Ben Andrews</b></p>{PROSE}", ("Jane Doe", "Ben Andrews")),
        (f"<h1>Talks</h1><p><a>ABONE OL</a></p>{PROSE}", ()),
        # The menu's columnists stand above the heading, the author below it.
        ("<a class='author'>Tree Stashes</a><h1>Talks</h1><div class='author'>Jane Doe</div>", ("Jane Doe",)),
        (
            (
                "<div itemscope itemtype='https://schema.org/Article'><span itemprop='author'>Jane Doe</span><div itemscope "
                "itemtype='https://schema.org/Comment'><span itemprop='author'>Tree Stashes</span></div></div>"
            ),
            ("Jane Doe",),
        ),
    ],
)
def test_authors(body: str, authors: tuple[str, ...]) -> None:
    assert html_article("<title>Talks</title>", body).authors == authors


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        # A company and a login name are no persons: the next witness is asked.
        ("<meta name='author' content='Condé Nast'><meta name='article:author' content='Jane Doe'>", "", ("Jane Doe",)),
        (
            "<meta name='author' content='example.org Inc.'><meta name='dc.creator' content='Jane Doe'>",
            "",
            ("Jane Doe",),
        ),
        ("<meta name='author' content='jdoe'>", "<div class='byline'>By Jane Doe</div>", ("Jane Doe",)),
        ("<meta name='author' content='jdoe'>", "", ("jdoe",)),
        ("<meta name='dcterms.creator' content='Doe, Jane'>", "", ("Jane Doe",)),
        ("<meta name='author' content='Jane Doe in Oslo'>", "", ("Jane Doe",)),
        ("<meta name='author' content='admin'>", "", ()),
        # The page signs with its own name, above and below: another name is another text's.
        (
            "<meta property='og:site_name' content='Dizzy Post'><meta name='author' content='Dizzy Post'>",
            "<h1>Talks</h1><div class='author'>Dizzy Post</div><div class='author'>Tree Stashes</div>",
            ("Dizzy Post",),
        ),
        # Two profiles in the metadata confirm two of the names in bylines.
        (
            "<meta property='article:author' content='https://e.example/p/jane-doe,https://e.example/p/li-wei'>",
            "<h1>Talks</h1><div class='byline'>Jane Doe</div><p>Oslo</p><div class='byline'>Li Wei</div><div class='byline'>Max M</div>",
            ("Jane Doe", "Li Wei"),
        ),
        (
            (
                '<script type="application/ld+json">[{"@type": "NewsArticle", "author": [{"@id": "#1"}, {"@id": "#2"}]},'
                ' {"@type": "Person", "@id": "#1", "name": "Jane Doe"}, {"@type": "Person", "@id": "#2", "name": "Li Wei"}]</script>'
            ),
            "",
            ("Jane Doe", "Li Wei"),
        ),
        # "And" in other languages joins whole names only.
        ("<meta name='author' content='Kari Nordmann og Ola Hansen'>", "", ("Kari Nordmann", "Ola Hansen")),
        ("<meta name='author' content='Иван Петров и Анна Сидорова'>", "", ("Иван Петров", "Анна Сидорова")),
        ("<meta name='author' content='Maria João e Silva'>", "", ("Maria João e Silva",)),
    ],
)
def test_authors_by_metadata(head: str, body: str, authors: tuple[str, ...]) -> None:
    assert html_article(f"<title>Talks</title>{head}", body).authors == authors


# --- the clutter of saved text --------------------------------------------------------------------------------------------

TREATY = """The foreign ministers of Norway and Finland signed a treaty on their common border in Oslo on Monday.

"Good neighbours need clear lines," Norwegian Foreign Minister Jonas Example said after the ceremony in the old town hall.

Finland thanked Norway for its patience. Both governments promised to send the text to their parliaments before the summer.

The talks had begun eleven years ago, after a quarrel over fishing rights in the far north of the two countries."""
MENU = "\n".join(f"Section {n}" for n in range(30))


@pytest.mark.parametrize(
    "clutter",
    [
        "Subscribe now to read the latest news in your city and across the country, and get a crossword every day.",
        "Unlimited online access to the Example Herald and fifteen other news sites with one account.",
        "Pictured at the back, from left, are the ministers Jane Doe and John Smith at the ceremony in Oslo on Monday.",
        "The other minister flew home at once, and nobody said why he had left the talks before they were over ...",
        (
            "• Families who skirt the estate tax: experts reveal how the rich do it in these hard times\n"
            "• Are YOU guilty of spending twice? An expert explains why we cannot stop doing it, and what helps against it all\n"
            "• The areas from which most swindlers call, and why nobody in the north should ever answer one of their calls at night"
        ),
        (
            "Travel Adventures Norland Diary Golf Travel Tales Notes From The Coast Soul Of The South Taste Women Beyond Borders Green "
            "Lives Climate Fisheries Forests Rivers Lakes Houses Gardens"
        ),
        "Get the headlines of the day, sent straight to your inbox at six every morning of the week.",
        "By signing up you consent to receive the above newsletter from Example Media Network Inc.",
        "Jane Doe is a politics reporter for the Example Herald and covers the northern states from Oslo.",
        "Jane Doe ist Korrespondentin des Beispielboten in Oslo und berichtet von dort über den Norden.",
        "The ministers shake hands after the ceremony in the old town hall of Oslo on Monday. (Example Ministry/AP)",
        "Om de hoogte te blijven van dit nieuws: schrijf je in voor onze brief, elke ochtend om zes uur.",
        "14 Comments\n\nI never believed a word of what these ministers said, and nobody else in this town ever did.",
        "Comments\n\nJane Doe\n\nI never believed a word of these ministers, not one.\n\nNobody77\n\nThey should all go home, all of them.",
        (
            "2 thoughts on “Talks end in Oslo”\n\nJane Doe\n22 May 2019 at 10:05 | Reply\n\nI never believed a word of what they said.\n\n"
            "The second minister lied about the gates, and everybody at home knew that he did."
        ),
        (
            "Jane Doe\nJane Doe is a politics reporter for the Example Herald and covers the northern states from Oslo.\n\n"
            "Sign up to the daily letter of the Herald. It reaches your inbox before you have had your tea."
        ),
        "Nordlandavisen eier alt som står her. Alle rettigheter forbeholdes, og ingen må trykke det på nytt uten å spørre oss.",
        "Перепечатка материалов «Нордланда» без согласия редакции не допускается. Мнение редакции может не совпадать с ними.",
        "I do not believe one word.\nReply\nNobody in this town ever believed a word of what those ministers said to us.\nReply",
    ],
)
def test_clutter_of_saved_text_is_left_out(clutter: str) -> None:
    page = f"{MENU}\n\nTalks end in Oslo\n\n{TREATY}\n\n{clutter}\n"
    found = clean(RawDocument(path=None, media_type="text/plain", data=page.encode()))
    assert isinstance(found, Article)
    assert found.text == TREATY


def test_a_reporter_in_the_news_is_no_note_on_the_author() -> None:
    story = TREATY.replace(
        "The talks had begun", "Jane Doe is a reporter for the Example Herald whom both had jailed. The talks had begun"
    )
    middle = "Jane Doe is a reporter for the Example Herald and had been jailed by both of the governments for years."
    for text in (story, TREATY.replace("\n\nFinland", f"\n\n{middle}\n\nFinland")):
        found = clean(
            RawDocument(path=None, media_type="text/plain", data=f"{MENU}\n\nTalks end in Oslo\n\n{text}\n".encode())
        )
        assert isinstance(found, Article)
        assert "Jane Doe" in found.text


def test_a_page_without_a_telling_class_name() -> None:
    page = (PAGES / "border_treaty.html").read_bytes()
    found = clean(RawDocument(path="border_treaty.html", media_type="text/html", data=page))
    assert isinstance(found, Article)
    assert found.title == "Ministers end eleven years of quarrel over the Vik crossing"
    assert (found.outlet, found.authors) == ("Norland Herald", ("Lea Sand", "Ben Andrews"))
    assert found.published.edtf == "2019-06-04T08:15:00+02:00"
    for kept in ("agreed to reopen", "exchange prisoners", "the first step", "second round"):
        assert kept in found.text
    for clutter in (
        "advertisement",
        "inbox",
        "valid email",
        "consent to receive",
        "diplomatic correspondent",
        "Storm",
        "Copyright",
    ):
        assert clutter not in found.text


def test_a_counter_of_comments_beside_a_teaser_ends_nothing() -> None:
    first, rest = TREATY.split("\n\n", 1)
    box = "More on this: Storm over the bay\n• Jane Doe\n• Comments: 45"
    page = f"{MENU}\n\nTalks end in Oslo\n\n{first}\n\n{box}\n\n{rest}"
    found = clean(RawDocument(path=None, media_type="text/plain", data=page.encode()))
    assert isinstance(found, Article)
    assert found.text == TREATY


def test_an_interview_in_which_somebody_replies_is_kept() -> None:
    page = f"{MENU}\n\nReply\n\nReply\n\nTalks end in Oslo\n\n{TREATY}"
    found = clean(RawDocument(path=None, media_type="text/plain", data=page.encode()))
    assert isinstance(found, Article)
    assert found.text == TREATY


def test_short_english_with_many_names_is_no_pidgin() -> None:
    english = "WASHINGTON, May 3, 1990 - U.S. Senator George Harmon met Canadian Prime Minister Brian Mulroney in Ottawa on Thursday."
    pidgin = "Di president of Nigeria don tok say dem go change di law wey dey stop pipo for Lagos, na so im tok for Abuja yesterday."
    assert [article(text).language for text in (english, pidgin)] == ["en", "pcm"]


def test_dated_entries_below_the_article_are_readers_or_teasers() -> None:
    said = (
        "The border was never the question in the north, it was always the fish, and of the fish this treaty says nothing at all.",
        "My father worked at that crossing for thirty years. He says that the ministers have signed what the villages did long ago.",
        "It is a good day for Norway and for Finland, but I will believe it when the first trains go over the bridge in spring.",
    )
    below = "\n\n".join(
        f"{name} sanoo:\n\n12. toukokuuta 2021 klo 10:0{minute}\n\n{line}"
        for minute, (name, line) in enumerate(zip(("1. Jon", "2. nordlicht", "3. Eva M."), said, strict=True))
    )
    found = article(f"{MENU}\n\nTalks end in Oslo\n\n{TREATY}\n\nKeskustelu\n\n{below}")
    assert found.text == TREATY


def test_the_entries_of_a_live_blog_are_kept() -> None:
    blog = "\n\n".join(f"12 May 2021, 1{hour}:05\n\n{line}" for hour, line in enumerate(TREATY.split("\n\n")))
    found = article(f"{MENU}\n\nTalks in Oslo: the latest\n\n{blog}")
    assert [line for line in TREATY.split("\n\n") if line not in found.text] == []


LEAD = "The ministers of both states have signed the treaty that their parliaments asked for three years ago."


@pytest.mark.parametrize(
    ("head", "authors"),
    [
        ("Von\n\nLea Sand", ("Lea Sand",)),
        ("• By Lea Sand\n\n• 3 May 2021", ("Lea Sand",)),
        ("Lea Sand\n\n3 May 2021, 10:05", ("Lea Sand",)),
        ("2 hours ago\n\nLea Sand", ("Lea Sand",)),
        ("3 May 2021, 10:05 / Lea Sand", ("Lea Sand",)),
        ("Jonas Example\n\nPhoto: Lea Sand / NTB\n\n3 May 2021, 10:05", ()),
        ("3 May 2021 5:46PM by NTB Oslo", ()),
        ("3 May 2021, New York", ()),
    ],
)
def test_who_signs_below_a_standfirst(head: str, authors: tuple[str, ...]) -> None:
    assert article(f"{MENU}\n\nTalks end in Oslo\n\n{LEAD}\n\n{head}\n\n{TREATY}").authors == authors


def test_a_date_below_a_summary_dates_the_article() -> None:
    summary = "\n\n".join(f"• {line}" for line in BODY[:3])
    found = article(f"{MENU}\n\nTalks end in Oslo\n\n{summary}\n\n3 May 2021, 10:05\n\n{TREATY}")
    assert found.published.edtf == "2021-05-03"
