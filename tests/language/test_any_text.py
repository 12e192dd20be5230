"""Whatever comes in, the language room neither fails nor takes long: its time grows with the text, not with its square."""

import gc
from collections.abc import Callable
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.language.choosing import choose, units
from publisher.language.counting import bluesky_length, code_points, mastodon_length, utf8_bytes
from publisher.language.fitting import joined, says, tell
from publisher.language.hashtags import hashtag
from publisher.language.leaning import leans
from publisher.language.sentences import sentences
from publisher.language.typography import mended
from publisher.language.x_length import x_length
from publisher.language.x_links import links
from publisher.language.x_tags import mentions, tags

SMALL, LARGE = 25_000, 100_000
MOST_TIMES_LONGER = 8
"""Four times the text takes four times as long, a square sixteen times."""
TOO_QUICK_TO_TELL = 0.1
"""Seconds: below, what a run takes says nothing about how it grows."""
WAYS: dict[str, Callable[[str], object]] = {
    "sentences": lambda text: sentences(text, "de"),
    "english sentences": lambda text: sentences(text, "en"),
    "units": lambda text: units(tell([text], "de"), "de"),
    "choosing": lambda text: _chosen(text),
    "says": lambda text: says(text, "Das ist wichtig.", "de"),
    "leaning": lambda text: leans(text, "de"),
    "typography": lambda text: mended(text, "de"),
    "hashtag": hashtag,
    "mastodon": mastodon_length,
    "bluesky": bluesky_length,
    "gotosocial": code_points,
    "threads": utf8_bytes,
    "x": x_length,
    "x links": links,
    "x tags": tags,
    "x mentions": mentions,
}
GROWING = ("choosing", "leaning", "typography", "hashtag", "mastodon", "x", "x mentions")
"""The ways that contain all others."""
HOSTILE = [
    *(
        "a",
        ".",
        " ",
        "a.",
        "a. ",
        "„",
        "“",
        '"',
        "(",
        "„a. ",
        '" ',
        "»",
        "#",
        "#a",
        "@",
        "@a",
        "@a@b",
        "-",
        "_",
        "!",
        "…",
    ),
    *(
        "a.de ",
        "a.de",
        "a_b.de.",
        "ä.",
        "ä",
        "ä_",
        "_ä.de",
        "a.de/(",
        "https://",
        "https://a.de/",
        "a.de/((a",
        "a.de?",
        "t.co/",
    ),
    *(
        "1.",
        "1. ",
        "12. ",
        "Dr. ",
        "z. B. ",
        "XIV. ",
        "\u00ad",
        "\u200d",
        "👩\u200d",
        "🇩",
        "🏽",
        "#️⃣",
        "a\u0308",
        "\u0308",
        "क्",
        "\u202a",
    ),
    *(
        "– a\n\n",
        "a:\n\n",
        "Kopf\n\n",
        "„Ja.“ ",
        "Was? ",
        "\n",
        "\n\n",
        " - ",
        "5 km ",
        "\u00a0",
        "xn--",
        "a.xn--",
        "中.",
        "w.w.",
    ),
]
WORST = [
    "a",
    "a. ",
    "„",
    '" ',
    "(",
    "#a",
    "@a",
    "a_b.de.",
    "ä",
    "_ä.de",
    "a.de/(",
    "https://",
    "Dr. ",
    "🇩",
    "👩\u200d",
    "\u0308",
]
WORST += ["– a\n\n", "„Ja.“ ", "„a. ", " - "]
"""Those that each rule is likeliest to stumble over."""


def _chosen(text: str) -> str:
    made = units(tell([text], "de"), "de")

    def shown(places: object) -> str:
        return joined([one for place in places for one in made[place].sentences])  # type: ignore[attr-defined]

    return shown(choose([unit.leans for unit in made], lambda places: len(shown(places)) <= 500, lambda _: True))


def _seconds(way: Callable[[str], object], text: str) -> float:
    gc.disable()  # a collection in one of two runs would say that the time grows
    begin = process_time()
    way(text)
    took = process_time() - begin
    gc.enable()
    return took


def _keeps_pace(way: Callable[[str], object], small: str, large: str) -> bool:
    """Whether one of three tries shows it: a busy machine can only make a run longer."""
    return any(
        (took := _seconds(way, large)) <= TOO_QUICK_TO_TELL or took <= MOST_TIMES_LONGER * _seconds(way, small)
        for _ in range(3)
    )


@settings(max_examples=150, deadline=None)
@given(st.text() | st.lists(st.sampled_from(HOSTILE), max_size=40).map("".join))
def test_no_text_makes_anything_fail(text: str) -> None:
    for way in WAYS.values():
        way(text)


@pytest.mark.parametrize("piece", WORST, ids=repr)
def test_four_times_the_text_takes_no_sixteen_times_as_long(piece: str) -> None:
    small, large = (piece * (size // len(piece.encode()) + 1) for size in (SMALL, LARGE))
    for name in GROWING:
        assert _keeps_pace(WAYS[name], small, large), name


@settings(max_examples=2, deadline=None)
@given(st.lists(st.sampled_from(HOSTILE), min_size=2, max_size=6).map("".join))
def test_nor_does_any_mixture(mixture: str) -> None:
    test_four_times_the_text_takes_no_sixteen_times_as_long(mixture)
