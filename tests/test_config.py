"""Settings: flags before the environment, the environment before the file, the file before the defaults."""

from __future__ import annotations

from pathlib import Path

import pytest

from dragoman.config import Settings, load_settings
from dragoman.errors import UsageError


def test_the_nearest_word_counts(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text("threshold = 0.1\nbatch = 1\nmax_seconds = 1\n")
    environment = {"DRAGOMAN_THRESHOLD": "0.2", "DRAGOMAN_BATCH": "2", "DRAGOMAN_NO_SUCH_SETTING": "x", "HOME": "/"}
    found = load_settings({"threshold": 0.3, "workers": None}, environment=environment, file=file)
    assert (found.threshold, found.batch, found.max_seconds, found.workers) == (0.3, 2, 1.0, Settings().workers)


@pytest.mark.parametrize(
    ("flags", "environment", "message"),
    [
        ({"batch": "many"}, {}, "batch is 'many'"),
        ({"batch": 0}, {}, "batch is 0"),
        ({"colour": 1}, {}, "no setting 'colour'"),
        ({}, {"DRAGOMAN_WORKERS": "two"}, "workers is 'two'"),
        ({}, {"DRAGOMAN_THRESHOLD": "nan"}, "threshold is nan"),
    ],
)
def test_wrong_settings_are_told(flags: dict[str, object], environment: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        load_settings(flags, environment=environment)
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"threshold = ", b"\xff\xfe", b'[a]\nb = "c"\n'])
def test_a_file_that_is_no_settings(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "settings.toml"
    file.write_bytes(content)
    with pytest.raises(UsageError):
        load_settings(file=file, environment={})
