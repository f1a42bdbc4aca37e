"""Bytes to text, and text to the form that offsets are fixed in.

Order matters: bytes are decoded, damage is repaired, invisible characters go, and only then does anybody count
characters. Quotation marks keep their shape, because a quote's marks are evidence.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

__all__ = ["decode", "normalise", "squeeze"]

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:\-]{2,40})", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"^\s{0,20}<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_.:\-]{2,40})")
# What a page calls Latin-1 or ASCII is Windows-1252 in practice (WHATWG encoding standard, section 4.2).
_AS_BROWSERS = {
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "latin-1": "cp1252",
    "latin1": "cp1252",
    "iso-8859-1": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "iso-8859-9": "cp1254",
    "tis-620": "cp874",
}
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_TEXT_CODECS = re.compile(
    r"(?i)^(?:utf[-_]?(?:7|8|16|32)(?:[-_]?(?:le|be|sig))?|iso[-_]?8859[-_]\d+|windows[-_]?\d+|cp\d+|koi8[-_][rut]|"
    r"gb\w+|big5\w*|euc[-_]?\w+|shift[-_]?jis|ks_c_5601-1987|mac[-_]?\w+|tis-620|x-?mac\w+|ascii|us-ascii|latin[-_]?\d+)$"
)
_INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffc]")
# Joiners carry meaning in Persian and Indic scripts, none between Latin letters.
_JOINERS = re.compile(
    "(?<![\u0600-\u0dff\u1000-\u109f\u1780-\u17ff])[\u200c\u200d]|[\u200c\u200d](?![\u0600-\u0dff\u1000-\u109f\u1780-\u17ff])"
)
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff]")
_BREAKS = re.compile("\r\n?|[\x0c\x85\u2028\u2029]")
_SPACES = re.compile("[\t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000 ]+")
_EDGES = re.compile(r" *\n *")
# Letters that begin a UTF-8 sequence read as a one-byte encoding: without one of them there is no mojibake to repair.
_MOJIBAKE = re.compile(
    "[ÂÃÄÅÎÏÐÑØÙâåæçèéãäìíëïð\u0080-\u009f][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\ufffd"
)
_MOST_REPAIRED = 60_000
_LIGATURES = re.compile("[\ufb00-\ufb06]")
# What a line of printable characters may still hold that a repair changes; all else that repairs look for does not print.
_CARE = re.compile(_MOJIBAKE.pattern + "|[\ufb00-\ufb06\ufffc\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]")
_MARK_RUN = re.compile("([\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]{4})[\u0300-\u036f\u0483-\u0489\u20d0-\u20ff]+")


def decode(data: bytes, declared: str | None = None) -> tuple[str, str]:
    """The text of a page's bytes and the name of the encoding that was used.

    A byte order mark wins; then UTF-8 where the bytes are valid UTF-8, since other encodings hardly ever are by
    accident; then what the transport or the page declares, read as browsers read it; then detection. Bytes
    that fit nothing become U+FFFD: decoding never fails.

    >>> decode("Größe".encode("cp1252"), "iso-8859-1")
    ('Größe', 'cp1252')
    """
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        pass
    head = data[:4096]
    inside = [
        match.group(1).decode("ascii") for match in (_META_CHARSET.search(head), _XML_CHARSET.search(head)) if match
    ]
    for charset in (declared or "", *inside):
        charset = charset.strip().lower()
        if not _TEXT_CODECS.match(charset):
            continue
        charset = _AS_BROWSERS.get(charset, charset)
        text = _decoded(data, charset)
        # A wrong declaration shows as a page full of replacement marks.
        if text is not None and text.count("\ufffd") <= len(text) // 200:
            return text, charset
    found = _detected(data)
    return data.decode(found, "replace"), found


def _decoded(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name, "replace")
    except (LookupError, UnicodeError, ValueError):
        return None


def _detected(data: bytes) -> str:
    from charset_normalizer import from_bytes

    # A few bad bytes in a UTF-8 page (a cut character, a pasted quote) are damage, not another encoding.
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") * 50 < sum(1 for c in text if c > "\x7f") or text.count("\ufffd") * 2000 < len(text):
        return "utf-8"
    best = from_bytes(data[:20_000]).best()
    return str(best.encoding) if best is not None else "cp1252"


@lru_cache(maxsize=1)
def _repair() -> object:
    from ftfy import TextFixerConfig

    return TextFixerConfig(
        unescape_html=False, uncurl_quotes=False, fix_character_width=False, normalization=None, fix_line_breaks=False
    )


def normalise(text: str) -> str:
    """Text as it is stored: mojibake repaired, NFC, ligatures opened, invisible and control characters gone, spaces plain.

    Line breaks are kept as `\\n`; the shape of quotation marks is kept. Applying it twice changes nothing.

    >>> normalise("co\\u00adoper\\u200bation\\u00a0of \\ufb01ve \\u201cstates\\u201d\\x00")
    'cooperation of five “states”'
    >>> normalise("Ã¤ußerte der Ministerâ€™s Sprecher")
    'äußerte der Minister’s Sprecher'
    """
    if _is_plain(text.replace("\n", "")) and " \n" not in text and "\n " not in text:
        return text.strip(" ")
    # Each repair can bring out another (a joiner behind a removed mark); three rounds settle what pages hold.
    for _ in range(3):
        before = text
        text = _normalised_once(text)
        # Nothing is left to repair in plain lines without spaces at their edges, which the first round took.
        if text == before or _is_plain(text.replace("\n", "")):
            break
    return text


def _is_plain(line: str) -> bool:
    """Whether a line holds nothing that normalising changes but spaces at its ends."""
    if not line.isprintable() or "  " in line:
        return False
    return line.isascii() or (unicodedata.is_normalized("NFC", line) and not _CARE.search(line))


def _repaired(text: str) -> str:
    """Mojibake undone line by line, for at most `_MOST_REPAIRED` characters of damaged lines: a page of nothing else is no page."""
    from ftfy import fix_text

    lines = text.split("\n")
    left = _MOST_REPAIRED
    for number, line in enumerate(lines):
        if left >= len(line) and _MOJIBAKE.search(line):
            left -= len(line)
            lines[number] = fix_text(line, _repair())
    return "\n".join(lines)


def _normalised_once(text: str) -> str:
    if text.isascii():
        text = _BREAKS.sub("\n", text)
        text = _CONTROLS.sub("", text)
    else:
        if _MOJIBAKE.search(text):
            text = _repaired(text)
        text = _BREAKS.sub("\n", text)
        text = _CONTROLS.sub("", text)
        text = _INVISIBLE.sub("", text)
        text = _JOINERS.sub("", text)
        if _LIGATURES.search(text):
            text = _LIGATURES.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
        text = unicodedata.normalize("NFC", text)
        text = _MARK_RUN.sub(r"\1", text)
    text = _SPACES.sub(" ", text)
    return _EDGES.sub("\n", text).strip(" ")


def squeeze(text: str) -> str:
    """One line: every run of white space a single space, none at the ends.

    >>> squeeze(" a\\n  b ")
    'a b'
    """
    return " ".join(text.split())
