"""X's own conformance suite: read from a local copy, never retyped.

PUBLISHER_TWITTER_TEXT names a checkout of github.com/twitter/twitter-text, or its folder `conformance`.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from publisher.language.x_length import x_length
from publisher.language.x_links import Link, links
from publisher.language.x_tags import Tag, mentions, tags


def suite(name: str) -> dict[str, list[dict[str, Any]]]:
    """The groups of one file, empty without a copy."""
    root = Path(os.environ.get("PUBLISHER_TWITTER_TEXT", "/nonexistent"))
    files = [file for file in (root / "conformance" / name, root / name) if file.is_file()]
    if not files:
        return {}
    groups: dict[str, list[dict[str, Any]]] = yaml.safe_load(files[0].read_text(encoding="utf-8"))["tests"]
    return groups


VALIDATE, EXTRACT = suite("validate.yml"), suite("extract.yml")
needs_copy = pytest.mark.skipif(
    not (VALIDATE and EXTRACT), reason="PUBLISHER_TWITTER_TEXT names no copy of twitter-text's conformance suite"
)


def placed(found: list[Link] | list[Tag], name: str) -> list[dict[str, object]]:
    return [{name: one.url if isinstance(one, Link) else one.word, "indices": [one.start, one.end]} for one in found]


FOUND: dict[str, Callable[[str], object]] = {
    "urls": lambda text: [link.url for link in links(text)],
    "urls_with_indices": lambda text: placed(links(text), "url"),
    "urls_with_directional_markers": lambda text: placed(links(text), "url"),
    "tco_urls_with_params": lambda text: [link.url for link in links(text)],
    "hashtags": lambda text: [tag.word for tag in tags(text)],
    "hashtags_from_astral": lambda text: [tag.word for tag in tags(text)],
    "hashtags_with_indices": lambda text: placed(tags(text), "hashtag"),
    "mentions": lambda text: [name.word for name in mentions(text)],
    "mentions_with_indices": lambda text: placed(mentions(text), "screen_name"),
}


@needs_copy
@pytest.mark.parametrize(
    "group", ["WeightedTweetsWithDiscountedEmojiCounterTest", "UnicodeDirectionalMarkerCounterTest"]
)
def test_texts_weigh_what_the_suite_says(group: str) -> None:
    assert VALIDATE[group]
    for case in VALIDATE[group]:
        assert x_length(case["text"]) == case["expected"]["weightedLength"], case["description"]


@needs_copy
@pytest.mark.parametrize("group", FOUND)
def test_links_hashtags_and_mentions_are_what_the_suite_says(group: str) -> None:
    assert EXTRACT[group]
    for case in EXTRACT[group]:
        assert FOUND[group](case["text"]) == case["expected"], case["description"]
