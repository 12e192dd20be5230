"""Typed stand-ins for ports whose real sides stand elsewhere: a clock that jumps, a source in memory, a platform that
counts what followers would see."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from publisher.domain.alarm import AlarmNote
from publisher.domain.announcement import Announcement
from publisher.domain.delivery import Receipt
from publisher.domain.digest import Schedule
from publisher.domain.draft import Draft, RawPicture
from publisher.domain.errors import InvalidAnnouncement, SendFailure, TemporaryFailure, UncertainOutcome
from publisher.domain.finding import Finding, Severity
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient, RecipientState
from publisher.domain.link import LinkAnswer
from publisher.domain.sighting import Item
from publisher.domain.sign_up import Notice
from publisher.domain.subscriber import Rhythm
from publisher.domain.variant import JsonObject, Limits, PreparedPicture, Variant
from publisher.ports.channels import Account, Begin, ChannelRules, Mint, begin_all
from publisher.ports.pacing import Allowance
from publisher.ports.sources import Look, SourceRules

NOON = datetime(2026, 11, 25, 11, 0, tzinfo=UTC)


@dataclass
class FakeClock:
    """Moves by a millisecond at each look, as a real one does, and jumps when it is told to sleep or a test moves it."""

    moment: datetime = NOON

    def now(self) -> datetime:
        self.moment += timedelta(milliseconds=1)
        return self.moment

    def sleep(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


FEED_RULES = SourceRules(
    every=timedelta(minutes=5),
    settle=timedelta(0),
    needs_approval=False,
    may_be_urgent=False,
    braked=True,
    backlog=0,
    pictures_need_alt=False,
)
FOLDER_RULES = replace(FEED_RULES, may_be_urgent=True, braked=False, backlog=None, pictures_need_alt=True)


@dataclass
class FakeFeed:
    """A feed in memory: `entries` newest first, by key. `broken` makes the next looks fail, with `retry_after`."""

    name: str = "rathaus"
    rules: SourceRules = FEED_RULES
    entries: dict[str, Announcement] = field(default_factory=dict)
    pictures: dict[str, RawPicture] = field(default_factory=dict)
    findings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Codes of errors that reading an entry finds."""
    revises: dict[str, str] = field(default_factory=dict)
    """The IDs that entries name."""
    broken: bool = False
    retry_after: timedelta | None = None
    looks: int = 0

    def look(self, memory: Mapping[str, str]) -> Look:
        self.looks += 1
        if self.broken:
            raise TemporaryFailure("fetch-unreachable", self.retry_after, host="feed")
        items = tuple(
            Item(key=key, fingerprint=str(hash(entry.body)), payload="") for key, entry in self.entries.items()
        )
        return Look(items=items, memory={"etag": "x"})

    def read(self, item: Item) -> Draft:
        entry = self.entries[item.key]
        if not entry.headline:
            raise InvalidAnnouncement("file-empty", name=item.key)
        found = tuple(Finding(code=code, severity=Severity.ERROR) for code in self.findings.get(item.key, ()))
        pictures = tuple(picture for key, picture in self.pictures.items() if key == item.key)
        return Draft(announcement=entry, pictures=pictures, findings=found, revises=self.revises.get(item.key, ""))


@dataclass
class FakeFolder(FakeFeed):
    """A folder in memory that remembers where its files went and what their status files say."""

    name: str = "queue"
    rules: SourceRules = FOLDER_RULES
    taken: dict[str, str] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    read_again: dict[str, Announcement] = field(default_factory=dict)

    def take(self, item: Item, status: str) -> None:
        self.read_again[item.key] = self.entries.pop(item.key)
        self.taken[item.key] = status

    def refuse(self, item: Item, status: str) -> None:
        self.entries.pop(item.key)
        self.refused[item.key] = status

    def report(self, key: str, status: str) -> None:
        self.taken[key] = status


@dataclass
class FakePlatform:
    """A channel of posts whose platform is a list. `faults` are raised by the next sends, one each.

    `lose_replies`: that many sends store the post and then lose the answer. `dies_after`: the process "dies"
    (KeyboardInterrupt) once that many posts stand, before the answer is read. `after_send`: what happens
    meanwhile. `allowed`: what answers say of the limit.
    """

    name: str = "mastodon"
    kind: str = "mastodon"
    rules: ChannelRules = field(default_factory=lambda: ChannelRules(template="post/mastodon.txt"))
    limits: Limits = field(default_factory=lambda: Limits(text=500, link=23))
    posts: list[JsonObject] = field(default_factory=list)
    uploads: list[str] = field(default_factory=list)
    faults: list[SendFailure] = field(default_factory=list)
    upload_faults: list[SendFailure] = field(default_factory=list)
    lose_replies: int = 0
    dies_after: int | None = None
    after_send: Callable[[], object] | None = None
    allowed: Allowance | None = None
    repeatable: bool = True

    def verify(self) -> Account:
        return Account(name="@stadt")

    def documented_limits(self) -> Limits:
        return self.limits

    def read_limits(self) -> Limits:
        return self.limits

    def measure(self, text: str, limits: Limits) -> int:
        return len(text)

    def finish(self, variant: Variant) -> Variant:
        return variant

    def upload(self, picture: PreparedPicture, data: bytes) -> JsonObject:
        if self.upload_faults:
            raise self.upload_faults.pop(0)
        self.uploads.append(picture.alt)
        return {"id": len(self.uploads)}

    def request(
        self, variant: Variant, uploads: Sequence[JsonObject], thumbnail: JsonObject | None, mint: Mint
    ) -> JsonObject:
        return {"text": variant.text, "key": mint.delivery_id, "media": [str(upload["id"]) for upload in uploads]}

    def send(self, request: JsonObject) -> Receipt:
        if self.faults:
            raise self.faults.pop(0)
        if request not in self.posts:
            self.posts.append(request)
        if self.after_send is not None:
            self.after_send()
        if self.dies_after is not None and len(self.posts) >= self.dies_after:
            self.dies_after = None
            raise KeyboardInterrupt
        if self.lose_replies:
            self.lose_replies -= 1
            raise UncertainOutcome("reply-lost")
        return self._receipt(request)

    def reply(self, request: JsonObject, root: Receipt, before: Receipt) -> JsonObject:
        return {**request, "root": root.ref, "to": before.ref}

    def allowance(self) -> Allowance | None:
        return self.allowed

    def find(self, request: JsonObject) -> Receipt | None:
        return self._receipt(request) if request in self.posts else None

    def may_repeat(self, last_attempt_at: datetime, first_attempt_at: datetime, now: datetime, limits: Limits) -> bool:
        return self.repeatable

    def _receipt(self, request: JsonObject) -> Receipt:
        number = self.posts.index(request) + 1
        return Receipt(ref=str(number), url=f"https://social.example/@stadt/{number}")


@dataclass
class FakeNewsletter:
    """A newsletter whose relay is a list of (subscriber, Message-ID's recipient). `answers` by subscriber address.

    `notice_faults` are raised by the next notices, one each; an uncertain one has arrived.

    `breaks_after`: the process "dies" (KeyboardInterrupt) after that many messages have left, before they are settled.
    `ahead`: so many recipients are pulled at once. `waits`: what happens while a message waits for its answer.
    """

    name: str = "newsletter"
    kind: str = "newsletter"
    rules: ChannelRules = field(default_factory=lambda: ChannelRules(template="newsletter"))
    topics: Mapping[str, str] = field(default_factory=lambda: {"verkehr": "Verkehr", "kultur": "Kultur"})
    undo: timedelta = timedelta(0)
    closed: bool = False
    digests: Sequence[Schedule] = (
        Schedule(rhythm=Rhythm.DAILY, minute=17 * 60),
        Schedule(rhythm=Rhythm.WEEKLY, minute=12 * 60, weekday=4),
    )
    keep_recipients: timedelta = timedelta(days=90)
    issues: list[Variant] = field(default_factory=list)
    enclosed: list[str] = field(default_factory=list)
    mails: list[tuple[str, int]] = field(default_factory=list)
    answers: dict[str, list[RecipientState]] = field(default_factory=dict)
    reason: str = ""
    breaks_after: int | None = None
    ahead: int = 1
    waits: Callable[[Begin], None] = lambda begin: None
    unreachable: int = 0
    evidence_ip: bool = False
    title: str = "Stadt Musterstadt"
    notices: list[Notice] = field(default_factory=list)
    notice_faults: list[SendFailure] = field(default_factory=list)

    def verify(self) -> Account:
        return Account(name="relay")

    def send_notice(self, notice: Notice) -> None:
        fault = self.notice_faults.pop(0) if self.notice_faults else None
        if fault is None or isinstance(fault, UncertainOutcome):
            self.notices.append(notice)
        if fault is not None:
            raise fault

    def deliver(
        self,
        issue: Issue,
        variant: Variant,
        recipients: Iterable[Recipient],
        enclosures: Sequence[Enclosure] = (),
        begin: Begin = begin_all,
    ) -> Iterator[Mailed]:
        if self.unreachable:
            self.unreachable -= 1
            raise TemporaryFailure("relay-unreachable")
        self.issues.append(variant)
        self.enclosed += [each.name for each in enclosures]
        coming = iter(recipients)
        for recipient in (one for batch in iter(lambda: list(islice(coming, self.ahead)), []) for one in batch):
            begun = begin([recipient])
            if begun is None:
                return
            if recipient.id not in begun:
                continue
            state = self.answers.get(recipient.address, []).pop(0) if self.answers.get(recipient.address) else None
            if state in (None, RecipientState.SENT, RecipientState.UNCERTAIN):
                self.mails.append((recipient.address, recipient.id))
            if self.breaks_after is not None and len(self.mails) >= self.breaks_after:
                self.breaks_after = None
                raise KeyboardInterrupt
            self.waits(begin)
            reason = "" if state in (None, RecipientState.SENT) else self.reason
            yield Mailed(recipient_id=recipient.id, state=state or RecipientState.SENT, reason=reason)


@dataclass
class FakeBell:
    """A bell that remembers what rang. `broken`: nothing arrives."""

    name: str = "bell"
    notes: list[AlarmNote] = field(default_factory=list)
    broken: bool = False

    def ring(self, note: AlarmNote) -> None:
        if self.broken:
            raise TemporaryFailure("alarm-not-delivered", place=self.name, status=500)
        self.notes.append(note)


@dataclass
class FakePages:
    """The web: pages in `there` answer, with `previews`. `asked`: every address that was asked for."""

    there: set[str] = field(default_factory=set)
    previews: dict[str, RawPicture] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def preview_picture(self, url: str) -> RawPicture | None:
        self.asked.append(url)
        return self.previews.get(url)

    def answers(self, url: str) -> bool:
        self.asked.append(url)
        return url in self.there

    def look(self, url: str) -> LinkAnswer:
        return LinkAnswer(reached=url in self.there, said="" if url in self.there else "DNS")
