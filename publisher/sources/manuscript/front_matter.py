"""Splits YAML front matter off a text and reads it as plain strings, lists and mappings: hostile until read."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from publisher.domain.errors import InvalidAnnouncement

Value: TypeAlias = "str | Sequence[Value] | Mapping[str, Value]"

MOST_CHARACTERS = 200_000
MOST_NODES = 20_000
DEEPEST = 5
MOST_REPEATED = 20

_FENCE = re.compile(r"-{3,}\s*")
_CLOSE = re.compile(r"(-{3,}|\.{3})\s*")
_ENTRY = re.compile(r"(?P<key> {0,20}(?:- {1,4})?[^\s:#'\"\[{-][^:#]{0,80}?):[ \t]{1,20}(?P<value>\S.*)")

_STRUCTURED = re.compile(r"'.*'|\".*\"|\[.*\]|\{.*\}|[|>][+-]?\d?")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """`values` by the keys as they were written. `text`: what stands below. `repeated`: keys that stood there twice."""

    text: str
    values: Mapping[str, Value] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()


def split_front_matter(text: str) -> FrontMatter:
    """Front matter between two lines "---" at the very top; the text is LF-ended and has no BOM (`tidy`).

    Raises InvalidAnnouncement if it is no YAML, too large, too deep, or refers to itself.
    """
    lines = text.lstrip("\n").split("\n")
    if not _FENCE.fullmatch(lines[0]) or len(lines) < 2 or not lines[1].strip():
        return FrontMatter(text)
    end = next((place for place, line in enumerate(lines[1:], 1) if _CLOSE.fullmatch(line)), None)
    if end is None:
        # A line of dashes above an ordinary text is an ornament; above "key: value" somebody forgot the other one.
        if _ENTRY.fullmatch(lines[1].rstrip()):
            raise InvalidAnnouncement("front-matter-unclosed")
        return FrontMatter(text)
    source = "\n".join(lines[1:end])
    if len(source) > MOST_CHARACTERS:
        raise InvalidAnnouncement("front-matter-too-large", limit=MOST_CHARACTERS)
    values, repeated = _read(source)
    return FrontMatter("\n".join(lines[end + 1 :]), values, repeated)


def _read(source: str) -> tuple[Mapping[str, Value], tuple[str, ...]]:
    try:
        read = _load(source)
    except yaml.YAMLError as error:
        try:
            read = _load(_quoted(source))
        except yaml.YAMLError:
            mark = getattr(error, "problem_mark", None)
            raise InvalidAnnouncement("front-matter-unreadable", line=mark.line + 2 if mark else 2) from None
    values, repeated = read
    if values in (None, ""):
        return {}, ()
    if not isinstance(values, dict):
        raise InvalidAnnouncement("front-matter-unreadable", line=2)
    return values, repeated


def _quoted(source: str) -> str:
    """Values put in quotes: „headline: Bürgermeister: Wir bauen“ is no YAML, but what people write."""
    lines = []
    for line in source.split("\n"):
        match = _ENTRY.fullmatch(line.rstrip())
        plain = match and not _STRUCTURED.fullmatch(match["value"]) and not _breaks_off(match["value"])
        quoted = f"{match['key']}: '" + match["value"].replace("'", "''") + "'" if match and plain else line
        lines.append(quoted)
    return "\n".join(lines)


def _breaks_off(value: str) -> bool:
    """„[a, b“ is a list that somebody did not finish; „[Neu] Bad öffnet“ is a headline."""
    return value[0] in "[{" and any(value.count(begin) != value.count(end) for begin, end in ("[]", "{}"))


class _Loader(yaml.BaseLoader):
    """Strings stay strings (BaseLoader); no anchors, no aliases, no depth: that is how YAML becomes a bomb."""

    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.depth = self.nodes = 0
        self.repeated: list[str] = []

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [str(key.value) for key, _ in node.value] if isinstance(node, yaml.MappingNode) else []
        self.repeated += [key for place, key in enumerate(keys) if key in keys[:place]][:MOST_REPEATED]
        return super().construct_mapping(node, deep)

    def compose_node(self, parent: Any, index: Any) -> Any:
        event = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise InvalidAnnouncement("front-matter-refers-to-itself")
        self.depth += 1
        self.nodes += 1
        if self.depth > DEEPEST or self.nodes > MOST_NODES:
            raise InvalidAnnouncement("front-matter-too-nested")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


def _load(source: str) -> tuple[Any, tuple[str, ...]]:
    """The values, and the keys that stood there twice."""
    try:
        loader = _Loader(source)
        return loader.get_single_data(), tuple(dict.fromkeys(loader.repeated))
    except (RecursionError, ValueError):
        raise InvalidAnnouncement("front-matter-too-nested") from None
