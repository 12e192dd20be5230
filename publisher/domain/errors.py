"""The error tree. Each branch answers one question: does it help to try again?

    PublisherError
    ├── InvalidAnnouncement     no: a person must mend the file or the entry
    ├── ConfigError             no: a person must mend config.toml or a template
    ├── StoreError              the database is away or refuses; the step is repeated by the clock
    └── SendFailure
        ├── TemporaryFailure    yes, after `retry_after`: it is known not to have happened
        ├── PermanentFailure    no: the platform will never take it
        │   └── UploadsForgotten    yes, with fresh uploads
        ├── UncertainOutcome    ask first: it may have happened
        └── ChannelSuspended    no call of this channel will succeed until a person acts

No message of these may hold a secret: it ends up on pages, in status files and in logs.
"""

from collections.abc import Mapping
from datetime import timedelta


class PublisherError(Exception):
    """Anything this program knows how to tell a person about.

    `code` names a sentence in the catalogue (`publisher.messages`), `values` fills it. `str()` is the
    bare code with its values, for logs; people read what `messages.say` makes of the two.
    """

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(code)
        self.code = code
        self.values: Mapping[str, object] = values

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.code} ({told})" if told else self.code


class InvalidAnnouncement(PublisherError):
    """What came in cannot become an announcement: empty, unreadable, too large."""


class ConfigError(PublisherError):
    """config.toml, a secret or a template is not usable; `values` names the key or the file and line."""


class StoreError(PublisherError):
    """The database did not do what was asked."""


class SendFailure(PublisherError):
    """A call to a platform or mail server did not end with a receipt."""


class TemporaryFailure(SendFailure):
    """It did not happen, and may succeed later.

    `retry_after`: the least time to wait as the other side told it; None leaves it to the backoff.
    """

    def __init__(self, code: str, retry_after: timedelta | None = None, **values: object) -> None:
        super().__init__(code, **values)
        self.retry_after = retry_after


class PermanentFailure(SendFailure):
    """It did not happen and never will as it stands."""


class UploadsForgotten(PermanentFailure):
    """It did not happen, since the platform no longer has what was uploaded for it: made anew, it may."""


class UncertainOutcome(SendFailure):
    """It may or may not have happened: bytes left this machine and no usable answer came back."""


class ChannelSuspended(SendFailure):
    """Credentials were refused: the channel stops, its deliveries are kept."""
