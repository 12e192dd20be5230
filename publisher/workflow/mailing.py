"""Issues on their way out: the audience frozen, each copy written down before it leaves, the whole taken up again after
a crash."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog

from publisher.domain.delivery import Claim, Happened, NotYet, Receipt
from publisher.domain.errors import ChannelSuspended, SendFailure
from publisher.domain.gate import Go
from publisher.domain.issue import Issue, Recipient, Tally
from publisher.ports.channels import MailChannel
from publisher.workflow.lane import LEASE, may_work, outcome_of, suspend, turn_away, verdict_on
from publisher.workflow.office import Office

log = structlog.get_logger()

BATCH = 200
RENEW_EVERY = timedelta(seconds=10)


def mail_due(office: Office, channel: MailChannel) -> int:
    """Send every issue that is due on one newsletter; answers how many were worked on."""
    worked = 0
    while may_work(office, channel.name):
        claim = office.store.outbox.claim(channel.name, office.clock.now(), LEASE, office.worker)
        if claim is None:
            break
        worked += 1
        mail(office, channel, claim)
    return worked


def mail(office: Office, channel: MailChannel, claim: Claim) -> None:
    """Send what is open of one issue, and settle its delivery once every copy is. Raises StoreError."""
    verdict = verdict_on(office, claim.delivery)
    if not isinstance(verdict, Go):
        turn_away(office, claim, verdict)
        return
    now = office.clock.now()
    variant = office.store.outbox.variant(claim.delivery.id)
    dossier = office.store.archive.dossier(claim.delivery.announcement_id)
    topics = dossier.announcement.topics if dossier else ()
    issue = office.store.mailroom.open_issue(claim.delivery, topics, now)
    office.store.mailroom.recover(issue.id, now)
    if not office.store.outbox.begin(claim, {"issue": issue.id}, now):
        return
    run = _Run(office, claim, issue)
    try:
        for mailed in channel.deliver(issue, variant, run.outgoing()):
            office.store.mailroom.settle([mailed], office.clock.now())
    except SendFailure as error:
        if isinstance(error, ChannelSuspended):
            suspend(office, channel.name, error)
        outcome = outcome_of(error, claim.delivery, office.clock.now(), office.config.office.language)
        office.store.outbox.settle(claim, outcome, office.clock.now())
        return
    finally:
        office.store.mailroom.unlease(issue.id, office.worker)
    _settle(office, channel, claim, issue)


def _settle(office: Office, channel: MailChannel, claim: Claim, issue: Issue) -> None:
    now = office.clock.now()
    tally = office.store.mailroom.tally(issue.id)
    if tally.open:
        due = office.store.mailroom.next_due(issue.id, now) or now + LEASE
        office.store.outbox.settle(claim, NotYet("copies-open", max(due, now)), now)
    else:
        office.store.outbox.settle(claim, Happened(_receipt(issue, tally)), now)
        log.info("issue sent", channel=channel.name, issue=issue.id, sent=tally.sent, failed=tally.failed)


def _receipt(issue: Issue, tally: Tally) -> Receipt:
    counts = ("sent", "failed", "uncertain", "suppressed", "cancelled", "missed")
    return Receipt(ref=issue.id, details={name: getattr(tally, name) for name in counts})


class _Run:
    """One run over the open copies of an issue: hands them out one by one while the gate is open."""

    def __init__(self, office: Office, claim: Claim, issue: Issue) -> None:
        self.office = office
        self.claim = claim
        self.issue = issue
        self.renew_at: datetime = office.clock.now() + RENEW_EVERY

    def outgoing(self) -> Iterator[Recipient]:
        """Recipients right before their messages: the stop is read and the attempt written for each."""
        mailroom, clock = self.office.store.mailroom, self.office.clock
        while batch := mailroom.claim(self.issue.id, BATCH, clock.now(), LEASE, self.office.worker):
            for recipient in batch:
                if not self._may_go_on():
                    return
                if mailroom.begin(recipient.id, clock.now()):
                    yield recipient

    def _may_go_on(self) -> bool:
        """The gate open, and the claim still ours: a batch lives under a lease that a slow relay must not outlast."""
        if self.office.closing.is_set() or not isinstance(verdict_on(self.office, self.claim.delivery), Go):
            return False
        now = self.office.clock.now()
        if now < self.renew_at:
            return True
        self.renew_at = now + RENEW_EVERY
        return self.office.store.outbox.renew(self.claim, now + LEASE)
