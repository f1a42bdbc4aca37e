"""The tagger's commonest slips in reported speech, set right by the words around: names taken for verbs, pasts for participles."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["BE_HAVE_DO", "FINITE", "NOUNS", "mended"]

FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
NOUNS = frozenset({"NN", "NNS", "NNP", "NNPS"})
BE_HAVE_DO = frozenset(
    "be is are was were been being am 's 're 'm ’s ’re ’m has have had having 've ’ve 'd ’d do does did get got".split()
)
_SUBJECT_PRONOUNS = frozenset({"he", "she", "they", "we", "i", "it", "who"})
_SAME_PAST = frozenset("put cut hit set let shut quit spread split cast hurt cost bid beat burst".split())
_OPENING = frozenset({'"', "“", "„", "«", "``", "‘"})
_CLOSING = frozenset({'"', "”", "“", "»", "''", "’", "'"})
_PAUSES = frozenset({",", "?", "!"})
_FIRST_WORDS = 60
_SOON = 5
# Every word that may stand as a preposition or open a clause: what else is tagged so before "that" or a pronoun is a verb.
_JOINING = frozenset(
    "about above across after against ahead albeit alongside along although amid among amongst around as aside astride at barring because "
    "before behind below beneath beside besides between beyond but by circa concerning considering despite down due during except "
    "excepting excluding following for from given granted if in inside instead into lest like minus near next notwithstanding of off "
    "on once onto opposite or out outside over past pending per plus providing provided regarding round save seeing since so such "
    "supposing than that though through throughout till to toward towards under underneath unless unlike until up upon versus via "
    "whereas whether while whilst with within without worth aboard atop bar cause ’cause 'cause cos em inasmuch vis-a-vis w/ b/c".split()
)
_NO_NAMES = frozenset(("VBG", "VBN", "VBD", "VB", "RB", "UH", "VBZ", "VBP"))
# Adverbs that open a sentence before its verb, as no name does: "Then came", "Here lies".
_LEADS = frozenset(
    "then here there now also never only soon later first next thus so still even not again once further instead elsewhere meanwhile "
    "yesterday today tomorrow tonight who what asked told".split()
)
_OPENS_WORDS = frozenset(("that", "he", "she", "it", "they"))
_OBJECT_PRONOUNS = frozenset(("me", "him", "them", "us"))
_RISES = frozenset(("rose", "fell", "fled", "felt"))
_SAYING = frozenset(("say", "says", "said"))
_OPENS_CLAUSE = frozenset(("DT", "PRP$", "NNP", "NNPS", "NNS", "NN", "JJ", "CD"))
_OPENS_OBJECT = frozenset(("DT", "PRP$", "PRP", "NNP", "NNPS", "CD"))


def mended(low: Sequence[str], tags: Sequence[str]) -> tuple[str, ...]:
    """Tags with the tagger's commonest slip set right: a past tense taken for a participle, and the noun before it for a verb.

    A participle behind its noun takes no object ("troops sent home"), a past tense does ("the minister sent the troops home").
    """
    fixed = list(tags)
    verb_second = len(low) > 2 and fixed[0] == "VBG" and fixed[1] in {"VBN", "VBD"} and fixed[2] in _OPENS_OBJECT
    if verb_second and low[0] not in BE_HAVE_DO:
        fixed[:2] = ["NNP", "VBD"]  # "Beijing called the award": the name looks like a participle
    _mend_first(low, fixed)
    aside = low[1:3] in ((",", "which"), (",", "who"), (",", "whose"))
    for k, word in enumerate(low):
        if word == "its":
            fixed[k] = "PRP$"
        elif word in {"late", "early"} and fixed[k].startswith("VB"):
            fixed[k] = "RB"
        elif "-" in word and fixed[k] in {"VBD", "VBP", "VBZ"}:
            fixed[k] = "JJ"  # "left the hall empty-handed"
    for k in range(1, len(low) - 1):
        _mend_subject(low, fixed, k)
        told = fixed[k - 1] == "CC" and fixed[k + 1] == "NNS" and low[k + 2 : k + 3] == ("that",)
        if fixed[k] == "JJ" and low[k].endswith("ed") and told:
            fixed[k] = "VBD"  # "called for calm and reminded members that"
        if low[k] == "that" and fixed[k] == "DT" and fixed[k + 1] == "NNS":
            fixed[k] = "IN"
        if low[k] == "both" and fixed[k] == "CC" and fixed[k + 1] == "NNS":
            fixed[k] = "DT"  # "warned both camps"
        if fixed[k] == "VBG" and fixed[k - 1] == "DT" and fixed[k + 1] in {"DT", "NNP", "PRP", "WDT"}:
            fixed[k] = "NN"  # "a finding the minister hailed"
        if aside and fixed[k] == "VBN" and low[k - 1] == "," and (fixed[k + 1] in _OPENS_OBJECT or low[k + 1] == "on"):
            fixed[k] = "VBD"  # "Beijing, which sent an envoy, accused Lima"
        if low[k] == "to" and fixed[k] == "IN" and fixed[k + 1] == "VB":
            fixed[k] = "TO"
        if fixed[k] == "NNS" and fixed[k + 1] in {"NNP", "PRP", "DT", "PRP$"} and _closed_speech(low, k):
            fixed[k] = "VBZ"  # “..., ” recalls Mr Paik
        if (
            fixed[k] == "NN"
            and low[k].endswith("ing")
            and low[k + 1] in _OPENING
            and fixed[k - 1] in {"NN", "NNP", "JJ"}
        ):
            fixed[k] = "VBG"  # "a telecoms official blaming “a broken cable”"
        he = low[k] == "he" and fixed[k - 1] == fixed[k + 1] == "NNP"  # "Vice Premier He Lifeng"
        if he or (low[k] == "under" and low[k + 1] in {"secretary", "secretary-general"}):
            fixed[k] = "NNP"
        if fixed[k] == "JJ" and _behind_do(low, fixed, k):
            fixed[k] = "VB"  # "did not clearly indicate"
        named = k > 3 and fixed[k - 1] == "," and fixed[k - 2] == "NNP" and not FINITE & set(fixed[:k])
        if named and fixed[k] == "VBN" and fixed[k + 1] in {"DT", "PRP$", "PRP"}:
            fixed[k] = "VBD"  # "the minister, Arvind Behari, named no neighbour"
        if low[k] == "put" and low[k + 1] == "it" and fixed[k] == "VB" and fixed[k - 1] in NOUNS | {"PRP"}:
            fixed[k] = "VBD"  # "as an editor put it"
        ended = fixed[k - 1] == "," and low[k + 2 : k + 3] in ((), (".",))
        if fixed[k] == "VBZ" and fixed[k + 1] == "NN" and ended and low[k] != "says":
            fixed[k : k + 2] = ["NNS", "VBP"]  # "..., analysts reckon."
        if low[k] == "says" and ended:
            fixed[k : k + 2] = ["VBZ", "NN"]  # "..., says envoy"
        if fixed[k] == "IN" and low[k] not in _JOINING and (low[k + 1] in {"that", "her"} or fixed[k + 1] == "PRP"):
            fixed[k] = "VBP"  # "insiders whisper that", "her critics accuse her"
        if fixed[k] == "NNS" and low[k + 1] in _OBJECT_PRONOUNS:
            fixed[k] = "VBZ"  # "every trader I have met tells me"
        if (
            fixed[k] == "VBZ"
            and fixed[k + 1] in {"VBD", "VBN", "MD"}
            and low[k] not in BE_HAVE_DO
            and low[k][-1:] == "s"
        ):
            fixed[k] = "NNS"
        if fixed[k] == "VB" and fixed[k - 1] == "CC" and low[k] in _SAYING and low[k] in low[: k - 1]:
            fixed[k] = "VBP"  # "experts say A has gone and |say| B will go"
        if fixed[k] == "VBD" and low[k + 1] == "by" and fixed[k - 1] in NOUNS and _verb_follows(low, fixed, k + 2):
            fixed[k] = "VBN"  # "officials reached by telephone appealed"
        if fixed[k] != "VBN" or low[k] in BE_HAVE_DO:
            continue
        place = k - 1
        while place > 0 and fixed[place] == "RB":
            place -= 1
        if (fixed[place] in NOUNS or low[place] in _SUBJECT_PRONOUNS) and (
            fixed[k + 1] in {"DT", "PRP$", "PRP"} or low[k + 1] in _OPENING or low[k + 1] == "that"
        ):
            fixed[k] = "VBD"
    if (lost := _lost_verb(low, fixed)) is not None:
        fixed[lost] = "VBD"
    for k in range(1, len(low) - 3):
        if low[k] not in _SAYING or fixed[k] not in FINITE:
            continue
        # also behind an apposition: "Ada Ruiz, a nurse, said"
        if fixed[k - 1] in NOUNS | {"PRP", "WP", "RB"} or (fixed[k - 1] == "," and not FINITE & set(fixed[:k])):
            _mend_said(low, fixed, k + 1)
    return tuple(fixed)


def _mend_said(low: Sequence[str], fixed: list[str], start: int) -> None:
    """The verb that a clause right behind "said" must have: "said a bomb |killed| four", "says the company |sells| lorries"."""
    if fixed[start] not in _OPENS_CLAUSE:
        return
    lost = _lost_verb(low[start:], fixed[start:])
    if lost is not None:
        fixed[start + lost] = "VBD"
        return
    for k in range(start + 1, len(low) - 1):
        if fixed[k] in FINITE | {"VBN"} or low[k] in BE_HAVE_DO or fixed[k] in {",", ":", ".", "CC", "IN", "WDT", "WP"}:
            return
        if fixed[k] == "NN" and (
            low[k - 1] in {"percent", "%"} or (low[k] in _RISES and fixed[k + 1] in {"CD", "TO", "IN"})
        ):
            # "said 73 percent |disapprove|", "said the index |rose| 2 percent"
            fixed[k] = "VBD" if low[k] in _RISES else "VBP"
            return
        if fixed[k] == "NNS" and fixed[k - 1] in {"NN", "NNP"} and fixed[k + 1] in _OPENS_OBJECT | {"JJ", "NN", "NNS"}:
            fixed[k] = "VBZ"
            return


def _verb_follows(low: Sequence[str], tags: Sequence[str], start: int) -> bool:
    """Whether a finite verb stands soon behind, with nothing between that joins or opens a clause."""
    for k in range(start, min(len(low), start + _SOON)):
        if tags[k] in {"CC", ",", ":", "IN", "WDT", "WP", "WRB"}:
            return False
        if tags[k] in FINITE:
            return True
    return False


def _mend_first(low: Sequence[str], fixed: list[str]) -> None:
    """A name that opens the sentence and looks like a verb or an adverb: "Beijing says", "Chad announced", "Singapore warned"."""
    if len(low) < 3 or fixed[0] not in _NO_NAMES or low[0] in BE_HAVE_DO | _LEADS:
        return
    if low[0].endswith("ly") and low[2] not in _OPENS_WORDS:
        return  # "Reportedly killed", but "McNally added that"
    verb = fixed[1] in FINITE | {"VBN"} and (fixed[0] != "RB" or fixed[1] == "VBD")
    aside = low[1] == "," and (fixed[2] in {"WDT", "WP", "WP$"} or (fixed[2] == "RB" and low[3:4] == (",",)))
    if verb or (fixed[0] == "VBG" and aside):
        fixed[0] = "NNP"
        fixed[1] = "VBD" if fixed[1] == "VBN" else fixed[1]


def _mend_subject(low: Sequence[str], fixed: list[str], k: int) -> None:
    """Words right before a verb that must be its subject: "the accused said", "a commander said", "has since told"."""
    if fixed[k] in {"VBN", "VBD"} and fixed[k - 1] == "DT" and fixed[k + 1] in FINITE:
        fixed[k] = "NNS"
    if fixed[k] == "VBN" and low[k + 1] == "by" and fixed[k + 2 : k + 3] in (["WDT"], ["WP"]):
        fixed[k] = "VBD"  # "asked by what right"
    if low[k] == "since" and low[k - 1] in {"has", "have", "had"} and fixed[k + 1] == "VBN":
        fixed[k] = "RB"
    if low[k] == "said" and fixed[k] == "VBN" and fixed[k - 1] in {"VBP", "VB"} and low[k - 1] not in BE_HAVE_DO:
        fixed[k - 1 : k + 1] = ["NN", "VBD"]


def _behind_do(low: Sequence[str], tags: Sequence[str], k: int) -> bool:
    """Whether "did not" and adverbs stand right before this word, and a noun phrase behind it."""
    place = k - 1
    while place > 0 and tags[place] == "RB":
        place -= 1
    return k - place > 1 and low[place] in {"did", "does", "do"} and tags[k + 1] in _OPENS_OBJECT


def _closed_speech(low: Sequence[str], k: int) -> bool:
    """Whether right before this word a quotation closes behind a comma or a mark of question."""
    pair = (low[k - 2] if k > 1 else "", low[k - 1])
    return (pair[0] in _PAUSES and pair[1] in _CLOSING) or (pair[1] == "," and pair[0] in _CLOSING)


def _lost_verb(low: Sequence[str], tags: Sequence[str]) -> int | None:
    """The participle that must be the verb of a sentence that opens without any: "the ministry apologised to the tribe"."""
    found: int | None = None
    for k in range(1, min(len(low), _FIRST_WORDS)):
        if tags[k] in FINITE or low[k] in BE_HAVE_DO:
            return None
        if low[k] in {",", ";", ":", ".", "that", "which", "who"}:
            break
        passive = k + 2 < len(low) and low[k + 1] == "by" and tags[k + 2] != "VBG"
        plain = tags[k] == "VB" and low[k] in _SAME_PAST  # "the minister put his name to it"
        led = tags[k - 1] in NOUNS or low[k - 1] in {"both", "all", "each", "others"}
        if (tags[k] == "VBN" or plain) and led and not passive:
            found = k
    return found
