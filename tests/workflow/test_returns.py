"""What comes back changes who gets mails: rightly, at once, and so that the office sees why and can undo it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from publisher.domain.announcement import Announcement
from publisher.domain.delivery import DeliveryState
from publisher.domain.errors import TemporaryFailure
from publisher.domain.returned import NOBODYS, Cause, Fate, NotedBounce, Return, Ticket
from publisher.domain.sign_up import Asked
from publisher.domain.subscriber import SubscriberEntry
from publisher.mail.returns.content import read_return
from publisher.mail.returns.tickets import open_tickets
from publisher.ports.ledger import Notebook
from publisher.workflow.alarms.ringing import ring_alarms
from publisher.workflow.audience.returns import (
    collect,
    collect_all,
    is_flood,
    restore,
    return_concerns,
    settle_answer,
    take_return,
    verdict,
)
from publisher.workflow.audience.signing_up import ask, forget_unconfirmed, send_notices
from publisher.workflow.intake.looking import look_at
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass, work_once
from tests.fakes import NOON, FakeBell, FakeClock, FakeFolder, FakeNewsletter
from tests.fixtures.returned import answer, complaint, dsn, text_bounce


def text(headline: str) -> Announcement:
    return Announcement(
        headline=headline, lead=f"{headline}, seit Mittwoch.", body=f"{headline}, sagt das Amt.", contact="Presseamt"
    )


ADA, BEN = "ada@leserpost.example", "ben@leserpost.example"


@dataclass
class MailsInMemory:
    """A return desk (ports.mailbox.ReturnDesk) whose mailbox is a list; what the mails say is read by the real thing."""

    notebook: Notebook
    waiting: list[bytes] = field(default_factory=list)
    put_away: list[Fate] = field(default_factory=list)
    hook_secret: str = ""
    away: bool = False

    def collect(self, take: Callable[[bytes], Fate]) -> int:
        if self.away:
            raise TemporaryFailure("imap-unreachable", host="mail", port=993, said="away")
        count = len(self.waiting)
        while self.waiting:
            self.put_away.append(take(self.waiting.pop(0)))
        return count

    def read(self, raw: bytes) -> Return:
        return read_return(raw, open_tickets(self.notebook))


@dataclass
class ReturningNewsletter(FakeNewsletter):
    """A newsletter whose mails come back. `returns` is set once there is an office."""

    returns: MailsInMemory | None = None


@pytest.fixture
def newsletter() -> ReturningNewsletter:
    return ReturningNewsletter()


@pytest.fixture
def desk(office: Office, newsletter: ReturningNewsletter) -> MailsInMemory:
    newsletter.returns = MailsInMemory(office.store.notebook)
    entries = [SubscriberEntry(address=name, confirmed_at=NOON, evidence="Brief") for name in (ADA, BEN)]
    office.store.audience.add("newsletter", entries)
    return newsletter.returns


def path_of(office: Office, address: str, copy: int = 1) -> str:
    """The return path of a copy that somebody got."""
    [reader] = [each for each in office.store.audience.subscribers("newsletter") if each.address == address]
    ticket = open_tickets(office.store.notebook).write(Ticket(copy_id=copy, subscriber_id=reader.id))
    return f"bounces+{ticket}@musterstadt.example"


def come_back(office: Office, newsletter: ReturningNewsletter, *mails: bytes) -> list[Fate]:
    """These mails lie in the mailbox, and it is looked into."""
    assert newsletter.returns is not None
    newsletter.returns.waiting += mails
    before = len(newsletter.returns.put_away)
    collect(office, newsletter)
    return newsletter.returns.put_away[before:]


def suspended(office: Office) -> dict[str, Cause]:
    return {reader.address: why.cause for reader, why in office.store.returns.suspended("newsletter", 100)}


def deeds(office: Office) -> list[str]:
    return [deed.what for deed in office.store.ledger.deeds()]


def test_one_hard_bounce_suspends_and_the_office_sees_why(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    assert come_back(office, newsletter, dsn(path=path_of(office, ADA))) == [Fate.DONE]
    [(reader, why)] = office.store.returns.suspended("newsletter", 100)
    assert (reader.address, why.cause, why.repeated) == (ADA, Cause.NO_MAILBOX, False)
    assert "User unknown" in why.words
    assert ADA not in why.words
    assert "suspended" in deeds(office)
    assert not any(ADA in f"{deed}" for deed in office.store.ledger.deeds())


def test_a_confirmation_mail_that_bounces_counts_against_nobody_and_the_sign_up_runs_out_by_itself(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, clock: FakeClock
) -> None:
    asked = Asked(channel="newsletter", address="cem@leserpost.example", wording="Ich möchte Mails.", form="/subscribe")
    ask(office, asked, "192.0.2.0/24")
    send_notices(office)
    path = f"bounces+{open_tickets(office.store.notebook).write(NOBODYS)}@musterstadt.example"
    assert come_back(office, newsletter, dsn(asked.address, path=path), complaint(path=path)) == [Fate.DONE, Fate.DONE]
    assert (suspended(office), list(return_concerns(office))) == ({}, [])
    assert send_notices(office) == 0
    clock.moment += timedelta(days=7)
    assert forget_unconfirmed(office) == 1


def test_who_is_suspended_gets_no_issue_until_they_are_restored(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, folder: FakeFolder
) -> None:
    come_back(office, newsletter, dsn(path=path_of(office, ADA)))
    folder.entries["eins"] = text("Der erste Brunnen läuft")
    one_pass(office)
    assert [address for address, _ in newsletter.mails] == [BEN]
    assert restore(office, "newsletter", "Ada@leserpost.example", "eva")
    assert not restore(office, "newsletter", ADA, "eva")
    folder.entries["zwei"] = text("Der zweite Brunnen läuft")
    one_pass(office)
    assert sorted(address for address, _ in newsletter.mails[1:]) == [ADA, BEN]
    assert [deed.who for deed in office.store.ledger.deeds() if deed.what == "restored"] == ["eva"]


def test_a_restored_reader_starts_with_a_clean_sheet(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    come_back(office, newsletter, dsn(path=path_of(office, ADA)))
    restore(office, "newsletter", ADA, "eva")
    full = dsn(path=path_of(office, ADA, copy=2), status="5.2.2", said="552 5.2.2 Mailbox full")
    come_back(office, newsletter, full)
    assert suspended(office) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "5.2.2", "said": "552 5.2.2 Mailbox full"},
        {"status": "5.7.1", "said": "550 5.7.1 rejected as spam"},
        {"status": "4.4.1", "said": "Connection timed out"},
        {"action": "delayed"},
        {"action": "delivered"},
    ],
)
def test_a_soft_bounce_takes_nobody_away(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, changes: dict[str, str]
) -> None:
    come_back(office, newsletter, dsn(path=path_of(office, ADA), **changes))
    assert suspended(office) == {}


def test_soft_bounces_that_keep_coming_for_days_suspend(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, clock: FakeClock
) -> None:
    for week in range(5):
        assert suspended(office) == {}, week
        full = dsn(path=path_of(office, ADA, copy=week + 1), status="5.2.2", said="552 5.2.2 Mailbox full")
        come_back(office, newsletter, full)
        clock.moment += timedelta(days=7)
    assert suspended(office) == {ADA: Cause.FULL}


def test_what_the_office_itself_is_refused_for_never_adds_up(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, clock: FakeClock
) -> None:
    for week in range(10):
        spam = dsn(path=path_of(office, ADA, copy=week + 1), status="5.7.1", said="550 5.7.1 listed at a blocklist")
        come_back(office, newsletter, spam)
        clock.moment += timedelta(days=3)
    assert suspended(office) == {}


def noted(days: float, cause: Cause = Cause.FULL, *, hard: bool = False) -> NotedBounce:
    return NotedBounce(copy_id=int(days * 24), subscriber_id=1, at=NOON + timedelta(days=days), cause=cause, hard=hard)


@pytest.mark.parametrize(
    ("bounces", "is_suspended"),
    [
        ([noted(0, Cause.NO_MAILBOX, hard=True)], True),
        ([noted(day) for day in range(5)], False),  # a broken week
        ([noted(day) for day in range(11)], True),
        ([noted(0), noted(0.2), noted(0.4), noted(0.6), noted(12)], False),  # two days
        ([noted(day * 7) for day in range(5)], True),
        ([noted(day * 15) for day in range(5)], False),  # too long ago
        ([noted(day, Cause.POLICY) for day in range(11)], False),
    ],
)
def test_the_rule_counts_days_not_mails(bounces: list[NotedBounce], is_suspended: bool) -> None:
    assert (verdict(bounces, bounces[-1].at) is not None) is is_suspended


def bounces_of_everybody(office: Office) -> list[bytes]:
    """A hundred readers, and a hard bounce of each: what a relay that is set up wrong sends back."""
    names = [f"leser{number}@leserpost.example" for number in range(98)]
    entries = [SubscriberEntry(address=name, confirmed_at=NOON, evidence="Brief") for name in names]
    office.store.audience.add("newsletter", entries)
    tickets = open_tickets(office.store.notebook)
    mails = []
    for reader in office.store.audience.subscribers("newsletter"):
        ticket = tickets.write(Ticket(copy_id=reader.id, subscriber_id=reader.id))
        mails.append(dsn(to=reader.address, path=f"bounces+{ticket}@musterstadt.example"))
    return mails


def test_a_flood_of_hard_bounces_is_the_offices_own_fault_and_takes_no_more_away(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, clock: FakeClock
) -> None:
    mails = bounces_of_everybody(office)
    come_back(office, newsletter, *mails[:60])
    assert len(suspended(office)) == 50
    clock.moment += timedelta(days=2)
    come_back(office, newsletter, *mails[60:70])
    assert len(suspended(office)) == 60


def test_a_flood_of_bounces_rings_an_alarm_that_names_nobody_and_is_over_when_it_is(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, clock: FakeClock, bell: FakeBell
) -> None:
    mails = bounces_of_everybody(office)
    come_back(office, newsletter, *mails[:49])
    assert list(return_concerns(office)) == []
    come_back(office, newsletter, *mails[49:60])
    ring(office, clock)
    (note,) = bell.notes
    assert "publisher subscribers suspended --newsletter newsletter" in note.text
    assert "@leserpost.example" not in note.text
    ring(office, clock)
    assert len(bell.notes) == 1
    clock.moment += timedelta(days=1)
    ring(office, clock)
    assert [line.code for line in bell.notes[-1].over] == ["alarm-bounces-braked"]


def test_who_restores_the_suspended_lifts_the_brake(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    come_back(office, newsletter, *bounces_of_everybody(office)[:60])
    assert [concern.subject for concern in return_concerns(office)] == ["bounces newsletter"]
    restore(office, "newsletter", next(iter(suspended(office))), "eva")
    assert list(return_concerns(office)) == []


def ring(office: Office, clock: FakeClock) -> None:
    """Notice what needs a person, and tell it once it has waited a minute for others."""
    ring_alarms(office)
    clock.moment += timedelta(minutes=2)
    ring_alarms(office)


@pytest.mark.parametrize(
    ("count", "readers", "flood"), [(49, 50, False), (50, 100, True), (50, 250, False), (3_000, 10_000, True)]
)
def test_only_many_and_a_large_part_are_a_flood(count: int, readers: int, flood: bool) -> None:
    assert is_flood(count, readers) is flood


def test_a_bounce_that_nobody_signed_changes_nothing(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    forged = [dsn(), dsn(path="bounces+aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@musterstadt.example"), dsn(to=BEN)]
    come_back(office, newsletter, *forged)
    assert suspended(office) == {}


def test_a_bounce_from_a_forwarded_address_counts_for_the_reader_we_wrote_to(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    come_back(office, newsletter, dsn(to="ada.neu@anderswo.example", path=path_of(office, ADA)))
    assert suspended(office) == {ADA: Cause.NO_MAILBOX}


def test_the_same_report_twice_counts_once(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    full = dsn(path=path_of(office, ADA), status="5.2.2", said="552 5.2.2 Mailbox full")
    come_back(office, newsletter, full, full)
    [ada, _] = office.store.audience.subscribers("newsletter")
    again = NotedBounce(copy_id=1, subscriber_id=ada.id, at=NOON, cause=Cause.FULL, hard=False)
    assert len(office.store.returns.note(again)) == 1


def test_a_complaint_unsubscribes_at_once_and_is_noted(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    path = path_of(office, ADA)
    assert come_back(office, newsletter, complaint(path=path), complaint(path=path)) == [Fate.DONE, Fate.DONE]
    assert [each.address for each in office.store.audience.subscribers("newsletter")] == [BEN]
    assert deeds(office).count("complained") == 1
    entry = SubscriberEntry(address=ADA, confirmed_at=NOON, evidence="Liste")
    assert office.store.audience.add("newsletter", [entry])["suppressed"] == 1


def test_a_complaint_that_does_not_say_whose_it_is_waits_for_a_person(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    assert come_back(office, newsletter, complaint()) == [Fate.PERSON]
    assert len(office.store.audience.subscribers("newsletter")) == 2


def test_the_unsubscribe_button_works_by_mail_too(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    path = path_of(office, ADA)
    come_back(office, newsletter, answer("", path=path, subject="unsubscribe"))
    assert [each.address for each in office.store.audience.subscribers("newsletter")] == [BEN]
    assert "left-by-mail" in deeds(office)
    assert come_back(office, newsletter, answer("", path=path, subject="unsubscribe")) == [Fate.DONE]


def test_that_button_still_works_years_later_with_another_key(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, clock: FakeClock
) -> None:
    path = path_of(office, ADA)
    kept = office.store.notebook.read("keys", "returns")
    assert kept is not None
    keys = kept["keys"]
    assert isinstance(keys, list)
    office.store.notebook.write("keys", "returns", {"keys": ["cd" * 32, *keys]})
    clock.moment += timedelta(days=3 * 365)
    come_back(office, newsletter, answer("", path=path, subject="unsubscribe"))
    assert [each.address for each in office.store.audience.subscribers("newsletter")] == [BEN]


def test_the_unsubscribe_link_outlives_leaving_erasing_and_a_change_of_key(
    office: Office, desk: MailsInMemory, clock: FakeClock
) -> None:
    [ada, ben] = office.store.audience.subscribers("newsletter")
    office.store.audience.leave(ada.token, clock.now())
    office.store.audience.erase("newsletter", BEN)
    office.store.notebook.write("keys", "returns", {"keys": ["ef" * 32]})
    clock.moment += timedelta(days=3 * 365)
    assert office.store.audience.leave(ada.token, clock.now())
    assert office.store.audience.leave(ben.token, clock.now())


def test_please_take_me_off_waits_for_a_person_and_is_gone_when_they_are_done(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    wish = answer("Bitte nehmen Sie mich aus dem Verteiler.", path=path_of(office, ADA))
    question = answer("Wann läuft der andere Brunnen?", sender="Neu <neu@leserpost.example>")
    fates = come_back(office, newsletter, wish, wish, question, answer("Weg.", X_Autoreply="yes"))
    assert fates == [Fate.PERSON, Fate.PERSON, Fate.PERSON, Fate.DONE]
    [first, second] = office.store.returns.answers("newsletter")
    assert (first.answer.wish, first.subscriber) == (True, ADA)
    assert (second.answer.wish, second.answer.sender, second.subscriber) == (False, "neu@leserpost.example", "")
    assert len(office.store.audience.subscribers("newsletter")) == 2, "only a person takes somebody off"
    assert deeds(office).count("leaving-asked") == 1
    assert settle_answer(office, "newsletter", first.id, "eva")
    assert not settle_answer(office, "newsletter", first.id, "eva")
    assert [each.id for each in office.store.returns.answers("newsletter")] == [second.id]


def test_erasing_an_address_takes_its_answers_along(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    come_back(
        office, newsletter, answer("Hallo", path=path_of(office, ADA)), answer("Hallo", sender="neu@leserpost.example")
    )
    office.store.audience.erase("newsletter", ADA)
    office.store.audience.erase("newsletter", "Neu@leserpost.example")
    assert office.store.returns.answers("newsletter") == []


def test_who_leaves_takes_bounces_and_suspension_along(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, clock: FakeClock
) -> None:
    path = path_of(office, ADA)
    come_back(office, newsletter, dsn(path=path))
    [ada, _] = office.store.audience.subscribers("newsletter")
    office.store.audience.leave(ada.token, clock.now())
    assert suspended(office) == {}
    come_back(office, newsletter, dsn(path=path))
    assert suspended(office) == {}


def test_a_mailbox_that_is_away_holds_up_nothing(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, folder: FakeFolder
) -> None:
    desk.away = True
    collect_all(office)
    folder.entries["eins"] = text("Der erste Brunnen läuft")
    assert one_pass(office).published == 1


def test_a_mailbox_that_cannot_be_read_for_an_hour_rings_until_it_can(
    office: Office, desk: MailsInMemory, clock: FakeClock, bell: FakeBell
) -> None:
    desk.away = True
    for minutes in (0, 59):
        clock.moment += timedelta(minutes=minutes)
        collect_all(office)
    assert list(return_concerns(office)) == []
    clock.moment += timedelta(minutes=2)
    collect_all(office)
    ring(office, clock)
    assert "newsletter" in bell.notes[-1].text
    desk.away = False
    collect_all(office)
    ring(office, clock)
    assert [line.code for line in bell.notes[-1].over] == ["alarm-mailbox-unread"]


def test_a_pass_looks_into_the_mailbox_first(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, folder: FakeFolder
) -> None:
    desk.waiting.append(dsn(path=path_of(office, ADA)))
    folder.entries["eins"] = text("Der erste Brunnen läuft")
    one_pass(office)
    assert [address for address, _ in newsletter.mails] == [BEN]


def test_a_bounce_under_way_keeps_back_the_copies_that_are_still_open(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter, folder: FakeFolder
) -> None:
    newsletter.unreachable = 1
    folder.entries["eins"] = text("Der erste Brunnen läuft")
    one_pass_until_tried(office)
    take_return(office, "newsletter", desk, dsn(path=path_of(office, ADA)))
    one_pass(office)
    [dossier] = office.store.archive.dossiers()
    [delivery] = [d for d in office.store.outbox.deliveries([dossier.id])[dossier.id] if d.channel == "newsletter"]
    issue = office.store.mailroom.issue_of(delivery.id)
    assert issue is not None
    tally = office.store.mailroom.tally(issue.id)
    assert (tally.candidates, tally.suppressed) == (2, 1)
    assert delivery.state in (DeliveryState.SENT, DeliveryState.DEFERRED)


def one_pass_until_tried(office: Office) -> None:
    """One look and one try, without waiting out the pause after it."""
    for source in office.sources.values():
        look_at(office, source)
    work_once(office)


def test_a_text_bounce_in_german_is_understood(
    office: Office, desk: MailsInMemory, newsletter: ReturningNewsletter
) -> None:
    body = f"""\
        Ihre Nachricht an {ADA} konnte nicht zugestellt werden.
        Grund: 550 5.1.1 Empfänger unbekannt
        """
    come_back(office, newsletter, text_bounce(body, path=path_of(office, ADA), subject="Unzustellbar: Der Brunnen"))
    assert suspended(office) == {ADA: Cause.NO_MAILBOX}
