"""What becomes of each copy, over a real wire, with servers in every temper."""

import email
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import time

import pytest

from publisher.domain.errors import ChannelSuspended, TemporaryFailure
from publisher.domain.issue import Recipient, RecipientState
from publisher.mail.letters.message import Mould
from publisher.mail.transport.connections import Transport
from publisher.mail.transport.pace import Pace
from publisher.mail.transport.relay import Relay, parse_relay
from publisher.mail.transport.session import Accepted, BrokenOff
from publisher.messages import say, tell
from publisher.ports.channels import begin_all
from publisher.sandbox.mail import Break, Temper
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import ISSUE, VARIANT, Desk, readers, recipient, send

SENT, DEFERRED, FAILED = RecipientState.SENT, RecipientState.DEFERRED, RecipientState.FAILED
NO_PIPELINING = ("8BITMIME",)
PIPELINING = ("PIPELINING", "8BITMIME", "SIZE 30000000")
both = pytest.mark.parametrize("offers", [PIPELINING, NO_PIPELINING], ids=["pipelined", "step by step"])


@both
def test_every_subscriber_gets_one_mail_of_their_own(
    desk: Desk, mail_post: RunningPost, offers: tuple[str, ...]
) -> None:
    mail_post.post.temper = Temper(offers=offers)
    told = send(desk.newsletter(mail_post.url), readers(60))
    assert {mailed.state for mailed in told.values()} == {SENT}
    assert sorted(mail_post.received()) == sorted(reader.address for reader in readers(60))
    for raw in mail_post.raw():
        message = email.message_from_bytes(raw)
        number = str(message["To"]).removeprefix("<leser").partition("@")[0]
        assert message["List-Unsubscribe"] == f"<https://news.musterstadt.example/unsubscribe/token-{number}>"
        assert f"token-{number}" in raw.decode()


def test_a_few_connections_are_kept_open_and_shared(desk: Desk, mail_post: RunningPost) -> None:
    send(desk.newsletter(mail_post.url, connections=3), readers(60))
    assert mail_post.post.connections == 3


def test_three_mails_are_not_worth_a_second_connection(desk: Desk, mail_post: RunningPost) -> None:
    send(desk.newsletter(mail_post.url, connections=4), readers(3))
    assert mail_post.post.connections == 1


@both
def test_a_refused_address_fails_with_the_servers_words_and_the_others_get_their_mail(
    desk: Desk, mail_post: RunningPost, offers: tuple[str, ...]
) -> None:
    words = "550 5.1.1 <leser2@leserpost.example>: user unknown"
    mail_post.post.temper = Temper(offers=offers, recipients={"leser2@leserpost.example": words})
    told = send(desk.newsletter(mail_post.url), readers(4))
    assert told[2].state is FAILED
    assert told[2].reason == "550 5.1.1 … user unknown"
    assert [told[number].state for number in (1, 3, 4)] == [SENT] * 3
    assert len(mail_post.received()) == 3


@both
def test_a_busy_mailbox_is_tried_again_later(desk: Desk, mail_post: RunningPost, offers: tuple[str, ...]) -> None:
    busy = {"leser1@leserpost.example": "450 4.2.1 Mailbox busy"}
    mail_post.post.temper = Temper(offers=offers, recipients=busy)
    told = send(desk.newsletter(mail_post.url), readers(2))
    assert (told[1].state, told[1].reason) == (DEFERRED, "450 4.2.1 Mailbox busy")
    assert told[1].due_at is not None
    assert told[1].due_at > datetime.now(UTC)
    assert told[2].state is SENT


def test_tries_come_to_an_end(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(recipients={"leser1@leserpost.example": "450 4.2.1 Mailbox busy"})
    told = send(desk.newsletter(mail_post.url), [recipient(1, attempts=80)])
    assert told[1].state is FAILED


@both
def test_a_refusal_after_the_body_counts_for_that_mail_only(
    desk: Desk, mail_post: RunningPost, offers: tuple[str, ...]
) -> None:
    bodies = {"leser2@leserpost.example": "554 5.6.0 No", "leser3@leserpost.example": "451 4.3.0 Later"}
    mail_post.post.temper = Temper(offers=offers, bodies=bodies)
    told = send(desk.newsletter(mail_post.url), readers(4))
    assert [told[number].state for number in (1, 2, 3, 4)] == [SENT, FAILED, DEFERRED, SENT]


@pytest.mark.parametrize("place", [Break.AT_ENVELOPE, Break.IN_BODY])
def test_a_connection_lost_before_the_mail_was_whole_means_that_it_is_sent_later(
    desk: Desk, mail_post: RunningPost, place: Break
) -> None:
    mail_post.post.temper = Temper(breaks={"leser2@leserpost.example": place})
    body = "Eine Zeile.\n" * 400_000 if place is Break.IN_BODY else "Eine Zeile.\n"
    variant = replace(VARIANT, text=body)
    told = {
        mailed.recipient_id: mailed
        for mailed in desk.newsletter(mail_post.url, connections=1).deliver(ISSUE, variant, readers(4))
    }
    assert told[2].state is DEFERRED
    assert say("de", told[2].reason)
    lost_with_it = [number for number in (1, 3, 4) if told[number].state is not SENT]
    assert all(told[number].state is DEFERRED for number in lost_with_it)
    assert len(mail_post.received()) == 3 - len(lost_with_it)


@pytest.mark.parametrize("place", [Break.BEFORE_KEEPING, Break.AFTER_KEEPING])
@both
def test_no_answer_to_a_whole_mail_is_uncertain(
    desk: Desk, mail_post: RunningPost, place: Break, offers: tuple[str, ...]
) -> None:
    mail_post.post.temper = Temper(offers=offers, breaks={"leser2@leserpost.example": place})
    told = send(desk.newsletter(mail_post.url, connections=1), readers(4))
    assert told[2].state is RecipientState.UNCERTAIN
    assert say("de", told[2].reason)
    others = {told[number].state for number in (1, 3, 4)}
    assert others <= {SENT, DEFERRED}, "only the one whose mail was whole is uncertain"


def test_a_server_that_falls_silent_is_not_waited_for_for_ever(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(silent=frozenset({"leser2@leserpost.example"}))
    address = parse_relay(mail_post.url)
    relay = Relay(address=address, credentials=None, greeting="office.example", patience=0.2, patience_in_doubt=0.6)
    mould = Mould(desk.newsletter(mail_post.url).letterhead, ISSUE, VARIANT)
    carried = Transport(relay, 1).carry(mould.letters(readers(3)), Pace(None, desk.pad, "channel:newsletter", time))
    verdicts = {reader.id: verdict for reader, verdict in carried}
    assert verdicts == {1: Accepted(), 2: BrokenOff(perhaps=True), 3: BrokenOff(perhaps=False)}


def test_a_server_may_look_a_letter_over_for_longer_than_it_may_be_silent(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(looks_over={"leser2@leserpost.example": 1.0})
    relay = Relay(address=parse_relay(mail_post.url), credentials=None, greeting="office.example", patience=0.2)
    mould = Mould(desk.newsletter(mail_post.url).letterhead, ISSUE, VARIANT)
    carried = Transport(relay, 1).carry(mould.letters(readers(2)), Pace(None, desk.pad, "channel:newsletter", time))
    assert {reader.id: verdict for reader, verdict in carried} == {1: Accepted(), 2: Accepted()}
    assert len(mail_post.received()) == 2


def test_whoever_keeps_the_books_hears_of_a_run_every_second_in_which_nothing_moves(
    desk: Desk, mail_post: RunningPost
) -> None:
    mail_post.post.temper = Temper(looks_over={"leser1@leserpost.example": 2.5})
    asked: list[int] = []

    def begin(copies: Sequence[Recipient]) -> Collection[int]:
        asked.append(len(copies))
        return begin_all(copies)

    list(desk.newsletter(mail_post.url, connections=1).deliver(ISSUE, VARIANT, readers(1), begin=begin))
    assert asked == [1, 0, 0, 0]


def test_a_run_that_is_called_off_waits_no_longer_than_for_silence(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(silent=frozenset({"leser1@leserpost.example"}))
    relay = Relay(address=parse_relay(mail_post.url), credentials=None, greeting="office.example", patience=0.5)
    mould = Mould(desk.newsletter(mail_post.url).letterhead, ISSUE, VARIANT)
    pace = Pace(None, desk.pad, "channel:newsletter", time)

    def begin(copies: Sequence[Recipient]) -> Collection[int] | None:
        return begin_all(copies) if copies else None

    carried = Transport(relay, 1).carry(mould.letters(readers(1)), pace, begin)
    assert [verdict for _, verdict in carried] == [BrokenOff(perhaps=True)]


def test_a_server_that_takes_a_few_mails_a_connection_gets_more_connections(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(most_mails=5)
    told = send(desk.newsletter(mail_post.url, connections=1), readers(18))
    later = [mailed for mailed in told.values() if mailed.state is DEFERRED]
    assert len(mail_post.received()) + len(later) == 18
    assert len(later) == 3, "one per connection that was closed"
    assert mail_post.post.connections == 4


def test_a_server_that_always_hangs_up_is_left_alone_for_a_while(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(breaks={reader.address: Break.AT_ENVELOPE for reader in readers(50)})
    newsletter = desk.newsletter(mail_post.url)
    told = send(newsletter, readers(50))
    assert 0 < len(told) < 10
    assert {mailed.state for mailed in told.values()} == {DEFERRED}
    with pytest.raises(TemporaryFailure, match="smtp-keeps-breaking") as caught:
        send(newsletter, readers(50))
    assert caught.value.retry_after is not None


def test_a_relay_that_refuses_the_sender_fails_nobody(desk: Desk, mail_post: RunningPost) -> None:
    refusal = "550 5.7.1 Sender not allowed"
    mail_post.post.temper = Temper(senders={"newsletter@musterstadt.example": refusal})
    newsletter = desk.newsletter(mail_post.url, connections=1)
    told = send(newsletter, readers(50))
    assert {mailed.state for mailed in told.values()} == {DEFERRED}
    assert len(told) == 1, "the others were not even begun"
    with pytest.raises(TemporaryFailure, match="smtp-sender-refused"):
        send(newsletter, readers(50))


def test_recipients_are_taken_one_by_one_right_before_their_mails(desk: Desk, mail_post: RunningPost) -> None:
    pulled: list[int] = []

    def outgoing() -> Iterator[Recipient]:
        for reader in readers(30):
            pulled.append(reader.id)
            yield reader

    ahead = [
        len(pulled) - answered
        for answered, _ in enumerate(
            desk.newsletter(mail_post.url, connections=1).deliver(ISSUE, VARIANT, outgoing()), 1
        )
    ]
    assert max(ahead) <= 2


@both
def test_of_each_connection_at_most_one_copy_may_have_left_unwritten(
    desk: Desk, mail_post: RunningPost, offers: tuple[str, ...]
) -> None:
    mail_post.post.temper = Temper(offers=offers)
    under_way: set[int] = set()

    def begin(copies: Sequence[Recipient]) -> Collection[int]:
        under_way.update(copy.id for copy in copies)
        assert len(under_way) <= 3
        return under_way

    newsletter = desk.newsletter(mail_post.url, connections=3)
    for mailed in newsletter.deliver(ISSUE, VARIANT, readers(60), begin=begin):
        under_way.remove(mailed.recipient_id)
    assert mail_post.post.connections == 3
    assert len(mail_post.received()) == 60


@both
def test_a_copy_that_may_not_leave_at_the_last_moment_does_not_and_the_others_do(
    desk: Desk, mail_post: RunningPost, offers: tuple[str, ...]
) -> None:
    mail_post.post.temper = Temper(offers=offers)

    def begin(copies: Sequence[Recipient]) -> Collection[int]:
        return [copy.id for copy in copies if copy.id != 7]

    told = list(desk.newsletter(mail_post.url).deliver(ISSUE, VARIANT, readers(30), begin=begin))
    assert {mailed.recipient_id for mailed in told} == {copy.id for copy in readers(30)} - {7}
    assert {mailed.state for mailed in told} == {SENT}
    assert len(mail_post.received()) == 29


def test_when_nothing_may_leave_any_more_what_has_left_is_answered_and_no_more_goes(
    desk: Desk, mail_post: RunningPost
) -> None:
    begun: list[int] = []

    def begin(copies: Sequence[Recipient]) -> Collection[int] | None:
        if len(begun) >= 20 and copies:
            return None
        begun.extend(copy.id for copy in copies)
        return begun

    told = list(desk.newsletter(mail_post.url).deliver(ISSUE, VARIANT, readers(60), begin=begin))
    assert sorted(mailed.recipient_id for mailed in told) == sorted(begun)
    assert len(mail_post.received()) == len(begun)


def test_a_stop_ends_the_run_after_the_mails_under_way(desk: Desk, mail_post: RunningPost) -> None:
    def outgoing() -> Iterator[Recipient]:
        yield from readers(5)  # then the emergency stop was read

    told = send(desk.newsletter(mail_post.url), outgoing())
    assert len(told) == 5
    assert len(mail_post.received()) == 5


def test_an_address_that_is_none_fails_without_a_word_to_the_server(desk: Desk, mail_post: RunningPost) -> None:
    bad = [
        "a@b.example\r\nBcc: c@d.example",
        "zwei worte@b.example",
        "<x@b.example>",
        "ohne-at",
        "x@",
        "ü@" + "b" * 300,
    ]
    told = send(desk.newsletter(mail_post.url), [recipient(n, address) for n, address in enumerate(bad, 1)])
    assert {(mailed.state, mailed.reason) for mailed in told.values()} == {(FAILED, "address-unusable")}
    assert mail_post.received() == []


def test_umlauts_in_a_domain_reach_any_server_and_before_the_at_only_a_server_that_can(
    desk: Desk, mail_post: RunningPost
) -> None:
    both_ways = [recipient(1, "leser@müsterpost.example"), recipient(2, "jürgen@müsterpost.example")]
    mail_post.post.temper = Temper(offers=PIPELINING)
    told = send(desk.newsletter(mail_post.url), both_ways)
    assert told[1].state is SENT
    assert (told[2].state, told[2].reason) == (FAILED, "smtp-no-utf8")
    mail_post.post.temper = Temper(offers=(*PIPELINING, "SMTPUTF8"))
    assert send(desk.newsletter(mail_post.url), both_ways)[2].state is SENT
    assert mail_post.received()[-1] == "jürgen@xn--msterpost-q9a.example"


def test_an_unreachable_relay_is_told_before_anybody_was_begun(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.stop()
    with pytest.raises(TemporaryFailure) as caught:
        send(desk.newsletter(mail_post.url), _untouched())
    assert say("de", caught.value.code, **caught.value.values).startswith("Der Mailserver 127.0.0.1:")


@pytest.mark.parametrize("greeting", ["554 5.3.2 No service", "421 4.3.2 Come back", "nonsense"])
def test_a_relay_that_does_not_want_to_talk_is_tried_later(desk: Desk, mail_post: RunningPost, greeting: str) -> None:
    mail_post.post.temper = Temper(greeting=greeting)
    with pytest.raises(TemporaryFailure):
        send(desk.newsletter(mail_post.url), _untouched())


def test_a_refused_login_stops_the_channel_without_naming_the_password(
    desk: Desk, mail_post: RunningPost, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_post.post.temper = Temper(login=("news", "right"))
    monkeypatch.setenv("SMTP_PASSWORD", "made-up-and-wrong")
    newsletter = desk.newsletter(mail_post.url, username="news", password={"env": "SMTP_PASSWORD"})
    for attempt in (newsletter.verify, lambda: send(newsletter, _untouched())):
        with pytest.raises(ChannelSuspended) as caught:
            attempt()
        assert "made-up" not in f"{caught.value} {caught.value!r} {newsletter.__dict__}"
    monkeypatch.setenv("SMTP_PASSWORD", "right")
    again = desk.newsletter(mail_post.url, username="news", password={"env": "SMTP_PASSWORD"})
    assert again.verify().name == "Stadt Musterstadt"
    assert send(again, readers(1))[1].state is SENT


@pytest.mark.parametrize("offers", [(), ("AUTH GSSAPI",)], ids=["none", "another"])
def test_a_relay_without_the_needed_login_is_told_so(
    desk: Desk, mail_post: RunningPost, monkeypatch: pytest.MonkeyPatch, offers: tuple[str, ...]
) -> None:
    monkeypatch.setenv("SMTP_PASSWORD", "made-up")
    mail_post.post.temper = Temper(offers=offers)
    newsletter = desk.newsletter(mail_post.url, username="news", password={"env": "SMTP_PASSWORD"})
    with pytest.raises(TemporaryFailure, match="smtp-not-offered"):
        newsletter.verify()


def test_the_sandbox_takes_mails_like_any_server(desk: Desk, mail_post: RunningPost) -> None:
    newsletter = desk.sandboxed(mail_post.url)
    assert newsletter.verify().name == "newsletter@musterstadt.example"
    assert send(newsletter, readers(3))[3].state is SENT
    assert len(mail_post.received()) == 3


def test_the_same_copy_sent_again_carries_the_same_message_id_and_bytes(desk: Desk, mail_post: RunningPost) -> None:
    send(desk.newsletter(mail_post.url), readers(1))
    send(desk.newsletter(mail_post.url), readers(1))
    first, second = mail_post.raw()
    assert first == second
    assert email.message_from_bytes(first)["Message-ID"] == "<i7.1@musterstadt.example>"


def _untouched() -> Iterator[Recipient]:
    for reader in readers(1):
        assert not reader, "a recipient was taken although nobody could be reached"
        yield reader


def test_a_relay_that_refuses_everybody_fails_nobody_and_is_told_of(desk: Desk, mail_post: RunningPost) -> None:
    denied = "554 5.7.1 Relay access denied"
    mail_post.post.temper = Temper(recipients={reader.address: denied for reader in readers(50)})
    newsletter = desk.newsletter(mail_post.url, connections=1)
    told = send(newsletter, readers(50))
    assert {mailed.state for mailed in told.values()} == {DEFERRED}
    assert len(told) < 15, "the others were not even begun"
    with pytest.raises(TemporaryFailure, match="smtp-refuses-all") as caught:
        send(newsletter, readers(50))
    assert "Relay access denied" in tell(caught.value, "de")


def test_a_few_readers_of_a_relay_that_refuses_them_all_are_tried_again(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(bodies={reader.address: "554 Looks like spam" for reader in readers(3)})
    told = send(desk.newsletter(mail_post.url), readers(3))
    assert {number: mailed.state for number, mailed in told.items()} == dict.fromkeys((1, 2, 3), DEFERRED)


def test_who_alone_is_refused_for_reasons_of_policy_fails_alone(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(recipients={readers(1)[0].address: "550 5.7.1 Not for this recipient"})
    told = send(desk.newsletter(mail_post.url, connections=1), readers(3))
    assert {number: mailed.state for number, mailed in told.items()} == {1: FAILED, 2: SENT, 3: SENT}


def test_addresses_that_nobody_has_fail_however_many_they_are(desk: Desk, mail_post: RunningPost) -> None:
    mail_post.post.temper = Temper(recipients={reader.address: "550 5.1.1 User unknown" for reader in readers(20)})
    told = send(desk.newsletter(mail_post.url), readers(20))
    assert {mailed.state for mailed in told.values()} == {FAILED}
    assert len(told) == 20
