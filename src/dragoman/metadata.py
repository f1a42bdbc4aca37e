"""What an HTML page says of itself: JSON-LD, Open Graph, Dublin Core, microdata, `<time>`, bylines and its address.

Every claim is gathered with where it stands; the choice between them is a list of preferences, and the reason names the
winner and whether others agree. A claim is data from a stranger: it is bounded, plain text, and never followed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from dragoman import edtf
from dragoman.credits import is_name, read_byline, split_names
from dragoman.encoding import normalise, squeeze
from dragoman.outlets import by_domain, by_name, host
from dragoman.records import Reason, When
from dragoman.stamps import read_stamp

__all__ = ["Claims", "article_text", "authors_of", "gather", "language_of", "outlet_of", "published_of", "section_of", "tags_of", "title_of", "url_of"]

_ARTICLE_TYPES = re.compile(r"(?:article|blogposting|report|newsstory|socialmediaposting|liveblogposting|creativework|webpage|videoobject)$", re.IGNORECASE)
_BEST_TYPES = re.compile(r"(?:article|blogposting|reportage\w*|report|liveblogposting)$", re.IGNORECASE)
_MOST_NODES = 2_000
_LARGEST_LD = 2_000_000
_CONTROL = re.compile(r"[\x00-\x1f]")
_TRAILING_COMMA = re.compile(r",\s*([}\]])")
_SUFFIX = re.compile(r"\s+(?:[|–—»·•:]|::|-{1,2}|›)\s+|\s*[｜]\s*|(?<=[^\x00-\xff])[-_|]{1,2}(?=[^\x00-\xff])")
_SITE = re.compile(r"[\w-]+(?:\.[\w-]+)?\.[a-z]{2,4}", re.IGNORECASE)
_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_AUTHOR_CLASS = re.compile(r"(?:^|[-_ ])(?:byline|authors?|autor(?:en|a|es)?|writer|journalist|contributor|creditos|signature|firma)(?:[-_ ]|$)|author-?name|authorname|bylinename|byline", re.IGNORECASE)
_DATE_CLASS = re.compile(r"(?:^|[-_ ])(?:date|datum|time|timestamp|published|pubdate|posted|dateline|datetime|meta|fecha|article-?info|publish\w*)(?:[-_ ]|$)", re.IGNORECASE)
_UPDATED = re.compile(r"updat|modif|aktualisier|actualiz|mis à jour|aggiornat|oppdatert|uppdaterad|opdateret", re.IGNORECASE)
_LABEL = re.compile(r"^(?:first\s+)?(?:published|posted|written|issued|created|veröffentlicht|publié|publicado|pubblicato|opublikowano|公開日|发布时间)", re.IGNORECASE)
_ROLE_TAIL = re.compile(r"\s*(?:\||\(|,\s*(?!(?:jr|sr|ii|iii)\b)|\s[-–—]\s).*$", re.IGNORECASE)
_LEADING_BY = re.compile(r"^\s*(?:by|von|par|por|di|de|door|av|af|from|text|texte|autor(?:en)?|authors?|reporter|written by|posted by|story by)\b\s*:?\s+", re.IGNORECASE)
_NO_AUTHOR = re.compile(r"^(?:https?:|www\.|@|\d|null|none|undefined|admin\w*|staff|webmaster|author|unknown|anonymous|n/?a|redaktion|redaction)", re.IGNORECASE)

_PUBLISHED_METAS = (
    "article:published_time", "article:published", "og:published_time", "datepublished", "article.published", "published_time", "publish-date", "publish_date",
    "publication_date", "publicationdate", "pubdate", "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "dc.date.issued",
    "dcterms.created", "dc.date.created", "dc.date", "dcterms.date", "date", "datecreated", "article_date_original", "originalpublicationdate",
    "bt:pubdate", "rnews:datepublished", "og:article:published_time", "citation_publication_date", "citation_date", "last-modified-date-original",
    "article:create_time", "article.created", "displaydate", "shareaholic:article_published_time", "iso-8601-publish-date", "vr:published_time",
    "mediator_published_time", "dcsext.articlefirstpublished", "ptime", "pdate", "created", "weibo: article:create_at", "publishdate", "analyticsattributes.articledate",
)
_UPDATED_METAS = (
    "article:modified_time", "og:updated_time", "datemodified", "article:modified", "dcterms.modified", "last-modified", "lastmod", "dc.date.modified", "article:updated_time", "modified_time", "revision_date", "updated_time", "lastmodified", "sailthru.lastmodified",
)
_AUTHOR_METAS = ("author", "parsely-author", "article:author", "dc.creator", "dcterms.creator", "sailthru.author", "byl", "article:author_name", "authors", "citation_author", "cxenseparse:author", "mediator_author", "og:article:author", "twitter:data1", "dc.contributor", "article.author")
_TITLE_METAS = ("og:title", "twitter:title", "dc.title", "title", "headline", "sailthru.title", "parsely-title", "hdl")
_OUTLET_METAS = ("og:site_name", "article:publisher_name", "application-name", "dc.publisher", "dcterms.publisher", "citation_journal_title", "publisher", "copyright", "cre", "source", "apple-mobile-web-app-title")


@dataclass(slots=True)
class Claims:
    """Everything a page says of itself, unweighed."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    nodes: list[dict[str, Any]] = field(default_factory=list)
    title: str | None = None
    headings: list[str] = field(default_factory=list)
    canonical: str | None = None
    language: str | None = None
    times: list[tuple[str, str, bool]] = field(default_factory=list)
    props: dict[str, list[str]] = field(default_factory=dict)
    bylines: list[str] = field(default_factory=list)
    stamps: list[str] = field(default_factory=list)
    article: dict[str, Any] | None = None

    def meta(self, *names: str) -> Iterator[tuple[str, str]]:
        """The values of the named metas, in the order of the names."""
        for name in names:
            for value in self.metas.get(name, ()):
                yield name, value


def _text_of(element: Any, most: int = 300) -> str:
    return squeeze("".join(element.itertext())[: most * 4])[:most]


def gather(root: Any) -> Claims:
    """Walk a tree (lxml) once and note every claim; at most 2,000 JSON-LD nodes are looked at."""
    claims = Claims()
    claims.language = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    for element in root.iter("meta", "title", "link", "script", "h1", "time"):
        tag = element.tag
        if tag == "meta":
            name = element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
            value = element.get("content")
            if name and value and len(value) < 2000:
                claims.metas.setdefault(name.lower().strip(), []).append(value.strip())
        elif tag == "script":
            if (element.get("type") or "").strip().lower().startswith("application/ld+json") and element.text:
                claims.nodes += _nodes(element.text)
        elif tag == "title":
            if claims.title is None and element.text and element.getparent() is not None and element.getparent().tag != "svg":
                claims.title = squeeze(element.text)[:500]
        elif tag == "link":
            if (element.get("rel") or "").lower() == "canonical" and element.get("href"):
                claims.canonical = element.get("href").strip()
        elif tag == "h1":
            text = _text_of(element)
            if text:
                claims.headings.append(text)
        elif tag == "time":
            stamp = element.get("datetime") or ""
            names = f"{element.get('class') or ''} {element.get('itemprop') or ''} {(element.getparent().get('class') if element.getparent() is not None else '') or ''}"
            claims.times.append((stamp.strip()[:100], _text_of(element, 120), bool(_UPDATED.search(names))))
    _microdata(root, claims)
    claims.article = _article(claims)
    return claims


def _microdata(root: Any, claims: Claims) -> None:
    for element in root.xpath("//body//*[@itemprop]")[:400]:
        name = (element.get("itemprop") or "").lower()
        if name in ("datepublished", "datecreated", "datemodified", "author", "headline", "name", "publisher", "creator"):
            value = element.get("content") or element.get("datetime") or _text_of(element)
            if value:
                parent = element.getparent()
                if name == "name":
                    above = (parent.get("itemprop") or "").lower() if parent is not None else ""
                    name = "author" if above in ("author", "creator") else "name"
                    if name == "author":
                        claims.props["author"] = [v for v in claims.props.get("author", []) if value not in v]
                claims.props.setdefault(name, []).append(value.strip())
    below = False
    early: list[str] = []
    for element in root.iter():
        names = element.get("class")
        if not names or len(names) > 200:
            continue
        mark = _mark(names)
        if element.tag == "h1":
            below = True
        if mark & 1 or (element.tag == "a" and element.get("rel") == "author"):
            text = _text_of(element, 200)
            if text and len(text) < 160 and len(claims.bylines) < 30:
                claims.bylines.append(text)
        if mark & 2 and len(claims.stamps) < 30:
            text = _text_of(element, 200)
            if text and len(text) < 160 and any(char.isdigit() for char in text):
                (claims.stamps if below else early).append(text)
    # What stands above the headline is as often the day on which the page was saved.
    claims.stamps += early[-3:]
    claims.bylines += [_text_of(element, 160) for element in root.iterfind(".//a[@rel='author']")][:5]


@lru_cache(maxsize=20_000)
def _mark(names: str) -> int:
    return (1 if _AUTHOR_CLASS.search(names) else 0) | (2 if _DATE_CLASS.search(names) else 0)


def _nodes(text: str) -> list[dict[str, Any]]:
    """The objects in one JSON-LD script, `@graph` and lists opened; broken JSON is mended once, then given up."""
    if len(text) > _LARGEST_LD:
        return []
    text = text.strip().removeprefix("<!--").removesuffix("-->").removeprefix("//<![CDATA[").removesuffix("//]]>").strip().rstrip(";")
    value: Any = None
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", _CONTROL.sub(" ", text))):
        try:
            value = json.loads(attempt, strict=False)
            break
        except (ValueError, RecursionError):
            continue
    found: list[dict[str, Any]] = []
    waiting = [value]
    while waiting and len(found) < _MOST_NODES:
        item = waiting.pop(0)
        if isinstance(item, list):
            waiting[:0] = item[:200]
        elif isinstance(item, dict):
            found.append(item)
            for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
                if isinstance(item.get(key), list | dict):
                    waiting.append(item[key])
    return found


def _types(node: dict[str, Any]) -> list[str]:
    kinds = node.get("@type")
    return [str(kind) for kind in kinds[:5]] if isinstance(kinds, list) else [str(kinds)] if kinds else []


def _article(claims: Claims) -> dict[str, Any] | None:
    """The JSON-LD node that stands for the page's own article: the right type, dated, titled as the page is."""
    best, best_score = None, 0.0
    head = (claims.headings[0] if claims.headings else claims.title or "").casefold()
    for node in claims.nodes:
        kinds = _types(node)
        if not any(_ARTICLE_TYPES.search(kind) for kind in kinds):
            continue
        score = 3.0 if any(_BEST_TYPES.search(kind) for kind in kinds) else 0.5
        score += 1.0 if node.get("datePublished") else 0.0
        score += 0.5 if node.get("author") else 0.0
        title = str(node.get("headline") or node.get("name") or "").casefold()
        score += 2.0 if title and head and (title in head or head in title) else 0.5 if title else 0.0
        if score > best_score:
            best, best_score = node, score
    return best


def _reason(by: str, detail: str) -> Reason:
    return Reason(step="clean", by=by, detail=detail)


def _line(value: object, most: int = 400) -> str:
    text = str(value) if isinstance(value, str | int | float) else ""
    if "&" in text:
        import html

        text = html.unescape(html.unescape(text))
    if "<" in text:
        text = re.sub(r"<[^<>]{0,300}>", "", text)
    return squeeze(normalise(text[: most * 3]))[:most]


def article_text(claims: Claims) -> str:
    """The body that the page's metadata carry, or an empty string; markup in it is taken off."""
    body = claims.article.get("articleBody") if claims.article else None
    if not isinstance(body, str):
        for node in claims.nodes:
            if isinstance(node.get("articleBody"), str) and any(_BEST_TYPES.search(kind) for kind in _types(node)):
                body = node["articleBody"]
                break
    if not isinstance(body, str):
        return ""
    body = body[:400_000]
    if "&" in body:
        import html

        body = html.unescape(body)
    if "<" in body:
        body = re.sub(r"<(?:p|br|div|h\d|li)\b[^<>]{0,300}>|</(?:p|div|h\d|li)>", "\n", body, flags=re.IGNORECASE)
        body = re.sub(r"<[^<>]{0,300}>", "", body)
    return body


def title_of(claims: Claims) -> tuple[str | None, Reason]:
    """The headline, without the outlet's name behind it.

    Outlets give an article several headlines (for the page, for search, for sharing). The one in JSON-LD is taken first,
    then Open Graph's, then the page's own: so the labelled pages have it most often (measured, see docs/concepts/reading.md).
    """
    outlet = outlet_of(claims, None)[0] or ""
    found: list[tuple[str, str]] = []
    if claims.article:
        found.append(("JSON-LD headline", _line(claims.article.get("headline"))))
    found += [(name, _line(value)) for name, value in claims.meta("og:title")]
    found += [("microdata headline", _line(value)) for value in claims.props.get("headline", [])[:2]]
    found += [("h1", heading) for heading in claims.headings[:4] if not by_name(heading)]
    found += [(name, _line(value)) for name, value in claims.meta(*_TITLE_METAS[1:])]
    if claims.title:
        found.append(("title", _line(claims.title)))
    # "The New Republic" as a heading is the outlet's: the page's <title> ends with it.
    tail = _key(claims.title or "")
    usable = []
    for name, text in found:
        clean = _without_suffix(text, outlet)
        key = _key(clean)
        if len(clean) < 4 or key == _key(outlet) or (name == "h1" and len(key) < 30 and len(tail) > len(key) + 10 and tail.endswith(key)):
            continue
        usable.append((name, clean))
    if not usable:
        return None, _reason("title", "the page gives no title")
    name, best = usable[0]
    agree = dict.fromkeys(other for other, text in usable[1:] if _key(text) == _key(best) and other != name)
    return best, _reason("title", f"from {name}" + (f"; {', '.join(agree)} agree" if agree else ""))


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


def published_of(claims: Claims, url: str | None) -> tuple[When | None, When | None, tuple[Reason, ...]]:
    """When the page appeared and was last changed, each with the basis it rests on, and why that was chosen."""
    found: list[tuple[str, When]] = []
    changed: list[tuple[str, When]] = []

    def note(into: list[tuple[str, When]], name: str, value: object, basis: str = "metadata") -> None:
        text = _line(value, 120)
        when = read_stamp(text, basis=basis) if text else None
        if when is not None and when.start is not None and when.start.year > 1400:
            into.append((name, when))

    if claims.article:
        note(found, "JSON-LD datePublished", claims.article.get("datePublished"))
        note(changed, "JSON-LD dateModified", claims.article.get("dateModified"))
    for name, value in claims.meta(*_PUBLISHED_METAS):
        note(found, name, value)
    for name, value in claims.meta(*_UPDATED_METAS):
        note(changed, name, value)
    for name in ("datepublished", "datecreated"):
        for value in claims.props.get(name, [])[:2]:
            note(found, f"microdata {name}", value)
    for value in claims.props.get("datemodified", [])[:1]:
        note(changed, "microdata datemodified", value)
    for node in claims.nodes:
        if node is not claims.article:
            note(found, "JSON-LD datePublished", node.get("datePublished"))
    for stamp, words, updated in claims.times[:6]:
        note(changed if updated or _UPDATED.search(words) else found, "time", stamp or words, "page")
    labelled = [words for words in claims.stamps if _LABEL.match(words)]
    for words in [*labelled, *claims.stamps[:12]]:
        note(changed if _UPDATED.search(words) else found, "date line", words, "page")
    for words in claims.bylines[:6]:
        note(found, "byline", words, "byline")
    for address in (url, claims.canonical, *(value for _, value in claims.meta("og:url"))):
        match = _URL_DATE.search(urlsplit(address).path) if address and _parses(address) else None
        if match:
            note(found, "the address", "-".join(match.groups()), "metadata")
    updated = changed[0][1] if changed else None
    if not found:
        if updated is None:
            return None, None, ()
        return updated, updated, (_reason("published", f"the page gives only the time of a change ({changed[0][0]})"),)
    name, when = found[0]
    day = when.start.date() if when.start else None
    if when.precision != "minute":
        # Of claims about one day, the one that knows the minute says most.
        for other, finer in found[1:]:
            if finer.precision == "minute" and finer.edtf and when.edtf and finer.edtf.startswith(when.edtf):
                name, when = other, finer
                break
    when, moved = _local(when, found, claims)
    day = when.start.date() if when.start else None
    if when.precision == "minute" and when.edtf:
        import datetime as dt

        day = dt.date.fromisoformat(when.edtf[:10])
    agree = sorted({other for other, claim in found if other != name and claim.start and claim.start.date() == day})
    differ = [f"{other}: {claim.edtf}" for other, claim in found if claim.start and day and abs((claim.start.date() - day).days) > 1]
    detail = f"from {name}" + (f"; {', '.join(agree)} agree" if agree else "") + (f"; other claims: {', '.join(differ[:3])}" if differ else "")
    return when, updated, (_reason("published", detail + moved),)


_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3]):([0-5]\d)(?!\d)\s*([ap])?", re.IGNORECASE)


def _local(when: When, found: list[tuple[str, When]], claims: Claims) -> tuple[When, str]:
    """A time given in UTC, moved to the outlet's own clock where the page shows that clock.

    Readers are told "on Monday" by the outlet's calendar: 01:09 UTC beside a printed "18:09" of the day before is 18:09-07:00.
    Where only the day before is named (in the address), the day is kept and the minute given up.
    """
    import datetime as dt

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
                return edtf.minute(utc.astimezone(zone), basis=when.basis, phrase=when.phrase), f"; the page's own clock shows {text!r}"
    for name, other in found:
        if name == "the address" and other.start is not None:
            gap = utc.replace(hour=0, minute=0) - other.start
            if (gap == dt.timedelta(days=1) and utc.hour < 12) or (gap == dt.timedelta(days=-1) and utc.hour >= 12):
                return edtf.day(other.start.date(), basis="metadata", phrase=when.phrase), f"; {when.edtf} is the address's day by the outlet's clock"
    return when, ""


def _parses(address: str) -> bool:
    try:
        urlsplit(address)
    except ValueError:
        return False
    return True


def outlet_of(claims: Claims, url: str | None) -> tuple[str | None, Reason]:
    """The outlet's name as the page gives it, by its known spelling where there is one."""
    found: list[tuple[str, str]] = []
    for name, value in claims.meta("og:site_name"):
        found.append((name, _line(value, 80)))
    if claims.article:
        for key in ("publisher", "sourceOrganization"):
            value = claims.article.get(key)
            value = value[0] if isinstance(value, list) and value else value
            label = value.get("name") if isinstance(value, dict) else value
            found.append((f"JSON-LD {key}", _line(label, 80)))
    address = url or claims.canonical or next((value for _, value in claims.meta("og:url")), None)
    site = by_domain(address)
    if site is not None:
        found.append(("the address", site.name))
    for name, value in claims.meta(*_OUTLET_METAS[1:]):
        found.append((name, _line(value, 80)))
    for name, label in found:
        if 1 < len(label) < 60 and not label.startswith(("http", "@", "©")):
            known = by_name(label)
            return (known.name if known else label), _reason("outlet", f"from {name}")
    bare = host(address)
    if bare:
        return bare, _reason("outlet", "the page names no outlet: the host of its address")
    return None, _reason("outlet", "the page names no outlet")


def authors_of(claims: Claims) -> tuple[tuple[str, ...], Reason]:
    """Who signed the article, in the order of the page; a page that signs with its own name alone is asked for a person."""
    outlet = _key(outlet_of(claims, None)[0] or "")
    standby: tuple[tuple[str, ...], Reason] | None = None
    for names, where in _author_claims(claims):
        if not names:
            continue
        own = [name for name in names if outlet and (_key(name) in outlet or outlet in _key(name)) or _SITE.fullmatch(name)]
        if len(own) < len(names):
            return names, _reason("authors", f"from {where}")
        standby = standby or (names, _reason("authors", f"from {where}; the page signs with its own name"))
    return standby or ((), _reason("authors", "the page names no author"))


def _author_claims(claims: Claims) -> Iterator[tuple[tuple[str, ...], str]]:
    if claims.article:
        named = {node["@id"]: node.get("name") for node in claims.nodes if isinstance(node.get("@id"), str) and node.get("name")}
        for key in ("author", "creator"):
            value = claims.article.get(key)
            if isinstance(value, dict) and not value.get("name") and isinstance(value.get("@id"), str):
                value = named.get(value["@id"])
            yield _people(value), f"JSON-LD {key}"
    for name in _AUTHOR_METAS:
        values = claims.metas.get(name, [])
        yield tuple(dict.fromkeys(person for value in values[:20] for person in _names_in(value))), f"the meta {name}"
    yield tuple(dict.fromkeys(person for value in claims.props.get("author", [])[:20] for person in _names_in(value))), "microdata"
    for line in claims.bylines[:15]:
        byline = read_byline(line)
        names = byline.authors if byline else tuple(name for name in split_names(_LEADING_BY.sub("", line)) if is_name(name))
        yield names, f"the byline {line[:80]!r}"


def _people(value: Any, depth: int = 0) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(dict.fromkeys(name for item in value[:30] for name in _people(item, depth + 1))) if depth < 3 else ()
    if isinstance(value, dict):
        return _people(value.get("name"), depth + 1) if depth < 3 else ()
    return _names_in(value) if isinstance(value, str) else ()


def _names_in(text: str) -> tuple[str, ...]:
    """The names in one claim of authorship: a list of them is parted, a role or address behind one is cut."""
    text = _LEADING_BY.sub("", _line(text, 300))
    if not text or _NO_AUTHOR.match(text) or "/" in text and "." in text:
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
    for value in (claims.language, *(value for _, value in claims.meta("content-language", "og:locale", "dc.language", "language"))):
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
    for _, value in claims.meta("article:section", "og:article:section", "parsely-section", "section", "cxenseparse:section"):
        if value:
            return _line(value, 80) or None
    value = claims.article.get("articleSection") if claims.article else None
    value = value[0] if isinstance(value, list) and value else value
    return _line(value, 80) or None


def tags_of(claims: Claims) -> tuple[str, ...]:
    """The tags that the page gives, each once, at most 40."""
    found = [value for _, value in claims.meta("article:tag", "og:article:tag")]
    if len(found) < 2:
        found += [part for _, value in claims.meta("news_keywords", "keywords") for part in re.split(r"[,;]", value)]
    if claims.article:
        value = claims.article.get("keywords")
        found += value if isinstance(value, list) else re.split(r"[,;]", value) if isinstance(value, str) else []
    return tuple(dict.fromkeys(tag for value in found[:60] if (tag := _line(value, 60))))[:40]
