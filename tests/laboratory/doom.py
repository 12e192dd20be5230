"""Death at a named step: the parts of an office, wrapped so that the process is struck right before or after one of them.

The program has no hooks for this: what strikes stands around its store and its channels, never inside.
"""

import copy
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from publisher.domain.delivery import Receipt
from publisher.domain.issue import Issue, Mailed, Recipient
from publisher.domain.variant import JsonObject, Variant
from publisher.ports.channels import Channel, MailChannel
from publisher.workflow.office import Office

AROUND: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "archive": {"take": ("before intake", "after intake")},
    "outbox": {
        "compose": ("before composing", "after composing"),
        "claim": ("before the claim", "after the claim"),
        "step": ("after the upload", "after the upload is noted"),
        "begin": ("before the attempt is written", "after the attempt is written"),
        "settle": ("after the reply", "after the receipt"),
    },
    "mailroom": {
        "begin": ("before a copy's attempt is written", "after a copy's attempt is written"),
        "settle": ("after a copy's answer", "after a copy's receipt"),
    },
}
"""For each call to the store: the step right before it, and the step right after it."""
UPLOADING = AROUND["outbox"]["step"]
"""Only an announcement with a picture comes to these."""

IN_CALL, IN_LETTER = "in the call", "in a letter"
STEPS = (*(step for calls in AROUND.values() for pair in calls.values() for step in pair), IN_CALL, IN_LETTER)


@dataclass
class Doom:
    """What strikes (SIGKILL, SIGSTOP), at which step, at its how-manieth time; in a call, after so many seconds of it."""

    step: str
    times: int = 1
    after_seconds: float = 0.0
    blow: str = "SIGKILL"

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    def at(self, step: str) -> None:
        """The process has come to this step."""
        if self._comes(step):
            self._strike()

    def during(self, step: str) -> None:
        """The process begins this step, which takes a while."""
        if self._comes(step):
            threading.Timer(self.after_seconds, self._strike).start()

    def _comes(self, step: str) -> bool:
        with self._lock:
            self.times -= step == self.step
            return step == self.step and self.times == 0

    def _strike(self) -> None:
        os.kill(os.getpid(), signal.Signals[self.blow])


def doomed(office: Office, doom: Doom) -> Office:
    """The same office, struck at the given step."""
    channels: Mapping[str, Channel] = {
        name: _doomed_channel(channel, doom) for name, channel in office.channels.items()
    }
    return replace(office, store=_Around(office.store, doom), channels=channels)


class _Around:
    """A store, or one side of it, with steps around its calls."""

    def __init__(self, real: Any, doom: Doom, calls: Mapping[str, tuple[str, str]] | None = None) -> None:
        self._real, self._doom, self._calls = real, doom, calls or {}

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._real, name)
        if name in AROUND and not self._calls:
            return _Around(found, self._doom, AROUND[name])
        return self._between(found, *self._calls[name]) if name in self._calls else found

    def _between(self, call: Callable[..., Any], before: str, after: str) -> Callable[..., Any]:
        def struck(*args: Any, **kwargs: Any) -> Any:
            self._doom.at(before)
            answer = call(*args, **kwargs)
            self._doom.at(after)
            return answer

        return struck


def _doomed_channel(channel: Channel, doom: Doom) -> Channel:
    """The channel, of a class of its own in which a call, or a letter, may be the last."""
    kind: Any = type(channel)

    class Posts(kind):  # type: ignore[misc]
        def send(self, request: JsonObject) -> Receipt:
            doom.during(IN_CALL)
            receipt: Receipt = super().send(request)
            return receipt

    class Mails(kind):  # type: ignore[misc]
        def deliver(
            self, issue: Issue, variant: Variant, recipients: Iterable[Recipient], *more: Any
        ) -> Iterator[Mailed]:
            yield from super().deliver(issue, variant, _each(recipients, doom), *more)

    twin = copy.copy(channel)
    twin.__class__ = Mails if isinstance(channel, MailChannel) else Posts
    return twin


def _each(recipients: Iterable[Recipient], doom: Doom) -> Iterator[Recipient]:
    for recipient in recipients:
        doom.during(IN_LETTER)
        yield recipient
