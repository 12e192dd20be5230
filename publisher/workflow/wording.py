"""One announcement, worded for one channel: what preview shows and compose freezes are the same words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256

from publisher.domain.announcement import Announcement, Picture
from publisher.domain.errors import InvalidAnnouncement
from publisher.domain.finding import Finding, Severity, with_severities
from publisher.domain.picture import PictureRoom, ReadPicture
from publisher.domain.timing import release_moment
from publisher.domain.variant import Card, Limits, PreparedPicture, Variant
from publisher.ports.channels import Channel, MailChannel, PostChannel
from publisher.ports.threads import Threaded
from publisher.ports.words import IssueEntry, IssueOrder, IssuePicture, PostOrder
from publisher.workflow.limits import limits_of
from publisher.workflow.office import Office
from publisher.workflow.threads import with_parts

MAIL_ROOM = PictureRoom(max_bytes=300_000, max_pixels=2_000_000, max_edge=1_200)
CARD_PIXELS = 2_000_000


@dataclass(frozen=True, slots=True)
class Worded:
    """A variant, and the bytes of its prepared pictures by their hash."""

    variant: Variant
    pictures: Mapping[str, ReadPicture] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be worded: an announcement under its ID, with the bytes of its pictures by their hash."""

    id: str
    announcement: Announcement
    originals: Mapping[str, bytes]

    def link(self, office: Office) -> str:
        """The announcement's own address, or its public page."""
        return self.announcement.link or office.config.web.page_of(self.id)


def word(office: Office, channel: Channel, subject: Subject, now: datetime, *, ask: bool = True) -> Worded:
    """Word an announcement for a channel. `ask=False` makes no call to the outside.

    Raises ConfigError for a broken template.
    """
    if isinstance(channel, PostChannel):
        worded = _word_post(office, channel, subject, now, ask=ask)
    elif isinstance(channel, MailChannel):
        worded = _word_issue(office, channel, subject, now)
    else:
        raise TypeError(f"{channel.kind} is neither a post nor a mail channel")
    findings = with_severities(worded.variant.findings, office.config.checks)
    return replace(worded, variant=replace(worded.variant, findings=findings))


def _word_post(office: Office, channel: PostChannel, subject: Subject, now: datetime, *, ask: bool) -> Worded:
    announcement = subject.announcement
    limits = limits_of(office, channel, ask=ask)
    room = PictureRoom(
        max_bytes=limits.picture_bytes, max_pixels=limits.picture_pixels, media_types=limits.picture_types
    )
    shown, left_out = _shown(announcement, now, limits.pictures)
    prepared, spoiled = _prepare(office, subject, shown, room)
    words = office.renderer.post(
        PostOrder(
            template=channel.rules.template,
            channel=channel.name,
            kind=channel.kind,
            announcement=announcement,
            link=subject.link(office),
            credits=tuple(picture.credit for picture, _ in prepared if picture.credit),
            limit=limits.text,
            measure=lambda text: channel.measure(text, limits),
        )
    )
    alts = [_fitting_alt(picture.alt, limits.alt) for picture, _ in prepared]
    pictures = tuple(_prepared(read, alt) for (_, read), (alt, _) in zip(prepared, alts, strict=True))
    card, thumbnail = (None, None) if pictures else _card(office, subject, limits, now, ask=ask)
    cut = [finding for _, finding in alts if finding is not None]
    variant = Variant(
        channel=channel.name,
        kind=channel.kind,
        language=announcement.language,
        text=words.text,
        more=words.more,
        length=words.length,
        limit=limits.text,
        link=subject.link(office),
        pictures=pictures,
        card=card,
        findings=(*words.findings, *left_out, *spoiled, *cut, *_no_threads(channel, words.more)),
    )
    kept = [read for _, read in prepared] + ([thumbnail] if thumbnail else [])
    return Worded(with_parts(channel, variant), {sha256(read.data).hexdigest(): read for read in kept})


def _no_threads(channel: PostChannel, more: Sequence[str]) -> tuple[Finding, ...]:
    if not more or isinstance(channel, Threaded):
        return ()
    return (Finding(code="no-threads", severity=Severity.ERROR, values={"channel": channel.name}),)


def _word_issue(office: Office, channel: MailChannel, subject: Subject, now: datetime) -> Worded:
    announcement, web = subject.announcement, office.config.web
    shown, _ = _shown(announcement, now, None)
    prepared, spoiled = _prepare(office, subject, shown, MAIL_ROOM)
    pictures = tuple(_prepared(read, picture.alt) for picture, read in prepared)
    order = IssueOrder(
        template=channel.rules.template,
        language=announcement.language,
        entries=[
            IssueEntry(
                announcement=announcement,
                link=subject.link(office),
                page=web.page_of(subject.id),
                pictures=tuple(
                    IssuePicture(
                        url=web.picture_of(made.sha256),
                        width=made.width,
                        height=made.height,
                        alt=made.alt,
                        credit=picture.credit,
                        caption=picture.caption,
                    )
                    for (picture, _), made in zip(prepared, pictures, strict=True)
                ),
            )
        ],
    )
    words = office.renderer.issue(order)
    variant = Variant(
        channel=channel.name,
        kind=channel.kind,
        language=announcement.language,
        text=words.text,
        html=words.html,
        subject=words.subject,
        length=len(words.text),
        limit=None,
        link=subject.link(office),
        pictures=pictures,
        findings=spoiled,
    )
    return Worded(variant, {sha256(read.data).hexdigest(): read for _, read in prepared})


def _shown(announcement: Announcement, now: datetime, most: int | None) -> tuple[list[Picture], tuple[Finding, ...]]:
    """The pictures that may go along: with alt text, within their rights, as many as the platform takes."""
    fit = [p for p in announcement.pictures if p.alt and (p.until is None or p.until > now)]
    if most is None or len(fit) <= most:
        return fit, ()
    values = {"most": str(most)}
    extra = Finding(code="pictures-left-out", severity=Severity.WARNING, excerpt=fit[most].name, values=values)
    return fit[:most], (extra,)


def _prepare(
    office: Office, subject: Subject, shown: Sequence[Picture], room: PictureRoom
) -> tuple[list[tuple[Picture, ReadPicture]], tuple[Finding, ...]]:
    prepared: list[tuple[Picture, ReadPicture]] = []
    findings: list[Finding] = []
    for picture in shown:
        try:
            prepared.append((picture, office.studio.prepare(subject.originals[picture.sha256], room)))
        except InvalidAnnouncement as error:
            values = {name: str(value) for name, value in error.values.items()}
            broken = Finding(code=error.code, severity=Severity.WARNING, excerpt=picture.name, values=values)
            findings.append(broken)
    return prepared, tuple(findings)


def _prepared(read: ReadPicture, alt: str) -> PreparedPicture:
    return PreparedPicture(
        sha256=sha256(read.data).hexdigest(),
        media_type=read.media_type,
        width=read.width,
        height=read.height,
        size=len(read.data),
        alt=alt,
    )


def _fitting_alt(alt: str, most: int) -> tuple[str, Finding | None]:
    """The alt text, cut at a word where the platform takes no more, with a finding that says so."""
    if len(alt) <= most:
        return alt, None
    short = alt[:most].rsplit(" ", 1)[0]
    return short, Finding(code="alt-cut", severity=Severity.WARNING, excerpt=alt[:80], values={"most": str(most)})


def _card(
    office: Office, subject: Subject, limits: Limits, now: datetime, *, ask: bool
) -> tuple[Card | None, ReadPicture | None]:
    """The link's card where the platform wants one from us, and its thumbnail's bytes.

    The linked page is asked for its picture only once the announcement may leave: before the embargo nothing does.
    """
    announcement = subject.announcement
    if limits.card_bytes is None:
        return None, None
    may_ask = ask and bool(announcement.link) and release_moment(announcement, now) <= now
    thumbnail = _thumbnail(office, announcement.link, limits.card_bytes) if may_ask else None
    card = Card(
        url=subject.link(office),
        title=announcement.headline,
        description=announcement.lead,
        thumbnail=_prepared(thumbnail, "") if thumbnail else None,
    )
    return card, thumbnail


def _thumbnail(office: Office, link: str, most_bytes: int) -> ReadPicture | None:
    raw = office.pages.preview_picture(link)
    if raw is None:
        return None
    try:
        read = office.studio.read(raw)
        return office.studio.prepare(read.data, PictureRoom(max_bytes=most_bytes, max_pixels=CARD_PIXELS))
    except InvalidAnnouncement:
        return None


def originals_of(office: Office, announcement: Announcement) -> Mapping[str, bytes]:
    """The bytes of an archived announcement's pictures, by hash."""
    return dict(_kept(office, announcement.pictures))


def _kept(office: Office, pictures: Sequence[Picture]) -> Iterator[tuple[str, bytes]]:
    for picture in pictures:
        kept = office.store.archive.picture(picture.sha256)
        if kept is not None:
            yield picture.sha256, kept[1]


def held_by(variant: Variant) -> str:
    """The code of the finding that holds a variant back, "" for none."""
    return next((finding.code for finding in variant.findings if finding.severity is Severity.ERROR), "")
