"""How to cite: the dataset with what made it, and its articles, as CSL-JSON, BibTeX and plain text.

A citation of coded data names the codebook, the coder and the hash of its model, the settings, the data (a hash of the manifest) and the
day, since each of them changes the numbers. CSL-JSON 1.0.2: https://docs.citationstyles.org/en/stable/specification.html
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import dragoman
from dragoman.export.codes import day
from dragoman.records import Article
from dragoman.selection import Selection
from dragoman.store import Dataset

__all__ = ["dataset_citation", "write_bibtex", "write_csl", "write_plain"]

_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "_": r"\_", "#": r"\#", "$": r"\$",
    "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def _tex(text: str) -> str:
    return "".join(_TEX.get(character, character) for character in " ".join(text.split()))


def _note(dataset: Dataset, view: str | None) -> str:
    about = dataset.manifest.get("about", {})
    files = about.get("model_sha256") or {}
    model = ", ".join(f"{name} {digits}" for name, digits in sorted(files.items()))
    parts = [f"codebook {about.get('codebook', 'not recorded')}", f"coder {about.get('coder', 'not recorded')}"]
    parts.append(f"model sha256 of {model}" if model else "model hash not recorded")
    settings = about.get("settings") or {name: about[name] for name in ("threshold",) if name in about}
    parts += [f"{name} {value}" for name, value in sorted(settings.items())]
    parts.append(f"data {dataset.version}")
    if view:
        parts.append(f"view {view}")
    return ", ".join(parts)


def dataset_citation(dataset: Dataset, view: str | None = None, *, today: dt.date | None = None) -> dict[str, Any]:
    """How to cite a dataset, or a view of it: `plain`, `bibtex` and `csl`. `today` is the day of access (UTC)."""
    today = today or dt.datetime.now(dt.UTC).date()
    made_by = f"Dragoman {dataset.manifest.get('about', {}).get('dragoman', dragoman.__version__)}"
    note, version = _note(dataset, view), dataset.version
    title = f"Dragoman dataset {dataset.root.resolve().name}"
    bibtex = (
        f"@misc{{dragoman-{version},\n  title = {{{_tex(title)}}},\n  howpublished = {{Coded with {_tex(made_by)}}},\n"
        f"  year = {{{today.year}}},\n  note = {{{_tex(note)}; accessed {today.isoformat()}}}\n}}"
    )
    csl = {
        "id": f"dragoman-{version}",
        "type": "dataset",
        "title": title,
        "version": version,
        "note": note,
        "accessed": {"date-parts": [[today.year, today.month, today.day]]},
        "publisher": made_by,
    }
    plain = f"{title}. Coded with {made_by} ({note}). Accessed {today.isoformat()}."
    return {"plain": plain, "bibtex": bibtex, "csl": csl}


def _date_parts(article: Article) -> list[int]:
    """As much of the day of publication as its EDTF says."""
    match = re.match(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", article.published.edtf or "")
    parts = [int(part) for part in match.groups() if part] if match else []
    return parts[:1] if len(parts) > 1 and parts[1] > 12 else parts  # EDTF writes a season as a month beyond 12


def _article_csl(article: Article) -> dict[str, Any]:
    parts = _date_parts(article)
    row: dict[str, Any] = {
        "id": article.id,
        "type": "article-newspaper",
        "title": article.title or article.text[:80],
        "author": [{"literal": name} for name in article.authors],
        "container-title": article.outlet,
        "issued": {"date-parts": [parts]} if parts else None,
        "URL": article.url,
        "language": article.language,
        "note": f"archived page sha256 {article.raw_sha256}" if article.raw_sha256 else None,
    }
    return {name: value for name, value in row.items() if value}


def _article_bibtex(article: Article) -> str:
    row = _article_csl(article)
    issued = [*row.get("issued", {}).get("date-parts", [[]])[0], None, None, None]
    fields = {
        "title": row["title"],
        "author": " and ".join("{" + _tex(name["literal"]) + "}" for name in row.get("author", ())),
        "journal": row.get("container-title"),
        "date": day_.date().isoformat() if (day_ := day(article.published)) else None,
        "year": issued[0],
        "url": re.sub(r"[{}\\\s]", "", row.get("URL", "")),
        "note": row.get("note"),
    }
    raw = ("author", "url")  # names are in braces of their own; an address is printed as it is
    lines = [f"  {k} = {{{v if k in raw else _tex(str(v))}}}" for k, v in fields.items() if v]
    return f"@article{{{article.id},\n" + ",\n".join(lines) + "\n}"


def _article_plain(article: Article) -> str:
    parts = (", ".join(article.authors), f"“{article.title}”" if article.title else None, article.outlet)
    text = ". ".join(part for part in (*parts, article.published.edtf, article.url) if part)
    return f"{' '.join(text.split())}. [{article.id}]"


def _articles(selection: Selection, what: str) -> list[Article]:
    return selection.records("articles") if what == "articles" else []


def write_csl(selection: Selection, what: str) -> Iterator[bytes]:
    """CSL-JSON: the dataset, and for `articles` each of them, as Zotero reads it."""
    rows = [dataset_citation(selection)["csl"], *map(_article_csl, _articles(selection, what))]
    yield json.dumps(rows, ensure_ascii=False, indent=1).encode("utf-8") + b"\n"


def write_bibtex(selection: Selection, what: str) -> Iterator[bytes]:
    """BibTeX: the dataset, and for `articles` each of them."""
    rows = [dataset_citation(selection)["bibtex"], *map(_article_bibtex, _articles(selection, what))]
    yield ("\n\n".join(rows) + "\n").encode("utf-8")


def write_plain(selection: Selection, what: str) -> Iterator[bytes]:
    """Plain text: the dataset, and for `articles` each of them, a line each."""
    rows = [dataset_citation(selection)["plain"], *map(_article_plain, _articles(selection, what))]
    yield ("\n".join(rows) + "\n").encode("utf-8")
