"""Kills and lost replies: whatever ends a worker, and wherever, each follower sees each announcement once."""

import random
import time

from publisher.sandbox.faults import Fault
from tests.laboratory import seen
from tests.laboratory.desk import Desk
from tests.laboratory.doom import IN_CALL, IN_LETTER, STEPS, Doom
from tests.laboratory.outcome import Outcome

UNHARMED_EVERY = 5
"""Runs: one that nobody disturbs shows how long a pass takes on this machine, and keeps the office at work."""
TROUBLE = (Fault.LOSE_REQUEST, Fault.LOSE_REPLY, Fault.CUT, Fault.ERROR_AFTERWARDS, Fault.UNAVAILABLE)


def kills(desk: Desk, count: int, *, seed: int = 1, until: float = float("inf")) -> Outcome:
    """Kill workers, half of them at random moments, half at every named step in turn; some on a troubled network."""
    dice = random.Random(seed)  # noqa: S311 -- the same torture again
    desk.platforms.think(0.004)
    killed = runs = struck = 0
    longest = 0.5
    while killed < count and time.monotonic() < until:
        if desk.open() + desk.queued() < 3:
            desk.drop(dice.choice([1, 1, 2]))
        if dice.random() < 0.3:
            desk.platforms.inject(dice.choice(["mastodon", "bluesky"]), dice.choice(TROUBLE))
        runs += 1
        if runs % UNHARMED_EVERY == 0:
            longest = _unharmed(desk)
        elif runs % 2 == 0:
            step = STEPS[struck % len(STEPS)]
            struck += 1
            soon = dice.uniform(0, 0.012) if step in (IN_CALL, IN_LETTER) else 0.0
            killed += desk.start(doom=Doom(step, dice.choice([1, 1, 2]), soon)).wait(120) == -9
        else:
            worker = desk.start()
            time.sleep(dice.uniform(0, longest))
            worker.strike()
            killed += worker.wait(120) == -9
    desk.settle()
    watched, faults = seen.faults(desk, doubtful_mails=killed * desk.connections)
    figures = {
        "kills": killed,
        "announcements": len(desk.tokens),
        "posts": sum(watched.posts.values()),
        "mails": sum(watched.mails.values()),
        "mails sent twice": watched.doubled_mails,
    }
    return Outcome("kills", figures, faults)


def _unharmed(desk: Desk) -> float:
    """Seconds of a pass that takes in and sends one announcement."""
    desk.drop(1)
    began = time.monotonic()
    desk.start().wait(120)
    return time.monotonic() - began


def lost_replies(desk: Desk, count: int, *, until: float = float("inf")) -> Outcome:
    """The platform does it and its answer is lost, every time: one post each, and no person is asked."""
    lost = 0
    while lost < count and time.monotonic() < until:
        batch = min(10, (count - lost + 1) // 2)
        desk.drop(batch)
        for platform in ("mastodon", "bluesky"):
            desk.platforms.inject(platform, Fault.LOSE_REPLY, batch)
        desk.start().wait(120)
        lost += 2 * batch
    desk.settle()
    watched, faults = seen.faults(desk)
    return Outcome("lost replies", {"replies lost": lost, "posts": sum(watched.posts.values())}, faults)
