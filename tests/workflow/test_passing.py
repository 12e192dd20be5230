"""One pass through the office: in, checked, worded, out; and never twice."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from publisher.domain.announcement import Announcement, Mark
from publisher.domain.delivery import Delivery, DeliveryState
from publisher.domain.draft import RawPicture
from publisher.domain.errors import (
    ChannelSuspended,
    InvalidAnnouncement,
    PermanentFailure,
    TemporaryFailure,
    UncertainOutcome,
    UploadsForgotten,
)
from publisher.domain.standing import State
from publisher.workflow.dispatch.lane import is_suspended, resume_channel
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.overview.rows import announcement_overview
from publisher.workflow.overview.words import reason_in_words
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFeed, FakeFolder, FakePlatform
from tests.workflow.conftest import OpenOffice

BRIDGE = Announcement(
    headline="Brücke am Hafen gesperrt",
    lead="Die Brücke am Hafen ist ab Dienstag gesperrt.",
    body="Der Bus fährt eine Umleitung. Fußgänger nehmen den Steg.",
    link="https://musterstadt.example/bruecke",
    contact="Presseamt",
)


def announcement(number: int) -> Announcement:
    return replace(BRIDGE, headline=f"Meldung {number}", body=f"Text der Meldung {number}. Er ist kurz.")


def deliveries(office: Office) -> dict[str, Delivery]:
    """The only announcement's deliveries, by channel."""
    (dossier,) = office.store.archive.dossiers()
    return {delivery.channel: delivery for delivery in office.store.outbox.deliveries([dossier.id])[dossier.id]}


def state(office: Office) -> str:
    return announcement_overview(office)[0]["state"]


def test_an_announcement_goes_out_once_on_every_channel(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bluesky: FakePlatform
) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    first = one_pass(office)
    assert (first.taken_in, first.published, first.failed, first.uncertain, first.held) == (1, 1, 0, 0, 0)
    assert not first.needs_person
    assert len(mastodon.posts) == len(bluesky.posts) == 1
    assert "Brücke am Hafen gesperrt" in str(mastodon.posts[0]["text"])
    second = one_pass(office)
    assert (second.taken_in, second.published) == (0, 0)
    assert len(mastodon.posts) == len(bluesky.posts) == 1


def test_the_status_file_tells_where_it_was_published(office: Office, folder: FakeFolder) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert "https://social.example/@stadt/1" in folder.taken["bruecke.md"]


def test_what_is_held_is_counted_however_much_came_in_since(office: Office, folder: FakeFolder) -> None:
    folder.entries["alt.md"] = replace(BRIDGE, headline="XXX muss noch ergänzt werden")
    assert one_pass(office).needs_person
    for number in range(201):
        folder.entries[f"{number}.md"] = announcement(number)
    report = one_pass(office)
    assert (report.published, report.held, report.needs_person) == (201, 1, True)


def test_the_same_file_dropped_again_says_nothing_twice(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    folder.entries["bruecke.md"] = BRIDGE
    again = one_pass(office)
    assert (again.taken_in, len(mastodon.posts)) == (0, 1)
    assert folder.entries == {}


def test_another_text_under_a_known_name_is_a_new_announcement(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["meldung.md"] = BRIDGE
    one_pass(office)
    folder.entries["meldung.md"] = Announcement(
        headline="Stadtfest beginnt", body="Am Samstag spielen zwölf Kapellen auf dem Marktplatz.", contact="Presseamt"
    )
    assert one_pass(office).taken_in == 1
    assert len(office.store.archive.dossiers()) == len(mastodon.posts) == 2


def test_a_reworked_text_under_a_known_name_is_a_revision_and_waits_for_a_person(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    folder.entries["bruecke.md"] = replace(BRIDGE, body=BRIDGE.body + " Die Arbeiten dauern bis Freitag.")
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    assert (dossier.standing.revision, dossier.standing.composed) == (2, 1)
    assert len(mastodon.posts) == 1


def test_a_revision_before_publishing_replaces_the_first_one(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    embargoed = replace(BRIDGE, embargo=NOON + timedelta(hours=2))
    folder.entries["bruecke.md"] = embargoed
    one_pass(office)
    folder.entries["bruecke.md"] = replace(embargoed, lead="Die Brücke am Hafen ist ab Mittwoch gesperrt.")
    one_pass(office)
    clock.moment += timedelta(hours=3)
    one_pass(office)
    assert len(mastodon.posts) == 1
    assert "Mittwoch" in str(mastodon.posts[0]["text"])


def test_nothing_leaves_before_the_embargo_and_everything_after_it(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = replace(BRIDGE, embargo=NOON + timedelta(minutes=1))
    one_pass(office)
    assert (state(office), mastodon.posts, mastodon.uploads) == (State.WAITING, [], [])
    clock.moment = NOON + timedelta(seconds=54)
    one_pass(office)
    assert mastodon.posts == []
    clock.moment = NOON + timedelta(minutes=1)
    assert one_pass(office).published == 1
    assert len(mastodon.posts) == 1


def test_quiet_hours_hold_the_routine_and_let_the_urgent_through(
    open_office: OpenOffice, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    office = open_office(quiet_hours="22:00-06:00")
    clock.moment = NOON + timedelta(hours=11)  # 23:00 in Musterstadt
    folder.entries["routine.md"] = announcement(1)
    folder.entries["hochwasser.md"] = replace(announcement(2), urgent=True)
    one_pass(office)
    assert ["Meldung 2" in str(post["text"]) for post in mastodon.posts] == [True]
    clock.moment += timedelta(hours=7)
    one_pass(office)
    assert len(mastodon.posts) == 2


def test_a_source_that_needs_approval_waits_for_it(office: Office, folder: FakeFolder, mastodon: FakePlatform) -> None:
    folder.rules = replace(folder.rules, needs_approval=True)
    folder.entries["bruecke.md"] = BRIDGE
    report = one_pass(office)
    assert (report.held, report.needs_person, mastodon.posts) == (1, False, [])
    (dossier,) = office.store.archive.dossiers()
    decisions.approve(office, dossier.id, "Petra")
    assert one_pass(office).published == 1
    assert [deed.who for deed in office.store.ledger.deeds(dossier.id) if deed.what == "approved"] == ["Petra"]


def test_a_finding_of_severity_error_holds_the_announcement(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["x.md"] = replace(BRIDGE, body="Sperrfrist: Dienstag, 18 Uhr. Die Brücke ist gesperrt.")
    report = one_pass(office)
    assert (report.held, report.needs_person, mastodon.posts) == (1, True, [])
    assert state(office) == State.HELD


def test_a_dead_channel_holds_up_no_other_and_is_tried_again(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bluesky: FakePlatform, clock: FakeClock
) -> None:
    mastodon.faults = [TemporaryFailure("server-busy", timedelta(minutes=3))]
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert len(bluesky.posts) == 1
    assert deliveries(office)["mastodon"].state is DeliveryState.DEFERRED
    clock.moment += timedelta(minutes=3)
    one_pass(office)
    assert len(mastodon.posts) == len(bluesky.posts) == 1


def test_a_pass_waits_out_the_first_retry(office: Office, folder: FakeFolder, mastodon: FakePlatform) -> None:
    mastodon.faults = [TemporaryFailure("server-busy")]
    folder.entries["bruecke.md"] = BRIDGE
    assert one_pass(office).published == 1
    assert deliveries(office)["mastodon"].attempts == 2


def test_a_server_that_always_says_in_a_second_does_not_keep_a_pass_alive(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.faults = [TemporaryFailure("server-busy", timedelta(seconds=1)) for _ in range(1_000)]
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert deliveries(office)["mastodon"].attempts <= 20


def test_what_a_platform_will_never_take_fails_with_its_reason_and_needs_a_person(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.faults = [PermanentFailure("picture-lost")]
    folder.entries["bruecke.md"] = BRIDGE
    report = one_pass(office)
    assert (report.failed, report.needs_person) == (1, True)
    assert state(office) == State.PARTLY
    assert deliveries(office)["mastodon"].reason == "picture-lost"


def test_a_lost_reply_is_settled_by_asking_and_makes_no_second_post(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.lose_replies = 1
    folder.entries["bruecke.md"] = BRIDGE
    report = one_pass(office)
    assert (report.published, report.uncertain, len(mastodon.posts)) == (1, 0, 1)
    assert deliveries(office)["mastodon"].state is DeliveryState.SENT


def test_a_lost_request_is_repeated_where_a_repeat_is_harmless(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.faults = [UncertainOutcome("reply-lost")]
    folder.entries["bruecke.md"] = BRIDGE
    assert one_pass(office).published == 1
    assert len(mastodon.posts) == 1


def test_a_platform_that_leaves_every_repeat_open_is_not_asked_without_a_pause(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = BRIDGE
    mastodon.faults = [UncertainOutcome("platform-unclear-answer", detail="503") for _ in range(200)]
    begun = clock.moment
    report = one_pass(office)
    assert (report.uncertain, mastodon.posts) == (1, [])
    tried = 200 - len(mastodon.faults)
    assert tried <= 2 + (clock.moment - begun) / timedelta(seconds=2)
    clock.moment += timedelta(minutes=30)
    mastodon.faults = []
    assert one_pass(office).published == 1


def test_where_a_repeat_could_double_the_delivery_stays_uncertain_until_a_person_says(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.repeatable = False
    mastodon.faults = [UncertainOutcome("reply-lost")]
    folder.entries["bruecke.md"] = BRIDGE
    report = one_pass(office)
    assert (report.uncertain, report.needs_person, mastodon.posts) == (1, True, [])
    uncertain = deliveries(office)["mastodon"]
    told = reason_in_words(uncertain, "de")
    assert f"publisher resolve {uncertain.id} --sent" in told  # whoever reads it can type it
    with pytest.raises(InvalidAnnouncement):
        decisions.resolve(office, uncertain.id, "Petra", "ja")
    decisions.resolve(office, uncertain.id, "Petra", None)
    assert one_pass(office).uncertain == 0
    assert len(mastodon.posts) == 1


def test_refused_credentials_suspend_the_channel_and_keep_its_deliveries(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bluesky: FakePlatform, clock: FakeClock
) -> None:
    mastodon.faults = [ChannelSuspended("credentials-refused", channel="mastodon")]
    folder.entries["a.md"] = announcement(1)
    one_pass(office)
    folder.entries["b.md"] = announcement(2)
    one_pass(office)
    assert is_suspended(office, "mastodon")
    assert "publisher channels --test" in folder.taken["a.md"]
    assert (len(mastodon.posts), len(bluesky.posts)) == (0, 2)
    resume_channel(office, "mastodon")
    clock.moment += timedelta(minutes=1)
    one_pass(office)
    assert len(mastodon.posts) == 2


def test_credentials_refused_at_an_upload_are_told_in_the_same_way(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    mastodon.upload_faults = [ChannelSuspended("credentials-refused", channel="mastodon")]
    folder.entries["bruecke.md"] = BRIDGE
    folder.pictures["bruecke.md"] = picture()
    one_pass(office)
    assert is_suspended(office, "mastodon")
    assert "publisher channels --test" in folder.taken["bruecke.md"]


def test_after_the_stop_nothing_leaves_and_resume_releases_nothing_by_itself(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    decisions.stop(office, "Falschmeldung", "Petra", everything=False)
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert mastodon.posts == []
    resumed = decisions.resume(office, "Petra")
    one_pass(office)
    assert (len(resumed.waiting), mastodon.posts) == (1, [])
    decisions.release(office, resumed.waiting[0].id, "Petra")
    one_pass(office)
    assert len(mastodon.posts) == 1


def test_nothing_stale_goes_out_after_days_of_downtime(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    decisions.stop(office, "Umzug", "Petra", everything=False)
    for number in range(40):
        folder.entries[f"{number}.md"] = announcement(number)
    one_pass(office)
    office.store.outbox.set_stop(None)
    clock.moment += timedelta(days=3)
    one_pass(office)
    assert mastodon.posts == []
    assert {row["state"] for row in announcement_overview(office)} == {State.MISSED}


def test_an_expired_announcement_is_missed_even_if_it_is_young(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries["bruecke.md"] = replace(BRIDGE, expires=NOON - timedelta(minutes=1))
    one_pass(office)
    assert (state(office), mastodon.posts) == (State.MISSED, [])


def test_a_held_announcement_keeps_what_has_not_left(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = replace(BRIDGE, publish=NOON + timedelta(minutes=10))
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    decisions.hold(office, dossier.id, "Petra")
    clock.moment += timedelta(hours=1)
    one_pass(office)
    assert (state(office), mastodon.posts) == (State.HELD, [])
    decisions.release(office, dossier.id, "Petra")
    one_pass(office)
    assert len(mastodon.posts) == 1


def test_first_contact_with_a_thousand_items_posts_nothing(
    office: Office, feed: FakeFeed, mastodon: FakePlatform
) -> None:
    feed.entries = {f"guid-{number}": announcement(number) for number in range(1_000)}
    report = one_pass(office)
    assert (report.taken_in, mastodon.posts) == (0, [])


def test_the_flood_brake_lets_only_so_many_feed_items_out_at_once(
    open_office: OpenOffice, feed: FakeFeed, mastodon: FakePlatform, clock: FakeClock
) -> None:
    office = open_office(most_per_run=3, most_per_hour=5, most_per_day=8)
    one_pass(office)
    feed.entries = {f"guid-{number}": announcement(number) for number in range(20)}
    one_pass(office)
    assert len(mastodon.posts) == 3
    one_pass(office)
    one_pass(office)
    assert len(mastodon.posts) == 5
    clock.moment += timedelta(hours=1, seconds=1)
    for _ in range(4):
        one_pass(office)
    assert len(mastodon.posts) == 8


def test_an_item_withdrawn_by_its_feed_before_it_was_published_is_dropped(
    office: Office, feed: FakeFeed, mastodon: FakePlatform, clock: FakeClock
) -> None:
    feed.entries = {"old": announcement(0)}
    one_pass(office)
    clock.moment += timedelta(minutes=5)
    feed.entries = {"new": replace(BRIDGE, publish=NOON + timedelta(hours=1)), "old": announcement(0)}
    one_pass(office)
    clock.moment += timedelta(minutes=5)
    feed.entries = {"old": announcement(0)}
    one_pass(office)
    clock.moment += timedelta(hours=2)
    one_pass(office)
    assert (state(office), mastodon.posts) == (State.RETRACTED, [])


def test_a_feed_that_cannot_be_reached_withdraws_nothing_and_is_asked_again(
    office: Office, feed: FakeFeed, mastodon: FakePlatform
) -> None:
    one_pass(office)
    feed.broken = True
    one_pass(office)
    feed.broken = False
    feed.entries = {"new": announcement(1)}
    assert one_pass(office).published == 1


def test_a_feed_that_asks_to_be_left_alone_is_for_an_hour_at_most(
    office: Office, feed: FakeFeed, clock: FakeClock
) -> None:
    feed.broken, feed.retry_after = True, timedelta(days=365)
    one_pass(office)
    clock.moment += timedelta(minutes=59)
    one_pass(office)
    assert feed.looks == 1
    clock.moment += timedelta(minutes=1)
    one_pass(office)
    assert feed.looks == 2


def test_a_file_that_cannot_be_read_is_refused_with_a_reason_and_the_next_goes_through(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.entries = {"leer.txt": Announcement(headline=""), "gut.md": BRIDGE}
    report = one_pass(office)
    assert (report.refused, report.taken_in, report.needs_person, len(mastodon.posts)) == (1, 1, True, 1)
    assert folder.refused["leer.txt"].strip()


def picture(colour: str = "navy") -> RawPicture:
    data = BytesIO()
    Image.new("RGB", (800, 500), colour).save(data, "JPEG")
    return RawPicture(data=data.getvalue(), name="bruecke.jpg", alt="Die gesperrte Brücke", credit="A. Foto")


def test_a_picture_is_uploaded_once_though_the_post_is_tried_twice(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.pictures["bruecke.md"] = picture()
    folder.entries["bruecke.md"] = BRIDGE
    mastodon.upload_faults = [TemporaryFailure("server-busy")]
    mastodon.faults = [TemporaryFailure("server-busy")]
    assert one_pass(office).published == 1
    assert mastodon.uploads == ["Die gesperrte Brücke"]
    assert "Foto: A. Foto" in str(mastodon.posts[0]["text"])


def test_a_picture_that_the_platform_has_dropped_is_uploaded_once_more_and_only_then(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.pictures["bruecke.md"] = picture()
    folder.entries["bruecke.md"] = BRIDGE
    mastodon.faults = [UploadsForgotten("platform-refuses-post", detail="422")]
    assert one_pass(office).published == 1
    assert mastodon.uploads == ["Die gesperrte Brücke"] * 2
    assert [post["media"] for post in mastodon.posts] == [["2"]]


def test_a_platform_that_drops_fresh_pictures_too_is_not_asked_for_ever(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.pictures["bruecke.md"] = picture()
    folder.entries["bruecke.md"] = BRIDGE
    mastodon.faults = [UploadsForgotten("platform-refuses-post", detail="422")] * 2
    report = one_pass(office)
    assert (report.failed, mastodon.posts, len(mastodon.uploads)) == (1, [], 2)


def test_a_picture_without_alt_text_holds_an_announcement_from_the_queue(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.pictures["bruecke.md"] = replace(picture(), alt="")
    folder.entries["bruecke.md"] = BRIDGE
    assert one_pass(office).held == 1
    assert mastodon.posts == []


def test_a_broken_picture_is_a_finding_and_the_words_go_out(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    folder.pictures["bruecke.md"] = replace(picture(), data=picture().data[:700])
    folder.entries["bruecke.md"] = BRIDGE
    assert one_pass(office).published == 1
    codes = [finding["code"] for finding in announcement_overview(office)[0]["findings"]]
    assert "picture-broken" in codes


def test_a_must_sentence_that_does_not_fit_holds_that_channel_only(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bluesky: FakePlatform
) -> None:
    bluesky.limits = replace(bluesky.limits, text=100)
    folder.entries["bruecke.md"] = replace(BRIDGE, must="Lebensgefahr: Betreten Sie die Brücke unter keinen Umständen.")
    report = one_pass(office)
    assert (len(mastodon.posts), len(bluesky.posts), report.failed) == (1, 0, 1)
    assert deliveries(office)["bluesky"].reason == "must-does-not-fit"
    # A later revision with the editor's own short words reaches the channel that has not had it, and no other.
    folder.entries["bruecke.md"] = replace(
        folder.read_again["bruecke.md"], short={"bluesky": "Brücke zu."}, must="Lebensgefahr!"
    )
    one_pass(office)
    assert (len(mastodon.posts), len(bluesky.posts)) == (1, 1)
    assert state(office) == State.PUBLISHED


def test_a_retracted_announcement_sends_nothing_more(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["bruecke.md"] = replace(BRIDGE, publish=NOON + timedelta(hours=1))
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    office.store.archive.retract(dossier.id, Mark("Petra", clock.now()))
    clock.moment += timedelta(hours=2)
    one_pass(office)
    assert (state(office), mastodon.posts) == (State.RETRACTED, [])


def test_a_template_that_breaks_while_the_office_runs_is_told_with_the_announcement_and_mended_by_itself(
    office: Office, folder: FakeFolder, mastodon: FakePlatform
) -> None:
    templates = office.config.path("templates") / "post"
    templates.mkdir(parents=True)
    (templates / "mastodon.txt").write_text("{{ headline }\n")
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    assert mastodon.posts == []
    assert "post/mastodon.txt" in folder.taken["bruecke.md"]
    (templates / "mastodon.txt").write_text("{{ headline }}\n")
    assert one_pass(office).published == 1
    assert "post/mastodon.txt" not in folder.taken["bruecke.md"]


def test_what_comes_in_together_goes_out_in_its_order_the_oldest_first(
    office: Office, feed: FakeFeed, mastodon: FakePlatform
) -> None:
    one_pass(office)
    feed.entries = {f"guid-{number}": announcement(number) for number in range(5)}  # newest first
    one_pass(office)
    assert [str(post["text"]).split("\n")[0] for post in mastodon.posts] == [f"Meldung {n}" for n in (4, 3, 2, 1, 0)]
