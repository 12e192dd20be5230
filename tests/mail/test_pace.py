"""The rate is kept: evenly, across restarts, and by all machines together. Time is the test's, but for those machines."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from random import Random

from publisher.mail.newsletter import build
from publisher.mail.transport.pace import Pace
from publisher.store.database import SqlStore
from tests.fixtures.smtp import RunningPost
from tests.mail.conftest import Desk, Pad, readers, send


class Watch:
    """A clock that only moves when told."""

    def __init__(self, moment: float = 1_700_000_000.0) -> None:
        self.moment = moment

    def __call__(self) -> float:
        return self.moment


def _send(pace: Pace, watch: Watch, count: int) -> list[float]:
    """When each of so many mails left."""
    left = []
    for _ in range(count):
        while pause := pace.wait():
            watch.moment += pause
        pace.spend()
        left.append(watch.moment)
    return left


def test_twelve_hundred_a_minute_are_never_more() -> None:
    watch = Watch()
    left = _send(Pace(20.0, Pad(), "channel:newsletter", watch), watch, 3_000)
    for first, last in zip(left, left[1_201:], strict=False):
        assert last - first >= 60 - 1e-3
    assert left[-1] - left[0] <= 3_000 / 20 + 1


def test_a_restart_does_not_start_a_new_minute() -> None:
    watch, pad = Watch(), Pad()
    left = []
    for _ in range(30):  # crashed after a few mails each time: nothing was given back
        left += _send(Pace(20.0, pad, "channel:newsletter", watch), watch, 7)
    assert all(later - earlier >= 8 / 20 - 1e-3 for earlier, later in zip(left, left[9:], strict=False))


def test_a_run_that_ended_well_gives_back_what_it_did_not_use() -> None:
    watch, pad = Watch(), Pad()
    first = Pace(20.0, pad, "channel:newsletter", watch)
    _send(first, watch, 1)
    first.keep()
    assert Pace(20.0, pad, "channel:newsletter", watch).wait() <= 0.05 + 1e-6


def test_two_who_send_at_once_share_the_rate_and_use_all_of_it() -> None:
    watch, pad, chance = Watch(), Pad(), Random(5)  # noqa: S311 -- who comes first
    paces = [Pace(20.0, pad, "channel:newsletter", watch) for _ in range(2)]
    left: list[tuple[float, Pace]] = []
    while len(left) < 400:
        watch.moment += 0.01
        for pace in chance.sample(paces, 2):
            if not pace.wait():
                pace.spend()
                left.append((watch.moment, pace))
    moments = [moment for moment, _ in left]
    assert all(later - earlier >= 9 / 20 - 1e-3 for earlier, later in zip(moments, moments[11:], strict=False))
    assert moments[-1] - moments[0] <= 400 / 20 * 1.2
    assert all(100 <= [sender for _, sender in left].count(pace) <= 300 for pace in paces)


def test_whoever_only_looks_whether_a_slow_rate_lets_a_mail_leave_does_not_put_it_off() -> None:
    watch, pad = Watch(), Pad()
    _send(Pace(1 / 6, pad, "channel:newsletter", watch), watch, 1)
    sent_at = watch.moment
    while Pace(1 / 6, pad, "channel:newsletter", watch).wait():
        watch.moment += 0.5
    assert watch.moment - sent_at == 6


def test_three_machines_together_keep_the_rate(
    desk: Desk, mail_post: RunningPost, open_another: Callable[[], SqlStore]
) -> None:
    table = {
        "kind": "newsletter",
        "sender": "news@musterstadt.example",
        "smtp": mail_post.url,
        "rate": "6000 per minute",
    }
    machines = [build("newsletter", table, desk.config, open_another().notebook, None) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        told = list(pool.map(lambda machine: send(machine, readers(80)), machines))
    assert [len(each) for each in told] == [80, 80, 80]
    kept = [mail.at for mail in mail_post.post.state.mails(limit=1_000)]
    # 240 at a hundred a second; machines that do not know of each other take 0.8 seconds.
    assert len(kept) == 240
    assert (max(kept) - min(kept)).total_seconds() >= 1.6


def test_a_clock_that_was_set_back_does_not_silence_the_newsletter() -> None:
    watch, pad = Watch(), Pad()
    _send(Pace(20.0, pad, "channel:newsletter", watch), watch, 5)
    watch.moment -= 86_400
    assert Pace(20.0, pad, "channel:newsletter", watch).wait() < 2


def test_unlimited_waits_for_nothing_and_writes_nothing() -> None:
    watch, pad = Watch(), Pad()
    assert _send(Pace(None, pad, "channel:newsletter", watch), watch, 100)[-1] == watch.moment
    assert pad.sheet == {}


def test_a_newsletter_with_a_rate_sends_all_the_same(desk: Desk, mail_post: RunningPost) -> None:
    told = send(desk.newsletter(mail_post.url, rate="6000 per minute"), readers(40))
    assert len(told) == len(mail_post.received()) == 40
    assert desk.pad.sheet
