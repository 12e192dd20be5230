"""Deliveries of posts on their way out: claimed under a lease, written down before the call, settled after it."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

import structlog

from publisher.domain.delivery import Claim, Happened, NotYet, Outcome
from publisher.domain.errors import ChannelSuspended, PermanentFailure, SendFailure, TemporaryFailure, UploadsForgotten
from publisher.domain.gate import Drop, Go, Wait
from publisher.domain.variant import JsonObject, PreparedPicture, Variant
from publisher.ports.channels import Mint, PostChannel
from publisher.workflow.compose.cards import late_thumbnail
from publisher.workflow.compose.limits import limits_of
from publisher.workflow.compose.threads import arrived
from publisher.workflow.dispatch.lane import LEASE, may_work, outcome_of, suspend, turn_away, verdict_on
from publisher.workflow.dispatch.pacing import is_slowed, slow_down
from publisher.workflow.office import Office

log = structlog.get_logger()

FAILURES = "upload failures"
ANEW = "uploads anew"
"""The step that says that the platform has forgotten the uploads: {"done": False} until they are made once more."""


class LeaseLost(Exception):
    """Another worker has this delivery by now: nothing may be written or sent under the old claim."""


class GateClosed(Exception):
    """It may not leave any more: an upload would be the first byte of it outside."""

    def __init__(self, verdict: Wait | Drop) -> None:
        super().__init__(verdict.code)
        self.verdict = verdict


def dispatch_due(office: Office, channel: PostChannel) -> int:
    """Send everything that is due on one channel, one after the other; answers how many were attempted."""
    attempted = 0
    while may_work(office, channel.name):
        now = office.clock.now()
        paced = is_slowed(office, channel.name, now)
        claim = office.store.outbox.claim(channel.name, now, LEASE, office.worker, urgent_only=paced)
        if claim is None:
            break
        attempted += 1
        try:
            dispatch(office, channel, claim)
        except LeaseLost:
            log.warning("lease lost", delivery=claim.delivery.id, channel=channel.name)
    return attempted


def dispatch(office: Office, channel: PostChannel, claim: Claim) -> None:
    """Take one claimed delivery through its attempt. Raises LeaseLost, StoreError."""
    # 1. The gate, before any upload.
    verdict = verdict_on(office, claim.delivery)
    if not isinstance(verdict, Go):
        turn_away(office, claim, verdict)
        return
    # 2. The exact request: the stored one, or minted now, with its uploads as recorded steps.
    try:
        request = _request_of(office, channel, claim)
    except GateClosed as closed:
        turn_away(office, claim, closed.verdict)
        return
    except SendFailure as error:
        _settle_unsent(office, channel, claim, error)
        return
    # 3. The attempt is written before its first byte leaves.
    if not office.store.outbox.begin(claim, request, office.clock.now()):
        raise LeaseLost(claim.delivery.id)
    # 4. The gate once more, right before each call; then the call.
    send_begun(office, channel, claim, request)


def send_begun(office: Office, channel: PostChannel, claim: Claim, request: JsonObject) -> None:
    """Send the request of an attempt that is written down, and settle it; a thread goes on to its end.

    Raises LeaseLost, StoreError.
    """
    following = _send_part(office, channel, claim, request)
    while following is not None:
        now = office.clock.now()
        if office.closing.is_set():
            office.store.outbox.unclaim(claim, now)
            return
        if not (office.store.outbox.renew(claim, now + LEASE) and office.store.outbox.begin(claim, following, now)):
            raise LeaseLost(claim.delivery.id)
        following = _send_part(office, channel, claim, following)


def _send_part(office: Office, channel: PostChannel, claim: Claim, request: JsonObject) -> JsonObject | None:
    """The gate once more, right before the call; the call; its outcome. Answers the request of the next part, if any."""
    match verdict_on(office, claim.delivery):
        case Go():
            outcome = _send(office, channel, claim, request)
            slow_down(office, channel, outcome)
            if isinstance(outcome, Happened):
                return arrived(office, channel, claim, request, outcome.receipt)
            _settle(office, channel, claim, outcome)
        case Wait(code, until):
            _settle(office, channel, claim, NotYet(code, until))
        case Drop() as verdict:
            turn_away(office, claim, verdict)
    return None


def _send(office: Office, channel: PostChannel, claim: Claim, request: JsonObject) -> Outcome:
    try:
        return Happened(channel.send(request))
    except Exception as error:  # whatever breaks after the attempt was written must be settled
        if isinstance(error, ChannelSuspended):
            suspend(office, channel.name, error)
        elif isinstance(error, UploadsForgotten) and _once_more(office, claim):
            return NotYet("uploads-forgotten", office.clock.now())
        elif not isinstance(error, SendFailure):
            log.exception("unexpected error in a call", channel=channel.name, delivery=claim.delivery.id)
        counted = replace(claim.delivery, attempts=claim.delivery.attempts + 1)
        return outcome_of(error, counted, office.clock.now(), office.config.office.language)


def _settle(office: Office, channel: PostChannel, claim: Claim, outcome: Outcome) -> None:
    counted = office.store.outbox.settle(claim, outcome, office.clock.now())
    log.info(
        "attempt settled" if counted else "attempt settled too late",
        channel=channel.name,
        delivery=claim.delivery.id,
        outcome=type(outcome).__name__,
    )


def _settle_unsent(office: Office, channel: PostChannel, claim: Claim, error: SendFailure) -> None:
    """An upload failed: nothing of it can be seen, so trying again is harmless whatever the platform did."""
    if isinstance(error, ChannelSuspended):
        suspend(office, channel.name, error)
    if not isinstance(error, PermanentFailure | TemporaryFailure | ChannelSuspended):
        error = TemporaryFailure(error.code, None, **error.values)
    outbox = office.store.outbox
    failures = _failures(outbox.steps(claim.delivery.id)) + 1
    outbox.step(claim, FAILURES, {"count": failures})
    counted = replace(claim.delivery, attempts=failures)
    outcome = outcome_of(error, counted, office.clock.now(), office.config.office.language)
    _settle(office, channel, claim, outcome)


def _failures(steps: Mapping[str, JsonObject]) -> int:
    count = steps.get(FAILURES, {}).get("count", 0)
    return count if isinstance(count, int) else 0


def _once_more(office: Office, claim: Claim) -> bool:
    """Note that the uploads are to be made anew; not twice, for a platform that forgets the fresh ones, too."""
    outbox = office.store.outbox
    return ANEW not in outbox.steps(claim.delivery.id) and outbox.step(claim, ANEW, {"done": False})


def _request_of(office: Office, channel: PostChannel, claim: Claim) -> JsonObject:
    """The stored request, unless its uploads are forgotten; else a fresh one. Raises SendFailure, GateClosed, LeaseLost."""
    done = office.store.outbox.steps(claim.delivery.id)
    anew = done.get(ANEW) == {"done": False}
    if claim.delivery.request is not None and not anew:
        return claim.delivery.request
    request = _make_request(office, channel, claim, {} if anew else done)
    if anew and not office.store.outbox.remake(claim, request, ANEW):
        raise LeaseLost(claim.delivery.id)
    return request


def _make_request(office: Office, channel: PostChannel, claim: Claim, done: Mapping[str, JsonObject]) -> JsonObject:
    """Upload what is not uploaded yet and mint the final request. Raises SendFailure, GateClosed, LeaseLost."""
    variant = office.store.outbox.variant(claim.delivery.id)
    uploads = [_upload(office, channel, claim, picture, done) for picture in variant.pictures]
    thumbnail = _thumbnail(office, channel, claim, variant)
    card = _upload(office, channel, claim, thumbnail, done) if thumbnail else None
    return channel.request(variant, uploads, card, Mint(delivery_id=claim.delivery.id, at=office.clock.now()))


def _thumbnail(office: Office, channel: PostChannel, claim: Claim, variant: Variant) -> PreparedPicture | None:
    """The card's picture: the one that was found at wording, or, if it was too early then, the one of now."""
    card = variant.card
    if card is None or card.thumbnail is not None:
        return card.thumbnail if card else None
    dossier = office.store.archive.dossier(claim.delivery.announcement_id)
    # The page and its picture may take 20 s each.
    if dossier is None or not office.store.outbox.renew(claim, office.clock.now() + 2 * LEASE):
        raise LeaseLost(claim.delivery.id)
    return late_thumbnail(office, dossier.announcement, limits_of(office, channel, ask=False))


def _upload(
    office: Office, channel: PostChannel, claim: Claim, picture: PreparedPicture, done: Mapping[str, JsonObject]
) -> JsonObject:
    step = f"upload {picture.sha256} {sha256(picture.alt.encode()).hexdigest()[:8]}"
    if step in done:
        return done[step]
    kept = office.store.archive.picture(picture.sha256)
    if kept is None:
        raise PermanentFailure("picture-lost")
    verdict = verdict_on(office, claim.delivery)
    if not isinstance(verdict, Go):
        raise GateClosed(verdict)
    if not office.store.outbox.renew(claim, office.clock.now() + LEASE):
        raise LeaseLost(claim.delivery.id)
    uploaded = channel.upload(picture, kept[1])
    if not office.store.outbox.step(claim, step, uploaded):
        raise LeaseLost(claim.delivery.id)
    return uploaded
