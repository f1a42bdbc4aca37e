"""A user's own categories: learned from examples, kept without pickle, given to records with probability and reason."""

from __future__ import annotations

import csv
import functools
import io
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dragoman.coding.softmax import STRENGTHS, Basis, fit, folds_of, probabilities
from dragoman.config import Settings
from dragoman.errors import ModelError, UsageError
from dragoman.models import load_model
from dragoman.own.categories import Fitted, OwnCoder, check_own, fit_own, load_own, save
from dragoman.own.codebook import read_examples, read_own_codebook
from dragoman.own.features import Unit
from dragoman.own.report import NEVER, OwnReport, cut_for, wilson
from dragoman.records import Coding
from dragoman.runner import describe_run
from dragoman.store import open_dataset
from tests.builders import article
from tests.conftest import ROOT, Run

CASES = ROOT / "tests" / "cases" / "own_codebook"
PAGE = """Tug rammed near the Kerch Strait

KERCH, May 4, 2019 (NWS) -- Russian ships rammed a Ukrainian tug near the Kerch Strait on Friday.

Omani coast guards rescued twelve Indian sailors from the sea.

"Without a strong fleet in the Gulf no tanker is safe from attack," British minister Jonas Example said. France condemned Iran.
"""


@functools.cache
def fitted(name: str) -> tuple[Fitted, OwnReport]:
    book = read_own_codebook(CASES / f"{name}.toml")
    return fit_own(book, read_examples(CASES / f"{name}.jsonl", book))


def kept(name: str, folder: Path) -> Path:
    save(fitted(name)[0], folder / name, fitted(name)[1])
    return folder / name


@pytest.mark.parametrize(("name", "least"), [("sea", 0.6), ("frames", 0.65)])
def test_the_worked_codebooks_are_learned(name: str, least: float) -> None:
    _, report = fitted(name)
    assert report.accuracy.value >= least
    assert report.accuracy.low > report.majority
    assert report.macro_f1.low <= report.macro_f1.value <= report.macro_f1.high
    assert report.warnings == ()
    text = "\n".join(report.lines())
    for word in ("accuracy", "macro-F1", "chance", *(row.code for row in report.categories)):
        assert word in text


def test_the_same_examples_give_the_same_numbers() -> None:
    book = read_own_codebook(CASES / "frames.toml")
    again, report = fit_own(book, read_examples(CASES / "frames.jsonl", book))
    made, before = fitted("frames")
    assert replace(report, seconds=0) == replace(before, seconds=0)
    for name in ("mean", "matrix", "bias", "rows"):
        assert np.array_equal(getattr(again, name), getattr(made, name))


def test_categories_that_nothing_tells_apart_are_warned_of() -> None:
    book = replace(read_own_codebook(CASES / "frames.toml"), precision=0.9)
    examples = read_examples(CASES / "frames.jsonl", book)
    warned = []
    for seed in (1, 2, 3):  # an interval of 95 % may miss chance once
        codes = [book.codes[i % 4] for i in np.random.default_rng(seed).permutation(len(examples))]
        drawn = [replace(example, category=code) for example, code in zip(examples, codes, strict=True)]
        made, report = fit_own(book, drawn)
        warned.append(any("no better than chance" in warning for warning in report.warnings))
        assert any("every statement will be left without a category" in warning for warning in report.warnings)
        assert made.cut == NEVER
        (record,) = given_to(made, "We fear for our farms.")
        assert record["category"] is None
        assert record["why"].startswith("no category: ")
    assert warned.count(True) >= 2


def given_to(made: Fitted, text: str) -> list[dict[str, Any]]:
    """What a codebook of sentences says of a text."""
    model = load_model()
    assert model is not None
    book = replace(made.codebook, unit="sentence")
    found = OwnCoder([replace(made, codebook=book)], model).categories(Coding(article=article(text)))
    return [{"category": each.category, "why": each.why[0].detail, "sure": each.confidence} for each in found]


UNSEEN = (
    ("LAW", "The blockade violates the convention and no court will ever recognise it."),
    ("LAW", "The constitution does not give the president the right to dissolve parliament."),
    ("ECONOMY", "Exports of wheat fell by a third and prices doubled."),
    ("ECONOMY", "The loan will pay for a port that brings jobs and investment."),
    ("PEOPLE", "Children go hungry in the camps and there is no clean water."),
    ("PEOPLE", "Families who fled from their homes sleep in the cold."),
    ("SECURITY", "Their rockets can hit our cities and we must be able to defend ourselves."),
    ("SECURITY", "The army has to stay as long as armed militants threaten the border."),
)


def test_sentences_are_given_their_categories() -> None:
    made = replace(fitted("frames")[0], cut=0.0)
    found = given_to(made, " ".join(text for _, text in UNSEEN))
    assert len(found) == len(UNSEEN)
    assert sum(each["category"] == code for each, (code, _) in zip(found, UNSEEN, strict=True)) >= 6
    assert any("words that tell" in each["why"] for each in found)


def test_the_folder_holds_no_pickle_and_comes_back_whole(tmp_path: Path) -> None:
    folder = kept("sea", tmp_path)
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "head.npz"]
    with np.load(folder / "head.npz", allow_pickle=False) as stored:
        assert all(stored[name].dtype.kind in "fi" for name in stored.files)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert len(card["encoder"]["upper.onnx"]) == 64
    assert "Iranian commandos" not in (folder / "card.json").read_text("utf-8")
    made, back = fitted("sea")[0], load_own(folder)
    assert back.codebook == made.codebook
    assert np.array_equal(back.matrix, made.matrix)
    model = load_model()
    assert model is not None
    unit = Unit("Iran seized a tanker.", (5, 11))
    ours, theirs = (OwnCoder([each], model).read(each, [unit])[0] for each in (made, back))
    assert np.allclose(ours, theirs)
    assert math.isclose(float(ours.sum()), 1, abs_tol=1e-5)


def test_other_encoders_changed_heads_and_other_folders_are_refused(tmp_path: Path) -> None:
    folder = kept("sea", tmp_path)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (folder / "card.json").write_text(json.dumps(card | {"encoder": card["encoder"] | {"upper.onnx": "0" * 64}}))
    with pytest.raises(ModelError, match="fitted on another encoder") as told:
        load_own(folder)
    assert "dragoman train" in told.value.hint
    (folder / "card.json").write_text(json.dumps(card | {"layout": 99}))
    with pytest.raises(UsageError, match="layout 99"):
        load_own(folder)
    (folder / "card.json").write_text(json.dumps(card))
    data = (folder / "head.npz").read_bytes()
    (folder / "head.npz").write_bytes(data[:-1])
    with pytest.raises(UsageError, match="not the file that was fitted"):
        load_own(folder)
    with pytest.raises(UsageError, match="is no fitted codebook"):
        check_own(str(tmp_path))
    with pytest.raises(UsageError, match="both of the unit event"):
        check_own(":".join([str(kept("sea", tmp_path)), str(kept("sea", tmp_path / "two"))]))
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").write_text("x")
    with pytest.raises(UsageError, match="is not empty"):
        save(fitted("sea")[0], tmp_path / "full")


@pytest.mark.parametrize("damage", [{"codebook": {}}, {"encoder": None}, {"cut": "x"}, {"codebook": None}])
def test_a_card_that_is_not_one_is_told(tmp_path: Path, damage: dict[str, Any]) -> None:
    folder = kept("sea", tmp_path)
    card = json.loads((folder / "card.json").read_text("utf-8"))
    (folder / "card.json").write_text(json.dumps(card | damage))
    with pytest.raises(UsageError) as told:
        load_own(folder)
    assert told.value.hint


def test_train_and_code_on_the_command_line(tmp_path: Path, here: Run) -> None:
    own = kept("frames", tmp_path)
    told = here(
        "train", "--codebook", CASES / "sea.toml", "--examples", CASES / "sea.jsonl", "--into", tmp_path / "sea"
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.startswith("sea@1: 60 examples, unit event")
    assert "--codebook" in told.stderr
    (tmp_path / "page.txt").write_text(PAGE)
    into = tmp_path / "d"
    arguments = ("code", tmp_path / "page.txt", "--into", into, "--codebook", tmp_path / "sea", "--codebook", own)
    coded = here(*arguments)
    assert coded.returncode == 0, coded.stderr
    assert "not coded again" in here(*arguments).stderr
    dataset = open_dataset(into)
    events = {event.id: event for event in dataset.records("events")}
    records = dataset.records("categories")
    assert {row.unit for row in records} == {"event", "statement"}
    assert {row.record_id for row in records if row.unit == "event"} == set(events)
    for row in records:
        assert row.shares[0].probability == row.confidence
        assert row.confidence == max(each.probability for each in row.shares)
        assert row.why[-1].detail.startswith("most like the examples of line ")
    rows = list(csv.DictReader(io.StringIO(here("export", into, "--format", "csv").stdout)))
    tug = next(row for row in rows if "tug" in row["sentence"])
    assert (tug["category"], tug["category_label"]) == ("HARASS", "dangerous conduct")
    assert float(tug["category_probability"]) > 0.5
    assert tug["category_codebook"] == "sea@1"
    lines = [json.loads(line) for line in here("export", into).stdout.splitlines()]
    mine = next(line for line in lines if line["id"] == tug["id"])["own_category"]
    assert mine["category"] == "HARASS"
    assert mine["shares"][0]["code"] == "HARASS"
    assert "HARASS" in here("show", into, "categories").stdout
    shown = here("explain", into, tug["id"]).stdout
    assert "sea@1: HARASS (dangerous conduct)" in shown
    assert "most like the examples of line" in shown
    assert here("explain", into, next(row.id for row in records)).returncode == 0
    assert here("audit", into).stdout.startswith("sound")
    assert here("export", into, "--what", "categories", "--format", "csv").stdout.startswith("id,article_id,record_id")


def test_the_manifest_names_the_codebook_and_errors_come_before_any_work(tmp_path: Path, here: Run) -> None:
    folder = kept("sea", tmp_path)
    about = describe_run({}, Settings(codebook=str(folder)), None)
    assert about["own_codebooks"] == check_own(str(folder))
    assert about["settings"]["codebook"] == str(folder)
    (tmp_path / "page.txt").write_text(PAGE)
    told = here("code", tmp_path / "page.txt", "--into", tmp_path / "d", "--codebook", tmp_path / "none")
    assert told.returncode == 1
    assert "is no fitted codebook" in told.stderr
    assert "hint: fit it again" in told.stderr
    assert not (tmp_path / "d").exists()


def test_without_a_codebook_the_columns_are_there_and_empty(tmp_path: Path, here: Run) -> None:
    (tmp_path / "page.txt").write_text(PAGE)
    assert here("code", tmp_path / "page.txt", "--into", tmp_path / "d").returncode == 0
    rows = list(csv.DictReader(io.StringIO(here("export", tmp_path / "d", "--format", "csv").stdout)))
    assert rows
    assert {row["category"] for row in rows} == {""}
    assert "own_category" not in here("export", tmp_path / "d").stdout
    assert "no categories" in here("show", tmp_path / "d", "categories").stdout


@given(st.integers(0, 10_000), st.sampled_from(STRENGTHS))
@settings(max_examples=25, deadline=None)
def test_fit_finds_the_optimum(seed: int, strength: float) -> None:
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(24, 40))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    labels = np.arange(24) % 3
    basis = Basis.of(rows)
    made = fit(basis.rows, labels, 3, strength, basis.squares)
    shares = probabilities(basis.rows, made)
    assert np.allclose(shares.sum(1), 1)
    slope = basis.rows.T @ (shares - np.eye(3)[labels]) + strength * made.matrix
    assert np.abs(slope).max() < 0.01
    assert np.allclose(basis.rows @ made.matrix, rows @ (basis.back.T @ made.matrix))


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=12, max_size=60), st.integers(2, 6))
@settings(deadline=None)
def test_folds_keep_groups_whole(rows: list[tuple[int, int]], number: int) -> None:
    labels = np.array([label for label, _ in rows])
    groups = [str(group) for _, group in rows]
    folds = folds_of(labels, groups, number, seed=3)
    assert set(folds.tolist()) <= set(range(number))
    for group in set(groups):
        assert len({int(folds[i]) for i in range(len(groups)) if groups[i] == group}) == 1


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=80), st.floats(0.01, 0.99))
@settings(deadline=None)
def test_above_the_cut_answers_are_right_often_enough(rows: list[tuple[float, bool]], asked: float) -> None:
    best, right = np.array([p for p, _ in rows]), np.array([r for _, r in rows], bool)
    cut = cut_for(best, right, asked)
    if cut < NEVER:
        above = np.round(best, 4) >= cut
        assert above.sum() >= 10
        assert right[above].mean() >= asked


@given(st.integers(0, 500), st.integers(1, 500))
@settings(deadline=None)
def test_an_interval_holds_its_share(right: int, number: int) -> None:
    figure = wilson(min(right, number), number)
    assert 0 <= figure.low <= figure.value <= figure.high <= 1
