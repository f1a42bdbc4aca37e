"""What an HTML page says of itself, gathered and unweighed: JSON-LD, Open Graph, Dublin Core, microdata, `<time>`, class names.

A claim is data from a stranger: it is bounded, made plain text, and never followed. `dragoman.reading.metadata` chooses between them.
"""

from __future__ import annotations

import html
import json
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any

from dragoman.reading.encoding import normalise, squeeze
from dragoman.records import Reason

__all__ = ["PART", "SUFFIX", "UPDATED", "Claims", "article_text", "by_class", "claims_of", "key", "line", "metas"]

_ARTICLE_TYPES = re.compile(
    r"(?:article|blogposting|report|newsstory|socialmediaposting|liveblogposting|creativework|webpage|videoobject)$",
    re.IGNORECASE,
)
_BEST_TYPES = re.compile(r"(?:article|blogposting|reportage\w*|report|liveblogposting)$", re.IGNORECASE)
_MOST_NODES = 2_000
_LARGEST_LD = 2_000_000
_SOFT = re.compile(r"[\W_]+")
_CONTROL = re.compile(r"[\x00-\x1f]")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_AUTHOR_CLASS = re.compile(
    r"(?:^|[-_ ])(?:authors?|autor(?:en|a|as|es|e|i)?|auteurs?|writer|journaliste?|contributors?|creditos|signature|firma|"
    r"reporter|redakteur|verfasser|skribent|forfatter|yazar|muhabir|giornalista|periodista)(?:[-_ ]|$)|"
    r"author-?name|byline|(?:wrote|written|posted)[-_]?by",
    re.IGNORECASE,
)
_DATE_CLASS = re.compile(
    r"(?:^|[-_ ])(?:date|datum|time|timestamp|published|pubdate|posted|dateline|datetime|meta|fecha|article-?info|publish\w*)(?:[-_ ]|$)",
    re.IGNORECASE,
)
_TESTED = frozenset(("data-testid", "data-qa", "data-component"))
SUFFIX = re.compile(r"\s+(?:[|–—«»·•:]|::|-{1,2}|›)\s+|\s*[｜]\s*|(?<=[^\x00-\xff])[-_|]{1,2}(?=[^\x00-\xff])")
"""What parts a title from the site's name, a section or a date around it."""
PART = "\x1f"
"""Stands between the texts of an element's children in a byline."""
UPDATED = re.compile(
    r"updat|modif|aktualisier|actualiz|mis à jour|aggiornat|oppdatert|uppdaterad|opdateret", re.IGNORECASE
)
"""Words of a change rather than of a first appearance."""


@lru_cache(maxsize=1)
def _meta_names() -> dict[str, tuple[str, ...]]:
    table = tomllib.loads(files("dragoman").joinpath("data/metas.toml").read_text(encoding="utf-8"))
    return {kind: tuple(names) for kind, names in table.items()}


def metas(kind: str) -> tuple[str, ...]:
    """The names of the metas that carry one kind of claim, most trusted first; from `data/metas.toml`.

    >>> metas("published")[0]
    'article:published_time'
    """
    return _meta_names()[kind]


@dataclass(slots=True)
class Claims:
    """Everything a page says of itself, unweighed."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    title: str | None = None
    headings: list[str] = field(default_factory=list)
    canonical: str | None = None
    language: str | None = None
    times: list[tuple[str, str, bool]] = field(default_factory=list)
    props: dict[str, list[str]] = field(default_factory=dict)
    bylines: list[str] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    article: dict[str, Any] | None = None
    outlet: tuple[str | None, Reason] | None = None
    """What `dragoman.reading.imprint` made of the claims about the outlet: asked for often, weighed once."""
    titles: list[tuple[str, str]] | None = None
    """The same of the claims of the title, by `dragoman.reading.metadata`."""

    def meta(self, *names: str) -> Iterator[tuple[str, str]]:
        """The values of the named metas, in the order of the names."""
        for name in names:
            for value in self.metas.get(name, ()):
                yield name, value


def _text_of(element: Any, most: int = 300) -> str:
    return squeeze(normalise("".join(element.itertext())[: most * 4]))[:most]


def _heading_of(element: Any) -> str:
    """The text of a heading; a kicker in a part of its own does not run into the words after it."""
    parts: list[str] = []
    for text in element.itertext():
        if parts and text[:1].isupper() and parts[-1][-1:].islower():
            parts.append(" ")
        parts.append(text)
        if len(parts) > 60:
            break
    return squeeze(normalise("".join(parts)[:1200]))[:300]


def _parts_of(element: Any, most: int = 200) -> str:
    """The text of an element with `PART` between the texts of its children, so that a name does not run into a role."""
    parts: list[str] = []
    for text in element.itertext():
        part = squeeze(text)
        if part:
            parts.append(part)
        if len(parts) > 40:
            break
    return PART.join(parts)[:most]


def claims_of(root: Any) -> Claims:
    """Walk a tree (lxml) once and note every claim; at most 2,000 JSON-LD nodes are looked at."""
    claims = Claims()
    claims.language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    for element in root.iter("meta", "title", "link", "script", "h1", "time"):
        tag = element.tag
        if tag == "meta":
            name = (
                element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
            )
            value = element.get("content")
            if not value and name and "title" not in name.lower():
                # Not what the standard says, but some pages write it so; their titles are better read off the page.
                value = element.get("value")
            if name and value and len(value) < 2000:
                claims.metas.setdefault(name.lower().strip(), []).append(value.strip())
        elif tag == "script":
            if (element.get("type") or "").strip().lower().startswith("application/ld+json") and element.text:
                claims.nodes += _nodes(element.text)
        elif tag == "title":
            if (
                claims.title is None
                and element.text
                and element.getparent() is not None
                and element.getparent().tag != "svg"
            ):
                claims.title = squeeze(element.text)[:500]
        elif tag == "link":
            if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
                claims.canonical = element.get("href").strip()
        elif tag == "h1":
            text = _heading_of(element)
            if text:
                claims.headings.append(text)
        elif tag == "time":
            stamp = element.get("datetime") or ""
            above = element.getparent()
            around = above.get("class") if above is not None else None
            names = f"{element.get('class') or ''} {element.get('itemprop') or ''} {around or ''}"
            claims.times.append((stamp.strip()[:100], _text_of(element, 120), bool(UPDATED.search(names))))
    if not claims.headings:
        claims.headings = _lesser_headings(root, claims)
    claims.article = _article(claims)
    article = claims.article or {}
    # Microdata and class names are a slower witness, asked only where the better ones are silent.
    if not (article.get("author") and article.get("datePublished") and article.get("headline")):
        _microdata(root, claims)
    return claims


def _lesser_headings(root: Any, claims: Claims) -> list[str]:
    """The headings that stand for the main one on a page without: those that the page's title or a title for sharing holds."""
    told = [key(text) for text in (claims.title or "", *(value for _, value in claims.meta(*metas("title")))) if text]
    if not told:
        return []
    found = []
    for element, _ in zip(root.iter("h2", "h3"), range(60), strict=False):
        text = _heading_of(element)
        folded = key(text)
        if len(text.split()) > 2 and any(folded in one for one in told):
            found.append(text)
    return found[:3]


def _names_author(element: Any) -> bool:
    """Whether a `name` stands inside an author, at most four elements up."""
    for above, _ in zip(element.iterancestors(), range(4), strict=False):
        prop = (above.get("itemprop") or "").lower()
        if prop:
            return prop in ("author", "creator")
    return False


def _scope(element: Any) -> Any:
    """The item that an author belongs to: the next one above that is no person."""
    for above in element.iterancestors():
        if above.get("itemscope") is not None and not (above.get("itemtype") or "").lower().endswith(
            ("person", "organization")
        ):
            return above
    return None


def _microdata(root: Any, claims: Claims) -> None:
    home: Any = None
    for element in root.xpath("//body//*[@itemprop]")[:400]:
        name = (element.get("itemprop") or "").lower()
        if name in (
            "datepublished",
            "datecreated",
            "datemodified",
            "author",
            "headline",
            "name",
            "publisher",
            "creator",
        ):
            value = element.get("content") or element.get("datetime") or _text_of(element)
            if value:
                if name == "name":
                    name = "author" if _names_author(element) else "name"
                    if name == "author":
                        claims.props["author"] = [v for v in claims.props.get("author", []) if value not in v]
                if name == "author":
                    # The authors of comments and of other articles in the margins stand in items of their own.
                    scope = _scope(element)
                    if home is None:
                        home = scope
                    elif scope is not home:
                        continue
                claims.props.setdefault(name, []).append(value.strip())


def by_class(root: Any, claims: Claims) -> None:
    """Add bylines and date lines found by class names and by links to authors' pages: a slower witness, for silent metadata.

    What stands below the main heading comes first: above it are the menu's authors, and the day on which the page was saved.
    """
    below = False
    early: list[str] = []
    signs: list[str] = []
    above: list[str] = []
    linked = _Linked()
    for element in root.iter():
        if element.tag == "h1":
            below = True
        mark = 0
        for name, value in element.items():
            if name == "class":
                mark |= _mark(value) if len(value) <= 200 else 0
            elif name in _TESTED:
                mark |= _test_mark(value)
        bylines = signs if below else above
        if mark & 1 and len(bylines) < 30:
            text = _parts_of(element)
            if text and len(text) < 160:
                bylines.append(text)
        elif element.tag == "a" and len(bylines) < 30:
            linked.add(element, bylines)
        if mark & 2 and len(claims.stamps) < 30:
            text = _text_of(element, 200)
            if text and len(text) < 160 and any(char.isdigit() for char in text):
                (claims.stamps if below else early).append(text)
    claims.stamps += early[-3:]
    claims.bylines += [*signs, *above][:40]


class _Linked:
    """Links to authors' pages; those side by side are one byline."""

    def __init__(self) -> None:
        self.near: tuple[Any, ...] = ()

    def add(self, element: Any, bylines: list[str]) -> None:
        """Note a link whose address lists what one person wrote; `bylines` grows or its last line does."""
        href = element.get("href") or ""
        if element.get("rel") != "author" and not _author_path(href[:300]):
            return
        text = _text_of(element, 80)
        if not text or len(text.split()) > 6:
            return
        parent = element.getparent()
        around = tuple(one for one in (parent, parent.getparent() if parent is not None else None) if one is not None)
        if bylines and self.near and any(one is other for one in around for other in self.near):
            if text not in bylines[-1].split(PART):
                bylines[-1] = f"{bylines[-1]}{PART}{text}"
            return
        self.near = around
        bylines.append(text)


@lru_cache(maxsize=1)
def _paths() -> re.Pattern[str]:
    table = tomllib.loads(files("dragoman").joinpath("data/bylines.toml").read_text(encoding="utf-8"))
    return re.compile(rf"/(?:{'|'.join(map(re.escape, table['paths']))})/[^/?#]*[^\W\d][^/?#]*", re.IGNORECASE)


@lru_cache(maxsize=20_000)
def _author_path(href: str) -> bool:
    return _paths().search(href) is not None


@lru_cache(maxsize=20_000)
def _test_mark(name: str) -> int:
    """Whether the name that an element has for the page's own tests is that of a byline."""
    return 1 if len(name) < 60 and ("byline" in name.lower() or name.lower().endswith("author-name")) else 0


@lru_cache(maxsize=20_000)
def _mark(names: str) -> int:
    return (1 if _AUTHOR_CLASS.search(names) else 0) | (2 if _DATE_CLASS.search(names) else 0)


def _nodes(text: str) -> list[dict[str, Any]]:
    """The objects in one JSON-LD script, `@graph` and lists opened; broken JSON is mended once, then given up."""
    if len(text) > _LARGEST_LD:
        return []
    text = (
        text.strip()
        .removeprefix("<!--")
        .removesuffix("-->")
        .removeprefix("//<![CDATA[")
        .removesuffix("//]]>")
        .strip()
        .rstrip(";")
    )
    value: Any = None
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            value = json.loads(attempt, strict=False)
            break
        except (ValueError, RecursionError):
            continue
    found: list[dict[str, Any]] = []
    waiting = [value]
    while waiting and len(found) < _MOST_NODES:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting[:0] = item[:200]
        elif isinstance(item, dict):
            found.append(item)
            for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
                if isinstance(item.get(key), list | dict):
                    waiting.append(item[key])
    return found


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [str(kind) for kind in kinds[:5]] if isinstance(kinds, list) else [str(kinds)] if kinds else []


def _article(claims: Claims) -> dict[str, Any] | None:
    """The JSON-LD node that stands for the page's own article: the right type, dated, titled as the page is."""
    best, best_score = None, 0.0
    head = (claims.headings[0] if claims.headings else claims.title or "").casefold()
    for node in claims.nodes:
        kinds = _types(node)
        if not any(_ARTICLE_TYPES.search(kind) for kind in kinds):
            continue
        score = 3.0 if any(_BEST_TYPES.search(kind) for kind in kinds) else 0.5
        score += 1.0 if node.get("datePublished") else 0.0
        score += 0.5 if node.get("author") else 0.0
        title = str(node.get("headline") or node.get("name") or "").casefold()
        score += 2.0 if title and head and (title in head or head in title) else 0.5 if title else 0.0
        if score > best_score:
            best, best_score = node, score
    return best


def line(value: object, most: int = 400) -> str:
    """A claim as one line of plain text: entities opened, tags taken off, at most `most` characters.

    >>> line("Talks &amp;amp; <b>tea</b>")
    'Talks & tea'
    """
    text = str(value) if isinstance(value, str | int | float) else ""
    if "&" in text:
        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = re.sub(r"<[^<>]{0,300}>", "", text)
    return squeeze(normalise(text[: most * 3]))[:most]


def key(text: str) -> str:
    """A text folded so that two claims of one thing are equal: case, punctuation and spaces do not count.

    >>> key("Talks: the U.S. view!")
    'talks the u s view'
    """
    return _SOFT.sub(" ", text.casefold()).strip()


def article_text(claims: Claims) -> str:
    """The body that the page's metadata carry, or an empty string; markup in it is taken off."""
    body = claims.article.get("articleBody") if claims.article else None
    if not isinstance(body, str):
        for node in claims.nodes:
            if isinstance(node.get("articleBody"), str) and any(_BEST_TYPES.search(kind) for kind in _types(node)):
                body = node["articleBody"]
                break
    if not isinstance(body, str):
        return ""
    body = body[:400_000]
    if "&" in body:
        body = html.unescape(body)
    if "<" in body:
        body = re.sub(r"<(?:p|br|div|h\d|li)\b[^<>]{0,300}>|</(?:p|div|h\d|li)>", "\n", body, flags=re.IGNORECASE)
        body = re.sub(r"<[^<>]{0,300}>", "", body)
    return body
