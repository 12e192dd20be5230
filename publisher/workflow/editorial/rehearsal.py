"""An issue sent to one person of the office, to look at it in a real mailbox. Nothing of it is written down as sent."""

import secrets
from dataclasses import dataclass, replace

from publisher.domain.announcement import Dossier
from publisher.domain.errors import InvalidAnnouncement, SendFailure
from publisher.domain.issue import Issue, Recipient, RecipientState
from publisher.domain.timing import release_moment
from publisher.messages import say, tell
from publisher.ports.channels import MailChannel
from publisher.ports.ledger import Deed
from publisher.workflow.audience.subscribing import usable_address
from publisher.workflow.compose.enclosures import enclosures_of
from publisher.workflow.compose.subject import Subject, Worded, originals_of
from publisher.workflow.compose.wording import word
from publisher.workflow.editorial.decisions import require
from publisher.workflow.office import Office


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What became of a test. `reason`: the mail server's answer, or what kept it from being asked."""

    sent: bool
    subject: str
    reason: str = ""


def rehearse(office: Office, channel: MailChannel, id: str, address: str, *, anyway: bool) -> Rehearsed:
    """Send an announcement, held or not, as it would go out, marked as a test.

    Only to the office's own addresses, since held words are nobody else's business; `anyway` elsewhere too, but never
    ahead of the embargo. Raises InvalidAnnouncement for an unknown announcement or where the test may not go,
    ConfigError for a broken template.
    """
    dossier = require(office, id)
    language = office.config.office.language
    recipient = _recipient(address)
    _must_be_allowed(office, dossier, recipient.address, anyway=anyway)
    announcement = dossier.announcement
    subject = Subject(dossier.id, announcement, originals_of(office, announcement))
    worded = word(office, channel, subject, office.clock.now(), ask=False)
    marked = replace(worded.variant, subject=say(language, "newsletter-subject-test", subject=worded.variant.subject))
    office.store.ledger.note(Deed(at=office.clock.now(), who="office", what="tested", subject=dossier.id))
    reason = _send(office, channel, replace(worded, variant=marked), recipient)
    return Rehearsed(sent=not reason, subject=marked.subject, reason=reason)


def _recipient(address: str) -> Recipient:
    # A token that belongs to nobody: its unsubscribe page works, and takes nobody off the list.
    return Recipient(
        id=0, issue_id="", subscriber_id=0, address=usable_address(address), token=secrets.token_urlsafe(24), attempts=0
    )


def _must_be_allowed(office: Office, dossier: Dossier, address: str, *, anyway: bool) -> None:
    stop = office.store.outbox.stop()
    if stop is not None and stop.everything:
        raise InvalidAnnouncement("test-stopped")
    domain = address.rpartition("@")[2].lower()
    own = office.config.office.contact.rpartition("@")[2].rstrip(">").lower()
    if domain == own:
        return
    now = office.clock.now()
    if dossier.announcement.embargo is not None and release_moment(dossier.announcement, now) > now:
        raise InvalidAnnouncement("test-embargoed", own=own)
    if not anyway:
        raise InvalidAnnouncement("test-foreign", domain=domain, own=own)


def _send(office: Office, channel: MailChannel, worded: Worded, recipient: Recipient) -> str:
    """Hand it to the relay; answers why it did not take it, "" if it did."""
    now = office.clock.now()
    issue = Issue(id=f"test-{secrets.token_hex(6)}", delivery_id="", channel=channel.name, dated=now)
    copy = replace(recipient, issue_id=issue.id)
    for name, read in worded.pictures.items():
        office.store.archive.keep_picture(name, read.media_type, read.data)
    try:
        for mailed in channel.deliver(issue, worded.variant, iter([copy]), enclosures_of(office, worded.variant)):
            return "" if mailed.state is RecipientState.SENT else mailed.reason or str(mailed.state)
    except SendFailure as error:
        return tell(error, office.config.office.language)
    return say(office.config.office.language, "test-unanswered")
