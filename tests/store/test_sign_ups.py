"""Sign-ups: one mail however often somebody asks, one reader however often they confirm, and nothing left of the rest."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from publisher.domain.returned import Cause, Suspension
from publisher.domain.sign_up import NETWORK_BRAKE, OVERALL_BRAKE, Asked, NoticeClaim, NoticeState, Verdict
from publisher.domain.subscriber import Rhythm
from publisher.store.database import SqlStore, open_store
from publisher.store.schema.constraints import metadata
from tests.store.press import NOW, after, entry, opened

LEASE = timedelta(minutes=1)
HOME = "192.0.2.0/24"
DAY = 86_400


def asked(address: str = "ada@leser.example", **changes: object) -> Asked:
    plain = {"channel": "newsletter", "address": address, "wording": "Ich möchte Mails.", "form": "/subscribe"}
    return Asked(**plain | changes)  # type: ignore[arg-type]  # each test names fields that it has


def ask(store: SqlStore, address: str = "ada@leser.example", seconds: float = 0, network: str = HOME) -> Verdict:
    return store.sign_ups.ask(asked(address), network, after(seconds))


def claim(store: SqlStore, seconds: float = 1) -> NoticeClaim | None:
    return store.sign_ups.claim_notice(["newsletter"], after(seconds), LEASE)


def sent(store: SqlStore, seconds: float = 1) -> NoticeClaim:
    claimed = claim(store, seconds)
    assert claimed is not None
    assert store.sign_ups.settle_notice(claimed, NoticeState.SENT, after(seconds))
    return claimed


def everything(store: SqlStore) -> str:
    with store.database.reading() as connection:
        rows = [str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(table.select())]
    return "\n".join(rows).casefold()


def test_a_sign_up_makes_one_mail_and_its_confirmation_one_reader(store: SqlStore) -> None:
    wanted = asked("Ada@Leser.example", topics=("kultur",), rhythm=Rhythm.WEEKLY, language="en", ip="192.0.2.7")
    assert store.sign_ups.ask(wanted, HOME, NOW) is Verdict.TAKEN
    assert store.audience.subscribers("newsletter") == []
    claimed = sent(store)
    assert (claimed.known, claimed.sign_up.asked.address, claimed.sign_up.asked.ip) == (
        "",
        "Ada@leser.example",
        "192.0.2.7",
    )
    assert claim(store, 3_600) is None
    token = claimed.sign_up.token
    assert store.sign_ups.waiting(token, after(60)) == claimed.sign_up
    ada = store.sign_ups.confirm(token, "Formular", after(60))
    assert ada is not None
    assert (ada.token, ada.topics, ada.rhythm, ada.language) == (token, ("kultur",), Rhythm.WEEKLY, "en")
    assert (ada.confirmed_at, ada.evidence) == (after(60), "Formular")
    assert store.audience.subscribers("newsletter") == [ada]
    assert store.sign_ups.waiting(token, after(60)) is None


def test_confirming_twice_is_confirming_once(store: SqlStore) -> None:
    ask(store)
    token = sent(store).sign_up.token
    first = store.sign_ups.confirm(token, "Formular", after(60))
    assert store.sign_ups.confirm(token, "noch einmal", after(120)) == first
    assert store.sign_ups.confirm("unknown", "Formular", NOW) is None


def test_a_reader_who_signs_up_once_more_with_another_rhythm_still_gets_what_was_gathered(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example", rhythm=Rhythm.WEEKLY)])
    ask(store, "ada@leser.example")
    claimed = claim(store)
    assert claimed is not None
    ada = store.sign_ups.confirm(claimed.sign_up.token, "Formular", after(60))
    assert ada is not None
    assert store.audience.former_rhythms(ada.id) == {Rhythm.WEEKLY: after(60)}


def test_a_hundred_sign_ups_for_one_address_make_one_mail(store: SqlStore) -> None:
    verdicts = [ask(store, seconds=number) for number in range(30)]
    verdicts += [ask(store, seconds=number, network=f"198.51.{number}.0/24") for number in range(70)]
    assert verdicts.count(Verdict.TAKEN) == 1
    sent(store, 300)
    assert claim(store, 599) is None


def test_a_mailbox_is_spared_under_each_of_its_names_too(store: SqlStore) -> None:
    verdicts = [ask(store, f"ada+{number}@leser.example", network=f"198.51.{number}.0/24") for number in range(30)]
    assert verdicts.count(Verdict.TAKEN) == 1
    assert ask(store, "eva+1@leser.example") is Verdict.TAKEN


def test_an_address_gets_a_second_mail_after_ten_minutes_and_at_most_three_a_day(store: SqlStore) -> None:
    moments = [number * 601 for number in range(100)]
    assert [ask(store, seconds=at) for at in moments].count(Verdict.TAKEN) == 3
    assert ask(store, seconds=DAY + 1) is Verdict.TAKEN


def test_a_second_mail_has_another_name_and_the_same_link(store: SqlStore) -> None:
    ask(store)
    first = sent(store)
    ask(store, seconds=601)
    second = sent(store, 602)
    assert second.notice_id != first.notice_id
    assert second.sign_up.token == first.sign_up.token


def test_one_network_is_braked_and_others_are_not(store: SqlStore) -> None:
    taken = [ask(store, f"leser{number}@leser.example") for number in range(NETWORK_BRAKE.most + 5)]
    assert taken.count(Verdict.NETWORK_BRAKED) == 5
    assert ask(store, "eva@leser.example", network="2001:db8:1::/48") is Verdict.TAKEN
    assert ask(store, "ina@leser.example", seconds=3_601) is Verdict.TAKEN


def test_too_many_from_everywhere_are_braked_and_it_can_be_seen_until_when(store: SqlStore) -> None:
    ask(store)
    with store.database.writing() as connection:
        connection.execute(text("UPDATE brakes SET count = :most WHERE name = 'overall'"), {"most": OVERALL_BRAKE.most})
    assert store.sign_ups.braked_until(NOW) is None
    assert ask(store, "eva@leser.example") is Verdict.OVERALL_BRAKED
    assert store.sign_ups.braked_until(NOW) == NOW + OVERALL_BRAKE.span
    assert store.sign_ups.braked_until(NOW + OVERALL_BRAKE.span) is None


def test_neither_network_nor_address_can_be_read_from_the_brakes(store: SqlStore) -> None:
    ask(store, "")
    with store.database.reading() as connection:
        names = list(connection.scalars(text("SELECT name FROM brakes")))
    assert len(names) == 4
    assert not any("192" in name and "." in name for name in names)
    key = store.notebook.read("keys", "networks")
    ask(store, "eva@leser.example", seconds=DAY)
    assert store.notebook.read("keys", "networks") != key


def test_who_is_a_reader_already_is_recognised_only_when_the_mail_is_made(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example", topics=["kultur"])])
    [ada] = store.audience.subscribers("newsletter")
    assert ask(store, "ADA@leser.example") is Verdict.TAKEN
    assert sent(store).known == ada.token
    assert claim(store, 3_600) is None
    assert store.audience.subscribers("newsletter") == [ada]


def test_a_reader_who_was_entered_meanwhile_gets_what_they_confirmed_and_keeps_both_links(store: SqlStore) -> None:
    store.sign_ups.ask(asked(topics=("kultur",)), HOME, NOW)
    token = sent(store).sign_up.token
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [entered] = store.audience.subscribers("newsletter")
    confirmed = store.sign_ups.confirm(token, "Formular", after(60))
    assert confirmed is not None
    assert (confirmed.id, confirmed.token, confirmed.topics) == (entered.id, entered.token, ("kultur",))
    assert store.sign_ups.confirm(token, "Formular", after(90)) == confirmed
    assert store.audience.by_token(token) == confirmed


@pytest.mark.parametrize("gone", ["left", "erased"])
def test_whoever_left_may_come_back_by_their_own_word_only(store: SqlStore, gone: str) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [ada] = store.audience.subscribers("newsletter")
    assert store.audience.leave(ada.token, NOW) if gone == "left" else store.audience.erase("newsletter", ada.address)
    ask(store)
    assert store.audience.add("newsletter", [entry("ada@leser.example")])["suppressed"] == 1
    token = sent(store).sign_up.token
    back = store.sign_ups.confirm(token, "Formular", after(60))
    assert back is not None
    assert store.audience.stats("newsletter")["suppressed"] == 0
    assert store.audience.leave(ada.token, after(90)), "the link in an older mail still leads out"
    assert store.audience.subscribers("newsletter") == []


def test_a_mail_is_claimed_by_one_worker_only(store: SqlStore, open_another: Callable[[], SqlStore]) -> None:
    for number in range(8):
        ask(store, f"leser{number}@leser.example")
    stores = [store, open_another(), open_another(), open_another()]
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda number: claim(stores[number % 4]), range(12)))
    ids = [each.notice_id for each in claims if each is not None]
    assert len(ids) == len(set(ids)) == 8


def test_a_relay_that_is_away_delays_the_mail_and_loses_nothing(store: SqlStore) -> None:
    ask(store)
    first = claim(store)
    assert first is not None
    assert store.sign_ups.settle_notice(first, NoticeState.DUE, after(120))
    assert store.sign_ups.next_notice(["newsletter"]) == after(120)
    assert claim(store, 119) is None
    again = claim(store, 121)
    assert again is not None
    assert (again.notice_id, again.attempts) == (first.notice_id, 2)


def test_a_worker_that_dies_in_mid_mail_repeats_it_once_and_its_late_word_does_not_count(store: SqlStore) -> None:
    ask(store)
    first = claim(store)
    assert first is not None
    second = claim(store, 62)
    assert second is not None
    assert second.notice_id == first.notice_id
    assert not store.sign_ups.settle_notice(first, NoticeState.SENT, NOW)
    assert claim(store, 200) is None
    assert store.sign_ups.next_notice(["newsletter"]) is None


def test_an_uncertain_mail_goes_out_once_more_and_then_never(store: SqlStore) -> None:
    ask(store)
    for seconds in (1, 10):
        claimed = claim(store, seconds)
        assert claimed is not None
        store.sign_ups.settle_notice(claimed, NoticeState.UNCERTAIN, after(seconds))
        assert store.sign_ups.waiting(claimed.sign_up.token, after(seconds)) is not None
    assert claim(store, 3_600) is None


def test_after_seven_days_nothing_is_left_and_nothing_can_be_confirmed(store: SqlStore) -> None:
    ask(store)
    ask(store, "eva@leser.example", seconds=DAY)
    token = sent(store).sign_up.token
    late = after(7 * DAY)
    assert store.sign_ups.waiting(token, late) is None
    assert store.sign_ups.confirm(token, "Formular", late) is None
    assert store.sign_ups.forget(late) == 1
    assert "ada@leser" not in everything(store)
    assert "eva@leser" in everything(store)


def test_a_mail_is_not_sent_when_its_link_would_be_too_old(store: SqlStore) -> None:
    ask(store)
    assert claim(store, 7 * DAY) is None


@pytest.mark.parametrize("known", [True, False])
def test_erasing_an_address_takes_its_sign_up_along(store: SqlStore, known: bool) -> None:
    if known:
        store.audience.add("newsletter", [entry("ada@leser.example")])
    ask(store)
    assert store.audience.erase("newsletter", "ada@leser.example")
    assert not store.audience.erase("newsletter", "ada@leser.example")
    assert "ada@leser" not in everything(store)
    assert claim(store) is None


def test_forgotten_sign_ups_are_in_no_byte_of_the_files(tmp_path: Path) -> None:
    store = open_store("sqlite:///var/publisher.db", tmp_path)
    addresses = [f"{number * 7919 % 900}-eva-{number}@leser.example" for number in range(900)]
    for number, address in enumerate(addresses):
        store.sign_ups.ask(asked(address), f"10.0.{number // 20}.0/24", NOW)
    files = tmp_path / "var"
    assert any(addresses[-1].encode() in file.read_bytes() for file in files.iterdir())
    store.sign_ups.forget(after(8 * DAY))
    kept = b"".join(file.read_bytes() for file in sorted(files.iterdir()))
    assert [address for address in addresses if address.encode() in kept] == []
    store.close()


def test_readers_change_what_they_want_and_see_what_they_got(store: SqlStore) -> None:
    issue = opened(store, "ada@leser.example")
    [ada] = store.audience.subscribers("newsletter")
    changed = store.audience.change(ada.token, ["kultur"], Rhythm.DAILY, NOW)
    assert changed is not None
    assert (changed.topics, changed.rhythm, changed.token) == (("kultur",), Rhythm.DAILY, ada.token)
    assert store.audience.change("unknown", [], Rhythm.DAILY, NOW) is None
    [copy] = store.audience.copies(ada.id)
    assert (copy.dated, copy.state, copy.tried_at) == (issue.dated, "queued", None)


def test_a_confirmation_ends_a_suspension_since_it_arrived(store: SqlStore) -> None:
    store.audience.add("newsletter", [entry("ada@leser.example")])
    [ada] = store.audience.subscribers("newsletter")
    assert store.returns.suspend(ada.id, Suspension(at=NOW, cause=Cause.FULL, repeated=True, words="552"))
    assert store.audience.troubles(ada.id).suspended_at == NOW
    ask(store)
    claimed = sent(store)
    assert claimed.known == "", "whose mails came back is asked to confirm anew"
    assert store.sign_ups.confirm(claimed.sign_up.token, "Formular", after(60)) is not None
    assert store.audience.troubles(ada.id).suspended_at is None
