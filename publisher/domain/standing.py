"""How an announcement stands, told in one word: derived from what is known, never stored."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.finding import Finding, holds


class State(StrEnum):
    """The announcement states of part 2.4 of the contract."""

    HELD = "held"
    WAITING = "waiting"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    PARTLY = "partly published"
    RETRACTED = "retracted"
    MISSED = "missed"


ENDED_BY_A_PERSON = frozenset({"embargo-unreadable", "embargo-dropped", "embargo-mentioned", "embargo-not-set"})
"""Findings that hold until a person says that it is time („Sperrfrist: Redebeginn“), or that no embargo is meant („die
Sperrfrist für Bürgerbegehren“): approving ends them."""


def is_held(dossier: Dossier) -> bool:
    """Whether a person has to act before anything of it may leave: findings, approval, or a person's own hold."""
    standing = dossier.standing
    unapproved = standing.needs_approval and standing.approved is None
    return standing.held is not None or unapproved or holds(holding_findings(dossier))


def holding_findings(dossier: Dossier) -> list[Finding]:
    """The findings that still count: all but those that a person has ended since this revision was made."""
    ended = ENDED_BY_A_PERSON if was_said(dossier, dossier.current.made_at) else frozenset[str]()
    return [finding for finding in dossier.current.findings if finding.code not in ended]


def awaits_a_word(dossier: Dossier) -> bool:
    """Whether its embargo ends only by a person's word, and nobody has said it: until then nothing may look outside."""
    return any(finding.code in ENDED_BY_A_PERSON for finding in holding_findings(dossier))


def was_said(dossier: Dossier, since: datetime) -> bool:
    """Whether a person has approved or released it after that moment."""
    marks = (dossier.standing.approved, dossier.standing.released)
    return any(mark is not None and mark.at > since for mark in marks)


def state_of(dossier: Dossier, deliveries: Sequence[Delivery], now: datetime) -> State:
    """The state of an announcement, given its deliveries (of any revision and state)."""
    if dossier.standing.retracted is not None:
        return State.RETRACTED
    live = _newest_per_channel(deliveries)
    unsettled = [delivery for delivery in live if not delivery.state.settled]
    sent = [delivery for delivery in live if _counts_as_out(delivery, unsettled)]
    if not sent and is_held(dossier):
        return State.HELD
    if not live:
        # Worded for no channel: nothing is out, and nothing will be until a person looks at it.
        return State.HELD if dossier.standing.composed else State.WAITING
    if all(delivery.state is DeliveryState.MISSED for delivery in live):
        return State.MISSED
    if all(delivery.state in (DeliveryState.SENT, DeliveryState.SUPPRESSED) for delivery in live):
        return State.PUBLISHED
    if unsettled and sent and is_held(dossier):
        return State.PARTLY  # the others wait for a person
    if unsettled:
        began = bool(sent) or any(delivery.attempts or delivery.due_at <= now for delivery in unsettled)
        return State.PUBLISHING if began else State.WAITING
    # Nothing reached anybody and nothing will by itself: like a finding, this waits for a person.
    return State.PARTLY if sent else State.HELD


def _counts_as_out(delivery: Delivery, unsettled: Sequence[Delivery]) -> bool:
    """Whether it makes the announcement published: newsrooms that have it early do not, while the public waits."""
    early = unsettled and delivery.receipt is not None and delivery.receipt.private
    return delivery.state is DeliveryState.SENT and not early


def _newest_per_channel(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """What counts for each channel: a later revision's delivery stands for the ones before it."""
    live = (delivery for delivery in deliveries if delivery.state is not DeliveryState.CANCELLED)
    return list({delivery.channel: delivery for delivery in sorted(live, key=lambda d: d.revision)}.values())
