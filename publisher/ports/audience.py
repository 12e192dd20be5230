"""Who reads the newsletters, and who has asked to. Each method is one transaction; all raise StoreError."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from publisher.domain.sign_up import Asked, NoticeClaim, NoticeState, SignUp, Verdict
from publisher.domain.subscriber import Copy, Rhythm, Subscriber, SubscriberEntry, Troubles


class AudienceBook(Protocol):
    """Subscribers of the newsletter channels."""

    def add(self, channel: str, entries: Sequence[SubscriberEntry]) -> Mapping[str, int]:
        """Enter people: {"imported", "known", "suppressed"}. Known ones keep what they chose; suppressed ones stay out."""

    def leave(self, token: str, now: datetime) -> bool:
        """Unsubscribe by token; True also if they had left before; False for an unknown token."""

    def by_token(self, token: str) -> Subscriber | None:
        """The subscriber that a token belongs to, or belonged to before they left and came back."""

    def change(self, token: str, topics: Sequence[str], rhythm: Rhythm, now: datetime) -> Subscriber | None:
        """What the subscriber wants from now on; None for an unknown token. The former rhythm is remembered."""

    def former_rhythms(self, subscriber_id: int) -> Mapping[Rhythm, datetime]:
        """Until when a subscriber had which rhythm, as long as a digest of it may still bring them something."""

    def copies(self, subscriber_id: int) -> list[Copy]:
        """Every issue that went to a subscriber, oldest first, as far as it is still kept for each of them."""

    def troubles(self, subscriber_id: int) -> Troubles:
        """What is kept of mails that came back from a subscriber."""

    def erase(self, channel: str, address: str) -> bool:
        """Delete every trace of an address; only a keyed hash stays, so that no import brings it back. Whether there was
        one: a reader, a sign-up that waits, an answer. No byte of it is left in the database's files after `wipe`."""

    def wipe(self) -> None:
        """Clear away what stands of erased rows beside the database. Raises StoreError (store-log-held) while another
        program reads that."""

    def subscriptions(self, address: str) -> list[Subscriber]:
        """Everything that an address has subscribed to or is entered on, also lists that config.toml no longer knows."""

    def subscribers(self, channel: str, after: str = "") -> list[Subscriber]:
        """The next thousand in the order of their addresses, beginning behind this one; empty when there are no more."""

    def topics(self, channel: str) -> Mapping[str, int]:
        """How many subscribers have chosen which topic, also those that config.toml no longer knows."""

    def stats(self, channel: str) -> Mapping[str, int]:
        """Counts: active, those by rhythm, suspended, suppressed. Who is suspended is not active; nobody is both."""


class SignUpBook(Protocol):
    """Sign-ups until they are confirmed or forgotten."""

    def ask(self, asked: Asked, network: str, now: datetime) -> Verdict:
        """Keep a sign-up and let its mail be due, unless a brake says no. Does the same work for known addresses.

        `network`: where it came from, as in 192.0.2.0/24, "" if nobody can tell.
        """

    def waiting(self, token: str, now: datetime) -> SignUp | None:
        """A sign-up that can still be confirmed."""

    def confirm(self, token: str, evidence: str, now: datetime) -> Subscriber | None:
        """Make the subscriber: also one who left, was erased or complained, since this is their own word.

        Repeated, it answers the same subscriber. None for a token that is unknown or too old.
        """

    def claim_notice(self, channels: Collection[str], now: datetime, lease: timedelta) -> NoticeClaim | None:
        """Write the next due mail down as being sent. One that a dead worker left so goes out once more, then never."""

    def settle_notice(self, claim: NoticeClaim, state: NoticeState, due_at: datetime) -> bool:
        """Record what became of it; `due_at` counts for `due`. The first `uncertain` lets it go out once more."""

    def next_notice(self, channels: Collection[str]) -> datetime | None:
        """When the next mail is due, None if none waits."""

    def braked_until(self, now: datetime) -> datetime | None:
        """When sign-ups will be taken again, None unless there were too many from everywhere."""

    def forget(self, now: datetime) -> int:
        """Delete what was not confirmed in time; answers how many. On SQLite no byte of them stays in the files."""
