"""The press list: told ahead of the embargo, with originals, and nothing is published by it."""

from dataclasses import replace
from datetime import UTC, timedelta
from io import BytesIO

import pytest
from PIL import Image

from publisher.domain.announcement import Announcement, Audience, Mark, Picture
from publisher.domain.delivery import DeliveryState
from publisher.domain.draft import RawPicture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.standing import State
from publisher.domain.subscriber import SubscriberEntry
from publisher.domain.variant import PreparedPicture
from publisher.ports.channels import ChannelRules
from publisher.web.public.publicity import Publicity
from publisher.workflow.audience.subscribing import add_subscriber, newsletter
from publisher.workflow.compose.enclosures import enclosed, picture_link, press_picture
from publisher.workflow.editorial import decisions
from publisher.workflow.office import Office
from publisher.workflow.overview.rows import announcement_overview
from publisher.workflow.overview.status import status_text
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFolder, FakeNewsletter, FakePlatform

AWARD = Announcement(
    headline="Der Preis geht an Ada Muster",
    lead="Die Jury hat entschieden.",
    body="Der Preis ist mit 5000 Euro dotiert.",
    contact="Petra Presse, Telefon 0000",
    embargo=NOON + timedelta(hours=5),
)


@pytest.fixture
def presse(office: Office) -> FakeNewsletter:
    """A press list beside the other channels, with one newsroom on it."""
    presse = FakeNewsletter(
        name="presse", kind="press", closed=True, digests=(), rules=ChannelRules(template="press"), topics={}
    )
    assert isinstance(office.channels, dict)
    office.channels["presse"] = presse
    entry = SubscriberEntry(address="redaktion@zeitung.example", confirmed_at=NOON, evidence="Impressum der Zeitung")
    office.store.audience.add("presse", [entry])
    return presse


def photograph() -> bytes:
    """A picture that says where it was taken."""
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (51.0, 27.0, 3.0)}
    out = BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def state(office: Office) -> str:
    return announcement_overview(office)[0]["state"]


def test_newsrooms_are_told_before_the_embargo_and_nobody_else(
    office: Office,
    folder: FakeFolder,
    presse: FakeNewsletter,
    newsletter: FakeNewsletter,
    mastodon: FakePlatform,
    clock: FakeClock,
) -> None:
    folder.entries["preis.md"] = AWARD
    one_pass(office)
    assert [address for address, _ in presse.mails] == ["redaktion@zeitung.example"]
    assert (newsletter.mails, mastodon.posts, mastodon.uploads) == ([], [], [])
    line = "SPERRFRIST: Mittwoch, 25. November 2026, 17:00 Uhr"
    mail = presse.issues[0]
    assert mail.subject == f"{line} – Der Preis geht an Ada Muster"
    assert mail.text.startswith(f"{line}\n")
    assert line in mail.html
    assert "Petra Presse, Telefon 0000" in mail.text
    assert "/a/" not in mail.text, "the public page is not there yet"
    (dossier,) = office.store.archive.dossiers()
    assert state(office) == State.WAITING
    assert office.store.archive.published() == []
    assert Publicity(office).page(dossier.id) is None
    clock.moment = NOON + timedelta(hours=5)
    one_pass(office)
    assert len(mastodon.posts) == 1
    assert state(office) == State.PUBLISHED
    assert len(presse.mails) == 1


def test_that_newsrooms_have_an_earlier_revision_is_told_until_somebody_writes_to_them(
    office: Office, folder: FakeFolder, presse: FakeNewsletter, mastodon: FakePlatform
) -> None:
    folder.entries["preis.md"] = AWARD
    one_pass(office)
    folder.entries["preis.md"] = replace(AWARD, headline="Der Preis geht an Ben Muster")
    one_pass(office)
    assert len(presse.mails) == 1
    (dossier,) = office.store.archive.dossiers()
    deliveries = office.store.outbox.deliveries_of(dossier.id)
    said = status_text(dossier, deliveries, NOON, "de", UTC).splitlines()
    [line] = [line for line in said if line.startswith("- presse:")]
    assert "Dieser Kanal hat Fassung 1, nicht Fassung 2" in line
    assert [line for line in said if "Fassung" in line] == [line]


def test_a_publish_time_holds_for_newsrooms_too(
    office: Office, folder: FakeFolder, presse: FakeNewsletter, clock: FakeClock
) -> None:
    folder.entries["preis.md"] = replace(AWARD, publish=NOON + timedelta(hours=1))
    one_pass(office)
    assert presse.mails == []
    clock.moment = NOON + timedelta(hours=1)
    one_pass(office)
    assert len(presse.mails) == 1


def test_what_is_for_the_press_only_makes_no_post_no_page_and_no_feed_entry(
    office: Office,
    folder: FakeFolder,
    presse: FakeNewsletter,
    newsletter: FakeNewsletter,
    mastodon: FakePlatform,
) -> None:
    folder.entries["einladung.md"] = replace(AWARD, embargo=None, audience=Audience.PRESS)
    one_pass(office)
    assert len(presse.mails) == 1
    assert presse.issues[0].subject == "Der Preis geht an Ada Muster"
    assert (newsletter.mails, mastodon.posts) == ([], [])
    (dossier,) = office.store.archive.dossiers()
    assert office.store.archive.published() == []
    assert Publicity(office).page(dossier.id) is None
    assert Publicity(office).newest(10) == ([], None)
    assert state(office) == State.PUBLISHED


def test_a_hold_after_the_press_had_it_keeps_the_page_closed(
    office: Office, folder: FakeFolder, presse: FakeNewsletter, mastodon: FakePlatform, clock: FakeClock
) -> None:
    folder.entries["preis.md"] = AWARD
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    decisions.hold(office, dossier.id, "Petra")
    clock.moment = NOON + timedelta(hours=6)
    one_pass(office)
    assert mastodon.posts == []
    assert state(office) == State.HELD
    assert Publicity(office).page(dossier.id) is None


def test_originals_travel_along_without_the_place_where_they_were_taken(
    office: Office, folder: FakeFolder, presse: FakeNewsletter
) -> None:
    folder.entries["preis.md"] = AWARD
    folder.pictures["preis.md"] = RawPicture(
        data=photograph(), name="Ada Muster.jpg", alt="Ada Muster lacht.", credit="Kim Muster", caption="Ada Muster"
    )
    one_pass(office)
    assert presse.enclosed == ["Ada-Muster.jpg"]
    mail = presse.issues[0]
    assert "Foto: Kim Muster" in mail.text
    [prepared] = mail.pictures
    kept = office.store.archive.picture(prepared.sha256)
    assert kept is not None
    with Image.open(BytesIO(kept[1])) as seen:
        assert seen.size == (400, 300)
        assert not seen.getexif()


def test_originals_that_are_together_too_heavy_for_a_mail_do_not_travel_along() -> None:
    original = Picture(sha256="0" * 64, media_type="image/jpeg", width=1, height=1, name="Rat & Haus.JPG")
    made = PreparedPicture(sha256="1" * 64, media_type="image/jpeg", width=1, height=1, size=5_000_000, alt="Der Rat.")
    assert [each["name"] for each in enclosed([original], [made])] == ["Rat-Haus.jpg"]
    assert enclosed([original, original], [made, made]) == []


def test_the_link_to_an_original_opens_before_the_embargo_for_those_who_were_told(
    office: Office, folder: FakeFolder, presse: FakeNewsletter
) -> None:
    folder.entries["preis.md"] = AWARD
    folder.pictures["preis.md"] = RawPicture(data=photograph(), name="ada.jpg", alt="Ada Muster lacht.")
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    [prepared] = presse.issues[0].pictures
    token = picture_link(office, dossier.id, prepared.sha256).rpartition("/press/pictures/")[2]
    found = press_picture(office, token)
    assert found is not None
    assert found[0] == "image/jpeg"
    assert press_picture(office, token[:-1] + ("0" if token[-1] != "0" else "1")) is None
    assert Publicity(office).picture(prepared.sha256) is None
    office.store.archive.retract(dossier.id, Mark("Petra", NOON))
    assert press_picture(office, token) is None


def test_who_got_which_revision_is_kept(office: Office, folder: FakeFolder, presse: FakeNewsletter) -> None:
    folder.entries["preis.md"] = AWARD
    one_pass(office)
    (dossier,) = office.store.archive.dossiers()
    delivery = next(d for d in office.store.outbox.deliveries([dossier.id])[dossier.id] if d.channel == "presse")
    assert delivery.state is DeliveryState.SENT
    issue = office.store.mailroom.issue_of(delivery.id)
    assert issue is not None
    assert issue.candidates == 1
    assert delivery.receipt is not None
    assert (delivery.receipt.private, delivery.receipt.details["candidates"]) == (True, 1)


def test_newsrooms_are_entered_with_the_legal_basis_only(office: Office, presse: FakeNewsletter) -> None:
    with pytest.raises(InvalidAnnouncement, match="press-no-evidence"):
        add_subscriber(office, presse, "redaktion@radio.example", ())
    assert add_subscriber(office, presse, "redaktion@radio.example", (), "Visitenkarte").imported == 1
    assert newsletter(office, None).name == "newsletter"
    assert newsletter(office, "presse").name == "presse"
