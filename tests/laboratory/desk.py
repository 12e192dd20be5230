"""A press office under test: its folder, its config, what was queued (the only source of what should be), its readers."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from publisher.domain.subscriber import SubscriberEntry
from publisher.store.database import SqlStore, open_store, present
from tests.laboratory.announcements import PICTURE, announcement, picture
from tests.laboratory.doom import Doom
from tests.laboratory.platforms import Platforms
from tests.laboratory.settings import CONFIG, DIAL, SQLITE
from tests.laboratory.stable import Order, Stable, Worker

LATER_SECONDS = (0.0, 30.0, 120.0, 300.0, 600.0, 1200.0, 2400.0, 3700.0, 7400.0)
"""How far ahead of now the last passes look, one after the other."""


@dataclass
class Desk:
    """One office. `tokens`: of every announcement ever put into the queue: they stand in its headline and nowhere else.

    `smtp`: a mail server of its own, instead of the platforms'.
    """

    folder: Path
    platforms: Platforms
    stable: Stable
    database: str = SQLITE
    readers: int = 3
    connections: int = 2
    rate: str = "unlimited"
    smtp: str = ""
    tokens: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        (self.folder / "queue").mkdir(parents=True)
        said = CONFIG.format(
            database=self.database,
            api=self.platforms.api,
            smtp=self.smtp or self.platforms.smtp,
            connections=self.connections,
            rate=self.rate,
        )
        self.config.write_text(said, encoding="utf-8")
        self.subscribe(self.addresses)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def addresses(self) -> list[str]:
        """Of the newsletter's readers."""
        return [f"leser{number}@leser.example" for number in range(self.readers)]

    def subscribe(self, addresses: Sequence[str]) -> None:
        """Enter readers of the newsletter."""
        store = self.store()
        entries = [
            SubscriberEntry(address=address, confirmed_at=present(), evidence="laboratory") for address in addresses
        ]
        store.audience.add("newsletter", entries)
        store.close()

    def store(self) -> SqlStore:
        """The database, looked at from outside."""
        return open_store(self.database, self.folder)

    def drop(
        self, count: int = 1, *, urgent: bool = False, channels: Sequence[str] = (), pictured: bool = False
    ) -> None:
        """Put announcements into the queue, each at once and whole, every one different from all others. `pictured`: each in
        a folder with its picture."""
        for _ in range(count):
            token = f"LAB{len(self.tokens):05d}"
            self.tokens.append(token)
            text = announcement(token, urgent=urgent, channels=channels, pictured=pictured)
            hidden = self.folder / "queue" / (f".{token}" if pictured else f".{token}.md")
            if pictured:
                hidden.mkdir()
                (hidden / PICTURE).write_bytes(picture())
            (hidden / "text.md" if pictured else hidden).write_text(text, encoding="utf-8")
            hidden.rename(hidden.with_name(hidden.name[1:]))

    def start(
        self, what: str = "once", *, doom: Doom | None = None, database: str | None = None, **more: object
    ) -> Worker:
        """Start a worker on this office. `database`: another way to the same database."""
        log = str(self.folder / "workers.log")
        config = self.config
        if database is not None:
            config = self.folder / "another-way.toml"
            config.write_text(
                self.config.read_text(encoding="utf-8").replace(self.database, database), encoding="utf-8"
            )
        order = Order(config=str(config), log=log, what=what, doom=doom, **more)  # type: ignore[arg-type]
        return self.stable.start(order)

    def set_clocks(self, off: float) -> None:
        """Let the clocks of all workers jump, so that they are off by so many seconds."""
        fresh = self.folder / f".{DIAL}"
        fresh.write_text(str(off), encoding="ascii")
        fresh.rename(self.folder / DIAL)

    def settle(self) -> None:
        """Let the office come to rest: passes without any harm, each later than the one before, until nothing is open."""
        self.platforms.calm()
        for ahead in LATER_SECONDS:
            self.start(ahead=ahead).wait(120)
            if not self.open():
                return

    def until_settled(self, seconds: float) -> None:
        """Let running services come to rest, for so long at most."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and (self.open() or self.queued()):
            time.sleep(0.1)

    def queued(self) -> int:
        """How many announcements still lie in the folder."""
        return sum(not path.name.endswith(".status.txt") for path in (self.folder / "queue").glob("LAB*"))

    def open(self) -> int:
        """How many deliveries are not settled, and announcements not composed."""
        store = self.store()
        try:
            return len(store.outbox.open_deliveries()) + len(store.archive.open_dossiers())
        finally:
            store.close()

    def remove(self) -> None:
        """The office is no longer needed."""
        shutil.rmtree(self.folder, ignore_errors=True)
