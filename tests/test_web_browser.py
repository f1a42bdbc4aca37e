"""The page in a real browser: evidence drawn at the right characters, keys of the review, no request to anywhere else, accessibility.

Needs Playwright for Python and a Chromium (Debian: `apt-get install chromium`); without them the tests are skipped. axe-core comes from
npm by its lock file (`npm ci --prefix tests/browser`, tried by the test itself); where that cannot be, its test is skipped and says so,
and our own checks of names, contrast and headings remain.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dragoman.config import Settings
from dragoman.runner import code_inputs
from dragoman.store import open_dataset

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright for Python is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed (Debian: apt-get install chromium)"),
    pytest.mark.skipif("DRAGOMAN_BROWSER_TESTS" not in os.environ, reason="run by `make browser`"),
]
AXE = Path(__file__).parent / "browser" / "node_modules" / "axe-core" / "axe.min.js"

# A machine that does other work too takes its time; a page that never comes is told by this limit all the same.
PATIENCE_MS = 180_000

PATHS = (
    "/",
    "/search",
    "/search?what=statements&q=treaty",
    "/actors",
    "/actors/USA",
    "/dyads",
    "/dyads/USA/SUN?since=1985&until=1988",
    "/positions",
    "/positions?issue=military_operations",
    "/meetings",
    "/pledges",
    "/pledges?outcome=open",
    "/network",
    "/map",
    "/names",
    "/names?shown=joined",
    "/search?without=recipient&below=0.6",
    "/review",
    "/review/read",
    "/articles/ar_0000000000000000",
)
"""Every view; the last address is that of no article, so that the page of what went wrong is looked at too."""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory, demo: Path) -> Path:
    """The demo dataset with one article more, whose offsets differ in code points and UTF-16."""
    folder = tmp_path_factory.mktemp("browser")
    shutil.copytree(demo, folder / "demo")
    text = (
        "GENEVA, May 4, 1988. 🚀🚀 President Ronald Reagan met Mikhail Gorbachev in Geneva on Tuesday.\n\n"
        "🚀 Mr Gorbachev said that the two armies would withdraw next year. The Soviet Union accused the United States of delay.\n"
    )
    row = {"id": "rocket", "text": text, "title": "Rockets 🚀", "published": "1988-05-04"}
    (folder / "rocket.jsonl").write_text(json.dumps(row), encoding="utf-8")
    code_inputs([folder / "rocket.jsonl"], folder / "demo", Settings())
    return folder / "demo"


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """A server of its own process, as a user starts it; it ends by itself should the tests not end it."""
    options = ["--port", "0", "--review", "--reviewer", "test", "--stop-after", "1800"]
    command = [sys.executable, "-m", "dragoman", "serve", str(root), *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip().rstrip("/")
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"], timeout=PATIENCE_MS)
        yield made
        made.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page of its own for each test, closed whatever comes of it; `page.wrong` is everything that went wrong on it."""
    yield from _page(browser)


@pytest.fixture(params=["light", "dark"])
def either(browser: Any, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A page in light and in dark."""
    yield from _page(browser, color_scheme=request.param)


def _page(browser: Any, **options: Any) -> Iterator[Any]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, **options)
    context.set_default_timeout(PATIENCE_MS)
    made = context.new_page()
    wrong: list[str] = []
    made.wrong = wrong
    made.on("pageerror", lambda error: wrong.append(str(error)))
    made.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    made.on(
        "request",
        lambda request: None if request.url.startswith(("http://127.0.0.1:", "data:")) else wrong.append(request.url),
    )
    yield made
    context.close()
    assert wrong == []


CONTRAST = """() => {
  const part = (v) => (v / 255 <= .03928 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4);
  const lum = (c) => { const [r, g, b] = c.match(/[\\d.]+/g).map(Number).map(part);
    return .2126 * r + .7152 * g + .0722 * b; };
  const ground = (e) => {
    for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (c.startsWith("rgb(")) return c; }
    return "rgb(255, 255, 255)";
  };
  const bad = [];
  for (const e of document.querySelectorAll("p, a, span, time, th, td, h1, h2, h3, label, summary, b, li, abbr, small")) {
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())) continue;
    if (!e.checkVisibility() || e.closest("svg, .unseen, .skip")) continue;
    const color = getComputedStyle(e).color;
    if (!color.startsWith("rgb(")) continue;
    const [x, y] = [lum(color), lum(ground(e))].sort((a, b) => b - a);
    if ((x + .05) / (y + .05) < 4.5) bad.push(`${e.tagName}.${e.className} ${((x + .05) / (y + .05)).toFixed(2)}`);
  }
  return [...new Set(bad)];
}"""


NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
  .filter((e) => e.checkVisibility()
    && !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length || e.title)).map((e) => e.outerHTML.slice(0, 120))"""
HEADINGS = """() => {
  const levels = [...document.querySelectorAll("h1, h2, h3, h4")].filter((e) => e.checkVisibility()).map((e) => Number(e.tagName[1]));
  return levels.filter((n) => n === 1).length === 1 && levels.every((n, i) => i === 0 || n - levels[i - 1] <= 1) ? [] : levels;
}"""
AXE_RUN = """async () => {
  const found = await axe.run(document, { resultTypes: ["violations"] });
  return found.violations.map((v) => [v.impact, `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160)).join(" | ")}`]);
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The text of axe-core, fetched by its lock file where it is not there yet."""
    npm = shutil.which("npm")
    if not AXE.exists() and npm is not None:
        order = [npm, "ci", "--prefix", str(AXE.parents[2]), "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run(order, check=False, capture_output=True, timeout=180)
    if not AXE.exists():
        pytest.skip("axe-core is not there and npm cannot fetch it: npm ci --prefix tests/browser")
    return AXE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def paths(root: Path) -> tuple[str, ...]:
    """The addresses of every view, with an article, an actor and a record pinned among them."""
    article = rocket(root)
    event = next(event for event in open_dataset(root).records("events") if event.article_id == article.id)
    actor = next(party.id for event in open_dataset(root).records("events") for party in event.actors)
    return (*PATHS, f"/articles/{article.id}#{event.id}", f"/actors/{actor}", pair_of(root))


def pair_of(root: Path) -> str:
    """The address of two parties beside each other that nobody would join."""
    found: dict[str, None] = {}
    for event in open_dataset(root).records("events"):
        found |= dict.fromkeys(party.id for party in event.actors if party.kind != "person" and party.country)
    one, other = list(found)[:2]
    return f"/names/pair?one={one}&other={other}"


def no_page(path: str) -> bool:
    return path.endswith("ar_0000000000000000")


def test_axe_finds_nothing_serious(either: Any, address: str, paths: tuple[str, ...], axe: str) -> None:
    serious: dict[str, Any] = {}
    lesser: dict[str, Any] = {}
    for path in paths:
        either.goto(address + path)
        either.evaluate(axe)
        for impact, what in either.evaluate(AXE_RUN):
            (serious if impact in ("serious", "critical") else lesser).setdefault(path, []).append(what)
        if no_page(path):
            either.wrong.clear()
    print(f"axe-core: {len(paths)} pages, serious or critical {len(serious)}, lesser {lesser}")
    assert serious == {}


def test_every_view_is_legible_named_and_fits_a_phone(either: Any, address: str, paths: tuple[str, ...]) -> None:
    bad: dict[str, Any] = {}
    for path in paths:
        either.goto(address + path)
        found = [*either.evaluate(CONTRAST), *either.evaluate(NAMELESS), *map(str, either.evaluate(HEADINGS))]
        if no_page(path):
            either.wrong.clear()  # the browser writes of a 404 as of an error
        for width in (1280, 390):
            either.set_viewport_size({"width": width, "height": 900})
            if either.evaluate("document.documentElement.scrollWidth") > width:
                found.append(f"wider than {width} points")
        either.set_viewport_size({"width": 1280, "height": 900})
        if found:
            bad[path] = found
    assert bad == {}


def texts_of(page: Any, name: str) -> list[str]:
    found: list[str] = page.evaluate(f"[...(CSS.highlights.get('{name}') || [])].map(String)")
    return found


def rocket(root: Path) -> Any:
    return next(article for article in open_dataset(root).records("articles") if article.title == "Rockets 🚀")


def test_evidence_is_drawn_at_its_characters(page: Any, address: str, root: Path) -> None:
    article = rocket(root)
    events = [event for event in open_dataset(root).records("events") if event.article_id == article.id]
    assert events
    page.goto(f"{address}/articles/{article.id}")
    drawn = [text for quad in "1234" for text in texts_of(page, f"ev{quad}")]
    triggers = {
        piece.text for event in events for entry in event.sources if entry.field == "trigger" for piece in entry.sources
    }
    assert set(drawn) == triggers


def test_an_address_opens_at_the_words(page: Any, address: str, root: Path) -> None:
    article = rocket(root)
    start = article.text.index("accused")
    page.goto(f"{address}/articles/{article.id}#s={start}-{start + 7}")
    assert texts_of(page, "hit") == ["accused"]
    event = next(event for event in open_dataset(root).records("events") if event.article_id == article.id)
    # Only the part behind # changes, so that no page is loaded.
    page.goto(f"{address}/articles/{article.id}#{event.id}")
    page.wait_for_selector(f"#{event.id}.pinned")
    assert page.locator(f"#{event.id} details").get_attribute("open") is not None


def test_pointing_shows_and_clicking_pins(page: Any, address: str, root: Path) -> None:
    article = rocket(root)
    page.goto(f"{address}/articles/{article.id}")
    box = page.evaluate("""() => {
      const ranges = ['ev1', 'ev2', 'ev3', 'ev4'].flatMap((n) => [...(CSS.highlights.get(n) || [])]);
      const r = ranges[0].getBoundingClientRect();
      return [r.x + r.width / 2, r.y + r.height / 2]; }""")
    page.mouse.move(*box)
    assert page.locator("#tip").is_visible()
    page.mouse.click(*box)
    assert page.locator(".record.pinned").count() == 1
    assert texts_of(page, "lit-core")
    page.keyboard.press("Escape")
    assert page.locator(".record.pinned").count() == 0


def test_a_period_is_marked_by_hand_and_by_keys(page: Any, address: str) -> None:
    page.goto(address)
    box = page.locator("svg.strip").bounding_box()
    plan = json.loads(page.get_attribute(".figure[data-brush]", "data-brush"))
    unit = box["width"] / float(page.get_attribute("svg.strip", "viewBox").split()[2])
    first, last = 2, len(plan["bins"]) - 2
    height = box["y"] + 20
    page.mouse.move(box["x"] + unit * (plan["left"] + (first + 0.5) * plan["step"]), height)
    page.mouse.down()
    page.mouse.move(box["x"] + unit * (plan["left"] + (last + 0.5) * plan["step"]), height, steps=3)
    page.mouse.up()
    shown = page.get_attribute(".brushed a", "href")
    assert shown == f"/search?since={plan['spans'][first][0]}&until={plan['spans'][last][1]}"
    counts = page.eval_on_selector_all("svg.strip [data-bin]", "all => all.map((e) => [+e.dataset.bin, +e.dataset.n])")
    inside = sum(n for i, n in counts if first <= i <= last)
    assert f"{inside} acts" in page.inner_text(".brushed")
    page.locator("svg.strip a[data-bin]").first.focus()
    page.keyboard.press("Escape")
    assert page.locator(".brushed a").count() == 0
    page.keyboard.press("Shift+ArrowRight")
    assert page.locator(".brushed a").count() == 1


def test_arrows_go_from_mark_to_mark(page: Any, address: str) -> None:
    page.goto(address)
    # One stop of Tab for the whole picture.
    assert page.locator("svg.strip a[tabindex='0']").count() == 1
    page.locator("svg.strip a[data-bin]").first.focus()
    before = page.evaluate("document.activeElement.getAttribute('aria-label')")
    page.keyboard.press("ArrowRight")
    after = page.evaluate("document.activeElement.getAttribute('aria-label')")
    assert before != after
    assert page.inner_text("#tip") == after


def test_the_legend_takes_a_kind_out(page: Any, address: str) -> None:
    page.goto(address)
    mark = page.locator("svg.strip circle.q1").first
    assert mark.is_visible()
    page.click(".legend li[data-quad='1'] button")
    assert not mark.is_visible()
    page.click(".legend li[data-quad='1'] button")
    assert mark.is_visible()


def test_the_map_is_drawn_larger_and_its_marks_are_not(page: Any, address: str) -> None:
    page.goto(f"{address}/map")
    mark = page.locator("svg.map a circle").first
    before = mark.bounding_box()
    page.click(".zoom button[aria-label='Larger']")
    assert float(page.get_attribute("svg.map", "viewBox").split()[2]) == 480
    assert abs(mark.bounding_box()["width"] - before["width"]) < 1
    page.click(".zoom button[aria-label='Whole map']")
    assert float(page.get_attribute("svg.map", "viewBox").split()[2]) == 960


def test_the_network_shows_what_is_tied_to_a_party(page: Any, address: str) -> None:
    page.goto(f"{address}/network")
    page.locator("svg.network [data-key='USA']").hover()
    tied = page.eval_on_selector_all(
        "svg.network [data-a].near", "all => all.every((e) => [e.dataset.a, e.dataset.b].includes('USA')) && all.length"
    )
    assert tied
    assert page.locator("svg.network.some").count() == 1


def test_charts_are_links_without_script(page: Any, address: str) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    plain = context.new_page()
    plain.goto(address)
    assert "/search?type=" in str(plain.get_attribute("svg.strip a[data-bin]", "href"))
    assert plain.locator("svg.strip a[data-bin] title").count() > 0
    context.close()


def test_a_touched_record_comes_up_on_a_phone(browser: Any, address: str, root: Path) -> None:
    for page in _page(browser, has_touch=True):
        page.set_viewport_size({"width": 390, "height": 844})
        page.goto(f"{address}/articles/{rocket(root).id}")
        x, y = page.evaluate("""() => {
          const r = ['ev1', 'ev2', 'ev3', 'ev4'].flatMap((n) => [...(CSS.highlights.get(n) || [])])[0].getBoundingClientRect();
          return [r.x + r.width / 2, r.y + r.height / 2]; }""")
        page.touchscreen.tap(x, y)
        page.wait_for_selector("#tip.sheet:not([hidden])")
        page.click("#tip.sheet a[href^='#']:has-text('Why')")
        assert page.locator(".record.pinned").count() == 1


def test_an_article_reads_without_script(page: Any, address: str, root: Path) -> None:
    context = page.context.browser.new_context(java_script_enabled=False)
    context.set_default_timeout(PATIENCE_MS)
    page = context.new_page()
    page.goto(f"{address}/articles/{rocket(root).id}")
    assert "President Ronald Reagan met" in page.inner_text("#text")
    assert page.locator(".record").count() > 0
    context.close()


def test_type_ahead(page: Any, address: str) -> None:
    page.goto(f"{address}/search")
    page.fill("input[name=actor]", "")
    # Every letter may bring a list of its own; the one of the whole is what is chosen from.
    with page.expect_response(lambda answer: answer.url.endswith("q=united%20st")):
        page.locator("input[name=actor]").press_sequentially("united st", delay=20)
    page.wait_for_selector(".offers:not([hidden]) li[data-key=USA]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("input[name=actor]") == "USA"


def test_paste_box(page: Any, address: str) -> None:
    page.goto(address)
    page.fill(
        "#text",
        "MOSCOW, March 3. Foreign Minister Andrei Gromyko met Secretary of State George Shultz in Geneva on Monday.",
    )
    # The answer is a page of its own: without waiting for it, the old page is looked at.
    with page.expect_navigation():
        page.click(".paste button")
    assert page.locator(".record").count() > 0


def test_only_keys_and_buttons_decide(page: Any, address: str) -> None:
    page.goto(f"{address}/review")
    first = page.input_value("input[name=id]")
    page.click("#text")
    page.click(".judge .record h3")
    page.reload()
    assert page.input_value("input[name=id]") == first
    with page.expect_navigation():
        page.keyboard.press("a")
    assert page.input_value("input[name=id]") != first
    with page.expect_navigation():
        page.keyboard.press("u")
    assert page.input_value("input[name=id]") == first
    page.keyboard.press("?")
    assert page.locator(".keys").get_attribute("open") is not None


def settled(page: Any) -> None:
    """Wait until the tables are made anew, which on a busy machine takes longer than the page waits for it."""
    for _ in range(100):
        if "being made anew" not in page.inner_text("main"):
            return
        page.wait_for_timeout(1000)
        page.reload()


def test_two_names_are_settled_by_keys_and_taken_back(page: Any, address: str, root: Path) -> None:
    page.goto(address + pair_of(root))
    page.click("h1")
    page.reload()
    assert page.locator("button[value=undo]").count() == 0, "looking decided something"
    with page.expect_navigation():
        page.keyboard.press("2")
    settled(page)
    assert "Joined" in page.inner_text(".after-join h2")
    with page.expect_navigation():
        page.keyboard.press("u")
    settled(page)
    assert "If they are joined" in page.inner_text(".after-join h2")


def test_what_is_new_since_one_last_looked(page: Any, address: str) -> None:
    page.goto(address)
    assert not page.locator(".since").is_visible(), "a first look has nothing new"
    page.evaluate("""() => { const name = `dragoman-looked:${document.querySelector(".dataset").textContent}`;
      localStorage.setItem(name, "2000-01-01T00:00:00Z"); sessionStorage.removeItem(name); }""")
    page.reload()
    assert "New since you last looked, on 1 January 2000" in page.inner_text(".since")
    page.click(".since a")
    assert int(page.inner_text("h1").split()[0]) > 30


SELECT = """(words) => {
  for (const p of document.querySelectorAll("#text p[data-start]")) {
    const at = p.firstChild.data.indexOf(words);
    if (at < 0) continue;
    getSelection().setBaseAndExtent(p.firstChild, at, p.firstChild, at + words.length);
    return;
  }
}"""


def test_selected_words_go_into_a_field(page: Any, address: str, root: Path) -> None:
    article = rocket(root)
    event = next(each for each in open_dataset(root).records("events") if each.article_id == article.id)
    page.goto(f"{address}/review?at={event.id}")
    page.evaluate(SELECT, "Mr Gorbachev said")
    page.wait_for_selector("#pick:not([hidden])")
    page.keyboard.press("1")
    start = article.text.index("Mr Gorbachev said")
    assert page.input_value("input[name=trigger]") == f"Mr Gorbachev said@{start}", (
        "offsets count code points, not UTF-16"
    )
    assert not page.locator("#pick").is_visible()
    page.evaluate(SELECT, "two armies")
    page.locator("#pick button").nth(1).click()
    assert page.input_value("input[name=actors]").endswith(f"two armies@{article.text.index('two armies')}")
    with page.expect_navigation():
        page.keyboard.press("c")
    row = json.loads(page.request.get(f"{address}/review.json?at={event.id}").text())
    assert row["judged"][0]["verdict"] == "correct"
    assert "trigger Mr Gorbachev said" in row["judged"][0]["said"]
