"""The overview over a real store: what `announcements --json` and the desk are made of."""

from dataclasses import replace
from datetime import timedelta

from publisher.domain.announcement import Announcement
from publisher.domain.errors import PermanentFailure
from publisher.workflow.office import Office
from publisher.workflow.overview.rows import announcement_overview
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeFolder, FakePlatform

BRIDGE = Announcement(headline="Brücke gesperrt", body="Die Brücke ist ab Dienstag gesperrt.", contact="Presseamt")


def test_the_newest_stands_first_and_one_can_be_asked_for_alone(
    office: Office, folder: FakeFolder, clock: FakeClock
) -> None:
    folder.entries["alt.md"] = BRIDGE
    one_pass(office)
    clock.moment += timedelta(minutes=1)
    folder.entries["neu.md"] = replace(BRIDGE, headline="Fähre fährt wieder", body="Die Fähre fährt ab Montag.")
    one_pass(office)
    rows = announcement_overview(office)
    assert [row["headline"] for row in rows] == ["Fähre fährt wieder", "Brücke gesperrt"]
    assert announcement_overview(office, rows[1]["id"]) == [rows[1]]
    assert announcement_overview(office, limit=1) == [rows[0]]


def test_an_unknown_id_gives_no_row(office: Office) -> None:
    assert announcement_overview(office, "unbekannt") == []


def test_deliveries_tell_where_they_arrived_and_why_not(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.faults.append(PermanentFailure("platform-refuses-post", detail="Text zu lang"))
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    (row,) = announcement_overview(office)
    found = {delivery["channel"]: delivery for delivery in row["deliveries"]}
    assert row["state"] == "partly published"
    assert found["bluesky"]["state"] == "sent"
    assert found["bluesky"]["url"].startswith("http")
    assert found["bluesky"]["attempts"] == 1
    assert found["mastodon"]["url"] == ""
    assert "Text zu lang" in found["mastodon"]["reason"]


def test_what_is_meant_for_no_channel_never_counts_as_published(office: Office, folder: FakeFolder) -> None:
    folder.entries["bruecke.md"] = replace(BRIDGE, channels=("instagram",))
    report = one_pass(office)
    (row,) = announcement_overview(office)
    assert (report.published, row["state"], row["deliveries"]) == (0, "held", [])
    assert "kein Kanal ist dafür bestimmt" in folder.taken["bruecke.md"]
