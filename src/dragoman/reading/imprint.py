"""Whose page it is: the outlet that published it and the persons who signed it, chosen among the page's claims.

The choice is a list of preferences, and the reason names the winner. A page that signs with its own name, a company or a
login name has not yet named a person: weaker witnesses are asked then, before that name is taken.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from dragoman.reading.claims import PART, SUFFIX, Claims, by_class, claims_of, key, line, metas
from dragoman.reading.credits import is_name, is_wide_name, parted, read_byline, split_names
from dragoman.reading.encoding import squeeze
from dragoman.reading.outlets import by_domain, by_name, host, owner_of, solid
from dragoman.records import Reason

__all__ = ["SITE", "authors_of", "gather", "outlet_of", "own_name"]

SITE = re.compile(r"[\w-]+(?:\.[\w-]+)?\.[a-z]{2,4}", re.IGNORECASE)
"""A web site's name as a title or a byline writes it."""
_ROLE_TAIL = re.compile(
    r"\s*(?:\||\(|,\s*(?!(?:jr|sr|ii|iii)\b)|\s[-–—]\s|\s(?:in|aus)\s+(?-i:[A-ZÀ-Þ])).*$", re.IGNORECASE
)
_POST = re.compile(
    r",\s*(?:(?!\s+and\s)[^,;|])*\b(?:professor|lecturer|fellow|researcher|analyst|scholar|director|candidate|universit\w+|institute|college|"
    r"school|faculty)\b(?:(?!\s+and\s)[^,;|])*",
    re.IGNORECASE,
)
_SURNAME_FIRST = re.compile(r"^([^\W\d_][\w'’.-]+),\s([^\W\d_][\w'’.-]*)$")
_LOGIN = re.compile(r"^(?:[a-z0-9_.\-]+|\w*\d\w*)$")
_COMPANY = re.compile(r"\b(?:Inc|Ltd|LLC|GmbH|PLC|plc|Limited|Corp|Corporation|Media Group|Verlag|B\.V|S\.A|Co\.)\.?$")
_DATED = re.compile(r"^.{0,60}?\d.{0,30}?\s(?:by|von|par|por)\s+", re.IGNORECASE)
_ONE_WORD = re.compile(r"^[^\W\d_]{3,20}$")
_LEGAL = re.compile(
    r"\b(?:GmbH|AG|KG|Ltd|Limited|Inc|LLC|PLC|S\.?A|S\.?L|B\.?V|A/S|Oy|Sp\. z o\.o|Verlag|Verlagsgesellschaft|Media Group)\b\.?",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"^(?:copyright|©|\(c\)|all rights)[\s©(c)\d\-–,.]*|版权所有.*$|\s*all rights reserved.*$", re.IGNORECASE
)
_PARTING = re.compile(r"\s+[|–—»·•-]+(?:\s+|$)|\s*[|｜]\s*")
_SLUG = re.compile(r"[^\W\d_]{2,}")


def gather(root: Any) -> Claims:
    """Every claim of a page; class names are asked only where its metadata name no day or no person."""
    claims = claims_of(root)
    dated = (claims.article or {}).get("datePublished") or any(claims.meta(*metas("published")[:6]))
    if not dated or not _signed(claims):
        by_class(root, claims)
    return claims


@lru_cache(maxsize=1)
def _words() -> tuple[re.Pattern[str], re.Pattern[str], frozenset[str], re.Pattern[str]]:
    """What opens a byline, what signs for nobody, which companies sign for their outlets, and what the desks of a house are called."""
    table = tomllib.loads(files("dragoman").joinpath("data/bylines.toml").read_text(encoding="utf-8"))
    before = "|".join(re.escape(word) for word in sorted(table["before"], key=len, reverse=True))
    nobody = "|".join(re.escape(word) for word in sorted(table["nobody"], key=len, reverse=True))
    desks = "|".join(re.escape(word) for word in sorted(table["desks"], key=len, reverse=True))
    return (
        re.compile(rf"^\s*(?:(?:{before})(?![\w])\s*[:：]?\s*|(?:作者|著者|記者|记者)\s*)", re.IGNORECASE),
        re.compile(rf"^(?:(?:https?:|www\.|@|\d)|(?:{nobody})(?:$|\s))", re.IGNORECASE),
        frozenset(table["companies"]),
        re.compile(rf"^(?:{desks})(?:$|\s)", re.IGNORECASE),
    )


def _reason(by: str, detail: str) -> Reason:
    return Reason(step="clean", by=by, detail=detail)


# --- the outlet -----------------------------------------------------------------------------------------------------------


def outlet_of(claims: Claims, url: str | None) -> tuple[str | None, Reason]:
    """The outlet's name as the page gives it, by its known spelling where there is one.

    A name that is known (`data/outlets.tsv`, by the name or by the address) comes first: sections call themselves "World" or
    "Fact check" there. Then the page's own claims, then the end of its title, then the host.
    """
    if url is not None:
        return _outlet(claims, url)
    if claims.outlet is None:
        claims.outlet = _outlet(claims, None)
    return claims.outlet


def _outlet(claims: Claims, url: str | None) -> tuple[str | None, Reason]:
    found: list[tuple[str, str]] = []
    for name, value in claims.meta("og:site_name"):
        found.append((name, line(value, 80)))
    if claims.article:
        for field in ("publisher", "sourceOrganization"):
            found.append((f"JSON-LD {field}", line(_name_of(claims, claims.article.get(field)), 80)))
    address = url or claims.canonical or next((value for _, value in claims.meta("og:url")), None)
    bare = host(address)
    tail = _title_tail(claims, bare)
    for name, value in claims.meta(*metas("outlet")[1:]):
        found.append((name, line(value, 80)))
    found = [(name, _outlet_name(label, bare)) for name, label in found]
    for name, label in found:
        known = by_name(label)
        if known is not None:
            return known.name, _reason("outlet", f"from {name}")
    site = by_domain(address)
    if site is not None:
        return site.name, _reason("outlet", f"the address is at {bare}")
    if tail:
        found.append(("the end of the title", tail))
    for name, label in found:
        if 1 < len(label) < 60 and not label.startswith(("http", "@", "©")):
            # "nationalpost" and "National Post" are one name: the better written one is taken.
            same = [other for _, other in found if solid(other) == solid(label)]
            best = max(same, key=lambda text: (text.count(" "), sum(map(str.isupper, text[1:])) < len(text) // 2))
            return (best if " " in best and " " not in label else label), _reason("outlet", f"from {name}")
    if bare:
        return bare, _reason("outlet", "the page names no outlet: the host of its address")
    return None, _reason("outlet", "the page names no outlet")


def _name_of(claims: Claims, value: Any) -> Any:
    """The name of an organization in JSON-LD, where need be by the node that it points to."""
    value = value[0] if isinstance(value, list) and value else value
    if isinstance(value, dict):
        if any(_nobodys(value.get(field)) for field in ("@id", "url")):
            return ()
        if not value.get("name") and isinstance(value.get("@id"), str):
            return next(
                (node["name"] for node in claims.nodes if node.get("@id") == value["@id"] and node.get("name")), None
            )
        return value.get("name")
    return value


def _outlet_name(text: str, bare: str | None) -> str:
    """A claim of the outlet's name without slogans, legal forms and copyright words around it."""
    text = _RIGHTS.sub("", text).strip()
    parts = [part for part in _PARTING.split(text) if part]
    if len(parts) < 2:
        return "".join(parts).strip(" -–|")
    label = owner_of(bare)
    fitting = [part for part in parts if label and solid(part) in (label, f"the{label}")]
    plain = [part for part in parts if not _LEGAL.search(part)]
    return (fitting or plain or parts)[0].strip()


def _title_tail(claims: Claims, bare: str | None) -> str:
    """The outlet's name at the end (or, seldom, the beginning) of the page's title, where the host or the heading confirms it."""
    title = line(claims.title or "")
    parts = [part.strip() for part in SUFFIX.split(title)]
    if len(parts) < 2:
        return ""
    label = owner_of(bare)
    heads = {key(heading) for heading in claims.headings[:3]}
    for part in (parts[-1], parts[0]):
        spelt = solid(part)
        if (
            label
            and spelt
            and len(part) < 40
            and (spelt in (label, f"the{label}") or (len(label) > 4 and spelt.startswith(label)))
        ):
            return part
    for name, rest in ((parts[-1], parts[:-1]), (parts[0], parts[1:])):
        if (
            1 < len(name) < 30
            and not _words()[0].match(name)
            and len(name.split()) < 5
            and not name[:1].islower()
            and (key(" ".join(rest)) in heads or (name is parts[-1] and key(rest[0]) in heads))
            # Before the heading a section stands as often as the site: where the host says whose page it is, that is better.
            and (name is parts[-1] or not bare)
        ):
            return name
    return ""


# --- the authors ----------------------------------------------------------------------------------------------------------


def authors_of(claims: Claims) -> tuple[tuple[str, ...], Reason]:
    """Who signed the article, in the order of the page; a page that signs with its own name alone is asked for a person."""
    outlet = key(outlet_of(claims, None)[0] or "")
    standby: tuple[tuple[str, ...], Reason] | None = None
    doubtful: tuple[tuple[str, ...], Reason] | None = None
    for names, where in _author_claims(claims, outlet):
        printed = where.startswith("the byline")
        if not names:
            continue
        if all(_own(name, outlet) for name in names):
            if printed and standby is not None:
                # The metadata and the printed byline agree: the other names on the page belong to other texts.
                return standby
            standby = standby or (names, _reason("authors", f"from {where}; the page signs with its own name"))
            continue
        if printed:
            # "By Jane Doe, MDR Thuringia": the outlet's own desk is no second author.
            names = tuple(name for name in names if not _own(name, outlet) and key(name).split()[:1] != [outlet])
        persons = tuple(name for name in names if not _is_company(name))
        if persons and not all(_LOGIN.match(name) for name in persons):
            if len(persons) == 1 and (whole := _whole_name(claims, outlet, persons[0])) is not None:
                return (whole[0],), _reason("authors", f"from {where}, the whole name from {whole[1]}")
            return persons, _reason("authors", f"from {where}")
        if names:
            doubtful = doubtful or (names, _reason("authors", f"from {where}, which names no person"))
    return standby or doubtful or ((), _reason("authors", "the page names no author"))


def _whole_name(claims: Claims, outlet: str, name: str) -> tuple[str, str] | None:
    """The name of which another claim gives the surname too, where one claim signs with a given name alone."""
    if " " in name or not _ONE_WORD.match(name):
        return None
    for names, where in _author_claims(claims, outlet):
        for other in names:
            if other.startswith(name + " ") and is_name(other):
                return other, where
    return None


def own_name(claims: Claims, name: str) -> bool:
    """Whether a name in a byline is the page's own: the outlet's, or that of a web site."""
    outlet = key(outlet_of(claims, None)[0] or "")
    return _own(name, outlet) or bool(outlet and key(name).startswith(outlet))


def _signed(claims: Claims) -> bool:
    """Whether JSON-LD or a meta names somebody who is not the outlet itself."""
    outlet = key(outlet_of(claims, None)[0] or "")
    return any(
        names
        and not where.startswith("the byline")
        and any(not _own(name, outlet) and not _is_company(name) and not _LOGIN.match(name) for name in names)
        for names, where in _author_claims(claims, outlet)
    )


def _own(name: str, outlet: str) -> bool:
    known = by_name(name)
    folded = key(known.name if known else name)
    return bool(outlet and folded and (folded in outlet or outlet in folded)) or bool(SITE.fullmatch(name))


def _is_company(name: str) -> bool:
    """Whether a house or one of its desks signs, and no person."""
    companies, desks = _words()[2:]
    return name.casefold().strip(" .") in companies or bool(_COMPANY.search(name)) or bool(desks.match(name))


def _author_claims(claims: Claims, outlet: str) -> Iterator[tuple[tuple[str, ...], str]]:
    if claims.article:
        named = {
            node["@id"]: node.get("name")
            for node in claims.nodes
            if isinstance(node.get("@id"), str) and node.get("name")
        }
        for field in ("author", "creator"):
            yield _people(claims.article.get(field), named), f"JSON-LD {field}"
    for name in metas("authors"):
        values = claims.metas.get(name, [])
        yield tuple(dict.fromkeys(person for value in values[:20] for person in _names_in(value))), f"the meta {name}"
    yield (
        tuple(dict.fromkeys(person for value in claims.props.get("author", [])[:20] for person in _names_in(value))),
        "microdata",
    )
    linked = _linked(claims)
    if linked:
        yield linked, "the byline, confirmed by the addresses in article:author"
    for words in claims.bylines[:15]:
        whole = words.replace(PART, " ")
        yield (
            _signers(words) or ((whole,) if len(whole) < 40 and _own(whole, outlet) else ()),
            f"the byline {words.replace(PART, ' ')[:80]!r}",
        )
    for words in claims.bylines[:3]:
        yield _one_word(words), f"the byline {words.replace(PART, ' ')[:80]!r}"


def _linked(claims: Claims) -> tuple[str, ...]:
    """The names in bylines that the page's `article:author` addresses spell: ".../profile/jane-doe" is Jane Doe's."""
    slugs = [
        set(_SLUG.findall(part.rstrip("/").rsplit("/", 1)[-1].casefold()))
        for value in claims.metas.get("article:author", [])[:10]
        for part in value.split(",")
        if "/" in part
    ]
    names = dict.fromkeys(name for words in claims.bylines[:15] for name in _signers(words))
    found = tuple(name for name in names if any(slug and set(_SLUG.findall(name.casefold())) <= slug for slug in slugs))
    return found if len(found) > 1 else ()


def _signers(words: str) -> tuple[str, ...]:
    """The names in the text of a byline element: by its parts where they stand apart, else as one line."""
    parts = words.split(PART)
    plain = " ".join(parts)
    if len(parts) > 1:
        signed = [name for part in parts if (byline := read_byline(part)) for name in byline.authors]
        names = signed or [name for part in parts for name in _in_part(part)]
        if names:
            return tuple(dict.fromkeys(names))
    return _in_part(plain)


def _in_part(words: str) -> tuple[str, ...]:
    byline = read_byline(words) or (read_byline("by " + _DATED.sub("", words)) if _DATED.match(words) else None)
    if byline is not None:
        return byline.authors
    rest = _words()[0].sub("", words)
    names = tuple(name for name in split_names(rest) if is_name(name))
    return names or tuple(part for part in re.split(r"[、,，;；/／]", rest) if is_wide_name(part.strip()))


def _one_word(words: str) -> tuple[str, ...]:
    """The single word behind "by" in a byline: the name under which a blog's only author writes."""
    parts = words.split(PART)
    for before, name in pairwise(parts):
        if before.strip(" :").casefold() in ("by", "von", "par", "por") and _ONE_WORD.match(name):
            return () if _words()[1].match(name) else (name,)
    return ()


def _people(value: Any, named: dict[str, Any], depth: int = 0) -> tuple[str, ...]:
    if depth > 3:
        return ()
    if isinstance(value, list):
        return tuple(dict.fromkeys(name for item in value[:30] for name in _people(item, named, depth + 1)))
    if isinstance(value, dict):
        if any(_nobodys(value.get(field)) for field in ("@id", "url")):
            return ()
        if not value.get("name") and isinstance(value.get("@id"), str):
            return _people(named.get(value["@id"]), named, depth + 1)
        parts = (value.get("givenName"), value.get("familyName"))
        if not value.get("name") and all(isinstance(part, str) for part in parts):
            return _people(" ".join(map(str, parts)), named, depth + 1)
        return _people(value.get("name"), named, depth + 1)
    return _names_in(value) if isinstance(value, str) else ()


def _nobodys(address: Any) -> bool:
    """Whether an author's address is that of the account which sets up the site: ".../author/admin/"."""
    return isinstance(address, str) and address.rstrip("/").rsplit("/", 1)[-1].casefold() in (
        "admin",
        "administrator",
        "webmaster",
    )


def _names_in(text: str) -> tuple[str, ...]:
    """The names in one claim of authorship: a list of them is parted, a role or address behind one is cut."""
    before, nobody = _words()[:2]
    text = before.sub("", line(text, 300))
    if not text or nobody.match(text) or ("/" in text and "." in text):
        return ()
    turned = _SURNAME_FIRST.match(text)
    if turned and not by_name(turned[1]) and not by_name(turned[2]) and is_name(f"{turned[2]} {turned[1]}"):
        return (f"{turned[2]} {turned[1]}",)
    if (signer := text.partition(",")[0]) != text and is_name(signer):
        # "Jane Doe, Professor of History, University of Oslo and John Roe": posts and their houses are no names.
        text = _POST.sub("", text)
    parts = re.split(r"\s*(?:;|\s&\s|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+|/|\|)\s*", text)
    if len(parts) == 1 and text.count(",") and all(" " in piece.strip() for piece in text.split(",")):
        parts = text.split(",")
    elif len(parts) > 1:
        parts = [piece for part in parts for piece in part.split(",")]
    names = []
    for part in (name for piece in parts for name in parted(piece)):
        name = squeeze(_ROLE_TAIL.sub("", part)).strip(" .,;:*")
        if 1 < len(name) < 80 and not nobody.match(name):
            names.append(name)
    return tuple(dict.fromkeys(names))
