"""What can be clicked in a Bluesky post, down to the byte."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.channels.bluesky.facets import facets, verify


def clickable(text: str) -> list[tuple[str, str]]:
    """Each facet as (the bytes that can be clicked, where they lead)."""
    data, found = text.encode(), []
    made: Any = facets(text)
    for facet in made:
        index, feature = facet["index"], facet["features"][0]
        found.append((data[index["byteStart"] : index["byteEnd"]].decode(), feature.get("uri") or feature["tag"]))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Grüße: https://a.example/ä", [("https://a.example/ä", "https://a.example/ä")]),
        ("👩‍👩‍👧 https://a.example.", [("https://a.example", "https://a.example")]),
        ("(https://a.example/x)", [("https://a.example/x", "https://a.example/x")]),
        ("https://de.wikipedia.example/Essen_(Ruhr)", [("https://de.wikipedia.example/Essen_(Ruhr)",) * 2]),
        ("„https://a.example“", [("https://a.example", "https://a.example")]),
        ("siehehttps://a.example", []),
        ("https:// allein", []),
        ("#Öffentlich #Verkehr2026!", [("#Öffentlich", "Öffentlich"), ("#Verkehr2026", "Verkehr2026")]),
        ("#2026 ist keines, a#b auch nicht", []),
        ("https://a.example/#teil #Teil", [("https://a.example/#teil",) * 2, ("#Teil", "Teil")]),
        ("＃Stadt", [("＃Stadt", "Stadt")]),
        ("#" + "x" * 65, []),
        ("# und #! und #?", []),
    ],
)
def test_links_and_hashtags_are_found_where_readers_see_them(text: str, expected: list[tuple[str, str]]) -> None:
    assert clickable(text) == expected


@given(st.text(alphabet=st.sampled_from("aä👧#＃ \n.,)(https://.example") | st.characters(codec="utf-8"), max_size=80))
def test_facets_always_lie_within_the_text_and_never_overlap(text: str) -> None:
    verify(text, facets(text))


def part(start: int, end: int) -> Any:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": []}


@pytest.mark.parametrize(
    "wrong", [[part(0, 4)], [part(1, 3)], [part(2, 2)], [part(0, 2), part(1, 3)], [part(-1, 2)], ["?"]]
)
def test_a_facet_that_servers_would_swallow_is_noticed(wrong: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"facet|utf-8"):
        verify("äb", wrong)
