"""Files, folders, globs, records and standard input -> raw documents, one at a time.

A reader believes nothing: it hands on bytes and what a container says of them. What it cannot hand on becomes a
`Rejection` with the reason, and the rest of the run goes on. Memory does not grow with the size of the input.
"""

from __future__ import annotations

import glob
import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from dragoman.inputs.containers import ending_of, read_stream, rejection
from dragoman.inputs.papers import opened
from dragoman.records import RawDocument, Rejection

__all__ = ["read_documents"]

_MOST_FILES = 10_000_000


def read_documents(
    inputs: Sequence[str | Path], *, stdin: BinaryIO | None = None, as_found: bool = False
) -> Iterator[RawDocument | Rejection]:
    """Every document in files, folders (sorted, recursive), globs and `-` (standard input), as they come.

    An input that does not exist, cannot be read or is of a kind that nobody here reads gives a `Rejection`. Folders
    are walked once each, so that a loop of links ends; hidden files and folders are passed over. With `as_found` what is wrapped
    (a PDF, an e-mail) is left so, for `papers.opened` in a process that may come to harm.

    >>> [found.reason for found in read_documents(["no/such/file.txt"])]
    ['there is no such file or folder']
    """
    found = _found(inputs, stdin)
    yield from found if as_found else map(opened, found)


def _found(inputs: Sequence[str | Path], stdin: BinaryIO | None) -> Iterator[RawDocument | Rejection]:
    seen: set[tuple[int, int]] = set()
    for item in inputs:
        name = os.fspath(item)
        if name == "-":
            if stdin is None:
                yield rejection("-", "standard input was asked for, but there is none")
            else:
                yield from read_stream(stdin, "<stdin>", None)
            continue
        if "\0" in name:
            yield rejection(name, "a file name cannot hold a null character")
            continue
        if os.path.lexists(name):
            yield from _walk(name, seen, named=True)
            continue
        matches = sorted(glob.iglob(name, recursive=True)) if glob.has_magic(name) else []
        if not matches:
            yield rejection(
                name, "nothing matches the pattern" if glob.has_magic(name) else "there is no such file or folder"
            )
        for match in matches:
            yield from _walk(match, seen, named=False)


def _walk(path: str, seen: set[tuple[int, int]], *, named: bool) -> Iterator[RawDocument | Rejection]:
    """A file, or the files of a folder in the order of their names. No recursion: folders can be deep."""
    waiting = [path]
    while waiting:
        current = waiting.pop()
        try:
            status = os.stat(current)
        except OSError as error:
            yield rejection(current, f"cannot be read: {error.strerror or error}")
            continue
        if stat.S_ISDIR(status.st_mode):
            mark = (status.st_dev, status.st_ino)
            if mark in seen:
                continue
            seen.add(mark)
            try:
                names = sorted(os.listdir(current), reverse=True)
            except OSError as error:
                yield rejection(current, f"the folder cannot be listed: {error.strerror or error}")
                continue
            waiting += [os.path.join(current, name) for name in names if not name.startswith(".")]
        elif stat.S_ISREG(status.st_mode):
            yield from _file(current)
        else:
            yield rejection(current, "neither a file nor a folder")


def _file(path: str) -> Iterator[RawDocument | Rejection]:
    ending = ending_of(path)
    if ending is None:
        shown = os.path.splitext(path)[1]
        yield rejection(
            path, f"files of kind {shown!r} are not read" if shown else "a file without an ending is not read"
        )
        return
    try:
        with open(path, "rb") as stream:
            yield from read_stream(stream, path, ending)
    except OSError as error:
        yield rejection(path, f"cannot be read: {error.strerror or error}")
