"""Faults of disks, clocks, signals and other writers: after each the audit passes, and a re-run ends with the undisturbed records.

Documents are stored as they stand, without a coder, so that the tests are of the running alone; `make fault` disturbs the real one.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dragoman import cli, parts, runner
from dragoman import manifest as manifests
from dragoman.errors import DatasetError
from dragoman.export import to_json
from dragoman.judgements import Judgements
from dragoman.store import Writer, open_dataset
from tests.fault import kill
from tests.fault.plain import pages, store
from tests.test_store import tree

pytestmark = pytest.mark.usefixtures("quick")
Records = dict[str, list[str]]


@pytest.fixture
def job(tmp_path: Path) -> tuple[Path, Path, Records]:
    """Inputs, a dataset made of them, and the records that it must always come back to."""
    inputs = pages(tmp_path / "in", 7)  # with the short one eight documents, four parts of two
    store(inputs, tmp_path / "d")
    return inputs, tmp_path / "d", kill.records(tmp_path / "d")


def sound(inputs: Path, into: Path, expected: Records) -> None:
    """A re-run mends what a fault left."""
    store(inputs, into)
    assert runner.audit(open_dataset(into)) == []
    assert kill.records(into) == expected


# --- bytes that change ---------------------------------------------------------------------------------------------------------


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 0x10
    path.write_bytes(bytes(data))


def swapped(path: Path) -> None:
    """Another sound file of the same kind in its place, as a restored backup can be."""
    other = next(each for each in sorted(path.parent.parent.glob(f"*/{path.name}")) if each != path)
    path.write_bytes(other.read_bytes())


@pytest.mark.parametrize("name", ["articles", "inputs", "events", "rejections"])
@pytest.mark.parametrize("harm", [cut, emptied, flipped, swapped, Path.unlink])
def test_a_damaged_part_is_named_and_coded_again(
    job: tuple[Path, Path, Records], name: str, harm: Callable[[Path], None]
) -> None:
    inputs, into, expected = job
    path = sorted(into.glob(f"parts/*/{name}.parquet"))[1]
    before = path.read_bytes()
    harm(path)
    if path.exists() and path.read_bytes() == before:
        pytest.skip("the two files are the same")  # tables without rows
    dataset = open_dataset(into)
    (damage,) = dataset.damage()
    assert damage.part == path.parent.name
    assert damage.documents == 2
    assert len(damage.subjects) == 2
    assert all(each.startswith(str(inputs)) for each in damage.subjects)
    told = runner.audit(dataset)
    assert len(told) == 1  # the rest of the dataset is checked, and sound
    assert "2 documents to code again" in told[0]
    rest = dataset.without([damage.part])
    assert len(rest.records("articles")) == len(expected["articles"]) - 2
    found = store(inputs, into)
    assert [each.part for each in found.damage] == [path.parent.name]
    assert found.added == 2
    assert (into / "damaged" / path.parent.name).is_dir()
    sound(inputs, into, expected)


def test_damaged_stories_are_computed_again(job: tuple[Path, Path, Records]) -> None:
    inputs, into, expected = job
    flipped(next(into.glob("derived/*/stories.parquet")))
    assert ["made again by the next run" in line for line in runner.audit(open_dataset(into))] == [True]
    sound(inputs, into, expected)


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"schema_version": 1}'])
def test_a_lost_or_damaged_manifest_is_made_anew(job: tuple[Path, Path, Records], content: str | None) -> None:
    inputs, into, expected = job
    (into / "manifest.json").unlink()
    if content is not None:
        (into / "manifest.json").write_text(content)
        dataset = open_dataset(into)  # what the parts hold is read all the same
        assert [json.dumps(to_json(row)) for row in dataset.records("articles")]
        assert [line.split(":")[0][:14] for line in runner.audit(dataset)] == ["manifest.json "]
    sound(inputs, into, expected)


def bits(content: bytes, each: int) -> Iterator[bytes]:
    """The content with one bit changed, another one in each: of every so many bytes one."""
    chance = random.Random(3)
    for at in range(0, len(content), each):
        yield content[:at] + bytes([content[at] ^ (1 << chance.randrange(8))]) + content[at + 1 :]


def test_no_bit_of_a_description_changes_unnoticed(job: tuple[Path, Path, Records]) -> None:
    _, into, _ = job
    content = (into / "manifest.json").read_bytes()
    manifest = manifests.parsed(content)
    for changed in bits(content, 1):
        with pytest.raises(ValueError, match=r"hash|JSON|manifest"):
            manifests.parsed(changed)
    for place, description in manifests.descriptions(manifest):
        path = into / place / "part.json"
        sound = path.read_bytes()
        assert parts.changed_description(path.parent, description) is None
        for changed in bits(sound, 1 if place == f"parts/{min(manifest['parts'])}" else 50):
            path.write_bytes(changed)
            assert parts.changed_description(path.parent, description) is not None
        path.write_bytes(sound)


@pytest.mark.parametrize("name", ["manifest.json", "parts/*/part.json", "derived/*/part.json"])
@pytest.mark.parametrize("harm", [cut, emptied, flipped, Path.unlink])
def test_a_damaged_description_is_named_and_written_again(
    job: tuple[Path, Path, Records], name: str, harm: Callable[[Path], None]
) -> None:
    inputs, into, expected = job
    path = sorted(into.glob(name))[0]
    before = path.read_bytes()
    harm(path)
    if name != "manifest.json":
        assert kill.records(into) == expected  # no record is lost, and none is coded again
    if path.exists() or name != "manifest.json":
        (told,) = runner.audit(open_dataset(into))
        assert told.startswith(str(path.relative_to(into)))
        assert "made again by the next run" in told
    assert store(inputs, into).added == 0
    assert path.read_bytes() == before
    sound(inputs, into, expected)


def test_a_part_that_nothing_describes_any_more_is_coded_again(job: tuple[Path, Path, Records]) -> None:
    inputs, into, expected = job
    lost = sorted(into.glob("parts/*/part.json"))[1]
    flipped(lost)
    flipped(into / "manifest.json")
    dataset = open_dataset(into)
    assert len(dataset.records("articles")) == len(expected["articles"]) - 2
    told = runner.audit(dataset)
    assert [line.split()[0] for line in told] == ["manifest.json", f"parts/{lost.parent.name}/part.json"]
    assert "2 documents to code again" in told[1]
    assert store(inputs, into).added == 2
    assert {path.name for path in (into / "damaged").iterdir()} == {"manifest.json", lost.parent.name}
    sound(inputs, into, expected)


def test_mending_needs_no_documents(job: tuple[Path, Path, Records], capsys: pytest.CaptureFixture[str]) -> None:
    inputs, into, expected = job
    harmed = sorted(into.glob("parts/*/articles.parquet"))[0]
    flipped(harmed)
    flipped(into / "manifest.json")
    assert cli.main(["show", str(into), "stories"]) == 0
    assert "warning: manifest.json does not match its hash" in capsys.readouterr().err
    assert cli.main(["audit", str(into)]) == 1
    assert "audit --mend" in capsys.readouterr().err
    assert cli.main(["audit", str(into), "--mend"]) == 0
    said = capsys.readouterr()
    assert "set aside: parts/" in said.err
    assert "made again: manifest.json" in said.err
    assert said.out.startswith(f"sound: {len(expected['articles']) - 2} articles")
    sound(inputs, into, expected)


def test_a_dataset_of_before_there_were_seals(job: tuple[Path, Path, Records]) -> None:
    inputs, into, expected = job
    for path in (into / "manifest.json", *into.glob("*/*/part.json")):
        held = json.loads(path.read_bytes())
        assert held.pop("sha256")
        path.write_text(json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True) + "\n")
    before = tree(into)
    assert runner.audit(open_dataset(into)) == []
    sound(inputs, into, expected)
    assert tree(into) == before
    path = sorted(into.glob("parts/*/part.json"))[0]
    path.write_text(path.read_text().replace('"rows": 2', '"rows": 3'))
    assert ["part.json says what the manifest does not" in line for line in runner.audit(open_dataset(into))] == [True]
    sound(inputs, into, expected)


def test_a_changed_judgement_is_named(job: tuple[Path, Path, Records]) -> None:
    _, into, _ = job
    judged = Judgements(into)
    for number in range(3):
        judged.add(
            who="Ada", kind="events", id=f"ev_{number}", article_id="ar_1", start=0, quote="met", verdict="accept", correction={}, sample=""
        )  # fmt: skip
    assert runner.audit(open_dataset(into)) == []
    judged.path.write_bytes(judged.path.read_bytes().replace(b"accept", b"acceqt", 1))
    (told,) = runner.audit(open_dataset(into))
    assert told.startswith("judgement 3 of Ada is not what was written")
    judged.path.write_bytes(judged.path.read_bytes()[:5000])
    (told,) = runner.audit(open_dataset(into))
    assert told.startswith("judgements.sqlite")


# --- disks -----------------------------------------------------------------------------------------------------------------------


def noise(folder: Path, number: int = 20) -> Path:
    """Documents that do not compress."""
    folder.mkdir()
    chance = random.Random(1)
    for at in range(number):
        (folder / f"{at:02}.txt").write_text(chance.randbytes(40_000).hex())
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte, where we may mount one."""
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)]
    if shutil.which("mount") is None or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system cannot be mounted here; the limit on file sizes is tested all the same")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk(tmp_path: Path, small_disk: Path) -> None:
    inputs = noise(tmp_path / "in")
    store(inputs, tmp_path / "calm")
    with pytest.raises(DatasetError, match="No space left"):
        store(inputs, small_disk / "d")
    dataset = open_dataset(small_disk / "d")
    assert runner.audit(dataset) == []
    assert 0 < len(dataset.records("articles")) < 20
    assert not [path for path in (small_disk / "d").rglob(".*") if path.name != ".lock"]
    subprocess.run(["mount", "-o", "remount,size=16m", str(small_disk)], check=True)
    sound(inputs, small_disk / "d", kill.records(tmp_path / "calm"))


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file of this process may grow beyond 60 kB: a disk that refuses, without a disk."""
    before, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, handler)


def test_a_disk_that_refuses_a_write(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    inputs = pages(tmp_path / "in", 6)
    (inputs / "003.txt").write_text(random.Random(2).randbytes(80_000).hex())
    store(inputs, tmp_path / "calm")
    expected = kill.records(tmp_path / "calm")
    request.getfixturevalue("small_files")
    with pytest.raises(DatasetError, match="File too large") as caught:
        store(inputs, tmp_path / "d")
    assert "it goes on" in caught.value.hint
    dataset = open_dataset(tmp_path / "d")
    assert runner.audit(dataset) == []
    assert 0 < len(dataset.records("articles")) < 8
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    sound(inputs, tmp_path / "d", expected)


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder of one who may do nothing elsewhere: where the tests run as root, no folder is read-only for them."""
    place = Path(tempfile.mkdtemp(prefix="sealed-"))
    place.chmod(0o777)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield place
    if root:
        os.seteuid(0)
    subprocess.run(["chmod", "-R", "u+rwX", str(place)], check=True)
    shutil.rmtree(place)


def test_a_dataset_that_became_read_only(nobody: Path) -> None:
    inputs, into = pages(nobody / "in", 4), nobody / "d"
    store(inputs, into)
    expected, before = kill.records(into), tree(into)
    (inputs / "new.txt").write_text("A new page. " * 20)
    folders = [into, into / "parts", into / "derived"]
    for folder in folders:
        folder.chmod(0o555)
    (into / ".lock").chmod(0o444)
    with pytest.raises(DatasetError, match="Permission denied"):
        store(inputs, into)
    assert (kill.records(into), tree(into)) == (expected, before)  # readers are unharmed
    for folder in folders:
        folder.chmod(0o755)
    (into / ".lock").chmod(0o644)
    assert store(inputs, into).added == 1
    assert runner.audit(open_dataset(into)) == []


# --- other writers, signals, clocks -------------------------------------------------------------------------------------------


def test_two_runs_at_once(tmp_path: Path) -> None:
    inputs, into = pages(tmp_path / "in", 12), tmp_path / "d"
    store(inputs, tmp_path / "calm")
    first = kill.start(inputs, into, batch=1, module="tests.fault.slow")
    kill.wait_for(first, into, 2)
    if first.poll() is not None:
        pytest.fail(kill.finish(first))
    with pytest.raises(DatasetError, match=f"is being written by process {first.pid}") as caught:
        store(inputs, into)
    assert "reading is possible meanwhile" in caught.value.hint
    reads = 0
    while first.poll() is None:
        assert runner.audit(open_dataset(into)) == []  # a reader, all the time
        reads += 1
    kill.finish(first)
    assert reads
    sound(inputs, into, kill.records(tmp_path / "calm"))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_goes_on(tmp_path: Path, how: int) -> None:
    inputs, into = pages(tmp_path / "in", 12), tmp_path / "d"
    store(inputs, tmp_path / "calm")
    run = kill.start(inputs, into, batch=1, module="tests.fault.slow")
    kill.wait_for(run, into, 2)
    os.kill(run.pid, how)
    said = run.communicate(timeout=120)[1].decode()
    assert run.returncode == (143 if how == signal.SIGTERM else 130), said
    assert runner.audit(open_dataset(into)) == []
    assert kill.parts(into) < 12
    sound(inputs, into, kill.records(tmp_path / "calm"))


BACKWARDS = """
import datetime, itertools, time
count = itertools.count()
time.time = lambda: 2e9 - 3600.0 * next(count)
time.time_ns = lambda: int(time.time() * 1e9)
"""


def test_a_clock_that_goes_backwards(tmp_path: Path) -> None:
    inputs, into = pages(tmp_path / "in", 6), tmp_path / "d"
    store(inputs, tmp_path / "calm")
    (tmp_path / "hook").mkdir()
    (tmp_path / "hook/sitecustomize.py").write_text(BACKWARDS)
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(tmp_path / "hook"), *sys.path]),
        "DRAGOMAN_BATCH": "1",
    }
    trial = "import time; a = time.time(); assert time.time() < a"
    subprocess.run([sys.executable, "-c", trial], env=environment, check=True)
    command = [sys.executable, "-m", "tests.fault.slow", "code", str(inputs), "--into", str(into), "--workers", "1"]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    assert kill.records(into) == kill.records(tmp_path / "calm")
    future = time.time() + 86_400 * 400
    for path in into.rglob("*"):
        os.utime(path, (future, future))  # files that are newer than now
    sound(inputs, into, kill.records(tmp_path / "calm"))


def test_the_lock_goes_with_its_process(tmp_path: Path) -> None:
    with Writer(tmp_path / "d", {}), pytest.raises(DatasetError, match="is being written"), Writer(tmp_path / "d", {}):
        pass
    with Writer(tmp_path / "d", {}):
        pass
