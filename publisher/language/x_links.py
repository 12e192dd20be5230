"""Which parts of a text X takes for a link: with https:// or without („stadt.de“), as twitter-text 3.1.0 finds them.

The rules are those of twitter-text's `extractUrl`; they are put so that the time grows with the text and no faster.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import regex

from publisher.language.top_level_domains import TopLevelDomains, top_level_domains

ACCENTED = r"À-ÖØ-öø-ÿĀ-ɏɓɔɖɗəɛɣɨɯɲʉʋʻ\u0300-\u036FḀ-ỿ"
DIRECTIONS = r"\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069"
SPACES = r"\t-\r \x85\xA0\u1680\u180E\u2000-\u200A\u2028\u2029\u202F\u205F\u3000"
NOT_IN_NAMES = rf"""!'#%&()*+,\\\-./:;<=>?@\[\]\^_{{|}}~${SPACES}\uFFFE\uFEFF\uFFFF{DIRECTIONS}"""
IN_NAMES = rf"[^{NOT_IN_NAMES}]"

RUN = regex.compile(rf"(?:{IN_NAMES}|[-_.])++")
SCHEME = regex.compile(r"https?://\Z", regex.IGNORECASE)
LONGEST_SCHEME = len("https://")
BEFORE = regex.compile(rf"[^A-Za-z0-9@＠$#＃\uFFFE\uFEFF\uFFFF]|[{DIRECTIONS}]")
NOT_BEFORE_BARE = "-_./"
ASCII_LABEL = rf"[-a-z0-9{ACCENTED}]"
ASCII_LABELS = regex.compile(rf"(?<!{ASCII_LABEL})(?:{ASCII_LABEL}++\.)+", regex.IGNORECASE)

IN_PATHS = rf"[a-z\u0400-\u04FF0-9!*';:=+,.$/%#\[\]\-\u2013_~@|&{ACCENTED}]"
BRACKETS = rf"\((?:{IN_PATHS}++\)|{IN_PATHS}*+\({IN_PATHS}++\){IN_PATHS}*+\))"
PATH = regex.compile(rf"/(?:{IN_PATHS}++|{BRACKETS})*+", regex.IGNORECASE)
PATH_END = regex.compile(rf"[)+\-a-z\u0400-\u04FF0-9=_#/{ACCENTED}]", regex.IGNORECASE)
QUERY = regex.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]++", regex.IGNORECASE)
QUERY_END = regex.compile(r"[a-z0-9\-_&=#/]", regex.IGNORECASE)
PORT = regex.compile(r":[0-9]++")
SHORTENED = regex.compile(r"https?://t\.co/([a-z0-9]++)", regex.IGNORECASE)

LONGEST_URL = 4096
LONGEST_LABEL = 63
LONGEST_SLUG = 40


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: where it stands (in characters), and what X takes for it."""

    start: int
    end: int
    url: str


@dataclass(frozen=True, slots=True)
class _Label:
    """A part between dots."""

    start: int
    end: int
    bare: int
    """From here on it holds no underscore, which the last part before a top-level domain must not."""
    top: int | None
    """Where the top-level domain ends that follows, None if none does."""
    whole: bool
    """It begins and ends with a character of names."""

    def ends(self, start: int) -> int | None:
        """Where an address ends whose last part before its top-level domain is this, read from `start`."""
        return self.top if start >= self.bare else None


def links(text: str, domains: TopLevelDomains | None = None) -> list[Link]:
    """The links of a text in order."""
    return [link for found in _Search(text, domains or top_level_domains()).run() for link in found]


class _Search:
    """One pass over a text. `done`: where the last match ended; the next needs a character of its own before it."""

    def __init__(self, text: str, domains: TopLevelDomains) -> None:
        self._text = text
        self._ending = domains.ending
        self._done = 0

    def run(self) -> Iterator[list[Link]]:
        for run in RUN.finditer(self._text):
            if "." in run[0] and run.end() > self._done:
                yield from self._in_run(*run.span())

    def _in_run(self, begin: int, end: int) -> Iterator[list[Link]]:
        """The links whose names stand in one run of characters of names, dots and hyphens."""
        labels = self._labels(begin, end)
        reach = _reach(labels)
        scheme = self._scheme(begin)
        if scheme is not None and (stop := self._stop(labels, reach, 0, begin)):
            yield self._with_scheme(scheme, begin, stop)
        for place, label in enumerate(labels):
            for start in self._starts(label):
                if self._may_begin(start) and (stop := self._stop(labels, reach, place, start)):
                    yield self._bare(start, stop)

    def _labels(self, begin: int, end: int) -> list[_Label]:
        labels, start = [], begin
        while (dot := self._text.find(".", start, end)) >= 0:
            ending = self._ending.match(self._text, dot + 1)
            whole = dot > start and self._text[start] not in "-_" and self._text[dot - 1] not in "-_"
            bare = max(start, self._text.rfind("_", start, dot) + 1)
            labels.append(_Label(start, dot, bare, ending.end() if ending else None, whole))
            start = dot + 1
        return labels

    def _scheme(self, begin: int) -> int | None:
        """Where https:// or http:// begins that stands right before the name."""
        found = SCHEME.search(self._text, max(self._done, begin - LONGEST_SCHEME), begin)
        return found.start() if found and self._may_follow(found.start()) else None

    def _starts(self, label: _Label) -> Iterable[int]:
        """Where a name may begin, in the order of trying: a text's first character is given away where it can be."""
        if label.start == 0 and label.end > 1 and not _is_pair(self._text[0]):
            return (1, 0, *range(2, label.end))
        return range(label.start, label.end)

    def _may_begin(self, start: int) -> bool:
        """A character of two UTF-16 units may always begin a name: there, the first unit stands before it."""
        if start < self._done or self._text[start] in "-_":
            return False
        return self._may_follow(start) or _is_pair(self._text[start])

    def _may_follow(self, start: int) -> bool:
        """Whether something may begin here: at the text's start, or after a character that is neither used nor a letter."""
        if start == 0:
            return True
        return start > self._done and BEFORE.match(self._text, start - 1) is not None

    def _stop(self, labels: list[_Label], reach: list[int | None], place: int, start: int) -> int | None:
        """Where the longest name that begins at `start`, in the label of this place, ends."""
        label = labels[place]
        if start == label.end or self._text[start] in "-_" or self._text[label.end - 1] in "-_":
            return None
        return reach[place + 1] or label.ends(start)

    def _with_scheme(self, scheme: int, begin: int, stop: int) -> list[Link]:
        end, _ = self._rest(stop)
        self._done = end
        url = self._text[scheme:end]
        if not self._is_possible(self._text[begin:stop], len(url)):
            return []
        if shortened := SHORTENED.match(url):
            if len(shortened[1]) > LONGEST_SLUG:
                return []
            end = scheme + (_trimmed(QUERY.match(url, shortened.end()), QUERY_END) or shortened.end())
        return [Link(scheme, end, self._text[scheme:end])]

    def _bare(self, start: int, stop: int) -> list[Link]:
        end, has_path = self._rest(stop)
        follows = start > 0 and self._may_follow(start)
        self._done = end
        if follows and self._text[start - 1] in NOT_BEFORE_BARE:
            return []
        name = self._text[start:stop]
        if not self._is_possible(name, end - start + LONGEST_SCHEME):
            return []
        found = [Link(start + a, start + b, name[a:b]) for a, b in self._ascii_names(name)]
        if found and has_path:
            last = found.pop()
            found.append(Link(last.start, end, last.url + self._text[stop:end]))
        return found

    def _ascii_names(self, name: str) -> Iterator[tuple[int, int]]:
        """Without https:// only names of letters from A to Z, accented ones too, are links."""
        begin = 0
        while labels := ASCII_LABELS.search(name, begin):
            begin = labels.end()
            for dot in range(labels.end() - 1, labels.start(), -1):
                if name[dot] == "." and (ending := self._ending.match(name, dot + 1)):
                    begin = ending.end()
                    yield labels.start(), begin
                    break

    def _is_possible(self, name: str, length: int) -> bool:
        if length > LONGEST_URL or any(_label_length(label) > LONGEST_LABEL for label in name.split(".")):
            return False
        return not name.startswith("xn--") or any(self._ascii_names(name))

    def _rest(self, stop: int) -> tuple[int, bool]:
        """Port, path and query after a name: where they end, and whether there is a path."""
        port = PORT.match(self._text, stop)
        end = port.end() if port else stop
        path = _trimmed(PATH.match(self._text, end), PATH_END)
        end = path or end
        return _trimmed(QUERY.match(self._text, end), QUERY_END) or end, path is not None


def _is_pair(character: str) -> bool:
    return character > "\uffff"


def _reach(labels: list[_Label]) -> list[int | None]:
    """For each label: where the longest name ends that begins with this whole label; None if none does."""
    reach: list[int | None] = [None] * (len(labels) + 1)
    for place in range(len(labels) - 1, -1, -1):
        label = labels[place]
        if label.whole:
            reach[place] = reach[place + 1] or label.ends(label.start)
    return reach


def _trimmed(found: regex.Match[str] | None, may_end: regex.Pattern[str]) -> int | None:
    """The end of a match without what no address ends with; None if nothing but its first character is left."""
    if found is None:
        return None
    end = found.end()
    while end > found.start() and not may_end.match(found.string, end - 1):
        end -= 1
    return end if end > found.start() else None


def _label_length(label: str) -> int:
    """The length of a label in the domain name system: others than ASCII are written as xn--…"""
    if label.isascii() or len(label) > LONGEST_LABEL:
        return len(label)
    return len("xn--") + len(label.encode("punycode"))
