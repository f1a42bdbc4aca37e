"""Words that a medium carries: “...,” TASS quoted Shoigu as saying; Shoigu was quoted by TASS as saying that ..."""

from __future__ import annotations

from dragoman.clauses import BE, FINITE, NOUNS, np_right, subject
from dragoman.contents import Attribution
from dragoman.cues import Cue
from dragoman.fragments import Fragments

__all__ = ["Relays"]

Run = tuple[int, int]
_VIEWS = frozenset(("view", "opinion", "judgment", "judgement", "estimation", "words", "telling"))


class Relays(Fragments):
    """Reads quoting by a medium and "in his view" in one unit, before all other rules."""

    def _views(self) -> list[tuple[int, Attribution]]:
        """ "In her view the rite matters less than the feast"; "Peru has, in the envoy's opinion, gained most": the sentence around it."""
        found = []
        unit = self.unit
        for i in range(len(unit) - 3):
            if unit.low[i] != "in" or unit.quoted[i] >= 0:
                continue
            low, high = self._bounds(i)
            own = i + 1 if unit.tags[i + 1] == "PRP$" else None
            owner = next((k for k in range(i + 2, min(high, i + 8)) if unit.tags[k] == "POS"), None)
            last = (own or owner or i) + 1
            if (own is None and owner is None) or last >= high or unit.low[last] not in _VIEWS:
                continue
            if own is None and not any(unit.tags[k] in NOUNS for k in range(i + 1, last - 1)):
                continue
            who = (i + 1, i + 2) if own is not None else (i + 1, last - 1)
            start = last + 2 if last + 1 < high and unit.low[last + 1] == "," else last + 1
            tail = self._runs(start, self._content_end(start, high, "clause", i)) if start < high else ()
            head = self._runs(self._left_begin(low, i - 1), i) if i > low + 1 else ()
            # A sentence that "in her view" opens is all hers, even where the tagger finds no verb in it.
            finite = any(tag in FINITE for tag in unit.tags[low:high]) if head else high - start > 3
            if self._quote_at(start) >= 0 or not finite:
                continue
            cue = Cue("view", "phrase", "belief", frozenset(), 0.85, None)
            made = self._make(i, last, cue, who, (*head, *tail), "in somebody's view")
            if made is not None:
                self.taken.update(range(i, last + 1))
                found.append((i, made))
        return found

    def _quoted_as(self) -> list[tuple[int, Attribution]]:
        """“...,” TASS quoted Shoigu as saying; Shoigu was quoted by TASS as saying that ..."""
        found = []
        unit = self.unit
        for i in range(len(unit)):
            if unit.low[i] not in {"quoted", "quotes", "cited", "cites", "quoting", "citing"} or unit.quoted[i] >= 0:
                continue
            low, high = self._bounds(i)
            saying = next(
                (
                    k
                    for k in range(i + 1, min(high, i + 25))
                    if unit.low[k - 1] == "as" and unit.low[k] in {"saying", "telling"}
                ),
                None,
            )
            passive = i > low and any(unit.low[k] in BE for k in range(max(low, i - 3), i))
            who, medium = self._quoted_who(i, saying, low, high, passive=passive)
            if who is None:
                continue
            cue = Cue("quote as saying", "verb", "say", frozenset("qt"), 0.95, None)
            end = saying if saying is not None else i
            content = self._quoted_content(end, who, medium, low, high, with_saying=saying is not None)
            made = self._make(i, end, cue, who, content, "quoted by a medium", medium=medium)
            if made is not None:
                self.taken.update(range(i, end + 1))
                found.append((i, made))
        return found

    def _quoted_who(
        self, i: int, saying: int | None, low: int, high: int, *, passive: bool
    ) -> tuple[Run | None, Run | None]:
        unit = self.unit
        if passive:
            if saying is None:
                return None, None
            by = next((k for k in range(i + 1, saying) if unit.low[k] == "by"), None)
            return subject(unit, i, low), ((by + 1, saying - 1) if by is not None else None)
        if saying is not None:
            return (i + 1, saying - 1), subject(unit, i, low)
        who = subject(unit, i, low)
        stop = np_right(unit, i + 1, high)
        if (
            who is None
            or stop is None
            or self._speech(who[0] - 1) < 0
            or unit.low[i] not in {"quoted", "quotes", "cited", "cites"}
        ):
            return None, None
        return (i + 1, stop), who
