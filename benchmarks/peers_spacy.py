"""The spaCy side of `benchmarks/peers.py`: needs spaCy alone, in an environment of its own.

    python -m venv build/peers && build/peers/bin/pip install 'spacy>=3.7,<4'
    build/peers/bin/python benchmarks/peers_spacy.py train DATA build/peers/model --minutes 10
    build/peers/bin/python benchmarks/peers_spacy.py parse build/peers/model < texts.jsonl > parsed.jsonl

Trained pipelines of spaCy are not on the package index, so a small one is trained from nothing: tags, trees and lemmas on UD English EWT,
names on WikiGold, with spaCy's own small layers (no vectors, no transformer). Its accuracy on their development files is kept beside it.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ENCODER = {
    "model": {
        "@architectures": "spacy.HashEmbedCNN.v2",
        "pretrained_vectors": None,
        "width": 96,
        "depth": 4,
        "embed_size": 2000,
        "window_size": 1,
        "maxout_pieces": 3,
        "subword_features": True,
    }
}
LISTENER = {"@architectures": "spacy.Tok2VecListener.v1", "width": 96, "upstream": "*"}
TAGS = {"@architectures": "spacy.Tagger.v2", "nO": None, "tok2vec": LISTENER}
MOVES = {
    "@architectures": "spacy.TransitionBasedParser.v2",
    "extra_state_tokens": False,
    "hidden_width": 64,
    "maxout_pieces": 2,
    "use_upper": True,
    "nO": None,
    "tok2vec": LISTENER,
}
WORDS_A_BATCH = 1_500


def trees(path: Path, vocab: Any) -> Iterator[Any]:
    """Sentences of a CoNLL-U file, as documents with tags, trees and lemmas."""
    from spacy.tokens import Doc

    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.split("\t") for line in block.split("\n") if line and not line.startswith("#")]
        rows = [row for row in rows if row[0].isdigit()]
        if rows:
            yield Doc(
                vocab,
                words=[row[1] for row in rows],
                spaces=["SpaceAfter=No" not in row[9] for row in rows],
                tags=[row[4] for row in rows],
                lemmas=[row[2] for row in rows],
                heads=[int(row[6]) - 1 if row[6] != "0" else at for at, row in enumerate(rows)],
                deps=[row[7] if row[6] != "0" else "ROOT" for row in rows],
            )


def names(path: Path, vocab: Any) -> Iterator[Any]:
    """Sentences with names in IOB, as documents."""
    from spacy.tokens import Doc

    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield Doc(vocab, words=row["tokens"], ents=row["ner"])


def train(data: Path, out: Path, minutes: float) -> None:
    """Train for so many minutes of processor time; write the pipeline, and its scores as `scores.json`."""
    import spacy
    from spacy.training import Example
    from spacy.training.batchers import minibatch_by_words

    nlp = spacy.blank("en")
    nlp.add_pipe("tok2vec", config=ENCODER)
    nlp.add_pipe("tagger", config={"model": TAGS})
    nlp.add_pipe("parser", config={"model": {**MOVES, "state_type": "parser"}})
    nlp.add_pipe("ner", config={"model": {**MOVES, "state_type": "ner"}})
    nlp.add_pipe("trainable_lemmatizer", config={"model": TAGS})

    def examples(docs: Iterator[Any]) -> list[Any]:
        return [Example(_bare(nlp, doc), doc) for doc in docs]

    learn = examples(trees(data / "ud_ewt/train.conllu", nlp.vocab)) + examples(
        names(data / "wikigold/train.jsonl", nlp.vocab)
    )
    random.seed(1)
    spacy.util.fix_random_seed(1)
    optimizer = nlp.initialize(lambda: learn)
    began, seen = time.process_time(), 0
    while time.process_time() - began < minutes * 60:
        random.shuffle(learn)
        for batch in minibatch_by_words(learn, size=WORDS_A_BATCH):
            nlp.update(batch, sgd=optimizer, drop=0.1)
            seen += sum(len(each.reference) for each in batch)
            if time.process_time() - began >= minutes * 60:
                break
    held = nlp.evaluate(examples(trees(data / "ud_ewt/dev.conllu", nlp.vocab)))
    called = nlp.evaluate(examples(names(data / "wikigold/dev.jsonl", nlp.vocab)))
    scores = {
        "minutes": minutes,
        "words": seen,
        "tag accuracy": round(held["tag_acc"], 3),
        "UAS": round(held["dep_uas"], 3),
        "LAS": round(held["dep_las"], 3),
        "lemma accuracy": round(held["lemma_acc"], 3),
        "names F1": round(called["ents_f"], 3),
    }
    nlp.to_disk(out)
    (out / "scores.json").write_text(json.dumps(scores) + "\n")
    print(json.dumps(scores))


def _bare(nlp: Any, doc: Any) -> Any:
    from spacy.tokens import Doc

    return Doc(nlp.vocab, words=[word.text for word in doc], spaces=[bool(word.whitespace_) for word in doc])


def parse(model: Path) -> None:
    """Parse texts, one JSON object with `text` a line; the last line tells the processor seconds, loading left out."""
    import spacy

    nlp = spacy.load(model)
    nlp("Ministers met in Oslo on Monday.")  # what is built at the first use
    texts = [json.loads(line)["text"] for line in sys.stdin]
    began, clock = time.process_time(), time.perf_counter()
    docs = list(nlp.pipe(texts, batch_size=16))
    spent = {"processor": time.process_time() - began, "seconds": time.perf_counter() - clock}
    for doc in docs:
        rows = [(t.idx, t.idx + len(t.text), t.lemma_.lower(), t.tag_, t.dep_, t.head.i) for t in doc]
        called = [(e.start_char, e.end_char, e.label_) for e in doc.ents]
        print(json.dumps({"tokens": rows, "names": called}))
    print(json.dumps({**spent, "version": spacy.__version__, **json.loads((model / "scores.json").read_text())}))


def main() -> int:
    """Train, or parse."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True)
    training = verbs.add_parser("train")
    training.add_argument("data", type=Path)
    training.add_argument("out", type=Path)
    training.add_argument("--minutes", type=float, default=10)
    verbs.add_parser("parse").add_argument("model", type=Path)
    options = parser.parse_args()
    if options.verb == "train":
        train(options.data, options.out, options.minutes)
    else:
        parse(options.model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
