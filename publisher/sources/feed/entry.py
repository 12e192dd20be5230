"""One entry of any feed, whatever its format: what it is called, when it counts as changed, how it is kept."""

import hashlib
import html
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from publisher.domain.sighting import Item

LONGEST_KEY = 300
MOST_TAGS = 50
LONGEST_TAG = 100

TRACKING = re.compile(r"(?:utm|mtm|pk|piwik|at|wt)_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|igshid|ref_src|wtmc|nlid")
PASSING = re.compile(
    r"x-amz-\w+|x-goog-\w+|expires?|signature|sig|token|ts|timestamp|_|cb|cachebuster|nocache|rnd|random|sid|phpsessid"
)
TAG = re.compile(r"<[^<>]*>")
IMAGE = re.compile(r"<img\b[^<>]*>", re.IGNORECASE)
SOURCE_OR_ALT = re.compile(r"""\s(src|alt)\s*=\s*("[^"<>]*"|'[^'<>]*')""", re.IGNORECASE)
COUNTS = re.compile(r"\(?\b\d+ (?:kommentare?|comments?|aufrufe?|views?)\b\)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPicture:
    """A picture that a feed or a page points to. `url` is absolute."""

    url: str
    alt: str = ""
    credit: str = ""
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """An entry as the feed holds it. `title` may be HTML (`title_is_html`); `summary` and `content` are foreign HTML,
    their links relative to `base`. `guid` is the feed's own name for it, "" for none. `published`: its own date in
    ISO 8601, office time without an offset, "" for none or one that cannot be read."""

    guid: str = ""
    title: str = ""
    title_is_html: bool = False
    link: str = ""
    summary: str = ""
    content: str = ""
    base: str = ""
    language: str = ""
    published: str = ""
    tags: tuple[str, ...] = ()
    pictures: tuple[FoundPicture, ...] = ()


def key_of(entry: FeedEntry) -> str:
    """The lasting name: guid, then link, then the content; each in a scope of its own, so that none is taken for another."""
    if entry.guid:
        return _short(f"guid:{entry.guid}")
    if entry.link:
        return _short(f"link:{without_tracking(entry.link)}")
    return f"text:{_digest(entry.title, _words(entry.summary), _words(entry.content))}"


def fingerprint_of(entry: FeedEntry) -> str:
    """Changes when words, link or pictures do; not with dates, tracking parameters, counters or mere markup."""
    texts = (_words(entry.title), _words(entry.summary), _words(entry.content))
    pictures = [f"{without_tracking(picture.url)} {picture.alt} {picture.credit}" for picture in entry.pictures]
    return _digest(*texts, without_tracking(entry.link), *pictures, *_inline_pictures(entry.summary + entry.content))


def item_of(entry: FeedEntry) -> Item:
    """The entry as intake remembers it: whole, so that it can be read later without asking the feed again."""
    payload = json.dumps(asdict(entry), ensure_ascii=False, separators=(",", ":"))
    return Item(key=key_of(entry), fingerprint=fingerprint_of(entry), payload=payload)


def entry_of(item: Item) -> FeedEntry:
    """The entry that `item_of` kept."""
    kept = json.loads(item.payload)
    pictures = tuple(FoundPicture(**picture) for picture in kept.pop("pictures"))
    return FeedEntry(**kept | {"tags": tuple(kept["tags"]), "pictures": pictures})


def tags_of(words: Iterable[str]) -> tuple[str, ...]:
    """Keywords without repetitions and emptiness, at most MOST_TAGS."""
    found: dict[str, str] = {}
    for word in words:
        tag = " ".join(word.split()).lstrip("#")
        if tag and len(tag) <= LONGEST_TAG:
            found.setdefault(tag.casefold(), tag)
        if len(found) == MOST_TAGS:
            break
    return tuple(found.values())


def without_tracking(url: str) -> str:
    """An address without what only counts its readers or ends the validity of a copy."""
    if "?" not in url and "#" not in url:
        return url
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    kept = [(name, value) for name, value in parse_qsl(parts.query, True) if not _passes(name.lower())]
    return urlunsplit(parts._replace(query=urlencode(kept), fragment=""))


def _passes(name: str) -> bool:
    return bool(TRACKING.fullmatch(name) or PASSING.fullmatch(name))


def _inline_pictures(content: str) -> Sequence[str]:
    """Address and alt text of each <img>, read quickly: this runs for every entry at every look."""
    found = []
    for image in IMAGE.findall(content):
        for name, value in SOURCE_OR_ALT.findall(image):
            plain = html.unescape(value[1:-1])
            found.append(without_tracking(plain) if name.lower() == "src" else plain)
    return found


def _words(content: str) -> str:
    """The bare words of HTML, good enough to tell whether they changed."""
    plain = html.unescape(TAG.sub(" ", content)) if "<" in content or "&" in content else content
    return " ".join(COUNTS.sub("", plain).split())


def _short(key: str) -> str:
    return key if len(key) <= LONGEST_KEY else f"{key[: LONGEST_KEY - 70]}…{_digest(key)}"


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
