"""The emergency stop: routine waits, warnings that a person confirms leave, and resume pours nothing out."""

from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.domain.announcement import Announcement
from publisher.domain.delivery import DeliveryState
from publisher.domain.errors import UncertainOutcome
from publisher.workflow.dispatch.reconcile import reconcile_now
from publisher.workflow.editorial import decisions
from publisher.workflow.editorial.effect import consequence
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeFolder, FakeNewsletter, FakePlatform
from tests.workflow.test_mailing import subscribe
from tests.workflow.test_passing import BRIDGE, announcement

FLOOD = replace(BRIDGE, headline="Hochwasser am Hafen", body="Der Pegel steigt. Meiden Sie das Ufer.", urgent=True)


def id_of(office: Office, headline: str) -> str:
    return next(d.id for d in office.store.archive.dossiers() if d.announcement.headline == headline)


def test_during_a_stop_of_the_routine_only_a_confirmed_urgent_announcement_leaves(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, newsletter: FakeNewsletter
) -> None:
    subscribe(office, "anna")
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    folder.entries = {"routine.md": announcement(1), "hochwasser.md": FLOOD}
    one_pass(office)
    assert (mastodon.posts, newsletter.mails) == ([], [])
    decisions.approve(office, id_of(office, "Meldung 1"), "Petra")
    one_pass(office)
    assert mastodon.posts == []
    decisions.approve(office, id_of(office, FLOOD.headline), "Petra")
    one_pass(office)
    assert [FLOOD.headline in str(post["text"]) for post in mastodon.posts] == [True]
    assert len(newsletter.mails) == 1


def test_a_stop_of_everything_lets_nothing_out_whoever_confirms(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    decisions.stop(office, "Konto übernommen", "Petra", everything=True)
    folder.entries["hochwasser.md"] = FLOOD
    one_pass(office)
    decisions.approve(office, id_of(office, FLOOD.headline), "Petra")
    one_pass(office)
    assert mastodon.posts == []


def test_a_confirmation_given_before_the_stop_does_not_count(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["hochwasser.md"] = replace(FLOOD, publish=clock.moment + timedelta(hours=1))
    one_pass(office)
    decisions.approve(office, id_of(office, FLOOD.headline), "Petra")
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    clock.moment += timedelta(hours=2)
    one_pass(office)
    assert mastodon.posts == []


def test_a_later_stop_asks_for_a_new_confirmation(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    folder.entries["hochwasser.md"] = replace(FLOOD, publish=clock.moment + timedelta(hours=1))
    one_pass(office)
    decisions.approve(office, id_of(office, FLOOD.headline), "Petra")
    decisions.stop(office, "Noch eine", "Petra", everything=False)
    clock.moment += timedelta(hours=2)
    one_pass(office)
    assert mastodon.posts == []


def test_what_became_uncertain_is_still_asked_for_while_the_routine_is_stopped_and_not_repeated(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    mastodon.faults = [UncertainOutcome("reply-lost")]
    mastodon.repeatable = False
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    mastodon.repeatable = True
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    clock.moment += timedelta(hours=1)
    one_pass(office)
    (uncertain,) = office.store.outbox.troubled()
    assert (uncertain.state, uncertain.reason) == (DeliveryState.UNCERTAIN, "not-found-may-not-leave")
    assert mastodon.posts == []


@pytest.mark.parametrize("code", ["embargo-unreadable", "embargo-mentioned", "embargo-not-set"])
def test_an_approval_ends_an_embargo_of_which_only_a_person_can_say_when_or_that_it_is_none(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock, code: str
) -> None:
    folder.entries["rede.md"] = Announcement(headline="Rede zum Haushalt", body="Wir bauen zwei Schulen.", contact="P")
    folder.findings["rede.md"] = (code,)
    assert one_pass(office).held == 1
    clock.moment += timedelta(hours=5)
    one_pass(office)
    assert mastodon.posts == []
    decisions.approve(office, id_of(office, "Rede zum Haushalt"), "Petra")
    assert one_pass(office).published == 1


def test_resume_holds_what_was_uncertain_too_and_its_repeat_waits_for_a_release(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    mastodon.faults = [UncertainOutcome("reply-lost")]
    mastodon.repeatable = False
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    mastodon.repeatable = True
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    resumed = decisions.resume(office, "Petra")
    assert [dossier.announcement.headline for dossier in resumed.waiting] == [BRIDGE.headline]
    clock.moment += timedelta(hours=1)
    one_pass(office)
    assert mastodon.posts == []
    decisions.release(office, resumed.waiting[0].id, "Petra")
    one_pass(office)  # at once: who released it does not wait for the next of the growing pauses
    assert len(mastodon.posts) == 1


def test_a_word_that_changes_nothing_during_a_stop_says_that_the_stop_is_why(
    office: Office, folder: FakeFolder
) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    one_pass(office)
    [told] = consequence(office, id_of(office, BRIDGE.headline), changed=False)
    assert "Not-Halt von Petra (Falschmeldung)" in told
    assert "Wird gerade veröffentlicht" not in told


def test_status_files_say_at_once_what_a_word_at_the_desk_changed(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = replace(BRIDGE, publish=clock.moment + timedelta(hours=1))
    one_pass(office)
    announcement_id = id_of(office, BRIDGE.headline)
    told = []
    for say in (
        lambda: decisions.stop(office, "Falschmeldung", "Petra", everything=False),
        lambda: decisions.resume(office, "Petra"),
        lambda: decisions.release(office, announcement_id, "Petra"),
        lambda: decisions.hold(office, announcement_id, "Petra"),
    ):
        say()
        told.append(folder.taken["bruecke.md"].split("\n")[0].split(":")[0].split(" (")[0])
    assert told == [
        "Not-Halt von Petra",
        "Zurückgehalten von Not-Halt",
        "Aufgenommen. Wartet bis Mittwoch, 25. November 2026, 13",
        "Zurückgehalten von Petra",
    ]


def test_what_asking_settled_stands_in_the_status_file_at_once(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.faults = [UncertainOutcome("reply-lost")]
    mastodon.repeatable = False
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert "mastodon: ungewiss" in folder.taken["bruecke.md"]
    mastodon.repeatable = True
    reconcile_now(office)
    assert "mastodon: veröffentlicht" in folder.taken["bruecke.md"]
