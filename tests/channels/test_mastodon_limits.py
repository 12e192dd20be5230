"""What other software that speaks Mastodon's API says of itself, and what it is believed to do."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from publisher.channels.mastodon.limits import DOCUMENTED, count, honours_key, may_repeat, read_instance, read_software

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
LINK = "https://musterstadt.example/presse/eine-sehr-lange-adresse-mit-vielen-worten"
GOTOSOCIAL = {
    "version": "0.19.1+git-5b4d4d2",
    "source_url": "https://github.com/superseriousbusiness/gotosocial",
    "configuration": {
        "statuses": {"max_characters": 5000, "max_media_attachments": 6, "characters_reserved_per_url": 25},
        "media_attachments": {"description_limit": 1500, "image_size_limit": 41943040, "image_matrix_limit": 2**63 - 1},
    },
}
PLEROMA = {"version": "2.7.2 (compatible; Pleroma 2.6.3)", "max_toot_chars": 5000}
NEW_MASTODON = {
    "version": "4.6.1",
    "source_url": "https://github.com/mastodon/mastodon",
    "configuration": {"statuses": {"max_characters": 1000}, "media_attachments": {"description_limit": 10_000}},
}


@pytest.mark.parametrize(
    ("instance", "software"),
    [
        ({"version": "4.5.0", "source_url": "https://github.com/mastodon/mastodon"}, "Mastodon 4.5.0"),
        ({"version": "4.5.0+glitch", "source_url": "https://github.com/glitch-soc/mastodon"}, "Mastodon 4.5.0+glitch"),
        (GOTOSOCIAL, "GoToSocial 0.19.1+git-5b4d4d2"),
        ({"version": "0.17.0"}, "GoToSocial 0.17.0"),
        (PLEROMA, "Pleroma 2.6.3"),
        ({"version": "2.8.0 (compatible; Friendica 2024.08)"}, "Friendica 2024.08"),
        ({"version": "3.5.3 (compatible; Pixelfed 0.12.3)"}, "Pixelfed 0.12.3"),
        ({"version": "4.2.0", "source_url": "https://codeberg.example/someone/iceshrimp"}, "iceshrimp 4.2.0"),
        ({}, ""),
    ],
)
def test_the_software_is_told_by_version_and_source(instance: dict[str, Any], software: str) -> None:
    assert read_software(instance) == software


def test_a_server_that_was_changed_says_so_itself() -> None:
    limits = read_instance(NEW_MASTODON, NOW)

    assert (limits.text, limits.alt, limits.link, limits.pictures) == (1000, 10_000, 23, 4)
    assert limits.read_at == NOW


def test_gotosocial_announces_a_discount_for_links_and_does_not_give_it() -> None:
    limits = read_instance(GOTOSOCIAL, NOW)

    assert (limits.text, limits.pictures, limits.link) == (5000, 6, None)
    assert limits.picture_pixels < 2**31
    assert count(LINK, limits) == len(LINK)
    assert count("👩‍👩‍👧", limits) == 5


def test_mastodon_counts_characters_as_people_see_them_and_a_link_as_23() -> None:
    assert count(f"👩‍👩‍👧 {LINK}", DOCUMENTED) == 25


def test_pleroma_counts_characters_as_people_see_them_and_links_in_full() -> None:
    limits = read_instance(PLEROMA, NOW)

    assert limits.text == 5000
    assert count(f"👩‍👩‍👧{LINK}", limits) == 1 + len(LINK)


@pytest.mark.parametrize(
    "nonsense", [{"max_characters": "viele"}, {"max_characters": -1}, {"max_characters": True}, []]
)
def test_limits_that_make_no_sense_stay_as_documented(nonsense: object) -> None:
    assert read_instance({"configuration": {"statuses": nonsense}}, NOW).text == 500


@pytest.mark.parametrize(
    ("software", "honoured"),
    [
        ("Mastodon 4.5.15", True),
        ("Mastodon 4.3.0+glitch", True),
        ("Mastodon 4.6.0", False),
        ("Mastodon 4.6.5", False),
        ("Mastodon 4.6.6", True),
        ("Mastodon 4.7.0-alpha.2", False),
        ("Mastodon 4.7.0", True),
        ("GoToSocial 0.19.1", False),
        ("Friendica 2024.08", False),
        ("Pixelfed 0.12.3", False),
        ("Pleroma 2.6.3", False),
        ("", False),
    ],
)
def test_only_software_known_to_honour_the_key_is_trusted_with_a_repeat(software: str, honoured: bool) -> None:
    assert honours_key(software) is honoured


@pytest.mark.parametrize(
    ("since_first", "since_last", "harmless"),
    [(10, 10, True), (10, 4, False), (3200, 60, True), (3400, 60, False)],
)
def test_a_repeat_is_harmless_within_the_hour_and_not_right_after(
    since_first: int, since_last: int, harmless: bool
) -> None:
    first, last = NOW - timedelta(seconds=since_first), NOW - timedelta(seconds=since_last)

    assert may_repeat(first, last, NOW, "Mastodon 4.5.0") is harmless
