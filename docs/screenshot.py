"""Take the picture of the README from the demo: `python -m docs.screenshot` (needs Playwright for Python and a Chromium).

Codes the demo dispatches into a temporary dataset, opens an article with a record pinned, and writes docs/screenshot.png.
"""

from __future__ import annotations

import shutil
import socket
import sys
import tempfile
import threading
import time
from pathlib import Path

__all__ = ["take"]

MOST_BYTES = 300_000


def take(target: Path) -> int:
    """Write the picture; returns its size in bytes. Raises `SystemExit` where a browser is missing."""
    import uvicorn
    from playwright.sync_api import sync_playwright

    from dragoman.config import Settings
    from dragoman.report import examples
    from dragoman.runner import code_inputs
    from dragoman.store import open_dataset
    from dragoman.web import create_app

    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        raise SystemExit("error: no chromium\nhint: on Debian, apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "demo"
        code_inputs([examples()], root, Settings())
        dataset = open_dataset(root)
        opened = socket.create_server(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(create_app(dataset), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        with sync_playwright() as started:
            browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1240, "height": 900}, color_scheme="light")
            page.goto(f"http://127.0.0.1:{opened.getsockname()[1]}{_address(dataset)}")
            page.evaluate("scrollTo(0, 0)")
            page.wait_for_timeout(300)
            page.screenshot(path=str(target))
            browser.close()
        server.should_exit = True
        thread.join(10)
        opened.close()
    return target.stat().st_size


def _address(dataset: object) -> str:
    """The article with most records, at its surest act between two parties that stands on the first screen."""
    from dragoman.store import Dataset

    assert isinstance(dataset, Dataset)
    rows = dataset.connection().execute(
        """WITH busy AS (SELECT article_id, count(*) AS n FROM events GROUP BY 1)
        SELECT e.article_id, e.id FROM events e JOIN busy USING (article_id) JOIN articles a ON a.id = e.article_id
        WHERE len(actors) > 0 AND len(recipients) > 0 AND a.outlet IS NOT NULL AND e.sources[1].sources[1].span."end" < 500
        ORDER BY e.confidence + n / 10.0 DESC, e.id LIMIT 1"""
    )
    article, event = rows.fetchall()[0]
    return f"/articles/{article}#{event}"


if __name__ == "__main__":
    written = Path(__file__).parent / "screenshot.png"
    size = take(written)
    print(f"{written.name}: {size:,} bytes")
    sys.exit(0 if size < MOST_BYTES else f"error: larger than {MOST_BYTES:,} bytes")
