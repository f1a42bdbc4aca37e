"""Who only tells of an act is no party to it: "The ministry said two rebels were arrested".

A learned coder takes the subject nearest to an act for its actor, and that is often who reports it. Of the acts marked in the corpus within
what somebody is said to say, where another party is named in those words before the act (training and development files), the speaker is an
actor of 6 of 362 assaults, 6 of 206 coercions and 1 of 96 meetings, but of 66 of 142 accusations and 60 of 103 threats: words are the
speaker's own.
"""

from __future__ import annotations

from collections.abc import Sequence

from dragoman.records import Participant, Span
from dragoman.text import ByPlace

__all__ = ["without_teller"]

_OWN_WORDS = frozenset(("ACCUSE", "THREATEN"))
"""Types that are done by speaking: whose words tell of one does it."""
_VERBAL = frozenset(("REQUEST", "REJECT", "AGREE", "SUPPORT", "CONCEDE"))
"""Types that may be: "He said officials should go" asks for it; "He said the army refused to go" tells of who refused."""
_PRONOUNS = frozenset("he she it they we i".split())
"""May be the speaker, whoever else they were taken for."""


def without_teller(
    type_: str,
    at: int,
    sides: tuple[tuple[int, ...], tuple[int, ...]],
    parties: Sequence[Participant],
    placed: ByPlace[tuple[int, Participant]],
    teller: Participant,
    said: Span,
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The parties of an act at `at` without who says `said`, where these words name another party before the act and not the speaker."""
    named = sides[:1] if type_ in _VERBAL else sides
    before = [i for side in named for i in side if said.start <= parties[i].start and parties[i].end <= at]
    told = [i for side in sides for i in side if i not in before and parties[i].id == teller.id]
    others = [i for i in before if parties[i].id != teller.id and parties[i].text.lower() not in _PRONOUNS]
    if type_ in _OWN_WORDS or not told or not others:
        return sides
    if any(party.id == teller.id for _, party in placed.inside(said.start, at)):
        return sides  # "The army said it had withdrawn"
    actors, recipients = (tuple(i for i in side if i not in told) for side in sides)
    return actors, recipients
