"""Pictures as readers get them who do not see them, and as those expect them who took them."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from publisher.checks.examination import Examination, excerpt
from publisher.domain.announcement import Announcement, Picture
from publisher.domain.finding import Finding, Severity

LONGEST_ALT = 1_500
"""Characters: the most that Mastodon takes, and more than anybody wants read out."""

NEEDLESS = re.compile(
    r"(?:(?:das|dieses|ein)\s+)?(?:bild|foto|fotografie|grafik|abbildung|image|photo|picture|graphic)"
    r"(?:\s*[:–-]|\s+(?:von|vom|mit|zeigt|einer?s?|eines|of|showing|shows)\b)",
    re.IGNORECASE,
)
FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|gif|webp|heic|tiff?|avif)|(?:IMG|DSC[NF]?|P)[_-]?\d{3,}", re.IGNORECASE)


def check(announcement: Announcement, about: Examination) -> Iterator[Finding]:
    """Alt text that is missing, says nothing, or is too long; a credit that is missing; rights that have ended."""
    for picture in announcement.pictures:
        yield from _alt(picture, about)
        if not picture.credit.strip():
            yield Finding(code="credit-missing", severity=Severity.WARNING, excerpt=picture.name)
        if picture.until is not None and picture.until <= about.now:
            yield Finding(code="picture-rights-ended", severity=Severity.WARNING, excerpt=picture.name)


def _alt(picture: Picture, about: Examination) -> Iterator[Finding]:
    alt = picture.alt.strip()
    if not alt and about.pictures_need_alt:
        yield Finding(code="picture-without-alt", severity=Severity.ERROR, excerpt=picture.name)
    elif not alt:
        yield Finding(code="picture-left-out", severity=Severity.WARNING, excerpt=picture.name)
    elif _is_file_name(alt, picture.name):
        yield Finding(code="alt-is-file-name", severity=Severity.WARNING, excerpt=excerpt(alt))
    elif NEEDLESS.match(alt):
        yield Finding(code="alt-begins-needlessly", severity=Severity.WARNING, excerpt=excerpt(alt))
    if len(alt) > LONGEST_ALT:
        values = {"length": str(len(alt)), "limit": str(LONGEST_ALT)}
        yield Finding(code="alt-too-long", severity=Severity.WARNING, excerpt=excerpt(alt), values=values)


def _is_file_name(alt: str, name: str) -> bool:
    return bool(FILE_NAME.fullmatch(alt)) or (bool(name) and _bare(alt) in (_bare(name), _bare(PurePath(name).stem)))


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()
