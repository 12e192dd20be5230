"""The newsletter: a mailing list that people sign up for, with topics, digests, and notices about their own subscription."""

from collections.abc import Mapping

from publisher.config.reading import read_table
from publisher.config.tables import Config
from publisher.domain.errors import TemporaryFailure
from publisher.domain.sign_up import Notice
from publisher.mail.mailing_list import MailingList
from publisher.mail.notice import send_notice
from publisher.mail.settings import Settings, daily_of, weekly_of
from publisher.ports.channels import SandboxPlace
from publisher.ports.ledger import Notebook

KIND = "newsletter"


class Newsletter(MailingList):
    """One newsletter of config.toml (ports.channels.MailChannel and NoticeChannel).

    `topics`: key to name of each that subscribers may choose. `digests`: one a day, and one a week. `evidence_ip`:
    whether the office keeps the IP address as part of the proof of consent.
    """

    kind = KIND
    closed = False

    def __init__(
        self, name: str, settings: Settings, config: Config, notebook: Notebook, sandbox: SandboxPlace | None
    ) -> None:
        """Raises ConfigError."""
        super().__init__(name, settings, config, notebook, sandbox)
        self.topics = settings.topics
        self.digests = (daily_of(settings.digest_daily), weekly_of(settings.digest_weekly))
        self.evidence_ip = settings.evidence_ip
        self.title = self.letterhead.list_name

    def send_notice(self, notice: Notice) -> None:
        """Send one notice, as the port (NoticeChannel) says."""
        if self.relay is None:
            raise TemporaryFailure("smtp-sandbox-away")
        send_notice(self.relay, self.letterhead_now(), notice, self._notebook)


def build(
    name: str, table: Mapping[str, object], config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> Newsletter:
    """A newsletter from its table of config.toml. Raises ConfigError."""
    return Newsletter(name, read_table(Settings, table, f"channels.{name}"), config, notebook, sandbox)
