"""Leaving is effective at once, also while an issue is under way to thousands."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import pytest

from publisher.domain.announcement import Announcement
from publisher.domain.issue import Enclosure, Issue, Mailed, Recipient
from publisher.domain.subscriber import Subscriber
from publisher.domain.variant import Variant
from publisher.ports.channels import Begin, begin_all
from publisher.workflow.audience.subscribing import add_subscriber
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeFolder, FakeNewsletter


def nothing() -> None:
    """Nobody does anything in mid-run."""


@dataclass
class WatchedNewsletter(FakeNewsletter):
    """After the first mail of an issue, something happens elsewhere."""

    meanwhile: Callable[[], None] = nothing

    def deliver(
        self,
        issue: Issue,
        variant: Variant,
        recipients: Iterable[Recipient],
        enclosures: Sequence[Enclosure] = (),
        begin: Begin = begin_all,
    ) -> Iterator[Mailed]:
        for mailed in super().deliver(issue, variant, recipients, enclosures, begin):
            yield mailed
            self.meanwhile()
            self.meanwhile = nothing


@pytest.fixture
def newsletter() -> WatchedNewsletter:
    return WatchedNewsletter()


def go_away(office: Office, reader: Subscriber, way: str) -> None:
    if way == "leave":
        assert office.store.audience.leave(reader.token, office.clock.now())
    else:
        assert office.store.audience.erase("newsletter", reader.address)


@pytest.mark.parametrize("way", ["leave", "erase"])
def test_who_leaves_while_an_issue_is_sent_gets_no_further_mail(
    office: Office, folder: FakeFolder, newsletter: WatchedNewsletter, way: str
) -> None:
    for number in range(10):
        add_subscriber(office, newsletter, f"leser{number}@leser.example", ())
    last = office.store.audience.subscribers("newsletter")[-1]
    newsletter.meanwhile = lambda: go_away(office, last, way)
    folder.entries["bruecke.md"] = Announcement(headline="Brücke gesperrt", body="Die Brücke am Hafen ist gesperrt.")
    one_pass(office)
    assert sorted(address for address, _ in newsletter.mails) == [f"leser{number}@leser.example" for number in range(9)]
    (dossier,) = office.store.archive.dossiers()
    delivery = next(d for d in office.store.outbox.deliveries([dossier.id])[dossier.id] if d.channel == "newsletter")
    issue = office.store.mailroom.issue_of(delivery.id)
    assert issue is not None
    tally = office.store.mailroom.tally(issue.id)
    assert (tally.sent, tally.suppressed, tally.candidates) == (9, 1, 10)
