"""The judgement between a page's claims: its title, dates, language, address, section and tags.

The choice is a list of preferences, and the reason names the winner and whether others agree. Whose page it is (outlet and
authors) is `dragoman.reading.imprint`'s.
"""

from __future__ import annotations

import datetime as dt
import re
from urllib.parse import urlsplit

from dragoman import edtf
from dragoman.reading.claims import PART, SUFFIX, UPDATED, Claims, key, line, metas
from dragoman.reading.imprint import SITE, outlet_of
from dragoman.reading.outlets import by_name
from dragoman.reading.stamps import read_stamp
from dragoman.records import Reason, When

__all__ = ["language_of", "published_of", "section_of", "tags_of", "title_of", "titles_in", "url_of"]

_URL_DATE = re.compile(r"/((?:19|20)\d{2})[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_LABEL = re.compile(
    r"^(?:first\s+)?(?:published|posted|written|issued|created|veröffentlicht|publié|publicado|pubblicato|opublikowano|公開日|发布时间)",
    re.IGNORECASE,
)


def _reason(by: str, detail: str) -> Reason:
    return Reason(step="clean", by=by, detail=detail)


def title_of(claims: Claims) -> tuple[str | None, Reason]:
    """The headline, without the outlet's name behind it.

    Outlets give an article several headlines (for the page, for search, for sharing). The one in JSON-LD is taken first,
    then Open Graph's, then the page's own: so the labelled pages have it most often (measured, see docs/concepts/reading.md).
    """
    usable = _usable(claims)
    if not usable:
        return None, _reason("title", "the page gives no title")
    name, best = _elected(claims, usable)
    agree = dict.fromkeys(other for other, text in usable if key(text) == key(best) and other != name)
    return best, _reason("title", f"from {name}" + (f"; {', '.join(agree)} agree" if agree else ""))


def titles_in(claims: Claims) -> tuple[str, ...]:
    """Every headline that the page gives the article, each once: a block of the page that repeats one is no paragraph."""
    return tuple(dict.fromkeys(text for _, text in _usable(claims)))


def _usable(claims: Claims) -> list[tuple[str, str]]:
    """The claims of the title with their names, likeliest first; the outlet's own name and logos left out."""
    if claims.titles is None:
        claims.titles = _titles(claims)
    return claims.titles


def _titles(claims: Claims) -> list[tuple[str, str]]:
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
    tail = key(claims.title or "")
    heads = {key(heading) for heading in claims.headings[:3]}
    usable = []
    for name, text in found:
        clean = _without_suffix(text, outlet)
        if name not in ("h1", "JSON-LD headline"):
            clean = _as_printed(clean, heads)
        folded = key(clean)
        site = len(folded) < 30 and len(tail) > len(folded) + 10 and tail.endswith(folded)
        if len(clean) >= 4 and folded != key(outlet) and not (name == "h1" and site):
            usable.append((name, clean))
    return usable


def _headings(claims: Claims) -> list[str]:
    """The main headings that may be the article's, likeliest first: a logo or a menu shares no word with the page's title."""
    title = claims.title or ""
    parts = SUFFIX.split(title)
    # The site's name behind the title is no part of it: a logo that repeats that name shares nothing.
    told = _pieces(" ".join(parts[:-1]) if len(parts) > 1 and len(parts[-1]) < 40 else title)
    found = [heading for heading in claims.headings[:4] if not by_name(heading)]
    if not told or not found:
        return found
    shared = [len(told & _pieces(heading)) / max(1, len(_pieces(heading))) for heading in found]
    least = 0.2 if len(told) > 2 else 0.05
    if max(shared) < least:
        # The only heading of a page, and long, is the article's under another title.
        return found if len(claims.headings) == 1 and len(found[0].split()) > 5 else []
    first = next(place for place, share in enumerate(shared) if share >= max(least, 0.6 * max(shared)))
    return [
        found[first],
        *(heading for place, heading in enumerate(found) if place != first and shared[place] >= least),
    ]


def _pieces(text: str) -> set[str]:
    """What two titles can share: words; pairs of characters in scripts without spaces."""
    words = key(text).split()
    return {
        piece
        for word in words
        for piece in ([word] if word.isascii() or len(word) < 6 else [word[i : i + 2] for i in range(len(word) - 1)])
    }


def _as_printed(text: str, heads: set[str]) -> str:
    """A title for sharing without what stands before or behind the heading that the page prints: a section, a site, a date."""
    for match in SUFFIX.finditer(text):
        for part in (text[: match.start()], text[match.end() :]):
            folded = key(part)
            if folded in heads and (" " in folded or len(folded) > 4):
                return part
    return text


def _elected(claims: Claims, usable: list[tuple[str, str]]) -> tuple[str, str]:
    """The first title, unless the one for sharing has the better witnesses.

    A system that fills JSON-LD, the heading and <title> from one field makes one witness of three: a title for sharing that
    somebody wrote beside it is another, unless a second field repeats the heading for readers elsewhere. And where all that
    readers see shows the title for sharing, the one in JSON-LD stands alone. Each of the two holds for most publishers on whose
    pages it speaks; finer rules held for one publisher each (docs/concepts/reading.md).
    """
    name, best = usable[0]
    fields = dict(reversed(usable))
    shared = fields.get("og:title")
    if name != "JSON-LD headline" or not claims.article or shared is None or key(shared) == key(best):
        return name, best
    printed, page, tweet = (
        key(fields[field]) if field in fields else None for field in ("h1", "title", "twitter:title")
    )
    one_witness = printed is not None and printed.endswith(key(best)) and page != key(shared) and tweet != key(best)
    seen = [text for text in (printed, page, tweet) if text is not None]
    alone = len(seen) > 1 and set(seen) == {key(shared)}
    if alone and key(best) in (key(line(claims.article.get(field))) for field in ("name", "alternativeHeadline")):
        # JSON-LD gives its headline twice: it is meant.
        return name, best
    return ("og:title", shared) if one_witness or alone else (name, best)


def _without_suffix(text: str, outlet: str) -> str:
    """The title without "| Outlet" behind it: cut only where the rest names the outlet or a web site."""
    for match in SUFFIX.finditer(text):
        head, tail = text[: match.start()], text[match.end() :]
        if len(head) < 8:
            continue
        folded = key(tail)
        names_outlet = bool(outlet and folded) and (folded in key(outlet) or key(outlet) in folded)
        if names_outlet or by_name(tail) or SITE.fullmatch(tail.strip()):
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
