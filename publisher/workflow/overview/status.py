"""How an announcement stands, in sentences: what the status file beside it says, and what to do."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import SUSPENDED, Delivery, DeliveryState
from publisher.domain.finding import Finding, holds
from publisher.domain.standing import State, holding_findings, is_held, state_of
from publisher.domain.stop import Stop
from publisher.domain.timing import release_moment
from publisher.language.dates import office_moment
from publisher.messages import remark, say
from publisher.workflow.overview.rows import copies_of, delivery_row
from publisher.workflow.overview.words import copies_in_words, delivery_code, severity_code


def waiting_until(dossier: Dossier, deliveries: Sequence[Delivery], now: datetime) -> datetime | None:
    """When it is to appear, if that lies ahead, or the next thing is to leave; None if nothing waits for a known moment.

    What newsrooms get before the embargo ends counts only where nobody else gets anything.
    """
    release = release_moment(dossier.announcement, now)
    waiting = (DeliveryState.QUEUED, DeliveryState.DEFERRED)
    dues = [delivery.due_at for delivery in deliveries if delivery.state in waiting] if deliveries else [release]
    moments = [due for due in dues if due > now]
    return min([moment for moment in moments if moment >= release] or moments, default=None)


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
    moves = stop is None and not is_held(dossier)
    parts = [
        "\n".join(standing_sentences(dossier, deliveries, now, language, zone, stop)),
        f"{say(language, 'status-headline')}: {dossier.announcement.headline}\nid: {dossier.id}",
        _block(say(language, "status-findings"), (_finding_line(f, language) for f in dossier.current.findings)),
        _block(
            say(language, "status-deliveries"), (_delivery_line(dossier, d, language, zone, moves) for d in deliveries)
        ),
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
    told = _standing_sentences(dossier, deliveries, now, language, zone, stop)
    return [*told, *kept_from_digests(dossier, deliveries, language, zone)]


def kept_from_digests(dossier: Dossier, deliveries: Sequence[Delivery], language: str, zone: tzinfo) -> Iterator[str]:
    """What a person's hold still does to an announcement that is out."""
    held = dossier.standing.held
    if held is not None and may_come_in_digests(dossier, deliveries):
        when = office_moment(held.at, zone, language)
        yield say(language, "status-held-from-digests", by=held.by, when=when, id=dossier.id)


def may_come_in_digests(dossier: Dossier, deliveries: Sequence[Delivery]) -> bool:
    """Whether it is out, in a newsletter that anybody may read, so that digests may tell it."""
    out = dossier.standing.retracted is None and all(delivery.state.settled for delivery in deliveries)
    receipts = [each.receipt for each in deliveries if each.receipt is not None and copies_of(each)]
    return out and any(not receipt.private for receipt in receipts)


def _standing_sentences(
    dossier: Dossier,
    deliveries: Sequence[Delivery],
    now: datetime,
    language: str,
    zone: tzinfo,
    stop: Stop | None,
) -> list[str]:
    standing = dossier.standing
    match state_of(dossier, deliveries, now):
        case State.HELD:
            return list(_reasons_to_hold(dossier, deliveries, language, zone))
        case State.WAITING | State.PUBLISHING if stop is not None:
            return [say(language, "status-stopped", by=stop.mark.by, reason=stop.reason)]
        case State.PARTLY if is_held(dossier) and not all(delivery.state.settled for delivery in deliveries):
            return list(_reasons_to_hold(dossier, deliveries, language, zone))
        case State.WAITING:
            return [_what_it_waits_for(dossier, deliveries, now, language, zone)]
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


def _what_it_waits_for(
    dossier: Dossier, deliveries: Sequence[Delivery], now: datetime, language: str, zone: tzinfo
) -> str:
    if any(finding.code == "template-broken" for finding in dossier.current.findings):
        return say(language, "status-template-broken")
    if any(delivery.reason == "link-not-there" for delivery in deliveries):
        return say(language, "link-not-there")
    moment = waiting_until(dossier, deliveries, now)
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


def _delivery_line(dossier: Dossier, delivery: Delivery, language: str, zone: tzinfo, moves: bool) -> str:
    row = delivery_row(dossier, delivery, language)
    words = [f"{delivery.channel}: {say(language, delivery_code(delivery.state))}"]
    if moves and delivery.state is DeliveryState.DEFERRED and delivery.reason != SUSPENDED:
        words.append(say(language, "status-again", when=office_moment(delivery.due_at, zone, language)))
    words += [text for text in (row["url"], copies_in_words(row["copies"], language), row["reason"]) if text]
    if delivery.state is DeliveryState.FAILED:
        words.append(say(language, "status-try-again", id=delivery.id))
    return " – ".join(words)
