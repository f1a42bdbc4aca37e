"""An HTML page as a whole: its claims, its body, and the judgement between them."""

from __future__ import annotations

import re

from dragoman import edtf
from dragoman.reading.claims import Claims, article_text
from dragoman.reading.clutter import ends_sentence, is_about_author, word_count
from dragoman.reading.credits import is_name, read_byline, split_names
from dragoman.reading.encoding import normalise, squeeze
from dragoman.reading.imprint import authors_of, gather, outlet_of, own_name
from dragoman.reading.markup import BODY, LEAD, Block, bounded, parse_html, walk
from dragoman.reading.metadata import language_of, published_of, section_of, tags_of, title_of, titles_in, url_of
from dragoman.reading.outlets import by_name
from dragoman.reading.pages import Reading
from dragoman.reading.passages import Page, likely, locate
from dragoman.reading.stamps import read_stamp
from dragoman.records import Reason, When

__all__ = ["read_html"]

_LEAST_WORDS = 60
_SMALL_SHARE = 0.15
_UNSURE = 0.0
_LARGEST_SEARCHED = 2_000_000
_MOST_TAGS = 20_000
_MOST_BLOCKS = 6_000
_PROSE_WORDS = 14
_HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HEAD, _SIGNATURE = 4, 14
_ADDRESS = re.compile(r"\S+@\S+")
_SIGNED_BELOW = re.compile(r"^(?:Autor(?:in|en)?(?:/Autor|/in)?|Authors?|Auteurs?|Autora?|Autore)\b[: ]", re.IGNORECASE)
_NAMES = re.compile(r"\s*(?:,|;|/|&|\s(?:and|und|et|y|e|og|och|na|le)\s)\s*")


def read_html(page: str, *, url: str | None = None) -> Reading:
    """The article on an HTML page, given as text, with what the page says of itself.

    >>> html = "<title>Talks | Herald</title><h1>Talks</h1><p>The ministers of both states met in Oslo on Monday.</p>"
    >>> read_html(html).paragraphs
    ('The ministers of both states met in Oslo on Monday.',)
    """
    page = bounded(page)
    root = parse_html(page)
    if root is None:
        return Reading(paragraphs=(), why=(_reason("page", "the page holds no markup that could be read"),))
    claims = gather(root)
    title, by_title = title_of(claims)
    body = article_text(claims)
    chosen, near, by_body = _body(root, claims, body)
    stamps = [block.text for block in near]
    paragraphs = [squeeze(line) for line in normalise("\n".join(block.text for block in chosen)).split("\n")]
    found = sum(map(len, paragraphs))
    if len(body) > (1.5 if sum(block.words for block in chosen) < _LEAST_WORDS else 3.0) * found:
        paragraphs = [squeeze(line) for line in normalise(body).split("\n")]
        by_body = _reason("body", "the page shows too little text: taken from its metadata (articleBody)")
    elif not chosen or by_body.score == _UNSURE:
        other = _second_opinion(page)
        if sum(map(len, other)) > max(3 * found, 200):
            paragraphs = other
            by_body = _reason("body", "our own look found too little text: by trafilatura")
    published, updated, by_date = published_of(claims, url)
    if published is None:
        published, by_date = _printed(stamps)
    if published is None and _searchable(page):
        published, by_date = _searched(page)
    authors, by_authors = authors_of(claims)
    if not authors or by_authors.detail.endswith("own name"):
        authors, by_authors = _signed(near, chosen, claims) or (authors, by_authors)
    paragraphs = _without_signature([line for line in paragraphs if line], authors)
    outlet, by_outlet = outlet_of(claims, url)
    agencies = tuple(known.name for name in authors if (known := by_name(name)) is not None and known.kind == "agency")
    return Reading(
        paragraphs=tuple(paragraphs),
        title=title,
        outlet=outlet,
        authors=authors,
        agencies=agencies,
        published=published,
        updated=updated,
        language=language_of(claims),
        url=url or url_of(claims),
        section=section_of(claims),
        tags=tags_of(claims),
        why=(by_title, by_outlet, by_authors, *by_date, by_body),
    )


def _reason(by: str, detail: str) -> Reason:
    return Reason(step="clean", by=by, detail=detail)


def _body(root: object, claims: Claims, body: str) -> tuple[list[Block], list[Block], Reason]:
    """The blocks of the article, and short ones near the heading that may hold a date or a name."""
    tree = walk(root)
    del tree.blocks[_MOST_BLOCKS:]
    description = next((value for _, value in claims.meta("og:description", "description", "twitter:description")), "")
    page = Page(tree, titles=titles_in(claims), description=description, hints=body, tags=tags_of(claims))
    top, candidates = locate(page)
    if not candidates:
        return [], tree.blocks[:60], _reason("body", "no block of the page reads as prose")
    chosen = _chosen(page, top, candidates)
    words = sum(block.words for block in chosen)
    prose = sum(block.words for block in tree.blocks if block.links * 3 < len(block.text) and block.words > 7)
    unsure = words < _SMALL_SHARE * prose or (words < 80 and prose > 160)
    if unsure:
        # A hint in a class name can hide the article itself: look once more without them.
        tree.flags = [flags & (LEAD | BODY) for flags in tree.flags]
        top_again, again = locate(page)
        other = _chosen(page, top_again, again) if again else []
        if sum(block.words for block in other) > 3 * words:
            chosen, top, candidates, unsure = other, top_again, again, False
    first = candidates[0]
    # What stands above the heading comes last: there the day is printed on which the page was asked for.
    near = [
        block
        for block in (*tree.blocks[first : first + 12], *tree.blocks[max(0, first - 3) : first])
        if block.words < 25
    ]
    after = next((place for place in candidates if chosen and tree.blocks[place] is chosen[-1]), candidates[-1])
    near += [
        block for block in tree.blocks[after + 1 : after + 30] if block.words < 9 and _SIGNED_BELOW.match(block.text)
    ]
    detail = f"{len(chosen)} of {len(candidates)} blocks around {tree.tags[top]!r}, by the passage model"
    return chosen, near, Reason(step="clean", by="body", detail=detail, score=_UNSURE if unsure else None)


def _chosen(page: Page, top: int, candidates: list[int]) -> list[Block]:
    chosen: list[Block] = []
    seen: set[str] = set()
    for index, good in zip(candidates, likely(page, top, candidates), strict=True):
        block = page.tree.blocks[index]
        if good and block.text not in seen:
            seen.add(block.text)
            chosen.append(block)
    while len(chosen) > 2 and is_about_author(chosen[-1].text):
        chosen.pop()
    return chosen


def _searchable(page: str) -> bool:
    """Whether a slower tool may be asked about a page: not about one built to keep it busy."""
    return len(page) < _LARGEST_SEARCHED and page.count("<") < _MOST_TAGS


def _second_opinion(page: str) -> list[str]:
    """The body by trafilatura, for pages on which our own look is unsure; slower, and asked for few pages."""
    if not _searchable(page):
        return []
    import trafilatura

    try:
        text = trafilatura.extract(page, include_comments=False, include_tables=False, fast=True)
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError):
        return []
    return [line for line in (squeeze(part) for part in normalise(text or "").split("\n")) if line]


def _searched(page: str) -> tuple[When | None, tuple[Reason, ...]]:
    """The day that htmldate finds on a page whose metadata and heading name none."""
    import datetime as dt
    import logging

    from htmldate import find_date

    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    try:
        found = find_date(page, original_date=True, extensive_search=False)
        day = dt.date.fromisoformat(found) if found else None
    except (ValueError, TypeError, AttributeError, LookupError, RecursionError, OverflowError):
        return None, ()
    if day is None:
        return None, ()
    return edtf.day(day, basis="page"), (
        _reason("published", "no claim in the metadata: a date in the page, by htmldate"),
    )


def _signed(near: list[Block], chosen: list[Block], claims: Claims) -> tuple[tuple[str, ...], Reason] | None:
    """Whom a line near the heading names as the author: "By Jane Doe", a name and a date, or names alone over the text."""
    for block in near:
        line = block.text
        byline = read_byline(line) if len(line) < 120 else None
        if byline is not None and byline.authors and not ends_sentence(line):
            names = tuple(name for name in byline.authors if not own_name(claims, name))
            if names:
                return names, _reason("authors", f"the line {line[:80]!r} near the heading")
        name, mark, rest = line[:160].partition("|")
        if mark and is_name(name.strip()) and len(name.split()) < 5 and read_stamp(rest, basis="page") is not None:
            return (name.strip(),), _reason("authors", f"the line {line[:80]!r} near the heading")
    places = [place for place, block in enumerate(near) if _only_names(block)]
    opening = next((block for block in chosen if block.words > _PROSE_WORDS), None)
    for block in [near[place] for place in places]:
        names = tuple(name for name in split_names(block.text) if not own_name(claims, name))
        if names and opening is not None and block.tag not in _HEADS and 0 < opening.node - block.node < 8:
            return names, _reason("authors", f"the line {block.text[:80]!r} alone over the text")
    return None


def _without_signature(paragraphs: list[str], authors: tuple[str, ...]) -> list[str]:
    """The text without lines that only sign or date it: above its first sentence, and the last one."""
    opening = next((place for place, line in enumerate(paragraphs[:_HEAD]) if ends_sentence(line)), 0)

    def signs(line: str) -> bool:
        return _names_only(line, authors) or _dates_only(line)

    kept = [line for line in paragraphs[:opening] if not signs(line)] + paragraphs[opening:]
    return kept[:-1] if len(kept) > 1 and signs(kept[-1]) else kept


def _names_only(line: str, authors: tuple[str, ...]) -> bool:
    """Whether a line is an author's name with little beside it: "By Jane Doe", "Jane Doe, jane@herald.example"."""
    if word_count(line) > _SIGNATURE or ends_sentence(line):
        return False
    rest = _ADDRESS.sub("", line)
    for name in authors:
        rest = rest.replace(name, "")
    return rest != line and sum(map(str.isalpha, rest)) <= max(3, sum(map(str.isalpha, line)) // 3)


def _dates_only(line: str) -> bool:
    if word_count(line) > _SIGNATURE // 2 or ends_sentence(line) or not any(char.isdigit() for char in line):
        return False
    when = read_stamp(line, basis="page")
    return when is not None and when.start is not None and when.precision in ("day", "minute")


def _only_names(block: Block) -> bool:
    """Whether a block is bold, or in capitals, and nothing but names: so papers sign that have no field for it."""
    text = block.text.strip(" .:")
    if (
        block.words > 12
        or len(text) > 90
        or block.links > 0.5 * len(text)
        or not (block.bold >= 0.8 * len(block.text) or text.isupper())
    ):
        return False
    parts = [part for part in _NAMES.split(text) if part]
    return bool(parts) and all(len(part.split()) < 5 and len(split_names(part)) == 1 for part in parts)


def _printed(lines: list[str]) -> tuple[When | None, tuple[Reason, ...]]:
    """A date printed near the heading of a page whose markup gives none."""
    for line in lines:
        when = read_stamp(line, basis="page") if any(char.isdigit() for char in line) else None
        if when is not None and when.start is not None and when.precision in ("day", "minute"):
            return when, (_reason("published", f"the line {line[:80]!r} near the heading"),)
    return None, ()
