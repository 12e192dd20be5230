"""The way out that every mailing list of the office has: its letterhead, its relay, its pace, and where mails come back."""

import re
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property, partial

from publisher.config import Config
from publisher.domain.errors import ConfigError, PermanentFailure, TemporaryFailure
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient
from publisher.domain.variant import Variant
from publisher.mail.addresses import read_mailbox
from publisher.mail.judgement import judge
from publisher.mail.message import Coming, Letterhead, Mould
from publisher.mail.pace import Pace
from publisher.mail.relay import Credentials, Relay, RelayAddress, host_name, parse_relay
from publisher.mail.return_desk import NewsletterReturns, returns_of
from publisher.mail.settings import MailSettings, credentials_of, must_be_usable, signer_of
from publisher.mail.signing import WORTH_SIGNERS, signed_ahead
from publisher.mail.tickets import open_tickets
from publisher.mail.transport import Transport
from publisher.ports.channels import Account, Begin, SandboxPlace
from publisher.ports.ledger import Notebook


@dataclass(frozen=True)
class Outgoing:
    """How one list's mails leave. `relay` None: its sandbox is not running."""

    name: str
    settings: MailSettings
    letterhead: Letterhead
    relay: Relay | None
    notebook: Notebook
    returns: NewsletterReturns | None

    def verify(self) -> Account:
        """Connect and sign in as for a run. Raises ChannelSuspended and TemporaryFailure."""
        if self.relay is None:
            raise TemporaryFailure("smtp-sandbox-away")
        smtp = self.relay.connect()
        try:
            smtp.noop()
            smtp.quit()
        except OSError as error:
            raise self.relay.away("smtp-unreachable", type(error).__name__) from None
        finally:
            smtp.close()
        if self.returns and self.returns.box:
            self.returns.box.check()
        return Account(name=self.letterhead.sender.display or self.letterhead.sender.address)

    def deliver(
        self,
        issue: Issue,
        variant: Variant,
        recipients: Iterable[Recipient],
        enclosures: Sequence[Enclosure],
        begin: Begin,
    ) -> Iterator[Mailed]:
        """Send one message to each recipient, as the port (MailChannel) says."""
        if self._transport is None:
            raise TemporaryFailure("smtp-sandbox-away")
        mould = Mould(self.letterhead_now(), issue, variant, enclosures)
        pace = Pace(self.settings.rate, self.notebook, f"channel:{self.name}", time.time)
        with closing(self._letters(mould, issue, recipients, pace)) as letters:
            for recipient, verdict in self._transport.carry(letters, pace, begin):
                yield judge(recipient, verdict, datetime.now(UTC))

    def _letters(
        self, mould: Mould, issue: Issue, recipients: Iterable[Recipient], pace: Pace
    ) -> Generator[Coming, None, None]:
        """Where no rate holds up a long run, signatures would: then they are worked out ahead, beside it."""
        if mould.signing is None or not pace.unlimited or issue.candidates < WORTH_SIGNERS:
            return mould.letters(recipients)
        return signed_ahead(mould, recipients, ahead=4 * self.settings.connections)

    @cached_property
    def _transport(self) -> Transport | None:
        return Transport(self.relay, self.settings.connections) if self.relay else None

    def letterhead_now(self) -> Letterhead:
        """With the return paths that today's key signs."""
        if self.returns is None:
            return self.letterhead
        address_of = partial(self.returns.address_of, tickets=open_tickets(self.notebook))
        return replace(self.letterhead, return_path=address_of)


def outgoing_of(
    name: str, settings: MailSettings, config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> Outgoing:
    """The way out of a list by its settings. Raises ConfigError."""
    where = f"channels.{name}"
    must_be_usable(settings, where)
    letterhead = replace(_letterhead(name, settings, config), signer=signer_of(settings, where, config.folder))
    address = settings.smtp or (parse_relay(sandbox.api) if sandbox else None)
    credentials = credentials_of(settings, where, config.folder) if settings.smtp else None
    return Outgoing(
        name=name,
        settings=settings,
        letterhead=letterhead,
        relay=_relay(address, credentials, letterhead),
        notebook=notebook,
        returns=returns_of(settings, where, config, notebook),
    )


def _relay(address: RelayAddress | None, credentials: Credentials | None, letterhead: Letterhead) -> Relay | None:
    if address is None:
        return None
    return Relay(address=address, credentials=credentials, greeting=host_name(letterhead.sender.domain))


def _letterhead(name: str, settings: MailSettings, config: Config) -> Letterhead:
    office, web = config.office, config.web
    try:
        contact = read_mailbox(office.contact)
    except PermanentFailure:
        raise ConfigError("config-wrong-mail-address", key="office.contact") from None
    if not web.public_url.isascii():
        raise ConfigError("config-address-not-ascii", key="web.public_url")
    return Letterhead(
        sender=settings.sender,
        contact=contact,
        list_name=settings.sender.display or office.name,
        list_id=f"{_label(name)}.{settings.sender.domain}",
        zone=office.timezone,
        archive_page=f"{web.public_url}/",
        unsubscribe_page=web.unsubscribe_page,
    )


def _label(name: str) -> str:
    """A channel's name as the first label of a List-Id (RFC 2919, section 2)."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "liste"
