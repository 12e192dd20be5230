"""A digest before it leaves: for as long as `undo` says, its words stand and a person may take it back."""

from datetime import timedelta

import pytest

from publisher.domain.announcement import Mark
from publisher.domain.digest import DigestIssue
from publisher.domain.subscriber import Rhythm
from publisher.workflow.mailing.digest import mail_digests, make_digest_now
from publisher.workflow.mailing.digest_undo import take_back, words_of
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeFolder, FakeNewsletter
from tests.workflow.test_digest import FIVE, about, dossier_of, names, publish, subscribe

MINUTE = timedelta(seconds=60)


@pytest.fixture
def worded(office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock) -> DigestIssue:
    """The digest of two announcements for one reader, at the beginning of its minute."""
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"), about("rat"))
    newsletter.undo = MINUTE
    clock.moment = FIVE
    one_pass(office)
    [issue] = office.store.digests.issues()
    return issue


def test_a_digest_waits_its_minute_with_the_words_that_go_out_then(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock, worded: DigestIssue
) -> None:
    assert newsletter.mails == []
    assert worded.due_at >= FIVE + MINUTE
    shown = words_of(office, worded.issue.id)
    assert shown is not None
    clock.moment = FIVE + MINUTE
    one_pass(office)
    assert names(newsletter) == {"dora": 1}
    assert newsletter.issues[-1] == shown.variant


def test_a_digest_that_was_taken_back_goes_to_nobody_and_the_next_one_tells_it(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock, worded: DigestIssue
) -> None:
    assert take_back(office, worded.issue.id, "Petra") == 1
    clock.moment = FIVE + MINUTE
    one_pass(office)
    assert newsletter.mails == []
    clock.moment = FIVE + timedelta(days=1)
    one_pass(office)
    clock.moment += MINUTE
    one_pass(office)
    assert names(newsletter) == {"dora": 1}
    assert "Meldung bruecke" in newsletter.issues[-1].text
    assert [deed.who for deed in office.store.ledger.deeds(worded.issue.id)] == ["Petra"]


def test_what_was_taken_back_can_be_sent_at_once_by_hand_and_takes_no_other_days_place(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock, worded: DigestIssue
) -> None:
    take_back(office, worded.issue.id, "Petra")
    made = make_digest_now(office, newsletter, Rhythm.DAILY)
    assert made is not None
    assert made.day == worded.digest.day
    mail_digests(office, newsletter, at_once=True)
    assert names(newsletter) == {"dora": 1}
    newsletter.undo = timedelta(0)
    publish(office, folder, about("oper"))
    clock.moment = FIVE + timedelta(days=1)
    one_pass(office)
    assert names(newsletter) == {"dora": 2}


def test_what_was_taken_back_days_ago_is_not_too_old_when_a_person_sends_it(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock, worded: DigestIssue
) -> None:
    take_back(office, worded.issue.id, "Petra")
    clock.moment = FIVE + timedelta(hours=23)
    made = make_digest_now(office, newsletter, Rhythm.DAILY)
    assert made is not None
    clock.moment = FIVE + timedelta(hours=60)
    mail_digests(office, newsletter, at_once=True)
    assert names(newsletter) == {"dora": 1}


def test_what_is_retracted_in_that_minute_is_not_in_the_digest_and_the_new_words_have_a_minute_of_their_own(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock, worded: DigestIssue
) -> None:
    office.store.archive.retract(dossier_of(office, "bruecke"), Mark("Petra", clock.now()))
    clock.moment = FIVE + MINUTE
    one_pass(office)
    assert newsletter.mails == []
    clock.moment = FIVE + 2 * MINUTE
    one_pass(office)
    assert names(newsletter) == {"dora": 1}
    assert "Meldung bruecke" not in newsletter.issues[-1].text


def test_what_is_out_cannot_be_taken_back(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock, worded: DigestIssue
) -> None:
    clock.moment = FIVE + MINUTE
    one_pass(office)
    assert take_back(office, worded.issue.id, "Petra") == 0
    [issue] = office.store.digests.issues()
    assert issue.settled_as == "sent"


def test_an_announcement_is_no_digest(office: Office, worded: DigestIssue) -> None:
    assert words_of(office, dossier_of(office, "rat")) is None
    assert take_back(office, dossier_of(office, "rat"), "Petra") is None


def test_before_it_is_worded_a_digest_is_shown_as_it_would_be(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "dora")
    publish(office, folder, about("bruecke"))
    make_digest_now(office, newsletter, Rhythm.DAILY)
    [issue] = office.store.digests.issues()
    shown = words_of(office, issue.issue.id)
    assert shown is not None
    assert "Meldung bruecke" in shown.variant.text
