"""Words that a medium carries: “...,” TASS quoted Shoigu as saying; Shoigu was quoted by TASS as saying that ..."""

from __future__ import annotations

from dragoman.clauses import BE, np_right, subject
from dragoman.contents import Attribution
from dragoman.cues import Cue
from dragoman.fragments import Fragments

__all__ = ["Relays"]

Run = tuple[int, int]


class Relays(Fragments):
    """Reads quoting by a medium in one unit, before all other rules."""

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
