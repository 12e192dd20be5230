"""Finds the line that says until when a text must not be published: „Sperrfrist: 12.11.2025, 18 Uhr“."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from publisher.domain.finding import Finding, Severity
from publisher.sources.manuscript.lines import Block, excerpt, fault, warning
from publisher.sources.manuscript.times import find_moment

LONGEST = 200
"""Characters of a line that can be one."""

_EMBARGO = re.compile(
    r"\W*(?:achtung\W+|bitte beachten\W+|bitte (?:die )?beachten\W+)?(?:es gilt (?:eine |die )?|mit "
    r"|(?:bitte )?beachten sie (?:bitte )?(?:die |folgende ))?"
    r"(?:sperrfrist|gesperrt(?=\s+bis)|sperrvermerk(?=\s*:)|embargo(?:ed)?(?=\s*:|\s+until))\b(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
# These words begin ordinary sentences too („Frei ab 18 Jahren“): only together with a date they are an embargo.
_FREE_FROM = re.compile(
    r"\W*(?:frei(?:gegeben)?(?: zur veröffentlichung)?(?: erst)? ab|nicht (?:zur veröffentlichung )?vor"
    r"|(?:zur )?veröffentlichung (?:erst )?(?:ab|nicht vor)|not for (?:release|publication) before)\b"
    r"(?P<rest>.*\d.*(?:uhr|\d{4}).*)",
    re.IGNORECASE | re.DOTALL,
)
_MENTION = re.compile(r"\bsperrfrist\b", re.IGNORECASE)
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
    waiting = deque(blocks)
    while waiting:
        block = waiting.popleft()
        rest = _embargo_words(block.text)
        if rest is None:
            kept.append(block)
            until, said = _mention(block.text, zone)
            read += [until] if until else []
            findings += said
            continue
        if not rest.strip(" :!.-–") and waiting and len(waiting[0].text) <= LONGEST and _dated(waiting[0].text, zone):
            rest = waiting.popleft().text
        until, said = read_embargo(rest, block.text, zone)
        read += [until] if until else []
        findings += said
    return Embargo(max(read, default=None), tuple(kept), tuple(findings))


def _mention(text: str, zone: tzinfo) -> tuple[datetime | None, list[Finding]]:
    """A sentence that speaks of an embargo may set one: that is for a person to say, and nothing leaves until then."""
    mention = _MENTION.search(text)
    if mention is None:
        return None, []
    around = text[max(0, mention.start() - LONGEST) : mention.end() + LONGEST]
    try:
        return find_moment(around, zone).at, [fault("embargo-mentioned", around)]
    except ValueError:
        return None, [fault("embargo-mentioned", around)]


def read_embargo(words: str, line: str, zone: tzinfo) -> tuple[datetime | None, list[Finding]]:
    """What an embargo line says; an error if it does not say a day and an hour that can be read."""
    if _NONE.fullmatch(words):
        return None, [warning("leftover-label", line)]
    try:
        moment = find_moment(words, zone)
    except ValueError:
        return None, [fault("embargo-unreadable", line)]
    if not moment.to_the_minute:
        return moment.at, [fault("embargo-without-time", line)]
    until = f"{moment.at.astimezone(zone):%d.%m.%Y %H:%M}"
    findings = [Finding(code="embargo-read", severity=Severity.NOTICE, excerpt=excerpt(line), values={"until": until})]
    if moment.shifted:
        findings.append(warning("time-at-clock-change", line, chosen=until))
    return moment.at, findings


def _embargo_words(text: str) -> str | None:
    if len(text) > LONGEST:
        return None
    match = _EMBARGO.fullmatch(text) or _FREE_FROM.fullmatch(text)
    return match["rest"] if match else None


def _dated(text: str, zone: tzinfo) -> bool:
    try:
        find_moment(text, zone)
    except ValueError:
        return False
    return True
