"""Issues on their way out: the audience frozen, each copy written down before it leaves, the whole taken up again after
a crash."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

import structlog

from publisher.domain.alarm import Concern
from publisher.domain.delivery import Claim, Happened, Never, NotYet, Outcome, Receipt
from publisher.domain.errors import ChannelSuspended, SendFailure
from publisher.domain.gate import Go
from publisher.domain.issue import Issue, Mailed, Recipient, Tally
from publisher.domain.variant import Variant
from publisher.messages import catalogue
from publisher.ports.channels import MailChannel
from publisher.workflow.compose.enclosures import enclosures_of
from publisher.workflow.dispatch.lane import LEASE, may_work, outcome_of, suspend, turn_away, verdict_on
from publisher.workflow.office import Office
from publisher.workflow.overview.words import copies_in_words

log = structlog.get_logger()

BATCH = 1_000
RENEW_EVERY = timedelta(seconds=10)
LOOK_EVERY = timedelta(seconds=1)


def mail_due(office: Office, channel: MailChannel) -> int:
    """Send every issue that is due on one newsletter; answers how many were worked on."""
    close_ended(office, channel)
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
    issue = _issue_of(office, channel, claim, now)
    if not office.store.outbox.begin(claim, {"issue": issue.id}, now):
        return
    run = Run(
        office=office,
        issue=issue,
        may_leave=lambda: isinstance(verdict_on(office, claim.delivery), Go),
        renew=lambda until: office.store.outbox.renew(claim, until),
        makes_way=not claim.delivery.urgent,
    )
    error = send_copies(channel, run, office.store.outbox.variant(claim.delivery.id))
    if error is not None:
        outcome = outcome_of(error, claim.delivery, office.clock.now(), office.config.office.language)
        office.store.outbox.settle(claim, outcome, office.clock.now())
        return
    _settle(office, channel, claim, issue)


def _issue_of(office: Office, channel: MailChannel, claim: Claim, now: datetime) -> Issue:
    """Urgent news and the press list reach everybody at once, whatever rhythm they have chosen."""
    dossier = office.store.archive.dossier(claim.delivery.announcement_id)
    topics = dossier.announcement.topics if dossier and not channel.closed else ()
    at_once = claim.delivery.urgent or channel.closed
    return office.store.mailroom.open_issue(claim.delivery, topics, now, whatever_rhythm=at_once)


def _settle(office: Office, channel: MailChannel, claim: Claim, issue: Issue) -> None:
    now = office.clock.now()
    due = open_until(office, issue, now)
    if due is not None:
        office.store.outbox.settle(claim, NotYet("copies-open", due, _so_far(office, issue)), now)
        return
    tally = close(office, issue, now)
    outcome: Outcome = Happened(_receipt(issue, tally, private=channel.closed))
    if tally.reached_nobody:
        outcome = Never("no-mail-taken", _why(office, issue))
    office.store.outbox.settle(claim, outcome, now)
    log.info("issue sent", channel=channel.name, issue=issue.id, sent=tally.sent, failed=tally.failed)


def _so_far(office: Office, issue: Issue) -> str:
    """How many have an issue, and what keeps most of the others back, in words."""
    counts = asdict(office.store.mailroom.tally(issue.id)) | {"candidates": issue.candidates}
    told = copies_in_words(counts, office.config.office.language), _why(office, issue)
    return " – ".join(filter(None, told))


def _why(office: Office, issue: Issue) -> str:
    """What kept most of those copies back that have not left, in words."""
    language, reason = office.config.office.language, office.store.mailroom.commonest_reason(issue.id)
    return catalogue(language).get(reason, reason)


def _receipt(issue: Issue, tally: Tally, *, private: bool) -> Receipt:
    counts = ("candidates", "sent", "failed", "uncertain", "suppressed", "cancelled", "missed")
    return Receipt(ref=issue.id, private=private, details={name: getattr(tally, name) for name in counts})


def open_until(office: Office, issue: Issue, now: datetime) -> datetime | None:
    """When to go on with an issue that has open copies; None if it has none left."""
    if not office.store.mailroom.tally(issue.id).open:
        return None
    return max(office.store.mailroom.next_due(issue.id, now) or now + LEASE, now)


def close(office: Office, issue: Issue, now: datetime) -> Tally:
    """Settle an issue. Whoever was a candidate must be accounted for: else the whole office hears of it."""
    tally = office.store.mailroom.close(issue.id, now)
    if not tally.adds_up(issue.candidates):
        log.error("issue does not add up", issue=issue.id, candidates=issue.candidates, found=tally.candidates)
        values = {"issue": issue.id, "candidates": str(issue.candidates), "found": str(tally.candidates)}
        concern = Concern(subject=f"issue {issue.id}", code="alarm-issue-adds-up-not", values=values, lasting=False)
        office.store.alarms.raise_once(concern, office.clock.now())
    return tally


def close_ended(office: Office, channel: MailChannel) -> None:
    """Settle the issues that were taken back, expired or resolved by a person while copies waited."""
    now = office.clock.now()
    for issue, became in office.store.mailroom.ended(channel.name):
        office.store.mailroom.end_copies(issue.id, became, now)
        if not office.store.mailroom.tally(issue.id).open:
            close(office, issue, now)


@dataclass(kw_only=True)
class Run:
    """One run over the open copies of an issue: hands them out, and lets them leave while the gate is open.

    Right before messages leave, one at most per connection, the store looks whether the issue is intact; `may_leave`, all
    that the gate knows, is asked once a second, and when it is not. `renew`: makes the lease on the issue last longer,
    False if it is lost; those on its copies last as long.
    `makes_way`: it ends early when urgent news waits for the same newsletter, and is taken up again after that.
    """

    office: Office
    issue: Issue
    may_leave: Callable[[], bool]
    renew: Callable[[datetime], bool]
    makes_way: bool = True

    def __post_init__(self) -> None:
        now = self.office.clock.now()
        self.renew_at, self.look_at = now + RENEW_EVERY, now
        self.answered: list[Mailed] = []

    def outgoing(self) -> Iterator[Recipient]:
        """Recipients whose messages may be prepared."""
        mailroom, clock = self.office.store.mailroom, self.office.clock
        while batch := mailroom.claim(self.issue.id, BATCH, clock.now(), LEASE, self.office.worker):
            yield from batch

    def begin(self, copies: Sequence[Recipient]) -> Collection[int] | None:
        """Write down what became of earlier copies, and the attempts at these, which leave now: in one transaction."""
        may_go_on = self._keep_leases() and self._may_go_on()
        if not copies or not may_go_on:
            self.settle()
            return () if may_go_on else None
        answered, self.answered = self.answered, []
        ids, mailroom, now = [copy.id for copy in copies], self.office.store.mailroom, self.office.clock.now()
        begun = mailroom.begin(ids, now, self.office.worker, settled=answered, while_intact=self.issue.id)
        if begun:
            return begun
        # Stopped, held or taken back; but what a person confirmed goes out in spite of a stop.
        return mailroom.begin(ids, now, self.office.worker) if self.may_leave() else None

    def settle(self) -> None:
        """Write down what became of earlier copies."""
        answered, self.answered = self.answered, []
        if answered:
            self.office.store.mailroom.settle(answered, self.office.clock.now(), self.office.worker)

    def _keep_leases(self) -> bool:
        """Whether the issue is still ours: a slow relay must not outlast the leases on it and on the copies in hand."""
        now = self.office.clock.now()
        if now < self.renew_at:
            return True
        self.renew_at = now + RENEW_EVERY
        self.office.store.mailroom.renew(self.issue.id, now + LEASE, self.office.worker)
        return self.renew(now + LEASE)

    def _may_go_on(self) -> bool:
        if self.office.closing.is_set():
            return False
        now = self.office.clock.now()
        if now < self.look_at:
            return True
        self.look_at = now + LOOK_EVERY
        return self.may_leave() and not self._is_overtaken(now)

    def _is_overtaken(self, now: datetime) -> bool:
        return self.makes_way and self.office.store.outbox.urgent_waits(self.issue.channel, now)


def send_copies(channel: MailChannel, run: Run, variant: Variant) -> SendFailure | None:
    """Send the open copies of an issue and write down what became of each; answers what kept the relay from taking any."""
    office, mailroom = run.office, run.office.store.mailroom
    mailroom.recover(run.issue.id, office.clock.now())
    try:
        for mailed in channel.deliver(run.issue, variant, run.outgoing(), enclosures_of(office, variant), run.begin):
            run.answered.append(mailed)
        run.settle()
    except SendFailure as error:
        if isinstance(error, ChannelSuspended):
            suspend(office, channel.name, error)
        return error
    finally:
        mailroom.unlease(run.issue.id, office.worker)
    return None
