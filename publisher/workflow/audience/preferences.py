"""What a subscriber does on their own page: change what they get, take their data along, have it deleted."""

from collections.abc import Sequence

from publisher.domain.subscriber import Rhythm, Subscriber
from publisher.domain.variant import JsonObject
from publisher.ports.channels import NoticeChannel
from publisher.ports.ledger import Deed
from publisher.workflow.audience.signing_up import open_newsletters
from publisher.workflow.office import Office


def newsletter_of(office: Office, token: str) -> tuple[Subscriber, NoticeChannel] | None:
    """The subscriber that a token belongs to, and their newsletter; None for a link that is unknown."""
    subscriber = office.store.audience.by_token(token)
    if subscriber is None:
        return None
    channel = open_newsletters(office).get(subscriber.channel)
    return None if channel is None else (subscriber, channel)


def change(office: Office, token: str, topics: Sequence[str], rhythm: Rhythm) -> bool:
    """What the subscriber wants from now on; False for a link that is unknown."""
    return office.store.audience.change(token, topics, rhythm, office.clock.now()) is not None


def personal_data(office: Office, subscriber: Subscriber) -> JsonObject:
    """Everything that is kept about a subscriber, for people and machines (Art. 15 and 20 DSGVO)."""
    confirmed = subscriber.confirmed_at
    former = office.store.audience.former_rhythms(subscriber.id)
    troubles = office.store.audience.troubles(subscriber.id)
    return {
        "newsletter": subscriber.channel,
        "address": subscriber.address,
        "topics": list(subscriber.topics),
        "rhythm": str(subscriber.rhythm),
        "former_rhythms": {str(rhythm): until.isoformat() for rhythm, until in former.items()},
        "language": subscriber.language,
        "confirmed_at": confirmed.isoformat() if confirmed else None,
        "evidence": subscriber.evidence,
        "own_link": office.config.web.preferences_page(subscriber.token),
        "issues": [
            {
                "dated": copy.dated.isoformat(),
                "state": str(copy.state),
                "sent_at": copy.tried_at.isoformat() if copy.tried_at else None,
            }
            for copy in office.store.audience.copies(subscriber.id)
        ],
        "returned_mails": [{"at": at.isoformat(), "cause": cause} for at, cause in troubles.bounces],
        "suspended_at": troubles.suspended_at.isoformat() if troubles.suspended_at else None,
    }


def erase(office: Office, subscriber: Subscriber) -> None:
    """Delete every trace, as the subscriber wants it."""
    office.store.audience.erase(subscriber.channel, subscriber.address)
    note = Deed(at=office.clock.now(), who="subscriber", what="erased", subject=subscriber.channel)
    office.store.ledger.note(note)
    office.store.audience.wipe()
