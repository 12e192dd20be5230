"""Kills and lost replies: whatever ends a worker, and wherever, each follower sees each announcement once."""

import random
import time

from publisher.sandbox.faults import Fault
from tests.laboratory import seen
from tests.laboratory.desk import Desk
from tests.laboratory.doom import IN_CALL, IN_LETTER, STEPS, Doom
from tests.laboratory.outcome import Outcome

LONGEST_RUN = 0.35
"""Seconds within which a random kill comes: about as long as a pass takes."""
TROUBLE = (Fault.LOSE_REQUEST, Fault.LOSE_REPLY, Fault.CUT, Fault.ERROR_AFTERWARDS, Fault.UNAVAILABLE)


def kills(desk: Desk, count: int, *, seed: int = 1, until: float = float("inf")) -> Outcome:
    """Kill workers, half of them at random moments, half at every named step in turn; some on a troubled network."""
    dice = random.Random(seed)  # noqa: S311 -- the same torture again
    desk.platforms.think(0.004)
    killed = runs = struck = 0
    while killed < count and time.monotonic() < until:
        if desk.open() + desk.queued() < 3:
            desk.drop(dice.choice([1, 1, 2]))
        if dice.random() < 0.3:
            desk.platforms.inject(dice.choice(["mastodon", "bluesky"]), dice.choice(TROUBLE))
        runs += 1
        named = runs % 2 == 0
        if named:
            step = STEPS[struck % len(STEPS)]
            struck += 1
            soon = dice.uniform(0, 0.012) if step in (IN_CALL, IN_LETTER) else 0.0
            worker = desk.start(doom=Doom(step, dice.choice([1, 1, 2]), soon))
        else:
            worker = desk.start()
            time.sleep(dice.uniform(0, LONGEST_RUN))
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
