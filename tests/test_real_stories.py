"""Marks on real stories: kept as offsets without a word of the text, put on it again, and joined to whole stories."""

import json
import re
from pathlib import Path

import pytest

from train import real
from train.corpus import read_file

SENTENCES = [
    (7, ["Kenya", "'s", "foreign", "minister", "met", "his", "Ugandan", "counterpart", "in", "Kampala", "Monday", "."]),
    (8, ["He", "said", ":", '"', "We", "agreed", "to", "reopen", "the", "border", ".", '"']),
    (10, ["Uganda", "closed", "the", "crossing", "(", "its", "largest", ")", "in", "May", "."]),
]
BLOCKS = """# two passages of one story

@ voa-7-8 | broadcast | s1 | 2000s
Kenya's foreign minister met his Ugandan counterpart in Kampala Monday. He said: "We agreed to reopen the border."
m A person KEN GOV = Kenya's foreign minister ; his ; He ; We
m B person UGA GOV = his Ugandan counterpart
m C place UGA - = Kampala
m D date = Monday
e CONSULT visit occurred | A > B | met | when=D place=C ctx=diplomatic
s A | said | We agreed to reopen the border. | quote | stance=support issue=diplomatic_relations

@ voa-10-10 | broadcast | s1 | 2000s
Uganda closed the crossing (its largest) in May.
m A place UGA - = Uganda ; its
e COERCE restrict historical | A > | closed
"""


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "data" / "gmb_voa_ner"
    folder.mkdir(parents=True)
    lines = [json.dumps({"id": str(at), "tokens": tokens}) for at, tokens in SENTENCES]
    (folder / "train.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "stories.txt").write_text(BLOCKS, encoding="utf-8")
    monkeypatch.setattr(real, "FOLDER", tmp_path / "marks")
    real.FOLDER.mkdir()
    assert real.main(["pack", str(tmp_path / "stories.txt"), "train"]) == 0
    return folder.parent


def test_what_was_packed_is_read_again_with_its_text(data: Path, tmp_path: Path) -> None:
    found = real.load_real(data, "train")
    for passage, before in zip(found, read_file(tmp_path / "stories.txt"), strict=True):
        assert (passage.text, passage.entities, passage.events, passage.statements) == (
            before.text,
            before.entities,
            before.events,
            before.statements,
        )


def test_written_marks_are_read_as_they_were(data: Path, tmp_path: Path) -> None:
    found = real.load_real(data, "train")
    (tmp_path / "again.txt").write_text("\n".join(map(real.written, found)), encoding="utf-8")
    again = read_file(tmp_path / "again.txt")
    assert [(p.entities, p.events, p.statements) for p in again] == [
        (p.entities, p.events, p.statements) for p in found
    ]


def test_other_words_than_were_marked_are_refused(data: Path) -> None:
    path = data / "gmb_voa_ner" / "train.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("Kampala", "Entebbe"), encoding="utf-8")
    real._sentences.cache_clear()
    with pytest.raises(ValueError, match="voa-7-8: the text is not the one that was marked"):
        real.load_real(data, "train")


def test_passages_of_a_story_are_joined_with_their_marks(data: Path) -> None:
    (story,) = real.stories(real.load_real(data, "train"))
    assert [story.text[slice(*event.trigger)] for event in story.events] == ["met", "closed"]
    named = {entity.id: [story.text[slice(*m)] for m in entity.mentions] for entity in story.entities}
    assert named[story.events[0].recipients[0]] == ["his Ugandan counterpart"]
    assert named[story.events[1].actors[0]] == ["Uganda", "its"]
    assert story.statements[0].speaker == story.events[0].actors[0]


def test_no_word_of_a_story_lies_in_the_repository() -> None:
    files = sorted((Path(real.__file__).parent / "real").glob("*.jsonl"))
    assert files
    for file in files:
        for line in file.read_text(encoding="utf-8").splitlines():
            for value in re.findall(r'"([^"]*)"', line):
                assert re.fullmatch(r"[\w,-]{0,40}", value), value


def test_no_sentence_is_trained_on_that_is_tuned_on_or_tested() -> None:
    kept = real.held_out()
    assert len(kept) >= 600
    for line in (Path(real.__file__).parent / "real" / "train.jsonl").read_text(encoding="utf-8").splitlines():
        first, last = map(int, json.loads(line)["id"].split("-")[1:])
        assert kept.isdisjoint(range(first, last + 1))
