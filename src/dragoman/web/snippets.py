"""The query in hand as code: Python and R that give the same rows, to be copied into a script or a notebook."""

from __future__ import annotations

import json
import re
from pathlib import Path

from dragoman.web.filters import Filters, day_range

__all__ = ["python_of", "r_of"]

_TAKES = {
    "events": ("actor", "recipient", "type", "status", "since", "until", "confidence"),
    "statements": ("actor", "recipient", "issue", "confidence"),
    "meetings": ("actor", "since", "until", "confidence"),
    "pledges": ("actor", "recipient", "issue", "since", "until", "confidence"),
    "articles": ("since", "until"),
}
"""The filters that mean the same in a notebook. A statement's time is its article's here, and its own there."""
_CODE = re.compile(r"[A-Z]{3}", re.ASCII)


def _arguments(filters: Filters) -> dict[str, object] | None:
    """The filters as `dragoman.open(...)` takes them; `None` where one of them has no like there."""
    found: dict[str, object] = {}
    for name, value in filters.given().items():
        if name not in _TAKES[filters.what] or (name in ("actor", "recipient") and not _CODE.fullmatch(str(value))):
            return None
        if name in ("since", "until"):
            found["from_" if name == "since" else "to"] = day_range(str(value))[name == "until"].date().isoformat()
        else:
            found["min_confidence" if name == "confidence" else name] = value
    if filters.what == "events" and filters.count != "acts":
        found["count"] = filters.count
    return found


def _address(filters: Filters, base: str, layout: str) -> str:
    query = filters.address(what=Filters().what, page=1, sort=Filters().sort)
    return f"{base}/export/{filters.what}.{layout}" + (f"?{query}" if query else "")


def python_of(filters: Filters, root: Path, base: str) -> str:
    """Python for the rows of a view: from the dataset itself where its filters can be said there, else from this server.

    >>> print(python_of(Filters(type="AGREE", since="1987"), Path("/data/D"), "http://127.0.0.1:8040"))
    import dragoman
    <BLANKLINE>
    rows = dragoman.open("/data/D").events(type="AGREE", from_="1987-01-01").pandas()
    """
    arguments = _arguments(filters)
    if arguments is None:
        address = json.dumps(_address(filters, base, "csv"))
        return f"# while `dragoman serve` runs\nimport pandas as pd\n\nrows = pd.read_csv({address}, keep_default_na=False)"
    said = ", ".join(f"{name}={json.dumps(value, ensure_ascii=False)}" for name, value in arguments.items())
    return f"import dragoman\n\nrows = dragoman.open({json.dumps(str(root), ensure_ascii=False)}).{filters.what}({said}).pandas()"


def r_of(filters: Filters, base: str) -> str:
    """R for the rows of a view, read from this server. `NA` is Namibia's code, not a missing value.

    >>> print(r_of(Filters(actor="NAM"), "http://127.0.0.1:8040"))
    # while `dragoman serve` runs
    rows <- read.csv("http://127.0.0.1:8040/export/events.csv?actor=NAM", na.strings = "", encoding = "UTF-8")
    """
    address = json.dumps(_address(filters, base, "csv"))
    return f'# while `dragoman serve` runs\nrows <- read.csv({address}, na.strings = "", encoding = "UTF-8")'
