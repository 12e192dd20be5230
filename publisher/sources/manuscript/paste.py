"""Pasted plain text -> paragraphs: mail quotes and headers are taken off, lines that a mail program broke are rejoined.

What the paragraphs mean is read in `leftovers`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from publisher.checks.embargo_words import asks_for_later, headline_asks, labelled
from publisher.domain.finding import Finding
from publisher.sources.characters import tidy
from publisher.sources.manuscript.embargo_line import embargo_within
from publisher.sources.manuscript.lines import Block, fault, paragraph, warning

MAIL_KEYS = "von|an|cc|bcc|kopie|betreff|gesendet|datum|antwort an|anlagen?|anhänge?|wichtigkeit|priorität"
MAIL_KEYS += "|from|to|subject|sent|date|reply-to|attachments?|importance"
_MAIL_LINE = re.compile(rf"\*?(?P<key>{MAIL_KEYS})\*?\s*:\*?\s*(?P<value>.*)", re.IGNORECASE)
_SENDER_KEYS = {"von", "from"}
_SUBJECT_KEYS = {"betreff", "subject"}
_FORWARDED = re.compile(
    r"(-{2,}|_{5,})\s*((original|ursprüngliche|weitergeleitete)[ -]*(nachricht|message)|forwarded message)\s*-*"
    r"|anfang der weitergeleiteten (nachricht|e-?mail):?|begin forwarded message:?|_{10,}",
    re.IGNORECASE,
)
_SUBJECT_PREFIX = re.compile(
    r"^\s*((wg|aw|fwd?|re|wtr|pm|pi|pressemitteilung|presseinformation|medieninformation)\s*:\s*)+", re.IGNORECASE
)
_CONDITION = re.compile(
    r"sperrfrist|freigabe|\berst\b|\bnicht\b|\bwarten|\bnoch kein|embargo|gesperrt|vertraulich|\bintern"
    r"|\bfrei ab\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s*(>\s?)+")
_BULLET = re.compile(r"^\s*[-–—•*·▪‣o]\s+(?=\S)")
_ENDS_SENTENCE = re.compile(r"[.!?:…][“”\"»«'’)]*$")

UNEVEN = 10
NARROWEST, WIDEST = 50, 100
"""Characters at which mail programs break lines; shorter lines were broken by their author."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """`subject`: of the mail that was forwarded, as a headline would read; "" if there was none."""

    blocks: tuple[Block, ...]
    subject: str
    findings: tuple[Finding, ...]


def unfold(text: str) -> Pasted:
    """The paragraphs of a pasted text, in order."""
    lines = unquote([line.rstrip() for line in tidy(text).split("\n")])
    lines = [line for before, line in pairwise(["", *lines]) if before or line]
    mail = strip_mail_header(lines)
    return Pasted(tuple(to_blocks(mail.lines)), mail.subject, mail.findings)


def unquote(lines: Sequence[str]) -> list[str]:
    """Lines without the "> " of a quoted mail, if the mail is quoted as a whole."""
    written = [line for line in lines if line]
    quoted = sum(line.lstrip().startswith(">") for line in written)
    if quoted * 10 < len(written) * 6:
        return list(lines)
    return [_QUOTED.sub("", line).rstrip() for line in lines]


@dataclass(frozen=True, slots=True)
class Mail:
    """The lines of a mail's text, what stood above them having been read."""

    lines: list[str]
    subject: str = ""
    findings: tuple[Finding, ...] = ()


def strip_mail_header(lines: Sequence[str]) -> Mail:
    """Take off the headers of a forwarded mail, and the note of the colleague who forwarded it above them."""
    found = _last_header(lines)
    if found is None:
        return Mail(list(lines))
    start, end = found
    subject = ""
    for line in lines[start:end]:
        match = _MAIL_LINE.fullmatch(line.strip())
        if match and match["key"].lower() in _SUBJECT_KEYS:
            subject = _SUBJECT_PREFIX.sub("", match["value"]).strip()
    header = " / ".join(line.strip() for line in lines[start:end] if line.strip())
    findings = [warning("mail-header", header)]
    note = " ".join(line.strip() for line in lines[:start] if line.strip() and not _is_header(line))
    if note:
        # What a colleague says about when it may go out is not for a program to weigh.
        condition = _CONDITION.search(note) or asks_for_later(note)
        findings.insert(0, (fault if condition else warning)("cover-note", note))
    embargoes = [words for words in map(embargo_within, (subject, note)) if labelled(words) is not None]
    asked = embargo_within(subject) or headline_asks(subject, "\n".join(lines[end:]))
    if asked and labelled(embargo_within(subject)) is None:
        findings.append(fault("embargo-mentioned", subject))
    return Mail([*embargoes, *lines[end:]], subject, tuple(findings))


MOST_NOTE_LINES = 15


def _last_header(lines: Sequence[str]) -> tuple[int, int] | None:
    """First line of the last header block near the top and the line behind it, None without one."""
    found = None
    place = 0
    while place < len(lines):
        end = _header_end(lines, place)
        if end > place:
            found, place = (place, end), end
            continue
        if lines[place].strip():
            since = found[1] if found else 0
            written = sum(bool(line.strip()) for line in lines[since:place])
            if written > MOST_NOTE_LINES or len(lines[place]) > WIDEST * 4:
                break
        place += 1
    return found


def _header_end(lines: Sequence[str], start: int) -> int:
    """The line behind a header block that begins at `start`; `start` itself if none does."""
    place, keys = start, set[str]()
    for place in range(start, len(lines)):
        line = lines[place].strip()
        if match := _MAIL_LINE.fullmatch(line):
            keys.add(match["key"].lower())
        elif not _within_header(lines[place], begun=bool(keys)):
            break
    # Below a text "Von: …, An: …" may be a timetable: only sender and subject together are sure to be a mail's.
    sure = keys & _SENDER_KEYS and keys & _SUBJECT_KEYS
    at_the_top = len(keys) >= 2 and keys & (_SENDER_KEYS | _SUBJECT_KEYS) and not any(lines[:start])
    return place if sure or at_the_top else start


def _within_header(line: str, *, begun: bool) -> bool:
    """Whether a line without a key belongs to a header: above its first key a marker or nothing, below a folded line."""
    if begun:
        return bool(line.strip()) and line.startswith((" ", "\t"))
    return not line.strip() or bool(_FORWARDED.fullmatch(line.strip()))


def _is_header(line: str) -> bool:
    return bool(_MAIL_LINE.fullmatch(line.strip()) or _FORWARDED.fullmatch(line.strip()))


def to_blocks(lines: Sequence[str]) -> list[Block]:
    """Paragraphs: broken lines rejoined, lines that their author parted kept apart, bullets as list items."""
    width = wrap_width(lines)
    blocks: list[Block] = []
    before = ""
    for line in lines:
        written = _BULLET.sub("– ", line).strip()
        if before and written and _is_full(before, line, width) and not _BULLET.match(line):
            blocks[-1] = paragraph(_joined(blocks[-1].text, written), glued=blocks[-1].glued)
        elif written:
            blocks.append(paragraph(written, glued=bool(before)))
        before = line.strip()
    return blocks


def wrap_width(lines: Sequence[str]) -> int:
    """The width at which a mail program broke the lines, 0 if it did not.

    Broken text betrays itself: no line is long, and lines that had no room for the next word end within a sentence,
    some of them before a small letter.
    """
    followed = [(line, after) for line, after in pairwise(lines) if line.strip() and after.strip()]
    width = max((len(line) for line, _ in followed), default=0)
    if not NARROWEST <= width <= WIDEST or max(map(len, lines)) > 2 * WIDEST:
        return 0
    broken = [after for line, after in followed if _is_full(line, after, width) and not _ENDS_SENTENCE.search(line)]
    return width if len(broken) >= 2 and any(after.strip()[0].islower() for after in broken) else 0


def _is_full(line: str, after: str, width: int) -> bool:
    """Whether the line had (almost) no room for the first word of the next one: quoting makes lines uneven."""
    first_word = len(after.split(maxsplit=1)[0])
    return width >= len(line) >= width // 2 and len(line) + 1 + first_word > width - UNEVEN


def _joined(before: str, after: str) -> str:
    if before.endswith("-") and before[-2:-1].isalpha():
        if after[:1].isupper() or before[-2:-1].isupper():
            return before + after
        if after.split(" ")[0].strip(",") not in ("und", "oder", "bzw.", "sowie", "wie"):
            return before[:-1] + after
    return f"{before} {after}"
