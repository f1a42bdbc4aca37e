"""HTML pages: the body of the article."""

from __future__ import annotations

from dragoman.encoding import normalise, squeeze
from dragoman.pages import Reading
from dragoman.stamps import read_stamp

__all__ = ["read_html"]


def read_html(page: str, *, url: str | None = None) -> Reading:
    """The article on an HTML page."""
    import trafilatura

    found = trafilatura.bare_extraction(page, url=url, include_comments=False, with_metadata=True, fast=True)
    if found is None:
        return Reading(paragraphs=())
    got = found.as_dict()
    paragraphs = tuple(line for line in (squeeze(part) for part in normalise(got["text"] or "").split("\n")) if line)
    return Reading(
        paragraphs=paragraphs,
        title=got["title"],
        outlet=got["sitename"],
        authors=tuple(part.strip() for part in (got["author"] or "").split(";") if part.strip()),
        published=read_stamp(got["date"], basis="metadata") if got["date"] else None,
        url=got["url"],
    )
