"""The page in a real browser: evidence drawn at the right characters, keys of the review, no request to anywhere else, contrast.

Needs Playwright for Python and a Chromium (Debian: `apt-get install chromium`); without them the tests are skipped.
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
from dragoman.report import examples
from dragoman.runner import code_inputs
from dragoman.store import open_dataset

playwright = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or not os.environ.get("DRAGOMAN_BROWSER_TESTS"),
    reason="run by `make browser`, with a Chromium installed",
)

PATHS = (
    "/",
    "/search",
    "/search?what=statements&q=treaty",
    "/actors",
    "/actors/USA",
    "/dyads",
    "/positions",
    "/meetings",
    "/pledges",
    "/network",
    "/map",
    "/review",
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("browser")
    text = (
        "GENEVA, May 4, 1988. 🚀🚀 President Ronald Reagan met Mikhail Gorbachev in Geneva on Tuesday.\n\n"
        "🚀 Mr Gorbachev said that the two armies would withdraw next year. The Soviet Union accused the United States of delay.\n"
    )
    row = {"id": "rocket", "text": text, "title": "Rockets 🚀", "published": "1988-05-04"}
    (folder / "rocket.jsonl").write_text(json.dumps(row), encoding="utf-8")
    code_inputs([examples(), folder / "rocket.jsonl"], folder / "demo", Settings())
    return folder / "demo"


@pytest.fixture(scope="module")
def address(root: Path) -> Iterator[str]:
    """A server of its own process, as a user starts it; it ends by itself should the tests not end it."""
    command = [
        sys.executable,
        "-m",
        "dragoman",
        "serve",
        str(root),
        "--port",
        "0",
        "--review",
        "--reviewer",
        "test",
        "--stop-after",
        "900",
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip().rstrip("/")
        server.terminate()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        made = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield made
        made.close()


def opened(browser: Any, url: str, **options: Any) -> tuple[Any, list[str]]:
    """A page, and everything that went wrong on it: errors, refusals of the policy, requests to elsewhere."""
    page = browser.new_page(**options)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on(
        "request",
        lambda request: None if request.url.startswith(("http://127.0.0.1:", "data:")) else wrong.append(request.url),
    )
    page.goto(url)
    return page, wrong


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 400])
def test_every_view_fits_and_asks_nothing_of_the_outside(browser: Any, address: str, scheme: str, width: int) -> None:
    for path in PATHS:
        page, wrong = opened(browser, address + path, color_scheme=scheme, viewport={"width": width, "height": 900})
        assert wrong == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{path} is wider than the screen"
        page.close()


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


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_contrast(browser: Any, address: str, scheme: str) -> None:
    for path in PATHS:
        page, _ = opened(browser, address + path, color_scheme=scheme)
        assert page.evaluate(CONTRAST) == [], path
        page.close()


def test_everything_that_takes_input_has_a_name(browser: Any, address: str) -> None:
    script = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea, button, a[href]")]
      .filter((e) => e.checkVisibility()
      && !(e.textContent.trim() || e.getAttribute("aria-label") || e.labels?.length || e.title)).map((e) => e.outerHTML.slice(0, 120))"""
    for path in PATHS:
        page, _ = opened(browser, address + path)
        assert page.evaluate(script) == [], path
        page.close()


def texts_of(page: Any, name: str) -> list[str]:
    found: list[str] = page.evaluate(f"[...(CSS.highlights.get('{name}') || [])].map(String)")
    return found


def rocket(root: Path) -> Any:
    return next(article for article in open_dataset(root).records("articles") if article.title == "Rockets 🚀")


def test_evidence_is_drawn_at_its_characters(browser: Any, address: str, root: Path) -> None:
    article = rocket(root)
    events = [event for event in open_dataset(root).records("events") if event.article_id == article.id]
    assert events
    page, wrong = opened(browser, f"{address}/articles/{article.id}")
    assert wrong == []
    drawn = [text for quad in "1234" for text in texts_of(page, f"ev{quad}")]
    triggers = {
        piece.text for event in events for entry in event.sources if entry.field == "trigger" for piece in entry.sources
    }
    assert set(drawn) == triggers
    page.close()


def test_an_address_opens_at_the_words(browser: Any, address: str, root: Path) -> None:
    article = rocket(root)
    start = article.text.index("accused")
    page, _ = opened(browser, f"{address}/articles/{article.id}#s={start}-{start + 7}")
    assert texts_of(page, "hit") == ["accused"]
    event = next(event for event in open_dataset(root).records("events") if event.article_id == article.id)
    page.goto(f"{address}/articles/{article.id}#{event.id}")
    assert "pinned" in page.locator(f"#{event.id}").get_attribute("class")
    assert page.locator(f"#{event.id} details").get_attribute("open") is not None
    page.close()


def test_pointing_shows_and_clicking_pins(browser: Any, address: str, root: Path) -> None:
    article = rocket(root)
    page, _ = opened(browser, f"{address}/articles/{article.id}")
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
    page.close()


def test_an_article_reads_without_script(browser: Any, address: str, root: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/articles/{rocket(root).id}")
    assert "President Ronald Reagan met" in page.inner_text("#text")
    assert page.locator(".record").count() > 0
    context.close()


def test_type_ahead(browser: Any, address: str) -> None:
    page, wrong = opened(browser, f"{address}/search")
    page.fill("input[name=actor]", "")
    page.locator("input[name=actor]").press_sequentially("united st", delay=20)
    page.wait_for_selector(".offers:not([hidden]) li")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.input_value("input[name=actor]") == "USA"
    assert wrong == []
    page.close()


def test_paste_box(browser: Any, address: str) -> None:
    page, wrong = opened(browser, address)
    page.fill(
        "#text",
        "MOSCOW, March 3. Foreign Minister Andrei Gromyko met Secretary of State George Shultz in Geneva on Monday.",
    )
    page.click(".paste button")
    assert page.locator(".record").count() > 0
    assert wrong == []
    page.close()


def test_only_keys_and_buttons_decide(browser: Any, address: str) -> None:
    page, _ = opened(browser, f"{address}/review")
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
    page.close()
