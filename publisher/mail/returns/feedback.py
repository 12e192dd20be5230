"""Complaints: a reader pressed "this is spam", and the mail provider says so (RFC 5965)."""

import re
from email.message import Message

from publisher.mail.returns.parts import parts_of

OF_READERS = frozenset({"abuse", "fraud", "other", "opt-out", "opt-out-list", "miscategorized"})
"""The rest are machines' reports (auth-failure, virus) or the opposite (not-spam)."""


def complaint_in(message: Message) -> str | None:
    """The kind of feedback that a report brings, in small letters; None if it is no such report."""
    for part in parts_of(message):
        if part.get_content_type() == "message/feedback-report":
            match = re.search(r"(?im)^feedback-type[ \t]*:[ \t]*([a-z-]+)", part.as_string())
            return match[1].lower() if match else "other"
    return None
