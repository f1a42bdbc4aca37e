"""Sources as W3C Web Annotations, with a position and a quote for each.

https://www.w3.org/TR/annotation-model/ : a TextPositionSelector counts code points of the article's text, half-open, as our spans do; a
TextQuoteSelector gives the words with up to 32 characters before and after, which finds them again in the page itself (Hypothesis looks
for the quote first). One annotation a source; all of a file are one collection.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from dragoman.records import Article, Event, Meeting, Mention, Pledge, Source, Span, Statement
from dragoman.selection import Selection

__all__ = ["write_annotations"]

_CONTEXT = "http://www.w3.org/ns/anno.jsonld"
_AROUND = 32


def _sources(record: Any) -> Iterator[tuple[str, Source]]:
    if isinstance(record, Mention):
        yield "mention", Source(article_id=record.article_id, span=record.span, text=record.text)
        return
    for entry in getattr(record, "sources", ()):
        for source in entry.sources:
            yield entry.field, source
    if isinstance(record, Statement) and not any(entry.field == "content" for entry in record.sources):
        for source in record.content:
            yield "content", source
    for name in ("actors", "recipients", "addressees", "targets", "hosts", "participants", "by", "to"):
        if any(entry.field == name for entry in getattr(record, "sources", ())):
            continue
        for party in getattr(record, name, ()):
            span = Span(start=party.start, end=party.end)
            yield name, Source(article_id=record.article_id, span=span, text=party.text)


def _label(record: Any) -> str:
    if isinstance(record, Event):
        return " ".join(part for part in (record.type, record.mode, record.status) if part)
    if isinstance(record, Statement):
        return " ".join(part for part in ("statement", record.form, record.stance, *record.issues) if part)
    if isinstance(record, Meeting):
        return f"meeting {record.name}"
    if isinstance(record, Pledge):
        return "pledge " + " ".join(record.issues)
    return str(record.kind)


def _target(article: Article, source: Source) -> dict[str, Any]:
    start, end = source.span.start, source.span.end
    return {
        "type": "SpecificResource",
        "source": article.url or f"urn:dragoman:{article.id}",
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {
                "type": "TextQuoteSelector",
                "exact": source.text,
                "prefix": article.text[max(0, start - _AROUND) : start],
                "suffix": article.text[end : end + _AROUND],
            },
        ],
    }


def _annotations(selection: Selection, what: str) -> Iterator[dict[str, Any]]:
    articles = {article.id: article for article in selection.stored("articles")}
    for record in selection.records(what):
        for number, (field, source) in enumerate(_sources(record)):
            article = articles.get(source.article_id)
            if article is None:
                continue
            yield {
                "id": f"urn:dragoman:{record.id}:{number}",
                "type": "Annotation",
                "motivation": "classifying",
                "body": [
                    {"type": "TextualBody", "purpose": "classifying", "value": _label(record), "format": "text/plain"},
                    {"type": "TextualBody", "purpose": "tagging", "value": field, "format": "text/plain"},
                    {"type": "SpecificResource", "purpose": "linking", "source": f"urn:dragoman:{record.id}"},
                ],
                "target": _target(article, source),
            }


def write_annotations(selection: Selection, what: str) -> Iterator[bytes]:
    """One AnnotationCollection with its one page, as JSON-LD."""
    items = list(_annotations(selection, what))
    name = f"urn:dragoman:annotations:{what}"
    head = {
        "@context": _CONTEXT,
        "id": name,
        "type": "AnnotationCollection",
        "label": f"{what} of {selection.root.resolve().name}",
    }
    page = {"id": f"{name}:page", "type": "AnnotationPage", "partOf": name, "startIndex": 0}
    opened = json.dumps(head | {"total": len(items)}, ensure_ascii=False)[:-1]
    yield f'{opened},\n"first": {json.dumps(page, ensure_ascii=False)[:-1]}, "items": [\n'.encode()
    for number, item in enumerate(items):
        yield (json.dumps(item, ensure_ascii=False) + (",\n" if number + 1 < len(items) else "\n")).encode("utf-8")
    yield b"]}}\n"
