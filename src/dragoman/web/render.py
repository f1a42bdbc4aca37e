"""From a view's data to HTML: the Jinja environment, and how times, shares and names are said. Everything is escaped unless made here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any
from urllib.parse import quote, urlencode

from dragoman.web import charts
from dragoman.web.filters import Filters, Kind
from dragoman.web.snippets import python_of, r_of

__all__ = ["dossier_address", "environment", "say_edtf", "takeaways"]

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_SPECIAL = {
    21: "spring",
    22: "summer",
    23: "autumn",
    24: "winter",
    33: "first quarter of",
    34: "second quarter of",
    35: "third quarter of",
    36: "last quarter of",
}
_FULL = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T.*)?", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_DECADE = re.compile(r"(\d{3})X", re.ASCII)


def say_edtf(edtf: str | None) -> str:
    """An EDTF date as a reader would write it; what has no plain words stays as it is.

    >>> say_edtf("1987-12-08"), say_edtf("1988-11"), say_edtf("198X"), say_edtf("1991-10-30/1991-11-01"), say_edtf(None)
    ('8 December 1987', 'November 1988', '1980s', '30 October – 1 November 1991', 'undated')
    >>> say_edtf("1980-01-05/.."), say_edtf("../1980")
    ('from 5 January 1980', 'until 1980')
    """
    if not edtf:
        return "undated"
    if "/" in edtf:
        first, _, last = edtf.partition("/")
        one, other = _FULL.fullmatch(first), _FULL.fullmatch(last)
        if one and other and one[1] == other[1]:
            # Within a year the year is said once, within a month the month.
            start = str(int(one[3])) if one[2] == other[2] else say_edtf(first).rsplit(" ", 1)[0]
            return f"{start}{'–' if one[2] == other[2] else ' – '}{say_edtf(last)}"
        if first in ("", "..") or last in ("", ".."):
            return f"from {say_edtf(first)}" if first not in ("", "..") else f"until {say_edtf(last)}"
        return f"{say_edtf(first)} – {say_edtf(last)}"
    mark = "about " if edtf[-1] in "~%" else "perhaps " if edtf[-1] == "?" else ""
    plain = edtf.rstrip("~?%")
    if match := _FULL.fullmatch(plain):
        year, month, day = (int(part) for part in match.groups())
        return f"{mark}{day} {_MONTHS[month - 1]} {year}" if 1 <= month <= 12 else edtf
    if match := _MONTH.fullmatch(plain):
        year, month = int(match[1]), int(match[2])
        name = _MONTHS[month - 1] if 1 <= month <= 12 else _SPECIAL.get(month)
        return f"{mark}{name} {year}" if name else edtf
    if match := _DECADE.fullmatch(plain):
        return f"{mark}{match[1]}0s"
    return mark + plain


def _with(address: str, **values: Any) -> str:
    kept = {name: value for name, value in values.items() if value not in (None, "")}
    return f"{address}?{urlencode(kept)}" if kept else address


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ").replace("-", " ")


_FOLLOWED = {
    "fulfils": "kept",
    "breaks": "broken",
    "said to break": "said to be broken",
    "qualifies": "with conditions later",
    "repeats": "said again",
}
"""What a pledge came to, in a word, by the relation of what followed."""
_RECORD = re.compile(r"^(?:ev|st|pl)_[0-9a-f]{16}:\s*")


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.0f} %"


def _signed(value: float) -> str:
    return f"{value:+.1f}".replace("-", "\u2212")


def _dyad_address(view: Mapping[str, Any]) -> Callable[[str], str]:
    """Where a bar of a dyad leads: the same dyad, with the acts of that time beneath; without a label, the whole dyad."""
    chart = view["over_time"]
    spans = dict(zip(chart["bins"], chart["spans"], strict=True))
    path = f"/dyads/{quote(view['one']['key'])}/{quote(view['other']['key'])}"

    def address(label: str) -> str:
        since, until = spans.get(label, (None, None))
        return _with(path, since=since, until=until)

    return address


def _addresses(chart: Mapping[str, Any], **filters: Any) -> Callable[[str, str], str]:
    """Where a mark of a strip chart leads: the acts of that type, in that time, with the filters of the page."""
    spans = dict(zip(chart["bins"], chart["spans"], strict=True))

    def address(type_: str, label: str) -> str:
        since, until = spans.get(label, (None, None))
        return _with("/search", type=type_, since=since, until=until, **filters)

    return address


def _change(view: Mapping[str, Any], **changes: Any) -> str:
    query = Filters(**view["filters"]).address(**changes)
    return "/search" + (f"?{query}" if query else "")


def _export_address(filters: Filters, layout: str) -> str:
    query = filters.address(what=Filters().what, page=1, sort=Filters().sort)
    return f"/export/{filters.what}.{layout}" + (f"?{query}" if query else "")


_SAID: tuple[Kind, ...] = ("statements", "meetings", "pledges")


def takeaways(name: str, view: Mapping[str, Any]) -> list[tuple[str, Filters]]:
    """What a page's rows are, in words and as filters: what its foot offers to take away."""
    if name == "search":
        return [(f"These {view['total']:,} rows", Filters(**view["filters"]))]
    if name in ("network", "map"):
        kept = {key: view["filters"][key] for key in ("since", "until", "type", "quad")}
        return [("These acts", Filters(**kept))]
    if name == "actor":
        key = view["key"]
        said = [(kind.capitalize(), Filters(what=kind, actor=key)) for kind in _SAID]
        return [("Acts", Filters(actor=key)), ("Done to them", Filters(recipient=key)), *said]
    if name == "dyad":
        names = {view[side]["key"]: view[side]["name"] for side in ("one", "other")}
        return [
            (
                f"{names[way['actor']]} → {names[way['recipient']]}",
                Filters(
                    actor=way["actor"], recipient=way["recipient"], since=view.get("since"), until=view.get("until")
                ),
            )
            for way in view["ways"]
            if way["n"]
        ]
    if name == "positions":
        return [("These statements", Filters(what="statements", issue=view["issue"], actor=view["actor"]))]
    if name == "pledges":
        return [("These pledges", Filters(**view["filters"]))]
    if name == "meetings":
        return [("All meetings", Filters(what="meetings"))]
    if name in ("overview", "dyads", "actors"):
        kinds: tuple[Kind, ...] = ("events", *_SAID, "articles") if name == "overview" else ("events",)
        return [(("Acts" if kind == "events" else kind.capitalize()), Filters(what=kind)) for kind in kinds]
    return []


def dossier_address(name: str, view: Mapping[str, Any]) -> str | None:
    """Where the dossier of a page is, if it has one."""
    if name == "actor":
        return f"/actors/{quote(view['key'])}/dossier.html"
    if name == "dyad":
        return f"/dyads/{quote(view['one']['key'])}/{quote(view['other']['key'])}/dossier.html"
    if name == "search":
        query = Filters(**view["filters"]).address(page=1)
        return "/dossier.html" + (f"?{query}" if query else "")
    return None


def _network_address(one: str, other: str | None) -> str:
    return f"/dyads/{quote(one)}/{quote(other)}" if other else f"/actors/{quote(one)}"


def _place_address(view: Mapping[str, Any]) -> Callable[[str], str]:
    kept = {name: view["filters"][name] for name in ("since", "until", "type", "quad")}
    return lambda place: _with("/search", place=place, **kept)


def _map_countries(view: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The countries of the map: their outlines, and where acts happened how many, and where they are listed."""
    from dragoman.web.atlas import outlines

    kept = {name: view["filters"][name] for name in ("since", "until", "type", "quad")}
    told = {
        row["country"]: {"n": row["n"], "name": row["name"], "address": _with("/search", within=row["country"], **kept)}
        for row in view["countries"]
    }
    return {code: {"outline": outline} | told.get(code, {}) for code, outline in outlines().items()}


def _layouts(what: str) -> list[str]:
    """The formats that a view of these records is offered in."""
    from dragoman.export import FORMATS

    tidy = [name for name in ("csv", "parquet", "jsonl") if name in FORMATS]
    judged = ("gold", "training")  # offered where people judge
    return [*tidy, *(name for name, form in FORMATS.items() if name not in (*tidy, *judged) and what in form.takes)]


def _pager(context: Any, view: Mapping[str, Any]) -> Any:
    """Links to the pages before and after, with everything else in the address as it is."""
    from markupsafe import Markup, escape

    if view["pages"] <= 1:
        return Markup("")
    path = context["address"].partition("?")[0]
    query = {name: value for name, value in context["query"].items() if name != "page"}
    page, pages = view["page"], view["pages"]
    pieces = []
    if page > 1:
        pieces.append(
            f'<a rel="prev" href="{escape(_with(path, **query, page=page - 1 if page > 2 else None))}">← page {page - 1:,}</a>'
        )
    pieces.append(f"<span>page {page:,} of {pages:,}</span>")
    if page < pages:
        pieces.append(f'<a rel="next" href="{escape(_with(path, **query, page=page + 1))}">page {page + 1:,} →</a>')
    return Markup(f'<nav class="pager" aria-label="Pages">{"".join(pieces)}</nav>')


@cache
def environment() -> Any:
    """The one Jinja environment of the page: autoescape on, undefined names are errors."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("dragoman.web"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "edtf": say_edtf,
        "words": _words,
        "percent": _percent,
        "plainly": lambda detail: _RECORD.sub("", detail),  # the record it names stands beneath
        "signed": _signed,
        "part": lambda text: quote(str(text), safe=""),
    }
    made.globals |= {
        "charts": charts,
        "with_": _with,
        "glyph": _mark,
        "sector": _sector,
        "FOLLOWED": _FOLLOWED,
        "QUADS": _QUADS,
        "addresses": _addresses,
        "change": _change,
        "layouts": _layouts,
        "export_address": _export_address,
        "network_address": _network_address,
        "place_address": _place_address,
        "map_countries": _map_countries,
        "dyad_address": _dyad_address,
        "pager": jinja2.pass_context(_pager),
        "nowhere": lambda label: None,
        "nowhere_of_two": lambda type_, label: None,
        "takeaways": takeaways,
        "dossier_address": dossier_address,
        "python_of": python_of,
        "r_of": r_of,
        "node_names": lambda view: {n["key"]: n["name"] for n in view["nodes"]},
    }
    return made


def _sector(code: str | None) -> str:
    """A sector in words; what the codebook does not know stays as it is."""
    from dragoman.codebook import load_codebook

    return load_codebook().sectors.get(code or "", code or "")


_QUADS = {1: "verbal cooperation", 2: "material cooperation", 3: "verbal conflict", 4: "material conflict"}


def _mark(quad: int) -> Any:
    from markupsafe import Markup

    shape = charts.glyph(quad, 7, 7, 4.6)
    return Markup(
        f'<svg class="glyph" viewBox="0 0 14 14" role="img" aria-label="{_QUADS[quad]}"><title>{_QUADS[quad]}</title>{shape}</svg>'
    )
