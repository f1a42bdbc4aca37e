"""Training rows from the open set of predicates, on a file of our own in its format."""

from __future__ import annotations

import json
from pathlib import Path

from train.data import ROLES, roles_of


def test_predicates_keep_their_core_arguments_and_their_places(tmp_path: Path) -> None:
    tokens = ["Sudan", "'s", "army", "shelled", "two", "towns", "on", "Monday", "and", "had", "gone", "."]
    row = {
        "id": "weblog-one-0001",
        "text": "Sudan's army shelled two towns on Monday and had gone.",
        "tokens": tokens,
        "predicates": [
            {"pred": 3, "sense": "shell.01", "args": [
                {"role": "ARG0", "start": 0, "end": 3},
                {"role": "ARG1", "start": 4, "end": 6},
                {"role": "ARGM-TMP", "start": 6, "end": 8},
            ]},
            {"pred": 9, "sense": "have.01", "args": [{"role": "ARG0", "start": 0, "end": 3}]},
            {"pred": 10, "sense": "go.02", "args": []},
        ],
    }  # fmt: skip
    (tmp_path / "propbank_ewt").mkdir()
    lines = [row, row | {"id": "email-two-0001"}, row | {"text": "something else"}]
    (tmp_path / "propbank_ewt" / "train.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
    (found,) = roles_of(tmp_path)
    assert found.text[slice(*found.trigger)] == "shelled"
    assert [(found.text[slice(*span)], ROLES[role]) for span, role in found.arguments] == [
        ("Sudan's army", "ARG0"),
        ("two towns", "ARG1"),
    ]
