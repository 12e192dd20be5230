"""Search without an index: the database finds candidates roughly, what they really hold is looked up here.

Enough for some thousands of announcements on both databases, and nothing to be kept in step. SQLite ignores case only in
ASCII, and announcements are kept as JSON: so what is not a plain letter or digit stands for anything in the rough search.
"""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, type_coerce

from publisher.domain.announcement import Announcement
from publisher.store.schema.desk import revisions


def may_hold(word: str) -> ColumnElement[bool]:
    """Whether a revision may hold a word; never false for one that does, ligatures and other rarities aside."""
    # "ss" may stand as "ß", whose folded form it is.
    rough = re.sub(r"[^a-z0-9]+|ss", "%", folded(word))
    return type_coerce(revisions.c.content, String).ilike(f"%{rough}%")


def holds(announcement: Announcement, words: Sequence[str]) -> bool:
    """Whether headline, lead and body hold all of the words."""
    if not words:
        return True
    text = folded(f"{announcement.headline}\n{announcement.lead}\n{announcement.body}")
    return all(folded(word) in text for word in words)


def folded(text: str) -> str:
    """A text without the differences that a search overlooks: capitals, "ß" and "ss", composed and decomposed umlauts."""
    return unicodedata.normalize("NFC", text).casefold()
