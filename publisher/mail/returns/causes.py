"""Why a mail was not delivered, from a mail server's code and words: doubt is never taken for a dead address.

Words go before numbers, since servers say "5.1.1" of spam and "5.7.1" of people who left; and the gentler reading goes
first, since a wrong "hard" takes a reader away. Codes: RFC 3463 and the IANA registry of enhanced status codes.
"""

import re

from publisher.domain.returned import HARD, Cause
from publisher.mail.returns.phrases import phrases

STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
ADDRESSES = re.compile(r"<[^<>@\s]+@[^<>\s]+>|\S+@\S+")
SET_PHRASES = re.compile(r"(?i)recipient (?:address )?rejected:|https?://\S+")
"""What a server says before each reason, and addresses of pages, whose names would speak for themselves."""

WORDS = (
    ("cause-full", Cause.FULL),
    ("cause-too-large", Cause.TOO_LARGE),
    ("cause-strong-policy", Cause.POLICY),
    ("cause-no-domain", Cause.NO_DOMAIN),
    ("cause-inactive", Cause.INACTIVE),
    ("cause-moved", Cause.MOVED),
    ("cause-no-mailbox", Cause.NO_MAILBOX),
    ("cause-policy", Cause.POLICY),
    ("cause-temporary", Cause.TEMPORARY),
)
"""Lists of phrases, the first that fits decides."""


def cause_of(status: str, words: str) -> Cause:
    """The cause that a server's status ("5.1.1", "" for none) and its words tell."""
    plain = SET_PHRASES.sub(" ", ADDRESSES.sub("…", words))
    code = _telling(status, plain)
    if phrases("cause-of-the-sender").search(plain) or code in ("5.1.7", "5.1.8"):
        return Cause.POLICY
    said = next((cause for name, cause in WORDS if phrases(name).search(plain)), Cause.UNCLEAR)
    if code.startswith("4") and said not in (Cause.FULL, Cause.POLICY, Cause.TOO_LARGE):
        return Cause.TEMPORARY
    if said in HARD:
        return said if _agrees(code) else Cause.INACTIVE
    return _by_status(code) if said is Cause.UNCLEAR else said


def _agrees(code: str) -> bool:
    """Whether a code, too, speaks of addresses or routes (RFC 3463, section 3): many filters say "user unknown"."""
    return bool(code) and code.split(".")[1] in ("1", "4")


def _telling(status: str, words: str) -> str:
    """The code that says most: one with a subject, else the given one, else one that stands in the words."""
    spoken = [match[0] for match in STATUS.finditer(words)]
    codes = [code for code in (*spoken, status) if STATUS.fullmatch(code)]
    return next((code for code in codes if code.split(".")[1] != "0"), codes[0] if codes else "")


def _by_status(status: str) -> Cause:
    match status.split("."):
        case ["4", _, _]:
            return Cause.TEMPORARY
        case ["5", "1", "1" | "10"]:
            return Cause.NO_MAILBOX
        case ["5", "1", "2"]:
            return Cause.NO_DOMAIN
        case ["5", "1", "6"]:
            return Cause.MOVED
        case ["5", "2", "1"]:
            return Cause.INACTIVE
        case ["5", "2", "2"]:
            return Cause.FULL
        case ["5", "2", "3"] | ["5", "3", "4"]:
            return Cause.TOO_LARGE
        case ["5", "4", _]:
            return Cause.TEMPORARY
        case ["5", "6" | "7", _] | ["5", "1", "7" | "8"]:
            return Cause.POLICY
        case _:
            return Cause.UNCLEAR
