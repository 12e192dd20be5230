"""What people read, German first, English second, all through one catalogue of sentences.

Each room keeps its own file in both languages: `de/<room>.toml` and `en/<room>.toml`, code = "sentence with {values}".
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from publisher.domain.errors import PublisherError
from publisher.domain.finding import Finding

HERE = Path(__file__).parent


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every sentence in a language ("de" or "en"), by code; no code stands in two rooms' files."""
    sentences: dict[str, str] = {}
    for file in sorted((HERE / language).glob("*.toml")):
        with file.open("rb") as stream:
            sentences |= tomllib.load(stream)
    return sentences


def say(language: str, code: str, **values: object) -> str:
    """The sentence for a code, filled. Raises KeyError for an unknown code or a value that is missing."""
    return catalogue("en" if language.startswith("en") else "de")[code].format(**values)


def tell(error: PublisherError, language: str) -> str:
    """An error as people read it; its bare code where the catalogue fails, since no error may be lost over its words."""
    try:
        return say(language, error.code, **error.values)
    except (KeyError, IndexError, ValueError):
        return str(error)


def remark(finding: Finding, language: str) -> str:
    """A finding as people read it: what is the matter, and what to do. `{excerpt}` may be used in its sentence.

    Kept findings outlive the catalogue: one that it no longer knows is told by its code.
    """
    try:
        return say(language, finding.code, excerpt=finding.excerpt, **finding.values)
    except (KeyError, IndexError, ValueError):
        return finding.code
