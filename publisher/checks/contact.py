"""Whom the press may ask, and whose private number or address should not stand in public."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination, excerpt, lines
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

IN_THE_TEXT = re.compile(
    r"\b(?:Presse)?kontakt\s*(?::|$)|\bRückfragen\b|\bAnsprechpartner|\bAnsprechperson|\bPress contact\b"
    r"|\b(?:Tel\.|Telefon|Telefonnummer|Phone)\W{0,3}[\d(+]|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
    re.IGNORECASE | re.MULTILINE,
)
MOBILE = re.compile(
    r"(?<![\d+/])(?<!\d )(?:(?:\+|00)49[ /()-]{0,3}(?:\(?0\)?[ /-]?)?|0)1[567]\d(?:[ /.-]{0,3}\d){7,9}(?!\d)"
)
"""German mobile numbers (Bundesnetzagentur: 015, 016, 017)."""
PRIVATE_MAIL = re.compile(
    r"(?<![\w.+-])[\w.+-]{1,64}@(?:gmail\.com|googlemail\.com|gmx\.(?:de|net|at|ch|com|org)|web\.de|t-online\.de|freenet\.de"
    r"|(?:outlook|hotmail|live|yahoo)\.(?:com|de|at|ch)|icloud\.com|me\.com|aol\.(?:com|de)|arcor\.de|posteo\.(?:de|net)"
    r"|mailbox\.org|proton(?:mail)?\.(?:me|com|ch)|mail\.de|email\.de|online\.de)\b(?!\.\w)",
    re.IGNORECASE,
)


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """Warnings: `contact-missing`, unless one is given or stands in the text; `private-mobile`, `private-mail`."""
    text = "\n".join((announcement.lead, announcement.body))
    if about.contact_expected and not announcement.contact.strip() and not IN_THE_TEXT.search(text):
        yield Finding(code="contact-missing", severity=Severity.WARNING)
    for line in lines(announcement):
        for code, pattern in (("private-mobile", MOBILE), ("private-mail", PRIVATE_MAIL)):
            for match in pattern.finditer(line):
                yield Finding(code=code, severity=Severity.WARNING, excerpt=excerpt(match[0]))
