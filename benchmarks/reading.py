"""Measures reading of HTML pages beside the best existing tools, in one run.

    python benchmarks/reading.py DATA [--split tune|test] [--systems dragoman,trafilatura,...] [--errors N] [--as WHAT]

DATA is a folder with the sets html_fundus, html_trafilatura, html_postlight and html_htmldate (see
docs/concepts/reading.md). A third of the publishers, chosen by a hash of their domain, is the test split; weights and
rules were fitted on the rest. Body scores are F1 over 4-grams of words, mean over pages; the other scores are shares of
the pages that carry the label. With `--as` every page is read as another house would have written it: without class names
(`nameless`), its paragraphs as `div`s (`divs`) or parted by line breaks (`breaks`), its sub-headings as main ones (`headings`).
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import gzip
import hashlib
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SETS = ("html_fundus", "html_trafilatura", "html_postlight", "html_htmldate")
_WORD = re.compile(r"\w+")
_INVISIBLE = str.maketrans("", "", "\u00ad\u200b\u200c\u200d\u2060\ufeff")


def domain(url: str) -> str:
    """The registered domain of an address, roughly: two labels, three under co.uk and the like."""
    labels = (urlsplit(url).hostname or "").lower().split(".")
    second = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in ("co", "com", "net", "org", "gov", "ac", "edu")
    return ".".join(labels[-3 if second else -2 :])


def held_out(url: str) -> bool:
    """Whether a page's publisher belongs to the test third."""
    return int(hashlib.sha256(domain(url).encode()).hexdigest(), 16) % 3 == 0


def rows(data: Path, name: str, split: str) -> list[dict[str, Any]]:
    """The labelled pages of one set that belong to a split."""
    with open(data / name / "train.jsonl", encoding="utf-8") as lines:
        every = [json.loads(line) for line in lines]
    return [row for row in every if held_out(row["url"] or row["id"]) == (split == "test")]


def page(data: Path, name: str, row: dict[str, Any]) -> bytes:
    """The bytes of one page."""
    return gzip.decompress((data / name / row["html"]).read_bytes())


def rewritten(data: bytes, what: str) -> bytes:
    """A page in the markup of another house; its text stays."""
    from lxml import etree

    from dragoman.reading.encoding import decode
    from dragoman.reading.markup import parse_html

    root = parse_html(decode(data)[0])
    if what == "nameless":
        for element in root.iterfind(".//body//*"):
            for name in {"class", "id", "itemprop"} & set(element.attrib):
                del element.attrib[name]
    elif what == "headings":
        for element in root.iterfind(".//h2"):
            element.tag = "h1"
    else:
        for element in list(root.iterfind(".//p")):
            element.tag = "div" if what == "divs" else "span"
            for _ in range(0 if what == "divs" else 2):
                element.addnext(etree.Element("br"))
    found: bytes = etree.tostring(root, method="html", encoding="utf-8")
    return b"<!DOCTYPE html>" + found


def words(text: str) -> list[str]:
    """Lower-case words; punctuation is left out, and so are soft hyphens and what else nobody sees."""
    return _WORD.findall(text.lower().translate(_INVISIBLE))


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Runs of `size` words with their counts; a shorter text is one run."""
    got = words(text)
    return Counter(tuple(got[i : i + size]) for i in range(max(1, len(got) - size + 1))) if got else Counter()


def body_f1(found: str, gold: str) -> tuple[float, float, float]:
    """F1, precision and recall over shingles."""
    one, two = shingles(found), shingles(gold)
    if not one or not two:
        return 0.0, 0.0, 0.0
    both = sum((one & two).values())
    precision, recall = both / one.total(), both / two.total()
    return (2 * precision * recall / (precision + recall) if both else 0.0), precision, recall


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one system says of one page."""

    text: str = ""
    title: str | None = None
    days: frozenset[str] = frozenset()
    authors: tuple[str, ...] = ()
    outlet: str | None = None


def _dragoman(data: bytes, url: str | None) -> Answer:
    from dragoman.clean import clean
    from dragoman.records import RawDocument, Rejection

    found = clean(RawDocument(path=None, media_type="text/html", data=data))
    if isinstance(found, Rejection):
        return Answer()
    days = set()
    if found.published.edtf and len(found.published.edtf) >= 10 and found.published.start:
        days = {found.published.edtf[:10]}
        if found.published.precision == "minute":
            days.add(found.published.start.date().isoformat())
    return Answer(text=found.text, title=found.title, days=frozenset(days), authors=found.authors, outlet=found.outlet)


def _trafilatura(data: bytes, url: str | None) -> Answer:
    import trafilatura

    found = trafilatura.bare_extraction(data, include_comments=False, with_metadata=True, fast=True)
    if found is None:
        return Answer()
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Answer(
        text=found.text or "",
        title=found.title,
        days=frozenset([found.date or ""]),
        authors=authors,
        outlet=found.sitename,
    )


def _htmldate(data: bytes, url: str | None) -> Answer:
    from htmldate import find_date

    return Answer(days=frozenset([find_date(data, original_date=True) or ""]))


def _resiliparse(data: bytes, url: str | None) -> Answer:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.encoding import bytes_to_str, detect_encoding
    from resiliparse.parse.html import HTMLTree

    tree = HTMLTree.parse(bytes_to_str(data, detect_encoding(data) or "utf-8"))
    return Answer(text=extract_plain_text(tree, main_content=True, alt_texts=False), title=tree.title)


def _readability(data: bytes, url: str | None) -> Answer:
    from lxml import html
    from readability import Document  # type: ignore[import-not-found]

    document = Document(data)
    return Answer(text=html.fromstring(document.summary()).text_content(), title=document.short_title())


def _newspaper(data: bytes, url: str | None) -> Answer:
    import newspaper  # type: ignore[import-not-found]

    article = newspaper.Article(url or "http://example.org/", fetch_images=False, language="en")
    article.download(input_html=data.decode("utf-8", "replace"))
    article.parse()
    day = article.publish_date.date().isoformat() if article.publish_date else ""
    return Answer(text=article.text, title=article.title, days=frozenset([day]), authors=tuple(article.authors))


SYSTEMS: dict[str, Callable[[bytes, str | None], Answer]] = {
    "dragoman": _dragoman,
    "trafilatura": _trafilatura,
    "htmldate": _htmldate,
    "resiliparse": _resiliparse,
    "readability": _readability,
    "newspaper": _newspaper,
}


def _plain(text: str | None) -> str:
    from dragoman.reading.encoding import normalise, squeeze

    return squeeze(normalise(text or "")).casefold()


def _names(row: dict[str, Any], name: str) -> set[str]:
    if name == "html_fundus":
        return {_plain(author) for author in row.get("authors") or ()}
    given = row.get("author") or ""
    joined = "; ".join(given) if isinstance(given, list) else given
    return {_plain(part) for part in re.split(r"; |, | and ", joined) if part}


def _gold_days(value: str) -> set[str]:
    """The day as labelled; where the label has a zone, the UTC day as well."""
    days = {value[:10]}
    if len(value) > 19:
        with contextlib.suppress(ValueError):
            days.add(dt.datetime.fromisoformat(value.replace("Z", "+00:00")).astimezone(dt.UTC).date().isoformat())
    return days


def scores(name: str, row: dict[str, Any], answer: Answer) -> Iterator[tuple[str, float]]:
    """The scores that one page's labels allow."""
    if row.get("body"):
        f1, precision, recall = body_f1(answer.text, row["body"])
        yield from (("body f1", f1), ("body precision", precision), ("body recall", recall))
    if row.get("with"):
        text = _plain(answer.text)
        yield "segments kept", statistics.mean(_plain(part) in text for part in row["with"])
        if row.get("without"):
            yield "segments out", statistics.mean(_plain(part) not in text for part in row["without"])
    if row.get("body_start") and name == "html_postlight":
        start = words(row["body_start"])[-6:]
        yield "opening kept", float(" ".join(start) in " ".join(words(answer.text)))
    if row.get("title"):
        yield "title exact", float(_plain(answer.title) == _plain(row["title"]))
    if row.get("date"):
        yield "day exact", float(bool(answer.days & _gold_days(row["date"])))
    if _names(row, name):
        yield "authors exact", float({_plain(author) for author in answer.authors} == _names(row, name))
    if row.get("sitename"):
        yield "outlet exact", float(_plain(answer.outlet) == _plain(row["sitename"]))


def measure(
    data: Path, split: str, system: str, errors: int, written: str | None = None
) -> dict[str, dict[str, float]]:
    """Every set's mean scores for one system, with milliseconds of processor time a page."""
    answerer = SYSTEMS[system]
    answerer(
        b"<html><body><p>A page to load what is loaded late, with words enough for a sentence.</p></body></html>", None
    )
    table: dict[str, dict[str, float]] = {}
    for name in SETS:
        got: dict[str, list[float]] = {}
        spent = 0.0
        worst: list[tuple[float, str]] = []
        pages = rows(data, name, split)
        for row in pages:
            raw = page(data, name, row)
            if written is not None:
                raw = rewritten(raw, written)
            began = time.process_time()
            try:
                answer = answerer(raw, row["url"])
            except Exception as error:
                print(f"  {system} failed on {row['id']}: {type(error).__name__}")
                answer = Answer()
            spent += time.process_time() - began
            for key, value in scores(name, row, answer):
                got.setdefault(key, []).append(value)
                if key == "body f1":
                    worst.append((value, row["id"]))
        table[name] = {key: statistics.mean(values) for key, values in got.items()}
        table[name] |= {"pages": len(pages), "ms a page": 1000 * spent / max(1, len(pages))}
        for value, ident in sorted(worst)[:errors]:
            print(f"  {value:.3f} {ident}")
    return table


def main() -> None:
    """Print a table, or JSON with --json."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--split", choices=("tune", "test"), default="test")
    parser.add_argument("--systems", default="dragoman,trafilatura,htmldate,resiliparse")
    parser.add_argument("--errors", type=int, default=0, help="print the N worst bodies of each set")
    parser.add_argument("--as", dest="written", choices=("nameless", "divs", "breaks", "headings"))
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = {
        system: measure(options.data, options.split, system, options.errors, options.written)
        for system in options.systems.split(",")
    }
    if options.json:
        print(json.dumps({"split": options.split, "systems": found}, indent=1))
        return
    for name in SETS:
        print(f"\n{name} ({options.split})")
        keys = list(dict.fromkeys(key for table in found.values() for key in table[name]))
        print(f"{'':16}" + "".join(f"{system:>13}" for system in found))
        for key in keys:
            cells = (f"{table[name][key]:13.3f}" if key in table[name] else f"{'':13}" for table in found.values())
            print(f"{key:16}" + "".join(cells))


if __name__ == "__main__":
    main()
