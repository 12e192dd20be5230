"""Signing up: what somebody asked for under an address that is not proven yet, and the mail that lets them prove it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.domain.subscriber import Rhythm

KEPT_UNCONFIRMED = timedelta(days=7)
"""Then a sign-up that nobody confirmed is deleted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came in through a form. The address is already checked."""

    channel: str
    address: str
    topics: tuple[str, ...] = ()
    rhythm: Rhythm = Rhythm.IMMEDIATE
    language: str = ""
    wording: str
    """The words of consent, exactly as they stood in the form."""
    form: str
    """The address of the form."""
    ip: str = ""
    """Only where config.toml asks for it (`evidence_ip`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUp:
    """A sign-up that waits for its confirmation."""

    token: str
    """Random and opaque; becomes the subscriber's own when they confirm."""
    asked: Asked
    asked_at: datetime

    @property
    def until(self) -> datetime:
        """When it can no longer be confirmed."""
        return self.asked_at + KEPT_UNCONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A mail to one person, about their own subscription. `id` is part of the Message-ID: it stays on a repeat."""

    id: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    dated: datetime


class NoticeState(StrEnum):
    """What is known of a sign-up's mail. `uncertain` and `refused` are left alone."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeClaim:
    """A sign-up's mail, written down as being sent by one worker.

    `known`: token of the subscriber that the address belongs to already, "" for none. `attempts`: this one counted.
    """

    id: int
    notice_id: str
    sign_up: SignUp
    known: str
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Brake:
    """How many sign-ups are taken of one kind within a span that begins with the first."""

    most: int
    span: timedelta


ADDRESS_BRAKES = (
    Brake(most=1, span=timedelta(minutes=10)),
    Brake(most=3, span=timedelta(days=1)),
)
"""Confirmation mails to one address."""
NETWORK_BRAKE = Brake(most=30, span=timedelta(hours=1))
"""Sign-ups from one network: a school class or an office behind one connection still fits."""
OVERALL_BRAKE = Brake(most=1_000, span=timedelta(hours=1))
"""Sign-ups from everywhere."""


class Verdict(StrEnum):
    """What became of a request to sign up. People are told the same each time."""

    TAKEN = "taken"
    ADDRESS_BRAKED = "address-braked"
    NETWORK_BRAKED = "network-braked"
    OVERALL_BRAKED = "overall-braked"
