"""An announcement's words as they are set in posts, mails and pages; the archive keeps them as they came."""

from dataclasses import replace

import regex

from publisher.domain.announcement import Announcement
from publisher.language.typography import mended, without_leftovers

BETWEEN_TAGS = regex.compile(r"(?<=^|>)[^<>]+(?=<|$)")


def well_set(announcement: Announcement) -> Announcement:
    """With mended headline, lead, body and mandatory sentence; an editor's own short words lose leftovers only."""
    language = announcement.language

    def mend(text: str) -> str:
        return mended(text, language)

    return replace(
        announcement,
        headline=mend(announcement.headline),
        lead=mend(announcement.lead),
        body=mend(announcement.body),
        html=BETWEEN_TAGS.sub(lambda found: mend(found[0]), announcement.html),
        must=mend(announcement.must),
        short={channel: without_leftovers(words) for channel, words in announcement.short.items()},
    )
