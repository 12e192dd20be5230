"""What followers saw, held against what was queued, and what the store says, held against both."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from publisher.domain.delivery import DeliveryState
from publisher.domain.issue import Tally
from publisher.store.database import SqlStore
from tests.laboratory.desk import Desk

TOKEN = re.compile(r"LAB\d{5}")
EVERYTHING = 10_000_000


@dataclass
class Seen:
    """How often each announcement was seen: as a post by platform and token, as a mail by token and reader."""

    posts: Counter[tuple[str, str]] = field(default_factory=Counter)
    mails: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def doubled_mails(self) -> int:
        return sum(count - 1 for count in self.mails.values())


def look(desk: Desk) -> Seen:
    """Look through a follower's and a reader's eyes."""
    seen = Seen()
    for post in desk.platforms.state.posts(limit=EVERYTHING):
        seen.posts[post.platform, _token(post.text)] += 1
    for mail in desk.platforms.state.mails(limit=EVERYTHING):
        for address in mail.recipients:
            seen.mails[_token(mail.raw.decode("utf-8", "replace")), address] += 1
    return seen


def faults(desk: Desk, *, doubtful_mails: int = 0, tokens: Sequence[str] | None = None) -> tuple[Seen, list[str]]:
    """Everything that is not as the queue says it should be.

    `tokens`: what should have been published, everything unless given. `doubtful_mails`: how many repeats of a mail are
    accounted for.
    """
    wanted = desk.tokens if tokens is None else list(tokens)
    seen = look(desk)
    found = [*_posts(desk, seen, wanted), *_mails(desk, seen, wanted, doubtful_mails)]
    store = desk.store()
    try:
        found += _said(store, seen, wanted)
    finally:
        store.close()
    return seen, found


def _posts(desk: Desk, seen: Seen, wanted: Sequence[str]) -> Iterator[str]:
    for platform in ("mastodon", "bluesky"):
        for token in wanted:
            if (count := seen.posts[platform, token]) != 1:
                yield f"{token} was seen {count} times on {platform}"
    for platform, token in seen.posts.keys() - {(p, t) for p in ("mastodon", "bluesky") for t in wanted}:
        if seen.posts[platform, token]:
            yield f"{token} should not be on {platform}"


def _mails(desk: Desk, seen: Seen, wanted: Sequence[str], doubtful: int) -> Iterator[str]:
    shown = _shown_as_uncertain(desk)
    for token in wanted:
        missing = sum(not seen.mails[token, address] for address in desk.addresses)
        if missing > shown[token]:
            yield f"{missing} readers never got {token}, {shown[token]} of them shown as uncertain"
    for token, address in seen.mails.keys() - {(token, address) for token in wanted for address in desk.addresses}:
        if seen.mails[token, address]:
            yield f"{token} should not have been mailed to {address}"
    if seen.doubled_mails > doubtful:
        yield f"{seen.doubled_mails} mails came twice, {doubtful} are accounted for"


def _shown_as_uncertain(desk: Desk) -> Counter[str]:
    store = desk.store()
    try:
        return Counter({token: tally.uncertain for token, tally in _tallies(store)})
    finally:
        store.close()


def _tallies(store: SqlStore) -> Iterator[tuple[str, Tally]]:
    dossiers = {dossier.id: dossier for dossier in store.archive.dossiers(limit=EVERYTHING)}
    for known, deliveries in store.outbox.deliveries(list(dossiers)).items():
        for delivery in deliveries:
            issue = store.mailroom.issue_of(delivery.id)
            if issue is not None:
                yield _token(dossiers[known].announcement.headline), store.mailroom.tally(issue.id)


def _said(store: SqlStore, seen: Seen, wanted: Sequence[str]) -> Iterator[str]:
    """Where the store says something else than followers saw."""
    dossiers = {
        dossier.id: _token(dossier.announcement.headline) for dossier in store.archive.dossiers(limit=EVERYTHING)
    }
    for token, count in Counter(dossiers.values()).items():
        if count != 1:
            yield f"{token} was taken in {count} times"
    for token in set(wanted) - set(dossiers.values()):
        yield f"{token} was never taken in"
    for known, deliveries in store.outbox.deliveries(list(dossiers)).items():
        for delivery in deliveries:
            token = dossiers[known]
            if token in wanted and delivery.state is not DeliveryState.SENT:
                yield f"{token} on {delivery.channel} is {delivery.state} ({delivery.reason}) in the end"
            claimed = delivery.state is DeliveryState.SENT and delivery.channel != "newsletter"
            if claimed and not seen.posts[delivery.channel, token]:
                yield f"{token} is called sent on {delivery.channel}, and nobody saw it"
    for token, tally in _tallies(store):
        if token in wanted and tally.open:
            yield f"{tally.open} copies of {token} are still open"


def _token(text: str) -> str:
    found = TOKEN.search(text)
    return found[0] if found else ""
