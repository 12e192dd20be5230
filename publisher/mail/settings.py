"""A newsletter's table of config.toml, read and checked."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, StrictInt

from publisher.config import ChannelTable, Duration, Rate, Table, read_secret
from publisher.domain.errors import ConfigError, PermanentFailure
from publisher.mail.addresses import Mailbox, read_mailbox
from publisher.mail.relay import Credentials, RelayAddress, parse_relay

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SANDBOX = "sandbox"
NOT_YET = ("dkim", "bounces")
"""Keys that the contract knows and this version cannot act on: saying nothing would send mails without what was asked for."""


def _sender(value: object) -> Mailbox:
    try:
        mailbox = read_mailbox(value) if isinstance(value, str) else None
    except PermanentFailure:
        mailbox = None
    if mailbox is None or mailbox.international:
        raise ValueError("sender")
    return mailbox


def _relay(value: object) -> RelayAddress | None:
    return None if value == SANDBOX else parse_relay(value)


def _topics(value: object) -> object:
    if isinstance(value, dict) and not all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", str(key)) for key in value):
        raise ValueError("topics")
    return value


def _mailbox(value: object) -> object:
    if not (isinstance(value, str) and re.fullmatch(r"imaps://\S+", value)):
        raise ValueError("bounce mailbox")
    return value


def parse_daily(value: object) -> str:
    """ "17:00" -> itself. Raises ValueError, also between 02:00 and 03:00: some days have none of that hour, some two."""
    match = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value) if isinstance(value, str) else None
    if match is None or match[1] == "02":
        raise ValueError("time of day")
    return match[0]


def parse_weekly(value: object) -> str:
    """ "Friday 12:00" -> itself. Raises ValueError."""
    day, _, time = value.partition(" ") if isinstance(value, str) else ("", "", "")
    if day not in WEEKDAYS:
        raise ValueError("day and time")
    return f"{day} {parse_daily(time)}"


Sender: TypeAlias = Annotated[Mailbox, BeforeValidator(_sender)]
SmtpServer: TypeAlias = Annotated[RelayAddress | None, BeforeValidator(_relay)]
Topics: TypeAlias = Annotated[dict[str, str], BeforeValidator(_topics)]
Bounces: TypeAlias = Annotated[str | None, BeforeValidator(_mailbox)]


class Dkim(Table):
    """Who signs, and where the key lies."""

    domain: str
    selector: str
    key: dict[str, str]


class Settings(ChannelTable):
    """`smtp` None: the sandbox. `username` and `password` go together."""

    kind: Literal["newsletter"]
    sender: Sender
    smtp: SmtpServer
    username: str = ""
    password: dict[str, Any] | None = None
    connections: Annotated[StrictInt, Field(ge=1, le=50)] = 4
    rate: Rate = 20.0
    undo: Duration = timedelta(seconds=60)
    topics: Topics = Field(default_factory=dict)
    digest_daily: Annotated[str, BeforeValidator(parse_daily)] = "17:00"
    digest_weekly: Annotated[str, BeforeValidator(parse_weekly)] = "Friday 12:00"
    dkim: Dkim | None = None
    bounces: Bounces = None

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def must_be_usable(settings: Settings, where: str) -> None:
    """Raises ConfigError for what is well formed and would still not work, or not as the office thinks."""
    for key in NOT_YET:
        if getattr(settings, key) is not None:
            raise ConfigError("newsletter-not-yet", key=f"{where}.{key}")
    if bool(settings.username) != (settings.password is not None):
        missing = "password" if settings.username else "username"
        raise ConfigError("config-missing-key", key=f"{where}.{missing}")
    if settings.username and settings.smtp is not None and not settings.smtp.private:
        raise ConfigError("smtp-password-unprotected", key=f"{where}.smtp")


def credentials_of(settings: Settings, where: str, folder: Path) -> Credentials | None:
    """The relay's user, its password read. Raises ConfigError."""
    if not settings.username:
        return None
    return Credentials(
        username=settings.username,
        password=read_secret(settings.password, f"{where}.password", folder),
    )
