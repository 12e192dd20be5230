"""Signing up with double opt-in: asked for through a form, proven by a mail, entered with the evidence, else forgotten."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog

from publisher.domain.alarm import Concern
from publisher.domain.delivery import retry_pause
from publisher.domain.errors import (
    ChannelSuspended,
    PermanentFailure,
    PublisherError,
    TemporaryFailure,
    UncertainOutcome,
)
from publisher.domain.sign_up import Asked, Notice, NoticeClaim, NoticeState, SignUp, Verdict
from publisher.domain.subscriber import Subscriber
from publisher.language.dates import office_moment
from publisher.messages import say
from publisher.ports.channels import NoticeChannel
from publisher.ports.ledger import Deed
from publisher.ports.words import NoticeOrder
from publisher.workflow.dispatch.lane import may_work, suspend
from publisher.workflow.office import Office

log = structlog.get_logger()

TEMPLATES = ("notice/confirm", "notice/known")
LEASE = timedelta(minutes=4)
"""Longer than a relay may stay silent at each of its replies."""
LONGEST_PAUSE = timedelta(hours=1)


def open_newsletters(office: Office) -> Mapping[str, NoticeChannel]:
    """The newsletters that anybody may sign up for, in the order of config.toml. The press list is not one of them."""
    return {
        name: channel
        for name, channel in office.channels.items()
        if isinstance(channel, NoticeChannel) and channel.kind == "newsletter"
    }


def ask(office: Office, asked: Asked, network: str) -> Verdict:
    """Take a sign-up in. `network`: where it came from, as in 192.0.2.0/24, "" if nobody can tell.

    Does the same work whether the address is known or not, and sends nothing itself. What came of it is for the log:
    whoever asked is told the same each time.
    """
    verdict = office.store.sign_ups.ask(asked, network, office.clock.now())
    if verdict is Verdict.TAKEN:
        log.info("sign-up taken", channel=asked.channel)
    else:
        log.warning("sign-up braked", channel=asked.channel, brake=str(verdict))
    return verdict


def confirm(office: Office, token: str) -> Subscriber | None:
    """Enter the subscriber with the evidence; repeated, the same one. None for a link that is unknown or too old."""
    now = office.clock.now()
    waiting = office.store.sign_ups.waiting(token, now)
    evidence = "" if waiting is None else evidence_of(office, waiting, now)
    return office.store.sign_ups.confirm(token, evidence, now)


def evidence_of(office: Office, sign_up: SignUp, confirmed_at: datetime) -> str:
    """What the office can prove later: when, with which words, through which form, and when it was confirmed."""
    language, zone = office.config.office.language, office.config.office.timezone
    asked = sign_up.asked
    told = say(
        language,
        "evidence-sign-up",
        asked=office_moment(sign_up.asked_at, zone, language),
        form=asked.form,
        wording=asked.wording,
        confirmed=office_moment(confirmed_at, zone, language),
    )
    return f"{told} {say(language, 'evidence-ip', ip=asked.ip)}" if asked.ip else told


def send_notices(office: Office) -> int:
    """Send every mail of a sign-up that is due; answers how many were tried."""
    tried = 0
    newsletters = open_newsletters(office)
    while names := _at_work(office, newsletters):
        now = office.clock.now()
        claim = office.store.sign_ups.claim_notice(names, now, LEASE)
        if claim is None:
            break
        tried += 1
        _send(office, newsletters[claim.sign_up.asked.channel], claim)
    return tried


def next_notice(office: Office) -> datetime | None:
    """When the next mail of a sign-up is due, None if none waits or may leave."""
    newsletters = open_newsletters(office)
    due = office.store.sign_ups.next_notice(list(newsletters)) if newsletters else None
    # Asked once a second: only where a mail waits does it matter who may send.
    return due if due is not None and _at_work(office, newsletters) else None


def forget_unconfirmed(office: Office) -> int:
    """Delete what nobody confirmed within seven days; answers how many."""
    forgotten = office.store.sign_ups.forget(office.clock.now())
    if forgotten:
        note = Deed(at=office.clock.now(), who="publisher", what="sign-ups-forgotten", detail=str(forgotten))
        office.store.ledger.note(note)
    return forgotten


def sign_up_concerns(office: Office) -> list[Concern]:
    """What a person should look at: so many sign-ups that none is taken for a while."""
    if office.store.sign_ups.braked_until(office.clock.now()) is None:
        return []
    return [Concern(subject="sign-ups", code="alarm-sign-ups-braked")]


def _at_work(office: Office, newsletters: Mapping[str, NoticeChannel]) -> list[str]:
    """Those that may send: a confirmation is no publication, so that only a stop of everything holds it back."""
    stop = office.store.outbox.stop()
    if stop is not None and stop.everything:
        return []
    return [name for name in newsletters if may_work(office, name)]


def _send(office: Office, channel: NoticeChannel, claim: NoticeClaim) -> None:
    try:
        channel.send_notice(_notice(office, channel, claim))
    except PublisherError as error:
        log.warning("notice not sent", channel=channel.name, code=error.code, attempt=claim.attempts)
        if isinstance(error, ChannelSuspended):
            suspend(office, channel.name, error)
        now = office.clock.now()
        office.store.sign_ups.settle_notice(claim, state_after(error), due_after(error, claim.attempts, now))
    else:
        office.store.sign_ups.settle_notice(claim, NoticeState.SENT, office.clock.now())


def state_after(error: PublisherError) -> NoticeState:
    """What is known of a mail after its attempt failed. A broken template or a relay that is away: again, later."""
    match error:
        case UncertainOutcome():
            return NoticeState.UNCERTAIN
        case PermanentFailure():
            return NoticeState.REFUSED
        case _:
            return NoticeState.DUE


def due_after(error: PublisherError, attempts: int, now: datetime) -> datetime:
    """When to try again: as the relay asked, else after a pause that grows to an hour."""
    if isinstance(error, TemporaryFailure) and error.retry_after is not None:
        return now + error.retry_after
    return now + min(retry_pause(attempts), LONGEST_PAUSE)


def _notice(office: Office, channel: NoticeChannel, claim: NoticeClaim) -> Notice:
    asked, web = claim.sign_up.asked, office.config.web
    language = asked.language or office.config.office.language
    page = web.preferences_page(claim.known) if claim.known else web.confirm_page(claim.sign_up.token)
    order = NoticeOrder(
        template="notice/known" if claim.known else "notice/confirm",
        language=language,
        link=f"{page}?lang={language}",
        topics=tuple(channel.topics[topic] for topic in asked.topics if topic in channel.topics),
        rhythm=asked.rhythm,
        asked_at=claim.sign_up.asked_at,
        until=claim.sign_up.until,
    )
    words = office.renderer.notice(order)
    return Notice(
        id=claim.notice_id,
        to=asked.address,
        subject=words.subject,
        text=words.text,
        html=words.html,
        language=language,
        dated=claim.sign_up.asked_at,
    )
