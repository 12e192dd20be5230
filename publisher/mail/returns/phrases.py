"""What mail servers and people write, as patterns: the lists stand in phrases.toml, where they can be read and added to."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("phrases.toml")


@cache
def phrases(name: str, around: str = "{}") -> re.Pattern[str]:
    """Any phrase of that list, capitals or not. `around`: what must stand before and behind, {} for the phrase."""
    return re.compile(around.replace("{}", f"(?:{'|'.join(_list(name))})"), re.IGNORECASE | re.MULTILINE)


def _list(name: str) -> Sequence[str]:
    mails = "|".join(_all()["wish-mails"])
    return [phrase.replace("{mails}", f"(?:{mails})") for phrase in _all()[name]]


@cache
def _all() -> dict[str, list[str]]:
    with FILE.open("rb") as stream:
        return tomllib.load(stream)
