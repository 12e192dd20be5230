"""What is kept, and the promises of keeping it. Each method is one transaction; all raise StoreError."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from publisher.domain.alarm import Alarm
from publisher.domain.announcement import Announcement, Dossier, Mark, Revision
from publisher.domain.delivery import Claim, Delivery, Outcome, Receipt, SentPart
from publisher.domain.digest import Digest, DigestClaim, DigestIssue, Gathered
from publisher.domain.finding import Finding
from publisher.domain.issue import Entry, Issue, Mailed, Recipient, RecipientState, Tally
from publisher.domain.sighting import Sighting
from publisher.domain.sign_up import Asked, NoticeClaim, NoticeState, SignUp, Verdict
from publisher.domain.stop import Stop
from publisher.domain.subscriber import Copy, Rhythm, Subscriber, SubscriberEntry, Troubles
from publisher.domain.variant import JsonObject, Variant
from publisher.ports.mailbox import ReturnBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """One item to be taken in: a new announcement, or (`revises` an ID) a new revision of a known one."""

    id: str
    """Of the announcement: minted by intake, or that of the revised one."""
    source: str
    sighting: Sighting
    """As it is to stand afterwards: state `taken`, with the announcement's ID."""
    announcement: Announcement
    findings: tuple[Finding, ...]
    needs_approval: bool
    urgent: bool
    revises: bool


class Archive(Protocol):
    """Announcements, their revisions and pictures, and what sources have shown."""

    def sightings(self, source: str, keys: Collection[str] = ()) -> Mapping[str, Sighting]:
        """What is remembered of a source under these keys, and whatever of it is still waiting or taken, by key.

        So that looking costs what is shown, not what was ever seen.
        """

    def remember(self, source: str, sightings: Sequence[Sighting]) -> None:
        """Insert or overwrite sightings."""

    def take(self, takings: Sequence[Taking], now: datetime) -> list[Dossier]:
        """Take items in, all or none: announcement or revision, findings and sighting together.

        A new revision clears approval and person's hold, since they were given to other words.
        """

    def dossier(self, id: str) -> Dossier | None:
        """One announcement with its newest revision."""

    def dossiers(self, *, limit: int = 200, before: datetime | None = None) -> list[Dossier]:
        """Newest first by `taken_at`; `before` pages on."""

    def open_dossiers(self) -> list[Dossier]:
        """Those that intake and compose still have to look at: not retracted, newest revision not composed."""

    def changed_since(self, moment: datetime) -> list[Dossier]:
        """Those whose standing, revision or deliveries changed at or after the moment."""

    def revisions(self, id: str) -> list[Revision]:
        """Every revision, oldest first."""

    def by_key(self, source: str, key: str) -> Dossier | None:
        """The newest announcement taken under this key of a source."""

    def approve(self, id: str, mark: Mark) -> None: ...
    def hold(self, id: str, mark: Mark) -> None: ...
    def release(self, id: str, mark: Mark) -> None:
        """Undo `hold`."""

    def retract(self, id: str, mark: Mark) -> None:
        """Mark as taken back and cancel what is still queued or deferred, together."""

    def require_approval(self, now: datetime) -> list[str]:
        """Let everything of which something has still to leave wait for a person, unless one approved it: IDs of those."""

    def composed_since(self, moment: datetime, sources: Sequence[str]) -> list[datetime]:
        """When announcements of these sources were composed at or after the moment: what the flood brake counts."""

    def published(
        self, *, limit: int = 50, before: datetime | None = None, words: Sequence[str] = ()
    ) -> list[tuple[Dossier, datetime]]:
        """Announcements for the public with at least one delivery `sent`, not retracted, newest first, each with when.

        `words`: only those whose headline, lead and body hold all of these, as parts of words and whatever their case.
        `current` is here the newest revision that was sent: a later one may still be held or under embargo.
        """

    def taken_since(self, moment: datetime, *, limit: int) -> list[tuple[str, int]]:
        """ID and newest revision of what was taken in at or after the moment and not retracted, newest first.

        Reads no contents.
        """

    def amend_findings(
        self, id: str, revision: int, *, add: Sequence[Finding], drop: Collection[tuple[str, str]], now: datetime
    ) -> None:
        """Add to a revision's findings what is not among them, and drop those of these codes and excerpts."""

    def keep_picture(self, sha256: str, media_type: str, data: bytes) -> None:
        """Keep bytes under their hash; harmless to repeat."""

    def picture(self, sha256: str) -> tuple[str, bytes] | None:
        """Media type and bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """A variant to be put into the outbox, and when it is due.

    `held`: code of the finding that holds this variant back, "" for none. Its delivery is written down as `failed`
    with that reason, so that everybody sees it; a later revision words the channel anew. `held_detail`: the same in words.
    """

    variant: Variant
    due_at: datetime
    held: str = ""
    held_detail: str = ""


class Outbox(Protocol):
    """Deliveries. Every late write is guarded by the claim's token and answers whether it still counted."""

    def compose(self, id: str, revision: int, planned: Sequence[Planned], now: datetime) -> list[Delivery]:
        """Freeze variants and queue their deliveries, mark the revision composed, cancel the older ones' open deliveries."""

    def claim(
        self, channel: str, now: datetime, lease: timedelta, owner: str, *, urgent_only: bool = False
    ) -> Claim | None:
        """Lease the next due delivery of a channel: urgent first, then oldest due.

        Only queued or deferred ones whose due_at has come, whose lease is free or ran out, and whose announcement is
        neither held nor retracted; while a stop holds, only urgent ones that a person confirmed since, and none when it
        stops everything. Two workers never get the same one.
        """

    def renew(self, claim: Claim, until: datetime) -> bool: ...

    def begin(self, claim: Claim, request: JsonObject, now: datetime) -> bool:
        """Write the attempt and its exact request, and turn `sending`, before the first byte leaves."""

    def step(self, claim: Claim, name: str, result: JsonObject) -> bool:
        """Record a harmless earlier step (an upload), so that it is not done again."""

    def steps(self, delivery_id: str) -> Mapping[str, JsonObject]: ...

    def settle(self, claim: Claim, outcome: Outcome, now: datetime) -> bool:
        """Record the outcome of the attempt under way and end the lease: sent, deferred, failed or uncertain."""

    def advance(self, claim: Claim, sent: SentPart, request: JsonObject, now: datetime) -> bool:
        """A part of a thread is out: keep its receipt, and make `request` (the next part's) the delivery's own.

        The delivery is `deferred` and due, its lease stays, and the announcement counts as published.
        """

    def parts(self, delivery_id: str) -> list[SentPart]:
        """The parts of a thread that are out, but for the last, which settles the delivery."""

    def drop(self, claim: Claim, state: str, code: str, now: datetime) -> bool:
        """End a claimed delivery that must not go out any more: `missed` or `cancelled`."""

    def unclaim(self, claim: Claim, due_at: datetime, code: str = "") -> bool:
        """Give a claimed delivery back, to be due again at `due_at`: nothing was attempted. `code`: why it waits."""

    def release_dead(self, now: datetime) -> int:
        """End the leases of workers whose process is gone, so that nobody waits for them to run out. Answers how many."""

    def expire_leases(self, now: datetime) -> list[Delivery]:
        """Turn `sending` deliveries whose lease ran out into `uncertain`. Answers those it turned."""

    def urgent_waits(self, channel: str, now: datetime) -> bool:
        """Whether an urgent delivery of a channel could be claimed now: what a long routine run makes way for."""

    def claim_uncertain(
        self, now: datetime, lease: timedelta, owner: str, *, channel: str = "", besides: Collection[str] = ()
    ) -> Claim | None:
        """Lease the next uncertain delivery whose due_at has come, for reconcile: of this channel, or ("") of all but
        those `besides`."""

    def postpone(self, claim: Claim, due_at: datetime, code: str, detail: str) -> bool:
        """Leave an uncertain delivery uncertain and look again at `due_at`."""

    def hasten(self, delivery_id: str, due_at: datetime) -> None:
        """Make an uncertain, queued or deferred delivery due at this moment if it would be later."""

    def delay(self, delivery_id: str, due_at: datetime) -> None:
        """Make a queued or deferred delivery due at this moment if it would be sooner."""

    def resolve(self, delivery_id: str, receipt: Receipt | None, mark: Mark) -> bool:
        """A person's word on an uncertain or failed delivery: sent with this receipt, or (None) queued again."""

    def first_attempt_at(self, delivery_id: str) -> datetime | None:
        """When the request that it has now was tried first (of a thread: the present part's)."""

    def variant(self, delivery_id: str) -> Variant: ...
    def delivery(self, delivery_id: str) -> Delivery | None: ...
    def deliveries(self, announcement_ids: Sequence[str]) -> Mapping[str, list[Delivery]]:
        """By announcement: those of its composed revision and all others that are not cancelled."""

    def open_deliveries(self) -> list[Delivery]:
        """Those that are queued, sending, deferred or uncertain."""

    def troubled(self) -> list[Delivery]:
        """Failed and uncertain ones of revisions that still count, of announcements that are not retracted."""

    def next_due(self, now: datetime) -> datetime | None:
        """The earliest moment after which a claim may find something, uncertain ones included; None if nothing is open."""

    def stop(self) -> Stop | None: ...
    def set_stop(self, stop: Stop | None) -> None: ...


class Mailroom(Protocol):
    """Issues and their frozen audiences."""

    def open_issue(
        self, delivery: Delivery, topics: Sequence[str], now: datetime, *, whatever_rhythm: bool = False
    ) -> Issue:
        """The issue of a delivery; made on first call together with its frozen audience: immediate subscribers of the
        channel (`whatever_rhythm`: all) who want all topics or one of these (of any, if `topics` is empty).
        """

    def claim(self, issue_id: str, most: int, now: datetime, lease: timedelta, owner: str) -> list[Recipient]:
        """Lease queued and deferred copies that are due. Nothing is written about an attempt yet."""

    def begin(self, recipient_id: int, now: datetime, owner: str = "") -> bool:
        """Turn one leased copy `sending`, right before its message; False if the subscriber has left meanwhile
        (the copy is `suppressed`) or the lease is lost."""

    def settle(self, mailed: Sequence[Mailed], now: datetime, owner: str = "") -> None:
        """Record what became of copies. The first `uncertain` of a copy sends it once more (same Message-ID), as `recover`
        does; `sent` counts even if the lease was lost meanwhile. All others count only while the lease is
        `owner`'s, where one is named.
        """

    def recover(self, issue_id: str, now: datetime) -> int:
        """Copies left `sending` by a lease that ran out, or whose owner's process is gone: once more to `queued` if this
        was their first uncertain attempt (same Message-ID), else `uncertain`. Answers how many."""

    def unlease(self, issue_id: str, owner: str) -> None:
        """Give back copies that were leased and not begun."""

    def tally(self, issue_id: str) -> Tally:
        """The copies by state; still known when the copies themselves are gone."""

    def close(self, issue_id: str, now: datetime) -> Tally:
        """Settle an issue, with its counts as they are now."""

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
    def latest(self, channel: str, rhythm: Rhythm) -> datetime | None:
        """The moment of the last digest, None if there was none yet."""

    def untold(self, channel: str, rhythm: Rhythm, since: datetime) -> list[str]:
        """IDs of what the channel has sent out as issues of their own after the moment and no digest of this rhythm has
        taken up, oldest first."""

    def make(
        self, digest: Digest, gathering: Sequence[Gathered], due_at: datetime, now: datetime, *, missed: bool = False
    ) -> bool:
        """Make a digest with its issues: its readers are frozen, each in the issue that tells what suits them and what
        they were not sent before. False if this digest is made already. Without anything gathered it is just noted."""

    def claim(self, channel: str, now: datetime, lease: timedelta, owner: str) -> DigestClaim | None:
        """Lease the next issue of a digest that is due. Two workers never get the same one."""

    def renew(self, claim: DigestClaim, until: datetime) -> bool: ...
    def word(self, claim: DigestClaim, variant: Variant) -> bool:
        """Freeze the words of a claimed issue."""

    def put_off(self, claim: DigestClaim, due_at: datetime, code: str) -> bool:
        """End the lease; the issue is due again at `due_at`. `code`: why it waits."""

    def settle(self, claim: DigestClaim, settled_as: RecipientState, code: str) -> bool:
        """End the lease and the issue: `sent`, `cancelled` or `missed`."""

    def intact(self, issue_id: str) -> bool:
        """Whether a copy may go out: no stop, and nothing of what the issue tells was held or retracted."""

    def leave_out(
        self, claim: DigestClaim, gone: Collection[Entry], for_later: Collection[Entry], now: datetime
    ) -> bool:
        """Take these out of what is still to be sent, and end the lease. `for_later`: those of them that the next digest
        may take up. With nothing left to tell, waiting copies are cancelled."""

    def next_due(self, now: datetime) -> datetime | None:
        """When a claim may next find something."""

    def issues(self, *, limit: int = 50) -> list[DigestIssue]:
        """The newest issues of digests, newest first."""


class AudienceBook(Protocol):
    """Subscribers of the newsletter channels."""

    def add(self, channel: str, entries: Sequence[SubscriberEntry]) -> Mapping[str, int]:
        """Enter people: {"imported", "known", "suppressed"}. Known ones keep what they chose; suppressed ones stay out."""

    def leave(self, token: str, now: datetime) -> bool:
        """Unsubscribe by token; True also if they had left before; False for an unknown token."""

    def by_token(self, token: str) -> Subscriber | None:
        """The subscriber that a token belongs to, or belonged to before they left and came back."""

    def change(self, token: str, topics: Sequence[str], rhythm: Rhythm) -> Subscriber | None:
        """What the subscriber wants from now on; None for an unknown token."""

    def copies(self, subscriber_id: int) -> list[Copy]:
        """Every issue that went to a subscriber, oldest first, as far as it is still kept for each of them."""

    def troubles(self, subscriber_id: int) -> Troubles:
        """What is kept of mails that came back from a subscriber."""

    def erase(self, channel: str, address: str) -> bool:
        """Delete every trace of an address; only a keyed hash stays, so that no import brings it back."""

    def subscribers(self, channel: str) -> list[Subscriber]: ...
    def stats(self, channel: str) -> Mapping[str, int]:
        """Counts: active, by rhythm, suppressed."""


class SignUpBook(Protocol):
    """Sign-ups until they are confirmed or forgotten."""

    def ask(self, asked: Asked, network: str, now: datetime) -> Verdict:
        """Keep a sign-up and let its mail be due, unless a brake says no. Does the same work for known addresses.

        `network`: where it came from, as in 192.0.2.0/24, "" if nobody can tell.
        """

    def waiting(self, token: str, now: datetime) -> SignUp | None:
        """A sign-up that can still be confirmed."""

    def confirm(self, token: str, evidence: str, now: datetime) -> Subscriber | None:
        """Make the subscriber: also one who left, was erased or complained, since this is their own word.

        Repeated, it answers the same subscriber. None for a token that is unknown or too old.
        """

    def claim_notice(self, channels: Collection[str], now: datetime, lease: timedelta) -> NoticeClaim | None:
        """Write the next due mail down as being sent. One that a dead worker left so goes out once more, then never."""

    def settle_notice(self, claim: NoticeClaim, state: NoticeState, due_at: datetime) -> bool:
        """Record what became of it; `due_at` counts for `due`. The first `uncertain` lets it go out once more."""

    def next_notice(self, channels: Collection[str]) -> datetime | None:
        """When the next mail is due, None if none waits."""

    def braked_until(self, now: datetime) -> datetime | None:
        """When sign-ups will be taken again, None unless there were too many from everywhere."""

    def forget(self, now: datetime) -> int:
        """Delete what was not confirmed in time; answers how many. On SQLite no byte of them stays in the files."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of the audit trail: who did what when, to which announcement or delivery."""

    at: datetime
    who: str
    what: str
    subject: str = ""
    detail: str = ""


class Ledger(Protocol):
    """The audit trail: only ever added to."""

    def note(self, *done: Deed) -> None: ...
    def deeds(self, subject: str = "") -> list[Deed]: ...


class Notebook(Protocol):
    """Small things to remember, by scope and name: a feed's ETag, a channel's limits and session, the signing key."""

    def read(self, scope: str, name: str) -> JsonObject | None: ...
    def write(self, scope: str, name: str, value: JsonObject | None) -> None: ...
    def keep(self, scope: str, name: str, value: JsonObject) -> JsonObject:
        """Remember a value unless there is one; answers what stands. Two who do it at once get the same."""


class AlarmBook(Protocol):
    """What needs a person, one alarm per subject."""

    def all(self) -> list[Alarm]:
        """Oldest first."""

    def keep(self, kept: Sequence[Alarm]) -> None:
        """Insert or overwrite."""

    def forget(self, subjects: Sequence[str]) -> None: ...


class Store(Protocol):
    """One database, seen from eight sides."""

    @property
    def archive(self) -> Archive: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def mailroom(self) -> Mailroom: ...
    @property
    def digests(self) -> DigestBook: ...
    @property
    def audience(self) -> AudienceBook: ...
    @property
    def sign_ups(self) -> SignUpBook: ...
    @property
    def returns(self) -> ReturnBook: ...
    @property
    def ledger(self) -> Ledger: ...
    @property
    def notebook(self) -> Notebook: ...
    @property
    def alarms(self) -> AlarmBook: ...

    @property
    def worker(self) -> str:
        """This process's own name for leases: they end at once when it is gone, however it went."""

    def close(self) -> None:
        """Let go of the database."""

    def exclusive(self, name: str, owner: str, now: datetime, lease: timedelta) -> AbstractContextManager[bool]:
        """A lease row for what only one worker may do at a time (polling one source): True if it was free."""
