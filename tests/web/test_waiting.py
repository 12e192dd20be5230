"""What waits beside the announcements stands on the desk with the command that settles it, and nowhere else."""

import shlex
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from playwright.sync_api import Page
from sqlalchemy import delete

from publisher.domain.digest import Digest, Gathered
from publisher.domain.issue import Entry, Mailed, RecipientState
from publisher.domain.returned import Answer, Cause, Suspension, WaitingAnswer
from publisher.domain.subscriber import Rhythm, SubscriberEntry
from publisher.sandbox.state import State
from publisher.store.schema.mail import recipients
from publisher.web.desk.app import desk_app
from publisher.web.listen import serve
from tests.fakes import FakeNewsletter
from tests.fixtures.axe import WIDTHS, Axe
from tests.web.newsroom import LEASE, Newsroom, a_variant, an_announcement

ADA, BEN, CEM = "ada@leserpost.example", "ben@leserpost.example", "cem@leserpost.example"


def answer_comes(newsroom: Newsroom, id: str = "abc123", sender: str = CEM, *, wish: bool = True, to: str = "") -> None:
    """Somebody has written; `to`: the reader whose copy they answer."""
    words = Answer(sender=sender, subject="AW: Brücke", excerpt="Bitte keine <b>Mails</b> mehr.", wish=wish)
    reader = newsroom.subscribe(to).id if to else None
    waiting = WaitingAnswer(id=id, channel="newsletter", at=newsroom.clock.now(), answer=words)
    newsroom.store.returns.keep_answer(waiting, reader)


def suspend(newsroom: Newsroom, address: str = ADA, *, repeated: bool = True) -> None:
    why = Suspension(at=newsroom.clock.now(), cause=Cause.FULL, repeated=repeated, words="552 5.2.2 Mailbox full")
    assert newsroom.store.returns.suspend(newsroom.subscribe(address).id, why)


def mail_an_issue(newsroom: Newsroom, *outcomes: RecipientState) -> str:
    """An announcement as an issue, with these outcomes; readers beyond them still wait for their copies."""
    mail = a_variant("newsletter", kind="newsletter", html="<h1>Brücke</h1>", subject="Brücke", limit=None)
    (delivery,) = newsroom.compose(newsroom.take(an_announcement()), mail)
    issue = newsroom.store.mailroom.open_issue(delivery, (), newsroom.clock.now())
    settle_copies(newsroom, issue.id, *outcomes)
    return issue.id


def settle_copies(newsroom: Newsroom, issue_id: str, *outcomes: RecipientState) -> None:
    mailroom, now = newsroom.store.mailroom, newsroom.clock.now()
    copies = mailroom.claim(issue_id, len(outcomes), now, LEASE, "test")
    mailroom.begin([copy.id for copy in copies], now, "test")
    settled = [Mailed(recipient_id=copy.id, state=outcome) for copy, outcome in zip(copies, outcomes, strict=True)]
    mailroom.settle(settled, now, "test")


def commands(page: str) -> list[list[str]]:
    """What the page tells to type, as a shell would read it."""
    told = [each.partition("</code>")[0] for each in page.split("<code>")[1:]]
    return [shlex.split(unescape(each)) for each in told if each.startswith("publisher ")]


def test_a_desk_on_which_nothing_waits_is_only_announcements(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.subscribe()
    newsroom.publish(an_announcement())
    page = desk.get("/").text
    assert "<h1>Meldungen</h1>" in page
    assert not any(word in page for word in ("Antworten", "ausgesetzt", "Ausgaben", "leserin@"))


def test_an_answer_is_read_at_the_desk_with_what_settles_it(newsroom: Newsroom, desk: httpx.Client) -> None:
    answer_comes(newsroom, to=BEN)
    page = desk.get("/").text
    assert "klingt nach einer Abmeldung" in page
    assert "AW: Brücke" in page
    assert "&lt;b&gt;Mails&lt;/b&gt;" in page, "what a mail says is text, never a page"
    assert f"Geantwortet wurde auf die Mail an {BEN}." in page
    assert commands(page) == [
        ["publisher", "subscribers", "erase", BEN],
        ["publisher", "subscribers", "answered", "abc123"],
    ]
    assert newsroom.store.returns.drop_answer("newsletter", "abc123")
    assert "Antworten" not in desk.get("/").text


def test_who_seems_to_want_to_leave_comes_first_and_no_page_grows_without_end(
    newsroom: Newsroom, desk: httpx.Client
) -> None:
    for number in range(22):
        answer_comes(newsroom, f"id{number}", f"leser{number}@leserpost.example", wish=number == 21)
    page = desk.get("/").text
    assert page.index("leser21@") < page.index("leser0@")
    assert "leser19@" not in page
    assert "2 weitere nennt:" in page
    assert commands(page)[-1] == ["publisher", "subscribers", "answers"]


@pytest.mark.parametrize("sender", ["$(reboot)@x.example", "a'b;reboot@x.example", "`reboot`@x.example"])
def test_what_a_sender_calls_themselves_is_one_word_to_a_shell(
    newsroom: Newsroom, desk: httpx.Client, sender: str
) -> None:
    answer_comes(newsroom, sender=sender)
    assert commands(desk.get("/").text)[0] == ["publisher", "subscribers", "erase", sender]


@pytest.mark.parametrize("sender", ["", "--help@x.example", "a\u202eb@x.example"])
def test_no_command_names_an_address_that_could_be_read_otherwise(
    newsroom: Newsroom, desk: httpx.Client, sender: str
) -> None:
    answer_comes(newsroom, sender=sender)
    assert commands(desk.get("/").text) == [["publisher", "subscribers", "answered", "abc123"]]


def test_who_is_suspended_is_named_with_why_and_how_to_undo_it(newsroom: Newsroom, desk: httpx.Client) -> None:
    suspend(newsroom)
    page = desk.get("/").text
    assert "1 Adresse ist ausgesetzt" in page
    assert "Das Postfach ist voll. (mehrmals an verschiedenen Tagen)" in page
    assert "552 5.2.2 Mailbox full" in page
    assert commands(page) == [["publisher", "subscribers", "restore", ADA]]


def test_too_many_suspended_within_a_day_are_told_of_beside_them(newsroom: Newsroom, desk: httpx.Client) -> None:
    for number in range(50):
        suspend(newsroom, f"leser{number}@leserpost.example", repeated=False)
    page = desk.get("/").text
    assert "50 Adressen sind ausgesetzt" in page
    assert "vermutlich beim eigenen Mailserver" in page
    assert "30 weitere nennt:" in page


def test_where_there_are_several_newsletters_each_command_says_which(newsroom: Newsroom, desk: httpx.Client) -> None:
    assert isinstance(newsroom.office.channels, dict)
    newsroom.office.channels["presse"] = FakeNewsletter(name="presse", closed=True)
    suspend(newsroom)
    assert commands(desk.get("/").text) == [["publisher", "subscribers", "restore", ADA, "--newsletter", "newsletter"]]


def test_of_each_issue_it_is_told_what_became_of_all_its_copies(newsroom: Newsroom, desk: httpx.Client) -> None:
    for reader in (ADA, BEN, CEM):
        newsroom.subscribe(reader)
    mail_an_issue(newsroom, RecipientState.SENT, RecipientState.FAILED)
    page = desk.get("/").text
    assert "1 von 3 Mails gesendet, 1 eingereiht, 1 fehlgeschlagen" in page
    assert "Die Zahlen stimmen nicht" not in page
    assert "@leserpost" not in page


def test_a_digest_stands_among_the_issues(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.subscribe(ADA)
    mail_an_issue(newsroom, RecipientState.SENT)
    make_a_digest(newsroom)
    page = desk.get("/").text
    assert page.index("Tagesüberblick") < page.index("0 von 1 Mails gesendet, 1 eingereiht")


def test_a_digest_that_waits_can_be_read_at_the_desk_and_taken_back(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.subscribe(ADA)
    mail_an_issue(newsroom, RecipientState.SENT)
    make_a_digest(newsroom)
    [issue] = newsroom.store.digests.issues()
    page = desk.get("/").text
    assert "Geht hinaus am Mittwoch" in page
    assert ["publisher", "hold", issue.issue.id] in commands(page)
    assert "Brücke" in desk.get(f"/digests/{issue.issue.id}").text
    assert newsroom.store.digests.take_back(issue.issue.id, newsroom.clock.now())
    assert "Geht hinaus" not in desk.get("/").text
    assert desk.get("/digests/unbekannt").status_code == 404


def make_a_digest(newsroom: Newsroom) -> None:
    """The daily digest, of the newest announcement, for one reader."""
    now = newsroom.clock.now() + timedelta(seconds=1)
    daily = SubscriberEntry(address="dora@leserpost.example", rhythm=Rhythm.DAILY, confirmed_at=now, evidence="Test")
    newsroom.store.audience.add("newsletter", [daily])
    (newest, *_) = newsroom.store.archive.dossiers()
    told = Gathered(entry=Entry(announcement_id=newest.id, revision=1), topics=(), sent_at=now)
    digest = Digest(channel="newsletter", rhythm=Rhythm.DAILY, day=date(2026, 11, 25), moment=now)
    assert newsroom.store.digests.make(digest, [told], now, now)


def test_a_copy_that_is_nowhere_is_shouted_on_top(newsroom: Newsroom, desk: httpx.Client) -> None:
    newsroom.subscribe(ADA)
    newsroom.subscribe(BEN)
    issue = mail_an_issue(newsroom, RecipientState.SENT)
    lose_the_waiting_copy(newsroom)
    page = desk.get("/").text
    assert f"Ausgabe {issue}: Von 2 Empfängern sind 1 nachgewiesen." in page
    assert page.index("Die Zahlen stimmen nicht:") < page.index("<section")


def lose_the_waiting_copy(newsroom: Newsroom) -> None:
    """What must never happen: somebody's copy vanishes from the database."""
    with newsroom.store.database.writing() as connection:
        connection.execute(delete(recipients).where(recipients.c.state == "queued"))


def test_readers_are_named_at_the_desk_only(newsroom: Newsroom, desk: httpx.Client, public: httpx.Client) -> None:
    suspend(newsroom)
    answer_comes(newsroom)
    assert ADA in desk.get("/").text
    assert "@leserpost" not in public.get("/").text
    assert desk.get("/").headers["cache-control"] == "no-store"


def test_nobody_who_pages_on_meets_it_again(newsroom: Newsroom, desk: httpx.Client) -> None:
    suspend(newsroom)
    newsroom.take(an_announcement())
    later = (newsroom.clock.now() + timedelta(days=1)).isoformat().replace("+", "%2B")
    page = desk.get(f"/?before={later}").text
    assert "Brücke am Hafen" in page
    assert ADA not in page


def test_it_can_be_read_by_everybody_on_any_screen(
    scripted_page: Page, newsroom: Newsroom, sandbox_state: State, axe: Axe
) -> None:
    fill(newsroom)
    listener = serve(desk_app(newsroom.office, sandbox_state), "127.0.0.1", 0)
    scripted_page.goto(listener.address)
    for summary in scripted_page.locator("summary:visible").all():
        summary.click()
    assert axe(scripted_page) == []
    for width in WIDTHS:
        scripted_page.set_viewport_size({"width": width, "height": 800})
        assert scripted_page.evaluate("document.documentElement.scrollWidth") <= width
    listener.stop()


def fill(newsroom: Newsroom) -> None:
    """Something of everything, hard to fit."""
    for reader in (ADA, BEN, CEM):
        newsroom.subscribe(reader)
    mail_an_issue(newsroom, RecipientState.SENT, RecipientState.FAILED)
    make_a_digest(newsroom)
    lose_the_waiting_copy(newsroom)
    mail_an_issue(newsroom, RecipientState.SENT, RecipientState.SENT, RecipientState.SENT)
    suspend(newsroom, f"{'sehr-langer-name' * 3}@leserpost.example")
    suspend(newsroom, ADA)
    answer_comes(newsroom, sender=f"{'x' * 60}@leserpost.example", to=BEN)
    answer_comes(newsroom, "def456", wish=False)
