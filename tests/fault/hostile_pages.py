"""Hostile pages, feeds, encodings, names and kinds of files. `tests/fault/hostile.py` measures what they cost."""
# One case a line, however long: a table.
# fmt: off
# ruff: noqa: E501, PLW0108

from __future__ import annotations

import os
import random
import socket
from pathlib import Path

from tests.fault.cases import PAGE, SENTENCE, SOUND, case, written

# --- feeds ---------------------------------------------------------------------------------------------------------------------------

ITEM = "<item><title>{n}</title><guid>{n}</guid><description>{text}</description></item>"
written("rss: 100,000 items", ".rss", lambda: f"<rss version='2.0'><channel><title>H</title>{''.join(ITEM.format(n=n, text='a') for n in range(100_000))}</channel></rss>".encode())
written("rss: nested 100,000 deep", ".rss", lambda: b"<rss version='2.0'><channel>" + b"<item>" * 100_000)
written("rss: an item of 10 MB", ".rss", lambda: f"<rss version='2.0'><channel>{ITEM.format(n=1, text='&lt;p&gt;a ' * 700_000)}</channel></rss>".encode())
written("rss: 100,000 names", ".rss", lambda: b"<rss version='2.0' " + b" ".join(b"xmlns:a%d='b%d'" % (n, n) for n in range(100_000)) + b"><channel></channel></rss>")
written("atom: CDATA and comments without end", ".atom", lambda: b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title><![CDATA[" + b"<![CDATA[" * 200_000 + b"<!--" * 200_000)
written("rss: dates from nowhere", ".rss", f"<rss version='2.0'><channel>{''.join(f'<item><pubDate>{date}</pubDate><description>{SENTENCE}</description></item>' for date in ('Mon, 99 Foo 0000', '9' * 5000, '0000-00-00T99:99:99Z', '10000-01-01', '-1'))}</channel></rss>".encode())
written("rss: UTF-16 and no declaration", ".rss", f"<rss version='2.0'><channel>{ITEM.format(n=1, text=SENTENCE)}</channel></rss>".encode("utf-16-le"))
written("rss: a declaration in UTF-16", ".rss", f"<?xml version='1.0' encoding='utf-16'?><!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><rss version='2.0'><channel>{ITEM.format(n=1, text='&a;' + SENTENCE)}</channel></rss>".encode("utf-16"))

# --- encodings -----------------------------------------------------------------------------------------------------------------------

for _codec in ("utf-8-sig", "utf-16", "utf-16-be", "utf-32", "utf-32-be", "utf-7", "cp037", "iso2022_jp", "hz"):
    written(f"txt: {_codec}", ".txt", SOUND.replace("May 3", "May 4").encode(_codec))
written("txt: a mark of UTF-16, then UTF-8", ".txt", b"\xff\xfe" + SOUND.encode())
written("txt: five megabytes of one word", ".txt", b"a" * 5_000_000)
written("txt: a million spaces", ".txt", b" " * 1_000_000 + SOUND.encode() + b" " * 1_000_000)
written("txt: random bytes", ".txt", lambda: random.Random(3).randbytes(2_000_000))
written("txt: 15 MB of prose", ".txt", lambda: (SENTENCE + " ").encode() * 140_000)
written("txt: lines without end", ".txt", lambda: b"a\n" * 5_000_000)
written("html: charset lies", ".html", b"<meta charset=utf-16>" + PAGE.encode() + b"<meta charset=\xff\xff>" * 1000)
written("html: UTF-7 script", ".html", b"<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-" + PAGE.encode())

# --- HTML ----------------------------------------------------------------------------------------------------------------------------

_BODY = f"<p>{SENTENCE}</p>"
written("html: 100,000 attributes", ".html", lambda: ("<p " + " ".join(f"a{n}=b" for n in range(100_000)) + ">" + SENTENCE).encode())
written("html: nested tags of every kind", ".html", lambda: ("".join(f"<{tag}>" for tag in ("b", "i", "a", "font", "p", "table", "form", "svg", "math", "template", "select")) * 10_000 + _BODY).encode())
written("html: tables nested", ".html", lambda: ("<table><tr><td>" * 30_000 + _BODY).encode())
written("html: formatting that reopens", ".html", lambda: ("<p>" + "<b><i><u><s>" * 50 + "<p>x" * 20_000 + _BODY).encode())
written("html: misnested anchors", ".html", lambda: ("<a><b><div></a></b>" * 30_000 + _BODY).encode())
written("html: a giant picture", ".html", lambda: (f"<img src='data:image/png;base64,{'A' * 12_000_000}'>" + _BODY).encode())
written("html: svg, script and CDATA soup", ".html", lambda: ("<svg><script><![CDATA[<p></script>]]></svg><style></p>" * 20_000 + _BODY).encode())
written("html: an open comment", ".html", lambda: (_BODY + "<!--" + SENTENCE * 50_000).encode())
written("html: 200,000 headings", ".html", lambda: b"<h1>Talks resume</h1>" * 200_000)
written("html: 100,000 metas", ".html", lambda: b"<meta property='og:title' content='Talks'><meta name=author content='Jane Doe'>" * 100_000 + _BODY.encode())
written("html: 50,000 pieces of JSON-LD", ".html", lambda: b'<script type="application/ld+json">{"@type":"NewsArticle","headline":"T","datePublished":"2016-04-18"}</script>' * 50_000 + _BODY.encode())
written("html: JSON-LD that is nested", ".html", lambda: b'<script type="application/ld+json">' + b'{"@graph":[' * 400 + b'{"@type":"NewsArticle","headline":"T"}' + b"]}" * 400 + b"</script>" + _BODY.encode())
written("html: a number of JSON-LD", ".html", b'<script type="application/ld+json">{"@type":"NewsArticle","datePublished":' + b"9" * 200_000 + b"}</script>" + _BODY.encode())
written("html: 300,000 links", ".html", lambda: b"<a href='https://news.example/2016/04/18/talks'>Talks</a> " * 200_000 + _BODY.encode())
written("html: 100,000 times", ".html", lambda: b"<time datetime='2016-04-18T10:00:00Z'>18 April 2016</time>" * 100_000 + _BODY.encode())
written("html: tags that hide in titles", ".html", f"<title>\x1b[31m&lt;script&gt;alert(1)&lt;/script&gt;\u202e</title><meta name=author content='\"><img src=x onerror=alert(1)>'>{_BODY}".encode())
written("md: marks without end", ".md", lambda: b"*" * 200_000 + b"_" * 200_000 + b"`" * 200_000 + SENTENCE.encode())
written("md: brackets without end", ".md", lambda: b"[" * 200_000 + b"](" * 100_000 + SENTENCE.encode())
written("md: links in links", ".md", lambda: b"![[a](b)](c)" * 100_000 + SENTENCE.encode())
written("md: fences that never close", ".md", lambda: b"```\na\n" * 100_001 + SENTENCE.encode())
written("md: front matter without end", ".md", lambda: b"---\n" * 200_000 + SENTENCE.encode())
written("md: quotes nested", ".md", lambda: b"> " * 500_000 + SENTENCE.encode() + b"\n" + b"# " * 300_000)

# --- files ---------------------------------------------------------------------------------------------------------------------------


@case("files: pipes, sockets, devices, loops, folders named as pages")
def _(folder: Path) -> None:
    os.mkfifo(folder / "pipe.html")
    with socket.socket(socket.AF_UNIX) as opened:
        here = Path.cwd()
        os.chdir(folder)  # an address of a socket is short
        opened.bind("socket.txt")
        os.chdir(here)
    (folder / "zero.txt").symlink_to("/dev/zero")
    (folder / "full.html").symlink_to("/dev/full")
    (folder / "memory.txt").symlink_to("/proc/self/mem")
    (folder / "loop.html").symlink_to("loop.html")
    (folder / "up").symlink_to("..")
    (folder / "gone.html").symlink_to("nowhere")
    (folder / "page.html").mkdir()
    (folder / "page.html" / "inner.html").write_text(PAGE)
    (folder / "locked.html").write_text(PAGE)
    (folder / "locked.html").chmod(0)


@case("files: names")
def _(folder: Path) -> None:
    names = ("a\nb.html", "a\x1b[31mred.html", "\u202ecod.html", "-rf.html", "--into.html", "a b.html", "Page.html", "page.html", "x" * 240 + ".html", "#1.html", "%s%n.html", "!.zip.html")
    for number, name in enumerate(names):
        (folder / name).write_text(PAGE.replace("Monday", f"May {number + 1}"))
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\xfe.html")).write_text(PAGE)


@case("files: three hundred folders deep")
def _(folder: Path) -> None:
    deep = os.open(folder, os.O_RDONLY)
    for _depth in range(300):
        os.mkdir("d", dir_fd=deep)
        inner = os.open("d", os.O_RDONLY, dir_fd=deep)
        os.close(deep)
        deep = inner
    os.close(deep)


@case("files: twenty thousand empty ones")
def _(folder: Path) -> None:
    for number in range(20_000):
        (folder / f"{number}.html").touch()
