"""What was meant for colleagues and not for readers: their questions, drafts, tests."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, excerpt, lines
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

_ASKED = r"(?:prüfen|gegenlesen|ergänzen|abklären|klären|checken|abstimmen|nachfragen|anpassen|korrigieren|freigeben)"
COLLEAGUE = re.compile(
    rf"""
    (?<!\S)@[A-ZÄÖÜ][\w-]+ [ ,:–-]+ (?:bitte|kannst|könntest|magst|please|can\ you)\b [^\n]{{0,60}}? \b(?:{_ASKED}|check)\b
  | [(\[] (?:bitte|noch|ggf\.?|muss\ noch|hier\ noch) \s [^()\[\]\n]{{0,60}} {_ASKED} (?!\s+sie\b) [^()\[\]\n]{{0,30}} [)\]]
  | \b(?:kannst|könntest)\ du\ (?:bitte|das|mal|noch)\b [^\n.]{{0,60}}
    """,
    re.IGNORECASE | re.VERBOSE,
)
DRAFT = re.compile(
    r"""
    ^[^\w\n]* (?:entwurf|rohfassung|nur\ intern|nur\ für\ den\ internen\ gebrauch|intern|vertraulich|draft|internal\ only)
        [^\w\n]* (?:$|[:!–—-]\s)
  | \b(?:bitte\ )?(?:noch\ )?nicht\ (?:zur\ veröffentlichung\ bestimmt|veröffentlichen)\b
  | \b(?:do\ not|not\ to\ be)\ publish(?:ed)?\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
TEST = re.compile(
    r"""
    ^[^\w\n]* (?:testmeldung|test-?meldung|testbeitrag|test)\b [^\w\n]* (?:$|\d+[^\w\n]*$|[:!–—-]\s)
  | \b(?:dies|das)\ ist\ (?:nur\ )?ein(?:e)?\ test(?:meldung|beitrag)?\b (?!\s+für) | \bthis\ is\ (?:only\ )?a\ test\b
    """,
    re.IGNORECASE | re.VERBOSE,
)
KINDS = (("colleague-comment", COLLEAGUE), ("not-for-publication", DRAFT), ("test-announcement", TEST))


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """A warning for each: people do announce tests, and quote what drafts say."""
    for line in lines(announcement):
        for code, pattern in KINDS:
            for match in pattern.finditer(line):
                yield Finding(code=code, severity=Severity.WARNING, excerpt=excerpt(match[0]))
