"""The offset layer: where each character of an article's text stands in the raw page.

The raw page is flattened once (tags, comments and scripts masked out, character references opened), white space and
invisible characters are left aside on both sides, and each paragraph is looked up as one piece; what was repaired on the
way is bridged by the pieces around it. Runs cover text that stands at one stretch; what has no counterpart has no run.
"""

from __future__ import annotations

import html
import re
import string
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from dragoman.records import RawRun

__all__ = ["raw_runs", "raw_spans"]

_RAW_TEXT = ("script", "style", "textarea", "title", "iframe", "xmp", "noembed", "svg")
# Such a tag ends before the next "<": so that a page of a million open brackets is passed over once, not a million times.
_UNREAD = re.compile(rf"<(?:({'|'.join(_RAW_TEXT)})\b[^<>]*(?<!/)>|!--)", re.IGNORECASE)
_CLOSE = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _RAW_TEXT}
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_REFERENCE = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
# White space, controls and the invisible characters that `encoding.normalise` takes out.
_ASIDE = (
    (0, 0x20), (0x7F, 0xA0), (0xAD, 0xAD), (0x1680, 0x1680), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F),
    (0x3000, 0x3000), (0xD800, 0xDFFF), (0xFEFF, 0xFEFF), (0xFFF9, 0xFFFC),
)  # fmt: skip
# Pages of nothing but character references are no pages: beyond this they are not mapped.
_MOST_RUNS = 20_000
_MOST_MISSED = 3_000
_LONG = 24
_ENDING = 40
_PIECE = 10
_WINDOW = 20_000


def raw_runs(page: str, text: str, *, markup: bool = True) -> tuple[RawRun, ...]:
    """Runs of `text` that stand in `page`, ordered by their place in the text; `markup` says whether the page is HTML.

    >>> page = "<p>Talks &amp; <b>tea</b></p>"
    >>> [(run.text_start, page[run.raw_start : run.raw_start + run.length]) for run in raw_runs(page, "Talks & tea")]
    [(0, 'Talks &'), (8, 'tea')]
    """
    import numpy as np

    wanted, at = _visible(text)
    solid = _string(wanted)
    if not solid:
        return ()
    bounds = sorted({0, len(solid), *(int(np.searchsorted(at, match.end())) for match in re.finditer(r"\n+", text))})
    pieces = list(pairwise(bounds))
    for low, high in (_region(page, text), (0, len(page))) if markup else ((0, len(page)),):
        part = page[low:high]
        codes, places = _flatten(part) if markup else _visible(part)
        found = np.full(len(solid), -1, dtype=np.int64)
        _place(_string(codes), solid, pieces, found)
        # The likely part of the page is a tenth of the work; where it does not hold the text, all of it is searched.
        if (found >= 0).mean() > 0.985:
            break
    return _runs(found, at, places + low)


def _string(codes: Any) -> str:
    text: str = codes.astype("<u4").tobytes().decode("utf-32-le", "replace")
    return text


def raw_spans(runs: Sequence[RawRun], start: int, end: int) -> list[tuple[int, int]]:
    """Where the characters from `start` to `end` of the text stand in the raw page: half-open spans, as the runs part them.

    >>> raw_spans([RawRun(text_start=0, raw_start=3, length=7), RawRun(text_start=8, raw_start=18, length=3)], 6, 10)
    [(9, 10), (18, 20)]
    """
    found = []
    for run in runs:
        low, high = max(start, run.text_start), min(end, run.text_start + run.length)
        if low < high:
            found.append((run.raw_start + low - run.text_start, run.raw_start + high - run.text_start))
    return found


def _region(page: str, text: str) -> tuple[int, int]:
    """The part of the page that can hold the text: from the first place of its first words to a little behind the last of its last."""
    body = _BODY.search(page)
    start = body.start() if body else 0
    first = page.find(text[:_ENDING], start)
    first = first if first >= 0 else page.find(text[:12], start)
    # First and last words stand again in data behind the article: where more of them stand as they are, the first place is meant.
    last = page.find(text.rstrip()[-_ENDING:], max(first, start))
    last = last + _ENDING if last >= 0 else page.rfind(text.rstrip()[-12:])
    low = max(start, first - 400) if first >= 0 else start
    return low, (min(len(page), last + 400) if last > low else len(page))


def _codes(text: str) -> Any:
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").copy()


@lru_cache(maxsize=1)
def _opens_tag() -> Any:
    """For each ASCII character, whether a "<" before it opens a tag."""
    import numpy as np

    return np.array([chr(code) in string.ascii_letters + "/!?" for code in range(128)])


@lru_cache(maxsize=1)
def _kept() -> Any:
    """For each code point below 65,536, whether it counts: not white space, a control or an invisible character."""
    import numpy as np

    table = np.ones(65_536, dtype=bool)
    for low, high in _ASIDE:
        table[low : high + 1] = False
    return table


def _visible(text: str, codes: Any = None, mask: Any = None) -> tuple[Any, Any]:
    """The code points of a text that are kept, and where they stand."""
    import numpy as np

    codes = _codes(text) if codes is None else codes
    keep = _kept()[np.minimum(codes, 65_535)]
    if mask is not None:
        keep &= mask
    places = np.nonzero(keep)[0]
    return codes[places], places


def _flatten(page: str) -> tuple[Any, Any]:
    """The visible code points of an HTML page and where they stand; a character reference stands at its ampersand."""
    import numpy as np

    codes = _codes(page)
    # A tag is a "<" before a letter whose next bracket is ">": tags do not overlap, and one sum over their edges tells for every
    # character whether it stands inside one.
    brackets = np.nonzero((codes == ord("<")) | (codes == ord(">")))[0]
    opening = codes[brackets] == ord("<")
    named = _opens_tag()[np.minimum(codes[np.minimum(brackets + 1, len(codes) - 1)], 127)]
    tags = np.nonzero(opening[:-1] & ~opening[1:] & named[:-1])[0]
    edges = np.zeros(len(codes) + 1, dtype=np.int8)
    edges[brackets[tags]] += 1
    edges[brackets[tags + 1] + 1] -= 1
    mask = np.cumsum(edges[:-1], dtype=np.int8) == 0
    done = 0
    for match in _UNREAD.finditer(page):
        if match.start() >= done:
            done = _unread_end(page, match)
            mask[match.start() : done] = False
    for number, match in enumerate(_REFERENCE.finditer(page)):
        if number > _MOST_RUNS:
            break
        start, end = match.span()
        if not mask[start]:
            continue
        reference = match.group()
        opened = _opened(reference)
        if opened == reference:
            continue
        mask[start:end] = False
        # A reference opens to one character, seldom two: the second is put where the reference has room for it.
        for offset, char in enumerate(opened[: end - start]):
            codes[start + offset] = ord(char)
            mask[start + offset] = True
    return _visible(page, codes, mask)


@lru_cache(maxsize=4096)
def _opened(reference: str) -> str:
    return html.unescape(reference)


def _unread_end(page: str, opened: re.Match[str]) -> int:
    """Where a comment ends, or an element whose content is not text of the page; one that is never closed hides only its tag."""
    if opened[1] is None:
        close = page.find("-->", opened.end())
        return close + 3 if close >= 0 else opened.end()
    end = _CLOSE[opened[1].lower()].search(page, opened.end())
    closed = page.find(">", end.start()) if end else -1
    return closed + 1 if closed >= 0 else opened.end()


def _place(flat: str, solid: str, pieces: Sequence[tuple[int, int]], found: Any) -> None:
    """Find every paragraph in the flat page: long ones first, in order; short ones only between their neighbours."""
    import numpy as np

    cursor = 0
    spots: list[tuple[int, int] | None] = []
    for start, end in pieces:
        spot = None
        if end - start >= _LONG:
            spot = flat.find(solid[start:end], cursor)
            if spot < 0:
                spot = flat.find(solid[start:end])
            if spot >= 0:
                cursor = max(cursor, spot + end - start)
        spots.append((spot, spot + end - start) if spot is not None and spot >= 0 else None)
    before = 0
    for index, (start, end) in enumerate(pieces):
        spot_found = spots[index]
        if spot_found is None:
            after = next(
                (known[0] for known in spots[index + 1 :] if known is not None and known[0] >= before), len(flat)
            )
            before = _piecewise(flat, solid, start, end, before, after, found)
            continue
        found[start:end] = np.arange(spot_found[0], spot_found[1])
        before = spot_found[1]


def _piecewise(flat: str, solid: str, start: int, end: int, low: int, high: int, found: Any) -> int:
    """Align one paragraph that does not stand as a whole: runs of equal characters, joined where a repair lies between."""
    import numpy as np

    at = start
    missed = 0
    while at < end and missed < _MOST_MISSED:
        size = min(_PIECE, end - at)
        spot = flat.find(solid[at : at + size], low, min(high, low + _WINDOW) if at > start else high)
        if spot < 0:
            at += 1
            missed += 1
            continue
        length = size
        while at + length < end and spot + length < high and flat[spot + length] == solid[at + length]:
            length += 1
        found[at : at + length] = np.arange(spot, spot + length)
        at += length
        low = spot + length
    return low


def _runs(found: Any, at: Any, places: Any) -> tuple[RawRun, ...]:
    import numpy as np

    known = np.nonzero(found >= 0)[0]
    if len(known) == 0:
        return ()
    text_at = at[known]
    raw_at = places[found[known]]
    # A stretch of text that no run maps must not be bridged by chance.
    cut = np.nonzero((np.diff(text_at) != np.diff(raw_at)) | (np.diff(known) != 1))[0] + 1
    if len(cut) > _MOST_RUNS:
        return ()
    edges = [0, *cut.tolist(), len(known)]
    return tuple(
        RawRun(text_start=int(text_at[a]), raw_start=int(raw_at[a]), length=int(text_at[b - 1] - text_at[a]) + 1)
        for a, b in pairwise(edges)
    )
