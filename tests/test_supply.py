"""What is installed with the project: bounded on both sides, under licences that allow it, and no pickle on a disk."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

import pytest

from docs.generate import licence_of
from tests.conftest import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LINES = [*PROJECT["dependencies"], *(line for lines in PROJECT["optional-dependencies"].values() for line in lines)]
# Their terms would bind whoever passes Dragoman on; the Lesser GPL binds only the library itself.
FORBIDDEN = re.compile(r"(?<![Ll])(?:A?GPL|Affero|GNU General Public)|SSPL|Commons Clause|Business Source", re.I)


@pytest.mark.parametrize("line", LINES)
def test_a_dependency_is_bounded_on_both_sides(line: str) -> None:
    assert re.fullmatch(r"[\w.-]+(?:\[[\w,-]+\])?(?:==[\d.]+|>=[\d.]+,<[\d.]+)", line)


def installed(names: list[str]) -> set[str]:
    """Everything that is installed with these distributions, directly or not."""
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = re.split(r"[^\w.-]", waiting.pop(), maxsplit=1)[0].lower()
        if name in found:
            continue
        try:
            lines = requires(name) or []
        except PackageNotFoundError:
            continue  # for another system or another Python
        found.add(name)
        waiting += [line for line in lines if "extra ==" not in line]
    return found


def test_no_licence_binds_those_who_pass_it_on() -> None:
    names = installed(PROJECT["dependencies"])
    assert len(names) > 30
    licences = {name: licence_of(name) for name in sorted(names)}
    binding = [n for n, each in licences.items() if all(map(FORBIDDEN.search, re.split(r"\bOR\b", each)))]
    assert binding == []
    assert [name for name, each in licences.items() if each == "not stated"] == []


def test_nothing_is_unpickled_from_a_file() -> None:
    # The one use is the pipe between a run and its own workers.
    using = {
        path.name
        for path in (ROOT / "src").rglob("*.py")
        if re.search(
            r"\bpickle\.(?:loads?|Unpickler)|allow_pickle=True|\bmarshal\.|import (?:marshal|shelve)\b",
            path.read_text("utf-8"),
        )
    }
    assert using == {"workers.py"}
