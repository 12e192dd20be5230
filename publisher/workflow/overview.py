"""What became of each announcement, as rows for programs and as sentences for people. Only reads, never decides."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TypedDict

from babel.dates import format_datetime

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import SUSPENDED, Delivery, DeliveryState
from publisher.domain.finding import Finding, Severity, holds
from publisher.domain.returned import Suspension
from publisher.domain.standing import State, holding_findings, is_held, state_of
from publisher.domain.stop import Stop
from publisher.domain.timing import release_moment
from publisher.messages import catalogue, remark, say
from publisher.workflow.office import Office


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
        deliveries=[delivery_row(delivery, language) for delivery in deliveries],
    )


def finding_row(finding: Finding, language: str) -> FindingRow:
    """One finding, told in the given language."""
    return FindingRow(
        severity=str(finding.severity),
        code=finding.code,
        message=remark(finding, language),
        excerpt=finding.excerpt,
    )


def delivery_row(delivery: Delivery, language: str) -> DeliveryRow:
    """One delivery, told in the given language."""
    return DeliveryRow(
        id=delivery.id,
        channel=delivery.channel,
        state=str(delivery.state),
        url=delivery.receipt.url if delivery.receipt else "",
        attempts=delivery.attempts,
        reason=reason_in_words(delivery, language),
        copies=copies_of(delivery),
    )


def copies_of(delivery: Delivery) -> dict[str, int]:
    """The counts of a mail's copies, `candidates` among them, as its receipt keeps them."""
    details = delivery.receipt.details if delivery.receipt else {}
    return {name: count for name, count in details.items() if isinstance(count, int)} if "candidates" in details else {}


def copies_in_words(copies: Mapping[str, int], language: str) -> str:
    """What became of a mail's audience: "412 of 415 sent, 3 failed"; "" for posts."""
    if not copies:
        return ""
    first = say(language, "copies-sent", sent=copies["sent"], candidates=copies["candidates"])
    rest = [
        f"{count} {say(language, f'delivery-{name}')}"
        for name, count in copies.items()
        if count and name not in ("candidates", "sent")
    ]
    return ", ".join([first, *rest])


def suspension_in_words(suspension: Suspension, language: str) -> str:
    """Why a reader gets no mails for now, with what the mail server said."""
    why = say(language, f"cause-{suspension.cause}")
    if suspension.repeated:
        why = say(language, "suspended-repeated", cause=why)
    return say(language, "suspended-words", why=why, words=suspension.words) if suspension.words else why


def reason_in_words(delivery: Delivery, language: str) -> str:
    """Why a delivery stands as it does; "" if there is nothing to explain.

    The detail mostly is the whole reason in words already, told when it happened; else it fills the code's sentence, or
    follows it in brackets. Rows outlive the catalogue: a code that it no longer knows is shown as it was written.
    """
    if not delivery.reason:
        return ""
    detail, sentence = delivery.reason_detail, catalogue(language).get(delivery.reason, delivery.reason)
    if detail and detail.startswith(sentence.partition("{")[0]):
        return detail
    try:
        words = sentence.format(detail=detail, channel=delivery.channel, id=delivery.id)
    except (KeyError, IndexError, ValueError):
        return detail or delivery.reason
    return words if not detail or detail in words else f"{words} ({detail})"


def office_moment(moment: datetime, zone: tzinfo, language: str) -> str:
    """A moment in office time, as people write it: "Freitag, 27. November 2026, 18:00 Uhr"."""
    if language.startswith("en"):
        return format_datetime(moment, "EEEE, d MMMM y, HH:mm", tzinfo=zone, locale="en_GB")
    return format_datetime(moment, "EEEE, d. MMMM y, HH:mm 'Uhr'", tzinfo=zone, locale="de")


def waiting_until(dossier: Dossier, deliveries: Sequence[Delivery], now: datetime) -> datetime | None:
    """When the next thing is to leave by itself, if that lies ahead; None if nothing waits for a known moment."""
    waiting = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
    moments = [delivery.due_at for delivery in deliveries if delivery.state in waiting]
    if not deliveries:
        moments = [release_moment(dossier.announcement, now)]
    return min((moment for moment in moments if moment > now), default=None)


def status_text(
    dossier: Dossier,
    deliveries: Sequence[Delivery],
    now: datetime,
    language: str,
    zone: tzinfo,
    stop: Stop | None = None,
) -> str:
    """The words of a queue file's status file: how it stands, why, what to do, and where it was published.

    `now` decides, but is not told: the text changes only when there is something new to say.
    """
    parts = [
        "\n".join(standing_sentences(dossier, deliveries, now, language, zone, stop)),
        f"{say(language, 'status-headline')}: {dossier.announcement.headline}\nid: {dossier.id}",
        _block(say(language, "status-findings"), (_finding_line(f, language) for f in dossier.current.findings)),
        _block(say(language, "status-deliveries"), (_delivery_line(d, language, zone) for d in deliveries)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def standing_sentences(
    dossier: Dossier,
    deliveries: Sequence[Delivery],
    now: datetime,
    language: str,
    zone: tzinfo,
    stop: Stop | None = None,
) -> list[str]:
    """How an announcement stands and why; for a held one, everything that holds it and what to do."""
    standing = dossier.standing
    match state_of(dossier, deliveries, now):
        case State.HELD:
            return list(_reasons_to_hold(dossier, deliveries, language, zone))
        case State.WAITING | State.PUBLISHING if stop is not None:
            return [say(language, "status-stopped", by=stop.mark.by, reason=stop.reason)]
        case State.PARTLY if is_held(dossier) and not all(delivery.state.settled for delivery in deliveries):
            return list(_reasons_to_hold(dossier, deliveries, language, zone))
        case State.WAITING:
            return [_what_it_waits_for(waiting_until(dossier, deliveries, now), deliveries, language, zone)]
        case State.RETRACTED if standing.retracted is not None:
            when = office_moment(standing.retracted.at, zone, language)
            return [say(language, "status-retracted", when=when, by=standing.retracted.by)]
        case State.PUBLISHED | State.PARTLY if standing.composed < standing.revision:
            numbers = {"revision": standing.revision, "published": standing.composed}
            return [say(language, "status-correction-proposed", **numbers)]
        case State.MISSED if all(delivery.reason == "expired" for delivery in deliveries):
            return [say(language, "status-expired")]
        case state:
            return [say(language, f"status-{state.replace(' ', '-')}")]


def _what_it_waits_for(moment: datetime | None, deliveries: Sequence[Delivery], language: str, zone: tzinfo) -> str:
    if any(delivery.reason == "link-not-there" for delivery in deliveries):
        return say(language, "link-not-there")
    if moment is None:
        return say(language, "status-taken")
    return say(language, "status-waiting", when=office_moment(moment, zone, language))


def _reasons_to_hold(dossier: Dossier, deliveries: Sequence[Delivery], language: str, zone: tzinfo) -> Iterator[str]:
    standing, told = dossier.standing, False
    if holds(holding_findings(dossier)):
        told = True
        yield say(language, "status-held-findings", id=dossier.id)
    if standing.held is not None:
        told = True
        when = office_moment(standing.held.at, zone, language)
        yield say(language, "status-held-person", by=standing.held.by, when=when, id=dossier.id)
    if standing.needs_approval and standing.approved is None:
        told = True
        yield say(language, "status-held-approval", id=dossier.id)
    if not told:
        yield say(language, "status-held-failed" if deliveries else "status-no-channel", id=dossier.id)


def _block(title: str, lines: Iterable[str]) -> str:
    listed = [f"- {line}" for line in lines]
    return "\n".join([f"{title}:", *listed]) if listed else ""


def _finding_line(finding: Finding, language: str) -> str:
    message = remark(finding, language)
    excerpt = "" if not finding.excerpt or finding.excerpt in message else f" – {finding.excerpt}"
    place = "" if finding.line is None else f", {say(language, 'status-line', line=finding.line)}"
    return f"{say(language, severity_code(finding.severity))}{place}: {message}{excerpt}"


def _delivery_line(delivery: Delivery, language: str, zone: tzinfo) -> str:
    row = delivery_row(delivery, language)
    words = [f"{delivery.channel}: {say(language, delivery_code(delivery.state))}"]
    if delivery.state is DeliveryState.DEFERRED and delivery.reason != SUSPENDED:
        words.append(say(language, "status-again", when=office_moment(delivery.due_at, zone, language)))
    words += [text for text in (row["url"], copies_in_words(row["copies"], language), row["reason"]) if text]
    if delivery.state is DeliveryState.FAILED:
        words.append(say(language, "status-try-again", id=delivery.id))
    return " – ".join(words)


def severity_code(severity: Severity) -> str:
    """The catalogue's code for a severity's name."""
    return f"severity-{severity}"


def delivery_code(state: DeliveryState) -> str:
    """The catalogue's code for a delivery state's name."""
    return f"delivery-{state}"


def state_code(state: State) -> str:
    """The catalogue's code for an announcement state's name."""
    return f"state-{state.replace(' ', '-')}"
