"""Builds gold for `dragoman evaluate reading` from the HTML sets: `python -m evals.reading DATA OUT [--split tune|test]`.

OUT becomes a folder with the unpacked pages and `reading.jsonl`: one row per page with what its labels give (`text` from
html_fundus; title, published, authors, outlet where labelled). Then: `dragoman evaluate reading OUT/reading.jsonl --json`.
The pages are other people's: OUT belongs outside the repository.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from benchmarks.reading import page, rows

SETS = ("html_fundus", "html_trafilatura", "html_postlight")


def expected(row: dict[str, Any]) -> dict[str, Any]:
    """The `expect` of one gold row; fields that the page's labels do not give are absent, and are not scored."""
    found: dict[str, Any] = {}
    if row.get("title"):
        found["title"] = row["title"]
    if row.get("body"):
        found["text"] = row["body"]
    if row.get("date"):
        found["published"] = row["date"][:10]
    if row.get("authors"):
        found["authors"] = row["authors"]
    if row.get("sitename"):
        found["outlet"] = row["sitename"]
    return found


def main() -> None:
    """Write the pages and the gold file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--split", choices=("tune", "test"), default="test")
    options = parser.parse_args()
    (options.out / "pages").mkdir(parents=True, exist_ok=True)
    with open(options.out / "reading.jsonl", "w", encoding="utf-8") as gold:
        for name in SETS:
            for number, row in enumerate(rows(options.data, name, options.split)):
                path = f"pages/{name}_{number}.html"
                (options.out / path).write_bytes(page(options.data, name, row))
                line = {"id": f"{name}/{row['id']}", "path": path, "expect": expected(row)}
                gold.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
