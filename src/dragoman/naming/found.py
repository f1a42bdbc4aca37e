"""The mentions of an article as they are found: by span and kind, and by where they end, without a look at all of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from dragoman.records import Mention

__all__ = ["Found", "Key"]

Key = tuple[int, int, str]
_BLOCK = 128  # characters
_BACK = 6000  # characters that a look back goes at most


class Found(dict[Key, Mention]):
    """A dictionary of mentions that knows where they end; always told in the order in which they were found.

    >>> from dragoman.records import Span
    >>> found = Found()
    >>> for a, b in ((0, 9), (4, 9), (300, 309)):
    ...     found[a, b, "phrase"] = Mention(
    ...         id="me_0", article_id="ar_0", span=Span(start=a, end=b), text="?", kind="phrase", chain="ar_0/role:?"
    ...     )
    >>> [m.span.start for m in found.ending(5, 305)], [m.span.start for m in found.back_from(309)]
    ([0, 4], [300, 0, 4])
    """

    def __init__(self) -> None:
        super().__init__()
        self._blocks: defaultdict[int, dict[Key, int]] = defaultdict(dict)
        self._count = 0
        self._longest = 0

    def __setitem__(self, key: Key, mention: Mention) -> None:
        if key not in self:
            self._count += 1
            self._blocks[key[1] // _BLOCK][key] = self._count
            self._longest = max(self._longest, key[1] - key[0])
        super().__setitem__(key, mention)

    def __delitem__(self, key: Key) -> None:
        super().__delitem__(key)
        del self._blocks[key[1] // _BLOCK][key]

    def pop(self, key: Key, default: Mention | None = None) -> Mention | None:  # type: ignore[override]
        """Take a mention out; `default` where there is none."""
        mention = self.get(key)
        if mention is None:
            return default
        del self[key]
        return mention

    def ending(self, low: int, high: int) -> list[Mention]:
        """The mentions that end from `low` to `high`, both ends meant."""
        keys = [
            (number, key)
            for block in range(max(0, low) // _BLOCK, high // _BLOCK + 1)
            for key, number in self._blocks.get(block, {}).items()
            if low <= key[1] <= high
        ]
        return [self[key] for _, key in sorted(keys)]

    def touching(self, start: int, end: int) -> list[Mention]:
        """The mentions that share a character with the run from `start` to `end`."""
        return [m for m in self.ending(start + 1, end + self._longest) if m.span.start < end]

    def rechain(self, old: str, new: str, start: int, end: int) -> None:
        """Let the mentions of a chain that touch the run from `start` to `end` be of another."""
        for mention in self.touching(start, end):
            if mention.chain == old:
                self[mention.span.start, mention.span.end, mention.kind] = replace(mention, chain=new)

    def drop_phrases(self, start: int, end: int) -> None:
        """Forget the phrases that stand wholly from `start` to `end`."""
        for mention in self.ending(start, end):
            if mention.kind == "phrase" and start <= mention.span.start:
                del self[mention.span.start, mention.span.end, "phrase"]

    def back_from(self, position: int) -> Iterator[Mention]:
        """The mentions that end here or some thousand characters before, the last first."""
        low = max(0, position - _BACK)
        for block in range(position // _BLOCK, low // _BLOCK - 1, -1):
            near = [(-key[1], number, key) for key, number in self._blocks.get(block, {}).items()]
            yield from (self[key] for _, _, key in sorted(near) if low <= key[1] <= position)
