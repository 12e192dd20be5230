"""One announcement as the newsletter's templates see it: clean HTML under the right headings, and sizes that fit."""

import re
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from markupsafe import Markup

from publisher.domain.announcement import Announcement
from publisher.language.fitting import sameness, says
from publisher.ports.words import IssueEntry, IssuePicture
from publisher.rendering.bodies import body_html, led_to, paragraphs_html, with_scrolling_tables
from publisher.rendering.post import CREDIT_LABEL

HEADING = re.compile(r"(</?)h([2-6])>")
DEEPEST = 6
ROOM = 552
"""Pixels between the margins of the shipped template."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """What a template knows of an announcement. `site`: the host that `link` leads to. `anchor`: to jump to.
    `contact`: whom newsrooms may ask.

    `pictures`: as large as they are shown, their credits without the label.
    """

    headline: str
    lead: str
    text: str
    html: Markup
    link: str
    site: str
    page: str
    anchor: str
    language: str
    contact: str
    pictures: tuple[IssuePicture, ...]


def article_of(entry: IssueEntry, number: int, level: int, *, table: str, whole: bool) -> Article:
    """`level`: of the highest heading in its body, 1 to 6. `table`: what listeners hear of a table that scrolls.
    `whole`: with its body, not only headline and lead."""
    announcement = entry.announcement
    must = "" if _says_must(announcement) else announcement.must
    short = Article(
        headline=announcement.headline,
        lead=announcement.lead,
        text=announcement.must,
        html=paragraphs_html(announcement.must),
        link=entry.link,
        site=urlsplit(entry.link).netloc.removeprefix("www."),
        page=entry.page,
        anchor=f"meldung-{number}",
        language=announcement.language,
        contact=announcement.contact,
        pictures=tuple(_shown(picture) for picture in entry.pictures),
    )
    if not whole:
        return short
    body = body_html(announcement)
    parts = (announcement.body, led_to(body, f"{announcement.body}\n{entry.link}"), must)
    return replace(
        short,
        lead="" if _begins_with_lead(announcement) else announcement.lead,
        text="\n\n".join(part for part in parts if part),
        html=with_scrolling_tables(outlined(body, level), table) + paragraphs_html(must),
    )


def outlined(html: Markup, level: int) -> Markup:
    """Clean HTML with its headings moved so that the highest stands at `level` and nobody misses one in between."""
    used = sorted({int(number) for _, number in HEADING.findall(html)})
    places = {str(old): min(level + place, DEEPEST) for place, old in enumerate(used)}
    last = level - 1

    def moved(match: re.Match[str]) -> str:
        nonlocal last
        if match[1] == "<":
            last = min(places[match[2]], last + 1)
        return f"{match[1]}h{last}>"

    return Markup(HEADING.sub(moved, html))  # noqa: S704  # still the same clean HTML


def _begins_with_lead(announcement: Announcement) -> bool:
    """Feeds often give the first paragraph once more as their summary."""
    return sameness(announcement.body.partition("\n\n")[0]) == sameness(announcement.lead)


def _says_must(announcement: Announcement) -> bool:
    """Whether the sentence that nothing may go without stands in the text already."""
    told = f"{announcement.lead}\n\n{announcement.body}"
    return not announcement.must or says(told, announcement.must, announcement.language)


def _shown(picture: IssuePicture) -> IssuePicture:
    width = min(picture.width, ROOM)
    height = max(1, round(picture.height * width / max(1, picture.width)))
    return replace(picture, width=width, height=height, credit=CREDIT_LABEL.sub("", picture.credit).strip())
