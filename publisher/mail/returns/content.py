"""What a mail that came back is: a complaint, a bounce, a machine's answer, a wish to leave, or a person's word."""

from dataclasses import replace
from email.message import Message
from email.utils import parseaddr

from publisher.domain.returned import Answer, AutoReply, Bounce, Bounced, Complaint, Content, LeaveRequest, Return
from publisher.mail.letters.message import LEAVE_SUBJECT
from publisher.mail.returns.bounce_text import bounces_in_text, named_in, told_by
from publisher.mail.returns.delivery_status import KINDS, bounces_of, report_in
from publisher.mail.returns.feedback import OF_READERS, complaint_in
from publisher.mail.returns.parts import fields_of, header, lines_of, own_parts, parts_of, take_apart, text_of
from publisher.mail.returns.phrases import phrases
from publisher.mail.returns.replies import is_automatic
from publisher.mail.returns.tickets import Tickets
from publisher.mail.returns.wishes import wants_to_leave

LONGEST_EXCERPT = 500
LONGEST_FIELD = 200
QUOTED = r"^[ \t]*{}$"
"""A line of its own where the mail begins that is answered."""


def read_return(raw: bytes, tickets: Tickets) -> Return:
    """What came back, and whose copy it is about. Never raises for what stands in the mail."""
    try:
        message = take_apart(raw)
        content = content_of(message)
        ticket = tickets.find(raw) or tickets.find("\n".join(text_of(part) for part in parts_of(message)).encode())
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError, AssertionError):
        # Broken on purpose or by accident, in a way the standard library stumbles over: a person may look.
        return Return(content=_answer(fields_of(raw)), ticket=tickets.find(raw))
    if isinstance(content, LeaveRequest) and ticket is None:
        content = _answer(message)
    return Return(content=content, ticket=ticket)


def content_of(message: Message) -> Content:
    """What a mail is, apart from whose copy it is about."""
    kind = complaint_in(message)
    if kind is not None:
        return Complaint(kind) if kind in OF_READERS else AutoReply()
    bounces = bounces_in(message)
    if bounces is not None:
        return Bounced(tuple(bounces))
    if is_automatic(message, own_words(message)):
        return AutoReply()
    if header(message, "Subject").strip().lower() == LEAVE_SUBJECT:
        return LeaveRequest()
    return _answer(message)


def bounces_in(message: Message) -> list[Bounce] | None:
    """Whom a report names as not reached, by its fields or by its words; None if the mail is no report."""
    human = told_by(message)
    reports = [report_in(part) for part in parts_of(message) if part.get_content_type() in KINDS]
    if not reports and message.get_content_type() in ("multipart/report", "text/plain"):
        reports = [lines_of(message)]  # broken on the way: its parts are not found any more, its lines are
    told = [bounces for report in reports if (bounces := bounces_of(report, human)) is not None]
    if not told:
        return bounces_in_text(message)
    found = [bounce for bounces in told for bounce in bounces]
    if len(found) == 1 and not found[0].address:
        return [replace(found[0], address=next(iter(named_in(human, message)), ""))]
    return found


def own_words(message: Message) -> str:
    """What its writer says, without the mail that they answer."""
    for part in own_parts(message):
        text = text_of(part)
        if part.get_content_maintype() == "text" and text.strip():
            quoted = phrases("quoted", QUOTED).search(text)
            return (text[: quoted.start()] if quoted else text).strip()
    return ""


def _answer(message: Message) -> Answer:
    words = own_words(message)
    subject = header(message, "Subject")
    return Answer(
        sender=parseaddr(header(message, "From"))[1][:LONGEST_FIELD],
        subject=subject[:LONGEST_FIELD],
        excerpt=" ".join(words.split())[:LONGEST_EXCERPT],
        wish=wants_to_leave(subject, words),
    )
