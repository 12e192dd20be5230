"""A post's length on X, and what X makes of its words."""

from pathlib import Path

import pytest

from publisher.language.top_level_domains import from_list, top_level_domains
from publisher.language.x_length import x_length
from publisher.language.x_links import links
from publisher.language.x_tags import mentions, tags

LONG = "musterstadt.de/aktuelles/2025/11/ein-sehr-langer-name-der-seite"


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("Grüße – „ja“", 12),
        ("Gru\u0308ße", 5),
        ("5 € …", 7),
        (f"Mehr: https://{LONG}", 6 + 23),
        (f"Mehr: {LONG}.", 6 + 23 + 1),
        ("Das ist.Am Montag", 4 + 23 + 7),
        ("presse@musterstadt.de", 21),
        ("👍 👍🏽 👩🏽‍🚒 🇩🇪 ❤️ 1️⃣", 6 * 2 + 5),
        ("👨‍👩‍👧‍👦", 2),
        ("中文", 4),
    ],
)
def test_a_text_weighs_what_x_says(text: str, length: int) -> None:
    assert x_length(text) == length


def test_names_are_links_where_people_forget_a_space() -> None:
    assert [link.url for link in links("Das ist.Am Montag: stadt.de/a, www.stadt.de.")] == [
        "ist.Am",
        "stadt.de/a",
        "www.stadt.de",
    ]


def test_hashtags_end_where_x_ends_them() -> None:
    assert [tag.word for tag in tags("#Stadt-Fest #2025 #1Mai x#nein #ÖPNV. stadt.de/#anker")] == [
        "Stadt",
        "1Mai",
        "ÖPNV",
    ]


def test_mail_addresses_name_nobody() -> None:
    assert [name.word for name in mentions("presse@stadt.de, @presse, @presse@stadt.de")] == ["presse"]


def test_without_a_list_of_endings_no_link_is_counted_shorter_than_it_is() -> None:
    guessed = from_list(None)
    assert not guessed.known
    assert x_length(f"Mehr: {LONG}", guessed) == 6 + len(LONG)
    assert x_length("Mehr: stadt.de", guessed) == 6 + 23


def test_the_list_comes_with_a_dependency_and_is_read_where_it_lies(tmp_path: Path) -> None:
    assert top_level_domains().known
    (tmp_path / "list").write_text("// a list\nde\nco.uk\n*.ck\n!www.ck\n", encoding="utf-8")
    own = from_list(tmp_path / "list")
    assert [link.url for link in links("a.de b.uk c.ck d.com", own)] == ["a.de", "b.uk", "c.ck"]
