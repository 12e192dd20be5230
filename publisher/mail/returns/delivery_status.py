"""Delivery reports: per recipient what a mail server did (RFC 3464, and RFC 6533 for international ones)."""

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from email.message import Message

from publisher.domain.returned import Bounce, Cause
from publisher.mail.returns.causes import cause_of
from publisher.mail.returns.parts import mended
from publisher.mail.transport.judgement import unaddressed

KINDS = ("message/delivery-status", "message/global-delivery-status")
MOST_RECIPIENTS = 100
FIELD = re.compile(r"([A-Za-z][A-Za-z-]*)[ \t]*:[ \t]*(.*)")
REACHED = ("delivered", "relayed", "expanded")


def bounces_of(text: str, human: str) -> list[Bounce] | None:
    """The recipients that a delivery report names as not reached; None if it names nobody, reached or not.

    `human`: the text for people beside it, for reports that say nothing themselves.
    """
    named = [group for group in _groups(text) if "final-recipient" in group or "original-recipient" in group]
    if not named:
        return None
    told = [_bounce(group, human if len(named) == 1 else "") for group in named[:MOST_RECIPIENTS]]
    return [bounce for bounce in told if bounce is not None]


def _bounce(group: Mapping[str, str], human: str) -> Bounce | None:
    # Action decides: "failed" may stand beside a status of 4.x.x (RFC 3464, section 2.3.4).
    action = group.get("action", "failed").lower().partition(" ")[0].strip("();")
    if action in REACHED:
        return None
    status = group.get("status", "").partition(" ")[0]
    said = group.get("diagnostic-code", "")
    said = said.partition(";")[2].strip() if ";" in said else said
    cause = cause_of(status, said)
    if cause is Cause.UNCLEAR:
        cause = cause_of(status, human)
    return Bounce(
        address=_address(group),
        cause=Cause.TEMPORARY if action == "delayed" else cause,
        status=status,
        words=unaddressed(said),
        given_up=action != "delayed",
    )


def _address(group: Mapping[str, str]) -> str:
    for name in ("original-recipient", "final-recipient"):
        found = re.search(r"[^\s<>;,\"]+@[^\s<>;,\"]+", group.get(name, ""))
        if found:
            return found[0].strip("'.()")
    return ""


def report_in(part: Message) -> str:
    """The fields of a delivery report."""
    _, _, text = mended(part.as_string()).partition("\n\n")
    if str(part.get("content-transfer-encoding", "")).strip().lower() != "base64":
        return text
    try:
        return base64.b64decode(re.sub(r"\s", "", text)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


def _groups(text: str) -> Iterator[Mapping[str, str]]:
    """The groups of fields between empty lines, names in small letters, the first of each name counts."""
    for block in re.split(r"\n[ \t\r]*\n", text.replace("\r\n", "\n")):
        fields: dict[str, str] = {}
        for line in re.sub(r"\n[ \t]+", " ", block).split("\n"):
            match = FIELD.match(line)
            if match:
                fields.setdefault(match[1].lower(), match[2].strip())
        if fields:
            yield fields
