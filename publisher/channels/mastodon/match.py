"""Which of an account's recent posts a stored request made: decided by link, words and time, purely."""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

LINKS = re.compile(r'<a\s[^>]*?href="([^"]*)"')
TAGS = re.compile(r"<[^>]*>")
CLOCKS_DIFFER_BY = timedelta(minutes=10)
BEGINNING = 40
"""How many letters and digits must agree where a server shows a text changed."""


def match(request: Mapping[str, Any], posts: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The post (an entity Status) that this request made, None if none of these is it.

    A post of the same link must begin with the same words: a correction, or a version in another language, may share
    the link. Where two fit, the one whose whole text agrees is it, else the newest.
    """
    fits = [post for post in posts if _fits(request, post)]
    text = _letters(str(request["status"]))
    same = [post for post in fits if _letters(_plain(post)) == text]
    return next(iter(same or fits), None)


def reaches_back(request: Mapping[str, Any], posts: Sequence[Mapping[str, Any]], page: int) -> bool:
    """Whether these posts, newest first and at most `page` of them, go back to before the request was made."""
    if len(posts) < page:
        return True
    oldest = _moment(posts[-1].get("created_at"))
    return oldest is not None and oldest < datetime.fromisoformat(str(request["minted_at"])) - CLOCKS_DIFFER_BY


def _fits(request: Mapping[str, Any], post: Mapping[str, Any]) -> bool:
    made = _moment(post.get("created_at"))
    if made is not None and made < datetime.fromisoformat(str(request["minted_at"])) - CLOCKS_DIFFER_BY:
        return False
    ours, theirs = _letters(str(request["status"])), _letters(_plain(post))
    link = str(request["link"])
    if link and link in str(request["status"]):
        return link in _links(post) and theirs[:BEGINNING] == ours[:BEGINNING]
    return theirs == ours


def _links(post: Mapping[str, Any]) -> set[str]:
    return {html.unescape(link) for link in LINKS.findall(str(post.get("content") or ""))}


def _plain(post: Mapping[str, Any]) -> str:
    return html.unescape(TAGS.sub("", str(post.get("content") or "")))


def _letters(text: str) -> str:
    """Letters and digits alone: what no server changes when it makes HTML of a text."""
    return "".join(character for character in text.casefold() if character.isalnum())


def _moment(value: object) -> datetime | None:
    try:
        return value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
