"""Each platform's own length of a text."""

import pytest

from publisher.language.counting import bluesky_length, code_points, mastodon_length, utf8_bytes
from publisher.language.graphemes import graphemes

LINK = "https://musterstadt.example/aktuelles/2025/11/ein-sehr-langer-name-der-seite"


@pytest.mark.parametrize(("text", "length"), [("", 0), ("Grüße", 5), ("Gru\u0308ße", 5), ("👩‍👩‍👧🇩🇪", 2), ("a\nb", 3)])
def test_a_grapheme_is_what_a_reader_sees_as_one_character(text: str, length: int) -> None:
    assert graphemes(text) == length


@pytest.mark.parametrize(
    ("text", "length"),
    [
        (f"Mehr: {LINK}", 6 + 23),
        (f"Mehr: {LINK}.", 6 + 23 + 1),
        (f"({LINK})", 23 + 2),
        (f"„{LINK}“", 23 + 2),
        (f"Mehr:{LINK}", 5 + 23),
        (f"siehe{LINK}", len(f"siehe{LINK}")),
        (f"{LINK}, {LINK}; {LINK}!", 3 * 23 + 5),
        ("https://musterstadt.example/wiki/Essen_(Ruhr)", 23),
        ("https://musterstadt.example:8443?a=b", 23),
        ("http://127.0.0.1:8001/a/abcdefghijklmnop", 40),
        ("http://intranet/meldung/sehr-lang-ist-das", 41),
        ("www.musterstadt.example", 23),
        ("musterstadt.example/aktuelles", 29),
        ("https://a.example/" + "x" * 5000, 5018),
        ("@presse@social.example schreibt", len("@presse schreibt")),
        ("@presse@social.example.", len("@presse.")),
        ("presse@musterstadt.example", 26),
        ("Kontakt: @presse", 16),
        ("https://social.example/@presse@other.example", 23),
    ],
)
def test_mastodon_discounts_links_with_a_scheme_and_the_servers_of_mentions(text: str, length: int) -> None:
    assert mastodon_length(text) == length


def test_what_a_link_counts_is_the_servers_to_say() -> None:
    assert mastodon_length(f"Mehr: {LINK}", link=30) == 36


def test_a_content_warning_counts_with_its_links_in_full() -> None:
    assert mastodon_length(f"Mehr: {LINK}", warning="Grüße") == 29 + 5
    assert mastodon_length("Mehr", warning=LINK) == 4 + len(LINK)


def test_bluesky_counts_whole_links() -> None:
    assert bluesky_length(LINK) == len(LINK)


def test_bluesky_counts_bytes_where_they_weigh_more() -> None:
    families = "👩‍👩‍👧‍👦" * 121
    assert graphemes(families) == 121
    assert utf8_bytes(families) == 3025
    assert bluesky_length(families) == 303


def test_code_points_and_bytes() -> None:
    assert (code_points("Gru\u0308ße"), utf8_bytes("Grüße")) == (6, 7)
