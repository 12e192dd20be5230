"""The bytes of an issue: worked out once, and only what differs put in for each copy."""

from base64 import encodebytes
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from email.utils import encode_rfc2231, format_datetime
from functools import partial
from html import escape
from typing import NamedTuple, TypeAlias

from publisher.domain.issue import UNSUBSCRIBE_SLOT, Enclosure, Issue, Recipient
from publisher.domain.variant import Variant
from publisher.mail.letters.addresses import Mailbox, read_address
from publisher.mail.letters.dkim import Signer, relaxed_fields, relaxed_lines
from publisher.mail.letters.fields import FOLD, field, mailbox, words
from publisher.mail.letters.quoting import around, quoted_address

LEAVE_SUBJECT = "unsubscribe"
"""Of the mail that a mail program sends when its unsubscribe button is pressed (RFC 2369, section 3.2)."""
BOUNDARY, OUTER = b"=_part", b"=_whole"
"""Never stand in a body: quoted-printable writes no "=" before "_" (RFC 2045, section 6.7)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letterhead:
    """What all issues of a newsletter have in common.

    `list_id`: a domain name in a domain of the office's own (RFC 2919). `unsubscribe_page`: from a subscriber's token.
    `return_path`: where a copy's bounces go, None for the sender's own address. `signer` None: copies are not signed.
    """

    sender: Mailbox
    contact: Mailbox
    list_name: str
    list_id: str
    zone: tzinfo
    archive_page: str
    unsubscribe_page: Callable[[str], str]
    return_path: Callable[[Recipient], str] | None = None
    signer: Signer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One copy, ready for the wire. `content`: header, empty line and body, all lines ended by CR LF.

    `dotless`: it is known that no line of it begins with a dot.
    """

    recipient: Recipient
    sender: str
    to: str
    content: bytes
    international: bool
    dotless: bool = False


Coming: TypeAlias = tuple[Recipient, Callable[[], Letter]]
"""Whose letter is next, and how to get it. Raises PermanentFailure for an unusable address."""


class Draft(NamedTuple):
    """What is one recipient's own of a copy: the envelope, the unsubscribe page, and its fields of the header."""

    recipient: Recipient
    to: Mailbox
    sender: str
    page: str
    header: bytes


class Mould:
    """One issue, from which copies are cast."""

    def __init__(
        self, letterhead: Letterhead, issue: Issue, variant: Variant, enclosures: Sequence[Enclosure] = ()
    ) -> None:
        self._letterhead = letterhead
        self._issue = issue
        kind = "mixed" if enclosures else "alternative"
        self._header = _shared_header(letterhead, issue, variant) + _content_type(kind) + b"\r\n"
        before = _ENVELOPED if enclosures else b""
        after = _enclosed(enclosures)
        self._body = _Body(
            around(_ended(variant.text), UNSUBSCRIBE_SLOT),
            around(_ended(variant.html), UNSUBSCRIBE_SLOT),
            before,
            after,
        )
        self.signing = Signing(letterhead.signer, self._header, self._body) if letterhead.signer else None

    def letters(self, recipients: Iterable[Recipient]) -> Generator[Coming, None, None]:
        """A copy for each, cast when it is asked for."""
        for recipient in recipients:
            yield recipient, partial(self.cast, recipient)

    def cast(self, recipient: Recipient) -> Letter:
        """The copy for one recipient, the same bytes each time. Raises PermanentFailure for an unusable address."""
        draft = self.draft(recipient)
        return self.finish(draft, self.signing.field(draft.header, draft.page) if self.signing else b"")

    def draft(self, recipient: Recipient) -> Draft:
        """What is the recipient's own of a copy. Raises PermanentFailure for an unusable address."""
        to = read_address(recipient.address)
        letterhead = self._letterhead
        page = letterhead.unsubscribe_page(recipient.token)
        sender = letterhead.return_path(recipient) if letterhead.return_path else letterhead.sender.address
        header = self._own_header(recipient, to, page, sender if letterhead.return_path else "")
        return Draft(recipient, to, sender, page, header)

    def finish(self, draft: Draft, signature: bytes) -> Letter:
        """The copy that a draft and its DKIM-Signature (empty for none) make."""
        return Letter(
            recipient=draft.recipient,
            sender=draft.sender,
            to=draft.to.address,
            content=signature + draft.header + self._header + self._body.filled(draft.page),
            international=draft.to.international,
            dotless=True,
        )

    def _own_header(self, recipient: Recipient, to: Mailbox, page: str, return_path: str) -> bytes:
        number = f"{self._issue.id}.{recipient.id}"
        by_mail = f",{FOLD}<mailto:{return_path}?subject={LEAVE_SUBJECT}>" if return_path else ""
        return b"".join(
            (
                # In brackets, as mail programs write it: SpamAssassin's TO_NO_BRKTS rules look for senders that do not.
                b"To: <" + to.address.encode() + b">\r\n",
                field("Message-ID", f"<{number}@{self._letterhead.sender.domain}>"),
                field("List-Unsubscribe", f"<{page}>{by_mail}"),
            )
        )


@dataclass(frozen=True, slots=True)
class _Body:
    """Both parts around their slots, and what stands before and after them: files that travel along."""

    text: Sequence[bytes]
    html: Sequence[bytes]
    before: bytes
    after: bytes

    def filled(self, page: str) -> bytes:
        """With a subscriber's address in the slots."""
        plain = quoted_address(page)
        pieces = (
            self.before,
            _part_head(b"plain"),
            plain.join(self.text),
            _part_head(b"html"),
            (plain if (escaped := escape(page)) == page else quoted_address(escaped)).join(self.html),
            b"\r\n--" + BOUNDARY + b"--\r\n",
            self.after,
        )
        return b"".join(pieces)

    def canonical(self) -> "_Body":
        """As DKIM reads it. An address holds no spaces, and what surrounds the parts no two in a row."""
        text, html = ([relaxed_lines(piece) for piece in part] for part in (self.text, self.html))
        return _Body(text, html, self.before, self.after)


class Signing:
    """What all copies of an issue share, in canonical form, and who signs them."""

    def __init__(self, signer: Signer, header: bytes, body: _Body) -> None:
        self._signer = signer
        self._fields = relaxed_fields(header)
        self._body = body.canonical()

    def field(self, own_header: bytes, page: str) -> bytes:
        """A copy's DKIM-Signature: `page` stands in its slots."""
        return self._signer.field(self._fields | relaxed_fields(own_header), self._body.filled(page))


def _ended(text: str) -> str:
    return text if text.endswith("\n") else text + "\n"


def _shared_header(letterhead: Letterhead, issue: Issue, variant: Variant) -> bytes:
    sender, contact = letterhead.sender, letterhead.contact
    return b"".join(
        (
            field("From", mailbox("From", sender.display, sender.address)),
            field("Reply-To", mailbox("Reply-To", contact.display, contact.address)),
            field("Subject", words("Subject", variant.subject)),
            field("Date", format_datetime(issue.dated.astimezone(letterhead.zone))),
            field("List-Id", mailbox("List-Id", letterhead.list_name, letterhead.list_id)),
            field("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
            field("List-Archive", f"<{letterhead.archive_page}>"),
            field("List-Help", f"<mailto:{contact.address}>"),
            field("Auto-Submitted", "auto-generated"),
            # Exchange answers absence notes to what it does not know as a list; bounces are wanted, so not "All".
            field("X-Auto-Response-Suppress", "OOF, AutoReply"),
            field("Content-Language", words("Content-Language", variant.language)),
            field("MIME-Version", "1.0"),
        )
    )


def _content_type(kind: str) -> bytes:
    boundary = OUTER if kind == "mixed" else BOUNDARY
    return field("Content-Type", f'multipart/{kind}; boundary="{boundary.decode()}"')


def _part_head(subtype: bytes) -> bytes:
    return (
        b"\r\n--" + BOUNDARY + b"\r\nContent-Type: text/" + subtype + b'; charset="utf-8"\r\n'
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    )


def _enclosed(enclosures: Sequence[Enclosure]) -> bytes:
    """Files as parts of their own, and the end of the whole."""
    if not enclosures:
        return b""
    parts = (
        b"\r\n--" + OUTER + b"\r\n"
        b"Content-Type: " + each.media_type.encode("ascii") + b"\r\n"
        b"Content-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename*="
        + encode_rfc2231(each.name, "utf-8").encode()
        + b"\r\n\r\n"
        + encodebytes(each.data).replace(b"\n", b"\r\n")
        for each in enclosures
    )
    return b"".join(parts) + b"\r\n--" + OUTER + b"--\r\n"


_ENVELOPED = b"\r\n--" + OUTER + b"\r\n" + _content_type("alternative")
