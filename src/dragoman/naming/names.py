"""Whether words are the name of a person, and no place's or body's: "William Westmoreland", "Alex Saab", "President Bosch".

Most names of persons hold a word that also names a town, a company or a people somewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from dragoman.naming.bodies import is_body_word
from dragoman.naming.namings import country_by_whole_name
from dragoman.reference import Hit, Reference

__all__ = ["NAME_ENDS", "PERSON_NAME", "bare_name", "is_holders_name", "is_persons_name", "is_surname", "only_names"]

_TITLES = re.compile(
    r"^(?:(?:the|then|Mr|Mrs|Ms|Miss|Dr|Prof|Professor|Sir|Lord|Lady|Dame|Rev|Reverend|Father|Sheikh|Sheik|Shaikh|Imam|Mullah|Maulana|Ayatollah"
    r"|Hojatoleslam|King|Queen|Prince|Princess|Emperor|Emir|Sultan|Pope|Patriarch|Cardinal|Archbishop|Sayyed|Sayyid|Justice|General|Gen|Col"
    r"|Colonel|Maj|Major|Lt|Lieutenant|Capt|Captain|Adm|Admiral|Brig|Brigadier|Marshal|Field|Sen|Senator|Rep|Gov|Governor|Comrade|Army|Navy"
    r"|Air Force|ret|Ret|retired)\b\.?\s+)+"
)
_NICKNAME = re.compile(r"\s*[\"“][^\"”]{1,30}[\"”]|,?\s+(?:Jr|Sr)\b\.?")


def bare_name(text: str) -> str:
    """A name without "Mr.", nickname, "Jr." and what sets it off."""
    return _TITLES.sub("", _NICKNAME.sub("", text).strip(" ,’'-–")).strip(" ,’'")


PERSON_NAME = re.compile(
    r"(?:[^\W\d_a-zà-öø-ÿ][\w’'.-]*\s+(?:(?:al|el|bin|ibn|de|da|do|van|von|der|den|del|la|le|ul)[\s-]+)*){0,6}[^\W\d_a-zà-öø-ÿ][\w’'-]+"
)
NAME_ENDS = re.compile(r"[,;:(]|\s(?:of|for|from|in|at|who|which|that|with|on|under|and)\s")


def only_names(text: str) -> bool:
    """Whether a phrase is two to four names of which none, and not the whole, is a word for a place or a body: "Josu Ternera"."""
    words = text.split()
    if not 2 <= len(words) <= 4 or PERSON_NAME.fullmatch(text) is None:
        return False
    return not any(is_body_word(word) for word in words) and country_by_whole_name(text) is None


def is_persons_name(text: str, reference: Reference) -> bool:
    """Whether a phrase is nothing but a person's name, by its first word: "William Westmoreland" is of no town in Jamaica."""
    words = text.split()
    if not 2 <= len(words) <= 4 or PERSON_NAME.fullmatch(text) is None or text.isupper():
        return False
    own = any(
        e.kind in ("country", "office") and words[0].lower() == e.name.lower() for e in reference.lookup(words[0])
    )
    if own or not reference.is_given_name(words[0]):
        return False  # "Jordan Valley" and "Prince Edward", whatever men are called
    return not is_body_word(words[-1]) and not reference.lookup(text) and country_by_whole_name(text) is None


def is_holders_name(text: str, hits: Sequence[Hit], hit: Hit) -> bool:
    """Whether a known word right behind a post with a capital is the name of who holds it: "President Bosch" is no company."""
    words = text[hit.start : hit.end]
    if " " in words or words.isupper() or hit.of("leader", "country", "demonym", "body", "office") is not None:
        return False
    return any(
        post.end == hit.start - 1
        and text[post.start].isupper()
        and (entry := post.of("office"))
        and entry.detail != "plural"
        for post in hits
    )


_GIVEN = re.compile(r"\s+[A-Z][\w’'-]+\s+")


def is_surname(text: str, hit: Hit, every: Sequence[Hit]) -> bool:
    """Whether the name of a town or state is that of somebody, behind an office and an unknown name: "Congressman Lee Hamilton"."""
    if hit.end != len(text) or hit.of("country", "capital", "region") is None:
        return False
    posts = [each for each in every if each.end < hit.start and each.of("office")]
    return bool(posts) and _GIVEN.fullmatch(text, posts[-1].end, hit.start) is not None
