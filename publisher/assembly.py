"""config.toml -> real parts -> Office: the only place that knows every concrete class."""

import importlib
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from publisher.config.secrets import read_secret
from publisher.config.tables import Config, FeedSource, FolderSource, is_sandbox
from publisher.domain.errors import ConfigError
from publisher.ports.alarms import Bell
from publisher.ports.channels import Channel, SandboxPlace
from publisher.ports.sources import Source, SourceRules
from publisher.ports.store import Store
from publisher.workflow.office import Office

# A new channel is one line here, one room, one template, one example in config.toml and the shared contract test.
KINDS: Mapping[str, str] = {
    "mastodon": "publisher.channels.mastodon.channel",
    "bluesky": "publisher.channels.bluesky.channel",
    "newsletter": "publisher.mail.newsletter",
    "press": "publisher.mail.press",
}

SANDBOX_STATE = "var/sandbox.db"


class WallClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        sleep(seconds)


class Channels(Mapping[str, Channel]):
    """The enabled channels in the order of config.toml, each built when it is first asked for.

    So that `stop` and `approve` work in a shell that knows no secrets.
    """

    def __init__(self, config: Config, store: Store, sandbox: "SandboxDoor") -> None:
        self._config = config
        self._store = store
        self._sandbox = sandbox
        self._tables = config.enabled_channels
        self._built: dict[str, Channel] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __getitem__(self, name: str) -> Channel:
        if name not in self._built:
            self._built[name] = self._build(name, self._tables[name])
        return self._built[name]

    def _build(self, name: str, table: Mapping[str, Any]) -> Channel:
        kind = table.get("kind")
        if kind not in KINDS:
            raise ConfigError("config-unknown-kind", key=f"channels.{name}.kind", known=", ".join(KINDS))
        place = self._sandbox.place(str(kind)) if is_sandbox(table) else None
        module = importlib.import_module(KINDS[str(kind)])
        channel: Channel = module.build(name, table, self._config, self._store.notebook, place)
        return channel


class SandboxDoor:
    """The way to the sandbox: started when the first channel needs it, ended with the office."""

    def __init__(self, config: Config, *, start: bool) -> None:
        self._config = config
        self._start = start
        self._stack = ExitStack()
        self._sandbox: Any = None

    def place(self, kind: str) -> SandboxPlace:
        """Where the sandbox plays this kind of platform; an address that nobody answers if it is not to be started."""
        if not self._start:
            scheme = "smtp" if KINDS[kind].startswith("publisher.mail.") else "http"
            return SandboxPlace(api=f"{scheme}://127.0.0.1:9", site=sandbox_site(self._config))
        if self._sandbox is None:
            from publisher.sandbox.server import Sandbox

            self._sandbox = Sandbox(self._config.path(SANDBOX_STATE), sandbox_site(self._config))
            self._sandbox.start()
            self._stack.callback(self._sandbox.stop)
        found: SandboxPlace = self._sandbox.place(kind)
        return found

    def close(self) -> None:
        """End what was started."""
        self._stack.close()


def sandbox_site(config: Config) -> str:
    """Where people look at the sandbox: below the desk. A desk on a free port has no lasting address to give."""
    host, port = config.web.desk
    return f"http://{host}:{port}/sandbox" if port else "http://sandbox.localhost"


@contextmanager
def open_office(config: Config, *, platforms: bool) -> Iterator[Office]:
    """All parts, ready to work; ended in order on the way out.

    `platforms`: whether calls to platforms will be made, so that the sandbox must answer.
    Raises ConfigError, StoreError.
    """
    from publisher.media.studio import Studio
    from publisher.rendering.templates import Templates
    from publisher.sources.feed.article import LinkedPages
    from publisher.sources.folder.reading import read_file
    from publisher.store.database import open_store

    _check_channel_tables(config)
    clock = WallClock()
    sandbox = SandboxDoor(config, start=platforms)
    store = open_store(config.storage.database, config.folder, clock.now)
    fetcher = _fetcher(config)
    channels = Channels(config, store, sandbox)
    try:
        yield Office(
            config=config,
            clock=clock,
            store=store,
            sources={name: _source(name, config, fetcher) for name in config.sources},
            channels=channels,
            renderer=Templates(config.path("templates"), config.office, config.web),
            studio=Studio(),
            pages=LinkedPages(fetcher),
            bells=lambda: make_bells(config, channels),
            read_file=lambda path: read_file(path, config.office, _kinds(config)),
            worker=store.worker,
        )
    finally:
        sandbox.close()
        store.close()


def make_bells(config: Config, channels: Mapping[str, Channel]) -> list[Bell]:
    """Where alarms ring: mail addresses together through the first newsletter, each webhook by itself. Raises ConfigError."""
    from publisher.mail.alarm import MailBell
    from publisher.mail.letters.addresses import read_mailbox
    from publisher.mail.newsletter import Newsletter
    from publisher.net.webhook import Webhook

    key = "office.alarms"
    said = [
        entry if isinstance(entry, str) else read_secret(entry, key, config.folder) for entry in config.office.alarms
    ]
    bells: list[Bell] = [Webhook(place) for place in said if "://" in place]
    to = [read_mailbox(place) for place in said if "://" not in place]
    if to:
        newsletter = next((channels[name] for name in channels if config.channels[name]["kind"] == "newsletter"), None)
        if not isinstance(newsletter, Newsletter):
            raise ConfigError("alarms-need-newsletter")
        bells.append(MailBell(relay=newsletter.relay, sender=newsletter.letterhead.sender, to=to))
    return bells


def _check_channel_tables(config: Config) -> None:
    """What can be said of channels without their secrets: kinds that do not exist."""
    for name, table in config.channels.items():
        if table.get("kind") not in KINDS:
            raise ConfigError("config-unknown-kind", key=f"channels.{name}.kind", known=", ".join(KINDS))
        for source in table.get("sources", ()):
            if source not in config.sources:
                raise ConfigError("config-unknown-source", key=f"channels.{name}.sources", source=source)


def _fetcher(config: Config) -> Any:
    from publisher.net.fetch import Fetcher

    feeds = [source.url for source in config.sources.values() if isinstance(source, FeedSource)]
    named = [*feeds, config.web.public_url, config.office.imprint]
    return Fetcher({urlsplit(address).netloc.rpartition("@")[2] for address in named})


def _source(name: str, config: Config, fetcher: Any) -> Source:
    table = config.sources[name]
    rules = _rules(table)
    if isinstance(table, FolderSource):
        from publisher.sources.folder.source import FolderSource as Folder

        return Folder(name, config.path(table.path), rules, config.office, _kinds(config))
    from publisher.sources.feed.source import FeedSource as Feed

    return Feed(name, table.url, rules, table.article, config.office, fetcher)


def _kinds(config: Config) -> Mapping[str, str]:
    """The kinds of channels by their names: front matter may use both."""
    return {name: str(table.get("kind", "")) for name, table in config.channels.items()}


def _rules(table: FolderSource | FeedSource) -> SourceRules:
    folder = isinstance(table, FolderSource)
    return SourceRules(
        every=table.every,
        settle=table.settle,
        needs_approval=table.approval == "required",
        may_be_urgent=isinstance(table, FolderSource) and table.urgent,
        braked=not folder,
        backlog=None if isinstance(table, FolderSource) else table.backlog,
        pictures_need_alt=folder,
        wait_for_link=table.wait_for_link,
    )


def uses_only_sandbox(config: Config) -> bool:
    """Whether nothing of this config can reach anybody: the condition for queueing the example."""
    enabled = config.enabled_channels.values()
    return bool(enabled) and all(map(is_sandbox, enabled))
