"""The tense of the clause around a date, and of an act: whether what is told lies behind the publication or ahead of it."""

from __future__ import annotations

from collections.abc import Sequence

from dragoman.tagger import Tagger, load_tagger, words

__all__ = ["act_tense", "tense_at"]

_AHEAD = frozenset("will would shall 'll ’ll wo can must may might could should".split())
_PLANS = frozenset(
    "scheduled due set expected planned plans plan planning slated hopes hope aims aim agreed agree agrees intends intend prepares"
    " preparing prepare poised likely upcoming next ahead tomorrow deadline expects expect intended seeks seek".split()
)
_PROMISES = frozenset(
    "promise promised promises pledge pledged pledges vow vowed vows threaten threatened threatens".split()
)
_DONE = frozenset(
    "began begun started managed failed helped continued tried had forced able refused came used seemed appeared".split()
)
_OF_TIME = frozenset("the end start middle of early late mid - next last this".split())
# What is said in the present of what lies ahead: polls close, a law takes effect, an envoy leaves, the council meets.
_BY_PLAN = frozenset(
    "open opens close closes begin begins start starts resume resumes reopen reopens expire expires lapse lapses convene convenes"
    " reconvene reconvenes depart departs leave leaves arrive arrives travel travels fly flies meet meets sit sits gather gathers"
    " vote votes elect elects host hosts hold holds run runs end ends land lands head heads go goes come comes fall falls take takes"
    " visit visits address addresses return returns welcome welcomes receive receives attend attends chair chairs debate debates"
    " decide decides launch launches retire retires".split()
)
# Verbs of the past that tell of plans: a date beside them may lie ahead ("announced a summit for May 3").
_TELLS = frozenset(
    "announced set agreed called scheduled said told proposed invited confirmed ordered postponed moved delayed fixed booked pushed"
    " extended approved offered named decided planned warned demanded sought urged asked summoned put brought advanced rescheduled"
    " suspended adjourned issued published wrote".split()
)
_AIMS = frozenset("for until till by from to through after".split())
_FINITE = frozenset(("VBD", "VBZ", "VBP", "MD"))
# What somebody says of what has been: "calling Monday's drills a warning".
_REMARKS = frozenset(
    "calling describing condemning denouncing praising criticising criticizing hailing welcoming blaming citing branding".split()
)
_DETERMINERS = frozenset("the a an this that these those his her its their our my no any".split())
_BEHIND = frozenset(
    "said told announced was were had did has have been made met held took came went signed reported called sat stood rose fell began "
    "broke gave spoke sent won lost paid fought".split()
)


def tense_at(text: str, start: int, end: int, at: int, tagger: Tagger | None = None) -> str:
    """The tense of the clause around `at` in the sentence `text[start:end]`: past, told, future, or "" where nothing tells.

    "told" is a past that may name what lies ahead: "announced a summit for May 3".

    >>> text = "He said on Monday that he will visit Cairo on Friday."
    >>> tense_at(text, 0, len(text), 11), tense_at(text, 0, len(text), 46)
    ('told', 'future')
    """
    spans = words(text, start, end)[:400]
    low = [text[a:b].lower() for a, b in spans]
    place = next((index for index, (a, b) in enumerate(spans) if b > at), len(spans))
    tags = tagger.tag([text[a:b] for a, b in spans]) if tagger is not None else [""] * len(spans)
    before = low[max(0, place - 3) : place]
    if before[-2:] == ["ahead", "of"]:
        return "future"
    if before[-1:] and before[-1] in ("since", "after", "following"):
        return "past" if before[-1] == "since" else "told"
    due = _is_due(low, place)
    if tags[place - 1 : place] != [""] and (found := _subject_before(low, tags, place)):
        return found
    # Backwards to the nearest verb; a verb that plans makes what hangs on it lie ahead.
    for index in range(place - 1, max(-1, place - 26), -1):
        purpose = due and low[index] == "to" and tags[index + 1] == "VB" and low[index - 1] not in _DONE
        if (due and low[index] in _PROMISES) or purpose:
            return "future"  # "threatened to impose duties by July"
        if low[index] in _REMARKS and low[index - 1] == "," and tags[index] == "VBG":
            return ""  # "vowed that it would never yield, calling Monday's drills a warning"
        if place - index < 4 and low[index] in ("is", "are") and before[-1] in (low[index], "on", "for", "until"):
            return "future"  # "the vote is on Sunday"
        found = _verb_tense(low, tags, index)
        if found:
            tells = low[index] in _TELLS or (before[-1:] and before[-1] in _AIMS)
            return "told" if found == "past" and tells else found
    if _FINITE.isdisjoint(tags) and not _BEHIND.isdisjoint(low[:place]):
        return "past"  # "The court sat from 5 to 7 May": its verb was taken for a noun
    for index in range(place, min(len(low), place + 26)):
        found = _verb_tense(low, tags, index, forward=True)
        if found:
            return found
    if tags and _FINITE.isdisjoint(tags) and any(low[at] in _BY_PLAN and tags[at] == "NNS" for at in range(1, place)):
        return "future"  # "The G7 meets in The Hague on Monday": its verb was taken for a noun
    return "future" if before[-1:] and before[-1] in ("by", "until", "till") else ""


def _subject_before(low: Sequence[str], tags: Sequence[str], place: int) -> str:
    """The past, where a date stands between a subject and its verb behind a comma: "As talks are being held, China on Tuesday changed"."""
    at = place - 1 - (low[place - 1] == "on")
    while at > 0 and tags[at].startswith(("NN", "DT", "JJ")):
        at -= 1
    behind = [tag for tag in tags[place + 1 : place + 4] if not tag.startswith("RB")]
    return "past" if 0 < at < place - 2 and low[at] == "," and behind[:1] == ["VBD"] else ""


def _is_due(low: Sequence[str], place: int) -> bool:
    """Whether "by", or "by the end of", stands right before the word at `place`."""
    at = place - 1
    while at > 0 and place - at < 5 and low[at] in _OF_TIME:
        at -= 1
    return at > 0 and low[at] == "by"


def _verb_tense(low: Sequence[str], tags: Sequence[str], index: int, *, forward: bool = False) -> str:
    word, tag = low[index], tags[index]
    back = low[max(0, index - 4) : index]
    if word in _AHEAD or (word == "to" and index + 1 < len(low) and (tags[index + 1] == "VB" if tags[0] else False)):
        return _infinitive(low, tags, index) if word == "to" else _modal(low, tags, index)
    modal_at = next((at for at in range(index - 1, max(-1, index - 5), -1) if low[at] in _AHEAD), -1)
    if tag == "VB" and modal_at >= 0:
        return _modal(low, tags, modal_at)
    if word in ("scheduled", "due", "slated", "expected", "planned") and not forward:
        return "future" if not any(w in ("had", "originally") for w in back) else "past"
    if tag in ("VBN", "VB") and not forward:
        modal = next(
            (w for w in reversed(back) if w in _AHEAD or w in ("have", "has", "had", "was", "were", "been", "to", ",")),
            "",
        )
        if modal in _AHEAD:
            return _modal(low, tags, modal_at)
        if modal == "to":
            return _infinitive(low, tags, len(low[:index]) - 1 - back[::-1].index("to"))
    if tag == "VBD" or (tag == "VBN" and any(w in ("has", "have", "had", "was", "were", "been") for w in back)):
        return "past"
    present = low[max(0, index - 2) : index]
    if tag == "VBN" and ("is" in present or "are" in present):
        return ""  # "if they are found there from Monday"
    if tag == "VBN" and not forward and index and tags[index - 1] not in ("DT", "JJ", "PRP$"):
        return "past"
    if not tag and (word in _BEHIND or (len(word) > 4 and word.endswith("ed"))):
        return "past"
    if tag == "VB" and not index:  # "Book a room for Tuesday"
        return "future"
    if tag in ("VBZ", "VBP") and word in _BY_PLAN and not forward:
        return "future"  # "polls close on Tuesday"
    own = [w for w in range(max(0, index - 2), index) if low[w] in ("is", "are", "am", "'re", "'s", "'m")]
    if (
        tag == "VBG" and word != "being" and any(tags[w] != "POS" and not low[w - 1].endswith("day") for w in own)
    ):  # not "Monday's ruling"
        return "future"
    return ""


def _modal(low: Sequence[str], tags: Sequence[str], index: int) -> str:
    if "have" in low[index + 1 : index + 3] and low[index] != "will":
        return "past"
    # "He had said that they would leave by August": ahead of then, not of now.
    return "past" if low[index] == "would" and "had" in low[max(0, index - 12) : index] else "future"


def _infinitive(low: Sequence[str], tags: Sequence[str], index: int) -> str:
    """ "agreed to meet on Friday", "is to visit", "plans to": ahead; other infinitives say nothing."""
    back = low[max(0, index - 3) : index]
    if any(word in _PLANS for word in back) or (back and back[-1] in ("is", "are", "was", "were")):
        return "future"
    headline = index and tags[index - 1].startswith("NN") and _FINITE.isdisjoint(tags) and low[0] not in _DETERMINERS
    return "future" if headline else ""  # "PM to visit Tokyo on Friday"


def act_tense(text: str, here: tuple[int, int], start: int, end: int) -> str:
    """The tense of the act itself: its first verb and the few words before it; "" where they do not tell."""

    spans = words(text, *here)[:400]
    low = [text[a:b].lower() for a, b in spans]
    tags = load_tagger().tag([text[a:b] for a, b in spans])
    inside = [number for number, (a, b) in enumerate(spans) if start < b and a < end]
    for number in inside:
        if tags[number].startswith("VB") or tags[number] == "MD":
            break
    else:
        return ""
    if (
        low[number] in ("is", "are")
        and low[number + 1 : number + 2] == ["to"]
        and tags[number + 2 : number + 3] == ["VB"]
    ):
        return "future"  # "is to give back"
    if tags[number] in ("VBZ", "VBP") and low[number] not in _AHEAD:
        return ""
    for back in range(number, max(-1, number - 6), -1):
        if back < number and low[back] in (",", ";", "and", "but", "that", "which", "who"):
            break
        if low[back] == "can" or (low[back] == "could" and low[back + 1 : back + 2] == ["not"]):
            return ""  # being able tells no time; "could not give up" is said of now
        found = _verb_tense(low, tags, back)
        if found:
            return found
    return ""
