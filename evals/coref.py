"""Scores chains within an article: `python -m evals.coref ROWS.jsonl TREES.conllu [--causes 30] [--json]`.

A row has `doc_id`, `genre`, `tokens`, `paragraphs` (token spans) and `mentions` with `eid`, `etype`, `start`, `end` (tokens, half-open);
the trees hold the same tokens in order, with `SpaceAfter=No` and dependency heads. What is scored:

- Gold: the mentions of every entity that is somewhere a person, an organization or a place: names, common nouns, pronouns (also I, you,
  we), nested ones too. An entity that is mentioned once is left out, as CoNLL-2012 does, unless `--singletons`.
- Ours: all mentions of chains of persons, organizations, places, countries, governments and offices, but for nationalities before a noun
  ("Indian government"), which the set marks nowhere. Of a phrase and a name within
  it that are of one chain, only the longer counts. Chains of one mention are left out likewise.
- A mention of ours is a gold mention where it holds the gold mention's head word (by the tree) and one of the two spans holds the other,
  one to one, the most alike first. With `--exact` the two must be the same but for an article before and punctuation after.
- MUC, B3 and CEAFe (phi 4), each summed over all documents (micro); the CoNLL F1 is the mean of their three F1.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

Run = tuple[int, int]
Chain = frozenset[Hashable]
Counts = tuple[float, float, float, float]
"""Numerator and denominator of recall, then of precision."""

KINDS = ("person", "organization", "place")
LABELS = ("person", "org", "place", "country", "government", "role", "pair", "self")
SELF = frozenset("i me my mine myself we us our ours ourselves you your yours yourself yourselves".split())
OTHERS = frozenset(
    "he him his himself she her hers herself it its itself they them their theirs themselves who whom whose which that this these "
    "those one ones everyone everybody anyone someone somebody nobody all both each other others".split()
)


# --- the three measures -----------------------------------------------------------------------------------------------------------


def muc(gold: Sequence[Chain], ours: Sequence[Chain]) -> Counts:
    """Links: for each chain, how many of the links that hold it together the other side has (Vilain et al. 1995).

    >>> muc([frozenset("abc")], [frozenset("ab"), frozenset("c")])
    (1, 2, 1, 1)
    """

    def side(one: Sequence[Chain], two: Sequence[Chain]) -> tuple[int, int]:
        place = {mention: number for number, chain in enumerate(two) for mention in chain}
        found = total = 0
        for chain in one:
            pieces = len({place.get(mention, ("alone", mention)) for mention in chain})
            found += len(chain) - pieces
            total += len(chain) - 1
        return found, total

    return (*side(gold, ours), *side(ours, gold))


def b_cubed(gold: Sequence[Chain], ours: Sequence[Chain]) -> Counts:
    """Mentions: of each, the part of its chain that the other side shares (Bagga and Baldwin 1998).

    >>> b_cubed([frozenset("ab")], [frozenset("a"), frozenset("b")])
    (1.0, 2, 2.0, 2)
    """

    def side(one: Sequence[Chain], two: Sequence[Chain]) -> tuple[float, int]:
        place = {mention: chain for chain in two for mention in chain}
        empty: Chain = frozenset()
        found = sum(len(chain & place.get(mention, empty)) / len(chain) for chain in one for mention in chain)
        return found, sum(map(len, one))

    return (*side(gold, ours), *side(ours, gold))


def ceaf_e(gold: Sequence[Chain], ours: Sequence[Chain]) -> Counts:
    """Chains: each aligned with one of the other side at most, for the greatest likeness in all (Luo 2005, phi 4).

    >>> ceaf_e([frozenset("ab")], [frozenset("a"), frozenset("b")])[0] == 2 / 3
    True
    """
    weights = [[2 * len(one & two) / (len(one) + len(two)) for two in ours] for one in gold]
    best = best_assignment(weights)
    return best, len(gold), best, len(ours)


def best_assignment(weights: Sequence[Sequence[float]]) -> float:
    """The greatest sum of weights with one of each row and column at most: the Hungarian method, cubic in the larger side.

    >>> best_assignment([[1.0, 0.9], [0.9, 0.0]])
    1.8
    """
    if not weights or not weights[0]:
        return 0.0
    rows = weights if len(weights) <= len(weights[0]) else list(zip(*weights, strict=True))
    n, m = len(rows), len(rows[0])
    infinite = float("inf")
    u, v, match, way = [0.0] * (n + 1), [0.0] * (m + 1), [0] * (m + 1), [0] * (m + 1)
    for row in range(1, n + 1):
        match[0], column = row, 0
        least, used = [infinite] * (m + 1), [False] * (m + 1)
        while match[column]:
            used[column] = True
            here, delta, following = match[column], infinite, 0
            for j in range(1, m + 1):
                if used[j]:
                    continue
                cost = -rows[here - 1][j - 1] - u[here] - v[j]
                if cost < least[j]:
                    least[j], way[j] = cost, column
                if least[j] < delta:
                    delta, following = least[j], j
            for j in range(m + 1):
                if used[j]:
                    u[match[j]] += delta
                    v[j] -= delta
                else:
                    least[j] -= delta
            column = following
        while column:
            match[column] = match[way[column]]
            column = way[column]
    return sum(rows[match[j] - 1][j - 1] for j in range(1, m + 1) if match[j])


MEASURES = {"muc": muc, "b3": b_cubed, "ceafe": ceaf_e}


def scores_of(documents: Iterable[tuple[Sequence[Chain], Sequence[Chain]]]) -> dict[str, float]:
    """Recall, precision and F1 of each measure over documents of (gold chains, our chains), and `conll_f1`; from 0 to 1.

    >>> scores_of([([frozenset("ab")], [frozenset("ab")])])["conll_f1"]
    1.0
    """
    sums = {name: [0.0] * 4 for name in MEASURES}
    for gold, ours in documents:
        for name, measure in MEASURES.items():
            sums[name] = [a + b for a, b in zip(sums[name], measure(gold, ours), strict=True)]
    found: dict[str, float] = {}
    for name, (hit, wanted, right, given) in sums.items():
        recall, precision = hit / wanted if wanted else 0.0, right / given if given else 0.0
        f1 = 2 * recall * precision / (recall + precision) if recall + precision else 0.0
        found |= {f"{name}_recall": recall, f"{name}_precision": precision, f"{name}_f1": f1}
    found["conll_f1"] = sum(found[f"{name}_f1"] for name in MEASURES) / len(MEASURES)
    return found


# --- documents --------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Gold:
    """A gold mention in characters: its entity, its span, its head word, and the word class of the head."""

    entity: str
    span: Run
    head: Run
    kind: str
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A text with its gold mentions."""

    name: str
    genre: str
    text: str
    gold: tuple[Gold, ...]


def read_trees(path: Path) -> dict[str, list[tuple[str, bool, int, str]]]:
    """Per document every token: form, whether a space follows, the index of its head in the document (-1: root), and its tag."""
    found: dict[str, list[tuple[str, bool, int, str]]] = {}
    name, base, joined = "", 0, (0, True)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# newdoc id = "):
            name = line.removeprefix("# newdoc id = ")
            found[name] = []
        cells = line.split("\t")
        if len(cells) == 10 and "-" in cells[0]:
            # "city's" is printed as one: no space within, and after it as this line says.
            joined = (int(cells[0].split("-")[1]), "SpaceAfter=No" not in cells[9])
        if len(cells) == 10 and cells[0].isdigit():
            if cells[0] == "1":
                base = len(found[name])
            space = "SpaceAfter=No" not in cells[9]
            if int(cells[0]) <= joined[0]:
                space = joined[1] if int(cells[0]) == joined[0] else False
                joined = (0, True) if int(cells[0]) == joined[0] else joined
            head = int(cells[6])
            found[name].append((cells[1], space, base + head - 1 if head else -1, cells[4]))
    return found


def document_of(
    row: Mapping[str, Any], tree: Sequence[tuple[str, bool, int, str]], kinds: Sequence[str] = KINDS
) -> Document:
    """A row as a text of paragraphs, with the mentions of entities of these kinds."""
    breaks = {part["start"] for part in row["paragraphs"]} | {
        part["start"] for part in row["sentences"] if part["start"] == 0
    }
    text, places = "", []
    for number, (form, space, _, _) in enumerate(tree):
        if number in breaks and text:
            text = text.rstrip(" ") + "\n\n"
        places.append((len(text), len(text) + len(form)))
        text += form + (" " if space else "")
    scored = {m["eid"] for m in row["mentions"] if m["etype"] in kinds}
    gold = []
    for mention in row["mentions"]:
        start, end = mention["start"], mention["end"]
        if mention["eid"] not in scored:
            continue
        head = next((n for n in range(start, end) if not start <= tree[n][2] < end), start)
        gold.append(
            Gold(
                entity=mention["eid"],
                span=(places[start][0], places[end - 1][1]),
                head=places[head],
                kind=mention["etype"],
                tag=tree[head][3],
            )
        )
    return Document(name=row["doc_id"], genre=row["genre"], text=text, gold=tuple(dict.fromkeys(gold)))


def ours_of(document: Document) -> list[tuple[str, Run]]:
    """Our mentions as (chain, span), as the pipeline finds them; of spans of one chain within each other the longest."""
    from dragoman.mentions import find_mentions
    from dragoman.runner import load_tools
    from dragoman.text import sentences
    from evals.statements import bare_article

    tools = load_tools()
    text = document.text
    article = bare_article(text)
    found = find_mentions(article, tuple(sentences(document.text)), tools.reference, tools.tagger, tools.reader)
    by_chain: dict[str, set[Run]] = defaultdict(set)
    for mention in found:
        if mention.kind == "nationality" and text[mention.span.end : mention.span.end + 2].strip()[:1].islower():
            continue
        if mention.chain.removeprefix(f"{article.id}/").split(":")[0] in LABELS:
            by_chain[mention.chain].add((mention.span.start, mention.span.end))
    kept = []
    for chain, spans in sorted(by_chain.items()):
        for a, b in sorted(spans):
            if not any((x, y) != (a, b) and x <= a and b <= y for x, y in spans):
                kept.append((chain, (a, b)))
    return kept


def aligned(document: Document, ours: Sequence[tuple[str, Run]], *, exact: bool = False) -> dict[int, int]:
    """Which of our mentions is which gold mention: our index -> gold index, one to one, the most alike first."""

    def bare(span: Run) -> Run:
        words = document.text[slice(*span)]
        cut = next((len(a) for a in ("the ", "a ", "an ") if words.lower().startswith(a)), 0)
        return span[0] + cut, span[0] + len(words.rstrip(" .,;:'’\""))

    pairs = []
    for number, (_, (a, b)) in enumerate(ours):
        for at, gold in enumerate(document.gold):
            (x, y), (h, k) = gold.span, gold.head
            nested = (x <= a and b <= y) or (a <= x and y <= b)
            good = bare((a, b)) == bare((x, y)) if exact else nested and a <= h and k <= b
            if good:
                shared = min(b, y) - max(a, x)
                pairs.append((-shared / (max(b, y) - min(a, x)), number, at))
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, number, at in sorted(pairs):
        if number not in found and at not in taken:
            found[number] = at
            taken.add(at)
    return found


def chains_of(
    document: Document, ours: Sequence[tuple[str, Run]], *, exact: bool = False, singletons: bool = False
) -> tuple[list[Chain], list[Chain]]:
    """Gold chains and our chains over the same names for the same mentions."""
    same = aligned(document, ours, exact=exact)
    gold: dict[str, set[Hashable]] = defaultdict(set)
    for at, mention in enumerate(document.gold):
        gold[mention.entity].add(("gold", at))
    found: dict[str, set[Hashable]] = defaultdict(set)
    for number, (chain, _) in enumerate(ours):
        found[chain].add(("gold", same[number]) if number in same else ("ours", number))
    least = 1 if singletons else 2
    return tuple([frozenset(c) for c in side.values() if len(c) >= least] for side in (gold, found))  # type: ignore[return-value]


# --- what goes wrong ---------------------------------------------------------------------------------------------------------------


def form_of(document: Document, mention: Gold) -> str:
    """How a mention is said: pronoun of the speaker or of others, name, or common noun with its article."""
    words = document.text[slice(*mention.span)].lower()
    if words in SELF:
        return "pronoun of who speaks or hears"
    if words in OTHERS or mention.tag in ("PRP", "PRP$", "WP", "WP$", "DT", "WDT"):
        return "possessive pronoun" if mention.tag == "PRP$" else "other pronoun"
    if mention.tag in ("NNP", "NNPS"):
        return "name"
    if words.startswith(("the ", "this ", "that ", "these ", "those ")):
        return "definite noun"
    if words.startswith(("his ", "her ", "their ", "its ", "my ", "our ", "your ")) or "'s " in words or "’s " in words:
        return "noun with a possessor"
    return "indefinite or bare noun"


def causes(document: Document, ours: Sequence[tuple[str, Run]]) -> Counter[tuple[str, str, str]]:
    """Links that are missed or wrong, by (what went wrong, kind of the entity, how the mention is said).

    For each gold mention after the first of its entity: missed where it was not found, or is in no chain with any earlier mention of its
    entity. For each of ours: wrong where its chain's mention before is another entity's, or it is none that is scored.
    """
    same = aligned(document, ours)
    chain_of = {same[number]: chain for number, (chain, _) in enumerate(ours) if number in same}
    counts: Counter[tuple[str, str, str]] = Counter()
    by_entity: dict[str, list[int]] = defaultdict(list)
    for at, mention in sorted(enumerate(document.gold), key=lambda item: item[1].span):
        by_entity[mention.entity].append(at)
    for members in by_entity.values():
        for number, at in enumerate(members[1:], 1):
            mention = document.gold[at]
            earlier = {chain_of[each] for each in members[:number] if each in chain_of}
            if chain_of.get(at) in earlier:
                continue
            what = (
                "not found"
                if at not in chain_of
                else "found, joined to none before"
                if earlier
                else "none before was found"
            )
            counts[f"missed: {what}", mention.kind, form_of(document, mention)] += 1
    by_chain: dict[str, list[int]] = defaultdict(list)
    for number, (chain, _) in sorted(enumerate(ours), key=lambda item: item[1][1]):
        by_chain[chain].append(number)
    for chain, numbers in by_chain.items():
        for before, number in pairwise(numbers):
            label = chain.split("/")[-1].split(":")[0]
            if number not in same:
                words = document.text[slice(*ours[number][1])].lower()
                counts["wrong: no scored mention", label, "pronoun" if words in SELF | OTHERS else "phrase"] += 1
            elif before in same and document.gold[same[before]].entity != document.gold[same[number]].entity:
                counts["wrong: two entities joined", label, form_of(document, document.gold[same[number]])] += 1
    return counts


def main() -> None:
    """Print the scores, by genre too, and with `--causes` what goes wrong most."""
    options = argparse.ArgumentParser(description="Scores chains within an article.")
    options.add_argument("rows", type=Path)
    options.add_argument("trees", type=Path)
    options.add_argument("--exact", action="store_true", help="spans must be the same")
    options.add_argument("--singletons", action="store_true", help="score entities that are mentioned once as well")
    options.add_argument("--third-person", action="store_true", help='without "I", "you" and "we"')
    options.add_argument("--causes", type=int, default=0, metavar="N")
    options.add_argument("--json", action="store_true")
    given = options.parse_args()
    trees = read_trees(given.trees)
    rows = [json.loads(line) for line in given.rows.read_text(encoding="utf-8").splitlines()]
    documents = [document_of(row, trees[row["doc_id"]]) for row in rows]
    if given.third_person:
        documents = [
            replace(d, gold=tuple(m for m in d.gold if d.text[slice(*m.span)].lower() not in SELF)) for d in documents
        ]
    ours = [ours_of(document) for document in documents]
    if given.third_person:
        ours = [
            [(chain, span) for chain, span in found if d.text[slice(*span)].lower() not in SELF]
            for d, found in zip(documents, ours, strict=True)
        ]
    kinds = {"exact": given.exact, "singletons": given.singletons}
    pairs = [chains_of(document, found, **kinds) for document, found in zip(documents, ours, strict=True)]
    total = scores_of(pairs)
    genres = sorted({document.genre for document in documents})
    by_genre = {
        genre: scores_of(pair for document, pair in zip(documents, pairs, strict=True) if document.genre == genre)
        for genre in genres
    }
    if given.json:
        print(json.dumps({"n": len(documents), "scores": total, "genres": by_genre}))
        return
    for name, scores in {"all": total, **by_genre}.items():
        parts = [
            f"{each} {scores[f'{each}_recall']:.3f}/{scores[f'{each}_precision']:.3f}/{scores[f'{each}_f1']:.3f}"
            for each in MEASURES
        ]
        print(f"{name:<12} CoNLL F1 {scores['conll_f1']:.3f}   {'   '.join(parts)}  (recall/precision/F1)")
    found: Counter[tuple[str, str, str]] = Counter()
    for document, mentions in zip(documents, ours, strict=True):
        found.update(causes(document, mentions))
    for (what, kind, form), number in found.most_common(given.causes):
        print(f"{number:>5}  {what}; {kind}; {form}")


if __name__ == "__main__":
    main()
