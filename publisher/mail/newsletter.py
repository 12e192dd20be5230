"""The newsletter: a channel whose variants are issues, one message per subscriber, over the office's mail relay."""

import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from publisher.config import Config, read_table
from publisher.domain.digest import Schedule
from publisher.domain.errors import ConfigError, PermanentFailure, TemporaryFailure
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient
from publisher.domain.sign_up import Notice
from publisher.domain.variant import Variant
from publisher.mail.addresses import read_mailbox
from publisher.mail.judgement import judge
from publisher.mail.message import Letterhead, Mould
from publisher.mail.notice import send_notice
from publisher.mail.pace import Pace
from publisher.mail.relay import Credentials, Relay, RelayAddress, host_name, parse_relay
from publisher.mail.return_desk import NewsletterReturns, returns_of
from publisher.mail.settings import Settings, credentials_of, daily_of, must_be_usable, signer_of, weekly_of
from publisher.mail.tickets import open_tickets
from publisher.mail.transport import Transport
from publisher.ports.channels import Account, ChannelRules, SandboxPlace
from publisher.ports.store import Notebook

KIND = "newsletter"


class Newsletter:
    """One newsletter of config.toml (ports.channels.MailChannel). `relay` None: its sandbox is not running."""

    kind = KIND

    def __init__(
        self,
        name: str,
        settings: Settings,
        letterhead: Letterhead,
        relay: Relay | None,
        notebook: Notebook,
        returns: NewsletterReturns | None = None,
    ) -> None:
        self.name = name
        self.rules = ChannelRules(
            template=settings.template or "newsletter", sources=settings.sources, language=settings.language
        )
        self._settings = settings
        self.letterhead = letterhead
        self._relay = relay
        self._transport = Transport(relay, settings.connections) if relay else None
        self._notebook = notebook
        self._returns = returns

    @property
    def returns(self) -> NewsletterReturns | None:
        """Where its mails come back to (ports.mailbox.Returning)."""
        return self._returns

    @property
    def topics(self) -> Mapping[str, str]:
        """Key to name of each topic that subscribers may choose."""
        return self._settings.topics

    @property
    def relay(self) -> Relay | None:
        """The way out, for alarms to the office too; None while its sandbox is not running."""
        return self._relay

    @property
    def undo(self) -> timedelta:
        """How long a released issue can still be taken back."""
        return self._settings.undo

    @property
    def closed(self) -> bool:
        """Anybody may subscribe."""
        return False

    @property
    def digests(self) -> Sequence[Schedule]:
        """One a day, and one a week."""
        return daily_of(self._settings.digest_daily), weekly_of(self._settings.digest_weekly)

    @property
    def keep_recipients(self) -> timedelta:
        """How long it is kept who got which issue."""
        return self._settings.keep_recipients

    def verify(self) -> Account:
        """Connect and sign in as for a run. Raises ChannelSuspended and TemporaryFailure."""
        if self._relay is None:
            raise TemporaryFailure("smtp-sandbox-away")
        smtp = self._relay.connect()
        try:
            smtp.noop()
            smtp.quit()
        except OSError as error:
            raise self._relay.away("smtp-unreachable", type(error).__name__) from None
        finally:
            smtp.close()
        if self._returns and self._returns.box:
            self._returns.box.check()
        return Account(name=self.letterhead.sender.display or self.letterhead.sender.address)

    def deliver(
        self, issue: Issue, variant: Variant, recipients: Iterable[Recipient], enclosures: Sequence[Enclosure] = ()
    ) -> Iterator[Mailed]:
        """Send one message to each recipient, as the port says."""
        if self._transport is None:
            raise TemporaryFailure("smtp-sandbox-away")
        mould = Mould(self._letterhead_now(), issue, variant, enclosures)
        pace = Pace(self._settings.rate, self._notebook, f"channel:{self.name}", time.time)
        for recipient, verdict in self._transport.carry(iter(recipients), mould.cast, pace):
            yield judge(recipient, verdict, datetime.now(UTC))

    def _letterhead_now(self) -> Letterhead:
        """With the return paths that today's key signs."""
        if self._returns is None:
            return self.letterhead
        address_of = partial(self._returns.address_of, tickets=open_tickets(self._notebook))
        return replace(self.letterhead, return_path=address_of)

    @property
    def evidence_ip(self) -> bool:
        """Whether the office keeps the IP address as part of the proof of consent."""
        return self._settings.evidence_ip

    def send_notice(self, notice: Notice) -> None:
        """Send one notice, as the port (NoticeChannel) says."""
        if self._relay is None:
            raise TemporaryFailure("smtp-sandbox-away")
        send_notice(self._relay, self.letterhead, notice, self._notebook)


def build(
    name: str, table: Mapping[str, object], config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> Newsletter:
    """A newsletter from its table of config.toml. Raises ConfigError."""
    where = f"channels.{name}"
    settings = read_table(Settings, table, where)
    must_be_usable(settings, where)
    letterhead = replace(_letterhead(name, settings, config), signer=signer_of(settings, where, config.folder))
    returns = returns_of(settings, where, config, notebook)
    address = settings.smtp or (parse_relay(sandbox.api) if sandbox else None)
    credentials = credentials_of(settings, where, config.folder) if settings.smtp else None
    return Newsletter(name, settings, letterhead, _relay(address, credentials, letterhead), notebook, returns)


def _relay(address: RelayAddress | None, credentials: Credentials | None, letterhead: Letterhead) -> Relay | None:
    if address is None:
        return None
    return Relay(address=address, credentials=credentials, greeting=host_name(letterhead.sender.domain))


def _letterhead(name: str, settings: Settings, config: Config) -> Letterhead:
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
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or KIND
