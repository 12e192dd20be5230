"""Finds the line that says until when a text must not be published: „Sperrfrist: 12.11.2025, 18 Uhr“."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from publisher.checks.embargo_words import asks_for_later, is_closed_road, labelled, requested, unspaced
from publisher.domain.finding import Finding, Severity
from publisher.sources.manuscript.lines import Block, excerpt, fault, paragraph, warning
from publisher.sources.manuscript.times import WrongWeekday, find_moment, places_of_moments

LONGEST = 200
"""Characters of a line that can be one."""

_MENTION = re.compile(r"\bsperrfrist\b", re.IGNORECASE)
_HEEDED = re.compile(r"\bsperrfrist\s+(?:bitte\s+)?(?:beachten|einhalten)\b|\bdie\s+sperrfrist\b", re.IGNORECASE)
# The Sperrfrist of farmers, drivers and hunters.
_ANOTHER_KIND = re.compile(
    r"gülle|düng|ausbring|führerschein|fahrerlaubnis|jagd|pflanzenschutz|schonzeit|arbeitslosengeld", re.IGNORECASE
)
_UNSURE = re.compile(
    r"\b(?:nach(?!\s+(?:dem\s+)?\d)|oder|voraussichtlich|circa|ca|etwa|gegen|ungefähr)\b", re.IGNORECASE
)
_MORE = re.compile(r"(?:oder|nach|frühestens|spätestens|bzw|voraussichtlich)\b", re.IGNORECASE)
_REMARK = re.compile(
    r"\(.*\)|(?:\w+\s?-?)?(?:beginn|ende|ortszeit|mez|mesz|bitte|frei|gesperrt|online|print|beachten|es gilt das gesprochene)\b"
    r".{0,60}",
    re.IGNORECASE,
)
_NEW_SENTENCE = re.compile(r"\s[–—-]\s+(?=[A-ZÄÖÜ])|(?<=[a-zäöüß]{3}[.!])\s+(?=[A-ZÄÖÜ])|\n")
_EDGE = " .,;:!)]–—*+|-/\n"
_NONE = re.compile(r"[\s:–-]*(?:keine|none|entfällt|ohne|aufgehoben|./.|-+)[\s.!]*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Embargo:
    """`until`: aware UTC, None if there is none or none that can be read (then a finding holds the announcement)."""

    until: datetime | None
    blocks: tuple[Block, ...]
    findings: tuple[Finding, ...]


def take_embargo(blocks: Sequence[Block], zone: tzinfo) -> Embargo:
    """Take the embargo lines out of a text; of several the latest counts."""
    kept: list[Block] = []
    read: list[datetime] = []
    findings: list[Finding] = []
    whole = "\n".join(block.text for block in blocks)
    waiting = deque(line for block in blocks for line in _lines_of(block))
    while waiting:
        block = waiting.popleft()
        asked = None if is_closed_road(block.text, whole) else _asked(block.text)
        if asked is None:
            kept.append(block)
            until, said = _mention(block.text, zone)
        else:
            words, below = asked
            if not words.strip(_EDGE) and not below and waiting and _dated(waiting[0].text, zone):
                words = waiting.popleft().text
            kept += [paragraph(below)] if below else []
            until, said = read_embargo(words, block.text.removesuffix(below), zone)
        read += [until] if until else []
        findings += said
    return Embargo(max(read, default=None), tuple(kept), tuple(findings))


def _asked(text: str) -> tuple[str, str] | None:
    """What of a block says until when, and the text that stands behind it; None if it is no embargo line."""
    rest = labelled(text)
    if rest is not None:
        return _parted(rest)
    sentence = requested(text)
    alone = sentence is not None and len(text) <= LONGEST and sentence.strip() == unspaced(text).strip()
    # „Haushalt beschlossen – Sperrfrist: …“ is a headline first.
    return (text, "") if alone and (not _MENTION.search(text) or _HEEDED.search(text)) else None


def _lines_of(block: Block) -> list[Block]:
    """A block whose lines are parted by <br> and of which one is an embargo: each line its own."""
    lines = block.text.split("\n")
    if len(lines) == 1 or "" in lines or not any(labelled(line) is not None for line in lines):
        return [block]
    return [paragraph(line, glued=block.glued or place > 0) for place, line in enumerate(lines)]


def _parted(rest: str) -> tuple[str, str]:
    """Behind the last of the times that stand close together a text may begin: it is kept."""
    end = 0
    for begin, stop in places_of_moments(rest):
        if begin > LONGEST or (end and (begin - end > 30 or re.search(r"[–—.]\s", rest[end:begin]))):
            break
        end = stop
    if not end:
        words, below = [*_NEW_SENTENCE.split(rest, maxsplit=1), ""][:2]
        return (words, below) if len(below.split()) > 2 else (rest, "")
    below = rest[end:].lstrip(_EDGE)
    if len(below.split()) < 2 or _MORE.match(below) or _REMARK.fullmatch(rest[end:].strip(" .,;:!–—-")):
        return rest, ""
    return rest[:end], below


_ASIDE = re.compile(
    r"(?<!\w)(?:\w{4,7}-?)?(?:sperr-?frist|sperre)\b|\b(?:gesperrt bis|frei ab|freigabe|embargo|nicht vor|bitte)\b",
    re.I,
)


def embargo_within(text: str) -> str:
    """The words of a letterhead, a footer or a text box from which on an embargo is told, "" if none is."""
    plain = unspaced(text)
    places = [0, *(match.start() for match in _ASIDE.finditer(plain))]
    parts = [plain[place:] for place in places]
    mentioned = [plain[match.start() :] for match in _MENTION.finditer(plain)]
    asking = [part for part in parts if labelled(part) is not None] + [part for part in parts if requested(part)]
    return next(iter((*asking, *mentioned)), "")


def unseen_mention(source: str, blocks: Sequence[Block]) -> tuple[Finding, ...]:
    """A fault for an embargo that stands in the source of a page and in none of its blocks: in a comment, hidden."""
    if any(_MENTION.search(unspaced(block.text)) for block in blocks) or is_another_kind(source):
        return ()
    mention = _MENTION.search(source)
    return (fault("embargo-mentioned", source[mention.start() :][:LONGEST]),) if mention else ()


def is_another_kind(text: str) -> bool:
    """Whether the embargo is one for manure or driving licences."""
    return bool(_ANOTHER_KIND.search(text))


def _mention(text: str, zone: tzinfo) -> tuple[datetime | None, list[Finding]]:
    """A sentence that speaks of an embargo may set one: that is for a person to say, and nothing leaves until then."""
    mention = None if is_another_kind(text) else _MENTION.search(text)
    asked = next((line for line in text.split("\n") if asks_for_later(line)), None) if "\n" in text else requested(text)
    if mention is None and asked is None:
        return None, []
    around = asked or text
    if mention is not None:
        around = text[max(0, mention.start() - LONGEST) : mention.end() + LONGEST]
    try:
        return find_moment(around, zone).at, [fault("embargo-mentioned", around)]
    except ValueError:
        return None, [fault("embargo-mentioned", around)]


def says_none(words: str) -> bool:
    """ "keine", "aufgehoben"."""
    return bool(_NONE.fullmatch(words))


def read_embargo(words: str, line: str, zone: tzinfo) -> tuple[datetime | None, list[Finding]]:
    """What an embargo line says; an error if it does not say a day and an hour that can be read."""
    if says_none(words):
        return None, [warning("leftover-label", line)]
    try:
        moment = find_moment(words, zone)
    except WrongWeekday as error:
        return None, [fault("embargo-weekday-wrong", line, right=error.right)]
    except ValueError:
        return None, [fault("embargo-unreadable", line)]
    if _UNSURE.search(words):
        return moment.at, [fault("embargo-unreadable", line)]
    if not moment.to_the_minute:
        return moment.at, [fault("embargo-without-time", line)]
    until = f"{moment.at.astimezone(zone):%d.%m.%Y %H:%M}"
    findings = [Finding(code="embargo-read", severity=Severity.NOTICE, excerpt=excerpt(line), values={"until": until})]
    if moment.shifted:
        findings.append(warning("time-at-clock-change", line, chosen=until))
    return moment.at, findings


def _dated(text: str, zone: tzinfo) -> bool:
    if len(text) > LONGEST:
        return False
    try:
        find_moment(text, zone)
    except ValueError:
        return False
    return True
