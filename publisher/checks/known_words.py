"""The words that checks know, read from `words/known.toml`."""

import tomllib
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "words" / "known.toml"


@cache
def known_words(name: str) -> frozenset[str]:
    """One of the lists of the file."""
    with FILE.open("rb") as stream:
        return frozenset(str(tomllib.load(stream)[name]).split())
