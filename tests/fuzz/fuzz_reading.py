"""Coverage-guided fuzzing of cleaning and of every container reader (atheris, not a dependency).

    pip install atheris
    python tests/fuzz/fuzz_reading.py clean -max_total_time=1800 CORPUS
    python tests/fuzz/fuzz_reading.py .warc -max_total_time=1800 CORPUS

The first argument is `clean` (HTML and saved text), `feed`, or one of the file endings that are read. Anything but an article, a
raw document or a rejection is a finding; findings become cases in tests/test_read.py and tests/test_clean.py.
"""

from __future__ import annotations

import io
import sys


def main() -> None:
    """Run libFuzzer on the chosen target."""
    import atheris

    with atheris.instrument_imports(include=["dragoman"]):
        from dragoman.clean import clean
        from dragoman.containers import read_stream
        from dragoman.feeds import read_feed
        from dragoman.records import Article, RawDocument, Rejection

    target = sys.argv.pop(1)

    def one(data: bytes) -> None:
        if target == "clean":
            for media_type in ("text/html", "text/plain"):
                found = clean(RawDocument(path=None, media_type=media_type, data=data))
                assert isinstance(found, Article | Rejection)
        elif target == "feed":
            for entry in read_feed(data, "x.rss"):
                assert isinstance(entry, RawDocument | Rejection)
        else:
            for document in read_stream(io.BytesIO(data), "x" + target, target):
                assert isinstance(document, RawDocument | Rejection)

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
