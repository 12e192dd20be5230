"""Signing up: whoever asks gets one mail, whoever confirms becomes a reader, and the office can prove it."""

from dataclasses import replace
from datetime import timedelta

from publisher.config.tables import Web
from publisher.domain.announcement import Mark
from publisher.domain.errors import ChannelSuspended, PermanentFailure, TemporaryFailure, UncertainOutcome
from publisher.domain.sign_up import OVERALL_BRAKE, Asked, Notice, Verdict
from publisher.domain.stop import Stop
from publisher.domain.subscriber import Rhythm
from publisher.ports.channels import NoticeChannel
from publisher.workflow.audience import preferences
from publisher.workflow.audience.signing_up import (
    ask,
    confirm,
    forget_unconfirmed,
    next_notice,
    open_newsletters,
    send_notices,
    sign_up_concerns,
)
from publisher.workflow.audience.subscribing import add_subscriber, import_subscribers
from publisher.workflow.doctor import examine_office
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeNewsletter

HOME = "192.0.2.0/24"


def sign_up(office: Office, name: str = "anna", **changes: object) -> Verdict:
    plain = {"channel": "newsletter", "address": f"{name}@leser.example", "wording": "Ich möchte Mails.", "form": "/x"}
    return ask(office, Asked(**plain | changes), HOME)  # type: ignore[arg-type]  # each test names fields that it has


def link_in(notice: Notice) -> str:
    return next(line for line in notice.text.splitlines() if line.startswith("http"))


def token_in(notice: Notice) -> str:
    return link_in(notice).rpartition("/")[2].partition("?")[0]


def test_a_newsletter_can_be_signed_up_for_and_a_press_list_cannot(office: Office, newsletter: FakeNewsletter) -> None:
    assert isinstance(newsletter, NoticeChannel)
    assert list(open_newsletters(office)) == ["newsletter"]
    newsletter.kind = "press"
    assert list(open_newsletters(office)) == []


def test_whoever_signs_up_gets_one_mail_and_is_a_reader_after_confirming(
    office: Office, newsletter: FakeNewsletter
) -> None:
    sign_up(office, topics=("kultur",), rhythm=Rhythm.WEEKLY)
    assert newsletter.notices == []
    assert send_notices(office) == 1
    assert send_notices(office) == 0
    (notice,) = newsletter.notices
    assert notice.to == "anna@leser.example"
    assert notice.subject == "Bitte bestätigen: Newsletter Stadt Musterstadt"
    assert "Themen: Kultur\nRhythmus: einmal in der Woche gesammelt" in notice.text
    assert office.store.audience.subscribers("newsletter") == []
    anna = confirm(office, token_in(notice))
    assert anna is not None
    assert (anna.topics, anna.rhythm) == (("kultur",), Rhythm.WEEKLY)
    assert anna.evidence == (
        "Anmeldung über /x am Mittwoch, 25. November 2026, 12:00 Uhr mit den Worten »Ich möchte Mails.«, "
        "bestätigt über den Link in der Mail am Mittwoch, 25. November 2026, 12:00 Uhr."
    )
    assert confirm(office, token_in(notice)) == anna
    assert confirm(office, "unbekannt") is None


def test_the_mail_is_free_of_advertising_and_speaks_the_language_of_the_form(
    office: Office, newsletter: FakeNewsletter
) -> None:
    sign_up(office, language="en")
    send_notices(office)
    (notice,) = newsletter.notices
    assert notice.subject == "Please confirm: newsletter of Stadt Musterstadt"
    assert link_in(notice).endswith("?lang=en")
    assert '<html lang="en" dir="ltr">' in notice.html
    assert "<img" not in notice.html
    assert notice.html.count("http") == notice.html.count("href=") - 1, "nothing but the link, imprint and privacy"


def test_the_ip_address_stands_in_the_proof_only_if_it_was_asked_for(
    office: Office, newsletter: FakeNewsletter
) -> None:
    sign_up(office, ip="192.0.2.7")
    send_notices(office)
    anna = confirm(office, token_in(newsletter.notices[0]))
    assert anna is not None
    assert anna.evidence.endswith(" IP-Adresse bei der Anmeldung: 192.0.2.7.")


def test_a_hundred_sign_ups_for_one_address_make_one_mail(office: Office, newsletter: FakeNewsletter) -> None:
    for _ in range(100):
        sign_up(office)
        send_notices(office)
    assert len(newsletter.notices) == 1


def test_a_reader_who_signs_up_again_is_told_so_and_nothing_changes(office: Office, newsletter: FakeNewsletter) -> None:
    add_subscriber(office, newsletter, "anna@leser.example", ("verkehr",))
    (anna,) = office.store.audience.subscribers("newsletter")
    assert sign_up(office, topics=("kultur",)) is Verdict.TAKEN
    send_notices(office)
    (notice,) = newsletter.notices
    assert notice.subject == "Sie sind schon angemeldet: Newsletter Stadt Musterstadt"
    assert link_in(notice) == f"{office.config.web.preferences_page(anna.token)}?lang=de"
    assert office.store.audience.subscribers("newsletter") == [anna]


def test_whoever_left_is_not_imported_and_comes_back_only_by_confirming(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    add_subscriber(office, newsletter, "anna@leser.example", ())
    (anna,) = office.store.audience.subscribers("newsletter")
    office.store.audience.leave(anna.token, clock.now())
    sign_up(office)
    send_notices(office)
    *_, report = import_subscribers(office, newsletter, ["address\n", "Anna@leser.example\n"])
    assert (report.imported, report.suppressed) == (0, 1)
    assert confirm(office, token_in(newsletter.notices[0])) is not None
    assert len(office.store.audience.subscribers("newsletter")) == 1


def test_a_relay_that_is_away_delays_the_mail_and_doubles_nothing(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    newsletter.notice_faults = [TemporaryFailure("smtp-unreachable"), TemporaryFailure("smtp-unreachable")]
    sign_up(office)
    for _ in range(40):
        send_notices(office)
        clock.moment += timedelta(minutes=5)
    (notice,) = newsletter.notices
    assert confirm(office, token_in(notice)) is not None


def test_a_pause_that_the_relay_asks_for_is_kept(office: Office, newsletter: FakeNewsletter, clock: FakeClock) -> None:
    newsletter.notice_faults = [TemporaryFailure("smtp-slow-rate", retry_after=timedelta(hours=3))]
    sign_up(office)
    send_notices(office)
    due = next_notice(office)
    assert due is not None
    assert timedelta(hours=2) < due - clock.now() <= timedelta(hours=3)


def test_an_uncertain_mail_is_repeated_once_under_the_same_name(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    newsletter.notice_faults = [UncertainOutcome("smtp-no-answer"), UncertainOutcome("smtp-no-answer")]
    sign_up(office)
    for _ in range(5):
        send_notices(office)
        clock.moment += timedelta(hours=1)
    assert len(newsletter.notices) == 2
    assert len({notice.id for notice in newsletter.notices}) == 1


def test_an_address_that_does_not_exist_is_tried_once(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    newsletter.notice_faults = [PermanentFailure("notice-refused", said="550")]
    sign_up(office)
    send_notices(office)
    clock.moment += timedelta(hours=5)
    assert send_notices(office) == 0


def test_refused_credentials_suspend_the_channel_and_keep_the_mail(office: Office, newsletter: FakeNewsletter) -> None:
    newsletter.notice_faults = [ChannelSuspended("smtp-login-refused", host="mail", said="535")]
    sign_up(office)
    send_notices(office)
    assert office.store.notebook.read("suspended", "newsletter") is not None
    assert next_notice(office) is None


def test_a_stop_of_everything_holds_confirmations_back_and_a_stop_of_the_routine_does_not(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    sign_up(office)
    office.store.outbox.set_stop(Stop(mark=Mark("Kim", clock.now()), reason="Falschmeldung", everything=True))
    assert send_notices(office) == 0
    office.store.outbox.set_stop(Stop(mark=Mark("Kim", clock.now()), reason="Falschmeldung"))
    assert send_notices(office) == 1


def test_one_pass_sends_what_is_due_and_forgets_what_is_too_old(
    office: Office, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    sign_up(office)
    one_pass(office)
    (notice,) = newsletter.notices
    clock.moment += timedelta(days=7)
    assert confirm(office, token_in(notice)) is None
    one_pass(office)
    (deed,) = [deed for deed in office.store.ledger.deeds() if deed.what == "sign-ups-forgotten"]
    assert deed.detail == "1"
    assert forget_unconfirmed(office) == 0


def test_too_many_sign_ups_from_everywhere_concern_a_person(office: Office, newsletter: FakeNewsletter) -> None:
    for number in range(OVERALL_BRAKE.most):
        office.store.sign_ups.ask(
            Asked(channel="newsletter", address=f"leser{number}@leser.example", wording="", form=""),
            f"10.{number // 250}.{number % 250}.0/24",
            office.clock.now(),
        )
    assert sign_up_concerns(office) == []
    assert sign_up(office) is Verdict.OVERALL_BRAKED
    assert [concern.subject for concern in sign_up_concerns(office)] == ["sign-ups"]


def test_a_reader_changes_takes_along_and_erases_what_is_theirs(office: Office, newsletter: FakeNewsletter) -> None:
    add_subscriber(office, newsletter, "anna@leser.example", ("verkehr",))
    (anna,) = office.store.audience.subscribers("newsletter")
    assert preferences.change(office, anna.token, ("kultur",), Rhythm.DAILY)
    assert not preferences.change(office, "unbekannt", (), Rhythm.DAILY)
    found = preferences.newsletter_of(office, anna.token)
    assert found is not None
    data = preferences.personal_data(office, found[0])
    assert (data["address"], data["topics"], data["rhythm"]) == ("anna@leser.example", ["kultur"], "daily")
    assert data["evidence"]
    preferences.erase(office, found[0])
    assert preferences.newsletter_of(office, anna.token) is None
    assert all("anna" not in str(deed) for deed in office.store.ledger.deeds())


def test_doctor_asks_for_the_name_of_the_web_server_in_front(office: Office) -> None:
    outside = Web(public_url="https://news.musterstadt.example")
    named = Web(public_url="https://news.musterstadt.example", trusted_proxies=("127.0.0.1",))

    def warned(web: Web) -> bool:
        config = office.config.model_copy(update={"web": web})
        return any(told.subject == "web.trusted_proxies" for told in examine_office(replace(office, config=config)))

    assert warned(outside)
    assert not warned(named)
    assert not warned(Web())
