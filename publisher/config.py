"""config.toml -> a frozen Config. A channel's own table stays raw until its kind reads it.

Every mistake is a ConfigError whose values name the key and what would be right; no message holds a secret.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictBool, StrictInt, ValidationError

from publisher.config_mistakes import explain
from publisher.domain.errors import ConfigError
from publisher.domain.finding import Severity
from publisher.messages import catalogue

UNITS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}


def parse_duration(value: object) -> timedelta:
    """ "5 seconds", "15 minutes", "2 days" -> timedelta. Raises ValueError."""
    match = (
        re.fullmatch(r"\s*(\d{1,6})\s*(second|minute|hour|day|week)s?\s*", value) if isinstance(value, str) else None
    )
    if match is None:
        raise ValueError("duration")
    return timedelta(seconds=int(match[1]) * UNITS[match[2]])


def parse_interval(value: object) -> timedelta:
    """The same, but longer than nothing: how often something is done. Raises ValueError."""
    interval = parse_duration(value)
    if not interval:
        raise ValueError("interval")
    return interval


def parse_rate(value: object) -> float | None:
    """ "1200 per minute" -> messages per second; "unlimited" -> None. Raises ValueError."""
    if value == "unlimited":
        return None
    match = re.fullmatch(r"\s*(\d{1,9}) per (second|minute|hour|day)\s*", value) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise ValueError("rate")
    return int(match[1]) / UNITS[match[2]]


def parse_time_span(value: object) -> tuple[int, int]:
    """ "22:00-06:00" -> minutes since midnight of begin and end, office time. Raises ValueError."""
    match = (
        re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", value) if isinstance(value, str) else None
    )
    if match is None:
        raise ValueError("time span")
    return int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])


def parse_period(value: object) -> tuple[date, date]:
    """ "2027-08-01/2027-09-14" -> first and last day, both included. Raises ValueError."""
    try:
        begin, end = (date.fromisoformat(part) for part in str(value).split("/"))
    except ValueError:
        raise ValueError("period") from None
    if end < begin:
        raise ValueError("period")
    return begin, end


def parse_address(value: object) -> tuple[str, int]:
    """ "127.0.0.1:8000" -> host and port. Raises ValueError."""
    match = re.fullmatch(r"(\[[0-9a-fA-F:]+\]|[^:\s]+):(\d{1,5})", value) if isinstance(value, str) else None
    if match is None or int(match[2]) > 65535:
        raise ValueError("address")
    return match[1].strip("[]"), int(match[2])


def parse_remark(value: object) -> str:
    """The code of a finding, as `publisher check` shows it. Raises ValueError for one that nobody ever says."""
    if not isinstance(value, str) or value not in catalogue("de"):
        raise ValueError("remark")
    return value


def parse_name(value: object) -> str:
    """What the office calls a source or a channel: it stands in addresses and file names. Raises ValueError."""
    if not (isinstance(value, str) and re.fullmatch(r"[A-Za-z0-9_-]{1,60}", value)):
        raise ValueError("name")
    return value


def parse_language(value: object) -> str:
    """A language as BCP 47 writes it (RFC 5646, section 2.1), "de-simple", or "" for any. Raises ValueError."""
    if not (isinstance(value, str) and re.fullmatch(r"([A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*)?", value)):
        raise ValueError("language")
    return value


Interval: TypeAlias = Annotated[timedelta, BeforeValidator(parse_interval)]
Name: TypeAlias = Annotated[str, BeforeValidator(parse_name)]
Duration: TypeAlias = Annotated[timedelta, BeforeValidator(parse_duration)]
Rate: TypeAlias = Annotated[float | None, BeforeValidator(parse_rate)]
TimeSpan: TypeAlias = Annotated[tuple[int, int], BeforeValidator(parse_time_span)]
Period: TypeAlias = Annotated[tuple[date, date], BeforeValidator(parse_period)]
Address: TypeAlias = Annotated[tuple[str, int], BeforeValidator(parse_address)]


def _no_trailing_slash(value: object) -> object:
    if not (isinstance(value, str) and re.match(r"https?://[^/\s]+", value)):
        raise ValueError("web address")
    return value.rstrip("/")


WebAddress: TypeAlias = Annotated[str, BeforeValidator(_no_trailing_slash)]


def _origin(value: object) -> str:
    # A path would do nothing there, and a space or a semicolon would end the policy that it is written into.
    match = re.fullmatch(r"(https?://[A-Za-z0-9.-]+(:\d{1,5})?)/?", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("web origin")
    return match[1].lower()


def _network(value: object) -> str:
    try:
        return str(ip_network(str(value), strict=False))
    except ValueError:
        raise ValueError("network") from None


WebOrigin: TypeAlias = Annotated[str, BeforeValidator(_origin)]
Network: TypeAlias = Annotated[str, BeforeValidator(_network)]


class Table(BaseModel):
    """A table of config.toml: frozen, and an unknown key is an error."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=False)


class Office(Table):
    """Whose desk it is. `contact` also answers newsletters."""

    name: Annotated[str, Field(min_length=1)]
    language: Literal["de", "en"] = "de"
    timezone: Annotated[ZoneInfo, BeforeValidator(lambda value: _zone(value))] = ZoneInfo("Europe/Berlin")
    contact: str
    imprint: WebAddress
    privacy: WebAddress
    accessibility: WebAddress | None = None
    alarms: tuple[Annotated[str | dict[str, Any], BeforeValidator(lambda value: _alarm_address(value))], ...] = ()
    """Mail addresses and webhooks, each plain or as a secret."""

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


def _alarm_address(value: object) -> object:
    """A mail address, a web address without its signing key, or a secret that holds either."""
    plain = isinstance(value, str) and re.fullmatch(r"[^\s@<>,;]+@[^\s@<>,;]+|https?://[^\s#]+", value)
    if not (plain or isinstance(value, dict)):
        raise ValueError("alarm address")
    return value


def _zone(value: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError("time zone") from None


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
    language: Annotated[str, BeforeValidator(parse_language)] = ""
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
    checks: dict[Annotated[str, BeforeValidator(parse_remark)], Severity] = {}

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


TableType = TypeVar("TableType", bound=BaseModel)


def read_table(model: type[TableType], raw: Mapping[str, object], where: str) -> TableType:
    """Validate one table; the first mistake becomes a ConfigError that names its key below `where`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise explain(error, model, where) from None


def read_secret(value: object, key: str, folder: Path) -> str:
    """`{ env = "NAME" }` or `{ file = "path" }` -> the secret. Raises ConfigError, never naming the secret itself."""
    match value:
        case {"env": str(name), **rest} if not rest:
            secret = os.environ.get(name, "")
            if not secret:
                raise ConfigError("secret-env-missing", key=key, name=name)
            return secret
        case {"file": str(name), **rest} if not rest:
            try:
                secret = (folder / name).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise ConfigError("secret-file-missing", key=key, name=name) from None
            if not secret:
                raise ConfigError("secret-file-missing", key=key, name=name)
            return secret
        case _:
            raise ConfigError("secret-in-config", key=key)


def _read_toml(file: Path) -> dict[str, Any]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError:
        raise ConfigError("config-not-found", file=str(file)) from None
    except UnicodeDecodeError:
        raise ConfigError("config-not-utf8", file=str(file)) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError("config-not-toml", file=str(file), said=str(error)) from None
    except OSError as error:
        raise ConfigError("config-not-readable", file=str(file), said=error.strerror or "") from None


def load_config(file: Path) -> Config:
    """Read config.toml. Raises ConfigError."""
    raw = _read_toml(file)
    if "folder" in raw:  # ours to fill in, not a key of the file
        raise ConfigError("config-unknown-key", key="folder", known="office")
    folder = file.resolve().parent
    database = raw["storage"].get("database") if isinstance(raw.get("storage"), dict) else None
    if isinstance(database, dict):
        raw["storage"] |= {"database": read_secret(database, "storage.database", folder)}
    elif isinstance(database, str) and _holds_password(database):
        raise ConfigError("secret-in-address", key="storage.database")
    config = read_table(Config, raw | {"folder": folder}, "")
    _folders_are_no_files(config)
    return config


def _holds_password(address: str) -> bool:
    userinfo, at, _ = address.partition("://")[2].partition("/")[0].rpartition("@")
    return bool(at and userinfo.partition(":")[2]) or bool(re.search(r"[?&]password=.", address))


def _folders_are_no_files(config: Config) -> None:
    for name, source in config.sources.items():
        if isinstance(source, FolderSource) and config.path(source.path).is_file():
            raise ConfigError("config-folder-is-file", key=f"sources.{name}.path", path=source.path)
