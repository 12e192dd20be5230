"""A small newsroom for tests of pages: a real store, and the steps that intake, compose and dispatch would do."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from PIL import Image

from publisher.config.tables import Config
from publisher.domain.announcement import Announcement, Mark, Picture
from publisher.domain.delivery import Claim, Delivery, Happened, Never, NotYet, Receipt, Unknown
from publisher.domain.draft import Draft, RawPicture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Finding
from publisher.domain.link import LinkAnswer
from publisher.domain.sighting import Item, Sighting, SightingState
from publisher.domain.subscriber import Subscriber, SubscriberEntry
from publisher.domain.variant import PreparedPicture, Variant
from publisher.media.studio import Studio
from publisher.ports.archive import Taking
from publisher.ports.channels import Channel
from publisher.ports.outbox import Planned
from publisher.rendering.templates import Templates
from publisher.store.database import SqlStore, open_store
from publisher.workflow.office import Office
from tests.fakes import FakeClock, FakeNewsletter, FakePlatform

LEASE = timedelta(seconds=30)


class NoPages:
    """No page of the web can be reached."""

    def look(self, url: str) -> LinkAnswer:
        return LinkAnswer(reached=False, said="DNS")

    def answers(self, url: str) -> bool:
        return False

    def preview_picture(self, url: str) -> RawPicture | None:
        return None


def no_files(path: Path) -> Draft:
    raise InvalidAnnouncement("file-empty", name=path.name)


def a_config(folder: Path, desk: str = "127.0.0.1:0", public_url: str = "https://presse.musterstadt.example") -> Config:
    return Config.model_validate(
        {
            "folder": folder,
            "office": {
                "name": "Stadt Musterstadt",
                "contact": "presse@musterstadt.example",
                "imprint": "https://musterstadt.example/impressum",
                "privacy": "https://musterstadt.example/datenschutz",
                "accessibility": "https://musterstadt.example/barrierefreiheit",
            },
            "web": {"desk": desk, "public": "127.0.0.1:0", "public_url": public_url},
            "channels": {
                "mastodon": {"kind": "mastodon", "server": "sandbox"},
                "newsletter": {"kind": "newsletter", "smtp": "smtp://127.0.0.1:25"},
            },
        }
    )


@dataclass
class Newsroom:
    """An office of which only the store, the clock and the studio are real, and a hand that fills the store."""

    office: Office
    clock: FakeClock
    store: SqlStore
    taken: int = field(default=0)

    def take(
        self,
        announcement: Announcement,
        *,
        id: str = "",
        findings: tuple[Finding, ...] = (),
        needs_approval: bool = False,
        revises: bool = False,
    ) -> str:
        """Take an announcement in, as intake does."""
        self.taken += 1
        # Each a second later, so that "newest first" is no matter of luck.
        self.clock.moment += timedelta(seconds=1)
        name = id or f"2026-11-25-{self.taken:06}"
        now = self.clock.now()
        item = Item(key=f"{name}.md", fingerprint=str(self.taken), payload="")
        sighting = Sighting(item=item, state=SightingState.TAKEN, first_seen=now, changed_at=now, announcement_id=name)
        taking = Taking(
            id=name,
            source="queue",
            sighting=sighting,
            announcement=announcement,
            findings=findings,
            needs_approval=needs_approval,
            urgent=False,
            revises=revises,
        )
        self.store.archive.take([taking], now)
        return name

    def compose(self, id: str, *variants: Variant, due_at: datetime | None = None, revision: int = 1) -> list[Delivery]:
        """Freeze variants and queue them."""
        now = self.clock.now()
        wanted = variants or (a_variant(),)
        planned = [Planned(variant=variant, due_at=due_at or now) for variant in wanted]
        return self.store.outbox.compose(id, revision, planned, now)

    def begin(self, channel: str = "mastodon") -> Claim:
        """Write an attempt, as dispatch does right before its call."""
        claim = self.store.outbox.claim(channel, self.clock.now(), LEASE, "test")
        assert claim is not None
        assert self.store.outbox.begin(claim, {"status": "…"}, self.clock.now())
        return claim

    def settle(self, claim: Claim, outcome: Happened | NotYet | Never | Unknown) -> None:
        """Record what became of it."""
        assert self.store.outbox.settle(claim, outcome, self.clock.now())

    def send(self, channel: str = "mastodon", url: str = "https://social.example/@stadt/1") -> None:
        """Publish the channel's next delivery."""
        self.settle(self.begin(channel), Happened(Receipt(ref="1", url=url)))

    def publish(self, announcement: Announcement, *variants: Variant, id: str = "") -> str:
        """Take in, compose and send."""
        name = self.take(announcement, id=id)
        for delivery in self.compose(name, *variants):
            self.send(delivery.channel)
        return name

    def hold(self, id: str) -> None:
        """A person holds it."""
        self.store.archive.hold(id, Mark("Kim", self.clock.now()))

    def retract(self, id: str) -> None:
        """A person takes it back."""
        self.store.archive.retract(id, Mark("Kim", self.clock.now()))

    def keep(self, picture: tuple[Picture, bytes]) -> Picture:
        """Put a picture into the archive."""
        self.store.archive.keep_picture(picture[0].sha256, picture[0].media_type, picture[1])
        return picture[0]

    def subscribe(self, address: str = "leserin@leser.example") -> Subscriber:
        """Enter a reader of the newsletter."""
        entry = SubscriberEntry(address=address, confirmed_at=self.clock.now(), evidence="Test")
        self.store.audience.add("newsletter", [entry])
        return next(s for s in self.store.audience.subscribers("newsletter") if s.address == address)


@contextmanager
def open_newsroom(folder: Path, config: Config | None = None, *, template: Path | None = None) -> Iterator[Newsroom]:
    """A newsroom with a database of its own; `template`: an empty one to copy, which is quicker than making it."""
    clock = FakeClock()
    if template is not None:
        shutil.copy(template, folder / "web.db")
    store = open_store("sqlite:///web.db", folder, clock.now)
    wanted = config or a_config(folder)
    platforms: list[Channel] = [FakePlatform(), FakeNewsletter()]
    office = Office(
        config=wanted,
        clock=clock,
        store=store,
        sources={},
        channels={platform.name: platform for platform in platforms},
        renderer=Templates(wanted.path("templates"), wanted.office, wanted.web),
        studio=Studio(),
        pages=NoPages(),
        read_file=no_files,
        worker="test",
    )
    try:
        yield Newsroom(office, clock, store)
    finally:
        store.close()


def an_announcement(headline: str = "Brücke am Hafen gesperrt") -> Announcement:
    return Announcement(
        headline=headline,
        lead="Die Brücke am Hafen ist ab Dienstag für vier Wochen gesperrt.",
        body="Der Bus fährt eine Umleitung.\n\n– Linie 12 über den Markt\n\n– Linie 14 über die Bahnhofstraße",
        link="https://musterstadt.example/bruecke",
        contact="Pressestelle, Telefon 0200 1234",
        tags=("Verkehr",),
    )


def a_variant(channel: str = "mastodon", **changes: object) -> Variant:
    plain = Variant(
        channel=channel,
        kind=channel,
        language="de",
        text="Brücke am Hafen gesperrt\n\nDie Brücke am Hafen ist ab Dienstag gesperrt.\n\nhttps://musterstadt.example/bruecke",
        length=95,
        limit=500,
        link="https://musterstadt.example/bruecke",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # each test names fields that a Variant has


def a_picture(alt: str = "Die gesperrte Brücke", *, gps: bool = False, **changes: object) -> tuple[Picture, bytes]:
    """A real JPEG; with `gps` it tells where it was taken, as phones do."""
    image, stream = Image.new("RGB", (640, 360), (20, 80, 120)), BytesIO()
    exif = Image.Exif()
    if gps:
        exif.get_ifd(0x8825)[1] = "N"
        exif[0x010F] = "Telefonhersteller"
    image.save(stream, "JPEG", exif=exif)
    data = stream.getvalue()
    plain = Picture(sha256=sha256(data).hexdigest(), media_type="image/jpeg", width=640, height=360, alt=alt)
    return replace(plain, **changes), data  # type: ignore[arg-type]  # each test names fields that a Picture has


def prepared_of(picture: tuple[Picture, bytes]) -> PreparedPicture:
    """The picture as a variant holds it, under another hash."""
    data = picture[1] + b"\0"
    return PreparedPicture(
        sha256=sha256(data).hexdigest(),
        media_type="image/jpeg",
        width=640,
        height=360,
        size=len(data),
        alt=picture[0].alt,
    )
