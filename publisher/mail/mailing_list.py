"""What every mailing list of the office is: a letterhead, a relay, a pace, and a place where its mails come back to."""

import re
import time
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import ClassVar

from publisher.config.tables import Config
from publisher.domain.errors import ConfigError, PermanentFailure, TemporaryFailure
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient
from publisher.domain.variant import Variant
from publisher.mail.letters.addresses import read_mailbox
from publisher.mail.letters.message import Coming, Letterhead, Mould
from publisher.mail.letters.signing import WORTH_SIGNERS, signed_ahead
from publisher.mail.return_desk import returns_of
from publisher.mail.returns.tickets import open_tickets
from publisher.mail.settings import MailSettings, credentials_of, must_be_usable, signer_of
from publisher.mail.transport.connections import Transport
from publisher.mail.transport.judgement import judge
from publisher.mail.transport.pace import Pace
from publisher.mail.transport.relay import Relay, host_name, parse_relay
from publisher.ports.channels import Account, Begin, ChannelRules, SandboxPlace, begin_all
from publisher.ports.ledger import Notebook


class MailingList:
    """One list of config.toml, a channel whose variants are issues: what newsletters and press lists share.

    `relay` None: its sandbox is not running. `returns` None: what comes back goes to the sender (ports.mailbox.Returning).
    """

    kind: ClassVar[str]

    def __init__(
        self, name: str, settings: MailSettings, config: Config, notebook: Notebook, sandbox: SandboxPlace | None
    ) -> None:
        """Raises ConfigError."""
        where = f"channels.{name}"
        must_be_usable(settings, where)
        self.name = name
        self.rules = ChannelRules(
            template=settings.template or self.kind, sources=settings.sources, language=settings.language
        )
        self.undo = settings.undo
        self.keep_recipients = settings.keep_recipients
        self.letterhead = replace(_letterhead(name, settings, config), signer=signer_of(settings, where, config.folder))
        self.relay = _relay(settings, where, config.folder, sandbox, self.letterhead.sender.domain)
        self.returns = returns_of(settings, where, config, notebook)
        self._settings = settings
        self._notebook = notebook
        self._transport = Transport(self.relay, settings.connections) if self.relay else None

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
        enclosures: Sequence[Enclosure] = (),
        begin: Begin = begin_all,
    ) -> Iterator[Mailed]:
        """Send one message to each recipient, as the port (MailChannel) says."""
        if self._transport is None:
            raise TemporaryFailure("smtp-sandbox-away")
        mould = Mould(self.letterhead_now(), issue, variant, enclosures)
        pace = Pace(self._settings.rate, self._notebook, f"channel:{self.name}", time.time)
        with closing(self._letters(mould, issue, recipients, pace)) as letters:
            for recipient, verdict in self._transport.carry(letters, pace, begin):
                yield judge(recipient, verdict, datetime.now(UTC))

    def letterhead_now(self) -> Letterhead:
        """With the return paths that today's key signs."""
        if self.returns is None:
            return self.letterhead
        address_of = partial(self.returns.address_of, tickets=open_tickets(self._notebook))
        return replace(self.letterhead, return_path=address_of)

    def _letters(
        self, mould: Mould, issue: Issue, recipients: Iterable[Recipient], pace: Pace
    ) -> Generator[Coming, None, None]:
        """Where no rate holds up a long run, signatures would: then they are worked out ahead, beside it."""
        if mould.signing is None or not pace.unlimited or issue.candidates < WORTH_SIGNERS:
            return mould.letters(recipients)
        return signed_ahead(mould, recipients)


def _relay(settings: MailSettings, where: str, folder: Path, sandbox: SandboxPlace | None, domain: str) -> Relay | None:
    credentials = credentials_of(settings, where, folder) if settings.smtp else None
    address = settings.smtp or (parse_relay(sandbox.api) if sandbox else None)
    return Relay(address=address, credentials=credentials, greeting=host_name(domain)) if address else None


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
