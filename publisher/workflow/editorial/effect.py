"""Whether a person's word about an announcement changes what becomes of it: by what still keeps it, before and after."""

from collections.abc import Callable, Sequence

from publisher.domain.announcement import Dossier
from publisher.domain.delivery import Delivery
from publisher.domain.finding import holds
from publisher.domain.gate import passes_stop
from publisher.domain.standing import holding_findings
from publisher.domain.stop import Stop
from publisher.messages import say
from publisher.workflow.editorial.decisions import require
from publisher.workflow.office import Office
from publisher.workflow.overview.status import kept_from_digests, may_come_in_digests, standing_sentences


def decide(office: Office, id: str, who: str, decision: Callable[[Office, str, str], None]) -> bool:
    """Say a word (`editorial.approve`, `hold`, `release`), and answer whether it changed anything.

    Raises InvalidAnnouncement for an unknown ID.
    """
    stop = office.store.outbox.stop()
    before = require(office, id)
    decision(office, id, who)
    after, deliveries = require(office, id), office.store.outbox.deliveries_of(id)
    over = is_over(after, deliveries) and not may_come_in_digests(after, deliveries)
    return not over and obstacles(before, stop) != obstacles(after, stop)


def is_over(dossier: Dossier, deliveries: Sequence[Delivery]) -> bool:
    """Whether nothing of the newest revision will leave any more, whatever anybody says."""
    standing = dossier.standing
    composed = standing.composed == standing.revision
    return standing.retracted is not None or (composed and all(delivery.state.settled for delivery in deliveries))


def obstacles(dossier: Dossier, stop: Stop | None) -> set[str]:
    """What only a person can take out of the announcement's way."""
    standing = dossier.standing
    there = {
        "hold": standing.held is not None,
        "approval": standing.needs_approval and standing.approved is None,
        "findings": holds(holding_findings(dossier)),
        "stop": stop is not None and not passes_stop(dossier, stop),
    }
    return {name for name, is_there in there.items() if is_there}


def consequence(office: Office, id: str, *, changed: bool) -> list[str]:
    """What to say after a word. Where it changed nothing: how the announcement stands, and what would help."""
    if not changed:
        return [say(office.config.office.language, "no-effect", standing=" ".join(how_it_stands(office, id)))]
    language, zone = office.config.office.language, office.config.office.timezone
    return list(kept_from_digests(require(office, id), office.store.outbox.deliveries_of(id), language, zone))


def how_it_stands(office: Office, id: str) -> list[str]:
    """The sentences that its status file begins with. Raises InvalidAnnouncement for an unknown ID."""
    dossier, deliveries, stop = require(office, id), office.store.outbox.deliveries_of(id), office.store.outbox.stop()
    language, zone = office.config.office.language, office.config.office.timezone
    return standing_sentences(dossier, deliveries, office.clock.now(), language, zone, stop)
