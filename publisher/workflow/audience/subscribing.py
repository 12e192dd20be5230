"""The audience as the office enters it: people imported, added, exported, erased, counted."""

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from sys import intern

from email_validator import EmailNotValidError, validate_email

from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.subscriber import Rhythm, Subscriber, SubscriberEntry
from publisher.messages import say
from publisher.ports.channels import MailChannel
from publisher.ports.ledger import Deed
from publisher.workflow.office import Office

CHUNK = 1_000
DELIMITERS = (",", ";", "\t")
"""What spreadsheets put between columns."""
MOST_LINES = 50
"""Of one row, where a cell has line breaks. A longer one has swallowed others: a quotation mark is missing."""
UNREAD = "\ufffd"
"""Stands for a byte that could not be read: no address has it, though RFC 6531 would let it pass."""
LOCAL_PART = 64
"""RFC 5321, section 4.5.3.1.1, in octets."""


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """A row of the import that could not be used. `line`: where it begins, 1-based, the header is line 1."""

    line: int
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did so far."""

    imported: int = 0
    known: int = 0
    suppressed: int = 0
    refused: list[RefusedLine] = field(default_factory=list)


def mail_lists(office: Office) -> Mapping[str, MailChannel]:
    """Every newsletter and press list by name."""
    return {name: channel for name, channel in office.channels.items() if isinstance(channel, MailChannel)}


def newsletter(office: Office, name: str | None) -> MailChannel:
    """The newsletter (or press list) of that name; without one, the only newsletter that is open to all, or the only
    list there is. Raises InvalidAnnouncement if it is not clear which."""
    found = mail_lists(office)
    if name is not None and name in found:
        return found[name]
    likely = [channel for channel in found.values() if not channel.closed] or list(found.values())
    if name is None and len(likely) == 1:
        return likely[0]
    raise InvalidAnnouncement("newsletter-unclear", known=", ".join(found) or "–")


def import_subscribers(office: Office, channel: MailChannel, lines: Iterable[str]) -> Iterator[ImportReport]:
    """Enter people from CSV with a header, chunk by chunk; yields the report as it grows, the last one is whole.

    They count as confirmed on the office's word. Raises InvalidAnnouncement if there is no column `address`.
    """
    report = ImportReport()
    entries: list[SubscriberEntry] = []
    for number, row in _rows(lines):
        try:
            entries.append(_entry(office, channel, row))
        except _Refused as refused:
            reason = say(office.config.office.language, refused.code, said=refused.said)
            # A list may be wrong in every line: the same reason is held once.
            report.refused.append(RefusedLine(number, intern(reason)))
        if len(entries) >= CHUNK:
            _enter(office, channel, entries, report)
            entries = []
            yield report
    _enter(office, channel, entries, report)
    done = Deed(at=office.clock.now(), who="office", what="imported", subject=channel.name, detail=str(report.imported))
    office.store.ledger.note(done)
    yield report


def add_subscriber(
    office: Office,
    channel: MailChannel,
    address: str,
    topics: tuple[str, ...],
    evidence: str = "",
    rhythm: Rhythm = Rhythm.IMMEDIATE,
) -> ImportReport:
    """Enter one person on the office's word. `evidence`: how it knows („Telefon“, „Brief“); newsrooms need it.

    Raises InvalidAnnouncement if the address cannot be one.
    """
    row = {"address": address, "topics": ";".join(topics), "evidence": evidence, "rhythm": str(rhythm)}
    report = ImportReport()
    try:
        _enter(office, channel, [_entry(office, channel, row)], report)
    except _Refused as refused:
        raise InvalidAnnouncement(refused.code, said=refused.said) from None
    return report


def enter_reader(office: Office, address: str) -> None:
    """Enter one reader of everything on every newsletter: for the example in the sandbox."""
    for channel in mail_lists(office).values():
        add_subscriber(office, channel, address, (), say(office.config.office.language, "evidence-office-word"))


def erase_subscriber(office: Office, name: str | None, address: str) -> list[str]:
    """Delete every trace of an address from the newsletter of that name, without one from all and from the press lists;
    answers which of them knew it. Raises InvalidAnnouncement if it is none: a slip of the hand is not "unknown";
    StoreError (store-log-held) as the port says, when all is erased."""
    if "@" not in address:
        raise InvalidAnnouncement("import-bad-address", said="")
    audience = office.store.audience
    known = {each.channel for each in audience.subscriptions(address)}
    named = [newsletter(office, name).name] if name else sorted(known.union(mail_lists(office)))
    knew = [each for each in named if audience.erase(each, address)]
    for each in named:
        office.store.ledger.note(Deed(at=office.clock.now(), who="office", what="erased", subject=each))
    audience.wipe()
    return knew


def every_subscriber(office: Office, channel: MailChannel) -> Iterator[Subscriber]:
    """Everybody on the list, a few at a time: whoever was there all along comes exactly once."""
    page = office.store.audience.subscribers(channel.name)
    while page:
        yield from page
        page = office.store.audience.subscribers(channel.name, after=page[-1].address)


def export_rows(subscribers: Iterable[Subscriber]) -> Iterator[dict[str, str]]:
    """Rows that `import_subscribers` reads back."""
    for subscriber in subscribers:
        yield {
            "address": subscriber.address,
            "topics": ";".join(subscriber.topics),
            "rhythm": str(subscriber.rhythm),
            "language": subscriber.language,
            "confirmed": subscriber.confirmed_at.isoformat() if subscriber.confirmed_at else "",
            "evidence": subscriber.evidence,
        }


EXPORT_COLUMNS = ("address", "topics", "rhythm", "language", "confirmed", "evidence")


class _Refused(Exception):
    """Why a row cannot be used: a code of the catalogue and the words it is about (never the whole address)."""

    def __init__(self, code: str, said: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.said = said


def _rows(lines: Iterable[str]) -> Iterator[tuple[int, Mapping[str, str] | _Refused]]:
    """The rows, or why they cannot be taken apart, and the lines where they begin."""
    # PostgreSQL's texts know no NUL.
    rest = (line.replace("\0", "") for line in lines)
    header = next(rest, "").lstrip("\ufeff")
    delimiter = max(DELIMITERS, key=header.count)
    names = [name.strip().lower() for name in next(csv.reader([header], delimiter=delimiter), [])]
    if "address" not in names:
        raise InvalidAnnouncement("import-no-address-column")
    # Strict: else a row with a quotation mark too few takes the next one in, and nobody hears of it.
    reader = csv.reader(rest, delimiter=delimiter, strict=True)
    while True:
        before = reader.line_num
        try:
            row = next(reader, None)
        except csv.Error:
            yield before + 2, _Refused("import-quotation")
            continue
        if row is None:
            return
        cells = [cell.strip() for cell in row]
        if reader.line_num - before > MOST_LINES:
            yield before + 2, _Refused("import-quotation")
        elif any(cells[len(names) :]):
            yield before + 2, _Refused("import-more-cells", delimiter)
        elif any(cells):
            yield before + 2, dict(zip(names, cells, strict=False))


def _entry(office: Office, channel: MailChannel, row: Mapping[str, str] | _Refused) -> SubscriberEntry:
    if isinstance(row, _Refused):
        raise row
    listed = row.get("topics", "").replace(",", ";").split(";")
    topics = tuple(topic.strip() for topic in listed if topic.strip())
    unknown = [topic for topic in topics if topic not in channel.topics]
    if unknown:
        raise _Refused("import-unknown-topic", unknown[0])
    if channel.closed and not row.get("evidence"):
        raise _Refused("press-no-evidence")
    rhythm = row.get("rhythm", "").lower() or Rhythm.IMMEDIATE
    if rhythm not in list(Rhythm):
        raise _Refused("import-unknown-rhythm", rhythm)
    return SubscriberEntry(
        address=checked_address(row.get("address", "")),
        topics=topics,
        rhythm=Rhythm(rhythm),
        language=row.get("language", ""),
        confirmed_at=_confirmed(office, row.get("confirmed", "")),
        evidence=row.get("evidence", "") or say(office.config.office.language, "evidence-office-word"),
    )


def checked_address(address: str) -> str:
    """The address as it is stored: NFC, domain in lower case. Raises _Refused if no mail can be sent to it."""
    try:
        checked = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise _Refused("import-bad-address") from None
    if len(checked.local_part.encode()) > LOCAL_PART or UNREAD in address:
        raise _Refused("import-bad-address")
    return checked.normalized


def usable_address(address: str) -> str:
    """The same for an address from a form. Raises InvalidAnnouncement, which does not repeat it."""
    try:
        return checked_address(address)
    except _Refused as refused:
        raise InvalidAnnouncement(refused.code, said=refused.said) from None


def _confirmed(office: Office, said: str) -> datetime:
    """When consent was given, as the row says (ISO date or time); now, on the office's word, where it says nothing."""
    if not said or said.lower() in ("yes", "ja", "true", "1"):
        return office.clock.now()
    try:
        moment = datetime.fromisoformat(said)
    except ValueError:
        raise _Refused("import-bad-date", said) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=office.config.office.timezone)
    if moment > office.clock.now():
        raise _Refused("import-date-ahead", said)
    return moment.astimezone(UTC)


def _enter(office: Office, channel: MailChannel, entries: list[SubscriberEntry], report: ImportReport) -> None:
    if not entries:
        return
    counts = office.store.audience.add(channel.name, entries)
    report.imported += counts["imported"]
    report.known += counts["known"]
    report.suppressed += counts["suppressed"]
