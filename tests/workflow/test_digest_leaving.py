"""What happens elsewhere while a digest is sent counts from the next copy on."""

import pytest

from publisher.domain.announcement import Mark
from publisher.domain.issue import Tally
from publisher.workflow.editorial import decisions
from publisher.workflow.mailing.digest_undo import take_back
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeFolder
from tests.workflow.test_digest import FIVE, about, dossier_of, names, publish, subscribe
from tests.workflow.test_leaving import WatchedNewsletter, go_away

READERS = 10


@pytest.fixture
def newsletter() -> WatchedNewsletter:
    return WatchedNewsletter()


@pytest.fixture
def office(office: Office, folder: FakeFolder, clock: FakeClock) -> Office:
    """Two announcements are out, ten readers wait for their digest, and it is five o'clock."""
    for number in range(READERS):
        subscribe(office, f"leser{number}")
    publish(office, folder, about("bruecke"), about("rat"))
    clock.moment = FIVE
    return office


def tallies(office: Office) -> list[Tally]:
    return [office.store.mailroom.tally(each.issue.id) for each in office.store.digests.issues()]


@pytest.mark.parametrize("way", ["leave", "erase"])
def test_who_leaves_in_mid_digest_gets_no_copy(office: Office, newsletter: WatchedNewsletter, way: str) -> None:
    last = office.store.audience.subscribers("newsletter")[-1]
    newsletter.meanwhile = lambda: go_away(office, last, way)
    one_pass(office)
    assert set(names(newsletter)) == {f"leser{number}" for number in range(READERS - 1)}
    assert tallies(office) == [Tally(sent=READERS - 1, suppressed=1)]


def test_who_is_told_after_a_retraction_in_mid_digest_reads_nothing_of_it(
    office: Office, newsletter: WatchedNewsletter, clock: FakeClock
) -> None:
    gone = dossier_of(office, "bruecke")
    newsletter.meanwhile = lambda: office.store.archive.retract(gone, Mark("Petra", clock.now()))
    one_pass(office)
    assert set(names(newsletter).values()) == {1}
    assert len(newsletter.mails) == READERS
    assert "Meldung bruecke" not in newsletter.issues[-1].text
    assert sorted(tally.sent for tally in tallies(office)) == [1, READERS - 1]


def test_a_digest_that_is_taken_back_in_mid_run_stops_there(office: Office, newsletter: WatchedNewsletter) -> None:
    def take_it_back() -> None:
        [issue] = office.store.digests.issues()
        assert take_back(office, issue.issue.id, "Petra") == READERS - 1

    newsletter.meanwhile = take_it_back
    one_pass(office)
    assert len(newsletter.mails) == 1
    assert tallies(office) == [Tally(sent=1, cancelled=READERS - 1)]


def test_a_stop_in_mid_digest_lets_no_further_copy_out(
    office: Office, newsletter: WatchedNewsletter, clock: FakeClock
) -> None:
    def stop() -> None:
        decisions.stop(office, "Probe", "Petra", everything=False)

    newsletter.meanwhile = stop
    one_pass(office)
    assert len(newsletter.mails) == 1
    office.store.outbox.set_stop(None)
    clock.sleep(40)
    one_pass(office)
    assert len(newsletter.mails) == READERS
    assert set(names(newsletter).values()) == {1}
