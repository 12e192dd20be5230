"""The tables of config.toml, frozen. A channel's own table stays raw until its kind reads it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictInt

from publisher.config.values import (
    Address,
    AlarmAddress,
    Duration,
    Interval,
    Language,
    Name,
    Network,
    Period,
    Remark,
    TimeSpan,
    TimeZone,
    WebAddress,
    WebOrigin,
)
from publisher.domain.finding import Severity


class Table(BaseModel):
    """A table of config.toml: frozen, and an unknown key is an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=False)


class Office(Table):
    """Whose desk it is. `contact` also answers newsletters."""

    name: Annotated[str, Field(min_length=1)]
    language: Literal["de", "en"] = "de"
    timezone: TimeZone = ZoneInfo("Europe/Berlin")
    contact: str
    imprint: WebAddress
    privacy: WebAddress
    accessibility: WebAddress | None = None
    alarms: tuple[AlarmAddress, ...] = ()
    """Mail addresses and webhooks, each plain or as a secret."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Storage(Table):
    """`database`: a URL as SQLAlchemy writes it; sqlite paths are relative to the config's folder."""

    database: str = "sqlite:///var/publisher.db"


class Web(Table):
    """Where the two listeners listen, and how the public one is addressed from outside.

    `trusted_proxies`: whose X-Forwarded-For is believed. `embed_from`: sites that may frame the sign-up form.
    """

    desk: Address = ("127.0.0.1", 8000)
    public: Address = ("127.0.0.1", 8001)
    public_url: WebAddress = "http://127.0.0.1:8001"
    trusted_proxies: tuple[Network, ...] = ()
    embed_from: tuple[WebOrigin, ...] = ()

    def page_of(self, announcement_id: str) -> str:
        """The public page of an announcement, also the link of one that has none of its own."""
        return f"{self.public_url}/a/{announcement_id}"

    def picture_of(self, sha256: str) -> str:
        """A published picture, for mails and pages."""
        return f"{self.public_url}/pictures/{sha256}"

    def unsubscribe_page(self, token: str) -> str:
        """One subscriber's unsubscribe address: GET shows a page, POST acts (RFC 8058)."""
        return f"{self.public_url}/unsubscribe/{token}"

    def sign_up_page(self) -> str:
        """Where everybody can subscribe."""
        return f"{self.public_url}/subscribe"

    def confirm_page(self, token: str) -> str:
        """Where a sign-up is confirmed: GET shows a page, POST acts."""
        return f"{self.public_url}/confirm/{token}"

    def preferences_page(self, token: str) -> str:
        """One subscriber's own page: topics, rhythm, leaving, export, erasure."""
        return f"{self.public_url}/preferences/{token}"


class FolderSource(Table):
    """A drop folder."""

    kind: Literal["folder"]
    path: str
    every: Interval = timedelta(seconds=5)
    settle: Duration = timedelta(seconds=2)
    approval: Literal["automatic", "required"] = "automatic"
    urgent: StrictBool = False
    wait_for_link: StrictBool = False


class FeedSource(Table):
    """A feed of the office's own or of somebody else."""

    kind: Literal["feed"]
    url: WebAddress
    every: Interval = timedelta(minutes=5)
    settle: Duration = timedelta(minutes=15)
    backlog: Annotated[StrictInt, Field(ge=0)] = 0
    article: Literal["never", "when-short", "always"] = "never"
    approval: Literal["automatic", "required"] = "automatic"
    wait_for_link: StrictBool = False


SourceTable: TypeAlias = Annotated[FolderSource | FeedSource, Field(discriminator="kind")]


class Publishing(Table):
    """When things may go out."""

    stale_after: Duration = timedelta(days=2)
    most_per_run: Annotated[StrictInt, Field(ge=1)] = 10
    most_per_hour: Annotated[StrictInt, Field(ge=1)] = 20
    most_per_day: Annotated[StrictInt, Field(ge=1)] = 60
    quiet_hours: TimeSpan | None = None
    correction: Literal["propose", "automatic", "ignore"] = "propose"
    approval_periods: tuple[Period, ...] = ()


class ChannelTable(Table):
    """What any channel may say; each kind's settings class extends it."""

    kind: str
    template: str | None = None
    sources: tuple[str, ...] = ()
    language: Language = ""
    enabled: StrictBool = True


class Config(Table):
    """The whole of config.toml. `folder`: where it lies; paths in it are relative to that."""

    folder: Path
    office: Office
    storage: Storage = Storage()
    web: Web = Web()
    sources: dict[Name, SourceTable] = {}
    channels: dict[Name, dict[str, Any]] = {}
    publishing: Publishing = Publishing()
    checks: dict[Remark, Severity] = {}

    def path(self, relative: str) -> Path:
        """A path as config.toml writes it, made absolute."""
        return (self.folder / relative).resolve()

    @property
    def enabled_channels(self) -> dict[str, dict[str, Any]]:
        """The tables of the channels that are not switched off, in their order."""
        return {name: table for name, table in self.channels.items() if table.get("enabled", True) is not False}


def is_sandbox(table: Mapping[str, Any]) -> bool:
    """Whether a channel's table asks for the sandbox."""
    return "sandbox" in (table.get("server"), table.get("smtp"))
