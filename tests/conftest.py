"""What several test files need: the demo dataset, built once a process, and a way to run the real command line."""

from __future__ import annotations

import functools
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Protocol

import pytest
from hypothesis import settings

from dragoman import cli, runner
from tests.fault import jobs

# The same examples in every run, so that a failure is that of the change at hand; DRAGOMAN_HYPOTHESIS=random searches for new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("random")
settings.load_profile(os.environ.get("DRAGOMAN_HYPOTHESIS", "same"))

ROOT = Path(__file__).parents[1]


class Run(Protocol):
    """Runs `dragoman` with arguments in a process of its own and returns what came of it."""

    def __call__(
        self, *arguments: object, stdin: bytes | None = None, cwd: Path | None = None, timeout_s: float = 600
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture(scope="session")
def dragoman() -> Run:
    """The command line, warnings as errors."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DRAGOMAN_")}

    def run(
        *arguments: object, stdin: bytes | None = None, cwd: Path | None = None, timeout_s: float = 600
    ) -> subprocess.CompletedProcess[str]:
        found = subprocess.run(
            [sys.executable, "-W", "error", "-m", "dragoman", *map(str, arguments)],
            input=stdin if stdin is not None else b"",
            capture_output=True,
            env=environment,
            cwd=cwd,
            timeout=timeout_s,
            check=False,
        )
        out, err = found.stdout.decode("utf-8"), found.stderr.decode("utf-8")
        assert "Traceback" not in err, err
        return subprocess.CompletedProcess(found.args, found.returncode, out, err)

    return run


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents become articles without being coded: for tests of the running alone."""
    monkeypatch.setattr(runner, "code_one", jobs.plain)
    monkeypatch.setattr(runner, "describe_tools", dict)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory, dragoman: Run) -> Path:
    """The demo dataset; tests only read it."""
    into = tmp_path_factory.mktemp("demo") / "dataset"
    found = dragoman("demo", "--into", into)
    assert found.returncode == 0, found.stderr
    (into.parent / "summary.txt").write_text(found.stdout, encoding="utf-8")
    return into


@pytest.fixture
def here(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command line within this process, the coder too: the same answers, without the start of another Python."""
    monkeypatch.setattr(runner, "code_inputs", functools.partial(runner.code_inputs, isolate=False))

    def run(
        *arguments: object, stdin: bytes | None = None, cwd: Path | None = None, timeout_s: float = 600
    ) -> subprocess.CompletedProcess[str]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin or b"")))
        capsys.readouterr()
        code = cli.main([str(argument) for argument in arguments])
        said = capsys.readouterr()
        return subprocess.CompletedProcess([], code, said.out, said.err)

    return run
