"""What a line of a page is: prose, a short line, a caption, or clutter; by the phrases in `data/clutter.toml` and by its form.

Readers' comments read as prose; what tells them from the article is the line around each: who signed it, when, "Reply", "23 votes".
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

__all__ = [
    "comments_from",
    "ends_sentence",
    "is_about_author",
    "is_caption",
    "kind",
    "marks_comment",
    "opens_comments",
    "presents",
    "word_count",
]

_MARKS_OF_END = frozenset(".!?…。！？؟।۔")
# A wire credit may follow the full stop: "... TASS reported. (ANI)", "... he said. -- Xinhua".
_ENDS_SENTENCE = re.compile(
    r"[.!?…。！？؟।۔][\"'”“’‘»«›)\]）」』*]*"
    r"(?:\s?\[\d+\]|\s?\([A-Z][\w./ ,&-]{1,40}\)|\s?\([a-z/]{2,8}\)|\s?(?:--|—|–)\s?[A-Z][\w./ -]{1,24}|\s?[■□◆●∎]|"
    r"\s(?:Enditem|\(END\)|ENDS?|/END/))?$"
)
_BULLET = re.compile(r"^[\s•·▪►▶»›*♦◆◇■□●★☆✓➤→\-–—|/>+#]+")
_TRAIL = ":.,;!?…»›>|*-–—" + "".join(filter(str.isspace, map(chr, range(0x3001))))
_URL = re.compile(
    r"^(?:https?://|www\.)\S+$|^[\w-]+(?:\.[\w-]+){0,2}\.(?:com|org|net|cn|ru|in|co\.uk|info|news|tv)$", re.IGNORECASE
)
_EMAIL = re.compile(r"^[^\s@]{1,64}@[^\s@]{1,100}\.[a-zA-Z]{2,12}$")
_MENU = re.compile(r"(?:\s[|•·/›»>]\s)")
_CJK = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_FOLLOW = re.compile(
    r"^(?:follow|like|find|join|connect with)\s.{1,60}\bon\s(?:x\b|twitter|facebook|instagram|telegram|youtube|whatsapp|linkedin|"
    r"tiktok|wechat|google news)"
)
_APP = re.compile(r"^(?:download|get|install)\s(?:the\s|our\s)?.{0,40}\bapps?\b")
_COUNTS = re.compile(r"^[\d\s.,:/%+\-–()#KkMm]+$")
_COMMENTS = re.compile(
    r"^\(?\d{1,5}\)?\s+(?:reader )?(?:comments?|replies|responses|kommentare?|antworten|commentaires?|comentarios?|commenti|"
    r"reacties|kommentarer|komentarz[ey]|комментари\w*|yorum)\b(?!.*[.!?]$)",
)
_COOKIES = ("cookie", "çerez", "куки", "eväste", "ciastecz", "クッキー", "쿠키")
_NUMBERED = re.compile(r"^\(?\d{1,5}\)?\s+|\s*[(\[]?\d{1,5}[)\]]?$")
_LONGEST_HEADING = 120
_INITIALS = re.compile(r"(?<!\S)[^\W\d_]")
_HAPPENED = re.compile(
    r"\b(?:jail|imprison|arrest|detain|kill|wound|abduct|kidnap|charg|accus|sentenc|releas|missing|died|festgenommen|verhaftet|"
    r"inhaftiert|getötet|entführt|angeklagt)",
)
_QUOTED = re.compile('[“”„«»"]')
_ABOUT_AUTHOR = re.compile(
    r"^(?:About the author:?\s+)?(?:Dr\.? |Prof\.? )?[A-ZÀ-Þ][\w.'’-]+(?:\s[A-ZÀ-Þ][\w.'’-]*){1,3},?\s"
    r"(?:(?:is|was|has been|joined|covers|writes|reports|works as|lives)\b(?=.{0,160}\b(?i:reporter|correspondent|editor|columnist|writer|"
    r"journalist|producer|fellow|bureau chief|author of|covers|covering|contributor|anchor|freelance\w*)\b)|"
    r"(?:ist|arbeitet|schreibt|berichtet|war|leitet)\b(?=.{0,160}\b(?i:redakteur(?:in)?|korrespondent(?:in)?|reporter(?:in)?|journalist(?:in)?|"
    r"autor(?:in)?|ressort|volontär(?:in)?|kolumnist(?:in)?|schreibt|zuständig)\b)|"
    r"(?:est|a rejoint)\b(?=.{0,160}\b(?:journaliste|rédact(?:eur|rice)|correspondante?|chroniqueu(?:r|se)|grand reporter)\b)|"
    r"(?:es|é|è)\b(?=.{0,160}\b(?:periodista|redactora?|corresponsal|columnista|jornalista|repórter|giornalista|caporedattore)\b))",
)
_OFFICE_BIO = re.compile(
    r"^(?:Redakteur|Korrespondent|Reporter|Autor|Volontär|Journalist)(?:in)?(?: \w+){0,2} (?:in|im|bei|beim|der|für|des)\b"
)
_CAPTION = re.compile(
    r"(?:[(\[](?:file\s+)?(?:photos?|images?|picture|foto|bild)\b[^()\[\]]{0,80}[)\]]\.?$|"
    r"(?:^|\s)(?:photo|image|picture|foto|credit)s?\s*(?::|\bby\b|/)\s*[^.]{2,60}$|"
    r"\bphoto not for sale\b|^(?:in\s)?(?:this|the|a|an)\s(?:undated\s|combination\s|file\s|handout\s|video\s|satellite\s|aerial\s)*"
    r"(?:photo(?:graph)?|image|picture|grab|screengrab|screenshot|handout|footage)\b[^.]{0,120}\b(?:shows?|showing|taken|provided|released|made)\b|"
    r"^(?:file\s)?photo\s(?:taken|shows?|provided|released)\b|"
    r"^Pictured\b|(?:,|^)\s*(?:second |third |far |top |bottom |cent(?:re|er) )?(?:from )?(?:left|right)(?: to right)?,"
    r"[^.]{0,200}(?:,|\band\b)|"
    r"\((?:courtesy|archiv|symbol|datei|archive|foto|f\.|illustration)[^()]{0,60}\)\.?$|"
    r"\((?=[^()]*(?:/|\bvia\b|\bphoto\b|\bimages\b|\|))[^()]{0,60}(?:Getty|AFP|Reuters|\bAP\b|EPA|dpa|imago|Shutterstock|"
    r"Anadolu|Xinhua|TASS|District|Department|Handout|Courtesy|File)[^()]{0,60}\)\.?$|"
    r"\[photo[^\]]*\]$|/\s?(?:AFP|Reuters|AP|Getty Images|EPA|Xinhua)\)?\s*$|"
    r"[.!?…)]\s(?:\w+\s){0,2}(?:photo(?:graph)?|image|picture|video|graphic|illustration)s?\s(?:courtesy|via|provided|from|supplied)\b[^.]{2,60}\.?$)",
    re.IGNORECASE,
)
# "Soldiers say goodbye at the armory. JANE DOE / SENTINEL": behind the sentence stand who took the picture and for whom.
_PICTURED_BY = re.compile(r"[.!?]\s+[A-ZÀ-Þ][\w.'’-]+(?:\s[A-ZÀ-Þ][\w.'’-]+){1,3}\s?[/|]\s?[A-ZÀ-Þ][\w.'’ -]{2,40}$")
# "Subscribe for just $5 a month.", "You have read 1 of your 5 free articles."
_PRICE = (
    r"(?:[$€£]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[$€£]|euros?|dollars?|eur|usd))\s?(?:/|a|an|per|im|pro|par|al|por)\s?"
    r"(?:day|week|month|year|monat|woche|jahr|mois|mes|mese|mês)\b"
)
_JOINS = r"\b(?:subscri|sign.?up|trial|donat|membership|become a member|access|abonn|suscr|assin)"
_OFFER = re.compile(rf"{_JOINS}.*{_PRICE}|{_PRICE}.*{_JOINS}")
_METERED = re.compile(r"\b\d{1,2} (?:of (?:your )?\d{1,2} )?(?:more )?free (?:articles?|stor(?:y|ies)|reads?)\b")
_TRANSLATED = re.compile(
    r"\(?(?:translated|translation|traduit|traducido|traduzione|übersetz\w+|aus dem)\b.{0,40}\b(?:by|par|por|di|von)\b.{3,60}$"
)
_REACHED = re.compile(r"\S@\w|(?<!\w)@\w{3,}|(?<!\d)(?:\+?\d[\s().-]{0,2}){7,}\d?(?!\d)")
_REACH = re.compile(
    r"^(?:(?:reach|contact|email|e-mail|write to|follow|call|phone|message|tweet|text|send)\b|.{2,60}\b(?:can be|may be|is|are) reached\b)",
    re.IGNORECASE,
)
# Agencies caption in the present tense, with the day in full: "Jane Doe speaks at the ministry in Oslo, Monday, Oct. 3, 2011."
_DATED_END = re.compile(r"[ ,][A-Z][a-z]{2,8}\.?\s\d{1,2},\s(?:19|20)\d\d(?:,? in [^.]{2,60})?\.$")
# Others leave the year out: "Protesters stand in front of the parliament in Oslo on May 28."
_POSED = re.compile(
    r"^[^,;:]{4,60}\s(?:stands?|poses?|walks?|waves?|gestures?|sits?|looks?|shakes? hands|marche?s?)\s[^;:]{4,100}\son\s"
    r"(?:[A-Z][a-z]{2,8}\.?\s\d{1,2}|\d{1,2}\s[A-Z][a-z]{2,8})\.$"
)
_SHOWN = re.compile(
    r"\b(?:speaks?|talks?|walks?|stands?|arrives?|gestures?|listens?|attends?|looks?|shakes?|holds?|waits?|poses?|delivers|waves?|"
    r"leaves|departs?|greets?|smiles?|sits?|appears|addresses|gather|march)\b"
)
_PRESENTS = re.compile(
    r"^(?:[A-ZÀ-Þ][\w.'’-]+\s){1,5}(?:(?:is|was|has been|serves as|works as)\s(?:(?:a|an|the|on|currently|also)\s|"
    r"[\w-]+\s(?:and|of|at|for|in)\s)|"
    r"(?:covers|writes|reports|joined|teaches|contributed|ist|est|es|é|è)\s)"
)
_DIGIT = re.compile(r"\d")
_FIRST = 10
"""How many paragraphs below a heading are looked at."""
_SIGNATURE = 12
_LEAST_BEFORE = 3
"""The text above the comments holds at least one part in three of the page's prose: a page of comments alone is left as it is."""
_HANDLE = re.compile(r"^(?:@\w+|#\w+(?:\s+#\w+)*)$")


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of one section, laid out for search."""

    whole: frozenset[str]
    starts: re.Pattern[str]
    loose: tuple[str, ...]
    """Phrases of one word, or of a script without spaces: looked for anywhere."""
    plain: tuple[str, ...]
    """Those of them in ASCII: a line in ASCII can hold no other."""
    anchored: dict[str, tuple[str, ...]]
    """Phrases of several words by the longest of their words but the last: hundreds of searches become one look-up a word."""

    def held(self, low: str, words: AbstractSet[str]) -> bool:
        """Whether a line, in lower case and as words, holds one of the phrases that may stand anywhere in it."""
        for phrase in self.plain if low.isascii() else self.loose:
            if phrase in low:
                return True
        return any(phrase in low for word in words & self.anchored.keys() for phrase in self.anchored[word])


_MARKS = ".,:;!?\"'“”‘’„«»()[]…–—-•|"


def _words_of(low: str) -> AbstractSet[str]:
    return {word.strip(_MARKS) for word in low.split()}


@lru_cache(maxsize=1)
def _phrases() -> dict[str, _Phrases]:
    table = tomllib.loads(files("dragoman").joinpath("data/clutter.toml").read_text(encoding="utf-8"))
    found = {}
    for section, lists in table.items():
        starts = "|".join(re.escape(phrase.strip()) for phrase in sorted(lists["starts"], key=len, reverse=True))
        loose: list[str] = []
        anchored: dict[str, list[str]] = {}
        for phrase in lists.get("contains", ()):
            words = [word.strip(_MARKS) for word in phrase.split()]
            longest = max(words[:-1], key=len, default="")
            if len(longest) < 2:
                loose.append(phrase)
            else:
                anchored.setdefault(longest, []).append(phrase)
        found[section] = _Phrases(
            frozenset(lists["whole"]),
            re.compile(rf"(?:{starts})(?![^\W\d_])"),
            tuple(loose),
            tuple(filter(str.isascii, loose)),
            {word: tuple(phrases) for word, phrases in anchored.items()},
        )
    return found


def ends_sentence(text: str) -> bool:
    """Whether a line ends as a sentence does, closing quotation marks and brackets included.

    >>> ends_sentence("“No,” she said.”"), ends_sentence("Asia-Pacific security on the agenda")
    (True, False)
    """
    tail = text[-60:]
    # Most paragraphs end with the mark itself, and most labels hold none.
    return tail[-1:] in _MARKS_OF_END or (
        not _MARKS_OF_END.isdisjoint(tail) and _ENDS_SENTENCE.search(tail) is not None
    )


def is_about_author(line: str) -> bool:
    """Whether a paragraph at the end of an article presents the one who wrote it.

    Asked of last paragraphs only: in the middle, a sentence that calls somebody a reporter is news.

    >>> is_about_author("Jane Doe is a politics reporter for the Example Herald, based in Oslo.")
    True
    >>> is_about_author("Jane Doe was re-elected on Monday.")
    False
    """
    if len(line) > 900 or not (_ABOUT_AUTHOR.match(line[:400]) or _OFFICE_BIO.match(line[:200])):
        return False
    # A reporter to whom something happened is news.
    return not _QUOTED.search(line) and not _HAPPENED.search(line)


def presents(line: str) -> bool:
    """Whether a line that begins with an author's name says what the author does: "Jane Doe is a research associate with ...".

    >>> presents("Jane Doe is a research associate with the program."), presents("Jane Doe said that she had been there.")
    (True, False)
    """
    return len(line) < 900 and _PRESENTS.match(line[:200]) is not None and not _QUOTED.search(line)


def word_count(text: str) -> int:
    """Words of a line; in scripts without spaces, two characters count as one word.

    >>> word_count("the Iran nuclear issue")
    4
    """
    if not text.isascii() and _CJK.search(text):
        wide = len(_CJK.findall(text))
        if wide * 2 > len(text):
            return wide // 2
    return len(text.split())


def opens_comments(line: str) -> bool:
    """Whether a line is the heading of what readers wrote below an article.

    >>> opens_comments("22 comments on “Talks in Oslo”"), opens_comments("Comments (3)"), opens_comments("He declined to comment.")
    (True, True, False)
    """
    # A counter in a list ("• Comments: 45") stands beside a teaser.
    if len(line) > _LONGEST_HEADING or _BULLET.match(line):
        return False
    bare = line.casefold().rstrip(_TRAIL)
    phrases = _phrases()["comments"]
    plain = _NUMBERED.sub("", bare)
    if _COMMENTS.match(bare) or plain in phrases.whole:
        return True
    return plain != bare and phrases.starts.match(plain) is not None


def marks_comment(line: str) -> bool:
    """Whether a line stands beside a reader's comment and nowhere else: "Reply", "22 May 2019 at 10:05 | Reply", "23 votes (like)".

    >>> marks_comment("February 22, 2019 at 10:05 am | Reply"), marks_comment("The minister is due to reply")
    (True, False)
    """
    if len(line) > _LONGEST_HEADING:
        return False
    bare = _BULLET.sub("", line).casefold().rstrip(_TRAIL)
    answers = _phrases()["answers"]
    if bare in answers.whole or answers.held(bare, _words_of(bare)):
        return True
    stamp, bar, last = bare.rpartition("|")
    return bool(bar) and last.strip() in answers.whole and any(char.isdigit() for char in stamp)


def _by_phrases(line: str, low: str, bare: str, words: int) -> str | None:
    if _COMMENTS.match(bare) and words < 15:
        return "tail"
    parts = _words_of(low) if words < 60 else frozenset()
    ends = ends_sentence(line)
    for section in ("tail", "line"):
        phrases = _phrases()[section]
        if bare in phrases.whole:
            return section
        # A sentence of news may begin with "Follow" or "Related"; a line of the page is short or has no full stop.
        open_end = words <= 14 or not ends or (section == "tail" and words <= 40)
        if open_end and phrases.starts.match(low):
            return section
        if words < 60 and phrases.held(low, parts):
            return section
        # "Sign up to the daily letter. All the latest news, straight to your inbox.": an order that names what the house offers.
        if section == "line" and words <= 40 and phrases.starts.match(low) and _phrases()["offers"].held(low, parts):
            return section
    return None


@lru_cache(maxsize=4096)
def kind(line: str, *, phrases: bool = True) -> str:
    """What a line is: `prose`, `short`, `tail` (a heading after which the article is over), `line` (clutter anywhere).

    Without `phrases` its form alone is asked, not the words of `data/clutter.toml`.

    >>> kind("Related News"), kind("Please scan the QR Code to follow us on Wechat")
    ('tail', 'line')
    >>> kind("He said both countries should push for more fruitful cooperation and maintain order.")
    'prose'
    """
    if len(line) > 2000:
        return "prose"
    low = _BULLET.sub("", line).casefold()
    bare = low.rstrip(_TRAIL)
    words = word_count(line)
    if not bare or _URL.match(bare) or _EMAIL.match(bare) or _COUNTS.match(bare) or _HANDLE.match(bare):
        return "line"
    said = _by_phrases(line, low, bare, words) if phrases else None
    if said is not None:
        return said
    if phrases and words <= 40 and (_FOLLOW.match(low) or _APP.match(low)):
        return "line"
    # Both kinds of offers name a number.
    offered = words <= 40 and _DIGIT.search(low) and (_OFFER.search(low) or _METERED.search(low))
    if offered and not _QUOTED.search(line):
        return "line"
    if words <= 14 and _TRANSLATED.match(low):
        return "line"
    if words <= 40 and _REACH.match(line) and _REACHED.search(line):
        # "Reach Jane Doe at 555-0100 or on Twitter @jane."
        return "line"
    if words < 160 and sum(low.count(word) for word in _COOKIES) > 1 and not _QUOTED.search(line):
        return "line"
    ends = ends_sentence(line)
    if not ends and len(_MENU.findall(line)) >= 2 and words <= 60:
        return "line"
    if not ends and 25 <= words <= 120 and sum(map(str.isupper, _INITIALS.findall(line))) > 0.75 * words:
        # Sections side by side: "Travel Golf Travel Tales Notes From The Coast". German nouns make up half of a sentence at most.
        return "line"
    if words >= 25 or (words >= 8 and ends):
        return "prose"
    return "short"


def is_caption(line: str) -> bool:
    """Whether a line belongs to a picture: by a credit, or because it tells in the present tense what a photograph of a day shows.

    >>> is_caption("Jane Doe speaks at the ministry in Oslo, Monday, Oct. 3, 2011."), is_caption("She spoke on Monday in Oslo.")
    (True, False)
    """
    if _CAPTION.search(line) or _PICTURED_BY.search(line):
        return True
    # Speech makes it a sentence of news.
    if _POSED.search(line) and not _QUOTED.search(line):
        return True
    dated = _DATED_END.search(line[-90:])
    return dated is not None and '"' not in line and "“" not in line and _SHOWN.search(line[:200]) is not None


def comments_from(lines: Sequence[str], kinds: Sequence[str]) -> int | None:
    """The index of the line with which the readers' comments begin; None where the page shows none.

    >>> page = ["The ministers met in Oslo on Monday, the office said.", "2 Comments", "Jane Doe", "They never keep what they promise!"]
    >>> comments_from(page, ["prose", "tail", "short", "prose"])
    1
    """
    words = [word_count(line) if what == "prose" else 0 for line, what in zip(lines, kinds, strict=True)]
    total, above = sum(words), 0
    marks = [index for index, line in enumerate(lines) if marks_comment(line)]
    marked = marks[0] if len(marks) > 1 else len(lines)
    for index, line in enumerate(lines):
        if above * _LEAST_BEFORE >= total and above and (index == marked or _heads(lines, kinds, index, line)):
            # A comment of one line stands right above its first answer.
            while index == marked and index and kinds[index - 1] == "short":
                index, marked = index - 1, marked - 1
            return index
        above += words[index]
        if index == marked:
            # The first answer stands among most of the page's prose: somebody replies in an interview.
            return None
    return None


def _heads(lines: Sequence[str], kinds: Sequence[str], index: int, line: str) -> bool:
    """Whether a heading opens comments: the first of them is signed, and where no number says so, most of them are."""
    if not opens_comments(line):
        return False
    below = [other for other in range(index + 1, len(lines)) if lines[other]]
    prose = [place for place, other in enumerate(below) if kinds[other] == "prose"][:_FIRST]
    if not prose:
        return False

    def signs(place: int) -> bool:
        if not 0 <= place < len(below) or kinds[below[place]] == "prose":
            return False
        text = lines[below[place]]
        return word_count(text) <= _SIGNATURE and not ends_sentence(text)

    if not any(signs(place) for place in range(prose[0])):
        return False
    if _DIGIT.search(line):
        return True
    return sum(1 for place in prose if signs(place - 1) or signs(place + 1)) * 2 >= len(prose)
