"""Hashtags are what a platform takes for one, and what a screen reader can read out."""

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from publisher.language.hashtags import hashtag, hashtags
from publisher.language.x_tags import tags


@pytest.mark.parametrize(
    ("keyword", "tag"),
    [
        ("öffentlicher Nahverkehr", "#ÖffentlicherNahverkehr"),
        ("Stadt-Fest", "#StadtFest"),
        ("#Kultur", "#Kultur"),
        ("Bürger:innen", "#Bürgerinnen"),
        ("eGovernment", "#eGovernment"),
        ("smart city", "#SmartCity"),
        ("Sommer 2026", "#Sommer2026"),
        ("O'zapft is!", "#OzapftIs"),
        ("straße", "#Straße"),
        ("2026", ""),
        ("!!!", ""),
        ("x" * 65, ""),
    ],
)
def test_a_keyword_becomes_a_hashtag(keyword: str, tag: str) -> None:
    assert hashtag(keyword) == tag


def test_no_hashtag_stands_twice() -> None:
    assert hashtags(["Kultur", "kultur", "2026", "KULTUR", "Stadtfest"]) == ("#Kultur", "#Stadtfest")


@given(st.text())
def test_every_hashtag_is_one_to_the_platforms(keyword: str) -> None:
    assert [f"#{tag.word}" for tag in tags(f"Neu: {hashtag(keyword)} und mehr")] == [hashtag(keyword)] * bool(
        hashtag(keyword)
    )
    assert regex.fullmatch(r"(?:#[\p{L}\p{M}\p{Nd}_]*\p{L}[\p{L}\p{M}\p{Nd}_]*)?", hashtag(keyword))
