"""Where alarms ring: a mail address, a webhook."""

from typing import Protocol

from publisher.domain.alarm import AlarmNote


class Bell(Protocol):
    """One way to reach the people of the office. Called from one thread at a time, also while a stop holds."""

    @property
    def name(self) -> str:
        """For logs: "mail" or the host of a webhook; never an address."""

    def ring(self, note: AlarmNote) -> None:
        """Send one message, once. Raises SendFailure if it is not known to have arrived."""
