"""HTML pages: the body of the article, found without any outside extractor.

The page is walked once. Its text falls into blocks (paragraphs, headings, list items); each block is scored by its
words, its links and where it stands; the article is the part of the tree that holds the prose. Class names are hints
only, and a hint is dropped where it would throw away most of the page.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from dragoman.reading.clutter import ends_sentence, kind, word_count

__all__ = ["Block", "Tree", "bounded", "find_top", "parse_html", "walk"]

_SKIP = frozenset(
    "script style noscript template svg math iframe object embed select option textarea input button canvas map audio video track "
    "nav dialog menu datalist progress meter applet frameset frame head title link meta base source picture img rp rt".split()
)
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr q ruby s samp small span strike strong sub sup "
    "time tt u var wbr amp-link tspan gu-island o-comments g hl hl2".split()
)
_LONGEST_TAG = 100_000
_FLOODED = re.compile(rf"<[A-Za-z][^<>]{{{_LONGEST_TAG},}}")
_MOST_ATTRIBUTES = 5_000
_SHORT, _OPEN = 4, 25
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))

COMMENT, RELATED, SHARE, CAPTION, META, CHROME, PROMO, LEAD, BODY, ASIDE = (1 << bit for bit in range(10))
_NEGATIVE = COMMENT | RELATED | SHARE | CAPTION | META | CHROME | PROMO | ASIDE

_NAMES = ("comment", "related", "share", "caption", "meta", "chrome", "promo", "lead", "body")
_TAG_FLAGS = {
    "figcaption": CAPTION,
    "figure": CAPTION,
    "aside": ASIDE,
    "footer": CHROME,
    "address": CHROME,
    "form": CHROME,
}
_WHOLE = frozenset(("article", "main", "body"))
_PARTS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


class Block:
    """One run of text of the page between block boundaries; `node` is its place in the list of tree nodes."""

    __slots__ = ("bold", "flags", "links", "node", "score", "tag", "text", "words")

    def __init__(self, text: str, tag: str, node: int, flags: int, links: int, bold: int) -> None:
        self.text, self.tag, self.node, self.flags = text, tag, node, flags
        self.links, self.bold = links, bold
        # Blocks have single spaces.
        self.words = text.count(" ") + 1 if text.isascii() else word_count(text)
        self.score = 0.0

    def __repr__(self) -> str:
        return f"<{self.tag} {self.words}w l{self.links} f{self.flags:x} {self.score:.0f} {self.text[:60]!r}>"


@lru_cache(maxsize=1)
def _hints() -> tuple[dict[str, int], dict[str, int]]:
    table = tomllib.loads(files("dragoman").joinpath("data/markup.toml").read_text(encoding="utf-8"))
    words: dict[str, int] = {}
    joined: dict[str, int] = {}
    for position, name in enumerate(_NAMES):
        for word in table[name]["words"]:
            words[word] = words.get(word, 0) | (1 << position)
        for word in table[name]["joined"]:
            joined[word] = joined.get(word, 0) | (1 << position)
            words[word] = words.get(word, 0) | (1 << position)
    return words, joined


@lru_cache(maxsize=50_000)
def _flags_of(name: str) -> int:
    """The hints in one class name: in its parts, and in two parts side by side."""
    words, joined = _hints()
    parts = [part.lower() for part in _PARTS.findall(name)]
    flags = 0
    before = ""
    for part in parts:
        flags |= words.get(part, 0)
        if before:
            flags |= joined.get(before + part, 0)
        before = part
    return flags


@lru_cache(maxsize=20_000)
def _flags(names: str) -> int:
    """The hints in the class and id names of one element."""
    flags = 0
    for name in names.split()[:40]:
        if len(name) < 60:
            flags |= _flags_of(name)
    return flags


def bounded(page: str) -> str:
    """A page whose tags have no more attributes than a parser can take: what libxml2 does with them grows with the square of their number.

    >>> len(bounded("<p " + " ".join(f"a{number}" for number in range(50_000)) + ">Talks.").split())
    5000
    """
    start = page.find("<")
    while start >= 0:
        # From one bracket to the last of those that one tag could reach: few steps for a page of any length.
        after = page.rfind("<", start + 1, start + _LONGEST_TAG + 1)
        if after < 0 and page.find(">", start, start + _LONGEST_TAG) < 0:
            return _FLOODED.sub(lambda match: " ".join(match[0].split(None, _MOST_ATTRIBUTES)[:_MOST_ATTRIBUTES]), page)
        start = after if after >= 0 else page.find("<", start + 1)
    return page


def parse_html(page: str) -> Any:
    """The tree of a page (lxml), or None where there is nothing to parse. Never raises for bad markup."""
    from lxml import etree

    # Nothing is looked up by id: a table of them would cost a third of the parsing.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, recover=True, no_network=True, collect_ids=False
    )
    try:
        root = etree.fromstring(bounded(page).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    return root


class Tree:
    """The blocks of a page and the nodes above them: parent, tag, class attribute, flags."""

    __slots__ = ("blocks", "classes", "flags", "h1", "parents", "tags")

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self.parents: list[int] = []
        self.tags: list[str] = []
        self.classes: list[str] = []
        self.flags: list[int] = []
        self.h1: list[int] = []


def walk(root: Any) -> Tree:
    """The blocks of a tree, in the order of the page."""
    page = _Walk()
    above: list[tuple[Any, Any, str]] = []
    children = iter((root,))
    while True:
        for element in children:
            tag = element.tag
            if tag in _SKIP:
                page.add(element.tail)
            elif tag == "br":
                page.broken()
                page.add(element.tail)
            else:
                page.open(element, tag)
                if len(element):
                    above.append((children, element, tag))
                    children = iter(element)
                    break
                page.close(element, tag)
        else:
            if not above:
                break
            children, element, tag = above.pop()
            page.close(element, tag)
    page.flush()
    return page.tree


class _Walk:
    """What is open while a tree is walked: nodes, links, bold letters, and the text since the last boundary."""

    __slots__ = ("bold", "in_bold", "in_link", "links", "node", "pieces", "tree")

    def __init__(self) -> None:
        self.tree = Tree()
        self.pieces: list[str] = []
        self.node = -1
        self.links = self.bold = self.in_link = self.in_bold = 0

    def flush(self) -> None:
        """End a block."""
        pieces = self.pieces
        if pieces:
            text = " ".join("".join(pieces).split())
            if text:
                tree, node = self.tree, self.node
                tag = tree.tags[node] if node >= 0 else "body"
                tree.blocks.append(Block(text, tag, node, 0, self.links, self.bold))
            pieces.clear()
            self.links = self.bold = 0

    def broken(self) -> None:
        """Two breaks part paragraphs; one is a space."""
        if self.pieces and self.pieces[-1] == "\v":
            self.flush()
        else:
            self.pieces.append("\v")

    def add(self, text: str | None) -> None:
        """Text behind an element, which stands in the element above."""
        if text:
            if not text.isspace() or (self.pieces and self.pieces[-1] != "\v"):
                self.pieces.append(text)
            if self.in_link:
                self.links += len(text)
            if self.in_bold:
                self.bold += len(text)

    def open(self, element: Any, tag: str) -> None:
        """An element begins, with the text before its first child."""
        text = element.text
        if tag in _INLINE:
            if tag == "a":
                self.in_link += 1
            elif tag == "b" or tag == "strong":
                self.in_bold += 1
            if text:
                self.pieces.append(text)
                if not text.isspace():
                    if self.in_link:
                        self.links += len(text)
                    if self.in_bold:
                        self.bold += len(text)
            return
        if self.pieces:
            self.flush()
        tree = self.tree
        tree.parents.append(self.node)
        tree.classes.append(element.get("class", ""))
        tree.flags.append(_own_flags(element, tag))
        self.node = len(tree.tags)
        tree.tags.append(tag)
        # White space alone opens no block.
        if text and not text.isspace():
            self.pieces.append(text)
            if self.in_link:
                self.links += len(text)

    def close(self, element: Any, tag: str) -> None:
        """An element ends."""
        if tag in _INLINE:
            if tag == "a":
                self.in_link -= 1
            elif tag == "b" or tag == "strong":
                self.in_bold -= 1
        else:
            tree = self.tree
            if tag == "h1":
                tree.h1.append(len(tree.blocks))
            if self.pieces:
                self.flush()
            self.node = tree.parents[self.node]
        tail = element.tail
        if tail:
            self.add(tail)


def _own_flags(element: Any, tag: str) -> int:
    """The hints in an element's name and attributes."""
    flags = _TAG_FLAGS.get(tag, 0)
    for name, value in element.items():
        if name == "class" or name == "id":
            # "post-12 category-news tag-budget" files an article; it does not say what the element is.
            flags |= _flags(value) & BODY if tag in _WHOLE else _flags(value)
        elif name == "itemprop":
            flags |= BODY if "articlebody" in value.lower() else LEAD if value.lower() == "description" else 0
        elif name == "hidden" or (name == "style" and "display:none" in value.replace(" ", "").lower()):
            flags |= CHROME
    return flags


def _score(block: Block, flags: int, hinted: bool) -> float:
    """How much a block reads like a paragraph of an article: words, less where they are links or the place is doubtful."""
    if block.words < _SHORT or block.tag in _HEADINGS:
        return 0.0
    linked = block.links / len(block.text)
    if linked > 0.6:
        return 0.0
    ends = ends_sentence(block.text)
    if block.words < _OPEN and not ends:
        # Too little for prose, whatever it says: menus, labels, dates.
        return 0.0
    what = kind(block.text)
    if what in ("tail", "line"):
        return 0.0
    score = min(block.words, 80) * (1.0 - linked)
    if what == "short":
        score = 2.0
    elif not ends:
        score *= 0.6
    if block.tag == "li":
        score *= 0.4
    elif block.tag == "p":
        score *= 1.2
    if flags & _NEGATIVE:
        score *= 0.15
    if flags & BODY:
        score *= 1.5
    return score * 3.0 if hinted else score


def find_top(tree: Tree, hinted: Callable[[Block], bool]) -> int:
    """The node that holds the article: the walk goes down while one child holds nearly all the prose. -1: no prose."""
    inherited = _inherit(tree)
    size = len(tree.tags)
    mass = [0.0] * (size + 1)
    for block in tree.blocks:
        block.flags = inherited[block.node] if block.node >= 0 else 0
        block.score = _score(block, block.flags, hinted(block))
        mass[block.node] += block.score
    for node in range(size - 1, 0, -1):
        mass[tree.parents[node]] += mass[node]
    if size == 0 or mass[0] <= 0:
        return -1
    children: dict[int, list[int]] = {}
    for node in range(1, size):
        if mass[node] > 0:
            children.setdefault(tree.parents[node], []).append(node)
    top = 0
    while True:
        best = max(children.get(top, ()), key=lambda node: mass[node], default=None)
        if best is None or mass[best] < 0.72 * mass[top] or tree.tags[best] in ("p", "span", "li"):
            return top
        top = best


def _inherit(tree: Tree) -> list[int]:
    """Every node's flags with those of the nodes above it; a negative flag that would cover a third of the words is dropped."""
    size = len(tree.tags)
    words = [0] * (size + 1)
    for block in tree.blocks:
        if block.links * 2 < len(block.text):
            words[block.node] += block.words
    for node in range(size - 1, 0, -1):
        words[tree.parents[node]] += words[node]
    total = words[0] if size else 0
    inherited = [0] * size
    for node in range(size):
        own = tree.flags[node]
        if own & _NEGATIVE and words[node] * 3 > total:
            own &= ~_NEGATIVE
        parent = tree.parents[node]
        inherited[node] = own | (inherited[parent] if parent >= 0 else 0)
    return inherited
