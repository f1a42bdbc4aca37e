"""Who acts on whom as GEXF 1.2, for Gephi and networkx.

A node is an actor; an edge joins two actors by the acts of one type. Time is kept as spells: each dated act is one, from its first to its
last day, so that Gephi's timeline shows it. GEXF: https://gexf.net/schema.html (1.2draft).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from dragoman.acts import Act, pairs
from dragoman.export.codes import country_name
from dragoman.records import Participant, When
from dragoman.selection import Selection

__all__ = ["write_gexf"]

_NODE = (("country", "string"), ("country_name", "string"), ("sector", "string"), ("kind", "string"))
_EDGE = (
    ("type", "string"), ("quad", "integer"), ("scale", "double"), ("articles", "integer"), ("undated", "integer"), ("confidence", "double"),
)  # fmt: skip
_BAD = {code: None for code in (*range(0x20), 0xFFFE, 0xFFFF) if code not in (9, 10, 13)}


@dataclass(slots=True)
class _Edge:
    type: str
    quad: int
    acts: int = 0
    scale: float = 0.0
    articles: int = 0
    undated: int = 0
    confidence: float = 0.0
    spells: list[tuple[str, str]] = field(default_factory=list)


def _spell(when: When) -> tuple[str, str] | None:
    """First and last day, both within: GEXF's spells are closed, ours half-open."""
    if when.start is None or when.end is None:
        return None
    last = when.end - dt.timedelta(microseconds=1)
    return when.start.date().isoformat(), last.date().isoformat()


def _edges(acts: list[Act]) -> tuple[dict[str, Participant], dict[tuple[str, str, str], _Edge]]:
    nodes: dict[str, Participant] = {}
    edges: dict[tuple[str, str, str], _Edge] = {}
    for act in acts:
        for actor, recipient in pairs(act.event):
            if actor is None or recipient is None:
                continue
            for party in (actor, recipient):
                nodes.setdefault(party.id, party)
            event = act.event
            edge = edges.setdefault((actor.id, recipient.id, event.type), _Edge(type=event.type, quad=event.quad))
            edge.acts += 1
            edge.scale += event.scale
            edge.articles += len(act.articles)
            edge.confidence += event.confidence
            spell = _spell(event.when)
            if spell is None:
                edge.undated += 1
            else:
                edge.spells.append(spell)
    return nodes, edges


def _attribute(value: object) -> str:
    return quoteattr(str(value).translate(_BAD))


def _values(pairs_: list[tuple[int, object]]) -> str:
    written = "".join(f'<attvalue for="{n}" value={_attribute(value)}/>' for n, value in pairs_ if value is not None)
    return f"<attvalues>{written}</attvalues>"


def _declared(kind: str, columns: tuple[tuple[str, str], ...]) -> str:
    listed = "".join(f'<attribute id="{n}" title="{name}" type="{type_}"/>' for n, (name, type_) in enumerate(columns))
    return f'<attributes class="{kind}">{listed}</attributes>\n'


def write_gexf(selection: Selection, what: str) -> Iterator[bytes]:
    """The network of the acts that took place, directed; `weight` is the number of acts, `scale` and `confidence` their means.

    Acts with one side only join nobody and are left out.
    """
    nodes, edges = _edges(selection.counted(done=True))
    name = escape(selection.root.resolve().name.translate(_BAD))
    yield (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<gexf xmlns="http://www.gexf.net/1.2draft" version="1.2">\n'
        f"<meta><creator>Dragoman</creator><description>Acts of {name}</description></meta>\n"
        '<graph mode="dynamic" defaultedgetype="directed" timeformat="date">\n'
        f"{_declared('node', _NODE)}{_declared('edge', _EDGE)}<nodes>\n"
    ).encode()
    for key, party in sorted(nodes.items()):
        values = _values(list(enumerate((party.country, country_name(party.country), party.sector, party.kind))))
        yield f"<node id={_attribute(key)} label={_attribute(party.name)}>{values}</node>\n".encode()
    yield b"</nodes>\n<edges>\n"
    for number, ((source, target, _), edge) in enumerate(sorted(edges.items())):
        means = (round(edge.scale / edge.acts, 3), edge.articles, edge.undated, round(edge.confidence / edge.acts, 3))
        values = _values(list(enumerate((edge.type, edge.quad, *means))))
        spells = "".join(f'<spell start="{start}" end="{end}"/>' for start, end in sorted(edge.spells))
        yield (
            f'<edge id="{number}" source={_attribute(source)} target={_attribute(target)} label="{edge.type}" '
            f'weight="{edge.acts}">{values}{f"<spells>{spells}</spells>" if spells else ""}</edge>\n'
        ).encode()
    yield b"</edges>\n</graph>\n</gexf>\n"
