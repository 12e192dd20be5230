"""Threads of posts: what is out is kept before the next part is made, so that a crash goes on where it stopped."""

from collections.abc import Sequence
from dataclasses import replace

import structlog

from publisher.domain.delivery import Claim, Happened, Never, Receipt, SentPart
from publisher.domain.errors import SendFailure
from publisher.domain.variant import Json, JsonObject, Variant
from publisher.messages import tell
from publisher.ports.channels import Mint, PostChannel
from publisher.ports.threads import Threaded
from publisher.workflow.office import Office

log = structlog.get_logger()

PARTS = "parts"
"""Where a variant's details keep those of its further parts."""


def arrived(
    office: Office, channel: PostChannel, claim: Claim, request: JsonObject, receipt: Receipt
) -> JsonObject | None:
    """Record that a request's post is there. Answers the request of the thread's next part, None when all are out."""
    outbox, now = office.store.outbox, office.clock.now()
    variant, out = outbox.variant(claim.delivery.id), outbox.parts(claim.delivery.id)
    sent = [*out, SentPart(number=len(out) + 1, request=request, receipt=receipt)]
    if len(sent) > len(variant.more) or not isinstance(channel, Threaded):
        _log(channel, claim, outbox.settle(claim, Happened(_whole(sent)), now))
        return None
    mint = Mint(delivery_id=f"{claim.delivery.id}-{len(sent) + 1}", at=now)
    try:
        bare = channel.request(_part(variant, len(sent)), (), None, mint)
        following = channel.reply(bare, sent[0].receipt, sent[-1].receipt)
    except SendFailure as error:
        outbox.settle(claim, Never(error.code, tell(error, office.config.office.language)), now)
        return None
    kept = outbox.advance(claim, sent[-1], following, now)
    _log(channel, claim, kept)
    return following if kept else None


def _part(variant: Variant, number: int) -> Variant:
    """A further part as a variant of its own: pictures and card went with the first."""
    of_parts = variant.details.get(PARTS)
    details = of_parts[number - 1] if isinstance(of_parts, list | tuple) else {}
    alone = details if isinstance(details, dict) else {}
    return replace(variant, text=variant.more[number - 1], more=(), pictures=(), card=None, details=alone)


def _whole(sent: Sequence[SentPart]) -> Receipt:
    """The receipt of a thread is that of its first post, with all posts named in it."""
    if len(sent) == 1:
        return sent[0].receipt
    posts: list[Json] = [{"ref": part.receipt.ref, "url": part.receipt.url} for part in sent]
    return replace(sent[0].receipt, details={**sent[0].receipt.details, PARTS: posts})


def with_parts(channel: PostChannel, variant: Variant) -> Variant:
    """A variant finished by its channel, with the details of each further part."""
    finished = channel.finish(variant)
    if not variant.more:
        return finished
    parts: list[Json] = [
        channel.finish(replace(variant, text=text, more=(), pictures=(), card=None)).details for text in variant.more
    ]
    return replace(finished, details={**finished.details, PARTS: parts})


def _log(channel: PostChannel, claim: Claim, counted: bool) -> None:
    event = "attempt settled" if counted else "attempt settled too late"
    log.info(event, channel=channel.name, delivery=claim.delivery.id, outcome=Happened.__name__)
