"""Whom the press may ask."""

import re
from collections.abc import Iterator

from publisher.checks.examination import Examination
from publisher.domain.announcement import Announcement
from publisher.domain.finding import Finding, Severity

IN_THE_TEXT = re.compile(
    r"\b(?:Presse)?kontakt\s*(?::|$)|\bRückfragen\b|\bAnsprechpartner|\bAnsprechperson|\bPress contact\b"
    r"|\b(?:Tel\.|Telefon|Telefonnummer|Phone)\W{0,3}[\d(+]|[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}",
    re.IGNORECASE | re.MULTILINE,
)


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """`contact-missing` (warning) unless a contact is given, or stands in the text."""
    text = "\n".join((announcement.lead, announcement.body))
    if not announcement.contact.strip() and not IN_THE_TEXT.search(text):
        yield Finding(code="contact-missing", severity=Severity.WARNING)
