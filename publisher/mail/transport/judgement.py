"""What a verdict of the mail server means for a subscriber's copy: again, never, or nobody knows."""

import re
from datetime import datetime, timedelta

from publisher.domain.delivery import retry_pause
from publisher.domain.issue import Mailed, Recipient, RecipientState
from publisher.mail.transport.session import Accepted, BrokenOff, Refused, Reply, Step, Unreadable, Verdict

MOST_ATTEMPTS = 60
"""Then a copy is given up: with an hour between tries at last, a little more than two days."""
RELAY_PAUSE = timedelta(minutes=10)
LONGEST_REASON = 200
TOO_LARGE = 552


def judge(recipient: Recipient, verdict: Verdict, now: datetime) -> Mailed:
    """The copy's new state. `now` is aware UTC."""
    match verdict:
        case Accepted():
            return Mailed(recipient_id=recipient.id, state=RecipientState.SENT)
        case Refused(step, reply, alike) if alike or turns_us_away(step, reply):
            due = now + max(RELAY_PAUSE, retry_pause(recipient.attempts + 1))
            return _again(recipient, spoken(reply), due)
        case Refused(_, reply) if reply.code // 100 == 5:
            return Mailed(recipient_id=recipient.id, state=RecipientState.FAILED, reason=spoken(reply))
        case Refused(_, reply):
            return _again(recipient, spoken(reply), now + retry_pause(recipient.attempts + 1))
        case Unreadable(code):
            return Mailed(recipient_id=recipient.id, state=RecipientState.FAILED, reason=code)
        case BrokenOff(perhaps=True):
            return Mailed(recipient_id=recipient.id, state=RecipientState.UNCERTAIN, reason="smtp-no-answer")
        case BrokenOff():
            return _again(recipient, "smtp-connection-lost", now + retry_pause(recipient.attempts + 1))


def turns_us_away(step: Step, reply: Reply) -> bool:
    """Whether the relay refuses the office itself, for every copy alike: that says nothing about a subscriber."""
    return step is Step.MAIL and reply.code // 100 == 5 and reply.code != TOO_LARGE


def is_no_readers_fault(step: Step, reply: Reply) -> bool:
    """Whether a letter was refused for what it is or whose it is: any class of final refusals but those of an address or
    a mailbox (RFC 3463, section 3). Without a class: after the envelope was taken."""
    if reply.code // 100 != 5:
        return False
    enhanced = re.match(r"5\.(\d)\.\d", reply.text)
    return enhanced[1] not in "12" if enhanced else step in (Step.DATA, Step.END)


def spoken(reply: Reply) -> str:
    """A server's reply for logs and pages: one line, without any address in it."""
    code = str(reply.code) if reply.code > 0 else ""  # smtplib's for what is no SMTP
    return f"{code} {unaddressed(reply.text)}"[:LONGEST_REASON].strip()


def unaddressed(text: str) -> str:
    """A server's words on one line, without any address in them."""
    hidden = re.sub(r"\S*@\S*", "…", text)
    plain = "".join(char if char.isprintable() else " " for char in hidden)
    return " ".join(plain.split())[:LONGEST_REASON].strip()


def _again(recipient: Recipient, reason: str, due: datetime) -> Mailed:
    if recipient.attempts + 1 >= MOST_ATTEMPTS:
        return Mailed(recipient_id=recipient.id, state=RecipientState.FAILED, reason=reason)
    return Mailed(recipient_id=recipient.id, state=RecipientState.DEFERRED, reason=reason, due_at=due)
