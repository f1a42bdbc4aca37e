"""The case file of whole articles, and how it is scored: without a model, for the figures are `evals.attributed`'s."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from dragoman.statements import find_statements
from dragoman.text import sentences
from evals.attributed import Case, compare, load, report
from evals.statements import bare_article


def _found(case: Case) -> tuple[dict[str, float], list[str]]:
    found = find_statements(bare_article(case.text), tuple(sentences(case.text)), (), ())
    counts, wrong = compare(case, found)
    return report(counts), wrong


def test_every_expected_statement_lies_in_its_article() -> None:
    cases = list(load())
    assert len(cases) > 40
    for case in cases:
        for said in case.said:
            assert all(case.text[a:b].strip() for a, b in said.content)


def test_a_case_is_read_and_scored(tmp_path: Path) -> None:
    page = tmp_path / "cases.txt"
    page.write_text(
        "# a remark\n=== one: fish\nRuiz told reporters that the cod of the bay was gone. Vo agreed.\n"
        "> Ruiz | told | the cod ... gone | p | reporters\n> Vo | agreed | was gone | q\n",
        encoding="utf-8",
    )
    (case,) = load(page)
    assert [case.text[a:b] for a, b in case.said[0].content] == ["the cod of the bay was gone"]
    measures, wrong = _found(case)
    assert measures["recall"] == 0.5
    assert measures["addressee"] == 1.0
    assert wrong == ["- Vo | agreed | was gone"]


def test_articles_without_a_model_stay_above_a_floor() -> None:
    total: Counter[str] = Counter()
    for case in load():
        total.update(compare(case, find_statements(bare_article(case.text), tuple(sentences(case.text)), (), ()))[0])
    assert report(total)["content_f1"] > 0.85
