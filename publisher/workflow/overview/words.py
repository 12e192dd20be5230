"""Single facts as people read them: why a delivery stands as it does, what became of an audience, names of states."""

from collections.abc import Mapping

from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.finding import Severity
from publisher.domain.returned import Suspension
from publisher.domain.standing import State
from publisher.messages import catalogue, say


def copies_in_words(copies: Mapping[str, int], language: str) -> str:
    """What became of a mail's audience: "412 of 415 sent, 3 failed"; "" for posts."""
    if not copies:
        return ""
    first = say(language, "copies-sent", sent=copies["sent"], candidates=copies["candidates"])
    rest = [
        f"{count} {say(language, f'delivery-{name}')}"
        for name, count in copies.items()
        if count and name not in ("candidates", "sent")
    ]
    return ", ".join([first, *rest])


def suspension_in_words(suspension: Suspension, language: str) -> str:
    """Why a reader gets no mails for now, with what the mail server said."""
    why = say(language, f"cause-{suspension.cause}")
    if suspension.repeated:
        why = say(language, "suspended-repeated", cause=why)
    return say(language, "suspended-words", why=why, words=suspension.words) if suspension.words else why


def reason_in_words(delivery: Delivery, language: str) -> str:
    """Why a delivery stands as it does; "" if there is nothing to explain.

    The detail mostly is the whole reason in words already, told when it happened; else it fills the code's sentence, or
    follows it in brackets. Rows outlive the catalogue: a code that it no longer knows is shown as it was written.
    """
    if not delivery.reason:
        return ""
    detail, sentence = delivery.reason_detail, catalogue(language).get(delivery.reason, delivery.reason)
    if detail and detail.startswith(sentence.partition("{")[0]):
        return detail
    try:
        words = sentence.format(detail=detail, channel=delivery.channel, id=delivery.id)
    except (KeyError, IndexError, ValueError):
        return detail or delivery.reason
    return words if not detail or detail in words else f"{words} ({detail})"


def severity_code(severity: Severity) -> str:
    """The catalogue's code for a severity's name."""
    return f"severity-{severity}"


def delivery_code(state: DeliveryState) -> str:
    """The catalogue's code for a delivery state's name."""
    return f"delivery-{state}"


def state_code(state: State) -> str:
    """The catalogue's code for an announcement state's name."""
    return f"state-{state.replace(' ', '-')}"
