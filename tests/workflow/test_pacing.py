"""Near a rate limit a channel slows down, and one that comes back pours nothing out."""

from datetime import timedelta

import pytest

from publisher.config.tables import Publishing
from publisher.domain.errors import ChannelSuspended, TemporaryFailure
from publisher.ports.pacing import Allowance
from publisher.workflow.dispatch.lane import resume_channel
from publisher.workflow.dispatch.pacing import in_waves, pause_for
from publisher.workflow.office import Office
from publisher.workflow.passing import one_pass
from tests.fakes import NOON, FakeClock, FakeFolder, FakePlatform
from tests.workflow.conftest import OpenOffice
from tests.workflow.test_passing import announcement
from tests.workflow.test_stop import FLOOD


def allowed(remaining: int, limit: int = 300, seconds: float = 600) -> Allowance:
    return Allowance(limit=limit, remaining=remaining, reset=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("allowance", "seconds"),
    [
        (allowed(299), 0),
        (allowed(60), 0),  # one in five
        (allowed(59), 600 / 59),
        (allowed(10), 60),
        (allowed(0), 600),
        (allowed(0, seconds=100_000), 3_600),
        (allowed(0, seconds=-5), 0),
    ],
)
def test_below_one_in_five_sends_share_what_is_left_of_the_window(allowance: Allowance, seconds: float) -> None:
    assert pause_for(allowance, NOON).total_seconds() == pytest.approx(seconds)


def test_a_channel_near_its_limit_spaces_its_posts_and_holds_up_no_other(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, bluesky: FakePlatform, clock: FakeClock
) -> None:
    mastodon.allowed = allowed(10, seconds=600)
    folder.entries = {f"{number}.md": announcement(number) for number in range(4)}
    one_pass(office)
    assert (len(mastodon.posts), len(bluesky.posts)) == (1, 4)
    clock.moment += timedelta(minutes=2)
    mastodon.allowed = None
    one_pass(office)
    assert len(mastodon.posts) == 4


def test_a_platform_that_says_wait_is_not_asked_with_every_other_post(
    office: Office, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    mastodon.faults = [TemporaryFailure("platform-busy", timedelta(minutes=3)) for _ in range(4)]
    folder.entries = {f"{number}.md": announcement(number) for number in range(4)}
    one_pass(office)
    assert len(mastodon.faults) == 3
    mastodon.faults.clear()
    clock.moment += timedelta(minutes=3)
    one_pass(office)
    assert len(mastodon.posts) == 4


def test_what_is_urgent_does_not_wait_for_the_pace(office: Office, folder: FakeFolder, mastodon: FakePlatform) -> None:
    mastodon.allowed = allowed(1, seconds=3_600)
    folder.entries = {"a.md": announcement(1)}
    one_pass(office)
    folder.entries = {"b.md": announcement(2), "hochwasser.md": FLOOD}
    one_pass(office)
    assert [FLOOD.headline in str(post["text"]) for post in mastodon.posts] == [False, True]


def test_waves_keep_to_what_may_go_per_run_hour_and_day() -> None:
    rules = Publishing(most_per_run=2, most_per_hour=3, most_per_day=5)
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    assert list(in_waves(7, rules)) == [0 * day, 0 * day, minute, hour, hour, day, day]


def test_a_channel_that_works_again_goes_on_under_the_flood_brake(
    open_office: OpenOffice, folder: FakeFolder, mastodon: FakePlatform, clock: FakeClock
) -> None:
    office = open_office(most_per_run=2, most_per_hour=3, most_per_day=60)
    mastodon.faults = [ChannelSuspended("credentials-refused", channel="mastodon")]
    folder.entries = {f"{number}.md": announcement(number) for number in range(5)} | {"hochwasser.md": FLOOD}
    one_pass(office)
    clock.moment += timedelta(minutes=10)
    resume_channel(office, "mastodon")
    one_pass(office)
    assert len(mastodon.posts) == 3  # two, and the urgent one
    clock.moment += timedelta(minutes=2)
    one_pass(office)
    assert len(mastodon.posts) == 4
    clock.moment += timedelta(hours=1)
    one_pass(office)
    assert len(mastodon.posts) == 6
