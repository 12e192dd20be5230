"""What was meant for colleagues and not for readers: their questions, drafts, tests."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, excerpt, lines
from publisher.domain.announcement import Announcement, Audience
from publisher.domain.finding import Finding, Severity

_ASKED = r"(?:prüfen|gegenlesen|ergänzen|abklären|klären|checken|abstimmen|nachfragen|anpassen|korrigieren|freigeben)"
COLLEAGUE = re.compile(
    rf"""
    (?<!\S)@[A-ZÄÖÜ][\w-]+ [ ,:–-]+ (?:bitte|kannst|könntest|magst|please|can\ you)\b [^\n]{{0,60}}? \b(?:{_ASKED}|check)\b
  | [(\[] (?:bitte|noch|ggf\.?|muss\ noch|hier\ noch) \s [^()\[\]\n]{{0,60}} {_ASKED} (?!\s+sie\b) [^()\[\]\n]{{0,30}} [)\]]
  | \b(?:kannst|könntest)\ du\ (?:bitte|das|mal|noch)\b [^\n.]{{0,60}}
  | \b(?:anbei|anliegend|im\ anhang)\ (?:erhalten\ sie|finden\ sie|sende|übersende|schicke)\b [^\n.]{{0,60}}
  | \bmit\ der\ bitte\ um\ (?:veröffentlichung|abdruck)\b
  | ^\W*an\ (?:alle|die)\ (?:redaktion(?:en)?|medien(?:vertreter\S*)?|presse(?:vertreter\S*)?)\W*$
  | [(\[] [^()\[\]\n]{{0,60}} \b(?:noch\ (?:zu\ )?{_ASKED}|(?:mit|von)\ [^()\[\]\n]{{1,30}}\ (?:abgestimmt|freigegeben))
        \W{{0,3}} [)\]]
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
# Said so, on a line of its own or beside the headline, it is an embargo without an end.
_STRONG = (
    r"(?:(?:noch\ )?nicht\ (?:zur\ veröffentlichung(?:\ (?:bestimmt|gedacht|freigegeben))?|zu\ veröffentlichen|veröffentlichen"
    r"|publizieren|freigeben|freigegeben)|keine\ veröffentlichung|nicht\ für\ die\ öffentlichkeit(?:\ bestimmt)?"
    r"|(?:nur|ausschließlich)\ (?:intern|(?:zur|für\ die)\ internen?\ (?:verwendung|nutzung|information)"
    r"|(?:für|zum)\ (?:den\ )?(?:internen\ gebrauch|dienstgebrauch))|(?:do\ not|not\ to\ be)\ publish(?:ed)?"
    r"|not\ for\ publication|internal(?:\ use)?\ only)"
)
_WEAK = (
    r"(?:(?:interner\ )?entwurf|rohentwurf|rohfassung|vorabfassung|(?:streng\ )?vertraulich|intern|draft|confidential)"
)
_FOR_PRESS = (
    r"(?:(?:nur|ausschließlich)\ für\ (?:die\ )?(?:presse|medien|redaktionen)|for\ (?:the\ )?press\ only"
    r"|zielgruppe:\ (?:presse|press|medien|redaktionen|journalist\w*)|audience:\ press)"
)
_BESIDE = r"(?:test(?:meldung)?|achtung|wichtig|bitte|noch|nur|stand|vom|fassung|version|v\d|uhr|[\d.:]+)"
ON_ITS_OWN = re.compile(
    rf"\W*(?:{_BESIDE}\b\W+)*(?:{_STRONG}|{_WEAK}|{_FOR_PRESS})(?:\b\W+(?:{_STRONG}|{_WEAK}|{_FOR_PRESS}|{_BESIDE})\b)*\W*".replace(
        r"\ ", r"\s+"
    ),
    re.IGNORECASE,
)
FOR_PRESS = re.compile(rf"\W*{_FOR_PRESS}\W*".replace(r"\ ", r"\s+"), re.IGNORECASE)
BESIDE_HEADLINE = re.compile(
    rf"(?:^|[,;:!|(\[]|\s[–—-]\s)\W*(?:bitte\s+)?{_STRONG}\W*(?:$|[,;:!|)\]–—-])".replace(r"\ ", r"\s+"), re.IGNORECASE
)
DRAFT_IN_CAPITALS = re.compile(
    r"^\W*(?:ENTWURF|ROHFASSUNG|DRAFT)\b(?=.*[a-zäöüß]{3})|[(\[|–—-]\s*(?:ENTWURF|DRAFT)\W*$"
)

KINDS = (("colleague-comment", COLLEAGUE), ("not-for-publication", DRAFT), ("test-announcement", TEST))


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`publication-forbidden` (error); a warning for the others: people do announce tests, and quote what drafts say."""
    for line in lines(announcement):
        if announcement.audience is Audience.PRESS and FOR_PRESS.fullmatch(line):
            continue
        if forbids_publication(line) or (line == announcement.headline and _stands_beside(line)):
            yield Finding(code="publication-forbidden", severity=Severity.ERROR, excerpt=excerpt(line))
            continue
        for code, pattern in KINDS:
            for match in pattern.finditer(line):
                yield Finding(code=code, severity=Severity.WARNING, excerpt=excerpt(match[0]))


def forbids_publication(line: str) -> bool:
    """Whether a line says nothing else than that the text must not go out: „ENTWURF“, „Nur intern – nicht veröffentlichen!“."""
    return len(line) <= 160 and bool(ON_ITS_OWN.fullmatch(line))


def _stands_beside(headline: str) -> bool:
    return bool(BESIDE_HEADLINE.search(headline) or DRAFT_IN_CAPITALS.search(headline))
