"""The press list: a channel of newsrooms that the office has entered; they get mails ahead of an embargo, with originals."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from publisher.config.reading import read_table
from publisher.config.tables import Config
from publisher.domain.digest import Schedule
from publisher.mail.mailing_list import MailingList
from publisher.mail.settings import PressSettings
from publisher.ports.channels import SandboxPlace
from publisher.ports.ledger import Notebook

KIND = "press"


class PressList(MailingList):
    """One press list of config.toml (ports.channels.MailChannel). Nobody can sign up for it."""

    kind = KIND
    closed = True
    topics: Mapping[str, str] = {}
    digests: Sequence[Schedule] = ()

    def __init__(
        self, name: str, settings: PressSettings, config: Config, notebook: Notebook, sandbox: SandboxPlace | None
    ) -> None:
        """Raises ConfigError."""
        super().__init__(name, settings, config, notebook, sandbox)
        self.rules = replace(self.rules, topics=settings.topics)


def build(
    name: str, table: Mapping[str, object], config: Config, notebook: Notebook, sandbox: SandboxPlace | None
) -> PressList:
    """A press list from its table of config.toml. Raises ConfigError."""
    return PressList(name, read_table(PressSettings, table, f"channels.{name}"), config, notebook, sandbox)
