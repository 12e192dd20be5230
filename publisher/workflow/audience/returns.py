"""What a mail that came back means for the audience: who is suspended, who leaves, and what a person must read.

Rules are pure, at the end of this file; around them stands only who is asked and what is written.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog

from publisher.domain.alarm import Concern
from publisher.domain.errors import SendFailure
from publisher.domain.returned import (
    TELLING,
    Answer,
    AutoReply,
    Bounce,
    Bounced,
    Complaint,
    Fate,
    LeaveRequest,
    NotedBounce,
    Return,
    Suspension,
    Ticket,
    WaitingAnswer,
)
from publisher.domain.subscriber import Subscriber
from publisher.ports.channels import Channel
from publisher.ports.ledger import Deed
from publisher.ports.mailbox import ReturnDesk, Returning
from publisher.workflow.office import Office
from publisher.workflow.trouble import SILENCE, note_trouble, trouble_since

log = structlog.get_logger()

LEASE = timedelta(minutes=10)
TROUBLE = "mailbox-trouble"
"""Scope in the notebook: since when a mailbox cannot be read."""
WINDOW = timedelta(days=35)
"""Of soft bounces that count together: long enough for five weekly digests."""
SPREAD = timedelta(days=10)
"""Between the first and the last of them: a mailbox that is broken for a week is not dead."""
PAGE = 5_000
A_DAY = timedelta(days=1)
FEW = 50
MOST_AT_ONCE = 0.2
"""The part of all readers that may be suspended within a day, where it is more than a few."""
MOST_DAYS = 5
"""Days with a soft bounce that suspend."""


def collect_all(office: Office) -> None:
    """Look into every newsletter's mailbox; one that cannot be reached is told of and holds up no other."""
    for channel in office.channels.values():
        collect(office, channel)


def collect(office: Office, channel: Channel) -> int:
    """Heed what waits in a channel's mailbox; answers how many mails were put away. One worker at a time."""
    desk = desk_of(channel)
    if desk is None:
        return 0
    with office.store.exclusive(f"returns:{channel.name}", office.worker, office.clock.now(), LEASE) as mine:
        if not mine:
            return 0
        try:
            count = desk.collect(partial(take_return, office, channel.name, desk))
        except SendFailure as failure:
            log.warning("mailbox not read", channel=channel.name, reason=str(failure))
            note_trouble(office, TROUBLE, channel.name, office.clock.now())
            return 0
        note_trouble(office, TROUBLE, channel.name, None)
    if count:
        log.info("mailbox read", channel=channel.name, mails=count)
    return count


def desk_of(channel: Channel) -> ReturnDesk | None:
    """Where a channel's mails come back to, if they do."""
    return channel.returns if isinstance(channel, Returning) else None


def take_return(office: Office, channel: str, desk: ReturnDesk, raw: bytes) -> Fate:
    """Heed one returned mail; harmless to repeat. Raises StoreError."""
    returned = desk.read(raw)
    match returned.content:
        case Bounced(bounces):
            return _heed_bounces(office, returned.ticket, bounces)
        case Complaint(kind):
            return _heed_leaving(office, returned, "complained", kind)
        case LeaveRequest():
            return _heed_leaving(office, returned, "left-by-mail", "")
        case AutoReply():
            return Fate.DONE
        case Answer() as answer:
            return _keep_answer(office, channel, returned.ticket, answer, hashlib.sha256(raw).hexdigest())


def every_suspended(office: Office, channel: str) -> Iterator[tuple[Subscriber, Suspension]]:
    """Who gets no mails and why, the newest first, a page at a time."""
    page = office.store.returns.suspended(channel, PAGE)
    while page:
        yield from page
        page = office.store.returns.suspended(channel, PAGE, behind=page[-1])


def restore(office: Office, channel: str, address: str, who: str) -> bool:
    """Undo a suspension on a person's word; False if there was none."""
    restored = office.store.returns.restore(channel, address)
    if restored:
        office.store.ledger.note(Deed(at=office.clock.now(), who=who, what="restored", subject=channel))
    return restored


def settle_answer(office: Office, channel: str, id: str, who: str) -> bool:
    """A person has dealt with an answer: nothing of it stays. False if there is none."""
    settled = office.store.returns.drop_answer(channel, id)
    if settled:
        office.store.ledger.note(Deed(at=office.clock.now(), who=who, what="answer-settled", subject=channel))
    return settled


def _heed_bounces(office: Office, ticket: Ticket | None, bounces: Sequence[Bounce]) -> Fate:
    reader = office.store.returns.reader(ticket.subscriber_id) if ticket else None
    bounce = concerning(reader, bounces) if reader else None
    if ticket is None or reader is None or bounce is None:
        # Not signed by us, long gone, or a report that a mail did arrive: nobody loses a mail over it.
        return Fate.DONE
    now = office.clock.now()
    noted = NotedBounce(
        copy_id=ticket.copy_id,
        subscriber_id=reader.id,
        at=now,
        cause=bounce.cause,
        hard=bounce.hard,
        status=bounce.status,
        words=bounce.words,
    )
    suspension = verdict(office.store.returns.note(noted), now)
    if suspension is not None:
        _suspend(office, reader, suspension)
    return Fate.DONE


def _suspend(office: Office, reader: Subscriber, suspension: Suspension) -> None:
    if is_braked(office, reader.channel, suspension.at):
        log.error("too many bounces to believe", channel=reader.channel)
        return
    if office.store.returns.suspend(reader.id, suspension):
        what = {"subject": reader.channel, "detail": str(suspension.cause)}
        office.store.ledger.note(Deed(at=suspension.at, who="publisher", what="suspended", **what))
        log.info("reader suspended", channel=reader.channel, cause=str(suspension.cause), repeated=suspension.repeated)


def is_braked(office: Office, channel: str, now: datetime) -> bool:
    """Whether so many readers were suspended within a day that no further one is, until a person has looked."""
    recent = office.store.returns.suspended_since(channel, now - A_DAY)
    if recent < FEW:
        # Readers are counted only when it matters: a million of them take a while.
        return False
    counts = office.store.audience.stats(channel)
    return is_flood(recent, counts["active"] + counts["suspended"])


def return_concerns(office: Office) -> Iterator[Concern]:
    """What a person should look at: newsletters whose bounces are too many to believe, or whose mailbox is not read."""
    now = office.clock.now()
    for name in (name for name, channel in office.channels.items() if desk_of(channel)):
        if is_braked(office, name, now):
            yield Concern(subject=f"bounces {name}", code="alarm-bounces-braked", values={"channel": name})
        since = trouble_since(office, TROUBLE, name)
        if since is not None and now - since >= SILENCE:
            yield Concern(subject=f"mailbox {name}", code="alarm-mailbox-unread", values={"channel": name})


def _heed_leaving(office: Office, returned: Return, what: str, detail: str) -> Fate:
    """Take a reader off the list at once: their provider, or their mail program, says so with our own signature."""
    reader = office.store.returns.reader(returned.ticket.subscriber_id) if returned.ticket else None
    if reader is None:
        # A complaint that does not say whose it is must be read; somebody who left already has what they want.
        return Fate.DONE if returned.ticket else Fate.PERSON
    now = office.clock.now()
    office.store.audience.leave(reader.token, now)
    office.store.ledger.note(Deed(at=now, who="reader", what=what, subject=reader.channel, detail=detail))
    log.info("reader left by mail", channel=reader.channel, what=what)
    return Fate.DONE


def _keep_answer(office: Office, channel: str, ticket: Ticket | None, answer: Answer, id: str) -> Fate:
    waiting = WaitingAnswer(id=id[:12], channel=channel, at=office.clock.now(), answer=answer)
    if office.store.returns.keep_answer(waiting, ticket.subscriber_id if ticket else None):
        what = "leaving-asked" if answer.wish else "answer-came"
        office.store.ledger.note(Deed(at=waiting.at, who="reader", what=what, subject=channel))
        log.info("answer waits for a person", channel=channel, wish=answer.wish)
    return Fate.PERSON


def concerning(reader: Subscriber, bounces: Sequence[Bounce]) -> Bounce | None:
    """The bounce that is about this reader: the one that names them, else the only one there is."""
    named = [bounce for bounce in bounces if bounce.address.casefold() == reader.address.casefold()]
    if named:
        return named[0]
    # Somebody who lets mails be forwarded bounces under an address that we never knew.
    return bounces[0] if len(bounces) == 1 else None


def is_flood(suspended: int, readers: int) -> bool:
    """Whether so many were suspended within a day that the fault must be the office's own: a relay that is set up wrong
    answers "user unknown" for everybody."""
    return suspended >= FEW and suspended > MOST_AT_ONCE * readers


def verdict(bounces: Sequence[NotedBounce], now: datetime) -> Suspension | None:
    """Whether a reader's bounces suspend them: one hard one at once, soft ones if they keep coming for days."""
    hard = [bounce for bounce in bounces if bounce.hard and now - bounce.at <= A_DAY]
    if hard:
        return Suspension(at=now, cause=hard[-1].cause, repeated=False, words=hard[-1].words)
    counted = [bounce for bounce in bounces if bounce.cause in TELLING and now - bounce.at <= WINDOW]
    days = {bounce.at.date() for bounce in counted}
    if len(days) < MOST_DAYS or counted[-1].at - counted[0].at < SPREAD:
        return None
    return Suspension(at=now, cause=counted[-1].cause, repeated=True, words=counted[-1].words)
