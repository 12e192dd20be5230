"""Nothing is known for longer than it is needed: who got which issue becomes how many did."""

from dataclasses import replace
from datetime import timedelta

from publisher.domain.returned import Cause, NotedBounce, Suspension
from publisher.domain.subscriber import Rhythm
from publisher.store.schema.constraints import metadata
from publisher.workflow.audience.retention import forget_bounces, forget_recipients
from publisher.workflow.audience.subscribing import erase_subscriber
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import FakeClock, FakeFolder, FakeNewsletter
from tests.workflow.test_digest import FIVE
from tests.workflow.test_mailing import BRIDGE, subscribe, tally


def test_after_ninety_days_only_the_counts_are_left(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "anna", "bert")
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    clock.moment += timedelta(days=89)
    assert forget_recipients(office) == 0
    clock.moment += timedelta(days=2)
    assert forget_recipients(office) == 1
    assert (tally(office).sent, tally(office).candidates) == (2, 2)
    assert forget_recipients(office) == 0


def test_a_pass_forgets_by_itself_and_a_channel_may_keep_longer(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    newsletter.keep_recipients = timedelta(days=200)
    subscribe(office, "anna")
    folder.entries["bruecke.md"] = BRIDGE
    one_pass(office)
    clock.moment += timedelta(days=100)
    one_pass(office)
    newsletter.keep_recipients = timedelta(days=90)
    one_pass(office)
    assert forget_recipients(office) == 0
    assert tally(office).sent == 1


def test_bounces_are_kept_while_they_count_and_a_suspension_with_its_cause_until_it_is_undone(
    office: Office, clock: FakeClock
) -> None:
    subscribe(office, "anna")
    [anna] = office.store.audience.subscribers("newsletter")
    book, begun = office.store.returns, clock.moment
    for day in (0, 20):
        at = begun + timedelta(days=day)
        book.note(NotedBounce(copy_id=day, subscriber_id=anna.id, at=at, cause=Cause.FULL, hard=False))
    book.suspend(anna.id, Suspension(at=begun, cause=Cause.FULL, repeated=True))
    clock.moment = begun + timedelta(days=34)
    assert forget_bounces(office) == 0
    clock.moment += timedelta(days=2)
    one_pass(office)
    assert [at for at, _ in office.store.audience.troubles(anna.id).bounces] == [begun + timedelta(days=20)]
    assert [why.cause for _, why in book.suspended("newsletter", 100)] == [Cause.FULL]


def test_whoever_is_erased_is_in_no_row_of_digests_and_issues_either(
    office: Office, folder: FakeFolder, newsletter: FakeNewsletter, clock: FakeClock
) -> None:
    subscribe(office, "anna")
    subscribe(office, "dora", rhythm=Rhythm.DAILY)
    folder.entries["bruecke.md"] = replace(BRIDGE, topics=())
    one_pass(office)
    clock.moment = FIVE
    one_pass(office)
    for name in ("anna", "dora"):
        assert erase_subscriber(office, newsletter.name, f"{name}@leser.example")
    database = office.store.database  # type: ignore[attr-defined]  # the real store's own
    with database.reading() as connection:
        rows = [str(tuple(row)) for table in metadata.sorted_tables for row in connection.execute(table.select())]
    assert not any("anna@leser" in row or "dora@leser" in row for row in rows)
