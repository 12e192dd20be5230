"""Bounces that are written for people only, in German or English: who was not reached, and why."""

import re
from email.message import Message
from email.utils import getaddresses

from publisher.domain.returned import Bounce, Cause
from publisher.mail.returns.causes import cause_of
from publisher.mail.returns.parts import header, own_parts, parts_of, text_of
from publisher.mail.returns.phrases import phrases
from publisher.mail.transport.judgement import unaddressed

MOST_RECIPIENTS = 20
ADDRESS = re.compile(r"[^\s<>()\[\]\\,;:@\"'=]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
RETURNED = r"^[ \t>*#|]*{}$"
"""A line of its own where the returned mail begins."""


def bounces_in_text(message: Message) -> list[Bounce] | None:
    """Whom a bounce in words names as not reached; None if the mail is no bounce at all."""
    failed = [address for _, address in getaddresses([header(message, "X-Failed-Recipients")]) if "@" in address]
    if not failed and not _is_report(message):
        return None
    said = told_by(message)
    addresses = failed or named_in(said, message)
    waiting = bool(phrases("bounce-waiting").search(said)) or "warning" in header(message, "Subject").lower()
    return [
        Bounce(
            address=address,
            cause=Cause.TEMPORARY if waiting else cause_of("", said),
            words=unaddressed(_reason(said)),
            given_up=not waiting,
        )
        for address in (addresses or [""])[:MOST_RECIPIENTS]
    ]


def told_by(message: Message) -> str:
    """What a report says to people, without the mail that it returns."""
    for part in own_parts(message):
        if part.get_content_type() in ("text/plain", "text/html") and (text := text_of(part)).strip():
            returned = phrases("bounce-returned", RETURNED).search(text)
            cut = text[: returned.start()] if returned else text
            return cut if cut.strip() else text
    return ""


def _is_report(message: Message) -> bool:
    """Whether a machine says that a mail did not arrive: never by one sign alone, since each deceives."""
    said = told_by(message)[:4_000]
    by_machine = (
        header(message, "Return-Path") == "<>"
        or message.get_param("report-type") == "delivery-status"
        or bool(phrases("bounce-daemons").search(header(message, "From")))
    )
    titled = bool(phrases("bounce-subjects").search(header(message, "Subject")))
    if by_machine:
        return titled or bool(phrases("bounce-failure").search(said))
    return titled and bool(phrases("bounce-plain-failure").search(said))


def named_in(said: str, message: Message) -> list[str]:
    """The addresses that a report speaks of, in order: others than its own and ours if there are any."""
    names = ("To", "From", "Delivered-To", "Reply-To", "Envelope-To")
    ours = {address.lower() for _, address in getaddresses([header(message, name) for name in names])}
    found = list(dict.fromkeys(match[0].strip(".'") for match in ADDRESS.finditer(said)))
    theirs = [
        address for address in found if address.lower() not in ours and not phrases("bounce-daemons").search(address)
    ]
    return theirs or _returned_to(message) or found


def _returned_to(message: Message) -> list[str]:
    """To whom the mail went that a report returns."""
    for part in parts_of(message):
        to = re.search(r"(?im)^>?[ \t]*to:.*", text_of(part))
        if to and (address := ADDRESS.search(to[0])):
            return [address[0]]
    return []


def _reason(said: str) -> str:
    """The line that says most: the first with a code of a mail server, else the first that names a failure."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    coded = (line for line in lines if re.search(r"(?<!\d)[45]\d\d[ -]|[45]\.\d{1,3}\.\d{1,3}", line))
    return next(coded, next((line for line in lines if phrases("bounce-failure").search(line)), ""))
