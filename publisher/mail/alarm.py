"""Alarms by mail: a short plain message to the people of the office, through the first newsletter's relay."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from publisher.domain.alarm import AlarmNote
from publisher.domain.errors import TemporaryFailure
from publisher.mail.letters.addresses import Mailbox
from publisher.mail.transport.relay import Relay


@dataclass(frozen=True, slots=True, kw_only=True)
class MailBell:
    """Implements `publisher.ports.alarms.Bell`. `relay` None: the sandbox is not running."""

    relay: Relay | None
    sender: Mailbox
    to: Sequence[Mailbox] = field(repr=False)
    name: str = "mail"

    def ring(self, note: AlarmNote) -> None:
        """One message to all of them together. Raises ChannelSuspended and TemporaryFailure."""
        if self.relay is None:
            raise TemporaryFailure("smtp-sandbox-away")
        refused = 0
        smtp = self.relay.connect()
        try:
            refused = len(smtp.send_message(self._message(note)))
            smtp.quit()
        except (OSError, smtplib.SMTPException):
            refused = len(self.to)
        finally:
            smtp.close()
        # Outside the except clause: smtplib's errors name the addresses.
        if refused == len(self.to):
            raise TemporaryFailure("alarm-not-delivered", place=self.relay.address.host, status=0)

    def _message(self, note: AlarmNote) -> EmailMessage:
        message = EmailMessage()
        message["From"] = formataddr((self.sender.display, self.sender.address))
        message["To"] = ", ".join(mailbox.address for mailbox in self.to)
        message["Subject"] = note.title
        message["Date"] = format_datetime(note.at)
        message["Message-ID"] = f"<alarm.{note.id}@{self.sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        message.set_content(note.text)
        return message
