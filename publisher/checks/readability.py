"""What shuts readers out: sentences without end, chains of emoji and hashtags that are read aloud sign by sign."""

from collections.abc import Iterator

import regex

from publisher.checks.examination import Examination, excerpt, lines, running_text, told_sentences
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

MOST_WORDS = 35
WORD = regex.compile(r"\w[\w:*’'-]*")
_EMOJI = r"\p{Extended_Pictographic}\p{Emoji_Modifier}?\uFE0F?"
EMOJI_CHAIN = regex.compile(rf"(?:{_EMOJI}(?:\u200D{_EMOJI})*+[ ]?){{3,}}+")
HASHTAG = regex.compile(r"(?<![^\s(„“\"])#[^\W\d_][\w]{2,60}")


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`emoji-chain` and `hashtags-in-text` (warnings), `sentence-long` (notice)."""
    for line in lines(announcement):
        for match in EMOJI_CHAIN.finditer(line):
            yield Finding(code="emoji-chain", severity=Severity.WARNING, excerpt=excerpt(match[0]))
    text = running_text(announcement)
    for line in (announcement.headline, *text.splitlines()):
        for match in HASHTAG.finditer(line):
            yield Finding(code="hashtags-in-text", severity=Severity.WARNING, excerpt=match[0])
    for sentence in told_sentences(text, announcement.language):
        count = len(WORD.findall(sentence))
        if count > MOST_WORDS:
            values = {"words": str(count), "limit": str(MOST_WORDS)}
            yield Finding(code="sentence-long", severity=Severity.NOTICE, excerpt=excerpt(sentence), values=values)
