"""A user's own actors: read from files, refused with a hint, and found in articles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dragoman.config import Settings
from dragoman.errors import UsageError
from dragoman.own.actors import read_own_actors_file
from dragoman.records import RawDocument
from dragoman.reference import load_reference
from tests.conftest import Run

CSV = """name,aliases,country,sector,kind,qid,office,start,end
Blue Heron Front,BHF|Heron Front,FJI,REB,,Q42,,,
Adi Vunibola,,FJI,,person,https://www.wikidata.org/wiki/Q4242,rebel commander,2011,
"""
TEXT = (
    "SUVA, March 3, 2014 (Reuters) - Blue Heron Front fighters attacked a police post near Nadi on Monday, the army said. "
    "Adi Vunibola said the Blue Heron Front would not surrender to the government of Fiji."
)


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("suffix", ["csv", "tsv", "jsonl"])
def test_the_same_actors_from_every_layout(tmp_path: Path, suffix: str) -> None:
    lines = [line.split(",") for line in CSV.splitlines()]
    if suffix == "jsonl":
        rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
        rows[0]["aliases"] = ["BHF", "Heron Front"]  # type: ignore[assignment]
        text = "\n".join(json.dumps(row) for row in rows)
    else:
        text = CSV.replace(",", "\t") if suffix == "tsv" else "\ufeff" + CSV
    found = dict(read_own_actors_file(written(tmp_path, f"own.{suffix}", text)))
    assert set(found) == {"Blue Heron Front", "BHF", "Heron Front", "Adi Vunibola"}
    assert (found["BHF"].country, found["BHF"].sector, found["BHF"].qid) == ("FJI", "REB", "Q42")
    person = found["Adi Vunibola"]
    assert (person.kind, person.qid, person.terms[0].office) == ("leader", "Q4242", "rebel commander")
    assert load_reference().with_actors(found.items()).lookup("BHF")[0] == found["BHF"]


BAD = {
    "name,country\n,FJI\n": "name is missing",
    "name,country\nX,Fiji\n": "no country 'Fiji'",
    "name,sector\nX,ARMY\n": "no sector 'ARMY'",
    "name,kind\nX,ship\n": "no kind 'ship'",
    "name,qid\nX,42\n": "no Wikidata id",
    "name,land\nX,FJI\n": "no column 'land'",
    "name,kind,sector\nX,person,GOV\n": "no office",
    "name,office\nX,minister\n": "no person",
    "name,kind,office,start\nX,person,minister,May\n": "no date",
    "name\nX\nX\n": "line 2 already",
    "name,country\nX,FJI,REB\n": "3 cells under 2 columns",
    'name\n"X\n': "line 2",
    "name\n": "holds no actor",
    "": "holds no actor",
}


@pytest.mark.parametrize("text", BAD)
def test_bad_files_are_told_with_a_hint(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=BAD[text]) as caught:
        read_own_actors_file(written(tmp_path, "own.csv", text))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("own.xlsx", b"PK", "no file of actors"),
        ("own.csv", b"name\n\xff\xfe\n", "not UTF-8"),
        ("own.jsonl", b"{name}", "no JSON"),
        ("own.jsonl", b"[1]", "no object"),
        ("own.jsonl", b"[" * 100_000, "no JSON"),
    ],
)
def test_files_of_another_kind(tmp_path: Path, name: str, data: bytes, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        read_own_actors_file(written(tmp_path, name, data))
    with pytest.raises(UsageError, match="cannot be read"):
        read_own_actors_file(tmp_path / "missing.csv")


def test_own_actors_are_coded_with_their_ids(tmp_path: Path) -> None:
    from dragoman.runner import code_one

    own = written(tmp_path, "own.csv", CSV)
    raw = RawDocument(path="a.txt", media_type="text/plain", data=TEXT.encode())
    coding = code_one(raw, Settings(actors=str(own)), None)
    actors = {actor.name: actor for actor in getattr(coding, "actors", ())}
    front = actors["Blue Heron Front"]
    assert (front.country, front.sector, front.external_ids) == ("FJI", "REB", ("wikidata:Q42",))
    person = actors["Adi Vunibola"]
    assert (person.country, person.sector, person.external_ids) == ("FJI", "REB", ("wikidata:Q4242",))


def test_the_command_line_says_what_is_wrong(tmp_path: Path, dragoman: Run) -> None:
    own = written(tmp_path, "own.csv", "name,country\nX,Fiji\n")
    page = written(tmp_path, "a.txt", TEXT)
    done = dragoman("code", page, "--into", tmp_path / "d", "--actors", own)
    assert done.returncode == 1
    assert "line 2: no country 'Fiji'" in done.stderr
    assert "hint: write ISO 3166-1" in done.stderr
    assert not (tmp_path / "d").exists()
