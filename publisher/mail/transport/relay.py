"""The office's mail relay: how it is addressed, and the way to a conversation with it that is safe and signed in."""

import re
import smtplib
import socket
import ssl
from dataclasses import dataclass

from publisher.domain.errors import ChannelSuspended, TemporaryFailure
from publisher.mail.transport.judgement import spoken
from publisher.mail.transport.session import Reply
from publisher.net.addresses import LOOPBACK

PATIENCE = 20.0
"""Seconds that the relay may stay silent."""
PATIENCE_IN_DOUBT = 600.0
"""Seconds that it may look a whole letter over before it says whether it takes it on (RFC 5321, section 4.5.3.2.6)."""
PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


@dataclass(frozen=True, slots=True)
class RelayAddress:
    """Where the relay listens, and how the way there is protected: smtp, smtp+starttls or smtps."""

    scheme: str
    host: str
    port: int

    @property
    def private(self) -> bool:
        """Whether nobody on the way can read a password."""
        return self.scheme != "smtp" or self.host in LOOPBACK


def parse_relay(value: object) -> RelayAddress:
    """ "smtp+starttls://mail.example:587", the port optional. Raises ValueError."""
    shape = r"(smtp|smtp\+starttls|smtps)://(\[[0-9a-fA-F:.]+\]|[^\s/:@\[\]]+)(?::(\d{1,5}))?/?"
    match = re.fullmatch(shape, value) if isinstance(value, str) else None
    if match is None or not 0 < int(match[3] or 1) < 65536:
        raise ValueError("mail server")
    return RelayAddress(match[1], match[2].strip("[]"), int(match[3] or PORTS[match[1]]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A user of the relay; kept out of every message and log."""

    username: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relay:
    """A mail relay that can be connected to. `greeting`: the name we say hello with.

    Seconds of silence: `patience_in_doubt` where it has a whole letter and has not answered yet, else `patience`.
    """

    address: RelayAddress
    credentials: Credentials | None
    greeting: str
    patience: float = PATIENCE
    patience_in_doubt: float = PATIENCE_IN_DOUBT

    def connect(self) -> smtplib.SMTP:
        """A conversation after EHLO, TLS and AUTH. Raises ChannelSuspended (credentials), else TemporaryFailure."""
        try:
            return self._converse()
        except smtplib.SMTPAuthenticationError as error:
            said = spoken(_reply(error))
            if error.smtp_code // 100 == 4:
                raise self.away("smtp-turned-away", said) from None
            raise ChannelSuspended("smtp-login-refused", host=self.address.host, said=said) from None
        except smtplib.SMTPResponseException as error:
            raise self.away("smtp-turned-away", spoken(_reply(error))) from None
        except ssl.SSLError as error:
            raise self.away("smtp-tls-failed", error.reason or type(error).__name__) from None
        except smtplib.SMTPServerDisconnected:
            raise self.away("smtp-unreachable", "Connection closed") from None
        except smtplib.SMTPException:
            # All that is left of them: no STARTTLS, no AUTH, or an AUTH in none of the ways that smtplib knows.
            raise self.away("smtp-not-offered") from None
        except OSError as error:
            raise self.away("smtp-unreachable", error.strerror or type(error).__name__) from None

    def away(self, code: str, said: str = "") -> TemporaryFailure:
        """A failure that names the relay, and what was said."""
        return TemporaryFailure(code, host=self.address.host, port=self.address.port, said=said)

    def _converse(self) -> smtplib.SMTP:
        smtp = self._open()
        try:
            smtp.ehlo_or_helo_if_needed()
            if self.address.scheme == "smtp+starttls":
                smtp.starttls(context=ssl.create_default_context())
                smtp.ehlo_or_helo_if_needed()
            if self.credentials:
                smtp.login(self.credentials.username, self.credentials.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _open(self) -> smtplib.SMTP:
        host, port = self.address.host, self.address.port
        if self.address.scheme == "smtps":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port, self.greeting, timeout=self.patience, context=context)
        return smtplib.SMTP(host, port, self.greeting, timeout=self.patience)


def host_name(fallback: str) -> str:
    """What this machine calls itself, if that is a full name (RFC 5321, section 4.1.1.1), without asking any server."""
    name = socket.gethostname()
    return name if re.fullmatch(r"[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", name) else fallback


def _reply(error: smtplib.SMTPResponseException) -> Reply:
    said = error.smtp_error
    return Reply(error.smtp_code, (said if isinstance(said, bytes) else str(said).encode("ascii", "replace"),))
