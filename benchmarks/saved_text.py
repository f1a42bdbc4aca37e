"""Measures the cleaning of pages saved as text: HTML pages with known bodies, rendered whole (menus, tails and all).

    python benchmarks/saved_text.py DATA [--split tune|test] [--pages N] [--show N]

Clutter is the share of characters of the cleaned text in paragraphs of which less than half of the 4-grams stand in the
known body; recall is over the known body's 4-grams, its short headings left out (saved text cannot tell them from links).
Labels leave out fact boxes, summaries and transcripts inside an article: how much of the clutter trafilatura, reading the HTML,
takes for the article's too is printed beside.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.reading import SYSTEMS, body_f1, page, rows, shingles
from dragoman.clean import clean
from dragoman.reading.encoding import decode
from dragoman.records import RawDocument, Rejection


def rendered(html: str) -> str:
    """A page as a browser's "save as text" gives it: every block a line, links and menus included."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(
        extract_plain_text(html, preserve_formatting=True, main_content=False, list_bullets=True, alt_texts=False)
    )


def foreign(paragraph: str, known: Counter[tuple[str, ...]]) -> bool:
    """Whether less than half of a paragraph's 4-grams stand in a text."""
    own = shingles(paragraph)
    return bool(own) and (own & known).total() < 0.5 * own.total()


def main() -> None:
    """Print the means, and the pages with most clutter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", choices=("tune", "test"), default="test")
    parser.add_argument("--pages", type=int, default=40)
    parser.add_argument("--show", type=int, default=0)
    options = parser.parse_args()
    clutter = characters = shared = 0
    recalls, scores, shares = [], [], []
    worst: list[tuple[int, str, list[str]]] = []
    for row in rows(options.data, "html_fundus", options.split)[: options.pages]:
        raw = page(options.data, "html_fundus", row)
        text = rendered(decode(raw)[0])
        found = clean(RawDocument(path=None, media_type="text/plain", data=text.encode()))
        out = "" if isinstance(found, Rejection) else found.text
        gold = shingles(row["body"])
        bad = [paragraph for paragraph in out.split("\n") if foreign(paragraph, gold)]
        characters += len(out.replace("\n", ""))
        clutter += sum(map(len, bad))
        shares.append(sum(map(len, bad)) / max(1, len(out)))
        if bad:
            theirs = shingles(SYSTEMS["trafilatura"](raw, None).text)
            shared += sum(len(paragraph) for paragraph in bad if not foreign(paragraph, theirs))
        prose = "\n".join(line for line in row["body"].split("\n") if len(line) > 60)
        recalls.append(body_f1(out, prose)[2])
        scores.append(body_f1(out, row["body"])[0])
        worst.append((sum(map(len, bad)), row["id"], bad))
    for size, ident, bad in sorted(worst, reverse=True)[: options.show]:
        print(size, ident, *(f"\n    {line[:150]}" for line in bad[:6]))
    whole = max(1, characters)
    print(f"{len(recalls)} pages ({options.split}): clutter {clutter / whole:.2%} of characters", end=" ")
    print(f"({shared / whole:.2%} trafilatura takes for the article's too;", end=" ")
    print(f"mean of pages {statistics.mean(shares):.2%}, median {statistics.median(shares):.2%}),", end=" ")
    print(f"recall of prose {statistics.mean(recalls):.3f}, F1 {statistics.mean(scores):.3f}")


if __name__ == "__main__":
    main()
