"""The newsletter: a channel whose variants are issues, one message per subscriber, over the office's mail relay."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from publisher.config import Config, read_table
from publisher.domain.digest import Schedule
from publisher.domain.errors import TemporaryFailure
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient
from publisher.domain.sign_up import Notice
from publisher.domain.variant import Variant
from publisher.mail.message import Letterhead
from publisher.mail.notice import send_notice
from publisher.mail.outgoing import Outgoing, outgoing_of
from publisher.mail.relay import Relay
from publisher.mail.return_desk import NewsletterReturns
from publisher.mail.settings import Settings, daily_of, weekly_of
from publisher.ports.channels import Account, Begin, ChannelRules, SandboxPlace, begin_all
from publisher.ports.ledger import Notebook

KIND = "newsletter"


class Newsletter:
    """One newsletter of config.toml (ports.channels.MailChannel)."""

    kind = KIND
    closed = False

    def __init__(self, settings: Settings, outgoing: Outgoing) -> None:
        self.name = outgoing.name
        self.rules = ChannelRules(
            template=settings.template or "newsletter", sources=settings.sources, language=settings.language
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
    def topics(self) -> Mapping[str, str]:
        """Key to name of each topic that subscribers may choose."""
        return self._settings.topics

    @property
    def relay(self) -> Relay | None:
        """The way out, for alarms to the office too; None while its sandbox is not running."""
        return self._outgoing.relay

    @property
    def undo(self) -> timedelta:
        """How long a released issue can still be taken back."""
        return self._settings.undo

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
        return self._outgoing.verify()

    def deliver(
        self,
        issue: Issue,
        variant: Variant,
        recipients: Iterable[Recipient],
        enclosures: Sequence[Enclosure] = (),
        begin: Begin = begin_all,
    ) -> Iterator[Mailed]:
        """Send one message to each recipient, as the port says."""
        return self._outgoing.deliver(issue, variant, recipients, enclosures, begin)

    @property
    def evidence_ip(self) -> bool:
        """Whether the office keeps the IP address as part of the proof of consent."""
        return self._settings.evidence_ip

    def send_notice(self, notice: Notice) -> None:
        """Send one notice, as the port (NoticeChannel) says."""
        if self.relay is None:
            raise TemporaryFailure("smtp-sandbox-away")
        send_notice(self.relay, self._outgoing.letterhead_now(), notice, self._outgoing.notebook)


def build(
    name: str, table: Mapping[str, object], config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> Newsletter:
    """A newsletter from its table of config.toml. Raises ConfigError."""
    settings = read_table(Settings, table, f"channels.{name}")
    return Newsletter(settings, outgoing_of(name, settings, config, notebook, sandbox))
