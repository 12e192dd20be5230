"""Kills and lost replies: whatever ends a worker, and wherever, each follower sees each announcement once."""

import random
import signal
import time
from collections import Counter
from itertools import count as numbers
from itertools import cycle

from publisher.sandbox.faults import Fault
from tests.laboratory import seen
from tests.laboratory.desk import Desk
from tests.laboratory.doom import IN_CALL, IN_LETTER, STEPS, UPLOADING, Doom
from tests.laboratory.outcome import Outcome

UNHARMED_EVERY = 5
"""Runs: one that nobody disturbs shows how long a pass takes on this machine, and keeps the office at work."""
TROUBLE = (Fault.LOSE_REQUEST, Fault.LOSE_REPLY, Fault.CUT, Fault.ERROR_AFTERWARDS, Fault.UNAVAILABLE)
ENOUGH_TRIES = 3
"""After so many a step must have been come to once: else its kills prove nothing."""


def kills(desk: Desk, count: int, *, seed: int = 1, until: float = float("inf")) -> Outcome:
    """Kill workers, half of them at random moments, half at every named step in turn; some on a troubled network."""
    dice = random.Random(seed)  # noqa: S311 -- the same torture again
    desk.platforms.think(0.004)
    anywhere, longest, steps = 0, 0.5, cycle(dice.sample(STEPS, len(STEPS)))
    tried, reached = Counter[str](), Counter[str]()
    for run in numbers(1):
        if anywhere + reached.total() >= count or time.monotonic() >= until:
            break
        _keep_busy(desk, dice)
        if run % UNHARMED_EVERY == 0:
            longest = _unharmed(desk)
        elif run % 2 == 0:
            step = next(steps)
            tried[step] += 1
            reached[step] += _killed_at(desk, step, dice)
        else:
            anywhere += _killed_within(desk, dice.uniform(0, longest))
    desk.settle()
    killed = anywhere + reached.total()
    watched, faults = seen.faults(desk, doubtful_mails=killed * desk.connections)
    faults += [f"nothing came to {step}" for step in tried if tried[step] >= ENOUGH_TRIES and not reached[step]]
    figures = {
        "kills": killed,
        "of them at a named step": reached.total(),
        "announcements": len(desk.tokens),
        "posts": sum(watched.posts.values()),
        "mails": sum(watched.mails.values()),
        "mails sent twice": watched.doubled_mails,
    }
    return Outcome("kills", figures, faults)


def _keep_busy(desk: Desk, dice: random.Random) -> None:
    """Something is always waiting, and now and then a platform is about to fail."""
    if desk.open() + desk.queued() < 3:
        desk.drop(dice.choice([1, 1, 2]))
    if dice.random() < 0.3:
        desk.platforms.inject(dice.choice(["mastodon", "bluesky"]), dice.choice(TROUBLE))


def _killed_at(desk: Desk, step: str, dice: random.Random) -> bool:
    """Whether a pass came to this step, and was killed there."""
    times = dice.choice([1, 1, 2])
    desk.drop(times, pictured=step in UPLOADING)
    soon = dice.uniform(0, 0.012) if step in (IN_CALL, IN_LETTER) else 0.0
    return desk.start(doom=Doom(step, times, soon)).wait(120) == -signal.SIGKILL


def _killed_within(desk: Desk, seconds: float) -> bool:
    """Whether a pass was still at work after so long."""
    worker = desk.start()
    time.sleep(seconds)
    worker.strike()
    return worker.wait(120) == -signal.SIGKILL


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
