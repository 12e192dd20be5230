"""A mail run as it looks from outside, and whatever of it is not as it should be."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher.domain.delivery import DeliveryState
from publisher.domain.issue import Tally
from tests.laboratory.desk import Desk

UNKNOWN = [f"unbekannt{number}@leser.example" for number in range(7)]
"""Readers whom the mail server refuses for good."""


@dataclass(frozen=True, kw_only=True)
class Counted:
    """`readers`: everybody whom the issue was for. `mails`: recipient and Message-ID of all that the mail server took.

    `gone`: who left before anything had come. `doubtful`: how many mails may have come twice: one for each connection
    and blow. `candidates`, `tally` and `state` are what the program says.
    """

    readers: Collection[str]
    mails: Sequence[tuple[str, str]]
    gone: Collection[str]
    doubtful: int
    candidates: int
    tally: Tally
    state: DeliveryState

    @classmethod
    def of(cls, desk: Desk, mails: Sequence[tuple[str, str]], gone: Collection[str], doubtful: int) -> "Counted":
        """The only issue of a desk."""
        store = desk.store()
        try:
            [dossier] = store.archive.dossiers()
            [delivery] = store.outbox.deliveries([dossier.id])[dossier.id]
            issue = store.mailroom.issue_of(delivery.id)
            assert issue is not None
            return cls(
                readers=[*desk.addresses, *UNKNOWN],
                mails=mails,
                gone=gone,
                doubtful=doubtful,
                candidates=issue.candidates,
                tally=store.mailroom.tally(issue.id),
                state=delivery.state,
            )
        finally:
            store.close()

    @property
    def wanted(self) -> set[str]:
        """Who should have got it."""
        return set(self.readers) - set(UNKNOWN) - set(self.gone)

    @property
    def times(self) -> Counter[str]:
        """How often each got it."""
        return Counter(address for address, _ in self.mails)

    @property
    def figures(self) -> Mapping[str, float]:
        """For a person."""
        return {
            "readers": len(self.readers),
            "mails": len(self.mails),
            "mails sent twice": len(self.mails) - len(self.times),
            "refused": self.tally.failed,
            "left": self.tally.suppressed,
            "uncertain": self.tally.uncertain,
        }


def faults(run: Counted) -> Iterator[str]:
    """Everything that is not as it should be."""
    yield from _received(run)
    yield from _numbered(run)
    yield from _said(run)


def _received(run: Counted) -> Iterator[str]:
    times = run.times
    skipped, strangers = run.wanted - times.keys(), times.keys() - run.wanted
    if skipped:
        yield f"{len(skipped)} readers were skipped"
    if strangers:
        yield f"{len(strangers)} got it who should not"
    if (doubled := len(run.mails) - len(times)) > run.doubtful:
        yield f"{doubled} mails came twice, {run.doubtful} are accounted for"
    if most := sum(count > 2 for count in times.values()):
        yield f"{most} readers got it more than twice"


def _numbered(run: Counted) -> Iterator[str]:
    pairs = set(run.mails)
    if len(pairs) != len(run.times):
        yield f"{len(pairs) - len(run.times)} repeats had another Message-ID"
    numbers = {number for _, number in pairs if number}
    if len(numbers) != len(pairs):
        yield f"{len(pairs)} readers' mails had {len(numbers)} Message-IDs"


def _said(run: Counted) -> Iterator[str]:
    tally = run.tally
    # A copy is called uncertain for good only after its second doubt.
    if tally.uncertain > run.doubtful // 2:
        yield f"{tally.uncertain} are called uncertain"
    wanted = {
        "sent": len(run.wanted) - tally.uncertain,
        "failed": len(set(UNKNOWN) & set(run.readers)),
        "suppressed": len(run.gone),
        "cancelled": 0,
        "missed": 0,
    }
    for name, count in wanted.items():
        if (said := getattr(tally, name)) != count:
            yield f"{said} are called {name}, {count} were"
    accounted = tally.sent + tally.failed + tally.suppressed + tally.uncertain + tally.cancelled + tally.missed
    if not len(run.readers) == run.candidates == accounted:
        yield f"{accounted} accounted for, {run.candidates} candidates, {len(run.readers)} readers"
    if run.state is not DeliveryState.SENT:
        yield f"the delivery is {run.state} in the end"
