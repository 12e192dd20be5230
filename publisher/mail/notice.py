"""One mail to one person about their own subscription: no list mail, so nothing of a list in its header."""

from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from functools import partial

from publisher.domain.errors import PermanentFailure, TemporaryFailure, UncertainOutcome
from publisher.domain.issue import Mailed, Recipient, RecipientState
from publisher.domain.returned import NOBODYS
from publisher.domain.sign_up import Notice
from publisher.mail.letters.addresses import Mailbox, read_address
from publisher.mail.letters.dkim import relaxed_fields, relaxed_lines
from publisher.mail.letters.fields import one_line
from publisher.mail.letters.message import Letter, Letterhead
from publisher.mail.transport.connections import Transport
from publisher.mail.transport.judgement import judge
from publisher.mail.transport.pace import Pace
from publisher.mail.transport.relay import Relay
from publisher.ports.ledger import Notebook

PATIENCE_IN_DOUBT = 60.0
"""Seconds that the relay may look a notice over: whoever sends it holds it for four minutes."""


def send_notice(relay: Relay, letterhead: Letterhead, notice: Notice, notebook: Notebook) -> None:
    """Hand a notice to the relay. Raises one of the four SendFailures."""
    to = Recipient(
        id=NOBODYS.copy_id,
        issue_id=notice.id,
        subscriber_id=NOBODYS.subscriber_id,
        address=notice.to,
        token="",
        attempts=0,
    )
    unhurried = Pace(None, notebook, "", lambda: 0.0)
    letter = (to, partial(cast, letterhead, notice, to))
    relay = replace(relay, patience_in_doubt=PATIENCE_IN_DOUBT)
    for recipient, verdict in Transport(relay, 1).carry(iter([letter]), unhurried):
        _raise_unless_sent(judge(recipient, verdict, datetime.now(UTC)))


def cast(letterhead: Letterhead, notice: Notice, recipient: Recipient) -> Letter:
    """The notice as bytes, the same each time. Raises PermanentFailure for an unusable address."""
    to = read_address(notice.to)
    message = _message(letterhead, notice, to)
    content = message.as_bytes(policy=SMTPUTF8 if to.international else SMTP)
    header, _, body = content.partition(b"\r\n\r\n")
    signature = b""
    if letterhead.signer:
        signature = letterhead.signer.field(relaxed_fields(header + b"\r\n"), relaxed_lines(body))
    return Letter(
        recipient=recipient,
        sender=letterhead.return_path(recipient) if letterhead.return_path else letterhead.sender.address,
        to=to.address,
        content=signature + content,
        international=to.international,
    )


def _message(letterhead: Letterhead, notice: Notice, to: Mailbox) -> EmailMessage:
    message = EmailMessage(policy=SMTPUTF8 if to.international else SMTP)
    message["To"] = _named(to)
    message["From"] = _named(letterhead.sender)
    message["Reply-To"] = _named(letterhead.contact)
    message["Subject"] = one_line(notice.subject)
    message["Date"] = format_datetime(notice.dated.astimezone(letterhead.zone))
    message["Message-ID"] = f"<notice.{notice.id}@{letterhead.sender.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    message["Content-Language"] = notice.language
    message.set_content(notice.text, cte="quoted-printable")
    message.add_alternative(notice.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{notice.id}")
    return message


def _named(mailbox: Mailbox) -> Address:
    local, _, domain = mailbox.address.rpartition("@")
    return Address(one_line(mailbox.display), username=local, domain=domain)


def _raise_unless_sent(mailed: Mailed) -> None:
    match mailed.state:
        case RecipientState.SENT:
            return
        case RecipientState.UNCERTAIN:
            raise UncertainOutcome("smtp-no-answer")
        case RecipientState.FAILED:
            raise PermanentFailure("notice-refused", said=mailed.reason)
        case _:
            raise TemporaryFailure("notice-deferred", said=mailed.reason)
