"""A newsletter's table of config.toml, read and checked."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, StrictInt

from publisher.config.secrets import read_secret
from publisher.config.tables import ChannelTable, Table
from publisher.config.values import Duration, Rate, parse_duration
from publisher.domain.digest import Schedule
from publisher.domain.errors import ConfigError, PermanentFailure
from publisher.domain.subscriber import Rhythm
from publisher.mail.letters.addresses import Mailbox, read_mailbox
from publisher.mail.letters.dkim import Signer, read_key
from publisher.mail.returns.box import BoxAddress, parse_box
from publisher.mail.transport.relay import Credentials, RelayAddress, parse_relay

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SANDBOX = "sandbox"
LEAST_KEPT = timedelta(days=15)
"""A weekly digest must know what its readers were sent in the two weeks before."""


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


def _box(value: object) -> BoxAddress:
    return parse_box(value)


def _host(value: object) -> object:
    if not (isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*", value)):
        raise ValueError("dkim name")
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


def daily_of(said: str) -> Schedule:
    """The schedule of a time of day as `parse_daily` lets it pass."""
    hours, _, minutes = said.partition(":")
    return Schedule(rhythm=Rhythm.DAILY, minute=int(hours) * 60 + int(minutes))


def weekly_of(said: str) -> Schedule:
    """The schedule of a day and time as `parse_weekly` lets it pass."""
    day, _, time = said.partition(" ")
    return replace(daily_of(time), rhythm=Rhythm.WEEKLY, weekday=WEEKDAYS.index(day))


def parse_keeping(value: object) -> timedelta:
    """ "90 days" -> timedelta. Raises ValueError, also for less than a digest must look back."""
    span = parse_duration(value)
    if span < LEAST_KEPT:
        raise ValueError("time to keep recipients")
    return span


Sender: TypeAlias = Annotated[Mailbox, BeforeValidator(_sender)]
SmtpServer: TypeAlias = Annotated[RelayAddress | None, BeforeValidator(_relay)]
Topics: TypeAlias = Annotated[dict[str, str], BeforeValidator(_topics)]
BounceBox: TypeAlias = Annotated[BoxAddress, BeforeValidator(_box)]
DkimName: TypeAlias = Annotated[str, BeforeValidator(_host)]


class Dkim(Table):
    """Who signs, and where the key lies."""

    domain: DkimName
    selector: DkimName
    key: dict[str, str]


class MailSettings(ChannelTable):
    """What every list of the office may say. `smtp` None: the sandbox. `username` and `password` go together.

    `bounces`: where mails come back to. `bounces_password`: of that mailbox, else the relay's is tried.
    `bounces_hook`: what a mail server shows that hands returned mails in by HTTP.
    """

    sender: Sender
    smtp: SmtpServer
    username: str = ""
    password: dict[str, Any] | None = None
    connections: Annotated[StrictInt, Field(ge=1, le=50)] = 4
    rate: Rate = 20.0
    undo: Duration = timedelta(seconds=60)
    keep_recipients: Annotated[timedelta, BeforeValidator(parse_keeping)] = timedelta(days=90)
    dkim: Dkim | None = None
    bounces: BounceBox | None = None
    bounces_password: dict[str, Any] | None = None
    bounces_hook: dict[str, Any] | None = None

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Settings(MailSettings):
    """A newsletter's. `evidence_ip`: whether the IP address is kept as part of the proof of consent."""

    kind: Literal["newsletter"]
    topics: Topics = Field(default_factory=dict)
    digest_daily: Annotated[str, BeforeValidator(parse_daily)] = "17:00"
    digest_weekly: Annotated[str, BeforeValidator(parse_weekly)] = "Friday 12:00"
    evidence_ip: StrictBool = False


class PressSettings(MailSettings):
    """A press list's. `topics`: only announcements with one of these, empty for all."""

    kind: Literal["press"]
    topics: tuple[str, ...] = ()


def must_be_usable(settings: MailSettings, where: str) -> None:
    """Raises ConfigError for what is well formed and would still not work, or not as the office thinks."""
    if bool(settings.username) != (settings.password is not None):
        missing = "password" if settings.username else "username"
        raise ConfigError("config-missing-key", key=f"{where}.{missing}")
    if settings.username and settings.smtp is not None and not settings.smtp.private:
        raise ConfigError("smtp-password-unprotected", key=f"{where}.smtp")
    _returns_must_be_usable(settings, where)


def _returns_must_be_usable(settings: MailSettings, where: str) -> None:
    box = settings.bounces
    if box is None:
        if settings.bounces_password or settings.bounces_hook:
            raise ConfigError("config-missing-key", key=f"{where}.bounces")
    elif box.scheme == "mailto" and settings.bounces_hook is None:
        raise ConfigError("config-missing-key", key=f"{where}.bounces_hook")
    elif box.scheme != "mailto" and not (settings.bounces_password or settings.password):
        raise ConfigError("config-missing-key", key=f"{where}.bounces_password")


def credentials_of(settings: MailSettings, where: str, folder: Path) -> Credentials | None:
    """The relay's user, its password read. Raises ConfigError."""
    if not settings.username:
        return None
    return Credentials(
        username=settings.username,
        password=read_secret(settings.password, f"{where}.password", folder),
    )


def signer_of(settings: MailSettings, where: str, folder: Path) -> Signer | None:
    """Who signs the mails, the key read. Raises ConfigError."""
    dkim = settings.dkim
    if dkim is None:
        return None
    place = f"{where}.dkim.key"
    return Signer(dkim.domain, dkim.selector, read_key(read_secret(dkim.key, place, folder), place))
