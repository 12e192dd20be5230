"""What the tables of all post channels in config.toml have alike."""

import re
from typing import Annotated, TypeAlias
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, StrictInt

from publisher.config.tables import ChannelTable
from publisher.net.addresses import LOOPBACK
from publisher.ports.channels import ChannelRules

SANDBOX = "sandbox"


def is_local(server: str) -> bool:
    """Whether a server's address is on this machine."""
    return urlsplit(server).hostname in LOOPBACK


def _server(value: object) -> str:
    if not (isinstance(value, str) and (value == SANDBOX or re.match(r"https?://[^/\s]+", value))):
        raise ValueError("web address")
    if value.startswith("http://") and not is_local(value):
        raise ValueError("https address")
    return value.rstrip("/")


ServerAddress: TypeAlias = Annotated[str, BeforeValidator(_server)]
"""Credentials travel there: encrypted, or on this machine; "sandbox" for our own."""


class PostTable(ChannelTable):
    """A [channels.*] table of a post channel."""

    topics: tuple[str, ...] = ()
    hashtags: Annotated[StrictInt, Field(ge=0)] | None = None
    """The most that a post may have."""
    server: ServerAddress

    def rules(self, template: str) -> ChannelRules:
        """What the workflow must know; `template` is the kind's own, used if the table names none."""
        return ChannelRules(
            template=self.template or template,
            sources=self.sources,
            topics=self.topics,
            language=self.language,
            most_tags=self.hashtags,
        )
