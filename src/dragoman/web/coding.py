"""The paste box: any paragraph in, its records out, nothing stored."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from dragoman.export import to_json
from dragoman.web.articles import marks_of, paragraphs

if TYPE_CHECKING:
    from dragoman.records import Coding

__all__ = ["MOST_CHARACTERS", "code_text"]

MOST_CHARACTERS = 20_000
"""The longest text that the paste box takes, in code points."""

_LIKE_ENGLISH = frozenset(("pcm", "sco", "jam"))
"""What a paragraph full of names is taken for where it is English: Nigerian Pidgin, Scots, Jamaican Creole."""

_one_at_a_time = threading.Lock()


def code_text(text: str, published: str | None = None) -> dict[str, Any]:
    """The records of a pasted text, in the shape of an article's page; `published` is an ISO day or `None`.

    Raises `UsageError` where the text is empty or too long, or the day is none.
    """
    import datetime as dt

    from dragoman import edtf
    from dragoman.clean import clean
    from dragoman.config import Settings
    from dragoman.errors import UsageError
    from dragoman.pipeline import code_article
    from dragoman.records import RawDocument, Reason, Rejection
    from dragoman.runner import load_tools

    if not text.strip():
        raise UsageError("there is no text", hint="paste a paragraph of news")
    if len(text) > MOST_CHARACTERS:
        raise UsageError(
            f"the text has {len(text)} characters",
            hint=f"paste at most {MOST_CHARACTERS}; code files with `dragoman code`",
        )
    when = None
    if published:
        try:
            day = dt.date.fromisoformat(published)
        except ValueError:
            raise UsageError(f"{published!r} is no day", hint="write it as 2018-08-16") from None
        when = edtf.day(
            day, basis="metadata", why=(Reason(step="clean", by="paste", detail="the reader gave the day"),)
        )
    raw = RawDocument(path=None, media_type="text/plain", data=text.encode("utf-8", "replace"))
    with _one_at_a_time:
        article = clean(raw, published=when)
        if isinstance(article, Rejection):
            raise UsageError(f"this cannot be coded: {article.reason}", hint="paste a paragraph of news")
        if article.language in _LIKE_ENGLISH:
            said = Reason(
                step="clean", by="paste", detail=f"so short a text looks like {article.language}; taken as English"
            )
            article = replace(article, language="en", why=(*article.why, said))
        coding = code_article(article, load_tools(), Settings())
    return _shape(coding)


def _shape(coding: Coding) -> dict[str, Any]:
    """A coding in the shape of an article's page."""
    found = []
    for kind in ("events", "statements", "meetings", "pledges"):
        for row in getattr(coding, kind):
            entry = to_json(row) | {"kind": kind, "tellings": 1}
            entry["marks"] = marks_of(entry)
            found.append(entry)
    found.sort(key=lambda r: (r["marks"][0]["start"] if r["marks"] else 0, r["id"]))
    record = to_json(coding.article)
    record.pop("raw_runs")
    named = [m for m in coding.mentions if m.kind not in ("phrase", "pronoun", "noun")]
    links = {link.mention_id: link for link in coding.links}
    names = {actor.id: actor.name for actor in coding.actors}
    mentions = [
        {
            "id": m.id, "kind": m.kind, "text": m.text, "start": m.span.start, "end": m.span.end, "chain": m.chain,
            "target": links[m.id].target_id if m.id in links else None,
            "name": names.get(links[m.id].target_id or "") if m.id in links else None,
        }
        for m in named
    ]  # fmt: skip
    return {
        "article": record,
        "records": found,
        "mentions": mentions,
        "paragraphs": paragraphs(record["text"]),
        "copies": [],
        "pasted": True,
        "rejections": [to_json(row) for row in coding.rejections],
    }
