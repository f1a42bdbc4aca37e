"""Single documents in wrappings: e-mail, web pages saved as MHTML, PDF with a text layer, Markdown.

What reads files hands these on as they are; they are opened by who codes them, within the limits of time and memory of a document.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from dragoman.inputs.containers import rejection, shown
from dragoman.records import RawDocument, Rejection

__all__ = ["opened", "read_mail", "read_markdown", "read_mhtml", "read_pdf"]

_MOST_PARTS = 500
_MOST_LINES_OF_DASHES = 20_000  # which boundaries of parts are; taking one apart costs as much as a page of text
_LONGEST_HEAD = 64_000
_BLANK_LINE = re.compile(rb"\n\r?\n")
_MOST_PAGES = 300
_LONGEST_TEXT = 500_000  # more than is kept of an article
_FRONT = re.compile(r"\A---\s*\n(?P<lines>(?:[^\n]{0,2000}\n){0,60}?)(?:---|\.\.\.)\s*\n")
_FIELD = re.compile(
    r"^(?P<key>title|date|authors?|published|url|link|source|outlet|lang|language)\s*:\s*(?P<value>.+?)\s*$",
    re.IGNORECASE,
)
_FRONT_NAMES = {"date": "published", "author": "authors", "link": "url", "source": "outlet", "lang": "language"}
_FENCE = re.compile(r"^(?:```|~~~)[^\n]*\n.*?^(?:```|~~~)\s*$", re.MULTILINE | re.DOTALL)
_IMAGE = re.compile(r"!\[[^\]\n]{0,500}\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,200}\])")
_LINK = re.compile(r"\[([^\]\n]{1,500})\](?:\([^)\n]{0,2000}\)|\[[^\]\n]{0,200}\])")
_MARKS = re.compile(r"(?<!\\)(?:\*\*\*|\*\*|__|(?<![\w*])\*(?=\S)|(?<=\S)\*(?![\w*])|(?<!\w)_(?=\S)|(?<=\S)_(?!\w)|`)")
_HEADING = re.compile(r"^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$", re.MULTILINE)
_LEADING = re.compile(r"^ {0,3}(?:>\s?)+", re.MULTILINE)
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+.!>-])")


def opened(found: RawDocument | Rejection) -> RawDocument | Rejection:
    """The page or text in a wrapping, or why there is none; anything else as it is.

    >>> opened(RawDocument(path="a.md", media_type="text/markdown", data=b"**Talks**")).data
    b'Talks'
    """
    reader = _READERS.get(found.media_type) if isinstance(found, RawDocument) else None
    return reader(found.data, found.path or "<stdin>") if reader and isinstance(found, RawDocument) else found


def _message(data: bytes) -> EmailMessage:
    """A message taken apart; `ValueError` for one of more parts, or with a longer head, than any that is sent."""
    from email import policy
    from email.parser import BytesParser

    if data.count(b"\n--") > _MOST_LINES_OF_DASHES:
        raise ValueError("it has too many parts")
    # What the standard library takes from a head grows with the square of its length.
    if _BLANK_LINE.search(data, 0, _LONGEST_HEAD) is None and len(data) > _LONGEST_HEAD:
        raise ValueError(f"its head is longer than {_LONGEST_HEAD:,} bytes")
    return BytesParser(policy=policy.default).parsebytes(data)


def _head_too_long(part: EmailMessage) -> bool:
    """Whether the head of a part is beyond measure."""
    return sum(len(str(value)) for _, value in part.raw_items()) > _LONGEST_HEAD


def _parts(message: EmailMessage) -> tuple[bytes | None, bytes | None, str]:
    """The first HTML part and the first plain one, with the charset of the chosen."""
    html = plain = None
    charset = ""
    for number, part in enumerate(message.walk()):
        if number > _MOST_PARTS:
            break
        if _head_too_long(part):
            continue
        kind = part.get_content_type()
        if part.is_multipart() or kind not in ("text/html", "text/plain", "application/xhtml+xml"):
            continue
        if part.get_content_disposition() == "attachment":
            continue
        body = part.get_payload(decode=True)
        if not isinstance(body, bytes) or not body.strip():
            continue
        if kind == "text/plain":
            if plain is None:
                plain = body
                charset = charset or part.get_content_charset() or ""
        elif html is None:
            html = body
            charset = part.get_content_charset() or ""
    return html, plain, charset


def read_mail(data: bytes, path: str) -> RawDocument | Rejection:
    """The article in an e-mail: its HTML part, else its plain one, with the subject as title and its date."""
    try:
        message = _message(data)
        html, plain, charset = _parts(message)
        subject = str(message.get("Subject") or "").strip()
        # As it stands: the library's own header of a date raises where a number in it is too large.
        date = next((str(value) for name, value in message.raw_items() if name.lower() == "date"), "")
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError, KeyError) as error:
        return rejection(path, f"the e-mail cannot be taken apart: {str(error)[:100] or type(error).__name__}")
    body = html or plain
    if body is None:
        return rejection(path, "the e-mail holds no text part")
    fields = [("title", subject[:500])] if subject else []
    try:
        when = parsedate_to_datetime(date) if date else None
    except (ValueError, TypeError, IndexError, OverflowError):
        when = None
    if when is not None:
        fields.append(("published", when.isoformat(timespec="minutes") if when.tzinfo else when.date().isoformat()))
    if charset:
        fields.append(("charset", charset))
    kind = "text/html" if html else "text/plain"
    return RawDocument(path=shown(path), media_type=kind, data=body, fields=tuple(sorted(fields)))


def read_mhtml(data: bytes, path: str) -> RawDocument | Rejection:
    """The page in a web archive of a browser (RFC 2557). The date of its head is the day of saving, and is not used."""
    try:
        message = _message(data)
        html, _, charset = _parts(message)
        url = str(message.get("Snapshot-Content-Location") or message.get("Content-Location") or "").strip()
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, IndexError, KeyError) as error:
        return rejection(path, f"the web archive cannot be taken apart: {str(error)[:100] or type(error).__name__}")
    if html is None:
        return rejection(path, "the web archive holds no HTML part")
    address = url if url.startswith(("http://", "https://")) else None
    fields = (("charset", charset),) if charset else ()
    return RawDocument(path=shown(path), media_type="text/html", data=html, url=address, fields=fields)


def read_pdf(data: bytes, path: str) -> RawDocument | Rejection:
    """The text layer of a PDF, at most 300 pages; scanned pages have none. Its dates say when the file was made, not when it appeared."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            return rejection(path, "the PDF is locked with a password")
        pieces: list[str] = []
        length = 0
        for page in reader.pages[:_MOST_PAGES]:
            pieces.append(page.extract_text() or "")
            length += len(pieces[-1])
            if length > _LONGEST_TEXT:
                break
    except Exception as error:  # pypdf raises whatever its parts raise on a damaged file
        return rejection(path, f"the PDF cannot be read: {type(error).__name__}: {str(error)[:120]}")
    text = _joined("\n".join(pieces))
    if not text.strip():
        return rejection(path, "the PDF has no text layer (scanned pages are not read)")
    return RawDocument(path=shown(path), media_type="text/plain", data=text.encode("utf-8", "replace"))


def _joined(text: str) -> str:
    """Lines of a page joined to paragraphs: a line runs on unless it ends a sentence short of the usual width."""
    lines = [line.strip() for line in text.split("\n")]
    widths = sorted(len(line) for line in lines if line)
    usual = widths[len(widths) * 3 // 4] if widths else 0
    out: list[str] = []
    current = ""
    for line in lines:
        if not line:
            out += [current, ""] if current else [""]
            current = ""
            continue
        current = current[:-1] + line if current.endswith("-") and line[:1].islower() else f"{current} {line}".strip()
        if len(line) < usual * 0.8:
            out += [current, ""]
            current = ""
    return "\n".join([*out, current])


def read_markdown(data: bytes, path: str) -> RawDocument | Rejection:
    """A text in Markdown without its marks; front matter gives title, date, authors, outlet, address and language."""
    text = data.decode("utf-8-sig", "replace").replace("\r\n", "\n")
    fields: dict[str, str] = {}
    front = _FRONT.match(text)
    if front:
        for line in front["lines"].split("\n"):
            match = _FIELD.match(line)
            if match:
                key = match["key"].lower()
                fields[_FRONT_NAMES.get(key, key)] = match["value"].strip("\"'[]")
        text = text[front.end() :]
    text = _FENCE.sub("", text)
    text = _LINK.sub(r"\1", _IMAGE.sub("", text))
    text = _LEADING.sub("", text)
    if "title" not in fields and (heading := _HEADING.search(text)):
        fields["title"] = _MARKS.sub("", heading[1])
    text = _ESCAPE.sub(r"\1", _MARKS.sub("", _HEADING.sub(r"\n\1\n", text)))
    if not text.strip():
        return rejection(path, "the file is empty")
    kept = tuple(sorted((key, value) for key, value in fields.items() if value))
    return RawDocument(
        path=shown(path),
        media_type="text/plain",
        data=text.encode("utf-8", "replace"),
        url=fields.get("url"),
        fields=kept,
    )


_READERS: dict[str, Callable[[bytes, str], RawDocument | Rejection]] = {
    "message/rfc822": read_mail,
    "multipart/related": read_mhtml,
    "application/pdf": read_pdf,
    "text/markdown": read_markdown,
}
