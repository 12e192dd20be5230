"""What a careful editor would notice, and what she would let pass."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from publisher.checks.desk import Examination, examine
from publisher.domain.announcement import Announcement, Picture
from publisher.domain.finding import Finding, Severity

NOW = datetime(2025, 11, 10, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Berlin")
TEXT = "Die Brücke am Hafen ist ab Dienstag gesperrt. Der Bus fährt eine Umleitung."


def an_announcement(body: str = TEXT, **given: Any) -> Announcement:
    """A sound announcement, but for what is given."""
    sound: dict[str, Any] = {"headline": "Brücke am Hafen gesperrt", "contact": "Presseamt, 0201 88-0"}
    return Announcement(**(sound | {"body": body} | given))


def a_picture(**given: Any) -> Picture:
    sound: dict[str, Any] = {
        "name": "bruecke.jpg",
        "alt": "Eine rote Stahlbrücke über dem Hafenbecken",
        "credit": "Stadt Musterstadt",
    }
    return Picture(sha256="0" * 64, media_type="image/jpeg", width=1600, height=1000, **(sound | given))


def findings(announcement: Announcement, *, pictures_need_alt: bool = True) -> tuple[Finding, ...]:
    return examine(announcement, Examination(now=NOW, zone=ZONE, pictures_need_alt=pictures_need_alt))


def codes(announcement: Announcement, *, pictures_need_alt: bool = True) -> list[str]:
    return [finding.code for finding in findings(announcement, pictures_need_alt=pictures_need_alt)]


def errors(announcement: Announcement) -> list[str]:
    return [finding.code for finding in findings(announcement) if finding.severity is Severity.ERROR]
