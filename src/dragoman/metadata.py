"""The judgement between a page's claims: its title, dates, authors, outlet, language, address, section and tags.

The choice is a list of preferences, and the reason names the winner and whether others agree.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from dragoman import edtf
from dragoman.claims import PART, UPDATED, Claims, by_class, claims_of, line, metas
from dragoman.credits import is_name, read_byline, split_names
from dragoman.encoding import squeeze
from dragoman.outlets import by_domain, by_name, host
from dragoman.records import Reason, When
from dragoman.stamps import read_stamp

__all__ = [
    "authors_of",
    "gather",
    "language_of",
    "outlet_of",
    "published_of",
    "section_of",
    "tags_of",
    "title_of",
    "url_of",
]

_SUFFIX = re.compile(r"\s+(?:[|–—»·•:]|::|-{1,2}|›)\s+|\s*[｜]\s*|(?<=[^\x00-\xff])[-_|]{1,2}(?=[^\x00-\xff])")
_SITE = re.compile(r"[\w-]+(?:\.[\w-]+)?\.[a-z]{2,4}", re.IGNORECASE)
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_LABEL = re.compile(
    r"^(?:first\s+)?(?:published|posted|written|issued|created|veröffentlicht|publié|publicado|pubblicato|opublikowano|公開日|发布时间)",
    re.IGNORECASE,
)
_ROLE_TAIL = re.compile(r"\s*(?:\||\(|,\s*(?!(?:jr|sr|ii|iii)\b)|\s[-–—]\s).*$", re.IGNORECASE)
_LEADING_BY = re.compile(
    r"^\s*(?:by|von|par|por|di|de|door|av|af|from|text|texte|autor(?:en)?|authors?|reporter|written by|posted by|story by)\b\s*:?\s+",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"^(?:https?:|www\.|@|\d|no author|null|none|undefined|admin\w*|staff|webmaster|author|unknown|anonymous|n/?a|redaktion|redaction)",
    re.IGNORECASE,
)


def gather(root: Any) -> Claims:
    """Every claim of a page; class names are asked only where its metadata name no day or no person."""
    claims = claims_of(root)
    dated = (claims.article or {}).get("datePublished") or any(claims.meta(*metas("published")[:6]))
    if not dated or not _signed(claims):
        by_class(root, claims)
    return claims


def _signed(claims: Claims) -> bool:
    """Whether JSON-LD or a meta names somebody who is not the outlet itself."""
    outlet = _key(outlet_of(claims, None)[0] or "")
    for names, where in _author_claims(claims):
        if names and not where.startswith("the byline") and any(not _own(name, outlet) for name in names):
            return True
    return False


def _own(name: str, outlet: str) -> bool:
    known = by_name(name)
    key = _key(known.name if known else name)
    return bool(outlet and key and (key in outlet or outlet in key)) or bool(_SITE.fullmatch(name))


def _reason(by: str, detail: str) -> Reason:
    return Reason(step="clean", by=by, detail=detail)


def title_of(claims: Claims) -> tuple[str | None, Reason]:
    """The headline, without the outlet's name behind it.

    Outlets give an article several headlines (for the page, for search, for sharing). The one in JSON-LD is taken first,
    then Open Graph's, then the page's own: so the labelled pages have it most often (measured, see docs/concepts/reading.md).
    """
    outlet = outlet_of(claims, None)[0] or ""
    found: list[tuple[str, str]] = []
    if claims.article:
        found.append(("JSON-LD headline", line(claims.article.get("headline"))))
    found += [(name, line(value)) for name, value in claims.meta("og:title")]
    found += [("microdata headline", line(value)) for value in claims.props.get("headline", [])[:2]]
    found += [("h1", heading) for heading in _headings(claims)]
    found += [(name, line(value)) for name, value in claims.meta(*metas("title")[1:])]
    if claims.title:
        found.append(("title", line(claims.title)))
    found += [("h1", heading) for heading in claims.headings[:2] if not by_name(heading)]
    # "The New Republic" as a heading is the outlet's: the page's <title> ends with it.
    tail = _key(claims.title or "")
    heads = {_key(heading) for heading in claims.headings[:3]}
    usable = []
    for name, text in found:
        clean = _without_suffix(text, outlet)
        if name not in ("h1", "JSON-LD headline"):
            clean = _as_printed(clean, heads)
        key = _key(clean)
        if (
            len(clean) < 4
            or key == _key(outlet)
            or (name == "h1" and len(key) < 30 and len(tail) > len(key) + 10 and tail.endswith(key))
        ):
            continue
        usable.append((name, clean))
    if not usable:
        return None, _reason("title", "the page gives no title")
    name, best = _elected(claims, usable)
    agree = dict.fromkeys(other for other, text in usable if _key(text) == _key(best) and other != name)
    return best, _reason("title", f"from {name}" + (f"; {', '.join(agree)} agree" if agree else ""))


def _headings(claims: Claims) -> list[str]:
    """The main headings that may be the article's, likeliest first: a logo or a menu shares no word with the page's title."""
    told = _pieces(claims.title or "")
    found = [heading for heading in claims.headings[:4] if not by_name(heading)]
    if not told or not found:
        return found
    shared = [len(told & _pieces(heading)) / max(1, len(_pieces(heading))) for heading in found]
    if max(shared) < 0.2:
        return []
    first = next(place for place, share in enumerate(shared) if share >= max(0.2, 0.6 * max(shared)))
    return [found[first], *(heading for place, heading in enumerate(found) if place != first and shared[place] >= 0.2)]


def _pieces(text: str) -> set[str]:
    """What two titles can share: words; pairs of characters in scripts without spaces."""
    words = _key(text).split()
    return {
        piece
        for word in words
        for piece in ([word] if word.isascii() or len(word) < 6 else [word[i : i + 2] for i in range(len(word) - 1)])
    }


def _as_printed(text: str, heads: set[str]) -> str:
    """A title for sharing without what stands before or behind the heading that the page prints: a section, a site, a date."""
    for match in _SUFFIX.finditer(text):
        for part in (text[: match.start()], text[match.end() :]):
            key = _key(part)
            if key in heads and (" " in key or len(key) > 4):
                return part
    return text


def _elected(claims: Claims, usable: list[tuple[str, str]]) -> tuple[str, str]:
    """The first title, unless the page's other fields speak against it."""
    name, best = usable[0]
    if name != "JSON-LD headline" or not claims.article:
        return name, best
    fields = dict(reversed(usable))
    shared = fields.get("og:title")
    if shared is None or _key(shared) == _key(best):
        return name, best
    named = _key(line(claims.article.get("name")))
    backed = {_key(line(claims.article.get(field))) for field in ("alternativeHeadline", "name")}
    others = [_key(fields[other]) for other in ("twitter:title", "h1", "title") if other in fields]
    # Two fields of one kind are one witness: the article's other name decides, or all that readers and search engines see.
    if named == _key(shared) or (_key(best) not in backed and len(others) == 3 and set(others) == {_key(shared)}):
        return "og:title", shared
    return name, best


def _key(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text.casefold()).strip()


def _without_suffix(text: str, outlet: str) -> str:
    """The title without "| Outlet" behind it: cut only where the rest names the outlet or a web site."""
    for match in _SUFFIX.finditer(text):
        head, tail = text[: match.start()], text[match.end() :]
        if len(head) < 8:
            continue
        key = _key(tail)
        names_outlet = bool(outlet and key) and (key in _key(outlet) or _key(outlet) in key)
        if names_outlet or by_name(tail) or _SITE.fullmatch(tail.strip()):
            return head
    return text


_Dated = list[tuple[str, When]]


def _dates(claims: Claims, url: str | None) -> tuple[_Dated, _Dated]:
    """Every claim of when the page appeared, and of when it was changed, most trusted first."""
    found: _Dated = []
    changed: _Dated = []

    def note(into: _Dated, name: str, value: object, basis: str = "metadata") -> None:
        text = line(value, 120)
        when = read_stamp(text, basis=basis) if text else None
        if when is not None and when.start is not None and when.start.year > 1400:
            into.append((name, when))

    if claims.article:
        note(found, "JSON-LD datePublished", claims.article.get("datePublished"))
        note(changed, "JSON-LD dateModified", claims.article.get("dateModified"))
    for name, value in claims.meta(*metas("published")):
        note(found, name, value)
    for name, value in claims.meta(*metas("updated")):
        note(changed, name, value)
    for name in ("datepublished", "datecreated"):
        for value in claims.props.get(name, [])[:2]:
            note(found, f"microdata {name}", value)
    for value in claims.props.get("datemodified", [])[:1]:
        note(changed, "microdata datemodified", value)
    for node in claims.nodes:
        if node is not claims.article:
            note(found, "JSON-LD datePublished", node.get("datePublished"))
    for stamp, words, later in claims.times[:6]:
        note(changed if later or UPDATED.search(words) else found, "time", stamp or words, "page")
    labelled = [words for words in claims.stamps if _LABEL.match(words)]
    for words in [*labelled, *claims.stamps[:12]]:
        note(changed if UPDATED.search(words) else found, "date line", words, "page")
    for words in claims.bylines[:6]:
        note(found, "byline", words.replace(PART, " "), "byline")
    for address in (url, claims.canonical, *(value for _, value in claims.meta("og:url"))):
        match = _URL_DATE.search(urlsplit(address).path) if address and _parses(address) else None
        if match:
            note(found, "the address", "-".join(match.groups()), "metadata")
    return found, changed


def published_of(claims: Claims, url: str | None) -> tuple[When | None, When | None, tuple[Reason, ...]]:
    """When the page appeared and was last changed, each with the basis it rests on, and why that was chosen."""
    found, changed = _dates(claims, url)
    last = changed[0][1] if changed else None
    if not found:
        if last is None:
            return None, None, ()
        return last, last, (_reason("published", f"the page gives only the time of a change ({changed[0][0]})"),)
    name, when = found[0]
    if when.precision != "minute":
        # Of claims about one day, the one that knows the minute says most.
        for other, finer in found[1:]:
            if finer.precision == "minute" and finer.edtf and when.edtf and finer.edtf.startswith(when.edtf):
                name, when = other, finer
                break
    when, moved = _local(when, found, claims)
    day = when.start.date() if when.start else None
    if when.precision == "minute" and when.edtf:
        day = dt.date.fromisoformat(when.edtf[:10])
    agree = sorted({other for other, claim in found if other != name and claim.start and claim.start.date() == day})
    differ = [
        f"{other}: {claim.edtf}"
        for other, claim in found
        if claim.start and day and abs((claim.start.date() - day).days) > 1
    ]
    detail = f"from {name}" + (f"; {', '.join(agree)} agree" if agree else "")
    if differ:
        detail += f"; other claims: {', '.join(differ[:3])}"
    return when, last, (_reason("published", detail + moved),)


_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)\s*([ap])?", re.IGNORECASE)


def _local(when: When, found: list[tuple[str, When]], claims: Claims) -> tuple[When, str]:
    """A time given in UTC, moved to the outlet's own clock where the page shows that clock.

    Readers are told "on Monday" by the outlet's calendar: 01:09 UTC beside a printed "18:09" of the day before is 18:09-07:00.
    Where only the day before is named (in the address), the day is kept and the minute given up.
    """
    if when.precision != "minute" or not when.start or not (when.edtf or "").endswith("Z"):
        return when, ""
    utc = when.start
    for stamp, words, _ in claims.times[:6]:
        for text in (stamp, words):
            near = read_stamp(text, basis="page") if text else None
            clock = _CLOCK.search(text) if near is not None and near.precision == "day" else None
            if near is None or near.start is None or clock is None or int(clock[2]) != utc.minute:
                continue
            hour = int(clock[1]) % 12 + (12 if clock[3].lower() == "p" else 0) if clock[3] else int(clock[1])
            shift = near.start.replace(hour=hour, minute=int(clock[2])) - utc
            if shift and abs(shift) <= dt.timedelta(hours=14):
                zone = dt.timezone(shift)
                return edtf.minute(
                    utc.astimezone(zone), basis=when.basis, phrase=when.phrase
                ), f"; the page's own clock shows {text!r}"
    for name, other in found:
        if name == "the address" and other.start is not None:
            gap = utc.replace(hour=0, minute=0) - other.start
            if (gap == dt.timedelta(days=1) and utc.hour < 12) or (gap == dt.timedelta(days=-1) and utc.hour >= 12):
                return edtf.day(
                    other.start.date(), basis="metadata", phrase=when.phrase
                ), f"; {when.edtf} is the address's day by the outlet's clock"
    return when, ""


def _parses(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def outlet_of(claims: Claims, url: str | None) -> tuple[str | None, Reason]:
    """The outlet's name as the page gives it, by its known spelling where there is one.

    A name that is known (`data/outlets.tsv`, by the name or by the address) comes first: sections call themselves "World" or
    "Fact check" there. Then the page's own claims, then the end of its title, then the host.
    """
    found: list[tuple[str, str]] = []
    for name, value in claims.meta("og:site_name"):
        found.append((name, line(value, 80)))
    if claims.article:
        for key in ("publisher", "sourceOrganization"):
            body = claims.article.get(key)
            body = body[0] if isinstance(body, list) and body else body
            label = body.get("name") if isinstance(body, dict) else body
            found.append((f"JSON-LD {key}", line(label, 80)))
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
            same = [other for _, other in found if _solid(other) == _solid(label)]
            best = max(same, key=lambda text: (text.count(" "), sum(map(str.isupper, text[1:])) < len(text) // 2))
            return (best if " " in best and " " not in label else label), _reason("outlet", f"from {name}")
    if bare:
        return bare, _reason("outlet", "the page names no outlet: the host of its address")
    return None, _reason("outlet", "the page names no outlet")


_LEGAL = re.compile(
    r"\b(?:GmbH|AG|KG|Ltd|Limited|Inc|LLC|PLC|S\.?A|S\.?L|B\.?V|A/S|Oy|Sp\. z o\.o|Verlag|Verlagsgesellschaft|Media Group)\b\.?",
    re.IGNORECASE,
)
_RIGHTS = re.compile(
    r"^(?:copyright|©|\(c\)|all rights)[\s©(c)\d\-–,.]*|版权所有.*$|\s*all rights reserved.*$", re.IGNORECASE
)
_PARTING = re.compile(r"\s+[|–—»·•-]+(?:\s+|$)|\s*[|｜]\s*")


def _solid(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def _label(bare: str | None) -> str:
    """The part of a host that names its owner: `nationalpost` of `www.nationalpost.com`."""
    parts = (bare or "").split(".")
    if len(parts) > 2 and len(parts[-1]) == 2 and parts[-2] in ("co", "com", "net", "org", "gov", "ac", "ne", "or"):
        return parts[-3].replace("-", "")
    return parts[-2].replace("-", "") if len(parts) > 1 else ""


def _outlet_name(text: str, bare: str | None) -> str:
    """A claim of the outlet's name without slogans, legal forms and copyright words around it."""
    text = _RIGHTS.sub("", text).strip()
    parts = [part for part in _PARTING.split(text) if part]
    if len(parts) < 2:
        return "".join(parts).strip(" -–|")
    label = _label(bare)
    fitting = [part for part in parts if label and _solid(part) in (label, f"the{label}")]
    plain = [part for part in parts if not _LEGAL.search(part)]
    return (fitting or plain or parts)[0].strip()


def _title_tail(claims: Claims, bare: str | None) -> str:
    """The outlet's name at the end (or, seldom, the beginning) of the page's title, where the host or the heading confirms it."""
    title = line(claims.title or "")
    parts = [part.strip() for part in _SUFFIX.split(title)]
    if len(parts) < 2:
        return ""
    label = _label(bare)
    heads = {_key(heading) for heading in claims.headings[:3]}
    for part in (parts[-1], parts[0]):
        solid = _solid(part)
        if (
            label
            and solid
            and len(part) < 40
            and (solid in (label, f"the{label}") or (len(label) > 4 and solid.startswith(label)))
        ):
            return part
    last = parts[-1]
    if (
        1 < len(last) < 30
        and not _LEADING_BY.match(last)
        and len(last.split()) < 5
        and last[:1].isupper()
        and _key(" ".join(parts[:-1])) in heads
    ):
        return last
    return ""


def authors_of(claims: Claims) -> tuple[tuple[str, ...], Reason]:
    """Who signed the article, in the order of the page; a page that signs with its own name alone is asked for a person."""
    outlet = _key(outlet_of(claims, None)[0] or "")
    standby: tuple[tuple[str, ...], Reason] | None = None
    for names, where in _author_claims(claims):
        if not names:
            continue
        if any(not _own(name, outlet) for name in names):
            if where.startswith("the byline"):
                # "By Jane Doe, MDR Thuringia": the outlet's own desk is no second author.
                names = tuple(name for name in names if not _own(name, outlet) and _key(name).split()[:1] != [outlet])
            if names:
                return names, _reason("authors", f"from {where}")
            continue
        standby = standby or (names, _reason("authors", f"from {where}; the page signs with its own name"))
    return standby or ((), _reason("authors", "the page names no author"))


def _author_claims(claims: Claims) -> Iterator[tuple[tuple[str, ...], str]]:
    if claims.article:
        named = {
            node["@id"]: node.get("name")
            for node in claims.nodes
            if isinstance(node.get("@id"), str) and node.get("name")
        }
        for key in ("author", "creator"):
            value = claims.article.get(key)
            if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
                value = named.get(value["@id"])
            yield _people(value), f"JSON-LD {key}"
    for name in metas("authors"):
        values = claims.metas.get(name, [])
        yield tuple(dict.fromkeys(person for value in values[:20] for person in _names_in(value))), f"the meta {name}"
    yield (
        tuple(dict.fromkeys(person for value in claims.props.get("author", [])[:20] for person in _names_in(value))),
        "microdata",
    )
    for words in claims.bylines[:15]:
        yield _signers(words), f"the byline {words.replace(PART, ' ')[:80]!r}"


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
    byline = read_byline(words)
    return (
        byline.authors if byline else tuple(name for name in split_names(_LEADING_BY.sub("", words)) if is_name(name))
    )


def _people(value: Any, depth: int = 0) -> tuple[str, ...]:
    if isinstance(value, list):
        return (
            tuple(dict.fromkeys(name for item in value[:30] for name in _people(item, depth + 1))) if depth < 3 else ()
        )
    if isinstance(value, dict):
        return _people(value.get("name"), depth + 1) if depth < 3 else ()
    return _names_in(value) if isinstance(value, str) else ()


def _names_in(text: str) -> tuple[str, ...]:
    """The names in one claim of authorship: a list of them is parted, a role or address behind one is cut."""
    text = _LEADING_BY.sub("", line(text, 300))
    if not text or _NO_AUTHOR.match(text) or ("/" in text and "." in text):
        return ()
    parts = re.split(r"\s*(?:;|\s&\s|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+|/|\|)\s*", text)
    if len(parts) == 1 and text.count(",") and all(" " in piece.strip() for piece in text.split(",")):
        parts = text.split(",")
    elif len(parts) > 1:
        parts = [piece for part in parts for piece in part.split(",")]
    names = []
    for part in parts:
        name = squeeze(_ROLE_TAIL.sub("", part)).strip(" .,;:*")
        if 1 < len(name) < 80 and not _NO_AUTHOR.match(name):
            names.append(name)
    return tuple(dict.fromkeys(names))


def language_of(claims: Claims) -> str | None:
    """The language that the page declares, as it writes it."""
    for value in (
        claims.language,
        *(value for _, value in claims.meta("content-language", "og:locale", "dc.language", "language")),
    ):
        if value:
            return value.strip()[:20]
    value = claims.article.get("inLanguage") if claims.article else None
    return value[:20] if isinstance(value, str) else None


def url_of(claims: Claims) -> str | None:
    """The page's own address: canonical, else Open Graph's, else JSON-LD's; web addresses only."""
    found = [claims.canonical, *(value for _, value in claims.meta("og:url", "twitter:url"))]
    if claims.article:
        found += [value for key in ("url", "mainEntityOfPage") if isinstance(value := claims.article.get(key), str)]
    for value in found:
        if value and len(value) < 2000 and value.startswith(("http://", "https://")) and _parses(value):
            return value
    return None


def section_of(claims: Claims) -> str | None:
    """The section that the page files the article under."""
    for _, value in claims.meta(
        "article:section", "og:article:section", "parsely-section", "section", "cxenseparse:section"
    ):
        if value:
            return line(value, 80) or None
    given = claims.article.get("articleSection") if claims.article else None
    given = given[0] if isinstance(given, list) and given else given
    return line(given, 80) or None


def tags_of(claims: Claims) -> tuple[str, ...]:
    """The tags that the page gives, each once, at most 40."""
    found = [value for _, value in claims.meta("article:tag", "og:article:tag")]
    if len(found) < 2:
        found += [part for _, value in claims.meta("news_keywords", "keywords") for part in re.split(r"[,;]", value)]
    if claims.article:
        value = claims.article.get("keywords")
        found += value if isinstance(value, list) else re.split(r"[,;]", value) if isinstance(value, str) else []
    return tuple(dict.fromkeys(tag for value in found[:60] if (tag := line(value, 60))))[:40]
