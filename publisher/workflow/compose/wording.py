"""One announcement, worded for one channel: what preview shows and compose freezes are the same words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from publisher.domain.finding import Finding, Severity, with_severities
from publisher.domain.picture import PictureRoom
from publisher.domain.variant import Variant
from publisher.ports.channels import Channel, MailChannel, PostChannel
from publisher.ports.threads import Threaded
from publisher.ports.words import PostOrder
from publisher.workflow.compose.cards import card_of
from publisher.workflow.compose.limits import limits_of
from publisher.workflow.compose.mails import word_issue, word_press
from publisher.workflow.compose.subject import Subject, Worded, prepare_each, prepared_of, shown_of
from publisher.workflow.compose.threads import with_parts
from publisher.workflow.office import Office


def word(office: Office, channel: Channel, subject: Subject, now: datetime, *, ask: bool = True) -> Worded:
    """Word an announcement for a channel. `ask=False` makes no call to the outside.

    Raises ConfigError for a broken template.
    """
    if isinstance(channel, PostChannel):
        worded = _word_post(office, channel, subject, now, ask=ask)
    elif isinstance(channel, MailChannel):
        worded = (
            word_press(office, channel, subject, now) if channel.closed else word_issue(office, channel, subject, now)
        )
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
    shown, left_out = shown_of(announcement, now, limits.pictures)
    prepared, spoiled = prepare_each(office, subject, shown, room)
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
            most_tags=channel.rules.most_tags,
        )
    )
    alts = [_fitting_alt(picture.alt, limits.alt) for picture, _ in prepared]
    pictures = tuple(prepared_of(read, alt) for (_, read), (alt, _) in zip(prepared, alts, strict=True))
    card, thumbnail = (None, None) if pictures else card_of(office, subject, limits, now, ask=ask)
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


def _fitting_alt(alt: str, most: int) -> tuple[str, Finding | None]:
    """The alt text, cut at a word where the platform takes no more, with a finding that says so."""
    if len(alt) <= most:
        return alt, None
    short = alt[:most].rsplit(" ", 1)[0]
    return short, Finding(code="alt-cut", severity=Severity.WARNING, excerpt=alt[:80], values={"most": str(most)})


def holding_finding(variant: Variant) -> Finding | None:
    """The finding that holds a variant back, None if nothing does."""
    return next((finding for finding in variant.findings if finding.severity is Severity.ERROR), None)
