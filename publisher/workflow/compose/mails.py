"""Words for mails: one announcement as an issue, several as a digest, one as newsrooms get it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.domain.announcement import Picture
from publisher.domain.digest import Digest
from publisher.domain.finding import Finding
from publisher.domain.picture import PictureRoom, ReadPicture
from publisher.domain.variant import JsonObject, PreparedPicture, Variant
from publisher.ports.channels import MailChannel
from publisher.ports.words import IssueEntry, IssueOrder, IssuePicture, IssueWords
from publisher.workflow.compose.enclosures import enclosed, picture_link
from publisher.workflow.compose.subject import Subject, Worded, prepare_each, prepared_of, shown_of
from publisher.workflow.office import Office

MAIL_ROOM = PictureRoom(max_bytes=300_000, max_pixels=2_000_000, max_edge=1_200)
NEWSROOM = PictureRoom(max_bytes=20_000_000, max_pixels=50_000_000, max_edge=10_000)
"""Originals for print: as they are, but turned and without what they say about place and camera."""


@dataclass(frozen=True, slots=True)
class _Told:
    """One announcement as an entry of an issue, with its pictures made ready."""

    entry: IssueEntry
    pictures: tuple[PreparedPicture, ...]
    made: dict[str, ReadPicture]
    findings: tuple[Finding, ...]


def word_issue(office: Office, channel: MailChannel, subject: Subject, now: datetime) -> Worded:
    """An announcement as an issue of its own. Raises ConfigError for a broken template."""
    told = _tell(office, subject, now)
    order = IssueOrder(
        template=channel.rules.template, language=subject.announcement.language, entries=[told.entry], dated=now
    )
    words = office.renderer.issue(order)
    variant = _variant(channel, words, subject.announcement.language, told.entry.link, [told])
    return Worded(variant, told.made)


def word_digest(
    office: Office, channel: MailChannel, digest: Digest, subjects: Sequence[Subject], now: datetime
) -> Worded:
    """Several announcements as one issue, in the office's language. Raises ConfigError for a broken template."""
    told = [_tell(office, subject, now) for subject in subjects]
    language = channel.rules.language or office.config.office.language
    order = IssueOrder(
        template=channel.rules.template,
        language=language,
        entries=[each.entry for each in told],
        digest=str(digest.rhythm),
        dated=digest.moment,
    )
    words = office.renderer.issue(order)
    variant = _variant(channel, words, language, f"{office.config.web.public_url}/", told)
    return Worded(variant, {name: read for each in told for name, read in each.made.items()})


def word_press(office: Office, channel: MailChannel, subject: Subject, now: datetime) -> Worded:
    """An announcement as newsrooms get it: perhaps ahead of its embargo, with its pictures as originals.

    Nothing in it leads to the public page, which may not be there yet. Raises ConfigError for a broken template.
    """
    announcement, language = subject.announcement, subject.announcement.language
    shown, _ = shown_of(announcement, now, None)
    tried = [prepare_each(office, subject, [picture], _room_for(picture)) for picture in shown]
    prepared = [each for made, _ in tried for each in made]
    spoiled = tuple(finding for _, found in tried for finding in found)
    pictures = tuple(prepared_of(read, picture.alt) for picture, read in prepared)
    files = enclosed([picture for picture, _ in prepared], pictures)
    links = ["" if files else picture_link(office, subject.id, picture.sha256) for picture in pictures]
    shown_pictures = _pictures(prepared, pictures, links)
    entry = IssueEntry(announcement=announcement, link=announcement.link, page="", pictures=shown_pictures)
    ahead = announcement.embargo if announcement.embargo is not None and announcement.embargo > now else None
    words = office.renderer.issue(
        IssueOrder(
            template=channel.rules.template,
            language=language,
            entries=[entry],
            dated=now,
            embargo=ahead,
            enclosed=[each["name"] for each in files],
        )
    )
    made = {one.sha256: read for one, (_, read) in zip(pictures, prepared, strict=True)}
    told = _Told(entry, pictures, made, spoiled)
    details: JsonObject = {"enclosed": [dict(each) for each in files]}
    return Worded(_variant(channel, words, language, announcement.link, [told], details), made)


def _room_for(original: Picture) -> PictureRoom:
    """A photograph stays one: a grey one has few colours, and would become a heavy PNG."""
    photograph = original.media_type == "image/jpeg"
    return replace(NEWSROOM, media_types=("image/jpeg",)) if photograph else NEWSROOM


def _tell(office: Office, subject: Subject, now: datetime) -> _Told:
    shown, _ = shown_of(subject.announcement, now, None)
    prepared, spoiled = prepare_each(office, subject, shown, MAIL_ROOM)
    pictures = tuple(prepared_of(read, picture.alt) for picture, read in prepared)
    web = office.config.web
    entry = IssueEntry(
        announcement=subject.announcement,
        link=subject.link(office),
        page=web.page_of(subject.id),
        pictures=_pictures(prepared, pictures, [web.picture_of(made.sha256) for made in pictures]),
    )
    made = {one.sha256: read for one, (_, read) in zip(pictures, prepared, strict=True)}
    return _Told(entry, pictures, made, spoiled)


def _pictures(
    prepared: Sequence[tuple[Picture, ReadPicture]], made: Sequence[PreparedPicture], urls: Sequence[str]
) -> tuple[IssuePicture, ...]:
    return tuple(
        IssuePicture(
            url=url,
            width=one.width,
            height=one.height,
            alt=one.alt,
            credit=picture.credit,
            caption=picture.caption,
        )
        for (picture, _), one, url in zip(prepared, made, urls, strict=True)
    )


def _variant(
    channel: MailChannel,
    words: IssueWords,
    language: str,
    link: str,
    told: Sequence[_Told],
    details: JsonObject | None = None,
) -> Variant:
    return Variant(
        channel=channel.name,
        kind=channel.kind,
        language=language,
        text=words.text,
        html=words.html,
        subject=words.subject,
        length=len(words.text),
        limit=None,
        link=link,
        pictures=tuple(picture for each in told for picture in each.pictures),
        details=details or {},
        findings=tuple(finding for each in told for finding in each.findings),
    )
