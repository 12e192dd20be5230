"""Our counting against the platforms' own libraries, run by node: twitter-text for X, @atproto/api for Bluesky."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from publisher.language.counting import utf8_bytes
from publisher.language.graphemes import graphemes
from publisher.language.x_length import x_length
from publisher.language.x_links import links
from publisher.language.x_tags import mentions, tags

HERE = Path(__file__).parent / "reference"
BUILD = Path(os.environ.get("PUBLISHER_TEST_CACHE", HERE.parents[2] / ".build")) / "language"
Ask = Callable[[str], dict[str, Any]]

BY_HAND = [
    "",
    "Mehr unter stadt.de/a?b=c&d=ä, https://musterstadt.de/wiki/Essen_(Ruhr)) und (www.stadt.de).",
    "Das ist.Am Montag beginnt es.Die Stadt freut sich",
    "„stadt.de“ «stadt.de» 'stadt.de' stadt.de-neu stadt.de_neu stadt.deneu -stadt.de _stadt.de .stadt.de /stadt.de",
    "HTTPS://STADT.DE:8443/A-B_C.HTML?x#y http://münchen.de münchen.de http://xn--mnchen-3ya.de xn--mnchen-3ya.de",
    "presse@stadt.de @presse @presse@stadt.de x@y @a/b RT@c rt: @d @äpfel @" + "x" * 25,
    "#Stadt-Fest #2025 #1Mai #Grüße x#nein &#nein ##ja #a#b #http://x.de #Fest’s #ÖPNV. #️⃣ #⃣",
    "5 € … • → ✓ – — „“ ‚‘ ‰ ½ ² © ® ™ ©️ ❤ ❤️ ☎️ 1️⃣ 1⃣ 🇩🇪🇫🇷 🏴󠁧󠁢󠁥󠁮󠁧󠁿 👩‍🚒 👩🏽‍🚒 🏃🏽‍♀️ 👨‍👩‍👧‍👦 🏳️‍🌈 👍🏿 ☝🏽",
    "a\u0308o\u0308u\u0308 A\u030a ﬁ ﬃ שּׁ か\u3099 क्षि นี้ ำ 한국어 中文。日本.jp 。.de",
    "https://t.co/abc/def?x=y https://t.co/" + "a" * 41 + " http://" + "a" * 64 + ".de http://" + "ä" * 60 + ".de",
    "x.de/http://y.de,z.de;https://w.de:http://v.de http://u.de.http://t.de",
    "#👍.com.com -👍a.com äb.de http://.com http://\nä.com stadt.de1️⃣stadt.de",
    "foo_bar.de/a“b.de x“foo_bar.com.de a..b.de a-.b.de xn--ü.com domain-a_b.foo-c_d.com",
]
PIECES = [
    *[
        ".,",
        ":",
        ";",
        "-",
        "_",
        "/",
        "#",
        "@",
        "(",
        ")",
        "?",
        "!",
        "&",
        "$",
        "%",
        "=",
        "ä",
        "ö",
        "ü",
        "ß",
        "é",
        "„",
        "“",
        "–",
        "…",
        "€",
        "中",
        "ا\n",
        "\u200d",
        "️",
        "\u200b",
        "\u202a",
        "＃",
        "＠",
    ],
    *("stadt.de", "Stadt", "www.", "http://", "https://", ".com", ".de", ".org.uk", "t.co/x", "xn--", "RT", "12", "a"),
    *("👍", "👍🏽", "👩‍🚒", "👩🏽‍🚒", "🏳️‍🌈", "🇩🇪", "❤️", "1️⃣", "☺", "🏽", "👩", "ⓐ", "u\u0308", "क्षि", " ", " ", "\n"),
]
BLOCKS = [
    (0x20, 0x24F),
    (0x300, 0x36F),
    (0x391, 0x3C9),
    (0x410, 0x44F),
    (0x5D0, 0x5EA),
    (0x627, 0x64A),
    (0x2000, 0x2BFF),
]
BLOCKS += [(0x3041, 0x30FF), (0x4E00, 0x4E80), (0xAC00, 0xAC80), (0x1F300, 0x1F9FF)]
"""Scripts that the two libraries' Unicode and ours agree on. Flags stand in PIECES: which two letters are one, only a list
can say."""
CHARACTERS = st.one_of(*(st.characters(min_codepoint=first, max_codepoint=last) for first, last in BLOCKS))
ODD_NAME = regex.compile(r"[^\s.]{30}|\.[a-z]+[^\s\x00-\x7F]+\S*\.")
"""Names where JavaScript's halves of an emoji show: near a name's 63 characters, and in those that go on after „.com“."""
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(CHARACTERS, max_size=60)


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    """One node process that answers text by text."""
    if not (BUILD / "installed.json").is_file() or shutil.which("node") is None:
        pytest.skip("the platforms' own libraries are not installed: tests/language/reference/install.sh")
    command = ["node", str(HERE / "answer.mjs"), str(BUILD)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8") as node:
        assert node.stdin is not None
        assert node.stdout is not None
        sent, told = node.stdin, node.stdout

        def answer(text: str) -> dict[str, Any]:
            sent.write(json.dumps(text) + "\n")
            sent.flush()
            found: dict[str, Any] = json.loads(told.readline())
            return found

        yield answer
        sent.close()


def units(text: str, place: int) -> int:
    """A place in UTF-16 units, as JavaScript counts."""
    return len(text[:place].encode("utf-16-le")) // 2


def agree(text: str, reference: dict[str, Any]) -> None:
    assert x_length(text) == reference["x_length"]
    found = links(text)
    assert [one.url for one in found] == [url for _, _, url in reference["links"]]
    for one, (start, end, _) in zip(found, reference["links"], strict=True):
        # Where the same name stands twice, the reference may tell the place of the other one.
        assert text.count(one.url) > 1 or (units(text, one.start), units(text, one.end)) == (start, end)
    assert [[units(text, one.start), units(text, one.end), one.word] for one in tags(text)] == reference["tags"]
    named = [[units(text, one.start), units(text, one.end), one.word] for one in mentions(text)]
    assert named == reference["mentions"]
    assert utf8_bytes(text) == reference["bytes"]
    assert graphemes(text) == reference["graphemes"]


@pytest.mark.parametrize("text", BY_HAND)
def test_what_is_tricky_is_counted_as_the_platforms_count(ask: Ask, text: str) -> None:
    agree(text, ask(text))


@settings(
    max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(TEXTS)
def test_any_text_is_counted_as_the_platforms_count(ask: Ask, text: str) -> None:
    assume(not ODD_NAME.search(text))
    agree(text, ask(text))
