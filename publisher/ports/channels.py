"""Where variants go: one adapter per platform, one channel per configured account."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeAlias, runtime_checkable

from publisher.domain.delivery import Receipt
from publisher.domain.digest import Schedule
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient
from publisher.domain.sign_up import Notice
from publisher.domain.variant import JsonObject, Limits, PreparedPicture, Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRules:
    """What any channel may say in config.toml, whatever its kind.

    `template`: path below templates/ ("post/mastodon.txt"; for mail the folder "newsletter").
    `sources`: only announcements from these, empty for all. `topics`: only announcements with one of these, empty for
    all. `language`: only announcements in this language; "" takes every announcement that is no version of another.
    `most_tags`: hashtags in a post, None for as many as fit.
    """

    template: str
    sources: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    language: str = ""
    most_tags: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Who we are on a platform, as the platform says: for `channels --test` and `doctor`."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mint:
    """What makes a request this delivery's own: minted at the first attempt and stored with it."""

    delivery_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxPlace:
    """Where a sandbox channel finds its platform: `api` now, on a port that changes; `site` lasts, for addresses people see."""

    api: str
    site: str


class Channel(Protocol):
    """What every channel has."""

    @property
    def name(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def rules(self) -> ChannelRules: ...

    def verify(self) -> Account:
        """Ask the other side who we are. Raises SendFailure: ChannelSuspended when credentials are refused."""


@runtime_checkable
class PostChannel(Channel, Protocol):
    """A channel whose variants are single posts. Called by compose and dispatch; `send` from one lane at a time."""

    def documented_limits(self) -> Limits:
        """The limits to go by until the platform has been asked."""

    def read_limits(self) -> Limits:
        """Ask the platform for its limits. Raises SendFailure."""

    def measure(self, text: str, limits: Limits) -> int:
        """The length of a text as this platform counts it."""

    def finish(self, variant: Variant) -> Variant:
        """Add what only this platform knows (facets, visibility) to `details`. No call to the outside."""

    def upload(self, picture: PreparedPicture, data: bytes) -> JsonObject:
        """Upload one picture with its alt text and wait until it can be used; harmless to repeat. Raises SendFailure."""

    def request(
        self, variant: Variant, uploads: Sequence[JsonObject], thumbnail: JsonObject | None, mint: Mint
    ) -> JsonObject:
        """The exact final request, to be stored before it is sent. No call to the outside, no host or port in it."""

    def send(self, request: JsonObject) -> Receipt:
        """Send the stored request. Raises one of the four SendFailures, decided by where the attempt broke."""


@runtime_checkable
class Reconcilable(Protocol):
    """A channel that can be asked whether an uncertain request arrived."""

    def find(self, request: JsonObject) -> Receipt | None:
        """The post that this request made, None if it is known that it made none. Raises SendFailure if nobody can tell."""

    def may_repeat(self, last_attempt_at: datetime, first_attempt_at: datetime, now: datetime, limits: Limits) -> bool:
        """Whether sending the same stored request once more is harmless on this platform at this moment."""


@runtime_checkable
class Dated(Protocol):
    """A channel whose platform says with each answer what time it is."""

    def told_time(self) -> datetime | None:
        """The moment of this thread's last answer by the platform's clock, aware UTC, to the second."""


Begin: TypeAlias = Callable[[Sequence[Recipient]], Collection[int] | None]
"""Asked for copies whose messages are about to leave: the IDs of those that may, None if nothing may leave any more.

Also asked for no copies: when answers have been yielded and nothing is about to leave, and every second while answers
are waited for."""


def begin_all(recipients: Sequence[Recipient]) -> Collection[int]:
    """Everything may leave, and nobody writes it down."""
    return [recipient.id for recipient in recipients]


@runtime_checkable
class MailChannel(Channel, Protocol):
    """A channel whose variants are issues, one message per subscriber."""

    @property
    def topics(self) -> Mapping[str, str]:
        """Key to name of each topic that subscribers may choose."""

    @property
    def undo(self) -> timedelta:
        """How long a released issue can still be taken back; urgent ones go at once."""

    @property
    def closed(self) -> bool:
        """Whether it is the press list: newsrooms that the office has entered, all served at once, embargoed text ahead
        of time. What goes there is not published."""

    @property
    def digests(self) -> Sequence[Schedule]:
        """When its digests are due."""

    @property
    def keep_recipients(self) -> timedelta:
        """How long it is kept who got which issue; then only how many."""

    def deliver(
        self,
        issue: Issue,
        variant: Variant,
        recipients: Iterable[Recipient],
        enclosures: Sequence[Enclosure] = (),
        begin: Begin = begin_all,
    ) -> Iterator[Mailed]:
        """Send one message to each recipient, over a few connections, and yield what became of each.

        A recipient is pulled when its message may be prepared, a few ahead where no rate holds the run up; its envelope may
        go, of which alone no mail can come. Right before bodies leave, one at most per connection, `begin` is asked for
        them: after all that was answered has been yielded, so that its maker can record both. What was begun is always
        answered; what was pulled, unless `begin` refused it or the run ended early. Pulled and begun in one thread, the
        caller's: no locks there. A recipient whose message broke after its data had left is `uncertain`.
        Raises ChannelSuspended when the relay refuses the credentials, TemporaryFailure when it cannot be reached, both
        only before anything was pulled.
        """


def is_press_list(channel: Channel | None) -> bool:
    """Whether what goes there goes ahead of the embargo, and is not published by it."""
    return isinstance(channel, MailChannel) and channel.closed


@runtime_checkable
class NoticeChannel(Channel, Protocol):
    """A newsletter that people sign up for by themselves: it writes to one person about their own subscription."""

    @property
    def title(self) -> str:
        """What its readers know it by: the name that its mails come from."""

    @property
    def topics(self) -> Mapping[str, str]:
        """Key to name of each topic that subscribers may choose."""

    @property
    def evidence_ip(self) -> bool:
        """Whether the office keeps the IP address as part of the proof of consent."""

    def send_notice(self, notice: Notice) -> None:
        """Send one notice now, over a connection of its own. Raises one of the four SendFailures, like any `send`."""
