"""What became of each announcement, as rows for programs and pages."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.finding import Finding
from publisher.domain.standing import state_of
from publisher.messages import remark, say
from publisher.workflow.office import Office
from publisher.workflow.overview.words import reason_in_words


class FindingRow(TypedDict):
    """One finding, as `check --json` and `announcements --json` show it."""

    severity: str
    code: str
    message: str
    excerpt: str


class DeliveryRow(TypedDict):
    """One delivery. `url` and `reason` are "" where there is none; `reason` is a sentence in the office's language.

    `copies`: of a mail that is settled, how many of the audience it was frozen to became what; empty for posts.
    """

    id: str
    channel: str
    state: str
    url: str
    attempts: int
    reason: str
    copies: dict[str, int]


class AnnouncementRow(TypedDict):
    """One announcement, as `announcements --json` promises it (part 2.4 of the contract)."""

    id: str
    source: str
    headline: str
    state: str
    revision: int
    findings: list[FindingRow]
    deliveries: list[DeliveryRow]


def announcement_overview(office: Office, id: str | None = None, limit: int = 200) -> list[AnnouncementRow]:
    """The newest announcements, newest first; with `id` that one alone, or nothing if it is unknown.

    Raises StoreError.
    """
    now, language = office.clock.now(), office.config.office.language
    found = [office.store.archive.dossier(id)] if id is not None else office.store.archive.dossiers(limit=limit)
    dossiers = [dossier for dossier in found if dossier is not None]
    deliveries = office.store.outbox.deliveries([dossier.id for dossier in dossiers])
    return [announcement_row(dossier, deliveries.get(dossier.id, []), now, language) for dossier in dossiers]


def announcement_row(dossier: Dossier, deliveries: Sequence[Delivery], now: datetime, language: str) -> AnnouncementRow:
    """One announcement and its deliveries, told in the given language ("de" or "en")."""
    return AnnouncementRow(
        id=dossier.id,
        source=dossier.standing.source,
        headline=dossier.announcement.headline,
        state=str(state_of(dossier, deliveries, now)),
        revision=dossier.standing.revision,
        findings=[finding_row(finding, language) for finding in dossier.current.findings],
        deliveries=[delivery_row(dossier, delivery, language) for delivery in deliveries],
    )


def finding_row(finding: Finding, language: str) -> FindingRow:
    """One finding, told in the given language."""
    return FindingRow(
        severity=str(finding.severity),
        code=finding.code,
        message=remark(finding, language),
        excerpt=finding.excerpt,
    )


def delivery_row(dossier: Dossier, delivery: Delivery, language: str) -> DeliveryRow:
    """One delivery of an announcement, told in the given language."""
    return DeliveryRow(
        id=delivery.id,
        channel=delivery.channel,
        state=str(delivery.state),
        url=delivery.receipt.url if delivery.receipt else "",
        attempts=delivery.attempts,
        reason=reason_in_words(delivery, language) or _what_it_lacks(dossier, delivery, language),
        copies=copies_of(delivery),
    )


def _what_it_lacks(dossier: Dossier, delivery: Delivery, language: str) -> str:
    """A channel keeps what it has while others get a later revision: so newsrooms, who are told ahead of an embargo."""
    newest = dossier.standing.composed
    if delivery.state is not DeliveryState.SENT or delivery.revision >= newest:
        return ""
    return say(language, "delivery-earlier-revision", revision=delivery.revision, newest=newest)


def copies_of(delivery: Delivery) -> dict[str, int]:
    """The counts of a mail's copies, `candidates` among them, as its receipt keeps them."""
    details = delivery.receipt.details if delivery.receipt else {}
    return {name: count for name, count in details.items() if isinstance(count, int)} if "candidates" in details else {}
