"""An alarm: something that needs a person, and what people have been told of it so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """What needs a person. `subject`: its lasting name, one alarm each ("delivery a1b2", "channel mastodon").

    `code` names its sentence in the catalogue, `values` fills it: names and IDs only, never words of an announcement.
    `lasting`: true while it can be seen and over when it cannot; else it happened once, and is never "over".
    """

    subject: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict)
    lasting: bool = True


class Told(StrEnum):
    """The last word that people have of an alarm."""

    NOTHING = "nothing"
    RAISED = "raised"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A concern as it is remembered. `since`: when it began, or ended (`over`). `told_at`: when the last word went out."""

    concern: Concern
    since: datetime
    over: bool = False
    told: Told = Told.NOTHING
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmLine:
    """One alarm in words."""

    subject: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmNote:
    """One message to people, in the office's language. `id` stays the same when it is sent once more.

    `text`: complete by itself; `raised` and `over` say the same for programs.
    """

    id: str
    at: datetime
    title: str
    text: str
    raised: tuple[AlarmLine, ...] = ()
    over: tuple[AlarmLine, ...] = ()
