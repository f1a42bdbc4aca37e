"""`dragoman code` with a coder that takes its time and needs no tools: for tests that end a run in the middle.

python -m tests.fault.slow code INPUT --into DATASET --workers 2
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace

from dragoman import cli, runner
from dragoman.config import Settings
from dragoman.records import Coding, RawDocument, When
from dragoman.store import Batch, InputRow
from tests.builders import article

__all__ = ["slow_batch"]


def slow_batch(work: Sequence[runner.Work], settings: Settings, published: When | None) -> Batch:
    """Every document an article, a tenth of a second each."""
    codings: list[Coding] = []
    del settings, published  # a coder would use them
    for _, raw in work:
        time.sleep(0.1)
        assert isinstance(raw, RawDocument)
        name = hashlib.sha256(raw.data).hexdigest()[:16]
        codings.append(Coding(article=replace(article(raw.data.decode()), id=f"ar_{name}", path=raw.path)))
    inputs = tuple(InputRow(key=key, outcome=made.article.id) for (key, _), made in zip(work, codings, strict=True))
    return Batch(inputs=inputs, codings=tuple(codings), rejections=())


if __name__ == "__main__":
    from tests.fault.slow import slow_batch as named  # under the name by which a worker can import it

    runner._code_batch = named
    runner.load_tools = lambda: SimpleNamespace(version={})  # type: ignore[assignment]
    sys.exit(cli.main())
