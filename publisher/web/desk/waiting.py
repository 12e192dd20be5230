"""What stands on the desk beside the announcements: readers' answers, suspended readers, issues and their counts.

Addresses of readers are shown, since nobody could act without them: only here, on this machine, and never in a log.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import chain

from publisher.domain.delivery import Delivery
from publisher.domain.digest import DigestIssue
from publisher.domain.issue import Issue, Tally
from publisher.domain.returned import WaitingAnswer
from publisher.domain.subscriber import Subscriber
from publisher.messages import say
from publisher.ports.channels import MailChannel
from publisher.workflow.audience.returns import is_braked
from publisher.workflow.office import Office
from publisher.workflow.overview.words import copies_in_words, suspension_in_words

MOST_SHOWN = 20
MOST_ISSUES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNote:
    """An answer, with the commands that settle it; `leave` is "" where it does not say whom to take off the list."""

    waiting: WaitingAnswer
    leave: str
    done: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingNote:
    """A reader who gets no mails for now, why, and the command that undoes it."""

    address: str
    since: datetime
    why: str
    restore: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The notes of one newsletter, as many as a page holds. `left`: how many more there are, `rest`: what lists them."""

    channel: str
    notes: Sequence[AnswerNote | RestingNote]
    left: int
    rest: str
    braked: bool = False
    """Bounces: whether there were too many to believe."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueNote:
    """An issue and what became of its copies, in words. `announcement`: its ID, "" for a digest's."""

    issue: Issue
    announcement: str
    counts: str
    tally: Tally
    adds_up: bool
    digest: DigestIssue | None

    @property
    def hold(self) -> str:
        """The command that takes a digest back."""
        return command("hold", self.issue.id)


def answer_shelves(office: Office) -> list[Shelf]:
    """Answers that a person must read, by newsletter; who seems to want to leave comes first. Raises StoreError."""
    shelves = []
    for name in _newsletters(office):
        waiting = sorted(office.store.returns.answers(name), key=lambda each: not each.answer.wish)
        notes = [_answer_note(office, each) for each in waiting[:MOST_SHOWN]]
        shelves.append(_shelf(office, name, notes, len(waiting), "answers"))
    return [shelf for shelf in shelves if shelf.notes]


def resting_shelves(office: Office) -> list[Shelf]:
    """Who gets no mails because they came back, by newsletter, the newest first. Raises StoreError."""
    shelves, language, now = [], office.config.office.language, office.clock.now()
    for name in _newsletters(office):
        suspended = office.store.returns.suspended(name, MOST_SHOWN)
        notes = [
            RestingNote(
                address=reader.address,
                since=suspension.at,
                why=suspension_in_words(suspension, language),
                restore=_restoring(office, reader),
            )
            for reader, suspension in suspended
        ]
        braked = bool(notes) and is_braked(office, name, now)
        count = office.store.returns.count_suspended(name)
        shelves.append(_shelf(office, name, notes, count, "suspended", braked=braked))
    return [shelf for shelf in shelves if shelf.notes]


def issue_notes(office: Office, deliveries: Mapping[str, Sequence[Delivery]]) -> list[IssueNote]:
    """The newest issues: those of these deliveries, and those of digests. Raises StoreError."""
    digests = {each.issue.id: each for each in office.store.digests.issues(limit=MOST_ISSUES)}
    issues = chain(
        ((each.issue, "") for each in digests.values()), _immediate(office, chain.from_iterable(deliveries.values()))
    )
    newest = sorted(issues, key=lambda each: each[0].dated, reverse=True)[:MOST_ISSUES]
    return [_issue_note(office, issue, announcement, digests.get(issue.id)) for issue, announcement in newest]


def command(*words: str) -> str:
    """What to type, safe to paste: nothing that a mail says is more than one word to a shell."""
    return shlex.join(["publisher", *words])


def _newsletters(office: Office) -> list[str]:
    return [name for name, channel in office.channels.items() if isinstance(channel, MailChannel)]


def _of(office: Office, channel: str) -> list[str]:
    """The option that says which newsletter is meant, where there are several."""
    return ["--newsletter", channel] if len(_newsletters(office)) > 1 else []


def _shelf(
    office: Office,
    channel: str,
    notes: Sequence[AnswerNote | RestingNote],
    count: int,
    listing: str,
    *,
    braked: bool = False,
) -> Shelf:
    rest = command("subscribers", listing, *_of(office, channel))
    return Shelf(channel=channel, notes=notes, left=count - len(notes), rest=rest, braked=braked)


def _answer_note(office: Office, waiting: WaitingAnswer) -> AnswerNote:
    # Whose copy it answers is signed by us; what a sender calls themselves is not.
    address, of = waiting.subscriber or waiting.answer.sender, _of(office, waiting.channel)
    return AnswerNote(
        waiting=waiting,
        leave=command("subscribers", "erase", address, *of) if _is_one_word(address) else "",
        done=command("subscribers", "answered", waiting.id, *of),
    )


def _is_one_word(address: str) -> bool:
    """Whether a command may name it: nothing that a terminal would not show, and no option in disguise."""
    return address.isprintable() and "@" in address and not address.startswith("-")


def _restoring(office: Office, reader: Subscriber) -> str:
    return command("subscribers", "restore", reader.address, *_of(office, reader.channel))


def _immediate(office: Office, deliveries: Iterator[Delivery]) -> Iterator[tuple[Issue, str]]:
    newsletters = _newsletters(office)
    for delivery in deliveries:
        issue = office.store.mailroom.issue_of(delivery.id) if delivery.channel in newsletters else None
        if issue is not None:
            yield issue, delivery.announcement_id


def _issue_note(office: Office, issue: Issue, announcement: str, digest: DigestIssue | None) -> IssueNote:
    tally = office.store.mailroom.tally(issue.id)
    counts = asdict(tally) | {"candidates": issue.candidates}
    return IssueNote(
        issue=issue,
        announcement=announcement,
        counts=copies_in_words(counts, office.config.office.language),
        tally=tally,
        adds_up=tally.candidates == issue.candidates,
        digest=digest,
    )


def issue_title(digest: DigestIssue, language: str) -> str:
    """What a digest is called: its subject, once it is worded."""
    return digest.variant.subject if digest.variant else say(language, f"issue-digest-{digest.issue.kind}")
