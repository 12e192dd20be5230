"""What comes back to a newsletter: bounces, complaints, automatic replies and people's answers."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias


class Cause(StrEnum):
    """Why a mail server did not deliver a copy, as far as it says."""

    NO_MAILBOX = "no-mailbox"
    NO_DOMAIN = "no-domain"
    MOVED = "moved"
    FULL = "full"
    INACTIVE = "inactive"
    TEMPORARY = "temporary"
    TOO_LARGE = "too-large"
    POLICY = "policy"
    """Refused for what the office or its server is or does: spam rules, authentication, reputation, limits."""
    UNCLEAR = "unclear"


HARD = frozenset({Cause.NO_MAILBOX, Cause.NO_DOMAIN, Cause.MOVED})
"""There is nobody there: it will be no different tomorrow."""
TELLING = frozenset({Cause.FULL, Cause.INACTIVE, Cause.TEMPORARY, Cause.UNCLEAR})
"""Say something about the mailbox if they keep coming back. What the office itself is refused for does not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """One recipient whom a copy did not reach.

    `address`: as the report names it, "" if it does not. `words`: the server's, one line, no address in it.
    `given_up`: False for a notice that delivery is only delayed (RFC 3464, 2.3.3).
    """

    address: str
    cause: Cause
    status: str = ""
    words: str = ""
    given_up: bool = True

    @property
    def hard(self) -> bool:
        return self.given_up and self.cause in HARD


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a signed return path names: one copy of an issue, and whose it was."""

    copy_id: int
    subscriber_id: int


NOBODYS = Ticket(copy_id=0, subscriber_id=0)
"""Of a mail to somebody who is no reader yet: what comes back of it counts against nobody."""


@dataclass(frozen=True, slots=True)
class Bounced:
    """A report that mails did not arrive; none if they did arrive or were only passed on."""

    bounces: tuple[Bounce, ...]


@dataclass(frozen=True, slots=True)
class Complaint:
    """A reader pressed "this is spam" (RFC 5965). `kind`: the report's own word, "abuse" mostly."""

    kind: str


@dataclass(frozen=True, slots=True)
class AutoReply:
    """An absence note or another machine's answer: nobody reads what one would say to it."""


@dataclass(frozen=True, slots=True)
class LeaveRequest:
    """The mail that a mail program sends when its unsubscribe button is pressed (RFC 2369, 3.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A person wrote. `wish`: it reads as if they want no more newsletters. `excerpt`: the beginning of their own words."""

    sender: str
    subject: str
    excerpt: str
    wish: bool


Content: TypeAlias = Bounced | Complaint | AutoReply | LeaveRequest | Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One mail that came back. `ticket` None: it does not say whose, or says it without our signature."""

    content: Content
    ticket: Ticket | None = None


class Fate(StrEnum):
    """What is to become of a mail that came back, after it was heeded."""

    DONE = "done"
    PERSON = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotedBounce:
    """A bounce as it is remembered: of one copy, with the moment when it came in."""

    copy_id: int
    subscriber_id: int
    at: datetime
    cause: Cause
    hard: bool
    status: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """Why a subscriber gets no mails for now. `repeated`: no single bounce was hard, but they kept coming."""

    at: datetime
    cause: Cause
    repeated: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingAnswer:
    """An answer that waits for a person. `subscriber`: address of the subscriber whose copy it answers, "" if unknown."""

    id: str
    channel: str
    at: datetime
    answer: Answer
    subscriber: str = ""
