"""Issues and digests, and what became of each copy. Each method is one transaction; all raise StoreError."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Protocol

from publisher.domain.delivery import Delivery
from publisher.domain.digest import Digest, DigestClaim, DigestIssue, Gathered
from publisher.domain.issue import Entry, Issue, Mailed, Recipient, RecipientState, Tally
from publisher.domain.subscriber import Rhythm
from publisher.domain.variant import Variant


class Mailroom(Protocol):
    """Issues and their frozen audiences."""

    def open_issue(
        self, delivery: Delivery, topics: Sequence[str], now: datetime, *, whatever_rhythm: bool = False
    ) -> Issue:
        """The issue of a delivery; made on first call together with its frozen audience: immediate subscribers of the
        channel (`whatever_rhythm`: all) who want all topics or one of these (of any, if `topics` is empty), but for those
        who were sent an earlier revision.
        """

    def claim(self, issue_id: str, most: int, now: datetime, lease: timedelta, owner: str) -> list[Recipient]:
        """Lease queued and deferred copies that are due. Nothing is written about an attempt yet."""

    def begin(
        self,
        copies: Sequence[int],
        now: datetime,
        owner: str = "",
        *,
        settled: Sequence[Mailed] = (),
        while_intact: str = "",
    ) -> Collection[int]:
        """Turn leased copies `sending`, right before their messages; answers which. Not those whose subscriber has left
        meanwhile (the copy is `suppressed`) or whose lease is lost; none, if the issue `while_intact` is named and not
        `intact` in that moment. Before that, `settled` is recorded as `settle` does.
        """

    def renew(self, issue_id: str, until: datetime, owner: str) -> None:
        """Make the leases last longer on what the owner still has in hand: copies not begun, and those on their way."""

    def intact(self, issue_id: str) -> bool:
        """Whether a copy may go out: no stop, and nothing of what the issue tells was held or retracted."""

    def settle(self, mailed: Sequence[Mailed], now: datetime, owner: str = "") -> None:
        """Record what became of copies. The first `uncertain` of a copy sends it once more (same Message-ID), as `recover`
        does; `sent` counts even if the lease was lost meanwhile. All others count only while the lease is
        `owner`'s, where one is named. What was refused before it was begun counts as an attempt, too.
        """

    def recover(self, issue_id: str, now: datetime) -> int:
        """Copies left `sending` by a lease that ran out, or whose owner's process is gone: once more to `queued` if this
        was their first uncertain attempt (same Message-ID), else `uncertain`. Answers how many."""

    def unlease(self, issue_id: str, owner: str) -> None:
        """Give back copies that were leased and not begun."""

    def tally(self, issue_id: str) -> Tally:
        """The copies by state; still known when the copies themselves are gone."""

    def any_sent(self, issue_id: str) -> bool:
        """Whether a copy has left."""

    def commonest_reason(self, issue_id: str) -> str:
        """Why most of the copies that failed or wait did not leave: the server's words or a code, "" if none has a reason."""

    def close(self, issue_id: str, now: datetime) -> Tally:
        """Settle an issue, with its counts as they are now."""

    def reopen(self, delivery_id: str, now: datetime) -> None:
        """Queue the failed copies of a delivery's issue once more, from the first attempt on."""

    def ended(self, channel: str) -> list[tuple[Issue, RecipientState]]:
        """Issues that are not settled although their deliveries are over, and what their waiting copies are to become."""

    def end_copies(self, issue_id: str, state: RecipientState, now: datetime) -> int:
        """Give copies that wait this final state; those forsaken while `sending` become `uncertain`. Answers how many."""

    def forget_copies(self, channel: str, before: datetime) -> int:
        """Keep of the issues that settled before this moment only the counts. Answers how many issues."""

    def next_due(self, issue_id: str, now: datetime) -> datetime | None: ...
    def issue_of(self, delivery_id: str) -> Issue | None: ...


class DigestBook(Protocol):
    """Digests, and their issues on the way. Late writes are guarded by the claim's token and answer whether they counted."""

    def is_made(self, channel: str, rhythm: Rhythm, day: date) -> bool: ...
    def first(self, channel: str, rhythm: Rhythm) -> datetime | None:
        """The moment of the first digest, None if there was none yet."""

    def untold(self, channel: str, rhythm: Rhythm, since: datetime) -> Mapping[str, datetime]:
        """What the channel has sent out as issues of their own after the moment and no digest of this rhythm has taken
        up: IDs, and when they went out, oldest first."""

    def make(
        self, digest: Digest, gathering: Sequence[Gathered], due_at: datetime, now: datetime, *, missed: bool = False
    ) -> bool:
        """Make a digest with its issues: its readers are frozen, each in the issue that tells what suits them and what
        they were not sent before; among them those who changed the rhythm, for what was sent out until then. False if
        this digest is made already, unless part of it was taken back. Without anything gathered it is just noted."""

    def claim(self, channel: str, now: datetime, lease: timedelta, owner: str) -> DigestClaim | None:
        """Lease the next issue of a digest that is due. Two workers never get the same one."""

    def renew(self, claim: DigestClaim, until: datetime) -> bool: ...
    def word(self, claim: DigestClaim, variant: Variant) -> bool:
        """Freeze the words of a claimed issue."""

    def put_off(self, claim: DigestClaim, due_at: datetime, code: str) -> bool:
        """End the lease; the issue is due again at `due_at`. `code`: why it waits."""

    def settle(self, claim: DigestClaim, settled_as: RecipientState, code: str) -> bool:
        """End the lease and the issue: `sent`, `cancelled` or `missed`."""

    def leave_out(
        self, claim: DigestClaim, gone: Collection[Entry], for_later: Collection[Entry], now: datetime
    ) -> bool:
        """Take these out of what is still to be sent, and end the lease. `for_later`: those of them that the next digest
        may take up. With nothing left to tell, waiting copies are cancelled."""

    def take_back(self, issue_id: str, now: datetime) -> bool:
        """Cancel what has not left of an open issue, whoever works on it; what it tells waits for the next digest of the
        rhythm. False if it is settled or unknown."""

    def issue(self, issue_id: str) -> DigestIssue | None: ...
    def next_due(self, now: datetime) -> datetime | None:
        """When a claim may next find something."""

    def issues(self, *, limit: int = 50) -> list[DigestIssue]:
        """The newest issues of digests, newest first."""

    def open_issues(self) -> list[DigestIssue]:
        """Those of which something may still leave."""
