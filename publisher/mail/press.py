"""The press list: a channel of newsrooms that the office has entered; they get mails ahead of an embargo, with originals."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from publisher.config import Config, read_table
from publisher.domain.digest import Schedule
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient
from publisher.domain.variant import Variant
from publisher.mail.message import Letterhead
from publisher.mail.outgoing import Outgoing, outgoing_of
from publisher.mail.relay import Relay
from publisher.mail.return_desk import NewsletterReturns
from publisher.mail.settings import PressSettings
from publisher.ports.channels import Account, Begin, ChannelRules, SandboxPlace, begin_all
from publisher.ports.ledger import Notebook

KIND = "press"


class PressList:
    """One press list of config.toml (ports.channels.MailChannel). Nobody can sign up for it."""

    kind = KIND
    closed = True
    topics: Mapping[str, str] = {}
    digests: Sequence[Schedule] = ()

    def __init__(self, settings: PressSettings, outgoing: Outgoing) -> None:
        self.name = outgoing.name
        self.rules = ChannelRules(
            template=settings.template or "press",
            sources=settings.sources,
            topics=settings.topics,
            language=settings.language,
        )
        self._settings = settings
        self._outgoing = outgoing

    @property
    def letterhead(self) -> Letterhead:
        """What all its mails have in common."""
        return self._outgoing.letterhead

    @property
    def returns(self) -> NewsletterReturns | None:
        """Where its mails come back to (ports.mailbox.Returning)."""
        return self._outgoing.returns

    @property
    def relay(self) -> Relay | None:
        """The way out; None while its sandbox is not running."""
        return self._outgoing.relay

    @property
    def undo(self) -> timedelta:
        """How long a released mail can still be taken back."""
        return self._settings.undo

    @property
    def keep_recipients(self) -> timedelta:
        """How long it is kept which newsroom got which mail."""
        return self._settings.keep_recipients

    def verify(self) -> Account:
        """Connect and sign in as for a run. Raises ChannelSuspended and TemporaryFailure."""
        return self._outgoing.verify()

    def deliver(
        self,
        issue: Issue,
        variant: Variant,
        recipients: Iterable[Recipient],
        enclosures: Sequence[Enclosure] = (),
        begin: Begin = begin_all,
    ) -> Iterator[Mailed]:
        """Send one message to each newsroom, as the port says."""
        return self._outgoing.deliver(issue, variant, recipients, enclosures, begin)


def build(
    name: str, table: Mapping[str, object], config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> PressList:
    """A press list from its table of config.toml. Raises ConfigError."""
    settings = read_table(PressSettings, table, f"channels.{name}")
    return PressList(settings, outgoing_of(name, settings, config, notebook, sandbox))
