"""A digest before it leaves: shown word for word, and taken back by a person."""

from publisher.domain.picture import ReadPicture
from publisher.domain.variant import Variant
from publisher.ports.channels import MailChannel
from publisher.ports.ledger import Deed
from publisher.workflow.compose.mails import word_digest
from publisher.workflow.compose.subject import Worded
from publisher.workflow.mailing.digest import stories_of
from publisher.workflow.mailing.issues import close
from publisher.workflow.office import Office


def words_of(office: Office, issue_id: str) -> Worded | None:
    """A digest's issue as it goes out; as it would be worded now, if it is not yet. None if there is no such issue, or nothing
    in it that may be told.

    Raises ConfigError for a broken template.
    """
    known = office.store.digests.issue(issue_id)
    channel = None if known is None else office.channels.get(known.digest.channel)
    if known is None or not isinstance(channel, MailChannel):
        return None
    if known.variant is not None:
        return Worded(known.variant, _kept_pictures(office, known.variant))
    now = office.clock.now()
    stories = list(stories_of(office, known.entries, now).values())
    return word_digest(office, channel, known.digest, stories, now) if stories else None


def _kept_pictures(office: Office, variant: Variant) -> dict[str, ReadPicture]:
    kept = {each.sha256: (each, office.store.archive.picture(each.sha256)) for each in variant.pictures}
    return {
        name: ReadPicture(data=found[1], media_type=found[0], width=each.width, height=each.height)
        for name, (each, found) in kept.items()
        if found is not None
    }


def take_back(office: Office, issue_id: str, who: str) -> int | None:
    """Cancel what has not left of a digest's issue; what it tells waits for the next digest. Answers how many copies will
    not go out, None if there is no such issue.
    """
    known, now = office.store.digests.issue(issue_id), office.clock.now()
    if known is None:
        return None
    if not office.store.digests.take_back(issue_id, now):
        return 0
    office.store.ledger.note(Deed(at=now, who=who, what="held", subject=issue_id))
    return close(office, known.issue, now).cancelled
