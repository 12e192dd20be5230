"""What the tables of all post channels in config.toml have alike."""

from typing import Annotated, Literal, TypeAlias
from urllib.parse import urlsplit

from pydantic import AfterValidator

from publisher.config import ChannelTable, WebAddress
from publisher.net.clients import LOOPBACK
from publisher.ports.channels import ChannelRules

SANDBOX = "sandbox"


def is_local(server: str) -> bool:
    """Whether a server's address is on this machine."""
    return urlsplit(server).hostname in LOOPBACK


def _encrypted(server: str) -> str:
    if server != SANDBOX and not server.startswith("https://") and not is_local(server):
        raise ValueError("https address")
    return server


ServerAddress: TypeAlias = Annotated[Literal["sandbox"] | WebAddress, AfterValidator(_encrypted)]
"""Credentials travel there: encrypted, or on this machine."""


class PostTable(ChannelTable):
    """A [channels.*] table of a post channel."""

    topics: tuple[str, ...] = ()
    server: ServerAddress

    def rules(self, template: str) -> ChannelRules:
        """What the workflow must know; `template` is the kind's own, used if the table names none."""
        return ChannelRules(
            template=self.template or template, sources=self.sources, topics=self.topics, language=self.language
        )
