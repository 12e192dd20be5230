"""Which announcement a file is: new, a revision, or words that were said already."""

from dataclasses import replace
from datetime import timedelta

from publisher.domain.announcement import Announcement
from publisher.domain.standing import State
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.overview.rows import announcement_overview
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFeed, FakeFolder, FakePlatform

POWER = Announcement(
    headline="Stadtwerke senken den Strompreis",
    body="Die Stadtwerke ändern zum Jahreswechsel den Strompreis. Eine Kilowattstunde kostet dann 31 Cent.",
    contact="Presseamt",
    embargo=NOON + timedelta(hours=5),
)


def codes(office: Office, number: int = 0) -> list[str]:
    return [finding["code"] for finding in announcement_overview(office)[number]["findings"]]


def test_the_same_words_under_another_name_or_from_a_feed_are_not_said_twice(
    office: Office, folder: FakeFolder, feed: FakeFeed, mastodon: FakePlatform
) -> None:
    one_pass(office)
    now = replace(POWER, embargo=None)
    folder.entries["strom.txt"] = now
    one_pass(office)
    folder.entries["strom-kopie.txt"] = now
    feed.entries = {"guid-7": replace(now, link="https://musterstadt.example/strom")}
    report = one_pass(office)
    assert (report.taken_in, len(mastodon.posts)) == (0, 1)
    [told] = [row for row in announcement_overview(office) if row["headline"] == POWER.headline]
    again = folder.taken["strom-kopie.txt"]
    assert again.startswith("Dasselbe wurde schon aufgenommen")
    assert "„strom.txt“" in again
    assert told["id"] in again


def test_two_files_with_the_same_words_dropped_together_are_one_announcement(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries = {"a.txt": replace(POWER, embargo=None), "b.txt": replace(POWER, embargo=None)}
    one_pass(office)
    one_pass(office)
    assert (len(mastodon.posts), sorted(folder.taken)) == (1, ["a.txt", "b.txt"])


def test_a_correction_under_an_id_that_nobody_knows_is_held_and_no_second_announcement(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    now = replace(POWER, embargo=None)
    folder.entries["strom.txt"] = now
    one_pass(office)
    folder.revises["berichtigung.md"] = "2026-11-25-abcdef"
    folder.entries["berichtigung.md"] = replace(now, body="Anders als gemeldet bleibt der Preis, wie er ist.")
    one_pass(office)
    assert len(mastodon.posts) == 1
    assert codes(office) == ["unknown-id"]
    assert announcement_overview(office)[0]["state"] == State.HELD


def test_what_was_missed_may_be_said_again_under_another_name(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["a.txt"] = replace(POWER, embargo=None, expires=NOON - timedelta(hours=1))
    one_pass(office)
    assert announcement_overview(office)[0]["state"] == State.MISSED
    folder.entries["b.txt"] = replace(POWER, embargo=None)
    assert one_pass(office).published == 1


def test_while_the_first_one_waits_a_reworked_file_of_the_same_name_replaces_it(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["strom.txt"] = POWER
    one_pass(office)
    folder.entries["strom.txt"] = replace(
        POWER,
        headline="Strom wird im Januar teurer",
        body="Die Stadtwerke ändern zum Jahreswechsel den Strompreis. Die Kilowattstunde wird teurer: 36 Cent.",
    )
    one_pass(office)
    clock.moment += timedelta(hours=6)
    one_pass(office)
    assert len(mastodon.posts) == 1
    assert "teurer: 36" in str(mastodon.posts[0]["text"])


def test_another_text_of_the_same_name_says_that_the_first_still_waits(office: Office, folder: FakeFolder) -> None:
    folder.entries["meldung.txt"] = POWER
    one_pass(office)
    folder.entries["meldung.txt"] = Announcement(headline="Stadtfest", body="Zwölf Kapellen spielen auf dem Markt.")
    one_pass(office)
    assert "same-name-waits" in codes(office)


def test_a_revision_without_the_embargo_waits_until_a_person_says_that_it_is_lifted(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["strom.txt"] = POWER
    one_pass(office)
    folder.entries["strom.txt"] = replace(POWER, embargo=None)
    assert one_pass(office).held == 1
    assert "embargo-dropped" in codes(office)
    assert mastodon.posts == []
    decisions.approve(office, announcement_overview(office)[0]["id"], "Petra")
    assert one_pass(office).published == 1


def test_after_publishing_a_revision_is_not_called_published(office: Office, folder: FakeFolder) -> None:
    folder.entries["strom.txt"] = replace(POWER, embargo=None)
    one_pass(office)
    folder.entries["strom.txt"] = replace(POWER, embargo=None, body=POWER.body.replace("31", "32"))
    one_pass(office)
    assert "Fassung 2 ist nicht veröffentlicht" in folder.taken["strom.txt"]


def test_during_a_stop_the_status_says_so(office: Office, folder: FakeFolder) -> None:
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    folder.entries["strom.txt"] = replace(POWER, embargo=None)
    one_pass(office)
    assert "Not-Halt von Petra (Falschmeldung)" in folder.taken["strom.txt"]


def test_why_a_variant_is_held_is_told_in_words(office: Office, folder: FakeFolder, bluesky: FakePlatform) -> None:
    bluesky.limits = replace(bluesky.limits, text=60)
    folder.entries["strom.txt"] = replace(POWER, embargo=None, must="Lebensgefahr: Betreten Sie den Keller nicht.")
    one_pass(office)
    (row,) = announcement_overview(office)
    reason = next(d["reason"] for d in row["deliveries"] if d["channel"] == "bluesky")
    assert "must-does-not-fit" not in reason
    assert "Kurztext" in reason or "Pflichtsatz" in reason


def test_the_same_words_that_no_longer_hold_are_taken_up_again_and_leave(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    """The office made a warning of what stopped it for nothing, and drops the file once more."""
    folder.entries["strom.txt"] = replace(POWER, embargo=None)
    folder.findings["strom.txt"] = ("placeholder",)
    assert (one_pass(office).held, mastodon.posts) == (1, [])
    folder.entries["strom-neu.txt"] = folder.entries["strom.txt"] = replace(POWER, embargo=None)
    folder.findings = {}
    one_pass(office)
    assert len(mastodon.posts) == 1
    (row,) = announcement_overview(office)
    assert (row["state"], row["revision"]) == (State.PUBLISHED, 2)


def test_the_same_words_that_still_hold_stay_held(office: Office, folder: FakeFolder, mastodon: FakePlatform) -> None:
    for name in ("strom.txt", "strom-neu.txt"):
        folder.entries[name] = replace(POWER, embargo=None)
        folder.findings[name] = ("placeholder",)
        one_pass(office)
    (row,) = announcement_overview(office)
    assert (row["state"], row["revision"], mastodon.posts) == (State.HELD, 1, [])
