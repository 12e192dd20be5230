"""Where sentences end, in German and English press texts. When in doubt it does not cut: a sentence too long is no harm.

Every full stop, question or exclamation mark before a space is a candidate; it is asked what stands before and after.
"""

from dataclasses import dataclass

import regex

from publisher.language.lexicon import Lexicon, lexicon
from publisher.language.quotations import enclosures

PARAGRAPH_BREAK = regex.compile(r"\n\s*\n")
PLAIN_SPACE = regex.compile(r"[ \t\r\n]+")
CANDIDATE = regex.compile(r"""(?<![.!?…؟۔])(?P<marks>[.!?…؟۔]++)(?P<closing>[“”‘’"'»«)\]]*+)(?=\s)""")
NEXT = regex.compile(r"""\s++[\s„“”‚‘’"'`»«(\[–—-]*+(?P<word>https?://|www\.|[\p{L}\p{M}]++|\p{Nd}++|\S)""")
CHAIN = regex.compile(r"""(?<![^\s([„“‚"»«–-])(?:[\p{L}\p{M}]{1,5}\.\s?){0,3}+[\p{L}\p{M}]+$""")
LETTERS = regex.compile(r"[\p{L}\p{M}]+")
NUMBER = regex.compile(r"(?:(?P<previous>[\p{L}\p{M}]+|§)\.?\s+)?(?P<number>\p{Nd}[\p{Nd}.,:/]*)$")
FULL_DATE = regex.compile(r"\d{1,2}\.\d{1,2}\.\d{2,4}")
UNIT = regex.compile(r"\p{Nd}\s[a-dghlmst]$")
"""A unit („um 2 m.“), or the letter of a house number („Hafenstr. 3 a.“)."""
NO_ORDINAL = regex.compile(r"\p{Nd}{5,}|0\p{Nd}{2,}")
"""A telephone number or another long one: „0201 8812345.“"""
ROMAN = regex.compile(r"[IVX]+")
OPENING_SIGNS = "#@§•→*"
LOOK_BACK = 80
"""Characters before a candidate that are looked at: enough for any abbreviation, and it keeps the time linear."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place where a sentence may end. `before`: the sentence so far, at most its last LOOK_BACK characters."""

    before: str
    marks: str
    closing: str
    next: str
    """The next word, number or sign; opening quotation marks and dashes are skipped."""
    quotes: str | None
    """What stood before the quotation that closes here, None if none does."""
    alone: bool
    """Whether `before` is the whole sentence so far."""


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a text, which empty lines part."""
    return [part.strip() for part in PARAGRAPH_BREAK.split(text) if part.strip()]


def sentences(text: str, language: str) -> list[str]:
    """The sentences of a text in order, each on one line. No character but white space is lost.

    A paragraph's end always ends a sentence, so a heading is one of its own.
    """
    words = lexicon(language)
    return [sentence for paragraph in paragraphs(text) for sentence in _cut(paragraph, words)]


def _cut(paragraph: str, words: Lexicon) -> list[str]:
    found, begin = [], 0
    pairs = iter([*enclosures(paragraph), (len(paragraph), len(paragraph))])
    quoted = next(pairs)
    for match in CANDIDATE.finditer(paragraph):
        end = match.end()
        while quoted[1] < match.start("closing"):
            quoted = next(pairs)
        if quoted[0] < end <= quoted[1]:
            continue
        if paragraph[quoted[0] + 1 : match.end("marks")] == match["marks"]:
            continue  # „(...)“ stands for what was left out, in the middle of anything
        opened = quoted[0] if begin <= quoted[0] < end else None
        candidate = _candidate(paragraph, begin, opened, match)
        if candidate and _ends(candidate, words):
            found.append(paragraph[begin:end])
            begin = end
    return [PLAIN_SPACE.sub(" ", part).strip() for part in (*found, paragraph[begin:]) if part.strip()]


def _candidate(paragraph: str, begin: int, opened: int | None, match: regex.Match[str]) -> Candidate | None:
    follows = NEXT.match(paragraph, match.end())
    if follows is None:
        return None
    window = max(begin, match.start() - LOOK_BACK)
    return Candidate(
        before=paragraph[window : match.start()].lstrip(),
        marks=match["marks"],
        closing=match["closing"],
        next=follows["word"],
        quotes=None if opened is None else paragraph[max(begin, opened - LOOK_BACK) : opened].strip(),
        alone=window == begin,
    )


def _ends(candidate: Candidate, words: Lexicon) -> bool:
    if not _may_begin(candidate.next):
        return False
    if candidate.quotes is not None:
        # Direct speech ends a sentence; the title of a book in the middle of one („Wer bin ich?“) does not.
        return candidate.quotes[-1:] in ("", ":", ",") or words.opens(candidate.next)
    if set(candidate.marks) & set("!?؟۔"):
        return True
    if candidate.marks in ("…", "..."):
        return words.opens(candidate.next)
    return len(candidate.marks) > 1 or bool(candidate.closing) or _full_stop_ends(candidate, words)


def _may_begin(word: str) -> bool:
    if word.startswith(("http", "www.")):
        return True
    first = word[0]
    if first.islower():
        return word[1:2].isupper()  # „iPads“
    return first.isalnum() or first in OPENING_SIGNS or not first.isascii()


def _full_stop_ends(candidate: Candidate, words: Lexicon) -> bool:
    if number := NUMBER.search(candidate.before):
        at_start = candidate.alone and number.start() == 0 and not number["previous"]
        return not at_start and _number_ends(number["number"], number["previous"] or "", candidate.next, words)
    if UNIT.search(candidate.before):
        return True
    if chain := CHAIN.search(candidate.before):
        at_start = candidate.alone and chain.start() == 0
        return _word_ends(LETTERS.findall(chain[0]), at_start, candidate.next, words)
    return True


def _number_ends(number: str, previous: str, following: str, words: Lexicon) -> bool:
    if following[0].isdigit() or following in words.months:
        return False
    if not words.ordinals or "," in number or FULL_DATE.fullmatch(number) or NO_ORDINAL.fullmatch(number):
        return True
    if words.opens(following):
        return True
    return words.counts(previous) or (len(number) == 4 and previous in words.before_years)


def _word_ends(pieces: list[str], at_start: bool, following: str, words: Lexicon) -> bool:
    """Whether a full stop after a word, or after the pieces of an abbreviation („z. B.“), ends the sentence."""
    word = pieces[-1]
    if words.never_closes(pieces):
        return False
    if words.may_close(pieces):
        return words.opens(following)
    if following[0].isdigit() and word in words.before_numbers:
        return False
    if len(word) == 1 or (words.ordinals and ROMAN.fullmatch(word)):
        # An initial, a letter of an enumeration, or „Ludwig XIV.“
        return not at_start and len(pieces) == 1 and word.isupper() and words.opens(following)
    return True
