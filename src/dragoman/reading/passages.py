"""Which blocks of a page belong to its article: features of each block and a small fitted model over them.

Every block is looked at twice: by itself, then by how much of the article, as the first look saw it, stands in its slot: under the
same elements with the same class names. A house's template puts paragraphs in one slot and teasers in another, whatever it calls them.

The weights in `data/passages.json` were fitted by `train/passages.py` on pages whose article is known; they hold no text,
only numbers over the features named here. Every feature is a fact about a block, its neighbours or its place.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from functools import lru_cache
from importlib.resources import files

from dragoman.reading.clutter import ends_sentence, kind
from dragoman.reading.looks import Look, log_odds
from dragoman.reading.markup import (
    ASIDE,
    BODY,
    CAPTION,
    CHROME,
    COMMENT,
    LEAD,
    META,
    PROMO,
    RELATED,
    SHARE,
    Block,
    Tree,
)

__all__ = ["AGAIN", "FEATURES", "Page", "among", "features", "likely", "locate", "slots"]

_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_DATE = re.compile(r"\b(?:19|20)\d{2}\b|\b\d{1,2}:\d{2}\b")
_QUOTE = re.compile(r"^[\"“”„«»‘'「『]")
_BYLINE = re.compile(r"^(?:by|von|par|por|di|de|door|av|af|text|foto|photo|from|reporting)\b[: ]", re.IGNORECASE)
_LOUD = re.compile(r"[|©•»›→]|https?:|@|\bwww\.")
_ASK = (
    "newsletter whatsapp facebook instagram twitter x.com youtube telegram podcast subscri abonn iscriv suscr cookie login registr push-"
).split()
_ENOUGH = 120
_NO_LETTER = re.compile(r"[\W_]+")
_UPPER = re.compile(r"[A-ZÀ-ÖØ-Þ]")
_NUMBER = re.compile(r"\d+")
_SLOT_DEPTH = 3
_BITS = (COMMENT, RELATED, SHARE, CAPTION, META, CHROME, PROMO, LEAD, BODY, ASIDE)


class Page:
    """A page's blocks with what is known of the page as a whole."""

    __slots__ = ("description", "hints", "tags", "titles", "tree")

    def __init__(
        self,
        tree: Tree,
        *,
        titles: Sequence[str] = (),
        description: str = "",
        hints: str = "",
        tags: Sequence[str] = (),
    ) -> None:
        self.tree = tree
        self.titles = tuple(dict.fromkeys(_fold(title) for title in titles))[:8]
        self.description = _fold(description)
        self.hints = _fold(hints)
        self.tags = frozenset(_fold(tag) for tag in tags)


def _fold(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())


def _is_title(folded: str, titles: Sequence[str]) -> bool:
    """Whether a block is one of the page's headlines, alone or with a kicker before it."""
    return any(
        folded == title or (len(title) > 20 and len(folded) < 1.6 * len(title) and title in folded) for title in titles
    )


def locate(page: Page) -> tuple[int, list[int]]:
    """The tree node that holds the article, and the indexes of the blocks that may belong to it.

    Candidates run from the page's heading (or a little before the first paragraph) to the end of that node.
    """
    from dragoman.reading.markup import find_top

    tree = page.tree
    hinted = page.hints
    top = find_top(tree, lambda block: bool(hinted) and len(block.text) > 30 and _fold(block.text[:60]) in hinted)
    inside = [False] * len(tree.tags)
    if top < 0:
        return -1, []
    inside[top] = True
    for node in range(top + 1, len(tree.tags)):
        inside[node] = inside[tree.parents[node]]
    members = [index for index, block in enumerate(tree.blocks) if block.node >= 0 and inside[block.node]]
    if not members:
        return -1, []
    first = members[0]
    main = tree.h1 or _titled(page)
    heads = [index for index in main if index <= first]
    heads_after = {index for index in tree.h1 if index > first}
    start = max(heads[-1] if heads else first - 12, first - 60, 0)
    # A page that goes on with its next article shows a second main heading: the first article ends there. That heading stands
    # outside of the part in which the first article does; one among the paragraphs is a section's.
    prose, part = 0, -1
    for index in members:
        block = tree.blocks[index]
        if index in heads_after and prose > _ENOUGH:
            around = max(top, tree.parents[part])
            if _common(tree, block.node, around) != around:
                members = [member for member in members if member < index]
                break
        if block.score > 0:
            prose += block.words
            above = tree.parents[block.node]
            part = above if part < 0 else _common(tree, part, above)
    return top, [*range(start, first), *members]


def _common(tree: Tree, one: int, other: int) -> int:
    """The lowest node that holds both; nodes stand before what they hold."""
    while one != other:
        if one > other:
            one = tree.parents[one]
        else:
            other = tree.parents[other]
    return one


def _titled(page: Page) -> list[int]:
    """The lesser headings that are the page's title, for a page without a main one."""
    return [
        index
        for index, block in enumerate(page.tree.blocks)
        if block.tag in _HEADINGS and len(block.text) > 10 and _fold(block.text[:400]) in page.titles
    ]


def features(page: Page, top: int, candidates: Sequence[int]) -> list[list[float]]:
    """One row of numbers for each candidate, in the order of `FEATURES`."""
    tree = page.tree
    blocks = [tree.blocks[index] for index in candidates]
    size = len(tree.tags)
    inside = [False] * size
    inside[top] = True
    for node in range(top + 1, size):
        inside[node] = inside[tree.parents[node]]
    kinds = [kind(block.text) for block in blocks]
    proses = [what == "prose" and block.links * 2 < len(block.text) for block, what in zip(blocks, kinds, strict=True)]
    by_parent: dict[int, int] = {}
    by_sign: dict[tuple[str, int], int] = {}
    total = 1
    for block, prose in zip(blocks, proses, strict=True):
        if prose and inside[block.node]:
            total += block.words
            above = tree.parents[block.node]
            by_parent[above] = by_parent.get(above, 0) + block.words
            sign = (block.tag, tree.flags[block.node])
            by_sign[sign] = by_sign.get(sign, 0) + block.words
    ahead = [0] * (len(blocks) + 1)
    for index in range(len(blocks) - 1, -1, -1):
        ahead[index] = ahead[index + 1] + (blocks[index].words if proses[index] else 0)
    hinted_words = sum(block.words for block in blocks if page.hints and _fold(block.text[:80]) in page.hints)
    covered = 1.0 if hinted_words > 0.7 * total else 0.0
    figure = [False] * size
    for node in range(size):
        figure[node] = tree.tags[node] in ("figure", "figcaption") or (
            tree.parents[node] >= 0 and figure[tree.parents[node]]
        )
    seen: set[str] = set()
    rows = []
    for index, block in enumerate(blocks):
        folded = _fold(block.text[:400])
        row = _alone(block, kinds[index], folded, page)
        above = tree.parents[block.node]
        row += [
            1.0 if inside[block.node] else 0.0,
            by_parent.get(above, 0) / total,
            by_sign.get((block.tag, tree.flags[block.node]), 0) / total,
            ahead[index + 1] / (ahead[0] + 1),
            1.0 if ahead[index + 1] == 0 else 0.0,
            1.0 if ahead[0] == ahead[index] else 0.0,
            1.0 if folded in seen else 0.0,
            _near(blocks, proses, index, -1),
            _near(blocks, proses, index, 1),
            1.0 if index and tree.parents[blocks[index - 1].node] == above else 0.0,
            1.0 if index + 1 < len(blocks) and tree.parents[blocks[index + 1].node] == above else 0.0,
            float(min(_depth(tree, block.node, top), 10)),
            sum(proses[max(0, index - 3) : index]) / 3,
            sum(proses[index + 1 : index + 4]) / 3,
            1.0 if index + 1 < len(blocks) and blocks[index + 1].tag in _HEADINGS else 0.0,
        ]
        own = tree.flags[block.node] | (tree.flags[above] if above >= 0 else 0)
        row += [1.0 if own & bit else 0.0 for bit in (CAPTION, RELATED, PROMO, META, LEAD, BODY)]
        row += [
            1.0 if figure[block.node] else 0.0,
            covered if not row[_HINTED] else 0.0,
            1.0 if row[_LINKED] > 0.8 and not proses[index] and block.tag == "p" else 0.0,
            1.0 if row[_HEADING] and index + 1 < len(blocks) and proses[index + 1] and inside[block.node] else 0.0,
            1.0 if block.tag in ("p", "div", "li") and not row[_ENDS] and block.words < 12 else 0.0,
            1.0 if proses[index] and inside[block.node] and block.tag == "p" else 0.0,
            1.0 if proses[index] and row[_LONG] and not inside[block.node] else 0.0,
            1.0 if proses[index] and block.flags & LEAD and not inside[block.node] else 0.0,
        ]
        seen.add(folded)
        rows.append(row)
    return rows


def slots(tree: Tree, candidates: Sequence[int]) -> list[Hashable]:
    """For each candidate where the page's template put it: its element and the two above, with their class names less numbers."""
    found: list[Hashable] = []
    for index in candidates:
        node = tree.blocks[index].node
        slot: list[tuple[str, str]] = []
        while node >= 0 and len(slot) < _SLOT_DEPTH:
            slot.append((tree.tags[node], _template(tree.classes[node])))
            node = tree.parents[node]
        found.append(tuple(slot))
    return found


@lru_cache(maxsize=10_000)
def _template(name: str) -> str:
    """A class attribute as the template has it: "item item-12" and "item item-13" are one."""
    return _NUMBER.sub("", name[:200])


AGAIN = ("odds", "share", "heading")
"""What the second look is told; that a block is a heading once more, because sub-headings stand in a slot of their own."""


def among(
    table: Sequence[Sequence[float]], first: Look, sizes: Sequence[int], slots: Sequence[Hashable]
) -> list[list[float]]:
    """For each block, in the order of `AGAIN`, what the first look made of it, and which share of all it took stands in the block's slot.

    `table` has the rows of `features`, `sizes` are the blocks' lengths in characters.
    """
    odds = [first.odds(row) for row in table]
    held: defaultdict[Hashable, float] = defaultdict(float)
    for odd, size, slot in zip(odds, sizes, slots, strict=True):
        held[slot] += odd * size
    total = sum(held.values()) + 1
    return [
        [log_odds(odd), held[slot] / total, row[_HEADING]] for odd, slot, row in zip(odds, slots, table, strict=True)
    ]


@lru_cache(maxsize=1)
def _model() -> tuple[Look, Look, float]:
    table = json.loads(files("dragoman").joinpath("data/passages.json").read_text(encoding="utf-8"))
    first = Look.of(table["weights"], FEATURES, table["bias"])
    return first, Look.of(table["again"], AGAIN, table["bias_again"]), float(table["threshold"])


def likely(page: Page, top: int, candidates: Sequence[int]) -> list[bool]:
    """For each candidate whether it is taken for the article's."""
    first, again, threshold = _model()
    table = features(page, top, candidates)
    sizes = [len(page.tree.blocks[index].text) for index in candidates]
    seen = among(table, first, sizes, slots(page.tree, candidates))
    return [
        # What is known for clutter by its words is clutter in any slot, and the page's headline is no sub-heading.
        again.odds(near) > threshold and not (row[_LINE] or row[_TAIL]) and not (row[_HEADING] and row[_IS_TITLE])
        for near, row in zip(seen, table, strict=True)
    ]


def _depth(tree: Tree, node: int, top: int) -> int:
    steps = 0
    while node > top and steps < 12:
        node = tree.parents[node]
        steps += 1
    return steps


def _near(blocks: Sequence[Block], proses: Sequence[bool], index: int, step: int) -> float:
    """Words of the next block on one side, where it is prose; at most 1."""
    other = index + step
    if not 0 <= other < len(blocks) or not proses[other]:
        return 0.0
    return min(blocks[other].words, 50) / 50


@lru_cache(maxsize=1024)
def _bits(flags: int) -> tuple[float, ...]:
    return tuple(1.0 if flags & bit else 0.0 for bit in _BITS)


def _asks(low: str) -> float:
    # A plain loop: this runs for every block of every page.
    for word in _ASK:
        if word in low:
            return 1.0
    return 0.0


def _alone(block: Block, what: str, folded: str, page: Page) -> list[float]:
    text = block.text
    size = len(text)
    linked = block.links / size
    low = text[:300].lower()
    upper = len(_UPPER.findall(text[:200])) / min(size, 200)
    return [
        1.0 if block.tag == "p" else 0.0,
        1.0 if block.tag in _HEADINGS else 0.0,
        1.0 if block.tag == "h1" else 0.0,
        1.0 if block.tag == "li" else 0.0,
        1.0 if block.tag in ("div", "section", "article", "main", "body") else 0.0,
        1.0 if block.tag in ("td", "th", "dt", "dd") else 0.0,
        1.0 if block.tag == "blockquote" else 0.0,
        min(block.words, 60) / 60,
        min(block.words, 12) / 12,
        linked,
        1.0 if linked > 0.8 else 0.0,
        min(block.bold / size, 1.0),
        1.0 if ends_sentence(text) else 0.0,
        1.0 if text.endswith(":") else 0.0,
        1.0 if what == "prose" else 0.0,
        1.0 if what == "line" else 0.0,
        1.0 if what == "tail" else 0.0,
        1.0 if block.words < 15 and _DATE.search(text[:300]) else 0.0,
        1.0 if _QUOTE.match(text) else 0.0,
        1.0 if block.words < 15 and _BYLINE.match(text) else 0.0,
        1.0 if _LOUD.search(text[:300]) else 0.0,
        _asks(low),
        upper,
        1.0 if "?" in text[-3:] or "!" in text[-2:] else 0.0,
        1.0 if _is_title(folded, page.titles) else 0.0,
        1.0
        if page.description
        and len(folded) > 20
        and (folded[:60] in page.description or page.description[:60] in folded)
        else 0.0,
        1.0 if page.hints and len(folded) > 10 and folded[:80] in page.hints else 0.0,
        1.0 if page.hints else 0.0,
        1.0 if folded in page.tags else 0.0,
        *_bits(block.flags),
    ]


FEATURES = (
    "p heading h1 li div cell blockquote words60 words12 linked all_linked bold ends colon prose line tail date quote byline loud ask "
    "upper asks_reader is_title is_description is_hinted has_hints is_tag comment related share caption meta chrome promo lead body aside "
    "inside parent_share sign_share prose_ahead no_prose_ahead no_prose_before repeated near_before near_after same_before same_after "
    "depth prose3_before prose3_after heading_next own_caption own_related own_promo own_meta own_lead own_body figure "
    "not_hinted linked_p heading_before_prose short_open prose_p outside outside_lead"
).split()
_HINTED, _LINKED, _HEADING, _ENDS, _LONG, _LINE, _TAIL, _IS_TITLE = (
    FEATURES.index(name) for name in ("is_hinted", "linked", "heading", "ends", "words12", "line", "tail", "is_title")
)
