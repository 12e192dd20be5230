"""Knows the keys of front matter, German and English, however they are spelled."""

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from publisher.domain.finding import Finding
from publisher.sources.manuscript.lines import fault, warning

KEYS = {
    "headline": ("überschrift", "title", "titel"),
    "lead": ("vorspann",),
    "short": ("kurztext",),
    "must": ("pflichtsatz",),
    "link": (),
    "language": ("sprache",),
    "embargo": ("sperrfrist",),
    "publish": ("veröffentlichen",),
    "expires": ("gültig bis",),
    "urgent": ("eilmeldung",),
    "wait-for-link": ("auf link warten",),
    "audience": ("zielgruppe",),
    "topics": ("themen",),
    "tags": ("schlagworte",),
    "images": ("bilder",),
    "image": ("bild",),
    "alt": ("bildbeschreibung",),
    "credit": ("foto",),
    "caption": ("bildunterschrift",),
    "until": ("bis",),
    "contact": ("kontakt",),
    "channels": ("kanäle",),
    "follows": ("folgt auf",),
    "version-of": ("fassung von",),
    "grade": ("art",),
    "id": (),
}
KEEPING_BACK = ("embargo", "publish", "audience")
"""What is meant to keep a text from some people or for some time must not be overlooked where it is mistyped."""
PICTURE_KEYS = {"file": ("datei", "image", "bild"), **{key: KEYS[key] for key in ("alt", "credit", "caption", "until")}}


def canonical(written: str, keys: Mapping[str, Sequence[str]]) -> str | None:
    """The English name of a key however it was spelled: ä or ae, blank, hyphen or underscore, any case."""
    plain = _plain(written)
    return next((key for key, aliases in keys.items() if plain in map(_plain, (key, *aliases))), None)


def _plain(key: str) -> str:
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss")):
        key = key.casefold().replace(umlaut, letters)
    return re.sub(r"[\s_-]+", "-", key.strip())


def stranger(written: str, keys: Mapping[str, Sequence[str]]) -> Finding:
    """The remark on a key that does not exist: the nearest known one, else all that there are."""
    known = [name for key, aliases in keys.items() for name in (key, *aliases)]
    nearest = get_close_matches(written.casefold(), known, n=1, cutoff=0.5)
    if nearest and canonical(nearest[0], keys) in KEEPING_BACK:
        return fault("unknown-key", written, nearest=nearest[0])
    if nearest:
        return warning("unknown-key", written, nearest=nearest[0])
    return warning("unknown-key-alone", written, known=", ".join(sorted(keys)))
