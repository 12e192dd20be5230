"""Where the mails of a newsletter come back to: a mailbox that is looked into, or a hook that a mail server calls."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, runtime_checkable

from publisher.domain.returned import Fate, NotedBounce, Return, Suspension, WaitingAnswer
from publisher.domain.subscriber import Subscriber


class ReturnDesk(Protocol):
    """What one newsletter does with its return path. Called by `workflow.audience.returns`, from one thread at a time."""

    @property
    def hook_secret(self) -> str:
        """What a mail server must show to hand in a returned mail by HTTP; "" where it may not."""

    def collect(self, take: Callable[[bytes], Fate]) -> int:
        """Hand over each mail that waits in the mailbox, cut off where it grows too long, and put it away as told.

        A mail whose `take` raises anything but StoreError is put aside for a person; StoreError leaves it and all later
        ones where they are. Answers how many were put away; 0 where there is no mailbox. Raises ChannelSuspended when
        the credentials are refused, TemporaryFailure when the mailbox cannot be reached.
        """

    def read(self, raw: bytes) -> Return:
        """What a returned mail says, and whose copy it is about. Never raises for what stands in the mail."""


@runtime_checkable
class Returning(Protocol):
    """A channel whose mails may come back to this program."""

    @property
    def returns(self) -> ReturnDesk | None:
        """None where `bounces` is not set."""


class ReturnBook(Protocol):
    """What mailboxes said, and who gets no mails because of it. Each method is one transaction; all raise StoreError."""

    def reader(self, subscriber_id: int) -> Subscriber | None:
        """A subscriber of any newsletter; None if they have left."""

    def note(self, bounce: NotedBounce) -> list[NotedBounce]:
        """Remember a bounce, one per copy, the graver one; answers all of its subscriber, oldest first.

        Empty if the subscriber has left.
        """

    def suspend(self, subscriber_id: int, suspension: Suspension) -> bool:
        """No more mails from now on, also of issues under way. False if they had none before, or have left."""

    def suspended_since(self, channel: str, moment: datetime) -> int:
        """How many were suspended since the moment for a single hard bounce and still are."""

    def restore(self, channel: str, address: str) -> bool:
        """Undo a suspension and forget the bounces that led to it; False if there was none."""

    def suspended(
        self, channel: str, most: int, behind: tuple[Subscriber, Suspension] | None = None
    ) -> list[tuple[Subscriber, Suspension]]:
        """Who gets no mails, the newest first: so many at most, from the first on or behind one that is known already."""

    def count_suspended(self, channel: str) -> int:
        """How many get no mails."""

    def forget_bounces(self, before: datetime) -> int:
        """Delete what came in before this moment; answers how many bounces. Suspensions stay, with their cause."""

    def keep_answer(self, waiting: WaitingAnswer, subscriber_id: int | None) -> bool:
        """Keep an answer until a person has dealt with it; False if it was kept before. It goes when its subscriber goes."""

    def answers(self, channel: str) -> list[WaitingAnswer]:
        """What waits for a person, oldest first."""

    def drop_answer(self, channel: str, id: str) -> bool:
        """A person has dealt with it: nothing of it stays. False if there is none."""
