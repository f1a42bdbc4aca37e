"""HTML or text -> Article: clean text, where and when it appeared, and how that was found out.

One public verb, `clean`. What cannot be read as an article becomes a `Rejection` with the reason; nothing is guessed
without one. The text is normalised before anybody counts characters, and never changes afterwards.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import replace

from dragoman import edtf
from dragoman.reading.credits import read_dateline, split_names, trailing_credit
from dragoman.reading.encoding import decode, normalise, squeeze
from dragoman.reading.outlets import by_domain, by_name, host
from dragoman.reading.pages import Reading, read_page
from dragoman.reading.stamps import read_stamp
from dragoman.records import Article, RawDocument, RawRun, Reason, Rejection, When, make_id

__all__ = ["LARGEST_PAGE", "LONGEST_TEXT", "clean", "decoded"]

LARGEST_PAGE = 16_000_000
"""Bytes: a larger page is rejected. The largest real news page in our sets has 3 million."""
LONGEST_TEXT = 400_000
"""Code points of article text: more is cut at a paragraph, and the cut is a reason in `why`."""
_SHORTEST = 40
_SAMPLE = 1_200
_GLIMPSE = 300
_FEWEST_LETTERS = 15
_ENGLISH = frozenset("the of and to in that for is was with said on by it from which were has have".split())
_PIDGIN = frozenset("dey wey na di dem sey wetin una im pesin pipo wit dis dat tok".split())
_ENGLISH_ONLY = frozenset(
    "the and with said by from which after against at its their that this for to has have had were been will would who".split()
)
_TYPOGRAPHY = {ord(mark): None for mark in "“”‘’–—…•£€"}
_FEW = 100
"""Characters below which the statistics of letters tell English from Pidgin or Scots no more."""
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|article|div|p|meta|table)\b", re.IGNORECASE)
_REPORTERS_NOTE = re.compile(
    r"^\(?(?:additional )?(?:reporting|writing|editing|compiled)\s+by\b[^.]{2,300}\)?\.?$", re.IGNORECASE
)
_NOTE_NAMES = re.compile(r"(?:reporting|writing)\s+by\s+(?P<names>[^;)]{2,200})", re.IGNORECASE)


def clean(raw: RawDocument, *, published: When | None = None) -> Article | Rejection:
    """The article in a raw document, or the reason why there is none.

    `published` is what the user says of pages that carry no date of their own; it is used only for those.

    >>> page = b"Ministers meet in Oslo\\n\\nOSLO, April 28 (TASS) -- The foreign ministers of both states met on Monday in Oslo."
    >>> article = clean(RawDocument(path=None, media_type="text/plain", data=page))
    >>> article.title, article.agencies, article.published.edtf
    ('Ministers meet in Oslo', ('TASS',), 'XXXX-04-28')
    """
    subject = raw.path or raw.url or "<stdin>"
    if len(raw.data) > LARGEST_PAGE:
        return _rejection(subject, f"the page has {len(raw.data):,} bytes; at most {LARGEST_PAGE:,} are read")
    fields = dict(raw.fields)
    page, reading = _read(raw, fields)
    reading = _with_fields(reading, fields, raw.url)
    reading = _with_credits(reading)
    text, why = _text(reading)
    if len(text) + sum(unicodedata.east_asian_width(char) in "WF" for char in text[:_SHORTEST]) < _SHORTEST:
        return _rejection(
            subject,
            "no article text was found on the page"
            if not text
            else f"only {len(text)} characters of article text were found",
        )
    if sum(map(str.isalpha, text[:_SAMPLE])) < _FEWEST_LETTERS:
        return _rejection(subject, "the text found on the page holds no words")
    language, by = _language(text, reading.language)
    when = _published(reading, published)
    return Article(
        id=make_id("ar", reading.url, reading.outlet, reading.title, when.edtf, text),
        text=text,
        title=reading.title,
        outlet=reading.outlet,
        agencies=reading.agencies,
        authors=reading.authors,
        dateline=reading.place,
        published=when,
        updated=reading.updated,
        language=language,
        path=raw.path,
        url=reading.url,
        section=reading.section,
        tags=reading.tags,
        raw_sha256=hashlib.sha256(raw.data).hexdigest(),
        raw_runs=_raw_runs(raw, page, text),
        why=(*reading.why, *why, by),
    )


def decoded(raw: RawDocument) -> str | None:
    """The page that `Article.raw_runs` index: the document's bytes as text, or None for a record, which has no page.

    >>> decoded(RawDocument(path=None, media_type="text/html", data=b"<p>Talks</p>"))
    '<p>Talks</p>'
    """
    if raw.media_type == "application/json":
        return None
    return decode(raw.data, dict(raw.fields).get("charset"))[0]


def _reason(by: str, detail: str) -> Reason:
    return Reason(step="clean", by=by, detail=detail)


def _rejection(subject: str, reason: str) -> Rejection:
    return Rejection(id=make_id("rj", subject, "clean", reason), subject=subject, step="clean", reason=reason)


def _read(raw: RawDocument, fields: dict[str, str]) -> tuple[str | None, Reading]:
    """The decoded page (None for a record, whose text is its own) and what was found on it."""
    if raw.media_type == "application/json":
        # A record's text is the user's own cut of the article: normalised, never searched for clutter.
        paragraphs = (squeeze(line) for line in normalise(fields.get("text", "")).split("\n"))
        return None, Reading(paragraphs=tuple(line for line in paragraphs if line))
    page, encoding = decode(raw.data, fields.get("charset"))
    if _is_html(raw):
        from dragoman.reading.webpage import read_html

        reading = read_html(page, url=raw.url)
    else:
        reading = read_page(normalise(page))
    if encoding != "utf-8":
        reading = replace(reading, why=(*reading.why, _reason("encoding", f"read as {encoding}")))
    return page, reading


def _is_html(raw: RawDocument) -> bool:
    return raw.media_type == "text/html" or (
        raw.media_type != "text/plain" and _HTML.search(raw.data[:2000]) is not None
    )


def _raw_runs(raw: RawDocument, page: str | None, text: str) -> tuple[RawRun, ...]:
    from dragoman.reading.offsets import raw_runs

    return raw_runs(page, text, markup=_is_html(raw)) if page is not None else ()


def _with_fields(reading: Reading, fields: dict[str, str], url: str | None) -> Reading:
    """What a structured input says of the document wins over what the page seems to say."""
    title = squeeze(normalise(fields.get("title", ""))) or reading.title
    outlet = squeeze(normalise(fields.get("outlet", ""))) or reading.outlet
    known = by_name(outlet) if outlet else None
    authors, agencies = reading.authors, reading.agencies
    if fields.get("authors"):
        authors, agencies = _given_authors(normalise(fields["authors"]))
    address = fields.get("url") or url or reading.url
    why = list(reading.why)
    if outlet is None and address:
        site = by_domain(address)
        outlet = site.name if site else None
        if site:
            why.append(_reason("outlet", f"the address is at {host(address)}"))
    when = reading.published
    if fields.get("published"):
        given = read_stamp(fields["published"], basis="metadata")
        if given is not None:
            when = given
            why.append(_reason("published", "the record gives it"))
        else:
            why.append(_reason("published", f"the record's {fields['published'][:60]!r} is no date"))
    return replace(
        reading,
        title=title,
        outlet=known.name if known else outlet,
        authors=authors,
        agencies=agencies,
        url=address,
        published=when,
        language=fields.get("language") or reading.language,
        why=tuple(why),
    )


def _given_authors(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Authors as a record lists them, parted by semicolons (or read as a byline), and the agencies among them."""
    parts = (
        [squeeze(part) for part in text[:2000].split(";")]
        if ";" in text
        else list(split_names(text)) or [squeeze(text[:200])]
    )
    known = {part: by_name(part) for part in parts if part}
    agencies = tuple(outlet.name for outlet in known.values() if outlet is not None and outlet.kind == "agency")
    return tuple(part for part, outlet in known.items() if outlet is None), agencies


def _with_credits(reading: Reading) -> Reading:
    """Datelines and wire credits in the text itself; the credit at the end is taken out of the text."""
    paragraphs = list(reading.paragraphs)
    agencies = list(reading.agencies)
    why = list(reading.why)
    place, outlet, when, authors = reading.place, reading.outlet, reading.published, reading.authors
    for paragraph in paragraphs[:2]:
        dateline = read_dateline(paragraph)
        if dateline is None:
            continue
        why.append(_reason("dateline", f"the text opens {paragraph[: dateline.length].strip()!r}"))
        place = dateline.words or place
        agencies += dateline.credits
        if outlet is None and dateline.outlets:
            outlet = dateline.outlets[0]
            why.append(_reason("outlet", "credited in the dateline"))
        if dateline.when is not None:
            when = _better(when, dateline.when)
        break
    while paragraphs:
        if _REPORTERS_NOTE.match(paragraphs[-1]):
            names = _NOTE_NAMES.search(paragraphs[-1])
            authors = authors or (split_names(names["names"]) if names else ())
            why.append(_reason("byline", f"the note {paragraphs[-1][:80]!r}"))
            paragraphs.pop()
            continue
        credit = trailing_credit(paragraphs[-1])
        if credit is None:
            break
        why.append(_reason("agency", f"the text ends {paragraphs[-1][credit[0] :].strip()!r}"))
        agencies += credit[1]
        rest = paragraphs[-1][: credit[0]].rstrip()
        paragraphs[-1:] = [rest] if rest else []
    return replace(
        reading,
        paragraphs=tuple(paragraphs),
        agencies=tuple(dict.fromkeys(agencies)),
        place=place,
        outlet=outlet,
        published=when,
        authors=authors,
        why=tuple(why),
    )


def _better(page: When | None, dateline: When) -> When:
    """A time printed on the page or in its metadata says when it appeared; a dateline only when it was filed."""
    return page if page is not None and page.start is not None else dateline


def _text(reading: Reading) -> tuple[str, tuple[Reason, ...]]:
    kept: list[str] = []
    length = 0
    for paragraph in reading.paragraphs:
        if length + len(paragraph) > LONGEST_TEXT:
            if not kept:
                kept.append(paragraph[:LONGEST_TEXT].rstrip())
            return "\n\n".join(kept), (_reason("length", f"the text was cut at {LONGEST_TEXT:,} characters"),)
        kept.append(paragraph)
        length += len(paragraph) + 2
    return "\n\n".join(kept), ()


def _language(text: str, declared: str | None) -> tuple[str | None, Reason]:
    """The language of the text, from its words; what the page declares decides where the words are too few or unsure."""
    short = (declared or "").replace("_", "-").split("-")[0].strip().lower() or None
    if short is not None and not re.fullmatch(r"[a-z]{2,3}", short):
        short = None
    sample = text[:_SAMPLE]
    plain = sample.translate(_TYPOGRAPHY)
    foreign = len(plain) - len(plain.encode("ascii", "ignore"))  # of names, in English
    if short in (None, "en") and foreign * 100 <= len(plain):
        # A tenth of the words of English prose are these few; no other language has them.
        words = sample.lower().split()
        if sum(1 for word in words if word in _ENGLISH) > max(6, len(words) // 7):
            return "en", _reason("language", f"by the words of the text; the page declares {short!r}")
        if len(sample.strip()) < _FEW and short is None:
            some = {word.strip(".,:;?!\"'()") for word in words} & _ENGLISH_ONLY
            detail = f"a short text with {min(some)!r}" if some else f"{len(sample)} characters are too few to say"
            return ("en" if some else None), _reason("language", detail)
    from py3langid.langid import rank

    ranked = rank(sample[:_GLIMPSE])
    if short is None or short != ranked[0][0]:
        # What the page declares and its first words confirm needs no longer look.
        ranked = rank(sample)
    best = str(ranked[0][0])
    if best == "pcm" and len(_PIDGIN & set(sample.lower().split())) < 2:
        # Two sentences of a wire with many names look like Nigerian Pidgin, whose own small words they lack.
        return "en", _reason(
            "language", f"by the words of the text, which has none of Pidgin's; the page declares {short!r}"
        )
    if short and short != best:
        places = [str(name) for name, _ in ranked[:3]]
        if short in places and len(text) < 200:
            return short, _reason(
                "language", f"the page declares {short!r}; {len(text)} characters are too few to say otherwise"
            )
    return best, _reason("language", f"by the words of the text; the page declares {short!r}")


def _published(reading: Reading, given: When | None) -> When:
    if reading.published is not None and reading.published.start is not None:
        return reading.published
    if given is not None:
        detail = "the page gives no full date; the user gave this one"
        return replace(given, basis="metadata", why=(*given.why, _reason("published", detail)))
    if reading.published is not None:
        return reading.published
    return edtf.unknown(why=(_reason("published", "neither the page nor its metadata give a date"),))
