"""A test goes to one person of the office, marked as one, and nothing remembers it as sent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.domain.errors import InvalidAnnouncement
from publisher.workflow.editorial import decisions
from publisher.workflow.editorial.rehearsal import rehearse
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeFolder, FakeNewsletter
from tests.workflow.test_mailing import BRIDGE, delivery, subscribe

PETRA = "petra@musterstadt.example"


def taken(office: Office, folder: FakeFolder, **changed: object) -> str:
    folder.entries["bruecke.md"] = replace(BRIDGE, **changed)  # type: ignore[arg-type]  # fields by name
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    return dossier.id


def test_a_held_announcement_can_be_looked_at_in_ones_own_mailbox(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter
) -> None:
    subscribe(office, "anna")
    known = taken(office, folder, publish=NOON + timedelta(hours=1))
    decisions.hold(office, known, "Petra")
    tried = rehearse(office, newsletter, known, PETRA, anyway=False)
    assert (tried.sent, tried.subject) == (True, "[Test] Brücke am Hafen gesperrt")
    assert [address for address, _ in newsletter.mails] == [PETRA]
    assert office.store.mailroom.issue_of(delivery(office).id) is None
    assert delivery(office).attempts == 0


def test_a_stranger_gets_a_test_only_if_one_insists_and_never_before_the_embargo(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter
) -> None:
    known = taken(office, folder, embargo=NOON + timedelta(hours=1))
    with pytest.raises(InvalidAnnouncement, match="test-embargoed"):
        rehearse(office, newsletter, known, "petra@web.example", anyway=True)
    assert rehearse(office, newsletter, known, PETRA, anyway=False).sent
    newsletter.mails.clear()
    folder.entries["rat.md"] = replace(BRIDGE, headline="Der Rat tagt", lead="Der Rat tagt am Montag.", body="Im Saal.")
    one_pass(office)
    open_one = next(d.id for d in office.store.archive.dossiers() if d.announcement.headline == "Der Rat tagt")
    with pytest.raises(InvalidAnnouncement, match="test-foreign"):
        rehearse(office, newsletter, open_one, "petra@web.example", anyway=False)
    assert rehearse(office, newsletter, open_one, "petra@web.example", anyway=True).sent


def test_the_great_stop_stops_tests_too(office: Office, folder: FakeFolder, newsletter: FakeNewsletter) -> None:
    known = taken(office, folder)
    decisions.stop(office, "Probe", "Petra", everything=True)
    with pytest.raises(InvalidAnnouncement, match="test-stopped"):
        rehearse(office, newsletter, known, PETRA, anyway=True)
